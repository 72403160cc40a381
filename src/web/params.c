#include "web/kernel.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX 1000

void fault_note(struct request *request)
{
	struct cx *cx = &request->cx;
	struct fault *fault = arena_push(cx->arena, request->faults, request->fault_count, request->fault_capacity);
	*fault = (struct fault){arena_cstr(cx->arena, str_of(cx->field)), arena_str(cx->arena, str_of(cx->story))};
}

enum err request_fault(struct cx *cx, struct request *request, const char *field, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char story[sizeof cx->story];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* as fail_field() */
	vsnprintf(story, sizeof story, tr(cx->lang, format), arguments);
#pragma GCC diagnostic pop
	va_end(arguments);
	enum err error = fail_field(cx, field, "%s", story);
	fault_note(request);
	return error;
}

static struct str zone_of(const struct request *request)
{
	const struct web_host *host = &request->server->host;
	return host->zone && request->cx.actor ? host->zone(&request->cx) : S("UTC");
}

static void take(struct request *request, struct argument *argument, struct value value)
{
	const struct param *param = argument->param;
	if (!(param->flags & PARAM_LIST) && argument->count)
		argument->count = 0; /* the last one counts: a checkbox behind its hidden "no" */
	if (!argument->values)
		argument->values = arena_array(request->arena, struct value, param->flags & PARAM_LIST ? LIST_MAX : 1);
	argument->values[argument->count++] = value;
}

static void take_text(struct request *request, struct argument *argument, struct str text)
{
	const struct param *param = argument->param;
	bool is_text = param->type == P_TEXT || param->type == P_LINE || param->type == P_SECRET;
	argument->given = true;
	if (!is_text && !str_trim(text).len) {
		/* an empty control says nothing, unless it is all that was said */
		argument->given = argument->count > 0;
		return;
	}
	struct value value = {};
	if (argument->count >= LIST_MAX)
		(void)fail_field(&request->cx, param->name, "At most %d of these.", LIST_MAX);
	else if (param_check_text(&request->cx, param, zone_of(request), text, &value) == OK)
		return take(request, argument, value);
	fault_note(request);
}

static void take_json(struct request *request, struct argument *argument, json_t *json)
{
	struct cx *cx = &request->cx;
	const struct param *param = argument->param;
	struct value value = {};
	if (!json || (json_is_null(json) && param->type != P_JSON))
		return;
	bool is_text = param->type == P_TEXT || param->type == P_LINE || param->type == P_SECRET || param->type == P_JSON;
	if (!is_text && !(param->flags & PARAM_LIST) && json_is_string(json) && json_string_length(json) == 0)
		return; /* "" says nothing, as an empty control of a form does */
	argument->given = true;
	if (!(param->flags & PARAM_LIST)) {
		if (param_check_json(cx, param, zone_of(request), json, &value) == OK)
			take(request, argument, value);
		else
			fault_note(request);
		return;
	}
	if (!json_is_array(json) || json_array_size(json) > LIST_MAX) {
		(void)fail_field(cx, param->name, "This must be a list of %d at the most.", LIST_MAX);
		fault_note(request);
		return;
	}
	size_t index;
	json_t *item;
	json_array_foreach(json, index, item) {
		value = (struct value){};
		if (param_check_json(cx, param, zone_of(request), item, &value) != OK)
			return fault_note(request); /* one is enough */
		take(request, argument, value);
	}
}

static void take_file(struct request *request, struct argument *argument, const struct upload *upload)
{
	const struct param *param = argument->param;
	argument->given = true;
	if (param->max && upload->size > param->max) {
		(void)fail_field(&request->cx, param->name, "This file is larger than %lld bytes.", (long long)param->max);
		return fault_note(request);
	}
	if (argument->count < FILES_MAX)
		take(request, argument, (struct value){.text = upload->name, .number = upload->size, .upload = upload});
}

static void read_argument(struct request *request, struct argument *argument, size_t index)
{
	const struct param *param = argument->param;
	size_t faults = request->fault_count;
	if (index < request->endpoint->path_count) {
		take_text(request, argument, request->segments[index]);
	} else if (request->body_kind == BODY_JSON && param->in == IN_FORM) {
		take_json(request, argument, json_object_get(request->json, param->name));
	} else {
		for (size_t i = 0; i < request->fields.count; i++) {
			const struct field *field = &request->fields.at[i];
			if (field->in != param->in || !str_eq(field->name, str_of(param->name)))
				continue;
			if (field->upload)
				take_file(request, argument, field->upload);
			else
				take_text(request, argument, field->text);
		}
	}
	if ((param->flags & PARAM_REQUIRED) && !argument->count && request->fault_count == faults) {
		(void)fail_field(&request->cx, param->name, "This is needed.");
		fault_note(request);
	}
}

/* A member that nobody reads is a spelling mistake, better told than ignored. */
static void unknown_members(struct request *request)
{
	const char *key;
	json_t *value;
	json_object_foreach(request->json, key, value) {
		bool known = false;
		for (size_t i = 0; i < request->endpoint->count && !known; i++)
			known = request->endpoint->params[i].in == IN_FORM && strcmp(request->endpoint->params[i].name, key) == 0;
		if (known)
			continue;
		(void)fail_field(&request->cx, key, "This member is not known here.");
		fault_note(request);
		if (request->fault_count > 50)
			return;
	}
}

/* The path names the thing; what is no identifier names nothing. */
static enum err path_fault(struct request *request)
{
	for (size_t i = 0; i < request->fault_count; i++)
		for (size_t j = 0; j < request->endpoint->path_count; j++)
			if (strcmp(request->faults[i].field, request->endpoint->params[j].name) == 0) {
				request->fault_count = 0;
				return fail(&request->cx, ERR_MISSING, "There is nothing at this address.");
			}
	return OK;
}

enum err params_read(struct request *request)
{
	struct cx *cx = &request->cx;
	const struct endpoint *endpoint = request->endpoint;
	request->arguments = arena_array(cx->arena, struct argument, endpoint->count);
	request->fault_count = 0;
	for (size_t i = 0; i < endpoint->count; i++) {
		request->arguments[i].param = &endpoint->params[i];
		read_argument(request, &request->arguments[i], i);
	}
	TRY(path_fault(request));
	if (request->body_kind == BODY_JSON && endpoint->has_form)
		unknown_members(request);
	if (!request->fault_count)
		return OK;
	return fail_field(cx, request->faults[0].field, "%.*s", STR_ARG(request->faults[0].story));
}

/* ---- what handlers ask ---- */

static const struct argument *argument_of(const struct request *request, const char *name)
{
	const struct argument *found = NULL;
	for (size_t i = 0; i < request->endpoint->count && !found; i++)
		if (strcmp(request->endpoint->params[i].name, name) == 0)
			found = &request->arguments[i];
	must(found); /* the row lists every parameter that the handler asks for */
	return found;
}

static const struct value *value_of(const struct request *request, const char *name, size_t index)
{
	static const struct value none;
	const struct argument *argument = argument_of(request, name);
	return index < argument->count ? &argument->values[index] : &none;
}

bool param_given(const struct request *request, const char *name)
{
	return argument_of(request, name)->given;
}

i64 param_id(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->number;
}

i64 param_int(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->number;
}

bool param_bool(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->number != 0;
}

struct str param_text(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->text;
}

i64 param_time(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->number;
}

json_t *param_json(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->json;
}

size_t param_count(const struct request *request, const char *name)
{
	return argument_of(request, name)->count;
}

struct str param_text_at(const struct request *request, const char *name, size_t index)
{
	return value_of(request, name, index)->text;
}

i64 param_id_at(const struct request *request, const char *name, size_t index)
{
	return value_of(request, name, index)->number;
}

const struct upload *param_file(const struct request *request, const char *name)
{
	return value_of(request, name, 0)->upload;
}

const struct upload *param_file_at(const struct request *request, const char *name, size_t index)
{
	return value_of(request, name, index)->upload;
}
