#include "text/pieces.h"

#include "base/buf.h"
#include "base/lang.h"
#include "text/pieces_kind.h"
#include "text/wordpiece.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#define WORDS_MAX ((size_t)1 << 21)
#define WORD_BYTES_MAX 512u
#define UNKNOWN_PENALTY 10.0f /* below the rarest piece, as SentencePiece has it */
#define NEVER "\xff"          /* stands where a number has no piece: no text holds it */

static struct str text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : (struct str){};
}

static enum err strange(struct cx *cx, const char *part, struct str what)
{
	return fail(cx, ERR_BAD_INPUT, N_("tokenizer.json asks for something that is not known here (%s: %.*s). Have the model asked through a server instead."), part,
		    STR_ARG(str_head(what, 60)));
}

static enum err damaged(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("tokenizer.json is damaged, or describes no tokenizer."));
}

/* ---- what is done to a text first ---- */

/* One step, or several: `take` says whether it is known. */
static enum err each_step(struct cx *cx, struct pieces *p, const json_t *step, const char *part, const char *list, bool (*take)(struct pieces *p, const json_t *step))
{
	const json_t *steps = json_object_get(step, list), *one;
	size_t i;
	if (!step || json_is_null(step))
		return OK;
	if (!str_eq(text_of(step, "type"), S("Sequence")))
		return take(p, step) ? OK : strange(cx, part, text_of(step, "type"));
	json_array_foreach((json_t *)(uintptr_t)steps, i, one)
		if (!take(p, one))
			return strange(cx, part, text_of(one, "type"));
	return OK;
}

/* Spaces in a row count as one in any case. */
static bool is_about_spaces(const json_t *step)
{
	struct str pattern = text_of(json_object_get(step, "pattern"), "Regex"), content = text_of(step, "content");
	return str_eq(pattern, S(" {2,}")) && (str_eq(content, S(" ")) || str_eq(content, S("▁")));
}

static bool take_normalizer(struct pieces *p, const json_t *step)
{
	struct str type = text_of(step, "type");
	if (p->kind == PIECES_BYTE_PAIRS)
		return false;
	if (p->kind == PIECES_WORDPIECE) {
		const json_t *lower = json_object_get(step, "lowercase"), *strip = json_object_get(step, "strip_accents");
		p->lower = !json_is_false(lower);
		return str_eq(type, S("BertNormalizer")) && (!json_is_boolean(strip) || json_is_true(strip) == p->lower) && !json_is_false(json_object_get(step, "clean_text")) &&
		       !json_is_false(json_object_get(step, "handle_chinese_chars"));
	}
	p->compatible |= str_eq(type, S("Precompiled")) || str_eq(type, S("NFKC"));
	p->lower |= str_eq(type, S("Lowercase"));
	return str_eq(type, S("Precompiled")) || str_eq(type, S("NFKC")) || str_eq(type, S("Lowercase")) || str_eq(type, S("Strip")) || str_eq(type, S("Nmt")) ||
	       (str_eq(type, S("Replace")) && is_about_spaces(step));
}

static bool take_splitter(struct pieces *p, const json_t *step)
{
	struct str type = text_of(step, "type");
	switch (p->kind) {
	case PIECES_WORDPIECE:
		return str_eq(type, S("BertPreTokenizer"));
	case PIECES_BYTE_PAIRS:
		p->space_before = json_is_true(json_object_get(step, "add_prefix_space"));
		return str_eq(type, S("ByteLevel")) && !json_is_false(json_object_get(step, "use_regex"));
	default:
		return str_eq(type, S("WhitespaceSplit")) || (str_eq(type, S("Metaspace")) && str_eq(text_of(step, "replacement"), S("▁")) &&
							      !json_is_false(json_object_get(step, "add_prefix_space")) && !str_eq(text_of(step, "prepend_scheme"), S("never")));
	}
}

/* ---- what stands around a text ---- */

static i64 id_of_pair(const json_t *pair)
{
	const json_t *id = json_array_get(pair, 1);
	return json_is_integer(id) ? json_integer_value(id) : -1;
}

static i64 id_of_special(const json_t *processor, const json_t *part)
{
	const char *name = json_string_value(json_object_get(json_object_get(part, "SpecialToken"), "id"));
	const json_t *id = json_array_get(json_object_get(name ? json_object_get(json_object_get(processor, "special_tokens"), name) : NULL, "ids"), 0);
	return json_is_integer(id) ? json_integer_value(id) : -1;
}

static enum err read_ends(struct cx *cx, struct pieces *p, const json_t *processor)
{
	struct str type = text_of(processor, "type");
	if (str_eq(type, S("RobertaProcessing")) || str_eq(type, S("BertProcessing"))) {
		p->first = id_of_pair(json_object_get(processor, "cls"));
		p->last = id_of_pair(json_object_get(processor, "sep"));
	} else if (str_eq(type, S("TemplateProcessing"))) {
		const json_t *parts = json_object_get(processor, "single");
		p->first = id_of_special(processor, json_array_get(parts, 0));
		p->last = id_of_special(processor, json_array_get(parts, json_array_size(parts) - 1));
	} else if (type.len) {
		return strange(cx, "post_processor", type);
	}
	return p->first < (i64)p->count && p->last < (i64)p->count ? OK : damaged(cx);
}

/* ---- the pieces ---- */

static enum err set_word(struct cx *cx, struct pieces *p, i64 id, struct str word)
{
	if (id < 0 || (size_t)id >= p->count)
		return damaged(cx);
	p->words[id] = arena_str(cx->arena, word);
	if (word.len && word.len <= WORD_BYTES_MAX && !map_get(p->ids, word))
		map_put(p->ids, p->words[id], (void *)(intptr_t)(id + 1));
	p->longest = word.len > p->longest && word.len <= WORD_BYTES_MAX ? word.len : p->longest;
	return OK;
}

/* {"piece": number}: numbers may be left out, as long as there are not many more than pieces. */
static enum err read_words(struct cx *cx, struct pieces *p, const json_t *words)
{
	const char *key;
	json_t *value;
	i64 most = -1;
	json_object_foreach((json_t *)(uintptr_t)words, key, value)
		most = json_integer_value(value) > most ? json_integer_value(value) : most;
	if (most < 0 || most >= (i64)WORDS_MAX)
		return damaged(cx);
	p->count = (size_t)most + 1;
	p->words = arena_array(cx->arena, struct str, p->count);
	json_object_foreach((json_t *)(uintptr_t)words, key, value)
		TRY(set_word(cx, p, json_is_integer(value) ? json_integer_value(value) : -1, str_of(key)));
	return OK;
}

/* "left right", or ["left", "right"]; the earlier the stronger. */
static enum err read_merges(struct cx *cx, struct pieces *p, const json_t *merges)
{
	size_t i;
	json_t *merge;
	p->ranks = map_new(cx->arena);
	json_array_foreach((json_t *)(uintptr_t)merges, i, merge)
	{
		const json_t *left = json_array_get(merge, 0), *right = json_array_get(merge, 1);
		struct str pair = json_is_string(merge) ? (struct str){json_string_value(merge), json_string_length(merge)}
				  : json_is_string(left) && json_is_string(right)
					  ? arena_printf(cx->arena, "%s %s", json_string_value(left), json_string_value(right))
					  : (struct str){};
		if (!pair.len || i >= WORDS_MAX)
			return damaged(cx);
		if (!map_get(p->ranks, pair))
			map_put(p->ranks, pair, (void *)(intptr_t)(i + 1));
	}
	return OK;
}

static enum err read_pairs(struct cx *cx, struct pieces *p, const json_t *model)
{
	static const char *const refused[] = {"continuing_subword_prefix", "end_of_word_suffix"};
	for (size_t i = 0; i < COUNT(refused); i++)
		if (text_of(model, refused[i]).len)
			return strange(cx, refused[i], text_of(model, refused[i]));
	if (json_is_true(json_object_get(model, "byte_fallback")) || json_is_true(json_object_get(model, "ignore_merges")))
		return strange(cx, "model", S("BPE"));
	TRY(read_words(cx, p, json_object_get(model, "vocab")));
	p->unknown = -1;
	pieces_find(p, text_of(model, "unk_token"), &p->unknown);
	return read_merges(cx, p, json_object_get(model, "merges"));
}

/* [["piece", score], …]: a number is a place. */
static enum err read_unigrams(struct cx *cx, struct pieces *p, const json_t *model)
{
	const json_t *list = json_object_get(model, "vocab"), *unknown = json_object_get(model, "unk_id");
	float least = 0;
	p->count = json_array_size(list);
	if (!p->count || p->count > WORDS_MAX || !json_is_integer(unknown) || json_integer_value(unknown) < 0 || json_integer_value(unknown) >= (json_int_t)p->count)
		return damaged(cx);
	if (json_is_true(json_object_get(model, "byte_fallback")))
		return strange(cx, "model", S("Unigram, byte_fallback"));
	p->words = arena_array(cx->arena, struct str, p->count);
	p->scores = arena_array(cx->arena, float, p->count);
	p->unknown = json_integer_value(unknown);
	for (size_t i = 0; i < p->count; i++) {
		const json_t *pair = json_array_get(list, i), *word = json_array_get(pair, 0), *score = json_array_get(pair, 1);
		if (!json_is_string(word) || !json_is_number(score) || !isfinite(json_number_value(score)))
			return damaged(cx);
		p->scores[i] = (float)json_number_value(score);
		least = p->scores[i] < least ? p->scores[i] : least;
		TRY(set_word(cx, p, (i64)i, (struct str){json_string_value(word), json_string_length(word)}));
	}
	p->unknown_score = least - UNKNOWN_PENALTY;
	return OK;
}

/* Its vocabulary as lines, which is how text/wordpiece.h reads it. */
static enum err read_wordpieces(struct cx *cx, struct pieces *p, const json_t *model)
{
	struct str prefix = text_of(model, "continuing_subword_prefix");
	struct buf *lines = buf_in_arena(cx->arena);
	if (prefix.len && !str_eq(prefix, S("##")))
		return strange(cx, "continuing_subword_prefix", prefix);
	TRY(read_words(cx, p, json_object_get(model, "vocab")));
	for (size_t i = 0; i < p->count; i++) {
		buf_add(lines, p->words[i].len && str_find_byte(p->words[i], '\n') < 0 && str_find_byte(p->words[i], '\r') < 0 ? p->words[i] : S(NEVER));
		buf_addc(lines, '\n');
	}
	return wordpiece_open(cx, buf_str(lines), p->lower, &p->wordpiece);
}

static void forget(struct pieces *p, i64 id)
{
	if (id >= 0 && (size_t)id < p->count && map_get(p->ids, p->words[id]))
		map_put(p->ids, p->words[id], NULL);
}

/* Marks of the model are no pieces of a text, whoever writes them. */
static void forget_marks(struct pieces *p, const json_t *description)
{
	size_t i;
	json_t *added;
	forget(p, p->first);
	forget(p, p->last);
	forget(p, p->kind == PIECES_UNIGRAMS ? p->unknown : -1);
	json_array_foreach(json_object_get(description, "added_tokens"), i, added)
		if (json_is_true(json_object_get(added, "special")) && json_is_integer(json_object_get(added, "id")))
			forget(p, json_integer_value(json_object_get(added, "id")));
}

static enum err read_description(struct cx *cx, const json_t *description, struct pieces *p)
{
	const json_t *model = json_object_get(description, "model");
	struct str type = text_of(model, "type");
	p->kind = str_eq(type, S("BPE")) ? PIECES_BYTE_PAIRS : str_eq(type, S("Unigram")) ? PIECES_UNIGRAMS : PIECES_WORDPIECE;
	if (!json_is_object(model))
		return damaged(cx);
	if (p->kind == PIECES_WORDPIECE && !str_eq(type, S("WordPiece")))
		return strange(cx, "model", type);
	if (!json_is_object(json_object_get(description, "pre_tokenizer")))
		return strange(cx, "pre_tokenizer", S("–"));
	TRY(each_step(cx, p, json_object_get(description, "normalizer"), "normalizer", "normalizers", take_normalizer));
	TRY(each_step(cx, p, json_object_get(description, "pre_tokenizer"), "pre_tokenizer", "pretokenizers", take_splitter));
	if (p->kind == PIECES_WORDPIECE)
		return read_wordpieces(cx, p, model);
	TRY(p->kind == PIECES_BYTE_PAIRS ? read_pairs(cx, p, model) : read_unigrams(cx, p, model));
	TRY(read_ends(cx, p, json_object_get(description, "post_processor")));
	forget_marks(p, description);
	return OK;
}

static struct pieces *pieces_new(struct cx *cx)
{
	struct pieces *p = arena_new_of(cx->arena, struct pieces);
	p->ids = map_new(cx->arena);
	p->first = p->last = p->unknown = -1;
	return p;
}

enum err pieces_open(struct cx *cx, struct str description, struct pieces **ret_pieces)
{
	struct pieces *p = pieces_new(cx);
	json_t *json = description.len ? json_loadb(description.at, description.len, 0, NULL) : NULL;
	enum err e = json_is_object(json) ? read_description(cx, json, p) : damaged(cx);
	json_decref(json);
	TRY(e);
	*ret_pieces = p;
	return OK;
}

enum err pieces_open_vocabulary(struct cx *cx, struct str vocabulary, bool lower, struct pieces **ret_pieces)
{
	struct pieces *p = pieces_new(cx);
	TRY(wordpiece_open(cx, vocabulary, lower, &p->wordpiece));
	p->count = wordpiece_size(p->wordpiece);
	*ret_pieces = p;
	return OK;
}

size_t pieces_size(const struct pieces *p)
{
	return p->count;
}

struct str pieces_word(const struct pieces *p, i64 id)
{
	if (p->wordpiece)
		return wordpiece_piece(p->wordpiece, id);
	return id >= 0 && (size_t)id < p->count ? p->words[id] : (struct str){};
}

size_t pieces_read(const struct pieces *p, struct arena *scratch, struct str text, i64 *ret_ids, size_t most)
{
	struct pieces_out out = {.ids = ret_ids, .most = most - (p->last >= 0)};
	must(most >= 4);
	if (p->kind == PIECES_WORDPIECE)
		return wordpiece_read(p->wordpiece, text, ret_ids, most);
	if (p->first >= 0)
		pieces_put(&out, p->first);
	if (p->kind == PIECES_BYTE_PAIRS)
		pieces_cut_pairs(p, scratch, text, &out);
	else
		pieces_cut_unigrams(p, scratch, text, &out);
	if (!out.count) /* a model wants something */
		pieces_put(&out, p->unknown >= 0 ? p->unknown : 0);
	if (p->last >= 0)
		ret_ids[out.count++] = p->last;
	return out.count;
}
