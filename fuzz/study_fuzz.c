/* The study file is untrusted. Three kinds of input:
 *   "SQLite format 3..."  a whole file
 *   "P" and records of 5 bytes  a good study with single bytes changed: 4 bytes offset, 1 byte value
 *   "T" and records of 4 bytes + text  a good study with cells changed: table, column, row, length of the text
 * Loading, verifying and reading the log must end with a status, without leaks, and leave the file as it was. */
#include "fuzz_context.h"

#include "io/file.h"
#include "model/package.h"

#include <secondsource/study.h>
#include <sqlite3.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_BYTES = 300, CHANGES_MAX = 64 };
static char path[PATH_BYTES];
static char *good; /* bytes of a good study */
static size_t good_size;

static void remove_files(void)
{
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		char name[PATH_BYTES + 10];
		snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

static int64_t still(void *user)
{
	(void)user;
	return 1780000000;
}

static const char small_package[] =
	"=== package.yaml\nname: small\nlicence: none\nhome: CN\n"
	"=== tiers.csv\ntier,order,name_en,name_zh\na,1,A,甲\n"
	"=== items.csv\nitem,tier,kind,name_en,product,extra\nx,a,good,X,,e1\ny,a,good,Y,yes,\n"
	"=== needs.csv\nitem,input,essential\ny,x,critical\n"
	"=== parties.csv\nparty,kind,name_en,hq\np,firm,P,JP\n"
	"=== shares.csv\nitem,provider,basis,share_low,share_high,year\nx,p,hq,70,80,2024\nx,various,hq,20,30,2024\n";

/* Two imports of a small package, so that there is a history. */
static void make_good(void)
{
	const char *root = getenv("TMPDIR");
	snprintf(path, sizeof path, "%.200s/ssrc-fuzz-%ld.study",
		 root && *root                   ? root
		 : access("/dev/shm", W_OK) == 0 ? "/dev/shm"
						 : "/tmp",
		 (long)getpid());
	remove_files();
	fuzz_context f;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_context disk;
	ssrc_context_init(&disk);
	disk.now = still;
	for (int import = 0; import < 2; import++) {
		fuzz_begin(&f);
		fuzz_split(&f, small_package,
			   sizeof small_package - 1 - (import ? 0 : strlen("x,various,hq,20,30,2024\n")));
		FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
		FUZZ_REQUIRE(ssrc_package_read(&package, &f.ctx, "package", findings, NULL) == SSRC_OK);
		FUZZ_REQUIRE(ssrc_study_import(&disk, path, package, NULL, NULL, NULL) == SSRC_OK);
		ssrc_package_free(package);
		ssrc_findings_free(findings);
		fuzz_end(&f);
	}
	ssrc_buf bytes;
	ssrc_buf_init(&bytes, &disk);
	FUZZ_REQUIRE(ssrc_file_load(&disk, path, 1 << 24, &bytes, NULL) == SSRC_OK);
	good = bytes.data;
	good_size = bytes.len;
	atexit(remove_files);
}

static void put_file(const uint8_t *data, size_t size)
{
	remove_files();
	FILE *file = fopen(path, "wb");
	FUZZ_REQUIRE(file && fwrite(data, 1, size, file) == size);
	FUZZ_REQUIRE(fclose(file) == 0);
}

static void put_patched(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(good_size);
	FUZZ_REQUIRE(copy);
	memcpy(copy, good, good_size);
	for (size_t i = 0; i + 5 <= size && i < 5 * CHANGES_MAX; i += 5) {
		uint32_t offset = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16;
		copy[offset % good_size] = data[i + 4];
	}
	put_file(copy, good_size);
	free(copy);
}

/* UPDATE table number t, column number c, row number r. The triggers are dropped first: a forger would do so. */
static void change_cell(sqlite3 *db, const uint8_t *head, const char *text, size_t len)
{
	sqlite3_stmt *names;
	char table[100] = "", column[100] = "", sql[500];
	if (sqlite3_prepare_v2(db,
			       "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
			       " ORDER BY name LIMIT 1 OFFSET ?1",
			       -1, &names, NULL) == SQLITE_OK) {
		sqlite3_bind_int(names, 1, head[0] % 30);
		if (sqlite3_step(names) == SQLITE_ROW)
			snprintf(table, sizeof table, "%s", (const char *)sqlite3_column_text(names, 0));
	}
	sqlite3_finalize(names);
	if (sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1) LIMIT 1 OFFSET ?2", -1, &names, NULL) ==
	    SQLITE_OK) {
		sqlite3_bind_text(names, 1, table, -1, SQLITE_STATIC);
		sqlite3_bind_int(names, 2, head[1] % 24);
		if (sqlite3_step(names) == SQLITE_ROW)
			snprintf(column, sizeof column, "%s", (const char *)sqlite3_column_text(names, 0));
	}
	sqlite3_finalize(names);
	snprintf(sql, sizeof sql,
		 "UPDATE \"%s\" SET \"%s\" = ?1 WHERE \"%s\" = (SELECT \"%s\" FROM \"%s\" LIMIT 1 OFFSET %d)", table,
		 column, column, column, table, head[2] % 8);
	if (sqlite3_prepare_v2(db, sql, -1, &names, NULL) == SQLITE_OK) {
		if (head[2] & 0x80)
			sqlite3_bind_null(names, 1);
		else if (head[2] & 0x40)
			sqlite3_bind_blob(names, 1, text, (int)len, SQLITE_STATIC);
		else
			sqlite3_bind_text(names, 1, text, (int)len, SQLITE_STATIC); /* becomes a number where it can */
		sqlite3_step(names);
	}
	sqlite3_finalize(names);
}

static void put_changed(const uint8_t *data, size_t size)
{
	sqlite3 *db;
	put_file((const uint8_t *)good, good_size);
	FUZZ_REQUIRE(sqlite3_open(path, &db) == SQLITE_OK);
	sqlite3_exec(db,
		     "PRAGMA synchronous = OFF; DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"
		     "DROP TRIGGER audit_in_order",
		     NULL, NULL, NULL);
	for (size_t i = 0, n = 0; i + 4 <= size && n < CHANGES_MAX; n++) {
		size_t len = data[i + 3] < size - i - 4 ? data[i + 3] : size - i - 4;
		change_cell(db, data + i, (const char *)data + i + 4, len);
		i += 4 + len;
	}
	sqlite3_close(db);
}

static ssrc_status count_entry(void *user, const ssrc_study_entry *entry)
{
	FUZZ_REQUIRE(entry->at && entry->actor && entry->action && entry->detail && entry->hash);
	++*(size_t *)user;
	return SSRC_OK;
}

static bool is_answer(ssrc_status status)
{
	return status == SSRC_OK || status == SSRC_FORMAT || status == SSRC_VERSION || status == SSRC_NOTFOUND ||
	       status == SSRC_IO || status == SSRC_NOMEM || status == SSRC_RANGE || status == SSRC_LIMIT ||
	       status == SSRC_BUSY;
}

static void use_study(void)
{
	fuzz_context f;
	ssrc_package *package;
	ssrc_findings *findings;
	ssrc_study_verify_report report;
	size_t entries = 0;
	fuzz_begin(&f);
	ssrc_context disk;
	ssrc_context_init(&disk);
	f.ctx.files = disk.files;
	FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
	(void)ssrc_study_is_study(&f.ctx, path);
	ssrc_status status = ssrc_study_load(&package, &f.ctx, path, NULL, findings, NULL);
	FUZZ_REQUIRE(is_answer(status));
	if (!status) {
		ssrc_check_options check = {.as_of = 20000};
		status = ssrc_package_check(package, &check, findings, NULL);
		FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
		ssrc_package_free(package);
	}
	FUZZ_REQUIRE(is_answer(ssrc_study_verify(&report, &f.ctx, path, NULL)));
	FUZZ_REQUIRE(is_answer(ssrc_study_log(&f.ctx, path, count_entry, &entries, NULL)));
	ssrc_findings_free(findings);
	fuzz_end(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!good)
		make_good();
	if (size >= 1 && data[0] == 'P')
		put_patched(data + 1, size - 1);
	else if (size >= 1 && data[0] == 'T')
		put_changed(data + 1, size - 1);
	else
		put_file(data, size);
	use_study();
	return 0;
}
