#include "main/channel_outbound.h"

#include "base/clock.h"
#include "base/lang.h"
#include "model/file_type.h"
#include "sys/files.h"

#include <stdio.h>

#define TEXT_MAX ((size_t)1 << 20)
#define FILES_MAX 20
#define FILE_MAX ((size_t)512 << 20)
#define HOURS_MAX (32 * 24)

static enum err read_text(struct cx *cx, const struct program *program, struct str *ret_text)
{
	CLEANUP(buf_free) struct buf input = {.max = TEXT_MAX};
	char *room;
	size_t got;
	if (option_given(program, "text")) {
		*ret_text = option_value(program, "text");
		return OK;
	}
	while ((room = buf_room(&input, 4096)) && (got = fread(room, 1, 4096, stdin)) > 0)
		buf_grew(&input, got);
	*ret_text = str_trim(buf_keep(&input, cx->arena));
	return ret_text->len || option_given(program, "file") ? OK : fail_field(cx, "text", N_("Say what is to be sent, with --text or by standard input."));
}

static struct str name_of(struct str path)
{
	struct str name = {};
	while (path.len)
		name = str_cut(&path, '/');
	return name;
}

static enum err read_files(struct cx *cx, const struct program *program, struct outbound *o)
{
	struct str paths[FILES_MAX], alts[FILES_MAX];
	size_t count = option_values(program, "file", paths, FILES_MAX), told = option_values(program, "alt", alts, FILES_MAX);
	struct outbound_media *media = arena_array(cx->arena, struct outbound_media, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct outbound_media *m = &media[i];
		*m = (struct outbound_media){.name = name_of(paths[i]), .alt = i < told ? alts[i] : (struct str){}};
		TRY(file_read(cx, arena_cstr(cx->arena, paths[i]), FILE_MAX, &m->bytes));
		if (!file_type_of(m->bytes, &m->type, &m->kind))
			return fail_field(cx, "file", N_("“%.*s” is empty, or no kind of file that is taken: pictures, videos, sounds, PDF and plain text are."), STR_ARG(m->name));
	}
	o->media = media;
	o->media_count = count;
	return OK;
}

static enum err read_poll(struct cx *cx, const struct program *program, struct outbound *o)
{
	struct str *choices = arena_array(cx->arena, struct str, POLL_CHOICES_MAX), hours = option_value(program, "hours");
	u64 lasting = 24;
	o->poll.count = option_values(program, "choice", choices, POLL_CHOICES_MAX);
	if (!o->poll.count)
		return OK;
	if (o->poll.count < 2)
		return fail_field(cx, "choice", N_("A poll has 2 to %d choices."), POLL_CHOICES_MAX);
	if (hours.len && (!str_to_u64(hours, &lasting) || lasting < 1 || lasting > HOURS_MAX))
		return fail_field(cx, "hours", N_("Say how many hours the poll stays open: 1 to %d."), HOURS_MAX);
	o->poll.choices = choices;
	o->poll.question = option_value(program, "question");
	o->poll.lasting = (i64)lasting * HOUR;
	o->poll.several = option_given(program, "several");
	return OK;
}

static enum err act_of(struct cx *cx, const struct program *program, enum channel_act *ret_act)
{
	struct str act = option_value(program, "act");
	if (option_given(program, "post"))
		act = S("post");
	if (!channel_act_of(act.len ? act : S("reply"), ret_act))
		return fail_field(cx, "act", N_("There is no act “%.*s”: reply, hide, restore, react or unreact."), STR_ARG(act));
	return OK;
}

enum err channel_outbound(struct cx *cx, const struct program *program, struct outbound *ret_outbound)
{
	struct str key = option_value(program, "key"), to = option_value(program, "to"), thread = option_value(program, "thread"), since = option_value(program, "since");
	struct outbound o = {.visibility = option_given(program, "private") ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC, .reaction = S("like"), .intended_at = cx->now};
	TRY(act_of(cx, program, &o.act));
	if (o.act != ACT_POST && !to.len && !thread.len)
		return fail_field(cx, "to", N_("Name the message over there, with --to ID."));
	if (since.len && !time_parse(since, &o.intended_at))
		return fail_field(cx, "since", N_("“%.*s” is no instant: 2026-11-22T08:00:00Z is one."), STR_ARG(since));
	if (o.act == ACT_POST && option_given(program, "story"))
		o.form = FORM_STORY; /* it takes no words */
	else if (o.act == ACT_REPLY || o.act == ACT_POST)
		TRY(read_text(cx, program, &o.body));
	TRY(read_files(cx, program, &o));
	if (o.act == ACT_POST)
		TRY(read_poll(cx, program, &o));
	o.subject = option_value(program, "title");
	o.lang = option_value(program, "lang");
	o.warning = option_value(program, "warning");
	o.dedup_key = key.len ? key : arena_printf(cx->arena, "hand-%lld", (long long)cx->now);
	if (o.act != ACT_POST) {
		o.parent_id = to;
		o.remote_id = o.act == ACT_REPLY ? (struct str){} : to;
		o.thread_id = thread.len ? thread : to;
	}
	*ret_outbound = o;
	return OK;
}
