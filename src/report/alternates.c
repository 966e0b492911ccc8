/* The substitution card of one item as text, CSV and JSON. */
#include "report.h"

#include "assess/substitution.h"
#include "io/csv.h"
#include "io/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct card {
	const ssrc_assessment *a;
	const ssrc_chain *chain;
	const ssrc_substitution *s;
	const ssrc_report_options *options;
	ssrc_lang lang;
	ssrc_buf *out;
	ssrc_json json;
} card;

static const ssrc_text_id verdict_texts[] = {SSRC_T_AL_V_BLOCKED,  SSRC_T_AL_V_OTHER_USER, SSRC_T_AL_V_OTHER_MARKET,
					     SSRC_T_AL_V_EXCLUDED, SSRC_T_AL_V_IN_CUT,     SSRC_T_AL_V_NOT_QUALIFIED,
					     SSRC_T_AL_V_COUNTS};
static const char *const verdict_words[] = {"blocked", "other_user",    "other_market", "excluded",
					    "in_cut",  "not_qualified", "counts"};
static const ssrc_text_id state_texts[] = {SSRC_T_AL_IDENTIFIED, SSRC_T_AL_SAMPLING, SSRC_T_AL_QUALIFIED,
					   SSRC_T_AL_IN_USE};

static const ssrc_alternate *alternate_of(const card *x, const ssrc_candidate *c)
{
	return &x->chain->alternates[c->alternate];
}

static const char *candidate_id(const card *x, const ssrc_alternate *alternate)
{
	return alternate->by_item != SSRC_NONE ? x->chain->items[alternate->by_item].id
					       : x->chain->parties[alternate->by_party].id;
}

static const char *const *candidate_names(const card *x, const ssrc_alternate *alternate)
{
	return alternate->by_item != SSRC_NONE ? x->chain->items[alternate->by_item].name
					       : x->chain->parties[alternate->by_party].name;
}

static const char *item_name(const card *x, uint32_t item)
{
	return ssrc_name(x->chain->items[item].name, x->chain->items[item].id, x->lang);
}

static const ssrc_cell *fact(const card *x, const ssrc_alternate *alternate, uint32_t common)
{
	return ssrc_fact_cell(x->chain, SSRC_FILE_ALTERNATES, alternate->row, common);
}

/* The codes of a set of countries. */
static void put_countries(const card *x, const bool *set, char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	for (uint32_t c = 0; c < x->chain->n_countries && used + 5 < size; c++)
		if (set[c])
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 x->chain->countries[c]);
}

/* ---- for people: lines ---------------------------------------------------------------------------------------- */

enum { ARGS_MAX = 8, INDENT = 2 };

/* Fills the template with the texts (NULL ends them), indented, on a line of its own. */
static void say(card *x, int depth, ssrc_text_id id, ...)
{
	const char *args[ARGS_MAX] = {0};
	char text[900];
	va_list list;
	va_start(list, id);
	for (int i = 0; i < ARGS_MAX; i++)
		if (!(args[i] = va_arg(list, const char *)))
			break;
	va_end(list);
	ssrc_text_fill(text, sizeof text, ssrc_text(id, x->lang), args, ARGS_MAX);
	ssrc_buf_printf(x->out, "%*s%s\n", depth * INDENT, "", text);
}

static void heading(card *x, const char *text)
{
	ssrc_buf_putc(x->out, '\n');
	ssrc_paint_text(x->out, text, SSRC_BOLD, x->options->colour);
	ssrc_buf_putc(x->out, '\n');
}

static void put_interval(char out[64], ssrc_interval i, double scale, int decimals)
{
	ssrc_put_range(out, i.low, i.high, scale, decimals);
}

static void put_events(card *x, int depth, ssrc_text_id id, const uint32_t *events, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const ssrc_event *event = &x->chain->events[events[i]];
		say(x, depth, id, event->id, ssrc_name(event->title, event->id, x->lang), NULL);
	}
}

static void put_head(card *x)
{
	const ssrc_item *it = &x->chain->items[x->s->item];
	const ssrc_item_result *r = &x->a->items[x->s->item];
	char day[11], cut[400], excluded[400];
	ssrc_date_format(x->chain->as_of, day);
	const char *other = x->lang == SSRC_LANG_ZH ? it->name[0] : it->name[1];
	ssrc_paint_text(x->out, item_name(x, x->s->item), SSRC_BOLD, x->options->colour);
	ssrc_buf_printf(x->out, " (%s) · %s · %s\n", *other ? other : it->id, it->id,
			ssrc_name(x->chain->tiers[it->tier].name, x->chain->tiers[it->tier].id, x->lang));
	say(x, 0, SSRC_T_E_HEAD, x->a->home.text, ssrc_basis_word(x->a->basis), day, NULL);
	if (x->s->for_item != SSRC_NONE)
		say(x, 0, SSRC_T_AL_FOR, item_name(x, x->s->for_item), NULL);
	uint32_t top = r->supply.top_foreign;
	snprintf(cut, sizeof cut, "%s", top == SSRC_NONE ? "" : x->chain->countries[top]);
	put_countries(x, x->s->excluded, excluded, sizeof excluded);
	say(x, 0,
	    *cut ? (*excluded ? SSRC_T_AL_CUT_AND : SSRC_T_AL_CUT)
		 : (*excluded ? SSRC_T_AL_CUT_ONLY : SSRC_T_AL_CUT_NONE),
	    *cut ? cut : excluded, excluded, NULL);
	say(x, 0, SSRC_T_AL_FLAGS, ssrc_text(r->single_source ? SSRC_T_C_YES : SSRC_T_C_NO, x->lang),
	    ssrc_text(r->sole_source ? SSRC_T_C_YES : SSRC_T_C_NO, x->lang), NULL);
}

typedef struct standing_text {
	char level[24], grade[2], loss[64], growth[64];
} standing_text;

static standing_text text_of(const ssrc_standing *s)
{
	standing_text t;
	ssrc_item_result r = {.level = s->level, .level_low = s->level_low, .level_high = s->level_high};
	ssrc_put_level(t.level, &r, true);
	snprintf(t.grade, sizeof t.grade, "%c", ssrc_grade_letter(s->grade));
	ssrc_put_estimate(t.loss, &s->loss[SSRC_MODE_RUN], 1, 1);
	ssrc_put_estimate(t.growth, &s->loss[SSRC_MODE_GROW], 1, 1);
	return t;
}

static void put_after(card *x, int depth, const ssrc_standing *after)
{
	standing_text now = text_of(&x->s->now), then = text_of(after);
	say(x, depth, SSRC_T_AL_AFTER, now.level, then.level, now.grade, then.grade, now.loss, then.loss, now.growth,
	    then.growth, NULL);
}

static void put_option(card *x, int depth, uint32_t index)
{
	const ssrc_option *option = &x->chain->options[index];
	char cost[64], lead[64], success[64], million[40];
	put_interval(cost, option->fixed_cost, 1, 1);
	put_interval(lead, option->lead, 1, 0);
	put_interval(success, option->success, 1, 2);
	say(x, depth, SSRC_T_AL_COST, cost, ssrc_name(option->name, option->id, x->lang), option->id, lead, success,
	    ssrc_put_million(million, x->chain, x->lang), NULL);
}

static const char *evidence_word(const card *x, const ssrc_alternate *alternate)
{
	const char *kind = fact(x, alternate, SSRC_COMMON_EVIDENCE)->text;
	ssrc_text_id word = strcmp(kind, "observed") == 0    ? SSRC_T_E_OBSERVED
			    : strcmp(kind, "estimated") == 0 ? SSRC_T_E_ESTIMATED
			    : strcmp(kind, "assumed") == 0   ? SSRC_T_E_ASSUMED
							     : SSRC_T_E_NO_KIND;
	return ssrc_text(word, x->lang);
}

/* "✓ Empyrean (empyrean) · party, CN · in use · counts". */
static void put_candidate_head(card *x, const ssrc_candidate *c)
{
	const ssrc_alternate *alternate = alternate_of(x, c);
	const char *id = candidate_id(x, alternate);
	bool party = alternate->by_party != SSRC_NONE;
	ssrc_buf_printf(x->out, "  %s %s (%s) · %s%s%s · %s · %s",
			c->verdict == SSRC_VERDICT_COUNTS ? "✓"
			: c->offered                      ? "·"
							  : "✗",
			ssrc_name(candidate_names(x, alternate), id, x->lang), id,
			ssrc_text(party ? SSRC_T_AL_PARTY : SSRC_T_AL_ITEM, x->lang),
			party ? (x->lang == SSRC_LANG_ZH ? "," : ", ") : "",
			party ? (c->country == SSRC_NONE ? "?" : x->chain->countries[c->country]) : "",
			ssrc_text(state_texts[alternate->state], x->lang),
			ssrc_text(verdict_texts[c->verdict], x->lang));
	if (alternate->for_item != SSRC_NONE) {
		char text[200];
		const char *args[] = {x->chain->items[alternate->for_item].id};
		ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_E_FOR_ONLY, x->lang), args, 1);
		ssrc_buf_printf(x->out, " · %s", text);
	}
	ssrc_buf_putc(x->out, '\n');
}

static void put_candidate(card *x, const ssrc_candidate *c)
{
	const ssrc_alternate *alternate = alternate_of(x, c);
	char cover[64], share[64], weeks[64], gaps[3][64], lost[64];
	put_candidate_head(x, c);
	put_events(x, 2, SSRC_T_AL_CONTROL, c->controls, c->n_controls);
	put_events(x, 2, SSRC_T_AL_NEAR, c->near, c->n_near);
	ssrc_put_estimate(cover, &c->cover, 100, 0);
	put_interval(share, alternate->share, 100, 0);
	put_interval(weeks, alternate->weeks, 1, 0);
	put_interval(gaps[0], alternate->performance, 1, 2);
	put_interval(gaps[1], alternate->ecosystem, 1, 2);
	put_interval(gaps[2], alternate->integration, 1, 2);
	say(x, 2, SSRC_T_AL_COVER, cover, share, weeks, NULL);
	say(x, 2, SSRC_T_E_GAPS, gaps[0], gaps[1], gaps[2], NULL);
	if (c->lost.at[SSRC_CASE_HIGH] > 0) {
		ssrc_put_estimate(lost, &c->lost, 100, 0);
		say(x, 2, SSRC_T_AL_LOST, lost, NULL);
	}
	for (uint32_t i = 0; i < c->n_options; i++)
		put_option(x, 2, c->options[i]);
	if (c->n_options == 0)
		say(x, 2, SSRC_T_AL_COST_NONE, NULL);
	if (c->has_after)
		put_after(x, 2, &c->after);
	const char *source = fact(x, alternate, SSRC_COMMON_SOURCE)->text;
	say(x, 2, SSRC_T_AL_EVIDENCE, evidence_word(x, alternate), *source ? source : "?", NULL);
}

/* ---- for people: sections --------------------------------------------------------------------------------------- */

static void put_candidates(card *x)
{
	const ssrc_substitution *s = x->s;
	standing_text now = text_of(&s->now);
	char number[24];
	say(x, 0, SSRC_T_AL_NOW, now.level, now.grade, now.loss, now.growth, NULL);
	put_events(x, 0, SSRC_T_AL_IN_FORCE, s->controls, s->n_controls);
	heading(x, ssrc_text(SSRC_T_AL_HEAD, x->lang));
	for (uint32_t i = 0; i < s->n_candidates; i++)
		put_candidate(x, &s->candidates[i]);
	if (s->n_candidates == 0)
		say(x, 1, SSRC_T_AL_NONE, NULL);
	if (!s->has_all)
		return;
	snprintf(number, sizeof number, "%u", s->n_offered);
	char text[200];
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_AL_ALL, x->lang), (const char *[]){number}, 1);
	heading(x, text);
	put_after(x, 1, &s->all);
}

static void put_missing(card *x, const ssrc_candidate *c)
{
	const ssrc_alternate *alternate = alternate_of(x, c);
	const char *id = candidate_id(x, alternate);
	char weeks[64], gaps[3][64];
	put_interval(weeks, alternate->weeks, 1, 0);
	put_interval(gaps[0], alternate->performance, 1, 2);
	put_interval(gaps[1], alternate->ecosystem, 1, 2);
	put_interval(gaps[2], alternate->integration, 1, 2);
	say(x, 1, SSRC_T_AL_MISSING, ssrc_name(candidate_names(x, alternate), id, x->lang), id,
	    ssrc_text(state_texts[alternate->state], x->lang), weeks, gaps[0], gaps[1], gaps[2], NULL);
}

/* Where nothing counts: candidates that only lack qualification, else the items that resemble this one. */
static void put_nearest(card *x)
{
	const ssrc_substitution *s = x->s;
	if (s->n_counts)
		return;
	heading(x, ssrc_text(SSRC_T_AL_NEAREST, x->lang));
	say(x, 1, SSRC_T_AL_NONE_COUNTS, x->a->home.text, NULL);
	for (uint32_t i = 0; i < s->n_candidates; i++)
		if (s->candidates[i].offered)
			put_missing(x, &s->candidates[i]);
	if (s->n_offered)
		return;
	for (uint32_t i = 0; i < s->n_similar; i++) {
		const ssrc_similar *similar = &s->similar[i];
		char shared[64];
		ssrc_put_range(shared, similar->shared, similar->shared, 100, 0);
		say(x, 1, similar->variant ? SSRC_T_AL_SIMILAR_VARIANT : SSRC_T_AL_SIMILAR, item_name(x, similar->item),
		    x->chain->items[similar->item].id, shared, NULL);
		put_events(x, 2, SSRC_T_AL_CONTROL, similar->controls, similar->n_controls);
	}
	say(x, 1, s->n_similar ? SSRC_T_AL_SIMILAR_NOTE : SSRC_T_AL_NO_NEAREST, NULL);
}

static void put_elsewhere(card *x)
{
	const ssrc_substitution *s = x->s;
	if (!s->n_elsewhere)
		return;
	heading(x, ssrc_text(SSRC_T_AL_ELSEWHERE, x->lang));
	for (uint32_t i = 0; i < s->n_elsewhere; i++) {
		const ssrc_elsewhere *other = &s->elsewhere[i];
		char share[64], name[200], row[400];
		ssrc_put_estimate(share, &x->a->items[s->item].supply.country[other->country], 100, 1);
		snprintf(name, sizeof name, "%s%s%s%s", x->chain->countries[other->country], other->home ? " (" : "",
			 other->home ? ssrc_text(SSRC_T_W_HOME, x->lang) : "", other->home ? ")" : "");
		ssrc_text_fill(row, sizeof row, ssrc_text(SSRC_T_AL_ELSEWHERE_ROW, x->lang),
			       (const char *[]){name, share}, 2);
		ssrc_buf_printf(x->out, "  %s %s%s%s\n", other->n_controls ? "✗" : "·", row,
				other->n_controls ? "" : " · ",
				other->n_controls ? "" : ssrc_text(SSRC_T_AL_OPEN, x->lang));
		put_events(x, 2, SSRC_T_AL_CONTROL, other->controls, other->n_controls);
	}
}

static void put_rest(card *x)
{
	const ssrc_substitution *s = x->s;
	if (s->n_options)
		heading(x, ssrc_text(SSRC_T_AL_OPTIONS, x->lang));
	for (uint32_t i = 0; i < s->n_options; i++) {
		put_option(x, 1, s->options[i].option);
		put_events(x, 2, SSRC_T_AL_CONTROL, s->options[i].controls, s->options[i].n_controls);
	}
	if (s->n_stands_in)
		heading(x, ssrc_text(SSRC_T_AL_STANDS_IN, x->lang));
	for (uint32_t i = 0; i < s->n_stands_in; i++) {
		const ssrc_alternate *alternate = &x->chain->alternates[s->stands_in[i]];
		ssrc_buf_printf(x->out, "  %s (%s) · %s\n", item_name(x, alternate->item),
				x->chain->items[alternate->item].id, ssrc_text(state_texts[alternate->state], x->lang));
	}
	ssrc_buf_putc(x->out, '\n');
	say(x, 0, SSRC_T_AL_NOTE, NULL);
}

/* ---- JSON
 * ------------------------------------------------------------------------------------------------------------ */

static void json_interval(ssrc_json *json, const char *key, ssrc_interval i)
{
	ssrc_json_interval(json, key, i.low, i.high);
}

static void json_estimate(ssrc_json *json, const char *key, const ssrc_estimate *e)
{
	ssrc_json_open(json, key, '{');
	ssrc_json_number(json, "low", e->at[SSRC_CASE_LOW]);
	ssrc_json_number(json, "central", e->at[SSRC_CASE_MID]);
	ssrc_json_number(json, "high", e->at[SSRC_CASE_HIGH]);
	ssrc_json_close(json, '}');
}

static void json_standing(ssrc_json *json, const char *key, const ssrc_standing *s)
{
	ssrc_json_open(json, key, '{');
	if (s->level < 0)
		ssrc_json_string(json, "level", NULL);
	else
		ssrc_json_integer(json, "level", s->level);
	ssrc_json_interval(json, "level_range", s->level_low, s->level_high);
	ssrc_json_string(json, "grade", (char[]){ssrc_grade_letter(s->grade), 0});
	json_estimate(json, "loss_weeks", &s->loss[SSRC_MODE_RUN]);
	json_estimate(json, "growth_loss_weeks", &s->loss[SSRC_MODE_GROW]);
	ssrc_json_close(json, '}');
}

static void json_events(card *x, const char *key, const uint32_t *events, uint32_t n)
{
	ssrc_json_open(&x->json, key, '[');
	for (uint32_t i = 0; i < n; i++) {
		const ssrc_event *event = &x->chain->events[events[i]];
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_string(&x->json, "event", event->id);
		ssrc_json_string(&x->json, "title_en", event->title[0]);
		ssrc_json_string(&x->json, "title_zh", event->title[1]);
		ssrc_json_close(&x->json, '}');
	}
	ssrc_json_close(&x->json, ']');
}

static void json_option(card *x, uint32_t index)
{
	const ssrc_option *option = &x->chain->options[index];
	ssrc_json_string(&x->json, "option", option->id);
	ssrc_json_string(&x->json, "kind", ssrc_option_kind_word(option->kind));
	ssrc_json_string(&x->json, "provider",
			 option->provider == SSRC_NONE ? NULL : x->chain->parties[option->provider].id);
	json_interval(&x->json, "fixed_cost", option->fixed_cost);
	ssrc_json_number(&x->json, "unit_cost", option->unit_cost);
	json_interval(&x->json, "lead_weeks", option->lead);
	ssrc_json_number(&x->json, "capacity", option->capacity);
	json_interval(&x->json, "success", option->success);
}

static void json_list(ssrc_json *json, const char *key, const ssrc_cell *cell, ssrc_list_visit *visit)
{
	ssrc_json_open(json, key, '[');
	ssrc_cell_list(cell, ';', visit, json);
	ssrc_json_close(json, ']');
}

static bool json_word(void *user, const char *text, size_t len)
{
	char word[160];
	snprintf(word, sizeof word, "%.*s", (int)(len < 159 ? len : 159), text);
	ssrc_json_string(user, NULL, word);
	return true;
}

static void json_candidate(card *x, const ssrc_candidate *c)
{
	const ssrc_alternate *alternate = alternate_of(x, c);
	ssrc_json *json = &x->json;
	const char *const *names = candidate_names(x, alternate),
			  *kind = fact(x, alternate, SSRC_COMMON_EVIDENCE)->text;
	ssrc_json_open(json, NULL, '{');
	ssrc_json_string(json, "alternate", candidate_id(x, alternate));
	ssrc_json_string(json, "kind", alternate->by_item != SSRC_NONE ? "item" : "party");
	ssrc_json_string(json, "name_en", names[0]);
	ssrc_json_string(json, "name_zh", names[1]);
	ssrc_json_string(json, "country", c->country == SSRC_NONE ? NULL : x->chain->countries[c->country]);
	ssrc_json_string(json, "for_item",
			 alternate->for_item == SSRC_NONE ? NULL : x->chain->items[alternate->for_item].id);
	ssrc_json_string(json, "state", ssrc_state_word(alternate->state));
	ssrc_json_string(json, "verdict", verdict_words[c->verdict]);
	ssrc_json_bool(json, "counts", c->verdict == SSRC_VERDICT_COUNTS);
	ssrc_json_bool(json, "offered", c->offered);
	ssrc_json_bool(json, "counted_in_rank", c->counted);
	json_events(x, "blocked_by", c->controls, c->n_controls);
	json_events(x, "may_be_reached_by", c->near, c->n_near);
	json_interval(json, "performance_gap", alternate->performance);
	json_interval(json, "ecosystem_gap", alternate->ecosystem);
	json_interval(json, "integration_gap", alternate->integration);
	json_interval(json, "weeks", alternate->weeks);
	json_interval(json, "share", alternate->share);
	json_estimate(json, "cover", &c->cover);
	json_estimate(json, "lost_in_cut", &c->lost);
	ssrc_json_open(json, "options", '[');
	for (uint32_t i = 0; i < c->n_options; i++) {
		ssrc_json_open(json, NULL, '{');
		json_option(x, c->options[i]);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	if (c->has_after)
		json_standing(json, "after", &c->after);
	ssrc_json_string(json, "evidence", *kind ? kind : NULL);
	json_list(json, "sources", fact(x, alternate, SSRC_COMMON_SOURCE), json_word);
	ssrc_json_close(json, '}');
}

static void json_countries(card *x, const char *key, const bool *set)
{
	ssrc_json_open(&x->json, key, '[');
	for (uint32_t c = 0; c < x->chain->n_countries; c++)
		if (set[c])
			ssrc_json_string(&x->json, NULL, x->chain->countries[c]);
	ssrc_json_close(&x->json, ']');
}

static void json_head(card *x)
{
	const ssrc_item_result *r = &x->a->items[x->s->item];
	char day[11];
	ssrc_date_format(x->chain->as_of, day);
	ssrc_json_begin(&x->json, x->out, true);
	ssrc_json_open(&x->json, NULL, '{');
	ssrc_json_string(&x->json, "schema", "secondsource/alternates/1");
	ssrc_json_string(&x->json, "program", x->options->version);
	ssrc_json_string(&x->json, "home", x->a->home.text);
	ssrc_json_string(&x->json, "basis", ssrc_basis_word(x->a->basis));
	ssrc_json_string(&x->json, "as_of", day);
	ssrc_json_string(&x->json, "item", x->chain->items[x->s->item].id);
	ssrc_json_string(&x->json, "for_item", x->s->for_item == SSRC_NONE ? NULL : x->chain->items[x->s->for_item].id);
	json_countries(x, "cut", x->s->cut);
	json_countries(x, "excluded", x->s->excluded);
	ssrc_json_bool(&x->json, "single_source", r->single_source);
	ssrc_json_bool(&x->json, "sole_source", r->sole_source);
	json_standing(&x->json, "now", &x->s->now);
	json_events(x, "controls_in_force", x->s->controls, x->s->n_controls);
}

static void json_other(card *x)
{
	const ssrc_substitution *s = x->s;
	ssrc_json *json = &x->json;
	ssrc_json_open(json, "supply_outside_cut", '[');
	for (uint32_t i = 0; i < s->n_elsewhere; i++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "country", x->chain->countries[s->elsewhere[i].country]);
		ssrc_json_bool(json, "home", s->elsewhere[i].home);
		json_estimate(json, "share", &x->a->items[s->item].supply.country[s->elsewhere[i].country]);
		json_events(x, "blocked_by", s->elsewhere[i].controls, s->elsewhere[i].n_controls);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "other_options", '[');
	for (uint32_t i = 0; i < s->n_options; i++) {
		ssrc_json_open(json, NULL, '{');
		json_option(x, s->options[i].option);
		json_events(x, "blocked_by", s->options[i].controls, s->options[i].n_controls);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "stands_in_for", '[');
	for (uint32_t i = 0; i < s->n_stands_in; i++)
		ssrc_json_string(json, NULL, x->chain->items[x->chain->alternates[s->stands_in[i]].item].id);
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "similar", '[');
	for (uint32_t i = 0; i < s->n_similar && !s->n_offered; i++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "item", x->chain->items[s->similar[i].item].id);
		ssrc_json_bool(json, "same_group", s->similar[i].variant);
		ssrc_json_number(json, "shared", s->similar[i].shared);
		json_events(x, "blocked_by", s->similar[i].controls, s->similar[i].n_controls);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void write_json(card *x)
{
	json_head(x);
	ssrc_json_open(&x->json, "candidates", '[');
	for (uint32_t i = 0; i < x->s->n_candidates; i++)
		json_candidate(x, &x->s->candidates[i]);
	ssrc_json_close(&x->json, ']');
	if (x->s->has_all)
		json_standing(&x->json, "after_all", &x->s->all);
	json_other(x);
	ssrc_json_close(&x->json, '}');
	ssrc_json_end(&x->json);
}

/* ---- CSV: one row a candidate ---------------------------------------------------------------------------------------
 */

static void csv_text(card *x, const char *text)
{
	ssrc_csv_put(x->out, false, text, strlen(text));
}

static void csv_number(card *x, double value)
{
	char text[40] = "";
	if (isfinite(value))
		ssrc_format_number(text, value);
	else if (isinf(value))
		snprintf(text, sizeof text, "inf");
	csv_text(x, text);
}

static void csv_interval(card *x, ssrc_interval i)
{
	csv_number(x, i.low);
	csv_number(x, i.high);
}

static void csv_events(card *x, const uint32_t *events, uint32_t n)
{
	char text[600] = "";
	size_t used = 0;
	for (uint32_t i = 0; i < n && used + 1 < sizeof text; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ";" : "",
					 x->chain->events[events[i]].id);
	csv_text(x, text);
}

static void csv_after(card *x, const ssrc_candidate *c)
{
	char level[16] = "", grade[2] = "";
	if (c->has_after && c->after.level >= 0)
		snprintf(level, sizeof level, "%d", c->after.level);
	if (c->has_after)
		snprintf(grade, sizeof grade, "%c", ssrc_grade_letter(c->after.grade));
	csv_text(x, level);
	csv_text(x, grade);
	csv_number(x, c->has_after ? c->after.loss[SSRC_MODE_RUN].at[SSRC_CASE_MID] : (double)NAN);
	csv_number(x, c->has_after ? c->after.loss[SSRC_MODE_GROW].at[SSRC_CASE_MID] : (double)NAN);
}

static void csv_candidate(card *x, const ssrc_candidate *c)
{
	const ssrc_alternate *alternate = alternate_of(x, c);
	const ssrc_option *option = c->n_options ? &x->chain->options[c->options[0]] : NULL;
	const ssrc_interval none = {(double)NAN, (double)NAN};
	const char *id = x->chain->items[x->s->item].id;
	ssrc_csv_put(x->out, true, id, strlen(id));
	csv_text(x, candidate_id(x, alternate));
	csv_text(x, alternate->by_item != SSRC_NONE ? "item" : "party");
	csv_text(x, candidate_names(x, alternate)[0]);
	csv_text(x, candidate_names(x, alternate)[1]);
	csv_text(x, c->country == SSRC_NONE ? "" : x->chain->countries[c->country]);
	csv_text(x, alternate->for_item == SSRC_NONE ? "" : x->chain->items[alternate->for_item].id);
	csv_text(x, ssrc_state_word(alternate->state));
	csv_text(x, verdict_words[c->verdict]);
	csv_text(x, c->offered ? "yes" : "");
	csv_events(x, c->controls, c->n_controls);
	csv_events(x, c->near, c->n_near);
	csv_interval(x, alternate->performance);
	csv_interval(x, alternate->ecosystem);
	csv_interval(x, alternate->integration);
	csv_interval(x, alternate->weeks);
	csv_interval(x, alternate->share);
	for (int which = 0; which < SSRC_CASES; which++)
		csv_number(x, c->cover.at[which]);
	csv_number(x, c->lost.at[SSRC_CASE_MID]);
	csv_text(x, option ? option->id : "");
	csv_interval(x, option ? option->fixed_cost : none);
	csv_interval(x, option ? option->lead : none);
	csv_after(x, c);
	csv_text(x, fact(x, alternate, SSRC_COMMON_EVIDENCE)->text);
	csv_text(x, fact(x, alternate, SSRC_COMMON_SOURCE)->text);
	ssrc_buf_puts(x->out, "\n");
}

static void write_csv(card *x)
{
	ssrc_buf_puts(x->out, x->options->bom ? "\xEF\xBB\xBF" : "");
	ssrc_buf_puts(x->out, "item,alternate,kind,name_en,name_zh,country,for_item,state,verdict,offered,blocked_by,"
			      "may_be_reached_by,performance_gap_low,performance_gap_high,ecosystem_gap_low,"
			      "ecosystem_gap_high,integration_gap_low,integration_gap_high,weeks_low,weeks_high,"
			      "share_low,share_high,cover_low,cover_central,cover_high,lost_in_cut,option,"
			      "fixed_cost_low,fixed_cost_high,lead_weeks_low,lead_weeks_high,level_after,grade_after,"
			      "loss_after,growth_loss_after,evidence,source\n");
	for (uint32_t i = 0; i < x->s->n_candidates; i++)
		csv_candidate(x, &x->s->candidates[i]);
}

/* ---- all of it
 * ------------------------------------------------------------------------------------------------------- */

static void write_text(card *x)
{
	put_head(x);
	put_candidates(x);
	put_nearest(x);
	put_elsewhere(x);
	put_rest(x);
}

static uint32_t find_item(const ssrc_chain *chain, const char *what)
{
	size_t n = strcspn(what, ":");
	bool prefix = ssrc_text_equal(what, n, "item") || ssrc_text_equal(what, n, "node");
	return ssrc_chain_item(chain, prefix && what[n] ? what + n + 1 : what);
}

ssrc_status ssrc_report_alternates(ssrc_buf *out, const ssrc_assessment *a, const ssrc_alternates_options *alternates,
				   const ssrc_report_options *options, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	uint32_t item = find_item(chain, alternates->item);
	uint32_t for_item = alternates->for_item ? find_item(chain, alternates->for_item) : SSRC_NONE;
	if (item == SSRC_NONE)
		return ssrc_not_found(chain, alternates->item, false, err);
	if (alternates->for_item && for_item == SSRC_NONE)
		return ssrc_not_found(chain, alternates->for_item, false, err);
	ssrc_substitution_options wanted = {alternates->home, alternates->exclude, for_item, alternates->grade_after};
	ssrc_substitution *s = NULL;
	ssrc_status status = ssrc_substitution_new(&s, a, item, &wanted, err);
	if (status)
		return status;
	card x = {.a = a, .chain = chain, .s = s, .options = options, .lang = options->lang, .out = out};
	if (options->format == SSRC_FORMAT_JSON)
		write_json(&x);
	else if (options->format == SSRC_FORMAT_CSV)
		write_csv(&x);
	else
		write_text(&x);
	ssrc_substitution_free(s, a->ctx);
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}
