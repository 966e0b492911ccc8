/* YAML trees: text stays text, marks, limits at the edge and one beyond. */
#include "harness.h"

#include "base/findings.h"
#include "io/yaml.h"

typedef struct parsed {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_findings *findings;
	ssrc_yaml *root;
} parsed;

static void parse_bytes(parsed *p, const char *text, size_t len)
{
	ssrc_context_init(&p->ctx);
	ssrc_arena_init(&p->arena, &p->ctx);
	CHECK(ssrc_findings_new(&p->findings, &p->ctx, NULL) == SSRC_OK);
	CHECK(ssrc_yaml_parse(&p->arena, text, len, "x.yaml", &p->root, p->findings, NULL) == SSRC_OK);
	CHECK(!p->root || ssrc_findings_total(p->findings) == 0);
}

static void done(parsed *p)
{
	ssrc_findings_free(p->findings);
	ssrc_arena_clear(&p->arena);
}

static void refused(const char *text, size_t len, ssrc_text_id message, int64_t line, int64_t column)
{
	parsed p;
	parse_bytes(&p, text, len);
	CHECK(p.root == NULL && ssrc_findings_total(p.findings) == 1);
	if (ssrc_findings_total(p.findings) == 1) {
		const ssrc_finding *f = ssrc_findings_get(p.findings, 0);
		CHECK_TEXT(ssrc_text_code(f->message), ssrc_text_code(message));
		CHECK_TEXT(f->file, "x.yaml");
		if (line && (f->line != line || f->column != column))
			printf("# %.40s: %lld:%lld\n", text, (long long)f->line, (long long)f->column);
		CHECK(f->line > 0 && f->column > 0 && (line == 0 || (f->line == line && f->column == column)));
	}
	done(&p);
}

static void text_stays_text(void)
{
	static const char text[] =
		"country: NO\nyes: yes\nversion: 1.10\nnull: ~\noctal: 010\ndate: 2024-01-01\nhex: 0x1F\n"
		"empty:\nquoted: \"NO\"\nbool: true\ninf: .inf\nsexagesimal: 12:30:45\n";
	static const char *const pairs[][2] = {{"country", "NO"}, {"yes", "yes"},   {"version", "1.10"},
					       {"null", "~"},     {"octal", "010"}, {"date", "2024-01-01"},
					       {"hex", "0x1F"},   {"empty", ""},    {"quoted", "NO"},
					       {"bool", "true"},  {"inf", ".inf"},  {"sexagesimal", "12:30:45"}};
	parsed p;
	parse_bytes(&p, text, strlen(text));
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		CHECK_TEXT(ssrc_yaml_text(p.root, pairs[i][0]), pairs[i][1]);
	CHECK_TEXT(ssrc_yaml_text(p.root, "absent"), "");
	CHECK(ssrc_yaml_get(p.root, "absent") == NULL && ssrc_yaml_get(NULL, "x") == NULL);
	CHECK(ssrc_yaml_get(ssrc_yaml_get(p.root, "yes"), "x") == NULL);
	done(&p);
}

static void forms_of_text(void)
{
	static const char text[] =
		"folded: >-\n  one\n  two\nliteral: |\n  a\n  b\nsingle: 'it''s'\ndouble: \"tab\\t镓 \\u9553\"\n"
		"plain: a b: c\n";
	parsed p;
	/* The last line is no YAML: "a b: c" within a value. */
	refused(text, strlen(text), SSRC_M_YAML_SYNTAX, 0, 0);
	parse_bytes(&p, text, strlen(text) - strlen("plain: a b: c\n"));
	CHECK_TEXT(ssrc_yaml_text(p.root, "folded"), "one two");
	CHECK_TEXT(ssrc_yaml_text(p.root, "literal"), "a\nb\n");
	CHECK_TEXT(ssrc_yaml_text(p.root, "single"), "it's");
	CHECK_TEXT(ssrc_yaml_text(p.root, "double"), "tab\t镓 镓");
	done(&p);
}

static void order_and_marks(void)
{
	static const char text[] = "title: {en: A, zh: 镓}\nlist:\n  - 镓: x\n    b: [1, 2]\n  - end\n";
	parsed p;
	parse_bytes(&p, text, strlen(text));
	CHECK(p.root && p.root->kind == SSRC_YAML_MAP && p.root->line == 1 && p.root->column == 1);
	const ssrc_yaml *title = ssrc_yaml_get(p.root, "title"), *list = ssrc_yaml_get(p.root, "list");
	CHECK(title->kind == SSRC_YAML_MAP && title->line == 1 && title->column == 8 && p.root->first == title);
	CHECK(title->next == list && list->next == NULL && list->kind == SSRC_YAML_LIST);
	const ssrc_yaml *zh = ssrc_yaml_get(title, "zh");
	CHECK(zh && zh->column == 20);
	const ssrc_yaml *first = list->first;
	CHECK(first->kind == SSRC_YAML_MAP && first->key == NULL && first->line == 3 && first->column == 5);
	CHECK(ssrc_yaml_get(first, "镓")->column == 8); /* characters, not bytes */
	const ssrc_yaml *b = ssrc_yaml_get(first, "b");
	CHECK(b->kind == SSRC_YAML_LIST && b->line == 4);
	CHECK_TEXT(b->first->text, "1");
	CHECK_TEXT(b->first->next->text, "2");
	CHECK(b->first->next->next == NULL);
	CHECK_TEXT(first->next->text, "end");
	done(&p);
}

static void documents_without_content(void)
{
	static const char *const empty[] = {"", "\n", "# only words\n", "---\n...\n", "\xEF\xBB\xBF"};
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
		parsed p;
		parse_bytes(&p, empty[i], strlen(empty[i]));
		CHECK(ssrc_findings_total(p.findings) == 0);
		CHECK(!p.root || !*p.root->text);
		done(&p);
	}
}

static void duplicates_and_aliases_are_refused(void)
{
	refused("a: 1\nb: 2\na: 3\n", 15, SSRC_M_YAML_DUPLICATE, 3, 1);
	refused("a: {b: 1, b: 2}\n", 16, SSRC_M_YAML_DUPLICATE, 1, 11);
	refused("a: &x 1\nb: *x\n", 14, SSRC_M_YAML_LIMIT, 2, 4);
	refused("a: [&x [1], *x, *x]\n", 20, SSRC_M_YAML_LIMIT, 1, 13);
	refused("? [a]\n: b\n", 10, SSRC_M_YAML_SYNTAX, 1, 3);
	refused("a: 1\n---\nb: 2\n", 14, SSRC_M_YAML_SYNTAX, 3, 1);
	parsed p; /* an anchor alone does no harm */
	parse_bytes(&p, "a: &x 1\n", 8);
	CHECK_TEXT(ssrc_yaml_text(p.root, "a"), "1");
	done(&p);
}

static void syntax_errors_have_a_place(void)
{
	refused("a: [1, 2\n", 9, SSRC_M_YAML_SYNTAX, 2, 1);
	refused("a:\n\t- b\n", 8, SSRC_M_YAML_SYNTAX, 2, 1);
	refused("a: 'open\n", 9, SSRC_M_YAML_SYNTAX, 0, 0);
	refused("a: \xFF\n", 5, SSRC_M_YAML_SYNTAX, 0, 0);
	refused("a: \"x\\0y\"\n", 10, SSRC_M_NUL, 1, 4);
	refused("a: 1\n b: 2\n", 11, SSRC_M_YAML_SYNTAX, 0, 0);
}

static char *nested(int depth, const char *open, const char *inner, const char *close)
{
	char *text = malloc((size_t)depth * (strlen(open) + strlen(close)) + strlen(inner) + 1);
	text[0] = '\0';
	for (int i = 0; i < depth; i++)
		strcat(text, open);
	strcat(text, inner);
	for (int i = 0; i < depth; i++)
		strcat(text, close);
	return text;
}

static void depth_has_a_limit(void)
{
	static const char *const forms[][3] = {{"[", "", "]"}, {"{a: ", "x", "}"}, {"[{k: ", "x", "}]"}};
	for (size_t i = 0; i < 3; i++) {
		int levels = i == 2 ? 2 : 1; /* nodes below each other for one step */
		int inner = i > 0;
		int edge = (SSRC_YAML_DEPTH_MAX - inner) / levels;
		char *text = nested(edge, forms[i][0], forms[i][1], forms[i][2]);
		parsed p;
		parse_bytes(&p, text, strlen(text));
		CHECK(p.root != NULL);
		int depth = 0;
		for (const ssrc_yaml *node = p.root; node; node = node->first)
			depth++;
		CHECK(depth == edge * levels + inner);
		done(&p);
		free(text);
		text = nested(edge + 1, forms[i][0], forms[i][1], forms[i][2]);
		refused(text, strlen(text), SSRC_M_YAML_LIMIT, 0, 0);
		free(text);
	}
	char *text = nested(20000, "[", "", ""); /* no stack is used for it */
	refused(text, strlen(text), SSRC_M_YAML_LIMIT, 1, SSRC_YAML_DEPTH_MAX + 1);
	free(text);
}

static void nodes_have_a_limit(void)
{
	for (int extra = 0; extra <= 1; extra++) {
		int n = SSRC_YAML_NODES_MAX - 1 + extra; /* one is the list */
		char *text = malloc(3 * (size_t)n + 3);
		size_t len = 0;
		text[len++] = '[';
		for (int i = 0; i < n; i++) {
			text[len++] = 'a';
			text[len++] = ',';
		}
		text[len++] = ']';
		if (extra) {
			refused(text, len, SSRC_M_YAML_LIMIT, 0, 0);
		} else {
			parsed p;
			parse_bytes(&p, text, len);
			int count = 0;
			for (const ssrc_yaml *node = p.root ? p.root->first : NULL; node; node = node->next)
				count++;
			CHECK(count == n);
			done(&p);
		}
		free(text);
	}
}

static void every_failed_allocation_is_told(void)
{
	static const char text[] = "a: {b: [1, 2, 3]}\nc: text\nd: [x, y]\na: again\n";
	long last = 0;
	for (long fail_at = 1; fail_at < 200; fail_at++) {
		test_faults f;
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_findings *findings = NULL;
		ssrc_yaml *root = NULL;
		ssrc_error err = {0};
		test_faults_init(&f, &ctx, fail_at);
		ssrc_arena_init(&arena, &ctx);
		ssrc_status status = ssrc_findings_new(&findings, &ctx, &err);
		if (!status)
			status = ssrc_yaml_parse(&arena, text, strlen(text), "x.yaml", &root, findings, &err);
		CHECK(status == (f.calls >= fail_at ? SSRC_NOMEM : SSRC_OK) && status == err.code && root == NULL);
		ssrc_findings_free(findings);
		ssrc_arena_clear(&arena);
		CHECK(f.live_blocks == 0);
		last = fail_at;
		if (f.calls < fail_at)
			break;
	}
	CHECK(last > 3 && last < 200);
}

int main(int argc, char **argv)
{
	TEST(text_stays_text);
	TEST(forms_of_text);
	TEST(order_and_marks);
	TEST(documents_without_content);
	TEST(duplicates_and_aliases_are_refused);
	TEST(syntax_errors_have_a_place);
	TEST(depth_has_a_limit);
	TEST(nodes_have_a_limit);
	TEST(every_failed_allocation_is_told);
	return tests_done();
}
