/* Map, Gantt chart, Pareto front, timeline, tornado: well-formed, nothing overlaps, same data same bytes. */
#include "harness.h"

#include "report/figures.h"
#include "report/label.h"

static ssrc_context ctx;
static const char hostile[] = "<script>alert(\"x\")</script> & ' ]]> \xE2\x80\xAE"
			      "evil \x01\xff";

static ssrc_picture picture_of(ssrc_langs langs, bool standalone)
{
	return (ssrc_picture){.id = "p",
			      .title = {{"title", "标题"}},
			      .summary = {{"s", "摘要"}},
			      .langs = langs,
			      .standalone = standalone};
}

/* Tags open and close in order; no scripts, styles of elements or handlers. */
static bool balanced(const char *text)
{
	const char *open[64];
	size_t depth = 0;
	for (const char *p = text; (p = strchr(p, '<')); p++) {
		const char *end = strchr(p, '>');
		if (!end)
			return false;
		size_t n = strcspn(p + 1, " />");
		if (p[1] == '?' || end[-1] == '/')
			continue;
		if (p[1] == '/') {
			n = strcspn(p + 2, ">");
			if (depth == 0 || strncmp(open[--depth], p + 2, n) != 0)
				return false;
		} else if (depth < 64)
			open[depth++] = p + 1;
		else
			return false;
	}
	return depth == 0 && !strstr(text, "<script") && !strstr(text, " style=") && !strstr(text, " onload") &&
	       !strstr(text, "nan") && !strstr(text, "inf\"");
}

static bool xmllint_accepts(const char *text)
{
	char folder[256], path[300], command[700];
	if (system("command -v xmllint >/dev/null 2>&1") != 0 || !test_folder(folder))
		return true;
	snprintf(path, sizeof path, "%s/p.svg", folder);
	test_write_file(path, text);
	snprintf(command, sizeof command, "xmllint --noout --nonet '%s' 2>/dev/null", path);
	bool good = system(command) == 0;
	unlink(path);
	rmdir(folder);
	return good;
}

/* ---- places of texts and boxes, read from the picture ------------------------------------------------------------ */

typedef struct box {
	double x, y, w, h;
	char lang; /* 'e', 'z' or 0: both */
} box;

static double number_of(const char *tag, const char *name)
{
	char key[24];
	snprintf(key, sizeof key, " %s=\"", name);
	const char *end = strchr(tag, '>'), *p = strstr(tag, key);
	return p && p < end ? strtod(p + strlen(key), NULL) : 0;
}

static bool has(const char *tag, const char *word)
{
	const char *end = strchr(tag, '>'), *p = strstr(tag, word);
	return p && p < end;
}

static size_t texts_of(const char *svg, box *out, size_t most)
{
	size_t n = 0;
	char lang[64] = {0};
	int depth = 0;
	for (const char *p = svg; (p = strchr(p, '<')) && n < most; p++) {
		if (!strncmp(p, "<g", 2)) {
			lang[depth + 1] = has(p, "class=\"en\"") ? 'e' : has(p, "class=\"zh\"") ? 'z' : lang[depth];
			depth++;
		} else if (!strncmp(p, "</g", 3))
			depth--;
		if (strncmp(p, "<text", 5) != 0)
			continue;
		char text[2048];
		const char *from = strchr(p, '>') + 1;
		if (!strncmp(from, "<title>", 7))
			from = strstr(from, "</title>") + 8;
		size_t len = strcspn(from, "<");
		snprintf(text, sizeof text, "%.*s", (int)len, from);
		double size = has(p, "strong") || has(p, "label") ? 13 : 12, w = ssrc_text_width(text, size);
		double x = number_of(p, "x");
		x -= has(p, "\"end\"") ? w : has(p, "\"middle\"") ? w / 2 : 0;
		out[n++] = (box){x, number_of(p, "y") - 0.75 * size, w, 0.9 * size,
				 has(p, " en\"")   ? 'e'
				 : has(p, " zh\"") ? 'z'
						   : lang[depth]};
	}
	return n;
}

static bool meet(const box *a, const box *b)
{
	if (a->lang && b->lang && a->lang != b->lang)
		return false;
	return a->x + 0.2 < b->x + b->w && b->x + 0.2 < a->x + a->w && a->y + 0.2 < b->y + b->h &&
	       b->y + 0.2 < a->y + a->h;
}

static void check_no_overlap(const char *svg)
{
	static box boxes[4000];
	size_t n = texts_of(svg, boxes, 4000), met = 0;
	double width = number_of(strstr(svg, "<svg"), "width");
	for (size_t i = 0; i < n; i++) {
		met += boxes[i].x < -0.5 || boxes[i].x + boxes[i].w > width + 0.5;
		for (size_t k = 0; k < i; k++)
			met += meet(&boxes[i], &boxes[k]);
	}
	CHECK(met == 0);
}

static void check_boxes_apart(const char *svg)
{
	static box boxes[400];
	size_t n = 0, met = 0;
	for (const char *p = svg; (p = strstr(p, "<rect")) && n < 400; p++)
		if (number_of(p, "rx") == 5)
			boxes[n++] = (box){number_of(p, "x"), number_of(p, "y"), number_of(p, "width"),
					   number_of(p, "height"), 0};
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			met += meet(&boxes[i], &boxes[k]);
	CHECK(met == 0);
}

static void check_picture(const ssrc_buf *out, bool plain_names)
{
	CHECK(!out->failed && out->data);
	if (!out->data)
		return;
	CHECK(balanced(out->data) && xmllint_accepts(out->data));
	if (plain_names)
		check_no_overlap(out->data);
}

/* ---- data ------------------------------------------------------------------------------------------------------- */

static const ssrc_words names[] = {
	{{"High-bandwidth memory (HBM)", "高带宽存储器"}},
	{{"Gallium metal, high purity", "镓"}},
	{{"EDA", "电子设计自动化软件与知识产权核"}},
	{{"Driving-assistance computer (transport)", NULL}},
	{{NULL, NULL}},
	{{"", "先进封装与测试设备、材料及服务的总和"}},
};

static void random_map(uint64_t seed, ssrc_figure_node *nodes, ssrc_figure_link *links, ssrc_words *columns,
		       ssrc_figure_map *map)
{
	*map = (ssrc_figure_map){columns, 12, nodes, 60, links, 150, 7};
	for (uint32_t i = 0; i < 12; i++)
		columns[i] = names[(i + seed) % 6];
	for (uint32_t i = 0; i < 60; i++)
		nodes[i] = (ssrc_figure_node){
			names[ssrc_random_bits(seed, 1, i) % 6], (uint32_t)(ssrc_random_bits(seed, 2, i) % 12),
			(int)(ssrc_random_bits(seed, 3, i) % 6) - 1, i % 9 == 0, seed % 3 == 0 && i == 5};
	for (uint32_t i = 0; i < 150; i++)
		links[i] = (ssrc_figure_link){(uint32_t)(ssrc_random_bits(seed, 4, i) % 61),
					      (uint32_t)(ssrc_random_bits(seed, 5, i) % 60),
					      (int)(ssrc_random_bits(seed, 6, i) % 4)};
}

static void draw_small(int which, ssrc_buf *out, const ssrc_picture *p, const ssrc_words *w, uint32_t n)
{
	double values[] = {NAN, 0, 3, INFINITY, 40, -INFINITY, 7, 1e300};
	ssrc_figure_task tasks[8];
	ssrc_figure_measure measures[8];
	ssrc_figure_swing swings[8];
	double cost[8], loss[8], bound[8];
	for (uint32_t i = 0; i < 8; i++) {
		double v = values[i], next = values[(i + 1) % 8];
		tasks[i] = (ssrc_figure_task){w[i % 6], i, v, next, i % 2 ? INFINITY : next, i % 2 ? "USD 12 m" : NULL};
		measures[i] = (ssrc_figure_measure){w[i % 6],
						    i % 3 ? "US" : NULL,
						    (int32_t)(15000 + 900 * i),
						    i % 2 ? INT32_MAX : (int32_t)(16000 + 900 * i),
						    i % 3 == 0,
						    i % 4 == 0};
		swings[i] = (ssrc_figure_swing){w[i % 6], v, i == 2 ? 5 : next, "52", "156 weeks"};
		cost[i] = i == 3 ? NAN : i * 10;
		loss[i] = v;
		bound[i] = next;
	}
	ssrc_figure_gantt gantt = {tasks, n, 5, 30, w[0], w[1], w[2], w[1], w[0]};
	ssrc_figure_timeline timeline = {measures, n, 20000, {{"today", "今天"}}, w[1], w[2], w[1]};
	ssrc_figure_tornado tornado = {swings, n, 4, w[0], w[1], w[2]};
	ssrc_figure_pareto pareto = {cost, loss, bound, n, 4, w[0], w[1], w[0], w[1], w[2]};
	if (which == 0)
		ssrc_figure_draw_gantt(out, p, &gantt);
	else if (which == 1)
		ssrc_figure_draw_timeline(out, p, &timeline);
	else if (which == 2)
		ssrc_figure_draw_tornado(out, p, &tornado);
	else
		ssrc_figure_draw_pareto(out, p, &pareto);
}

/* ---- tests ------------------------------------------------------------------------------------------------------ */

static void maps_of_random_chains(void)
{
	ssrc_context_init(&ctx);
	for (uint64_t seed = 0; seed < 12; seed++) {
		ssrc_figure_node nodes[60];
		ssrc_figure_link links[150], turned[150];
		ssrc_words columns[12];
		ssrc_figure_map map;
		ssrc_buf out, again;
		ssrc_picture p = picture_of(seed % 2 ? SSRC_LANGS_BOTH : SSRC_LANGS_ZH, seed % 4 == 0);
		random_map(seed, nodes, links, columns, &map);
		for (uint32_t i = 0; i < 150; i++)
			turned[i] = links[(i * 7 + 3) % 150];
		ssrc_buf_init(&out, &ctx);
		ssrc_buf_init(&again, &ctx);
		ssrc_figure_draw_map(&out, &p, &map, &ctx);
		check_picture(&out, true);
		check_boxes_apart(out.data);
		map.links = turned;
		ssrc_figure_draw_map(&again, &p, &map, &ctx);
		CHECK_TEXT(out.data, again.data);
		ssrc_buf_clear(&out);
		ssrc_buf_clear(&again);
	}
}

static void charts_of_odd_numbers(void)
{
	ssrc_context_init(&ctx);
	static const uint32_t counts[] = {0, 1, 2, 3, 8};
	for (int which = 0; which < 4; which++)
		for (size_t k = 0; k < 5; k++)
			for (int langs = 1; langs <= 3; langs++) {
				ssrc_buf out;
				ssrc_picture p = picture_of((ssrc_langs)langs, langs == 2);
				ssrc_buf_init(&out, &ctx);
				draw_small(which, &out, &p, names, counts[k]);
				check_picture(&out, true);
				if (checks_failed_here == 1)
					printf("# chart %d, %u rows, langs %d\n", which, counts[k], langs);
				ssrc_buf_clear(&out);
			}
}

static void hostile_names_stay_names(void)
{
	static char long_name[10001];
	ssrc_context_init(&ctx);
	memset(long_name, 'W', 10000);
	ssrc_words words[6];
	for (int i = 0; i < 6; i++)
		words[i] = (ssrc_words){{i % 2 ? long_name : hostile, i % 3 ? hostile : long_name}};
	ssrc_figure_node nodes[6];
	for (uint32_t i = 0; i < 6; i++)
		nodes[i] = (ssrc_figure_node){words[i], i, 99, true, false};
	ssrc_figure_link links[] = {{0, 5, 0}, {5, 0, 9}, {1, 1, 0}, {2, 3, -4}};
	ssrc_figure_map map = {words, 2, nodes, 6, links, 4, 0};
	ssrc_picture p = picture_of(SSRC_LANGS_BOTH, false);
	for (int which = -1; which < 4; which++) {
		ssrc_buf out;
		ssrc_buf_init(&out, &ctx);
		if (which < 0)
			ssrc_figure_draw_map(&out, &p, &map, &ctx);
		else
			draw_small(which, &out, &p, words, 8);
		check_picture(&out, false);
		CHECK(out.data && !strstr(out.data, "\xE2\x80\xAE"));
		ssrc_buf_clear(&out);
	}
}

static void failing_allocations(void)
{
	static ssrc_figure_node nodes[60];
	static ssrc_figure_link links[150];
	ssrc_words columns[12];
	ssrc_figure_map map;
	random_map(3, nodes, links, columns, &map);
	ssrc_picture p = picture_of(SSRC_LANGS_BOTH, false);
	for (int which = -1; which < 4; which++)
		for (long at = 1;; at++) {
			test_faults faults;
			ssrc_buf out;
			test_faults_init(&faults, &ctx, at);
			ssrc_buf_init(&out, &ctx);
			if (which < 0)
				ssrc_figure_draw_map(&out, &p, &map, &ctx);
			else
				draw_small(which, &out, &p, names, 8);
			bool failed = out.failed, reached = faults.calls >= at;
			ssrc_buf_clear(&out);
			CHECK(faults.live_blocks == 0 && failed == reached);
			if (!reached || at > 500)
				break;
		}
}

int main(int argc, char **argv)
{
	TEST(maps_of_random_chains);
	TEST(charts_of_odd_numbers);
	TEST(hostile_names_stay_names);
	TEST(failing_allocations);
	return tests_done();
}
