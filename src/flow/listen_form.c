#include "flow/listen_form.h"

#include "base/utf8.h"
#include "flow/listen_match.h"
#include "text/query.h"
#include "text/query_words.h"

/* ---- writing ---- */

static bool is_plain(struct str term)
{
	for (size_t i = 0; i < term.len; i++)
		if ((u8)term.at[i] <= ' ' || term.at[i] == '"' || term.at[i] == '(' || term.at[i] == ')')
			return false;
	return term.len > 0;
}

static bool is_joined(struct str term)
{
	return str_find(term, S(" OR ")) >= 0;
}

/* A term as the grammar wants it: words that follow each other between quotation marks. */
static void add_one(struct buf *b, struct str term)
{
	term = str_trim(term);
	bool quoted = term.len > 1 && term.at[0] == '"', piece = term.len > 1 && term.at[0] == '{';
	bool as_is = quoted || piece || is_plain(term);
	static const char *const operators[] = {"AND", "OR", "NOT", "NEAR"};
	if (str_in(term, operators, COUNT(operators)))
		as_is = false;
	buf_adds(b, as_is ? "" : "\"");
	for (size_t i = 0; i < term.len; i++)
		if (as_is || term.at[i] != '"')
			buf_addc(b, term.at[i]);
	buf_adds(b, as_is ? "" : "\"");
}

static void add_term(struct buf *b, struct str term, bool alone)
{
	bool group = is_joined(term) && !alone;
	buf_adds(b, group ? "(" : "");
	for (bool first = true;; first = false) {
		ptrdiff_t or = str_find(term, S(" OR "));
		buf_adds(b, first ? "" : " OR ");
		add_one(b, or < 0 ? term : str_head(term, (size_t)or));
		if (or < 0)
			break;
		term = str_skip(term, (size_t)or + 4);
	}
	buf_adds(b, group ? ")" : "");
}

static struct str next_term(struct str *rest)
{
	while (rest->at && rest->len) {
		size_t end = 0;
		bool quoted = false;
		while (end < rest->len && (quoted || (rest->at[end] != ',' && rest->at[end] != '\n')))
			quoted ^= rest->at[end++] == '"';
		struct str term = str_trim(str_head(*rest, end));
		*rest = str_skip(*rest, end < rest->len ? end + 1 : end);
		if (term.len)
			return term;
	}
	return (struct str){};
}

static size_t count_terms(struct str list)
{
	size_t count = 0;
	while (next_term(&list).len)
		count++;
	return count;
}

static void and_then(struct buf *b, const char *what)
{
	buf_adds(b, b->len ? " AND " : "");
	buf_adds(b, what);
}

static void add_or(struct buf *b, struct str list)
{
	size_t count = count_terms(list);
	struct str first = list, term = next_term(&first);
	bool group = count > 1 || is_joined(term);
	buf_adds(b, group ? "(" : "");
	for (bool more = false; (term = next_term(&list)).len; more = true) {
		buf_adds(b, more ? " OR " : "");
		add_term(b, term, true);
	}
	buf_adds(b, group ? ")" : "");
}

static void add_channels(struct buf *b, const struct listen_form *f)
{
	and_then(b, f->channel_count > 1 ? "(" : "");
	for (size_t i = 0; i < f->channel_count; i++) {
		buf_adds(b, i ? " OR channel:" : "channel:");
		add_one(b, f->channels[i]);
	}
	buf_adds(b, f->channel_count > 1 ? ")" : "");
}

static void add_field(struct buf *b, const char *name, struct str value)
{
	if (!value.len)
		return;
	and_then(b, name);
	add_one(b, value);
}

struct str listen_form_words(struct cx *cx, const struct listen_form *f)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str all = f->all, term;
	if (count_terms(f->any)) {
		add_or(&b, f->any);
	}
	while ((term = next_term(&all)).len) {
		and_then(&b, "");
		add_term(&b, term, false);
	}
	if (str_trim(f->near_a).len && str_trim(f->near_b).len) {
		and_then(&b, "");
		add_one(&b, f->near_a);
		buf_addf(&b, " NEAR/%lld ", (long long)f->near);
		add_one(&b, f->near_b);
	}
	if (f->channel_count)
		add_channels(&b, f);
	add_field(&b, "lang:", f->lang);
	add_field(&b, "sentiment:", f->tone);
	add_field(&b, "author:", query_author(f->author));
	add_field(&b, "near:", f->place);
	if (f->followers >= 0) {
		and_then(&b, "");
		buf_addf(&b, "followers:>%lld", (long long)f->followers);
	}
	if (f->link)
		and_then(&b, "has:link");
	if (f->media)
		and_then(&b, "has:media");
	if (f->question)
		and_then(&b, "has:question");
	if (count_terms(f->none)) {
		and_then(&b, "NOT ");
		add_or(&b, f->none);
	}
	bool alone = b.len && buf_str(&b).at[0] == '(' && str_find_byte(buf_str(&b), ')') == (ptrdiff_t)b.len - 1;
	struct str words = buf_keep(&b, cx->arena);
	return alone ? str_head(str_skip(words, 1), words.len - 2) : words; /* nothing stands beside the group */
}

/* ---- reading ---- */

struct form_reader {
	struct cx *cx;
	struct listen_form form;
	struct buf any, all, none;
};

static bool find_any(void *subject, struct str name, struct str *ret_text)
{
	*ret_text = S("x"); /* whatever it holds, here it is a name */
	return true;
}

static bool is_term(const struct query *q)
{
	return q->kind <= QUERY_PHRASE || q->kind == QUERY_SAVED;
}

static void add_leaf(struct buf *b, const struct query *q)
{
	if (q->kind != QUERY_PHRASE) {
		buf_add_query(b, q);
		return;
	}
	for (size_t i = 0; i < q->count; i++) {
		buf_adds(b, i ? " " : "");
		buf_add(b, q->words[i]);
	}
}

static bool are_terms(const struct query *q)
{
	for (size_t i = 0; i < q->count; i++)
		if (!is_term(q->parts[i]))
			return false;
	return true;
}

/* The terms of an OR, or the one there is. */
static bool add_terms(struct buf *b, const struct query *q, const char *between)
{
	if (is_term(q)) {
		buf_adds(b, b->len ? ", " : "");
		add_leaf(b, q);
		return true;
	}
	if (q->kind != QUERY_OR || !are_terms(q))
		return false;
	buf_adds(b, b->len ? ", " : "");
	for (size_t i = 0; i < q->count; i++) {
		buf_adds(b, i ? between : "");
		add_leaf(b, q->parts[i]);
	}
	return true;
}

static struct str leaf_text(struct form_reader *r, const struct query *q)
{
	CLEANUP(buf_free) struct buf b = {};
	add_leaf(&b, q);
	return buf_keep(&b, r->cx->arena);
}

static bool take_once(struct str *into, struct str value)
{
	if (into->len)
		return false;
	*into = value;
	return true;
}

static bool take_channels(struct form_reader *r, const struct query *q)
{
	const struct query *const *parts = q->kind == QUERY_OR ? q->parts : &q;
	size_t count = q->kind == QUERY_OR ? q->count : 1;
	if (r->form.channel_count || count > COUNT(r->form.channels))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (parts[i]->kind != QUERY_FIELD || parts[i]->field != QUERY_CHANNEL)
			return false;
		r->form.channels[r->form.channel_count++] = parts[i]->words[0];
	}
	return true;
}

static bool take_field(struct form_reader *r, const struct query *q)
{
	struct listen_form *f = &r->form;
	switch (q->field) {
	case QUERY_LANG:
		return take_once(&f->lang, q->words[0]);
	case QUERY_SENTIMENT:
		return take_once(&f->tone, q->words[0]);
	case QUERY_AUTHOR:
		return take_once(&f->author, q->words[0]);
	case QUERY_PLACE:
		return take_once(&f->place, q->words[0]);
	case QUERY_CHANNEL:
		return take_channels(r, q);
	case QUERY_FOLLOWERS_OVER:
		if (f->followers >= 0 || q->number < 0)
			return false;
		f->followers = q->number;
		return true;
	case QUERY_HAS:
		f->link |= str_eq(q->words[0], S("link"));
		f->media |= str_eq(q->words[0], S("media"));
		f->question |= str_eq(q->words[0], S("question"));
		return !str_eq(q->words[0], S("image")) && !str_eq(q->words[0], S("video"));
	default:
		return false;
	}
}

static bool take_part(struct form_reader *r, const struct query *q)
{
	struct listen_form *f = &r->form;
	switch (q->kind) {
	case QUERY_FIELD:
		return take_field(r, q);
	case QUERY_NOT:
		return add_terms(&r->none, q->parts[0], ", ");
	case QUERY_NEAR:
		if (f->near_a.len)
			return false;
		f->near_a = leaf_text(r, q->parts[0]);
		f->near_b = leaf_text(r, q->parts[1]);
		f->near = q->number;
		return true;
	case QUERY_OR:
		if (take_channels(r, q))
			return true;
		return r->any.len ? add_terms(&r->all, q, " OR ") : add_terms(&r->any, q, ", ");
	case QUERY_AND:
		return false;
	default:
		return add_terms(&r->all, q, "");
	}
}

bool listen_form_of(struct cx *cx, struct str words, struct listen_form *ret_form)
{
	struct form_reader r = {.cx = cx, .form = LISTEN_FORM};
	const struct query_pieces pieces = {find_any, NULL};
	const struct query *q;
	struct query_fault fault;
	if (!query_read(cx->arena, words, &pieces, &q, &fault))
		return false;
	bool fits = true;
	if (q->kind == QUERY_AND)
		for (size_t i = 0; fits && i < q->count; i++)
			fits = take_part(&r, q->parts[i]);
	else
		fits = is_term(q) ? add_terms(&r.any, q, "") : take_part(&r, q);
	r.form.any = buf_keep(&r.any, cx->arena);
	r.form.all = buf_keep(&r.all, cx->arena);
	struct str rest = r.form.all, first = next_term(&rest);
	if (fits && !r.form.any.len && first.len && !is_joined(first)) { /* one of one is the same as all of one, and the field to begin with */
		r.form.any = arena_str(cx->arena, first);
		r.form.all = arena_str(cx->arena, str_trim(rest));
	}
	r.form.none = buf_keep(&r.none, cx->arena);
	buf_free(&r.any);
	buf_free(&r.all);
	buf_free(&r.none);
	if (fits)
		*ret_form = r.form;
	return fits;
}

/* ---- marking ---- */

struct listen_marks {
	const struct query **leaves;
	size_t count, capacity;
};

static void gather(struct cx *cx, struct listen_marks *marks, const struct query *q)
{
	if (q->kind <= QUERY_PHRASE)
		*arena_push(cx->arena, marks->leaves, marks->count, marks->capacity) = q;
	for (size_t i = 0; q->kind != QUERY_NOT && q->parts && i < q->count; i++)
		gather(cx, marks, q->parts[i]);
}

enum err listen_marks_of(struct cx *cx, struct db *db, i64 workspace, struct str words, struct listen_marks **ret_marks)
{
	struct listen_marks *marks = arena_new_of(cx->arena, struct listen_marks);
	struct piece_box box;
	const struct query *q;
	struct query_fault fault;
	TRY(piece_box_load(cx, db, workspace, &box));
	const struct query_pieces pieces = {piece_box_find, &box};
	if (query_read(cx->arena, words, &pieces, &q, &fault))
		gather(cx, marks, q);
	*ret_marks = marks;
	return OK;
}

struct str listen_marks_words(struct cx *cx, const struct listen_marks *marks)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < marks->count; i++)
		for (size_t n = 0; n < marks->leaves[i]->count; n++) {
			buf_add(&b, marks->leaves[i]->words[n]);
			buf_addc(&b, ' ');
		}
	return buf_keep(&b, cx->arena);
}

/* What blanks and signs stand around: letters, figures, underscore, and what is neither ASCII nor a known sign. The bytes of it, 0: none. */
static size_t letter_len(struct str text, size_t at)
{
	struct str rest = str_skip(text, at);
	if (!rest.len)
		return 0;
	u32 c = utf8_next(&rest);
	bool ascii = c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	bool sign = c < 0x80 ? !ascii : c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3005) || (c >= 0x3008 && c < 0x3020);
	return sign ? 0 : text.len - at - rest.len;
}

static size_t char_len(struct str text, size_t at)
{
	struct str rest = str_skip(text, at);
	utf8_next(&rest);
	return text.len - at - rest.len;
}

static struct str word_at(struct str text, size_t from)
{
	size_t to = from;
	for (size_t len; (len = letter_len(text, to)) > 0;)
		to += len;
	return (struct str){text.at + from, to - from};
}

static bool word_is(struct str word, struct str wanted, bool is_beginning)
{
	char room[QUERY_WORD_MAX * 2];
	CLEANUP(buf_free) struct buf lower = BUF_IN(room);
	if (!word.len || word.len > QUERY_WORD_MAX)
		return false;
	if (wanted.len && (wanted.at[0] == '#' || wanted.at[0] == '@'))
		wanted = str_skip(wanted, 1);
	buf_add_query_lower(&lower, word);
	return is_beginning ? str_starts(buf_str(&lower), wanted) : str_eq(buf_str(&lower), wanted);
}

/* How many bytes from here on a leaf takes: 0 when it does not stand here. */
static size_t leaf_at(const struct query *leaf, struct str text, size_t from)
{
	size_t at = from;
	for (size_t i = 0; i < leaf->count; i++) {
		while (i && at < text.len && !letter_len(text, at))
			at += char_len(text, at);
		struct str word = word_at(text, at);
		if (!word_is(word, leaf->words[i], leaf->kind == QUERY_PREFIX))
			return 0;
		at += word.len;
	}
	return at - from;
}

bool listen_marks_next(const struct listen_marks *marks, struct str *rest, struct str *ret_piece, bool *ret_is_marked)
{
	struct str text = *rest;
	if (!text.len)
		return false;
	for (size_t at = 0; at < text.len;) {
		if (!letter_len(text, at)) {
			at += char_len(text, at);
			continue;
		}
		size_t longest = 0;
		for (size_t i = 0; i < marks->count; i++) {
			size_t len = leaf_at(marks->leaves[i], text, at);
			longest = len > longest ? len : longest;
		}
		size_t begin = longest && at && (text.at[at - 1] == '#' || text.at[at - 1] == '@') ? at - 1 : at;
		if (longest) {
			*ret_is_marked = begin == 0;
			*ret_piece = begin ? str_head(text, begin) : str_head(text, at + longest);
			*rest = str_skip(text, ret_piece->len);
			return true;
		}
		at += word_at(text, at).len;
	}
	*ret_is_marked = false;
	*ret_piece = text;
	*rest = (struct str){};
	return true;
}
