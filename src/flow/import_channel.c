#include "flow/import_channel.h"

#include "base/id.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"

#include <jansson.h>

static bool is_of(const struct channel *c, struct str format, struct str account)
{
	if (!str_eq(c->kind, S("import")))
		return false;
	json_t *settings = json_loadb(c->settings.at, c->settings.len, 0, NULL);
	bool same = str_eq(str_of(json_string_value(json_object_get(settings, "format"))), format) &&
		    str_eq(str_of(json_string_value(json_object_get(settings, "account"))), account);
	json_decref(settings);
	return same;
}

static struct str settings_of(struct cx *cx, struct str format, struct str account)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"format\":");
	buf_add_json(&b, format);
	buf_adds(&b, ",\"account\":");
	buf_add_json(&b, account);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err insert(struct cx *cx, struct db *db, const struct channel *c)
{
	TRY(channel_insert(cx, db, c));
	TRY(audit(cx, db, c->workspace, "channel.create", arena_printf(cx->arena, "channel:%lld", (long long)c->id), c->settings));
	return change_add(cx, db, c->workspace, 0, "channel", c->id);
}

enum err import_channel(struct cx *cx, struct db *db, const struct import_run *run, const struct archive_format *format,
			struct channel *ret_channel, bool *ret_new)
{
	struct channel *list;
	size_t count;
	struct workspace workspace;
	struct str word = str_of(format->word);
	*ret_new = false;
	if (run->channel)
		return channel_get(cx, db, run->workspace, run->channel, ret_channel);
	TRY(channel_list(cx, db, run->workspace, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (is_of(&list[i], word, run->account)) {
			*ret_channel = list[i];
			return OK;
		}
	TRY(workspace_get(cx, db, run->workspace, &workspace));
	const char *title = tr(lang_of(workspace.lang), format->title);
	struct channel c = {
		.id = id_new(),
		.workspace = run->workspace,
		.kind = S("import"),
		.network = run->network.len ? run->network : str_of(format->network),
		.name = run->account.len ? arena_printf(cx->arena, "%s · %.*s", title, STR_ARG(run->account)) : arena_str(cx->arena, str_of(title)),
		.settings = settings_of(cx, word, run->account),
		.created_at = cx->now,
	};
	if (run->dry_run)
		*ret_new = true;
	else
		TRY(IN_TRANSACTION(cx, db, insert(cx, db, &c)));
	*ret_channel = c;
	return OK;
}
