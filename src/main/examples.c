#include "main/examples.h"

#include "base/utf8.h"
#include "sys/files.h"
#include "sys/gunzip.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 30)
#define UNPACKED_MAX ((size_t)2 << 30)
#define LABEL_MAX 200

static enum err read_line(struct cx *cx, struct str path, size_t number, struct str line, struct examples *examples)
{
	struct str text = line, label = str_trim(str_cut(&text, '\t'));
	if (!text.at)
		return fail(cx, ERR_BAD_INPUT, N_("%.*s, line %zu: there is no tab between a label and a text."), STR_ARG(path), number);
	if (!label.len)
		return fail(cx, ERR_BAD_INPUT, N_("%.*s, line %zu: there is no label before the tab."), STR_ARG(path), number);
	if (label.len > LABEL_MAX || !utf8_valid(label))
		return fail(cx, ERR_BAD_INPUT, N_("%.*s, line %zu: the label is longer than %d bytes, or no UTF-8."), STR_ARG(path), number, LABEL_MAX);
	*arena_push(cx->arena, examples->items, examples->count, examples->capacity) = (struct example){label, text};
	return OK;
}

enum err examples_read(struct cx *cx, struct str path, struct examples *examples)
{
	struct str bytes;
	size_t number = 0;
	TRY(file_read(cx, arena_cstr(cx->arena, path), FILE_MAX, &bytes));
	if (gunzip_recognised(bytes) && gunzip(cx, bytes, UNPACKED_MAX, &bytes) != OK) {
		char why[sizeof cx->story];
		snprintf(why, sizeof why, "%s", cx->story);
		return fail(cx, cx->err, "%.*s: %s", STR_ARG(path), why);
	}
	if (str_starts(bytes, S("\xEF\xBB\xBF")))
		bytes = str_skip(bytes, 3);
	while (bytes.len) {
		struct str line = str_line(&bytes);
		number++;
		if (line.len)
			TRY(read_line(cx, path, number, line, examples));
	}
	return OK;
}
