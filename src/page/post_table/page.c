/* post_table: posts brought as a table (CSV): the form, a trial that tells what would come of each line, and the bringing itself. */
#include "flow/post_table.h"
#include "base/clock.h"
#include "base/lang.h"
#include "page/page.h"
#include "ui/document.h"

static const struct {
	const char *word, *about;
	bool is_required;
} columns[] = {
	{"text", N_("what it says"), true},
	{"channels", N_("where it goes: names of channels, with | between them"), true},
	{"date", N_("its day, 2027-03-28; empty: it has no hour yet"), false},
	{"time", N_("its hour, 18:40"), false},
	{"zone", N_("whose clock, Europe/Paris; empty: the workspace’s"), false},
	{"title", N_("what you call it; where a network has titles, its title"), false},
	{"link", N_("an address that stands below the text"), false},
	{"media", N_("pictures of the library, by name or address, with | between them"), false},
	{"alt", N_("what each of them shows, with | between"), false},
	{"campaign", N_("the campaign’s name"), false},
	{"pillar", N_("the part of the editorial line it belongs to"), false},
	{"labels", N_("words to find it by, with | between them"), false},
	{"lang", N_("the language it is written in: fr"), false},
};

static void put_columns(struct cx *cx, json_t *document)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(columns); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "word", columns[i].word, "about", _(columns[i].about), "is_required", columns[i].is_required));
	doc_set(document, "columns", list);
}

static json_t *number_text(const char *lang, size_t number)
{
	return doc_number(lang, (i64)number);
}

static void begin(struct cx *cx, struct request *request, struct reply *reply, json_t *document)
{
	reply_json(reply, document);
	put_columns(cx, document);
	doc_set(document, "text", doc_text(request_typed(request, "text")));
	doc_set(document, "is_ready", json_false());
	doc_set(document, "can_publish", json_boolean(actor_may(cx->actor, MAY_PUBLISH)));
	doc_set(document, "report", json_null());
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	begin(cx, request, reply, json_object());
	return OK;
}

/* ---- the report ---- */

static const char *const fate_words[] = {[POST_TABLE_NEW] = "new", [POST_TABLE_KNOWN] = "known", [POST_TABLE_REFUSED] = "refused"};
static const char *const fate_titles[] = {[POST_TABLE_NEW] = N_("New"), [POST_TABLE_KNOWN] = N_("There already"), [POST_TABLE_REFUSED] = N_("Refused")};
static const char *const fate_tones[] = {[POST_TABLE_NEW] = "ok", [POST_TABLE_KNOWN] = "line", [POST_TABLE_REFUSED] = "red"};
static const char *const fate_icons[] = {[POST_TABLE_NEW] = "check", [POST_TABLE_KNOWN] = "minus", [POST_TABLE_REFUSED] = "octagon-alert"};

static json_t *line_shape(struct cx *cx, const struct post_table_line *l)
{
	json_t *url = l->post ? doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)l->post)) : json_null();
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "line", (json_int_t)l->line, "heading", doc_text(l->heading), "wall_time", doc_text(l->wall_time), "zone",
			 doc_text(l->zone), "channels", doc_text(l->channels), "fate", doc_word(cx->lang, fate_words[l->fate], fate_titles[l->fate]), "chip",
			 json_pack("{s:s, s:s, s:s}", "tone", fate_tones[l->fate], "icon", fate_icons[l->fate], "title", _(fate_titles[l->fate])), "post_id",
			 doc_id(l->post), "url", url);
}

static struct str story_of(struct cx *cx, const struct post_table *t)
{
	if (t->refused)
		return arena_printf(cx->arena, tr_n(cx->lang, "%lld line is refused, so nothing is brought. Correct it and bring the table again.",
						    "%lld lines are refused, so nothing is brought. Correct them and bring the table again.", (i64)t->refused), (long long)t->refused);
	if (!t->fresh)
		return str_of(_(N_("All of it is there already. Nothing was made.")));
	if (t->is_kept)
		return arena_printf(cx->arena, tr_n(cx->lang, "%lld post was made.", "%lld posts were made.", (i64)t->fresh), (long long)t->fresh);
	return arena_printf(cx->arena, tr_n(cx->lang, "A trial: %lld post would be made. Nothing is written yet.", "A trial: %lld posts would be made. Nothing is written yet.", (i64)t->fresh),
			    (long long)t->fresh);
}

static json_t *report_shape(struct cx *cx, const struct post_table *t)
{
	json_t *lines = json_array(), *findings = json_array();
	for (size_t i = 0; i < t->line_count; i++)
		json_array_append_new(lines, line_shape(cx, &t->lines[i]));
	for (size_t i = 0; i < t->finding_count; i++) {
		const struct post_table_finding *f = &t->findings[i];
		json_array_append_new(findings, json_pack("{s:I, s:o, s:o, s:o, s:b}", "line", (json_int_t)f->line, "field", doc_text_or_null(f->field), "story", doc_text(f->story), "remedy",
							  doc_text_or_null(f->remedy), "is_notice", f->is_notice));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o, s:b, s:o}", "story", doc_text(story_of(cx, t)), "fresh", number_text(cx->lang, t->fresh), "known", number_text(cx->lang, t->known),
			 "refused", number_text(cx->lang, t->refused), "is_kept", t->is_kept, "is_refused", t->refused > 0, "can_keep", !t->refused && !t->is_kept && t->fresh > 0,
			 "findings", findings, "has_findings", t->finding_count > 0, "lines", lines);
}

static enum err bring(struct cx *cx, struct request *request, struct reply *reply)
{
	const struct upload *file = param_file(request, "file");
	struct str text = param_text(request, "text");
	struct post_table table;
	json_t *document = json_object();
	begin(cx, request, reply, document);
	if (file && file->size)
		TRY(post_table_open(cx, file->path, &text));
	if (!text.len)
		return fail_field(cx, "file", N_("Choose a file, or paste the table."));
	TRY(post_table_bring(cx, request_db(request), here(cx), text, param_bool(request, "keep"), param_bool(request, "ready"), &table));
	doc_set(document, "text", doc_text(request_wants_json(request) || table.is_kept ? (struct str){} : text));
	doc_set(document, "is_ready", json_boolean(param_bool(request, "ready")));
	doc_set(document, "report", report_shape(cx, &table));
	return OK;
}

/* ---- rows ---- */

static const struct param params[] = {
	{.name = "file", .in = IN_FILE, .type = P_FILE, .max = POST_TABLE_BYTES_MAX, .about = "The table, as CSV in UTF-8: separated by commas, semicolons or tabs."},
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .max = POST_TABLE_BYTES_MAX, .about = "The table itself, instead of a file."},
	{.name = "keep", .in = IN_FORM, .type = P_BOOL, .about = "Make the posts; else it is a trial, and nothing is written."},
	{.name = "ready", .in = IN_FORM, .type = P_BOOL, .about = "Ask for approval at once; who may publish has them scheduled. Else they are drafts with their hours."},
	{},
};

static const struct shape shapes[] = {
	{"PostTableLine", "{line: int, heading: text, wall_time: text, zone: text, channels: text, fate: {word: 'new' | 'known' | 'refused', title: text}, chip: Chip, post_id: id?, url: url?}",
	 "A line of a table of posts, and what comes of it."},
	{"PostTableFinding", "{line: int, field: text?, story: text, remedy: text?, is_notice: bool}",
	 "What is wrong with a line, and what to do. is_notice: it is brought all the same, and is to be mended before it leaves."},
	{"PostTableReport", "{story: text, fresh: Number, known: Number, refused: Number, is_kept: bool, is_refused: bool, can_keep: bool, findings: [PostTableFinding], "
	 "has_findings: bool, lines: [PostTableLine]}",
	 "What comes of a table: nothing is kept of one with a line that is refused; a line that was brought before makes no second post."},
	{"PostTablePage", "{columns: [{word: text, about: text, is_required: bool}], text: text, is_ready: bool, can_publish: bool, report: PostTableReport?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/posts/table", .permission = MAY_WRITE_POSTS, .template = "post_table/page", .handle = show, .answer = "PostTablePage",
	 .about = "The columns of a table of posts."},
	{.method = "POST", .path = "/posts/table", .permission = MAY_WRITE_POSTS, .flags = ROUTE_SLOW, .params = params, .template = "post_table/page", .handle = bring,
	 .form = "/posts/table", .answer = "PostTablePage", .body_max = (size_t)8 << 20, .about = "Bring posts as a table (CSV); a trial unless told."},
	{},
};

const struct page page_post_table = {"post_table", routes, shapes, .file = __FILE__};
