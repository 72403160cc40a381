/* answers.c: the shapes of what these pages answer, for the description of the API; the plays hold real answers to them. */
#include "page/moderation/moderation.h"

const struct shape moderation_shapes[] = {
	{"Decided", "{decided: int}", "How many messages were decided on."},
	{"ModerationCounts", "{queue: Number?, appeals: Number?}", "How much waits."},
	{"ModerationCase", "{position: text, total: text, clock: Clock?, flagged: Instant, due: Instant, history: [PastDecision], "
	 "has_history: bool, is_priority: bool, previous_url: url?, next_url: url?, conversation: {id: id, url: url, "
	 "subject: text, subject_url: url?, about: text}, message: {id: id, kind: Kind, network: Network, at: Instant, "
	 "lang: text?, url: url?, meaning: [MeaningChip], is_removed: bool, is_hidden: bool, parts: [{text: text, is_marked: bool}], "
	 "author_name: text, avatar: Avatar, author_about: text?, author_url: url?, versions: [PastText], "
	 "is_edited: bool, attachments: [{kind: Word, name: text, alt: text?, url: url?, is_image: bool}]}, "
	 "why: [{icon: text, text: text}], flag_ids: id, article: {number: text, title: text, body: text}?, "
	 "precedents: {text: text, url: url, outcome: text}?, is_own_request: bool, second: {asked_by: text, "
	 "at: Instant?, reason: text, article: ArticleMark}?, can_hide: bool, no_hide_story: text?, can_private: bool, "
	 "can_notify: bool, no_notify_story: text?, must_ask_second: bool, articles: [{id: id, number: text, title: text, "
	 "is_selected: bool, notice: text}]}",
	 "A message to decide on."},
	{"ModerationCaseRow", "{id: id, url: url, author_name: text, avatar: Avatar, network: Network, subject: text, preview: text, "
	 "lang: text?, clock: Clock, chips: [Chip], can_keep: bool}",
	 "A case that follows."},
	{"ModeratedMessage", "{id: id, network: Network, author_name: text, avatar: Avatar, author_url: url?, at: Instant, body: text, "
	 "lang: text?, url: url?, is_hidden: bool}",
	 "The message that a decision is about."},
	{"DecisionRow", "{id: id, url: url, at: Instant, act: Word, tone: text, icon: text, preview: text, lang: text?, author_name: text, "
	 "network: Network, article: ArticleMark?, reason: text?, decided_by: text?, second_person: text?, "
	 "is_notified: bool}",
	 "A decision as the list shows it."},
	{"Decision", "{id: id, at: Instant, act: Word, tone: text, icon: text, reason: text?, decided_by: text?, "
	 "second_person: text?, article: {number: text, title: text, body: text, version: text, url: url}?, "
	 "notice: {text: text, state: Word}?}",
	 "A decision under the house rules."},
	{"EvidenceSeal", "{sequence: text, at: Instant, hash: text, previous: text, is_intact: bool, url: url}",
	 "The seal of the copy that a decision was taken on."},
	{"Appeal", "{id: id, url: url, at: Instant, due: Instant, clock: Clock, text: text, road: Word, recorded_by: text?, "
	 "outcome: Word, tone: text, icon: text, is_open: bool, reason: text?, decided_by: text?, decided: Instant?, "
	 "is_alone: bool}",
	 "A decision that its author contests."},
	{"PastDecision", "{at: Instant, text: text, is_this: bool}", "What was decided about the same author before."},
	{"ArticleChoice", "{id: id, number: text, title: text, is_selected: bool}",
	 "An article of the house rules that can be chosen."},
	{"ModerationPage", "{counts: ModerationCounts, priority_count: int, charter: {number: text, url: url}?, seconds: [{id: id, "
	 "url: url, preview: text, lang: text?, story: text, clock: Clock?}], has_seconds: bool, figures: {appeals_open: text, "
	 "accepted: text, days: text, seen: text, kept: text, hidden: text, restored: text, median: text, "
	 "reasons: [{number: text, title: text, count: text, share: int, is_grave: bool}], waiting: text, overdue: text, "
	 "is_overdue: bool, has_reasons: bool, register_url: url?}, filters: [Tab], bulk: {articles: [ArticleChoice], "
	 "can_hide: bool, is_hide: bool, is_keep: bool, is_open: bool}, is_overdue: bool, case: ModerationCase?, "
	 "form: {is_keep: bool, is_hide: bool, is_private: bool, is_ask_second: bool, is_confirm: bool, reason: text, "
	 "notify_author: bool, warn: bool}?, has_next: bool, next: [ModerationCaseRow], pager: Pager?}"},
	{"DecisionsPage", "{decisions: [DecisionRow], pager: Pager?, counts: ModerationCounts, has_decisions: bool, filter: {q: text, "
	 "is_filtered: bool}, acts: [Choice], articles: [ArticleChoice], people: [NamedChoice]}"},
	{"DecisionPage", "{decision: Decision, message: ModeratedMessage, conversation: {url: url, subject: text}, "
	 "evidence: EvidenceSeal?, history: [PastDecision], has_history: bool, appeal: Appeal?, author_address: text?, "
	 "can_record: bool, roads: [Choice], can_restore: bool, form: {reason: text, text: text}?}"},
	{"EvidenceDocument", "{id: id, sequence: int, at: time, hash: text, previous: text, is_intact: bool, sealed_text: text, "
	 "content: {about: text, at: time, attachments: [{kind: text, url: text, alt: text}], author: {name: text, "
	 "network?: text, remote_id?: text, handle?: text, followers?: int}, body: text, message: id, parent: text, "
	 "received_at: time, remote_id: text, thread: text, url: text, versions: [{until: time, body: text}]}?}"},
	{"AppealsPage", "{appeals: [{id: id, url: url, at: Instant, due: Instant, clock: Clock, text: text, road: Word, "
	 "recorded_by: text?, outcome: Word, tone: text, icon: text, is_open: bool, reason: text?, decided_by: text?, "
	 "decided: Instant?, is_alone: bool, author_name: text, avatar: Avatar, network: Network, preview: text, lang: text?, "
	 "said: text, article_number: text, first_decider: text, is_own: bool}], filters: [Tab], "
	 "counts: ModerationCounts, has_appeals: bool, is_decided: bool, pager: Pager?, figures: ModerationFigures}"},
	{"AppealPage", "{appeal: Appeal, decision: Decision, message: ModeratedMessage, conversation: {url: url, subject: text}, "
	 "evidence: EvidenceSeal?, history: [PastDecision], has_history: bool, can_decide: bool, is_alone: bool, "
	 "is_others: bool, form: {is_accepted: bool, is_rejected: bool, reason: text}?}"},
	{},
};
