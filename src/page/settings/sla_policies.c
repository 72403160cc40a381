/* sla_policies.c: what is promised to those who write: the first promise that fits a conversation is its own. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/desk.h"
#include "page/choices.h"
#include "page/page.h"
#include "store/channel.h"
#include "ui/document.h"

static const enum message_kind kinds[] = {KIND_DIRECT, KIND_COMMENT, KIND_MENTION, KIND_REVIEW, KIND_POST};

static struct str about_of(struct cx *cx, const struct sla_policy *p, const struct channel *channels, size_t channel_count)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str rest = p->kinds;
	enum message_kind kind;
	while (rest.at && rest.len)
		if (message_kind_of(str_cut(&rest, ' '), &kind)) {
			if (b.len)
				buf_adds(&b, ", ");
			buf_adds(&b, _(message_kind_title(kind)));
		}
	if (!b.len)
		buf_adds(&b, _(N_("Everything")));
	for (size_t i = 0; p->channel && i < channel_count; i++)
		if (channels[i].id == p->channel)
			buf_addf(&b, ", %.*s", STR_ARG(channels[i].name));
	if (p->priority_least > PRIORITY_LOW) {
		buf_adds(&b, ", ");
		buf_add_filled(&b, _(N_("from priority {n}")), str_of(_(priority_title(p->priority_least))));
	}
	return str_eq(buf_str(&b), p->name) ? S("") : buf_keep(&b, cx->arena);
}

/* ---- the form ---- */

static json_t *units_shape(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	json_array_append_new(list, choice("minutes", _(N_("minutes")), str_eq(chosen, S("minutes"))));
	json_array_append_new(list, choice("hours", _(N_("hours")), str_eq(chosen, S("hours"))));
	return list;
}

static void add_span(struct cx *cx, const struct request *request, json_t *edit, const char *name, const char *unit, i64 span)
{
	bool whole = span % HOUR == 0;
	json_object_set_new(edit, name, doc_text(arena_printf(cx->arena, "%lld", (long long)(whole ? span / HOUR : span / MINUTE))));
	json_object_set_new(edit, unit, units_shape(cx, typed_or(request, unit, whole ? S("hours") : S("minutes"))));
}

static bool kind_chosen(const struct request *request, const struct sla_policy *p, enum message_kind kind)
{
	struct str word = str_of(message_kind_word(kind)), rest = p->kinds;
	if (request_typed(request, "first_answer").at) {
		for (size_t i = 0; i < 20 && request_typed_at(request, "kind", i).at; i++)
			if (str_eq(request_typed_at(request, "kind", i), word))
				return true;
		return false;
	}
	while (rest.at && rest.len)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

static json_t *edit_shape(struct cx *cx, const struct request *request, const struct sla_policy *p, const struct channel *channels, size_t channel_count)
{
	json_t *edit = json_object(), *kind_list = json_array(), *channel_list_shape = json_array(), *priorities = json_array();
	i64 channel = p->channel;
	if (request_typed(request, "channel_id").at && !str_to_i64(request_typed(request, "channel_id"), &channel))
		channel = 0;
	json_object_set_new(edit, "id", doc_id(p->id));
	json_object_set_new(edit, "name", doc_text(p->name));
	add_span(cx, request, edit, "first_answer", "first_unit", p->first_answer);
	add_span(cx, request, edit, "resolution", "resolution_unit", p->resolution);
	for (size_t i = 0; i < COUNT(kinds); i++)
		json_array_append_new(kind_list, choice(message_kind_word(kinds[i]), _(message_kind_title(kinds[i])), kind_chosen(request, p, kinds[i])));
	for (size_t i = 0; i < channel_count; i++)
		json_array_append_new(channel_list_shape, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected",
								    channels[i].id == channel));
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		const char *word = priority_word((enum priority)i);
		json_array_append_new(priorities, choice(word, _(priority_title((enum priority)i)),
							 str_eq(typed_or(request, "priority_least", str_of(priority_word(p->priority_least))), str_of(word))));
	}
	json_object_set_new(edit, "kinds", kind_list);
	json_object_set_new(edit, "channels", channel_list_shape);
	json_object_set_new(edit, "priorities", priorities);
	json_object_set_new(edit, "business_hours", json_boolean(request_typed(request, "first_answer").at ? request_typed(request, "business_hours").at != NULL : p->business_hours));
	return edit;
}

static enum err moderation_shape(struct cx *cx, struct db *db, const struct request *request, json_t *document)
{
	struct workspace_settings s;
	json_t *shape = json_object();
	json_object_set_new(document, "moderation", shape);
	TRY(workspace_settings(cx, db, here(cx), &s));
	add_span(cx, request, shape, "delay", "delay_unit", s.moderation_delay);
	json_object_set_new(shape, "text", doc_text_or_null(span_text(cx, s.moderation_delay)));
	json_object_set_new(shape, "hours", json_boolean(request_typed(request, "delay").at ? request_typed(request, "delay_hours").at != NULL : s.moderation_hours));
	return OK;
}

/* ---- the page ---- */

static enum err document_of(struct cx *cx, struct request *request, struct reply *reply, i64 open, bool fresh)
{
	struct db *db = request_db(request);
	struct sla_policy *policies, blank = {.business_hours = true, .first_answer = 4 * HOUR};
	struct channel *channels;
	struct hours hours;
	size_t count, channel_count;
	bool manages = actor_may(cx->actor, MAY_MANAGE_WORKSPACE);
	json_t *document = json_object(), *list = json_array(), *edit = json_null();
	reply_json(reply, document);
	reply_template(reply, "settings/sla_policies");
	json_object_set_new(document, "policies", list);
	TRY(sla_policies_get(cx, db, here(cx), &policies, &count));
	TRY(channel_list(cx, db, here(cx), &channels, &channel_count));
	TRY(hours_get(cx, db, here(cx), &hours));
	for (size_t i = 0; i < count; i++) {
		const struct sla_policy *p = &policies[i];
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:b, s:b, s:n}", "id", doc_id(p->id), "url",
						      doc_text(arena_printf(cx->arena, "/sla-policies?policy=%lld#policy", (long long)p->id)), "name", doc_text(p->name),
						      "position", doc_text(arena_printf(cx->arena, "%zu", i + 1)), "is_first", i == 0, "is_last", i + 1 == count, "about",
						      doc_text(about_of(cx, p, channels, channel_count)), "first_answer", doc_text_or_null(span_text(cx, p->first_answer)),
						      "resolution", doc_text_or_null(span_text(cx, p->resolution)), "business_hours",
						      p->business_hours || !hours.opening_count, "is_current", p->id == open, "kept"));
		if (manages && p->id == open)
			edit = edit_shape(cx, request, p, channels, channel_count);
	}
	if (manages && fresh)
		edit = edit_shape(cx, request, &blank, channels, channel_count);
	json_object_set_new(document, "edit", edit);
	json_object_set_new(document, "can_manage", json_boolean(manages));
	json_object_set_new(document, "has_policies", json_boolean(count));
	json_object_set_new(document, "hours_url", json_string("/settings#hours"));
	json_object_set_new(document, "is_always_open", json_boolean(!hours.opening_count));
	return moderation_shape(cx, db, request, document);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 open = 0;
	struct str which = param_text(request, "policy");
	str_to_i64(which, &open);
	return document_of(cx, request, reply, open, str_eq(which, S("new")));
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	return document_of(cx, request, reply, 0, true);
}

static enum err policy_of(struct cx *cx, struct request *request, i64 id, struct sla_policy *ret_policy)
{
	struct sla_policy *policies;
	size_t count;
	TRY(sla_policies_get(cx, request_db(request), here(cx), &policies, &count));
	for (size_t i = 0; i < count; i++)
		if (policies[i].id == id) {
			*ret_policy = policies[i];
			return OK;
		}
	return fail(cx, ERR_MISSING, N_("This promise does not exist in this workspace."));
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct sla_policy p;
	TRY(policy_of(cx, request, param_id(request, "id"), &p));
	return document_of(cx, request, reply, param_id(request, "id"), false);
}

static i64 span_of(struct request *request, const char *name, const char *unit)
{
	return param_int(request, name) * (str_eq(param_text(request, unit), S("minutes")) ? MINUTE : HOUR);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	CLEANUP(buf_free) struct buf words = {};
	struct sla_policy p = {};
	if (id)
		TRY(policy_of(cx, request, id, &p));
	p.name = param_text(request, "name");
	if (page_says(request, "channel_id"))
		p.channel = param_id(request, "channel_id");
	if (page_says(request, "first_answer"))
		p.first_answer = span_of(request, "first_answer", "first_unit");
	if (page_says(request, "resolution"))
		p.resolution = span_of(request, "resolution", "resolution_unit");
	if (page_says(request, "business_hours"))
		p.business_hours = param_bool(request, "business_hours");
	priority_of(param_text(request, "priority_least"), &p.priority_least);
	for (size_t i = 0; i < param_count(request, "kind"); i++) {
		if (i)
			buf_addc(&words, ' ');
		buf_add(&words, param_text_at(request, "kind", i));
	}
	if (page_says(request, "kind"))
		p.kinds = buf_keep(&words, cx->arena);
	TRY(desk_policy(cx, request_db(request), here(cx), &p, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("The promise is kept in mind; it counts for what comes from now on."))), (struct str){});
	reply_redirect(reply, "/sla-policies");
	return OK;
}

static enum err keep_new(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err keep_one(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err move(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(desk_policy_move(cx, request_db(request), here(cx), param_id(request, "id"), param_int(request, "by")));
	reply_redirect(reply, "/sla-policies");
	return OK;
}

static enum err put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(desk_policy_archive(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("That is promised no longer. Clocks that run go on."))), (struct str){});
	reply_redirect(reply, "/sla-policies");
	return OK;
}

static enum err keep_moderation(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(desk_moderation(cx, request_db(request), here(cx), span_of(request, "delay", "delay_unit"), param_bool(request, "delay_hours")));
	reply_flash(reply, str_of(_(N_("Kept. It counts for what is reported from now on."))), (struct str){});
	reply_redirect(reply, "/sla-policies#moderation");
	return OK;
}

static const char *const unit_words[] = {"minutes", "hours", NULL};
static const char *const priority_words[] = {"low", "medium", "high", "urgent", NULL};
static const char *const kind_words[] = {"direct", "comment", "mention", "review", "post", NULL};
static const struct param show_params[] = {{.name = "policy", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "The promise that is open for a change; new: another."}, {}};
static const struct param policy_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 80, .about = "Name of the promise."},
	{.name = "first_answer", .in = IN_FORM, .type = P_INT, .min = 0, .max = 9999, .about = "Time to a first answer; 0: none promised."},
	{.name = "first_unit", .in = IN_FORM, .type = P_WORD, .words = unit_words, .about = "Its unit; hours when absent."},
	{.name = "resolution", .in = IN_FORM, .type = P_INT, .min = 0, .max = 9999, .about = "Time until it is done; 0: none promised."},
	{.name = "resolution_unit", .in = IN_FORM, .type = P_WORD, .words = unit_words, .about = "Its unit; hours when absent."},
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = kind_words, .about = "Kinds of messages; none: every kind."},
	{.name = "channel_id", .in = IN_FORM, .type = P_ID, .about = "On this channel alone."},
	{.name = "priority_least", .in = IN_FORM, .type = P_WORD, .words = priority_words, .about = "From this priority on."},
	{.name = "business_hours", .in = IN_FORM, .type = P_BOOL, .about = "Opening hours alone count."},
	{},
};
static const struct param moderation_params[] = {
	{.name = "delay", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 0, .max = 9999, .about = "Time to decide on a reported message; 0: no clock."},
	{.name = "delay_unit", .in = IN_FORM, .type = P_WORD, .words = unit_words, .about = "Its unit; hours when absent."},
	{.name = "delay_hours", .in = IN_FORM, .type = P_BOOL, .about = "Opening hours alone count."},
	{},
};
static const struct param move_params[] = {{.name = "by", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = -1, .max = 1, .about = "-1: up, 1: down."}, {}};

#define MANAGE .permission = MAY_MANAGE_WORKSPACE, .template = "settings/sla_policies"
static const struct route routes[] = {
	{.method = "GET", .path = "/sla-policies", .params = show_params, .template = "settings/sla_policies", .handle = show,
	 .answer = "SlaPoliciesPage", .about = "What is promised to those who write."},
	{.method = "GET", .path = "/sla-policies/new", MANAGE, .flags = ROUTE_PAGE_ONLY, .handle = show_new, .about = "The form for a new promise."},
	{.method = "GET", .path = "/sla-policies/{id}", MANAGE, .handle = show_one,
	 .answer = "SlaPoliciesPage", .about = "The promises, one open for a change."},
	{.method = "POST", .path = "/sla-policies", MANAGE, .flags = ROUTE_MAKES, .params = policy_params, .handle = keep_new, .form = "/sla-policies/new",
	 .answer = "Made", .about = "Promise something new."},
	{.method = "POST", .path = "/sla-policies/moderation", MANAGE, .params = moderation_params, .handle = keep_moderation, .form = "/sla-policies",
	 .about = "By when a reported message is decided on."},
	{.method = "POST", .path = "/sla-policies/{id}", MANAGE, .params = policy_params, .handle = keep_one, .form = "/sla-policies/{id}",
	 .answer = "Made", .about = "Change a promise."},
	{.method = "POST", .path = "/sla-policies/{id}/move", MANAGE, .params = move_params, .handle = move, .about = "Move a promise up or down."},
	{.method = "POST", .path = "/sla-policies/{id}/archive", MANAGE, .handle = put_away, .about = "Promise it no longer."},
	{},
};

const struct page page_sla_policies = {"sla_policies", routes, .file = __FILE__};
