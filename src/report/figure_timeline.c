/* Measures by date: one row each, a solid bar while in force, to the right edge where no end is set. */
#include "figures.h"
#include "io/date.h"
#include "label.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW = 34, LEADING = 14, NAME_LEFT = 132, NAME_ROOM = 226, LEFT = 372, RIGHT = 684, TOP = 58, BAR = 12 };

typedef struct frame {
	const ssrc_figure_timeline *timeline;
	int32_t from, to; /* days at LEFT and RIGHT */
	int first_year, last_year;
	double bottom;
} frame;

/* Dates beyond any that a calendar of measures has are held at its ends. */
static int32_t held(int32_t day)
{
	int32_t least = ssrc_date_days(1900, 1, 1), most = ssrc_date_days(2200, 1, 1);
	return day < least ? least : day > most ? most : day;
}

static int year_of(int32_t day)
{
	char text[11];
	ssrc_date_format(held(day), text);
	return atoi(text); /* NOLINT(cert-err34-c): the library's own date */
}

static frame make_frame(const ssrc_figure_timeline *timeline)
{
	int32_t first = timeline->today, last = timeline->today;
	for (uint32_t i = 0; i < timeline->n_measures; i++) {
		const ssrc_figure_measure *m = &timeline->measures[i];
		first = m->from < first ? m->from : first;
		last = m->from > last ? m->from : last;
		last = m->to != INT32_MAX && m->to > last ? m->to : last;
	}
	frame f = {.timeline = timeline, .first_year = year_of(first), .last_year = year_of(last) + 1};
	f.from = ssrc_date_days(f.first_year, 1, 1);
	f.to = ssrc_date_days(f.last_year, 1, 1);
	f.bottom = TOP + ROW * (double)timeline->n_measures;
	return f;
}

static double x_of(const frame *f, int32_t day)
{
	int32_t at = held(day);
	at = at < f->from ? f->from : at > f->to ? f->to : at;
	return LEFT + (double)(RIGHT - LEFT) * ((double)at - f->from) / ((double)f->to - f->from);
}

static void draw_years(ssrc_drawing *d, const frame *f)
{
	static const int steps[] = {1, 2, 5, 10, 20, 50, 100};
	int step = 100;
	for (size_t i = sizeof steps / sizeof *steps; i-- > 0;)
		if ((double)(RIGHT - LEFT) * steps[i] / (f->last_year - f->first_year) >= 44)
			step = steps[i];
	for (int year = f->first_year; year <= f->last_year; year++) {
		char text[16];
		double x = x_of(f, ssrc_date_days(year, 1, 1));
		if (year % step != 0)
			continue;
		snprintf(text, sizeof text, "%d", year);
		ssrc_draw_line(d, x, TOP, x, f->bottom + 4, "grid");
		ssrc_draw_text(d, x, f->bottom + 20, SSRC_ANCHOR_MIDDLE, "tick", text);
	}
}

static void draw_today(ssrc_drawing *d, const frame *f)
{
	char date[11], text[2][120];
	double x = x_of(f, f->timeline->today), half = 0;
	ssrc_date_format(held(f->timeline->today), date);
	for (int lang = 0; lang < 2; lang++) {
		const char *word = f->timeline->today_word.in[lang];
		char cut[80];
		ssrc_text_fit(cut, sizeof cut, word && *word ? word : f->timeline->today_word.in[!lang], 1, 16);
		snprintf(text[lang], sizeof text[lang], "%s %s", cut, date);
	}
	ssrc_words words = {{text[0], text[1]}};
	half = ssrc_words_width(&words, SSRC_TICK_SIZE) / 2;
	ssrc_draw_line(d, x, TOP - 8, x, f->bottom, "whisker");
	ssrc_draw_words(d, x > 758 - half ? 758 - half : x, TOP - 13, SSRC_ANCHOR_MIDDLE, "tick ink", &words);
}

/* Points up: tighter, down: easier. */
static void draw_direction(ssrc_drawing *d, double x, double y, bool tighten)
{
	double tip = tighten ? y - 5 : y + 5, base = tighten ? y + 4 : y - 4;
	const double points[] = {x, tip, x + 5, base, x - 5, base};
	ssrc_draw_polyline(d, points, 3, true, tighten ? "series-2" : "plain");
}

static void draw_end(ssrc_drawing *d, const ssrc_figure_measure *m, double x, double y)
{
	char date[11];
	const double diamond[] = {x, y - 8, x + 6, y, x, y + 8, x - 6, y};
	ssrc_date_format(held(m->to), date);
	if (m->sunset)
		ssrc_draw_polyline(d, diamond, 4, true, "ink");
	ssrc_draw_text(d, x + (m->sunset ? 9 : 5), y + 4.3, SSRC_ANCHOR_START,
		       m->sunset ? "tick ink halo" : "tick halo", date);
}

static void draw_bar(ssrc_drawing *d, const frame *f, const ssrc_figure_measure *m, double y)
{
	const char *class_name = m->tighten ? "series-2" : "plain";
	double from = x_of(f, m->from), today = x_of(f, f->timeline->today);
	bool open = m->to == INT32_MAX;
	double to = open ? RIGHT : x_of(f, m->to), solid = open && today > from ? today : open ? from : to;
	if (solid < from + 2)
		solid = from + 2; /* a day still shows */
	if (open)                 /* what lies ahead is thinner: nobody has decided it */
		ssrc_draw_rect(d, solid, y - 2, to > solid ? to - solid : 0, 4, 0, class_name);
	ssrc_draw_rect(d, from, y - BAR / 2.0, solid - from, BAR, 0, class_name);
	if (open)
		ssrc_draw_arrow(d, RIGHT + 8, y, true, "ink");
	else
		draw_end(d, m, to > solid ? to : solid, y);
}

static void draw_measure(ssrc_drawing *d, const frame *f, uint32_t i)
{
	const ssrc_figure_measure *m = &f->timeline->measures[i];
	double y = TOP + ROW * (i + 0.5);
	char date[11], issuer[40];
	ssrc_label name;
	ssrc_date_format(held(m->from), date);
	ssrc_text_fit(issuer, sizeof issuer, m->issuer ? m->issuer : "?", SSRC_TICK_SIZE, 28);
	ssrc_label_wrap(&name, &m->name, d->picture->langs, SSRC_TICK_SIZE, NAME_ROOM, 2);
	ssrc_draw_group(d, NULL, &m->name);
	if (i > 0)
		ssrc_draw_line(d, 0, TOP + ROW * (double)i, RIGHT, TOP + ROW * (double)i, "grid");
	ssrc_draw_text(d, 0, y + 4.3, SSRC_ANCHOR_START, "tick", date);
	draw_direction(d, 84, y, m->tighten);
	ssrc_draw_text(d, 97, y + 4.3, SSRC_ANCHOR_START, "tick ink", issuer);
	ssrc_label_draw(d, NAME_LEFT, y, LEADING, SSRC_ANCHOR_START, "tick ink", &name);
	draw_bar(d, f, m, y);
	ssrc_draw_group_end(d);
}

static double draw_key(ssrc_drawing *d, double x, const ssrc_words *words)
{
	ssrc_draw_words(d, x, 14, SSRC_ANCHOR_START, "note", words);
	return x + ssrc_words_width(words, SSRC_TICK_SIZE) + 18;
}

static void draw_keys(ssrc_drawing *d, const frame *f)
{
	const ssrc_figure_timeline *t = f->timeline;
	ssrc_words sunset = ssrc_catalogue_words(SSRC_T_G_SUNSET);
	double x = 6;
	draw_direction(d, x, 10, true);
	x = draw_key(d, x + 12, &t->tighten);
	draw_direction(d, x + 5, 10, false);
	x = draw_key(d, x + 17, &t->ease);
	ssrc_draw_arrow(d, x + 8, 10, true, "ink");
	x = draw_key(d, x + 15, &t->open);
	const double diamond[] = {x + 6, 2, x + 12, 10, x + 6, 18, x, 10};
	ssrc_draw_polyline(d, diamond, 4, true, "ink");
	(void)draw_key(d, x + 18, &sunset);
}

void ssrc_figure_draw_timeline(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_timeline *timeline)
{
	if (timeline->n_measures == 0) {
		ssrc_label_nothing(out, picture);
		return;
	}
	ssrc_drawing d;
	frame f = make_frame(timeline);
	ssrc_draw_begin(&d, out, picture, 760, f.bottom + 30);
	draw_keys(&d, &f);
	draw_years(&d, &f);
	draw_today(&d, &f);
	for (uint32_t i = 0; i < timeline->n_measures; i++)
		draw_measure(&d, &f, i);
	ssrc_draw_end(&d);
}
