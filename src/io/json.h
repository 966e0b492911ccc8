/* Streaming JSON writer: commas, indentation, escaping, numbers that read back exactly. */
#ifndef SSRC_IO_JSON_H
#define SSRC_IO_JSON_H

#include "base/base.h"

enum { SSRC_JSON_DEPTH_MAX = 32 };

typedef struct ssrc_json ssrc_json;
struct ssrc_json {
	ssrc_buf *out;
	int depth;
	bool has_member[SSRC_JSON_DEPTH_MAX];
	bool pretty;
	bool after_key;
};

void ssrc_json_begin(ssrc_json *json, ssrc_buf *out, bool pretty);
void ssrc_json_open(ssrc_json *json, const char *key, char bracket);       /* '{' or '['; key NULL inside lists */
void ssrc_json_close(ssrc_json *json, char bracket);                       /* '}' or ']' */
void ssrc_json_string(ssrc_json *json, const char *key, const char *text); /* NULL writes null */
void ssrc_json_number(ssrc_json *json, const char *key, double value);     /* NaN and infinities write null */
void ssrc_json_integer(ssrc_json *json, const char *key, int64_t value);
void ssrc_json_bool(ssrc_json *json, const char *key, bool value);
void ssrc_json_interval(ssrc_json *json, const char *key, double low, double high); /* [low, high] */
/* A whole JSON text made elsewhere. */
void ssrc_json_raw(ssrc_json *json, const char *key, const char *text, size_t len);
void ssrc_json_end(ssrc_json *json); /* final newline */

#endif
