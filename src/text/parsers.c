/* parsers.c: what text reads, as rows of base/parser.h. */
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "text/classifier.h"
#include "text/entity.h"
#include "text/entity_text.h"
#include "text/mask.h"
#include "text/pieces.h"
#include "text/query.h"
#include "text/typography.h"
#include "text/wordpiece.h"

#include <string.h>

static enum err read_query(struct cx *cx, struct str input, struct buf *out)
{
	const struct query *query;
	struct query_fault fault = {};
	CLEANUP(buf_free) struct buf text = {};
	if (!query_read(cx->arena, input, NULL, &query, &fault))
		return fail(cx, ERR_BAD_INPUT, N_("Character %zu: %s"), query_column(input, &fault), _(fault.story));
	buf_add_query(&text, query);
	buf_adds(out, "{\"query\":");
	buf_add_json(out, buf_str(&text));
	buf_addf(out, ",\"terms\":%zu}\n", query_terms(query));
	return OK;
}

const struct parser parser_query = {"query", N_("A listening query, as it is understood"), read_query};

static void add_code(struct buf *out, u32 code)
{
	CLEANUP(buf_free) struct buf one = {};
	buf_add_utf8(&one, code);
	buf_add(out, buf_str(&one));
}

static void add_token(struct buf *out, const struct reading *r, const struct token *t)
{
	static const char *const kinds[] = {"word", "number", "link", "mention", "hashtag", "emoji", "emoticon", "point"};
	static const struct {
		u8 flag;
		const char *word;
	} flags[] = {{TOKEN_LOUD, "loud"}, {TOKEN_LONG, "long"}, {TOKEN_NEGATED, "negated"}, {TOKEN_PART, "part"}, {TOKEN_DISGUISED, "disguised"}, {TOKEN_CAPITAL, "capital"}};
	CLEANUP(buf_free) struct buf text = {};
	for (u32 i = 0; i < t->len; i++)
		add_code(&text, r->line[t->at + i]);
	buf_addf(out, "{\"kind\":\"%s\",\"text\":", kinds[t->kind]);
	buf_add_json(out, buf_str(&text));
	buf_addf(out, ",\"from\":%u,\"to\":%u", t->from, t->to);
	for (size_t i = 0; i < COUNT(flags); i++)
		if (t->flags & flags[i].flag)
			buf_addf(out, ",\"%s\":true", flags[i].word);
	buf_adds(out, "}\n");
}

/* The text pass: a token a line, then how many features they make. */
static enum err read_reading(struct cx *cx, struct str input, struct buf *out)
{
	struct reading *r = reading_new(cx->arena);
	struct features *f = features_new(cx->arena);
	reading_of(r, input);
	features_of(f, r);
	for (size_t i = 0; i < r->token_count; i++)
		add_token(out, r, &r->tokens[i]);
	buf_addf(out, "{\"tokens\":%zu,\"words\":%zu,\"letters\":%zu,\"shape\":%zu}\n", r->token_count, features_start(f, FEATURE_LETTER),
		 features_start(f, FEATURE_SHAPE) - features_start(f, FEATURE_LETTER), features_count(f) - features_start(f, FEATURE_SHAPE));
	return OK;
}

const struct parser parser_reading = {"reading", N_("A message as classifiers read it: its words, links, emoji and signs"), read_reading};

/* What a model says it is, and of a text that is always the same. */
static enum err read_classifier(struct cx *cx, struct str input, struct buf *out)
{
	struct classifier *c;
	struct verdict v;
	char *bytes = arena_alloc(cx->arena, input.len + 1); /* where it may be used in place */
	if (input.len)
		memcpy(bytes, input.at, input.len);
	TRY(classifier_open(cx, (struct str){bytes, input.len}, &c));
	struct reading *r = reading_new(cx->arena);
	struct features *f = features_new(cx->arena);
	float parts[16];
	reading_of(r, S("What a lovely day, http://example.org"));
	must(r->token_count <= COUNT(parts));
	features_of(f, r);
	classifier_judge(c, f, &v);
	classifier_why(c, f, r, v.label, parts);
	buf_adds(out, "{\"task\":");
	buf_add_json(out, classifier_task(c));
	buf_addf(out, ",\"features\":%zu,\"labels\":[", classifier_features(c));
	for (size_t i = 0; i < classifier_labels(c); i++) {
		buf_adds(out, i ? "," : "");
		buf_add_json(out, classifier_label(c, i));
	}
	buf_adds(out, "],\"label\":");
	buf_add_json(out, classifier_label(c, v.label));
	buf_addf(out, ",\"p\":%.4f}\n", (double)v.p[v.label]);
	return OK;
}

const struct parser parser_classifier = {"classifier", N_("A model, as “parvis train” writes it"), read_classifier};

/* The first line is the vocabulary, its pieces parted by spaces; the rest is read with it. */
static enum err read_wordpiece(struct cx *cx, struct str input, struct buf *out)
{
	struct str first = str_line(&input);
	char *vocabulary = arena_alloc(cx->arena, first.len + 1);
	struct wordpiece *w;
	i64 ids[64];
	for (size_t i = 0; i < first.len; i++)
		vocabulary[i] = first.at[i] == ' ' ? '\n' : first.at[i];
	TRY(wordpiece_open(cx, (struct str){vocabulary, first.len}, true, &w));
	size_t count = wordpiece_read(w, input, ids, COUNT(ids));
	must(count >= 2 && count <= COUNT(ids));
	buf_adds(out, "{\"pieces\":[");
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf piece = {};
		must(ids[i] >= 0 && (size_t)ids[i] < wordpiece_size(w));
		buf_add_clean(&piece, wordpiece_piece(w, ids[i]));
		buf_adds(out, i ? "," : "");
		buf_add_json(out, buf_str(&piece));
	}
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_wordpiece = {"wordpiece", N_("A text in the pieces of a vocabulary, which is the first line"), read_wordpiece};

/* The first line is the names, parted by commas. */
static enum err read_mask(struct cx *cx, struct str input, struct buf *out)
{
	struct str first = str_line(&input), names[16];
	size_t count = 0;
	CLEANUP(buf_free) struct buf masked = {};
	for (struct str rest = first; rest.at && count < COUNT(names);)
		names[count++] = str_cut(&rest, ',');
	buf_add_masked(&masked, mask_new(cx->arena, names, count), input);
	buf_adds(out, "{\"text\":");
	buf_add_json(out, buf_str(&masked));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_mask = {"mask", N_("A text without names (the first line), handles, addresses and long numbers"), read_mask};

/* The first line is the description, tokenizer.json on one line. */
static enum err read_tokenizer(struct cx *cx, struct str input, struct buf *out)
{
	struct str first = str_line(&input);
	struct pieces *p;
	i64 ids[64];
	TRY(pieces_open(cx, first, &p));
	size_t count = pieces_read(p, cx->arena, input, ids, COUNT(ids));
	must(count && count <= COUNT(ids));
	buf_adds(out, "{\"pieces\":[");
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf piece = {};
		must(ids[i] >= 0 && (size_t)ids[i] < pieces_size(p));
		buf_add_clean(&piece, pieces_word(p, ids[i]));
		buf_adds(out, i ? "," : "");
		buf_add_json(out, buf_str(&piece));
	}
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_tokenizer = {"tokenizer", N_("A text in the pieces of a tokenizer.json, which is the first line"), read_tokenizer};

/* Bytes that are no UTF-8 become U+FFFD. */
static void add_said(struct buf *out, struct str said)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, said);
	buf_add_json(out, buf_str(&clean));
}

/* An example with its entities marked. */
static enum err read_marked(struct cx *cx, struct str input, struct buf *out)
{
	struct entity_text said;
	TRY(entity_text_read(cx, input, &said));
	buf_adds(out, "{\"text\":");
	add_said(out, said.text);
	buf_adds(out, ",\"entities\":[");
	for (size_t i = 0; i < said.mark_count; i++) {
		const struct entity_mark *mark = &said.marks[i];
		must(mark->from < mark->to && mark->to <= said.text.len && (!i || mark->from >= said.marks[i - 1].to));
		buf_adds(out, i ? ",{\"name\":" : "{\"name\":");
		buf_add_json(out, mark->name);
		buf_adds(out, ",\"text\":");
		add_said(out, (struct str){said.text.at + mark->from, mark->to - mark->from});
		buf_addc(out, '}');
	}
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_marked = {"marked", N_("An example of “parvis train --entities”: wake me at [time : nine am]"), read_marked};

/* A message's numbers, dates, hours, money and addresses. */
static enum err read_values(struct cx *cx, struct str input, struct buf *out)
{
	struct cuts *pieces = cuts_new(cx->arena);
	struct value *values = arena_array(cx->arena, struct value, VALUES_MOST);
	cuts_of(pieces, input);
	size_t count = values_of(pieces, input, values);
	for (size_t i = 0; i < count; i++) {
		const struct value *v = &values[i];
		must(v->from < v->to && v->to <= input.len && v->start < v->end && (!i || v->from >= values[i - 1].to));
		buf_addf(out, "{\"kind\":\"%s\",\"text\":", value_word(v->kind));
		add_said(out, (struct str){input.at + v->from, v->to - v->from});
		buf_adds(out, ",\"value\":");
		add_said(out, str_of(v->text));
		buf_adds(out, "}\n");
	}
	buf_addf(out, "{\"pieces\":%zu,\"values\":%zu}\n", pieces->count, count);
	return OK;
}

const struct parser parser_values = {"values", N_("What a message names: numbers, dates, hours, money, addresses"), read_values};

/* The file that a model of intents and entities is: what it finds in a text that is always the same. */
static enum err read_entities(struct cx *cx, struct str input, struct buf *out)
{
	struct str intents, entities, text = S("wake me at nine am on monday in [Paris] 2");
	struct entity_model *m;
	struct entity found[ENTITIES_MOST];
	TRY(entity_part(cx, input, &intents, &entities));
	TRY(entity_open(cx, entities.len ? entities : input, &m)); /* or the entities alone */
	size_t count = entity_find(m, entity_scratch_new(cx->arena), text, S("wake"), found);
	buf_addf(out, "{\"intents\":%zu,\"names\":[", entities.len ? intents.len : (size_t)0);
	for (size_t i = 0; i < entity_names(m); i++) {
		buf_adds(out, i ? "," : "");
		buf_add_json(out, entity_name(m, i));
	}
	buf_adds(out, "],\"found\":[");
	for (size_t i = 0; i < count; i++) {
		must(found[i].from < found[i].to && found[i].to <= text.len && found[i].name < entity_names(m) && (!i || found[i].from >= found[i - 1].to));
		buf_adds(out, i ? "," : "");
		buf_add_json(out, (struct str){text.at + found[i].from, found[i].to - found[i].from});
	}
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_entities = {"entities", N_("Entities as “parvis train --entities” learnt them"), read_entities};

/* The first line is the language, "fr" or "en-GB". */
static enum err read_typography(struct cx *cx, struct str input, struct buf *out)
{
	static const size_t most = 10000;
	struct str lang = str_line(&input);
	struct typography_finding *found = arena_array(cx->arena, struct typography_finding, most);
	size_t count = typography_of(input, lang, found, most);
	CLEANUP(buf_free) struct buf good = {};
	for (size_t i = 0; i < count; i++) {
		must(found[i].from < found[i].to && found[i].to <= input.len && (!i || found[i].from >= found[i - 1].to));
		buf_addf(out, "{\"rule\":\"%s\",\"from\":%zu,\"to\":%zu,\"text\":", typography_rule_word(found[i].rule), found[i].from, found[i].to);
		add_said(out, str_head(str_skip(input, found[i].from), found[i].to - found[i].from));
		buf_adds(out, ",\"with\":");
		add_said(out, str_of(found[i].with));
		buf_adds(out, "}\n");
	}
	buf_add_typeset(&good, input, lang);
	buf_adds(out, "{\"good\":");
	add_said(out, buf_str(&good));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_typography = {"typography", N_("Spaces, quotes and hours of a post, as print has them; the first line is its language"), read_typography};
