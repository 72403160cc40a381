/* checks.c: what is wrong, or could be better, with what a post says (flow/post_look.h): the place, the reason, the remedy, where there is one what to put
 * instead; what blocks, who let it leave all the same and why; and what can be said to it: that it is right here. What its networks do not take is told by
 * post_findings(). */
#include "base/clock.h"
#include "flow/post_look.h"
#include "page/posts/posts.h"

#include <string.h>

#define TOLD_MOST 40

struct looking {
	struct composer *c;
	const struct post_override *overrides;
	size_t override_count;
	json_t *list;
	size_t left_out, blocks; /* not told; block, and nobody accepted them */
};

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

static bool is_told(const json_t *list, struct str check, struct str field, struct str found)
{
	size_t index;
	json_t *one;
	json_array_foreach(list, index, one)
		if (str_eq(str_of(json_string_value(json_object_get(one, "check"))), check) && str_eq(str_of(json_string_value(json_object_get(one, "field"))), field) &&
		    str_eq(str_of(json_string_value(json_object_get(one, "found"))), found))
			return true;
	return false;
}

static json_t *override_shape(struct looking *l, const struct post_override *o)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(o->id), "by", doc_text(composer_person(l->c, o->person)), "at", doc_instant(&l->c->reader, o->at), "reason",
			 doc_text(o->reason));
}

/* May it be said that this is right here? Of a whole part or post there is nothing to name. */
static bool may_except(struct looking *l, const struct finding *f)
{
	const struct actor *actor = l->c->cx->actor;
	return f->place.to > f->place.from && f->key.len && actor_may(actor, MAY_WRITE_CHECKS) && (f->level < CHECK_BLOCK || actor_may(actor, MAY_OVERRIDE_CHECKS));
}

static json_t *replacements_shape(const struct finding *f, struct str field, struct str was)
{
	json_t *list = json_array();
	for (size_t i = 0; i < f->replacement_count && was.len; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "field", doc_text(field), "was", doc_text(was), "text", doc_text(f->replacements[i])));
	return list;
}

static void tell(struct looking *l, const struct post_looked *looked, const struct finding *f)
{
	struct cx *cx = l->c->cx;
	const struct desk_channel *d = looked->channel ? composer_channel(l->c, looked->channel) : NULL;
	struct str field = field_of(l, d, &f->place), was = what_stands(&looked->post, &f->place), word = str_of(f->kind->word);
	const struct post_override *o = f->level == CHECK_BLOCK ? post_override_for(l->overrides, l->override_count, word, f->key) : NULL;
	if (json_array_size(l->list) >= TOLD_MOST || is_told(l->list, word, field, f->key))
		return;
	bool blocks = f->level == CHECK_BLOCK && !o;
	l->blocks += blocks;
	json_t *one = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "check", f->kind->word, "title", _(f->kind->title), "level",
				check_level_word(f->level), "channel_id", doc_id(looked->channel), "field", doc_text(field), "excerpt", doc_text(f->excerpt), "reason",
				doc_text(f->reason), "remedy", doc_text_or_null(f->remedy), "replacements", replacements_shape(f, field, was), "is_block", blocks,
				"is_warn", f->level == CHECK_WARN || o, "is_inform", f->level == CHECK_INFORM);
	doc_set(one, "found", doc_text(f->key));
	doc_set(one, "context", doc_text(f->context));
	doc_set(one, "number", doc_text(arena_printf(cx->arena, "%zu", json_array_size(l->list))));
	doc_set(one, "is_spelling", json_boolean(str_eq(word, S("spelling"))));
	doc_set(one, "can_except", json_boolean(may_except(l, f)));
	doc_set(one, "can_override", json_boolean(blocks && l->c->post.id && actor_may(cx->actor, MAY_OVERRIDE_CHECKS)));
	doc_set(one, "override", o ? override_shape(l, o) : json_null());
	json_array_append_new(l->list, one);
}

enum err post_checks_shape(struct composer *c, json_t *document)
{
	struct looking l = {.c = c, .list = json_array()};
	struct post_looked *looked = NULL;
	struct post_override *overrides = NULL;
	size_t count = 0;
	bool looks = c->post.id && (c->post.state <= POST_SCHEDULED || c->post.state == POST_TROUBLE);
	doc_set(document, "checks", l.list);
	if (looks) {
		TRY(post_overrides(c->cx, c->db, here(c->cx), c->post.id, &overrides, &l.override_count));
		l.overrides = overrides;
		TRY(post_look(c->cx, c->db, here(c->cx), &c->post, &c->draft, false, &looked, &count));
	}
	for (int level = CHECK_BLOCK; level > CHECK_OFF; level--) /* the gravest of all texts first */
		for (size_t n = 0; n < count; n++)
			for (size_t i = 0; i < looked[n].found.count; i++)
				if (looked[n].found.items[i].level == (enum finding_level)level)
					tell(&l, &looked[n], &looked[n].found.items[i]);
	c->block_count = l.blocks;
	doc_set(document, "has_checks", json_boolean(json_array_size(l.list) > 0));
	doc_set(document, "has_blocks", json_boolean(l.blocks > 0));
	return OK;
}
