/* email: a mailbox, read by IMAP and answered by SMTP, whose password is typed. README.md says what servers do that no standard does. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/mailbox.h"

static const struct channel_field fields[] = {
	{"address", N_("Address"), N_("The mailbox that people write to: hello@example.org"), FIELD_LINE, true},
	{"imap", N_("Server for reading (IMAP)"), N_("imap.example.org, with its port where it is not the usual one: imap.example.org:993"), FIELD_SERVER, true},
	{"smtp", N_("Server for sending (SMTP)"), N_("smtp.example.org; smtp.example.org:587 where it begins without encryption"), FIELD_SERVER, true},
	{"user", N_("User name"), N_("Where it is not the address itself."), FIELD_LINE, false},
	{"password", N_("Password"), N_("Of the mailbox; where it has two steps for signing in, a password for applications, made in its settings."), FIELD_SECRET, true},
	{"name", N_("Name in your mails"), N_("Who they come from, for people: Bakery Levain"), FIELD_LINE, false},
	{"sent", N_("Folder of sent mails"), N_("Empty: the one that the server names so. What colleagues send from elsewhere is read there too."), FIELD_LINE, false},
	{"copy", N_("Send us a copy of each answer"), N_("By it Parvis finds out by itself whether an answer left when a connection broke. Else it asks you."), FIELD_BOOL, false},
	{},
};

const struct channel_kind channel_email = {
	.word = "email",
	.title = N_("E-mail"),
	.about = N_("A mailbox that people write to: their mails come in as conversations, your answers stand in the same thread over there. Read by IMAP, sent by SMTP."),
	.network = "email",
	.can = CAN_REPLY | CAN_REPLY_PRIVATE | CAN_LOOK | CAN_FETCH | CAN_BEGIN,
	.limits = email_limits,
	.fields = fields,
	.fetch_every = 30 * SECOND,
	.verify = email_verify,
	.fetch = email_fetch,
	.listen = email_listen,
	.publish = email_publish,
	.look = email_look,
	.readers = email_readers,
};
