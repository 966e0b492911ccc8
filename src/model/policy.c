#include "policy.h"

#include <stdio.h>
#include <string.h>

typedef struct reader {
	ssrc_arena *arena;
	const char *file;
	ssrc_error *err;
} reader;

static const struct {
	const char *word, *unit;
} facts[] = {
#define SSRC_X(name, word, unit) {word, unit},
	SSRC_FACT_LIST(SSRC_X)
#undef SSRC_X
};

const char *ssrc_fact_word(ssrc_fact fact)
{
	return facts[fact].word;
}

const char *ssrc_fact_unit(ssrc_fact fact)
{
	return facts[fact].unit;
}

/* What a key holds and what it may hold. */
static ssrc_status refuse(const reader *r, const ssrc_yaml *at, const char *key, const char *value,
			  const char *expected)
{
	ssrc_status status = ssrc_fail_at(r->err, SSRC_FORMAT, SSRC_M_DOC_VALUE, r->file, at ? at->line : 1,
					  at ? at->column : 1, key, *value ? value : "-");
	if (r->err && !*r->err->arg[2])
		snprintf(r->err->arg[2], sizeof r->err->arg[2], "%s", expected);
	return status;
}

static ssrc_status unknown_fact(const reader *r, const ssrc_yaml *node, const char *word)
{
	const char *names[SSRC_FACT_COUNT], *close[3];
	char expected[SSRC_ERROR_ARG_BYTES] = "";
	for (int i = 0; i < SSRC_FACT_COUNT; i++)
		names[i] = facts[i].word;
	size_t n = ssrc_did_you_mean(word, names, SSRC_FACT_COUNT, close), used = 0;
	const char *const *shown = n ? close : names;
	for (size_t i = 0; i < (n ? n : 4) && used < sizeof expected; i++)
		used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", i ? ", " : "", shown[i]);
	const ssrc_yaml *at = ssrc_yaml_get(node, "fact");
	return refuse(r, at ? at : node, "fact", word, expected);
}

static ssrc_status no_memory(const reader *r)
{
	(void)ssrc_fail(r->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	return SSRC_NOMEM;
}

static ssrc_status read_test(const reader *r, const ssrc_yaml *node, ssrc_condition *out)
{
	static const char *const ops[] = {"min", "above", "max", "below"};
	static const char *const ats[] = {"certain", "central", "possible"};
	const char *word = ssrc_yaml_text(node, "fact");
	int fact = 0;
	while (fact < SSRC_FACT_COUNT && strcmp(facts[fact].word, word) != 0)
		fact++;
	if (fact == SSRC_FACT_COUNT)
		return unknown_fact(r, node, word);
	out->kind = SSRC_TEST;
	out->fact = (ssrc_fact)fact;
	out->at = SSRC_CENTRAL;
	out->source = ssrc_yaml_text(node, "source");
	int found = 0;
	for (int op = 0; op < 4; op++) {
		const ssrc_yaml *value = ssrc_yaml_get(node, ops[op]);
		if (!value)
			continue;
		found++;
		out->op = (ssrc_test_op)op;
		if (!ssrc_parse_number(value->text, strlen(value->text), &out->value))
			return refuse(r, value, ops[op], value->text, "0.5, 13 …");
	}
	if (found != 1)
		return refuse(r, node, word, found ? "min + max" : "", "min | above | max | below");
	const char *at = ssrc_yaml_text(node, "at");
	for (int i = 0; i < 3 && *at; i++)
		if (strcmp(ats[i], at) == 0) {
			out->at = (ssrc_test_at)i;
			return SSRC_OK;
		}
	return *at ? refuse(r, ssrc_yaml_get(node, "at"), "at", at, "certain, central, possible") : SSRC_OK;
}

static ssrc_status read_condition(const reader *r, const ssrc_yaml *node, ssrc_condition **out, int depth);

static ssrc_status read_children(const reader *r, const ssrc_yaml *list, ssrc_condition *parent, int depth)
{
	if (list->kind != SSRC_YAML_LIST || !list->first)
		return refuse(r, list, "all, any", list->text, "- {fact: …, min: …}");
	ssrc_condition **tail = &parent->first;
	for (const ssrc_yaml *child = list->first; child; child = child->next) {
		ssrc_status status = read_condition(r, child, tail, depth + 1);
		if (status)
			return status;
		tail = &(*tail)->next;
	}
	return SSRC_OK;
}

static ssrc_status read_condition(const reader *r, const ssrc_yaml *node, ssrc_condition **out, int depth)
{
	ssrc_condition *condition = ssrc_arena_array(r->arena, 1, sizeof *condition);
	if (!condition)
		return no_memory(r);
	const ssrc_yaml *all = ssrc_yaml_get(node, "all"), *any = ssrc_yaml_get(node, "any");
	*out = condition;
	if (depth > 8)
		return refuse(r, node, "all, any", "> 8", "≤ 8");
	if (all && any)
		return refuse(r, node, "all | any", "all + any", "all | any");
	if (all || any) {
		condition->kind = all ? SSRC_ALL : SSRC_ANY;
		return read_children(r, all ? all : any, condition, depth);
	}
	return read_test(r, node, condition);
}

static ssrc_status read_rules(const reader *r, const ssrc_yaml *list, bool grades, ssrc_rule *rules, size_t *count)
{
	if (list && list->kind != SSRC_YAML_LIST)
		return refuse(r, list, grades ? "grades" : "levels", list->text, "- …");
	for (const ssrc_yaml *node = list ? list->first : NULL; node; node = node->next) {
		if (*count == SSRC_RULES_MAX)
			return refuse(r, node, grades ? "grades" : "levels", "> 64", "≤ 64");
		const ssrc_yaml *rank = ssrc_yaml_get(node, grades ? "grade" : "level");
		const char *text = rank ? rank->text : "";
		ssrc_rule *rule = &rules[*count];
		if (strlen(text) != 1 || !strchr(grades ? "ABC" : "1234", text[0]))
			return refuse(r, rank ? rank : node, grades ? "grade" : "level", text,
				      grades ? "A, B, C" : "1, 2, 3, 4");
		rule->rank = grades ? 'D' - text[0] : text[0] - '0';
		rule->name = ssrc_yaml_text(node, "name");
		const ssrc_yaml *title = ssrc_yaml_get(node, "title");
		rule->title[0] = ssrc_yaml_text(title, "en");
		rule->title[1] = ssrc_yaml_text(title, "zh");
		ssrc_status status = read_condition(r, node, &rule->condition, 0);
		if (status)
			return status;
		(*count)++;
	}
	return SSRC_OK;
}

static ssrc_status read_tree(const reader *r, const ssrc_yaml *root, ssrc_policy *policy)
{
	policy->name = ssrc_yaml_text(root, "policy");
	if (!ssrc_yaml_get(root, "levels"))
		return ssrc_fail_at(r->err, SSRC_FORMAT, SSRC_M_DOC_KEY_MISSING, r->file, root->line, root->column,
				    "levels", NULL);
	ssrc_status status = read_rules(r, ssrc_yaml_get(root, "levels"), false, policy->levels, &policy->n_levels);
	if (!status)
		status = read_rules(r, ssrc_yaml_get(root, "grades"), true, policy->grades, &policy->n_grades);
	return status;
}

ssrc_status ssrc_policy_read(ssrc_policy **out, const ssrc_package *package, ssrc_arena *arena, ssrc_error *err)
{
	reader r = {arena, "policy.yaml", err};
	ssrc_policy *policy = ssrc_arena_array(arena, 1, sizeof *policy);
	if (!policy)
		return no_memory(&r);
	const ssrc_document *document = ssrc_package_document(package, "policy.yaml");
	const ssrc_yaml *root = document ? document->root : NULL;
	if (!document) {
		ssrc_findings *findings;
		ssrc_yaml *tree;
		ssrc_status status = ssrc_findings_new(&findings, package->ctx, err);
		if (status)
			return status;
		status = ssrc_yaml_parse(arena, ssrc_policy_default_text, strlen(ssrc_policy_default_text),
					 "policy.yaml", &tree, findings, err);
		ssrc_findings_free(findings);
		if (status)
			return status;
		root = tree;
	}
	ssrc_status status = root ? read_tree(&r, root, policy) : refuse(&r, NULL, r.file, "", "levels: …");
	if (!status)
		*out = policy;
	return status;
}
