/* Bounds of concentration measures over share intervals. docs/methods/concentration.md derives every step. */
#include <secondsource/concentration.h>

#include "base/base.h"

#include <math.h>
#include <stdio.h>

enum { STACK_ROWS = 64, NODE_LIMIT = 20000, DUAL_STEPS = 64 };

/* Far above rounding (1e-16) and far below any share that matters: values closer than this are one value. */
static const double same = 1e-12;

/* A named row and the notes that one pass over the table leaves in it. */
typedef struct row {
	double lo, hi;
	uint32_t members;
	bool taken;               /* search: at its high end; water-filling: held at an end */
	double centre;            /* search: the row counts (x - centre)^2 */
	double gain;              /* search: value of going from lo to hi */
	double key;               /* sort key, falling */
	double left_at, value_at; /* search: state before this row was taken */
	double other_at;          /* choice of k: second sum before this row was taken */
} row;

typedef struct table {
	row *rows; /* n named rows, space for one more */
	size_t n, groups;
	double total;  /* what all shares make: 1 unless a tolerance was needed */
	double lo, hi; /* sums over the named rows, each row cut to what the others leave */
	double various_lo, various_hi;
	bool complete; /* a fragmented row is present */
	bool informative;
	uint32_t members; /* sum over joint rows */
	row stack[STACK_ROWS + 1];
} table;

/* ---- reading the table ----------------------------------------------------------------------- */

static bool is_share(const ssrc_share_block *b)
{
	return b->low >= 0 && b->low <= b->high && b->high <= 1 + SSRC_SHARE_EPSILON &&
	       (b->fragmented || b->members >= 1);
}

static ssrc_status refuse_total(double sum, ssrc_error *err)
{
	char text[96], number[32];
	ssrc_format_number(number, sum);
	snprintf(text, sizeof text, "shares make at %s %s of the whole", sum > 1 ? "least" : "most", number);
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, text, NULL, NULL);
}

/* Falling keys; equal keys by both ends, so that the order does not depend on the order of the input. */
static bool comes_before(const row *a, const row *b)
{
	if (a->key != b->key)
		return a->key > b->key;
	if (a->hi != b->hi)
		return a->hi > b->hi;
	if (a->lo != b->lo)
		return a->lo > b->lo;
	return a->members > b->members;
}

/* Shell sort: in place, no worst case that hurts at table sizes, no hidden allocation as in some qsort(). */
static void sort_rows(row *rows, size_t n)
{
	size_t gap = 1;
	while (gap < n / 3)
		gap = 3 * gap + 1;
	for (; gap >= 1; gap /= 3)
		for (size_t i = gap; i < n; i++) {
			row moved = rows[i];
			size_t j = i;
			for (; j >= gap && comes_before(&moved, &rows[j - gap]); j -= gap)
				rows[j] = rows[j - gap];
			rows[j] = moved;
		}
}

/* Rows in a fixed order, members 0 for a fragmented one. */
static ssrc_status copy_blocks(table *t, const ssrc_share_block *blocks, size_t count, ssrc_error *err)
{
	for (size_t i = 0; i < count; i++) {
		const ssrc_share_block *b = &blocks[i];
		if (!is_share(b))
			return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT,
					 "a share interval needs 0 <= low <= high <= 1 and at least one member", NULL,
					 NULL);
		double low = fmin(b->low, 1), high = fmin(b->high, 1);
		t->rows[i] = (row){.lo = low, .hi = high, .key = low, .members = b->fragmented ? 0 : b->members};
	}
	sort_rows(t->rows, count);
	return SSRC_OK;
}

/* Keeps the named rows and sums both kinds up. The order is fixed so that the bits of a sum do not depend on the
 * order of the input. */
static void sum_blocks(table *t, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		row r = t->rows[i];
		if (r.members == 0) {
			t->complete = true;
			t->various_lo += r.lo;
			t->various_hi += r.hi;
			continue;
		}
		t->rows[t->n++] = r;
		t->lo += r.lo;
		t->hi += r.hi;
		if (r.members > 1) {
			t->groups++;
			t->members += r.members < UINT32_MAX - t->members ? r.members : UINT32_MAX - t->members;
		}
	}
}

static ssrc_status settle_total(table *t, double tolerance, ssrc_error *err)
{
	if (!(tolerance >= 0 && tolerance < 1))
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, "a tolerance needs 0 <= tolerance < 1", NULL, NULL);
	double slack = fmax(tolerance, SSRC_SHARE_EPSILON), least = t->lo + t->various_lo, most = t->hi + t->various_hi;
	/* The slack itself may carry a rounding error: 0.52 + 0.50 - 1 > 0.02 in binary. */
	if (least > 1 + slack + same)
		return refuse_total(least, err);
	if (t->complete && most < 1 - slack - same)
		return refuse_total(most, err);
	t->total = fmax(1, least);
	if (t->complete)
		t->total = fmin(t->total, fmax(least, most));
	return SSRC_OK;
}

/* Cuts every interval to what the others leave. Cuts below `same` would only turn 0.3 into 0.30000000000000004. */
static void tighten(table *t)
{
	double least = t->lo + t->various_lo, most = t->hi + t->various_hi, lo = 0, hi = 0;
	for (size_t i = 0; i < t->n; i++) {
		row *r = &t->rows[i];
		double ceiling = fmax(r->lo, t->total - least + r->lo), floor_ = fmin(r->hi, t->total - most + r->hi);
		if (ceiling < r->hi - same)
			r->hi = ceiling;
		if (t->complete && floor_ > r->lo + same)
			r->lo = fmin(floor_, r->hi);
		t->informative |= r->lo > 0 || r->hi < 1;
		lo += r->lo;
		hi += r->hi;
	}
	double various_lo = t->total - t->hi, various_hi = t->total - t->lo;
	t->lo = lo;
	t->hi = hi;
	t->various_lo = fmax(t->various_lo, t->complete ? various_lo : 0);
	t->various_hi = fmin(t->various_hi, various_hi);
	t->informative &= hi > 0;
}

static void table_close(ssrc_context *ctx, table *t)
{
	if (t->rows != t->stack)
		ssrc_release(ctx, t->rows);
}

static ssrc_status table_open(ssrc_context *ctx, table *t, const ssrc_share_block *blocks, size_t count,
			      double tolerance, ssrc_error *err)
{
	*t = (table){.rows = t->stack};
	if (count > STACK_ROWS) {
		t->rows = ctx && count < SIZE_MAX ? ssrc_alloc_array(ctx, count + 1, sizeof *t->rows) : NULL;
		if (!t->rows)
			return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	}
	ssrc_status status = copy_blocks(t, blocks, count, err);
	sum_blocks(t, status == SSRC_OK ? count : 0);
	if (status == SSRC_OK)
		status = settle_total(t, tolerance, err);
	if (status == SSRC_OK)
		tighten(t);
	else
		table_close(ctx, t);
	return status;
}

static bool same_row(const row *a, const row *b)
{
	return a->lo == b->lo && a->hi == b->hi && a->members == b->members;
}

/* ---- lower bounds: the least majorized shares -------------------------------------------------- */

/* Holds at their ends the free rows that violate the side which is violated more (Bitran and Hax 1981); returns
 * whether any was held. */
static bool hold_violators(table *t, double level)
{
	double over = 0, under = 0;
	for (size_t i = 0; i < t->n; i++) {
		const row *r = &t->rows[i];
		double x = level * r->members;
		over += !r->taken && x > r->hi ? x - r->hi : 0;
		under += !r->taken && x < r->lo ? r->lo - x : 0;
	}
	if (over <= 0 && under <= 0)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		row *r = &t->rows[i];
		double x = level * r->members;
		if (r->taken || (over >= under ? x <= r->hi : x >= r->lo))
			continue;
		r->taken = true;
		r->key = over >= under ? r->hi : r->lo;
	}
	return true;
}

/* Leaves in `key` the shares x = clamp(members * level, lo, hi) that make the least named sum. Where the rest may be
 * dust that is x = lo. */
static void fill_evenly(table *t)
{
	double sum = t->complete ? fmax(t->lo, t->total - t->various_hi) : t->lo;
	bool at_low = sum <= t->lo + same;
	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].key = t->rows[i].lo;
		t->rows[i].taken = at_low;
	}
	if (at_low)
		return;
	double level = 0;
	do {
		double rest = sum, members = 0;
		for (size_t i = 0; i < t->n; i++) {
			rest -= t->rows[i].taken ? t->rows[i].key : 0;
			members += t->rows[i].taken ? 0 : t->rows[i].members;
		}
		if (members <= 0)
			return;
		level = rest / members;
	} while (hold_violators(t, level));
	for (size_t i = 0; i < t->n; i++)
		if (!t->rows[i].taken)
			t->rows[i].key = level * t->rows[i].members;
}

static double least_hhi(table *t)
{
	fill_evenly(t);
	double sum = 0;
	for (size_t i = 0; i < t->n; i++)
		sum += t->rows[i].key * t->rows[i].key / t->rows[i].members;
	return sum;
}

static double least_ratio(table *t, uint32_t k)
{
	fill_evenly(t);
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].key /= t->rows[i].members;
	sort_rows(t->rows, t->n);
	double sum = 0;
	for (size_t i = 0; i < t->n && k > 0; i++) {
		uint32_t counted = t->rows[i].members < k ? t->rows[i].members : k;
		sum += t->rows[i].key * counted;
		k -= counted;
	}
	return sum;
}

/* ---- upper bound of HHI: branch and bound ------------------------------------------------------ */

/* Maximise constant + sum of gains of rows moved up from lo, with `left` mass to give. Each row counts
 * (x - centre)^2 - sink * x: mass not given to rows earns `sink` a unit elsewhere (unnamed providers). */
typedef struct search {
	row *rows;
	size_t n;
	double left, constant, sink;
	/* 0, or the members of the one joint row: then `sink` is the equal share of a member and the value of what is
	 * left is exact, not sink * left. */
	uint32_t members;
	double best;
	bool exact;
} search;

static double gain_of(const row *r, double mass, double sink)
{
	return mass * (2 * (r->lo - r->centre) + mass - sink);
}

static void sort_by_density(search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		row *r = &s->rows[i];
		double width = r->hi - r->lo;
		r->taken = false;
		r->gain = gain_of(r, width, s->sink);
		r->key = width > 0 ? r->gain / width : -(double)INFINITY;
	}
	sort_rows(s->rows, s->n);
	while (s->n > 0 && s->rows[s->n - 1].key == -(double)INFINITY)
		s->n--;
}

/* The concave envelope of the undecided rows: a fractional knapsack, never below the true optimum. */
static double envelope(const search *s, size_t i, double left)
{
	double sum = 0;
	for (; i < s->n && left > 0 && s->rows[i].key > 0; i++) {
		double width = s->rows[i].hi - s->rows[i].lo, mass = fmin(width, left);
		sum += s->rows[i].key * mass;
		left -= mass;
	}
	return sum;
}

/* What unnamed providers add beyond (or short of) sink * rest, with a joint row of k members whose sum is k * sink:
 * either all members equal and unnamed providers as large as them, or unnamed providers all equal to the small
 * members and one member holding what is over. Methods page, "One joint row". */
static double correct_rest(const search *s, double rest)
{
	if (rest <= 0)
		return 0;
	double k = s->members, joint = k * s->sink, full = floor(rest / s->sink), part = rest - full * s->sink;
	double equal = full * s->sink * s->sink + part * part;
	double small = rest / ceil(rest / s->sink), large = joint - (k - 1) * small;
	double uneven = large * large + (k - 1) * small * small + rest * small - joint * joint / k;
	return fmax(equal, uneven) - s->sink * rest;
}

/* Row j ends strictly between its bounds and takes what the undecided rows leave: on every linear piece of their
 * envelope the sum is convex in the mass of j, so that only ends of pieces count. */
static double fractional_bound(const search *s, const row *j, size_t i, double left)
{
	double width = j->hi - j->lo, mass = fmin(width, left), given = 0;
	double best = gain_of(j, mass, s->sink) + envelope(s, i, left - mass);
	for (; i < s->n && s->rows[i].key > 0; i++) {
		left -= s->rows[i].hi - s->rows[i].lo;
		if (left < 0)
			break;
		given += s->rows[i].gain;
		best = fmax(best, given + gain_of(j, fmin(left, width), s->sink));
	}
	return best;
}

/* Whether no completion of the decisions on rows[0..i) beats s->best. */
static bool hopeless(const search *s, size_t i, double left, double value)
{
	double need = s->best + same - value;
	if (envelope(s, i, left) > need)
		return false;
	for (size_t j = 0; j < i; j++)
		if (!s->rows[j].taken && fractional_bound(s, &s->rows[j], i, left) > need)
			return false;
	return true;
}

/* Moving mass from a row at its high end to one that is below it and whose both ends are higher never loses: a row
 * is high only if all rows above it in both ends are. Those have a higher density and so are decided before. */
static bool is_barred(const search *s, size_t i)
{
	const row *r = &s->rows[i];
	for (size_t j = 0; j < i; j++) {
		const row *above = &s->rows[j];
		if (!above->taken && above->lo - above->centre >= r->lo - r->centre &&
		    above->hi - above->centre >= r->hi - r->centre)
			return true;
	}
	return false;
}

/* Best completion with the undecided rows low and at most one row strictly between its ends. */
static double complete_best(const search *s, size_t decided, double left)
{
	double best = s->members ? correct_rest(s, left) : 0;
	for (size_t i = 0; i < s->n; i++) {
		const row *r = &s->rows[i];
		if (i < decided && r->taken)
			continue;
		/* With a joint row a kink at a whole number of full-size unnamed providers may be the optimum. */
		double mass = s->members ? left - floor(left / s->sink) * s->sink : left;
		mass = fmin(mass, r->hi - r->lo);
		double value = gain_of(r, mass, s->sink) + (s->members ? correct_rest(s, left - mass) : 0);
		best = fmax(best, value);
	}
	return best;
}

/* Gives up the last row taken. Returns the next row to decide, or n + 1 at the end. */
static size_t step_back(search *s, size_t i, double *left, double *value)
{
	while (i > 0 && !s->rows[i - 1].taken)
		i--;
	if (i == 0)
		return s->n + 1;
	row *given_up = &s->rows[i - 1];
	given_up->taken = false;
	*left = given_up->left_at;
	*value = given_up->value_at;
	return i;
}

static void run_search(search *s)
{
	sort_by_density(s);
	double left = s->left, value = s->constant, root = value + envelope(s, 0, left);
	size_t nodes = 0, i = 0;
	while (i <= s->n) {
		bool done = hopeless(s, i, left, value);
		if (!done) {
			if (++nodes > NODE_LIMIT)
				break;
			s->best = fmax(s->best, value + complete_best(s, i, left));
		}
		if (done || i == s->n) {
			i = step_back(s, i, &left, &value);
			continue;
		}
		row *r = &s->rows[i];
		double width = r->hi - r->lo;
		r->taken = width <= left + same && !is_barred(s, i);
		i++;
		if (!r->taken)
			continue;
		r->left_at = left;
		r->value_at = value;
		left = fmax(0, left - width);
		value += r->gain;
	}
	if (nodes > NODE_LIMIT) {
		s->best = fmax(s->best, root);
		s->exact = false;
	}
}

/* Joint rows held by one member each; the rest is dust, or one firm where no joint row forbids it. */
static void search_single_holders(table *t, search *s)
{
	double most = t->complete ? fmin(t->hi, t->total - t->various_lo) : t->total;
	*s = (search){.rows = t->rows, .n = t->n, .left = fmax(0, most - t->lo), .exact = true};
	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].centre = 0;
		s->constant += t->rows[i].lo * t->rows[i].lo;
	}
	if (!t->complete && t->groups == 0)
		t->rows[s->n++] = (row){.hi = fmax(0, t->total - t->lo), .members = 1};
	s->best = s->constant;
	run_search(s);
}

/* One joint row, at its high end: its members as equal as unnamed providers of noticeable size ask for. */
static void search_spread(table *t, search *s)
{
	size_t g = 0;
	while (t->rows[g].members == 1)
		g++;
	row joint = t->rows[g];
	t->rows[g] = t->rows[t->n - 1];
	t->rows[t->n - 1] = joint;
	double rest = t->total - t->lo + joint.lo - joint.hi, each = joint.hi / joint.members;
	if (rest <= same || each <= same)
		return;
	s->rows = t->rows;
	s->n = t->n - 1;
	s->members = joint.members;
	s->sink = each;
	s->left = rest;
	s->constant = joint.hi * each + each * rest;
	for (size_t i = 0; i < s->n; i++)
		s->constant += t->rows[i].lo * t->rows[i].lo;
	run_search(s);
}

/* Several joint rows: with every small member at r the value is convex in r, so that r = 0 (single holders) and the
 * largest r that any shares allow bound it. Outer, because the largest r need not fit the best shares. */
static void search_outer(table *t, search *s)
{
	double each = (double)INFINITY, found = s->best;
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].members > 1)
			each = fmin(each, t->rows[i].hi / t->rows[i].members);
	*s = (search){.rows = t->rows, .n = t->n, .left = fmax(0, t->total - t->lo), .sink = each, .exact = s->exact};
	s->constant = each * s->left;
	for (size_t i = 0; i < t->n; i++) {
		row *r = &t->rows[i];
		double others = r->members - 1.0;
		r->centre = others * each;
		s->constant += (r->lo - r->centre) * (r->lo - r->centre) + others * each * each;
	}
	s->best = found;
	run_search(s);
	if (s->best > found + same)
		s->exact = false;
}

static double greatest_hhi(table *t, bool *exact)
{
	search s;
	search_single_holders(t, &s);
	if (!t->complete && t->groups == 1)
		search_spread(t, &s);
	else if (!t->complete && t->groups > 1)
		search_outer(t, &s);
	*exact = s.exact;
	return s.best;
}

ssrc_status ssrc_concentration_bounds(ssrc_context *ctx, const ssrc_share_block *blocks, size_t count, double tolerance,
				      ssrc_concentration *out, ssrc_error *err)
{
	table t;
	ssrc_status status = table_open(ctx, &t, blocks, count, tolerance, err);
	if (status != SSRC_OK)
		return status;
	ssrc_concentration c = {.exact = true, .informative = t.informative};
	c.known.low = t.complete ? fmax(t.lo, t.total - t.various_hi) : t.lo;
	c.known.high = fmin(t.hi, t.total - t.various_lo);
	c.hhi.low = fmin(1, least_hhi(&t));
	c.hhi.high = t.informative ? fmax(c.hhi.low, fmin(1, greatest_hhi(&t, &c.exact))) : (double)NAN;
	c.effective.low = t.informative ? 1 / c.hhi.high : (double)NAN;
	c.effective.high = c.hhi.low > 0 ? 1 / c.hhi.low : (double)INFINITY;
	table_close(ctx, &t);
	*out = c;
	return SSRC_OK;
}

/* ---- upper bound of CRk: a choice of rows -------------------------------------------------------- */

/* Maximise min(sum_hi, sum_lo) over choices of at most `slots` rows, where a chosen row adds its hi to the first and
 * its lo to the second sum: the chosen rows hold no more than their ceilings and no more than the others leave. */
typedef struct choice {
	row *rows;
	size_t n, slots;
	double sum_hi, sum_lo; /* before any row is chosen */
	double best;
	bool exact;
} choice;

typedef struct pair {
	double hi, lo;
} pair;

/* The choice that maximises weight * sum_hi + (1 - weight) * sum_lo; leaves the rows sorted by that weight. */
static pair choose_weighted(choice *c, double weight)
{
	for (size_t i = 0; i < c->n; i++)
		c->rows[i].key = weight * c->rows[i].hi + (1 - weight) * c->rows[i].lo;
	sort_rows(c->rows, c->n);
	pair sum = {c->sum_hi, c->sum_lo};
	for (size_t i = 0; i < c->n && i < c->slots && c->rows[i].key > 0; i++) {
		sum.hi += c->rows[i].hi;
		sum.lo += c->rows[i].lo;
	}
	c->best = fmax(c->best, fmin(sum.hi, sum.lo));
	return sum;
}

/* Lagrangian dual by intersection of supporting lines: *weight and the bound it gives. */
static double choose_dual(choice *c, double *weight)
{
	pair top = choose_weighted(c, 1), bottom = {0, 0};
	*weight = 1;
	if (top.hi <= top.lo)
		return top.hi;
	bottom = choose_weighted(c, 0);
	*weight = 0;
	if (bottom.lo <= bottom.hi)
		return bottom.lo;
	double bound = (double)INFINITY;
	for (int step = 0; step < DUAL_STEPS; step++) {
		double w = (bottom.lo - top.lo) / ((top.hi - top.lo) + (bottom.lo - bottom.hi));
		pair middle = choose_weighted(c, w);
		double line = w * top.hi + (1 - w) * top.lo, value = w * middle.hi + (1 - w) * middle.lo;
		*weight = w;
		bound = value;
		if (value <= line + same)
			break;
		if (middle.hi > middle.lo)
			top = middle;
		else
			bottom = middle;
	}
	return bound;
}

/* Weight of the next `slots` undecided rows; `left_at` holds running sums of positive weights. */
static double weight_ahead(const choice *c, size_t i, size_t slots)
{
	size_t end = slots < c->n - i ? i + slots : c->n;
	double before = i > 0 ? c->rows[i - 1].left_at : 0;
	return end > i ? c->rows[end - 1].left_at - before : 0;
}

static size_t choose_back(choice *c, size_t i, pair *sum, size_t *slots)
{
	while (i > 0 && !c->rows[i - 1].taken)
		i--;
	if (i == 0)
		return c->n + 1;
	size_t given_up = i - 1;
	c->rows[given_up].taken = false;
	*sum = (pair){c->rows[given_up].value_at, c->rows[given_up].other_at};
	++*slots;
	while (i < c->n && same_row(&c->rows[i], &c->rows[given_up]))
		c->rows[i++].taken = false;
	return i;
}

static void choose_exactly(choice *c, double weight, double root)
{
	double running = 0;
	for (size_t i = 0; i < c->n; i++) {
		c->rows[i].taken = false;
		c->rows[i].left_at = running += fmax(0, c->rows[i].key);
	}
	pair sum = {c->sum_hi, c->sum_lo};
	size_t slots = c->slots, nodes = 0, i = 0;
	while (i <= c->n) {
		double bound = weight * sum.hi + (1 - weight) * sum.lo + weight_ahead(c, i, slots);
		c->best = fmax(c->best, fmin(sum.hi, sum.lo));
		if (bound <= c->best + same || i == c->n || slots == 0) {
			i = choose_back(c, i, &sum, &slots);
			continue;
		}
		if (++nodes > NODE_LIMIT) {
			c->best = fmax(c->best, root);
			c->exact = false;
			return;
		}
		row *r = &c->rows[i++];
		r->taken = true;
		r->value_at = sum.hi;
		r->other_at = sum.lo;
		sum.hi += r->hi;
		sum.lo += r->lo;
		slots--;
	}
}

static void choose_best(choice *c)
{
	double weight, root = choose_dual(c, &weight);
	if (root > c->best + same)
		choose_exactly(c, weight, root);
}

/* k is beyond the members of all joint rows: they all count, and so do unnamed providers of at most the smallest
 * equal share. `each` is taken off every single row because it costs the place of one unnamed provider. */
static void choose_with_unnamed(table *t, choice *c, uint32_t k)
{
	double each = (double)INFINITY, joint_hi = 0, joint_lo = 0;
	size_t singles = 0;
	for (size_t i = 0; i < t->n; i++) {
		row r = t->rows[i];
		if (r.members == 1) {
			t->rows[i] = t->rows[singles];
			t->rows[singles++] = r;
			continue;
		}
		each = fmin(each, r.hi / r.members);
		joint_hi += r.hi;
		joint_lo += r.lo;
	}
	c->n = singles;
	c->slots = k - t->members;
	c->sum_hi = joint_hi + each * (k - t->members);
	c->sum_lo = t->total - t->lo + joint_lo;
	for (size_t i = 0; i < singles; i++)
		t->rows[i].hi -= each;
	choose_best(c);
}

/* No joint row: one unnamed firm takes all that the rows leave, so only the lows of the others count. */
static double ratio_with_firm(table *t, uint32_t k)
{
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].key = t->rows[i].lo;
	sort_rows(t->rows, t->n);
	double sum = t->total - t->lo;
	for (size_t i = 0; i < t->n && i + 1 < k; i++)
		sum += t->rows[i].lo;
	return sum;
}

static double greatest_ratio(table *t, uint32_t k, bool *exact)
{
	choice c = {.rows = t->rows, .n = t->n, .slots = k, .exact = true};
	c.sum_lo = t->total - (t->complete ? t->various_lo : 0) - t->lo;
	if (!t->complete && t->groups == 0)
		c.best = ratio_with_firm(t, k);
	choose_best(&c);
	if (!t->complete && t->groups > 0 && k > t->members)
		choose_with_unnamed(t, &c, k);
	*exact = c.exact;
	return c.best;
}

ssrc_status ssrc_concentration_ratio(ssrc_context *ctx, const ssrc_share_block *blocks, size_t count, double tolerance,
				     uint32_t k, ssrc_bounds *out, bool *exact, ssrc_error *err)
{
	table t;
	if (k == 0)
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, "a concentration ratio needs k >= 1", NULL, NULL);
	ssrc_status status = table_open(ctx, &t, blocks, count, tolerance, err);
	if (status != SSRC_OK)
		return status;
	bool reached = true;
	ssrc_bounds bounds = {fmin(1, least_ratio(&t, k)), (double)NAN};
	if (t.informative)
		bounds.high = fmax(bounds.low, fmin(1, greatest_ratio(&t, k, &reached)));
	table_close(ctx, &t);
	*out = bounds;
	if (exact)
		*exact = reached;
	return SSRC_OK;
}
