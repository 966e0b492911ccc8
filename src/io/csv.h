/* Streaming CSV (RFC 4180): bounded memory, every problem reported with line and column, reading goes on. */
#ifndef SSRC_IO_CSV_H
#define SSRC_IO_CSV_H

#include "base/findings.h"

enum {
	SSRC_CSV_RECORD_BYTES_MAX = 1 << 20,
	SSRC_CSV_CELL_BYTES_MAX = 64 << 10,
	SSRC_CSV_SYNTAX_FINDINGS_MAX = 50, /* then the rest of the file is not read */
};

typedef struct ssrc_csv_cell {
	uint32_t start;  /* byte offset in the record's text */
	uint32_t len;    /* bytes; a NUL follows */
	uint32_t column; /* characters from 1 */
} ssrc_csv_cell;

typedef struct ssrc_csv_record {
	const char *text; /* all cells, unescaped, each followed by NUL */
	size_t text_len;
	const ssrc_csv_cell *cells;
	size_t n_cells;
	int64_t line; /* where the record starts, from 1 */
} ssrc_csv_record;

typedef struct ssrc_csv_info {
	bool bom, crlf;
	int64_t lines;
} ssrc_csv_info;

/* Receives one record, valid only during the call. A status other than OK ends the reading. */
typedef ssrc_status ssrc_csv_visit(void *user, const ssrc_csv_record *record, ssrc_error *err);

/* Reads the file `path`, calling visit for every well-formed record (blank lines are skipped).
 * name: how findings call the file. high_half: 128 code points for the bytes 0x80–0xFF of a single-byte
 * encoding, or NULL for UTF-8. Broken records become findings (errors) and are left out.
 * Errors: IO, NOMEM, whatever visit returns. Cost: O(bytes), memory O(longest record). */
SSRC_MUST_CHECK ssrc_status ssrc_csv_read(ssrc_context *ctx, const char *path, const char *name,
					  const uint16_t *high_half, ssrc_csv_visit *visit, void *user,
					  ssrc_csv_info *info, ssrc_findings *findings, ssrc_error *err);

/* As ssrc_csv_read on memory. */
SSRC_MUST_CHECK ssrc_status ssrc_csv_parse(ssrc_context *ctx, const char *bytes, size_t len, const char *name,
					   const uint16_t *high_half, ssrc_csv_visit *visit, void *user,
					   ssrc_csv_info *info, ssrc_findings *findings, ssrc_error *err);

/* Appends one cell, quoted only where RFC 4180 needs it; `first` leaves out the comma. */
void ssrc_csv_put(ssrc_buf *out, bool first, const char *text, size_t len);

#endif
