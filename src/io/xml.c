#include "xml.h"

#include "base/mask.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* Stands between name space and name in what the library reports; cannot stand in either (XML 1.0 §2.2). */
static const XML_Char between = '\x1F';

typedef struct builder {
	ssrc_arena *arena;
	XML_Parser parser;
	const char *name;
	ssrc_findings *findings;
	ssrc_error *err;
	ssrc_xml *root;
	struct open_node {
		ssrc_xml *node, *last;
		ssrc_buf text;
	} open[SSRC_XML_DEPTH_MAX];
	int depth;
	uint32_t nodes;
	bool broken;
	ssrc_status status;
} builder;

static int64_t line_of(const builder *b)
{
	return (int64_t)XML_GetCurrentLineNumber(b->parser);
}

static int64_t column_of(const builder *b)
{
	return (int64_t)XML_GetCurrentColumnNumber(b->parser) + 1;
}

static void stop(builder *b)
{
	b->broken = true;
	XML_StopParser(b->parser, XML_FALSE);
}

static void complain(builder *b, ssrc_text_id message, const char *arg)
{
	if (!b->broken)
		ssrc_findings_add(b->findings, SSRC_ERROR, message, b->name, line_of(b), column_of(b), arg, NULL, NULL);
	stop(b);
}

static void no_memory(builder *b)
{
	b->status = ssrc_no_memory(b->err);
	stop(b);
}

static const char *keep(builder *b, const char *text, size_t len)
{
	const char *copy = len ? ssrc_arena_text(b->arena, text, len) : "";
	if (!copy)
		no_memory(b);
	return copy ? copy : "";
}

/* Splits "space between name" of the library. */
static const char *local_name(const XML_Char *full, size_t *space)
{
	const char *cut = strchr(full, between);
	*space = cut ? (size_t)(cut - full) : 0;
	return cut ? cut + 1 : full;
}

static void take_attributes(builder *b, ssrc_xml *node, const XML_Char **pairs)
{
	uint32_t n = 0;
	size_t space;
	while (pairs[2 * (size_t)n])
		n++;
	ssrc_xml_attribute *list = n ? ssrc_arena_array(b->arena, n, sizeof *list) : NULL;
	if (n && !list) {
		no_memory(b);
		return;
	}
	for (uint32_t i = 0; i < n && !b->broken; i++) {
		const char *name = local_name(pairs[2 * (size_t)i], &space), *value = pairs[2 * (size_t)i + 1];
		list[i] = (ssrc_xml_attribute){keep(b, name, strlen(name)), keep(b, value, strlen(value))};
	}
	node->attributes = list;
	node->n_attributes = n;
}

static void XMLCALL on_start(void *user, const XML_Char *full, const XML_Char **pairs)
{
	builder *b = user;
	char most[24];
	if (b->broken)
		return;
	if (b->depth == SSRC_XML_DEPTH_MAX || b->nodes == SSRC_XML_NODES_MAX) {
		bool deep = b->depth == SSRC_XML_DEPTH_MAX;
		snprintf(most, sizeof most, "%d", deep ? (int)SSRC_XML_DEPTH_MAX : (int)SSRC_XML_NODES_MAX);
		complain(b, deep ? SSRC_M_NESTED_DEEP : SSRC_M_XML_NODES, most);
		return;
	}
	ssrc_xml *node = ssrc_arena_array(b->arena, 1, sizeof *node);
	if (!node) {
		no_memory(b);
		return;
	}
	size_t space;
	const char *name = local_name(full, &space);
	*node = (ssrc_xml){.name = keep(b, name, strlen(name)),
			   .space = keep(b, full, space),
			   .text = "",
			   .line = line_of(b),
			   .column = column_of(b)};
	take_attributes(b, node, pairs);
	struct open_node *above = b->depth ? &b->open[b->depth - 1] : NULL;
	if (!above)
		b->root = node;
	else if (above->last)
		above->last->next = node;
	else
		above->node->first = node;
	if (above)
		above->last = node;
	b->open[b->depth].node = node;
	b->open[b->depth].last = NULL;
	b->open[b->depth].text.len = 0;
	b->depth++;
	b->nodes++;
}

static void XMLCALL on_end(void *user, const XML_Char *full)
{
	(void)full;
	builder *b = user;
	if (b->broken)
		return;
	struct open_node *open = &b->open[--b->depth];
	open->node->text = keep(b, open->text.data, open->text.len);
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
	builder *b = user;
	if (b->broken || b->depth == 0)
		return;
	ssrc_buf *out = &b->open[b->depth - 1].text;
	ssrc_buf_add(out, text, (size_t)len);
	if (out->failed)
		no_memory(b);
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public,
			       int declares)
{
	(void)name;
	(void)system;
	(void)public;
	if (declares)
		complain(user, SSRC_M_XML_DOCTYPE, NULL);
}

static void feed(builder *b, const char *bytes, size_t len)
{
	/* The library counts in int. */
	const size_t most = 1 << 24;
	for (size_t at = 0; !b->broken && (at < len || at == 0);) {
		size_t n = len - at < most ? len - at : most;
		at += n;
		if (XML_Parse(b->parser, bytes + at - n, (int)n, at == len) == XML_STATUS_OK) {
			if (at == len)
				return;
			continue;
		}
		enum XML_Error code = XML_GetErrorCode(b->parser);
		if (code == XML_ERROR_NO_MEMORY)
			no_memory(b);
		else
			complain(b, SSRC_M_XML_SYNTAX, XML_ErrorString(code));
	}
}

ssrc_status ssrc_xml_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name, ssrc_xml **out,
			   ssrc_findings *findings, ssrc_error *err)
{
	*out = NULL;
	builder *b = ssrc_arena_array(arena, 1, sizeof *b);
	if (!b)
		return ssrc_no_memory(err);
	*b = (builder){.arena = arena, .name = name, .findings = findings, .err = err};
	b->parser = XML_ParserCreateNS(NULL, between);
	if (!b->parser)
		return ssrc_no_memory(err);
	for (int i = 0; i < SSRC_XML_DEPTH_MAX; i++)
		ssrc_buf_init(&b->open[i].text, arena->ctx);
	XML_SetUserData(b->parser, b);
	XML_SetElementHandler(b->parser, on_start, on_end);
	XML_SetCharacterDataHandler(b->parser, on_text);
	XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
	feed(b, bytes, len);
	XML_ParserFree(b->parser);
	for (int i = 0; i < SSRC_XML_DEPTH_MAX; i++)
		ssrc_buf_clear(&b->open[i].text);
	if (!b->status && !b->broken)
		*out = b->root;
	return b->status;
}

const char *ssrc_xml_value(const ssrc_xml *node, const char *name)
{
	for (uint32_t i = 0; i < node->n_attributes; i++)
		if (strcmp(node->attributes[i].name, name) == 0)
			return node->attributes[i].value;
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

/* XML 1.0 §2.2, Char. */
static bool is_xml_char(utf8proc_int32_t c)
{
	return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
	       (c >= 0x10000 && c <= 0x10FFFF);
}

static void put_escaped(ssrc_buf *out, const char *text)
{
	size_t len = strlen(text);
	for (size_t at = 0; at < len;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &c);
		if (n <= 0 || !is_xml_char(c))
			ssrc_buf_puts(out, "\xEF\xBF\xBD");
		else if (c == '&')
			ssrc_buf_puts(out, "&amp;");
		else if (c == '<')
			ssrc_buf_puts(out, "&lt;");
		else if (c == '>')
			ssrc_buf_puts(out, "&gt;");
		else if (c == '"')
			ssrc_buf_puts(out, "&quot;");
		else if (c == '\t' || c == '\n' || c == '\r')
			ssrc_buf_printf(out, "&#%d;", (int)c);
		else
			ssrc_buf_add(out, text + at, (size_t)n);
		at += n > 0 ? (size_t)n : 1;
	}
}

void ssrc_xml_put(ssrc_buf *out, const char *text)
{
	ssrc_buf scratch = {0};
	size_t len = strlen(text);
	put_escaped(out, ssrc_masked(out, text, &len, &scratch));
	out->failed |= scratch.failed;
	if (scratch.ctx)
		ssrc_buf_clear(&scratch);
}
