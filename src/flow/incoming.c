#include "flow/incoming.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "model/actor.h"
#include "sys/crypto.h"
#include "sys/files.h"

#include <jansson.h>
#include <string.h>

#define NOTE_MAX 4096
#define METADATA_MAX 4096

/* ---- where it lies ---- */

static bool is_token(struct str token)
{
	for (size_t i = 0; i < token.len; i++)
		if (!((token.at[i] >= '0' && token.at[i] <= '9') || (token.at[i] >= 'a' && token.at[i] <= 'z') || (token.at[i] >= 'A' && token.at[i] <= 'Z') || token.at[i] == '-' ||
		      token.at[i] == '_'))
			return false;
	return token.len == TOKEN_LEN;
}

static const char *file_of(struct cx *cx, const char *folder, struct str token, const char *ending)
{
	return arena_printf(cx->arena, "%s/%.*s%s", folder, STR_ARG(token), ending).at;
}

static enum err unknown(struct cx *cx)
{
	return fail(cx, ERR_MISSING, N_("Nothing of this file is here any more. Begin again."));
}

static enum err note(struct cx *cx, const char *folder, const struct incoming *in)
{
	json_t *json = json_pack("{s:s%, s:I, s:I, s:I, s:I}", "name", in->name.at ? in->name.at : "", in->name.len, "workspace", (json_int_t)in->workspace, "person",
				 (json_int_t)in->person, "length", (json_int_t)in->length, "media", (json_int_t)in->media);
	struct str text = arena_json(cx->arena, json, JSON_COMPACT);
	json_decref(json);
	return file_write(cx, file_of(cx, folder, in->token, ".json"), 0600, text);
}

enum err incoming_find(struct cx *cx, const char *folder, struct str token, struct incoming *ret_incoming)
{
	struct incoming in = {.token = token};
	struct str text;
	if (!is_token(token))
		return unknown(cx);
	const char *path = file_of(cx, folder, token, ".json"), *part = file_of(cx, folder, token, ".part");
	if (!file_there(path))
		return unknown(cx);
	TRY(file_read(cx, path, NOTE_MAX, &text));
	json_t *json = json_loadb(text.at, text.len, 0, NULL);
	const json_t *name = json_object_get(json, "name");
	in.name = arena_str(cx->arena, (struct str){json_string_value(name), json_string_length(name)});
	in.workspace = json_integer_value(json_object_get(json, "workspace"));
	in.person = json_integer_value(json_object_get(json, "person"));
	in.length = json_integer_value(json_object_get(json, "length"));
	in.media = json_integer_value(json_object_get(json, "media"));
	json_decref(json);
	if (!cx->actor || in.workspace != cx->actor->workspace || in.person != cx->actor->user)
		return unknown(cx);
	if (in.media)
		in.offset = in.length;
	else if (file_there(part))
		TRY(file_size(cx, part, &in.offset));
	*ret_incoming = in;
	return OK;
}

/* ---- begun ---- */

struct sweep {
	i64 workspace, open;
};

/* What nobody went on with for a day goes; what is under way is counted. */
static enum err sweep_one(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct sweep *sweep = subject;
	if (entry->folder)
		return OK;
	if (entry->changed_at < cx->now - INCOMING_KEPT)
		return file_remove(cx, entry->full);
	struct str path = str_of(entry->path);
	sweep->open += str_ends(path, S(".part"));
	return OK;
}

enum err incoming_start(struct cx *cx, const char *folder, i64 length, struct str name, struct incoming *ret_incoming)
{
	char token[TOKEN_LEN + 1];
	struct sweep sweep = {.workspace = cx->actor->workspace};
	if (!actor_may(cx->actor, MAY_PROPOSE))
		return fail(cx, ERR_DENIED, N_("Your role does not write. Ask somebody who manages this workspace."));
	if (length < 1)
		return fail(cx, ERR_BAD_INPUT, N_("Say how many bytes the file has."));
	if (length > (i64)MEDIA_BYTES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This file is larger than the %lld MB allowed here."), (long long)MEDIA_BYTES_MAX / 1000000);
	TRY(folder_make(cx, folder));
	TRY(folder_walk(cx, folder, 1, sweep_one, &sweep));
	if (sweep.open >= INCOMING_OPEN_MAX)
		return fail(cx, ERR_LIMIT, N_("Too many files are on their way at once. Wait until some are here."));
	token_new(token);
	struct incoming in = {.token = arena_str(cx->arena, str_of(token)), .name = name, .workspace = cx->actor->workspace, .person = cx->actor->user, .length = length};
	TRY(note(cx, folder, &in));
	*ret_incoming = in;
	return OK;
}

/* ---- gone on with ---- */

static enum err finish(struct cx *cx, struct db *db, const char *folder, const char *blobs, struct incoming *in)
{
	const char *part = file_of(cx, folder, in->token, ".part");
	struct media m;
	bool is_new;
	enum err e = media_take(cx, db, in->workspace, part, in->name, S("upload"), blobs, &m, &is_new);
	if (e == ERR_BAD_INPUT || e == ERR_TOO_LARGE || e == ERR_UNSUPPORTED) { /* it will not be another file next time */
		struct cx quiet = *cx;
		if (file_remove(&quiet, part) != OK || file_remove(&quiet, file_of(cx, folder, in->token, ".json")) != OK)
			return e; /* the sweep of a day takes it */
	}
	TRY(e);
	in->media = m.id;
	TRY(note(cx, folder, in));
	return file_remove(cx, part);
}

enum err incoming_add(struct cx *cx, struct db *db, const char *folder, const char *blobs, struct str token, i64 offset, struct str bytes, struct incoming *ret_incoming)
{
	struct incoming in;
	TRY(incoming_find(cx, folder, token, &in));
	if (in.media && offset == in.length && !bytes.len) {
		*ret_incoming = in;
		return OK;
	}
	if (in.media || offset != in.offset)
		return fail(cx, ERR_CONFLICT, N_("%lld bytes of this file are here. Go on from there."), (long long)in.offset);
	if ((i64)bytes.len > in.length - in.offset)
		return fail(cx, ERR_TOO_LARGE, N_("This is more than the file was said to have."));
	enum err e = file_append(cx, file_of(cx, folder, token, ".part"), offset, bytes);
	if (e == ERR_CONFLICT)
		return fail(cx, e, N_("Another piece of this file is just coming in. Ask how far it is, and go on from there."));
	TRY(e);
	in.offset += (i64)bytes.len;
	if (in.offset == in.length)
		TRY(finish(cx, db, folder, blobs, &in));
	*ret_incoming = in;
	return OK;
}

/* ---- what it is called ---- */

enum err incoming_name(struct cx *cx, struct str metadata, struct str *ret_name)
{
	struct str name = {};
	if (metadata.len > METADATA_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("What is said of this file is too long."));
	for (struct str rest = metadata; rest.len;) {
		struct str pair = str_trim(str_cut(&rest, ',')), value = pair, word = str_cut(&value, ' ');
		CLEANUP(buf_free) struct buf read = {};
		if (!word.len || (value.len && !base64_read(value, BASE64, &read)))
			return fail(cx, ERR_BAD_INPUT, N_("What is said of this file is no list of words and base64."));
		if (!str_eq(word, S("filename")))
			continue;
		if (!utf8_valid(buf_str(&read)))
			return fail(cx, ERR_BAD_INPUT, N_("The name of this file is no UTF-8."));
		CLEANUP(buf_free) struct buf clean = {};
		buf_add_clean(&clean, utf8_head(str_trim(buf_str(&read)), MEDIA_NAME_MAX));
		name = buf_keep(&clean, cx->arena);
	}
	*ret_name = name;
	return OK;
}
