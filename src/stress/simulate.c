/* Week after week: what makers can make, what reaches their users, what is used. Several runs side by side, one in each
 * lane. docs/methods/stress.md */
#include "simulate.h"

#include <math.h>
#include <string.h>

/* Less than this of normal use is rounding, not shortage. */
static const double SLIVER = 1e-12;

struct ssrc_sim_state {
	ssrc_context *ctx;
	const ssrc_sim_net *net;
	double *block;             /* all of the lanes below */
	ssrc_lanes *pot, *out;     /* [n + 1] what makers can make; with what stands in for them; n = outside: normal */
	ssrc_lanes *cap, *ceiling; /* [n] by capacity, by inputs */
	ssrc_lanes *offer;         /* [n] what is there for the users */
	ssrc_lanes *made, *asked;  /* [n + 1] what makers make; the same while a circle is worked out */
	ssrc_lanes *delay, *arrives;  /* [n] steps in transit; what arrives now of what left so long ago */
	ssrc_lanes *window, *beyond;  /* [n] steps that users run on: whole ones, the rest */
	ssrc_lanes *before, *before1; /* [n] most on offer in the window before this step, and in one step more */
	ssrc_lanes *sent, *received;  /* [n] all that went into and came out of transit */
	ssrc_lanes *start;            /* [n] stock of each user at the start */
	ssrc_lanes *loss, *short_at, *back_at, *cut_at, *most_lost;
	ssrc_lanes *given;                /* [queues] part of the normal need that arrives */
	ssrc_lanes *stock, *in, *used_up; /* [edges] and all that came in, was used or spoilt */
	ssrc_lanes *there, *arrived;      /* [edges] what there is to use in this step; what of it arrived */
	ssrc_lanes *part;                 /* [edges] slope */
	ssrc_lanes *share, *from;         /* [covers] once it is there, and from which week on */
	ssrc_lanes *open, *now;   /* [covers] as far as it is there in this step; with the output of what stands in */
	ssrc_lanes *bypass;       /* [n] bought supply that goes past the makers */
	ssrc_lanes *lost, *until; /* [n] what is out of the makers, and the week up to which it stays so */
	ssrc_lanes first_cut;     /* of the scenario */
	ssrc_lanes *ring;         /* [net->ring_lanes] */
	ssrc_sim_course *courses; /* [hits][lanes] */
	ssrc_sim_phase *phases;
	bool *calm;  /* [n] in this step, in all lanes: makers can make all, users get their normal need */
	bool *quiet; /* [n + 1] and what they make is all taken */
	uint32_t step;
	double balance;
};

/* ---- room ------------------------------------------------------------------------------------------------------- */

/* Hands out the arrays from `block`, or counts the lanes they need. */
static size_t lay_out(ssrc_sim_state *s, ssrc_lanes *block)
{
	const ssrc_sim_net *net = s->net;
	size_t n = net->n, used = 0;
	struct {
		ssrc_lanes **array;
		size_t count;
	} const list[] = {
		{&s->pot, n + 1},
		{&s->out, n + 1},
		{&s->cap, n},
		{&s->ceiling, n},
		{&s->offer, n},
		{&s->made, n + 1},
		{&s->asked, n + 1},
		{&s->delay, n},
		{&s->arrives, n},
		{&s->window, n},
		{&s->beyond, n},
		{&s->before, n},
		{&s->before1, n},
		{&s->sent, n},
		{&s->received, n},
		{&s->start, n},
		{&s->loss, n},
		{&s->short_at, n},
		{&s->back_at, n},
		{&s->cut_at, n},
		{&s->most_lost, n},
		{&s->given, net->n_queues},
		{&s->stock, net->n_edges},
		{&s->in, net->n_edges},
		{&s->used_up, net->n_edges},
		{&s->there, net->n_edges},
		{&s->arrived, net->n_edges},
		{&s->part, net->n_edges},
		{&s->share, net->n_covers},
		{&s->from, net->n_covers},
		{&s->open, net->n_covers},
		{&s->now, net->n_covers},
		{&s->bypass, n},
		{&s->lost, n},
		{&s->until, n},
		{&s->ring, net->ring_lanes},
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		if (block)
			*list[i].array = block + used;
		used += list[i].count;
	}
	return used;
}

ssrc_status ssrc_sim_state_new(ssrc_sim_state **out, const ssrc_sim_net *net, ssrc_error *err)
{
	ssrc_context *ctx = net->a->ctx;
	size_t n_courses = (size_t)net->hits.n_hits * SSRC_LANES, n_phases = 0;
	ssrc_sim_state *s = ssrc_alloc_array(ctx, 1, sizeof *s);
	if (!s)
		return ssrc_no_memory(err);
	s->ctx = ctx;
	s->net = net;
	for (uint32_t h = 0; h < net->hits.n_hits; h++)
		n_phases += (size_t)net->hits.hits[h].n_cuts * SSRC_LANES;
	s->block = ssrc_alloc_array(ctx, lay_out(s, NULL) + 1, sizeof(ssrc_lanes));
	s->calm = ssrc_alloc_array(ctx, (size_t)net->n + 1, sizeof *s->calm);
	s->quiet = ssrc_alloc_array(ctx, (size_t)net->n + 1, sizeof *s->quiet);
	s->courses = ssrc_alloc_array(ctx, n_courses + 1, sizeof *s->courses);
	s->phases = ssrc_alloc_array(ctx, n_phases + 1, sizeof *s->phases);
	if (!s->block || !s->calm || !s->quiet || !s->courses || !s->phases) {
		ssrc_sim_state_free(s);
		return ssrc_no_memory(err);
	}
	lay_out(s, (ssrc_lanes *)s->block);
	for (uint32_t h = 0, at = 0; h < net->hits.n_hits; h++)
		for (uint32_t l = 0; l < SSRC_LANES; l++, at += net->hits.hits[h].n_cuts)
			s->courses[h * SSRC_LANES + l].phases = s->phases + at;
	*out = s;
	return SSRC_OK;
}

void ssrc_sim_state_free(ssrc_sim_state *s)
{
	if (!s)
		return;
	ssrc_context *ctx = s->ctx;
	ssrc_release(ctx, s->block);
	ssrc_release(ctx, s->calm);
	ssrc_release(ctx, s->quiet);
	ssrc_release(ctx, s->courses);
	ssrc_release(ctx, s->phases);
	ssrc_release(ctx, s);
}

/* ---- a run before it starts ----------------------------------------------------------------------------------------
 */

static double value(const ssrc_sim_state *s, uint32_t input, const ssrc_sim_run *run)
{
	return ssrc_sim_value(&s->net->hits.inputs[input], input, run, s->net->options->seed);
}

/* Weeks of use that each user holds: what keeps, and what is bought as far as it keeps with it. */
static double start_stock(const ssrc_sim_state *s, const ssrc_sim_node *node, const ssrc_sim_run *run)
{
	double stock = fmin(value(s, node->in_stock, run), node->shelf);
	for (uint32_t k = node->first_backup; k < node->first_backup + node->n_backups; k++) {
		const ssrc_stress_backup *b = &s->net->backups[s->net->backup_of[k]];
		double room = fmin(b->shelf_weeks, node->shelf) - stock;
		if (b->kind == SSRC_BACKUP_STOCK && room > 0)
			stock += fmin(b->amount, room);
	}
	return stock;
}

/* Splits weeks into whole steps and the rest of one. */
static void split_steps(const ssrc_sim_net *net, double weeks, double *whole, double *rest)
{
	double steps = fmin(weeks / net->options->step, net->n_steps);
	*whole = floor(steps);
	*rest = steps - *whole;
}

static void begin_node(ssrc_sim_state *s, uint32_t k, uint32_t lane, const ssrc_sim_run *run)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	s->start[k][lane] = start_stock(s, node, run);
	double transit = fmax(value(s, node->in_transit, run), 0) / s->net->options->step;
	s->delay[k][lane] = fmin(floor(transit + 0.5), s->net->n_steps);
	if (node->runs_on)
		split_steps(s->net, s->start[k][lane], &s->window[k][lane], &s->beyond[k][lane]);
	s->sent[k][lane] = s->received[k][lane] = s->loss[k][lane] = s->back_at[k][lane] = 0;
	s->short_at[k][lane] = (double)INFINITY;
}

static void begin_edge(ssrc_sim_state *s, uint32_t e, uint32_t lane, const ssrc_sim_run *run)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	const ssrc_sim_node *item = &s->net->nodes[edge->item];
	bool bare = item->runs_on || (edge->user == s->net->n && item->product);
	s->part[e][lane] = edge->in_part == SSRC_NONE ? edge->slope : value(s, edge->in_part, run);
	s->stock[e][lane] = s->in[e][lane] = bare ? 0 : s->start[edge->item][lane];
	s->used_up[e][lane] = 0;
}

/* The courses of all hits, and from when on alternates can stand in. */
static void begin_cuts(ssrc_sim_state *s, uint32_t lane, const ssrc_sim_run *run)
{
	const ssrc_sim_net *net = s->net;
	double first_of_all = (double)INFINITY;
	for (uint32_t k = 0; k < net->n; k++) {
		uint32_t h = net->nodes[k].hit;
		s->cut_at[k][lane] = (double)INFINITY;
		s->until[k][lane] = -(double)INFINITY;
		s->most_lost[k][lane] = 0;
		if (h == SSRC_NONE)
			continue;
		ssrc_sim_course *course = &s->courses[h * SSRC_LANES + lane];
		ssrc_sim_course_set(course, &net->hits, h, run, net->options->seed);
		s->cut_at[k][lane] = ssrc_sim_first_week(course, &s->most_lost[k][lane]);
		first_of_all = fmin(first_of_all, s->cut_at[k][lane]);
	}
	s->first_cut[lane] = first_of_all;
	for (uint32_t k = 0; k < net->n; k++)
		if (s->cut_at[k][lane] == (double)INFINITY)
			s->cut_at[k][lane] = first_of_all;
	for (uint32_t c = 0; c < net->n_covers; c++) {
		const ssrc_sim_cover *cover = &net->covers[c];
		s->share[c][lane] = value(s, cover->in, run) * (1 - value(s, cover->in + 1, run));
		s->from[c][lane] = s->cut_at[cover->node][lane] + value(s, cover->in + 2, run);
	}
}

static void begin(ssrc_sim_state *s, const ssrc_sim_run *runs, uint32_t n_runs)
{
	const ssrc_sim_net *net = s->net;
	for (uint32_t lane = 0; lane < SSRC_LANES; lane++) {
		const ssrc_sim_run *run = &runs[lane < n_runs ? lane : 0];
		for (uint32_t k = 0; k < net->n; k++)
			begin_node(s, k, lane, run);
		for (uint32_t e = 0; e < net->n_edges; e++)
			begin_edge(s, e, lane, run);
		begin_cuts(s, lane, run);
		s->pot[net->n][lane] = s->out[net->n][lane] = s->made[net->n][lane] = 1;
	}
	for (size_t i = 0; i < net->ring_lanes; i++) /* before the start everything was as always */
		for (uint32_t lane = 0; lane < SSRC_LANES; lane++)
			s->ring[i][lane] = 1;
}

/* ---- the same in all sweeps of a step
 * ---------------------------------------------------------------------------------- */

/* Mean over [t0, t1) of what grows in a straight line from 0 at `from` to 1 at `full`. */
static double ramp_mean(double from, double full, double t0, double t1)
{
	if (!(full > from)) {
		double on = t1 - fmax(from, t0);
		return on > 0 ? on / (t1 - t0) : 0;
	}
	double a = fmin(fmax(t0, from), full), b = fmin(fmax(t1, from), full);
	double slope = full - from, area = ((b - from) * (b - from) - (a - from) * (a - from)) / (2 * slope);
	return (area + fmax(0, t1 - fmax(full, t0))) / (t1 - t0);
}

static double backup_now(const ssrc_sim_state *s, const ssrc_sim_node *node, int kind)
{
	double h = s->net->options->step, t = s->step * h, sum = 0;
	for (uint32_t k = node->first_backup; k < node->first_backup + node->n_backups; k++) {
		const ssrc_stress_backup *b = &s->net->backups[s->net->backup_of[k]];
		if ((int)b->kind == kind)
			sum += b->amount * ramp_mean(b->from, b->full, t, t + h);
	}
	return sum;
}

static void set_covers(ssrc_sim_state *s)
{
	double h = s->net->options->step, end = (s->step + 1) * h;
	for (uint32_t c = 0; c < s->net->n_covers; c++)
		for (uint32_t l = 0; l < SSRC_LANES; l++) {
			double on = (end - s->from[c][l]) / h;
			s->open[c][l] = s->now[c][l] = s->share[c][l] * (on > 1 ? 1 : on > 0 ? on : 0);
		}
}

/* Part of the makers out in this step. Most of the time it is what it was before. */
static double lost_now(ssrc_sim_state *s, uint32_t k, uint32_t lane)
{
	double h = s->net->options->step, t = s->step * h;
	if (t + h <= s->until[k][lane])
		return s->lost[k][lane];
	const ssrc_sim_course *course = &s->courses[s->net->nodes[k].hit * SSRC_LANES + lane];
	double next = ssrc_sim_next_break(course, t);
	s->until[k][lane] = next >= t + h ? next : t;
	s->lost[k][lane] = ssrc_sim_lost_mean(course, t, t + h);
	return s->lost[k][lane];
}

/* What the makers that are there can make: those the cut leaves, others in their place, bought ones. */
static void set_capacity(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	double source = node->n_backups ? backup_now(s, node, SSRC_BACKUP_SOURCE) : 0;
	double bypass = node->n_backups ? backup_now(s, node, SSRC_BACKUP_BYPASS) : 0;
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double lost = 0, cover = 0;
		if (node->hit != SSRC_NONE)
			lost = lost_now(s, k, l);
		for (uint32_t c = node->first_cover; lost > 0 && c < node->first_cover + node->n_covers; c++)
			cover += s->net->covers[c].by == SSRC_NONE ? s->open[c][l] : 0;
		double left = 1 - lost + cover + source;
		s->cap[k][l] = (left > 1 ? 1 : left) * (1 + s->net->options->refill);
		s->bypass[k][l] = bypass;
	}
}

/* What left the makers so long ago that it arrives now. */
static void set_arrivals(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		uint32_t d = (uint32_t)s->delay[k][l];
		s->arrives[k][l] = d > s->step ? 1 : s->ring[node->pipe + (s->step - d) % node->pipe_len][l];
	}
}

/* The most that was on offer within the time that users run on. */
static void set_window(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	double *near = s->before[k], *far = s->before1[k];
	const double *window = s->window[k];
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		near[l] = far[l] = 0;
	for (uint32_t d = 1; d <= node->past_len; d++) {
		bool open = false;
		const double *past = d > s->step ? NULL : s->ring[node->past + (s->step - d) % node->past_len];
		for (uint32_t l = 0; l < SSRC_LANES; l++) {
			double x = past ? past[l] : 1;
			near[l] = d <= window[l] && x > near[l] ? x : near[l];
			far[l] = d <= window[l] + 1 && x > far[l] ? x : far[l];
			open |= d <= window[l] && near[l] < 1;
		}
		if (!open && d > 1)
			break;
	}
}

static void prepare(ssrc_sim_state *s)
{
	const ssrc_sim_net *net = s->net;
	set_covers(s);
	for (uint32_t k = 0; k < net->n; k++) {
		set_capacity(s, k);
		if (net->nodes[k].pipe_len)
			set_arrivals(s, k);
		if (net->nodes[k].runs_on)
			set_window(s, k);
	}
}

/* ---- forwards: inputs before users
 * ----------------------------------------------------------------------------------- */

/* Parts of the normal need that arrive, by queue: who stands first is served first. */
static void serve(ssrc_sim_state *s, const ssrc_sim_node *node, uint32_t k)
{
	const double most = 1 + s->net->options->refill;
	ssrc_lanes *given = s->given + node->first_queue;
	const double *share = s->net->queue_share + node->first_queue;
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double offer = s->offer[k][l], left = offer;
		if (offer >= 1 || node->n_queues == 1) {
			for (uint32_t q = 0; q < node->n_queues; q++)
				given[q][l] = offer > most ? most : offer;
			continue;
		}
		for (uint32_t q = 0; q < node->n_queues; q++) {
			double part = share[q] > 0 ? left / share[q] : offer;
			given[q][l] = part > 1 ? 1 : part;
			left -= share[q] * given[q][l];
			left = left > 0 ? left : 0;
		}
	}
}

/* What alternates for one user alone bring it: other makers against the cut, other items in any case. */
static double own_alternates(const ssrc_sim_state *s, const ssrc_sim_edge *edge, uint32_t lane)
{
	double makers = 0, items = 0;
	for (uint32_t c = edge->first_cover; c < edge->first_cover + edge->n_covers; c++)
		*(s->net->covers[c].by == SSRC_NONE ? &makers : &items) += s->now[c][lane];
	double pot = s->pot[edge->item][lane], ceiling = s->ceiling[edge->item][lane];
	double more = s->cap[edge->item][lane] + makers;
	more = more > 1 ? 1 : more;
	more = more < ceiling ? more : ceiling;
	return items + (more > pot ? more - pot : 0);
}

/* What there is for one user; returns the part of its normal need that limits output. */
static void look(ssrc_sim_state *s, uint32_t e, double *available)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	const ssrc_sim_node *item = &s->net->nodes[edge->item];
	const double h = s->net->options->step, *given = s->given[edge->queue];
	const double *stock = s->stock[e], *near = s->before[edge->item], *far = s->before1[edge->item];
	const double *beyond = s->beyond[edge->item];
	bool runs_on = item->runs_on && !(edge->user == s->net->n && item->product);
	double *there = s->there[e], *arrived = s->arrived[e];
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double a = given[l];
		if (runs_on) {
			double x = a > near[l] ? a : near[l], y = a > far[l] ? a : far[l];
			a = x + beyond[l] * (y - x);
		}
		if (edge->n_covers && a < 1) {
			a += own_alternates(s, edge, l);
			a = a > 1 ? 1 : a;
		}
		arrived[l] = a;
		there[l] = a + stock[l] / h;
		/* What users hold never serves to make more than normal. */
		available[l] = there[l] < 1 ? there[l] : a > 1 ? a : 1;
	}
}

/* The best of the inputs that stand in for each other. */
static void look_at_choice(ssrc_sim_state *s, const ssrc_sim_choice *choice, double *best)
{
	ssrc_lanes available;
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		best[l] = -(double)INFINITY;
	for (uint32_t e = choice->first; e < choice->first + choice->n; e++) {
		const double *part = s->part[e];
		look(s, e, available);
		for (uint32_t l = 0; l < SSRC_LANES; l++) {
			double x = 1 - part[l] * (1 - available[l]);
			best[l] = x > best[l] ? x : best[l];
		}
	}
}

/* What the inputs allow of normal output. */
static void limit(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_net *net = s->net;
	const ssrc_sim_node *node = &net->nodes[k];
	ssrc_lanes best, sum;
	double counted = node->outside, *least = s->ceiling[k];
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		least[l] = (double)INFINITY;
		sum[l] = node->outside;
	}
	for (uint32_t c = node->first_choice; c < node->first_choice + node->n_choices; c++) {
		ssrc_sim_limit kind = net->choices[c].limit;
		look_at_choice(s, &net->choices[c], best);
		counted += kind == SSRC_SIM_MEAN;
		for (uint32_t l = 0; kind == SSRC_SIM_MEAN && l < SSRC_LANES; l++)
			sum[l] += best[l];
		for (uint32_t l = 0; kind == SSRC_SIM_LEAST && l < SSRC_LANES; l++)
			least[l] = best[l] < least[l] ? best[l] : least[l];
	}
	for (uint32_t l = 0; counted > 0 && l < SSRC_LANES; l++)
		least[l] = sum[l] / counted < least[l] ? sum[l] / counted : least[l];
}

/* True if nothing is short anywhere around: makers are all there, and so is every input. */
static bool is_calm(const ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_net *net = s->net;
	const ssrc_sim_node *node = &net->nodes[k];
	bool calm = !(net->options->refill > 0);
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		calm &= s->cap[k][l] == 1 && (!node->pipe_len || !(s->delay[k][l] > 0) || s->arrives[k][l] == 1);
	for (uint32_t c = node->first_choice; calm && c < node->first_choice + node->n_choices; c++)
		for (uint32_t e = net->choices[c].first; calm && e < net->choices[c].first + net->choices[c].n; e++)
			calm = s->calm[net->edges[e].item];
	return calm;
}

static void make_normal(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		s->pot[k][l] = s->out[k][l] = s->offer[k][l] = s->ceiling[k][l] = 1;
	for (uint32_t q = 0; q < node->n_queues; q++)
		for (uint32_t l = 0; l < SSRC_LANES; l++)
			s->given[node->first_queue + q][l] = 1;
}

static void make(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	limit(s, k);
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double pot = s->cap[k][l] < s->ceiling[k][l] ? s->cap[k][l] : s->ceiling[k][l];
		double beside = s->bypass[k][l], arrives = pot;
		for (uint32_t c = node->first_cover; c < node->first_cover + node->n_covers; c++)
			beside += s->net->covers[c].by == SSRC_NONE ? 0 : s->now[c][l];
		if (node->pipe_len && s->delay[k][l] > 0)
			arrives = s->arrives[k][l];
		s->pot[k][l] = pot;
		s->out[k][l] = pot + beside > 1 ? 1 : pot + beside;
		s->offer[k][l] = arrives + beside;
	}
	serve(s, node, k);
}

/* What items that stand in can give: those inside the circle only once the circle has settled without them, so that
 * nothing can live on itself. */
static void set_stand_ins(ssrc_sim_state *s, const ssrc_sim_circle *circle, uint32_t first, uint32_t n, bool inside)
{
	for (uint32_t c = first; c < first + n; c++) {
		uint32_t by = s->net->covers[c].by;
		if (by == SSRC_NONE)
			continue;
		bool in = by >= circle->first && by < circle->end;
		for (uint32_t l = 0; l < SSRC_LANES && in == inside; l++)
			s->now[c][l] = s->open[c][l] * (s->pot[by][l] < 1 ? s->pot[by][l] : 1);
		for (uint32_t l = 0; l < SSRC_LANES && in && !inside; l++)
			s->now[c][l] = 0;
	}
}

static void set_circle_stand_ins(ssrc_sim_state *s, const ssrc_sim_circle *circle, bool inside)
{
	const ssrc_sim_net *net = s->net;
	if (!circle->covered)
		return;
	for (uint32_t k = circle->first; k < circle->end; k++) {
		const ssrc_sim_node *node = &net->nodes[k];
		set_stand_ins(s, circle, node->first_cover, node->n_covers, inside);
		for (uint32_t c = node->first_choice; c < node->first_choice + node->n_choices; c++)
			for (uint32_t e = net->choices[c].first; e < net->choices[c].first + net->choices[c].n; e++)
				set_stand_ins(s, circle, net->edges[e].first_cover, net->edges[e].n_covers, inside);
	}
}

/* From full output downwards until nothing changes. */
static void settle(ssrc_sim_state *s, const ssrc_sim_circle *circle)
{
	const ssrc_sim_net *net = s->net;
	for (uint32_t k = circle->first; k < circle->end; k++)
		for (uint32_t l = 0; l < SSRC_LANES; l++) {
			s->pot[k][l] = s->cap[k][l];
			s->ceiling[k][l] = (double)INFINITY;
			for (uint32_t q = 0; q < net->nodes[k].n_queues; q++)
				s->given[net->nodes[k].first_queue + q][l] = 1 + net->options->refill;
		}
	bool again = true;
	for (uint32_t round = 0; again && round < SSRC_SIM_SWEEPS; round++) {
		again = round == 0; /* the first round still looks at full supply */
		for (uint32_t k = circle->first; k < circle->end; k++) {
			ssrc_lanes pot;
			memcpy(pot, s->pot[k], sizeof pot);
			make(s, k);
			for (uint32_t l = 0; l < SSRC_LANES; l++)
				again |= pot[l] != s->pot[k][l];
		}
	}
}

static void forwards(ssrc_sim_state *s)
{
	const ssrc_sim_net *net = s->net;
	ssrc_lanes available;
	for (uint32_t c = 0; c < net->n_circles; c++) {
		const ssrc_sim_circle *circle = &net->circles[c];
		set_circle_stand_ins(s, circle, false);
		if (!circle->around) {
			s->calm[circle->first] = is_calm(s, circle->first);
			if (s->calm[circle->first])
				make_normal(s, circle->first);
			else
				make(s, circle->first);
			continue;
		}
		for (uint32_t k = circle->first; k < circle->end; k++)
			s->calm[k] = false;
		settle(s, circle);
		if (circle->stand_ins) {
			set_circle_stand_ins(s, circle, true);
			settle(s, circle);
		}
	}
	for (uint32_t e = 0; e < net->n_edges; e++)
		if (net->edges[e].user == net->n && !s->calm[net->edges[e].item])
			look(s, e, available);
}

/* ---- backwards: users before inputs
 * -------------------------------------------------------------------------------------- */

/* True for those outside who take a product: they hold no stock of it. */
static bool is_bare(const ssrc_sim_net *net, const ssrc_sim_edge *edge)
{
	return edge->user == net->n && net->nodes[edge->item].product;
}

/* What users take: what they use, and what fills up their stock; but what was under way comes in any case. */
static void take(const ssrc_sim_state *s, uint32_t e, double *used, double *pooled, double *taken)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	const double h = s->net->options->step;
	const bool goods = !s->net->nodes[edge->item].runs_on, holds = goods && !is_bare(s->net, edge);
	const double *made = s->made[edge->user], *there = s->there[e], *arrived = s->arrived[e];
	const double *given = s->given[edge->queue], *start = s->start[edge->item], *stock = s->stock[e];
	const double *delay = s->delay[edge->item];
	const bool calm = s->calm[edge->item]; /* then nobody looked at the edge */
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double here = calm ? 1 + stock[l] / h : there[l], all = calm ? 1 : arrived[l];
		double use = made[l] < here ? made[l] : here;
		double wanted = holds && start[l] > stock[l] ? use + (start[l] - stock[l]) / h : use;
		double pool = given[l] < wanted || (goods && delay[l] > 0) ? given[l] : wanted;
		double own = all > given[l] ? all - given[l] : 0, rest = wanted > pool ? wanted - pool : 0;
		used[l] = use;
		pooled[l] = pool;
		taken[l] = pool + (own < rest ? own : rest);
	}
}

/* Adds what one user asks for to what all do. Where nobody knows how use is shared out, as if all were that user's. */
static void add_asked(const ssrc_sim_node *node, double share, const double *one, double *all)
{
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		all[l] = node->shares_known ? all[l] + share * one[l] : one[l] > all[l] ? one[l] : all[l];
}

/* What the makers of a node make: what users take now. Far away: what keeps stocks and what is under way, taken
 * together, at their normal size. */
static void ask(const ssrc_sim_state *s, uint32_t k, double *out)
{
	const ssrc_sim_net *net = s->net;
	const ssrc_sim_node *node = &net->nodes[k];
	const double h = net->options->step, none = node->shares_known ? 0 : -(double)INFINITY;
	ssrc_lanes now, missing, used, pooled, taken;
	for (uint32_t l = 0; l < SSRC_LANES; l++)
		now[l] = missing[l] = none;
	for (uint32_t i = net->users_start[k]; i < net->users_start[k + 1]; i++) {
		uint32_t e = net->users[i];
		const double *start = s->start[k], *stock = s->stock[e];
		bool holds = !node->runs_on && !is_bare(net, &net->edges[e]);
		take(s, e, used, pooled, taken);
		add_asked(node, net->edges[e].share, pooled, now);
		for (uint32_t l = 0; l < SSRC_LANES; l++) /* taken becomes what is missing afterwards */
			taken[l] = holds && start[l] < (double)INFINITY ? (start[l] - stock[l]) / h - taken[l] + used[l]
									: 0;
		add_asked(node, net->edges[e].share, taken, missing);
	}
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double gone = s->received[k][l] + s->arrives[k][l] - s->sent[k][l]; /* normal: one step's */
		double asked = s->delay[k][l] > 0 ? missing[l] + gone : now[l];
		/* Shares that add up to 1 but for rounding must not leave a sliver unmade. */
		out[l] = asked < 0 ? 0 : asked < s->pot[k][l] - SLIVER ? asked : s->pot[k][l];
	}
}

/* True if every user of the node takes exactly its normal need. */
static bool is_all_taken(const ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_net *net = s->net;
	bool all = s->calm[k] && !net->nodes[k].pipe_len;
	for (uint32_t i = net->users_start[k]; all && i < net->users_start[k + 1]; i++)
		all = s->quiet[net->edges[net->users[i]].user];
	return all;
}

/* Inside a circle everybody is taken to use all that it can: nothing there waits for the others. */
static void backwards(ssrc_sim_state *s)
{
	for (uint32_t c = s->net->n_circles; c-- > 0;) {
		const ssrc_sim_circle *circle = &s->net->circles[c];
		for (uint32_t k = circle->first; k < circle->end; k++) {
			memcpy(s->made[k], s->pot[k], sizeof s->made[k]);
			s->quiet[k] = false;
		}
		if (is_all_taken(s, circle->first)) {
			s->quiet[circle->first] = true;
			continue;
		}
		for (uint32_t k = circle->first; k < circle->end; k++)
			ask(s, k, s->asked[k]);
		for (uint32_t k = circle->first; k < circle->end; k++) {
			memcpy(s->made[k], s->asked[k], sizeof s->made[k]);
			s->quiet[k] = s->calm[k];
			for (uint32_t l = 0; l < SSRC_LANES; l++)
				s->quiet[k] &= s->made[k][l] == 1;
		}
	}
}

/* ---- what is used, kept, lost
 * ------------------------------------------------------------------------------------------- */

/* Everything that had come in to a user's stock by the time t, in steps; before the start one week's use a week. */
static double came_in(const ssrc_sim_state *s, uint32_t e, uint32_t lane, double steps)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	double start = s->start[edge->item][lane];
	if (steps <= 0)
		return fmax(0, start + steps * s->net->options->step);
	uint32_t whole = (uint32_t)steps;
	if (whole > s->step)
		return s->in[e][lane];
	double low = whole == 0 ? start : s->ring[edge->ring + whole % edge->ring_len][lane];
	double high = whole + 1 > s->step ? s->in[e][lane] : s->ring[edge->ring + (whole + 1) % edge->ring_len][lane];
	return low + (steps - whole) * (high - low);
}

/* First in, first out: what came in a shelf life ago and is still there is lost. */
static void spoil(ssrc_sim_state *s, uint32_t e)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	double life = s->net->nodes[edge->item].shelf / s->net->options->step;
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double old = came_in(s, e, l, s->step + 1 - life) - s->used_up[e][l];
		double gone = old > s->stock[e][l] ? s->stock[e][l] : old;
		if (gone > 0) {
			s->stock[e][l] -= gone;
			s->used_up[e][l] += gone;
		}
		s->ring[edge->ring + (s->step + 1) % edge->ring_len][l] = s->in[e][l];
	}
}

/* True if the user gets and uses just its normal need: nothing changes. */
static bool is_quiet(const ssrc_sim_state *s, const ssrc_sim_edge *edge)
{
	return s->calm[edge->item] && s->quiet[edge->user];
}

/* Books what comes in and what is used. */
static void book(ssrc_sim_state *s, uint32_t e)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	const double h = s->net->options->step;
	double *stock = s->stock[e], *in = s->in[e], *out = s->used_up[e], worst = 0;
	ssrc_lanes used, pooled, taken;
	if (s->net->nodes[edge->item].runs_on || (is_quiet(s, edge) && !edge->ring_len))
		return;
	take(s, e, used, pooled, taken);
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		stock[l] += taken[l] * h - used[l] * h;
		in[l] += taken[l] * h;
		out[l] += used[l] * h;
	}
	if (edge->ring_len)
		spoil(s, e);
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		double error = fabs(stock[l] - (in[l] - out[l])); /* NaN where the stock has no end */
		worst = error > worst ? error : worst;
		worst = -stock[l] > worst ? -stock[l] : worst;
		stock[l] = stock[l] > 0 ? stock[l] : 0;
	}
	s->balance = worst > s->balance ? worst : s->balance;
}

/* When in this step a user first gets less than its normal need. */
static void note_shortage(ssrc_sim_state *s, uint32_t e)
{
	const ssrc_sim_edge *edge = &s->net->edges[e];
	const ssrc_sim_node *item = &s->net->nodes[edge->item];
	const double h = s->net->options->step;
	bool runs_on = item->runs_on && !(edge->user == s->net->n && item->product);
	double *first = s->short_at[edge->item];
	if (s->calm[edge->item])
		return;
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		if (!(s->there[e][l] < 1 - SLIVER) || first[l] < s->step * h)
			continue;
		double t = s->step * h + s->stock[e][l] / (1 - s->arrived[e][l]), least = s->first_cut[l];
		if (runs_on) {
			double far = fmax(s->given[edge->queue][l], s->before1[edge->item][l]);
			t = far < 1 - SLIVER ? s->step * h : s->step * h + s->beyond[edge->item][l] * h;
			least += s->start[edge->item][l];
		}
		first[l] = fmin(first[l], fmax(t, least));
	}
}

static void note_node(ssrc_sim_state *s, uint32_t k)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	if (s->calm[k] && !node->pipe_len && !node->past_len)
		return;
	const double h = s->net->options->step;
	for (uint32_t l = 0; l < SSRC_LANES; l++) {
		s->loss[k][l] += (1 - s->out[k][l]) * h;
		if (s->ceiling[k][l] < 1 - SLIVER)
			s->back_at[k][l] = (s->step + 1) * h;
		if (node->pipe_len) {
			s->ring[node->pipe + s->step % node->pipe_len][l] = s->made[k][l];
			s->sent[k][l] += s->made[k][l];
			s->received[k][l] += s->delay[k][l] > 0 ? s->arrives[k][l] : s->made[k][l];
		}
		if (node->past_len) {
			double given = s->given[node->first_queue][l];
			s->ring[node->past + s->step % node->past_len][l] = given < 1 ? given : 1;
		}
	}
}

/* What is still in transit at the end must be what was sent and not received. */
static void check_transit(ssrc_sim_state *s)
{
	for (uint32_t k = 0; k < s->net->n; k++) {
		const ssrc_sim_node *node = &s->net->nodes[k];
		for (uint32_t l = 0; node->pipe_len && l < SSRC_LANES; l++) {
			double content = 0, normal = s->delay[k][l];
			for (uint32_t d = 1; d <= (uint32_t)normal; d++)
				content += d > s->step ? 1 : s->ring[node->pipe + (s->step - d) % node->pipe_len][l];
			double error =
				fabs(content - (normal + s->sent[k][l] - s->received[k][l])) * s->net->options->step;
			s->balance = error > s->balance ? error : s->balance;
		}
	}
}

static void watch_step(const ssrc_sim_state *s, const ssrc_sim_watch *watch, size_t first, uint32_t n_runs)
{
	for (uint32_t w = 0; w < watch->n; w++) {
		double *to = watch->path + ((size_t)w * s->net->n_steps + s->step) * watch->n_runs + first;
		memcpy(to, s->out[watch->nodes[w]], n_runs * sizeof *to);
	}
}

void ssrc_sim_block(ssrc_sim_state *s, const ssrc_sim_run *runs, uint32_t n_runs, const ssrc_sim_watch *watch,
		    size_t first)
{
	const ssrc_sim_net *net = s->net;
	begin(s, runs, n_runs);
	s->quiet[net->n] = true;
	for (s->step = 0; s->step < net->n_steps; s->step++) {
		prepare(s);
		forwards(s);
		backwards(s);
		for (uint32_t e = 0; e < net->n_edges; e++) {
			note_shortage(s, e);
			book(s, e);
		}
		for (uint32_t k = 0; k < net->n; k++)
			note_node(s, k);
		if (watch)
			watch_step(s, watch, first, n_runs);
	}
	check_transit(s);
}

/* ---- what a run came to
 * ---------------------------------------------------------------------------------------------------- */

double ssrc_sim_loss(const ssrc_sim_state *s, uint32_t node, uint32_t lane)
{
	return s->loss[node][lane];
}

double ssrc_sim_first_short(const ssrc_sim_state *s, uint32_t node, uint32_t lane)
{
	return s->short_at[node][lane];
}

double ssrc_sim_inputs_back(const ssrc_sim_state *s, uint32_t node, uint32_t lane)
{
	double end = s->net->n_steps * s->net->options->step;
	return s->back_at[node][lane] < end ? s->back_at[node][lane] : (double)INFINITY;
}

double ssrc_sim_first_cut(const ssrc_sim_state *s, uint32_t node, uint32_t lane)
{
	return s->cut_at[node][lane];
}

double ssrc_sim_most_lost(const ssrc_sim_state *s, uint32_t node, uint32_t lane)
{
	return s->most_lost[node][lane];
}

double ssrc_sim_own_back(const ssrc_sim_state *s, uint32_t k, uint32_t lane)
{
	const ssrc_sim_node *node = &s->net->nodes[k];
	double back = 0;
	if (node->hit == SSRC_NONE)
		return 0;
	const ssrc_sim_course *course = &s->courses[node->hit * SSRC_LANES + lane];
	for (double t = ssrc_sim_next_break(course, -(double)INFINITY); t < (double)INFINITY;) {
		double next = ssrc_sim_next_break(course, t), cover = 0;
		for (uint32_t c = node->first_cover; c < node->first_cover + node->n_covers; c++) {
			double from = s->from[c][lane];
			cover += from <= t && s->net->covers[c].by == SSRC_NONE ? s->share[c][lane] : 0;
			if (from > t && from < next && s->net->covers[c].by == SSRC_NONE)
				next = from;
		}
		double end = next < (double)INFINITY ? next : t;
		if (end > t && ssrc_sim_lost_at(course, course->n, t + (end - t) / 2) - cover > SLIVER)
			back = end;
		t = next;
	}
	return back;
}

double ssrc_sim_balance(const ssrc_sim_state *s)
{
	return s->balance;
}
