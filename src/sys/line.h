/* line.h: inside of mail and imap: what the protocols that speak in lines share, over libcurl: a server as people write it down, net's guard of
 * addresses and its gate, and what came of a connection, said as net says it. Not for others. */
#pragma once
#include "sys/net_hop.h"

struct line_server {
	bool secure;      /* TLS from the start; else STARTTLS, which is required unless the server is this machine */
	bool here;        /* this machine */
	struct str host;
	int port;
	const char *url;  /* for libcurl */
};

/* "mail.example.org", "mail.example.org:993", "imap://mail.example.org:143", "imaps://mail.example.org". Without a scheme the secure port, or
 * the port that is written there, says which. `schemes`: {"imap", "imaps"}; `ports` go with them. False for anything else. */
bool line_server_read(struct arena *arena, struct str typed, const char *const schemes[2], const int ports[2], struct line_server *ret_server);
bool line_host_here(struct str host);

/* A connection at work: what the guard notes. */
struct line_run {
	struct net *net;
	const struct line_server *server;
	bool opened, blocked;
	i64 deadline; /* of time_monotonic() */
};

/* Sets the handle up: only this server, guarded, TLS verified, no longer than until the deadline. */
void line_set_up(CURL *easy, struct line_run *run, const char *protocols);
enum net_trouble line_trouble(const struct line_run *run, CURLcode code);
/* The same of a connection that nobody guards. */
enum net_trouble line_trouble_of(CURLcode code);
/* Sign in by a token and nothing else. */
void line_set_token(CURL *easy, const char *token);
bool line_stopped(const struct net *net); /* is there a wish to end? */

/* May it leave now? False: the answer says why not. */
bool line_may(struct cx *cx, struct net *net, const struct line_server *server, struct net_answer *answer);
/* The answer is complete: its story is told, and the gate hears of it. */
void line_done(struct cx *cx, struct net *net, const struct line_server *server, struct net_answer *answer);
