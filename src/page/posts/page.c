/* posts: what we say, written once for all channels: their list, the composer, and each post's page with what became of it. */
#include "flow/idea.h"
#include "flow/media.h"
#include "flow/post_present.h"
#include "flow/queue.h"
#include "flow/writing_aid.h"
#include "page/pager.h"
#include "page/posts/posts.h"
#include "page/seen.h"

#include <string.h>

/* ---- reading ---- */

static enum err show_post(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	struct post_request draft;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(post_get(cx, request_db(request), here(cx), param_id(request, "id"), &post));
	TRY(post_draft_load(cx, request_db(request), &post, &draft));
	if (request_typed(request, "revision").at && request_typed(request, "body").at) /* the post's own form; a remark has a body too */
		TRY(post_draft_say(cx, request, true, &draft));
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "posts/live");
	TRY(post_compose(cx, request, &post, &draft, param_bool(request, "part"), document));
	return post_copy_shape(cx, request, &draft, post.id, document);
}

/* What the idea says of itself; 0: nothing. */
static enum err begin_with(struct cx *cx, struct request *request, i64 id, struct post_request *draft)
{
	struct idea idea;
	if (!id)
		return OK;
	TRY(idea_get(cx, request_db(request), here(cx), id, &idea));
	draft->idea = id;
	draft->title = idea.title;
	draft->text.body = idea_draft_body(cx, &idea);
	draft->pillar = draft->pillar ? draft->pillar : idea.pillar;
	draft->campaign = draft->campaign ? draft->campaign : idea.campaign;
	return OK;
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post_request draft = {.wall_time = param_text(request, "at"), .pillar = param_id(request, "pillar"), .campaign = param_id(request, "campaign")};
	i64 channel = param_id(request, "channel");
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(begin_with(cx, request, param_id(request, "idea"), &draft));
	if (channel) {
		struct post_variant_request *variant = arena_new_of(cx->arena, struct post_variant_request);
		variant->channel = channel;
		draft.variants = variant;
		draft.variant_count = 1;
	}
	if (request_typed(request, "body").at)
		TRY(post_draft_say(cx, request, true, &draft));
	return post_compose(cx, request, NULL, &draft, param_bool(request, "part"), document);
}

/* ---- writing ---- */

/* The post as it stands now: for programs, and for the script the parts of the page that changed. */
static enum err answer(struct cx *cx, struct request *request, struct reply *reply, const struct post *post, bool one_more)
{
	struct post_request draft;
	struct post fresh;
	bool partial = request_is_partial(request) && !request_wants_json(request);
	if (!partial && !request_wants_json(request)) {
		reply_redirect(reply, one_more ? "/posts/%lld?part=yes#part-end" : "/posts/%lld", (long long)post->id);
		return OK;
	}
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(post_get(cx, request_db(request), here(cx), post->id, &fresh));
	TRY(post_draft_load(cx, request_db(request), &fresh, &draft));
	if (partial)
		reply_template(reply, "posts/parts");
	return post_compose(cx, request, &fresh, &draft, one_more, document);
}

static struct str conflict_story(struct cx *cx, struct db *db, const struct post *post)
{
	struct member by = {.name = S("Parvis")};
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf when = {};
	if (post->updated_by && member_get(cx, db, here(cx), post->updated_by, &by) != OK)
		cx_forget(cx);
	buf_add_instant(&when, &reader, post->updated_at);
	return arena_printf(cx->arena, _(N_("%.*s changed this post, %.*s. What you wrote is kept in this window: compare, then save again to put yours in its place.")),
			    STR_ARG(by.name), STR_ARG(buf_str(&when)));
}

/* Somebody was faster: who, and what is different. The person's own text stays in the page; saving again puts it in the place of theirs. */
static enum err conflict(struct cx *cx, struct request *request, struct reply *reply, const struct post_request *mine)
{
	struct db *db = request_db(request);
	struct post post;
	struct post_request shown = *mine;
	char was[sizeof cx->story];
	memcpy(was, cx->story, sizeof was);
	cx_forget(cx);
	TRY(post_get(cx, db, here(cx), mine->id, &post));
	if (post.revision == mine->revision)
		return fail(cx, ERR_CONFLICT, "%s", was); /* it was not that: a part has left */
	struct str story = conflict_story(cx, db, &post);
	if (request_wants_json(request) || request_is_partial(request))
		return fail(cx, ERR_CONFLICT, "%.*s", STR_ARG(story));
	json_t *document = json_object();
	reply_json(reply, document);
	reply_status(reply, 409);
	reply_template(reply, "posts/post");
	shown.revision = post.revision;
	TRY(post_compose(cx, request, &post, &shown, false, document));
	doc_set(document, "conflict", json_pack("{s:o, s:o}", "story", doc_text(story), "changes", diff_shape(cx, post.body, mine->text.body)));
	return OK;
}

/* It is kept, whatever stands in the way of its leaving: that is said above it. */
static enum err go_on(struct cx *cx, struct request *request, struct reply *reply, struct post *post)
{
	struct db *db = request_db(request);
	if (param_id(request, "queue")) {
		TRY(queue_add(cx, db, here(cx), param_id(request, "queue"), post->id, post->revision, post));
		reply_flash(reply, str_of(_(N_("It stands in the queue."))), (struct str){});
	}
	if (param_text(request, "best").len) {
		TRY(post_plan(cx, db, here(cx), post->id, post->revision, param_text(request, "best"), param_text(request, "zone"), post));
		reply_flash(reply, str_of(_(N_("Its hour is set."))), (struct str){});
	}
	if (!str_eq(param_text(request, "then"), S("ready")))
		return OK;
	enum err e = post_ready(cx, db, here(cx), post->id, post->revision, post);
	if (e == ERR_BAD_INPUT && !request_wants_json(request)) {
		reply_flash(reply, arena_str(cx->arena, str_of(cx->story)), (struct str){});
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	reply_flash(reply, str_of(post->state == POST_REVIEW ? _(N_("Approval is asked for. Who decides is told.")) : post->state == POST_SCHEDULED
				  ? _(N_("It is scheduled."))
				  : _(N_("It is approved, and has no hour yet."))),
		    (struct str){});
	return OK;
}

/* A template or hashtags, behind what stands there. */
static enum err put_in(struct cx *cx, struct db *db, i64 aid, struct str *body)
{
	struct str text;
	TRY(writing_aid_use(cx, db, here(cx), aid, &text));
	*body = body->len ? arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(*body), STR_ARG(text)) : text;
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct db *db = request_db(request);
	struct post_request draft = {};
	struct post post;
	if (id) {
		TRY(post_get(cx, db, here(cx), id, &post));
		TRY(post_draft_load(cx, db, &post, &draft));
		draft.revision = param_int(request, "revision");
	}
	TRY(post_draft_say(cx, request, false, &draft));
	if (param_id(request, "aid"))
		TRY(put_in(cx, db, param_id(request, "aid"), &draft.text.body));
	if (param_text(request, "hashtag").len)
		TRY(post_hashtag_put(cx, param_text(request, "hashtag"), &draft));
	enum err e = post_write(cx, db, here(cx), &draft, &post);
	if (e == ERR_CONFLICT && id)
		return conflict(cx, request, reply, &draft);
	TRY(e);
	if (str_eq(param_text(request, "then"), S("media")) && !request_wants_json(request)) {
		reply_redirect(reply, "/posts/%lld/media", (long long)post.id);
		return OK;
	}
	TRY(go_on(cx, request, reply, &post));
	return answer(cx, request, reply, &post, param_bool(request, "part"));
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err save(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err finish(struct cx *cx, struct request *request, struct reply *reply, const struct post *post, const char *flash)
{
	reply_flash(reply, str_of(flash), (struct str){});
	return answer(cx, request, reply, post, false);
}

#define SEEN here(cx), param_id(request, "id"), param_int(request, "revision")

static enum err make_ready(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_ready(cx, request_db(request), SEEN, &post));
	return answer(cx, request, reply, &post, false);
}

static enum err approve(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_approve(cx, request_db(request), SEEN, param_text(request, "remark"), &post));
	return finish(cx, request, reply, &post, post.state == POST_REVIEW ? _(N_("Approved. It waits for the next step.")) : post.state == POST_SCHEDULED
			      ? _(N_("Approved. It leaves at its hour."))
			      : _(N_("Approved. It has no hour yet.")));
}

static enum err give_back(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_return(cx, request_db(request), SEEN, param_text(request, "remark"), &post));
	return finish(cx, request, reply, &post, _(N_("Returned, with your remark.")));
}

static enum err plan(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_plan(cx, request_db(request), SEEN, param_text(request, "wall_time"), param_text(request, "zone"), &post));
	return finish(cx, request, reply, &post, post.planned_at ? _(N_("Its hour is set.")) : _(N_("It has no hour any more.")));
}

static enum err publish(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_publish(cx, request_db(request), SEEN, &post));
	return finish(cx, request, reply, &post, _(N_("It leaves now.")));
}

static enum err take_back(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_take_back(cx, request_db(request), here(cx), param_id(request, "id"), &post));
	return finish(cx, request, reply, &post, _(N_("Taken back. Nothing of it has left.")));
}

static enum err put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	bool away = !param_given(request, "away") || param_bool(request, "away");
	TRY(post_put_away(cx, request_db(request), here(cx), param_id(request, "id"), away));
	struct post post = {.id = param_id(request, "id")};
	return finish(cx, request, reply, &post, away ? _(N_("Put away.")) : _(N_("Taken out again.")));
}

static enum err file_it(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_line_keep(cx, request, param_id(request, "id"), &post));
	return finish(cx, request, reply, &post, _(N_("Filed.")));
}

static enum err remark(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post = {.id = param_id(request, "id")};
	TRY(post_remark(cx, request_db(request), here(cx), post.id, param_text(request, "body")));
	return finish(cx, request, reply, &post, _(N_("Your remark is there.")));
}

/* Somebody has it open: told to who else has. */
static enum err present(struct cx *cx, struct request *request, struct reply *reply)
{
	(void)reply;
	return post_present(cx, request_db(request), here(cx), param_id(request, "id"));
}

/* ---- what leaves of it ---- */

enum deed { AGAIN, DROP, ARRIVED, NOT_ARRIVED };

/* The act must be of this post. */
static enum err act(struct cx *cx, struct request *request, struct reply *reply, enum deed deed)
{
	struct db *db = request_db(request);
	struct publication *acts;
	size_t count;
	struct post post;
	i64 id = param_id(request, "publication");
	bool is = false;
	TRY(post_get(cx, db, here(cx), param_id(request, "id"), &post));
	TRY(post_acts(cx, db, here(cx), post.id, &acts, &count));
	for (size_t i = 0; i < count; i++)
		is |= acts[i].id == id;
	if (!is)
		return fail(cx, ERR_MISSING, N_("This act is of no post."));
	if (deed == AGAIN)
		TRY(post_act_again(cx, db, here(cx), id));
	else if (deed == DROP)
		TRY(post_act_drop(cx, db, here(cx), id));
	else
		TRY(post_act_decide(cx, db, here(cx), id, deed == ARRIVED));
	static const char *const flashes[] = {[AGAIN] = N_("It leaves after all."), [DROP] = N_("It is left out."), [ARRIVED] = N_("Noted: it is there."),
					      [NOT_ARRIVED] = N_("Noted: it did not arrive. It leaves again.")};
	return finish(cx, request, reply, &post, _(flashes[deed]));
}

static enum err act_again(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, AGAIN);
}

static enum err act_drop(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, DROP);
}

static enum err act_decide(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, param_bool(request, "arrived") ? ARRIVED : NOT_ARRIVED);
}

/* ---- the routes ---- */

static const char *const state_words[] = {"draft", "review", "approved", "scheduled", "leaving", "by_hand", "published", "trouble", "away", NULL};
static const char *const deal_words[] = {"sponsored", "collaboration", "affiliate", "gift", NULL};
static const char *const link_words[] = {"workspace", "yes", "no", NULL};
static const char *const then_words[] = {"ready", "media", NULL};
static const char *const medium_kinds[] = {"image", "video", "audio", "file", NULL};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The post."}
#define ACT_PARAM {.name = "publication", .in = IN_PATH, .type = P_ID, .about = "What leaves of it, as “acts” names it."}
#define REVISION_PARAM {.name = "revision", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = INT32_MAX, .about = "The revision that was seen."}
#define LINE_FIELDS                                                                                                            \
	{.name = "pillar", .in = IN_FORM, .type = P_ID, .about = "The pillar of the editorial line that it serves."},          \
	{.name = "campaign", .in = IN_FORM, .type = P_ID, .about = "The campaign that it belongs to."}
#define FIELDS                                                                                                                 \
	{.name = "title", .in = IN_FORM, .type = P_LINE, .max = POST_TITLE_MAX, .about = "What it is called; where a network has titles, its title."}, \
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = POST_BODY_MAX, .about = "What all channels say that have no words of their own."}, \
	{.name = "parts", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_LIST, .max = POST_BODY_MAX, .about = "What follows in a thread."}, \
	{.name = "first_comment", .in = IN_FORM, .type = P_TEXT, .max = POST_BODY_MAX, .about = "A first answer of our own below it."}, \
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 20, .about = "The language it is written in: “fr”."},          \
	{.name = "warning", .in = IN_FORM, .type = P_LINE, .max = POST_TITLE_MAX, .about = "What is said before it is shown."}, \
	{.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The channels it goes to."},          \
	{.name = "variants", .in = IN_FORM, .type = P_JSON, .about = "Words of their own for channels: [{channel, body, parts, first_comment}]."}, \
	{.name = "variant", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "For forms: the channel of each variant_body and variant_comment."}, \
	{.name = "variant_body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_LIST, .max = POST_BODY_MAX, .about = "For forms: its own words; empty: the common ones."}, \
	{.name = "variant_comment", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_LIST, .max = POST_BODY_MAX, .about = "For forms: its own first comment."}, \
	{.name = "variant_part_of", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "For forms: the channel of each variant_part."}, \
	{.name = "variant_part", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_LIST, .max = POST_BODY_MAX, .about = "For forms: what follows in its own thread."}, \
	{.name = "stories", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The channels where it is a story: one picture or film, upright, without words."}, \
	{.name = "no_cards", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The channels where its link is shown without a card."}, \
	{.name = "choices_said", .in = IN_FORM, .type = P_BOOL, .about = "For forms: “stories” and “no_cards” are all there are, also when there are none."}, \
	{.name = "media", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Pictures and files of the library that go with it, in order."}, \
	{.name = "alt", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 2000, .about = "What each of them shows; empty: as the library says."}, \
	{.name = "media_out", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "For forms: those to take out."},      \
	{.name = "deal", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = deal_words, .about = "What it is paid with, if it is; none: nothing."}, \
	{.name = "deals_said", .in = IN_FORM, .type = P_BOOL, .about = "For forms: “deal” is all there is, also when there is none."}, \
	{.name = "media_up", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "For forms: those to show before the one before them."}, \
	{.name = "poll", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = POLL_CHOICE_MAX, .about = "The choices of a poll; none: no poll."}, \
	{.name = "poll_question", .in = IN_FORM, .type = P_LINE, .max = POLL_QUESTION_MAX, .about = "Its question, where a network asks it apart from the text."}, \
	{.name = "poll_hours", .in = IN_FORM, .type = P_INT, .min = 1, .max = 768, .about = "How long it stays open; a day unless told."}, \
	{.name = "poll_several", .in = IN_FORM, .type = P_BOOL, .about = "More than one may be chosen."}, \
	LINE_FIELDS, {.name = "idea", .in = IN_FORM, .type = P_ID, .about = "The idea it comes from: used from then on."},      \
	{.name = "tags", .in = IN_FORM, .type = P_WORD, .words = link_words, .about = "Its links are tagged (utm_*), or as the workspace does."}, \
	{.name = "shortens", .in = IN_FORM, .type = P_WORD, .words = link_words, .about = "They leave as short links of ours, or as the workspace does."}, \
	{.name = "utm_source", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX, .about = "utm_source of its links; it may hold {network}, {channel}, {campaign} and {post}. Empty: as the workspace says."}, \
	{.name = "utm_medium", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX}, {.name = "utm_campaign", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX}, \
	{.name = "utm_content", .in = IN_FORM, .type = P_LINE, .max = TRACKING_MAX},                                              \
	{.name = "variables", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 40, .about = "Variables of its texts ({{name}}) that it says something for; those not named are not said any more."}, \
	{.name = "values", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = VARIABLE_VALUE_MAX, .about = "What each of them stands for; empty: as the workspace says."}, \
	{.name = "hashtag", .in = IN_FORM, .type = P_LINE, .max = 160, .about = "A channel’s id and a hashtag (“12 #bread”) that goes in at the end of what that channel says."}, \
	{.name = "aid", .in = IN_FORM, .type = P_ID, .about = "A template or a set of hashtags that goes in at the end of the common text."}, \
	{.name = "wall_time", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "When it leaves, as the clock of its place shows it: 2027-03-28T18:40; empty: no hour yet."}, \
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock; else the workspace's."},                         \
	{.name = "queue", .in = IN_FORM, .type = P_ID, .about = "Put it into the next free hour of this queue."},            \
	{.name = "best", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "An hour that is taken in place of wall_time: one that was proposed."}, \
	{.name = "part", .in = IN_FORM, .type = P_BOOL, .about = "For forms: one more part of the thread is wanted."},           \
	{.name = "then", .in = IN_FORM, .type = P_WORD, .words = then_words, .about = "“ready”: ask for approval, or schedule it, at once. For forms, “media”: choose pictures next."}
#define SHOW_PART {.name = "part", .in = IN_QUERY, .type = P_BOOL, .about = "With one more part of the thread to write."}
static const struct param list_params[] = {
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = state_words, .about = "Where they are; “away”: those that were put away."},
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Those that go to this channel."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 200, .about = "Words of their titles or texts."},
	PAGER_PARAMS,
	{},
};
static const struct param new_params[] = {
	{.name = "at", .in = IN_QUERY, .type = P_LINE, .max = 30, .about = "The hour it begins with: 2027-03-28T18:40."},
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "The channel it begins with."},
	{.name = "idea", .in = IN_QUERY, .type = P_ID, .about = "The idea it comes from."},
	{.name = "campaign", .in = IN_QUERY, .type = P_ID, .about = "The campaign it begins with."},
	{.name = "pillar", .in = IN_QUERY, .type = P_ID, .about = "The pillar it begins with."},
	SHOW_PART,
	{},
};
static const struct param one_params[] = {ID_PARAM, SHOW_PART, {.name = "of", .in = IN_QUERY, .type = P_ID, .about = "The post that this one is to be compared with, as its B."}, {}};
static const struct param create_params[] = {FIELDS, {}};
static const struct param save_params[] = {ID_PARAM, REVISION_PARAM, FIELDS, {}};
static const struct param revision_params[] = {ID_PARAM, REVISION_PARAM, {}};
static const struct param id_params[] = {ID_PARAM, {}};
static const struct param decide_params[] = {
	ID_PARAM, REVISION_PARAM, {.name = "remark", .in = IN_FORM, .type = P_TEXT, .max = 4000, .about = "What to say to who wrote it."}, {},
};
static const struct param plan_params[] = {
	ID_PARAM, REVISION_PARAM,
	{.name = "wall_time", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "As the clock of its place shows it: 2027-03-28T18:40; empty: no hour."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock; else the one it had."},
	{},
};
static const struct param away_params[] = {ID_PARAM, {.name = "away", .in = IN_FORM, .type = P_BOOL, .about = "“no” takes it out again."}, {}};
static const struct param line_params[] = {ID_PARAM, LINE_FIELDS, {}};
static const struct param remark_params[] = {
	ID_PARAM, {.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 4000, .about = "A word to colleagues on it."}, {},
};
static const struct param card_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The link."}, {}};
static const struct param act_params[] = {ID_PARAM, ACT_PARAM, {}};
static const struct param arrived_params[] = {
	ID_PARAM, ACT_PARAM, {.name = "arrived", .in = IN_FORM, .type = P_BOOL, .about = "It is there; else it leaves again."}, {},
};
static const struct param media_params[] = {
	ID_PARAM,
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the name, of what it shows, of its labels or its credit."},
	{.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = medium_kinds, .about = "Only pictures, films, sounds or documents."},
	PAGER_PARAMS,
	{},
};
#define SEEN_PARAM {.name = "revision", .in = IN_FORM, .type = P_INT, .min = 1, .max = INT32_MAX, .about = "The revision that was seen; else whichever it has."}
static const struct param put_params[] = {
	ID_PARAM, SEEN_PARAM, {.name = "media", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST | PARAM_REQUIRED, .about = "Pictures and files of the library, put behind those it has."}, {},
};
static const struct param bring_params[] = {
	ID_PARAM, SEEN_PARAM,
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_LIST | PARAM_REQUIRED, .max = (i64)MEDIA_BYTES_MAX, .about = "Pictures and files to bring into the library and put with it."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/posts", .permission = MAY_READ_POSTS, .params = list_params, .template = "posts/page", .handle = posts_show, .answer = "PostsPage",
	 .about = "Posts, by where they are."},
	{.method = "GET", .path = "/posts/new", .permission = MAY_WRITE_POSTS, .flags = ROUTE_PAGE_ONLY, .params = new_params, .template = "posts/post", .handle = show_new,
	 .about = "The composer."},
	{.method = "POST", .path = "/posts", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/posts/new",
	 .answer = "PostPage", .about = "Begin a post."},
	{.method = "GET", .path = "/posts/{id}", .permission = MAY_READ_POSTS, .params = one_params, .template = "posts/post", .handle = show_post, .answer = "PostPage",
	 .about = "A post, what stands in its way, and what became of it."},
	{.method = "POST", .path = "/posts/{id}", .permission = MAY_WRITE_POSTS, .params = save_params, .handle = save, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Write a post anew."},
	{.method = "POST", .path = "/posts/{id}/ready", .permission = MAY_WRITE_POSTS, .params = revision_params, .handle = make_ready, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Ask for approval of a post; where none is wanted, it is scheduled."},
	{.method = "POST", .path = "/posts/{id}/approve", .permission = MAY_READ_POSTS, .params = decide_params, .handle = approve, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Approve a post."},
	{.method = "POST", .path = "/posts/{id}/return", .permission = MAY_READ_POSTS, .params = decide_params, .handle = give_back, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Return a post with a remark."},
	{.method = "POST", .path = "/posts/{id}/plan", .permission = MAY_WRITE_POSTS, .params = plan_params, .handle = plan, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Set another hour; an approval holds on."},
	{.method = "POST", .path = "/posts/{id}/publish", .permission = MAY_PUBLISH, .params = revision_params, .handle = publish, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Let an approved post leave now."},
	{.method = "POST", .path = "/posts/{id}/take-back", .permission = MAY_WRITE_POSTS, .params = id_params, .handle = take_back, .answer = "PostPage",
	 .about = "Take a scheduled post back."},
	{.method = "POST", .path = "/posts/{id}/put-away", .permission = MAY_WRITE_POSTS, .params = away_params, .handle = put_away, .answer = "PostPage",
	 .about = "Put a post away, or take it out again."},
	{.method = "POST", .path = "/posts/{id}/copy-as-b", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .handle = post_copy_as_b, .answer = "PostCopied",
	 .about = "Make B of a post: a draft with all that it says, without its hour, to be compared with it."},
	{.method = "POST", .path = "/posts/{id}/line", .permission = MAY_WRITE_POSTS, .params = line_params, .handle = file_it, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "File a post under a pillar and a campaign, also one that has left."},
	{.method = "POST", .path = "/posts/{id}/remarks", .permission = MAY_READ_POSTS, .params = remark_params, .handle = remark, .form = "/posts/{id}", .answer = "PostPage",
	 .about = "Say something about a post to colleagues."},
	{.method = "GET", .path = "/posts/{id}/media", .permission = MAY_WRITE_POSTS, .params = media_params, .template = "posts/media_page", .handle = post_media_page,
	 .answer = "PostMediaPage", .about = "The media library, to choose from for a post."},
	{.method = "POST", .path = "/posts/{id}/media", .permission = MAY_WRITE_POSTS, .params = put_params, .handle = post_media_add, .form = "/posts/{id}/media",
	 .answer = "PostKept", .about = "Put pictures and files of the library with a post."},
	{.method = "POST", .path = "/posts/{id}/files", .permission = MAY_WRITE_POSTS, .flags = ROUTE_SLOW, .params = bring_params, .handle = post_media_bring,
	 .form = "/posts/{id}/media", .body_max = MEDIA_BYTES_MAX + (1 << 20), .answer = "PostKept", .about = "Bring pictures and files into the library and put them with a post."},
	{.method = "POST", .path = "/posts/{id}/cards", .permission = MAY_WRITE_POSTS, .handle = post_cards_again, .answer = "Made",
	 .about = "Read the pages behind a post's links once more: whether they answer, and what is shown of them."},
	{.method = "GET", .path = "/posts/cards/{id}/picture", .permission = MAY_READ_POSTS, .flags = ROUTE_PAGE_ONLY, .params = card_params, .handle = post_card_picture,
	 .type = "image/jpeg", .about = "The picture that is shown of the page behind a link."},
	{.method = "POST", .path = "/posts/{id}/present", .permission = MAY_READ_POSTS, .flags = ROUTE_PAGE_ONLY, .handle = present,
	 .about = "Tell colleagues that one has it open."},
	{.method = "POST", .path = "/posts/{id}/acts/{publication}/again", .permission = MAY_PUBLISH, .params = act_params, .handle = act_again, .answer = "PostPage",
	 .about = "Let a late, held or refused part leave after all."},
	{.method = "POST", .path = "/posts/{id}/acts/{publication}/drop", .permission = MAY_PUBLISH, .params = act_params, .handle = act_drop, .answer = "PostPage",
	 .about = "Leave a part out, and what follows it."},
	{.method = "POST", .path = "/posts/{id}/acts/{publication}/decide", .permission = MAY_PUBLISH, .params = arrived_params, .handle = act_decide, .answer = "PostPage",
	 .about = "Say whether a doubtful part arrived."},
	{},
};

const struct page page_posts = {"posts", routes, post_shapes, .file = __FILE__};
