/* Controls: which of them restrict the home, on what, and which alternates they block. docs/methods/alternates.md,
 * docs/decisions/0007-controls-with-a-lever.md */
#include "assess.h"

#include <string.h>

/* ---- whom a control is aimed at ------------------------------------------------------------------------------- */

typedef enum aim { AIM_ELSEWHERE, AIM_EVERYBODY, AIM_HOME } aim;

/* Whom an event is aimed at: the home by name (or as a member of the EU), everybody, or others. A home is not
 * restricted by its own measure. */
static aim aim_of(const ssrc_assessment *a, const ssrc_event *event)
{
	const ssrc_chain *chain = a->chain;
	uint32_t seat = a->home.party == SSRC_NONE ? SSRC_NONE : chain->parties[a->home.party].hq;
	for (uint32_t i = 0; i < event->n_issuers; i++)
		if (a->home.is_country[event->issuers[i]] || event->issuers[i] == seat)
			return AIM_ELSEWHERE;
	/* A listing that names parties hits these, not every company with their seat. */
	if (a->home.party != SSRC_NONE && event->n_parties > 0 && strcmp(event->kind, "listing") == 0) {
		for (uint32_t i = 0; i < event->n_parties; i++)
			if (chain->parties[event->parties[i]].same_as == a->home.party)
				return AIM_HOME;
		return AIM_ELSEWHERE;
	}
	for (uint32_t i = 0; i < event->n_targets; i++)
		if (a->home.is_country[event->targets[i]] || event->targets[i] == seat)
			return AIM_HOME;
	for (uint32_t c = 0; event->target_eu && c < chain->n_countries; c++)
		if ((a->home.is_country[c] || c == seat) && ssrc_country_is_eu_member(chain->countries[c]))
			return AIM_HOME;
	return event->target_all ? AIM_EVERYBODY : AIM_ELSEWHERE;
}

static bool restricts(const ssrc_event *event)
{
	static const char *const kinds[] = {"control", "listing", "licence"};
	bool kind = false;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		kind |= strcmp(event->kind, kinds[k]) == 0;
	return kind && event->in_force && event->tighten;
}

static double dependence_on(const ssrc_assessment *a, uint32_t item, uint32_t country)
{
	return a->dependence[(size_t)item * a->chain->n_countries + country].at[SSRC_CASE_MID];
}

/* An issuer has a lever on an item if some of its supply, inputs looked through, comes from there. The EU has the
 * levers of its members. */
static bool has_lever(const ssrc_assessment *a, const ssrc_event *event, uint32_t item)
{
	for (uint32_t i = 0; i < event->n_issuers; i++) {
		const char *issuer = a->chain->countries[event->issuers[i]];
		if (dependence_on(a, item, event->issuers[i]) > 0)
			return true;
		for (uint32_t c = 0; strcmp(issuer, "EU") == 0 && c < a->chain->n_countries; c++)
			if (ssrc_country_is_eu_member(a->chain->countries[c]) && dependence_on(a, item, c) > 0)
				return true;
	}
	return event->n_issuers == 0;
}

bool ssrc_event_restricts(const ssrc_assessment *a, const ssrc_event *event, uint32_t item)
{
	return restricts(event) && aim_of(a, event) != AIM_ELSEWHERE && has_lever(a, event, item);
}

/* ---- routes --------------------------------------------------------------------------------------------------- */

bool ssrc_event_issued_by(const ssrc_assessment *a, const ssrc_event *event, uint32_t country)
{
	if (country == SSRC_NONE)
		return false;
	for (uint32_t i = 0; i < event->n_issuers; i++)
		if (event->issuers[i] == country || (strcmp(a->chain->countries[event->issuers[i]], "EU") == 0 &&
						     ssrc_country_is_eu_member(a->chain->countries[country])))
			return true;
	return false;
}

/* Under the law of the issuer: by seat or ultimate parent, or with every plant. */
static bool party_under(const ssrc_assessment *a, const ssrc_event *event, const ssrc_party *party)
{
	bool plants = party->n_sites > 0;
	for (uint32_t i = 0; i < party->n_sites; i++)
		plants &= ssrc_event_issued_by(a, event, party->sites[i]);
	return plants || ssrc_event_issued_by(a, event, party->hq) || ssrc_event_issued_by(a, event, party->parent);
}

/* Anywhere but at home as far as the data say. */
static bool party_is_foreign(const ssrc_assessment *a, const ssrc_party *party)
{
	uint32_t country = ssrc_party_country(party, a->basis);
	if (country == SSRC_NONE)
		country = party->hq;
	return country != SSRC_NONE && !ssrc_home_market(a, country);
}

static bool names_item(const ssrc_event *event, uint32_t item)
{
	for (uint32_t i = 0; i < event->n_items; i++)
		if (event->items[i] == item)
			return true;
	return false;
}

ssrc_reach ssrc_reach_of_party(const ssrc_assessment *a, uint32_t event, uint32_t item, uint32_t party)
{
	const ssrc_event *control = &a->chain->events[event];
	if (!a->aimed[event] || !names_item(control, item))
		return SSRC_REACH_NONE;
	if (party_under(a, control, &a->chain->parties[party]))
		return SSRC_REACH_BLOCKED;
	return party_is_foreign(a, &a->chain->parties[party]) ? SSRC_REACH_NEAR : SSRC_REACH_NONE;
}

ssrc_reach ssrc_reach_of_item(const ssrc_assessment *a, uint32_t event, uint32_t item)
{
	const ssrc_event *control = &a->chain->events[event];
	bool hits = names_item(control, item) && ssrc_event_restricts(a, control, item);
	return hits ? SSRC_REACH_BLOCKED : SSRC_REACH_NONE;
}

ssrc_reach ssrc_reach_of_alternate(const ssrc_assessment *a, uint32_t event, uint32_t alternate)
{
	const ssrc_alternate *route = &a->chain->alternates[alternate];
	return route->by_item != SSRC_NONE ? ssrc_reach_of_item(a, event, route->by_item)
					   : ssrc_reach_of_party(a, event, route->item, route->by_party);
}

/* ---- which alternates are blocked ----------------------------------------------------------------------------- */

ssrc_status ssrc_controls_new(ssrc_assessment *a, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	a->aimed = ssrc_arena_array(&a->arena, (size_t)chain->n_events + 1, sizeof *a->aimed);
	a->blocked = ssrc_arena_array(&a->arena, (size_t)chain->n_alternates + 1, sizeof *a->blocked);
	a->controlled = ssrc_arena_array(&a->arena, (size_t)chain->n_items + 1, sizeof *a->controlled);
	return a->aimed && a->blocked && a->controlled ? SSRC_OK : ssrc_no_memory(err);
}

/* Whether the event restricts the home on any item at all: then it reaches parties under the issuer's law even for an
 * item on which the issuer has no lever yet. */
static bool is_aimed(const ssrc_assessment *a, const ssrc_event *event)
{
	if (!restricts(event) || aim_of(a, event) == AIM_ELSEWHERE)
		return false;
	for (uint32_t i = 0; i < a->chain->n_items; i++)
		if (has_lever(a, event, i))
			return true;
	return false;
}

/* True if the dependence looked through counted this one until now. */
static bool block(ssrc_assessment *a, uint32_t alternate)
{
	const ssrc_alternate *x = &a->chain->alternates[alternate];
	bool counted = !a->blocked[alternate] && x->for_item == SSRC_NONE && x->state >= SSRC_QUALIFIED;
	a->blocked[alternate] = true;
	return counted;
}

/* Event by event and not alternate by alternate: few events are controls in force, and each names few items. */
bool ssrc_block_alternates(ssrc_assessment *a)
{
	const ssrc_chain *chain = a->chain;
	bool changed = false;
	for (uint32_t e = 0; e < chain->n_events; e++) {
		const ssrc_event *event = &chain->events[e];
		a->aimed[e] = is_aimed(a, event);
		for (uint32_t k = 0; a->aimed[e] && k < event->n_items; k++) {
			const ssrc_item *it = &chain->items[event->items[k]];
			a->controlled[event->items[k]] |= has_lever(a, event, event->items[k]);
			for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++)
				if (chain->alternates[i].by_party != SSRC_NONE &&
				    party_under(a, event, &chain->parties[chain->alternates[i].by_party]))
					changed |= block(a, i);
		}
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++)
		if (chain->alternates[i].by_item != SSRC_NONE && a->controlled[chain->alternates[i].by_item])
			changed |= block(a, i);
	return changed;
}

/* ---- how many restrict an item --------------------------------------------------------------------------- */

void ssrc_count_controls(const ssrc_assessment *a)
{
	for (uint32_t i = 0; i < a->chain->n_events; i++) {
		const ssrc_event *event = &a->chain->events[i];
		aim aimed = restricts(event) ? aim_of(a, event) : AIM_ELSEWHERE;
		for (uint32_t k = 0; aimed != AIM_ELSEWHERE && k < event->n_items; k++) {
			ssrc_item_result *r = &a->items[event->items[k]];
			if (!has_lever(a, event, event->items[k]))
				continue;
			bool better = r->n_controls == 0 || (aimed == AIM_HOME && r->n_controls_named == 0);
			if (better)
				r->first_control = i;
			r->n_controls++;
			r->n_controls_named += aimed == AIM_HOME;
		}
	}
}
