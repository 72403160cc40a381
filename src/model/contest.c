#include "model/contest.h"

static const struct {
	const char *word, *title, *about;
} kinds[CONTEST_KINDS] = {
	[CONTEST_DRAW] = {"draw", N_("Drawn by lot"), N_("Winners are drawn from those who take part, in a way that anybody can check.")},
	[CONTEST_JURY] = {"jury", N_("Judged by a jury"), N_("Several people give points, without seeing each other's; the most points win.")},
	[CONTEST_CHALLENGE] = {"challenge", N_("A challenge"), N_("Everybody takes part; what is beautiful is shown again, when its author agrees.")},
};

static const struct {
	const char *word, *title;
} states[CONTEST_STATES] = {
	[CONTEST_DRAFT] = {"draft", N_("Being written")},
	[CONTEST_OPEN] = {"open", N_("It is open")},
	[CONTEST_FROZEN] = {"frozen", N_("Closed, to be decided")},
	[CONTEST_DECIDED] = {"decided", N_("It is decided")},
	[CONTEST_STOPPED] = {"stopped", N_("Stopped")},
}, entries[ENTRY_STATES] = {
	[ENTRY_COUNTED] = {"counted", N_("It counts")},
	[ENTRY_REFUSED] = {"refused", N_("It does not count")},
	[ENTRY_WITHDRAWN] = {"withdrawn", N_("Withdrawn by its author")},
}, reasons[ENTRY_REASONS] = {
	[ENTRY_FINE] = {"", N_("It counts.")},
	[ENTRY_BY_HAND] = {"hand", N_("Refused by somebody of the team.")},
	[ENTRY_REMOVED] = {"removed", N_("Its author took it away before the list was frozen.")},
	[ENTRY_HIDDEN] = {"hidden", N_("It is hidden under the house rules.")},
	[ENTRY_PRIVATE] = {"private", N_("It is a private message; one takes part in public.")},
	[ENTRY_EARLY] = {"early", N_("It came before the beginning.")},
	[ENTRY_LATE] = {"late", N_("It came after the end.")},
	[ENTRY_CLOSED] = {"closed", N_("It reached us after the list was frozen.")},
	[ENTRY_NOBODY] = {"nobody", N_("The network does not say who wrote it.")},
	[ENTRY_LEFT_OUT] = {"left-out", N_("The rules leave this account out.")},
	[ENTRY_TEAM] = {"team", N_("Its author is of the team, or the account is ours.")},
	[ENTRY_WON_BEFORE] = {"won-before", N_("Its author won a contest not long ago.")},
	[ENTRY_HASHTAG] = {"hashtag", N_("The hashtag is missing.")},
	[ENTRY_WORDS] = {"words", N_("Something that the rules ask for is missing.")},
	[ENTRY_AGAIN] = {"again", N_("Its author takes part already, as often as the rules allow.")},
}, winners[WINNER_STATES] = {
	[WINNER_DRAWN] = {"drawn", N_("Chosen, not told yet")},
	[WINNER_STANDBY] = {"standby", N_("Substitute")},
	[WINNER_LEAVING] = {"leaving", N_("The message has not arrived yet")},
	[WINNER_TOLD] = {"told", N_("Told, to answer")},
	[WINNER_ACCEPTED] = {"accepted", N_("Accepted")},
	[WINNER_DECLINED] = {"declined", N_("Declined")},
	[WINNER_SILENT] = {"silent", N_("Did not answer in time")},
	[WINNER_VOID] = {"void", N_("Of a draw that was replaced")},
};
static const char *const sources[LOT_SOURCES] = {[LOT_BEACON] = "beacon", [LOT_WORD] = "word", [LOT_NONE] = ""};

#define WORDS(prefix, table, last, type)                                                                                       \
	const char *prefix##_word(enum type value)                                                                             \
	{                                                                                                                      \
		must(value < last);                                                                                            \
		return table[value].word;                                                                                      \
	}                                                                                                                      \
	const char *prefix##_title(enum type value)                                                                            \
	{                                                                                                                      \
		must(value < last);                                                                                            \
		return table[value].title;                                                                                     \
	}                                                                                                                      \
	bool prefix##_of(struct str word, enum type *ret_value)                                                                \
	{                                                                                                                      \
		for (enum type i = 0; i < last; i++)                                                                           \
			if (str_eq(word, str_of(table[i].word))) {                                                             \
				*ret_value = i;                                                                                \
				return true;                                                                                   \
			}                                                                                                      \
		return false;                                                                                                  \
	}

WORDS(contest_kind, kinds, CONTEST_KINDS, contest_kind)
WORDS(contest_state, states, CONTEST_STATES, contest_state)
WORDS(entry_state, entries, ENTRY_STATES, entry_state)
WORDS(entry_reason, reasons, ENTRY_REASONS, entry_reason)
WORDS(winner_state, winners, WINNER_STATES, winner_state)

const char *contest_kind_about(enum contest_kind kind)
{
	must(kind < CONTEST_KINDS);
	return kinds[kind].about;
}

const char *lot_source_word(enum lot_source source)
{
	must(source < LOT_SOURCES);
	return sources[source];
}

bool lot_source_of(struct str word, enum lot_source *ret_source)
{
	for (enum lot_source i = 0; i < LOT_SOURCES; i++)
		if (str_eq(word, str_of(sources[i]))) {
			*ret_source = i;
			return true;
		}
	return false;
}

/* Short and sure, or left out. */
const struct contest_fact contest_facts[] = {
	{"facebook", N_("Facebook wants the rules, who may take part, a full release of Facebook by everybody who does, and a sentence that it neither sponsors nor runs the contest; asking "
			"people to share on their own timeline or to tag friends is not allowed as a way of taking part."),
	 "Pages, Groups and Events Policies: Promotions", "https://www.facebook.com/policies_center/pages_groups_events", "2026-11-22"},
	{"x", N_("X asks contests not to invite several accounts or the same post again and again, and advises one entry a day and a mention of the organiser, since a search may "
		 "not show every post."),
	 "Guidelines for Promotions on X", "https://help.x.com/en/rules-and-policies/x-contest-rules", "2026-11-22"},
	{"FR", N_("France: since 2014 a contest drawn by lot needs no bailiff any more; it is unlawful where it is an unfair commercial practice (Code de la consommation, art. L121-20)."),
	 "Code de la consommation, art. L121-20; loi n° 2014-1545 du 20 décembre 2014", "", "2026-11-22"},
	{"FR", N_("France: a game open to the public, decided by chance even in part, with hope of a gain and for which taking part costs money, even advanced, is a prohibited lottery "
		  "(Code de la sécurité intérieure, art. L320-1); advertising contests of the Code de la consommation stand apart."),
	 "Code de la sécurité intérieure, art. L320-1", "", "2026-11-22"},
	{"EU", N_("European Union: whoever takes part is told who collects their data, for what, on which ground and for how long (Regulation (EU) 2016/679, art. 13 and 14)."),
	 "Regulation (EU) 2016/679", "https://eur-lex.europa.eu/eli/reg/2016/679/oj", "2026-11-22"},
	{"EU", N_("European Union: announcing a competition or prize and not awarding the prize, or a reasonable equivalent, is an unfair practice in all circumstances "
		  "(Directive 2005/29/EC, annex I, point 19)."),
	 "Directive 2005/29/EC, annex I, point 19", "https://eur-lex.europa.eu/eli/dir/2005/29/oj", "2026-11-22"},
};
const size_t contest_fact_count = sizeof contest_facts / sizeof contest_facts[0];
