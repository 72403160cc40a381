/* searching.h: what the connectors share that search their network for what is listened for (channel_kind.search). */
#pragma once
#include "base/buf.h"
#include "channel/channel.h"

/* As most search boxes take it: words, "words one after the other", #tags and @names, with a space between, all of which must be there. Where `names` is
 * false, a name is asked for as a word: networks that know accounts by other forms of name would not find it. */
void buf_add_search_need(struct buf *b, const struct search_need *need, bool names);
void buf_add_search_term(struct buf *b, const struct search_term *term, bool names);
