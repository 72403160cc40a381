/* shapes.c: the shapes that documents of several pages have in common (ui/document.h makes most of them). */
#include "page/page.h"

const struct shape common_shapes[] = {
	{"Made", "{id: id}", "What was made or changed, by its id."},
	{"Kind", "{word: 'comment' | 'mention' | 'direct' | 'review' | 'post' | 'reply' | 'note', title: text}",
	 "What kind of message something is, or began with."},
	{"Status", "{word: 'open' | 'pending' | 'snoozed' | 'resolved', title: text}", "Where a conversation is."},
	{"Priority", "{word: 'low' | 'medium' | 'high' | 'urgent', title: text}", "How much a conversation matters."},
	{"Instant", "{iso: time, text: text, short: text}", "A moment: for programs, and as the reader is told of it."},
	{"Choice", "{word: text, title: text, is_selected: bool}", "One of the things that can be chosen."},
	{"ChoiceAbout", "{word: text, title: text, about: text?, is_selected: bool}",
	 "One of the things that can be chosen, with what it means."},
	{"Pager", "{previous: url?, next: url?}", "The addresses of the pages beside this one."},
	{"Word", "{word: text, title: text}", "A word of an enumeration, and as the reader is told of it."},
	{"Network", "{word: text, glyph: text, title: text}", "A network."},
	{"Avatar", "{initials: text, color: int}", "The letters and the colour that stand for a face."},
	{"Number", "{count: int, text: text}", "A figure: for programs, and as the reader is told of it."},
	{"Tab", "{title: text, url: url, is_current: bool}", "One of several ways to see a list."},
	{"Rating", "{value: int, spoken: text, stars: [{on: bool}]}", "Stars out of five."},
	{"Clock", "{state: 'calm' | 'soon' | 'late' | 'paused' | 'met' | 'missed', share: int, text: text, spoken: text, "
	 "due: time, started: time}",
	 "The clock of a promise."},
	{"Reference", "{id: id, name: text}", "Something by its name."},
	{"LabelMark", "{id: id, name: text, tone: text}", "A label as something carries it."},
	{"Colleague", "{id: id, name: text, avatar: Avatar, is_me: bool}", "Somebody of the team."},
	{"NamedChoice", "{id: id, name: text, is_selected: bool}", "Something by its name that can be chosen."},
	{"MarkedText", "{text: text, is_match: bool}", "A piece of text: found, or around what was found."},
	{"LinkedText", "{text: text, url: url?}", "A piece of text, which may be a link."},
	{"Chip", "{tone: text, icon: text, title: text}", "A mark at a glance."},
	{"MeaningChip", "{word: text, tone: text, icon: text, title: text, url: url}",
	 "What a message surely says, and where it is explained and corrected."},
	{"Relation", "{figures: [{word: text, title: text, value: text}], hidden: [{article: text, title: text, count: text}], "
	 "hidden_count: Number?}",
	 "What a person and the team had to do with each other."},
	{"SamePerson", "{id: id, url: url, name: text, avatar: Avatar, accounts: [{network: Network, handle: text, url: url?}], "
	 "evidence: [text]}",
	 "A card that may be of the same person."},
	{"PastText", "{until: Instant, body: text}", "A text as it was before it was edited."},
	{"ArticleMark", "{number: text, title: text}", "An article of the house rules, by its number."},
	{"Conflict", "{story: text, fields: [{name: text, title: text, theirs: text, changes: [{text: text, is_gone: bool, is_new: bool}], is_choice: bool}]}",
	 "Somebody saved meanwhile: who, and what stands there now beside what was written."},
	{"TextChoice", "{value: text, title: text, is_current: bool}", "One of the things that a filter can be set to."},
	{"ModerationFigures", "{appeals_open: text, accepted: text, days: text, seen: text, kept?: text, hidden: text, restored: text, "
	 "median: text}",
	 "What moderation came to, as the reader is told of it."},
	{},
};
