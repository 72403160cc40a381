#include "web/kernel.h"

#include "sys/db.h"

static enum err handle(struct request *request, struct reply *reply)
{
	struct cx *cx = &request->cx;
	struct db *db;
	if (request->refusal)
		return request->refusal;
	if (request->method == METHOD_GET)
		TRY(request_admit(request));
	TRY(csrf_check_token(request));
	TRY(params_read(request));
	TRY(place_db(cx, &request->server->places, request->place, request->method != METHOD_GET, &db));
	return request->endpoint->row->handle(cx, request, reply);
}

static void reply_release(void *subject)
{
	struct reply *reply = subject;
	json_decref(reply->document);
	reply->document = NULL;
}

/* What a page shows is read at one instant, and the database is asked for that instant once. */
static enum err begin_reading(struct request *request)
{
	struct db *db;
	if (request->method != METHOD_GET || request->refusal)
		return OK;
	TRY(place_db(&request->cx, &request->server->places, request->place, false, &db));
	return db ? db_begin(&request->cx, db) : OK;
}

/* With these handles; the answer is made, and not on its way yet. */
static enum err run_with(struct request *request, struct place *place)
{
	struct cx *cx = &request->cx;
	struct reply *reply = arena_new_of(request->arena, struct reply);
	reply->request = request;
	arena_defer(request->arena, reply_release, reply);
	request->place = place;
	enum err error = begin_reading(request);
	if (!error)
		error = handle(request, reply);
	if (error) {
		if (request->method == METHOD_GET)
			place_settle(place); /* what tells of it is read anew */
		if (request->endpoint && err_row(error)->level >= LOG_WARN)
			log_failure(cx, "request-failed");
		request->extra = NULL;
		problem_answer(request, error);
	} else {
		reply_render(request, reply);
		if (request->method == METHOD_GET)
			place_settle(place);
	}
	reply_release(reply); /* it is text now */
	request->place = NULL;
	return error;
}

void request_run(struct request *request)
{
	struct place_pool *places = &request->server->places;
	struct place *place = place_take(places);
	enum err error = run_with(request, place);
	place_give(places, place, error == ERR_LATER || error == ERR_SYSTEM);
}

/* What was answered inside was not kept: another answer. */
static void take_back(struct request *request, struct place *place, enum err error)
{
	if (request->answer.response && !request->answer_shared)
		MHD_destroy_response(request->answer.response);
	request->answer = (struct answer){};
	request->answer_shared = false;
	request->extra = NULL;
	request->retry_after = 5;
	request->place = place;
	problem_answer(request, fail(&request->cx, error == ERR_FULL ? ERR_FULL : ERR_LATER, "This could not be kept just now. Nothing was lost; send it again in a moment."));
	request->place = NULL;
}

void request_run_together(struct request *first)
{
	struct place_pool *places = &first->server->places;
	struct place *place = place_take(places);
	struct cx cx = cx_new(first->arena);
	struct db *db = NULL;
	enum err error = place_db(&cx, places, place, true, &db);
	if (!error && db)
		error = db_begin(&cx, db);
	for (struct request *request = first; request && !error; request = request->next_slow)
		(void)run_with(request, place);
	if (!error && db)
		error = db_commit(&cx, db); /* a statement that failed inside makes it fail */
	if (error)
		log_failure(&cx, "requests-not-kept");
	for (struct request *request = first; request && error; request = request->next_slow)
		take_back(request, place, error);
	place_give(places, place, error);
}
