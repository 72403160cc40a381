#include "model/subtitles.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"

#include <string.h>

#define READ_MOST (8 * SUBTITLES_BYTES) /* what we wrote ourselves is longer than what was brought: signs are escaped */
#define DEEP 8                          /* marks within marks */
#define TAG_BYTES 200
#define VOICE_BYTES 150                 /* of who speaks, as it is written */
#define LATE SECOND                     /* a last cue may stand so much longer than the film: players do not care */

struct reading {
	struct cx *cx;
	struct str rest;
	size_t line;              /* of the line that was taken last */
	i64 duration;
	bool is_srt;
	struct subtitle_cue *list;
	size_t count, capacity;
};

/* ---- the file ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a file that is no UTF-8 seems to be; NULL: no text at all. */
static const char *encoding_of(struct str bytes)
{
	size_t zeros = 0, high = 0, upper = 0, lower = 0, letters = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		u8 byte = (u8)bytes.at[i];
		zeros += byte == 0;
		high += byte >= 0x80;
		upper += byte >= 0x80 && byte < 0xA0;
		lower += byte && byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r';
		letters += is_letter((char)byte);
	}
	if (str_starts(bytes, S("\xff\xfe")) || str_starts(bytes, S("\xfe\xff")) || (zeros > bytes.len / 4 && lower <= bytes.len / 16))
		return N_("UTF-16");
	if (zeros + lower > bytes.len / 64)
		return NULL;
	if (high > letters)
		return N_("an older encoding, such as Windows-1251");
	return upper ? N_("Windows-1252") : N_("ISO-8859-1 (Latin 1)");
}

static enum err check_encoding(struct cx *cx, struct str bytes)
{
	const char *encoding = encoding_of(bytes);
	size_t line = 1;
	if (!encoding)
		return fail(cx, ERR_BAD_INPUT, N_("This is no text. Bring a file of subtitles, WebVTT (.vtt) or SubRip (.srt)."));
	bool wide = strcmp(encoding, "UTF-16") == 0;
	if (!wide && utf8_valid(bytes))
		return OK;
	for (struct str rest = bytes; !wide && utf8_valid(str_cut(&rest, '\n')); line++)
		;
	return fail(cx, ERR_BAD_INPUT, N_("Line %zu is no UTF-8: this file seems to be %s. Save it as UTF-8, which text editors offer, and bring it again."), line, _(encoding));
}

static enum err check_format(struct cx *cx, struct str bytes)
{
	static const struct {
		struct str begins;
		const char *name;
	} others[] = {{S("[Script Info]"), "Advanced SubStation Alpha (.ass)"}, {S("<?xml"), "TTML"}, {S("<tt"), "TTML"}, {S("<SAMI"), "SAMI (.smi)"},
		       {S("Scenarist_SCC"), "Scenarist (.scc)"}, {S("{1}"), "MicroDVD (.sub)"}};
	struct str text = str_trim(bytes);
	if (!text.len)
		return fail(cx, ERR_BAD_INPUT, N_("This file is empty. Bring a file of subtitles, WebVTT (.vtt) or SubRip (.srt)."));
	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq_fold(str_head(text, others[i].begins.len), others[i].begins))
			return fail(cx, ERR_BAD_INPUT, N_("This seems to be %s, which is not read here. Export the subtitles as WebVTT (.vtt) or SubRip (.srt)."), others[i].name);
	return OK;
}

/* Lines end by \n alone, without a mark before the first and without signs that control something. */
static struct str plain_lines(struct cx *cx, struct str bytes)
{
	struct buf *clean = buf_in_arena(cx->arena);
	CLEANUP(buf_free) struct buf lines = {};
	if (str_starts(bytes, S("\xef\xbb\xbf")))
		bytes = str_skip(bytes, 3);
	while (bytes.len) {
		ptrdiff_t end = str_find_byte(bytes, '\r');
		struct str part = end < 0 ? bytes : str_head(bytes, (size_t)end);
		buf_add(&lines, part);
		bytes = str_skip(bytes, part.len);
		if (end >= 0) {
			buf_addc(&lines, '\n');
			bytes = str_skip(bytes, str_starts(bytes, S("\r\n")) ? 2 : 1);
		}
	}
	buf_add_clean(clean, buf_str(&lines));
	return buf_str(clean);
}

static bool take_line(struct reading *r, struct str *ret_line)
{
	if (!r->rest.at || !r->rest.len)
		return false;
	*ret_line = str_cut(&r->rest, '\n');
	r->line++;
	return true;
}

/* What parts one cue from the next. Editors leave spaces behind in SubRip; in WebVTT such a line is one of the text, without any. */
static bool is_blank(const struct reading *r, struct str line)
{
	return !(r->is_srt ? str_trim(line) : line).len;
}

static void skip_block(struct reading *r)
{
	struct str line;
	while (take_line(r, &line) && !is_blank(r, line))
		;
}

/* ---- times ---- */

/* "01:02:03,250", "02:03.250"; *text stands behind it afterwards. */
static bool take_time(struct str *text, i64 *ret_time)
{
	struct str rest = *text;
	i64 parts[3], milli = 0;
	size_t count = 0;
	do {
		size_t n = 0;
		i64 value = 0;
		for (; n < rest.len && n < 5 && is_digit(rest.at[n]); n++)
			value = value * 10 + (rest.at[n] - '0');
		if (n == 0 || n > 4 || (count && (n > 2 || value > 59)))
			return false;
		parts[count++] = value;
		rest = str_skip(rest, n);
		if (count == 3 || !str_starts(rest, S(":")))
			break;
		rest = str_skip(rest, 1);
	} while (true);
	if (count < 2)
		return false;
	if (str_starts(rest, S(".")) || str_starts(rest, S(","))) {
		if (rest.len < 4 || !is_digit(rest.at[1]) || !is_digit(rest.at[2]) || !is_digit(rest.at[3]) || (rest.len > 4 && is_digit(rest.at[4])))
			return false;
		milli = (rest.at[1] - '0') * 100 + (rest.at[2] - '0') * 10 + (rest.at[3] - '0');
		rest = str_skip(rest, 4);
	}
	i64 seconds = count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : parts[0] * 60 + parts[1];
	*ret_time = seconds * SECOND + milli * MILLISECOND;
	*text = rest;
	return true;
}

static void add_time(struct buf *b, i64 time)
{
	i64 milli = time / MILLISECOND;
	buf_addf(b, "%02lld:%02lld:%02lld.%03lld", (long long)(milli / 3600000), (long long)(milli / 60000 % 60), (long long)(milli / 1000 % 60), (long long)(milli % 1000));
}

static const char *time_of(struct cx *cx, i64 time)
{
	struct buf *b = buf_in_arena(cx->arena);
	add_time(b, time);
	return buf_cstr(b);
}

static struct str skip_spaces(struct str text)
{
	while (text.len && (text.at[0] == ' ' || text.at[0] == '\t'))
		text = str_skip(text, 1);
	return text;
}

/* Both times and what stands behind them. */
static bool take_times(struct str line, struct subtitle_cue *cue, struct str *ret_settings)
{
	struct str rest = skip_spaces(line);
	if (!take_time(&rest, &cue->from))
		return false;
	rest = skip_spaces(rest);
	if (!str_starts(rest, S("-->")))
		return false;
	rest = skip_spaces(str_skip(rest, 3));
	if (!take_time(&rest, &cue->until) || (rest.len && rest.at[0] != ' ' && rest.at[0] != '\t'))
		return false;
	*ret_settings = rest;
	return true;
}

/* Those of WebVTT that say where a cue is shown; SubRip's corners ("X1:…") are none. */
static struct str settings_of(struct cx *cx, struct str text)
{
	static const char *const names[] = {"vertical", "line", "position", "size", "align"};
	CLEANUP(buf_free) struct buf b = {};
	for (text = skip_spaces(text); text.len && b.len < TAG_BYTES; text = skip_spaces(text)) {
		size_t end = 0;
		while (end < text.len && text.at[end] != ' ' && text.at[end] != '\t')
			end++;
		struct str value = str_head(text, end), name = str_cut(&value, ':');
		bool good = str_in(name, names, COUNT(names)) && value.len > 0 && value.len < 40;
		for (size_t i = 0; i < value.len; i++)
			good &= is_digit(value.at[i]) || is_letter(value.at[i]) || (value.at[i] && strchr(".,%-", value.at[i]));
		if (good)
			buf_addf(&b, "%s%.*s:%.*s", b.len ? " " : "", STR_ARG(name), STR_ARG(value));
		text = str_skip(text, end);
	}
	return buf_keep(&b, cx->arena);
}

/* ---- what is said ---- */

struct saying {
	struct reading *r;
	struct buf text, markup;  /* of the cue */
	struct buf line, marked;  /* of its line */
	char open[DEEP];          /* i, b, u, v: what was opened and not closed yet */
	size_t depth;
	struct str voice;
};

static void add_escaped(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '&' || c == '<' || c == '>')
			buf_adds(b, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
		else
			buf_addc(b, c);
	}
}

static void say(struct saying *s, struct str text)
{
	buf_add(&s->line, text);
	add_escaped(&s->marked, text);
}

/* What WebVTT writes with "&", the first of `text`; its length, 0: none. */
static size_t entity_at(struct str text, struct str *ret_means)
{
	static const struct {
		struct str name, means;
	} rows[] = {{S("&amp;"), S("&")}, {S("&lt;"), S("<")}, {S("&gt;"), S(">")}, {S("&nbsp;"), S("\xc2\xa0")}, {S("&lrm;"), S("\xe2\x80\x8e")}, {S("&rlm;"), S("\xe2\x80\x8f")},
		    {S("&quot;"), S("\"")}, {S("&apos;"), S("'")}};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_starts(text, rows[i].name)) {
			*ret_means = rows[i].means;
			return rows[i].name.len;
		}
	return 0;
}

static void close_to(struct saying *s, struct buf *out, size_t depth)
{
	while (s->depth > depth)
		buf_addf(out, "</%c>", s->open[--s->depth]);
}

static void close_mark(struct saying *s, char mark)
{
	for (size_t i = s->depth; i-- > 0;)
		if (s->open[i] == mark) {
			close_to(s, &s->marked, i);
			return;
		}
}

/* Who speaks, as it is to be read; cut where its mark, as we write it, would be no mark any more. */
static struct str voice_of(struct saying *s, struct str said)
{
	struct buf *b = buf_in_arena(s->r->cx->arena);
	size_t written = 0;
	for (said = str_trim(said); said.len && written < VOICE_BYTES;) {
		struct str before = said, means = {};
		size_t length = s->r->is_srt ? 0 : entity_at(said, &means);
		if (!length) {
			utf8_next(&said);
			means = str_head(before, length = before.len - said.len);
		}
		buf_add(b, means);
		written += means.len == 1 && strchr("&<>", means.at[0]) ? strlen("&amp;") : means.len;
		said = str_skip(before, length);
	}
	return str_trim(buf_str(b));
}

static void open_mark(struct saying *s, char mark, struct str said)
{
	struct str voice = mark == 'v' ? voice_of(s, said) : (struct str){};
	if (s->depth == DEEP || (mark == 'v' && !voice.len))
		return;
	s->open[s->depth++] = mark;
	buf_addf(&s->marked, mark == 'v' ? "<%c " : "<%c", mark);
	add_escaped(&s->marked, voice);
	buf_addc(&s->marked, '>');
	if (!s->voice.len)
		s->voice = voice;
}

/* A mark of these formats at the start of `text`: its length; 0: it is none, so it is text. */
static size_t take_mark(struct saying *s, struct str text)
{
	static const char *const kept[] = {"i", "b", "u", "v"}, *const dropped[] = {"c", "lang", "ruby", "rt", "font"};
	struct str inner = str_skip(str_head(text, TAG_BYTES), 1);
	ptrdiff_t end = str_find_byte(inner, '>'), other = str_find_byte(inner, '<');
	if (end <= 0 || (other >= 0 && other < end))
		return 0;
	inner = str_head(inner, (size_t)end);
	size_t length = (size_t)end + 2, n = 0;
	i64 time;
	struct str moment = inner;
	if (take_time(&moment, &time) && !moment.len) /* when the rest of it is said */
		return length;
	bool closes = inner.at[0] == '/';
	if (closes)
		inner = str_skip(inner, 1);
	char name[8] = "";
	for (; n < inner.len && n < sizeof name - 1 && is_letter(inner.at[n]); n++)
		name[n] = inner.at[n] | 0x20;
	struct str behind = str_skip(inner, n), word = str_of(name);
	if (behind.len && (closes || !strchr(". \t", behind.at[0])))
		return 0;
	if (str_in(word, dropped, COUNT(dropped)))
		return length;
	if (!str_in(word, kept, COUNT(kept)))
		return 0;
	while (behind.len && behind.at[0] != ' ' && behind.at[0] != '\t') /* its classes */
		behind = str_skip(behind, 1);
	if (closes)
		close_mark(s, name[0]);
	else
		open_mark(s, name[0], behind);
	return length;
}

/* "{\an8}": how other programs place a SubRip cue. */
static size_t take_braces(const struct saying *s, struct str text)
{
	ptrdiff_t end = s->r->is_srt && str_starts(text, S("{\\")) ? str_find_byte(str_head(text, TAG_BYTES), '}') : -1;
	return end < 0 ? 0 : (size_t)end + 1;
}

static void say_line(struct saying *s, struct str line)
{
	buf_clear(&s->line);
	for (line = str_trim(line); line.len;) {
		struct str means = str_head(line, 1);
		size_t length = line.at[0] == '<' ? take_mark(s, line) : line.at[0] == '{' ? take_braces(s, line) : 0;
		if (!length) {
			length = line.at[0] == '&' && !s->r->is_srt ? entity_at(line, &means) : 0;
			say(s, means);
		}
		line = str_skip(line, length ? length : 1);
	}
	struct str said = str_trim(buf_str(&s->line));
	if (!said.len) /* nothing but marks: they stand before the next line */
		return;
	buf_adds(&s->text, s->text.len ? "\n" : "");
	buf_adds(&s->markup, s->markup.len ? "\n" : "");
	buf_add(&s->text, said);
	buf_add(&s->markup, str_trim(buf_str(&s->marked)));
	buf_clear(&s->marked);
}

static enum err read_said(struct reading *r, struct subtitle_cue *cue, struct saying *s)
{
	struct subtitle_cue next;
	struct str line, settings;
	while (take_line(r, &line) && !is_blank(r, line)) {
		if (take_times(line, &next, &settings))
			return fail(r->cx, ERR_BAD_INPUT, N_("Line %zu: an empty line is missing before this subtitle. Put one before it, to part it from the one of line %zu."), r->line, cue->line);
		say_line(s, line);
		if (s->text.len > 4 * SUBTITLE_CHARACTERS || utf8_count(buf_str(&s->text)) > SUBTITLE_CHARACTERS)
			return fail(r->cx, ERR_BAD_INPUT, N_("Line %zu: this subtitle is longer than %d characters. Part it into several, each with its times."), r->line, SUBTITLE_CHARACTERS);
	}
	buf_add(&s->markup, str_trim(buf_str(&s->marked)));
	close_to(s, &s->markup, 0);
	cue->voice = s->voice;
	cue->text = buf_keep(&s->text, r->cx->arena);
	cue->markup = buf_keep(&s->markup, r->cx->arena);
	return OK;
}

/* ---- cues ---- */

static enum err check_times(struct reading *r, struct subtitle_cue *cue)
{
	struct cx *cx = r->cx;
	const struct subtitle_cue *last = r->count ? &r->list[r->count - 1] : NULL;
	if (cue->until <= cue->from)
		return fail(cx, ERR_BAD_INPUT, N_("Line %zu: this subtitle begins at %s and ends at %s. Put its end after its beginning."), cue->line, time_of(cx, cue->from),
			    time_of(cx, cue->until));
	if (last && cue->from < last->from)
		return fail(cx, ERR_BAD_INPUT, N_("Line %zu: this subtitle begins at %s, before the one of line %zu. Put them into the order of their times."), cue->line,
			    time_of(cx, cue->from), last->line);
	if (last && cue->from < last->until)
		return fail(cx, ERR_BAD_INPUT, N_("Line %zu: this subtitle begins at %s, while the one of line %zu is shown until %s. End that one earlier, or write both as one."),
			    cue->line, time_of(cx, cue->from), last->line, time_of(cx, last->until));
	if (!r->duration || cue->until <= r->duration)
		return OK;
	if (cue->from >= r->duration || cue->until > r->duration + LATE)
		return fail(cx, ERR_BAD_INPUT, N_("Line %zu: this subtitle is shown until %s, and the film ends at %s. See whether they are of this film, then shorten it or take it out."),
			    cue->line, time_of(cx, cue->until), time_of(cx, r->duration));
	cue->until = r->duration;
	return OK;
}

static enum err no_times(struct reading *r, size_t line, struct str text)
{
	return fail(r->cx, ERR_BAD_INPUT,
		    N_("Line %zu: “%.*s” stands where the times of a subtitle are expected, like 00:01:02.500 --> 00:01:04.000. Write them, or take out an empty line before it."), line,
		    STR_ARG(utf8_head(text, 40)));
}

static enum err read_cue(struct reading *r, struct str first)
{
	struct saying s = {.r = r};
	struct subtitle_cue cue = {};
	struct str line = first, settings = {};
	size_t named = r->line;
	if (str_find(line, S("-->")) < 0 && (!take_line(r, &line) || str_find(line, S("-->")) < 0)) /* its name, or number */
		return no_times(r, named, first);
	cue.line = r->line;
	if (!take_times(line, &cue, &settings))
		return no_times(r, r->line, line);
	cue.settings = settings_of(r->cx, settings);
	enum err e = read_said(r, &cue, &s);
	buf_free(&s.text);
	buf_free(&s.markup);
	buf_free(&s.line);
	buf_free(&s.marked);
	TRY(e);
	if (!cue.text.len) /* it says nothing */
		return OK;
	TRY(check_times(r, &cue));
	if (cue.until <= cue.from) /* cut to nothing by the end of the film */
		return OK;
	if (r->count == SUBTITLES_CUES)
		return fail(r->cx, ERR_TOO_LARGE, N_("More than %d subtitles are more than a film has."), SUBTITLES_CUES);
	*arena_push(r->cx->arena, r->list, r->count, r->capacity) = cue;
	return OK;
}

/* A word alone, or before a space. */
static bool begins_with(struct str line, const char *word)
{
	size_t length = strlen(word);
	return str_starts(line, str_of(word)) && (line.len == length || line.at[length] == ' ' || line.at[length] == '\t');
}

static enum err read_all(struct reading *r)
{
	struct str line;
	if (!r->is_srt)
		skip_block(r); /* WEBVTT, and what stands below it */
	while (take_line(r, &line)) {
		if (is_blank(r, line) || !str_trim(line).len)
			continue;
		if (!r->is_srt && (begins_with(line, "NOTE") || begins_with(line, "STYLE") || begins_with(line, "REGION")))
			skip_block(r);
		else
			TRY(read_cue(r, line));
	}
	return r->count ? OK : fail(r->cx, ERR_BAD_INPUT, N_("There is no subtitle in this file. Bring one with times and text, WebVTT (.vtt) or SubRip (.srt)."));
}

enum err subtitles_read(struct cx *cx, struct str bytes, i64 duration, struct subtitles *ret_subtitles)
{
	if (bytes.len > READ_MOST)
		return fail(cx, ERR_TOO_LARGE, N_("A file of subtitles has %d kB at the most."), (int)(SUBTITLES_BYTES >> 10));
	TRY(check_encoding(cx, bytes));
	struct reading r = {.cx = cx, .rest = plain_lines(cx, bytes), .duration = duration};
	TRY(check_format(cx, r.rest));
	struct str first = str_line(&(struct str){r.rest.at, r.rest.len});
	r.is_srt = !begins_with(first, "WEBVTT");
	TRY(read_all(&r));
	*ret_subtitles = (struct subtitles){.cues = r.list, .count = r.count, .is_srt = r.is_srt};
	return OK;
}

/* ---- writing ---- */

struct str subtitles_vtt(struct arena *arena, const struct subtitles *subtitles)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "WEBVTT\n");
	for (size_t i = 0; i < subtitles->count; i++) {
		const struct subtitle_cue *cue = &subtitles->cues[i];
		buf_addc(&b, '\n');
		add_time(&b, cue->from);
		buf_adds(&b, " --> ");
		add_time(&b, cue->until);
		if (cue->settings.len)
			buf_addf(&b, " %.*s", STR_ARG(cue->settings));
		buf_addc(&b, '\n');
		buf_add(&b, cue->markup);
		buf_addc(&b, '\n');
	}
	return buf_keep(&b, arena);
}

struct str subtitles_text(struct arena *arena, const struct subtitles *subtitles, size_t most)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < subtitles->count && b.len + subtitles->cues[i].text.len < most; i++) {
		buf_adds(&b, i ? "\n" : "");
		buf_add(&b, subtitles->cues[i].text);
	}
	return buf_keep(&b, arena);
}
