#include "base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* strtod follows the locale's decimal point; the program never calls setlocale for numbers, but a host of the
 * library may have. Digits are therefore read here for the common short case and checked in the long one. */
static bool is_decimal(const char *text, size_t len)
{
	size_t i = 0, digits = 0;
	if (i < len && (text[i] == '-' || text[i] == '+'))
		i++;
	for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
		digits++;
	if (i < len && text[i] == '.') {
		i++;
		for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
			digits++;
	}
	if (digits == 0)
		return false;
	if (i < len && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		if (i < len && (text[i] == '-' || text[i] == '+'))
			i++;
		size_t exponent = 0;
		for (; i < len && text[i] >= '0' && text[i] <= '9'; i++)
			exponent++;
		if (exponent == 0)
			return false;
	}
	return i == len;
}

/* Exact for up to 15 digits and |scale| <= 22: one correctly rounded division (Clinger's fast path). */
static bool parse_short(const char *text, size_t len, double *out)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
					1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	uint64_t digits = 0;
	size_t n_digits = 0, after_point = 0, i = 0;
	bool negative = false, point = false;
	if (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-';
		i++;
	}
	for (; i < len; i++) {
		if (text[i] == '.') {
			point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		digits = digits * 10 + (uint64_t)(text[i] - '0');
		n_digits += digits != 0;
		after_point += point;
		if (n_digits > 15 || after_point > 22)
			return false;
	}
	double value = (double)digits / powers[after_point];
	*out = negative ? -value : value;
	return true;
}

bool ssrc_parse_number(const char *text, size_t len, double *out)
{
	if (!is_decimal(text, len))
		return false;
	if (parse_short(text, len, out))
		return true;
	char copy[512];
	if (len >= sizeof copy)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	char *end;
	double value = strtod(copy, &end);
	if (*end == '.' && end != copy) { /* a comma locale stopped at the point */
		*end = ',';
		value = strtod(copy, &end);
	}
	if (*end || !isfinite(value))
		return false;
	*out = value;
	return true;
}

size_t ssrc_format_number(char *out, double value)
{
	if (isnan(value))
		return (size_t)snprintf(out, 32, "nan");
	if (isinf(value))
		return (size_t)snprintf(out, 32, value > 0 ? "inf" : "-inf");
	if (value == 0)
		value = 0; /* no -0 */
	int n = 0;
	/* 15 digits print any decimal of up to 15 without a zero too many, so that the shortest text is among these
	 * three. */
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(out, 32, "%.*g", digits, value);
		for (char *p = out; *p; p++)
			if (*p == ',')
				*p = '.';
		double back;
		if (ssrc_parse_number(out, (size_t)n, &back) && back == value)
			break;
	}
	/* Plain decimals read better than 1e+02 up to a million millions. */
	if (strchr(out, 'e') && fabs(value) < 1e15 && value == floor(value))
		n = snprintf(out, 32, "%.0f", value);
	return (size_t)n;
}

enum { SUM_BLOCK = 4096 };

static double sum_pairwise(const double *values, size_t count)
{
	if (count <= 8) {
		double total = 0;
		for (size_t i = 0; i < count; i++)
			total += values[i];
		return total;
	}
	size_t half = count / 2;
	return sum_pairwise(values, half) + sum_pairwise(values + half, count - half);
}

double ssrc_sum(const double *values, size_t count)
{
	if (count <= SUM_BLOCK)
		return sum_pairwise(values, count);
	size_t blocks = (count + SUM_BLOCK - 1) / SUM_BLOCK;
	size_t half = blocks / 2 * SUM_BLOCK;
	return ssrc_sum(values, half) + ssrc_sum(values + half, count - half);
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xBF58476D1CE4E5B9);
	x ^= x >> 27;
	x *= UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

uint64_t ssrc_hash_quick(const char *text, size_t len)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
	return mix(h);
}

/* Three rounds of the splitmix64 finaliser over (seed, stream, counter). */
uint64_t ssrc_random_bits(uint64_t seed, uint64_t stream, uint64_t counter)
{
	uint64_t x = mix(seed + UINT64_C(0x9E3779B97F4A7C15));
	x = mix(x ^ (stream * UINT64_C(0xD1B54A32D192ED03) + UINT64_C(0x9E3779B97F4A7C15)));
	return mix(x ^ (counter * UINT64_C(0x8CB92BA72F3D8DD7) + UINT64_C(0x9E3779B97F4A7C15)));
}

double ssrc_random_unit(uint64_t seed, uint64_t stream, uint64_t counter)
{
	return (double)(ssrc_random_bits(seed, stream, counter) >> 11) * 0x1p-53;
}
