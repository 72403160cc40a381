/* gmail: a mailbox at Google, read and answered as any (channel/mailbox.h), let in by a token (XOAUTH2). README.md of email says the rest. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/mailbox.h"
#include "channel/oauth.h"

#define IMAP "imap.gmail.com"
#define SMTP "smtp.gmail.com"

static const struct channel_field fields[] = {
	{"address", N_("Address"), N_("The mailbox that people write to: hello@example.org"), FIELD_LINE, true},
	{"token", N_("Access token"), N_("May stay empty: you then sign in with the Google account of this mailbox."), FIELD_SECRET, false},
	{"name", N_("Name in your mails"), N_("Who they come from, for people: Bakery Levain"), FIELD_LINE, false},
	{"copy", N_("Send us a copy of each answer"), N_("By it Parvis finds out by itself whether an answer left when a connection broke. Else it asks you."), FIELD_BOOL, false},
	{"imap", N_("Server for reading (IMAP)"), N_("Leave it empty, unless yours is reached under another name."), FIELD_LINE, false},
	{"smtp", N_("Server for sending (SMTP)"), N_("Leave it empty, unless yours is reached under another name."), FIELD_LINE, false},
	{"url", N_("Address for signing in"), N_("Leave it empty, unless yours is reached under another name."), FIELD_URL, false},
	{},
};

static const struct channel_right rights[] = {
	{"https://mail.google.com/", N_("Read mails and send them"), true},
	{},
};

/* Google asks programs for all of mail where they use IMAP and SMTP; it gives what renews a token when it is asked for offline access. */
static const struct channel_login login = {
	.authorize = "https://accounts.google.com/o/oauth2/v2/auth", .token = "/token", .server = "url", .home = "https://oauth2.googleapis.com",
	.manual = "https://console.cloud.google.com/apis/credentials", .issuer = "https://accounts.google.com", .more = "access_type=offline&prompt=consent",
	.secret = "token", .as_of = "2026-11-22", .source = "developers.google.com/workspace/gmail/imap/xoauth2-protocol",
};

extern const struct channel_kind channel_gmail;

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	TRY(email_verify(cx, net, &at, ret_verified));
	ret_verified->rights_told = oauth_granted(cx, &channel_gmail, account->secret, &ret_verified->rights, &ret_verified->right_count);
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		      struct str *ret_cursor, bool *ret_more)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	return email_fetch(cx, net, &at, cursor, take, subject, ret_cursor, ret_more);
}

static bool listen(struct cx *cx, const struct channel_account *account, struct idle_wish *ret_wish)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	return email_listen(cx, &at, ret_wish);
}

static enum err publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	return email_publish(cx, net, &at, outbound, ret_sent);
}

static enum err look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	return email_look(cx, net, &at, outbound, ret_sent);
}

const struct channel_kind channel_gmail = {
	.word = "gmail",
	.title = N_("Gmail"),
	.about = N_("A mailbox at Google, also of a domain of yours: you sign in with its Google account, no password is typed. Mails come in as conversations, your answers stand in the same thread."),
	.network = "email",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_LOOK | CAN_FETCH | CAN_BEGIN,
	.limits = email_limits,
	.fields = fields,
	.rights = rights,
	.login = &login,
	.fetch_every = 30 * SECOND,
	.verify = verify,
	.renew = oauth_renew,
	.fetch = fetch,
	.listen = listen,
	.publish = publish,
	.look = look,
	.readers = email_readers,
};
