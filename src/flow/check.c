#include "flow/check.h"

#include "base/clock.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/rejudge.h"
#include "flow/moderate.h"
#include "store/backend.h"
#include "store/bucket_file.h"
#include "store/channel.h"
#include "store/check.h"
#include "store/workspace.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <stdarg.h>
#include <stdio.h>

#define COUNTERS_SAMPLE 5000
#define STANDS_STILL (10 * MINUTE)
#define BLOBS_A_LOOK 1000

void check_add(struct cx *cx, struct check *check, enum check_level level, const char *area, const char *mend, const char *format, ...)
{
	char text[600];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, tr(cx->lang, format), arguments);
	va_end(arguments);
	*arena_push(cx->arena, check->findings, check->count, check->capacity) = (struct check_finding){
		.level = level, .area = area, .what = arena_str(cx->arena, str_of(text)), .mend = mend ? str_of(tr(cx->lang, mend)) : (struct str){}};
	check->worst = level > check->worst ? level : check->worst;
}

void check_add_failure(struct cx *cx, struct check *check, const char *area, const char *mend)
{
	check_add(cx, check, CHECK_ERROR, area, mend, "%s", cx->story[0] ? cx->story : tr(cx->lang, err_row(cx->err)->title));
	cx_forget(cx);
}

#define UNSOUND N_("Do not go on working with this database: restore the newest backup that “parvis restore --verify-only” finds sound.")

static enum err chains(struct cx *cx, struct db *db, i64 workspace, const char *name, struct check *check)
{
	i64 entries = 0, pieces = 0;
	if (audit_verify(cx, db, workspace, &entries) != OK)
		check_add_failure(cx, check, "audit", N_("Somebody wrote into the database beside Parvis. Compare with a backup: “parvis restore --verify-only”."));
	else
		check_add(cx, check, CHECK_FINE, "audit", NULL, N_("%s: the audit log is whole, %lld entries."), name, (long long)entries);
	if (!workspace)
		return OK;
	if (evidence_verify(cx, db, workspace, &pieces) != OK)
		check_add_failure(cx, check, "evidence", N_("Somebody wrote into the database beside Parvis. Compare with a backup: “parvis restore --verify-only”."));
	else
		check_add(cx, check, CHECK_FINE, "evidence", NULL, N_("%s: the sealed copies are whole, %lld pieces."), name, (long long)pieces);
	return OK;
}

static enum err rows(struct cx *cx, struct db *db, i64 workspace, const char *name, struct check *check)
{
	i64 conversations, contacts, wrong, one, missing, future;
	TRY(check_merge_circles(cx, db, workspace, &conversations, &contacts));
	if (conversations || contacts)
		check_add(cx, check, CHECK_ERROR, "merges", UNSOUND, N_("%s: %lld conversations and %lld contacts are merged into each other in a circle."),
			  name, (long long)conversations, (long long)contacts);
	TRY(check_counters(cx, db, workspace, COUNTERS_SAMPLE, &wrong, &one));
	if (wrong)
		check_add(cx, check, CHECK_WARNING, "counters", N_("Nothing is lost; the counter is right again after the next merge. Please report it."),
			  N_("%s: %lld conversations count another number of messages than they hold (the first is %lld)."), name, (long long)wrong, (long long)one);
	TRY(check_index(cx, db, workspace, COUNTERS_SAMPLE, &missing));
	if (missing)
		check_add(cx, check, CHECK_WARNING, "search", N_("The messages are there, but searching does not find them. Please report it."),
			  N_("%s: %lld messages are missing from the search."), name, (long long)missing);
	TRY(check_future(cx, db, workspace, &future));
	if (future)
		check_add(cx, check, CHECK_WARNING, "clock", N_("Set the machine's clock by NTP. What was received meanwhile keeps its wrong time."),
			  N_("%s: %lld messages were received in the future: the clock was wrong, or is now."), name, (long long)future);
	if (!conversations && !contacts && !wrong && !missing)
		check_add(cx, check, CHECK_FINE, "conversations", NULL, N_("%s: merges and counters fit."), name);
	return OK;
}

static enum err outbox(struct cx *cx, struct db *db, i64 workspace, const char *name, struct check *check)
{
	struct check_acts acts;
	i64 stuck;
	TRY(check_publications(cx, db, workspace, cx->now - STANDS_STILL, &acts));
	if (acts.leased || acts.overdue)
		check_add(cx, check, CHECK_ERROR, "outbox", N_("Start “parvis run” (or “parvis work”): the working role sends them, once each."),
			  N_("%s: %lld answers are due for more than ten minutes, and nobody sends them."), name, (long long)(acts.leased + acts.overdue));
	if (acts.unknown)
		check_add(cx, check, CHECK_WARNING, "outbox", N_("Open them in the inbox, look on the network, and say whether they arrived."),
			  N_("%s: of %lld answers nobody knows whether they arrived."), name, (long long)acts.unknown);
	if (acts.held)
		check_add(cx, check, CHECK_WARNING, "outbox", N_("Connect the channel again in its settings; then they leave by themselves."),
			  N_("%s: %lld answers wait for a channel that needs a person."), name, (long long)acts.held);
	TRY(check_imports(cx, db, workspace, &stuck));
	if (stuck)
		check_add(cx, check, CHECK_WARNING, "import", N_("Start “parvis run” (or “parvis work”): it goes on by itself, and nothing is taken twice."),
			  N_("%s: %lld imports wait for a reader."), name, (long long)stuck);
	if (!acts.leased && !acts.overdue && !acts.unknown && !acts.held)
		check_add(cx, check, CHECK_FINE, "outbox", NULL, N_("%s: nothing stands still in the outbox."), name);
	return OK;
}

static enum err channels(struct cx *cx, struct db *db, i64 workspace, const char *name, struct check *check)
{
	struct channel *list;
	size_t count, sound = 0;
	TRY(channel_list(cx, db, workspace, &list, &count));
	for (size_t i = 0; i < count; i++) {
		bool broken = str_eq(list[i].state, S("broken"));
		if (broken || str_eq(list[i].state, S("failing")))
			check_add(cx, check, CHECK_WARNING, "channels",
				  broken ? N_("Connect it again in its settings.") : N_("It is tried again by itself; when it lasts, look at the network's state."),
				  N_("%s: the channel “%.*s” does not work: %.*s"), name, STR_ARG(list[i].name), STR_ARG(list[i].state_story));
		else
			sound++;
	}
	check_add(cx, check, CHECK_FINE, "channels", NULL, N_("%s: %lld channels of %lld are well."), name, (long long)sound, (long long)count);
	return OK;
}

/* Other models: nothing waits for them, but whoever chose one wants to know that it is silent. */
static enum err models(struct cx *cx, struct db *db, i64 workspace, const char *name, struct check *check)
{
	struct backend_row *list;
	size_t count;
	TRY(backends_list(cx, db, workspace, &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct backend_row *b = &list[i];
		bool ails = str_eq(b->state, S("failing")) || str_eq(b->state, S("broken"));
		if (str_eq(b->state, S("paused")))
			continue;
		if (ails)
			check_add(cx, check, CHECK_WARNING, "models", N_("The models that ship judge alone meanwhile, and nothing waits. Look at the settings, “Other models”."),
				  N_("%s: the model “%.*s” is not asked. %.*s"), name, STR_ARG(str_head(b->name, 80)), STR_ARG(str_head(b->state_story, 300)));
		else
			check_add(cx, check, CHECK_FINE, "models", NULL, N_("%s: the model “%.*s” is asked, %lld texts today."), name, STR_ARG(str_head(b->name, 80)),
				  (long long)b->asked_today);
	}
	return OK;
}

static enum err blobs(struct cx *cx, struct db *db, i64 workspace, const char *name, const char *media, struct check *check)
{
	struct str *names, after = {};
	size_t count;
	i64 all = 0, missing = 0, away = 0;
	do {
		TRY(check_blobs(cx, db, workspace, after, BLOBS_A_LOOK, &names, &count));
		for (size_t i = 0; i < count; i++) {
			const char *path;
			bool there = blob_path(cx, media, names[i], &path) == OK && file_there(path), afar = false;
			if (!there)
				TRY(bucket_file_known(cx, db, names[i], &afar));
			missing += !there && !afar;
			away += afar;
		}
		all += (i64)count;
		after = count ? names[count - 1] : after;
	} while (count == BLOBS_A_LOOK);
	cx_forget(cx);
	if (missing)
		check_add(cx, check, CHECK_WARNING, "media", N_("Copy the folder “media” of a backup back; or import the same archive again into a new channel."),
			  N_("%s: %lld of %lld kept files are not in the folder “media”."), name, (long long)missing, (long long)all);
	else if (away)
		check_add(cx, check, CHECK_FINE, "media", NULL, N_("%s: of %lld kept files %lld are in the bucket alone, the others here."), name, (long long)all, (long long)away);
	else
		check_add(cx, check, CHECK_FINE, "media", NULL, N_("%s: %lld kept files are there."), name, (long long)all);
	return OK;
}

/* Models of another version read what is here once more: how far they are. */
static enum err reading(struct cx *cx, struct db *db, struct check *check)
{
	struct rejudge_state state;
	TRY(rejudge_state(cx, db, &state));
	if (state.is_done)
		check_add(cx, check, CHECK_FINE, "models", NULL, N_("Every message was read by the models of this program, or waits for its first reading."));
	else
		check_add(cx, check, CHECK_FINE, "models", NULL, N_("The models are new: older messages are read again, %d %% of the time is done."), state.percent);
	return OK;
}

void check_desk(struct cx *cx, struct db *db, const char *media, struct check *check)
{
	struct workspace *list;
	size_t count;
	enum err e = workspace_list(cx, db, &list, &count);
	if (e == OK)
		e = chains(cx, db, 0, _("Installation"), check);
	for (size_t i = 0; i < count && e == OK; i++) {
		const char *name = arena_cstr(cx->arena, list[i].name);
		i64 id = list[i].id;
		e = chains(cx, db, id, name, check);
		e = e ? e : rows(cx, db, id, name, check);
		e = e ? e : outbox(cx, db, id, name, check);
		e = e ? e : channels(cx, db, id, name, check);
		e = e ? e : models(cx, db, id, name, check);
		if (e == OK && media)
			e = blobs(cx, db, id, name, media, check);
	}
	if (e == OK)
		e = reading(cx, db, check);
	if (e != OK)
		check_add_failure(cx, check, "database", UNSOUND);
}
