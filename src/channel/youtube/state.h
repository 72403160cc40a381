/* state.h: the cursor of the connector, as JSON: {"after": when the newest thread was begun, "newest" and "page": the same of a reading that is
 * not at its end, and where that goes on; "watch": the threads that are read again, [[id, video, mark, number of answers, {answer: mark}, held
 * for review], …], oldest first; "videos": {id: title}}. A mark is when it was last changed, as YouTube writes it; answers are named without
 * their thread. */
#pragma once
#include "channel/channel.h"

enum watch_place { WATCH_ID, WATCH_VIDEO, WATCH_MARK, WATCH_COUNT, WATCH_ANSWERS, WATCH_HELD };

#define WATCHED 50       /* as many as one request reads */
#define ANSWERS_KNOWN 30 /* of a thread */

/* Put into the list, or brought up to date in it, with the answers that it brings. */
void watch_thread(json_t *list, const json_t *thread, bool held);
json_t *watched_thread(const json_t *list, struct str id); /* NULL when it is not there */
/* Is this answer new, or other than it was? Then it is remembered so. */
bool watch_answer(json_t *watched, const json_t *comment);
