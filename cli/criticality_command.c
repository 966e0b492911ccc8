/* criticality: material tables to the EU supply risk and importance, or to GeoPolRisk. Two forms, told apart by header:
 *   name,hhi_gs,hhi_eu,import_reliance,eol_rir,si_sr,supply[,sr]   one material a row, percentages 0-100
 *   material,role,country,quantity,value,instability                role: production, import, domestic */
#include "cli.h"

#include "io/csv.h"
#include "io/json.h"

#include <math.h>
#include <secondsource/criticality.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 32, GEO_ROWS_MAX = 4096 };

typedef struct crm_line {
	char name[80];
	ssrc_crm_row row;
	ssrc_crm_result result;
	double published;
} crm_line;

typedef struct geo_material {
	char name[80];
	double *production, *quantity, *value, *instability;
	size_t n_production, n_import;
	double domestic;
	bool valued;
	ssrc_geopolrisk_result result;
} geo_material;

typedef struct table_reader {
	cli *c;
	ssrc_arena *arena;
	ssrc_findings *findings;
	const char *name;
	char header[COLUMNS_MAX][40];
	size_t n_header;
	bool geo;
	crm_line *lines;
	size_t n_lines, lines_cap;
	geo_material *materials;
	size_t n_materials, materials_cap;
} table_reader;

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
	if (at < 0 || (size_t)at >= record->n_cells)
		return "";
	*column = record->cells[at].column;
	return record->text + record->cells[at].start;
}

static void complain(const table_reader *r, const ssrc_csv_record *record, int64_t column, ssrc_text_id message,
		     const char *what, const char *text, const char *expected)
{
	ssrc_findings_add(r->findings, SSRC_ERROR, message, r->name, record->line, column, what, text, expected);
}

static double number(const table_reader *r, const ssrc_csv_record *record, const char *name, bool required)
{
	int64_t column = 1;
	double value = (double)NAN;
	const char *text = cell(r, record, name, &column);
	if (*text && !ssrc_parse_number(text, strlen(text), &value))
		complain(r, record, column, SSRC_M_NOT_NUMBER, name, text, NULL);
	else if (!*text && required)
		complain(r, record, column, SSRC_M_CELL_REQUIRED, name, NULL, NULL);
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
	int64_t column = 1;
	double value = number(r, record, name, required);
	if (isnan(value))
		return (ssrc_bounds){0, 0};
	return ssrc_printed_bounds(value * scale, half_unit(cell(r, record, name, &column)) * scale, limit);
}

static ssrc_status read_crm(table_reader *r, const ssrc_csv_record *record, ssrc_error *err)
{
	ssrc_status status =
		ssrc_reserve(&r->c->ctx, (void **)&r->lines, &r->lines_cap, r->n_lines + 1, sizeof *r->lines, err);
	if (status)
		return status;
	crm_line *line = &r->lines[r->n_lines];
	int64_t column = 1;
	*line = (crm_line){.published = number(r, record, "sr", false)};
	snprintf(line->name, sizeof line->name, "%.79s", cell(r, record, "name", &column));
	const char *supply = cell(r, record, "supply", &column);
	if (ssrc_crm_supply_parse(supply, &line->row.supply, NULL)) {
		complain(r, record, column, SSRC_M_NOT_ENUM, "supply", supply, "GS, EU, both");
		return SSRC_OK;
	}
	bool both = line->row.supply == SSRC_CRM_BOTH;
	line->row.hhi_gs = printed(r, record, "hhi_gs", 1, (double)INFINITY, line->row.supply != SSRC_CRM_EU);
	line->row.hhi_eu = printed(r, record, "hhi_eu", 1, (double)INFINITY, line->row.supply != SSRC_CRM_GLOBAL);
	line->row.import_reliance = printed(r, record, "import_reliance", 0.01, 1, both);
	line->row.eol_rir = printed(r, record, "eol_rir", 0.01, 1, true);
	line->row.si_sr = printed(r, record, "si_sr", 1, (double)INFINITY, true);
	line->row.name = line->name;
	ssrc_error local = {0};
	if (ssrc_crm_supply_risk_bounds(&line->row, &line->result, &local))
		complain(r, record, 1, SSRC_M_NUMBER_RANGE, line->name, local.arg[0], "0–1, 0–10");
	else
		r->n_lines++;
	return SSRC_OK;
}

static geo_material *material_of(table_reader *r, const char *name, ssrc_error *err)
{
	for (size_t i = 0; i < r->n_materials; i++)
		if (strcmp(r->materials[i].name, name) == 0)
			return &r->materials[i];
	if (ssrc_reserve(&r->c->ctx, (void **)&r->materials, &r->materials_cap, r->n_materials + 1,
			 sizeof *r->materials, err))
		return NULL;
	geo_material *m = &r->materials[r->n_materials];
	*m = (geo_material){.valued = true};
	snprintf(m->name, sizeof m->name, "%.79s", name);
	m->production = ssrc_arena_array(r->arena, GEO_ROWS_MAX, sizeof *m->production);
	m->quantity = ssrc_arena_array(r->arena, GEO_ROWS_MAX, sizeof *m->quantity);
	m->value = ssrc_arena_array(r->arena, GEO_ROWS_MAX, sizeof *m->value);
	m->instability = ssrc_arena_array(r->arena, GEO_ROWS_MAX, sizeof *m->instability);
	if (!m->production || !m->quantity || !m->value || !m->instability) {
		ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
		return NULL;
	}
	r->n_materials++;
	return m;
}

static ssrc_status read_geo(table_reader *r, const ssrc_csv_record *record, ssrc_error *err)
{
	int64_t column = 1;
	geo_material *m = material_of(r, cell(r, record, "material", &column), err);
	if (!m)
		return SSRC_NOMEM;
	double quantity = number(r, record, "quantity", true);
	const char *role = cell(r, record, "role", &column);
	if (isnan(quantity))
		return SSRC_OK;
	if (m->n_production == GEO_ROWS_MAX || m->n_import == GEO_ROWS_MAX)
		return ssrc_fail_at(err, SSRC_FORMAT, SSRC_M_CSV_ROWS_LIMIT, r->name, record->line, 1, "4096", NULL);
	if (strcmp(role, "production") == 0) {
		m->production[m->n_production++] = quantity;
	} else if (strcmp(role, "domestic") == 0) {
		m->domestic += quantity;
	} else if (strcmp(role, "import") == 0) {
		double value = number(r, record, "value", false);
		m->quantity[m->n_import] = quantity;
		m->value[m->n_import] = isnan(value) ? 0 : value;
		m->valued &= !isnan(value);
		m->instability[m->n_import++] = number(r, record, "instability", false);
	} else {
		complain(r, record, column, SSRC_M_NOT_ENUM, "role", role, "production, import, domestic");
	}
	return SSRC_OK;
}

static ssrc_status read_record(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	table_reader *r = user;
	if (r->n_header)
		return r->geo ? read_geo(r, record, err) : read_crm(r, record, err);
	for (size_t i = 0; i < record->n_cells && i < COLUMNS_MAX; i++)
		snprintf(r->header[r->n_header++], sizeof r->header[0], "%.39s", record->text + record->cells[i].start);
	static const char *const crm[] = {"name", "hhi_gs", "hhi_eu", "import_reliance", "eol_rir", "si_sr", "supply"};
	static const char *const geo[] = {"material", "role", "quantity"};
	r->geo = column_of(r, "role") >= 0;
	const char *const *need = r->geo ? geo : crm;
	size_t n = r->geo ? sizeof geo / sizeof *geo : sizeof crm / sizeof *crm;
	for (size_t i = 0; i < n; i++)
		if (column_of(r, need[i]) < 0)
			complain(r, record, 1, SSRC_M_HEADER_MISSING, need[i], NULL, NULL);
	return SSRC_OK;
}

static void put(ssrc_text_table *table, double value)
{
	char text[40];
	if (isnan(value))
		snprintf(text, sizeof text, "-");
	else
		ssrc_format_number(text, round(value * 1e6) / 1e6);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
}

static void crm_table(const table_reader *r, ssrc_text_table *table)
{
	static const char *const heads[] = {"name", "sr_low", "sr_high", "critical", "sr_published", "agrees"};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		ssrc_text_table_column(table, heads[i], i == 0 ? SSRC_LEFT : SSRC_RIGHT);
	for (size_t i = 0; i < r->n_lines; i++) {
		const crm_line *line = &r->lines[i];
		ssrc_text_table_put(table, line->name, SSRC_PLAIN);
		put(table, line->result.risk.low);
		put(table, line->result.risk.high);
		ssrc_text_table_put(table,
				    line->result.certainly_critical  ? "yes"
				    : line->result.possibly_critical ? "?"
								     : "no",
				    SSRC_PLAIN);
		put(table, line->published);
		bool agrees = line->published + 0.05 + 1e-9 >= line->result.risk.low &&
			      line->published - 0.05 - 1e-9 <= line->result.risk.high;
		ssrc_text_table_put(table, isnan(line->published) ? "-" : agrees ? "yes" : "no", SSRC_PLAIN);
	}
}

static ssrc_status geo_table(table_reader *r, ssrc_text_table *table, ssrc_error *err)
{
	static const char *const heads[] = {"material", "hhi", "import_risk", "geopolrisk", "price", "midpoint"};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		ssrc_text_table_column(table, heads[i], i == 0 ? SSRC_LEFT : SSRC_RIGHT);
	for (size_t i = 0; i < r->n_materials; i++) {
		geo_material *m = &r->materials[i];
		ssrc_geopolrisk_input in = {m->production,  m->n_production, m->quantity, m->valued ? m->value : NULL,
					    m->instability, m->n_import,     m->domestic};
		ssrc_status status = ssrc_geopolrisk(&in, &m->result, err);
		if (status)
			return status;
		char text[40];
		const double numbers[] = {m->result.hhi, m->result.import_risk, m->result.score, m->result.price,
					  m->result.midpoint};
		ssrc_text_table_put(table, m->name, SSRC_PLAIN);
		for (size_t k = 0; k < 5; k++) {
			if (isnan(numbers[k]))
				snprintf(text, sizeof text, "-");
			else
				ssrc_format_number(text, numbers[k]);
			ssrc_text_table_put(table, text, SSRC_PLAIN);
		}
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
			if (ssrc_parse_number(text, strlen(text), &value))
				ssrc_json_number(&json, table->head[k], value);
			else
				ssrc_json_string(&json, table->head[k], strcmp(text, "-") == 0 ? NULL : text);
		}
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

static int show(cli *c, table_reader *r)
{
	ssrc_text_table table;
	ssrc_buf out;
	ssrc_text_table_begin(&table, &c->ctx);
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = SSRC_OK;
	if (r->geo)
		status = geo_table(r, &table, &c->err);
	else
		crm_table(r, &table);
	if (!status && table.failed)
		status = ssrc_fail(&c->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	if (!status) {
		if (c->option[OPT_JSON])
			table_json(&table, &out);
		else if (c->option[OPT_CSV])
			ssrc_text_table_write_csv(&table, &out, c->option[OPT_BOM] != NULL);
		else
			ssrc_text_table_write(&table, &out, c->colour, 0);
	}
	int code = status ? cli_fail(c, status) : cli_print(c, &out);
	ssrc_text_table_end(&table);
	ssrc_buf_clear(&out);
	return code;
}

int cli_criticality(cli *c)
{
	ssrc_arena arena;
	ssrc_csv_info info;
	ssrc_arena_init(&arena, &c->ctx);
	table_reader r = {.c = c, .arena = &arena, .name = c->args[0]};
	ssrc_status status = ssrc_findings_new(&r.findings, &c->ctx, &c->err);
	if (!status)
		status = ssrc_csv_read(&c->ctx, c->args[0], r.name, NULL, read_record, &r, &info, r.findings, &c->err);
	int code;
	if (status) {
		code = cli_fail(c, status);
	} else if (ssrc_findings_total(r.findings)) {
		char text[800];
		ssrc_findings_sort(r.findings);
		for (size_t i = 0; i < ssrc_findings_total(r.findings); i++) {
			const ssrc_finding *finding = ssrc_findings_get(r.findings, i);
			ssrc_finding_render(text, sizeof text, finding, c->lang);
			cli_make_safe(text, false);
			fprintf(stderr, "%s:%lld:%lld: %s\n", finding->file, (long long)finding->line,
				(long long)finding->column, text);
		}
		code = EXIT_DATA;
	} else {
		code = show(c, &r);
	}
	ssrc_findings_free(r.findings);
	ssrc_release(&c->ctx, r.lines);
	ssrc_release(&c->ctx, r.materials);
	ssrc_arena_clear(&arena);
	return code;
}
