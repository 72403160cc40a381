/* channels: where people speak: the connected channels, what each can do, connecting another, and the API by which messages are pushed
 * in. One channel is in channel.c, the simulator's dials in dials.c. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/delivery.h"
#include "page/channels/channels.h"
#include "page/pager.h"
#include "page/choices.h"
#include "store/publication.h"

/* ---- the list ---- */

#define ENDS_SOON (21 * DAY)

static bool ends_soon(struct cx *cx, const struct channel *c)
{
	return str_eq(c->state, S("ok")) && c->expires_at > cx->now && c->expires_at - cx->now < ENDS_SOON;
}

/* "Ends in 5 days" */
static struct str ends_text(struct cx *cx, const struct channel *c)
{
	CLEANUP(buf_free) struct buf b = {}, n = {};
	buf_add_duration(&n, cx->lang, c->expires_at - cx->now);
	buf_add_filled(&b, _(N_("Ends in {n}")), buf_str(&n));
	return buf_keep(&b, cx->arena);
}

static enum err row_shape(struct cx *cx, struct db *db, const struct channel *c, json_t **ret_row)
{
	struct reader reader = reader_of(cx);
	const struct channel_kind *kind = channel_kind_of(c->kind);
	struct channel_look look = channel_look(c);
	unsigned can = kind ? kind->can : 0;
	if (ends_soon(cx, c))
		look = (struct channel_look){"ending", ends_text(cx, c).at, "sun", "key-round"};
	struct publication *waiting;
	size_t count = 0;
	CLEANUP(buf_free) struct buf n = {}, text = {};
	TRY(publications_waiting(cx, db, c->workspace, c->id, 100, &waiting, &count));
	buf_add_number(&n, cx->lang, (i64)count);
	if (count)
		buf_add_filled(&text, tr_n(cx->lang, "{n} message waits to leave.", "{n} messages wait to leave.", (i64)count), buf_str(&n));
	const char *note = !can ? _(N_("Read from a file: nothing is sent through it")) : !(can & CAN_HIDE) ? _(N_("This network does not hide: hidden here alone")) : "";
	*ret_row = json_pack("{s:o, s:o, s:o, s:{s:o, s:s}, s:o, s:n, s:o, s:s, s:s, s:o, s:b, s:b, s:b, s:b, s:o, s:o, s:o}", "id", doc_id(c->id), "url",
			     doc_text(arena_printf(cx->arena, "/channels/%lld", (long long)c->id)), "name", doc_text(c->name), "kind", "word", doc_text(c->kind), "title",
			     kind ? _(kind->title) : "", "network", doc_network(cx->lang, c->network), "account", "state",
			     doc_word(cx->lang, look.word, look.title), "tone", look.tone, "icon", look.icon, "reads", doc_text_or_null(channel_reads(cx, kind)),
			     "can_reply", (can & CAN_REPLY) != 0, "can_private", (can & CAN_REPLY_PRIVATE) != 0, "can_hide", (can & CAN_HIDE) != 0, "can_check",
			     (can & CAN_LOOK) != 0, "note", doc_text(c->state_story.len ? c->state_story : str_of(note)), "waiting",
			     doc_text_or_null(buf_str(&text)), "fetched", doc_instant(&reader, c->fetched_at));
	return OK;
}

/* A channel that needs a person: one that lost its access is lit, one that does not answer is told. */
static void add_alert(struct cx *cx, json_t *alerts, const struct channel *c)
{
	bool broken = str_eq(c->state, S("broken"));
	const struct channel_kind *kind = channel_kind_of(c->kind);
	const char *place = broken && kind && (kind->login || kind->verify) && actor_may(cx->actor, MAY_MANAGE_CHANNELS) ? "/connect" : "";
	json_t *alert = json_pack("{s:o, s:o, s:o, s:o, s:s, s:b}", "id", doc_id(c->id), "name", doc_text(c->name), "story", doc_text(c->state_story), "url",
				  doc_text(arena_printf(cx->arena, "/channels/%lld%s", (long long)c->id, place)), "verb",
				  broken ? _(N_("Connect again")) : _(N_("See the details")), "is_lit", broken);
	json_array_append_new(alerts, alert);
}

/* Access that ends while all still works. */
static void add_ending(struct cx *cx, json_t *alerts, const struct channel *c)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {}, when = {};
	buf_add_instant(&when, &reader, c->expires_at);
	buf_add_filled(&b, _(N_("Its access ends: {n}. Connect it again before: then nothing is missed, and no answer waits.")), buf_str(&when));
	const char *place = actor_may(cx->actor, MAY_MANAGE_CHANNELS) ? "/connect" : "/weather";
	json_array_append_new(alerts, json_pack("{s:o, s:o, s:o, s:o, s:s, s:b}", "id", doc_id(c->id), "name", doc_text(c->name), "story", doc_text(buf_str(&b)), "url",
						doc_text(arena_printf(cx->arena, "/channels/%lld%s", (long long)c->id, place)), "verb", _(N_("Connect again")), "is_lit", true));
}

static struct str summary_of(struct cx *cx, i64 count, i64 fetched_at)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {}, n = {}, when = {};
	buf_add_number(&n, cx->lang, (i64)count);
	buf_add_filled(&b, tr_n(cx->lang, "{n} channel", "{n} channels", (i64)count), buf_str(&n));
	if (fetched_at) {
		buf_add_instant(&when, &reader, fetched_at);
		buf_adds(&b, ", ");
		buf_add_filled(&b, _(N_("last read {n}")), buf_str(&when));
	}
	return buf_keep(&b, cx->arena);
}

#define A_PAGE 30

static enum err show_list(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct channel *channels, *ailing, *archived;
	struct pager pager;
	size_t read, ailing_count, archived_count;
	i64 rank, count, fetched_at;
	json_t *document = json_object(), *list = json_array(), *alerts = json_array(), *away = json_array();
	bool manages = actor_may(cx->actor, MAY_MANAGE_CHANNELS);
	reply_json(reply, document);
	json_object_set_new(document, "can_manage", json_boolean(manages));
	json_object_set_new(document, "alerts", alerts);
	json_object_set_new(document, "channels", list);
	json_object_set_new(document, "archived", away);
	TRY(channels_count(cx, db, here(cx), &count, &fetched_at));
	TRY(channels_ailing(cx, db, here(cx), &ailing, &ailing_count));
	TRY(channel_list_archived(cx, db, here(cx), &archived, &archived_count));
	pager_of(request, A_PAGE, &pager);
	pager.path = "/channels";
	TRY(channel_rank(cx, db, here(cx), pager_row(&pager, 0), &rank));
	pager_seek(&pager, rank);
	TRY(channel_page(cx, db, here(cx), pager.skip, pager.limit + 1, &channels, &read));
	pager_read(&pager, read);
	for (size_t i = 0; i < pager.count; i++) {
		json_t *row;
		TRY(row_shape(cx, db, &channels[i], &row));
		json_array_append_new(list, row);
	}
	for (size_t i = 0; i < ailing_count; i++) /* what needs somebody is told on every page */
		add_alert(cx, alerts, &ailing[i]);
	for (size_t i = 0; i < pager.count; i++)
		if (ends_soon(cx, &channels[i]))
			add_ending(cx, alerts, &channels[i]);
	for (size_t i = 0; i < archived_count; i++)
		json_array_append_new(away, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(archived[i].id), "url",
						      doc_text(arena_printf(cx->arena, "/channels/%lld", (long long)archived[i].id)), "name", doc_text(archived[i].name),
						      "network", doc_network(cx->lang, archived[i].network)));
	json_t *alert;
	size_t index;
	json_array_foreach(alerts, index, alert) /* one thing to do first */
		json_object_set_new(alert, "is_first", json_boolean(!index));
	json_object_set_new(document, "summary", count ? doc_text(summary_of(cx, count, fetched_at)) : json_null());
	json_object_set_new(document, "has_channels", json_boolean(count));
	json_object_set_new(document, "has_archived", json_boolean(archived_count));
	json_object_set_new(document, "kinds", manages ? channel_kinds_shape(cx, (struct str){}) : json_array());
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? channels[0].id : 0),
		  list_after(0, pager.count ? channels[pager.count - 1].id : 0), NULL);
	return OK;
}

/* ---- connecting, and settings ---- */

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object(), *teams, *guide, *by_hand;
	const struct channel_kind *kind = channel_kind_of(param_text(request, "kind"));
	i64 team = 0;
	reply_json(reply, document);
	if (!kind || !kind->can)
		return fail(cx, ERR_MISSING, N_("There is no such kind of channel."));
	str_to_i64(request_typed(request, "team_id"), &team);
	TRY(choices_of_teams(cx, request_db(request), here(cx), team, &teams));
	json_object_set_new(document, "teams", teams);
	json_object_set_new(document, "kind", json_pack("{s:s, s:s, s:s, s:o}", "word", kind->word, "title", _(kind->title), "about", _(kind->about), "network",
							doc_network(cx->lang, str_of(kind->network))));
	json_object_set_new(document, "can", channel_can_shape(cx, kind));
	json_object_set_new(document, "form", json_pack("{s:s, s:o}", "name", _(kind->title), "next", doc_text_or_null(param_text(request, "next"))));
	json_object_set_new(document, "fields", channel_fields_shape(cx, request, kind, NULL));
	TRY(channel_by_hand_shape(cx, request, kind, NULL, &by_hand));
	json_object_set_new(document, "by_hand", by_hand);
	json_object_set_new(document, "way", channel_steps_shape(cx, false, kind->login, false, false, false));
	TRY(channel_guide_shape(cx, request_db(request), kind, NULL, &guide));
	json_object_set_new(document, "guide", guide);
	return OK;
}

/* Every field at fault is told at once; the verb checks them again. */
static enum err wish_of(struct cx *cx, struct request *request, const struct channel_kind *kind, bool has_secret, struct channel_wish *ret_wish)
{
	size_t count = param_count(request, "setting");
	if (count != param_count(request, "value"))
		return fail_field(cx, "setting", N_("Send each setting with its value."));
	struct str *names = arena_array(cx->arena, struct str, count), *values = arena_array(cx->arena, struct str, count);
	enum err e = OK;
	for (size_t i = 0; i < count; i++) {
		names[i] = param_text_at(request, "setting", i);
		values[i] = param_text_at(request, "value", i);
		const struct channel_field *field = kind ? channels_field(kind, names[i]) : NULL;
		if (field && channels_check_field(cx, field, values[i], has_secret) != OK)
			e = request_fault(cx, request, field->name, "%s", arena_str(cx->arena, str_of(cx->story)).at);
	}
	*ret_wish = (struct channel_wish){.name = param_text(request, "name"), .team = param_id(request, "team_id"), .person = param_id(request, "person_id"), .names = names, .values = values, .count = count,
					  .work = page_setup.work};
	return e;
}

static enum err do_new(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel_wish wish;
	i64 id;
	struct str kind = param_text(request, "kind"), next = param_text(request, "next");
	TRY(wish_of(cx, request, channel_kind_of(kind), false, &wish));
	wish.kind = kind;
	TRY(channels_save(cx, request_db(request), here(cx), &wish, &id));
	TRY(delivery_tell_address(cx, request_db(request), page_setup.outside, here(cx), id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	const struct channel_kind *row = channel_kind_of(kind);
	reply_flash(reply, str_of(row && row->can & BY_HAND ? _(N_("The channel is there. At its minute a post is handed to whoever is in charge."))
							    : _(N_("The channel is connected. What is said there arrives in the inbox."))), (struct str){});
	const char *then = row && (row->login || row->verify) ? "/connect" : "";
	reply_redirect(reply, "%s", next.len ? arena_cstr(cx->arena, next) : arena_printf(cx->arena, "/channels/%lld%s", (long long)id, then).at);
	return OK;
}

static enum err do_save(struct cx *cx, struct request *request, struct reply *reply)
{
	struct channel c;
	struct channel_wish wish;
	i64 id = param_id(request, "id");
	TRY(channel_get(cx, request_db(request), here(cx), id, &c));
	TRY(wish_of(cx, request, channel_kind_of(c.kind), c.secret.len > 0, &wish));
	wish.id = id;
	TRY(channels_save(cx, request_db(request), here(cx), &wish, &id));
	TRY(delivery_tell_address(cx, request_db(request), page_setup.outside, here(cx), id));
	reply_flash(reply, str_of(_(N_("The settings of the channel are kept."))), (struct str){});
	reply_redirect(reply, "/channels/%lld", (long long)id);
	return OK;
}

typedef enum err channel_verb(struct cx *cx, struct db *db, i64 workspace, i64 channel);

static enum err act(struct cx *cx, struct request *request, struct reply *reply, channel_verb *verb, const char *told)
{
	i64 id = param_id(request, "id");
	TRY(verb(cx, request_db(request), here(cx), id));
	reply_flash(reply, str_of(_(told)), (struct str){});
	reply_redirect(reply, "/channels/%lld", (long long)id);
	return OK;
}

static enum err do_pause(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, channels_pause, N_("Paused. Answers are kept until you start it again."));
}

static enum err do_resume(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, channels_resume, N_("Started again. What waited leaves now."));
}

static enum err do_fetch(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, channels_read_now, N_("It is being read."));
}

static enum err do_archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, channels_archive, N_("Disconnected. Its conversations stay here."));
}

static enum err do_restore(struct cx *cx, struct request *request, struct reply *reply)
{
	return act(cx, request, reply, channels_restore, N_("It is back, paused. Type its secret again before you start it."));
}

/* ---- the rows ---- */

#define FORM_PARAMS                                                                                                                                \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "Name in Parvis."},                         \
	{.name = "setting", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 60, .about = "Names of the kind's settings."},              \
	{.name = "value", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 4000, .about = "Their values, in the same order. An empty secret keeps the one there is."}, \
	{.name = "team_id", .in = IN_FORM, .type = P_ID, .about = "The team that gets what comes in, or publishes by hand while the person is away."},                           \
	{.name = "person_id", .in = IN_FORM, .type = P_ID, .about = "Where a person publishes by hand: who is in charge."}

static const struct param show_new_params[] = {
	{.name = "kind", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The kind of channel."},
	{.name = "next", .in = IN_QUERY, .type = P_PATH, .about = "Where a browser goes on to."},
	{},
};
static const struct param list_params[] = {PAGER_PARAMS, {}};
static const struct param new_params[] = {
	{.name = "kind", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The kind of channel."},
	FORM_PARAMS,
	{.name = "next", .in = IN_FORM, .type = P_PATH, .about = "Where a browser goes on to."},
	{},
};
static const struct param save_params[] = {FORM_PARAMS, {}};
#define WORDING(name_, text) {.name = name_, .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = text}
static const struct param form_params[] = {
	{.name = "form_open", .in = IN_FORM, .type = P_BOOL, .about = "Anybody can write on its public page."},
	{.name = "form_files", .in = IN_FORM, .type = P_BOOL, .about = "A file may come along."},
	{.name = "form_email", .in = IN_FORM, .type = P_BOOL, .about = "An email must be given."},
	WORDING("title_fr", "Title, in French."), WORDING("title_en", "Title, in English."),
	WORDING("intro_fr", "Introduction, in French."), WORDING("intro_en", "Introduction, in English."),
	WORDING("consent_fr", "What the person agrees to, in French."), WORDING("consent_en", "What the person agrees to, in English."),
	{},
};
static const struct param simulate_params[] = {
	{.name = "dial", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 60, .about = "Names of dials of the simulated network."},
	{.name = "level", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "Where to set them, in the same order."},
	{.name = "scene", .in = IN_FORM, .type = P_LINE, .max = 60, .about = "Several dials at once, by name: calm, wave, incident, outage, doubt, trouble, expired."},
	{},
};

#define ANSWER_PARAMS(where)                                                                                                                       \
	{.name = "state", .in = where, .type = P_LINE, .max = 200, .about = "What Parvis gave along."},                                            \
	{.name = "code", .in = where, .type = P_LINE, .max = 4000, .about = "What the network gave."},                                             \
	{.name = "iss", .in = where, .type = P_LINE, .max = 1000, .about = "Who says so (RFC 9207)."},                                              \
	{.name = "error", .in = where, .type = P_LINE, .max = 200, .about = "Why not, as a word."},                                                \
	{.name = "error_description", .in = where, .type = P_LINE, .max = 2000, .about = "Why not, in words."}
static const struct param answer_params[] = {ANSWER_PARAMS(IN_QUERY), {}}, taken_params[] = {ANSWER_PARAMS(IN_FORM), {}};

#define MEMBER(member, kind, text) {.name = member, .in = IN_FORM, .type = kind, .max = 4000, .about = text}
static const struct param push_params[] = {
	{.name = "messages", .in = IN_FORM, .type = P_JSON, .about = "Up to 500 messages, objects of the members below: all are taken, or none."},
	MEMBER("id", P_LINE, "The message's id on your side, the same each time: a repetition changes nothing."),
	MEMBER("thread", P_LINE, "Messages of one thread are one conversation. Default: the parent, else the message itself."),
	MEMBER("parent", P_LINE, "The id of the message it answers."),
	MEMBER("kind", P_LINE, "comment, mention, direct, review or post; direct when absent."),
	MEMBER("subject", P_LINE, "What the thread is about."),
	MEMBER("subject_url", P_LINE, "Its address."),
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .max = 100000, .about = "What was said."},
	MEMBER("lang", P_LINE, "Its language, as \"fr\"."),
	{.name = "rating", .in = IN_FORM, .type = P_JSON, .about = "Stars of a review, 1 to 5."},
	MEMBER("url", P_LINE, "Where it can be seen."),
	MEMBER("at", P_LINE, "When it was said (RFC 3339); now, when absent."),
	MEMBER("edited_at", P_LINE, "When it was last edited."),
	{.name = "removed", .in = IN_FORM, .type = P_JSON, .about = "true: it was taken away on your side."},
	{.name = "private", .in = IN_FORM, .type = P_JSON, .about = "true: only you and the author see it."},
	{.name = "author", .in = IN_FORM, .type = P_JSON, .about = "Who said it: id, name, handle, url, followers, place."},
	{.name = "attachments", .in = IN_FORM, .type = P_JSON, .about = "Up to 20 of {kind, name, alt, type, url}; the url starts with https://."},
	{.name = "report", .in = IN_FORM, .type = P_JSON, .about = "Members complain of it: id, reason. Each is taken once; id of the message and report suffice when it is known."},
	{},
};

#define MANAGE .permission = MAY_MANAGE_CHANNELS
static const struct route routes[] = {
	{.method = "GET", .path = "/channels", .params = list_params, .template = "channels/page", .handle = show_list,
	 .answer = "ChannelsPage", .about = "The channels, how they are, and what can be connected."},
	{.method = "GET", .path = "/channels/new/{kind}", MANAGE, .params = show_new_params, .template = "channels/new", .handle = show_new,
	 .answer = "ChannelForm", .about = "The form for connecting a channel of a kind."},
	{.method = "POST", .path = "/channels/new/{kind}", MANAGE, .flags = ROUTE_MAKES, .params = new_params, .template = "channels/new", .handle = do_new,
	 .form = "/channels/new/{kind}", .answer = "Made", .about = "Connect a channel."},
	{.method = "GET", .path = "/channels/weather", .template = "channels/weather", .handle = channels_weather, .answer = "ChannelsWeather",
	 .about = "What is coming over the channels: access that ends, rights that are missing, quotas, what worked last."},
	{.method = "GET", .path = "/channels/{id}/weather", .template = "channels/weather", .handle = channel_weather, .answer = "ChannelsWeather",
	 .about = "The same of one channel."},
	{.method = "GET", .path = "/channels/login", MANAGE, .flags = ROUTE_PAGE_ONLY, .params = answer_params, .template = "channels/login", .handle = channel_login_show,
	 .about = "Where a network sends people back to after they signed in there."},
	{.method = "POST", .path = "/channels/login", MANAGE, .flags = ROUTE_PAGE_ONLY, .params = taken_params, .template = "channels/login", .handle = channel_login_take,
	 .about = "Take what the network gave."},
	{.method = "GET", .path = "/channels/{id}/connect", MANAGE, .template = "channels/connect", .handle = channel_connect_show, .answer = "ChannelConnect",
	 .about = "The way of a channel until it works: what it needs, signing in, checks with their results."},
	{.method = "POST", .path = "/channels/{id}/connect", MANAGE, .flags = ROUTE_PAGE_ONLY, .template = "channels/connect", .handle = channel_connect_start,
	 .form = "/channels/{id}/connect", .about = "Begin to sign in at the network."},
	{.method = "GET", .path = "/channels/{id}", .template = "channels/channel", .handle = channel_show,
	 .answer = "ChannelPage", .about = "A channel: its state, what waits, its settings."},
	{.method = "POST", .path = "/channels/{id}", MANAGE, .params = save_params, .template = "channels/channel", .handle = do_save, .form = "/channels/{id}",
	 .about = "Change a channel's settings."},
	{.method = "POST", .path = "/channels/{id}/messages", .permission = MAY_INGEST, .flags = ROUTE_MAKES | ROUTE_API_ONLY | ROUTE_SLOW, .params = push_params,
	 .handle = channel_push, .body_max = 16 << 20, .answer = "Pushed", .about = "Push one message, or several, into a channel."},
	{.method = "POST", .path = "/channels/{id}/pause", MANAGE, .handle = do_pause, .about = "Pause a channel."},
	{.method = "POST", .path = "/channels/{id}/resume", MANAGE, .handle = do_resume, .about = "Start a channel again; what was held leaves."},
	{.method = "POST", .path = "/channels/{id}/fetch", MANAGE, .handle = do_fetch, .about = "Read a channel now."},
	{.method = "POST", .path = "/channels/{id}/archive", MANAGE, .handle = do_archive, .about = "Disconnect a channel; its conversations stay."},
	{.method = "POST", .path = "/channels/{id}/restore", MANAGE, .handle = do_restore, .about = "Take a channel out again."},
	{.method = "POST", .path = "/channels/{id}/form", MANAGE, .params = form_params, .handle = channel_form_set, .form = "/channels/{id}",
	 .about = "Open, close and word a channel's public page."},
	{.method = "POST", .path = "/channels/{id}/form/renew", MANAGE, .handle = channel_form_renew, .about = "Give the public page another address."},
	{.method = "POST", .path = "/channels/{id}/deliveries/again", MANAGE, .handle = channel_deliveries_again, .about = "Read once more what was refused or is stuck."},
	{.method = "POST", .path = "/channels/{id}/deliveries/renew", MANAGE, .handle = channel_deliveries_renew, .about = "Give the channel another address for deliveries."},
	{.method = "POST", .path = "/channels/{id}/simulate", MANAGE, .params = simulate_params, .handle = channel_simulate, .form = "/channels/{id}",
	 .about = "Set the simulated network's dials."},
	{},
};

const struct page page_channels = {"channels", routes, channels_shapes, .file = __FILE__};
