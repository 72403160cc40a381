/* reply_files.h: the files that go with an answer or a note: rows of attachment whose bytes are kept already (sys/blob.h), checked against what the
 * channel takes before anything is written. They stay with a draft, and leave with it. */
#pragma once
#include "channel/channel.h"
#include "store/channel.h"
#include "store/message.h"

#define REPLY_FILES_MAX 20
#define REPLY_FILE_MAX (50 << 20) /* bytes of one: more than most networks take */

struct reply_file {
	struct str name, alt, blob; /* blob: the name of its bytes */
	struct str type, kind;      /* model/file_type.h */
	i64 size;
};
struct reply_files {
	const struct reply_file *add;
	const i64 *drop;            /* attachments of the draft that no longer go with it */
	size_t add_count, drop_count;
};

/* A file of the disk: its kind is read from its bytes, and they are kept in the folder `blobs`: before any transaction, and no harm if nothing comes
 * of it. The name is there already. */
enum err reply_file_read(struct cx *cx, const char *path, const char *blobs, struct reply_file *file);
/* What the channel takes: how many, and of one kind how large; 0: none. `kind` may be NULL. */
i64 reply_files_most(const struct channel_kind *kind, const json_t *known);
i64 reply_file_bytes(const struct channel_kind *kind, const json_t *known, struct str file_kind);
/* Fields at fault: file, alt. Sets message->attachment_count to what it will be; of a draft, those that it has already are counted. A note takes what
 * we keep ourselves: `channel` is NULL. */
enum err reply_files_check(struct cx *cx, struct db *db, struct message *message, bool is_new, const struct channel *channel, const struct reply_files *files);
/* After the message was written. */
enum err reply_files_write(struct cx *cx, struct db *db, const struct message *message, const struct reply_files *files);
