/* websub.h: feeds that are brought instead of asked for (https://www.w3.org/TR/websub/, as of 2026-11-21). A feed names its hub and its own
 * address (topic); the hub is asked to bring what changes to the channel's address, with a secret by which each delivery is signed; it
 * asks back whether we meant it. The feed is still asked for by itself, so that a hub that fails costs minutes and nothing else.
 *
 * What must stay true: nothing is believed that is not signed; only the topic is confirmed that this channel's feed named; the secret is never
 * sent in the clear where the feed itself is not. */
#pragma once
#include "channel/channel.h"
#include "sys/net.h"

/* Into known: "hub" and "topic", where the answer's headers or the document name a hub that may be used. `url`: that answered. */
void websub_find(struct cx *cx, const struct net_answer *answer, const json_t *document, struct str url, json_t *known);
/* Ask the hub once a day to go on; notes it in `next`, the new cursor, where it stands in `before` as yet. Trouble with a hub is no trouble of the
 * channel: it is asked again later. Needs the channel's own address (settings) and somebody who keeps the secret. */
enum err websub_keep_up(struct cx *cx, struct net *net, const struct channel_account *account, const json_t *before, json_t *next);
/* Is it due? */
bool websub_is_due(const struct cx *cx, const struct channel_account *account, const json_t *before);
/* The hub asks whether we meant it. */
void websub_challenge(struct cx *cx, const struct channel_account *account, struct str path, struct received *ret_received);
/* Is it signed? False: the story says what is wrong. */
bool websub_signed(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, struct received *ret_received);
