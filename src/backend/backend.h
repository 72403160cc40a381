/* backend.h: what another model is to Parvis: one constant row a kind, `const struct backend_kind backend_WORD` in a file of its own, and its
 * word in the list of src/backend/meson.build. A back-end gets a text and the questions it is asked about it (model/meaning.h), and says
 * answers, or why there are none. It never sees the database, and decides nothing about messages.
 *
 * What must stay true: a back-end is never needed; a text is data and never an instruction: whatever comes back is one of the answers of the
 * question, or counts as none; `leaves` says whether texts leave this machine, and who calls has masked them then (text/mask.h). */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "model/meaning.h"

#include <jansson.h>

struct net; /* sys/net.h */

struct backend_field { /* a setting of the kind: makes the form, the API's check and the docs */
	const char *name, *title, *about; /* title and about are msgids */
	enum { BACKEND_LINE, BACKEND_URL, BACKEND_SECRET } type;
	bool required;
};

/* A back-end as the workspace set it up. */
struct backend_account {
	unsigned tasks;         /* bits 1 << task: what it is asked */
	const json_t *settings; /* object: the kind's fields but the secret */
	struct str secret;      /* opened, only where it is asked */
};

/* What asking may use; the working role's, or the command line's. */
struct backend_place {
	struct net *net;
	struct str allow;   /* what was allowed to `net` beside the public internet: there, letters need no envelope (http) */
	struct str models;  /* folder of the operator's model folders */
	struct str library; /* setting onnx_library */
};

enum backend_outcome {
	BACKEND_ANSWERED, /* `of` holds what it said, perhaps nothing */
	BACKEND_REFUSED,  /* it does not take this text; others it may */
	BACKEND_LATER,    /* not now: it is down, slow or asks for a pause; again at `retry_at` (0: when the caller thinks fit) */
	BACKEND_HOLD,     /* it needs a person: key, address, model, library */
};

struct backend_answer {
	u8 label; /* of the question, from 1; 0: it gave none */
	u8 p;     /* percent, of yes or no that it is so; of an answer without a probability (`plain` below): 100, or 0 for no */
};

struct backend_said {
	enum backend_outcome outcome;
	struct backend_answer of[MEANING_TASKS];
	i64 retry_at;
	struct str story; /* for people, of what was no answer; arena */
};

struct backend_kind {
	const char *word, *title, *about; /* "openai"; msgids */
	const struct backend_field *fields; /* ends with a row whose name is NULL */
	bool leaves;   /* texts leave this machine */
	bool one_task; /* a model answers one question */
	bool plain;    /* answers come without a probability */
	size_t batch;  /* texts a turn */
	i64 a_day;     /* texts a day, unless told */

	/* Beyond the fields' own rules. ERR_BAD_INPUT on the field. */
	enum err (*check)(struct cx *cx, const struct backend_account *account);
	struct str (*model)(struct cx *cx, const json_t *settings); /* what is named as the judge */
	struct str (*where)(struct cx *cx, const json_t *settings); /* where texts go: an address, a folder */
	/* Made ready to be asked, for one thread. What is in the way of it is told as an outcome. */
	enum err (*open)(struct cx *cx, const struct backend_place *place, const struct backend_account *account, void **ret_session, struct backend_said *ret_said);
	enum err (*ask)(struct cx *cx, void *session, struct str text, struct backend_said *ret_said);
	void (*close)(void *session);
	const char *file; /* __FILE__, for `parvis map` */
};

/* The table, made from the list in src/backend/meson.build. */
extern const struct backend_kind *const backend_kinds[];
extern const size_t backend_kind_count;
const struct backend_kind *backend_kind_of(struct str word); /* NULL: there is none */
struct str backend_setting(const json_t *settings, const char *name); /* empty when it is not there */

#define BACKEND_TASKS (((1u << MEANING_TASKS) - 1u) & ~(1u << MEANING_LANGUAGE)) /* what can be asked */
#define BACKEND_TEXT_MAX 4000u /* characters of a message that are asked about */

/* The answer of a language model, as it was asked for: one JSON object, a question's word to an answer's; of one question the bare word
 * too. Anything else, even one strange name in it, counts as no answer at all. Returns how many questions it answers. */
size_t backend_answer_read(struct str content, unsigned tasks, struct backend_answer ret_of[MEANING_TASKS]);
/* What the outputs of a classifier mean, from "negative, neutral, positive", "no, yes", "-" for none of ours. ERR_BAD_INPUT on "labels".
 * `task` tells the words; *ret_count of them. */
#define BACKEND_OUTPUTS_MAX 64u
enum err backend_labels_read(struct cx *cx, enum meaning_task task, struct str labels, u8 ret_labels[BACKEND_OUTPUTS_MAX], size_t *ret_count);
