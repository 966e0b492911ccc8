/* Linear and mixed-integer programs, and the solvers that may work on them (internal). Nothing a solver says is taken
 * on trust: values, feasibility and linear bounds are computed again here (ssrc_program_check, ssrc_dual_bound). */
#ifndef SSRC_SOLVE_H
#define SSRC_SOLVE_H

#include "base/base.h"

/* Minimise offset + cost·x subject to row_low <= A x <= row_high, low <= x <= high, x[j] whole where integer[j].
 * A by columns: entries start[j] .. start[j+1] of row[] (ascending) and value[]. ±INFINITY where there is no bound. */
typedef struct ssrc_program {
	uint32_t n_cols, n_rows;
	double offset;
	double *cost, *low, *high;
	bool *integer; /* NULL = none */
	double *row_low, *row_high;
	uint32_t *start, *row; /* start: [n_cols + 1] */
	double *value;
	const char **col_name, **row_name; /* NULL = no names; for files and messages */
} ssrc_program;

/* ---- program.c: building ------------------------------------------------------------------------------- */

/* Columns and rows in any order, entries as they come; entries of one place add up, zeros are dropped at the end. */
typedef struct ssrc_program_draft {
	ssrc_context *ctx;
	uint32_t n_cols, n_rows;
	size_t n_entries, cols_cap, rows_cap, entries_cap;
	struct ssrc_draft_col *cols;
	struct ssrc_draft_row *rows;
	struct ssrc_draft_entry *entries;
	double offset;
	bool failed; /* an allocation failed: finish returns NOMEM */
} ssrc_program_draft;

void ssrc_draft_init(ssrc_program_draft *draft, ssrc_context *ctx);
void ssrc_draft_clear(ssrc_program_draft *draft);
/* Returns the number of the new column or row. Names may be NULL; they are borrowed and must outlive the program. */
uint32_t ssrc_draft_col(ssrc_program_draft *draft, double cost, double low, double high, bool integer,
			const char *name);
uint32_t ssrc_draft_row(ssrc_program_draft *draft, double low, double high, const char *name);
void ssrc_draft_entry(ssrc_program_draft *draft, uint32_t row, uint32_t col, double value);
/* Copies the draft into *out (arena memory). Errors: NOMEM; RANGE with the name of the column or row for NaN, an
 * infinite coefficient or crossed bounds. Cost O(entries). */
SSRC_MUST_CHECK ssrc_status ssrc_draft_finish(ssrc_program *out, ssrc_program_draft *draft, ssrc_arena *arena,
					      ssrc_error *err);
/* What every solver asks of a program before it takes it: the RANGE errors above, and rows ascending within a column.
 */
SSRC_MUST_CHECK ssrc_status ssrc_program_valid(const ssrc_program *program, ssrc_error *err);

/* ---- program.c: checking without a solver -------------------------------------------------------------- */

typedef struct ssrc_program_report {
	double value;      /* offset + cost·x, compensated */
	double violation;  /* largest of a row or bound, relative to max(1, |its side|) */
	double fraction;   /* largest distance of an integer column from a whole number */
	uint32_t row, col; /* where the violation is; SSRC_NONE if not there */
} ssrc_program_report;

/* Evaluates x[n_cols] against the program in compensated arithmetic; needs no memory. An x that is not finite has an
 * infinite violation. Cost O(entries + n_cols * n_rows / 4096). */
void ssrc_program_check(ssrc_program_report *out, const ssrc_program *program, const double *x);

/* A lower bound of the minimum from any row multipliers y[n_rows] (weak duality; integers relaxed): wrong multipliers
 * give a weak bound, never a false one. y[i] > 0 presses on row_low, y[i] < 0 on row_high; a multiplier whose side is
 * missing counts as 0. -INFINITY if a column without the bound it needs prices out; where that bound is missing, a
 * reduced cost below 1e-9 of the terms it is the sum of counts as 0. Rounding is allowed for. `reduced`, where not
 * NULL: [n_cols] reduced costs cost - A'y on return. Cost O(entries). Source: Neumaier, Shcherbina, Math. Program. 99
 * (2004). */
double ssrc_dual_bound(const ssrc_program *program, const double *y, double *reduced);
/* True if the multipliers prove that no x satisfies rows and bounds: the bound above for zero cost is positive. This is
 * how has_ray is checked; Benders cuts of feasibility come from the same sum. Cost O(entries). */
bool ssrc_ray_proves(const ssrc_program *program, const double *y);

/* ---- mps.c: files of others ----------------------------------------------------------------------------------------
 */

/* Appends the program as free MPS ("NAME x FREE" first, so that CBC reads it). Names are those of the program where
 * `names`, and c0, r0 where it has none or one that MPS cannot hold; the program's own must be distinct. The offset
 * becomes the cost of a column that is fixed at 1, because readers do not agree on its sign in the RHS section. Cost
 * O(entries). */
void ssrc_program_write_mps(const ssrc_program *program, bool names, ssrc_buf *out);

/* ---- solvers ------------------------------------------------------------------------------------------- */

typedef enum ssrc_outcome {
	SSRC_OUTCOME_OPTIMAL,    /* within the gap asked for */
	SSRC_OUTCOME_INFEASIBLE, /* proven if has_ray, else as the solver says */
	SSRC_OUTCOME_UNBOUNDED,
	SSRC_OUTCOME_STOPPED, /* at a limit or on request; x is there if has_x */
	SSRC_OUTCOME_FAILED   /* numerical trouble or an internal error of the solver */
} ssrc_outcome;

typedef struct ssrc_solve_limits {
	double seconds;     /* INFINITY = none */
	int64_t iterations; /* LP; < 0 = none */
	int64_t nodes;      /* MIP; < 0 = none */
	double gap;         /* MIP, relative: stop when reached */
	double cutoff;      /* MIP: only better than this is of interest; INFINITY = none */
	uint64_t seed;
	const volatile int *stop; /* not NULL: stop soon after it becomes non-zero */
} ssrc_solve_limits;
extern const ssrc_solve_limits ssrc_no_limits; /* gap 1e-9 */

typedef struct ssrc_solution {
	ssrc_outcome outcome;
	bool has_x; /* x is feasible: its violation is at most 1e-6, and integer columns of a MIP are whole */
	bool has_dual;
	double violation; /* of x, as ssrc_program_check finds it */
	double value;     /* as computed by us from x; INFINITY without x */
	double bound; /* LP: by ssrc_dual_bound; MIP: as the solver says, at most value; -INFINITY if there is none */
	double *x;    /* [n_cols], of the solver object: valid until the next call on it */
	double *dual; /* [n_rows] LP only; also the ray of an infeasible LP if has_ray */
	double *reduced; /* [n_cols] LP only */
	bool has_ray;    /* outcome INFEASIBLE: dual holds a ray that proves it */
	int64_t iterations, nodes;
} ssrc_solution;

typedef struct ssrc_solver ssrc_solver;

/* Called for each better solution while a MIP is being solved (x of the program). */
typedef void ssrc_on_incumbent(void *user, const double *x, double value, double bound);

typedef struct ssrc_solver_ops {
	const char *name; /* "clp", "cbc", "highs", "builtin", "file" */
	bool lp, mip;     /* what it can do; solve_lp or solve_mip is NULL where it cannot */
	/* True if it can be used here; *version (may be NULL) e.g. "2.10.8". */
	bool (*available)(const char **version);
	ssrc_status (*create)(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err);
	/* The same with the library or program to use ("highs:/opt/lib/libhighs.so.1", "file:/usr/bin/cbc"); NULL for
	 * solvers that need none. ssrc_solver_new chooses between the two. */
	ssrc_status (*create_at)(ssrc_solver **out, const char *path, ssrc_context *ctx, const ssrc_program *program,
				 ssrc_error *err);
	void (*destroy)(ssrc_solver *solver);
	/* Changes keep the basis where the solver can. `program` given at creation is not touched and may be freed.
	 * RANGE for NaN, an infinite cost or coefficient, crossed bounds, a number of a row or column that is not
	 * there: then nothing was changed. NOMEM: the solver may only be destroyed. */
	ssrc_status (*set_cost)(ssrc_solver *solver, uint32_t col, double cost);
	ssrc_status (*set_col)(ssrc_solver *solver, uint32_t col, double low, double high);
	ssrc_status (*set_row)(ssrc_solver *solver, uint32_t row, double low, double high);
	/* n rows in row form (start[0] = 0, the columns of a row distinct), numbered from the present number of rows
	 * on. */
	ssrc_status (*add_rows)(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				const uint32_t *start, const uint32_t *col, const double *value);
	/* Keeps the rows with keep[row] true, in order. */
	ssrc_status (*keep_rows)(ssrc_solver *solver, const bool *keep);
	/* Solves the linear relaxation, from the last basis. NOMEM only; everything else is an outcome. */
	ssrc_status (*solve_lp)(ssrc_solver *solver, const ssrc_solve_limits *limits, ssrc_solution *out);
	/* start: [n_cols] a solution to begin with, or NULL. */
	ssrc_status (*solve_mip)(ssrc_solver *solver, const ssrc_solve_limits *limits, const double *start,
				 ssrc_on_incumbent *each, void *user, ssrc_solution *out);
} ssrc_solver_ops;

struct ssrc_solver {
	const ssrc_solver_ops *ops;
};

/* The solvers in order of preference, NULL-terminated; only some may be available. */
extern const ssrc_solver_ops *const ssrc_solvers[];
/* By name ("clp", "file:/path/to/exe"), or by need ("" or NULL = the best available for LPs or MIPs). NULL if there is
 * none, with err NOTFOUND (names the Debian package to install). */
const ssrc_solver_ops *ssrc_solver_find(const char *name, bool mip, ssrc_error *err);
/* Finds a solver by name and loads the program into it; the only way for names with a path ("file:", "highs:").
 * Errors: NOTFOUND, NOMEM, RANGE as ssrc_program_valid. Free with ssrc_solver_free (NULL allowed). */
SSRC_MUST_CHECK ssrc_status ssrc_solver_new(ssrc_solver **out, const char *name, bool mip, ssrc_context *ctx,
					    const ssrc_program *program, ssrc_error *err);
void ssrc_solver_free(ssrc_solver *solver);

/* ---- box.c: work in a watched child process ------------------------------------------------------------- */

/* Runs work(user, out) in a forked child with at most `bytes` of address space (0 = no limit; all that is mapped at the
 * fork counts) for at most `seconds`. What the child sends with ssrc_box_send arrives at on_message in the parent, in
 * order. At the time limit, or when *stop becomes non-zero, the child is told (its copy of ssrc_box_stop becomes 1),
 * and killed `grace` seconds later. Returns OK if the child ended by itself with 0, also after it was told; else LIMIT
 * (time), CANCEL (stop), NOMEM (it ended with SSRC_NOMEM, or aborted when more than half of `bytes` was in use), the
 * ssrc_status it ended with, or UNSUPPORTED with the signal's name if it was killed or crashed. None of these loses a
 * whole message that had arrived; half of one is dropped. The child and what it starts form a process group, which ends
 * with it. In the child: standard streams lead to /dev/null, SIGINT is ignored (the parent decides), the end of the
 * parent ends it; only one thread may send. */
typedef struct ssrc_box_limits {
	double seconds, grace; /* INFINITY = no limit */
	size_t bytes;
	const volatile int *stop; /* NULL = none */
} ssrc_box_limits;
typedef struct ssrc_box_out ssrc_box_out;
extern volatile int ssrc_box_stop; /* in the child: asked to stop */
SSRC_MUST_CHECK ssrc_status ssrc_box_run(ssrc_context *ctx, int (*work)(void *user, ssrc_box_out *out), void *user,
					 const ssrc_box_limits *limits,
					 void (*on_message)(void *user, uint32_t kind, const void *data, size_t len),
					 void *on_user, ssrc_error *err);
/* In the child; false if the parent is gone. */
bool ssrc_box_send(ssrc_box_out *out, uint32_t kind, const void *data, size_t len);

/* ---- threads -------------------------------------------------------------------------------------------- */

/* Calls each(user, k, worker) for k = 0 … n-1 on up to `threads` POSIX threads (0 = all; safe in a forked child, which
 * OpenMP is not); worker < threads tells the caller's scratch apart. Returns when all are done. The first failure by
 * number k is returned, so that the result does not depend on timing. */
SSRC_MUST_CHECK ssrc_status ssrc_parallel(uint32_t n, int threads,
					  ssrc_status (*each)(void *user, uint32_t k, int worker), void *user);
int ssrc_thread_count(int wanted);

#endif
