/* mailbox.h: what the connectors of mail share (email, gmail, outlook): a mailbox read by IMAP, answered by SMTP. They differ in the servers, and in what
 * lets us in: a password, or a token by which people signed in over there (XOAUTH2, OAUTHBEARER; RFC 7628). Whose credential holds a "token", it is used.
 *
 * Ids are Message-IDs. A thread's id is a hash of the Message-ID it began with; ours carry it ("parvis.KEY.THREAD@domain", KEY from the
 * outgoing act), so that an answer finds its thread whatever the other mail program keeps of References, an answer in doubt is found
 * by its number, and a mail that came back says which one it was. Nothing is kept but how far each folder was read. */
#pragma once
#include "channel/exchange.h"
#include "channel/mail_read.h"
#include "sys/imap.h"
#include "sys/mail.h"

#define EMAIL_BYTES_MAX ((size_t)25 << 20) /* of one mail; of a longer one its beginning is read */

/* ---- talking ---- */

/* *ret_imap (NULL unless it is DONE) is the caller's to close. */
enum err email_open(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x, struct imap **ret_imap);
/* The answer goes into `x` as the web's do, so that exchange.h says what came of it. */
enum err email_ask(struct cx *cx, struct imap *imap, struct str command, struct str literal, size_t most, struct exchange *x, struct imap_answer *ret_answer);
void email_answered(struct cx *cx, const struct net_answer *answer, struct exchange *x);
enum err email_mailer(struct cx *cx, struct net *net, const struct channel_account *account, struct mailer **ret_mailer); /* the caller's */

struct str email_address(struct cx *cx, const struct channel_account *account); /* ours, in lower case */
bool email_switched_on(const struct channel_account *account, const char *setting);
/* Folders as the server calls them, from what verify() found; empty: it has none. */
struct str email_folder(struct cx *cx, const struct channel_account *account, const char *name);
/* "EXAMINE \"name\"", and such. Empty: the name cannot be said. */
struct str email_command(struct cx *cx, const char *verb, struct str folder);
/* Numbers behind "SEARCH", in the arena, rising. */
size_t email_found(struct cx *cx, const struct imap_answer *answer, u64 **ret_uids);
/* "[UIDVALIDITY 7]" and such, in an untagged OK. 0: it is not said. */
u64 email_number(const struct imap_answer *answer, const char *word);

/* An account whose servers are known: those that its settings do not name are put into them. */
struct channel_account email_account_at(struct cx *cx, const struct channel_account *account, const char *imap, const char *smtp);

/* ---- ids ---- */

struct str email_own_id(struct cx *cx, const struct channel_account *account, const struct outbound *outbound);
bool email_is_own(struct cx *cx, const struct channel_account *account, struct str id);
struct str email_thread(struct cx *cx, const struct channel_account *account, const struct mail_read *mail);

/* ---- acts ---- */

/* A mail of the inbox (or of the folder of sent ones) as it is handed over. False: it is not (our own copy, coming back). */
bool email_inbound(struct cx *cx, const struct channel_account *account, const struct mail_read *mail, bool sent, i64 arrived_at, struct inbound *ret_inbound);
/* One answer to FETCH: {uid, instant, bytes}. False: it is another answer. */
struct email_item {
	u64 uid;
	i64 at;
	struct str bytes;
};
bool email_read_item(struct cx *cx, struct str line, struct email_item *ret_item);
enum err email_verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified);
bool email_listen(struct cx *cx, const struct channel_account *account, struct idle_wish *ret_wish);
enum err email_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		     struct str *ret_cursor, bool *ret_more);
enum err email_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err email_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);

extern const struct channel_limit email_limits[];
extern const struct channel_reader email_readers[];
