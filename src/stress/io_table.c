/* Input-output dynamics with inventories and essential inputs. docs/methods/input-output.md */
#include "io_table.h"
#include "solve/solve.h"

#include <stdio.h>
#include <string.h>

const ssrc_io_options ssrc_io_defaults = {SSRC_HALF, 14, 7, 7, 0.75, 1, 365, NULL, 0};

/* The table per step, only inputs that are used, in rows by supplier. */
typedef struct model {
	const ssrc_io_table *table;
	const ssrc_io_options *options;
	const ssrc_io_scenario *scenarios;
	ssrc_io_path *paths;
	uint32_t n;
	size_t *start;       /* [n + 1] inputs supplied by i */
	uint32_t *user;      /* [inputs] */
	double *z;           /* [inputs] normal use per step */
	double *part;        /* [inputs] of the user's output: z / normal output of the user */
	double *goal;        /* [inputs] stock aimed at; INFINITY = never short */
	double *criticality; /* [inputs] */
	double *normal;      /* [n] output per step */
	uint32_t *slot;      /* [n] place among the watched sectors, SSRC_NONE */
	double total;        /* of normal */
	double households;   /* of normal sales to households per step */
	struct state *states;
} model;

/* One run in progress; a thread's own. */
typedef struct state {
	double *stock;                  /* [inputs]; 0 where never short */
	double *labour;                 /* [n] that works / normal */
	double *before, *demand;        /* [n] demand in the step before, in this one */
	double *made, *rate;            /* [n] output; part of the demand that is met */
	double *limit;                  /* [n] output the inputs allow */
	double *household, *other;      /* [n] final demand wanted */
	double *cut[SSRC_IO_OTHER + 1]; /* [n] shocks in force, by kind */
	ssrc_ceiling *ceiling;          /* [n] */
} state;

/* ---- what is given ------------------------------------------------------------------------------------- */

static ssrc_status refuse(ssrc_error *err, const char *what, uint32_t sector)
{
	char text[SSRC_ERROR_ARG_BYTES];
	if (sector == SSRC_NONE)
		snprintf(text, sizeof text, "%s", what);
	else
		snprintf(text, sizeof text, "%s (sector %lu)", what, (unsigned long)sector);
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, text, NULL, NULL);
}

static bool is_amount(double x)
{
	return x >= 0 && isfinite(x);
}

static ssrc_status check_options(const ssrc_io_options *o, ssrc_error *err)
{
	if ((unsigned)o->form >= SSRC_PRODUCTIONS)
		return refuse(err, "no such production form", SSRC_NONE);
	if (!(o->step_days > 0) || !isfinite(o->step_days))
		return refuse(err, "a step takes more than 0 days", SSRC_NONE);
	if (!(o->restock_days >= o->step_days) || !(o->hire_days >= o->step_days) || !(o->fire_days >= o->step_days))
		return refuse(err, "restocking, hiring and firing take at least one step", SSRC_NONE);
	if (!(o->saved >= 0 && o->saved <= 1))
		return refuse(err, "the part that households save is within 0 to 1", SSRC_NONE);
	return SSRC_OK;
}

static ssrc_status check_scenario(const ssrc_io_scenario *scenario, uint32_t n, ssrc_error *err)
{
	for (uint32_t k = 0; k < scenario->n_shocks; k++) {
		const ssrc_io_shock *s = &scenario->shocks[k];
		if ((unsigned)s->kind > SSRC_IO_OTHER || s->sector >= n || isnan(s->from_day) || isnan(s->until_day) ||
		    !(s->part >= 0 && s->part <= 1))
			return refuse(err, "a shock needs a kind, a sector, two days and a part within 0 to 1",
				      s->sector);
	}
	return SSRC_OK;
}

static ssrc_status check_table(const ssrc_io_table *t, double step, size_t *inputs, ssrc_error *err)
{
	*inputs = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		if (!is_amount(t->household[i]) || !isfinite(t->other[i]))
			return refuse(err, "final demand is a number, that of households >= 0", i);
		if (!(t->inventory_days[i] >= step))
			return refuse(err, "inventories last at least one step", i);
		for (uint32_t j = 0; j < t->n; j++) {
			size_t at = (size_t)i * t->n + j;
			if (!is_amount(t->z[at]) || !(t->criticality[at] >= 0 && t->criticality[at] <= 1))
				return refuse(err, "inputs are >= 0, their criticality within 0 to 1", i);
			*inputs += t->z[at] > 0;
		}
	}
	return SSRC_OK;
}

/* ---- the model per step -------------------------------------------------------------------------------- */

static void fill_row(model *m, uint32_t i, size_t *at)
{
	const ssrc_io_table *t = m->table;
	double step = m->options->step_days, sum = 0;
	m->start[i] = *at;
	for (uint32_t j = 0; j < t->n; j++) {
		double z = t->z[(size_t)i * t->n + j] * step;
		if (!(z > 0))
			continue;
		m->user[*at] = j;
		m->z[*at] = z;
		m->goal[*at] = z * (t->inventory_days[j] / step);
		m->criticality[*at] = t->criticality[(size_t)i * t->n + j];
		(*at)++;
		sum += z;
	}
	m->normal[i] = sum + t->household[i] * step + t->other[i] * step;
}

static ssrc_status fill_model(model *m, ssrc_error *err)
{
	size_t at = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		fill_row(m, i, &at);
		m->households += m->table->household[i] * m->options->step_days;
		if (!is_amount(m->normal[i]))
			return refuse(err, "a sector sells more than nothing", i);
		m->total += m->normal[i];
	}
	m->start[m->n] = at;
	for (size_t k = 0; k < at; k++)
		if (m->normal[m->user[k]] == 0)
			return refuse(err, "a sector without output has inputs", m->user[k]);
		else
			m->part[k] = m->z[k] / m->normal[m->user[k]];
	return m->total > 0 ? SSRC_OK : refuse(err, "the table has no output", SSRC_NONE);
}

static ssrc_status set_slots(model *m, ssrc_error *err)
{
	for (uint32_t i = 0; i < m->n; i++)
		m->slot[i] = SSRC_NONE;
	for (uint32_t w = 0; w < m->options->n_watch; w++) {
		uint32_t sector = m->options->watch[w];
		if (sector >= m->n || m->slot[sector] != SSRC_NONE)
			return refuse(err, "a watched sector is in the table, and named once", sector);
		m->slot[sector] = w;
	}
	return SSRC_OK;
}

static ssrc_status make_model(model *m, size_t inputs, ssrc_arena *arena, ssrc_error *err)
{
	m->start = ssrc_arena_array(arena, (size_t)m->n + 1, sizeof *m->start);
	m->user = ssrc_arena_array(arena, inputs, sizeof *m->user);
	m->z = ssrc_arena_array(arena, inputs, sizeof *m->z);
	m->part = ssrc_arena_array(arena, inputs, sizeof *m->part);
	m->slot = ssrc_arena_array(arena, m->n, sizeof *m->slot);
	m->goal = ssrc_arena_array(arena, inputs, sizeof *m->goal);
	m->criticality = ssrc_arena_array(arena, inputs, sizeof *m->criticality);
	m->normal = ssrc_arena_array(arena, m->n, sizeof *m->normal);
	if (!m->start || !m->user || !m->z || !m->part || !m->slot || !m->goal || !m->criticality || !m->normal)
		return ssrc_no_memory(err);
	ssrc_status status = set_slots(m, err);
	return status ? status : fill_model(m, err);
}

static ssrc_status make_states(model *m, int threads, size_t inputs, ssrc_arena *arena, ssrc_error *err)
{
	m->states = ssrc_arena_array(arena, (size_t)threads, sizeof *m->states);
	for (int k = 0; m->states && k < threads; k++) {
		state *s = &m->states[k];
		double **parts[] = {&s->labour,    &s->before, &s->demand, &s->made,   &s->rate,  &s->limit,
				    &s->household, &s->other,  &s->cut[0], &s->cut[1], &s->cut[2]};
		s->stock = ssrc_arena_array(arena, inputs, sizeof *s->stock);
		s->ceiling = ssrc_arena_array(arena, m->n, sizeof *s->ceiling);
		for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
			if (!(*parts[p] = ssrc_arena_array(arena, m->n, sizeof **parts[p])))
				return ssrc_no_memory(err);
		if (!s->stock || !s->ceiling)
			return ssrc_no_memory(err);
	}
	return m->states ? SSRC_OK : ssrc_no_memory(err);
}

static ssrc_status make_paths(model *m, uint32_t n_scenarios, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_io_options *o = m->options;
	size_t rows = (size_t)o->steps * m->n, watched;
	if (!ssrc_mul_size(rows, o->n_watch, &watched))
		return ssrc_no_memory(err);
	m->paths = ssrc_arena_array(arena, n_scenarios, sizeof *m->paths);
	for (uint32_t k = 0; m->paths && k < n_scenarios; k++) {
		ssrc_io_path *p = &m->paths[k];
		p->index = ssrc_arena_array(arena, o->steps, sizeof *p->index);
		p->output = ssrc_arena_array(arena, rows, sizeof *p->output);
		p->received = ssrc_arena_array(arena, rows, sizeof *p->received);
		p->without = ssrc_arena_array(arena, rows, sizeof *p->without);
		p->stocks = ssrc_arena_array(arena, watched, sizeof *p->stocks);
		if (!p->index || !p->output || !p->received || !p->without || !p->stocks)
			return ssrc_no_memory(err);
	}
	return m->paths ? SSRC_OK : ssrc_no_memory(err);
}

/* ---- one run ------------------------------------------------------------------------------------------- */

static void begin(const model *m, state *s)
{
	for (size_t k = 0; k < m->start[m->n]; k++)
		s->stock[k] = isinf(m->goal[k]) ? 0 : m->goal[k];
	for (uint32_t i = 0; i < m->n; i++) {
		s->labour[i] = 1;
		s->before[i] = m->normal[i];
	}
}

static void set_shocks(const model *m, state *s, const ssrc_io_scenario *scenario, double day)
{
	for (int kind = 0; kind <= SSRC_IO_OTHER; kind++)
		memset(s->cut[kind], 0, m->n * sizeof *s->cut[kind]);
	for (uint32_t k = 0; k < scenario->n_shocks; k++) {
		const ssrc_io_shock *shock = &scenario->shocks[k];
		double *cut = &s->cut[shock->kind][shock->sector];
		if (day >= shock->from_day && day < shock->until_day && shock->part > *cut)
			*cut = shock->part;
	}
}

/* Households spend part of what they do not buy here elsewhere, in proportion to what they still buy. */
static void set_final_demand(const model *m, state *s)
{
	double step = m->options->step_days, wanted = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		s->household[i] = m->table->household[i] * step;
		s->other[i] = m->table->other[i] * step * (1 - s->cut[SSRC_IO_OTHER][i]);
		wanted += s->household[i] * (1 - s->cut[SSRC_IO_HOUSEHOLD][i]);
	}
	if (!(wanted < m->households))
		return; /* nothing is cut */
	double fall = m->options->saved * (1 - wanted / m->households);
	double scale = wanted > 0 ? m->households * (1 - fall) / wanted : 0;
	for (uint32_t i = 0; i < m->n; i++)
		s->household[i] *= (1 - s->cut[SSRC_IO_HOUSEHOLD][i]) * scale;
}

static void limit_by_inputs(const model *m, state *s)
{
	for (uint32_t j = 0; j < m->n; j++)
		s->ceiling[j] = ssrc_ceiling_open();
	for (size_t k = 0; k < m->start[m->n]; k++)
		ssrc_ceiling_add(&s->ceiling[m->user[k]], m->options->form,
				 isinf(m->goal[k]) ? (double)INFINITY : s->stock[k] / m->z[k], m->criticality[k],
				 m->z[k]);
	for (uint32_t j = 0; j < m->n; j++) {
		double ceiling = ssrc_ceiling_close(&s->ceiling[j], m->options->form);
		s->limit[j] = isinf(ceiling) ? ceiling : ceiling * m->normal[j];
	}
}

/* What the user of input k asks for. */
static double order_of(const model *m, const state *s, size_t k)
{
	double order = m->part[k] * s->before[m->user[k]];
	if (!isinf(m->goal[k]))
		order += (m->goal[k] - s->stock[k]) * (m->options->step_days / m->options->restock_days);
	return order > 0 ? order : 0;
}

static void produce(const model *m, state *s)
{
	for (uint32_t i = 0; i < m->n; i++) {
		double sum = 0;
		for (size_t k = m->start[i]; k < m->start[i + 1]; k++)
			sum += order_of(m, s, k);
		sum += s->household[i] + s->other[i];
		s->demand[i] = sum > 0 ? sum : 0;
		s->made[i] = fmin(fmin(s->labour[i] * m->normal[i], s->limit[i]), s->demand[i]);
		s->rate[i] = s->demand[i] > 0 ? s->made[i] / s->demand[i] : 0;
	}
}

/* Deliveries go into stock and what is used leaves it; `without` is what was not there to be used. */
static void deliver(const model *m, state *s, double *received, double *without)
{
	for (uint32_t i = 0; i < m->n; i++) {
		received[i] = s->rate[i] * (s->household[i] + s->other[i]);
		without[i] = 0;
		for (size_t k = m->start[i]; k < m->start[i + 1]; k++) {
			if (isinf(m->goal[k]))
				continue;
			double left = s->stock[k] + s->rate[i] * order_of(m, s, k) - m->part[k] * s->made[m->user[k]];
			if (left < 0)
				without[i] -= left;
			s->stock[k] = left < 0 ? 0 : left;
		}
	}
}

static void hire(const model *m, state *s)
{
	const ssrc_io_options *o = m->options;
	for (uint32_t i = 0; i < m->n; i++) {
		if (m->normal[i] == 0)
			continue;
		double gap = fmin(s->limit[i], s->demand[i]) / m->normal[i] - s->labour[i];
		double next = s->labour[i] + gap * (o->step_days / (gap > 0 ? o->hire_days : o->fire_days));
		s->labour[i] = fmin(next, 1 - s->cut[SSRC_IO_LABOUR][i]);
	}
}

static void keep_step(const model *m, const state *s, ssrc_io_path *path, uint32_t step)
{
	double *stocks = path->stocks + (size_t)step * m->options->n_watch * m->n;
	memcpy(path->output + (size_t)step * m->n, s->made, m->n * sizeof *s->made);
	path->index[step] = ssrc_sum(s->made, m->n) / m->total;
	for (uint32_t i = 0; m->options->n_watch > 0 && i < m->n; i++)
		for (size_t k = m->start[i]; k < m->start[i + 1]; k++)
			if (m->slot[m->user[k]] != SSRC_NONE)
				stocks[(size_t)m->slot[m->user[k]] * m->n + i] = s->stock[k];
}

static void sum_up(const model *m, ssrc_io_path *path)
{
	double lost = 0;
	path->least = (double)INFINITY;
	for (uint32_t t = 0; t < m->options->steps; t++) {
		lost += 1 - path->index[t];
		if (path->index[t] < path->least) {
			path->least = path->index[t];
			path->least_step = t;
		}
	}
	path->lost_days = lost * m->options->step_days;
}

static ssrc_status run(void *user, uint32_t number, int worker)
{
	const model *m = user;
	const ssrc_io_options *o = m->options;
	state *s = &m->states[worker];
	ssrc_io_path *path = &m->paths[number];
	begin(m, s);
	for (uint32_t t = 0; t < o->steps; t++) {
		set_shocks(m, s, &m->scenarios[number], t * o->step_days);
		set_final_demand(m, s);
		limit_by_inputs(m, s);
		produce(m, s);
		deliver(m, s, path->received + (size_t)t * m->n, path->without + (size_t)t * m->n);
		hire(m, s);
		keep_step(m, s, path, t);
		double *demand = s->before;
		s->before = s->demand;
		s->demand = demand;
	}
	sum_up(m, path);
	return SSRC_OK;
}

ssrc_status ssrc_io_run(ssrc_io_path *out, ssrc_context *ctx, const ssrc_io_table *table,
			const ssrc_io_options *options, const ssrc_io_scenario *scenarios, uint32_t n_scenarios,
			int threads, ssrc_arena *arena, ssrc_error *err)
{
	model m = {.table = table, .options = options, .scenarios = scenarios, .n = table->n};
	size_t inputs;
	ssrc_status status = check_options(options, err);
	for (uint32_t k = 0; !status && k < n_scenarios; k++)
		status = check_scenario(&scenarios[k], table->n, err);
	if (!status)
		status = check_table(table, options->step_days, &inputs, err);
	if (status)
		return status;
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, ctx);
	threads = ssrc_thread_count(threads);
	status = make_model(&m, inputs, &scratch, err);
	if (!status)
		status = make_states(&m, threads, inputs, &scratch, err);
	if (!status)
		status = make_paths(&m, n_scenarios, arena, err);
	if (!status)
		status = ssrc_parallel(n_scenarios, threads, run, &m);
	if (!status && n_scenarios > 0)
		memcpy(out, m.paths, n_scenarios * sizeof *out);
	ssrc_arena_clear(&scratch);
	return status;
}
