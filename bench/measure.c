/* Runs a command several times and prints one NDJSON line: fastest and median wall-clock seconds, least processor
 * seconds, largest memory.
 *   bench_measure RUNS NAME ITEMS NEEDS SHARES THREADS COMMAND [ARGUMENT ...]
 * `{}` within an argument becomes the number of the run, from 1. What the command prints is thrown away; a command that
 * fails ends the measuring with its exit code. */
#define _DEFAULT_SOURCE 1 /* wait4 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 100, ARGUMENTS_MAX = 64, FIRST_ARGUMENT = 7 };

static double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* "AMD EPYC, 2 CPUs"; quotes and backslashes are left out. */
static void machine_name(char *out, size_t size)
{
	char line[256], model[128] = "unknown";
	FILE *f = fopen("/proc/cpuinfo", "r");
	while (f && fgets(line, sizeof line, f)) {
		const char *colon = strchr(line, ':');
		if (strncmp(line, "model name", 10) == 0 && colon) {
			snprintf(model, sizeof model, "%.120s", colon + 2);
			break;
		}
	}
	if (f)
		fclose(f);
	size_t used = 0;
	for (const char *p = model; *p && used + 24 < size; p++)
		if (*p >= ' ' && *p != '"' && *p != '\\')
			out[used++] = *p;
	snprintf(out + used, size - used, ", %ld CPUs", sysconf(_SC_NPROCESSORS_ONLN));
}

static void put_number(char *out, size_t size, const char *text, int run)
{
	const char *hole = strstr(text, "{}");
	if (hole)
		snprintf(out, size, "%.*s%d%s", (int)(hole - text), text, run, hole + 2);
	else
		snprintf(out, size, "%s", text);
}

static void run_child(int argc, char **argv, int run)
{
	static char texts[ARGUMENTS_MAX][4096];
	char *arguments[ARGUMENTS_MAX + 1] = {0};
	for (int i = FIRST_ARGUMENT; i < argc; i++) {
		put_number(texts[i - FIRST_ARGUMENT], sizeof texts[0], argv[i], run);
		arguments[i - FIRST_ARGUMENT] = texts[i - FIRST_ARGUMENT];
	}
	int nowhere = open("/dev/null", O_WRONLY);
	dup2(nowhere, STDOUT_FILENO);
	execvp(arguments[0], arguments);
	perror(arguments[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	int runs = argc > FIRST_ARGUMENT ? atoi(argv[1]) : 0;
	if (runs < 1 || runs > RUNS_MAX || argc - FIRST_ARGUMENT > ARGUMENTS_MAX) {
		fputs("usage: bench_measure RUNS NAME ITEMS NEEDS SHARES THREADS COMMAND [ARGUMENT ...]\n", stderr);
		return 2;
	}
	double seconds[RUNS_MAX], cpu = 1e9;
	long rss = 0;
	for (int run = 0; run < runs; run++) {
		double start = seconds_now();
		pid_t child = fork();
		if (child == 0)
			run_child(argc, argv, run + 1);
		int status = 0;
		struct rusage usage = {0};
		if (child < 0 || wait4(child, &status, 0, &usage) < 0)
			return 6;
		seconds[run] = seconds_now() - start;
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			fprintf(stderr, "bench_measure: %s failed\n", argv[2]);
			return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
		}
		double used = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
			      (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
		if (used < cpu)
			cpu = used;
		if (usage.ru_maxrss > rss)
			rss = usage.ru_maxrss;
	}
	qsort(seconds, (size_t)runs, sizeof *seconds, compare);
	char machine[200];
	machine_name(machine, sizeof machine);
	printf("{\"name\":\"%s\",\"items\":%s,\"needs\":%s,\"shares\":%s,\"threads\":%s,\"runs\":%d,\"best_s\":%.4f,"
	       "\"median_s\":%.4f,\"cpu_s\":%.4f,\"max_rss_kb\":%ld,\"machine\":\"%s\"}\n",
	       argv[2], argv[3], argv[4], argv[5], argv[6], runs, seconds[0], seconds[runs / 2], cpu, rss, machine);
	return 0;
}
