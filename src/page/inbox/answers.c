/* answers.c: the shapes of what these pages answer, for the description of the API; the plays hold real answers to them. */
#include "page/inbox/inbox.h"

const struct shape inbox_shapes[] = {
	{"SnoozedUntil", "{iso: time?, text: text, short: text}",
	 "Until when a conversation is out of sight; iso is null for “until they answer”."},
	{"Conversation", "{id: id, version: int, url: url, back: url, contact_url: url, contact: {id: id?, name: text, avatar: Avatar}, "
	 "network: Network, channel: Reference, kind: Kind, subject: text?, subject_url: url?, status: Status, "
	 "is_open: bool, is_pending: bool, is_snoozed: bool, is_resolved: bool, snoozed_until: Instant?, "
	 "priority: Priority, assignee: Colleague?, team: Reference?, labels: [LabelMark], clock: Clock?, "
	 "merged_into: {url: url}?, can_triage: bool, can_moderate: bool, can_note: bool, can_reply: bool, "
	 "can_propose: bool, thread: [ThreadItem], earlier: url?, others: {typing: {name: text, avatar: Avatar}?, "
	 "reading: {names: text}?}, reply: ReplyBox?, label_choices: [{id: id, name: text, tone: text, is_on: bool}], "
	 "hide: HideForm?, split: {message_id: text, is_open: bool}?, handoff: {is_by_mail: bool, has_machines: bool, machines: [{id: id, name: text}]}?, merge: {others: [ConversationMark]}?, "
	 "aside: {id: id, is_public: bool, is_private: bool, has_met: bool, is_solved: bool, by: text?, started_at: Instant, other_url: url?, closing: text}?}",
	 "A conversation with its thread, and what can be done with it."},
	{"ConversationRow", "{id: id, version: int, url: url, is_current: bool, is_waiting: bool, contact: {id: id?, name: text, "
	 "avatar: Avatar}, network: Network, channel: Reference, kind: Kind, status: Status, subject: text?, "
	 "preview: text, lang: text?, rating: Rating?, last_at: Instant, clock: Clock?, is_urgent: bool, is_high: bool, "
	 "is_pending: bool, is_resolved: bool, snoozed_until: SnoozedUntil?, is_mentioned: bool, answer: Chip?, "
	 "labels: [LabelMark], gist: [Chip], assignee: Colleague?, team: Reference?}",
	 "A conversation as a list shows it."},
	{"ConversationList", "{title: text, number: Number?, url: url, sort: [Tab], filters: [{title: text, url: url}], "
	 "rows: [ConversationRow], previous: url?, next: url?, is_done: bool, is_filtered: bool, is_first: bool, "
	 "next_due: Instant?}",
	 "A page of a list of conversations."},
	{"InboxViews", "{desk: [InboxView], kinds: [InboxView], channels: [InboxView], mine: [InboxView]}",
	 "The lists that the inbox has."},
	{"InboxView", "{title: text, url: url, icon: text, network: Network?, number: Number?, is_current: bool}",
	 "A list of the inbox."},
	{"InboxPane", "{is_list: bool, is_conversation: bool, is_contact: bool}", "Which part a narrow screen shows."},
	{"InboxFilter", "{view: text, number: Number?, statuses: [TextChoice], channels: [TextChoice], labels: [TextChoice], "
	 "assignees: [TextChoice], kinds: [TextChoice], priorities: [TextChoice], sorts: [TextChoice], tones: [TextChoice], "
	 "intents: [TextChoice], signs: [TextChoice], languages: [TextChoice]}",
	 "What a list of conversations can be narrowed to."},
	{"InboxChoices", "{people: [{id: id, name: text, avatar: Avatar, is_me: bool, is_away: bool}], teams: [Reference], "
	 "labels: [LabelMark], snoozes: [{value: text, title: text, text: text}], priorities: [Priority], "
	 "macros: [Reference]}",
	 "What a conversation can be given."},
	{"Message", "{id: id, is_in: bool, is_us: bool, is_private: bool, is_note: bool, is_hidden: bool, is_removed: bool, "
	 "is_edited: bool, parent: {id: id, author_name: text, excerpt: text}?, depth: int, author_name: text, "
	 "author: {handle: text?, avatar: Avatar}, at: Instant, lang: text?, url: url?, rating: Rating?, figures: text?, body: text, "
	 "parts: [{...LinkedText, about: text?}], quoted: text?, meaning: [MeaningChip], meaning_url: url?, edited_at: Instant?, versions: [PastText], removed_at: Instant?, "
	 "attachments: [Attachment], decision: {article: ArticleMark, reason: text, decided_by: text, at: Instant?, "
	 "was_notified: bool}?, reply_state: ReplyState?, is_sent: bool, send_at: Instant?, story: text?, approval: {asked_by: text, "
	 "asked_at: time, remark: text?}?, can_like: bool, is_liked: bool, can_hide: bool, can_restore: bool, can_edit: bool, can_withdraw: bool, "
	 "can_approve: bool, can_retry: bool, can_settle: bool, can_reschedule: bool, can_split: bool, can_answer: bool, can_idea: bool, idea_url: url?, back_url: url, "
	 "answer_url: url, hide_url: url, split_url: url}",
	 "A message, an answer of ours or a note."},
	{"ThreadItem", "{message: Message?, event: ThreadEvent?}", "A message, or what happened between two."},
	{"ThreadEvent", "{id: id, at: Instant, text: text}", "What happened in a conversation."},
	{"Attachment", "{kind: text, is_image: bool, is_audio: bool, is_video: bool, is_link: bool, name: text, alt: text, url: url?, "
	 "thumb_url: url?, size: text?}",
	 "A file or a link that came with a message."},
	{"ReplyState", "{word: 'draft' | 'approval' | 'scheduled' | 'queued' | 'sending' | 'sent' | 'failed' | 'held' | 'unknown' | "
	 "'withdrawn', title: text, tone: text, icon: text}",
	 "Where an answer of ours is."},
	{"ReplyBox", "{body: text, draft_id: id?, parent: {id: id, author_name: text, excerpt: text}?, can_public: bool, "
	 "can_private: bool, can_go_aside: bool, is_public: bool, is_private: bool, is_note: bool, limit: int?, limit_public: int?, limit_private: int?, unit: text?, "
	 "unit_title: text?, takes: [{icon: text, scope: 'public' | 'private' | 'reply', text: text, is_late: bool}], closed: {text: text, url: url?}?, saved: [ReplySaved], "
	 "needs_approval: bool, returned: {by: text?, remark: text}?, files: {takes: bool, most: int, accept: text, "
	 "kept: [{id: id, name: text, alt: text, size: text, is_image: bool, url: url}]}, guide: {way: text, checks: [{word: text, "
	 "title: text, any: text?, none: text?}], liked: text?, url: url?}?, send_at_least: text}",
	 "What the reply box begins with."},
	{"ReplySaved", "{id: id, shortcut: text, title: text, body: text, unknown: text?, url: url}",
	 "A saved reply, filled in for this conversation."},
	{"HideForm", "{message_id: text, is_open: bool, articles: [{id: id, number: text, title: text, notice: text, "
	 "is_current: bool}], notice: text, can_notify: bool, is_removal: bool}",
	 "What hiding a message asks for."},
	{"ContactCard", "{id: id, name: text, url: url, avatar: Avatar, place: text?, company: text?, lang: Word?, since: Instant, "
	 "email: text?, phone: text?, note: text?, last_rating: Rating?, relation: Relation, has_same: bool, "
	 "can_edit: bool, same: [SamePerson], attributes: [{name: text, value: text}], identities: [{network: Network, "
	 "name: text, url: url?, followers: Number?}], conversations: [ConversationMark], more_url: url?}",
	 "The person on the other side of a conversation."},
	{"ConversationMark", "{id: id, url: url, title: text, network: Network, last_at: Instant, status: Status}",
	 "A conversation, by its title."},
	{"InboxPage", "{pane: InboxPane, query: text, q: text, conversation: Conversation?, contact: ContactCard?, views: InboxViews, "
	 "list: ConversationList, filter: InboxFilter, choices: InboxChoices}",
	 "A list of conversations, and what stands beside it."},
	{"ConversationPage", "{pane: InboxPane, query: text, q: text, views: InboxViews, list: ConversationList, filter: InboxFilter, "
	 "choices: InboxChoices, conversation: Conversation, contact: ContactCard?}",
	 "A conversation with its thread and its contact, and the list beside it."},
	{"ConversationChanged", "{message?: {id: id, reply_state?: text, at?: time}, case_id?: id, pane: InboxPane, query: text, q: text, "
	 "choices: InboxChoices, conversation: Conversation, contact: ContactCard?, undo_url: url?}",
	 "A conversation after an act, with the address that takes the act back."},
	{"BulkDone", "{changed: int, as_it_was: int, moved_on: int, undo_url: url?}"},
	{},
};
