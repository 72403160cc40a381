/* profile.h: a profile over there, field by field; and putting something else into it, as the outbox does it with every act: read first, write what is not there yet,
 * and after a doubt read again. No kind does that by itself: it has profile() and write_profile().
 *
 * What must stay true: what somebody changed over there since it was ordered is never written over; what stands there already is not written again. */
#pragma once
#include "channel/channel.h"

/* The row of a field; NULL: the network has none. */
const struct channel_profile_field *channel_profile_field(const struct channel_kind *kind, enum profile_field field);
/* How long it may be: what the server said (known.limits: "profile_name" …) wins over the row. */
struct profile_room channel_profile_room(const struct channel_kind *kind, const json_t *known, enum profile_field field);
/* Of texts what stands there, of pictures their address. In the arena where it is made. */
struct str channel_profile_text(struct arena *arena, const struct channel_profile *profile, enum profile_field field);
bool channel_profile_writes(const struct channel_kind *kind); /* anything at all */

/* publish() and look() of ACT_PROFILE. Fail (err) only on our own mistakes. */
enum err channel_profile_put(struct cx *cx, struct net *net, const struct channel_kind *kind, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
enum err channel_profile_look(struct cx *cx, struct net *net, const struct channel_kind *kind, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent);
