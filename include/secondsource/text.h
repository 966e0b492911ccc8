/* The one message catalogue: every sentence the program prints, in English and 简体中文. */
#ifndef SECONDSOURCE_TEXT_H
#define SECONDSOURCE_TEXT_H

#include <secondsource/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* T(ID, en, zh): a word or sentence. M(ID, en, hint_en, zh, hint_zh): a message with a way to mend it.
 * `{0}` … `{3}` stand for arguments. The lists stand in catalogue/. */
typedef enum ssrc_text_id {
	SSRC_TEXT_NONE = 0,
#define T(id, en, zh) SSRC_T_##id,
#define M(id, en, hint_en, zh, hint_zh) SSRC_M_##id,
#include "catalogue/all.def"
#undef T
#undef M
	SSRC_TEXT_COUNT
} ssrc_text_id;

/* Returns the catalogue text (or hint, "" if none) of `id` in `lang`; static storage. Cost O(1). */
SSRC_API const char *ssrc_text(ssrc_text_id id, ssrc_lang lang);
SSRC_API const char *ssrc_text_hint(ssrc_text_id id, ssrc_lang lang);

/* Returns the symbolic name of `id` without its prefix ("CSV_QUOTE"), the stable code of a finding. Cost O(1). */
SSRC_API const char *ssrc_text_code(ssrc_text_id id);

/* Writes `tmpl` with {0}…{3} replaced by args[0..n_args) into out[0..size), always terminated and never
 * cut inside a UTF-8 character. Returns the length written. Missing arguments become "". Cost O(size). */
SSRC_API size_t ssrc_text_fill(char *out, size_t size, const char *tmpl, const char *const *args, size_t n_args);

/* Renders an error as "FILE:LINE:COL: message" (location only where known) into out. Cost O(size). */
SSRC_API size_t ssrc_error_render(char *out, size_t size, const ssrc_error *error, ssrc_lang lang);

/* Writes `code`, message and up to four text arguments (NULL ends them) into *error unless an earlier cause
 * is already there or error is NULL. Returns `code`, so that a caller can `return ssrc_fail(...)`. Cost O(1). */
SSRC_API ssrc_status ssrc_fail(ssrc_error *error, ssrc_status code, ssrc_text_id message, const char *arg0,
			       const char *arg1, const char *arg2);

/* As ssrc_fail with a place: file name, line and column (0 = unknown). Cost O(1). */
SSRC_API ssrc_status ssrc_fail_at(ssrc_error *error, ssrc_status code, ssrc_text_id message, const char *file,
				  int64_t line, int64_t column, const char *arg0, const char *arg1);

#ifdef __cplusplus
}
#endif
#endif
