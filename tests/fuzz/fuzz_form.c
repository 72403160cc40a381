/* Bodies of requests: forms, multipart in pieces, JSON, and each type of parameter. The first byte says which. */
#include "web/kernel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const words[] = {"red", "green", NULL};

static char folder[] = "/tmp/parvis-fuzz-XXXXXX";

static void remove_folder(void)
{
	rmdir(folder);
}

static const char *spool(void)
{
	static bool made;
	if (!made)
		must(mkdtemp(folder) && atexit(remove_folder) == 0);
	made = true;
	return folder;
}

static void check_fields(const struct field_list *list)
{
	must(list->count <= FIELDS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		must(list->at[i].text.len < (size_t)1 << 21);
		must((list->at[i].in == IN_FILE) == (list->at[i].upload != NULL));
		if (list->at[i].upload)
			must(access(list->at[i].upload->path, R_OK) == 0 && list->at[i].upload->size >= 0);
	}
}

/* Cut in pieces or whole, the same comes out. */
static void multipart(struct cx *cx, struct str text, size_t piece)
{
	struct field_list lists[2] = {};
	enum err ends[2];
	for (size_t round = 0; round < 2; round++) {
		struct multipart *parts;
		struct str rest = text;
		enum err error = multipart_new(cx, S("multipart/form-data; boundary=\"XX\""), spool(), &lists[round], &parts);
		while (!error && rest.len) {
			size_t size = round ? rest.len : piece;
			error = multipart_feed(cx, parts, str_head(rest, size));
			rest = str_skip(rest, size);
		}
		ends[round] = error ? error : multipart_end(cx, parts);
		check_fields(&lists[round]);
	}
	if (ends[0] || ends[1])
		return;
	must(lists[0].count == lists[1].count);
	for (size_t i = 0; i < lists[0].count; i++) {
		must(str_eq(lists[0].at[i].name, lists[1].at[i].name) && str_eq(lists[0].at[i].text, lists[1].at[i].text));
		if (lists[0].at[i].upload)
			must(lists[0].at[i].upload->size == lists[1].at[i].upload->size);
	}
}

static void param(struct cx *cx, enum param_type type, struct str text)
{
	struct param row = {"field", IN_FORM, type, .words = words};
	struct value value;
	if (type == P_FILE || param_check_text(cx, &row, S("Europe/Paris"), text, &value) != OK)
		return;
	if (type == P_ID)
		must(value.number > 0);
	if (type == P_PATH && value.text.len)
		must(value.text.at[0] == '/' && (value.text.len < 2 || (value.text.at[1] != '/' && value.text.at[1] != '\\')));
	if (type == P_LINE || type == P_EMAIL || type == P_URL || type == P_PATH)
		must(str_find_byte(value.text, '\n') < 0 && str_find_byte(value.text, '\r') < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (!len)
		return 0;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str text = arena_str(arena, (struct str){(const char *)data + 1, len - 1});
	struct field_list list = {};
	json_t *json;
	if (data[0] < 32)
		param(&cx, (enum param_type)(data[0] % (P_FILE + 1)), text);
	else if (data[0] < 96)
		multipart(&cx, text, (size_t)data[0] - 31);
	else if (data[0] < 128 && json_read(&cx, text, data[0] & 1, &json) == OK)
		must(json);
	else if (data[0] >= 128 && form_read(&cx, text, IN_FORM, &list) == OK)
		check_fields(&list);
	return 0;
}
