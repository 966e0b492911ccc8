/* Reference of src/assess, written from the equations of docs/methods/{dependence,loss,levels}.md: slow and obvious.
 * It takes the chain and the home as data and builds everything else again: which share set counts, the needs with
 * those a variant takes over, look-through, routes, and the loss on a time grid that is refined until every stock runs
 * out on a line of the grid. */
#ifndef SSRC_ASSESS_REF_H
#define SSRC_ASSESS_REF_H

#include "assess/assess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	REF_ITEMS = 96,
	REF_COUNTRIES = 64,
	REF_NEEDS = 2048,
	REF_TIMES = 1024,
	REF_ALTERNATES = 512,
	REF_ROUTES_MANY = 999
};

typedef struct ref_need {
	uint32_t user, input;
	uint32_t owner; /* whose row it is: the user's or its group's */
	ssrc_essential essential;
	const char *any_of;
	bool variant; /* the input is a variant of the user */
} ref_need;

typedef struct ref_supply {
	uint32_t firms, countries; /* sets */
	double country[SSRC_CASES][REF_COUNTRIES];
	double foreign[SSRC_CASES];
	uint32_t top;
} ref_supply;

typedef struct ref_model {
	const ssrc_chain *chain;
	const ssrc_home *home;
	ssrc_basis basis;
	uint32_t n, n_needs;
	ref_supply supply[REF_ITEMS];
	ref_need needs[REF_NEEDS];
	bool circle[REF_ITEMS]
		   [REF_ITEMS]; /* each takes from the other, near or far; an item is in a circle with itself */
	double depend[SSRC_CASES][REF_ITEMS][REF_COUNTRIES];
	double foreign[SSRC_CASES][REF_ITEMS];
	uint32_t routes[REF_ITEMS];
	bool blocked[REF_ALTERNATES];
} ref_model;

/* ---- supply --------------------------------------------------------------------------------------- */

/* The country a company sits in stands for it where markets are meant. */
static bool ref_home_market(const ref_model *m, uint32_t country)
{
	if (m->home->party != SSRC_NONE)
		return m->chain->parties[m->home->party].hq == country;
	return m->home->is_country[country];
}

static int ref_basis_distance(const ssrc_share_set *set, ssrc_basis basis)
{
	if (set->parties) {
		if (basis == SSRC_BASIS_HQ || basis == SSRC_BASIS_PARENT || set->basis == basis)
			return 0;
		return 1;
	}
	if (set->basis == basis)
		return 0;
	return basis == SSRC_BASIS_SITE && set->basis == SSRC_BASIS_ORIGIN ? 1 : 2;
}

/* Sets stand in canonical order; a later one replaces an earlier one only if it is better by the first difference. */
static uint32_t ref_choose(const ref_model *m, uint32_t item, bool firms)
{
	uint32_t best = SSRC_NONE;
	for (uint32_t s = 0; s < m->chain->n_sets; s++) {
		const ssrc_share_set *x = &m->chain->sets[s];
		if (x->item != item || x->context || (firms && !x->parties) ||
		    (x->market != SSRC_NONE && !ref_home_market(m, x->market)))
			continue;
		if (best == SSRC_NONE) {
			best = s;
			continue;
		}
		const ssrc_share_set *y = &m->chain->sets[best];
		int dx = firms ? 0 : ref_basis_distance(x, m->basis), dy = firms ? 0 : ref_basis_distance(y, m->basis);
		bool informative_x = x->known_low >= 0.5 - 1e-9, informative_y = y->known_low >= 0.5 - 1e-9;
		bool market_x = x->market != SSRC_NONE, market_y = y->market != SSRC_NONE;
		if (x->main != y->main               ? x->main
		    : informative_x != informative_y ? informative_x
		    : market_x != market_y           ? market_x
		    : dx != dy                       ? dx < dy
						     : x->year > y->year)
			best = s;
	}
	return best;
}

static uint32_t ref_party_country(const ssrc_party *party, ssrc_basis basis)
{
	if (basis == SSRC_BASIS_SITE && party->n_sites > 1)
		return SSRC_NONE;
	if (basis == SSRC_BASIS_SITE && party->n_sites == 1)
		return party->sites[0];
	return basis == SSRC_BASIS_PARENT ? party->parent : party->hq;
}

/* The countries a row may be divided among: marks them in `at` and returns how many; 0 = nobody knows. */
static uint32_t ref_places(const ref_model *m, const ssrc_share *row, bool at[REF_COUNTRIES])
{
	const ssrc_chain *chain = m->chain;
	uint32_t n_parties = row->kind == SSRC_BY_JOINT ? row->n_members : row->kind == SSRC_BY_PARTY, n = 0;
	memset(at, 0, REF_COUNTRIES * sizeof *at);
	for (uint32_t k = 0; k < n_parties; k++) {
		const ssrc_party *party = &chain->parties[row->kind == SSRC_BY_JOINT ? row->members[k] : row->party];
		if (m->basis == SSRC_BASIS_SITE && party->n_sites > 1) {
			for (uint32_t i = 0; i < party->n_sites; i++)
				at[party->sites[i]] = true;
			continue;
		}
		uint32_t where = ref_party_country(party, m->basis);
		if (where == SSRC_NONE) {
			memset(at, 0, REF_COUNTRIES * sizeof *at);
			return 0;
		}
		at[where] = true;
	}
	if (row->kind == SSRC_BY_COUNTRY) {
		bool member = false;
		for (uint32_t c = 0; c < chain->n_countries; c++)
			member |= m->home->is_country[c] && ssrc_country_is_eu_member(chain->countries[c]);
		if (strcmp(chain->countries[row->country], "EU") != 0 || !member || m->home->is_country[row->country])
			at[row->country] = true;
	}
	for (uint32_t c = 0; c < chain->n_countries; c++)
		n += at[c];
	return n;
}

static double ref_clamp(double x, double low, double high)
{
	return fmin(fmax(x, low), fmax(low, high));
}

static bool ref_own_row(const ref_model *m, const ssrc_share *row)
{
	return m->home->party != SSRC_NONE && row->kind == SSRC_BY_PARTY && row->party == m->home->party;
}

/* The part of a row that is the home's in the middle: a country home by places, a company by members. */
static double ref_home_part(const ref_model *m, const ssrc_share *row, const bool at[REF_COUNTRIES], uint32_t n)
{
	double part = 0;
	if (m->home->party == SSRC_NONE) {
		for (uint32_t c = 0; c < m->chain->n_countries; c++)
			part += at[c] && m->home->is_country[c] ? 1.0 / n : 0;
		return part;
	}
	for (uint32_t k = 0; row->kind == SSRC_BY_JOINT && k < row->n_members; k++)
		if (m->chain->parties[row->members[k]].same_as == m->home->party)
			return 1.0 / row->n_members;
	return ref_own_row(m, row);
}

static bool ref_all_home(const ref_model *m, const ssrc_share *row, const bool at[REF_COUNTRIES], uint32_t n)
{
	if (m->home->party != SSRC_NONE)
		return ref_own_row(m, row);
	for (uint32_t c = 0; c < m->chain->n_countries; c++)
		if (at[c] && !m->home->is_country[c])
			return false;
	return n > 0;
}

/* Bounds of country c: rows that lie wholly there; what the lows of rows without it leave; and no more than the highs
 * of its rows and of rows without a place where a row speaks for the country itself. */
static void ref_bound(const ref_model *m, const ssrc_share_set *set, uint32_t c, double out[SSRC_CASES],
		      bool *spoken_for)
{
	double low = 0, mid = 0, elsewhere = 0, high = 0, unplaced = 0;
	*spoken_for = false;
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *row = &m->chain->shares[i];
		bool at[REF_COUNTRIES], known = ssrc_known(row->share), own = ref_own_row(m, row);
		uint32_t n = ref_places(m, row, at);
		double l = known ? row->share.low : 0, h = known ? row->share.high : 1;
		if (n > 0 && at[c] && !own) {
			low += n == 1 ? l : 0;
			mid += known ? (l + h) / 2 / n : 0;
			high += h;
			*spoken_for |= row->kind == SSRC_BY_COUNTRY;
		} else if (n > 0 || ref_home_part(m, row, at, n) > 0) {
			elsewhere += l;
		} else if (row->kind != SSRC_BY_VARIOUS) {
			unplaced += h;
		}
	}
	out[SSRC_CASE_LOW] = ref_clamp(low, 0, 1);
	out[SSRC_CASE_HIGH] = ref_clamp(1 - elsewhere, out[SSRC_CASE_LOW], 1);
	if (*spoken_for)
		out[SSRC_CASE_HIGH] = ref_clamp(high + unplaced, out[SSRC_CASE_LOW], out[SSRC_CASE_HIGH]);
	out[SSRC_CASE_MID] = ref_clamp(mid, out[SSRC_CASE_LOW], out[SSRC_CASE_HIGH]);
}

static void ref_supply_of(ref_model *m, uint32_t item)
{
	ref_supply *s = &m->supply[item];
	s->firms = ref_choose(m, item, true);
	s->countries = ref_choose(m, item, false);
	s->top = SSRC_NONE;
	if (s->countries == SSRC_NONE) {
		for (uint32_t c = 0; c < m->chain->n_countries; c++) {
			s->country[SSRC_CASE_MID][c] = NAN;
			s->country[SSRC_CASE_HIGH][c] = 1;
		}
		s->foreign[SSRC_CASE_MID] = NAN;
		s->foreign[SSRC_CASE_HIGH] = 1;
		return;
	}
	const ssrc_share_set *set = &m->chain->sets[s->countries];
	double bounds[SSRC_CASES], placed = 0, home_low = 0, home_mid = 0, away = 0, most = 0, stated = 0;
	bool silent = true, every = true;
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *row = &m->chain->shares[i];
		bool at[REF_COUNTRIES];
		uint32_t n = ref_places(m, row, at);
		double l = ssrc_known(row->share) ? row->share.low : 0;
		double mid = ssrc_known(row->share) ? (row->share.low + row->share.high) / 2 : 0;
		double part = ref_home_part(m, row, at, n);
		if (n == 0 && part == 0)
			continue;
		placed += mid;
		home_mid += mid * part;
		home_low += ref_all_home(m, row, at, n) ? l : 0;
		away += part > 0 ? 0 : l;
	}
	for (uint32_t c = 0; c < m->chain->n_countries; c++) {
		bool spoken;
		ref_bound(m, set, c, bounds, &spoken);
		for (int w = 0; w < SSRC_CASES; w++)
			s->country[w][c] = bounds[w];
		bool home = m->home->party == SSRC_NONE && m->home->is_country[c];
		if (home) {
			silent = false;
			every &= spoken;
			stated += bounds[SSRC_CASE_HIGH];
		} else if (bounds[SSRC_CASE_MID] > most + 1e-9) {
			most = bounds[SSRC_CASE_MID];
			s->top = c;
		}
	}
	double low = ref_clamp(home_low, 0, 1), high = ref_clamp(1 - away, low, 1);
	if (!silent && every)
		high = ref_clamp(stated, low, high);
	s->foreign[SSRC_CASE_LOW] = 1 - high;
	s->foreign[SSRC_CASE_HIGH] = 1 - low;
	s->foreign[SSRC_CASE_MID] = placed >= 0.5 - 1e-9 ? 1 - ref_clamp(home_mid / placed, low, high) : (double)NAN;
}

/* ---- needs ----------------------------------------------------------------------------------------- */

static void ref_add_need(ref_model *m, uint32_t user, uint32_t owner, const ssrc_need *row)
{
	m->needs[m->n_needs++] = (ref_need){user, row->input, owner, row->essential, row->any_of, false};
}

static bool ref_names_input(const ssrc_chain *chain, uint32_t item, uint32_t input)
{
	for (uint32_t i = 0; i < chain->n_needs; i++)
		if (chain->needs[i].item == item && chain->needs[i].input == input)
			return true;
	return false;
}

/* A variant takes over the needs of its group but those it states itself, a choice altogether if it states one of it.
 */
static bool ref_taken_over(const ssrc_chain *chain, uint32_t variant, const ssrc_need *row)
{
	if (row->input == variant || ref_names_input(chain, variant, row->input))
		return false;
	for (uint32_t i = 0; *row->any_of && i < chain->n_needs; i++) {
		const ssrc_need *member = &chain->needs[i];
		if (member->item == row->item && strcmp(member->any_of, row->any_of) == 0 &&
		    ref_names_input(chain, variant, member->input))
			return false;
	}
	return true;
}

static void ref_build_needs(ref_model *m)
{
	const ssrc_chain *chain = m->chain;
	for (uint32_t i = 0; i < chain->n_needs; i++)
		ref_add_need(m, chain->needs[i].item, chain->needs[i].item, &chain->needs[i]);
	for (uint32_t v = 0; v < m->n; v++) {
		uint32_t group = chain->items[v].variant_of;
		if (group == SSRC_NONE || group == v)
			continue;
		for (uint32_t i = 0; i < chain->n_needs; i++)
			if (chain->needs[i].item == group && ref_taken_over(chain, v, &chain->needs[i]))
				ref_add_need(m, v, group, &chain->needs[i]);
		m->needs[m->n_needs++] = (ref_need){group, v, group, SSRC_CRITICAL, "", true};
	}
	bool(*reach)[REF_ITEMS] = m->circle;
	for (uint32_t i = 0; i < m->n_needs; i++)
		reach[m->needs[i].user][m->needs[i].input] = true;
	for (uint32_t k = 0; k < m->n; k++)
		for (uint32_t i = 0; i < m->n; i++)
			for (uint32_t j = 0; j < m->n; j++)
				reach[i][j] |= reach[i][k] && reach[k][j];
	for (uint32_t i = 0; i < m->n; i++)
		for (uint32_t j = 0; j <= i; j++)
			reach[i][j] = reach[j][i] = i == j || (reach[i][j] && reach[j][i]);
}

/* Rows that replace each other: of one user, from one owner, with one label. */
static bool ref_same_choice(const ref_need *x, const ref_need *y)
{
	return x->user == y->user && x->owner == y->owner && *x->any_of && strcmp(x->any_of, y->any_of) == 0 &&
	       !x->variant && !y->variant;
}

static double ref_end(ssrc_interval x, ssrc_case which, bool high_is_good)
{
	if (which == SSRC_CASE_MID)
		return (x.low + x.high) / 2;
	return (which == SSRC_CASE_LOW) == high_is_good ? x.high : x.low;
}

/* Part of a group's supply that a variant is: what its makers hold of the group. Unknown: none, all in the worst case.
 */
static double ref_part(const ref_model *m, uint32_t group, uint32_t variant, ssrc_case which)
{
	uint32_t mine = m->supply[variant].firms, all = m->supply[group].firms;
	double part = 0;
	if (mine == SSRC_NONE || all == SSRC_NONE)
		return which == SSRC_CASE_HIGH ? 1 : 0;
	for (uint32_t i = 0; i < m->chain->sets[mine].count; i++)
		for (uint32_t k = 0; k < m->chain->sets[all].count; k++) {
			const ssrc_share *x = &m->chain->shares[m->chain->sets[mine].first + i];
			const ssrc_share *y = &m->chain->shares[m->chain->sets[all].first + k];
			if (x->kind == SSRC_BY_PARTY && y->kind == SSRC_BY_PARTY && x->party == y->party)
				part += ssrc_known(y->share) ? ref_end(y->share, which, false)
							     : which == SSRC_CASE_HIGH;
		}
	return fmin(part, 1);
}

static double ref_weight(const ref_model *m, const ref_need *need, ssrc_mode mode, ssrc_case which)
{
	if (need->variant)
		return ref_part(m, need->user, need->input, which);
	return need->essential == SSRC_CRITICAL    ? 1
	       : need->essential == SSRC_IMPORTANT ? 0.5
	       : need->essential == SSRC_CAPITAL   ? mode == SSRC_MODE_GROW
						   : 0;
}

/* ---- alternates ------------------------------------------------------------------------------------- */

static bool ref_counts(const ref_model *m, const ssrc_alternate *x, const ssrc_cut *cut)
{
	if ((x->state != SSRC_QUALIFIED && x->state != SSRC_IN_USE) || m->blocked[x - m->chain->alternates])
		return false;
	bool market = x->n_markets == 0 && !x->market_eu;
	for (uint32_t c = 0; c < m->chain->n_countries; c++) {
		bool listed = x->market_eu && ssrc_country_is_eu_member(m->chain->countries[c]);
		for (uint32_t k = 0; k < x->n_markets; k++)
			listed |= x->markets[k] == c;
		market |= listed && ref_home_market(m, c);
	}
	if (!market)
		return false;
	if (x->by_party == SSRC_NONE)
		return x->by_item != cut->item;
	const ssrc_party *party = &m->chain->parties[x->by_party];
	uint32_t where = ref_party_country(party, m->basis);
	if (cut->party != SSRC_NONE && party->same_as == cut->party)
		return false;
	return !(cut->countries && where != SSRC_NONE && cut->countries[where]);
}

/* Fraction of the need that an alternate meets before the cut takes some of it. */
static double ref_reach(const ssrc_alternate *x, ssrc_case which)
{
	double low = isnan(x->share.low) ? 0 : x->share.low;
	double high = isnan(x->share.high) ? (which == SSRC_CASE_LOW ? 1 : low) : x->share.high;
	double share = ref_end((ssrc_interval){low, high}, which, true);
	double gap = ssrc_known(x->performance) ? ref_end(x->performance, which, false) : which == SSRC_CASE_HIGH;
	return share * (1 - gap);
}

/* ---- look-through ------------------------------------------------------------------------------------ */

/* The least of a choice that row i begins (or row i alone); *inside: a member is in a circle with the user. */
static double ref_choice(const ref_model *m, uint32_t i, ssrc_case which, const double *total, const double *cover,
			 bool *inside)
{
	double least = INFINITY;
	*inside = false;
	for (uint32_t k = 0; k < m->n_needs; k++) {
		const ref_need *need = &m->needs[k];
		if (k != i && !ref_same_choice(need, &m->needs[i]))
			continue;
		least = fmin(least, ref_weight(m, need, SSRC_MODE_RUN, which) *
					    fmax(0, total[need->input] - cover[need->input]));
		*inside |= m->circle[need->user][need->input];
	}
	return least;
}

static void ref_lookthrough(const ref_model *m, ssrc_case which, const double *share, const double *cover,
			    double *total)
{
	memcpy(total, share, m->n * sizeof *total);
	for (bool again = true; again;) {
		again = false;
		for (uint32_t u = 0; u < m->n; u++) {
			double outside = 0, around = 0;
			for (uint32_t i = 0; i < m->n_needs; i++) {
				bool inside;
				if (m->needs[i].user != u || m->needs[i].variant)
					continue;
				double x = ref_choice(m, i, which, total, cover, &inside);
				if (inside)
					around = fmax(around, x);
				else
					outside = fmax(outside, x);
			}
			double value = fmax(share[u] + (1 - share[u]) * outside, around);
			again |= value > total[u];
			total[u] = fmax(total[u], value);
		}
	}
}

/* Dependence on a block of countries; share[i] is the block's share of item i's own supply. */
static void ref_dependence(const ref_model *m, const bool *block, ssrc_case which, const double *share, double *total)
{
	double cover[REF_ITEMS] = {0};
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = SSRC_NONE};
	for (uint32_t i = 0; i < m->chain->n_alternates; i++) {
		const ssrc_alternate *x = &m->chain->alternates[i];
		if (x->for_item == SSRC_NONE && ref_counts(m, x, &cut))
			cover[x->item] +=
				ref_reach(x, which) * (1 - (x->by_party != SSRC_NONE ? 0 : share[x->by_item]));
	}
	ref_lookthrough(m, which, share, cover, total);
}

static void ref_dependences(ref_model *m)
{
	bool block[REF_COUNTRIES];
	double share[REF_ITEMS], total[REF_ITEMS];
	for (int w = 0; w < SSRC_CASES; w++) {
		for (uint32_t c = 0; c < m->chain->n_countries; c++) {
			for (uint32_t k = 0; k < m->chain->n_countries; k++)
				block[k] = k == c;
			for (uint32_t i = 0; i < m->n; i++)
				share[i] = isnan(m->supply[i].country[w][c]) ? 0 : m->supply[i].country[w][c];
			ref_dependence(m, block, (ssrc_case)w, share, total);
			for (uint32_t i = 0; i < m->n; i++)
				m->depend[w][i][c] = total[i];
		}
		for (uint32_t k = 0; k < m->chain->n_countries; k++)
			block[k] = !m->home->is_country[k];
		for (uint32_t i = 0; i < m->n; i++)
			share[i] = isnan(m->supply[i].foreign[w]) ? m->supply[i].foreign[SSRC_CASE_LOW]
								  : m->supply[i].foreign[w];
		ref_dependence(m, block, (ssrc_case)w, share, total);
		for (uint32_t i = 0; i < m->n; i++)
			m->foreign[w][i] = isnan(m->supply[i].foreign[w]) ? (double)NAN : total[i];
	}
}

/* ---- controls: docs/methods/alternates.md, "Controls" ------------------------------------------------------- */

/* In force, tightening, aimed at the home, not its own; of lists and companies the random packages have none. */
static bool ref_is_aimed(const ref_model *m, const ssrc_event *event)
{
	uint32_t seat = m->home->party == SSRC_NONE ? SSRC_NONE : m->chain->parties[m->home->party].hq;
	bool aimed = event->target_all, kind = strcmp(event->kind, "control") == 0;
	for (uint32_t c = 0; c < m->chain->n_countries; c++) {
		bool own = m->home->is_country[c] || c == seat;
		for (uint32_t i = 0; i < event->n_targets; i++)
			aimed |= own && event->targets[i] == c;
		aimed |= own && event->target_eu && ssrc_country_is_eu_member(m->chain->countries[c]);
		for (uint32_t i = 0; i < event->n_issuers; i++)
			if (own && event->issuers[i] == c)
				return false;
	}
	return kind && event->in_force && event->tighten && aimed;
}

/* The country acts, or the EU for its member. */
static bool ref_acts_for(const ref_model *m, const ssrc_event *event, uint32_t country)
{
	for (uint32_t i = 0; country != SSRC_NONE && i < event->n_issuers; i++)
		if (event->issuers[i] == country || (strcmp(m->chain->countries[event->issuers[i]], "EU") == 0 &&
						     ssrc_country_is_eu_member(m->chain->countries[country])))
			return true;
	return false;
}

static bool ref_has_lever(const ref_model *m, const ssrc_event *event, uint32_t item)
{
	for (uint32_t c = 0; c < m->chain->n_countries; c++)
		if (ref_acts_for(m, event, c) && m->depend[SSRC_CASE_MID][item][c] > 0)
			return true;
	return event->n_issuers == 0;
}

static bool ref_is_blocked(const ref_model *m, const ssrc_alternate *x, const ssrc_event *event)
{
	bool on_any = false, under = false, every = true;
	uint32_t named = x->by_item != SSRC_NONE ? x->by_item : x->item;
	bool names = false;
	for (uint32_t i = 0; i < event->n_items; i++)
		names |= event->items[i] == named;
	if (!names || !ref_is_aimed(m, event))
		return false;
	if (x->by_item != SSRC_NONE)
		return ref_has_lever(m, event, x->by_item);
	const ssrc_party *party = &m->chain->parties[x->by_party];
	for (uint32_t i = 0; i < party->n_sites; i++)
		every &= ref_acts_for(m, event, party->sites[i]);
	under = (party->n_sites > 0 && every) || ref_acts_for(m, event, party->hq) ||
		ref_acts_for(m, event, party->parent);
	for (uint32_t i = 0; i < m->n; i++)
		on_any |= ref_has_lever(m, event, i);
	return under && on_any;
}

/* From nothing blocked upwards, until dependence and what is blocked agree. */
static void ref_controls(ref_model *m)
{
	for (bool again = true; again;) {
		again = false;
		ref_dependences(m);
		for (uint32_t i = 0; i < m->chain->n_alternates; i++)
			for (uint32_t e = 0; e < m->chain->n_events && !m->blocked[i]; e++)
				if (ref_is_blocked(m, &m->chain->alternates[i], &m->chain->events[e]))
					again = m->blocked[i] = true;
	}
}

/* ---- routes ------------------------------------------------------------------------------------------- */

static uint32_t ref_makers(const ref_model *m, uint32_t item)
{
	uint32_t s = m->supply[item].firms != SSRC_NONE ? m->supply[item].firms : m->supply[item].countries;
	uint32_t makers = 0, rows = 0;
	if (s == SSRC_NONE)
		return SSRC_NONE;
	for (uint32_t i = m->chain->sets[s].first; i < m->chain->sets[s].first + m->chain->sets[s].count; i++) {
		const ssrc_share *row = &m->chain->shares[i];
		if (row->kind == SSRC_BY_VARIOUS)
			continue;
		rows++;
		if (row->kind != SSRC_BY_COUNTRY && !(row->share.high == 0))
			makers += row->kind == SSRC_BY_JOINT ? row->n_members : 1;
	}
	return rows == 0 ? REF_ROUTES_MANY : makers ? makers : SSRC_NONE;
}

static void ref_build_routes(ref_model *m)
{
	for (uint32_t i = 0; i < m->n; i++)
		m->routes[i] = ref_makers(m, i);
	for (bool again = true; again;) {
		again = false;
		for (uint32_t i = 0; i < m->n_needs; i++) {
			uint64_t sum = 0;
			bool binding = !m->needs[i].variant;
			for (uint32_t k = 0; k < m->n_needs; k++)
				if (k == i || ref_same_choice(&m->needs[k], &m->needs[i])) {
					binding &= m->needs[k].essential == SSRC_CRITICAL;
					binding &= m->routes[m->needs[k].input] != SSRC_NONE; /* unknown binds nobody */
					sum += m->routes[m->needs[k].input];
				}
			if (sum > REF_ROUTES_MANY)
				sum = REF_ROUTES_MANY;
			if (binding && sum < m->routes[m->needs[i].user]) {
				m->routes[m->needs[i].user] = (uint32_t)sum;
				again = true;
			}
		}
	}
}

static ref_model *ref_build(const ssrc_chain *chain, const ssrc_home *home, ssrc_basis basis)
{
	ref_model *m = calloc(1, sizeof *m);
	if (!m || chain->n_items > REF_ITEMS || chain->n_countries > REF_COUNTRIES || chain->n_needs * 4 > REF_NEEDS ||
	    chain->n_alternates > REF_ALTERNATES) {
		free(m);
		return NULL;
	}
	m->chain = chain;
	m->home = home;
	m->basis = basis;
	m->n = chain->n_items;
	for (uint32_t i = 0; i < m->n; i++)
		ref_supply_of(m, i);
	ref_build_needs(m);
	ref_build_routes(m);
	ref_controls(m);
	return m;
}

/* ---- loss if cut ---------------------------------------------------------------------------------------- */

typedef struct ref_loss {
	double weeks, value, tts, ttr, gross, own, cover;
	double product[REF_ITEMS]; /* weeks lost, products only */
} ref_loss;

typedef struct ref_time {
	const ref_model *m;
	const ssrc_cut *cut;
	ssrc_case which;
	ssrc_mode mode;
	long double t[REF_TIMES]; /* lines of the grid; cell k is [t[k], t[k+1]) */
	uint32_t cells;
	long double lost[REF_ITEMS], recovery[REF_ITEMS]; /* of sources, else 0 */
	long double inputs[REF_ITEMS][REF_TIMES], made[REF_ITEMS][REF_TIMES], reaches[REF_ITEMS][REF_TIMES];
	bool refined;
} ref_time;

static void ref_line(ref_time *x, long double t)
{
	uint32_t at = 0;
	while (at <= x->cells && x->t[at] < t)
		at++;
	if ((at <= x->cells && x->t[at] - t < 1e-13L) || (at > 0 && t - x->t[at - 1] < 1e-13L) ||
	    x->cells + 2 >= REF_TIMES)
		return;
	memmove(x->t + at + 1, x->t + at, (x->cells + 1 - at) * sizeof *x->t);
	x->t[at] = t;
	x->cells++;
}

/* Share of an item's supply that the cut takes. */
static double ref_lost(const ref_model *m, uint32_t item, const ssrc_cut *cut, ssrc_case which)
{
	const ref_supply *s = &m->supply[item];
	double low = 0, mid = 0, high = 0, others = 0;
	if (cut->countries) {
		for (uint32_t c = 0; c < m->chain->n_countries; c++) {
			low += cut->countries[c] ? s->country[SSRC_CASE_LOW][c] : 0;
			mid += cut->countries[c] ? s->country[SSRC_CASE_MID][c] : 0;
			high += cut->countries[c] ? s->country[SSRC_CASE_HIGH][c] : 0;
			others += cut->countries[c] ? 0 : s->country[SSRC_CASE_LOW][c];
		}
		high = fmax(fmin(high, 1 - others), isnan(mid) ? low : mid);
	} else if (cut->party != SSRC_NONE) {
		for (uint32_t i = 0; s->firms != SSRC_NONE && i < m->chain->sets[s->firms].count; i++) {
			const ssrc_share *row = &m->chain->shares[m->chain->sets[s->firms].first + i];
			bool known = ssrc_known(row->share),
			     member = row->kind == SSRC_BY_PARTY && row->party == cut->party;
			bool joint = false;
			for (uint32_t k = 0; row->kind == SSRC_BY_JOINT && k < row->n_members; k++)
				joint |= m->chain->parties[row->members[k]].same_as == cut->party;
			if (!member && !joint)
				continue;
			low += member && known ? row->share.low : 0;
			mid += known ? (row->share.low + row->share.high) / 2 / (member ? 1 : row->n_members) : 0;
			high += known ? row->share.high : 1;
		}
	} else {
		return 1;
	}
	double lost = which == SSRC_CASE_LOW ? low : which == SSRC_CASE_MID ? mid : high;
	return lost > 1 ? 1 : lost;
}

/* What alternates bring of `item` at time t, those that serve anybody and those for `user` only. */
static double ref_cover(const ref_time *x, uint32_t item, uint32_t user, long double t)
{
	const ref_model *m = x->m;
	double cover = 0;
	for (uint32_t i = 0; i < m->chain->n_alternates; i++) {
		const ssrc_alternate *alternate = &m->chain->alternates[i];
		double week = ssrc_known(alternate->weeks) ? ref_end(alternate->weeks, x->which, false)
			      : x->which == SSRC_CASE_LOW  ? 0
							   : (double)INFINITY;
		if (alternate->item != item || (alternate->for_item != SSRC_NONE && alternate->for_item != user) ||
		    !ref_counts(m, alternate, x->cut) || week > (double)t + 1e-12)
			continue;
		double lost = 0;
		for (uint32_t c = 0; alternate->by_party == SSRC_NONE && x->cut->countries && c < m->chain->n_countries;
		     c++)
			lost += x->cut->countries[c] ? m->depend[x->which][alternate->by_item][c] : 0;
		cover += ref_reach(alternate, x->which) * (1 - fmin(lost, 1));
	}
	return cover;
}

/* Shortage by the cut itself in a cell, for one user (SSRC_NONE = any). Slivers of rounding are no shortage. */
static long double ref_source(const ref_time *x, uint32_t item, uint32_t user, uint32_t cell)
{
	if (x->t[cell] > x->recovery[item] - 1e-13L)
		return 0;
	long double height = x->lost[item] - (long double)ref_cover(x, item, user, x->t[cell]);
	return height > 1e-12L ? height : 0;
}

/* Uses up a stock; asks for a finer grid where it ends inside a cell. */
static void ref_absorb(ref_time *x, uint32_t item, const long double *in, long double *out)
{
	const ssrc_item *it = &x->m->chain->items[item];
	long double left = ssrc_known(it->stock)       ? (long double)ref_end(it->stock, x->which, true)
			   : x->which == SSRC_CASE_LOW ? (long double)INFINITY
						       : 0;
	for (uint32_t k = 0; k < x->cells; k++) {
		long double length = x->t[k + 1] - x->t[k];
		out[k] = 0;
		if (in[k] * length <= left + 1e-13L) {
			left -= in[k] * length;
			continue;
		}
		if (left / in[k] > 1e-12L && length - left / in[k] > 1e-12L) {
			ref_line(x, x->t[k] + left / in[k]);
			x->refined = true;
			return;
		}
		out[k] = left / in[k] > length / 2 ? 0 : in[k];
		left = 0;
	}
}

/* What `user` misses of an input: alternates for this user alone count against the cut, not against missing inputs. */
static void ref_seen(ref_time *x, const ref_need *need, long double *out)
{
	uint32_t input = need->input;
	bool special = false;
	for (uint32_t i = 0; i < x->m->chain->n_alternates; i++)
		special |=
			x->m->chain->alternates[i].item == input && x->m->chain->alternates[i].for_item == need->user;
	if (!special || !(x->lost[input] > 0)) {
		memcpy(out, x->reaches[input], x->cells * sizeof *out);
		return;
	}
	long double made[REF_TIMES];
	for (uint32_t k = 0; k < x->cells; k++)
		made[k] = fmaxl(ref_source(x, input, need->user, k), x->inputs[input][k]);
	ref_absorb(x, input, made, out);
}

static void ref_inputs(ref_time *x, uint32_t item, long double *out)
{
	long double seen[REF_TIMES], least[REF_TIMES];
	memset(out, 0, x->cells * sizeof *out);
	for (uint32_t i = 0; i < x->m->n_needs && !x->refined; i++) {
		if (x->m->needs[i].user != item)
			continue;
		for (uint32_t k = 0; k < x->cells; k++)
			least[k] = (long double)INFINITY;
		for (uint32_t j = 0; j < x->m->n_needs && !x->refined; j++) {
			const ref_need *need = &x->m->needs[j];
			if (j != i && !ref_same_choice(need, &x->m->needs[i]))
				continue;
			ref_seen(x, need, seen);
			double weight = ref_weight(x->m, need, x->mode, x->which);
			for (uint32_t k = 0; k < x->cells; k++)
				least[k] = fminl(least[k], weight * seen[k]);
		}
		for (uint32_t k = 0; k < x->cells; k++)
			out[k] = fmaxl(out[k], least[k]);
	}
}

/* One fix-point on the grid as it is; false if a stock ran out inside a cell and the grid was refined. */
static bool ref_settle(ref_time *x)
{
	x->refined = false;
	for (uint32_t i = 0; i < x->m->n; i++)
		for (uint32_t k = 0; k < x->cells; k++)
			x->inputs[i][k] = x->made[i][k] = x->reaches[i][k] = 0;
	for (bool again = true; again;) {
		again = false;
		for (uint32_t i = 0; i < x->m->n; i++) {
			long double before[REF_TIMES];
			memcpy(before, x->reaches[i], x->cells * sizeof *before);
			ref_inputs(x, i, x->inputs[i]);
			for (uint32_t k = 0; k < x->cells && !x->refined; k++)
				x->made[i][k] =
					fmaxl(x->lost[i] > 0 ? ref_source(x, i, SSRC_NONE, k) : 0, x->inputs[i][k]);
			if (!x->refined)
				ref_absorb(x, i, x->made[i], x->reaches[i]);
			if (x->refined)
				return false;
			for (uint32_t k = 0; k < x->cells; k++)
				again |= before[k] != x->reaches[i][k];
		}
	}
	return true;
}

static long double ref_area(const ref_time *x, const long double *f)
{
	long double area = 0;
	for (uint32_t k = 0; k < x->cells; k++)
		area += f[k] * (x->t[k + 1] - x->t[k]);
	return area;
}

static void ref_measure(ref_time *x, ref_loss *out)
{
	const ssrc_chain *chain = x->m->chain;
	bool valued = false;
	out->weeks = out->value = 0;
	for (uint32_t i = 0; i < x->m->n; i++) {
		if (!chain->items[i].product)
			continue;
		out->product[i] = (double)ref_area(x, x->made[i]);
		out->weeks = fmax(out->weeks, out->product[i]);
		if (out->product[i] > 0 && !isnan(chain->items[i].value_per_week)) {
			out->value += out->product[i] * chain->items[i].value_per_week;
			valued = true;
		}
	}
	out->value = valued ? out->value : (double)NAN;
	uint32_t item = x->cut->item;
	out->tts = INFINITY;
	out->ttr = 0;
	if (item == SSRC_NONE || !(x->lost[item] > 0))
		return;
	long double own[REF_TIMES];
	for (uint32_t k = 0; k < x->cells; k++)
		own[k] = ref_source(x, item, SSRC_NONE, k);
	out->gross = (double)(x->lost[item] * x->recovery[item]);
	out->own = (double)ref_area(x, own);
	const long double *felt = chain->items[item].product ? own : x->reaches[item];
	for (uint32_t k = x->cells; k-- > 0;) {
		if (felt[k] > 0)
			out->tts = (double)x->t[k];
		if (own[k] > 0 && out->ttr == 0)
			out->ttr = (double)x->t[k + 1];
	}
}

static bool ref_make_source(ref_time *x, uint32_t item)
{
	const ssrc_item *it = &x->m->chain->items[item];
	double lost = ref_lost(x->m, item, x->cut, x->which);
	if (isnan(lost) || (lost > 0 && !ssrc_known(it->recovery)))
		return false;
	x->lost[item] = lost;
	x->recovery[item] = lost > 0 ? ref_end(it->recovery, x->which, false) : 0;
	return true;
}

/* out->weeks NaN: unknown. */
/* Something of the item ends in a product along needs that lose output. */
static bool ref_leads(const ref_model *m, uint32_t item, ssrc_mode mode)
{
	bool leads[REF_ITEMS] = {false};
	for (uint32_t i = 0; i < m->n; i++)
		leads[i] = m->chain->items[i].product;
	for (bool again = true; again;) {
		again = false;
		for (uint32_t k = 0; k < m->n_needs; k++) {
			const ref_need *need = &m->needs[k];
			bool loses = need->variant || ref_weight(m, need, mode, SSRC_CASE_MID) > 0;
			if (loses && leads[need->user] && !leads[need->input])
				again = leads[need->input] = true;
		}
	}
	return leads[item];
}

static void ref_loss_if_cut(ref_loss *out, const ref_model *m, const ssrc_cut *cut, ssrc_case which, ssrc_mode mode)
{
	static ref_time time;
	ref_time *x = &time;
	*out = (ref_loss){.weeks = NAN, .value = NAN, .tts = NAN, .ttr = NAN};
	memset(x->lost, 0, sizeof x->lost);
	memset(x->recovery, 0, sizeof x->recovery);
	x->m = m;
	x->cut = cut;
	x->which = which;
	x->mode = mode;
	bool known = true;
	uint32_t left_out = 0;
	for (uint32_t i = 0; i < m->n; i++) {
		if (cut->item == SSRC_NONE && cut->countries && !(ref_lost(m, i, cut, SSRC_CASE_MID) > 0))
			continue; /* the countries are not named for it */
		if (cut->item == SSRC_NONE || cut->item == i) {
			bool found = ref_make_source(x, i);
			known &= found;
			left_out += !found && ref_leads(m, i, mode);
		}
	}
	if (cut->item != SSRC_NONE) {
		out->cover = ref_cover(x, cut->item, SSRC_NONE, 1e9L);
		if (!known)
			return;
	}
	x->t[0] = x->t[1] = 0;
	for (uint32_t i = 0; i < m->n; i++)
		x->t[1] = fmaxl(x->t[1], x->recovery[i]);
	x->cells = x->t[1] > 0;
	for (uint32_t i = 0; i < m->n && x->cells; i++)
		if (x->recovery[i] > 0)
			ref_line(x, x->recovery[i]);
	for (uint32_t i = 0; i < m->chain->n_alternates && x->cells; i++) {
		const ssrc_alternate *alternate = &m->chain->alternates[i];
		double week = ssrc_known(alternate->weeks) ? ref_end(alternate->weeks, which, false) : 0;
		if (week > 0 && week < (double)x->t[x->cells])
			ref_line(x, week);
	}
	while (!ref_settle(x))
		;
	ref_measure(x, out);
	if (cut->item == SSRC_NONE && left_out > 0 &&
	    (which == SSRC_CASE_HIGH || (which == SSRC_CASE_MID && out->weeks == 0)))
		out->weeks = NAN;
}

/* ---- rules --------------------------------------------------------------------------------------------- */

/* Strong Kleene logic by numbers: false 0, unknown 1/2, true 1; all = least, any = greatest. */
static double ref_truth(const ssrc_condition *condition, const ssrc_estimate *facts)
{
	if (condition->kind == SSRC_TEST) {
		bool rising = condition->op == SSRC_AT_LEAST || condition->op == SSRC_ABOVE;
		const double *at = facts[condition->fact].at;
		double x = condition->at == SSRC_CENTRAL   ? at[SSRC_CASE_MID]
			   : condition->at == SSRC_CERTAIN ? at[rising ? SSRC_CASE_LOW : SSRC_CASE_HIGH]
							   : at[rising ? SSRC_CASE_HIGH : SSRC_CASE_LOW];
		if (isnan(x))
			return 0.5;
		return condition->op == SSRC_AT_LEAST  ? x >= condition->value
		       : condition->op == SSRC_ABOVE   ? x > condition->value
		       : condition->op == SSRC_AT_MOST ? x <= condition->value
						       : x < condition->value;
	}
	double truth = condition->kind == SSRC_ALL;
	for (const ssrc_condition *child = condition->first; child; child = child->next) {
		double x = ref_truth(child, facts);
		truth = condition->kind == SSRC_ALL ? fmin(truth, x) : fmax(truth, x);
	}
	return truth;
}

#endif
