#include "main/examples.h"

#include "base/lang.h"
#include "base/utf8.h"
#include "sys/lines.h"

#define LINE_MAX_BYTES (16 << 20)
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
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	TRY(lines_open(cx, arena_cstr(cx->arena, path), LINE_MAX_BYTES, &lines));
	for (size_t number = 1;; number++) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			return OK;
		if (line.is_cut)
			return fail(cx, ERR_BAD_INPUT, N_("%.*s, line %zu: it is longer than %d MiB."), STR_ARG(path), number, LINE_MAX_BYTES >> 20);
		struct str text = number == 1 && str_starts(line.text, S("\xEF\xBB\xBF")) ? str_skip(line.text, 3) : line.text;
		if (text.len)
			TRY(read_line(cx, path, number, arena_str(cx->arena, text), examples));
	}
}

enum err examples_unmark(struct cx *cx, struct examples *examples, struct entity_example **ret_marked)
{
	struct entity_example *marked = arena_array(cx->arena, struct entity_example, examples->count + 1);
	for (size_t i = 0; i < examples->count; i++) {
		struct example *example = &examples->items[i];
		if (entity_text_read(cx, example->text, &marked[i].said) != OK) {
			CLEANUP(buf_free) struct buf why = {};
			buf_adds(&why, cx->story);
			return fail(cx, ERR_BAD_INPUT, N_("Example %zu, “%.*s”: %.*s"), i + 1, STR_ARG(utf8_head(example->text, 60)), STR_ARG(buf_str(&why)));
		}
		example->text = marked[i].said.text;
		marked[i].intent = example->label;
	}
	*ret_marked = marked;
	return OK;
}
