/* The parts of a brief (internal): each writes its HTML and adds its tables and figures to the files. */
#ifndef SSRC_BRIEF_SECTIONS_H
#define SSRC_BRIEF_SECTIONS_H

#include "brief/brief.h"
#include "brief/sheet.h"

enum { SSRC_BRIEF_SHEETS = 32 };
typedef struct ssrc_brief_writer {
	const ssrc_brief *b;
	const ssrc_chain *chain;
	ssrc_page page; /* of index.html */
	ssrc_brief_files *files;
	ssrc_arena *arena; /* of the files */
	ssrc_buf data;     /* members of brief.json written so far */
	ssrc_json json;
	bool *card; /* [n_items] the item has a card of its own on the page */
	bool failed;
} ssrc_brief_writer;

/* brief.c: earlier brief. Fills changes; nothing without one. Errors: FORMAT, NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_brief_compare(ssrc_brief *b, ssrc_error *err);

/* document.c: all of index.html. */
void ssrc_brief_put_document(ssrc_brief_writer *w);
/* Which items get a card: before anything links to one. */
void ssrc_brief_mark_cards(ssrc_brief_writer *w);
void ssrc_brief_put_answers(ssrc_brief_writer *w);
void ssrc_brief_put_structure(ssrc_brief_writer *w);
void ssrc_brief_put_scenarios(ssrc_brief_writer *w);
void ssrc_brief_put_backup(ssrc_brief_writer *w);
void ssrc_brief_put_cards(ssrc_brief_writer *w);
void ssrc_brief_put_quality(ssrc_brief_writer *w);

/* ---- shared ------------------------------------------------------------------------------------------------------ */

/* Copies text into the files' arena; "" if that fails. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
const char *
ssrc_brief_text(ssrc_brief_writer *w, const char *format, ...);
/* Adds a file; the bytes are copied. */
void ssrc_brief_add(ssrc_brief_writer *w, const char *name, const ssrc_buf *bytes);
/* <section id> with heading; ends with ssrc_brief_end. */
void ssrc_brief_begin(ssrc_brief_writer *w, const char *id, ssrc_text_id heading);
void ssrc_brief_end(ssrc_brief_writer *w);
/* A table on the page (most rows, 0 = all; SIZE_MAX = files only), as CSV and in the JSON. */
void ssrc_brief_sheet(ssrc_brief_writer *w, const ssrc_sheet *sheet, size_t most);
/* A figure: draw is called for the page and for each file. how: how to read it; command: that gives the numbers. */
typedef void ssrc_brief_draw(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx);
/* Bars, which several sections draw. */
void ssrc_brief_draw_bars(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx);
void ssrc_brief_figure(ssrc_brief_writer *w, const char *id, ssrc_words title, ssrc_text_id how, const char *command,
		       ssrc_brief_draw *draw, const void *data);

/* [n_events] by day, then id; NULL if memory ran out. */
const uint32_t *ssrc_brief_events(ssrc_brief_writer *w);
/* Names as they may be shown, masked where they must be: before a figure cuts them. */
ssrc_words ssrc_brief_names(const ssrc_brief_writer *w, const char *const name[2], const char *id);
ssrc_words ssrc_brief_item(const ssrc_brief_writer *w, uint32_t item);
/* "#item-eda" where the item has a card, else NULL. */
const char *ssrc_brief_item_href(ssrc_brief_writer *w, uint32_t item);
ssrc_bit ssrc_brief_item_bit(ssrc_brief_writer *w, uint32_t item);
ssrc_words ssrc_brief_scenario(const ssrc_brief_writer *w, const ssrc_scenario *scenario);
ssrc_span ssrc_brief_span(const ssrc_estimate *e); /* low and high ordered */
ssrc_bit ssrc_brief_number(ssrc_brief_writer *w, double value, int decimals);
ssrc_bit ssrc_brief_span_bit(ssrc_brief_writer *w, ssrc_span span, double scale, int decimals);
ssrc_bit ssrc_brief_bit(ssrc_words words, const char *href);
/* "secondsource COMMAND path --home H" and what else */
const char *ssrc_brief_command(ssrc_brief_writer *w, const char *command, const char *rest);

#endif
