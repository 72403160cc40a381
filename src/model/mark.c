#include "model/mark.h"

#include "base/err.h"
#include "base/utf8.h"

const char *mark_kind_word(enum mark_kind kind)
{
	static const char *const words[] = {[MARK_LINK] = "link", [MARK_MENTION] = "mention", [MARK_HASHTAG] = "hashtag", [MARK_CASHTAG] = "cashtag"};
	must((size_t)kind < COUNT(words));
	return words[kind];
}

/* All kinds at once: its rules are such that a mark can be told where it begins. */
static bool find_bluesky(struct mark_reader *r, struct mark *ret_mark)
{
	size_t *at = &r->at[0];
	for (; *at < r->text.len; ++*at) {
		if (!mark_bluesky_here(r->text, *at, r->kinds, ret_mark))
			continue;
		*at = ret_mark->to;
		return true;
	}
	return false;
}

static bool find(struct mark_reader *r, enum mark_kind kind, struct mark *ret_mark)
{
	static bool (*const finders[])(struct mark_reader *, struct mark *) = {
		[MARK_LINK] = mark_find_link, [MARK_MENTION] = mark_find_mention, [MARK_HASHTAG] = mark_find_hashtag, [MARK_CASHTAG] = mark_find_cashtag,
	};
	if (r->dialect == MARK_BLUESKY)
		return kind == 0 && find_bluesky(r, ret_mark);
	if (!(r->kinds & MARK_ONLY(kind)) || !finders[kind](r, ret_mark))
		return false;
	ret_mark->kind = kind;
	return true;
}

struct mark_reader mark_reader_new(struct str text, enum mark_dialect dialect, unsigned kinds)
{
	struct mark_reader r = {.text = text, .dialect = dialect, .kinds = kinds};
	for (enum mark_kind kind = 0; kind < MARK_KIND_COUNT; kind++)
		r.has[kind] = find(&r, kind, &r.found[kind]);
	return r;
}

static size_t count_codes(struct str text, size_t from, size_t to)
{
	return utf8_count(str_head(str_skip(text, from), to - from));
}

bool mark_next(struct mark_reader *r, struct mark *ret_mark)
{
	for (;;) {
		int first = -1;
		for (int kind = 0; kind < MARK_KIND_COUNT; kind++)
			if (r->has[kind] && (first < 0 || r->found[kind].from < r->found[first].from))
				first = kind;
		if (first < 0)
			return false;
		struct mark m = r->found[first];
		r->found[first] = (struct mark){};
		r->has[first] = find(r, (enum mark_kind)first, &r->found[first]);
		if (m.from < r->told)
			continue; /* within one that was told */
		m.start = r->told_code_points + count_codes(r->text, r->told, m.from);
		m.end = m.start + count_codes(r->text, m.from, m.to);
		r->told = m.to;
		r->told_code_points = m.end;
		*ret_mark = m;
		return true;
	}
}
