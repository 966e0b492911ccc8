/* Which cut and which uncertainty matter most: the same network with one thing changed at a time.
 * docs/methods/stress.md */
#include "simulate.h"

#include <math.h>
#include <stdlib.h>

/* The cuts themselves and the items that lose most come first; what is uncertain far down the list is not tried. */
enum { CAUSES_MAX = 50, TRIES_MAX = 256 };

static const ssrc_sim_run CENTRAL = {
	.which = SSRC_CASE_MID, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};

/* Weeks of output of the item's makers that one run takes away at the source; *most: the largest part out. */
static double taken_away(const ssrc_sim_net *net, uint32_t hit, const ssrc_sim_run *run, double *most)
{
	ssrc_sim_phase phases[SSRC_SIM_CUTS_MAX];
	ssrc_sim_course course = {.phases = phases};
	double sum = 0;
	ssrc_sim_course_set(&course, &net->hits, hit, run, 0);
	double t = ssrc_sim_first_week(&course, most);
	while (t < (double)INFINITY) {
		double next = ssrc_sim_next_break(&course, t);
		if (next < (double)INFINITY)
			sum += (next - t) * ssrc_sim_lost_at(&course, course.n, t + (next - t) / 2);
		t = next;
	}
	return sum;
}

/* ---- causes -------------------------------------------------------------------------------------------------- */

typedef struct suspect {
	uint32_t hit;
	double central, worst;
} suspect;

static int compare_suspects(const void *x, const void *y)
{
	const suspect *a = x, *b = y;
	if (a->central != b->central)
		return a->central > b->central ? -1 : 1;
	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	return (a->hit > b->hit) - (a->hit < b->hit);
}

static int compare_causes(const void *x, const void *y)
{
	const ssrc_stress_cause *a = x, *b = y;
	const double p[] = {a->loss.at[SSRC_CASE_MID], a->loss.at[SSRC_CASE_HIGH], a->spared},
		     q[] = {b->loss.at[SSRC_CASE_MID], b->loss.at[SSRC_CASE_HIGH], b->spared};
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		if (p[i] != q[i])
			return p[i] > q[i] ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static suspect *list_suspects(const ssrc_sim_net *net, ssrc_context *ctx)
{
	suspect *list = ssrc_alloc_array(ctx, (size_t)net->hits.n_hits + 1, sizeof *list);
	ssrc_sim_run worst_case = CENTRAL;
	double most;
	worst_case.which = SSRC_CASE_HIGH;
	for (uint32_t h = 0; list && h < net->hits.n_hits; h++)
		list[h] = (suspect){h, taken_away(net, h, &CENTRAL, &most), taken_away(net, h, &worst_case, &most)};
	if (list && net->hits.n_hits)
		qsort(list, net->hits.n_hits, sizeof *list, compare_suspects);
	return list;
}

ssrc_status ssrc_stress_causes(ssrc_stress *s, const ssrc_sim_net *net, ssrc_error *err)
{
	enum { EACH = SSRC_CASES + 1 }; /* alone in the three cases; the others without it */
	ssrc_context *ctx = s->ctx;
	uint32_t n = net->hits.n_hits < CAUSES_MAX ? net->hits.n_hits : CAUSES_MAX;
	suspect *list = list_suspects(net, ctx);
	ssrc_sim_run *runs = ssrc_alloc_array(ctx, (size_t)n * EACH + 1, sizeof *runs);
	double *worst = ssrc_alloc_array(ctx, (size_t)n * EACH + 1, sizeof *worst);
	s->causes = ssrc_arena_array(&s->arena, n, sizeof *s->causes);
	ssrc_status status = list && runs && worst && s->causes ? SSRC_OK : ssrc_no_memory(err);
	for (uint32_t i = 0; i < n * EACH && !status; i++) {
		runs[i] = CENTRAL;
		if (i % EACH < SSRC_CASES) {
			runs[i].which = (ssrc_case)(i % EACH);
			runs[i].only = list[i / EACH].hit;
		} else {
			runs[i].except = list[i / EACH].hit;
		}
	}
	if (!status)
		status = ssrc_sim_all(net, runs, (size_t)n * EACH, &(ssrc_sim_want){.worst = worst}, &s->balance, err);
	if (!status) {
		for (uint32_t i = 0; i < n; i++) {
			const double *w = worst + (size_t)i * EACH;
			s->causes[i] = (ssrc_stress_cause){.item = net->hits.hits[list[i].hit].item,
							   .loss = {{w[0], w[1], w[2]}},
							   .spared = s->loss.at[SSRC_CASE_MID] - w[SSRC_CASES]};
		}
		if (n)
			qsort(s->causes, n, sizeof *s->causes, compare_causes);
		s->n_causes = n;
	}
	ssrc_release(ctx, list);
	ssrc_release(ctx, runs);
	ssrc_release(ctx, worst);
	return status;
}

/* ---- tornado --------------------------------------------------------------------------------------------------- */

static ssrc_sim_run with_end(uint32_t input, ssrc_case end)
{
	ssrc_sim_run run = CENTRAL;
	run.input = input;
	run.end = end;
	return run;
}

/* True if the input is an interval whose ends could change something; fills the row but for the losses. */
static bool open_row(const ssrc_stress *s, const ssrc_sim_net *net, uint32_t index, ssrc_tornado_row *row)
{
	const ssrc_sim_input *input = &net->hits.inputs[index];
	*row = (ssrc_tornado_row){.kind = input->kind, .item = input->item, .index = input->index};
	if (input->item != SSRC_NONE && !s->items[input->item].hit && !s->items[input->item].affected)
		return false;
	row->low = fmin(input->at.at[SSRC_CASE_LOW], input->at.at[SSRC_CASE_HIGH]);
	row->high = fmax(input->at.at[SSRC_CASE_LOW], input->at.at[SSRC_CASE_HIGH]);
	if (input->kind == SSRC_INPUT_SHARE) {
		ssrc_sim_run low = with_end(index, SSRC_CASE_LOW), high = with_end(index, SSRC_CASE_HIGH);
		taken_away(net, net->hits.hit_of[input->item], &low, &row->low);
		taken_away(net, net->hits.hit_of[input->item], &high, &row->high);
	}
	return input->low < input->high && row->low < row->high;
}

static int compare_rows(const void *x, const void *y)
{
	const ssrc_tornado_row *a = x, *b = y;
	double p = fabs(a->loss_high - a->loss_low), q = fabs(b->loss_high - b->loss_low);
	if (p != q)
		return p > q ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

typedef struct candidate {
	uint32_t place, input; /* place: 0 of a cut, else of the item in the ranking */
	ssrc_tornado_row row;
} candidate;

static int compare_candidates(const void *x, const void *y)
{
	const candidate *a = x, *b = y;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return (a->input > b->input) - (a->input < b->input);
}

/* The inputs to try, most promising first; SSRC_NONE without memory. */
static uint32_t list_candidates(const ssrc_stress *s, const ssrc_sim_net *net, candidate *list)
{
	uint32_t n = 0, *place = ssrc_alloc_array(s->ctx, (size_t)s->n_items + 1, sizeof *place);
	if (!place)
		return SSRC_NONE;
	for (uint32_t k = 0; k < s->n_ranking; k++)
		place[s->ranking[k]] = k + 1;
	for (uint32_t i = 0; i < net->hits.n_inputs; i++) {
		uint32_t item = net->hits.inputs[i].item;
		if (!open_row(s, net, i, &list[n].row))
			continue;
		list[n].place = item == SSRC_NONE ? 0 : place[item];
		list[n++].input = i;
	}
	ssrc_release(s->ctx, place);
	if (n)
		qsort(list, n, sizeof *list, compare_candidates);
	return n < TRIES_MAX ? n : TRIES_MAX;
}

static ssrc_status swing(ssrc_stress *s, const ssrc_sim_net *net, candidate *list, ssrc_error *err)
{
	ssrc_sim_run runs[2 * TRIES_MAX];
	ssrc_tornado_row rows[TRIES_MAX];
	double worst[2 * TRIES_MAX];
	uint32_t n = list_candidates(s, net, list), kept = 0;
	if (n == SSRC_NONE)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < n; i++) {
		rows[i] = list[i].row;
		runs[2 * i] = with_end(list[i].input, SSRC_CASE_LOW);
		runs[2 * i + 1] = with_end(list[i].input, SSRC_CASE_HIGH);
	}
	ssrc_status status = ssrc_sim_all(net, runs, (size_t)2 * n, &(ssrc_sim_want){.worst = worst}, &s->balance, err);
	for (uint32_t i = 0; i < n && !status; i++) {
		const ssrc_sim_input *input = &net->hits.inputs[runs[2 * i].input];
		bool falls = input->at.at[SSRC_CASE_LOW] > input->at.at[SSRC_CASE_HIGH]; /* a high number helps */
		rows[i].loss_low = worst[2 * i + falls];
		rows[i].loss_high = worst[2 * i + !falls];
		if (fabs(rows[i].loss_high - rows[i].loss_low) > 1e-12)
			rows[kept++] = rows[i];
	}
	if (status)
		return status;
	if (kept)
		qsort(rows, kept, sizeof *rows, compare_rows);
	s->n_tornado = kept < SSRC_TORNADO_MAX ? kept : SSRC_TORNADO_MAX;
	s->tornado = ssrc_arena_array(&s->arena, s->n_tornado, sizeof *s->tornado);
	for (uint32_t i = 0; s->tornado && i < s->n_tornado; i++)
		s->tornado[i] = rows[i];
	return s->tornado ? SSRC_OK : ssrc_no_memory(err);
}

ssrc_status ssrc_stress_tornado(ssrc_stress *s, const ssrc_sim_net *net, ssrc_error *err)
{
	candidate *list = ssrc_alloc_array(s->ctx, (size_t)net->hits.n_inputs + 1, sizeof *list);
	ssrc_status status = list ? swing(s, net, list, err) : ssrc_no_memory(err);
	ssrc_release(s->ctx, list);
	return status;
}
