/* imap.h: the wall to a mailbox (IMAP4rev1, RFC 3501). libcurl connects, encrypts and signs in; what is said after that is said here, a
 * command at a time, and whatever the server answers is handed over as lines with their literals in them.
 *
 * What must stay true: addresses, TLS and time are guarded as in net.h, and the same gate is passed; a password travels over verified TLS
 * only, unless the server is this machine; nothing that a caller passes can add a command (line breaks are refused); what the server may
 * send is limited. NOT_SENT, ANSWERED and UNKNOWN mean what they mean in net.h; a refusal has the status that the web gives to the same
 * thing (RFC 5530's words: AUTHENTICATIONFAILED 401, NOPERM 403, NONEXISTENT 404, LIMIT 429, UNAVAILABLE 503 …). Belongs to one task. */
#pragma once
#include "base/cx.h"
#include "sys/net.h"

struct imap;

struct imap_login {
	struct str server; /* "mail.example.org", with a port, or as imap:// or imaps:// */
	struct str user, password;
	struct str token; /* instead of a password: OAUTHBEARER (RFC 7628), or XOAUTH2 as Google and Microsoft have it */
};

struct imap_answer {
	struct net_answer net;   /* status 200 for OK; `body` is the server's own text behind OK, NO or BAD */
	struct str *lines;       /* untagged answers without their "* ", whole */
	size_t line_count;
};

/* What a line is to be held to (imap_idle.h). */
struct idle_wish {
	struct imap_login login;
	struct str folder; /* as the server calls it */
};

/* Connect and sign in. *ret_imap is NULL unless the status is 200; it is closed with the arena. Fails on what the caller got wrong
 * (ERR_BAD_INPUT on "server"). */
enum err imap_open(struct cx *cx, struct net *net, const struct imap_login *login, struct net_answer *ret_answer, struct imap **ret_imap);
void imap_close(struct imap *imap); /* at once; NULL is allowed */
void imap_closep(struct imap **imap);
/* Say one command, without its tag, and wait for its end. `literal` follows it where its `at` is set (APPEND). `most`: bytes of what may be
 * answered; 0 = 8 MiB. After UNKNOWN the connection is over: what is asked then is NOT_SENT. */
enum err imap_ask(struct cx *cx, struct imap *imap, struct str command, struct str literal, size_t most, struct imap_answer *ret_answer);

/* ---- reading, without a network ---- */

/* A text as an argument: "quoted". Empty when it cannot be (line breaks, signs beyond ASCII). */
struct str imap_quoted(struct arena *arena, struct str text);

/* A folder's name as people write it, in UTF-8, as servers want it: modified UTF-7 (RFC 3501, 5.1.3). One that is ASCII stays as it is: it may be the
 * server's own. Empty: it is no text. */
struct str imap_folder(struct arena *arena, struct str name);

enum imap_kind { IMAP_END, IMAP_OPEN, IMAP_CLOSE, IMAP_ATOM, IMAP_STRING, IMAP_BAD };
struct imap_token {
	enum imap_kind kind;
	struct str text;  /* of a quoted one as it stands there, with its backslashes */
};
/* The next piece of a line: an atom (with what its brackets hold), a string or literal, a parenthesis. */
struct imap_token imap_next(struct str *rest);

/* How long the first answer in `in` is, with its line end and literals. 0: more is needed. -1: this is no IMAP. */
ptrdiff_t imap_answer_end(struct str in, size_t most);
