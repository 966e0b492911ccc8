/* STIX 2.1 (OASIS Standard 10 June 2021). Sections are those of that text.
 *
 * What lasts (items, who supplies them, what could replace them) keeps its id from bundle to bundle: only `modified`
 * moves, `created` is one fixed day, because §3.6 forbids that it changes with a version. What belongs to a day (notes,
 * the report) has the day in its id. */
#include "exchange.h"

#include "io/json.h"

#include <stdio.h>
#include <string.h>

static const char lasting[] = "1970-01-01T00:00:00.000Z";
static const char midnight[] = "T00:00:00.000Z";

/* §7.2.1.4: these four objects are fixed by the text, and must be used as they are. */
static const struct {
	const char *word, *id;
} markings[] = {
	[SSRC_TLP_AMBER] = {"amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
	[SSRC_TLP_WHITE] = {"white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
	[SSRC_TLP_GREEN] = {"green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
	[SSRC_TLP_RED] = {"red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
};

enum { ID_BYTES = 64 };

typedef struct writer {
	ssrc_json json;
	const ssrc_assessment *a;
	const ssrc_exchange_options *options;
	char creator[ID_BYTES], day[40];
	ssrc_buf key, text;
	bool *used_country, *used_party;
} writer;

/* The id of an object: type and the UUID of what it stands for. The day takes part if the object belongs to it. */
static void make_id(writer *w, char out[ID_BYTES], const char *type, const char *what, const char *more, bool of_day)
{
	char uuid[SSRC_UUID_BYTES];
	w->key.len = 0;
	ssrc_buf_printf(&w->key, "stix\n%s\n%s\n%s\n%s\n", ssrc_package_name(w->a->chain->package), type, what, more);
	if (of_day)
		ssrc_buf_printf(&w->key, "%s\n%s\n%s", w->a->home.text, ssrc_basis_word(w->a->basis), w->day);
	bool failed = w->key.failed;
	ssrc_uuid5(uuid, failed ? "" : w->key.data, failed ? 0 : w->key.len);
	snprintf(out, ID_BYTES, "%.24s--%s", type, uuid);
}

/* §3.2: what all objects have. */
static void open_object(writer *w, const char *type, const char *id, bool of_day)
{
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "type", type);
	ssrc_json_string(&w->json, "spec_version", "2.1");
	ssrc_json_string(&w->json, "id", id);
	if (strcmp(id, w->creator) != 0)
		ssrc_json_string(&w->json, "created_by_ref", w->creator);
	ssrc_json_string(&w->json, "created", of_day ? w->day : lasting);
	ssrc_json_string(&w->json, "modified", w->day);
}

static void close_object(writer *w)
{
	ssrc_json_open(&w->json, "object_marking_refs", '[');
	ssrc_json_string(&w->json, NULL, markings[w->options->tlp].id);
	ssrc_json_close(&w->json, ']');
	ssrc_json_close(&w->json, '}');
}

static void put_marking(writer *w)
{
	const char *word = markings[w->options->tlp].word;
	char name[16];
	snprintf(name, sizeof name, "TLP:%s", word);
	for (char *p = name; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "type", "marking-definition");
	ssrc_json_string(&w->json, "spec_version", "2.1");
	ssrc_json_string(&w->json, "id", markings[w->options->tlp].id);
	ssrc_json_string(&w->json, "created", "2017-01-20T00:00:00.000Z");
	ssrc_json_string(&w->json, "definition_type", "tlp");
	ssrc_json_string(&w->json, "name", name);
	ssrc_json_open(&w->json, "definition", '{');
	ssrc_json_string(&w->json, "tlp", word);
	ssrc_json_close(&w->json, '}');
	ssrc_json_close(&w->json, '}');
}

/* Appendix A: None / Low 15 / Medium 50 / High 85. How far the level could move within the data. */
static int confidence(const ssrc_item_result *r)
{
	int spread = r->level_high - r->level_low;
	return spread <= 0 ? 85 : spread == 1 ? 50 : 15;
}

/* One line in both languages. */
static void put_both(writer *w, const char *key, ssrc_text_id id, const char *const args_en[4],
		     const char *const args_zh[4])
{
	char text[1200];
	w->text.len = 0;
	ssrc_text_fill(text, sizeof text, ssrc_text(id, SSRC_LANG_EN), args_en, 4);
	ssrc_buf_puts(&w->text, text);
	ssrc_text_fill(text, sizeof text, ssrc_text(id, SSRC_LANG_ZH), args_zh, 4);
	ssrc_buf_printf(&w->text, "\n%s", text);
	ssrc_json_string(&w->json, key, w->text.failed ? "" : w->text.data);
}

/* name, and the Chinese name as description where there is one. */
static void put_names(writer *w, const char *const name[2], const char *id)
{
	ssrc_json_string(&w->json, "name", ssrc_name(name, id, SSRC_LANG_EN));
	if (*name[1])
		ssrc_json_string(&w->json, "description", name[1]);
}

static void relate(writer *w, const char *type, const char *from, const char *to, const char *why)
{
	char id[ID_BYTES];
	w->text.len = 0;
	ssrc_buf_printf(&w->text, "%s\n%s", to, why);
	make_id(w, id, "relationship", from, w->text.failed ? "" : w->text.data, false);
	open_object(w, "relationship", id, false);
	ssrc_json_string(&w->json, "relationship_type", type);
	if (*why)
		ssrc_json_string(&w->json, "description", why);
	ssrc_json_string(&w->json, "source_ref", from);
	ssrc_json_string(&w->json, "target_ref", to);
	close_object(w);
}

static void item_id(writer *w, char out[ID_BYTES], uint32_t item)
{
	make_id(w, out, "infrastructure", w->a->chain->items[item].id, "", false);
}

static void party_id(writer *w, char out[ID_BYTES], uint32_t party)
{
	make_id(w, out, "identity", w->a->chain->parties[party].id, "", false);
}

static void country_id(writer *w, char out[ID_BYTES], uint32_t country)
{
	make_id(w, out, "location", w->a->chain->countries[country], "", false);
}

/* ---- objects -------------------------------------------------------------------------------------------------- */

static void put_creator(writer *w)
{
	open_object(w, "identity", w->creator, false);
	ssrc_json_string(&w->json, "name", "secondsource");
	ssrc_json_string(&w->json, "identity_class", "system");
	close_object(w);
}

/* Only who is spoken of. */
static void mark_used(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	for (uint32_t i = 0; i < chain->n_shares; i++) {
		const ssrc_share *share = &chain->shares[i];
		if (share->kind == SSRC_BY_PARTY)
			w->used_party[share->party] = true;
		if (share->kind == SSRC_BY_COUNTRY)
			w->used_country[share->country] = true;
		for (uint32_t k = 0; k < share->n_members; k++)
			w->used_party[share->members[k]] = true;
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++)
		if (chain->alternates[i].by_party != SSRC_NONE)
			w->used_party[chain->alternates[i].by_party] = true;
	for (uint32_t i = 0; i < chain->n_options; i++)
		if (chain->options[i].provider != SSRC_NONE)
			w->used_party[chain->options[i].provider] = true;
	for (uint32_t i = 0; i < chain->n_parties; i++)
		if (w->used_party[i] && chain->parties[i].hq != SSRC_NONE)
			w->used_country[chain->parties[i].hq] = true;
}

static void put_providers(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	char id[ID_BYTES], place[ID_BYTES];
	for (uint32_t c = 0; c < chain->n_countries; c++)
		if (w->used_country[c]) {
			country_id(w, id, c);
			open_object(w, "location", id, false);
			ssrc_json_string(&w->json, "name", ssrc_country_name(chain->countries[c], SSRC_LANG_EN));
			/* §4.11: a country is one of ISO 3166-1, which the union is not; a region is of region-ov. */
			bool whole = strcmp(chain->countries[c], "EU") == 0;
			ssrc_json_string(&w->json, whole ? "region" : "country",
					 whole ? "europe" : chain->countries[c]);
			close_object(w);
		}
	for (uint32_t p = 0; p < chain->n_parties; p++)
		if (w->used_party[p]) {
			party_id(w, id, p);
			open_object(w, "identity", id, false);
			put_names(w, chain->parties[p].name, chain->parties[p].id);
			ssrc_json_string(&w->json, "identity_class", "organization");
			close_object(w);
			if (chain->parties[p].hq == SSRC_NONE)
				continue;
			country_id(w, place, chain->parties[p].hq);
			relate(w, "located-at", id, place, "");
		}
}

static void put_item(writer *w, uint32_t item)
{
	const ssrc_chain *chain = w->a->chain;
	const ssrc_item *it = &chain->items[item];
	char id[ID_BYTES], other[ID_BYTES];
	item_id(w, id, item);
	open_object(w, "infrastructure", id, false);
	put_names(w, it->name, it->id);
	ssrc_json_open(&w->json, "external_references", '[');
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "source_name", "secondsource");
	ssrc_json_string(&w->json, "external_id", it->id);
	ssrc_json_close(&w->json, '}');
	ssrc_json_close(&w->json, ']');
	close_object(w);
	for (uint32_t i = it->first_need; i < it->first_need + it->n_needs; i++) {
		if (i > it->first_need && chain->needs[i].input == chain->needs[i - 1].input)
			continue;
		item_id(w, other, chain->needs[i].input);
		relate(w, "uses", id, other, ssrc_essential_word(chain->needs[i].essential));
	}
}

/* Who is said to supply the item, once each, in the set that the assessment computes with. */
static void put_supply(writer *w, uint32_t item, uint32_t set_index)
{
	const ssrc_chain *chain = w->a->chain;
	const ssrc_share_set *set = &chain->sets[set_index];
	char id[ID_BYTES], from[ID_BYTES], range[64], why[120];
	item_id(w, id, item);
	for (uint32_t k = set->first; k < set->first + set->count; k++) {
		const ssrc_share *share = &chain->shares[k];
		if (share->kind != SSRC_BY_PARTY && share->kind != SSRC_BY_COUNTRY)
			continue;
		if (share->kind == SSRC_BY_PARTY)
			party_id(w, from, share->party);
		else
			country_id(w, from, share->country);
		ssrc_put_range(range, share->share.low, share->share.high, 100, 0);
		ssrc_text_fill(why, sizeof why, ssrc_text(SSRC_T_X_SUPPLIES, SSRC_LANG_EN), (const char *[]){range}, 1);
		relate(w, "related-to", from, id, why);
	}
}

static void put_alternate(writer *w, uint32_t alternate)
{
	const ssrc_chain *chain = w->a->chain;
	const ssrc_alternate *x = &chain->alternates[alternate];
	const char *by_id = x->by_item != SSRC_NONE ? chain->items[x->by_item].id : chain->parties[x->by_party].id;
	const char *const *by =
		x->by_item != SSRC_NONE ? chain->items[x->by_item].name : chain->parties[x->by_party].name;
	const ssrc_item *it = &chain->items[x->item];
	char id[ID_BYTES], other[ID_BYTES], number[24];
	/* The place among the item's alternates tells apart those for one user or market. */
	snprintf(number, sizeof number, "%u", alternate - it->first_alternate);
	w->text.len = 0;
	ssrc_buf_printf(&w->text, "%s\n%s", by_id, number);
	make_id(w, id, "course-of-action", it->id, w->text.failed ? "" : w->text.data, false);
	open_object(w, "course-of-action", id, false);
	char name[400];
	ssrc_text_fill(name, sizeof name, ssrc_text(SSRC_T_X_ALTERNATE, SSRC_LANG_EN),
		       (const char *[]){ssrc_name(by, by_id, SSRC_LANG_EN), ssrc_name(it->name, it->id, SSRC_LANG_EN),
					ssrc_state_word(x->state)},
		       3);
	ssrc_json_string(&w->json, "name", name);
	ssrc_text_fill(name, sizeof name, ssrc_text(SSRC_T_X_ALTERNATE, SSRC_LANG_ZH),
		       (const char *[]){ssrc_name(by, by_id, SSRC_LANG_ZH), ssrc_name(it->name, it->id, SSRC_LANG_ZH),
					ssrc_state_word(x->state)},
		       3);
	ssrc_json_string(&w->json, "description", name);
	close_object(w);
	item_id(w, other, x->item);
	relate(w, "related-to", id, other, "alternate");
}

static void put_option(writer *w, uint32_t option)
{
	const ssrc_option *o = &w->a->chain->options[option];
	char id[ID_BYTES], other[ID_BYTES];
	make_id(w, id, "course-of-action", o->id, "option", false);
	open_object(w, "course-of-action", id, false);
	put_names(w, o->name, o->id);
	close_object(w);
	if (o->item == SSRC_NONE)
		return;
	item_id(w, other, o->item);
	relate(w, "related-to", id, other, o->kind < SSRC_OPTION_KINDS ? ssrc_option_kind_word(o->kind) : "option");
}

static void put_reasons(writer *w, uint32_t item)
{
	ssrc_buf reason[2];
	char level[24], grade[2] = {ssrc_grade_letter(w->a->items[item].grade), 0};
	ssrc_put_level(level, &w->a->items[item], true);
	for (int lang = 0; lang < 2; lang++) {
		ssrc_buf_init(&reason[lang], w->a->ctx);
		ssrc_put_reason(&reason[lang], w->a, item, (ssrc_lang)lang);
		ssrc_buf_puts(&reason[lang], "");
		w->text.failed |= reason[lang].failed || !reason[lang].data;
	}
	if (!w->text.failed)
		put_both(w, "content", SSRC_T_X_NOTE, (const char *[4]){level, grade, reason[0].data, w->a->home.text},
			 (const char *[4]){level, grade, reason[1].data, w->a->home.text});
	else
		ssrc_json_string(&w->json, "content", "");
	ssrc_buf_clear(&reason[0]);
	ssrc_buf_clear(&reason[1]);
}

/* §4.13: a note says something about other objects. */
static void put_note(writer *w, uint32_t item)
{
	const ssrc_item_result *r = &w->a->items[item];
	const ssrc_item *it = &w->a->chain->items[item];
	char id[ID_BYTES], about[ID_BYTES], label[40];
	make_id(w, id, "note", it->id, "", true);
	item_id(w, about, item);
	open_object(w, "note", id, true);
	ssrc_json_string(&w->json, "abstract", ssrc_name(it->name, it->id, SSRC_LANG_EN));
	put_reasons(w, item);
	ssrc_json_open(&w->json, "labels", '[');
	snprintf(label, sizeof label, "level-%d", r->level);
	ssrc_json_string(&w->json, NULL, label);
	snprintf(label, sizeof label, "grade-%c", ssrc_grade_letter(r->grade));
	ssrc_json_string(&w->json, NULL, label);
	ssrc_json_close(&w->json, ']');
	ssrc_json_integer(&w->json, "confidence", confidence(r));
	ssrc_json_open(&w->json, "object_refs", '[');
	ssrc_json_string(&w->json, NULL, about);
	ssrc_json_close(&w->json, ']');
	close_object(w);
}

/* §4.15: what belongs together: items and the notes on them. */
static void put_report(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	char id[ID_BYTES], other[ID_BYTES];
	const char *args[4] = {ssrc_package_name(chain->package), w->a->home.text, "", ""};
	make_id(w, id, "report", "", "", true);
	open_object(w, "report", id, true);
	put_both(w, "name", SSRC_T_X_REPORT, args, args);
	ssrc_json_open(&w->json, "report_types", '[');
	ssrc_json_string(&w->json, NULL, "threat-report");
	ssrc_json_close(&w->json, ']');
	ssrc_json_string(&w->json, "published", w->day);
	ssrc_json_open(&w->json, "object_refs", '[');
	ssrc_json_string(&w->json, NULL, w->creator);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		item_id(w, other, i);
		ssrc_json_string(&w->json, NULL, other);
		if (!ssrc_report_cap_due(w->a, i, w->options))
			continue;
		make_id(w, other, "note", chain->items[i].id, "", true);
		ssrc_json_string(&w->json, NULL, other);
	}
	ssrc_json_close(&w->json, ']');
	close_object(w);
}

static void put_objects(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	put_marking(w);
	put_creator(w);
	put_providers(w);
	for (uint32_t i = 0; i < chain->n_items; i++)
		put_item(w, i);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		const ssrc_supply *supply = &w->a->items[i].supply;
		if (supply->firm_set != SSRC_NONE)
			put_supply(w, i, supply->firm_set);
		if (supply->country_set != SSRC_NONE && supply->country_set != supply->firm_set)
			put_supply(w, i, supply->country_set);
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++)
		put_alternate(w, i);
	for (uint32_t i = 0; i < chain->n_options; i++)
		put_option(w, i);
	for (uint32_t i = 0; i < chain->n_items; i++)
		if (ssrc_report_cap_due(w->a, i, w->options))
			put_note(w, i);
	put_report(w);
}

static void put_bundle(writer *w)
{
	char id[ID_BYTES];
	ssrc_buf_printf(&w->text, "%s", "");
	ssrc_put_day(&w->text, w->a->chain->as_of, midnight);
	snprintf(w->day, sizeof w->day, "%s", w->text.failed ? lasting : w->text.data);
	make_id(w, w->creator, "identity", "secondsource", "program", false);
	make_id(w, id, "bundle", "", "", true);
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "type", "bundle");
	ssrc_json_string(&w->json, "id", id);
	ssrc_json_open(&w->json, "objects", '[');
	put_objects(w);
	ssrc_json_close(&w->json, ']');
	ssrc_json_close(&w->json, '}');
	ssrc_json_end(&w->json);
}

ssrc_status ssrc_report_stix(ssrc_buf *out, const ssrc_assessment *a, const ssrc_exchange_options *options,
			     ssrc_error *err)
{
	writer w = {.a = a, .options = options};
	ssrc_buf_init(&w.key, a->ctx);
	ssrc_buf_init(&w.text, a->ctx);
	ssrc_json_begin(&w.json, out, true);
	w.used_country = ssrc_alloc_array(a->ctx, (size_t)a->chain->n_countries + 1, sizeof *w.used_country);
	w.used_party = ssrc_alloc_array(a->ctx, (size_t)a->chain->n_parties + 1, sizeof *w.used_party);
	bool failed = !w.used_country || !w.used_party;
	if (!failed) {
		mark_used(&w);
		put_bundle(&w);
		failed = out->failed || w.key.failed || w.text.failed;
	}
	ssrc_release(a->ctx, w.used_country);
	ssrc_release(a->ctx, w.used_party);
	ssrc_buf_clear(&w.key);
	ssrc_buf_clear(&w.text);
	return failed ? ssrc_no_memory(err) : SSRC_OK;
}
