/* CycloneDX 1.6 (ECMA-424), JSON. Section names are those of the specification's JSON reference. */
#include "exchange.h"

#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* component.type for every kind of item. The exact kind stands in a property beside it. */
static const struct {
	const char *kind, *type;
} types[] = {
	{"good", "device"},
	{"software", "application"},
	{"technology", "data"},
	{"service", "platform"},
	{"weights", "machine-learning-model"},
	{"data", "data"},
	{"capital", "platform"},
	{"standard", "data"},
	{"talent", "platform"},
};

typedef struct writer {
	ssrc_json json;
	const ssrc_assessment *a;
	const ssrc_exchange_options *options;
	ssrc_row_reader rows;
	ssrc_buf text;
} writer;

static void property(writer *w, const char *name, const char *value)
{
	char full[80];
	snprintf(full, sizeof full, "secondsource:%s", name);
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "name", full);
	ssrc_json_string(&w->json, "value", value);
	ssrc_json_close(&w->json, '}');
}

static void row_property(void *user, const char *table, const char *json)
{
	property(user, table, json);
}

static void number_property(writer *w, const char *name, double value)
{
	char text[32];
	if (!isfinite(value))
		return;
	ssrc_format_number(text, round(value * 1e9) / 1e9);
	property(w, name, text);
}

/* The package that the bill describes: its reference cannot be that of an item, which has no colon. */
static void put_root_ref(writer *w, const char *key)
{
	w->text.len = 0;
	ssrc_buf_printf(&w->text, "chain:%s", ssrc_package_name(w->a->chain->package));
	ssrc_json_string(&w->json, key, w->text.failed ? "" : w->text.data);
}

static void put_metadata(writer *w)
{
	ssrc_json *json = &w->json;
	const ssrc_chain *chain = w->a->chain;
	const char *name = ssrc_package_name(chain->package);
	w->text.len = 0;
	ssrc_put_day(&w->text, chain->as_of, "T00:00:00Z");
	ssrc_json_open(json, "metadata", '{');
	ssrc_json_string(json, "timestamp", w->text.failed ? "" : w->text.data);
	ssrc_json_open(json, "tools", '{');
	ssrc_json_open(json, "components", '[');
	ssrc_json_open(json, NULL, '{');
	ssrc_json_string(json, "type", "application");
	ssrc_json_string(json, "name", "secondsource");
	ssrc_json_string(json, "version", w->options->version);
	ssrc_json_close(json, '}');
	ssrc_json_close(json, ']');
	ssrc_json_close(json, '}');
	ssrc_json_open(json, "component", '{');
	ssrc_json_string(json, "type", "data");
	put_root_ref(w, "bom-ref");
	ssrc_json_string(json, "name", *name ? name : "chain");
	ssrc_json_close(json, '}');
	ssrc_json_open(json, "properties", '[');
	property(w, "format", "1");
	property(w, "package", name);
	property(w, "package_home", ssrc_package_home(chain->package));
	property(w, "home", w->a->home.text);
	property(w, "basis", ssrc_basis_word(w->a->basis));
	ssrc_chain_rows(&w->rows, row_property, w);
	ssrc_json_close(json, ']');
	ssrc_json_close(json, '}');
}

static const char *type_of(const char *kind)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].kind, kind) == 0)
			return types[i].type;
	return "data";
}

/* component.supplier has room for one: the largest maker that is named. All of them stand in the properties. */
static void put_supplier(writer *w, const ssrc_item_result *r)
{
	const ssrc_chain *chain = w->a->chain;
	if (r->supply.firm_set == SSRC_NONE)
		return;
	const ssrc_share_set *set = &chain->sets[r->supply.firm_set];
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *share = &chain->shares[i];
		if (share->kind != SSRC_BY_PARTY)
			continue;
		const ssrc_party *party = &chain->parties[share->party];
		ssrc_json_open(&w->json, "supplier", '{');
		ssrc_json_string(&w->json, "name", ssrc_name(party->name, party->id, SSRC_LANG_EN));
		if (party->hq != SSRC_NONE) {
			ssrc_json_open(&w->json, "address", '{');
			ssrc_json_string(&w->json, "country", chain->countries[party->hq]);
			ssrc_json_close(&w->json, '}');
		}
		ssrc_json_close(&w->json, '}');
		return;
	}
}

static void put_results(writer *w, const ssrc_item_result *r)
{
	char text[40];
	if (r->level >= 0) {
		number_property(w, "level", r->level);
		number_property(w, "level_low", r->level_low);
		number_property(w, "level_high", r->level_high);
	}
	snprintf(text, sizeof text, "%c", ssrc_grade_letter(r->grade));
	property(w, "grade", text);
	if (r->supply.top_foreign != SSRC_NONE)
		property(w, "top_foreign", w->a->chain->countries[r->supply.top_foreign]);
	for (int f = 0; f < SSRC_FACT_COUNT; f++) {
		snprintf(text, sizeof text, "fact:%.30s", ssrc_fact_word((ssrc_fact)f));
		number_property(w, text, r->fact[f].at[SSRC_CASE_MID]);
	}
}

static void put_component(writer *w, uint32_t item)
{
	const ssrc_item *it = &w->a->chain->items[item];
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "type", type_of(it->kind));
	ssrc_json_string(&w->json, "bom-ref", it->id);
	put_supplier(w, &w->a->items[item]);
	ssrc_json_string(&w->json, "name", ssrc_name(it->name, it->id, SSRC_LANG_EN));
	ssrc_json_open(&w->json, "properties", '[');
	ssrc_row_item(&w->rows, item);
	for (uint32_t c = 1; c < ssrc_schema[SSRC_FILE_ITEMS].n_columns; c++)
		if (*w->rows.cell[c])
			property(w, ssrc_schema[SSRC_FILE_ITEMS].columns[c].name, w->rows.cell[c]);
	ssrc_item_rows(&w->rows, item, row_property, w);
	put_results(w, &w->a->items[item]);
	ssrc_json_close(&w->json, ']');
	ssrc_json_close(&w->json, '}');
}

static void put_dependency(writer *w, uint32_t item)
{
	const ssrc_chain *chain = w->a->chain;
	const ssrc_item *it = &chain->items[item];
	ssrc_json_open(&w->json, NULL, '{');
	ssrc_json_string(&w->json, "ref", it->id);
	ssrc_json_open(&w->json, "dependsOn", '[');
	for (uint32_t i = it->first_need; i < it->first_need + it->n_needs; i++)
		if (i == it->first_need || chain->needs[i].input != chain->needs[i - 1].input)
			ssrc_json_string(&w->json, NULL, chain->items[chain->needs[i].input].id);
	ssrc_json_close(&w->json, ']');
	ssrc_json_close(&w->json, '}');
}

static void put_dependencies(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	ssrc_json_open(&w->json, "dependencies", '[');
	ssrc_json_open(&w->json, NULL, '{');
	put_root_ref(w, "ref");
	ssrc_json_open(&w->json, "dependsOn", '[');
	for (uint32_t i = 0; i < chain->n_items; i++)
		if (chain->items[i].product)
			ssrc_json_string(&w->json, NULL, chain->items[i].id);
	ssrc_json_close(&w->json, ']');
	ssrc_json_close(&w->json, '}');
	for (uint32_t i = 0; i < chain->n_items; i++)
		put_dependency(w, i);
	ssrc_json_close(&w->json, ']');
}

/* One bill for each package, home, basis and day. */
static void put_serial(writer *w)
{
	char uuid[SSRC_UUID_BYTES], urn[60];
	w->text.len = 0;
	ssrc_buf_printf(&w->text, "cyclonedx\n%s\n%s\n%s\n", ssrc_package_name(w->a->chain->package), w->a->home.text,
			ssrc_basis_word(w->a->basis));
	ssrc_put_day(&w->text, w->a->chain->as_of, "");
	ssrc_uuid5(uuid, w->text.failed ? "" : w->text.data, w->text.failed ? 0 : w->text.len);
	snprintf(urn, sizeof urn, "urn:uuid:%s", uuid);
	ssrc_json_string(&w->json, "serialNumber", urn);
}

ssrc_status ssrc_report_cyclonedx(ssrc_buf *out, const ssrc_assessment *a, const ssrc_exchange_options *options,
				  ssrc_error *err)
{
	writer w = {.a = a, .options = options};
	ssrc_buf_init(&w.text, a->ctx);
	ssrc_status status = ssrc_row_reader_begin(&w.rows, a->chain, options->full, err);
	if (!status) {
		ssrc_json_begin(&w.json, out, true);
		ssrc_json_open(&w.json, NULL, '{');
		ssrc_json_string(&w.json, "bomFormat", "CycloneDX");
		ssrc_json_string(&w.json, "specVersion", "1.6");
		put_serial(&w);
		ssrc_json_integer(&w.json, "version", 1);
		put_metadata(&w);
		ssrc_json_open(&w.json, "components", '[');
		for (uint32_t i = 0; i < a->chain->n_items; i++)
			put_component(&w, i);
		ssrc_json_close(&w.json, ']');
		put_dependencies(&w);
		ssrc_json_close(&w.json, '}');
		ssrc_json_end(&w.json);
		if (out->failed || w.text.failed || w.rows.text.failed)
			status = ssrc_no_memory(err);
	}
	ssrc_row_reader_end(&w.rows);
	ssrc_buf_clear(&w.text);
	return status;
}
