#include "flow/idea.h"

#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/post.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/message.h"

static enum err trace(struct cx *cx, struct db *db, const struct idea *i, const char *act)
{
	TRY(audit(cx, db, i->workspace, act, arena_printf(cx->arena, "idea:%lld", (long long)i->id), (struct str){}));
	return change_add(cx, db, i->workspace, 0, "post", i->id);
}

static enum err may_write(struct cx *cx)
{
	return actor_may(cx->actor, MAY_WRITE_POSTS) ? OK : fail(cx, ERR_DENIED, N_("Your role reads ideas and does not write them."));
}

/* ---- written by hand ---- */

static bool is_web(struct str url)
{
	return str_starts(url, S("https://")) || str_starts(url, S("http://"));
}

static enum err check(struct cx *cx, const struct idea *i)
{
	if (!i->title.len || utf8_count(i->title) > IDEA_TITLE_MAX)
		return fail_field(cx, "title", N_("Say it in 1 to %d characters; what else there is goes below."), IDEA_TITLE_MAX);
	if (utf8_count(i->body) > IDEA_BODY_MAX)
		return fail_field(cx, "body", N_("This is too long: %d characters at the most."), IDEA_BODY_MAX);
	if (i->url.len && !is_web(i->url))
		return fail_field(cx, "url", N_("Give an address of the web, with https:// before it."));
	return OK;
}

void idea_seen(struct arena *arena, const struct idea *i, struct seen *ret_seen)
{
	struct seen seen = {};
	seen_add(&seen, "title", N_("The idea, in a line"), i->title);
	seen_add(&seen, "body", N_("What else there is to say"), i->body);
	seen_add(&seen, "url", N_("What gave it"), i->url);
	seen_add_number(arena, &seen, "pillar", N_("Pillar"), i->pillar);
	seen_add_number(arena, &seen, "campaign", N_("Campaign"), i->campaign);
	*ret_seen = seen;
}

static enum err keep(struct cx *cx, struct db *db, struct idea *i)
{
	struct idea known = {.created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now, .state = IDEA_OPEN};
	bool is_new = !i->id;
	TRY(may_write(cx));
	if (i->id) {
		struct seen now;
		TRY(idea_get(cx, db, i->workspace, i->id, &known));
		idea_seen(cx->arena, &known, &now);
		TRY(seen_holds(cx, i->seen, &now));
	}
	i->title = str_trim(i->title);
	i->body = str_trim(i->body);
	i->url = str_trim(i->url);
	TRY(check(cx, i));
	TRY(post_check_pillar(cx, db, i->workspace, i->pillar, known.pillar));
	TRY(post_check_campaign(cx, db, i->workspace, i->campaign, known.campaign));
	i->id = is_new ? id_new() : i->id;
	i->message = known.message;
	i->state = known.state;
	i->created_by = known.created_by;
	i->created_at = known.created_at;
	i->updated_at = cx->now;
	TRY(idea_save(cx, db, i));
	return trace(cx, db, i, is_new ? "idea.create" : "idea.edit");
}

enum err idea_keep(struct cx *cx, struct db *db, struct idea *idea)
{
	return IN_TRANSACTION(cx, db, keep(cx, db, idea));
}

/* ---- where it stands ---- */

static enum err put(struct cx *cx, struct db *db, struct idea *i, enum idea_state to)
{
	if (i->state == to)
		return OK;
	i->state = to;
	i->updated_at = cx->now;
	TRY(idea_save(cx, db, i));
	return trace(cx, db, i, to == IDEA_OPEN ? "idea.open" : to == IDEA_USED ? "idea.use" : "idea.aside");
}

static enum err move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum idea_state to)
{
	struct idea i;
	TRY(may_write(cx));
	TRY(idea_get(cx, db, workspace, id, &i));
	return put(cx, db, &i, to);
}

enum err idea_move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum idea_state to)
{
	must(to == IDEA_OPEN || to == IDEA_ASIDE);
	return IN_TRANSACTION(cx, db, move(cx, db, workspace, id, to));
}

/* ---- what somebody said ---- */

/* What it is about, or the beginning of what was said. */
static struct str title_of(struct cx *cx, const struct conversation *c, const struct message *m)
{
	bool begins = m->kind == KIND_POST && c->subject.len;
	struct str rest = begins ? c->subject : str_trim(m->body), line = str_trim(str_line(&rest));
	CLEANUP(buf_free) struct buf b = {};
	if (!line.len)
		return str_of(_(N_("Something without words")));
	if (utf8_count(line) <= IDEA_TITLE_MAX)
		return line;
	buf_add(&b, str_trim(utf8_head(line, IDEA_TITLE_MAX - 1)));
	buf_adds(&b, "…");
	return buf_keep(&b, cx->arena);
}

static enum err take(struct cx *cx, struct db *db, i64 workspace, i64 message, enum idea_state state, struct idea *ret_idea, bool *ret_new)
{
	struct message m;
	struct conversation c;
	struct idea i = {.id = id_new(), .workspace = workspace, .message = message, .state = state, .created_by = cx->actor ? cx->actor->user : 0, .created_at = cx->now,
			 .updated_at = cx->now};
	TRY(may_write(cx));
	if (!actor_may(cx->actor, MAY_READ_INBOX)) /* its words are what is written down */
		return fail(cx, ERR_DENIED, N_("Who makes an idea of what was said must be allowed to read it."));
	TRY(message_get(cx, db, workspace, message, &m));
	enum err e = idea_of_message(cx, db, workspace, message, ret_idea);
	*ret_new = e == ERR_MISSING;
	if (e == OK)
		return ret_idea->state == IDEA_USED ? OK : put(cx, db, ret_idea, state);
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	if (m.hidden_at)
		return fail(cx, ERR_CONFLICT, N_("This message is hidden under the house rules. No idea is made of it."));
	if (m.removed_at)
		return fail(cx, ERR_CONFLICT, N_("Its author took this message away. No idea is made of it."));
	TRY(conversation_get(cx, db, workspace, m.conversation, &c));
	i.title = title_of(cx, &c, &m);
	i.url = is_web(m.url) ? m.url : (struct str){};
	TRY(idea_save(cx, db, &i));
	TRY(trace(cx, db, &i, state == IDEA_ASIDE ? "idea.aside" : "idea.create"));
	*ret_idea = i;
	return OK;
}

enum err idea_from_message(struct cx *cx, struct db *db, i64 workspace, i64 message, enum idea_state state, struct idea *ret_idea, bool *ret_new)
{
	bool is_new = false;
	struct idea idea;
	TRY(IN_TRANSACTION(cx, db, take(cx, db, workspace, message, state, &idea, &is_new)));
	*ret_idea = idea;
	*ret_new = is_new;
	return OK;
}

/* ---- a post of it ---- */

struct str idea_draft_body(struct cx *cx, const struct idea *i)
{
	if (!i->url.len || str_find(i->body, i->url) >= 0)
		return i->body;
	return i->body.len ? arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(i->body), STR_ARG(i->url)) : i->url;
}

static enum err use(struct cx *cx, struct db *db, i64 workspace, i64 id, bool again, struct post *ret_post)
{
	struct idea i;
	TRY(may_write(cx));
	TRY(idea_get(cx, db, workspace, id, &i));
	if (i.state == IDEA_USED && !again)
		return fail(cx, ERR_CONFLICT, N_("A post came of this idea meanwhile. Look at it, or write another one of it."));
	struct post_request request = {.title = i.title, .text = {.body = idea_draft_body(cx, &i)}, .pillar = i.pillar, .campaign = i.campaign, .idea = i.id};
	struct pillar pillar;
	struct campaign campaign;
	if (i.pillar) { /* what was put away since is not carried on */
		TRY(pillar_get(cx, db, workspace, i.pillar, &pillar));
		request.pillar = pillar.archived_at ? 0 : i.pillar;
	}
	if (i.campaign) {
		TRY(campaign_get(cx, db, workspace, i.campaign, &campaign));
		request.campaign = campaign.archived_at ? 0 : i.campaign;
	}
	return post_write(cx, db, workspace, &request, ret_post);
}

enum err idea_use(struct cx *cx, struct db *db, i64 workspace, i64 id, bool again, struct post *ret_post)
{
	return IN_TRANSACTION(cx, db, use(cx, db, workspace, id, again, ret_post));
}

enum err idea_used(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct idea i;
	TRY(idea_get(cx, db, workspace, id, &i));
	return put(cx, db, &i, IDEA_USED);
}
