/* Small packages in memory for tests: a draft holds rows by index, so that ids can be renamed, rows shuffled and
 * numbers changed before the package is built from it. */
#ifndef SSRC_RANDOM_PACKAGE_H
#define SSRC_RANDOM_PACKAGE_H

#include "assess/assess.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DRAFT_ITEMS = 96,
	DRAFT_PARTIES = 24,
	DRAFT_NEEDS = 400,
	DRAFT_SHARES = 900,
	DRAFT_ALTERNATES = 300,
	DRAFT_EVENTS = 24,
	DRAFT_NO = -1
};

typedef struct draft_item {
	char id[24];
	double stock[2], recovery[2], value; /* NaN = blank */
	int variant_of;
	bool product;
} draft_item;

typedef struct draft_need {
	int item, input;
	const char *essential, *any_of;
} draft_need;

typedef struct draft_party {
	char id[24];
	const char *site, *hq, *parent; /* parent: a country */
	int parent_party, same_as;
} draft_party;

typedef struct draft_share {
	int item;
	int party[3], n_parties; /* 0 = by `country` (or `various`) */
	const char *country, *basis, *metric, *use, *market;
	double share[2]; /* % */
	int year;
} draft_share;

typedef struct draft_alternate {
	int item, by_item, by_party, for_item;
	const char *state, *market;
	double gap[2], weeks[2], share[2]; /* share in % */
} draft_alternate;

typedef struct draft_event {
	int item;
	const char *kind, *issuer, *target, *from, *to, *direction;
} draft_event;

typedef struct draft {
	draft_item items[DRAFT_ITEMS];
	draft_need needs[DRAFT_NEEDS];
	draft_party parties[DRAFT_PARTIES];
	draft_share shares[DRAFT_SHARES];
	draft_alternate alternates[DRAFT_ALTERNATES];
	draft_event events[DRAFT_EVENTS];
	int n_items, n_needs, n_parties, n_shares, n_alternates, n_events;
	const char *policy; /* policy.yaml, NULL = built-in */
	uint64_t shuffle;   /* 0 = rows as they stand */
} draft;

/* ---- random numbers --------------------------------------------------------------------------------- */

typedef struct dice {
	uint64_t seed, counter;
} dice;

static double dice_unit(dice *d)
{
	return ssrc_random_unit(d->seed, 7, d->counter++);
}

static int dice_below(dice *d, int n)
{
	return (int)(dice_unit(d) * n);
}

static bool dice_chance(dice *d, double p)
{
	return dice_unit(d) < p;
}

/* ---- building by hand --------------------------------------------------------------------------------- */

static draft *draft_new(void)
{
	draft *d = calloc(1, sizeof *d);
	return d ? d : (abort(), NULL);
}

static int draft_add_item(draft *d, const char *id, double stock, double recovery, bool product)
{
	draft_item *item = &d->items[d->n_items];
	*item = (draft_item){.stock = {stock, stock},
			     .recovery = {recovery, recovery},
			     .value = NAN,
			     .variant_of = DRAFT_NO,
			     .product = product};
	snprintf(item->id, sizeof item->id, "%s", id);
	return d->n_items++;
}

static void draft_add_need(draft *d, int item, int input, const char *essential, const char *any_of)
{
	d->needs[d->n_needs++] = (draft_need){item, input, essential, any_of};
}

static int draft_add_party(draft *d, const char *id, const char *country)
{
	draft_party *party = &d->parties[d->n_parties];
	*party = (draft_party){
		.site = country, .hq = country, .parent = "", .parent_party = DRAFT_NO, .same_as = DRAFT_NO};
	snprintf(party->id, sizeof party->id, "%s", id);
	return d->n_parties++;
}

static draft_share *draft_add_share(draft *d, int item, const char *country, double low, double high)
{
	draft_share *share = &d->shares[d->n_shares++];
	*share = (draft_share){.item = item,
			       .country = country,
			       .basis = "site",
			       .metric = "",
			       .use = "",
			       .market = "",
			       .share = {low, high},
			       .year = 2025};
	return share;
}

static draft_share *draft_add_maker(draft *d, int item, int party, double low, double high)
{
	draft_share *share = draft_add_share(d, item, "", low, high);
	share->party[0] = party;
	share->n_parties = 1;
	return share;
}

static draft_alternate *draft_add_alternate(draft *d, int item, int by_party, double share, double weeks)
{
	draft_alternate *x = &d->alternates[d->n_alternates++];
	*x = (draft_alternate){.item = item,
			       .by_item = DRAFT_NO,
			       .by_party = by_party,
			       .for_item = DRAFT_NO,
			       .state = "qualified",
			       .market = "",
			       .gap = {NAN, NAN},
			       .weeks = {weeks, weeks},
			       .share = {share, share}};
	return x;
}

/* ---- writing ------------------------------------------------------------------------------------------- */

typedef struct draft_row {
	const char *cells[40];
	char numbers[12][32];
	int n_numbers;
} draft_row;

static void put_cell(draft_row *row, ssrc_file_id file, const char *column, const char *text)
{
	uint32_t at = ssrc_schema_column(file, column);
	if (at != SSRC_NONE)
		row->cells[at] = text;
	else
		abort();
}

static void put_number_cell(draft_row *row, ssrc_file_id file, const char *column, double value)
{
	if (isnan(value))
		return;
	ssrc_format_number(row->numbers[row->n_numbers], value);
	put_cell(row, file, column, row->numbers[row->n_numbers++]);
}

static void put_pair(draft_row *row, ssrc_file_id file, const char *stem, const double pair[2])
{
	char name[40];
	snprintf(name, sizeof name, "%s_low", stem);
	put_number_cell(row, file, name, pair[0]);
	snprintf(name, sizeof name, "%s_high", stem);
	put_number_cell(row, file, name, pair[1]);
}

static void put_item_row(draft_row *row, const draft *d, int i)
{
	const draft_item *x = &d->items[i];
	put_cell(row, SSRC_FILE_ITEMS, "item", x->id);
	put_cell(row, SSRC_FILE_ITEMS, "tier", "t");
	put_cell(row, SSRC_FILE_ITEMS, "kind", "good");
	put_cell(row, SSRC_FILE_ITEMS, "name_en", x->id);
	put_pair(row, SSRC_FILE_ITEMS, "stock_weeks", x->stock);
	put_pair(row, SSRC_FILE_ITEMS, "recovery_weeks", x->recovery);
	put_number_cell(row, SSRC_FILE_ITEMS, "value_per_week", x->value);
	if (x->variant_of != DRAFT_NO)
		put_cell(row, SSRC_FILE_ITEMS, "variant_of", d->items[x->variant_of].id);
	if (x->product)
		put_cell(row, SSRC_FILE_ITEMS, "product", "yes");
}

static void put_need_row(draft_row *row, const draft *d, int i)
{
	put_cell(row, SSRC_FILE_NEEDS, "item", d->items[d->needs[i].item].id);
	put_cell(row, SSRC_FILE_NEEDS, "input", d->items[d->needs[i].input].id);
	put_cell(row, SSRC_FILE_NEEDS, "essential", d->needs[i].essential);
	put_cell(row, SSRC_FILE_NEEDS, "any_of", d->needs[i].any_of);
}

static void put_party_row(draft_row *row, const draft *d, int i)
{
	const draft_party *x = &d->parties[i];
	put_cell(row, SSRC_FILE_PARTIES, "party", x->id);
	put_cell(row, SSRC_FILE_PARTIES, "kind", "firm");
	put_cell(row, SSRC_FILE_PARTIES, "name_en", x->id);
	put_cell(row, SSRC_FILE_PARTIES, "site", x->site);
	put_cell(row, SSRC_FILE_PARTIES, "hq", x->hq);
	put_cell(row, SSRC_FILE_PARTIES, "parent",
		 x->parent_party != DRAFT_NO ? d->parties[x->parent_party].id : x->parent);
	if (x->same_as != DRAFT_NO)
		put_cell(row, SSRC_FILE_PARTIES, "same_as", d->parties[x->same_as].id);
}

static void put_share_row(draft_row *row, const draft *d, int i)
{
	static char provider[80]; /* copied by ssrc_package_add_row before the next row */
	const draft_share *x = &d->shares[i];
	snprintf(provider, sizeof provider, "%s", x->n_parties ? d->parties[x->party[0]].id : x->country);
	for (int k = 1; k < x->n_parties; k++)
		snprintf(provider + strlen(provider), sizeof provider - strlen(provider), "+%s",
			 d->parties[x->party[k]].id);
	put_cell(row, SSRC_FILE_SHARES, "item", d->items[x->item].id);
	put_cell(row, SSRC_FILE_SHARES, "provider", provider);
	put_cell(row, SSRC_FILE_SHARES, "basis", x->basis);
	put_cell(row, SSRC_FILE_SHARES, "market", x->market);
	put_cell(row, SSRC_FILE_SHARES, "metric", x->metric);
	put_cell(row, SSRC_FILE_SHARES, "use", x->use);
	put_pair(row, SSRC_FILE_SHARES, "share", x->share);
	if (x->year)
		put_number_cell(row, SSRC_FILE_SHARES, "year", x->year);
}

static void put_alternate_row(draft_row *row, const draft *d, int i)
{
	const draft_alternate *x = &d->alternates[i];
	put_cell(row, SSRC_FILE_ALTERNATES, "item", d->items[x->item].id);
	put_cell(row, SSRC_FILE_ALTERNATES, "alternate",
		 x->by_item != DRAFT_NO ? d->items[x->by_item].id : d->parties[x->by_party].id);
	if (x->for_item != DRAFT_NO)
		put_cell(row, SSRC_FILE_ALTERNATES, "for_item", d->items[x->for_item].id);
	put_cell(row, SSRC_FILE_ALTERNATES, "market", x->market);
	put_cell(row, SSRC_FILE_ALTERNATES, "state", x->state);
	put_pair(row, SSRC_FILE_ALTERNATES, "performance_gap", x->gap);
	put_pair(row, SSRC_FILE_ALTERNATES, "weeks", x->weeks);
	put_pair(row, SSRC_FILE_ALTERNATES, "share", x->share);
}

static void put_event_row(draft_row *row, const draft *d, int i)
{
	const draft_event *x = &d->events[i];
	snprintf(row->numbers[0], 32, "event-%d", i);
	put_cell(row, SSRC_FILE_EVENTS, "event", row->numbers[0]);
	put_cell(row, SSRC_FILE_EVENTS, "date", x->from);
	put_cell(row, SSRC_FILE_EVENTS, "kind", x->kind);
	put_cell(row, SSRC_FILE_EVENTS, "title_en", row->numbers[0]);
	put_cell(row, SSRC_FILE_EVENTS, "item", d->items[x->item].id);
	put_cell(row, SSRC_FILE_EVENTS, "country", x->issuer);
	put_cell(row, SSRC_FILE_EVENTS, "target", x->target);
	put_cell(row, SSRC_FILE_EVENTS, "direction", x->direction);
	put_cell(row, SSRC_FILE_EVENTS, "valid_from", x->from);
	put_cell(row, SSRC_FILE_EVENTS, "valid_to", x->to);
}

typedef void draft_writer(draft_row *row, const draft *d, int i);

static bool draft_write(ssrc_package *package, const draft *d, ssrc_file_id file, int n, draft_writer *write,
			ssrc_error *err)
{
	int order[DRAFT_SHARES];
	dice mix = {d->shuffle, (uint64_t)file << 32};
	for (int i = 0; i < n; i++) {
		order[i] = i;
		int k = d->shuffle ? dice_below(&mix, i + 1) : i;
		order[i] = order[k];
		order[k] = i;
	}
	bool good = ssrc_package_full_header(package, file, err) == SSRC_OK;
	for (int i = 0; i < n && good; i++) {
		draft_row row = {.n_numbers = 0};
		write(&row, d, order[i]);
		good = ssrc_package_add_row(package, file, row.cells, i + 2, err) == SSRC_OK;
	}
	return good;
}

static void put_tier_row(draft_row *row, const draft *d, int i)
{
	(void)d;
	(void)i;
	put_cell(row, SSRC_FILE_TIERS, "tier", "t");
	put_cell(row, SSRC_FILE_TIERS, "order", "1");
	put_cell(row, SSRC_FILE_TIERS, "name_en", "tier");
	put_cell(row, SSRC_FILE_TIERS, "name_zh", "层");
}

/* The package of a draft; false on failure, with nothing to free. */
static bool draft_package(ssrc_package **out, const draft *d, ssrc_context *ctx, ssrc_error *err)
{
	static const char head[] = "name: random\nlicence: CC0-1.0\nhome: CN\n";
	ssrc_findings *findings;
	if (ssrc_package_new(out, ctx, "random", err))
		return false;
	bool good = draft_write(*out, d, SSRC_FILE_TIERS, 1, put_tier_row, err) &&
		    draft_write(*out, d, SSRC_FILE_ITEMS, d->n_items, put_item_row, err) &&
		    draft_write(*out, d, SSRC_FILE_NEEDS, d->n_needs, put_need_row, err) &&
		    draft_write(*out, d, SSRC_FILE_PARTIES, d->n_parties, put_party_row, err) &&
		    draft_write(*out, d, SSRC_FILE_SHARES, d->n_shares, put_share_row, err) &&
		    draft_write(*out, d, SSRC_FILE_ALTERNATES, d->n_alternates, put_alternate_row, err) &&
		    draft_write(*out, d, SSRC_FILE_EVENTS, d->n_events, put_event_row, err);
	if (good && (good = ssrc_findings_new(&findings, ctx, err) == SSRC_OK)) {
		good = ssrc_package_add_document(*out, "package.yaml", head, sizeof head - 1, findings, err) ==
			       SSRC_OK &&
		       (!d->policy || ssrc_package_add_document(*out, "policy.yaml", d->policy, strlen(d->policy),
								findings, err) == SSRC_OK);
		ssrc_findings_free(findings);
	}
	good = good && ssrc_package_index(*out, err) == SSRC_OK;
	if (!good)
		ssrc_package_free(*out);
	return good;
}

/* ---- random drafts --------------------------------------------------------------------------------------- */

static const char *const draft_countries[] = {"CN", "US", "JP", "KR", "TW", "NL", "DE", "EU"};

static const char *random_country(dice *r)
{
	return draft_countries[dice_below(r, dice_chance(r, 0.2) ? 8 : 6)];
}

/* An interval of whole quarters below `most`; sometimes a point, sometimes unknown. */
static void random_weeks(dice *r, double most, double unknown, double out[2])
{
	out[0] = out[1] = NAN;
	if (dice_chance(r, unknown))
		return;
	out[0] = dice_below(r, (int)most * 4) / 4.0;
	out[1] = dice_chance(r, 0.4) ? out[0] : out[0] + dice_below(r, (int)most * 4) / 4.0;
}

static void random_shares(draft *d, dice *r, int item)
{
	int sets = dice_below(r, 8) == 0 ? 0 : 1 + dice_chance(r, 0.25);
	for (int s = 0; s < sets; s++) {
		static const char *const bases[] = {"site", "hq", "parent", "origin"};
		int makers = 1 + dice_below(r, 4), used_parties = 0, first = d->n_shares;
		unsigned used_countries = 0;
		bool by_country = dice_chance(r, 0.4);
		double left = dice_chance(r, 0.05) ? 104 : 100;
		draft_share base = {.item = item,
				    .basis = bases[dice_below(r, 4)],
				    .metric = s ? "units" : "revenue",
				    .use = "",
				    .market = "",
				    .year = 2020 + dice_below(r, 6)};
		if (s && dice_chance(r, 0.5))
			base.use = dice_chance(r, 0.5) ? "main" : "context";
		else if (dice_chance(r, 0.15))
			base.market = random_country(r);
		for (int k = 0; k < makers; k++) {
			draft_share x = base;
			x.share[0] = dice_chance(r, 0.3) ? floor(left) : floor(dice_unit(r) * left);
			x.share[1] = dice_chance(r, 0.5) ? x.share[0] : fmin(100, x.share[0] + dice_below(r, 20));
			left -= x.share[0];
			if (dice_chance(r, 0.1))
				x.share[0] = x.share[1] = NAN;
			if (by_country || dice_chance(r, 0.1)) {
				int c = dice_below(r, dice_chance(r, 0.2) ? 8 : 6);
				if (used_countries & (1u << c))
					continue;
				used_countries |= 1u << c;
				x.country = draft_countries[c];
			} else {
				x.n_parties = dice_chance(r, 0.1) && d->n_parties - used_parties >= 2 ? 2 : 1;
				if (used_parties + x.n_parties > d->n_parties)
					break;
				for (int p = 0; p < x.n_parties; p++)
					x.party[p] = (used_parties++ * 5 + item) % d->n_parties;
			}
			d->shares[d->n_shares++] = x;
		}
		if (left >= 1 && dice_chance(r, 0.3)) {
			draft_share x = base;
			x.country = "various";
			x.share[0] = dice_chance(r, 0.5) ? left : 0;
			x.share[1] = left;
			d->shares[d->n_shares++] = x;
		}
		if (dice_chance(r, 0.03)) { /* nothing but dust */
			d->n_shares = first;
			draft_share x = base;
			x.country = "various";
			x.share[0] = x.share[1] = 100;
			d->shares[d->n_shares++] = x;
		}
	}
}

static void random_alternates(draft *d, dice *r, int item)
{
	static const char *const states[] = {"identified", "sampling", "qualified", "in_use", "qualified", "qualified"};
	int n = dice_chance(r, 0.5) ? 0 : 1 + dice_below(r, 3);
	for (int k = 0; k < n; k++) {
		draft_alternate x = {.item = item,
				     .by_item = DRAFT_NO,
				     .by_party = DRAFT_NO,
				     .for_item = DRAFT_NO,
				     .state = states[dice_below(r, 6)],
				     .market = "",
				     .gap = {NAN, NAN}};
		if (dice_chance(r, 0.4))
			x.by_item = (item + 1 + k) % d->n_items;
		else
			x.by_party = (item + k) % d->n_parties;
		if (x.by_item == item)
			continue;
		for (int e = 0; e < d->n_needs; e++)
			if (d->needs[e].input == item && dice_chance(r, 0.3))
				x.for_item = d->needs[e].item;
		if (dice_chance(r, 0.2))
			x.market = dice_chance(r, 0.5) ? "CN;US" : "EU";
		random_weeks(r, 12, 0.1, x.weeks);
		if (dice_chance(r, 0.3)) {
			x.gap[0] = dice_below(r, 5) / 10.0;
			x.gap[1] = x.gap[0] + dice_below(r, 5) / 10.0;
		}
		x.share[1] = dice_chance(r, 0.1) ? (double)NAN : dice_below(r, 101);
		x.share[0] = isnan(x.share[1]) || dice_chance(r, 0.3) ? (double)NAN : floor(x.share[1] * dice_unit(r));
		d->alternates[d->n_alternates++] = x;
	}
}

static bool draft_needs(const draft *d, int item, int input)
{
	for (int e = 0; e < d->n_needs; e++)
		if (d->needs[e].item == item && d->needs[e].input == input)
			return true;
	return d->items[item].variant_of == input || d->items[input].variant_of == item;
}

/* Mostly from lower to higher numbers, now and then the other way, which makes circles. */
static void random_needs(draft *d, dice *r, double per_item)
{
	static const char *const words[] = {"critical", "critical", "critical", "important", "optional", "capital"};
	static const char *const labels[] = {"", "", "", "a", "a", "b"};
	int n = (int)(d->n_items * per_item);
	for (int e = 0; e < n && d->n_needs < DRAFT_NEEDS; e++) {
		int item = dice_below(r, d->n_items), input = dice_below(r, d->n_items);
		if ((input > item) != dice_chance(r, 0.12)) {
			int swap = item;
			item = input;
			input = swap;
		}
		if (item == input || draft_needs(d, item, input))
			continue;
		draft_add_need(d, item, input, words[dice_below(r, 6)], labels[dice_below(r, 6)]);
	}
}

static draft *draft_random(uint64_t seed, int n_items)
{
	draft *d = draft_new();
	dice r = {seed, 0};
	int n_parties = 6 + dice_below(&r, 6);
	for (int p = 0; p < n_parties; p++) {
		char id[24];
		static const char *const sites[] = {"US;JP", "", "TW", "CN;DE"};
		snprintf(id, sizeof id, "party-%02d", p);
		draft_party *x = &d->parties[draft_add_party(d, id, random_country(&r))];
		if (dice_chance(&r, 0.3))
			x->site = sites[dice_below(&r, 4)];
		if (dice_chance(&r, 0.15))
			x->parent = random_country(&r);
		else if (p && dice_chance(&r, 0.15))
			x->parent_party = p - 1;
		else if (p > 1 && dice_chance(&r, 0.1))
			x->same_as = p - 2;
		if (dice_chance(&r, 0.1))
			x->hq = "";
	}
	for (int i = 0; i < n_items; i++) {
		char id[24];
		snprintf(id, sizeof id, "item-%03d", i);
		draft_item *x = &d->items[draft_add_item(d, id, 0, 0, dice_chance(&r, 0.2) || i == n_items - 1)];
		random_weeks(&r, 8, 0.15, x->stock);
		if (dice_chance(&r, 0.3))
			x->stock[0] = x->stock[1] = 0;
		random_weeks(&r, 40, 0.05, x->recovery);
		if (x->product && dice_chance(&r, 0.7))
			x->value = 1 + dice_below(&r, 50);
		if (i && dice_chance(&r, 0.12) && d->items[i - 1].variant_of == DRAFT_NO)
			x->variant_of = i - 1;
	}
	random_needs(d, &r, 0.8 + 1.6 * dice_unit(&r));
	for (int i = 0; i < n_items; i++) {
		random_shares(d, &r, i);
		random_alternates(d, &r, i);
	}
	for (int e = dice_below(&r, 4); e > 0; e--)
		d->events[d->n_events++] = (draft_event){.item = dice_below(&r, n_items),
							 .kind = dice_chance(&r, 0.8) ? "control" : "other",
							 .issuer = random_country(&r),
							 .target = dice_chance(&r, 0.5) ? "CN" : "all",
							 .from = "2024-01-01",
							 .to = dice_chance(&r, 0.2) ? "2025-01-01" : "",
							 .direction = dice_chance(&r, 0.9) ? "tighten" : "ease"};
	return d;
}

#endif
