/* link_card.h: the card of a link: what networks show of the page behind it. Read by the working role when the link is looked at (flow/link.h), through the client that
 * reaches the public internet alone; shown in previews, and handed to the connectors whose network wants the card from whoever posts (SENDS_CARD).
 *
 * What must stay true: of a page no more than PAGE_MAX bytes are taken, of a picture PICTURE_MAX, each within seconds; a picture is decoded in the box alone and made anew
 * (sys/image_box.h), so that nothing strangers made is served or sent; a card that cannot be read holds up no post. */
#pragma once
#include "channel/channel.h"
#include "flow/media.h"
#include "flow/post.h"
#include "store/link_card.h"
#include "store/link_look.h"
#include "sys/net.h"

/* Read it now; nothing is written but the picture's bytes. `pictures` NULL: without its picture. */
enum err link_card_ask(struct cx *cx, struct net *net, const struct media_hooks *pictures, const struct link_look *link, struct link_card *ret_card);

/* In haste, for a post that leaves now while its page was never read: its words alone, within LINK_CARD_HASTE. Nothing is written. False: there is no card. */
#define LINK_CARD_HASTE (3 * SECOND)
bool link_card_hurry(struct cx *cx, struct net *net, struct str url, struct link_card *ret_card);

/* The first link of a text as this network sees it; empty: none. Borrowed. */
struct str link_first(struct str network, struct str text);

/* The card that goes with a post there: of the first link of what it says, as written. False: none: it has pictures or a poll, says that it wants none, has no link, or
 * nothing was read of it; where its page was never read, ret_card->url is it and its read_at 0. */
enum err link_card_for(struct cx *cx, struct db *db, const struct post *post, const struct post_text *written, struct str network, size_t media_count, bool *ret_there,
		       struct link_card *ret_card);

/* How a network comes to a card. */
struct card_way {
	const char *network;
	bool ours;                /* it is sent by us; else the network reads the page itself */
	const char *as_of, *source;
};
const struct card_way *card_way_of(struct str network); /* NULL: it shows none, as far as is known */
