/* compute: training time of a fleet, chip supply, splits of a budget; from options, or from a file with the columns
 *   what,name,low,high,per_low,per_high,source,note
 * where `what` is the name of an option without its dashes, or chip, chip-after, limit. Options win over the file. */
#include "cli.h"

#include "io/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef enum quantity {
	Q_PARAMS,
	Q_TOKENS,
	Q_FLOP,
	Q_MFU,
	Q_AVAILABILITY,
	Q_SCALING,
	Q_CUT,
	Q_CLOUD_LOST,
	Q_FROM_WEEK,
	Q_FOR_WEEKS,
	Q_OPTIMUM,
	Q_COUNT
} quantity;

static const struct {
	const char *word;
	cli_option_id option;
	bool single; /* one number, no range */
} quantities[Q_COUNT] = {
	[Q_PARAMS] = {"params", OPT_PARAMS, false},
	[Q_TOKENS] = {"tokens", OPT_TOKENS, false},
	[Q_FLOP] = {"flop", OPT_FLOP, false},
	[Q_MFU] = {"mfu", OPT_MFU, false},
	[Q_AVAILABILITY] = {"availability", OPT_AVAILABILITY, false},
	[Q_SCALING] = {"scaling", OPT_SCALING, false},
	[Q_CUT] = {"cut", OPT_CUT, false},
	[Q_CLOUD_LOST] = {"cloud-lost", OPT_CLOUD_LOST, false},
	[Q_FROM_WEEK] = {"from-week", OPT_FROM_WEEK, true},
	[Q_FOR_WEEKS] = {"for-weeks", OPT_FOR_WEEKS, true},
	[Q_OPTIMUM] = {"optimum", OPT_OPTIMUM, true},
};

enum { CHIPS = SSRC_COMPUTE_CHIPS_MAX, LIMITS = SSRC_COMPUTE_LIMITS_MAX, KNOWN_MAX = 256, COLUMNS_MAX = 64 };

/* A chip whose peak is published. */
typedef struct known_chip {
	const char *name, *source;
	ssrc_bounds peak; /* NAN = not published */
	bool assumed;
} known_chip;

typedef struct plan {
	cli *c;
	ssrc_arena arena;
	ssrc_findings *findings;
	const char *file;                /* being read */
	const char *header[COLUMNS_MAX]; /* of it */
	size_t n_header;
	bool unusable;                         /* a column is missing */
	bool given[Q_COUNT], recompute, after; /* after: chips left by the cut are counted */
	ssrc_bounds value[Q_COUNT];
	const char *chip_names[CHIPS], *chip_sources[CHIPS];
	ssrc_bounds count[CHIPS], count_after[CHIPS], peak[CHIPS];
	bool assumed[CHIPS], counted[CHIPS], counted_after[CHIPS];
	size_t n_chips;
	const char *limit_names[LIMITS];
	ssrc_compute_limit limits[LIMITS];
	size_t n_limits;
	known_chip known[KNOWN_MAX];
	size_t n_known;
	ssrc_compute_phase phases[2];
} plan;

static const ssrc_bounds unknown = {(double)NAN, (double)NAN};

/* ---- numbers and lists ---------------------------------------------------------------------------------------- */

static bool parse_end(const char *text, size_t len, bool *percent, double *out)
{
	if (len > 0 && text[len - 1] == '%') {
		*percent = true;
		len--;
	}
	return ssrc_parse_number(text, len, out);
}

/* "5", "1.5e9", "35%", "35-40%", "0.35-0.40". */
static bool parse_range(const char *text, size_t len, ssrc_bounds *out)
{
	size_t at = 1;
	bool low_percent = false, high_percent = false;
	while (at < len && !(text[at] == '-' && text[at - 1] != 'e' && text[at - 1] != 'E'))
		at++;
	bool range = at < len;
	if (!parse_end(text, range ? at : len, &low_percent, &out->low))
		return false;
	out->high = out->low;
	if (range && !parse_end(text + at + 1, len - at - 1, &high_percent, &out->high))
		return false;
	if (low_percent || high_percent) {
		out->low /= 100;
		out->high /= 100;
	}
	return true;
}

static ssrc_text_id take_quantity(plan *p, quantity which, const char *text)
{
	ssrc_bounds value;
	if (!parse_range(text, strlen(text), &value))
		return SSRC_M_CT_VALUE;
	if (quantities[which].single && value.low != value.high)
		return SSRC_M_CT_ONE_VALUE;
	p->given[which] = true;
	p->value[which] = value;
	return SSRC_TEXT_NONE;
}

static const char *keep_text(plan *p, const char *text, size_t len)
{
	return ssrc_arena_text(&p->arena, text, len);
}

/* The chip of that name, added if new; CHIPS if there are too many, CHIPS + 1 without memory. */
static size_t chip_at(plan *p, const char *name, size_t len)
{
	for (size_t i = 0; i < p->n_chips; i++)
		if (ssrc_text_equal(name, len, p->chip_names[i]))
			return i;
	if (p->n_chips == CHIPS)
		return CHIPS;
	const char *copy = keep_text(p, name, len);
	if (!copy)
		return CHIPS + 1;
	p->chip_names[p->n_chips] = copy;
	p->peak[p->n_chips] = unknown;
	p->chip_sources[p->n_chips] = NULL;
	return p->n_chips++;
}

static ssrc_text_id take_chip(plan *p, const char *name, size_t len, bool after, ssrc_bounds count, ssrc_bounds peak,
			      const char *source)
{
	size_t i = chip_at(p, name, len);
	if (i >= CHIPS)
		return i == CHIPS ? SSRC_M_CT_MANY : SSRC_M_NOMEM;
	bool *counted = after ? &p->counted_after[i] : &p->counted[i];
	if (*counted)
		return SSRC_M_CT_CHIP_TWICE;
	*counted = true;
	(after ? p->count_after : p->count)[i] = count;
	p->after |= after;
	if (!isnan(peak.low)) {
		p->peak[i] = peak;
		p->chip_sources[i] = source;
	}
	return SSRC_TEXT_NONE;
}

static ssrc_text_id take_limit(plan *p, const char *name, size_t len, ssrc_bounds available, ssrc_bounds per_unit)
{
	if (p->n_limits == LIMITS)
		return SSRC_M_CT_INPUTS;
	for (size_t i = 0; i < p->n_limits; i++)
		if (ssrc_text_equal(name, len, p->limit_names[i]))
			return SSRC_M_CT_CHIP_TWICE;
	if (!(p->limit_names[p->n_limits] = keep_text(p, name, len)))
		return SSRC_M_NOMEM;
	p->limits[p->n_limits++] = (ssrc_compute_limit){available, per_unit};
	return SSRC_TEXT_NONE;
}

typedef enum list_kind { LIST_CHIPS, LIST_AFTER, LIST_LIMITS } list_kind;

/* NAME=RANGE, then @PEAK for a chip and /PER for a limit. */
static ssrc_text_id take_entry(plan *p, list_kind kind, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len), *end = text + len;
	if (!equals || equals == text)
		return SSRC_M_CT_LIST;
	const char *mark = memchr(equals, kind == LIST_LIMITS ? '/' : '@', (size_t)(end - equals));
	ssrc_bounds first, second = unknown;
	if (!parse_range(equals + 1, (size_t)((mark ? mark : end) - equals - 1), &first))
		return SSRC_M_CT_LIST;
	if (mark && !parse_range(mark + 1, (size_t)(end - mark - 1), &second))
		return SSRC_M_CT_LIST;
	if (kind != LIST_LIMITS)
		return take_chip(p, text, (size_t)(equals - text), kind == LIST_AFTER, first, second, NULL);
	if (!mark)
		second = (ssrc_bounds){1, 1};
	return take_limit(p, text, (size_t)(equals - text), first, second);
}

/* *wrong: the entry that cannot be taken. */
static ssrc_text_id take_list(plan *p, list_kind kind, const char *text, char wrong[120])
{
	for (const char *at = text;;) {
		size_t len = strcspn(at, ",");
		ssrc_text_id id = take_entry(p, kind, at, len);
		if (id) {
			snprintf(wrong, 120, "%.*s", (int)(len < 119 ? len : 119), at);
			return id;
		}
		if (at[len] == '\0')
			return SSRC_TEXT_NONE;
		at += len + 1;
	}
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static const char *cell(const plan *p, const ssrc_csv_record *record, const char *name, int64_t *column)
{
	*column = 1;
	for (size_t i = 0; i < p->n_header && i < record->n_cells; i++)
		if (strcmp(p->header[i], name) == 0) {
			*column = record->cells[i].column;
			return record->text + record->cells[i].start;
		}
	return "";
}

static ssrc_status read_header(plan *p, const ssrc_csv_record *record, const char *const *need, size_t n,
			       ssrc_text_id missing, ssrc_error *err)
{
	for (size_t i = 0; i < record->n_cells && i < COLUMNS_MAX; i++) {
		const char *text = keep_text(p, record->text + record->cells[i].start, record->cells[i].len);
		if (!text)
			return ssrc_no_memory(err);
		p->header[p->n_header++] = text;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		while (at < p->n_header && strcmp(p->header[at], need[i]) != 0)
			at++;
		p->unusable |= at == p->n_header;
		if (at == p->n_header)
			ssrc_findings_add(p->findings, SSRC_ERROR, missing, p->file, record->line, 1, need[i], NULL,
					  NULL);
	}
	return SSRC_OK;
}

/* The range of two cells: the second may be blank. False with a finding if it is wrong; *out NAN where both are blank.
 */
static bool cell_range(plan *p, const ssrc_csv_record *record, const char *low, const char *high, ssrc_bounds *out)
{
	const char *names[] = {low, high};
	double ends[2];
	for (int i = 0; i < 2; i++) {
		int64_t column;
		const char *text = cell(p, record, names[i], &column);
		ssrc_bounds value = i ? (ssrc_bounds){ends[0], ends[0]} : unknown;
		if (*text && (!parse_range(text, strlen(text), &value) || value.low != value.high)) {
			ssrc_findings_add(p->findings, SSRC_ERROR, SSRC_M_NOT_NUMBER, p->file, record->line, column,
					  names[i], text, NULL);
			return false;
		}
		ends[i] = value.low;
	}
	*out = (ssrc_bounds){ends[0], ends[1]};
	return true;
}

static ssrc_text_id take_row(plan *p, const ssrc_csv_record *record, const char *what, const char *name,
			     ssrc_bounds value, ssrc_bounds per)
{
	int64_t column;
	const char *source = cell(p, record, "source", &column);
	size_t len = strlen(name);
	bool named = strcmp(what, "limit") == 0 || strcmp(what, "chip") == 0 || strcmp(what, "chip-after") == 0;
	if (named && !len)
		return SSRC_M_CELL_REQUIRED;
	if (strcmp(what, "limit") == 0)
		return take_limit(p, name, len, value, isnan(per.low) ? (ssrc_bounds){1, 1} : per);
	if (named) {
		const char *kept = *source ? keep_text(p, source, strlen(source)) : NULL;
		return *source && !kept ? SSRC_M_NOMEM : take_chip(p, name, len, what[4] != '\0', value, per, kept);
	}
	if (strcmp(what, "recompute") == 0) {
		p->recompute = value.low > 0;
		return SSRC_TEXT_NONE;
	}
	for (int q = 0; q < Q_COUNT; q++) {
		if (strcmp(what, quantities[q].word) != 0)
			continue;
		p->given[q] = true;
		p->value[q] = value;
		return quantities[q].single && value.low != value.high ? SSRC_M_CT_ONE_VALUE : SSRC_TEXT_NONE;
	}
	return SSRC_M_NOT_ENUM;
}

static ssrc_status read_row(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	static const char *const need[] = {"what", "low"};
	plan *p = user;
	if (!p->n_header)
		return read_header(p, record, need, 2, SSRC_M_CT_FILE_COLUMN, err);
	int64_t column, low_column;
	const char *what = cell(p, record, "what", &column), *name = cell(p, record, "name", &low_column);
	ssrc_bounds value, per;
	if (p->unusable || !cell_range(p, record, "low", "high", &value) ||
	    !cell_range(p, record, "per_low", "per_high", &per))
		return SSRC_OK;
	ssrc_text_id wrong = SSRC_M_CELL_REQUIRED;
	const char *about = "low", *given = NULL, *wanted = NULL;
	(void)cell(p, record, "low", &low_column);
	if (!isnan(value.low)) {
		wrong = take_row(p, record, what, name, value, per);
		low_column = column;
		about = wrong == SSRC_M_CT_CHIP_TWICE ? name : wrong == SSRC_M_CELL_REQUIRED ? "name" : "what";
		given = what;
		wanted = "chip, chip-after, limit, params, tokens, flop, recompute, mfu, availability, scaling, cut, "
			 "cloud-lost, from-week, for-weeks, optimum";
	}
	if (wrong == SSRC_M_NOMEM)
		return ssrc_no_memory(err);
	if (wrong)
		ssrc_findings_add(p->findings, SSRC_ERROR, wrong, p->file, record->line, low_column, about, given,
				  wanted);
	return SSRC_OK;
}

static ssrc_status read_known(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	static const char *const need[] = {"chip", "peak_low", "peak_high", "evidence", "source"};
	plan *p = user;
	if (!p->n_header)
		return read_header(p, record, need, 5, SSRC_M_CT_TABLE_COLUMN, err);
	int64_t column;
	const char *name = cell(p, record, "chip", &column), *source = cell(p, record, "source", &column);
	known_chip *chip = &p->known[p->n_known];
	if (p->n_known == KNOWN_MAX || !cell_range(p, record, "peak_low", "peak_high", &chip->peak))
		return SSRC_OK;
	chip->name = keep_text(p, name, strlen(name));
	chip->source = keep_text(p, source, strlen(source));
	chip->assumed = strcmp(cell(p, record, "evidence", &column), "assumed") == 0;
	if (!chip->name || !chip->source)
		return ssrc_no_memory(err);
	p->n_known++;
	return SSRC_OK;
}

static ssrc_status read_file(plan *p, const char *path, ssrc_csv_visit *visit)
{
	ssrc_csv_info info;
	p->file = path;
	p->n_header = 0;
	ssrc_status status = cli_find_path(p->c, path, NULL);
	if (!status)
		status = ssrc_csv_read(&p->c->ctx, path, path, NULL, visit, p, &info, p->findings, &p->c->err);
	if (!status && !p->n_header && !ssrc_findings_total(p->findings))
		ssrc_findings_add(p->findings, SSRC_ERROR, SSRC_M_CT_FILE_COLUMN, path, 1, 1, "what", NULL, NULL);
	return status ? status : ssrc_findings_status(p->findings, &p->c->err);
}

/* ---- from options and files to a request --------------------------------------------------------------------- */

static ssrc_status refuse(plan *p, ssrc_text_id why, const char *word, const char *list)
{
	return why == SSRC_M_NOMEM ? ssrc_no_memory(&p->c->err)
				   : ssrc_fail(&p->c->err, SSRC_USAGE, why, word, list, NULL);
}

static ssrc_status take_options(plan *p)
{
	static const cli_option_id lists[] = {OPT_CHIPS, OPT_CHIPS_AFTER, OPT_LIMITS};
	for (int q = 0; q < Q_COUNT; q++) {
		const char *text = p->c->option[quantities[q].option];
		ssrc_text_id wrong = text ? take_quantity(p, (quantity)q, text) : SSRC_TEXT_NONE;
		if (wrong)
			return refuse(p, wrong, text, NULL);
	}
	if (p->c->option[OPT_CHIPS]) {
		p->n_chips = 0;
		memset(p->counted, 0, sizeof p->counted);
		memset(p->counted_after, 0, sizeof p->counted_after);
		memset(p->count_after, 0, sizeof p->count_after);
		p->after = false;
	}
	if (p->c->option[OPT_LIMITS])
		p->n_limits = 0;
	p->recompute |= p->c->option[OPT_RECOMPUTE] != NULL;
	for (size_t i = 0; i < 3; i++) {
		const char *text = p->c->option[lists[i]];
		char entry[120];
		ssrc_text_id wrong = text ? take_list(p, (list_kind)i, text, entry) : SSRC_TEXT_NONE;
		if (wrong)
			return refuse(p, wrong, entry, NULL);
	}
	return SSRC_OK;
}

/* listed: the table has the chip, but nobody publishes its peak. */
static ssrc_status unknown_chip(plan *p, const char *name, bool listed)
{
	const char *names[KNOWN_MAX] = {NULL}, *close[3];
	size_t n = 0, used = 0;
	char list[SSRC_ERROR_ARG_BYTES] = "";
	for (size_t i = 0; i < p->n_known; i++)
		if (!isnan(p->known[i].peak.low))
			names[n++] = p->known[i].name;
	size_t found = listed ? 0 : ssrc_did_you_mean(name, names, n, close);
	for (size_t i = 0; i < (found ? found : n) && used + 1 < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
					 found ? close[i] : names[i]);
	return refuse(p, found ? SSRC_M_CT_CHIP_UNKNOWN : SSRC_M_CT_CHIP_NO_PEAK, name, list);
}

/* The peaks that nobody gave, from the table of published ones. */
static ssrc_status find_peaks(plan *p)
{
	for (size_t i = 0; i < p->n_chips; i++) {
		if (!isnan(p->peak[i].low))
			continue;
		ssrc_status status =
			p->n_known ? SSRC_OK : read_file(p, SSRC_DATA_DIR "/compute/chips.csv", read_known);
		if (status || ssrc_findings_total(p->findings))
			return status;
		size_t k = 0;
		while (k < p->n_known && strcmp(p->known[k].name, p->chip_names[i]) != 0)
			k++;
		if (k == p->n_known || isnan(p->known[k].peak.low))
			return unknown_chip(p, p->chip_names[i], k < p->n_known);
		p->peak[i] = p->known[k].peak;
		p->chip_sources[i] = p->known[k].source;
		p->assumed[i] = p->known[k].assumed;
	}
	return SSRC_OK;
}

static bool is_cut(const plan *p)
{
	return p->given[Q_CUT] || p->given[Q_CLOUD_LOST] || p->after;
}

static ssrc_status check_parts(plan *p)
{
	bool sized = p->given[Q_PARAMS] || p->given[Q_TOKENS];
	bool run = sized || p->given[Q_FLOP] || p->n_chips;
	if (!run && !p->n_limits && !p->given[Q_OPTIMUM])
		return refuse(p, SSRC_M_CT_NOTHING, NULL, NULL);
	if (sized && p->given[Q_FLOP])
		return refuse(p, SSRC_M_CT_FLOP_TWICE, NULL, NULL);
	if (run && (!p->n_chips || !(p->given[Q_FLOP] || (p->given[Q_PARAMS] && p->given[Q_TOKENS]))))
		return refuse(p, SSRC_M_CT_RUN_PART, NULL, NULL);
	for (quantity q = Q_FROM_WEEK; q <= Q_FOR_WEEKS; q++)
		if (p->given[q] && !is_cut(p)) {
			char name[40];
			snprintf(name, sizeof name, "--%s", quantities[q].word);
			return refuse(p, SSRC_M_CT_NO_EFFECT, name, NULL);
		}
	for (int q = Q_MFU; !run && q <= Q_CLOUD_LOST; q++)
		if (p->given[q])
			return refuse(p, SSRC_M_CT_RUN_PART, NULL, NULL);
	return SSRC_OK;
}

static ssrc_bounds value_or(const plan *p, quantity which, double low, double high)
{
	return p->given[which] ? p->value[which] : (ssrc_bounds){low, high};
}

/* Chips, what is left of them and of the cloud from one week on, and all of them again at the end of the cut. */
static size_t make_phases(plan *p)
{
	ssrc_bounds cut = value_or(p, Q_CUT, 0, 0), cloud = value_or(p, Q_CLOUD_LOST, 0, 0);
	double from = value_or(p, Q_FROM_WEEK, 0, 0).low;
	if (!is_cut(p))
		return 0;
	bool sound = cut.low >= 0 && cut.high <= 1 && cut.low <= cut.high && cloud.low >= 0 && cloud.high <= 1 &&
		     cloud.low <= cloud.high;
	p->phases[0] = (ssrc_compute_phase){
		.from_days = 7 * from,
		.count = p->after ? p->count_after : NULL,
		.kept = sound ? (ssrc_bounds){(1 - cut.high) * (1 - cloud.high), (1 - cut.low) * (1 - cloud.low)}
			      : unknown,
	};
	if (!p->given[Q_FOR_WEEKS])
		return 1;
	p->phases[1] = (ssrc_compute_phase){.from_days = 7 * (from + p->value[Q_FOR_WEEKS].low), .kept = {1, 1}};
	return 2;
}

static ssrc_status write_report(plan *p, ssrc_buf *out)
{
	ssrc_compute_run run = {
		.flop = value_or(p, Q_FLOP, (double)NAN, (double)NAN),
		.mfu = value_or(p, Q_MFU, 0.35, 0.40),
		.availability = value_or(p, Q_AVAILABILITY, 0.85, 0.95),
		.scaling = value_or(p, Q_SCALING, 1, 1),
		.peak = p->peak,
		.count = p->count,
		.n_chips = p->n_chips,
		.phases = p->phases,
		.n_phases = make_phases(p),
	};
	ssrc_compute_request request = {
		.run = p->n_chips ? &run : NULL,
		.params = value_or(p, Q_PARAMS, (double)NAN, (double)NAN),
		.tokens = value_or(p, Q_TOKENS, (double)NAN, (double)NAN),
		.recompute = p->recompute,
		.default_mfu = !p->given[Q_MFU],
		.default_availability = !p->given[Q_AVAILABILITY],
		.default_scaling = !p->given[Q_SCALING],
		.chip_names = p->chip_names,
		.chip_sources = p->chip_sources,
		.chip_assumed = p->assumed,
		.limits = p->limits,
		.limit_names = p->limit_names,
		.n_limits = p->n_limits,
		.optimum = value_or(p, Q_OPTIMUM, (double)NAN, (double)NAN).low,
	};
	ssrc_status status = SSRC_OK;
	if (p->n_chips && p->given[Q_PARAMS])
		status = ssrc_compute_flop(request.params, request.tokens, p->recompute, &run.flop, &p->c->err);
	if (!status && p->given[Q_OPTIMUM] && !(request.optimum > 0))
		status = ssrc_fail(&p->c->err, SSRC_RANGE, SSRC_M_CT_FIT, NULL, NULL, NULL);
	ssrc_report_options options = cli_report_options(p->c);
	return status ? status : ssrc_report_compute(out, &p->c->ctx, &request, &options, &p->c->err);
}

static ssrc_status make_report(plan *p, ssrc_buf *out)
{
	ssrc_status status = ssrc_findings_new(&p->findings, &p->c->ctx, &p->c->err);
	if (!status && p->c->n_args)
		status = read_file(p, p->c->args[0], read_row);
	if (!status && !ssrc_findings_total(p->findings))
		status = take_options(p);
	if (!status && !ssrc_findings_total(p->findings))
		status = check_parts(p);
	if (!status && !ssrc_findings_total(p->findings))
		status = find_peaks(p);
	if (!status && !ssrc_findings_total(p->findings))
		status = write_report(p, out);
	return status;
}

int cli_compute(cli *c)
{
	plan *p = ssrc_alloc_array(&c->ctx, 1, sizeof *p);
	if (!p)
		return cli_fail(c, ssrc_no_memory(&c->err));
	p->c = c;
	ssrc_arena_init(&p->arena, &c->ctx);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = make_report(p, &out);
	int code;
	if (status) {
		code = cli_fail(c, status);
		/* Without a file every number comes from an option. */
		if (status == SSRC_RANGE && !c->n_args)
			code = EXIT_USAGE;
	} else if (ssrc_findings_total(p->findings)) {
		ssrc_findings_sort(p->findings);
		for (size_t i = 0; i < ssrc_findings_total(p->findings); i++)
			cli_show_finding(c, ssrc_findings_get(p->findings, i));
		code = EXIT_DATA;
	} else {
		code = cli_print(c, &out);
	}
	ssrc_buf_clear(&out);
	ssrc_findings_free(p->findings);
	ssrc_arena_clear(&p->arena);
	ssrc_release(&c->ctx, p);
	return code;
}
