/* decisions.c: what was decided: the list, one decision with its sealed copy, and the way back. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/appeal.h"
#include "flow/outside.h"
#include "page/choices.h"
#include "page/moderation/moderation.h"
#include "page/pager.h"
#include "store/channel.h"
#include "store/contact.h"
#include "store/conversation.h"
#include "store/member.h"
#include "store/message.h"

#define ROWS 30

static const struct act acts[] = {
	{"keep", N_("Left online"), "ok", "check"},      {"hide", N_("Hidden"), "plum", "hide"},
	{"restore", N_("Restored"), "act", "undo-2"},    {"warn", N_("Warning"), "sun", "triangle-alert"},
	{"ask_second", N_("Second person asked"), "sun", "users"}, {"reopen", N_("Undone at once"), "line", "undo-2"},
};

const struct act *act_of(struct str word)
{
	for (size_t i = 0; i < COUNT(acts); i++)
		if (str_eq(word, str_of(acts[i].word)))
			return &acts[i];
	return &acts[0];
}

/* ---- the list ---- */

static enum err row_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct decision *d, json_t **ret_row)
{
	struct message m;
	struct channel channel;
	struct charter_article a = {};
	const struct act *act = act_of(d->act);
	TRY(message_get(cx, db, here(cx), d->message, &m));
	TRY(channel_get(cx, db, here(cx), m.channel, &channel));
	json_t *article = json_null(), *row = json_object();
	if (d->article) {
		TRY(charter_article_get(cx, db, here(cx), d->article, &a));
		article = json_pack("{s:o, s:o}", "number", doc_text(number_text(cx, a.number)), "title", doc_text(text_in(cx, a.title, cx->lang)));
	}
	*ret_row = row;
	doc_set(row, "id", doc_id(d->id));
	doc_set(row, "url", doc_text(arena_printf(cx->arena, "/moderation/decisions/%lld", (long long)d->id)));
	doc_set(row, "at", doc_instant(reader, d->at));
	doc_set(row, "act", doc_word(cx->lang, act->word, act->title));
	doc_set(row, "tone", json_string(act->tone));
	doc_set(row, "icon", json_string(act->icon));
	doc_set(row, "preview", doc_text(preview_text(cx, m.body)));
	doc_set(row, "lang", doc_text_or_null(m.lang));
	doc_set(row, "author_name", doc_text(m.author_name));
	doc_set(row, "network", doc_network(cx->lang, channel.network));
	doc_set(row, "article", article);
	doc_set(row, "reason", doc_text(d->reason));
	doc_set(row, "decided_by", doc_text(d->decided_by_name));
	doc_set(row, "second_person", doc_text_or_null(d->second_name));
	doc_set(row, "is_notified", json_boolean(d->notify_author));
	return OK;
}

struct filter_words {
	struct str q, act;
	i64 article, person;
};

static enum err choices(struct cx *cx, struct db *db, const struct filter_words *w, json_t *document)
{
	struct charter_version in_force;
	struct charter_article *articles;
	struct member *members;
	size_t count = 0;
	json_t *act_list = json_array(), *article_list = json_array(), *people = json_array();
	doc_set(document, "acts", act_list);
	doc_set(document, "articles", article_list);
	doc_set(document, "people", people);
	for (size_t i = 0; i < COUNT(acts); i++)
		json_array_append_new(act_list, json_pack("{s:s, s:s, s:b}", "word", acts[i].word, "title", _(acts[i].title), "is_selected",
							  str_eq(w->act, str_of(acts[i].word))));
	enum err e = charter_in_force(cx, db, here(cx), &in_force);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else if (e != OK)
		return e;
	else
		TRY(charter_articles(cx, db, here(cx), in_force.id, &articles, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(article_list,
				      json_pack("{s:o, s:o, s:o, s:b}", "id", doc_id(articles[i].id), "number", doc_text(number_text(cx, articles[i].number)),
						"title", doc_text(text_in(cx, articles[i].title, cx->lang)), "is_selected", articles[i].id == w->article));
	TRY(member_list(cx, db, here(cx), &members, &count));
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_MODERATE & 1)
			json_array_append_new(people, json_pack("{s:o, s:o, s:b}", "id", doc_id(members[i].person), "name", doc_text(members[i].name),
								"is_selected", members[i].person == w->person));
	return OK;
}

enum err show_decisions(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct filter_words w = {param_text(request, "q"), param_text(request, "act"), param_id(request, "article"), param_id(request, "person")};
	struct decision_filter f = {.words = w.q, .act = w.act, .person = w.person};
	struct decision *list;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *rows = json_array();
	reply_json(reply, document);
	doc_set(document, "decisions", rows);
	if (w.article) {
		struct charter_article a;
		TRY(charter_article_get(cx, db, here(cx), w.article, &a));
		f.article_number = a.number;
	}
	pager_of(request, ROWS, &pager);
	do
		TRY(decision_find(cx, db, here(cx), &f, pager.from, pager.limit + 1, &list, &count));
	while (!pager_fits(&pager, count));
	if (count) /* no rows: no array */
		list += pager.first;
	count = pager.count;
	for (size_t i = 0; i < count; i++) {
		json_t *row;
		TRY(row_shape(cx, db, &reader, &list[i], &row));
		json_array_append_new(rows, row);
	}
	pager_put(cx, request, reply, &pager, list_after(0, count ? list[0].id : 0), list_after(0, count ? list[count - 1].id : 0), NULL);
	TRY(counts_shape(cx, db, document));
	doc_set(document, "has_decisions", json_boolean(count));
	doc_set(document, "filter", json_pack("{s:o, s:b}", "q", doc_text(w.q), "is_filtered", w.q.len || w.act.len || w.article || w.person));
	return choices(cx, db, &w, document);
}

/* ---- one decision ---- */

static json_t *hex(struct str bytes)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_hex(&b, bytes.at, bytes.len);
	return doc_text(buf_str(&b));
}

static enum err evidence_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct decision *d, json_t *document)
{
	struct evidence e;
	doc_set(document, "evidence", json_null());
	if (!d->evidence)
		return OK;
	TRY(evidence_get(cx, db, here(cx), d->evidence, &e));
	doc_set(document, "evidence",
	    json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "sequence", doc_text(number_text(cx, e.sequence)), "at", doc_instant(reader, e.at), "hash", hex(e.hash),
		      "previous", hex(e.previous), "is_intact", evidence_is_intact(&e), "url",
		      doc_text(arena_printf(cx->arena, "/moderation/decisions/%lld/evidence", (long long)d->id))));
	return OK;
}

/* The notice as it went: an answer of ours in private, of the same words, after the decision. */
static enum err notice_shape(struct cx *cx, struct db *db, const struct decision *d, const struct message *m, struct str notice, json_t **ret_notice)
{
	struct message *after;
	size_t count;
	const char *word = "none", *title = N_("Not sent: this network has no private messages, or the article no notice");
	TRY(message_thread(cx, db, here(cx), m->conversation, d->at - 1, 0, 50, &after, &count));
	for (size_t i = 0; i < count; i++)
		if (after[i].direction == DIRECTION_OUT && after[i].visibility == VISIBILITY_PRIVATE && str_starts(after[i].body, notice) && notice.len) {
			word = reply_state_word(after[i].reply_state);
			title = reply_state_title(after[i].reply_state);
			break;
		}
	*ret_notice = json_pack("{s:o, s:o}", "text", doc_text(notice), "state", doc_word(cx->lang, word, title));
	return OK;
}

static enum err article_shape(struct cx *cx, struct db *db, const struct decision *d, const struct message *m, json_t *shape)
{
	struct charter_article a;
	struct charter_version v;
	json_t *notice = json_null();
	doc_set(shape, "article", json_null());
	doc_set(shape, "notice", json_null());
	if (!d->article)
		return OK;
	TRY(charter_article_get(cx, db, here(cx), d->article, &a));
	TRY(charter_version_get(cx, db, here(cx), a.version, &v));
	doc_set(shape, "article",
	    json_pack("{s:o, s:o, s:o, s:o, s:o}", "number", doc_text(number_text(cx, a.number)), "title", doc_text(text_in(cx, a.title, cx->lang)), "body",
		      doc_text(text_in(cx, a.body, cx->lang)), "version", doc_text(number_text(cx, v.number)), "url",
		      doc_text(arena_printf(cx->arena, "/charter/versions/%lld#art-%lld", (long long)v.id, (long long)a.number))));
	if (d->notify_author) {
		TRY(notice_shape(cx, db, d, m, text_in(cx, a.notice, m->lang.len ? lang_of(m->lang) : cx->lang), &notice));
		doc_set(shape, "notice", notice);
	}
	return OK;
}

static enum err message_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct message *m, json_t *document)
{
	struct channel channel;
	struct conversation c;
	struct identity author = {};
	json_t *shape = json_object();
	bool linked = str_starts(m->url, S("https://")) || str_starts(m->url, S("http://"));
	doc_set(document, "message", shape);
	TRY(channel_get(cx, db, here(cx), m->channel, &channel));
	TRY(conversation_get(cx, db, here(cx), m->conversation, &c));
	if (m->identity)
		TRY(identity_get(cx, db, here(cx), m->identity, &author));
	doc_set(shape, "id", doc_id(m->id));
	doc_set(shape, "network", doc_network(cx->lang, channel.network));
	doc_set(shape, "author_name", doc_text(m->author_name));
	doc_set(shape, "avatar", doc_avatar(m->author_name));
	doc_set(shape, "author_url", author.contact ? doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)author.contact)) : json_null());
	doc_set(shape, "at", doc_instant(reader, m->at));
	doc_set(shape, "body", doc_text(m->body));
	doc_set(shape, "lang", doc_text_or_null(m->lang));
	doc_set(shape, "url", linked ? doc_text(m->url) : json_null());
	doc_set(shape, "is_hidden", json_boolean(m->hidden_at));
	doc_set(document, "conversation", json_pack("{s:o, s:o}", "url", doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)c.id)), "subject",
						doc_text(subject_text(cx, c.subject, m->author_name))));
	return OK;
}

enum err decision_document(struct cx *cx, struct db *db, const struct decision *decision, struct message *ret_message, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct decision d = *decision;
	struct message m;
	json_t *shape = json_object();
	doc_set(document, "decision", shape);
	TRY(message_get(cx, db, here(cx), d.message, &m));
	const struct act *act = act_of(d.act);
	doc_set(shape, "id", doc_id(d.id));
	doc_set(shape, "at", doc_instant(&reader, d.at));
	doc_set(shape, "act", doc_word(cx->lang, act->word, act->title));
	doc_set(shape, "tone", json_string(act->tone));
	doc_set(shape, "icon", json_string(act->icon));
	doc_set(shape, "reason", doc_text_or_null(d.reason));
	doc_set(shape, "decided_by", doc_text(d.decided_by_name));
	doc_set(shape, "second_person", doc_text_or_null(d.second_name));
	TRY(article_shape(cx, db, &d, &m, shape));
	TRY(message_shape(cx, db, &reader, &m, document));
	TRY(evidence_shape(cx, db, &reader, &d, document));
	TRY(history_shape(cx, db, d.message, d.id, document));
	*ret_message = m;
	return OK;
}

/* What its author can do about it: the address of their page, an appeal, or why there can be none. */
static enum err contest_shape(struct cx *cx, struct db *db, struct request *request, const struct decision *d, json_t *document)
{
	struct appeal a;
	json_t *roads = json_array();
	bool hides = str_eq(d->act, S("hide"));
	doc_set(document, "appeal", json_null());
	doc_set(document, "author_address", hides && page_setup.outside && actor_may(cx->actor, MAY_TRIAGE)
						? doc_text(outside_address(cx, page_setup.outside, OUTSIDE_CONTEST, d->id)) : json_null());
	TRY(appeal_of_decision(cx, db, here(cx), d->id, &a));
	if (a.id)
		doc_set(document, "appeal", appeal_shape(cx, &a));
	enum err e = appeal_possible(cx, db, d, true);
	if (e != OK && e != ERR_CONFLICT)
		return e;
	cx_forget(cx);
	doc_set(document, "can_record", json_boolean(e == OK && actor_may(cx->actor, MAY_TRIAGE)));
	doc_set(document, "roads", roads);
	for (size_t i = 0; i < appeal_road_count; i++)
		json_array_append_new(roads, choice(appeal_roads[i].word, _(appeal_roads[i].title), str_eq(request_typed(request, "road"), str_of(appeal_roads[i].word))));
	return OK;
}

enum err show_decision(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct decision d;
	struct message m;
	struct appeal contested;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(decision_get(cx, db, here(cx), param_id(request, "id"), &d));
	TRY(decision_document(cx, db, &d, &m, document));
	TRY(contest_shape(cx, db, request, &d, document));
	TRY(appeal_open_of(cx, db, here(cx), m.id, &contested));
	doc_set(document, "can_restore", json_boolean(m.hidden_at && !contested.id && actor_may(cx->actor, MAY_MODERATE)));
	doc_set(document, "form", json_pack("{s:s, s:s}", "reason", "", "text", ""));
	return OK;
}

/* The sealed copy as it was sealed, with what is needed to check it by hand. */
enum err show_evidence(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct decision d;
	struct evidence e;
	TRY(decision_get(cx, db, here(cx), param_id(request, "id"), &d));
	if (!d.evidence)
		return fail(cx, ERR_MISSING, N_("This decision sealed no copy."));
	TRY(evidence_get(cx, db, here(cx), d.evidence, &e));
	json_t *content = json_loadb(e.content.at, e.content.len, 0, NULL);
	reply_json(reply, json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "id", doc_id(e.id), "sequence", json_integer((json_int_t)e.sequence), "at",
				    doc_text(time_text(cx->arena, e.at)), "hash", hex(e.hash), "previous", hex(e.previous), "is_intact", evidence_is_intact(&e),
				    "sealed_text", doc_text(e.content), "content", content ? content : json_null()));
	if (!request_wants_json(request)) {
		reply_bytes(reply, "application/json", arena_json(cx->arena, reply_document(reply), JSON_INDENT(1)));
		reply_header(reply, "Content-Disposition", arena_printf(cx->arena, "attachment; filename=\"evidence-%lld.json\"", (long long)e.sequence));
	}
	return OK;
}

enum err restore_by_decision(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct decision d;
	struct str reason = param_text(request, "reason");
	if (!reason.len)
		return request_fault(cx, request, "reason", N_("Say in a sentence why it goes back online."));
	TRY(decision_get(cx, db, here(cx), param_id(request, "id"), &d));
	TRY(moderate_restore(cx, db, here(cx), d.message, reason));
	reply_flash(reply, str_of(_(N_("Restored: the same text, by the same author."))), (struct str){});
	reply_redirect(reply, "/moderation/decisions/%lld", (long long)d.id);
	return OK;
}
