/* The smallest single change that lowers a level, lever by lever, by bisection on the full evaluation. */
#include "assess.h"

#include <math.h>

typedef struct search {
	const ssrc_assessment *a;
	ssrc_workspace *w;
	uint32_t item;
	ssrc_lever lever;
	double by_week, from;
	int level_now;
	ssrc_error *err;
	ssrc_status status;
} search;

/* The level after moving the lever by `size` (0 = nothing, 1 = as far as it goes). */
static int level_after(search *s, double size)
{
	ssrc_change change = ssrc_no_change;
	switch (s->lever) {
	case SSRC_LEVER_STOCK: change.add_stock_weeks = size; break;
	case SSRC_LEVER_COVER:
		change.add_cover = size;
		change.cover_week = s->by_week;
		break;
	case SSRC_LEVER_SHARE: change.cap_top_share = s->from - size; break;
	case SSRC_LEVER_RECOVERY: change.cap_recovery_weeks = s->from - size; break;
	case SSRC_LEVERS: break;
	}
	ssrc_item_result r = {.level = -1};
	if (!s->status)
		s->status = ssrc_assess_item(&r, s->a, s->w, s->item, &change, s->err);
	return s->status ? s->level_now : r.level;
}

/* Four significant digits, away from zero: the change must be enough. */
static double round_up(double x)
{
	if (!(x > 0))
		return x;
	double scale = pow(10, floor(log10(x)) - 3);
	double up = ceil(x / scale - 1e-9) * scale;
	char text[32];
	double out;
	/* As few digits as four significant ones have. */
	ssrc_format_number(text, round(up * 1e9) / 1e9);
	return ssrc_parse_number(text, __builtin_strlen(text), &out) ? out : up;
}

static ssrc_counterfactual find(search *s, double most)
{
	ssrc_counterfactual out = {.by_week = s->by_week};
	int after = level_after(s, most);
	if (s->status || after >= s->level_now || after < 0)
		return out;
	double none = 0, enough = most,
	       unit = s->lever == SSRC_LEVER_COVER || s->lever == SSRC_LEVER_SHARE ? 1e-6 : 1e-4;
	for (int i = 0; i < 60 && enough > unit && enough - none > enough * 1e-7; i++) {
		double half = (none + enough) / 2;
		int level = level_after(s, half);
		if (level < s->level_now && level >= 0)
			enough = half;
		else
			none = half;
	}
	/* On the very edge anything would do: the smallest figure that is shown. */
	double size = fmax(round_up(enough), unit);
	after = level_after(s, size);
	if (after >= s->level_now || after < 0)
		size = round_up(size * 1.0002); /* rounded onto the edge itself: the next figure */
	if (size > most)
		size = most;
	out.possible = true;
	out.amount = s->lever == SSRC_LEVER_SHARE || s->lever == SSRC_LEVER_RECOVERY ? s->from - size : size;
	out.level_after = level_after(s, size);
	return out;
}

ssrc_status ssrc_counterfactuals(ssrc_counterfactual out[SSRC_LEVERS], const ssrc_assessment *a, ssrc_workspace *w,
				 uint32_t item, ssrc_error *err)
{
	const ssrc_item_result *r = &a->items[item];
	search s = {.a = a, .w = w, .item = item, .level_now = r->level, .err = err};
	double recovery = r->ttr.at[SSRC_CASE_MID], top = r->fact[SSRC_FACT_TOP_FOREIGN].at[SSRC_CASE_MID];
	double tts = r->tts.at[SSRC_CASE_MID];
	for (int lever = 0; lever < SSRC_LEVERS; lever++) {
		out[lever] = (ssrc_counterfactual){0};
		if (r->level < 1 || isnan(recovery) || isnan(top))
			continue;
		s.lever = (ssrc_lever)lever;
		s.by_week = lever == SSRC_LEVER_COVER && isfinite(tts) ? ceil(tts) : 0;
		s.from = lever == SSRC_LEVER_SHARE ? top : recovery;
		out[lever] = find(&s, lever == SSRC_LEVER_STOCK ? 5200 : lever == SSRC_LEVER_COVER ? 1 : s.from);
		if (s.status)
			return s.status;
	}
	return SSRC_OK;
}
