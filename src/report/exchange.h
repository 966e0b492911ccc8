/* Results for other programs: CAP alerts, STIX bundles, CycloneDX bills of materials; and the rows of a chain that they
 * (and GraphML, map.c) carry, so that importing gives the chain back. docs/exchange.md says what becomes what.
 *
 * Every writer appends to `out` and reads nothing but its arguments; the same arguments give the same bytes. Ids, names
 * and labels are taken from the chain, never from the package below it: who takes names out of a chain before calling
 * finds none in the result. Texts that only the package holds (sources, notes, documents, LEI) are written with
 * `full` alone. */
#ifndef SSRC_REPORT_EXCHANGE_H
#define SSRC_REPORT_EXCHANGE_H

#include "report/report.h"

/* CAP 1.2 §3.2.1 status: Actual for what happens, Exercise for scenarios, Draft for an assessment nobody approved. */
typedef enum ssrc_cap_status { SSRC_CAP_DRAFT, SSRC_CAP_ACTUAL, SSRC_CAP_EXERCISE } ssrc_cap_status;
/* Traffic Light Protocol as STIX 2.1 §7.2.1.4 defines it; amber unless something else is asked for. */
typedef enum ssrc_tlp { SSRC_TLP_AMBER, SSRC_TLP_WHITE, SSRC_TLP_GREEN, SSRC_TLP_RED } ssrc_tlp;

typedef struct ssrc_exchange_options {
	const char *version; /* of the program */
	bool full;           /* also sources, notes, documents and LEI of the package */
	int min_level;       /* CAP alerts, STIX notes: items at or above; below 1 counts as 1 */
	ssrc_cap_status status;
	const char *sender; /* CAP: who says it, NULL = the program; signs that CAP does not allow become - */
	ssrc_tlp tlp;
} ssrc_exchange_options;

/* True if an item has an alert at options->min_level. Cost O(1). */
bool ssrc_report_cap_due(const ssrc_assessment *a, uint32_t item, const ssrc_exchange_options *options);

/* One alert of the Common Alerting Protocol 1.2 (OASIS Standard, ITU-T X.1303 bis) about one item, with an info block
 * in English and one in Chinese. Sent at the start of the as-of day; expires when the grade of the item asks for the
 * next look. Errors: NOMEM. Cost O(texts). */
SSRC_MUST_CHECK ssrc_status ssrc_report_cap(ssrc_buf *out, const ssrc_assessment *a, uint32_t item,
					    const ssrc_exchange_options *options, ssrc_error *err);

/* A bundle of STIX 2.1 (OASIS Standard): infrastructure for items, identity and location for who supplies them,
 * course-of-action for alternates and options, a note for every item at min_level or above, one report, relationships.
 * Ids are UUIDs of version 5, so that the next bundle of the chain updates the objects of this one. Errors: NOMEM. Cost
 * O(rows of the chain). */
SSRC_MUST_CHECK ssrc_status ssrc_report_stix(ssrc_buf *out, const ssrc_assessment *a,
					     const ssrc_exchange_options *options, ssrc_error *err);

/* A bill of materials, CycloneDX 1.6 (ECMA-424) JSON: items as components, needs as dependencies, everything else of
 * the chain and the results as properties `secondsource:…`. Errors: NOMEM. Cost O(rows of the chain). */
SSRC_MUST_CHECK ssrc_status ssrc_report_cyclonedx(ssrc_buf *out, const ssrc_assessment *a,
						  const ssrc_exchange_options *options, ssrc_error *err);

/* The network in GraphML: items as nodes, an edge from every input to what needs it. shown: [n_items]; where all are
 * shown, the other tables of the chain stand in it too, so that importing gives the chain back. full: as above. Errors:
 * NOMEM. Cost O(rows of the chain). */
SSRC_MUST_CHECK ssrc_status ssrc_report_graphml(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, bool full,
						ssrc_error *err);

/* ---- shared by the writers --------------------------------------------------------------------------------------- */

enum { SSRC_UUID_BYTES = 37 };
/* UUID of version 5 (RFC 9562 §5.5) of name[0..len) in the name space of this program, in lower case, terminated. */
void ssrc_uuid5(char out[SSRC_UUID_BYTES], const char *name, size_t len);

/* The day as "YYYY-MM-DD" followed by `clock`, such as "T00:00:00Z". */
void ssrc_put_day(ssrc_buf *out, int32_t day, const char *clock);

/* Name of the package: its `name`, "" if it has none. Borrowed. */
const char *ssrc_package_name(const ssrc_package *package);

/* Rows of the chain as cells of the package's columns. One at a time: the texts live until the next row of the same
 * reader. */
enum { SSRC_ROW_CELLS = 64 };
typedef struct ssrc_row_reader {
	const ssrc_chain *chain;
	bool full;
	ssrc_file_id file;
	const char *cell[SSRC_ROW_CELLS]; /* by column of the schema, "" where blank */
	uint32_t *item_of, *party_of;     /* symbol of the package's id -> index in the chain, SSRC_NONE */
	ssrc_buf text;                    /* where cells are put together */
	uint32_t *code, *next_code;       /* rows of item_codes.csv: first of an item, next of a row; SSRC_NONE ends */
	ssrc_arena arena;                 /* of these lists */
} ssrc_row_reader;

/* Ends with ssrc_row_reader_end, also after an error. Errors: NOMEM. Cost O(items + parties + codes). */
SSRC_MUST_CHECK ssrc_status ssrc_row_reader_begin(ssrc_row_reader *reader, const ssrc_chain *chain, bool full,
						  ssrc_error *err);
void ssrc_row_reader_end(ssrc_row_reader *reader);

/* Fill reader->cell. Shares: `part` 0 is the row itself, part k > 0 the k-th further row of the same maker. A failed
 * allocation shows in reader->text.failed. Cost O(columns). */
void ssrc_row_tier(ssrc_row_reader *reader, uint32_t tier);
void ssrc_row_item(ssrc_row_reader *reader, uint32_t item);
void ssrc_row_need(ssrc_row_reader *reader, uint32_t need);
void ssrc_row_party(ssrc_row_reader *reader, uint32_t party);
void ssrc_row_share(ssrc_row_reader *reader, uint32_t set, uint32_t share, uint32_t part);
void ssrc_row_alternate(ssrc_row_reader *reader, uint32_t alternate);
void ssrc_row_event(ssrc_row_reader *reader, uint32_t event);
void ssrc_row_option(ssrc_row_reader *reader, uint32_t option);

/* Appends the cells that are not blank as one JSON object of strings, column names as keys; without column `skip`
 * (SSRC_NONE = none). */
void ssrc_row_json(const ssrc_row_reader *reader, uint32_t skip, ssrc_buf *out);

/* Calls visit once for every row of the tables that hang on an item (needs, shares, alternates, options, codes), with
 * the name of the table and the row in JSON without its item; and of those that belong to the whole chain (tiers,
 * parties, events; if full sources and documents). In canonical order. A failed allocation shows in
 * reader->text.failed. */
typedef void ssrc_row_visit(void *user, const char *table, const char *json);
void ssrc_item_rows(ssrc_row_reader *reader, uint32_t item, ssrc_row_visit *visit, void *user);
void ssrc_chain_rows(ssrc_row_reader *reader, ssrc_row_visit *visit, void *user);

#endif
