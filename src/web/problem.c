#include "web/header.h"
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

/* Wrong is what stands in an address, not what somebody wrote into a form: the page itself is there. */
static bool is_address(const struct request *request, enum err error)
{
	return error == ERR_BAD_INPUT && request->endpoint && request->method == METHOD_GET;
}

/* A page for people outside, and somebody who did not sign in: they have no first page to go on from. */
static bool is_outside(const struct request *request)
{
	return !request->cx.actor && request->endpoint && request->endpoint->row->flags & ROUTE_PUBLIC;
}

/* What somebody can do about it, by kind. */
static const char *next_step(const struct request *request, enum err error)
{
	if (error == ERR_MISSING && is_outside(request))
		return N_("Check the address.");
	switch (error) {
	case ERR_BAD_INPUT:
		if (is_address(request, error))
			return N_("The page is there without the end of this address.");
		return N_("Go back, correct what is named here and send it again.");
	case ERR_UNAUTHENTICATED:
		return N_("Sign in and come back to this page.");
	case ERR_DENIED:
		return N_("Ask somebody who manages people in this workspace.");
	case ERR_MISSING:
	case ERR_METHOD:
		return N_("Check the address, or go on from the first page.");
	case ERR_CONFLICT:
		return N_("Load the page again to see what changed, then decide.");
	case ERR_TOO_LARGE:
		return N_("Send less at once, or a smaller file.");
	case ERR_FULL:
		return N_("Tell whoever runs this desk. What was saved is safe, and reading goes on.");
	case ERR_LIMIT:
	case ERR_LATER:
	case ERR_REMOTE:
		return N_("Wait a moment and try again.");
	default:
		return N_("Try again; if it stays so, give the number below to whoever runs this desk.");
	}
}

static int status_of(const struct request *request, enum err error)
{
	return request->refusal_status ? request->refusal_status : err_row(error)->http;
}

static void set_text(json_t *object, const char *name, struct str text)
{
	json_t *value = json_stringn(text.at ? text.at : "", text.len);
	if (value)
		json_object_set_new(object, name, value);
}

static const char *title_of(const struct request *request, enum err error)
{
	const char *title = err_row(error)->title;
	if (is_address(request, error))
		title = N_("Something in this address needs another look");
	else if (error == ERR_BAD_INPUT && request->wants_json)
		title = N_("Something that was sent needs another look"); /* a program has filled in no form */
	return tr(request->cx.lang, title);
}

/* A handler that failed on one field without request_fault(). */
static void note_last(struct request *request, enum err error)
{
	if (error != ERR_BAD_INPUT || !request->cx.field[0])
		return;
	for (size_t i = 0; i < request->fault_count; i++)
		if (strcmp(request->faults[i].field, request->cx.field) == 0)
			return;
	fault_note(request);
}

static json_t *faults_json(const struct request *request, const char *story_name)
{
	json_t *list = json_array();
	for (size_t i = 0; i < request->fault_count; i++) {
		json_t *fault = json_object();
		set_text(fault, "field", str_of(request->faults[i].field));
		set_text(fault, story_name, request->faults[i].story);
		json_array_append_new(list, fault);
	}
	return list;
}

/* RFC 9457. */
static json_t *problem_document(struct request *request, enum err error)
{
	struct cx *cx = &request->cx;
	json_t *problem = json_object();
	set_text(problem, "type", arena_printf(cx->arena, "urn:parvis:problem:%s", err_row(error)->word));
	set_text(problem, "title", str_of(title_of(request, error)));
	json_object_set_new(problem, "status", json_integer(status_of(request, error)));
	if (cx->story[0])
		set_text(problem, "detail", str_of(cx->story));
	if (cx->field[0])
		set_text(problem, "field", str_of(cx->field));
	if (request->fault_count)
		json_object_set_new(problem, "errors", faults_json(request, "detail"));
	if (request->retry_after)
		json_object_set_new(problem, "retry_after", json_integer(request->retry_after));
	set_text(problem, "request", arena_printf(cx->arena, "%lld", (long long)cx->request));
	return problem;
}

/* ---- the form again ---- */

static bool is_secret(const struct endpoint *endpoint, struct str name)
{
	for (size_t i = 0; i < endpoint->count; i++)
		if (str_eq(str_of(endpoint->params[i].name), name) && endpoint->params[i].type == P_SECRET)
			return true;
	return str_eq(name, S("csrf"));
}

/* The `problem` beside the document: stories by field, and what was typed. */
static json_t *form_problem(struct request *request, enum err error)
{
	json_t *problem = json_object(), *fields = json_object(), *input = json_object();
	set_text(problem, "title", str_of(title_of(request, error)));
	set_text(problem, "story", str_of(request->cx.story));
	json_object_set_new(problem, "errors", faults_json(request, "story"));
	for (size_t i = request->fault_count; i > 0; i--)
		set_text(fields, request->faults[i - 1].field, request->faults[i - 1].story);
	for (size_t i = 0; i < request->fields.count; i++) {
		const struct field *field = &request->fields.at[i];
		if (field->in != IN_FORM || is_secret(request->endpoint, field->name))
			continue;
		set_text(input, arena_cstr(request->arena, field->name), field->text);
	}
	json_object_set_new(problem, "fields", fields);
	json_object_set_new(problem, "input", input);
	return problem;
}

/* Become a GET of the form's page: its parameters in the path are ours by name. */
static void turn_to_form(struct request *request)
{
	const struct endpoint *from = request->endpoint, *to = from->form;
	struct str *segments = arena_array(request->arena, struct str, SEGMENTS_MAX);
	for (size_t i = 0; i < to->path_count; i++)
		for (size_t j = 0; j < from->path_count; j++)
			if (strcmp(to->params[i].name, from->params[j].name) == 0)
				segments[i] = request->segments[j];
	request->typed = request->fields;
	request->typed_from = from;
	request->fields = (struct field_list){};
	request->segments = segments;
	request->endpoint = to;
	request->method = METHOD_GET;
	request->body_kind = BODY_NONE;
	place_settle(request->place);
}

static enum err form_render(struct request *request, enum err error, json_t *problem, struct reply *reply)
{
	struct cx *cx = &request->cx;
	const struct web_host *host = &request->server->host;
	const struct route *row = request->endpoint->row;
	struct db *db;
	if (!(row->flags & ROUTE_PUBLIC) && host->allowed && !host->allowed(cx, row->permission))
		return fail(cx, ERR_DENIED, "This page or act belongs to other roles.");
	TRY(params_read(request));
	TRY(place_db(cx, &request->server->places, request->place, false, &db));
	TRY(row->handle(cx, request, reply));
	const char *template = reply->template ? reply->template : row->template;
	if (!template || reply->kind != REPLY_NONE || reply->location)
		return fail(cx, ERR_SYSTEM, "The address %s is no page that could show a form again.", row->path);
	struct page page = {.template = template, .document = reply->document, .problem = problem};
	struct buf *text = buf_in_arena(request->arena);
	TRY(page_render(request, &page, text));
	page_send(request, reply, err_row(error)->http, text);
	return OK;
}

static bool form_again(struct request *request, enum err error)
{
	struct cx *cx = &request->cx;
	bool overtaken = error == ERR_CONFLICT && request->cx.field[0]; /* a field says which: what was typed is there to be looked at again */
	if ((error != ERR_BAD_INPUT && error != ERR_LIMIT && !overtaken) || request->partial || request->refusal || !request->endpoint || !request->endpoint->form)
		return false;
	struct cx told = *cx;
	struct request before = *request;
	json_t *problem = form_problem(request, error);
	struct reply *reply = arena_new_of(request->arena, struct reply);
	reply->request = request;
	turn_to_form(request);
	cx_forget(cx);
	enum err failed = form_render(request, error, problem, reply);
	json_decref(problem);
	json_decref(reply->document);
	reply->document = NULL;
	if (!failed)
		return true;
	log_failure(cx, "form-not-shown");
	*cx = told; /* the page "error" tells the first story, not that of the form */
	request->endpoint = before.endpoint;
	request->method = before.method;
	request->faults = before.faults;
	request->fault_count = before.fault_count;
	return false;
}

struct str request_typed_at(const struct request *request, const char *name, size_t index)
{
	for (size_t i = 0; i < request->typed.count; i++) {
		const struct field *field = &request->typed.at[i];
		if (field->in == IN_FORM && str_eq(field->name, str_of(name)) && !is_secret(request->typed_from, field->name) && !index--)
			return field->text.at ? field->text : S("");
	}
	return (struct str){};
}

struct str request_typed(const struct request *request, const char *name)
{
	for (size_t i = request->typed.count; i > 0; i--) {
		const struct field *field = &request->typed.at[i - 1];
		if (field->in == IN_FORM && str_eq(field->name, str_of(name)) && !is_secret(request->typed_from, field->name))
			return field->text.at ? field->text : S("");
	}
	return (struct str){};
}

/* ---- ways out ---- */

static void redirect(struct request *request, const char *location, int status)
{
	struct reply *reply = arena_new_of(request->arena, struct reply);
	*reply = (struct reply){.request = request, .location = location};
	reply->location_header = request->partial ? "HX-Redirect" : "Location";
	send_empty(request, reply, request->partial ? MHD_HTTP_OK : status);
}

/* To the page for signing in, which knows where to go on to: the page asked for, or the one that htmx stands on. */
static void to_sign_in(struct request *request)
{
	struct buf *location = buf_in_arena(request->arena);
	buf_adds(location, request->server->host.sign_in);
	struct str next = request->target;
	if (request->partial) {
		next = request_header(request, "HX-Current-URL");
		ptrdiff_t scheme = str_find(next, S("://"));
		next = scheme < 0 ? next : str_skip(next, (size_t)scheme + 3);
		ptrdiff_t slash = str_find_byte(next, '/');
		next = slash < 0 ? (struct str){} : str_skip(next, (size_t)slash);
	}
	bool worth = (request->partial || request->method == METHOD_GET) && next.len > 1 && next.len < 1500 && next.at[0] == '/';
	if (worth) {
		buf_adds(location, "?next=");
		buf_add_url(location, next);
	}
	redirect(request, buf_cstr(location), MHD_HTTP_SEE_OTHER);
}

/* "/inbox/" where "/inbox" is a page. */
static bool without_slash(struct request *request)
{
	struct str path = request->path;
	struct endpoint *endpoint;
	unsigned methods;
	if (request->method != METHOD_GET || path.len < 2 || path.at[path.len - 1] != '/')
		return false;
	path.len--;
	struct str segments[SEGMENTS_MAX];
	if (route_find(request->server->routes, request->arena, path, METHOD_GET, request->api, &endpoint, segments,
		       &methods) != ROUTE_FOUND)
		return false;
	struct str location = arena_printf(request->arena, "%s%.*s%s%.*s", request->api ? "/api/v1" : "", STR_ARG(path),
					   request->query.len ? "?" : "", STR_ARG(request->query));
	redirect(request, location.at, MHD_HTTP_PERMANENT_REDIRECT);
	return true;
}

static bool elsewhere(struct request *request, enum err error)
{
	const struct web_host *host = &request->server->host;
	if (error == ERR_METHOD && strcmp(request->method_text, "OPTIONS") == 0) {
		send_empty(request, NULL, MHD_HTTP_NO_CONTENT);
		return true;
	}
	if (error == ERR_MISSING && !request->endpoint && without_slash(request))
		return true;
	if (request->wants_json)
		return false;
	if (error == ERR_UNAUTHENTICATED && host->sign_in) {
		to_sign_in(request);
		return true;
	}
	bool homeless = error == ERR_DENIED && request->cx.actor && request->endpoint && host->workspace &&
			!host->workspace(&request->cx) &&
			!(request->endpoint->row->flags & (ROUTE_PUBLIC | ROUTE_NO_WORKSPACE));
	if (homeless && host->choose_workspace) {
		redirect(request, host->choose_workspace, MHD_HTTP_SEE_OTHER);
		return true;
	}
	return form_again(request, error);
}

/* When even the template "error" cannot be had. */
static void plain_page(struct request *request, int status, const char *title, const char *story)
{
	struct buf *text = buf_in_arena(request->arena);
	buf_addf(text, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\"><title>", request->cx.lang);
	buf_add_html(text, str_of(title));
	buf_adds(text, "</title><h1>");
	buf_add_html(text, str_of(title));
	buf_adds(text, "</h1><p>");
	buf_add_html(text, str_of(story));
	buf_addf(text, "</p><p>%lld</p></html>\n", (long long)request->cx.request);
	send_body(request, NULL, status, (struct body){.type = "text/html; charset=utf-8", .text = text});
}

static void error_page(struct request *request, enum err error, int status)
{
	struct cx *cx = &request->cx;
	struct cx told = *cx;
	json_t *document = json_object();
	set_text(document, "title", str_of(title_of(request, error)));
	set_text(document, "story", str_of(cx->story));
	set_text(document, "next", str_of(tr(cx->lang, next_step(request, error))));
	json_object_set_new(document, "is_inside", json_boolean(!is_outside(request)));
	set_text(document, "word", str_of(err_row(error)->word));
	set_text(document, "request", arena_printf(cx->arena, "%lld", (long long)cx->request));
	json_object_set_new(document, "status", json_integer(status));
	json_object_set_new(document, "errors", faults_json(request, "story"));
	json_object_set_new(document, "page_url", json_null());
	if (is_address(request, error))
		set_text(document, "page_url", request->path);
	json_object_set_new(document, "retry", json_boolean(err_row(error)->retry));
	struct page page = {
	    .template = "error", .block = request->partial ? "fragment" : NULL, .document = document, .whatever = true};
	struct buf *text = buf_in_arena(request->arena);
	if (page_render(request, &page, text) == OK)
		send_body(request, NULL, status, (struct body){.type = "text/html; charset=utf-8", .text = text});
	else
		plain_page(request, status, title_of(request, error), told.story);
	json_decref(document);
	*cx = told;
}

void problem_answer(struct request *request, enum err error)
{
	if (error == ERR_SYSTEM && !request->cx.actor)
		request->cx.story[0] = '\0'; /* it was logged; strangers need not know our insides */
	note_last(request, error);
	if (!request->retry_after)
		request->retry_after = request->cx.wait ? request->cx.wait : error == ERR_LATER ? 5 : 0;
	if (elsewhere(request, error))
		return;
	int status = status_of(request, error);
	if (!request->wants_json)
		return error_page(request, error, status);
	if (error == ERR_UNAUTHENTICATED)
		header_extra(request, "WWW-Authenticate", S("Bearer realm=\"Parvis\""));
	json_t *problem = problem_document(request, error);
	send_json(request, NULL, status, "application/problem+json", problem);
	json_decref(problem);
}
