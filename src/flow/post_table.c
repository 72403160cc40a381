#include "flow/post_table.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/post_parts.h"
#include "flow/post_table_read.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/calendar.h"
#include "store/media.h"
#include "store/post_line.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "sys/files.h"

#include <string.h>

#define LINES_OF_PLAN 1000 /* campaigns, pillars: as many as are looked through */
#define HEADING 80         /* characters */

struct bringing {
	struct cx *cx;
	struct db *db;
	i64 workspace;
	bool ready;
	struct str zone;                   /* the workspace's */
	struct channel *channels;
	struct calendar_line *campaigns, *pillars;
	size_t channel_count, campaign_count, pillar_count;
	struct post_table_row *rows;
	struct post_table_line *lines;
	struct post_request *requests;     /* by line */
	struct str *hashes;
	size_t count;
	struct post_table_finding *findings;
	size_t finding_count, finding_capacity;
};

static void find(struct bringing *b, size_t at, enum post_column column, bool is_notice, struct str story, const char *remedy)
{
	struct cx *cx = b->cx;
	struct post_table_line *line = &b->lines[at];
	*arena_push(cx->arena, b->findings, b->finding_count, b->finding_capacity) = (struct post_table_finding){
		.line = line->line, .field = column < POST_COLUMN_COUNT ? b->rows[at].titles[column] : (struct str){}, .story = story,
		.remedy = remedy ? str_of(_(remedy)) : (struct str){}, .is_notice = is_notice};
	if (!is_notice)
		line->fate = POST_TABLE_REFUSED;
}

#define REFUSE(b, at, column, remedy, ...) find(b, at, column, false, arena_printf((b)->cx->arena, __VA_ARGS__), remedy)

/* ---- what the columns name ---- */

static bool is_called(struct cx *cx, struct str name, struct str said)
{
	CLEANUP(buf_free) struct buf a = {}, c = {};
	buf_add_folded(&a, name);
	buf_add_folded(&c, said);
	(void)cx;
	return str_eq(buf_str(&a), buf_str(&c));
}

/* By its name, its id, or its network, where one channel alone is of it. */
static const struct channel *channel_called(const struct bringing *b, struct str said)
{
	const struct channel *of_network = NULL;
	size_t count = 0;
	i64 id = 0;
	str_to_i64(said, &id);
	for (size_t i = 0; i < b->channel_count; i++) {
		const struct channel *c = &b->channels[i];
		const struct channel_kind *kind = channel_kind_of(c->kind);
		if (c->id == id || is_called(b->cx, c->name, said))
			return c;
		if (kind && (kind->can & CAN_POST) && is_called(b->cx, c->network, said)) {
			of_network = c;
			count++;
		}
	}
	return count == 1 ? of_network : NULL;
}

static i64 line_called(const struct bringing *b, const struct calendar_line *lines, size_t count, struct str said)
{
	for (size_t i = 0; i < count; i++)
		if (is_called(b->cx, lines[i].name, said))
			return lines[i].id;
	return 0;
}

static void take_channels(struct bringing *b, size_t at, struct post_request *r)
{
	struct cx *cx = b->cx;
	struct str rest = b->rows[at].values[POST_CHANNELS];
	struct post_variant_request *variants = arena_array(cx->arena, struct post_variant_request, POST_CHANNELS_MAX);
	CLEANUP(buf_free) struct buf names = {};
	r->variants = variants;
	while (rest.at && r->variant_count < POST_CHANNELS_MAX) {
		struct str said = str_trim(str_cut(&rest, '|'));
		const struct channel *c = said.len ? channel_called(b, said) : NULL;
		bool twice = false;
		if (!said.len)
			continue;
		if (!c) {
			REFUSE(b, at, POST_CHANNELS, N_("Write the name of a channel as the settings show it; several with | between them."),
			       _(N_("No channel is called “%.*s”.")), STR_ARG(str_head(said, 80)));
			continue;
		}
		for (size_t i = 0; i < r->variant_count; i++)
			twice |= variants[i].channel == c->id;
		if (twice)
			continue;
		variants[r->variant_count++].channel = c->id;
		buf_addf(&names, "%s%.*s", names.len ? ", " : "", STR_ARG(c->name));
	}
	b->lines[at].channels = buf_keep(&names, cx->arena);
}

/* A number at the end of an address of the library (…/media/123), or alone; else a name. */
static enum err find_media(struct bringing *b, struct str said, struct media *ret_media)
{
	struct str tail = said;
	i64 id = 0;
	for (ptrdiff_t slash = str_find_byte(tail, '/'); slash >= 0; slash = str_find_byte(tail, '/'))
		tail = str_skip(tail, (size_t)slash + 1);
	if (str_to_i64(tail, &id) && id > 0)
		return media_get(b->cx, b->db, b->workspace, id, ret_media);
	struct media *list;
	size_t count;
	TRY(media_list(b->cx, b->db, b->workspace, &(struct media_filter){.words = said}, LIST_START, 50, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (is_called(b->cx, list[i].name, said)) {
			*ret_media = list[i];
			return OK;
		}
	return ERR_MISSING;
}

static enum err take_media(struct bringing *b, size_t at, struct post_request *r)
{
	struct cx *cx = b->cx;
	struct str rest = b->rows[at].values[POST_MEDIA], alts = b->rows[at].values[POST_ALT];
	struct post_media *media = arena_array(cx->arena, struct post_media, POST_MEDIA_MAX);
	r->media = media;
	while (rest.at && r->media_count < POST_MEDIA_MAX) {
		struct str said = str_trim(str_cut(&rest, '|')), alt = alts.at ? str_trim(str_cut(&alts, '|')) : (struct str){};
		struct media one;
		if (!said.len)
			continue;
		enum err e = find_media(b, said, &one);
		if (e == ERR_MISSING) {
			cx_forget(cx);
			REFUSE(b, at, POST_MEDIA, N_("Bring it into the library first, then write its name or its address there; several with | between them."),
			       _(N_("The library holds nothing that is called “%.*s”.")), STR_ARG(str_head(said, 80)));
			continue;
		}
		TRY(e);
		media[r->media_count++] = (struct post_media){.media = one.id, .alt = alt};
	}
	return OK;
}

static void take_hour(struct bringing *b, size_t at, struct post_request *r)
{
	struct cx *cx = b->cx;
	const struct post_table_row *row = &b->rows[at];
	struct str date = row->values[POST_DATE], time = row->values[POST_TIME], zone = row->values[POST_ZONE];
	struct civil c = {};
	r->zone = zone.len ? zone : b->zone;
	if (!zone_known(r->zone)) {
		REFUSE(b, at, POST_ZONE, N_("Write it as Europe/Paris, or leave it empty: the workspace's clock holds then."), _(N_("There is no time zone “%.*s”.")),
		       STR_ARG(str_head(zone, 60)));
		return;
	}
	if (!date.len && !time.len)
		return;
	if (!date.len) {
		REFUSE(b, at, POST_DATE, N_("Write it as 2027-03-28."), "%s", _(N_("There is an hour, and no day.")));
		return;
	}
	if (!post_table_date(date, row->separator, &c)) {
		REFUSE(b, at, POST_DATE, N_("Write it as 2027-03-28."), _(N_("“%.*s” is no day that can be read.")), STR_ARG(str_head(date, 40)));
		return;
	}
	if (!time.len) {
		REFUSE(b, at, POST_TIME, N_("Write it as 18:40."), "%s", _(N_("There is a day, and no hour.")));
		return;
	}
	if (!post_table_time(time, &c)) {
		REFUSE(b, at, POST_TIME, N_("Write it as 18:40."), _(N_("“%.*s” is no hour that can be read.")), STR_ARG(str_head(time, 40)));
		return;
	}
	r->wall_time = arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	i64 instant = zone_instant(r->zone, c);
	struct civil shown = zone_civil(r->zone, instant);
	if (instant < cx->now - MINUTE)
		REFUSE(b, at, POST_DATE, N_("Choose a day that is still to come, or leave day and hour empty."), _(N_("%.*s has gone by.")), STR_ARG(r->wall_time));
	else if (shown.hour != c.hour || shown.minute != c.minute)
		find(b, at, POST_TIME, true,
		     arena_printf(cx->arena, _(N_("Clocks there change that night, and %02d:%02d does not exist: it leaves at %02d:%02d.")), c.hour, c.minute, shown.hour,
				  shown.minute), NULL);
}

static i64 take_line(struct bringing *b, size_t at, enum post_column column, const struct calendar_line *lines, size_t count, const char *remedy)
{
	struct cx *cx = b->cx;
	struct str said = b->rows[at].values[column];
	i64 id = said.len ? line_called(b, lines, count, said) : 0;
	if (said.len && !id)
		REFUSE(b, at, column, remedy, _(N_("Nothing here is called “%.*s”.")), STR_ARG(str_head(said, 80)));
	return id;
}

static struct str options_of(struct cx *cx, struct str labels)
{
	CLEANUP(buf_free) struct buf out = {};
	size_t count = 0;
	buf_adds(&out, "{\"labels\":[");
	while (labels.at) {
		struct str one = str_trim(str_cut(&labels, '|'));
		if (!one.len)
			continue;
		buf_adds(&out, count++ ? "," : "");
		buf_add_json(&out, one);
	}
	buf_adds(&out, "]}");
	return count ? buf_keep(&out, cx->arena) : (struct str){};
}

/* The link stands below the text, unless it is there already. */
static struct str body_of(struct cx *cx, struct str text, struct str link)
{
	if (!link.len || str_find(text, link) >= 0)
		return text;
	return text.len ? arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(text), STR_ARG(link)) : link;
}

/* What the line says, whatever the order of its columns: its hour and its words; a table that is brought again with another title is another post. */
static struct str hash_line(const struct bringing *b, const struct post_table_row *row)
{
	struct hasher h;
	hasher_start(&h, NULL);
	for (int i = 0; i < POST_COLUMN_COUNT; i++) {
		struct str value = i == POST_ZONE && !row->values[i].len ? b->zone : row->values[i];
		hasher_add(&h, str_of(post_table_column(i)));
		hasher_add(&h, S("\1"));
		hasher_add(&h, value);
		hasher_add(&h, S("\2"));
	}
	struct hash hash = hasher_end(&h);
	CLEANUP(buf_free) struct buf text = {};
	buf_add_hex(&text, hash_str(&hash).at, hash_str(&hash).len);
	return buf_keep(&text, b->cx->arena);
}

static enum err take_row(struct bringing *b, size_t at)
{
	struct cx *cx = b->cx;
	const struct post_table_row *row = &b->rows[at];
	struct post_table_line *line = &b->lines[at];
	struct post_request *r = &b->requests[at];
	const struct str *v = row->values;
	line->line = row->line;
	if (row->trouble) {
		find(b, at, POST_COLUMN_COUNT, false, str_of(_(row->trouble)), N_("Correct this line; a text with the separator or a line break in it stands in quotes."));
		return OK;
	}
	*r = (struct post_request){.title = v[POST_TITLE], .text = {.body = body_of(cx, v[POST_TEXT], v[POST_LINK])}, .options = options_of(cx, v[POST_LABELS]),
				   .lang = v[POST_LANG]};
	take_hour(b, at, r);
	take_channels(b, at, r);
	TRY(take_media(b, at, r));
	r->campaign = take_line(b, at, POST_CAMPAIGN, b->campaigns, b->campaign_count, N_("Begin the campaign first, or leave this empty."));
	r->pillar = take_line(b, at, POST_PILLAR, b->pillars, b->pillar_count, N_("Write this part of the editorial line down first, or leave this empty."));
	if (!r->text.body.len && !r->media_count)
		REFUSE(b, at, POST_TEXT, N_("Write a text, or name a picture."), "%s", _(N_("This post says nothing.")));
	struct str words = r->text.body, first = str_line(&words);
	line->heading = utf8_head(r->title.len ? r->title : str_trim(first), HEADING);
	line->wall_time = r->wall_time;
	line->zone = r->wall_time.len ? r->zone : (struct str){};
	b->hashes[at] = hash_line(b, row);
	if (line->fate != POST_TABLE_REFUSED && post_check_request(cx, b->db, b->workspace, r) != OK) {
		if (cx->err != ERR_BAD_INPUT)
			return cx->err;
		find(b, at, post_table_column_of_field(str_of(cx->field)), false, arena_str(cx->arena, str_of(cx->story)), NULL);
		cx_forget(cx);
	}
	return OK;
}

/* ---- those that are there ---- */

static enum err mark_known(struct bringing *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct post_table_line *line = &b->lines[i];
		if (line->fate == POST_TABLE_REFUSED && !b->hashes[i].len)
			continue;
		enum err e = post_line_get(b->cx, b->db, b->workspace, b->hashes[i], &line->post);
		bool is_there = e == OK;
		if (e != OK && e != ERR_MISSING)
			return e;
		for (size_t n = 0; n < i && !is_there; n++) /* twice in one file: the first stands for both */
			is_there = str_eq(b->hashes[n], b->hashes[i]);
		if (is_there)
			line->fate = POST_TABLE_KNOWN; /* also one whose hour has gone by since */
	}
	size_t kept = 0; /* and nothing is said against them any more */
	for (size_t i = 0; i < b->finding_count; i++) {
		bool stands = true;
		for (size_t n = 0; n < b->count; n++)
			stands &= b->lines[n].line != b->findings[i].line || b->lines[n].fate != POST_TABLE_KNOWN;
		if (stands)
			b->findings[kept++] = b->findings[i];
	}
	b->finding_count = kept;
	return OK;
}

/* ---- making them ---- */

static enum err fits(struct bringing *b, size_t at, const struct post *post)
{
	struct post_finding *list;
	size_t count;
	TRY(post_findings(b->cx, b->db, post, &list, &count));
	for (size_t i = 0; i < count; i++)
		find(b, at, post_table_column_of_field(str_of(list[i].field)), !b->ready, list[i].story, NULL);
	return OK;
}

static enum err make(struct bringing *b)
{
	for (size_t i = 0; i < b->count; i++) {
		struct post post;
		if (b->lines[i].fate != POST_TABLE_NEW)
			continue;
		TRY(post_write(b->cx, b->db, b->workspace, &b->requests[i], &post));
		TRY(post_line_insert(b->cx, b->db, b->workspace, b->hashes[i], post.id));
		TRY(fits(b, i, &post));
		b->lines[i].post = post.id;
		if (b->ready && b->lines[i].fate == POST_TABLE_NEW)
			TRY(post_ready(b->cx, b->db, b->workspace, post.id, post.revision, &post));
	}
	return OK;
}

static size_t count_of(const struct bringing *b, enum post_table_fate fate)
{
	size_t count = 0;
	for (size_t i = 0; i < b->count; i++)
		count += b->lines[i].fate == fate;
	return count;
}

/* All of it, or, in a trial and where a line is refused, nothing. */
static enum err try_all(struct bringing *b, bool keep, bool *ret_kept)
{
	TRY(db_begin(b->cx, b->db));
	enum err e = make(b);
	size_t fresh = count_of(b, POST_TABLE_NEW);
	bool kept = keep && e == OK && !count_of(b, POST_TABLE_REFUSED);
	if (kept && fresh)
		e = audit(b->cx, b->db, b->workspace, "post.table", arena_printf(b->cx->arena, "workspace:%lld", (long long)b->workspace),
			  arena_printf(b->cx->arena, "{\"posts\":%zu}", fresh));
	if (e != OK || !kept) {
		db_rollback(b->db);
		for (size_t i = 0; i < b->count; i++)
			b->lines[i].post = b->lines[i].fate == POST_TABLE_KNOWN ? b->lines[i].post : 0;
		return e;
	}
	*ret_kept = true;
	return db_commit(b->cx, b->db);
}

static enum err load(struct bringing *b)
{
	struct workspace w;
	TRY(workspace_get(b->cx, b->db, b->workspace, &w));
	b->zone = w.zone;
	TRY(channel_list(b->cx, b->db, b->workspace, &b->channels, &b->channel_count));
	TRY(calendar_campaigns(b->cx, b->db, b->workspace, LINES_OF_PLAN, &b->campaigns, &b->campaign_count));
	return calendar_pillars(b->cx, b->db, b->workspace, LINES_OF_PLAN, &b->pillars, &b->pillar_count);
}

enum err post_table_open(struct cx *cx, const char *path, struct str *ret_text)
{
	enum err e = file_read(cx, path, POST_TABLE_BYTES_MAX, ret_text);
	return e == ERR_TOO_LARGE ? fail_field(cx, "file", N_("This table is larger than 2 MiB. Bring it in parts.")) : e;
}

enum err post_table_bring(struct cx *cx, struct db *db, i64 workspace, struct str text, bool keep, bool ready, struct post_table *ret_table)
{
	struct bringing b = {.cx = cx, .db = db, .workspace = workspace, .ready = ready};
	bool kept = false;
	if (!actor_may(cx->actor, MAY_WRITE_POSTS))
		return fail(cx, ERR_DENIED, N_("Your role reads posts and does not write them."));
	TRY(post_table_read(cx, text, POST_TABLE_LINES_MAX, &b.rows, &b.count));
	b.lines = arena_array(cx->arena, struct post_table_line, b.count + 1);
	b.requests = arena_array(cx->arena, struct post_request, b.count + 1);
	b.hashes = arena_array(cx->arena, struct str, b.count + 1);
	TRY(load(&b));
	for (size_t i = 0; i < b.count; i++)
		TRY(take_row(&b, i));
	TRY(mark_known(&b));
	if (!count_of(&b, POST_TABLE_REFUSED))
		TRY(try_all(&b, keep, &kept));
	*ret_table = (struct post_table){.lines = b.lines, .line_count = b.count, .findings = b.findings, .finding_count = b.finding_count,
					 .fresh = count_of(&b, POST_TABLE_NEW), .known = count_of(&b, POST_TABLE_KNOWN), .refused = count_of(&b, POST_TABLE_REFUSED), .is_kept = kept};
	return OK;
}
