/* A card for each item of the worst: why it stands there, what would lower it, every row of evidence. */
#include "sections.h"

#include "io/json_read.h"
#include "model/policy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CARDS = 40, ALERTS = 20, ALERT_LEVEL = 3 };

void ssrc_brief_mark_cards(ssrc_brief_writer *w)
{
	for (uint32_t k = 0; k < w->chain->n_items && k < CARDS; k++)
		w->card[w->b->a->rank[k]] = w->b->a->items[w->b->a->rank[k]].level >= 1;
}

static ssrc_words titles(const ssrc_json_value *value)
{
	return (ssrc_words){{ssrc_json_text(value, "title_en"), ssrc_json_text(value, "title_zh")}};
}

/* [1] [2] … to the evidence of this card. */
static void put_refs(ssrc_brief_writer *w, const char *item, const ssrc_json_value *list)
{
	const ssrc_json_value *one = list && list->kind == SSRC_JSON_LIST ? list->first : list;
	for (; one && one->kind == SSRC_JSON_NUMBER; one = list->kind == SSRC_JSON_LIST ? one->next : NULL) {
		ssrc_words text = SSRC_SAME(one->text);
		ssrc_page_raw(&w->page, "<sup>");
		ssrc_page_link(&w->page, ssrc_brief_text(w, "#e-%s-%s", item, one->text), &text);
		ssrc_page_raw(&w->page, "</sup>");
	}
}

/* ---- the rule that fired
 * --------------------------------------------------------------------------------------------- */

static const ssrc_text_id fact_texts[] = {
#define SSRC_X(name, word, unit) SSRC_T_F_##name,
	SSRC_FACT_LIST(SSRC_X)
#undef SSRC_X
};

static int fact_of(const char *word)
{
	for (int f = 0; f < SSRC_FACT_COUNT; f++)
		if (strcmp(ssrc_fact_word((ssrc_fact)f), word) == 0)
			return f;
	return -1;
}

static void put_test(ssrc_brief_writer *w, const char *item, const ssrc_json_value *test)
{
	int fact = fact_of(ssrc_json_text(test, "fact"));
	if (fact < 0)
		return;
	const char *unit = ssrc_fact_unit((ssrc_fact)fact);
	double scale = strcmp(unit, "share") == 0 ? 100 : strcmp(unit, "index") == 0 ? 10000 : 1;
	ssrc_span span = {ssrc_json_double(test, "low"), ssrc_json_double(test, "central"),
			  ssrc_json_double(test, "high")};
	char limit[24], margin[24];
	ssrc_put_short(limit, ssrc_json_double(test, "threshold") * scale, 0);
	ssrc_put_short(margin, ssrc_json_double(test, "margin") * scale, 1);
	const char *side = ssrc_brief_text(w, "%s %s", ssrc_json_text(test, "op"), limit);
	const char *by = ssrc_brief_text(w, "%s", margin);
	bool holds = strcmp(ssrc_json_text(test, "holds"), "true") == 0;
	ssrc_bit bits[] = {ssrc_brief_bit(ssrc_catalogue_words(fact_texts[fact]), NULL),
			   ssrc_brief_span_bit(w, span, scale, 0), SSRC_SAME_BIT(side), SSRC_SAME_BIT(by)};
	ssrc_page_raw(&w->page, "<li>");
	ssrc_page_say(&w->page, holds ? SSRC_T_B_TEST_HOLDS : SSRC_T_B_TEST_NOT, bits, 4);
	put_refs(w, item, ssrc_json_get(test, "evidence"));
	ssrc_page_raw(&w->page, "</li>\n");
}

static void put_conditions(ssrc_brief_writer *w, const char *item, const ssrc_json_value *list, int depth)
{
	for (const ssrc_json_value *c = list; c && depth < 16; c = c->next) {
		if (ssrc_json_get(c, "fact"))
			put_test(w, item, c);
		put_conditions(w, item, ssrc_json_list(c, "all"), depth + 1);
		const ssrc_json_value *any = ssrc_json_list(c, "any");
		if (!any)
			continue;
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_say(&w->page, SSRC_T_B_ANY_OF, NULL, 0);
		ssrc_page_raw(&w->page, "<ul>\n");
		put_conditions(w, item, any, depth + 1);
		ssrc_page_raw(&w->page, "</ul></li>\n");
	}
}

static void put_because(ssrc_brief_writer *w, const char *item, const ssrc_json_value *root)
{
	const ssrc_json_value *because = ssrc_json_get(root, "because");
	if (!because || because->kind != SSRC_JSON_OBJECT)
		return;
	ssrc_words title = titles(because);
	ssrc_bit bit = ssrc_brief_bit(title, NULL);
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_BECAUSE, &bit, 1);
	ssrc_page_raw(&w->page, "<ul>\n");
	put_conditions(w, item, ssrc_json_list(because, "conditions"), 0);
	ssrc_page_raw(&w->page, "</ul>\n");
}

/* ---- loss, and what would lower it
 * ------------------------------------------------------------------------------------- */

static void put_loss(ssrc_brief_writer *w, const ssrc_json_value *root)
{
	static const struct {
		const char *key;
		ssrc_text_id text;
	} step[] = {{"gross", SSRC_T_B_W_GROSS},
		    {"alternates", SSRC_T_B_W_ALTERNATES},
		    {"stock", SSRC_T_B_W_STOCK},
		    {"downstream", SSRC_T_B_W_DOWNSTREAM},
		    {"weeks", SSRC_T_B_W_LOSS}};
	const ssrc_json_value *loss = ssrc_json_get(root, "loss");
	if (isnan(ssrc_json_double(loss, "weeks")))
		return;
	const char *cut = ssrc_brief_text(w, "%s", ssrc_json_text(loss, "cut"));
	ssrc_bit bit = SSRC_SAME_BIT(cut);
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_W_HEAD, &bit, 1);
	ssrc_page_raw(&w->page, "<dl class=\"facts\">\n");
	for (size_t k = 0; k < sizeof step / sizeof *step; k++) {
		ssrc_bit weeks = ssrc_brief_number(w, ssrc_json_double(loss, step[k].key), 1);
		ssrc_page_line(&w->page, "dt", NULL, step[k].text, NULL, 0);
		ssrc_page_line(&w->page, "dd", NULL, SSRC_T_B_W_WEEKS, &weeks, 1);
	}
	ssrc_page_raw(&w->page, "</dl>\n");
}

static void put_lower(ssrc_brief_writer *w, const ssrc_json_value *root)
{
	static const char *const change[] = {"add_stock_weeks", "add_qualified_cover"};
	const ssrc_json_value *list = ssrc_json_list(root, "lower_by");
	if (!list)
		return;
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_LOWER, NULL, 0);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (const ssrc_json_value *x = list; x; x = x->next) {
		const char *what = ssrc_json_text(x, "change");
		double amount = ssrc_json_double(x, "amount");
		bool stock = strcmp(what, change[0]) == 0, cover = strcmp(what, change[1]) == 0;
		bool share = strstr(what, "share") != NULL;
		ssrc_bit bits[] = {ssrc_brief_number(w, share || cover ? amount * 100 : amount, 1),
				   ssrc_brief_number(w, ssrc_json_double(x, "level_after"), 0),
				   ssrc_brief_number(w, ssrc_json_double(x, "ready_by_week"), 0)};
		ssrc_page_line(&w->page, "li", NULL,
			       stock   ? SSRC_T_B_BY_STOCK
			       : cover ? SSRC_T_B_BY_COVER
			       : share ? SSRC_T_B_BY_SHARE
				       : SSRC_T_B_BY_RECOVERY,
			       bits, 3);
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

/* ---- who supplies
 * -------------------------------------------------------------------------------------------------------- */

static ssrc_words provider_words(const ssrc_brief_writer *w, const char *provider)
{
	uint32_t party = ssrc_chain_party(w->chain, provider);
	if (party == SSRC_NONE)
		return SSRC_SAME(provider);
	const ssrc_party *x = &w->chain->parties[party];
	return ssrc_brief_names(w, x->name, x->id);
}

static void put_set(ssrc_brief_writer *w, const char *item, const ssrc_json_value *set)
{
	const ssrc_json_value *rows = ssrc_json_list(set, "rows");
	if (!rows)
		return;
	ssrc_page_raw(&w->page, "<ul>\n");
	for (const ssrc_json_value *r = rows; r; r = r->next) {
		const ssrc_json_value *share = ssrc_json_list(r, "share");
		double low = (double)NAN, high = (double)NAN;
		if (share && share->kind == SSRC_JSON_NUMBER)
			(void)ssrc_parse_number(share->text, strlen(share->text), &low);
		if (share && share->next && share->next->kind == SSRC_JSON_NUMBER)
			(void)ssrc_parse_number(share->next->text, strlen(share->next->text), &high);
		ssrc_words name = provider_words(w, ssrc_json_text(r, "provider"));
		ssrc_bit bits[] = {ssrc_brief_bit(name, NULL),
				   ssrc_brief_span_bit(w, (ssrc_span){low, (low + high) / 2, high}, 100, 0)};
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_say(&w->page, SSRC_T_B_SHARE_ROW, bits, 2);
		put_refs(w, item, ssrc_json_get(r, "evidence"));
		ssrc_page_raw(&w->page, "</li>\n");
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

static void put_supply(ssrc_brief_writer *w, const char *item, const ssrc_json_value *root)
{
	const ssrc_json_value *supply = ssrc_json_get(root, "supply"), *controls = ssrc_json_list(root, "controls");
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_SUPPLY, NULL, 0);
	put_set(w, item, ssrc_json_get(supply, "firm_set"));
	put_set(w, item, ssrc_json_get(supply, "country_set"));
	if (!controls)
		return;
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_CONTROLS_OF, NULL, 0);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (const ssrc_json_value *x = controls; x; x = x->next) {
		ssrc_bit bits[] = {ssrc_brief_bit(titles(x), NULL), SSRC_SAME_BIT(ssrc_json_text(x, "from")),
				   SSRC_SAME_BIT(*ssrc_json_text(x, "to") ? ssrc_json_text(x, "to") : "…")};
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_say(&w->page, SSRC_T_B_CONTROL_ROW, bits, 3);
		put_refs(w, item, ssrc_json_get(x, "evidence"));
		ssrc_page_raw(&w->page, "</li>\n");
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

/* ---- evidence
 * ------------------------------------------------------------------------------------------------------------ */

static void put_source(ssrc_brief_writer *w, const ssrc_json_value *s)
{
	const char *id = ssrc_json_text(s, "source");
	ssrc_words name = SSRC_SAME(id);
	ssrc_bit bits[] = {SSRC_SAME_BIT(ssrc_json_text(s, "title")), SSRC_SAME_BIT(ssrc_json_text(s, "published")),
			   SSRC_SAME_BIT(ssrc_json_text(s, "grade"))};
	ssrc_page_raw(&w->page, "<li>");
	ssrc_page_link(&w->page, ssrc_brief_text(w, "#source-%s", id), &name);
	ssrc_page_raw(&w->page, " ");
	ssrc_page_say(&w->page, SSRC_T_B_SOURCE_ROW, bits, 3);
	ssrc_page_raw(&w->page, "</li>\n");
}

static ssrc_words evidence_words(const char *kind)
{
	return strcmp(kind, "observed") == 0    ? ssrc_catalogue_words(SSRC_T_B_OBSERVED)
	       : strcmp(kind, "estimated") == 0 ? ssrc_catalogue_words(SSRC_T_B_ESTIMATED)
	       : strcmp(kind, "assumed") == 0   ? ssrc_catalogue_words(SSRC_T_B_ASSUMED)
						: ssrc_catalogue_words(SSRC_T_B_UNKNOWN);
}

static void put_evidence(ssrc_brief_writer *w, const char *item, const ssrc_json_value *root)
{
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_EVIDENCE, NULL, 0);
	ssrc_page_raw(&w->page, "<ol>\n");
	for (const ssrc_json_value *e = ssrc_json_list(root, "evidence"); e; e = e->next) {
		const ssrc_json_value *number = ssrc_json_get(e, "evidence");
		ssrc_page_raw(&w->page, "<li");
		ssrc_page_attribute(&w->page, "id", ssrc_brief_text(w, "e-%s-%s", item, number ? number->text : "0"));
		ssrc_page_raw(&w->page, "><code>");
		ssrc_page_text(&w->page, ssrc_json_text(e, "row"));
		ssrc_page_raw(&w->page, "</code> · ");
		ssrc_words kind = evidence_words(ssrc_json_text(e, "kind"));
		ssrc_page_words(&w->page, &kind);
		if (*ssrc_json_text(e, "note")) {
			ssrc_page_raw(&w->page, " · ");
			ssrc_page_text(&w->page, ssrc_json_text(e, "note"));
		}
		ssrc_page_raw(&w->page, "<ul>\n");
		for (const ssrc_json_value *s = ssrc_json_list(e, "sources"); s; s = s->next)
			put_source(w, s);
		ssrc_page_raw(&w->page, "</ul></li>\n");
	}
	ssrc_page_raw(&w->page, "</ol>\n");
}

/* ---- a card
 * ---------------------------------------------------------------------------------------------------------------- */

/* The explanation as `explain --json` gives it: one text, so that page and command never differ. */
static const ssrc_json_value *explanation(ssrc_brief_writer *w, uint32_t item, ssrc_arena *arena)
{
	ssrc_buf text;
	ssrc_findings *findings = NULL;
	ssrc_json_value *root = NULL;
	ssrc_error err = {0};
	ssrc_report_options options = {.format = SSRC_FORMAT_JSON, .version = w->b->settings.version};
	ssrc_buf_init(&text, w->b->ctx);
	ssrc_status status = ssrc_findings_new(&findings, w->b->ctx, &err);
	if (!status)
		status = ssrc_report_explain(&text, w->b->a, ssrc_brief_text(w, "item:%s", w->chain->items[item].id),
					     &options, &err);
	if (!status && !text.failed)
		status = ssrc_json_parse(arena, text.data, text.len, "explain", &root, findings, &err);
	w->failed |= status != SSRC_OK || text.failed || !root;
	ssrc_findings_free(findings);
	ssrc_buf_clear(&text);
	return root;
}

static void put_card(ssrc_brief_writer *w, uint32_t item)
{
	ssrc_arena arena;
	const char *id = w->chain->items[item].id;
	ssrc_words name = ssrc_brief_item(w, item);
	ssrc_arena_init(&arena, w->b->ctx);
	const ssrc_json_value *root = explanation(w, item, &arena);
	ssrc_page_raw(&w->page, "<details");
	ssrc_page_attribute(&w->page, "id", ssrc_brief_text(w, "item-%s", id));
	ssrc_page_raw(&w->page, "><summary>");
	ssrc_page_level(&w->page, w->b->a->items[item].level);
	ssrc_page_words(&w->page, &name);
	ssrc_page_raw(&w->page, "</summary>\n");
	if (root) {
		put_because(w, id, root);
		put_loss(w, root);
		put_lower(w, root);
		put_supply(w, id, root);
		put_evidence(w, id, root);
	}
	ssrc_page_raw(&w->page, "<p class=\"cmd\"><code>");
	ssrc_page_text(&w->page, ssrc_brief_command(w, "explain", ssrc_brief_text(w, "item:%s", id)));
	ssrc_page_raw(&w->page, "</code></p></details>\n");
	ssrc_arena_clear(&arena);
}

/* ---- alerts
 * ---------------------------------------------------------------------------------------------------------------- */

static void put_alerts(ssrc_brief_writer *w)
{
	uint32_t n = 0;
	ssrc_brief_begin(w, "alerts", SSRC_T_B_H_ALERTS);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_ALERTS_NOTE, NULL, 0);
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_ALERT_STEPS, NULL, 0);
	ssrc_page_raw(&w->page, "<ul class=\"brief\">\n");
	for (uint32_t k = 0; k < w->chain->n_items && n < ALERTS; k++) {
		uint32_t item = w->b->a->rank[k];
		if (w->b->a->items[item].level < ALERT_LEVEL)
			continue;
		const char *file = ssrc_brief_text(w, "alerts/%s.cap.xml", w->chain->items[item].id);
		ssrc_bit bits[] = {ssrc_brief_item_bit(w, item), {{file, file}, file}};
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_level(&w->page, w->b->a->items[item].level);
		ssrc_page_say(&w->page, SSRC_T_B_ALERT, bits, 2);
		ssrc_page_raw(&w->page, "</li>\n");
		n++;
	}
	ssrc_page_raw(&w->page, "</ul>\n");
	if (n == 0)
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_ALERTS, NULL, 0);
	ssrc_brief_end(w);
}

void ssrc_brief_put_cards(ssrc_brief_writer *w)
{
	uint32_t n = 0;
	put_alerts(w);
	ssrc_brief_begin(w, "items", SSRC_T_B_H_ITEMS);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_CARDS_NOTE, NULL, 0);
	for (uint32_t k = 0; k < w->chain->n_items; k++)
		if (w->card[w->b->a->rank[k]]) {
			put_card(w, w->b->a->rank[k]);
			n++;
		}
	if (n == 0)
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_CHOKEPOINT, NULL, 0);
	ssrc_brief_end(w);
}
