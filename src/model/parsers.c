/* parsers.c: what model reads, as rows of base/parser.h. */
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "model/film.h"
#include "model/fit.h"
#include "model/mp3.h"
#include "model/subtitles.h"
#include "model/webm.h"

#define X_MOST 280

/* As it is; broken bytes become U+FFFD. */
static void add_as_written(struct buf *out, struct str text)
{
	CLEANUP(buf_free) struct buf whole = {};
	if (utf8_valid(text)) {
		buf_add_json(out, text);
		return;
	}
	while (text.len)
		buf_add_utf8(&whole, utf8_next(&text));
	buf_add_json(out, buf_str(&whole));
}

static void add_mark(struct buf *list, const struct mark *m)
{
	buf_adds(list, list->len ? ",{\"text\":" : "{\"text\":");
	add_as_written(list, m->value);
	if (m->list.len) {
		buf_adds(list, ",\"list\":");
		add_as_written(list, m->list);
	}
	buf_addf(list, ",\"start\":%zu,\"end\":%zu}", m->start, m->end);
}

static void read_line(struct buf *out, struct str line)
{
	static const char *const names[] = {[MARK_LINK] = "links", [MARK_MENTION] = "mentions", [MARK_HASHTAG] = "hashtags", [MARK_CASHTAG] = "cashtags"};
	struct buf lists[MARK_KIND_COUNT] = {};
	struct mark_reader reader = mark_reader_new(line, MARK_X, MARK_ALL);
	struct mark m;
	size_t x = text_length(TEXT_WEIGHTED, line);
	bool valid = x > 0 && x <= X_MOST && !text_is_refused(TEXT_WEIGHTED, line);
	while (mark_next(&reader, &m))
		add_mark(&lists[m.kind], &m);
	buf_addf(out, "{\"length\":{\"x\":%zu,\"bluesky\":%zu,\"mastodon\":%zu},\"valid\":{\"x\":%s}", x, text_length(TEXT_GRAPHEMES, line), text_length(TEXT_FEDIVERSE, line),
		 valid ? "true" : "false");
	for (enum mark_kind kind = 0; kind < MARK_KIND_COUNT; kind++) {
		buf_addf(out, ",\"%s\":[", names[kind]);
		if (!buf_ok(&lists[kind]))
			out->broken = true;
		buf_add(out, buf_str(&lists[kind]));
		buf_addc(out, ']');
		buf_free(&lists[kind]);
	}
	buf_adds(out, "}\n");
}

/* A post a line, as networks see it: lengths, and what of it is a link, a name or a tag by the rules of X. */
static enum err read_text(struct cx *cx, struct str input, struct buf *out)
{
	while (input.len && buf_ok(out))
		read_line(out, str_line(&input));
	return OK;
}

const struct parser parser_text = {"text", N_("Posts, a line each: how long they are by network; their links, names and tags"), read_text};

/* "weighted 280 numbered" in the first line, the text in the others: a part a line. */
static enum err read_thread(struct cx *cx, struct str input, struct buf *out)
{
	static const char *const ends[] = {"forced", "sign", "word", "sentence", "line", "paragraph"};
	struct str first = str_line(&input), word = str_cut(&first, ' '), most_word = str_cut(&first, ' ');
	enum text_unit unit = 0;
	u64 most;
	while (unit < TEXT_UNIT_COUNT && !str_eq(word, str_of(text_unit_word(unit))))
		unit++;
	if (unit == TEXT_UNIT_COUNT || !str_to_u64(most_word, &most) || most > THREAD_BYTES)
		return fail(cx, ERR_BAD_INPUT, N_("The first line says the unit and how many a part may have, like “weighted 280 numbered”."));
	enum thread_number number = str_eq(first, S("numbered")) ? THREAD_NUMBERED : THREAD_PLAIN;
	struct thread_part *parts = NULL;
	size_t count = thread_cut(cx->arena, unit, most, input, S(""), number, &parts);
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf sent = {};
		buf_add_thread_part(&sent, parts, count, i, number);
		buf_addf(out, "{\"start\":%zu,\"end\":%zu,\"length\":%zu,\"ends\":\"%s\",\"text\":", parts[i].start, parts[i].end, parts[i].length, ends[parts[i].why]);
		add_as_written(out, buf_str(&sent));
		buf_adds(out, "}\n");
	}
	return OK;
}

const struct parser parser_thread = {"thread", N_("A post cut into a thread; the first line says the unit and how long a part may be"), read_thread};

/* What a film is, and of what it is freed before it leaves; the freed one must read alike. */
static enum err read_film(struct cx *cx, struct str input, struct buf *out)
{
	struct film film, after;
	CLEANUP(buf_free) struct buf own = {};
	TRY(film_look(cx, input, &film));
	buf_addf(out, "{\"width\":%d,\"height\":%d,\"duration\":%lld,\"sound\":%s,\"text\":%s,\"traces\":%s,\"position\":%s,\"pieces\":%s}\n", film.width, film.height,
		 (long long)film.duration, film.sound ? "true" : "false", film.text ? "true" : "false", film.traces ? "true" : "false", film.position ? "true" : "false",
		 film.pieces ? "true" : "false");
	buf_add(&own, input);
	if (film_clean(cx, own.at, own.len) != OK) {
		cx_forget(cx);
		return OK;
	}
	must(film_look(cx, buf_str(&own), &after) == OK && after.width == film.width && after.duration == film.duration && !after.traces);
	return OK;
}

const struct parser parser_film = {"film", N_("An MP4 or QuickTime film: how large and long it is, and whether it says where it was taken"), read_film};

static enum err read_webm(struct cx *cx, struct str input, struct buf *out)
{
	struct webm webm, after;
	CLEANUP(buf_free) struct buf own = {};
	TRY(webm_look(cx, input, &webm));
	buf_addf(out, "{\"width\":%d,\"height\":%d,\"duration\":%lld,\"sound\":%s,\"text\":%s,\"traces\":%s,\"drops\":%s}\n", webm.width, webm.height, (long long)webm.duration,
		 webm.sound ? "true" : "false", webm.text ? "true" : "false", webm.traces ? "true" : "false", webm.drops ? "true" : "false");
	buf_add(&own, input);
	if (webm_clean(cx, own.at, own.len) != OK) {
		cx_forget(cx);
		return OK;
	}
	must(webm_look(cx, buf_str(&own), &after) == OK && after.width == webm.width && after.duration == webm.duration && !after.traces);
	return OK;
}

const struct parser parser_webm = {"webm", N_("A WebM or Matroska film: how large and long it is, and whether it says who made it"), read_webm};

static enum err read_mp3(struct cx *cx, struct str input, struct buf *out)
{
	struct str sound, again;
	bool traces, more;
	TRY(mp3_sound(cx, input, &sound, &traces));
	must(mp3_sound(cx, sound, &again, &more) == OK && !more);
	buf_addf(out, "{\"start\":%zu,\"bytes\":%zu,\"traces\":%s}\n", (size_t)(sound.at - input.at), sound.len, traces ? "true" : "false");
	return OK;
}

const struct parser parser_mp3 = {"mp3", N_("An MP3: where its sound is, between what is written around it"), read_mp3};

/* A cue a line, behind a line that says of what they are; written as WebVTT, they must read alike. */
static enum err read_subtitles(struct cx *cx, struct str input, struct buf *out)
{
	struct subtitles read, again;
	if (input.len > SUBTITLES_BYTES)
		return fail(cx, ERR_TOO_LARGE, N_("A file of subtitles has %d kB at the most."), (int)(SUBTITLES_BYTES >> 10));
	TRY(subtitles_read(cx, input, 0, &read));
	must(subtitles_read(cx, subtitles_vtt(cx->arena, &read), 0, &again) == OK && again.count == read.count);
	buf_addf(out, "{\"format\":\"%s\",\"cues\":%zu}\n", read.is_srt ? "srt" : "vtt", read.count);
	for (size_t i = 0; i < read.count; i++) {
		const struct subtitle_cue *cue = &read.cues[i], *same = &again.cues[i];
		must(cue->from == same->from && cue->until == same->until && str_eq(cue->text, same->text) && str_eq(cue->voice, same->voice) && str_eq(cue->settings, same->settings));
		buf_addf(out, "{\"line\":%zu,\"from\":%lld,\"until\":%lld,\"voice\":", cue->line, (long long)cue->from, (long long)cue->until);
		buf_add_json(out, cue->voice);
		buf_adds(out, ",\"settings\":");
		buf_add_json(out, cue->settings);
		buf_adds(out, ",\"text\":");
		buf_add_json(out, cue->text);
		buf_adds(out, ",\"markup\":");
		buf_add_json(out, cue->markup);
		buf_adds(out, "}\n");
	}
	return OK;
}

const struct parser parser_subtitles = {"subtitles", N_("Subtitles of a film, WebVTT or SubRip: their times and what they say"), read_subtitles};
