/* A model that tells languages, from any bytes: it is refused, or answers every text, with a language that it names. The input is a
 * change to a small sound model: a place, how many bytes, the bytes; what is behind them is the text. An input that begins with the
 * model's own first bytes is a model by itself. */
#include "base/err.h"
#include "text/language.h"
#include "text/language_train.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static const struct example texts[] = {
	{S("fr"), S("le chat dort sur la chaise dans la cuisine")}, {S("en"), S("the cat sleeps on the chair in the kitchen")},
	{S("de"), S("die Katze schläft auf dem Stuhl in der Küche")}, {S("ru"), S("кошка спит на стуле")}, {S("uk"), S("кішка спить на стільці")},
};

static struct str sound(void)
{
	static struct buf model;
	if (!model.len) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct cx cx = cx_new(arena);
		struct language_trained trained;
		must(train_language(&cx, &(struct language_training){.texts = texts, .count = COUNT(texts)}, &model, &trained) == OK);
	}
	return buf_str(&model);
}

static void ask(const struct language_model *model, struct str text)
{
	struct language language, again;
	language_of(model, text, &language);
	language_of(model, text, &again);
	must(language.index == again.index && language.second == again.second && language.p == again.p);
	must(language.p >= 0 && language.p <= 1 && language.p_second >= 0 && language.p_second <= language.p);
	must(language.index == LANGUAGE_NONE ? language.p == 0 : language.index < language_count(model));
	must(language_code(model, language.index).len >= 2);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct language_model *model;
	struct str input = {(const char *)data, size}, base = sound();
	size_t len = language_recognised(input) ? size : base.len;
	char *bytes = malloc(len + 1);
	memcpy(bytes, language_recognised(input) ? input.at : base.at, len);
	if (!language_recognised(input) && size >= 3) {
		size_t at = (data[0] | (size_t)data[1] << 8) * 5 % len, count = data[2];
		input = str_skip(input, 3);
		count = count < input.len ? count : input.len;
		count = count < len - at ? count : len - at;
		memcpy(bytes + at, input.at, count);
		input = str_skip(input, count);
	}
	if (language_open(&cx, (struct str){bytes, len}, &model) == OK) {
		must(language_count(model) > 0);
		ask(model, input);
		ask(model, S("le chat the cat кошка 中文 ไทย"));
	} else {
		must(cx.story[0]);
	}
	free(bytes);
	return 0;
}
