#include "base/clock.h"
#include "base/lang.h"
#include "channel/by_hand.h"
#include "flow/channels.h"
#include "flow/post_files.h"
#include "flow/post_look.h"
#include "flow/post_parts.h"
#include "flow/post_words.h"

size_t post_texts(struct arena *arena, struct str json, const struct str **ret_texts)
{
	json_t *list = json_loadb(json.at ? json.at : "", json.len, 0, NULL), *one;
	size_t count = json_array_size(list), i;
	struct str *texts = arena_array(arena, struct str, count ? count : 1);
	json_array_foreach(list, i, one)
		texts[i] = arena_str(arena, str_of(json_string_value(one)));
	json_decref(list);
	*ret_texts = texts;
	return count;
}

struct post_text post_text_of(struct cx *cx, const struct post *post, const struct post_variant *variant)
{
	bool own = variant && variant->adapted;
	struct post_text text = {.body = own ? variant->body : post->body, .first_comment = own ? variant->first_comment : post->first_comment};
	text.part_count = post_texts(cx->arena, own ? variant->parts : post->parts, &text.parts);
	return text;
}

enum err post_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel *ret_channel, const struct channel_kind **ret_kind)
{
	TRY(channel_get(cx, db, workspace, channel, ret_channel));
	*ret_kind = channel_kind_of(ret_channel->kind);
	return OK;
}

struct unfit {
	struct post_finding *list;
	size_t count, capacity;
};

static void find(struct cx *cx, struct unfit *f, i64 channel, const char *field, struct str story)
{
	*arena_push(cx->arena, f->list, f->count, f->capacity) = (struct post_finding){channel, field, story};
}

static void find_length(struct cx *cx, struct unfit *f, const struct channel *channel, const struct channel_limit *limit, const char *field, struct str text)
{
	size_t length = text_length(limit->unit, text);
	if (length > (size_t)limit->most)
		find(cx, f, channel->id, field,
		     arena_printf(cx->arena, _(N_("%.*s takes %lld characters; this has %zu. Shorten it by %zu, or give this channel words of its own.")), STR_ARG(channel->name),
				  (long long)limit->most, length, length - (size_t)limit->most));
}

static void find_in_poll(struct cx *cx, struct unfit *f, const struct channel *channel, const struct channel_kind *kind, const json_t *known, const struct poll *poll,
			 size_t media_count)
{
	struct channel_limit limit;
	if (!channel_limit_get(kind, known, LIMIT_POLL_CHOICES, &limit)) {
		find(cx, f, channel->id, "poll", arena_printf(cx->arena, _(N_("%.*s has no polls. Take the poll out, or do without this channel.")), STR_ARG(channel->name)));
		return;
	}
	if (poll->count > (size_t)limit.most)
		find(cx, f, channel->id, "poll",
		     arena_printf(cx->arena, _(N_("A poll on %.*s has %lld choices at the most; this one has %zu.")), STR_ARG(channel->name), (long long)limit.most, poll->count));
	if (channel_limit_get(kind, known, LIMIT_POLL_CHOICE, &limit))
		for (size_t i = 0; i < poll->count; i++)
			if (text_length(limit.unit, poll->choices[i]) > (size_t)limit.most)
				find(cx, f, channel->id, "poll",
				     arena_printf(cx->arena, _(N_("A choice of a poll on %.*s has %lld characters at the most. “%.*s” is longer.")), STR_ARG(channel->name),
						  (long long)limit.most, STR_ARG(poll->choices[i])));
	if (channel_limit_get(kind, known, LIMIT_POLL_QUESTION, &limit)) {
		if (!poll->question.len)
			find(cx, f, channel->id, "poll_question",
			     arena_printf(cx->arena, _(N_("%.*s asks the question of a poll apart from the text. Write it.")), STR_ARG(channel->name)));
		else
			find_length(cx, f, channel, &limit, "poll_question", poll->question);
	}
	if (channel_limit_get(kind, known, LIMIT_POLL_SECONDS, &limit) && poll->lasting > limit.most * SECOND)
		find(cx, f, channel->id, "poll_hours",
		     arena_printf(cx->arena, _(N_("A poll on %.*s stays open for %lld hours at the most.")), STR_ARG(channel->name), (long long)limit.most / 3600));
	if (poll->several && kind->can & POLLS_ONE_CHOICE)
		find(cx, f, channel->id, "poll", arena_printf(cx->arena, _(N_("On %.*s each person chooses one answer. Allow one only, or do without this channel.")), STR_ARG(channel->name)));
	if (media_count)
		find(cx, f, channel->id, "media", arena_printf(cx->arena, _(N_("%.*s takes a poll or pictures, not both.")), STR_ARG(channel->name)));
}

/* ---- what goes with it ---- */

static struct str files_title(struct cx *cx, struct str kind)
{
	return str_of(str_eq(kind, S("image")) ? _(N_("pictures")) : str_eq(kind, S("video")) ? _(N_("films")) : str_eq(kind, S("audio")) ? _(N_("sounds")) : _(N_("documents")));
}

/* Pictures are made to fit (flow/post_files.h); all else keeps its size. */
static void find_in_file(struct cx *cx, const struct channel *channel, const struct channel_kind *kind, const struct post_file *file, const char *field, struct unfit *f)
{
	const struct media *m = &file->media;
	const json_t *known = channel_known(cx, channel);
	struct channel_limit limit;
	i64 most = channel_post_file_most(kind, known, m->kind);
	if (!most)
		find(cx, f, channel->id, field,
		     arena_printf(cx->arena, _(N_("%.*s takes no %.*s with a post: “%.*s”.")), STR_ARG(channel->name), STR_ARG(files_title(cx, m->kind)), STR_ARG(m->name)));
	else if (!str_eq(m->kind, S("image")) && m->size > most)
		find(cx, f, channel->id, field,
		     arena_printf(cx->arena, most < 1000000 ? _(N_("“%.*s” is too large: %.*s takes %lld kB. Make it smaller.")) : _(N_("“%.*s” is too large: %.*s takes %lld MB. Make it smaller.")),
				  STR_ARG(m->name), STR_ARG(channel->name), (long long)(most < 1000000 ? most / 1000 : most / 1000000)));
	const struct media_format *film = kind->can & FILMS_ALONE && str_eq(m->kind, S("video")) ? media_format_film(channel->kind, PLACE_POST) : NULL;
	if (film && !media_format_takes_type(film, m->type))
		find(cx, f, channel->id, field, post_film_fault(cx, channel, m, film));
	if (most && m->duration && channel_limit_get(kind, known, LIMIT_VIDEO_SECONDS, &limit) && m->duration > limit.most * SECOND)
		find(cx, f, channel->id, field,
		     arena_printf(cx->arena, _(N_("“%.*s” lasts %lld seconds; %.*s takes %lld.")), STR_ARG(m->name), (long long)((m->duration + SECOND - 1) / SECOND),
				  STR_ARG(channel->name), (long long)limit.most));
	if (channel_limit_get(kind, known, LIMIT_ALT, &limit) && text_length(limit.unit, file->alt) > (size_t)limit.most)
		find(cx, f, channel->id, field,
		     arena_printf(cx->arena, _(N_("What “%.*s” shows is told in %lld characters at the most on %.*s.")), STR_ARG(m->name), (long long)limit.most, STR_ARG(channel->name)));
	if (file->format.len && file->made.made_at && !file->made.blob.len)
		find(cx, f, channel->id, field, arena_printf(cx->arena, _(N_("“%.*s” could not be made ready for %.*s: %.*s")), STR_ARG(m->name), STR_ARG(channel->name), STR_ARG(file->made.story)));
}

static enum err find_in_files(struct cx *cx, struct db *db, const struct post *post, const struct channel *channel, const struct channel_kind *kind, enum post_form form,
			      const struct post_media *media, size_t count, struct unfit *f)
{
	const json_t *known = channel_known(cx, channel);
	struct channel_limit limit;
	struct post_file *files;
	bool needs = kind->can & BY_HAND ? by_hand_of_known(known)->needs_media : (kind->can & NEEDS_MEDIA) != 0;
	if (needs && !count)
		find(cx, f, channel->id, "media", arena_printf(cx->arena, _(N_("%.*s takes no post without a picture or a video.")), STR_ARG(channel->name)));
	if (count && !channel_post_media_limit(kind, known, &limit)) {
		find(cx, f, channel->id, "media", arena_printf(cx->arena, _(N_("%.*s takes no pictures with a post.")), STR_ARG(channel->name)));
		return OK;
	}
	if (count && count > (size_t)limit.most)
		find(cx, f, channel->id, "media",
		     arena_printf(cx->arena, _(N_("%.*s takes %lld pictures with a post; these are %zu.")), STR_ARG(channel->name), (long long)limit.most, count));
	TRY(post_files_of(cx, db, post, media, count, channel, form, &files));
	for (size_t i = 0; i < count; i++) {
		const char *field = arena_printf(cx->arena, "media[%zu]", i).at;
		if (count > 1 && kind->can & FILMS_ALONE && str_eq(files[i].media.kind, S("video")))
			find(cx, f, channel->id, field, arena_printf(cx->arena, _(N_("On %.*s a film goes alone with a post. Take “%.*s” out, or all else.")), STR_ARG(channel->name),
								     STR_ARG(files[i].media.name)));
		find_in_file(cx, channel, kind, &files[i], field, f);
	}
	return OK;
}

/* Once for all channels: from its hour on nobody may show it. */
static enum err find_rights(struct cx *cx, struct db *db, const struct post *post, const struct post_media *media, size_t count, struct unfit *f)
{
	i64 at = post->planned_at > cx->now ? post->planned_at : cx->now;
	for (size_t i = 0; i < count; i++) {
		struct media m;
		TRY(media_get(cx, db, post->workspace, media[i].media, &m));
		if (m.rights_until && m.rights_until <= at)
			find(cx, f, 0, arena_printf(cx->arena, "media[%zu]", i).at,
			     arena_printf(cx->arena, m.rights_until <= cx->now ? _(N_("The rights to “%.*s” have ended. Show another picture, or have them prolonged."))
									       : _(N_("The rights to “%.*s” end before this post leaves. Show another picture, or have them prolonged.")),
					  STR_ARG(m.name)));
	}
	return OK;
}

/* ---- all of it ---- */

/* What is to be filled in, and cannot be: told once, whichever channels say it. */
static void find_variables(struct cx *cx, struct unfit *f, const struct post_words *words, const struct channel *channel, const struct post_text *text)
{
	struct variable_value *values;
	size_t count = post_words_variables(cx, words, channel, text, &values);
	for (size_t i = 0; i < count; i++) {
		struct str story = variable_fault(cx, &values[i]);
		bool told = !story.len;
		for (size_t n = 0; n < f->count; n++)
			told |= str_eq(f->list[n].story, story);
		if (!told)
			find(cx, f, channel->id, "variables", story);
	}
}

/* A film as a story: nothing of it is made anew but that what says where it was taken goes. */
static enum err find_in_film(struct cx *cx, struct db *db, const struct post *post, const struct channel *channel, const struct post_media *media, struct unfit *f)
{
	const struct media_format *format = media_format_film(channel->kind, PLACE_STORY);
	struct post_file *files;
	TRY(post_files_of(cx, db, post, media, 1, channel, FORM_STORY, &files));
	struct str fault = format ? post_film_fault(cx, channel, &files[0].media, format) : (struct str){};
	if (!fault.len && files[0].format.len && files[0].made.made_at && !files[0].made.blob.len)
		fault = arena_printf(cx->arena, _(N_("“%.*s” could not be made ready for %.*s: %.*s")), STR_ARG(files[0].media.name), STR_ARG(channel->name), STR_ARG(files[0].made.story));
	if (fault.len)
		find(cx, f, channel->id, "media[0]", fault);
	return OK;
}

/* A story is one picture, or one film where it may be. What its words would be here does not matter: they do not leave. */
static enum err find_in_story(struct cx *cx, struct db *db, const struct post *post, const struct channel *channel, const struct channel_kind *kind, const struct post_media *media,
			      size_t count, struct unfit *f)
{
	struct media m;
	if (!(kind->can & CAN_STORY)) {
		find(cx, f, channel->id, "stories", arena_printf(cx->arena, _(N_("%.*s has no stories. Make it a post there.")), STR_ARG(channel->name)));
		return OK;
	}
	if (count != 1) {
		find(cx, f, channel->id, "media",
		     arena_printf(cx->arena, kind->can & STORY_FILMS ? _(N_("A story on %.*s is one picture or one film; these are %zu.")) : _(N_("A story on %.*s is one picture; these are %zu.")),
				  STR_ARG(channel->name), count));
		return OK;
	}
	TRY(media_get(cx, db, post->workspace, media[0].media, &m));
	if (str_eq(m.kind, S("video")) && kind->can & STORY_FILMS)
		return find_in_film(cx, db, post, channel, media, f);
	if (!str_eq(m.kind, S("image"))) {
		find(cx, f, channel->id, "media[0]", arena_printf(cx->arena, kind->can & STORY_FILMS ? _(N_("A story on %.*s is a picture or a film.")) : _(N_("A story on %.*s is a picture.")),
								  STR_ARG(channel->name)));
		return OK;
	}
	return find_in_files(cx, db, post, channel, kind, FORM_STORY, media, count, f);
}

/* Lengths are those of what leaves. */
static enum err find_in_variant(struct cx *cx, struct db *db, const struct post_words *words, const struct post *post, const struct post_variant *v,
				const struct post_media *media, size_t media_count, struct unfit *f)
{
	struct channel channel;
	const struct channel_kind *kind;
	struct channel_limit limit;
	TRY(post_channel(cx, db, post->workspace, v->channel, &channel, &kind));
	const json_t *known = channel_known(cx, &channel);
	if (channel.archived_at || !kind || !(kind->can & CAN_POST)) {
		find(cx, f, channel.id, "channels", arena_printf(cx->arena, _(N_("No post can leave by “%.*s”. Connect it again, or take it off.")), STR_ARG(channel.name)));
		return OK;
	}
	if (v->form == FORM_STORY)
		return find_in_story(cx, db, post, &channel, kind, media, media_count, f);
	struct post_text written = post_text_of(cx, post, v), text = post_words_leave(cx, words, &channel, &written, NULL, NULL);
	struct poll poll = post_poll(cx, post->options);
	if (!str_trim(text.body).len && !media_count)
		find(cx, f, channel.id, "body", arena_printf(cx->arena, _(N_("%.*s has nothing to say yet.")), STR_ARG(channel.name)));
	find_variables(cx, f, words, &channel, &written);
	find_variables(cx, f, words, &channel, &(struct post_text){.body = post->title, .first_comment = post->warning});
	if (channel_post_limit(kind, known, &limit)) {
		struct channel_limit caption = limit; /* beside files some networks show less */
		if (media_count || poll.count)
			channel_limit_get(kind, known, LIMIT_CAPTION, &caption);
		find_length(cx, f, &channel, &caption, "body", text.body);
		for (size_t i = 0; i < text.part_count; i++)
			find_length(cx, f, &channel, &limit, arena_printf(cx->arena, "parts[%zu]", i).at, text.parts[i]);
	}
	if (channel_body_limit(kind, known, VISIBILITY_PUBLIC, &limit))
		find_length(cx, f, &channel, &limit, "first_comment", text.first_comment);
	if ((kind->can & HAS_TITLES) && !post->title.len)
		find(cx, f, channel.id, "title", arena_printf(cx->arena, _(N_("%.*s shows a title above each post. Give it one.")), STR_ARG(channel.name)));
	TRY(find_in_files(cx, db, post, &channel, kind, FORM_POST, media, media_count, f));
	if (poll.count)
		find_in_poll(cx, f, &channel, kind, known, &poll, media_count);
	bool takes_more = kind->can & BY_HAND ? by_hand_of_known(known)->has_comments : (kind->can & CAN_REPLY) != 0;
	if ((text.part_count || text.first_comment.len) && !takes_more)
		find(cx, f, channel.id, text.part_count ? "parts[0]" : "first_comment",
		     arena_printf(cx->arena, _(N_("Nothing can follow a post on %.*s: no thread, and no first comment.")), STR_ARG(channel.name)));
	return OK;
}

enum err post_findings(struct cx *cx, struct db *db, const struct post *post, struct post_finding **ret_findings, size_t *ret_count)
{
	struct unfit f = {};
	struct post_words words;
	struct post_variant *variants;
	struct post_media *media;
	size_t count, media_count;
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &count));
	TRY(post_media_of(cx, db, post->workspace, post->id, &media, &media_count));
	TRY(post_words_load(cx, db, post, &words));
	if (!count)
		find(cx, &f, 0, "channels", str_of(_(N_("Choose the channels that this post goes to."))));
	for (size_t i = 0; i < count; i++)
		TRY(find_in_variant(cx, db, &words, post, &variants[i], media, media_count, &f));
	TRY(find_rights(cx, db, post, media, media_count, &f));
	*ret_findings = f.list;
	*ret_count = f.count;
	return OK;
}

enum err post_unblocked(struct cx *cx, struct db *db, const struct post *post)
{
	struct post_block *blocks;
	size_t count;
	TRY(post_blocks(cx, db, post, &blocks, &count));
	return count ? fail_field(cx, blocks[0].field, "%s: %.*s", _(blocks[0].kind->title), STR_ARG(blocks[0].reason)) : OK;
}

enum err post_fit(struct cx *cx, struct db *db, const struct post *post)
{
	struct post_finding *findings;
	size_t count;
	TRY(post_findings(cx, db, post, &findings, &count));
	return count ? fail_field(cx, findings[0].field, "%.*s", STR_ARG(findings[0].story)) : post_unblocked(cx, db, post);
}
