/* by_hand: posts that a person publishes, where no program may: what is to be done, by whom, step by step, on a telephone too; what became of it. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/by_hand.h"
#include "flow/channels.h"
#include "flow/post_parts.h"
#include "flow/subtitle.h"
#include "page/medium.h"
#include "page/page.h"
#include "page/pager.h"
#include "page/post_why.h"
#include "store/member.h"
#include "ui/document.h"
#include "ui/format.h"

#define HEADING 80
#define A_PAGE 30
#define LATELY (7 * DAY)
#define TOLD_BESIDE 10 /* beside what is to be done */

static struct str heading_of(struct cx *cx, const struct by_hand_task *t)
{
	struct str text = str_trim(t->post.title.len ? t->post.title : t->text.body), line = str_line(&text);
	return line.len ? line : str_of(_(N_("Without words")));
}

static json_t *state_shape(struct cx *cx, const struct by_hand_task *t)
{
	const char *word = "open", *title = N_("To be published"), *tone = "sun", *icon = "send";
	if (t->publication.state == PUBLICATION_SENT)
		word = "done", title = N_("It is there"), tone = "ok", icon = "check";
	else if (t->publication.state == PUBLICATION_DUE)
		word = "later", title = N_("Later"), tone = "act", icon = "alarm-clock";
	else if (t->publication.state != PUBLICATION_HANDED)
		word = "not", title = N_("Not published"), tone = "red", icon = "x";
	else if (t->is_held)
		word = "held", title = N_("Publishing is paused"), tone = "red", icon = "pause";
	else if (t->asks_at <= cx->now)
		word = "late", title = N_("Late: does it still go?"), tone = "red", icon = "clock";
	return json_pack("{s:s, s:s, s:s, s:s}", "word", word, "title", _(title), "tone", tone, "icon", icon);
}

static json_t *row_shape(struct cx *cx, const struct reader *reader, const struct by_hand_task *t)
{
	const struct publication *p = &t->publication;
	bool open = p->state == PUBLICATION_HANDED, taken = open && t->handing.taken_until > cx->now;
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(p->id));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/by-hand/%lld", (long long)p->id)));
	doc_set(shape, "post_id", doc_id(t->post.id));
	doc_set(shape, "post_url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)t->post.id)));
	doc_set(shape, "heading", doc_excerpt(heading_of(cx, t), HEADING));
	doc_set(shape, "lang", doc_text_or_null(t->post.lang));
	doc_set(shape, "channel", doc_text(t->channel.name));
	doc_set(shape, "network", doc_network(cx->lang, t->channel.network));
	doc_set(shape, "state", state_shape(cx, t));
	doc_set(shape, "is_open", json_boolean(open));
	doc_set(shape, "planned_at", doc_instant(reader, p->planned_at));
	doc_set(shape, "handed_at", doc_instant(reader, t->handing.handed_at));
	doc_set(shape, "in_charge", doc_text_or_null(t->in_charge));
	doc_set(shape, "taken_by", taken ? doc_text(t->handing.taken_by_name) : json_null());
	doc_set(shape, "taken_until", doc_instant(reader, taken ? t->handing.taken_until : 0));
	doc_set(shape, "told_by", !open && t->handing.taken_by ? doc_text(t->handing.taken_by_name) : json_null());
	doc_set(shape, "told_at", doc_instant(reader, open ? 0 : t->handing.closed_at));
	doc_set(shape, "is_mine", json_boolean(t->is_mine));
	doc_set(shape, "may", json_boolean(t->may));
	doc_set(shape, "can_undo", json_boolean(t->can_undo));
	doc_set(shape, "story", doc_text_or_null(p->story));
	doc_set(shape, "address", doc_address(p->remote_url));
	return shape;
}

static json_t *rows_shape(struct cx *cx, const struct reader *reader, const struct by_hand_task *tasks, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, row_shape(cx, reader, &tasks[i]));
	return list;
}

/* The page that is asked for, of what is to be done, or of what was said. */
static enum err read_open(struct cx *cx, struct request *request, struct reply *reply, struct pager *pager, struct by_hand_task **ret_tasks, size_t *ret_count)
{
	struct by_hand_task *list;
	size_t read;
	do
		TRY(by_hand_open(cx, request_db(request), here(cx), pager->from, pager->limit + 1, &list, &read));
	while (!pager_fits(pager, read));
	*ret_tasks = list += pager->first;
	*ret_count = pager->count;
	const struct handing *first = pager->count ? &list[0].handing : NULL, *last = pager->count ? &list[pager->count - 1].handing : NULL;
	pager_put(cx, request, reply, pager, first ? list_after(first->handed_at, first->publication) : LIST_START, last ? list_after(last->handed_at, last->publication) : LIST_START, NULL);
	return OK;
}

static enum err read_told(struct cx *cx, struct request *request, struct reply *reply, struct pager *pager, struct by_hand_task **ret_tasks, size_t *ret_count)
{
	struct by_hand_task *list;
	size_t read;
	do
		TRY(by_hand_told(cx, request_db(request), here(cx), 0, pager->from, pager->limit + 1, &list, &read));
	while (!pager_fits(pager, read));
	*ret_tasks = list += pager->first;
	*ret_count = pager->count;
	const struct handing *first = pager->count ? &list[0].handing : NULL, *last = pager->count ? &list[pager->count - 1].handing : NULL;
	pager_put(cx, request, reply, pager, first ? list_after(first->closed_at, first->publication) : LIST_START, last ? list_after(last->closed_at, last->publication) : LIST_START, NULL);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct by_hand_task *tasks = NULL, *told = NULL;
	size_t count = 0, told_count = 0;
	struct pager pager;
	struct reader reader = reader_of(cx);
	bool all_told = str_eq(param_text(request, "list"), S("told"));
	json_t *document = json_object();
	reply_json(reply, document);
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "by_hand/list");
	pager_of(request, A_PAGE, &pager);
	if (all_told)
		TRY(read_told(cx, request, reply, &pager, &told, &told_count));
	else
		TRY(read_open(cx, request, reply, &pager, &tasks, &count));
	if (!all_told && !pager.from.is_given)
		TRY(by_hand_told(cx, request_db(request), here(cx), cx->now - LATELY, LIST_START, TOLD_BESIDE, &told, &told_count));
	doc_set(document, "tasks", rows_shape(cx, &reader, tasks, count));
	doc_set(document, "has_tasks", json_boolean(count > 0));
	doc_set(document, "told", rows_shape(cx, &reader, told, told_count));
	doc_set(document, "has_told", json_boolean(told_count > 0));
	doc_set(document, "is_told", json_boolean(all_told));
	doc_set(document, "told_url", json_string("/by-hand?list=told"));
	return OK;
}

/* ---- one of them ---- */

/* What is said in a film, as files beside it. */
static enum err add_subtitles(struct cx *cx, struct db *db, const struct post_media *media, json_t *list)
{
	struct subtitle *subtitles;
	struct media m;
	size_t count;
	TRY(media_get(cx, db, here(cx), media->media, &m));
	TRY(subtitles_of(cx, db, here(cx), m.id, false, &subtitles, &count));
	for (size_t i = 0; i < count && str_eq(m.kind, S("video")); i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "title", doc_text(medium_lang(cx, subtitles[i].lang)), "name",
							   doc_text(subtitle_file_name(cx->arena, m.name, subtitles[i].lang)), "url",
							   doc_text(arena_printf(cx->arena, "/media/%lld/subtitles/%.*s?save=yes", (long long)m.id, STR_ARG(subtitles[i].lang)))));
	return OK;
}

static enum err files_shape(struct cx *cx, struct db *db, const struct by_hand_task *t, json_t *document)
{
	struct post_media *media;
	size_t media_count;
	struct attachment *files;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "files", list);
	TRY(attachments_of(cx, db, here(cx), t->message.id, &files, &count));
	TRY(post_media_of(cx, db, here(cx), t->post.id, &media, &media_count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf size = {};
		buf_add_size(&size, cx->lang, files[i].size);
		json_t *subtitles = json_array();
		if (str_eq(files[i].kind, S("video")) && count == media_count)
			TRY(add_subtitles(cx, db, &media[i], subtitles));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "id", doc_id(files[i].id), "kind", doc_text(files[i].kind), "name", doc_text(files[i].name), "url",
						      doc_text(arena_printf(cx->arena, "/attachments/%lld", (long long)files[i].id)), "type", doc_text(files[i].type), "alt",
						      doc_text_or_null(files[i].alt), "is_image", str_eq(files[i].kind, S("image")), "size", doc_text(buf_str(&size)), "subtitles", subtitles));
	}
	doc_set(document, "has_files", json_boolean(count > 0));
	return OK;
}

static json_t *places_shape(struct cx *cx, const struct by_hand_task *t, const json_t *settings)
{
	struct str url = str_trim(str_of(json_string_value(json_object_get(settings, "url"))));
	if (!url.len && t->network->home)
		url = str_of(t->network->home);
	return json_pack("{s:s, s:o}", "title", _(t->network->title), "url", doc_address(arena_str(cx->arena, url)));
}

static struct str person_name(struct cx *cx, struct db *db, i64 person)
{
	struct member m;
	if (person && member_get(cx, db, here(cx), person, &m) == OK)
		return m.name;
	cx_forget(cx);
	return S("Parvis");
}

static struct str instant_text(struct cx *cx, const struct reader *reader, i64 instant)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_instant(&b, reader, instant);
	return buf_keep(&b, cx->arena);
}

/* Why is it to be published, when, and who said so? */
static enum err why_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct by_hand_task *t, json_t *document)
{
	const struct publication *p = &t->publication;
	struct post_approval *approvals;
	size_t count;
	TRY(post_approvals(cx, db, here(cx), t->post.id, &approvals, &count));
	const struct post_approval *a = post_last_approval(approvals, count);
	struct str why = post_why(cx, reader, p, person_name(cx, db, p->created_by), a, a ? person_name(cx, db, a->decided_by) : (struct str){});
	doc_set(document, "why", doc_text(arena_printf(cx->arena, _(N_("%.*s Handed over %.*s.")), STR_ARG(why), STR_ARG(instant_text(cx, reader, t->handing.handed_at)))));
	return OK;
}

static void words_shape(struct cx *cx, const struct by_hand_task *t, const json_t *settings, json_t *document)
{
	json_t *steps = json_array(), *below = json_array();
	doc_set(document, "title", t->network->has_titles ? doc_text_or_null(t->post.title) : json_null());
	doc_set(document, "text", doc_text(t->text.body));
	doc_set(document, "warning", doc_text_or_null(t->post.warning));
	for (const char *const *step = t->network->steps; *step; step++)
		json_array_append_new(steps, json_string(_(*step)));
	doc_set(document, "steps", steps);
	for (size_t i = 0; i < t->text.part_count; i++)
		json_array_append_new(below, json_pack("{s:o, s:o, s:b}", "id", doc_text(arena_printf(cx->arena, "part-%zu", i)), "text", doc_text(t->text.parts[i]), "is_comment", 0));
	if (t->text.first_comment.len)
		json_array_append_new(below, json_pack("{s:s, s:o, s:b}", "id", "comment", "text", doc_text(t->text.first_comment), "is_comment", 1));
	doc_set(document, "below", below);
	doc_set(document, "has_below", json_boolean(json_array_size(below) > 0));
	doc_set(document, "also", doc_text_or_null(arena_str(cx->arena, str_of(json_string_value(json_object_get(settings, "also"))))));
	doc_set(document, "place", places_shape(cx, t, settings));
	doc_set(document, "wants_address", json_boolean(by_hand_wants_address(settings)));
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct by_hand_task t;
	struct reader reader = reader_of(cx);
	json_t *document = json_object();
	CLEANUP(buf_free) struct buf soon = {};
	reply_json(reply, document);
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "by_hand/state");
	TRY(by_hand_task_get(cx, db, here(cx), param_id(request, "id"), &t));
	const json_t *settings = channel_settings(cx, &t.channel);
	doc_set(document, "task", row_shape(cx, &reader, &t));
	words_shape(cx, &t, settings, document);
	TRY(files_shape(cx, db, &t, document));
	TRY(why_shape(cx, db, &reader, &t, document));
	bool acts = t.may && t.publication.state == PUBLICATION_HANDED && (t.is_mine || t.handing.taken_until <= cx->now);
	doc_set(document, "can", json_pack("{s:b, s:b, s:b}", "take", acts && !t.is_mine && !t.is_held, "leave", acts && t.is_mine, "tell", acts));
	buf_add_local(&soon, &reader, cx->now + 2 * HOUR);
	doc_set(document, "zone", doc_text(reader.zone));
	doc_set(document, "form", json_pack("{s:o, s:o, s:o}", "address", doc_text(request_typed(request, "address")), "reason", doc_text(request_typed(request, "reason")), "wall_time",
					    doc_text(request_typed(request, "wall_time").len ? request_typed(request, "wall_time") : buf_str(&soon))));
	return OK;
}

/* ---- acts ---- */

static enum err finish(struct cx *cx, struct request *request, struct reply *reply, const char *told, struct str undo, bool back)
{
	i64 id = param_id(request, "id");
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(told)), undo);
	if (back)
		reply_redirect(reply, "/by-hand");
	else
		reply_redirect(reply, "/by-hand/%lld", (long long)id);
	return OK;
}

static enum err do_take(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(by_hand_take(cx, request_db(request), here(cx), param_id(request, "id")));
	return finish(cx, request, reply, N_("It is yours for twenty minutes; everybody sees that."), (struct str){}, false);
}

static enum err do_leave(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(by_hand_leave(cx, request_db(request), here(cx), param_id(request, "id")));
	return finish(cx, request, reply, N_("It is left to others."), (struct str){}, true);
}

static enum err do_done(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(by_hand_done(cx, request_db(request), here(cx), id, param_text(request, "address")));
	return finish(cx, request, reply, N_("It is there. Thank you."), arena_printf(cx->arena, "/by-hand/%lld/undo", (long long)id), true);
}

static enum err do_undo(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(by_hand_undo(cx, request_db(request), here(cx), param_id(request, "id")));
	return finish(cx, request, reply, N_("Taken back: it is still to be published."), (struct str){}, false);
}

static enum err do_not(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(by_hand_not(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "reason")));
	return finish(cx, request, reply, N_("Whoever planned it is told why."), (struct str){}, true);
}

static enum err do_later(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(by_hand_later(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "wall_time"), param_text(request, "zone")));
	return finish(cx, request, reply, N_("It is handed over again then."), (struct str){}, true);
}

/* ---- the routes ---- */

#define ONE {.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The part of a post, as “acts” of a post names it."}
static const char *const lists[] = {"open", "told", NULL};
static const struct param list_params[] = {
	{.name = "list", .in = IN_QUERY, .type = P_WORD, .words = lists, .about = "What is to be done (open), or what was said of it (told)."}, PAGER_PARAMS, {}};
static const struct param one_params[] = {ONE, {}};
static const struct param done_params[] = {ONE, {.name = "address", .in = IN_FORM, .type = P_LINE, .max = BY_HAND_ADDRESS_MAX, .about = "Where the post stands: https://…; wanted where posts have addresses."}, {}};
static const struct param not_params[] = {ONE, {.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 4 * BY_HAND_REASON_MAX, .about = "Why it was not published."}, {}};
static const struct param later_params[] = {
	ONE,
	{.name = "wall_time", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "When it is handed over again: 2027-03-28T18:40."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock; else the post's."},
	{},
};

static const struct shape shapes[] = {
	{"ByHandTask", "{id: id, url: url, post_id: id, post_url: url, heading: text, lang: text?, channel: text, network: Network, "
	 "state: {word: 'open' | 'held' | 'late' | 'done' | 'later' | 'not', title: text, tone: text, icon: text}, is_open: bool, planned_at: Instant?, handed_at: Instant?, in_charge: text?, "
	 "taken_by: text?, taken_until: Instant?, told_by: text?, told_at: Instant?, is_mine: bool, may: bool, can_undo: bool, story: text?, address: url?}",
	 "A part of a post that a person publishes: who is in charge, who is on it until when, who said what became of it."},
	{"ByHandPage", "{tasks: [ByHandTask], has_tasks: bool, told: [ByHandTask], has_told: bool, is_told: bool, told_url: url, pager?: Pager?}",
	 "What is to be published by hand, page by page; on the first one what people said of it lately. Where is_told: all that they said, instead."},
	{"ByHandOne", "{task: ByHandTask, title: text?, text: text, warning: text?, steps: [text], below: [{id: text, text: text, is_comment: bool}], has_below: bool, also: text?, "
	 "place: {title: text, url: url?}, wants_address: bool, files: [{id: id, kind: text, name: text, url: url, type: text, alt: text?, is_image: bool, size: text, subtitles: [{title: text, name: text, url: url}]}], has_files: bool, why: text, "
	 "can: {take: bool, leave: bool, tell: bool}, zone: text, form: {address: text, reason: text, wall_time: text}}",
	 "All that it takes to publish it: its words as they leave, its files as the network shows them, the steps."},
	{},
};

#define SAYS .permission = MAY_WRITE_POSTS, .form = "/by-hand/{id}", .template = "by_hand/task", .answer = "Made"
static const struct route routes[] = {
	{.method = "GET", .path = "/by-hand", .permission = MAY_READ_POSTS, .params = list_params, .template = "by_hand/page", .handle = show, .answer = "ByHandPage",
	 .about = "Posts that a person publishes, where no program may: what is to be done."},
	{.method = "GET", .path = "/by-hand/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "by_hand/task", .handle = show_one, .answer = "ByHandOne",
	 .about = "One of them, with all that it takes: words, files, steps."},
	{.method = "POST", .path = "/by-hand/{id}/take", SAYS, .params = one_params, .handle = do_take, .about = "Say that you are on it: for twenty minutes nobody else can."},
	{.method = "POST", .path = "/by-hand/{id}/leave", SAYS, .params = one_params, .handle = do_leave, .about = "Say that you are not on it any more."},
	{.method = "POST", .path = "/by-hand/{id}/done", SAYS, .params = done_params, .handle = do_done, .about = "Say that it is there, and at which address."},
	{.method = "POST", .path = "/by-hand/{id}/undo", SAYS, .params = one_params, .handle = do_undo, .about = "Take that back, within the seconds of undo."},
	{.method = "POST", .path = "/by-hand/{id}/not", SAYS, .params = not_params, .handle = do_not, .about = "Say that it was not published, and why."},
	{.method = "POST", .path = "/by-hand/{id}/later", SAYS, .params = later_params, .handle = do_later, .about = "Have it handed over again at another moment."},
	{},
};

const struct page page_by_hand = {"by_hand", routes, shapes, .file = __FILE__};
