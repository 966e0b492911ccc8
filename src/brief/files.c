/* What stands beside the page: JSON of everything, formats of exchange, metadata; and all of it together. */
#include "sections.h"

#include "io/date.h"
#include "report/exchange.h"

#include <stdio.h>
#include <string.h>

enum { ALERT_LEVEL = 3 };

static void add_buf(ssrc_brief_writer *w, const char *name, ssrc_buf *bytes, ssrc_status status)
{
	if (status)
		w->failed = true;
	else
		ssrc_brief_add(w, name, bytes);
	ssrc_buf_clear(bytes);
}

static void put_exchange(ssrc_brief_writer *w)
{
	ssrc_buf out;
	ssrc_error err = {0};
	const ssrc_assessment *a = w->b->a;
	ssrc_exchange_options options = {.version = w->b->settings.version, .min_level = ALERT_LEVEL};
	ssrc_report_options report = {.format = SSRC_FORMAT_GRAPHML, .version = w->b->settings.version};
	ssrc_map_options map = {.view = SSRC_MAP_NEEDS};
	ssrc_buf_init(&out, w->b->ctx);
	add_buf(w, "chain.graphml", &out, ssrc_report_map(&out, a, &map, &report, &err));
	ssrc_buf_init(&out, w->b->ctx);
	add_buf(w, "alerts.stix.json", &out, ssrc_report_stix(&out, a, &options, &err));
	ssrc_buf_init(&out, w->b->ctx);
	add_buf(w, "items.cdx.json", &out, ssrc_report_cyclonedx(&out, a, &options, &err));
	for (uint32_t i = 0; i < w->chain->n_items; i++) {
		if (!ssrc_report_cap_due(a, i, &options))
			continue;
		ssrc_buf_init(&out, w->b->ctx);
		add_buf(w, ssrc_brief_text(w, "alerts/%s.cap.xml", w->chain->items[i].id), &out,
			ssrc_report_cap(&out, a, i, &options, &err));
	}
}

/* ---- brief.json -------------------------------------------------------------------------------------------------- */

/* A whole JSON text as a member. */
static void put_raw(ssrc_json *json, const char *key, const ssrc_buf *text, bool *failed)
{
	*failed |= text->failed || !text->data;
	if (*failed)
		return;
	size_t len = text->len;
	while (len > 0 && text->data[len - 1] == '\n')
		len--;
	ssrc_json_raw(json, key, text->data, len);
}

static void put_results(ssrc_brief_writer *w)
{
	ssrc_buf out;
	ssrc_error err = {0};
	ssrc_report_options report = {.format = SSRC_FORMAT_JSON, .version = w->b->settings.version};
	ssrc_rank_options rank = {.of = SSRC_RANK_ITEMS, .by = SSRC_BY_LEVEL};
	ssrc_stress_best best = {0};
	int worst;
	ssrc_buf_init(&out, w->b->ctx);
	w->failed |= ssrc_report_rank(&out, w->b->a, &rank, &report, &worst, &err) != SSRC_OK;
	put_raw(&w->json, "rank", &out, &w->failed);
	ssrc_buf_clear(&out);
	ssrc_json_open(&w->json, "stress", '[');
	for (uint32_t s = 0; s < w->b->n_stress; s++) {
		ssrc_buf_init(&out, w->b->ctx);
		w->failed |= ssrc_report_stress(&out, w->b->stress[s], &best, 0, &report, &err) != SSRC_OK;
		put_raw(&w->json, NULL, &out, &w->failed);
		ssrc_buf_clear(&out);
	}
	ssrc_json_close(&w->json, ']');
	if (!w->b->has_plan)
		return;
	ssrc_buf_init(&out, w->b->ctx);
	w->failed |= ssrc_report_plan(&out, &w->b->page, &report, &err) != SSRC_OK;
	put_raw(&w->json, "plan", &out, &w->failed);
	ssrc_buf_clear(&out);
}

/* What was used, by which program, and a hash of every file beside it. */
static void put_metadata(ssrc_brief_writer *w)
{
	ssrc_buf out;
	ssrc_json json;
	char day[11], hex[65];
	const ssrc_brief *b = w->b;
	ssrc_hash input = ssrc_package_hash(w->chain->package);
	ssrc_buf_init(&out, b->ctx);
	ssrc_json_begin(&json, &out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/brief-metadata/1");
	ssrc_json_string(&json, "program", b->settings.version);
	ssrc_json_string(&json, "command", b->settings.command);
	ssrc_json_string(&json, "package", ssrc_package_name(w->chain->package));
	ssrc_hash_hex(&input, hex);
	ssrc_json_string(&json, "input_sha256", hex);
	ssrc_json_string(&json, "home", b->a->home.text);
	ssrc_json_string(&json, "basis", ssrc_basis_word(b->a->basis));
	ssrc_json_string(&json, "policy", b->a->policy->name);
	ssrc_date_format(w->chain->as_of, day);
	ssrc_json_string(&json, "as_of", day);
	ssrc_json_number(&json, "seed", (double)b->settings.seed);
	ssrc_json_number(&json, "runs", b->settings.runs);
	ssrc_json_bool(&json, "reproducible", !b->limited);
	ssrc_json_open(&json, "files", '{');
	for (size_t i = 0; i < w->files->n; i++) {
		ssrc_hash hash = ssrc_hash_bytes(w->files->file[i].bytes, w->files->file[i].len);
		ssrc_hash_hex(&hash, hex);
		ssrc_json_string(&json, w->files->file[i].name, hex);
	}
	ssrc_json_close(&json, '}');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
	ssrc_brief_add(w, "metadata.json", &out);
	ssrc_buf_clear(&out);
}

static void begin_data(ssrc_brief_writer *w)
{
	char day[11];
	ssrc_date_format(w->chain->as_of, day);
	ssrc_json_begin(&w->json, &w->data, true);
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "schema", "secondsource/brief/1");
	ssrc_json_string(&w->json, "program", w->b->settings.version);
	ssrc_json_string(&w->json, "home", w->b->a->home.text);
	ssrc_json_string(&w->json, "basis", ssrc_basis_word(w->b->a->basis));
	ssrc_json_string(&w->json, "as_of", day);
	ssrc_json_open(&w->json, "tables", '{');
}

static void end_data(ssrc_brief_writer *w)
{
	ssrc_json_close(&w->json, '}');
	put_results(w);
	ssrc_json_close(&w->json, '}');
	ssrc_json_end(&w->json);
	ssrc_brief_add(w, "brief.json", &w->data);
}

ssrc_status ssrc_brief_write(ssrc_brief_files *files, const ssrc_brief *brief, ssrc_error *err)
{
	ssrc_buf html;
	ssrc_brief_writer w = {.b = brief, .chain = brief->a->chain, .files = files, .arena = &files->arena};
	*files = (ssrc_brief_files){0};
	ssrc_arena_init(&files->arena, brief->ctx);
	ssrc_buf_init(&html, brief->ctx);
	ssrc_buf_init(&w.data, brief->ctx);
	w.page = (ssrc_page){.out = &html, .langs = brief->settings.langs};
	w.card = ssrc_arena_array(&files->arena, w.chain->n_items + 1, sizeof *w.card);
	w.failed = !w.card;
	if (!w.failed) {
		begin_data(&w);
		ssrc_brief_mark_cards(&w);
		ssrc_brief_put_document(&w);
		end_data(&w);
		ssrc_brief_add(&w, "index.html", &html);
		put_exchange(&w);
		put_metadata(&w);
	}
	ssrc_buf_clear(&html);
	ssrc_buf_clear(&w.data);
	if (!w.failed)
		return SSRC_OK;
	ssrc_brief_files_clear(files);
	return ssrc_no_memory(err);
}
