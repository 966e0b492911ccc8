/* A small CSV reader for reference data: a whole file in memory, quoted cells, columns by name. Tests only; the
 * program reads files through src/io. */
#ifndef SSRC_TEST_REFERENCE_CSV_H
#define SSRC_TEST_REFERENCE_CSV_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REF_CSV_COLUMNS = 64, REF_CSV_ROWS = 10000 };

typedef struct ref_csv {
	char *text;
	char **cell; /* rows x columns; row 0 is the header */
	size_t rows, columns;
} ref_csv;

static inline void ref_csv_free(ref_csv *csv)
{
	free(csv->text);
	free(csv->cell);
	*csv = (ref_csv){0};
}

static inline char *ref_csv_load(const char *path)
{
	FILE *f = fopen(path, "rb");
	long size = 0;
	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	rewind(f);
	char *text = size >= 0 ? calloc(1, (size_t)size + 1) : NULL;
	if (text && fread(text, 1, (size_t)size, f) != (size_t)size) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

/* Ends the cell at *p in place and moves *p behind its separator; returns whether it was the last of its line. */
static inline bool ref_csv_cell(char **p, char **cell)
{
	char *from = *p, *to = *p;
	bool quoted = *from == '"';
	from += quoted;
	*cell = to;
	for (; *from; from++) {
		if (quoted && *from == '"') {
			if (from[1] != '"') {
				quoted = false;
				continue;
			}
			from++;
		} else if (!quoted && (*from == ',' || *from == '\n')) {
			break;
		} else if (!quoted && *from == '\r') {
			continue;
		}
		*to++ = *from;
	}
	bool last = *from != ',';
	*p = *from ? from + 1 : from;
	*to = '\0';
	return last;
}

/* Reads folder/name. False if it is absent or its rows differ in length. */
static inline bool ref_csv_read(ref_csv *csv, const char *folder, const char *name)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	*csv = (ref_csv){.text = ref_csv_load(path)};
	csv->cell = csv->text ? calloc((size_t)REF_CSV_ROWS * REF_CSV_COLUMNS, sizeof *csv->cell) : NULL;
	char *p = csv->text;
	while (csv->cell && *p && csv->rows < REF_CSV_ROWS) {
		size_t column = 0;
		bool last = false;
		while (!last && column < REF_CSV_COLUMNS)
			last = ref_csv_cell(&p, &csv->cell[csv->rows * REF_CSV_COLUMNS + column++]);
		if (csv->rows == 0)
			csv->columns = column;
		if (column != csv->columns)
			break;
		csv->rows++;
	}
	if (csv->cell && !*p && csv->rows > 0)
		return true;
	ref_csv_free(csv);
	return false;
}

static inline const char *ref_csv_text(const ref_csv *csv, size_t row, const char *column)
{
	for (size_t c = 0; c < csv->columns; c++)
		if (strcmp(csv->cell[c], column) == 0)
			return csv->cell[row * REF_CSV_COLUMNS + c];
	return "";
}

static inline double ref_csv_number(const ref_csv *csv, size_t row, const char *column)
{
	return strtod(ref_csv_text(csv, row, column), NULL);
}

#endif
