#include "web/kernel.h"
#include "web/shape.h"

#include <ctype.h>
#include <string.h>

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static json_t *ref(const char *target)
{
	return json_pack("{s:s}", "$ref", target);
}

static json_t *schema_of_one(const struct param *param, bool in_form)
{
	i64 least = param->min, most = param->max;
	json_t *schema = json_object();
	const char *type = "string", *format = NULL;
	switch (param->type) {
	case P_ID:
		json_object_set_new(schema, "pattern", json_string("^[1-9][0-9]{0,18}$"));
		break;
	case P_INT:
		type = "integer";
		if (least || most) {
			json_object_set_new(schema, "minimum", json_integer(least));
			json_object_set_new(schema, "maximum", json_integer(most));
		}
		break;
	case P_BOOL:
		type = "boolean";
		break;
	case P_WORD: {
		json_t *words = json_array();
		for (const char *const *word = param->words; word && *word; word++)
			json_array_append_new(words, json_string(*word));
		json_object_set_new(schema, "enum", words);
		break;
	}
	case P_TIME:
		format = "date-time";
		break;
	case P_EMAIL:
		format = "email";
		break;
	case P_URL:
		format = "uri";
		break;
	case P_PATH:
		json_object_set_new(schema, "pattern", json_string("^/"));
		break;
	case P_PLACE:
		json_object_set_new(schema, "pattern", json_string("^(-?[0-9]{1,19}\\.)?[0-9]{1,19}$"));
		break;
	case P_FILE:
		json_object_set_new(schema, "contentMediaType", json_string("application/octet-stream"));
		break;
	case P_JSON:
		if (!in_form)
			return schema; /* any value */
		json_object_set_new(schema, "contentMediaType", json_string("application/json"));
		break;
	case P_SECRET:
		format = "password";
		break;
	case P_TEXT:
	case P_LINE:
	case P_ZONE:
		break;
	}
	json_object_set_new(schema, "type", json_string(type));
	if (format)
		json_object_set_new(schema, "format", json_string(format));
	bool is_text = param->type == P_TEXT || param->type == P_LINE || param->type == P_SECRET;
	if (is_text && least)
		json_object_set_new(schema, "minLength", json_integer(least));
	if (is_text)
		json_object_set_new(schema, "maxLength", json_integer(param_limit(param)));
	return schema;
}

static json_t *schema_of(const struct param *param, bool in_form)
{
	json_t *schema = schema_of_one(param, in_form);
	if (param->flags & PARAM_LIST)
		schema = json_pack("{s:s, s:o, s:i}", "type", "array", "items", schema, "maxItems", 1000);
	return schema;
}

static json_t *parameter(const struct param *param)
{
	json_t *result = json_pack("{s:s, s:s, s:o}", "name", param->name, "in", param->in == IN_PATH ? "path" : "query", "schema",
				   schema_of(param, true));
	if (param->flags & PARAM_REQUIRED)
		json_object_set_new(result, "required", json_true());
	if (param->about && *param->about)
		json_object_set_new(result, "description", json_string(param->about));
	return result;
}

static json_t *body_schema(const struct endpoint *endpoint, bool in_form)
{
	json_t *properties = json_object(), *required = json_array();
	for (size_t i = 0; i < endpoint->count; i++) {
		const struct param *param = &endpoint->params[i];
		if (param->in != IN_FORM && param->in != IN_FILE)
			continue;
		json_t *schema = schema_of(param, in_form);
		if (param->about && *param->about)
			json_object_set_new(schema, "description", json_string(param->about));
		json_object_set_new(properties, param->name, schema);
		if (param->flags & PARAM_REQUIRED)
			json_array_append_new(required, json_string(param->name));
	}
	json_t *schema = json_pack("{s:s, s:o}", "type", "object", "properties", properties);
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(required);
	if (!in_form)
		json_object_set_new(schema, "additionalProperties", json_false());
	return schema;
}

static json_t *body_of(const struct endpoint *endpoint)
{
	json_t *content = json_object();
	if (endpoint->has_file) {
		json_object_set_new(content, "multipart/form-data", json_pack("{s:o}", "schema", body_schema(endpoint, true)));
	} else {
		json_object_set_new(content, "application/json", json_pack("{s:o}", "schema", body_schema(endpoint, false)));
		json_object_set_new(content, "application/x-www-form-urlencoded",
				    json_pack("{s:o}", "schema", body_schema(endpoint, true)));
	}
	return json_pack("{s:o}", "content", content);
}

/* "POST /conversations/{id}/reply" is "postConversationsIdReply". */
static json_t *operation_id(const struct endpoint *endpoint)
{
	CLEANUP(buf_free) struct buf text = {};
	for (const char *c = method_word(endpoint->method); *c; c++)
		buf_addc(&text, (char)tolower((unsigned char)*c));
	bool upper = true;
	for (const char *c = endpoint->row->path; *c; c++) {
		bool plain = isalnum((unsigned char)*c);
		if (plain)
			buf_addc(&text, upper ? (char)toupper((unsigned char)*c) : *c);
		upper = !plain;
	}
	return json_string(buf_cstr(&text));
}

/* A list that is read page by page, both ways: the header Link names the pages beside. */
static bool is_paged(const struct endpoint *endpoint)
{
	int ways = 0;
	for (size_t i = 0; i < endpoint->count; i++) {
		struct str name = str_of(endpoint->params[i].name);
		ways += endpoint->params[i].in == IN_QUERY && (str_eq(name, S("after")) || str_eq(name, S("before")));
	}
	return ways == 2 && endpoint->method == METHOD_GET;
}

/* What is answered when all is well; the shape comes from the row. */
static enum err success(struct cx *cx, struct shape_book *book, const struct endpoint *endpoint, json_t *responses)
{
	const struct route *row = endpoint->row;
	json_t *answer, *schema;
	const char *status = row->flags & ROUTE_MAKES ? "201" : "200", *about = row->flags & ROUTE_MAKES ? "Made." : "The document.";
	if (row->type) {
		answer = json_pack("{s:s, s:{s:{}}}", "description", "What was asked for.", "content", row->type);
	} else if (row->answer) {
		TRY(shape_schema(cx, book, row->answer, &schema));
		answer = json_pack("{s:s, s:{s:{s:o}}}", "description", about, "content", "application/json", "schema", schema);
	} else {
		status = "204";
		answer = json_pack("{s:s}", "description", "Done; there is nothing to tell.");
	}
	if (is_paged(endpoint))
		json_object_set_new(answer, "headers", json_pack("{s:{s:s, s:{s:s}}}", "Link", "description", "RFC 8288: the pages beside, rel=\"prev\" and rel=\"next\".",
								 "schema", "type", "string"));
	json_object_set_new(responses, status, answer);
	return OK;
}

static enum err responses(struct cx *cx, struct shape_book *book, const struct endpoint *endpoint, json_t *result)
{
	TRY(success(cx, book, endpoint, result));
	json_object_set_new(result, "4XX", ref("#/components/responses/Problem"));
	json_object_set_new(result, "5XX", ref("#/components/responses/Problem"));
	return OK;
}

static json_t *tag_name(const struct endpoint *endpoint)
{
	struct str rest = str_of(endpoint->row->path + 1), first = str_cut(&rest, '/');
	return first.len && first.at[0] != '{' ? json_stringn(first.at, first.len) : json_string("desk");
}

static enum err operation(struct cx *cx, const struct web_host *host, struct shape_book *book, const struct endpoint *endpoint, json_t *result)
{
	const struct route *row = endpoint->row;
	json_t *parameters = json_array(), *answers = json_object();
	json_object_set_new(result, "operationId", operation_id(endpoint));
	json_object_set_new(result, "tags", json_pack("[o]", tag_name(endpoint)));
	if (row->about)
		json_object_set_new(result, "summary", json_string(row->about));
	for (size_t i = 0; i < endpoint->count; i++)
		if (endpoint->params[i].in == IN_PATH || endpoint->params[i].in == IN_QUERY)
			json_array_append_new(parameters, parameter(&endpoint->params[i]));
	if (json_array_size(parameters))
		json_object_set(result, "parameters", parameters);
	json_decref(parameters);
	if (endpoint->has_form && endpoint->method != METHOD_GET)
		json_object_set_new(result, "requestBody", body_of(endpoint));
	json_object_set_new(result, "responses", answers);
	TRY(responses(cx, book, endpoint, answers));
	if (row->flags & (ROUTE_PUBLIC | ROUTE_NO_CSRF))
		json_object_set_new(result, "security", json_array());
	const char *permission = row->permission && host->permission_name ? host->permission_name(row->permission) : "";
	if (*permission)
		json_object_set_new(result, "x-permission", json_string(permission));
	return OK;
}

static json_t *problem_schema(void)
{
	json_t *fault = json_pack("{s:s, s:{s:{s:s}, s:{s:s}}}", "type", "object", "properties", "field", "type", "string",
				  "detail", "type", "string");
	json_t *properties = json_object();
	for (const char *const *name = TEXTS("type", "title", "detail", "field", "request"); *name; name++)
		json_object_set_new(properties, *name, json_pack("{s:s}", "type", "string"));
	json_object_set_new(properties, "status", json_pack("{s:s}", "type", "integer"));
	json_object_set_new(properties, "retry_after",
			    json_pack("{s:s, s:s}", "type", "integer", "description", "Seconds to wait."));
	json_object_set_new(properties, "errors", json_pack("{s:s, s:o, s:s}", "type", "array", "items", fault, "description",
							    "Every field at fault."));
	return json_pack("{s:s, s:s, s:[s, s, s], s:o}", "type", "object", "description", "A problem document (RFC 9457).",
			 "required", "type", "title", "status", "properties", properties);
}

static json_t *components(const struct shape_book *book)
{
	json_t *schemas = shape_components(book);
	json_object_set_new(schemas, "Problem", problem_schema());
	json_t *response = json_pack("{s:s, s:{s:{s:o}}}", "description", "What went wrong, and what to do.", "content",
				     "application/problem+json", "schema", ref("#/components/schemas/Problem"));
	json_t *bearer = json_pack("{s:s, s:s, s:s}", "type", "http", "scheme", "bearer", "description", "An API key.");
	json_t *cookie =
	    json_pack("{s:s, s:s, s:s, s:s}", "type", "apiKey", "in", "cookie", "name", SESSION_COOKIE, "description",
		      "A browser's session; writes need the header X-CSRF-Token. With https the name begins with __Host-.");
	return json_pack("{s:o, s:{s:o}, s:{s:o, s:o}}", "schemas", schemas, "responses", "Problem", response, "securitySchemes", "bearer", bearer,
			 "cookie", cookie);
}

static bool tag_listed(json_t *tags, const char *name)
{
	size_t index;
	json_t *tag;
	json_array_foreach(tags, index, tag)
		if (strcmp(json_string_value(json_object_get(tag, "name")), name) == 0)
			return true;
	return false;
}

static enum err add_endpoint(struct cx *cx, const struct web_host *host, struct shape_book *book, const struct endpoint *endpoint, json_t *paths, json_t *tags)
{
	char method[16] = "";
	if (endpoint->row->flags & ROUTE_PAGE_ONLY)
		return OK;
	json_t *described = json_object();
	for (size_t i = 0; method_word(endpoint->method)[i]; i++)
		method[i] = (char)tolower((unsigned char)method_word(endpoint->method)[i]);
	json_t *path = json_object_get(paths, endpoint->row->path);
	if (!path) {
		path = json_object();
		json_object_set_new(paths, endpoint->row->path, path);
	}
	json_object_set_new(path, method, described);
	json_t *tag = tag_name(endpoint);
	if (!tag_listed(tags, json_string_value(tag)))
		json_array_append_new(tags, json_pack("{s:O, s:o}", "name", tag, "description",
						      json_sprintf("What stands under /%s.", json_string_value(tag))));
	json_decref(tag);
	return operation(cx, host, book, endpoint, described);
}

static enum err add_endpoints(struct cx *cx, const struct web_host *host, const struct route_table *routes, struct shape_book *book, json_t *paths, json_t *tags)
{
	for (size_t i = 0; i < route_count(routes); i++)
		TRY(add_endpoint(cx, host, book, route_at(routes, i), paths, tags));
	return OK;
}

enum err web_openapi(struct cx *cx, const struct web_host *host, json_t **ret_description)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct route_table *routes;
	struct shape_book *book;
	TRY(route_table_new(cx, arena, host, &routes));
	TRY(shape_book_new(cx, arena, host->shapes, host->shape_set_count, &book));
	json_t *paths = json_object(), *tags = json_array();
	enum err e = add_endpoints(cx, host, routes, book, paths, tags);
	if (e) {
		json_decref(paths);
		json_decref(tags);
		return e;
	}
	json_t *license = json_pack("{s:s, s:s}", "name", "Apache-2.0", "identifier", "Apache-2.0");
	json_t *info = json_pack(
	    "{s:s%, s:s%, s:s, s:o}", "title", host->title.len ? host->title.at : "Parvis",
	    host->title.len ? host->title.len : 6, "version", host->version.len ? host->version.at : PARVIS_VERSION,
	    host->version.len ? host->version.len : strlen(PARVIS_VERSION), "description",
	    "Every page of the desk is a resource here too. Ids are decimal strings, times are RFC 3339.", "license", license);
	*ret_description = json_pack("{s:s, s:o, s:[{s:s}], s:[{s:[]}, {s:[]}], s:o, s:o, s:o}", "openapi", "3.1.0", "info", info,
				     "servers", "url", "/api/v1", "security", "bearer", "cookie", "tags", tags, "paths", paths,
				     "components", components(book));
	return OK;
}
