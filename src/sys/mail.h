/* mail.h: mail out: messages built by GMime, handed to an SMTP server by libcurl, or put as .eml files into a folder for
 * development and tests. One message goes to one person; a list is many messages.
 *
 * What must stay true: nothing that a caller passes can add a header or a recipient (line breaks and NUL are refused, values
 * are encoded); a server other than this machine's own gets credentials over verified TLS only; what the server said is kept
 * apart as in net.h: accepted, refused, certainly not sent, or unknown. A mailer belongs to one thread. */
#pragma once
#include "base/cx.h"
#include "sys/net.h"

struct mailer;

/* `url`:
 *   smtp://[user:password@]host[:587]   STARTTLS, required unless the host is this machine
 *   smtps://[user:password@]host[:465]  TLS from the start
 *   file:FOLDER                         one .eml a message, named by time
 *   (empty)                             no mail: mail_send() fails with ERR_LATER and what to set
 * User and password are percent-encoded where they hold signs that mean something in a URL. Options may stand behind smtp and
 * smtps: "?tls=off" (never, not with a password), "?tls=on" (required even for this machine), "?timeout=20" (seconds for a
 * message, 60 if not said), "?ca=/etc/our-authority.pem" (trusted instead of the system's authorities); several joined by '&'.
 * ERR_BAD_INPUT on "mail_url" or "mail_from" (an address, or "Name <address>"). */
enum err mailer_open(struct cx *cx, struct str url, struct str from, struct mailer **ret_mailer);
void mailer_close(struct mailer *mailer); /* NULL is allowed */
void mailer_closep(struct mailer **mailer);
/* The mailbox of an account, typed by somebody: guarded as net.h guards the web, and passing its gate. The server is "mail.example.org",
 * with a port, or as smtp:// or smtps://; what mail_send() says of it is `mail_sent.answer` too, with a status as the web has them.
 * ERR_BAD_INPUT on "server" or "mail_from". The net outlives it. */
struct mail_login {
	struct str server, user, password;
	struct str token; /* as in imap.h */
};
enum err mailer_open_account(struct cx *cx, struct net *net, const struct mail_login *login, struct str from, struct mailer **ret_mailer);
/* Of such a mailer: connect and sign in, and send nothing. */
enum err mailer_check(struct cx *cx, struct mailer *mailer, struct net_answer *ret_answer);
bool mailer_works(const struct mailer *mailer); /* false when the URL was empty */

struct mail_file {
	struct str name, type, bytes;
};

struct mail {
	struct str to, to_name;
	struct str reply_to;            /* address; empty = none */
	struct str subject;
	struct str text;                /* required: the plain version, UTF-8, any line ends */
	struct str html;                /* empty = text only; else multipart/alternative */
	struct str message_id;          /* "something@host" without brackets; empty = made, and told in ret_message_id */
	struct str in_reply_to;         /* the same form; empty = none */
	const struct str *references;   /* the thread so far, oldest first; none = in_reply_to alone */
	size_t reference_count;
	struct str copy_to;             /* gets the same mail without standing in it; empty = nobody */
	struct str unsubscribe;         /* https URL: List-Unsubscribe with one click (RFC 8058); empty = none */
	bool automatic;                 /* Auto-Submitted: auto-generated, so that no absence notice answers */
	const struct mail_file *files;
	size_t file_count;
};

/* The message as it travels (CRLF), in the arena; mail_send() does it by itself. ERR_BAD_INPUT on the field at fault. */
enum err mail_build(struct cx *cx, const struct mailer *mailer, const struct mail *mail, struct str *ret_message,
		    struct str *ret_message_id);

struct mail_sent {
	enum net_outcome outcome;   /* ANSWERED: the server took or refused it, see `status` */
	enum net_trouble trouble;
	int status;                 /* SMTP code: 250 taken, 4xx later, 5xx never; 0 none. 530 to 539 are about our own account on the
	                             * server: every message will fare so until a person looks at mail_url */
	struct str message_id;
	struct str story;           /* for people; empty when taken */
	struct net_answer answer;   /* of an account's mailer: `body` is what the server said last */
};
/* Fails on our own mistakes (bad address, no mailer); what the server says is an outcome. */
enum err mail_send(struct cx *cx, struct mailer *mailer, const struct mail *mail, struct mail_sent *ret_sent);

/* local@domain, ASCII, at most 254 bytes, as mail servers take it; no display name. */
bool mail_address_valid(struct str address);
