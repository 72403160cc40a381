/* guide.c: how a mailbox at Microsoft is connected, for who never did it. */
#include "base/lang.h"
#include "channel/guide.h"

static const struct guide_step steps[] = {
	{.text = N_("In Microsoft's Entra admin center, under App registrations, make a new one. Accounts: of any organisation, and personal ones."), .link = "https://entra.microsoft.com", .when = GUIDE_ONCE},
	{.text = N_("As its redirect address, of the kind “Web”, paste this."), .paste = PASTE_RETURN, .when = GUIDE_ONCE},
	{.text = N_("Under API permissions add these, delegated ones of Office 365 Exchange Online and Microsoft Graph."), .paste = PASTE_RIGHTS, .when = GUIDE_ONCE},
	{.text = N_("Under Certificates and secrets make a secret, and keep its value, with the Application (client) ID, on the page “Apps at networks”."), .link = "/network-apps", .when = GUIDE_ONCE},
	{.text = N_("Type the address of the mailbox below, leave the token empty, and connect. On the next page press “Sign in”, and choose the account of this very mailbox.")},
	{},
};

static const struct guide_trouble troubles[] = {
	{N_("Microsoft wants an administrator to approve"), N_("The organisation lets only its administrator admit programs. Send them the link of that page; they agree once, for all."), NULL},
	{N_("It was signed in, and the mailbox still refuses"), N_("Somebody signed in with another account than the mailbox's own, or the organisation has IMAP switched off for it. Its administrator can switch it on."), NULL},
	{N_("Mails come in, and no answer leaves"), N_("“Authenticated SMTP” is switched off for the mailbox. Its administrator switches it on in the Microsoft 365 admin center, under Mail, Manage email apps."), NULL},
	{N_("After a year or two nothing works any more"), N_("The secret at Microsoft ran out. Make a new one, and keep it on the page “Apps at networks”."), NULL},
	{},
};

const struct channel_guide guide_outlook = {
	.word = "outlook", .account = N_("The Microsoft account of the mailbox. Fifteen minutes the first time."), .steps = steps, .troubles = troubles,
	.note = N_("Nothing is marked as read in the mailbox, moved or deleted."), .as_of = "2026-11-22",
};
