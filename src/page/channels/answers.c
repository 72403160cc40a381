/* answers.c: the shapes of what these pages answer, for the description of the API; the plays hold real answers to them. */
#include "page/channels/channels.h"

const struct shape channels_shapes[] = {
	{"Channel", "{id: id, url: url, name: text, kind: Word, network: Network, account: text?, state: Word, tone: text, "
	 "icon: text, reads: text?, can_reply: bool, can_private: bool, can_hide: bool, can_check: bool, note: text, "
	 "waiting: text?, fetched: Instant?}",
	 "A connected channel and how it is."},
	{"ChannelDetail", "{id: id, name: text, kind: {word: text, title: text, about: text}, network: Network, state: Word, tone: text, "
	 "icon: text, story: text?, is_ok: bool, is_paused: bool, is_failing: bool, is_to_connect: bool, is_archived: bool, fetched: Instant?, "
	 "complete_from: Instant?, complete: Instant?, lost: {from: Instant, until: Instant}?, recovered: {count: Number, at: Instant, text: text}?, "
	 "fetch_due: Instant?, created: Instant, can_fetch: bool, conversations: text, conversations_url: url, "
	 "cursor: text?, figures: text?}",
	 "A channel with its state."},
	{"ChannelField", "{name: text, title: text, about: text?, value: text, error: text?, is_required: bool, is_line: bool, "
	 "is_url: bool, is_secret: bool, is_number: bool, is_bool: bool, has_secret: bool, is_on: bool, is_choice: bool, choices: [Choice]}",
	 "A setting that a kind of channel asks for."},
	{"GuideStep", "{id: text, text: text, link: text?, is_outside: bool, paste: text?, paste_title: text}", "A thing to do at a network, and what is pasted there."},
	{"ChannelGuide", "{account: text, operator: {is_known: bool, steps: [GuideStep]}?, steps: [GuideStep], has_after: bool, after: [GuideStep], "
	 "troubles: [{what: text, cure: text, typed: text?}], manners: [text], address_trouble: text?, as_of: text}",
	 "How a kind of channel is connected."},
	{"ChannelStep", "{word: text, title: text, is_done: bool, is_current: bool}", "A step of the way until a channel works."},
	{"ChannelAbility", "{icon: text, text: text, is_able: bool}", "What a channel can do, or not."},
	{"PublicForm", "{is_open: bool, is_paused: bool, is_wanted: bool, takes_files: bool, needs_email: bool, address: text?, "
	 "link: text, embed: text, wordings: [{name: text, title: text, about: text, is_long: bool, langs: [{name: text, "
	 "lang: text, language: text, value: text}]}]}",
	 "A channel's public page."},
	{"Deliveries", "{address: url, verify_token: text?, last: Instant?, waiting: text?, troubled: [{at: Instant?, state: Word, story: text, size: int}], "
	 "has_troubled: bool, troubled_count: int}",
	 "What a network brings to a channel by itself (webhooks)."},
	{"PushedMessage", "{id: id, remote_id: text, result: 'created' | 'unchanged' | 'changed'}",
	 "What became of a message that was pushed."},
	{"ChannelsPage", "{can_manage: bool, alerts: [{id: id, name: text, story: text, url: url, verb: text, is_lit: bool, is_first: bool}], "
	 "channels: [Channel], archived: [{id: id, url: url, name: text, network: Network}], summary: text?, "
	 "has_channels: bool, pager: Pager?, has_archived: bool, kinds: [{word: text, title: text, about: text, network: Network, "
	 "url: url}]}"},
	{"ChannelForm", "{teams: [NamedChoice], kind: {word: text, title: text, about: text, network: Network}, can: [ChannelAbility], "
	 "form: {name: text, next: text?}, fields: [ChannelField], by_hand: {people: [NamedChoice]}?, way: [ChannelStep], guide: ChannelGuide?}"},
	{"ChannelPage", "{channel: ChannelDetail, can_manage: bool, can: [ChannelAbility], form: {name: text}, fields: [ChannelField], by_hand: {people: [NamedChoice]}?, "
	 "teams: [NamedChoice], waiting: [{url: url, text: text, at: Instant?, state: Word, story: text?}], "
	 "has_waiting: bool, has_searches: bool, searches: [{url: url, name: text, state: Word, story: text?, asked: Instant?, next: Instant?, found: Number}], push: {url: url, example: text, keys_url: url, scope: text}?, public: PublicForm?, deliveries: Deliveries?, "
	 "simulator: {dials: [{name: text, title: text, about: text, value: text, min: text, max: text, step: text, "
	 "unit: text}], is_down: bool, scenes: [{word: text, title: text, about: text}]}?}"},
	{"ChannelRight", "{word: text, need: text, is_required: bool, state: 'granted' | 'missing' | 'unknown', is_granted: bool, is_missing: bool}",
	 "A right that a channel needs."},
	{"ChannelLimit", "{word: text, title: text, text: text, is_asked: bool, as_of: text, source: text}", "A limit of a network."},
	{"ChannelAccount", "{name: text, handle: text?, url: url?}", "Who we are on a network."},
	{"ChannelConnect", "{channel: {id: id, name: text, network: Network, state: Word, tone: text, icon: text, story: text?, kind: text}, "
	 "steps: [ChannelStep], guide: ChannelGuide?, login: {place: text, state: text?, story: text?, is_waiting: bool, "
	 "is_ready: bool, is_failed: bool, is_done: bool, address: text?}?, account: ChannelAccount?, rights: [ChannelRight], has_rights: bool, "
	 "rights_told: bool, limits: [ChannelLimit], checked: Instant?, expires: Instant?, is_checking: bool, is_let_in: bool, is_broken: bool, "
	 "is_fine: bool, is_lacking: bool}"},
	{"ChannelWarning", "{what: text, about: text?, headline: text, story: text, act_by: Instant?, told: Instant?}", "What is coming over a channel."},
	{"ChannelWeather", "{id: id, url: url, name: text, network: Network, state: Word, tone: text, icon: text, story: text?, is_broken: bool, is_calm: bool, "
	 "connect: text?, has_login: bool, account: ChannelAccount?, checked: Instant?, act_by: Instant?, warnings: [ChannelWarning], token: {renewed: Instant?, until: Instant?, "
	 "next: Instant?, ends: Instant?, is_refused: bool}?, rights: [ChannelRight], rights_granted: int, lacking: [ChannelRight], quotas: [{host: text, "
	 "limit: Number, used: Number, percent: int, is_scarce: bool, resets: Instant?}], has_acts: bool, acts: [{act: text, title: text, is_failing: bool, done: Instant?, "
	 "failed: Instant?, story: text?}], sunsets: [{what: text, on: text, as_of: text, source: text}], cells: [{act: text, title: text, is_able: bool, is_failing: bool, done: Instant?}], age: text?, "
	 "quota_percent: int?, rights_needed: int, has_rights: bool}",
	 "How a channel stands, before it breaks."},
	{"ChannelsWeather", "{columns: [{title: text}], has_table: bool, is_one: bool, is_calm: bool, can_manage: bool, channels: [ChannelWeather]}"},
	{"Pushed", "{messages: [PushedMessage], created: int, unchanged: int, changed: int}"},
	{},
};
