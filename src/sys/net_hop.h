/* net_hop.h: inside of net: one hop of a request, from connecting to the end of its answer. net.c makes a chain of them when it
 * follows redirects. Not for others. */
#pragma once
#include "sys/address.h"
#include "sys/net.h"

#include <curl/curl.h>
#include <stdatomic.h>

struct net {
	struct arena *arena;
	CURL *easy;
	const struct address_list *allow;
	const char *agent, *proxy, *authorities; /* proxy "" = none; authorities NULL = the system's */
	i64 patience;                /* 0 = none of its own */
	const struct net_gate *gate; /* may be NULL */
	i64 calls, fail_at;
	enum net_outcome fail_outcome;
	const atomic_bool *stop;     /* ends what lines wait for (line.h); NULL: nothing does */
};

struct hop {
	/* asked */
	const struct net_request *request;
	const char *method;
	const char *url;
	struct net_url parts;
	bool with_body;
	bool repeatable;
	bool credential;        /* it carries one: not in the clear */
	bool same_origin;       /* as the first hop: its headers may go along */
	i64 deadline;           /* of time_monotonic() */
	/* answered, in cx->arena */
	enum net_outcome outcome;
	enum net_trouble trouble;
	int status;
	bool in_clear;          /* NET_BLOCKED for its credential */
	bool whole;
	struct str body, type;
	const char *target;     /* where a 3xx points, absolute; NULL when it does not say */
	struct net_header *headers;
	size_t header_count;
	i64 open_at;            /* NET_HELD_BACK: until when */
};

/* What happened, for people, in cx->lang; empty when there was no trouble. Nothing fails by it. */
struct str net_story(struct cx *cx, struct str host, enum net_outcome outcome, enum net_trouble trouble);

/* Do it; the outcome is in the hop. */
void hop_run(struct cx *cx, struct net *net, struct hop *hop);

/* The URL as it is asked for: parsed, its host in ASCII, encoded. ERR_BAD_INPUT on "url". */
enum err url_prepare(struct cx *cx, struct str url, const char **ret_url, struct net_url *ret_parts);
