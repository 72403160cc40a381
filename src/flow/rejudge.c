#include "flow/rejudge.h"

#include "base/id.h"
#include "flow/listen.h"
#include "flow/transaction.h"
#include "flow/understand.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/message.h"
#include "store/setting.h"

#define PLACE "rejudge" /* the setting: "VERSION ID": messages from this id on were read by the models of this version; 0: all were */
#define LOOKED_AT 20000 /* messages a pass, most of which need nothing */

struct place {
	i64 version, before;
};

static enum err read_place(struct cx *cx, struct db *db, struct place *ret_place)
{
	struct str text, version;
	TRY(setting_get(cx, db, PLACE, &text));
	version = str_cut(&text, ' ');
	struct place place = {};
	if (!str_to_i64(version, &place.version) || !str_to_i64(text, &place.before))
		place = (struct place){};
	*ret_place = place;
	return OK;
}

static enum err read_again(struct cx *cx, struct db *db, struct message *m, struct understanding *own)
{
	if (own->workspace != m->workspace)
		TRY(understanding_load(cx, db, m->workspace, own));
	understand(own, m->body, m->lang, &m->meaning);
	TRY(message_understand(cx, db, m->workspace, m->id, &m->meaning));
	struct gist gist = gist_of(&m->meaning);
	TRY(conversation_understand(cx, db, m->workspace, m->conversation, m->at, &gist));
	return listen_again(cx, db, m->workspace, m->id); /* queries ask for tone and language */
}

static enum err pass(struct cx *cx, struct db *db, const struct place *place, i64 *ret_looked_at)
{
	struct message_place *list;
	struct understanding own = {};
	i64 reached, told = 0;
	size_t count;
	TRY(messages_read_otherwise(cx, db, place->version, place->before, LOOKED_AT, REJUDGE_SLICE, &list, &count, &reached));
	for (size_t i = 0; i < count; i++) {
		struct message m;
		TRY(message_get(cx, db, list[i].workspace, list[i].id, &m)); /* with what people said of it */
		TRY(read_again(cx, db, &m, &own));
		if (told != m.workspace)
			TRY(change_add(cx, db, m.workspace, 0, "conversation", 0));
		told = m.workspace;
	}
	*ret_looked_at = reached != 0;
	return setting_set(cx, db, PLACE, arena_printf(cx->arena, "%lld %lld", (long long)place->version, (long long)reached));
}

enum err rejudge_turn(struct cx *cx, struct db *db, i64 version, i64 *ret_done)
{
	struct place place;
	*ret_done = 0;
	if (!version)
		return OK;
	TRY(read_place(cx, db, &place));
	if (place.version != version)
		place = (struct place){.version = version, .before = INT64_MAX};
	return place.before ? IN_TRANSACTION(cx, db, pass(cx, db, &place, ret_done)) : OK;
}

enum err rejudge_anew(struct cx *cx, struct db *db)
{
	return setting_set(cx, db, PLACE, S("0 0"));
}

enum err rejudge_state(struct cx *cx, struct db *db, struct rejudge_state *ret_state)
{
	struct place place;
	struct rejudge_state state = {.is_done = true, .percent = 100};
	i64 first, last;
	TRY(read_place(cx, db, &place));
	TRY(message_ids_of_all(cx, db, &first, &last));
	if (place.before && first && place.before > first) {
		i64 back_to = place.before > last ? last : place.before;
		state = (struct rejudge_state){.percent = last > first ? (int)((last - back_to) / ((last - first) / 100 + 1)) : 0, .back_to = id_time(back_to)};
	}
	*ret_state = state;
	return OK;
}
