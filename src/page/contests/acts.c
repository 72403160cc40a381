/* acts.c: what is done with a contest: entries by hand, its list and draw, its winners. Each answers with the contest's id, and people are led back to where they were. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/contests/contests.h"

static enum err back(struct cx *cx, struct request *request, struct reply *reply, const char *told, struct str undo, const char *where)
{
	i64 id = param_id(request, "id");
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(tr(cx->lang, told)), undo);
	reply_redirect(reply, "/contests/%lld%s", (long long)id, where);
	return OK;
}

/* ---- entries ---- */

enum err contest_act_refuse(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	i64 id = param_id(request, "id");
	struct undo undo;
	struct str undo_url = {};
	undo_open(cx, &undo);
	TRY(contest_refuse(cx, db, here(cx), id, param_id(request, "entry"), param_text(request, "why"), &undo));
	TRY(undo_close(cx, db, here(cx), &undo));
	if (undo.id) {
		CLEANUP(buf_free) struct buf url = {};
		buf_addf(&url, "/undo/%lld?next=", (long long)undo.id);
		buf_add_url(&url, arena_printf(cx->arena, "/contests/%lld", (long long)id));
		undo_url = buf_keep(&url, cx->arena);
	}
	return back(cx, request, reply, N_("Refused. The reason stands beside it."), undo_url, "#entries");
}

enum err contest_act_let_in(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_refuse_undo(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "entry")));
	return back(cx, request, reply, N_("Taken back: the rules say whether it counts."), (struct str){}, "#entries");
}

enum err contest_act_withdraw(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_withdraw(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "entry")));
	return back(cx, request, reply, N_("It is out, as its author wished."), (struct str){}, "#entries");
}

enum err contest_act_judge(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_judge(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "entry"), param_int(request, "points")));
	return back(cx, request, reply, N_("Kept. The others see it when all is closed."), (struct str){}, "#entries");
}

enum err contest_act_choose(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 winner;
	TRY(contest_choose(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "entry"), &winner));
	return back(cx, request, reply, N_("Chosen. Ask its author before it is shown again."), (struct str){}, "#winners");
}

/* ---- its list and draw ---- */

enum err contest_act_freeze(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 number;
	struct contest_freeze wish = {.source = LOT_BEACON, .work = page_setup.work, .lead = param_int(request, "minutes") * MINUTE, .reason = param_text(request, "reason")};
	if (param_text(request, "source").len)
		(void)lot_source_of(param_text(request, "source"), &wish.source);
	TRY(contest_freeze(cx, request_db(request), here(cx), param_id(request, "id"), &wish, &number));
	return back(cx, request, reply, N_("The list is frozen, and published with its hash. Nothing comes in any more."), (struct str){}, "#draws");
}

enum err contest_act_draw(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str seed = param_text(request, "seed");
	if (!seed.len) {
		TRY(contest_draw_word(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "word")));
		return back(cx, request, reply, N_("The word stands on the contest's page. The secret is opened now, and the winners drawn, within seconds."), (struct str){}, "#draws");
	}
	TRY(contest_draw_typed(cx, request_db(request), here(cx), param_id(request, "id"), seed));
	return back(cx, request, reply, N_("Drawn. Everybody can check it on its page; now tell the winners."), (struct str){}, "#winners");
}

enum err contest_act_decide(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_jury_decide(cx, request_db(request), here(cx), param_id(request, "id")));
	return back(cx, request, reply, N_("Decided by the jury's points; now tell the winners."), (struct str){}, "#winners");
}

enum err contest_act_end(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_challenge_end(cx, request_db(request), here(cx), param_id(request, "id")));
	return back(cx, request, reply, N_("The challenge is over."), (struct str){}, "");
}

/* ---- winners ---- */

enum err contest_act_tell(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(contest_tell(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "winner"), param_text(request, "body"), param_bool(request, "private")));
	return back(cx, request, reply, N_("Written. Their time runs from when it has arrived; you are told a day before it is over."), (struct str){}, "#winners");
}

enum err contest_act_settle(struct cx *cx, struct request *request, struct reply *reply)
{
	enum winner_state state = WINNER_ACCEPTED;
	must(winner_state_of(param_text(request, "state"), &state));
	TRY(contest_settle(cx, request_db(request), here(cx), param_id(request, "id"), param_id(request, "winner"), state, param_text(request, "shown_as")));
	return back(cx, request, reply, state == WINNER_ACCEPTED ? N_("Noted.") : N_("Noted. The place goes to the next substitute, where there is one."), (struct str){}, "#winners");
}
