/* Reference of src/stress (network of items), written from the equations of docs/methods/stress.md: one run, one number
 * at a time, every item whether anything happens to it or not, all of history kept. It takes the chain, the scenario
 * and who supplies what (assess_ref.h) as data. */
#ifndef SSRC_STRESS_REF_H
#define SSRC_STRESS_REF_H

#include "ref/assess_ref.h"
#include "stress/simulate.h"

enum { REF_STEPS = 160, REF_CUTS = 12, REF_CLIENTS = REF_NEEDS + REF_ITEMS, REF_BREAKS = 1024 };

typedef struct ref_stress {
	const ref_model *m;
	const ssrc_scenario *scenario;
	const ssrc_stress_options *o;
	const ssrc_stress_backup *backups;
	uint32_t n_backups, n_steps;
	ssrc_case which;
	bool drawn;
	uint64_t number;
	/* what is given, in this run */
	bool hits[REF_ITEMS][REF_CUTS], affected[REF_ITEMS], joined[REF_ITEMS][REF_ITEMS];
	double begin[REF_ITEMS][REF_CUTS], end[REF_ITEMS][REF_CUTS], back[REF_CUTS], fraction[REF_CUTS];
	double stock0[REF_ITEMS], part[REF_NEEDS], first_cut[REF_ITEMS], earliest;
	/* clients: needs, then one outside each item */
	double stock[REF_CLIENTS], in[REF_CLIENTS][REF_STEPS + 1], out[REF_CLIENTS];
	double given[REF_CLIENTS], arrived[REF_CLIENTS], there[REF_CLIENTS], available[REF_CLIENTS];
	bool client[REF_CLIENTS];
	bool known[REF_ITEMS];                                            /* how use of the item is shared out */
	uint32_t clients[REF_ITEMS][REF_ITEMS * 2], n_clients[REF_ITEMS]; /* of an item */
	double share[REF_CLIENTS];
	/* items, by step */
	double pot[REF_ITEMS], ceiling[REF_ITEMS], cap[REF_ITEMS], offer[REF_ITEMS], output[REF_ITEMS][REF_STEPS];
	double made[REF_ITEMS], delay[REF_ITEMS]; /* made; steps in transit */
	double sent[REF_ITEMS][REF_STEPS], past[REF_ITEMS][REF_STEPS];
	double stand_in[REF_NEEDS]; /* by alternate: what it gives now */
	/* results */
	double loss[REF_ITEMS], first_short[REF_ITEMS], worst;
} ref_stress;

/* ---- uncertain numbers ---------------------------------------------------------------------------------------- */

static double ref_number(const ref_stress *x, uint64_t number, ssrc_interval range, bool good, double best,
			 double central, double worst)
{
	if (!ssrc_known(range))
		return x->drawn || x->which == SSRC_CASE_MID ? central : x->which == SSRC_CASE_LOW ? best : worst;
	if (!x->drawn)
		return ref_end(range, x->which, good);
	if (range.low == range.high)
		return range.low;
	return range.low + ssrc_random_unit(x->o->seed, x->number, number) * (range.high - range.low);
}

static double ref_item_number(const ref_stress *x, ssrc_input_kind kind, uint32_t item, ssrc_interval range, bool good,
			      double best)
{
	uint64_t number = ssrc_sim_number(kind, x->m->chain->items[item].id, "", "");
	return ref_number(x, number, range, good, best, 0, 0);
}

static double ref_cut_number(const ref_stress *x, ssrc_input_kind kind, uint32_t cut, ssrc_interval range)
{
	char start[32];
	const ssrc_scenario_cut *c = &x->scenario->cuts[cut];
	ssrc_format_number(start, c->start);
	uint64_t number = ssrc_sim_number(kind, ssrc_cut_kind_word(c->kind), ssrc_cut_target(x->m->chain, c), start);
	return ref_number(x, number, range, false, 0, 0, 0);
}

/* ---- what is cut ------------------------------------------------------------------------------------------------ */

static bool ref_in_event(const ssrc_chain *chain, const ssrc_event *event, uint32_t country)
{
	for (uint32_t k = 0; k < event->n_issuers; k++) {
		bool eu = strcmp(chain->countries[event->issuers[k]], "EU") == 0;
		if (event->issuers[k] == country || (eu && ssrc_country_is_eu_member(chain->countries[country])))
			return true;
	}
	return false;
}

/* True if the country's suppliers are in the cut. */
static bool ref_cut_country(const ref_stress *x, uint32_t cut, uint32_t country)
{
	const ssrc_chain *chain = x->m->chain;
	const ssrc_scenario_cut *c = &x->scenario->cuts[cut];
	bool of_eu =
		ssrc_country_is_eu_member(chain->countries[country]) || strcmp(chain->countries[country], "EU") == 0;
	if (c->kind == SSRC_CUT_MEASURE)
		return ref_in_event(chain, &chain->events[c->target], country);
	return c->kind == SSRC_CUT_COUNTRY && (c->eu ? of_eu : c->target == country);
}

static bool ref_measure_reaches(const ref_stress *x, const ssrc_event *event)
{
	const ssrc_chain *chain = x->m->chain;
	bool named = event->target_all;
	for (uint32_t c = 0; c < chain->n_countries; c++) {
		if (!ref_home_market(x->m, c))
			continue;
		for (uint32_t k = 0; k < event->n_issuers; k++)
			if (event->issuers[k] == c)
				return false;
		for (uint32_t k = 0; k < event->n_targets; k++)
			named |= event->targets[k] == c;
		named |= event->target_eu && ssrc_country_is_eu_member(chain->countries[c]);
	}
	return named;
}

static bool ref_has_party(const ssrc_chain *chain, const ssrc_share *row, uint32_t party)
{
	for (uint32_t k = 0; row->kind == SSRC_BY_JOINT && k < row->n_members; k++)
		if (chain->parties[row->members[k]].same_as == party)
			return true;
	return row->kind == SSRC_BY_PARTY && row->party == party;
}

static bool ref_hits(const ref_stress *x, uint32_t item, uint32_t cut)
{
	const ssrc_chain *chain = x->m->chain;
	const ssrc_scenario_cut *c = &x->scenario->cuts[cut];
	const ref_supply *supply = &x->m->supply[item];
	const ssrc_event *event = c->kind == SSRC_CUT_MEASURE ? &chain->events[c->target] : NULL;
	const uint32_t *list = c->n_items ? c->items : event ? event->items : NULL;
	uint32_t n_list = c->n_items ? c->n_items : event ? event->n_items : 0;
	bool listed = !list;
	double mid = 0;
	for (uint32_t k = 0; k < n_list; k++)
		listed |= list[k] == item;
	if (event && !ref_measure_reaches(x, event))
		return false;
	if (!ssrc_known(c->weeks) && !ssrc_known(chain->items[item].recovery))
		return false;
	if (c->kind == SSRC_CUT_ITEM)
		return c->target == item;
	if (c->kind == SSRC_CUT_PARTY) {
		bool has = false;
		for (uint32_t k = 0; supply->firms != SSRC_NONE && k < chain->sets[supply->firms].count; k++)
			has |= ref_has_party(chain, &chain->shares[chain->sets[supply->firms].first + k], c->target);
		return has && listed;
	}
	for (uint32_t k = 0; k < chain->n_countries; k++)
		mid += ref_cut_country(x, cut, k) ? supply->country[SSRC_CASE_MID][k] : 0;
	return listed && mid > 0;
}

static double ref_profile(ssrc_recovery recovery, double from, double to)
{
	if (recovery == SSRC_RECOVERY_LINEAR)
		return 1 - (from + to) / 2;
	double a = from - pow(from, 3) + pow(from, 4) / 2, b = to - pow(to, 3) + pow(to, 4) / 2;
	return (b - a) / (to - from);
}

static uint32_t ref_stairs(const ref_stress *x, uint32_t item, uint32_t cut)
{
	if (x->scenario->cuts[cut].recovery == SSRC_RECOVERY_STEP || !(x->back[cut] > 0) ||
	    !(x->end[item][cut] > x->begin[item][cut]))
		return 0;
	return (uint32_t)fmin(ceil(x->back[cut]), 104);
}

/* Part out of the makers whom one cut concerns. */
static double ref_level(const ref_stress *x, uint32_t item, uint32_t cut, double t)
{
	uint32_t stairs = ref_stairs(x, item, cut);
	if (!x->hits[item][cut] || t < x->begin[item][cut])
		return 0;
	if (t < x->end[item][cut])
		return x->fraction[cut];
	for (uint32_t k = 0; k < stairs; k++)
		if (t < x->end[item][cut] + x->back[cut] * (k + 1) / stairs)
			return x->fraction[cut] * ref_profile(x->scenario->cuts[cut].recovery, k / (double)stairs,
							      (k + 1) / (double)stairs);
	return 0;
}

/* Where shares stand between their bounds in this run; -1 = the central ones. */
static double ref_position(const ref_stress *x, uint32_t item)
{
	uint64_t number = ssrc_sim_number(SSRC_INPUT_SHARE, x->m->chain->items[item].id, "", "");
	if (x->drawn)
		return ssrc_random_unit(x->o->seed, x->number, number);
	return x->which == SSRC_CASE_LOW ? 0 : x->which == SSRC_CASE_MID ? -1 : 1;
}

static double ref_between(double low, double mid, double high, double position)
{
	return position < 0 ? mid : low * (1 - position) + high * position;
}

/* What a set of countries supplies. */
static double ref_set_share(const ref_stress *x, uint32_t item, const bool *in)
{
	const ref_supply *s = &x->m->supply[item];
	double low = 0, mid = 0, high = 0, others = 0;
	for (uint32_t c = 0; c < x->m->chain->n_countries; c++) {
		low += in[c] ? s->country[SSRC_CASE_LOW][c] : 0;
		mid += in[c] ? s->country[SSRC_CASE_MID][c] : 0;
		high += in[c] ? s->country[SSRC_CASE_HIGH][c] : 0;
		others += in[c] ? 0 : s->country[SSRC_CASE_LOW][c];
	}
	high = fmax(fmin(high, 1 - others), mid);
	return fmin(1, ref_between(low, mid, high, ref_position(x, item)));
}

static double ref_country_level(const ref_stress *x, uint32_t item, uint32_t country, double t)
{
	double most = 0;
	for (uint32_t k = 0; k < x->scenario->n_cuts; k++)
		if (x->scenario->cuts[k].kind == SSRC_CUT_ITEM ||
		    (country != SSRC_NONE && ref_cut_country(x, k, country)))
			most = fmax(most, ref_level(x, item, k, t));
	return most;
}

/* Of a party, beyond what is out of its country. */
static double ref_party_level(const ref_stress *x, uint32_t item, uint32_t index, double t)
{
	const ssrc_party *party = &x->m->chain->parties[index];
	double level = 0, sum = 0;
	for (uint32_t k = 0; k < x->scenario->n_cuts; k++)
		if (x->scenario->cuts[k].kind == SSRC_CUT_PARTY && x->scenario->cuts[k].target == party->same_as)
			level = fmax(level, ref_level(x, item, k, t));
	if (x->m->basis != SSRC_BASIS_SITE || party->n_sites < 2)
		return fmax(0, level - ref_country_level(x, item, ref_party_country(party, x->m->basis), t));
	for (uint32_t k = 0; k < party->n_sites; k++)
		sum += fmax(0, level - ref_country_level(x, item, party->sites[k], t)) / party->n_sites;
	return sum;
}

static double ref_row_lost(const ref_stress *x, uint32_t item, const ssrc_share *row, double t)
{
	bool known = ssrc_known(row->share);
	double low = known ? row->share.low : 0, high = known ? row->share.high : 1, mid = known ? (low + high) / 2 : 0;
	double least = 1, most = 0, mean = 0;
	uint32_t n = row->kind == SSRC_BY_JOINT ? row->n_members : 1;
	for (uint32_t k = 0; k < n; k++) {
		double level = ref_party_level(x, item, row->kind == SSRC_BY_JOINT ? row->members[k] : row->party, t);
		least = fmin(least, level);
		most = fmax(most, level);
		mean += level / n;
	}
	return ref_between(low * least, mid * mean, high * most, ref_position(x, item));
}

/* Part of the item's makers that is out at time t. */
static double ref_out(const ref_stress *x, uint32_t item, double t)
{
	const ssrc_chain *chain = x->m->chain;
	const ref_supply *s = &x->m->supply[item];
	double whole = ref_country_level(x, item, SSRC_NONE, t), lost = whole, below = whole;
	bool any = false, in[REF_COUNTRIES];
	for (uint32_t k = 0; k < x->scenario->n_cuts; k++)
		any |= x->hits[item][k];
	/* By levels from below: the slice up to the next level is out of all countries that reach it. */
	for (bool more = any && s->countries != SSRC_NONE; more;) {
		double next = (double)INFINITY;
		for (uint32_t c = 0; c < chain->n_countries; c++) {
			double level = ref_country_level(x, item, c, t);
			in[c] = level > below;
			if (in[c])
				next = fmin(next, level);
		}
		more = next < (double)INFINITY;
		if (more)
			lost += (next - below) * ref_set_share(x, item, in);
		below = next;
	}
	for (uint32_t k = 0; any && s->firms != SSRC_NONE && k < chain->sets[s->firms].count; k++) {
		const ssrc_share *row = &chain->shares[chain->sets[s->firms].first + k];
		if (row->kind == SSRC_BY_PARTY || row->kind == SSRC_BY_JOINT)
			lost += ref_row_lost(x, item, row, t);
	}
	return fmin(1, lost);
}

static int ref_compare(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Times at which something changes for the item, in order. */
static uint32_t ref_breaks(const ref_stress *x, uint32_t item, double *times)
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < x->scenario->n_cuts; k++) {
		if (!x->hits[item][k])
			continue;
		times[n++] = x->begin[item][k];
		times[n++] = x->end[item][k];
		uint32_t stairs = ref_stairs(x, item, k);
		for (uint32_t i = 1; i <= stairs; i++)
			times[n++] = x->end[item][k] + x->back[k] * i / stairs;
	}
	qsort(times, n, sizeof *times, ref_compare);
	return n;
}

static double ref_out_mean(const ref_stress *x, uint32_t item, double t0, double t1)
{
	double times[REF_BREAKS], sum = 0, t = t0;
	uint32_t n = ref_breaks(x, item, times);
	times[n++] = t1;
	for (uint32_t k = 0; k < n; k++) {
		double next = fmin(times[k], t1);
		if (next <= t)
			continue;
		sum += ref_out(x, item, (t + next) / 2) * (next - t);
		t = next;
	}
	return sum / (t1 - t0);
}

static double ref_first_cut(const ref_stress *x, uint32_t item)
{
	double times[REF_BREAKS];
	uint32_t n = ref_breaks(x, item, times);
	for (uint32_t k = 0; k + 1 < n; k++)
		if (times[k + 1] > times[k] && ref_out(x, item, (times[k] + times[k + 1]) / 2) > 1e-12)
			return times[k];
	return INFINITY;
}

/* ---- before the first week -------------------------------------------------------------------------------------- */

static bool ref_is_need(const ref_stress *x, const ref_need *need)
{
	return need->variant || need->essential != SSRC_CAPITAL || x->o->mode == SSRC_MODE_GROW;
}

static bool ref_runs_on(const ref_stress *x, uint32_t item)
{
	return strcmp(x->m->chain->items[item].kind, "good") != 0;
}

/* True if the alternate may stand in at all in this scenario. */
static bool ref_may_stand_in(const ref_stress *x, const ssrc_alternate *alternate)
{
	ssrc_cut none = {NULL, SSRC_NONE, SSRC_NONE};
	bool any = alternate->by_party == SSRC_NONE, good = ref_counts(x->m, alternate, &none);
	for (uint32_t k = 0; alternate->by_party != SSRC_NONE && k < x->scenario->n_cuts; k++) {
		const ssrc_scenario_cut *c = &x->scenario->cuts[k];
		if (!x->hits[alternate->item][k])
			continue;
		bool block[REF_COUNTRIES] = {false};
		for (uint32_t i = 0; i < x->m->chain->n_countries; i++)
			block[i] = ref_cut_country(x, k, i);
		ssrc_cut cut = {block, c->kind == SSRC_CUT_PARTY ? c->target : SSRC_NONE, SSRC_NONE};
		good &= ref_counts(x->m, alternate, &cut);
		any = true;
	}
	return any && good;
}

static double ref_start_stock(const ref_stress *x, uint32_t item)
{
	const ssrc_item *it = &x->m->chain->items[item];
	double shelf = isnan(it->shelf_weeks) ? (double)INFINITY : it->shelf_weeks;
	double stock = fmin(shelf, ref_item_number(x, SSRC_INPUT_STOCK, item, it->stock, true, INFINITY));
	for (uint32_t k = 0; k < x->n_backups; k++) {
		const ssrc_stress_backup *b = &x->backups[k];
		double limit = fmin(b->shelf_weeks, shelf);
		if (b->item == item && b->kind == SSRC_BACKUP_STOCK && limit > stock)
			stock = fmin(stock + b->amount, limit);
	}
	return stock;
}

/* Everything downstream of what is hit, and which of these depend on each other in both directions. */
static void ref_find_circles(ref_stress *x)
{
	const ref_model *m = x->m;
	for (bool again = true; again;) {
		again = false;
		for (uint32_t k = 0; k < m->n_needs; k++)
			if (x->affected[m->needs[k].input] && !x->affected[m->needs[k].user])
				again = x->affected[m->needs[k].user] = true;
	}
	bool(*reach)[REF_ITEMS] = x->joined;
	for (uint32_t k = 0; k < m->n_needs; k++)
		if (ref_is_need(x, &m->needs[k]) && x->affected[m->needs[k].input])
			reach[m->needs[k].user][m->needs[k].input] = true;
	for (uint32_t k = 0; k < m->chain->n_alternates; k++) {
		const ssrc_alternate *a = &m->chain->alternates[k];
		if (a->by_item != SSRC_NONE && x->affected[a->item] && x->affected[a->by_item] &&
		    ref_may_stand_in(x, a))
			reach[a->item][a->by_item] = true;
	}
	for (uint32_t k = 0; k < m->n; k++)
		for (uint32_t i = 0; i < m->n; i++)
			for (uint32_t j = 0; j < m->n; j++)
				reach[i][j] |= reach[i][k] && reach[k][j];
}

/* Units that a client takes a week; NaN unknown. */
static double ref_units(const ref_stress *x, uint32_t client)
{
	const ref_need *need = &x->m->needs[client];
	const ssrc_chain *chain = x->m->chain;
	for (uint32_t i = 0; !need->variant && i < chain->n_needs; i++)
		if (chain->needs[i].item == need->owner && chain->needs[i].input == need->input &&
		    strcmp(chain->needs[i].any_of, need->any_of) == 0)
			return chain->needs[i].per_unit * chain->items[need->user].use_per_week;
	return NAN;
}

static void ref_find_clients(ref_stress *x)
{
	const ref_model *m = x->m;
	for (uint32_t i = 0; i < m->n; i++) {
		double units = 0, count = 0, use = m->chain->items[i].use_per_week;
		for (uint32_t k = 0; k < m->n_needs; k++)
			if (m->needs[k].input == i && ref_is_need(x, &m->needs[k])) {
				x->client[k] = true;
				units += ref_units(x, k);
				count++;
			}
		bool outside = m->chain->items[i].product || count == 0;
		double rest = outside ? fmax(0, use - units) : 0;
		if (isnan(use) && outside)
			units = NAN;
		x->client[REF_NEEDS + i] = outside;
		bool known = units + rest > 0;
		x->known[i] = known || count + outside == 1;
		x->share[REF_NEEDS + i] = count == 0 ? 1 : known ? rest / (units + rest) : 1 / (count + outside);
		for (uint32_t k = 0; k < m->n_needs; k++)
			if (x->client[k] && m->needs[k].input == i)
				x->share[k] = known ? ref_units(x, k) / (units + rest) : 1 / (count + outside);
		for (uint32_t k = 0; k < REF_CLIENTS; k++)
			if (x->client[k] && (k < REF_NEEDS ? m->needs[k].input : k - REF_NEEDS) == i)
				x->clients[i][x->n_clients[i]++] = k;
	}
}

static void ref_begin(ref_stress *x)
{
	const ref_model *m = x->m;
	for (uint32_t k = 0; k < x->scenario->n_cuts; k++) {
		const ssrc_scenario_cut *c = &x->scenario->cuts[k];
		x->fraction[k] = ref_cut_number(x, SSRC_INPUT_FRACTION, k, c->fraction);
		x->back[k] = ref_cut_number(x, SSRC_INPUT_RETURN, k, c->recovery_weeks);
		for (uint32_t i = 0; i < m->n; i++) {
			x->hits[i][k] = ref_hits(x, i, k);
			x->affected[i] |= x->hits[i][k];
			x->begin[i][k] = c->start;
			x->end[i][k] = c->start + (ssrc_known(c->weeks)
							   ? ref_cut_number(x, SSRC_INPUT_WEEKS, k, c->weeks)
							   : ref_item_number(x, SSRC_INPUT_WEEKS, i,
									     m->chain->items[i].recovery, false, 0));
		}
	}
	x->earliest = INFINITY;
	for (uint32_t i = 0; i < m->n; i++) {
		x->first_cut[i] = ref_first_cut(x, i);
		x->earliest = fmin(x->earliest, x->first_cut[i]);
		x->stock0[i] = ref_start_stock(x, i);
		double transit = ref_item_number(x, SSRC_INPUT_TRANSIT, i, m->chain->items[i].transit, true, 0);
		x->delay[i] = fmin(floor(transit / x->o->step + 0.5), x->n_steps);
		x->first_short[i] = INFINITY;
	}
	for (uint32_t i = 0; i < m->n; i++)
		if (isinf(x->first_cut[i]))
			x->first_cut[i] = x->earliest;
	ref_find_circles(x);
	ref_find_clients(x);
	for (uint32_t k = 0; k < REF_CLIENTS; k++) {
		uint32_t item = k < REF_NEEDS ? m->needs[k].input : k - REF_NEEDS;
		bool none = !x->client[k] || ref_runs_on(x, item) || (k >= REF_NEEDS && m->chain->items[item].product);
		x->stock[k] = x->in[k][0] = none ? 0 : x->stock0[item];
	}
	for (uint32_t k = 0; k < m->n_needs; k++) {
		const ref_need *need = &m->needs[k];
		if (!need->variant)
			continue;
		double low = ref_part(m, need->user, need->input, SSRC_CASE_LOW),
		       mid = ref_part(m, need->user, need->input, SSRC_CASE_MID),
		       high = ref_part(m, need->user, need->input, SSRC_CASE_HIGH);
		uint64_t number = ssrc_sim_number(SSRC_INPUT_PART, m->chain->items[need->input].id, "", "");
		x->part[k] = x->drawn && (mid > 0 || high < 1)
				     ? low + ssrc_random_unit(x->o->seed, x->number, number) * (high - low)
			     : x->drawn ? mid
					: ref_part(m, need->user, need->input, x->which);
	}
}

/* ---- one week ------------------------------------------------------------------------------------------------------
 */

/* How much of the need an alternate covers on average over the step, its own output aside. */
static double ref_cover_now(const ref_stress *x, uint32_t alternate, uint32_t step)
{
	const ssrc_chain *chain = x->m->chain;
	const ssrc_alternate *a = &chain->alternates[alternate];
	double h = x->o->step;
	const char *ids[] = {chain->items[a->item].id,
			     a->by_item != SSRC_NONE ? chain->items[a->by_item].id : chain->parties[a->by_party].id,
			     a->for_item != SSRC_NONE ? chain->items[a->for_item].id : ""};
	double low = isnan(a->share.low) ? 0 : a->share.low, high = isnan(a->share.high) ? low : a->share.high;
	double share = ref_number(x, ssrc_sim_number(SSRC_INPUT_COVER, ids[0], ids[1], ids[2]),
				  (ssrc_interval){low, high}, true, 0, 0, 0);
	if (!x->drawn && x->which == SSRC_CASE_LOW && isnan(a->share.high))
		share = 1;
	double gap =
		ref_number(x, ssrc_sim_number(SSRC_INPUT_GAP, ids[0], ids[1], ids[2]), a->performance, false, 0, 0, 1);
	double weeks = ref_number(x, ssrc_sim_number(SSRC_INPUT_COVER_WEEKS, ids[0], ids[1], ids[2]), a->weeks, false,
				  0, INFINITY, INFINITY);
	double on = ((step + 1) * h - (x->first_cut[a->item] + weeks)) / h;
	return share * (1 - gap) * fmin(1, fmax(0, on));
}

/* Mean over a step of a bought backup. */
static double ref_backups(const ref_stress *x, uint32_t item, int kind, uint32_t step)
{
	double h = x->o->step, sum = 0;
	for (uint32_t k = 0; k < x->n_backups; k++) {
		const ssrc_stress_backup *b = &x->backups[k];
		if (b->item != item || (int)b->kind != kind)
			continue;
		double mean = 0, t0 = step * h, t1 = t0 + h;
		double a = fmin(fmax(b->from, t0), t1), c = fmin(fmax(b->full, t0), t1);
		if (c > a) /* on the slope, trapezium */
			mean += (c - a) * ((a - b->from) + (c - b->from)) / 2 / (b->full - b->from);
		mean += t1 - fmax(a, c);
		sum += b->amount * mean / h;
	}
	return sum;
}

/* What arrives in a step: what was made so many steps ago; before the start all was normal. */
static double ref_arriving(const ref_stress *x, uint32_t item, uint32_t step)
{
	uint32_t ago = (uint32_t)x->delay[item];
	return ago == 0 ? x->pot[item] : ago > step ? 1 : x->sent[item][step - ago];
}

/* The most on offer in the last `n` steps and this one. */
static double ref_most(const double *history, double now, uint32_t step, double n)
{
	double most = now;
	for (double d = 1; d <= n && most < 1; d++)
		most = fmax(most, d > step ? 1 : history[step - (uint32_t)d]);
	return most;
}

static int ref_class(const ref_stress *x, uint32_t client)
{
	if (client >= REF_NEEDS || x->m->needs[client].variant)
		return 0;
	ssrc_essential e = x->m->needs[client].essential;
	return e == SSRC_CRITICAL || e == SSRC_CAPITAL ? 0 : e == SSRC_IMPORTANT ? 1 : 2;
}

/* True if client a is served before client b. */
static bool ref_before(const ref_stress *x, uint32_t a, uint32_t b)
{
	if (x->o->rationing == SSRC_RATION_PRIORITY)
		return ref_class(x, a) < ref_class(x, b);
	if (x->share[a] != x->share[b])
		return x->share[a] > x->share[b];
	uint32_t user_a = a >= REF_NEEDS ? SSRC_NONE : x->m->needs[a].user,
		 user_b = b >= REF_NEEDS ? SSRC_NONE : x->m->needs[b].user;
	return user_a < user_b;
}

static void ref_serve(ref_stress *x, uint32_t item)
{
	double offer = x->offer[item], normal = 1 + x->o->refill;
	bool plain = ref_runs_on(x, item) || x->o->rationing == SSRC_RATION_PROPORTIONAL || offer >= 1;
	for (uint32_t n = 0; n < x->n_clients[item]; n++) {
		uint32_t k = x->clients[item][n];
		double before = 0, same = 0;
		for (uint32_t i = 0; i < x->n_clients[item]; i++) {
			uint32_t j = x->clients[item][i];
			before += ref_before(x, j, k) ? x->share[j] : 0;
			same += !ref_before(x, j, k) && !ref_before(x, k, j) ? x->share[j] : 0;
		}
		x->given[k] = plain      ? fmin(normal, offer)
			      : same > 0 ? fmin(1, fmax(0, offer - before) / same)
					 : fmin(1, offer);
	}
}

/* Alternates of the item for one user (SSRC_NONE: for all), makers or items. */
static double ref_stand_ins(const ref_stress *x, uint32_t item, uint32_t user, bool items, uint32_t step)
{
	double sum = 0;
	for (uint32_t k = 0; k < x->m->chain->n_alternates; k++) {
		const ssrc_alternate *a = &x->m->chain->alternates[k];
		if (a->item != item || a->for_item != user || (a->by_item != SSRC_NONE) != items ||
		    !ref_may_stand_in(x, a))
			continue;
		sum += items ? x->stand_in[k] : ref_cover_now(x, k, step);
	}
	return sum;
}

static void ref_look(ref_stress *x, uint32_t client, uint32_t step)
{
	const ref_model *m = x->m;
	uint32_t item = client < REF_NEEDS ? m->needs[client].input : client - REF_NEEDS;
	double a = x->given[client], h = x->o->step;
	if (ref_runs_on(x, item) && !(client >= REF_NEEDS && m->chain->items[item].product)) {
		double window = fmin(x->stock0[item] / h, x->n_steps);
		double near = ref_most(x->past[item], a, step, floor(window)),
		       far = ref_most(x->past[item], a, step, floor(window) + 1);
		a = near + (window - floor(window)) * (far - near);
	}
	if (client < REF_NEEDS && a < 1) {
		uint32_t user = m->needs[client].user;
		double more = fmin(1, x->cap[item] + ref_stand_ins(x, item, user, false, step));
		a += fmax(0, fmin(more, x->ceiling[item]) - x->pot[item]) + ref_stand_ins(x, item, user, true, step);
		a = fmin(a, 1);
	}
	x->arrived[client] = a;
	x->there[client] = a + x->stock[client] / h;
	x->available[client] = x->there[client] < 1 ? x->there[client] : fmax(1, a);
}

/* What output one need leaves under the form of production; INFINITY if it does not limit it. */
static double ref_limit(const ref_stress *x, uint32_t k)
{
	const ref_need *need = &x->m->needs[k];
	double a = x->affected[need->input] ? x->available[k] : (double)INFINITY;
	if (isinf(a))
		return INFINITY;
	if (need->variant)
		return 1 - x->part[k] * (1 - a);
	bool critical = need->essential == SSRC_CRITICAL || need->essential == SSRC_CAPITAL;
	bool important = need->essential == SSRC_IMPORTANT;
	switch (x->o->form) {
	case SSRC_LEONTIEF: return a;
	case SSRC_STRONG: return critical || important ? a : (double)INFINITY;
	case SSRC_HALF: return critical ? a : important ? (1 + a) / 2 : (double)INFINITY;
	case SSRC_WEAK: return critical ? a : (double)INFINITY;
	case SSRC_LINEAR: return a;
	case SSRC_PRODUCTIONS: break;
	}
	return NAN;
}

static double ref_ceiling(const ref_stress *x, uint32_t item)
{
	const ref_model *m = x->m;
	double least = INFINITY, sum = 0, count = 0;
	for (uint32_t k = 0; k < m->n_needs; k++) {
		double best = -INFINITY;
		bool first = true, capital = false;
		for (uint32_t j = 0; j < m->n_needs && m->needs[k].user == item; j++) {
			if (j != k && !ref_same_choice(&m->needs[j], &m->needs[k]))
				continue;
			first &= j >= k;
			capital |=
				!ref_is_need(x, &m->needs[j]); /* no input while running, nor what stands in for it */
			best = fmax(best, ref_is_need(x, &m->needs[j]) ? ref_limit(x, j) : (double)INFINITY);
		}
		if (m->needs[k].user != item || !first)
			continue;
		if (x->o->form != SSRC_LINEAR || m->needs[k].variant) {
			least = fmin(least, best);
		} else if (!capital) {
			count++;
			sum += isinf(best) ? 1 : best;
		}
	}
	return count > 0 ? fmin(least, sum / count) : least;
}

static void ref_make(ref_stress *x, uint32_t item, uint32_t step)
{
	const ref_model *m = x->m;
	for (uint32_t k = 0; k < m->n_needs; k++)
		if (m->needs[k].user == item && x->client[k])
			ref_look(x, k, step);
	x->ceiling[item] = ref_ceiling(x, item);
	x->pot[item] = fmin(x->cap[item], x->ceiling[item]);
	double beside = ref_backups(x, item, SSRC_BACKUP_BYPASS, step) + ref_stand_ins(x, item, SSRC_NONE, true, step);
	x->output[item][step] = fmin(1, x->pot[item] + beside);
	x->offer[item] = ref_arriving(x, item, step) + beside;
	ref_serve(x, item);
}

static bool ref_same_circle(const ref_stress *x, uint32_t a, uint32_t b)
{
	return a == b || (x->joined[a][b] && x->joined[b][a]);
}

/* All items of a circle, from full output downwards. */
static void ref_settle_circle(ref_stress *x, uint32_t item, uint32_t step)
{
	const ref_model *m = x->m;
	for (uint32_t i = 0; i < m->n; i++) {
		if (!ref_same_circle(x, item, i))
			continue;
		x->pot[i] = x->cap[i];
		x->ceiling[i] = INFINITY;
		for (uint32_t k = 0; k < x->n_clients[i]; k++)
			x->given[x->clients[i][k]] = 1 + x->o->refill;
	}
	for (int round = 0, again = 1; again && round < 400; round++) {
		again = round == 0;
		for (uint32_t i = 0; i < m->n; i++) {
			if (!ref_same_circle(x, item, i))
				continue;
			double pot = x->pot[i];
			ref_make(x, i, step);
			again |= pot != x->pot[i];
		}
	}
}

/* What items that stand in for others give now; those inside the circle of the one they help: in the second phase. */
static void ref_set_stand_ins(ref_stress *x, uint32_t item, bool inside, uint32_t step)
{
	const ref_model *m = x->m;
	for (uint32_t k = 0; k < m->chain->n_alternates; k++) {
		const ssrc_alternate *a = &m->chain->alternates[k];
		if (a->by_item == SSRC_NONE)
			continue;
		uint32_t at = a->for_item == SSRC_NONE ? a->item : a->for_item; /* where it is looked at */
		if (!ref_same_circle(x, item, at))
			continue;
		bool in = ref_same_circle(x, a->by_item, at);
		if (in && !inside)
			x->stand_in[k] = 0;
		else if (in == inside)
			x->stand_in[k] =
				ref_cover_now(x, k, step) * (x->affected[a->by_item] ? fmin(1, x->pot[a->by_item]) : 1);
	}
}

/* ---- what is used ---------------------------------------------------------------------------------------------------
 */

/* All that had come in by some time, in steps. */
static double ref_came_in(const ref_stress *x, uint32_t client, double at)
{
	double start = x->in[client][0];
	if (at <= 0)
		return fmax(0, start + at * x->o->step);
	double whole = floor(at);
	const double *in = x->in[client];
	return in[(uint32_t)whole] + (at - whole) * (in[(uint32_t)ceil(at)] - in[(uint32_t)whole]);
}

static bool ref_lasts(const ref_stress *x, uint32_t client, uint32_t item)
{
	return ref_runs_on(x, item) && !(client >= REF_NEEDS && x->m->chain->items[item].product);
}

/* What a client uses if it makes so much; *pooled: it takes of what all share; *taken: with its own alternates. */
static double ref_take(const ref_stress *x, uint32_t client, uint32_t item, double made, double *pooled, double *taken)
{
	double used = fmin(made, x->there[client]), h = x->o->step;
	bool goods = !ref_runs_on(x, item), bare = client >= REF_NEEDS && x->m->chain->items[item].product;
	double room = goods && !bare ? fmax(0, x->in[client][0] - x->stock[client]) : 0;
	if (isinf(x->in[client][0]))
		room = 0;
	*pooled = goods && x->delay[item] > 0 ? x->given[client] : fmin(x->given[client], used + room / h);
	double own = fmax(0, x->arrived[client] - x->given[client]);
	*taken = *pooled + fmin(own, fmax(0, used + room / h - *pooled));
	return used;
}

/* What is asked of all makers and what they make, from full output downwards until nothing changes. Users that the item
 * depends on itself are taken to use all they can. */
static void ref_ask(ref_stress *x, uint32_t step)
{
	memcpy(x->made, x->pot, sizeof x->made);
	for (int again = 1; again;) {
		again = 0;
		for (uint32_t i = 0; i < x->m->n; i++) {
			double now = 0, missing = 0, most_now = 0, most_missing = -INFINITY, under_way = 0;
			for (uint32_t n = 0; n < x->n_clients[i]; n++) {
				uint32_t k = x->clients[i][n], user = k < REF_NEEDS ? x->m->needs[k].user : SSRC_NONE;
				bool inside = user != SSRC_NONE && ref_same_circle(x, i, user);
				double pooled, taken,
					made = inside              ? x->pot[user]
					       : user != SSRC_NONE ? x->made[user]
								   : 1;
				double used = ref_take(x, k, i, made, &pooled, &taken), start = x->in[k][0];
				double gap = 0;
				now += x->share[k] * pooled;
				most_now = fmax(most_now, pooled);
				if (!ref_runs_on(x, i) && isfinite(start) &&
				    (user != SSRC_NONE || !x->m->chain->items[i].product))
					gap = (start - (x->stock[k] + (taken - used) * x->o->step)) / x->o->step;
				missing += x->share[k] * gap;
				most_missing = fmax(most_missing, gap);
			}
			for (uint32_t d = 1; d < (uint32_t)x->delay[i]; d++) /* what arrives now has arrived */
				under_way += d > step ? 1 : x->sent[i][step - d];
			if (!x->known[i]) { /* as if all were for the one who asks for most */
				now = most_now;
				missing = most_missing;
			}
			double asked = x->delay[i] > 0 ? fmax(0, missing + x->delay[i] - under_way) : now;
			asked = asked > x->pot[i] - 1e-12 ? x->pot[i] : asked;
			again |= asked != x->made[i];
			x->made[i] = asked;
		}
	}
}

static void ref_note_shortage(ref_stress *x, uint32_t client, uint32_t item, uint32_t step)
{
	double h = x->o->step, t = step * h + x->stock[client] / (1 - x->arrived[client]), least = x->earliest;
	if (!(x->there[client] < 1 - 1e-12))
		return;
	if (ref_lasts(x, client, item)) {
		double window = fmin(x->stock0[item] / h, x->n_steps);
		bool part = ref_most(x->past[item], x->given[client], step, floor(window) + 1) >= 1 - 1e-12;
		t = step * h + (part ? (window - floor(window)) * h : 0);
		least += x->stock0[item];
	}
	x->first_short[item] = fmin(x->first_short[item], fmax(t, least));
}

static void ref_book(ref_stress *x, uint32_t client, uint32_t item, uint32_t step)
{
	double h = x->o->step, pooled, taken, shelf = x->m->chain->items[item].shelf_weeks;
	double made = client < REF_NEEDS ? x->made[x->m->needs[client].user] : 1;
	double used = ref_take(x, client, item, made, &pooled, &taken);
	if (ref_runs_on(x, item))
		return;
	x->stock[client] += (taken - used) * h;
	x->in[client][step + 1] = x->in[client][step] + taken * h;
	x->out[client] += used * h;
	if (!isnan(shelf) && !(client >= REF_NEEDS && x->m->chain->items[item].product)) {
		double old = ref_came_in(x, client, step + 1 - shelf / h) - x->out[client];
		double gone = fmin(fmax(0, old), fmax(0, x->stock[client]));
		x->stock[client] -= gone;
		x->out[client] += gone;
	}
	x->stock[client] = fmax(0, x->stock[client]);
}

static void ref_step(ref_stress *x, uint32_t step)
{
	const ref_model *m = x->m;
	bool done[REF_ITEMS] = {false};
	double h = x->o->step;
	for (uint32_t i = 0; i < m->n; i++) {
		double lost = ref_out_mean(x, i, step * h, step * h + h);
		double cover = lost > 0 ? ref_stand_ins(x, i, SSRC_NONE, false, step) : 0;
		double bought = ref_backups(x, i, SSRC_BACKUP_SOURCE, step);
		x->cap[i] = fmin(1, 1 - lost + cover + bought) * (1 + x->o->refill);
	}
	for (uint32_t count = 0; count < m->n;) {
		for (uint32_t i = 0; i < m->n; i++) {
			bool ready = !done[i];
			for (uint32_t j = 0; j < m->n; j++)
				ready &= !x->joined[i][j] || x->joined[j][i] || i == j || done[j] || !x->affected[j];
			if (!ready)
				continue;
			ref_set_stand_ins(x, i, false, step);
			ref_settle_circle(x, i, step);
			ref_set_stand_ins(x, i, true, step);
			ref_settle_circle(x, i, step);
			for (uint32_t j = 0; j < m->n; j++)
				if (ref_same_circle(x, i, j)) {
					done[j] = true;
					count++;
				}
		}
	}
	for (uint32_t i = 0; i < m->n; i++)
		if (x->client[REF_NEEDS + i])
			ref_look(x, REF_NEEDS + i, step);
	ref_ask(x, step);
	for (uint32_t i = 0; i < m->n; i++)
		for (uint32_t k = 0; x->affected[i] && k < x->n_clients[i]; k++) {
			ref_note_shortage(x, x->clients[i][k], i, step);
			ref_book(x, x->clients[i][k], i, step);
		}
	for (uint32_t i = 0; i < m->n; i++) {
		x->loss[i] += (1 - x->output[i][step]) * h;
		x->sent[i][step] = x->made[i];
		x->past[i][step] = fmin(1, x->given[x->clients[i][0]]);
	}
}

/* One run. x->m, scenario, o, backups, which, drawn and number are set; the rest zero. */
static void ref_stress_run(ref_stress *x)
{
	x->n_steps = (uint32_t)ceil(x->o->weeks / x->o->step - 1e-9);
	ref_begin(x);
	for (uint32_t step = 0; step < x->n_steps; step++)
		ref_step(x, step);
	for (uint32_t i = 0; i < x->m->n; i++)
		if (x->m->chain->items[i].product)
			x->worst = fmax(x->worst, x->loss[i]);
}

#endif
