/* Long work: what it has reached so far, on a terminal; and Ctrl-C, which asks it to end with what it has. */
#include "cli.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

volatile int cli_stop;

/* The first Ctrl-C asks; a second one ends the program as usual. */
static void on_interrupt(int signal_number)
{
	cli_stop = 1;
	(void)signal(signal_number, SIG_DFL);
}

void cli_watch_interrupt(void)
{
	struct sigaction action = {.sa_handler = on_interrupt};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

void cli_begin_progress(cli_progress *progress, const cli *c)
{
	*progress = (cli_progress){.c = c, .shown = !c->quiet && isatty(STDERR_FILENO), .last = -1};
	cli_watch_interrupt();
}

static const char *short_number(char out[24], double x, const char *unknown)
{
	if (isfinite(x))
		snprintf(out, 24, "%.6g", x);
	else
		snprintf(out, 24, "%s", unknown);
	return out;
}

void cli_on_progress(void *user, const ssrc_two_stage_progress *p, const double *x)
{
	cli_progress *progress = user;
	(void)x;
	if (!progress->shown || (progress->last >= 0 && p->seconds < progress->last + 0.2))
		return;
	char line[300], seconds[24], value[24], bound[24], gap[24];
	progress->last = p->seconds;
	snprintf(seconds, sizeof seconds, "%.0f", p->seconds);
	snprintf(gap, sizeof gap, isfinite(p->gap) ? "%.2f %%" : "–", p->gap * 100);
	const char *args[] = {seconds, ssrc_text((ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)p->phase), progress->c->lang),
			      short_number(value, p->value, "–"), short_number(bound, p->bound, "–"), gap};
	ssrc_text_fill(line, sizeof line, ssrc_text(SSRC_T_P_PROGRESS, progress->c->lang), args, 5);
	fprintf(stderr, "\r\033[K%s", line);
	progress->drawn = true;
}

void cli_end_progress(cli_progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
