/* wordpress: a site made with WordPress (5.6 and later): its comments come in, held ones too; answers go out under them.
 * https://developer.wordpress.org/rest-api/ (as of 2026-11-21); README.md has what it does not say. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/link.h"
#include "channel/reference.h"
#include "channel/wordpress/connector.h"
#include "sys/crypto.h"

#define PAGE_MAX ((size_t)4 << 20)
#define REDIRECTS 3
#define NOISE_TRIES 8

static const struct channel_field fields[] = {
	{"url", N_("Address of the site"), N_("Its first page: https://blog.example, or https://example.org/blog"), FIELD_URL, true},
	{"user", N_("User name"), N_("Of somebody who may moderate comments there: an editor or an administrator."), FIELD_LINE, true},
	{"password", N_("Application password"), N_("Made there for Parvis alone, under Users, Profile, Application Passwords. Not the password you sign in with."), FIELD_SECRET, true},
	{},
};

static const struct channel_right rights[] = {
	{"moderate_comments", N_("Read all comments, also those that wait; show, hide and answer them"), true},
	{"publish_posts", N_("Publish posts"), false},
	{"upload_files", N_("Send pictures with posts"), false},
	{"manage_options", N_("Set the title of the site"), false, true},
	{},
};

/* An answer is plain text; a comment takes no files. No quota: what a host in front of the site adds, it tells by 429. */
static const struct channel_limit limits[] = {
	{LIMIT_BODY, 65525, TEXT_BYTES, "2026-11-21", "wp_get_comment_fields_max_lengths() of WordPress 6.1"},
	{LIMIT_POST, 1000000, TEXT_BYTES, "2026-11-22", "our own: wp_posts.post_content is LONGTEXT"},
	{LIMIT_TITLE, 65535, TEXT_BYTES, "2026-11-22", "wp_posts.post_title is TEXT"},
	{LIMIT_POST_MEDIA, 20, TEXT_CHARACTERS, "2026-11-22", "our own: the site sets none; how large one may be is its host's, and not told"},
	{},
};

/* ---- asking ---- */

struct str wordpress_self(const struct channel_account *account)
{
	return json_text(account->known, "id");
}

bool wordpress_says(const struct exchange *x, const char *code)
{
	return str_eq(json_text(x->document, "code"), str_of(code));
}

static struct str without_slash(struct str url)
{
	while (str_ends(url, S("/")))
		url = str_head(url, url.len - 1);
	return url;
}

static struct str root_by_query(struct cx *cx, struct str site)
{
	return arena_printf(cx->arena, "%.*s/?rest_route=/", STR_ARG(without_slash(site)));
}

static struct str authorization(struct cx *cx, const struct channel_account *account)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str user = exchange_setting(account, "user"), password = exchange_secret(cx, account, "password");
	buf_adds(&b, "Basic ");
	buf_add_base64(&b, arena_printf(cx->arena, "%.*s:%.*s", STR_ARG(user), STR_ARG(password)), BASE64);
	return buf_keep(&b, cx->arena);
}

/* What a plug-in prints before it (PHP warnings, notices, a mark of byte order) is passed over; NULL when no JSON follows. */
static json_t *document_behind(struct str body)
{
	json_t *found = NULL;
	for (size_t i = 1, tries = 0; i < body.len && !found && tries < NOISE_TRIES; i++) {
		bool begins = (body.at[i] == '{' || body.at[i] == '[') && (body.at[i - 1] == '\n' || body.at[i - 1] == '>' || (u8)body.at[i - 1] == 0xBF);
		tries += begins;
		found = begins ? json_loadb(body.at + i, body.len - i, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	}
	return found;
}

/* Once something was printed the status may be 200, whatever happened: what the error itself says is the one that counts then. */
static void pass_over_noise(struct cx *cx, struct exchange *x)
{
	if (x->answer.outcome != NET_ANSWERED)
		return;
	if (!x->document) {
		x->document = document_behind(x->answer.body);
		exchange_keep(cx, x->document);
	}
	if (x->answer.status != 200)
		return;
	i64 status = json_has(x->document, "code") && json_has(x->document, "message") ? json_number(x->document, "data/status", 0) : 0;
	if (status >= 400 && status < 600)
		x->answer.status = (int)status;
}

static enum err ask_at(struct cx *cx, struct net *net, const struct channel_account *account, struct str root, struct exchange *x)
{
	struct net_header header = {S("Authorization"), authorization(cx, account)};
	struct str path = x->path;
	ptrdiff_t query = str_find_byte(path, '?');
	x->base = without_slash(root);
	if (str_find_byte(root, '?') >= 0 && query >= 0)
		x->path = arena_printf(cx->arena, "%.*s&%.*s", (int)query, path.at, STR_ARG(str_skip(path, (size_t)query + 1)));
	x->headers = &header;
	x->header_count = 1;
	enum err e = exchange_ask(cx, net, x);
	x->headers = NULL;
	x->header_count = 0;
	if (e == OK)
		pass_over_noise(cx, x);
	return e;
}

enum err wordpress_ask(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	struct str root = json_text(account->known, "root"), site = exchange_setting(account, "url"); /* another one may be set by now */
	return ask_at(cx, net, account, net_is_home(cx->arena, root, site) ? root : root_by_query(cx, site), x);
}

/* ---- where the interface is ---- */

static enum err elsewhere(struct str story, struct verified *v)
{
	v->outcome = OUTCOME_NEVER;
	v->story = story;
	return OK;
}

/* The application password goes to the site that was typed in, and to nobody it points at: a redirect or a page of it may be somebody else's work. The
 * site says it in a header and on its pages; what says nothing (a cache that drops headers, a page of one's own) is asked by the query. */
static enum err find_root(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *v, struct str *ret_root)
{
	struct sent sent;
	struct exchange x = {.method = "GET", .base = exchange_setting(account, "url"), .accept = "text/html, */*;q=0.5", .any_answer = true, .answer_max = PAGE_MAX,
			     .redirects = REDIRECTS};
	struct str root = {}, site;
	TRY(exchange_ask(cx, net, &x));
	exchange_outcome(cx, &x, &sent);
	bool trouble = sent.outcome == OUTCOME_UNKNOWN; /* nothing was written there: it is simply asked again */
	v->outcome = trouble ? OUTCOME_LATER : sent.outcome;
	v->retry_at = sent.retry_at;
	v->story = !trouble ? sent.story : x.answer.story.len ? x.answer.story : str_of(_(N_("The network had trouble. It will be asked again.")));
	if (sent.outcome == OUTCOME_NEVER)
		v->story = str_of(_(N_("There is no site at this address. Give the address of its first page.")));
	if (v->outcome != OUTCOME_DONE)
		return OK;
	site = x.answer.url.len ? x.answer.url : x.base;
	if (!link_in_answer(cx->arena, &x.answer, "https://api.w.org/", &root, 1)) {
		root = link_in_page(cx->arena, x.answer.body, "https://api.w.org/", NULL);
		root = root.len ? reference_resolve(cx->arena, site, root) : root;
	}
	if (!net_is_home(cx->arena, site, x.base))
		return elsewhere(arena_printf(cx->arena, _(N_("The site sends us on to another one: %.*s. The password is not sent there; give that address if it is yours.")), STR_ARG(site)), v);
	if (root.len && !net_is_home(cx->arena, root, x.base))
		return elsewhere(arena_printf(cx->arena, _(N_("The site says that its interface is somewhere else: %.*s. The password is not sent there; connect that address if it is yours.")),
					      STR_ARG(root)), v);
	ptrdiff_t query = str_find_byte(site, '?');
	*ret_root = root.len ? root : root_by_query(cx, query >= 0 ? str_head(site, (size_t)query) : site);
	return OK;
}

/* ---- verify ---- */

static struct str host_of(struct cx *cx, struct str url)
{
	struct str rest = str_skip(url, str_starts(url, S("https://")) ? 8 : 7);
	ptrdiff_t end = str_find_byte(rest, '?');
	rest = end >= 0 ? str_head(rest, (size_t)end) : rest;
	return arena_str(cx->arena, str_cut(&rest, '/'));
}

static void read_user(struct cx *cx, const json_t *user, struct str root, struct verified *v)
{
	v->id = json_id(cx->arena, user, "id");
	v->handle = host_of(cx, root);
	v->name = exchange_text(cx, user, "name");
	v->url = exchange_text(cx, user, "link");
	v->avatar = arena_str(cx->arena, json_text(user, "avatar_urls/96"));
	v->followers = -1;
}

static void read_rights(struct cx *cx, const json_t *user, struct verified *v)
{
	struct str *list = NULL;
	size_t capacity = 0;
	const json_t *may = json_map(user, "capabilities");
	for (const struct channel_right *r = rights; r->word && may; r++)
		if (json_is_true(json_object_get(may, r->word)))
			*arena_push(cx->arena, list, v->right_count, capacity) = str_of(r->word);
	v->rights = list;
	v->rights_told = may != NULL;
}

static void tell_why(struct cx *cx, const struct exchange *x, struct verified *v)
{
	if (x->answer.outcome != NET_ANSWERED)
		return;
	if (x->answer.status == 401)
		v->story = str_of(_(N_("The site does not accept this user with this application password. Make a new one there, under Users, Profile, Application Passwords; some servers must be told to pass it on (the header Authorization).")));
	else if (x->answer.status == 404)
		v->story = str_of(_(N_("The interface of this site (REST) is not there: it is switched off, or this is not the first page of a WordPress site.")));
}

/* Where application passwords are switched off, or the site has no https, the header is not looked at: the interface answers, and names no such way in. */
static enum err tell_if_off(struct cx *cx, struct net *net, const struct channel_account *account, struct str root, struct verified *v)
{
	struct exchange x = {.method = "GET", .path = S("/?_fields=authentication")};
	TRY(ask_at(cx, net, account, root, &x));
	const json_t *ways = x.answer.outcome == NET_ANSWERED && x.answer.status == 200 ? json_object_get(x.document, "authentication") : NULL;
	if (ways && !json_has(ways, "application-passwords"))
		v->story = str_of(_(N_("Application passwords are switched off on this site: by a plug-in (often one for security), or because the site has no https. Have them switched on there, then make one for Parvis.")));
	return OK;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct verified v = {.followers = -1};
	struct str root = {};
	TRY(find_root(cx, net, account, &v, &root));
	if (v.outcome == OUTCOME_DONE) {
		struct exchange x = {.method = "GET", .path = S("/wp/v2/users/me?context=edit")};
		TRY(ask_at(cx, net, account, root, &x));
		if (exchange_verified(cx, &x, &v)) {
			read_user(cx, x.document, root, &v);
			read_rights(cx, x.document, &v);
			v.known = json_pack("{s:s%, s:s%}", "id", v.id.at ? v.id.at : "", v.id.len, "root", root.at, root.len);
			exchange_known(cx, &v);
		} else {
			tell_why(cx, &x, &v);
			if (wordpress_says(&x, "rest_not_logged_in"))
				TRY(tell_if_off(cx, net, account, root, &v));
		}
	}
	*ret_verified = v;
	return OK;
}

/* ---- figures ---- */

/* How many comments stand under a post, or answer a comment: the total that each list tells. */
static enum err metrics(struct cx *cx, struct net *net, const struct channel_account *account, const struct str *remote_ids, size_t count, metric_taker *take,
			void *subject)
{
	for (size_t i = 0; i < count; i++) {
		struct str post = wordpress_number(remote_ids[i], "post-"), comment = wordpress_number(remote_ids[i], "comment-");
		struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, "/wp/v2/comments?%s=%.*s&per_page=1&_fields=id", post.len ? "post" : "parent",
									STR_ARG(post.len ? post : comment))};
		struct metric metric = {.remote_id = remote_ids[i], .measure = "replies"};
		if (!post.len && !comment.len)
			continue;
		TRY(wordpress_ask(cx, net, account, &x));
		TRY(exchange_expect_json(cx, &x, 200));
		if (str_to_i64(net_answer_header(&x.answer, "X-WP-Total"), &metric.value) && metric.value >= 0)
			TRY(take(cx, subject, &metric));
	}
	return OK;
}

static enum err profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x = {.method = "GET", .path = S("/wp/v2/users/me?context=edit")};
	struct verified v = {};
	TRY(wordpress_ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	read_user(cx, x.document, x.base, &v);
	struct exchange site = {.method = "GET", .path = S("/?_fields=name")};
	TRY(wordpress_ask(cx, net, account, &site));
	TRY(exchange_expect_json(cx, &site, 200));
	*ret_profile = (struct channel_profile){
		.name = v.name, .handle = v.handle, .about = exchange_text(cx, x.document, "description"), .url = v.url, .avatar = v.avatar, .website = exchange_text(cx, x.document, "url"),
		.site_title = str_trim(html_to_text(cx->arena, json_text(site.document, "name"))), .followers = -1, .following = -1, .posts = -1, /* the title is told with its signs written as in HTML */
	};
	return OK;
}

/* Of the account that writes there, which stands beside its posts; and what the site is called, which administrators set. */
static const struct channel_profile_field profile_fields[] = {
	{PROFILE_NAME, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "developer.wordpress.org/rest-api/reference/users: name"},
	{PROFILE_ABOUT, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "developer.wordpress.org/rest-api/reference/users: description"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "developer.wordpress.org/rest-api/reference/users: url"},
	{PROFILE_TITLE, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "developer.wordpress.org/rest-api/reference/settings: title", "manage_options"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "developer.wordpress.org/rest-api/reference/users: avatar_urls"},
	{},
};

static enum err write_texts(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	static const struct {
		enum profile_field field;
		const char *name;
	} texts[] = {{PROFILE_NAME, "name"}, {PROFILE_ABOUT, "description"}, {PROFILE_WEBSITE, "url"}};
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (change->wants[texts[i].field]) {
			buf_addf(&b, "%s\"%s\":", b.len ? "," : "{", texts[i].name);
			buf_add_json(&b, change->text[texts[i].field]);
		}
	if (!b.len)
		return OK;
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = S("/wp/v2/users/me"), .body = buf_keep(&b, cx->arena)};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	return OK;
}

static enum err write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	TRY(write_texts(cx, net, account, change, ret_sent));
	if (!change->wants[PROFILE_TITLE] || ret_sent->outcome != OUTCOME_DONE)
		return OK;
	buf_adds(&b, "{\"title\":");
	buf_add_json(&b, change->text[PROFILE_TITLE]);
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = S("/wp/v2/settings"), .body = buf_keep(&b, cx->arena)};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 403)
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Only an administrator of the site sets its title, and the account that is connected is none. All else was put there.")))};
	return OK;
}

static const struct channel_reader readers[] = {
	{"comments", N_("GET /wp/v2/comments: what people wrote under the posts"), wordpress_read_comments},
	{"posts", N_("GET /wp/v2/posts: the posts themselves"), wordpress_read_posts},
	{},
};

const struct channel_kind channel_wordpress = {
	.word = "wordpress",
	.title = N_("WordPress"),
	.about = N_("A site made with WordPress: comments under its posts come in, also those that wait for approval; your answers go out under them, and your posts."),
	.network = "wordpress",
	.can = CAN_REPLY | CAN_HIDE | CAN_LOOK | CAN_FETCH | CAN_POST | HAS_TITLES,
	.limits = limits,
	.fields = fields,
	.rights = rights,
	.fetch_every = MINUTE,
	.verify = verify,
	.fetch = wordpress_fetch,
	.publish = wordpress_publish,
	.look = wordpress_look,
	.metrics = metrics,
	.profile = profile,
	.write_profile = write_profile,
	.profile_fields = profile_fields,
	.profile_place = "/wp-admin/profile.php",
	.readers = readers,
};
