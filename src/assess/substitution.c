#include "substitution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct builder {
	const ssrc_assessment *a;
	const ssrc_chain *chain;
	const ssrc_substitution_options *options;
	ssrc_substitution *s;
	ssrc_workspace *w;
	uint32_t *list; /* scratch of list_size numbers */
	size_t list_size;
	ssrc_error *err;
} builder;

static const ssrc_estimate unknown = {{(double)NAN, (double)NAN, (double)NAN}};

static bool has(const uint32_t *list, uint32_t n, uint32_t x)
{
	for (uint32_t i = 0; i < n; i++)
		if (list[i] == x)
			return true;
	return false;
}

/* A copy of the first n numbers of the scratch list; NULL for none. */
static ssrc_status keep_list(builder *b, uint32_t n, const uint32_t **out, uint32_t *count)
{
	uint32_t *copy = n ? ssrc_arena_array(&b->s->arena, n, sizeof *copy) : NULL;
	if (n && !copy)
		return ssrc_no_memory(b->err);
	if (n)
		memcpy(copy, b->list, n * sizeof *copy);
	*out = copy;
	*count = n;
	return SSRC_OK;
}

/* ---- controls ------------------------------------------------------------------------------------------------ */

static ssrc_status list_controls(builder *b, uint32_t item, uint32_t party, ssrc_reach wanted, const uint32_t **out,
				 uint32_t *n)
{
	uint32_t count = 0;
	for (uint32_t e = 0; e < b->chain->n_events; e++) {
		ssrc_reach r = item != SSRC_NONE    ? ssrc_reach_of_item(b->a, e, item)
			       : party != SSRC_NONE ? ssrc_reach_of_party(b->a, e, b->s->item, party)
						    : SSRC_REACH_NONE;
		if (r == wanted)
			b->list[count++] = e;
	}
	return keep_list(b, count, out, n);
}

/* ---- one candidate --------------------------------------------------------------------------------------------- */

/* Of the supply of an item, inputs looked through; several countries add up. */
static double lost_to(const builder *b, uint32_t item, const bool *countries, ssrc_case which)
{
	double lost = 0;
	for (uint32_t c = 0; c < b->chain->n_countries; c++) {
		double d = b->a->dependence[(size_t)item * b->chain->n_countries + c].at[which];
		if (countries[c])
			lost += isnan(d) ? (which == SSRC_CASE_LOW ? 0 : 1) : d;
	}
	return lost > 1 ? 1 : lost;
}

static const double ALL_LOST = 1 - 1e-9;

/* Whether countries take the whole of a candidate. */
static bool taken_by(const builder *b, const ssrc_candidate *c, const ssrc_alternate *alternate, const bool *countries)
{
	if (alternate->by_item != SSRC_NONE)
		return alternate->by_item == b->s->item ||
		       lost_to(b, alternate->by_item, countries, SSRC_CASE_MID) >= ALL_LOST;
	return c->country != SSRC_NONE && countries[c->country];
}

static ssrc_verdict verdict_of(const builder *b, const ssrc_candidate *c, const ssrc_alternate *alternate)
{
	if (c->n_controls)
		return SSRC_VERDICT_BLOCKED;
	if (alternate->for_item != SSRC_NONE && b->s->for_item != SSRC_NONE && alternate->for_item != b->s->for_item)
		return SSRC_VERDICT_OTHER_USER;
	if (!ssrc_alternate_is_open(b->a, alternate))
		return SSRC_VERDICT_OTHER_MARKET;
	if (taken_by(b, c, alternate, b->s->excluded))
		return SSRC_VERDICT_EXCLUDED;
	if (taken_by(b, c, alternate, b->s->cut))
		return SSRC_VERDICT_IN_CUT;
	return alternate->state < SSRC_QUALIFIED ? SSRC_VERDICT_NOT_QUALIFIED : SSRC_VERDICT_COUNTS;
}

/* Whether a party is among the makers of an item in the set of shares in use. */
static bool makes(const builder *b, uint32_t item, uint32_t party)
{
	uint32_t index = b->a->items[item].supply.firm_set;
	for (uint32_t i = 0; index != SSRC_NONE && i < b->chain->sets[index].count; i++) {
		const ssrc_share *share = &b->chain->shares[b->chain->sets[index].first + i];
		if (share->kind == SSRC_BY_PARTY && share->party == party)
			return true;
		for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++)
			if (b->chain->parties[share->members[m]].same_as == party)
				return true;
	}
	return false;
}

static bool brings(const builder *b, const ssrc_option *option, const ssrc_alternate *alternate)
{
	bool kind = option->kind == SSRC_OPTION_QUALIFY || option->kind == SSRC_OPTION_DEVELOP ||
		    option->kind == SSRC_OPTION_REDESIGN;
	if (!kind || option->item != alternate->item || option->provider == SSRC_NONE)
		return false;
	uint32_t provider = b->chain->parties[option->provider].same_as;
	if (alternate->by_party != SSRC_NONE)
		return provider == b->chain->parties[alternate->by_party].same_as;
	return makes(b, alternate->by_item, provider);
}

static ssrc_status fill_candidate(builder *b, ssrc_candidate *c, uint32_t index)
{
	const ssrc_alternate *alternate = &b->chain->alternates[index];
	c->alternate = index;
	c->country = alternate->by_party == SSRC_NONE
			     ? SSRC_NONE
			     : ssrc_party_country(&b->chain->parties[alternate->by_party], b->a->basis);
	ssrc_status status = list_controls(b, alternate->by_item, alternate->by_party, SSRC_REACH_BLOCKED, &c->controls,
					   &c->n_controls);
	if (!status)
		status = list_controls(b, alternate->by_item, alternate->by_party, SSRC_REACH_NEAR, &c->near,
				       &c->n_near);
	uint32_t n = 0;
	for (uint32_t i = 0; !status && i < b->chain->n_options; i++)
		if (brings(b, &b->chain->options[i], alternate))
			b->list[n++] = i;
	if (!status)
		status = keep_list(b, n, &c->options, &c->n_options);
	if (status)
		return status;
	c->verdict = verdict_of(b, c, alternate);
	c->offered = c->verdict >= SSRC_VERDICT_NOT_QUALIFIED;
	ssrc_cut cut = {.countries = b->s->cut, .party = SSRC_NONE, .item = b->s->item};
	c->counted = ssrc_alternate_counts(b->a, index, &cut);
	for (int which = 0; which < SSRC_CASES; which++) {
		double lost = alternate->by_item == SSRC_NONE
				      ? 0
				      : lost_to(b, alternate->by_item, b->s->cut, (ssrc_case)which);
		c->lost.at[which] = lost;
		/* The best case of a cut is the most that is covered. */
		c->cover.at[SSRC_CASE_HIGH - which] = ssrc_alternate_share(alternate, (ssrc_case)which) * (1 - lost);
	}
	b->s->n_counts += c->verdict == SSRC_VERDICT_COUNTS;
	b->s->n_offered += c->offered;
	return SSRC_OK;
}

static ssrc_status fill_candidates(builder *b)
{
	const ssrc_item *it = &b->chain->items[b->s->item];
	b->s->candidates = ssrc_arena_array(&b->s->arena, (size_t)it->n_alternates + 1, sizeof *b->s->candidates);
	if (!b->s->candidates)
		return ssrc_no_memory(b->err);
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < it->n_alternates && !status; i++)
		status = fill_candidate(b, &b->s->candidates[b->s->n_candidates++], it->first_alternate + i);
	return status;
}

/* ---- what else there is ------------------------------------------------------------------------------------------ */

static bool is_attached(const builder *b, uint32_t option)
{
	for (uint32_t i = 0; i < b->s->n_candidates; i++)
		if (has(b->s->candidates[i].options, b->s->candidates[i].n_options, option))
			return true;
	return false;
}

static ssrc_status fill_options(builder *b)
{
	ssrc_substitution *s = b->s;
	s->options = ssrc_arena_array(&s->arena, (size_t)b->chain->n_options + 1, sizeof *s->options);
	if (!s->options)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < b->chain->n_options; i++) {
		const ssrc_option *option = &b->chain->options[i];
		bool kind = option->kind == SSRC_OPTION_QUALIFY || option->kind == SSRC_OPTION_DEVELOP ||
			    option->kind == SSRC_OPTION_REDESIGN;
		if (!kind || option->item != s->item || is_attached(b, i))
			continue;
		ssrc_other_option *other = &s->options[s->n_options++];
		other->option = i;
		ssrc_status status = list_controls(b, SSRC_NONE, option->provider, SSRC_REACH_BLOCKED, &other->controls,
						   &other->n_controls);
		if (status)
			return status;
	}
	return SSRC_OK;
}

/* The item's own supply, country by country, that the cut leaves. */
static ssrc_status fill_elsewhere(builder *b)
{
	ssrc_substitution *s = b->s;
	const ssrc_supply *supply = &b->a->items[s->item].supply;
	s->elsewhere = ssrc_arena_array(&s->arena, (size_t)b->chain->n_countries + 1, sizeof *s->elsewhere);
	if (!s->elsewhere)
		return ssrc_no_memory(b->err);
	for (uint32_t c = 0; c < b->chain->n_countries && supply->country_set != SSRC_NONE; c++) {
		if (s->cut[c] || !(supply->country[c].at[SSRC_CASE_MID] > 0))
			continue;
		ssrc_elsewhere *other = &s->elsewhere[s->n_elsewhere++];
		uint32_t n = 0;
		for (uint32_t e = 0; e < b->chain->n_events; e++)
			if (ssrc_reach_of_item(b->a, e, s->item) == SSRC_REACH_BLOCKED &&
			    ssrc_event_issued_by(b->a, &b->chain->events[e], c))
				b->list[n++] = e;
		other->country = c;
		other->home = ssrc_home_market(b->a, c);
		ssrc_status status = keep_list(b, n, &other->controls, &other->n_controls);
		if (status)
			return status;
	}
	return SSRC_OK;
}

static ssrc_status fill_stands_in(builder *b)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < b->chain->n_alternates; i++)
		if (b->chain->alternates[i].by_item == b->s->item)
			b->list[n++] = i;
	return keep_list(b, n, &b->s->stands_in, &b->s->n_stands_in);
}

/* Neighbours, that is users and inputs, of every item, and how many of them are neighbours of the same kind of `item`.
 * Needs are sorted, so that the rows of one pair stand together. */
static ssrc_status count_neighbours(builder *b, uint32_t item, uint32_t **all, uint32_t **both)
{
	const ssrc_chain *chain = b->chain;
	size_t n = (size_t)chain->n_items + 1;
	*all = ssrc_arena_array(&b->s->arena, n, sizeof **all);
	*both = ssrc_arena_array(&b->s->arena, n, sizeof **both);
	bool *uses = ssrc_arena_array(&b->s->arena, n, sizeof *uses);
	bool *feeds = ssrc_arena_array(&b->s->arena, n, sizeof *feeds);
	if (!*all || !*both || !uses || !feeds)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < chain->n_needs; i++) {
		uses[chain->needs[i].item] |= chain->needs[i].input == item;
		feeds[chain->needs[i].input] |= chain->needs[i].item == item;
	}
	for (uint32_t i = 0; i < chain->n_needs; i++) {
		const ssrc_need *need = &chain->needs[i];
		if (i > 0 && need[-1].item == need->item && need[-1].input == need->input)
			continue;
		(*all)[need->input]++;
		(*both)[need->input] += uses[need->item];
		(*all)[need->item]++;
		(*both)[need->item] += feeds[need->input];
	}
	return SSRC_OK;
}

static bool same_group(const ssrc_chain *chain, uint32_t x, uint32_t y)
{
	uint32_t a = chain->items[x].variant_of, b = chain->items[y].variant_of;
	return a == y || b == x || (a != SSRC_NONE && a == b);
}

static bool is_closer(const ssrc_similar *x, const ssrc_similar *y)
{
	return x->variant != y->variant ? x->variant : x->shared > y->shared;
}

/* The items nearest to this one that are no substitute in the data: variants of its group, then items of its tier by
 * the users and inputs they share. */
static ssrc_status fill_similar(builder *b)
{
	ssrc_substitution *s = b->s;
	uint32_t *all, *both;
	ssrc_status status = count_neighbours(b, s->item, &all, &both);
	for (uint32_t i = 0; i < b->chain->n_items && !status; i++) {
		ssrc_similar x = {.item = i, .variant = same_group(b->chain, s->item, i)};
		bool known = i == s->item;
		for (uint32_t k = 0; k < s->n_candidates; k++)
			known |= b->chain->alternates[s->candidates[k].alternate].by_item == i;
		if (known || (!x.variant && b->chain->items[i].tier != b->chain->items[s->item].tier))
			continue;
		uint32_t any = all[s->item] + all[i] - both[i];
		x.shared = any ? (double)both[i] / any : 0;
		if (!x.variant && both[i] == 0)
			continue;
		uint32_t at = s->n_similar;
		while (at > 0 && is_closer(&x, &s->similar[at - 1]))
			at--;
		if (at == SSRC_SIMILAR_MAX)
			continue;
		if (s->n_similar < SSRC_SIMILAR_MAX)
			s->n_similar++;
		for (uint32_t k = s->n_similar - 1; k > at; k--)
			s->similar[k] = s->similar[k - 1];
		s->similar[at] = x;
	}
	for (uint32_t i = 0; i < s->n_similar && !status; i++)
		status = list_controls(b, s->similar[i].item, SSRC_NONE, SSRC_REACH_BLOCKED, &s->similar[i].controls,
				       &s->similar[i].n_controls);
	return status;
}

/* ---- standing now and after -------------------------------------------------------------------------------------- */

/* Level, grade, and what the cut of this substitution costs. */
static ssrc_status stand(const builder *b, const ssrc_assessment *a, ssrc_workspace *w, ssrc_standing *out)
{
	const ssrc_item_result *r = &a->items[b->s->item];
	*out = (ssrc_standing){r->level, r->level_low, r->level_high, r->grade, {unknown, unknown}};
	ssrc_cut cut = {.countries = b->s->cut, .party = SSRC_NONE, .item = b->s->item};
	for (int mode = 0; mode < SSRC_MODES; mode++)
		for (int which = 0; which < SSRC_CASES; which++) {
			ssrc_loss loss = {.weeks = r->loss[mode].at[which]};
			ssrc_status status = SSRC_OK;
			if (b->s->n_cut)
				status = ssrc_loss_if_cut(&loss, w, &cut, (ssrc_case)which, (ssrc_mode)mode,
							  &ssrc_no_change, b->err);
			if (status)
				return status;
			out->loss[mode].at[which] = loss.weeks;
		}
	return SSRC_OK;
}

/* A fresh assessment of the chain with the chosen alternates in use from week 0. */
static ssrc_status stand_with(const builder *b, const ssrc_chain *swapped, ssrc_standing *out)
{
	ssrc_assess_options options = {b->options->home, (int)b->a->basis};
	ssrc_assessment *a = NULL;
	ssrc_workspace *w = NULL;
	ssrc_status status = ssrc_assess(&a, swapped, &options, b->err);
	if (!status)
		status = ssrc_workspace_new(&w, a, b->err);
	if (!status)
		status = stand(b, a, w, out);
	ssrc_workspace_free(w);
	ssrc_assessment_free(a);
	return status;
}

static void swap_in(ssrc_alternate *alternate)
{
	alternate->state = SSRC_IN_USE;
	alternate->weeks = (ssrc_interval){0, 0};
}

static ssrc_status fill_after(builder *b)
{
	ssrc_substitution *s = b->s;
	size_t bytes = b->chain->n_alternates * sizeof *b->chain->alternates;
	ssrc_alternate *alternates =
		ssrc_alloc_array(b->chain->ctx, (size_t)b->chain->n_alternates + 1, sizeof *alternates);
	if (!alternates)
		return ssrc_no_memory(b->err);
	ssrc_chain swapped = *b->chain;
	swapped.alternates = alternates;
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < s->n_candidates && !status; i++) {
		ssrc_candidate *c = &s->candidates[i];
		if (!c->offered)
			continue;
		memcpy(alternates, b->chain->alternates, bytes);
		swap_in(&alternates[c->alternate]);
		status = stand_with(b, &swapped, &c->after);
		c->has_after = !status;
	}
	if (!status && s->n_offered > 1) {
		memcpy(alternates, b->chain->alternates, bytes);
		for (uint32_t i = 0; i < s->n_candidates; i++)
			if (s->candidates[i].offered)
				swap_in(&alternates[s->candidates[i].alternate]);
		status = stand_with(b, &swapped, &s->all);
		s->has_all = !status;
	}
	ssrc_release(b->chain->ctx, alternates);
	return status;
}

/* ---- all of it ------------------------------------------------------------------------------------------------------
 */

/* Every word must be a country or EU. */
static ssrc_status read_excluded(builder *b)
{
	ssrc_substitution *s = b->s;
	const char *text = b->options->exclude ? b->options->exclude : "";
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, ",; ");
		if (n && !ssrc_country_known(p, n)) {
			char word[64] = "";
			memcpy(word, p, n < sizeof word ? n : sizeof word - 1);
			return ssrc_fail(b->err, SSRC_NOTFOUND, SSRC_M_AL_EXCLUDE, word, NULL, NULL);
		}
		for (uint32_t c = 0; n && c < b->chain->n_countries; c++)
			s->excluded[c] |=
				ssrc_text_equal(p, n, b->chain->countries[c]) ||
				(ssrc_text_equal(p, n, "EU") && ssrc_country_is_eu_member(b->chain->countries[c]));
		p += n;
		p += strspn(p, ",; ");
	}
	uint32_t top = b->a->items[s->item].supply.top_foreign;
	for (uint32_t c = 0; c < b->chain->n_countries; c++) {
		s->cut[c] = s->excluded[c] || c == top;
		s->n_cut += s->cut[c];
	}
	return SSRC_OK;
}

static ssrc_status prepare(builder *b)
{
	ssrc_substitution *s = b->s;
	b->list_size = (size_t)b->chain->n_events + b->chain->n_options + b->chain->n_alternates + 1;
	s->cut = ssrc_arena_array(&s->arena, (size_t)b->chain->n_countries + 1, sizeof *s->cut);
	s->excluded = ssrc_arena_array(&s->arena, (size_t)b->chain->n_countries + 1, sizeof *s->excluded);
	b->list = ssrc_arena_array(&s->arena, b->list_size, sizeof *b->list);
	if (!s->cut || !s->excluded || !b->list)
		return ssrc_no_memory(b->err);
	ssrc_status status = list_controls(b, s->item, SSRC_NONE, SSRC_REACH_BLOCKED, &s->controls, &s->n_controls);
	return status ? status : read_excluded(b);
}

static ssrc_status build(builder *b)
{
	ssrc_status (*const steps[])(builder *) = {prepare,        fill_candidates, fill_options,
						   fill_elsewhere, fill_stands_in,  fill_similar};
	ssrc_status status = SSRC_OK;
	for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++)
		status = steps[i](b);
	if (!status)
		status = ssrc_workspace_new(&b->w, b->a, b->err);
	if (!status)
		status = stand(b, b->a, b->w, &b->s->now);
	ssrc_workspace_free(b->w);
	return !status && b->options->after ? fill_after(b) : status;
}

ssrc_status ssrc_substitution_new(ssrc_substitution **out, const ssrc_assessment *a, uint32_t item,
				  const ssrc_substitution_options *options, ssrc_error *err)
{
	ssrc_substitution *s = ssrc_alloc_array(a->ctx, 1, sizeof *s);
	if (!s)
		return ssrc_no_memory(err);
	ssrc_arena_init(&s->arena, a->ctx);
	s->item = item;
	s->for_item = options->for_item;
	builder b = {.a = a, .chain = a->chain, .options = options, .s = s, .err = err};
	ssrc_status status = build(&b);
	if (status)
		ssrc_substitution_free(s, a->ctx);
	else
		*out = s;
	return status;
}

void ssrc_substitution_free(ssrc_substitution *substitution, ssrc_context *ctx)
{
	if (!substitution)
		return;
	ssrc_arena_clear(&substitution->arena);
	ssrc_release(ctx, substitution);
}
