/* What single cells cannot show: share sets, circles, orphans, twins, plausibility, age. Works on the built chain. */
#include "check.h"

#include "graph/graph.h"
#include "model/chain.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums within half a point of 100 are rounding; above 110 something is wrong, not rounded. */
static const double SUM_TOLERANCE = 0.005, SUM_BROKEN = 1.10;
enum { SHARE_OLD_YEARS = 6, CIRCLE_SHOWN = 12, CIRCLE_MAX = 1000 };

static void at_item(ssrc_checker *c, const ssrc_chain *chain, uint32_t item, ssrc_severity severity,
		    ssrc_text_id message, const char *arg1, const char *arg2)
{
	ssrc_check_cell(c, severity, message, SSRC_FILE_ITEMS, chain->items[item].row, 0, chain->items[item].id, arg1,
			arg2);
}

/* ---- share sets ------------------------------------------------------------------------------------- */

/* Whether rows of the file are missing from the chain because they are broken: then nothing is said about gaps. */
static bool errors_in(const ssrc_checker *c, ssrc_file_id file)
{
	const ssrc_table *table = &c->package->tables[file];
	for (size_t i = 0; i < ssrc_findings_total(c->findings); i++) {
		const ssrc_finding *finding = ssrc_findings_get(c->findings, i);
		if (finding->severity == SSRC_ERROR && strcmp(finding->file, table->display) == 0)
			return true;
	}
	return table->lost;
}

static void set_label(const ssrc_chain *chain, const ssrc_share_set *set, char *out, size_t size)
{
	char year[16] = "";
	if (set->year)
		snprintf(year, sizeof year, " %d", set->year);
	snprintf(out, size, "%s (%s%s%s%s%s%s)", chain->items[set->item].id, ssrc_basis_word(set->basis),
		 set->market == SSRC_NONE ? "" : " ", set->market == SSRC_NONE ? "" : chain->countries[set->market],
		 *set->metric ? " " : "", set->metric, year);
}

static void check_set(ssrc_checker *c, const ssrc_chain *chain, const ssrc_share_set *set)
{
	double low = 0, high = 0;
	bool blank = false;
	uint32_t last = 0;
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *share = &chain->shares[i];
		if (share->row > last)
			last = share->row;
		blank |= isnan(share->share.low);
		low += isnan(share->share.low) ? 0 : share->share.low;
		high += isnan(share->share.high) ? 1 : share->share.high;
		for (uint32_t k = set->first; share->kind == SSRC_BY_JOINT && k < set->first + set->count; k++)
			for (uint32_t m = 0; m < share->n_members; m++)
				if (chain->shares[k].kind == SSRC_BY_PARTY &&
				    chain->shares[k].party == chain->parties[share->members[m]].same_as &&
				    !isnan(chain->shares[k].share.low))
					ssrc_check_cell(c, SSRC_ERROR, SSRC_M_SHARES_DOUBLE, SSRC_FILE_SHARES,
							chain->shares[k].row, 1, chain->items[set->item].id,
							chain->shares[k].provider, NULL);
	}
	char label[200], sum[32];
	set_label(chain, set, label, sizeof label);
	if (low > 1 + SUM_TOLERANCE) {
		ssrc_format_number(sum, round(low * 1e4) / 100);
		ssrc_check_cell(c, low > SUM_BROKEN ? SSRC_ERROR : SSRC_WARNING, SSRC_M_SHARES_OVER, SSRC_FILE_SHARES,
				last, 1, label, sum, NULL);
	}
	if (set->various && !blank && high < 1 - SUM_TOLERANCE && !errors_in(c, SSRC_FILE_SHARES)) {
		ssrc_format_number(sum, round(high * 1e4) / 100);
		ssrc_check_cell(c, SSRC_WARNING, SSRC_M_SHARES_UNDER, SSRC_FILE_SHARES, last, 1, label, sum, NULL);
	}
}

/* ---- circles ---------------------------------------------------------------------------------------- */

/* The names of one component's items, shortened. */
static void circle_text(const ssrc_chain *chain, const uint32_t *component, uint32_t which, ssrc_buf *out)
{
	uint32_t shown = 0;
	for (uint32_t v = 0; v < chain->n_items; v++) {
		if (component[v] != which)
			continue;
		if (shown == CIRCLE_SHOWN) {
			ssrc_buf_puts(out, " …");
			return;
		}
		if (shown++)
			ssrc_buf_puts(out, " ↔ ");
		ssrc_buf_puts(out, chain->items[v].id);
	}
}

static ssrc_status report_circles(ssrc_checker *c, const ssrc_chain *chain, bool critical_only, const bool *known,
				  bool *found, ssrc_error *err)
{
	uint32_t *from = ssrc_arena_array(&c->arena, chain->n_needs, sizeof *from);
	uint32_t *to = ssrc_arena_array(&c->arena, chain->n_needs, sizeof *to);
	uint32_t *component = ssrc_arena_array(&c->arena, chain->n_items, sizeof *component);
	uint32_t *size = ssrc_arena_array(&c->arena, chain->n_items, sizeof *size);
	if (!from || !to || !component || !size)
		return ssrc_no_memory(err);
	uint32_t m = 0, count;
	for (uint32_t i = 0; i < chain->n_needs; i++) {
		const ssrc_need *need = &chain->needs[i];
		if (critical_only && (need->essential != SSRC_CRITICAL || *need->any_of))
			continue;
		from[m] = need->item;
		to[m++] = need->input;
	}
	ssrc_csr g;
	ssrc_status status = ssrc_csr_build(&g, &c->arena, chain->n_items, m, from, to, err);
	if (!status)
		status = ssrc_components(&g, component, &count, &c->arena, err);
	if (status)
		return status;
	for (uint32_t v = 0; v < chain->n_items; v++)
		size[component[v]]++;
	ssrc_buf text;
	ssrc_buf_init(&text, c->package->ctx);
	for (uint32_t v = 0; v < chain->n_items; v++) {
		if (size[component[v]] < 2)
			continue;
		size[component[v]] = 0; /* once */
		found[v] = true;
		if (known && known[v])
			continue;
		text.len = 0;
		circle_text(chain, component, component[v], &text);
		uint32_t row = 0;
		for (uint32_t i = 0; i < chain->n_needs; i++)
			if (chain->needs[i].item == v && component[chain->needs[i].input] == component[v])
				row = chain->needs[i].row;
		ssrc_check_cell(c, critical_only ? SSRC_ERROR : SSRC_WARNING,
				critical_only ? SSRC_M_CYCLE_CRITICAL : SSRC_M_CYCLE, SSRC_FILE_NEEDS, row, 0,
				text.data ? text.data : "", NULL, NULL);
	}
	if (text.failed)
		status = ssrc_no_memory(err);
	ssrc_buf_clear(&text);
	return status;
}

static ssrc_status check_circles(ssrc_checker *c, const ssrc_chain *chain, ssrc_error *err)
{
	bool *critical = ssrc_arena_array(&c->arena, chain->n_items, sizeof *critical);
	bool *any = ssrc_arena_array(&c->arena, chain->n_items, sizeof *any);
	if (!critical || !any)
		return ssrc_no_memory(err);
	ssrc_status status = report_circles(c, chain, true, NULL, critical, err);
	if (!status)
		status = report_circles(c, chain, false, critical, any, err);
	return status;
}

/* ---- items ------------------------------------------------------------------------------------------ */

/* Whether the way up from `v` leads back to it; *first is the lowest place on it. */
static bool variant_circle(const ssrc_chain *chain, uint32_t v, uint32_t *first)
{
	uint32_t at = v;
	*first = v;
	for (int step = 0; step < CIRCLE_MAX; step++) {
		at = chain->items[at].variant_of;
		if (at == SSRC_NONE || at == v)
			return at == v;
		if (at < *first)
			*first = at;
	}
	return false;
}

static void check_variants(ssrc_checker *c, const ssrc_chain *chain)
{
	for (uint32_t v = 0; v < chain->n_items; v++) {
		uint32_t group = chain->items[v].variant_of, first;
		if (group == SSRC_NONE)
			continue;
		if (variant_circle(chain, v, &first)) {
			if (first == v) /* once */
				at_item(c, chain, v, SSRC_ERROR, SSRC_M_VARIANT_CYCLE, NULL, NULL);
			continue;
		}
		if (chain->items[group].variant_of != SSRC_NONE)
			at_item(c, chain, v, SSRC_INFO, SSRC_M_VARIANT_DEEP, chain->items[group].id, NULL);
		for (uint32_t i = 0; i < chain->items[group].n_needs; i++)
			if (chain->needs[chain->items[group].first_need + i].input == v)
				at_item(c, chain, v, SSRC_ERROR, SSRC_M_VARIANT_IS_NEED, chain->items[group].id, NULL);
	}
}

static ssrc_status check_items(ssrc_checker *c, const ssrc_chain *chain, ssrc_error *err)
{
	bool *needed = ssrc_arena_array(&c->arena, chain->n_items, sizeof *needed);
	if (!needed)
		return ssrc_no_memory(err);
	bool product = false, whole = !errors_in(c, SSRC_FILE_ITEMS) && !errors_in(c, SSRC_FILE_NEEDS);
	for (uint32_t i = 0; i < chain->n_needs; i++)
		needed[chain->needs[i].input] = true;
	for (uint32_t v = 0; v < chain->n_items; v++)
		if (chain->items[v].variant_of != SSRC_NONE)
			needed[chain->items[v].variant_of] = true;
	for (uint32_t v = 0; v < chain->n_items; v++) {
		const ssrc_item *item = &chain->items[v];
		product |= item->product;
		if (whole && !needed[v] && item->n_needs == 0 && !item->product && item->variant_of == SSRC_NONE)
			at_item(c, chain, v, SSRC_WARNING, SSRC_M_ITEM_ORPHAN, NULL, NULL);
		if (item->n_sets == 0 && !item->product)
			at_item(c, chain, v, SSRC_INFO, SSRC_M_ITEM_NO_SHARES, NULL, NULL);
		if (!ssrc_known(item->recovery) && !item->product)
			at_item(c, chain, v, SSRC_INFO, SSRC_M_ITEM_NO_RECOVERY, NULL, NULL);
	}
	if (!product && chain->n_items && whole)
		ssrc_findings_add(c->findings, SSRC_WARNING, SSRC_M_PRODUCT_NONE, "items.csv", 0, 0, NULL, NULL, NULL);
	check_variants(c, chain);
	return SSRC_OK;
}

static void check_any_of(ssrc_checker *c, const ssrc_chain *chain)
{
	for (uint32_t i = 0; i < chain->n_needs; i++) {
		const ssrc_need *need = &chain->needs[i];
		const ssrc_item *item = &chain->items[need->item];
		uint32_t same = 0;
		for (uint32_t k = item->first_need; *need->any_of && k < item->first_need + item->n_needs; k++)
			same += strcmp(chain->needs[k].any_of, need->any_of) == 0;
		if (same == 1)
			ssrc_check_cell(c, SSRC_WARNING, SSRC_M_ANY_OF_ALONE, SSRC_FILE_NEEDS, need->row, 0, item->id,
					need->any_of, NULL);
	}
}

static void check_self_needs(ssrc_checker *c)
{
	const ssrc_table *table = &c->package->tables[SSRC_FILE_NEEDS];
	uint32_t item = ssrc_schema_column(SSRC_FILE_NEEDS, "item"),
		 input = ssrc_schema_column(SSRC_FILE_NEEDS, "input");
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const ssrc_cell *a = ssrc_table_cell(table, row, item), *b = ssrc_table_cell(table, row, input);
		if (a->len && a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
			ssrc_check_cell(c, SSRC_ERROR, SSRC_M_SELF_NEED, SSRC_FILE_NEEDS, row, input, a->text, NULL,
					NULL);
	}
}

/* ---- options -------------------------------------------------------------------------------------------- */

/* Marks the option and all that it requires, directly or not. */
static void mark_required(const ssrc_chain *chain, uint32_t option, bool *with, uint32_t *stack)
{
	uint32_t n = 0;
	memset(with, 0, chain->n_options * sizeof *with);
	with[option] = true;
	stack[n++] = option;
	while (n > 0) {
		const ssrc_option *at = &chain->options[stack[--n]];
		for (uint32_t i = 0; i < at->n_requires; i++)
			if (!with[at->requires[i]]) {
				with[at->requires[i]] = true;
				stack[n++] = at->requires[i];
			}
	}
}

/* The first two of what is taken together of which one excludes the other; false if there are none. */
static bool find_contradiction(const ssrc_chain *chain, const bool *with, uint32_t *one, uint32_t *other)
{
	for (uint32_t k = 0; k < chain->n_options; k++)
		for (uint32_t i = 0; with[k] && i < chain->options[k].n_excludes; i++)
			if (with[chain->options[k].excludes[i]]) {
				*one = k;
				*other = chain->options[k].excludes[i];
				return true;
			}
	return false;
}

/* An option that requires what it, or something else that it requires, excludes can never be chosen. */
static ssrc_status check_options(ssrc_checker *c, const ssrc_chain *chain, ssrc_error *err)
{
	uint32_t column = ssrc_schema_column(SSRC_FILE_OPTIONS, "excludes"), one, other;
	bool *with = ssrc_arena_array(&c->arena, chain->n_options, sizeof *with);
	uint32_t *stack = ssrc_arena_array(&c->arena, chain->n_options, sizeof *stack);
	if (!with || !stack)
		return ssrc_no_memory(err);
	for (uint32_t o = 0; o < chain->n_options; o++) {
		if (chain->options[o].n_requires + chain->options[o].n_excludes == 0)
			continue;
		mark_required(chain, o, with, stack);
		if (find_contradiction(chain, with, &one, &other))
			ssrc_check_cell(c, SSRC_ERROR, SSRC_M_OPTION_CONTRADICTS, SSRC_FILE_OPTIONS,
					chain->options[o].row, column, chain->options[o].id, chain->options[one].id,
					chain->options[other].id);
	}
	return SSRC_OK;
}

/* ---- parties: twins and circles ------------------------------------------------------------------------ */

/* Cuts a Chinese legal form off the end of a word; returns what is left, never nothing. */
static size_t without_chinese_form(char *word, size_t n)
{
	static const char *const forms[] = {"股份有限公司", "有限责任公司", "有限公司", "公司", "集团"};
	for (bool again = true; again;) {
		again = false;
		for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
			size_t m = strlen(forms[i]);
			if (n <= m || memcmp(word + n - m, forms[i], m) != 0)
				continue;
			n -= m;
			word[n] = '\0';
			again = true;
		}
	}
	return n;
}

/* A name reduced to what tells firms apart: letters and digits in lower case without legal forms. Never empty. */
static size_t plain_name(const char *name, char *out, size_t size)
{
	static const char *const forms[] = {"inc", "corp", "corporation", "co",       "ltd",    "limited",
					    "llc", "plc",  "gmbh",        "ag",       "sa",     "nv",
					    "bv",  "kk",   "group",       "holdings", "company"};
	size_t used = 0, kept = 0;
	for (const char *p = name; *p && used + 1 < size;) {
		size_t n = 0, since_dot = 0;
		char word[64];
		/* B.V. is one word, Co.Ltd two. */
		while (*p &&
		       (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80 || (*p == '.' && since_dot == 1))) {
			since_dot = *p == '.' ? 0 : since_dot + 1;
			if (*p != '.' && n + 1 < sizeof word)
				word[n++] = (char)tolower((unsigned char)*p);
			p++;
		}
		word[n] = '\0';
		n = without_chinese_form(word, n);
		if (*p)
			p++;
		bool form = false;
		for (size_t i = 0; i < sizeof forms / sizeof *forms && kept > 0; i++)
			form |= strcmp(word, forms[i]) == 0;
		if (form || n == 0)
			continue;
		for (size_t i = 0; i < n && used + 1 < size; i++)
			out[used++] = word[i];
		kept++;
	}
	out[used] = '\0';
	return used;
}

static ssrc_status check_twins(ssrc_checker *c, const ssrc_chain *chain, ssrc_error *err)
{
	ssrc_symbols names;
	ssrc_symbols_init(&names, c->package->ctx);
	uint32_t *owner = ssrc_arena_array(&c->arena, 2 * (size_t)chain->n_parties + 1, sizeof *owner);
	ssrc_status status = owner ? SSRC_OK : ssrc_no_memory(err);
	for (uint32_t p = 0; p < chain->n_parties && !status; p++) {
		for (int lang = 0; lang < 2 && !status; lang++) {
			char plain[200];
			size_t len = plain_name(chain->parties[p].name[lang], plain, sizeof plain);
			uint32_t before = names.count, id;
			if (len == 0)
				continue;
			status = ssrc_symbols_add(&names, plain, len, &id, err);
			if (status)
				break;
			if (id == before)
				owner[id] = p;
			else if (owner[id] != p && chain->parties[owner[id]].same_as != p &&
				 chain->parties[p].same_as != owner[id] &&
				 chain->parties[p].same_as != chain->parties[owner[id]].same_as)
				ssrc_check_cell(c, SSRC_WARNING, SSRC_M_PARTY_TWINS, SSRC_FILE_PARTIES,
						chain->parties[p].row, 0, chain->parties[p].id,
						chain->parties[owner[id]].id, NULL);
		}
	}
	ssrc_symbols_clear(&names);
	return status;
}

static void check_parents(ssrc_checker *c, const ssrc_chain *chain)
{
	uint32_t column = ssrc_schema_column(SSRC_FILE_PARTIES, "parent");
	const ssrc_table *table = &c->package->tables[SSRC_FILE_PARTIES];
	for (uint32_t p = 0; p < chain->n_parties; p++) {
		uint32_t at = p, first = p;
		for (int step = 0; step < CIRCLE_MAX && at != SSRC_NONE; step++) {
			const ssrc_cell *parent = ssrc_table_cell(table, chain->parties[at].row, column);
			at = parent->len ? ssrc_chain_party(chain, parent->text) : SSRC_NONE;
			if (at < first)
				first = at;
			if (at != p)
				continue;
			if (first == p) /* once */
				ssrc_check_cell(c, SSRC_ERROR, SSRC_M_PARENT_CYCLE, SSRC_FILE_PARTIES,
						chain->parties[p].row, column, chain->parties[p].id, NULL, NULL);
			break;
		}
		uint32_t same = chain->parties[p].same_as;
		bool mutual = chain->parties[same].same_as == p;
		if (same != p && chain->parties[same].same_as != same && !(mutual && same < p))
			ssrc_check_cell(c, SSRC_ERROR, SSRC_M_SAME_AS_CHAIN, SSRC_FILE_PARTIES, chain->parties[p].row,
					0, chain->parties[p].id, chain->parties[same].id, NULL);
	}
}

/* ---- plausibility and age ------------------------------------------------------------------------------ */

/* Share of `country` in the newest physical (site or origin) country set of an item, NaN if there is none. */
static double physical_share(const ssrc_chain *chain, uint32_t item, uint32_t country, bool low)
{
	int newest = -1;
	double share = (double)NAN;
	for (uint32_t s = chain->items[item].first_set; s < chain->items[item].first_set + chain->items[item].n_sets;
	     s++) {
		const ssrc_share_set *set = &chain->sets[s];
		if ((set->basis != SSRC_BASIS_SITE && set->basis != SSRC_BASIS_ORIGIN) || !set->countries ||
		    set->context || set->year < newest || set->market != SSRC_NONE)
			continue;
		newest = set->year;
		share = 0;
		for (uint32_t i = set->first; i < set->first + set->count; i++)
			if (chain->shares[i].country == country)
				share = low ? chain->shares[i].share.low : chain->shares[i].share.high;
	}
	return share;
}

/* An item said to come almost wholly from one country although a critical physical input comes mostly from
 * elsewhere (the procurement-data case of GAO-25-107283). */
static void check_origin(ssrc_checker *c, const ssrc_chain *chain, uint32_t item)
{
	for (uint32_t country = 0; country < chain->n_countries; country++) {
		double own = physical_share(chain, item, country, true);
		if (isnan(own))
			return;
		if (own < 0.95)
			continue;
		for (uint32_t i = 0; i < chain->items[item].n_needs; i++) {
			const ssrc_need *need = &chain->needs[chain->items[item].first_need + i];
			double input = physical_share(chain, need->input, country, false);
			if (need->essential != SSRC_CRITICAL || isnan(input) || input >= 0.5)
				continue;
			char percent[32];
			ssrc_format_number(percent, round(own * 1000) / 10);
			ssrc_check_cell(c, SSRC_WARNING, SSRC_M_ORIGIN_PLAUSIBLE, SSRC_FILE_ITEMS,
					chain->items[item].row, 0, chain->items[item].id, chain->countries[country],
					percent);
			return;
		}
	}
}

static void check_age(ssrc_checker *c, const ssrc_chain *chain, uint32_t item)
{
	char day[11];
	ssrc_date_format(c->options->as_of, day);
	int today = atoi(day), newest = 0;
	for (uint32_t s = 0; s < chain->items[item].n_sets; s++) {
		const ssrc_share_set *set = &chain->sets[chain->items[item].first_set + s];
		if (set->year > newest && !set->context)
			newest = set->year;
	}
	if (newest && today - newest >= SHARE_OLD_YEARS) {
		char year[16];
		snprintf(year, sizeof year, "%d", newest);
		at_item(c, chain, item, SSRC_INFO, SSRC_M_SHARE_OLD, year, NULL);
	}
}

ssrc_status ssrc_check_sense(ssrc_checker *c, ssrc_error *err)
{
	ssrc_chain *chain;
	ssrc_status status = ssrc_chain_build(&chain, c->package, c->options->as_of, err);
	if (status)
		return status;
	for (uint32_t s = 0; s < chain->n_sets; s++)
		check_set(c, chain, &chain->sets[s]);
	check_self_needs(c);
	check_any_of(c, chain);
	check_parents(c, chain);
	for (uint32_t v = 0; v < chain->n_items; v++) {
		check_origin(c, chain, v);
		check_age(c, chain, v);
	}
	status = check_items(c, chain, err);
	if (!status)
		status = check_options(c, chain, err);
	if (!status)
		status = check_circles(c, chain, err);
	if (!status)
		status = check_twins(c, chain, err);
	ssrc_chain_free(chain);
	return status;
}
