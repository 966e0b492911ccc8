#include "json_read.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct builder {
	ssrc_arena *arena;
	bool failed, deep;
} builder;

static ssrc_json_value *build(builder *b, const char *key, const json_t *from, int depth);

static const char *keep(builder *b, const char *text, size_t len)
{
	const char *copy = len ? ssrc_arena_text(b->arena, text, len) : "";
	b->failed |= copy == NULL;
	return copy ? copy : "";
}

static void build_members(builder *b, ssrc_json_value *value, const json_t *from, int depth)
{
	ssrc_json_value **tail = &value->first;
	if (value->kind == SSRC_JSON_LIST) {
		for (size_t i = 0; i < json_array_size(from) && !b->failed; i++)
			if ((*tail = build(b, NULL, json_array_get(from, i), depth + 1)))
				tail = &(*tail)->next;
		return;
	}
	/* The library walks an object through a handle that is not const, but does not change it. */
	json_t *object = json_incref((json_t *)(uintptr_t)from);
	for (void *at = json_object_iter(object); at && !b->failed; at = json_object_iter_next(object, at))
		if ((*tail = build(b, json_object_iter_key(at), json_object_iter_value(at), depth + 1)))
			tail = &(*tail)->next;
	json_decref(object);
}

static void fill(builder *b, ssrc_json_value *value, const json_t *from, int depth)
{
	char number[32];
	switch (json_typeof(from)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		value->kind = json_typeof(from) == JSON_OBJECT ? SSRC_JSON_OBJECT : SSRC_JSON_LIST;
		build_members(b, value, from, depth);
		break;
	case JSON_STRING:
		value->kind = SSRC_JSON_STRING;
		value->text = keep(b, json_string_value(from), json_string_length(from));
		break;
	case JSON_INTEGER:
		value->kind = SSRC_JSON_NUMBER;
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(from));
		value->text = keep(b, number, strlen(number));
		break;
	case JSON_REAL:
		value->kind = SSRC_JSON_NUMBER;
		value->text = keep(b, number, ssrc_format_number(number, json_real_value(from)));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		value->kind = SSRC_JSON_BOOL;
		value->text = json_is_true(from) ? "true" : "false";
		break;
	case JSON_NULL: value->kind = SSRC_JSON_NULL; break;
	}
}

static ssrc_json_value *build(builder *b, const char *key, const json_t *from, int depth)
{
	if (depth > SSRC_JSON_READ_DEPTH_MAX) {
		b->deep = b->failed = true;
		return NULL;
	}
	ssrc_json_value *value = ssrc_arena_array(b->arena, 1, sizeof *value);
	if (!value) {
		b->failed = true;
		return NULL;
	}
	value->key = key ? keep(b, key, strlen(key)) : NULL;
	value->text = "";
	fill(b, value, from, depth);
	return value;
}

ssrc_status ssrc_json_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name, ssrc_json_value **out,
			    ssrc_findings *findings, ssrc_error *err)
{
	json_error_t error;
	builder b = {.arena = arena};
	*out = NULL;
	if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		len -= 3;
	}
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!root) {
		if (json_error_code(&error) == json_error_out_of_memory)
			return ssrc_no_memory(err);
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_JSON_SYNTAX, name, error.line > 0 ? error.line : 1,
				  error.column > 0 ? error.column : 1, error.text, NULL, NULL);
		return SSRC_OK;
	}
	ssrc_json_value *value = build(&b, NULL, root, 1);
	json_decref(root);
	if (b.deep) {
		char most[16];
		snprintf(most, sizeof most, "%d", SSRC_JSON_READ_DEPTH_MAX);
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_NESTED_DEEP, name, 1, 1, most, NULL, NULL);
		return SSRC_OK;
	}
	if (b.failed)
		return ssrc_no_memory(err);
	*out = value;
	return SSRC_OK;
}

const ssrc_json_value *ssrc_json_get(const ssrc_json_value *value, const char *key)
{
	if (!value || value->kind != SSRC_JSON_OBJECT)
		return NULL;
	for (const ssrc_json_value *member = value->first; member; member = member->next)
		if (strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

const char *ssrc_json_text(const ssrc_json_value *value, const char *key)
{
	const ssrc_json_value *member = ssrc_json_get(value, key);
	return member && member->kind == SSRC_JSON_STRING ? member->text : "";
}

const ssrc_json_value *ssrc_json_list(const ssrc_json_value *value, const char *key)
{
	const ssrc_json_value *member = ssrc_json_get(value, key);
	return member && member->kind == SSRC_JSON_LIST ? member->first : NULL;
}

double ssrc_json_double(const ssrc_json_value *value, const char *key)
{
	const ssrc_json_value *member = ssrc_json_get(value, key);
	double number;
	return member && member->kind == SSRC_JSON_NUMBER &&
			       ssrc_parse_number(member->text, strlen(member->text), &number)
		       ? number
		       : (double)NAN;
}
