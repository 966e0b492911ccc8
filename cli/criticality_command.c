/* criticality: material tables to the EU supply risk and importance, or to GeoPolRisk. Two forms, told apart by header:
 *   name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply[,sr][,ei]   one material a row, percentages 0-100
 *   material,role,country,quantity,value,instability                    role: production, import, domestic */
#include "cli.h"

#include "io/csv.h"
#include "io/json.h"

#include <math.h>
#include <secondsource/criticality.h>
#include <stdio.h>
#include <string.h>

static const char crm_header[] = "name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply";
static const char geo_header[] = "material,role,country,quantity,value,instability";

typedef struct crm_line {
	const char *name;
	ssrc_crm_result result;
	ssrc_bounds published; /* NAN if not given */
	double sr, ei;         /* as written; NAN if not given */
} crm_line;

typedef enum geo_role { GEO_PRODUCTION, GEO_IMPORT, GEO_DOMESTIC } geo_role;
typedef struct geo_row {
	uint32_t material;
	geo_role role;
	double quantity, value, instability;
} geo_row;

typedef struct table_reader {
	cli *c;
	ssrc_arena arena;
	ssrc_findings *findings;
	const char *name;
	const char **header;
	size_t n_header, header_cap;
	bool geo, unusable;
	crm_line *lines;
	size_t n_lines, lines_cap;
	ssrc_symbols materials;
	geo_row *rows;
	size_t n_rows, rows_cap;
} table_reader;

/* ---- reading ------------------------------------------------------------------------------------------------ */

static int column_of(const table_reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_header; i++)
		if (strcmp(r->header[i], name) == 0)
			return (int)i;
	return -1;
}

static const char *cell(const table_reader *r, const ssrc_csv_record *record, const char *name, int64_t *column)
{
	int at = column_of(r, name);
	*column = 1;
	if (at < 0 || (size_t)at >= record->n_cells)
		return "";
	*column = record->cells[at].column;
	return record->text + record->cells[at].start;
}

static void complain(const table_reader *r, int64_t line, int64_t column, ssrc_text_id message, const char *what,
		     const char *text, const char *expected)
{
	ssrc_findings_add(r->findings, SSRC_ERROR, message, r->name, line, column, what, text, expected);
}

/* NAN where the cell is blank or wrong. */
static double number(const table_reader *r, const ssrc_csv_record *record, const char *name, bool required, double most)
{
	int64_t column;
	double value;
	const char *text = cell(r, record, name, &column);
	if (!*text) {
		if (required)
			complain(r, record->line, column, SSRC_M_CELL_REQUIRED, name, NULL, NULL);
		return (double)NAN;
	}
	if (!ssrc_parse_number(text, strlen(text), &value)) {
		complain(r, record->line, column, SSRC_M_NOT_NUMBER, name, text, NULL);
		return (double)NAN;
	}
	if (value < 0 || value > most) {
		char range[40] = ">= 0", limit[32];
		if (!isinf(most)) {
			ssrc_format_number(limit, most);
			snprintf(range, sizeof range, "0–%s", limit);
		}
		complain(r, record->line, column, SSRC_M_NUMBER_RANGE, name, text, range);
		return (double)NAN;
	}
	return value;
}

/* Half a unit of the last digit that is printed. */
static double half_unit(const char *text)
{
	const char *point = strchr(text, '.');
	return 0.5 * pow(10, point ? -(double)strlen(point + 1) : 0);
}

static ssrc_bounds printed(const table_reader *r, const ssrc_csv_record *record, const char *name, double scale,
			   double limit, bool required)
{
	int64_t column;
	double value = number(r, record, name, required, limit / scale);
	if (isnan(value))
		return (ssrc_bounds){0, 0};
	return ssrc_printed_bounds(value * scale, half_unit(cell(r, record, name, &column)) * scale, limit);
}

static ssrc_status no_memory(ssrc_error *err)
{
	return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
}

static ssrc_status read_crm(table_reader *r, const ssrc_csv_record *record, ssrc_error *err)
{
	ssrc_status status =
		ssrc_reserve(&r->c->ctx, (void **)&r->lines, &r->lines_cap, r->n_lines + 1, sizeof *r->lines, err);
	if (status)
		return status;
	size_t found = ssrc_findings_total(r->findings);
	int64_t column;
	const char *name = cell(r, record, "name", &column);
	if (!*name)
		complain(r, record->line, column, SSRC_M_CELL_REQUIRED, "name", NULL, NULL);
	crm_line *line = &r->lines[r->n_lines];
	*line = (crm_line){.name = ssrc_arena_text(&r->arena, name, strlen(name))};
	if (!line->name)
		return no_memory(err);
	line->sr = number(r, record, "sr", false, (double)INFINITY);
	line->published = printed(r, record, "sr", 1, (double)INFINITY, false);
	line->ei = number(r, record, "ei", false, (double)INFINITY);
	ssrc_crm_row row = {.name = line->name};
	const char *supply = cell(r, record, "supply", &column);
	if (ssrc_crm_supply_parse(supply, &row.supply, NULL)) {
		complain(r, record->line, column, SSRC_M_NOT_ENUM, "supply", supply, "GS, EU, both");
		return SSRC_OK;
	}
	bool both = row.supply == SSRC_CRM_BOTH;
	row.hhi_gs = printed(r, record, "hhi_gs", 1, (double)INFINITY, row.supply != SSRC_CRM_EU);
	row.hhi_eu = printed(r, record, "hhi_eu", 1, (double)INFINITY, row.supply != SSRC_CRM_GLOBAL);
	row.import_reliance = printed(r, record, "import_reliance", 0.01, 1, both);
	row.eol_rir = printed(r, record, "eol_rir", 0.01, 1, true);
	row.si_sr = printed(r, record, "si_sr", 1, (double)INFINITY, true);
	if (ssrc_findings_total(r->findings) > found)
		return SSRC_OK;
	ssrc_error local = {0};
	if (ssrc_crm_supply_risk_bounds(&row, &line->result, &local))
		complain(r, record->line, 1, SSRC_M_C_ROW, line->name, local.arg[0], NULL);
	else
		r->n_lines++;
	return SSRC_OK;
}

static ssrc_status read_geo(table_reader *r, const ssrc_csv_record *record, ssrc_error *err)
{
	static const char *const roles[] = {"production", "import", "domestic"};
	ssrc_status status =
		ssrc_reserve(&r->c->ctx, (void **)&r->rows, &r->rows_cap, r->n_rows + 1, sizeof *r->rows, err);
	if (status)
		return status;
	geo_row *row = &r->rows[r->n_rows];
	*row = (geo_row){.value = (double)NAN, .instability = (double)NAN};
	int64_t column;
	const char *material = cell(r, record, "material", &column);
	if (!*material)
		complain(r, record->line, column, SSRC_M_CELL_REQUIRED, "material", NULL, NULL);
	status = ssrc_symbols_add(&r->materials, material, strlen(material), &row->material, err);
	if (status)
		return status;
	const char *role = cell(r, record, "role", &column);
	size_t k = 0;
	while (k < 3 && strcmp(role, roles[k]) != 0)
		k++;
	if (k == 3)
		complain(r, record->line, column, SSRC_M_NOT_ENUM, "role", role, "production, import, domestic");
	row->role = (geo_role)k;
	row->quantity = number(r, record, "quantity", true, (double)INFINITY);
	if (row->role == GEO_IMPORT) {
		row->value = number(r, record, "value", false, (double)INFINITY);
		row->instability = number(r, record, "instability", false, 1);
	}
	r->n_rows++;
	return SSRC_OK;
}

static ssrc_status read_header(table_reader *r, const ssrc_csv_record *record, ssrc_error *err)
{
	ssrc_status status =
		ssrc_reserve(&r->c->ctx, (void **)&r->header, &r->header_cap, record->n_cells, sizeof *r->header, err);
	if (status)
		return status;
	for (size_t i = 0; i < record->n_cells; i++) {
		const char *text =
			ssrc_arena_text(&r->arena, record->text + record->cells[i].start, record->cells[i].len);
		if (!text)
			return no_memory(err);
		r->header[r->n_header++] = text;
	}
	static const char *const crm[] = {"name", "hhi_gs", "hhi_eu", "import_reliance", "eol_rir", "si_sr", "supply"};
	static const char *const geo[] = {"material", "role", "quantity"};
	r->geo = column_of(r, "role") >= 0 || column_of(r, "material") >= 0;
	const char *const *need = r->geo ? geo : crm;
	size_t n = r->geo ? sizeof geo / sizeof *geo : sizeof crm / sizeof *crm;
	for (size_t i = 0; i < n; i++) {
		if (column_of(r, need[i]) >= 0)
			continue;
		complain(r, record->line, 1, SSRC_M_C_COLUMN, need[i], r->geo ? geo_header : crm_header, NULL);
		r->unusable = true;
	}
	return SSRC_OK;
}

static ssrc_status read_record(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	table_reader *r = user;
	if (r->unusable)
		return SSRC_OK;
	if (!r->n_header)
		return read_header(r, record, err);
	return r->geo ? read_geo(r, record, err) : read_crm(r, record, err);
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

static bool plain_text(const cli *c)
{
	return !c->option[OPT_JSON] && !c->option[OPT_CSV];
}

/* Words are translated for people, not for programs. */
static const char *word(const cli *c, ssrc_text_id id)
{
	return ssrc_text(id, plain_text(c) ? c->lang : SSRC_LANG_EN);
}

static void put_word(const cli *c, ssrc_text_table *table, ssrc_text_id id)
{
	ssrc_text_table_put(table, id ? word(c, id) : plain_text(c) ? "-" : "", SSRC_PLAIN);
}

/* decimals: at most so many, -1 = all; people get six digits then. */
static void put_number(const cli *c, ssrc_text_table *table, double value, int decimals)
{
	char text[40];
	if (isnan(value)) {
		put_word(c, table, SSRC_TEXT_NONE);
		return;
	}
	if (decimals >= 0) {
		double unit = pow(10, decimals);
		value = round(value * unit) / unit;
	} else if (plain_text(c)) {
		snprintf(text, sizeof text, "%.6g", value);
		(void)ssrc_parse_number(text, strlen(text), &value);
	}
	ssrc_format_number(text, value);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
}

static void put_heads(const cli *c, ssrc_text_table *table, const ssrc_text_id *heads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ssrc_text_table_column(table, word(c, heads[i]), i == 0 ? SSRC_LEFT : SSRC_RIGHT);
}

/* Critical = both thresholds reached. Without EI only a supply risk below its threshold decides. */
static ssrc_text_id critical(ssrc_text_id sr, ssrc_text_id ei)
{
	if (sr == SSRC_T_C_NO || ei == SSRC_T_C_NO)
		return SSRC_T_C_NO;
	if (sr == SSRC_T_C_MAYBE)
		return SSRC_T_C_MAYBE;
	return ei == SSRC_T_C_YES ? SSRC_T_C_YES : SSRC_T_C_SR_ONLY;
}

static void crm_table(const table_reader *r, ssrc_text_table *table)
{
	static const ssrc_text_id heads[] = {SSRC_T_C_NAME,       SSRC_T_C_SR_LOW,       SSRC_T_C_SR_HIGH,
					     SSRC_T_C_SR_REACHED, SSRC_T_C_EI,           SSRC_T_C_EI_REACHED,
					     SSRC_T_C_CRITICAL,   SSRC_T_C_SR_PUBLISHED, SSRC_T_C_AGREES};
	const cli *c = r->c;
	put_heads(c, table, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < r->n_lines; i++) {
		const crm_line *line = &r->lines[i];
		ssrc_bounds risk = line->result.risk, published = line->published;
		ssrc_text_id sr = line->result.certainly_critical  ? SSRC_T_C_YES
				  : line->result.possibly_critical ? SSRC_T_C_MAYBE
								   : SSRC_T_C_NO;
		ssrc_text_id ei = isnan(line->ei)                                     ? SSRC_TEXT_NONE
				  : line->ei >= SSRC_CRM_ECONOMIC_IMPORTANCE_CRITICAL ? SSRC_T_C_YES
										      : SSRC_T_C_NO;
		bool agrees = published.high + 1e-9 >= risk.low && published.low - 1e-9 <= risk.high;
		ssrc_text_table_put(table, line->name, SSRC_PLAIN);
		put_number(c, table, risk.low, 6);
		put_number(c, table, risk.high, 6);
		put_word(c, table, sr);
		put_number(c, table, line->ei, -1);
		put_word(c, table, ei);
		put_word(c, table, critical(sr, ei));
		put_number(c, table, line->sr, -1);
		put_word(c, table, isnan(line->sr) ? SSRC_TEXT_NONE : agrees ? SSRC_T_C_YES : SSRC_T_C_NO);
	}
}

/* The rows of one material, side by side. */
typedef struct geo_material {
	double *production, *quantity, *value, *instability;
	size_t n_production, n_import;
	double domestic;
	bool unvalued;
} geo_material;

static geo_material *gather(table_reader *r)
{
	geo_material *materials = ssrc_arena_array(&r->arena, (size_t)r->materials.count + 1, sizeof *materials);
	double *all = ssrc_arena_array(&r->arena, 4 * r->n_rows + 1, sizeof *all);
	if (!materials || !all)
		return NULL;
	for (size_t i = 0; i < r->n_rows; i++) {
		materials[r->rows[i].material].n_production += r->rows[i].role == GEO_PRODUCTION;
		materials[r->rows[i].material].n_import += r->rows[i].role == GEO_IMPORT;
	}
	for (uint32_t k = 0; k < r->materials.count; k++) {
		geo_material *m = &materials[k];
		m->production = all;
		m->quantity = m->production + m->n_production;
		m->value = m->quantity + m->n_import;
		m->instability = m->value + m->n_import;
		all = m->instability + m->n_import;
		m->n_production = m->n_import = 0;
	}
	for (size_t i = 0; i < r->n_rows; i++) {
		const geo_row *row = &r->rows[i];
		geo_material *m = &materials[row->material];
		if (row->role == GEO_PRODUCTION) {
			m->production[m->n_production++] = row->quantity;
		} else if (row->role == GEO_DOMESTIC) {
			m->domestic += row->quantity;
		} else {
			m->quantity[m->n_import] = row->quantity;
			m->value[m->n_import] = isnan(row->value) ? 0 : row->value;
			m->unvalued |= isnan(row->value);
			m->instability[m->n_import++] = row->instability;
		}
	}
	return materials;
}

/* A material that cannot be computed becomes a finding. */
static ssrc_status geo_table(table_reader *r, ssrc_text_table *table, ssrc_error *err)
{
	static const ssrc_text_id heads[] = {SSRC_T_C_MATERIAL, SSRC_T_C_HHI,   SSRC_T_C_IMPORT_RISK,
					     SSRC_T_C_SCORE,    SSRC_T_C_PRICE, SSRC_T_C_MIDPOINT};
	put_heads(r->c, table, heads, sizeof heads / sizeof *heads);
	const geo_material *materials = gather(r);
	if (!materials)
		return no_memory(err);
	for (uint32_t i = 0; i < r->materials.count; i++) {
		const geo_material *m = &materials[i];
		ssrc_geopolrisk_input in = {m->production,  m->n_production, m->quantity, m->unvalued ? NULL : m->value,
					    m->instability, m->n_import,     m->domestic};
		ssrc_geopolrisk_result result = {0};
		if (ssrc_geopolrisk(&in, &result, NULL))
			complain(r, 0, 0, SSRC_M_C_MATERIAL_EMPTY, r->materials.text[i], NULL, NULL);
		ssrc_text_table_put(table, r->materials.text[i], SSRC_PLAIN);
		const double numbers[] = {result.hhi, result.import_risk, result.score, result.price, result.midpoint};
		for (size_t k = 0; k < 5; k++)
			put_number(r->c, table, numbers[k], -1);
	}
	return SSRC_OK;
}

static void table_json(const ssrc_text_table *table, ssrc_buf *out)
{
	ssrc_json json;
	ssrc_json_begin(&json, out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/criticality/1");
	ssrc_json_open(&json, "materials", '[');
	for (size_t row = 0; row < table->n_rows; row++) {
		ssrc_json_open(&json, NULL, '{');
		for (size_t k = 0; k < table->n_columns; k++) {
			const char *text = table->cells[row * table->n_columns + k];
			double value;
			if (k > 0 && ssrc_parse_number(text, strlen(text), &value))
				ssrc_json_number(&json, table->head[k], value);
			else
				ssrc_json_string(&json, table->head[k], k > 0 && !*text ? NULL : text);
		}
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

static int write_table(cli *c, ssrc_text_table *table)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	if (c->option[OPT_JSON])
		table_json(table, &out);
	else if (c->option[OPT_CSV])
		ssrc_text_table_write_csv(table, &out, c->option[OPT_BOM] != NULL);
	else
		ssrc_text_table_write(table, &out, c->colour, 0);
	int code = cli_print(c, &out);
	ssrc_buf_clear(&out);
	return code;
}

static ssrc_status fill_table(table_reader *r, ssrc_text_table *table, ssrc_error *err)
{
	if (!r->n_header)
		complain(r, 1, 1, SSRC_M_C_COLUMN, "name", crm_header, NULL);
	if (ssrc_findings_total(r->findings))
		return SSRC_OK;
	if (r->geo) {
		ssrc_status status = geo_table(r, table, err);
		if (status)
			return status;
	} else {
		crm_table(r, table);
	}
	return table->failed ? no_memory(err) : SSRC_OK;
}

int cli_criticality(cli *c)
{
	ssrc_csv_info info;
	ssrc_text_table table;
	table_reader r = {.c = c, .name = c->args[0]};
	ssrc_arena_init(&r.arena, &c->ctx);
	ssrc_symbols_init(&r.materials, &c->ctx);
	ssrc_text_table_begin(&table, &c->ctx);
	ssrc_status status = ssrc_findings_new(&r.findings, &c->ctx, &c->err);
	if (!status)
		status = cli_find_path(c, c->args[0], NULL);
	if (!status)
		status = ssrc_csv_read(&c->ctx, c->args[0], r.name, NULL, read_record, &r, &info, r.findings, &c->err);
	if (!status)
		status = fill_table(&r, &table, &c->err);
	if (!status)
		status = ssrc_findings_status(r.findings, &c->err);
	int code;
	if (status) {
		code = cli_fail(c, status);
	} else if (ssrc_findings_total(r.findings)) {
		ssrc_findings_sort(r.findings);
		for (size_t i = 0; i < ssrc_findings_total(r.findings); i++)
			cli_show_finding(c, ssrc_findings_get(r.findings, i));
		code = EXIT_DATA;
	} else {
		code = write_table(c, &table);
	}
	ssrc_text_table_end(&table);
	ssrc_findings_free(r.findings);
	ssrc_release(&c->ctx, r.lines);
	ssrc_release(&c->ctx, r.rows);
	ssrc_release(&c->ctx, r.header);
	ssrc_symbols_clear(&r.materials);
	ssrc_arena_clear(&r.arena);
	return code;
}
