/* Training time, chip supply and splits of a budget as text, CSV and JSON. */
#include "report.h"

#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CASES = 3, DIGITS = 4 };

typedef struct writer {
	ssrc_buf *out;
	const ssrc_compute_request *request;
	const ssrc_report_options *options;
	ssrc_lang lang;
	ssrc_context *ctx;
	ssrc_compute_time time;
	ssrc_compute_supply supply;
	ssrc_compute_input inputs[SSRC_COMPUTE_LIMITS_MAX];
	ssrc_compute_split splits[3];
} writer;

static const ssrc_text_id split_texts[] = {SSRC_T_CT_FIT_PUBLISHED, SSRC_T_CT_FIT_CORRECTED, SSRC_T_CT_FIT_RULE};
static const char *const split_keys[] = {"published_constants", "corrected_fit", "rule_20"};
static const char *const case_keys[] = {"low", "central", "high"};
static const ssrc_text_id case_texts[] = {SSRC_T_CT_LOW_CASE, SSRC_T_CT_CENTRAL_CASE, SSRC_T_CT_HIGH_CASE};

/* For people: whole numbers below ten million as they are, else four digits, large ones with a power of ten; ∞ and ?
 * where there is no number. */
static void put_short(char out[40], double value)
{
	char text[40];
	double rounded;
	if (!isfinite(value)) {
		snprintf(out, 40, "%s", isnan(value) ? "?" : "∞");
		return;
	}
	if (fabs(value) < 1e7 && value == trunc(value)) {
		ssrc_format_number(out, value == 0 ? 0.0 : value);
		return;
	}
	snprintf(text, sizeof text, "%.*e", DIGITS - 1, value);
	for (char *p = text; *p; p++)
		if (*p == ',') /* a host program's locale */
			*p = '.';
	if (!ssrc_parse_number(text, strlen(text), &rounded))
		rounded = value;
	if (fabs(rounded) < 1e7) {
		ssrc_format_number(out, rounded);
		return;
	}
	char *exponent = strchr(text, 'e'), *end = exponent;
	while (end > text && (end[-1] == '0' || end[-1] == '.'))
		if (*--end == '.')
			break;
	exponent += strspn(exponent, "e+0");
	snprintf(out, 40, "%.*se%.8s", (int)(end - text), text, exponent);
}

static void put_bounds(char out[84], ssrc_bounds b, double scale)
{
	char low[40], high[40];
	put_short(low, b.low * scale);
	put_short(high, b.high * scale);
	if (strcmp(low, high) == 0)
		snprintf(out, 84, "%s", low);
	else
		snprintf(out, 84, "%s–%s", low, high);
}

static const char *say(char *out, size_t size, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n)
{
	ssrc_text_fill(out, size, ssrc_text(id, lang), args, n);
	return out;
}

static void heading(writer *w, const char *text)
{
	if (w->out->len)
		ssrc_buf_putc(w->out, '\n');
	ssrc_paint_text(w->out, text, SSRC_BOLD, w->options->colour);
	ssrc_buf_putc(w->out, '\n');
}

static void put_table(writer *w, ssrc_text_table *table)
{
	w->out->failed |= table->failed;
	if (!table->failed)
		ssrc_text_table_write(table, w->out, w->options->colour, w->options->width);
	ssrc_text_table_end(table);
}

/* ---- training time, for people ------------------------------------------------------------------------------ */

static void put_fact(writer *w, ssrc_text_id label, const char *text)
{
	const char *head = ssrc_text(label, w->lang);
	ssrc_buf_printf(w->out, "  %s", head);
	for (size_t i = ssrc_display_width(head, strlen(head)); i < 14; i++)
		ssrc_buf_putc(w->out, ' ');
	ssrc_buf_printf(w->out, "%s\n", text);
}

static void put_flop(writer *w)
{
	const ssrc_compute_request *q = w->request;
	char flop[84], params[84], tokens[84], text[400];
	put_bounds(flop, q->run->flop, 1);
	put_bounds(params, q->params, 1);
	put_bounds(tokens, q->tokens, 1);
	const char *args[] = {flop, q->recompute ? "8" : "6", params, tokens};
	bool sized = !isnan(q->params.low);
	put_fact(w, SSRC_T_CT_COMPUTE,
		 say(text, sizeof text, w->lang, sized ? SSRC_T_CT_FROM_SIZE : SSRC_T_CT_FLOP_IS, args, 4));
}

static void put_chips(writer *w)
{
	const ssrc_compute_request *q = w->request;
	const ssrc_bounds *after = q->run->n_phases ? q->run->phases[0].count : NULL;
	for (size_t i = 0; i < q->run->n_chips; i++) {
		char count[84], peak[84], source[200], text[500];
		const char *from = q->chip_sources[i];
		put_bounds(count, q->run->count[i], 1);
		put_bounds(peak, q->run->peak[i], 1);
		snprintf(source, sizeof source, "%s%s%s", from ? from : ssrc_text(SSRC_T_CT_GIVEN, w->lang),
			 q->chip_assumed[i] ? ", " : "",
			 q->chip_assumed[i] ? ssrc_text(SSRC_T_CT_ASSUMED, w->lang) : "");
		const char *args[] = {q->chip_names[i], count, peak, source};
		put_fact(w, SSRC_T_CT_CHIPS, say(text, sizeof text, w->lang, SSRC_T_CT_CHIP_IS, args, 4));
		if (!after)
			continue;
		put_bounds(count, after[i], 1);
		put_fact(w, SSRC_T_CT_CUT, say(text, sizeof text, w->lang, SSRC_T_CT_CHIP_AFTER, args, 2));
	}
}

static void put_share(writer *w, ssrc_text_id label, ssrc_bounds share, bool percent, bool by_default)
{
	char number[84], text[120], whole[200];
	put_bounds(number, share, percent ? 100 : 1);
	const char *shown = number, *args[] = {number};
	if (percent)
		shown = say(text, sizeof text, w->lang, SSRC_T_CT_PERCENT, args, 1);
	args[0] = shown;
	put_fact(w, label, by_default ? say(whole, sizeof whole, w->lang, SSRC_T_CT_DEFAULT, args, 1) : shown);
}

static void put_cut(writer *w)
{
	const ssrc_compute_run *run = w->request->run;
	char kept[84], from[40], until[40] = "", text[300];
	if (run->n_phases == 0)
		return;
	put_bounds(kept, run->phases[0].kept, 100);
	put_short(from, run->phases[0].from_days / 7);
	if (run->n_phases > 1)
		put_short(until, run->phases[1].from_days / 7);
	bool all = run->phases[0].kept.low == 1, ends = run->n_phases > 1;
	ssrc_text_id id =
		all ? (ends ? SSRC_T_CT_FROM_UNTIL : SSRC_T_CT_FROM) : (ends ? SSRC_T_CT_CUT_UNTIL : SSRC_T_CT_CUT_IS);
	const char *args[] = {kept, from, until};
	put_fact(w, SSRC_T_CT_CUT, say(text, sizeof text, w->lang, id, args, 3));
}

typedef struct figure {
	const char *key, *unit;
	ssrc_text_id text;
	const ssrc_compute_range *range;
} figure;

/* The figures of a run; those of a cut last. Returns how many. */
static size_t run_figures(const writer *w, figure out[6])
{
	const ssrc_compute_time *t = &w->time;
	const figure all[] = {
		{"fleet_peak", "FLOP/s", SSRC_T_CT_F_PEAK, &t->peak},
		{"training_days", "days", SSRC_T_CT_DAYS, &t->days},
		{"chip_hours", "hours", SSRC_T_CT_HOURS, &t->chip_hours},
		{"training_days_with_cut", "days", SSRC_T_CT_DAYS_CUT, &t->days_cut},
		{"multiplier", "ratio", SSRC_T_CT_MULTIPLIER, &t->multiplier},
		{"delay_days", "days", SSRC_T_CT_DELAY, &t->delay},
	};
	size_t n = w->request->run->n_phases ? 6 : 3;
	memcpy(out, all, n * sizeof *all);
	return n;
}

static void put_run(writer *w)
{
	const ssrc_compute_request *q = w->request;
	static const ssrc_text_id heads[] = {SSRC_T_CT_FIGURE, SSRC_T_CT_LOW, SSRC_T_CT_CENTRAL, SSRC_T_CT_HIGH};
	heading(w, ssrc_text(SSRC_T_CT_HEAD_RUN, w->lang));
	put_flop(w);
	put_chips(w);
	put_share(w, SSRC_T_CT_MFU, q->run->mfu, true, q->default_mfu);
	put_share(w, SSRC_T_CT_AVAILABILITY, q->run->availability, true, q->default_availability);
	put_share(w, SSRC_T_CT_F_SCALING, q->run->scaling, false, q->default_scaling);
	put_cut(w);
	ssrc_buf_putc(w->out, '\n');
	figure figures[6];
	size_t n = run_figures(w, figures);
	ssrc_text_table table;
	ssrc_text_table_begin(&table, w->ctx);
	for (size_t i = 0; i < 4; i++)
		ssrc_text_table_column(&table, ssrc_text(heads[i], w->lang), i ? SSRC_RIGHT : SSRC_LEFT);
	for (size_t i = 0; i < n; i++) {
		const double values[] = {figures[i].range->low, figures[i].range->central, figures[i].range->high};
		ssrc_text_table_put(&table, ssrc_text(figures[i].text, w->lang), SSRC_PLAIN);
		for (size_t k = 0; k < CASES; k++) {
			char text[40];
			put_short(text, values[k]);
			ssrc_text_table_put(&table, text, k == 1 ? SSRC_BOLD : SSRC_PLAIN);
		}
	}
	put_table(w, &table);
	if (isinf(w->time.days_cut.high))
		ssrc_buf_printf(w->out, "%s\n", ssrc_text(SSRC_T_CT_NEVER, w->lang));
}

/* ---- chip supply, for people ---------------------------------------------------------------------------------- */

static void binds_text(const writer *w, const ssrc_compute_input *in, char *out, size_t size)
{
	static const ssrc_text_id words[] = {SSRC_T_CT_BINDS_LOW, SSRC_T_CT_BINDS_CENTRAL, SSRC_T_CT_BINDS_HIGH};
	size_t used = 0;
	out[0] = '\0';
	if (in->binds[0] && in->binds[1] && in->binds[2]) {
		snprintf(out, size, "%s", ssrc_text(SSRC_T_CT_BINDS_ALWAYS, w->lang));
		return;
	}
	for (size_t k = 0; k < CASES; k++)
		if (in->binds[k])
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "+" : "",
						 ssrc_text(words[k], w->lang));
	if (!used)
		snprintf(out, size, "%s",
			 ssrc_text(in->may_bind ? SSRC_T_CT_BINDS_MAYBE : SSRC_T_CT_BINDS_NO, w->lang));
}

static void put_input(writer *w, ssrc_text_table *table, size_t i)
{
	const ssrc_compute_limit *limit = &w->request->limits[i];
	const ssrc_compute_input *in = &w->inputs[i];
	char text[100];
	ssrc_text_table_put(table, w->request->limit_names[i], SSRC_PLAIN);
	put_bounds(text, limit->available, 1);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	put_bounds(text, limit->per_unit, 1);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	for (size_t k = 0; k < CASES; k++) {
		put_short(text, in->units[k]);
		ssrc_text_table_put(table, text, in->binds[k] ? SSRC_BOLD : SSRC_PLAIN);
	}
	binds_text(w, in, text, sizeof text);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	put_short(text, in->left[SSRC_COMPUTE_CENTRAL]);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	put_short(text, in->marginal[SSRC_COMPUTE_CENTRAL]);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
}

static void put_supply(writer *w)
{
	static const ssrc_text_id heads[] = {SSRC_T_CT_H_INPUT,   SSRC_T_CT_AVAILABLE,     SSRC_T_CT_PER_CHIP,
					     SSRC_T_CT_UNITS_LOW, SSRC_T_CT_UNITS_CENTRAL, SSRC_T_CT_UNITS_HIGH,
					     SSRC_T_CT_BINDS,     SSRC_T_CT_LEFT,          SSRC_T_CT_MARGINAL};
	const ssrc_compute_supply *s = &w->supply;
	ssrc_text_table table;
	heading(w, ssrc_text(SSRC_T_CT_HEAD_SUPPLY, w->lang));
	ssrc_text_table_begin(&table, w->ctx);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		ssrc_text_table_column(&table, ssrc_text(heads[i], w->lang), i ? SSRC_RIGHT : SSRC_LEFT);
	for (size_t i = 0; i < w->request->n_limits; i++)
		put_input(w, &table, i);
	put_table(w, &table);
	for (size_t k = 0; k < CASES; k++) {
		char units[40], more[40], next[40], text[600];
		put_short(units, s->units[k]);
		put_short(more, s->to_next[k]);
		put_short(next, s->units_next[k]);
		bool other = s->next[k] != UINT32_MAX;
		const char *args[] = {ssrc_text(case_texts[k], w->lang),
				      w->request->limit_names[s->binding[k]],
				      units,
				      more,
				      other ? w->request->limit_names[s->next[k]] : "",
				      next};
		say(text, sizeof text, w->lang, other ? SSRC_T_CT_NEXT : SSRC_T_CT_ONLY, args, 6);
		ssrc_buf_printf(w->out, "%s\n", text);
	}
}

/* ---- splits, for people --------------------------------------------------------------------------------------- */

static void put_splits(writer *w)
{
	static const ssrc_text_id heads[] = {SSRC_T_CT_BASIS, SSRC_T_CT_PARAMS, SSRC_T_CT_TOKENS,
					     SSRC_T_CT_TOKENS_PER_PARAM};
	char flop[40], text[200];
	ssrc_text_table table;
	put_short(flop, w->request->optimum);
	heading(w, say(text, sizeof text, w->lang, SSRC_T_CT_HEAD_SPLIT, (const char *[]){flop}, 1));
	ssrc_text_table_begin(&table, w->ctx);
	for (size_t i = 0; i < 4; i++)
		ssrc_text_table_column(&table, ssrc_text(heads[i], w->lang), i ? SSRC_RIGHT : SSRC_LEFT);
	for (size_t i = 0; i < 3; i++) {
		const double values[] = {w->splits[i].params, w->splits[i].tokens, w->splits[i].tokens_per_param};
		ssrc_text_table_put(&table, ssrc_text(split_texts[i], w->lang), SSRC_PLAIN);
		for (size_t k = 0; k < 3; k++) {
			put_short(text, values[k]);
			ssrc_text_table_put(&table, text, SSRC_PLAIN);
		}
	}
	put_table(w, &table);
	ssrc_buf_printf(w->out, "%s\n", ssrc_text(SSRC_T_CT_RULE_NOTE, w->lang));
}

/* ---- for programs ------------------------------------------------------------------------------------------------ */

static void json_range(ssrc_json *json, const char *key, const double values[CASES])
{
	ssrc_json_open(json, key, '{');
	for (size_t k = 0; k < CASES; k++)
		ssrc_json_number(json, case_keys[k], values[k]);
	ssrc_json_close(json, '}');
}

static void json_run(writer *w, ssrc_json *json)
{
	const ssrc_compute_request *q = w->request;
	const ssrc_compute_run *run = q->run;
	const ssrc_bounds *after = run->n_phases ? run->phases[0].count : NULL;
	ssrc_json_open(json, "run", '{');
	if (!isnan(q->params.low)) {
		ssrc_json_interval(json, "params", q->params.low, q->params.high);
		ssrc_json_interval(json, "tokens", q->tokens.low, q->tokens.high);
	}
	ssrc_json_interval(json, "flop", run->flop.low, run->flop.high);
	ssrc_json_interval(json, "mfu", run->mfu.low, run->mfu.high);
	ssrc_json_interval(json, "availability", run->availability.low, run->availability.high);
	ssrc_json_interval(json, "scaling", run->scaling.low, run->scaling.high);
	ssrc_json_open(json, "chips", '[');
	for (size_t i = 0; i < run->n_chips; i++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "chip", q->chip_names[i]);
		ssrc_json_interval(json, "count", run->count[i].low, run->count[i].high);
		ssrc_json_interval(json, "peak", run->peak[i].low, run->peak[i].high);
		if (after)
			ssrc_json_interval(json, "count_after", after[i].low, after[i].high);
		ssrc_json_string(json, "source", q->chip_sources[i]);
		ssrc_json_bool(json, "assumed", q->chip_assumed[i]);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	if (run->n_phases) {
		ssrc_json_interval(json, "kept", run->phases[0].kept.low, run->phases[0].kept.high);
		ssrc_json_number(json, "from_week", run->phases[0].from_days / 7);
		ssrc_json_number(json, "until_week",
				 run->n_phases > 1 ? run->phases[1].from_days / 7 : (double)INFINITY);
	}
	figure figures[6];
	size_t n = run_figures(w, figures);
	for (size_t i = 0; i < n; i++)
		json_range(json, figures[i].key,
			   (const double[]){figures[i].range->low, figures[i].range->central, figures[i].range->high});
	ssrc_json_close(json, '}');
}

static void json_supply(writer *w, ssrc_json *json)
{
	const ssrc_compute_supply *s = &w->supply;
	ssrc_json_open(json, "supply", '{');
	json_range(json, "chips", s->units);
	ssrc_json_open(json, "binding", '{');
	for (size_t k = 0; k < CASES; k++) {
		bool other = s->next[k] != UINT32_MAX;
		ssrc_json_open(json, case_keys[k], '{');
		ssrc_json_string(json, "input", w->request->limit_names[s->binding[k]]);
		ssrc_json_string(json, "next", other ? w->request->limit_names[s->next[k]] : NULL);
		ssrc_json_number(json, "chips_at_next", s->units_next[k]);
		ssrc_json_number(json, "more_until_next", s->to_next[k]);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, '}');
	ssrc_json_open(json, "inputs", '[');
	for (size_t i = 0; i < w->request->n_limits; i++) {
		const ssrc_compute_limit *limit = &w->request->limits[i];
		const ssrc_compute_input *in = &w->inputs[i];
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "input", w->request->limit_names[i]);
		ssrc_json_interval(json, "available", limit->available.low, limit->available.high);
		ssrc_json_interval(json, "per_chip", limit->per_unit.low, limit->per_unit.high);
		json_range(json, "chips", in->units);
		json_range(json, "left_over", in->left);
		json_range(json, "one_more_gives", in->marginal);
		ssrc_json_bool(json, "may_bind", in->may_bind);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_close(json, '}');
}

static void write_json(writer *w)
{
	ssrc_json json;
	ssrc_json_begin(&json, w->out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/compute/1");
	ssrc_json_string(&json, "program", w->options->version);
	if (w->request->run)
		json_run(w, &json);
	if (w->request->n_limits)
		json_supply(w, &json);
	if (!isnan(w->request->optimum)) {
		ssrc_json_open(&json, "split", '{');
		ssrc_json_number(&json, "flop", w->request->optimum);
		for (size_t i = 0; i < 3; i++) {
			ssrc_json_open(&json, split_keys[i], '{');
			ssrc_json_number(&json, "params", w->splits[i].params);
			ssrc_json_number(&json, "tokens", w->splits[i].tokens);
			ssrc_json_number(&json, "tokens_per_param", w->splits[i].tokens_per_param);
			ssrc_json_number(&json, "loss", w->splits[i].loss);
			ssrc_json_close(&json, '}');
		}
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

/* One row a figure: what, of which input or basis, low, central, high, unit. */
static void csv_row(ssrc_text_table *table, const char *key, const char *name, const double values[CASES],
		    const char *unit)
{
	ssrc_text_table_put(table, key, SSRC_PLAIN);
	ssrc_text_table_put(table, name, SSRC_PLAIN);
	for (size_t k = 0; k < CASES; k++) {
		char text[40] = "";
		if (isinf(values[k]))
			snprintf(text, sizeof text, "inf");
		else if (!isnan(values[k]))
			ssrc_format_number(text, values[k]);
		ssrc_text_table_put(table, text, SSRC_PLAIN);
	}
	ssrc_text_table_put(table, unit, SSRC_PLAIN);
}

static void csv_supply(writer *w, ssrc_text_table *table)
{
	csv_row(table, "chips", w->request->limit_names[w->supply.binding[SSRC_COMPUTE_CENTRAL]], w->supply.units,
		"chips");
	for (size_t i = 0; i < w->request->n_limits; i++) {
		const ssrc_compute_input *in = &w->inputs[i];
		const double binds[] = {in->binds[0], in->binds[1], in->binds[2]};
		const char *name = w->request->limit_names[i];
		csv_row(table, "chips_allowed", name, in->units, "chips");
		csv_row(table, "binds", name, binds, "flag");
		csv_row(table, "left_over", name, in->left, "of the input");
		csv_row(table, "one_more_gives", name, in->marginal, "chips");
	}
}

static void write_csv(writer *w)
{
	static const char *const heads[] = {"figure", "name", "low", "central", "high", "unit"};
	ssrc_text_table table;
	ssrc_text_table_begin(&table, w->ctx);
	for (size_t i = 0; i < 6; i++)
		ssrc_text_table_column(&table, heads[i], SSRC_LEFT);
	if (w->request->run) {
		figure figures[6];
		size_t n = run_figures(w, figures);
		for (size_t i = 0; i < n; i++)
			csv_row(&table, figures[i].key, "",
				(const double[]){figures[i].range->low, figures[i].range->central,
						 figures[i].range->high},
				figures[i].unit);
	}
	if (w->request->n_limits)
		csv_supply(w, &table);
	for (size_t i = 0; !isnan(w->request->optimum) && i < 3; i++) {
		const ssrc_compute_split *s = &w->splits[i];
		csv_row(&table, "params", split_keys[i], (const double[]){s->params, s->params, s->params},
			"parameters");
		csv_row(&table, "tokens", split_keys[i], (const double[]){s->tokens, s->tokens, s->tokens}, "tokens");
	}
	w->out->failed |= table.failed;
	if (!table.failed)
		ssrc_text_table_write_csv(&table, w->out, w->options->bom);
	ssrc_text_table_end(&table);
}

/* ---- all of it -----------------------------------------------------------------------------------------------------
 */

static ssrc_status compute(writer *w, ssrc_error *err)
{
	const ssrc_compute_request *q = w->request;
	ssrc_status status = SSRC_OK;
	if (q->run)
		status = ssrc_compute_time_of(q->run, &w->time, err);
	if (!status && q->n_limits)
		status = ssrc_compute_supply_of(q->limits, q->n_limits, &w->supply, w->inputs, err);
	if (status || isnan(q->optimum))
		return status;
	status = ssrc_compute_optimum(ssrc_scaling_fit_hoffmann(), q->optimum, &w->splits[0], err);
	if (!status)
		status = ssrc_compute_optimum(ssrc_scaling_fit_besiroglu(), q->optimum, &w->splits[1], err);
	if (!status)
		status = ssrc_compute_rule(20, q->optimum, &w->splits[2], err);
	return status;
}

ssrc_status ssrc_report_compute(ssrc_buf *out, ssrc_context *ctx, const ssrc_compute_request *request,
				const ssrc_report_options *options, ssrc_error *err)
{
	writer *w = ssrc_alloc_array(ctx, 1, sizeof *w);
	if (!w)
		return ssrc_no_memory(err);
	w->out = out;
	w->ctx = ctx;
	w->request = request;
	w->options = options;
	w->lang = options->lang;
	ssrc_status status = compute(w, err);
	if (!status && options->format == SSRC_FORMAT_JSON) {
		write_json(w);
	} else if (!status && options->format == SSRC_FORMAT_CSV) {
		write_csv(w);
	} else if (!status) {
		if (request->run)
			put_run(w);
		if (request->n_limits)
			put_supply(w);
		if (!isnan(request->optimum))
			put_splits(w);
	}
	ssrc_release(ctx, w);
	return !status && out->failed ? ssrc_no_memory(err) : status;
}
