#include "yaml.h"

#include <string.h>
#include <yaml.h>

typedef struct builder {
	ssrc_arena *arena;
	yaml_parser_t parser;
	const char *name;
	ssrc_findings *findings;
	ssrc_error *err;
	size_t nodes;
	bool broken;
} builder;

static void complain(builder *b, ssrc_text_id message, yaml_mark_t mark, const char *arg)
{
	if (!b->broken)
		ssrc_findings_add(b->findings, SSRC_ERROR, message, b->name, (int64_t)mark.line + 1,
				  (int64_t)mark.column + 1, arg, NULL, NULL);
	b->broken = true;
}

static bool next_event(builder *b, yaml_event_t *event)
{
	if (yaml_parser_parse(&b->parser, event))
		return true;
	yaml_mark_t mark = b->parser.problem_mark;
	complain(b, SSRC_M_YAML_SYNTAX, mark, b->parser.problem ? b->parser.problem : "?");
	return false;
}

static ssrc_yaml *new_node(builder *b, ssrc_yaml_kind kind, const yaml_event_t *event)
{
	if (++b->nodes > SSRC_YAML_NODES_MAX) {
		complain(b, SSRC_M_YAML_LIMIT, event->start_mark, NULL);
		return NULL;
	}
	ssrc_yaml *node = ssrc_arena_array(b->arena, 1, sizeof *node);
	if (!node) {
		ssrc_fail(b->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
		b->broken = true;
		return NULL;
	}
	node->kind = kind;
	node->text = "";
	node->line = (int64_t)event->start_mark.line + 1;
	node->column = (int64_t)event->start_mark.column + 1;
	return node;
}

static const char *scalar_text(builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	if (strlen(text) != len) {
		complain(b, SSRC_M_NUL, event->start_mark, NULL);
		return NULL;
	}
	const char *copy = ssrc_arena_text(b->arena, text, len);
	if (!copy) {
		ssrc_fail(b->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
		b->broken = true;
	}
	return copy;
}

static ssrc_yaml *build(builder *b, yaml_event_t *event, int depth);

static ssrc_yaml *build_children(builder *b, const yaml_event_t *start, int depth)
{
	bool map = start->type == YAML_MAPPING_START_EVENT;
	ssrc_yaml *node = new_node(b, map ? SSRC_YAML_MAP : SSRC_YAML_LIST, start);
	if (!node)
		return NULL;
	ssrc_yaml **tail = &node->first;
	while (!b->broken) {
		yaml_event_t event;
		if (!next_event(b, &event))
			break;
		if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			break;
		}
		const char *key = NULL;
		if (map) {
			if (event.type != YAML_SCALAR_EVENT) {
				complain(b, SSRC_M_YAML_SYNTAX, event.start_mark, "a key must be plain text");
				yaml_event_delete(&event);
				break;
			}
			key = scalar_text(b, &event);
			if (key && ssrc_yaml_get(node, key))
				complain(b, SSRC_M_YAML_DUPLICATE, event.start_mark, key);
			yaml_event_delete(&event);
			if (b->broken || !next_event(b, &event))
				break;
		}
		ssrc_yaml *child = build(b, &event, depth + 1);
		yaml_event_delete(&event);
		if (!child)
			break;
		child->key = key;
		*tail = child;
		tail = &child->next;
	}
	return b->broken ? NULL : node;
}

static ssrc_yaml *build(builder *b, yaml_event_t *event, int depth)
{
	if (depth > SSRC_YAML_DEPTH_MAX) {
		complain(b, SSRC_M_YAML_LIMIT, event->start_mark, NULL);
		return NULL;
	}
	switch ((int)event->type) {
	case YAML_SCALAR_EVENT: {
		ssrc_yaml *node = new_node(b, SSRC_YAML_SCALAR, event);
		const char *text = node ? scalar_text(b, event) : NULL;
		if (!text)
			return NULL;
		node->text = text;
		return node;
	}
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT: return build_children(b, event, depth);
	default: complain(b, SSRC_M_YAML_LIMIT, event->start_mark, NULL); return NULL;
	}
}

static ssrc_yaml *build_document(builder *b)
{
	ssrc_yaml *root = NULL;
	for (bool done = false; !done && !b->broken;) {
		yaml_event_t event;
		if (!next_event(b, &event))
			break;
		switch ((int)event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT: break;
		case YAML_STREAM_END_EVENT: done = true; break;
		default:
			if (root)
				complain(b, SSRC_M_YAML_SYNTAX, event.start_mark, "more than one document");
			else
				root = build(b, &event, 1);
		}
		yaml_event_delete(&event);
	}
	return b->broken ? NULL : root;
}

ssrc_status ssrc_yaml_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name, ssrc_yaml **out,
			    ssrc_findings *findings, ssrc_error *err)
{
	ssrc_error local = {0};
	builder b = {.arena = arena, .name = name, .findings = findings, .err = &local};
	*out = NULL;
	if (!yaml_parser_initialize(&b.parser))
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)bytes, len);
	ssrc_yaml *root = build_document(&b);
	yaml_parser_delete(&b.parser);
	if (local.code) {
		if (err && !err->code)
			*err = local;
		return local.code;
	}
	*out = root;
	return ssrc_findings_status(findings, err);
}

const ssrc_yaml *ssrc_yaml_get(const ssrc_yaml *node, const char *key)
{
	if (!node || node->kind != SSRC_YAML_MAP)
		return NULL;
	for (const ssrc_yaml *child = node->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

const char *ssrc_yaml_text(const ssrc_yaml *node, const char *key)
{
	const ssrc_yaml *child = ssrc_yaml_get(node, key);
	return child ? child->text : "";
}
