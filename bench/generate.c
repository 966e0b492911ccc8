/* Writes a package of N items for measuring: 5 N needs, 10 N shares, parties, alternates, events, options, codes.
 *   bench_generate N FOLDER [SEED]
 * The same N and seed give the same bytes: every number is drawn by its place (seed, stream, counter), none after
 * another. The folder must exist and be empty. `check` finds no errors in it. */
#include "base/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_TIERS = 14, N_COUNTRIES = 40, N_SOURCES = 500, NEEDS_PER_ITEM = 5, SHARES_PER_ITEM = 10, GROUP_EVERY = 6 };

/* One stream of random numbers per decision, so that adding a decision leaves the others as they are. */
enum {
	S_TIER_STEP = 1,
	S_USER,
	S_ESSENTIAL,
	S_STOCK,
	S_RECOVERY,
	S_VALUE,
	S_HQ,
	S_SITE,
	S_PARENT,
	S_SHARE,
	S_PROVIDER,
	S_COUNTRY,
	S_ALTERNATE,
	S_EVENT,
	S_EVENT_ITEM,
	S_CODE,
	S_OPTION,
	S_BASIS,
	S_YEAR,
};

static const char *const tiers[N_TIERS] = {"material",  "equipment", "design",      "fabrication", "packaging",
					   "component", "network",   "data",        "compute",     "algorithm",
					   "platform",  "service",   "integration", "terminal"};
static const char *const tiers_zh[N_TIERS] = {"材料", "设备", "设计", "制造", "封装", "部件", "网络",
					      "数据", "算力", "算法", "平台", "服务", "集成", "终端"};
static const char *const kinds[N_TIERS] = {"good", "good", "software", "good",     "service", "good",       "good",
					   "data", "good", "software", "software", "service", "technology", "good"};
/* Earlier countries supply more. */
static const char *const countries[N_COUNTRIES] = {"CN", "US", "JP", "KR", "DE", "NL", "FR", "GB", "IT", "IN",
						   "MY", "SG", "VN", "TH", "CA", "AU", "BR", "MX", "ZA", "RU",
						   "CH", "SE", "FI", "AT", "BE", "ES", "PL", "CZ", "IE", "IL",
						   "NO", "CL", "PE", "ID", "PH", "KZ", "UA", "TR", "SA", "AE"};

static uint64_t seed = 1;
static uint32_t n_items, n_parties, n_products;

static double unit(uint64_t stream, uint64_t counter)
{
	return ssrc_random_unit(seed, stream, counter);
}

static uint32_t below(uint64_t stream, uint64_t counter, uint32_t n)
{
	return (uint32_t)(unit(stream, counter) * n);
}

static const char *a_country(uint64_t stream, uint64_t counter)
{
	double u = unit(stream, counter);
	return countries[(uint32_t)(u * u * N_COUNTRIES)];
}

static uint32_t tier_start(uint32_t tier)
{
	return (uint32_t)((uint64_t)n_items * tier / N_TIERS);
}

static uint32_t tier_of(uint32_t item)
{
	uint32_t tier = (uint32_t)((uint64_t)item * N_TIERS / n_items);
	while (tier + 1 < N_TIERS && item >= tier_start(tier + 1))
		tier++;
	while (item < tier_start(tier))
		tier--;
	return tier;
}

/* The last items of the last tier are what home delivers. */
static bool is_product(uint32_t item)
{
	return item >= n_items - n_products;
}

/* Every 40th item is a variant of the one before, within a tier. */
static bool is_variant(uint32_t item)
{
	return item % 40 == 7 && !is_product(item) && tier_of(item - 1) == tier_of(item);
}

static FILE *begin(const char *folder, const char *name, const char *header)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "wx");
	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(6);
	}
	fputs(header, f);
	return f;
}

static void end(FILE *f)
{
	bool bad = ferror(f);
	bad |= fclose(f) != 0;
	if (bad) {
		fputs("cannot write\n", stderr);
		exit(6);
	}
}

static void put_item(FILE *f, uint32_t item)
{
	fprintf(f, "%s-%06u", tiers[tier_of(item)], item);
}

/* source and evidence, without validity or note. */
static void put_fact(FILE *f, uint64_t row)
{
	fprintf(f, ",src-%u,%s,,,\n", (unsigned)(row * 7 % N_SOURCES), row % 3 ? "estimated" : "observed");
}

static void write_small_files(const char *folder)
{
	FILE *f = begin(folder, "package.yaml", "name: bench\n");
	fprintf(f, "title: {en: \"Generated chain of %u items\", zh: \"生成的产业链(%u 个环节)\"}\n", n_items, n_items);
	fputs("version: \"1\"\nlicence: Apache-2.0\nhome: CN\ncurrency: USD\n", f);
	end(f);
	f = begin(folder, "tiers.csv", "tier,order,name_en,name_zh\n");
	for (uint32_t t = 0; t < N_TIERS; t++)
		fprintf(f, "%s,%u,%s,%s\n", tiers[t], t + 1, tiers[t], tiers_zh[t]);
	end(f);
	f = begin(folder, "sources.csv", "source,title,publisher,url,published,retrieved,grade,licence\n");
	for (uint32_t s = 0; s < N_SOURCES; s++)
		fprintf(f, "src-%u,\"Report %u, with a comma\",Publisher %u,https://example.org/%u,%u-%02u,,%c,\n", s,
			s, s % 37, s, 2019 + s % 7, 1 + s % 12, 'A' + (char)(s % 5));
	end(f);
}

static void write_items(const char *folder)
{
	FILE *f = begin(folder, "items.csv",
			"item,tier,kind,name_en,name_zh,variant_of,unit,use_per_week,stock_weeks_low,stock_weeks_high,"
			"recovery_weeks_low,recovery_weeks_high,product,value_per_week,source,evidence,valid_from,"
			"valid_to,note\n");
	for (uint32_t i = 0; i < n_items; i++) {
		uint32_t t = tier_of(i);
		put_item(f, i);
		fprintf(f, ",%s,%s,\"%s item %u, grade %u\",%s环节%u,", tiers[t], kinds[t], tiers[t], i, i % 9,
			tiers_zh[t], i);
		if (is_variant(i))
			put_item(f, i - 1);
		uint32_t stock = 1 + below(S_STOCK, i, 12), recovery = 8 + below(S_RECOVERY, i, 120);
		fprintf(f, ",piece,%u,", 100 + i % 900);
		if (unit(S_STOCK, UINT64_C(1) << 32 | i) < 0.85)
			fprintf(f, "%u,%u,", stock, 2 * stock);
		else
			fputs(",,", f);
		if (unit(S_RECOVERY, UINT64_C(1) << 32 | i) < 0.93)
			fprintf(f, "%u,%u,", recovery, recovery + recovery / 2);
		else
			fputs(",,", f);
		if (is_product(i))
			fprintf(f, "yes,%u", 1 + below(S_VALUE, i, 500));
		else
			fputs(",", f);
		put_fact(f, i);
	}
	end(f);
}

/* Items further down the chain, mostly in the next tiers; never a member of the same tier, so there are no circles. */
static uint32_t a_user(uint32_t item, uint32_t k, uint32_t attempt)
{
	uint64_t counter = ((uint64_t)item * 16 + k) * 64 + attempt;
	uint32_t t = tier_of(item);
	if (t + 1 == N_TIERS)
		return n_items - 1 - below(S_USER, counter, n_products);
	double u = unit(S_TIER_STEP, counter);
	uint32_t step = 1 + (uint32_t)(u * u * u * 5);
	uint32_t to = t + step < N_TIERS ? t + step : N_TIERS - 1;
	/* Few items of a tier are used by most others. */
	double v = unit(S_USER, counter);
	uint32_t first = tier_start(to), width = tier_start(to + 1) - first;
	return first + (uint32_t)(v * (0.3 + 0.7 * v) * width);
}

static const char *essential(uint32_t item, uint32_t user)
{
	double u = unit(S_ESSENTIAL, (uint64_t)item << 32 | user);
	bool tool = tier_of(item) == 1;
	if (tool)
		return u < 0.75 ? "capital" : u < 0.9 ? "important" : "critical";
	return u < 0.40 ? "critical" : u < 0.72 ? "important" : u < 0.92 ? "optional" : "capital";
}

static void write_needs(const char *folder)
{
	FILE *f = begin(folder, "needs.csv",
			"item,input,essential,any_of,per_unit,source,evidence,valid_from,valid_to,note\n");
	uint64_t row = 0;
	for (uint32_t i = 0; i < n_items; i++) {
		uint32_t users[NEEDS_PER_ITEM + 1], n = 0;
		/* A choice of two: an item and its neighbour are needed by the same user under one label. */
		bool choice =
			i % GROUP_EVERY == 0 && i + 1 < n_items && tier_of(i + 1) == tier_of(i) && !is_product(i + 1);
		for (uint32_t k = 0; k < NEEDS_PER_ITEM && !is_product(i); k++) {
			uint32_t user = n_items;
			for (uint32_t attempt = 0; attempt < 40; attempt++) {
				user = a_user(i, k, attempt);
				for (uint32_t m = 0; m < n; m++)
					if (users[m] == user)
						user = n_items;
				if (user < n_items && user != i)
					break;
			}
			if (user >= n_items || user == i)
				continue;
			users[n++] = user;
			bool group = choice && k == 0;
			for (uint32_t member = 0; member <= group; member++) {
				put_item(f, user);
				putc(',', f);
				put_item(f, i + member);
				fputs(group ? ",critical," : ",", f);
				if (group)
					fprintf(f, "choice-%u,%u", i, 1 + i % 5);
				else
					fprintf(f, "%s,,%u", essential(i, user), 1 + i % 5);
				put_fact(f, row++);
			}
		}
	}
	end(f);
}

static void write_parties(const char *folder)
{
	FILE *f = begin(
		folder, "parties.csv",
		"party,kind,name_en,name_zh,site,hq,parent,lei,same_as,source,evidence,valid_from,valid_to,note\n");
	FILE *names =
		begin(folder, "names.csv", "party,name,language,strength,source,evidence,valid_from,valid_to,note\n");
	for (uint32_t p = 0; p < n_parties; p++) {
		const char *hq = a_country(S_HQ, p);
		fprintf(f, "maker-%u,firm,\"Maker %u Works, Inc.\",制造商%u,", p, p, p);
		uint32_t sites = below(S_SITE, p, 4);
		for (uint32_t s = 0; s < sites; s++)
			fprintf(f, "%s%s", s ? ";" : "", a_country(S_SITE, (uint64_t)(s + 1) << 32 | p));
		fprintf(f, ",%s,", hq);
		double u = unit(S_PARENT, p);
		if (u < 0.10 && p > 0)
			fprintf(f, "maker-%u", below(S_PARENT, UINT64_C(1) << 32 | p, p));
		else if (u < 0.15)
			fputs(a_country(S_PARENT, UINT64_C(2) << 32 | p), f);
		fputs(",,", f);
		put_fact(f, p);
		fprintf(names, "maker-%u,MW%u,en,strong", p, p);
		put_fact(names, p);
	}
	end(f);
	end(names);
}

/* Shares of a set: parts of 100 that fall, each with an interval of 5 % around it. */
static double part_of(uint64_t set, uint32_t k, uint32_t n, double *left)
{
	double part = k + 1 == n ? *left : *left * (0.15 + 0.55 * unit(S_SHARE, set * 16 + k));
	*left -= part;
	return part;
}

static void put_share(FILE *f, double part)
{
	double high = part * 1.05;
	fprintf(f, "%.2f,%.2f", part * 0.95, high > 100 ? 100 : high);
}

/* One set by makers, one by countries, and now and then an older one of the home market. */
static void write_shares(const char *folder)
{
	FILE *f = begin(folder, "shares.csv",
			"item,provider,basis,market,metric,share_low,share_high,year,use,source,evidence,valid_from,"
			"valid_to,note\n");
	uint64_t row = 0;
	for (uint32_t i = 0; i < n_items; i++) {
		uint32_t by_makers = 3 + below(S_BASIS, i, 5), by_country = SHARES_PER_ITEM - by_makers;
		uint32_t year = 2020 + below(S_YEAR, i, 6), stride = 1 + n_parties / 16;
		uint32_t first = below(S_PROVIDER, i, n_parties);
		double left = 100;
		for (uint32_t k = 0; k < by_makers; k++) {
			double part = part_of(2 * (uint64_t)i, k, by_makers, &left);
			put_item(f, i);
			if (k + 1 == by_makers && i % 3)
				fputs(",various", f);
			else if (k == 0 && i % 50 == 3 && by_makers <= 12)
				fprintf(f, ",maker-%u+maker-%u", first, (first + 13 * stride) % n_parties);
			else
				fprintf(f, ",maker-%u", (first + k * stride) % n_parties);
			fputs(",hq,,world output,", f);
			if (i % 11 == 0 && k > 0 && k + 1 < by_makers)
				fputs(",", f);
			else
				put_share(f, part);
			fprintf(f, ",%u,", year);
			put_fact(f, row++);
		}
		left = 100;
		uint32_t at = below(S_COUNTRY, i, N_COUNTRIES);
		bool market = i % 17 == 0;
		for (uint32_t k = 0; k < by_country; k++) {
			double part = part_of(2 * (uint64_t)i + 1, k, by_country, &left);
			put_item(f, i);
			/* The first of a set is a large country more often than not. */
			uint32_t country = (at * at / N_COUNTRIES + k * 3) % N_COUNTRIES;
			fprintf(f, ",%s,%s,%s,output,", countries[country], i % 4 ? "site" : "origin",
				market ? "CN" : "");
			put_share(f, part);
			fprintf(f, ",%u,", year);
			put_fact(f, row++);
		}
	}
	end(f);
}

static void write_alternates(const char *folder)
{
	static const char *const states[] = {"identified", "sampling", "qualified", "in_use"};
	FILE *f = begin(folder, "alternates.csv",
			"item,alternate,for_item,market,performance_gap_low,performance_gap_high,ecosystem_gap_low,"
			"ecosystem_gap_high,"
			"integration_gap_low,integration_gap_high,state,weeks_low,weeks_high,share_low,share_high,"
			"source,evidence,"
			"valid_from,valid_to,note\n");
	for (uint32_t i = 0; i < n_items; i++) {
		uint32_t n = below(S_ALTERNATE, i, 4);
		for (uint32_t k = 0; k < n && k < 2; k++) {
			uint64_t c = (uint64_t)(k + 1) << 32 | i;
			put_item(f, i);
			if (k == 0 && i > 0)
				put_item((putc(',', f), f), i - 1);
			else
				fprintf(f, ",maker-%u", below(S_ALTERNATE, c, n_parties));
			fputs(",,", f);
			if (i % 10 == 0)
				fputs("CN;JP", f);
			uint32_t gap = below(S_ALTERNATE, c + 11, 40), weeks = below(S_ALTERNATE, c + 22, 80);
			uint32_t share = 5 + below(S_ALTERNATE, c + 33, 60);
			fprintf(f, ",0.%02u,0.%02u,0,0.1,0,0.2,%s,%u,%u,%u,%u", gap, gap + 10, states[(i + k) % 4],
				weeks, 2 * weeks + 1, share, share + 20);
			put_fact(f, i);
		}
	}
	end(f);
}

static void write_events(const char *folder)
{
	static const char *const kind[] = {"control", "listing", "tariff", "disaster", "licence"};
	FILE *f = begin(folder, "events.csv",
			"event,date,kind,title_en,title_zh,item,party,country,target,measure,direction,source,evidence,"
			"valid_from,"
			"valid_to,note\n");
	uint32_t n = n_items / 50 + 1;
	for (uint32_t e = 0; e < n; e++) {
		uint32_t year = 2012 + below(S_EVENT, e, 13), month = 1 + e % 12;
		fprintf(f, "event-%u,%u-%02u-%02u,%s,\"Event %u, of a kind\",事件%u,", e, year, month, 1 + e % 28,
			kind[e % 5], e, e);
		for (uint32_t k = 0; k < 1 + e % 6; k++) {
			uint32_t item = below(S_EVENT_ITEM, (uint64_t)e * 8 + k, n_items);
			put_item(k ? (putc(';', f), f) : f, item);
		}
		fprintf(f, ",,%s,%s,act-%u,tighten,src-%u,observed,%u-%02u-%02u,,\n",
			a_country(S_EVENT, UINT64_C(1) << 32 | e), e % 3 ? "CN;RU" : "all", e, e % N_SOURCES, year,
			month, 1 + e % 28);
	}
	end(f);
}

static void write_codes_and_options(const char *folder)
{
	FILE *f = begin(folder, "item_codes.csv",
			"item,scheme,code,scheme_version,source,evidence,valid_from,valid_to,note\n");
	for (uint32_t i = 0; i < n_items; i++) {
		put_item(f, i);
		fprintf(f, ",HS,%06u,2022", 280000 + below(S_CODE, i, 600000));
		put_fact(f, i);
	}
	end(f);
	f = begin(folder, "options.csv",
		  "option,kind,item,name_en,name_zh,provider,fixed_cost_low,fixed_cost_high,unit_cost,holding_cost,"
		  "lead_weeks_low,"
		  "lead_weeks_high,capacity,success_low,success_high,shelf_weeks,performance_gap,requires,excludes,"
		  "source,evidence,"
		  "valid_from,valid_to,note\n");
	static const char *const kind[] = {"qualify", "stockpile", "develop", "redesign"};
	for (uint32_t i = 0; i < n_items; i += 5) {
		uint32_t cost = 1 + below(S_OPTION, i, 400), weeks = below(S_OPTION, UINT64_C(1) << 32 | i, 100);
		fprintf(f, "option-%u,%s,", i, kind[i / 5 % 4]);
		put_item(f, i);
		fprintf(f, ",Option %u,选项%u,maker-%u,%u,%u,0.5,20,%u,%u,40,0.6,0.9,,0.1,,", i, i, i % n_parties, cost,
			2 * cost, weeks, weeks + 26);
		put_fact(f, i);
	}
	end(f);
}

int main(int argc, char **argv)
{
	double n = 0, s = 1;
	if (argc < 3 || argc > 4 || !ssrc_parse_number(argv[1], strlen(argv[1]), &n) || n < 100 || n > 1e6 ||
	    (argc == 4 && !ssrc_parse_number(argv[3], strlen(argv[3]), &s))) {
		fputs("usage: bench_generate N FOLDER [SEED]   (100 to 1000000 items)\n", stderr);
		return 2;
	}
	n_items = (uint32_t)n;
	seed = (uint64_t)s;
	n_parties = n_items / 5;
	n_products = n_items < 1000 ? 1 : n_items / 1000;
	const char *folder = argv[2];
	write_small_files(folder);
	write_items(folder);
	write_needs(folder);
	write_parties(folder);
	write_shares(folder);
	write_alternates(folder);
	write_events(folder);
	write_codes_and_options(folder);
	return 0;
}
