/* What the network pushes: https://developers.facebook.com/docs/graph-api/webhooks/getting-started (as of 2026-11-21). One address serves
 * all pages and accounts of an app, so a delivery may tell of others too: only what is of this account is taken, and who the others are is told. */
#include "base/lang.h"
#include "channel/graph.h"
#include "channel/signature.h"
#include "sys/crypto.h"

#define CHALLENGE_MAX 200
#define OTHERS_MAX 100

/* GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…: is it we who asked for deliveries? */
static void answer_challenge(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, struct received *r)
{
	struct str wanted = exchange_setting(account, "verify_token"), given = delivery_query(cx, delivery->path, "hub.verify_token"),
		   challenge = delivery_query(cx, delivery->path, "hub.challenge");
	bool ours = wanted.len && str_eq_secret(wanted, given) && str_eq(delivery_query(cx, delivery->path, "hub.mode"), S("subscribe"));
	if (!wanted.len)
		r->story = str_of(_(N_("This channel has no verify token, so nobody can be told that deliveries are wanted. Give it one.")));
	else if (!ours || !challenge.len || challenge.len > CHALLENGE_MAX)
		r->story = str_of(_(N_("Somebody asked whether deliveries are wanted here, with another verify token than this channel's. They were told nothing.")));
	else
		*r = (struct received){.verdict = DELIVERY_CHALLENGE, .answer = challenge, .answer_type = S("text/plain; charset=utf-8")};
}

/* X-Hub-Signature-256: sha256=HEX, over the raw bytes, with the app's secret as key. It signs no time: what was there is known by its key. */
static bool signed_by_app(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, struct received *r)
{
	struct str secret = graph_app_secret(cx, account), given = delivery_header(delivery, "x-hub-signature-256");
	if (!secret.len)
		r->story = str_of(_(N_("This channel has no app secret, so nothing that is delivered to it can be believed. Give it one.")));
	else if (!str_starts(given, S("sha256=")) || !hmac_sha256_is(secret, delivery->body, str_skip(given, 7)))
		r->story = str_of(_(N_("The delivery is not signed with this channel's app secret. It was not taken.")));
	else
		return true;
	return false;
}

struct pushed {
	const struct channel_account *account;
	const char *object, *network;
	inbound_taker *take;
	void *subject;
	struct delivery_other *others;
	size_t other_count, other_capacity;
};

static void note_other(struct cx *cx, struct pushed *p, const char *kind, struct str id)
{
	for (size_t i = 0; i < p->other_count; i++)
		if (str_eq(p->others[i].id, id))
			return;
	if (id.len && p->other_count < OTHERS_MAX)
		*arena_push(cx->arena, p->others, p->other_count, p->other_capacity) = (struct delivery_other){kind, arena_str(cx->arena, id)};
}

static enum err take_document(struct reading *r, json_t *root, void *subject)
{
	struct pushed *p = subject;
	struct cx *cx = r->cx;
	struct str self = graph_self(p->account), page = graph_page(p->account), object = json_text(root, "object");
	const char *kind = str_eq(object, S("page")) ? "facebook" : str_eq(object, S("instagram")) ? "instagram" : NULL;
	bool ours = str_eq(object, str_of(p->object));
	json_t *entries = json_list(root, "entry");
	for (size_t i = json_array_size(entries); kind && i-- > 0;) {
		struct str id = json_id(cx->arena, json_array_get(entries, i), "id");
		if (ours && (str_eq(id, self) || str_eq(id, page)))
			continue;
		note_other(cx, p, kind, id);
		json_array_remove(entries, i);
	}
	return !ours ? OK : graph_read_delivery(cx, p->account, p->network, root, p->take, p->subject);
}

static enum err no_item(struct cx *cx, void *subject, const struct inbound *inbound)
{
	return OK;
}

static enum err no_json(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	return fail_field(cx, "body", N_("What was delivered is no JSON."));
}

enum err graph_receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, const char *object, const char *network, inbound_taker *take,
		       void *subject, struct received *ret_received)
{
	struct received r = {.verdict = DELIVERY_REFUSED};
	struct pushed pushed = {.account = account, .object = object, .network = network, .take = take, .subject = subject};
	struct archive_options options = {};
	struct archive_taker taker = {.item = no_item, .refused = no_json};
	struct reading reading;
	if (str_eq(delivery->method, S("GET"))) {
		answer_challenge(cx, account, delivery, &r);
	} else if (signed_by_app(cx, account, delivery, &r)) {
		if (!graph_self(account).len) /* whose is it? It waits until the account was looked at */
			return fail(cx, ERR_REMOTE, N_("Who this account is has not been found out yet. It will be asked again."));
		/* The reader of files mends what truncated emoji leave behind, which would make it no JSON. */
		TRY(reading_start(cx, archive_format_of(str_of(network)), &options, &taker, &reading));
		TRY(json_documents(&reading, delivery->body, take_document, &pushed));
		r.verdict = DELIVERY_TAKEN;
		r.others = pushed.others;
		r.other_count = pushed.other_count;
		r.key = arena_str(cx->arena, str_skip(delivery_header(delivery, "x-hub-signature-256"), 7));
	}
	*ret_received = r;
	return OK;
}
