/* notifications.c: what is told, where, and when letters may come. */
#include "base/lang.h"
#include "flow/digest.h"
#include "flow/notify.h"
#include "flow/weather_letter.h"
#include "page/account/account.h"
#include "page/choices.h"

static bool has_word(const json_t *list, const char *word)
{
	size_t i;
	const json_t *one;
	json_array_foreach((json_t *)list, i, one)
		if (json_is_string(one) && str_eq(str_of(json_string_value(one)), str_of(word)))
			return true;
	return false;
}

static struct str hour_or(const json_t *settings, const char *name, struct str value)
{
	const char *kept = json_string_value(json_object_get(settings, name));
	return kept ? str_of(kept) : value;
}

static const struct {
	enum digest_wish wish;
	const char *title;
} digests[] = {{DIGEST_NONE, N_("Never")}, {DIGEST_DAILY, N_("Each morning")}, {DIGEST_WEEKLY, N_("On Monday mornings")}};
static const char *const digest_words[] = {"none", "day", "week", NULL};

static enum err digests_shape(struct cx *cx, struct db *db, const struct request *request, json_t **ret_list)
{
	enum digest_wish wish;
	json_t *list = json_array();
	*ret_list = list;
	TRY(digest_wished(cx, db, cx->actor->user, &wish));
	digest_wish_of(request_typed(request, "digest"), &wish);
	for (size_t i = 0; i < COUNT(digests); i++)
		json_array_append_new(list, choice(digest_wish_word(digests[i].wish), _(digests[i].title), digests[i].wish == wish));
	return OK;
}

enum err account_show_notifications(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	reply_template(reply, "account/notifications");
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	json_t *settings = account_settings(cx, &p);
	const json_t *desk_off = json_object_get(settings, "desk_off"), *mail_off = json_object_get(settings, "mail_off");
	bool no_mail = json_is_false(json_object_get(settings, "notify_by_mail"));
	for (size_t i = 0; i < notify_topic_count; i++) {
		const struct notify_topic *t = &notify_topics[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:b}", "word", t->word, "title", _(t->title), "about", _(t->about), "is_on_desk",
						      !has_word(desk_off, t->word), "is_by_mail", !no_mail && !has_word(desk_off, t->word) && !has_word(mail_off, t->word)));
	}
	json_object_set_new(document, "kinds", list);
	json_t *digest_list;
	TRY(digests_shape(cx, request_db(request), request, &digest_list));
	json_object_set_new(document, "digests", digest_list);
	json_object_set_new(document, "can_mail", json_boolean(page_setup.mail));
	bool sets_channels = cx->actor->workspace && actor_may(cx->actor, MAY_MANAGE_CHANNELS), again = request_typed(request, "quiet_from").at;
	json_object_set_new(document, "weather", sets_channels ? json_pack("{s:b}", "is_on", again ? request_typed(request, "weather").at != NULL : weather_letter_wanted(p.settings, cx->actor->role))
							       : json_null());
	json_object_set_new(document, "wake", json_boolean(request_typed(request, "quiet_from").at ? request_typed(request, "wake").at != NULL
									: json_is_true(json_object_get(settings, "wake_for_alarms"))));
	json_object_set_new(document, "quiet",
			    json_pack("{s:b, s:o, s:o}", "is_on",
				      request_typed(request, "quiet_from").at ? request_typed(request, "quiet").at != NULL : json_object_get(settings, "quiet_from") != NULL, "from",
				      doc_text(hour_or(settings, "quiet_from", S("08:00"))), "to", doc_text(hour_or(settings, "quiet_to", S("19:00")))));
	return OK;
}

static json_t *left_out(const struct request *request, const char *name, const char *other)
{
	json_t *list = json_array();
	for (size_t i = 0; i < notify_topic_count; i++) {
		bool wanted = false;
		for (size_t j = 0; j < param_count(request, name); j++)
			wanted |= str_eq(param_text_at(request, name, j), str_of(notify_topics[i].word));
		for (size_t j = 0; other && j < param_count(request, other); j++) /* what comes by mail stands on the desk too */
			wanted |= str_eq(param_text_at(request, other, j), str_of(notify_topics[i].word));
		if (!wanted)
			json_array_append_new(list, json_string(notify_topics[i].word));
	}
	return list;
}

/* Also when nothing of it was said: its morning follows the hours. */
static enum err keep_digest(struct cx *cx, struct request *request)
{
	enum digest_wish wish;
	TRY(digest_wished(cx, request_db(request), cx->actor->user, &wish));
	if (page_setup.mail)
		digest_wish_of(param_text(request, "digest"), &wish);
	return digest_choose(cx, request_db(request), wish, page_setup.outside, page_setup.work);
}

static enum err keep_wishes(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	struct str from = param_text(request, "quiet_from"), to = param_text(request, "quiet_to");
	int from_minutes = 0, to_minutes = 0;
	TRY(account_by_person(cx));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	json_t *settings = account_settings(cx, &p);
	json_object_set_new(settings, "desk_off", left_out(request, "desk", page_setup.mail ? "mail" : NULL));
	if (page_setup.mail) {
		json_object_set_new(settings, "mail_off", left_out(request, "mail", NULL));
		json_object_del(settings, "notify_by_mail");
		if (cx->actor->workspace && actor_may(cx->actor, MAY_MANAGE_CHANNELS))
			json_object_set_new(settings, "weather_letter", json_boolean(param_bool(request, "weather")));
	}
	json_object_del(settings, "quiet_from");
	json_object_del(settings, "quiet_to");
	json_object_set_new(settings, "wake_for_alarms", json_boolean(param_bool(request, "wake")));
	if (param_bool(request, "quiet")) {
		bool from_fine = minutes_read(from, &from_minutes), to_fine = minutes_read(to, &to_minutes);
		if (!from_fine)
			return request_fault(cx, request, "quiet_from", N_("Write an hour like 08:00."));
		if (!to_fine)
			return request_fault(cx, request, "quiet_to", N_("Write an hour like 19:00."));
		if (to_minutes <= from_minutes)
			return request_fault(cx, request, "quiet_to", N_("This must come after the first hour."));
		json_object_set_new(settings, "quiet_from", doc_text(from));
		json_object_set_new(settings, "quiet_to", doc_text(to));
	}
	TRY(account_keep(cx, request_db(request), &p, settings));
	TRY(keep_digest(cx, request));
	reply_flash(reply, str_of(_(N_("Your wishes are kept."))), (struct str){});
	reply_redirect(reply, "/account?tab=notifications");
	return OK;
}

static const struct param wishes_params[] = {
	{.name = "desk", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 30, .about = "What is told on the desk."},
	{.name = "mail", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 30, .about = "What is told by mail."},
	{.name = "digest", .in = IN_FORM, .type = P_WORD, .words = digest_words, .about = "How often a letter sums up what was heard."},
	{.name = "weather", .in = IN_FORM, .type = P_BOOL, .about = "A letter on Monday mornings on how all channels stand."},
	{.name = "quiet", .in = IN_FORM, .type = P_BOOL, .about = "Letters come between two hours alone."},
	{.name = "quiet_from", .in = IN_FORM, .type = P_LINE, .max = 5, .about = "The first of them, 08:00."},
	{.name = "quiet_to", .in = IN_FORM, .type = P_LINE, .max = 5, .about = "The last, 19:00."},
	{.name = "wake", .in = IN_FORM, .type = P_BOOL, .about = "An alarm comes by mail at any hour."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/account/notifications", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .template = "account/notifications",
	 .handle = account_show_notifications, .about = "What one is told about."},
	{.method = "POST", .path = "/account/notifications", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = wishes_params,
	 .template = "account/notifications", .handle = keep_wishes, .form = "/account/notifications", .about = "Choose what one is told about."},
	{},
};

const struct page page_account_notifications = {"account_notifications", routes, .file = __FILE__};
