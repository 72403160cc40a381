#include "channel/mastodon/mastodon.h"

#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/json_read.h"

/* Two shapes of the same network: the account archive (ActivityPub: outbox.json beside actor.json) with anything else ActivityPub,
 * and what Mastodon's interface answers. This file finds the messages in a document and their threads; activity.c and status.c read
 * one of each. */

extern const struct archive_format archive_mastodon;

#define NESTING_MAX 12

struct finding {
	struct reading *r;
	struct mastodon_found *items;
	size_t count, capacity;
	struct arena *arena; /* of the document */
	struct mastodon_file file;
};

static struct mastodon_found *add(struct finding *f, json_t *node, enum mastodon_shape shape)
{
	struct mastodon_found *found = arena_push(f->arena, f->items, f->count, f->capacity);
	*found = (struct mastodon_found){.node = node, .shape = shape, .list = f->r->list, .index = f->r->index};
	return found;
}

static void find(struct finding *f, json_t *node, int depth);

static void find_list(struct finding *f, json_t *root, const char *list, int depth)
{
	json_t *items = json_at(root, list), *item;
	const char *outer = f->r->list;
	i64 outer_index = f->r->index;
	size_t index;
	if (json_is_object(items))
		find(f, items, depth + 1);
	json_array_foreach(items, index, item) {
		if (depth == 0) { /* places name the outermost list */
			f->r->list = list;
			f->r->index = (i64)index;
		}
		find(f, item, depth + 1);
	}
	f->r->list = outer;
	f->r->index = outer_index;
}

static bool is_one_of(struct str type, const char *const *words, size_t count)
{
	return str_in(type, words, count);
}

static void find_announced(struct finding *f, json_t *activity, int depth)
{
	json_t *object = json_map(activity, "object");
	reading_leave_out(f->r, N_("boosts"));
	if (object)
		find(f, object, depth + 1);
}

static bool find_activity(struct finding *f, json_t *node, int depth)
{
	static const char *const objects[] = {"Note", "Article", "Page", "Question", "Video", "Audio", "Image", "Event",
		"ChatMessage",
					      "Document", "Tombstone"};
	static const char *const collections[] = {"OrderedCollection", "Collection", "OrderedCollectionPage", "CollectionPage"};
	static const char *const actors[] = {"Person", "Service", "Group", "Organization", "Application"};
	static const struct {
		const char *type, *what;
	} others[] = {
		{"Like", N_("likes")}, {"Dislike", N_("dislikes")}, {"Follow", N_("follows")}, {"Accept", N_("accepted follows")},
		{"Reject", N_("rejected follows")}, {"Undo", N_("withdrawn acts")}, {"Flag", N_("reports")},
		{"Block", N_("blocks")},
		{"Add", N_("pinned or added things")}, {"Remove", N_("unpinned or removed things")},
		{"Move", N_("moves of accounts")},
		{"EmojiReact", N_("reactions")}, {"View", N_("views")}, {"Join", N_("participations")},
		{"Invite", N_("invitations")},
	};
	struct str type = json_text(node, "type");
	if (is_one_of(type, objects, COUNT(objects))) {
		add(f, node, SHAPE_OBJECT);
	} else if (str_eq(type, S("Create")) || str_eq(type, S("Update")) || str_eq(type, S("Delete"))) {
		if (json_map(node, "object") && is_one_of(json_text(node, "object/type"), actors, COUNT(actors)))
			reading_leave_out(f->r, N_("changes of a profile"));
		else
			add(f, node, SHAPE_ACTIVITY);
	} else if (str_eq(type, S("Announce"))) {
		find_announced(f, node, depth);
	} else if (is_one_of(type, collections, COUNT(collections))) {
		static const char *const lists[] = {"orderedItems", "items", "first"};
		if (str_eq(json_text(node, "id"), S("outbox.json")))
			f->file.own_outbox = true;
		for (size_t i = 0; i < COUNT(lists); i++)
			find_list(f, node, lists[i], depth);
		reading_is(f->r, N_("an empty collection"));
	} else if (is_one_of(type, actors, COUNT(actors))) {
		reading_leave_out(f->r, N_("accounts"));
	} else {
		for (size_t i = 0; i < COUNT(others); i++)
			if (str_eq(type, str_of(others[i].type))) {
				reading_leave_out(f->r, others[i].what);
				return true;
			}
		return false;
	}
	return true;
}

static bool find_notification(struct finding *f, json_t *node, int depth)
{
	struct str type = json_text(node, "type");
	if (!json_map(node, "account") || !type.len || !json_has(node, "created_at"))
		return false;
	if (json_map(node, "status") && (str_eq(type, S("mention")) || str_eq(type, S("status")) || str_eq(type, S("poll")) ||
					 str_eq(type, S("update")) || str_eq(type, S("quote"))))
		add(f, json_map(node, "status"), SHAPE_STATUS)->mention = str_eq(type, S("mention"));
	else if (str_eq(type, S("favourite")))
		reading_leave_out(f->r, N_("likes"));
	else if (str_eq(type, S("reblog")))
		reading_leave_out(f->r, N_("boosts"));
	else if (str_starts(type, S("follow")))
		reading_leave_out(f->r, N_("follows"));
	else
		reading_leave_out(f->r, N_("notices of the server"));
	return true;
}

static bool find_answer(struct finding *f, json_t *node, int depth)
{
	if (find_notification(f, node, depth))
		return true;
	if (json_map(node, "reblog")) {
		reading_leave_out(f->r, N_("boosts"));
		find(f, json_map(node, "reblog"), depth + 1);
		return true;
	}
	if (json_map(node, "account") && json_has(node, "content")) {
		add(f, node, SHAPE_STATUS);
		return true;
	}
	static const char *const lists[] = {"ancestors", "descendants", "statuses", "last_status", "status"};
	bool any = false;
	for (size_t i = 0; i < COUNT(lists); i++) {
		any |= json_has(node, lists[i]);
		find_list(f, node, lists[i], depth);
	}
	if (json_list(node, "ancestors"))
		reading_is(f->r, N_("the thread of a message without answers"));
	if (json_has(node, "acct") && json_has(node, "username")) {
		reading_leave_out(f->r, N_("accounts"));
		return true;
	}
	return any;
}

static void find(struct finding *f, json_t *node, int depth)
{
	if (depth > NESTING_MAX) {
		reading_leave_out(f->r, N_("things nested too deep"));
	} else if (json_is_array(node)) {
		find_list(f, node, "", depth);
	} else if (json_is_string(node)) {
		reading_leave_out(f->r, N_("addresses without text"));
	} else if (json_has(node, "error")) {
		reading_is(f->r, N_("an error answer"));
	} else if (!find_activity(f, node, depth) && !find_answer(f, node, depth)) {
		reading_is(f->r, N_("nothing ActivityPub or Mastodon's interface knows"));
	}
}

static struct str parent_of(struct finding *f, const struct mastodon_found *found)
{
	return found->shape == SHAPE_STATUS ? json_id(f->arena, found->node, "in_reply_to_id")
		: activity_parent(activity_object(found->node));
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	const struct mastodon_owner *owner = subject;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct finding f = {.r = r, .arena = arena, .file = {.threads = r->threads ? r->threads : threads_new(arena),
		.owner = *owner}};
	find(&f, root, 0);
	for (size_t i = 0; i < f.count; i++)
		threads_add(f.file.threads, json_id(arena, activity_object(f.items[i].node), "id"), parent_of(&f, &f.items[i]));
	if (f.file.own_outbox && f.file.owner.id.len == 0 && f.count)
		f.file.owner.id = arena_str(arena, activity_author(f.items[0].node));
	for (size_t i = 0; i < f.count && !r->learning; i++) {
		r->list = f.items[i].list;
		r->index = f.items[i].index;
		if (f.items[i].shape == SHAPE_STATUS)
			TRY(mastodon_read_status(r, &f.file, &f.items[i]));
		else
			TRY(mastodon_read_activity(r, &f.file, &f.items[i]));
	}
	return OK;
}

static enum err read_owner(struct reading *r, json_t *root, void *subject)
{
	struct mastodon_owner *owner = subject;
	struct arena *arena = r->cx->arena;
	struct str name = json_text(root, "preferredUsername"), id = json_text(root, "id"), rest = id;
	owner->id = arena_str(arena, id);
	owner->name = arena_str(arena, json_text(root, "name"));
	str_cut(&rest, '/');
	str_cut(&rest, '/');
	struct str host = str_cut(&rest, '/');
	if (name.len && host.len)
		owner->handle = arena_printf(arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(host));
	return OK;
}

struct export {
	struct reading r;
	struct mastodon_owner owner;
	bool packed;
};

static bool is_actor(struct str name)
{
	return str_eq(name, S("actor.json")) || str_ends(name, S("/actor.json"));
}

static bool wanted(struct str name)
{
	return str_eq(name, S("outbox.json")) || str_ends(name, S("/outbox.json"));
}

static enum err read_file(struct cx *cx, void *subject, struct str name, struct str bytes)
{
	struct export *e = subject;
	e->r.file = e->packed ? name : (struct str){};
	bool owner = e->packed && is_actor(name);
	return reading_forgive(&e->r, json_documents(&e->r, bytes, owner ? read_owner : read_document, &e->owner));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	struct export e = {.packed = archive_is_packed(path)};
	TRY(reading_start(cx, &archive_mastodon, options, taker, &e.r));
	TRY(archive_media(&e.r, path));
	e.r.learns = true;
	if (e.packed)
		TRY(archive_each_file(cx, path, JSON_FILE_MAX, is_actor, read_file, &e));
	TRY(archive_each_file(cx, path, JSON_FILE_MAX, wanted, read_file, &e));
	return reading_end(&e.r);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (str_find(names, S("outbox.json")) >= 0)
		return str_find(names, S("actor.json")) >= 0 ? 98 : 70;
	if (str_find(head, S("https://www.w3.org/ns/activitystreams")) >= 0)
		return 90;
	bool status = str_find(head, S("\"account\"")) >= 0 && str_find(head, S("\"content\"")) >= 0;
	if (status && (str_find(head, S("\"in_reply_to_id\"")) >= 0 || str_find(head, S("\"acct\"")) >= 0))
		return 90;
	return str_find(head, S("\"ancestors\"")) >= 0 && str_find(head, S("\"descendants\"")) >= 0 ? 60 : 0;
}

const struct archive_format archive_mastodon = {
	.word = "mastodon", .also = "activitypub fediverse", .title = N_("Mastodon archive"), .network = "mastodon",
	.about = N_("The archive that Mastodon makes under Preferences, Import and export (zip or tar.gz, or only its outbox.json), any other "
		    "ActivityPub objects, and JSON of Mastodon's interface: statuses, notifications, threads."),
	.recognise = recognise, .read = read_path,
};
