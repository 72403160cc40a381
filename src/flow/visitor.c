#include "flow/visitor.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/mail.h"
#include "flow/transaction.h"
#include "store/job.h"
#include "store/person.h"
#include "store/workspace.h"

#include <jansson.h>

#define LEASE MINUTE
#define TURN 20
#define LETTER_LATEST (3 * DAY)
#define LETTERS_A_DAY 20 /* to one address, of whatever thread and workspace: nobody has shown yet that it is theirs */

static struct str context_of(struct cx *cx, i64 conversation)
{
	return arena_printf(cx->arena, OUTSIDE_TALK ":%lld", (long long)conversation);
}

enum err visitor_note(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str email, const struct outside *outside, const struct public_key *work)
{
	struct visitor v = {
		.conversation = conversation,
		.workspace = workspace,
		.email = email,
		.lang = str_of(cx->lang),
		.pass = seal_to(cx->arena, work, context_of(cx, conversation), outside_pass(cx, outside, OUTSIDE_TALK, conversation)),
		.at = cx->now,
	};
	return visitor_insert(cx, db, &v);
}

/* ret->conversation is 0 when nobody wants letters about it. */
static enum err wanted_by(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct visitor *ret_visitor)
{
	struct visitor v = {};
	enum err e = visitor_get(cx, db, workspace, conversation, &v);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		e = OK;
	}
	TRY(e);
	*ret_visitor = v.off_at || !v.pass.len || mail_reaches_nobody(v.email) ? (struct visitor){} : v;
	return OK;
}

static struct str key_of(struct cx *cx, i64 message)
{
	return arena_printf(cx->arena, "answer:%lld", (long long)message);
}

enum err visitor_answered(struct cx *cx, struct db *db, const struct message *m)
{
	struct visitor v;
	TRY(wanted_by(cx, db, m->workspace, m->home, &v));
	if (!v.conversation)
		return OK;
	return job_add(cx, db, m->workspace, "answer", arena_printf(cx->arena, "{\"message\":\"%lld\"}", (long long)m->id), key_of(cx, m->id), 0);
}

static enum err set_wish(struct cx *cx, struct db *db, i64 workspace, i64 conversation, bool letters)
{
	return visitor_set_off(cx, db, workspace, conversation, letters ? 0 : cx->now);
}

enum err visitor_wants(struct cx *cx, struct db *db, i64 workspace, i64 conversation, bool letters)
{
	return IN_TRANSACTION(cx, db, set_wish(cx, db, workspace, conversation, letters));
}

/* ---- the letter ---- */

static enum err write_letter(struct cx *cx, struct db *db, const struct postman *postman, const struct message *m, const struct visitor *v, struct str pass)
{
	struct workspace w;
	TRY(workspace_get(cx, db, m->workspace, &w));
	const char *lang = lang_of(v->lang);
	struct str address = arena_printf(cx->arena, "%.*s/" OUTSIDE_TALK "/%.*s", STR_ARG(postman->public_url), STR_ARG(pass));
	struct letter letter = {
		.to = v->email,
		.subject = arena_printf(cx->arena, tr(lang, N_("%.*s answers you")), STR_ARG(w.name)),
		.text = arena_printf(cx->arena,
				     tr(lang, N_("%.*s\n\n-- \nThe whole thread, and where you can go on (answers to this letter are not read):\n%.*s?lang=%s\n\n"
						 "You get this letter because you wrote to %.*s and left this address. No more of them about this thread:\n%.*s?lang=%s#letters")),
				     STR_ARG(m->body), STR_ARG(address), lang, STR_ARG(w.name), STR_ARG(address), lang),
		.dedup_key = arena_printf(cx->arena, "letter:%.*s", STR_ARG(key_of(cx, m->id))),
		.unsubscribe = str_starts(address, S("https://")) ? arena_printf(cx->arena, "%.*s/letters", STR_ARG(address)) : (struct str){},
		.visitor = v->conversation,
	};
	return mail_queue(cx, db, m->workspace, &letter);
}

static enum err write_one(struct cx *cx, struct db *db, const struct postman *postman, bool *ret_more)
{
	struct job *job;
	size_t count;
	i64 id = 0;
	TRY(job_lease(cx, db, "answer", cx->now + LEASE, 1, &job, &count));
	*ret_more = count;
	if (!count)
		return OK;
	json_t *detail = json_loadb(job->detail.at, job->detail.len, 0, NULL);
	str_to_i64(str_of(json_string_value(json_object_get(detail, "message"))), &id);
	json_decref(detail);
	struct message m;
	struct visitor v;
	TRY(message_get(cx, db, job->workspace, id, &m));
	TRY(wanted_by(cx, db, job->workspace, m.home, &v));
	if (!v.conversation || job->due_at < cx->now - LETTER_LATEST)
		return job_done(cx, db, job->id);
	struct str pass;
	if (seal_to_open(cx, postman->work, context_of(cx, v.conversation), v.pass, &pass) != OK) { /* of another key: those behind it are written all the same */
		struct str story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
		return job_failed(cx, db, job->id, story);
	}
	struct str subject = arena_printf(cx->arena, "letter:%.*s", STR_ARG(v.email));
	i64 enough;
	TRY(sign_in_tries(cx, db, subject, cx->now - DAY, LETTERS_A_DAY, &enough));
	if (!enough) {
		TRY(sign_in_try_add(cx, db, subject));
		TRY(write_letter(cx, db, postman, &m, &v, pass));
	}
	return job_done(cx, db, job->id); /* with the letter, or not at all */
}

enum err visitor_letters(struct cx *cx, struct db *db, const struct postman *postman)
{
	bool more = true;
	for (int i = 0; i < TURN && more; i++)
		TRY(IN_TRANSACTION(cx, db, write_one(cx, db, postman, &more)));
	return OK;
}

struct str visitor_hint(struct cx *cx, struct str email)
{
	struct str rest = email, box = str_cut(&rest, '@');
	return arena_printf(cx->arena, "%.*s…@%.*s", STR_ARG(utf8_head(box, 1)), STR_ARG(rest));
}
