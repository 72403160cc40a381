/* conform_out.h: what goes out, by publish() and look(): the outcome says what the caller may do, and carried on as the outbox does it, the
 * act is done once. Include once, after conform.h. */
#pragma once
#include "conform.h"

#include "channel/profile.h"

/* ---- acts ---- */

static struct outbound outbound_of(const json_t *file)
{
	const json_t *o = json_object_get(file, "outbound");
	struct outbound out = {
		.dedup_key = S("key-0123456789"), .thread_id = text_in(o, "thread_id"), .parent_id = text_in(o, "parent_id"), .remote_id = text_in(o, "remote_id"),
		.body = text_in(o, "body"), .subject = text_in(o, "subject"), .lang = text_in(o, "lang"), .warning = text_in(o, "warning"), .author_name = S("Ana"), .reaction = text_in(o, "reaction"), .intended_at = b.cx.now, .message = 7,
	};
	if (!channel_act_of(text_in(o, "act"), &out.act))
		WRONG("“outbound” has no act");
	if (text_in(o, "visibility").len)
		visibility_of(text_in(o, "visibility"), &out.visibility);
	static struct outbound_media media[4];
	static struct outbound_subtitle subtitles[4];
	const json_t *files = json_object_get(o, "media"), *one;
	size_t index;
	json_array_foreach((json_t *)files, index, one)
		if (index < COUNT(media))
			media[out.media_count++] = (struct outbound_media){.kind = text_in(one, "kind"), .name = text_in(one, "name"), .alt = text_in(one, "alt"),
									   .type = text_in(one, "type"), .bytes = text_in(one, "bytes")};
	const json_t *said = json_object_get(json_array_get(files, 0), "subtitles");
	json_array_foreach((json_t *)said, index, one)
		if (index < COUNT(subtitles))
			subtitles[media[0].subtitle_count++] = (struct outbound_subtitle){text_in(one, "lang"), text_in(one, "vtt")};
	media[0].subtitles = subtitles;
	media[0].width = json_integer_value(json_object_get(json_array_get(files, 0), "width"));
	media[0].height = json_integer_value(json_object_get(json_array_get(files, 0), "height"));
	out.media = media;
	static struct outbound_media picture;
	const json_t *card = json_object_get(o, "card"), *shown = json_object_get(card, "picture");
	out.card = (struct outbound_card){.url = text_in(card, "url"), .title = text_in(card, "title"), .description = text_in(card, "description")};
	picture = (struct outbound_media){.kind = S("image"), .name = S("card.jpg"), .type = text_in(shown, "type"), .bytes = text_in(shown, "bytes")};
	out.card.picture = shown ? &picture : NULL;
	if (!post_form_of(text_in(o, "form"), &out.form))
		WRONG("“form” of “outbound” is none");
	static struct profile_change change;
	const json_t *wants = json_object_get(o, "profile");
	change = (struct profile_change){};
	for (int i = 0; i < PROFILE_FIELDS; i++) {
		const json_t *want = json_object_get(wants, profile_field_word((enum profile_field)i));
		change.wants[i] = want;
		change.text[i] = text_in(want, "text");
		change.before[i] = text_in(want, "before");
		struct outbound_media *picture_of = i == PROFILE_AVATAR ? &change.avatar : &change.cover;
		if (profile_is_picture((enum profile_field)i) && want)
			*picture_of = (struct outbound_media){.kind = S("image"), .name = S("picture.jpg"), .type = S("image/jpeg"), .bytes = text_in(want, "bytes")};
	}
	out.profile = out.act == ACT_PROFILE ? &change : NULL;
	static struct str choices[POLL_CHOICES_MAX];
	const json_t *poll = json_object_get(o, "poll"), *list = json_object_get(poll, "choices");
	json_array_foreach((json_t *)list, index, one)
		if (index < COUNT(choices))
			choices[out.poll.count++] = str_of(json_string_value(one));
	out.poll.choices = choices;
	out.poll.question = text_in(poll, "question");
	out.poll.lasting = json_integer_value(json_object_get(poll, "hours")) * HOUR;
	out.poll.several = json_is_true(json_object_get(poll, "several"));
	return out;
}

static bool has_effect(int at)
{
	return json_is_true(json_object_get(json_array_get(json_object_get(b.file, "exchanges"), (size_t)at), "effect"));
}

/* What the outcome of a first attempt must be, when this happens at a request that does it, or at one before. */
static bool publish_may_say(const struct outbound *out, const struct fault *f, bool effect, const struct sent *s)
{
	enum outcome o = s->outcome;
	if (out->act == ACT_PROFILE && f->spoil == SPOIL_STATUS) {
		if (!effect && o == OUTCOME_LATER && f->status != 401 && f->status != 403) /* what is only read is read again */
			return true;
		if (effect && f->status == 403 && o == OUTCOME_NEVER) /* a right that it takes is not there: all else goes on */
			return true;
	}
	if (f->spoil == SPOIL_STATUS)
		switch (f->status) {
		case 401:
		case 403:
		case 302:
		case 307:
			return o == OUTCOME_HOLD;
		case 429:
		case 503:
			return o == OUTCOME_LATER;
		case 500:
		case 502:
			return effect ? o == OUTCOME_UNKNOWN : o == OUTCOME_LATER;
		case 409: /* of some networks: it is there already */
			return o == OUTCOME_NEVER || (effect && o == OUTCOME_UNKNOWN) || (effect && o == OUTCOME_DONE);
		default:
			return o == OUTCOME_NEVER || (!effect && o == OUTCOME_DONE);
		}
	if (f->spoil == SPOIL_TYPE || f->spoil == SPOIL_RUBBISH)
		return effect ? o == OUTCOME_UNKNOWN || o == OUTCOME_DONE : o == OUTCOME_LATER || o == OUTCOME_DONE;
	return effect ? o == OUTCOME_UNKNOWN : o == OUTCOME_LATER;
}

/* What comes after the act, and may fail without undoing it. */
static bool comes_after(int at)
{
	return json_is_true(json_object_get(json_array_get(json_object_get(b.file, "exchanges"), (size_t)at), "after"));
}

static struct sent call(const struct outbound *out, bool looks)
{
	struct sent sent = {};
	if (looks) /* seconds until it can be known */
		b.cx.now += json_integer_value(json_object_get(b.file, "look_after")) * SECOND;
	enum err e;
	if (out->act == ACT_PROFILE)
		e = looks ? channel_profile_look(&b.cx, b.net, b.kind, &b.account, out, &sent) : channel_profile_put(&b.cx, b.net, b.kind, &b.account, out, &sent);
	else
		e = looks ? b.kind->look(&b.cx, b.net, &b.account, out, &sent) : b.kind->publish(&b.cx, b.net, &b.account, out, &sent);
	if (e != OK)
		WRONG("failed: %s", b.cx.story);
	as_written();
	if (sent.outcome != OUTCOME_DONE && !sent.story.len)
		WRONG("%s, without a story", outcome_word(sent.outcome));
	return sent;
}

/* As the outbox does it: what is in doubt is looked up, what certainly did not arrive is sent again, until it is done. */
static void carry_on(const struct outbound *out, struct sent sent)
{
	bool looks = false;
	b.net = b.calm;
	for (int i = 0; i < TRIES && sent.outcome != OUTCOME_DONE; i++) {
		if (sent.outcome == OUTCOME_UNKNOWN && (looks || (!b.kind->look && out->act != ACT_PROFILE)))
			return; /* a person says */
		if (sent.outcome == OUTCOME_NEVER && !looks)
			return;
		looks = sent.outcome == OUTCOME_UNKNOWN || (looks && sent.outcome != OUTCOME_NEVER);
		replay_load(looks ? json_object_get(b.file, replay.effects ? "look_found" : "look_absent") : json_object_get(b.file, "exchanges"), NULL, 0);
		sent = call(out, looks);
		if (looks && sent.outcome == OUTCOME_NEVER && replay.effects)
			WRONG("it is there, and was not found: it would be sent twice");
	}
	if (sent.outcome != OUTCOME_DONE)
		WRONG("it never came to an end: %s", outcome_word(sent.outcome));
	if (replay.effects != 1 && !json_is_true(json_object_get(b.file, "repeatable")))
		WRONG("it was done %d times", (int)replay.effects);
	if ((out->act == ACT_REPLY || out->act == ACT_POST) && !sent.remote_id.len)
		WRONG("done, without an id");
}

static void looks_all(const struct outbound *out)
{
	for (int found = 0; found < 2; found++) {
		const json_t *exchanges = json_object_get(b.file, found ? "look_found" : "look_absent");
		if (!json_array_size(exchanges)) /* hiding twice is hiding once: it is simply done again */
			continue;
		begin(exchanges, NULL, 0);
		fresh();
		struct sent sent = call(out, true);
		if (sent.outcome != (found ? OUTCOME_DONE : OUTCOME_NEVER))
			WRONG("looking for what is %s says %s: %.*s", found ? "there" : "not there", outcome_word(sent.outcome), STR_ARG(sent.story));
		for (size_t i = 0; i < COUNT(faults); i++)
			for (int at = 0; at < (int)json_array_size(exchanges); at++) {
				const struct fault *f = fault_there(&faults[i], exchanges, at);
				if (!f)
					continue;
				bool tells = f->status == 404 && json_is_true(json_object_get(b.file, "look_404_is_absent"));
				begin(exchanges, f, at);
				fresh();
				sent = call(out, true);
				bool fine = sent.outcome == OUTCOME_LATER || sent.outcome == OUTCOME_HOLD || (tells && sent.outcome == OUTCOME_NEVER) ||
					    (f->spoil == SPOIL_TYPE && sent.outcome == (found ? OUTCOME_DONE : OUTCOME_NEVER));
				if (!fine)
					WRONG("looking says %s", outcome_word(sent.outcome));
			}
	}
}

static void publish_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges"), *expect = json_object_get(b.file, "expect");
	fresh();
	struct outbound out = outbound_of(b.file);
	begin(exchanges, NULL, 0);
	replay.effects = 0;
	struct sent sent = call(&out, false);
	if (sent.outcome != OUTCOME_DONE || !str_eq(sent.remote_id, text_in(expect, "remote_id")) || !str_eq(sent.url, replay_based(b.arena, text_in(expect, "url"))))
		WRONG("%s: “%.*s”, id “%.*s”, url “%.*s”", outcome_word(sent.outcome), STR_ARG(sent.story), STR_ARG(sent.remote_id), STR_ARG(sent.url));
	if (replay.effects != 1)
		WRONG("%d of the exchanges are marked as its effect", (int)replay.effects);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			replay.effects = 0;
			fresh();
			sent = call(&out, false);
			if (comes_after(at) ? sent.outcome != OUTCOME_DONE : !publish_may_say(&out, f, has_effect(at), &sent))
				WRONG("%s: %.*s", outcome_word(sent.outcome), STR_ARG(sent.story));
			if (sent.outcome == OUTCOME_LATER && f->body && (strstr(f->headers, "120") || strstr(f->body, "120")) &&
			    sent.retry_at != b.cx.now + 120 * SECOND)
				WRONG("the wish for a pause was not read");
			if (sent.outcome != OUTCOME_HOLD)
				carry_on(&out, sent);
			else if (replay.effects)
				WRONG("held, although it was done");
		}
	if ((b.kind->look || out.act == ACT_PROFILE) && !json_is_true(json_object_get(b.file, "repeatable")))
		looks_all(&out);
}

/* A post, asked of a kind that knows none: refused for good, and nothing is sent. */
static void post_refused(void)
{
	struct outbound out = {.act = ACT_POST, .dedup_key = S("key-0123456789"), .body = S("We open at eight."), .author_name = S("Ana"), .message = 7};
	b.act = "post";
	begin(NULL, NULL, 0);
	fresh();
	out.intended_at = b.cx.now;
	replay.sent = 0;
	struct sent sent = call(&out, false);
	if (sent.outcome != OUTCOME_NEVER || replay.sent)
		WRONG("it knows no posts, and says %s: %.*s", outcome_word(sent.outcome), STR_ARG(sent.story));
}
