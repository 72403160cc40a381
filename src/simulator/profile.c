/* profile.c: how we show ourselves on the simulated network: a few texts. */
#include "base/utf8.h"
#include "simulator/inside.h"
#include "sys/db.h"

static const struct {
	const char *name, *begins;
	size_t most;
} members[] = {{"name", "La Place", 40}, {"about", "", 160}, {"website", "", 500}, {"place", "", 40}};

static enum err member_text(struct cx *cx, struct network *n, size_t i, struct str *ret_text)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, n->db, &row, "SELECT value FROM profile WHERE name = ?1", db_text(str_of(members[i].name)));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_text = str_of(members[i].begins);
		return OK;
	}
	TRY(e);
	*ret_text = row_str(row, 0, cx->arena);
	return OK;
}

enum err network_profile(struct cx *cx, struct network *n, json_t **ret_document)
{
	json_t *document = json_pack("{s:s, s:s}", "id", "us", "handle", "us");
	for (size_t i = 0; i < COUNT(members); i++) {
		struct str text;
		enum err e = member_text(cx, n, i, &text);
		if (e != OK) {
			json_decref(document);
			return e;
		}
		json_object_set_new(document, members[i].name, json_stringn(text.at ? text.at : "", text.len));
	}
	*ret_document = document;
	return OK;
}

enum err network_set_profile(struct cx *cx, struct network *n, const json_t *said)
{
	for (size_t i = 0; i < COUNT(members); i++) {
		const json_t *value = json_object_get(said, members[i].name);
		struct str text = {json_string_value(value), json_string_length(value)};
		if (!json_is_string(value))
			continue;
		if (utf8_count(text) > members[i].most)
			return fail_field(cx, members[i].name, "too long");
		TRY(db_run(cx, n->db, NULL, "INSERT INTO profile (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", db_text(str_of(members[i].name)),
			   db_text(text)));
	}
	return OK;
}
