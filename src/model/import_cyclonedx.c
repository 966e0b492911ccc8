/* CycloneDX JSON (ECMA-424, version 1.6 and what is compatible with it) -> a package. What this program wrote comes
 * back row by row; from the files of others components, makers and dependencies are read (docs/exchange.md). Findings
 * name the place as a path: components[3].components[0]. */
#include "io/json_read.h"
#include "model/adapter.h"

#include <secondsource/import.h>

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 160 };

static const struct {
	const char *type, *kind;
} types[] = {
	{"application", "software"},
	{"framework", "software"},
	{"library", "software"},
	{"container", "software"},
	{"platform", "software"},
	{"operating-system", "software"},
	{"device", "good"},
	{"device-driver", "software"},
	{"firmware", "software"},
	{"file", "data"},
	{"machine-learning-model", "weights"},
	{"data", "data"},
	{"cryptographic-asset", "technology"},
};

/* A component or service: what becomes an item. */
typedef struct part {
	const ssrc_json_value *value;
	const char *path, *ref, *id, *kind;
	uint32_t parent; /* SSRC_NONE at the top */
	bool product, needed;
} part;

typedef struct import {
	ssrc_adapter a;
	ssrc_symbols refs;
	uint32_t *part_of; /* by symbol of refs */
	part *parts;
	size_t n_parts, parts_cap, refs_cap;
	bool own; /* written by this program */
} import;

/* ---- components ------------------------------------------------------------------------------------------------ */

static const char *kind_of(import *x, const ssrc_json_value *value, const char *path)
{
	const char *type = ssrc_json_text(value, "type");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].kind;
	ssrc_adapter_report(&x->a, SSRC_ERROR, *type ? SSRC_M_X_TYPE_UNKNOWN : SSRC_M_X_MEMBER_MISSING, 0, 0, path,
			    *type ? type : "type", NULL);
	return "good";
}

static void take_ref(import *x, uint32_t index)
{
	part *p = &x->parts[index];
	uint32_t before = x->refs.count, symbol = SSRC_NONE;
	if (!*p->ref || x->a.status)
		return;
	x->a.status = ssrc_symbols_add(&x->refs, p->ref, strlen(p->ref), &symbol, x->a.err);
	if (!x->a.status)
		x->a.status = ssrc_reserve(x->a.ctx, (void **)&x->part_of, &x->refs_cap, (size_t)x->refs.count,
					   sizeof *x->part_of, x->a.err);
	if (x->a.status)
		return;
	if (symbol == before)
		x->part_of[symbol] = index;
	else
		ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_REF_TWICE, 0, 0, p->path, p->ref, NULL);
}

static void add_parts(import *x, const ssrc_json_value *list, const char *path, uint32_t parent, bool service);

/* kind NULL: by the type of the component. */
static void add_part(import *x, const ssrc_json_value *value, const char *path, uint32_t parent, const char *kind)
{
	ssrc_adapter *a = &x->a;
	const char *name = ssrc_json_text(value, "name");
	if (value->kind != SSRC_JSON_OBJECT) {
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_MEMBER_KIND, 0, 0, path, "component", NULL);
		return;
	}
	if (!*name) {
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_MEMBER_MISSING, 0, 0, path, "name", NULL);
		return;
	}
	if (!a->status)
		a->status = ssrc_reserve(a->ctx, (void **)&x->parts, &x->parts_cap, x->n_parts + 1, sizeof *x->parts,
					 a->err);
	if (a->status)
		return;
	uint32_t index = (uint32_t)x->n_parts++;
	x->parts[index] = (part){.value = value,
				 .path = ssrc_adapter_keep(a, path),
				 .ref = ssrc_json_text(value, "bom-ref"),
				 .kind = kind ? kind : kind_of(x, value, path),
				 .parent = parent};
	take_ref(x, index);
	add_parts(x, ssrc_json_get(value, "components"), path, index, false);
	add_parts(x, ssrc_json_get(value, "services"), path, index, true);
}

static void add_parts(import *x, const ssrc_json_value *list, const char *path, uint32_t parent, bool service)
{
	char at[PATH_BYTES];
	size_t k = 0;
	const char *name = service ? "services" : "components";
	if (!list)
		return;
	if (list->kind != SSRC_JSON_LIST) {
		ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_MEMBER_KIND, 0, 0, *path ? path : "/", name, NULL);
		return;
	}
	for (const ssrc_json_value *value = list->first; value && !x->a.status; value = value->next, k++) {
		snprintf(at, sizeof at, "%.100s%s%s[%zu]", path, *path ? "." : "", name, k);
		add_part(x, value, at, parent, service ? "service" : NULL);
	}
}

/* ---- what this program wrote ------------------------------------------------------------------------------------- */

static const char *own_name(const ssrc_json_value *property)
{
	const char *name = ssrc_json_text(property, "name");
	return strncmp(name, "secondsource:", 13) == 0 ? name + 13 : "";
}

static bool is_result(const char *name)
{
	static const char *const results[] = {"level", "level_low", "level_high", "grade", "top_foreign"};
	for (size_t i = 0; i < sizeof results / sizeof *results; i++)
		if (strcmp(results[i], name) == 0)
			return true;
	return strncmp(name, "fact:", 5) == 0;
}

static void own_component(import *x, const part *p)
{
	const char *texts[64] = {NULL};
	char where[PATH_BYTES + 40];
	size_t k = 0;
	texts[ssrc_adapter_item_column("name_en")] = ssrc_json_text(p->value, "name");
	texts[0] = p->ref;
	for (const ssrc_json_value *at = ssrc_json_list(p->value, "properties"); at; at = at->next, k++) {
		const char *name = own_name(at), *value = ssrc_json_text(at, "value");
		uint32_t column = ssrc_adapter_item_column(name);
		snprintf(where, sizeof where, "%s.properties[%zu]", p->path, k);
		if (!*name || is_result(name))
			continue;
		if (column != SSRC_NONE && column != 0)
			texts[column] = value;
		else if (!ssrc_adapter_row(&x->a, name, value, p->ref, where, 0))
			ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_ROW_COLUMN, 0, 0, where, name, "items");
	}
	ssrc_adapter_put_row(&x->a, SSRC_FILE_ITEMS, texts);
}

static void own_metadata(import *x, const ssrc_json_value *metadata)
{
	char where[PATH_BYTES];
	size_t k = 0;
	for (const ssrc_json_value *at = ssrc_json_list(metadata, "properties"); at; at = at->next, k++) {
		const char *name = own_name(at), *value = ssrc_json_text(at, "value");
		snprintf(where, sizeof where, "metadata.properties[%zu]", k);
		if (strcmp(name, "package") == 0)
			x->a.name = value;
		else if (strcmp(name, "package_home") == 0 && !x->a.home)
			x->a.home = value;
		else if (*name && strcmp(name, "format") != 0 && strcmp(name, "home") != 0 &&
			 strcmp(name, "basis") != 0 && !ssrc_adapter_row(&x->a, name, value, NULL, where, 0))
			ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_ROW_COLUMN, 0, 0, where, name, "metadata");
	}
}

/* ---- dependencies ------------------------------------------------------------------------------------------------ */

static uint32_t find(import *x, const char *ref, const char *path, const char *root)
{
	uint32_t symbol = ssrc_symbols_find(&x->refs, ref, strlen(ref));
	if (symbol != SSRC_NONE)
		return x->part_of[symbol];
	if (!x->own || strcmp(ref, root) != 0)
		ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_REF_UNKNOWN, 0, 0, path, ref, NULL);
	return SSRC_NONE;
}

static void need(import *x, uint32_t item, uint32_t input, const char *path, const char *note)
{
	if (item == input) {
		ssrc_adapter_report(&x->a, SSRC_WARNING, SSRC_M_X_SELF, 0, 0, path, x->parts[item].ref, NULL);
		return;
	}
	x->parts[input].needed = true;
	if (x->own || !ssrc_adapter_first(&x->a, "need", x->parts[item].id, x->parts[input].id))
		return;
	SSRC_ADAPTER_PUT(&x->a, SSRC_FILE_NEEDS, {"item", x->parts[item].id}, {"input", x->parts[input].id},
			 {"essential", "critical"}, {"source", "file"}, {"evidence", "assumed"}, {"note", note});
}

static void read_dependencies(import *x, const ssrc_json_value *root)
{
	char path[PATH_BYTES];
	size_t k = 0;
	const char *top = ssrc_json_text(ssrc_json_get(ssrc_json_get(root, "metadata"), "component"), "bom-ref");
	for (const ssrc_json_value *at = ssrc_json_list(root, "dependencies"); at; at = at->next, k++) {
		size_t m = 0;
		snprintf(path, sizeof path, "dependencies[%zu]", k);
		uint32_t item = find(x, ssrc_json_text(at, "ref"), path, top);
		for (const ssrc_json_value *on = ssrc_json_list(at, "dependsOn"); on; on = on->next, m++) {
			snprintf(path, sizeof path, "dependencies[%zu].dependsOn[%zu]", k, m);
			uint32_t input = find(x, on->text, path, top);
			if (item != SSRC_NONE && input != SSRC_NONE)
				need(x, item, input, path, NULL);
		}
	}
}

/* ---- files of others --------------------------------------------------------------------------------------------- */

static void put_maker(import *x, const part *p)
{
	static const char *const members[] = {"manufacturer", "supplier", "provider"};
	const char *name = "", *country = "";
	for (size_t i = 0; i < sizeof members / sizeof *members && !*name; i++) {
		const ssrc_json_value *maker = ssrc_json_get(p->value, members[i]);
		name = ssrc_json_text(maker, "name");
		country = ssrc_json_text(ssrc_json_get(maker, "address"), "country");
	}
	if (!*name)
		name = ssrc_json_text(p->value, "publisher");
	if (!*name)
		return;
	SSRC_ADAPTER_PUT(&x->a, SSRC_FILE_SHARES, {"item", p->id},
			 {"provider", ssrc_adapter_maker(&x->a, name, country, p->path)}, {"basis", "hq"},
			 {"metric", "named in the bill of materials"}, {"source", "file"}, {"evidence", "observed"});
}

static void put_item(import *x, const part *p)
{
	ssrc_adapter *a = &x->a;
	ssrc_buf note;
	const char *version = ssrc_json_text(p->value, "version");
	ssrc_buf_init(&note, a->ctx);
	ssrc_buf_puts(&note, ssrc_json_text(p->value, "description"));
	if (*version)
		ssrc_buf_printf(&note, "%sversion %s", note.len ? "; " : "", version);
	if (note.failed)
		ssrc_adapter_no_memory(a);
	SSRC_ADAPTER_PUT(a, SSRC_FILE_ITEMS, {"item", p->id}, {"tier", p->product ? "product" : "component"},
			 {"kind", p->kind}, {"name_en", ssrc_json_text(p->value, "name")},
			 {"product", p->product ? "yes" : NULL}, {"source", "file"}, {"evidence", "observed"},
			 {"note", note.data});
	ssrc_buf_clear(&note);
	static const char *const codes[] = {"purl", "cpe"};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (*ssrc_json_text(p->value, codes[i]))
			SSRC_ADAPTER_PUT(a, SSRC_FILE_ITEM_CODES, {"item", p->id}, {"scheme", codes[i]},
					 {"code", ssrc_json_text(p->value, codes[i])}, {"source", "file"});
	put_maker(x, p);
}

/* Nested components are parts of the one they stand in; without dependencies those at the top are of the product. */
static void put_structure(import *x, bool stated)
{
	uint32_t tops = 0;
	for (uint32_t i = 0; i < x->n_parts; i++) {
		const part *p = &x->parts[i];
		if (p->parent != SSRC_NONE)
			need(x, p->parent, i, p->path, "nested in it");
		else if (!stated && !p->product && x->parts[0].product) {
			need(x, 0, i, p->path, "the file states no dependencies");
			tops++;
		}
	}
	if (tops) {
		char n[16];
		snprintf(n, sizeof n, "%u", tops);
		ssrc_adapter_report(&x->a, SSRC_WARNING, SSRC_M_X_NO_DEPENDENCIES, 0, 0, n, x->parts[0].id, NULL);
	}
}

static void mark_products(import *x)
{
	if (x->n_parts == 0 || x->parts[0].product)
		return;
	ssrc_adapter_report(&x->a, SSRC_WARNING, SSRC_M_X_PRODUCT_NONE, 0, 0, NULL, NULL, NULL);
}

static void read_foreign(import *x, const ssrc_json_value *root)
{
	ssrc_adapter *a = &x->a;
	bool stated = ssrc_json_list(root, "dependencies") != NULL;
	ssrc_adapter_foreign(a, a->file);
	for (size_t i = 0; i < x->n_parts && !a->status; i++) {
		x->parts[i].id = ssrc_adapter_id(a, ssrc_json_text(x->parts[i].value, "name"));
		if (!*x->parts[i].ref && stated)
			ssrc_adapter_report(a, SSRC_INFO, SSRC_M_X_REF_BLANK, 0, 0, x->parts[i].path, NULL, NULL);
	}
	for (size_t i = 0; i < x->n_parts && !a->status; i++)
		put_item(x, &x->parts[i]);
	if (a->status)
		return;
	read_dependencies(x, root);
	if (x->n_parts)
		put_structure(x, stated);
	if (stated)
		ssrc_adapter_report(a, SSRC_INFO, SSRC_M_X_ASSUMED, 0, 0, NULL, NULL, NULL);
	mark_products(x);
}

/* ---- all of it ----------------------------------------------------------------------------------------------------
 */

static bool is_cyclonedx(import *x, const ssrc_json_value *root)
{
	const char *format = ssrc_json_text(root, "bomFormat"), *version = ssrc_json_text(root, "specVersion");
	if (strcmp(format, "CycloneDX") != 0) {
		ssrc_adapter_report(&x->a, SSRC_ERROR, SSRC_M_X_NOT_CYCLONEDX, 0, 0, *format ? format : "?", NULL,
				    NULL);
		return false;
	}
	if (strncmp(version, "1.", 2) != 0)
		ssrc_adapter_report(&x->a, SSRC_WARNING, SSRC_M_X_SPEC_VERSION, 0, 0, *version ? version : "?", NULL,
				    NULL);
	return true;
}

static void convert(import *x, const ssrc_json_value *root)
{
	const ssrc_json_value *metadata = ssrc_json_get(root, "metadata"), *top = ssrc_json_get(metadata, "component");
	for (const ssrc_json_value *at = ssrc_json_list(metadata, "properties"); at; at = at->next)
		x->own |= strcmp(own_name(at), "format") == 0;
	if (!x->own && top) {
		add_part(x, top, "metadata.component", SSRC_NONE, NULL);
		if (x->n_parts)
			x->parts[0].product = true;
		x->a.name = ssrc_json_text(top, "name");
	}
	add_parts(x, ssrc_json_get(root, "components"), "", SSRC_NONE, false);
	add_parts(x, ssrc_json_get(root, "services"), "", SSRC_NONE, true);
	if (x->a.status)
		return;
	if (!x->own) {
		read_foreign(x, root);
		return;
	}
	own_metadata(x, metadata);
	for (size_t i = 0; i < x->n_parts && !x->a.status; i++)
		own_component(x, &x->parts[i]);
	read_dependencies(x, root);
}

ssrc_status ssrc_import_cyclonedx(ssrc_package **out, ssrc_context *ctx, const char *path, const char *home,
				  ssrc_findings *findings, ssrc_error *err)
{
import x = {.own = false };
	ssrc_json_value *root = NULL;
	ssrc_adapter_start(&x.a, ctx, path, home, findings, err);
	ssrc_symbols_init(&x.refs, ctx);
	if (!x.a.status)
		x.a.status = ssrc_json_parse(&x.a.arena, x.a.bytes.data ? x.a.bytes.data : "", x.a.bytes.len, x.a.file,
					     &root, findings, err);
	if (!x.a.status && root && is_cyclonedx(&x, root))
		convert(&x, root);
	ssrc_symbols_clear(&x.refs);
	ssrc_release(ctx, x.part_of);
	ssrc_release(ctx, x.parts);
	return ssrc_adapter_finish(&x.a, out);
}
