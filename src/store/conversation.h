/* conversation.h: conversations as rows, and the inbox's lists. Every change is written whole by conversation_save(), which holds
 * the row against the version that was read, so that two people who change one conversation never lose a change silently. */
#pragma once
#include "model/meaning.h"
#include "model/message.h"
#include "store/list.h"
#include "sys/db.h"

/* What the last message from outside surely says, for lists. */
struct gist {
	char language[4];     /* "": not sure */
	u8 sentiment, intent; /* labels of model/meaning.h, 0 not sure */
	unsigned signs;       /* meaning_signs() */
};
struct gist gist_of(const struct meaning *meaning);

struct conversation {
	i64 id, workspace, channel, contact; /* contact 0: none */
	struct str remote_id;
	enum message_kind kind;
	struct str subject, subject_url;
	enum status status;
	enum priority priority;
	i64 assignee, team;
	struct str preview;
	struct gist gist;    /* of the same message: what is sure */
	int rating;
	i64 message_count;
	i64 first_at, last_at, inbound_at, waiting_since, snoozed_until;
	i64 sla_policy, sla_started_at, first_due_at, first_met_at, resolve_due_at, resolved_at, due_at;
	i64 breach_at;     /* when the nearest clock not yet broken runs out; 0 none */
	unsigned breached; /* BREACH_… */
	struct str label_ids;
	i64 merged_into;
	i64 version;
};

#define BREACH_FIRST_ANSWER 1u
#define BREACH_RESOLUTION 2u
#define SNOOZED_UNTIL_ANSWER ((i64)-1)

enum err conversation_insert(struct cx *cx, struct db *db, const struct conversation *conversation);
/* Follows merges. ERR_MISSING. */
enum err conversation_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation *ret_conversation);
enum err conversation_workspace(struct cx *cx, struct db *db, i64 id, i64 *ret_workspace); /* of an address that somebody outside holds; ERR_MISSING */
enum err conversation_get_itself(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation *ret_conversation); /* does not follow */
enum err conversation_by_remote(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id,
				struct conversation *ret_conversation); /* ERR_MISSING without a story; does not follow merges */
/* Write everything; grows conversation->version. ERR_CONFLICT with a story when somebody else wrote since it was read. */
enum err conversation_save(struct cx *cx, struct db *db, struct conversation *conversation);

/* The network calls its thread so from now on; nothing else of it moved. ERR_CONFLICT: another one is called so. */
enum err conversation_called(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str remote_id);
/* What its last message from outside says is understood anew; nothing of it moved, so the version stays. */
enum err conversation_understand(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 inbound_at, const struct gist *gist);
/* The same for one more message that moved neither status nor clock nor assignment: two indexes instead of seven are touched. */
enum err conversation_save_moved(struct cx *cx, struct db *db, struct conversation *conversation); /* the same contact, person, team, subject, priority and labels */
enum err conversation_save_heard(struct cx *cx, struct db *db, struct conversation *conversation);

/* ---- lists ---- */

enum conversation_sort { SORT_DUE, SORT_RECENT, SORT_OLDEST, SORT_COUNT };
const char *conversation_sort_word(enum conversation_sort sort);
bool conversation_sort_of(struct str word, enum conversation_sort *ret_sort);

struct conversation_filter {
	enum status status;
	bool any_status;       /* list whatever the status: only with contact */
	enum conversation_sort sort;
	i64 assignee;          /* 0 any, -1 nobody */
	i64 team, channel, label, contact; /* 0 any */
	int kind;              /* enum message_kind, -1 any */
	int priority_least;    /* 0 any */
	bool breached;         /* only those whose promise was broken */
	bool unanswered;       /* only those whose last word is theirs; with STATUS_RESOLVED: of an imported past (it has its index) */
	i64 due_before;        /* 0 any: only clocks that run out before */
	struct str language;   /* of the last message from outside; empty: any */
	u8 sentiment, intent;  /* the same; 0 any */
	unsigned signs;        /* one of these at least; 0 any */
};

/* A row of a list: a conversation with the names it is shown with. */
struct conversation_row {
	struct conversation conversation;
	struct str contact_name, contact_lang, channel_name, channel_network, assignee_name, team_name;
};

/* At most `limit` rows from a place; the key of a row is conversation_sort_key(). */
enum err conversation_list(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, struct list_place from, size_t limit,
			   struct conversation_row **ret_rows, size_t *ret_count);
/* For whoever takes all of them: by id, whatever the sort and status unless it is named, of those that had a message in a time (0: open). */
enum err conversation_walk(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 since, i64 until, i64 after_id, size_t limit,
			   struct conversation_row **ret_rows, size_t *ret_count);
enum err conversation_walk_count(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 since, i64 until, i64 *ret_messages);
i64 conversation_sort_key(const struct conversation *conversation, enum conversation_sort sort);
/* How many, counted up to `most`. */
enum err conversation_count(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 most, i64 *ret_count);
/* The same for all marks at once, of the `most` conversations of a status whose time runs out first; *ret_all is how many were
 * looked at: fewer than `most` means that these are all. */
struct conversation_group {
	enum message_kind kind;
	enum priority priority;
	i64 channel, assignee, team, count;
};
enum err conversation_groups(struct cx *cx, struct db *db, i64 workspace, enum status status, i64 most, struct conversation_group **ret_groups,
			     size_t *ret_count, i64 *ret_all);
/* The promises of conversations that moved since an instant, the newest `limit` of each state: for figures. */
struct conversation_span {
	i64 policy, started_at, first_due_at, first_met_at, resolved_at;
	unsigned breached;
};
/* A round that is over, kept when the next one begins; and those that ended since an instant, the newest `limit`. */
enum err conversation_round_keep(struct cx *cx, struct db *db, const struct conversation *before, i64 ended_at);
enum err conversation_rounds(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct conversation_span **ret_spans, size_t *ret_count);
enum err conversation_spans(struct cx *cx, struct db *db, i64 workspace, enum status status, i64 since, size_t limit, struct conversation_span **ret_spans,
			    size_t *ret_count);
enum err conversation_row_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation_row *ret_row);

/* Over all workspaces, for the working role: snoozes that ended, clocks that ran out and were not marked. */
struct conversation_place {
	i64 workspace, id;
};
enum err conversations_to_wake(struct cx *cx, struct db *db, i64 now, size_t limit, struct conversation_place **ret_places, size_t *ret_count);
enum err conversations_to_breach(struct cx *cx, struct db *db, i64 now, size_t limit, struct conversation_place **ret_places, size_t *ret_count);
