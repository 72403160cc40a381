/* contact.h: what colleagues write down about the people outside, and joining two that are one. Each verb is one transaction. */
#pragma once
#include "store/contact.h"

/* Name, email, phone, company, place, language and note of a contact as given. ERR_BAD_INPUT names the field. */
enum err contact_edit(struct cx *cx, struct db *db, const struct contact *contact);
/* `from` is `into` from now on: its accounts and conversations go there. */
enum err contact_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into);
