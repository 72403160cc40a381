#include "main/visit.h"

#include "model/actor.h"
#include "sys/db.h"

static const struct actor operator = {.kind = ACTOR_PROGRAM, .permissions = ~(u64)0, .role = ROLE_OWNER, .name = {"Command line", 12},
				      .zone = {"UTC", 3}, .lang = "en"};

enum err visit_start(struct cx *cx, const struct program *program, struct visit *ret_visit)
{
	struct visit visit = {};
	TRY(program_open(cx, program, true, &visit.db));
	cx->now = time_now();
	enum err e = process_join(cx, visit.db, program->command->name, &visit.process);
	if (e != OK) {
		db_close(visit.db);
		return e;
	}
	visit.beat_at = time_monotonic();
	cx->actor = &operator;
	*ret_visit = visit;
	return OK;
}

enum err visit_beat(struct cx *cx, struct visit *visit)
{
	if (time_monotonic() - visit->beat_at < PROCESS_BEAT)
		return OK;
	struct cx part = *cx;
	part.now = time_now();
	enum err e = process_beat(&part, visit->db, &visit->process);
	if (e != OK)
		*cx = part;
	visit->beat_at = time_monotonic();
	return e;
}

void visit_end(struct visit *visit)
{
	if (!visit->db)
		return;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	(void)!process_leave(&cx, visit->db, &visit->process); /* else the slot is free in a minute */
	db_close(visit->db);
	visit->db = NULL;
}
