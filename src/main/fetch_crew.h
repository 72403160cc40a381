/* fetch_crew.h: the threads that read channels: networks are slow, so that many are asked at once. One duty takes what is due (flow/fetch.h) and
 * lays it on a short bench; members, each with a database handle and a network client of its own, read channel after channel from there. They come when
 * there is work for them, CREW_MOST at the most, and go when there was none for a while: a small desk has one or two of them. */
#pragma once
#include "main/duty.h"
#include "flow/outbox.h"

#define CREW_MOST 12

/* How a member opens its door to the networks; runs in its thread. */
typedef enum err crew_door(struct cx *cx, struct duty *duty, struct outbox *ret_outbox);

/* What a duty of reading does: .start, .turn and .end. One crew a process. */
enum err fetch_crew_start(struct cx *cx, struct duty *duty, crew_door *open);
enum err fetch_crew_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake);
/* Waits until what is being read is read, and gives back what lies on the bench. */
void fetch_crew_end(struct duty *duty);
