/* inbound.h: something said on a network, as any connector or archive reader hands it over, before it is ours. Texts are borrowed
 * from the reader until its callback returns (archives) or owned by the task's arena (connectors). */
#pragma once
#include "base/str.h"
#include "model/message.h"

struct meaning;
struct prepared;

struct inbound_attachment {
	struct str kind; /* image, video, audio, file, link */
	struct str name, alt, type, url;
	struct str bytes; /* the file itself when the archive holds it; else empty */
	struct str reference; /* what the network calls a file that lies at no address anybody may open: the desk has it brought (channel.h) */
	struct str blob;      /* what the desk calls the bytes that were brought; `size` of them */
	i64 size;
};

/* An address that somebody's account names as theirs. Proven: its network checked it (rel=me, a domain as a handle, its own profile page);
 * else it is what they typed. */
struct inbound_link {
	struct str url;
	bool proven;
};

struct inbound {
	enum message_kind kind;         /* never KIND_NOTE */
	enum visibility visibility;
	bool ours;                      /* said by the account that this channel is */

	struct str remote_id;           /* required; unique within the channel */
	struct str parent_id;           /* the message it answers; empty for none */
	struct str thread_id;           /* required; messages with the same one are one conversation */
	bool moves;                     /* threads get other names over there (a group that moves): where thread_id is new, it belongs where parent_id stands */
	struct str subject, subject_url; /* what the thread is about: title of the post, the place reviewed, a mail's subject */

	struct str network;             /* "mastodon"; empty = the channel's own */
	struct str author_id;           /* remote id of the author; required unless ours */
	struct str author_handle, author_name, author_url, author_avatar;
	i64 author_followers;           /* -1 unknown */
	const struct inbound_link *author_links; /* evidence of who is one person behind several accounts; at most 8 are kept */
	size_t author_link_count;
	struct str author_place;        /* where they say they are, in their words; empty: they do not */

	const struct meaning *meaning;  /* what the body is understood to say, where that was looked at before; NULL: it will be */
	const struct prepared *prepared; /* what else was worked out of it before (flow/ingest.h); NULL: nothing */
	struct str body;                /* plain text; HTML is turned into text by the reader (html_to_text) */
	struct str lang;                /* as the network says; empty when it does not */
	int rating;                     /* 1..5, 0 none */
	struct str url;
	i64 at;                         /* required, microseconds UTC */
	i64 edited_at;                  /* 0 never */
	bool quotes;                    /* may end in what was said before, as mail does (model/quote.h): it is understood without that */
	bool final;                     /* cannot be edited over there (mail): what comes again under its id changes nothing */
	bool automatic;                 /* a machine wrote it (a notice of absence): it wakes nobody, and nothing of ours answers it by itself */
	bool removed;                   /* taken away on the network: only remote_id and thread_id are required then */

	/* It waits over there until somebody lets it stand: it comes into the review queue, and keeping it lets it stand there too. */
	bool held;

	/* A complaint about this message by members there: its own id, taken once, and why, in their words. Then nothing but remote_id and
	 * thread_id is required when the message is known. Empty: nobody complains. */
	struct str report_id, report;

	/* The message of ours that remote_id names was sent and came back: nobody got it, and why. Then only remote_id and thread_id are
	 * required. Empty: it does not say so. */
	struct str undelivered;

	const struct inbound_attachment *attachments;
	size_t attachment_count;
};
