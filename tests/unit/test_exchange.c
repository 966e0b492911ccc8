/* Formats for exchange: what is written holds the rules of the published texts (checked here by rules of our own,
 * written from those texts), what was written comes back, and what others write wrong is named. */
#include "harness.h"

#include "io/date.h"
#include "io/json_read.h"
#include "io/xml.h"
#include "model/adapter.h"
#include "report/exchange.h"

#include <secondsource/import.h>

static const char starter[] = SSRC_SOURCE_DIR "/data/ai-chain";
static const char small[] = SSRC_SOURCE_DIR "/tests/data/backup";
static const char bill[] = SSRC_SOURCE_DIR "/tests/data/exchange/bill.cdx.json";
static const char network[] = SSRC_SOURCE_DIR "/tests/data/exchange/plain.graphml";

/* ---- a chain with an assessment ------------------------------------------------------------------------------ */

typedef struct world {
	ssrc_context ctx;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_arena arena;
} world;

static bool world_assess(world *w, const char *home)
{
	ssrc_error err = {0};
	ssrc_assess_options options = {.home = home, .basis = SSRC_BASIS_HQ};
	return ssrc_chain_build(&w->chain, w->package, ssrc_date_days(2026, 11, 24), &err) == SSRC_OK &&
	       ssrc_assess(&w->a, w->chain, &options, &err) == SSRC_OK;
}

static void world_begin(world *w)
{
	*w = (world){0};
	ssrc_context_init(&w->ctx);
	ssrc_arena_init(&w->arena, &w->ctx);
	CHECK(ssrc_findings_new(&w->findings, &w->ctx, NULL) == SSRC_OK);
}

static bool world_open(world *w, const char *folder, const char *home)
{
	world_begin(w);
	bool good = ssrc_package_read(&w->package, &w->ctx, folder, w->findings, NULL) == SSRC_OK &&
		    world_assess(w, home ? home : ssrc_package_home(w->package));
	CHECK(good);
	return good;
}

static void world_close(world *w)
{
	ssrc_assessment_free(w->a);
	ssrc_chain_free(w->chain);
	ssrc_package_free(w->package);
	ssrc_findings_free(w->findings);
	ssrc_arena_clear(&w->arena);
}

static char long_name[10001];
static const char *const hostile_names[] = {
	"<script>alert(\"x\")</script> & ' ]]> <!--", "bidi \xE2\x80\xAE evil \xE2\x81\xA6 isolate",
	"control \x01\x0B\x1F signs, \xEF\xBF\xBF and a tab\there", long_name, "\",\"bom-ref\":\"\\u0000\n%s%n"};

static void put(world *w, ssrc_file_id file, const char *const *pairs)
{
	const char *texts[64] = {NULL};
	ssrc_error err = {0};
	if (!w->package->tables[file].present)
		CHECK(ssrc_package_full_header(w->package, file, &err) == SSRC_OK);
	for (size_t i = 0; pairs[i]; i += 2)
		texts[ssrc_schema_column(file, pairs[i])] = pairs[i + 1];
	CHECK(ssrc_package_add_row(w->package, file, texts, 2, &err) == SSRC_OK);
}
#define PUT(w, file, ...) put(w, file, (const char *const[]){__VA_ARGS__, NULL})

/* Every name is one that means to break out of its place. */
static bool world_hostile(world *w)
{
	static const char yaml[] = "name: \"<b>&\\\"'\"\nlicence: x\nhome: CN\n";
	memset(long_name, 'n', sizeof long_name - 1);
	world_begin(w);
	CHECK(ssrc_package_new(&w->package, &w->ctx, "hostile", NULL) == SSRC_OK);
	CHECK(ssrc_package_add_document(w->package, "package.yaml", yaml, sizeof yaml - 1, w->findings, NULL) ==
	      SSRC_OK);
	PUT(w, SSRC_FILE_TIERS, "tier", "t", "order", "1", "name_en", hostile_names[0], "name_zh", hostile_names[1]);
	PUT(w, SSRC_FILE_SOURCES, "source", "s", "title", hostile_names[4]);
	for (size_t i = 0; i < 5; i++) {
		char id[8], party[8];
		snprintf(id, sizeof id, "i%zu", i);
		snprintf(party, sizeof party, "p%zu", i);
		PUT(w, SSRC_FILE_ITEMS, "item", id, "tier", "t", "kind", "good", "name_en", hostile_names[i], "name_zh",
		    hostile_names[4 - i], "recovery_weeks_low", "10.0", "recovery_weeks_high", "52", "unit",
		    hostile_names[0], "product", i == 0 ? "yes" : "", "note", hostile_names[i], "source", "s");
		PUT(w, SSRC_FILE_PARTIES, "party", party, "kind", "firm", "name_en", hostile_names[i], "hq", "JP");
		PUT(w, SSRC_FILE_SHARES, "item", id, "provider", party, "basis", "hq", "metric", hostile_names[0],
		    "share_low", "90.0", "share_high", "95", "year", "2026");
		PUT(w, SSRC_FILE_ALTERNATES, "item", id, "alternate", party, "state", "qualified");
		PUT(w, SSRC_FILE_OPTIONS, "option", id, "kind", "stockpile", "item", id, "name_en", hostile_names[i]);
		if (i)
			PUT(w, SSRC_FILE_NEEDS, "item", "i0", "input", id, "essential",
			    i == 4 ? "important" : "critical", "any_of", i < 3 ? hostile_names[0] : "");
	}
	/* The same input in two choices: two needs, one dependency. */
	PUT(w, SSRC_FILE_NEEDS, "item", "i0", "input", "i1", "essential", "critical", "any_of", "other");
	PUT(w, SSRC_FILE_NEEDS, "item", "i0", "input", "i2", "essential", "critical", "any_of", "other");
	CHECK(ssrc_package_index(w->package, NULL) == SSRC_OK);
	return world_assess(w, "CN");
}

static const ssrc_exchange_options all = {.version = "test", .full = true, .min_level = 1};

typedef ssrc_status writer(ssrc_buf *, const ssrc_assessment *, const ssrc_exchange_options *, ssrc_error *);

static ssrc_status write_graphml(ssrc_buf *out, const ssrc_assessment *a, const ssrc_exchange_options *options,
				 ssrc_error *err)
{
	ssrc_map_options map = {.full = options->full};
	ssrc_report_options report = {.format = SSRC_FORMAT_GRAPHML, .version = options->version};
	return ssrc_report_map(out, a, &map, &report, err);
}

static ssrc_status write_alerts(ssrc_buf *out, const ssrc_assessment *a, const ssrc_exchange_options *options,
				ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < a->chain->n_items && !status; i++)
		if (ssrc_report_cap_due(a, i, options))
			status = ssrc_report_cap(out, a, i, options, err);
	return status;
}

static writer *const writers[] = {ssrc_report_cyclonedx, ssrc_report_stix, write_graphml, write_alerts};

static const ssrc_json_value *json_of(world *w, writer *write, const ssrc_exchange_options *options)
{
	ssrc_buf out;
	ssrc_json_value *root = NULL;
	ssrc_buf_init(&out, &w->ctx);
	CHECK(write(&out, w->a, options, NULL) == SSRC_OK);
	CHECK(ssrc_utf8_valid_prefix(out.data, out.len) == out.len);
	CHECK(ssrc_json_parse(&w->arena, out.data, out.len, "out", &root, w->findings, NULL) == SSRC_OK);
	CHECK(root != NULL);
	ssrc_buf_clear(&out);
	return root;
}

/* ---- patterns of the texts ------------------------------------------------------------------------------------- */

/* d digit, h hex digit in lower case, v version of a UUID, y its variant; other signs stand for themselves. */
static bool fits(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++) {
		bool digit = *text >= '0' && *text <= '9';
		bool good = *text == *pattern;
		if (*pattern == 'd')
			good = digit;
		else if (*pattern == 'h')
			good = digit || (*text >= 'a' && *text <= 'f');
		else if (*pattern == 'v')
			good = *text >= '1' && *text <= '5';
		else if (*pattern == 'y')
			good = *text == '8' || *text == '9' || *text == 'a' || *text == 'b';
		if (!good)
			return false;
	}
	return *text == '\0';
}

static const char uuid_form[] = "hhhhhhhh-hhhh-vhhh-yhhh-hhhhhhhhhhhh";

static bool is_among(const char *word, const char *words)
{
	size_t n = strlen(word);
	for (const char *p = words; *p; p += strcspn(p, "|"), p += *p == '|')
		if (strcspn(p, "|") == n && memcmp(p, word, n) == 0)
			return true;
	return false;
}

/* Every member of an object is one of those that the text allows there. */
static void only_members(const ssrc_json_value *object, const char *words)
{
	CHECK(object && object->kind == SSRC_JSON_OBJECT);
	for (const ssrc_json_value *at = object ? object->first : NULL; at; at = at->next) {
		if (!is_among(at->key, words))
			printf("# member %s\n", at->key);
		CHECK(is_among(at->key, words));
	}
}

/* ---- CycloneDX 1.6 ------------------------------------------------------------------------------------------------
 */

static bool add_ref(ssrc_symbols *refs, const char *ref)
{
	uint32_t id, before = refs->count;
	CHECK(*ref && ssrc_symbols_add(refs, ref, strlen(ref), &id, NULL) == SSRC_OK);
	return refs->count > before;
}

static void check_properties(const ssrc_json_value *list)
{
	for (; list; list = list->next) {
		only_members(list, "name|value");
		CHECK(ssrc_json_get(list, "name")->kind == SSRC_JSON_STRING);
		CHECK(ssrc_json_get(list, "value")->kind == SSRC_JSON_STRING);
	}
}

static void check_component(const ssrc_json_value *c, ssrc_symbols *refs)
{
	only_members(c, "type|bom-ref|supplier|name|properties|version");
	CHECK(is_among(
		ssrc_json_text(c, "type"),
		"application|framework|library|container|platform|operating-system|device|device-driver|firmware|"
		"file|machine-learning-model|data|cryptographic-asset"));
	CHECK(*ssrc_json_text(c, "name"));
	CHECK(add_ref(refs, ssrc_json_text(c, "bom-ref")));
	if (ssrc_json_get(c, "supplier")) {
		only_members(ssrc_json_get(c, "supplier"), "name|address");
		if (ssrc_json_get(ssrc_json_get(c, "supplier"), "address"))
			only_members(ssrc_json_get(ssrc_json_get(c, "supplier"), "address"), "country");
	}
	check_properties(ssrc_json_list(c, "properties"));
}

static void check_dependencies(const ssrc_json_value *list, const ssrc_symbols *refs, world *w)
{
	ssrc_symbols seen;
	ssrc_symbols_init(&seen, &w->ctx);
	for (; list; list = list->next) {
		ssrc_symbols inputs;
		ssrc_symbols_init(&inputs, &w->ctx);
		only_members(list, "ref|dependsOn");
		const char *ref = ssrc_json_text(list, "ref");
		CHECK(ssrc_symbols_find(refs, ref, strlen(ref)) != SSRC_NONE && add_ref(&seen, ref));
		for (const ssrc_json_value *on = ssrc_json_list(list, "dependsOn"); on; on = on->next)
			CHECK(ssrc_symbols_find(refs, on->text, strlen(on->text)) != SSRC_NONE &&
			      add_ref(&inputs, on->text));
		ssrc_symbols_clear(&inputs);
	}
	ssrc_symbols_clear(&seen);
}

static void check_bill(world *w, const ssrc_exchange_options *options)
{
	const ssrc_json_value *root = json_of(w, ssrc_report_cyclonedx, options);
	const ssrc_json_value *metadata = ssrc_json_get(root, "metadata");
	ssrc_symbols refs;
	uint32_t n = 0;
	ssrc_symbols_init(&refs, &w->ctx);
	only_members(root, "bomFormat|specVersion|serialNumber|version|metadata|components|dependencies");
	CHECK_TEXT(ssrc_json_text(root, "bomFormat"), "CycloneDX");
	CHECK_TEXT(ssrc_json_text(root, "specVersion"), "1.6");
	CHECK(strncmp(ssrc_json_text(root, "serialNumber"), "urn:uuid:", 9) == 0);
	CHECK(fits(ssrc_json_text(root, "serialNumber") + 9, uuid_form));
	only_members(metadata, "timestamp|tools|component|properties");
	CHECK(fits(ssrc_json_text(metadata, "timestamp"), "dddd-dd-ddTdd:dd:ddZ"));
	check_component(ssrc_json_get(metadata, "component"), &refs);
	check_properties(ssrc_json_list(metadata, "properties"));
	for (const ssrc_json_value *c = ssrc_json_list(root, "components"); c; c = c->next, n++)
		check_component(c, &refs);
	CHECK(n == w->chain->n_items);
	check_dependencies(ssrc_json_list(root, "dependencies"), &refs, w);
	ssrc_symbols_clear(&refs);
}

/* ---- STIX 2.1 ------------------------------------------------------------------------------------------------------
 */

static const struct {
	const char *type, *members, *required;
} objects[] = {
	{"marking-definition", "definition_type|name|definition", "definition_type|definition"},
	{"identity", "name|description|identity_class", "name"},
	{"location", "name|country|region", "name"},
	{"infrastructure", "name|description|external_references", "name"},
	{"course-of-action", "name|description", "name"},
	{"note", "abstract|content|labels|confidence|object_refs", "content|object_refs"},
	{"report", "name|report_types|published|object_refs", "name|report_types|published|object_refs"},
	{"relationship", "relationship_type|description|source_ref|target_ref",
	 "relationship_type|source_ref|target_ref"},
};

static void check_stix_id(const char *id, const char *type)
{
	size_t n = strlen(type);
	CHECK(strncmp(id, type, n) == 0 && strncmp(id + n, "--", 2) == 0 && fits(id + n + 2, uuid_form));
}

static void check_refs(const ssrc_json_value *object, const ssrc_symbols *ids)
{
	static const char *const single[] = {"created_by_ref", "source_ref", "target_ref"};
	static const char *const several[] = {"object_refs", "object_marking_refs"};
	for (size_t i = 0; i < 3; i++) {
		const char *ref = ssrc_json_text(object, single[i]);
		CHECK(!*ref || ssrc_symbols_find(ids, ref, strlen(ref)) != SSRC_NONE);
	}
	for (size_t i = 0; i < 2; i++) {
		CHECK(!ssrc_json_get(object, several[i]) || ssrc_json_list(object, several[i]));
		for (const ssrc_json_value *ref = ssrc_json_list(object, several[i]); ref; ref = ref->next)
			CHECK(ssrc_symbols_find(ids, ref->text, strlen(ref->text)) != SSRC_NONE);
	}
}

static void check_object(const ssrc_json_value *o)
{
	static const char stamp[] = "dddd-dd-ddTdd:dd:dd.dddZ";
	char members[300];
	const char *type = ssrc_json_text(o, "type");
	size_t k = 0;
	while (k < sizeof objects / sizeof *objects && strcmp(objects[k].type, type) != 0)
		k++;
	CHECK(k < sizeof objects / sizeof *objects);
	if (k == sizeof objects / sizeof *objects)
		return;
	snprintf(members, sizeof members, "type|spec_version|id|created_by_ref|created|modified|object_marking_refs|%s",
		 objects[k].members);
	only_members(o, members);
	check_stix_id(ssrc_json_text(o, "id"), type);
	CHECK_TEXT(ssrc_json_text(o, "spec_version"), "2.1");
	CHECK(fits(ssrc_json_text(o, "created"), stamp));
	CHECK(k == 0 || fits(ssrc_json_text(o, "modified"), stamp));
	CHECK(k == 0 || strcmp(ssrc_json_text(o, "created"), ssrc_json_text(o, "modified")) <= 0);
	for (const char *p = objects[k].required; *p; p += strcspn(p, "|"), p += *p == '|') {
		char name[40];
		snprintf(name, sizeof name, "%.*s", (int)strcspn(p, "|"), p);
		CHECK(ssrc_json_get(o, name) != NULL);
	}
	if (strcmp(type, "location") == 0) {
		const char *country = ssrc_json_text(o, "country"), *region = ssrc_json_text(o, "region");
		CHECK((strlen(country) == 2) != (strcmp(region, "europe") == 0) && strcmp(country, "EU") != 0);
	}
	const ssrc_json_value *confidence = ssrc_json_get(o, "confidence");
	CHECK(!confidence || (atoi(confidence->text) >= 0 && atoi(confidence->text) <= 100));
}

static void check_bundle(world *w, const ssrc_exchange_options *options)
{
	const ssrc_json_value *root = json_of(w, ssrc_report_stix, options);
	ssrc_symbols ids;
	uint32_t notes = 0, due = 0;
	ssrc_symbols_init(&ids, &w->ctx);
	only_members(root, "type|id|objects");
	check_stix_id(ssrc_json_text(root, "id"), "bundle");
	for (const ssrc_json_value *o = ssrc_json_list(root, "objects"); o; o = o->next) {
		CHECK(add_ref(&ids, ssrc_json_text(o, "id")));
		check_object(o);
		notes += strcmp(ssrc_json_text(o, "type"), "note") == 0;
	}
	for (const ssrc_json_value *o = ssrc_json_list(root, "objects"); o; o = o->next)
		check_refs(o, &ids);
	for (uint32_t i = 0; i < w->chain->n_items; i++)
		due += ssrc_report_cap_due(w->a, i, options);
	CHECK(notes == due);
	ssrc_symbols_clear(&ids);
}

/* ---- XML
 * -------------------------------------------------------------------------------------------------------------- */

static const ssrc_xml *xml_of(world *w, const ssrc_buf *out)
{
	ssrc_xml *root = NULL;
	CHECK(ssrc_xml_parse(&w->arena, out->data, out->len, "out", &root, w->findings, NULL) == SSRC_OK);
	CHECK(root != NULL);
	return root;
}

/* CAP 1.2 §3.4: children in this order, ? at most once, + at least once, * any number. */
static void check_order(const ssrc_xml *xml, const char *const *names)
{
	const ssrc_xml *at = xml->first;
	for (size_t i = 0; names[i]; i++) {
		const char *name = names[i] + (strchr("?+*", names[i][0]) ? 1 : 0);
		int n = 0;
		while (at && strcmp(at->name, name) == 0) {
			at = at->next;
			n++;
		}
		char sign = names[i][0];
		bool good = sign == '?' ? n <= 1 : sign == '+' ? n >= 1 : sign == '*' || n == 1;
		if (!good)
			printf("# %s in %s: %d\n", name, xml->name, n);
		CHECK(good);
	}
	CHECK(at == NULL);
}

static const char *child(const ssrc_xml *xml, const char *name)
{
	for (const ssrc_xml *at = xml->first; at; at = at->next)
		if (strcmp(at->name, name) == 0)
			return at->text;
	return "";
}

static const char cap_time[] = "dddd-dd-ddTdd:dd:dd-dd:dd";

static void check_info(const ssrc_xml *info)
{
	static const char *const order[] = {"?language",    "+category", "event",       "*responseType", "urgency",
					    "severity",     "certainty", "?audience",   "*eventCode",    "?effective",
					    "?onset",       "?expires",  "?senderName", "?headline",     "?description",
					    "?instruction", "?web",      "?contact",    "*parameter",    "*resource",
					    "*area",        NULL};
	check_order(info, order);
	CHECK(is_among(child(info, "category"),
		       "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other"));
	CHECK(is_among(child(info, "responseType"),
		       "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None"));
	CHECK(is_among(child(info, "urgency"), "Immediate|Expected|Future|Past|Unknown"));
	CHECK(is_among(child(info, "severity"), "Extreme|Severe|Moderate|Minor|Unknown"));
	CHECK(is_among(child(info, "certainty"), "Observed|Likely|Possible|Unlikely|Unknown"));
	CHECK(fits(child(info, "onset"), cap_time) && fits(child(info, "expires"), cap_time));
	CHECK(strcmp(child(info, "onset"), child(info, "expires")) < 0);
	CHECK(*child(info, "event") && *child(info, "headline"));
	for (const ssrc_xml *at = info->first; at; at = at->next)
		if (strcmp(at->name, "area") == 0)
			check_order(at, (const char *const[]){"areaDesc", "*polygon", "*circle", "*geocode",
							      "?altitude", "?ceiling", NULL});
		else if (strcmp(at->name, "parameter") == 0)
			check_order(at, (const char *const[]){"valueName", "value", NULL});
}

static void check_alert(world *w, uint32_t item, const ssrc_exchange_options *options)
{
	static const char *const order[] = {"identifier", "sender",      "sent",         "status",     "msgType",
					    "?source",    "scope",       "?restriction", "?addresses", "*code",
					    "?note",      "?references", "?incidents",   "*info",      NULL};
	ssrc_buf out;
	ssrc_buf_init(&out, &w->ctx);
	CHECK(ssrc_report_cap(&out, w->a, item, options, NULL) == SSRC_OK);
	const ssrc_xml *alert = xml_of(w, &out);
	ssrc_buf_clear(&out);
	if (!alert)
		return;
	CHECK_TEXT(alert->name, "alert");
	CHECK_TEXT(alert->space, "urn:oasis:names:tc:emergency:cap:1.2");
	check_order(alert, order);
	CHECK(!strpbrk(child(alert, "identifier"), " ,<&") && !strpbrk(child(alert, "sender"), " ,<&"));
	CHECK(fits(child(alert, "sent"), cap_time));
	CHECK(is_among(child(alert, "status"), "Actual|Exercise|System|Test|Draft"));
	CHECK_TEXT(child(alert, "msgType"), "Alert");
	CHECK(is_among(child(alert, "scope"), "Public|Restricted|Private"));
	CHECK(strcmp(child(alert, "scope"), "Restricted") != 0 || *child(alert, "restriction"));
	int n = 0;
	for (const ssrc_xml *at = alert->first; at; at = at->next)
		if (strcmp(at->name, "info") == 0) {
			check_info(at);
			CHECK_TEXT(child(at, "language"), n == 0 ? "en-US" : "zh-CN");
			n++;
		}
	CHECK(n == 2);
}

/* GraphML: keys declared once with a known domain and type; ids once; ends of edges are nodes; data of their domain. */
static void check_data(const ssrc_xml *xml, const ssrc_symbols *keys, const char *const *domains, world *w)
{
	ssrc_symbols seen;
	ssrc_symbols_init(&seen, &w->ctx);
	for (const ssrc_xml *at = xml->first; at; at = at->next) {
		if (strcmp(at->name, "data") != 0)
			continue;
		const char *id = ssrc_xml_value(at, "key");
		uint32_t symbol = id ? ssrc_symbols_find(keys, id, strlen(id)) : SSRC_NONE;
		CHECK(symbol != SSRC_NONE && add_ref(&seen, id));
		CHECK(symbol == SSRC_NONE || strcmp(domains[symbol], "all") == 0 ||
		      strcmp(domains[symbol], xml->name) == 0);
	}
	ssrc_symbols_clear(&seen);
}

static void check_graph(world *w, const ssrc_exchange_options *options)
{
	ssrc_buf out;
	ssrc_symbols keys, nodes, edges;
	const char *domains[200];
	ssrc_buf_init(&out, &w->ctx);
	ssrc_symbols_init(&keys, &w->ctx);
	ssrc_symbols_init(&nodes, &w->ctx);
	ssrc_symbols_init(&edges, &w->ctx);
	CHECK(write_graphml(&out, w->a, options, NULL) == SSRC_OK);
	const ssrc_xml *root = xml_of(w, &out), *graph = NULL;
	ssrc_buf_clear(&out);
	for (const ssrc_xml *at = root ? root->first : NULL; at; at = at->next) {
		if (strcmp(at->name, "key") == 0) {
			CHECK(!graph && keys.count < 200);
			domains[keys.count] = ssrc_xml_value(at, "for");
			CHECK(is_among(ssrc_xml_value(at, "for"),
				       "all|graphml|graph|node|edge|hyperedge|port|endpoint"));
			CHECK(is_among(ssrc_xml_value(at, "attr.type"), "boolean|int|long|float|double|string"));
			CHECK_TEXT(ssrc_xml_value(at, "id"), ssrc_xml_value(at, "attr.name"));
			CHECK(add_ref(&keys, ssrc_xml_value(at, "id")));
		} else {
			CHECK_TEXT(at->name, "graph");
			graph = at;
		}
	}
	CHECK(graph && is_among(ssrc_xml_value(graph, "edgedefault"), "directed|undirected"));
	for (const ssrc_xml *at = graph ? graph->first : NULL; at; at = at->next) {
		if (strcmp(at->name, "node") == 0) {
			CHECK(add_ref(&nodes, ssrc_xml_value(at, "id")));
		} else if (strcmp(at->name, "edge") == 0) {
			const char *from = ssrc_xml_value(at, "source"), *to = ssrc_xml_value(at, "target");
			CHECK(add_ref(&edges, ssrc_xml_value(at, "id")));
			CHECK(ssrc_symbols_find(&nodes, from, strlen(from)) != SSRC_NONE);
			CHECK(ssrc_symbols_find(&nodes, to, strlen(to)) != SSRC_NONE);
		}
		check_data(at, &keys, domains, w);
	}
	if (graph)
		check_data(graph, &keys, domains, w);
	CHECK(nodes.count == w->chain->n_items);
	ssrc_symbols_clear(&keys);
	ssrc_symbols_clear(&nodes);
	ssrc_symbols_clear(&edges);
}

/* ---- tests ------------------------------------------------------------------------------------------------------- */

static void each_world(void (*check)(world *, const ssrc_exchange_options *))
{
	world w;
	static const char *const homes[] = {"CN", "JP,KR"};
	for (size_t i = 0; i < 2; i++) {
		if (world_open(&w, starter, homes[i])) {
			ssrc_exchange_options plain = {.version = "test", .min_level = 3, .tlp = SSRC_TLP_RED};
			check(&w, &all);
			check(&w, &plain);
		}
		world_close(&w);
	}
	CHECK(world_hostile(&w));
	check(&w, &all);
	world_close(&w);
}

static void check_alerts(world *w, const ssrc_exchange_options *options)
{
	ssrc_exchange_options exercise = *options;
	exercise.status = SSRC_CAP_EXERCISE;
	exercise.sender = "a b,c<&>@\xE4\xB8\xAD.org";
	int n = 0;
	for (uint32_t i = 0; i < w->chain->n_items; i++)
		if (ssrc_report_cap_due(w->a, i, options)) {
			check_alert(w, i, options);
			check_alert(w, i, &exercise);
			n++;
		}
	CHECK(n > 0);
}

static void cyclonedx_is_valid(void)
{
	each_world(check_bill);
}
static void stix_is_valid(void)
{
	each_world(check_bundle);
}
static void cap_is_valid(void)
{
	each_world(check_alerts);
}
static void graphml_is_valid(void)
{
	each_world(check_graph);
}

static void uuids(void)
{
	char id[SSRC_UUID_BYTES], text[200];
	memset(text, 'a', sizeof text);
	ssrc_uuid5(id, "x", 1);
	CHECK_TEXT(id, "10e158a7-dc5a-51ac-a20c-027c087ec54e"); /* as another implementation of RFC 9562 gives it */
	ssrc_uuid5(id, text, sizeof text);
	CHECK_TEXT(id, "ee0c51a1-4238-5532-bb35-ba4fa8172d32");
}

static void same_bytes(void)
{
	world w;
	CHECK(world_open(&w, starter, "US"));
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		ssrc_buf one, two;
		ssrc_buf_init(&one, &w.ctx);
		ssrc_buf_init(&two, &w.ctx);
		CHECK(writers[i](&one, w.a, &all, NULL) == SSRC_OK && writers[i](&two, w.a, &all, NULL) == SSRC_OK);
		CHECK(one.len > 1000 && one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
		ssrc_buf_clear(&one);
		ssrc_buf_clear(&two);
	}
	world_close(&w);
}

/* Names of the package must not come in by a way of their own: with `full` off only what the chain says is written. */
static void nothing_but_the_chain(void)
{
	world w;
	ssrc_exchange_options plain = {.version = "test", .min_level = 1};
	CHECK(world_open(&w, starter, "CN"));
	for (uint32_t i = 0; i < w.chain->n_items; i++)
		w.chain->items[i].name[0] = w.chain->items[i].name[1] = "hidden";
	for (uint32_t i = 0; i < w.chain->n_parties; i++) {
		ssrc_party *party = &w.chain->parties[i];
		char *id = ssrc_arena_alloc(&w.arena, 24);
		snprintf(id, 24, "party-%u", i);
		party->id = id;
		party->name[0] = party->name[1] = id;
	}
	for (uint32_t i = 0; i < w.chain->n_options; i++)
		w.chain->options[i].name[0] = w.chain->options[i].name[1] = "hidden";
	for (uint32_t i = 0; i < w.chain->n_events; i++)
		w.chain->events[i].title[0] = w.chain->events[i].title[1] = w.chain->events[i].measure = "hidden";
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		ssrc_buf out;
		ssrc_buf_init(&out, &w.ctx);
		CHECK(writers[i](&out, w.a, &plain, NULL) == SSRC_OK);
		CHECK(!strstr(out.data, "asml") && !strstr(out.data, "ASML") && !strstr(out.data, "SK hynix"));
		CHECK(!strstr(out.data, "sk-hynix") && !strstr(out.data, "Bureau of Industry"));
		ssrc_buf_clear(&out);
	}
	world_close(&w);
}

typedef ssrc_status importer(ssrc_package **, ssrc_context *, const char *, const char *, ssrc_findings *,
			     ssrc_error *);

static void save(const char *path, const ssrc_buf *bytes)
{
	FILE *f = fopen(path, "wb");
	CHECK(f && fwrite(bytes->data, 1, bytes->len, f) == bytes->len);
	if (f)
		fclose(f);
}

static void comes_back(world *w, writer *write, importer *import)
{
	char folder[256], path[300], home[64];
	ssrc_buf first, second;
	world again;
	ssrc_buf_init(&first, &w->ctx);
	ssrc_buf_init(&second, &w->ctx);
	snprintf(home, sizeof home, "%s", w->a->home.text);
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/x", folder);
	CHECK(write(&first, w->a, &all, NULL) == SSRC_OK);
	save(path, &first);
	world_begin(&again);
	CHECK(import(&again.package, &again.ctx, path, NULL, again.findings, NULL) == SSRC_OK);
	CHECK(ssrc_findings_total(again.findings) == 0);
	CHECK(world_assess(&again, home));
	CHECK(again.chain->n_needs == w->chain->n_needs && again.chain->n_shares == w->chain->n_shares);
	CHECK(write(&second, again.a, &all, NULL) == SSRC_OK);
	CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	world_close(&again);
	ssrc_buf_clear(&first);
	ssrc_buf_clear(&second);
}

static void round_trips(void)
{
	static const char *const homes[] = {"CN", "US", "EU"};
	world w;
	for (size_t i = 0; i < 3; i++) {
		if (world_open(&w, i == 2 ? small : starter, homes[i])) {
			comes_back(&w, ssrc_report_cyclonedx, ssrc_import_cyclonedx);
			comes_back(&w, write_graphml, ssrc_import_graphml);
		}
		world_close(&w);
	}
	/* XML cannot hold every sign, JSON can. */
	CHECK(world_hostile(&w));
	comes_back(&w, ssrc_report_cyclonedx, ssrc_import_cyclonedx);
	world_close(&w);
}

static const char *value(const ssrc_package *package, ssrc_file_id file, uint32_t row, const char *column)
{
	const ssrc_table *table = &package->tables[file];
	return row < table->n_rows ? ssrc_table_cell(table, row, ssrc_schema_column(file, column))->text : "";
}

static void bill_of_others(void)
{
	world w;
	ssrc_check_options check = {ssrc_date_days(2026, 11, 24)};
	world_begin(&w);
	CHECK(ssrc_import_cyclonedx(&w.package, &w.ctx, bill, "EU", w.findings, NULL) == SSRC_OK);
	CHECK(ssrc_findings_count(w.findings, SSRC_ERROR) == 0);
	CHECK(ssrc_package_check(w.package, &check, w.findings, NULL) == SSRC_OK);
	CHECK(ssrc_findings_count(w.findings, SSRC_ERROR) == 0);
	CHECK(ssrc_package_rows(w.package, "items") == 7 && ssrc_package_rows(w.package, "needs") == 6);
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 0, "item"), "doorbell-camera");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 0, "product"), "yes");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 2, "note"), "version B1");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 5, "kind"), "weights");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 6, "kind"), "service");
	CHECK(ssrc_package_rows(w.package, "parties") == 4);
	CHECK_TEXT(value(w.package, SSRC_FILE_PARTIES, 0, "hq"), "MY");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEM_CODES, 0, "code"), "pkg:generic/tls@3.1");
	CHECK_TEXT(ssrc_package_home(w.package), "EU");
	world_close(&w);
}

static void network_of_others(void)
{
	world w;
	world_begin(&w);
	CHECK(ssrc_import_graphml(&w.package, &w.ctx, network, "JP", w.findings, NULL) == SSRC_OK);
	CHECK(ssrc_findings_total(w.findings) == 0);
	CHECK(ssrc_package_rows(w.package, "items") == 3 && ssrc_package_rows(w.package, "needs") == 2);
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 2, "name_en"), "Magnet \xE7\xA3\x81\xE4\xBD\x93");
	CHECK_TEXT(value(w.package, SSRC_FILE_ITEMS, 2, "product"), "yes");
	CHECK_TEXT(value(w.package, SSRC_FILE_NEEDS, 1, "essential"), "important");
	world_close(&w);
}

/* What is wrong in a file of text is found, as an error, and once. */
static void finds(importer *import, const char *text, const char *home, ssrc_text_id message)
{
	char folder[256], path[300];
	world w;
	int n = 0;
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/file", folder);
	test_write_file(path, text);
	world_begin(&w);
	CHECK(import(&w.package, &w.ctx, path, home, w.findings, NULL) == SSRC_OK);
	for (size_t i = 0; i < ssrc_findings_total(w.findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(w.findings, i);
		for (int lang = 0; lang < 2; lang++)
			CHECK(*ssrc_text(f->message, (ssrc_lang)lang));
		n += f->message == message;
	}
	if (n != 1)
		printf("# %s: %d in %.60s\n", ssrc_text_code(message), n, text);
	CHECK(n == 1);
	world_close(&w);
}

#define BOM(rest) "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"" rest "}"
static void broken_bills(void)
{
	static const struct {
		const char *text;
		ssrc_text_id message;
	} cases[] = {
		{"", SSRC_M_JSON_SYNTAX},
		{"{\"bomFormat\":\"CycloneDX\",}", SSRC_M_JSON_SYNTAX},
		{"{\"a\":1,\"a\":2}", SSRC_M_JSON_SYNTAX},
		{"[]", SSRC_M_X_NOT_CYCLONEDX},
		{"{\"spdxVersion\":\"SPDX-2.3\"}", SSRC_M_X_NOT_CYCLONEDX},
		{"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"2.0\"}", SSRC_M_X_SPEC_VERSION},
		{BOM(",\"components\":7"), SSRC_M_X_MEMBER_KIND},
		{BOM(",\"components\":[7]"), SSRC_M_X_MEMBER_KIND},
		{BOM(",\"components\":[{\"type\":\"device\"}]"), SSRC_M_X_MEMBER_MISSING},
		{BOM(",\"components\":[{\"name\":\"a\"}]"), SSRC_M_X_MEMBER_MISSING},
		{BOM(",\"components\":[{\"name\":\"a\",\"type\":\"gadget\"}]"), SSRC_M_X_TYPE_UNKNOWN},
		{BOM(",\"components\":[{\"name\":\"a\",\"type\":\"data\",\"bom-ref\":\"r\"},"
		     "{\"name\":\"b\",\"type\":\"data\",\"bom-ref\":\"r\"}]"),
		 SSRC_M_X_REF_TWICE},
		{BOM(",\"components\":[{\"name\":\"a\",\"type\":\"data\",\"bom-ref\":\"r\"}],"
		     "\"dependencies\":[{\"ref\":\"r\",\"dependsOn\":[\"gone\"]}]"),
		 SSRC_M_X_REF_UNKNOWN},
		{BOM(",\"components\":[{\"name\":\"a\",\"type\":\"data\",\"bom-ref\":\"r\"}],"
		     "\"dependencies\":[{\"ref\":\"r\",\"dependsOn\":[\"r\"]}]"),
		 SSRC_M_X_SELF},
		{BOM(",\"components\":[{\"name\":\"a\",\"type\":\"data\",\"manufacturer\":"
		     "{\"name\":\"m\",\"address\":{\"country\":\"Japan\"}}}]"),
		 SSRC_M_X_COUNTRY},
		{BOM(",\"metadata\":{\"properties\":[{\"name\":\"secondsource:format\",\"value\":\"1\"},"
		     "{\"name\":\"secondsource:tiers\",\"value\":\"{\\\"tier\\\":1}\"}]}"),
		 SSRC_M_X_ROW_COLUMN},
		{BOM(",\"metadata\":{\"properties\":[{\"name\":\"secondsource:format\",\"value\":\"1\"},"
		     "{\"name\":\"secondsource:documents\",\"value\":\"{\\\"path\\\":\\\"../x.yaml\\\"}\"}]}"),
		 SSRC_M_X_DOCUMENT_PATH},
		/* A table of the whole chain on one component. */
		{BOM(",\"metadata\":{\"properties\":[{\"name\":\"secondsource:format\",\"value\":\"1\"}]},"
		     "\"components\":[{\"name\":\"a\",\"type\":\"data\",\"bom-ref\":\"r\",\"properties\":"
		     "[{\"name\":\"secondsource:tiers\",\"value\":\"{}\"}]}]"),
		 SSRC_M_X_ROW_COLUMN},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		finds(ssrc_import_cyclonedx, cases[i].text, "CN", cases[i].message);
	finds(ssrc_import_cyclonedx, BOM(""), NULL, SSRC_M_X_HOME_NEEDED);
}

#define GRAPH(rest)                                                                                                    \
	"<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"><graph edgedefault=\"directed\">" rest               \
	"</graph></graphml>"
static void broken_networks(void)
{
	static const struct {
		const char *text;
		ssrc_text_id message;
	} cases[] = {
		{"", SSRC_M_XML_SYNTAX},
		{"<graphml>", SSRC_M_XML_SYNTAX},
		{"<gexf/>", SSRC_M_X_NOT_GRAPHML},
		{"<graphml/>", SSRC_M_X_GRAPH_NONE},
		{"<graphml><graph/><graph/></graphml>", SSRC_M_X_GRAPH_MORE},
		{GRAPH("<node/>"), SSRC_M_X_ATTRIBUTE_MISSING},
		{GRAPH("<node id=\"a\"/><node id=\"a\"/>"), SSRC_M_X_ID_TWICE},
		{GRAPH("<node id=\"a\"/><edge source=\"a\" target=\"b\"/>"), SSRC_M_X_NODE_UNKNOWN},
		{GRAPH("<node id=\"a\"/><edge source=\"a\" target=\"a\"/>"), SSRC_M_X_SELF},
		{GRAPH("<hyperedge/>"), SSRC_M_X_NOT_READ},
		{"<!DOCTYPE g [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><graphml>&b;</graphml>",
		 SSRC_M_XML_DOCTYPE},
		{"<!DOCTYPE g [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><graphml>&a;</graphml>", SSRC_M_XML_DOCTYPE},
		{"<graphml><graph><node id=\"a\"/><node id=\"b\"/><edge source=\"a\" target=\"b\"/></graph></graphml>",
		 SSRC_M_X_UNDIRECTED},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		finds(ssrc_import_graphml, cases[i].text, "CN", cases[i].message);
	/* An outer document type is neither refused nor fetched. */
	finds(ssrc_import_graphml, "<!DOCTYPE graphml SYSTEM \"http://example.org/graphml.dtd\"><graphml/>", "CN",
	      SSRC_M_X_GRAPH_NONE);
}

/* The edge of each limit, and one beyond it. */
static void limits(void)
{
	char text[8 * (SSRC_XML_DEPTH_MAX + 2)] = "";
	for (int deep = 0; deep < 2; deep++) {
		char *at = text;
		int n = SSRC_JSON_READ_DEPTH_MAX - 1 + deep;
		at += sprintf(at, "{\"x\":");
		memset(at, '[', (size_t)n);
		memset(at + n, ']', (size_t)n);
		strcpy(at + 2 * n, "}");
		finds(ssrc_import_cyclonedx, text, "CN", deep ? SSRC_M_NESTED_DEEP : SSRC_M_X_NOT_CYCLONEDX);
		at = text;
		for (int i = 0; i < SSRC_XML_DEPTH_MAX + deep; i++)
			at += sprintf(at, "<a>");
		for (int i = 0; i < SSRC_XML_DEPTH_MAX + deep; i++)
			at += sprintf(at, "</a>");
		finds(ssrc_import_graphml, text, "CN", deep ? SSRC_M_NESTED_DEEP : SSRC_M_X_NOT_GRAPHML);
	}
	char folder[256], path[300];
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/big", folder);
	for (int more = 0; more < 2; more++) {
		test_write_file(path, "");
		CHECK(truncate(path, ((off_t)SSRC_ADAPTER_MIB_MAX << 20) + more) == 0);
		world w;
		ssrc_error err = {0};
		world_begin(&w);
		ssrc_status status = ssrc_import_graphml(&w.package, &w.ctx, path, "CN", w.findings, &err);
		CHECK(status == (more ? SSRC_FORMAT : SSRC_OK) && (!more || err.message == SSRC_M_X_FILE_LARGE));
		world_close(&w);
	}
}

/* Every allocation and every read fails once. */
static void import_faults(importer *import, const char *path)
{
	for (long k = 1;; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_error err = {0};
		ssrc_findings *findings = NULL;
		ssrc_package *package = NULL;
		test_faults_init(&faults, &ctx, k);
		ssrc_status status = ssrc_findings_new(&findings, &ctx, &err);
		if (!status)
			status = import(&package, &ctx, path, "CN", findings, &err);
		bool reached = faults.calls >= k;
		CHECK(status == (reached ? err.code : SSRC_OK));
		CHECK(!reached || status == SSRC_NOMEM || status == SSRC_IO);
		CHECK((package == NULL) == (status != SSRC_OK));
		ssrc_package_free(package);
		ssrc_findings_free(findings);
		CHECK(faults.live_blocks == 0);
		if (!reached || checks_failed_here)
			return;
	}
}

static void write_faults(writer *write)
{
	for (long k = 1;; k++) {
		test_faults faults;
		world w;
		ssrc_error err = {0};
		ssrc_buf out;
		world_begin(&w);
		test_faults_init(&faults, &w.ctx, 0);
		CHECK(ssrc_package_read(&w.package, &w.ctx, small, w.findings, NULL) == SSRC_OK &&
		      world_assess(&w, ssrc_package_home(w.package)));
		ssrc_buf_init(&out, &w.ctx);
		faults.calls = 0;
		faults.fail_at = k;
		long before = faults.live_blocks;
		ssrc_status status = write(&out, w.a, &all, &err);
		bool reached = faults.calls >= k;
		CHECK(status == (reached ? SSRC_NOMEM : SSRC_OK) && err.code == status);
		faults.fail_at = 0;
		ssrc_buf_clear(&out);
		CHECK(faults.live_blocks == before);
		world_close(&w);
		if (!reached || checks_failed_here)
			return;
	}
}

static void faults(void)
{
	char folder[256], path[300];
	world w;
	import_faults(ssrc_import_cyclonedx, bill);
	import_faults(ssrc_import_graphml, network);
	CHECK(test_folder(folder) != NULL && world_open(&w, small, NULL));
	static const struct {
		writer *write;
		importer *import;
	} own[] = {{ssrc_report_cyclonedx, ssrc_import_cyclonedx}, {write_graphml, ssrc_import_graphml}};
	for (size_t i = 0; i < 2; i++) {
		ssrc_buf out;
		ssrc_buf_init(&out, &w.ctx);
		CHECK(own[i].write(&out, w.a, &all, NULL) == SSRC_OK);
		snprintf(path, sizeof path, "%s/own", folder);
		save(path, &out);
		ssrc_buf_clear(&out);
		import_faults(own[i].import, path);
	}
	world_close(&w);
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
		write_faults(writers[i]);
}

int main(int argc, char **argv)
{
	TEST(uuids);
	TEST(cyclonedx_is_valid);
	TEST(stix_is_valid);
	TEST(cap_is_valid);
	TEST(graphml_is_valid);
	TEST(same_bytes);
	TEST(nothing_but_the_chain);
	TEST(round_trips);
	TEST(bill_of_others);
	TEST(network_of_others);
	TEST(broken_bills);
	TEST(broken_networks);
	TEST(limits);
	TEST(faults);
	return tests_done();
}
