/* How far the data carry: findings, coverage by tier, kinds of evidence; what comes later; methods; sources. */
#include "sections.h"

#include <stdio.h>
#include <string.h>

enum { FINDINGS = 20 };

static void put_coverage(ssrc_brief_writer *w)
{
	const ssrc_chain *c = w->chain;
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "coverage", ssrc_catalogue_words(SSRC_T_B_T_COVERAGE), w->arena);
	ssrc_sheet_add(&sheet, "tier", SSRC_T_B_TIER, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "items", SSRC_T_B_N_ITEMS, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "with_shares", SSRC_T_B_N_SHARES, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "with_stock", SSRC_T_B_N_STOCK, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "with_recovery", SSRC_T_B_N_RECOVERY, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "judged", SSRC_T_B_N_JUDGED, SSRC_SHEET_NUMBER, 0);
	for (uint32_t t = 0; t < c->n_tiers; t++) {
		uint32_t items = 0, shares = 0, stock = 0, recovery = 0, judged = 0;
		for (uint32_t i = 0; i < c->n_items; i++) {
			if (c->items[i].tier != t)
				continue;
			items++;
			shares += w->b->a->items[i].supply.country_set != SSRC_NONE;
			stock += ssrc_known(c->items[i].stock);
			recovery += ssrc_known(c->items[i].recovery);
			judged += w->b->a->items[i].level >= 0;
		}
		ssrc_sheet_words(&sheet, ssrc_brief_names(w, c->tiers[t].name, c->tiers[t].id), NULL);
		ssrc_sheet_number(&sheet, items);
		ssrc_sheet_number(&sheet, shares);
		ssrc_sheet_number(&sheet, stock);
		ssrc_sheet_number(&sheet, recovery);
		ssrc_sheet_number(&sheet, judged);
	}
	ssrc_brief_sheet(w, &sheet, 0);
}

static ssrc_words finding_words(ssrc_brief_writer *w, const ssrc_finding *finding)
{
	ssrc_words out;
	for (int lang = 0; lang < 2; lang++) {
		char text[1000];
		ssrc_finding_render(text, sizeof text, finding, (ssrc_lang)lang);
		out.in[lang] = ssrc_brief_text(w, "%s", text);
	}
	return out;
}

static void put_findings(ssrc_brief_writer *w)
{
	static const ssrc_text_id severity[] = {SSRC_T_B_INFO, SSRC_T_B_WARNING, SSRC_T_B_ERROR};
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "findings", ssrc_catalogue_words(SSRC_T_B_T_FINDINGS), w->arena);
	ssrc_sheet_add(&sheet, "severity", SSRC_T_B_SEVERITY, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "file", SSRC_T_B_FILE, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "message", SSRC_T_B_MESSAGE, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "accepted", SSRC_T_B_ACCEPTED, SSRC_SHEET_CODE, 0);
	for (int s = SSRC_ERROR; s >= SSRC_INFO; s--)
		for (size_t f = 0; f < ssrc_findings_total(w->b->findings); f++) {
			const ssrc_finding *x = ssrc_findings_get(w->b->findings, f);
			if ((int)x->severity != s)
				continue;
			ssrc_sheet_words(&sheet, ssrc_catalogue_words(severity[s]), NULL);
			ssrc_sheet_code(&sheet, x->file, NULL);
			ssrc_sheet_words(&sheet, finding_words(w, x), NULL);
			ssrc_sheet_code(&sheet, x->accepted ? x->accepted : "", NULL);
		}
	if (ssrc_sheet_rows(&sheet) == 0)
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_FINDINGS, NULL, 0);
	ssrc_brief_sheet(w, &sheet, ssrc_sheet_rows(&sheet) ? FINDINGS : SIZE_MAX);
}

/* ---- sources -------------------------------------------------------------------------------------------------------
 */

static const char *cell(const ssrc_table *table, uint32_t row, const char *column)
{
	for (uint32_t h = 0; h < table->n_header; h++)
		if (strcmp(table->header[h], column) == 0)
			return table->cells[(size_t)row * table->n_header + h].text;
	return "";
}

static bool is_web(const char *url)
{
	return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;
}

static void put_sources(ssrc_brief_writer *w)
{
	const ssrc_table *table = &w->chain->package->tables[SSRC_FILE_SOURCES];
	ssrc_brief_begin(w, "sources", SSRC_T_B_H_SOURCES);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_SOURCES_NOTE, NULL, 0);
	ssrc_page_raw(&w->page, "<dl class=\"facts\">\n");
	for (uint32_t r = 0; table->present && r < table->n_rows; r++) {
		const char *id = cell(table, r, "source"), *url = cell(table, r, "url");
		ssrc_page_raw(&w->page, "<dt");
		ssrc_page_attribute(&w->page, "id", ssrc_brief_text(w, "source-%s", id));
		ssrc_page_raw(&w->page, ">");
		ssrc_page_text(&w->page, id);
		ssrc_page_raw(&w->page, "</dt><dd>");
		ssrc_bit bits[] = {SSRC_SAME_BIT(cell(table, r, "title")), SSRC_SAME_BIT(cell(table, r, "publisher")),
				   SSRC_SAME_BIT(cell(table, r, "published")), SSRC_SAME_BIT(cell(table, r, "grade"))};
		bits[0].href = is_web(url) ? url : NULL;
		ssrc_page_say(&w->page, SSRC_T_B_SOURCE, bits, 4);
		ssrc_page_raw(&w->page, "</dd>\n");
	}
	ssrc_page_raw(&w->page, "</dl>\n");
	ssrc_brief_end(w);
}

void ssrc_brief_put_quality(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "quality", SSRC_T_B_H_QUALITY);
	put_coverage(w);
	put_findings(w);
	ssrc_brief_end(w);
	ssrc_brief_begin(w, "later", SSRC_T_B_H_LATER);
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_LATER, NULL, 0);
	ssrc_brief_end(w);
	ssrc_brief_begin(w, "methods", SSRC_T_B_H_METHODS);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (int k = 0; k < 6; k++)
		ssrc_page_line(&w->page, "li", NULL, (ssrc_text_id)(SSRC_T_B_METHOD_0 + k), NULL, 0);
	ssrc_page_raw(&w->page, "</ul>\n");
	ssrc_brief_end(w);
	put_sources(w);
}
