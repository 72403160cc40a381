/* conform_in.h: what comes in, by fetch() and receive(): whole, as it is written, whatever happens on the way, in whatever order and
 * however often; and deliveries that are not signed, changed or old are refused. Include once, after conform.h. */
#pragma once
#include "conform.h"

/* ---- fetch, receive: what comes in ---- */

struct items {
	json_t *list; /* what was handed over, as {"remote_id": …} in order */
};

static json_t *inbound_json(const struct inbound *in)
{
	json_t *json = json_pack("{s:s%, s:s%, s:s%, s:s, s:s, s:b, s:b, s:s%, s:s%, s:s%, s:s%, s:i}", "remote_id", in->remote_id.at ? in->remote_id.at : "", in->remote_id.len,
				 "thread_id", in->thread_id.at ? in->thread_id.at : "", in->thread_id.len, "parent_id", in->parent_id.at ? in->parent_id.at : "", in->parent_id.len,
				 "kind", message_kind_word(in->kind), "visibility", visibility_word(in->visibility), "ours", in->ours, "removed", in->removed, "author_id",
				 in->author_id.at ? in->author_id.at : "", in->author_id.len, "author_handle", in->author_handle.at ? in->author_handle.at : "",
				 in->author_handle.len, "body", in->body.at ? in->body.at : "", in->body.len, "url", in->url.at ? in->url.at : "", in->url.len, "attachments",
				 (int)in->attachment_count);
	if (in->at) {
		CLEANUP(buf_free) struct buf at = {};
		buf_add_time(&at, in->at);
		json_object_set_new(json, "at", json_string(buf_cstr(&at)));
	}
	if (in->undelivered.len)
		json_object_set_new(json, "undelivered", json_stringn(in->undelivered.at, in->undelivered.len));
	json_object_set_new(json, "edited", json_boolean(in->edited_at != 0));
	json_object_set_new(json, "held", json_boolean(in->held));
	return json;
}

static enum err keep(struct cx *cx, void *subject, const struct inbound *in)
{
	struct items *items = subject;
	if (!in->remote_id.len || !in->thread_id.len)
		WRONG("a message without an id or a thread was handed over");
	if (!in->removed && !in->report_id.len && !in->undelivered.len && (!in->at || (!in->ours && !in->author_id.len)))
		WRONG("the message %.*s has no instant or no author", STR_ARG(in->remote_id));
	json_array_append_new(items->list, inbound_json(in));
	return OK;
}

/* The message as it was last handed over. */
static const json_t *last_of(const json_t *list, const char *id)
{
	for (size_t i = json_array_size(list); i-- > 0;)
		if (strcmp(json_string_value(json_object_get(json_array_get(list, i), "remote_id")), id) == 0)
			return json_array_get(list, i);
	return NULL;
}

/* All that is expected came, as it is written, and nothing else. */
static void whole(const json_t *list, const json_t *expected)
{
	size_t index;
	const json_t *item;
	json_array_foreach((json_t *)expected, index, item)
	{
		const char *id = json_string_value(json_object_get(item, "remote_id"));
		const json_t *got = last_of(list, id);
		if (!got)
			WRONG("the message %s was lost", id);
		if (!json_holds(item, got))
			WRONG("the message %s is %s", id, arena_json(b.arena, got, JSON_COMPACT).at);
	}
	json_array_foreach((json_t *)list, index, item)
		if (!last_of(expected, json_string_value(json_object_get(item, "remote_id"))))
			WRONG("the message %s was not expected", json_string_value(json_object_get(item, "remote_id")));
}

/* What is looked for, of search.json: "needs": [[{"kind": "word", "text": "levain"}, …], …]. */
static const struct search_need *needs_of(size_t *ret_count)
{
	static const char *const kinds[] = {[TERM_WORD] = "word", [TERM_PHRASE] = "phrase", [TERM_TAG] = "tag", [TERM_NAME] = "name"};
	static struct search_need needs[32];
	static struct search_term terms[32][4];
	const json_t *need, *term;
	size_t index, inner;
	json_array_foreach(json_object_get(b.file, "needs"), index, need)
	{
		json_array_foreach((json_t *)need, inner, term)
		{
			int kind = 0;
			while (kind < (int)COUNT(kinds) && !str_eq(text_in(term, "kind"), str_of(kinds[kind])))
				kind++;
			if (kind == (int)COUNT(kinds) || index >= COUNT(needs) || inner >= COUNT(terms[0]))
				WRONG("“needs” is not as it should be");
			terms[index][inner] = (struct search_term){(enum search_term_kind)kind, text_in(term, "text")};
		}
		needs[index] = (struct search_need){terms[index], json_array_size(need)};
	}
	*ret_count = json_array_size(json_object_get(b.file, "needs"));
	if (!*ret_count || *ret_count > b.kind->searching->needs)
		WRONG("“needs” must be 1 to %zu", b.kind->searching->needs);
	return needs;
}

/* Does the act at hand search? Else it fetches. */
static bool searches(void)
{
	return strcmp(b.act, "search") == 0;
}

static enum err read_page(struct str cursor, struct items *page, struct str *ret_cursor, bool *ret_more)
{
	size_t count;
	if (!searches())
		return b.kind->fetch(&b.cx, b.net, &b.account, cursor, keep, page, ret_cursor, ret_more);
	const struct search_need *needs = needs_of(&count);
	return b.kind->search(&b.cx, b.net, &b.account, needs, count, cursor, keep, page, ret_cursor, ret_more);
}

/* Read until there is no more, as flow does; an error leaves the cursor where it was. */
static enum err read_all(struct str cursor, json_t **ret_list, struct str *ret_cursor)
{
	struct items all = {json_array()};
	bool more = true;
	enum err e = OK;
	for (int pages = 0; e == OK && more && pages < 20; pages++) {
		struct items page = {json_array()};
		struct str next = cursor;
		fresh();
		more = false;
		e = read_page(cursor, &page, &next, &more);
		as_written();
		if (e == OK) {
			json_array_extend(all.list, page.list);
			cursor = arena_str(b.arena, next);
		}
		json_decref(page.list);
	}
	*ret_list = all.list;
	*ret_cursor = cursor;
	return e;
}

/* "optional": requests, by their number, that a network may well refuse: what it finds without them is what it finds. */
static bool is_optional(int at)
{
	const json_t *one;
	size_t index;
	json_array_foreach(json_object_get(b.file, "optional"), index, one)
		if (json_integer_value(one) == at)
			return true;
	return false;
}

static bool refuses(const struct fault *f)
{
	return f->spoil == SPOIL_STATUS && (f->status == 403 || f->status == 404 || f->status == 410 || f->status == 422);
}

static bool fetch_may_say(const struct fault *f, enum err e)
{
	if (searches() && refuses(f) && (e == ERR_UNSUPPORTED || (e == OK && is_optional(b.request))))
		return true;
	if (f->spoil == SPOIL_TYPE)
		return e == OK || e == ERR_REMOTE;
	if (f->spoil != SPOIL_STATUS)
		return e == ERR_REMOTE;
	switch (f->status) {
	case 401:
	case 403:
		return e == ERR_DENIED;
	case 404:
	case 410: /* of one message among others it may be gone */
		return e == ERR_MISSING || e == ERR_DENIED || e == OK;
	case 429:
	case 503:
		return e == ERR_LIMIT;
	case 302:
	case 307:
		return e == ERR_REMOTE || e == ERR_DENIED;
	default:
		return e == ERR_REMOTE;
	}
}

static void fetch_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges"), *expected = json_object_get(b.file, "messages"), *lost = json_object_get(b.file, "cursor_lost");
	struct str start = text_in(b.file, "cursor"), cursor;
	json_t *list;
	begin(exchanges, NULL, 0);
	if (read_all(start, &list, &cursor) != OK)
		WRONG("failed: %s", b.cx.story);
	if (replay.at != json_array_size(exchanges))
		WRONG("only %zu of the exchanges took place", replay.at);
	whole(list, expected);
	if (!str_eq(cursor, replay_based(b.arena, text_in(b.file, "next_cursor"))))
		WRONG("the cursor is “%.*s”", STR_ARG(cursor));
	json_decref(list);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			json_t *again;
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			enum err e = read_all(start, &list, &cursor);
			bool refusal = json_integer_value(json_object_get(json_object_get(json_array_get(exchanges, (size_t)at), "answer"), "status")) >= 400;
			if (!fetch_may_say(f, e) && !(refusal && f->spoil == SPOIL_HALF && e == OK)) /* half a refusal is one */
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
			if (e != OK && !b.cx.story[0])
				WRONG("no story");
			if (e == ERR_LIMIT && (strstr(f->headers, "120") || strstr(f->body, "120")) && b.cx.wait != 121)
				WRONG("the wish for a pause was not read: %lld s", (long long)b.cx.wait);
			if (e != OK) { /* from where it got, without the fault: nothing lost. The pages before it are asked no more */
				json_t *rest = json_array();
				b.net = b.calm;
				size_t first = str_eq(cursor, start) ? 0 : (size_t)json_integer_value(json_object_get(json_object_get(b.file, "resume"), arena_cstr(b.arena, cursor)));
				if (!str_eq(cursor, start) && !first)
					WRONG("“resume” does not say at which exchange the cursor “%.*s” goes on", STR_ARG(cursor));
				for (size_t n = first; n < json_array_size(exchanges); n++)
					json_array_append(rest, json_array_get(exchanges, n));
				replay_load(rest, NULL, 0);
				if (read_all(cursor, &again, &cursor) != OK)
					WRONG("failed once it was over: %s", b.cx.story);
				json_array_extend(list, again);
				json_decref(again);
				json_decref(rest);
			}
			if (e != OK || f->spoil == SPOIL_TYPE)
				whole(list, expected);
			json_decref(list);
		}
	static const struct fault shuffled = {"twice and out of order", SPOIL_SHUFFLED, 0, NULL, NULL};
	for (int at = 0; at < (int)json_array_size(exchanges); at++) {
		begin(exchanges, &shuffled, at);
		if (read_all(start, &list, &cursor) != OK)
			WRONG("failed: %s", b.cx.story);
		whole(list, expected);
		if (!str_eq(cursor, replay_based(b.arena, text_in(b.file, "next_cursor"))))
			WRONG("the cursor is “%.*s”", STR_ARG(cursor));
		json_decref(list);
	}
	if (!json_is_string(lost) && !json_is_object(lost))
		WRONG("cursor_lost is not written: what does the network answer to a cursor that it no longer knows, or why can that not be?");
	if (json_is_object(lost)) {
		begin(json_object_get(lost, "exchanges"), NULL, 0);
		b.fault = "cursor lost";
		if (read_all(text_in(lost, "cursor"), &list, &cursor) != OK)
			WRONG("failed: %s", b.cx.story);
		whole(list, json_object_get(lost, "messages"));
		json_decref(list);
	}
}

/* ---- deliveries ---- */

static struct received deliver(const json_t *one, i64 skew, bool broken, json_t **ret_list)
{
	const json_t *d = json_object_get(one, "delivery"), *value;
	struct net_header headers[20];
	struct items items = {json_array()};
	struct received r = {.verdict = DELIVERY_REFUSED, .story = S("failed")};
	size_t count = 0;
	const char *name;
	fresh();
	b.cx.now += skew;
	json_object_foreach(json_object_get(d, "headers"), name, value)
		headers[count++] = (struct net_header){str_of(name), str_of(json_string_value(value))};
	struct str body = json_object_get(d, "text") ? text_in(d, "text") : arena_json(b.arena, json_object_get(d, "body"), JSON_COMPACT);
	if (broken)
		body = arena_printf(b.arena, "%.*s ", STR_ARG(body));
	struct delivery delivery = {.method = text_in(d, "method"), .path = text_in(d, "path"), .body = body, .headers = headers, .header_count = count};
	if (b.kind->receive(&b.cx, &b.account, &delivery, keep, &items, &r) != OK && !b.cx.story[0])
		WRONG("failed without a story");
	if (r.verdict == DELIVERY_REFUSED && (!r.story.len || json_array_size(items.list)))
		WRONG("refused without a story, or something was taken of it");
	*ret_list = items.list;
	return r;
}

static void receive_all(void)
{
	const json_t *deliveries = json_object_get(b.file, "deliveries"), *one;
	size_t index;
	json_t *list;
	json_array_foreach((json_t *)deliveries, index, one)
	{
		begin(NULL, NULL, (int)index);
		struct received r = deliver(one, 0, false, &list);
		struct str verdict = text_in(one, "verdict");
		enum { TAKEN = DELIVERY_TAKEN, CHALLENGE = DELIVERY_CHALLENGE, REFUSED = DELIVERY_REFUSED };
		int wanted = str_eq(verdict, S("challenge")) ? CHALLENGE : str_eq(verdict, S("refused")) ? REFUSED : TAKEN;
		if ((int)r.verdict != wanted || (wanted == CHALLENGE && !str_eq(r.answer, text_in(one, "answer"))))
			WRONG("the verdict is %d: %.*s", (int)r.verdict, STR_ARG(r.story));
		if (wanted == TAKEN)
			whole(list, json_object_get(one, "messages"));
		json_decref(list);
		if (wanted != TAKEN)
			continue;
		if (!json_is_string(json_object_get(b.file, "no_signature"))) { /* some prove themselves by a secret that goes along */
			b.fault = "a byte more";
			r = deliver(one, 0, true, &list);
			if (r.verdict != DELIVERY_REFUSED)
				WRONG("what was changed on the way was taken");
			json_decref(list);
		}
		static const i64 skews[] = {-HOUR, HOUR};
		for (int i = 0; i < 2 && !json_is_string(json_object_get(b.file, "no_time")); i++) {
			b.fault = i ? "an hour old" : "an hour ahead";
			r = deliver(one, skews[i], false, &list);
			if (r.verdict != DELIVERY_REFUSED)
				WRONG("it was taken: a replay would be");
			json_decref(list);
		}
		b.fault = "twice";
		r = deliver(one, 0, false, &list);
		if (!r.key.len && !json_is_string(json_object_get(b.file, "no_key")))
			WRONG("the delivery has no key by which a replay is known");
		whole(list, json_object_get(one, "messages"));
		json_decref(list);
	}
	if (!json_array_size(deliveries))
		WRONG("there are no deliveries");
}
