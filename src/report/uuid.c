/* UUIDs of version 5: SHA-1 as RFC 3174 gives it. For names only, never for anything that has to be secret or safe. */
#include "exchange.h"

#include <stdio.h>
#include <string.h>

/* The name space of this program, drawn once at random. */
static const uint8_t name_space[16] = {0x6f, 0x1c, 0x52, 0x0e, 0x93, 0x7d, 0x4b, 0x46,
				       0xa8, 0x0d, 0x3e, 0xc5, 0x71, 0x29, 0xd8, 0x54};

typedef struct sha1 {
	uint32_t h[5];
	uint8_t block[64];
	size_t used;
	uint64_t total;
} sha1;

static uint32_t rotate(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static void take_block(sha1 *s)
{
	uint32_t w[80], a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];
	for (size_t t = 0; t < 16; t++)
		w[t] = (uint32_t)s->block[4 * t] << 24 | (uint32_t)s->block[4 * t + 1] << 16 |
		       (uint32_t)s->block[4 * t + 2] << 8 | s->block[4 * t + 3];
	for (size_t t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	for (size_t t = 0; t < 80; t++) {
		uint32_t f = b ^ c ^ d, k = 0xCA62C1D6;
		if (t < 20) {
			f = (b & c) | (~b & d);
			k = 0x5A827999;
		} else if (t < 40) {
			k = 0x6ED9EBA1;
		} else if (t < 60) {
			f = (b & c) | (b & d) | (c & d);
			k = 0x8F1BBCDC;
		}
		uint32_t next = rotate(a, 5) + f + e + w[t] + k;
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	const uint32_t sum[5] = {a, b, c, d, e};
	for (size_t i = 0; i < 5; i++)
		s->h[i] += sum[i];
	s->used = 0;
}

static void take(sha1 *s, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		s->block[s->used++] = ((const uint8_t *)bytes)[i];
		if (s->used == sizeof s->block)
			take_block(s);
	}
	s->total += 8 * (uint64_t)len;
}

static void finish(sha1 *s)
{
	uint64_t bits = s->total;
	uint8_t length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	take(s, "\x80", 1);
	while (s->used != 56)
		take(s, "", 1);
	take(s, length, sizeof length);
}

void ssrc_uuid5(char out[SSRC_UUID_BYTES], const char *name, size_t len)
{
	sha1 s = {.h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
	uint8_t id[16];
	take(&s, name_space, sizeof name_space);
	take(&s, name, len);
	finish(&s);
	for (size_t i = 0; i < sizeof id; i++)
		id[i] = (uint8_t)(s.h[i / 4] >> (24 - 8 * (i % 4)));
	id[6] = (uint8_t)((id[6] & 0x0F) | 0x50);
	id[8] = (uint8_t)((id[8] & 0x3F) | 0x80);
	char *at = out;
	for (size_t i = 0; i < sizeof id; i++)
		at += snprintf(at, 4, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", id[i]);
}
