/* notify.h: telling colleagues: a row each, shown in the page, by mail as they wish, by the browser if they allowed it. Nobody is
 * told of what they did themselves. All in the caller's transaction. */
#pragma once
#include "store/conversation.h"
#include "store/message.h"

/* What people choose about, each for a few kinds of notification. A person's settings name those they want neither on the desk ("desk_off")
 * nor by mail ("mail_off"). */
struct notify_topic {
	const char *word, *title, *about; /* msgids */
};
extern const struct notify_topic notify_topics[];
extern const size_t notify_topic_count;

/* What can be told, a row each. */
struct notify_kind {
	const char *word, *topic;
	const char *text; /* msgid; the subject of its letter too */
	const char *icon; /* one of src/ui/icons */
	bool red;
	const char *path; /* where it leads when it is of no conversation; NULL: nowhere */
};
const struct notify_kind *notify_kind_of(struct str word); /* NULL: there is none */

/* The same with how many it tells of, where it tells of several. Arena, or static. */
struct str notify_text(struct arena *arena, const char *lang, const struct notify_kind *kind, struct str detail);

/* Where it leads when it is of no conversation; empty: nowhere. Arena, or static. */
struct str notify_path(struct arena *arena, const struct notify_kind *kind, struct str detail);

enum err notify_person(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 conversation, i64 message, struct str detail);
/* Of so many things at once; those that an unread one of a day ago at the most tells of are added up in it. */
enum err notify_counted(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 count);
/* Who acts has read theirs, up to this one. */
enum err notify_read(struct cx *cx, struct db *db, i64 workspace, i64 up_to);
enum err notify_assigned(struct cx *cx, struct db *db, const struct conversation *conversation);
enum err notify_breach(struct cx *cx, struct db *db, const struct conversation *conversation);
/* Everybody who may approve. */
enum err notify_approval_wanted(struct cx *cx, struct db *db, const struct message *message);
/* Colleagues named in a note: @email-or-name words resolved to people of the workspace. */
enum err notify_mentions(struct cx *cx, struct db *db, const struct message *note);
