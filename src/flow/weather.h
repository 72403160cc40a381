/* weather.h: what is coming over a channel, while it still works: a token that could not be renewed, a date by which somebody must grant access anew,
 * rights that are missing, a quota that runs out, an outage that the network announces, an end that it announced, an act that fails while
 * all else looks well. Whoever sets channels is told before it breaks, on the desk and by mail, once, and again only when it is nearer.
 *
 * Pure but for the sweep, which tells; both read what fetching, sending, looking and renewing left in the rows of the channel. */
#pragma once
#include "channel/channel.h"
#include "store/channel.h"
#include "store/channel_gate.h"
#include "store/channel_warning.h"

/* What is known of a channel, for judging it and for showing it. */
struct weather {
	const struct channel_kind *kind; /* NULL: a kind of before */
	struct channel channel;
	const json_t *known;
	struct channel_last *acts;
	size_t act_count;
	struct channel_gate *gates;
	size_t gate_count;
	struct channel_warning *warnings; /* nearest first */
	size_t warning_count;
	i64 act_by;                       /* the nearest date of them; 0: none */
};

enum err weather_read(struct cx *cx, struct db *db, const struct channel *channel, struct weather *ret_weather);
const char *weather_act_title(struct str act); /* msgid: "Answer" */
/* How near: 0 … 7, by what is left. */
i64 weather_stage(i64 left);

/* A part of all channels, from the one after *after on; *after is 0 when it was the last part. Tells who may set channels. */
enum err weather_sweep(struct cx *cx, struct db *db, i64 *after, i64 *ret_told);
