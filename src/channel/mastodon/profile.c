/* The account's own profile: read as its owner sees it (`source` has what was typed, the rest is made HTML of it), and written by one request.
 * https://docs.joinmastodon.org/methods/accounts/#update_credentials (as of 2026-11-22). */
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/mastodon/connector.h"

#define FIELDS_MAX 4 /* pairs of a name and a value, unless the server says otherwise */

const struct channel_profile_field mastodon_profile_fields[] = {
	{PROFILE_NAME, 30, TEXT_CHARACTERS, true, true, "2026-11-22", "Mastodon, Account: DISPLAY_NAME_LENGTH_LIMIT, unless the server says otherwise"},
	{PROFILE_ABOUT, 500, TEXT_FEDIVERSE, true, true, "2026-11-22", "Mastodon, Account: NOTE_LENGTH_LIMIT, unless the server says otherwise"},
	{PROFILE_LINKS, FIELDS_MAX, TEXT_CHARACTERS, true, true, "2026-11-22", "Mastodon, Account: DEFAULT_FIELDS_SIZE, unless the server says otherwise"},
	{PROFILE_AVATAR, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "docs.joinmastodon.org, update_credentials"},
	{PROFILE_COVER, 0, TEXT_CHARACTERS, true, true, "2026-11-22", "docs.joinmastodon.org, update_credentials"},
	{},
};

/* Pairs whose value is an address are links; others (a place, hours) are left alone. */
static bool is_link(struct str value)
{
	return str_starts(value, S("https://")) || str_starts(value, S("http://"));
}

static const json_t *pairs_of(const json_t *document)
{
	const json_t *typed = json_list(document, "source/fields");
	return typed ? typed : json_list(document, "fields");
}

static void read_links(struct cx *cx, const json_t *document, struct channel_profile *p)
{
	const json_t *pairs = pairs_of(document), *one;
	struct profile_link *links = arena_array(cx->arena, struct profile_link, PROFILE_LINKS_MAX);
	for (size_t i = 0; i < json_array_size(pairs) && p->link_count < PROFILE_LINKS_MAX; i++) {
		one = json_array_get(pairs, i);
		struct str value = str_trim(html_to_text(cx->arena, json_text(one, "value")));
		if (is_link(value))
			links[p->link_count++] = (struct profile_link){exchange_text(cx, one, "name"), value};
	}
	p->links = links;
}

static enum err ask_account(struct cx *cx, struct net *net, const struct channel_account *account, struct exchange *x)
{
	*x = (struct exchange){.method = "GET", .path = S("/api/v1/accounts/verify_credentials")};
	return mastodon_ask(cx, net, account, x);
}

enum err mastodon_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	struct exchange x;
	struct verified v = {};
	TRY(ask_account(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	mastodon_read_account(cx, account, x.document, &v);
	bool typed = json_has(x.document, "source/note");
	struct channel_profile p = {
		.name = v.name, .handle = v.handle, .url = v.url, .avatar = v.avatar, .followers = v.followers,
		.about = typed ? arena_str(cx->arena, json_text(x.document, "source/note")) : html_to_text(cx->arena, json_text(x.document, "note")),
		.cover = exchange_text(cx, x.document, "header"),
		.following = json_number(x.document, "following_count", -1), .posts = json_number(x.document, "statuses_count", -1),
	};
	read_links(cx, x.document, &p);
	*ret_profile = p;
	return OK;
}

/* ---- writing ---- */

struct form {
	struct cx *cx;
	struct exchange_part *parts;
	size_t count, capacity;
};

static void add(struct form *f, const char *name, struct str value)
{
	*arena_push(f->cx->arena, f->parts, f->count, f->capacity) = (struct exchange_part){.name = name, .value = value};
}

static void add_file(struct form *f, const char *name, const struct outbound_media *m)
{
	*arena_push(f->cx->arena, f->parts, f->count, f->capacity) = (struct exchange_part){.name = name, .file_name = m->name.len ? m->name : S("picture"), .type = m->type, .value = m->bytes};
}

static void add_pair(struct form *f, size_t at, struct str name, struct str value)
{
	add(f, arena_printf(f->cx->arena, "fields_attributes[%zu][name]", at).at, name);
	add(f, arena_printf(f->cx->arena, "fields_attributes[%zu][value]", at).at, value);
}

/* All pairs are set at once: those that are no links stay, behind ours. A link needs a name there. */
static enum err add_pairs(struct form *f, const json_t *document, struct str wanted, size_t room)
{
	const struct profile_link *links;
	const json_t *pairs = pairs_of(document), *one;
	size_t count = profile_links_read(f->cx->arena, wanted, &links), at = 0;
	for (size_t i = 0; i < count && at < room; i++)
		add_pair(f, at++, links[i].label.len ? links[i].label : S("Web"), links[i].url);
	for (size_t i = 0; i < json_array_size(pairs); i++) {
		one = json_array_get(pairs, i);
		struct str value = str_trim(html_to_text(f->cx->arena, json_text(one, "value")));
		if (is_link(value) || (!value.len && !json_text(one, "name").len))
			continue;
		if (at >= room)
			return ERR_FULL;
		add_pair(f, at++, exchange_text(f->cx, one, "name"), value);
	}
	if (!at)
		add_pair(f, at++, (struct str){}, (struct str){});
	return OK;
}

enum err mastodon_write_profile(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	struct form f = {.cx = cx};
	if (change->wants[PROFILE_NAME])
		add(&f, "display_name", change->text[PROFILE_NAME]);
	if (change->wants[PROFILE_ABOUT])
		add(&f, "note", change->text[PROFILE_ABOUT]);
	if (change->wants[PROFILE_LINKS]) {
		struct exchange before;
		TRY(ask_account(cx, net, account, &before));
		if (!exchange_read_first(cx, &before, ret_sent))
			return OK;
		if (add_pairs(&f, before.document, change->text[PROFILE_LINKS], (size_t)json_number(account->known, "limits/profile_links", FIELDS_MAX)) != OK) {
			*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("Your profile there says other things beside its links, and there is no room for all of them. Take some away there first, or want fewer links here.")))};
			return OK;
		}
	}
	if (change->wants[PROFILE_AVATAR])
		add_file(&f, "avatar", &change->avatar);
	if (change->wants[PROFILE_COVER])
		add_file(&f, "header", &change->cover);
	struct exchange x = {.method = "PATCH", .path = S("/api/v1/accounts/update_credentials")};
	exchange_form(cx, &x, f.parts, f.count);
	TRY(mastodon_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 403) /* the token lacks the right; all else it may do, and goes on */
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("The server does not let Parvis change this profile. Connect the channel again and grant it (write:accounts).")))};
	return OK;
}
