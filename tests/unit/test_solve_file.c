/* MPS files as others read them, and solvers that are programs: real ones, and ones that misbehave. */
#include "harness.h"
#include "ref/solve_ref.h"

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

static ssrc_context context;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Folders of this process that are left in /tmp: none may be. */
static int folders_left(void)
{
	int n = 0;
	char ours[64];
	snprintf(ours, sizeof ours, "ssrc-solve-%ld-", (long)getpid());
	DIR *folder = opendir("/tmp");
	for (const struct dirent *entry; folder && (entry = readdir(folder));)
		n += strncmp(entry->d_name, ours, strlen(ours)) == 0;
	if (folder)
		closedir(folder);
	return n;
}

/* ---- the text ------------------------------------------------------------------------------------------------ */

static void mps_text(void)
{
	ssrc_arena arena;
	ssrc_arena_init(&arena, &context);
	ssrc_program_draft d;
	ssrc_program p;
	ssrc_draft_init(&d, &context);
	ssrc_draft_col(&d, 1.5, 0, 4, true, "lines");
	ssrc_draft_col(&d, 0, -INFINITY, INFINITY, false, "two words");
	ssrc_draft_col(&d, -1, -2, INFINITY, true, NULL);
	ssrc_draft_col(&d, 3, 0, INFINITY, false, "plain");
	ssrc_draft_col(&d, 0, -INFINITY, -1, false, NULL);
	ssrc_draft_col(&d, 0, 7, 7, false, NULL);
	ssrc_draft_row(&d, 1, 1, "need");
	ssrc_draft_row(&d, -INFINITY, 9, NULL);
	ssrc_draft_row(&d, 2, 5, "9th");
	ssrc_draft_row(&d, -INFINITY, INFINITY, NULL);
	ssrc_draft_entry(&d, 0, 0, 1);
	ssrc_draft_entry(&d, 2, 0, 0.1);
	ssrc_draft_entry(&d, 3, 2, 1e-7);
	d.offset = 12.5;
	CHECK(ssrc_draft_finish(&p, &d, &arena, NULL) == SSRC_OK);
	ssrc_buf text;
	ssrc_buf_init(&text, &context);
	ssrc_program_write_mps(&p, true, &text);
	CHECK_TEXT(text.data, "NAME x FREE\nROWS\n N OBJECTIVE\n E need\n L r1\n L r2\n N r3\nCOLUMNS\n"
			      " MARKER0 'MARKER' 'INTORG'\n lines OBJECTIVE 1.5\n lines need 1\n lines r2 0.1\n "
			      "MARKER1 'MARKER' 'INTEND'\n"
			      " c1 OBJECTIVE 0\n MARKER2 'MARKER' 'INTORG'\n c2 OBJECTIVE -1\n c2 r3 1e-07\n MARKER3 "
			      "'MARKER' 'INTEND'\n"
			      " plain OBJECTIVE 3\n c4 OBJECTIVE 0\n c5 OBJECTIVE 0\n OFFSET OBJECTIVE 12.5\n"
			      "RHS\n RHS need 1\n RHS r1 9\n RHS r2 5\nRANGES\n RANGES r2 3\nBOUNDS\n UP BOUNDS lines "
			      "4\n FR BOUNDS c1\n"
			      " LO BOUNDS c2 -2\n PL BOUNDS c2\n MI BOUNDS c4\n UP BOUNDS c4 -1\n FX BOUNDS c5 7\n FX "
			      "BOUNDS OFFSET 1\nENDATA\n");
	ssrc_buf_clear(&text);
	ssrc_draft_clear(&d);
	ssrc_arena_clear(&arena);
}

/* ---- real programs ---------------------------------------------------------------------------------------------- */

/* Both ways through a file: the optimum is ours. */
static void agrees(const char *path)
{
	if (access(path, X_OK))
		SKIP("the program is not installed");
	char name[256];
	snprintf(name, sizeof name, "file:%s", path);
	int seen[5] = {0}, failed = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &context);
		ssrc_program p;
		solve_shape shape = solve_whole;
		shape.free = 0.05;
		solve_random(&p, &shape, seed, &context, &arena);
		ssrc_solver *a = NULL, *b = NULL;
		ssrc_solution x, y;
		CHECK(ssrc_solver_new(&a, name, true, &context, &p, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&b, "builtin", true, &context, &p, NULL) == SSRC_OK);
		if (a && b) {
			CHECK(a->ops->solve_mip(a, &ssrc_no_limits, NULL, NULL, NULL, &x) == SSRC_OK);
			CHECK(b->ops->solve_mip(b, &ssrc_no_limits, NULL, NULL, NULL, &y) == SSRC_OK);
			/* cbc 2.10.8 crashes on some that have no solution. */
			bool crashed = x.outcome == SSRC_OUTCOME_FAILED && y.outcome == SSRC_OUTCOME_INFEASIBLE;
			failed += crashed;
			CHECK(x.outcome == y.outcome || crashed);
			if (y.outcome == SSRC_OUTCOME_OPTIMAL) {
				CHECK_NEAR(x.value, y.value, 1e-6 * fmax(1, fabs(y.value)));
				CHECK(x.bound <= y.value + 1e-6 * fmax(1, fabs(y.value)));
			}
			seen[y.outcome]++;
		}
		ssrc_solver_free(a);
		ssrc_solver_free(b);
		ssrc_arena_clear(&arena);
	}
	CHECK(seen[SSRC_OUTCOME_OPTIMAL] > 20 && seen[SSRC_OUTCOME_INFEASIBLE] > 2 && failed <= 5);
	CHECK(folders_left() == 0);
}
static void with_glpsol(void)
{
	agrees("/usr/bin/glpsol");
}
static void with_cbc(void)
{
	agrees("/usr/bin/cbc");
}

/* Linear programs in our MPS, read by another program and by Clp: the same optimum. */
static void mps_of_linear(void)
{
	if (access("/usr/bin/glpsol", X_OK))
		SKIP("glpsol is not installed");
	char folder[256], model[300], answer[300], command[1200];
	CHECK(test_folder(folder) != NULL);
	snprintf(model, sizeof model, "%s/m.mps", folder);
	snprintf(answer, sizeof answer, "%s/m.txt", folder);
	snprintf(command, sizeof command, "/usr/bin/glpsol --nopresol --freemps %s --write %s >/dev/null 2>&1", model,
		 answer);
	int optimal = 0;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &context);
		ssrc_program p;
		solve_random(&p, seed % 3 ? &solve_tame : &solve_wild, seed, &context, &arena);
		ssrc_solver *s = NULL;
		ssrc_solution r = {0};
		CHECK(ssrc_solver_new(&s, "", false, &context, &p, NULL) == SSRC_OK);
		CHECK(s && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
		ssrc_buf text;
		ssrc_buf_init(&text, &context);
		ssrc_program_write_mps(&p, true, &text);
		test_write_file(model, text.data);
		ssrc_buf_clear(&text);
		CHECK(system(command) == 0);
		FILE *file = fopen(answer, "r");
		char line[256], primal = '?', dual = '?';
		double value = NAN;
		while (file && fgets(line, sizeof line, file))
			if (sscanf(line, "s bas %*d %*d %c %c %lf", &primal, &dual, &value) == 3)
				break;
		if (file)
			fclose(file);
		CHECK((r.outcome == SSRC_OUTCOME_OPTIMAL) == (primal == 'f' && dual == 'f'));
		if (r.outcome == SSRC_OUTCOME_OPTIMAL) {
			CHECK_NEAR(value, r.value, 1e-6 * fmax(1, fabs(r.value)));
			optimal++;
		}
		ssrc_solver_free(s);
		ssrc_arena_clear(&arena);
	}
	CHECK(optimal > 10);
}

/* ---- programs that misbehave ---------------------------------------------------------------------------------------
 */

/* min -x0 - x1, 2 x0 + 2 x1 <= 3, whole: -1. The relaxation is not whole. */
static double cost[] = {-1, -1}, low[] = {0, 0}, high[] = {1, 1}, row_low[] = {-INFINITY}, row_high[] = {3},
	      value[] = {2, 2};
static uint32_t start[] = {0, 1, 2}, row[] = {0, 0};
static bool whole[] = {true, true};
static const ssrc_program small = {2, 1, 0, cost, low, high, whole, row_low, row_high, start, row, value, NULL, NULL};

static ssrc_status solve_with(const char *script, double seconds, const volatile int *stop, const double *from,
			      ssrc_solution *out, double *took)
{
	char folder[256], path[300], name[310];
	snprintf(path, sizeof path, "%s/cbc", test_folder(folder));
	snprintf(name, sizeof name, "file:%s", path);
	test_write_file(path, script);
	chmod(path, 0700);
	ssrc_solver *s = NULL;
	ssrc_status status = ssrc_solver_new(&s, name, true, &context, &small, NULL);
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = seconds;
	limits.stop = stop;
	double begin = now();
	if (status == SSRC_OK)
		status = s->ops->solve_mip(s, &limits, from, NULL, NULL, out);
	*took = now() - begin;
	out->x = out->dual = out->reduced = NULL; /* gone with the solver */
	ssrc_solver_free(s);
	return status;
}

static void misbehaving(void)
{
	/* The last argument is the solution file. */
	static const struct {
		const char *script;
		ssrc_outcome want;
		double value; /* INFINITY: none */
	} cases[] = {
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Optimal - objective value -1\\n 0 c0 1 0\\n' > $last\n",
		 SSRC_OUTCOME_OPTIMAL, -1},
		/* says optimal, gives nothing feasible: both at 1 */
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Optimal\\n 0 c0 1 0\\n 1 c1 1 0\\n' > $last\n",
		 SSRC_OUTCOME_FAILED, INFINITY},
		/* gives a number out of bounds, which is pulled in */
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Optimal\\n 0 c0 900 0\\n' > $last\n", SSRC_OUTCOME_OPTIMAL,
		 -1},
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Optimal\\n 0 c0 nan 0\\n 1 c1 inf\\n 7 c7 1\\n c c0\\n' > "
		 "$last\n",
		 SSRC_OUTCOME_OPTIMAL, 0},
		{"#!/bin/sh\nfor last; do :; done\nhead -c 100000 /dev/urandom > $last\n", SSRC_OUTCOME_STOPPED,
		 INFINITY},
		{"#!/bin/sh\nfor last; do :; done\n: > $last\n", SSRC_OUTCOME_FAILED, INFINITY},
		{"#!/bin/sh\nyes rubbish | head -c 1000000\nexit 3\n", SSRC_OUTCOME_FAILED, INFINITY},
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Stopped on time\\n 1 c1 1 0\\n' > $last\nkill -9 $$\n",
		 SSRC_OUTCOME_STOPPED, -1},
		{"#!/bin/sh\nfor last; do :; done\nprintf 'Infeasible\\n' > $last\ntouch left behind\n",
		 SSRC_OUTCOME_INFEASIBLE, INFINITY},
		{"#!/nowhere/at/all\n", SSRC_OUTCOME_FAILED, INFINITY},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ssrc_solution r = {0};
		double took;
		CHECK(solve_with(cases[i].script, 60, NULL, NULL, &r, &took) == SSRC_OK);
		if (r.outcome != cases[i].want)
			printf("# case %d: %d\n", (int)i, r.outcome);
		CHECK(r.outcome == cases[i].want && r.has_x == (isfinite(cases[i].value) != 0) &&
		      r.value == cases[i].value);
		CHECK(r.bound <= r.value && took < 20);
	}
	CHECK(folders_left() == 0);
}

static void hanging(void)
{
	ssrc_solution r = {0};
	double took, from[] = {0, 1};
	CHECK(solve_with("#!/bin/sh\ntrap '' TERM\nsleep 100 &\nwait\nsleep 100\n", 0.5, NULL, NULL, &r, &took) ==
	      SSRC_OK);
	CHECK(r.outcome == SSRC_OUTCOME_STOPPED && !r.has_x && took < 5);
	CHECK_NEAR(r.bound, -1.5, 1e-9); /* of the relaxation */
	volatile int stop = 1;
	CHECK(solve_with("#!/bin/sh\nsleep 100\n", 60, &stop, from, &r, &took) == SSRC_OK);
	CHECK(r.outcome == SSRC_OUTCOME_STOPPED && r.has_x && r.value == -1 && took < 5); /* what it began with */
	CHECK(folders_left() == 0);
}

static void missing(void)
{
	static const char *const names[] = {"file:/nowhere/cbc", "file:cbc", "file:", "file:/usr/bin/printf",
					    "file:/etc/passwd"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		ssrc_solver *s = NULL;
		ssrc_error err = {0};
		CHECK(ssrc_solver_new(&s, names[i], true, &context, &small, &err) == SSRC_NOTFOUND && !s &&
		      err.code == SSRC_NOTFOUND);
	}
}

/* Each allocation and file call of ours fails in turn: NOMEM or a failed solve, nothing left behind. */
static void every_fault(void)
{
	char folder[256], path[300], name[310];
	snprintf(path, sizeof path, "%s/cbc", test_folder(folder));
	snprintf(name, sizeof name, "file:%s", path);
	test_write_file(
		path,
		"#!/bin/sh\nfor last; do :; done\nprintf 'Optimal - objective value -1\\n 0 c0 1 0\\n' > $last\n");
	chmod(path, 0700);
	bool done = false;
	int solved = 0;
	for (long k = 1; k < 500 && !done; k++) {
		test_faults faults;
		ssrc_context ctx;
		test_faults_init(&faults, &ctx, k);
		ssrc_solver *s = NULL;
		ssrc_solution r = {0};
		ssrc_status status = ssrc_solver_new(&s, name, true, &ctx, &small, NULL);
		if (status == SSRC_OK)
			status = s->ops->solve_mip(s, &ssrc_no_limits, NULL, NULL, NULL, &r);
		CHECK(status == SSRC_OK || status == SSRC_NOMEM);
		CHECK(status != SSRC_OK || (r.outcome == SSRC_OUTCOME_OPTIMAL && r.value == -1) ||
		      r.outcome == SSRC_OUTCOME_FAILED);
		solved += status == SSRC_OK && r.outcome == SSRC_OUTCOME_OPTIMAL;
		ssrc_solver_free(s);
		CHECK(faults.live_blocks == 0);
		done = faults.calls < k;
	}
	CHECK(done && solved >= 1);
	CHECK(folders_left() == 0);
}

int main(int argc, char **argv)
{
	ssrc_context_init(&context);
	TEST(mps_text);
	TEST(mps_of_linear);
	TEST(with_glpsol);
	TEST(with_cbc);
	TEST(misbehaving);
	TEST(hanging);
	TEST(missing);
	TEST(every_fault);
	return tests_done();
}
