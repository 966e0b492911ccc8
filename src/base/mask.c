#include "mask.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE_WORD = 6 };

struct ssrc_mask {
	ssrc_context *ctx;
	ssrc_mask_name *names; /* by first byte, then longest first, then name, code */
	size_t n, first[257];
};

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static int in_order(const void *x, const void *y)
{
	const ssrc_mask_name *a = x, *b = y;
	size_t a_len = strlen(a->name), b_len = strlen(b->name);
	if (lower(*a->name) != lower(*b->name))
		return lower(*a->name) < lower(*b->name) ? -1 : 1;
	if (a_len != b_len)
		return a_len > b_len ? -1 : 1;
	int names = strcmp(a->name, b->name);
	return names ? names : strcmp(a->code, b->code);
}

ssrc_status ssrc_mask_new(ssrc_mask **out, const ssrc_mask_name *names, size_t n, ssrc_context *ctx, ssrc_error *err)
{
	ssrc_mask *mask = ssrc_alloc_array(ctx, 1, sizeof *mask);
	if (mask)
		mask->names = ssrc_alloc_array(ctx, n + 1, sizeof *mask->names);
	if (!mask || !mask->names) {
		ssrc_release(ctx, mask);
		return ssrc_no_memory(err);
	}
	mask->ctx = ctx;
	for (size_t i = 0; i < n; i++)
		if (names[i].name && strlen(names[i].name) >= 2)
			mask->names[mask->n++] = names[i];
	if (mask->n)
		qsort(mask->names, mask->n, sizeof *mask->names, in_order);
	for (size_t i = 0, byte = 0; byte <= 256; byte++) {
		while (i < mask->n && lower(*mask->names[i].name) < byte)
			i++;
		mask->first[byte] = i;
	}
	*out = mask;
	return SSRC_OK;
}

void ssrc_mask_free(ssrc_mask *mask)
{
	if (!mask)
		return;
	ssrc_release(mask->ctx, mask->names);
	ssrc_release(mask->ctx, mask);
}

static bool matches(const char *name, size_t name_len, const char *text, size_t len, size_t at)
{
	if (name_len > len - at)
		return false;
	for (size_t i = 0; i < name_len; i++)
		if (lower(name[i]) != lower(text[at + i]))
			return false;
	if (name_len >= WHOLE_WORD || !is_word(*name))
		return true;
	return (at == 0 || !is_word(text[at - 1])) && (at + name_len == len || !is_word(text[at + name_len]));
}

static const ssrc_mask_name *find(const ssrc_mask *mask, const char *text, size_t len, size_t at, size_t *found)
{
	unsigned char first = lower(text[at]);
	for (size_t i = mask->first[first]; i < mask->first[first + 1]; i++) {
		size_t name_len = strlen(mask->names[i].name);
		if (matches(mask->names[i].name, name_len, text, len, at)) {
			*found = name_len;
			return &mask->names[i];
		}
	}
	return NULL;
}

bool ssrc_mask_apply(const ssrc_mask *mask, const char *text, size_t len, ssrc_buf *out)
{
	bool changed = false;
	size_t from = 0;
	for (size_t at = 0; at < len;) {
		size_t found = 0;
		const ssrc_mask_name *name = find(mask, text, len, at, &found);
		if (!name) {
			at++;
			continue;
		}
		ssrc_buf_add(out, text + from, at - from);
		ssrc_buf_puts(out, name->code);
		at += found;
		from = at;
		changed = true;
	}
	if (changed)
		ssrc_buf_add(out, text + from, len - from);
	return changed;
}

const char *ssrc_masked(const ssrc_buf *out, const char *text, size_t *len, ssrc_buf *scratch)
{
	const ssrc_mask *mask = out->ctx ? out->ctx->mask : NULL;
	if (!mask)
		return text;
	ssrc_buf_init(scratch, out->ctx);
	if (!ssrc_mask_apply(mask, text, *len, scratch))
		return text;
	*len = scratch->failed ? 0 : scratch->len;
	return scratch->failed || !scratch->data ? "" : scratch->data;
}
