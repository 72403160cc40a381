/* mail_read.h: one mail (RFC 5322 with MIME) as it travelled, read into what a person would see of it, and what a program must know: who
 * wrote, what it answers, whether a machine wrote it, and whether it says that a mail of ours did not arrive. Archives and the e-mail
 * connector share it. What comes is hostile: sizes, depth and numbers of parts are limited; what cannot be read is left out, never guessed.
 * All texts live in the arena. */
#pragma once
#include "base/arena.h"
#include "model/inbound.h"

#define MAIL_BYTES_MAX ((size_t)64 << 20)
#define MAIL_REFERENCES_MAX 200

enum mail_writer {
	MAIL_BY_PERSON,
	MAIL_BY_MACHINE, /* a notice of absence, a newsletter, a confirmation: nothing of ours may answer it by itself */
	MAIL_BOUNCE,     /* a mail server: a mail could not be delivered, or not yet */
};

struct mail_read {
	struct str id;                  /* Message-ID without its brackets; empty: it has none */
	const struct str *references;   /* the mails before it, oldest first, as References says, else In-Reply-To */
	size_t reference_count;
	struct str parent;              /* the last of them */
	struct str subject;             /* without "Re:" and the like */
	bool has_reply_prefix;          /* it had one */
	struct str from, from_name;     /* address in lower case; empty when there is none that can be read */
	struct str reply_to;            /* where answers are wanted; empty: at `from` */
	struct str to;                  /* the first addressee */
	i64 at;                         /* 0: nothing tells */
	struct str lang;
	bool is_sent;                   /* marked as one of ours by the mailbox it comes from (Gmail) */
	struct str body;
	const struct inbound_attachment *attachments;
	size_t attachment_count;
	enum mail_writer writer;
	/* Of MAIL_BOUNCE: the mail that did not arrive, when it says which, to whom, and the server's own words. */
	struct str failed_id, failed_to, failed_why;
	bool failed;                    /* for good; false: it is still being tried */
};

/* False: it is no mail, or larger or of more parts than any real one. `marker` is the mailbox's own line before it ("From a@b Tue …"), or
 * NULL; `now` keeps dates sane. */
bool mail_read(struct arena *arena, struct str bytes, const char *marker, i64 now, struct mail_read *ret_mail);

bool mail_within_limits(struct str bytes); /* mail_read() looks by itself */

/* Of one that is cut off, or that mail_read() does not read: what its header says. False: not even that. */
bool mail_read_head(struct arena *arena, struct str bytes, i64 now, struct mail_read *ret_mail);

/* "Re: Re : Fwd: price" -> "price": what the conversation is about. *ret_cut: something was taken off. */
struct str mail_bare_subject(struct str subject, bool *ret_cut);
