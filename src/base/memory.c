#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool ssrc_mul_size(size_t a, size_t b, size_t *out)
{
	return !__builtin_mul_overflow(a, b, out);
}

void *ssrc_alloc(ssrc_context *ctx, size_t bytes)
{
	return ctx->memory.alloc(ctx->memory.user, bytes ? bytes : 1);
}

void *ssrc_alloc_array(ssrc_context *ctx, size_t count, size_t size)
{
	size_t bytes;
	if (!ssrc_mul_size(count, size, &bytes))
		return NULL;
	void *block = ssrc_alloc(ctx, bytes);
	if (block)
		memset(block, 0, bytes);
	return block;
}

void *ssrc_resize(ssrc_context *ctx, void *block, size_t count, size_t size)
{
	size_t bytes;
	if (!ssrc_mul_size(count, size, &bytes))
		return NULL;
	return ctx->memory.resize(ctx->memory.user, block, bytes ? bytes : 1);
}

void ssrc_release(ssrc_context *ctx, void *block)
{
	if (block)
		ctx->memory.release(ctx->memory.user, block);
}

ssrc_status ssrc_reserve(ssrc_context *ctx, void **block, size_t *cap, size_t need, size_t size, ssrc_error *err)
{
	if (need <= *cap)
		return SSRC_OK;
	size_t grown = *cap < 8 ? 8 : *cap + *cap / 2;
	if (grown < need)
		grown = need;
	void *fresh = ssrc_resize(ctx, *block, grown, size);
	if (!fresh)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	*block = fresh;
	*cap = grown;
	return SSRC_OK;
}

/* ---- arena ---------------------------------------------------------------------------------- */

enum { ARENA_CHUNK = 64 * 1024, ARENA_ALIGN = 16 };

struct ssrc_arena_chunk {
	ssrc_arena_chunk *next;
	size_t used, size;
	_Alignas(ARENA_ALIGN) unsigned char data[];
};

void ssrc_arena_init(ssrc_arena *arena, ssrc_context *ctx)
{
	arena->ctx = ctx;
	arena->chunk = NULL;
	arena->bytes = 0;
}

void ssrc_arena_clear(ssrc_arena *arena)
{
	for (ssrc_arena_chunk *chunk = arena->chunk; chunk;) {
		ssrc_arena_chunk *next = chunk->next;
		ssrc_release(arena->ctx, chunk);
		chunk = next;
	}
	arena->chunk = NULL;
	arena->bytes = 0;
}

/* With SSRC_ARENA_DEBUG every block is its own allocation, so that sanitizers see each overflow. */
static size_t chunk_bytes(size_t want)
{
#ifdef SSRC_ARENA_DEBUG
	return want;
#else
	return want > ARENA_CHUNK / 4 ? want : ARENA_CHUNK;
#endif
}

void *ssrc_arena_alloc(ssrc_arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		return NULL;
	bytes = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	if (bytes == 0)
		bytes = ARENA_ALIGN;
	ssrc_arena_chunk *chunk = arena->chunk;
	if (!chunk || chunk->size - chunk->used < bytes) {
		size_t size = chunk_bytes(bytes);
		ssrc_arena_chunk *fresh = ssrc_alloc(arena->ctx, sizeof *fresh + size);
		if (!fresh)
			return NULL;
		fresh->used = 0;
		fresh->size = size;
		/* A large block goes behind the current chunk, which may still have room. */
		if (chunk && size == bytes) {
			fresh->next = chunk->next;
			chunk->next = fresh;
		} else {
			fresh->next = chunk;
			arena->chunk = fresh;
		}
		chunk = fresh;
	}
	void *block = chunk->data + chunk->used;
	chunk->used += bytes;
	arena->bytes += bytes;
	return block;
}

void *ssrc_arena_array(ssrc_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (!ssrc_mul_size(count, size, &bytes))
		return NULL;
	void *block = ssrc_arena_alloc(arena, bytes);
	if (block)
		memset(block, 0, bytes);
	return block;
}

char *ssrc_arena_text(ssrc_arena *arena, const char *text, size_t len)
{
	char *copy = ssrc_arena_alloc(arena, len + 1);
	if (!copy)
		return NULL;
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* ---- growing text --------------------------------------------------------------------------- */

void ssrc_buf_init(ssrc_buf *buf, ssrc_context *ctx)
{
	*buf = (ssrc_buf){.ctx = ctx};
}

void ssrc_buf_clear(ssrc_buf *buf)
{
	ssrc_release(buf->ctx, buf->data);
	*buf = (ssrc_buf){.ctx = buf->ctx};
}

void ssrc_buf_add(ssrc_buf *buf, const char *text, size_t len)
{
	if (buf->failed)
		return;
	if (buf->cap - buf->len <= len) {
		size_t grown = buf->cap < 256 ? 256 : buf->cap * 2;
		while (grown - buf->len <= len)
			grown *= 2;
		char *fresh = ssrc_resize(buf->ctx, buf->data, grown, 1);
		if (!fresh) {
			buf->failed = true;
			return;
		}
		buf->data = fresh;
		buf->cap = grown;
	}
	if (len)
		memcpy(buf->data + buf->len, text, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void ssrc_buf_puts(ssrc_buf *buf, const char *text)
{
	ssrc_buf_add(buf, text, strlen(text));
}

void ssrc_buf_putc(ssrc_buf *buf, char c)
{
	ssrc_buf_add(buf, &c, 1);
}

void ssrc_buf_printf(ssrc_buf *buf, const char *format, ...)
{
	char small[512];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	if (n < 0) {
		buf->failed = true;
		return;
	}
	if ((size_t)n < sizeof small) {
		ssrc_buf_add(buf, small, (size_t)n);
		return;
	}
	char *large = ssrc_alloc(buf->ctx, (size_t)n + 1);
	if (!large) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(large, (size_t)n + 1, format, args);
	va_end(args);
	ssrc_buf_add(buf, large, (size_t)n);
	ssrc_release(buf->ctx, large);
}

/* ---- symbols -------------------------------------------------------------------------------- */

void ssrc_symbols_init(ssrc_symbols *symbols, ssrc_context *ctx)
{
	*symbols = (ssrc_symbols){.ctx = ctx};
	ssrc_arena_init(&symbols->texts, ctx);
}

void ssrc_symbols_clear(ssrc_symbols *symbols)
{
	ssrc_context *ctx = symbols->ctx;
	ssrc_arena_clear(&symbols->texts);
	ssrc_release(ctx, symbols->text);
	ssrc_release(ctx, symbols->len);
	ssrc_release(ctx, symbols->slot);
	ssrc_symbols_init(symbols, ctx);
}

/* The slot holding `text`, or the free slot where it belongs. */
static uint32_t find_slot(const ssrc_symbols *symbols, const char *text, size_t len)
{
	uint32_t mask = symbols->slots - 1;
	uint32_t at = (uint32_t)ssrc_hash_quick(text, len) & mask;
	for (;; at = (at + 1) & mask) {
		uint32_t id = symbols->slot[at];
		if (id == SSRC_NONE || (symbols->len[id] == len && memcmp(symbols->text[id], text, len) == 0))
			return at;
	}
}

uint32_t ssrc_symbols_find(const ssrc_symbols *symbols, const char *text, size_t len)
{
	return symbols->slots ? symbols->slot[find_slot(symbols, text, len)] : SSRC_NONE;
}

static ssrc_status grow_slots(ssrc_symbols *symbols, ssrc_error *err)
{
	uint32_t slots = symbols->slots ? symbols->slots * 2 : 64;
	uint32_t *fresh = ssrc_alloc_array(symbols->ctx, slots, sizeof *fresh);
	if (!fresh || slots < symbols->slots) {
		ssrc_release(symbols->ctx, fresh);
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	}
	memset(fresh, 0xFF, (size_t)slots * sizeof *fresh);
	ssrc_release(symbols->ctx, symbols->slot);
	symbols->slot = fresh;
	symbols->slots = slots;
	for (uint32_t id = 0; id < symbols->count; id++)
		fresh[find_slot(symbols, symbols->text[id], symbols->len[id])] = id;
	return SSRC_OK;
}

ssrc_status ssrc_symbols_add(ssrc_symbols *symbols, const char *text, size_t len, uint32_t *out, ssrc_error *err)
{
	if ((symbols->count + 1) * 2 > symbols->slots) {
		ssrc_status status = grow_slots(symbols, err);
		if (status)
			return status;
	}
	uint32_t at = find_slot(symbols, text, len);
	if (symbols->slot[at] != SSRC_NONE) {
		*out = symbols->slot[at];
		return SSRC_OK;
	}
	size_t need = (size_t)symbols->count + 1;
	ssrc_status status = ssrc_reserve(symbols->ctx, (void **)&symbols->text, &symbols->text_cap, need,
					  sizeof *symbols->text, err);
	if (!status)
		status = ssrc_reserve(symbols->ctx, (void **)&symbols->len, &symbols->len_cap, need,
				      sizeof *symbols->len, err);
	if (status)
		return status;
	char *copy = ssrc_arena_text(&symbols->texts, text, len);
	if (!copy)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	symbols->text[symbols->count] = copy;
	symbols->len[symbols->count] = (uint32_t)len;
	symbols->slot[at] = symbols->count;
	*out = symbols->count++;
	return SSRC_OK;
}
