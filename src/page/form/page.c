/* form: the public page of a channel, and the thread that began on it, for people without an account. Everything works without a script.
 *
 * Against machines: a field that people do not see, a stamp that says that the form was looked at (and for how long), a measure for each
 * address and for each channel; no puzzle for people. What is refused comes back with what was typed, so that nobody loses a text.
 *
 * The form may be sent from a page of another site (its owner pastes it there): it has no stamp then, and the visitor is shown what they
 * typed on our own page to send it from there. It is not shown inside of a frame of another site, like no page of ours: what is typed and
 * the secret address of the answers would stand in a window that somebody else dressed. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/form.h"
#include "flow/moderate.h"
#include "flow/outside.h"
#include "flow/visitor.h"
#include "page/rules.h"
#include "sys/blob.h"

static enum err keep_blob(struct cx *cx, void *folder, struct str bytes, struct str *ret_hash)
{
	return blob_store(cx, folder, bytes, ret_hash);
}

static void keep_apart(struct reply *reply)
{
	reply_header(reply, "X-Robots-Tag", S("noindex, nofollow"));
	reply_header(reply, "Referrer-Policy", S("no-referrer"));
	reply_header(reply, "Cache-Control", S("no-store"));
}

static enum err around(struct cx *cx, struct db *db, const struct workspace *w, json_t *document)
{
	struct charter_version in_force;
	json_t *list = json_array();
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (!str_eq(str_of(rules_langs[i].word), str_of(cx->lang)))
			json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", rules_langs[i].word, "title", rules_langs[i].title, "url",
							      doc_text(arena_printf(cx->arena, "?lang=%s", rules_langs[i].word))));
	doc_set(document, "languages", list);
	doc_set(document, "workspace", json_pack("{s:o, s:o, s:o}", "name", doc_text(w->name), "slug", doc_text(w->slug), "avatar", doc_avatar(w->name)));
	enum err e = charter_in_force(cx, db, w->id, &in_force);
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	doc_set(document, "charter_url", e == OK ? doc_text(arena_printf(cx->arena, "/c/%.*s/charter", STR_ARG(w->slug))) : json_null());
	return OK;
}

/* ---- the form ---- */

static const char *stamp_of(struct cx *cx, const struct form *form)
{
	return arena_printf(cx->arena, "form:%.*s", STR_ARG(form->channel.form_key)).at;
}

static struct str title_of(struct cx *cx, const struct form *form)
{
	struct str title = text_in(cx, form->title, cx->lang);
	return title.len ? title : arena_printf(cx->arena, _(N_("Write to %.*s")), STR_ARG(form->workspace.name));
}

static struct str consent_of(struct cx *cx, const struct form *form)
{
	struct str text = text_in(cx, form->consent, cx->lang);
	return text.len ? text : arena_printf(cx->arena, _(N_("I agree that %.*s keeps and reads what I write here, to answer me.")), STR_ARG(form->workspace.name));
}

static enum err show_form(struct cx *cx, struct request *request, struct reply *reply)
{
	struct form form;
	json_t *document = json_object(), *shape = json_object();
	cx->lang = rules_lang_of(cx, param_text(request, "lang"));
	reply_json(reply, document);
	reply_header(reply, "Cache-Control", S("no-store")); /* the stamp is for one visitor */
	doc_set(document, "form", shape);
	TRY(form_by_key(cx, request_db(request), param_text(request, "key"), &form));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/form/%.*s?lang=%s", STR_ARG(form.channel.form_key), cx->lang)));
	doc_set(shape, "title", doc_text(title_of(cx, &form)));
	doc_set(shape, "intro", doc_text_or_null(text_in(cx, form.intro, cx->lang)));
	doc_set(shape, "consent", doc_text(consent_of(cx, &form)));
	doc_set(shape, "stamp", doc_text(outside_stamp(cx, page_setup.outside, stamp_of(cx, &form))));
	doc_set(shape, "takes_files", json_boolean(form.takes_files));
	doc_set(shape, "needs_email", json_boolean(form.needs_email));
	doc_set(shape, "mails", json_boolean(page_setup.mail));
	doc_set(shape, "is_agreed", json_boolean(request_typed(request, "consent").len));
	return around(cx, request_db(request), &form.workspace, document);
}

/* Was our form looked at, and for as long as a person does? */
static enum err check_stamp(struct cx *cx, struct request *request, const char *what, struct str *ret_nonce)
{
	i64 at;
	struct str stamp = param_text(request, "stamp");
	if (!outside_stamp_read(cx, page_setup.outside, what, stamp, &at, ret_nonce) || cx->now - at > FORM_LIFE)
		return request_fault(cx, request, "stamp", N_("Look at your message once more, then send it from here."));
	if (cx->now - at < FORM_FRESH)
		return request_fault(cx, request, "stamp", N_("That was very quick. If you are a person, send it once more."));
	return OK;
}

static enum err take_file(struct cx *cx, struct request *request, struct form_letter *letter)
{
	const struct upload *upload = param_file(request, "file");
	if (!upload)
		return OK;
	letter->file_name = upload->name.len ? upload->name : S("file");
	return form_file(cx, upload->path, upload->size, &letter->file_bytes);
}

static struct form_letter letter_of(struct cx *cx, struct request *request)
{
	return (struct form_letter){.text = param_text(request, "text"), .address = request_address(request), .store_blob = keep_blob,
				    .blobs = (void *)arena_printf(cx->arena, "%s/media", page_setup.data).at,
				    .outside = page_setup.mail ? page_setup.outside : NULL, .work = page_setup.work};
}

static enum err send_form(struct cx *cx, struct request *request, struct reply *reply)
{
	struct form form;
	struct form_letter letter = letter_of(cx, request);
	i64 conversation;
	TRY(form_by_key(cx, request_db(request), param_text(request, "key"), &form));
	letter.name = param_text(request, "name");
	letter.email = param_text(request, "email");
	letter.subject = param_text(request, "subject");
	letter.consent = consent_of(cx, &form);
	enum err e = OK;
	if (param_text(request, "website").len)
		e = request_fault(cx, request, "website", N_("Leave this field empty: it is there for machines."));
	if (!param_bool(request, "consent"))
		e = request_fault(cx, request, "consent", N_("We can only keep your message if you agree."));
	if (form.needs_email && !letter.email.len)
		e = request_fault(cx, request, "email", N_("Write your email, so that we can answer you."));
	enum err stamped = check_stamp(cx, request, stamp_of(cx, &form), &letter.nonce);
	TRY(e == OK ? stamped : e);
	TRY(take_file(cx, request, &letter));
	TRY(form_send(cx, request_db(request), &form, &letter, &conversation));
	reply_redirect(reply, "/talk/%.*s?sent=yes&lang=%s", STR_ARG(outside_pass(cx, page_setup.outside, OUTSIDE_TALK, conversation)), cx->lang);
	return OK;
}

/* ---- the thread ---- */

static enum err open_talk(struct cx *cx, struct request *request, struct form_talk *ret_talk)
{
	i64 id;
	TRY(outside_open(cx, page_setup.outside, OUTSIDE_TALK, param_text(request, "pass"), &id));
	return form_talk(cx, request_db(request), id, ret_talk);
}

static const char *talk_stamp(struct cx *cx, const struct form_talk *talk)
{
	return arena_printf(cx->arena, "talk:%lld", (long long)talk->conversation.id).at;
}

/* Where the decision that hid it is read and contested. */
static enum err contest_url(struct cx *cx, struct db *db, const struct message *m, json_t **ret_url)
{
	struct decision *list;
	size_t count;
	*ret_url = json_null();
	if (!m->hidden_at)
		return OK;
	TRY(decisions_of(cx, db, m->workspace, m->id, &list, &count));
	for (size_t i = count; i-- > 0;)
		if (str_eq(list[i].act, S("hide"))) {
			*ret_url = doc_text(arena_printf(cx->arena, "/contest/%.*s", STR_ARG(outside_pass(cx, page_setup.outside, OUTSIDE_CONTEST, list[i].id))));
			return OK;
		}
	return OK;
}

static enum err message_shape(struct cx *cx, struct db *db, const struct form_talk *talk, const struct message *m, json_t **ret_shape)
{
	struct reader reader = {.lang = cx->lang, .zone = talk->workspace.zone, .now = cx->now};
	struct attachment *files = NULL;
	size_t count = 0;
	bool ours = m->direction == DIRECTION_OUT;
	struct str name = ours ? talk->workspace.name : m->author_name; /* whoever of the team wrote: the house answers */
	json_t *shape = json_object(), *list = json_array(), *url;
	*ret_shape = shape;
	doc_set(shape, "is_ours", json_boolean(ours));
	doc_set(shape, "name", doc_text(name));
	doc_set(shape, "avatar", doc_avatar(name));
	doc_set(shape, "at", doc_instant(&reader, m->at));
	doc_set(shape, "parts", doc_parts(m->body));
	doc_set(shape, "lang", doc_text_or_null(m->lang));
	doc_set(shape, "is_hidden", json_boolean(m->hidden_at));
	doc_set(shape, "files", list);
	if (m->attachment_count)
		TRY(attachments_of(cx, db, m->workspace, m->id, &files, &count));
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf size = {};
		buf_add_size(&size, cx->lang, files[i].size);
		json_array_append_new(list, json_pack("{s:o, s:o}", "name", doc_text(files[i].name), "size", doc_text(buf_str(&size))));
	}
	TRY(contest_url(cx, db, m, &url));
	doc_set(shape, "contest_url", url);
	return OK;
}

/* Whether answers come by mail too; the address only as far as its owner needs it. */
static json_t *letters_shape(struct cx *cx, const struct form_talk *talk, struct str pass)
{
	const struct visitor *v = &talk->visitor;
	if (!v->conversation || !v->pass.len || !page_setup.mail)
		return json_null();
	return json_pack("{s:b, s:o, s:o}", "is_on", !v->off_at, "email", doc_text(visitor_hint(cx, v->email)), "url",
			 doc_text(arena_printf(cx->arena, "/talk/%.*s/letters?lang=%s", STR_ARG(pass), cx->lang)));
}

static enum err show_talk(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct form_talk talk;
	json_t *document = json_object(), *list = json_array();
	cx->lang = rules_lang_of(cx, param_text(request, "lang"));
	reply_json(reply, document);
	keep_apart(reply);
	doc_set(document, "messages", list);
	TRY(open_talk(cx, request, &talk));
	bool answered = false;
	for (size_t i = 0; i < talk.count; i++) {
		json_t *shape;
		enum err e = message_shape(cx, db, &talk, &talk.messages[i], &shape);
		json_array_append_new(list, shape);
		TRY(e);
		answered |= talk.messages[i].direction == DIRECTION_OUT;
	}
	struct str pass = param_text(request, "pass"), subject = talk.conversation.subject;
	doc_set(document, "subject", doc_text(subject.len ? subject : str_of(_(N_("Your message")))));
	doc_set(document, "address", doc_text(outside_address(cx, page_setup.outside, OUTSIDE_TALK, talk.conversation.id)));
	doc_set(document, "url", doc_text(arena_printf(cx->arena, "/talk/%.*s?lang=%s", STR_ARG(pass), cx->lang)));
	doc_set(document, "is_sent", json_boolean(param_bool(request, "sent")));
	doc_set(document, "is_answered", json_boolean(answered));
	doc_set(document, "can_answer", json_boolean(talk.can_answer));
	doc_set(document, "letters", letters_shape(cx, &talk, pass));
	doc_set(document, "stamp", doc_text(outside_stamp(cx, page_setup.outside, talk_stamp(cx, &talk))));
	return around(cx, db, &talk.workspace, document);
}

static enum err answer(struct cx *cx, struct request *request, struct reply *reply)
{
	struct form_talk talk;
	struct form_letter letter = letter_of(cx, request);
	TRY(open_talk(cx, request, &talk));
	TRY(check_stamp(cx, request, talk_stamp(cx, &talk), &letter.nonce));
	TRY(form_answer(cx, request_db(request), &talk, &letter));
	reply_redirect(reply, "/talk/%.*s?sent=yes&lang=%s", STR_ARG(param_text(request, "pass")), cx->lang);
	return OK;
}

/* A press on the page, or the one of a mail program (RFC 8058), which says nothing but that. */
static enum err set_letters(struct cx *cx, struct request *request, struct reply *reply)
{
	struct form_talk talk;
	TRY(open_talk(cx, request, &talk));
	TRY(visitor_wants(cx, request_db(request), talk.workspace.id, talk.conversation.id, param_bool(request, "wanted")));
	reply_redirect(reply, "/talk/%.*s?lang=%s#letters", STR_ARG(param_text(request, "pass")), cx->lang);
	return OK;
}

/* ---- the rows ---- */

#define LANG {.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 8, .about = "Language of the page."}
#define STAMP {.name = "stamp", .in = IN_FORM, .type = P_LINE, .max = OUTSIDE_STAMP_MAX, .about = "What the form carried."}
#define KEY {.name = "key", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "The form's key."}
#define PASS {.name = "pass", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = OUTSIDE_PASS_MAX, .about = "What the writer was given."}

static const struct param show_params[] = {KEY, LANG, {}};
static const struct param send_params[] = {
	KEY, LANG, STAMP,
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "Who writes."},
	{.name = "email", .in = IN_FORM, .type = P_EMAIL, .about = "Where to answer."},
	{.name = "subject", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "What it is about."},
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = FORM_TEXT_MAX, .about = "The message."},
	{.name = "file", .in = IN_FILE, .type = P_FILE, .about = "A picture, a PDF or a text."},
	{.name = "consent", .in = IN_FORM, .type = P_BOOL, .about = "They agree that it is kept."},
	{.name = "website", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "Nobody fills this in but machines."},
	{},
};
static const struct param talk_params[] = {
	PASS, LANG, {.name = "sent", .in = IN_QUERY, .type = P_BOOL, .about = "Something was just sent."}, {},
};
static const struct param answer_params[] = {
	PASS, LANG, STAMP,
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = FORM_TEXT_MAX, .about = "What they say."},
	{},
};

static const struct param letters_params[] = {
	PASS, LANG,
	{.name = "wanted", .in = IN_FORM, .type = P_BOOL, .about = "Answers come by mail too; no when left out."},
	{.name = "List-Unsubscribe", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "What a mail program says."},
	{},
};

#define OUTSIDE .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY
static const struct route routes[] = {
	{.method = "GET", .path = "/form/{key}", OUTSIDE, .params = show_params, .template = "form/form", .handle = show_form, .per_minute = 60,
	 .about = "The public page of a channel."},
	{.method = "POST", .path = "/form/{key}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY | ROUTE_NO_CSRF, .params = send_params, .handle = send_form, .form = "/form/{key}",
	 .body_max = FORM_FILE_MAX + (1 << 20), .per_minute = 6, .about = "Write to a channel; the stamp stands for the token of a session."},
	{.method = "GET", .path = "/talk/{pass}", OUTSIDE, .params = talk_params, .template = "form/talk", .handle = show_talk, .per_minute = 60,
	 .about = "For who wrote: what they said, and the answers."},
	{.method = "POST", .path = "/talk/{pass}", OUTSIDE, .params = answer_params, .handle = answer, .form = "/talk/{pass}", .body_max = 64 << 10, .per_minute = 6,
	 .about = "Go on in a thread that began on a form."},
	{.method = "POST", .path = "/talk/{pass}/letters", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY | ROUTE_NO_CSRF, .params = letters_params, .handle = set_letters,
	 .body_max = 4 << 10, .per_minute = 20, .about = "Answers by mail, or no more of them; the address alone is the token, for mail programs too."},
	{},
};

const struct page page_form = {"form", routes, .file = __FILE__};
