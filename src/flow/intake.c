/* intake.c: the second half of export.h: a workspace comes back. */
#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/parser.h"
#include "flow/audit.h"
#include "flow/rejudge.h"
#include "flow/export.h"
#include "flow/moderate.h"
#include "store/called.h"
#include "store/message.h"
#include "store/person.h"
#include "store/publication.h"
#include "store/transfer.h"
#include "store/workspace.h"

#include <stdio.h>
#include <string.h>

struct reference {
	const struct transfer_table *table;
	i64 id, to;
};

struct intake {
	struct arena *memory, *line;
	const struct transfer_table *table; /* of the file at hand */
	struct str names[TRANSFER_COLUMNS_MAX];
	size_t columns;
	i64 workspace;
	struct map *persons;                /* id that left → struct str id here, when it is another */
	struct reference *references;
	size_t reference_count, reference_capacity;
	i64 *rows;                          /* by table */
	i64 number;                         /* of the line */
};

enum err intake_start(struct cx *cx, struct db *db, struct arena *memory, struct intake **ret_intake)
{
	struct intake *in = arena_new_of(memory, struct intake);
	*in = (struct intake){.memory = memory, .line = arena_new(), .persons = map_new(memory), .rows = arena_array(memory, i64, transfer_table_count)};
	arena_defer(memory, (void (*)(void *))arena_free, in->line);
	*ret_intake = in;
	return OK;
}

bool intake_file(struct intake *in, struct str name)
{
	in->table = NULL;
	in->number = 0;
	for (size_t i = 0; i < transfer_table_count; i++) {
		char wanted[64];
		snprintf(wanted, sizeof wanted, "%02zu-%s.jsonl", i + 1, transfer_tables[i].name);
		if (str_eq(name, str_of(wanted)))
			in->table = &transfer_tables[i];
	}
	if (in->table)
		in->columns = transfer_columns(in->table, in->names);
	return in->table;
}

/* ---- a line as values ---- */

static enum err broken(struct cx *cx, const struct intake *in, struct str column)
{
	return fail(cx, ERR_BAD_INPUT, N_("%s, line %lld: “%.*s” is missing, or not what it should be."), in->table->name, (long long)in->number,
		    STR_ARG(column));
}

static bool read_hex(struct arena *arena, const char *text, struct str *ret_bytes)
{
	size_t len = strlen(text) / 2;
	u8 *bytes = arena_alloc(arena, len + 1);
	if (strlen(text) % 2 || strspn(text, "0123456789abcdefABCDEF") != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned value;
		must(sscanf(text + 2 * i, "%2x", &value) == 1);
		bytes[i] = (u8)value;
	}
	*ret_bytes = (struct str){(const char *)bytes, len};
	return true;
}

static bool names_a_person(struct str column)
{
	static const char *const columns[] = {"person_id", "assignee_id", "author_id", "published_by", "decided_by", "second_person", "asked_by", "created_by", "recorded_by"};
	return str_in(column, columns, COUNT(columns));
}

static bool read_id(const struct intake *in, struct str column, const json_t *json, struct db_value *ret_value)
{
	i64 id;
	struct str text = str_of(json_string_value(json));
	const struct str *here = names_a_person(column) ? map_get(in->persons, text) : NULL;
	if (json_is_null(json)) {
		*ret_value = db_id(0);
		return true;
	}
	if (!json_is_string(json) || !str_to_i64(here ? *here : text, &id))
		return false;
	*ret_value = db_i64(id);
	return true;
}

static bool read_instant(const json_t *json, struct db_value *ret_value)
{
	i64 at = 0;
	if (json_is_integer(json))
		at = json_integer_value(json);
	else if (!json_is_null(json) && (!json_is_string(json) || !time_parse(str_of(json_string_value(json)), &at)))
		return false;
	*ret_value = db_i64(at);
	return true;
}

static bool read_value(const struct intake *in, size_t column, const json_t *json, struct db_value *ret_value)
{
	char kind = in->table->kinds[column];
	struct str bytes;
	switch (kind) {
	case 'z':
		if (json_is_null(json)) {
			*ret_value = db_i64(0);
			return true;
		}
		return read_id(in, in->names[column], json, ret_value);
	case 'm':
	case 'i': return read_id(in, in->names[column], json, ret_value);
	case 't': return read_instant(json, ret_value);
	case 'n':
		*ret_value = db_i64(json_integer_value(json));
		return json_is_integer(json);
	case 'b':
		if (!json_is_string(json) || !read_hex(in->line, json_string_value(json), &bytes))
			return false;
		*ret_value = db_blob(bytes);
		return true;
	case 'j':
		if (json_is_object(json) || json_is_array(json)) {
			*ret_value = db_text(arena_json(in->line, json, JSON_COMPACT));
			return true;
		}
		break;
	default: break;
	}
	if (!json_is_string(json) && !json_is_null(json))
		return false;
	*ret_value = json_is_null(json) ? db_text_or_null((struct str){}) : db_text(((struct str){json_string_value(json), json_string_length(json)}));
	return true;
}

/* ---- tables that need more than an insertion ---- */

static size_t column_of(const struct intake *in, const char *name)
{
	for (size_t i = 0; i < in->columns; i++)
		if (str_eq(in->names[i], str_of(name)))
			return i + 1;
	must(!"a column that the table has");
	return 0;
}

static enum err prepare_workspace(struct cx *cx, struct db *db, struct intake *in, struct db_value *values)
{
	struct workspace there;
	i64 id = values[1].i;
	enum err e = workspace_get(cx, db, id, &there);
	if (e == OK)
		return fail(cx, ERR_CONFLICT, N_("The workspace “%.*s” is here already. Nothing was changed."), STR_ARG(there.name));
	struct db_value *slug = &values[column_of(in, "slug")];
	struct str wanted = slug->s;
	for (int n = 2; n < 1000 && e == ERR_MISSING; n++) {
		e = workspace_by_slug(cx, db, slug->s, &there);
		if (e == OK) {
			slug->s = arena_printf(in->line, "%.*s-%d", STR_ARG(wanted), n);
			e = ERR_MISSING;
		} else if (e == ERR_MISSING) {
			break;
		}
	}
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	in->workspace = id;
	return OK;
}

/* Somebody with this address is them. A number that is somebody else's here becomes a new one. */
static enum err prepare_person(struct cx *cx, struct db *db, struct intake *in, struct db_value *values, bool *ret_skip)
{
	struct person there;
	i64 id = values[1].i, here = 0;
	enum err e = person_by_email(cx, db, values[column_of(in, "email")].s, &there);
	*ret_skip = e == OK;
	if (e == OK) {
		here = there.id;
	} else if (e == ERR_MISSING) {
		e = person_get(cx, db, id, &there);
		here = e == OK ? id_new() : id;
	}
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	values[1] = db_i64(here);
	if (here == id)
		return OK;
	struct str *kept = arena_new_of(in->memory, struct str);
	*kept = arena_printf(in->memory, "%lld", (long long)here);
	map_put(in->persons, arena_printf(in->line, "%lld", (long long)id), kept);
	return OK;
}

/* Its credential did not come along. */
static void prepare_channel(struct cx *cx, struct intake *in, struct db_value *values)
{
	if (str_eq(values[column_of(in, "kind")].s, S("import")))
		return;
	values[column_of(in, "state")] = db_text(S("broken"));
	values[column_of(in, "state_story")] = db_text(str_of(tr(cx->lang, N_("It came with an export, without its credentials. Connect it again."))));
}

static enum err index_message(struct cx *cx, struct db *db, const struct intake *in, const struct db_value *values)
{
	struct str direction = values[column_of(in, "direction")].s, state = values[column_of(in, "reply_state")].s;
	if (str_eq(direction, S("out")) && !str_eq(state, S("sent")))
		return OK;
	struct message m = {
		.id = values[1].i,
		.workspace = in->workspace,
		.channel = values[column_of(in, "channel_id")].i,
		.identity = values[column_of(in, "identity_id")].i,
		.author = values[column_of(in, "author_id")].i,
		.author_name = values[column_of(in, "author_name")].s,
		.body = values[column_of(in, "body")].s,
		.lang = values[column_of(in, "lang")].s,
		.at = values[column_of(in, "at")].i,
		.removed_at = values[column_of(in, "removed_at")].i,
		.hidden_at = values[column_of(in, "hidden_at")].i,
	};
	if (!message_kind_of(values[column_of(in, "kind")].s, &m.kind) || !direction_of(direction, &m.direction))
		return fail(cx, ERR_BAD_INPUT, N_("A message of the export is of a kind that Parvis does not know."));
	return message_index(cx, db, &m);
}

static enum err index_called(struct cx *cx, struct db *db, const struct intake *in, const struct db_value *values, const char *other)
{
	return called_add(cx, db, in->workspace, values[1].i, values[column_of(in, "name")].s, values[column_of(in, other)].s);
}

static bool is_table(const struct intake *in, const char *name)
{
	return strcmp(in->table->name, name) == 0;
}

static enum err insert(struct cx *cx, struct db *db, struct intake *in, struct db_value *values)
{
	bool skip = false;
	if (is_table(in, "workspace"))
		TRY(prepare_workspace(cx, db, in, values));
	else if (is_table(in, "person"))
		TRY(prepare_person(cx, db, in, values, &skip));
	else if (is_table(in, "channel"))
		prepare_channel(cx, in, values);
	for (size_t i = 0; i < in->columns; i++) {
		if (str_eq(in->names[i], S("workspace_id")) && (values[i + 1].type != DB_I64 || values[i + 1].i != in->workspace))
			return broken(cx, in, in->names[i]);
		if (in->table->kinds[i] == 'm' && values[i + 1].type == DB_I64) {
			*arena_push(in->memory, in->references, in->reference_count, in->reference_capacity) =
				(struct reference){in->table, values[1].i, values[i + 1].i};
			values[i + 1] = db_id(0);
		}
	}
	if (skip)
		return OK;
	enum err e = in->table->insert(cx, db, values, in->columns);
	if (e == ERR_CONFLICT)
		return fail(cx, e, N_("%s, line %lld: it collides with something that is here already. Nothing was changed."), in->table->name,
			    (long long)in->number);
	TRY(e);
	if (is_table(in, "contact"))
		return index_called(cx, db, in, values, "email");
	if (is_table(in, "identity"))
		return index_called(cx, db, in, values, "handle");
	return is_table(in, "message") ? index_message(cx, db, in, values) : OK;
}

static void release(void *json)
{
	json_decref(json);
}

static enum err take(struct cx *cx, struct db *db, struct intake *in, struct str line)
{
	struct db_value values[TRANSFER_COLUMNS_MAX + 1] = {};
	json_t *row = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	arena_defer(in->line, release, row);
	for (size_t i = 0; i < in->columns; i++) {
		const json_t *json = json_object_get(row, arena_cstr(in->line, in->names[i]));
		if (!json || !read_value(in, i, json, &values[i + 1]))
			return broken(cx, in, in->names[i]);
	}
	if (!in->workspace && !is_table(in, "workspace"))
		return fail(cx, ERR_BAD_INPUT, N_("The export does not begin with its workspace."));
	TRY(insert(cx, db, in, values));
	in->rows[in->table - transfer_tables]++;
	return OK;
}

enum err intake_line(struct cx *cx, struct db *db, struct intake *in, struct str line)
{
	in->number++;
	if (!str_trim(line).len)
		return OK;
	arena_reset(in->line);
	struct cx part = *cx;
	part.arena = in->line;
	enum err e = take(&part, db, in, line);
	if (e != OK) {
		part.arena = cx->arena;
		*cx = part;
	}
	return e;
}

enum err intake_end(struct cx *cx, struct db *db, struct intake *in, const json_t *counts, i64 *ret_workspace)
{
	i64 entries, pieces, doubts;
	if (!in->workspace)
		return fail(cx, ERR_BAD_INPUT, N_("The export does not begin with its workspace."));
	for (size_t i = 0; i < in->reference_count; i++)
		TRY(in->references[i].table->refer(cx, db, in->workspace, in->references[i].id, in->references[i].to));
	for (size_t i = 0; i < transfer_table_count; i++) {
		i64 wanted = json_integer_value(json_object_get(counts, transfer_tables[i].name));
		if (in->rows[i] != wanted)
			return fail(cx, ERR_BAD_INPUT, N_("The table %s holds %lld rows, and should hold %lld."), transfer_tables[i].name, (long long)in->rows[i],
				    (long long)wanted);
	}
	TRY(audit_verify(cx, db, in->workspace, &entries));
	TRY(evidence_verify(cx, db, in->workspace, &pieces));
	TRY(publications_doubt(cx, db, in->workspace, &doubts));
	TRY(rejudge_anew(cx, db));
	TRY(audit(cx, db, in->workspace, "workspace.import", arena_printf(cx->arena, "workspace:%lld", (long long)in->workspace),
		  arena_printf(cx->arena, "{\"in_doubt\":%lld}", (long long)doubts)));
	*ret_workspace = in->workspace;
	return OK;
}

/* ---- a file of an export, without a database ---- */

static const struct transfer_table *table_of(const json_t *row)
{
	struct str names[TRANSFER_COLUMNS_MAX];
	for (size_t i = 0; i < transfer_table_count; i++) {
		size_t count = transfer_columns(&transfer_tables[i], names), found = 0;
		for (size_t n = 0; n < count; n++)
			found += json_object_getn(row, names[n].at, names[n].len) != NULL;
		if (found == count && json_object_size(row) == count)
			return &transfer_tables[i];
	}
	return NULL;
}

static void add_value(struct buf *out, const struct db_value *value)
{
	if (value->type == DB_I64)
		buf_addf(out, "%lld", (long long)value->i);
	else if (value->type == DB_TEXT)
		buf_add_json(out, value->s);
	else if (value->type == DB_BLOB)
		buf_addf(out, "{\"bytes\":%zu}", value->s.len);
	else
		buf_adds(out, "null");
}

static enum err read_row(struct cx *cx, struct intake *in, struct str line, struct buf *out)
{
	struct db_value values[TRANSFER_COLUMNS_MAX + 1] = {};
	json_t *row = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, NULL);
	arena_defer(in->line, release, row);
	in->table = table_of(row);
	if (!in->table)
		return fail(cx, ERR_BAD_INPUT, N_("Line %lld is no row of a table that an export has."), (long long)in->number);
	in->columns = transfer_columns(in->table, in->names);
	buf_addf(out, "{\"table\":\"%s\"", in->table->name);
	for (size_t i = 0; i < in->columns; i++) {
		if (!read_value(in, i, json_object_getn(row, in->names[i].at, in->names[i].len), &values[i + 1]))
			return broken(cx, in, in->names[i]);
		buf_addf(out, ",\"%.*s\":", STR_ARG(in->names[i]));
		add_value(out, &values[i + 1]);
	}
	buf_adds(out, "}\n");
	return OK;
}

static enum err read_export(struct cx *cx, struct str input, struct buf *out)
{
	struct intake *in;
	TRY(intake_start(cx, NULL, cx->arena, &in));
	for (struct str rest = input; rest.len;) {
		struct str line = str_line(&rest);
		in->number++;
		arena_reset(in->line);
		if (str_trim(line).len)
			TRY(read_row(cx, in, line, out));
	}
	return in->number ? OK : fail(cx, ERR_BAD_INPUT, N_("There is nothing in it."));
}

const struct parser parser_export = {"export", N_("A file of rows of an export of Parvis (JSON lines)"), read_export};
