/* checks.c: what is wrong, or could be better, with what a post says (check/check.h): each text once, as the first channel that says it would show it.
 * What stands against its leaving is told by post_findings(); this is advice, with the place, the reason, the remedy, and where there is one, what to
 * put instead. */
#include "base/clock.h"
#include "check/check.h"
#include "page/posts/posts.h"
#include "store/glossary.h"
#include "store/media.h"
#include "store/workspace.h"

#include <string.h>

#define TEXTS_LOOKED_AT 6      /* different ones; a post rarely has more */
#define TOLD_MOST 40
#define NEAR (14 * DAY)        /* posts before and after it that it is compared with */
#define RECENT_MOST 200

struct looking {
	struct composer *c;
	struct check_post post;    /* what all texts have in common */
	json_t *list;
	size_t left_out, worst;
};

/* ---- what checks are handed ---- */

static enum err load_media(struct looking *l)
{
	struct composer *c = l->c;
	struct check_media *list = arena_array(c->cx->arena, struct check_media, c->draft.media_count + 1);
	for (size_t i = 0; i < c->draft.media_count; i++) {
		struct media m;
		struct check_text *alt = arena_new_of(c->cx->arena, struct check_text);
		TRY(media_get(c->cx, c->db, here(c->cx), c->draft.media[i].media, &m));
		alt->text = c->draft.media[i].alt;
		if (!alt->text.len) {
			json_t *by_language = json_loadb(m.alt.at ? m.alt.at : "", m.alt.len, 0, NULL);
			const char *own = json_string_value(json_object_get(by_language, c->draft.lang.len ? arena_cstr(c->cx->arena, c->draft.lang) : c->cx->lang));
			alt->text = own ? arena_str(c->cx->arena, str_of(own)) : (struct str){};
			json_decref(by_language);
		}
		list[i] = (struct check_media){
			.kind = str_eq(m.kind, S("image")) ? CHECK_IMAGE : str_eq(m.kind, S("video")) ? CHECK_VIDEO : str_eq(m.kind, S("audio")) ? CHECK_AUDIO : CHECK_DOCUMENT,
			.name = m.name, .alts = alt, .alt_count = alt->text.len > 0, .duration = m.duration,
		};
	}
	l->post.media = list;
	l->post.media_count = c->draft.media_count;
	return OK;
}

static enum err load_glossary(struct looking *l)
{
	struct glossary_entry *entries;
	size_t count;
	TRY(glossary_list(l->c->cx, l->c->db, here(l->c->cx), GLOSSARY_IN_USE, &entries, &count));
	struct check_glossary_entry *list = arena_array(l->c->cx->arena, struct check_glossary_entry, count + 1);
	struct str *words = arena_array(l->c->cx->arena, struct str, count + l->c->channel_count + 1);
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct check_glossary_entry){.word = entries[i].word, .variants = entries[i].variants};
		words[l->post.house_word_count++] = entries[i].word;
	}
	for (size_t i = 0; i < l->c->channel_count; i++) /* what we are called there is no mistake */
		words[l->post.house_word_count++] = l->c->channels[i].channel.name;
	l->post.glossary = list;
	l->post.glossary_count = count;
	l->post.house_words = words;
	return OK;
}

/* What is planned or was published around its hour, channel by channel. */
static enum err load_recent(struct looking *l)
{
	struct cx *cx = l->c->cx;
	i64 at = l->c->post.planned_at ? l->c->post.planned_at : cx->now;
	struct post_filter filter = {.since = at - NEAR, .until = at + NEAR, .state = -1};
	struct post *posts;
	struct post_variant *variants;
	size_t count, variant_count, kept = 0;
	TRY(posts_list(cx, l->c->db, here(cx), &filter, LIST_START, RECENT_MOST, &posts, &count));
	TRY(post_variants_planned(cx, l->c->db, here(cx), at - NEAR, at + NEAR, RECENT_MOST, &variants, &variant_count));
	struct check_recent_post *list = arena_array(cx->arena, struct check_recent_post, variant_count + 1);
	for (size_t i = 0; i < variant_count; i++)
		for (size_t n = 0; n < count; n++)
			if (posts[n].id == variants[i].post && posts[n].id != l->c->post.id)
				list[kept++] = (struct check_recent_post){posts[n].id, variants[i].channel, variants[i].adapted ? variants[i].body : posts[n].body, posts[n].planned_at};
	l->post.recent = list;
	l->post.recent_count = kept;
	return OK;
}

/* ---- what they find ---- */

/* The field of the page where it stands. */
static struct str field_of(struct looking *l, const struct desk_channel *d, const struct check_place *place)
{
	struct arena *arena = l->c->cx->arena;
	bool own = d && d->variant && d->variant->adapted;
	i64 id = d ? d->channel.id : 0;
	size_t part = place->index - 1;
	switch (place->part) {
	case CHECK_TEXT:
		if (own)
			return place->index ? arena_printf(arena, "variant-%lld-%zu", (long long)id, part) : arena_printf(arena, "variant-%lld", (long long)id);
		return place->index ? arena_printf(arena, "part-%zu", part) : S("body");
	case CHECK_COMMENT:
		return own ? arena_printf(arena, "comment-%lld", (long long)id) : S("first_comment");
	case CHECK_ALT:
	case CHECK_SUBTITLE:
	case CHECK_MEDIA:
		return place->index < l->c->draft.media_count ? arena_printf(arena, "alt-%lld", (long long)l->c->draft.media[place->index].media) : S("media");
	case CHECK_POST:
	case CHECK_LINK:
		break;
	}
	return S("body");
}

static struct str what_stands(const struct check_post *post, const struct check_place *place)
{
	struct str text = place->part == CHECK_TEXT && place->index < post->text_count ? post->texts[place->index].text : place->part == CHECK_COMMENT ? post->comment : (struct str){};
	return place->to > place->from && place->to <= text.len ? str_head(str_skip(text, place->from), place->to - place->from) : (struct str){};
}

static bool is_told(const json_t *list, struct str check, struct str field, struct str excerpt)
{
	size_t index;
	json_t *one;
	json_array_foreach(list, index, one)
		if (str_eq(str_of(json_string_value(json_object_get(one, "check"))), check) && str_eq(str_of(json_string_value(json_object_get(one, "field"))), field) &&
		    str_eq(str_of(json_string_value(json_object_get(one, "excerpt"))), excerpt))
			return true;
	return false;
}

static void tell(struct looking *l, const struct check_post *post, const struct desk_channel *d, const struct finding *f)
{
	struct cx *cx = l->c->cx;
	struct str field = field_of(l, d, &f->place), was = what_stands(post, &f->place);
	json_t *replacements = json_array();
	if (json_array_size(l->list) >= TOLD_MOST || is_told(l->list, str_of(f->kind->word), field, f->excerpt)) {
		json_decref(replacements);
		return;
	}
	for (size_t i = 0; i < f->replacement_count && was.len; i++)
		json_array_append_new(replacements, json_pack("{s:o, s:o, s:o}", "field", doc_text(field), "was", doc_text(was), "text", doc_text(f->replacements[i])));
	json_array_append_new(l->list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "check", f->kind->word, "title", _(f->kind->title), "level",
						 check_level_word(f->level), "channel_id", doc_id(d ? d->channel.id : 0), "field", doc_text(field), "excerpt", doc_text(f->excerpt),
						 "reason", doc_text(f->reason), "remedy", doc_text_or_null(f->remedy), "replacements", replacements, "is_block",
						 f->level == CHECK_BLOCK, "is_warn", f->level == CHECK_WARN, "is_inform", f->level == CHECK_INFORM));
}

/* What the text of a channel is; lengths are left to post_findings(), which asks each channel. */
static void look_at(struct looking *l, const struct desk_channel *d)
{
	static const struct check_setting settings[] = {{S("length"), CHECK_OFF}};
	struct cx *cx = l->c->cx;
	struct check_post post = l->post;
	struct post_text text = post_draft_text(&l->c->draft, d ? d->variant : NULL);
	struct check_text *texts = arena_array(cx->arena, struct check_text, text.part_count + 1);
	struct findings found;
	texts[0].text = text.body;
	for (size_t i = 0; i < text.part_count; i++)
		texts[i + 1].text = text.parts[i];
	post.texts = texts;
	post.text_count = text.part_count + 1;
	post.comment = text.first_comment;
	post.channel = d ? d->channel.id : 0;
	post.network.word = d ? d->channel.network : (struct str){};
	check_run(cx, &post, settings, COUNT(settings), NULL, 0, &found);
	for (size_t i = 0; i < found.count; i++)
		tell(l, &post, d, &found.items[i]);
	l->left_out += found.left_out;
}

enum err post_checks_shape(struct composer *c, json_t *document)
{
	struct looking l = {.c = c, .list = json_array(), .post = {.id = c->post.id, .lang = c->draft.lang, .planned_at = c->post.planned_at, .zone = c->post.zone}};
	bool common = false, looks = c->post.id && c->post.state <= POST_SCHEDULED;
	size_t looked = 0;
	doc_set(document, "checks", l.list);
	if (looks) {
		struct workspace w;
		TRY(workspace_get(c->cx, c->db, here(c->cx), &w));
		if (!l.post.lang.len)
			l.post.lang = w.lang;
		TRY(load_media(&l));
		TRY(load_glossary(&l));
		TRY(load_recent(&l));
	}
	for (size_t i = 0; i < c->channel_count && looks && looked < TEXTS_LOOKED_AT; i++) {
		const struct desk_channel *d = &c->channels[i];
		bool own = d->variant && d->variant->adapted;
		if (!d->chosen || (common && !own))
			continue;
		common |= !own;
		looked++;
		look_at(&l, d);
	}
	if (looks && !looked)
		look_at(&l, NULL);
	doc_set(document, "has_checks", json_boolean(json_array_size(l.list) > 0));
	return OK;
}
