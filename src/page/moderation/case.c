#include "page/moderation/case.h"

#include "base/lang.h"
#include "channel/channel.h"
#include "flow/moderate.h"
#include "page/gist.h"
#include "store/channel.h"
#include "store/contact.h"
#include "store/conversation.h"
#include "store/message.h"

#include <string.h>

#define STEM 5 /* bytes of a word that must agree: "insulte", "insultes", "insultant" */

struct open {
	struct cx *cx;
	struct db *db;
	const struct rules_in_force *rules;
	struct message message;
	struct conversation conversation;
	struct channel channel;
	const struct channel_kind *kind;
	struct reader reader;
	struct flag *flags;
	size_t flag_count;
	struct decision asked; /* id 0: nobody asks for a second person */
	const struct charter_article *fitting;
};

static bool can(const struct open *o, unsigned what)
{
	return o->kind && (o->kind->can & what);
}

/* ---- the message ---- */

static const char *attachment_title(struct str kind)
{
	static const struct {
		const char *word, *title;
	} kinds[] = {{"image", N_("Image")}, {"video", N_("Video")}, {"audio", N_("Sound")}, {"link", N_("Link")}};
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(kind, str_of(kinds[i].word)))
			return kinds[i].title;
	return N_("File");
}

static enum err attachments_shape(struct open *o, json_t *shape)
{
	struct attachment *files;
	size_t count = 0;
	json_t *list = json_array();
	doc_set(shape, "attachments", list);
	if (o->message.attachment_count)
		TRY(attachments_of(o->cx, o->db, o->message.workspace, o->message.id, &files, &count));
	for (size_t i = 0; i < count; i++) {
		const struct attachment *a = &files[i];
		bool kept = a->blob_hash.len > 0;
		json_t *url = kept ? doc_text(arena_printf(o->cx->arena, "/attachments/%lld", (long long)a->id)) : doc_address(a->url);
		json_array_append_new(list, json_pack("{s:{s:o, s:s}, s:o, s:o, s:o, s:b}", "kind", "word", doc_text(a->kind), "title",
						      tr(o->cx->lang, attachment_title(a->kind)), "name", doc_text(a->name.len ? a->name : a->url), "alt",
						      doc_text_or_null(a->alt), "url", url, "is_image", kept && str_eq(a->kind, S("image"))));
	}
	return OK;
}

static enum err versions_shape(struct open *o, json_t *shape)
{
	struct message_version *versions;
	size_t count = 0;
	json_t *list = json_array();
	doc_set(shape, "versions", list);
	if (o->message.edited_at)
		TRY(message_versions(o->cx, o->db, o->message.workspace, o->message.id, &versions, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "until", doc_instant(&o->reader, versions[i].until), "body", doc_text(versions[i].body)));
	doc_set(shape, "is_edited", json_boolean(count));
	return OK;
}

static enum err author_shape(struct open *o, json_t *shape)
{
	struct cx *cx = o->cx;
	struct identity author = {.followers = -1};
	if (o->message.identity)
		TRY(identity_get(cx, o->db, o->message.workspace, o->message.identity, &author));
	struct str about = {};
	if (author.followers > 0)
		about = arena_printf(cx->arena, tr_n(cx->lang, "%s follower", "%s followers", author.followers),
				     arena_cstr(cx->arena, number_text(cx, author.followers)));
	doc_set(shape, "author_name", doc_text(o->message.author_name));
	doc_set(shape, "avatar", doc_avatar(o->message.author_name));
	doc_set(shape, "author_about", doc_text_or_null(about));
	doc_set(shape, "author_url", author.contact ? doc_text(arena_printf(cx->arena, "/contacts/%lld", (long long)author.contact)) : json_null());
	return OK;
}

static enum err message_shape(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	const struct message *m = &o->message;
	json_t *shape = json_object();
	doc_set(of_case, "message", shape);
	doc_set(shape, "id", doc_id(m->id));
	doc_set(shape, "kind", doc_word(cx->lang, message_kind_word(m->kind), message_kind_title(m->kind)));
	doc_set(shape, "network", doc_network(cx->lang, o->channel.network));
	doc_set(shape, "at", doc_instant(&o->reader, m->at));
	doc_set(shape, "lang", doc_text_or_null(m->lang));
	doc_set(shape, "url", doc_address(m->url));
	doc_set(shape, "meaning", meaning_chips(cx, m));
	doc_set(shape, "is_removed", json_boolean(m->removed_at));
	doc_set(shape, "is_hidden", json_boolean(m->hidden_at));
	doc_set(shape, "parts", json_pack("[{s:o, s:b}]", "text", doc_text(m->body), "is_marked", false));
	TRY(author_shape(o, shape));
	TRY(versions_shape(o, shape));
	return attachments_shape(o, shape);
}

static void conversation_shape(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	const struct conversation *c = &o->conversation;
	CLEANUP(buf_free) struct buf first = {};
	buf_add_instant(&first, &o->reader, c->first_at);
	struct str count = number_text(cx, c->message_count);
	struct str about = arena_printf(cx->arena, tr_n(cx->lang, "%s message, begun %s", "%s messages, begun %s", c->message_count),
					arena_cstr(cx->arena, count), buf_cstr(&first));
	doc_set(of_case, "conversation",
	    json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(c->id), "url",
		      doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)c->id)), "subject",
		      doc_text(subject_text(cx, c->subject, o->message.author_name)), "subject_url", doc_address(c->subject_url), "about", doc_text(about)));
}

/* ---- why it is here ---- */

static const char *source_icon(struct str source)
{
	return str_eq(source, S("model")) ? "listen" : str_eq(source, S("rule")) ? "workflow" : str_eq(source, S("network")) ? "shield-alert" : "flag";
}

/* "hate 93" */
static struct str model_text(struct cx *cx, struct str reason)
{
	struct str rest = reason, word = str_cut(&rest, ' ');
	enum meaning_task task;
	if (!meaning_task_of(word, &task) || !meaning_label_title(task, MEANING_YES))
		return str_of(_(N_("Pointed to by the program: a person decides")));
	return arena_printf(cx->arena, _(N_("Pointed to by the program: %s (%.*s %%). A person decides.")), _(meaning_label_title(task, MEANING_YES)), STR_ARG(rest));
}

static struct str reason_text(struct cx *cx, const struct flag *f)
{
	if (str_eq(f->source, S("model")))
		return model_text(cx, f->reason);
	if (str_eq(f->source, S("network")) && str_eq(f->reason, S(FLAG_HELD)))
		return str_of(_(N_("Held back on its network until somebody decides: keeping it lets it stand there")));
	const char *who = str_eq(f->source, S("member"))    ? _(N_("Reported by a member"))
			  : str_eq(f->source, S("rule"))    ? _(N_("Found by a rule"))
			  : str_eq(f->source, S("network")) ? _(N_("Reported by the network"))
							    : _(N_("Reported by a colleague"));
	if (!f->reason.len)
		return str_of(who);
	return arena_printf(cx->arena, _(N_("%s: “%.*s”")), who, STR_ARG(f->reason));
}

static enum err why_shape(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	json_t *why = json_array();
	CLEANUP(buf_free) struct buf ids = {};
	doc_set(of_case, "why", why);
	for (size_t i = 0; i < o->flag_count; i++) {
		if (o->flags[i].decided_at)
			continue;
		if (ids.len)
			buf_addc(&ids, ' ');
		buf_add_i64(&ids, o->flags[i].id);
		json_array_append_new(why, json_pack("{s:s, s:o}", "icon", source_icon(o->flags[i].source), "text", doc_text(reason_text(cx, &o->flags[i]))));
	}
	doc_set(of_case, "flag_ids", doc_text(buf_str(&ids)));
	i64 hidden = 0, warnings = 0;
	if (o->message.identity) {
		TRY(hidden_of_identity(cx, o->db, here(cx), o->message.identity, &hidden));
		TRY(warnings_of_identity(cx, o->db, here(cx), o->message.identity, &warnings));
	}
	struct str past = hidden || warnings ? arena_printf(cx->arena, _(N_("Their past: %lld hidden, %lld warnings")), (long long)hidden, (long long)warnings)
					     : str_of(_(N_("Nothing of theirs was hidden before")));
	json_array_append_new(why, json_pack("{s:s, s:o}", "icon", "history", "text", doc_text(past)));
	return OK;
}

/* ---- the article that seems to fit ---- */

/* How many words of `words` stand in `text`, by their beginnings and whatever the case of ASCII letters. */
static int agreeing(struct str words, struct str text)
{
	int found = 0;
	while (words.at && words.len) {
		struct str word = str_head(str_trim(str_cut(&words, ' ')), STEM);
		if (word.len < STEM)
			continue;
		for (size_t i = 0; i + word.len <= text.len; i++)
			if (str_eq_fold((struct str){text.at + i, word.len}, word)) {
				found++;
				break;
			}
	}
	return found;
}

/* What those who reported it wrote decides; nobody's words, no article. */
static const struct charter_article *fitting_article(struct open *o)
{
	const struct charter_article *best = NULL;
	int most = 0;
	for (size_t a = 0; a < o->rules->count; a++) {
		const struct charter_article *article = &o->rules->articles[a];
		if (o->asked.id && o->asked.article == article->id)
			return article;
		int score = 0;
		for (size_t i = 0; i < o->flag_count; i++)
			if (!o->flags[i].decided_at && !str_eq(o->flags[i].source, S("model")))
				score += 2 * agreeing(o->flags[i].reason, article->title) + agreeing(o->flags[i].reason, article->body);
		if (score > most) {
			most = score;
			best = article;
		}
	}
	return best;
}

static enum err article_shape(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	const struct charter_article *a = o->fitting;
	doc_set(of_case, "article", json_null());
	doc_set(of_case, "precedents", json_null());
	if (!a)
		return OK;
	doc_set(of_case, "article",
	    json_pack("{s:o, s:o, s:o}", "number", doc_text(number_text(cx, a->number)), "title", doc_text(text_in(cx, a->title, cx->lang)), "body",
		      doc_text(text_in(cx, a->body, cx->lang))));
	struct article_use *uses;
	size_t count;
	TRY(article_uses(cx, o->db, here(cx), 0, &uses, &count));
	for (size_t i = 0; i < count; i++) {
		if (uses[i].number != a->number)
			continue;
		struct str text = arena_printf(cx->arena, tr_n(cx->lang, "%lld similar case", "%lld similar cases", uses[i].hidden), (long long)uses[i].hidden);
		struct str outcome = arena_printf(cx->arena, _(N_("of which %lld restored")), (long long)uses[i].restored);
		struct str url = arena_printf(cx->arena, "/moderation/decisions?article=%lld", (long long)a->id);
		doc_set(of_case, "precedents", json_pack("{s:o, s:o, s:o}", "text", doc_text(text), "url", doc_text(url), "outcome", doc_text(outcome)));
	}
	return OK;
}

/* ---- the form ---- */

static void second_shape(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	json_t *article = json_null();
	doc_set(of_case, "is_own_request", json_boolean(o->asked.id && o->asked.decided_by == cx->actor->user));
	if (!o->asked.id) {
		doc_set(of_case, "second", json_null());
		return;
	}
	if (o->fitting)
		article = json_pack("{s:o, s:o}", "number", doc_text(number_text(cx, o->fitting->number)), "title",
				    doc_text(text_in(cx, o->fitting->title, cx->lang)));
	doc_set(of_case, "second", json_pack("{s:o, s:o, s:o, s:o}", "asked_by", doc_text(o->asked.decided_by_name), "at", doc_instant(&o->reader, o->asked.at), "reason",
					 doc_text(o->asked.reason), "article", article));
}

static void possibilities(struct open *o, json_t *of_case)
{
	struct cx *cx = o->cx;
	bool private = can(o, CAN_REPLY_PRIVATE), hide = o->rules->version.id && !o->message.hidden_at;
	doc_set(of_case, "can_hide", json_boolean(hide));
	doc_set(of_case, "no_hide_story", hide ? json_null() : json_string(o->message.hidden_at ? _(N_("Hidden already")) : _(N_("No house rules are published yet"))));
	doc_set(of_case, "can_private", json_boolean(private));
	doc_set(of_case, "can_notify", json_boolean(private));
	doc_set(of_case, "no_notify_story", private ? json_null() : json_string(_(N_("This network has no private messages."))));
	doc_set(of_case, "must_ask_second", json_false()); /* no network of this edition removes instead of hiding */
}

static void form_shape(struct open *o, const struct request *request, json_t *of_case, json_t *document)
{
	struct cx *cx = o->cx;
	struct str act = request_typed(request, "act"), chosen = request_typed(request, "article_id");
	bool again = request_typed(request, "csrf").at || act.at || chosen.at || request_typed(request, "reason").at;
	json_t *articles = json_array();
	const char *lang = o->message.lang.len ? lang_of(o->message.lang) : cx->lang;
	doc_set(of_case, "articles", articles);
	for (size_t i = 0; i < o->rules->count; i++) {
		const struct charter_article *a = &o->rules->articles[i];
		struct str id = arena_printf(cx->arena, "%lld", (long long)a->id);
		json_array_append_new(articles, json_pack("{s:o, s:o, s:o, s:b, s:o}", "id", doc_text(id), "number", doc_text(number_text(cx, a->number)), "title",
							  doc_text(text_in(cx, a->title, cx->lang)), "is_selected", again ? str_eq(id, chosen) : a == o->fitting,
							  "notice", doc_text(text_in(cx, a->notice, lang))));
	}
	doc_set(document, "form",
	    json_pack("{s:b, s:b, s:b, s:b, s:b, s:s, s:b, s:b}", "is_keep", str_eq(act, S("keep")), "is_hide", str_eq(act, S("hide")), "is_private",
		      str_eq(act, S("private")), "is_ask_second", str_eq(act, S("ask_second")), "is_confirm", false, "reason", "", "notify_author",
		      again ? str_eq(request_typed(request, "notify_author"), S("yes")) : can(o, CAN_REPLY_PRIVATE), "warn",
		      str_eq(request_typed(request, "warn"), S("yes"))));
}

enum err case_document(struct cx *cx, struct db *db, const struct case_place *place, const struct rules_in_force *rules, struct request *request,
		       json_t *document)
{
	struct open o = {.cx = cx, .db = db, .rules = rules, .reader = reader_of(cx)};
	i64 message = place->row->open.message;
	TRY(message_get(cx, db, here(cx), message, &o.message));
	TRY(conversation_get(cx, db, here(cx), o.message.conversation, &o.conversation));
	TRY(channel_get(cx, db, here(cx), o.message.channel, &o.channel));
	TRY(flags_of(cx, db, here(cx), message, &o.flags, &o.flag_count));
	TRY(decision_asked(cx, db, here(cx), message, &o.asked));
	o.kind = channel_kind_of(o.channel.kind);
	o.fitting = fitting_article(&o);
	json_t *shape = json_object();
	doc_set(document, "case", shape);
	doc_set(shape, "position", doc_text(number_text(cx, place->position)));
	doc_set(shape, "total", doc_text(number_text(cx, place->total)));
	doc_set(shape, "clock", case_clock(place->clocks, place->row));
	doc_set(shape, "flagged", doc_instant(&o.reader, place->row->open.at));
	doc_set(shape, "due", doc_instant(&o.reader, place->row->open.due_at));
	TRY(history_shape(cx, db, message, 0, shape));
	doc_set(shape, "is_priority", json_boolean(place->is_priority));
	doc_set(shape, "previous_url", doc_text_or_null(place->previous_url));
	doc_set(shape, "next_url", doc_text_or_null(place->next_url));
	conversation_shape(&o, shape);
	TRY(message_shape(&o, shape));
	TRY(why_shape(&o, shape));
	TRY(article_shape(&o, shape));
	second_shape(&o, shape);
	possibilities(&o, shape);
	form_shape(&o, request, shape, document);
	return OK;
}
