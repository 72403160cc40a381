/* post.c: articles of ours on the site: plain text made into paragraphs, pictures put into its library first. WordPress keeps no key for posts; after
 * a doubt our own newest are read, and compared by title, text and time. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/wordpress/connector.h"
#include "channel/wordpress/wordpress.h"
#include "model/mark.h"

#define NEWEST 30

/* Text that is HTML nowhere, in elements and in attributes: neither an element, nor a mark of blocks, nor what WordPress puts in the place of brackets ("[gallery]"). */
static void add_text(struct buf *out, struct str text, const char *new_line)
{
	static const struct {
		char sign;
		const char *written;
	} rows[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'[', "&#91;"}, {']', "&#93;"}};
	for (size_t i = 0; i < text.len; i++) {
		const char *written = NULL;
		for (size_t k = 0; k < COUNT(rows) && !written; k++)
			written = text.at[i] == rows[k].sign ? rows[k].written : NULL;
		if (written)
			buf_adds(out, written);
		else if (text.at[i] == '\n')
			buf_adds(out, new_line);
		else if (text.at[i] != '\r')
			buf_addc(out, text.at[i]);
	}
}

/* A paragraph with its addresses as links. */
static void add_paragraph(struct buf *out, struct str text)
{
	struct mark_reader reader = mark_reader_new(text, MARK_BLUESKY, MARK_ONLY(MARK_LINK)); /* the one that knows hosts of any name */
	struct mark mark;
	size_t at = 0;
	buf_adds(out, "<!-- wp:paragraph -->\n<p>");
	while (mark_next(&reader, &mark)) {
		add_text(out, str_head(str_skip(text, at), mark.from - at), "<br>\n");
		buf_adds(out, mark.bare ? "<a href=\"https://" : "<a href=\"");
		add_text(out, mark.value, "<br>\n");
		buf_adds(out, "\">");
		add_text(out, mark.value, "<br>\n");
		buf_adds(out, "</a>");
		at = mark.to;
	}
	add_text(out, str_skip(text, at), "<br>\n");
	buf_adds(out, "</p>\n<!-- /wp:paragraph -->\n");
}

/* Paragraphs are parted by empty lines. */
static void add_paragraphs(struct buf *out, struct str text)
{
	CLEANUP(buf_free) struct buf paragraph = {};
	while (text.len || paragraph.len) {
		bool more = text.len > 0;
		struct str line = str_cut(&text, '\n'), shown = str_trim(line);
		if (more && shown.len) {
			buf_adds(&paragraph, paragraph.len ? "\n" : "");
			buf_add(&paragraph, line);
		} else if (paragraph.len) {
			add_paragraph(out, str_trim(buf_str(&paragraph)));
			buf_clear(&paragraph);
		}
	}
}

/* ---- pictures ---- */

struct picture {
	struct str id, url, alt;
};

static void add_picture(struct buf *out, const struct picture *p)
{
	buf_addf(out, "<!-- wp:image {\"id\":%.*s} -->\n<figure class=\"wp-block-image\"><img src=\"", STR_ARG(p->id));
	add_text(out, p->url, " ");
	buf_adds(out, "\" alt=\"");
	add_text(out, p->alt, " ");
	buf_addf(out, "\" class=\"wp-image-%.*s\"/></figure>\n<!-- /wp:image -->\n", STR_ARG(p->id));
}

/* One into the site's library, where a doubt does no harm: at worst it lies there twice. False: *ret_sent says why. */
static enum err upload(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, struct picture *ret_picture, bool *ret_there,
		       struct sent *ret_sent)
{
	struct exchange_part parts[] = {
		{.name = "alt_text", .value = m->alt},
		{.name = "file", .file_name = m->name.len ? m->name : S("picture"), .type = m->type, .value = m->bytes},
	};
	struct exchange x = {.method = "POST", .path = S("/wp/v2/media"), .repeatable = true};
	exchange_form(cx, &x, parts, COUNT(parts));
	TRY(wordpress_ask(cx, net, account, &x));
	*ret_there = exchange_read_first(cx, &x, ret_sent);
	if (wordpress_says(&x, "rest_cannot_create"))
		wordpress_never(cx, N_("This user may not put files on the site. Give it the role Author or Editor there, then send the post again."), ret_sent);
	if (!*ret_there)
		return OK;
	*ret_picture = (struct picture){.id = exchange_text(cx, x.document, "id"), .url = exchange_text(cx, x.document, "source_url"), .alt = m->alt};
	*ret_there = ret_picture->id.len && wordpress_is_number(ret_picture->id) && ret_picture->url.len;
	if (!*ret_there)
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}

/* ---- the post ---- */

static struct str body_of(struct cx *cx, const struct outbound *o, struct str pictures)
{
	CLEANUP(buf_free) struct buf b = {}, html = {};
	if (o->warning.len)
		add_paragraphs(&html, o->warning);
	add_paragraphs(&html, o->body);
	buf_add(&html, pictures);
	buf_adds(&b, "{\"status\":\"publish\",\"title\":");
	CLEANUP(buf_free) struct buf title = {};
	add_text(&title, o->subject, " ");
	buf_add_json(&b, buf_str(&title));
	if (o->warning.len) { /* lists and feeds show this instead of how the text begins */
		CLEANUP(buf_free) struct buf excerpt = {};
		add_text(&excerpt, o->warning, " ");
		buf_adds(&b, ",\"excerpt\":");
		buf_add_json(&b, buf_str(&excerpt));
	}
	buf_adds(&b, ",\"content\":");
	buf_add_json(&b, buf_str(&html));
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

enum err wordpress_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf pictures = {};
	for (size_t i = 0; i < o->media_count; i++) {
		struct picture picture;
		bool there;
		if (!str_eq(o->media[i].kind, S("image"))) {
			wordpress_never(cx, N_("Pictures go with a post there, and no other files. Nothing was sent."), ret_sent);
			return OK;
		}
		TRY(upload(cx, net, account, &o->media[i], &picture, &there, ret_sent));
		if (!there)
			return OK;
		add_picture(&pictures, &picture);
	}
	struct exchange x = {.method = "POST", .path = S("/wp/v2/posts"), .body = body_of(cx, o, buf_str(&pictures))};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "id", ret_sent);
	if (ret_sent->outcome == OUTCOME_DONE) {
		ret_sent->remote_id = wordpress_post_id(cx->arena, ret_sent->remote_id);
		ret_sent->url = exchange_text(cx, x.document, "link");
	} else if (wordpress_says(&x, "rest_cannot_create") || wordpress_says(&x, "rest_cannot_publish")) { /* comments still work: the channel is not held for it */
		wordpress_never(cx, N_("This user may not publish posts on the site. Give it the role Author or Editor there, then send the post again."), ret_sent);
	}
	return OK;
}

/* ---- looking for what may have been sent ---- */

/* As it was written: what is shown has signs of the site's own (curly quotes, "2×3"). */
static struct str written(struct cx *cx, const json_t *post, const char *raw, const char *rendered)
{
	struct str html = json_text(post, raw);
	return wordpress_core(cx, html_to_text(cx->arena, html.len ? html : json_text(post, rendered)));
}

/* What is to be seen on pictures stands behind the text. */
static bool is_it(struct cx *cx, const struct outbound *o, const json_t *post, i64 since)
{
	struct str text = written(cx, post, "content/raw", "content/rendered"), title = written(cx, post, "title/raw", "title/rendered");
	struct str wanted = wordpress_core(cx, o->warning.len ? arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(o->warning), STR_ARG(o->body)) : o->body);
	return json_instant(post, "date_gmt") >= since && str_eq(title, wordpress_core(cx, o->subject)) &&
	       (o->media_count ? str_starts(text, wanted) : str_eq(text, wanted));
}

enum err wordpress_look_for_post(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	CLEANUP(buf_free) struct buf path = {};
	struct str self = wordpress_self(account);
	const json_t *one;
	size_t index;
	buf_addf(&path, "/wp/v2/posts?context=edit&status=any&orderby=id&order=desc&per_page=%d&_fields=id,title,content,link,date_gmt", NEWEST);
	if (self.len)
		buf_addf(&path, "&author=%.*s", STR_ARG(self));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(wordpress_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	if (!json_is_array(x.document)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	i64 since = wordpress_since(cx, &x, o);
	json_array_foreach(x.document, index, one)
	{
		if (!is_it(cx, o, one, since))
			continue;
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = wordpress_post_id(cx->arena, json_id(cx->arena, one, "id")), .url = exchange_text(cx, one, "link")};
		return OK;
	}
	wordpress_never(cx, N_("It did not arrive there."), ret_sent);
	return OK;
}
