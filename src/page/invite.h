/* invite.h: inviting somebody, from the team's page and from the wizard: by a letter where mails can be sent, else by a link to hand over. */
#pragma once
#include "model/permission.h"
#include "page/page.h"

/* *ret_url (arena) is empty when a letter went instead. */
enum err invite_by_page(struct cx *cx, struct db *db, struct str email, enum role role, struct str *ret_url);
