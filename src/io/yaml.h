/* YAML as a small tree whose scalars are always text, so that NO stays Norway and 1.10 keeps its zero. */
#ifndef SSRC_IO_YAML_H
#define SSRC_IO_YAML_H

#include "base/findings.h"

enum { SSRC_YAML_DEPTH_MAX = 32, SSRC_YAML_NODES_MAX = 20000, SSRC_YAML_BYTES_MAX = 1 << 20 };

typedef enum ssrc_yaml_kind { SSRC_YAML_SCALAR, SSRC_YAML_LIST, SSRC_YAML_MAP } ssrc_yaml_kind;

typedef struct ssrc_yaml ssrc_yaml;
struct ssrc_yaml {
	ssrc_yaml_kind kind;
	const char *key;         /* in a map: the key; otherwise NULL */
	const char *text;        /* scalar text, "" for lists and maps */
	int64_t line, column;    /* of the value, from 1 */
	ssrc_yaml *first, *next; /* children in order; next sibling */
};

/* Parses bytes into a tree allocated in arena. A syntax error becomes one finding and *out = NULL with OK returned.
 * Errors: NOMEM. Cost O(bytes). */
SSRC_MUST_CHECK ssrc_status ssrc_yaml_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name,
					    ssrc_yaml **out, ssrc_findings *findings, ssrc_error *err);

/* Child `key` of a map, or NULL (also when node is NULL or no map). */
const ssrc_yaml *ssrc_yaml_get(const ssrc_yaml *node, const char *key);
/* Scalar text of child `key`, or "" . */
const char *ssrc_yaml_text(const ssrc_yaml *node, const char *key);

#endif
