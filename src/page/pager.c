#include "page/pager.h"

#include "ui/document.h"
#include "web/form.h"

#include <string.h>

bool list_place_of(struct str text, struct list_place *ret_place)
{
	struct list_place place = {.is_given = true};
	struct str id = text, key = str_cut(&id, '.');
	if (!id.at) {
		id = key;
		key = S("0");
	}
	if (!str_to_i64(key, &place.key) || !str_to_i64(id, &place.id))
		return false;
	*ret_place = place;
	return true;
}

struct str list_place_text(struct arena *arena, i64 key, i64 id)
{
	return key ? arena_printf(arena, "%lld.%lld", (long long)key, (long long)id) : arena_printf(arena, "%lld", (long long)id);
}

void pager_of(struct request *request, size_t limit, struct pager *ret_pager)
{
	struct pager pager = {.limit = limit};
	struct str after = param_text(request, "after"), before = param_text(request, "before");
	if (after.len || before.len)
		must(list_place_of(after.len ? after : before, &pager.from)); /* P_PLACE was held to it */
	pager.from.is_back = before.len && !after.len;
	*ret_pager = pager;
}

bool pager_fits(struct pager *p, size_t read)
{
	bool more = read > p->limit;
	if (p->from.is_back && !more && p->from.is_given) {
		p->from = LIST_START;
		return false;
	}
	p->first = p->from.is_back ? 1 : 0; /* the one too many stands at the far end */
	p->count = more ? p->limit : read;
	p->has_previous = p->from.is_given;
	p->has_next = p->from.is_back || more;
	return true;
}

i64 pager_row(const struct pager *p, i64 open)
{
	return p->from.is_given ? p->from.id : open;
}

void pager_seek(struct pager *p, i64 rank)
{
	i64 limit = (i64)p->limit;
	p->skip = rank < 0 ? 0 : !p->from.is_given ? rank - rank % limit : !p->from.is_back ? rank + 1 : rank > limit ? rank - limit : 0;
}

void pager_read(struct pager *p, size_t read)
{
	p->first = 0;
	p->count = read < p->limit ? read : p->limit;
	p->has_previous = p->skip > 0;
	p->has_next = read > p->limit;
}

static size_t index_of(const char *rows, size_t size, size_t id_at, size_t count, i64 id)
{
	size_t i = 0;
	for (i64 each; i < count; i++) {
		memcpy(&each, rows + i * size + id_at, sizeof each);
		if (each == id)
			break;
	}
	return i;
}

void pager_cut(struct pager *p, const void *rows, size_t size, size_t id_at, size_t count, i64 open)
{
	size_t at = index_of(rows, size, id_at, count, p->from.is_given ? p->from.id : open);
	p->first = 0;
	if (at < count && !p->from.is_given)
		p->first = at - at % p->limit;
	else if (at < count && p->from.is_back)
		p->first = at > p->limit ? at - p->limit : 0;
	else if (at < count)
		p->first = at + 1;
	p->count = count - p->first < p->limit ? count - p->first : p->limit;
	p->has_previous = p->first > 0;
	p->has_next = p->first + p->count < count;
}

/* The request's address, its place replaced. */
static struct str address(struct cx *cx, const struct request *request, const char *path, const char *way, struct list_place place, const char *without)
{
	struct field_list fields = {};
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, path ? str_of(path) : request_path(request));
	char separator = '?';
	if (form_read(cx, request_query(request), IN_QUERY, &fields) != OK)
		cx_forget(cx);
	for (size_t i = 0; i < fields.count; i++) {
		struct str name = fields.at[i].name;
		if (str_eq(name, S("after")) || str_eq(name, S("before")) || (without && str_eq(name, str_of(without))) || !fields.at[i].text.len)
			continue;
		buf_addc(&b, separator);
		buf_add_url(&b, name);
		buf_addc(&b, '=');
		buf_add_url(&b, fields.at[i].text);
		separator = '&';
	}
	if (place.is_given)
		buf_addf(&b, "%c%s=%.*s", separator, way, STR_ARG(list_place_text(cx->arena, place.key, place.id)));
	return buf_keep(&b, cx->arena);
}

void pager_put(struct cx *cx, struct request *request, struct reply *reply, const struct pager *p, struct list_place first, struct list_place last,
	       const char *without)
{
	struct list_place none = LIST_START;
	struct str previous = {}, next = {};
	if (p->has_previous)
		previous = address(cx, request, p->path, "before", p->count ? first : none, without);
	if (p->has_next && p->count)
		next = address(cx, request, p->path, "after", last, without);
	json_object_set_new(reply_document(reply), "pager", pager_shape(previous, next));
	pager_link(cx, request, reply);
}

json_t *pager_shape(struct str previous, struct str next)
{
	if (!previous.len && !next.len)
		return json_null();
	return json_pack("{s:o, s:o}", "previous", doc_text_or_null(previous), "next", doc_text_or_null(next));
}

void pager_link(struct cx *cx, const struct request *request, struct reply *reply)
{
	static const struct {
		const char *member, *relation;
	} ways[] = {{"previous", "prev"}, {"next", "next"}};
	CLEANUP(buf_free) struct buf link = {};
	const json_t *pager = json_object_get(reply_document(reply), "pager");
	for (size_t i = 0; i < COUNT(ways) && request_wants_json(request); i++) {
		const char *url = json_string_value(json_object_get(pager, ways[i].member));
		if (url)
			buf_addf(&link, "%s</api/v1%s>; rel=\"%s\"", link.len ? ", " : "", url, ways[i].relation);
	}
	if (link.len)
		reply_header(reply, "Link", buf_keep(&link, cx->arena));
}
