/* channel_said.h: what a connector found out, as JSON for people and programs at the command line, and how credentials stay out of it. What stays
 * true: a member named as one, or a value that is one, is printed as “(left out)”. Texts go to the caller's buffer or arena. */
#pragma once
#include "base/buf.h"
#include "channel/channel.h"

/* {"outcome", "story", "id", "handle", "name", "url", "rights", "expires_at", "known"} and a line's end. */
void said_verified(struct buf *out, const struct verified *verified);
/* {"outcome", "story", "id", "url", "key"} and a line's end. */
void said_sent(struct buf *out, const struct sent *sent, struct str key);
/* {"name", "handle", "about", "url", "avatar", "cover", "links", "followers", "following", "posts"}; a number that the network does not tell is null. */
void said_profile(struct buf *out, const struct channel_profile *profile);
/* {"id", "measure", "value"} for an array; the id of the account's own figures is null. */
json_t *said_metric(const struct metric *metric);

/* An address without the values of its parameters that are credentials; in the arena, or as it was. */
struct str said_url(struct cx *cx, struct str url);
/* A document, or any text, as a network gives it, without the values of members that are credentials; of a document a new one. */
struct str said_body(struct cx *cx, struct str body);
json_t *said_document(struct cx *cx, struct str body); /* NULL: it is no JSON */
/* Whatever of the text is a value of `secret`, an object as account->secret has it, left out. */
struct str said_without(struct cx *cx, struct str text, struct str secret);
