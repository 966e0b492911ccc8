/* Facility location: both layouts of the OR-Library, capacities left open, and optima against all sets of facilities.
 */
#include "harness.h"

#include "plan/instances.h"
#include "plan/integer_recourse.h"
#include "ref/smps_ref.h"

static ssrc_context ctx;
static ssrc_arena arena;
static ssrc_error err;

static ssrc_status read_text(ssrc_instance *out, const char *text, double capacity)
{
	ssrc_named_text file = {"a.cap", text, strlen(text)};
	err = (ssrc_error){0};
	return ssrc_cflp_read(out, &file, capacity, &ctx, &arena, &err);
}

static void begin(void)
{
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
}

static const char *const by_customer = " 2 4\n 10 7.\n 8 5\n 4\n 1 2\n 3\n 3 4\n 8\n 5. 6\n 0 7 8\n";
static const char *const by_facility = "2 4\n10 7.\n8 5\n4 3 8 0\n1 3 5. 7\n2 4 6 8\n";

static void check_small(const ssrc_instance *in)
{
	const ssrc_two_stage *p = &in->problem;
	const ssrc_scenario_program *s = &p->scenarios[0];
	CHECK(p->first.n_cols == 2 && p->first.cost[0] == 7 && p->first.cost[1] == 5 && p->first.integer[0]);
	CHECK(p->first.n_rows == 1 && p->first.row_low[0] == 15 && p->first.value[0] == 10 && p->complete);
	/* Columns: who serves whom, 2 × 4; rows: 4 served, 2 capacities, 7 links (customer 3 fills facility 2). */
	CHECK(p->n_scenarios == 1 && s->recourse.n_cols == 8 && s->recourse.n_rows == 4 + 2 + 7);
	static const double cost[] = {1, 3, 5, 7, 2, 4, 6, 8};
	for (int j = 0; j < 8; j++)
		CHECK(s->recourse.cost[j] == cost[j] && s->recourse.high[j] == 1);
	CHECK(s->recourse.row_low[0] == 1 && s->recourse.row_high[0] == 1 && s->recourse.row_high[4] == 0);
	CHECK(s->link_start[4] == 0 && s->link_start[6] == 2 && s->link_value[0] == -10 && s->link_value[1] == -8);
	CHECK(s->link_start[13] == 9 && s->link_col[8] == 1 && s->link_value[8] == -1 && !in->whole_recourse);
	CHECK(ref_value_at(&s->recourse, 4, 2) == 8 && ref_value_at(&s->recourse, 5, 5) == 3);
}

static void reads_both_layouts(void)
{
	ssrc_instance in;
	begin();
	CHECK(read_text(&in, by_customer, NAN) == SSRC_OK);
	check_small(&in);
	CHECK(read_text(&in, by_facility, NAN) == SSRC_OK);
	check_small(&in);
	ssrc_arena_clear(&arena);
}

/* With n = m + 1 lines of the two layouts look alike: the documented one is taken. */
static void takes_the_documented_layout_in_doubt(void)
{
	ssrc_instance in;
	begin();
	CHECK(read_text(&in, "1 2\n9 1\n4 5\n3 6\n", NAN) == SSRC_OK);
	CHECK(in.problem.scenarios[0].recourse.cost[0] == 5 && in.problem.scenarios[0].recourse.cost[1] == 6);
	CHECK(in.problem.first.row_low[0] == 7);
	ssrc_arena_clear(&arena);
}

typedef struct wrong {
	const char *text;
	ssrc_status status;
	int64_t line, column;
	const char *says;
} wrong;

static void refuses_and_says_where(void)
{
	static const wrong wrongs[] = {
		{"", SSRC_FORMAT, 1, 1, "the file ends: expected the number of facilities"},
		{"x 3", SSRC_FORMAT, 1, 1, "x: expected the number of facilities"},
		{"0 3", SSRC_FORMAT, 1, 1, "0: expected"},
		{"2.5 3", SSRC_FORMAT, 1, 1, "2.5: expected"},
		{"2", SSRC_FORMAT, 1, 2, "the number of customers"},
		{"900 900\n1 1", SSRC_FORMAT, 1, 5, "the file is too short"},
		{"1 1\n-3 1\n1\n1\n", SSRC_RANGE, 2, 1, "-3: expected a capacity >= 0"},
		{"1 1\n3 one\n1\n1\n", SSRC_FORMAT, 2, 3, "one: expected a fixed cost >= 0"},
		{"1 1\n3 1\n\n  -1\n1\n", SSRC_RANGE, 4, 3, "-1: expected a demand >= 0"},
		{"1 1\n3 1\n1\n", SSRC_FORMAT, 4, 1, "the file ends: expected a cost >= 0"},
		{"1 1\n3 1\n1\n1 7", SSRC_FORMAT, 4, 3, "7: expected the end"},
		{"1 1\n3 1\n4\n1\n", SSRC_RANGE, 5, 1, "total capacity"},
		{"1 1\ncapacity 1\n4\n1\n", SSRC_RANGE, 2, 1, "capacity: expected a number"},
	};
	begin();
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		ssrc_instance in = {.name = "untouched"};
		char message[600];
		ssrc_status status = read_text(&in, wrongs[i].text, NAN);
		ssrc_error_render(message, sizeof message, &err, SSRC_LANG_EN);
		bool right = status == wrongs[i].status && strstr(message, wrongs[i].says) &&
			     err.line == wrongs[i].line && err.column == wrongs[i].column &&
			     strcmp(err.file, "a.cap") == 0 && strcmp(in.name, "untouched") == 0;
		if (!right)
			printf("# %zu: %d %s\n", i, status, message);
		CHECK(right);
	}
	ssrc_arena_clear(&arena);
}

static char *load(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	long n = ftell(f);
	rewind(f);
	char *text = malloc((size_t)n + 1);
	size_t got = text ? fread(text, 1, (size_t)n, f) : 0;
	if (text)
		text[got] = '\0';
	fclose(f);
	return text;
}

static const ssrc_two_stage_options options = {
	.seconds = INFINITY, .gap = 1e-9, .iterations = -1, .threads = 1, .solver = ""};

static double optimum(const ssrc_instance *in)
{
	ssrc_instance_answer answer;
	ssrc_error none = {0};
	ssrc_status status = ssrc_plan_instance_solve(&answer, in, &options, NULL, NULL, &ctx, &arena, &none);
	if (status) {
		char text[600];
		ssrc_error_render(text, sizeof text, &none, SSRC_LANG_EN);
		printf("# %s\n", text);
		return NAN;
	}
	CHECK(answer.gap <= 1e-6 && answer.method == SSRC_METHOD_ONE_SCENARIO);
	return answer.value;
}

/* By hand: facilities 2 and 3 (11) and 4 + 6 + 10 + 2 for the customers. */
static void solves_the_example(void)
{
	char *text = load(SSRC_SOURCE_DIR "/tests/data/plan/depots.cap");
	ssrc_instance in;
	begin();
	CHECK(text && read_text(&in, text, 5) == SSRC_OK);
	if (text && !err.code)
		CHECK_NEAR(optimum(&in), 33, 1e-6);
	/* With room for 4 only at the third the first customer just fits; with 3 a quarter of it goes elsewhere. */
	CHECK(text && read_text(&in, text, 3) == SSRC_OK);
	if (text && !err.code)
		CHECK(optimum(&in) > 33.5);
	free(text);
	ssrc_arena_clear(&arena);
}

/* The least over all sets of open facilities, each with the transport problem as a linear program of its own. */
static double by_all_sets(const ssrc_instance *in)
{
	const ssrc_two_stage *p = &in->problem;
	double best = INFINITY;
	for (uint32_t set = 0; set < 1u << p->first.n_cols; set++) {
		double x[8], capacity = 0;
		for (uint32_t i = 0; i < p->first.n_cols; i++) {
			x[i] = set >> i & 1;
			capacity += x[i] * p->first.value[i];
		}
		ssrc_two_stage_result result;
		if (capacity < p->first.row_low[0] ||
		    ssrc_two_stage_evaluate(&result, p, x, &options, &ctx, &arena, NULL) != SSRC_OK)
			continue;
		best = fmin(best, result.value);
	}
	return best;
}

static void agrees_with_all_sets(void)
{
	for (uint64_t seed = 1; seed <= 25; seed++) {
		ref_random r = {seed, 0};
		ssrc_buf text;
		ssrc_instance in;
		uint32_t m = 2 + ref_below(&r, 4), n = 2 + ref_below(&r, 5);
		begin();
		ssrc_buf_init(&text, &ctx);
		ssrc_buf_printf(&text, "%u %u\n", (unsigned)m, (unsigned)n);
		for (uint32_t i = 0; i < m; i++)
			ssrc_buf_printf(&text, "%d %d\n", (int)ref_between(&r, 12, 30), (int)ref_between(&r, 0, 25));
		for (uint32_t j = 0; j < n; j++) {
			ssrc_buf_printf(&text, "%d\n", (int)ref_between(&r, 0, 3));
			for (uint32_t i = 0; i < m; i++)
				ssrc_buf_printf(&text, " %d", (int)ref_between(&r, 1, 30));
			ssrc_buf_putc(&text, '\n');
		}
		CHECK(read_text(&in, text.data, NAN) == SSRC_OK);
		if (!err.code)
			CHECK_NEAR(optimum(&in), by_all_sets(&in), 1e-6);
		ssrc_buf_clear(&text);
		ssrc_arena_clear(&arena);
	}
}

static void survives_failed_allocations(void)
{
	bool done = false;
	for (long k = 1; k < 500 && !done; k++) {
		test_faults faults;
		ssrc_instance in = {.name = "untouched"};
		test_faults_init(&faults, &ctx, k);
		ssrc_arena_init(&arena, &ctx);
		ssrc_status status = read_text(&in, by_customer, NAN);
		done = status == SSRC_OK;
		CHECK(done || (status == SSRC_NOMEM && err.code == SSRC_NOMEM && strcmp(in.name, "untouched") == 0));
		ssrc_arena_clear(&arena);
		CHECK(faults.live_blocks == 0);
	}
	CHECK(done);
}

int main(int argc, char **argv)
{
	TEST(reads_both_layouts);
	TEST(takes_the_documented_layout_in_doubt);
	TEST(refuses_and_says_where);
	TEST(solves_the_example);
	TEST(agrees_with_all_sets);
	TEST(survives_failed_allocations);
	return tests_done();
}
