/* wording.c: the acts of the audit log as sentences, and what they were done to, by its name and where it is seen. */
#include "base/lang.h"
#include "page/audit/wording.h"
#include "page/event_text.h"
#include "store/campaign.h"
#include "store/channel.h"
#include "store/charter.h"
#include "store/contact.h"
#include "store/contest.h"
#include "store/conversation.h"
#include "store/idea.h"
#include "store/label.h"
#include "store/member.h"
#include "store/message.h"
#include "store/person.h"
#include "store/pillar.h"
#include "store/listening.h"
#include "store/saved_reply.h"
#include "store/team.h"
#include "store/workspace.h"
#include "store/writing_aid.h"

/* Every act that flow and the program write (tests/main/test_acts.py holds them to it), but those of conversation_event, which
 * event_text() says. */
static const struct wording {
	const char *act, *icon, *text;
} wordings[] = {
	{"ab_test.start", "flask-conical", N_("%.*s began to compare two ways to say something")},
	{"ab_test.stop", "flask-conical", N_("%.*s stopped a comparison, without a result")},
	{"ab_test.decided", "flask-conical", N_("%.*s decided a comparison by its rules")},
	{"ab_test.late", "flask-conical", N_("%.*s gave up a comparison whose posts never left")},
	{"account.digest", "clock", N_("%.*s chose how often letters sum up what was heard")},
	{"account.sign_in", "user-check", N_("%.*s signed in")},
	{"account.sign_in_refused", "octagon-alert", N_("Somebody tried to sign in, and did not get in")},
	{"account.sign_out", "log-out", N_("%.*s signed out")},
	{"account.update", "user-round", N_("%.*s changed their profile")},
	{"account.password", "key-round", N_("%.*s changed their password")},
	{"account.password_reset", "key-round", N_("%.*s set a new password after forgetting it")},
	{"account.password_set", "key-round", N_("%.*s set somebody's password from the server")},
	{"account.second_factor_on", "shield-check", N_("%.*s turned their second factor on")},
	{"account.second_factor_off", "shield-check", N_("%.*s turned their second factor off")},
	{"account.factor_off", "shield-check", N_("%.*s turned somebody's second factor off from the server")},
	{"account.recovery_codes", "key-round", N_("%.*s made new recovery codes")},
	{"account.disable", "user-round", N_("%.*s closed an account")},
	{"account.enable", "user-round", N_("%.*s opened an account again")},
	{"backend.add", "listen", N_("%.*s had another model asked what messages say")},
	{"backend.change", "listen", N_("%.*s changed another model that is asked what messages say")},
	{"backend.pause", "listen", N_("%.*s paused another model")},
	{"backend.resume", "listen", N_("%.*s had another model asked again")},
	{"backend.remove", "listen", N_("%.*s put another model away")},
	{"calendar.follow", "calendar-days", N_("%.*s chose whose key dates the calendar shows")},
	{"calendar_feed.create", "calendar-days", N_("%.*s made an address under which other programs read the calendar")},
	{"calendar_feed.revoke", "calendar-days", N_("%.*s revoked an address of the calendar")},
	{"contest.create", "trophy", N_("%.*s began to write a contest")},
	{"contest.edit", "trophy", N_("%.*s changed a contest")},
	{"contest.open", "trophy", N_("%.*s opened a contest: its page is public")},
	{"contest.stop", "trophy", N_("%.*s stopped a contest")},
	{"contest.archive", "trophy", N_("%.*s put a contest away")},
	{"contest.restore", "trophy", N_("%.*s took a contest out again")},
	{"contest.refuse", "trophy", N_("%.*s refused an entry of a contest")},
	{"contest.let_in", "trophy", N_("%.*s took back the refusal of an entry")},
	{"contest.withdraw", "trophy", N_("%.*s took an entry out, as its author wished")},
	{"contest.freeze", "lock", N_("%.*s froze the list of a contest's entries")},
	{"contest.freeze_again", "lock", N_("%.*s froze the list of a contest once more, for a second draw")},
	{"contest.word", "trophy", N_("%.*s gave a contest the word of the public")},
	{"contest.draw", "trophy", N_("%.*s drew the winners of a contest")},
	{"contest.judge", "trophy", N_("%.*s gave an entry of a contest points")},
	{"contest.decide", "trophy", N_("%.*s closed a jury's contest")},
	{"contest.choose", "trophy", N_("%.*s chose an entry of a challenge")},
	{"contest.end", "trophy", N_("%.*s ended a challenge")},
	{"contest.tell", "trophy", N_("%.*s wrote to somebody that they won")},
	{"contest.told", "check", N_("%.*s noted that a winner's message has arrived")},
	{"contest.accept", "trophy", N_("%.*s noted that a winner accepted")},
	{"contest.decline", "trophy", N_("%.*s noted that a winner declined")},
	{"contest.give_up", "trophy", N_("%.*s gave a winner's place to the next")},
	{"contest.silent", "clock", N_("%.*s gave up a winner who did not answer in time")},
	{"contest.move_up", "trophy", N_("%.*s moved a substitute up")},
	{"contest.unname", "shield-check", N_("%.*s took the names from the entries of a contest, by its rules")},
	{"queue.create", "clock", N_("%.*s made a queue of posts")},
	{"queue.edit", "clock", N_("%.*s changed a queue of posts")},
	{"queue.archive", "clock", N_("%.*s put a queue of posts away")},
	{"queue.restore", "clock", N_("%.*s took a queue of posts out again")},
	{"queue.add", "clock", N_("%.*s put a post into a queue")},
	{"queue.take_out", "clock", N_("%.*s took a post out of a queue")},
	{"queue.reorder", "clock", N_("%.*s put a post of a queue at another place")},
	{"queue.close_up", "clock", N_("%.*s had the posts of a queue close up")},
	{"series.begin", "refresh-cw", N_("%.*s has a post come again")},
	{"series.end", "refresh-cw", N_("%.*s ended a series of posts")},
	{"series.skip", "refresh-cw", N_("%.*s left a post of a series out")},
	{"series.unskip", "refresh-cw", N_("%.*s has a post of a series come after all")},
	{"series.follow", "refresh-cw", N_("%.*s changed a post of a series and all that follow")},
	{"post.table", "calendar-days", N_("%.*s brought posts as a table")},
	{"calendar_source.bring", "calendar-days", N_("%.*s brought a calendar into ours")},
	{"calendar_source.follow", "calendar-days", N_("%.*s has a calendar under an address brought into ours")},
	{"calendar_source.again", "calendar-days", N_("%.*s had a calendar read again")},
	{"calendar_source.archive", "calendar-days", N_("%.*s put a calendar away that was brought in")},
	{"calendar_source.restore", "calendar-days", N_("%.*s took a calendar out again that was brought in")},
	{"calendar_note.create", "calendar-days", N_("%.*s wrote a note into the calendar")},
	{"calendar_note.edit", "calendar-days", N_("%.*s changed a note of the calendar")},
	{"calendar_note.archive", "calendar-days", N_("%.*s put a note of the calendar away")},
	{"calendar_note.restore", "calendar-days", N_("%.*s took a note of the calendar out again")},
	{"channel.connect", "plug", N_("%.*s connected a channel")},
	{"channel.change", "plug", N_("%.*s changed a channel's settings")},
	{"channel.deliveries_again", "plug", N_("%.*s had deliveries to a channel read once more")},
	{"channel.delivery_address", "plug", N_("%.*s gave a channel another address for deliveries")},
	{"channel.pause", "plug", N_("%.*s paused a channel")},
	{"channel.resume", "plug", N_("%.*s started a channel again")},
	{"channel.disconnect", "plug", N_("%.*s disconnected a channel")},
	{"channel.login", "key-round", N_("%.*s began to sign in at a channel's network")},
	{"channel.signed_in", "key-round", N_("%.*s took in what a channel's network granted")},
	{"channel.restore", "plug", N_("%.*s took a channel out again")},
	{"channel.fetch", "plug", N_("%.*s had a channel read")},
	{"channel.by_hand", "plug", N_("%.*s sent something through a channel by hand, past the outbox")},
	{"channel.create", "plug", N_("%.*s made a channel for an import")},
	{"channel.dials", "plug", N_("%.*s set the simulated network's dials")},
	{"post.again", "refresh-cw", N_("%.*s let something of a post leave after all")},
	{"post.approved", "check", N_("%.*s approved a post of their own")},
	{"post.arrived", "check", N_("%.*s saw that something of a post had arrived")},
	{"post.asked", "check", N_("%.*s had a post's next approval asked for")},
	{"post.changed", "pen-line", N_("%.*s changed a post")},
	{"post.created", "pen-line", N_("%.*s began a post")},
	{"post.dropped", "x", N_("%.*s decided that something of a post does not leave")},
	{"post.approved_like", "check", N_("%.*s approved a post that says what was approved before")},
	{"post.filed", "folder-open", N_("%.*s filed a post under a pillar or a campaign")},
	{"post.moved", "calendar-days", N_("%.*s gave a post another hour")},
	{"post.not_arrived", "refresh-cw", N_("%.*s saw that something of a post had not arrived")},
	{"post.overdue", "clock", N_("%.*s approved a post whose hour had gone by")},
	{"post.overridden", "octagon-alert", N_("%.*s let a post leave in spite of a check, and said why")},
	{"post.override_ended", "reply", N_("%.*s took back that a post may leave in spite of a check")},
	{"post.passed", "circle-check", N_("%.*s gave a post its last approval")},
	{"post.put_away", "inbox", N_("%.*s put a post away")},
	{"post.remark", "message-circle", N_("%.*s remarked on a post")},
	{"post.reopened", "reply", N_("%.*s gave a post back with a remark")},
	{"post.scheduled", "calendar-check", N_("%.*s scheduled a post")},
	{"post.rights_ended", "copyright", N_("%.*s took a scheduled post back: rights to what it shows end before")},
	{"post.taken_back", "reply", N_("%.*s took a scheduled post back")},
	{"by_hand.taken", "send", N_("%.*s took it on to publish a post by hand")},
	{"by_hand.left", "send", N_("%.*s left a post to others to publish by hand")},
	{"by_hand.done", "check", N_("%.*s published a post by hand")},
	{"by_hand.undone", "undo-2", N_("%.*s took back that they had published a post by hand")},
	{"by_hand.not_done", "octagon-alert", N_("%.*s said that a post was not published by hand")},
	{"by_hand.later", "alarm-clock", N_("%.*s put off publishing a post by hand")},
	{"suspension.begin", "pause", N_("%.*s paused publishing")},
	{"suspension.end", "play", N_("%.*s let publishing go on")},
	{"post.taken_out", "inbox", N_("%.*s took a post out again")},
	{"workflow.create", "check", N_("%.*s set a way of approving posts")},
	{"workflow.edit", "check", N_("%.*s changed how posts are approved")},
	{"workflow.put_away", "check", N_("%.*s put a way of approving posts away")},
	{"charter.draft", "scale", N_("%.*s began a version of the house rules")},
	{"charter.article", "scale", N_("%.*s wrote an article of the house rules")},
	{"charter.article_moved", "scale", N_("%.*s moved an article of the house rules")},
	{"charter.article_dropped", "scale", N_("%.*s left an article out of the house rules")},
	{"charter.preamble", "scale", N_("%.*s wrote the foreword of the house rules")},
	{"charter.publish", "scale", N_("%.*s put house rules in force")},
	{"charter.put_aside", "scale", N_("%.*s put a draft of the house rules aside")},
	{"contact.edit", "user-round", N_("%.*s changed a person's card")},
	{"contact.merge", "users", N_("%.*s joined two people into one")},
	{"contact.split", "users", N_("%.*s took people who were joined apart")},
	{"contact.apart", "users", N_("%.*s said that two are not the same person")},
	{"contact.apart_undo", "users", N_("%.*s took back that two are not the same person")},
	{"conversation.note", "message-circle", N_("%.*s wrote a private note")},
	{"conversation.undo", "undo-2", N_("%.*s undid the last act")},
	{"export.ask", "download", N_("%.*s asked for an export")},
	{"export.end", "download", N_("%.*s finished an export")},
	{"export.cancel", "download", N_("%.*s cancelled an export")},
	{"export.take", "download", N_("%.*s downloaded an export")},
	{"import.ask", "upload", N_("%.*s asked for an import")},
	{"import.try", "upload", N_("%.*s tried an import, without keeping anything")},
	{"import.start", "upload", N_("%.*s began to read a file")},
	{"import.end", "upload", N_("%.*s finished reading a file")},
	{"installation.network_app", "key-round", N_("%.*s said by what id a network knows this installation")},
	{"installation.network_app_forgotten", "key-round", N_("%.*s forgot by what id a network knows this installation")},
	{"installation.restore", "hard-drive", N_("%.*s brought a backup back")},
	{"key.create", "key-round", N_("%.*s made an API key")},
	{"key.revoke", "key-round", N_("%.*s revoked an API key")},
	{"label.create", "tag", N_("%.*s made a label")},
	{"label.edit", "tag", N_("%.*s changed a label")},
	{"label.archive", "tag", N_("%.*s put a label away")},
	{"label.restore", "tag", N_("%.*s took a label out again")},
	{"alarm.hush", "siren", N_("%.*s hushed alarms")},
	{"alarm.unhush", "siren", N_("%.*s let alarms be told again")},
	{"hook.change", "plug", N_("%.*s arranged the webhook for alarms")},
	{"hook.remove", "plug", N_("%.*s took the webhook for alarms away")},
	{"hook.test", "plug", N_("%.*s had a test sent to the webhook")},
	{"reach.take", "charts", N_("%.*s took in what posts reached")},
	{"listening.create", "listen", N_("%.*s made a listening query")},
	{"listening.change", "listen", N_("%.*s changed a listening query")},
	{"listening.archive", "listen", N_("%.*s put a listening query away")},
	{"listening.restore", "listen", N_("%.*s took a listening query out again")},
	{"listening.search", "listen", N_("%.*s chose which networks are searched for a listening query")},
	{"listening.undo", "undo-2", N_("%.*s took back a change to a listening query")},
	{"listening_piece.create", "listen", N_("%.*s saved a piece for listening queries")},
	{"listening_piece.change", "listen", N_("%.*s changed a saved piece of listening queries")},
	{"listening_piece.archive", "listen", N_("%.*s put a saved piece of listening queries away")},
	{"listening_piece.restore", "listen", N_("%.*s took a saved piece of listening queries out again")},
	{"profile.kit", "store", N_("%.*s changed the kit of profiles")},
	{"profile.own", "store", N_("%.*s said what differs on purpose in a channel’s profile")},
	{"profile.put", "send", N_("%.*s had the kit put into a channel’s profile")},
	{"profile.take_back", "undo-2", N_("%.*s took back what was to be put into a channel’s profile")},
	{"profile.decide", "store", N_("%.*s said what became of what was put into a channel’s profile")},
	{"profile.seen", "store", N_("%.*s noted that a channel’s profile had changed over there")},
	{"pillar.create", "target", N_("%.*s added a pillar to the editorial line")},
	{"pillar.edit", "target", N_("%.*s changed a pillar of the editorial line")},
	{"pillar.archive", "target", N_("%.*s put a pillar of the editorial line away")},
	{"pillar.restore", "target", N_("%.*s took a pillar of the editorial line out again")},
	{"campaign.create", "flag", N_("%.*s began a campaign")},
	{"campaign.edit", "flag", N_("%.*s changed a campaign")},
	{"campaign.archive", "flag", N_("%.*s put a campaign away")},
	{"campaign.restore", "flag", N_("%.*s took a campaign out again")},
	{"idea.create", "lightbulb", N_("%.*s put an idea on the board")},
	{"idea.edit", "lightbulb", N_("%.*s changed an idea")},
	{"idea.use", "lightbulb", N_("%.*s made a post of an idea")},
	{"idea.aside", "lightbulb", N_("%.*s set an idea aside")},
	{"idea.open", "lightbulb", N_("%.*s put an idea back on the board")},
	{"media.add", "image", N_("%.*s added a picture or file to the media library")},
	{"media.describe", "image", N_("%.*s changed what is said of a picture or file")},
	{"media.archive", "image", N_("%.*s put a picture or file away")},
	{"media.restore", "image", N_("%.*s took a picture or file out again")},
	{"media.subtitle", "file-text", N_("%.*s brought subtitles of a film")},
	{"media.subtitle_away", "file-text", N_("%.*s took subtitles of a film away")},
	{"media.subtitle_undo", "file-text", N_("%.*s took back what was done to the subtitles of a film")},
	{"brand.change", "image", N_("%.*s changed the brand kit")},
	{"brand_font.add", "type", N_("%.*s added a font to the brand kit")},
	{"brand_font.archive", "type", N_("%.*s put a font away")},
	{"brand_font.restore", "type", N_("%.*s took a font out again")},
	{"studio_template.add", "image", N_("%.*s added a template to the studio")},
	{"studio_template.archive", "image", N_("%.*s put a template away")},
	{"studio_template.restore", "image", N_("%.*s took a template out again")},
	{"design.create", "image", N_("%.*s made a design in the studio")},
	{"design.change", "image", N_("%.*s changed a design in the studio")},
	{"design.export", "image", N_("%.*s made pictures of a design")},
	{"design.archive", "image", N_("%.*s put a design away")},
	{"design.restore", "image", N_("%.*s took a design out again")},
	{"macro.create", "list-filter", N_("%.*s made a macro")},
	{"macro.edit", "list-filter", N_("%.*s changed a macro")},
	{"macro.archive", "list-filter", N_("%.*s put a macro away")},
	{"checks.change", "settings", N_("%.*s changed what checks count for")},
	{"check_exception.create", "check", N_("%.*s said that something a check found is right in this house")},
	{"check_exception.archive", "reply", N_("%.*s took an exception of a check back")},
	{"check_exception.restore", "check", N_("%.*s made an exception of a check count again")},
	{"glossary.create", "book-open", N_("%.*s added a word of the community")},
	{"glossary.edit", "book-open", N_("%.*s changed a word of the community")},
	{"glossary.archive", "book-open", N_("%.*s put a word of the community away")},
	{"glossary.restore", "book-open", N_("%.*s took a word of the community out again")},
	{"glossary.refuse", "book-open", N_("%.*s refused a proposed word of the community")},
	{"meaning.correct", "listen", N_("%.*s put right how a message is understood")},
	{"meaning.uncorrect", "undo-2", N_("%.*s took back a correction of how a message is understood")},
	{"meaning.set", "listen", N_("%.*s changed how messages are understood")},
	{"moderation.flag", "flag", N_("%.*s put a message before those who decide")},
	{"moderation.decide", "scale", N_("%.*s decided on a message")},
	{"people.add", "users", N_("%.*s added somebody to the workspace")},
	{"people.invite", "users", N_("%.*s invited somebody")},
	{"people.uninvite", "users", N_("%.*s took an invitation back")},
	{"people.join", "users", N_("%.*s joined the workspace")},
	{"people.role", "users", N_("%.*s changed somebody's role")},
	{"people.remove", "users", N_("%.*s took somebody out of the workspace")},
	{"people.change", "users", N_("%.*s changed somebody's place in the workspace")},
	{"people.away", "users", N_("%.*s marked somebody as away")},
	{"people.back", "users", N_("%.*s marked somebody as back")},
	{"people.signature", "users", N_("%.*s changed a signature")},
	{"aside.start", "lock", N_("%.*s moved a conversation from public to private")},
	{"aside.close", "lock", N_("%.*s closed a case that had gone on in private")},
	{"reply.compose", "reply", N_("%.*s wrote an answer")},
	{"reply.edit", "reply", N_("%.*s changed an answer that had not left")},
	{"reply.approve", "check", N_("%.*s approved an answer")},
	{"reply.return", "reply", N_("%.*s returned an answer with a remark")},
	{"reply.withdraw", "undo-2", N_("%.*s took an answer back before it left")},
	{"reply.retry", "reply", N_("%.*s sent an answer again")},
	{"reply.again", "reply", N_("%.*s said that an answer had not arrived: it leaves again")},
	{"reply.arrived", "check", N_("%.*s said that an answer had arrived")},
	{"reply.reschedule", "reply", N_("%.*s planned an answer for another time")},
	{"writing_aid.create", "hash", N_("%.*s made a template, a set of hashtags or a variable of posts")},
	{"writing_aid.edit", "hash", N_("%.*s changed a template, a set of hashtags or a variable of posts")},
	{"writing_aid.archive", "hash", N_("%.*s put a template, a set of hashtags or a variable of posts away")},
	{"writing_aid.restore", "hash", N_("%.*s took a template, a set of hashtags or a variable of posts out again")},
	{"saved_reply.create", "bookmark", N_("%.*s wrote a saved reply")},
	{"saved_reply.edit", "bookmark", N_("%.*s changed a saved reply")},
	{"saved_reply.archive", "bookmark", N_("%.*s put a saved reply away")},
	{"sla.create", "clock", N_("%.*s made a promise to those who write")},
	{"sla.change", "clock", N_("%.*s changed a promise to those who write")},
	{"sla.move", "clock", N_("%.*s changed the order of the promises")},
	{"sla.archive", "clock", N_("%.*s put a promise away")},
	{"team.create", "users", N_("%.*s made a team")},
	{"team.change", "users", N_("%.*s changed a team")},
	{"team.archive", "users", N_("%.*s put a team away")},
	{"trend.follow", "trending-up", N_("%.*s made a listening query of what began to rise")},
	{"trend.hush", "trending-up", N_("%.*s said that a rise does not matter")},
	{"trend.unhush", "trending-up", N_("%.*s took out a rise again that did not matter")},
	{"team.restore", "users", N_("%.*s took a team out again")},
	{"view.create", "list-filter", N_("%.*s made a view")},
	{"view.edit", "list-filter", N_("%.*s changed a view")},
	{"view.move", "list-filter", N_("%.*s changed the order of the views")},
	{"view.archive", "list-filter", N_("%.*s put a view away")},
	{"workspace.create", "settings", N_("%.*s made the workspace")},
	{"workspace.change", "settings", N_("%.*s changed the workspace's settings")},
	{"workspace.setting", "settings", N_("%.*s changed a setting of the workspace")},
	{"workspace.moderation", "settings", N_("%.*s changed how moderation is done")},
	{"workspace.close_day", "clock", N_("%.*s closed a day: no deadline runs")},
	{"workspace.open_day", "clock", N_("%.*s opened a day again")},
	{"workspace.import", "upload", N_("%.*s brought the workspace back from an export")},
};

/* ---- who did what ---- */

static const struct {
	const char *beginning, *icon;
} icons[] = {{"conversation.", "inbox"}, {"moderation.", "shield-check"}, {"reply.", "reply"}};

static struct str with_actor(struct cx *cx, struct str text, struct str actor)
{
	ptrdiff_t place = str_find(text, S("%.*s"));
	if (place < 0) /* nobody that we know */
		return text;
	struct str head = str_head(text, (size_t)place), tail = str_skip(text, (size_t)place + 4);
	return arena_printf(cx->arena, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(actor), STR_ARG(tail));
}

struct str audit_sentence(struct cx *cx, const struct audit_entry *e, const char **ret_icon)
{
	struct str actor = e->actor_name;
	if (str_starts(e->actor, S("program:")))
		actor = str_of(_(N_("The program")));
	*ret_icon = "fingerprint";
	for (size_t i = 0; i < COUNT(icons); i++)
		if (str_starts(e->act, str_of(icons[i].beginning)))
			*ret_icon = icons[i].icon;
	for (size_t i = 0; i < COUNT(wordings); i++)
		if (str_eq(e->act, str_of(wordings[i].act))) {
			*ret_icon = wordings[i].icon;
			return with_actor(cx, str_of(tr(cx->lang, wordings[i].text)), actor);
		}
	struct reader reader = reader_of(cx);
	struct str kind = str_starts(e->act, S("conversation.")) ? str_skip(e->act, 13) : e->act;
	json_t *said = event_text(cx, &reader, kind, actor, e->detail);
	struct str text = arena_str(cx->arena, str_of(json_string_value(said)));
	json_decref(said);
	return text;
}

/* ---- to what ---- */

static struct str at(struct cx *cx, const char *where, i64 id)
{
	return arena_printf(cx->arena, "%s%lld", where, (long long)id);
}

static enum err of_conversation(struct cx *cx, struct db *db, i64 id, i64 message, struct str *name, struct str *url)
{
	struct conversation_row row;
	TRY(conversation_row_get(cx, db, here(cx), id, &row));
	struct str whose = row.contact_name.len ? row.contact_name : row.conversation.subject;
	*name = whose.len ? arena_printf(cx->arena, _(N_("%.*s, on %.*s")), STR_ARG(whose), STR_ARG(row.channel_name)) : row.channel_name;
	*url = message ? arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)row.conversation.id, (long long)message) : at(cx, "/conversations/", row.conversation.id);
	return OK;
}

static enum err of_message(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct message m;
	TRY(message_get(cx, db, here(cx), id, &m));
	return of_conversation(cx, db, m.conversation, id, name, url);
}

static enum err of_contact(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct contact c;
	TRY(contact_get(cx, db, here(cx), id, &c));
	*name = c.name;
	*url = at(cx, "/contacts/", c.id);
	return OK;
}

static enum err of_channel(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct channel c;
	TRY(channel_get(cx, db, here(cx), id, &c));
	*name = c.name;
	*url = at(cx, "/channels/", id);
	return OK;
}

static enum err of_person(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct member m;
	TRY(member_get(cx, db, here(cx), id, &m));
	*name = m.name;
	*url = S("/team");
	return OK;
}

static enum err of_team(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct team t;
	TRY(team_get(cx, db, here(cx), id, &t));
	*name = t.name;
	*url = S("/team");
	return OK;
}

static enum err of_label(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct label l;
	TRY(label_get(cx, db, here(cx), id, &l));
	*name = l.name;
	*url = at(cx, "/labels/", id);
	return OK;
}

static enum err of_view(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct view v;
	TRY(view_get(cx, db, here(cx), id, &v));
	*name = v.name;
	*url = v.person && v.person != cx->actor->user ? (struct str){} : at(cx, "/views/", id);
	return OK;
}

static enum err of_macro(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct macro m;
	TRY(macro_get(cx, db, here(cx), id, &m));
	*name = m.name;
	*url = m.person && m.person != cx->actor->user ? (struct str){} : at(cx, "/macros/", id);
	return OK;
}

static enum err of_listening(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct listening_query q;
	TRY(listening_query_get(cx, db, here(cx), id, &q));
	*name = q.name;
	*url = at(cx, "/listening/", id);
	return OK;
}

static enum err of_piece(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct listening_piece p;
	TRY(listening_piece_get(cx, db, here(cx), id, &p));
	*name = p.name;
	*url = S("/listening/pieces");
	return OK;
}

static enum err of_saved_reply(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct saved_reply r;
	TRY(saved_reply_get(cx, db, here(cx), id, &r));
	*name = r.title;
	*url = r.person && r.person != cx->actor->user ? (struct str){} : at(cx, "/saved-replies/", id);
	return OK;
}

static enum err of_idea(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct idea i;
	TRY(idea_get(cx, db, here(cx), id, &i));
	*name = i.title;
	*url = at(cx, "/ideas/", id);
	return OK;
}

static enum err of_campaign(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct campaign c;
	TRY(campaign_get(cx, db, here(cx), id, &c));
	*name = c.name;
	*url = at(cx, "/campaigns/", id);
	return OK;
}

static enum err of_contest(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct contest c;
	TRY(contest_get(cx, db, here(cx), id, &c));
	*name = c.name;
	*url = at(cx, "/contests/", id);
	return OK;
}

static enum err of_pillar(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct pillar p;
	TRY(pillar_get(cx, db, here(cx), id, &p));
	*name = p.name;
	*url = S("/pillars");
	return OK;
}

static enum err of_writing_aid(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct writing_aid a;
	TRY(writing_aid_get(cx, db, here(cx), id, &a));
	*name = a.name;
	*url = at(cx, "/writing-aids/", id);
	return OK;
}

static enum err of_charter(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url)
{
	struct charter_version v;
	TRY(charter_version_get(cx, db, here(cx), id, &v));
	*name = arena_printf(cx->arena, _(N_("House rules, version %lld")), (long long)v.number);
	*url = at(cx, "/charter/versions/", id);
	return OK;
}

static const struct {
	const char *kind;
	enum err (*find)(struct cx *cx, struct db *db, i64 id, struct str *name, struct str *url);
	const char *name, *url; /* where nothing is looked up */
	bool with_id;
} kinds[] = {
	{"message", of_message, NULL, NULL, false},
	{"contact", of_contact, NULL, NULL, false},
	{"channel", of_channel, NULL, NULL, false},
	{"user", of_person, NULL, NULL, false},
	{"factor", of_person, NULL, NULL, false},
	{"team", of_team, NULL, NULL, false},
	{"label", of_label, NULL, NULL, false},
	{"view", of_view, NULL, NULL, false},
	{"macro", of_macro, NULL, NULL, false},
	{"saved_reply", of_saved_reply, NULL, NULL, false},
	{"writing_aid", of_writing_aid, NULL, NULL, false},
	{"ab_test", NULL, N_("A comparison"), "/ab-tests/", true},
	{"contest", of_contest, NULL, NULL, false},
	{"listening", of_listening, NULL, NULL, false},
	{"listening_piece", of_piece, NULL, NULL, false},
	{"charter", of_charter, NULL, NULL, false},
	{"idea", of_idea, NULL, NULL, false},
	{"campaign", of_campaign, NULL, NULL, false},
	{"pillar", of_pillar, NULL, NULL, false},
	{"import", NULL, N_("An import"), "/imports/", true},
	{"export", NULL, N_("Exports"), "/exports", false},
	{"appeal", NULL, N_("An appeal"), "/moderation/appeals/", true},
	{"invitation", NULL, N_("An invitation"), "/team", false},
	{"key", NULL, N_("An API key"), "", false},
	{"session", NULL, N_("A session"), "", false},
	{"sla_policy", NULL, N_("A promise"), "/sla-policies/", true},
	{"workspace", NULL, N_("The workspace"), "/settings", false},
};

enum err audit_subject(struct cx *cx, struct db *db, const struct audit_entry *e, struct str *ret_name, struct str *ret_url)
{
	struct str id_text = e->subject, kind = str_cut(&id_text, ':');
	i64 id = 0;
	*ret_name = *ret_url = (struct str){};
	if (str_eq(e->subject, S("installation")))
		*ret_name = str_of(_(N_("The installation")));
	if (!str_to_i64(id_text, &id))
		return OK;
	enum err found = OK;
	if (!e->workspace && str_eq(kind, S("user"))) { /* of any workspace */
		struct person p;
		found = person_get(cx, db, id, &p);
		if (found == OK)
			*ret_name = p.name;
		else if (found == ERR_MISSING)
			cx_forget(cx);
		return found == ERR_MISSING ? OK : found;
	}
	if (str_eq(kind, S("conversation")))
		found = of_conversation(cx, db, id, 0, ret_name, ret_url);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!str_eq(kind, str_of(kinds[i].kind)))
			continue;
		if (kinds[i].find) {
			found = kinds[i].find(cx, db, id, ret_name, ret_url);
		} else {
			*ret_name = str_of(tr(cx->lang, kinds[i].name));
			*ret_url = kinds[i].with_id ? at(cx, kinds[i].url, id) : str_of(kinds[i].url);
		}
	}
	if (found == ERR_MISSING) /* it came from elsewhere, or its row is gone: the entry stands */
		cx_forget(cx);
	return found == ERR_MISSING ? OK : found;
}

/* ---- before and after ---- */

const char *audit_member(struct cx *cx, const char *name)
{
	static const char *const names[][2] = {
		{"from", N_("Before")}, {"to", N_("After")}, {"name", N_("Name")}, {"assignee_name", N_("In charge")}, {"team_name", N_("Team")}, {"until", N_("Until")},
		{"scopes", N_("What it may do")}, {"email", N_("Address")}, {"role", N_("Role")}, {"what", N_("What")}, {"format", N_("Format")}, {"filter", N_("Which")},
		{"rows", N_("Rows")}, {"bytes", N_("Bytes")}, {"reason", N_("Reason")}, {"article", N_("Article")}, {"file", N_("File")}, {"kind", N_("Kind")}, {"words", N_("The query")},
	};
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(str_of(name), str_of(names[i][0])))
			return tr(cx->lang, names[i][1]);
	return name;
}
