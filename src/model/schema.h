/* The package format as data: one table of files and columns drives reading, checking, storing, exporting and
 * docs/package.md. */
#ifndef SSRC_MODEL_SCHEMA_H
#define SSRC_MODEL_SCHEMA_H

#include "base/base.h"

typedef enum ssrc_column_type {
	SSRC_COL_ID,       /* names this row: [a-z0-9][a-z0-9-]* */
	SSRC_COL_REF,      /* an id of file `of` ("items|parties" allows either) */
	SSRC_COL_REF_LIST, /* several, separated by ; */
	SSRC_COL_TEXT,
	SSRC_COL_ENUM,   /* one of `of` ("a|b|c") */
	SSRC_COL_LABEL,  /* short free word, compared exactly */
	SSRC_COL_NUMBER, /* within [min, max] of `unit` */
	SSRC_COL_YEAR,
	SSRC_COL_DATE,    /* YYYY, YYYY-MM or YYYY-MM-DD */
	SSRC_COL_COUNTRY, /* ISO 3166-1 alpha-2 */
	SSRC_COL_COUNTRY_LIST,
	SSRC_COL_TARGET_LIST, /* countries, EU, all */
	SSRC_COL_PARENT,      /* a party or a country */
	SSRC_COL_PROVIDER,    /* a party, a country, a joint holding a+b+c, `various` */
	SSRC_COL_YES,         /* yes or blank */
	SSRC_COL_LEI,         /* ISO 17442 with check digits */
} ssrc_column_type;

typedef struct ssrc_column {
	const char *name;
	ssrc_column_type type;
	bool required;
	const char *of;
	double min, max; /* numbers only */
	const char *unit;
	const char *doc_en, *doc_zh;
} ssrc_column;

typedef enum ssrc_file_id {
	SSRC_FILE_SOURCES,
	SSRC_FILE_TIERS,
	SSRC_FILE_ITEMS,
	SSRC_FILE_ITEM_CODES,
	SSRC_FILE_NEEDS,
	SSRC_FILE_PARTIES,
	SSRC_FILE_NAMES,
	SSRC_FILE_OWNERSHIP,
	SSRC_FILE_SHARES,
	SSRC_FILE_ALTERNATES,
	SSRC_FILE_OPTIONS,
	SSRC_FILE_ATTRIBUTES,
	SSRC_FILE_SERIES,
	SSRC_FILE_OBSERVATIONS,
	SSRC_FILE_EVENTS,
	SSRC_FILE_ACCEPTED,
	SSRC_FILE_COUNT
} ssrc_file_id;

typedef struct ssrc_file_schema {
	const char *name; /* without .csv */
	bool required;
	bool fact;       /* carries source, evidence, valid_from, valid_to, note */
	bool dated_key;  /* the same key may stand several times if valid or source differs */
	const char *key; /* columns that name a row, separated by , */
	const char *doc_en, *doc_zh;
	const ssrc_column *columns;
	uint32_t n_columns; /* with the common ones */
} ssrc_file_schema;

extern const ssrc_file_schema ssrc_schema[SSRC_FILE_COUNT];

/* Index of a column by name, SSRC_NONE if absent. Cost O(columns). */
uint32_t ssrc_schema_column(ssrc_file_id file, const char *name);
/* The file called `name` (with or without .csv); SSRC_FILE_COUNT if none. */
ssrc_file_id ssrc_schema_file(const char *name);
/* True for an ISO 3166-1 alpha-2 code and for the union EU. */
bool ssrc_country_known(const char *text, size_t len);
bool ssrc_country_is_eu_member(const char *code);
/* English and Chinese short name, the code itself if unknown. */
const char *ssrc_country_name(const char *code, ssrc_lang lang);

/* Common column positions counted from the first common column. */
enum {
	SSRC_COMMON_SOURCE,
	SSRC_COMMON_EVIDENCE,
	SSRC_COMMON_FROM,
	SSRC_COMMON_TO,
	SSRC_COMMON_NOTE,
	SSRC_COMMON_COUNT
};
/* Index of the first common column of a fact file. */
static inline uint32_t ssrc_schema_common(ssrc_file_id file)
{
	return ssrc_schema[file].n_columns - SSRC_COMMON_COUNT;
}

/* Writes docs/package.md: the format in Markdown, generated from the table. */
void ssrc_schema_write_markdown(ssrc_buf *out);

#endif
