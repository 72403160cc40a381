/* Bytes of a server as frames of a WebSocket, the first byte says in which pieces they come: the pieces change nothing of what is heard. */
#include "base/cx.h"
#include "sys/websocket.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static bool hear(void *subject, struct str message)
{
	buf_add(subject, message);
	buf_addc(subject, '\n');
	return message.len != 13;
}

static bool read_by(struct str bytes, size_t step, struct buf *out)
{
	struct websocket_reader r = {.message_max = 4096, .text = hear, .subject = out};
	bool on = true;
	for (size_t at = 0; at < bytes.len && on; at += step)
		on = websocket_feed(&r, str_head(str_skip(bytes, at), step));
	must(on == (!r.closed && !r.broken && !r.stopped) && r.message.len <= r.message_max && r.kept.len <= r.message_max + 14);
	websocket_end(&r);
	return on;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(buf_free) struct buf whole = {}, pieces = {};
	if (!size)
		return 0;
	struct str bytes = {(const char *)data + 1, size - 1};
	bool on = read_by(bytes, size, &whole);
	must(on == read_by(bytes, (size_t)data[0] + 1, &pieces) && str_eq(buf_str(&whole), buf_str(&pieces)));
	return 0;
}
