/* The CSV reader and writer: RFC 4180, places, limits, every split of the input. */
#include "harness.h"

#include "base/findings.h"
#include "io/csv.h"

#include <stdarg.h>

/* ---- reading into one text: cells in <>, records end with | ----------------------------------------- */

typedef struct reading {
	ssrc_buf text;   /* what was read */
	ssrc_buf places; /* "line:column " of every cell */
	ssrc_findings *findings;
	ssrc_csv_info info;
	ssrc_status status;
} reading;

static ssrc_context plain_context;

static ssrc_status note_record(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	(void)err;
	reading *r = user;
	for (size_t i = 0; i < record->n_cells; i++) {
		const ssrc_csv_cell *cell = &record->cells[i];
		CHECK(record->text[cell->start + cell->len] == '\0');
		ssrc_buf_putc(&r->text, '<');
		ssrc_buf_add(&r->text, record->text + cell->start, cell->len);
		ssrc_buf_putc(&r->text, '>');
		ssrc_buf_printf(&r->places, "%lld:%u ", (long long)record->line, cell->column);
	}
	ssrc_buf_putc(&r->text, '|');
	return SSRC_OK;
}

static void begin(reading *r)
{
	ssrc_context_init(&plain_context);
	memset(r, 0, sizeof *r);
	ssrc_buf_init(&r->text, &plain_context);
	ssrc_buf_init(&r->places, &plain_context);
	ssrc_buf_puts(&r->text, "");
	ssrc_buf_puts(&r->places, "");
	CHECK(ssrc_findings_new(&r->findings, &plain_context, NULL) == SSRC_OK);
}

static void parse(reading *r, const char *bytes, size_t len)
{
	begin(r);
	r->status =
		ssrc_csv_parse(&plain_context, bytes, len, "x.csv", NULL, note_record, r, &r->info, r->findings, NULL);
	CHECK(r->status == SSRC_OK);
}

static void close_reading(reading *r)
{
	ssrc_buf_clear(&r->text);
	ssrc_buf_clear(&r->places);
	ssrc_findings_free(r->findings);
}

static void reads_as(const char *bytes, const char *expected)
{
	reading r;
	parse(&r, bytes, strlen(bytes));
	CHECK_TEXT(r.text.data, expected);
	CHECK(ssrc_findings_total(r.findings) == 0);
	close_reading(&r);
}

/* The records that are left and the one finding, with its place. */
static void breaks_as(const char *bytes, size_t len, const char *expected, ssrc_text_id message, int64_t line,
		      int64_t column)
{
	reading r;
	parse(&r, bytes, len);
	CHECK_TEXT(r.text.data, expected);
	CHECK(ssrc_findings_total(r.findings) == 1);
	if (ssrc_findings_total(r.findings) == 1) {
		const ssrc_finding *f = ssrc_findings_get(r.findings, 0);
		CHECK_TEXT(ssrc_text_code(f->message), ssrc_text_code(message));
		CHECK(f->severity == SSRC_ERROR);
		if (f->line != line || f->column != column)
			printf("# %s at %lld:%lld\n", bytes, (long long)f->line, (long long)f->column);
		CHECK(f->line == line && f->column == column);
		CHECK_TEXT(f->file, "x.csv");
	}
	close_reading(&r);
}

/* ---- the format ----------------------------------------------------------------------------------------- */

static void rfc_4180(void)
{
	reads_as("", "");
	reads_as("a", "<a>|");
	reads_as("a,b\n", "<a><b>|");
	reads_as("a,b\r\nc,d\r\n", "<a><b>|<c><d>|");
	reads_as("a,,c\n,,\n", "<a><><c>|<><><>|");
	reads_as("\"a\",\"b c\"\n", "<a><b c>|");
	reads_as("\"a,b\",\"c\"\"d\",\"e\nf\"\n", "<a,b><c\"d><e\nf>|");
	reads_as("\"\"\n", "<>|");
	reads_as("\"\",\"\"\"\"\n", "<><\">|");
	reads_as("\"a\r\nb\"\r\n", "<a\r\nb>|"); /* a quoted cell keeps its line ends */
	reads_as(" a , b\n", "< a >< b>|");      /* blanks belong to the cell */
	reads_as("a,\"b\"", "<a><b>|");
	reads_as("a,", "<a><>|");
	reads_as("'a',#b\n", "<'a'><#b>|");
}

static void blank_lines_are_no_records(void)
{
	reads_as("\n\na\n\n\nb\n\n", "<a>|<b>|");
	reads_as("\r\n\r\na\r\n", "<a>|");
	reads_as(" \n", "< >|");
}

static void line_ends(void)
{
	reads_as("a\rb\rc", "<a>|<b>|<c>|"); /* old systems */
	reads_as("a\r\rb\r", "<a>|<b>|");
	reads_as("a,\r\nb\r", "<a><>|<b>|");
	reads_as("\"a\"\r\"b\"\r", "<a>|<b>|");
	reading r;
	parse(&r, "a\r\nb\r\n", 6);
	CHECK(r.info.crlf && !r.info.bom && r.info.lines == 3);
	close_reading(&r);
	parse(&r, "a\nb\r\n", 5);
	CHECK(!r.info.crlf); /* the first line decides */
	close_reading(&r);
	parse(&r, "a\rb\r", 4);
	CHECK(!r.info.crlf);
	close_reading(&r);
}

static void byte_order_mark(void)
{
	reading r;
	parse(&r,
	      "\xEF\xBB\xBF"
	      "a,b\n",
	      7);
	CHECK_TEXT(r.text.data, "<a><b>|");
	CHECK_TEXT(r.places.data, "1:1 1:3 ");
	CHECK(r.info.bom);
	close_reading(&r);
	parse(&r, "\xEF\xBB\xBF", 3);
	CHECK_TEXT(r.text.data, "");
	CHECK(r.info.bom);
	close_reading(&r);
	parse(&r, "\xEF\xBB\xBF\"a\"\r\n", 8);
	CHECK_TEXT(r.text.data, "<a>|");
	close_reading(&r);
	/* Elsewhere it is a character like any other. */
	parse(&r,
	      "a,\xEF\xBB\xBF"
	      "b\n",
	      7);
	CHECK_TEXT(r.text.data, "<a><\xEF\xBB\xBF"
				"b>|");
	CHECK(!r.info.bom);
	close_reading(&r);
	/* UTF-16 is told once. */
	breaks_as("\xFF\xFE"
		  "a\0,\0b\0\n\0",
		  10, "", SSRC_M_UTF8, 1, 1);
	breaks_as("\xFE\xFF\0a", 4, "", SSRC_M_UTF8, 1, 1);
}

static void places_count_characters(void)
{
	reading r;
	const char *text = "环节,名称,份额\n镓,\"高纯,镓\",98\n\"两\n行\",x,y\n锗,z,w\n";
	parse(&r, text, strlen(text));
	CHECK_TEXT(r.places.data, "1:1 1:4 1:7 2:1 2:3 2:10 3:1 3:4 3:6 5:1 5:3 5:5 ");
	close_reading(&r);
	breaks_as("镓,高\"纯\nb\n", strlen("镓,高\"纯\nb\n"), "<b>|", SSRC_M_CSV_QUOTE_STRAY, 1, 4);
	breaks_as("a\n镓,\"高纯\"x,y\nb\n", strlen("a\n镓,\"高纯\"x,y\nb\n"), "<a>|<b>|", SSRC_M_CSV_QUOTE_AFTER, 2, 7);
	breaks_as("a\n镓,\"高纯\nb\n", strlen("a\n镓,\"高纯\nb\n"), "<a>|", SSRC_M_CSV_QUOTE_OPEN, 2, 3);
	breaks_as("镓,高\xFF\nb\n", strlen("镓,高\xFF\nb\n"), "<b>|", SSRC_M_UTF8, 1, 4);
	/* NUL: not a text at all, the rest is not read. */
	breaks_as("x\na,b\0c\nd\n", 10, "<x>|", SSRC_M_NUL, 2, 4);
}

static void bad_utf8_is_named_by_its_byte(void)
{
	static const char *const bad[] = {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
					  "\xE4\xB8", "\x80",         "\xF8\x88\x80\x80\x80"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char text[32], byte[3];
		snprintf(text, sizeof text, "ok,%s\nnext\n", bad[i]);
		snprintf(byte, sizeof byte, "%02X", (unsigned char)bad[i][0]);
		breaks_as(text, strlen(text), "<next>|", SSRC_M_UTF8, 1, 4);
		reading r;
		parse(&r, text, strlen(text));
		CHECK_TEXT(ssrc_findings_get(r.findings, 0)->arg[0], byte);
		close_reading(&r);
	}
}

static void single_byte_encodings(void)
{
	uint16_t high[128];
	for (unsigned i = 0; i < 128; i++)
		high[i] = (uint16_t)(i == 0x0E ? 0xE9 : i == 1 ? 0x20AC : 0xA0 + i);
	reading r;
	begin(&r);
	CHECK(ssrc_csv_parse(&plain_context, "caf\x8E,\x81\n", 7, "x.csv", high, note_record, &r, &r.info, r.findings,
			     NULL) == SSRC_OK);
	CHECK_TEXT(r.text.data, "<café><€>|");
	CHECK_TEXT(r.places.data, "1:1 1:6 ");
	close_reading(&r);
}

/* ---- every split gives the same ------------------------------------------------------------------------------ */

/* A file in memory that gives `cut[0]` bytes, then `cut[1]`, then the rest. */
typedef struct pieces {
	const char *bytes;
	size_t len, at, cut[2];
	int reads;
} pieces;

static int open_pieces(void *user, const char *path)
{
	(void)path;
	pieces *p = user;
	p->at = 0;
	p->reads = 0;
	return 3;
}
static int64_t read_pieces(void *user, int handle, void *buf, size_t n)
{
	(void)handle;
	pieces *p = user;
	size_t want = p->reads < 2 ? p->cut[p->reads] : n;
	p->reads++;
	if (want > n)
		want = n;
	if (want > p->len - p->at)
		want = p->len - p->at;
	memcpy(buf, p->bytes + p->at, want);
	p->at += want;
	return (int64_t)want;
}
static int close_pieces(void *user, int handle)
{
	(void)user;
	(void)handle;
	return 0;
}

static void every_split_gives_the_same(void)
{
	static const char *const texts[] = {
		"\xEF\xBB\xBF镓,\"高\"\"纯\"\r\n\"a\r\nb\",c\r\n\r\nd,e\"f\ng,\"h\"i\nj\rk\r\n\"open",
		"a\r\n\xFF,b\nc\r\r\n\"\"\"\",\"\"\n,,\n",
		"\xEF\xBB,x\ny\n",
		"\xFF\xFE\x61,b\n",
		"\xEF",
	};
	for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
		size_t len = strlen(texts[t]);
		reading whole;
		parse(&whole, texts[t], len);
		for (size_t i = 1; i <= len; i++)
			for (size_t k = 1; k <= len - i + 1; k++) {
				pieces p = {.bytes = texts[t], .len = len, .cut = {i, k}};
				reading r;
				begin(&r);
				ssrc_context ctx = plain_context;
				ctx.files.open_read = open_pieces;
				ctx.files.read = read_pieces;
				ctx.files.close = close_pieces;
				ctx.files.user = &p;
				CHECK(ssrc_csv_read(&ctx, "x", "x.csv", NULL, note_record, &r, &r.info, r.findings,
						    NULL) == SSRC_OK);
				CHECK(strcmp(r.text.data, whole.text.data) == 0 &&
				      strcmp(r.places.data, whole.places.data) == 0);
				CHECK(r.info.lines == whole.info.lines && r.info.bom == whole.info.bom &&
				      r.info.crlf == whole.info.crlf);
				CHECK(ssrc_findings_total(r.findings) == ssrc_findings_total(whole.findings));
				for (size_t f = 0; f < ssrc_findings_total(r.findings); f++) {
					const ssrc_finding *x = ssrc_findings_get(r.findings, f),
							   *y = ssrc_findings_get(whole.findings, f);
					CHECK(x->message == y->message && x->line == y->line && x->column == y->column);
				}
				close_reading(&r);
			}
		close_reading(&whole);
	}
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

static char *filled(const char *head, char c, size_t n, const char *tail)
{
	char *text = malloc(strlen(head) + n + strlen(tail) + 1);
	strcpy(text, head);
	memset(text + strlen(head), c, n);
	strcpy(text + strlen(head) + n, tail);
	return text;
}

static void a_cell_has_a_limit(void)
{
	char *edge = filled("", 'a', SSRC_CSV_CELL_BYTES_MAX, ",b\nc\n");
	reading r;
	parse(&r, edge, strlen(edge));
	CHECK(ssrc_findings_total(r.findings) == 0 && r.text.len == SSRC_CSV_CELL_BYTES_MAX + 2 + 4 + 4);
	close_reading(&r);
	free(edge);
	char *beyond = filled("x,", 'a', SSRC_CSV_CELL_BYTES_MAX + 1, ",b\nc\n");
	breaks_as(beyond, strlen(beyond), "<c>|", SSRC_M_CSV_CELL_LIMIT, 1, 3);
	free(beyond);
	beyond = filled("\"", 'a', SSRC_CSV_CELL_BYTES_MAX + 1, "\"\nc\n");
	breaks_as(beyond, strlen(beyond), "<c>|", SSRC_M_CSV_CELL_LIMIT, 1, 1);
	free(beyond);
}

/* Records of cells of 1000 bytes: `bytes` raw bytes before the line end. */
static char *record_of(size_t bytes)
{
	char *text = filled("", 'a', bytes, "\nc\n");
	for (size_t i = 1000; i < bytes; i += 1000)
		text[i] = ',';
	return text;
}

static void a_record_has_a_limit(void)
{
	/* The line end counts as a byte of the record. */
	char *edge = record_of(SSRC_CSV_RECORD_BYTES_MAX - 1);
	reading r;
	parse(&r, edge, strlen(edge));
	CHECK(ssrc_findings_total(r.findings) == 0);
	CHECK(r.text.len > 4 && strcmp(r.text.data + r.text.len - 4, "<c>|") == 0);
	close_reading(&r);
	free(edge);
	/* One beyond, reading ends there: nothing says where the next record starts. */
	char *beyond = record_of(SSRC_CSV_RECORD_BYTES_MAX);
	breaks_as(beyond, strlen(beyond), "", SSRC_M_CSV_LINE_LIMIT, 1, 1);
	free(beyond);
	beyond = filled("a\n\"", '\n', SSRC_CSV_RECORD_BYTES_MAX, "\"\nc\n"); /* an open quote eats line after line */
	breaks_as(beyond, strlen(beyond), "<a>|", SSRC_M_CSV_LINE_LIMIT, 2, 1);
	free(beyond);
}

static void syntax_findings_have_a_limit(void)
{
	ssrc_buf text;
	ssrc_context_init(&plain_context);
	for (int extra = -1; extra <= 1; extra++) {
		ssrc_buf_init(&text, &plain_context);
		for (int i = 0; i < SSRC_CSV_SYNTAX_FINDINGS_MAX + extra; i++)
			ssrc_buf_puts(&text, "a\"b\n");
		ssrc_buf_puts(&text, "last\n");
		reading r;
		parse(&r, text.data, text.len);
		size_t n = ssrc_findings_total(r.findings);
		if (extra < 0) {
			CHECK(n == SSRC_CSV_SYNTAX_FINDINGS_MAX - 1);
			CHECK_TEXT(r.text.data, "<last>|");
		} else {
			CHECK(n == SSRC_CSV_SYNTAX_FINDINGS_MAX + 1);
			CHECK(n > 0 && ssrc_findings_get(r.findings, n - 1)->message == SSRC_M_CSV_GAVE_UP);
			CHECK_TEXT(r.text.data, "");
		}
		close_reading(&r);
		ssrc_buf_clear(&text);
	}
}

/* ---- writing ------------------------------------------------------------------------------------------------------
 */

static void only_what_needs_quotes_is_quoted(void)
{
	ssrc_buf out;
	ssrc_context_init(&plain_context);
	ssrc_buf_init(&out, &plain_context);
	static const char *const cells[] = {"a", "", "b,c", "d\"e", "f\ng", "h\ri", " j ", "镓", "'k"};
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
		ssrc_csv_put(&out, i == 0, cells[i], strlen(cells[i]));
	CHECK_TEXT(out.data, "a,,\"b,c\",\"d\"\"e\",\"f\ng\",\"h\ri\", j ,镓,'k");
	ssrc_buf_clear(&out);
}

/* Random cells of hard characters, at least two in a record, come back as they were. */
static void what_is_written_is_read_back(void)
{
	static const char *const atoms[] = {"a", ",", "\"", "\n", "\r", "\r\n", "镓",
					    " ", "",  "é",  "\t", "'",  "😀",    ";"};
	ssrc_context_init(&plain_context);
	for (uint64_t seed = 0; seed < 2000; seed++) {
		ssrc_buf written, expected, cell;
		ssrc_buf_init(&written, &plain_context);
		ssrc_buf_init(&expected, &plain_context);
		ssrc_buf_init(&cell, &plain_context);
		uint64_t k = 0;
		for (size_t row = 0; row < 1 + seed % 4; row++) {
			size_t columns = 2 + (size_t)(ssrc_random_bits(seed, 1, row) % 4);
			for (size_t c = 0; c < columns; c++) {
				cell.len = 0;
				ssrc_buf_puts(&cell, "");
				size_t n = (size_t)(ssrc_random_bits(seed, 2, k++) % 6);
				for (size_t i = 0; i < n; i++)
					ssrc_buf_puts(
						&cell,
						atoms[ssrc_random_bits(seed, 3, k++) % (sizeof atoms / sizeof *atoms)]);
				ssrc_csv_put(&written, c == 0, cell.data, cell.len);
				ssrc_buf_printf(&expected, "<%s>", cell.data);
			}
			ssrc_buf_puts(&written, seed % 2 ? "\r\n" : "\n");
			ssrc_buf_putc(&expected, '|');
		}
		reading r;
		parse(&r, written.data, written.len);
		CHECK_TEXT(r.text.data, expected.data);
		CHECK(ssrc_findings_total(r.findings) == 0);
		close_reading(&r);
		ssrc_buf_clear(&written);
		ssrc_buf_clear(&expected);
		ssrc_buf_clear(&cell);
	}
}

/* ---- failures -------------------------------------------------------------------------------------------------------
 */

static ssrc_status refuse_second(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	(void)record;
	int *n = user;
	return ++*n == 2 ? ssrc_fail(err, SSRC_RANGE, SSRC_M_NUL, NULL, NULL, NULL) : SSRC_OK;
}

static void what_the_visitor_says_ends_the_reading(void)
{
	ssrc_findings *findings;
	ssrc_csv_info info;
	int n = 0;
	ssrc_context_init(&plain_context);
	CHECK(ssrc_findings_new(&findings, &plain_context, NULL) == SSRC_OK);
	CHECK(ssrc_csv_parse(&plain_context, "a\nb\nc\n", 6, "x", NULL, refuse_second, &n, &info, findings, NULL) ==
	      SSRC_RANGE);
	CHECK(n == 2);
	ssrc_findings_free(findings);
}

static ssrc_status count_records(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	(void)err;
	*(size_t *)user += record->n_cells;
	return SSRC_OK;
}

static void every_failed_call_is_told(void)
{
	char folder[256], path[300];
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/x.csv", folder);
	char *text = filled("a,b,c\n\"", 'x', 3000, "\",d,e\nf\"g\nh\n");
	test_write_file(path, text);
	free(text);
	long last = 0;
	for (long fail_at = 1; fail_at < 1000; fail_at++) {
		test_faults f;
		ssrc_context ctx;
		ssrc_findings *findings = NULL;
		ssrc_csv_info info;
		ssrc_error err = {0};
		size_t cells = 0;
		test_faults_init(&f, &ctx, fail_at);
		ssrc_status status = ssrc_findings_new(&findings, &ctx, &err);
		if (!status)
			status = ssrc_csv_read(&ctx, path, "x.csv", NULL, count_records, &cells, &info, findings, &err);
		ssrc_findings_free(findings);
		CHECK(f.live_blocks == 0);
		CHECK(status == err.code);
		last = fail_at;
		if (f.calls < fail_at) {
			CHECK(status == SSRC_OK && cells == 7);
			break;
		}
		CHECK(status == SSRC_NOMEM || status == SSRC_IO);
	}
	CHECK(last > 6 && last < 1000);
}

int main(int argc, char **argv)
{
	TEST(rfc_4180);
	TEST(blank_lines_are_no_records);
	TEST(line_ends);
	TEST(byte_order_mark);
	TEST(places_count_characters);
	TEST(bad_utf8_is_named_by_its_byte);
	TEST(single_byte_encodings);
	TEST(every_split_gives_the_same);
	TEST(a_cell_has_a_limit);
	TEST(a_record_has_a_limit);
	TEST(syntax_findings_have_a_limit);
	TEST(only_what_needs_quotes_is_quoted);
	TEST(what_is_written_is_read_back);
	TEST(what_the_visitor_says_ends_the_reading);
	TEST(every_failed_call_is_told);
	return tests_done();
}
