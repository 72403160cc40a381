#include "insight/reputation.h"

#include "base/clock.h"
#include "base/map.h"
#include "insight/survey_document.h"
#include "store/conversation.h"
#include "store/survey.h"

#include <math.h>

#define SURE 1.96         /* 19 in 20 */
#define MIXED 2.0         /* opinions thought of beside those of a mean */
#define HARM_TIMES 5.0
#define QUERIES_MOST 50
#define CONVERSATIONS_MOST 5000

static const struct {
	const char *word;
	int weight;
} parts[REPUTATION_PARTS] = {
	[REPUTATION_TONE] = {"tone", 40}, [REPUTATION_REVIEWS] = {"reviews", 20}, [REPUTATION_VOICE] = {"voice", 15},
	[REPUTATION_ANSWERS] = {"answers", 15}, [REPUTATION_HARM] = {"harm", 10},
};

const char *reputation_word(enum reputation_part part)
{
	return parts[part].word;
}

int reputation_weight(enum reputation_part part)
{
	return parts[part].weight;
}

void reputation_add(struct reputation_sums *s, enum mention_tone tone, i64 followers, bool is_harmful)
{
	s->mentions++;
	s->harmful += is_harmful;
	if (tone == TONE_UNKNOWN)
		return;
	double weight = 1 + log10(1 + (followers > 0 ? (double)followers : 0));
	double value = tone == TONE_POSITIVE ? 1 : tone == TONE_NEGATIVE ? -1 : 0;
	s->tones++;
	s->weight += weight;
	s->weight_square += weight * weight;
	s->sum += weight * value;
	s->sum_square += weight * value * value;
}

/* A mean between `low` and `high`, of values with this sum and sum of squares, as 0 to 100. */
static struct reputation_figure mean_of(double weight, double weight_square, double sum, double sum_square, double low, double high, i64 count)
{
	if (!count)
		return (struct reputation_figure){};
	double mean = sum / weight, size = weight * weight / weight_square, half = (high - low) / 2;
	double variance = (fmax(sum_square / weight - mean * mean, 0) * size + half * half * MIXED) / (size + MIXED);
	double scale = 100 / (high - low);
	return (struct reputation_figure){.is_known = true, .value = (mean - low) * scale, .margin = fmin(SURE * sqrt(variance / size) * scale, 100), .count = count};
}

static struct reputation_figure share_of(i64 part, i64 all, double times)
{
	if (!all)
		return (struct reputation_figure){};
	double near = ((double)part + 2) / ((double)all + 4), share = (double)part / (double)all;
	double margin = SURE * sqrt(near * (1 - near) / ((double)all + 4)) * 100 * times;
	return (struct reputation_figure){.is_known = true, .value = share * 100, .margin = fmin(margin, 100), .count = all};
}

static void settle_score(struct reputation *r)
{
	double weights = 0, sum = 0, square = 0;
	for (int p = 0; p < REPUTATION_PARTS; p++) {
		const struct reputation_figure *f = &r->parts[p];
		if (!f->is_known)
			continue;
		weights += parts[p].weight;
		sum += parts[p].weight * f->value;
		square += parts[p].weight * f->margin * (parts[p].weight * f->margin);
	}
	if (weights > 0)
		r->score = (struct reputation_figure){.is_known = true, .value = sum / weights, .margin = sqrt(square) / weights, .count = r->parts[REPUTATION_HARM].count};
}

void reputation_settle(const struct reputation_sums *s, struct reputation *ret_reputation)
{
	struct reputation r = {.since = ret_reputation->since, .until = ret_reputation->until};
	i64 reviews = 0, sum = 0, square = 0;
	for (int star = 1; star <= 5; star++) {
		reviews += s->stars[star];
		sum += s->stars[star] * star;
		square += s->stars[star] * star * star;
	}
	r.parts[REPUTATION_TONE] = mean_of(s->weight, s->weight_square, s->sum, s->sum_square, -1, 1, s->tones);
	r.parts[REPUTATION_REVIEWS] = mean_of((double)reviews, (double)reviews, (double)sum, (double)square, 1, 5, reviews);
	r.parts[REPUTATION_VOICE] = share_of(s->own, s->all, 1);
	r.parts[REPUTATION_ANSWERS] = share_of(s->kept, s->due, 1);
	r.parts[REPUTATION_HARM] = share_of(s->harmful, s->mentions, HARM_TIMES);
	r.parts[REPUTATION_HARM].value = fmax(100 - HARM_TIMES * r.parts[REPUTATION_HARM].value, 0);
	settle_score(&r);
	*ret_reputation = r;
}

bool reputation_change(const struct reputation *now, const struct reputation *before, double *ret_change, double *ret_margin)
{
	struct reputation a = *now, b = *before;
	for (int p = 0; p < REPUTATION_PARTS; p++)
		a.parts[p].is_known = b.parts[p].is_known = a.parts[p].is_known && b.parts[p].is_known;
	a.score = b.score = (struct reputation_figure){};
	settle_score(&a);
	settle_score(&b);
	if (!a.score.is_known)
		return false;
	*ret_change = a.score.value - b.score.value;
	*ret_margin = hypot(a.score.margin, b.score.margin);
	return true;
}

/* ---- read ---- */

/* A mention that several of our queries heard counts once. */
static enum err add_mentions(struct cx *cx, struct db *db, i64 workspace, const struct listening_query *q, i64 since, i64 until, struct map *seen, struct reputation_sums *sums)
{
	struct mention_sum *counted;
	struct said *said;
	size_t count;
	i64 all = 0;
	TRY(mention_sums(cx, db, workspace, q->id, BY_CHANNEL, since, until, &counted, &count));
	for (size_t i = 0; i < count; i++)
		all += counted[i].mentions;
	TRY(said_in(cx, db, workspace, q->id, since, until, (all + REPUTATION_READ - 1) / REPUTATION_READ, REPUTATION_READ, &said, &count));
	for (size_t i = 0; i < count; i++) {
		char text[32];
		CLEANUP(buf_free) struct buf key = BUF_IN(text);
		buf_add_i64(&key, said[i].message);
		if (map_get(seen, buf_str(&key)))
			continue;
		map_put(seen, buf_str(&key), seen);
		reputation_add(sums, said[i].tone, said[i].followers, said[i].harms);
	}
	return OK;
}

static enum err add_voices(struct cx *cx, struct db *db, i64 workspace, const struct listening_query *queries, size_t count, i64 since, i64 until,
			   struct reputation_sums *sums)
{
	struct mention_sum *shares;
	size_t share_count;
	i64 others = 0;
	bool has_others = false;
	TRY(mention_shares(cx, db, workspace, since, until, &shares, &share_count));
	for (size_t i = 0; i < count; i++) {
		has_others |= queries[i].kind == LISTEN_COMPETITOR;
		for (size_t n = 0; n < share_count; n++)
			if (shares[n].key == queries[i].id) {
				sums->own += queries[i].kind == LISTEN_OWN ? shares[n].mentions : 0;
				others += queries[i].kind == LISTEN_COMPETITOR ? shares[n].mentions : 0;
			}
	}
	sums->all = has_others ? sums->own + others : 0;
	return OK;
}

static void add_promise(const struct conversation_span *s, i64 now, i64 since, i64 until, struct reputation_sums *sums)
{
	bool without = s->resolved_at && s->resolved_at <= s->first_due_at && !s->first_met_at; /* settled before, without a word */
	if (!s->first_due_at || s->first_due_at < since || s->first_due_at >= until || without || (s->first_due_at > now && !s->first_met_at))
		return;
	sums->due++;
	sums->kept += s->first_met_at && s->first_met_at <= s->first_due_at;
}

struct promises {
	struct conversation_span *spans;
	size_t count, capacity;
};

static enum err read_promises(struct cx *cx, struct db *db, i64 workspace, i64 since, struct promises *all)
{
	struct conversation_span *spans;
	size_t count;
	for (int status = 0; status <= STATUS_COUNT; status++) { /* past the last: the rounds that are over */
		if (status < STATUS_COUNT)
			TRY(conversation_spans(cx, db, workspace, (enum status)status, since, CONVERSATIONS_MOST, &spans, &count));
		else
			TRY(conversation_rounds(cx, db, workspace, since, CONVERSATIONS_MOST, &spans, &count));
		for (size_t i = 0; i < count; i++)
			*arena_push(cx->arena, all->spans, all->count, all->capacity) = spans[i];
	}
	return OK;
}

static json_t *known(double value)
{
	return json_real(round(value * 10) / 10);
}

static json_t *time_json(const struct reputation *r)
{
	json_t *list = json_array();
	for (int p = 0; p < REPUTATION_PARTS; p++) {
		const struct reputation_figure *f = &r->parts[p];
		json_array_append_new(list, json_pack("{s:s, s:i, s:o, s:o, s:I}", "word", parts[p].word, "weight", parts[p].weight, "value", f->is_known ? known(f->value) : json_null(),
						      "margin", f->is_known ? known(f->margin) : json_null(), "count", (json_int_t)f->count));
	}
	return json_pack("{s:I, s:I, s:o, s:o, s:o}", "since", (json_int_t)r->since, "until", (json_int_t)r->until, "score", r->score.is_known ? known(r->score.value) : json_null(), "margin",
			 r->score.is_known ? known(r->score.margin) : json_null(), "parts", list);
}

enum err reputation_document(struct cx *cx, struct db *db, i64 workspace, i64 days, struct str *ret_document)
{
	struct listening_query *queries;
	struct promises promises = {};
	size_t count, own = 0;
	struct reputation first = {};
	TRY(listening_query_list(cx, db, workspace, false, LIST_START, 500, &queries, &count));
	TRY(read_promises(cx, db, workspace, cx->now - (days * REPUTATION_TIMES + 30) * DAY, &promises));
	json_t *times = json_array();
	for (int time = 0; time < REPUTATION_TIMES; time++) {
		struct reputation r = {.until = cx->now - days * time * DAY};
		struct reputation_sums sums = {};
		struct map *seen = map_new(cx->arena);
		r.since = r.until - days * DAY;
		own = 0;
		for (size_t i = 0; i < count; i++)
			if (queries[i].kind == LISTEN_OWN && own++ < QUERIES_MOST)
				TRY(add_mentions(cx, db, workspace, &queries[i], r.since, r.until, seen, &sums));
		TRY(add_voices(cx, db, workspace, queries, count, r.since, r.until, &sums));
		TRY(message_stars(cx, db, workspace, r.since, r.until, sums.stars));
		for (size_t i = 0; i < promises.count; i++)
			add_promise(&promises.spans[i], cx->now, r.since, r.until, &sums);
		reputation_settle(&sums, &r);
		json_t *shape = time_json(&r);
		if (time == 0) {
			first = r;
		} else if (time == 1) {
			double change = 0, margin = 0;
			bool can = reputation_change(&first, &r, &change, &margin);
			json_object_set_new(json_array_get(times, 0), "change", can ? known(change) : json_null());
			json_object_set_new(json_array_get(times, 0), "change_margin", can ? known(margin) : json_null());
		}
		json_array_append_new(times, shape);
	}
	*ret_document = survey_dump(cx, json_pack("{s:I, s:I, s:o}", "days", (json_int_t)days, "queries", (json_int_t)own, "times", times));
	return OK;
}
