/* conform_elsewhere.h: every act against a network that points elsewhere: redirects to another host, and answers whose addresses (pages that
 * follow, files, services) are all of another host. What becomes of the act does not matter here; what lets us in is never shown to that
 * host. Include once, after conform_out.h. */
#pragma once
#include "conform_out.h"

static struct elsewhere {
	struct rude rude;
	pthread_mutex_t lock;
	struct buf seen; /* all that came, as it came */
} elsewhere = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void elsewhere_serve(struct rude *rude, int fd)
{
	static const char ok[] = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
	char text[65536];
	ssize_t got = recv(fd, text, sizeof text, 0);
	pthread_mutex_lock(&elsewhere.lock);
	if (got > 0)
		buf_add(&elsewhere.seen, (struct str){text, (size_t)got});
	pthread_mutex_unlock(&elsewhere.lock);
	say(fd, ok);
}

static void elsewhere_start(void)
{
	rude_start(&elsewhere.rude, elsewhere_serve);
	snprintf(replay_elsewhere, sizeof replay_elsewhere, "http://127.0.0.1:%d", elsewhere.rude.port);
}

static void elsewhere_stop(void)
{
	rude_stop(&elsewhere.rude);
	buf_free(&elsewhere.seen);
}

static enum err elsewhere_metric(struct cx *cx, void *subject, const struct metric *metric)
{
	return OK;
}

static void act_once(bool looks)
{
	struct items items = {json_array()};
	struct verified v = {};
	struct sent sent = {};
	struct channel_profile p = {};
	struct renewed r = {};
	struct str cursor = {}, ids[50];
	bool more = false;
	size_t count = 0, index;
	const json_t *id;
	fresh();
	json_array_foreach(json_object_get(b.file, "ids"), index, id)
		ids[count++] = str_of(json_string_value(id));
	if (strcmp(b.act, "verify") == 0)
		(void)!b.kind->verify(&b.cx, b.net, &b.account, &v);
	else if (strcmp(b.act, "renew") == 0)
		(void)!b.kind->renew(&b.cx, b.net, &b.account, &r);
	else if (strcmp(b.act, "fetch") == 0 || searches())
		(void)!read_page(text_in(b.file, "cursor"), &items, &cursor, &more);
	else if (strcmp(b.act, "bring") == 0)
		(void)!b.kind->bring(&b.cx, b.net, &b.account, text_in(b.file, "reference"), 1 << 20, &cursor);
	else if (strcmp(b.act, "metrics") == 0)
		(void)!b.kind->metrics(&b.cx, b.net, &b.account, ids, count, elsewhere_metric, NULL);
	else if (strcmp(b.act, "profile") == 0)
		(void)!b.kind->profile(&b.cx, b.net, &b.account, &p);
	else {
		struct outbound out = outbound_of(b.file);
		if (out.act == ACT_PROFILE)
			(void)!(looks ? channel_profile_look : channel_profile_put)(&b.cx, b.net, b.kind, &b.account, &out, &sent);
		else
			(void)!(looks ? b.kind->look : b.kind->publish)(&b.cx, b.net, &b.account, &out, &sent);
	}
	json_decref(items.list);
}

/* Whatever of the credential stands in what the other host got. */
static void nothing_shown(void)
{
	json_t *secret = json_loadb(b.account.secret.at, b.account.secret.len, 0, NULL);
	const char *name;
	const json_t *value;
	pthread_mutex_lock(&elsewhere.lock);
	struct str seen = buf_str(&elsewhere.seen);
	json_object_foreach(secret, name, value)
		if (json_string_length(value) > 3 && str_find(seen, str_of(json_string_value(value))) >= 0)
			WRONG("“%s” was shown to another host: %.1000s", name, seen.at);
	if (str_find(seen, S("uthorization:")) >= 0)
		WRONG("another host was shown a credential: %.1000s", seen.at);
	buf_clear(&elsewhere.seen);
	pthread_mutex_unlock(&elsewhere.lock);
	json_decref(secret);
}

static void points_away(const json_t *exchanges, bool looks)
{
	char location[120];
	snprintf(location, sizeof location, "Location: %s/there\r\n", replay_elsewhere);
	const struct fault away[] = {
		{"redirect elsewhere", SPOIL_STATUS, 302, location, ""}, {"redirect elsewhere, kept", SPOIL_STATUS, 307, location, ""},
		{"redirect elsewhere for good", SPOIL_STATUS, 308, location, ""}, {"addresses of another host", SPOIL_ELSEWHERE, 0, NULL, NULL},
	};
	for (size_t i = 0; i < COUNT(away); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			const json_t *request = json_object_get(json_array_get(exchanges, (size_t)at), "request");
			if (!json_object_get(request, "path")) /* the protocols of mail have no such thing */
				continue;
			begin(exchanges, &away[i], at);
			act_once(looks);
			replay_settle();
			nothing_shown();
		}
}

static void elsewhere_all(void)
{
	points_away(json_object_get(b.file, "exchanges"), false);
	if (b.kind->look && json_object_get(b.file, "outbound"))
		points_away(json_object_get(b.file, "look_found"), true);
}
