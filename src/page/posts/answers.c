/* answers.c: what the routes of posts answer, for the API's description; the plays hold real answers to it. */
#include "page/posts/posts.h"

const struct shape post_shapes[] = {
	{"PostState", "{word: 'draft' | 'review' | 'approved' | 'scheduled' | 'leaving' | 'by_hand' | 'published' | 'trouble', title: text}", "Where a post is."},
	{"PostPlace", "{id: id, name: text, network: Network}", "A channel that a post goes to."},
	{"PostRow", "{id: id, url: url, heading: text, excerpt: text, lang: text?, state: PostState, chip: Chip, channels: [PostPlace], planned_at: Instant?, "
	 "published_at: Instant?, updated_at: Instant, updated_by: text?}",
	 "A post as lists show it."},
	{"PostsPage", "{tabs: [{...Tab, word: text, count: Number?, waits: bool}], posts: [PostRow], has_posts: bool, has_any: bool, has_channels: bool, "
	 "channels: [NamedChoice], filter: {q: text, channel: id?, state: text, is_filtered: bool, clear_url: url}, can_pause: bool, can_write: bool, can_connect: bool, pager?: Pager?}"},
	{"PostText", "{index: text, number: text, body: text}", "A text that follows in a thread."},
	{"PostLength", "{length: int, extra: int, limit: int?, text: text, share: int, is_over: bool, over: text?}", "How long a text is as it leaves, as its network counts; extra: how much of it is added to its links."},
	{"PostChannel", "{id: id, name: text, network: Network, is_chosen: bool, is_adapted: bool, is_over: bool, has_titles: bool, needs_media: bool, is_by_hand: bool, unit: text, "
	 "unit_story: text?, length: PostLength, body: text, first_comment: text, parts: [PostText]}",
	 "A channel that posts can leave by; body, parts and first_comment are words of its own, empty where the common ones hold."},
	{"PostPiece", "{text: text, kind: 'text' | 'link' | 'mention' | 'hashtag' | 'cashtag', is_marked: bool}", "A piece of a text, as a network understands it."},
	{"PostMarked", "{shown: [PostPiece], folded: [PostPiece], over: [PostPiece], is_folded: bool, fold: int}",
	 "A text as a network shows it: at once, behind “more”, and what is too much."},
	{"PostCard", "{url: text, site: text, title: text, description: text?, picture: url?, alt: text, story: text?, is_there: bool, is_read: bool, is_ours: bool, read_at: Instant?}",
	 "What is shown of the page behind a link: is_ours: it is sent with the post; else the network reads the page itself."},
	{"PostPreview", "{channel_id: id, name: text, handle: text?, avatar: Avatar, network: Network, title: text?, warning: text?, body: PostMarked, parts: [PostMarked], "
	 "first_comment: [PostPiece], has_comment: bool, is_by_hand: bool, media_count: Number?, card: PostCard?, is_story: bool, "
	 "pictures: [{url: url?, alt: text, is_film: bool}]}",
	 "A post as one of its channels will show it."},
	{"PostMedium", "{id: id, number: text, name: text, kind: Word, url: url, picture: url?, alt: text, library_alt: text, rights_until: Instant?, is_ending: bool, "
	 "is_first: bool, ways: [text], subtitles: {url: url, langs: text?, ways: [text], is_wanted: bool}?}", "A picture or file that goes with a post, with how its channels get it."},
	{"PostMediaPage", "{post: {id: id, url: url, revision: int, title: text}, filter: {q: text, kind: text, is_filtered: bool}, size_most: text, can_bring: bool, has_media: bool, "
	 "media: [{...Medium, is_with: bool}], pager: Pager?}"},
	{"PostCopied", "{id: id, url: url, compare_url: url?}", "A draft that was made of a post, and where both are compared."},
	{"PostKept", "{id: id, revision: int}", "A post that was written anew, and the revision that it has by now."},
	{"PostVariable", "{name: text, title: text?, type: 'text' | 'number' | 'date' | 'url', value: text, otherwise: text, is_date: bool, fault: text?}",
	 "A variable that stands in a post's texts: what the post says for it, and what holds otherwise."},
	{"PostHashtag", "{tag: text, evidence: [text], relevance: number, score: number, posts: int, heard: int, factor: number?, doubt: number?, is_better: bool, is_worse: bool}",
	 "A hashtag for what is written, and what speaks for it. relevance: how likely such a text bears it, by the workspace’s own posts, sets and what was heard; score: that times factor; posts of ours "
	 "with it on that network; heard: in so many messages of 30 days, 1,000 at the most."},
	{"PostAid", "{id: id, name: text, about: text?, text: text}", "A template or a set of hashtags; of hashtags that take turns, those of the next turn."},
	{"PostLinks", "{tags: [Choice], shortens: [Choice], can_shorten: bool, source: text, medium: text, campaign: text, content: text, hints: {source: text, medium: text, campaign: text, "
	 "content: text}, places: [{channel_id: id, name: text, network: Network, links: [{written: text, leaves: text, target: text?}]}], has_places: bool, rules_url: url?}",
	 "What a post says of its own links, and each link as it leaves."},
	{"PostClicks", "{has_places: bool, people: Number, places: [{channel_id: id, name: text, network: Network, people: Number, robots: Number, "
	 "from: [{word: 'direct' | 'network' | 'search' | 'other', title: text, people: Number}], days: [{day: text, people: Number, share: int}], "
	 "links: [{code: text, short: text, target: text}]}]}",
	 "How often the short links of a post were followed by people, channel by channel; machines are told apart."},
	{"PostFinding", "{channel_id: id?, network: Network?, field: text, text: text, place: text}", "What stands in the way of a post."},
	{"PostCheck", "{check: text, title: text, level: 'block' | 'warn' | 'inform', channel_id: id?, field: text, excerpt: text, reason: text, remedy: text?, "
	 "replacements: [{field: text, was: text, text: text}], is_block: bool, is_warn: bool, is_inform: bool, found: text, context: text, number: text, "
	 "is_spelling: bool, can_except: bool, can_override: bool, override: {id: id, by: text, at: Instant, reason: text}?}",
	 "What is wrong, or could be better, with what it says; what may be put instead."},
	{"PostApproval", "{id: id, name: text, text: text, at: Instant, due_at: Instant?, remark: text?, is_open: bool, is_approved: bool, is_returned: bool}",
	 "A step of its approval."},
	{"PostTry", "{number: int, outcome: text, text: text, story: text?, started_at: Instant?, ended_at: Instant?}", "A try to send, and what came of it."},
	{"PostAct", "{id: id, channel_id: id, channel: text, network: Network, part: int, what: text, state: Word, chip: Chip, why: text, planned_at: Instant?, "
	 "due_at: Instant?, done_at: Instant?, story: text?, url: url?, remote_id: text?, key: text, can_again: bool, can_drop: bool, by_hand_url: url?, can_decide: bool, tries: [PostTry], "
	 "figures: [{measure: text, title: text, value: Number, at: Instant}]}",
	 "What leaves of a post: why, when, and what the network said."},
	{"PostEvent", "{id: id, kind: text, icon: text, text: text, said: text?, at: Instant, is_remark: bool}", "What happened to a post."},
	{"PostVersion", "{revision: int, by: text, at: Instant, changes: [{text: text, is_gone: bool, is_new: bool}]}", "What it said before, with what became of it."},
	{"PostHead", "{id: id?, url: url?, revision: int, heading: text, line: text, state: PostState, chip: Chip, title: text, body: text, first_comment: text, lang: text, "
	 "warning: text, wall_time: text, planned_at: Instant?, published_at: Instant?, updated_at: Instant?, is_archived: bool, idea_id: id?, campaign_id: id?, pillar_id: id?}"},
	{"PostLine", "{pillar: Reference?, campaign: Reference?, has_pillars: bool, pillars: [NamedChoice], has_campaigns: bool, campaigns: [NamedChoice], "
	 "idea: {id: id, title: text, url: url}?, can_choose: bool, is_apart: bool, form: text, can_plan: bool}",
	 "What a post serves, where it comes from, and what can be chosen."},
	{"PostPage", "{post: PostHead, line: PostLine, is_new: bool, compare_url: url?, can: {edit: bool, ready: bool, mend: bool, decide: bool, publish: bool, take_back: bool, put_away: bool, take_out: bool, "
	 "remark: bool, act: bool, autosave: bool}, is_lit: {mend: bool, ready: bool, decide: bool, act: bool}, channels: [PostChannel], has_channels: bool, can_connect: bool, "
	 "poll: {is_there: bool, question: text, hours: int, is_several: bool, choices: [text], open_text: text, boxes: [{number: int, text: text}]}, "
	 "parts: [PostText], media: [PostMedium], has_media: bool, takes: [{network: Network, text: text}], checks: [PostCheck], has_checks: bool, has_blocks: bool, is_kept: bool, deals: [Choice], choices: [{id: id, name: text, network: Network, can_story: bool, is_story: bool, can_card: bool, is_without_card: bool}], has_choices: bool, findings: [PostFinding], mend_text: text, has_findings: bool, previews: [PostPreview], has_previews: bool, links: PostLinks, variables: {has_any: bool, list: [PostVariable]}, "
	 "hashtags: {has_places: bool, places: [{channel_id: id, name: text, network: Network, has: int, advised: int?, is_full: bool, room_text: text?, has_list: bool, list: [PostHashtag]}]}, "
	 "aids: {templates: [PostAid], hashtags: [PostAid], has_templates: bool, has_hashtags: bool, can_manage: bool}, "
	 "approvals: [PostApproval], has_approvals: bool, zones: [{word: text, is_selected: bool}], zone: text, queues: [{id: id, name: text, next: Instant?}], has_queues: bool, best: [{wall_time: text, at: Instant}], queue: {id: id, name: text}?, series: {id: id, words: text, is_ended: bool, can_skip: bool, can_unskip: bool, can_follow: bool}?, can_again: bool, languages: [Choice], others: [{id: id, name: text, avatar: Avatar}], "
	 "acts: [PostAct], has_acts: bool, clicks: PostClicks, events: [PostEvent], has_events: bool, versions: [PostVersion], has_versions: bool, "
	 "since_approval: [{text: text, is_gone: bool, is_new: bool}]?, has_since_approval: bool, conflict?: {story: text, "
	 "changes: [{text: text, is_gone: bool, is_new: bool}]}?}",
	 "A post: what it says, what each network makes of it, what stands in its way, whom it waits for, what became of it."},
	{},
};
