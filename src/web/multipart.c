#include "web/form.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADERS_MAX ((size_t)8 << 10)
#define TEXT_MAX ((size_t)1 << 20) /* of all fields that are no files */
#define BOUNDARY_MAX 200

enum state { BEFORE_FIRST, AFTER_DELIMITER, IN_HEADERS, IN_BODY, AFTER_LAST };

struct multipart {
	struct arena *arena;
	struct str delimiter; /* "\r\n--boundary" */
	const char *spool;
	struct field_list *list;
	enum state state;
	struct buf *pending;  /* read, not yet understood */
	size_t text_len, files;
	struct field field;   /* the part at hand */
	bool is_file;
	struct buf *text;
	int file;             /* -1: none open */
	struct upload *upload;
};

static enum err malformed(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, "This request is not encoded as it should be. Nothing was changed.");
}

static void file_close(void *subject)
{
	struct multipart *multipart = subject;
	if (multipart->file >= 0)
		close(multipart->file);
	multipart->file = -1;
}

static void file_remove(void *path)
{
	unlink(path);
}

/* The value of name=… in "form-data; name=\"a\"; filename=\"b\"". Browsers write a quote inside as %22. */
static bool parameter(struct str header, struct str name, struct str *ret_value)
{
	struct str rest = header;
	(void)str_cut(&rest, ';');
	while (rest.at) {
		rest = str_trim(rest);
		ptrdiff_t equals = str_find_byte(rest, '='), semicolon = str_find_byte(rest, ';');
		if (equals < 0 || (semicolon >= 0 && semicolon < equals)) {
			(void)str_cut(&rest, ';');
			continue;
		}
		struct str key = str_trim(str_head(rest, (size_t)equals)), value;
		rest = str_skip(rest, (size_t)equals + 1);
		if (rest.len && rest.at[0] == '"') {
			size_t end = 1;
			while (end < rest.len && rest.at[end] != '"')
				end += rest.at[end] == '\\' && end + 1 < rest.len ? 2 : 1;
			if (end >= rest.len)
				return false;
			value = (struct str){rest.at + 1, end - 1};
			rest = str_skip(rest, end + 1);
			(void)str_cut(&rest, ';');
		} else {
			value = str_trim(str_cut(&rest, ';'));
		}
		if (str_eq_fold(key, name)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

enum err multipart_new(struct cx *cx, struct str type, const char *spool, struct field_list *list, struct multipart **ret_multipart)
{
	struct str boundary;
	if (!parameter(type, S("boundary"), &boundary) || !boundary.len || boundary.len > BOUNDARY_MAX ||
	    memchr(boundary.at, '\r', boundary.len) || memchr(boundary.at, '\n', boundary.len))
		return malformed(cx);
	struct multipart *multipart = arena_new_of(cx->arena, struct multipart);
	*multipart = (struct multipart){
		.arena = cx->arena,
		.delimiter = arena_printf(cx->arena, "\r\n--%.*s", STR_ARG(boundary)),
		.spool = spool,
		.list = list,
		.pending = buf_in_arena(cx->arena),
		.text = buf_in_arena(cx->arena),
		.file = -1,
	};
	multipart->text->max = TEXT_MAX;
	arena_defer(cx->arena, file_close, multipart);
	buf_adds(multipart->pending, "\r\n"); /* so that the first boundary looks like the others */
	*ret_multipart = multipart;
	return OK;
}

static enum err file_open(struct cx *cx, struct multipart *multipart)
{
	if (!multipart->spool)
		return fail(cx, ERR_UNSUPPORTED, "Files are not taken here. Nothing was changed.");
	char *path = (char *)arena_printf(cx->arena, "%s/upload-XXXXXX", multipart->spool).at;
	multipart->file = mkostemp(path, O_CLOEXEC);
	if (multipart->file < 0)
		return fail(cx, ERR_LATER, "The file could not be kept on the server's disk (%s). Nothing was changed.",
			    strerror(errno));
	arena_defer(cx->arena, file_remove, path);
	multipart->upload->path = path;
	return OK;
}

/* The last part of what some browsers send as a path, without what is no text. */
static struct str file_name(struct cx *cx, struct str sent)
{
	for (size_t i = sent.len; i > 0; i--) {
		if (sent.at[i - 1] == '/' || sent.at[i - 1] == '\\') {
			sent = str_skip(sent, i);
			break;
		}
	}
	struct buf *name = buf_in_arena(cx->arena);
	buf_add_clean(name, str_head(sent, 1024));
	return utf8_head(buf_str(name), 200);
}

static enum err part_begin(struct cx *cx, struct multipart *multipart, struct str headers)
{
	struct str disposition = {}, type = S("application/octet-stream"), name, filename;
	while (headers.len) {
		struct str line = str_line(&headers), key = str_cut(&line, ':');
		if (str_eq_fold(key, S("Content-Disposition")))
			disposition = arena_str(cx->arena, str_trim(line));
		else if (str_eq_fold(key, S("Content-Type")))
			type = arena_str(cx->arena, str_head(str_trim(line), 200));
	}
	if (!parameter(disposition, S("name"), &name) || multipart->list->count == FIELDS_MAX)
		return malformed(cx);
	multipart->field = (struct field){.name = name, .in = IN_FORM};
	multipart->is_file = parameter(disposition, S("filename"), &filename);
	buf_clear(multipart->text);
	if (!multipart->is_file)
		return OK;
	if (++multipart->files > FILES_MAX)
		return fail(cx, ERR_TOO_LARGE, "At most %d files at once. Nothing was changed.", FILES_MAX);
	multipart->upload = arena_new_of(cx->arena, struct upload);
	*multipart->upload = (struct upload){.name = file_name(cx, filename), .type = type};
	multipart->field.in = IN_FILE;
	multipart->field.upload = multipart->upload;
	return OK;
}

static enum err part_data(struct cx *cx, struct multipart *multipart, struct str data)
{
	if (!data.len)
		return OK;
	if (!multipart->is_file) {
		multipart->text_len += data.len;
		if (multipart->text_len > TEXT_MAX)
			return fail(cx, ERR_TOO_LARGE, "These texts are longer than allowed. Nothing was changed.");
		buf_add(multipart->text, data);
		return OK;
	}
	if (multipart->file < 0)
		TRY(file_open(cx, multipart));
	while (data.len) {
		ssize_t written = write(multipart->file, data.at, data.len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return fail(cx, ERR_LATER, "The file could not be kept on the server's disk (%s). Nothing was changed.",
				    strerror(errno));
		multipart->upload->size += written;
		data = str_skip(data, (size_t)written);
	}
	return OK;
}

static enum err part_end(struct cx *cx, struct multipart *multipart)
{
	if (!multipart->is_file)
		multipart->field.text = buf_keep(multipart->text, cx->arena);
	else if (!multipart->upload->name.len && !multipart->upload->size)
		return OK; /* a file field left empty */
	else if (multipart->file < 0)
		TRY(file_open(cx, multipart)); /* an empty file is one */
	file_close(multipart);
	*arena_push(cx->arena, multipart->list->at, multipart->list->count, multipart->list->capacity) = multipart->field;
	return OK;
}

/* Data up to the next delimiter; what could be its beginning is kept. */
static enum err step_body(struct cx *cx, struct multipart *multipart, struct str pending, size_t *ret_used)
{
	struct str delimiter = multipart->delimiter;
	const char *found = memmem(pending.at, pending.len, delimiter.at, delimiter.len);
	size_t before = found ? (size_t)(found - pending.at) : pending.len >= delimiter.len ? pending.len - delimiter.len + 1 : 0;
	if (multipart->state == IN_BODY) {
		TRY(part_data(cx, multipart, str_head(pending, before)));
		if (found)
			TRY(part_end(cx, multipart));
	}
	if (found)
		multipart->state = AFTER_DELIMITER;
	*ret_used = found ? before + delimiter.len : before;
	return OK;
}

/* Behind a delimiter: "--" was the last, a line end begins a part. The line end stays: it is the first of the headers'. */
static enum err step_delimiter(struct cx *cx, struct multipart *multipart, struct str pending, size_t *ret_used)
{
	size_t blanks = 0;
	while (blanks < pending.len && (pending.at[blanks] == ' ' || pending.at[blanks] == '\t'))
		blanks++;
	struct str rest = str_skip(pending, blanks);
	if (rest.len < 2)
		return blanks > HEADERS_MAX ? malformed(cx) : OK;
	if (str_starts(rest, S("--")))
		multipart->state = AFTER_LAST;
	else if (str_starts(rest, S("\r\n")))
		multipart->state = IN_HEADERS;
	else
		return malformed(cx);
	*ret_used = blanks;
	return OK;
}

static enum err step_headers(struct cx *cx, struct multipart *multipart, struct str pending, size_t *ret_used)
{
	const char *end = memmem(pending.at, pending.len, "\r\n\r\n", 4);
	if (!end || end - pending.at > (ptrdiff_t)HEADERS_MAX)
		return pending.len > HEADERS_MAX ? malformed(cx) : OK;
	*ret_used = (size_t)(end - pending.at) + 4;
	multipart->state = IN_BODY;
	return part_begin(cx, multipart, str_head(pending, (size_t)(end - pending.at)));
}

enum err multipart_feed(struct cx *cx, struct multipart *multipart, struct str chunk)
{
	struct buf *pending = multipart->pending;
	buf_add(pending, chunk);
	if (!buf_ok(pending))
		return malformed(cx);
	size_t at = 0;
	for (;;) {
		enum state before = multipart->state;
		struct str rest = {pending->at + at, pending->len - at};
		size_t used = 0;
		if (before == AFTER_LAST)
			used = rest.len; /* an epilogue means nothing */
		else if (before == AFTER_DELIMITER)
			TRY(step_delimiter(cx, multipart, rest, &used));
		else if (before == IN_HEADERS)
			TRY(step_headers(cx, multipart, rest, &used));
		else
			TRY(step_body(cx, multipart, rest, &used));
		at += used;
		if (multipart->state == before)
			break; /* more bytes are needed */
	}
	memmove(pending->at, pending->at + at, pending->len - at);
	pending->len -= at;
	return OK;
}

enum err multipart_end(struct cx *cx, struct multipart *multipart)
{
	return multipart->state == AFTER_LAST ? OK : malformed(cx);
}
