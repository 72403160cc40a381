/* exports: what whoever keeps the server needs to take everything out, and to back it up, while the desk runs. */
#include "base/lang.h"
#include "page/page.h"
#include "store/workspace.h"
#include "ui/document.h"

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	static const struct {
		const char *about, *command;
	} rows[] = {
		{N_("Back up, while the desk runs: database, keys and kept files in one file"), "parvis backup /var/backups/parvis --data %s"},
		{N_("Bring a backup back into an empty folder; every bit is looked at first"), "parvis restore BACKUP.tar.zst --into FOLDER"},
		{N_("Write everything in open formats: JSON lines a table, messages a channel, files"), "parvis export parvis-export.tar.zst --data %s"},
		{N_("Look over the whole installation, its audit log and its evidence"), "parvis check --data %s"},
	};
	json_t *document = json_object(), *commands = json_array();
	bool server = actor_may(cx->actor, MAY_MANAGE_WORKSPACE);
	reply_json(reply, document);
	for (size_t i = 0; i < COUNT(rows); i++) {
		CLEANUP(buf_free) struct buf b = {};
		struct str rest = str_of(rows[i].command), head = str_cut(&rest, '%');
		buf_add(&b, head);
		if (rest.at)
			buf_adds(&b, page_setup.data);
		json_array_append_new(commands, json_pack("{s:s, s:o}", "about", tr(cx->lang, rows[i].about), "command", doc_text(buf_str(&b))));
	}
	json_object_set_new(document, "can_make", json_false());
	json_object_set_new(document, "can_see_server", json_boolean(server));
	json_object_set_new(document, "commands", commands);
	json_object_set_new(document, "contents", json_array());
	json_object_set_new(document, "formats", json_array());
	json_object_set_new(document, "has_exports", json_false());
	json_object_set_new(document, "exports", json_array());
	json_object_set_new(document, "pager", json_null());
	const char *kind = db_kind(request_db(request)) == DB_SQLITE ? _(N_("The database is one SQLite file.")) : _(N_("The database is on a PostgreSQL server."));
	json_object_set_new(document, "backup", json_pack("{s:b, s:n, s:b, s:n, s:s}", "is_known", false, "last", "is_old", true, "size", "database", kind));
	return OK;
}

static const struct route routes[] = {
	{.method = "GET", .path = "/exports", .permission = MAY_EXPORT, .flags = ROUTE_PAGE_ONLY, .template = "exports/page", .handle = show,
	 .about = "How to take everything out, and how to back it up."},
	{},
};

const struct page page_exports = {"exports", routes};
