#include "report.h"

#include "io/csv.h"
#include "io/json.h"
#include "stress/exposure_chain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- items ------------------------------------------------------------------------------------------ */

typedef struct sort_key {
	double value;
	uint32_t place;
} sort_key;

static int compare_keys(const void *a, const void *b)
{
	const sort_key *x = a, *y = b;
	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static double key_of(const ssrc_item_result *r, ssrc_rank_by by)
{
	double x = (double)NAN;
	switch (by) {
	case SSRC_BY_LEVEL: return 0; /* the order of the assessment */
	case SSRC_BY_LOSS: x = r->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID]; break;
	case SSRC_BY_GROWTH: x = r->loss[SSRC_MODE_GROW].at[SSRC_CASE_MID]; break;
	case SSRC_BY_SHARE: x = r->fact[SSRC_FACT_TOP_FOREIGN].at[SSRC_CASE_MID]; break;
	case SSRC_BY_HHI: x = r->fact[SSRC_FACT_HHI].at[SSRC_CASE_LOW]; break;
	}
	return isnan(x) ? -1 : x;
}

/* What the home itself makes, with no word on other makers, is not a source that can be cut. */
static bool own_product(const ssrc_item *item)
{
	return item->product && item->n_sets == 0;
}

static size_t sources_of_supply(const ssrc_assessment *a)
{
	size_t n = 0;
	for (uint32_t i = 0; i < a->chain->n_items; i++)
		n += !own_product(&a->chain->items[i]);
	return n;
}

/* The items to show, in order. */
static ssrc_status choose_items(const ssrc_assessment *a, const ssrc_rank_options *rank, uint32_t **out, size_t *n,
				ssrc_error *err)
{
	uint32_t total = a->chain->n_items;
	sort_key *keys = ssrc_alloc_array(a->ctx, (size_t)total + 1, sizeof *keys);
	uint32_t *chosen = ssrc_alloc_array(a->ctx, (size_t)total + 1, sizeof *chosen);
	if (!keys || !chosen) {
		ssrc_release(a->ctx, keys);
		ssrc_release(a->ctx, chosen);
		return ssrc_no_memory(err);
	}
	size_t count = 0;
	for (uint32_t k = 0; k < total; k++) {
		uint32_t item = a->rank[k];
		const ssrc_item *it = &a->chain->items[item];
		if (own_product(it))
			continue;
		if (rank->tier && strcmp(a->chain->tiers[it->tier].id, rank->tier) != 0)
			continue;
		if (rank->min_level > 0 && a->items[item].level < rank->min_level)
			continue;
		keys[count++] = (sort_key){key_of(&a->items[item], rank->by), k};
	}
	qsort(keys, count, sizeof *keys, compare_keys);
	for (size_t i = 0; i < count; i++)
		chosen[i] = a->rank[keys[i].place];
	ssrc_release(a->ctx, keys);
	*out = chosen;
	*n = rank->top && rank->top < count ? rank->top : count;
	return SSRC_OK;
}

static void put_top_foreign(char out[96], const ssrc_assessment *a, const ssrc_item_result *r)
{
	if (r->supply.top_foreign == SSRC_NONE) {
		bool known = r->supply.country_set != SSRC_NONE && r->supply.unknown.at[SSRC_CASE_MID] < 0.5;
		snprintf(out, 96, "%s", known ? "-" : "?");
		return;
	}
	char share[64];
	ssrc_put_estimate(share, &r->supply.country[r->supply.top_foreign], 100, 0);
	snprintf(out, 96, "%s %s %%", a->chain->countries[r->supply.top_foreign], share);
}

/* The least coordinated losses beside the rows, [n] as far as there are rows; row NULL = not asked for. */
typedef struct least_losses {
	ssrc_least *row;
	bool in_money;
} least_losses;

static ssrc_status compute_least(least_losses *out, const ssrc_assessment *a, const uint32_t *items, size_t n,
				 const ssrc_rank_options *rank, ssrc_error *err)
{
	*out = (least_losses){0};
	if (rank->by != SSRC_BY_LOSS || rank->least == 0)
		return SSRC_OK;
	size_t computed = rank->least < n ? rank->least : n;
	out->row = ssrc_alloc_array(a->ctx, n + 1, sizeof *out->row);
	if (!out->row)
		return ssrc_no_memory(err);
	for (size_t i = computed; i < n; i++)
		out->row[i] = (ssrc_least){SSRC_LEAST_BEYOND, (double)NAN, (double)NAN};
	ssrc_status status = ssrc_least_losses(out->row, &out->in_money, a, SSRC_MODE_RUN, items, (uint32_t)computed,
					       NULL, a->ctx->threads, err);
	if (status) {
		ssrc_release(a->ctx, out->row);
		out->row = NULL;
	}
	return status;
}

static const char *least_word(ssrc_least_state state)
{
	static const char *const words[] = {"computed", "unknown", "failed", "beyond"};
	return words[state];
}

static void least_row(ssrc_text_table *table, const ssrc_least *x)
{
	const double values[] = {x->alone, x->least, x->alone - x->least};
	for (size_t k = 0; k < 3; k++) {
		char text[64];
		ssrc_put_range(text, values[k], values[k], 1, 1);
		ssrc_text_table_put(table, text, SSRC_PLAIN);
	}
}

static void item_row(ssrc_text_table *table, const ssrc_assessment *a, uint32_t item, const ssrc_least *least,
		     ssrc_lang lang, ssrc_buf *why)
{
	const ssrc_item_result *r = &a->items[item];
	const ssrc_item *it = &a->chain->items[item];
	char text[96], tts[64], ttr[64];
	ssrc_put_level(text, r, false);
	ssrc_text_table_put(table, text, ssrc_level_paint(r->level));
	snprintf(text, sizeof text, "%c", ssrc_grade_letter(r->grade));
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	ssrc_text_table_put(table, it->id, SSRC_BOLD);
	if (lang == SSRC_LANG_ZH)
		ssrc_text_table_put(table, ssrc_name(it->name, it->id, lang), SSRC_PLAIN);
	ssrc_text_table_put(table,
			    lang == SSRC_LANG_ZH ? a->chain->tiers[it->tier].name[1] : a->chain->tiers[it->tier].id,
			    SSRC_DIM);
	if (r->firms_known)
		ssrc_put_range(text, r->firms.hhi.low, r->firms.hhi.high, 10000, 0);
	else
		snprintf(text, sizeof text, "?");
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	if (r->fragmented)
		snprintf(text, sizeof text, "∞");
	else
		snprintf(text, sizeof text, r->n_providers ? "%u" : "?", r->n_providers);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	put_top_foreign(text, a, r);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	snprintf(text, sizeof text, "%u", a->network.dependants[item]);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	ssrc_put_range(tts, r->tts.at[SSRC_CASE_MID], r->tts.at[SSRC_CASE_MID], 1, 0);
	ssrc_put_range(ttr, r->ttr.at[SSRC_CASE_MID], r->ttr.at[SSRC_CASE_MID], 1, 0);
	snprintf(text, sizeof text, "%.20s / %.20s", tts, ttr);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	ssrc_put_estimate(text, &r->loss[SSRC_MODE_RUN], 1, 0);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	const ssrc_estimate *growth = &r->loss[SSRC_MODE_GROW];
	ssrc_put_range(text, growth->at[SSRC_CASE_MID], growth->at[SSRC_CASE_MID], 1, 0);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	if (least)
		least_row(table, least);
	why->len = 0;
	ssrc_put_reason(why, a, item, lang);
	ssrc_text_table_put(table, why->len ? why->data : "", SSRC_PLAIN);
}

/* A line below a table, folded at blanks to the width of the terminal (0 = not at all). */
static void foot(ssrc_buf *out, size_t width, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n)
{
	char text[400];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, n);
	const char *line = text, *fold = NULL;
	for (const char *p = text; *p; p++) {
		if (*p != ' ')
			continue;
		if (width && fold && ssrc_display_width(line, (size_t)(p - line)) > width) {
			ssrc_buf_add(out, line, (size_t)(fold - line));
			ssrc_buf_puts(out, "\n");
			line = fold + 1;
		}
		fold = p;
	}
	if (width && fold && fold > line && ssrc_display_width(line, strlen(line)) > width) {
		ssrc_buf_add(out, line, (size_t)(fold - line));
		ssrc_buf_puts(out, "\n");
		line = fold + 1;
	}
	ssrc_buf_puts(out, line);
	ssrc_buf_putc(out, '\n');
}

static void footer(ssrc_buf *out, const ssrc_assessment *a, size_t shown, size_t total, ssrc_lang lang, ssrc_text_id id)
{
	char some[24], all[24], day[11], text[400];
	snprintf(some, sizeof some, "%zu", shown);
	snprintf(all, sizeof all, "%zu", total);
	ssrc_date_format(a->chain->as_of, day);
	const char *args[] = {some, all, a->home.text, ssrc_basis_word(a->basis), day};
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, 5);
	ssrc_buf_puts(out, text);
	ssrc_buf_putc(out, '\n');
}

static bool is_least_column(ssrc_text_id id)
{
	return id == SSRC_T_W_LEAST_ALONE || id == SSRC_T_W_LEAST_BEST || id == SSRC_T_W_LEAST_GAP;
}

/* What the columns mean, and why some have no figure. */
static void least_foot(ssrc_buf *out, const least_losses *least, size_t n, const ssrc_report_options *options)
{
	static const struct {
		ssrc_least_state state;
		ssrc_text_id id;
	} notes[] = {{SSRC_LEAST_FAILED, SSRC_T_W_LEAST_FAILED}, {SSRC_LEAST_BEYOND, SSRC_T_W_LEAST_BEYOND}};
	const char *unit = ssrc_text(least->in_money ? SSRC_T_W_LEAST_MONEY : SSRC_T_W_LEAST_WEEKS, options->lang);
	foot(out, options->width, options->lang, SSRC_T_W_LEAST_KEY, &unit, 1);
	for (size_t k = 0; k < sizeof notes / sizeof *notes; k++) {
		size_t count = 0;
		char number[24];
		for (size_t i = 0; i < n; i++)
			count += least->row[i].state == notes[k].state;
		snprintf(number, sizeof number, "%zu", notes[k].state == SSRC_LEAST_BEYOND ? n - count : count);
		if (count)
			foot(out, options->width, options->lang, notes[k].id, (const char *[]){number}, 1);
	}
}

static ssrc_status items_text(ssrc_buf *out, const ssrc_assessment *a, const uint32_t *items, size_t n,
			      const least_losses *least, const ssrc_report_options *options, ssrc_error *err)
{
	ssrc_lang lang = options->lang;
	ssrc_text_table table;
	ssrc_text_table_begin(&table, a->ctx);
	static const struct {
		ssrc_text_id id;
		ssrc_align align;
		int drop;
	} columns[] = {{SSRC_T_W_LEVEL, SSRC_CENTRE, 0},      {SSRC_T_W_GRADE, SSRC_CENTRE, 0},
		       {SSRC_T_W_ITEM, SSRC_LEFT, 0},         {SSRC_T_W_NAME, SSRC_LEFT, 0},
		       {SSRC_T_W_TIER, SSRC_LEFT, 5},         {SSRC_T_W_HHI, SSRC_RIGHT, 4},
		       {SSRC_T_W_FIRMS, SSRC_RIGHT, 3},       {SSRC_T_W_TOP, SSRC_LEFT, 0},
		       {SSRC_T_W_DEPENDANTS, SSRC_RIGHT, 2},  {SSRC_T_W_TTS_TTR, SSRC_RIGHT, 0},
		       {SSRC_T_W_LOSS, SSRC_RIGHT, 0},        {SSRC_T_W_GROWTH, SSRC_RIGHT, 1},
		       {SSRC_T_W_LEAST_ALONE, SSRC_RIGHT, 0}, {SSRC_T_W_LEAST_BEST, SSRC_RIGHT, 0},
		       {SSRC_T_W_LEAST_GAP, SSRC_RIGHT, 0},   {SSRC_T_W_WHY, SSRC_LEFT, 0}};
	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		/* The ids are English words. */
		if ((columns[c].id != SSRC_T_W_NAME || lang == SSRC_LANG_ZH) &&
		    (least->row || !is_least_column(columns[c].id)))
			ssrc_text_table_optional(&table, ssrc_text(columns[c].id, lang), columns[c].align,
						 columns[c].drop);
	ssrc_buf why;
	ssrc_buf_init(&why, a->ctx);
	for (size_t i = 0; i < n; i++)
		item_row(&table, a, items[i], least->row ? &least->row[i] : NULL, lang, &why);
	size_t left_out = ssrc_text_table_write(&table, out, options->colour, options->width);
	bool failed = table.failed || why.failed;
	ssrc_buf_clear(&why);
	ssrc_text_table_end(&table);
	footer(out, a, n, sources_of_supply(a), lang, SSRC_T_W_RANK_FOOT);
	foot(out, options->width, lang, SSRC_T_W_RANK_KEY, NULL, 0);
	if (least->row)
		least_foot(out, least, n, options);
	if (left_out) {
		char number[24];
		snprintf(number, sizeof number, "%zu", left_out);
		foot(out, options->width, lang, SSRC_T_W_LEFT_OUT, (const char *[]){number}, 1);
	}
	size_t unknown = 0;
	for (uint32_t i = 0; i < a->chain->n_items; i++)
		unknown += a->items[i].level < 0 && !own_product(&a->chain->items[i]);
	if (unknown) {
		char number[24];
		snprintf(number, sizeof number, "%zu", unknown);
		foot(out, options->width, lang, SSRC_T_W_RANK_UNKNOWN, (const char *[]){number}, 1);
	}
	if (n)
		foot(out, options->width, lang, SSRC_T_W_RANK_NEXT,
		     (const char *[]){a->chain->items[items[0]].id, a->home.text}, 2);
	return failed ? ssrc_no_memory(err) : SSRC_OK;
}

static void csv_number(ssrc_buf *out, double x)
{
	char text[32];
	ssrc_buf_putc(out, ',');
	if (isfinite(x))
		ssrc_buf_add(out, text, ssrc_format_number(text, round(x * 1e9) / 1e9));
	else if (isinf(x))
		ssrc_buf_puts(out, "inf");
}

typedef struct id_list {
	ssrc_buf *out;
} id_list;

/* Appends an id unless it stands there already. */
static bool add_id(void *user, const char *text, size_t len)
{
	ssrc_buf *out = ((id_list *)user)->out;
	for (const char *p = out->len ? out->data : ""; *p;) {
		size_t n = strcspn(p, ";");
		if (n == len && memcmp(p, text, n) == 0)
			return true;
		p += n + (p[n] == ';');
	}
	if (out->len)
		ssrc_buf_putc(out, ';');
	ssrc_buf_add(out, text, len);
	return true;
}

/* The ids of the sources behind an item's figures: its own row and the share sets used. */
static void put_sources(ssrc_buf *out, const ssrc_assessment *a, uint32_t item)
{
	const ssrc_chain *chain = a->chain;
	const ssrc_supply *s = &a->items[item].supply;
	const uint32_t sets[] = {s->country_set, s->firm_set};
	id_list list = {out};
	ssrc_cell_list(ssrc_fact_cell(chain, SSRC_FILE_ITEMS, chain->items[item].row, SSRC_COMMON_SOURCE), ';', add_id,
		       &list);
	for (size_t k = 0; k < 2; k++)
		for (uint32_t i = 0; sets[k] != SSRC_NONE && i < chain->sets[sets[k]].count; i++)
			ssrc_cell_list(ssrc_fact_cell(chain, SSRC_FILE_SHARES,
						      chain->shares[chain->sets[sets[k]].first + i].row,
						      SSRC_COMMON_SOURCE),
				       ';', add_id, &list);
}

static const char *least_unit(bool in_money)
{
	return in_money ? "million" : "product_weeks";
}

static void least_csv(ssrc_buf *out, const ssrc_least *x, bool in_money)
{
	csv_number(out, x->alone);
	csv_number(out, x->least);
	csv_number(out, x->alone - x->least);
	ssrc_buf_printf(out, ",%s,%s", least_unit(in_money), least_word(x->state));
}

static void least_json(ssrc_json *json, const ssrc_least *x, bool in_money)
{
	ssrc_json_open(json, "coordinated", '{');
	ssrc_json_number(json, "alone_loss", x->alone);
	ssrc_json_number(json, "least_loss", x->least);
	ssrc_json_number(json, "gap", x->alone - x->least);
	ssrc_json_string(json, "unit", least_unit(in_money));
	ssrc_json_string(json, "state", least_word(x->state));
	ssrc_json_close(json, '}');
}

/* Every fact of every item: low, central, high. */
static void items_csv(ssrc_buf *out, const ssrc_assessment *a, const uint32_t *items, size_t n,
		      const least_losses *least, const ssrc_report_options *options)
{
	if (options->bom)
		ssrc_buf_puts(out, "\xEF\xBB\xBF");
	ssrc_buf_puts(out, "item,name_en,name_zh,tier,level,level_low,level_high,grade,top_foreign");
	for (int f = 0; f < SSRC_FACT_COUNT; f++) {
		const char *word = ssrc_fact_word((ssrc_fact)f);
		ssrc_buf_printf(out, ",%s_low,%s,%s_high", word, word, word);
	}
	ssrc_buf_puts(out, ",why_en,why_zh,sources");
	ssrc_buf_puts(out, least->row ? ",alone_loss,least_loss,least_gap,least_unit,least_state\n" : "\n");
	ssrc_buf why;
	ssrc_buf_init(&why, a->ctx);
	for (size_t i = 0; i < n; i++) {
		const ssrc_item *it = &a->chain->items[items[i]];
		const ssrc_item_result *r = &a->items[items[i]];
		const char *texts[] = {it->id, it->name[0], it->name[1], a->chain->tiers[it->tier].id};
		for (size_t k = 0; k < 4; k++)
			ssrc_csv_put(out, k == 0, texts[k], strlen(texts[k]));
		if (r->level >= 0)
			ssrc_buf_printf(out, ",%d,%d,%d", r->level, r->level_low, r->level_high);
		else
			ssrc_buf_printf(out, ",,%d,%d", r->level_low, r->level_high);
		ssrc_buf_printf(out, ",%c,%s", ssrc_grade_letter(r->grade),
				r->supply.top_foreign == SSRC_NONE ? "" : a->chain->countries[r->supply.top_foreign]);
		for (int f = 0; f < SSRC_FACT_COUNT; f++)
			for (int which = 0; which < SSRC_CASES; which++)
				csv_number(out, r->fact[f].at[which]);
		for (int lang = 0; lang < 2; lang++) {
			why.len = 0;
			ssrc_put_reason(&why, a, items[i], (ssrc_lang)lang);
			ssrc_csv_put(out, false, why.len ? why.data : "", why.len);
		}
		why.len = 0;
		put_sources(&why, a, items[i]);
		ssrc_csv_put(out, false, why.len ? why.data : "", why.len);
		if (least->row)
			least_csv(out, &least->row[i], least->in_money);
		ssrc_buf_putc(out, '\n');
	}
	if (why.failed)
		out->failed = true;
	ssrc_buf_clear(&why);
}

static void items_json(ssrc_buf *out, const ssrc_assessment *a, const uint32_t *items, size_t n,
		       const least_losses *least, const ssrc_report_options *options)
{
	ssrc_json json;
	ssrc_buf why;
	ssrc_buf_init(&why, a->ctx);
	ssrc_json_begin(&json, out, true);
	ssrc_put_json_head(&json, a, "secondsource/rank/1", options);
	ssrc_json_open(&json, "items", '[');
	for (size_t i = 0; i < n; i++) {
		const ssrc_item *it = &a->chain->items[items[i]];
		const ssrc_item_result *r = &a->items[items[i]];
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "item", it->id);
		ssrc_json_string(&json, "name_en", it->name[0]);
		ssrc_json_string(&json, "name_zh", it->name[1]);
		ssrc_json_string(&json, "tier", a->chain->tiers[it->tier].id);
		if (r->level < 0)
			ssrc_json_string(&json, "level", NULL);
		else
			ssrc_json_integer(&json, "level", r->level);
		ssrc_json_interval(&json, "level_range", r->level_low, r->level_high);
		ssrc_json_string(&json, "rule",
				 r->level_rule == SSRC_NONE ? NULL : a->policy->levels[r->level_rule].name);
		ssrc_json_string(&json, "grade", (char[]){ssrc_grade_letter(r->grade), 0});
		ssrc_json_string(&json, "top_foreign",
				 r->supply.top_foreign == SSRC_NONE ? NULL
								    : a->chain->countries[r->supply.top_foreign]);
		ssrc_json_open(&json, "facts", '{');
		for (int f = 0; f < SSRC_FACT_COUNT; f++) {
			ssrc_json_open(&json, ssrc_fact_word((ssrc_fact)f), '{');
			ssrc_json_number(&json, "low", r->fact[f].at[SSRC_CASE_LOW]);
			ssrc_json_number(&json, "central", r->fact[f].at[SSRC_CASE_MID]);
			ssrc_json_number(&json, "high", r->fact[f].at[SSRC_CASE_HIGH]);
			ssrc_json_close(&json, '}');
		}
		ssrc_json_close(&json, '}');
		if (least->row)
			least_json(&json, &least->row[i], least->in_money);
		for (int lang = 0; lang < 2; lang++) {
			why.len = 0;
			ssrc_put_reason(&why, a, items[i], (ssrc_lang)lang);
			ssrc_json_string(&json, lang ? "why_zh" : "why_en", why.len ? why.data : "");
		}
		why.len = 0;
		put_sources(&why, a, items[i]);
		ssrc_json_string(&json, "sources", why.len ? why.data : "");
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
	if (why.failed)
		out->failed = true;
	ssrc_buf_clear(&why);
}

/* ---- parties and countries ------------------------------------------------------------------------------ */

typedef struct other_row {
	uint32_t which; /* party or country */
	uint32_t items;
	double weeks[SSRC_CASES], growth, value;
	uint32_t product, products, left_out;
} other_row;

static int compare_others(const void *a, const void *b)
{
	const other_row *x = a, *y = b;
	const double p[] = {x->weeks[SSRC_CASE_MID], x->growth, x->items},
		     q[] = {y->weeks[SSRC_CASE_MID], y->growth, y->items};
	for (size_t i = 0; i < 3; i++)
		if (p[i] != q[i])
			return p[i] > q[i] ? -1 : 1;
	return (x->which > y->which) - (x->which < y->which);
}

static uint32_t items_of_party(const ssrc_assessment *a, uint32_t party)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < a->chain->n_items; i++) {
		uint32_t index = a->items[i].supply.firm_set;
		if (index == SSRC_NONE)
			continue;
		const ssrc_share_set *set = &a->chain->sets[index];
		bool found = false;
		for (uint32_t k = set->first; k < set->first + set->count && !found; k++) {
			const ssrc_share *share = &a->chain->shares[k];
			found = share->kind == SSRC_BY_PARTY && share->party == party;
			for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++)
				found |= share->members[m] == party;
		}
		n += found;
	}
	return n;
}

static ssrc_status measure_other(other_row *row, const ssrc_assessment *a, ssrc_workspace *w, bool countries,
				 bool *block, ssrc_error *err)
{
	ssrc_cut cut = {.party = countries ? SSRC_NONE : row->which, .item = SSRC_NONE};
	if (countries) {
		memset(block, 0, a->chain->n_countries * sizeof *block);
		block[row->which] = true;
		cut.countries = block;
	}
	for (int which = 0; which < SSRC_CASES; which++) {
		ssrc_loss loss;
		ssrc_status status =
			ssrc_loss_if_cut(&loss, w, &cut, (ssrc_case)which, SSRC_MODE_RUN, &ssrc_no_change, err);
		if (status)
			return status;
		row->weeks[which] = loss.weeks;
		if (which != SSRC_CASE_MID)
			continue;
		row->value = loss.value;
		row->product = loss.product;
		row->products = loss.products;
		row->left_out = loss.left_out;
		status = ssrc_loss_if_cut(&loss, w, &cut, SSRC_CASE_MID, SSRC_MODE_GROW, &ssrc_no_change, err);
		if (status)
			return status;
		row->growth = loss.weeks;
	}
	return SSRC_OK;
}

static ssrc_status collect_others(const ssrc_assessment *a, bool countries, other_row *rows, size_t *n, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	uint32_t total = countries ? chain->n_countries : chain->n_parties;
	bool block[26 * 26];
	ssrc_workspace *w;
	ssrc_status status = ssrc_workspace_new(&w, a, err);
	for (uint32_t i = 0; i < total && !status; i++) {
		other_row row = {.which = i};
		if (countries) {
			if (a->home.party == SSRC_NONE && a->home.is_country[i])
				continue;
			for (uint32_t k = 0; k < chain->n_items; k++)
				row.items += a->items[k].supply.country[i].at[SSRC_CASE_MID] > 0;
		} else if (chain->parties[i].same_as == i && i != a->home.party) {
			row.items = items_of_party(a, i);
		}
		if (row.items == 0)
			continue;
		status = measure_other(&row, a, w, countries, block, err);
		rows[(*n)++] = row;
	}
	if (!status)
		qsort(rows, *n, sizeof *rows, compare_others);
	ssrc_workspace_free(w);
	return status;
}

static void other_names(const ssrc_assessment *a, const other_row *row, bool countries, ssrc_lang lang, const char **id,
			const char **name)
{
	*id = countries ? a->chain->countries[row->which] : a->chain->parties[row->which].id;
	*name = countries ? ssrc_country_name(*id, lang) : ssrc_name(a->chain->parties[row->which].name, *id, lang);
}

static ssrc_status report_others(ssrc_buf *out, const ssrc_assessment *a, const ssrc_rank_options *rank,
				 const ssrc_report_options *options, ssrc_error *err)
{
	bool countries = rank->of == SSRC_RANK_COUNTRIES;
	ssrc_lang lang = options->lang;
	uint32_t total = countries ? a->chain->n_countries : a->chain->n_parties;
	other_row *rows = ssrc_alloc_array(a->ctx, (size_t)total + 1, sizeof *rows);
	if (!rows)
		return ssrc_no_memory(err);
	size_t n = 0;
	ssrc_status status = collect_others(a, countries, rows, &n, err);
	size_t shown = rank->top && rank->top < n ? rank->top : n;
	ssrc_text_table table;
	ssrc_text_table_begin(&table, a->ctx);
	ssrc_json json;
	bool as_json = options->format == SSRC_FORMAT_JSON, as_csv = options->format == SSRC_FORMAT_CSV;
	if (as_csv) {
		static const char *const heads[] = {"id",
						    "name_en",
						    "items",
						    "loss_weeks_low",
						    "loss_weeks",
						    "loss_weeks_high",
						    "growth_loss_weeks",
						    "products",
						    "worst_product"};
		for (size_t c = 0; c < sizeof heads / sizeof *heads; c++)
			ssrc_text_table_column(&table, heads[c], SSRC_LEFT);
	} else {
		static const ssrc_text_id heads[] = {SSRC_T_W_NAME,   SSRC_T_W_ITEMS_SUPPLIED, SSRC_T_W_LOSS,
						     SSRC_T_W_GROWTH, SSRC_T_W_PRODUCTS_HIT,   SSRC_T_W_WORST_PRODUCT};
		ssrc_text_table_column(&table, ssrc_text(countries ? SSRC_T_W_COUNTRY : SSRC_T_W_PARTY, lang),
				       SSRC_LEFT);
		for (size_t c = 0; c < sizeof heads / sizeof *heads; c++)
			ssrc_text_table_column(&table, ssrc_text(heads[c], lang),
					       c >= 1 && c <= 4 ? SSRC_RIGHT : SSRC_LEFT);
	}
	if (as_json) {
		ssrc_json_begin(&json, out, true);
		ssrc_put_json_head(
			&json, a, countries ? "secondsource/rank-countries/1" : "secondsource/rank-parties/1", options);
		ssrc_json_open(&json, countries ? "countries" : "parties", '[');
	}
	for (size_t i = 0; i < shown && !status; i++) {
		const other_row *row = &rows[i];
		const char *id, *name, *product = row->product == SSRC_NONE ? "" : a->chain->items[row->product].id;
		char text[64];
		other_names(a, row, countries, as_csv || as_json ? SSRC_LANG_EN : lang, &id, &name);
		if (as_json) {
			ssrc_json_open(&json, NULL, '{');
			ssrc_json_string(&json, "id", id);
			ssrc_json_string(&json, "name_en", name);
			ssrc_json_integer(&json, "items", row->items);
			ssrc_json_interval(&json, "loss_weeks_range", row->weeks[SSRC_CASE_LOW],
					   row->weeks[SSRC_CASE_HIGH]);
			ssrc_json_number(&json, "loss_weeks", row->weeks[SSRC_CASE_MID]);
			ssrc_json_number(&json, "growth_loss_weeks", row->growth);
			ssrc_json_number(&json, "value_lost", row->value);
			ssrc_json_integer(&json, "products", row->products);
			ssrc_json_string(&json, "worst_product", *product ? product : NULL);
			ssrc_json_integer(&json, "items_left_out", row->left_out);
			ssrc_json_close(&json, '}');
			continue;
		}
		ssrc_text_table_put(&table, id, SSRC_BOLD);
		ssrc_text_table_put(&table, name, SSRC_PLAIN);
		snprintf(text, sizeof text, "%u", row->items);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		if (as_csv) {
			for (int which = 0; which < SSRC_CASES; which++) {
				ssrc_format_number(text, row->weeks[which]);
				ssrc_text_table_put(&table, text, SSRC_PLAIN);
			}
			ssrc_format_number(text, row->growth);
		} else {
			ssrc_estimate e = {{row->weeks[0], row->weeks[1], row->weeks[2]}};
			ssrc_put_estimate(text, &e, 1, 0);
			ssrc_text_table_put(&table, text, SSRC_PLAIN);
			ssrc_put_range(text, row->growth, row->growth, 1, 0);
		}
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		snprintf(text, sizeof text, "%u", row->products);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_text_table_put(&table, product, SSRC_PLAIN);
	}
	if (as_json) {
		ssrc_json_close(&json, ']');
		ssrc_json_close(&json, '}');
		ssrc_json_end(&json);
	} else if (as_csv) {
		ssrc_text_table_write_csv(&table, out, options->bom);
	} else {
		ssrc_text_table_write(&table, out, options->colour, options->width);
		footer(out, a, shown, n, lang, SSRC_T_W_RANK_FOOT_OTHER);
	}
	if (!status && table.failed)
		status = ssrc_no_memory(err);
	ssrc_text_table_end(&table);
	ssrc_release(a->ctx, rows);
	return status;
}

ssrc_status ssrc_report_rank(ssrc_buf *out, const ssrc_assessment *a, const ssrc_rank_options *rank,
			     const ssrc_report_options *options, int *worst, ssrc_error *err)
{
	*worst = 0;
	ssrc_status status;
	if (rank->of != SSRC_RANK_ITEMS) {
		status = report_others(out, a, rank, options, err);
	} else {
		uint32_t *items = NULL;
		size_t n = 0;
		status = choose_items(a, rank, &items, &n, err);
		if (status)
			return status;
		for (size_t i = 0; i < n; i++)
			if (a->items[items[i]].level > *worst)
				*worst = a->items[items[i]].level;
		least_losses least;
		status = compute_least(&least, a, items, n, rank, err);
		if (!status && options->format == SSRC_FORMAT_CSV)
			items_csv(out, a, items, n, &least, options);
		else if (!status && options->format == SSRC_FORMAT_JSON)
			items_json(out, a, items, n, &least, options);
		else if (!status)
			status = items_text(out, a, items, n, &least, options, err);
		ssrc_release(a->ctx, least.row);
		ssrc_release(a->ctx, items);
	}
	if (!status && out->failed)
		status = ssrc_no_memory(err);
	return status;
}
