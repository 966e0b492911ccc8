/* Shared by the two files that write a plan (internal). */
#ifndef SSRC_REPORT_PLAN_PAGE_H
#define SSRC_REPORT_PLAN_PAGE_H

#include "report/report.h"

void ssrc_plan_put_json(ssrc_buf *out, const ssrc_plan_page *p, const ssrc_report_options *options);
/* Most weeks lost by one product in a scenario, and its place among the outlook's products (SSRC_NONE if none). */
double ssrc_plan_worst_of(const ssrc_plan_outlook *o, uint32_t scenario, uint32_t *product);
/* The first week of any cut. */
double ssrc_plan_first_cut(const ssrc_plan_problem *problem);
/* "part-second, part-stock (2.0)". */
void ssrc_plan_list_taken(char *out, size_t size, const ssrc_plan_problem *problem, const ssrc_plan_choice *choices);
/* The day of a week counted from the chain's. */
void ssrc_plan_ready_day(char out[11], const ssrc_chain *chain, double week);
void ssrc_plan_rule_text(char *out, size_t size, const ssrc_plan_page *p, const ssrc_plan_rule *rule, ssrc_lang lang);
const char *ssrc_plan_state_word(ssrc_option_state state);

#endif
