/* by_hand.h: networks on which a person publishes (BY_HAND): no interface lets a program do it there, or not for such an account. A constant row each: what a
 * post may be, where it is published, what addresses of posts look like, what is to be done, step by step. Whoever connects such a channel names the network and
 * may set its limits otherwise (struct channel_field of channel/assisted/channel.c); what holds then stands in what channel_known() says of it:
 * {"by_hand": the network's word, "limits": {…}}. Touches nothing. */
#pragma once
#include "channel/channel.h"

struct by_hand_network {
	const char *word, *title;   /* "linkedin_profile"; msgid */
	const char *network;        /* glyph and vocabulary: "linkedin" */
	const char *formats;        /* whose pictures it shows: network of model/media_format.h */
	const char *home;           /* where posts are made; NULL: nowhere in particular */
	const char *hosts;          /* where addresses of posts stand: "linkedin.com lnkd.in", also under them; NULL: anywhere */
	bool has_addresses;         /* posts have one that others can open */
	bool has_titles, has_comments; /* a title above the text; something can be said below it at once */
	bool needs_media;
	const struct channel_limit *limits; /* ends with LIMIT_NONE */
	const char *const *steps;   /* msgids, in order, between taking the text along and telling that it is there; ends with NULL */
};

extern const struct by_hand_network by_hand_networks[];
extern const size_t by_hand_network_count;
extern const struct channel_choice by_hand_choices[]; /* the same, for a field */

/* By its word; the last row, of any other place, when there is none of that word. Never NULL. */
const struct by_hand_network *by_hand_network_of(struct str word);
/* What holds for a channel with these settings, as channel_known() tells it; a new reference. */
json_t *by_hand_known(const json_t *settings);
/* Of what channel_known() said, or of NULL. */
const struct by_hand_network *by_hand_of_known(const json_t *known);
#define BY_HAND_ADDRESS_MAX 1000 /* bytes */
/* Could this be the address of a post there? Of a place without hosts of its own: any that begins with https://, or one at `home`'s host where the channel
 * names an address. Field error "address" with a story; *ret_address (arena) without what only follows people around (fragments). */
enum err by_hand_address(struct cx *cx, const json_t *settings, struct str typed, struct str *ret_address);
/* Must it be told? */
bool by_hand_wants_address(const json_t *settings);
