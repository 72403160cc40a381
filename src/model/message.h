/* message.h: the words of messages and conversations: kinds, states, priorities. Each enum has a word (in tables, JSON and
 * URLs) and a title (msgid, for people). */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum message_kind { KIND_COMMENT, KIND_MENTION, KIND_DIRECT, KIND_REVIEW, KIND_POST, KIND_REPLY, KIND_NOTE, KIND_COUNT };
enum direction { DIRECTION_IN, DIRECTION_OUT, DIRECTION_NOTE, DIRECTION_COUNT };
enum visibility { VISIBILITY_PUBLIC, VISIBILITY_PRIVATE, VISIBILITY_COUNT };
enum status { STATUS_OPEN, STATUS_PENDING, STATUS_SNOOZED, STATUS_RESOLVED, STATUS_COUNT };
enum priority { PRIORITY_LOW, PRIORITY_MEDIUM, PRIORITY_HIGH, PRIORITY_URGENT, PRIORITY_COUNT };
/* An answer of ours, from the keyboard to the network. */
enum reply_state {
	REPLY_NONE, REPLY_DRAFT, REPLY_APPROVAL, REPLY_SCHEDULED, REPLY_QUEUED, REPLY_SENDING, REPLY_SENT, REPLY_FAILED,
	REPLY_HELD, REPLY_UNKNOWN, REPLY_WITHDRAWN, REPLY_STATE_COUNT
};

const char *message_kind_word(enum message_kind kind);
const char *message_kind_title(enum message_kind kind);
bool message_kind_of(struct str word, enum message_kind *ret_kind);
const char *direction_word(enum direction direction);
bool direction_of(struct str word, enum direction *ret_direction);
const char *visibility_word(enum visibility visibility);
bool visibility_of(struct str word, enum visibility *ret_visibility);
const char *status_word(enum status status);
const char *status_title(enum status status);
bool status_of(struct str word, enum status *ret_status);
const char *priority_word(enum priority priority);
const char *priority_title(enum priority priority);
bool priority_of(struct str word, enum priority *ret_priority);
const char *reply_state_word(enum reply_state state);
const char *reply_state_title(enum reply_state state);
bool reply_state_of(struct str word, enum reply_state *ret_state);

/* May an answer go from one state to the other? The table of the outbox's life; everything else is a broken promise. */
bool reply_state_may_become(enum reply_state from, enum reply_state to);

#define MESSAGE_BODY_MAX 100000 /* bytes kept of one message's text; the rest is cut at a character and marked with … */
#define PREVIEW_CHARACTERS 240
