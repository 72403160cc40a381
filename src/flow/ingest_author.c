#include "flow/ingest_parts.h"

#include "base/id.h"
#include "base/map.h"
#include "model/same.h"
#include "store/called.h"

#define AUTHORS_CACHED_MAX 20000

void authors_forget(struct ingest *in)
{
	in->heard = NULL;
	in->heard_count = in->heard_capacity = 0;
	arena_reset(in->people);
	in->authors = map_new(in->people);
}

static struct str network_of(const struct ingest *in, const struct inbound *i)
{
	return i->network.len ? i->network : in->channel.network;
}

static enum err refresh_card(struct cx *cx, struct db *db, struct identity *known, const struct inbound *i)
{
	struct str name = ingest_line(cx->arena, i->author_name), handle = ingest_line(cx->arena, i->author_handle);
	bool same_card = (!name.len || str_eq(name, known->name)) && (!handle.len || str_eq(handle, known->handle));
	struct str place = ingest_line(cx->arena, i->author_place);
	bool same_followers = i->author_followers < 0 || i->author_followers == known->followers, same_place = !place.len || str_eq(place, known->place);
	if (!same_followers)
		known->followers = i->author_followers;
	if (!same_place)
		known->place = place;
	if (same_card)
		return same_followers && same_place ? OK : identity_followed(cx, db, known->workspace, known->id, known->followers, known->place);
	if (name.len)
		known->name = name;
	if (handle.len)
		known->handle = handle;
	return identity_update(cx, db, known);
}

static enum err make_author(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, bool starts, struct identity *ret_identity)
{
	struct str name = ingest_line(cx->arena, i->author_name), handle = ingest_line(cx->arena, i->author_handle);
	struct str shown = name.len ? name : handle.len ? handle : ingest_line(cx->arena, i->author_id);
	struct contact contact = {.id = id_new(), .workspace = in->desk.workspace, .name = shown, .lang = i->lang, .first_at = i->at, .last_at = i->at,
				  .conversation_count = starts};
	TRY(contact_insert(cx, db, &contact));
	struct identity identity = {
		.id = id_new(),
		.workspace = in->desk.workspace,
		.contact = contact.id,
		.network = network_of(in, i),
		.remote_id = i->author_id,
		.handle = handle,
		.name = shown,
		.url = ingest_address(cx->arena, i->author_url),
		.avatar_url = ingest_address(cx->arena, i->author_avatar),
		.followers = i->author_followers,
		.place = ingest_line(cx->arena, i->author_place),
	};
	TRY(identity_insert(cx, db, &identity));
	*ret_identity = identity;
	return OK;
}

/* What the account names as its person's now. */
static enum err keep_links(struct cx *cx, struct db *db, i64 workspace, i64 identity, const struct inbound *i)
{
	struct identity_link links[IDENTITY_LINKS_MAX];
	size_t count = 0;
	for (size_t n = 0; n < i->author_link_count && count < COUNT(links); n++) {
		struct str key = same_link_key(cx->arena, i->author_links[n].url);
		bool there = !key.len;
		for (size_t k = 0; k < count && !there; k++) {
			there = str_eq(links[k].key, key);
			links[k].proven |= there && i->author_links[n].proven;
		}
		if (!there)
			links[count++] = (struct identity_link){key, i->author_links[n].proven};
	}
	return count ? identity_links_set(cx, db, workspace, identity, links, count) : OK;
}

enum err author_find(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, bool starts, struct author **ret_author, bool *ret_is_met)
{
	struct str network = network_of(in, i);
	struct str key = arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(network), STR_ARG(i->author_id));
	struct author *author = map_get(in->authors, key);
	bool is_new = false;
	if (!author) {
		struct identity identity;
		enum err e = identity_by_remote(cx, db, in->desk.workspace, network, i->author_id, &identity);
		is_new = e == ERR_MISSING;
		if (e == OK)
			TRY(refresh_card(cx, db, &identity, i));
		else if (is_new)
			TRY(make_author(cx, db, in, i, starts, &identity));
		else
			return e;
		TRY(keep_links(cx, db, in->desk.workspace, identity.id, i));
		author = arena_new_of(in->people, struct author);
		*author = (struct author){.identity = identity.id, .contact = identity.contact, .name = arena_str(in->people, identity.name),
					  .handle = arena_str(in->people, identity.handle), .is_new = is_new, .read_in = in->batch};
		map_put(in->authors, key, author);
		if (is_new)
			*arena_push(in->people, in->heard, in->heard_count, in->heard_capacity) = author;
	}
	*ret_author = author;
	*ret_is_met = is_new;
	return OK;
}

void author_hear(struct ingest *in, struct author *a, i64 at, bool starts)
{
	if (!a->last_at && !a->is_new)
		*arena_push(in->people, in->heard, in->heard_count, in->heard_capacity) = a;
	a->first_at = a->last_at && a->first_at < at ? a->first_at : at;
	a->last_at = a->last_at > at ? a->last_at : at;
	a->more_conversations += starts;
}

enum err authors_settle(struct cx *cx, struct db *db, struct ingest *in)
{
	i64 workspace = in->desk.workspace;
	for (size_t i = 0; i < in->heard_count; i++) {
		struct author *a = in->heard[i];
		if (a->last_at)
			TRY(contact_touch(cx, db, workspace, a->contact, a->first_at, a->last_at, a->more_conversations));
		a->last_at = a->more_conversations = 0;
	}
	for (size_t i = 0; i < in->heard_count; i++) {
		struct author *a = in->heard[i];
		if (a->is_new) {
			TRY(called_add(cx, db, workspace, a->contact, a->name, S("")));
			TRY(called_add(cx, db, workspace, a->identity, a->name, a->handle));
		}
		a->is_new = false;
	}
	in->heard_count = 0;
	if (map_count(in->authors) > AUTHORS_CACHED_MAX)
		authors_forget(in);
	return OK;
}
