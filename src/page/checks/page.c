/* checks: what the house wants of what is looked at before a post leaves: how much each check counts, for which countries and sites of its own, its own
 * words, and what is right here though a check says no; and, of a post, that it may leave in spite of one. */
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/house_check.h"
#include "flow/post_look.h"
#include "model/key_date.h"
#include "page/choices.h"
#include "page/page.h"
#include "store/member.h"
#include "ui/document.h"

static const char *const level_words[] = {"off", "inform", "warn", "block", NULL};
static const char *const level_titles[] = {N_("Off"), N_("Inform"), N_("Warn"), N_("Block")};

/* ---- showing ---- */

static json_t *check_shape(struct cx *cx, const struct request *request, const struct house_checks *house, const struct check_kind *kind, size_t number)
{
	struct check_example example = {};
	enum finding_level level = house_level(house, kind);
	json_t *levels = json_array();
	struct str typed = {};
	bool is_fixed = !house_may_choose(kind);
	check_example(kind, cx->lang, &example);
	for (size_t i = 0; request_typed_at(request, "check", i).at; i++)
		if (str_eq(request_typed_at(request, "check", i), str_of(kind->word)))
			typed = request_typed_at(request, "level", i);
	for (size_t i = 0; level_words[i]; i++)
		if (i != CHECK_BLOCK || kind->may_block)
			json_array_append_new(levels, choice(level_words[i], _(level_titles[i]), typed.at ? str_eq(typed, str_of(level_words[i])) : i == level));
	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:b, s:b}", "word", kind->word, "number", doc_text(arena_printf(cx->arena, "%zu", number)), "title",
			 _(kind->title), "about", _(kind->about), "sentence", doc_text(example.sentence), "remedy", doc_text(example.remedy), "level",
			 doc_word(cx->lang, check_level_word(level), level_titles[level]), "levels", levels, "usual", _(level_titles[kind->level]), "is_fixed", is_fixed,
			 "is_changed", level != kind->level);
}

static bool is_among(const struct str *list, size_t count, struct str one)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i], one))
			return true;
	return false;
}

/* Countries whose days are known here, to be ticked; others are written. */
static enum err countries_shape(struct cx *cx, const struct house_checks *house, json_t *document)
{
	struct str *codes;
	CLEANUP(buf_free) struct buf others = {};
	json_t *list = json_array();
	size_t all = date_books(cx->arena, &codes);
	doc_set(document, "countries", list);
	for (size_t i = 0; i < all; i++) {
		const struct date_book *book;
		if (codes[i].len != 2 || str_eq(codes[i], S("UN")) || str_eq(codes[i], S("EU")))
			continue;
		TRY(date_book_open(cx, codes[i], &book));
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(codes[i]), "title", doc_text(date_name(&book->names, cx->lang)), "is_selected",
						      is_among(house->countries, house->country_count, codes[i])));
	}
	for (size_t i = 0; i < house->country_count; i++)
		if (!is_among(codes, all, house->countries[i]))
			buf_addf(&others, "%s%.*s", others.len ? ", " : "", STR_ARG(house->countries[i]));
	doc_set(document, "others", doc_text(buf_str(&others)));
	return OK;
}

static json_t *sites_text(const struct house_checks *house)
{
	CLEANUP(buf_free) struct buf text = {};
	for (size_t i = 0; i < house->site_count; i++)
		buf_addf(&text, "%s%.*s", text.len ? ", " : "", STR_ARG(house->sites[i]));
	return doc_text(buf_str(&text));
}

static enum err exceptions_shape(struct cx *cx, struct db *db, const struct house_checks *house, json_t *document)
{
	struct check_exception_row *rows;
	struct member *members;
	size_t count, member_count;
	json_t *words = json_array(), *exceptions = json_array();
	struct reader reader = reader_of(cx);
	doc_set(document, "words", words);
	doc_set(document, "exceptions", exceptions);
	TRY(check_exceptions(cx, db, here(cx), (struct str){}, &rows, &count));
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	for (size_t i = 0; i < count; i++) {
		const struct check_exception_row *e = &rows[i];
		const struct check_kind *kind = check_kind_of(e->check);
		bool is_word = str_eq(e->check, S("spelling")) && !e->context.len, blocks = kind && house_level(house, kind) == CHECK_BLOCK;
		struct str by = S("Parvis");
		for (size_t n = 0; n < member_count; n++)
			if (members[n].person == e->person)
				by = members[n].name;
		json_array_append_new(is_word ? words : exceptions,
				      json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(e->id), "check", doc_text(e->check), "title",
						doc_text(kind ? str_of(_(kind->title)) : e->check), "excerpt", doc_text(e->excerpt), "by", doc_text(by), "at",
						doc_instant(&reader, e->created_at), "is_everywhere", !e->context.len, "can_end",
						actor_may(cx->actor, MAY_WRITE_CHECKS) && (!blocks || actor_may(cx->actor, MAY_OVERRIDE_CHECKS))));
	}
	doc_set(document, "has_words", json_boolean(json_array_size(words) > 0));
	doc_set(document, "has_exceptions", json_boolean(json_array_size(exceptions) > 0));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct house_checks house;
	struct db *db = request_db(request);
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	TRY(house_checks_load(cx, db, here(cx), &house));
	for (size_t i = 0; i < check_kind_count; i++)
		json_array_append_new(list, check_shape(cx, request, &house, check_kinds[i], i));
	doc_set(document, "checks", list);
	TRY(countries_shape(cx, &house, document));
	doc_set(document, "sites", request_typed(request, "sites").at ? doc_text(request_typed(request, "sites")) : sites_text(&house));
	TRY(exceptions_shape(cx, db, &house, document));
	doc_set(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_CHECKS)));
	return OK;
}

/* ---- what is wanted ---- */

/* Levels come as two lists of one length, from a form's rows or from a program. */
static enum err say_levels(struct cx *cx, const struct request *request, struct house_wish *wish)
{
	size_t count = param_count(request, "check");
	struct check_setting *settings = arena_array(cx->arena, struct check_setting, count + 1);
	if (count != param_count(request, "level"))
		return fail_field(cx, "level", N_("Give each check its level, in the same order."));
	for (size_t i = 0; i < count; i++) {
		settings[i].check = param_text_at(request, "check", i);
		must(check_level_of(param_text_at(request, "level", i), &settings[i].level));
	}
	wish->settings = settings;
	wish->setting_count = count;
	return OK;
}

/* Parted by commas or spaces. */
static void add_parts(struct str text, struct str *list, size_t *count, size_t most)
{
	while (text.at && text.len && *count < most) {
		size_t end = 0;
		while (end < text.len && text.at[end] != ',' && text.at[end] != ' ' && text.at[end] != '\n')
			end++;
		struct str part = str_head(text, end);
		text = str_skip(text, end < text.len ? end + 1 : end);
		if (str_trim(part).len)
			list[(*count)++] = str_trim(part);
	}
}

static struct str upper(struct arena *arena, struct str code)
{
	struct str kept = arena_str(arena, code);
	char *at = (char *)kept.at;
	for (size_t i = 0; i < kept.len; i++)
		if (at[i] >= 'a' && at[i] <= 'z')
			at[i] -= 32;
	return kept;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply)
{
	struct house_wish wish = {.says_countries = page_says(request, "country") || param_given(request, "others"), .says_sites = page_says(request, "sites")};
	struct str countries[64], sites[64];
	TRY(say_levels(cx, request, &wish));
	for (size_t i = 0; i < param_count(request, "country") && wish.country_count < COUNT(countries); i++)
		countries[wish.country_count++] = param_text_at(request, "country", i);
	add_parts(param_text(request, "others"), countries, &wish.country_count, COUNT(countries));
	add_parts(param_text(request, "sites"), sites, &wish.site_count, COUNT(sites));
	for (size_t i = 0; i < wish.country_count; i++)
		countries[i] = upper(cx->arena, countries[i]);
	wish.countries = countries;
	wish.sites = sites;
	TRY(house_checks_set(cx, request_db(request), here(cx), &wish));
	reply_flash(reply, str_of(_(N_("Kept. It counts for posts from now on; what is scheduled leaves as it was approved."))), (struct str){});
	reply_redirect(reply, "/checks");
	return OK;
}

/* ---- what is right here ---- */

static const char *back_to(struct cx *cx, const struct request *request)
{
	i64 post = param_id(request, "post");
	return post ? arena_printf(cx->arena, "/posts/%lld#checks", (long long)post).at : "/checks#exceptions";
}

static enum err except(struct cx *cx, struct request *request, struct reply *reply, struct check_exception_row *e)
{
	i64 id, post = param_id(request, "post");
	e->workspace = here(cx);
	TRY(house_exception_add(cx, request_db(request), e, &id));
	struct str undo = arena_printf(cx->arena, "/checks/exceptions/%lld/end", (long long)id);
	if (post)
		undo = arena_printf(cx->arena, "%.*s?post=%lld", STR_ARG(undo), (long long)post);
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(e->context.len ? _(N_("In this place nothing is said of it any more.")) : _(N_("It is right in this house from now on."))), undo);
	reply_redirect(reply, "%s", back_to(cx, request));
	return OK;
}

static enum err add_exception(struct cx *cx, struct request *request, struct reply *reply)
{
	struct check_exception_row e = {.check = param_text(request, "check"), .found = param_text(request, "found"), .context = param_text(request, "context"),
					.excerpt = param_text(request, "excerpt")};
	return except(cx, request, reply, &e);
}

static enum err add_word(struct cx *cx, struct request *request, struct reply *reply)
{
	struct check_exception_row e = {.check = S("spelling"), .found = param_text(request, "word")};
	return except(cx, request, reply, &e);
}

static enum err end_exception(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id"), post = param_id(request, "post");
	TRY(house_exception_end(cx, request_db(request), here(cx), id, true));
	struct str undo = arena_printf(cx->arena, "/checks/exceptions/%lld/restore", (long long)id);
	if (!post) /* that was an undo itself */
		reply_flash(reply, str_of(_(N_("Taken out. It is told of again."))), undo);
	reply_redirect(reply, "%s", back_to(cx, request));
	return OK;
}

static enum err restore_exception(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(house_exception_end(cx, request_db(request), here(cx), param_id(request, "id"), false));
	reply_redirect(reply, "/checks#exceptions");
	return OK;
}

/* ---- in spite of a check ---- */

static enum err override(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id, post = param_id(request, "id");
	TRY(post_override(cx, request_db(request), here(cx), post, param_text(request, "check"), param_text(request, "found"), param_text(request, "reason"), &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("It may leave all the same. Why stands beside it; a change of the post takes that back."))), (struct str){});
	reply_redirect(reply, "/posts/%lld#checks", (long long)post);
	return OK;
}

static enum err end_override(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 post = param_id(request, "id");
	TRY(post_override_end(cx, request_db(request), here(cx), post, param_id(request, "override")));
	reply_flash(reply, str_of(_(N_("Taken back. It keeps the post from leaving again."))), (struct str){});
	reply_redirect(reply, "/posts/%lld#checks", (long long)post);
	return OK;
}

/* ---- the routes ---- */

static const struct param keep_params[] = {
	{.name = "check", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 40, .about = "Checks whose level changes."},
	{.name = "level", .in = IN_FORM, .type = P_WORD, .flags = PARAM_LIST, .words = level_words, .about = "The level of each, in the same order."},
	{.name = "country", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 2, .about = "Countries of the audience: FR."},
	{.name = "others", .in = IN_FORM, .type = P_LINE, .max = 100, .about = "More of them, parted by commas."},
	{.name = "sites", .in = IN_FORM, .type = P_LINE, .max = 2000, .about = "Sites of the house, parted by commas: levain.example."},
	{},
};
#define POST_PARAM {.name = "post", .in = IN_FORM, .type = P_ID, .about = "For forms: the post to come back to."}
static const struct param exception_params[] = {
	{.name = "check", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "The check that told of it."},
	{.name = "found", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 2000, .about = "What was found, as the finding names it."},
	{.name = "context", .in = IN_FORM, .type = P_LINE, .max = 2000, .about = "The words around it, as the finding names them: right there alone. Empty: wherever it stands."},
	{.name = "excerpt", .in = IN_FORM, .type = P_LINE, .max = 400, .about = "As it stood there."},
	POST_PARAM,
	{},
};
static const struct param word_params[] = {
	{.name = "word", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 200, .about = "A word, a name, or a few of them."}, POST_PARAM, {},
};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The exception."}
static const struct param end_params[] = {ID_PARAM, {.name = "post", .in = IN_QUERY, .type = P_ID, .about = "The post to come back to."}, {}};
static const struct param restore_params[] = {ID_PARAM, {}};
static const struct param override_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The post."},
	{.name = "check", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "The check that keeps it."},
	{.name = "found", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 2000, .about = "What was found, as the finding names it."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 1000, .about = "Why it may leave all the same."},
	{},
};
static const struct param override_end_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The post."}, {.name = "override", .in = IN_PATH, .type = P_ID, .about = "As “checks” of the post names it."}, {},
};

static const struct shape shapes[] = {
	{"Check", "{word: text, number: text, title: text, about: text, sentence: text, remedy: text, level: Word, levels: [Choice], usual: text, is_fixed: bool, is_changed: bool}",
	 "Something that is looked at before a post leaves, with a sentence that it finds something in."},
	{"CheckException", "{id: id, check: text, title: text, excerpt: text, by: text, at: Instant, is_everywhere: bool, can_end: bool}",
	 "What is right in this house though a check says no."},
	{"ChecksPage", "{checks: [Check], countries: [Choice], others: text, sites: text, words: [CheckException], has_words: bool, exceptions: [CheckException], "
	 "has_exceptions: bool, can_arrange: bool, can_write: bool}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/checks", .permission = MAY_READ_POSTS, .template = "checks/page", .handle = show, .answer = "ChecksPage",
	 .about = "What is looked at before a post leaves, how much each check counts, and what is right in this house."},
	{.method = "POST", .path = "/checks", .permission = MAY_ARRANGE, .params = keep_params, .handle = keep, .form = "/checks",
	 .about = "Choose how much checks count, for which countries, and which sites are the house's own."},
	{.method = "POST", .path = "/checks/words", .permission = MAY_WRITE_CHECKS, .flags = ROUTE_MAKES, .params = word_params, .handle = add_word, .form = "/checks",
	 .answer = "Made", .about = "Add a word of the house: spelling knows it from now on."},
	{.method = "POST", .path = "/checks/exceptions", .permission = MAY_WRITE_CHECKS, .flags = ROUTE_MAKES, .params = exception_params, .handle = add_exception,
	 .form = "/checks", .answer = "Made", .about = "Say that what a check found is right in this house."},
	{.method = "POST", .path = "/checks/exceptions/{id}/end", .permission = MAY_WRITE_CHECKS, .params = end_params, .handle = end_exception, .about = "Take an exception back."},
	{.method = "POST", .path = "/checks/exceptions/{id}/restore", .permission = MAY_WRITE_CHECKS, .params = restore_params, .handle = restore_exception,
	 .about = "Let an exception count again."},
	{.method = "POST", .path = "/posts/{id}/overrides", .permission = MAY_OVERRIDE_CHECKS, .flags = ROUTE_MAKES, .params = override_params, .handle = override,
	 .form = "/posts/{id}", .answer = "Made", .about = "Let a post leave in spite of a check, and say why."},
	{.method = "POST", .path = "/posts/{id}/overrides/{override}/end", .permission = MAY_OVERRIDE_CHECKS, .params = override_end_params, .handle = end_override,
	 .about = "Take back that a post may leave in spite of a check."},
	{},
};

const struct page page_checks = {"checks", routes, shapes, .file = __FILE__};
