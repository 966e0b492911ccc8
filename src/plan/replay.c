/* A plan in the simulation: what remains when everybody acts alone. */
#include "plan/from_chain.h"

#include <math.h>

ssrc_status ssrc_plan_replay(double *weeks, const ssrc_assessment *a, const ssrc_plan_from_chain *from,
			     const ssrc_plan_scope *scope, const ssrc_plan_choice *choices, ssrc_arena *arena,
			     ssrc_error *err)
{
	const ssrc_plan_problem *problem = &from->problem;
	ssrc_stress_options options = ssrc_stress_defaults;
	options.mode = scope->mode;
	options.brief = true;
	options.weeks = (uint32_t)fmin(5200, ceil(problem->period[problem->n_periods] - scope->notice) + 1);
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		ssrc_stress_backup *backups;
		ssrc_stress *stress;
		uint32_t n;
		if (s > 0 && from->scenario_of[s] == from->scenario_of[s - 1]) {
			weeks[s] = weeks[s - 1];
			continue;
		}
		ssrc_status status =
			ssrc_plan_backups(&backups, &n, from, scope, choices, problem->scenarios[s].works, arena, err);
		if (!status)
			status = ssrc_stress_run(&stress, a, &scope->scenarios[from->scenario_of[s]], &options, backups,
						 n, err);
		if (status)
			return status;
		weeks[s] = stress->loss.at[scope->which];
		ssrc_stress_free(stress);
	}
	return SSRC_OK;
}
