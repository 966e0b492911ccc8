#include "scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *ssrc_cut_kind_word(ssrc_cut_kind kind)
{
	static const char *const words[] = {"country", "party", "item", "measure"};
	return words[kind];
}

const char *ssrc_cut_target(const ssrc_chain *chain, const ssrc_scenario_cut *cut)
{
	if (cut->kind == SSRC_CUT_COUNTRY)
		return cut->eu ? "EU" : chain->countries[cut->target];
	if (cut->kind == SSRC_CUT_PARTY)
		return chain->parties[cut->target].id;
	return cut->kind == SSRC_CUT_ITEM ? chain->items[cut->target].id : chain->events[cut->target].id;
}

/* Fills kind and target; false if the chain holds no such thing on its day. */
static bool find_target(ssrc_scenario_cut *cut, const ssrc_chain *chain, ssrc_cut_kind kind, const char *id)
{
	cut->kind = kind;
	cut->eu = kind == SSRC_CUT_COUNTRY && strcmp(id, "EU") == 0;
	switch (kind) {
	case SSRC_CUT_COUNTRY: cut->target = ssrc_chain_country(chain, id); return cut->eu || cut->target != SSRC_NONE;
	case SSRC_CUT_PARTY:
		cut->target = ssrc_chain_party(chain, id);
		if (cut->target != SSRC_NONE)
			cut->target = chain->parties[cut->target].same_as;
		break;
	case SSRC_CUT_ITEM: cut->target = ssrc_chain_item(chain, id); break;
	case SSRC_CUT_MEASURE: cut->target = ssrc_chain_event(chain, id); break;
	}
	return cut->target != SSRC_NONE;
}

/* ---- documents ------------------------------------------------------------------------------------------- */

static double number_of(const ssrc_yaml *map, const char *key)
{
	const char *text = ssrc_yaml_text(map, key);
	double value;
	return *text && ssrc_parse_number(text, strlen(text), &value) ? value : (double)NAN;
}

/* Both ends; one that is missing is the other, or `otherwise` if both are. */
static ssrc_interval pair_of(const ssrc_yaml *map, const char *low, const char *high, double otherwise)
{
	ssrc_interval x = {number_of(map, low), number_of(map, high)};
	if (isnan(x.low))
		x.low = isnan(x.high) ? otherwise : x.high;
	if (isnan(x.high))
		x.high = x.low;
	return x;
}

/* How supply returns. A profile without a length is a step: check says so. */
static void read_recovery(ssrc_scenario_cut *cut, const ssrc_yaml *map)
{
	const char *word = ssrc_yaml_text(map, "recovery");
	cut->recovery_weeks = pair_of(map, "recovery_weeks_low", "recovery_weeks_high", 0);
	cut->recovery = strcmp(word, "linear") == 0    ? SSRC_RECOVERY_LINEAR
			: strcmp(word, "s-curve") == 0 ? SSRC_RECOVERY_S
						       : SSRC_RECOVERY_STEP;
	if (cut->recovery == SSRC_RECOVERY_STEP || !(cut->recovery_weeks.high > 0)) {
		cut->recovery = SSRC_RECOVERY_STEP;
		cut->recovery_weeks = (ssrc_interval){0, 0};
	}
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static ssrc_status read_items(ssrc_scenario_cut *cut, const ssrc_chain *chain, const ssrc_yaml *list, bool *usable,
			      ssrc_arena *arena, ssrc_error *err)
{
	uint32_t n = 0;
	if (!list)
		return SSRC_OK;
	for (const ssrc_yaml *item = list->first; item; item = item->next)
		n++;
	uint32_t *items = ssrc_arena_array(arena, n, sizeof *items);
	if (!items)
		return ssrc_no_memory(err);
	for (const ssrc_yaml *item = list->first; item; item = item->next) {
		uint32_t index = ssrc_chain_item(chain, item->text);
		if (index != SSRC_NONE)
			items[cut->n_items++] = index;
	}
	if (cut->n_items)
		qsort(items, cut->n_items, sizeof *items, compare_numbers);
	cut->items = items;
	*usable = cut->n_items > 0;
	return SSRC_OK;
}

static ssrc_status read_cut(ssrc_scenario *scenario, const ssrc_chain *chain, const ssrc_yaml *map, ssrc_arena *arena,
			    ssrc_error *err)
{
	ssrc_scenario_cut cut = {.target = SSRC_NONE};
	bool found = false;
	for (int kind = SSRC_CUT_COUNTRY; kind <= SSRC_CUT_MEASURE && !found; kind++) {
		const char *id = ssrc_yaml_text(map, ssrc_cut_kind_word((ssrc_cut_kind)kind));
		found = *id && find_target(&cut, chain, (ssrc_cut_kind)kind, id);
	}
	cut.fraction = pair_of(map, "fraction_low", "fraction_high", 1);
	cut.weeks = pair_of(map, "weeks_low", "weeks_high", (double)NAN);
	cut.start = number_of(map, "start_week");
	if (isnan(cut.start))
		cut.start = 0;
	read_recovery(&cut, map);
	ssrc_status status = read_items(&cut, chain, ssrc_yaml_get(map, "items"), &found, arena, err);
	if (!status && found)
		scenario->cuts[scenario->n_cuts++] = cut;
	else
		scenario->left_out++;
	return status;
}

static ssrc_status read_scenario(ssrc_scenario *out, const ssrc_chain *chain, const ssrc_document *document,
				 ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_yaml *root = document->root, *cuts = ssrc_yaml_get(root, "cuts");
	const ssrc_yaml *title = ssrc_yaml_get(root, "title"), *about = ssrc_yaml_get(root, "description");
	uint32_t n = 0;
	ssrc_scenario scenario = {
		.id = ssrc_yaml_text(root, "scenario"),
		.title = {ssrc_yaml_text(title, "en"), ssrc_yaml_text(title, "zh")},
		.description = {ssrc_yaml_text(about, "en"), ssrc_yaml_text(about, "zh")},
		.path = document->path,
		.source = ssrc_yaml_text(root, "source"),
		.home = ssrc_yaml_text(root, "home"),
		.exercise = strcmp(ssrc_yaml_text(root, "exercise"), "no") != 0,
		.probability = pair_of(root, "probability_low", "probability_high", (double)NAN),
	};
	for (const ssrc_yaml *cut = cuts ? cuts->first : NULL; cut; cut = cut->next)
		n++;
	scenario.cuts = ssrc_arena_array(arena, n, sizeof *scenario.cuts);
	if (!scenario.cuts)
		return ssrc_no_memory(err);
	ssrc_status status = SSRC_OK;
	for (const ssrc_yaml *cut = cuts ? cuts->first : NULL; cut && !status; cut = cut->next)
		if (cut->kind == SSRC_YAML_MAP)
			status = read_cut(&scenario, chain, cut, arena, err);
	if (!status)
		*out = scenario;
	return status;
}

static int compare_scenarios(const void *a, const void *b)
{
	const ssrc_scenario *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : strcmp(x->path, y->path);
}

ssrc_status ssrc_scenarios_read(ssrc_scenario **out, uint32_t *count, const ssrc_chain *chain, ssrc_arena *arena,
				ssrc_error *err)
{
	const ssrc_package *package = chain->package;
	uint32_t n = 0;
	ssrc_scenario *list = ssrc_arena_array(arena, package->n_documents, sizeof *list);
	if (!list)
		return ssrc_no_memory(err);
	for (size_t i = 0; i < package->n_documents; i++) {
		const ssrc_document *document = &package->documents[i];
		if (strncmp(document->path, "scenarios/", 10) != 0 || !document->root ||
		    document->root->kind != SSRC_YAML_MAP)
			continue;
		ssrc_status status = read_scenario(&list[n++], chain, document, arena, err);
		if (status)
			return status;
	}
	if (n)
		qsort(list, n, sizeof *list, compare_scenarios);
	*out = list;
	*count = n;
	return SSRC_OK;
}

/* ---- a cut from words ------------------------------------------------------------------------------------- */

enum { SUGGEST_MAX = 20000 };

/* Fails with NOTFOUND and the closest id of the kind's records. */
static ssrc_status not_found(const ssrc_chain *chain, ssrc_cut_kind kind, const char *id, ssrc_error *err)
{
	const char *close[3] = {NULL}, **names = NULL;
	uint32_t n = kind == SSRC_CUT_COUNTRY ? chain->n_countries
		     : kind == SSRC_CUT_PARTY ? chain->n_parties
		     : kind == SSRC_CUT_ITEM  ? chain->n_items
					      : chain->n_events;
	if (n > 0 && n <= SUGGEST_MAX)
		names = ssrc_alloc_array(chain->ctx, n, sizeof *names);
	for (uint32_t i = 0; names && i < n; i++)
		names[i] = kind == SSRC_CUT_COUNTRY ? chain->countries[i]
			   : kind == SSRC_CUT_PARTY ? chain->parties[i].id
			   : kind == SSRC_CUT_ITEM  ? chain->items[i].id
						    : chain->events[i].id;
	size_t found = names ? ssrc_did_you_mean(id, names, n, close) : 0;
	ssrc_release(chain->ctx, names);
	return found ? ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_UNKNOWN_ID, id, close[0], NULL)
		     : ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_UNKNOWN_ID_PLAIN, id, NULL, NULL);
}

static ssrc_status parse_items(ssrc_scenario_cut *cut, const ssrc_chain *chain, const char *items, ssrc_arena *arena,
			       ssrc_error *err)
{
	uint32_t *list = ssrc_arena_array(arena, strlen(items) / 2 + 1, sizeof *list), n = 0;
	if (!list)
		return ssrc_no_memory(err);
	for (const char *p = items; *p;) {
		size_t len = strcspn(p, ",; ");
		char id[128] = "";
		if (len > 0) {
			memcpy(id, p, len < sizeof id ? len : sizeof id - 1);
			uint32_t item = ssrc_chain_item(chain, id);
			if (item == SSRC_NONE)
				return not_found(chain, SSRC_CUT_ITEM, id, err);
			list[n++] = item;
		}
		p += len;
		p += strspn(p, ",; ");
	}
	if (n)
		qsort(list, n, sizeof *list, compare_numbers);
	cut->items = list;
	cut->n_items = n;
	return SSRC_OK;
}

ssrc_status ssrc_cut_parse(ssrc_scenario_cut *out, const ssrc_chain *chain, const char *target, const char *items,
			   ssrc_arena *arena, ssrc_error *err)
{
	ssrc_scenario_cut cut = {.fraction = {1, 1}, .weeks = {(double)NAN, (double)NAN}};
	const char *colon = strchr(target, ':'), *id = colon ? colon + 1 : target;
	ssrc_cut_kind kind = SSRC_CUT_ITEM;
	for (int k = SSRC_CUT_COUNTRY; colon && k <= SSRC_CUT_MEASURE; k++)
		if (ssrc_text_equal(target, (size_t)(colon - target), ssrc_cut_kind_word((ssrc_cut_kind)k)))
			kind = (ssrc_cut_kind)k;
	if (!find_target(&cut, chain, kind, id)) {
		char word[128];
		strncpy(word, id, sizeof word - 1);
		word[sizeof word - 1] = '\0';
		return not_found(chain, kind, word, err);
	}
	ssrc_status status = items ? parse_items(&cut, chain, items, arena, err) : SSRC_OK;
	if (!status)
		*out = cut;
	return status;
}
