/* show.c: the document of a post: what it says, what each network makes of it, what stands in its way, whom it waits for, what became of it. */
#include "base/clock.h"
#include "page/choices.h"
#include "page/posts/posts.h"
#include "store/event.h"
#include "store/workflow.h"
#include "store/workspace.h"

#define HERE_FOR (90 * SECOND) /* since somebody was last seen on it */

struct str composer_person(const struct composer *c, i64 person)
{
	for (size_t i = 0; i < c->member_count; i++)
		if (c->members[i].person == person)
			return c->members[i].name;
	struct member gone;
	if (person && member_get(c->cx, c->db, here(c->cx), person, &gone) == OK)
		return gone.name;
	cx_forget(c->cx);
	return S("Parvis");
}

const struct desk_channel *composer_channel(const struct composer *c, i64 id)
{
	for (size_t i = 0; i < c->channel_count; i++)
		if (c->channels[i].channel.id == id)
			return &c->channels[i];
	return NULL;
}

/* ---- reading ---- */

static const struct post_variant_request *variant_of(const struct post_request *draft, i64 channel)
{
	for (size_t i = 0; i < draft->variant_count; i++)
		if (draft->variants[i].channel == channel)
			return &draft->variants[i];
	return NULL;
}

/* Those that can post; of those put away, only what the post goes to. */
static enum err load_channels(struct composer *c)
{
	struct channel *list;
	size_t count;
	TRY(channel_list(c->cx, c->db, here(c->cx), &list, &count));
	c->channels = arena_array(c->cx->arena, struct desk_channel, count + c->draft.variant_count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(list[i].kind);
		const struct post_variant_request *variant = variant_of(&c->draft, list[i].id);
		if (variant || (kind && kind->can & CAN_POST))
			c->channels[c->channel_count++] = (struct desk_channel){list[i], kind, variant != NULL, variant};
	}
	for (size_t i = 0; i < c->draft.variant_count; i++) {
		struct channel gone;
		const struct post_variant_request *variant = &c->draft.variants[i];
		if (composer_channel(c, variant->channel))
			continue;
		enum err e = channel_get(c->cx, c->db, here(c->cx), variant->channel, &gone);
		if (e == ERR_MISSING)
			cx_forget(c->cx);
		else if (e)
			return e;
		else
			c->channels[c->channel_count++] = (struct desk_channel){gone, channel_kind_of(gone.kind), true, variant};
	}
	return OK;
}

/* What each channel gets. */
static enum err load_words(struct composer *c)
{
	struct post written = c->post; /* as the page shows it */
	written.workspace = here(c->cx);
	written.campaign = c->draft.campaign;
	written.options = c->draft.options;
	written.lang = c->draft.lang;
	written.title = c->draft.title;
	written.warning = c->draft.warning;
	TRY(post_words_load(c->cx, c->db, &written, &c->words));
	for (size_t i = 0; i < c->channel_count; i++) {
		struct desk_channel *d = &c->channels[i];
		struct post_text text = post_draft_text(&c->draft, d->variant);
		d->leaves = post_words_leave(c->cx, &c->words, &d->channel, &text, &d->links, &d->link_count);
	}
	return OK;
}

static enum err load(struct composer *c)
{
	struct cx *cx = c->cx;
	TRY(member_list(cx, c->db, here(cx), &c->members, &c->member_count));
	TRY(load_channels(c));
	TRY(post_media_load(c));
	TRY(load_words(c));
	if (!c->post.id)
		return OK;
	TRY(post_approvals(cx, c->db, here(cx), c->post.id, &c->approvals, &c->approval_count));
	if (c->post.state == POST_REVIEW)
		TRY(post_may_decide(cx, c->db, &c->post, &c->may_decide));
	if (c->post.state <= POST_SCHEDULED)
		TRY(post_findings(cx, c->db, &c->post, &c->findings, &c->finding_count));
	return OK;
}

/* ---- pieces ---- */

static struct str line_of(struct composer *c)
{
	struct cx *cx = c->cx;
	CLEANUP(buf_free) struct buf when = {};
	if (!c->post.id)
		return str_of(_(N_("Written once, said on each channel in its own way.")));
	buf_add_instant(&when, &c->reader, c->post.updated_at);
	struct str name = composer_person(c, c->post.updated_by);
	return arena_printf(cx->arena, _(N_("Changed by %.*s, %.*s.")), STR_ARG(name), STR_ARG(buf_str(&when)));
}

static struct str heading_of(struct composer *c)
{
	struct cx *cx = c->cx;
	struct str line = str_trim(c->draft.text.body);
	if (c->draft.title.len)
		return c->draft.title;
	line = str_trim(str_line(&line));
	if (!line.len)
		return str_of(c->post.id ? _(N_("A post without words yet")) : _(N_("A new post")));
	json_t *short_line = doc_excerpt(line, 60);
	struct str text = arena_str(c->cx->arena, str_of(json_string_value(short_line)));
	json_decref(short_line);
	return text;
}

static json_t *head_shape(struct composer *c)
{
	struct cx *cx = c->cx;
	const struct post *p = &c->post;
	json_t *head = json_object();
	bool away = p->archived_at != 0;
	doc_set(head, "id", doc_id(p->id));
	doc_set(head, "url", p->id ? doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)p->id)) : json_null());
	doc_set(head, "revision", json_integer((json_int_t)p->revision));
	doc_set(head, "heading", doc_text(heading_of(c)));
	doc_set(head, "line", doc_text(line_of(c)));
	doc_set(head, "state", doc_word(cx->lang, post_state_word(p->state), post_state_title(p->state)));
	doc_set(head, "chip", post_state_shape(cx, p->state, away));
	doc_set(head, "title", doc_text(c->draft.title));
	doc_set(head, "body", doc_text(c->draft.text.body));
	doc_set(head, "first_comment", doc_text(c->draft.text.first_comment));
	doc_set(head, "lang", doc_text(c->draft.lang));
	doc_set(head, "warning", doc_text(c->draft.warning));
	doc_set(head, "wall_time", doc_text(c->draft.wall_time));
	doc_set(head, "planned_at", doc_instant(&c->reader, p->planned_at));
	doc_set(head, "published_at", doc_instant(&c->reader, p->published_at));
	doc_set(head, "updated_at", doc_instant(&c->reader, p->updated_at));
	doc_set(head, "is_archived", json_boolean(away));
	doc_set(head, "idea_id", doc_id(c->draft.idea));
	doc_set(head, "campaign_id", doc_id(c->draft.campaign));
	doc_set(head, "pillar_id", doc_id(c->draft.pillar));
	return head;
}

static json_t *parts_list(struct composer *c)
{
	json_t *list = json_array();
	size_t count = c->draft.text.part_count + c->one_more;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "index", doc_text(arena_printf(c->cx->arena, "%zu", i)), "number",
						      doc_text(arena_printf(c->cx->arena, "%zu", i + 2)), "body",
						      doc_text(i < c->draft.text.part_count ? c->draft.text.parts[i] : (struct str){})));
	return list;
}

/* Where in the page what a finding names can be mended. */
static struct str place_of(struct composer *c, const struct post_finding *f)
{
	const struct desk_channel *d = composer_channel(c, f->channel);
	struct str field = str_of(f->field);
	if (str_eq(field, S("channels")))
		return S("#nets");
	if (str_eq(field, S("variables")))
		return S("#variables");
	if (str_eq(field, S("stories")))
		return S("#choices");
	if (str_eq(field, S("media")))
		return S("#media");
	if (str_starts(field, S("media["))) {
		i64 index = 0;
		struct str rest = str_skip(field, 6);
		str_to_i64(str_cut(&rest, ']'), &index);
		return (size_t)index < c->draft.media_count ? arena_printf(c->cx->arena, "#alt-%lld", (long long)c->draft.media[index].media) : S("#media");
	}
	if (str_eq(field, S("title")) || str_eq(field, S("wall_time")) || str_starts(field, S("poll")))
		return arena_printf(c->cx->arena, "#%s", f->field);
	if (d && d->variant && d->variant->adapted)
		return arena_printf(c->cx->arena, "#variant-%lld", (long long)f->channel);
	if (str_starts(field, S("parts["))) {
		i64 index = 0;
		struct str rest = str_skip(field, 6);
		str_to_i64(str_cut(&rest, ']'), &index);
		return arena_printf(c->cx->arena, "#part-%lld", (long long)index);
	}
	return S("#body");
}

static json_t *findings_list(struct composer *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct post_finding *f = &c->findings[i];
		const struct desk_channel *d = composer_channel(c, f->channel);
		json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o, s:o}", "channel_id", doc_id(f->channel), "network",
						      d ? doc_network(c->cx->lang, d->channel.network) : json_null(), "field", f->field, "text", doc_text(f->story),
						      "place", doc_text(place_of(c, f))));
	}
	return list;
}

static enum err step_name(struct composer *c, const struct post_approval *a, struct str *ret_name)
{
	struct workflow_step step;
	*ret_name = str_of(tr(c->cx->lang, N_("Approval")));
	if (!a->step)
		return OK;
	enum err e = workflow_step_get(c->cx, c->db, here(c->cx), a->step, &step);
	if (e == ERR_MISSING) {
		cx_forget(c->cx);
		return OK;
	}
	TRY(e);
	*ret_name = step.name;
	return OK;
}

static struct str approval_text(struct composer *c, const struct post_approval *a)
{
	struct cx *cx = c->cx;
	struct str asked = composer_person(c, a->asked_by), by = composer_person(c, a->decided_by);
	if (str_eq(a->outcome, S("approved")))
		return arena_printf(cx->arena, _(N_("Approved by %.*s")), STR_ARG(by));
	if (str_eq(a->outcome, S("returned")))
		return arena_printf(cx->arena, _(N_("Returned by %.*s")), STR_ARG(by));
	if (a->outcome.len)
		return str_of(_(N_("No longer asked for: the post was changed")));
	return arena_printf(cx->arena, _(N_("Asked for by %.*s")), STR_ARG(asked));
}

static enum err approvals_shape(struct composer *c, json_t *document)
{
	json_t *list = json_array();
	doc_set(document, "approvals", list);
	for (size_t i = 0; i < c->approval_count; i++) {
		const struct post_approval *a = &c->approvals[i];
		struct str name;
		TRY(step_name(c, a, &name));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "id", doc_id(a->id), "name", doc_text(name), "text",
						      doc_text(approval_text(c, a)), "at", doc_instant(&c->reader, a->decided_at ? a->decided_at : a->asked_at), "due_at",
						      doc_instant(&c->reader, a->outcome.len ? 0 : a->due_at), "remark", doc_text_or_null(a->remark), "is_open",
						      !a->outcome.len, "is_approved", str_eq(a->outcome, S("approved")), "is_returned", str_eq(a->outcome, S("returned"))));
	}
	return OK;
}

/* What may be done now; the one that is lit comes first (DESIGN: what should I do next?). */
static json_t *can_shape(const struct composer *c)
{
	const struct actor *actor = c->cx->actor;
	const struct post *p = &c->post;
	bool writes = actor_may(actor, MAY_WRITE_POSTS), publishes = actor_may(actor, MAY_PUBLISH), kept = p->id && !p->archived_at;
	bool fits = !c->finding_count && !c->block_count, edits = writes && !p->archived_at && !post_state_begun(p->state);
	json_t *can = json_object();
	doc_set(can, "edit", json_boolean(edits));
	doc_set(can, "ready", json_boolean(edits && (!p->id || p->state == POST_DRAFT)));
	doc_set(can, "mend", json_boolean(edits && kept && p->state == POST_DRAFT && !fits));
	doc_set(can, "decide", json_boolean(kept && p->state == POST_REVIEW && c->may_decide));
	doc_set(can, "publish", json_boolean(kept && publishes && (p->state == POST_APPROVED || p->state == POST_SCHEDULED)));
	doc_set(can, "take_back", json_boolean(kept && writes && p->state == POST_SCHEDULED));
	doc_set(can, "put_away", json_boolean(kept && writes && p->state != POST_LEAVING && p->state != POST_BY_HAND));
	doc_set(can, "take_out", json_boolean(p->archived_at && writes));
	doc_set(can, "remark", json_boolean(kept));
	doc_set(can, "act", json_boolean(kept && publishes));
	/* Writing a draft goes on by itself; what is approved changes only when somebody says so. */
	doc_set(can, "autosave", json_boolean(edits && (!p->id || p->state == POST_DRAFT)));
	return can;
}

static enum err others_shape(struct composer *c, json_t *document)
{
	struct presence *list = NULL;
	size_t count = 0;
	json_t *others = json_array();
	doc_set(document, "others", others);
	if (c->post.id)
		TRY(presence_list(c->cx, c->db, here(c->cx), c->post.id, c->cx->now - HERE_FOR, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].person != c->cx->actor->user)
			json_array_append_new(others, json_pack("{s:o, s:o, s:o}", "id", doc_id(list[i].person), "name", doc_text(list[i].name), "avatar",
								doc_avatar(list[i].name)));
	return OK;
}

static enum err hour_shape(struct composer *c, json_t *document)
{
	struct workspace w;
	CLEANUP(buf_free) struct buf least = {};
	TRY(workspace_get(c->cx, c->db, here(c->cx), &w));
	buf_add_local(&least, &c->reader, c->cx->now);
	doc_set(document, "zones", choices_of_zones(c->cx, c->draft.zone.len ? c->draft.zone : w.zone));
	doc_set(document, "zone", doc_text(c->draft.zone.len ? c->draft.zone : w.zone));
	doc_set(document, "languages", choices_of_languages(c->draft.lang));
	return OK;
}

/* Which box is lit: "mend", "ready", "decide", "act" or nothing. */
static const char *lit_of(const struct composer *c)
{
	if (c->post.archived_at)
		return "";
	if (c->post.state == POST_DRAFT)
		return c->finding_count || c->block_count ? "mend" : "ready";
	if (c->post.state == POST_REVIEW && c->may_decide)
		return "decide";
	if (c->post.state == POST_TROUBLE)
		return "act";
	return "";
}

enum err post_compose(struct cx *cx, struct request *request, const struct post *post, const struct post_request *draft, bool one_more, json_t *document)
{
	struct composer c = {.cx = cx, .db = request_db(request), .draft = *draft, .reader = reader_of(cx), .one_more = one_more};
	if (post)
		c.post = *post;
	TRY(load(&c));
	TRY(post_checks_shape(&c, document));
	const char *lit = lit_of(&c);
	i64 many = (i64)(c.finding_count + c.block_count);
	doc_set(document, "post", head_shape(&c));
	doc_set(document, "is_new", json_boolean(!c.post.id));
	doc_set(document, "compare_url", json_null()); /* but of what was copied as B: copy.c */
	doc_set(document, "can", can_shape(&c));
	doc_set(document, "is_lit", json_pack("{s:b, s:b, s:b, s:b}", "mend", str_eq(str_of(lit), S("mend")), "ready", str_eq(str_of(lit), S("ready")), "decide",
					      str_eq(str_of(lit), S("decide")), "act", str_eq(str_of(lit), S("act"))));
	doc_set(document, "channels", post_channels_shape(&c));
	doc_set(document, "has_channels", json_boolean(c.channel_count > 0));
	doc_set(document, "can_connect", json_boolean(actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	doc_set(document, "parts", parts_list(&c));
	doc_set(document, "poll", post_poll_shape(&c));
	doc_set(document, "findings", findings_list(&c));
	doc_set(document, "mend_text", doc_text(arena_printf(cx->arena, tr_n(cx->lang, "Correct %lld point", "Correct %lld points", many), (long long)many)));
	doc_set(document, "has_findings", json_boolean(c.finding_count > 0));
	doc_set(document, "is_kept", json_boolean(many > 0));
	doc_set(document, "deals", post_deals_shape(&c));
	json_t *choices = post_choices_shape(&c);
	doc_set(document, "has_choices", json_boolean(json_array_size(choices) > 0));
	doc_set(document, "choices", choices);
	json_t *previews;
	TRY(post_previews_shape(&c, &previews));
	doc_set(document, "previews", previews);
	doc_set(document, "has_previews", json_boolean(c.draft.variant_count > 0));
	TRY(post_media_shape(&c, document));
	TRY(post_line_shape(&c, document));
	doc_set(document, "links", post_links_shape(&c));
	TRY(post_aids_shape(&c, document));
	TRY(post_hashtags_shape(&c, request, document));
	TRY(approvals_shape(&c, document));
	doc_set(document, "has_approvals", json_boolean(c.approval_count > 0));
	TRY(hour_shape(&c, document));
	TRY(post_slots_shape(&c, request, document));
	TRY(post_again_shape(&c, document));
	TRY(others_shape(&c, document));
	TRY(post_acts_shape(&c, document));
	TRY(post_clicks_shape(&c, document));
	return post_history_shape(&c, document);
}
