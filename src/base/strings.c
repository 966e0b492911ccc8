#include "base.h"

#include <string.h>
#include <utf8proc.h>

bool ssrc_text_equal(const char *a, size_t a_len, const char *b)
{
	return strlen(b) == a_len && memcmp(a, b, a_len) == 0;
}

int ssrc_text_compare(const char *a, const char *b)
{
	return strcmp(a, b);
}

size_t ssrc_utf8_valid_prefix(const char *text, size_t len)
{
	size_t at = 0;
	while (at < len) {
		unsigned char c = (unsigned char)text[at];
		if (c < 0x80) {
			if (c == 0)
				return at;
			at++;
			continue;
		}
		utf8proc_int32_t point;
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &point);
		if (n <= 0)
			return at;
		at += (size_t)n;
	}
	return at;
}

size_t ssrc_utf8_count(const char *text, size_t len)
{
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

size_t ssrc_display_width(const char *text, size_t len)
{
	size_t width = 0;
	for (size_t at = 0; at < len;) {
		utf8proc_int32_t point;
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &point);
		if (n <= 0) {
			at++;
			width++;
			continue;
		}
		int columns = utf8proc_charwidth(point);
		width += columns > 0 ? (size_t)columns : 0;
		at += (size_t)n;
	}
	return width;
}

enum { MEAN_WORD_MAX = 64 };

/* Optimal string alignment distance of two short words (adjacent swaps count one); SIZE_MAX if one is too long. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	if (n > MEAN_WORD_MAX || m > MEAN_WORD_MAX)
		return SIZE_MAX;
	size_t rows[3][MEAN_WORD_MAX + 1];
	for (size_t j = 0; j <= m; j++)
		rows[1][j] = j;
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t i = 1; i <= n; i++) {
		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		size_t *old = before;
		before = last;
		last = now;
		now = old;
	}
	return last[m];
}

size_t ssrc_did_you_mean(const char *word, const char *const *names, size_t n_names, const char *out[3])
{
	size_t found = 0, distance[3] = {0};
	size_t limit = strlen(word) / 3 + 1;
	for (size_t i = 0; i < n_names; i++) {
		size_t d = strstr(names[i], word) ? 1 : edit_distance(word, names[i]);
		if (d > limit)
			continue;
		size_t at = found;
		while (at > 0 && distance[at - 1] > d)
			at--;
		if (at >= 3)
			continue;
		if (found < 3)
			found++;
		for (size_t k = found - 1; k > at; k--) {
			out[k] = out[k - 1];
			distance[k] = distance[k - 1];
		}
		out[at] = names[i];
		distance[at] = d;
	}
	return found;
}
