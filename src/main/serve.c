/* serve.c: the role that listens: pages and API. It holds no account secrets and opens no connections but to the database. */
#include "base/clock.h"
#include "base/log.h"
#include "check/check.h"
#include "flow/keep.h"
#include "flow/outside.h"
#include "flow/short_link.h"
#include "main/confine.h"
#include "main/media.h"
#include "main/models.h"
#include "main/role.h"
#include "page/frame.h"
#include "store/event.h"
#include "store/gauge.h"
#include "store/migrate.h"
#include "sys/keys.h"
#include "web/asset.h"
#include "web/web.h"

#include <stdlib.h>

#define LOOK_EVERY SECOND
#define WAITING_THREADS 8 /* as many pictures of a page at once, while others are answered */

static struct serving_keys keys;

static enum err ready(struct cx *cx, struct db *db)
{
	return migrate_check(cx, db);
}

/* A page each, and the end. */
static const struct route *const *route_sets(struct cx *cx, size_t *ret_count)
{
	const struct route **sets = arena_array(cx->arena, const struct route *, page_count + 1);
	for (size_t i = 0; i < page_count; i++)
		sets[i] = pages[i]->routes;
	*ret_count = page_count;
	return sets;
}

/* A page each, and what they share. */
static const struct shape *const *shape_sets(struct cx *cx, size_t *ret_count)
{
	const struct shape **sets = arena_array(cx->arena, const struct shape *, page_count + 1);
	for (size_t i = 0; i < page_count; i++)
		sets[i] = pages[i]->shapes;
	sets[page_count] = common_shapes;
	*ret_count = page_count + 1;
	return sets;
}

static void add_gauge(struct buf *out, const char *name, const char *about, i64 number)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, about, name, name, (long long)number);
}

static enum err bucket_metrics(struct cx *cx, struct db *db, struct buf *out)
{
	struct keep_state state;
	TRY(keep_state(cx, db, &state));
	if (!state.is_on)
		return OK;
	add_gauge(out, "parvis_bucket_waiting", "Kept files that are not in the bucket yet.", state.waiting);
	add_gauge(out, "parvis_bucket_waiting_bytes", "Their bytes.", state.waiting_bytes);
	add_gauge(out, "parvis_bucket_cache_bytes", "Bytes of kept files in the data folder.", state.cached);
	add_gauge(out, "parvis_bucket_trouble_seconds", "Since when the bucket is not reached or refuses; 0 when all is well.",
		  state.trouble_since && state.trouble_since < cx->now ? (cx->now - state.trouble_since) / SECOND + 1 : 0);
	return OK;
}

/* What whoever watches the installation wants to know of it beside the pages. */
static enum err desk_metrics(struct cx *cx, struct db *db, struct buf *out)
{
	static const struct {
		const char *name, *metric, *label, *about;
	} rows[] = {
		{"outbox", "parvis_outbox", "state", "Acts that have not arrived, by state."},
		{"outbox_late", "parvis_outbox_late", NULL, "Acts that should have left a minute ago or before."},
		{"job", "parvis_jobs", "state", "Mails and other jobs that are not done, by state."},
		{"channel", "parvis_channels", "state", "Connected channels, by state."},
		{"delivery", "parvis_deliveries", "state", "What networks brought (webhooks) and was not taken: waiting, refused, stuck."},
		{"delivery_late", "parvis_deliveries_late", NULL, "Deliveries that should have been read a minute ago or before."},
		{"process", "parvis_processes", "role", "Processes heard of within a minute, by role."},
	};
	struct gauge *list;
	size_t count;
	TRY(bucket_metrics(cx, db, out));
	TRY(gauges(cx, db, &list, &count));
	for (size_t r = 0; r < COUNT(rows); r++) {
		buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", rows[r].metric, rows[r].about, rows[r].metric);
		for (size_t i = 0; i < count; i++) {
			if (!str_eq(list[i].name, str_of(rows[r].name)))
				continue;
			buf_adds(out, rows[r].metric);
			if (rows[r].label)
				buf_addf(out, "{%s=\"%.*s\"}", rows[r].label, STR_ARG(list[i].label));
			buf_addf(out, " %lld\n", (long long)list[i].number);
		}
	}
	return OK;
}

static void fill_host(struct cx *cx, struct web_host *host)
{
	const char *source = getenv("PARVIS_TEMPLATES"); /* a source folder: development */
	*host = (struct web_host){
		.templates = source ? asset_template_from_folder : asset_template,
		.template_subject = (void *)source,
		.templates_fresh = source,
		.identify = page_identify,
		.allowed = page_allowed,
		.frame = page_frame,
		.workspace = page_workspace,
		.user = page_user,
		.zone = page_zone,
		.permission_name = page_permission_name,
		.ready = ready,
		.csrf_key = keys.csrf.at,
		.title = S("Parvis"),
		.version = S(PARVIS_VERSION),
		.sign_in = "/sign-in",
		.choose_workspace = "/account",
		.metrics = desk_metrics,
		.metrics_permission = MAY_READ_FIGURES,
	};
	host->routes = route_sets(cx, &host->route_set_count);
	host->shapes = shape_sets(cx, &host->shape_set_count);
}

static void fill_pages(struct cx *cx, const struct program *program, bool mail)
{
	static struct outside outside;
	const struct settings *s = &program->settings;
	outside = (struct outside){&keys.link, s->public_url};
	page_setup = (struct page_setup){
		.totp = &keys.totp,
		.recovery = &keys.recovery,
		.work = &keys.work,
		.outside = &outside,
		.data = program_data(cx, program),
		.public_url = s->public_url,
		.session_days = s->session_days,
		.upload_max = s->upload_max,
		.mail = mail,
		.simulator_url = str_eq(s->simulator, S("off")) ? (struct str){} : arena_printf(cx->arena, "http://%.*s", STR_ARG(s->simulator_listen)),
	};
}

static void tell_page(struct cx *cx, struct server *server, const struct change *c)
{
	struct str rest = c->kind, kind = str_cut(&rest, '.'); /* "conversation.new" is a conversation to a page */
	if (str_eq(kind, S(CHANGE_ACCESS)))
		server_end_streams(server, c->person);
	else if (server_streams(server))
		server_publish(server, c->workspace, c->person, kind,
			       arena_printf(cx->arena, "{\"id\":\"%lld\"%s}", (long long)c->subject, str_eq(rest, S("new")) ? ",\"new\":true" : ""));
}

/* What was committed, by whichever role, to the pages that are open. */
static void tell_pages(struct cx *cx, struct db *db, struct server *server, struct change_feed *feed)
{
	struct change *changes;
	size_t count;
	bool more;
	do {
		if (changes_new(cx, db, feed, &changes, &count, &more) != OK) {
			log_failure(cx, "changes_not_read");
			return;
		}
		for (size_t i = 0; i < count; i++)
			tell_page(cx, server, &changes[i]);
	} while (more);
}

/* How often short links were followed since the last time. */
static void write_clicks(struct cx *cx, struct db *db)
{
	if (clicks_flush(cx, db) != OK)
		log_failure(cx, "clicks_not_written");
}

/* Dictionaries and rules of the checks, half a second of reading: by a thread of its own once somebody is about to write. */
static void *prepare_checks(void *unused)
{
	i64 began = time_monotonic();
	check_prepare();
	log_line(LOG_INFO, "checks_prepared", "ms=%lld", (long long)((time_monotonic() - began) / 1000));
	return NULL;
}

static enum err serve_until_asked(struct cx *cx, const struct program *program, struct server *server)
{
	CLEANUP(db_closep) struct db *db = NULL, *watch = NULL, *counts = NULL;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct change_feed feed;
	TRY(program_open(cx, program, false, &db));
	TRY(program_open(cx, program, false, &watch));
	TRY(program_open(cx, program, true, &counts));
	TRY(change_feed_start(cx, db, &feed));
	pthread_t preparing;
	bool prepares = false;
	while (!role_ending()) {
		if (!prepares && check_is_expected())
			prepares = pthread_create(&preparing, NULL, prepare_checks, NULL) == 0; /* else the first panel waits for them */
		arena_reset(arena);
		struct cx turn = cx_new(arena);
		bool changed = false;
		if (db_watch(&turn, watch, LOOK_EVERY, &changed) != OK) {
			log_failure(&turn, "watch_failed");
			role_wait(LOOK_EVERY);
		}
		if (changed)
			tell_pages(&turn, db, server, &feed);
		write_clicks(&turn, counts);
		role_wait(0);
	}
	if (prepares)
		pthread_join(preparing, NULL);
	server_drain(server); /* what is followed until the end counts too */
	arena_reset(arena);
	struct cx last = cx_new(arena);
	write_clicks(&last, counts);
	return OK;
}

static enum err start(struct cx *cx, struct program *program, struct running_role *role, bool mail)
{
	static struct web_host host;
	struct server *server = NULL;
	const struct settings *s = &program->settings;
	const char *data = program_data(cx, program), *spool = arena_printf(cx->arena, "%s/spool", data).at;
	struct web_settings settings = {
		.threads = (int)s->threads,
		.database = arena_cstr(cx->arena, s->database),
		.spool = spool,
		.waiting_threads = s->media_store.len ? WAITING_THREADS : 0,
		.public_url = arena_cstr(cx->arena, s->public_url),
		.trust_proxy = s->trust_proxy.len > 0,
		.per_minute = (unsigned)s->requests_per_minute,
	};
	TRY(settings_listen(cx, s->listen, &settings.address, &settings.port));
	fill_host(cx, &host);
	fill_pages(cx, program, mail);
	TRY(server_start(cx, &settings, &host, &server));
	log_line(LOG_INFO, "listening", "address=%s port=%d", settings.address, server_port(server));
	role_ready(role);
	enum err e = serve_until_asked(cx, program, server);
	server_drain(server);
	server_stop(server);
	return e;
}

static enum err serve(struct cx *cx, struct program *program)
{
	struct running_role role;
	CLEANUP(db_closep) struct db *held = NULL;
	bool mail = program->settings.mail_url.len > 0; /* that there is one, not how to sign in to it */
	log_role("serve");
	settings_forget_secrets(&program->settings);
	TRY(keys_for_serving(cx, program_data(cx, program), &keys));
	TRY(media_use_bucket(cx, program));
	TRY(confine_serving(cx, program, &held));
	models_use();
	TRY(role_start(cx, program, "serve", &role));
	enum err e = start(cx, program, &role, mail);
	role_end(cx, &role);
	return e;
}

const struct command command_serve = {
	.name = "serve",
	.words = "",
	.about = N_("Role: serve the pages and the API"),
	.flags = COMMAND_ROLE,
	.run = serve,
	.file = __FILE__,
};
