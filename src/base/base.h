/* Internal tools of every module: memory, arenas, strings, symbols, checked arithmetic, blocked sums. */
#ifndef SSRC_BASE_H
#define SSRC_BASE_H

#include <secondsource/context.h>
#include <secondsource/status.h>
#include <secondsource/text.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSRC_NONE UINT32_MAX

/* ---- memory -------------------------------------------------------------------------------- */

/* Fails with NOMEM. The code is returned as a constant, so that analysers see that it is never OK. */
static inline ssrc_status ssrc_no_memory(ssrc_error *err)
{
	(void)ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	return SSRC_NOMEM;
}

void *ssrc_alloc(ssrc_context *ctx, size_t bytes);
void *ssrc_alloc_array(ssrc_context *ctx, size_t count, size_t size); /* zeroed; NULL on overflow */
void *ssrc_resize(ssrc_context *ctx, void *block, size_t count, size_t size);
void ssrc_release(ssrc_context *ctx, void *block);

/* Grows *block (of `size`-byte elements, capacity *cap) so that `need` elements fit. */
SSRC_MUST_CHECK ssrc_status ssrc_reserve(ssrc_context *ctx, void **block, size_t *cap, size_t need, size_t size,
					 ssrc_error *err);

/* ---- arena: many small blocks with one lifetime --------------------------------------------- */

typedef struct ssrc_arena_chunk ssrc_arena_chunk;
typedef struct ssrc_arena {
	ssrc_context *ctx;
	ssrc_arena_chunk *chunk;
	size_t bytes;
} ssrc_arena;

void ssrc_arena_init(ssrc_arena *arena, ssrc_context *ctx);
void ssrc_arena_clear(ssrc_arena *arena);
void *ssrc_arena_alloc(ssrc_arena *arena, size_t bytes);                /* 16-byte aligned; NULL on failure */
void *ssrc_arena_array(ssrc_arena *arena, size_t count, size_t size);   /* zeroed */
char *ssrc_arena_text(ssrc_arena *arena, const char *text, size_t len); /* terminated copy */

/* ---- growing text --------------------------------------------------------------------------- */

typedef struct ssrc_buf {
	ssrc_context *ctx;
	char *data; /* always terminated once non-NULL */
	size_t len, cap;
	bool failed; /* an allocation failed: content is not to be used */
} ssrc_buf;

void ssrc_buf_init(ssrc_buf *buf, ssrc_context *ctx);
void ssrc_buf_clear(ssrc_buf *buf);
void ssrc_buf_add(ssrc_buf *buf, const char *text, size_t len);
void ssrc_buf_puts(ssrc_buf *buf, const char *text);
void ssrc_buf_putc(ssrc_buf *buf, char c);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void ssrc_buf_printf(ssrc_buf *buf, const char *format, ...);

/* ---- symbols: text -> dense id in order of first use ----------------------------------------- */

typedef struct ssrc_symbols {
	ssrc_context *ctx;
	ssrc_arena texts;
	const char **text;
	uint32_t *len;
	uint32_t count;
	size_t text_cap, len_cap;
	uint32_t *slot; /* open addressing, SSRC_NONE = free */
	uint32_t slots;
} ssrc_symbols;

void ssrc_symbols_init(ssrc_symbols *symbols, ssrc_context *ctx);
void ssrc_symbols_clear(ssrc_symbols *symbols);
uint32_t ssrc_symbols_find(const ssrc_symbols *symbols, const char *text, size_t len); /* SSRC_NONE if absent */
/* Adds or finds; *out is the id. */
SSRC_MUST_CHECK ssrc_status ssrc_symbols_add(ssrc_symbols *symbols, const char *text, size_t len, uint32_t *out,
					     ssrc_error *err);

/* ---- text ------------------------------------------------------------------------------------ */

bool ssrc_text_equal(const char *a, size_t a_len, const char *b); /* b terminated */
int ssrc_text_compare(const char *a, const char *b);              /* bytes, locale-free */
/* Length of the valid UTF-8 prefix; equals len when all is valid and no NUL is inside. */
size_t ssrc_utf8_valid_prefix(const char *text, size_t len);
size_t ssrc_utf8_count(const char *text, size_t len);    /* code points of valid UTF-8 */
size_t ssrc_display_width(const char *text, size_t len); /* terminal columns, CJK = 2 */
/* Up to 3 ids of `names` closest to `word` (edit distance <= 1/3 of its length), best first; returns how many. */
size_t ssrc_did_you_mean(const char *word, const char *const *names, size_t n_names, const char *out[3]);

/* ---- numbers --------------------------------------------------------------------------------- */

bool ssrc_mul_size(size_t a, size_t b, size_t *out); /* false on overflow */
/* Plain decimal text (no exponent unless present, no locale) to double. False unless all of it is a finite number. */
bool ssrc_parse_number(const char *text, size_t len, double *out);
/* Shortest text that reads back to the same double; out needs 32 bytes. Returns length. */
size_t ssrc_format_number(char *out, double value);
/* Sum in fixed blocks, pairwise: same bits for every thread count. */
double ssrc_sum(const double *values, size_t count);

/* ---- hashing --------------------------------------------------------------------------------- */

enum { SSRC_HASH_BYTES = 32 };
typedef struct ssrc_hash {
	uint8_t bytes[SSRC_HASH_BYTES];
} ssrc_hash;
ssrc_hash ssrc_hash_bytes(const void *data, size_t len); /* SHA-256 (libsodium) */
void ssrc_hash_hex(const ssrc_hash *hash, char out[65]);
uint64_t ssrc_hash_quick(const char *text, size_t len); /* table look-up only */

/* ---- random numbers: counter-based, so number k is the same alone or in a batch ---------------- */

uint64_t ssrc_random_bits(uint64_t seed, uint64_t stream, uint64_t counter);
double ssrc_random_unit(uint64_t seed, uint64_t stream, uint64_t counter); /* [0,1) */

#endif
