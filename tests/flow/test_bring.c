/* Files that only the channel's credential opens: brought once, kept, let go of; what cannot be had keeps no message back, what can be had later does. */
#include "test.h"

#include "base/clock.h"
#include "flow/bring.h"
#include "model/inbound.h"

#include <string.h>

#define LARGE (4 << 20)

static struct {
	enum err answer;
	int asked, kept;
} network;

static enum err fake_bring(struct cx *cx, struct net *net, const struct channel_account *account, struct str reference, size_t most, struct str *ret_bytes)
{
	network.asked++;
	if (network.answer != OK)
		return fail(cx, network.answer, "not now");
	char *bytes = arena_alloc(cx->arena, LARGE);
	memcpy(bytes, "\x89PNG\r\n\x1a\n", 8);
	*ret_bytes = str_eq(reference, S("empty")) ? (struct str){} : (struct str){bytes, LARGE};
	return OK;
}

static enum err fake_store(struct cx *cx, void *blobs, struct str bytes, struct str *ret_hash)
{
	network.kept++;
	*ret_hash = arena_printf(cx->arena, "hash-%d", network.kept);
	return OK;
}

static const struct channel_kind kind = {.word = "k", .bring = fake_bring};

static enum err bring(struct cx *cx, struct inbound *items, size_t count)
{
	const struct outbox outbox = {.store_blob = fake_store};
	struct channel_account account = {};
	return bring_files(cx, &outbox, &kind, &account, items, count);
}

static void test_files(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	const struct prepared *is_new = (const struct prepared *)&network; /* only that it is there counts */
	const struct inbound_attachment files[] = {{.kind = S("image"), .reference = S("a")}, {.kind = S("link"), .url = S("https://a.example")}, {.kind = S("file"), .reference = S("b"), .type = S("x/y")}};
	const struct inbound_attachment empty = {.kind = S("file"), .reference = S("empty")};
	struct inbound items[] = {
		{.remote_id = S("1"), .at = cx.now, .prepared = is_new, .attachments = files, .attachment_count = 3},
		{.remote_id = S("2"), .at = cx.now, .attachments = files, .attachment_count = 3}, /* known already */
		{.remote_id = S("3"), .at = cx.now, .prepared = is_new, .attachments = &empty, .attachment_count = 1},
		{.remote_id = S("4"), .at = cx.now, .prepared = is_new},
	};
	size_t before = arena_bytes(arena);
	assert_true(bring_is_due(&kind, items, COUNT(items)) && !bring_is_due(&kind, &items[1], 1));
	assert_ok(&cx, bring(&cx, items, COUNT(items)));
	assert_true(network.asked == 3 && network.kept == 2);
	assert_str(items[0].attachments[0].blob, "hash-1");
	assert_true(str_eq(items[0].attachments[0].type, S("image/png")) && items[0].attachments[0].size == LARGE && !items[0].attachments[1].blob.len);
	assert_true(str_eq(items[0].attachments[2].type, S("x/y")) && !items[1].attachments[0].blob.len && !items[2].attachments[0].blob.len);
	assert_true(arena_bytes(arena) - before < LARGE); /* of a page of them the memory of one is needed, and let go of */
}

static void test_troubles(void **state)
{
	static const struct {
		enum err answer, young, old;
	} rows[] = {{ERR_MISSING, OK, OK}, {ERR_TOO_LARGE, OK, OK}, {ERR_LIMIT, ERR_LIMIT, OK}, {ERR_REMOTE, ERR_REMOTE, OK}, {ERR_DENIED, ERR_DENIED, OK}};
	const struct inbound_attachment file = {.kind = S("image"), .reference = S("a")};
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int old = 0; old < 2; old++) {
			CLEANUP(arena_freep) struct arena *arena = arena_new();
			struct cx cx = cx_new(arena);
			struct inbound item = {.remote_id = S("1"), .at = cx.now - (old ? HOUR : MINUTE), .prepared = (const struct prepared *)&network, .attachments = &file, .attachment_count = 1};
			network.answer = rows[i].answer;
			assert_int_equal(bring(&cx, &item, 1), old ? rows[i].old : rows[i].young);
			assert_true(item.attachment_count == 1 && !item.attachments[0].blob.len && cx.arena == arena);
		}
	network.answer = OK;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_troubles)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
