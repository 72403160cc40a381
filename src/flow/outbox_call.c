#include "flow/outbox_parts.h"

#include "base/clock.h"
#include "base/lang.h"
#include "flow/by_hand.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/notify.h"
#include "flow/post.h"
#include "flow/link_card.h"
#include "flow/post_files.h"
#include "flow/post_parts.h"
#include "flow/post_words.h"
#include "flow/profile.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/media.h"
#include "store/subtitle.h"
#include "store/workspace.h"

#define PICTURES_TAKE (2 * SECOND) /* to be made: then it is looked again */

bool act_speaks(const struct publication *p)
{
	return str_eq(p->act, S("reply")) || str_eq(p->act, S("post"));
}

bool act_is_profile(const struct publication *p)
{
	return str_eq(p->act, S("profile"));
}

static enum err find_addressee(struct cx *cx, struct db *db, struct act *act)
{
	struct identity *list;
	size_t count;
	if (!act->home.contact)
		return OK;
	TRY(identities_of(cx, db, act->home.workspace, act->home.contact, &list, &count));
	for (size_t i = 0; i < count && !act->to.len; i++)
		if (str_eq(list[i].network, act->channel.network))
			act->to = list[i].remote_id;
	return OK;
}

static enum err find_post(struct cx *cx, struct db *db, struct act *act)
{
	struct post_variant v;
	TRY(post_variant_get(cx, db, act->publication.workspace, act->publication.variant, &v));
	TRY(post_get(cx, db, v.workspace, v.post, &act->post));
	act->form = v.form;
	if (act->kind && act->kind->can & SENDS_CARD && !act->publication.part && !v.no_card) {
		struct post_text written = post_text_of(cx, &act->post, &v);
		TRY(link_card_for(cx, db, &act->post, &written, act->channel.network, (size_t)act->message.attachment_count, &act->has_card, &act->card));
	}
	return post_words_around(cx, db, v.channel, &act->post);
}

static enum err load(struct cx *cx, struct db *db, const struct publication *p, struct act *ret_act)
{
	struct act act = {.publication = *p};
	TRY(channel_get(cx, db, p->workspace, p->channel, &act.channel));
	act.kind = channel_kind_of(act.channel.kind);
	if (act_is_profile(p)) { /* it says nothing to anybody */
		*ret_act = act;
		return OK;
	}
	TRY(message_get(cx, db, p->workspace, p->message, &act.message));
	TRY(conversation_get_itself(cx, db, p->workspace, act.message.home, &act.home));
	if (p->variant)
		TRY(find_post(cx, db, &act));
	else if (!act.message.parent_remote_id.len && act.kind && act.kind->can & CAN_BEGIN)
		TRY(find_addressee(cx, db, &act));
	*ret_act = act;
	return OK;
}

/* ---- before the call ---- */

/* Nothing could leave at its minute (we were down, or its channel was): it does not leave by itself hours after. */
static enum err ask_late(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication)
{
	struct publication p = *publication;
	p.attempts--;
	p.state = PUBLICATION_LATE;
	p.story = str_of(_(N_("Its hour went by while nothing could leave. Say whether it is still to go.")));
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	TRY(post_late(cx, db, &p, p.story));
	return notify_counted(cx, db, p.workspace, p.created_by, "missed", 1); /* a morning on which many are late is a line */
}

static enum err is_late(struct cx *cx, struct db *db, const struct publication *p, bool *ret_late)
{
	struct workspace_settings settings;
	*ret_late = false;
	if (!p->variant || !p->planned_at || p->attempts != 1 || p->state != PUBLICATION_DUE)
		return OK;
	TRY(workspace_settings(cx, db, p->workspace, &settings));
	*ret_late = cx->now > p->planned_at + settings.late_after;
	return OK;
}

/* What goes with it is not ready yet, or may not be shown any more. */
static enum err stay(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, bool *ret_stays)
{
	struct publication p = *publication;
	enum post_door door;
	TRY(post_door(cx, db, publication, &door, &p.story));
	*ret_stays = door != POST_GOES;
	if (door == POST_GOES)
		return OK;
	p.attempts--;
	p.state = door == POST_WAITS ? PUBLICATION_DUE : PUBLICATION_HELD;
	if (door == POST_WAITS)
		p.due_at = cx->now + PICTURES_TAKE;
	TRY(publication_settle(cx, db, &p, str_of(outbox->token)));
	return door == POST_STAYS ? post_acted(cx, db, &p, "held", p.story) : OK;
}

/* Where a person publishes, it is given to them, and nothing is called. */
static enum err hand_over(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, bool *ret_handed)
{
	struct channel channel;
	TRY(channel_get(cx, db, publication->workspace, publication->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	*ret_handed = kind && kind->can & BY_HAND;
	if (!*ret_handed)
		return OK;
	if (publication->state == PUBLICATION_UNKNOWN && !publication->message) { /* it never was in their hands as far as these rows know: its files may not be made yet */
		struct publication due = *publication;
		bool stays;
		due.state = PUBLICATION_DUE;
		TRY(stay(cx, db, outbox, &due, &stays));
		if (stays)
			return OK;
	}
	return by_hand_give(cx, db, publication, &channel, str_of(outbox->token));
}

enum err act_announce(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, struct act *act)
{
	struct publication embodied = *publication;
	act->is_late = false;
	bool late;
	TRY(is_late(cx, db, publication, &late));
	if (late) {
		act->is_late = true;
		return ask_late(cx, db, outbox, publication);
	}
	if (publication->variant && publication->state == PUBLICATION_DUE) { /* what may have left is looked for, whatever goes with it */
		TRY(stay(cx, db, outbox, publication, &act->is_late));
		if (act->is_late)
			return OK;
	}
	if (publication->variant) {
		TRY(hand_over(cx, db, outbox, publication, &act->is_late));
		if (act->is_late)
			return OK;
		TRY(post_embody(cx, db, &embodied));
	}
	TRY(load(cx, db, &embodied, act));
	const struct publication *p = &act->publication;
	TRY(publication_keep(cx, db, p, str_of(outbox->token), cx->now + OUTBOX_LEASE)); /* still ours, though what was taken with it took long */
	TRY(attempt_start(cx, db, p->id, p->attempts));
	if (!act_speaks(p) || p->state == PUBLICATION_UNKNOWN)
		return OK;
	if (act->message.reply_state == REPLY_SCHEDULED)
		TRY(message_move(cx, db, p->workspace, p->message, REPLY_SCHEDULED, REPLY_QUEUED));
	else if (act->message.reply_state != REPLY_QUEUED)
		return fail(cx, ERR_CONFLICT, N_("This answer is no longer where it was: it left, or somebody changed it. Look at it again."));
	TRY(message_move(cx, db, p->workspace, p->message, REPLY_QUEUED, REPLY_SENDING));
	return change_add(cx, db, p->workspace, 0, "conversation", act->message.conversation);
}

/* ---- the call ---- */

/* What is said in a film of a post, as it stands when it leaves: what the network takes of it. */
static enum err load_subtitles(struct cx *cx, struct db *db, const struct act *act, i64 film, struct outbound_media *media)
{
	struct channel_limit limit = {.most = INT64_MAX};
	struct subtitle *list;
	struct media m;
	size_t count;
	TRY(media_get(cx, db, act->post.workspace, film, &m));
	media->width = m.width;
	media->height = m.height;
	if (!act->kind || !(act->kind->can & TAKES_SUBTITLES) || act->form != FORM_POST)
		return OK;
	channel_limit_get(act->kind, channel_known(cx, &act->channel), LIMIT_SUBTITLE_BYTES, &limit);
	TRY(subtitles_of(cx, db, m.workspace, m.id, true, &list, &count));
	struct outbound_subtitle *subtitles = arena_array(cx->arena, struct outbound_subtitle, count + 1);
	for (size_t i = 0; i < count; i++)
		if ((i64)list[i].vtt.len <= limit.most)
			subtitles[media->subtitle_count++] = (struct outbound_subtitle){list[i].lang, list[i].vtt};
	media->subtitles = subtitles;
	return OK;
}

/* Files of a post stand in the order of its media. */
static enum err load_films(struct cx *cx, struct db *db, const struct act *act, struct outbound_media *media, size_t count)
{
	struct post_media *of_post;
	size_t of_post_count;
	if (!act->publication.variant || act->publication.part)
		return OK;
	TRY(post_media_of(cx, db, act->post.workspace, act->post.id, &of_post, &of_post_count));
	for (size_t i = 0; i < count && count == of_post_count; i++)
		if (str_eq(media[i].kind, S("video")))
			TRY(load_subtitles(cx, db, act, of_post[i].media, &media[i]));
	return OK;
}

static enum err load_media(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act, struct outbound *o)
{
	const struct message *m = &act->message;
	struct attachment *files;
	size_t count;
	if ((o->act != ACT_REPLY && o->act != ACT_POST) || !m->attachment_count || !outbox->read_blob)
		return OK;
	TRY(attachments_of(cx, db, m->workspace, m->id, &files, &count));
	struct outbound_media *media = arena_array(cx->arena, struct outbound_media, count ? count : 1);
	for (size_t i = 0; i < count; i++) {
		media[i] = (struct outbound_media){.kind = files[i].kind, .name = files[i].name, .alt = files[i].alt, .type = files[i].type};
		TRY(outbox->read_blob(cx, outbox->blobs, files[i].blob_hash, &media[i].bytes));
		act->bytes += media[i].bytes.len;
	}
	TRY(load_films(cx, db, act, media, count));
	o->media = media;
	o->media_count = count;
	return OK;
}

/* Its page was never read: now, in haste, or never. What comes of it holds up no post. */
static void hurry_card(struct cx *cx, struct outbox *outbox, struct act *act)
{
	bool unread = !act->has_card && act->card.url.len && !act->card.read_at;
	if (unread && outbox->net && act->publication.state != PUBLICATION_UNKNOWN)
		act->has_card = link_card_hurry(cx, outbox->net, act->card.url, &act->card);
}

/* The card of its link; of the link as it leaves. Without its picture where that cannot be read any more: it is no part of what people wrote. */
static void load_card(struct cx *cx, struct outbox *outbox, struct act *act, struct outbound *o)
{
	const struct link_card *d = &act->card;
	struct str url = act->has_card ? link_first(act->channel.network, o->body) : (struct str){};
	if (!url.len)
		return;
	o->card = (struct outbound_card){.url = str_find(url, S("://")) >= 0 ? url : arena_printf(cx->arena, "https://%.*s", STR_ARG(url)), .title = d->title, .description = d->description};
	if (!d->picture.len || !outbox->read_blob)
		return;
	struct outbound_media *picture = arena_new_of(cx->arena, struct outbound_media);
	*picture = (struct outbound_media){.kind = S("image"), .name = S("card.jpg"), .alt = d->alt, .type = d->type};
	if (outbox->read_blob(cx, outbox->blobs, d->picture, &picture->bytes) == OK)
		o->card.picture = picture;
	else
		cx_forget(cx);
}

static struct outbound outbound_of(struct cx *cx, const struct act *act)
{
	const struct message *m = &act->message;
	enum channel_act kind = ACT_REPLY;
	must(channel_act_of(act->publication.act, &kind));
	return (struct outbound){
		.act = kind,
		.dedup_key = act->publication.dedup_key,
		.thread_id = kind == ACT_POST ? (struct str){} : act->home.remote_id,
		.parent_id = m->parent_remote_id,
		.remote_id = m->remote_id,
		.to = act->to,
		.subject = kind == ACT_POST ? act->post.title : act->home.subject,
		.body = m->body,
		.visibility = m->visibility,
		.author_name = m->author_name,
		.reaction = kind == ACT_REACT || kind == ACT_UNREACT ? S("like") : (struct str){},
		.intended_at = act->publication.planned_at > act->publication.created_at ? act->publication.planned_at : act->publication.created_at,
		.message = m->id,
		.lang = kind == ACT_POST ? act->post.lang : (struct str){},
		.warning = kind == ACT_POST && act->form != FORM_STORY ? act->post.warning : (struct str){},
		.poll = kind == ACT_POST && act->form != FORM_STORY ? post_poll(cx, act->post.options) : (struct poll){},
		.form = kind == ACT_POST ? act->form : FORM_POST,
	};
}

static enum err ask(struct cx *cx, struct outbox *outbox, const struct act *act, const struct channel_account *account, const struct outbound *outbound, struct sent *ret_sent)
{
	if (act_is_profile(&act->publication))
		return (act->publication.state == PUBLICATION_UNKNOWN ? channel_profile_look : channel_profile_put)(cx, outbox->net, act->kind, account, outbound, ret_sent);
	return act->publication.state == PUBLICATION_UNKNOWN ? act->kind->look(cx, outbox->net, account, outbound, ret_sent)
							     : act->kind->publish(cx, outbox->net, account, outbound, ret_sent);
}

static enum err call(struct cx *cx, struct db *db, struct outbox *outbox, struct gate_keeper *keeper, struct act *act, struct sent *ret_sent)
{
	if ((!act->kind || act->channel.archived_at) && act->publication.state == PUBLICATION_UNKNOWN) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN,
					  .story = str_of(_(N_("The channel is no longer connected, so nobody can tell whether it arrived. Look on the network, then say so here.")))};
		return OK;
	}
	if (!act->kind || act->channel.archived_at) {
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = str_of(_(N_("The channel is no longer connected.")))};
		return OK;
	}
	if (str_eq(act->channel.state, S("paused")) && act->publication.state != PUBLICATION_UNKNOWN) {
		*ret_sent = (struct sent){.outcome = OUTCOME_HOLD, .story = str_of(_(N_("The channel is paused. What waits leaves when somebody starts it again.")))};
		return OK;
	}
	if (act->publication.state == PUBLICATION_UNKNOWN && !act->kind->look && !act_is_profile(&act->publication)) {
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN,
					  .story = str_of(_(N_("Nobody can tell whether it arrived. Look on the network, then say so here.")))};
		return OK;
	}
	struct credential credential;
	bool again;
	TRY(credential_open(cx, db, outbox, &act->channel, &credential));
	struct outbound outbound = outbound_of(cx, act);
	enum err loaded = act_is_profile(&act->publication) ? profile_order_load(cx, db, outbox, &act->publication, &act->profile) : load_media(cx, db, outbox, act, &outbound);
	outbound.profile = act_is_profile(&act->publication) ? &act->profile : NULL;
	if (loaded != OK) { /* never without a part of it; one that is on its way from the bucket is waited for */
		bool waits = loaded == ERR_LATER || act->publication.state == PUBLICATION_UNKNOWN;
		*ret_sent = (struct sent){.outcome = waits ? OUTCOME_LATER : OUTCOME_NEVER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
		return OK;
	}
	hurry_card(cx, outbox, act);
	load_card(cx, outbox, act, &outbound);
	if (outbox->net)
		net_set_gate(outbox->net, &keeper->gate);
	gate_plan(keeper, act->kind->budget, credential.account.settings);
	TRY(ask(cx, outbox, act, &credential.account, &outbound, ret_sent));
	if (ret_sent->outcome != OUTCOME_HOLD)
		return OK;
	TRY(credential_denied(cx, &credential, &act->channel, &again)); /* certainly not done */
	return again ? ask(cx, outbox, act, &credential.account, &outbound, ret_sent) : OK;
}

void act_call(struct cx *cx, struct db *db, struct outbox *outbox, struct gate_keeper *keeper, struct act *act)
{
	struct sent sent = {};
	gate_next(keeper);
	enum err e = call(cx, db, outbox, keeper, act, &sent);
	gate_end(keeper);
	if (e != OK) { /* our own mistake: told, and tried again; where something had left already, looked for first */
		sent = (struct sent){.outcome = keeper->acted ? OUTCOME_UNKNOWN : OUTCOME_LATER, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	}
	act->sent = sent;
	act->held = gate_held(keeper);
	act->answered_at = time_now();
}
