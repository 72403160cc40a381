#include "web/kernel.h"

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

void request_run(struct request *request)
{
	struct cx *cx = &request->cx;
	struct place_pool *places = &request->server->places;
	struct reply *reply = arena_new_of(request->arena, struct reply);
	reply->request = request;
	arena_defer(request->arena, reply_release, reply);
	request->place = place_take(places);
	enum err error = handle(request, reply);
	if (error) {
		if (request->endpoint && err_row(error)->level >= LOG_WARN)
			log_failure(cx, "request-failed");
		request->extra = NULL;
		problem_answer(request, error);
	} else {
		reply_render(request, reply);
	}
	reply_release(reply); /* it is text now */
	place_give(places, request->place, error == ERR_LATER || error == ERR_SYSTEM);
	request->place = NULL;
}
