/* SMPS: what the reader takes, what it refuses and where, and that it reads back what was written. */
#include "harness.h"

#include "plan/instances.h"
#include "ref/smps_ref.h"

#include <locale.h>

typedef struct texts {
	const char *core, *time, *stoch;
} texts;

static const texts plain = {
	"NAME          TINY\n"
	"ROWS\n"
	" N  obj\n"
	" L  cap\n"
	" G  need\n"
	" L  link\n"
	"COLUMNS\n"
	"    x         obj       2              cap       1\n"
	"    x         link      -1\n"
	"    y         obj       3              need      1\n"
	"    y         link      1\n"
	"    z         obj       10             need      1\n"
	"RHS\n"
	"    RHS1      cap       8              need      5\n"
	"BOUNDS\n"
	" UP BND       z         6\n"
	"ENDATA\n",
	"TIME          TINY\n"
	"PERIODS       IMPLICIT\n"
	"    x         cap                      P1\n"
	"    y         need                     P2\n"
	"ENDATA\n",
	"STOCH         TINY\n"
	"SCENARIOS     DISCRETE\n"
	" SC one       ROOT      0.25           P2\n"
	" SC two       ROOT      0.75           P2\n"
	"    RHS1      need      7\n"
	"    y         obj       4\n"
	"ENDATA\n",
};

static ssrc_context ctx;
static ssrc_arena arena;
static ssrc_error err;

static ssrc_status read_up_to(ssrc_instance *out, texts t, uint32_t most)
{
	ssrc_named_text core = {"a.cor", t.core, strlen(t.core)}, time = {"a.tim", t.time, strlen(t.time)};
	ssrc_named_text stoch = {"a.sto", t.stoch, strlen(t.stoch)};
	err = (ssrc_error){0};
	return ssrc_smps_read(out, &core, &time, &stoch, most, &ctx, &arena, &err);
}

static bool reads(ssrc_instance *out, texts t)
{
	ssrc_status status = read_up_to(out, t, 1000);
	if (status) {
		char text[600];
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
	}
	return status == SSRC_OK;
}

static void begin(void)
{
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
}

static void check_tiny(const ssrc_instance *in)
{
	const ssrc_two_stage *p = &in->problem;
	const ssrc_scenario_program *one = &p->scenarios[0], *two = &p->scenarios[1];
	CHECK(p->first.n_cols == 1 && p->first.n_rows == 1 && p->n_scenarios == 2 && !in->whole_recourse);
	CHECK(p->first.cost[0] == 2 && p->first.row_high[0] == 8 && p->first.row_low[0] == -INFINITY);
	CHECK(one->recourse.n_cols == 2 && one->recourse.n_rows == 2 && one->recourse.start[2] == 3);
	CHECK(one->recourse.cost[0] == 3 && one->recourse.cost[1] == 10 && one->recourse.high[1] == 6);
	CHECK(one->recourse.row_low[0] == 5 && one->recourse.row_high[0] == INFINITY);
	CHECK(one->recourse.row_high[1] == 0 && one->link_start[1] == 0 && one->link_start[2] == 1);
	CHECK(one->link_col[0] == 0 && one->link_value[0] == -1 && one->probability == 0.25);
	CHECK(two->recourse.cost[0] == 4 && two->recourse.row_low[0] == 7 && two->probability == 0.75);
	CHECK_TEXT(two->name, "two");
	CHECK_TEXT(p->first.col_name[0], "x");
	CHECK_TEXT(one->recourse.row_name[1], "link");
}

static void reads_a_plain_instance(void)
{
	ssrc_instance in;
	begin();
	if (reads(&in, plain)) {
		check_tiny(&in);
		CHECK_TEXT(in.name, "TINY");
		CHECK(in.probability_sum == 1 && in.implied_binaries == 0 && in.free_rows == 0);
		/* What a scenario does not change it shares. */
		CHECK(in.problem.scenarios[0].recourse.value == in.problem.scenarios[1].recourse.value);
		CHECK(in.problem.scenarios[0].recourse.cost != in.problem.scenarios[1].recourse.cost);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

/* The same in free form: comments, tabs, CR LF, words in the first column, no names of sets, plus signs, FORTRAN's d.
 */
static void reads_whatever_layout(void)
{
	texts t = {
		"* a c\xf6mment\r\nNAME TINY FREE\r\n\r\nROWS\r\n N obj\r\n L\tcap\r\n G need\r\n L link\r\n"
		"* another\r\nCOLUMNS\r\nx obj +2. cap 1.0D0\r\n x link -1d+0\r\ny obj .3e1 need 1 \r\n   * and one\r\n"
		" y link 1\r\n z obj 10 need 1\r\nRHS\r\n cap 8 need 5\r\nBOUNDS\r\n UP z 6\r\nENDATA\r\nrubbish",
		"TIME\nPERIODS LP\n x obj P1\n y need P2\nENDATA\n",
		"STOCH\nSCENARIOS\n SC one 'ROOT' .25\n SC two \"ROOT\" 7.5E-1 P2\n rhs need 7\n y obj 4.\nENDATA",
	};
	ssrc_instance in;
	begin();
	if (reads(&in, t))
		check_tiny(&in);
	else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void reads_fixed_form_with_blanks_in_names(void)
{
	texts t = {
		"NAME          TINY\n"
		"ROWS\n"
		" N  the obj\n"
		" L  cap\n"
		" G  need it\n"
		" L  link\n"
		"COLUMNS\n"
		"    x  1      the obj   2              cap       1\n"
		"    x  1      link      -1\n"
		"    y         the obj   3              need it   1\n"
		"    y         link      1\n"
		"    z         the obj   10             need it   1\n"
		"RHS\n"
		"              cap       8              need it   5\n"
		"BOUNDS\n"
		" UP BND       z         6\n"
		"ENDATA\n",
		"TIME          TINY\nPERIODS       IMPLICIT\n"
		"    x  1      cap                      P1\n"
		"    y         need it                  P2\n"
		"ENDATA\n",
		"STOCH         TINY\nSCENARIOS     DISCRETE\n"
		" SC one       ROOT      0.25           P2\n"
		" SC two       ROOT      0.75           P2\n"
		"    RHS       need it   7\n"
		"    y         the obj   4\n"
		"ENDATA\n",
	};
	ssrc_instance in;
	begin();
	if (reads(&in, t)) {
		CHECK_TEXT(in.problem.first.col_name[0], "x  1");
		CHECK(in.problem.scenarios[1].recourse.row_low[0] == 7 &&
		      in.problem.scenarios[1].recourse.cost[0] == 4);
		CHECK(in.problem.scenarios[0].link_value[0] == -1);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static const char *const bounds_core = "NAME\nROWS\n N obj\n L f\n L s\nCOLUMNS\n x f 1\n"
				       " M 'MARKER' 'INTORG'\n a s 1\n b s 1\n c s 1\n M 'MARKER' 'INTEND'\n"
				       " d s 1\n e s 1\n g s 1\n h s 1\n i s 1\n j s 1\n k s 1\nRHS\n r f 1\nBOUNDS\n"
				       " UP BND b 5\n PL BND c\n BV BND d\n LI BND e -2\n UI BND e 7\n MI BND g\n"
				       " FR BND h\n FX BND i 3\n UP BND j -4\n LO k -1e30\n UP k 1e+30\nENDATA\n";
static const char *const bounds_time = "TIME\nPERIODS\n x f P1\n a s P2\nENDATA\n";
static const char *const one_scenario = "STOCH\nENDATA\n";

static void reads_every_bound(void)
{
	static const double low[] = {0, 0, 0, 0, -2, -INFINITY, -INFINITY, 3, -INFINITY, -INFINITY};
	static const double high[] = {1, 5, INFINITY, 1, 7, INFINITY, INFINITY, 3, -4, INFINITY};
	static const bool whole[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
	ssrc_instance in;
	begin();
	if (reads(&in, (texts){bounds_core, bounds_time, one_scenario})) {
		const ssrc_program *p = &in.problem.scenarios[0].recourse;
		CHECK(p->n_cols == 10 && in.problem.n_scenarios == 1 && in.problem.scenarios[0].probability == 1);
		for (int j = 0; j < 10; j++)
			CHECK(p->low[j] == low[j] && p->high[j] == high[j] && p->integer[j] == whole[j]);
		CHECK(in.implied_binaries == 1 && in.negative_uppers == 1 && in.whole_recourse);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void reads_ranges_constants_and_senses(void)
{
	texts t = {"NAME\nOBJSENSE\n    MAX\nROWS\n N obj\n N other\n L f\n L l\n G g\n E p\n E n\n E e\nCOLUMNS\n"
		   " x obj 5 f 1\n x other 9\n y obj 7 l 1\n y g 1 p 1\n y n 1 e 1\nRHS\n R obj -12 l 10\n R g 2 p 3\n"
		   " R n 4 e 6\nRANGES\n R l 4 g 5\n R p 2 n -1\nENDATA\n",
		   "TIME\nPERIODS\n x f P1\n y l P2\nENDATA\n",
		   "STOCH\nSCENARIOS\n SC a ROOT 0.5\n SC b ROOT 0.5\n R l 20\n R n 8\n R obj -2\n y obj 8\nENDATA\n"};
	static const double low[] = {6, 2, 3, 3, 6}, high[] = {10, 7, 5, 4, 6};
	ssrc_instance in;
	begin();
	if (reads(&in, t)) {
		const ssrc_program *p = &in.problem.scenarios[0].recourse, *q = &in.problem.scenarios[1].recourse;
		for (int i = 0; i < 5; i++)
			CHECK(p->row_low[i] == low[i] && p->row_high[i] == high[i]);
		CHECK(q->row_low[0] == 16 && q->row_high[0] == 20 && q->row_low[3] == 7 && q->row_high[3] == 8);
		/* The constant is minus the right-hand side of the objective; all signs turn for a maximum. */
		CHECK(in.maximise && in.free_rows == 1 && in.problem.first.offset == -12 && q->offset == 10);
		CHECK(in.problem.first.cost[0] == -5 && p->cost[0] == -7 && q->cost[0] == -8);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void reads_independent_outcomes(void)
{
	texts t = plain;
	ssrc_instance in;
	t.stoch = "STOCH\nINDEP DISCRETE\n RHS need 5 P2 0.25\n RHS need 6 P2 0.75\n y obj 3 0.5\n y obj 4 0.5\n"
		  " UP BND z 6 P2 0.4\n UP BND z 9 P2 0.6\nENDATA\n";
	begin();
	if (reads(&in, t)) {
		static const double need[] = {5, 5, 5, 5, 6, 6, 6, 6}, cost[] = {3, 3, 4, 4, 3, 3, 4, 4};
		static const double most[] = {6, 9, 6, 9, 6, 9, 6, 9};
		CHECK(in.problem.n_scenarios == 8);
		for (uint32_t s = 0; s < in.problem.n_scenarios && s < 8; s++) {
			const ssrc_scenario_program *it = &in.problem.scenarios[s];
			CHECK(it->recourse.row_low[0] == need[s] && it->recourse.cost[0] == cost[s]);
			CHECK(it->recourse.high[1] == most[s]);
			CHECK_NEAR(it->probability, (s < 4 ? 0.25 : 0.75) * 0.5 * (s % 2 ? 0.6 : 0.4), 1e-15);
		}
		CHECK_TEXT(in.problem.scenarios[7].name, "8");
	} else
		CHECK(false);
	CHECK(read_up_to(&in, t, 7) == SSRC_LIMIT);
	ssrc_arena_clear(&arena);
}

static void reads_blocks_and_parents(void)
{
	texts t = plain;
	ssrc_instance in;
	/* What a later outcome of a block does not say it takes from the first; a scenario takes it from its parent. */
	t.stoch = "STOCH\nBLOCKS DISCRETE\n BL b P2 0.5\n RHS need 6\n y obj 9\n BL b P2 0.5\n RHS need 8\n"
		  " BL c P2 1\n x link -2\nENDATA\n";
	begin();
	if (reads(&in, t)) {
		const ssrc_scenario_program *s = in.problem.scenarios;
		CHECK(in.problem.n_scenarios == 2 && s[0].recourse.row_low[0] == 6 && s[1].recourse.row_low[0] == 8);
		CHECK(s[0].recourse.cost[0] == 9 && s[1].recourse.cost[0] == 9 && s[0].link_value[0] == -2);
	} else
		CHECK(false);
	t.stoch = "STOCH\nSCENARIOS\n SC a ROOT 0.2 P1\n RHS need 6\n y obj 9\n SC b a 0.3 P2\n RHS need 8\n"
		  " SC c b 0.5 P2\n z link 2 z need 1\nENDATA\n";
	CHECK(read_up_to(&in, t, 10) == SSRC_FORMAT); /* pairs are row and number, the column stands once */
	t.stoch = "STOCH\nSCENARIOS\n SC a ROOT 0.2 P1\n RHS need 6\n y obj 9\n SC b a 0.3 P2\n RHS need 8\n"
		  " SC c b 0.5 P2\n z link 2 need 3\nENDATA\n";
	if (reads(&in, t)) {
		const ssrc_scenario_program *s = in.problem.scenarios;
		CHECK(s[2].recourse.cost[0] == 9 && s[2].recourse.row_low[0] == 8 && s[1].recourse.start[2] == 4);
		/* z has no entry in row link in the core: the others hold 0 there. */
		CHECK(s[2].recourse.value[3] == 2 && s[1].recourse.value[3] == 0 && s[2].recourse.value[2] == 3);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void adds_and_multiplies(void)
{
	texts t = plain;
	ssrc_instance in;
	t.stoch = "STOCH\nINDEP DISCRETE ADD\n RHS need 2 P2 1\nBLOCKS DISCRETE MULTIPLY\n BL b P2 1\n y obj 5\n"
		  " x link 3\n z need 0.5\n UP BND z 2\nENDATA\n";
	begin();
	if (reads(&in, t)) {
		const ssrc_scenario_program *s = in.problem.scenarios;
		CHECK(s->recourse.row_low[0] == 7 && s->recourse.cost[0] == 15 && s->link_value[0] == -3);
		CHECK(s->recourse.value[2] == 0.5 && s->recourse.high[1] == 12);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void scales_probabilities_that_nearly_sum(void)
{
	texts t = plain;
	ssrc_instance in;
	t.stoch = "STOCH\nSCENARIOS\n SC a ROOT 0.3333 P2\n SC b ROOT 0.6666 P2\nENDATA\n";
	begin();
	if (reads(&in, t)) {
		CHECK_NEAR(in.probability_sum, 0.9999, 1e-15);
		CHECK_NEAR(in.problem.scenarios[0].probability + in.problem.scenarios[1].probability, 1, 1e-15);
		CHECK_NEAR(in.problem.scenarios[0].probability, 0.3333 / 0.9999, 1e-15);
	} else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

static void reads_explicit_periods(void)
{
	texts t = plain;
	ssrc_instance in;
	t.time = "TIME\nPERIODS EXPLICIT\n P1\n P2\nROWS\n link P2\n need P2\n cap P1\n obj P1\nCOLUMNS\n z P2\n y "
		 "P2\n x P1\n"
		 "ENDATA\n";
	begin();
	if (reads(&in, t))
		check_tiny(&in);
	else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

typedef struct wrong {
	char file; /* which text the change is for: c, t, s */
	const char *old, *fresh;
	ssrc_status status;
	int64_t line, column; /* 0 = not told */
	const char *says;
} wrong;

static const wrong wrongs[] = {
	{'c', "ROWS", "RHOS", SSRC_FORMAT, 2, 1, "RHOS"},
	{'c', " L  cap\n", " X  cap\n", SSRC_FORMAT, 4, 2, "X: expected N, L, G or E"},
	{'c', " L  cap\n", " L\n", SSRC_FORMAT, 4, 0, "the name of a row"},
	{'c', " G  need\n", " G  cap\n", SSRC_FORMAT, 5, 5, "no other row"},
	{'c', " N  obj\n", " G  obj\n", SSRC_FORMAT, 0, 0, "an objective"},
	{'c', "x         obj       2 ", "x         obi       2 ", SSRC_FORMAT, 8, 15, "obi: expected a row"},
	{'c', "x         obj       2 ", "x         obj       2,5 ", SSRC_FORMAT, 8, 25, "2,5: expected a number"},
	{'c', "x         obj       2 ", "x         obj       nan ", SSRC_FORMAT, 8, 25, "nan"},
	{'c', "x         obj       2 ", "x         obj       1e30 ", SSRC_FORMAT, 8, 25, "1e30"},
	{'c', "    x         link", "    x         cap", SSRC_FORMAT, 0, 0, "column x has row cap twice"},
	{'c', "RHS1      cap", "RHS1      cup", SSRC_FORMAT, 14, 15, "cup"},
	{'c', "need      5\n", "need\n", SSRC_FORMAT, 14, 5, "RHS1: expected a row"},
	{'c', " UP BND", " XX BND", SSRC_FORMAT, 16, 2, "XX"},
	{'c', " UP BND", " SC BND", SSRC_UNSUPPORTED, 16, 2, "semi-continuous"},
	{'c', "z         6", "q         6", SSRC_FORMAT, 16, 15, "q: expected a column"},
	{'c', "z         6", "z         six", SSRC_FORMAT, 16, 25, "six: expected a number"},
	{'c', " UP BND       z         6\n", " LO BND       z         9\n UP BND       z         6\n", SSRC_FORMAT, 0,
	 0, "column z"},
	{'c', "BOUNDS\n", "QSECTION\n", SSRC_UNSUPPORTED, 15, 1, "QSECTION"},
	{'c', "ENDATA\n", "", SSRC_FORMAT, 0, 0, "ENDATA"},
	{'c', "NAME          TINY\n", "NAME          TINY\nOBJSENSE\n  UP\n", SSRC_FORMAT, 3, 3, "MAX or MIN"},
	{'c', "link      -1", "l\xffnk      -1", SSRC_FORMAT, 9, 16, "UTF-8"},
	{'s', "SC two", "SC tw\xc3", SSRC_FORMAT, 4, 7, "0xC3"},
	{'t', "    x ", "    w ", SSRC_FORMAT, 3, 5, "w: expected a column"},
	{'t', "need ", "noed ", SSRC_FORMAT, 4, 15, "noed: expected a row"},
	{'t', "P2\n", "P1\n", SSRC_FORMAT, 0, 0, "two periods"},
	{'t', "P2\n", "P2\n z link P3\n", SSRC_UNSUPPORTED, 5, 9, "P3: expected two periods"},
	{'t', "need ", "link ", SSRC_FORMAT, 0, 0, "row need of the first period holds column y of the second"},
	{'t', "ENDATA\n", "", SSRC_FORMAT, 0, 0, "ENDATA"},
	{'t', "PERIODS       IMPLICIT\n", "", SSRC_FORMAT, 2, 5, "TIME, PERIODS"},
	{'s', "0.25", "-0.25", SSRC_RANGE, 3, 25, "-0.25: expected a probability from 0 to 1"},
	{'s', "0.25", "a", SSRC_FORMAT, 3, 25, "a: expected a probability"},
	{'s', "0.25", "0.2", SSRC_RANGE, 0, 0, "sum to 0.95"},
	{'s', "one       ROOT", "one       RUUT", SSRC_FORMAT, 3, 15, "RUUT: expected ROOT or a scenario"},
	{'s', "SC two", "SC one", SSRC_FORMAT, 4, 5, "no other scenario"},
	{'s', "need      7", "cap      7", SSRC_FORMAT, 5, 15, "a row of the second period"},
	{'s', "RHS1", "RSH1", SSRC_FORMAT, 5, 5, "RSH1: expected a column"},
	{'s', "y         obj", "x         obj", SSRC_FORMAT, 6, 5, "a column of the second period"},
	{'s', "y         obj       4", "y         obj       four", SSRC_FORMAT, 6, 25, "four"},
	{'s', "    y         obj       4\n", "    y         obj\n", SSRC_FORMAT, 6, 0, "pairs"},
	{'s', "    y         obj       4\n", " UP BND x 4\n", SSRC_FORMAT, 6, 0, "a column of the second period"},
	{'s', "    y         obj       4\n", " LO BND z 7\n", SSRC_FORMAT, 0, 0, "column z"},
	{'s', "    y         obj       4\n", " BV BND z\n", SSRC_FORMAT, 0, 0, "whole"},
	{'s', "DISCRETE", "NORMAL", SSRC_UNSUPPORTED, 2, 15, "NORMAL: expected DISCRETE"},
	{'s', "SCENARIOS     DISCRETE", "CHANCE", SSRC_UNSUPPORTED, 2, 1, "CHANCE"},
	{'s', " SC one       ROOT      0.25           P2\n", " UP BND z 6\n", SSRC_FORMAT, 3, 2, "expected SC"},
	{'s', "ENDATA\n", "", SSRC_FORMAT, 0, 0, "ENDATA"},
};

/* `text` with the first `old` replaced. */
static char *with(const char *text, const char *old, const char *fresh)
{
	const char *at = strstr(text, old);
	size_t head = at ? (size_t)(at - text) : 0;
	char *out = malloc(strlen(text) + strlen(fresh) + 1);
	CHECK(at != NULL);
	if (!at || !out)
		return out;
	memcpy(out, text, head);
	strcpy(out + head, fresh);
	strcat(out, at + strlen(old));
	return out;
}

static void refuses_and_says_where(void)
{
	static const char *const files[] = {"a.cor", "a.tim", "a.sto"};
	begin();
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		const wrong *w = &wrongs[i];
		int which = w->file == 'c' ? 0 : w->file == 't' ? 1 : 2;
		texts t = plain;
		const char **text = which == 0 ? &t.core : which == 1 ? &t.time : &t.stoch;
		char *changed = with(*text, w->old, w->fresh), message[700];
		*text = changed;
		ssrc_instance in = {.name = "untouched"};
		ssrc_status status = read_up_to(&in, t, 100);
		ssrc_error_render(message, sizeof message, &err, SSRC_LANG_EN);
		bool right = status == w->status && err.code == status && strstr(message, w->says) != NULL &&
			     (w->line == 0 || err.line == w->line) && (w->column == 0 || err.column == w->column) &&
			     (strcmp(err.file, files[which]) == 0) && strcmp(in.name, "untouched") == 0;
		if (!right)
			printf("# %zu (%s): status %d, %s\n", i, w->fresh, status, message);
		CHECK(right);
		free(changed);
	}
	ssrc_arena_clear(&arena);
}

static void empty_texts_are_refused(void)
{
	ssrc_instance in;
	begin();
	for (int which = 0; which < 3; which++) {
		texts t = plain;
		*(which == 0 ? &t.core : which == 1 ? &t.time : &t.stoch) = "";
		CHECK(read_up_to(&in, t, 100) == SSRC_FORMAT);
	}
	ssrc_arena_clear(&arena);
}

static void sums_out_of_range_are_refused(void)
{
	texts t = plain;
	ssrc_instance in;
	t.core = "NAME\nROWS\n N obj\n L cap\n G need\nCOLUMNS\n x cap 1\n y need 1e19\nRHS\n r need 1\nENDATA\n";
	t.stoch = "STOCH\nSCENARIOS DISCRETE MULTIPLY\n SC a ROOT 1 P2\n y need 9e19\n";
	begin();
	CHECK(read_up_to(&in, t, 100) == SSRC_FORMAT); /* no ENDATA */
	t.stoch = "STOCH\nINDEP DISCRETE MULTIPLY\n RHS need 1e20 P2 1\nENDATA\n";
	CHECK(read_up_to(&in, t, 100) == SSRC_FORMAT);
	ssrc_arena_clear(&arena);
}

static void random_ranges_are_refused(void)
{
	texts t = plain;
	ssrc_instance in;
	char *core = with(plain.core, "BOUNDS\n", "RANGES\n    RNG       need      1\nBOUNDS\n");
	char *stoch = with(plain.stoch, "RHS1", "RNG ");
	t.core = core;
	t.stoch = stoch;
	begin();
	CHECK(read_up_to(&in, t, 100) == SSRC_UNSUPPORTED && err.line == 5 && err.column == 5);
	free(core);
	free(stoch);
	ssrc_arena_clear(&arena);
}

/* A comma where others have a point must not matter. */
static void does_not_depend_on_locale(void)
{
	static const char *const commas[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR"};
	bool set = false;
	for (int i = 0; i < 4 && !set; i++)
		set = setlocale(LC_ALL, commas[i]) != NULL;
	ssrc_instance in;
	begin();
	texts t = plain;
	t.stoch = "STOCH\nSCENARIOS\n SC a ROOT 0.25 P2\n SC b ROOT 0.75 P2\n RHS need 7.5\n y obj 4.25e0\nENDATA\n";
	CHECK(reads(&in, t) && in.problem.scenarios[1].recourse.row_low[0] == 7.5);
	CHECK(in.problem.scenarios[1].recourse.cost[0] == 4.25);
	setlocale(LC_ALL, "C");
	ssrc_arena_clear(&arena);
	if (!set)
		SKIP("no locale with a comma is installed");
}

/* ---- what was written is read back --------------------------------------------------------------------------- */

static bool same_program(const ssrc_program *a, const ssrc_program *b)
{
	bool same = a->n_cols == b->n_cols && a->n_rows == b->n_rows;
	for (uint32_t j = 0; same && j < a->n_cols; j++) {
		same = a->cost[j] == b->cost[j] && a->low[j] == b->low[j] && a->high[j] == b->high[j] &&
		       (a->integer && a->integer[j]) == (b->integer && b->integer[j]);
		for (uint32_t i = 0; same && i < a->n_rows; i++)
			same = ref_value_at(a, i, j) == ref_value_at(b, i, j);
	}
	for (uint32_t i = 0; same && i < a->n_rows; i++)
		same = a->row_low[i] == b->row_low[i] && a->row_high[i] == b->row_high[i];
	return same;
}

static void reads_back_random_programs(void)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		ref_shape shape = {1 + seed % 3, 1 + seed % 4, 1 + seed % 5, 1 + seed % 3, seed % 2, seed % 3, 4};
		ssrc_two_stage problem;
		ssrc_instance in;
		ref_smps w = {.r = {seed, 0}};
		begin();
		CHECK(ref_random_problem(&problem, seed, &shape, &ctx, &arena) == SSRC_OK);
		ref_align_sides(&problem);
		ref_put_smps(&w, &problem, &ctx);
		bool same = reads(&in, (texts){w.core.data, w.time.data, w.stoch.data}) &&
			    same_program(&problem.first, &in.problem.first);
		for (uint32_t s = 0; same && s < problem.n_scenarios; s++) {
			const ssrc_scenario_program *a = &problem.scenarios[s], *b = &in.problem.scenarios[s];
			same = same_program(&a->recourse, &b->recourse) &&
			       fabs(a->probability - b->probability) < 1e-12;
			for (uint32_t i = 0; same && i < a->recourse.n_rows; i++)
				for (uint32_t j = 0; same && j < shape.n_x; j++)
					same = ref_link_at(a, i, j) == ref_link_at(b, i, j);
			same = same && fabs(problem.first.offset + a->recourse.offset - in.problem.first.offset -
					    b->recourse.offset) < 1e-12;
		}
		if (!same)
			printf("# seed %d\n%s%s%s", (int)seed, w.core.data, w.time.data, w.stoch.data);
		CHECK(same);
		ref_clear_smps(&w);
		ssrc_arena_clear(&arena);
		if (!same)
			return;
	}
}

static void survives_failed_allocations(void)
{
	texts t = plain;
	bool done = false;
	t.stoch = "STOCH\nBLOCKS DISCRETE\n BL b P2 0.5\n RHS need 6\n z link 1\n BL b P2 0.5\n UP BND z 3\nENDATA\n";
	for (long k = 1; k < 500 && !done; k++) {
		test_faults faults;
		ssrc_instance in = {.name = "untouched"};
		test_faults_init(&faults, &ctx, k);
		ssrc_arena_init(&arena, &ctx);
		ssrc_status status = read_up_to(&in, t, 100);
		done = status == SSRC_OK;
		CHECK(done || (status == SSRC_NOMEM && err.code == SSRC_NOMEM && strcmp(in.name, "untouched") == 0));
		ssrc_arena_clear(&arena);
		CHECK(faults.live_blocks == 0);
	}
	CHECK(done);
}

static char *load(const char *folder, const char *name, const char *ending)
{
	char path[600];
	snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
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

static void check_file(const char *folder, const char *name, uint32_t n_x, uint32_t n_y, uint32_t n_scenarios)
{
	char *core = load(folder, name, "cor"), *time = load(folder, name, "tim"), *stoch = load(folder, name, "sto");
	ssrc_instance in;
	begin();
	bool good = core && time && stoch && read_up_to(&in, (texts){core, time, stoch}, 5000) == SSRC_OK;
	if (!good)
		printf("# %s/%s\n", folder, name);
	CHECK(good);
	if (good)
		CHECK(in.problem.first.n_cols == n_x && in.problem.scenarios[0].recourse.n_cols == n_y &&
		      in.problem.n_scenarios == n_scenarios);
	free(core);
	free(time);
	free(stoch);
	ssrc_arena_clear(&arena);
}

static void reads_the_example(void)
{
	check_file(SSRC_SOURCE_DIR "/tests/data/plan", "press", 1, 2, 2);
}

static void reads_published_instances(void)
{
	char folder[600];
	const char *data = test_reference_data();
	snprintf(folder, sizeof folder, "%s/plan/siplib_smps", data ? data : "");
	if (!data || access(folder, R_OK) != 0)
		SKIP("SSRC_REFERENCE_DATA holds no plan/siplib_smps");
	check_file(folder, "farmer", 3, 6, 3);
	check_file(folder, "sslp_5_25_50", 5, 130, 50);
	check_file(folder, "sslp_15_45_5", 15, 690, 5);
	check_file(folder, "sslp_10_50_500", 10, 510, 500);
	check_file(folder, "dcap233_200", 12, 27, 200);
	check_file(folder, "dcap332_500", 12, 24, 500);
}

int main(int argc, char **argv)
{
	TEST(reads_a_plain_instance);
	TEST(reads_whatever_layout);
	TEST(reads_fixed_form_with_blanks_in_names);
	TEST(reads_every_bound);
	TEST(reads_ranges_constants_and_senses);
	TEST(reads_independent_outcomes);
	TEST(reads_blocks_and_parents);
	TEST(adds_and_multiplies);
	TEST(scales_probabilities_that_nearly_sum);
	TEST(reads_explicit_periods);
	TEST(refuses_and_says_where);
	TEST(empty_texts_are_refused);
	TEST(sums_out_of_range_are_refused);
	TEST(random_ranges_are_refused);
	TEST(does_not_depend_on_locale);
	TEST(reads_back_random_programs);
	TEST(survives_failed_allocations);
	TEST(reads_the_example);
	TEST(reads_published_instances);
	return tests_done();
}
