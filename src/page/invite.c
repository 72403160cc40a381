#include "page/invite.h"

#include "base/lang.h"
#include "flow/account.h"
#include "flow/mail.h"
#include "flow/transaction.h"
#include "store/workspace.h"

static enum err invite(struct cx *cx, struct db *db, struct str email, enum role role, struct str *ret_url)
{
	struct str token;
	struct workspace w;
	TRY(account_invite(cx, db, here(cx), email, role, &token));
	TRY(workspace_get(cx, db, here(cx), &w));
	struct str url = arena_printf(cx->arena, "%.*s/invitations/%.*s", STR_ARG(page_setup.public_url), STR_ARG(token));
	*ret_url = (struct str){};
	if (!page_setup.mail) {
		*ret_url = url;
		return OK;
	}
	const char *lang = lang_of(w.lang); /* nobody knows theirs yet */
	struct letter letter = {
		.to = email,
		.subject = arena_printf(cx->arena, tr(lang, N_("%.*s invites you to %.*s")), STR_ARG(cx->actor->name), STR_ARG(w.name)),
		.text = arena_printf(cx->arena,
				     tr(lang, N_("Hello,\n\n%.*s invites you to work in “%.*s” with Parvis, as: %s.\n\nOpen this link to come in; it is for you alone and serves once:\n\n%.*s\n\nIf you did not expect it, you need do nothing.")),
				     STR_ARG(cx->actor->name), STR_ARG(w.name), tr(lang, role_title(role)), STR_ARG(url)),
	};
	return mail_queue(cx, db, here(cx), &letter);
}

enum err invite_by_page(struct cx *cx, struct db *db, struct str email, enum role role, struct str *ret_url)
{
	return IN_TRANSACTION(cx, db, invite(cx, db, email, role, ret_url));
}
