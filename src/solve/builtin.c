/* Our own solver: the simplex method of simplex.c, and branch and bound over it. Small, slow, and always there. */
#include "simplex.h"

#include <math.h>
#include <string.h>

typedef struct builtin_solver {
	ssrc_plain_solver plain;
	ssrc_simplex simplex;
} builtin_solver;

static bool builtin_available(const char **version)
{
	if (version)
		*version = "1";
	return true;
}

static void builtin_destroy(ssrc_solver *solver)
{
	ssrc_simplex_clear(&((builtin_solver *)solver)->simplex);
	ssrc_plain_destroy(solver);
}

static ssrc_status builtin_create(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	ssrc_solver *made;
	ssrc_status status = ssrc_plain_new(&made, &ssrc_builtin, sizeof(builtin_solver), ctx, program, err);
	if (status != SSRC_OK)
		return status;
	builtin_solver *s = (builtin_solver *)made;
	if (ssrc_simplex_init(&s->simplex, ctx, &s->plain.model) != SSRC_OK) {
		builtin_destroy(made);
		return ssrc_no_memory(err);
	}
	*out = made;
	return SSRC_OK;
}

static ssrc_status builtin_add_rows(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				    const uint32_t *start, const uint32_t *col, const double *value)
{
	builtin_solver *s = (builtin_solver *)solver;
	ssrc_status status = ssrc_model_add_rows(&s->plain.model, n, low, high, start, col, value);
	return status == SSRC_OK && n > 0 ? ssrc_simplex_resize(&s->simplex) : status;
}

static ssrc_status builtin_keep_rows(ssrc_solver *solver, const bool *keep)
{
	builtin_solver *s = (builtin_solver *)solver;
	ssrc_status status = ssrc_model_keep_rows(&s->plain.model, keep);
	return status == SSRC_OK ? ssrc_simplex_resize(&s->simplex) : status;
}

static ssrc_status builtin_solve_lp(ssrc_solver *solver, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	builtin_solver *s = (builtin_solver *)solver;
	ssrc_simplex_solve(&s->simplex, &s->plain.model, limits, ssrc_seconds_now() + limits->seconds, out);
	return SSRC_OK;
}

/* ---- branch and bound ------------------------------------------------------------------------------------------- */

/* A part of the search space: its parent's with one column's bounds changed. */
typedef struct node {
	uint32_t parent, col;
	double low, high, bound;
} node;

typedef struct search {
	builtin_solver *s;
	const ssrc_solve_limits *limits;
	ssrc_solve_limits inner;
	double deadline;
	node *nodes;    /* all that were made */
	uint32_t *open; /* heap of those to be looked at, by bound, then number */
	size_t nodes_cap, open_cap;
	uint32_t n_nodes, n_open;
	double *low, *high; /* [n_cols] of the program itself */
	double *best;       /* [n_cols] */
	double value, lost; /* of best; the least bound of a part given up without proof */
	double floor;       /* of the relaxation, for when no node is open */
	int64_t looked_at, iterations;
	ssrc_on_incumbent *each;
	void *user;
} search;

static bool before(const search *t, uint32_t a, uint32_t b)
{
	double x = t->nodes[a].bound, y = t->nodes[b].bound;
	return x < y || (x <= y && a < b);
}

static void push(search *t, uint32_t number)
{
	uint32_t at = t->n_open++;
	for (; at > 0 && before(t, number, t->open[(at - 1) / 2]); at = (at - 1) / 2)
		t->open[at] = t->open[(at - 1) / 2];
	t->open[at] = number;
}

static uint32_t pop(search *t)
{
	uint32_t top = t->open[0], last = t->open[--t->n_open], at = 0;
	for (uint32_t child; (child = 2 * at + 1) < t->n_open; at = child) {
		if (child + 1 < t->n_open && before(t, t->open[child + 1], t->open[child]))
			child++;
		if (!before(t, t->open[child], last))
			break;
		t->open[at] = t->open[child];
	}
	t->open[at] = last;
	return top;
}

/* The least bound of the open nodes, INFINITY if there is none. */
static double open_bound(const search *t)
{
	return t->open && t->n_open ? t->nodes[t->open[0]].bound : (double)INFINITY;
}

static ssrc_status add_node(search *t, node fresh, uint32_t *number)
{
	ssrc_context *ctx = t->s->plain.model.ctx;
	void *nodes = t->nodes, *open = t->open;
	ssrc_status status = ssrc_reserve(ctx, &nodes, &t->nodes_cap, (size_t)t->n_nodes + 1, sizeof *t->nodes, NULL);
	t->nodes = nodes;
	if (status == SSRC_OK)
		status = ssrc_reserve(ctx, &open, &t->open_cap, (size_t)t->n_nodes + 1, sizeof *t->open, NULL);
	t->open = open;
	if (status == SSRC_OK) {
		*number = t->n_nodes++;
		t->nodes[*number] = fresh;
	}
	return status;
}

/* The bounds of a node: the program's, narrowed from the node up; the narrowest of a column is met first. */
static void enter_node(search *t, uint32_t number)
{
	ssrc_program *p = &t->s->plain.model.program;
	memcpy(p->low, t->low, p->n_cols * sizeof *p->low);
	memcpy(p->high, t->high, p->n_cols * sizeof *p->high);
	for (uint32_t k = number; k != SSRC_NONE && t->nodes[k].col != SSRC_NONE; k = t->nodes[k].parent) {
		uint32_t col = t->nodes[k].col;
		p->low[col] = fmax(p->low[col], t->nodes[k].low);
		p->high[col] = fmin(p->high[col], t->nodes[k].high);
	}
}

static double threshold(const search *t)
{
	return t->value <= t->limits->cutoff && isfinite(t->value) ? t->value - ssrc_mip_slack(t->limits, t->value)
								   : t->limits->cutoff;
}

/* Keeps x if it is whole, feasible and better. */
static void offer(search *t, const double *x)
{
	ssrc_model *model = &t->s->plain.model;
	ssrc_solution whole = ssrc_model_no_solution(model, SSRC_OUTCOME_STOPPED);
	ssrc_model_take_x(model, x, true, &whole);
	if (!whole.has_x || whole.value >= fmin(t->value, t->limits->cutoff))
		return;
	t->value = whole.value;
	memcpy(t->best, whole.x, model->program.n_cols * sizeof *t->best);
	if (t->each)
		t->each(t->user, t->best, t->value,
			fmin(t->value, fmin(t->lost, t->n_open ? t->nodes[t->open[0]].bound : t->floor)));
}

/* The integer column farthest from a whole number, SSRC_NONE if all are whole. */
static uint32_t most_fractional(const ssrc_program *p, const double *x)
{
	uint32_t found = SSRC_NONE;
	double farthest = 1e-6;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		double from = p->integer[j] ? fabs(x[j] - nearbyint(x[j])) : 0;
		if (from > farthest) {
			farthest = from;
			found = j;
		}
	}
	return found;
}

/* Solves the linear program of a node. *next: the child to go on with, SSRC_NONE if there is none. */
static ssrc_status look_at(search *t, uint32_t number, uint32_t *next)
{
	const ssrc_program *p = &t->s->plain.model.program;
	ssrc_solution r;
	*next = SSRC_NONE;
	enter_node(t, number);
	ssrc_simplex_solve(&t->s->simplex, &t->s->plain.model, &t->inner, t->deadline, &r);
	t->looked_at++;
	t->iterations += r.iterations;
	double bound = fmax(t->nodes[number].bound, r.bound);
	if (r.outcome == SSRC_OUTCOME_INFEASIBLE || (r.has_dual && bound >= threshold(t)))
		return SSRC_OK;
	if (r.outcome != SSRC_OUTCOME_OPTIMAL) {
		t->lost = fmin(t->lost, bound);
		return SSRC_OK;
	}
	uint32_t col = most_fractional(p, r.x), child[2];
	if (col == SSRC_NONE) {
		double before_it = t->value;
		offer(t, r.x);
		if (!(t->value < before_it) && bound < threshold(t))
			t->lost = fmin(t->lost, bound); /* whole, but not once rounded */
		return SSRC_OK;
	}
	double x = r.x[col], down = floor(x);
	ssrc_status status = add_node(t, (node){number, col, -(double)INFINITY, down, bound}, &child[0]);
	if (status == SSRC_OK)
		status = add_node(t, (node){number, col, down + 1, (double)INFINITY, bound}, &child[1]);
	if (status == SSRC_OK) {
		bool up = x - down > 0.5;
		*next = child[up];
		push(t, child[!up]);
	}
	return status;
}

static bool at_limit(const search *t)
{
	return ssrc_stop_asked(t->limits) || ssrc_seconds_now() >= t->deadline ||
	       (t->limits->nodes >= 0 && t->looked_at >= t->limits->nodes);
}

/* Down from the best open node until there is nothing below, then again. */
static ssrc_status explore(search *t, bool *stopped)
{
	uint32_t at;
	ssrc_status status = add_node(t, (node){SSRC_NONE, SSRC_NONE, 0, 0, -(double)INFINITY}, &at);
	if (status == SSRC_OK)
		push(t, at);
	while (status == SSRC_OK && t->n_open && open_bound(t) < threshold(t)) {
		at = pop(t);
		while (at != SSRC_NONE && status == SSRC_OK) {
			*stopped = at_limit(t);
			if (*stopped) {
				push(t, at);
				return SSRC_OK;
			}
			status = look_at(t, at, &at);
		}
	}
	return status;
}

static void conclude(search *t, bool stopped, ssrc_solution *out)
{
	ssrc_model *model = &t->s->plain.model;
	ssrc_program *p = &model->program;
	memcpy(p->low, t->low, p->n_cols * sizeof *p->low);
	memcpy(p->high, t->high, p->n_cols * sizeof *p->high);
	double bound = fmin(fmin(t->lost, open_bound(t)), fmin(t->value, t->limits->cutoff));
	bool proven = !stopped && bound >= threshold(t);
	*out = ssrc_model_no_solution(model, proven ? SSRC_OUTCOME_INFEASIBLE : SSRC_OUTCOME_STOPPED);
	if (isfinite(t->value)) {
		out->outcome = proven ? SSRC_OUTCOME_OPTIMAL : SSRC_OUTCOME_STOPPED;
		ssrc_model_take_x(model, t->best, true, out);
	}
	out->bound = bound;
	out->nodes = t->looked_at;
	out->iterations = t->iterations;
}

static ssrc_status branch_and_bound(search *t, const double *start, ssrc_solution *out)
{
	ssrc_model *model = &t->s->plain.model;
	ssrc_program *p = &model->program;
	t->low = ssrc_alloc_array(model->ctx, p->n_cols, sizeof *t->low);
	t->high = ssrc_alloc_array(model->ctx, p->n_cols, sizeof *t->high);
	t->best = ssrc_alloc_array(model->ctx, p->n_cols, sizeof *t->best);
	bool stopped = false;
	ssrc_status status = t->low && t->high && t->best ? SSRC_OK : SSRC_NOMEM;
	if (status == SSRC_OK) {
		memcpy(t->low, p->low, p->n_cols * sizeof *p->low);
		memcpy(t->high, p->high, p->n_cols * sizeof *p->high);
		if (start)
			offer(t, start);
		status = explore(t, &stopped);
		conclude(t, stopped, out);
	}
	ssrc_release(model->ctx, t->low);
	ssrc_release(model->ctx, t->high);
	ssrc_release(model->ctx, t->best);
	ssrc_release(model->ctx, t->nodes);
	ssrc_release(model->ctx, t->open);
	return status;
}

/* The relaxation first: without a bound there is nothing to branch from. */
static ssrc_status builtin_solve_mip(ssrc_solver *solver, const ssrc_solve_limits *limits, const double *start,
				     ssrc_on_incumbent *each, void *user, ssrc_solution *out)
{
	builtin_solver *s = (builtin_solver *)solver;
	double deadline = ssrc_seconds_now() + limits->seconds;
	search t = {.s = s, .limits = limits, .deadline = deadline, .each = each, .user = user};
	t.value = t.lost = (double)INFINITY;
	t.inner = *limits;
	t.inner.iterations = -1;
	ssrc_solution relaxed;
	ssrc_simplex_solve(&s->simplex, &s->plain.model, &t.inner, deadline, &relaxed);
	if (relaxed.outcome != SSRC_OUTCOME_OPTIMAL && relaxed.outcome != SSRC_OUTCOME_STOPPED) {
		*out = relaxed;
		return SSRC_OK;
	}
	if (ssrc_mip_is_linear(&s->plain.model)) {
		*out = relaxed;
		if (out->has_x && each)
			each(user, out->x, out->value, out->bound);
		return SSRC_OK;
	}
	t.floor = relaxed.bound;
	return branch_and_bound(&t, start, out);
}

const ssrc_solver_ops ssrc_builtin = {
	.name = "builtin",
	.lp = true,
	.mip = true,
	.available = builtin_available,
	.create = builtin_create,
	.destroy = builtin_destroy,
	.set_cost = ssrc_plain_set_cost,
	.set_col = ssrc_plain_set_col,
	.set_row = ssrc_plain_set_row,
	.add_rows = builtin_add_rows,
	.keep_rows = builtin_keep_rows,
	.solve_lp = builtin_solve_lp,
	.solve_mip = builtin_solve_mip,
};
