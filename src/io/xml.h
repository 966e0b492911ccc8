/* Reading XML 1.0 as a small tree, and writing text into it. Nothing is fetched, no entity is defined by a document. */
#ifndef SSRC_IO_XML_H
#define SSRC_IO_XML_H

#include "base/findings.h"

enum { SSRC_XML_DEPTH_MAX = 64, SSRC_XML_NODES_MAX = 4000000 };

typedef struct ssrc_xml_attribute {
	const char *name; /* without the name space */
	const char *value;
} ssrc_xml_attribute;

typedef struct ssrc_xml ssrc_xml;
struct ssrc_xml {
	const char *name;  /* without the name space */
	const char *space; /* name space, "" if none */
	const char *text;  /* character data that stands directly in it */
	const ssrc_xml_attribute *attributes;
	uint32_t n_attributes;
	int64_t line, column;   /* of its start tag, from 1 */
	ssrc_xml *first, *next; /* children in order; next sibling */
};

/* Parses bytes into a tree in arena. A document type declaration that declares anything itself is refused (there lie
 * entities that expand without end), an outer one is not fetched. What cannot be read becomes one finding with its
 * place and *out = NULL, with OK returned. Errors: NOMEM. Cost O(bytes). */
SSRC_MUST_CHECK ssrc_status ssrc_xml_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name,
					   ssrc_xml **out, ssrc_findings *findings, ssrc_error *err);

/* Value of an attribute, NULL if absent. Cost O(attributes). */
const char *ssrc_xml_value(const ssrc_xml *node, const char *name);

/* Appends text (UTF-8) for use in an element or an attribute in double quotes. Characters that XML 1.0 §2.2 does not
 * allow become U+FFFD; line ends and tabs are written as references, so that they read back. Cost O(bytes). */
void ssrc_xml_put(ssrc_buf *out, const char *text);

#endif
