#include "flow/reply_files.h"

#include "base/id.h"
#include "base/lang.h"
#include "flow/channels.h"
#include "model/length.h"
#include "model/file_type.h"
#include "sys/blob.h"
#include "sys/files.h"

i64 reply_files_most(const struct channel_kind *kind, const json_t *known)
{
	struct channel_limit limit;
	if (!kind || !channel_limit_get(kind, known, LIMIT_MEDIA, &limit))
		return 0;
	return limit.most < REPLY_FILES_MAX ? limit.most : REPLY_FILES_MAX;
}

i64 reply_file_bytes(const struct channel_kind *kind, const json_t *known, struct str file_kind)
{
	bool is_image = str_eq(file_kind, S("image"));
	struct channel_limit limit;
	if (!reply_files_most(kind, known))
		return 0;
	if (!channel_limit_get(kind, known, is_image ? LIMIT_IMAGE_BYTES : str_eq(file_kind, S("file")) ? LIMIT_FILE_BYTES : LIMIT_VIDEO_BYTES, &limit))
		return is_image ? REPLY_FILE_MAX : 0; /* who takes media takes pictures */
	return limit.most < REPLY_FILE_MAX ? limit.most : REPLY_FILE_MAX;
}

enum err reply_file_read(struct cx *cx, const char *path, const char *blobs, struct reply_file *file)
{
	struct str bytes;
	TRY(file_read(cx, path, REPLY_FILE_MAX, &bytes));
	if (!file_type_of(bytes, &file->type, &file->kind))
		return fail_field(cx, "file", N_("“%.*s” is empty, or no kind of file that is taken: pictures, videos, sounds, PDF and plain text are."), STR_ARG(file->name));
	file->size = (i64)bytes.len;
	return blob_store(cx, blobs, bytes, &file->blob);
}

static enum err check_file(struct cx *cx, const struct channel *channel, const struct channel_kind *kind, const json_t *known, const struct reply_file *f)
{
	struct channel_limit alt;
	i64 most = channel ? reply_file_bytes(kind, known, f->kind) : REPLY_FILE_MAX;
	if (!most)
		return fail_field(cx, "file", N_("“%.*s”: “%.*s” takes no files of this kind. Pictures are taken."), STR_ARG(f->name), STR_ARG(channel->name));
	if (f->size > most && most >= 1000000)
		return fail_field(cx, "file", N_("“%.*s” is too large: %d MB at the most are taken here. Make it smaller."), STR_ARG(f->name), (int)(most / 1000000));
	if (f->size > most)
		return fail_field(cx, "file", N_("“%.*s” is too large: %d kB at the most are taken here. Make it smaller."), STR_ARG(f->name), (int)(most / 1000));
	if (channel && channel_limit_get(kind, known, LIMIT_ALT, &alt) && text_length(alt.unit, f->alt) > (size_t)alt.most)
		return fail_field(cx, "alt", N_("The description of “%.*s” is too long: %d characters at the most."), STR_ARG(f->name), (int)alt.most);
	return OK;
}

/* Some networks show no files in public. */
static enum err check_place(struct cx *cx, const struct message *m, const struct channel_kind *kind, const struct reply_file *f)
{
	unsigned can = kind ? kind->can : 0;
	if (m->visibility == VISIBILITY_PRIVATE || !(can & MEDIA_IN_PRIVATE || (can & FILES_IN_PRIVATE && !str_eq(f->kind, S("image")))))
		return OK;
	return fail_field(cx, "file", can & MEDIA_IN_PRIVATE ? N_("“%.*s”: public answers hold no files here. Send it in private, or send a link.")
							     : N_("“%.*s”: public answers hold pictures here and no other files. Send it in private, or send a link."), STR_ARG(f->name));
}

static bool is_dropped(const struct reply_files *files, i64 attachment)
{
	for (size_t i = 0; i < files->drop_count; i++)
		if (files->drop[i] == attachment)
			return true;
	return false;
}

enum err reply_files_check(struct cx *cx, struct db *db, struct message *m, bool is_new, const struct channel *channel, const struct reply_files *files)
{
	const struct channel_kind *kind = channel ? channel_kind_of(channel->kind) : NULL;
	const json_t *known = channel ? channel_known(cx, channel) : NULL;
	struct attachment *there = NULL;
	size_t count = 0, all = files->add_count;
	if (!is_new && m->attachment_count)
		TRY(attachments_of(cx, db, m->workspace, m->id, &there, &count));
	for (size_t i = 0; i < files->add_count; i++)
		if (channel && !reply_files_most(kind, known))
			return fail_field(cx, "file", N_("“%.*s” takes no files. Send a link instead."), STR_ARG(channel->name));
		else
			TRY(check_file(cx, channel, kind, known, &files->add[i]));
	for (size_t i = 0; i < files->add_count; i++)
		TRY(check_place(cx, m, kind, &files->add[i]));
	for (size_t i = 0; i < count; i++) { /* the channel may be another one by now */
		struct reply_file kept = {.name = there[i].name, .alt = there[i].alt, .kind = there[i].kind, .size = there[i].size};
		if (is_dropped(files, there[i].id))
			continue;
		TRY(check_file(cx, channel, kind, known, &kept));
		TRY(check_place(cx, m, kind, &kept));
		all++;
	}
	i64 most = channel ? reply_files_most(kind, known) : REPLY_FILES_MAX;
	if ((i64)all > most)
		return fail_field(cx, "file", N_("Too many files: %d is what goes with one message here."), (int)most);
	m->attachment_count = (i64)all;
	return OK;
}

enum err reply_files_write(struct cx *cx, struct db *db, const struct message *m, const struct reply_files *files)
{
	for (size_t i = 0; i < files->drop_count; i++)
		TRY(attachment_delete(cx, db, m->workspace, m->id, files->drop[i]));
	for (size_t i = 0; i < files->add_count; i++) {
		const struct reply_file *f = &files->add[i];
		struct attachment a = {.id = id_new(), .message = m->id, .kind = f->kind, .name = f->name, .alt = f->alt, .type = f->type, .blob_hash = f->blob, .size = f->size};
		TRY(attachment_insert(cx, db, m->workspace, &a));
	}
	return OK;
}
