/* outlook: a mailbox at Microsoft, read and answered as any (channel/mailbox.h), let in by a token (XOAUTH2). README.md of email says the rest. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/mailbox.h"
#include "channel/oauth.h"

#define IMAP "outlook.office365.com"
#define SMTP "smtp.office365.com:587"

static const struct channel_field fields[] = {
	{"address", N_("Address"), N_("The mailbox that people write to: hello@example.org"), FIELD_LINE, true},
	{"token", N_("Access token"), N_("May stay empty: you then sign in with the Microsoft account of this mailbox."), FIELD_SECRET, false},
	{"name", N_("Name in your mails"), N_("Who they come from, for people: Bakery Levain"), FIELD_LINE, false},
	{"copy", N_("Send us a copy of each answer"), N_("By it Parvis finds out by itself whether an answer left when a connection broke. Else it asks you."), FIELD_BOOL, false},
	{"imap", N_("Server for reading (IMAP)"), N_("Leave it empty, unless yours is reached under another name."), FIELD_LINE, false},
	{"smtp", N_("Server for sending (SMTP)"), N_("Leave it empty, unless yours is reached under another name."), FIELD_LINE, false},
	{"url", N_("Address for signing in"), N_("Leave it empty, unless yours is reached under another name."), FIELD_URL, false},
	{},
};

static const struct channel_right rights[] = {
	{"https://outlook.office.com/IMAP.AccessAsUser.All", N_("Read mails"), true},
	{"https://outlook.office.com/SMTP.Send", N_("Send mails"), true},
	{"offline_access", N_("Stay signed in"), false},
	{},
};

/* Of any organisation, and of people. Its answers name no issuer of their own for "common". */
static const struct channel_login login = {
	.authorize = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize", .token = "/common/oauth2/v2.0/token", .server = "url",
	.home = "https://login.microsoftonline.com", .manual = "https://entra.microsoft.com", .more = "prompt=select_account", .secret = "token",
	.as_of = "2026-11-22", .source = "learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
};

extern const struct channel_kind channel_outlook;

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct channel_account at = email_account_at(cx, account, IMAP, SMTP);
	TRY(email_verify(cx, net, &at, ret_verified));
	ret_verified->rights_told = oauth_granted(cx, &channel_outlook, account->secret, &ret_verified->rights, &ret_verified->right_count);
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

const struct channel_kind channel_outlook = {
	.word = "outlook",
	.title = N_("Microsoft 365"),
	.about = N_("A mailbox at Microsoft 365 or Outlook.com: you sign in with its Microsoft account, no password is typed. Mails come in as conversations, your answers stand in the same thread."),
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
