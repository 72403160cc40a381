/* websocket.h: what a server sends over a WebSocket (RFC 6455), read frame by frame as its bytes come in; net.h brings them. Only the reading
 * half: whoever listens to a stream for a while and goes away has nothing to say. Pure; nothing here knows of connections.
 *
 * What must stay true: nothing longer than message_max is ever held; a frame that the standard forbids ends the reading. The reader owns its
 * memory: websocket_end(). */
#pragma once
#include "base/buf.h"

/* The key of our handshakes and the answer that proves a WebSocket behind them (RFC 6455, 1.3). It is no secret: TLS is what protects. */
#define WEBSOCKET_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WEBSOCKET_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

struct websocket_reader {
	size_t message_max;
	bool (*text)(void *subject, struct str message); /* a whole message of text, borrowed; false stops */
	void *subject;

	struct buf kept;      /* a frame whose rest is still to come */
	struct buf message;   /* a message whose frames are still to come */
	bool begun, is_text;
	bool closed;          /* the server said goodbye */
	bool broken, stopped; /* the standard forbids it, or it is too long; `text` said no */
};

/* False when there is nothing more to read: closed, broken or stopped. */
bool websocket_feed(struct websocket_reader *reader, struct str bytes);
/* Did the bytes end between two messages? */
bool websocket_is_whole(const struct websocket_reader *reader);
void websocket_end(struct websocket_reader *reader);
