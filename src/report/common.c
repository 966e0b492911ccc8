#include "report.h"

#include "io/date.h"
#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t put_number(char *out, double x, double scale, int decimals)
{
	if (isnan(x))
		return (size_t)snprintf(out, 24, "?");
	if (isinf(x))
		return (size_t)snprintf(out, 24, "∞");
	double rounded = round(x * scale * pow(10, decimals)) / pow(10, decimals);
	int n = snprintf(out, 24, "%.*f", decimals, rounded == 0 ? 0.0 : rounded);
	for (char *p = out; *p; p++)
		if (*p == ',') /* a host program's locale */
			*p = '.';
	return (size_t)n;
}

void ssrc_put_range(char out[64], double low, double high, double scale, int decimals)
{
	char a[24], b[24];
	put_number(a, low, scale, decimals);
	put_number(b, high, scale, decimals);
	if (strcmp(a, b) == 0)
		snprintf(out, 64, "%s", a);
	else
		snprintf(out, 64, "%s–%s", a, b);
}

void ssrc_put_estimate(char out[64], const ssrc_estimate *e, double scale, int decimals)
{
	char mid[24], range[64];
	put_number(mid, e->at[SSRC_CASE_MID], scale, decimals);
	ssrc_put_range(range, e->at[SSRC_CASE_LOW], e->at[SSRC_CASE_HIGH], scale, decimals);
	if (strcmp(mid, range) == 0)
		snprintf(out, 64, "%s", mid);
	else
		snprintf(out, 64, "%.22s (%.38s)", mid, range);
}

void ssrc_put_json_head(ssrc_json *json, const ssrc_assessment *a, const char *schema,
			const ssrc_report_options *options)
{
	char day[11];
	ssrc_date_format(a->chain->as_of, day);
	ssrc_json_open(json, NULL, '{');
	ssrc_json_string(json, "schema", schema);
	ssrc_json_string(json, "program", options->version);
	ssrc_json_string(json, "home", a->home.text);
	ssrc_json_string(json, "basis", ssrc_basis_word(a->basis));
	ssrc_json_string(json, "as_of", day);
	ssrc_json_string(json, "policy", a->policy->name);
}

const char *ssrc_put_short(char out[24], double x, int decimals)
{
	put_number(out, x, 1, decimals);
	return out;
}

const char *ssrc_put_million(char out[40], const ssrc_chain *chain, ssrc_lang lang)
{
	const char *currency = ssrc_package_currency(chain->package);
	if (*currency)
		ssrc_text_fill(out, 40, ssrc_text(SSRC_T_W_MILLION_OF, lang), &currency, 1);
	else
		snprintf(out, 40, "%s", ssrc_text(SSRC_T_W_MILLION, lang));
	return out;
}

void ssrc_put_line(ssrc_buf *out, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n_args)
{
	char line[1200];
	ssrc_text_fill(line, sizeof line, ssrc_text(id, lang), (const char *const *)args, n_args);
	ssrc_buf_puts(out, line);
	ssrc_buf_putc(out, '\n');
}

ssrc_status ssrc_not_found(const ssrc_chain *chain, const char *id, bool parties, ssrc_error *err)
{
	const char **names =
		ssrc_alloc_array(chain->ctx, (size_t)chain->n_items + chain->n_parties + 1, sizeof(char *));
	if (!names)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	size_t n = 0;
	for (uint32_t i = 0; i < chain->n_items; i++)
		names[n++] = chain->items[i].id;
	for (uint32_t i = 0; parties && i < chain->n_parties; i++)
		names[n++] = chain->parties[i].id;
	const char *close[3];
	size_t found = ssrc_did_you_mean(id, names, n, close);
	char list[160] = "";
	for (size_t i = 0; i < found; i++) {
		size_t used = strlen(list);
		snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", close[i]);
	}
	ssrc_release(chain->ctx, names);
	return found ? ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_UNKNOWN_ID, id, list, NULL)
		     : ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_UNKNOWN_ID_PLAIN, id, NULL, NULL);
}

ssrc_paint ssrc_level_paint(int level)
{
	return level < 0 ? SSRC_DIM : (ssrc_paint)(SSRC_LEVEL_0 + level);
}

void ssrc_put_level(char out[24], const ssrc_item_result *r, bool range)
{
	char now[16] = "?";
	if (r->level >= 0)
		snprintf(now, sizeof now, "%d", r->level);
	if (range && r->level_low != r->level_high)
		snprintf(out, 24, "%s (%d–%d)", now, r->level_low, r->level_high);
	else
		snprintf(out, 24, "%s", now);
}

char ssrc_grade_letter(int grade)
{
	return grade < 0 ? '?' : (char)('D' - grade);
}

static void add_reason(ssrc_buf *out, ssrc_lang lang, ssrc_text_id id, const char *arg0, const char *arg1)
{
	char text[256];
	const char *args[] = {arg0, arg1};
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, 2);
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		ssrc_buf_puts(out, lang == SSRC_LANG_ZH ? ";" : "; ");
	ssrc_buf_puts(out, text);
}

/* Name of the largest maker of the firm set. */
static const char *largest_maker(const ssrc_assessment *a, const ssrc_item_result *r, ssrc_lang lang)
{
	const ssrc_share_set *set = &a->chain->sets[r->supply.firm_set];
	const ssrc_share *share = &a->chain->shares[set->first];
	if (share->kind == SSRC_BY_PARTY)
		return ssrc_name(a->chain->parties[share->party].name, a->chain->parties[share->party].id, lang);
	return share->provider;
}

/* True if a control, and nothing but it, keeps an alternate of the item from counting against some cut. */
static bool has_blocked_alternate(const ssrc_assessment *a, uint32_t item)
{
	const ssrc_item *it = &a->chain->items[item];
	bool found = false;
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++) {
		const ssrc_alternate *x = &a->chain->alternates[i];
		found |= a->blocked[i] && x->state >= SSRC_QUALIFIED && ssrc_alternate_is_open(a, x);
	}
	return found;
}

void ssrc_put_reason(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, ssrc_lang lang)
{
	const ssrc_item_result *r = &a->items[item];
	const ssrc_supply *s = &r->supply;
	char number[64];
	if (s->country_set == SSRC_NONE) {
		add_reason(out, lang, SSRC_T_R_NO_SHARES, NULL, NULL);
		return;
	}
	if (r->fragmented)
		add_reason(out, lang, SSRC_T_R_FRAGMENTED, NULL, NULL);
	if (r->sole_source) {
		add_reason(out, lang, SSRC_T_R_SOLE, largest_maker(a, r, lang), NULL);
	} else if (r->single_source) {
		ssrc_put_range(number, r->cr1.low, r->cr1.high, 100, 0);
		add_reason(out, lang, SSRC_T_R_SINGLE, largest_maker(a, r, lang), number);
	}
	for (uint32_t i = 0; r->supply.firm_set != SSRC_NONE && i < a->chain->sets[r->supply.firm_set].count; i++) {
		const ssrc_share *share = &a->chain->shares[a->chain->sets[r->supply.firm_set].first + i];
		char makers[24];
		if (share->kind != SSRC_BY_JOINT || !ssrc_known(share->share))
			continue;
		snprintf(makers, sizeof makers, "%u", share->n_members);
		ssrc_put_range(number, share->share.low, share->share.high, 100, 0);
		add_reason(out, lang, SSRC_T_R_JOINT, makers, number);
	}
	if (s->top_foreign == SSRC_NONE && r->firms_known && s->home.at[SSRC_CASE_MID] != s->home.at[SSRC_CASE_MID])
		add_reason(out, lang, SSRC_T_R_NO_PLACE, NULL, NULL);
	else if (s->top_foreign == SSRC_NONE)
		add_reason(out, lang, s->home.at[SSRC_CASE_MID] > 0.5 ? SSRC_T_R_HOME : SSRC_T_R_NO_SHARES, NULL, NULL);
	if (r->n_controls == 1)
		add_reason(out, lang, SSRC_T_R_CONTROL, NULL, NULL);
	if (r->n_controls > 1) {
		snprintf(number, sizeof number, "%u", r->n_controls);
		add_reason(out, lang, SSRC_T_R_CONTROLS, number, NULL);
	}
	if (!ssrc_known(a->chain->items[item].recovery))
		add_reason(out, lang, SSRC_T_R_NO_RECOVERY, NULL, NULL);
	if (s->top_foreign == SSRC_NONE)
		return;
	if (r->n_alternates == 0) {
		add_reason(out, lang, has_blocked_alternate(a, item) ? SSRC_T_R_BLOCKED : SSRC_T_R_NO_ALTERNATE, NULL,
			   NULL);
	} else {
		ssrc_put_range(number, r->cover.at[SSRC_CASE_LOW], fmin(r->cover.at[SSRC_CASE_HIGH], 1), 100, 0);
		add_reason(out, lang, SSRC_T_R_COVER, number, NULL);
	}
	if (r->tts.at[SSRC_CASE_MID] < r->ttr.at[SSRC_CASE_MID])
		add_reason(out, lang, SSRC_T_R_STOCK, NULL, NULL);
	if (a->network.products[item] == 0)
		add_reason(out, lang, SSRC_T_R_NO_PRODUCT, NULL, NULL);
}
