/* package.yaml, policy.yaml and scenarios/. */
#include "check.h"

#include "model/policy.h"

#include <stdio.h>
#include <string.h>

typedef struct document_check {
	ssrc_checker *c;
	const char *path;
} document_check;

static void complain(const document_check *k, ssrc_severity severity, ssrc_text_id message, const ssrc_yaml *at,
		     const char *arg0, const char *arg1, const char *arg2)
{
	ssrc_findings_add(k->c->findings, severity, message, k->path, at ? at->line : 1, at ? at->column : 1, arg0,
			  arg1, arg2);
}

static void check_keys(const document_check *k, const ssrc_yaml *map, const char *const *known, size_t n_known)
{
	for (const ssrc_yaml *child = map->first; child; child = child->next) {
		bool found = false;
		for (size_t i = 0; i < n_known && !found; i++)
			found = strcmp(child->key, known[i]) == 0;
		if (found)
			continue;
		const char *close[3] = {"-", NULL, NULL};
		ssrc_did_you_mean(child->key, known, n_known, close);
		complain(k, SSRC_WARNING, SSRC_M_DOC_KEY_UNKNOWN, child, child->key, close[0], NULL);
	}
}

static void require(const document_check *k, const ssrc_yaml *map, const char *key)
{
	const ssrc_yaml *child = ssrc_yaml_get(map, key);
	if (!child || (child->kind == SSRC_YAML_SCALAR && !*child->text))
		complain(k, SSRC_ERROR, SSRC_M_DOC_KEY_MISSING, map, key, NULL, NULL);
}

static void check_number(const document_check *k, const ssrc_yaml *map, const char *key, double min, double max,
			 const char *expected)
{
	const ssrc_yaml *node = ssrc_yaml_get(map, key);
	double value;
	if (!node || (node->kind == SSRC_YAML_SCALAR && !*node->text))
		return;
	if (node->kind != SSRC_YAML_SCALAR || !ssrc_parse_number(node->text, strlen(node->text), &value) ||
	    value < min || value > max)
		complain(k, SSRC_ERROR, SSRC_M_DOC_VALUE, node, key, node->text, expected);
}

static void check_pair(const document_check *k, const ssrc_yaml *map, const char *low, const char *high)
{
	double a, b;
	const char *x = ssrc_yaml_text(map, low), *y = ssrc_yaml_text(map, high);
	if (ssrc_parse_number(x, strlen(x), &a) && ssrc_parse_number(y, strlen(y), &b) && a > b)
		complain(k, SSRC_ERROR, SSRC_M_INTERVAL_REVERSED, ssrc_yaml_get(map, low), low, high, NULL);
}

static bool home_is_known(const ssrc_package *package, const char *home)
{
	for (const char *p = home; *p;) {
		size_t n = strcspn(p, ",; ");
		if (n > 0 && !ssrc_country_known(p, n) && !package->tables[SSRC_FILE_PARTIES].lost &&
		    ssrc_symbols_find(&package->ids[SSRC_FILE_PARTIES], p, n) == SSRC_NONE)
			return false;
		p += n;
		p += strspn(p, ",; ");
	}
	return true;
}

static void check_package_yaml(const document_check *k, const ssrc_yaml *root)
{
	static const char *const known[] = {"name",     "title",       "version",     "licence", "home",
					    "currency", "description", "assumptions", "authors", "updated"};
	if (root->kind != SSRC_YAML_MAP) {
		complain(k, SSRC_ERROR, SSRC_M_DOC_VALUE, root, k->path, root->text, "key: value");
		return;
	}
	check_keys(k, root, known, sizeof known / sizeof *known);
	require(k, root, "name");
	require(k, root, "licence");
	require(k, root, "home");
	const char *home = ssrc_yaml_text(root, "home");
	if (!home_is_known(k->c->package, home))
		complain(k, SSRC_ERROR, SSRC_M_COUNTRY_UNKNOWN, ssrc_yaml_get(root, "home"), home, NULL, NULL);
}

static void check_reference(const document_check *k, const ssrc_yaml *node, ssrc_file_id file)
{
	if (!node || node->kind != SSRC_YAML_SCALAR || !*node->text)
		return;
	const ssrc_symbols *ids = &k->c->package->ids[file];
	if (k->c->package->tables[file].lost || ssrc_symbols_find(ids, node->text, strlen(node->text)) != SSRC_NONE)
		return;
	const char *close[3] = {"-", NULL, NULL};
	if (ids->count > 0 && ids->count <= 4000)
		ssrc_did_you_mean(node->text, ids->text, ids->count, close);
	complain(k, SSRC_ERROR, SSRC_M_REF_UNKNOWN, node, node->text, ssrc_schema[file].name, close[0]);
}

/* A cut names exactly one thing that is cut. */
static void check_cut_head(const document_check *k, const ssrc_yaml *cut)
{
	static const char *const heads[] = {"country", "party", "item", "measure"};
	char named[64] = "";
	int count = 0;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		if (!ssrc_yaml_get(cut, heads[i]))
			continue;
		size_t used = strlen(named);
		snprintf(named + used, sizeof named - used, "%s%s", count++ ? " + " : "", heads[i]);
	}
	if (count != 1)
		complain(k, SSRC_ERROR, count ? SSRC_M_CUT_SEVERAL_HEADS : SSRC_M_CUT_NO_HEAD, cut, named, NULL, NULL);
}

static void check_cut(const document_check *k, const ssrc_yaml *cut)
{
	static const char *const known[] = {"country",
					    "party",
					    "item",
					    "measure",
					    "items",
					    "fraction_low",
					    "fraction_high",
					    "start_week",
					    "weeks_low",
					    "weeks_high",
					    "recovery",
					    "note",
					    "recovery_weeks_low",
					    "recovery_weeks_high"};
	if (cut->kind != SSRC_YAML_MAP) {
		complain(k, SSRC_ERROR, SSRC_M_DOC_VALUE, cut, "cuts", cut->text,
			 "country: … | party: … | item: … | measure: …");
		return;
	}
	check_keys(k, cut, known, sizeof known / sizeof *known);
	check_cut_head(k, cut);
	const ssrc_yaml *country = ssrc_yaml_get(cut, "country");
	if (country && strcmp(country->text, "EU") != 0 && !ssrc_country_known(country->text, strlen(country->text)))
		complain(k, SSRC_ERROR, SSRC_M_COUNTRY_UNKNOWN, country, country->text, NULL, NULL);
	check_reference(k, ssrc_yaml_get(cut, "party"), SSRC_FILE_PARTIES);
	check_reference(k, ssrc_yaml_get(cut, "item"), SSRC_FILE_ITEMS);
	check_reference(k, ssrc_yaml_get(cut, "measure"), SSRC_FILE_EVENTS);
	const ssrc_yaml *items = ssrc_yaml_get(cut, "items");
	for (const ssrc_yaml *item = items ? items->first : NULL; item; item = item->next)
		check_reference(k, item, SSRC_FILE_ITEMS);
	check_number(k, cut, "fraction_low", 0, 1, "0–1");
	check_number(k, cut, "fraction_high", 0, 1, "0–1");
	check_number(k, cut, "start_week", 0, 5200, "0–5200");
	check_number(k, cut, "weeks_low", 0, 5200, "0–5200");
	check_number(k, cut, "weeks_high", 0, 5200, "0–5200");
	check_number(k, cut, "recovery_weeks_low", 0, 5200, "0–5200");
	check_number(k, cut, "recovery_weeks_high", 0, 5200, "0–5200");
	check_pair(k, cut, "recovery_weeks_low", "recovery_weeks_high");
	const ssrc_yaml *recovery = ssrc_yaml_get(cut, "recovery");
	if (recovery && strcmp(recovery->text, "step") != 0 && strcmp(recovery->text, "linear") != 0 &&
	    strcmp(recovery->text, "s-curve") != 0)
		complain(k, SSRC_ERROR, SSRC_M_DOC_VALUE, recovery, "recovery", recovery->text,
			 "step | linear | s-curve");
	check_pair(k, cut, "fraction_low", "fraction_high");
	check_pair(k, cut, "weeks_low", "weeks_high");
}

static void check_scenario(const document_check *k, const ssrc_yaml *root)
{
	static const char *const known[] = {
		"scenario",         "title", "description", "exercise", "source", "probability_low",
		"probability_high", "cuts",  "note",        "home"};
	if (root->kind != SSRC_YAML_MAP) {
		complain(k, SSRC_ERROR, SSRC_M_DOC_VALUE, root, k->path, root->text, "key: value");
		return;
	}
	check_keys(k, root, known, sizeof known / sizeof *known);
	require(k, root, "scenario");
	require(k, root, "title");
	check_number(k, root, "probability_low", 0, 1, "0–1");
	check_number(k, root, "probability_high", 0, 1, "0–1");
	const ssrc_yaml *source = ssrc_yaml_get(root, "source");
	if (source && source->kind == SSRC_YAML_SCALAR) {
		for (const char *p = source->text; *p;) {
			size_t n = strcspn(p, "; ");
			if (n && !k->c->package->tables[SSRC_FILE_SOURCES].lost &&
			    ssrc_symbols_find(&k->c->package->ids[SSRC_FILE_SOURCES], p, n) == SSRC_NONE) {
				char word[64];
				snprintf(word, sizeof word, "%.*s", (int)(n < 63 ? n : 63), p);
				complain(k, SSRC_ERROR, SSRC_M_REF_UNKNOWN, source, word, "sources", "-");
			}
			p += n;
			p += strspn(p, "; ");
		}
	}
	const char *home = ssrc_yaml_text(root, "home");
	if (!home_is_known(k->c->package, home))
		complain(k, SSRC_ERROR, SSRC_M_COUNTRY_UNKNOWN, ssrc_yaml_get(root, "home"), home, NULL, NULL);
	const ssrc_yaml *cuts = ssrc_yaml_get(root, "cuts");
	if (!cuts || cuts->kind != SSRC_YAML_LIST) {
		complain(k, SSRC_ERROR, SSRC_M_DOC_KEY_MISSING, root, "cuts", NULL, NULL);
		return;
	}
	for (const ssrc_yaml *cut = cuts->first; cut; cut = cut->next)
		check_cut(k, cut);
}

static void check_condition_keys(const document_check *k, const ssrc_yaml *map, int depth)
{
	static const char *const known[] = {"level", "grade", "name",  "title", "note",  "all", "any",
					    "fact",  "min",   "above", "max",   "below", "at",  "source"};
	if (map->kind != SSRC_YAML_MAP || depth > 10)
		return;
	check_keys(k, map, known, sizeof known / sizeof *known);
	for (int i = 5; i <= 6; i++) {
		const ssrc_yaml *list = ssrc_yaml_get(map, known[i]);
		for (const ssrc_yaml *child = list ? list->first : NULL; child; child = child->next)
			check_condition_keys(k, child, depth + 1);
	}
}

/* The policy as the assessment reads it; its first problem. */
static ssrc_status check_policy(const document_check *k, const ssrc_yaml *root, ssrc_error *err)
{
	static const char *const known[] = {"policy", "levels", "grades", "title", "description", "note"};
	if (root->kind == SSRC_YAML_MAP)
		check_keys(k, root, known, sizeof known / sizeof *known);
	for (int i = 1; i <= 2; i++) {
		const ssrc_yaml *list = ssrc_yaml_get(root, known[i]);
		for (const ssrc_yaml *rule = list ? list->first : NULL; rule; rule = rule->next)
			check_condition_keys(k, rule, 0);
	}
	ssrc_policy *policy;
	ssrc_error local = {0};
	ssrc_status status = ssrc_policy_read(&policy, k->c->package, &k->c->arena, &local);
	if (status == SSRC_FORMAT) {
		ssrc_findings_add(k->c->findings, SSRC_ERROR, (ssrc_text_id)local.message, k->path, local.line,
				  local.column, local.arg[0], local.arg[1], local.arg[2]);
		return SSRC_OK;
	}
	if (status && err && !err->code)
		*err = local;
	return status;
}

ssrc_status ssrc_check_documents(ssrc_checker *c, ssrc_error *err)
{
	for (size_t i = 0; i < c->package->n_documents; i++) {
		const ssrc_document *document = &c->package->documents[i];
		document_check k = {c, document->path};
		if (!document->root) {
			if (strcmp(document->path, "package.yaml") == 0 && document->len == 0)
				complain(&k, SSRC_ERROR, SSRC_M_DOC_KEY_MISSING, NULL, "name", NULL, NULL);
			continue;
		}
		if (strcmp(document->path, "package.yaml") == 0)
			check_package_yaml(&k, document->root);
		else if (strncmp(document->path, "scenarios/", 10) == 0)
			check_scenario(&k, document->root);
		else if (strcmp(document->path, "policy.yaml") == 0) {
			ssrc_status status = check_policy(&k, document->root, err);
			if (status)
				return status;
		}
	}
	return ssrc_findings_status(c->findings, err);
}
