/* The watched child: every way it can end, and what of it arrives. */
#include "harness.h"
#include "solve/solve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static ssrc_context context;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int open_files(void)
{
	int n = 0;
	DIR *folder = opendir("/proc/self/fd");
	while (folder && readdir(folder))
		n++;
	if (folder)
		closedir(folder);
	return n;
}

/* What arrived. */
typedef struct mail {
	int messages;
	uint32_t last_kind;
	size_t bytes;
	uint64_t sum;
	bool ordered;
} mail;

static void receive(void *user, uint32_t kind, const void *data, size_t len)
{
	mail *m = user;
	m->ordered &= m->messages == 0 || kind == m->last_kind + 1;
	m->last_kind = kind;
	m->messages++;
	m->bytes += len;
	for (size_t i = 0; i < len; i++)
		m->sum += ((const unsigned char *)data)[i];
}

typedef struct run {
	int (*work)(void *user, ssrc_box_out *out);
	ssrc_box_limits limits;
	mail got;
	ssrc_error err;
	double seconds;
} run;

static const ssrc_box_limits roomy = {60, 1, 0, NULL};

/* Runs `work` and checks that nothing is left of it: no child, no open file. */
static ssrc_status go(run *r)
{
	int files = open_files();
	double start = now();
	r->got = (mail){.ordered = true};
	r->err = (ssrc_error){0};
	ssrc_status status = ssrc_box_run(&context, r->work, NULL, &r->limits, receive, &r->got, &r->err);
	r->seconds = now() - start;
	CHECK(open_files() == files);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	CHECK(r->got.ordered && status == r->err.code);
	return status;
}

static int send_three(void *user, ssrc_box_out *out)
{
	(void)user;
	ssrc_box_send(out, 0, "abc", 3);
	ssrc_box_send(out, 1, "", 0);
	return ssrc_box_send(out, 2, "de", 2) ? 0 : 1;
}

static void messages(void)
{
	run r = {.work = send_three, .limits = roomy};
	CHECK(go(&r) == SSRC_OK);
	CHECK(r.got.messages == 3 && r.got.bytes == 5 && r.got.sum == 'a' + 'b' + 'c' + 'd' + 'e');
	CHECK(r.seconds < 2);
}

static int send_much(void *user, ssrc_box_out *out)
{
	(void)user;
	size_t len = 3000001;
	unsigned char *data = malloc(len);
	memset(data, 1, len);
	for (uint32_t k = 0; k < 10; k++)
		if (!ssrc_box_send(out, k, data, len - k))
			return 1;
	return 0;
}

/* Far more than a pipe holds. */
static void large_messages(void)
{
	run r = {.work = send_much, .limits = roomy};
	CHECK(go(&r) == SSRC_OK);
	CHECK(r.got.messages == 10 && r.got.bytes == 10 * 3000001 - 45 && r.got.sum == r.got.bytes);
}

static int noise(void *user, ssrc_box_out *out)
{
	printf("not for the user\n");
	fflush(stdout);
	fprintf(stderr, "nor this\n");
	return send_three(user, out);
}

static void streams_are_silent(void)
{
	char folder[256], path[300], text[64] = "";
	snprintf(path, sizeof path, "%s/out", test_folder(folder));
	fflush(stdout);
	int kept = dup(1), kept_err = dup(2), file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(file, 1);
	dup2(file, 2);
	run r = {.work = noise, .limits = roomy};
	ssrc_status status = go(&r);
	fflush(stdout);
	dup2(kept, 1);
	dup2(kept_err, 2);
	lseek(file, 0, SEEK_SET);
	CHECK(status == SSRC_OK && read(file, text, sizeof text - 1) == 0);
	CHECK_TEXT(text, "");
	close(file);
	close(kept);
	close(kept_err);
}

static int kill_itself(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	kill(getpid(), SIGKILL);
	return 0;
}
static int crash(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	signal(SIGSEGV, SIG_DFL); /* a sanitizer has its own */
	raise(SIGSEGV);
	return 0;
}
static int abort_itself(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	abort();
}
static int say_limit(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	return SSRC_RANGE;
}
static int say_strange(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	return 113;
}

static int end_as_libraries_do(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	return 1;
}

/* What had arrived stays, whatever follows. */
static void ends(void)
{
	static const struct {
		int (*work)(void *user, ssrc_box_out *out);
		ssrc_status want;
		const char *why;
	} cases[] = {
		{kill_itself, SSRC_UNSUPPORTED, "signal 9"},
		{crash, SSRC_UNSUPPORTED, "signal 11"},
		{abort_itself, SSRC_UNSUPPORTED, "signal 6"},
		{say_limit, SSRC_RANGE, "exit code 2"},
		{say_strange, SSRC_UNSUPPORTED, "exit code 113"},
		{end_as_libraries_do, SSRC_UNSUPPORTED, "exit code 1"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run r = {.work = cases[i].work, .limits = roomy};
		CHECK(go(&r) == cases[i].want);
		CHECK(r.got.messages == 3 && r.seconds < 5);
		if (cases[i].work != say_limit)
			CHECK_TEXT(r.err.arg[0], cases[i].why);
	}
}

static int send_half(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	alarm(1);
	size_t len = 100000000;
	char *data = calloc(1, len);
	for (uint32_t k = 3;; k++)
		if (!ssrc_box_send(out, k, data, len))
			return 1;
}

/* Killed in the middle of a message: the half is dropped. */
static void half_a_message(void)
{
	run r = {.work = send_half, .limits = roomy};
	CHECK(go(&r) == SSRC_UNSUPPORTED);
	CHECK(r.got.messages >= 3 && (r.got.bytes - 5) % 100000000 == 0);
}

static int hang(void *user, ssrc_box_out *out)
{
	signal(SIGTERM, SIG_IGN);
	while (send_three(user, out) == 0)
		pause();
	return 1;
}
static int hang_politely(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	while (!ssrc_box_stop)
		usleep(1000);
	return ssrc_box_send(out, 3, "last", 4) ? 0 : 1;
}

static void time_limit(void)
{
	run r = {.work = hang, .limits = {0.2, 0.2, 0, NULL}};
	CHECK(go(&r) == SSRC_LIMIT);
	CHECK(r.got.messages == 3 && r.seconds >= 0.35 && r.seconds < 3);
	r = (run){.work = hang_politely, .limits = {0.2, 30, 0, NULL}};
	CHECK(go(&r) == SSRC_OK); /* told in time */
	CHECK(r.got.messages == 4 && r.seconds < 5);
}

static volatile int stop;
static void on_alarm(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

static void stop_flag(void)
{
	struct sigaction action = {.sa_handler = on_alarm}, old;
	sigaction(SIGALRM, &action, &old); /* without SA_RESTART: system calls are interrupted */
	stop = 0;
	ualarm(200000, 0);
	run r = {.work = hang, .limits = {60, 0.1, 0, &stop}};
	CHECK(go(&r) == SSRC_CANCEL);
	CHECK(r.got.messages == 3 && r.seconds < 5);
	stop = 0;
	ualarm(200000, 0);
	r = (run){.work = hang_politely, .limits = {60, 30, 0, &stop}};
	CHECK(go(&r) == SSRC_OK);
	CHECK(r.got.messages == 4 && r.seconds < 5);
	sigaction(SIGALRM, &old, NULL);
}

static void interrupted_calls(void)
{
	struct sigaction action = {.sa_handler = on_alarm}, old;
	sigaction(SIGALRM, &action, &old);
	ualarm(500, 500); /* all the time */
	run r = {.work = send_much, .limits = roomy};
	CHECK(go(&r) == SSRC_OK);
	ualarm(0, 0);
	CHECK(r.got.messages == 10 && r.got.sum == r.got.bytes);
	sigaction(SIGALRM, &old, NULL);
}

static int ignore_interrupt(void *user, ssrc_box_out *out)
{
	raise(SIGINT); /* from the keyboard it goes to all: the parent decides */
	return send_three(user, out);
}

static void keyboard(void)
{
	run r = {.work = ignore_interrupt, .limits = roomy};
	CHECK(go(&r) == SSRC_OK && r.got.messages == 3);
}

static int eat(void *user, ssrc_box_out *out)
{
	send_three(user, out);
	for (volatile char *block; (block = malloc(1 << 20));)
		*block = 1;
	return SSRC_NOMEM;
}
static int eat_and_abort(void *user, ssrc_box_out *out)
{
	eat(user, out);
	abort();
}

static void memory_limit(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	SKIP("a sanitizer maps more than any limit");
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
	SKIP("a sanitizer maps more than any limit");
#endif
#endif
	run r = {.work = eat, .limits = {60, 1, (size_t)400 << 20, NULL}};
	CHECK(go(&r) == SSRC_NOMEM && r.got.messages == 3);
	r = (run){.work = eat_and_abort, .limits = {60, 1, (size_t)400 << 20, NULL}};
	CHECK(go(&r) == SSRC_NOMEM && r.got.messages == 3);
}

static int leave_one(void *user, ssrc_box_out *out)
{
	pid_t child = fork();
	if (child == 0)
		for (;;)
			pause();
	ssrc_box_send(out, 0, &child, sizeof child);
	(void)user;
	return 0;
}

static pid_t left;
static void receive_pid(void *user, uint32_t kind, const void *data, size_t len)
{
	(void)user, (void)kind;
	if (len == sizeof left)
		memcpy(&left, data, len);
}

static bool gone(pid_t pid)
{
	for (int i = 0; i < 200; i++) {
		char path[64], state = 'R';
		snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
		FILE *file = fopen(path, "r");
		if (!file)
			return true;
		int fields = fscanf(file, "%*d %*s %c", &state);
		fclose(file);
		if (fields == 1 && state == 'Z') /* nobody here to reap it */
			return true;
		usleep(10000);
	}
	return false;
}

/* What the child starts ends with it, although it holds the pipe open. */
static void no_grandchildren(void)
{
	left = 0;
	double start = now();
	CHECK(ssrc_box_run(&context, leave_one, NULL, &roomy, receive_pid, NULL, NULL) == SSRC_OK);
	CHECK(now() - start < 5 && left > 0 && gone(left));
}

static int report_and_wait(void *user, ssrc_box_out *out)
{
	(void)out;
	int *ends = user;
	pid_t self = getpid();
	while (write(ends[1], &self, sizeof self) > 0)
		pause();
	return 1;
}

/* The parent killed: the child does not outlive it. */
static void no_orphans(void)
{
	int ends[2];
	CHECK(pipe(ends) == 0);
	pid_t parent = fork();
	if (parent == 0) {
		(void)!ssrc_box_run(&context, report_and_wait, ends, &roomy, receive, NULL, NULL);
		_exit(0);
	}
	pid_t child = 0;
	CHECK(read(ends[0], &child, sizeof child) == sizeof child);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	CHECK(child > 0 && gone(child));
	close(ends[0]);
	close(ends[1]);
}

static int box_inside(void *user, ssrc_box_out *out)
{
	(void)user;
	mail inner = {.ordered = true};
	ssrc_status status = ssrc_box_run(&context, send_three, NULL, &roomy, receive, &inner, NULL);
	ssrc_box_send(out, 0, &inner.bytes, 1);
	return (int)status;
}

static void nested(void)
{
	run r = {.work = box_inside, .limits = roomy};
	CHECK(go(&r) == SSRC_OK && r.got.messages == 1 && r.got.sum == 5);
}

static void no_memory_for_a_message(void)
{
	bool whole = false;
	for (long k = 1; k < 100 && !whole; k++) {
		test_faults faults;
		ssrc_context ctx;
		test_faults_init(&faults, &ctx, k);
		mail got = {.ordered = true};
		ssrc_status status = ssrc_box_run(&ctx, send_much, NULL, &roomy, receive, &got, NULL);
		whole = faults.calls < k;
		CHECK(faults.live_blocks == 0);
		CHECK(status == (whole ? SSRC_OK : SSRC_NOMEM) && (whole || got.messages < 10));
		CHECK(waitpid(-1, NULL, WNOHANG) == -1);
	}
	CHECK(whole);
}

int main(int argc, char **argv)
{
	ssrc_context_init(&context);
	TEST(messages);
	TEST(large_messages);
	TEST(streams_are_silent);
	TEST(ends);
	TEST(half_a_message);
	TEST(time_limit);
	TEST(stop_flag);
	TEST(interrupted_calls);
	TEST(keyboard);
	TEST(memory_limit);
	TEST(no_grandchildren);
	TEST(no_orphans);
	TEST(nested);
	TEST(no_memory_for_a_message);
	return tests_done();
}
