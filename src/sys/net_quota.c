#include "sys/net_quota.h"

#include "base/clock.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define AHEAD_MAX (31 * DAY)
#define STAMP_LEAST 1e8       /* a number from here on is an instant, below it a time to wait */
#define STAMP_OF_MILLISECONDS 1e11

const struct net_quota_form net_quota_forms[] = {
	{"bluesky", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "2026-11-21",
	 "bluesky-social/atproto packages/xrpc-server rate-limiter; draft-ietf-httpapi-ratelimit-headers-06; Twitch API guide"},
	{"discord", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset-after", "2026-11-21", "Discord API documentation, Rate Limits"},
	{"mastodon", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "2026-11-21",
	 "Mastodon documentation, Rate limits (an ISO time); Reddit (seconds); Pinterest"},
	{"x", "x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset", "2026-11-21", "X API v2 documentation, Rate limits"},
	{"x-app-day", "x-app-limit-24hour-limit", "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset", "2026-11-21", "X API v2 documentation, Rate limits"},
	{"x-user-day", "x-user-limit-24hour-limit", "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset", "2026-11-21",
	 "X API v2 documentation, Rate limits"},
	{"openai", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "2026-11-21",
	 "OpenAI API reference, Rate limits (6m0s)"},
	{},
};

/* Usage in percent, as JSON: {"call_count": 28, …}, or by business {"id": [{"call_count": …, "estimated_time_to_regain_access": minutes}]}. */
static const struct net_quota_form usage_forms[] = {
	{"graph-app", NULL, "x-app-usage", NULL, "2026-11-21", "Graph API documentation, Rate Limits"},
	{"graph-page", NULL, "x-page-usage", NULL, "2026-11-21", "Graph API documentation, Rate Limits"},
	{"graph-ads", NULL, "x-ad-account-usage", NULL, "2026-11-21", "Marketing API documentation, Rate Limits"},
	{"graph-business", NULL, "x-business-use-case-usage", NULL, "2026-11-21", "Graph API documentation, Rate Limits"},
};

static i64 within(i64 instant, i64 now)
{
	return instant < now ? now : instant > now + AHEAD_MAX ? now + AHEAD_MAX : instant;
}

/* "6m0s", "1.5s", "20ms": false when it is no such thing. */
static bool duration(struct str text, i64 *ret_wait)
{
	static const struct {
		const char *unit;
		double length;
	} units[] = {{"ms", MILLISECOND}, {"s", SECOND}, {"m", MINUTE}, {"h", HOUR}, {"d", DAY}};
	double wait = 0, number;
	while (text.len) {
		size_t digits = 0, letters, i = 0;
		while (digits < text.len && ((text.at[digits] >= '0' && text.at[digits] <= '9') || text.at[digits] == '.'))
			digits++;
		letters = digits;
		while (letters < text.len && text.at[letters] >= 'a' && text.at[letters] <= 'z')
			letters++;
		struct str unit = str_head(str_skip(text, digits), letters - digits);
		while (i < COUNT(units) && !str_eq(unit, str_of(units[i].unit)))
			i++;
		if (i == COUNT(units) || !str_to_double(str_head(text, digits), &number) || !(number >= 0 && number < 1e9))
			return false;
		wait += number * units[i].length;
		text = str_skip(text, letters);
	}
	*ret_wait = wait > (double)AHEAD_MAX ? AHEAD_MAX : (i64)wait;
	return wait > 0;
}

/* Seconds to wait, a stamp in seconds or milliseconds, an ISO time, a duration. `skew`: how far the network's clock is ahead. */
static i64 reset_of(struct str text, i64 now, i64 skew)
{
	double number;
	i64 instant, wait;
	text = str_trim(text);
	if (str_to_double(text, &number) && isfinite(number)) {
		if (number < 0)
			return 0;
		if (number < STAMP_LEAST)
			return within(number * SECOND > (double)AHEAD_MAX ? now + AHEAD_MAX : now + (i64)(number * SECOND), now);
		if (number > 1e14)
			return 0;
		return within((i64)(number * (number < STAMP_OF_MILLISECONDS ? SECOND : MILLISECOND)) - skew, now);
	}
	if (time_parse(text, &instant))
		return within(instant - skew, now);
	return duration(text, &wait) ? now + wait : 0;
}

static i64 count_of(struct str text)
{
	double number;
	text = str_trim(text);
	text = str_head(text, str_find_byte(text, ',') >= 0 ? (size_t)str_find_byte(text, ',') : text.len); /* "100, 100;w=60" */
	text = str_head(text, str_find_byte(text, ';') >= 0 ? (size_t)str_find_byte(text, ';') : text.len);
	return text.len && str_to_double(str_trim(text), &number) && number >= 0 && number < 1e15 ? (i64)number : -1;
}

/* The one that leaves less is the one that counts. */
static void tighten(struct net_quota *quota, struct net_quota other)
{
	double share = quota->left < 0 ? 2 : quota->limit > 0 ? (double)quota->left / (double)quota->limit : (double)(quota->left > 0);
	double others = other.limit > 0 ? (double)other.left / (double)other.limit : (double)(other.left > 0);
	i64 pause = quota->pause_until > other.pause_until ? quota->pause_until : other.pause_until;
	if (other.left >= 0 && (others < share || (others == share && other.reset_at > quota->reset_at)))
		*quota = other;
	quota->pause_until = pause;
}

/* `RateLimit: limit=100, remaining=50, reset=30` and `RateLimit: "default";r=50;t=30` (draft-ietf-httpapi-ratelimit-headers-07 and -10). */
static void read_structured(const struct net_answer *answer, i64 now, struct net_quota *quota)
{
	struct str rest = net_answer_header(answer, "ratelimit");
	struct net_quota found = {.limit = -1, .left = -1, .form = "ietf"};
	while (rest.len) {
		size_t end = 0;
		while (end < rest.len && rest.at[end] != ',' && rest.at[end] != ';')
			end++;
		struct str value = str_trim(str_head(rest, end)), name = str_trim(str_cut(&value, '='));
		rest = str_skip(rest, end < rest.len ? end + 1 : end);
		if (str_eq(name, S("limit")) || str_eq(name, S("q")))
			found.limit = count_of(value);
		else if (str_eq(name, S("remaining")) || str_eq(name, S("r")))
			found.left = count_of(value);
		else if (str_eq(name, S("reset")) || str_eq(name, S("t")))
			found.reset_at = reset_of(value, now, 0);
	}
	tighten(quota, found);
}

static double most_used(const json_t *usage, double *minutes)
{
	const char *name;
	const json_t *value;
	double most = -1;
	json_object_foreach((json_t *)usage, name, value)
	{
		if (!json_is_number(value))
			continue;
		if (strcmp(name, "estimated_time_to_regain_access") == 0)
			*minutes = json_number_value(value) > *minutes ? json_number_value(value) : *minutes;
		else if (strcmp(name, "reset_time_duration") != 0 && json_number_value(value) > most)
			most = json_number_value(value);
	}
	return most;
}

static void read_usage(const struct net_answer *answer, const struct net_quota_form *form, i64 now, struct net_quota *quota)
{
	struct str text = net_answer_header(answer, form->left);
	json_t *usage = text.len ? json_loadb(text.at, text.len, 0, NULL) : NULL;
	const char *name;
	json_t *business, *one;
	size_t index;
	double minutes = 0, used = most_used(usage, &minutes);
	json_object_foreach(usage, name, business)
		json_array_foreach(business, index, one)
		{
			double its = most_used(one, &minutes);
			used = its > used ? its : used;
		}
	json_decref(usage);
	if (used < 0)
		return;
	if (minutes > (double)(AHEAD_MAX / MINUTE))
		minutes = (double)(AHEAD_MAX / MINUTE);
	struct net_quota found = {.limit = 100, .left = used >= 100 ? 0 : (i64)(100 - used), .form = form->word};
	found.pause_until = minutes > 0 ? now + (i64)(minutes * MINUTE) : 0;
	tighten(quota, found);
}

bool net_quota_read(const struct net_answer *answer, i64 now, struct net_quota *ret_quota)
{
	struct net_quota quota = {.limit = -1, .left = -1};
	i64 theirs, skew = 0;
	if (time_parse_loose(net_answer_header(answer, "date"), &theirs) && (theirs - now > MINUTE || now - theirs > MINUTE))
		skew = theirs - now;
	for (const struct net_quota_form *f = net_quota_forms; f->word; f++) {
		struct net_quota found = {.form = f->word};
		bool next_says_it_too = f[1].word && strcmp(f->left, f[1].left) == 0;
		if (next_says_it_too && !net_answer_header(answer, f->reset).len)
			continue;
		found.left = count_of(net_answer_header(answer, f->left));
		found.limit = count_of(net_answer_header(answer, f->limit));
		found.reset_at = reset_of(net_answer_header(answer, f->reset), now, skew);
		if (found.left >= 0)
			tighten(&quota, found);
	}
	read_structured(answer, now, &quota);
	for (size_t i = 0; i < COUNT(usage_forms); i++)
		read_usage(answer, &usage_forms[i], now, &quota);
	if (quota.left < 0 && !quota.pause_until)
		return false;
	*ret_quota = quota;
	return true;
}
