/* can.c: what the channel of a conversation takes, said before somebody types: who will read an answer, which files may go along and how large, until when a
 * private one is taken, and where to answer instead when it cannot be done from here. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/reply_files.h"
#include "page/inbox/inbox.h"

static void add(json_t *list, const char *icon, const char *scope, struct str text, bool is_late)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "icon", icon, "scope", scope, "text", doc_text(text), "is_late", is_late));
}

static struct str size_text(struct cx *cx, i64 bytes)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_size(&b, cx->lang, bytes);
	return buf_keep(&b, cx->arena);
}

/* "Up to 4 files: pictures up to 5 MB; no videos" */
static struct str files_text(struct cx *cx, const struct channel_kind *kind, const json_t *known)
{
	static const struct {
		const char *kind, *sized, *free;
	} rows[] = {
		{"image", N_("pictures up to {n}"), N_("pictures")},
		{"video", N_("videos up to {n}"), N_("videos")},
		{"file", N_("other files up to {n}"), N_("other files")},
	};
	i64 most = reply_files_most(kind, known);
	CLEANUP(buf_free) struct buf b = {}, n = {};
	if (!most)
		return str_of(_(N_("No files go with an answer.")));
	buf_add_number(&n, cx->lang, most);
	buf_add_filled(&b, tr_n(cx->lang, "{n} file at the most", "Up to {n} files", most), buf_str(&n));
	for (size_t i = 0, named = 0; i < COUNT(rows); i++) {
		i64 bytes = reply_file_bytes(kind, known, str_of(rows[i].kind));
		if (!bytes)
			continue;
		buf_adds(&b, named++ ? ", " : str_eq(str_of(cx->lang), S("fr")) ? "\u00a0: " : ": ");
		if (bytes < REPLY_FILE_MAX)
			buf_add_filled(&b, _(rows[i].sized), size_text(cx, bytes));
		else
			buf_adds(&b, _(rows[i].free));
	}
	return buf_keep(&b, cx->arena);
}

/* Of what was said in public, the last time alone counts; of a private talk, each in turn. */
static void add_times(struct cx *cx, json_t *list, const struct channel_kind *kind, const struct message *parent)
{
	struct reader reader = reader_of(cx);
	const struct channel_time *now = NULL, *last = NULL;
	for (const struct channel_time *t = kind->times; t && t->within; t++) {
		if (!now && parent->at + t->within > cx->now)
			now = t;
		last = t;
	}
	if (!last || !parent->id)
		return;
	if (!now) {
		add(list, "clock", "private", str_of(_(N_("Too late for a private answer: this network refuses it now."))), true);
		return;
	}
	bool is_talk = parent->visibility == VISIBILITY_PRIVATE;
	CLEANUP(buf_free) struct buf when = {}, text = {};
	buf_add_instant(&when, &reader, parent->at + (is_talk ? now : last)->within);
	buf_add_filled(&text, _(N_("A private answer is taken until {n}.")), buf_str(&when));
	if (is_talk && now->condition)
		buf_addf(&text, " %s", _(now->condition));
	add(list, "clock", "private", buf_keep(&text, cx->arena), is_talk && now->condition);
}

json_t *reply_can_shape(struct cx *cx, const struct channel *channel, unsigned can, const struct message *parent, struct str name, bool suspended)
{
	const struct channel_kind *kind = channel ? channel_kind_of(channel->kind) : NULL;
	json_t *list = json_array();
	if (!kind || !(can & CAN_REPLY))
		return list;
	add(list, "globe", "public", str_of(can & CAN_REPLY_PRIVATE ? _(N_("Everybody can read it there.")) : _(N_("Everybody can read it there: this network has no private answers."))), false);
	add(list, "lock", "private", arena_printf(cx->arena, _(N_("Only %.*s reads it.")), STR_ARG(name)), false);
	add_times(cx, list, kind, parent);
	add(list, "paperclip", "reply", files_text(cx, kind, channel_known(cx, channel)), false);
	if (suspended)
		add(list, "pause", "reply", str_of(_(N_("Publishing is paused, and answers with it: what you send is kept, and leaves when it goes on."))), true);
	if (str_eq(channel->state, S("paused")))
		add(list, "pause", "reply", str_of(_(N_("The channel is paused: what you send is kept, and leaves when it is started again."))), true);
	else if (!str_eq(channel->state, S("ok")))
		add(list, "octagon-alert", "reply", str_of(_(N_("The network does not answer: what you send is kept, and leaves by itself, once."))), true);
	return list;
}

json_t *reply_closed_shape(struct cx *cx, const struct channel *channel, const struct message *parent)
{
	const struct channel_kind *kind = channel ? channel_kind_of(channel->kind) : NULL;
	if (kind && kind->can & CAN_REPLY && !channel->archived_at)
		return json_null();
	const char *text = !kind || !kind->can ? N_("This was read from a file, so nothing can be answered here.")
			   : channel->archived_at ? N_("This channel was put away, so nothing can be answered here.")
						  : N_("This channel only reads: it cannot be answered here.");
	return json_pack("{s:s, s:o}", "text", _(text), "url", doc_address(parent->url));
}
