/* Drawing, heat map, scatter, dumbbell, fan, bars: well-formed, readable, nothing overlaps, same data same bytes.
 * FIGURES_GALLERY=FILE.html build/tests/test_figures_basic gallery    writes a page to look at;
 * FIGURES_GALLERY_AS="zh dark 034": in Chinese, dark, only these figures. */
#include "harness.h"

#include "report/figures.h"

static ssrc_context ctx;
static const char hostile[] = "<script>alert(\"x\")</script> & ' ]]> \xE2\x80\xAE"
			      "evil \x01\xff";

enum { HEAT, SCATTER, DUMBBELL, FAN, BARS, FIGURES, ROWS_MOST = 100, COLUMNS_MOST = 24, STEPS = 130 };

/* ---- made-up data ------------------------------------------------------------------------------------------------ */

typedef enum kind { ORDINARY, ODD, HUGE_NUMBERS, TINY_NUMBERS } kind;

static const ssrc_words names[] = {
	{{"EUV lithography tools", "极紫外光刻机"}},
	{{"High-bandwidth memory (HBM)", "高带宽存储器"}},
	{{"EDA", "电子设计自动化软件"}},
	{{"Advanced packaging, 2.5D with silicon interposers and bridges", "先进封装(硅中介层与硅桥的二点五维封装)"}},
	{{"Photoresist (ArF)", "光刻胶"}},
	{{"Logic wafers, 5–7 nm", "5–7纳米逻辑晶圆"}},
	{{"Gallium", "镓"}},
	{{"Optical transceivers", "光模块"}},
	{{"AI server", "人工智能服务器"}},
	{{"Driving-assistance computer (intelligent transport)", "辅助驾驶计算平台(智能交通)"}},
	{{"Service of metrology tools", "量测设备的维护服务"}},
	{{"Power transformers", ""}},
};
static const ssrc_words countries[] = {
	{{"United States", "美国"}}, {{"Italy", "意大利"}},        {{"South Korea", "韩国"}},
	{{"Japan", "日本"}},         {{"Netherlands", "荷兰"}},    {{"Germany", "德国"}},
	{{"China", "中国"}},         {{"United Kingdom", "英国"}}, {{"Belgium", "比利时"}},
	{{"Switzerland", "瑞士"}},   {{"Malaysia", "马来西亚"}},   {{"Singapore", "新加坡"}},
};
enum { N_NAMES = sizeof names / sizeof *names, N_COUNTRIES = sizeof countries / sizeof *countries };

static double unit(uint64_t i)
{
	return ssrc_random_unit(7, 1, i);
}

static double value(kind k, uint64_t i, double high)
{
	double u = unit(i);
	switch (k) {
	case ODD: return u < 0.3 ? NAN : u < 0.45 ? INFINITY : u < 0.5 ? -INFINITY : u < 0.6 ? 0 : -3 + u * 20;
	case HUGE_NUMBERS: return pow(10, 300 * u);
	case TINY_NUMBERS: return u * 1e-200;
	default: return u * u * high;
	}
}

static ssrc_span span(kind k, uint64_t i, double high)
{
	double mid = value(k, i, high);
	if (k == ODD)
		return (ssrc_span){value(k, i + 7, high), mid, value(k, i + 13, high)};
	if (k == ORDINARY && i % 11 == 5)
		return (ssrc_span){NAN, NAN, NAN};
	return (ssrc_span){mid * (1 - 0.4 * unit(i + 99)), mid, mid * (1 + 0.4 * unit(i + 98))};
}

static ssrc_words name_of(const ssrc_words *own, uint32_t i)
{
	return own ? *own : names[i % N_NAMES];
}

static void draw_heat(ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static ssrc_words rows[ROWS_MOST], columns[COLUMNS_MOST];
	static ssrc_span cells[ROWS_MOST * COLUMNS_MOST];
	uint32_t n_columns = n < 6 ? n : n < 50 ? 10 : COLUMNS_MOST;
	for (uint32_t i = 0; i < n; i++)
		rows[i] = name_of(own, i);
	for (uint32_t i = 0; i < n_columns; i++)
		columns[i] = own ? *own : countries[i % N_COUNTRIES];
	for (uint32_t i = 0; i < n * n_columns; i++) {
		cells[i] = span(k, i, 1);
		if (k == ORDINARY && i % 3 == 0)
			cells[i] = (ssrc_span){0, 0, 0};
	}
	ssrc_figure_heat heat = {rows,      columns, n,
				 n_columns, cells,   own ? *own : (ssrc_words){{"share of supply, %", "供应份额,%"}}};
	ssrc_figure_draw_heat(out, p, &heat);
}

static void draw_scatter(ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static ssrc_figure_point points[ROWS_MOST];
	for (uint32_t i = 0; i < n; i++)
		points[i] = (ssrc_figure_point){name_of(own, i), span(k, 2 * i, 100), span(k, 2 * i + 1, 90),
						(int)(i % 6) - 1};
	ssrc_figure_scatter f = {.points = points,
				 .n_points = n,
				 .x_title = {{"Share of the largest foreign country, %", "最大外国来源份额,%"}},
				 .y_title = {{"Output lost, weeks", "产出损失,周"}},
				 .x_high = 100,
				 .y_high = k == HUGE_NUMBERS   ? 1e300
					   : k == TINY_NUMBERS ? 1e-200
							       : 90,
				 .x_mark = 65,
				 .y_mark = 26,
				 .quadrant = {{"Concentrated and slow to replace", "集中且难以替代"}}};
	if (own)
		f.x_title = f.y_title = f.quadrant = *own;
	ssrc_figure_draw_scatter(out, p, &f, &ctx);
}

static void draw_dumbbell(ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static ssrc_figure_dumbbell_row rows[ROWS_MOST];
	for (uint32_t i = 0; i < n; i++)
		rows[i] = (ssrc_figure_dumbbell_row){name_of(own, i), span(k, 2 * i + 1, 40), span(k, 2 * i, 180),
						     4 - (int)(i % 6)};
	ssrc_figure_dumbbell f = {rows,
				  n,
				  {{"Users are served for (TTS)", "可维持时间(TTS)"}},
				  {{"Supply recovers after (TTR)", "恢复时间(TTR)"}},
				  {{"weeks", "周"}}};
	if (own)
		f.survive = f.recover = f.unit = *own;
	ssrc_figure_draw_dumbbell(out, p, &f);
}

static void draw_fan(ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static ssrc_figure_fan_panel panels[ROWS_MOST];
	static double path[5][ROWS_MOST][STEPS];
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t t = 0; t < STEPS; t++)
			for (int q = 0; q < 5; q++) {
				double dip = t < 10 + 3 * i ? 0 : (int)t < 90 + q * 8 ? 0.15 * (6 - q) : 0;
				path[q][i][t] = k == ORDINARY ? 1 - dip : value(k, t * 5 + q, 1);
			}
		if (k == ORDINARY && i == 3)
			for (int t = 60; t < 100; t++)
				path[2][i][t] = path[0][i][t] = path[4][i][t] = NAN;
		panels[i] = (ssrc_figure_fan_panel){name_of(own, i), path[0][i], path[1][i],
						    path[2][i],      path[3][i], path[4][i]};
	}
	ssrc_figure_fan f = {.panels = panels,
			     .n_panels = n,
			     .n_steps = STEPS,
			     .step = 1,
			     .x_title = {{"weeks after the cut", "断供后周数"}},
			     .y_title = {{"Output, % of normal", "产出,占正常的 %"}},
			     .middle = {{"median", "中位数"}},
			     .half = {{"half of the runs", "半数模拟"}},
			     .most = {{"90 % of the runs", "90% 的模拟"}}};
	if (own)
		f.x_title = f.y_title = f.middle = f.half = f.most = *own;
	ssrc_figure_draw_fan(out, p, &f);
}

static void draw_bars(ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static ssrc_figure_bar bars[ROWS_MOST];
	for (uint32_t i = 0; i < n; i++)
		bars[i] = (ssrc_figure_bar){name_of(own, i), span(k, i, 90), i % 4 == 2 ? "12 products" : NULL,
					    (int)(i % 7)};
	const ssrc_words series[] = {{{"stock", "库存"}},
				     {{"second source", "第二来源"}},
				     {{"redesign", "重新设计"}},
				     {{"recycling", "回收"}},
				     {{"thrift", "节约"}},
				     {{"capacity", "产能"}},
				     {{"term contract", "长期合同"}}};
	ssrc_figure_bars f = {bars, n, {{"loss, weeks of output", "损失,产出周数"}}, series, 7};
	if (own)
		f.x_title = *own;
	ssrc_figure_draw_bars(out, p, &f);
}

static void draw(int which, ssrc_buf *out, const ssrc_picture *p, kind k, uint32_t n, const ssrc_words *own)
{
	static void (*const figures[FIGURES])(ssrc_buf *, const ssrc_picture *, kind, uint32_t, const ssrc_words *) = {
		draw_heat, draw_scatter, draw_dumbbell, draw_fan, draw_bars};
	figures[which](out, p, k, n, own);
}

static ssrc_picture picture_of(const char *id, ssrc_langs langs, bool standalone)
{
	return (ssrc_picture){.id = id,
			      .title = {{"What stops output first", "何处最先停产"}},
			      .summary = {{"In words", "文字说明"}},
			      .langs = langs,
			      .standalone = standalone};
}

/* ---- what must hold of a picture --------------------------------------------------------------------------------- */

static bool well_formed(const char *text)
{
	char folder[256], path[300], command[700];
	if (strstr(text, "<script") || strstr(text, " style=") || strstr(text, " onload"))
		return false;
	if (system("command -v xmllint >/dev/null 2>&1") != 0 || !test_folder(folder))
		return true;
	snprintf(path, sizeof path, "%s/p.svg", folder);
	test_write_file(path, text);
	snprintf(command, sizeof command, "xmllint --noout --nonet '%s'", path);
	bool good = system(command) == 0;
	unlink(path);
	rmdir(folder);
	return good;
}

typedef struct box {
	double left, top, right, bottom;
	int langs;
	char text[80];
} box;

static double number_of(const char *tag, const char *name)
{
	const char *end = strchr(tag, '>'), *at = strstr(tag, name);
	return at && at < end ? atof(at + strlen(name)) : 0;
}

static bool tag_has(const char *tag, const char *word)
{
	const char *end = strchr(tag, '>'), *at = strstr(tag, word);
	return at && at < end;
}

static void plain_text(const char *from, const char *to, char out[600])
{
	static const char *const entity[][2] = {
		{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
	size_t n = 0;
	while (from < to && n < 590) {
		size_t skip = 1;
		char c = *from;
		for (size_t i = 0; i < 5; i++)
			if (strncmp(from, entity[i][0], strlen(entity[i][0])) == 0) {
				skip = strlen(entity[i][0]);
				c = entity[i][1][0];
			}
		out[n++] = c;
		from += skip;
	}
	out[n] = '\0';
}

/* Boxes of all texts that are not turned. */
static size_t texts_of(const char *svg, box *out, size_t most)
{
	size_t n = 0;
	for (const char *p = svg; (p = strstr(p, "<text")) && n < most; p++) {
		const char *group = p;
		while (group > svg && strncmp(group, "<g", 2) != 0 && strncmp(group, "</g", 3) != 0)
			group--;
		if (strncmp(group, "<g transform", 12) == 0 || tag_has(p, "glyph")) /* discs may lie on each other */
			continue;
		char text[600];
		const char *from = strchr(p, '>') + 1, *tip = strstr(from, "</title>"), *to = strstr(from, "</text>");
		if (tip && tip < to)
			from = tip + 8;
		plain_text(from, to, text);
		double size = tag_has(p, "strong")  ? 14.5
			      : tag_has(p, "label") ? 13
						    : 12,
		       x = number_of(p, " x=\""), y = number_of(p, " y=\""), w = ssrc_text_width(text, size);
		double left = tag_has(p, "\"end\"") ? x - w : tag_has(p, "\"middle\"") ? x - w / 2 : x;
		out[n] = (box){left,
			       y - 0.75 * size,
			       left + w,
			       y + 0.2 * size,
			       tag_has(p, " en\"") ? 1 : tag_has(p, " zh\"") ? 2 : 3,
			       ""};
		snprintf(out[n++].text, sizeof out->text, "%.70s", text);
	}
	return n;
}

static void check_texts(const char *svg, const char *what)
{
	static box texts[6000];
	size_t n = texts_of(svg, texts, 6000);
	double width = number_of(strstr(svg, "<svg"), " width=\""),
	       height = number_of(strstr(svg, "<svg"), " height=\"");
	int bad = 0;
	for (size_t i = 0; i < n; i++) {
		const box *a = &texts[i];
		bool out = a->left < -1 || a->right > width + 1 || a->top < -1 || a->bottom > height + 1;
		if (out && bad++ < 4)
			printf("# %s: outside: %s\n", what, a->text);
		for (size_t j = 0; j < i; j++) {
			const box *b = &texts[j];
			if ((a->langs & b->langs) && a->left < b->right && b->left < a->right && a->top < b->bottom &&
			    b->top < a->bottom && bad++ < 4)
				printf("# %s: \"%s\" over \"%s\"\n", what, a->text, b->text);
		}
	}
	CHECK(bad == 0);
}

static void check_figures(kind k, const uint32_t *sizes, size_t n_sizes, const ssrc_words *own)
{
	for (int which = 0; which < FIGURES; which++)
		for (size_t i = 0; i < n_sizes; i++)
			for (int langs = 1; langs <= 3; langs++) {
				ssrc_picture p = picture_of("fig-1", (ssrc_langs)langs, false);
				ssrc_buf a, b;
				char what[60];
				ssrc_buf_init(&a, &ctx);
				ssrc_buf_init(&b, &ctx);
				draw(which, &a, &p, k, sizes[i], own);
				draw(which, &b, &p, k, sizes[i], own);
				snprintf(what, sizeof what, "figure %d, kind %d, %u rows, langs %d", which, k, sizes[i],
					 langs);
				CHECK(!a.failed && a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
				CHECK(!strstr(a.data, "=\"nan") && !strstr(a.data, "=\"inf") &&
				      !strstr(a.data, "=\"-inf"));
				check_texts(a.data, what);
				if (langs == 3)
					CHECK(well_formed(a.data));
				ssrc_buf_clear(&a);
				ssrc_buf_clear(&b);
			}
}

/* ---- tests ------------------------------------------------------------------------------------------------------- */

static void figures_of_many_sizes(void)
{
	static const uint32_t sizes[] = {0, 1, 2, 12, 100};
	check_figures(ORDINARY, sizes, 5, NULL);
}

static void figures_of_odd_numbers(void)
{
	static const uint32_t sizes[] = {1, 12, 100};
	check_figures(ODD, sizes, 3, NULL);
	check_figures(HUGE_NUMBERS, sizes, 3, NULL);
	check_figures(TINY_NUMBERS, sizes, 3, NULL);
}

static void hostile_names_stay_names(void)
{
	static const uint32_t sizes[] = {1, 12};
	static char book[10001], chinese[10001];
	memset(book, 'W', 10000);
	for (int i = 0; i + 3 <= 9999; i += 3)
		memcpy(chinese + i, "链", 3);
	const ssrc_words evil = {{hostile, hostile}}, longest = {{book, chinese}}, none = {{NULL, ""}};
	check_figures(ORDINARY, sizes, 2, &evil);
	check_figures(ORDINARY, sizes, 2, &longest);
	check_figures(ORDINARY, sizes, 2, &none);
}

static void pictures_stand_alone(void)
{
	for (int which = 0; which < FIGURES; which++) {
		ssrc_picture p = picture_of("alone", SSRC_LANGS_BOTH, true);
		p.title.in[0] = hostile;
		ssrc_buf out;
		ssrc_buf_init(&out, &ctx);
		draw(which, &out, &p, ORDINARY, 5, NULL);
		CHECK(strncmp(out.data, "<?xml", 5) == 0 && strstr(out.data, "prefers-color-scheme:dark"));
		CHECK(strstr(out.data, "role=\"img\"") &&
		      strstr(out.data, "aria-labelledby=\"alone-title alone-desc\""));
		CHECK(well_formed(out.data));
		ssrc_buf_clear(&out);
	}
}

static void failing_allocations(void)
{
	for (int which = 0; which < FIGURES; which++)
		for (long fail_at = 1, done = 0; !done && fail_at < 200; fail_at++) {
			test_faults faults;
			ssrc_context own = ctx, good = ctx;
			test_faults_init(&faults, &own, fail_at);
			ssrc_picture p = picture_of("x", SSRC_LANGS_BOTH, false);
			ssrc_buf out;
			ctx = own;
			ssrc_buf_init(&out, &ctx);
			draw(which, &out, &p, ORDINARY, 12, NULL);
			done = faults.calls < fail_at;
			CHECK(out.failed == !done);
			ssrc_buf_clear(&out);
			CHECK(faults.live_blocks == 0);
			ctx = good;
		}
}

static void texts_are_escaped_and_cut(void)
{
	ssrc_buf out;
	char cut[64];
	ssrc_buf_init(&out, &ctx);
	ssrc_put_escaped(&out, "a<b>&\"'\t\x02\xE2\x80\xAE\xC0\x80\xED\xA0\x80中");
	CHECK_TEXT(out.data, "a&lt;b&gt;&amp;&quot;&#39;\t\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
			     "\xEF\xBF\xBD\xEF\xBF\xBD中");
	ssrc_buf_clear(&out);
	ssrc_text_fit(cut, sizeof cut, "short", 12, 100);
	CHECK_TEXT(cut, "short");
	ssrc_text_fit(cut, sizeof cut, "a long name that is cut", 12, 60);
	CHECK(strstr(cut, "…") && ssrc_text_width(cut, 12) <= 60);
	ssrc_text_fit(cut, sizeof cut, "高带宽存储器", 10, 35);
	CHECK_TEXT(cut, "高带…");
	for (size_t size = 1; size < 20; size++) {
		ssrc_text_fit(cut, size, "高带宽存储器", 10, 1000);
		CHECK(strlen(cut) < size && ssrc_utf8_valid_prefix(cut, strlen(cut)) == strlen(cut));
	}
	CHECK_NEAR(ssrc_text_width("中文", 10), 20, 1e-9);
}

static void axes_have_round_steps(void)
{
	char text[24];
	CHECK_NEAR(ssrc_axis_step(0, 100, 5), 20, 1e-9);
	CHECK_NEAR(ssrc_axis_step(0, 1, 4), 0.25, 1e-9);
	CHECK_NEAR(ssrc_axis_step(3, 3, 4), 1, 0);
	ssrc_axis axis = ssrc_axis_make(0, 0.9, 0, 240);
	ssrc_axis_text(&axis, 0.25, text);
	CHECK_TEXT(text, "0.25");
	axis = ssrc_axis_make(0, 2e6, 0, 300);
	ssrc_axis_text(&axis, 1500000, text);
	CHECK_TEXT(text, "1,500,000");
	axis = ssrc_axis_make(-1.7e308, 1.7e308, 0, 300);
	CHECK_NEAR(ssrc_axis_at(&axis, 0), 150, 1e-6);
	CHECK(ssrc_axis_at(&axis, NAN) == 0 && ssrc_axis_at(&axis, INFINITY) == 300);
}

/* ---- contrast ---------------------------------------------------------------------------------------------------- */

static double luminance(const char *colours, const char *variable)
{
	char key[40];
	snprintf(key, sizeof key, "%s:#", variable);
	const char *at = strstr(colours, key);
	unsigned long rgb = at ? strtoul(at + strlen(key), NULL, 16) : 0;
	double sum = 0;
	CHECK(at != NULL);
	for (int i = 0; i < 3; i++) {
		double c = (rgb >> (16 - 8 * i) & 255) / 255.0;
		sum += (i == 0   ? 0.2126
			: i == 1 ? 0.7152
				 : 0.0722) *
		       (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(const char *colours, const char *a, const char *b)
{
	double x = luminance(colours, a), y = luminance(colours, b);
	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void colours_are_seen(void)
{
	for (int dark = 0; dark < 2; dark++) {
		const char *c = ssrc_drawing_colours(dark);
		char a[20], b[20];
		CHECK(contrast(c, "--ink", "--paper") >= 7 && contrast(c, "--ink", "--shade") >= 7);
		CHECK(contrast(c, "--muted", "--paper") >= 4.5 && contrast(c, "--muted", "--shade") >= 4.5);
		CHECK(contrast(c, "--unknown", "--paper") >= 3 && contrast(c, "--series-1", "--paper") >= 3);
		for (int i = 0; i < 9; i++) {
			snprintf(a, sizeof a, "--scale-%d", i);
			snprintf(b, sizeof b, "--on-scale-%d", i);
			CHECK(contrast(c, a, b) >= 4.5);
		}
	}
}

/* ---- a page to look at ------------------------------------------------------------------------------------------- */

static void put_gallery(ssrc_buf *out, bool dark, int lang, const char *only)
{
	static const kind kinds[] = {ORDINARY, ODD};
	ssrc_buf_printf(
		out,
		"<!DOCTYPE html><meta charset=\"utf-8\"><style>:root{%s}body{background:var(--paper);color:var(--ink);"
		"margin:20px;font:14px sans-serif}svg{margin:0 0 40px}.%s{display:none}\n%s</style>\n",
		ssrc_drawing_colours(dark), lang ? "en" : "zh", ssrc_drawing_style());
	for (int which = 0; which < FIGURES; which++)
		for (int i = 0; i < 2; i++) {
			char id[20];
			if (!strchr(only, '0' + which))
				continue;
			snprintf(id, sizeof id, "g%d-%d", which, i);
			ssrc_picture p = picture_of(id, SSRC_LANGS_BOTH, false);
			draw(which, out, &p, kinds[i], i ? 6 : which == FAN ? 5 : 12, NULL);
		}
}

static void gallery(void)
{
	const char *path = getenv("FIGURES_GALLERY"), *want = getenv("FIGURES_GALLERY_AS");
	if (!path)
		SKIP("FIGURES_GALLERY names no file");
	ssrc_buf out;
	ssrc_buf_init(&out, &ctx);
	put_gallery(&out, want && strstr(want, "dark"), want && strstr(want, "zh"), want ? want : "01234");
	test_write_file(path, out.data);
	ssrc_buf_clear(&out);
}

int main(int argc, char **argv)
{
	ssrc_context_init(&ctx);
	TEST(texts_are_escaped_and_cut);
	TEST(axes_have_round_steps);
	TEST(colours_are_seen);
	TEST(figures_of_many_sizes);
	TEST(figures_of_odd_numbers);
	TEST(hostile_names_stay_names);
	TEST(pictures_stand_alone);
	TEST(failing_allocations);
	TEST(gallery);
	return tests_done();
}
