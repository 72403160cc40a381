/* conform_renew.h: a credential renewed, under every fault. What an answer that was lost may have used up is UNKNOWN, never "later" and never "refused";
 * only what certainly did not happen is LATER; only what the network renewed brings a credential, which is whole. */
#pragma once
#include "conform.h"

static bool renew_may_say(const struct fault *f, enum outcome got)
{
	switch (f->spoil) {
	case SPOIL_STATUS:
		return f->status == 429 || f->status == 503 ? got == OUTCOME_LATER : f->status >= 500 ? got == OUTCOME_UNKNOWN : got == OUTCOME_HOLD;
	case SPOIL_TYPE:
		return got == OUTCOME_DONE || got == OUTCOME_UNKNOWN;
	default:
		return got == OUTCOME_UNKNOWN;
	}
}

static struct renewed renew_once(void)
{
	struct renewed r = {};
	json_t *secret = based(json_object_get(b.file, "secret"));
	fresh();
	b.account.secret = arena_json(b.arena, secret, JSON_COMPACT);
	json_decref(secret);
	if (b.kind->renew(&b.cx, b.net, &b.account, &r) != OK)
		WRONG("failed: %s", b.cx.story);
	as_written();
	if ((r.outcome != OUTCOME_DONE && !r.story.len) || (r.outcome != OUTCOME_DONE && r.secret.len))
		WRONG("%s, “%.*s”", outcome_word(r.outcome), STR_ARG(r.story));
	return r;
}

static void renewed_as_expected(const struct renewed *r)
{
	const json_t *expect = json_object_get(b.file, "expect");
	json_t *want = based(json_object_get(expect, "secret")), *have = json_loadb(r->secret.at ? r->secret.at : "", r->secret.len, 0, NULL);
	i64 until = 0;
	time_parse(text_in(expect, "token_until"), &until);
	if (!json_holds(want, have) || r->token_until != until)
		WRONG("the credential is %.*s", STR_ARG(r->secret));
	json_decref(want);
	json_decref(have);
}

static void renew_all(void)
{
	const json_t *exchanges = json_object_get(b.file, "exchanges");
	struct str before = b.account.secret;
	begin(exchanges, NULL, 0);
	struct renewed r = renew_once();
	if (r.outcome != OUTCOME_DONE)
		WRONG("%s: %.*s", outcome_word(r.outcome), STR_ARG(r.story));
	renewed_as_expected(&r);
	for (size_t i = 0; i < COUNT(faults); i++)
		for (int at = 0; at < (int)json_array_size(exchanges); at++) {
			const struct fault *f = fault_there(&faults[i], exchanges, at);
			if (!f)
				continue;
			begin(exchanges, f, at);
			r = renew_once();
			if (!renew_may_say(f, r.outcome))
				WRONG("%s: %.*s", outcome_word(r.outcome), STR_ARG(r.story));
			if (r.outcome == OUTCOME_DONE)
				renewed_as_expected(&r);
		}
	b.account.secret = before;
}
