#include "page/account_letter.h"

#include "base/lang.h"
#include "flow/mail.h"
#include "page/page.h"
#include "store/person.h"
#include "ui/format.h"

static const char *const changes[] = {
	[CHANGED_PASSWORD] = N_("Your password was changed"),
	[RESET_PASSWORD] = N_("A new password was set by a link that was sent to you"),
	[FACTOR_ON] = N_("The second factor of your account was turned on"),
	[FACTOR_OFF] = N_("The second factor of your account was turned off"),
	[NEW_CODES] = N_("New recovery codes were made; the old ones serve no longer"),
	[NEW_KEY] = N_("A key of the API was made in your name"),
};

static enum err tell(struct cx *cx, struct db *db, const struct request *request, i64 person, enum account_change what)
{
	CLEANUP(buf_free) struct buf when = {};
	struct person p;
	TRY(person_get(cx, db, person, &p));
	const char *lang = lang_of(p.lang);
	struct reader reader = {.zone = p.zone, .lang = lang, .now = cx->now};
	buf_add_day(&when, &reader, cx->now);
	buf_adds(&when, ", ");
	buf_add_time_of_day(&when, &reader, cx->now);
	struct letter letter = {
		.to = p.email, .to_name = p.name, .subject = str_of(tr(lang, changes[what])),
		.text = arena_printf(cx->arena,
				     tr(lang, N_("Hello %.*s,\n\n%s: %.*s, from the address %.*s.\n\nIf it was you, you need do nothing. If it was not, choose a new password at once:\n\n"
						 "%.*s/password/forgotten\n\nand tell whoever keeps this desk.")),
				     STR_ARG(p.name), tr(lang, changes[what]), STR_ARG(buf_str(&when)), STR_ARG(request_address(request)), STR_ARG(page_setup.public_url)),
	};
	return mail_queue(cx, db, 0, &letter);
}

void account_tell(struct cx *cx, struct db *db, const struct request *request, i64 person, enum account_change what)
{
	if (page_setup.mail && tell(cx, db, request, person, what) != OK)
		cx_forget(cx);
}
