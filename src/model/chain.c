#include "chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The state of one build: the package's symbol ids to positions in the sorted arrays. */
typedef struct builder {
	ssrc_chain *chain;
	const ssrc_package *package;
	ssrc_arena scratch;
	uint32_t *position[SSRC_FILE_COUNT]; /* symbol -> index, SSRC_NONE if not valid on the day */
	ssrc_error *err;
} builder;

static const ssrc_table *table_of(const builder *b, ssrc_file_id file)
{
	return &b->package->tables[file];
}

static const ssrc_cell *cell_of(const builder *b, ssrc_file_id file, uint32_t row, const char *column)
{
	return ssrc_table_cell(table_of(b, file), row, ssrc_schema_column(file, column));
}

/* Column look-ups by name are for rare rows; hot loops resolve them once with COLUMN. */
#define COLUMN(file, name) ssrc_schema_column(file, name)

static bool valid_on_day(const builder *b, ssrc_file_id file, uint32_t row)
{
	if (!ssrc_schema[file].fact)
		return true;
	uint32_t common = ssrc_schema_common(file);
	const ssrc_cell *from = ssrc_table_cell(table_of(b, file), row, common + SSRC_COMMON_FROM);
	const ssrc_cell *to = ssrc_table_cell(table_of(b, file), row, common + SSRC_COMMON_TO);
	ssrc_date date;
	if (from->len && ssrc_date_parse(from->text, from->len, &date) && date.first > b->chain->as_of)
		return false;
	return !(to->len && ssrc_date_parse(to->text, to->len, &date) && date.first <= b->chain->as_of);
}

/* The first day on which a row holds, INT32_MIN if it says none. */
static int32_t first_day(const builder *b, ssrc_file_id file, uint32_t row)
{
	if (!ssrc_schema[file].fact)
		return INT32_MIN;
	const ssrc_cell *from = ssrc_table_cell(table_of(b, file), row, ssrc_schema_common(file) + SSRC_COMMON_FROM);
	ssrc_date date;
	return from->len && ssrc_date_parse(from->text, from->len, &date) ? date.first : INT32_MIN;
}

static uint32_t look_up(const builder *b, ssrc_file_id file, const char *text, size_t len)
{
	if (len == 0 || !b->position[file])
		return SSRC_NONE;
	uint32_t symbol = ssrc_symbols_find(&b->package->ids[file], text, len);
	return symbol == SSRC_NONE ? SSRC_NONE : b->position[file][symbol];
}

static uint32_t look_up_cell(const builder *b, ssrc_file_id file, const ssrc_cell *cell)
{
	return look_up(b, file, cell->text, cell->len);
}

/* The pair of cells from low_column on. A blank low end is 0; a blank high end is `most`, NaN for quantities without a
 * natural upper end: then the whole is unknown. */
static ssrc_interval interval(const ssrc_table *table, uint32_t row, uint32_t low_column, double most)
{
	ssrc_interval out = {ssrc_cell_number(ssrc_table_cell(table, row, low_column)),
			     ssrc_cell_number(ssrc_table_cell(table, row, low_column + 1))};
	if (isnan(out.low) && isnan(out.high))
		return out;
	if (isnan(out.low))
		out.low = 0;
	if (isnan(out.high))
		out.high = most;
	return out;
}

static int enum_index(const char *words, const ssrc_cell *cell)
{
	int index = 0;
	for (const char *p = words;; index++) {
		size_t n = strcspn(p, "|");
		if (n == cell->len && memcmp(p, cell->text, n) == 0)
			return index;
		if (p[n] == '\0')
			return -1;
		p += n + 1;
	}
}

/* ---- ids in canonical order -------------------------------------------------------------------- */

typedef struct id_row {
	const char *id;
	uint32_t symbol, row;
	bool valid;   /* on the day */
	int32_t from; /* first day, INT32_MIN if open */
} id_row;

static int compare_ids(const void *a, const void *b)
{
	return strcmp(((const id_row *)a)->id, ((const id_row *)b)->id);
}

/* Rows of one id and one first day differ in nothing but their cells: any order that is not that of the file. */
static int compare_cells(const ssrc_table *table, uint32_t x, uint32_t y)
{
	int order = 0;
	for (uint32_t i = 0; i < table->n_header && order == 0; i++)
		order = strcmp(table->cells[(size_t)x * table->n_header + i].text,
			       table->cells[(size_t)y * table->n_header + i].text);
	return order;
}

/* Of two versions of one id: the one that holds on the day, then the one that began last. */
static bool is_better(const ssrc_table *table, const id_row *x, const id_row *y)
{
	if (x->valid != y->valid)
		return x->valid;
	if (x->from != y->from)
		return x->from > y->from;
	return compare_cells(table, x->row, y->row) < 0;
}

/* One row per id of an id file, sorted by id: the one that holds on the day, of several the one that began last; with
 * `any_day` also ids of which none holds. Fills position[file]. */
static ssrc_status canonical_rows(builder *b, ssrc_file_id file, bool any_day, id_row **out, uint32_t *count)
{
	const ssrc_table *table = table_of(b, file);
	const ssrc_symbols *ids = &b->package->ids[file];
	id_row *rows = ssrc_arena_array(&b->scratch, table->n_rows, sizeof *rows);
	uint32_t *position = ssrc_arena_array(&b->scratch, ids->count, sizeof *position);
	if (!rows || !position)
		return ssrc_no_memory(b->err);
	memset(position, 0xFF, ids->count * sizeof *position);
	uint32_t n = 0;
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const ssrc_cell *cell = ssrc_table_cell(table, row, 0);
		uint32_t symbol = ssrc_symbols_find(ids, cell->text, cell->len);
		if (symbol == SSRC_NONE || cell->len == 0)
			continue;
		id_row version = {ids->text[symbol], symbol, row, valid_on_day(b, file, row), first_day(b, file, row)};
		if (!version.valid && !any_day)
			continue;
		if (position[symbol] == SSRC_NONE) {
			position[symbol] = n;
			rows[n++] = version;
		} else if (is_better(table, &version, &rows[position[symbol]])) {
			rows[position[symbol]] = version;
		}
	}
	if (n)
		qsort(rows, n, sizeof *rows, compare_ids);
	for (uint32_t i = 0; i < n; i++)
		position[rows[i].symbol] = i;
	b->position[file] = position;
	*out = rows;
	*count = n;
	return SSRC_OK;
}

/* ---- countries ---------------------------------------------------------------------------------- */

typedef struct country_set {
	bool seen[26 * 26];
} country_set;

static bool note_country(void *user, const char *text, size_t len)
{
	country_set *set = user;
	if (ssrc_country_known(text, len))
		set->seen[(text[0] - 'A') * 26 + (text[1] - 'A')] = true;
	return true;
}

static void note_column(const builder *b, country_set *set, ssrc_file_id file, const char *column)
{
	uint32_t at = COLUMN(file, column);
	for (uint32_t row = 0; row < table_of(b, file)->n_rows; row++)
		ssrc_cell_list(ssrc_table_cell(table_of(b, file), row, at), ';', note_country, set);
}

/* Every country that occurs, and the members of the EU so that it can be a home. */
static ssrc_status build_countries(builder *b)
{
	country_set set = {0};
	note_column(b, &set, SSRC_FILE_PARTIES, "site");
	note_column(b, &set, SSRC_FILE_PARTIES, "hq");
	note_column(b, &set, SSRC_FILE_PARTIES, "parent");
	note_column(b, &set, SSRC_FILE_SHARES, "provider");
	note_column(b, &set, SSRC_FILE_SHARES, "market");
	note_column(b, &set, SSRC_FILE_ALTERNATES, "market");
	note_column(b, &set, SSRC_FILE_EVENTS, "country");
	note_column(b, &set, SSRC_FILE_EVENTS, "target");
	/* EU is a union of members: as a provider it stands for "somewhere in it". */
	ssrc_chain *chain = b->chain;
	chain->countries = ssrc_arena_array(&chain->arena, 26 * 26, sizeof *chain->countries);
	if (!chain->countries)
		return ssrc_no_memory(b->err);
	for (int i = 0; i < 26 * 26; i++) {
		char code[3] = {(char)('A' + i / 26), (char)('A' + i % 26), 0};
		if (!set.seen[i] && !(ssrc_country_known(code, 2) && ssrc_country_is_eu_member(code)))
			continue;
		const char *copy = ssrc_arena_text(&chain->arena, code, 2);
		if (!copy)
			return ssrc_no_memory(b->err);
		chain->countries[chain->n_countries++] = copy;
	}
	return SSRC_OK;
}

static uint32_t country_index(const ssrc_chain *chain, const char *text, size_t len)
{
	if (len != 2)
		return SSRC_NONE;
	uint32_t low = 0, high = chain->n_countries;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int order = memcmp(chain->countries[middle], text, 2);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SSRC_NONE;
}

/* ---- lists of indices ----------------------------------------------------------------------------- */

enum { LIST_MAX = 256 };
typedef struct index_list {
	const builder *b;
	ssrc_file_id file; /* SSRC_FILE_COUNT = countries */
	uint32_t values[LIST_MAX];
	uint32_t count;
	bool all, eu;
} index_list;

static bool add_index(void *user, const char *text, size_t len)
{
	index_list *list = user;
	uint32_t index;
	if (list->file == SSRC_FILE_COUNT) {
		list->all |= ssrc_text_equal(text, len, "all");
		list->eu |= ssrc_text_equal(text, len, "EU");
		index = country_index(list->b->chain, text, len);
	} else {
		index = look_up(list->b, list->file, text, len);
	}
	if (index != SSRC_NONE && list->count < LIST_MAX)
		list->values[list->count++] = index;
	return true;
}

static int compare_indices(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static ssrc_status keep_list(builder *b, index_list *list, const ssrc_cell *cell, ssrc_file_id file, char separator,
			     const uint32_t **out, uint32_t *count)
{
	list->b = b;
	list->file = file;
	list->count = 0;
	list->all = list->eu = false;
	ssrc_cell_list(cell, separator, add_index, list);
	*count = list->count;
	*out = NULL;
	if (list->count == 0)
		return SSRC_OK;
	qsort(list->values, list->count, sizeof *list->values, compare_indices);
	uint32_t *copy = ssrc_arena_alloc(&b->chain->arena, list->count * sizeof *copy);
	if (!copy)
		return ssrc_no_memory(b->err);
	memcpy(copy, list->values, list->count * sizeof *copy);
	*out = copy;
	return SSRC_OK;
}

/* ---- tiers, items, parties ------------------------------------------------------------------------ */

static int compare_tiers(const void *a, const void *b)
{
	const ssrc_tier *x = a, *y = b;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->id, y->id);
}

static ssrc_status build_tiers(builder *b)
{
	ssrc_chain *chain = b->chain;
	id_row *rows;
	ssrc_status status = canonical_rows(b, SSRC_FILE_TIERS, false, &rows, &chain->n_tiers);
	if (status)
		return status;
	chain->tiers = ssrc_arena_array(&chain->arena, (size_t)chain->n_tiers + 1, sizeof *chain->tiers);
	if (!chain->tiers)
		return ssrc_no_memory(b->err);
	/* Items whose tier is unknown stand in the first one, which exists even where no file says so. */
	chain->tiers[chain->n_tiers] = (ssrc_tier){.id = "", .name = {"", ""}};
	for (uint32_t i = 0; i < chain->n_tiers; i++) {
		double order = ssrc_cell_number(cell_of(b, SSRC_FILE_TIERS, rows[i].row, "order"));
		chain->tiers[i] = (ssrc_tier){
			.id = rows[i].id,
			.name = {cell_of(b, SSRC_FILE_TIERS, rows[i].row, "name_en")->text,
				 cell_of(b, SSRC_FILE_TIERS, rows[i].row, "name_zh")->text},
			.order = isnan(order) ? 1e9 : order,
		};
	}
	qsort(chain->tiers, chain->n_tiers, sizeof *chain->tiers, compare_tiers);
	for (uint32_t i = 0; i < chain->n_tiers; i++) {
		const char *id = chain->tiers[i].id;
		b->position[SSRC_FILE_TIERS][ssrc_symbols_find(&b->package->ids[SSRC_FILE_TIERS], id, strlen(id))] = i;
	}
	return SSRC_OK;
}

static ssrc_status build_items(builder *b)
{
	ssrc_chain *chain = b->chain;
	id_row *rows;
	ssrc_status status = canonical_rows(b, SSRC_FILE_ITEMS, false, &rows, &chain->n_items);
	if (status)
		return status;
	chain->items = ssrc_arena_array(&chain->arena, chain->n_items, sizeof *chain->items);
	if (!chain->items)
		return ssrc_no_memory(b->err);
	const ssrc_table *table = table_of(b, SSRC_FILE_ITEMS);
	uint32_t tier = COLUMN(SSRC_FILE_ITEMS, "tier"), kind = COLUMN(SSRC_FILE_ITEMS, "kind");
	uint32_t en = COLUMN(SSRC_FILE_ITEMS, "name_en"), zh = COLUMN(SSRC_FILE_ITEMS, "name_zh");
	uint32_t variant = COLUMN(SSRC_FILE_ITEMS, "variant_of"), unit = COLUMN(SSRC_FILE_ITEMS, "unit");
	uint32_t stock = COLUMN(SSRC_FILE_ITEMS, "stock_weeks_low"),
		 recovery = COLUMN(SSRC_FILE_ITEMS, "recovery_weeks_low");
	uint32_t transit = COLUMN(SSRC_FILE_ITEMS, "transit_weeks_low"), shelf = COLUMN(SSRC_FILE_ITEMS, "shelf_weeks");
	uint32_t use = COLUMN(SSRC_FILE_ITEMS, "use_per_week");
	uint32_t product = COLUMN(SSRC_FILE_ITEMS, "product"), value = COLUMN(SSRC_FILE_ITEMS, "value_per_week");
	for (uint32_t i = 0; i < chain->n_items; i++) {
		uint32_t row = rows[i].row;
		uint32_t at_tier = look_up_cell(b, SSRC_FILE_TIERS, ssrc_table_cell(table, row, tier));
		chain->items[i] = (ssrc_item){
			.id = rows[i].id,
			.name = {ssrc_table_cell(table, row, en)->text, ssrc_table_cell(table, row, zh)->text},
			.kind = ssrc_table_cell(table, row, kind)->text,
			.unit = ssrc_table_cell(table, row, unit)->text,
			.tier = at_tier == SSRC_NONE ? 0 : at_tier,
			.variant_of = look_up_cell(b, SSRC_FILE_ITEMS, ssrc_table_cell(table, row, variant)),
			.stock = interval(table, row, stock, (double)NAN),
			.recovery = interval(table, row, recovery, (double)NAN),
			.transit = interval(table, row, transit, (double)NAN),
			.shelf_weeks = ssrc_cell_number(ssrc_table_cell(table, row, shelf)),
			.use_per_week = ssrc_cell_number(ssrc_table_cell(table, row, use)),
			.product = ssrc_table_cell(table, row, product)->len > 0,
			.value_per_week = ssrc_cell_number(ssrc_table_cell(table, row, value)),
			.row = row,
		};
	}
	return SSRC_OK;
}

enum { PARENTS_MAX = 32 };

/* Ultimate parent: up the chain of parties to a country. After PARENTS_MAX steps, as in a circle (which check reports),
 * it is the country of the party's own headquarters. */
static uint32_t ultimate_parent(const builder *b, uint32_t party)
{
	const ssrc_chain *chain = b->chain;
	uint32_t at = party;
	for (uint32_t step = 0; step < PARENTS_MAX; step++) {
		const ssrc_cell *parent = cell_of(b, SSRC_FILE_PARTIES, chain->parties[at].row, "parent");
		if (parent->len == 0)
			return chain->parties[at].hq;
		uint32_t country = country_index(chain, parent->text, parent->len);
		if (country != SSRC_NONE)
			return country;
		uint32_t next = look_up_cell(b, SSRC_FILE_PARTIES, parent);
		if (next == SSRC_NONE || next == at)
			return chain->parties[at].hq;
		at = next;
	}
	return chain->parties[party].hq;
}

static ssrc_status build_parties(builder *b)
{
	ssrc_chain *chain = b->chain;
	id_row *rows;
	ssrc_status status = canonical_rows(b, SSRC_FILE_PARTIES, false, &rows, &chain->n_parties);
	if (status)
		return status;
	chain->parties = ssrc_arena_array(&chain->arena, chain->n_parties, sizeof *chain->parties);
	index_list *list = ssrc_arena_array(&b->scratch, 1, sizeof *list);
	if (!chain->parties || !list)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < chain->n_parties && !status; i++) {
		uint32_t row = rows[i].row;
		const ssrc_cell *hq = cell_of(b, SSRC_FILE_PARTIES, row, "hq");
		ssrc_party *party = &chain->parties[i];
		*party = (ssrc_party){
			.id = rows[i].id,
			.name = {cell_of(b, SSRC_FILE_PARTIES, row, "name_en")->text,
				 cell_of(b, SSRC_FILE_PARTIES, row, "name_zh")->text},
			.hq = country_index(chain, hq->text, hq->len),
			.row = row,
		};
		status = keep_list(b, list, cell_of(b, SSRC_FILE_PARTIES, row, "site"), SSRC_FILE_COUNT, ';',
				   &party->sites, &party->n_sites);
		uint32_t same = look_up_cell(b, SSRC_FILE_PARTIES, cell_of(b, SSRC_FILE_PARTIES, row, "same_as"));
		party->same_as = same == SSRC_NONE ? i : same;
	}
	for (uint32_t i = 0; i < chain->n_parties && !status; i++)
		chain->parties[i].parent = ultimate_parent(b, i);
	return status;
}

/* ---- needs ---------------------------------------------------------------------------------------- */

static int compare_needs(const void *a, const void *b)
{
	const ssrc_need *x = a, *y = b;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	int order = strcmp(x->any_of, y->any_of);
	return order ? order : (int)x->essential - (int)y->essential;
}

static ssrc_status build_needs(builder *b)
{
	ssrc_chain *chain = b->chain;
	const ssrc_table *table = table_of(b, SSRC_FILE_NEEDS);
	chain->needs = ssrc_arena_array(&chain->arena, table->n_rows, sizeof *chain->needs);
	if (!chain->needs)
		return ssrc_no_memory(b->err);
	uint32_t item = COLUMN(SSRC_FILE_NEEDS, "item"), input = COLUMN(SSRC_FILE_NEEDS, "input");
	uint32_t essential = COLUMN(SSRC_FILE_NEEDS, "essential"), any_of = COLUMN(SSRC_FILE_NEEDS, "any_of");
	uint32_t per_unit = COLUMN(SSRC_FILE_NEEDS, "per_unit");
	const char *words = ssrc_schema[SSRC_FILE_NEEDS].columns[essential].of;
	for (uint32_t row = 0; row < table->n_rows; row++) {
		ssrc_need need = {
			.item = look_up_cell(b, SSRC_FILE_ITEMS, ssrc_table_cell(table, row, item)),
			.input = look_up_cell(b, SSRC_FILE_ITEMS, ssrc_table_cell(table, row, input)),
			.any_of = ssrc_table_cell(table, row, any_of)->text,
			.per_unit = ssrc_cell_number(ssrc_table_cell(table, row, per_unit)),
			.row = row,
		};
		int word = enum_index(words, ssrc_table_cell(table, row, essential));
		if (need.item == SSRC_NONE || need.input == SSRC_NONE || need.item == need.input || word < 0 ||
		    !valid_on_day(b, SSRC_FILE_NEEDS, row))
			continue;
		need.essential = (ssrc_essential)word;
		chain->needs[chain->n_needs++] = need;
	}
	if (chain->n_needs)
		qsort(chain->needs, chain->n_needs, sizeof *chain->needs, compare_needs);
	for (uint32_t i = chain->n_needs; i-- > 0;) {
		ssrc_item *owner = &chain->items[chain->needs[i].item];
		owner->first_need = i;
		owner->n_needs++;
	}
	return SSRC_OK;
}

/* ---- shares ---------------------------------------------------------------------------------------- */

typedef struct share_row {
	uint32_t item, market;
	int basis, year;
	const char *metric;
	ssrc_share share;
	bool main, context;
} share_row;

static int compare_set_key(const share_row *x, const share_row *y)
{
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->basis != y->basis)
		return x->basis - y->basis;
	if (x->market != y->market)
		return x->market < y->market ? -1 : 1;
	if (x->year != y->year)
		return y->year - x->year;
	return strcmp(x->metric, y->metric);
}

static int compare_share_rows(const void *a, const void *b)
{
	const share_row *x = a, *y = b;
	int order = compare_set_key(x, y);
	if (order)
		return order;
	double p = isnan(x->share.share.low) ? -1 : x->share.share.low,
	       q = isnan(y->share.share.low) ? -1 : y->share.share.low;
	if (p != q)
		return p > q ? -1 : 1;
	int provider = strcmp(x->share.provider, y->share.provider);
	if (provider)
		return provider;
	return (x->share.share.high > y->share.share.high) - (x->share.share.high < y->share.share.high);
}

static ssrc_status read_provider(builder *b, index_list *list, const ssrc_cell *cell, ssrc_share *share, bool *usable)
{
	*usable = true;
	share->provider = cell->text;
	share->party = share->country = SSRC_NONE;
	if (ssrc_text_equal(cell->text, cell->len, "various")) {
		share->kind = SSRC_BY_VARIOUS;
		return SSRC_OK;
	}
	share->country = country_index(b->chain, cell->text, cell->len);
	if (share->country != SSRC_NONE) {
		share->kind = SSRC_BY_COUNTRY;
		return SSRC_OK;
	}
	if (memchr(cell->text, '+', cell->len)) {
		share->kind = SSRC_BY_JOINT;
		ssrc_status status =
			keep_list(b, list, cell, SSRC_FILE_PARTIES, '+', &share->members, &share->n_members);
		*usable = share->n_members > 0;
		return status;
	}
	share->kind = SSRC_BY_PARTY;
	share->party = look_up_cell(b, SSRC_FILE_PARTIES, cell);
	*usable = share->party != SSRC_NONE;
	if (*usable)
		share->party = b->chain->parties[share->party].same_as;
	return SSRC_OK;
}

static ssrc_status read_share_rows(builder *b, share_row *rows, uint32_t *count)
{
	const ssrc_table *table = table_of(b, SSRC_FILE_SHARES);
	index_list *list = ssrc_arena_array(&b->scratch, 1, sizeof *list);
	if (!list)
		return ssrc_no_memory(b->err);
	uint32_t item = COLUMN(SSRC_FILE_SHARES, "item"), provider = COLUMN(SSRC_FILE_SHARES, "provider");
	uint32_t basis = COLUMN(SSRC_FILE_SHARES, "basis"), market = COLUMN(SSRC_FILE_SHARES, "market");
	uint32_t metric = COLUMN(SSRC_FILE_SHARES, "metric"), low = COLUMN(SSRC_FILE_SHARES, "share_low");
	uint32_t year = COLUMN(SSRC_FILE_SHARES, "year"), use = COLUMN(SSRC_FILE_SHARES, "use");
	const char *words = ssrc_schema[SSRC_FILE_SHARES].columns[basis].of;
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const ssrc_cell *at_market = ssrc_table_cell(table, row, market),
				*at_use = ssrc_table_cell(table, row, use);
		share_row *out = &rows[*count];
		double y = ssrc_cell_number(ssrc_table_cell(table, row, year));
		*out = (share_row){
			.item = look_up_cell(b, SSRC_FILE_ITEMS, ssrc_table_cell(table, row, item)),
			.market = country_index(b->chain, at_market->text, at_market->len),
			.basis = enum_index(words, ssrc_table_cell(table, row, basis)),
			.year = isnan(y) ? 0 : (int)y,
			.metric = ssrc_table_cell(table, row, metric)->text,
			.main = ssrc_text_equal(at_use->text, at_use->len, "main"),
			.context = ssrc_text_equal(at_use->text, at_use->len, "context"),
		};
		if (out->item == SSRC_NONE || out->basis < 0 || !valid_on_day(b, SSRC_FILE_SHARES, row))
			continue;
		bool usable;
		ssrc_status status =
			read_provider(b, list, ssrc_table_cell(table, row, provider), &out->share, &usable);
		if (status)
			return status;
		ssrc_interval percent = interval(table, row, low, 100);
		out->share.share = (ssrc_interval){percent.low / 100, percent.high / 100};
		out->share.row = row;
		*count += usable;
	}
	return SSRC_OK;
}

static void add_to_set(ssrc_share_set *set, const share_row *row)
{
	set->main |= row->main;
	set->context |= row->context;
	set->various |= row->share.kind == SSRC_BY_VARIOUS;
	set->countries |= row->share.kind == SSRC_BY_COUNTRY;
	set->parties |= row->share.kind == SSRC_BY_PARTY || row->share.kind == SSRC_BY_JOINT;
	if (row->share.kind != SSRC_BY_VARIOUS && !isnan(row->share.share.low))
		set->known_low += row->share.share.low;
	set->count++;
}

/* Whether one of the rows of `share` names this provider. */
static bool has_provider(const builder *b, const ssrc_share *share, const char *provider)
{
	uint32_t column = COLUMN(SSRC_FILE_SHARES, "provider");
	bool found = strcmp(share->provider, provider) == 0;
	for (uint32_t i = 0; i < share->n_more && !found; i++)
		found = strcmp(ssrc_table_cell(table_of(b, SSRC_FILE_SHARES), share->more[i], column)->text,
			       provider) == 0;
	return found;
}

/* Appends `row` to share->more, which has room for a power of two. */
static ssrc_status add_more(builder *b, ssrc_share *share, uint32_t row)
{
	uint32_t n = share->n_more;
	if ((n & (n - 1)) == 0) {
		uint32_t *more = ssrc_arena_array(&b->chain->arena, n ? 2 * (size_t)n : 1, sizeof *more);
		if (!more)
			return ssrc_no_memory(b->err);
		if (n)
			memcpy(more, share->more, n * sizeof *more);
		share->more = more;
	}
	share->more[share->n_more++] = row;
	return SSRC_OK;
}

/* Rows of one set whose parties are the same (same_as) are one maker: their shares add up, up to 100 % where one of
 * them is unknown. Two rows of one id are no such pair: they stay apart. */
static ssrc_status merge_same_party(builder *b, const ssrc_share_set *set, const ssrc_share *fresh, bool *merged)
{
	*merged = false;
	for (uint32_t i = set->first; fresh->kind == SSRC_BY_PARTY && i < set->first + set->count; i++) {
		ssrc_share *there = &b->chain->shares[i];
		if (there->kind != SSRC_BY_PARTY || there->party != fresh->party ||
		    has_provider(b, there, fresh->provider))
			continue;
		bool a = isnan(there->share.low), c = isnan(fresh->share.low);
		if (a != c)
			there->share = (ssrc_interval){a ? fresh->share.low : there->share.low, 1};
		else if (!a)
			there->share = (ssrc_interval){there->share.low + fresh->share.low,
						       there->share.high + fresh->share.high};
		*merged = true;
		return add_more(b, there, fresh->row);
	}
	return SSRC_OK;
}

static ssrc_status build_shares(builder *b)
{
	ssrc_chain *chain = b->chain;
	uint32_t n_rows = table_of(b, SSRC_FILE_SHARES)->n_rows, n = 0;
	share_row *rows = ssrc_arena_array(&b->scratch, (size_t)n_rows + 1, sizeof *rows);
	chain->shares = ssrc_arena_array(&chain->arena, n_rows, sizeof *chain->shares);
	chain->sets = ssrc_arena_array(&chain->arena, n_rows, sizeof *chain->sets);
	if (!rows || !chain->shares || !chain->sets)
		return ssrc_no_memory(b->err);
	ssrc_status status = read_share_rows(b, rows, &n);
	if (status)
		return status;
	if (n)
		qsort(rows, n, sizeof *rows, compare_share_rows);
	for (uint32_t i = 0; i < n && !status; i++) {
		if (i == 0 || compare_set_key(&rows[i - 1], &rows[i]) != 0)
			chain->sets[chain->n_sets++] = (ssrc_share_set){
				.item = rows[i].item,
				.basis = (ssrc_basis)rows[i].basis,
				.market = rows[i].market,
				.metric = rows[i].metric,
				.year = rows[i].year,
				.first = chain->n_shares,
			};
		ssrc_share_set *set = &chain->sets[chain->n_sets - 1];
		bool merged;
		status = merge_same_party(b, set, &rows[i].share, &merged);
		if (!merged)
			chain->shares[chain->n_shares++] = rows[i].share;
		add_to_set(set, &rows[i]);
		set->count -= merged;
	}
	for (uint32_t i = chain->n_sets; i-- > 0;) {
		chain->items[chain->sets[i].item].first_set = i;
		chain->items[chain->sets[i].item].n_sets++;
	}
	return status;
}

/* ---- alternates and events ------------------------------------------------------------------------- */

static int compare_alternates(const void *a, const void *b)
{
	const ssrc_alternate *x = a, *y = b;
	const uint32_t p[] = {x->item, x->by_item, x->by_party, x->for_item, (uint32_t)x->state, x->n_markets};
	const uint32_t q[] = {y->item, y->by_item, y->by_party, y->for_item, (uint32_t)y->state, y->n_markets};
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	for (uint32_t i = 0; i < x->n_markets; i++)
		if (x->markets[i] != y->markets[i])
			return x->markets[i] < y->markets[i] ? -1 : 1;
	return 0;
}

static ssrc_status build_alternates(builder *b)
{
	ssrc_chain *chain = b->chain;
	const ssrc_table *table = table_of(b, SSRC_FILE_ALTERNATES);
	chain->alternates = ssrc_arena_array(&chain->arena, table->n_rows, sizeof *chain->alternates);
	index_list *list = ssrc_arena_array(&b->scratch, 1, sizeof *list);
	if (!chain->alternates || !list)
		return ssrc_no_memory(b->err);
	uint32_t performance = COLUMN(SSRC_FILE_ALTERNATES, "performance_gap_low");
	uint32_t state = COLUMN(SSRC_FILE_ALTERNATES, "state");
	const char *words = ssrc_schema[SSRC_FILE_ALTERNATES].columns[state].of;
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const ssrc_cell *by = cell_of(b, SSRC_FILE_ALTERNATES, row, "alternate");
		ssrc_interval share = {
			ssrc_cell_number(cell_of(b, SSRC_FILE_ALTERNATES, row, "share_low")) / 100,
			ssrc_cell_number(cell_of(b, SSRC_FILE_ALTERNATES, row, "share_high")) / 100,
		};
		ssrc_alternate alternate = {
			.item = look_up_cell(b, SSRC_FILE_ITEMS, cell_of(b, SSRC_FILE_ALTERNATES, row, "item")),
			.by_item = look_up_cell(b, SSRC_FILE_ITEMS, by),
			.by_party = look_up_cell(b, SSRC_FILE_PARTIES, by),
			.for_item = look_up_cell(b, SSRC_FILE_ITEMS, cell_of(b, SSRC_FILE_ALTERNATES, row, "for_item")),
			.performance = interval(table, row, performance, 1),
			.ecosystem = interval(table, row, performance + 2, 1),
			.integration = interval(table, row, performance + 4, 1),
			.weeks = interval(table, row, COLUMN(SSRC_FILE_ALTERNATES, "weeks_low"), (double)NAN),
			.share = share,
			.row = row,
		};
		int word = enum_index(words, ssrc_table_cell(table, row, state));
		if (alternate.item == SSRC_NONE ||
		    (alternate.by_item == SSRC_NONE && alternate.by_party == SSRC_NONE) || word < 0 ||
		    !valid_on_day(b, SSRC_FILE_ALTERNATES, row))
			continue;
		alternate.state = (ssrc_state)word;
		ssrc_status status = keep_list(b, list, cell_of(b, SSRC_FILE_ALTERNATES, row, "market"),
					       SSRC_FILE_COUNT, ';', &alternate.markets, &alternate.n_markets);
		if (status)
			return status;
		alternate.market_eu = list->eu;
		chain->alternates[chain->n_alternates++] = alternate;
	}
	if (chain->n_alternates)
		qsort(chain->alternates, chain->n_alternates, sizeof *chain->alternates, compare_alternates);
	for (uint32_t i = chain->n_alternates; i-- > 0;) {
		chain->items[chain->alternates[i].item].first_alternate = i;
		chain->items[chain->alternates[i].item].n_alternates++;
	}
	return SSRC_OK;
}

static ssrc_status build_events(builder *b)
{
	ssrc_chain *chain = b->chain;
	id_row *rows;
	/* Events of all days are kept; only `in_force` depends on the day. */
	ssrc_status status = canonical_rows(b, SSRC_FILE_EVENTS, true, &rows, &chain->n_events);
	if (status)
		return status;
	chain->events = ssrc_arena_array(&chain->arena, chain->n_events, sizeof *chain->events);
	index_list *list = ssrc_arena_array(&b->scratch, 1, sizeof *list);
	if (!chain->events || !list)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < chain->n_events && !status; i++) {
		uint32_t row = rows[i].row;
		ssrc_event *event = &chain->events[i];
		const ssrc_cell *date = cell_of(b, SSRC_FILE_EVENTS, row, "date");
		const ssrc_cell *from = ssrc_fact_cell(chain, SSRC_FILE_EVENTS, row, SSRC_COMMON_FROM);
		const char *direction = cell_of(b, SSRC_FILE_EVENTS, row, "direction")->text;
		*event = (ssrc_event){
			.id = rows[i].id,
			.title = {cell_of(b, SSRC_FILE_EVENTS, row, "title_en")->text,
				  cell_of(b, SSRC_FILE_EVENTS, row, "title_zh")->text},
			.kind = cell_of(b, SSRC_FILE_EVENTS, row, "kind")->text,
			.measure = cell_of(b, SSRC_FILE_EVENTS, row, "measure")->text,
			.tighten = strcmp(direction, "tighten") == 0,
			.ease = strcmp(direction, "ease") == 0,
			.in_force = from->len > 0 && rows[i].valid,
			.row = row,
		};
		ssrc_date_parse(date->text, date->len, &event->date);
		status = keep_list(b, list, cell_of(b, SSRC_FILE_EVENTS, row, "item"), SSRC_FILE_ITEMS, ';',
				   &event->items, &event->n_items);
		if (!status)
			status = keep_list(b, list, cell_of(b, SSRC_FILE_EVENTS, row, "party"), SSRC_FILE_PARTIES, ';',
					   &event->parties, &event->n_parties);
		if (!status)
			status = keep_list(b, list, cell_of(b, SSRC_FILE_EVENTS, row, "country"), SSRC_FILE_COUNT, ';',
					   &event->issuers, &event->n_issuers);
		if (!status)
			status = keep_list(b, list, cell_of(b, SSRC_FILE_EVENTS, row, "target"), SSRC_FILE_COUNT, ';',
					   &event->targets, &event->n_targets);
		event->target_all = list->all;
		event->target_eu = list->eu;
	}
	return status;
}

/* ---- backup options ---------------------------------------------------------------------------------- */

static ssrc_status build_option(builder *b, ssrc_option *option, const char *id, uint32_t row, index_list *list)
{
	const ssrc_table *table = table_of(b, SSRC_FILE_OPTIONS);
	uint32_t kind = COLUMN(SSRC_FILE_OPTIONS, "kind");
	int word = enum_index(ssrc_schema[SSRC_FILE_OPTIONS].columns[kind].of, ssrc_table_cell(table, row, kind));
	*option = (ssrc_option){
		.id = id,
		.name = {cell_of(b, SSRC_FILE_OPTIONS, row, "name_en")->text,
			 cell_of(b, SSRC_FILE_OPTIONS, row, "name_zh")->text},
		.kind = word < 0 ? SSRC_OPTION_KINDS : (ssrc_option_kind)word,
		.item = look_up_cell(b, SSRC_FILE_ITEMS, cell_of(b, SSRC_FILE_OPTIONS, row, "item")),
		.provider = look_up_cell(b, SSRC_FILE_PARTIES, cell_of(b, SSRC_FILE_OPTIONS, row, "provider")),
		.fixed_cost = interval(table, row, COLUMN(SSRC_FILE_OPTIONS, "fixed_cost_low"), (double)NAN),
		.unit_cost = ssrc_cell_number(cell_of(b, SSRC_FILE_OPTIONS, row, "unit_cost")),
		.holding_cost = ssrc_cell_number(cell_of(b, SSRC_FILE_OPTIONS, row, "holding_cost")) / 100,
		.lead = interval(table, row, COLUMN(SSRC_FILE_OPTIONS, "lead_weeks_low"), (double)NAN),
		.capacity = ssrc_cell_number(cell_of(b, SSRC_FILE_OPTIONS, row, "capacity")) / 100,
		.success = interval(table, row, COLUMN(SSRC_FILE_OPTIONS, "success_low"), 1),
		.shelf_weeks = ssrc_cell_number(cell_of(b, SSRC_FILE_OPTIONS, row, "shelf_weeks")),
		.performance_gap = ssrc_cell_number(cell_of(b, SSRC_FILE_OPTIONS, row, "performance_gap")),
		.row = row,
	};
	ssrc_status status = keep_list(b, list, cell_of(b, SSRC_FILE_OPTIONS, row, "requires"), SSRC_FILE_OPTIONS, ';',
				       &option->requires, &option->n_requires);
	if (!status)
		status = keep_list(b, list, cell_of(b, SSRC_FILE_OPTIONS, row, "excludes"), SSRC_FILE_OPTIONS, ';',
				   &option->excludes, &option->n_excludes);
	return status;
}

static ssrc_status build_options(builder *b)
{
	ssrc_chain *chain = b->chain;
	id_row *rows;
	ssrc_status status = canonical_rows(b, SSRC_FILE_OPTIONS, false, &rows, &chain->n_options);
	if (status)
		return status;
	chain->options = ssrc_arena_array(&chain->arena, chain->n_options, sizeof *chain->options);
	index_list *list = ssrc_arena_array(&b->scratch, 1, sizeof *list);
	if (!chain->options || !list)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < chain->n_options && !status; i++)
		status = build_option(b, &chain->options[i], rows[i].id, rows[i].row, list);
	return status;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

ssrc_status ssrc_chain_build(ssrc_chain **out, const ssrc_package *package, int32_t as_of, ssrc_error *err)
{
	ssrc_chain *chain = ssrc_alloc_array(package->ctx, 1, sizeof *chain);
	if (!chain)
		return ssrc_no_memory(err);
	chain->ctx = package->ctx;
	chain->package = package;
	chain->as_of = as_of;
	ssrc_arena_init(&chain->arena, chain->ctx);
	builder b = {.chain = chain, .package = package, .err = err};
	ssrc_arena_init(&b.scratch, chain->ctx);
	ssrc_status (*const steps[])(builder *) = {build_countries,  build_tiers,  build_items,
						   build_parties,    build_needs,  build_shares,
						   build_alternates, build_events, build_options};
	ssrc_status status = SSRC_OK;
	for (size_t i = 0; i < sizeof steps / sizeof *steps && !status; i++)
		status = steps[i](&b);
	ssrc_arena_clear(&b.scratch);
	if (status)
		ssrc_chain_free(chain);
	else
		*out = chain;
	return status;
}

void ssrc_chain_free(ssrc_chain *chain)
{
	if (!chain)
		return;
	ssrc_context *ctx = chain->ctx;
	ssrc_arena_clear(&chain->arena);
	ssrc_release(ctx, chain);
}

/* ---- look-up ---------------------------------------------------------------------------------------- */

/* Position of `id` among n records of `size` bytes that begin with their id and are sorted by it; SSRC_NONE if absent.
 */
static uint32_t find_by_id(const void *records, uint32_t n, size_t size, const char *id)
{
	uint32_t low = 0, high = n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const char *there;
		memcpy(&there, (const char *)records + middle * size, sizeof there);
		int order = strcmp(there, id);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SSRC_NONE;
}

uint32_t ssrc_chain_item(const ssrc_chain *chain, const char *id)
{
	_Static_assert(offsetof(ssrc_item, id) == 0, "find_by_id reads the id at the start");
	return find_by_id(chain->items, chain->n_items, sizeof *chain->items, id);
}

uint32_t ssrc_chain_party(const ssrc_chain *chain, const char *id)
{
	_Static_assert(offsetof(ssrc_party, id) == 0, "find_by_id reads the id at the start");
	return find_by_id(chain->parties, chain->n_parties, sizeof *chain->parties, id);
}

uint32_t ssrc_chain_option(const ssrc_chain *chain, const char *id)
{
	_Static_assert(offsetof(ssrc_option, id) == 0, "find_by_id reads the id at the start");
	return find_by_id(chain->options, chain->n_options, sizeof *chain->options, id);
}

uint32_t ssrc_chain_event(const ssrc_chain *chain, const char *id)
{
	_Static_assert(offsetof(ssrc_event, id) == 0, "find_by_id reads the id at the start");
	return find_by_id(chain->events, chain->n_events, sizeof *chain->events, id);
}

uint32_t ssrc_chain_country(const ssrc_chain *chain, const char *code)
{
	return country_index(chain, code, strlen(code));
}

ssrc_status ssrc_home_parse(ssrc_home *out, const ssrc_chain *chain, const char *text, ssrc_arena *arena,
			    ssrc_error *err)
{
	ssrc_home home = {.party = SSRC_NONE};
	strncpy(home.text, text, sizeof home.text - 1);
	home.is_country = ssrc_arena_array(arena, (size_t)chain->n_countries + 1, sizeof *home.is_country);
	if (!home.is_country)
		return ssrc_no_memory(err);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, ",; ");
		if (ssrc_text_equal(p, n, "EU")) {
			for (uint32_t c = 0; c < chain->n_countries; c++)
				home.is_country[c] |= ssrc_country_is_eu_member(chain->countries[c]) ||
						      strcmp(chain->countries[c], "EU") == 0;
		} else if (ssrc_country_known(p, n)) {
			/* A country that occurs nowhere in the chain is still a fair home: it supplies nothing. */
			uint32_t country = country_index(chain, p, n);
			if (country != SSRC_NONE)
				home.is_country[country] = true;
		} else if (n > 0) {
			home.party = ssrc_chain_party(chain, text);
			if (home.party == SSRC_NONE) {
				char word[64];
				strncpy(word, text, sizeof word - 1);
				word[sizeof word - 1] = '\0';
				return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_HOME_UNKNOWN, word, NULL, NULL);
			}
			home.party = chain->parties[home.party].same_as;
			break;
		}
		p += n;
		p += strspn(p, ",; ");
	}
	*out = home;
	return SSRC_OK;
}

const char *ssrc_basis_word(ssrc_basis basis)
{
	static const char *const words[] = {"site", "hq", "parent", "origin"};
	return (unsigned)basis < SSRC_BASIS_COUNT ? words[basis] : "";
}

const char *ssrc_essential_word(ssrc_essential essential)
{
	static const char *const words[] = {"critical", "important", "optional", "capital"};
	return words[essential];
}

const char *ssrc_state_word(ssrc_state state)
{
	static const char *const words[] = {"identified", "sampling", "qualified", "in_use"};
	return words[state];
}

const char *ssrc_option_kind_word(ssrc_option_kind kind)
{
	static const char *const words[] = {"qualify", "stockpile", "develop", "redesign", "pool", "demand_pull"};
	return kind < SSRC_OPTION_KINDS ? words[kind] : "";
}

const char *ssrc_name(const char *const name[2], const char *id, ssrc_lang lang)
{
	int first = lang == SSRC_LANG_ZH;
	if (*name[first])
		return name[first];
	return *name[!first] ? name[!first] : id;
}

const ssrc_cell *ssrc_fact_cell(const ssrc_chain *chain, ssrc_file_id file, uint32_t row, uint32_t common)
{
	return ssrc_table_cell(&chain->package->tables[file], row, ssrc_schema_common(file) + common);
}
