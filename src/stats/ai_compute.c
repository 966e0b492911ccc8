/* Training time, chip supply and compute-optimal splits. docs/methods/compute.md derives the bounds. */
#include <secondsource/compute.h>

#include "base/base.h"

#include <math.h>

static const double SECONDS_A_DAY = 86400, HOURS_A_DAY = 24;

static ssrc_status refuse(ssrc_error *err, ssrc_text_id why)
{
	return ssrc_fail(err, SSRC_RANGE, why, NULL, NULL, NULL);
}

/* Finite ends in order, the lower one at least `least` (or above it if `above`), the upper one at most `most`. */
static bool is_interval(ssrc_bounds b, double least, bool above, double most)
{
	return isfinite(b.low) && isfinite(b.high) && b.low <= b.high && (above ? b.low > least : b.low >= least) &&
	       b.high <= most;
}

static bool is_positive(ssrc_bounds b)
{
	return is_interval(b, 0, true, (double)INFINITY);
}

static double middle(ssrc_bounds b)
{
	return b.low + (b.high - b.low) / 2;
}

/* Ascending, so that the order of the chips changes no bit of a sum. */
static double sum_sorted(double *terms, size_t n)
{
	double sum = 0;
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && terms[k] < terms[k - 1]; k--) {
			double t = terms[k];
			terms[k] = terms[k - 1];
			terms[k - 1] = t;
		}
	for (size_t i = 0; i < n; i++)
		sum += terms[i];
	return sum;
}

ssrc_status ssrc_compute_flop(ssrc_bounds params, ssrc_bounds tokens, bool recompute, ssrc_bounds *out, ssrc_error *err)
{
	double k = recompute ? 8 : 6;
	ssrc_bounds flop = {k * params.low * tokens.low, k * params.high * tokens.high};
	if (!is_positive(params) || !is_positive(tokens) || !is_positive(flop))
		return refuse(err, SSRC_M_CT_SIZE);
	*out = flop;
	return SSRC_OK;
}

/* ---- fleets --------------------------------------------------------------------------------------------- */

typedef enum end { LOW_END, MIDDLE, HIGH_END } end;

static double at_end(ssrc_bounds b, end which)
{
	return which == LOW_END ? b.low : which == HIGH_END ? b.high : middle(b);
}

static double fleet_peak(const ssrc_compute_run *run, const ssrc_bounds *count, end of_count, end of_peak)
{
	double terms[SSRC_COMPUTE_CHIPS_MAX];
	for (size_t i = 0; i < run->n_chips; i++)
		terms[i] = at_end(count[i], of_count) * at_end(run->peak[i], of_peak);
	return sum_sorted(terms, run->n_chips);
}

static double fleet_chips(const ssrc_compute_run *run, const ssrc_bounds *count, end which)
{
	double terms[SSRC_COMPUTE_CHIPS_MAX];
	for (size_t i = 0; i < run->n_chips; i++)
		terms[i] = at_end(count[i], which);
	return sum_sorted(terms, run->n_chips);
}

/* Greatest (least) value of sum top[i] x[i] / sum bottom[i] x[i] over x within `x`. It is reached where each x stands
 * at one end, those with the larger ratio top/bottom at the other end than the rest: n thresholds to try. */
static double extreme_ratio(const double *top, const double *bottom, const ssrc_bounds *x, size_t n, bool greatest)
{
	double best = (double)NAN, tops[SSRC_COMPUTE_CHIPS_MAX], bottoms[SSRC_COMPUTE_CHIPS_MAX];
	for (size_t k = 0; k <= n; k++) {
		for (size_t i = 0; i < n; i++) {
			/* ratio of i >= ratio of k; k == n: all at the low end */
			bool above = k < n && top[i] * bottom[k] >= top[k] * bottom[i];
			double at = above == greatest ? x[i].high : x[i].low;
			tops[i] = top[i] * at;
			bottoms[i] = bottom[i] * at;
		}
		double below = sum_sorted(bottoms, n);
		double ratio = below > 0 ? sum_sorted(tops, n) / below : (double)NAN;
		if (isnan(best) || (greatest ? ratio > best : ratio < best))
			best = ratio;
	}
	return best;
}

/* Part of the peak of the whole fleet that a phase has. Where both are counted anew each end is by itself. */
static double phase_part(const ssrc_compute_run *run, const ssrc_compute_phase *phase, end which)
{
	double kept = at_end(phase->kept, which), after[SSRC_COMPUTE_CHIPS_MAX], before[SSRC_COMPUTE_CHIPS_MAX];
	if (!phase->count)
		return kept;
	if (which == MIDDLE)
		return kept *
		       (fleet_peak(run, phase->count, MIDDLE, MIDDLE) / fleet_peak(run, run->count, MIDDLE, MIDDLE));
	for (size_t i = 0; i < run->n_chips; i++) {
		after[i] = at_end(phase->count[i], which);
		before[i] = at_end(run->count[i], which == LOW_END ? HIGH_END : LOW_END);
	}
	return kept * extreme_ratio(after, before, run->peak, run->n_chips, which == HIGH_END);
}

/* The same with the peak and counts of the whole fleet at one end, that of the peak of the phase. */
static double phase_part_at(const ssrc_compute_run *run, const ssrc_compute_phase *phase, end which)
{
	double kept = at_end(phase->kept, which);
	return phase->count ? kept * (fleet_peak(run, phase->count, which, which) /
				      fleet_peak(run, run->count, which, which))
			    : kept;
}

/* Speed with the part f of the fleet: the slow or the fast end. */
static double speed_of(double f, ssrc_bounds scaling, end which)
{
	if (which == MIDDLE)
		return pow(f, middle(scaling));
	bool larger_is_faster = f >= 1;
	return pow(f, (which == HIGH_END) == larger_is_faster ? scaling.high : scaling.low);
}

/* ---- integration ------------------------------------------------------------------------------------------ */

/* Speed in parts of that of the whole fleet, from a day on. */
typedef struct stage {
	double from, speed;
} stage;

/* Days until `work`, in days of the whole fleet, is done; INFINITY = never. */
static double days_until(double work, const stage *stages, size_t n)
{
	double done = 0;
	for (size_t i = 0;; i++) {
		double needs = stages[i].speed > 0 ? (work - done) / stages[i].speed : (double)INFINITY;
		if (i + 1 == n || needs <= stages[i + 1].from - stages[i].from)
			return stages[i].from + needs;
		done += stages[i].speed * (stages[i + 1].from - stages[i].from);
	}
}

/* Extremes of days / work (or of days - work) over work within [least, most]. Days are piecewise linear in work with
 * corners where a stage starts, so both are monotone in between. */
static void extremes_over_work(ssrc_bounds work, const stage *stages, size_t n, bool greatest, double *multiplier,
			       double *delay)
{
	double corner = 0, multipliers = (double)NAN, delays = (double)NAN;
	for (size_t i = 0; i < n + 2; i++) {
		if (i > 0 && i < n)
			corner += stages[i - 1].speed * (stages[i].from - stages[i - 1].from);
		double at = i == n ? work.low : i == n + 1 ? work.high : corner;
		if (at < work.low || at > work.high || at <= 0)
			continue;
		double days = days_until(at, stages, n), m = days / at, d = days - at;
		if (isnan(multipliers) || (greatest ? m > multipliers : m < multipliers))
			multipliers = m;
		if (isnan(delays) || (greatest ? d > delays : d < delays))
			delays = d;
	}
	*multiplier = multipliers;
	*delay = delays;
}

/* The stages of a run; `own` asks for parts that go with the peak at the same end. Returns how many. */
static size_t make_stages(const ssrc_compute_run *run, end which, bool own, stage *out)
{
	size_t n = 0;
	out[n++] = (stage){0, 1};
	for (size_t i = 0; i < run->n_phases; i++) {
		const ssrc_compute_phase *phase = &run->phases[i];
		double part = own ? phase_part_at(run, phase, which) : phase_part(run, phase, which);
		if (phase->from_days == 0)
			n = 0;
		out[n++] = (stage){phase->from_days, speed_of(part, run->scaling, which)};
	}
	return n;
}

/* ---- training time ------------------------------------------------------------------------------------------ */

static ssrc_text_id wrong_phases(const ssrc_compute_run *run)
{
	double before = -1;
	for (size_t i = 0; i < run->n_phases; i++) {
		const ssrc_compute_phase *phase = &run->phases[i];
		if (!isfinite(phase->from_days) || phase->from_days < 0 || phase->from_days <= before)
			return SSRC_M_CT_PHASE;
		if (!is_interval(phase->kept, 0, false, 1))
			return SSRC_M_CT_KEPT;
		for (size_t k = 0; phase->count && k < run->n_chips; k++)
			if (!is_interval(phase->count[k], 0, false, (double)INFINITY))
				return SSRC_M_CT_COUNT;
		before = phase->from_days;
	}
	return SSRC_TEXT_NONE;
}

static ssrc_text_id wrong_run(const ssrc_compute_run *run)
{
	if (!is_positive(run->flop))
		return SSRC_M_CT_FLOP;
	if (!is_interval(run->mfu, 0, true, 1) || !is_interval(run->availability, 0, true, 1))
		return SSRC_M_CT_USE;
	if (!is_interval(run->scaling, 0, true, 1))
		return SSRC_M_CT_SCALING;
	if (run->n_chips < 1 || run->n_chips > SSRC_COMPUTE_CHIPS_MAX || run->n_phases > SSRC_COMPUTE_PHASES_MAX)
		return SSRC_M_CT_MANY;
	for (size_t i = 0; i < run->n_chips; i++) {
		if (!is_positive(run->peak[i]))
			return SSRC_M_CT_PEAK;
		if (!is_interval(run->count[i], 0, false, (double)INFINITY))
			return SSRC_M_CT_COUNT;
	}
	if (!(fleet_peak(run, run->count, LOW_END, LOW_END) > 0))
		return SSRC_M_CT_NO_CHIP;
	if (!isfinite(fleet_peak(run, run->count, HIGH_END, HIGH_END)))
		return SSRC_M_CT_EXTREME;
	return wrong_phases(run);
}

/* Days with the whole fleet at the end of speed that is asked for. */
static double base_days(const ssrc_compute_run *run, double peak, end speed)
{
	double flop = at_end(run->flop, speed == LOW_END ? HIGH_END : speed == HIGH_END ? LOW_END : MIDDLE);
	return flop / (peak * at_end(run->mfu, speed) * at_end(run->availability, speed)) / SECONDS_A_DAY;
}

/* Chip-hours = hours at a peak of 1 times chips per peak: of one kind the number of chips cancels out. */
static double chip_hours(const ssrc_compute_run *run, end which)
{
	double ones[SSRC_COMPUTE_CHIPS_MAX], peaks[SSRC_COMPUTE_CHIPS_MAX];
	end speed = which == LOW_END ? HIGH_END : which == HIGH_END ? LOW_END : MIDDLE;
	double hours = base_days(run, 1, speed) * HOURS_A_DAY;
	if (which == MIDDLE)
		return hours * (fleet_chips(run, run->count, MIDDLE) / fleet_peak(run, run->count, MIDDLE, MIDDLE));
	for (size_t i = 0; i < run->n_chips; i++) {
		ones[i] = 1;
		peaks[i] = at_end(run->peak[i], speed);
	}
	return hours * extreme_ratio(ones, peaks, run->count, run->n_chips, which == HIGH_END);
}

/* A range that rounding turned round is put right. */
static ssrc_compute_range ordered(double low, double central, double high)
{
	return (ssrc_compute_range){fmin(low, central), central, fmax(high, central)};
}

ssrc_status ssrc_compute_time_of(const ssrc_compute_run *run, ssrc_compute_time *out, ssrc_error *err)
{
	ssrc_text_id wrong = wrong_run(run);
	if (wrong)
		return refuse(err, wrong);
	stage stages[SSRC_COMPUTE_PHASES_MAX + 1];
	double peak[3], days[3], cut[3], multiplier[3], delay[3]; /* by the end of speed */
	for (int speed = LOW_END; speed <= HIGH_END; speed++) {
		peak[speed] = fleet_peak(run, run->count, (end)speed, (end)speed);
		days[speed] = base_days(run, peak[speed], (end)speed);
		size_t n = make_stages(run, (end)speed, true, stages);
		cut[speed] = days_until(days[speed], stages, n);
	}
	multiplier[MIDDLE] = cut[MIDDLE] / days[MIDDLE];
	delay[MIDDLE] = cut[MIDDLE] - days[MIDDLE];
	ssrc_bounds work = {days[HIGH_END], days[LOW_END]};
	for (int speed = LOW_END; speed <= HIGH_END; speed += HIGH_END) {
		size_t n = make_stages(run, (end)speed, false, stages);
		extremes_over_work(work, stages, n, speed == LOW_END, &multiplier[speed], &delay[speed]);
	}
	if (!isfinite(days[LOW_END]) || !(days[HIGH_END] > 0))
		return refuse(err, SSRC_M_CT_EXTREME);
	*out = (ssrc_compute_time){
		.peak = {peak[LOW_END], peak[MIDDLE], peak[HIGH_END]},
		.days = ordered(days[HIGH_END], days[MIDDLE], days[LOW_END]),
		.chip_hours = ordered(chip_hours(run, LOW_END), chip_hours(run, MIDDLE), chip_hours(run, HIGH_END)),
		.days_cut = ordered(cut[HIGH_END], cut[MIDDLE], cut[LOW_END]),
		.multiplier = ordered(multiplier[HIGH_END], multiplier[MIDDLE], multiplier[LOW_END]),
		.delay = ordered(delay[HIGH_END], delay[MIDDLE], delay[LOW_END]),
	};
	return SSRC_OK;
}

/* ---- chip supply ------------------------------------------------------------------------------------------ */

static double limit_units(const ssrc_compute_limit *limit, int which)
{
	end good = which == SSRC_COMPUTE_LOW ? LOW_END : which == SSRC_COMPUTE_HIGH ? HIGH_END : MIDDLE;
	end poor = which == SSRC_COMPUTE_LOW ? HIGH_END : which == SSRC_COMPUTE_HIGH ? LOW_END : MIDDLE;
	return at_end(limit->available, good) / at_end(limit->per_unit, poor);
}

static double limit_per_unit(const ssrc_compute_limit *limit, int which)
{
	return at_end(limit->per_unit, which == SSRC_COMPUTE_LOW    ? HIGH_END
				       : which == SSRC_COMPUTE_HIGH ? LOW_END
								    : MIDDLE);
}

static void supply_in_case(const ssrc_compute_limit *limits, size_t n, int which, ssrc_compute_supply *out,
			   ssrc_compute_input *inputs)
{
	uint32_t first = 0, next = UINT32_MAX;
	for (uint32_t i = 0; i < n; i++) {
		inputs[i].units[which] = limit_units(&limits[i], which);
		if (inputs[i].units[which] < inputs[first].units[which])
			first = i;
	}
	for (uint32_t i = 0; i < n; i++)
		if (i != first && (next == UINT32_MAX || inputs[i].units[which] < inputs[next].units[which]))
			next = i;
	double least = inputs[first].units[which];
	double beyond = next == UINT32_MAX ? (double)INFINITY : inputs[next].units[which];
	for (uint32_t i = 0; i < n; i++) {
		double per_unit = limit_per_unit(&limits[i], which);
		inputs[i].binds[which] = inputs[i].units[which] == least;
		inputs[i].left[which] = (inputs[i].units[which] - least) * per_unit;
		inputs[i].marginal[which] = i == first && beyond > least ? 1 / per_unit : 0;
	}
	out->units[which] = least;
	out->binding[which] = first;
	out->next[which] = next;
	out->units_next[which] = beyond;
	out->to_next[which] = (beyond - least) * limit_per_unit(&limits[first], which);
}

ssrc_status ssrc_compute_supply_of(const ssrc_compute_limit *limits, size_t n, ssrc_compute_supply *out,
				   ssrc_compute_input *inputs, ssrc_error *err)
{
	if (n < 1 || n > SSRC_COMPUTE_LIMITS_MAX)
		return refuse(err, SSRC_M_CT_INPUTS);
	for (size_t i = 0; i < n; i++)
		if (!is_interval(limits[i].available, 0, false, (double)INFINITY) || !is_positive(limits[i].per_unit))
			return refuse(err, SSRC_M_CT_INPUT);
	ssrc_compute_supply supply = {0};
	for (int which = SSRC_COMPUTE_LOW; which <= SSRC_COMPUTE_HIGH; which++)
		supply_in_case(limits, n, which, &supply, inputs);
	for (size_t i = 0; i < n; i++) {
		inputs[i].may_bind = true;
		for (size_t k = 0; k < n; k++)
			inputs[i].may_bind &= inputs[i].units[SSRC_COMPUTE_LOW] <= inputs[k].units[SSRC_COMPUTE_HIGH];
	}
	*out = supply;
	return SSRC_OK;
}

/* ---- parameters and tokens for a budget --------------------------------------------------------------------- */

const ssrc_scaling_fit *ssrc_scaling_fit_hoffmann(void)
{
	static const ssrc_scaling_fit fit = {1.69, 406.4, 410.7, 0.34, 0.28};
	return &fit;
}

const ssrc_scaling_fit *ssrc_scaling_fit_besiroglu(void)
{
	static const ssrc_scaling_fit fit = {1.8172, 482.01, 2085.43, 0.3478, 0.3658};
	return &fit;
}

static bool is_usable(double x)
{
	return x > 0 && isfinite(x);
}

ssrc_status ssrc_compute_optimum(const ssrc_scaling_fit *fit, double flop, ssrc_compute_split *out, ssrc_error *err)
{
	if (!is_usable(flop) || !is_usable(fit->a) || !is_usable(fit->b) || !is_usable(fit->alpha) ||
	    !is_usable(fit->beta) || !isfinite(fit->e))
		return refuse(err, SSRC_M_CT_FIT);
	double sum = fit->alpha + fit->beta;
	double g = pow(fit->alpha * fit->a / (fit->beta * fit->b), 1 / sum);
	double params = g * pow(flop / 6, fit->beta / sum), tokens = flop / 6 / params;
	if (!is_usable(params) || !is_usable(tokens))
		return refuse(err, SSRC_M_CT_EXTREME);
	double loss = fit->e + fit->a / pow(params, fit->alpha) + fit->b / pow(tokens, fit->beta);
	*out = (ssrc_compute_split){params, tokens, tokens / params, loss};
	return SSRC_OK;
}

ssrc_status ssrc_compute_rule(double tokens_per_param, double flop, ssrc_compute_split *out, ssrc_error *err)
{
	if (!is_usable(flop) || !is_usable(tokens_per_param))
		return refuse(err, SSRC_M_CT_FIT);
	double params = sqrt(flop / 6 / tokens_per_param);
	*out = (ssrc_compute_split){params, tokens_per_param * params, tokens_per_param, (double)NAN};
	return SSRC_OK;
}
