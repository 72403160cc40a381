/* weather.c: what is coming over the channels, and how each stands: its token's age and next renewal, rights granted against those needed, quota used,
 * when each act last worked, and the date by which somebody must act. */
#include "base/lang.h"
#include "flow/weather.h"
#include "page/channels/channels.h"

#define SHOWN_MOST 60

static json_t *acts_shape(struct cx *cx, const struct weather *w)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	for (size_t i = 0; i < w->act_count; i++) {
		const struct channel_last *a = &w->acts[i];
		bool failing = a->failed_at > a->done_at;
		json_array_append_new(list, json_pack("{s:o, s:s, s:b, s:o, s:o, s:o}", "act", doc_text(a->act), "title", _(weather_act_title(a->act)), "is_failing", failing, "done",
						      doc_instant(&reader, a->done_at), "failed", failing ? doc_instant(&reader, a->failed_at) : json_null(), "story",
						      failing ? doc_text_or_null(a->story) : json_null()));
	}
	return list;
}

/* One act of the table of all: can it, did it work last, does it fail? */
static json_t *cells_shape(struct cx *cx, const struct weather *w)
{
	static const struct {
		const char *act, *title;
		unsigned can;
	} rows[] = {
		{"verify", N_("Account"), 0}, {"fetch", N_("Read"), CAN_FETCH}, {"receive", N_("Brought"), CAN_RECEIVE}, {"reply", N_("Answer"), CAN_REPLY},
		{"post", N_("Publish posts"), CAN_POST}, {"hide", N_("Hide"), CAN_HIDE}, {"react", N_("React"), CAN_REACT}, {"search", N_("Search"), CAN_SEARCH}, {"renew", N_("Renew"), 0},
	};
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct channel_last *last = NULL;
		for (size_t k = 0; k < w->act_count; k++)
			if (str_eq(w->acts[k].act, str_of(rows[i].act)))
				last = &w->acts[k];
		bool able = w->kind && (rows[i].can ? (w->kind->can & rows[i].can) != 0 : i == 0 ? w->kind->verify != NULL : w->kind->renew != NULL);
		bool failing = last && last->failed_at > last->done_at;
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b, s:o}", "act", rows[i].act, "title", _(rows[i].title), "is_able", able, "is_failing", failing, "done",
						      doc_instant(&reader, last ? last->done_at : 0)));
	}
	return list;
}

/* How old what lets us in is. */
static json_t *age_shape(struct cx *cx, const struct channel *c)
{
	CLEANUP(buf_free) struct buf b = {}, n = {};
	if (!c->renewed_at)
		return json_null();
	buf_add_duration(&n, cx->lang, cx->now - c->renewed_at);
	buf_add_filled(&b, _(N_("{n} old")), buf_str(&n));
	return doc_text(buf_str(&b));
}

static json_t *most_used(const struct weather *w, i64 now)
{
	i64 most = -1;
	for (size_t i = 0; i < w->gate_count; i++) {
		const struct gate *g = &w->gates[i].gate;
		i64 used = g->quota_limit <= 0 ? -1 : g->quota_reset_at > now ? (g->quota_limit - g->quota_left) * 100 / g->quota_limit : 0;
		most = used > most ? used : most;
	}
	return most < 0 ? json_null() : json_integer((json_int_t)(most > 100 ? 100 : most));
}

static json_t *quotas_shape(struct cx *cx, const struct weather *w)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	for (size_t i = 0; i < w->gate_count; i++) {
		const struct gate *g = &w->gates[i].gate;
		bool runs = g->quota_reset_at > cx->now;
		i64 used = runs ? g->quota_limit - g->quota_left : 0, percent = g->quota_limit > 0 ? used * 100 / g->quota_limit : 0;
		if (g->quota_limit <= 0)
			continue;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I, s:b, s:o}", "host", doc_text(w->gates[i].host), "limit", doc_number(cx->lang, g->quota_limit), "used",
						      doc_number(cx->lang, used), "percent", (json_int_t)(percent < 0 ? 0 : percent > 100 ? 100 : percent), "is_scarce",
						      percent >= 80, "resets", runs ? doc_instant(&reader, g->quota_reset_at) : json_null()));
	}
	return list;
}

static json_t *warnings_shape(struct cx *cx, const struct weather *w, const struct channel_warning *told, size_t told_count)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	for (size_t i = 0; i < w->warning_count; i++) {
		const struct channel_warning *n = &w->warnings[i];
		i64 at = 0;
		for (size_t k = 0; k < told_count; k++)
			if (str_eq(told[k].what, n->what) && str_eq(told[k].about, n->about))
				at = told[k].told_at;
		json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "what", doc_text(n->what), "about", doc_text_or_null(n->about), "headline",
						      tr(cx->lang, arena_cstr(cx->arena, n->headline)), "story", doc_text(n->story), "act_by", doc_instant(&reader, n->act_by), "told",
						      doc_instant(&reader, at)));
	}
	return list;
}

static json_t *sunsets_shape(struct cx *cx, const struct channel_kind *kind)
{
	json_t *list = json_array();
	for (const struct channel_sunset *s = kind ? kind->sunsets : NULL; s && s->what; s++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "what", _(s->what), "on", s->on, "as_of", s->as_of, "source", s->source));
	return list;
}

static json_t *token_shape(struct cx *cx, const struct channel *c)
{
	struct reader reader = reader_of(cx);
	if (!c->token_until && !c->renewed_at && !c->expires_at)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "renewed", doc_instant(&reader, c->renewed_at), "until", doc_instant(&reader, c->token_until), "next",
			 c->renew_due_at > cx->now ? doc_instant(&reader, c->renew_due_at) : json_null(), "ends", doc_instant(&reader, c->expires_at), "is_refused",
			 c->is_renewal_refused);
}

static enum err one_shape(struct cx *cx, struct db *db, const struct channel *c, json_t **ret_shape)
{
	struct weather w;
	struct channel_warning *told;
	size_t told_count;
	struct reader reader = reader_of(cx);
	struct channel_look look = channel_look(c);
	TRY(weather_read(cx, db, c, &w));
	TRY(channel_warnings(cx, db, c->workspace, c->id, &told, &told_count));
	json_t *rights = channel_rights_shape(cx, w.kind, w.known, c->verified_at > 0, false), *lacking = json_array(), *one;
	size_t index;
	json_array_foreach(rights, index, one)
		if (json_is_true(json_object_get(one, "is_missing")))
			json_array_append(lacking, one);
	bool broken = str_eq(c->state, S("broken")) || str_eq(c->state, S("failing")), unfinished = w.kind && w.kind->login && !c->secret.len;
	struct str story = unfinished ? str_of(_(N_("Nobody signed in at the network yet. Do that first, or type a token in the settings."))) : c->state_story;
	json_t *shape = json_object();
	json_object_set_new(shape, "id", doc_id(c->id));
	json_object_set_new(shape, "url", doc_text(arena_printf(cx->arena, "/channels/%lld", (long long)c->id)));
	json_object_set_new(shape, "name", doc_text(c->name));
	json_object_set_new(shape, "network", doc_network(cx->lang, c->network));
	json_object_set_new(shape, "state", doc_word(cx->lang, look.word, look.title));
	json_object_set_new(shape, "tone", json_string(w.warning_count && !broken ? "sun" : look.tone));
	json_object_set_new(shape, "icon", json_string(look.icon));
	json_object_set_new(shape, "story", doc_text_or_null(story));
	json_object_set_new(shape, "is_broken", json_boolean(broken));
	json_object_set_new(shape, "is_calm", json_boolean(!w.warning_count && !broken && !unfinished));
	bool helps = broken || unfinished;
	for (size_t i = 0; i < w.warning_count; i++)
		helps |= str_eq(w.warnings[i].what, S("token")) || str_eq(w.warnings[i].what, S("expiry")) || str_eq(w.warnings[i].what, S("right"));
	json_object_set_new(shape, "connect", helps ? json_string(unfinished ? _(N_("Sign in")) : _(N_("Connect again"))) : json_null());
	json_object_set_new(shape, "has_login", json_boolean(w.kind && w.kind->login));
	json_object_set_new(shape, "account", c->verified_at ? channel_account_shape(cx, w.known) : json_null());
	json_object_set_new(shape, "checked", doc_instant(&reader, c->verified_at));
	json_object_set_new(shape, "act_by", doc_instant(&reader, w.act_by));
	json_object_set_new(shape, "warnings", warnings_shape(cx, &w, told, told_count));
	json_object_set_new(shape, "token", token_shape(cx, c));
	json_object_set_new(shape, "rights", rights);
	json_object_set_new(shape, "rights_granted", json_integer((json_int_t)(json_array_size(rights) - json_array_size(lacking))));
	json_object_set_new(shape, "lacking", lacking);
	json_object_set_new(shape, "quotas", quotas_shape(cx, &w));
	json_object_set_new(shape, "acts", acts_shape(cx, &w));
	json_object_set_new(shape, "cells", cells_shape(cx, &w));
	json_object_set_new(shape, "age", age_shape(cx, c));
	json_object_set_new(shape, "quota_percent", most_used(&w, cx->now));
	json_object_set_new(shape, "rights_needed", json_integer((json_int_t)json_array_size(rights)));
	json_object_set_new(shape, "has_rights", json_boolean(json_array_size(rights) && json_is_array(json_object_get(w.known, "rights"))));
	json_object_set_new(shape, "has_acts", json_boolean(w.act_count));
	json_object_set_new(shape, "sunsets", sunsets_shape(cx, w.kind));
	*ret_shape = shape;
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply, const struct channel *channels, size_t count, bool is_one)
{
	json_t *document = json_object(), *list = json_array();
	size_t calm = 0;
	reply_json(reply, document);
	json_object_set_new(document, "channels", list);
	for (size_t i = 0; i < count && i < SHOWN_MOST; i++) {
		json_t *shape;
		TRY(one_shape(cx, request_db(request), &channels[i], &shape));
		calm += json_is_true(json_object_get(shape, "is_calm"));
		json_array_append_new(list, shape);
	}
	json_t *columns = json_array(), *cell;
	size_t index;
	json_array_foreach(json_object_get(json_array_get(list, 0), "cells"), index, cell)
		json_array_append_new(columns, json_pack("{s:O}", "title", json_object_get(cell, "title")));
	json_object_set_new(document, "columns", columns);
	json_object_set_new(document, "has_table", json_boolean(!is_one && json_array_size(list)));
	json_object_set_new(document, "is_one", json_boolean(is_one));
	json_object_set_new(document, "is_calm", json_boolean(calm == json_array_size(list)));
	json_object_set_new(document, "can_manage", json_boolean(actor_may(cx->actor, MAY_MANAGE_CHANNELS)));
	return OK;
}

/* Those that are connected: what was read from a file has no weather. */
enum err channels_weather(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel *channels;
	size_t count, live = 0;
	TRY(channel_list(cx, request_db(request), here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (kind && (kind->verify || kind->fetch))
			channels[live++] = channels[i];
	}
	return show(cx, request, reply, channels, live, false);
}

enum err channel_weather(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel c;
	TRY(channel_get(cx, request_db(request), here(cx), param_id(request, "id"), &c));
	return show(cx, request, reply, &c, 1, true);
}
