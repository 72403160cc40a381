#include "sys/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* ---- reading and writing ---- */

static const u8 v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void set_v4(struct address *address, const void *four)
{
	memcpy(address->at, v4_prefix, 12);
	memcpy(address->at + 12, four, 4);
	address->v4 = true;
}

static void set_v6(struct address *address, const void *sixteen)
{
	memcpy(address->at, sixteen, 16);
	address->v4 = memcmp(sixteen, v4_prefix, 12) == 0; /* ::ffff:a.b.c.d reaches the IPv4 address */
}

bool address_of(const struct sockaddr *from, struct address *ret_address)
{
	if (from->sa_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, from, sizeof v4);
		set_v4(ret_address, &v4.sin_addr);
		return true;
	}
	if (from->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;
		memcpy(&v6, from, sizeof v6);
		set_v6(ret_address, &v6.sin6_addr);
		return true;
	}
	return false;
}

bool address_parse(struct str text, struct address *ret_address)
{
	char copy[INET6_ADDRSTRLEN];
	u8 bytes[16];
	if (text.len > 2 && text.at[0] == '[' && text.at[text.len - 1] == ']') {
		text = str_head(str_skip(text, 1), text.len - 2);
		if (str_find_byte(text, ':') < 0)
			return false;
	}
	if (!text.len || text.len >= sizeof copy || memchr(text.at, 0, text.len))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET, copy, bytes) == 1) {
		set_v4(ret_address, bytes);
		return true;
	}
	if (inet_pton(AF_INET6, copy, bytes) == 1) {
		set_v6(ret_address, bytes);
		return true;
	}
	return false;
}

struct str address_text(struct arena *arena, const struct address *address)
{
	char text[INET6_ADDRSTRLEN];
	if (address->v4)
		inet_ntop(AF_INET, address->at + 12, text, sizeof text);
	else
		inet_ntop(AF_INET6, address->at, text, sizeof text);
	return arena_str(arena, str_of(text));
}

/* ---- special addresses ---- */

struct network {
	u8 at[16];
	int bits;
};

static bool within(const u8 *address, const u8 *network, int bits)
{
	int whole = bits / 8, rest = bits % 8;
	return memcmp(address, network, (size_t)whole) == 0 &&
	       (rest == 0 || ((address[whole] ^ network[whole]) & (u8)(0xff00 >> rest)) == 0);
}

/* IANA IPv4 Special-Purpose Address Registry, and multicast and class E. */
static const struct network special_v4[] = {
	{{0}, 8},             /* "this network" */
	{{10}, 8},            /* private */
	{{100, 64}, 10},      /* shared by providers */
	{{127}, 8},           /* loopback */
	{{169, 254}, 16},     /* link-local; the metadata services of clouds */
	{{172, 16}, 12},      /* private */
	{{192, 0, 0}, 24},    /* protocol assignments */
	{{192, 0, 2}, 24},    /* documentation */
	{{192, 88, 99}, 24},  /* 6to4 relays, withdrawn */
	{{192, 168}, 16},     /* private */
	{{198, 18}, 15},      /* benchmarking */
	{{198, 51, 100}, 24}, /* documentation */
	{{203, 0, 113}, 24},  /* documentation */
	{{224}, 4},           /* multicast */
	{{240}, 4},           /* reserved, broadcast */
};

/* Of IPv6 only 2000::/3 is given out as public; these parts of it are special. */
static const struct network special_v6[] = {
	{{0x20, 0x01, 0x00}, 23},             /* protocol assignments: Teredo, benchmarking, ORCHID */
	{{0x20, 0x01, 0x0d, 0xb8}, 32},       /* documentation */
	{{0x20, 0x02}, 16},                   /* 6to4: hides an IPv4 address */
	{{0x3f, 0xff, 0x00}, 20},             /* documentation */
};
static const u8 nat64[12] = {0x00, 0x64, 0xff, 0x9b};

static bool public_v4(const u8 *four)
{
	for (size_t i = 0; i < COUNT(special_v4); i++)
		if (within(four, special_v4[i].at, special_v4[i].bits))
			return false;
	return true;
}

bool address_public(const struct address *address)
{
	if (address->v4)
		return public_v4(address->at + 12);
	if (memcmp(address->at, nat64, sizeof nat64) == 0)
		return public_v4(address->at + 12);
	if ((address->at[0] & 0xe0) != 0x20)
		return false;
	for (size_t i = 0; i < COUNT(special_v6); i++)
		if (within(address->at, special_v6[i].at, special_v6[i].bits))
			return false;
	return true;
}

/* ---- lists ---- */

struct entry {
	struct str host;        /* empty: an address or network */
	struct address address;
	int bits;               /* of the 128 */
	int port;               /* 0: every */
};

struct address_list {
	struct entry *entries;
	size_t count;
};

static bool read_port(struct str text, int *ret_port)
{
	i64 port;
	if (!str_to_i64(text, &port) || port < 1 || port > 65535)
		return false;
	*ret_port = (int)port;
	return true;
}

static bool host_shaped(struct str host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'))
			return false;
	}
	return host.len && host.len < 254;
}

/* NETWORK/BITS[:PORT] */
static bool read_network(struct str text, struct entry *ret_entry)
{
	struct str bits_text = text, address = str_cut(&bits_text, '/');
	struct str port_text = bits_text;
	bits_text = str_cut(&port_text, ':');
	i64 bits;
	if (!address_parse(address, &ret_entry->address) || !str_to_i64(bits_text, &bits) || bits < 0 ||
	    (port_text.at && !read_port(port_text, &ret_entry->port)))
		return false;
	bool written_v4 = str_find_byte(address, ':') < 0;
	if (bits > (written_v4 ? 32 : 128))
		return false;
	ret_entry->bits = (int)bits + (written_v4 ? 96 : 0);
	return true;
}

static bool read_entry(struct str text, struct entry *ret_entry)
{
	if (str_find_byte(text, '/') >= 0)
		return read_network(text, ret_entry);
	ret_entry->bits = 128;
	if (address_parse(text, &ret_entry->address))
		return true;
	size_t colon = text.len;
	while (colon && text.at[colon - 1] != ':')
		colon--;
	if (colon) {
		if (!read_port(str_skip(text, colon), &ret_entry->port))
			return false;
		text = str_head(text, colon - 1);
	}
	if (str_find_byte(text, '.') >= 0 || str_find_byte(text, ':') >= 0)
		if (address_parse(text, &ret_entry->address))
			return true;
	ret_entry->host = text;
	return host_shaped(text);
}

static bool is_separator(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\n';
}

enum err address_list_parse(struct cx *cx, const char *field, struct str text, const struct address_list **ret_list)
{
	struct address_list *list = arena_new_of(cx->arena, struct address_list);
	size_t capacity = 0;
	text = arena_str(cx->arena, text); /* host names are kept */
	for (size_t at = 0; at < text.len;) {
		size_t end = at;
		while (end < text.len && !is_separator(text.at[end]))
			end++;
		struct str word = {text.at + at, end - at};
		at = end + 1;
		if (!word.len)
			continue;
		struct entry entry = {};
		if (!read_entry(word, &entry))
			return fail_field(cx, field,
					  "“%.*s” is not an address. Write addresses, networks or names, each with or without a port, as in: "
					  "127.0.0.1:8091, 10.0.0.0/8, [::1]:8091, wiki.local",
					  STR_ARG(str_head(word, 80)));
		*arena_push(cx->arena, list->entries, list->count, capacity) = entry;
	}
	*ret_list = list;
	return OK;
}

bool address_listed(const struct address_list *list, const struct address *address, int port)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct entry *entry = &list->entries[i];
		if (!entry->host.len && (!entry->port || entry->port == port) && within(address->at, entry->address.at, entry->bits))
			return true;
	}
	return false;
}

bool host_listed(const struct address_list *list, struct str host, int port)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct entry *entry = &list->entries[i];
		if (entry->host.len && (!entry->port || entry->port == port) && str_eq_fold(entry->host, host))
			return true;
	}
	return false;
}
