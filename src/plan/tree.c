/* Branch and bound over the master, with cuts at the nodes. docs/methods/plan-core.md */
#include "core.h"
#include "solve/model.h"

#include <string.h>

/* How a node differs from its parent. */
typedef enum change {
	CHANGE_NOTHING,
	CHANGE_NOT,    /* path `index` is not begun */
	CHANGE_TAKEN,  /* it is */
	CHANGE_BEFORE, /* if begun, at place `limit` or before */
	CHANGE_AFTER,  /* if begun, after place `limit` */
	CHANGE_LOW,    /* column `index` is at least `limit` */
	CHANGE_HIGH    /* at most */
} change;

typedef struct node {
	double bound;
	uint32_t parent, index, depth;
	double limit;
	change what;
} node;

struct core_tree {
	core_run *run;
	core_master *m;
	const core_state *state;
	node *nodes;
	uint32_t n_nodes;
	size_t nodes_cap, heap_cap;
	uint32_t *heap; /* open nodes, least bound first */
	uint32_t n_heap;
	uint32_t next;                 /* node to go on with, SSRC_NONE = the best of the heap */
	double lost;                   /* least bound of nodes that had to be given up */
	double *low, *high, *path_low; /* limits of the node */
	double *u, *x;                 /* [n_cols] its solution, "begun at" and "begun by" */
	double *taken;                 /* [paths] how much of a path is begun */
	/* What branching on a path has gained per unit, down and up; how often it was tried. */
	double *gained[2];
	uint32_t *tried[2];
	uint32_t *candidates; /* [paths] scratch */
	double *score;
	int64_t done;
	bool planned; /* a plan was found here */
};

/* Chosen on the instances of bench/plan: cuts that move the objective by less are not worth their row at a node that is
 * divided anyway. */
static const double LEAST_CUT = 1e-5, NO_CUT = 1e-9;
enum {
	ROUNDS = 2,        /* of cuts at a node with fractions */
	WHOLE_ROUNDS = 60, /* at one without */
	IDLE_ROUNDS = 40,
	TRIED_ENOUGH = 2,
	TRY_PIVOTS = 60,
	TRIES_MOST = 24, /* linear programs to choose a branching */
	DIVE_EVERY = 10  /* of the nodes that come from the heap, one goes down until it is cut off */
};

/* ---- nodes ------------------------------------------------------------------------------------------------------ */

static ssrc_status push(core_tree *t, node n, uint32_t *at)
{
	void *nodes = t->nodes;
	ssrc_status status =
		ssrc_reserve(t->run->ctx, &nodes, &t->nodes_cap, (size_t)t->n_nodes + 1, sizeof *t->nodes, t->run->err);
	t->nodes = nodes;
	if (status != SSRC_OK)
		return status;
	t->nodes[t->n_nodes] = n;
	*at = t->n_nodes++;
	return SSRC_OK;
}

/* Less: by bound, then the older, so that the order is the same everywhere. */
static bool before(const core_tree *t, uint32_t a, uint32_t b)
{
	double x = t->nodes[a].bound, y = t->nodes[b].bound;
	return x != y ? x < y : a < b;
}

static ssrc_status open_node(core_tree *t, uint32_t at)
{
	void *heap = t->heap;
	ssrc_status status =
		ssrc_reserve(t->run->ctx, &heap, &t->heap_cap, (size_t)t->n_heap + 1, sizeof *t->heap, t->run->err);
	t->heap = heap;
	if (status != SSRC_OK)
		return status;
	uint32_t k = t->n_heap++;
	for (; k > 0 && before(t, at, t->heap[(k - 1) / 2]); k = (k - 1) / 2)
		t->heap[k] = t->heap[(k - 1) / 2];
	t->heap[k] = at;
	return SSRC_OK;
}

/* Puts `at` to place k or below it. */
static void sink(core_tree *t, uint32_t k, uint32_t at)
{
	for (;;) {
		uint32_t child = 2 * k + 1;
		if (child >= t->n_heap)
			break;
		if (child + 1 < t->n_heap && before(t, t->heap[child + 1], t->heap[child]))
			child++;
		if (!before(t, t->heap[child], at))
			break;
		t->heap[k] = t->heap[child];
		k = child;
	}
	t->heap[k] = at;
}

static uint32_t take_best(core_tree *t)
{
	uint32_t best = t->heap[0], last = t->heap[--t->n_heap];
	if (t->n_heap)
		sink(t, 0, last);
	return best;
}

/* Diving: the deepest open node, so that a dive that ends nowhere goes on near its end. */
static uint32_t take_deepest(core_tree *t)
{
	uint32_t k = 0;
	for (uint32_t i = 1; i < t->n_heap; i++)
		if (t->nodes[t->heap[i]].depth > t->nodes[t->heap[k]].depth)
			k = i;
	uint32_t deepest = t->heap[k], last = t->heap[--t->n_heap];
	if (k == t->n_heap)
		return deepest;
	/* The last one goes where the deepest was, then down or up to its place. */
	for (; k > 0 && before(t, last, t->heap[(k - 1) / 2]); k = (k - 1) / 2)
		t->heap[k] = t->heap[(k - 1) / 2];
	sink(t, k, last);
	return deepest;
}

/* Plans must be better than this to be of interest. */
static double cutoff(const core_tree *t)
{
	const ssrc_two_stage_result *r = t->run->result;
	return r->has_plan ? r->value - fmax(t->run->options->gap * fabs(r->value), 1e-9) : (double)INFINITY;
}

double ssrc_core_tree_bound(const core_tree *t)
{
	double bound = fmin(cutoff(t), t->lost);
	if (t->n_heap)
		bound = fmin(bound, t->nodes[t->heap[0]].bound);
	if (t->next != SSRC_NONE)
		bound = fmin(bound, t->nodes[t->next].bound);
	return bound;
}

/* ---- limits of a node ------------------------------------------------------------------------------------------- */

static void bar(core_tree *t, uint32_t path, uint32_t from, uint32_t end)
{
	const uint32_t *col = t->m->paths->col + t->m->paths->start[path];
	for (uint32_t k = from; k < end; k++)
		t->high[col[k]] = 0;
}

/* Begun: by its row, or where the path is one column by its bound. */
static void require(core_tree *t, uint32_t path)
{
	const core_paths *paths = t->m->paths;
	uint32_t only = paths->col[paths->start[path]];
	if (t->m->path_row[path] != SSRC_NONE)
		t->path_low[path] = 1;
	else
		t->low[only] = 1;
}

static void change_limits(core_tree *t, const node *n)
{
	const core_paths *paths = t->m->paths;
	uint32_t length = n->what >= CHANGE_NOT && n->what <= CHANGE_AFTER
				  ? paths->start[n->index + 1] - paths->start[n->index]
				  : 0;
	switch (n->what) {
	case CHANGE_NOTHING: break;
	case CHANGE_NOT: bar(t, n->index, 0, length); break;
	case CHANGE_TAKEN: require(t, n->index); break;
	case CHANGE_BEFORE: bar(t, n->index, (uint32_t)n->limit + 1, length); break;
	case CHANGE_AFTER: bar(t, n->index, 0, (uint32_t)n->limit + 1); break;
	case CHANGE_LOW: t->low[n->index] = fmax(t->low[n->index], n->limit); break;
	case CHANGE_HIGH: t->high[n->index] = fmin(t->high[n->index], n->limit); break;
	}
}

static bool set_limits(core_tree *t, uint32_t at)
{
	core_master *m = t->m;
	uint32_t n = m->problem->first.n_cols;
	memcpy(t->low, m->low, n * sizeof *t->low);
	memcpy(t->high, m->high, n * sizeof *t->high);
	memcpy(t->path_low, m->path_low, m->paths->n * sizeof *t->path_low);
	for (uint32_t p = 0; p < m->paths->n && t->state; p++) {
		node settled = {.index = p,
				.what = t->state[p] == CORE_NOT     ? CHANGE_NOT
					: t->state[p] == CORE_TAKEN ? CHANGE_TAKEN
								    : CHANGE_NOTHING};
		change_limits(t, &settled);
	}
	for (uint32_t k = at; k != SSRC_NONE; k = t->nodes[k].parent)
		change_limits(t, &t->nodes[k]);
	for (uint32_t j = 0; j < n; j++)
		if (t->low[j] > t->high[j])
			return false;
	return true;
}

/* ---- solving a node ------------------------------------------------------------------------------------------------
 */

/* Solves the master within the node's limits. *bound: INFINITY if nothing is left, -INFINITY if the solver failed. */
static ssrc_status solve_limits(core_tree *t, int64_t pivots, double *bound)
{
	core_run *run = t->run;
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = run->deadline - ssrc_seconds_now();
	limits.iterations = pivots;
	limits.stop = run->options->stop;
	ssrc_status status = ssrc_core_master_limit(t->m, t->low, t->high, t->path_low, run->err);
	if (status == SSRC_OK)
		status = ssrc_core_master_solve(t->m, &limits, run->err);
	const ssrc_solution *s = &t->m->solution;
	*bound = s->outcome == SSRC_OUTCOME_INFEASIBLE && s->has_ray ? (double)INFINITY : s->bound;
	return status;
}

static void take_solution(core_tree *t)
{
	const core_paths *paths = t->m->paths;
	uint32_t n = t->m->problem->first.n_cols;
	memcpy(t->u, t->m->solution.x, n * sizeof *t->u);
	ssrc_core_begun_by(t->x, t->u, paths, n);
	for (uint32_t p = 0; p < paths->n; p++)
		t->taken[p] = t->x[paths->col[paths->start[p + 1] - 1]];
}

static double fraction(double x)
{
	return fabs(x - nearbyint(x));
}

static bool is_whole(const core_tree *t)
{
	const ssrc_program *first = &t->m->problem->first;
	for (uint32_t j = 0; first->integer && j < first->n_cols; j++)
		if (first->integer[j] && fraction(t->u[j]) > 1e-6)
			return false;
	return true;
}

static void round_plan(core_tree *t)
{
	const ssrc_program *first = &t->m->problem->first;
	for (uint32_t j = 0; first->integer && j < first->n_cols; j++)
		if (first->integer[j])
			t->x[j] = nearbyint(t->x[j]);
}

/* Asks the scenarios at the node's solution for cuts; *value: what it is worth there. */
static ssrc_status ask(core_tree *t, double least, double *value, uint32_t *added)
{
	core_run *run = t->run;
	ssrc_status status = ssrc_core_recourse_solve(run->recourse, t->x, NULL, run->deadline, run->err);
	if (status != SSRC_OK)
		return status;
	*value = ssrc_core_recourse_value(run->recourse, t->x, run->answer, NULL);
	return ssrc_core_add_cuts(run, least, added);
}

typedef enum verdict { VERDICT_DIVIDE, VERDICT_CLOSED, VERDICT_LOST, VERDICT_STOPPED } verdict;

/* Bounds the node, with cuts, and offers its plan where it is whole. */
static ssrc_status solve_node(core_tree *t, uint32_t at, verdict *out)
{
	core_run *run = t->run;
	*out = VERDICT_CLOSED;
	for (int round = 0;; round++) {
		double bound, value;
		uint32_t added;
		if (!set_limits(t, at))
			return SSRC_OK;
		ssrc_status status = solve_limits(t, -1, &bound);
		if (status != SSRC_OK)
			return status;
		*out = !ssrc_core_goes_on(run) ? VERDICT_STOPPED : VERDICT_LOST;
		if (!(bound > -(double)INFINITY) || *out == VERDICT_STOPPED)
			return SSRC_OK;
		t->nodes[at].bound = fmax(t->nodes[at].bound, bound);
		*out = VERDICT_CLOSED;
		if (t->nodes[at].bound >= cutoff(t))
			return SSRC_OK;
		*out = VERDICT_LOST;
		if (t->m->solution.outcome != SSRC_OUTCOME_OPTIMAL)
			return SSRC_OK;
		take_solution(t);
		bool whole = is_whole(t);
		*out = VERDICT_DIVIDE;
		if (!whole && round >= ROUNDS)
			return SSRC_OK;
		if (whole)
			round_plan(t);
		status = ask(t, whole ? NO_CUT : LEAST_CUT, &value, &added);
		if (status != SSRC_OK)
			return status;
		if (whole) {
			ssrc_core_offer(run, t->x);
			t->planned |= isfinite(value);
		}
		if (!whole && added == 0)
			return SSRC_OK;
		*out = VERDICT_LOST; /* a plan of no more than the bound, but for tolerances */
		if (whole && (added == 0 || round >= WHOLE_ROUNDS))
			return SSRC_OK;
	}
}

/* ---- branching
 * ---------------------------------------------------------------------------------------------------------- */

typedef struct branching {
	change down, up;
	uint32_t index;
	double limit_down, limit_up;
	bool up_first;
} branching;

static double usual(const core_tree *t, int side)
{
	double sum = 0;
	uint32_t n = 0;
	for (uint32_t p = 0; p < t->m->paths->n; p++)
		if (t->tried[side][p]) {
			sum += t->gained[side][p] / t->tried[side][p];
			n++;
		}
	return n ? sum / n : 1;
}

static double expected(const core_tree *t, uint32_t path, int side, const double *usually)
{
	double unit = side ? 1 - t->taken[path] : t->taken[path];
	return unit * (t->tried[side][path] ? t->gained[side][path] / t->tried[side][path] : usually[side]);
}

static double product(double down, double up)
{
	return fmax(down, 1e-4) * fmax(up, 1e-4);
}

/* Tries one side of a path out. `bound`: of the node. */
static ssrc_status try_side(core_tree *t, uint32_t at, uint32_t path, int side, double taken, double *gain)
{
	double bound, unit = fmax(side ? 1 - taken : taken, 0.02);
	node child = {.index = path, .what = side ? CHANGE_TAKEN : CHANGE_NOT};
	ssrc_status status = SSRC_OK;
	bool possible = set_limits(t, at);
	change_limits(t, &child);
	*gain = fmin(cutoff(t), 2 * fabs(t->nodes[at].bound) + 1) - t->nodes[at].bound;
	if (possible)
		status = solve_limits(t, TRY_PIVOTS, &bound);
	if (status == SSRC_OK && possible && bound > -(double)INFINITY)
		*gain = fmin(*gain, fmax(0, bound - t->nodes[at].bound));
	t->gained[side][path] += *gain / unit;
	t->tried[side][path]++;
	return status;
}

/* Paths that are begun in part, those that promise most first. */
static uint32_t list_candidates(core_tree *t, const double *usually)
{
	uint32_t n = 0;
	for (uint32_t p = 0; p < t->m->paths->n; p++) {
		if (fraction(t->taken[p]) <= 1e-6)
			continue;
		double score = product(expected(t, p, 0, usually), expected(t, p, 1, usually));
		uint32_t k = n++;
		for (; k > 0 && t->score[k - 1] < score; k--) {
			t->score[k] = t->score[k - 1];
			t->candidates[k] = t->candidates[k - 1];
		}
		t->score[k] = score;
		t->candidates[k] = p;
	}
	return n;
}

/* The best of the candidates; those tried too seldom are tried out, until `look` in a row were no better. */
static ssrc_status choose_path(core_tree *t, uint32_t at, uint32_t look, uint32_t *path)
{
	double usually[2] = {usual(t, 0), usual(t, 1)}, best = -1;
	uint32_t n = list_candidates(t, usually), since = 0, tries = 0;
	ssrc_status status = SSRC_OK;
	*path = n ? t->candidates[0] : SSRC_NONE;
	for (uint32_t i = 0; i < n && since < look && status == SSRC_OK; i++) {
		uint32_t p = t->candidates[i];
		double gain[2];
		for (int side = 0; side < 2 && status == SSRC_OK; side++) {
			gain[side] = expected(t, p, side, usually);
			if (t->tried[side][p] >= TRIED_ENOUGH || tries >= TRIES_MOST)
				continue;
			status = try_side(t, at, p, side, t->taken[p], &gain[side]);
			tries++;
		}
		since++;
		if (status == SSRC_OK && product(gain[0], gain[1]) > best) {
			best = product(gain[0], gain[1]);
			*path = p;
			since = 0;
		}
	}
	return status;
}

/* Every path is begun or not: between places then, or whole numbers outside paths. */
static bool choose_rest(const core_tree *t, branching *out)
{
	const core_paths *paths = t->m->paths;
	const ssrc_program *first = &t->m->problem->first;
	double most = 1e-6;
	uint32_t col = SSRC_NONE;
	for (uint32_t j = 0; first->integer && j < first->n_cols; j++)
		if (first->integer[j] && fraction(t->u[j]) > most) {
			most = fraction(t->u[j]);
			col = j;
		}
	if (col == SSRC_NONE)
		return false;
	if (paths->path[col] == SSRC_NONE) {
		*out = (branching){CHANGE_HIGH, CHANGE_LOW, col, floor(t->u[col]), ceil(t->u[col]), false};
		return true;
	}
	uint32_t path = paths->path[col], length = paths->start[path + 1] - paths->start[path];
	double mean = 0;
	for (uint32_t k = 0; k < length; k++)
		mean += k * t->u[paths->col[paths->start[path] + k]];
	double place = fmin(floor(mean / fmax(t->taken[path], 1e-6)), length - 2.0);
	*out = (branching){CHANGE_BEFORE, CHANGE_AFTER, path, place, place, false};
	return true;
}

/* *found false: nothing to divide. */
static ssrc_status choose(core_tree *t, uint32_t at, uint32_t look, branching *out, bool *found)
{
	uint32_t path;
	ssrc_status status = choose_path(t, at, look, &path);
	*found = path != SSRC_NONE;
	if (*found)
		*out = (branching){CHANGE_NOT, CHANGE_TAKEN, path, 0, 0, t->taken[path] > 0.5};
	else if (status == SSRC_OK)
		*found = choose_rest(t, out);
	return status;
}

/* The children are made; with `go_on` the likelier is the next node. */
static ssrc_status divide(core_tree *t, uint32_t at, const branching *b, bool go_on)
{
	node child = {.bound = t->nodes[at].bound, .parent = at, .index = b->index, .depth = t->nodes[at].depth + 1};
	uint32_t down, up;
	child.what = b->down;
	child.limit = b->limit_down;
	ssrc_status status = push(t, child, &down);
	child.what = b->up;
	child.limit = b->limit_up;
	if (status == SSRC_OK)
		status = push(t, child, &up);
	if (status != SSRC_OK)
		return status;
	uint32_t likely = b->up_first ? up : down, other = b->up_first ? down : up;
	status = open_node(t, other);
	if (status == SSRC_OK && go_on)
		t->next = likely;
	else if (status == SSRC_OK)
		status = open_node(t, likely);
	return status;
}

/* ---- growing
 * ---------------------------------------------------------------------------------------------------------------- */

static ssrc_status one_node(core_tree *t, const core_tree_limits *limits, bool *stopped)
{
	bool down = t->next != SSRC_NONE || limits->dive, found;
	uint32_t at = t->next != SSRC_NONE ? t->next : limits->dive && !t->planned ? take_deepest(t) : take_best(t);
	branching b;
	verdict v;
	t->next = SSRC_NONE;
	if (t->nodes[at].bound >= cutoff(t))
		return SSRC_OK;
	t->done++;
	ssrc_status status = solve_node(t, at, &v);
	if (status == SSRC_OK)
		status = ssrc_core_master_purge(t->m, IDLE_ROUNDS, t->run->err);
	*stopped = v == VERDICT_STOPPED;
	if (status != SSRC_OK || v == VERDICT_CLOSED)
		return status;
	if (v == VERDICT_DIVIDE) {
		status = choose(t, at, limits->look, &b, &found);
		*stopped = !ssrc_core_goes_on(t->run);
		if (status == SSRC_OK && found && !*stopped)
			return divide(t, at, &b, down || t->done % DIVE_EVERY == 1);
	}
	if (status == SSRC_OK && *stopped)
		return open_node(t, at);
	t->lost = fmin(t->lost, t->nodes[at].bound);
	return status;
}

ssrc_status ssrc_core_tree_grow(core_tree *t, const core_tree_limits *limits, bool *done)
{
	double until = ssrc_seconds_now() + limits->seconds;
	bool stopped = false;
	ssrc_status status = SSRC_OK;
	*done = false;
	for (int64_t k = 0; status == SSRC_OK && !stopped && k != limits->nodes; k++) {
		if (ssrc_core_tree_bound(t) >= fmin(cutoff(t), t->lost) || (t->n_heap == 0 && t->next == SSRC_NONE)) {
			*done = true;
			break;
		}
		if (!ssrc_core_goes_on(t->run) || ssrc_seconds_now() >= until)
			break;
		status = one_node(t, limits, &stopped);
		if (!t->state && status == SSRC_OK)
			ssrc_core_raise(t->run, ssrc_core_tree_bound(t));
	}
	return status;
}

/* ---- life
 * ----------------------------------------------------------------------------------------------------------------------
 */

static bool take_arrays(core_tree *t)
{
	ssrc_context *ctx = t->run->ctx;
	uint32_t n = t->m->problem->first.n_cols, paths = t->m->paths->n;
	t->low = ssrc_alloc_array(ctx, n, sizeof *t->low);
	t->high = ssrc_alloc_array(ctx, n, sizeof *t->high);
	t->u = ssrc_alloc_array(ctx, n, sizeof *t->u);
	t->x = ssrc_alloc_array(ctx, n, sizeof *t->x);
	t->path_low = ssrc_alloc_array(ctx, paths, sizeof *t->path_low);
	t->taken = ssrc_alloc_array(ctx, paths, sizeof *t->taken);
	t->candidates = ssrc_alloc_array(ctx, paths, sizeof *t->candidates);
	t->score = ssrc_alloc_array(ctx, paths, sizeof *t->score);
	bool ok = t->low && t->high && t->u && t->x && t->path_low && t->taken && t->candidates && t->score;
	for (int side = 0; side < 2; side++) {
		t->gained[side] = ssrc_alloc_array(ctx, paths, sizeof *t->gained[side]);
		t->tried[side] = ssrc_alloc_array(ctx, paths, sizeof *t->tried[side]);
		ok = ok && t->gained[side] && t->tried[side];
	}
	return ok;
}

ssrc_status ssrc_core_tree_new(core_tree **out, core_run *run, const core_state *state)
{
	core_tree *t = ssrc_alloc_array(run->ctx, 1, sizeof *t);
	uint32_t root;
	if (!t)
		return ssrc_no_memory(run->err);
	*t = (core_tree){.run = run, .m = &run->master, .state = state, .next = SSRC_NONE, .lost = (double)INFINITY};
	ssrc_status status = take_arrays(t) ? SSRC_OK : ssrc_no_memory(run->err);
	if (status == SSRC_OK)
		status = push(t, (node){.bound = run->result->bound, .parent = SSRC_NONE, .what = CHANGE_NOTHING},
			      &root);
	if (status == SSRC_OK)
		status = open_node(t, root);
	if (status == SSRC_OK)
		*out = t;
	else
		ssrc_core_tree_free(t);
	return status;
}

void ssrc_core_tree_free(core_tree *t)
{
	if (!t)
		return;
	ssrc_context *ctx = t->run->ctx;
	ssrc_release(ctx, t->nodes);
	ssrc_release(ctx, t->heap);
	ssrc_release(ctx, t->low);
	ssrc_release(ctx, t->high);
	ssrc_release(ctx, t->u);
	ssrc_release(ctx, t->x);
	ssrc_release(ctx, t->path_low);
	ssrc_release(ctx, t->taken);
	ssrc_release(ctx, t->candidates);
	ssrc_release(ctx, t->score);
	for (int side = 0; side < 2; side++) {
		ssrc_release(ctx, t->gained[side]);
		ssrc_release(ctx, t->tried[side]);
	}
	ssrc_release(ctx, t);
}
