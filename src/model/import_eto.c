/* The ETO Advanced Semiconductor Supply Chain Dataset as the user downloaded it -> a package.
 * What becomes what, and why: docs/adapters.md. */
#include "base/findings.h"
#include "io/csv.h"
#include "io/date.h"
#include "io/file.h"
#include "model/adapter.h"

#include <secondsource/import.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_BYTES_MAX = 16 << 20,
	PATH_BYTES = 4096,
	CELLS = 7,
	SYMBOL_TABLES = 7,
	VARIANT_DEPTH = 8,
	SLUG_BYTES = 48,
	WORD_BYTES = 200
};

/* A share group is complete at 100 percent; rounding moves its sum by at most this much. */
static const double SUM_ROUNDING = 1;

/* ---- what the download looks like ------------------------------------------------------------------- */

typedef enum eto_file { INPUTS, PROVIDERS, PROVISION, SEQUENCE, STAGES, FILES } eto_file;

enum { INPUT_ID, INPUT_NAME, INPUT_TYPE, INPUT_STAGE, INPUT_TEXT };
enum { PROVIDER_ID, PROVIDER_NAME, PROVIDER_TYPE, PROVIDER_COUNTRY, PROVIDER_ALIAS };
enum { SHARE_PROVIDER, SHARE_ITEM, SHARE_PERCENT, SHARE_YEAR, SHARE_SOURCE, SHARE_NEGLIGIBLE, SHARE_NAME };
enum { EDGE_INPUT, EDGE_INTO, EDGE_TYPE_OF };
enum { STAGE_ID, STAGE_NAME, STAGE_TEXT, STAGE_CAPTION, STAGE_SOURCE };

static const struct {
	const char *name;
	int required; /* the first so many columns; the others came or went with the vintages */
	const char *column[CELLS];
} files[FILES] = {
	[INPUTS] = {"inputs.csv", 3, {"input_id", "input_name", "type", "stage_id", "description"}},
	[PROVIDERS] = {"providers.csv", 3, {"provider_id", "provider_name", "provider_type", "country", "alias"}},
	[PROVISION] = {"provision.csv",
		       3,
		       {"provider_id", "provided_id", "share_provided", "year", "source", "negligible_market_share",
			"provider_name"}},
	[SEQUENCE] = {"sequence.csv", 3, {"input_id", "goes_into_id", "is_type_of_id"}},
	[STAGES] = {"stages.csv",
		    2,
		    {"stage_id", "stage_name", "description", "market_share_chart_caption",
		     "market_share_chart_source"}},
};

typedef enum eto_type { MATERIAL, TOOL, DESIGN, PROCESS, OUTPUT, STAGE } eto_type;

static const struct {
	const char *word, *tier, *kind;
} types[] = {
	[MATERIAL] = {"material_resource", "material", "good"}, [TOOL] = {"tool_resource", "equipment", "good"},
	[DESIGN] = {"design_resource", "design", "service"},    [PROCESS] = {"process", "fabrication", "service"},
	[OUTPUT] = {"ultimate_output", "compute", "good"},      [STAGE] = {"", "fabrication", "service"},
};

static const struct {
	const char *id, *tier;
} stage_tiers[] = {{"S1", "design"}, {"S2", "fabrication"}, {"S3", "packaging"}};

static const char *const tiers[][4] = {
	{"material", "1", "Materials", "材料"},      {"equipment", "2", "Equipment", "设备"},
	{"design", "3", "Design", "设计"},           {"fabrication", "4", "Fabrication", "制造"},
	{"packaging", "5", "Packaging", "封装测试"}, {"compute", "6", "Compute", "算力"},
};

/* Firms that the download still lists under a name from before they were bought. Facts in our own words; the page
 * named in url was read for the date. */
static const struct {
	const char *old_name, *party, *name_en, *name_zh, *hq, *parent, *year;
	const char *source, *title, *publisher, *url, *published, *note;
} successions[] = {
	{"Mentor Graphics", "siemens-eda", "Siemens EDA", "西门子 EDA", "US", "DE", "2017", "siemens-mentor-2017",
	 "Siemens completes its purchase of Mentor Graphics", "The Oregonian",
	 "https://www.oregonlive.com/silicon-forest/2017/03/siemens_completes_45_billion_p.html", "2017-03-30",
	 "succession 2017: bought by Siemens (DE) on 30 March 2017, run from the United States since"},
};

/* The upper half of Mac OS Roman. */
static const uint16_t mac_roman[128] = {
	0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3, 0x00E5,
	0x00E7, 0x00E9, 0x00E8, 0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3, 0x00F2, 0x00F4,
	0x00F6, 0x00F5, 0x00FA, 0x00F9, 0x00FB, 0x00FC, 0x2020, 0x00B0, 0x00A2, 0x00A3, 0x00A7, 0x2022, 0x00B6,
	0x00DF, 0x00AE, 0x00A9, 0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8, 0x221E, 0x00B1, 0x2264, 0x2265,
	0x00A5, 0x00B5, 0x2202, 0x2211, 0x220F, 0x03C0, 0x222B, 0x00AA, 0x00BA, 0x03A9, 0x00E6, 0x00F8, 0x00BF,
	0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248, 0x2206, 0x00AB, 0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5,
	0x0152, 0x0153, 0x2013, 0x2014, 0x201C, 0x201D, 0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044,
	0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02, 0x2021, 0x00B7, 0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1,
	0x00CB, 0x00C8, 0x00CD, 0x00CE, 0x00CF, 0x00CC, 0x00D3, 0x00D4, 0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9,
	0x0131, 0x02C6, 0x02DC, 0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD, 0x02DB, 0x02C7,
};

/* ISO 3166-1: alpha-3 and alpha-2, seven bytes for each country. */
static const char iso3[] =
	"ABW-AW AFG-AF AGO-AO AIA-AI ALA-AX ALB-AL AND-AD ARE-AE ARG-AR ARM-AM ASM-AS ATA-AQ ATF-TF ATG-AG AUS-AU "
	"AUT-AT AZE-AZ BDI-BI BEL-BE BEN-BJ BES-BQ BFA-BF BGD-BD BGR-BG BHR-BH BHS-BS BIH-BA BLM-BL BLR-BY BLZ-BZ "
	"BMU-BM BOL-BO BRA-BR BRB-BB BRN-BN BTN-BT BVT-BV BWA-BW CAF-CF CAN-CA CCK-CC CHE-CH CHL-CL CHN-CN CIV-CI "
	"CMR-CM COD-CD COG-CG COK-CK COL-CO COM-KM CPV-CV CRI-CR CUB-CU CUW-CW CXR-CX CYM-KY CYP-CY CZE-CZ DEU-DE "
	"DJI-DJ DMA-DM DNK-DK DOM-DO DZA-DZ ECU-EC EGY-EG ERI-ER ESH-EH ESP-ES EST-EE ETH-ET FIN-FI FJI-FJ FLK-FK "
	"FRA-FR FRO-FO FSM-FM GAB-GA GBR-GB GEO-GE GGY-GG GHA-GH GIB-GI GIN-GN GLP-GP GMB-GM GNB-GW GNQ-GQ GRC-GR "
	"GRD-GD GRL-GL GTM-GT GUF-GF GUM-GU GUY-GY HKG-HK HMD-HM HND-HN HRV-HR HTI-HT HUN-HU IDN-ID IMN-IM IND-IN "
	"IOT-IO IRL-IE IRN-IR IRQ-IQ ISL-IS ISR-IL ITA-IT JAM-JM JEY-JE JOR-JO JPN-JP KAZ-KZ KEN-KE KGZ-KG KHM-KH "
	"KIR-KI KNA-KN KOR-KR KWT-KW LAO-LA LBN-LB LBR-LR LBY-LY LCA-LC LIE-LI LKA-LK LSO-LS LTU-LT LUX-LU LVA-LV "
	"MAC-MO MAF-MF MAR-MA MCO-MC MDA-MD MDG-MG MDV-MV MEX-MX MHL-MH MKD-MK MLI-ML MLT-MT MMR-MM MNE-ME MNG-MN "
	"MNP-MP MOZ-MZ MRT-MR MSR-MS MTQ-MQ MUS-MU MWI-MW MYS-MY MYT-YT NAM-NA NCL-NC NER-NE NFK-NF NGA-NG NIC-NI "
	"NIU-NU NLD-NL NOR-NO NPL-NP NRU-NR NZL-NZ OMN-OM PAK-PK PAN-PA PCN-PN PER-PE PHL-PH PLW-PW PNG-PG POL-PL "
	"PRI-PR PRK-KP PRT-PT PRY-PY PSE-PS PYF-PF QAT-QA REU-RE ROU-RO RUS-RU RWA-RW SAU-SA SDN-SD SEN-SN SGP-SG "
	"SGS-GS SHN-SH SJM-SJ SLB-SB SLE-SL SLV-SV SMR-SM SOM-SO SPM-PM SRB-RS SSD-SS STP-ST SUR-SR SVK-SK SVN-SI "
	"SWE-SE SWZ-SZ SXM-SX SYC-SC SYR-SY TCA-TC TCD-TD TGO-TG THA-TH TJK-TJ TKL-TK TKM-TM TLS-TL TON-TO TTO-TT "
	"TUN-TN TUR-TR TUV-TV TWN-TW TZA-TZ UGA-UG UKR-UA UMI-UM URY-UY USA-US UZB-UZ VAT-VA VCT-VC VEN-VE VGB-VG "
	"VIR-VI VNM-VN VUT-VU WLF-WF WSM-WS YEM-YE ZAF-ZA ZMB-ZM ZWE-ZW ";

/* ---- the job ---------------------------------------------------------------------------------------- */

typedef struct eto_row {
	eto_file file;
	int64_t line;
	const char *cell[CELLS]; /* trimmed, white space joined, "" if blank or absent */
	uint32_t column[CELLS];
} eto_row;

typedef struct eto_table {
	uint32_t n_header;
	uint32_t at[CELLS]; /* position of each column, SSRC_NONE = absent */
	eto_row *rows;
	size_t n_rows, cap;
} eto_table;

/* An input or a stage: what becomes an item. */
typedef struct eto_node {
	const eto_row *row;
	const char *id, *name, *text, *source; /* source: of its shares, where provision.csv names none */
	eto_type type;
	const char *stage_tier; /* NULL = in no stage */
	uint32_t variant;       /* node, SSRC_NONE */
	bool for_design;        /* a resource that a step of the design stage uses */
	bool by_site, goes_on;
} eto_node;

typedef struct eto_edge {
	uint32_t item, input;
	const eto_row *row;
} eto_edge;

typedef struct eto_provider {
	const char *ref;  /* party, country code or various; NULL = cannot be used */
	const char *name; /* as the download writes it */
	bool country;
} eto_provider;

typedef struct eto_share {
	const eto_row *row;
	uint32_t node;
	const eto_provider *provider;
	const char *year;
	double value; /* percent, NaN = unknown */
	bool negligible, zero_group;
} eto_share;

typedef struct eto {
	ssrc_context *ctx;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_arena arena;
	eto_table tables[FILES];
	eto_table *reading;
	eto_file reading_file;
	ssrc_symbols node_ids, slugs, supplied, provider_ids, parties, seen, sources;
	eto_node *nodes; /* by symbol of node_ids */
	eto_edge *edges;
	eto_provider *providers; /* by symbol of provider_ids */
	eto_share *shares;
	uint32_t first_stage; /* nodes from here on are stages */
	size_t nodes_cap, edges_cap, n_edges, providers_cap, shares_cap, n_shares;
	ssrc_status status; /* the first failure; every step after it does nothing */
	ssrc_error *err;
} eto;

static void no_memory(eto *e)
{
	if (!e->status)
		e->status = ssrc_fail(e->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
}

static void report(eto *e, ssrc_severity severity, ssrc_text_id message, const eto_row *row, int cell, const char *arg0,
		   const char *arg1, const char *arg2)
{
	uint32_t column = row->column[cell];
	ssrc_findings_add(e->findings, severity, message, files[row->file].name, row->line, column ? column : 1, arg0,
			  arg1, arg2);
}

static const char *keep(eto *e, const char *text, size_t len)
{
	const char *copy = e->status ? NULL : ssrc_arena_text(&e->arena, text, len);
	if (!copy)
		no_memory(e);
	return copy ? copy : "";
}

/* Room for one more element; false once memory is short. */
static bool room(eto *e, void **block, size_t *cap, size_t count, size_t size)
{
	if (!e->status)
		e->status = ssrc_reserve(e->ctx, block, cap, count + 1, size, e->err);
	return !e->status;
}

/* The symbol of a text, added if new; SSRC_NONE once memory is short. */
static uint32_t symbol(eto *e, ssrc_symbols *symbols, const char *text, bool *fresh)
{
	uint32_t before = symbols->count, id = SSRC_NONE;
	if (!e->status)
		e->status = ssrc_symbols_add(symbols, text, strlen(text), &id, e->err);
	*fresh = !e->status && id == before;
	return e->status ? SSRC_NONE : id;
}

/* True the first time this triple comes. */
static bool first_time(eto *e, const char *what, const char *a, const char *b)
{
	ssrc_buf key;
	ssrc_buf_init(&key, e->ctx);
	ssrc_buf_printf(&key, "%s\x1F%s\x1F%s", what, a, b);
	bool fresh = false;
	if (key.failed)
		no_memory(e);
	else
		symbol(e, &e->seen, key.data, &fresh);
	ssrc_buf_clear(&key);
	return fresh;
}

/* ASCII only, whatever the locale. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool same_word(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b))
		a++, b++;
	return *a == *b;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

/* A cell without outer and with single inner white space (no-break space counts); line breaks would spoil places. */
static const char *clean(eto *e, const char *text, size_t len)
{
	char *out = e->status ? NULL : ssrc_arena_alloc(&e->arena, len + 1);
	size_t used = 0;
	if (!out) {
		no_memory(e);
		return "";
	}
	for (size_t i = 0; i < len; i++) {
		bool no_break = i + 1 < len && (unsigned char)text[i] == 0xC2 && (unsigned char)text[i + 1] == 0xA0;
		i += no_break;
		if (!no_break && !is_blank(text[i]))
			out[used++] = text[i];
		else if (used > 0 && out[used - 1] != ' ')
			out[used++] = ' ';
	}
	if (used > 0 && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
	return out;
}

static ssrc_status take_header(eto *e, const ssrc_csv_record *record)
{
	eto_table *table = e->reading;
	table->n_header = (uint32_t)record->n_cells;
	for (int c = 0; c < CELLS; c++) {
		const char *want = files[e->reading_file].column[c];
		table->at[c] = SSRC_NONE;
		for (uint32_t i = table->n_header; want && i-- > 0;)
			if (strcmp(record->text + record->cells[i].start, want) == 0)
				table->at[c] = i;
		if (c < files[e->reading_file].required && table->at[c] == SSRC_NONE)
			return e->status = ssrc_fail_at(e->err, SSRC_FORMAT, SSRC_M_ETO_COLUMN_MISSING,
							files[e->reading_file].name, record->line, 1, want, NULL);
	}
	return SSRC_OK;
}

static ssrc_status take_record(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	(void)err; /* the job holds it */
	eto *e = user;
	eto_table *table = e->reading;
	if (!table->n_header)
		return take_header(e, record);
	if (record->n_cells != table->n_header) {
		char have[24], want[24];
		snprintf(have, sizeof have, "%zu", record->n_cells);
		snprintf(want, sizeof want, "%u", table->n_header);
		ssrc_findings_add(e->findings, SSRC_ERROR, SSRC_M_ROW_CELLS, files[e->reading_file].name, record->line,
				  1, have, want, NULL);
		return SSRC_OK;
	}
	if (!room(e, (void **)&table->rows, &table->cap, table->n_rows, sizeof *table->rows))
		return e->status;
	eto_row *row = &table->rows[table->n_rows++];
	*row = (eto_row){.file = e->reading_file, .line = record->line};
	for (int c = 0; c < CELLS; c++) {
		row->cell[c] = "";
		if (table->at[c] == SSRC_NONE)
			continue;
		const ssrc_csv_cell *cell = &record->cells[table->at[c]];
		row->cell[c] = clean(e, record->text + cell->start, cell->len);
		row->column[c] = cell->column;
	}
	return e->status;
}

typedef struct eto_load {
	ssrc_buf bytes;
	const char *name;
} eto_load;

static ssrc_status take_bytes(void *user, const char *bytes, size_t n, bool *stop, ssrc_error *err)
{
	(void)stop;
	eto_load *load = user;
	if (load->bytes.len + n > FILE_BYTES_MAX)
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_ETO_FILE_LARGE, load->name, NULL, NULL);
	ssrc_buf_add(&load->bytes, bytes, n);
	return load->bytes.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL) : SSRC_OK;
}

static void parse_file(eto *e, eto_file file, const ssrc_buf *bytes)
{
	const char *name = files[file].name, *text = bytes->data ? bytes->data : "";
	bool utf8 = ssrc_utf8_valid_prefix(text, bytes->len) == bytes->len;
	ssrc_csv_info info;
	e->reading = &e->tables[file];
	e->reading_file = file;
	if (!utf8)
		ssrc_findings_add(e->findings, SSRC_INFO, SSRC_M_ETO_ENCODING, name, 1, 1, name, NULL, NULL);
	ssrc_status status = ssrc_csv_parse(e->ctx, text, bytes->len, name, utf8 ? NULL : mac_roman, take_record, e,
					    &info, e->findings, e->err);
	if (!e->status)
		e->status = status;
	if (!e->status && !e->reading->n_header)
		e->status = ssrc_fail_at(e->err, SSRC_FORMAT, SSRC_M_ETO_COLUMN_MISSING, name, 1, 1,
					 files[file].column[0], NULL);
}

static void read_file(eto *e, const char *folder, eto_file file)
{
	char path[PATH_BYTES];
	int error_number = 0;
	eto_load load = {.name = files[file].name};
	if (e->status)
		return;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, load.name) >= sizeof path) {
		e->status = ssrc_fail(e->err, SSRC_IO, SSRC_M_OPEN_READ, folder, strerror(ENAMETOOLONG), NULL);
		return;
	}
	if (!ssrc_file_exists(e->ctx, path, &error_number)) {
		bool missing = error_number == -ENOENT;
		e->status = ssrc_fail(e->err, missing ? SSRC_FORMAT : SSRC_IO,
				      missing ? SSRC_M_ETO_FILE_MISSING : SSRC_M_OPEN_READ, missing ? folder : path,
				      missing ? load.name : strerror(-error_number), NULL);
		return;
	}
	ssrc_buf_init(&load.bytes, e->ctx);
	e->status = ssrc_file_stream(e->ctx, path, take_bytes, &load, e->err);
	if (!e->status)
		parse_file(e, file, &load.bytes);
	ssrc_buf_clear(&load.bytes);
}

/* ---- writing rows of the package -------------------------------------------------------------------- */

typedef struct eto_cell {
	const char *column, *text;
} eto_cell;

static void put(eto *e, ssrc_file_id file, const eto_cell *cells, size_t n)
{
	const char *texts[64] = {NULL};
	if (e->status)
		return;
	for (size_t i = 0; i < n; i++)
		texts[ssrc_schema_column(file, cells[i].column)] = cells[i].text;
	int64_t line = (int64_t)e->package->tables[file].n_rows + 2;
	e->status = ssrc_package_add_row(e->package, file, texts, line, e->err);
}
#define PUT(e, file, ...)                                                                                              \
	put(e, file, (const eto_cell[]){__VA_ARGS__}, sizeof((const eto_cell[]){__VA_ARGS__}) / sizeof(eto_cell))

static const char package_yaml[] = "name: eto-chip-chain\n"
				   "title:\n"
				   "  en: Advanced semiconductor supply chain (ETO)\n"
				   "  zh: 先进半导体供应链(ETO)\n"
				   "licence: CC BY-NC 4.0 (user's own download; not redistributed)\n"
				   "home: US\n"
				   "currency: USD\n"
				   "description: Made by the ETO adapter from the files that the user downloaded. "
				   "Recovery times, stocks and values are not"
				   " in the data set and stay unknown.\n";

static void start_package(eto *e, const char *folder)
{
	static const ssrc_file_id made[] = {SSRC_FILE_SOURCES, SSRC_FILE_TIERS, SSRC_FILE_ITEMS, SSRC_FILE_NEEDS,
					    SSRC_FILE_PARTIES, SSRC_FILE_NAMES, SSRC_FILE_SHARES};
	if (!e->status)
		e->status = ssrc_package_new(&e->package, e->ctx, folder, e->err);
	for (size_t i = 0; i < sizeof made / sizeof *made && !e->status; i++)
		e->status = ssrc_package_full_header(e->package, made[i], e->err);
	if (!e->status)
		e->status = ssrc_package_add_document(e->package, "package.yaml", package_yaml, sizeof package_yaml - 1,
						      e->findings, e->err);
	for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
		PUT(e, SSRC_FILE_TIERS, {"tier", tiers[i][0]}, {"order", tiers[i][1]}, {"name_en", tiers[i][2]},
		    {"name_zh", tiers[i][3]});
	PUT(e, SSRC_FILE_SOURCES, {"source", "eto"}, {"title", "Advanced Semiconductor Supply Chain Dataset"},
	    {"publisher", "Emerging Technology Observatory, CSET"},
	    {"url", "https://eto.tech/dataset-docs/chipexplorer"}, {"grade", "C"}, {"licence", "CC BY-NC 4.0"});
}

/* Splits a source text with Markdown links into plain words and its first address. */
static void split_links(const char *text, ssrc_buf *title, char *url, size_t size)
{
	url[0] = '\0';
	for (const char *p = text; *p; p++) {
		const char *close = *p == ']' && p[1] == '(' ? strchr(p, ')') : NULL;
		if (close) {
			size_t n = strcspn(p + 2, "), ");
			if (!*url && n < size)
				snprintf(url, size, "%.*s", (int)n, p + 2);
			p = close;
		} else if (*p != '[' && *p != ']') {
			ssrc_buf_putc(title, *p);
		}
	}
}

/* The id of the source that a text of the download names, added to sources.csv when it is new. */
static const char *source_of(eto *e, const char *text)
{
	bool fresh;
	if (!*text)
		return "eto";
	symbol(e, &e->sources, text, &fresh);
	char words[41], hex[65], id[64], url[1024];
	ssrc_buf title;
	ssrc_buf_init(&title, e->ctx);
	split_links(text, &title, url, sizeof url);
	ssrc_hash hash = ssrc_hash_bytes(text, strlen(text));
	ssrc_hash_hex(&hash, hex);
	ssrc_slug(words, sizeof words - 1, title.data ? title.data : "");
	snprintf(id, sizeof id, "eto-%s%s%.8s", words, *words ? "-" : "", hex);
	if (title.failed)
		no_memory(e);
	if (fresh)
		PUT(e, SSRC_FILE_SOURCES, {"source", id}, {"title", title.len ? title.data : text}, {"url", url},
		    {"grade", "C"}, {"licence", "CC BY-NC 4.0"});
	ssrc_buf_clear(&title);
	return keep(e, id, strlen(id));
}

/* ---- items ------------------------------------------------------------------------------------------ */

static eto_type type_of(eto *e, const eto_row *row)
{
	for (int t = MATERIAL; t <= OUTPUT; t++)
		if (strcmp(row->cell[INPUT_TYPE], types[t].word) == 0)
			return (eto_type)t;
	report(e, SSRC_WARNING, SSRC_M_ETO_TYPE_UNKNOWN, row, INPUT_TYPE, row->cell[INPUT_ID], row->cell[INPUT_TYPE],
	       NULL);
	return MATERIAL;
}

static const char *stage_tier(const char *id)
{
	for (size_t i = 0; i < sizeof stage_tiers / sizeof *stage_tiers; i++)
		if (strcmp(stage_tiers[i].id, id) == 0)
			return stage_tiers[i].tier;
	return NULL;
}

/* Ids of the download are letters and digits; a row without one cannot be pointed to. */
static bool id_is_usable(eto *e, const eto_row *row, int cell, const char *id)
{
	const char *column = files[row->file].column[cell];
	size_t n = 0;
	while (is_letter(id[n]) || (id[n] >= '0' && id[n] <= '9'))
		n++;
	if (!*id)
		report(e, SSRC_WARNING, SSRC_M_CELL_REQUIRED, row, cell, column, NULL, NULL);
	else if (id[n])
		report(e, SSRC_WARNING, SSRC_M_NOT_ID, row, cell, column, id, NULL);
	return n > 0 && !id[n];
}

/* A new node for row, or NULL where its id is blank or taken. */
static eto_node *new_node(eto *e, const eto_row *row, const char *id, const char *name)
{
	bool fresh, fresh_slug;
	char text[WORD_BYTES], word[SLUG_BYTES + 1];
	snprintf(text, sizeof text, "%s %.120s", id, name);
	ssrc_slug(word, SLUG_BYTES, text);
	if (!id_is_usable(e, row, 0, id) || !*word)
		return NULL;
	uint32_t at = symbol(e, &e->node_ids, id, &fresh);
	if (e->status || !room(e, (void **)&e->nodes, &e->nodes_cap, at, sizeof *e->nodes))
		return NULL;
	if (fresh)
		e->nodes[at] = (eto_node){.row = row, .id = NULL, .variant = SSRC_NONE};
	symbol(e, &e->slugs, word, &fresh_slug);
	if (!fresh || !fresh_slug) {
		report(e, SSRC_WARNING, SSRC_M_ETO_TWICE, row, 0, id, NULL, NULL);
		return NULL;
	}
	e->nodes[at].id = keep(e, word, strlen(word));
	e->nodes[at].name = *name ? name : id;
	return &e->nodes[at];
}

/* The node of an id that stands in a cell; reports and returns SSRC_NONE if there is none. */
static uint32_t node_of(eto *e, const eto_row *row, int cell)
{
	const char *id = row->cell[cell];
	uint32_t at = ssrc_symbols_find(&e->node_ids, id, strlen(id));
	if (at != SSRC_NONE && e->nodes[at].id)
		return at;
	report(e, SSRC_WARNING, SSRC_M_ETO_ID_UNKNOWN, row, cell, id, files[INPUTS].name, NULL);
	return SSRC_NONE;
}

static void read_inputs(eto *e)
{
	const eto_table *table = &e->tables[INPUTS];
	for (size_t i = 0; i < table->n_rows && !e->status; i++) {
		const eto_row *row = &table->rows[i];
		eto_node *node = new_node(e, row, row->cell[INPUT_ID], row->cell[INPUT_NAME]);
		if (!node)
			continue;
		node->text = row->cell[INPUT_TEXT];
		node->source = "";
		node->type = type_of(e, row);
		node->stage_tier = stage_tier(row->cell[INPUT_STAGE]);
		if (!node->stage_tier && (node->type == PROCESS || *row->cell[INPUT_STAGE]))
			report(e, SSRC_WARNING, SSRC_M_ETO_STAGE_UNKNOWN, row, INPUT_STAGE, row->cell[INPUT_ID],
			       row->cell[INPUT_STAGE], NULL);
	}
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = text; (p = strstr(p, word)); p += n)
		if ((p == text || !is_letter(p[-1])) && !is_letter(p[n]))
			return true;
	return false;
}

static void read_stage(eto *e, const eto_row *row)
{
	const char *id = row->cell[STAGE_ID];
	if (ssrc_symbols_find(&e->supplied, id, strlen(id)) == SSRC_NONE)
		return;
	eto_node *node = new_node(e, row, id, row->cell[STAGE_NAME]);
	if (!node)
		return;
	node->text = row->cell[STAGE_TEXT];
	node->source = row->cell[STAGE_SOURCE];
	node->type = STAGE;
	node->stage_tier = stage_tier(id);
	if (!node->stage_tier)
		report(e, SSRC_WARNING, SSRC_M_ETO_STAGE_UNKNOWN, row, STAGE_ID, id, id, NULL);
	node->by_site = has_word(row->cell[STAGE_CAPTION], "site");
	report(e, SSRC_INFO, SSRC_M_ETO_STAGE_BASIS, row, STAGE_CAPTION, node->id, node->by_site ? "site" : "hq", NULL);
}

/* Stages become items where rows of provision.csv supply them. The caption says what their country shares measure:
 * where plants stand, or (without a word about sites) where the firms have their headquarters. */
static void read_stages(eto *e)
{
	const eto_table *table = &e->tables[STAGES], *provision = &e->tables[PROVISION];
	bool fresh;
	for (size_t i = 0; i < provision->n_rows && !e->status; i++)
		symbol(e, &e->supplied, provision->rows[i].cell[SHARE_ITEM], &fresh);
	e->first_stage = e->node_ids.count;
	for (size_t i = 0; i < table->n_rows && !e->status; i++)
		read_stage(e, &table->rows[i]);
}

/* ---- sequence --------------------------------------------------------------------------------------- */

static void set_variant(eto *e, const eto_row *row, uint32_t input)
{
	eto_node *node = &e->nodes[input];
	uint32_t group = node_of(e, row, EDGE_TYPE_OF);
	if (group == SSRC_NONE)
		return;
	if (group == input)
		report(e, SSRC_WARNING, SSRC_M_ETO_SELF, row, EDGE_TYPE_OF, node->id, NULL, NULL);
	else if (node->variant == SSRC_NONE)
		node->variant = group;
	else if (node->variant != group)
		report(e, SSRC_WARNING, SSRC_M_ETO_VARIANT_SEVERAL, row, EDGE_TYPE_OF, node->id,
		       e->nodes[node->variant].id, e->nodes[group].id);
	node->goes_on = true;
}

static void add_edge(eto *e, const eto_row *row, uint32_t input)
{
	uint32_t item = node_of(e, row, EDGE_INTO);
	if (item == SSRC_NONE)
		return;
	if (item == input) {
		report(e, SSRC_WARNING, SSRC_M_ETO_SELF, row, EDGE_INTO, e->nodes[input].id, NULL, NULL);
		return;
	}
	if (!room(e, (void **)&e->edges, &e->edges_cap, e->n_edges, sizeof *e->edges))
		return;
	e->edges[e->n_edges++] = (eto_edge){item, input, row};
	e->nodes[input].goes_on = true;
	const char *tier = e->nodes[item].type == PROCESS ? e->nodes[item].stage_tier : NULL;
	e->nodes[input].for_design |= tier && strcmp(tier, "design") == 0;
}

static void read_sequence(eto *e)
{
	const eto_table *table = &e->tables[SEQUENCE];
	for (size_t i = 0; i < table->n_rows && !e->status; i++) {
		const eto_row *row = &table->rows[i];
		uint32_t input = node_of(e, row, EDGE_INPUT);
		if (input == SSRC_NONE)
			continue;
		if (*row->cell[EDGE_TYPE_OF])
			set_variant(e, row, input);
		if (*row->cell[EDGE_INTO])
			add_edge(e, row, input);
		if (!*row->cell[EDGE_TYPE_OF] && !*row->cell[EDGE_INTO])
			report(e, SSRC_WARNING, SSRC_M_ETO_SEQUENCE_EMPTY, row, EDGE_INPUT, e->nodes[input].id, NULL,
			       NULL);
	}
}

/* Variants share the use of their group; what leads nowhere is told. */
static void settle_nodes(eto *e)
{
	for (uint32_t v = 0; v < e->node_ids.count && !e->status; v++) {
		eto_node *node = &e->nodes[v];
		if (!node->id)
			continue;
		uint32_t group = node->variant;
		for (int step = 0; group != SSRC_NONE && step < VARIANT_DEPTH; step++) {
			node->for_design |= e->nodes[group].for_design;
			group = e->nodes[group].variant;
		}
		if (!node->goes_on && node->type != OUTPUT && node->type != STAGE)
			report(e, SSRC_WARNING, SSRC_M_ETO_DEAD_END, node->row, INPUT_ID, node->id, NULL, NULL);
	}
}

static void put_items(eto *e)
{
	for (uint32_t v = 0; v < e->node_ids.count && !e->status; v++) {
		const eto_node *node = &e->nodes[v];
		if (!node->id)
			continue;
		const char *tier = types[node->type].tier, *kind = types[node->type].kind;
		bool resource = node->type == TOOL || node->type == MATERIAL;
		if ((node->type == PROCESS || node->type == STAGE) && node->stage_tier)
			tier = node->stage_tier;
		if (resource && node->for_design) {
			tier = "design";
			kind = node->type == TOOL ? "software" : "technology";
		}
		PUT(e, SSRC_FILE_ITEMS, {"item", node->id}, {"tier", tier}, {"kind", kind}, {"name_en", node->name},
		    {"variant_of", node->variant == SSRC_NONE ? NULL : e->nodes[node->variant].id},
		    {"product", node->type == OUTPUT ? "yes" : NULL}, {"source", "eto"}, {"note", node->text});
	}
}

static void put_need(eto *e, const eto_edge *edge)
{
	const eto_node *item = &e->nodes[edge->item], *input = &e->nodes[edge->input];
	if (input->variant == edge->item)
		report(e, SSRC_WARNING, SSRC_M_ETO_VARIANT_AND_INPUT, edge->row, EDGE_INTO, input->id, item->id, NULL);
	else if (!first_time(e, "need", item->id, input->id))
		report(e, SSRC_WARNING, SSRC_M_ETO_TWICE, edge->row, EDGE_INPUT, input->id, NULL, NULL);
	else
		PUT(e, SSRC_FILE_NEEDS, {"item", item->id}, {"input", input->id},
		    {"essential", input->type == TOOL && !input->for_design ? "capital" : "critical"},
		    {"source", "eto"}, {"evidence", "estimated"});
}

/* The download gives stages shares but no place in the sequence: a finished product needs every one of them. */
static void put_stage_needs(eto *e, const eto_node *product)
{
	for (uint32_t s = e->first_stage; s < e->node_ids.count && !e->status; s++) {
		const eto_node *stage = &e->nodes[s];
		if (!stage->id)
			continue;
		PUT(e, SSRC_FILE_NEEDS, {"item", product->id}, {"input", stage->id}, {"essential", "critical"},
		    {"source", "eto"}, {"evidence", "assumed"},
		    {"note",
		     "link made by the adapter: the download gives the stage shares but no place in the sequence"});
		report(e, SSRC_INFO, SSRC_M_ETO_STAGE_LINK, stage->row, STAGE_ID, stage->id, product->id, NULL);
	}
}

static void put_needs(eto *e)
{
	for (size_t i = 0; i < e->n_edges && !e->status; i++)
		put_need(e, &e->edges[i]);
	for (uint32_t v = 0; v < e->first_stage && !e->status; v++)
		if (e->nodes[v].id && e->nodes[v].type == OUTPUT)
			put_stage_needs(e, &e->nodes[v]);
}

/* ---- providers -------------------------------------------------------------------------------------- */

/* The alpha-2 code of an alpha-3 code, or NULL. Reports what is not plain ISO 3166-1. */
static const char *country_of(eto *e, const eto_row *row, int cell)
{
	const char *code = row->cell[cell];
	if (strcmp(code, "EUR") == 0) {
		report(e, SSRC_INFO, SSRC_M_ETO_REGION, row, cell, code, "EU", NULL);
		return "EU";
	}
	if (strcmp(code, "MAL") == 0) {
		report(e, SSRC_WARNING, SSRC_M_ETO_COUNTRY_READ, row, cell, code, "MY", NULL);
		return "MY";
	}
	for (const char *p = iso3; strlen(code) == 3 && *p; p += 7)
		if (memcmp(p, code, 3) == 0)
			return keep(e, p + 4, 2);
	report(e, SSRC_WARNING, SSRC_M_ETO_COUNTRY_UNKNOWN, row, cell, row->cell[PROVIDER_NAME], code, NULL);
	return NULL;
}

static bool is_various(const char *name)
{
	char head[9];
	snprintf(head, sizeof head, "%s", name);
	return same_word(head, "various") || same_word(head, "various ");
}

static void add_name(eto *e, const eto_provider *provider, const char *name, const char *source, const char *note)
{
	if (*name && strcmp(name, provider->name) != 0 && first_time(e, "name", provider->ref, name))
		PUT(e, SSRC_FILE_NAMES, {"party", provider->ref}, {"name", name}, {"language", "en"},
		    {"strength", "strong"}, {"source", source}, {"evidence", "observed"}, {"note", note});
}

/* A firm that the download lists under its former name. */
static bool succeed(eto *e, const eto_row *row, eto_provider *provider)
{
	for (size_t i = 0; i < sizeof successions / sizeof *successions; i++) {
		if (!same_word(row->cell[PROVIDER_NAME], successions[i].old_name))
			continue;
		bool fresh;
		provider->ref = successions[i].party;
		provider->name = successions[i].name_en;
		symbol(e, &e->parties, provider->ref, &fresh);
		report(e, SSRC_INFO, SSRC_M_ETO_SUCCESSION, row, PROVIDER_NAME, row->cell[PROVIDER_NAME],
		       provider->name, successions[i].year);
		if (first_time(e, "succession", provider->ref, "")) {
			PUT(e, SSRC_FILE_SOURCES, {"source", successions[i].source}, {"title", successions[i].title},
			    {"publisher", successions[i].publisher}, {"url", successions[i].url},
			    {"published", successions[i].published}, {"grade", "D"});
		}
		if (fresh)
			PUT(e, SSRC_FILE_PARTIES, {"party", provider->ref}, {"kind", "firm"},
			    {"name_en", provider->name}, {"name_zh", successions[i].name_zh}, {"hq", successions[i].hq},
			    {"parent", successions[i].parent}, {"source", successions[i].source},
			    {"evidence", "observed"}, {"note", successions[i].note});
		add_name(e, provider, row->cell[PROVIDER_NAME], successions[i].source, successions[i].note);
		provider->name = row->cell[PROVIDER_NAME];
		return true;
	}
	return false;
}

static void add_firm(eto *e, const eto_row *row, eto_provider *provider)
{
	char word[SLUG_BYTES + 1], id[WORD_BYTES];
	bool fresh = false;
	if (succeed(e, row, provider))
		return;
	ssrc_slug(word, SLUG_BYTES, provider->name);
	if (*word)
		symbol(e, &e->parties, word, &fresh);
	if (!fresh) { /* no letters of ours, or two firms of one name */
		snprintf(id, sizeof id, "%.30s %.30s", word, row->cell[PROVIDER_ID]);
		ssrc_slug(word, SLUG_BYTES, id);
		symbol(e, &e->parties, word, &fresh);
	}
	if (e->status || !fresh || !*word) {
		report(e, SSRC_WARNING, SSRC_M_ETO_TWICE, row, PROVIDER_ID, row->cell[PROVIDER_ID], NULL, NULL);
		return;
	}
	provider->ref = keep(e, word, strlen(word));
	PUT(e, SSRC_FILE_PARTIES, {"party", provider->ref}, {"kind", "firm"}, {"name_en", provider->name},
	    {"hq", *row->cell[PROVIDER_COUNTRY] ? country_of(e, row, PROVIDER_COUNTRY) : NULL}, {"source", "eto"},
	    {"evidence", "observed"});
}

/* A further row of one id: another alias of the same firm. */
static void more_of_provider(eto *e, const eto_row *row, const eto_provider *provider)
{
	bool same = strcmp(row->cell[PROVIDER_NAME], provider->name) == 0;
	if (same && *row->cell[PROVIDER_ALIAS] && !provider->country)
		report(e, SSRC_INFO, SSRC_M_ETO_ALIAS_ROWS, row, PROVIDER_ALIAS, provider->name,
		       row->cell[PROVIDER_ALIAS], NULL);
	else
		report(e, SSRC_WARNING, SSRC_M_ETO_TWICE, row, PROVIDER_ID, row->cell[PROVIDER_ID], NULL, NULL);
}

static void read_provider(eto *e, const eto_row *row)
{
	bool fresh;
	if (!id_is_usable(e, row, PROVIDER_ID, row->cell[PROVIDER_ID]))
		return;
	uint32_t at = symbol(e, &e->provider_ids, row->cell[PROVIDER_ID], &fresh);
	if (e->status || !room(e, (void **)&e->providers, &e->providers_cap, at, sizeof *e->providers))
		return;
	eto_provider *provider = &e->providers[at];
	const char *type = row->cell[PROVIDER_TYPE];
	if (fresh) {
		*provider = (eto_provider){.name = row->cell[PROVIDER_NAME], .country = strcmp(type, "country") == 0};
		if (!provider->country && strcmp(type, "organization") != 0)
			report(e, SSRC_WARNING, SSRC_M_ETO_PROVIDER_TYPE, row, PROVIDER_TYPE, provider->name, type,
			       NULL);
		if (is_various(provider->name))
			provider->ref = "various";
		else if (provider->country)
			provider->ref = country_of(e, row, PROVIDER_NAME);
		else
			add_firm(e, row, provider);
	} else {
		more_of_provider(e, row, provider);
	}
	if (provider->ref && !provider->country && strcmp(provider->ref, "various") != 0)
		add_name(e, provider,
			 strcmp(row->cell[PROVIDER_NAME], provider->name) == 0 ? row->cell[PROVIDER_ALIAS] : "", "eto",
			 NULL);
}

static void read_providers(eto *e)
{
	const eto_table *table = &e->tables[PROVIDERS];
	for (size_t i = 0; i < table->n_rows && !e->status; i++)
		read_provider(e, &table->rows[i]);
}

/* ---- shares ----------------------------------------------------------------------------------------- */

/* "61%", "61.0" or blank; NaN where it is blank or unreadable. */
static double percent_of(eto *e, const eto_row *row)
{
	const char *text = row->cell[SHARE_PERCENT];
	size_t len = strlen(text);
	double value;
	if (len == 0)
		return (double)NAN;
	if (text[len - 1] == '%') {
		len--;
		while (len > 0 && text[len - 1] == ' ')
			len--;
		if (first_time(e, "percent sign", "", ""))
			report(e, SSRC_INFO, SSRC_M_ETO_PERCENT, row, SHARE_PERCENT, text, NULL, NULL);
	}
	if (ssrc_parse_number(text, len, &value) && value >= 0 && value <= 100)
		return value;
	report(e, SSRC_WARNING, SSRC_M_ETO_SHARE_BAD, row, SHARE_PERCENT, text, NULL, NULL);
	return (double)NAN;
}

static const char *year_of(eto *e, const eto_row *row)
{
	const char *text = row->cell[SHARE_YEAR];
	ssrc_date date;
	if (!*text || (strlen(text) == 4 && ssrc_date_parse(text, 4, &date)))
		return text;
	report(e, SSRC_WARNING, SSRC_M_ETO_YEAR_BAD, row, SHARE_YEAR, text, NULL, NULL);
	return "";
}

static const char *metric_of(const eto_share *share)
{
	return share->provider->country ? "countries" : "firms";
}

static void check_provider_name(eto *e, const eto_row *row, const eto_provider *provider)
{
	const char *name = row->cell[SHARE_NAME];
	if (*name && strcmp(name, provider->name) != 0 && !(is_various(name) && is_various(provider->name)) &&
	    first_time(e, "other name", row->cell[SHARE_PROVIDER], name))
		report(e, SSRC_INFO, SSRC_M_ETO_NAME_DIFFERS, row, SHARE_NAME, row->cell[SHARE_PROVIDER], name,
		       provider->name);
}

static void read_share(eto *e, const eto_row *row)
{
	uint32_t node = node_of(e, row, SHARE_ITEM);
	const char *id = row->cell[SHARE_PROVIDER];
	uint32_t at = ssrc_symbols_find(&e->provider_ids, id, strlen(id));
	if (at == SSRC_NONE)
		report(e, SSRC_WARNING, SSRC_M_ETO_ID_UNKNOWN, row, SHARE_PROVIDER, id, files[PROVIDERS].name, NULL);
	if (at == SSRC_NONE || node == SSRC_NONE)
		return;
	const eto_provider *provider = &e->providers[at];
	if (!provider->ref) {
		report(e, SSRC_WARNING, SSRC_M_ETO_PROVIDER_LOST, row, SHARE_PROVIDER, provider->name, NULL, NULL);
		return;
	}
	check_provider_name(e, row, provider);
	eto_share share = {
		.row = row, .node = node, .provider = provider, .year = year_of(e, row), .value = percent_of(e, row)};
	share.negligible = *row->cell[SHARE_NEGLIGIBLE] != '\0';
	char set[WORD_BYTES];
	snprintf(set, sizeof set, "%s\x1F%s\x1F%s", e->nodes[node].id, metric_of(&share), share.year);
	if (!first_time(e, "share", set, provider->ref)) {
		report(e, SSRC_WARNING, SSRC_M_ETO_TWICE, row, SHARE_PROVIDER, provider->name, NULL, NULL);
		return;
	}
	if (room(e, (void **)&e->shares, &e->shares_cap, e->n_shares, sizeof *e->shares))
		e->shares[e->n_shares++] = share;
}

static void read_shares(eto *e)
{
	const eto_table *table = &e->tables[PROVISION];
	if (!e->status && table->at[SHARE_YEAR] == SSRC_NONE)
		ssrc_findings_add(e->findings, SSRC_INFO, SSRC_M_ETO_NO_YEAR, files[PROVISION].name, 1, 1, NULL, NULL,
				  NULL);
	for (size_t i = 0; i < table->n_rows && !e->status; i++)
		read_share(e, &table->rows[i]);
}

static int compare_groups(const eto_share *x, const eto_share *y)
{
	int order = (x->node > y->node) - (x->node < y->node);
	return order ? order : x->provider->country - y->provider->country;
}

/* By item, kind of provider, year and place in the download. */
static int compare_shares(const void *a, const void *b)
{
	const eto_share *x = *(eto_share *const *)a, *y = *(eto_share *const *)b;
	int order = compare_groups(x, y);
	if (order == 0)
		order = strcmp(x->year, y->year);
	return order ? order : (x->row->line > y->row->line) - (x->row->line < y->row->line);
}

static void report_sum(eto *e, const eto_share *first, const char *label, double sum, double named)
{
	char text[32];
	ssrc_format_number(text, round(sum * 100) / 100);
	if (fabs(sum - 100) > SUM_ROUNDING)
		report(e, SSRC_WARNING, SSRC_M_ETO_SUM, first->row, SHARE_PERCENT, label, text, NULL);
	else if (!(named > SUM_ROUNDING))
		report(e, SSRC_INFO, SSRC_M_ETO_VARIOUS_ONLY, first->row, SHARE_PERCENT, label, NULL, NULL);
}

/* One set: rows of one item, kind of provider and year. */
static void check_share_set(eto *e, eto_share *const *set, size_t n)
{
	double sum = 0, named = 0;
	size_t blank = 0, negligible = 0, sources = 1;
	for (size_t i = 0; i < n; i++) {
		blank += isnan(set[i]->value) != 0;
		negligible += set[i]->negligible;
		sources += i > 0 && strcmp(set[i]->row->cell[SHARE_SOURCE], set[0]->row->cell[SHARE_SOURCE]) != 0;
		if (isnan(set[i]->value))
			continue;
		sum += set[i]->value;
		named += strcmp(set[i]->provider->ref, "various") == 0 ? 0 : set[i]->value;
	}
	char label[WORD_BYTES], count[24], of[24];
	snprintf(label, sizeof label, "%s (%s%s%s)", e->nodes[set[0]->node].id, metric_of(set[0]),
		 *set[0]->year ? " " : "", set[0]->year);
	snprintf(of, sizeof of, "%zu", n);
	snprintf(count, sizeof count, "%zu", blank);
	if (blank > 0)
		report(e, SSRC_INFO, SSRC_M_ETO_SHARE_BLANK, set[0]->row, SHARE_PERCENT, label, count, of);
	snprintf(count, sizeof count, "%zu", negligible);
	if (negligible > 0)
		report(e, SSRC_INFO, SSRC_M_ETO_NEGLIGIBLE, set[0]->row, SHARE_NEGLIGIBLE, label, count, of);
	if (sources > 1)
		report(e, SSRC_INFO, SSRC_M_ETO_MIXED_SOURCES, set[0]->row, SHARE_SOURCE, label, NULL, NULL);
	bool zero = blank < n && !(sum > 0);
	if (zero)
		report(e, SSRC_WARNING, SSRC_M_ETO_GROUP_ZERO, set[0]->row, SHARE_PERCENT, label, NULL, NULL);
	else if (blank < n)
		report_sum(e, set[0], label, sum, named);
	for (size_t i = 0; i < n; i++)
		set[i]->zero_group = zero && !isnan(set[i]->value);
}

static void check_share_groups(eto *e)
{
	eto_share **order = e->status ? NULL : ssrc_arena_array(&e->arena, e->n_shares, sizeof(eto_share *));
	if (!order) {
		no_memory(e);
		return;
	}
	for (size_t i = 0; i < e->n_shares; i++)
		order[i] = &e->shares[i];
	if (e->n_shares > 1)
		qsort(order, e->n_shares, sizeof(eto_share *), compare_shares);
	for (size_t from = 0, to = 0; from < e->n_shares; from = to) {
		while (to < e->n_shares && compare_groups(order[from], order[to]) == 0 &&
		       strcmp(order[from]->year, order[to]->year) == 0)
			to++;
		check_share_set(e, order + from, to - from);
		if (to < e->n_shares && compare_groups(order[from], order[to]) == 0)
			report(e, SSRC_WARNING, SSRC_M_ETO_MIXED_YEARS, order[to]->row, SHARE_YEAR,
			       e->nodes[order[to]->node].id, *order[from]->year ? order[from]->year : "?",
			       order[to]->year);
	}
}

static void put_shares(eto *e)
{
	for (size_t i = 0; i < e->n_shares && !e->status; i++) {
		const eto_share *share = &e->shares[i];
		const eto_node *node = &e->nodes[share->node];
		char number[32] = "";
		const char *note = share->negligible ? "marked as a negligible share in the download" : NULL;
		bool known = !isnan(share->value) && !share->zero_group;
		if (known)
			ssrc_format_number(number, share->value);
		if (share->zero_group)
			note = "0 in the download, as every share of its group";
		const char *source = share->row->cell[SHARE_SOURCE];
		PUT(e, SSRC_FILE_SHARES, {"item", node->id}, {"provider", share->provider->ref},
		    {"basis", share->provider->country && node->by_site ? "site" : "hq"}, {"metric", metric_of(share)},
		    {"share_low", number}, {"share_high", number}, {"year", share->year},
		    {"source", source_of(e, *source ? source : node->source)}, {"evidence", "estimated"},
		    {"note", note});
	}
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void start(eto *e)
{
	ssrc_symbols *const all[SYMBOL_TABLES] = {&e->node_ids, &e->slugs, &e->supplied, &e->provider_ids,
						  &e->parties,  &e->seen,  &e->sources};
	ssrc_arena_init(&e->arena, e->ctx);
	for (size_t i = 0; i < SYMBOL_TABLES; i++)
		ssrc_symbols_init(all[i], e->ctx);
}

static void finish(eto *e)
{
	ssrc_symbols *const all[SYMBOL_TABLES] = {&e->node_ids, &e->slugs, &e->supplied, &e->provider_ids,
						  &e->parties,  &e->seen,  &e->sources};
	for (size_t i = 0; i < SYMBOL_TABLES; i++)
		ssrc_symbols_clear(all[i]);
	for (int f = 0; f < FILES; f++)
		ssrc_release(e->ctx, e->tables[f].rows);
	ssrc_release(e->ctx, e->nodes);
	ssrc_release(e->ctx, e->edges);
	ssrc_release(e->ctx, e->providers);
	ssrc_release(e->ctx, e->shares);
	ssrc_arena_clear(&e->arena);
}

static void convert(eto *e)
{
	read_inputs(e);
	read_stages(e);
	read_sequence(e);
	settle_nodes(e);
	put_items(e);
	put_needs(e);
	read_providers(e);
	read_shares(e);
	check_share_groups(e);
	put_shares(e);
}

ssrc_status ssrc_import_eto(ssrc_package **out, ssrc_context *ctx, const char *folder, ssrc_findings *findings,
			    ssrc_error *err)
{
	eto e = {.ctx = ctx, .findings = findings, .err = err};
	start(&e);
	for (int f = 0; f < FILES; f++)
		read_file(&e, folder, (eto_file)f);
	start_package(&e, folder);
	convert(&e);
	if (!e.status)
		e.status = ssrc_package_index(e.package, err);
	if (!e.status)
		e.status = ssrc_findings_status(findings, err);
	if (!e.status) {
		ssrc_findings_sort(findings);
		*out = e.package;
	} else {
		ssrc_package_free(e.package);
	}
	finish(&e);
	return e.status;
}
