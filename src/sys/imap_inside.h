/* imap_inside.h: inside of imap: what a mailbox is while it is open. Not for others. */
#pragma once
#include "base/buf.h"
#include "sys/imap.h"
#include "sys/line.h"

struct imap {
	CURL *easy;
	struct net *net;
	struct line_server server;
	struct line_run run;
	const char *user, *password;
	struct buf in, told;  /* what came and was not read yet; what the server said while signing in */
	i64 whole, until; /* how long a silence may last, and all of it */
	int tag;
	bool is_over;
};

/* Say IDLE in the folder that is open: 200 when the server waits ("+"), else as a refusal of imap_ask(). What came behind the "+" is in imap->in. */
enum err imap_idle(struct cx *cx, struct imap *imap, struct net_answer *ret_answer);
