/* charter.h: the house rules and what was decided under them: versions, articles, flags, decisions, sealed evidence. Titles and texts
 * are JSON objects by language: {"fr": …, "en": …}. A published version and a decision are never changed. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct charter_version {
	i64 id, workspace, number;
	struct str state;    /* draft, published, retired */
	struct str preamble; /* JSON by language */
	i64 published_at, published_by, retired_at, created_at;
};

struct charter_article {
	i64 id, workspace, version, number;
	struct str title, body, notice; /* JSON by language */
};

enum err charter_version_insert(struct cx *cx, struct db *db, const struct charter_version *version);
enum err charter_version_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct charter_version *ret_version);
enum err charter_version_list(struct cx *cx, struct db *db, i64 workspace, struct charter_version **ret_versions, size_t *ret_count); /* newest first */
enum err charter_in_force(struct cx *cx, struct db *db, i64 workspace, struct charter_version *ret_version); /* ERR_MISSING: none published yet */
enum err charter_version_update(struct cx *cx, struct db *db, const struct charter_version *version); /* state, preamble, dates */
enum err charter_article_save(struct cx *cx, struct db *db, const struct charter_article *article); /* inserts or updates; drafts only: the caller checks */
enum err charter_article_drop(struct cx *cx, struct db *db, i64 workspace, i64 id);                 /* of a draft */
enum err charter_article_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct charter_article *ret_article);
enum err charter_articles(struct cx *cx, struct db *db, i64 workspace, i64 version, struct charter_article **ret_articles, size_t *ret_count);

#define FLAG_HELD "held"           /* the reason of a flag of the network: it waits there until somebody lets it stand */
struct flag {
	i64 id, workspace, message;
	struct str source, reason; /* source: member, colleague, rule, network */
	i64 person, at, due_at, decided_at; /* due_at 0: no clock */
	struct str remote_id;      /* written, not read: of a complaint made on the network */
};
/* *ret_new false: this complaint is known. */
enum err flag_insert(struct cx *cx, struct db *db, const struct flag *flag, bool *ret_new);
enum err flags_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct flag **ret_flags, size_t *ret_count);
enum err flags_close(struct cx *cx, struct db *db, i64 workspace, i64 message);
/* Those that the decision of that instant closed wait again; *ret_count how many. */
enum err flags_reopen(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 decided_at, i64 *ret_count);
/* Messages that wait for a decision, oldest flag first, after (at, message). */
struct open_case {
	i64 message, at, flags;
	i64 due_at; /* the nearest of its flags' clocks; 0: none runs */
};
enum err cases_open(struct cx *cx, struct db *db, i64 workspace, i64 after_at, i64 after_message, size_t limit, struct open_case **ret_cases, size_t *ret_count);
/* At once, with what a queue shows of each, and what is due first before the rest: 1,000 at most. */
struct case_row {
	struct open_case open;
	struct str network, author_name, subject, preview, lang; /* preview: the start of its text */
	i64 priority;                                      /* enum priority of its conversation */
	i64 asked;                                         /* the decision that asks for a second person; 0: none does */
	bool is_hidden;
};
enum err cases_list(struct cx *cx, struct db *db, i64 workspace, struct case_row **ret_cases, size_t *ret_count);
/* How many cases ran out of time and were not told yet, none of their flags; then they are. */
enum err cases_late(struct cx *cx, struct db *db, i64 workspace, i64 now, i64 *ret_count);
enum err flags_told(struct cx *cx, struct db *db, i64 workspace, i64 now);
/* Over all workspaces, for the working role: those with a case or an appeal that is late and was not told yet. */
enum err workspaces_late(struct cx *cx, struct db *db, i64 now, size_t limit, i64 **ret_workspaces, size_t *ret_count);
enum err cases_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count); /* up to 1,000 */

struct decision {
	i64 id, workspace, message, conversation;
	struct str act; /* keep, hide, restore, warn, ask_second, reopen */
	i64 article;    /* 0 for keep, restore and reopen */
	struct str reason;
	i64 decided_by, second_person, at, evidence;
	bool notify_author;
	struct str decided_by_name, second_name; /* filled when read */
};
enum err decision_insert(struct cx *cx, struct db *db, const struct decision *decision);
enum err decisions_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct decision **ret_decisions, size_t *ret_count);
enum err decision_list(struct cx *cx, struct db *db, i64 workspace, i64 before_id, size_t limit, struct decision **ret_decisions, size_t *ret_count);
enum err decision_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct decision *ret_decision);
enum err decision_workspace(struct cx *cx, struct db *db, i64 id, i64 *ret_workspace); /* of an address that somebody outside holds; ERR_MISSING */
struct decision_filter {
	struct str words;      /* of the message or the reason, in this order */
	struct str act;        /* empty: any */
	i64 article_number;    /* 0: any */
	i64 person;            /* 0: anybody */
};
/* Newest first. */
enum err decision_find(struct cx *cx, struct db *db, i64 workspace, const struct decision_filter *filter, struct list_place from, size_t limit, struct decision **ret_decisions,
		       size_t *ret_count);
/* The request for a second person that nobody has answered yet; id 0 when there is none. */
enum err decision_asked(struct cx *cx, struct db *db, i64 workspace, i64 message, struct decision *ret_decision);
/* How often each article of the versions' same number led to hiding, and was restored, since an instant. */
struct article_use {
	i64 number, hidden, restored;
};
enum err article_uses(struct cx *cx, struct db *db, i64 workspace, i64 since, struct article_use **ret_uses, size_t *ret_count);
struct moderation_figures {
	i64 seen, kept, hidden, restored;
};
enum err moderation_figures(struct cx *cx, struct db *db, i64 workspace, i64 since, struct moderation_figures *ret_figures);
/* Messages from outside that came in since, counted up to `most`. */
enum err received_since(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 most, i64 *ret_count);
/* The middle of the times from the first flag to the decision, since an instant; -1: none was decided. */
enum err decision_delay(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 *ret_delay);
/* Of one author: how many warnings. */
enum err warnings_of_identity(struct cx *cx, struct db *db, i64 workspace, i64 identity, i64 *ret_count);
/* Of one author: how many of their messages were hidden. */
enum err hidden_of_identity(struct cx *cx, struct db *db, i64 workspace, i64 identity, i64 *ret_count);

struct evidence {
	i64 id, workspace, sequence, message, at;
	struct str content, previous, hash;
};
enum err evidence_last(struct cx *cx, struct db *db, i64 workspace, i64 *ret_sequence, struct str *ret_hash);
enum err evidence_insert(struct cx *cx, struct db *db, const struct evidence *evidence);
enum err evidence_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct evidence *ret_evidence);
enum err evidence_walk(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct evidence **ret_list, size_t *ret_count);
