/* post.c: pictures of ours on Instagram, in its steps: a container for each, one for all where there are several, published at once when the network is
 * done with it. What is never published ends there within a day, so that only the last step counts; a process that dies before it begins anew.
 *
 * The network fetches pictures itself, from an address that anybody may open, which a desk at home does not have: they are put into the album of the page that
 * the account is linked to, where nobody sees them, and the address that they have there is given. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/instagram/connector.h"

#include <unistd.h>

#define PICTURES_MAX 10
#define LOOKS 5 /* whether a container is ready */
/* The same of a film, which the network works on for a while: what was not published ends there, so that it is waited for, as long as the lease of the act allows. */
#define FILM_LOOKS 22
#define FILM_PAUSE (2 * SECOND)
#define FILM_WAIT (45 * SECOND)

static struct sent trouble_before(struct cx *cx)
{
	return (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
}

/* The largest of the sizes in which the page has it. */
static enum err address_of(struct cx *cx, struct net *net, const struct channel_account *account, struct str photo, struct str *ret_url, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = graph_path(cx, photo, "?fields=images")};
	const json_t *one;
	size_t index;
	i64 widest = -1;
	*ret_url = (struct str){};
	TRY(graph_ask(cx, net, account, &x));
	if (!graph_read_first(cx, account, &x, ret_sent))
		return OK;
	json_array_foreach(json_list(x.document, "images"), index, one)
		if (json_number(one, "width", 0) > widest && str_starts(json_text(one, "source"), S("http"))) {
			widest = json_number(one, "width", 0);
			*ret_url = exchange_text(cx, one, "source");
		}
	if (!ret_url->len)
		*ret_sent = trouble_before(cx);
	return OK;
}

static void add_member(struct buf *b, const char *name, struct str value)
{
	if (value.len) {
		buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
		buf_add_json(b, value);
	}
}

/* An empty id: *ret_sent says why. */
static enum err container(struct cx *cx, struct net *net, const struct channel_account *account, struct str body, struct str *ret_id, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = graph_path(cx, graph_self(account), "/media"), .body = body, .repeatable = true};
	*ret_id = (struct str){};
	TRY(graph_ask(cx, net, account, &x));
	if (!graph_read_first(cx, account, &x, ret_sent))
		return OK;
	*ret_id = exchange_text(cx, x.document, "id");
	if (!ret_id->len)
		*ret_sent = trouble_before(cx);
	return OK;
}

enum picture_of { ONE_PICTURE, ONE_OF_MANY, STORY };

/* A picture's container; `caption` of the only one alone, which is then the post's. A story takes neither caption nor alternative text. */
static enum err picture(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, enum picture_of of, struct str caption, struct str *ret_id,
			struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str photo, url;
	bool there;
	*ret_id = (struct str){};
	TRY(graph_photo(cx, net, account, m, &photo, &there, ret_sent));
	if (!there)
		return OK;
	TRY(address_of(cx, net, account, photo, &url, ret_sent));
	if (!url.len)
		return OK;
	buf_addc(&b, '{');
	add_member(&b, "image_url", url);
	if (of != STORY)
		add_member(&b, "alt_text", m->alt);
	add_member(&b, "caption", caption);
	buf_adds(&b, of == ONE_OF_MANY ? ",\"is_carousel_item\":true}" : of == STORY ? ",\"media_type\":\"STORIES\"}" : "}");
	return container(cx, net, account, buf_str(&b), ret_id, ret_sent);
}

/* A film goes to the network itself, which then has nothing to fetch. */
static enum err film(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, struct str *ret_id, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .path = graph_path(cx, graph_self(account), "/media"), .body = S("{\"media_type\":\"STORIES\",\"upload_type\":\"resumable\"}"), .repeatable = true};
	bool there;
	*ret_id = (struct str){};
	TRY(graph_ask(cx, net, account, &x));
	if (!graph_read_first(cx, account, &x, ret_sent))
		return OK;
	TRY(graph_upload(cx, net, account, exchange_text(cx, x.document, "uri"), m, &there, ret_sent));
	if (!there)
		return OK;
	*ret_id = exchange_text(cx, x.document, "id");
	if (!ret_id->len)
		*ret_sent = trouble_before(cx);
	return OK;
}

static bool is_film(const struct outbound *o)
{
	return o->form == FORM_STORY && o->media_count == 1 && str_eq(o->media[0].kind, S("video"));
}

static enum err all_pictures(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str *ret_id, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str child;
	if (is_film(o))
		return film(cx, net, account, &o->media[0], ret_id, ret_sent);
	if (o->form == FORM_STORY)
		return picture(cx, net, account, &o->media[0], STORY, (struct str){}, ret_id, ret_sent);
	if (o->media_count == 1)
		return picture(cx, net, account, &o->media[0], ONE_PICTURE, o->body, ret_id, ret_sent);
	*ret_id = (struct str){};
	buf_adds(&b, "{\"media_type\":\"CAROUSEL\",\"children\":[");
	for (size_t i = 0; i < o->media_count; i++) {
		TRY(picture(cx, net, account, &o->media[i], ONE_OF_MANY, (struct str){}, &child, ret_sent));
		if (!child.len)
			return OK;
		buf_adds(&b, i ? "," : "");
		buf_add_json(&b, child);
	}
	buf_addc(&b, ']');
	add_member(&b, "caption", o->body);
	buf_addc(&b, '}');
	return container(cx, net, account, buf_str(&b), ret_id, ret_sent);
}

/* The network's own work on it. True: it may be published. */
static enum err is_ready(struct cx *cx, struct net *net, const struct channel_account *account, struct str id, bool of_film, bool *ret_ready, struct sent *ret_sent)
{
	i64 until = time_now() + FILM_WAIT;
	*ret_ready = false;
	for (int i = 0; i < (of_film ? FILM_LOOKS : LOOKS) && (!i || time_now() < until); i++) {
		if (of_film && i)
			usleep((useconds_t)FILM_PAUSE);
		struct exchange x = {.method = "GET", .path = graph_path(cx, id, "?fields=status_code,status")};
		TRY(graph_ask(cx, net, account, &x));
		if (!graph_read_first(cx, account, &x, ret_sent))
			return OK;
		struct str code = json_text(x.document, "status_code");
		*ret_ready = str_eq(code, S("FINISHED"));
		if (str_eq(code, S("ERROR"))) {
			*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = arena_printf(cx->arena, _(of_film ? N_("The network cannot use the film: %.*s. Look at its kind (MP4, H.264 and AAC), shape and length.")
															 : N_("The network cannot use a picture: %.*s. Look at its shape (between 4:5 and 1.91:1) and size.")),
												  STR_ARG(json_text(x.document, "status")))};
			return OK;
		}
		if (*ret_ready || !str_eq(code, S("IN_PROGRESS")))
			break;
	}
	if (!*ret_ready)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network is still working on a file. It will be sent again.")))};
	return OK;
}

static enum err page_of(struct cx *cx, struct net *net, const struct channel_account *account, struct sent *sent)
{
	struct exchange x = {.method = "GET", .path = graph_path(cx, sent->remote_id, "?fields=permalink")};
	TRY(graph_ask(cx, net, account, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200)
		sent->url = exchange_text(cx, x.document, "permalink");
	return OK;
}

enum err instagram_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct outbound o = graph_as_said(cx, outbound);
	struct str id;
	bool ready;
	if (!o.media_count || o.media_count > PICTURES_MAX) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("A post on this network has one to ten pictures. Nothing was sent.")))};
		return OK;
	}
	if (o.form == FORM_STORY && !is_film(&o) && (o.media_count != 1 || !str_eq(o.media[0].kind, S("image")))) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("A story is one picture, or one film. Nothing was sent.")))};
		return OK;
	}
	TRY(all_pictures(cx, net, account, &o, &id, ret_sent));
	if (!id.len)
		return OK;
	TRY(is_ready(cx, net, account, id, is_film(&o), &ready, ret_sent));
	if (!ready)
		return OK;
	CLEANUP(buf_free) struct buf b = {};
	i64 number;
	buf_adds(&b, "{\"creation_id\":");
	if (str_to_i64(id, &number))
		buf_addf(&b, "%lld", (long long)number);
	else
		buf_add_json(&b, id);
	buf_addc(&b, '}');
	struct exchange x = {.method = "POST", .path = graph_path(cx, graph_self(account), "/media_publish"), .body = buf_str(&b)};
	TRY(graph_ask(cx, net, account, &x));
	graph_acted(cx, account, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	return ret_sent->outcome == OUTCOME_DONE ? page_of(cx, net, account, ret_sent) : OK;
}

enum err instagram_look_for_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct outbound o = graph_as_said(cx, outbound);
	struct exchange x = {.method = "GET", .path = graph_path(cx, graph_self(account), o.form == FORM_STORY ? "/stories?limit=25&fields=id,caption,timestamp,permalink,username"
													       : "/media?limit=25&fields=id,caption,timestamp,permalink,username")};
	TRY(graph_ask(cx, net, account, &x));
	graph_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *found = graph_find(cx, &x, account, json_list(x.document, "data"), &o, "caption", "timestamp");
	graph_found(cx, found, json_list(x.document, "data"), ret_sent);
	if (found)
		ret_sent->url = exchange_text(cx, found, "permalink");
	return OK;
}
