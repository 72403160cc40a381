/* contest.c: the author's own page about a decision, for whoever holds its address: the statement of reasons (article 17 of the
 * Regulation (EU) 2022/2065), a form to contest it (article 20), and what came of that. It names nobody of the team, and shows nothing
 * of the conversation but the message itself. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/appeal.h"
#include "flow/outside.h"
#include "page/moderation/moderation.h"
#include "store/channel.h"
#include "store/workspace.h"

static enum err open_page(struct cx *cx, struct db *db, struct request *request, struct decision *ret_decision)
{
	i64 id, workspace;
	TRY(outside_open(cx, page_setup.outside, OUTSIDE_CONTEST, param_text(request, "pass"), &id));
	TRY(decision_workspace(cx, db, id, &workspace)); /* whoever is signed in here, the address speaks */
	return decision_get(cx, db, workspace, id, ret_decision);
}

/* How it came to notice: art. 17(3)(b) and (c). */
static enum err notice_shape(struct cx *cx, struct db *db, const struct decision *d, json_t *shape)
{
	struct flag *flags;
	size_t count;
	bool members = false, rules = false, network = false;
	TRY(flags_of(cx, db, d->workspace, d->message, &flags, &count));
	for (size_t i = 0; i < count; i++) {
		if (flags[i].at > d->at)
			continue;
		members |= str_eq(flags[i].source, S("member"));
		rules |= str_eq(flags[i].source, S("rule")) || str_eq(flags[i].source, S("model"));
		network |= str_eq(flags[i].source, S("network"));
	}
	const char *how = members   ? _(N_("Somebody reported it."))
			  : network ? _(N_("The network reported it."))
			  : rules   ? _(N_("A rule of ours, that is a machine, pointed to it."))
				    : _(N_("Somebody of our team noticed it."));
	doc_set(shape, "noticed", json_string(how));
	doc_set(shape, "is_found_by_rule", json_boolean(rules));
	return OK;
}

static enum err article_shape(struct cx *cx, struct db *db, const struct workspace *w, const struct decision *d, json_t *shape)
{
	struct charter_article a;
	struct charter_version v;
	TRY(charter_article_get(cx, db, d->workspace, d->article, &a));
	TRY(charter_version_get(cx, db, d->workspace, a.version, &v));
	doc_set(shape, "article",
	    json_pack("{s:o, s:o, s:o, s:o, s:o}", "number", doc_text(number_text(cx, a.number)), "title", doc_text(text_in(cx, a.title, cx->lang)), "body",
		      doc_text(text_in(cx, a.body, cx->lang)), "version", doc_text(number_text(cx, v.number)), "url",
		      doc_text(arena_printf(cx->arena, "/c/%.*s/charter?version=%lld#art-%lld", STR_ARG(w->slug), (long long)v.number, (long long)a.number))));
	return OK;
}

static enum err message_shape(struct cx *cx, struct db *db, const struct message *m, const struct reader *reader, json_t *shape)
{
	struct channel channel;
	TRY(channel_get(cx, db, m->workspace, m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	doc_set(shape, "message", json_pack("{s:o, s:o, s:o, s:o, s:b}", "body", doc_text(m->body), "lang", doc_text_or_null(m->lang), "at", doc_instant(reader, m->at),
					"network", doc_network(cx->lang, channel.network), "is_hidden", m->hidden_at != 0));
	doc_set(shape, "is_hidden_there", json_boolean(kind && (kind->can & CAN_HIDE)));
	return OK;
}

static void languages_shape(struct cx *cx, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "languages", list);
	for (size_t i = 0; i < RULES_LANGS; i++)
		if (!str_eq(str_of(rules_langs[i].word), str_of(cx->lang)))
			json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", rules_langs[i].word, "title", rules_langs[i].title, "url",
							      doc_text(arena_printf(cx->arena, "?lang=%s", rules_langs[i].word))));
}

static enum err appeal_part(struct cx *cx, struct db *db, const struct decision *d, const struct reader *reader, json_t *document)
{
	struct appeal a;
	doc_set(document, "appeal", json_null());
	doc_set(document, "closed_story", json_null());
	TRY(appeal_of_decision(cx, db, d->workspace, d->id, &a));
	if (a.id) {
		bool accepted = str_eq(a.outcome, S("accepted"));
		doc_set(document, "appeal",
		    json_pack("{s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:b}", "at", doc_instant(reader, a.at), "due", doc_instant(reader, a.due_at), "text", doc_text(a.text),
			      "is_open", a.outcome.len == 0, "is_accepted", accepted, "reason", doc_text_or_null(a.reason), "decided", doc_instant(reader, a.decided_at),
			      "is_alone", a.alone));
	}
	enum err e = appeal_possible(cx, db, d, false);
	if (e != OK && e != ERR_CONFLICT)
		return e;
	if (e != OK && !a.id)
		doc_set(document, "closed_story", json_string(cx->story));
	cx_forget(cx);
	doc_set(document, "can_contest", json_boolean(e == OK));
	return OK;
}

enum err show_contest(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct decision d;
	struct workspace w;
	struct workspace_settings settings;
	struct message m;
	bool others;
	json_t *document = json_object(), *shape = json_object();
	cx->lang = rules_lang_of(cx, param_text(request, "lang"));
	reply_json(reply, document);
	reply_header(reply, "X-Robots-Tag", S("noindex, nofollow"));
	reply_header(reply, "Referrer-Policy", S("no-referrer"));
	doc_set(document, "decision", shape);
	TRY(open_page(cx, db, request, &d));
	TRY(workspace_get(cx, db, d.workspace, &w));
	TRY(workspace_settings(cx, db, d.workspace, &settings));
	TRY(message_get(cx, db, d.workspace, d.message, &m));
	struct reader reader = {.lang = cx->lang, .zone = w.zone, .now = cx->now};
	doc_set(shape, "at", doc_instant(&reader, d.at));
	doc_set(shape, "reason", doc_text(d.reason));
	TRY(article_shape(cx, db, &w, &d, shape));
	TRY(notice_shape(cx, db, &d, shape));
	TRY(message_shape(cx, db, &m, &reader, document));
	TRY(appeal_part(cx, db, &d, &reader, document));
	TRY(appeal_has_others(cx, db, &d, &others));
	doc_set(document, "has_others", json_boolean(others));
	languages_shape(cx, document);
	doc_set(document, "workspace", json_pack("{s:o, s:o, s:o}", "name", doc_text(w.name), "slug", doc_text(w.slug), "avatar", doc_avatar(w.name)));
	doc_set(document, "pass", doc_text(param_text(request, "pass")));
	doc_set(document, "until", doc_instant(&reader, d.at + APPEAL_WINDOW));
	doc_set(document, "appeal_days", doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld day", "%lld days", settings.appeal_days), (long long)settings.appeal_days)));
	doc_set(document, "form", json_pack("{s:s}", "text", ""));
	return OK;
}

enum err contest(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct decision d;
	i64 id;
	TRY(open_page(cx, db, request, &d));
	if (!param_text(request, "text").len)
		return request_fault(cx, request, "text", N_("Say in a few words why the decision was wrong."));
	TRY(appeal_by_author(cx, db, d.workspace, d.id, param_text(request, "text"), request_address(request), &id));
	reply_redirect(reply, "/contest/%.*s#appeal", STR_ARG(param_text(request, "pass")));
	return OK;
}
