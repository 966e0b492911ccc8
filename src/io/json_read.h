/* Reading JSON (RFC 8259) as a small tree, as yaml.h does for YAML: what adapters of foreign files work on. */
#ifndef SSRC_IO_JSON_READ_H
#define SSRC_IO_JSON_READ_H

#include "base/findings.h"

/* Deeper documents are refused: nothing that is exchanged comes near it. */
enum { SSRC_JSON_READ_DEPTH_MAX = 64 };

typedef enum ssrc_json_kind {
	SSRC_JSON_NULL,
	SSRC_JSON_BOOL,
	SSRC_JSON_NUMBER,
	SSRC_JSON_STRING,
	SSRC_JSON_LIST,
	SSRC_JSON_OBJECT
} ssrc_json_kind;

typedef struct ssrc_json_value ssrc_json_value;
struct ssrc_json_value {
	ssrc_json_kind kind;
	const char *key;               /* in an object: the key; otherwise NULL */
	const char *text;              /* string, "true", "false", or the number in short; "" for the others */
	ssrc_json_value *first, *next; /* members in order; next sibling */
};

/* Parses bytes (UTF-8, a byte-order mark is skipped) into a tree in arena. Keys that stand twice and strings with NUL
 * are refused. What cannot be read becomes one finding with its place in `name` and *out = NULL, with OK returned.
 * Errors: NOMEM. Cost O(bytes); the parser holds about 40 bytes of memory for each byte in the worst case. */
SSRC_MUST_CHECK ssrc_status ssrc_json_parse(ssrc_arena *arena, const char *bytes, size_t len, const char *name,
					    ssrc_json_value **out, ssrc_findings *findings, ssrc_error *err);

/* Member `key` of an object, or NULL (also when value is NULL or no object). Cost O(members). */
const ssrc_json_value *ssrc_json_get(const ssrc_json_value *value, const char *key);
/* Text of member `key` if it is a string, else "". Cost O(members). */
const char *ssrc_json_text(const ssrc_json_value *value, const char *key);
/* Number of member `key`, NaN if it is none. Cost O(members). */
double ssrc_json_double(const ssrc_json_value *value, const char *key);
/* First element of the list `key`, NULL if there is none. Cost O(members). */
const ssrc_json_value *ssrc_json_list(const ssrc_json_value *value, const char *key);

#endif
