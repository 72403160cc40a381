#include "model/message.h"

struct words {
	const char *word, *title;
};

static const struct words kinds[KIND_COUNT] = {
	[KIND_COMMENT] = {"comment", N_("Comment")}, [KIND_MENTION] = {"mention", N_("Mention")},
	[KIND_DIRECT] = {"direct", N_("Private message")}, [KIND_REVIEW] = {"review", N_("Review")},
	[KIND_POST] = {"post", N_("Post")}, [KIND_REPLY] = {"reply", N_("Answer")}, [KIND_NOTE] = {"note", N_("Private note")},
};
static const struct words directions[DIRECTION_COUNT] = {
	[DIRECTION_IN] = {"in", ""}, [DIRECTION_OUT] = {"out", ""}, [DIRECTION_NOTE] = {"note", ""},
};
static const struct words visibilities[VISIBILITY_COUNT] = {
	[VISIBILITY_PUBLIC] = {"public", N_("Public")}, [VISIBILITY_PRIVATE] = {"private", N_("Private")},
};
static const struct words statuses[STATUS_COUNT] = {
	[STATUS_OPEN] = {"open", N_("Open")}, [STATUS_PENDING] = {"pending", N_("Waiting for the contact")},
	[STATUS_SNOOZED] = {"snoozed", N_("Snoozed")}, [STATUS_RESOLVED] = {"resolved", N_("Done")},
};
static const struct words priorities[PRIORITY_COUNT] = {
	[PRIORITY_LOW] = {"low", N_("Low")}, [PRIORITY_MEDIUM] = {"medium", N_("Medium")},
	[PRIORITY_HIGH] = {"high", N_("High")}, [PRIORITY_URGENT] = {"urgent", N_("Urgent")},
};
static const struct words reply_states[REPLY_STATE_COUNT] = {
	[REPLY_NONE] = {"", ""}, [REPLY_DRAFT] = {"draft", N_("Draft")}, [REPLY_APPROVAL] = {"approval", N_("Waiting for approval")},
	[REPLY_SCHEDULED] = {"scheduled", N_("Scheduled")}, [REPLY_QUEUED] = {"queued", N_("About to leave")},
	[REPLY_SENDING] = {"sending", N_("Leaving")}, [REPLY_SENT] = {"sent", N_("Sent")}, [REPLY_FAILED] = {"failed", N_("Refused")},
	[REPLY_HELD] = {"held", N_("Held: the channel needs you")}, [REPLY_UNKNOWN] = {"unknown", N_("Unsure; being looked up")},
	[REPLY_WITHDRAWN] = {"withdrawn", N_("Taken back")},
};

static int find(const struct words *rows, int count, struct str word)
{
	for (int i = 0; i < count; i++)
		if (str_eq(word, str_of(rows[i].word)))
			return i;
	return -1;
}

#define WORDS(noun, type, rows, count)                                                                                         \
	const char *noun##_word(type value)                                                                                    \
	{                                                                                                                      \
		must((unsigned)value < count);                                                                                 \
		return rows[value].word;                                                                                       \
	}                                                                                                                      \
	bool noun##_of(struct str word, type *ret_value)                                                                       \
	{                                                                                                                      \
		int index = find(rows, count, word);                                                                           \
		if (index < 0)                                                                                                 \
			return false;                                                                                          \
		*ret_value = (type)index;                                                                                      \
		return true;                                                                                                   \
	}
#define TITLES(noun, type, rows, count)                                                                                        \
	const char *noun##_title(type value)                                                                                   \
	{                                                                                                                      \
		must((unsigned)value < count);                                                                                 \
		return rows[value].title;                                                                                      \
	}

WORDS(message_kind, enum message_kind, kinds, KIND_COUNT)
TITLES(message_kind, enum message_kind, kinds, KIND_COUNT)
WORDS(direction, enum direction, directions, DIRECTION_COUNT)
WORDS(visibility, enum visibility, visibilities, VISIBILITY_COUNT)
WORDS(status, enum status, statuses, STATUS_COUNT)
TITLES(status, enum status, statuses, STATUS_COUNT)
WORDS(priority, enum priority, priorities, PRIORITY_COUNT)
TITLES(priority, enum priority, priorities, PRIORITY_COUNT)
WORDS(reply_state, enum reply_state, reply_states, REPLY_STATE_COUNT)
TITLES(reply_state, enum reply_state, reply_states, REPLY_STATE_COUNT)

bool reply_state_may_become(enum reply_state from, enum reply_state to)
{
#define TO(state) (1u << REPLY_##state)
	static const unsigned next[REPLY_STATE_COUNT] = {
		[REPLY_NONE] = TO(DRAFT) | TO(APPROVAL) | TO(SCHEDULED) | TO(QUEUED),
		[REPLY_DRAFT] = TO(APPROVAL) | TO(SCHEDULED) | TO(QUEUED) | TO(WITHDRAWN),
		[REPLY_APPROVAL] = TO(DRAFT) | TO(SCHEDULED) | TO(QUEUED) | TO(WITHDRAWN),
		[REPLY_SCHEDULED] = TO(DRAFT) | TO(QUEUED) | TO(WITHDRAWN),
		[REPLY_QUEUED] = TO(DRAFT) | TO(SENDING) | TO(HELD) | TO(WITHDRAWN),
		[REPLY_SENDING] = TO(QUEUED) | TO(SENT) | TO(FAILED) | TO(HELD) | TO(UNKNOWN),
		[REPLY_SENT] = TO(FAILED) | TO(SENDING), /* a mail comes back; somebody said by mistake that they published it */
		[REPLY_UNKNOWN] = TO(SENT) | TO(QUEUED) | TO(FAILED),
		[REPLY_FAILED] = TO(DRAFT) | TO(QUEUED) | TO(WITHDRAWN),
		[REPLY_HELD] = TO(QUEUED) | TO(DRAFT) | TO(WITHDRAWN),
	};
#undef TO
	return next[from] >> to & 1;
}
