#include "page/event_text.h"

#include "base/clock.h"
#include "base/lang.h"
#include "model/message.h"
#include "ui/document.h"

static struct str text_at(const json_t *detail, const char *name)
{
	const json_t *value = json_object_get(detail, name);
	return value && json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : (struct str){};
}

static struct str assigned(struct cx *cx, struct str actor, const json_t *detail)
{
	struct str person = text_at(detail, "assignee_name"), team = text_at(detail, "team_name");
	if (person.len && str_eq(person, actor))
		return arena_printf(cx->arena, _("%.*s took it"), STR_ARG(actor));
	if (person.len && team.len)
		return arena_printf(cx->arena, _("%.*s gave it to %.*s, team %.*s"), STR_ARG(actor), STR_ARG(person), STR_ARG(team));
	if (person.len)
		return arena_printf(cx->arena, _("%.*s gave it to %.*s"), STR_ARG(actor), STR_ARG(person));
	if (team.len)
		return arena_printf(cx->arena, _("%.*s gave it to the team %.*s"), STR_ARG(actor), STR_ARG(team));
	return arena_printf(cx->arena, _("%.*s left it to nobody in particular"), STR_ARG(actor));
}

static struct str snoozed(struct cx *cx, const struct reader *reader, struct str actor, const json_t *detail)
{
	i64 until = 0;
	CLEANUP(buf_free) struct buf when = {};
	if (!time_parse(text_at(detail, "until"), &until))
		return arena_printf(cx->arena, _("%.*s snoozed it until they answer"), STR_ARG(actor));
	buf_add_instant(&when, reader, until);
	return arena_printf(cx->arena, _("%.*s snoozed it until %.*s"), STR_ARG(actor), STR_ARG(buf_str(&when)));
}

static struct str status_changed(struct cx *cx, struct str actor, const json_t *detail)
{
	struct str to = text_at(detail, "to");
	if (str_eq(to, S("resolved")))
		return arena_printf(cx->arena, _("%.*s marked it as done"), STR_ARG(actor));
	if (str_eq(to, S("pending")))
		return arena_printf(cx->arena, _("%.*s waits for the contact"), STR_ARG(actor));
	return arena_printf(cx->arena, _("%.*s opened it again"), STR_ARG(actor));
}

static struct str sentence(struct cx *cx, const struct reader *reader, struct str kind, struct str actor, const json_t *detail)
{
	struct str name = text_at(detail, "name"), to = text_at(detail, "to"), story = text_at(detail, "story");
	enum priority priority;
	if (str_eq(kind, S("assigned")))
		return assigned(cx, actor, detail);
	if (str_eq(kind, S("snoozed")))
		return snoozed(cx, reader, actor, detail);
	if (str_eq(kind, S("status")))
		return status_changed(cx, actor, detail);
	if (str_eq(kind, S("priority")) && priority_of(to, &priority))
		return arena_printf(cx->arena, _("%.*s set the priority: %s"), STR_ARG(actor), _(priority_title(priority)));
	if (str_eq(kind, S("labelled")))
		return arena_printf(cx->arena, _("%.*s added the label “%.*s”"), STR_ARG(actor), STR_ARG(name));
	if (str_eq(kind, S("unlabelled")))
		return arena_printf(cx->arena, _("%.*s took the label “%.*s” off"), STR_ARG(actor), STR_ARG(name));
	if (str_eq(kind, S("merged")))
		return arena_printf(cx->arena, _("%.*s merged another conversation into this one"), STR_ARG(actor));
	if (str_eq(kind, S("unmerged")))
		return arena_printf(cx->arena, _("%.*s took a merged conversation out again"), STR_ARG(actor));
	if (str_eq(kind, S("split")))
		return arena_printf(cx->arena, _("%.*s split messages off into another conversation"), STR_ARG(actor));
	if (str_eq(kind, S("split_from")))
		return arena_printf(cx->arena, _("%.*s split this off from another conversation"), STR_ARG(actor));
	if (str_eq(kind, S("reopened")))
		return str_of(str_eq(text_at(detail, "by"), S("first")) ? _("They wrote: open") : str_eq(text_at(detail, "by"), S("time")) ? _("Back, as planned") : _("They wrote again: open"));
	if (str_eq(kind, S("overtaken")))
		return str_of(_("They wrote before the planned answer left: it is a draft again"));
	if (str_eq(kind, S("aside")))
		return arena_printf(cx->arena, _("%.*s moved it to private, and is the point of contact"), STR_ARG(actor));
	if (str_eq(kind, S("aside_met")))
		return str_of(_("They wrote in private: one case with the public thread"));
	if (str_eq(kind, S("aside_solved")))
		return str_of(_("Solved in private: the public thread waits for its last word"));
	if (str_eq(kind, S("aside_closed")))
		return arena_printf(cx->arena, _("%.*s closed the case"), STR_ARG(actor));
	if (str_eq(kind, S("automatic")))
		return str_of(_("A machine answered: nobody was woken by it"));
	if (str_eq(kind, S("undelivered")))
		return arena_printf(cx->arena, _("An answer came back, nobody got it: %.*s"), STR_ARG(story));
	if (str_eq(kind, S("removed")))
		return str_of(_("A message was removed on the network; it is kept here"));
	if (str_eq(kind, S("moderation.hide")))
		return arena_printf(cx->arena, _("%.*s hid a message"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.keep")))
		return arena_printf(cx->arena, _("%.*s found that a message respects the house rules"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.warn")))
		return arena_printf(cx->arena, _("%.*s counted a message as a warning"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.ask_second")))
		return arena_printf(cx->arena, _("%.*s asked a second person to decide on a message"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.restore")))
		return arena_printf(cx->arena, _("%.*s restored a message"), STR_ARG(actor));
	if (str_eq(kind, S("consent")))
		return arena_printf(cx->arena, _("%.*s agreed: “%.*s”"), STR_ARG(actor), STR_ARG(text_at(detail, "text")));
	if (str_eq(kind, S("moderation.reopen")))
		return arena_printf(cx->arena, _("%.*s undid a decision: the message waits for one again"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.appeal")))
		return str_eq(text_at(detail, "road"), S("page")) ? str_of(_("Its author contests that a message was hidden"))
								  : arena_printf(cx->arena, _("%.*s wrote down that the author contests a hiding"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.appeal_accept")))
		return arena_printf(cx->arena, _("%.*s accepted an appeal"), STR_ARG(actor));
	if (str_eq(kind, S("moderation.appeal_reject")))
		return arena_printf(cx->arena, _("%.*s rejected an appeal"), STR_ARG(actor));
	if (str_eq(kind, S("breach")))
		return str_of(str_eq(text_at(detail, "clock"), S("first_answer")) ? _("The time promised for a first answer ran out") :
										      _("The time promised to settle it ran out"));
	if (str_eq(kind, S("undone")))
		return arena_printf(cx->arena, _("%.*s undid the last act"), STR_ARG(actor));
	if (story.len && (str_eq(text_at(detail, "act"), S("react")) || str_eq(text_at(detail, "act"), S("unreact"))))
		return arena_printf(cx->arena, _("A like did not get there: %.*s"), STR_ARG(story));
	if (story.len)
		return arena_printf(cx->arena, _("An answer did not leave: %.*s"), STR_ARG(story));
	return arena_printf(cx->arena, _(N_("%.*s: %.*s")), STR_ARG(actor), STR_ARG(kind));
}

json_t *event_text(struct cx *cx, const struct reader *reader, struct str kind, struct str actor, struct str detail_text)
{
	json_t *detail = json_loadb(detail_text.at ? detail_text.at : "", detail_text.len, 0, NULL);
	json_t *text = doc_text(sentence(cx, reader, kind, actor, detail));
	json_decref(detail);
	return text;
}
