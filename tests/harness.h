/* The test harness: TAP lines on stdout, a context whose k-th allocation or I/O call fails, temporary folders.
 *
 *   int main(void) { TEST(name_of_test); ...; return tests_done(); }
 *
 * Run one program to run one file of tests; give a word as its first argument to run only the tests whose
 * names contain it. */
#ifndef SSRC_TEST_HARNESS_H
#define SSRC_TEST_HARNESS_H

#include "base/base.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tests_run_count, tests_failed_count, checks_failed_here;
static const char *test_skip_reason;

#define CHECK(cond)                                                                                                    \
	do {                                                                                                           \
		if (!(cond)) {                                                                                         \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);                                            \
			checks_failed_here++;                                                                          \
		}                                                                                                      \
	} while (0)
#define CHECK_NEAR(a, b, tolerance)                                                                                    \
	do {                                                                                                           \
		double check_a = (a), check_b = (b);                                                                   \
		if (!(fabs(check_a - check_b) <= (tolerance))) {                                                       \
			printf("# %s:%d: %s = %.17g, expected %.17g\n", __FILE__, __LINE__, #a, check_a, check_b);     \
			checks_failed_here++;                                                                          \
		}                                                                                                      \
	} while (0)
#define CHECK_TEXT(a, b)                                                                                               \
	do {                                                                                                           \
		const char *check_a = (a), *check_b = (b);                                                             \
		if (strcmp(check_a, check_b) != 0) {                                                                   \
			printf("# %s:%d: %s = \"%s\", expected \"%s\"\n", __FILE__, __LINE__, #a, check_a, check_b);   \
			checks_failed_here++;                                                                          \
		}                                                                                                      \
	} while (0)
#define SKIP(reason)                                                                                                   \
	do {                                                                                                           \
		test_skip_reason = (reason);                                                                           \
		return;                                                                                                \
	} while (0)
#define TEST(name) test_run(#name, name, argc > 1 ? argv[1] : NULL)

static inline void test_run(const char *name, void (*test)(void), const char *only)
{
	if (only && !strstr(name, only))
		return;
	checks_failed_here = 0;
	test_skip_reason = NULL;
	test();
	tests_run_count++;
	tests_failed_count += checks_failed_here > 0;
	if (test_skip_reason && !checks_failed_here)
		printf("ok %d - %s # SKIP %s\n", tests_run_count, name, test_skip_reason);
	else
		printf("%s %d - %s\n", checks_failed_here ? "not ok" : "ok", tests_run_count, name);
	fflush(stdout);
}

static inline int tests_done(void)
{
	printf("1..%d\n", tests_run_count);
	return tests_failed_count ? 1 : 0;
}

/* ---- faults: the k-th allocation or I/O call fails -------------------------------------------- */

typedef struct test_faults {
	ssrc_context inner;
	long calls;       /* calls seen */
	long fail_at;     /* the call that fails, from 1; 0 = none */
	long live_blocks; /* allocations not yet released */
} test_faults;

static inline bool test_fault_now(void *user)
{
	test_faults *f = user;
	f->calls++;
	return f->calls == f->fail_at;
}
static inline void *test_alloc(void *user, size_t n)
{
	test_faults *f = user;
	if (test_fault_now(f))
		return NULL;
	f->live_blocks++;
	return malloc(n);
}
static inline void *test_resize(void *user, void *p, size_t n)
{
	test_faults *f = user;
	if (test_fault_now(f))
		return NULL;
	f->live_blocks += p == NULL;
	return realloc(p, n);
}
static inline void test_release(void *user, void *p)
{
	test_faults *f = user;
	f->live_blocks -= p != NULL;
	free(p);
}
static inline int test_open_read(void *user, const char *path)
{
	test_faults *f = user;
	return test_fault_now(f) ? -5 : f->inner.files.open_read(f->inner.files.user, path);
}
static inline int test_open_write(void *user, const char *path)
{
	test_faults *f = user;
	return test_fault_now(f) ? -28 : f->inner.files.open_write(f->inner.files.user, path);
}
static inline int64_t test_read(void *user, int h, void *buf, size_t n)
{
	test_faults *f = user;
	return test_fault_now(f) ? -5 : f->inner.files.read(f->inner.files.user, h, buf, n);
}
static inline int64_t test_write(void *user, int h, const void *buf, size_t n)
{
	test_faults *f = user;
	return test_fault_now(f) ? -28 : f->inner.files.write(f->inner.files.user, h, buf, n);
}
static inline int test_sync(void *user, int h)
{
	test_faults *f = user;
	return test_fault_now(f) ? -5 : f->inner.files.sync(f->inner.files.user, h);
}
static inline int test_close(void *user, int h)
{
	test_faults *f = user;
	return f->inner.files.close(f->inner.files.user, h);
}
static inline int test_rename(void *user, const char *a, const char *b)
{
	test_faults *f = user;
	return test_fault_now(f) ? -5 : f->inner.files.rename(f->inner.files.user, a, b);
}
static inline int test_remove(void *user, const char *path)
{
	test_faults *f = user;
	return f->inner.files.remove(f->inner.files.user, path);
}

static inline int test_make_folder(void *user, const char *path)
{
	test_faults *f = user;
	return test_fault_now(f) ? -28 : f->inner.files.make_folder(f->inner.files.user, path);
}
static inline int test_list(void *user, const char *path, void (*each)(void *, const char *), void *each_user)
{
	test_faults *f = user;
	return test_fault_now(f) ? -5 : f->inner.files.list(f->inner.files.user, path, each, each_user);
}

/* A context that counts calls and fails the `fail_at`-th (0 = none). */
static inline void test_faults_init(test_faults *f, ssrc_context *ctx, long fail_at)
{
	*f = (test_faults){.fail_at = fail_at};
	ssrc_context_init(&f->inner);
	*ctx = f->inner;
	ctx->memory = (ssrc_memory_ops){test_alloc, test_resize, test_release, f};
	ctx->files =
		(ssrc_file_ops){test_open_read, test_open_write, test_read,        test_write, test_sync, test_close,
				test_rename,    test_remove,     test_make_folder, test_list,  f};
}

/* A new empty folder; the caller need not remove it (script/test clears the root given by TMPDIR). */
static inline const char *test_folder(char out[256])
{
	const char *root = getenv("TMPDIR");
	snprintf(out, 256, "%s/ssrc-test-XXXXXX", root && *root ? root : "/tmp");
	return mkdtemp(out) ? out : NULL;
}

static inline void test_write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");
	if (f) {
		fwrite(text, 1, strlen(text), f);
		fclose(f);
	}
}

/* The folder of optional reference data (SSRC_REFERENCE_DATA), or NULL: then the test must SKIP. */
static inline const char *test_reference_data(void)
{
	const char *path = getenv("SSRC_REFERENCE_DATA");
	return path && *path && access(path, R_OK) == 0 ? path : NULL;
}

#endif
