/* reach.c: one break in the logarithm of reach, beside everything that is one's own.
 *
 * Least squares on columns (see enum column), then the strongest step among all moments: with the residuals r of the fit and a step s, the
 * step's gain is (s'r)² / s'Ms, where M takes out what the columns explain; both come from sums over the posts behind the moment, so that
 * all moments are looked at in one pass (a sup-F test, Andrews 1993). Posts that went viral are drawn in to a few deviations first, and the noise
 * is taken as wider where posts close in time resemble each other. */
#include "insight/reach.h"
#include "base/clock.h"
#include "base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 6          /* of four hours */
#define WAVES 2           /* of a year, half a year … */
#define YEAR (365.2425 * DAY)
#define EDGE 0.1          /* of the posts on either side: no break is looked for there */
#define EDGE_POSTS 12
#define RIDGE 1e-3        /* of a column's own weight: keeps what is nearly the same apart */
#define OUTLIER 3.0       /* deviations to which a post is drawn in */
#define ROUNDS 3
#define RESEMBLE_MOST 0.8
#define WHILE_ENDS 120
#define WHILE_EVIDENCE 4.0
#define INTERVAL 3.84     /* 19 in 20, of one degree of freedom */

enum column {
	COLUMN_ONE,
	COLUMN_TREND,
	COLUMN_YEAR,                                /* waves: sine and cosine of each */
	COLUMN_WEEKDAY = COLUMN_YEAR + 2 * WAVES,           /* Tuesday to Sunday against Monday */
	COLUMN_HOUR = COLUMN_WEEKDAY + 6,
	COLUMN_FORMAT = COLUMN_HOUR + BLOCKS - 1,
	COLUMN_LENGTH = COLUMN_FORMAT + REACH_FORMATS - 1,
	COLUMN_LINK = COLUMN_LENGTH + REACH_LENGTHS - 1,
	COLUMN_FREQUENCY,
	COLUMNS,
};

static enum reach_part part_of(size_t column)
{
	if (column == COLUMN_TREND)
		return REACH_TREND;
	if (column < COLUMN_HOUR)
		return REACH_SEASON;
	return column == COLUMN_FREQUENCY ? REACH_FREQUENCY : REACH_MIX;
}

struct fit {
	size_t count;
	const struct reach_post *posts;
	double (*x)[COLUMNS];        /* columns 1 on: mean 0, deviation 1 */
	double *y, *residual;
	double factor[COLUMNS][COLUMNS]; /* Cholesky of x'x and the ridge */
	double weight[COLUMNS];
	double noise, resemble;      /* of the residuals: variance; how like its neighbour each is */
};

struct step {
	size_t place;                /* the first post after it */
	double gain, size, room;     /* room: s'Ms */
};

/* ---- the columns ---- */

static void describe(double *x, const struct reach_post *post, i64 first, double before)
{
	i64 in_week = (post->at - 4 * DAY) % (7 * DAY);
	in_week += in_week < 0 ? 7 * DAY : 0;
	double turn = (double)(post->at % (i64)YEAR) / YEAR * 2 * M_PI;
	int day = (int)(in_week / DAY), block = (int)(in_week % DAY / HOUR) * BLOCKS / 24;
	x[COLUMN_ONE] = 1;
	x[COLUMN_TREND] = (double)(post->at - first) / YEAR;
	for (int wave = 0; wave < WAVES; wave++) {
		x[COLUMN_YEAR + 2 * wave] = sin(turn * (wave + 1));
		x[COLUMN_YEAR + 2 * wave + 1] = cos(turn * (wave + 1));
	}
	if (day)
		x[COLUMN_WEEKDAY + day - 1] = 1;
	if (block)
		x[COLUMN_HOUR + block - 1] = 1;
	if (post->format)
		x[COLUMN_FORMAT + post->format - 1] = 1;
	if (post->length)
		x[COLUMN_LENGTH + post->length - 1] = 1;
	x[COLUMN_LINK] = post->has_link;
	x[COLUMN_FREQUENCY] = log1p(before);
}

/* What nearly never changes is left out: it would explain one post by itself. */
static void level(struct fit *f)
{
	for (size_t c = 1; c < COLUMNS; c++) {
		double sum = 0, squares = 0;
		for (size_t i = 0; i < f->count; i++)
			sum += f->x[i][c];
		double mean = sum / (double)f->count;
		for (size_t i = 0; i < f->count; i++)
			squares += (f->x[i][c] - mean) * (f->x[i][c] - mean);
		double scale = squares > 1e-9 * (double)f->count && squares >= 1e-2 * fabs(mean) ? 1 / sqrt(squares / (double)f->count) : 0;
		for (size_t i = 0; i < f->count; i++)
			f->x[i][c] = (f->x[i][c] - mean) * scale;
	}
}

static void fill(struct fit *f)
{
	size_t oldest = 0;
	for (size_t i = 0; i < f->count; i++) {
		const struct reach_post *post = &f->posts[i];
		must(post->format < REACH_FORMATS && post->length < REACH_LENGTHS && post->reach >= 0 && isfinite(post->reach));
		must(i == 0 || post->at >= post[-1].at);
		while (f->posts[oldest].at < post->at - 7 * DAY)
			oldest++;
		/* At the beginning, what there was before is not known: as often as in the time there is. */
		double week = fmin(fmax((double)(post->at - f->posts[0].at) / DAY, 1), 7);
		describe(f->x[i], post, f->posts[0].at, (double)(i - oldest) * 7 / week);
		f->y[i] = log1p(post->reach);
	}
	/* Waves shorter than a year can be told from a break only by a second year that shows them again. */
	if (f->posts[f->count - 1].at - f->posts[0].at < (i64)(1.7 * YEAR))
		for (size_t i = 0; i < f->count; i++)
			memset(&f->x[i][COLUMN_YEAR + 2], 0, (2 * WAVES - 2) * sizeof(double));
	level(f);
}

/* ---- least squares ---- */

static void factorise(struct fit *f)
{
	double (*l)[COLUMNS] = f->factor;
	memset(f->factor, 0, sizeof f->factor);
	for (size_t i = 0; i < f->count; i++)
		for (size_t a = 0; a < COLUMNS; a++)
			for (size_t b = 0; b <= a; b++)
				l[a][b] += f->x[i][a] * f->x[i][b];
	for (size_t a = 0; a < COLUMNS; a++) {
		l[a][a] += a == COLUMN_ONE ? 0 : RIDGE * (double)f->count; /* never 0, so never singular */
		for (size_t b = 0; b <= a; b++) {
			double sum = l[a][b];
			for (size_t k = 0; k < b; k++)
				sum -= l[a][k] * l[b][k];
			l[a][b] = a == b ? sqrt(fmax(sum, 1e-12)) : sum / l[b][b];
		}
	}
}

/* In place: the solution of l z = v. */
static void forward(const struct fit *f, double *v)
{
	for (size_t a = 0; a < COLUMNS; a++) {
		for (size_t k = 0; k < a; k++)
			v[a] -= f->factor[a][k] * v[k];
		v[a] /= f->factor[a][a];
	}
}

static void backward(const struct fit *f, double *v)
{
	for (size_t a = COLUMNS; a-- > 0;) {
		for (size_t k = a + 1; k < COLUMNS; k++)
			v[a] -= f->factor[k][a] * v[k];
		v[a] /= f->factor[a][a];
	}
}

/* The columns' weights for y less the step, and what remains of it. */
static void solve(struct fit *f, const struct step *step)
{
	memset(f->weight, 0, sizeof f->weight);
	for (size_t i = 0; i < f->count; i++) {
		double y = f->y[i] - (step && i >= step->place ? step->size : 0);
		for (size_t c = 0; c < COLUMNS; c++)
			f->weight[c] += f->x[i][c] * y;
	}
	forward(f, f->weight);
	backward(f, f->weight);
	for (size_t i = 0; i < f->count; i++) {
		double told = step && i >= step->place ? step->size : 0;
		for (size_t c = 0; c < COLUMNS; c++)
			told += f->weight[c] * f->x[i][c];
		f->residual[i] = f->y[i] - told;
	}
}

/* ---- the break ---- */

/* All moments, from the last post on. `beside` is added to the gain of each when choosing; `each`, when given, gets the gain of each. */
static struct step strongest(const struct fit *f, const double *beside, double *each)
{
	double behind[COLUMNS] = {}, sum = 0;
	size_t edge = (size_t)fmax(EDGE_POSTS, EDGE * (double)f->count);
	struct step best = {};
	double most = 0;
	for (size_t i = f->count; i-- > edge;) {
		for (size_t c = 0; c < COLUMNS; c++)
			behind[c] += f->x[i][c];
		sum += f->residual[i];
		if (i > f->count - edge || f->posts[i].at == f->posts[i - 1].at)
			continue;
		double room = (double)(f->count - i), told[COLUMNS];
		memcpy(told, behind, sizeof told);
		forward(f, told);
		for (size_t c = 0; c < COLUMNS; c++)
			room -= told[c] * told[c];
		if (room < 1e-3 * (double)f->count)
			continue; /* one's own habits changed with it: nothing can be said */
		double gain = sum * sum / room;
		if (each)
			each[i] = gain;
		if (gain + (beside ? beside[i] : 0) <= most)
			continue;
		most = gain + (beside ? beside[i] : 0);
		best = (struct step){i, gain, sum / room, room};
	}
	return best;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double middle_size(const struct fit *f, double *scratch)
{
	for (size_t i = 0; i < f->count; i++)
		scratch[i] = fabs(f->residual[i]);
	qsort(scratch, f->count, sizeof *scratch, compare);
	return scratch[f->count / 2] * 1.4826;
}

static void draw_in(struct fit *f, double *scratch)
{
	double most = OUTLIER * fmax(middle_size(f, scratch), 1e-6);
	for (size_t i = 0; i < f->count; i++)
		f->y[i] -= f->residual[i] - fmin(fmax(f->residual[i], -most), most);
}

static void weigh_noise(struct fit *f)
{
	double squares = 0, together = 0;
	for (size_t i = 0; i < f->count; i++) {
		squares += f->residual[i] * f->residual[i];
		together += i ? f->residual[i] * f->residual[i - 1] : 0;
	}
	f->resemble = fmin(fmax(together / fmax(squares, 1e-12), 0), RESEMBLE_MOST);
	f->noise = fmax(squares / (double)(f->count - (f->count > 2 * COLUMNS ? COLUMNS : f->count / 2)), 1e-9) * (1 + f->resemble) / (1 - f->resemble);
}

static void tell_parts(const struct fit *f, const struct step *step, struct reach_finding *finding)
{
	double logs[REACH_PARTS] = {}, change = 0;
	size_t before = step->place, after = f->count - before;
	for (size_t i = 0; i < f->count; i++) {
		double share = i < before ? -1 / (double)before : 1 / (double)after;
		change += share * f->y[i];
		for (size_t c = 1; c < COLUMNS; c++)
			logs[part_of(c)] += share * f->weight[c] * f->x[i][c];
	}
	logs[REACH_BREAK] = change;
	for (size_t p = 0; p < REACH_BREAK; p++)
		logs[REACH_BREAK] -= logs[p];
	finding->change = expm1(change);
	for (size_t p = 0; p < REACH_PARTS; p++)
		finding->parts[p] = expm1(logs[p]);
}

static void tell(struct fit *f, const struct step *step, const double *each, struct reach_finding *finding)
{
	double wide = sqrt(INTERVAL * f->noise / step->room);
	finding->at = finding->from = finding->to = f->posts[step->place].at;
	finding->size = expm1(step->size);
	finding->low = expm1(step->size - wide);
	finding->high = expm1(step->size + wide);
	for (size_t i = 0; i < f->count; i++)
		if (each[i] >= each[step->place] - 2 * INTERVAL * f->noise) {
			finding->from = f->posts[i].at < finding->from ? f->posts[i].at : finding->from;
			finding->to = f->posts[i].at > finding->to ? f->posts[i].at : finding->to;
		}
	tell_parts(f, step, finding);
}

/* What went and came back (or came and went) is a while, like a month of holidays: with one year of past that is what a season looks like.
 * So a while must not explain clearly more than the break: of moments close enough together, each two are tried as its ends.
 * `residual` is what the columns alone leave. */
static bool is_while(const struct fit *f, const struct step *step, const double *residual)
{
	double told[WHILE_ENDS][COLUMNS], sums[WHILE_ENDS], behind[COLUMNS] = {}, sum = 0;
	size_t places[WHILE_ENDS], count = 0, edge = (size_t)fmax(EDGE_POSTS, EDGE * (double)f->count) / 2, stride = f->count / WHILE_ENDS + 1;
	for (size_t i = f->count; i-- > edge;) {
		for (size_t c = 0; c < COLUMNS; c++)
			behind[c] += f->x[i][c];
		sum += residual[i];
		if (i > f->count - edge || i % stride)
			continue;
		memcpy(told[count], behind, sizeof behind);
		forward(f, told[count]);
		sums[count] = sum;
		places[count++] = i;
	}
	for (size_t end = 0; end < count; end++)
		for (size_t from = end + 1; from < count; from++) {
			double room = (double)(places[end] - places[from]), gain = sums[from] - sums[end];
			for (size_t c = 0; c < COLUMNS; c++)
				room -= (told[from][c] - told[end][c]) * (told[from][c] - told[end][c]);
			if (room > 1e-3 * (double)f->count && gain * gain / room > step->gain + WHILE_EVIDENCE * f->noise)
				return true;
		}
	return false;
}

/* The gain of each moment where no slow trend is allowed for. A trend one way and a step the other, near an end, explain a break in the middle
 * nearly as well as that break: so the moment is chosen with and without a trend together, and judged with it. */
static void gains_without_trend(struct fit *f, double *column, double *ret_each)
{
	for (size_t i = 0; i < f->count; i++) {
		column[i] = f->x[i][COLUMN_TREND];
		f->x[i][COLUMN_TREND] = 0;
	}
	factorise(f);
	solve(f, NULL);
	memset(ret_each, 0, f->count * sizeof *ret_each);
	strongest(f, NULL, ret_each);
	for (size_t i = 0; i < f->count; i++)
		f->x[i][COLUMN_TREND] = column[i];
	factorise(f);
}

static struct fit fit_new(struct arena *arena, const struct reach_post *posts, size_t count)
{
	struct fit f = {.count = count, .posts = posts};
	f.x = arena_alloc_array(arena, count, sizeof *f.x);
	f.y = arena_array(arena, double, count);
	f.residual = arena_array(arena, double, count);
	fill(&f);
	factorise(&f);
	return f;
}

static void look(struct arena *arena, struct fit *f, struct reach_finding *finding)
{
	double *scratch = arena_array(arena, double, f->count), *alone = arena_array(arena, double, f->count);
	double *beside = arena_array(arena, double, f->count), *each = arena_array(arena, double, f->count);
	struct step step = {};
	for (int round = 0; round < ROUNDS; round++) { /* viral posts are known by what the step does not explain */
		gains_without_trend(f, scratch, beside);
		solve(f, NULL);
		step = strongest(f, beside, NULL);
		solve(f, step.place ? &step : NULL);
		draw_in(f, scratch);
	}
	gains_without_trend(f, scratch, beside);
	solve(f, NULL);
	memcpy(alone, f->residual, f->count * sizeof *alone);
	step = strongest(f, beside, each);
	solve(f, step.place ? &step : NULL);
	weigh_noise(f);
	finding->strength = step.gain / f->noise;
	finding->is_found = step.place && finding->strength >= REACH_EVIDENCE && !is_while(f, &step, alone);
	for (size_t i = 0; i < f->count; i++)
		each[i] += beside[i];
	if (finding->is_found)
		tell(f, &step, each, finding);
}

void reach_look(struct arena *arena, const struct reach_post *posts, size_t count, struct reach_finding *ret_finding)
{
	struct reach_finding finding = {};
	if (count > REACH_POSTS_MAX) {
		posts += count - REACH_POSTS_MAX;
		count = REACH_POSTS_MAX;
	}
	finding.is_enough = count >= REACH_POSTS_MIN && posts[count - 1].at - posts[0].at >= REACH_DAYS_MIN * DAY;
	if (finding.is_enough) {
		struct fit f = fit_new(arena, posts, count);
		look(arena, &f, &finding);
	}
	*ret_finding = finding;
}
