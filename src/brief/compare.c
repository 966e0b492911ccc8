/* What moved since an earlier brief: levels and losses of items, from its brief.json. */
#include "sections.h"

#include "io/json_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weeks of loss that count as moved. */
#define MOVED 0.05

static bool moved(double a, double b)
{
	return isnan(a) != isnan(b) || fabs(a - b) > MOVED;
}

static int by_move(const void *x, const void *y)
{
	const ssrc_brief_change *a = x, *b = y;
	int up = b->level_now - b->level_before - (a->level_now - a->level_before);
	return up ? up : a->item < b->item ? -1 : a->item > b->item;
}

static void compare_row(ssrc_brief *b, const ssrc_json_value *row)
{
	uint32_t item = ssrc_chain_item(b->a->chain, ssrc_json_text(row, "item"));
	double level = ssrc_json_double(row, "level"),
	       loss = ssrc_json_double(ssrc_json_get(row, "loss_weeks"), "central");
	if (item == SSRC_NONE)
		return;
	const ssrc_item_result *now = &b->a->items[item];
	ssrc_brief_change change = {.item = item,
				    .level_before = isnan(level) ? -1 : (int)level,
				    .level_now = now->level,
				    .loss_before = loss,
				    .loss_now = now->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID]};
	if (change.level_before != change.level_now || moved(change.loss_before, change.loss_now))
		b->changes[b->n_changes++] = change;
}

static size_t count(const ssrc_json_value *first)
{
	size_t n = 0;
	for (const ssrc_json_value *row = first; row; row = row->next)
		n++;
	return n;
}

ssrc_status ssrc_brief_compare(ssrc_brief *b, ssrc_error *err)
{
	ssrc_findings *findings;
	ssrc_json_value *root;
	if (!b->settings.before)
		return SSRC_OK;
	ssrc_status status = ssrc_findings_new(&findings, b->ctx, err);
	if (status)
		return status;
	status = ssrc_json_parse(&b->arena, b->settings.before, b->settings.before_len, "brief.json", &root, findings,
				 err);
	ssrc_findings_free(findings);
	if (status)
		return status;
	if (!root || strcmp(ssrc_json_text(root, "schema"), "secondsource/brief/1") != 0)
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_BRIEF_OLD, NULL, NULL, NULL);
	const ssrc_json_value *rows = ssrc_json_list(ssrc_json_get(root, "tables"), "items");
	strncpy(b->before_day, ssrc_json_text(root, "as_of"), sizeof b->before_day - 1);
	b->changes = ssrc_arena_array(&b->arena, count(rows) + 1, sizeof *b->changes);
	if (!b->changes)
		return ssrc_no_memory(err);
	for (const ssrc_json_value *row = rows; row; row = row->next)
		compare_row(b, row);
	qsort(b->changes, b->n_changes, sizeof *b->changes, by_move);
	b->compared = true;
	return SSRC_OK;
}
