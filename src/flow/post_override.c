/* post_override.c: what keeps a post from leaving, and who lets it leave in spite of it (the second half of post_look.h). */
#include "base/buf.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/post_look.h"
#include "flow/post_parts.h"
#include "flow/transaction.h"
#include "model/actor.h"

#define REASON_MAX 1000 /* characters */

const struct post_override *post_override_for(const struct post_override *list, size_t count, struct str check, struct str found)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].voided_at && str_eq(list[i].check, check) && str_eq(list[i].found, found))
			return &list[i];
	return NULL;
}

static bool is_listed(const struct post_block *list, size_t count, const struct finding *f)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == f->kind && str_eq(list[i].found, f->key))
			return true;
	return false;
}

static const char *field_of(enum check_part part)
{
	return part == CHECK_ALT || part == CHECK_SUBTITLE || part == CHECK_MEDIA ? "media" : part == CHECK_COMMENT ? "first_comment" : "body";
}

enum err post_blocks(struct cx *cx, struct db *db, const struct post *post, struct post_block **ret_blocks, size_t *ret_count)
{
	struct post_request draft;
	struct post_looked *looked;
	struct post_override *overrides;
	struct post_block *list = NULL;
	size_t looked_count, override_count, count = 0, capacity = 0;
	TRY(post_draft_load(cx, db, post, &draft));
	TRY(post_look(cx, db, post->workspace, post, &draft, true, &looked, &looked_count));
	TRY(post_overrides(cx, db, post->workspace, post->id, &overrides, &override_count));
	for (size_t n = 0; n < looked_count; n++)
		for (size_t i = 0; i < looked[n].found.count; i++) {
			const struct finding *f = &looked[n].found.items[i];
			if (f->level != CHECK_BLOCK || is_listed(list, count, f))
				continue;
			if (post_override_for(overrides, override_count, str_of(f->kind->word), f->key))
				continue;
			*arena_push(cx->arena, list, count, capacity) = (struct post_block){looked[n].channel, f->kind, f->key, f->excerpt, f->reason, field_of(f->place.part)};
		}
	*ret_blocks = list;
	*ret_count = count;
	return OK;
}

/* ---- in spite of it ---- */

static struct str detail_of(struct cx *cx, const struct post_override *o)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"check\":");
	buf_add_json(&b, o->check);
	buf_adds(&b, ",\"found\":");
	buf_add_json(&b, o->found);
	buf_adds(&b, ",\"story\":");
	buf_add_json(&b, o->reason);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err override(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str check, struct str found, struct str reason, i64 *ret_id)
{
	struct post post;
	struct post_block *blocks;
	const struct post_block *block = NULL;
	size_t count;
	if (!actor_may(cx->actor, MAY_OVERRIDE_CHECKS))
		return fail(cx, ERR_DENIED, N_("Your role does not let posts leave in spite of a check."));
	if (!reason.len || utf8_count(reason) > REASON_MAX)
		return fail_field(cx, "reason", N_("Say why, in 1 to %d characters: who wonders later finds it there."), REASON_MAX);
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_blocks(cx, db, &post, &blocks, &count));
	for (size_t i = 0; i < count && !block; i++)
		if (str_eq(str_of(blocks[i].kind->word), check) && str_eq(blocks[i].found, found))
			block = &blocks[i];
	if (!block)
		return fail(cx, ERR_MISSING, N_("This does not keep the post from leaving, or not any more. Look at it again."));
	struct post_override o = {.id = id_new(), .workspace = workspace, .post = id, .check = check, .found = found, .excerpt = block->excerpt, .finding = block->reason,
				  .reason = reason, .person = cx->actor->user, .at = cx->now};
	TRY(post_override_insert(cx, db, &o));
	TRY(post_trace(cx, db, &post, "post.overridden", detail_of(cx, &o)));
	*ret_id = o.id;
	return OK;
}

enum err post_override(struct cx *cx, struct db *db, i64 workspace, i64 post, struct str check, struct str found, struct str reason, i64 *ret_id)
{
	return IN_TRANSACTION(cx, db, override(cx, db, workspace, post, check, found, str_trim(reason), ret_id));
}

static enum err end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 override_id)
{
	struct post post;
	if (!actor_may(cx->actor, MAY_OVERRIDE_CHECKS))
		return fail(cx, ERR_DENIED, N_("Your role does not let posts leave in spite of a check."));
	TRY(post_get(cx, db, workspace, id, &post));
	TRY(post_override_void(cx, db, workspace, id, override_id));
	if (post.state == POST_SCHEDULED)
		TRY(post_taken_back(cx, db, workspace, id, &post));
	return post_trace(cx, db, &post, "post.override_ended", (struct str){});
}

enum err post_override_end(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 id)
{
	return IN_TRANSACTION(cx, db, end(cx, db, workspace, post, id));
}
