#include "flow/reach.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "model/permission.h"
#include "store/channel.h"
#include "store/event.h"
#include "text/query_words.h"

#include <stdio.h>
#include <string.h>

const char *const reach_formats[] = {"text", "image", "video", "link", "carousel", "story", "live", "other", NULL};

enum column { COLUMN_AT, COLUMN_REACH, COLUMN_ID, COLUMN_FORMAT, COLUMN_TEXT, COLUMN_LENGTH, COLUMN_LINK, COLUMNS };
#define CELLS_MAX 64

static const struct {
	const char *heading;
	enum column column;
} headings[] = {
	{"at", COLUMN_AT},          {"date", COLUMN_AT},        {"time", COLUMN_AT},            {"published", COLUMN_AT},      {"publish time", COLUMN_AT},
	{"posted", COLUMN_AT},      {"created", COLUMN_AT},     {"publié", COLUMN_AT},          {"heure", COLUMN_AT},          {"heure de publication", COLUMN_AT},
	{"reach", COLUMN_REACH},    {"impressions", COLUMN_REACH}, {"views", COLUMN_REACH},     {"portée", COLUMN_REACH},      {"couverture", COLUMN_REACH},
	{"vues", COLUMN_REACH},     {"id", COLUMN_ID},          {"post id", COLUMN_ID},         {"identifiant", COLUMN_ID},    {"format", COLUMN_FORMAT},
	{"type", COLUMN_FORMAT},    {"post type", COLUMN_FORMAT}, {"text", COLUMN_TEXT},        {"texte", COLUMN_TEXT},        {"title", COLUMN_TEXT},
	{"description", COLUMN_TEXT}, {"length", COLUMN_LENGTH}, {"longueur", COLUMN_LENGTH},   {"link", COLUMN_LINK},         {"lien", COLUMN_LINK},
	{"url", COLUMN_LINK},
};

static const struct {
	const char *word, *format;
} formats[] = {
	{"photo", "image"}, {"picture", "image"}, {"images", "image"}, {"photos", "image"}, {"reel", "video"}, {"reels", "video"}, {"short", "video"}, {"vidéo", "video"},
	{"texte", "text"}, {"status", "text"}, {"statut", "text"}, {"lien", "link"}, {"carrousel", "carousel"}, {"album", "carousel"}, {"direct", "live"},
};

struct reading {
	struct cx *cx;
	struct str zone, rest;
	char separator;
	size_t line;
	int place[COLUMNS]; /* of the column in a line; -1: there is none */
	struct str cells[CELLS_MAX];
	size_t count;
};

/* ---- lines ---- */

/* One record; quotes may hold separators, doubled quotes and line ends. */
static bool next(struct reading *r)
{
	const char *at = r->rest.at, *end = at + r->rest.len;
	r->count = 0;
	if (at == end)
		return false;
	r->line++;
	for (;;) {
		CLEANUP(buf_free) struct buf cell = {};
		bool quoted = at < end && *at == '"';
		at += quoted;
		for (; at < end && (quoted || (*at != r->separator && *at != '\n')); at++) {
			if (quoted && *at == '"') {
				if (at + 1 < end && at[1] == '"') {
					at++;
				} else {
					quoted = false;
					continue;
				}
			}
			buf_addc(&cell, *at);
		}
		if (r->count < CELLS_MAX)
			r->cells[r->count++] = str_trim(buf_keep(&cell, r->cx->arena));
		if (at == end || *at++ == '\n')
			break;
	}
	r->rest = (struct str){at, (size_t)(end - at)};
	return true;
}

static char separator_of(struct str text)
{
	struct str line = str_cut(&text, '\n');
	size_t most = 0;
	char best = ',';
	for (const char *s = ",;\t"; *s; s++) {
		size_t count = 0;
		for (size_t i = 0; i < line.len; i++)
			count += line.at[i] == *s;
		if (count > most) {
			most = count;
			best = *s;
		}
	}
	return best;
}

static struct str lower(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_query_lower(&b, text);
	return buf_keep(&b, cx->arena);
}

static enum err read_heading(struct reading *r)
{
	for (int c = 0; c < COLUMNS; c++)
		r->place[c] = -1;
	if (!next(r))
		return fail_field(r->cx, "lines", N_("Paste the lines with their headings: at least a date and a reach."));
	for (size_t i = 0; i < r->count; i++) {
		struct str word = lower(r->cx, r->cells[i]);
		for (size_t h = 0; h < COUNT(headings); h++)
			if (str_eq(word, str_of(headings[h].heading)) && r->place[headings[h].column] < 0)
				r->place[headings[h].column] = (int)i;
	}
	if (r->place[COLUMN_AT] < 0 || r->place[COLUMN_REACH] < 0)
		return fail_field(r->cx, "lines", N_("The first line must name the columns; a date (date, published) and a reach (reach, impressions, views) are needed among them."));
	return OK;
}

static struct str cell(const struct reading *r, enum column column)
{
	int place = r->place[column];
	return place >= 0 && (size_t)place < r->count ? r->cells[place] : (struct str){};
}

/* ---- a post ---- */

/* "2026-03-24", "2026-03-24 09:42", "24/03/2026 09:42" of the reader's place; with an offset, the instant. */
static bool instant_of(const struct reading *r, struct str text, i64 *ret_instant)
{
	struct civil c = {};
	char kept[40];
	int used = 0;
	if (text.len >= sizeof kept)
		return false;
	memcpy(kept, text.at ? text.at : "", text.len);
	kept[text.len] = 0;
	if (time_parse(text, ret_instant))
		return true;
	if (sscanf(kept, "%4d-%2d-%2d%n", &c.year, &c.month, &c.day, &used) != 3 && sscanf(kept, "%2d/%2d/%4d%n", &c.day, &c.month, &c.year, &used) != 3)
		return false;
	const char *rest = kept + used;
	while (*rest == ' ' || *rest == 'T')
		rest++;
	if (*rest && sscanf(rest, "%2d%*1[:h]%2d:%2d", &c.hour, &c.minute, &c.second) < 2)
		return false;
	if (c.year < 2000 || c.year > 2200 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.hour < 0 || c.hour > 24 || c.minute < 0 || c.minute > 59)
		return false;
	*ret_instant = zone_instant(r->zone, c);
	return true;
}

/* "12 345", "12,345", "12345": whole figures, with whatever parts their thousands. */
static bool figure_of(struct str text, i64 *ret_figure)
{
	CLEANUP(buf_free) struct buf digits = {};
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] >= '0' && text.at[i] <= '9')
			buf_addc(&digits, text.at[i]);
		else if ((text.at[i] & 0x80) == 0 && !strchr(" ,.'", text.at[i]))
			return false;
	return digits.len && digits.len < 16 && str_to_i64(buf_str(&digits), ret_figure);
}

static struct str format_of(struct cx *cx, struct str text)
{
	struct str word = lower(cx, text);
	for (size_t i = 0; reach_formats[i]; i++)
		if (str_eq(word, str_of(reach_formats[i])))
			return word;
	for (size_t i = 0; i < COUNT(formats); i++)
		if (str_eq(word, str_of(formats[i].word)))
			return str_of(formats[i].format);
	return text.len ? S("other") : S("text");
}

static bool says_yes(struct cx *cx, struct str text)
{
	struct str word = lower(cx, text);
	return text.len && !str_eq(word, S("0")) && !str_eq(word, S("no")) && !str_eq(word, S("non")) && !str_eq(word, S("false")) && !str_eq(word, S("faux"));
}

static enum err post_of(const struct reading *r, struct post_reach *post)
{
	struct str text = cell(r, COLUMN_TEXT);
	i64 length = -1;
	if (!instant_of(r, cell(r, COLUMN_AT), &post->at) || post->at > r->cx->now + DAY)
		return fail_field(r->cx, "lines", N_("Line %zu: the date cannot be read; write it like 2026-03-24 09:42."), r->line);
	if (!figure_of(cell(r, COLUMN_REACH), &post->reach))
		return fail_field(r->cx, "lines", N_("Line %zu: the reach is no number."), r->line);
	if (cell(r, COLUMN_LENGTH).len && !figure_of(cell(r, COLUMN_LENGTH), &length))
		return fail_field(r->cx, "lines", N_("Line %zu: the length is no number."), r->line);
	post->format = format_of(r->cx, cell(r, COLUMN_FORMAT));
	post->length = length >= 0 || !text.len ? length : (i64)utf8_count(text);
	post->has_link = r->place[COLUMN_LINK] >= 0 ? says_yes(r->cx, cell(r, COLUMN_LINK)) : str_find(text, S("http")) >= 0;
	post->remote_id = cell(r, COLUMN_ID).len ? cell(r, COLUMN_ID) : arena_printf(r->cx->arena, "at:%lld", (long long)post->at);
	post->told_at = r->cx->now;
	return OK;
}

enum err reach_read(struct cx *cx, struct str zone, struct str lines, struct post_reach **ret_posts, size_t *ret_count)
{
	if (!utf8_valid(lines)) {
		CLEANUP(buf_free) struct buf clean = {};
		buf_add_clean(&clean, lines);
		lines = buf_keep(&clean, cx->arena);
	}
	struct reading r = {.cx = cx, .zone = zone, .rest = lines, .separator = separator_of(lines)};
	struct post_reach *posts = NULL;
	size_t count = 0, capacity = 0;
	if (str_starts(r.rest, S("\xEF\xBB\xBF")))
		r.rest = str_skip(r.rest, 3);
	TRY(read_heading(&r));
	while (next(&r)) {
		struct post_reach post = {};
		if (r.count == 1 && !r.cells[0].len)
			continue; /* an empty line */
		if (count == REACH_LINES_MAX)
			return fail_field(cx, "lines", N_("These are more than %d posts: give a part of them."), REACH_LINES_MAX);
		TRY(post_of(&r, &post));
		*arena_push(cx->arena, posts, count, capacity) = post;
	}
	if (!count)
		return fail_field(cx, "lines", N_("There is no post below the headings."));
	*ret_posts = posts;
	*ret_count = count;
	return OK;
}

static enum err take(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str lines, i64 *ret_taken)
{
	struct channel c;
	struct post_reach *posts;
	size_t count;
	if (!actor_may(cx->actor, MAY_IMPORT))
		return fail(cx, ERR_DENIED, N_("You may not take figures in; an owner, an administrator or a manager may."));
	TRY(channel_get(cx, db, workspace, channel, &c));
	TRY(reach_read(cx, cx->actor->zone, lines, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		posts[i].id = id_new();
		posts[i].workspace = workspace;
		posts[i].channel = channel;
		TRY(post_reach_save(cx, db, &posts[i]));
	}
	TRY(audit(cx, db, workspace, "reach.take", arena_printf(cx->arena, "channel:%lld", (long long)channel), arena_printf(cx->arena, "{\"posts\":%zu}", count)));
	*ret_taken = (i64)count;
	return change_add(cx, db, workspace, 0, "channel", channel);
}

enum err reach_take(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str lines, i64 *ret_taken)
{
	return IN_TRANSACTION(cx, db, take(cx, db, workspace, channel, lines, ret_taken));
}
