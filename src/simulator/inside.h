/* inside.h: between the files of the simulated network (network.c, post.c): its numbers, its chance, what is said and what is planned. Texts are
 * borrowed, or in the arena of the task; all of it happens in the caller's transaction. */
#pragma once
#include "simulator/network.h"

struct item {
	struct str id, thread, parent, kind, subject, body, lang, key;
	i64 member, rating, at;
	bool ours, private;
};

enum err network_number(struct cx *cx, struct network *network, const char *name, i64 initial, i64 *ret_value);
enum err network_set_number(struct cx *cx, struct network *network, const char *name, i64 value);
enum err network_count_up(struct cx *cx, struct network *network, const char *name, i64 *ret_value); /* the next, from 1 on */
struct chance network_throw(struct cx *cx, struct network *network, enum chance_stream stream, i64 index);

enum err network_announce(struct cx *cx, struct network *network, struct str item, const char *type, struct str detail); /* an event of the feed */
enum err network_put(struct cx *cx, struct network *network, const struct item *item); /* said, and announced */
enum err network_plan(struct cx *cx, struct network *network, i64 at, const char *act, struct str item, struct str detail);
/* The next text of a kind, language and mood that was not said in the thread (empty: any will do). NULL: there are none. */
enum err network_deal(struct cx *cx, struct network *network, struct str kind, struct str lang, struct str mood, struct str thread, const struct text **ret_text);
struct str network_mood(struct cx *cx, struct network *network, const char *kind, struct chance *chance);
i64 network_pick_member(struct network *network, struct str lang, struct chance *chance);
enum err network_known_key(struct cx *cx, struct network *network, struct str key, struct str *ret_id); /* ERR_MISSING */

/* ---- post.c ---- */

enum err network_comment(struct cx *cx, struct network *network, struct str post, struct chance *chance); /* a member writes under it, now */
enum err network_is_post(struct cx *cx, struct network *network, struct str id, bool *ret_is);            /* of ours */
