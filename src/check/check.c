#include "check/check.h"

#include "base/utf8.h"
#include "check/rules.h"
#include "check/run.h"
#include "model/key_date.h"
#include "sys/spell.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define EXCERPT 60u /* code points */
#define AROUND 2u   /* words before and behind that are the context of an exception */

static const char *const level_words[] = {"off", "inform", "warn", "block"};
static const char *const part_words[] = {"post", "text", "comment", "alt", "subtitles", "media", "link"};

const char *check_level_word(enum finding_level level)
{
	must(level < CHECK_LEVELS);
	return level_words[level];
}

bool check_level_of(struct str word, enum finding_level *ret_level)
{
	for (size_t i = 0; i < COUNT(level_words); i++)
		if (str_eq(word, str_of(level_words[i]))) {
			*ret_level = (enum finding_level)i;
			return true;
		}
	return false;
}

const char *check_part_word(enum check_part part)
{
	must((size_t)part < COUNT(part_words));
	return part_words[part];
}

const struct check_kind *check_kind_of(struct str word)
{
	for (size_t i = 0; i < check_kind_count; i++)
		if (str_eq(word, str_of(check_kinds[i]->word)))
			return check_kinds[i];
	return NULL;
}

/* ---- telling ---- */

static bool is_right_here(const struct check_run *run, struct str key, struct str context)
{
	for (size_t i = 0; i < run->exception_count; i++) {
		const struct check_exception *e = &run->exceptions[i];
		if ((!e->check.len || str_eq(e->check, str_of(run->kind->word))) && str_eq(e->key, key) &&
			(!e->context.len || str_eq(e->context, context)))
			return true;
	}
	return false;
}

static struct finding *tell(struct check_run *run, struct check_place place, struct str key, struct str context)
{
	bool full = run->of_this >= CHECK_OF_ONE; /* first, so that a text of nothing but faults costs no more */
	if (full || is_right_here(run, key, context)) {
		run->left_out += full;
		run->nowhere = (struct finding){.kind = run->kind};
		return &run->nowhere;
	}
	run->of_this++;
	struct finding *f = arena_push(run->cx->arena, run->items, run->count, run->capacity);
	*f = (struct finding){.kind = run->kind, .level = run->level, .place = place, .key = arena_str(run->cx->arena, key),
		.context = context};
	return f;
}

/* The first piece that ends behind this byte; r->count: none. */
static size_t piece_at(const struct check_reading *r, size_t byte)
{
	size_t low = 0, high = r->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (r->pieces[middle].to <= byte)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t code_point_at(const struct check_reading *r, size_t byte)
{
	size_t i = piece_at(r, byte);
	if (i == r->count || r->pieces[i].from > byte)
		return i ? r->pieces[i - 1].end + utf8_count(str_span(r->text.at + r->pieces[i - 1].to, r->text.at + byte)) :
			utf8_count(str_head(r->text, byte));
	return r->pieces[i].start + utf8_count(str_span(r->text.at + r->pieces[i].from, r->text.at + byte));
}

/* "two words before | two words behind", in lower case: enough to know the place again when the rest of the text changes. */
static struct str context_of(struct arena *arena, const struct check_reading *r, size_t from, size_t to)
{
	CLEANUP(buf_free) struct buf b = {};
	size_t first = piece_at(r, from), last = first;
	while (last < r->count && r->pieces[last].from < to)
		last++;
	size_t before = first, behind = last;
	for (size_t n = 0; before && n < AROUND;)
		n += r->pieces[--before].kind != PIECE_SIGN;
	for (size_t i = before; i < first; i++)
		if (r->pieces[i].kind != PIECE_SIGN) {
			buf_add(&b, r->pieces[i].lower);
			buf_addc(&b, ' ');
		}
	buf_addc(&b, '|');
	for (size_t n = 0; behind < r->count && n < AROUND; behind++)
		if (r->pieces[behind].kind != PIECE_SIGN) {
			buf_addc(&b, ' ');
			buf_add(&b, r->pieces[behind].lower);
			n++;
		}
	return buf_keep(&b, arena);
}

struct finding *check_tell(struct check_run *run, const struct check_reading *r, size_t from, size_t to, struct str key)
{
	struct check_place place = {.part = r->part, .index = r->index, .lang = r->lang, .from = from, .to = to};
	bool full = run->of_this >= CHECK_OF_ONE;
	must(from <= to && to <= r->text.len);
	if (!full) {
		place.start = code_point_at(r, from);
		place.end = code_point_at(r, to);
	}
	struct finding *f = tell(run, place, key, full ? (struct str){} : context_of(run->cx->arena, r, from, to));
	struct str whole = str_span(r->text.at + from, r->text.at + to), shown = utf8_head(whole, EXCERPT);
	f->excerpt = shown.len < whole.len ? arena_printf(run->cx->arena, "%.*s…", STR_ARG(shown)) : whole;
	return f;
}

struct finding *check_tell_part(struct check_run *run, enum check_part part, size_t index, struct str lang, struct str key)
{
	struct str context = arena_printf(run->cx->arena, "%s %zu", check_part_word(part), index + 1);
	return tell(run, (struct check_place){.part = part, .index = index, .lang = lang}, key, context);
}

void check_lower(struct check_run *run, struct finding *finding, enum finding_level most)
{
	if (finding->level > most)
		finding->level = most;
}

void check_replace(struct finding *finding, struct str with)
{
	if (finding->replacement_count < CHECK_REPLACEMENTS)
		finding->replacements[finding->replacement_count++] = with;
}

/* ---- what several checks ask ---- */

bool check_speaks(const struct check_reading *reading, const char *lang)
{
	struct str l = reading->lang;
	size_t len = strlen(lang);
	return l.len >= len && str_eq_fold(str_head(l, len), str_of(lang)) &&
		(l.len == len || l.at[len] == '-' || l.at[len] == '_');
}

bool check_has_country(const struct check_post *post, struct str country)
{
	for (size_t i = 0; i < post->country_count; i++)
		if (str_eq_fold(post->countries[i], country))
			return true;
	return false;
}

struct str check_country(struct cx *cx, struct str code)
{
	const struct date_book *book;
	if (date_book_open(cx, str_eq_fold(code, S("UK")) ? S("GB") : code, &book) == OK && book->names.en.len)
		return date_name(&book->names, cx->lang);
	cx_forget(cx);
	return code;
}

struct str check_host(struct str url)
{
	ptrdiff_t scheme = str_find(url, S("://"));
	struct str host = scheme >= 0 ? str_skip(url, (size_t)scheme + 3) : url;
	size_t len = 0;
	while (len < host.len && !strchr("/?#:\\", host.at[len]) && (u8)host.at[len] > ' ')
		len++;
	host = str_head(host, len);
	for (ptrdiff_t at = str_find_byte(host, '@'); at >= 0; at = str_find_byte(host, '@'))
		host = str_skip(host, (size_t)at + 1);
	return host.len > 4 && str_eq_fold(str_head(host, 4), S("www.")) ? str_skip(host, 4) : host;
}

bool check_host_under(struct str host, struct str domain)
{
	domain = check_host(domain);
	if (!domain.len || host.len < domain.len || !str_eq_fold(str_skip(host, host.len - domain.len), domain))
		return false;
	return host.len == domain.len || host.at[host.len - domain.len - 1] == '.';
}

bool check_host_in(struct str host, const struct str *domains, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (check_host_under(host, domains[i]))
			return true;
	return false;
}

bool check_has_link(const struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++)
		for (size_t i = 0; check_is_written(&run->readings[n]) && i < run->readings[n].count; i++)
			if (run->readings[n].pieces[i].kind == PIECE_LINK)
				return true;
	return run->post->link_count > 0;
}

/* ---- the run ---- */

static void add_reading(struct check_run *run, struct check_reading *all, enum check_part part, size_t index, struct str lang,
	struct str text)
{
	if (!text.len || run->reading_count >= CHECK_TEXTS || run->bytes >= CHECK_ALL_BYTES)
		return;
	struct check_reading *r = &all[run->reading_count++];
	*r = (struct check_reading){.part = part, .index = index, .lang = lang.len ? lang : run->post->lang, .text = text};
	check_read(run->cx->arena, r);
	run->bytes += r->text.len;
}

static void read_all(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct check_reading *all = arena_array(run->cx->arena, struct check_reading, CHECK_TEXTS);
	for (size_t i = 0; i < post->text_count; i++)
		add_reading(run, all, CHECK_TEXT, i, post->texts[i].lang, post->texts[i].text);
	add_reading(run, all, CHECK_COMMENT, 0, (struct str){}, post->comment);
	for (size_t i = 0; i < post->media_count; i++) {
		const struct check_media *m = &post->media[i];
		for (size_t n = 0; n < m->alt_count; n++)
			add_reading(run, all, CHECK_ALT, i, m->alts[n].lang, m->alts[n].text);
		for (size_t n = 0; n < m->subtitle_count; n++)
			add_reading(run, all, CHECK_SUBTITLE, i, m->subtitles[n].lang, m->subtitles[n].text);
	}
	run->readings = all;
}

static enum finding_level level_of(const struct check_kind *kind, const struct check_setting *settings, size_t count)
{
	enum finding_level level = kind->level;
	for (size_t i = 0; i < count; i++)
		if (str_eq(settings[i].check, str_of(kind->word)))
			level = settings[i].level;
	return level == CHECK_BLOCK && !kind->may_block ? CHECK_WARN : level;
}

static size_t kind_at(const struct check_kind *kind)
{
	size_t i = 0;
	while (check_kinds[i] != kind)
		i++;
	return i;
}

#define STEP(a, b) \
	if ((a) != (b)) \
	return (a) < (b) ? -1 : 1
static int by_weight(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	STEP(y->level, x->level);
	STEP(x->place.part, y->place.part);
	STEP(x->place.index, y->place.index);
	STEP(x->place.from, y->place.from);
	STEP(kind_at(x->kind), kind_at(y->kind));
	STEP(x->place.to, y->place.to);
	int order = str_cmp(x->place.lang, y->place.lang);
	return order ? order : str_cmp(x->key, y->key);
}
#undef STEP

void check_run(struct cx *cx, const struct check_post *post, const struct check_setting *settings, size_t setting_count,
	       const struct check_exception *exceptions, size_t exception_count, struct findings *ret_findings)
{
	struct check_run run = {.cx = cx, .post = post, .exceptions = exceptions, .exception_count = exception_count};
	read_all(&run);
	for (size_t i = 0; i < check_kind_count; i++) {
		run.kind = check_kinds[i];
		run.level = level_of(run.kind, settings, setting_count);
		run.of_this = 0;
		if (run.level != CHECK_OFF)
			run.kind->look(&run);
	}
	if (run.count)
		qsort(run.items, run.count, sizeof *run.items, by_weight);
	struct findings f = {.items = run.items, .count = run.count, .left_out = run.left_out};
	if (f.count > CHECK_OF_ALL) {
		f.left_out += f.count - CHECK_OF_ALL;
		f.count = CHECK_OF_ALL;
	}
	for (size_t i = 0; i < f.count; i++) {
		must(f.items[i].reason.len && f.items[i].remedy.len);
		f.of[f.items[i].level]++;
		f.worst = f.items[i].level > f.worst ? f.items[i].level : f.worst;
	}
	*ret_findings = f;
}

void check_prepare(void)
{
	rules_of(RULES_CLAIM);
	spell_of(S("fr"));
	spell_of(S("en"));
	spell_of(S("en-US")); /* asked where English names no country */
}

static atomic_bool expected;

void check_expect(void)
{
	atomic_store_explicit(&expected, true, memory_order_relaxed);
}

bool check_is_expected(void)
{
	return atomic_load_explicit(&expected, memory_order_relaxed);
}

size_t check_suggest(struct cx *cx, struct str lang, struct str word, struct str ret_words[CHECK_REPLACEMENTS])
{
	struct spell *spell = spell_of(lang);
	return spell ? spell_suggest(spell, cx->arena, word, ret_words, CHECK_REPLACEMENTS) : 0;
}

void buf_add_finding(struct buf *b, const struct finding *f)
{
	buf_addf(b, "{\"check\":\"%s\",\"level\":\"%s\",\"part\":\"%s\"", f->kind->word, check_level_word(f->level),
		check_part_word(f->place.part));
	if (f->place.part != CHECK_POST && f->place.part != CHECK_COMMENT)
		buf_addf(b, ",\"index\":%zu", f->place.index);
	if (f->place.part == CHECK_ALT || f->place.part == CHECK_SUBTITLE) {
		buf_adds(b, ",\"lang\":");
		buf_add_json(b, f->place.lang);
	}
	if (f->place.to > f->place.from)
		buf_addf(b, ",\"start\":%zu,\"end\":%zu,\"from\":%zu,\"to\":%zu", f->place.start, f->place.end, f->place.from,
			f->place.to);
	const struct {
		const char *name;
		struct str value;
	} texts[] = {{"excerpt", f->excerpt}, {"reason", f->reason}, {"remedy", f->remedy}, {"key", f->key},
		{"context", f->context}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].value.len) {
			buf_addf(b, ",\"%s\":", texts[i].name);
			buf_add_json(b, texts[i].value);
		}
	for (size_t i = 0; i < f->replacement_count; i++) {
		buf_adds(b, i ? "," : ",\"replacements\":[");
		buf_add_json(b, f->replacements[i]);
	}
	buf_adds(b, f->replacement_count ? "]}" : "}");
}
