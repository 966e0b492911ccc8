/* The Belgian table of 2015 with the survey of essential inputs, from the user's reference data; figures to compare. */
#ifndef SSRC_TEST_IO_TABLE_DATA_H
#define SSRC_TEST_IO_TABLE_DATA_H

#include "reference_csv.h"
#include "stress/io_table.h"

enum { IO_DATA_N = 63, IO_DATA_FORMS = 4 };

typedef struct io_data {
	double z[IO_DATA_N * IO_DATA_N], criticality[IO_DATA_N * IO_DATA_N];
	double household[IO_DATA_N], other[IO_DATA_N], days[IO_DATA_N], output[IO_DATA_N];
	uint32_t shocked; /* C26, computers, electronic and optical products */
	ssrc_io_table table;
} io_data;

/* C26 without 90 % of its labour on days 10 to 69, 365 days. Computed with the published program pyIEEM
 * (github.com/twallema/pyIEEM, commit 23c5b593) on the same files; printed with 5 and 2 decimals. */
typedef struct io_figure {
	ssrc_production form;
	double least, lost_days;
} io_figure;
static const io_figure io_figures[IO_DATA_FORMS] = {
	{SSRC_LEONTIEF, 0.30532, 44.68},
	{SSRC_STRONG, 0.40443, 33.06},
	{SSRC_HALF, 0.41633, 31.65},
	{SSRC_WEAK, 0.43430, 29.83},
};

static inline double io_data_cell(const ref_csv *csv, size_t row, size_t column)
{
	return strtod(csv->cell[row * REF_CSV_COLUMNS + column], NULL);
}

/* A square table with a header row and a label column. */
static inline bool io_data_square(const char *folder, const char *name, double factor, double *out, uint32_t *c26)
{
	ref_csv csv;
	if (!ref_csv_read(&csv, folder, name))
		return false;
	bool good = csv.rows == IO_DATA_N + 1 && csv.columns == IO_DATA_N + 1;
	for (size_t i = 0; good && i < IO_DATA_N; i++) {
		good = strcmp(csv.cell[i + 1], csv.cell[(i + 1) * REF_CSV_COLUMNS]) == 0;
		if (strcmp(csv.cell[i + 1], "C26") == 0)
			*c26 = (uint32_t)i;
		for (size_t j = 0; j < IO_DATA_N; j++)
			out[i * IO_DATA_N + j] = io_data_cell(&csv, i + 1, j + 1) * factor;
	}
	ref_csv_free(&csv);
	return good;
}

static inline bool io_data_columns(const char *folder, const char *name, size_t columns, const size_t *column,
				   double factor, double *const *out)
{
	ref_csv csv;
	if (!ref_csv_read(&csv, folder, name))
		return false;
	bool good = csv.rows == IO_DATA_N + 1;
	for (size_t k = 0; good && k < columns; k++)
		for (size_t i = 0; i < IO_DATA_N && column[k] < csv.columns; i++)
			out[k][i] = io_data_cell(&csv, i + 1, column[k]) * factor;
	ref_csv_free(&csv);
	return good;
}

/* False if the files are absent or not as expected. Values per year become values per day. */
static inline bool io_data_read(io_data *d, const char *folder)
{
	memset(d, 0, sizeof *d);
	d->shocked = UINT32_MAX;
	bool good =
		io_data_square(folder, "io/belgium_sweden_iot/IO_BE_NACE64.csv", 1.0 / 365, d->z, &d->shocked) &&
		io_data_square(folder, "io/pichler/IHS_critical_NACE64.csv", 1, d->criticality, &d->shocked) &&
		io_data_columns(folder, "io/belgium_sweden_iot/other_accounts_BE_NACE64.csv", 3, (size_t[]){1, 3, 4},
				1.0 / 365, (double *const[]){d->output, d->household, d->other}) &&
		io_data_columns(folder, "io/pichler/desired_stock_NACE64.csv", 1, (size_t[]){1}, 1,
				(double *const[]){d->days}) &&
		d->shocked != UINT32_MAX;
	d->table = (ssrc_io_table){IO_DATA_N, d->z, d->household, d->other, d->criticality, d->days};
	return good;
}

static inline ssrc_io_shock io_data_shock(const io_data *d)
{
	return (ssrc_io_shock){SSRC_IO_LABOUR, d->shocked, 10, 70, 0.9};
}

#endif
