/* The command line: one table of commands and options gives the parser, --help, the man page and completion. */
#ifndef SSRC_CLI_H
#define SSRC_CLI_H

#include "report/report.h"

#include <stdbool.h>

typedef enum cli_option_id {
	OPT_ADVERSARY,
	OPT_AS_OF,
	OPT_AVAILABILITY,
	OPT_BASIS,
	OPT_BOM,
	OPT_BUDGET,
	OPT_BY,
	OPT_CAP,
	OPT_CAPACITY,
	OPT_CASE,
	OPT_CFLP,
	OPT_CHECK_ONLY,
	OPT_CHIPS,
	OPT_CHIPS_AFTER,
	OPT_CLOUD_LOST,
	OPT_COLOR,
	OPT_COMPARE,
	OPT_CSV,
	OPT_CUT,
	OPT_CYCLONEDX,
	OPT_DIRECT,
	OPT_DISCOUNT,
	OPT_DOT,
	OPT_EVALUATE,
	OPT_EXCLUDE,
	OPT_FAIL_ON,
	OPT_FLOP,
	OPT_FOCUS,
	OPT_FOR,
	OPT_FORCE,
	OPT_FORM,
	OPT_FOR_WEEKS,
	OPT_FRACTION,
	OPT_FROM,
	OPT_FROM_WEEK,
	OPT_FRONTIER,
	OPT_GAP,
	OPT_GOAL,
	OPT_GRADE_AFTER,
	OPT_GRAPHML,
	OPT_HELP,
	OPT_HOME,
	OPT_ITEMS,
	OPT_JSON,
	OPT_KNOWN_AT,
	OPT_LANG,
	OPT_LANGS,
	OPT_LEAST,
	OPT_LIMITS,
	OPT_LIST,
	OPT_MAX_SHORTAGE,
	OPT_MEMORY,
	OPT_MFU,
	OPT_MIN_LEVEL,
	OPT_MISSING,
	OPT_MODE,
	OPT_NEAR,
	OPT_NOTICE,
	OPT_NO_BEST,
	OPT_OF,
	OPT_OPTIMUM,
	OPT_OUT,
	OPT_PARAMS,
	OPT_QUIET,
	OPT_RATION,
	OPT_RECOMPUTE,
	OPT_REDACT,
	OPT_REFILL,
	OPT_REPLICATES,
	OPT_RISK,
	OPT_RUNS,
	OPT_SCALING,
	OPT_SCENARIO,
	OPT_SEED,
	OPT_SENDER,
	OPT_SMPS,
	OPT_SOLVER,
	OPT_STARTED,
	OPT_STATUS,
	OPT_STEP,
	OPT_STIX,
	OPT_STRICT,
	OPT_TAIL,
	OPT_THREADS,
	OPT_TIER,
	OPT_TIME,
	OPT_TLP,
	OPT_TOKENS,
	OPT_TOP,
	OPT_TRAINING_WEEKS,
	OPT_VERSION,
	OPT_VIEW,
	OPT_WAIT,
	OPT_WEEKS,
	OPT_WIDTH,
	OPT_YEARLY,
	OPT_COUNT
} cli_option_id;

typedef struct cli_option {
	const char *name;    /* without -- */
	const char *value;   /* NULL = a flag */
	const char *choices; /* "a|b", NULL = any */
	const char *help[2];
} cli_option;
extern const cli_option cli_options[OPT_COUNT];

typedef struct cli cli;
typedef struct cli_command {
	const char *name;
	const char *arguments;
	const char *summary[2];
	const char *about[2]; /* a paragraph */
	const char *examples; /* command lines, one per line; each is run by the tests */
	const cli_option_id *options;
	size_t n_options;
	int min_args, max_args;
	int (*run)(cli *c);
} cli_command;
extern const cli_command cli_commands[];
extern const size_t cli_n_commands;

struct cli {
	ssrc_context ctx;
	ssrc_lang lang;
	const cli_command *command;
	const char *args[4];
	int n_args;
	const char *option[OPT_COUNT]; /* value, "" for a flag that is set, NULL if not */
	bool colour, quiet;
	size_t width;
	int32_t today, as_of;
	ssrc_error err;
};

enum {
	EXIT_FINE = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_DATA = 3,
	EXIT_INFEASIBLE = 4,
	EXIT_LIMIT = 5,
	EXIT_ENVIRONMENT = 6
};

/* Writes the error of c->err to stderr with its hint; returns the exit code for `status`. */
int cli_fail(cli *c, ssrc_status status);
/* A usage error in both languages; returns EXIT_USAGE. */
int cli_usage(cli *c, const char *en, const char *zh, const char *word);
/* Prints text to stdout; EXIT_FINE, or EXIT_ENVIRONMENT if that fails (SIGPIPE is quiet). */
int cli_print(cli *c, ssrc_buf *text);
/* Replaces control characters and those that turn the direction of text by `?`, in place; the program's own colour
 * codes stay if `colour`. For everything that is said. */
void cli_make_safe(char *text, bool colour);
/* Refuses options that exclude each other or would be ignored: -1 to go on, else the exit code. */
int cli_check_options(cli *c);
/* Says on stderr which home `word` may stand for, if any; chain: whose parties are homes too, may be NULL. */
void cli_suggest_home(cli *c, const char *word, const ssrc_chain *chain);
/* One finding on stderr: place, message, fix. */
void cli_show_finding(const cli *c, const ssrc_finding *finding);
/* An error of the environment (exit 6) if nothing is at `path`; *folder (may be NULL): is it a folder. */
ssrc_status cli_find_path(cli *c, const char *path, bool *folder);
/* Says something on stderr unless --quiet. */
void cli_say(const cli *c, const char *text);
ssrc_report_options cli_report_options(const cli *c);

/* The package of a folder or a study, checked. exit_code is set when it returns NULL. */
typedef struct cli_input {
	ssrc_package *package;
	ssrc_findings *findings;
} cli_input;
bool cli_read_input(cli *c, const char *path, bool check, cli_input *out, int *exit_code);
void cli_free_input(cli_input *input);

/* The input assessed for --home on --basis. exit_code is set when it returns false. */
typedef struct cli_assessed {
	cli_input input;
	ssrc_chain *chain;
	ssrc_assessment *assessment;
} cli_assessed;
bool cli_assess(cli *c, cli_assessed *x, int *exit_code);
void cli_free_assessed(cli_assessed *x);
/* Prints the report and frees everything; a name that is not in the chain is wrong use. */
int cli_finish(cli *c, cli_assessed *x, ssrc_buf *out, ssrc_status status);

/* The scenarios that --scenario and --cut (with --items, --fraction, --from-week, --for-weeks) name; all of the package
 * without them. Arena memory. exit_code is set when it returns false. */
typedef struct cli_scenarios {
	ssrc_scenario *list;
	uint32_t n;
} cli_scenarios;
bool cli_pick_scenarios(cli *c, cli_scenarios *out, const ssrc_chain *chain, ssrc_arena *arena, int *exit_code);
/* "5", "35%", "35-40%", "0.35-0.40"; false if it is none of these or runs backwards. */
bool cli_parse_range(const char *text, size_t len, double *low, double *high);
/* The number of an option into *out, which stays as it is without the option; outside of low–high it is wrong use. */
bool cli_number(cli *c, cli_option_id id, double low, double high, double *out, int *exit_code);
bool cli_whole(cli *c, cli_option_id id, double low, double high, double *out, int *exit_code);
bool cli_range(cli *c, cli_option_id id, double low, double high, ssrc_interval *out, int *exit_code);

/* --solver, "" without it; a name that no solver has is wrong use. */
bool cli_solver(cli *c, const char **out, int *exit_code);
/* Progress of long work on a terminal; from its begin on, Ctrl-C sets cli_stop instead of ending the program. */
extern volatile int cli_stop;
void cli_watch_interrupt(void);
typedef struct cli_progress {
	const cli *c;
	bool shown, drawn;
	double last; /* seconds at the last line */
} cli_progress;
void cli_begin_progress(cli_progress *progress, const cli *c);
void cli_on_progress(void *user, const ssrc_two_stage_progress *p, const double *x);
void cli_end_progress(cli_progress *progress);

int cli_init(cli *c);
int cli_import(cli *c);
int cli_export(cli *c);
int cli_export_exchange(cli *c);
int cli_check(cli *c);
int cli_rank(cli *c);
int cli_explain(cli *c);
int cli_map(cli *c);
int cli_criticality(cli *c);
int cli_alternates(cli *c);
int cli_compute(cli *c);
int cli_history(cli *c);
int cli_brief(cli *c);
int cli_plan(cli *c);
int cli_plan_file(cli *c);
int cli_stress(cli *c);
int cli_schema(cli *c);
int cli_man(cli *c);
int cli_completion(cli *c);

/* help.c */
void cli_print_help(const cli *c, ssrc_buf *out);
void cli_print_command_help(const cli *c, const cli_command *command, ssrc_buf *out);
void cli_print_man(ssrc_buf *out);
bool cli_print_completion(ssrc_buf *out, const char *shell);

#endif
