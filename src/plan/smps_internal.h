/* The parts of the SMPS reader (internal to smps*.c). */
#ifndef SSRC_SMPS_INTERNAL_H
#define SSRC_SMPS_INTERNAL_H

#include "plan/instances.h"

enum { SMPS_TOKENS_MAX = 8 };

typedef struct smps_token {
	const char *at;
	uint32_t len;
	int64_t column; /* from 1 */
} smps_token;

/* One text read line by line; comment lines and blank lines are passed over. */
typedef struct smps_lines {
	const ssrc_named_text *text;
	size_t next;
	int64_t line;
	bool fixed;  /* cut into the columns of fixed MPS instead of words */
	bool header; /* the present line starts in its first column */
	smps_token token[SMPS_TOKENS_MAX];
	uint32_t n_tokens;
	bool more; /* more words than fit */
} smps_lines;

typedef enum smps_row_type { SMPS_FREE, SMPS_LESS, SMPS_GREATER, SMPS_EQUAL } smps_row_type;

typedef struct smps_row {
	smps_row_type type;
	double rhs, range;  /* range: NaN = none */
	uint32_t stage, at; /* 0 or 1; number within the stage's program, SSRC_NONE if left out */
} smps_row;

typedef struct smps_col {
	double cost, low, high;
	bool integer, bounded; /* bounded: some bound line names it */
	uint32_t stage, at;
} smps_col;

typedef enum smps_bound_type {
	SMPS_UP,
	SMPS_LO,
	SMPS_FX,
	SMPS_FR,
	SMPS_MI,
	SMPS_PL,
	SMPS_BV,
	SMPS_LI,
	SMPS_UI,
	SMPS_BOUND_TYPES
} smps_bound_type;

typedef struct smps_bound {
	smps_bound_type type;
	uint32_t col;
	double value;
} smps_bound;

typedef struct smps_entry {
	uint32_t col, row;
	double value;
} smps_entry;

typedef struct smps_model {
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena *arena; /* of the result */
	ssrc_symbols row_names, col_names;
	smps_row *rows;
	smps_col *cols;
	smps_entry *entries; /* sorted by column, then row, once the core is read */
	size_t rows_cap, cols_cap, entries_cap, n_entries;
	uint32_t objective; /* row; SSRC_NONE until found */
	char rhs_name[64];  /* of the core's right-hand side, "" if none */
	char range_name[64];
	ssrc_instance out;
	const char *core_name;
} smps_model;

/* ---- lines ------------------------------------------------------------------------------------------------ */

void smps_lines_init(smps_lines *lines, const ssrc_named_text *text);
bool smps_next_line(smps_lines *lines);
bool smps_is(const smps_token *token, const char *word); /* any case; `word` in capitals */
bool smps_number(const smps_token *token, double *out);  /* 1e20 and more are infinite */
/* Word k, or an empty one behind the last word. */
const smps_token *smps_word(const smps_lines *lines, uint32_t k);
/* FORMAT (or `code`) at word k: "`found`: expected …". */
ssrc_status smps_refuse(const smps_model *m, const smps_lines *lines, ssrc_status code, uint32_t k,
			const char *expected);

/* A right-hand side that a row of this type can have: finite, or infinite where that means no bound. */
bool smps_is_side(smps_row_type type, double rhs);
/* A name for a message: at most 44 bytes of it, no character cut. */
typedef struct smps_name {
	char text[48];
} smps_name;
smps_name smps_short(const char *name);
uint32_t smps_find_row(const smps_model *m, const smps_token *token);
uint32_t smps_find_col(const smps_model *m, const smps_token *token);
/* Reads a bound line "type (set) column value" of n words. */
ssrc_status smps_read_bound(const smps_model *m, const smps_lines *lines, uint32_t n, smps_bound *out);
bool smps_is_bound(const smps_token *token); /* a type of bound */
/* True if an upper bound below 0 took the lower bound of 0 away. */
bool smps_set_bound(smps_col *col, smps_bound_type type, double value);
/* The sides of a row with another right-hand side. */
void smps_row_sides(const smps_row *row, double rhs, double *low, double *high);

/* ---- parts ------------------------------------------------------------------------------------------------ */

SSRC_MUST_CHECK ssrc_status smps_read_core(smps_model *m, const ssrc_named_text *core, bool fixed);
SSRC_MUST_CHECK ssrc_status smps_read_time(smps_model *m, const ssrc_named_text *time, bool fixed);
SSRC_MUST_CHECK ssrc_status smps_read_stoch(smps_model *m, const ssrc_named_text *stoch, bool fixed,
					    uint32_t max_scenarios);

#endif
