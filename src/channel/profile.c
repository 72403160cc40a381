#include "channel/profile.h"

#include "base/clock.h"
#include "base/lang.h"

const struct channel_profile_field *channel_profile_field(const struct channel_kind *kind, enum profile_field field)
{
	for (const struct channel_profile_field *f = kind->profile_fields; f && f->source; f++)
		if (f->field == field)
			return f;
	return NULL;
}

struct profile_room channel_profile_room(const struct channel_kind *kind, const json_t *known, enum profile_field field)
{
	static const char *const words[PROFILE_FIELDS] = {[PROFILE_NAME] = "profile_name", [PROFILE_ABOUT] = "profile_about", [PROFILE_LINKS] = "profile_links"};
	const struct channel_profile_field *row = channel_profile_field(kind, field);
	struct profile_room room = row ? (struct profile_room){row->most, row->unit} : (struct profile_room){};
	const json_t *told = words[field] ? json_object_get(json_object_get(known, "limits"), words[field]) : NULL;
	if (row && json_is_integer(told) && json_integer_value(told) > 0)
		room.most = json_integer_value(told);
	return room;
}

struct str channel_profile_text(struct arena *arena, const struct channel_profile *p, enum profile_field field)
{
	switch (field) {
	case PROFILE_NAME:
		return p->name;
	case PROFILE_ABOUT:
		return p->about;
	case PROFILE_SHORT:
		return p->short_about;
	case PROFILE_WEBSITE:
		return p->website;
	case PROFILE_PLACE:
		return p->place;
	case PROFILE_TITLE:
		return p->site_title;
	case PROFILE_LINKS:
		return profile_links_text(arena, p->links, p->link_count);
	case PROFILE_AVATAR:
		return p->avatar;
	case PROFILE_COVER:
		return p->cover;
	case PROFILE_FIELDS:
		break;
	}
	return (struct str){};
}

bool channel_profile_writes(const struct channel_kind *kind)
{
	for (const struct channel_profile_field *f = kind->profile_fields; kind->write_profile && f && f->source; f++)
		if (f->writes)
			return true;
	return false;
}

/* What came of a reading before anything was written: a doubt is none. False: *ret_sent says why it cannot go on. */
static bool could_be_read(struct cx *cx, enum err e, struct sent *ret_sent)
{
	if (e == OK)
		return true;
	*ret_sent = (struct sent){.outcome = e == ERR_DENIED ? OUTCOME_HOLD : e == ERR_MISSING || e == ERR_UNSUPPORTED ? OUTCOME_NEVER : OUTCOME_LATER,
				  .story = arena_str(cx->arena, str_of(cx->story))};
	if (e == ERR_LIMIT && cx->wait > 1) /* in whole seconds, and one to be sure */
		ret_sent->retry_at = cx->now + (cx->wait - 1) * SECOND;
	cx_forget(cx);
	return false;
}

/* Pictures are packed anew over there: that one was taken shows by its address. */
static bool is_there(const struct profile_change *change, enum profile_field field, struct str now)
{
	return profile_is_picture(field) ? now.len && !str_eq(now, change->before[field]) : profile_same(field, change->text[field], now);
}

enum err channel_profile_put(struct cx *cx, struct net *net, const struct channel_kind *kind, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct channel_profile now = {};
	struct profile_change left;
	bool any = false;
	if (!kind->profile || !kind->write_profile || !outbound->profile) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("This network lets no program set a profile. Do it there by hand.")))};
		return OK;
	}
	if (!could_be_read(cx, kind->profile(cx, net, account, &now), ret_sent))
		return OK;
	left = *outbound->profile;
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		enum profile_field field = (enum profile_field)i;
		const struct channel_profile_field *row = channel_profile_field(kind, field);
		struct str shown = channel_profile_text(cx->arena, &now, field);
		left.wants[i] = left.wants[i] && row && row->writes && !is_there(&left, field, shown);
		any = any || left.wants[i];
		bool is_other = profile_is_picture(field) ? !str_eq(shown, left.before[i]) : !profile_same(field, left.before[i], shown);
		if (left.wants[i] && row->reads && is_other) {
			*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Somebody changed the profile over there meanwhile. Nothing was written over: look at what stands there now.")))};
			return OK;
		}
	}
	if (!any) {
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
		return OK;
	}
	return kind->write_profile(cx, net, account, &left, ret_sent);
}

enum err channel_profile_look(struct cx *cx, struct net *net, const struct channel_kind *kind, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct channel_profile now = {};
	const struct profile_change *change = outbound->profile;
	bool all = true;
	if (!kind->profile || !change) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = str_of(_(N_("Nobody can tell whether it arrived. Look on the network, then say so here.")))};
		return OK;
	}
	if (!could_be_read(cx, kind->profile(cx, net, account, &now), ret_sent)) {
		if (ret_sent->outcome == OUTCOME_NEVER) /* nothing is known of it */
			ret_sent->outcome = OUTCOME_LATER;
		return OK;
	}
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const struct channel_profile_field *row = channel_profile_field(kind, (enum profile_field)i);
		if (change->wants[i] && row && row->writes) /* what no program may read is set once more: the same twice does no harm */
			all = all && row->reads && is_there(change, (enum profile_field)i, channel_profile_text(cx->arena, &now, (enum profile_field)i));
	}
	*ret_sent = all ? (struct sent){.outcome = OUTCOME_DONE} : (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("It did not arrive there.")))};
	return OK;
}
