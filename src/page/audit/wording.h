/* wording.h: an entry of the audit log for people: who did what, as a sentence; and to what, by name, with the address where it is seen. */
#pragma once
#include "page/page.h"
#include "store/audit.h"

/* The sentence, and an icon's name. */
struct str audit_sentence(struct cx *cx, const struct audit_entry *entry, const char **ret_icon);
/* What it was done to: its name today, empty when it has none; its address, empty when it cannot be seen. */
enum err audit_subject(struct cx *cx, struct db *db, const struct audit_entry *entry, struct str *ret_name, struct str *ret_url);
/* The name of a member of `detail` for people: "role" is "Role". The word itself when there is none. */
const char *audit_member(struct cx *cx, const char *name);
