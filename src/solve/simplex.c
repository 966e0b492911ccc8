/* Primal simplex with bounds: the sum of what is violated first, then the cost. Sources: Chvátal, Linear Programming
 * (1983), chapters 7 and 8; Harris, Math. Program. 5 (1973) for the ratio test; Bland, Math. Oper. Res. 2 (1977). */
#include "simplex.h"

#include <math.h>
#include <string.h>

enum { AT_LOW, AT_HIGH, FREE, BASIC };
enum { RENEW_AFTER = 64, STALLED_AFTER = 200 };
#define FEASIBLE 1e-9 /* scaled */
#define PIVOT 1e-9

/* ---- memory ------------------------------------------------------------------------------------------------- */

ssrc_status ssrc_simplex_init(ssrc_simplex *s, ssrc_context *ctx, const ssrc_model *model)
{
	uint32_t n = model->program.n_cols, m = model->program.n_rows;
	size_t all = (size_t)n + m;
	*s = (ssrc_simplex){.ctx = ctx, .model = model, .n = n, .m = m, .stale = true};
	s->col_scale = ssrc_alloc_array(ctx, n, sizeof *s->col_scale);
	s->row_scale = ssrc_alloc_array(ctx, m, sizeof *s->row_scale);
	s->low = ssrc_alloc_array(ctx, all, sizeof *s->low);
	s->high = ssrc_alloc_array(ctx, all, sizeof *s->high);
	s->cost = ssrc_alloc_array(ctx, all, sizeof *s->cost);
	s->x = ssrc_alloc_array(ctx, all, sizeof *s->x);
	s->state = ssrc_alloc_array(ctx, all, sizeof *s->state);
	s->head = ssrc_alloc_array(ctx, m, sizeof *s->head);
	s->inverse = ssrc_alloc_array(ctx, (size_t)m * m, sizeof *s->inverse);
	s->y = ssrc_alloc_array(ctx, m, sizeof *s->y);
	s->w = ssrc_alloc_array(ctx, m, sizeof *s->w);
	if (!s->col_scale || !s->row_scale || !s->low || !s->high || !s->cost || !s->x || !s->state || !s->head ||
	    !s->inverse || !s->y || !s->w)
		return SSRC_NOMEM;
	for (uint32_t i = 0; i < m; i++)
		s->state[n + i] = BASIC;
	return SSRC_OK;
}

void ssrc_simplex_clear(ssrc_simplex *s)
{
	void *const blocks[] = {s->col_scale, s->row_scale, s->low,     s->high, s->cost, s->x,
				s->state,     s->head,      s->inverse, s->y,    s->w};
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		ssrc_release(s->ctx, blocks[i]);
	*s = (ssrc_simplex){.ctx = s->ctx};
}

ssrc_status ssrc_simplex_resize(ssrc_simplex *s)
{
	ssrc_simplex fresh;
	ssrc_status status = ssrc_simplex_init(&fresh, s->ctx, s->model);
	if (status == SSRC_OK && fresh.m >= s->m)
		memcpy(fresh.state, s->state, ((size_t)s->n + s->m) * sizeof *s->state);
	ssrc_simplex_clear(s);
	*s = fresh;
	if (status != SSRC_OK)
		ssrc_simplex_clear(s);
	return status;
}

/* ---- the scaled program --------------------------------------------------------------------------------------- */

static double power_of_two_near(double x)
{
	int e;
	(void)frexp(x, &e);
	return ldexp(1, e - 1);
}

/* Rows, then columns, by the geometric mean of their smallest and largest entry. */
static void choose_scales(ssrc_simplex *s)
{
	const ssrc_program *p = &s->model->program;
	double *smallest = s->y, *largest = s->w;
	for (uint32_t i = 0; i < s->m; i++) {
		smallest[i] = (double)INFINITY;
		largest[i] = 0;
	}
	for (uint32_t k = 0; k < p->start[p->n_cols]; k++) {
		double size = fabs(p->value[k]);
		smallest[p->row[k]] = size > 0 ? fmin(smallest[p->row[k]], size) : smallest[p->row[k]];
		largest[p->row[k]] = fmax(largest[p->row[k]], size);
	}
	for (uint32_t i = 0; i < s->m; i++)
		s->row_scale[i] = largest[i] > 0 ? 1 / power_of_two_near(sqrt(smallest[i]) * sqrt(largest[i])) : 1;
	for (uint32_t j = 0; j < s->n; j++) {
		double low = (double)INFINITY, high = 0;
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			double size = fabs(p->value[k]) * s->row_scale[p->row[k]];
			low = size > 0 ? fmin(low, size) : low;
			high = fmax(high, size);
		}
		s->col_scale[j] = high > 0 ? 1 / power_of_two_near(sqrt(low) * sqrt(high)) : 1;
	}
}

static uint8_t rest(double low, double high, uint8_t before)
{
	if (before == AT_HIGH && isfinite(high))
		return AT_HIGH;
	return isfinite(low) ? AT_LOW : isfinite(high) ? AT_HIGH : FREE;
}

/* Takes over bounds and costs as they are now; variables outside the basis go to a bound that is there. */
static void take_over(ssrc_simplex *s)
{
	const ssrc_program *p = &s->model->program;
	s->cost_size = 0;
	for (uint32_t j = 0; j < s->n; j++) {
		s->low[j] = p->low[j] / s->col_scale[j];
		s->high[j] = p->high[j] / s->col_scale[j];
		s->cost[j] = p->cost[j] * s->col_scale[j];
		s->cost_size = fmax(s->cost_size, fabs(s->cost[j]));
	}
	for (uint32_t i = 0; i < s->m; i++) {
		s->low[s->n + i] = p->row_low[i] * s->row_scale[i];
		s->high[s->n + i] = p->row_high[i] * s->row_scale[i];
	}
	for (uint32_t j = 0; j < s->n + s->m; j++) {
		if (s->state[j] == BASIC)
			continue;
		s->state[j] = rest(s->low[j], s->high[j], s->state[j]);
		s->x[j] = s->state[j] == AT_LOW ? s->low[j] : s->state[j] == AT_HIGH ? s->high[j] : 0;
	}
}

/* ---- the inverse ------------------------------------------------------------------------------------------------ */

/* to += factor * (scaled column of variable j) */
static void add_column(const ssrc_simplex *s, uint32_t j, double factor, double *to)
{
	const ssrc_program *p = &s->model->program;
	if (j >= s->n) {
		to[j - s->n] -= factor;
		return;
	}
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
		to[p->row[k]] += factor * (p->value[k] * s->row_scale[p->row[k]] * s->col_scale[j]);
}

/* out = inverse * v */
static void multiply(const ssrc_simplex *s, const double *v, double *out)
{
	memset(out, 0, s->m * sizeof *out);
	for (uint32_t k = 0; k < s->m; k++) {
		const double *column = s->inverse + (size_t)k * s->m;
		if (v[k] == 0)
			continue;
		for (uint32_t i = 0; i < s->m; i++)
			out[i] += column[i] * v[k];
	}
}

/* w = inverse * column of j; y is overwritten. */
static void enter_column(ssrc_simplex *s, uint32_t j)
{
	memset(s->y, 0, s->m * sizeof *s->y);
	add_column(s, j, 1, s->y);
	multiply(s, s->y, s->w);
}

/* The variable whose column is w takes place r of the basis. */
static void update_inverse(ssrc_simplex *s, uint32_t r)
{
	for (uint32_t k = 0; k < s->m; k++) {
		double *column = s->inverse + (size_t)k * s->m;
		double t = column[r] / s->w[r];
		if (t == 0)
			continue;
		for (uint32_t i = 0; i < s->m; i++)
			column[i] -= s->w[i] * t;
		column[r] = t;
	}
}

/* Makes the inverse anew: from the basis of all row variables, whose inverse is -I, the columns enter one by one at the
 * largest pivot that a leaving row variable offers. A column that has none is dependent and goes to a bound. */
static void renew_inverse(ssrc_simplex *s)
{
	memset(s->inverse, 0, (size_t)s->m * s->m * sizeof *s->inverse);
	for (uint32_t i = 0; i < s->m; i++) {
		s->inverse[(size_t)i * s->m + i] = -1;
		s->head[i] = s->n + i;
	}
	for (uint32_t j = 0; j < s->n; j++) {
		if (s->state[j] != BASIC)
			continue;
		enter_column(s, j);
		uint32_t r = SSRC_NONE;
		for (uint32_t i = 0; i < s->m; i++)
			if (s->head[i] >= s->n && s->state[s->head[i]] != BASIC && fabs(s->w[i]) > PIVOT &&
			    (r == SSRC_NONE || fabs(s->w[i]) > fabs(s->w[r])))
				r = i;
		if (r == SSRC_NONE) {
			s->state[j] = rest(s->low[j], s->high[j], AT_LOW);
			s->x[j] = s->state[j] == AT_LOW ? s->low[j] : s->state[j] == AT_HIGH ? s->high[j] : 0;
			continue;
		}
		update_inverse(s, r);
		s->head[r] = j;
	}
	for (uint32_t i = 0; i < s->m; i++)
		s->state[s->head[i]] = BASIC;
	s->updates = 0;
	s->stale = false;
}

/* The basic variables' values from those of the others. */
static void set_basic_values(ssrc_simplex *s)
{
	memset(s->y, 0, s->m * sizeof *s->y);
	for (uint32_t j = 0; j < s->n + s->m; j++)
		if (s->state[j] != BASIC && s->x[j] != 0)
			add_column(s, j, -s->x[j], s->y);
	multiply(s, s->y, s->w);
	for (uint32_t i = 0; i < s->m; i++)
		s->x[s->head[i]] = s->w[i];
}

/* ---- one step ------------------------------------------------------------------------------------------------------
 */

/* -1 below, 1 above, 0 within its bounds. */
static int side_of(const ssrc_simplex *s, uint32_t j)
{
	double x = s->x[j];
	if (x < s->low[j] - FEASIBLE * fmax(1, fabs(s->low[j])))
		return -1;
	return x > s->high[j] + FEASIBLE * fmax(1, fabs(s->high[j])) ? 1 : 0;
}

/* Multipliers of the phase; returns whether some variable is outside its bounds (first phase). */
static bool set_multipliers(ssrc_simplex *s)
{
	bool first = false;
	for (uint32_t i = 0; i < s->m && !first; i++)
		first = side_of(s, s->head[i]) != 0;
	for (uint32_t i = 0; i < s->m; i++)
		s->w[i] = first ? side_of(s, s->head[i]) : s->cost[s->head[i]];
	for (uint32_t k = 0; k < s->m; k++) {
		const double *column = s->inverse + (size_t)k * s->m;
		double sum = 0;
		for (uint32_t i = 0; i < s->m; i++)
			sum += s->w[i] * column[i];
		s->y[k] = sum;
	}
	return first;
}

static double reduced_cost(const ssrc_simplex *s, uint32_t j, bool first)
{
	const ssrc_program *p = &s->model->program;
	if (j >= s->n)
		return s->y[j - s->n];
	double sum = 0;
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
		sum += p->value[k] * s->row_scale[p->row[k]] * s->y[p->row[k]];
	return (first ? 0 : s->cost[j]) - sum * s->col_scale[j];
}

/* The variable to enter, SSRC_NONE at the optimum; *way: 1 it grows, -1 it falls. The most promising, or with `bland`
 * the first. */
static uint32_t choose_entering(const ssrc_simplex *s, bool first, bool bland, int *way)
{
	double tolerance = first ? 1e-9 : 1e-10 * s->cost_size, best = tolerance;
	uint32_t found = SSRC_NONE;
	for (uint32_t j = 0; j < s->n + s->m; j++) {
		if (s->state[j] == BASIC || s->low[j] == s->high[j])
			continue;
		double d = reduced_cost(s, j, first);
		bool grows = d < 0 && s->state[j] != AT_HIGH, falls = d > 0 && s->state[j] != AT_LOW;
		if (!(grows || falls) || fabs(d) <= best)
			continue;
		found = j;
		*way = grows ? 1 : -1;
		if (bland)
			break;
		best = fabs(d);
	}
	return found;
}

typedef struct step {
	uint32_t place; /* of the variable that leaves; SSRC_NONE: the entering one crosses to its other bound, or none
			 */
	double length;  /* INFINITY: nothing stops it */
	uint8_t state;  /* that the leaving variable goes to */
} step;

/* How far the basic variable of a place may go by `change` per unit; INFINITY if as far as it likes. A variable outside
 * its bounds stops where it comes in. */
static double room(const ssrc_simplex *s, uint32_t place, double change, uint8_t *state)
{
	uint32_t j = s->head[place];
	int side = side_of(s, j);
	*state = AT_LOW;
	if (side != 0 && (change < 0) == (side < 0))
		return (double)INFINITY;
	if (side != 0)
		*state = side < 0 ? AT_LOW : AT_HIGH;
	else
		*state = change < 0 ? AT_LOW : AT_HIGH;
	double bound = *state == AT_LOW ? s->low[j] : s->high[j];
	return fmax(0, (bound - s->x[j]) / change);
}

/* Harris: of the places that stop the step within tolerance, that with the largest pivot. Bland: the first of those
 * that stop it at once. */
static step choose_leaving(const ssrc_simplex *s, uint32_t entering, int way, bool bland)
{
	double farthest = (double)INFINITY;
	uint8_t state;
	for (uint32_t i = 0; i < s->m; i++) {
		double change = -way * s->w[i], slack = bland ? 0 : FEASIBLE / fabs(change);
		if (fabs(change) > PIVOT)
			farthest = fmin(farthest, room(s, i, change, &state) + slack);
	}
	step chosen = {SSRC_NONE, s->high[entering] - s->low[entering], AT_LOW};
	if (farthest >= chosen.length)
		return chosen;
	double pivot = 0;
	for (uint32_t i = 0; i < s->m; i++) {
		double change = -way * s->w[i];
		if (fabs(change) <= PIVOT)
			continue;
		double ratio = room(s, i, change, &state);
		bool better =
			bland ? chosen.place == SSRC_NONE || s->head[i] < s->head[chosen.place] : fabs(change) > pivot;
		if (ratio <= farthest && better) {
			chosen = (step){i, ratio, state};
			pivot = fabs(change);
		}
	}
	return chosen;
}

static void go(ssrc_simplex *s, uint32_t entering, int way, step taken)
{
	if (taken.place == SSRC_NONE) {
		s->state[entering] = way > 0 ? AT_HIGH : AT_LOW;
		s->x[entering] = way > 0 ? s->high[entering] : s->low[entering];
		return;
	}
	uint32_t leaving = s->head[taken.place];
	update_inverse(s, taken.place);
	s->head[taken.place] = entering;
	s->state[entering] = BASIC;
	s->state[leaving] = taken.state;
	s->x[leaving] = taken.state == AT_LOW ? s->low[leaving] : s->high[leaving];
	s->updates++;
}

/* ---- all steps
 * ------------------------------------------------------------------------------------------------------- */

/* The optimum, infeasibility and unboundedness are only believed of a fresh inverse. */
static ssrc_outcome run(ssrc_simplex *s, const ssrc_solve_limits *limits, double deadline)
{
	uint32_t stalled = 0;
	int64_t most = 50000 + 100 * ((int64_t)s->n + s->m);
	for (int way = 0;; s->iterations++) {
		if (s->stale || s->updates >= RENEW_AFTER)
			renew_inverse(s);
		if (ssrc_stop_asked(limits) || ssrc_seconds_now() >= deadline ||
		    (limits->iterations >= 0 && s->iterations >= limits->iterations))
			return SSRC_OUTCOME_STOPPED;
		if (s->iterations >= most)
			return SSRC_OUTCOME_FAILED;
		set_basic_values(s);
		bool first = set_multipliers(s), bland = stalled > STALLED_AFTER;
		uint32_t entering = choose_entering(s, first, bland, &way);
		step taken = {SSRC_NONE, (double)INFINITY, AT_LOW};
		if (entering != SSRC_NONE) {
			enter_column(s, entering);
			taken = choose_leaving(s, entering, way, bland);
		}
		if (taken.place == SSRC_NONE && isinf(taken.length)) {
			if (s->updates == 0)
				return entering != SSRC_NONE ? first ? SSRC_OUTCOME_FAILED : SSRC_OUTCOME_UNBOUNDED
				       : first               ? SSRC_OUTCOME_INFEASIBLE
							     : SSRC_OUTCOME_OPTIMAL;
			s->stale = true;
			continue;
		}
		go(s, entering, way, taken);
		stalled = taken.length > 1e-12 ? 0 : stalled + 1;
	}
}

/* x and y of the true program. */
static void take_results(ssrc_simplex *s, ssrc_model *model, ssrc_solution *out)
{
	for (uint32_t i = 0; i < s->m; i++)
		s->w[i] = s->y[i] * s->row_scale[i];
	ssrc_model_take_dual(model, s->w, out);
	for (uint32_t j = 0; j < s->n; j++)
		model->x[j] = s->x[j] * s->col_scale[j];
	ssrc_model_take_x(model, model->x, false, out);
}

void ssrc_simplex_solve(ssrc_simplex *s, ssrc_model *model, const ssrc_solve_limits *limits, double deadline,
			ssrc_solution *out)
{
	s->iterations = 0;
	if (s->stale)
		choose_scales(s);
	take_over(s);
	*out = ssrc_model_no_solution(model, run(s, limits, deadline));
	out->iterations = s->iterations;
	if (out->outcome == SSRC_OUTCOME_INFEASIBLE) {
		for (uint32_t i = 0; i < s->m; i++)
			s->w[i] = s->y[i] * s->row_scale[i];
		if (!ssrc_model_take_ray(model, s->w, out) && !ssrc_model_find_ray(model, out))
			out->outcome = SSRC_OUTCOME_FAILED;
	} else if (out->outcome == SSRC_OUTCOME_OPTIMAL) {
		take_results(s, model, out);
		if (!ssrc_solution_proven(out))
			out->outcome = SSRC_OUTCOME_FAILED;
	} else if (out->outcome == SSRC_OUTCOME_STOPPED) {
		set_basic_values(s);
		(void)set_multipliers(s);
		take_results(s, model, out);
	}
}
