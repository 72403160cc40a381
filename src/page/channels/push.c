/* push.c: messages pushed in by the API: one, or up to 500 of them, all or none. */
#include "page/channels/channels.h"

static void release(void *json)
{
	json_decref(json);
}

static json_t *kept(struct cx *cx, json_t *json)
{
	arena_defer(cx->arena, release, json);
	return json;
}

/* One message is the body itself; what the kernel read of it was checked already, and none of its members is unknown. */
static enum err single_of(struct cx *cx, struct request *request, json_t **ret_messages)
{
	struct str body = request_body(request);
	json_t *message = json_loadb(body.at ? body.at : "", body.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(message)) {
		json_decref(message);
		return fail(cx, ERR_BAD_INPUT, N_("Send one message as a JSON object, or several as “messages”."));
	}
	*ret_messages = kept(cx, json_pack("[o]", message));
	return OK;
}

enum err channel_push(struct cx *cx, struct request *request, struct reply *reply)
{
	static const char *const results[] = {"created", "unchanged", "changed"};
	json_t *messages = param_json(request, "messages"), *document = json_object(), *list = json_array();
	bool single = !messages;
	struct pushed *pushed;
	size_t count;
	i64 counts[COUNT(results)] = {};
	reply_json(reply, document);
	json_object_set_new(document, "messages", list);
	if (single)
		TRY(single_of(cx, request, &messages));
	else if (!json_is_array(messages))
		return fail_field(cx, "messages", N_("This must be a list of messages."));
	TRY(channels_push(cx, request_db(request), here(cx), param_id(request, "id"), messages, single, &pushed, &count));
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(list, json_pack("{s:o, s:o, s:s}", "id", doc_id(pushed[i].message), "remote_id", doc_text(pushed[i].remote_id), "result",
						      pushed[i].result));
		for (size_t r = 0; r < COUNT(results); r++)
			counts[r] += str_eq(str_of(pushed[i].result), str_of(results[r]));
	}
	for (size_t r = 0; r < COUNT(results); r++)
		json_object_set_new(document, results[r], json_integer(counts[r]));
	return OK;
}
