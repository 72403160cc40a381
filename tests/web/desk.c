#include "desk.h"

#include "base/clock.h"
#include "base/id.h"
#include "sys/db.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct server *desk_server;

/* ---- the host ---- */

struct actor {
	const char *name;
	i64 user, workspace;
	unsigned may; /* bits of permissions */
};
static const struct actor people[] = {
	{"olga", 11, 7, 6},
	{"gus", 12, 7, 2},
	{"nora", 13, 0, 6},
};

static enum err identify(struct cx *cx, struct db *db, struct request *request, struct str session, struct str key)
{
	for (size_t i = 0; i < COUNT(people); i++) {
		struct str name = str_of(people[i].name);
		if (str_eq(session, name) || (str_starts(key, S("key-")) && str_eq(str_skip(key, 4), name)))
			cx->actor = &people[i];
	}
	if (str_eq(session, S("broken")))
		return fail(cx, ERR_LATER, "The database is away");
	return OK;
}

static bool allowed(struct cx *cx, unsigned permission)
{
	return !permission || (cx->actor->may >> permission & 1);
}

static enum err frame(struct cx *cx, struct db *db, struct request *request, json_t *app)
{
	json_object_set_new(app, "user", json_string(cx->actor->name));
	return OK;
}

static i64 workspace_of(const struct cx *cx)
{
	return cx->actor->workspace;
}

static i64 user_of(const struct cx *cx)
{
	return cx->actor->user;
}

static struct str zone_of(const struct cx *cx)
{
	return S("Europe/Paris");
}

static const char *permission_name(unsigned permission)
{
	return permission == 1 ? "desk.read" : "desk.write";
}

/* ---- templates ---- */

static bool source(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	static const struct {
		const char *name, *text;
	} all[] = {
	    {"page", "<html lang=\"{{app.lang}}\">{{#app.flash}}[{{text}}|{{undo_url}}]{{/app.flash}}<h1>{{title}}</h1>"
		     "{{$list}}<ul>{{title}}</ul>{{/list}}<i>{{app.user}}</i><b>{{app.csrf}}</b></html>"},
	    {"form", "<form>{{#problem}}<p>{{title}}: {{story}}</p>{{#fields.email}}<em>{{.}}</em>{{/fields.email}}"
		     "<input value=\"{{input.email}}\" data-secret=\"{{input.secret}}\">{{/problem}}{{id}}</form>"},
	    {"error", "<h1>{{title}}</h1>{{$fragment}}<p>{{story}}</p>{{#errors}}<li>{{field}}</li>{{/errors}}{{/"
		      "fragment}}<p>{{next}}</p>"},
	};
	for (size_t i = 0; i < COUNT(all); i++) {
		if (str_eq(name, str_of(all[i].name))) {
			*ret_source = str_of(all[i].text);
			return true;
		}
	}
	return false;
}

/* ---- handlers ---- */

static enum err trivial(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_json(reply, json_pack("{s:s}", "title", "Bonjour & bienvenue"));
	reply_block(reply, "list");
	return OK;
}

static enum err large(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *list = json_array();
	for (int i = 0; i < 2000; i++)
		json_array_append_new(list, json_integer(i));
	reply_json(reply, json_pack("{s:o, s:s}", "list", list, "title", "Many"));
	return OK;
}

static enum err item(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	if (id == 404)
		return fail(cx, ERR_MISSING, "Item %lld is not there", (long long)id);
	if (id == 409)
		return fail(cx, ERR_CONFLICT, "Somebody was faster");
	struct str text = arena_printf(cx->arena, "%lld", (long long)id);
	reply_json(reply, json_pack("{s:s}", "id", text.at));
	return OK;
}

static enum err named(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str name = param_text(request, "name");
	reply_json(reply, json_pack("{s:s%}", "name", name.at, name.len));
	return OK;
}

static void add(json_t *document, struct request *request, const char *name, enum param_type type)
{
	struct str text = param_text(request, name);
	if (!param_given(request, name))
		return;
	switch (type) {
	case P_ID:
	case P_INT:
		json_object_set_new(document, name, json_integer(param_int(request, name)));
		break;
	case P_TIME:
		json_object_set_new(document, name, json_integer(param_time(request, name)));
		break;
	case P_BOOL:
		json_object_set_new(document, name, json_boolean(param_bool(request, name)));
		break;
	case P_JSON:
		json_object_set(document, name, param_json(request, name));
		break;
	default:
		json_object_set_new(document, name, json_stringn(text.at, text.len));
	}
}

static const char *const colours[] = {"red", "green", NULL};
static const struct param every[] = {
	{"id", IN_FORM, P_ID},
	{"number", IN_FORM, P_INT, .min = -5, .max = 10},
	{"text", IN_FORM, P_TEXT, .min = 2, .max = 20},
	{"line", IN_FORM, P_LINE, .max = 10},
	{"secret", IN_FORM, P_SECRET},
	{"flag", IN_FORM, P_BOOL},
	{"colour", IN_FORM, P_WORD, .words = colours},
	{"at", IN_FORM, P_TIME},
	{"zone", IN_FORM, P_ZONE},
	{"email", IN_FORM, P_EMAIL},
	{"url", IN_FORM, P_URL},
	{"path", IN_FORM, P_PATH},
	{"json", IN_FORM, P_JSON},
	{"labels", IN_FORM, P_ID, PARAM_LIST},
	{},
};

static enum err echo(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = reply_document(reply), *labels = json_array();
	for (const struct param *p = every; p->name; p++)
		if (!(p->flags & PARAM_LIST))
			add(document, request, p->name, p->type);
	for (size_t i = 0; i < param_count(request, "labels"); i++)
		json_array_append_new(labels, json_integer(param_id_at(request, "labels", i)));
	json_object_set_new(document, "labels", labels);
	return OK;
}

static enum err wash(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_flash(reply, S("Lavé « net »"), S("/wash/undo"));
	reply_json(reply, json_pack("{s:b, s:s}", "clean", true, "title", "Washed"));
	reply_block(reply, "list");
	reply_redirect(reply, "/page?from=%s", "wash");
	return OK;
}

static enum err save(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str email = param_text(request, "email");
	if (str_eq(email, S("taken@example.org")))
		return fail_field(cx, "email", "Somebody has this address");
	if (str_eq(email, S("two@example.org"))) {
		(void)request_fault(cx, request, "email", "First of %d", 2);
		return request_fault(cx, request, "secret", "Second of %d", 2);
	}
	reply_redirect(reply, "/page");
	return OK;
}

static enum err form(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str typed = request_typed(request, "email");
	json_object_set_new(reply_document(reply), "id", json_integer(param_id(request, "id")));
	if (typed.at)
		reply_header(reply, "X-Typed", typed);
	return OK;
}

static enum err upload(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *file = param_file(request, "file");
	struct stat about = {};
	struct str about_text = param_given(request, "about") ? param_text(request, "about") : S("");
	if (file)
		assert_int_equal(stat(file->path, &about), 0);
	reply_json(reply, json_pack("{s:s%, s:I, s:I, s:s%, s:s%, s:s}", "name", file->name.at, file->name.len, "size",
				    (json_int_t)file->size, "on_disk", (json_int_t)about.st_size, "type", file->type.at,
				    file->type.len, "about", about_text.at, about_text.len, "path", file->path));
	return OK;
}

static enum err slow(struct cx *cx, struct request *request, struct reply *reply)
{
	nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
	json_object_set_new(reply_document(reply), "slow", json_true());
	return OK;
}

static enum err events(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_events(reply, 7, cx->actor ? cx->actor->user : 0);
	return OK;
}

static enum err tell(struct cx *cx, struct request *request, struct reply *reply)
{
	server_publish(desk_server, 7, param_id(request, "user"), S("change"), param_text(request, "data"));
	return OK;
}

static enum err hook(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_bytes(reply, "text/plain", request_body(request));
	return OK;
}

static enum err document(struct cx *cx, struct request *request, struct reply *reply)
{
	const char *path = getenv("DESK_FILE");
	reply_file(reply, "text/plain", path ? path : "/nowhere", param_bool(request, "save") ? S("né \"x\".txt") : S(""));
	return OK;
}

static enum err address(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str text = request_address(request);
	reply_json(reply, json_pack("{s:s%}", "address", text.at, text.len));
	return OK;
}

static enum err broken(struct cx *cx, struct request *request, struct reply *reply)
{
	return fail(cx, ERR_SYSTEM, "A wheel came off");
}

/* ---- with a database ---- */

static enum err db_read(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 count;
	TRY(db_number(cx, request_db(request), -1, &count, "SELECT COUNT(*) FROM mark"));
	reply_json(reply, json_pack("{s:I}", "count", (json_int_t)count));
	return OK;
}

static enum err db_write(struct cx *cx, struct request *request, struct reply *reply)
{
	return db_run(cx, request_db(request), NULL, "INSERT INTO mark (id) VALUES (?1)", db_i64(id_new()));
}

/* Says that it is done; a statement of it was not. */
static enum err db_spoil(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(db_write(cx, request, reply));
	if (db_run(cx, request_db(request), NULL, "INSERT INTO mark (id) SELECT id FROM mark") != OK)
		cx_forget(cx);
	return OK;
}

/* Fails in the middle of a transaction, as a handler may. */
static enum err db_leave(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	TRY(db_begin(cx, db));
	TRY(db_run(cx, db, NULL, "INSERT INTO mark (id) VALUES (?1)", db_i64(id_new())));
	return fail(cx, ERR_CONFLICT, "Half done");
}

static enum err enter(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_cookie(reply, "parvis_session", S("olga"), 3600);
	reply_redirect(reply, "%.*s", STR_ARG(param_given(request, "next") ? param_text(request, "next") : S("/page")));
	return OK;
}

static const struct route routes[] = {
    {"GET", "/", .flags = ROUTE_PUBLIC, .template = "page", .handle = trivial, .about = "The first page."},
    {"GET", "/page", 1, .template = "page", .handle = trivial, .about = "A page."},
    {"GET", "/public", .flags = ROUTE_PUBLIC, .template = "page", .handle = trivial, .about = "A page for all."},
    {"GET", "/large", .flags = ROUTE_PUBLIC, .handle = large, .about = "A long list."},
    {"GET", "/items/{id}", 1, .handle = item, .about = "An item."},
    {"GET", "/items/new", 1, .template = "page", .handle = trivial, .about = "The form of a new item."},
    {"POST", "/items/{id}/wash", 2, .handle = wash, .template = "page", .about = "Wash an item."},
    {"GET", "/names/{name}", .flags = ROUTE_PUBLIC, .handle = named, .about = "A name.",
     .params = (const struct param[]){{"name", IN_PATH, P_LINE}, {}}},
    {"POST", "/echo", .handle = echo, .params = every, .about = "Every type of parameter."},
    {"GET", "/people/{id}/edit", 1, .template = "form", .handle = form, .about = "The form of a person."},
    {"POST", "/people/{id}", 1, .handle = save, .form = "/people/{id}/edit", .about = "Change a person.",
     .params = (const struct param[]){{"email", IN_FORM, P_EMAIL, PARAM_REQUIRED, .about = "Where to write to."},
				      {"secret", IN_FORM, P_SECRET},
				      {}}},
    {"POST", "/upload", 2, .handle = upload, .body_max = 1 << 20, .about = "Take a file.",
     .params =
	 (const struct param[]){{"file", IN_FILE, P_FILE, PARAM_REQUIRED, .max = 500000}, {"about", IN_FORM, P_TEXT}, {}}},
    {"GET", "/slow", .flags = ROUTE_PUBLIC | ROUTE_SLOW, .handle = slow, .about = "Takes its time."},
    {"GET", "/events", .flags = ROUTE_PUBLIC, .handle = events, .about = "Live updates."},
    {"POST", "/tell", .flags = ROUTE_PUBLIC, .handle = tell, .about = "Publish an event.",
     .params = (const struct param[]){{"data", IN_FORM, P_TEXT}, {"user", IN_FORM, P_ID}, {}}},
    {"POST", "/hooks/{token}", .flags = ROUTE_PUBLIC | ROUTE_NO_CSRF, .handle = hook, .about = "A machine calls.",
     .body_max = 4096, .params = (const struct param[]){{"token", IN_PATH, P_LINE}, {}}},
    {"GET", "/document", .flags = ROUTE_PUBLIC, .handle = document, .about = "A file.",
     .params = (const struct param[]){{"save", IN_QUERY, P_BOOL}, {}}},
    {"GET", "/address", .flags = ROUTE_PUBLIC, .handle = address, .about = "Where I come from."},
    {"GET", "/broken", .flags = ROUTE_PUBLIC, .handle = broken, .about = "Does not work."},
    {"GET", "/only-api", .flags = ROUTE_PUBLIC | ROUTE_API_ONLY, .handle = trivial, .about = "For machines."},
    {"GET", "/only-page", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .template = "page", .handle = trivial,
     .about = "For people."},
    {"GET", "/workspaces", .flags = ROUTE_NO_WORKSPACE, .template = "page", .handle = trivial, .about = "Choose."},
    {"GET", "/marks", .flags = ROUTE_PUBLIC, .handle = db_read, .about = "How many marks."},
    {"GET", "/marks/wrong", .flags = ROUTE_PUBLIC, .handle = db_write, .about = "Writes where it must not."},
    {"POST", "/marks", .flags = ROUTE_PUBLIC, .handle = db_write, .about = "Make a mark."},
    {"POST", "/marks/slow", .flags = ROUTE_PUBLIC | ROUTE_SLOW, .handle = db_write, .about = "Make a mark."},
    {"POST", "/marks/together", .flags = ROUTE_PUBLIC | ROUTE_TOGETHER | ROUTE_RAW, .handle = db_write, .about = "Make a mark, among others."},
    {"POST", "/marks/spoilt", .flags = ROUTE_PUBLIC | ROUTE_TOGETHER, .handle = db_spoil, .about = "A statement fails in the middle of many."},
    {"POST", "/marks/half", .flags = ROUTE_PUBLIC, .handle = db_leave, .about = "Make half a mark."},
    {"GET", "/rare", .flags = ROUTE_PUBLIC, .handle = trivial, .per_minute = 3, .about = "Not often."},
    {"POST", "/login", .flags = ROUTE_PUBLIC | ROUTE_SLOW, .handle = enter, .about = "Sign in.",
     .params = (const struct param[]){{"next", IN_FORM, P_PATH}, {}}},
    {},
};

static const unsigned char key[32] = "a key of thirty-two bytes, no l";
static const struct route *const sets[] = {routes};

const struct web_host desk_host = {
	.routes = sets,
	.route_set_count = COUNT(sets),
	.templates = source,
	.identify = identify,
	.allowed = allowed,
	.frame = frame,
	.workspace = workspace_of,
	.user = user_of,
	.zone = zone_of,
	.permission_name = permission_name,
	.csrf_key = key,
	.title = {"Test desk", 9},
	.version = {"1.2.3", 5},
	.sign_in = "/login",
	.choose_workspace = "/workspaces",
	.metrics_permission = 2,
};

struct desk *desk_open(const struct desk_settings *settings)
{
	struct arena *arena = arena_new();
	struct desk *desk = arena_new_of(arena, struct desk);
	desk->arena = arena;
	desk->cx = cx_new(arena);
	strncpy(desk->spool, "/tmp/parvis-spool-XXXXXX", sizeof desk->spool);
	assert_non_null(mkdtemp(desk->spool));
	struct web_settings web = {
		.address = settings->address ? settings->address : "127.0.0.1",
		.threads = settings->threads ? settings->threads : 2,
		.database = settings->database,
		.spool = desk->spool,
		.public_url = settings->https ? "https://desk.example.org/" : NULL,
		.trust_proxy = settings->trust_proxy,
		.timeout_seconds = settings->timeout_seconds,
		.heartbeat_seconds = settings->heartbeat_seconds,
		.stream_seconds = settings->stream_seconds,
		.per_minute = settings->per_minute ? settings->per_minute : 1000000,
	};
	assert_ok(&desk->cx, server_start(&desk->cx, &web, &desk_host, &desk->server));
	desk_server = desk->server;
	desk->port = server_port(desk->server);
	return desk;
}

void desk_close(struct desk *desk)
{
	server_stop(desk->server);
	assert_int_equal(rmdir(desk->spool), 0); /* every upload was removed */
	arena_free(desk->arena);
}
