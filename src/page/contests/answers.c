/* answers.c: what the pages of contests answer, for the API's description. */
#include "page/contests/contests.h"

const struct shape contest_shapes[] = {
	{"Contest", "{id: id, url: url, name: text, kind: Word, state: Word, chip: Chip, days: text, starts_at: Instant, ends_at: Instant, is_archived: bool, "
	 "owner: {id: id, name: text, avatar: Avatar}?, campaign: Reference?, counted: Number, refused: Number, withdrawn: Number}",
	 "A contest; counted, refused and withdrawn are its entries."},
	{"ContestsPage", "{contests: [Contest], has_contests: bool, has_any: bool, can_run: bool, public_url: url, states: [{...Tab, word: text, count: Number?}], "
	 "pager: Pager?}"},
	{"ContestFact", "{text: text, source: text, url: url?, as_of: text}", "What a network or a law asks of contests: a fact with its source, no advice."},
	{"ContestEntry", "{id: id, author_name: text, avatar: Avatar, network: Network, said: text, url: url?, at: Instant, state: 'counted' | 'refused' | 'withdrawn', reason: text, "
	 "chip: Chip, why: text?, hash: text?, points: int?, sum: int?, can_refuse: bool, can_let_in: bool, can_withdraw: bool, can_choose: bool, can_judge: bool}",
	 "A message that takes part, or why it does not; points are those of whoever asks, sum of all once it is decided."},
	{"ContestDraw", "{number: int, entries: Number, hash: text, list_url: url, source: text, round: int?, beacon_url: url?, secret_hash: text?, secret: text?, word: text?, seed: text?, "
	 "is_typed: bool, is_drawing: bool, checked: text?, reason: text?, story: text?, due_at: Instant?, frozen_at: Instant, drawn_at: Instant?}",
	 "A list that was frozen, and what was drawn of it; hash is the list's SHA-256."},
	{"ContestWinner", "{id: id, place: Number, draw: int?, author_name: text, avatar: Avatar, network: Network, url: url?, hash: text?, state: 'drawn' | 'standby' | 'leaving' | 'told' | 'accepted' | "
	 "'declined' | 'silent' | 'void', chip: Chip, points: int?, shown_as: text?, sending: text?, told_at: Instant?, answer_by: Instant?, clock: Clock?, can_tell: bool, can_settle: bool, can_rename: bool}",
	 "Somebody who won, stands by, or was chosen."},
	{"ContestPage", "{contest: Contest, public_url: url?, rules: {organiser: text?, text: text?, lang: text, prizes: [text], ways: [text], hashtag: text?, words: [text], left_out: [text], "
	 "team_out: bool, winners: Number, substitutes: Number?, per_person: Number, winners_out_days: Number?, answer_days: Number, keep_days: Number}, can_run: bool, can_open: bool, "
	 "can_freeze: bool, is_early: bool, can_freeze_again: bool, can_end: bool, can_stop: bool, can_archive: bool, is_draw: bool, is_jury: bool, is_challenge: bool, is_judged: bool, "
	 "stopped: text?, facts: [ContestFact], posts: [{id: id, title: text, url: url, there: url?}], has_posts: bool, draws: [ContestDraw], has_draws: bool, can_give_word: bool, "
	 "can_type: bool, can_decide: bool, winners: [ContestWinner], has_winners: bool, telling: text, states: [{...Tab, word: text, count: Number?}], "
	 "reasons: [{...Tab, word: text, count: Number}], has_reasons: bool, has_any_entry: bool, entries: [ContestEntry], has_entries: bool, query: text, pager: Pager?}"},
	{"PublicContest", "{workspace: {name: text, slug: text, avatar: Avatar}, languages: [{word: text, title: text, url: url}], contest: {name: text, url: url, kind: Word, about: text, "
	 "chip: Chip, state: text, days: text, organiser: text, prizes: [text], has_prizes: bool, ways: [text], conditions: [text], has_conditions: bool, all_url: url, winners: Number?, substitutes: Number?, per_person: Number, answer_days: Number, "
	 "keep_days: Number, salt: text, counted: Number, refused: Number, refusals: [{title: text, count: Number}], has_refusals: bool, stopped: text?, is_draw: bool, is_unnamed: bool}, "
	 "rules: {text: text, lang: text, number: text, is_current: bool, since: Instant}, versions: [{number: text, url: url, since: Instant, is_shown: bool}], has_versions: bool, "
	 "posts: [{title: text, url: url?}], has_posts: bool, draws: [{number: text, is_again: bool, entries: Number, hash: text, list_url: url, source: text, is_beacon: bool, is_word: bool, "
	 "round: int?, beacon_url: url?, due_at: Instant?, secret_hash: text?, secret: text?, word: text?, seed: text?, is_typed: bool, checked: text?, reason: text?, frozen_at: Instant, drawn_at: Instant?, "
	 "has_winners: bool, winners: [PublicWinner], command: text?}], has_draws: bool, shown: [PublicWinner], has_shown: bool, asked: {handle: text, hashes: [text], is_there: bool}?}",
	 "A contest as everybody sees it: what is needed to draw its lots again."},
	{"PublicContests", "{workspace: {name: text, slug: text, avatar: Avatar}, languages: [{word: text, title: text, url: url}], contests: [{name: text, url: url, kind: Word, chip: Chip, "
	 "days: text}], has_contests: bool, pager: Pager?}",
	 "Those that everybody sees, the last to end first."},
	{"PublicWinner", "{place: Number, name: text?, hash: text?, title: text}", "Who won, by the name they agreed to, else by their line of the list."},
	{},
};
