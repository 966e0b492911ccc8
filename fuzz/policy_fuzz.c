/* policy.yaml: any bytes give a policy whose conditions can be evaluated on any facts, or FORMAT with a place. */
#include "fuzz_context.h"

#include "assess/assess.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(const ssrc_rule *rules, size_t n, const ssrc_estimate *facts)
{
	for (size_t i = 0; i < n; i++) {
		FUZZ_REQUIRE(rules[i].rank >= 1 && rules[i].rank <= 4 && rules[i].title[0] && rules[i].title[1]);
		for (int at = -1; at <= SSRC_POSSIBLE; at++) {
			ssrc_truth truth = ssrc_condition_holds(rules[i].condition, facts, at);
			FUZZ_REQUIRE(truth == SSRC_FALSE || truth == SSRC_UNKNOWN || truth == SSRC_TRUE);
		}
	}
}

static void read_policy(fuzz_context *f, const ssrc_package *package)
{
	ssrc_arena arena;
	ssrc_policy *policy;
	ssrc_error err = {0};
	ssrc_arena_init(&arena, &f->ctx);
	ssrc_status status = ssrc_policy_read(&policy, package, &arena, &err);
	FUZZ_REQUIRE(status == SSRC_OK || (status == SSRC_FORMAT && err.line > 0));
	if (!status) {
		ssrc_estimate facts[SSRC_FACT_COUNT];
		static const double values[] = {0, 0.5, 1, 52, (double)NAN, (double)INFINITY};
		for (int i = 0; i < SSRC_FACT_COUNT; i++)
			for (int which = 0; which < SSRC_CASES; which++)
				facts[i].at[which] = values[(i + which) % 6];
		evaluate(policy->levels, policy->n_levels, facts);
		evaluate(policy->grades, policy->n_grades, facts);
	}
	ssrc_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_context f;
	ssrc_findings *findings;
	ssrc_package *package;
	fuzz_begin(&f);
	FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
	FUZZ_REQUIRE(ssrc_package_new(&package, &f.ctx, "package", NULL) == SSRC_OK);
	ssrc_status status =
		ssrc_package_add_document(package, "policy.yaml", (const char *)data, size, findings, NULL);
	FUZZ_REQUIRE(status == SSRC_OK);
	read_policy(&f, package);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	fuzz_end(&f);
	return 0;
}
