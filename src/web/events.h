/* events.h: server-sent events. A stream is a suspended connection with a short queue of events that it shares with the others;
 * publishing wakes it. A reader that lets its queue fill up is cut off and asks again. A comment goes out every `heartbeat` (20 s),
 * so that proxies keep the line and a dead one is noticed. Who may listen was asked when the stream began: it ends at once when told
 * (hub_end), and in any case after its `life` (15 min); a reader that still may comes back by itself. Thread-safe; a stream costs a few
 * hundred bytes beside its connection. */
#pragma once
#include "base/str.h"

#include <microhttpd.h>

#define STREAM_QUEUE 32

struct hub;
struct stream;

struct hub *hub_start(size_t streams_max, i64 heartbeat, i64 life); /* microseconds */
void hub_close(struct hub *hub);           /* ends every stream and takes no new one */
bool hub_closed(struct hub *hub);
void hub_free(struct hub *hub);            /* no stream is left */

/* A new stream of the connection and the response to queue for it; NULL when the hub is closed or full. */
struct stream *stream_new(struct hub *hub, struct MHD_Connection *connection, i64 workspace, i64 user,
			  struct MHD_Response **ret_response);
void stream_free(struct stream *stream);   /* the connection is over */

void hub_publish(struct hub *hub, i64 workspace, i64 user, struct str event, struct str data);
void hub_end(struct hub *hub, i64 user);   /* all of theirs, whatever the workspace */
size_t hub_streams(struct hub *hub);
u64 hub_sent(struct hub *hub);             /* events handed to streams so far */
u64 hub_dropped(struct hub *hub);          /* streams cut off because they did not read */
