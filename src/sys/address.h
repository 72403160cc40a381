/* address.h: network addresses: which belong to the public internet, and lists of those that are allowed or trusted. It is
 * what keeps a link typed by somebody from making Parvis talk to the machine's own services (SSRF), and what decides whose
 * X-Forwarded-For is believed. Pure functions over sockaddr; the lists live in the caller's arena. */
#pragma once
#include "base/cx.h"

#include <sys/socket.h>

/* An address as 16 bytes of IPv6; IPv4 is ::ffff:a.b.c.d. */
struct address {
	u8 at[16];
	bool v4;
};

bool address_of(const struct sockaddr *from, struct address *ret_address); /* false for what is neither IPv4 nor IPv6 */
bool address_parse(struct str text, struct address *ret_address);          /* "192.0.2.1", "2001:db8::1", "[2001:db8::1]" */
struct str address_text(struct arena *arena, const struct address *address);

/* Reachable over the public internet, by the registries of special addresses (IANA, RFC 6890): not loopback, private, shared
 * (100.64.0.0/10), link-local, documentation, benchmarking, multicast, reserved, unspecified; not what hides such an IPv4
 * address inside an IPv6 one (mapped, NAT64 64:ff9b::/96, 6to4, Teredo). */
bool address_public(const struct address *address);

/* "10.0.0.0/8, 127.0.0.1:8091, [::1]:8091, [fd00::]/8, wiki.local, wiki.local:8080": addresses, networks and host names, each
 * with a port or for every port, separated by commas or spaces. */
struct address_list;
/* ERR_BAD_INPUT on `field` names the entry that cannot be read. ret_list (arena); an empty text gives an empty list. */
enum err address_list_parse(struct cx *cx, const char *field, struct str text, const struct address_list **ret_list);
/* By address and port: entries with a port need that port. */
bool address_listed(const struct address_list *list, const struct address *address, int port);
/* By the host name as written in a URL, ASCII letters without case, and port. */
bool host_listed(const struct address_list *list, struct str host, int port);
