/* How an instance of others was solved, as text, JSON and CSV. */
#include "report.h"

#include "io/json.h"

#include <math.h>
#include <stdio.h>

static const char *digits(char out[32], double x)
{
	if (isfinite(x))
		snprintf(out, 32, "%.10g", x == 0 ? 0.0 : x);
	else
		snprintf(out, 32, isnan(x) ? "?" : x > 0 ? "∞" : "-∞");
	return out;
}

static void put_text(ssrc_buf *out, const ssrc_instance *instance, const ssrc_instance_answer *answer, ssrc_lang lang)
{
	const ssrc_two_stage *problem = &instance->problem;
	const ssrc_two_stage_result *result = &answer->result;
	char cols[24], rows[24], scenarios[24], value[32], bound[32], gap[32], violation[32];
	snprintf(cols, sizeof cols, "%u", problem->first.n_cols);
	snprintf(rows, sizeof rows, "%u", problem->first.n_rows);
	snprintf(scenarios, sizeof scenarios, "%u", problem->n_scenarios);
	const char *head[] = {instance->name, cols, rows, scenarios,
			      instance->whole_recourse ? ssrc_text(SSRC_T_P_INSTANCE_WHOLE, lang) : ""};
	ssrc_put_line(out, lang, SSRC_T_P_INSTANCE, head, 5);
	digits(bound, answer->bound);
	if (result->infeasible) {
		ssrc_put_line(out, lang, SSRC_T_P_INSTANCE_INFEASIBLE, NULL, 0);
	} else if (!result->has_plan) {
		ssrc_put_line(out, lang, SSRC_T_P_INSTANCE_NONE,
			      (const char *[]){bound, ssrc_stop_word(result->stopped_by, lang)}, 2);
	} else {
		snprintf(gap, sizeof gap, "%.4g", answer->gap * 100);
		snprintf(violation, sizeof violation, "%.2g", result->violation);
		ssrc_put_line(out, lang, SSRC_T_P_INSTANCE_VALUE,
			      (const char *[]){digits(value, answer->value), bound, gap}, 3);
		const char *phases[] = {ssrc_text((ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)result->value_phase), lang),
					ssrc_text((ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)result->bound_phase), lang),
					ssrc_stop_word(result->stopped_by, lang), violation};
		ssrc_put_line(out, lang, SSRC_T_P_INSTANCE_PHASES, phases, 4);
	}
}

static void put_json(ssrc_buf *out, const ssrc_instance *instance, const ssrc_instance_answer *answer,
		     const ssrc_report_options *options)
{
	ssrc_json json;
	ssrc_json_begin(&json, out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/instance/1");
	ssrc_json_string(&json, "program", options->version);
	ssrc_json_string(&json, "name", instance->name);
	ssrc_json_integer(&json, "scenarios", instance->problem.n_scenarios);
	ssrc_json_bool(&json, "whole_recourse", instance->whole_recourse);
	ssrc_json_bool(&json, "infeasible", answer->result.infeasible);
	ssrc_json_number(&json, "value", answer->result.has_plan ? answer->value : (double)NAN);
	ssrc_json_number(&json, "bound", answer->bound);
	ssrc_json_number(&json, "gap", answer->gap);
	ssrc_json_number(&json, "violation", answer->result.violation);
	ssrc_json_string(&json, "stopped_by", answer->result.stopped_by);
	ssrc_json_open(&json, "x", '[');
	for (uint32_t j = 0; answer->result.has_plan && j < instance->problem.first.n_cols; j++)
		ssrc_json_number(&json, NULL, answer->result.x[j]);
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

ssrc_status ssrc_report_instance(ssrc_buf *out, const ssrc_instance *instance, const ssrc_instance_answer *answer,
				 const ssrc_report_options *options, ssrc_error *err)
{
	if (options->format == SSRC_FORMAT_JSON)
		put_json(out, instance, answer, options);
	else
		put_text(out, instance, answer, options->lang);
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}
