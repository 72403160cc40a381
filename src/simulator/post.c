/* post.c: posts of ours on the simulated network: taken once by their key, commented on and liked by members, with figures that grow. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "model/length.h"
#include "simulator/inside.h"

#include <math.h>

#define COMMENT_MEAN (40 * SECOND)
#define LIKES_GROW (10 * MINUTE) /* by then all but a third of them came */
#define VIEWS_A_LIKE 20
#define SUBJECT_MAX 80           /* bytes of a text without a title */

static enum err fits(struct cx *cx, const struct network_article *a)
{
	if (!str_trim(a->text).len && !json_array_size(a->media))
		return fail_field(cx, "text", N_("A post needs a text, or a picture."));
	if (a->is_story && (json_array_size(a->media) != 1 || a->text.len || a->poll))
		return fail_field(cx, "form", N_("A story is one picture without a text on the simulated network."));
	if (text_length(TEXT_CHARACTERS, a->text) > NETWORK_POST_MAX)
		return fail_field(cx, "text", N_("A post has %d characters at the most on the simulated network."), NETWORK_POST_MAX);
	if (text_length(TEXT_CHARACTERS, a->title) > NETWORK_TITLE_MAX)
		return fail_field(cx, "title", N_("A title has %d characters at the most on the simulated network."), NETWORK_TITLE_MAX);
	if (json_array_size(a->media) > NETWORK_MEDIA_MAX)
		return fail_field(cx, "media", N_("A post has %d pictures at the most on the simulated network."), NETWORK_MEDIA_MAX);
	const json_t *choices = json_object_get(a->poll, "choices"), *choice;
	size_t index;
	if (a->poll && (json_array_size(choices) < 2 || json_array_size(choices) > NETWORK_CHOICES_MAX || json_array_size(a->media)))
		return fail_field(cx, "poll", N_("A poll has 2 to %d choices on the simulated network, and no pictures."), NETWORK_CHOICES_MAX);
	json_array_foreach(choices, index, choice)
		if (text_length(TEXT_CHARACTERS, str_of(json_string_value(choice))) > NETWORK_CHOICE_MAX)
			return fail_field(cx, "poll", N_("A choice of a poll has %d characters at the most on the simulated network."), NETWORK_CHOICE_MAX);
	return OK;
}

enum err network_publish(struct cx *cx, struct network *n, const struct network_article *a, struct str *ret_id)
{
	i64 ours;
	if (a->key.len && network_dial(cx, n, "honour_keys") > 0) {
		enum err e = network_known_key(cx, n, a->key, ret_id);
		if (e != ERR_MISSING)
			return e;
	}
	TRY(fits(cx, a));
	TRY(network_count_up(cx, n, "ours", &ours));
	struct item i = {.id = arena_printf(cx->arena, "o%lld", (long long)ours), .kind = a->is_story ? S("story") : S("post"), .subject = a->title, .body = a->text, .lang = a->lang, .ours = true,
			 .at = cx->now, .key = a->key};
	i.thread = i.id;
	struct chance chance = network_throw(cx, n, CHANCE_POST, ours);
	double likes = network_dial(cx, n, "post_likes");
	TRY(network_put(cx, n, &i));
	TRY(db_run(cx, n->db, NULL, "INSERT INTO post (id, warning, media, poll, likes) VALUES (?1, ?2, ?3, ?4, ?5)", db_text(i.id), db_text(a->warning),
		   db_text(a->media ? arena_json(cx->arena, a->media, JSON_COMPACT) : S("[]")), db_text(a->poll ? arena_json(cx->arena, a->poll, JSON_COMPACT) : S("")), db_i64(llround(likes))));
	for (i64 k = 0, count = llround(network_dial(cx, n, "post_comments")); k < count; k++)
		TRY(network_plan(cx, n, cx->now + 2 * SECOND + (k + 1) * chance_wait(&chance, COMMENT_MEAN), "comment", i.id, (struct str){}));
	*ret_id = i.id;
	return OK;
}

enum err network_is_post(struct cx *cx, struct network *n, struct str id, bool *ret_is)
{
	i64 count;
	TRY(db_number(cx, n->db, 0, &count, "SELECT COUNT(*) FROM post WHERE id = ?1", db_text(id)));
	*ret_is = count > 0;
	return OK;
}

/* What a thread under a post is called: its title, else how it begins. */
static struct str subject_of(struct arena *arena, struct str title, struct str text)
{
	struct str line = str_cut(&text, '\n'), head = utf8_head(line, SUBJECT_MAX);
	return title.len ? title : head.len < line.len ? arena_printf(arena, "%.*s…", STR_ARG(head)) : head;
}

enum err network_comment(struct cx *cx, struct network *n, struct str post, struct chance *chance)
{
	const struct text *text;
	i64 number_of_talk;
	struct item i = {.kind = S("comment"), .thread = post, .parent = post, .at = cx->now};
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_one(cx, n->db, &row, "SELECT subject, body, lang FROM item WHERE id = ?1", db_text(post)));
		i.subject = subject_of(cx->arena, row_str(row, 0, cx->arena), row_str(row, 1, cx->arena));
		i.lang = row_str(row, 2, cx->arena);
	}
	if (!str_eq(i.lang, S("fr")) && !str_eq(i.lang, S("en")))
		i.lang = chance_percent(chance, network_dial(cx, n, "french")) ? S("fr") : S("en");
	i.member = network_pick_member(n, i.lang, chance);
	TRY(network_deal(cx, n, i.kind, i.lang, network_mood(cx, n, "comment", chance), post, &text));
	if (!text)
		TRY(network_deal(cx, n, i.kind, i.lang, (struct str){}, post, &text));
	must(text);
	i.lang = text->language;
	i.body = texts_fill(n->texts, cx->arena, text, chance);
	TRY(network_count_up(cx, n, "talk", &number_of_talk));
	i.id = arena_printf(cx->arena, "s%lld", (long long)number_of_talk);
	return network_put(cx, n, &i);
}

/* ---- figures ---- */

static enum err figures_of(struct cx *cx, struct network *n, struct str id, json_t *list)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 replies;
	enum err e = db_one(cx, n->db, &row, "SELECT i.at, p.likes FROM item i LEFT JOIN post p ON p.id = i.id WHERE i.id = ?1 AND i.ours = 1", db_text(id));
	if (e == ERR_MISSING)
		return OK;
	TRY(e);
	bool is_post = !row_null(row, 1);
	double age = (double)(cx->now - row_i64(row, 0)), came = age > 0 ? 1 - exp(-age / (double)LIKES_GROW) : 0;
	i64 likes = is_post ? llround(came * (double)row_i64(row, 1)) : 0;
	TRY(db_number(cx, n->db, 0, &replies, is_post ? "SELECT COUNT(*) FROM item WHERE thread = ?1 AND id <> ?1 AND removed_at = 0" : "SELECT COUNT(*) FROM item WHERE parent = ?1 AND removed_at = 0",
		      db_text(id)));
	json_t *one = json_pack("{s:s%, s:I, s:I}", "id", id.at, id.len, "likes", (json_int_t)likes, "replies", (json_int_t)replies);
	if (is_post)
		json_object_set_new(one, "views", json_integer((likes + replies) * VIEWS_A_LIKE));
	json_array_append_new(list, one);
	return OK;
}

enum err network_figures(struct cx *cx, struct network *n, struct str ids, json_t **ret_figures)
{
	json_t *list = json_array();
	i64 posts;
	enum err e = db_number(cx, n->db, 0, &posts, "SELECT COUNT(*) FROM post");
	while (e == OK && ids.len) {
		struct str id = str_cut(&ids, ',');
		e = id.len ? figures_of(cx, n, id, list) : OK;
	}
	if (e != OK) {
		json_decref(list);
		return e;
	}
	*ret_figures = json_pack("{s:I, s:I, s:o}", "followers", (json_int_t)n->texts->member_count, "posts", (json_int_t)posts, "messages", list);
	return OK;
}
