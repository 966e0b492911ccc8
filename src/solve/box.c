/* Work in a child process that may crash, hang or eat memory without harm to this one. */
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int ssrc_box_stop;

struct ssrc_box_out {
	int pipe;
};

/* Before the data of each message. */
typedef struct frame {
	uint64_t len;
	uint32_t kind, reserved;
} frame;

/* ---- the child ------------------------------------------------------------------------------------------------- */

static bool write_all(int to, const void *data, size_t len)
{
	for (const char *at = data; len > 0;) {
		ssize_t put = write(to, at, len);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			at += put;
			len -= (size_t)put;
		}
	}
	return true;
}

bool ssrc_box_send(ssrc_box_out *out, uint32_t kind, const void *data, size_t len)
{
	frame head = {len, kind, 0};
	return write_all(out->pipe, &head, sizeof head) && write_all(out->pipe, data, len);
}

static void on_terminate(int signal_number)
{
	(void)signal_number;
	ssrc_box_stop = 1;
}

static size_t memory_allowed; /* of the child this is in; 0 = no limit */

/* An abort where half of the memory cannot be had once more is taken for want of memory: C++ ends so. */
static void on_abort(int signal_number)
{
	(void)signal_number;
	int zero = memory_allowed ? open("/dev/zero", O_RDONLY) : -1;
	if (zero >= 0 && mmap(NULL, memory_allowed / 2, PROT_READ, MAP_PRIVATE, zero, 0) == MAP_FAILED)
		_exit(SSRC_NOMEM);
}

static void handle(int signal_number, void (*handler)(int))
{
	struct sigaction action;
	memset(&action, 0, sizeof action);
	action.sa_handler = handler;
	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

static void set_signals(void)
{
	static const int plain[] = {SIGHUP, SIGQUIT, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		handle(plain[i], SIG_DFL);
	handle(SIGINT, SIG_IGN);
	handle(SIGPIPE, SIG_IGN);
	handle(SIGTERM, on_terminate);
	handle(SIGABRT, on_abort);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void silence(void)
{
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

/* A sanitizer maps more than any limit on address space. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMITS_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LIMITS_MEMORY false
#endif
#endif
#ifndef LIMITS_MEMORY
#define LIMITS_MEMORY true
#endif

static void set_memory(size_t bytes)
{
	memory_allowed = LIMITS_MEMORY ? bytes : 0;
	struct rlimit none = {0, 0}, most = {bytes, bytes};
	setrlimit(RLIMIT_CORE, &none);
	if (bytes && LIMITS_MEMORY)
		setrlimit(RLIMIT_AS, &most);
}

static _Noreturn void be_child(int (*work)(void *, ssrc_box_out *), void *user, const ssrc_box_limits *limits,
			       int pipe_end, pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(SSRC_CANCEL);
	ssrc_box_stop = 0;
	set_signals();
	silence();
	set_memory(limits->bytes);
	ssrc_box_out out = {pipe_end};
	_exit(work(user, &out));
}

/* ---- the parent -------------------------------------------------------------------------------------------------- */

typedef struct box {
	ssrc_context *ctx;
	const ssrc_box_limits *limits;
	void (*on_message)(void *user, uint32_t kind, const void *data, size_t len);
	void *on_user;
	pid_t child;
	int pipe;
	bool closed; /* the child's end of the pipe */
	char *buffer;
	size_t used, cap;
	double deadline, kill_at, tick;
	ssrc_status told; /* why the child was told to stop; OK = it was not */
} box;

/* Hands on the whole messages at the start of the buffer. */
static void deliver(box *b)
{
	size_t at = 0;
	for (frame head; b->used - at >= sizeof head; at += sizeof head + (size_t)head.len) {
		memcpy(&head, b->buffer + at, sizeof head);
		if (b->used - at - sizeof head < head.len)
			break;
		if (b->on_message)
			b->on_message(b->on_user, head.kind, b->buffer + at + sizeof head, (size_t)head.len);
	}
	if (at > 0)
		memmove(b->buffer, b->buffer + at, b->used - at);
	b->used -= at;
}

/* Reads what is there. NOMEM: the message does not fit into memory. */
static ssrc_status read_pipe(box *b)
{
	while (!b->closed) {
		void *block = b->buffer;
		ssrc_status status = ssrc_reserve(b->ctx, &block, &b->cap, b->used + 65536, 1, NULL);
		b->buffer = block;
		if (status != SSRC_OK)
			return status;
		ssize_t got = read(b->pipe, b->buffer + b->used, b->cap - b->used);
		if (got > 0) {
			b->used += (size_t)got;
			deliver(b);
		} else if (got == 0) {
			b->closed = true;
			b->tick = 0.0005;
		} else if (errno != EINTR) {
			b->closed = errno != EAGAIN;
			return SSRC_OK;
		}
	}
	return SSRC_OK;
}

static void tell(box *b, ssrc_status why, double now)
{
	if (b->told != SSRC_OK)
		return;
	b->told = why;
	b->kill_at = now + b->limits->grace;
	kill(-b->child, SIGTERM);
}

/* Waits for something to happen, at most until the next moment that matters. Once the pipe is closed the child is
 * mostly about to be gone; a program it became may run on, so the looks get rarer. */
static void wait_a_little(box *b)
{
	b->tick = b->closed ? fmin(1.5 * b->tick, 0.05) : 0.05;
	double left = fmin((b->told == SSRC_OK ? b->deadline : b->kill_at) - ssrc_seconds_now(), b->tick);
	int milliseconds = left > 0 ? (int)ceil(left * 1000) : 0;
	struct pollfd from = {.fd = b->closed ? -1 : b->pipe, .events = POLLIN};
	(void)poll(&from, 1, milliseconds);
}

/* Until the child is gone and reaped; *how as of waitpid. */
static ssrc_status watch(box *b, int *how)
{
	ssrc_status status = SSRC_OK;
	for (bool killed = false;;) {
		wait_a_little(b);
		pid_t gone;
		do
			gone = waitpid(b->child, how, WNOHANG);
		while (gone < 0 && errno == EINTR);
		ssrc_status got = read_pipe(b);
		status = status == SSRC_OK ? got : status;
		if (gone != 0) {
			kill(-b->child, SIGKILL); /* what it started and left */
			return gone < 0 && status == SSRC_OK ? SSRC_IO : status;
		}
		double now = ssrc_seconds_now();
		if (b->limits->stop && *b->limits->stop)
			tell(b, SSRC_CANCEL, now);
		if (now >= b->deadline)
			tell(b, SSRC_LIMIT, now);
		if (!killed && (status != SSRC_OK || (b->told != SSRC_OK && now >= b->kill_at))) {
			kill(-b->child, SIGKILL);
			killed = true;
		}
	}
}

static ssrc_status explain(const box *b, int how, ssrc_error *err)
{
	char text[32];
	if (WIFEXITED(how)) {
		int code = WEXITSTATUS(how);
		if (code == 0)
			return SSRC_OK;
		/* 1 is how libraries and run-time checks end a process, not wrong use by whoever asked for the work. */
		bool known = code < SSRC_STATUS_COUNT && code != SSRC_USAGE;
		ssrc_status status = known ? (ssrc_status)code : SSRC_UNSUPPORTED;
		if (status == SSRC_NOMEM)
			return ssrc_fail(err, status, SSRC_M_BOX_MEMORY, NULL, NULL, NULL);
		snprintf(text, sizeof text, "exit code %d", code);
		return ssrc_fail(err, status, SSRC_M_BOX_ENDED, text, NULL, NULL);
	}
	if (b->told != SSRC_OK)
		return ssrc_fail(err, b->told, b->told == SSRC_LIMIT ? SSRC_M_BOX_TIME : SSRC_M_BOX_STOPPED, NULL, NULL,
				 NULL);
	snprintf(text, sizeof text, "signal %d", WTERMSIG(how));
	return ssrc_fail(err, SSRC_UNSUPPORTED, SSRC_M_BOX_ENDED, text, NULL, NULL);
}

/* Both ends above the standard streams, which the child redirects. */
static bool open_pipe(int ends[2])
{
	int low[2];
	if (pipe(low))
		return false;
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		return true;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return false;
}

ssrc_status ssrc_box_run(ssrc_context *ctx, int (*work)(void *user, ssrc_box_out *out), void *user,
			 const ssrc_box_limits *limits,
			 void (*on_message)(void *user, uint32_t kind, const void *data, size_t len), void *on_user,
			 ssrc_error *err)
{
	int ends[2], how = 0;
	if (!open_pipe(ends))
		return ssrc_fail(err, SSRC_IO, SSRC_M_BOX_START, strerror(errno), NULL, NULL);
	box b = {.ctx = ctx, .limits = limits, .on_message = on_message, .on_user = on_user, .pipe = ends[0]};
	b.deadline = ssrc_seconds_now() + limits->seconds;
	pid_t parent = getpid();
	b.child = fork();
	if (b.child == 0) {
		close(ends[0]);
		be_child(work, user, limits, ends[1], parent);
	}
	close(ends[1]);
	ssrc_status status =
		b.child < 0 ? ssrc_fail(err, SSRC_IO, SSRC_M_BOX_START, strerror(errno), NULL, NULL) : watch(&b, &how);
	close(ends[0]);
	ssrc_release(ctx, b.buffer);
	if (b.child < 0)
		return status;
	if (status == SSRC_NOMEM)
		return ssrc_no_memory(err);
	return status == SSRC_OK ? explain(&b, how, err)
				 : ssrc_fail(err, status, SSRC_M_BOX_START, "waitpid", NULL, NULL);
}
