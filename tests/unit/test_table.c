/* Text tables: Chinese text stands in columns, cutting never splits a character, the same rows as CSV. */
#include "harness.h"

#include "report/table.h"

static ssrc_context ctx;

static void begin(ssrc_text_table *table, ssrc_buf *out)
{
	ssrc_context_init(&ctx);
	ssrc_text_table_begin(table, &ctx);
	ssrc_buf_init(out, &ctx);
}

static void put_row(ssrc_text_table *table, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ssrc_text_table_put(table, cells[i], SSRC_PLAIN);
}

static void end(ssrc_text_table *table, ssrc_buf *out)
{
	CHECK(!table->failed && !out->failed);
	ssrc_buf_clear(out);
	ssrc_text_table_end(table);
}

static void chinese_text_stands_in_columns(void)
{
	ssrc_text_table table;
	ssrc_buf out;
	begin(&table, &out);
	ssrc_text_table_column(&table, "环节", SSRC_LEFT);
	ssrc_text_table_column(&table, "N", SSRC_RIGHT);
	ssrc_text_table_column(&table, "mid", SSRC_CENTRE);
	ssrc_text_table_column(&table, "why", SSRC_LEFT);
	put_row(&table, (const char *[]){"eda", "1", "x", "first"}, 4);
	put_row(&table, (const char *[]){"电子设计", "12", "中", "第二"}, 4);
	CHECK(ssrc_text_table_write(&table, &out, false, 0) == 0);
	CHECK_TEXT(out.data, "环节       N  mid  why\n"
			     "eda        1   x   first\n"
			     "电子设计  12  中   第二\n");
	end(&table, &out);
}

static void alignment_of_random_cells(void)
{
	static const char *const atoms[] = {"a", "镓", "é", " ", "，", "😀", "ｱ", "-"};
	for (uint64_t seed = 0; seed < 200; seed++) {
		ssrc_text_table table;
		ssrc_buf out;
		begin(&table, &out);
		ssrc_text_table_column(&table, "头", SSRC_LEFT);
		ssrc_text_table_column(&table, "|", SSRC_LEFT); /* a mark in the second column shows where it starts */
		size_t widest = 2;
		for (size_t row = 0; row < 6; row++) {
			char text[200] = "";
			for (size_t i = 0; i < ssrc_random_bits(seed, 1, row) % 9; i++)
				strcat(text, atoms[ssrc_random_bits(seed, 2, row * 16 + i) % 8]);
			size_t width = ssrc_display_width(text, strlen(text));
			widest = width > widest ? width : widest;
			put_row(&table, (const char *[]){text, "|"}, 2);
		}
		ssrc_text_table_write(&table, &out, false, 0);
		for (const char *line = out.data; *line;) {
			size_t len = strcspn(line, "\n");
			CHECK(ssrc_display_width(line, len) == widest + 3 && line[len - 1] == '|');
			line += len + 1;
		}
		end(&table, &out);
	}
}

/* At every width: valid UTF-8, the last column within its room, "…" where something is missing. */
static void cutting_never_splits_a_character(void)
{
	const char *text = "控制措施 in force; 无合格替代; é😀 stock < recovery; 库存短于恢复时间, and so on and so on "
			   "and so on 完";
	size_t full = ssrc_display_width(text, strlen(text));
	for (size_t width = 1; width < 140; width++) {
		ssrc_text_table table;
		ssrc_buf out;
		begin(&table, &out);
		ssrc_text_table_column(&table, "id", SSRC_LEFT);
		ssrc_text_table_column(&table, "why", SSRC_LEFT);
		put_row(&table, (const char *[]){"镓", text}, 2);
		ssrc_text_table_write(&table, &out, false, width);
		CHECK(ssrc_utf8_valid_prefix(out.data, out.len) == out.len);
		const char *row = strchr(out.data, '\n') + 1;
		size_t shown = ssrc_display_width(row, strcspn(row, "\n")), room = width > 4 + 20 ? width - 4 : 20;
		CHECK(shown <= 4 + room);
		CHECK((strstr(row, "…") != NULL) == (full > room));
		if (full > room)
			CHECK(shown + 2 > 4 + room); /* at most one column is given away, before a wide character */
		end(&table, &out);
	}
}

static void very_long_cells_are_cut_too(void)
{
	char *text = malloc(3 * 3000 + 1);
	text[0] = '\0';
	for (int i = 0; i < 3000; i++)
		memcpy(text + 3 * i, "镓", 4);
	ssrc_text_table table;
	ssrc_buf out;
	begin(&table, &out);
	ssrc_text_table_column(&table, "why", SSRC_LEFT);
	put_row(&table, (const char *[]){text}, 1);
	ssrc_text_table_write(&table, &out, false, 2000);
	CHECK(ssrc_utf8_valid_prefix(out.data, out.len) == out.len && strstr(out.data, "…") != NULL && out.len < 2000);
	end(&table, &out);
	free(text);
}

static void optional_columns_go_first(void)
{
	for (size_t width = 40; width <= 80; width += 20) {
		ssrc_text_table table;
		ssrc_buf out;
		begin(&table, &out);
		ssrc_text_table_column(&table, "id", SSRC_LEFT);
		ssrc_text_table_optional(&table, "first-to-go", SSRC_LEFT, 2);
		ssrc_text_table_optional(&table, "next-to-go", SSRC_LEFT, 1);
		ssrc_text_table_column(&table, "why", SSRC_LEFT);
		put_row(&table, (const char *[]){"x", "1", "2", "words"}, 4);
		CHECK(ssrc_text_table_write(&table, &out, false, width) == (80 - width) / 20);
		CHECK((strstr(out.data, "first-to-go") != NULL) == (width == 80));
		CHECK((strstr(out.data, "next-to-go") != NULL) == (width >= 60));
		CHECK(strstr(out.data, "words") != NULL);
		end(&table, &out);
	}
}

static void colour_changes_nothing_but_colour(void)
{
	ssrc_text_table table;
	ssrc_buf plain, painted;
	begin(&table, &plain);
	ssrc_buf_init(&painted, &ctx);
	ssrc_text_table_column(&table, "L", SSRC_CENTRE);
	ssrc_text_table_column(&table, "名称", SSRC_LEFT);
	for (int level = SSRC_PLAIN; level <= SSRC_LEVEL_4; level++) {
		ssrc_text_table_put(&table, "4", (ssrc_paint)level);
		ssrc_text_table_put(&table, "镓", SSRC_DIM);
	}
	ssrc_text_table_write(&table, &plain, false, 0);
	ssrc_text_table_write(&table, &painted, true, 0);
	CHECK(strstr(plain.data, "\033") == NULL && strstr(painted.data, "\033[1;31m4\033[0m") != NULL);
	char *to = painted.data;
	for (const char *from = painted.data; *from;) {
		if (*from == '\033')
			from += strcspn(from, "m") + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
	CHECK_TEXT(painted.data, plain.data);
	ssrc_buf_clear(&painted);
	end(&table, &plain);
}

static void csv_quotes_what_needs_it(void)
{
	ssrc_text_table table;
	ssrc_buf out;
	begin(&table, &out);
	ssrc_text_table_column(&table, "id", SSRC_LEFT);
	ssrc_text_table_column(&table, "a, \"b\"", SSRC_LEFT);
	put_row(&table, (const char *[]){"镓", "x,y"}, 2);
	put_row(&table, (const char *[]){"", "say \"hi\"\nbye"}, 2);
	ssrc_text_table_write_csv(&table, &out, true);
	CHECK_TEXT(out.data, "\xEF\xBB\xBFid,\"a, \"\"b\"\"\"\n镓,\"x,y\"\n,\"say \"\"hi\"\"\nbye\"\n");
	end(&table, &out);
}

static void a_row_that_is_not_full_is_not_written(void)
{
	ssrc_text_table table;
	ssrc_buf out;
	begin(&table, &out);
	ssrc_text_table_column(&table, "a", SSRC_LEFT);
	ssrc_text_table_column(&table, "b", SSRC_LEFT);
	put_row(&table, (const char *[]){"1", "2", "3"}, 3);
	ssrc_text_table_write_csv(&table, &out, false);
	CHECK_TEXT(out.data, "a,b\n1,2\n");
	end(&table, &out);
}

static void limits_and_lost_memory_are_seen(void)
{
	ssrc_text_table table;
	ssrc_buf out;
	begin(&table, &out);
	for (int i = 0; i < SSRC_TABLE_COLUMNS_MAX; i++)
		ssrc_text_table_column(&table, "x", SSRC_LEFT);
	CHECK(!table.failed);
	ssrc_text_table_column(&table, "x", SSRC_LEFT);
	CHECK(table.failed);
	ssrc_text_table_end(&table);
	ssrc_buf_clear(&out);
	for (long fail_at = 1; fail_at < 12; fail_at++) {
		test_faults f;
		test_faults_init(&f, &ctx, fail_at);
		ssrc_text_table_begin(&table, &ctx);
		ssrc_text_table_column(&table, "x", SSRC_LEFT);
		for (int i = 0; i < 40; i++)
			ssrc_text_table_put(&table, "cell", SSRC_PLAIN);
		CHECK(table.failed == (f.calls >= fail_at));
		ssrc_text_table_end(&table);
		CHECK(f.live_blocks == 0);
	}
}

int main(int argc, char **argv)
{
	TEST(chinese_text_stands_in_columns);
	TEST(alignment_of_random_cells);
	TEST(cutting_never_splits_a_character);
	TEST(very_long_cells_are_cut_too);
	TEST(optional_columns_go_first);
	TEST(colour_changes_nothing_but_colour);
	TEST(csv_quotes_what_needs_it);
	TEST(a_row_that_is_not_full_is_not_written);
	TEST(limits_and_lost_memory_are_seen);
	return tests_done();
}
