/* Training time against published runs, for tests/validate.c. The figures are facts that the rows cite; no file is
 * read. Counted are the rows whose published figure follows from the equation alone. Runs whose MFU is an average of
 * something else are shown with their ratio and not counted. */
#include "validate_page.h"

#include <secondsource/compute.h>

#include <math.h>
#include <stdlib.h>

static ssrc_bounds at(double x)
{
	return (ssrc_bounds){x, x};
}

/* Hours of a run at this MFU and availability 1; NAN if it cannot be computed. */
static double hours_of(double flop, double chips, double peak, double mfu)
{
	ssrc_bounds p = at(peak), n = at(chips);
	ssrc_compute_run run = {.flop = at(flop),
				.mfu = at(mfu),
				.availability = at(1),
				.scaling = at(1),
				.peak = &p,
				.count = &n,
				.n_chips = 1};
	ssrc_compute_time time;
	return ssrc_compute_time_of(&run, &time, NULL) ? (double)NAN : time.days.central * 24;
}

static double flop_of(double params, double tokens, bool recompute)
{
	ssrc_bounds flop;
	return ssrc_compute_flop(at(params), at(tokens), recompute, &flop, NULL) ? (double)NAN : flop.low;
}

/* ---- what follows from the equation ------------------------------------------------------------------------- */

typedef struct exact_row {
	const char *what, *source;
	double published, half_unit, ours;
} exact_row;

static void put_exact(page *p)
{
	const exact_row rows[] = {
		{"GPT-3 175B, 300 B tokens, 1024 A100 at 140 TFLOP/s, 8 N D: days", "Narayanan et al. 2021", 34, 0.5,
		 hours_of(flop_of(175e9, 300e9, true), 1024, 312e12, 140.0 / 312) / 24},
		{"1008 B parameters, 450 B tokens, 3072 A100 at 163 TFLOP/s, 8 N D: days", "Narayanan et al. 2021", 84,
		 0.5, hours_of(flop_of(1008e9, 450e9, true), 3072, 312e12, 163.0 / 312) / 24},
		{"Llama 3.1 405B, 15.6 T tokens, 6 N D: compute, 1e25 FLOP", "Llama 3.1 model card", 3.8, 0.05,
		 flop_of(405e9, 15.6e12, false) / 1e25},
	};
	put(p, "| figure 指标 | source 来源 | published 原值 | computed 计算值 | verdict 结论 |\n"
	       "|---|---|---:|---:|---|\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool good = fabs(rows[i].ours - rows[i].published) <= rows[i].half_unit;
		put(p, "| %s | %s | %.4g | %.4g | %s |\n", rows[i].what, rows[i].source, rows[i].published,
		    rows[i].ours, good ? "agrees 一致" : "**differs 不一致**");
		p->figures++;
		p->agree += good;
	}
}

/* ---- published runs --------------------------------------------------------------------------------------------- */

typedef struct run_row {
	const char *name, *chip, *note;
	double chips, peak, flop, mfu, hours; /* wall time, published */
	bool circular;                        /* the MFU was computed from the time */
} run_row;

static const run_row runs[] = {
	{"GPT-3 175B", "V100", "MFU from the time", 10000, 125e12, 3.14e23, 0.1966, 355, true},
	{"PaLM 540B", "TPU v4", "MFU of the steady state", 6144, 275e12, 2.53e24, 0.462, 1536, false},
	{"LLaMA 65B", "A100", "", 2048, 312e12, 5.5e23, 0.4746, 500, false},
	{"Llama 2 70B", "A100", "", 1000, 312e12, 8.1e23, 0.419, 1728, false},
	{"GLM-130B", "A100", "", 768, 312e12, 3.55e23, 0.325, 1440, false},
	{"BloombergGPT", "A100", "", 512, 312e12, 2.36e23, 0.246, 1270, false},
	{"MegaScale", "A100", "", 12288, 312e12, 3.9e24, 0.48, 504, false},
	{"Nemotron-4 340B", "H100", "", 6144, 989e12, 1.8e25, 0.411, 2200, false},
	{"Llama 3.1 405B", "H100", "30.84 M GPU hours; the ratio is the availability they imply", 16384, 989e12,
	 3.79e25, 0.40, 30.84e6 / 16384, false},
	{"DeepSeek-V3, pre-training", "H800", "2.664 M GPU hours; MFU from the time", 2048, 989e12, 3.29e24, 0.346,
	 2.664e6 / 2048, true},
};

enum { RUNS = sizeof runs / sizeof *runs };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void put_runs(page *p)
{
	double ratios[RUNS];
	size_t n = 0, ten = 0, thirty = 0;
	put(p,
	    "\n| run 训练 | chips 芯片 | FLOP | MFU | published, h 原值 | computed, h 计算值 | ratio 比值 | circular "
	    "循环 | note 说明 |\n|---|---|---:|---:|---:|---:|---:|---|---|\n");
	for (size_t i = 0; i < RUNS; i++) {
		const run_row *r = &runs[i];
		double ours = hours_of(r->flop, r->chips, r->peak, r->mfu), ratio = ours / r->hours;
		put(p, "| %s | %.0f %s | %.3g | %.4g | %.0f | %.0f | %.2f | %s | %s |\n", r->name, r->chips, r->chip,
		    r->flop, r->mfu, r->hours, ours, ratio, r->circular ? "yes 是" : "no 否", r->note);
		if (r->circular)
			continue;
		ratios[n++] = ratio;
		ten += ratio >= 0.9 && ratio <= 1.1;
		thirty += ratio >= 0.7 && ratio <= 1.3;
	}
	qsort(ratios, n, sizeof *ratios, compare);
	put(p,
	    "\nSummary 小结: of %zu runs not known to be circular %zu lie within 10 %%, %zu within 30 %%; ratios %.2f "
	    "to "
	    "%.2f,\nmedian %.2f. They are not counted in the total: a published MFU may be that of the steady state, "
	    "and one within a\npercent of 1 may have come from the time. Availability is 1 here; the program's default "
	    "is 0.85 to 0.95.\n\n",
	    n, ten, thirty, ratios[0], ratios[n - 1], (ratios[(n - 1) / 2] + ratios[n / 2]) / 2);
}

/* ---- splits -------------------------------------------------------------------------------------------------------
 */

static bool put_splits(page *p)
{
	ssrc_compute_split published, corrected;
	if (ssrc_compute_optimum(ssrc_scaling_fit_hoffmann(), 5.88e23, &published, NULL) ||
	    ssrc_compute_optimum(ssrc_scaling_fit_besiroglu(), 5.88e23, &corrected, NULL))
		return false;
	put(p,
	    "Tokens per parameter at 5.88e23 FLOP: %.1f from the constants as published (Hoffmann et al. 2022), "
	    "%.1f "
	    "from the\ncorrected fit (Besiroglu et al. 2024). The popular 20 is a rule and follows from neither. "
	    "“每参数 20 词元”为经验法则。\n\n",
	    published.tokens_per_param, corrected.tokens_per_param);
	return true;
}

bool put_compute(page *p)
{
	put(p, "## Training time · 训练时间\n\n"
	       "Equation: [compute](methods/compute.md). Sources: D. Narayanan et al., arXiv:2104.04473; Epoch AI, "
	       "*Data "
	       "on AI\nmodels*, CC BY 4.0, for compute, chips, MFU and hours of the runs; the model cards of Llama 3.1 "
	       "and DeepSeek-V3.\nThe 54 days of the Llama 3.1 paper are the window of its reliability table, not the "
	       "training time, and are no test.\n\n");
	put_exact(p);
	put_runs(p);
	return put_splits(p);
}
