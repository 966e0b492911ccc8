/* The figures of a brief: plain data in, an SVG picture out (internal). Every function appends to `out`; NaN is unknown
 * and drawn as such ("?"), never as zero; an infinite upper end runs to the edge with an arrow. Labels never overlap:
 * what does not fit is left to the tooltip and the table beside the figure. Same data, same bytes. */
#ifndef SSRC_FIGURES_H
#define SSRC_FIGURES_H

#include "report/drawing.h"

typedef struct ssrc_span {
	double low, mid, high;
} ssrc_span;

/* A range as a line with ends, at height y of an axis; one that runs over it ends with an arrow `gap` px behind.
 * Nothing where the range is unknown or a point. */
void ssrc_draw_whisker(ssrc_drawing *d, const ssrc_axis *axis, const ssrc_span *span, double y, double gap);

/* ---- chain map: tiers as columns from left to right, at most 60 nodes ------------------------------------------ */

typedef struct ssrc_figure_node {
	ssrc_words name;
	uint32_t column; /* of the tiers shown */
	int level;       /* -1 unknown */
	bool product;
	bool focus; /* drawn strong, its links too */
} ssrc_figure_node;
typedef struct ssrc_figure_link {
	uint32_t from, to; /* input, user */
	int essential;     /* 0 critical, 1 important, 2 optional, 3 capital */
} ssrc_figure_link;
typedef struct ssrc_figure_map {
	const ssrc_words *columns;
	uint32_t n_columns;
	const ssrc_figure_node *nodes;
	uint32_t n_nodes;
	const ssrc_figure_link *links;
	uint32_t n_links;
	uint32_t n_left_out; /* nodes of the chain that are not shown */
} ssrc_figure_map;
enum { SSRC_FIGURE_NODES = 60 };
void ssrc_figure_draw_map(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_map *map, ssrc_context *ctx);

/* ---- heat map: rows by columns, values 0–1 --------------------------------------------------------------------- */

typedef struct ssrc_figure_heat {
	const ssrc_words *rows, *columns;
	uint32_t n_rows, n_columns;
	const ssrc_span *cells; /* [n_rows * n_columns] fractions; mid NaN = unknown, 0 = none: left blank */
	ssrc_words unit;        /* of the legend */
} ssrc_figure_heat;
void ssrc_figure_draw_heat(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_heat *heat);

/* ---- scatter with whiskers -------------------------------------------------------------------------------------- */

typedef struct ssrc_figure_point {
	ssrc_words name;
	ssrc_span x, y;
	int level;
} ssrc_figure_point;
typedef struct ssrc_figure_scatter {
	const ssrc_figure_point *points; /* the most important first: labels go to them first */
	uint32_t n_points;
	ssrc_words x_title, y_title;
	double x_high, y_high; /* of the axes; they begin at 0 */
	double x_mark, y_mark; /* thresholds drawn as lines; NaN = none */
	ssrc_words quadrant;   /* label of the corner top right */
} ssrc_figure_scatter;
void ssrc_figure_draw_scatter(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_scatter *scatter,
			      ssrc_context *ctx);

/* ---- dumbbell: how long served against how long to recover ------------------------------------------------------ */

typedef struct ssrc_figure_dumbbell_row {
	ssrc_words name;
	ssrc_span survive, recover; /* weeks */
	int level;
} ssrc_figure_dumbbell_row;
typedef struct ssrc_figure_dumbbell {
	const ssrc_figure_dumbbell_row *rows;
	uint32_t n_rows;
	ssrc_words survive, recover, unit;
} ssrc_figure_dumbbell;
void ssrc_figure_draw_dumbbell(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_dumbbell *dumbbell);

/* ---- fan: output over time, one panel for each product ---------------------------------------------------------- */

typedef struct ssrc_figure_fan_panel {
	ssrc_words name;
	const double *p05, *p25, *p50, *p75, *p95; /* [n_steps] fraction of normal; NULL but p50: no bands */
} ssrc_figure_fan_panel;
typedef struct ssrc_figure_fan {
	const ssrc_figure_fan_panel *panels;
	uint32_t n_panels, n_steps;
	double step; /* weeks */
	ssrc_words x_title, y_title;
	ssrc_words middle, half, most; /* legend: median, 50 %, 90 % */
} ssrc_figure_fan;
void ssrc_figure_draw_fan(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_fan *fan);

/* ---- bars with whiskers ------------------------------------------------------------------------------------------ */

typedef struct ssrc_figure_bar {
	ssrc_words name;
	ssrc_span value;
	const char *text; /* written at its end; NULL = the number */
	int series;       /* 0 … 6 */
} ssrc_figure_bar;
typedef struct ssrc_figure_bars {
	const ssrc_figure_bar *bars;
	uint32_t n_bars;
	ssrc_words x_title;
	const ssrc_words *series; /* legend; NULL with n_series 0 */
	uint32_t n_series;
} ssrc_figure_bars;
void ssrc_figure_draw_bars(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_bars *bars);

/* ---- tornado: the result with one input at either end of its interval ------------------------------------------- */

typedef struct ssrc_figure_swing {
	ssrc_words name;
	double low, high;                 /* result with the input at its low and its high end */
	char low_text[24], high_text[24]; /* those ends of the input */
} ssrc_figure_swing;
typedef struct ssrc_figure_tornado {
	const ssrc_figure_swing *swings;
	uint32_t n_swings;
	double centre;
	ssrc_words x_title, at_low, at_high;
} ssrc_figure_tornado;
void ssrc_figure_draw_tornado(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_tornado *tornado);

/* ---- Gantt: from begin to ready, then in use ----------------------------------------------------------------------
 */

typedef struct ssrc_figure_task {
	ssrc_words name;
	double begin, ready, full, end; /* weeks; end INFINITY = stays */
	const char *text;               /* at the right: cost */
} ssrc_figure_task;
typedef struct ssrc_figure_gantt {
	const ssrc_figure_task *tasks;
	uint32_t n_tasks;
	double cut_from, cut_to; /* shaded: weeks of the scenario; NaN = none */
	ssrc_words cut, preparing, ramping, ready, x_title;
} ssrc_figure_gantt;
void ssrc_figure_draw_gantt(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_gantt *gantt);

/* ---- Pareto front: money against shortage --------------------------------------------------------------------- */

typedef struct ssrc_figure_pareto {
	const double *cost, *loss, *bound; /* [n]; bound: proven, NaN = none */
	uint32_t n, chosen;                /* SSRC_NONE = none chosen */
	ssrc_words x_title, y_title, plan, proven, choice;
} ssrc_figure_pareto;
void ssrc_figure_draw_pareto(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_pareto *pareto);

/* ---- timeline of measures ------------------------------------------------------------------------------------------
 */

typedef struct ssrc_figure_measure {
	ssrc_words name;
	const char *issuer;   /* country code */
	int32_t from, to;     /* days since 1970-01-01; to INT32_MAX = open */
	bool tighten, sunset; /* ease otherwise; sunset: `to` is a date set beforehand */
} ssrc_figure_measure;
typedef struct ssrc_figure_timeline {
	const ssrc_figure_measure *measures; /* in order of `from` */
	uint32_t n_measures;
	int32_t today;
	ssrc_words today_word, tighten, ease, open;
} ssrc_figure_timeline;
void ssrc_figure_draw_timeline(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_timeline *timeline);

#endif
