/* A page of HTML in one or two languages (internal): text goes in as words and comes out escaped; where both languages
 * are shown, each text stands twice and the page's switch hides one of them. */
#ifndef SSRC_BRIEF_PAGE_H
#define SSRC_BRIEF_PAGE_H

#include "report/drawing.h"

/* Words, or a link where href is given. */
typedef struct ssrc_bit {
	const char *in[2]; /* [ssrc_lang] */
	const char *href;  /* NULL = no link */
} ssrc_bit;

typedef struct ssrc_page {
	ssrc_buf *out;
	ssrc_langs langs;
	const char *link_text; /* class of links made from bits, NULL = plain */
} ssrc_page;

/* The same in both languages. */
#define SSRC_SAME(text) ((ssrc_words){{(text), (text)}})
#define SSRC_SAME_BIT(text) ((ssrc_bit){{(text), (text)}, NULL})

/* Markup as it is: literals of the program only. */
void ssrc_page_raw(ssrc_page *page, const char *markup);
/* <tag class="…">; class NULL = none. */
void ssrc_page_open(ssrc_page *page, const char *tag, const char *class_name);
void ssrc_page_close(ssrc_page *page, const char *tag);

/* Text, escaped: in both languages, or one. */
void ssrc_page_words(ssrc_page *page, const ssrc_words *words);
void ssrc_page_text(ssrc_page *page, const char *text);
/* A text of the catalogue; {0} … {7} stand for bits. */
void ssrc_page_say(ssrc_page *page, ssrc_text_id id, const ssrc_bit *bits, size_t n);
/* The same inside a tag. */
void ssrc_page_line(ssrc_page *page, const char *tag, const char *class_name, ssrc_text_id id, const ssrc_bit *bits,
		    size_t n);
/* Words of the catalogue, with texts that are the same in both languages put in for {0} …; arena memory. */
ssrc_words ssrc_words_fill(ssrc_arena *arena, ssrc_text_id id, const ssrc_words *args, size_t n);

/* " name=\"value\"", escaped. */
void ssrc_page_attribute(ssrc_page *page, const char *name, const char *value);
/* <a href="…">words</a> */
void ssrc_page_link(ssrc_page *page, const char *href, const ssrc_words *words);
/* A level: letter in its colour, with its word for those who do not see it. level -1 = unknown. */
void ssrc_page_level(ssrc_page *page, int level);

#endif
