/* Which share set to compute with, and what it says by country. docs/methods/dependence.md */
#include "assess.h"

#include <math.h>
#include <string.h>

/* Sums of shares that differ by less are equal: the order of adding up decides nothing. */
static const double ROUNDING = 1e-9, HALF = 0.5 - 1e-9;

/* ---- choosing a set -------------------------------------------------------------------------------- */

/* 0 fits the basis, 1 by the makers' attributes, 2 another basis in its place. */
static int basis_fit(const ssrc_share_set *set, ssrc_basis basis)
{
	if (set->parties)
		return basis == SSRC_BASIS_HQ || basis == SSRC_BASIS_PARENT ? 0 : set->basis == basis ? 0 : 1;
	if (set->basis == basis)
		return 0;
	/* For raw materials the place of origin is the only thing recorded. */
	return set->basis == SSRC_BASIS_ORIGIN && basis == SSRC_BASIS_SITE ? 1 : 2;
}

typedef struct set_score {
	int market, main, fit, known, year;
} set_score;

static set_score score_set(const ssrc_share_set *set, ssrc_basis basis, bool firms)
{
	return (set_score){
		.market = set->market == SSRC_NONE,
		.main = !set->main,
		.fit = firms ? 0 : basis_fit(set, basis),
		.known = set->known_low < HALF,
		.year = -set->year,
	};
}

static bool better(const set_score *x, const set_score *y)
{
	/* What the authors chose; what says something; the home's own market; the basis asked for; the newest. */
	const int p[] = {x->main, x->known, x->market, x->fit, x->year},
		  q[] = {y->main, y->known, y->market, y->fit, y->year};
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		if (p[i] != q[i])
			return p[i] < q[i];
	return false; /* the first in canonical order stays */
}

bool ssrc_home_market(const ssrc_assessment *a, uint32_t country)
{
	if (a->home.party != SSRC_NONE)
		return a->chain->parties[a->home.party].hq == country;
	return a->home.is_country[country];
}

static uint32_t choose_set(const ssrc_assessment *a, uint32_t item, ssrc_basis basis, bool firms)
{
	const ssrc_chain *chain = a->chain;
	const ssrc_item *it = &chain->items[item];
	uint32_t best = SSRC_NONE;
	set_score best_score = {0};
	for (uint32_t s = it->first_set; s < it->first_set + it->n_sets; s++) {
		const ssrc_share_set *set = &chain->sets[s];
		if (set->context || (firms && !set->parties))
			continue;
		if (set->market != SSRC_NONE && !ssrc_home_market(a, set->market))
			continue;
		set_score score = score_set(set, basis, firms);
		if (best == SSRC_NONE || better(&score, &best_score)) {
			best = s;
			best_score = score;
		}
	}
	return best;
}

bool ssrc_supply_is_named(const ssrc_supply *supply)
{
	return supply->country_set != SSRC_NONE && supply->unknown.at[SSRC_CASE_MID] <= 1 - HALF;
}

/* ---- by country ------------------------------------------------------------------------------------ */

uint32_t ssrc_party_country(const ssrc_party *party, ssrc_basis basis)
{
	switch (basis) {
	case SSRC_BASIS_SITE:
		if (party->n_sites == 1)
			return party->sites[0];
		return party->n_sites == 0 ? party->hq : SSRC_NONE;
	case SSRC_BASIS_PARENT: return party->parent;
	case SSRC_BASIS_HQ:
	case SSRC_BASIS_ORIGIN:
	case SSRC_BASIS_COUNT: break;
	}
	return party->hq;
}

enum { PLACES_MAX = 64 };

static uint32_t add_place(uint32_t *places, uint32_t n, uint32_t country)
{
	for (uint32_t i = 0; i < n; i++)
		if (places[i] == country)
			return n;
	if (n < PLACES_MAX)
		places[n++] = country;
	return n;
}

/* Where one party may make its share: one country, several sites, or 0 = unknown. */
static uint32_t party_places(const ssrc_party *party, ssrc_basis basis, uint32_t *places, uint32_t n)
{
	if (basis == SSRC_BASIS_SITE && party->n_sites > 1) {
		for (uint32_t i = 0; i < party->n_sites; i++)
			n = add_place(places, n, party->sites[i]);
		return n;
	}
	uint32_t country = ssrc_party_country(party, basis);
	return country == SSRC_NONE ? 0 : add_place(places, n, country);
}

/* "EU" says nothing of the single member that is a home. */
static bool union_of_home(const ssrc_assessment *a, uint32_t country)
{
	if (strcmp(a->chain->countries[country], "EU") != 0 || a->home.is_country[country])
		return false;
	for (uint32_t c = 0; c < a->chain->n_countries; c++)
		if (a->home.is_country[c] && ssrc_country_is_eu_member(a->chain->countries[c]))
			return true;
	return false;
}

/* The countries that a share row is divided among on the basis, nobody knows how; 0 = not even they are known. */
static uint32_t share_places(const ssrc_assessment *a, const ssrc_share *share, uint32_t places[PLACES_MAX])
{
	uint32_t n = 0;
	switch (share->kind) {
	case SSRC_BY_COUNTRY: return union_of_home(a, share->country) ? 0 : add_place(places, 0, share->country);
	case SSRC_BY_PARTY: return party_places(&a->chain->parties[share->party], a->basis, places, 0);
	case SSRC_BY_JOINT:
		for (uint32_t m = 0; m < share->n_members; m++) {
			uint32_t before = n;
			n = party_places(&a->chain->parties[share->members[m]], a->basis, places, n);
			if (n == 0 || n < before)
				return 0; /* a member's place is unknown */
		}
		return n;
	case SSRC_BY_VARIOUS: break;
	}
	return 0;
}

/* The part of a row that is the home's: none, all, or something between (*some). */
static bool home_holds(const ssrc_assessment *a, const ssrc_share *share, const uint32_t *places, uint32_t n,
		       bool *some)
{
	uint32_t home = 0;
	if (a->home.party != SSRC_NONE) {
		bool own = share->kind == SSRC_BY_PARTY && share->party == a->home.party;
		*some = own;
		for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++)
			*some |= a->chain->parties[share->members[m]].same_as == a->home.party;
		return own;
	}
	for (uint32_t i = 0; i < n; i++)
		home += a->home.is_country[places[i]];
	*some = home > 0;
	return n > 0 && home == n;
}

static double clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static double middle(ssrc_interval share)
{
	return isnan(share.low) ? 0 : (share.low + share.high) / 2;
}

/* Sums over the rows of a set. A row with one place is that country's; one with several is shared by them in a way
 * nobody knows; one without is anybody's. */
typedef struct set_sums {
	double placed_low, placed_mid; /* rows with one place or several */
	double away_low;               /* rows no part of which is the home's */
	double home_low, home_mid;
	double unplaced_high;      /* rows without a place, `various` aside */
	double other_low[26 * 26]; /* per country: lows of rows that have no part in it */
	bool spoken_for[26 * 26];  /* countries with a row of their own: nobody else's share is theirs */
} set_sums;

static void sum_row(const ssrc_assessment *a, const ssrc_share *share, ssrc_estimate *country, set_sums *sums)
{
	uint32_t places[PLACES_MAX];
	double low = isnan(share->share.low) ? 0 : share->share.low, mid = middle(share->share);
	double high = isnan(share->share.high) ? 1 : share->share.high;
	bool some = false;
	uint32_t n = share_places(a, share, places);
	bool all = home_holds(a, share, places, n, &some);
	if (n == 0 && !some) {
		sums->unplaced_high += share->kind == SSRC_BY_VARIOUS ? 0 : high;
		return;
	}
	sums->placed_low += low;
	sums->placed_mid += mid;
	sums->home_low += all ? low : 0;
	sums->away_low += some ? 0 : low;
	double home_part = 0;
	for (uint32_t i = 0; i < n; i++)
		home_part += a->home.party == SSRC_NONE && a->home.is_country[places[i]] ? 1.0 / n : 0;
	if (a->home.party != SSRC_NONE && some)
		home_part = all ? 1 : 1.0 / share->n_members;
	sums->home_mid += mid * home_part;
	/* A company does not depend on the country it sits in for what it makes itself. */
	for (uint32_t i = 0; i < n && !(all && a->home.party != SSRC_NONE); i++) {
		ssrc_estimate *e = &country[places[i]];
		e->at[SSRC_CASE_LOW] += n == 1 ? low : 0;
		e->at[SSRC_CASE_MID] += mid / n;
		e->at[SSRC_CASE_HIGH] += high;
		sums->other_low[places[i]] -= low; /* taken back from the sum of all below */
		sums->spoken_for[places[i]] |= share->kind == SSRC_BY_COUNTRY;
	}
}

static void sum_set(const ssrc_assessment *a, const ssrc_share_set *set, ssrc_estimate *country, set_sums *sums)
{
	for (uint32_t i = set->first; i < set->first + set->count; i++)
		sum_row(a, &a->chain->shares[i], country, sums);
	for (uint32_t c = 0; c < a->chain->n_countries; c++)
		sums->other_low[c] += sums->placed_low;
}

/* A country's true share lies between the sum of its lows and what the lows of rows without it leave; where a row
 * speaks for the country itself, at most the sum of its highs and of rows without a place. */
static void bound_countries(const ssrc_assessment *a, const set_sums *sums, ssrc_estimate *country)
{
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		ssrc_estimate *e = &country[c];
		double low = clamp(e->at[SSRC_CASE_LOW], 0, 1), stated = e->at[SSRC_CASE_HIGH] + sums->unplaced_high;
		double left = clamp(1 - sums->other_low[c], low, 1);
		e->at[SSRC_CASE_LOW] = low;
		e->at[SSRC_CASE_HIGH] = sums->spoken_for[c] ? clamp(stated, low, left) : left;
		e->at[SSRC_CASE_MID] = clamp(e->at[SSRC_CASE_MID], e->at[SSRC_CASE_LOW], e->at[SSRC_CASE_HIGH]);
	}
}

/* The most that the home can hold where rows speak for all its countries; 1 where it stands nowhere. */
static double home_stated(const ssrc_assessment *a, const set_sums *sums, const ssrc_supply *supply)
{
	double stated = 0;
	bool any = false;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		if (!a->home.is_country[c])
			continue;
		if (!sums->spoken_for[c])
			return 1;
		any = true;
		stated += supply->country[c].at[SSRC_CASE_HIGH];
	}
	return any ? stated : 1;
}

static void summarise(const ssrc_assessment *a, const set_sums *sums, ssrc_supply *out)
{
	double home_low = clamp(sums->home_low, 0, 1);
	double home_high = clamp(1 - sums->away_low, home_low, 1);
	if (a->home.party == SSRC_NONE)
		home_high = clamp(home_stated(a, sums, out), home_low, home_high);
	/* What has no place is shared out like what has one; with less than half placed the middle is a guess: unknown.
	 */
	double home_mid =
		sums->placed_mid >= HALF ? clamp(sums->home_mid / sums->placed_mid, home_low, home_high) : (double)NAN;
	out->home = (ssrc_estimate){{home_low, home_mid, home_high}};
	out->foreign = (ssrc_estimate){{1 - home_high, 1 - home_mid, 1 - home_low}};
	double unknown = clamp(1 - sums->placed_mid, 0, 1);
	out->unknown = (ssrc_estimate){{0, unknown, clamp(1 - sums->placed_low, 0, 1)}};
	double best = 0;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		double mid = out->country[c].at[SSRC_CASE_MID];
		bool home = a->home.party == SSRC_NONE && a->home.is_country[c];
		if (!home && mid > best + ROUNDING) {
			best = mid;
			out->top_foreign = c;
		}
	}
}

ssrc_status ssrc_supply_build(ssrc_supply *out, const ssrc_assessment *a, uint32_t item, ssrc_arena *arena,
			      ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	*out = (ssrc_supply){
		.firm_set = choose_set(a, item, a->basis, true),
		.country_set = choose_set(a, item, a->basis, false),
		.home = {{0, (double)NAN, 1}},
		.foreign = {{0, (double)NAN, 1}},
		.unknown = {{0, 1, 1}},
		.top_foreign = SSRC_NONE,
	};
	out->country = ssrc_arena_array(arena, (size_t)chain->n_countries + 1, sizeof *out->country);
	if (!out->country)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	if (out->country_set == SSRC_NONE) {
		for (uint32_t c = 0; c < chain->n_countries; c++)
			out->country[c] = (ssrc_estimate){{0, (double)NAN, 1}};
		return SSRC_OK;
	}
	const ssrc_share_set *set = &chain->sets[out->country_set];
	set_sums sums = {0};
	sum_set(a, set, out->country, &sums);
	bound_countries(a, &sums, out->country);
	summarise(a, &sums, out);
	out->basis_replaced = basis_fit(set, a->basis) == 2;
	out->home_market = set->market != SSRC_NONE;
	return SSRC_OK;
}

/* ---- looked through --------------------------------------------------------------------------------- */

/* The part of an item's inputs that stops: the worst single input, or of a choice the least affected member; apart
 * for inputs that need the item themselves (*around). */
static double input_dependence(const ssrc_network *net, uint32_t item, ssrc_case which, const double *total,
			       const double *cover, double *around)
{
	double worst = 0;
	*around = 0;
	for (uint32_t e = net->start[item]; e < net->start[item + 1]; e++) {
		const ssrc_edge *edge = &net->edges[e];
		if (edge->from_variant)
			continue;
		double weight = ssrc_edge_weight(edge, SSRC_MODE_RUN, which);
		double reach = weight * fmax(0, total[edge->input] - cover[edge->input]);
		bool inside = net->component[edge->input] == net->component[item];
		if (edge->group != SSRC_NONE) {
			if (edge->group != e - net->start[item])
				continue; /* the choice was taken at its first member */
			for (uint32_t k = e + 1; k < net->start[item + 1]; k++) {
				const ssrc_edge *other = &net->edges[k];
				if (other->from_variant || other->group != edge->group)
					continue;
				double w = ssrc_edge_weight(other, SSRC_MODE_RUN, which);
				double r = w * fmax(0, total[other->input] - cover[other->input]);
				inside |= net->component[other->input] == net->component[item];
				if (r < reach)
					reach = r;
			}
		}
		double *into = inside ? around : &worst;
		if (reach > *into)
			*into = reach;
	}
	return worst;
}

void ssrc_lookthrough(const ssrc_assessment *a, ssrc_case which, const double *share, const double *cover,
		      double *total)
{
	const ssrc_network *net = &a->network;
	memcpy(total, share, net->n * sizeof *total);
	/* Inputs stand before users, so one pass is enough but inside circles. What comes round a circle is taken as it
	 * is and not added to the item's own part: else any part, however small, would grow to the whole. */
	for (uint32_t first = 0; first < net->n;) {
		uint32_t last = first;
		while (last < net->n && net->component[net->order[last]] == net->component[net->order[first]])
			last++;
		for (bool again = true; again;) {
			again = false;
			for (uint32_t k = first; k < last; k++) {
				uint32_t i = net->order[k];
				double around, outside = input_dependence(net, i, which, total, cover, &around);
				double value = fmax(share[i] + (1 - share[i]) * outside, around);
				if (value > total[i]) {
					total[i] = value;
					again = last - first > 1;
				}
			}
		}
		first = last;
	}
}
