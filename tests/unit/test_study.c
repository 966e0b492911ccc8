/* The study file: round trips, history, other processes, crashes, full disks, faults and tampering. */
#include "harness.h"

#include "model/package.h"

#include <secondsource/study.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* ---- helpers ------------------------------------------------------------------------------------ */

static int64_t clock_seconds = 1767225600; /* 2026-01-01T00:00:00Z */

static int64_t test_now(void *user)
{
	(void)user;
	return clock_seconds;
}

static ssrc_context plain(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ctx.now = test_now;
	return ctx;
}

static const char *join(char out[512], const char *folder, const char *name)
{
	if (snprintf(out, 512, "%s/%s", folder, name) >= 512)
		abort();
	return out;
}

static void put_file(const char *folder, const char *name, const char *text)
{
	char path[512];
	test_write_file(join(path, folder, name), text);
}

static bool same_file(const char *a_folder, const char *b_folder, const char *name)
{
	char path[512];
	FILE *a = fopen(join(path, a_folder, name), "rb"), *b = fopen(join(path, b_folder, name), "rb");
	bool same = a && b;
	for (int x = 0; same && x != EOF;) {
		x = fgetc(a);
		same = x == fgetc(b);
	}
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return same;
}

static int files_in(const char *folder)
{
	int n = 0;
	DIR *d = opendir(folder);
	for (const struct dirent *e; d && (e = readdir(d));)
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

static bool exists(const char *folder, const char *name)
{
	char path[512];
	return access(join(path, folder, name), F_OK) == 0;
}

static ssrc_package *read_package(const char *folder)
{
	static ssrc_context ctx;
	ctx = plain();
	ssrc_findings *findings;
	ssrc_package *package = NULL;
	ssrc_error err = {0};
	CHECK(ssrc_findings_new(&findings, &ctx, NULL) == SSRC_OK);
	CHECK(ssrc_package_read(&package, &ctx, folder, findings, &err) == SSRC_OK);
	ssrc_findings_free(findings);
	return package;
}

static ssrc_status import_with(ssrc_context *ctx, const char *study, const char *folder,
			       ssrc_study_import_report *report, ssrc_error *err)
{
	ssrc_package *package = read_package(folder);
	ssrc_study_import_options options = {.version = "9.9", .actor = "tester", .source_path = folder};
	ssrc_status status = ssrc_study_import(ctx, study, package, &options, report, err);
	ssrc_package_free(package);
	return status;
}

static ssrc_status import_folder(const char *study, const char *folder, ssrc_study_import_report *report)
{
	ssrc_context ctx = plain();
	ssrc_error err = {0};
	char text[512];
	ssrc_status status = import_with(&ctx, study, folder, report, &err);
	if (status) {
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
	}
	return status;
}

static ssrc_status load(ssrc_package **out, const char *study, const char *known_at, ssrc_error *err)
{
	static ssrc_context ctx;
	ctx = plain();
	ssrc_findings *findings;
	CHECK(ssrc_findings_new(&findings, &ctx, NULL) == SSRC_OK);
	ssrc_status status = ssrc_study_load(out, &ctx, study, known_at, findings, err);
	ssrc_findings_free(findings);
	return status;
}

/* Loads, writes into `folder`/NAME and says whether all files of `original` came out byte for byte. */
static bool exports_as(const char *study, const char *known_at, const char *original, const char *target)
{
	ssrc_package *package;
	ssrc_error err = {0};
	char text[512];
	if (load(&package, study, known_at, &err)) {
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
		return false;
	}
	bool same = ssrc_package_write(package, target, &err) == SSRC_OK && files_in(original) == files_in(target);
	ssrc_package_free(package);
	DIR *d = opendir(original);
	for (const struct dirent *e; same && d && (e = readdir(d));)
		if (e->d_name[0] != '.' && strcmp(e->d_name, "scenarios") != 0 &&
		    !same_file(original, target, e->d_name)) {
			printf("# %s differs\n", e->d_name);
			same = false;
		}
	if (d)
		closedir(d);
	return same && (!exists(original, "scenarios/cut.yaml") || same_file(original, target, "scenarios/cut.yaml"));
}

static void write_base(const char *folder)
{
	char path[512];
	mkdir(folder, 0777);
	mkdir(join(path, folder, "scenarios"), 0777);
	put_file(folder, "package.yaml", "name: tiny\nlicence: CC0-1.0\nhome: CN\n# NO stays NO\nnote: NO\n");
	put_file(folder, "README.md", "# Tiny 小\n");
	put_file(folder, "scenarios/cut.yaml", "name: cut\nprobability: 0.10\n");
	put_file(folder, "tiers.csv", "tier,order,name_en,name_zh\nmaterial,1,Material,材料\n");
}

/* A package with everything that is awkward to keep. */
static void write_first(const char *folder)
{
	write_base(folder);
	put_file(folder, "items.csv",
		 "\xEF\xBB\xBF"
		 "name_en,item,my column,tier,kind,stock_weeks_low,name_zh,我的列\r\n"
		 "Gallium,ga,,material,good,6.50,镓,\"甲,乙\"\r\n"
		 "\"Ge, \"\"pure\"\"\",ge,x,material,good,,锗,\r\n"
		 "\"two\r\nlines\",two, y ,material,good,1e1,,\r\n");
	put_file(folder, "shares.csv",
		 "item,provider,basis,share_low,share_high,year,note\n"
		 "ga,CN,site,98,98.0,2024,\n"
		 "ga,CN,site,98,98.0,2024,\n"
		 "ga,CN,site,98,98.0,2024,\n"
		 "ge,various,hq,,,,unknown\n");
}

/* The same a month later: rows changed, gone, added and moved; other columns; a table gone, one come. */
static void write_second(const char *folder)
{
	char path[512];
	write_base(folder);
	put_file(folder, "package.yaml", "name: tiny\nlicence: CC0-1.0\nhome: CN\n");
	unlink(join(path, folder, "README.md"));
	put_file(folder, "policy.yaml", "levels: {}\n");
	put_file(folder, "items.csv",
		 "item,tier,kind,name_en,name_zh,stock_weeks_low,note\n"
		 "new,material,good,New,,,\n"
		 "ga,material,good,Gallium,镓,6.50,\n"
		 "two,material,good,\"two\r\nlines\",,1e1,\n");
	put_file(folder, "shares.csv",
		 "item,provider,basis,share_low,share_high,year\n"
		 "ga,CN,site,98,98.0,2024\n"
		 "ga,JP,site,2,2,2024\n"
		 "ga,CN,site,98,98.0,2024\n");
	put_file(folder, "parties.csv", "party,kind,name_en\nacme,firm,Acme\n");
}

typedef struct place {
	char root[256], first[512], second[512], study[512], out[512];
} place;

static void make_place(place *p)
{
	CHECK(test_folder(p->root) != NULL);
	write_first(join(p->first, p->root, "first"));
	write_second(join(p->second, p->root, "second"));
	join(p->study, p->root, "chain.ssrc");
	join(p->out, p->root, "out");
	clock_seconds = 1767225600;
}

static sqlite3 *open_sql(const char *path)
{
	sqlite3 *db = NULL;
	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	return db;
}

static bool run_sql(const char *path, const char *sql)
{
	sqlite3 *db = open_sql(path);
	bool fine = sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
	if (!fine)
		printf("# (%s)\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return fine;
}

/* First value of the first row as text, "NULL" for NULL, "-" without a row. */
static const char *ask(const char *path, const char *sql)
{
	static char out[4][256];
	static int turn;
	char *text = out[turn++ % 4];
	sqlite3 *db = open_sql(path);
	sqlite3_stmt *stmt = NULL;
	snprintf(text, 256, "-");
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
		snprintf(text, 256, "%s", sqlite3_errmsg(db));
	else if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(text, 256, "%s",
			 sqlite3_column_type(stmt, 0) == SQLITE_NULL ? "NULL"
								     : (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return text;
}

static ssrc_status verify(const char *study, ssrc_study_verify_report *report)
{
	ssrc_context ctx = plain();
	ssrc_error err = {0};
	char text[512];
	ssrc_status status = ssrc_study_verify(report, &ctx, study, &err);
	if (status) {
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
	}
	return status;
}

/* ---- round trip and history --------------------------------------------------------------------- */

static void keeps_every_byte(void)
{
	place p;
	make_place(&p);
	ssrc_study_import_report report;
	ssrc_context ctx = plain();
	CHECK(!ssrc_study_is_study(&ctx, p.study));
	CHECK(import_folder(p.study, p.first, &report) == SSRC_OK);
	CHECK(report.created && report.import_id == 1 && report.added == 8 && report.kept == 0 && report.ended == 0);
	CHECK(report.documents == 3 && report.documents_changed == 3 && strlen(report.digest) == 64);
	CHECK(ssrc_study_is_study(&ctx, p.study));
	CHECK(files_in(p.root) == 3); /* no -wal, -shm or .partial */
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	CHECK(files_in(p.root) == 4);

	ssrc_package *package, *original = read_package(p.first);
	CHECK(load(&package, p.study, NULL, NULL) == SSRC_OK);
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		const ssrc_table *a = &package->tables[f], *b = &original->tables[f];
		CHECK(a->present == b->present && a->n_rows == b->n_rows && a->bom == b->bom && a->crlf == b->crlf);
		for (uint32_t row = 0; row < a->n_rows && row < b->n_rows; row++)
			CHECK(a->lines[row] == b->lines[row]);
	}
	CHECK_TEXT(ssrc_package_home(package), "CN");
	uint32_t id = ssrc_symbols_find(&package->ids[SSRC_FILE_ITEMS], "ge", 2);
	CHECK(id == 1);
	ssrc_package_free(package);
	ssrc_package_free(original);
}

static void keeps_odd_headers(void)
{
	place p;
	make_place(&p);
	/* Twice the same name, names of internal columns, no name at all, upper case. */
	put_file(p.first, "items.csv",
		 "item,tier,kind,name_en,x,x,line,fact_id,,ITEM,name_en\n"
		 "a,material,good,A,1,2,3,4,5,6,7\n"
		 "b,material,good,B,,2,,4,,6,\n");
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_extra"), "10");
}

static void reimport_adds_ends_and_keeps(void)
{
	place p;
	char out2[512], out3[512];
	make_place(&p);
	ssrc_study_import_report report;
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds += 86400;
	CHECK(import_folder(p.study, p.second, &report) == SSRC_OK);
	/* kept: the tier; ga is not (its unknown column is gone); two is not; two of three equal shares are. */
	CHECK(!report.created && report.import_id == 2);
	CHECK(report.kept == 1 + 2 && report.added == 3 + 1 + 1 && report.ended == 3 + 1 + 1);
	CHECK(report.documents == 3 && report.documents_changed == 3); /* changed, gone, new; the scenario stayed */
	CHECK(exports_as(p.study, NULL, p.second, p.out));
	CHECK(exports_as(p.study, "2026-01-01T12:00", p.first, join(out2, p.root, "out2")));
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM fact_shares"), "5");

	clock_seconds += 86400;
	CHECK(import_folder(p.study, p.second, &report) == SSRC_OK);
	CHECK(report.added == 0 && report.ended == 0 && report.kept == 8 && report.documents_changed == 0);
	clock_seconds += 86400;
	CHECK(import_folder(p.study, p.first, &report) == SSRC_OK);
	CHECK(exports_as(p.study, NULL, p.first, join(out3, p.root, "out3")));
	ssrc_study_verify_report whole = {0};
	CHECK(verify(p.study, &whole) == SSRC_OK);
	CHECK(whole.entries == 4 && whole.imports == 4 && whole.broken_seq == 0 && strlen(whole.head) == 64);
	CHECK(whole.rows == 8 + 5 + report.added);
}

static void only_moves_are_noted(void)
{
	place p;
	make_place(&p);
	ssrc_study_import_report report;
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	put_file(p.first, "shares.csv",
		 "share_low,item,basis,provider,share_high,year,note\n"
		 "\n"
		 ",ge,hq,various,,,unknown\n"
		 "98,ga,site,CN,98.0,2024,\n"
		 "98,ga,site,CN,98.0,2024,\n"
		 "98,ga,site,CN,98.0,2024,\n");
	clock_seconds += 60;
	CHECK(import_folder(p.study, p.first, &report) == SSRC_OK);
	CHECK(report.added == 0 && report.ended == 0 && report.kept == 8);
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM moved"), "4");
	CHECK_TEXT(ask(p.study, "SELECT line FROM v_shares WHERE item = 'ge'"), "3");
	ssrc_package *package;
	CHECK(load(&package, p.study, NULL, NULL) == SSRC_OK);
	CHECK(package->tables[SSRC_FILE_SHARES].lines[0] == 3);
	CHECK_TEXT(package->tables[SSRC_FILE_SHARES].cells[1].text, "ge");
	ssrc_package_free(package);
	CHECK(load(&package, p.study, "2026-01-01T00:00:59Z", NULL) == SSRC_OK);
	CHECK(package->tables[SSRC_FILE_SHARES].lines[0] == 2);
	CHECK_TEXT(package->tables[SSRC_FILE_SHARES].cells[0].text, "ga");
	ssrc_package_free(package);
}

static void known_at_reads_the_old_state(void)
{
	static const struct {
		const char *known_at;
		ssrc_status status;
		size_t items; /* of the first or second import: 3 each, but parties only in the second */
	} cases[] = {
		{"2025-12-31", SSRC_NOTFOUND, 0},
		{"2025", SSRC_NOTFOUND, 0},
		{"2026-01-01", SSRC_OK, 0},
		{"2026-01-01T00:00:00Z", SSRC_OK, 0},
		{"2026-01-01 00:00", SSRC_OK, 0},
		{"2026-01-31T23:59:59Z", SSRC_OK, 0},
		{"2026-02-01", SSRC_OK, 1},
		{"2026-02-01T00:00", SSRC_OK, 1},
		{"2026-02", SSRC_OK, 1},
		{"2026", SSRC_OK, 1},
		{NULL, SSRC_OK, 1},
		{"2026-02-30", SSRC_USAGE, 0},
		{"2026-02-01T24:00", SSRC_USAGE, 0},
		{"", SSRC_USAGE, 0},
		{"tomorrow", SSRC_USAGE, 0},
		{"2026-02-01T10:00:0", SSRC_USAGE, 0},
		{"2026-02-01T10:00:00+08:00", SSRC_USAGE, 0},
		{"2026-02-01T10-00", SSRC_USAGE, 0},
	};
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds += 31 * 86400;
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ssrc_package *package = NULL;
		ssrc_error err = {0};
		ssrc_status status = load(&package, p.study, cases[i].known_at, &err);
		if (status != cases[i].status)
			printf("# case %zu\n", i);
		CHECK(status == cases[i].status && err.code == status);
		if (!status)
			CHECK(ssrc_package_rows(package, "parties") == cases[i].items);
		else
			CHECK(package == NULL);
		ssrc_package_free(package);
	}
}

static void time_never_runs_backwards(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds -= 86400;
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	CHECK_TEXT(ask(p.study, "SELECT max(at) FROM import"), "2026-01-01T00:00:00Z");
	CHECK(exports_as(p.study, NULL, p.second, p.out));
	ssrc_study_verify_report report;
	CHECK(verify(p.study, &report) == SSRC_OK);
}

/* ---- other processes ------------------------------------------------------------------------------ */

static void second_writer_is_told_and_readers_go_on(void)
{
	place p;
	make_place(&p);
	ssrc_context ctx = plain();
	ssrc_error err = {0};
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	sqlite3 *db = open_sql(p.study);
	CHECK(sqlite3_exec(db, "BEGIN IMMEDIATE; UPDATE fact_items SET recorded_to = 'x'", NULL, NULL, NULL) ==
	      SQLITE_OK);
	CHECK(import_with(&ctx, p.study, p.second, NULL, &err) == SSRC_BUSY);
	CHECK(err.message == SSRC_M_STUDY_BUSY);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	ssrc_study_verify_report report;
	CHECK(verify(p.study, &report) == SSRC_OK);
	CHECK(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_close(db);
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
}

static void second_writer_waits(void)
{
	place p;
	make_place(&p);
	ssrc_context ctx = plain();
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	int pipe_ends[2];
	CHECK(pipe(pipe_ends) == 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		sqlite3 *db = NULL;
		sqlite3_open(p.study, &db);
		sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (write(pipe_ends[1], "x", 1) == 1)
			usleep(300000);
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		_exit(0);
	}
	char c;
	CHECK(read(pipe_ends[0], &c, 1) == 1);
	ssrc_package *package = read_package(p.second);
	ssrc_study_import_options options = {.wait_seconds = 20};
	CHECK(ssrc_study_import(&ctx, p.study, package, &options, NULL, NULL) == SSRC_OK);
	ssrc_package_free(package);
	waitpid(child, NULL, 0);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

static void reader_holds_its_state(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	sqlite3 *db = open_sql(p.study);
	sqlite3_stmt *stmt;
	CHECK(sqlite3_prepare_v2(db, "SELECT count(*) FROM v_parties", -1, &stmt, NULL) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM v_parties", NULL, NULL, NULL) == SQLITE_OK);
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK); /* while the reader is inside its transaction */
	CHECK(sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 0);
	sqlite3_finalize(stmt);
	CHECK(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_close(db);
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_parties"), "1");
	CHECK(exports_as(p.study, NULL, p.second, p.out));
}

static void builders_do_not_meet(void)
{
	place p;
	char partial[520];
	make_place(&p);
	ssrc_context ctx = plain();
	ssrc_error err = {0};
	snprintf(partial, sizeof partial, "%s.partial", p.study);
	test_write_file(partial, "left by a crash");
	int lock = open(partial, O_RDWR);
	CHECK(flock(lock, LOCK_EX) == 0);
	CHECK(import_with(&ctx, p.study, p.first, NULL, &err) == SSRC_BUSY && err.message == SSRC_M_STUDY_BUSY);
	CHECK(access(partial, F_OK) == 0 && access(p.study, F_OK) != 0);
	close(lock);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(access(partial, F_OK) != 0 && files_in(p.root) == 3);

	/* Many at once: one makes it, the others add their import to it. */
	char many[512];
	enum { BUILDERS = 6 };
	join(many, p.root, "many.ssrc");
	fflush(stdout);
	for (int i = 0; i < BUILDERS; i++)
		if (fork() == 0) {
			ssrc_package *package = read_package(p.first);
			ssrc_study_import_options options = {.wait_seconds = 60};
			_exit(ssrc_study_import(&ctx, many, package, &options, NULL, NULL));
		}
	for (int i = 0, result; i < BUILDERS; i++) {
		CHECK(wait(&result) > 0);
		CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);
	}
	CHECK_TEXT(ask(many, "SELECT count(*) FROM import"), "6");
	CHECK(files_in(p.root) == 4);
}

/* ---- failures -------------------------------------------------------------------------------------- */

static long crash_at, crash_calls;

static void *crash_alloc(void *user, size_t n)
{
	(void)user;
	if (++crash_calls == crash_at)
		_exit(7);
	return malloc(n);
}

static void *crash_resize(void *user, void *block, size_t n)
{
	(void)user;
	if (++crash_calls == crash_at)
		_exit(7);
	return realloc(block, n);
}

/* Runs an import in a child that dies at allocation `at`; true if it died there. */
static bool import_dies(const place *p, const char *folder, long at)
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		ssrc_package *package = read_package(folder);
		ssrc_context ctx = plain();
		ctx.memory.alloc = crash_alloc;
		ctx.memory.resize = crash_resize;
		crash_at = at;
		crash_calls = 0;
		ssrc_study_import_options options = {0};
		_exit(ssrc_study_import(&ctx, p->study, package, &options, NULL, NULL) ? 1 : 0);
	}
	int result;
	waitpid(child, &result, 0);
	CHECK(WIFEXITED(result) && (WEXITSTATUS(result) == 7 || WEXITSTATUS(result) == 0));
	return WIFEXITED(result) && WEXITSTATUS(result) == 7;
}

static void a_crash_leaves_the_old_content(void)
{
	place p;
	char out[600];
	make_place(&p);
	ssrc_study_verify_report report;
	for (long at = 1; import_dies(&p, p.first, at); at += 5)
		CHECK(access(p.study, F_OK) != 0);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	CHECK(files_in(p.root) == 4);
	clock_seconds += 60;
	for (long at = 1; import_dies(&p, p.second, at); at += 7) {
		snprintf(out, sizeof out, "%s%ld", p.out, at);
		CHECK(exports_as(p.study, NULL, p.first, out));
	}
	CHECK(verify(p.study, &report) == SSRC_OK && report.imports == 2);
	snprintf(out, sizeof out, "%s-last", p.out);
	CHECK(exports_as(p.study, NULL, p.second, out));
}

/* Killed from outside at any moment, also in the middle of the commit. */
static void a_kill_leaves_old_or_new(void)
{
	place p;
	make_place(&p);
	ssrc_study_verify_report report;
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	for (int i = 0; i < 40; i++) {
		fflush(stdout);
		pid_t child = fork();
		if (child == 0) {
			ssrc_package *packages[2] = {read_package(p.second), read_package(p.first)};
			ssrc_context ctx = plain();
			for (int k = 0;; k++)
				if (ssrc_study_import(&ctx, p.study, packages[k % 2], NULL, NULL, NULL))
					_exit(1);
		}
		usleep(3000 + 700 * (useconds_t)i);
		kill(child, SIGKILL);
		int result;
		waitpid(child, &result, 0);
		CHECK(WIFSIGNALED(result));
	}
	CHECK(verify(p.study, &report) == SSRC_OK);
	CHECK(report.entries == report.imports && report.imports >= 1);
	printf("# %lld imports survived 40 kills\n", (long long)report.imports);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	CHECK(files_in(p.root) == 4);
}

/* An import in a child whose files may not grow beyond `bytes`; returns its status. */
static int import_limited(const place *p, const char *folder, rlim_t bytes)
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		ssrc_package *package = read_package(folder);
		ssrc_context ctx = plain();
		ssrc_error err = {0};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, bytes});
		int status = (int)ssrc_study_import(&ctx, p->study, package, NULL, NULL, &err);
		_exit(status == SSRC_IO && err.message == SSRC_M_NOMEM ? 99 : status);
	}
	int result;
	waitpid(child, &result, 0);
	return WIFEXITED(result) ? WEXITSTATUS(result) : 255;
}

static void a_full_disk_leaves_the_old_content(void)
{
	place p;
	char out[600];
	make_place(&p);
	ssrc_study_verify_report report;
	int failures = 0;
	for (rlim_t k = 0; k < 400; k += 16) {
		int status = import_limited(&p, p.first, k * 1024);
		if (status == SSRC_OK)
			break;
		failures++;
		CHECK(status == SSRC_IO);
		CHECK(files_in(p.root) == 2);
	}
	CHECK(failures > 3);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	failures = 0;
	for (rlim_t k = 0; k < 400; k += 8) {
		int status = import_limited(&p, p.second, k * 1024);
		if (status == SSRC_OK)
			break;
		failures++;
		CHECK(status == SSRC_IO);
		snprintf(out, sizeof out, "%s%u", p.out, (unsigned)k);
		CHECK(exports_as(p.study, NULL, p.first, out));
	}
	CHECK(failures > 1);
	CHECK(verify(p.study, &report) == SSRC_OK);
}

static void every_fault_while_making(void)
{
	place p;
	make_place(&p);
	ssrc_package *package = read_package(p.first);
	ssrc_study_import_options options = {.version = "1"};
	long at = 1;
	for (ssrc_status status = SSRC_NOMEM; status; at++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_error err = {0};
		ssrc_study_import_report report = {.import_id = -1};
		test_faults_init(&faults, &ctx, at);
		ctx.now = test_now;
		status = ssrc_study_import(&ctx, p.study, package, &options, &report, &err);
		CHECK(faults.live_blocks == 0);
		CHECK(err.code == status);
		if (status) {
			CHECK(status == SSRC_NOMEM || status == SSRC_IO);
			CHECK(files_in(p.root) == 2 && report.import_id == -1);
		}
	}
	printf("# %ld faults\n", at - 2);
	CHECK(at > 50);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
	ssrc_package_free(package);
}

static void every_fault_while_updating(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	ssrc_package *package = read_package(p.second);
	clock_seconds += 60;
	long at = 1;
	for (ssrc_status status = SSRC_NOMEM; status; at++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_error err = {0};
		test_faults_init(&faults, &ctx, at);
		ctx.now = test_now;
		status = ssrc_study_import(&ctx, p.study, package, NULL, NULL, &err);
		CHECK(faults.live_blocks == 0 && err.code == status);
		CHECK(strcmp(ask(p.study, "SELECT count(*) FROM import"), status ? "1" : "2") == 0);
		CHECK(strcmp(ask(p.study, "SELECT count(*) FROM v_parties"), status ? "0" : "1") == 0);
		CHECK(strcmp(ask(p.study, "SELECT count(*) FROM audit"), status ? "1" : "2") == 0);
	}
	printf("# %ld faults\n", at - 2);
	CHECK(exports_as(p.study, NULL, p.second, p.out));
	ssrc_package_free(package);
}

static ssrc_status count_entries(void *user, const ssrc_study_entry *entry)
{
	(void)entry;
	(*(int *)user)++;
	return SSRC_OK;
}

static void every_fault_while_reading(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	for (int what = 0; what < 3; what++) {
		ssrc_status status = SSRC_NOMEM;
		long at = 1;
		for (; status; at++) {
			test_faults faults;
			ssrc_context ctx;
			ssrc_error err = {0};
			ssrc_package *package = NULL;
			ssrc_findings *findings = NULL;
			ssrc_study_verify_report report;
			int n = 0;
			test_faults_init(&faults, &ctx, at);
			ctx.now = test_now;
			if (what == 0) {
				status = ssrc_findings_new(&findings, &ctx, &err);
				if (!status)
					status = ssrc_study_load(&package, &ctx, p.study, NULL, findings, &err);
				CHECK((package == NULL) == (status != SSRC_OK));
			} else if (what == 1) {
				status = ssrc_study_verify(&report, &ctx, p.study, &err);
			} else {
				status = ssrc_study_log(&ctx, p.study, count_entries, &n, &err);
			}
			ssrc_package_free(package);
			ssrc_findings_free(findings);
			CHECK(faults.live_blocks == 0);
			CHECK(err.code == status && (!status || status == SSRC_NOMEM || status == SSRC_IO));
		}
		printf("# %ld faults\n", at - 2);
	}
}

/* ---- what is no study ------------------------------------------------------------------------------- */

static void expect_refusal(const char *path, ssrc_status status, ssrc_text_id message)
{
	ssrc_context ctx = plain();
	ssrc_error err = {0};
	ssrc_package *package = NULL;
	ssrc_study_verify_report report;
	ssrc_package *source = NULL;
	int n = 0;
	char text[512];
	CHECK(load(&package, path, NULL, &err) == status);
	CHECK(err.message == message && package == NULL);
	if (err.message != message) {
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
	}
	CHECK(ssrc_study_verify(&report, &ctx, path, NULL) == status);
	CHECK(ssrc_study_log(&ctx, path, count_entries, &n, NULL) == status && n == 0);
	CHECK(ssrc_package_new(&source, &ctx, "x", NULL) == SSRC_OK);
	err = (ssrc_error){0};
	if (status != SSRC_NOTFOUND) {
		CHECK(ssrc_study_import(&ctx, path, source, NULL, NULL, &err) == status);
		CHECK(err.message == message);
	}
	ssrc_package_free(source);
}

static void refuses_what_is_no_study(void)
{
	place p;
	char path[512];
	make_place(&p);
	ssrc_context ctx = plain();
	expect_refusal(join(path, p.root, "absent"), SSRC_NOTFOUND, SSRC_M_PATH_MISSING);
	expect_refusal(p.first, SSRC_FORMAT, SSRC_M_NOT_PACKAGE);
	put_file(p.root, "empty", "");
	expect_refusal(join(path, p.root, "empty"), SSRC_FORMAT, SSRC_M_NOT_PACKAGE);
	put_file(p.root, "text",
		 "item,tier\nsome text that is longer than one hundred bytes "
		 "some text that is longer than one hundred bytes\n");
	expect_refusal(join(path, p.root, "text"), SSRC_FORMAT, SSRC_M_NOT_PACKAGE);
	CHECK(run_sql(join(path, p.root, "foreign"), "PRAGMA application_id=77; CREATE TABLE t(a)"));
	expect_refusal(path, SSRC_FORMAT, SSRC_M_STUDY_OPEN);
	CHECK(!ssrc_study_is_study(&ctx, path) && !ssrc_study_is_study(&ctx, p.first));
	CHECK_TEXT(ask(path, "SELECT count(*) FROM t"), "0");
	CHECK_TEXT(ask(path, "PRAGMA journal_mode"), "delete"); /* left as it was */
	CHECK(mkfifo(join(path, p.root, "pipe"), 0666) == 0);
	expect_refusal(path, SSRC_FORMAT, SSRC_M_NOT_PACKAGE);
}

static void refuses_a_newer_study(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(run_sql(p.study, "PRAGMA user_version=2"));
	expect_refusal(p.study, SSRC_VERSION, SSRC_M_STUDY_VERSION);
	CHECK(run_sql(p.study, "PRAGMA user_version=-1"));
	expect_refusal(p.study, SSRC_FORMAT, SSRC_M_STUDY_CORRUPT);
	CHECK(run_sql(p.study, "PRAGMA user_version=1"));
	CHECK(exports_as(p.study, NULL, p.first, p.out));
}

static void migrates_an_older_study(void)
{
	place p;
	make_place(&p);
	/* Version 0: only the mark of the program. */
	CHECK(run_sql(p.study, "PRAGMA application_id=0x53535243; CREATE TABLE t(a); DROP TABLE t"));
	ssrc_package *package = NULL;
	ssrc_error err = {0};
	CHECK(load(&package, p.study, NULL, &err) == SSRC_NOTFOUND); /* migrated, and empty */
	CHECK(err.message == SSRC_M_STUDY_BEFORE);
	CHECK_TEXT(ask(p.study, "PRAGMA user_version"), "1");
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	CHECK(exports_as(p.study, NULL, p.first, p.out));
}

/* The schema of the package has gained a column since the study was made: what was kept as an unknown column moves. */
static void follows_a_grown_schema(void)
{
	place p;
	char out2[512], out3[512];
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	ssrc_study_verify_report report;
	CHECK(run_sql(p.study,
		      "DROP VIEW v_items; DROP VIEW v_history_items; UPDATE study SET value = 'old';"
		      "INSERT INTO extra_cell SELECT fact_id, 'stock_weeks_low', 1, stock_weeks_low FROM fact_items"
		      " WHERE stock_weeks_low IS NOT NULL; ALTER TABLE fact_items DROP COLUMN stock_weeks_low;"
		      "DROP VIEW v_events; DROP VIEW v_history_events; DROP TABLE fact_events"));
	CHECK(exports_as(p.study, NULL, p.first, p.out)); /* read as it is */
	clock_seconds += 60;
	ssrc_study_import_report imported;
	CHECK(import_folder(p.study, p.first, &imported) == SSRC_OK);
	CHECK(imported.kept == 8 && imported.added == 0);
	CHECK_TEXT(ask(p.study, "SELECT stock_weeks_low FROM v_items WHERE item = 'ga'"), "6.5");
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM extra_cell WHERE name = 'stock_weeks_low'"), "0");
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_events"), "0");
	CHECK(exports_as(p.study, NULL, p.first, join(out2, p.root, "out2")));
	CHECK(exports_as(p.study, "2026-01-01T00:00:00Z", p.first, join(out3, p.root, "out3")));
	CHECK(verify(p.study, &report) == SSRC_OK);
}

static void damage_is_an_error(void)
{
	place p;
	char copy[512], command[1200];
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	struct stat info;
	CHECK(stat(p.study, &info) == 0);
	int told = 0, tries = 0;
	for (off_t at = 100; at < info.st_size; at += 1021) {
		join(copy, p.root, "copy.ssrc");
		snprintf(command, sizeof command, "cp '%s' '%s'", p.study, copy);
		CHECK(system(command) == 0);
		int file = open(copy, O_RDWR);
		char junk[64];
		memset(junk, (int)(at % 251) + 1, sizeof junk);
		CHECK(pwrite(file, junk, sizeof junk, at) == (ssize_t)sizeof junk);
		close(file);
		ssrc_package *package = NULL;
		ssrc_study_verify_report report;
		ssrc_context ctx = plain();
		ssrc_error err = {0};
		ssrc_status loaded = load(&package, copy, NULL, &err);
		CHECK(loaded == SSRC_OK || loaded == SSRC_FORMAT || loaded == SSRC_NOTFOUND || loaded == SSRC_VERSION);
		ssrc_package_free(package);
		ssrc_status verified = ssrc_study_verify(&report, &ctx, copy, NULL);
		told += verified != SSRC_OK;
		tries++;
	}
	printf("# %d of %d damaged copies were noticed\n", told, tries);
	CHECK(told > tries / 5); /* the rest hit unused space */
	CHECK(truncate(p.study, info.st_size / 2) == 0);
	expect_refusal(p.study, SSRC_FORMAT, SSRC_M_STUDY_CORRUPT);
}

/* ---- the audit log ----------------------------------------------------------------------------------- */

typedef struct log_copy {
	int n;
	int64_t seq[8];
	char at[8][32], actor[8][32], action[8][32], detail[8][640], hash[8][65];
} log_copy;

static ssrc_status copy_entry(void *user, const ssrc_study_entry *entry)
{
	log_copy *log = user;
	int i = log->n++;
	log->seq[i] = entry->seq;
	snprintf(log->at[i], 32, "%s", entry->at);
	snprintf(log->actor[i], 32, "%s", entry->actor);
	snprintf(log->action[i], 32, "%s", entry->action);
	snprintf(log->detail[i], 640, "%s", entry->detail);
	snprintf(log->hash[i], 65, "%s", entry->hash);
	return SSRC_OK;
}

static ssrc_status stop_at_once(void *user, const ssrc_study_entry *entry)
{
	(void)entry;
	(*(int *)user)++;
	return SSRC_CANCEL;
}

static void log_tells_what_happened(void)
{
	place p;
	make_place(&p);
	ssrc_context ctx = plain();
	ssrc_study_import_report report;
	static log_copy log;
	int n = 0;
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds += 61;
	CHECK(import_folder(p.study, p.second, &report) == SSRC_OK);
	log = (log_copy){0};
	CHECK(ssrc_study_log(&ctx, p.study, copy_entry, &log, NULL) == SSRC_OK);
	CHECK(log.n == 2 && log.seq[0] == 1 && log.seq[1] == 2);
	CHECK_TEXT(log.at[1], "2026-01-01T00:01:01Z");
	CHECK_TEXT(log.actor[1], "tester");
	CHECK_TEXT(log.action[1], "import");
	CHECK(strstr(log.detail[1], "\"added\":5") && strstr(log.detail[1], report.digest));
	ssrc_study_verify_report whole;
	CHECK(verify(p.study, &whole) == SSRC_OK);
	CHECK_TEXT(whole.head, log.hash[1]);
	CHECK(ssrc_study_log(&ctx, p.study, stop_at_once, &n, NULL) == SSRC_CANCEL && n == 1);
	CHECK(!run_sql(p.study, "UPDATE audit SET actor = 'x'"));
	CHECK(!run_sql(p.study, "DELETE FROM audit"));
	CHECK(!run_sql(p.study,
		       "INSERT OR REPLACE INTO audit SELECT seq, at, 'x', action, detail, prev_hash, hash FROM audit"));
	CHECK(!run_sql(p.study, "INSERT INTO audit VALUES(9, '', '', '', '', x'', x'')"));
}

static void tampering_is_found(void)
{
	static const struct {
		const char *sql;
		int64_t seq;
	} cases[] = {
		{"DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'x' WHERE seq = 2", 2},
		{"DROP TRIGGER audit_no_update; UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE seq = 1", 1},
		{"DROP TRIGGER audit_no_update; UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", 3},
		{"DROP TRIGGER audit_no_delete; PRAGMA foreign_keys=OFF; DELETE FROM audit WHERE seq = 1", 1},
		{"DROP TRIGGER audit_no_delete; PRAGMA foreign_keys=OFF; DELETE FROM audit WHERE seq = 3", 1},
		{"UPDATE fact_items SET stock_weeks_low = '7' WHERE item = 'ga'", 1},
		{"UPDATE fact_parties SET name_en = 'Other'", 2},
		{"DELETE FROM fact_parties", 2},
		{"UPDATE extra_cell SET value = 'z' WHERE name = 'my column' AND value = 'x'", 1},
		{"UPDATE fact_shares SET recorded_to = NULL, ended_id = NULL WHERE ended_id = 2", 2},
		{"UPDATE fact_tiers SET recorded_from = '2020-01-01T00:00:00Z'", 1},
		{"INSERT INTO fact_tiers SELECT 999, recorded_from, recorded_to, import_id, ended_id, file_id, 9, 9, "
		 "row_hash,"
		 " tier, \"order\", name_en, name_zh FROM fact_tiers",
		 1},
		{"UPDATE document SET content = 'x' WHERE path = 'policy.yaml'", 2},
		{"UPDATE file SET bom = 1 - bom WHERE import_id = 3 AND name = 'items.csv'", 3},
		{"UPDATE file_column SET name = 'y' WHERE name = 'my column'", 1},
		{"UPDATE import SET at = '2026-01-01T00:00:01Z' WHERE import_id = 1", 1},
		{"UPDATE import SET digest = zeroblob(32) WHERE import_id = 2", 2},
	};
	place p;
	char copy[512], command[1200];
	make_place(&p);
	ssrc_study_verify_report report;
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds += 60;
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	clock_seconds += 60;
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	CHECK(verify(p.study, &report) == SSRC_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		join(copy, p.root, "copy.ssrc");
		snprintf(command, sizeof command, "cp '%s' '%s'", p.study, copy);
		CHECK(system(command) == 0);
		CHECK(run_sql(copy, cases[i].sql));
		ssrc_context ctx = plain();
		ssrc_error err = {0};
		report = (ssrc_study_verify_report){0};
		CHECK(ssrc_study_verify(&report, &ctx, copy, &err) == SSRC_FORMAT);
		if (report.broken_seq != cases[i].seq)
			printf("# case %zu: seq %lld\n", i, (long long)report.broken_seq);
		CHECK(report.broken_seq == cases[i].seq && err.message == SSRC_M_STUDY_TAMPERED);
	}
}

/* ---- views ------------------------------------------------------------------------------------------- */

static void views_give_typed_values(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	clock_seconds += 60;
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	CHECK_TEXT(ask(p.study, "SELECT typeof(stock_weeks_low) || stock_weeks_low FROM v_items WHERE item = 'ga'"),
		   "real6.5");
	CHECK_TEXT(ask(p.study, "SELECT stock_weeks_low FROM fact_items WHERE item = 'ga'"), "6.50");
	CHECK_TEXT(ask(p.study, "SELECT stock_weeks_low FROM v_items WHERE item = 'new'"), "NULL");
	CHECK_TEXT(ask(p.study, "SELECT name_zh FROM v_items WHERE item = 'new'"), "NULL");
	CHECK_TEXT(ask(p.study, "SELECT typeof(year) || year FROM v_shares LIMIT 1"), "integer2024");
	CHECK_TEXT(ask(p.study, "SELECT file || ':' || line FROM v_items WHERE item = 'two'"), "items.csv:4");
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_shares"), "3");
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_history_shares"), "5");
	CHECK_TEXT(ask(p.study, "SELECT recorded_from || '/' || recorded_to FROM v_history_shares WHERE item = 'ge'"),
		   "2026-01-01T00:00:00Z/2026-01-01T00:01:00Z");
	CHECK_TEXT(ask(p.study, "SELECT count(*) FROM v_documents"), "3");
	CHECK_TEXT(ask(p.study, "SELECT package || version || actor FROM v_imports"), "tiny9.9tester");
	CHECK_TEXT(ask(p.study, "SELECT file, row_file FROM v_accepted"), "-");
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		char sql[128];
		snprintf(sql, sizeof sql, "SELECT count(*) FROM v_%s", ssrc_schema[f].name);
		CHECK(ask(p.study, sql)[0] >= '0' && ask(p.study, sql)[0] <= '9');
		snprintf(sql, sizeof sql, "SELECT count(*) FROM v_history_%s", ssrc_schema[f].name);
		CHECK(ask(p.study, sql)[0] >= '0' && ask(p.study, sql)[0] <= '9');
	}
}

/* The one cast of decision 0002 must agree with the number reader, above all in what is no number. */
static void view_numbers_agree_with_the_reader(void)
{
	static const char *const texts[] = {"0",
					    "1",
					    "-1",
					    "+5",
					    "007",
					    "62.50",
					    "6.25e1",
					    ".5",
					    "5.",
					    "1e-3",
					    "1E3",
					    "1e+3",
					    "9007199254740993",
					    "1e15",
					    "0.1",
					    "-0.0",
					    "12 kg",
					    "1-2",
					    ".",
					    "-",
					    "e5",
					    "1e",
					    "1e999",
					    "0x10",
					    "nan",
					    "inf",
					    "1,5",
					    "--5",
					    " 5",
					    "5 ",
					    "5e5e5",
					    "五",
					    "1e300"};
	place p;
	make_place(&p);
	ssrc_context ctx = plain();
	ssrc_package *package;
	const char *header[] = {"attribute", "value_low"};
	enum { N = sizeof texts / sizeof *texts };
	CHECK(ssrc_package_new(&package, &ctx, "memory", NULL) == SSRC_OK);
	CHECK(ssrc_package_set_header(package, SSRC_FILE_ATTRIBUTES, header, 2, NULL) == SSRC_OK);
	for (int i = 0; i < N; i++) {
		const char *row[] = {"a", texts[i]};
		CHECK(ssrc_package_add_row(package, SSRC_FILE_ATTRIBUTES, row, i + 2, NULL) == SSRC_OK);
	}
	CHECK(ssrc_study_import(&ctx, p.study, package, NULL, NULL, NULL) == SSRC_OK);
	ssrc_package_free(package);
	sqlite3 *db = open_sql(p.study);
	sqlite3_stmt *stmt;
	CHECK(sqlite3_prepare_v2(db, "SELECT value_low FROM v_attributes ORDER BY line", -1, &stmt, NULL) == SQLITE_OK);
	for (int i = 0; i < N; i++) {
		double value;
		bool number = ssrc_parse_number(texts[i], strlen(texts[i]), &value);
		CHECK(sqlite3_step(stmt) == SQLITE_ROW);
		bool same =
			number ? sqlite3_column_type(stmt, 0) == SQLITE_FLOAT && sqlite3_column_double(stmt, 0) == value
			       : sqlite3_column_type(stmt, 0) == SQLITE_NULL;
		if (!same)
			printf("# \"%s\" reads as %s\n", texts[i], (const char *)sqlite3_column_text(stmt, 0));
		CHECK(same);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void views_are_documented(void)
{
	place p;
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	static char page[1 << 16];
	FILE *f = fopen(SSRC_SOURCE_DIR "/docs/study.md", "rb");
	CHECK(f != NULL);
	if (f) {
		page[fread(page, 1, sizeof page - 1, f)] = '\0';
		fclose(f);
	}
	sqlite3 *db = open_sql(p.study);
	sqlite3_stmt *stmt;
	CHECK(sqlite3_prepare_v2(db,
				 "SELECT '`' || name || '`' FROM sqlite_master WHERE type = 'view' AND name NOT LIKE"
				 " 'v_history_%'",
				 -1, &stmt, NULL) == SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		if (!strstr(page, name))
			printf("# docs/study.md lacks %s\n", name);
		CHECK(strstr(page, name) != NULL);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

/* ---- reading where nothing may be written --------------------------------------------------------------- */

static void reads_in_a_read_only_folder(void)
{
	place p;
	char folder[] = "/tmp/ssrc-read-only-XXXXXX", study[512], odd[512];
	make_place(&p);
	CHECK(mkdtemp(folder) != NULL);
	join(study, folder, "chain.ssrc");
	join(odd, folder, "a b%41?#ü.ssrc");
	CHECK(import_folder(study, p.first, NULL) == SSRC_OK);
	CHECK(import_folder(odd, p.first, NULL) == SSRC_OK);
	CHECK(exports_as(odd, NULL, p.first, p.out));
	CHECK(chmod(study, 0444) == 0 && chmod(folder, 0555) == 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		ssrc_package *package = NULL;
		ssrc_study_verify_report report;
		ssrc_context ctx = plain();
		ssrc_error err = {0};
		if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
			_exit(2);
		if (access(folder, W_OK) == 0)
			_exit(2);
		if (load(&package, study, NULL, &err) || ssrc_package_rows(package, "items") != 3)
			_exit(3);
		if (ssrc_study_verify(&report, &ctx, study, NULL) || !ssrc_study_is_study(&ctx, study))
			_exit(4);
		if (ssrc_study_import(&ctx, study, package, NULL, NULL, &err) != SSRC_IO ||
		    err.message != SSRC_M_STUDY_SQL)
			_exit(5);
		_exit(files_in(folder) == 2 ? 0 : 6);
	}
	int result = 0;
	waitpid(child, &result, 0);
	chmod(folder, 0755);
	unlink(study);
	unlink(odd);
	rmdir(folder);
	if (WEXITSTATUS(result) == 2)
		SKIP("cannot become a user who may not write");
	if (result)
		printf("# child ended with %d\n", WEXITSTATUS(result));
	CHECK(WIFEXITED(result) && WEXITSTATUS(result) == 0);
}

/* A log that was left behind beside the study still counts there. */
static void reads_a_log_left_behind(void)
{
	place p;
	char command[2400], beside[512];
	make_place(&p);
	CHECK(import_folder(p.study, p.first, NULL) == SSRC_OK);
	sqlite3 *db = open_sql(p.study); /* keeps the log from being folded in */
	CHECK(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM import", NULL, NULL, NULL) == SQLITE_OK);
	CHECK(import_folder(p.study, p.second, NULL) == SSRC_OK);
	join(beside, p.root, "copy.ssrc");
	snprintf(command, sizeof command, "cp '%s' '%s' && cp '%s-wal' '%s-wal'", p.study, beside, p.study, beside);
	CHECK(system(command) == 0);
	sqlite3_close(db);
	CHECK(exports_as(beside, NULL, p.second, p.out));
}

/* ---- size ------------------------------------------------------------------------------------------------ */

static void fill_large(ssrc_package *package, int items)
{
	static const char *const item_header[] = {"item",  "tier", "kind", "name_en", "name_zh", "stock_weeks_low",
						  "source"};
	static const char *const need_header[] = {"item", "input", "essential", "per_unit", "source", "evidence"};
	static const char *const share_header[] = {"item",       "provider", "basis", "share_low",
						   "share_high", "year",     "source"};
	CHECK(ssrc_package_set_header(package, SSRC_FILE_ITEMS, item_header, 7, NULL) == SSRC_OK);
	CHECK(ssrc_package_set_header(package, SSRC_FILE_NEEDS, need_header, 6, NULL) == SSRC_OK);
	CHECK(ssrc_package_set_header(package, SSRC_FILE_SHARES, share_header, 7, NULL) == SSRC_OK);
	for (int i = 0; i < items; i++) {
		char id[32], other[32], number[32], name[64];
		snprintf(id, sizeof id, "item-%05d", i);
		snprintf(name, sizeof name, "The item with number %d", i);
		snprintf(number, sizeof number, "%d.5", i % 50);
		const char *item[] = {id, "material", "good", name, "环节", number, "src-a;src-b"};
		CHECK(ssrc_package_add_row(package, SSRC_FILE_ITEMS, item, i + 2, NULL) == SSRC_OK);
		for (int k = 0; k < 5; k++) {
			snprintf(other, sizeof other, "item-%05d", (i * 7 + k * 131 + 1) % items);
			const char *need[] = {id, other, "critical", number, "src-a", "observed"};
			CHECK(ssrc_package_add_row(package, SSRC_FILE_NEEDS, need, i * 5 + k + 2, NULL) == SSRC_OK);
		}
		for (int k = 0; k < 10; k++) {
			snprintf(other, sizeof other, "party-%04d", (i * 3 + k * 17) % 2000);
			const char *share[] = {id, other, "site", number, number, "2024", "src-b"};
			CHECK(ssrc_package_add_row(package, SSRC_FILE_SHARES, share, i * 10 + k + 2, NULL) == SSRC_OK);
		}
	}
}

static double elapsed(const struct timespec *from)
{
	struct timespec to;
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from->tv_sec) + (double)(to.tv_nsec - from->tv_nsec) * 1e-9;
}

static void imports_160_000_rows_quickly(void)
{
	place p;
	make_place(&p);
	ssrc_context ctx = plain();
	ssrc_package *package, *loaded;
	ssrc_study_import_report report;
	ssrc_study_verify_report whole;
	struct timespec start;
	CHECK(ssrc_package_new(&package, &ctx, "memory", NULL) == SSRC_OK);
	fill_large(package, 10000);
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(ssrc_study_import(&ctx, p.study, package, NULL, &report, NULL) == SSRC_OK);
	double first = elapsed(&start);
	CHECK(report.added == 160000);
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(ssrc_study_import(&ctx, p.study, package, NULL, &report, NULL) == SSRC_OK);
	double again = elapsed(&start);
	CHECK(report.kept == 160000 && report.added == 0 && report.ended == 0);
	package->tables[SSRC_FILE_SHARES].cells[3] = (ssrc_cell){"3.25", 4, 0};
	for (uint32_t row = 0; row < package->tables[SSRC_FILE_SHARES].n_rows; row++)
		package->tables[SSRC_FILE_SHARES].lines[row]++;
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(ssrc_study_import(&ctx, p.study, package, NULL, &report, NULL) == SSRC_OK);
	double moved = elapsed(&start);
	CHECK(report.kept == 159999 && report.added == 1 && report.ended == 1);
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(load(&loaded, p.study, NULL, NULL) == SSRC_OK);
	double read = elapsed(&start);
	CHECK(ssrc_package_rows(loaded, "shares") == 100000);
	ssrc_package_free(loaded);
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK(ssrc_study_verify(&whole, &ctx, p.study, NULL) == SSRC_OK);
	double verified = elapsed(&start);
	CHECK(whole.rows == 160001);
	ssrc_package_free(package);
	struct stat info;
	CHECK(stat(p.study, &info) == 0);
	printf("# import %.2f s, same again %.2f s, with 100,000 moved lines %.2f s, load %.2f s, verify %.2f s, %.1f "
	       "MB\n",
	       first, again, moved, read, verified, (double)info.st_size * 1e-6);
	CHECK(first < 12); /* ten times what it takes, for sanitizers and busy machines */
}

int main(int argc, char **argv)
{
	TEST(keeps_every_byte);
	TEST(keeps_odd_headers);
	TEST(reimport_adds_ends_and_keeps);
	TEST(only_moves_are_noted);
	TEST(known_at_reads_the_old_state);
	TEST(time_never_runs_backwards);
	TEST(second_writer_is_told_and_readers_go_on);
	TEST(second_writer_waits);
	TEST(reader_holds_its_state);
	TEST(builders_do_not_meet);
	TEST(a_crash_leaves_the_old_content);
	TEST(a_kill_leaves_old_or_new);
	TEST(a_full_disk_leaves_the_old_content);
	TEST(every_fault_while_making);
	TEST(every_fault_while_updating);
	TEST(every_fault_while_reading);
	TEST(refuses_what_is_no_study);
	TEST(refuses_a_newer_study);
	TEST(migrates_an_older_study);
	TEST(follows_a_grown_schema);
	TEST(damage_is_an_error);
	TEST(log_tells_what_happened);
	TEST(tampering_is_found);
	TEST(views_give_typed_values);
	TEST(view_numbers_agree_with_the_reader);
	TEST(views_are_documented);
	TEST(reads_in_a_read_only_folder);
	TEST(reads_a_log_left_behind);
	TEST(imports_160_000_rows_quickly);
	return tests_done();
}
