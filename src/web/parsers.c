/* parsers.c: what the web kernel reads of requests, as rows of base/parser.h. */
#include "base/json_text.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "web/kernel.h"


/* Texts of requests are bytes until their parameter's row checks them. */
static void add_bytes(struct buf *out, struct str bytes)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, bytes);
	buf_add_json(out, buf_str(&clean));
}

static void add_fields(struct buf *out, const struct field_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->at[i];
		buf_adds(out, "{\"name\":");
		add_bytes(out, f->name);
		buf_adds(out, ",\"text\":");
		add_bytes(out, f->text);
		if (f->upload) {
			buf_adds(out, ",\"file\":");
			buf_add_json(out, f->upload->name);
			buf_addf(out, ",\"size\":%lld", (long long)f->upload->size);
		}
		buf_adds(out, "}\n");
	}
}

static enum err read_form(struct cx *cx, struct str input, struct buf *out)
{
	struct field_list list = {};
	TRY(form_read(cx, input, IN_FORM, &list));
	add_fields(out, &list);
	return OK;
}

const struct parser parser_form = {"form", N_("A form, or what stands behind the ? of an address"), read_form};

/* The boundary is what the first line says. */
static enum err read_multipart(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = input, boundary = str_skip(str_line(&rest), 2);
	struct field_list list = {};
	struct multipart *parts;
	TRY(multipart_new(cx, arena_printf(cx->arena, "multipart/form-data; boundary=\"%.*s\"", STR_ARG(boundary)), "/tmp", &list, &parts));
	TRY(multipart_feed(cx, parts, input));
	TRY(multipart_end(cx, parts));
	add_fields(out, &list);
	return OK;
}

const struct parser parser_multipart = {"multipart", N_("A form with files (multipart/form-data)"), read_multipart};

static void add_json(struct buf *out, const json_t *json)
{
	buf_add_value(out, json, JSON_COMPACT | JSON_ENCODE_ANY);
}

static enum err read_json(struct cx *cx, struct str input, struct buf *out)
{
	json_t *json;
	TRY(json_read(cx, input, true, &json));
	add_json(out, json);
	buf_addc(out, '\n');
	return OK;
}

const struct parser parser_json = {"json", N_("The body of a request to the API"), read_json};

/* "email lea@levain.example": the type of a parameter, and what was sent for it. */
static enum err read_parameter(struct cx *cx, struct str input, struct buf *out)
{
	static const char *const words[] = {"id", "int", "text", "line", "secret", "bool", "word", "time", "zone", "email", "url", "path", "place", "json"};
	static const char *const choice[] = {"red", "green", NULL};
	static_assert(COUNT(words) == P_FILE, "a word each, but for files");
	struct str rest = input, word = str_cut(&rest, ' ');
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq(word, str_of(words[i]))) {
			const struct param row = {"input", IN_FORM, (enum param_type)i, .words = choice, .flags = PARAM_REQUIRED};
			struct value value = {};
			TRY(param_check_text(cx, &row, S("Europe/Paris"), rest, &value));
			buf_adds(out, "{\"text\":");
			buf_add_json(out, value.text);
			buf_addf(out, ",\"number\":\"%lld\",\"json\":", (long long)value.number);
			if (value.json)
				add_json(out, value.json);
			else
				buf_adds(out, "null");
			buf_adds(out, "}\n");
			return OK;
		}
	return fail_field(cx, "input", N_("Write the type of the parameter first: id, int, text, line, secret, bool, word, time, zone, email, url, path, place or json."));
}

const struct parser parser_parameter = {"parameter", N_("A parameter of a request: its type, then what was sent"), read_parameter};

/* An address of this site, as the routes see it: its parts, decoded. */
static enum err read_path(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = input;
	buf_addc(out, '[');
	for (bool first = true; rest.at; first = false) {
		struct str part;
		if (!percent_decode(cx->arena, str_cut(&rest, '/'), false, &part))
			return fail(cx, ERR_BAD_INPUT, N_("This address is not encoded as it should be."));
		buf_adds(out, first ? "" : ",");
		add_bytes(out, part);
	}
	buf_adds(out, "]\n");
	return OK;
}

const struct parser parser_path = {"path", N_("The path of an address of this site"), read_path};

/* "application/json text/html;q=0.9, application/json": a word, and the list that it is looked for in. */
static enum err read_accept(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = input, token = str_cut(&rest, ' ');
	double quality = 0;
	if (!header_has(rest, token, &quality))
		return fail(cx, ERR_BAD_INPUT, N_("The list does not have this word."));
	buf_adds(out, "{\"word\":");
	add_bytes(out, token);
	buf_addf(out, ",\"quality\":%.3f}\n", quality);
	return OK;
}

const struct parser parser_accept = {"accept", N_("A list as in the headers Accept and Accept-Encoding, behind the word looked for"), read_accept};

/* "1000 bytes=0-99" */
static enum err read_range(struct cx *cx, struct str input, struct buf *out)
{
	struct str rest = str_trim(input), size_text = str_cut(&rest, ' ');
	i64 size, from, to;
	if (!str_to_i64(size_text, &size) || size < 0 || !header_range(rest, size, &from, &to))
		return fail(cx, ERR_BAD_INPUT, N_("This is no part of a file of that size."));
	buf_addf(out, "{\"from\":%lld,\"to\":%lld}\n", (long long)from, (long long)to);
	return OK;
}

const struct parser parser_range = {"range", N_("A part of a file, as in the header Range, behind the file's size"), read_range};

static bool the_one(void *subject, struct arena *arena, struct str name, struct str *ret_source)
{
	const struct str *source = subject;
	*ret_source = *source;
	return str_eq(name, S("input"));
}

/* Rendered over an empty document. */
static enum err read_template(struct cx *cx, struct str input, struct buf *out)
{
	struct str source = arena_str(cx->arena, input);
	CLEANUP(buf_free) struct buf html = {.max = (size_t)1 << 20};
	struct template_set *set = template_set_new(the_one, &source, true);
	json_t *document = json_object();
	enum err e = template_render(cx, set, S("input"), "en", &document, 1, &html);
	template_set_free(set);
	json_decref(document);
	TRY(e);
	buf_adds(out, "{\"html\":");
	add_bytes(out, buf_str(&html));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_template = {"template", N_("A template of a page (Mustache), rendered over an empty document"), read_template};
