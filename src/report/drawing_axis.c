#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double ssrc_axis_step(double low, double high, int most)
{
	static const double factors[] = {1, 2, 2.5, 5, 10};
	double n = most > 0 ? most : 1;
	double least = high / n - low / n; /* in this order nothing overflows */
	if (!isfinite(least) || least <= 0)
		return 1;
	double power = pow(10, floor(log10(least)));
	if (!isfinite(power) || power < 1e-300)
		return least;
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
		if (factors[i] * power >= least * (1 - 1e-9))
			return factors[i] * power;
	return 10 * power;
}

enum { AXIS_STEPS = 200 }; /* more than any axis has room for: a guard against steps lost in rounding */

ssrc_axis ssrc_axis_make(double low, double high, double at_from, double at_to)
{
	double length = fabs(at_to - at_from);
	/* Numbers beside each other need more room than numbers above each other. */
	int most = (int)fmin(fmax(length / (at_to < at_from ? 40 : 55), 1), 8);
	ssrc_axis axis = {.from = isfinite(low) ? low : 0, .to = isfinite(high) ? high : 1};
	axis.at_from = at_from;
	axis.at_to = at_to;
	if (axis.to <= axis.from)
		axis.to = axis.from + fmax(fabs(axis.from), 1);
	axis.step = ssrc_axis_step(axis.from, axis.to, most);
	double from = floor(axis.from / axis.step + 1e-9) * axis.step,
	       to = ceil(axis.to / axis.step - 1e-9) * axis.step;
	if (isfinite(from) && isfinite(to) && to > from && (to - from) / axis.step < AXIS_STEPS) {
		axis.from = from;
		axis.to = to;
	}
	return axis;
}

double ssrc_axis_at(const ssrc_axis *axis, double value)
{
	if (isnan(value))
		return axis->at_from;
	double held = fmin(fmax(value, axis->from), axis->to);
	/* Halves: the span of an axis from -1e308 to 1e308 would overflow. */
	double part = (held / 2 - axis->from / 2) / (axis->to / 2 - axis->from / 2);
	return axis->at_from + (isfinite(part) ? part : 0) * (axis->at_to - axis->at_from);
}

static void point_for_comma(char *text)
{
	for (char *p = text; *p; p++)
		if (*p == ',') /* a host program's locale */
			*p = '.';
}

/* "1234567.5" -> "1,234,567.5", from 10 000 on. */
static void set_thousands(char out[24])
{
	char *digits = out[0] == '-' ? out + 1 : out;
	size_t whole = strspn(digits, "0123456789");
	if (whole < 5 || whole > 9)
		return;
	for (size_t at = whole; at > 3;) {
		at -= 3;
		memmove(digits + at + 1, digits + at, strlen(digits + at) + 1);
		digits[at] = ',';
	}
}

static void put_decimals(double value, int decimals, char out[24])
{
	double scaled = pow(10, decimals), rounded = round(value * scaled) / scaled;
	snprintf(out, 24, "%.*f", decimals, rounded == 0 ? 0.0 : rounded);
	point_for_comma(out);
	set_thousands(out);
}

static bool put_special(double value, char out[24])
{
	if (isnan(value))
		snprintf(out, 24, "?");
	else if (isinf(value))
		snprintf(out, 24, value > 0 ? "∞" : "-∞");
	else if (fabs(value) >= 1e8) {
		snprintf(out, 24, "%.3g", value);
		point_for_comma(out);
	} else
		return false;
	return true;
}

void ssrc_axis_text(const ssrc_axis *axis, double value, char out[24])
{
	if (put_special(value, out))
		return;
	if (axis->step < 1e-5) {
		snprintf(out, 24, "%.3g", fabs(value) < axis->step / 1e6 ? 0.0 : value);
		point_for_comma(out);
		return;
	}
	int decimals = 0;
	for (double step = axis->step; decimals < 7 && fabs(step - round(step)) > 1e-6 * step; step *= 10)
		decimals++;
	put_decimals(value, decimals, out);
}

void ssrc_number_text(double value, char out[24])
{
	if (put_special(value, out))
		return;
	double size = fabs(value);
	if (size >= 0.001 || size == 0) {
		put_decimals(value, size >= 99.95 || size == 0 ? 0 : size >= 0.995 ? 1 : size >= 0.00995 ? 2 : 3, out);
		return;
	}
	snprintf(out, 24, "%.2g", value);
	point_for_comma(out);
}

void ssrc_range_text(double low, double mid, double high, char out[80])
{
	char a[24], b[24], c[24];
	ssrc_number_text(low, a);
	ssrc_number_text(mid, b);
	ssrc_number_text(high, c);
	if (strcmp(a, b) == 0 && strcmp(b, c) == 0)
		snprintf(out, 80, "%s", b);
	else
		snprintf(out, 80, "%s (%s–%s)", b, a, c);
}

/* The value of tick i, counted from the first one. False behind the last. */
static bool tick(const ssrc_axis *axis, int i, double *value)
{
	double first = ceil(axis->from / axis->step - 1e-9);
	*value = (first + i) * axis->step;
	return i < AXIS_STEPS && isfinite(*value) && *value <= axis->to + axis->step * 1e-6;
}

double ssrc_axis_text_width(const ssrc_axis *axis)
{
	double width = 0, value;
	char text[24];
	for (int i = 0; tick(axis, i, &value); i++) {
		ssrc_axis_text(axis, value, text);
		width = fmax(width, ssrc_text_width(text, SSRC_TICK_SIZE));
	}
	return width;
}

void ssrc_draw_axis_x(ssrc_drawing *d, const ssrc_axis *axis, double top, double bottom, const ssrc_words *title)
{
	double value, free_from = 0;
	char text[24];
	for (int i = 0; tick(axis, i, &value); i++) {
		double x = ssrc_axis_at(axis, value);
		ssrc_draw_line(d, x, top, x, bottom, value == 0 ? "axis" : "grid");
		ssrc_axis_text(axis, value, text);
		double half = ssrc_text_width(text, SSRC_TICK_SIZE) / 2;
		if (x - half < free_from || x + half > d->width)
			continue;
		ssrc_draw_text(d, x, bottom + 16, SSRC_ANCHOR_MIDDLE, "tick", text);
		free_from = x + half + 6;
	}
	if (title)
		ssrc_draw_words_fit(d, axis->at_to, bottom + 35, SSRC_ANCHOR_END, "note", title, axis->at_to);
}

void ssrc_draw_axis_y(ssrc_drawing *d, const ssrc_axis *axis, double left, double right, const ssrc_words *title,
		      double title_x)
{
	double value, free_to = 1e9;
	char text[24];
	for (int i = 0; tick(axis, i, &value); i++) {
		double y = ssrc_axis_at(axis, value);
		ssrc_draw_line(d, left, y, right, y, value == 0 ? "axis" : "grid");
		if (y + 8 > free_to)
			continue;
		ssrc_axis_text(axis, value, text);
		ssrc_draw_text(d, left - 8, y + 4, SSRC_ANCHOR_END, "tick", text);
		free_to = y - 8;
	}
	if (title)
		ssrc_draw_words_fit(d, title_x, axis->at_to - 12, SSRC_ANCHOR_START, "note", title, right - title_x);
}

void ssrc_draw_whisker(ssrc_drawing *d, const ssrc_axis *axis, const ssrc_span *span, double y, double gap)
{
	if (isnan(span->low) || isnan(span->high) || !(span->low < span->high))
		return;
	double from = ssrc_axis_at(axis, span->low), to = ssrc_axis_at(axis, span->high);
	ssrc_draw_line(d, from, y, to, y, "whisker");
	ssrc_draw_line(d, from, y - 4, from, y + 4, "whisker");
	if (span->high > axis->to)
		ssrc_draw_arrow(d, to + gap, y, true, "ink");
	else
		ssrc_draw_line(d, to, y - 4, to, y + 4, "whisker");
}
