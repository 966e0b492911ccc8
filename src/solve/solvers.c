/* Which solvers there are, and which to take. */
#include "model.h"

#include <string.h>

const ssrc_solver_ops *const ssrc_solvers[] = {&ssrc_highs,   &ssrc_clp,         &ssrc_cbc,
					       &ssrc_builtin, &ssrc_file_solver, NULL};

static bool can(const ssrc_solver_ops *ops, bool mip)
{
	return mip ? ops->mip : ops->lp;
}

/* The solver whose name stands before the colon of `name`, or is all of it. */
static const ssrc_solver_ops *by_name(const char *name)
{
	size_t len = strcspn(name, ":");
	for (size_t i = 0; ssrc_solvers[i]; i++)
		if (ssrc_text_equal(name, len, ssrc_solvers[i]->name))
			return ssrc_solvers[i];
	return NULL;
}

static const char *package_of(const ssrc_solver_ops *ops)
{
	return ops == &ssrc_highs ? "highs (from Debian 13 on)"
	       : ops == &ssrc_clp ? "coinor-libclp1"
				  : "coinor-libcbc3";
}

/* Our own is always there. */
static const ssrc_solver_ops *best(bool mip)
{
	size_t i = 0;
	while (!can(ssrc_solvers[i], mip) || !ssrc_solvers[i]->available(NULL))
		i++;
	return ssrc_solvers[i];
}

const ssrc_solver_ops *ssrc_solver_find(const char *name, bool mip, ssrc_error *err)
{
	if (!name || !*name)
		return best(mip);
	const ssrc_solver_ops *ops = by_name(name);
	bool path = strchr(name, ':') != NULL;
	if (!ops || (path && !ops->create_at))
		(void)ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_UNKNOWN, name, NULL, NULL);
	else if (!can(ops, mip))
		(void)ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_KIND, name, NULL, NULL);
	else if (path || ops->available(NULL))
		return ops;
	else if (ops == &ssrc_file_solver)
		(void)ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_PATH, name, NULL, NULL);
	else
		(void)ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_MISSING, name, package_of(ops), NULL);
	return NULL;
}

ssrc_status ssrc_solver_new(ssrc_solver **out, const char *name, bool mip, ssrc_context *ctx,
			    const ssrc_program *program, ssrc_error *err)
{
	const ssrc_solver_ops *ops = ssrc_solver_find(name, mip, err);
	if (!ops)
		return SSRC_NOTFOUND;
	const char *colon = name ? strchr(name, ':') : NULL;
	return colon ? ops->create_at(out, colon + 1, ctx, program, err) : ops->create(out, ctx, program, err);
}

void ssrc_solver_free(ssrc_solver *solver)
{
	if (solver)
		solver->ops->destroy(solver);
}
