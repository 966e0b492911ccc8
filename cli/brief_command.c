/* brief: the whole job, written into a folder. */
#include "cli.h"

#include "base/mask.h"
#include "brief/brief.h"
#include "io/file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096, BRIEF_BYTES_MAX = 1 << 28 };

/* ---- the folder ------------------------------------------------------------------------------------------------- */

typedef struct listing {
	char **names;
	size_t n, cap;
	bool failed;
} listing;

static void list_name(void *user, const char *name)
{
	listing *l = user;
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		char **names = realloc(l->names, cap * sizeof *names);
		if (!names) {
			l->failed = true;
			return;
		}
		l->names = names;
		l->cap = cap;
	}
	size_t len = strlen(name) + 1;
	char *copy = malloc(len);
	l->failed |= !copy;
	if (copy) {
		memcpy(copy, name, len);
		l->names[l->n++] = copy;
	}
}

/* Everything in a folder of ours, two deep, and the folder; what cannot be removed stays. */
static void remove_tree(cli *c, const char *path, int depth)
{
	listing l = {0};
	char inner[PATH_BYTES];
	int listed = depth < 3 ? c->ctx.files.list(c->ctx.files.user, path, list_name, &l) : -ENOTDIR;
	for (size_t i = 0; i < l.n; i++) {
		if (listed >= 0 && strcmp(l.names[i], ".") != 0 && strcmp(l.names[i], "..") != 0 &&
		    (size_t)snprintf(inner, sizeof inner, "%s/%s", path, l.names[i]) < sizeof inner)
			remove_tree(c, inner, depth + 1);
		free(l.names[i]);
	}
	free(l.names);
	(void)c->ctx.files.remove(c->ctx.files.user, path);
}

/* True if nothing is there, or an earlier brief and nothing else: what somebody put beside it is not ours to remove. */
static bool may_replace(cli *c, const char *folder)
{
	static const char *const ours[] = {
		".",      "..",     "index.html",    "brief.json",       "chain.graphml", "items.cdx.json",
		"alerts", "tables", "metadata.json", "alerts.stix.json", "figures"};
	listing l = {0};
	size_t others = 0;
	if (c->ctx.files.list(c->ctx.files.user, folder, list_name, &l) < 0)
		l.n = 0;
	for (size_t i = 0; i < l.n; i++) {
		bool known = false;
		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			known |= strcmp(l.names[i], ours[k]) == 0;
		others += !known;
		free(l.names[i]);
	}
	free(l.names);
	return others == 0 && !l.failed;
}

static ssrc_status make_folder(cli *c, const char *path)
{
	int made = c->ctx.files.make_folder(c->ctx.files.user, path);
	if (made < 0 && made != -EEXIST)
		return ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_WRITE, path, strerror(-made), NULL);
	return SSRC_OK;
}

static ssrc_status write_all(cli *c, const char *folder, const ssrc_brief_files *files)
{
	static const char *const parts[] = {"", "/tables", "/figures", "/alerts"};
	char path[PATH_BYTES];
	ssrc_status status = SSRC_OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
		snprintf(path, sizeof path, "%.4000s%s", folder, parts[i]);
		status = make_folder(c, path);
	}
	for (size_t i = 0; i < files->n && !status; i++) {
		if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, files->file[i].name) >= sizeof path)
			return ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_WRITE, files->file[i].name,
					 strerror(ENAMETOOLONG), NULL);
		status = ssrc_file_save(&c->ctx, path, files->file[i].bytes, files->file[i].len, &c->err);
	}
	return status;
}

/* Beside the folder first, then in its place: a reader finds the old brief or the new one. */
static ssrc_status save(cli *c, const char *folder, const ssrc_brief_files *files)
{
	char fresh[PATH_BYTES], old[PATH_BYTES];
	size_t len = strlen(folder);
	while (len > 1 && folder[len - 1] == '/')
		len--;
	snprintf(fresh, sizeof fresh, "%.*s.secondsource-new", (int)(len < 4000 ? len : 4000), folder);
	snprintf(old, sizeof old, "%.*s.secondsource-old", (int)(len < 4000 ? len : 4000), folder);
	remove_tree(c, fresh, 0);
	ssrc_status status = write_all(c, fresh, files);
	bool aside = !status && c->ctx.files.rename(c->ctx.files.user, folder, old) >= 0;
	int moved = status ? 0 : c->ctx.files.rename(c->ctx.files.user, fresh, folder);
	if (moved < 0) {
		if (aside)
			(void)c->ctx.files.rename(c->ctx.files.user, old, folder);
		status = ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_WRITE, folder, strerror(-moved), NULL);
	}
	if (status)
		remove_tree(c, fresh, 0);
	else if (aside)
		remove_tree(c, old, 0);
	return status;
}

/* ---- names that must not appear --------------------------------------------------------------------------------- */

static ssrc_status make_mask(cli *c, ssrc_mask **mask, const ssrc_chain *chain, ssrc_arena *arena)
{
	const ssrc_table *table = &chain->package->tables[SSRC_FILE_NAMES];
	size_t most = (size_t)chain->n_parties * 3 + (table->present ? table->n_rows : 0), n = 0;
	ssrc_mask_name *names = ssrc_arena_array(arena, most + 1, sizeof *names);
	const char **code = ssrc_arena_array(arena, chain->n_parties + 1, sizeof *code);
	if (!names || !code)
		return ssrc_no_memory(&c->err);
	for (uint32_t p = 0; p < chain->n_parties; p++) {
		char text[24];
		const ssrc_party *party = &chain->parties[p];
		int len = snprintf(text, sizeof text, "P%04u", p + 1);
		code[p] = ssrc_arena_text(arena, text, (size_t)len);
		if (!code[p])
			return ssrc_no_memory(&c->err);
		const char *own[] = {party->id, party->name[0], party->name[1]};
		for (size_t i = 0; i < 3; i++)
			if (own[i] && *own[i])
				names[n++] = (ssrc_mask_name){own[i], code[p]};
	}
	for (uint32_t r = 0; table->present && r < table->n_rows; r++) {
		uint32_t party = ssrc_chain_party(chain, ssrc_table_cell(table, r, 0)->text);
		if (party != SSRC_NONE)
			names[n++] = (ssrc_mask_name){ssrc_table_cell(table, r, 1)->text, code[party]};
	}
	return ssrc_mask_new(mask, names, n, &c->ctx, &c->err);
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

typedef struct briefing {
	cli *c;
	cli_assessed x;
	cli_scenarios scenarios;
	ssrc_arena arena;
	ssrc_brief_settings settings;
	ssrc_buf before, command;
} briefing;

static void on_step(void *user, ssrc_text_id what, size_t done, size_t all)
{
	const cli_progress *progress = user;
	if (progress->shown)
		fprintf(stderr, "\r\033[K%s %zu/%zu", ssrc_text(what, progress->c->lang), done, all);
}

static bool read_settings(briefing *k, int *code)
{
	cli *c = k->c;
	double runs = 200, seed = 1;
	const char *langs = c->option[OPT_LANGS];
	k->settings = (ssrc_brief_settings){.langs = langs && strcmp(langs, "en") == 0   ? SSRC_LANGS_EN
						     : langs && strcmp(langs, "zh") == 0 ? SSRC_LANGS_ZH
											 : SSRC_LANGS_BOTH,
					    .version = SECONDSOURCE_VERSION,
					    .path = c->args[0],
					    .budget = (double)NAN,
					    .seconds = 60,
					    .stop = &cli_stop};
	if (!cli_number(c, OPT_BUDGET, 0, 1e12, &k->settings.budget, code) ||
	    !cli_whole(c, OPT_RUNS, 0, 1e5, &runs, code) || !cli_whole(c, OPT_SEED, 0, 9e15, &seed, code) ||
	    !cli_number(c, OPT_TIME, 0.1, 1e6, &k->settings.seconds, code))
		return false;
	k->settings.runs = (uint32_t)runs;
	k->settings.seed = (uint64_t)seed;
	return true;
}

/* The command that makes the brief again: the options that change its content. */
static void put_command(briefing *k)
{
	static const cli_option_id told[] = {OPT_HOME, OPT_BASIS, OPT_AS_OF, OPT_KNOWN_AT, OPT_SCENARIO, OPT_BUDGET,
					     OPT_RUNS, OPT_SEED,  OPT_LANGS, OPT_REDACT,   OPT_COMPARE};
	cli *c = k->c;
	ssrc_buf_printf(&k->command, "secondsource brief %s", c->args[0]);
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (c->option[told[i]])
			ssrc_buf_printf(&k->command, " --%s %s", cli_options[told[i]].name, c->option[told[i]]);
	k->settings.command = k->command.failed ? "" : k->command.data;
}

static ssrc_status read_before(briefing *k)
{
	char path[PATH_BYTES];
	if (!k->c->option[OPT_COMPARE])
		return SSRC_OK;
	snprintf(path, sizeof path, "%.4000s/brief.json", k->c->option[OPT_COMPARE]);
	ssrc_status status = ssrc_file_load(&k->c->ctx, path, BRIEF_BYTES_MAX, &k->before, &k->c->err);
	k->settings.before = k->before.data;
	k->settings.before_len = k->before.len;
	return status;
}

static void say_done(cli *c, const char *folder, size_t files)
{
	char text[1000], count[24];
	snprintf(count, sizeof count, "%zu", files);
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_B_DONE, c->lang), (const char *[]){folder, count}, 2);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_buf_puts(&out, text);
	(void)cli_print(c, &out);
	ssrc_buf_clear(&out);
}

static ssrc_status make(briefing *k, const char *folder)
{
	cli *c = k->c;
	cli_progress progress;
	ssrc_mask *mask = NULL;
	ssrc_brief *brief = NULL;
	ssrc_brief_files files;
	cli_begin_progress(&progress, c);
	k->settings.progress = on_step;
	k->settings.user = &progress;
	progress.drawn = progress.shown;
	ssrc_status status = ssrc_brief_compute(&brief, k->x.assessment, k->x.input.findings, &k->settings, &c->err);
	cli_end_progress(&progress);
	if (!status && c->option[OPT_REDACT])
		status = make_mask(c, &mask, k->x.chain, &k->arena);
	c->ctx.mask = mask;
	if (!status)
		status = ssrc_brief_write(&files, brief, &c->err);
	c->ctx.mask = NULL;
	if (!status) {
		status = save(c, folder, &files);
		if (!status)
			say_done(c, folder, files.n);
		ssrc_brief_files_clear(&files);
	}
	ssrc_mask_free(mask);
	ssrc_brief_free(brief);
	return status;
}

static int run(briefing *k)
{
	cli *c = k->c;
	const char *folder = c->option[OPT_OUT] ? c->option[OPT_OUT] : "brief";
	if (!may_replace(c, folder)) {
		(void)ssrc_fail(&c->err, SSRC_USAGE, SSRC_M_BRIEF_FOLDER, folder, NULL, NULL);
		return cli_fail(c, SSRC_USAGE);
	}
	ssrc_status status = read_before(k);
	if (!status)
		status = make(k, folder);
	return status ? cli_fail(c, status) : EXIT_FINE;
}

int cli_brief(cli *c)
{
	int code = EXIT_USAGE;
	briefing k = {.c = c};
	ssrc_arena_init(&k.arena, &c->ctx);
	ssrc_buf_init(&k.before, &c->ctx);
	ssrc_buf_init(&k.command, &c->ctx);
	if (read_settings(&k, &code) && cli_assess(c, &k.x, &code)) {
		if (cli_pick_scenarios(c, &k.scenarios, k.x.chain, &k.arena, &code)) {
			k.settings.scenarios = k.scenarios.list;
			k.settings.n_scenarios = k.scenarios.n;
			put_command(&k);
			code = run(&k);
		}
		cli_free_assessed(&k.x);
	}
	ssrc_buf_clear(&k.before);
	ssrc_buf_clear(&k.command);
	ssrc_arena_clear(&k.arena);
	return code;
}
