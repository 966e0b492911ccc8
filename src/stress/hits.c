/* What a scenario takes of which item, week by week. docs/methods/stress.md */
#include "simulate.h"

#include <math.h>
#include <string.h>

/* Less than this of a supply is rounding. */
static const double SLIVER = 1e-12;

/* ---- uncertain numbers ------------------------------------------------------------------------------------- */

uint64_t ssrc_sim_number(ssrc_input_kind kind, const char *a, const char *b, const char *c)
{
	uint64_t h = ssrc_hash_quick(a, strlen(a));
	h = ssrc_random_bits(h, 1, ssrc_hash_quick(b, strlen(b)));
	return ssrc_random_bits(h, (uint64_t)kind + 2, ssrc_hash_quick(c, strlen(c)));
}

uint32_t ssrc_sim_add_input(ssrc_sim_hits *hits, ssrc_sim_input input)
{
	hits->inputs[hits->n_inputs] = input;
	return hits->n_inputs++;
}

double ssrc_sim_value(const ssrc_sim_input *input, uint32_t index, const ssrc_sim_run *run, uint64_t seed)
{
	if (index == run->input)
		return input->at.at[run->end];
	if (!run->drawn)
		return input->at.at[run->which];
	if (!(input->low < input->high))
		return isnan(input->low) ? input->at.at[SSRC_CASE_MID] : input->low;
	return input->low + ssrc_random_unit(seed, run->number, input->number) * (input->high - input->low);
}

/* By case and for draws; `good`: a high value helps. Unknown: the three values given. */
static ssrc_sim_input interval_input(ssrc_interval x, bool good, const double unknown[SSRC_CASES])
{
	ssrc_sim_input input = {.low = x.low, .high = x.high, .item = SSRC_NONE, .index = SSRC_NONE};
	if (ssrc_known(x)) {
		input.at = (ssrc_estimate){{good ? x.high : x.low, (x.low + x.high) / 2, good ? x.low : x.high}};
		return input;
	}
	input.low = input.high = (double)NAN;
	memcpy(input.at.at, unknown, sizeof input.at.at);
	return input;
}

static const double ZERO[SSRC_CASES] = {0, 0, 0};

uint32_t ssrc_sim_alternate_inputs(ssrc_sim_hits *hits, uint32_t alternate)
{
	const ssrc_chain *chain = hits->a->chain;
	const ssrc_alternate *x = &chain->alternates[alternate];
	const char *item = chain->items[x->item].id,
		   *user = x->for_item == SSRC_NONE ? "" : chain->items[x->for_item].id;
	const char *by = x->by_item != SSRC_NONE ? chain->items[x->by_item].id : chain->parties[x->by_party].id;
	/* A share nobody states is all of the need in the best case, what is certain otherwise. */
	double low = isnan(x->share.low) ? 0 : x->share.low;
	bool open = isnan(x->share.high);
	double high = open ? low : x->share.high;
	ssrc_sim_input share = {.at = {{open ? 1 : high, (low + high) / 2, low}}, .low = low, .high = high};
	ssrc_sim_input gap = interval_input(x->performance, false, (const double[SSRC_CASES]){0, 0, 1});
	ssrc_sim_input weeks =
		interval_input(x->weeks, false, (const double[SSRC_CASES]){0, (double)INFINITY, (double)INFINITY});
	ssrc_sim_input *const all[] = {&share, &gap, &weeks};
	static const ssrc_input_kind kinds[] = {SSRC_INPUT_COVER, SSRC_INPUT_GAP, SSRC_INPUT_COVER_WEEKS};
	uint32_t first = hits->n_inputs;
	for (int k = 0; k < 3; k++) {
		all[k]->kind = kinds[k];
		all[k]->item = x->item;
		all[k]->index = alternate;
		all[k]->number = ssrc_sim_number(kinds[k], item, by, user);
		ssrc_sim_add_input(hits, *all[k]);
	}
	return first;
}

/* ---- cuts --------------------------------------------------------------------------------------------------- */

/* Whom a measure is aimed at: as for controls in force, but it need not be in force, for a scenario may suppose it. */
static bool measure_reaches(const ssrc_assessment *a, const ssrc_event *event)
{
	const ssrc_chain *chain = a->chain;
	uint32_t seat = a->home.party == SSRC_NONE ? SSRC_NONE : chain->parties[a->home.party].hq;
	for (uint32_t i = 0; i < event->n_issuers; i++)
		if (a->home.is_country[event->issuers[i]] || event->issuers[i] == seat)
			return false;
	/* A listing that names parties hits these, not every company with their seat. */
	if (a->home.party != SSRC_NONE && event->n_parties > 0 && strcmp(event->kind, "listing") == 0) {
		for (uint32_t i = 0; i < event->n_parties; i++)
			if (chain->parties[event->parties[i]].same_as == a->home.party)
				return true;
		return false;
	}
	for (uint32_t i = 0; i < event->n_targets; i++)
		if (a->home.is_country[event->targets[i]] || event->targets[i] == seat)
			return true;
	for (uint32_t c = 0; event->target_eu && c < chain->n_countries; c++)
		if ((a->home.is_country[c] || c == seat) && ssrc_country_is_eu_member(chain->countries[c]))
			return true;
	return event->target_all;
}

static void add_country(const ssrc_chain *chain, bool *set, uint32_t country)
{
	set[country] = true;
	bool eu = strcmp(chain->countries[country], "EU") == 0;
	for (uint32_t c = 0; eu && c < chain->n_countries; c++)
		set[c] |= ssrc_country_is_eu_member(chain->countries[c]);
}

static ssrc_status resolve_countries(ssrc_sim_cut *out, const ssrc_sim_hits *hits, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_chain *chain = hits->a->chain;
	const ssrc_scenario_cut *cut = out->cut;
	bool *set = ssrc_arena_array(arena, (size_t)chain->n_countries + 1, sizeof *set);
	if (!set)
		return ssrc_no_memory(err);
	if (cut->kind == SSRC_CUT_COUNTRY && !cut->eu)
		add_country(chain, set, cut->target);
	for (uint32_t c = 0; cut->kind == SSRC_CUT_COUNTRY && cut->eu && c < chain->n_countries; c++)
		set[c] |= ssrc_country_is_eu_member(chain->countries[c]) || strcmp(chain->countries[c], "EU") == 0;
	if (cut->kind == SSRC_CUT_MEASURE) {
		const ssrc_event *event = &chain->events[cut->target];
		out->reaches = measure_reaches(hits->a, event);
		for (uint32_t i = 0; i < event->n_issuers; i++)
			add_country(chain, set, event->issuers[i]);
	}
	out->countries = set;
	return SSRC_OK;
}

/* The text that numbers a cut: its kind, target and start, not its place in the list. */
static uint64_t cut_number(const ssrc_chain *chain, const ssrc_scenario_cut *cut, ssrc_input_kind kind)
{
	char start[32];
	ssrc_format_number(start, cut->start);
	return ssrc_sim_number(kind, ssrc_cut_kind_word(cut->kind), ssrc_cut_target(chain, cut), start);
}

static uint32_t add_cut_input(ssrc_sim_hits *hits, uint32_t index, ssrc_input_kind kind, ssrc_interval x,
			      const double unknown[SSRC_CASES])
{
	ssrc_sim_input input = interval_input(x, false, unknown);
	input.kind = kind;
	input.index = index;
	input.number = cut_number(hits->a->chain, &hits->scenario->cuts[index], kind);
	return ssrc_sim_add_input(hits, input);
}

static ssrc_status resolve_cut(ssrc_sim_hits *hits, uint32_t index, ssrc_arena *arena, ssrc_error *err)
{
	static const double whole[SSRC_CASES] = {1, 1, 1};
	const ssrc_scenario_cut *cut = &hits->scenario->cuts[index];
	ssrc_sim_cut out = {.cut = cut, .party = SSRC_NONE, .reaches = true, .in_weeks = SSRC_NONE};
	if (cut->kind == SSRC_CUT_COUNTRY || cut->kind == SSRC_CUT_MEASURE) {
		ssrc_status status = resolve_countries(&out, hits, arena, err);
		if (status)
			return status;
	}
	if (cut->kind == SSRC_CUT_PARTY)
		out.party = cut->target;
	out.in_fraction = add_cut_input(hits, index, SSRC_INPUT_FRACTION, cut->fraction, whole);
	out.in_recovery = add_cut_input(hits, index, SSRC_INPUT_RETURN, cut->recovery_weeks, ZERO);
	if (ssrc_known(cut->weeks))
		out.in_weeks = add_cut_input(hits, index, SSRC_INPUT_WEEKS, cut->weeks, ZERO);
	hits->cuts[index] = out;
	return SSRC_OK;
}

/* ---- which items a cut hits ---------------------------------------------------------------------------------- */

static bool is_listed(const uint32_t *items, uint32_t n, uint32_t item)
{
	for (uint32_t i = 0; i < n; i++)
		if (items[i] == item)
			return true;
	return false;
}

/* True if the cut is about the item at all; *named: it says so by name. */
static bool concerns(const ssrc_sim_hits *hits, const ssrc_sim_cut *cut, uint32_t item, bool *named)
{
	const ssrc_event *event = cut->cut->kind == SSRC_CUT_MEASURE ? &hits->a->chain->events[cut->cut->target] : NULL;
	*named = cut->cut->n_items > 0 || event;
	if (!cut->reaches)
		return false;
	if (cut->cut->kind == SSRC_CUT_ITEM)
		return cut->cut->target == item;
	if (cut->cut->n_items > 0)
		return is_listed(cut->cut->items, cut->cut->n_items, item);
	return !event || is_listed(event->items, event->n_items, item);
}

static bool row_has_party(const ssrc_chain *chain, const ssrc_share *share, uint32_t party)
{
	bool has = share->kind == SSRC_BY_PARTY && share->party == party;
	for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++)
		has |= chain->parties[share->members[m]].same_as == party;
	return has;
}

/* True if the cut's target supplies some of the item. *unknown: nobody knows. */
static bool supplies(const ssrc_sim_hits *hits, const ssrc_sim_cut *cut, uint32_t item, bool *unknown)
{
	const ssrc_chain *chain = hits->a->chain;
	const ssrc_supply *supply = &hits->a->items[item].supply;
	*unknown = false;
	if (cut->cut->kind == SSRC_CUT_ITEM)
		return true;
	if (cut->countries) {
		double mid = 0;
		for (uint32_t c = 0; c < chain->n_countries; c++)
			mid += cut->countries[c] ? supply->country[c].at[SSRC_CASE_MID] : 0;
		*unknown = supply->country_set == SSRC_NONE;
		return mid > 0; /* what nobody says the countries supply is left aside */
	}
	*unknown = supply->firm_set == SSRC_NONE;
	if (*unknown)
		return false;
	const ssrc_share_set *set = &chain->sets[supply->firm_set];
	for (uint32_t i = set->first; i < set->first + set->count; i++)
		if (row_has_party(chain, &chain->shares[i], cut->party))
			return true;
	return false;
}

/* True if the cut hits the item; *left_out: it would, but nobody knows how long or how much. */
static bool hits_item(const ssrc_sim_hits *hits, const ssrc_sim_cut *cut, uint32_t item, bool *left_out)
{
	bool named, unknown;
	if (!concerns(hits, cut, item, &named))
		return false;
	bool supplied = supplies(hits, cut, item, &unknown);
	*left_out |= named && unknown;
	if (!supplied)
		return false;
	if (cut->in_weeks != SSRC_NONE || ssrc_known(hits->a->chain->items[item].recovery))
		return true;
	*left_out = true;
	return false;
}

/* True if the row's maker, or one of its makers, is cut for this hit. */
static bool row_is_cut(const ssrc_sim_hits *hits, const ssrc_sim_hit *hit, const ssrc_share *share)
{
	for (uint32_t k = hit->first_cut; k < hit->first_cut + hit->n_cuts; k++) {
		uint32_t party = hits->cuts[hits->cut_of[k]].party;
		if (party != SSRC_NONE && row_has_party(hits->a->chain, share, party))
			return true;
	}
	return false;
}

static bool place_is_cut(const ssrc_sim_hits *hits, const ssrc_sim_hit *hit, uint32_t country)
{
	for (uint32_t k = hit->first_cut; k < hit->first_cut + hit->n_cuts; k++) {
		const bool *set = hits->cuts[hits->cut_of[k]].countries;
		if (set && set[country])
			return true;
	}
	return false;
}

/* Counts the hits and the pairs of hit and cut; writes them once there is room. False if an item has too many cuts. */
static bool list_hits(ssrc_sim_hits *hits, uint32_t *n_pairs)
{
	uint32_t n = 0;
	hits->n_hits = hits->left_out = *n_pairs = 0;
	for (uint32_t item = 0; item < hits->a->chain->n_items; item++) {
		ssrc_sim_hit hit = {.item = item, .first_cut = *n_pairs};
		bool left_out = false;
		for (uint32_t k = 0; k < hits->scenario->n_cuts; k++) {
			if (!hits_item(hits, &hits->cuts[k], item, &left_out))
				continue;
			if (hits->cut_of)
				hits->cut_of[*n_pairs] = k;
			hit.n_cuts++;
			++*n_pairs;
		}
		hits->left_out += left_out && hits->a->network.leads_to_product[SSRC_MODE_GROW][item];
		if (hit.n_cuts > SSRC_SIM_CUTS_MAX)
			return false;
		if (hits->hits)
			hits->hit_of[item] = hit.n_cuts ? n : SSRC_NONE;
		if (hits->hits && hit.n_cuts)
			hits->hits[n] = hit;
		n += hit.n_cuts > 0;
	}
	hits->n_hits = n;
	return true;
}

static uint32_t list_places(ssrc_sim_hits *hits, ssrc_sim_hit *hit, uint32_t n)
{
	const ssrc_supply *supply = &hits->a->items[hit->item].supply;
	hit->first_place = n;
	hit->lows = 0;
	for (uint32_t c = 0; supply->country_set != SSRC_NONE && c < hits->a->chain->n_countries; c++) {
		const double *at = supply->country[c].at;
		hit->lows += at[SSRC_CASE_LOW];
		if (!(at[SSRC_CASE_HIGH] > 0) || !place_is_cut(hits, hit, c))
			continue;
		if (hits->places)
			hits->places[n] = (ssrc_sim_place){c, at[SSRC_CASE_LOW], at[SSRC_CASE_MID], at[SSRC_CASE_HIGH]};
		n++;
	}
	hit->n_places = n - hit->first_place;
	return n;
}

static uint32_t list_rows(ssrc_sim_hits *hits, ssrc_sim_hit *hit, uint32_t n)
{
	const ssrc_chain *chain = hits->a->chain;
	uint32_t firms = hits->a->items[hit->item].supply.firm_set;
	hit->first_row = n;
	for (uint32_t i = 0; firms != SSRC_NONE && i < chain->sets[firms].count; i++) {
		uint32_t row = chain->sets[firms].first + i;
		if (!row_is_cut(hits, hit, &chain->shares[row]))
			continue;
		if (hits->rows)
			hits->rows[n] = row;
		n++;
	}
	hit->n_rows = n - hit->first_row;
	return n;
}

static void add_hit_inputs(ssrc_sim_hits *hits, ssrc_sim_hit *hit)
{
	const ssrc_item *item = &hits->a->chain->items[hit->item];
	ssrc_sim_input share = {.kind = SSRC_INPUT_SHARE,
				.item = hit->item,
				.index = hits->cut_of[hit->first_cut],
				.at = {{0, (double)NAN, 1}}, /* between the bounds; NaN = the central shares */
				.low = 0,
				.high = 1,
				.number = ssrc_sim_number(SSRC_INPUT_SHARE, item->id, "", "")};
	ssrc_sim_input weeks = interval_input(item->recovery, false, ZERO);
	weeks.kind = SSRC_INPUT_WEEKS;
	weeks.item = hit->item;
	weeks.number = ssrc_sim_number(SSRC_INPUT_WEEKS, item->id, "", "");
	hit->in_share = ssrc_sim_add_input(hits, share);
	hit->in_weeks = ssrc_sim_add_input(hits, weeks);
}

static ssrc_status fill_hits(ssrc_sim_hits *hits, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t n_pairs, n_items = hits->a->chain->n_items, n_places = 0, n_rows = 0;
	if (!list_hits(hits, &n_pairs))
		return ssrc_fail(err, SSRC_LIMIT, SSRC_M_ARGUMENT, "more than 64 cuts on one item", NULL, NULL);
	hits->hits = ssrc_arena_array(arena, hits->n_hits, sizeof *hits->hits);
	hits->hit_of = ssrc_arena_array(arena, n_items, sizeof *hits->hit_of);
	hits->cut_of = ssrc_arena_array(arena, n_pairs, sizeof *hits->cut_of);
	if (!hits->hits || !hits->hit_of || !hits->cut_of)
		return ssrc_no_memory(err);
	list_hits(hits, &n_pairs);
	for (uint32_t h = 0; h < hits->n_hits; h++) {
		n_places = list_places(hits, &hits->hits[h], n_places);
		n_rows = list_rows(hits, &hits->hits[h], n_rows);
		add_hit_inputs(hits, &hits->hits[h]);
	}
	hits->places = ssrc_arena_array(arena, n_places, sizeof *hits->places);
	hits->rows = ssrc_arena_array(arena, n_rows, sizeof *hits->rows);
	if (!hits->places || !hits->rows)
		return ssrc_no_memory(err);
	n_places = n_rows = 0;
	for (uint32_t h = 0; h < hits->n_hits; h++) {
		n_places = list_places(hits, &hits->hits[h], n_places);
		n_rows = list_rows(hits, &hits->hits[h], n_rows);
	}
	return SSRC_OK;
}

ssrc_status ssrc_sim_hits_build(ssrc_sim_hits *out, const ssrc_assessment *a, const ssrc_scenario *scenario,
				ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	ssrc_sim_hits hits = {.a = a, .scenario = scenario};
	size_t room = (size_t)3 * scenario->n_cuts + (size_t)5 * chain->n_items + (size_t)4 * chain->n_alternates;
	uint32_t measures = 0, reaching = 0;
	hits.inputs = ssrc_arena_array(arena, room, sizeof *hits.inputs);
	hits.cuts = ssrc_arena_array(arena, scenario->n_cuts, sizeof *hits.cuts);
	if (!hits.inputs || !hits.cuts)
		return ssrc_no_memory(err);
	ssrc_status status = SSRC_OK;
	for (uint32_t k = 0; k < scenario->n_cuts && !status; k++) {
		status = resolve_cut(&hits, k, arena, err);
		measures += scenario->cuts[k].kind == SSRC_CUT_MEASURE;
		reaching += hits.cuts[k].reaches;
	}
	if (!status)
		status = fill_hits(&hits, arena, err);
	if (status)
		return status;
	hits.reaches_home = measures == 0 || reaching > 0;
	*out = hits;
	return SSRC_OK;
}

/* ---- how much is out, and when --------------------------------------------------------------------------------- */

void ssrc_sim_course_set(ssrc_sim_course *out, const ssrc_sim_hits *hits, uint32_t hit, const ssrc_sim_run *run,
			 uint64_t seed)
{
	const ssrc_sim_hit *h = &hits->hits[hit];
	out->hits = hits;
	out->hit = h;
	out->position = ssrc_sim_value(&hits->inputs[h->in_share], h->in_share, run, seed);
	out->n = (run->only != SSRC_NONE && run->only != hit) || run->except == hit ? 0 : h->n_cuts;
	for (uint32_t k = 0; k < out->n; k++) {
		const ssrc_sim_cut *cut = &hits->cuts[hits->cut_of[h->first_cut + k]];
		uint32_t in_weeks = cut->in_weeks == SSRC_NONE ? h->in_weeks : cut->in_weeks;
		const uint32_t in[] = {cut->in_fraction, in_weeks, cut->in_recovery};
		double value[3];
		for (int i = 0; i < 3; i++)
			value[i] = ssrc_sim_value(&hits->inputs[in[i]], in[i], run, seed);
		out->phases[k] = (ssrc_sim_phase){.fraction = fmin(fmax(value[0], 0), 1),
						  .from = cut->cut->start,
						  .end = cut->cut->start + value[1],
						  .back = value[2],
						  .recovery = cut->cut->recovery};
	}
}

/* The return is a staircase of steps of about a week, each as high as the profile is on average over it. */
static uint32_t stairs(const ssrc_sim_phase *phase)
{
	if (phase->recovery == SSRC_RECOVERY_STEP || !(phase->back > 0) || !(phase->end > phase->from))
		return 0;
	double n = ceil(phase->back);
	return n > SSRC_SIM_STAIRS_MAX ? SSRC_SIM_STAIRS_MAX : (uint32_t)n;
}

/* What is out of the makers that the cut concerns. S: 1 − 3x² + 2x³, x from 0 to 1. */
static double level_at(const ssrc_sim_phase *phase, double t)
{
	if (t < phase->from)
		return 0;
	if (t < phase->end)
		return phase->fraction;
	uint32_t n = stairs(phase);
	double x = n ? (t - phase->end) / phase->back : 1;
	if (x >= 1)
		return 0;
	double k = floor(x * n), m = n;
	if (phase->recovery == SSRC_RECOVERY_LINEAR)
		return phase->fraction * (1 - (k + 0.5) / m);
	double u = k / m, v = (k + 1) / m;
	double area = (v - v * v * v + v * v * v * v / 2) - (u - u * u * u + u * u * u * u / 2);
	return phase->fraction * (area * m);
}

static double break_after(const ssrc_sim_phase *phase, double t)
{
	if (t < phase->from)
		return phase->from;
	if (t < phase->end)
		return phase->end;
	uint32_t n = stairs(phase);
	if (n == 0)
		return (double)INFINITY;
	double reached = floor((t - phase->end) / phase->back * n);
	for (uint32_t k = reached < n ? (uint32_t)reached : n; k <= n; k++) {
		double next = phase->end + phase->back * k / n;
		if (next > t)
			return next;
	}
	return (double)INFINITY;
}

double ssrc_sim_next_break(const ssrc_sim_course *course, double t)
{
	double next = (double)INFINITY;
	for (uint32_t k = 0; k < course->n; k++)
		next = fmin(next, break_after(&course->phases[k], t));
	return next;
}

static double in_bounds(double low, double mid, double high, double position)
{
	return isnan(position) ? mid : position == 1 ? high : low + position * (high - low);
}

/* Share of the makers in a set of countries: at least the sum of the lows, at most the sum of the highs and what the
 * lows of the others leave; as for loss if cut. */
static double share_of_set(const ssrc_sim_course *course, double low, double mid, double high)
{
	high = fmax(fmin(high, 1 - (course->hit->lows - low)), mid);
	double share = in_bounds(low, mid, high, course->position);
	return share > 1 ? 1 : share;
}

/* Levels of the single cuts at one time. */
typedef struct levels {
	double of[SSRC_SIM_CUTS_MAX];
	double whole; /* of the item altogether */
	uint32_t n;
} levels;

static const ssrc_sim_cut *cut_at(const ssrc_sim_course *course, uint32_t k)
{
	return &course->hits->cuts[course->hits->cut_of[course->hit->first_cut + k]];
}

static double country_level(const ssrc_sim_course *course, const levels *at, uint32_t country)
{
	double most = at->whole;
	for (uint32_t k = 0; country != SSRC_NONE && k < at->n; k++) {
		const bool *set = cut_at(course, k)->countries;
		if (set && set[country] && at->of[k] > most)
			most = at->of[k];
	}
	return most;
}

/* Of all countries together, beyond what is out of every maker. Where levels differ, each slice between two levels
 * takes the share of the countries that reach so high. */
static double countries_lost(const ssrc_sim_course *course, const levels *at)
{
	const ssrc_sim_place *places = course->hits->places + course->hit->first_place;
	double lost = 0, low = 0, mid = 0, high = 0, above = (double)INFINITY;
	for (;;) {
		double level = at->whole; /* the next level down */
		for (uint32_t i = 0; i < course->hit->n_places; i++) {
			double x = country_level(course, at, places[i].country);
			if (x < above && x > level)
				level = x;
		}
		if (above < (double)INFINITY)
			lost += (above - level) * share_of_set(course, low, mid, high);
		if (!(level > at->whole))
			return lost;
		for (uint32_t i = 0; i < course->hit->n_places; i++) {
			if (country_level(course, at, places[i].country) != level)
				continue;
			low += places[i].low;
			mid += places[i].mid;
			high += places[i].high;
		}
		above = level;
	}
}

/* What is out of a party beyond its country: the mean over its sites where it has several. */
static double party_beyond(const ssrc_sim_course *course, const levels *at, uint32_t index)
{
	const ssrc_assessment *a = course->hits->a;
	const ssrc_party *party = &a->chain->parties[index];
	double level = 0, sum = 0;
	for (uint32_t k = 0; k < at->n; k++) {
		uint32_t cut = cut_at(course, k)->party;
		if (cut != SSRC_NONE && cut == party->same_as && at->of[k] > level)
			level = at->of[k];
	}
	if (a->basis != SSRC_BASIS_SITE || party->n_sites < 2)
		return fmax(0, level - country_level(course, at, ssrc_party_country(party, a->basis)));
	for (uint32_t i = 0; i < party->n_sites; i++)
		sum += fmax(0, level - country_level(course, at, party->sites[i]));
	return sum / party->n_sites;
}

/* A joint row is none, an equal part or all of each of its makers. */
static double row_lost(const ssrc_sim_course *course, const levels *at, const ssrc_share *share)
{
	double low = ssrc_known(share->share) ? share->share.low : 0,
	       high = ssrc_known(share->share) ? share->share.high : 1;
	double mid = ssrc_known(share->share) ? (low + high) / 2 : 0, least = 0, mean = 0, most = 0;
	if (share->kind == SSRC_BY_PARTY) {
		least = mean = most = party_beyond(course, at, share->party);
	} else {
		least = 1;
		for (uint32_t m = 0; m < share->n_members; m++) {
			double x = party_beyond(course, at, share->members[m]);
			least = fmin(least, x);
			most = fmax(most, x);
			mean += x / share->n_members;
		}
	}
	return in_bounds(low * least, mid * mean, high * most, course->position);
}

double ssrc_sim_lost_at(const ssrc_sim_course *course, uint32_t n, double t)
{
	levels at = {.n = n < course->n ? n : course->n};
	double most = 0;
	for (uint32_t k = 0; k < at.n; k++) {
		at.of[k] = level_at(&course->phases[k], t);
		most = fmax(most, at.of[k]);
		if (cut_at(course, k)->cut->kind == SSRC_CUT_ITEM)
			at.whole = fmax(at.whole, at.of[k]);
	}
	if (!(most > at.whole))
		return at.whole;
	double lost = at.whole + countries_lost(course, &at);
	for (uint32_t i = 0; i < course->hit->n_rows; i++)
		lost += row_lost(course, &at,
				 &course->hits->a->chain->shares[course->hits->rows[course->hit->first_row + i]]);
	return lost > 1 ? 1 : lost;
}

double ssrc_sim_lost_mean(const ssrc_sim_course *course, double t0, double t1)
{
	double sum = 0;
	for (double t = t0; t < t1;) {
		double next = fmin(ssrc_sim_next_break(course, t), t1);
		double lost = ssrc_sim_lost_at(course, course->n, t + (next - t) / 2);
		if (t == t0 && next == t1)
			return lost;
		sum += lost * (next - t);
		t = next;
	}
	return sum / (t1 - t0);
}

double ssrc_sim_first_week(const ssrc_sim_course *course, double *most)
{
	double first = (double)INFINITY, t = -(double)INFINITY;
	*most = 0;
	for (;;) {
		double from = ssrc_sim_next_break(course, t);
		if (from == (double)INFINITY)
			return first;
		double to = ssrc_sim_next_break(course, from);
		double lost = to < (double)INFINITY ? ssrc_sim_lost_at(course, course->n, from + (to - from) / 2) : 0;
		if (lost > SLIVER && first == (double)INFINITY)
			first = from;
		*most = fmax(*most, lost);
		t = from;
	}
}

/* ---- alternates ---------------------------------------------------------------------------------------------------
 */

bool ssrc_sim_alternate_counts(const ssrc_sim_hits *hits, uint32_t alternate)
{
	static const ssrc_cut nothing = {NULL, SSRC_NONE, SSRC_NONE};
	const ssrc_alternate *x = &hits->a->chain->alternates[alternate];
	if (x->by_item != SSRC_NONE) /* if that item is hit, its own output says so */
		return ssrc_alternate_counts(hits->a, alternate, &nothing);
	uint32_t h = hits->hit_of[x->item];
	if (h == SSRC_NONE)
		return false;
	const ssrc_sim_hit *hit = &hits->hits[h];
	for (uint32_t k = hit->first_cut; k < hit->first_cut + hit->n_cuts; k++) {
		const ssrc_sim_cut *cut = &hits->cuts[hits->cut_of[k]];
		const ssrc_cut as_cut = {cut->countries, cut->party, SSRC_NONE};
		if (!ssrc_alternate_counts(hits->a, alternate, &as_cut))
			return false;
	}
	return true;
}

bool *ssrc_sim_affected(const ssrc_sim_hits *hits, ssrc_arena *arena)
{
	const ssrc_network *net = &hits->a->network;
	bool *mark = ssrc_arena_array(arena, net->n, sizeof *mark);
	uint32_t *stack = ssrc_arena_array(arena, net->n, sizeof *stack), n = 0;
	if (!mark || !stack)
		return NULL;
	for (uint32_t h = 0; h < hits->n_hits; h++) {
		mark[hits->hits[h].item] = true;
		stack[n++] = hits->hits[h].item;
	}
	while (n > 0) {
		uint32_t item = stack[--n];
		for (uint32_t k = net->users_start[item]; k < net->users_start[item + 1]; k++)
			if (!mark[net->users[k]]) {
				mark[net->users[k]] = true;
				stack[n++] = net->users[k];
			}
	}
	return mark;
}

/* ---- as step functions ----------------------------------------------------------------------------------------------
 */

/* What each cut takes more than the cuts before it, on every stretch between breaks. Stretches of one cut with the same
 * loss are joined. Writes to out unless NULL; returns how many. */
static uint32_t write_hit(const ssrc_sim_course *course, ssrc_stress_hit *out)
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < course->n; k++) {
		uint32_t cut = course->hits->cut_of[course->hit->first_cut + k];
		ssrc_stress_hit last = {.to = -(double)INFINITY, .lost = 0};
		double from = ssrc_sim_next_break(course, -(double)INFINITY), to;
		for (; (to = ssrc_sim_next_break(course, from)) < (double)INFINITY; from = to) {
			double t = from + (to - from) / 2;
			double lost = ssrc_sim_lost_at(course, k + 1, t) - ssrc_sim_lost_at(course, k, t);
			if (!(lost > SLIVER))
				continue;
			bool joined = last.to == from && last.lost == lost;
			last = (ssrc_stress_hit){course->hit->item, cut, joined ? last.from : from, to, lost};
			n += !joined;
			if (out)
				out[n - 1] = last;
		}
	}
	return n;
}

typedef struct covers {
	ssrc_stress_cover *out;
	uint32_t n;
} covers;

static void write_covers(covers *to, ssrc_sim_hits *hits, uint32_t item, double first, const ssrc_sim_run *run)
{
	const ssrc_item *it = &hits->a->chain->items[item];
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++) {
		const ssrc_alternate *x = &hits->a->chain->alternates[i];
		if (!ssrc_sim_alternate_counts(hits, i))
			continue;
		uint32_t in = ssrc_sim_alternate_inputs(hits, i);
		double week = ssrc_sim_value(&hits->inputs[in + 2], in + 2, run, 0);
		double cover = ssrc_alternate_share(x, run->which);
		hits->n_inputs = in; /* read, not kept */
		if (cover > 0 && week < (double)INFINITY)
			to->out[to->n++] = (ssrc_stress_cover){item, x->for_item, x->by_item, i, first + week, cover};
	}
}

static ssrc_status all_covers(ssrc_stress_cover **out, uint32_t *n, ssrc_sim_hits *hits, const double *first,
			      const ssrc_sim_run *run, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_chain *chain = hits->a->chain;
	covers to = {.out = ssrc_arena_array(arena, chain->n_alternates, sizeof *to.out)};
	bool *affected = ssrc_sim_affected(hits, arena);
	double earliest = (double)INFINITY;
	if (!to.out || !affected)
		return ssrc_no_memory(err);
	for (uint32_t h = 0; h < hits->n_hits; h++)
		earliest = fmin(earliest, first[h]);
	for (uint32_t item = 0; item < chain->n_items; item++) {
		uint32_t h = hits->hit_of[item];
		double begin = h != SSRC_NONE && first[h] < (double)INFINITY ? first[h] : earliest;
		if (affected[item] && begin < (double)INFINITY)
			write_covers(&to, hits, item, begin, run);
	}
	*out = to.out;
	*n = to.n;
	return SSRC_OK;
}

static ssrc_status all_hits(ssrc_stress_hit **out, uint32_t *n, double *first, const ssrc_sim_hits *hits,
			    const ssrc_sim_run *run, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_sim_phase phases[SSRC_SIM_CUTS_MAX];
	ssrc_sim_course course = {.phases = phases};
	ssrc_stress_hit *list = NULL;
	for (int pass = 0; pass < 2; pass++) {
		*n = 0;
		for (uint32_t h = 0; h < hits->n_hits; h++) {
			double most;
			ssrc_sim_course_set(&course, hits, h, run, 0);
			first[h] = ssrc_sim_first_week(&course, &most);
			*n += write_hit(&course, list ? list + *n : NULL);
		}
		if (!list)
			list = ssrc_arena_array(arena, *n, sizeof *list);
		if (!list)
			return ssrc_no_memory(err);
	}
	*out = list;
	return SSRC_OK;
}

ssrc_status ssrc_scenario_hits(ssrc_stress_hit **hits, uint32_t *n_hits, ssrc_stress_cover **covers_out,
			       uint32_t *n_covers, uint32_t *left_out, bool *reaches_home, const ssrc_assessment *a,
			       const ssrc_scenario *scenario, ssrc_case which, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_sim_hits set;
	const ssrc_sim_run run = {.which = which, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
	ssrc_stress_hit *list;
	ssrc_stress_cover *list_covers;
	uint32_t n, n_list_covers;
	ssrc_status status = ssrc_sim_hits_build(&set, a, scenario, arena, err);
	if (status)
		return status;
	double *first = ssrc_arena_array(arena, set.n_hits, sizeof *first);
	if (!first)
		return ssrc_no_memory(err);
	status = all_hits(&list, &n, first, &set, &run, arena, err);
	if (!status)
		status = all_covers(&list_covers, &n_list_covers, &set, first, &run, arena, err);
	if (status)
		return status;
	*hits = list;
	*n_hits = n;
	*covers_out = list_covers;
	*n_covers = n_list_covers;
	*left_out = set.left_out;
	*reaches_home = set.reaches_home;
	return SSRC_OK;
}
