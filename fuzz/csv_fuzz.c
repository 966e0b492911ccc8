/* CSV: the first byte chooses the encoding and the size of the chunks; the rest is a file. The records are the same in
 * one piece and in chunks; what was read without findings is read again from what ssrc_csv_put writes. */
#include "fuzz_context.h"

#include "io/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct digest {
	uint64_t hash;
	size_t records;
	ssrc_buf *written; /* NULL: not wanted */
} digest;

static ssrc_status take(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	(void)err;
	digest *d = user;
	FUZZ_REQUIRE(record->n_cells > 0);
	for (size_t i = 0; i < record->n_cells; i++) {
		const ssrc_csv_cell *cell = &record->cells[i];
		const char *text = record->text + cell->start;
		FUZZ_REQUIRE(cell->start + cell->len < record->text_len && text[cell->len] == '\0');
		FUZZ_REQUIRE(cell->len <= SSRC_CSV_CELL_BYTES_MAX);
		FUZZ_REQUIRE(ssrc_utf8_valid_prefix(text, cell->len) == cell->len);
		d->hash = (d->hash ^ ssrc_hash_quick(text, cell->len)) * 31 + cell->len;
		if (d->written)
			ssrc_csv_put(d->written, i == 0, text, cell->len);
	}
	d->hash = d->hash * 31 + record->n_cells;
	d->records++;
	if (d->written)
		ssrc_buf_putc(d->written, '\n');
	return SSRC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint16_t high_half[128];
	fuzz_context f;
	ssrc_findings *findings, *again;
	if (size < 1)
		return 0;
	for (unsigned i = 0; i < 128; i++)
		high_half[i] = (uint16_t)(i % 2 ? 0xA0 + i : 0x2000 + 40 * i);
	const uint16_t *encoding = data[0] & 1 ? high_half : NULL;
	fuzz_begin(&f);
	f.chunk = (data[0] >> 1) + 1u;
	f.files[0] = (fuzz_file){"x.csv", (const char *)data + 1, size - 1};
	f.n_files = 1;
	if (ssrc_findings_new(&findings, &f.ctx, NULL))
		return 0;
	ssrc_buf written;
	ssrc_buf_init(&written, &f.ctx);
	digest whole = {.written = &written}, pieces = {0}, twice = {0};
	ssrc_csv_info a, b, c;
	ssrc_status status = ssrc_csv_parse(&f.ctx, (const char *)data + 1, size - 1, "x.csv", encoding, take, &whole,
					    &a, findings, NULL);
	FUZZ_REQUIRE(status == SSRC_OK && !written.failed);
	size_t n = ssrc_findings_total(findings);
	FUZZ_REQUIRE(n <= SSRC_CSV_SYNTAX_FINDINGS_MAX + 1);
	ssrc_findings_free(findings);

	FUZZ_REQUIRE(ssrc_findings_new(&again, &f.ctx, NULL) == SSRC_OK);
	status = ssrc_csv_read(&f.ctx, "package/x.csv", "x.csv", encoding, take, &pieces, &b, again, NULL);
	FUZZ_REQUIRE(status == SSRC_OK && pieces.hash == whole.hash && pieces.records == whole.records);
	FUZZ_REQUIRE(a.lines == b.lines && a.crlf == b.crlf && a.bom == b.bom && n == ssrc_findings_total(again));
	/* A cell of nothing alone in its record is written as a blank line, which is no record; a first cell that
	 * starts with U+FEFF reads as a byte-order mark. */
	if (n == 0 && written.len && memcmp(written.data, "\xEF\xBB\xBF", written.len < 3 ? written.len : 3) != 0) {
		status =
			ssrc_csv_parse(&f.ctx, written.data, written.len, "y.csv", NULL, take, &twice, &c, again, NULL);
		FUZZ_REQUIRE(status == SSRC_OK && twice.records <= whole.records);
		FUZZ_REQUIRE(twice.records < whole.records || twice.hash == whole.hash);
	}
	ssrc_findings_free(again);
	ssrc_buf_clear(&written);
	fuzz_end(&f);
	return 0;
}
