/* guide.c: how a mailbox is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In the help pages of your mail provider, look up the names of two servers: one for reading (IMAP), one for sending (SMTP).")},
	{.text = N_("In the mailbox's own settings, see that reading by IMAP is allowed.")},
	{.text = N_("Where signing in has two steps (Gmail, iCloud, Yahoo), make a password for applications. This is Google's page for it; others have one in their security settings."),
	 .link = "https://myaccount.google.com/apppasswords"},
	{.text = N_("Type both servers, the address and that password below.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("It says that the password is wrong"),
	 N_("The mailbox wants a password for applications, or reading by IMAP is off. Microsoft's mailboxes take no passwords from programs any more: connect one as “Microsoft 365”."), NULL},
	{N_("The server cannot be reached"), N_("Write its port behind its name: 993 for reading, 465 or 587 for sending."), "imap.example.org:993"},
	{N_("An answer waits, and a person is asked whether it left"), N_("Turn on “Send us a copy of each answer”: by the copy Parvis finds out by itself."), NULL},
	{},
};

const struct channel_guide guide_email = {
	.word = "email", .account = N_("A mailbox that people write to, and its password."), .steps = steps, .troubles = troubles,
	.note = N_("Nothing is marked as read in the mailbox, moved or deleted."), .as_of = "2026-11-22",
};
