/* connect.c: the way of a channel until it works: chosen, set, signed in over there where the network has that, and looked at: who we are there, which
 * rights were granted of those that are needed, what the network's limits are. The same page connects again what broke. */
#include "base/lang.h"
#include "flow/login.h"
#include "page/channels/channels.h"

#include <string.h>

/* ---- what was found out ---- */

static const char *limit_title(enum channel_limit_of of)
{
	switch (of) {
	case LIMIT_BODY:
		return N_("An answer in public, at most");
	case LIMIT_PRIVATE_BODY:
		return N_("An answer in private, at most");
	case LIMIT_POST:
		return N_("A post's text, at most");
	case LIMIT_CAPTION:
		return N_("A post's text beside files, at most");
	case LIMIT_TITLE:
		return N_("A post's title, at most");
	case LIMIT_SUBJECT:
		return N_("A subject, at most");
	case LIMIT_MEDIA:
		return N_("Pictures and files with one message, at most");
	case LIMIT_POST_MEDIA:
		return N_("Files with a post, at most");
	case LIMIT_IMAGE_BYTES:
		return N_("A picture, at most");
	case LIMIT_VIDEO_BYTES:
		return N_("A video, at most");
	case LIMIT_POST_VIDEO_BYTES:
		return N_("A film with a post, at most");
	case LIMIT_SUBTITLE_BYTES:
		return N_("Subtitles in one language, at most");
	case LIMIT_FILE_BYTES:
		return N_("Another file, at most");
	case LIMIT_VIDEO_SECONDS:
		return N_("A video's length, at most");
	case LIMIT_ALT:
		return N_("A picture's description, at most");
	case LIMIT_POLL_CHOICES:
		return N_("Choices of a poll, at most");
	case LIMIT_POLL_CHOICE:
		return N_("A choice of a poll, at most");
	case LIMIT_POLL_QUESTION:
		return N_("A poll's question, at most");
	case LIMIT_POLL_SECONDS:
		return N_("A poll stays open, at most");
	case LIMIT_NONE:
	case LIMIT_COUNT:
		break;
	}
	return "";
}

static struct str limit_text(struct cx *cx, const struct channel_limit *limit)
{
	CLEANUP(buf_free) struct buf b = {}, n = {};
	bool bytes = limit->of == LIMIT_IMAGE_BYTES || limit->of == LIMIT_VIDEO_BYTES || limit->of == LIMIT_POST_VIDEO_BYTES || limit->of == LIMIT_SUBTITLE_BYTES || limit->of == LIMIT_FILE_BYTES, seconds = limit->of == LIMIT_VIDEO_SECONDS, hours = limit->of == LIMIT_POLL_SECONDS;
	bool count = limit->of == LIMIT_MEDIA || limit->of == LIMIT_POST_MEDIA || limit->of == LIMIT_POLL_CHOICES;
	i64 most = hours ? limit->most / 3600 : limit->most;
	if (bytes) {
		buf_add_size(&b, cx->lang, limit->most);
		return buf_keep(&b, cx->arena);
	}
	buf_add_number(&n, cx->lang, most);
	buf_add_filled(&b, count     ? "{n}"
			   : seconds ? tr_n(cx->lang, "{n} second", "{n} seconds", most)
			   : hours   ? tr_n(cx->lang, "{n} hour", "{n} hours", most)
				     : tr_n(cx->lang, "{n} character", "{n} characters", most),
		       buf_str(&n));
	return buf_keep(&b, cx->arena);
}

json_t *channel_limits_shape(struct cx *cx, const struct channel_kind *kind, const json_t *known)
{
	json_t *list = json_array();
	for (enum channel_limit_of of = LIMIT_NONE + 1; kind && of < LIMIT_COUNT; of++) {
		struct channel_limit limit;
		if (!channel_limit_get(kind, known, of, &limit))
			continue;
		bool asked = strcmp(limit.source, "asked of the server") == 0;
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b, s:s, s:s}", "word", channel_limit_word(of), "title", _(limit_title(of)), "text",
						      doc_text(limit_text(cx, &limit)), "is_asked", asked, "as_of", limit.as_of, "source", asked ? "" : limit.source));
	}
	return list;
}

static bool in_list(const json_t *list, const char *word)
{
	size_t index;
	const json_t *one;
	json_array_foreach((json_t *)list, index, one)
		if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
			return true;
	return false;
}

json_t *channel_rights_shape(struct cx *cx, const struct channel_kind *kind, const json_t *known, bool is_verified, bool with_quiet)
{
	json_t *list = json_array();
	const json_t *granted = json_object_get(known, "rights"), *missing = json_object_get(known, "missing");
	bool told = is_verified && json_is_array(granted);
	for (const struct channel_right *r = kind ? kind->rights : NULL; r && r->word; r++) {
		bool lacks = told && in_list(missing, r->word);
		bool is_asked = with_quiet && kind->profile_right && strcmp(r->word, kind->profile_right) == 0; /* else whoever has it may use it, and nobody is pressed to get it */
		if (lacks && r->quiet && !is_asked)
			continue;
		const char *state = !told ? "unknown" : lacks ? "missing" : "granted";
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:s, s:b, s:b}", "word", r->word, "need", _(r->need), "is_required", r->required, "state", state,
						      "is_granted", told && !lacks, "is_missing", lacks));
	}
	return list;
}

json_t *channel_account_shape(struct cx *cx, const json_t *known)
{
	const json_t *account = json_object_get(known, "account");
	struct str handle = str_of(json_string_value(json_object_get(account, "handle"))), name = str_of(json_string_value(json_object_get(account, "name")));
	if (!handle.len && !name.len)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "name", doc_text(name.len ? name : handle), "handle", doc_text_or_null(handle), "url",
			 doc_address(str_of(json_string_value(json_object_get(account, "url")))));
}

/* ---- signing in ---- */

static json_t *login_shape(struct cx *cx, const struct channel_kind *kind, const struct channel *c, const struct login *l)
{
	if (!kind->login)
		return json_null();
	bool mine = l->id && cx->actor->kind == ACTOR_USER && l->session == cx->actor->session, late = l->expires_at < cx->now;
	bool ready = str_eq(l->state, S("ready")) && mine && !late, done = str_eq(l->state, S("done"));
	bool waits = (str_eq(l->state, S("register")) && !late) || str_eq(l->state, S("redeem")) || str_eq(l->state, S("redeeming"));
	return json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:o}", "place", doc_text(login_place(cx, kind, c)), "state", doc_text_or_null(l->state), "story",
			 doc_text_or_null(l->story), "is_waiting", waits, "is_ready", ready, "is_failed", str_eq(l->state, S("failed")), "is_done", done, "address",
			 ready ? doc_text(login_address(cx, page_setup.outside, kind, l)) : json_null());
}

/* ---- the page ---- */

json_t *channel_steps_shape(struct cx *cx, bool is_set, bool has_login, bool signed_in, bool is_checked, bool is_fine)
{
	json_t *list = json_array();
	bool now = true;
	const struct {
		const char *word, *title;
		bool is_done, is_there;
	} rows[] = {
		{"network", N_("Network"), true, true},
		{"settings", N_("Settings"), is_set, true},
		{"sign-in", N_("Sign in"), signed_in, has_login},
		{"checks", N_("Checks"), is_checked, true},
		{"done", N_("It works"), is_fine, true},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!rows[i].is_there)
			continue;
		bool done = now && rows[i].is_done, current = now && !rows[i].is_done;
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}", "word", rows[i].word, "title", _(rows[i].title), "is_done", done, "is_current", current));
		now = now && rows[i].is_done;
	}
	return list;
}

/* A right without which the channel is of no use. */
static bool lacks_needed(const json_t *rights)
{
	size_t index;
	const json_t *one;
	json_array_foreach((json_t *)rights, index, one)
		if (json_is_true(json_object_get(one, "is_missing")) && json_is_true(json_object_get(one, "is_required")))
			return true;
	return false;
}

enum err channel_connect_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct channel c;
	struct login l;
	json_t *document = json_object(), *guide;
	reply_json(reply, document);
	TRY(channel_get(cx, db, here(cx), param_id(request, "id"), &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	if (!kind || c.archived_at)
		return fail(cx, ERR_CONFLICT, N_("This channel was put away. Take it out again first."));
	TRY(login_last(cx, db, here(cx), c.id, &l));
	struct channel_look look = channel_look(&c);
	const json_t *known = channel_known(cx, &c);
	bool has_login = kind->login, let_in = !has_login || c.secret.len, checked = c.verified_at && !c.verify_due_at ? true : c.verified_at > 0;
	bool checking = let_in && kind->verify && !checked && str_eq(c.state, S("ok")), broken = str_eq(c.state, S("broken")) || str_eq(c.state, S("failing"));
	json_t *rights = channel_rights_shape(cx, kind, known, checked, true);
	bool lacks = lacks_needed(rights), fine = let_in && !checking && !lacks && str_eq(c.state, S("ok"));
	json_object_set_new(document, "channel", json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o}", "id", doc_id(c.id), "name", doc_text(c.name), "network",
							   doc_network(cx->lang, c.network), "state", doc_word(cx->lang, look.word, look.title), "tone", look.tone,
							   "icon", look.icon, "story", doc_text_or_null(c.state_story), "kind", doc_text(str_of(_(kind->title)))));
	json_object_set_new(document, "steps", channel_steps_shape(cx, true, has_login, let_in, (checked || !kind->verify) && !lacks, fine));
	TRY(channel_guide_shape(cx, db, kind, &c, &guide));
	json_object_set_new(document, "guide", guide);
	json_object_set_new(document, "login", login_shape(cx, kind, &c, &l));
	json_object_set_new(document, "account", checked ? channel_account_shape(cx, known) : json_null());
	json_object_set_new(document, "rights", rights);
	json_object_set_new(document, "has_rights", json_boolean(kind->rights));
	json_object_set_new(document, "rights_told", json_boolean(checked && json_is_array(json_object_get(known, "rights"))));
	json_object_set_new(document, "limits", channel_limits_shape(cx, kind, checked ? known : NULL));
	json_object_set_new(document, "checked", doc_instant(&reader, c.verified_at));
	json_object_set_new(document, "expires", doc_instant(&reader, c.expires_at));
	json_object_set_new(document, "is_checking", json_boolean(checking));
	json_object_set_new(document, "is_let_in", json_boolean(let_in));
	json_object_set_new(document, "is_broken", json_boolean(broken));
	json_object_set_new(document, "is_fine", json_boolean(fine));
	json_object_set_new(document, "is_lacking", json_boolean(lacks));
	if (request_is_partial(request))
		reply_template(reply, "channels/connecting");
	return OK;
}

enum err channel_connect_start(struct cx *cx, struct request *request, struct reply *reply)
{
	struct login l;
	i64 id = param_id(request, "id");
	TRY(login_start(cx, request_db(request), page_setup.outside, here(cx), id, &l));
	reply_redirect(reply, "/channels/%lld/connect", (long long)id);
	return OK;
}

/* ---- back from the network ---- */

static struct login_answer answer_of(const struct request *request)
{
	return (struct login_answer){.state = param_text(request, "state"), .code = param_text(request, "code"), .iss = param_text(request, "iss"),
				     .error = param_text(request, "error"), .description = param_text(request, "error_description")};
}

/* Nothing is written yet: whoever is sent here by a foreign page sees what it is about, and presses the button or not. */
enum err channel_login_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct login l = {};
	struct channel c = {};
	struct login_answer answer = answer_of(request);
	json_t *document = json_object();
	reply_json(reply, document);
	enum err e = login_check(cx, request_db(request), page_setup.outside, here(cx), &answer, &l);
	struct str story = {};
	if (e == ERR_DENIED || e == ERR_CONFLICT || e == ERR_REMOTE) {
		story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
	} else {
		TRY(e);
	}
	if (l.id)
		TRY(channel_get(cx, request_db(request), here(cx), l.channel, &c));
	json_object_set_new(document, "is_fine", json_boolean(e == OK));
	json_object_set_new(document, "story", doc_text_or_null(story));
	json_object_set_new(document, "channel", l.id ? json_pack("{s:o, s:o, s:o}", "name", doc_text(c.name), "network", doc_network(cx->lang, c.network), "url",
								  doc_text(arena_printf(cx->arena, "/channels/%lld/connect", (long long)c.id)))
						      : json_null());
	json_object_set_new(document, "answer", json_pack("{s:o, s:o, s:o}", "state", doc_text(answer.state), "code", doc_text(answer.code), "iss", doc_text(answer.iss)));
	return OK;
}

enum err channel_login_take(struct cx *cx, struct request *request, struct reply *reply)
{
	struct login l;
	struct login_answer answer = answer_of(request);
	TRY(login_take(cx, request_db(request), page_setup.outside, page_setup.work, here(cx), &answer, &l));
	reply_redirect(reply, "/channels/%lld/connect", (long long)l.channel);
	return OK;
}
