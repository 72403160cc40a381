#include "web/kernel.h"

#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"

#include <string.h>

#define TEXT_POINTS 10000
#define LINE_POINTS 400

i64 param_limit(const struct param *param)
{
	if (param->max)
		return param->max;
	switch (param->type) {
	case P_TEXT:
		return TEXT_POINTS;
	case P_EMAIL:
		return 254;
	case P_URL:
	case P_PATH:
		return 2048;
	default:
		return LINE_POINTS;
	}
}

/* Line ends as \n; nothing else may steer a terminal or end a header. */
static bool text_clean(struct arena *arena, struct str text, bool lines, struct str *ret_text)
{
	if (!utf8_valid(text))
		return false;
	bool returns = false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		returns |= c == '\r';
		if (c == '\r' && lines && i + 1 < text.len && text.at[i + 1] == '\n')
			continue;
		if ((c < 0x20 && c != '\t' && !(c == '\n' && lines)) || c == 0x7F)
			return false;
	}
	if (returns) {
		char *copy = arena_alloc(arena, text.len);
		size_t len = 0;
		for (size_t i = 0; i < text.len; i++)
			if (text.at[i] != '\r')
				copy[len++] = text.at[i];
		text = (struct str){copy, len};
	}
	*ret_text = text;
	return true;
}

static enum err check_text(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	if (!text_clean(cx->arena, text, param->type == P_TEXT, &text))
		return fail_field(cx, param->name, "This holds characters that are no text.");
	if (param->type != P_SECRET)
		text = str_trim(text);
	if (!text.len && (param->flags & PARAM_REQUIRED))
		return fail_field(cx, param->name, "This is needed.");
	i64 count = (i64)utf8_count(text), most = param_limit(param);
	if (count > most)
		return fail_field(cx, param->name, "This is too long: %lld characters, %lld at the most.", (long long)count,
				  (long long)most);
	if (text.len && count < param->min)
		return fail_field(cx, param->name, "This is too short: at least %lld characters.", (long long)param->min);
	ret_value->text = text.at ? text : S("");
	return OK;
}

static enum err check_number(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	i64 least = param->type == P_ID ? 1 : param->min || param->max ? param->min : INT64_MIN;
	i64 most = param->type != P_ID && (param->min || param->max) ? param->max : INT64_MAX;
	i64 number;
	bool is_number = str_to_i64(str_trim(text), &number);
	if (param->type == P_ID && (!is_number || number < 1))
		return fail_field(cx, param->name, "This is no identifier.");
	if (!is_number)
		return fail_field(cx, param->name, "This is no whole number.");
	if (number < least || number > most)
		return fail_field(cx, param->name, "This must lie between %lld and %lld.", (long long)least, (long long)most);
	ret_value->number = number;
	ret_value->text = text;
	return OK;
}

static enum err check_bool(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	static const char *const yes[] = {"true", "1", "on", "yes"}, *const no[] = {"false", "0", "off", "no", ""};
	text = str_trim(text);
	bool is_yes = str_in(text, yes, COUNT(yes));
	if (!is_yes && !str_in(text, no, COUNT(no)))
		return fail_field(cx, param->name, "This is neither yes nor no.");
	ret_value->number = is_yes;
	ret_value->text = text;
	return OK;
}

static enum err check_word(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	for (const char *const *word = param->words; word && *word; word++) {
		if (str_eq(str_of(*word), str_trim(text))) {
			ret_value->text = str_of(*word);
			return OK;
		}
	}
	struct buf *choices = buf_in_arena(cx->arena);
	for (const char *const *word = param->words; word && *word; word++)
		buf_addf(choices, word == param->words ? "%s" : ", %s", *word);
	return fail_field(cx, param->name, N_("This is none of the choices: %s."), buf_cstr(choices));
}

static bool digits(struct str text, size_t at, size_t count, int *ret_number)
{
	int number = 0;
	for (size_t i = at; i < at + count; i++) {
		if (i >= text.len || text.at[i] < '0' || text.at[i] > '9')
			return false;
		number = number * 10 + text.at[i] - '0';
	}
	*ret_number = number;
	return true;
}

/* "2026-03-24T09:42[:30]" as an <input type="datetime-local"> sends it. */
static bool local_time(struct str text, struct str zone, i64 *ret_instant)
{
	struct civil civil = {};
	if ((text.len != 16 && text.len != 19) || text.at[4] != '-' || text.at[7] != '-' ||
	    (text.at[10] != 'T' && text.at[10] != ' ') || text.at[13] != ':' || !digits(text, 0, 4, &civil.year) ||
	    !digits(text, 5, 2, &civil.month) || !digits(text, 8, 2, &civil.day) || !digits(text, 11, 2, &civil.hour) ||
	    !digits(text, 14, 2, &civil.minute))
		return false;
	if (text.len == 19 && (text.at[16] != ':' || !digits(text, 17, 2, &civil.second)))
		return false;
	if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.hour > 23 || civil.minute > 59 || civil.second > 59)
		return false;
	int year, month, day;
	date_of_days(days_of_date(civil.year, civil.month, civil.day), &year, &month, &day);
	if (day != civil.day || month != civil.month)
		return false; /* 31 April */
	*ret_instant = zone_instant(zone, civil);
	return true;
}

static enum err check_time(struct cx *cx, const struct param *param, struct str zone, struct str text, struct value *ret_value)
{
	text = str_trim(text);
	if (!time_parse(text, &ret_value->number) && !local_time(text, zone, &ret_value->number))
		return fail_field(cx, param->name, "This is no date and time.");
	ret_value->text = text;
	return OK;
}

static bool is_email(struct str text)
{
	ptrdiff_t at = str_find_byte(text, '@');
	if (at < 1 || at > 64)
		return false;
	struct str domain = str_skip(text, (size_t)at + 1);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= ' ' || strchr("<>()[],;:\\\"", text.at[i]))
			return false;
	if (str_find_byte(domain, '@') >= 0 || text.at[0] == '.' || text.at[at - 1] == '.')
		return false;
	size_t labels = 0;
	while (domain.at) {
		struct str label = str_cut(&domain, '.');
		if (!label.len || label.len > 63 || label.at[0] == '-' || label.at[label.len - 1] == '-')
			return false;
		labels++;
	}
	return labels > 1;
}

static bool no_blanks(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= ' ' || text.at[i] == '\\' || text.at[i] == '<' || text.at[i] == '>' ||
		    text.at[i] == '"')
			return false;
	return true;
}

static bool is_url(struct str text)
{
	size_t scheme = str_eq_fold(str_head(text, 8), S("https://")) ? 8 : str_eq_fold(str_head(text, 7), S("http://")) ? 7 : 0;
	if (!scheme || !no_blanks(text))
		return false;
	struct str host = str_skip(text, scheme);
	for (size_t i = 0; i < host.len; i++)
		if (strchr("/?#", host.at[i]))
			host.len = i;
	if (str_find_byte(host, '@') >= 0 || !host.len || host.at[0] == '.' || host.at[0] == ':')
		return false;
	if (host.at[0] == '[')
		return str_find_byte(host, ']') > 2;
	ptrdiff_t colon = str_find_byte(host, ':');
	i64 port = 1;
	return colon < 0 || (str_to_i64(str_skip(host, (size_t)colon + 1), &port) && port > 0 && port < 65536);
}

/* "/inbox?view=3", never "//elsewhere" or "/\elsewhere", which browsers take for another host. */
static bool is_path(struct str text)
{
	return text.len && text.at[0] == '/' && !str_starts(text, S("//")) && no_blanks(text);
}

static enum err check_address(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	TRY(check_text(cx, param, text, ret_value));
	text = ret_value->text;
	if (param->type == P_EMAIL && !is_email(text))
		return fail_field(cx, param->name, "This is no email address: write it like name@example.org.");
	if (param->type == P_URL && !is_url(text))
		return fail_field(cx, param->name, "This is no web address; it begins with https://.");
	if (param->type == P_PATH && !is_path(text))
		return fail_field(cx, param->name, "This is no address of this site.");
	return OK;
}

enum err json_read(struct cx *cx, struct str text, bool any, json_t **ret_json)
{
	size_t depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '[') && ++depth > JSON_DEPTH)
			return fail(cx, ERR_BAD_INPUT, "This JSON is nested deeper than %d levels.", JSON_DEPTH);
		else if (!quoted && (c == '}' || c == ']') && depth)
			depth--;
	}
	json_error_t error;
	json_t *json = json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES | (any ? JSON_DECODE_ANY : 0), &error);
	if (!json)
		return fail(cx, ERR_BAD_INPUT, "This is no JSON: %s (line %d, column %d).", error.text, error.line, error.column);
	arena_defer(cx->arena, (void (*)(void *))json_decref, json);
	*ret_json = json;
	return OK;
}

static enum err check_json_text(struct cx *cx, const struct param *param, struct str text, struct value *ret_value)
{
	if (json_read(cx, text, true, &ret_value->json) == OK)
		return OK;
	char story[sizeof cx->story];
	memcpy(story, cx->story, sizeof story);
	return fail_field(cx, param->name, "%s", story);
}

static bool is_place(struct str text)
{
	i64 number;
	struct str rest = text, first = str_cut(&rest, '.');
	return str_to_i64(first, &number) && (!rest.at || str_to_i64(rest, &number));
}

enum err param_check_text(struct cx *cx, const struct param *param, struct str zone, struct str text, struct value *ret_value)
{
	struct value value = {.text = text};
	switch (param->type) {
	case P_ID:
	case P_INT:
		TRY(check_number(cx, param, text, &value));
		break;
	case P_TEXT:
	case P_LINE:
	case P_SECRET:
		TRY(check_text(cx, param, text, &value));
		break;
	case P_BOOL:
		TRY(check_bool(cx, param, text, &value));
		break;
	case P_WORD:
		TRY(check_word(cx, param, text, &value));
		break;
	case P_TIME:
		TRY(check_time(cx, param, zone, text, &value));
		break;
	case P_ZONE:
		if (!zone_known(str_trim(text)))
			return fail_field(cx, param->name, "This is no time zone.");
		value.text = str_trim(text);
		break;
	case P_PLACE:
		value.text = str_trim(text);
		if (!is_place(value.text))
			return fail_field(cx, param->name, "This is no place in the list. Take the address of a page as the page beside it gives it, or leave “%s” out: the list then shows from its start.", param->name);
		break;
	case P_EMAIL:
	case P_URL:
	case P_PATH:
		TRY(check_address(cx, param, text, &value));
		break;
	case P_JSON:
		TRY(check_json_text(cx, param, text, &value));
		break;
	case P_FILE:
		return fail_field(cx, param->name, "A file is needed here.");
	}
	*ret_value = value;
	return OK;
}

enum err param_check_json(struct cx *cx, const struct param *param, struct str zone, json_t *json, struct value *ret_value)
{
	if (param->type == P_JSON) {
		ret_value->json = json;
		return OK;
	}
	if (json_is_string(json))
		return param_check_text(cx, param, zone, (struct str){json_string_value(json), json_string_length(json)},
					ret_value);
	if (json_is_integer(json) && (param->type == P_ID || param->type == P_INT)) {
		struct str text = arena_printf(cx->arena, "%lld", (long long)json_integer_value(json));
		return param_check_text(cx, param, zone, text, ret_value);
	}
	if (json_is_boolean(json) && param->type == P_BOOL) {
		*ret_value = (struct value){.number = json_is_true(json), .text = json_is_true(json) ? S("true") : S("false")};
		return OK;
	}
	return fail_field(cx, param->name, param->type == P_BOOL ? N_("This must be true or false.")
				 : param->type == P_INT || param->type == P_ID ? N_("This must be a number.")
									       : N_("This must be a text."));
}
