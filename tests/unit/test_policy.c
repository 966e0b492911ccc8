/* policy.yaml: what is read, what is refused and where, and the three-valued logic of its conditions. */
#include "harness.h"

#include "assess/assess.h"
#include "model/policy.h"

/* ---- reading ---------------------------------------------------------------------------------------- */

typedef struct reading {
	ssrc_context ctx;
	ssrc_error err;
	ssrc_package *package;
	ssrc_arena arena;
	ssrc_policy *policy;
	ssrc_status status;
} reading;

/* Reads a policy text; NULL = a package without one. */
static void read_policy(reading *x, const char *text)
{
	ssrc_findings *findings;
	*x = (reading){.status = SSRC_NOMEM};
	ssrc_context_init(&x->ctx);
	ssrc_arena_init(&x->arena, &x->ctx);
	CHECK(ssrc_package_new(&x->package, &x->ctx, "p", &x->err) == SSRC_OK);
	CHECK(ssrc_findings_new(&findings, &x->ctx, &x->err) == SSRC_OK);
	if (text)
		CHECK(ssrc_package_add_document(x->package, "policy.yaml", text, strlen(text), findings, &x->err) ==
		      SSRC_OK);
	ssrc_findings_free(findings);
	x->status = ssrc_policy_read(&x->policy, x->package, &x->arena, &x->err);
}

static void close_reading(reading *x)
{
	ssrc_arena_clear(&x->arena);
	ssrc_package_free(x->package);
}

#define ONE_RULE "policy: p\nlevels:\n  - level: 1\n    name: n\n"

static void test_reads_what_is_written(void)
{
	reading x;
	read_policy(&x, "policy: mine\n"
			"levels:\n"
			"  - level: 3\n"
			"    name: long\n"
			"    title: {en: \"long loss\", zh: \"长期\"}\n"
			"    all:\n"
			"      - {fact: loss_weeks, min: 13, at: certain, source: \"a page\"}\n"
			"      - any:\n"
			"          - {fact: hhi, above: 0.25}\n"
			"          - {fact: tts_weeks, max: 4, at: possible}\n"
			"          - {fact: routes, below: 2}\n"
			"  - {level: 1, name: short, fact: sole_source, min: 1}\n"
			"grades:\n"
			"  - {grade: B, name: b, fact: products, min: 1}\n");
	CHECK(x.status == SSRC_OK);
	if (!x.status) {
		const ssrc_rule *rule = &x.policy->levels[0];
		CHECK_TEXT(x.policy->name, "mine");
		CHECK(x.policy->n_levels == 2 && x.policy->n_grades == 1);
		CHECK(rule->rank == 3 && x.policy->levels[1].rank == 1 && x.policy->grades[0].rank == 2);
		CHECK_TEXT(rule->title[1], "长期");
		const ssrc_condition *all = rule->condition, *loss = all->first, *any = loss->next;
		CHECK(all->kind == SSRC_ALL && loss->kind == SSRC_TEST && any->kind == SSRC_ANY && !any->next);
		CHECK(loss->fact == SSRC_FACT_LOSS && loss->op == SSRC_AT_LEAST && loss->at == SSRC_CERTAIN &&
		      loss->value == 13);
		CHECK_TEXT(loss->source, "a page");
		const ssrc_condition *hhi = any->first, *tts = hhi->next, *routes = tts->next;
		CHECK(hhi->op == SSRC_ABOVE && hhi->at == SSRC_CENTRAL && hhi->value == 0.25);
		CHECK(tts->op == SSRC_AT_MOST && tts->at == SSRC_POSSIBLE);
		CHECK(routes->op == SSRC_BELOW && routes->fact == SSRC_FACT_ROUTES && !routes->next);
		CHECK_TEXT(hhi->source, "");
	}
	close_reading(&x);
}

/* Every refusal tells the file, the line and column, and what would do. */
static void test_refusals_have_a_place(void)
{
	static const struct {
		const char *text;
		int64_t line, column;
		const char *key, *value;
	} cases[] = {
		{ONE_RULE "    fact: los_weeks\n    min: 1\n", 5, 11, "fact", "los_weeks"},
		{ONE_RULE "    fact: loss_weeks\n    min: many\n", 6, 10, "min", "many"},
		{ONE_RULE "    fact: loss_weeks\n", 3, 5, "loss_weeks", "-"},
		{ONE_RULE "    fact: loss_weeks\n    min: 1\n    max: 2\n", 3, 5, "loss_weeks", "min + max"},
		{ONE_RULE "    fact: loss_weeks\n    min: 1\n    at: perhaps\n", 7, 9, "at", "perhaps"},
		{ONE_RULE "    all: {fact: loss_weeks, min: 1}\n", 5, 10, "all, any", "-"},
		{ONE_RULE "    any: []\n", 5, 10, "all, any", "-"},
		{ONE_RULE "    all: [{fact: hhi, min: 0}]\n    any: [{fact: hhi, min: 0}]\n", 3, 5, "all | any",
		 "all + any"},
		{"levels:\n  - {level: 5, fact: hhi, min: 0}\n", 2, 13, "level", "5"},
		{"levels:\n  - {level: \"\", fact: hhi, min: 0}\n", 2, 13, "level", "-"},
		{"levels:\n  - {fact: hhi, min: 0}\n", 2, 5, "level", "-"},
		{"levels: none\n", 1, 9, "levels", "none"},
		{"levels: []\ngrades:\n  - {grade: D, fact: hhi, min: 0}\n", 3, 13, "grade", "D"},
		{"policy: p\n", 1, 1, "levels", ""},
		{"just words\n", 1, 1, "levels", ""},
		{"levels: [\n", 1, 1, "policy.yaml", "-"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		reading x;
		read_policy(&x, cases[i].text);
		CHECK(x.status == SSRC_FORMAT && x.policy == NULL);
		CHECK_TEXT(x.err.file, "policy.yaml");
		CHECK_NEAR((double)x.err.line, (double)cases[i].line, 0);
		CHECK_NEAR((double)x.err.column, (double)cases[i].column, 0);
		CHECK_TEXT(x.err.arg[0], cases[i].key);
		CHECK_TEXT(x.err.arg[1], cases[i].value);
		close_reading(&x);
	}
}

static void test_suggests_the_fact_that_is_meant(void)
{
	reading x;
	read_policy(&x, ONE_RULE "    fact: los_weeks\n    min: 1\n");
	CHECK(strstr(x.err.arg[2], "loss_weeks") != NULL);
	close_reading(&x);
}

/* Conditions may be nested 8 deep and there may be 64 rules of a kind; one more is refused. */
static void test_limits(void)
{
	for (int depth = 8; depth <= 9; depth++) {
		char text[400] = ONE_RULE "    all: ";
		for (int i = 0; i < depth - 1; i++)
			strcat(text, "[{any: ");
		strcat(text, "[{fact: hhi, min: 0}]");
		for (int i = 0; i < depth - 1; i++)
			strcat(text, "}]");
		strcat(text, "\n");
		reading x;
		read_policy(&x, text);
		CHECK(x.status == (depth == 8 ? SSRC_OK : SSRC_FORMAT));
		close_reading(&x);
	}
	for (int rules = SSRC_RULES_MAX; rules <= SSRC_RULES_MAX + 1; rules++) {
		char text[4000] = "levels:\n";
		for (int i = 0; i < rules; i++)
			strcat(text, "  - {level: 1, fact: hhi, min: 0}\n");
		reading x;
		read_policy(&x, text);
		CHECK(x.status == (rules == SSRC_RULES_MAX ? SSRC_OK : SSRC_FORMAT));
		if (x.status)
			CHECK_NEAR((double)x.err.line, SSRC_RULES_MAX + 2, 0);
		close_reading(&x);
	}
}

static bool names_source(const ssrc_condition *condition, double value, const char *word)
{
	if (condition->kind == SSRC_TEST)
		return condition->value == value && strstr(condition->source, word);
	for (const ssrc_condition *child = condition->first; child; child = child->next)
		if (names_source(child, value, word))
			return true;
	return false;
}

/* The built-in policy holds the published thresholds with their sources and every level and grade. */
static void test_default_policy(void)
{
	reading x;
	read_policy(&x, NULL);
	CHECK(x.status == SSRC_OK);
	bool level[5] = {false}, grade[4] = {false}, crma = false, korea = false, hhi = false, import = false;
	for (size_t i = 0; !x.status && i < x.policy->n_levels; i++) {
		const ssrc_rule *rule = &x.policy->levels[i];
		level[rule->rank] = true;
		CHECK(*rule->name && *rule->title[0] && *rule->title[1]);
		crma |= names_source(rule->condition, 0.65, "2024/1252");
		korea |= names_source(rule->condition, 0.5, "Korea");
		hhi |= names_source(rule->condition, 0.4, "SWD(2021) 352");
		import |= names_source(rule->condition, 0.5, "SWD(2021) 352");
	}
	for (size_t i = 0; !x.status && i < x.policy->n_grades; i++)
		grade[x.policy->grades[i].rank] = true;
	CHECK(level[1] && level[2] && level[3] && level[4] && grade[1] && grade[2] && grade[3]);
	CHECK(crma && korea && hhi && import);
	close_reading(&x);
}

static void test_facts_have_words_and_units(void)
{
	for (int f = 0; f < SSRC_FACT_COUNT; f++) {
		CHECK(*ssrc_fact_word((ssrc_fact)f) && *ssrc_fact_unit((ssrc_fact)f));
		for (int g = 0; g < f; g++)
			CHECK(strcmp(ssrc_fact_word((ssrc_fact)f), ssrc_fact_word((ssrc_fact)g)) != 0);
	}
}

static void test_every_failed_allocation(void)
{
	ssrc_context plain;
	ssrc_error err = {0};
	ssrc_package *package;
	ssrc_context_init(&plain);
	CHECK(ssrc_package_new(&package, &plain, "p", &err) == SSRC_OK);
	ssrc_status status = SSRC_NOMEM;
	for (long k = 1; status && k < 2000; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_policy *policy = NULL;
		test_faults_init(&faults, &ctx, k);
		package->ctx = &ctx;
		ssrc_arena_init(&arena, &ctx);
		status = ssrc_policy_read(&policy, package, &arena, &err);
		CHECK(status == SSRC_OK || (status == SSRC_NOMEM && !policy));
		ssrc_arena_clear(&arena);
		CHECK(faults.live_blocks == 0);
	}
	CHECK(status == SSRC_OK);
	package->ctx = &plain;
	ssrc_package_free(package);
}

/* ---- logic -------------------------------------------------------------------------------------------- */

/* A test on a fact that is false, unknown or true. */
static ssrc_condition leaf(ssrc_truth truth)
{
	return (ssrc_condition){.kind = SSRC_TEST,
				.fact = truth == SSRC_UNKNOWN ? SSRC_FACT_TTS : SSRC_FACT_LOSS,
				.op = SSRC_AT_LEAST,
				.at = SSRC_CENTRAL,
				.value = truth == SSRC_TRUE ? 1 : 3};
}

static void truth_facts(ssrc_estimate facts[SSRC_FACT_COUNT])
{
	for (int f = 0; f < SSRC_FACT_COUNT; f++)
		facts[f] = (ssrc_estimate){{1, 2, 4}};
	facts[SSRC_FACT_TTS] = (ssrc_estimate){{NAN, NAN, NAN}};
}

/* Strong Kleene logic: all = the least, any = the greatest of false < unknown < true. */
static void test_truth_tables(void)
{
	static const ssrc_truth all[3][3] = {{SSRC_FALSE, SSRC_FALSE, SSRC_FALSE},
					     {SSRC_FALSE, SSRC_UNKNOWN, SSRC_UNKNOWN},
					     {SSRC_FALSE, SSRC_UNKNOWN, SSRC_TRUE}};
	static const ssrc_truth any[3][3] = {{SSRC_FALSE, SSRC_UNKNOWN, SSRC_TRUE},
					     {SSRC_UNKNOWN, SSRC_UNKNOWN, SSRC_TRUE},
					     {SSRC_TRUE, SSRC_TRUE, SSRC_TRUE}};
	ssrc_estimate facts[SSRC_FACT_COUNT];
	truth_facts(facts);
	for (int a = 0; a < 3; a++)
		for (int b = 0; b < 3; b++) {
			ssrc_condition x = leaf((ssrc_truth)a), y = leaf((ssrc_truth)b), parent = {.first = &x};
			x.next = &y;
			CHECK(ssrc_condition_holds(&x, facts, -1) == (ssrc_truth)a);
			parent.kind = SSRC_ALL;
			CHECK(ssrc_condition_holds(&parent, facts, -1) == all[a][b]);
			parent.kind = SSRC_ANY;
			CHECK(ssrc_condition_holds(&parent, facts, -1) == any[a][b]);
		}
}

/* certain looks at the end that is harder to pass, possible at the easier one, central at the middle. */
static void test_which_end_is_tested(void)
{
	ssrc_estimate facts[SSRC_FACT_COUNT];
	truth_facts(facts); /* loss 1, 2, 4 */
	static const double ends_up[] = {1, 2, 4}, ends_down[] = {4, 2, 1};
	for (int at = SSRC_CERTAIN; at <= SSRC_POSSIBLE; at++) {
		double up = ends_up[at], down = ends_down[at];
		const struct {
			ssrc_test_op op;
			double value;
			ssrc_truth truth;
		} cases[] = {
			{SSRC_AT_LEAST, up, SSRC_TRUE},  {SSRC_AT_LEAST, up + 0.1, SSRC_FALSE},
			{SSRC_ABOVE, up, SSRC_FALSE},    {SSRC_ABOVE, up - 0.1, SSRC_TRUE},
			{SSRC_AT_MOST, down, SSRC_TRUE}, {SSRC_AT_MOST, down - 0.1, SSRC_FALSE},
			{SSRC_BELOW, down, SSRC_FALSE},  {SSRC_BELOW, down + 0.1, SSRC_TRUE},
		};
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			ssrc_condition test = {.kind = SSRC_TEST,
					       .fact = SSRC_FACT_LOSS,
					       .op = cases[i].op,
					       .at = (ssrc_test_at)at,
					       .value = cases[i].value};
			CHECK(ssrc_condition_holds(&test, facts, -1) == cases[i].truth);
			/* An override looks at the same end whatever the test says. */
			test.at = SSRC_CENTRAL;
			CHECK(ssrc_condition_holds(&test, facts, at) == cases[i].truth);
		}
	}
}

int main(int argc, char **argv)
{
	TEST(test_reads_what_is_written);
	TEST(test_refusals_have_a_place);
	TEST(test_suggests_the_fact_that_is_meant);
	TEST(test_limits);
	TEST(test_default_policy);
	TEST(test_facts_have_words_and_units);
	TEST(test_every_failed_allocation);
	TEST(test_truth_tables);
	TEST(test_which_end_is_tested);
	return tests_done();
}
