/* parsers.c: what channels read besides archives, as rows of base/parser.h. */
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "channel/archive.h"
#include "channel/html_clean.h"
#include "channel/link.h"
#include "channel/meta.h"
#include "channel/page_card.h"
#include "channel/webform/webform.h"

static enum err read_html_text(struct cx *cx, struct str input, struct buf *out)
{
	buf_adds(out, "{\"text\":");
	buf_add_json(out, html_to_text(cx->arena, input));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_html_text = {"html_text", N_("HTML, as the text that a person would read"), read_html_text};

static enum err read_html(struct cx *cx, struct str input, struct buf *out)
{
	CLEANUP(buf_free) struct buf clean = {.max = out->max};
	buf_add_clean_html(&clean, input, (struct str){});
	buf_add(out, str_trim(buf_str(&clean)));
	buf_addc(out, '\n');
	out->broken |= clean.broken;
	return OK;
}

const struct parser parser_html = {"html", N_("HTML from outside, with nothing left in it that could do anything: printed as HTML"), read_html, .markup = true};

static void release(void *json)
{
	json_decref(json);
}

static enum err read_push(struct cx *cx, struct str input, struct buf *out)
{
	struct inbound in;
	json_error_t where;
	json_t *json = json_loadb(input.at, input.len, JSON_REJECT_DUPLICATES, &where);
	arena_defer(cx->arena, release, json);
	if (!json)
		return fail(cx, ERR_BAD_INPUT, N_("This is no JSON (line %d)."), where.line);
	TRY(webform_inbound(cx, json, &in));
	inbound_add_json(out, &in);
	return OK;
}

const struct parser parser_push = {"push", N_("A message that a form or an application pushes (JSON)"), read_push};

static enum err read_latin(struct cx *cx, struct str input, struct buf *out)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, input);
	buf_adds(out, "{\"text\":");
	buf_add_json(out, latin_repaired(cx->arena, buf_str(&clean)));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_latin = {"latin", N_("Text of a download of Meta, whose letters are the bytes of other letters"), read_latin};

/* The first line is the relation, the second a Link header, the rest a page. */
static enum err read_link(struct cx *cx, struct str input, struct buf *out)
{
	CLEANUP(buf_free) struct buf clean = {};
	struct str found[20];
	buf_add_clean(&clean, input);
	struct str rest = buf_str(&clean), relation = str_line(&rest), header = str_line(&rest);
	size_t count = link_in_header(cx->arena, header, arena_cstr(cx->arena, relation), found, COUNT(found));
	buf_adds(out, "{\"header\":[");
	for (size_t i = 0; i < count; i++) {
		buf_adds(out, i ? "," : "");
		buf_add_json(out, found[i]);
	}
	buf_adds(out, "],\"page\":");
	buf_add_json(out, link_in_page(cx->arena, rest, arena_cstr(cx->arena, relation), NULL));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_link = {"link", N_("A relation, a Link header and a page, a line each: what they name so"), read_link};

static enum err read_card(struct cx *cx, struct str input, struct buf *out)
{
	struct page_card card;
	page_card_read(cx, input, S("https://page.example/a/b"), S("text/html"), &card);
	const struct {
		const char *name;
		struct str value;
	} members[] = {{"title", card.title}, {"description", card.description}, {"site", card.site}, {"picture", card.picture}, {"alt", card.alt}};
	for (size_t i = 0; i < COUNT(members); i++) {
		buf_addf(out, "%s\"%s\":", i ? "," : "{", members[i].name);
		buf_add_json(out, members[i].value);
	}
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_card = {"card", N_("A page, as the card of a link to it: title, sentence, picture"), read_card};
