/* Replays inputs through a fuzz target without libFuzzer: every argument is a file or a folder of files.
 * Arguments that start with '-' are libFuzzer's and are ignored. Files run in the order of their names. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { INPUT_BYTES_MAX = 16 << 20, PATH_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return -1;
	}
	size_t size = 0, cap = 4096, got;
	uint8_t *data = malloc(cap);
	while (data && (got = fread(data + size, 1, cap - size, f)) > 0) {
		size += got;
		if (size == cap) {
			uint8_t *more = cap < INPUT_BYTES_MAX ? realloc(data, cap * 2) : NULL;
			if (!more) {
				free(data);
				data = NULL;
				break;
			}
			data = more;
			cap *= 2;
		}
	}
	int failed = !data || ferror(f);
	fclose(f);
	if (failed) {
		fprintf(stderr, "%s: cannot be read or is larger than 16 MiB\n", path);
		free(data);
		return -1;
	}
	/* A block of exactly this size, so that a sanitizer sees the first byte read beyond it. */
	uint8_t *exact = malloc(size ? size : 1);
	if (exact) {
		memcpy(exact, data, size);
		(void)LLVMFuzzerTestOneInput(exact, size);
	}
	failed = !exact;
	free(exact);
	free(data);
	return failed ? -1 : 1;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Returns how many inputs ran, or -1. */
static int replay(const char *path)
{
	struct stat info;
	if (stat(path, &info)) {
		perror(path);
		return -1;
	}
	if (!S_ISDIR(info.st_mode))
		return replay_file(path);
	struct dirent **entries;
	int n = scandir(path, &entries, visible, alphasort);
	if (n < 0) {
		perror(path);
		return -1;
	}
	int total = 0;
	for (int i = 0; i < n; i++) {
		char name[PATH_BYTES];
		int ran = -1;
		if (snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name) < PATH_BYTES)
			ran = replay(name);
		total = total < 0 || ran < 0 ? -1 : total + ran;
		free(entries[i]);
	}
	free(entries);
	return total;
}

int main(int argc, char **argv)
{
	int total = 0;
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		int ran = replay(argv[i]);
		if (ran < 0)
			return 1;
		total += ran;
	}
	if (total == 0) {
		fprintf(stderr, "%s: no input; give files or folders\n", argv[0]);
		return 1;
	}
	printf("%d inputs\n", total);
	return 0;
}
