/* feeds: addresses under which other programs read the calendar (iCalendar): made and revoked by the person whose they are; what they give is what that
 * person may read at the moment of asking. They only read. */
#include "base/lang.h"
#include "flow/calendar.h"
#include "model/ical.h"
#include "page/calendar/calendar.h"
#include "page/once.h"
#include "store/member.h"
#include "store/workspace.h"
#include "sys/crypto.h"

#define MADE "calendar_feed"
#define BEFORE (90 * DAY)
#define AFTER (400 * DAY)
#define POSTS_MOST 5000
#define NOTES_MOST 500
#define LASTS (15 * MINUTE) /* what a post takes in somebody's calendar */
#define REFRESH 30          /* minutes */

static struct str feed_url(struct cx *cx, struct str code)
{
	return arena_printf(cx->arena, "%.*s/calendar/feeds/%.*s.ics", STR_ARG(page_setup.public_url), STR_ARG(code));
}

enum err calendar_feeds_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct calendar_feed *feeds;
	struct look look;
	struct str made;
	size_t count;
	json_t *list = json_array(), *document = json_object();
	struct reader reader = reader_of(cx);
	reply_json(reply, document);
	TRY(look_of(cx, request, &look));
	TRY(calendar_feeds_of(cx, request_db(request), here(cx), cx->actor->user, &feeds, &count));
	for (size_t i = 0; i < count; i++) {
		look.filter = (struct calendar_filter){feeds[i].channel, feeds[i].campaign, feeds[i].pillar, -1};
		const struct channel *channel = look_channel(&look, feeds[i].channel);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(feeds[i].id), "name", doc_text(feeds[i].name), "channel",
						      channel ? doc_text(channel->name) : json_null(), "url", doc_text(look_url(cx, &look)), "made_at", doc_instant(&reader, feeds[i].created_at)));
	}
	json_t *channels = json_array();
	for (size_t i = 0; i < look.channel_count; i++)
		json_array_append_new(channels, json_pack("{s:o, s:o, s:b}", "id", doc_id(look.channels[i].id), "name", doc_text(look.channels[i].name), "is_selected", false));
	doc_set(document, "feeds", list);
	doc_set(document, "has_feeds", json_boolean(count > 0));
	doc_set(document, "channels", channels);
	doc_set(document, "made", !request_wants_json(request) && once_take(cx, request, reply, MADE, &made) ? doc_text(made) : json_null());
	return OK;
}

enum err calendar_feeds_make(struct cx *cx, struct request *request, struct reply *reply)
{
	struct calendar_feed feed = {.workspace = here(cx), .name = param_text(request, "name"), .channel = param_id(request, "channel"), .campaign = param_id(request, "campaign"),
				     .pillar = param_id(request, "pillar"), .state = param_text(request, "state")};
	struct str code;
	TRY(calendar_feed_make(cx, request_db(request), &feed, &code));
	struct str url = feed_url(cx, code);
	if (!request_wants_json(request))
		once_put(cx, reply, MADE, url);
	reply_json(reply, json_pack("{s:o, s:o}", "id", doc_id(feed.id), "url", doc_text(url)));
	reply_redirect(reply, "/calendar/feeds");
	return OK;
}

enum err calendar_feeds_end(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(calendar_feed_end(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("This address serves no longer."))), (struct str){});
	reply_redirect(reply, "/calendar/feeds");
	return OK;
}

/* ---- read from outside ---- */

static enum err missing(struct cx *cx)
{
	return fail(cx, ERR_MISSING, N_("There is no calendar at this address, or not any more."));
}

/* Whose it is, if they may still read: who has left, or may no longer, reads nothing more. */
static enum err reader_of_feed(struct cx *cx, struct db *db, struct str code, struct calendar_feed *ret_feed, struct member *ret_member)
{
	if (str_ends(code, S(".ics")))
		code.len -= 4;
	if (!token_shaped(code))
		return missing(cx);
	struct hash hash = hash_of(code);
	enum err e = calendar_feed_by_code(cx, db, hash_str(&hash), ret_feed);
	if (e == ERR_MISSING)
		return missing(cx);
	TRY(e);
	e = member_get(cx, db, ret_feed->workspace, ret_feed->person, ret_member);
	if (e == ERR_MISSING || (e == OK && (ret_member->removed_at || ret_member->disabled || !(role_permissions(ret_member->role) >> MAY_READ_POSTS & 1))))
		return missing(cx);
	return e;
}

static void add_post(struct cx *cx, struct buf *out, const struct channel *channels, size_t channel_count, const struct calendar_post *p, struct str host)
{
	struct ical_event event = {
		.uid = arena_printf(cx->arena, "post-%lld@%.*s", (long long)p->id, STR_ARG(host)),
		.summary = p->title.len ? p->title : str_of(_(N_("Without words yet"))),
		.description = str_of(_(post_state_title(p->state))),
		.url = arena_printf(cx->arena, "%.*s/posts/%lld", STR_ARG(page_setup.public_url), (long long)p->id),
		.status = p->state == POST_DRAFT || p->state == POST_REVIEW ? ICAL_TENTATIVE : ICAL_CONFIRMED,
		.sequence = (int)p->revision, .stamp = p->updated_at, .starts = p->planned_at, .ends = p->planned_at + LASTS,
	};
	for (size_t i = 0; i < p->channel_count; i++)
		for (size_t k = 0; k < channel_count && event.category_count < ICAL_CATEGORIES_MAX; k++)
			if (channels[k].id == p->channels[i])
				event.categories[event.category_count++] = channels[k].name;
	ical_add(out, &event, NULL);
}

static void add_note(struct cx *cx, struct buf *out, const struct calendar_note *n, struct str host)
{
	struct ical_event event = {.uid = arena_printf(cx->arena, "note-%lld@%.*s", (long long)n->id, STR_ARG(host)), .summary = n->title, .description = n->body,
				   .stamp = n->updated_at, .is_all_day = true};
	if (day_parse(n->day, &event.first_day) && day_parse(n->until_day, &event.last_day))
		ical_add(out, &event, NULL);
}

enum err calendar_feed_give(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct calendar_feed feed;
	struct member member;
	struct workspace workspace;
	struct channel *channels;
	struct calendar_post *posts;
	struct calendar_note *notes;
	size_t channel_count, post_count, note_count;
	TRY(reader_of_feed(cx, db, param_text(request, "code"), &feed, &member));
	cx->lang = lang_of(member.lang);
	TRY(workspace_get(cx, db, feed.workspace, &workspace));
	TRY(channel_list(cx, db, feed.workspace, &channels, &channel_count));
	enum post_state state;
	struct calendar_filter filter = {feed.channel, feed.campaign, feed.pillar, post_state_of(feed.state, &state) ? (int)state : -1};
	i64 today = cx->now / DAY * DAY; /* the same for a day, so that what did not change has one tag */
	TRY(calendar_posts(cx, db, feed.workspace, &filter, today - BEFORE, today + AFTER, LIST_START, POSTS_MOST, &posts, &post_count));
	TRY(calendar_notes(cx, db, feed.workspace, day_text(cx, (today - BEFORE) / DAY), day_text(cx, (today + AFTER) / DAY), NOTES_MOST, &notes, &note_count));
	struct str host = page_setup.public_url;
	if (str_find(host, S("://")) >= 0)
		host = str_skip(host, (size_t)str_find(host, S("://")) + 3);
	CLEANUP(buf_free) struct buf out = {};
	ical_begin(&out, &(struct ical_calendar){.name = arena_printf(cx->arena, "%.*s: %.*s", STR_ARG(workspace.name), STR_ARG(feed.name)), .refresh_minutes = REFRESH});
	for (size_t i = 0; i < post_count; i++)
		add_post(cx, &out, channels, channel_count, &posts[i], host);
	for (size_t i = 0; i < note_count; i++)
		add_note(cx, &out, &notes[i], host);
	ical_end(&out);
	reply_bytes(reply, "text/calendar; charset=utf-8", buf_str(&out)); /* the kernel tags it, and answers 304 to who has it */
	return OK;
}
