#include "csv.h"

#include "base/mask.h"
#include "file.h"

#include <stdio.h>
#include <string.h>

typedef enum csv_state {
	CELL_START,
	IN_PLAIN,
	IN_QUOTED,
	AFTER_QUOTE, /* a quote inside a quoted cell: the end, or the first of a pair */
	SKIP_RECORD, /* the record is broken: to the next line end */
} csv_state;

typedef struct csv_reader {
	ssrc_context *ctx;
	const char *name;
	const uint16_t *high_half;
	ssrc_csv_visit *visit;
	void *user;
	ssrc_findings *findings;
	ssrc_csv_info *info;
	ssrc_buf text; /* the current record */
	ssrc_csv_cell *cells;
	size_t n_cells, cells_cap;
	size_t record_bytes; /* raw bytes of the record so far */
	csv_state state;
	int64_t line, record_line;
	int64_t column; /* characters of the current line before the next byte */
	int64_t quote_line, quote_column;
	size_t cell_start, cell_column;
	bool was_quoted, any_byte, saw_cr, stop;
	size_t n_bad;
	char head[3];
	size_t n_head; /* bytes of the file that came, up to 3 */
} csv_reader;

static void complain(csv_reader *r, ssrc_text_id message, int64_t line, int64_t column, const char *arg)
{
	ssrc_findings_add(r->findings, SSRC_ERROR, message, r->name, line, column, arg, NULL, NULL);
	if (++r->n_bad >= SSRC_CSV_SYNTAX_FINDINGS_MAX) {
		ssrc_findings_add(r->findings, SSRC_ERROR, SSRC_M_CSV_GAVE_UP, r->name, line, 1, NULL, NULL, NULL);
		r->stop = true;
	}
}

static void start_record(csv_reader *r)
{
	r->text.len = 0;
	r->n_cells = 0;
	r->record_bytes = 0;
	r->record_line = r->line;
	r->state = CELL_START;
	r->cell_start = 0;
	r->cell_column = (size_t)r->column + 1;
	r->was_quoted = false;
	r->any_byte = false;
}

static ssrc_status end_cell(csv_reader *r, ssrc_error *err)
{
	size_t len = r->text.len - r->cell_start;
	ssrc_status status =
		ssrc_reserve(r->ctx, (void **)&r->cells, &r->cells_cap, r->n_cells + 1, sizeof *r->cells, err);
	if (status)
		return status;
	r->cells[r->n_cells++] = (ssrc_csv_cell){(uint32_t)r->cell_start, (uint32_t)len, (uint32_t)r->cell_column};
	ssrc_buf_putc(&r->text, '\0');
	r->cell_start = r->text.len;
	r->was_quoted = false;
	r->state = CELL_START;
	return SSRC_OK;
}

/* True if every cell is valid UTF-8 of allowed length; otherwise says where not. */
static bool record_is_clean(csv_reader *r)
{
	for (size_t i = 0; i < r->n_cells; i++) {
		const ssrc_csv_cell *cell = &r->cells[i];
		const char *text = r->text.data + cell->start;
		if (cell->len > SSRC_CSV_CELL_BYTES_MAX) {
			complain(r, SSRC_M_CSV_CELL_LIMIT, r->record_line, cell->column, "65536");
			return false;
		}
		size_t valid = ssrc_utf8_valid_prefix(text, cell->len);
		if (valid == cell->len)
			continue;
		int64_t column = (int64_t)cell->column + (int64_t)ssrc_utf8_count(text, valid);
		char byte[3];
		snprintf(byte, sizeof byte, "%02X", (unsigned char)text[valid]);
		complain(r, text[valid] ? SSRC_M_UTF8 : SSRC_M_NUL, r->record_line, column, byte);
		r->stop |= text[valid] == '\0'; /* not a text at all */
		return false;
	}
	return true;
}

static ssrc_status end_record(csv_reader *r, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	if (r->state != SKIP_RECORD && r->any_byte) {
		status = end_cell(r, err);
		if (!status && r->text.failed)
			status = ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
		if (!status && record_is_clean(r)) {
			ssrc_csv_record record = {r->text.data, r->text.len, r->cells, r->n_cells, r->record_line};
			status = r->visit(r->user, &record, err);
		}
	}
	return status;
}

static void add_byte(csv_reader *r, unsigned char c)
{
	if (r->high_half && c >= 0x80) {
		unsigned point = r->high_half[c - 0x80];
		char utf8[3];
		size_t n = 0;
		if (point < 0x800) {
			utf8[n++] = (char)(0xC0 | point >> 6);
		} else {
			utf8[n++] = (char)(0xE0 | point >> 12);
			utf8[n++] = (char)(0x80 | (point >> 6 & 0x3F));
		}
		utf8[n++] = (char)(0x80 | (point & 0x3F));
		ssrc_buf_add(&r->text, utf8, n);
		return;
	}
	ssrc_buf_putc(&r->text, (char)c);
}

static ssrc_status newline(csv_reader *r, ssrc_error *err)
{
	ssrc_status status = end_record(r, err);
	r->line++;
	r->column = 0;
	start_record(r);
	return status;
}

static ssrc_status take_byte(csv_reader *r, unsigned char c, ssrc_error *err)
{
	if (++r->record_bytes > SSRC_CSV_RECORD_BYTES_MAX) {
		complain(r, SSRC_M_CSV_LINE_LIMIT, r->record_line, 1, "1048576");
		r->stop = true;
		r->state = SKIP_RECORD;
		return SSRC_OK;
	}
	if (c == '\r' && r->state != IN_QUOTED) {
		r->saw_cr = true;
		return SSRC_OK;
	}
	if (c == '\n' && r->state != IN_QUOTED) {
		if (r->saw_cr && r->line == 1)
			r->info->crlf = true;
		r->saw_cr = false;
		return newline(r, err);
	}
	if (r->saw_cr) { /* a lone CR ends a line on old systems */
		r->saw_cr = false;
		ssrc_status status = newline(r, err);
		if (status)
			return status;
	}
	r->any_byte = true;
	bool inside = !r->high_half && (c & 0xC0) == 0x80; /* not the first byte of a character */
	r->column += !inside;
	switch (r->state) {
	case CELL_START:
		r->cell_column = (size_t)r->column + inside;
		if (c == '"') {
			r->state = IN_QUOTED;
			r->was_quoted = true;
			r->quote_line = r->line;
			r->quote_column = r->column;
			return SSRC_OK;
		}
		r->state = IN_PLAIN;
		__attribute__((fallthrough));
	case IN_PLAIN:
		if (c == ',')
			return end_cell(r, err);
		if (c == '"') {
			complain(r, SSRC_M_CSV_QUOTE_STRAY, r->line, r->column, NULL);
			r->state = SKIP_RECORD;
			return SSRC_OK;
		}
		add_byte(r, c);
		return SSRC_OK;
	case IN_QUOTED:
		if (c == '"') {
			r->state = AFTER_QUOTE;
			return SSRC_OK;
		}
		add_byte(r, c);
		if (c == '\n') {
			r->line++;
			r->column = 0;
		}
		return SSRC_OK;
	case AFTER_QUOTE:
		if (c == '"') {
			add_byte(r, c);
			r->state = IN_QUOTED;
			return SSRC_OK;
		}
		if (c == ',')
			return end_cell(r, err);
		complain(r, SSRC_M_CSV_QUOTE_AFTER, r->line, r->column,
			 (char[]){c >= 0x20 && c < 0x7F ? (char)c : '?', 0});
		r->state = SKIP_RECORD;
		return SSRC_OK;
	case SKIP_RECORD: return SSRC_OK;
	}
	return SSRC_OK;
}

static ssrc_status take_chunk(csv_reader *r, const char *bytes, size_t n, ssrc_error *err)
{
	for (size_t i = 0; i < n && !r->stop; i++) {
		/* Runs of ordinary bytes are the bulk of every file: copy them at once. */
		if (r->state == IN_PLAIN && !r->high_half && !r->saw_cr) {
			size_t k = i;
			int64_t characters = 0;
			while (k < n && bytes[k] != ',' && bytes[k] != '\n' && bytes[k] != '\r' && bytes[k] != '"') {
				characters += ((unsigned char)bytes[k] & 0xC0) != 0x80;
				k++;
			}
			if (k > i && r->record_bytes + (k - i) <= SSRC_CSV_RECORD_BYTES_MAX) {
				ssrc_buf_add(&r->text, bytes + i, k - i);
				r->record_bytes += k - i;
				r->column += characters;
				i = k;
				if (i == n)
					break;
			}
		}
		ssrc_status status = take_byte(r, (unsigned char)bytes[i], err);
		if (status)
			return status;
	}
	return SSRC_OK;
}

static ssrc_status finish(csv_reader *r, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	if (!r->stop) {
		if (r->state == IN_QUOTED)
			complain(r, SSRC_M_CSV_QUOTE_OPEN, r->quote_line, r->quote_column, NULL);
		else
			status = end_record(r, err);
	}
	r->info->lines = r->line;
	if (!status)
		status = ssrc_findings_status(r->findings, err);
	return status;
}

static void begin(csv_reader *r)
{
	ssrc_buf_init(&r->text, r->ctx);
	r->line = 1;
	start_record(r);
}

static void end(csv_reader *r)
{
	ssrc_buf_clear(&r->text);
	ssrc_release(r->ctx, r->cells);
}

/* The first three bytes, held back until it is clear whether they are a byte-order mark. */
static ssrc_status take_head(csv_reader *r, ssrc_error *err)
{
	size_t n = r->n_head;
	r->n_head = sizeof r->head;
	if (n == sizeof r->head && memcmp(r->head, "\xEF\xBB\xBF", n) == 0) {
		r->info->bom = true;
		return SSRC_OK;
	}
	/* The marks of UTF-16: every line would be found broken. */
	if (!r->high_half && n >= 2 && (memcmp(r->head, "\xFF\xFE", 2) == 0 || memcmp(r->head, "\xFE\xFF", 2) == 0)) {
		complain(r, SSRC_M_UTF8, 1, 1, r->head[0] == '\xFF' ? "FF" : "FE");
		r->stop = true;
	}
	return take_chunk(r, r->head, n, err);
}

static ssrc_status take_bytes(csv_reader *r, const char *bytes, size_t n, ssrc_error *err)
{
	size_t used = 0;
	while (r->n_head < sizeof r->head && used < n) {
		r->head[r->n_head++] = bytes[used++];
		ssrc_status status = r->n_head == sizeof r->head ? take_head(r, err) : SSRC_OK;
		if (status)
			return status;
	}
	return take_chunk(r, bytes + used, n - used, err);
}

static ssrc_status take_all(csv_reader *r, ssrc_status status, ssrc_error *err)
{
	if (!status && r->n_head < sizeof r->head)
		status = take_head(r, err);
	return status ? status : finish(r, err);
}

ssrc_status ssrc_csv_parse(ssrc_context *ctx, const char *bytes, size_t len, const char *name,
			   const uint16_t *high_half, ssrc_csv_visit *visit, void *user, ssrc_csv_info *info,
			   ssrc_findings *findings, ssrc_error *err)
{
	csv_reader r = {.ctx = ctx,
			.name = name,
			.high_half = high_half,
			.visit = visit,
			.user = user,
			.findings = findings,
			.info = info};
	*info = (ssrc_csv_info){0};
	begin(&r);
	ssrc_status status = take_all(&r, take_bytes(&r, bytes, len, err), err);
	end(&r);
	return status;
}

static ssrc_status take_file_chunk(void *user, const char *bytes, size_t n, bool *stop, ssrc_error *err)
{
	csv_reader *r = user;
	ssrc_status status = take_bytes(r, bytes, n, err);
	*stop = r->stop;
	return status;
}

ssrc_status ssrc_csv_read(ssrc_context *ctx, const char *path, const char *name, const uint16_t *high_half,
			  ssrc_csv_visit *visit, void *user, ssrc_csv_info *info, ssrc_findings *findings,
			  ssrc_error *err)
{
	csv_reader r = {.ctx = ctx,
			.name = name,
			.high_half = high_half,
			.visit = visit,
			.user = user,
			.findings = findings,
			.info = info};
	*info = (ssrc_csv_info){0};
	begin(&r);
	ssrc_status status = take_all(&r, ssrc_file_stream(ctx, path, take_file_chunk, &r, err), err);
	end(&r);
	return status;
}

static void put_cell(ssrc_buf *out, bool first, const char *text, size_t len)
{
	if (!first)
		ssrc_buf_putc(out, ',');
	bool quote = false;
	for (size_t i = 0; i < len && !quote; i++)
		quote = text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
	if (!quote) {
		ssrc_buf_add(out, text, len);
		return;
	}
	ssrc_buf_putc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			ssrc_buf_putc(out, '"');
		ssrc_buf_putc(out, text[i]);
	}
	ssrc_buf_putc(out, '"');
}

void ssrc_csv_put(ssrc_buf *out, bool first, const char *text, size_t len)
{
	ssrc_buf scratch = {0};
	const char *shown = ssrc_masked(out, text, &len, &scratch);
	out->failed |= scratch.failed;
	put_cell(out, first, shown, len);
	if (scratch.ctx)
		ssrc_buf_clear(&scratch);
}
