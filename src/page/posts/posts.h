/* posts.h: what the files of page/posts/ share. A post is shown from a struct post_request: what its rows say (draft_load), or what somebody
 * just sent (draft_say), which stays in the page when it could not be kept. Everything lives in the request's arena. */
#pragma once
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/post.h"
#include "flow/post_words.h"
#include "page/page.h"
#include "page/post_row.h"
#include "store/idea.h"
#include "store/media.h"
#include "ui/document.h"

/* A channel that posts can leave by, and what the post says there. */
struct desk_channel {
	struct channel channel;
	const struct channel_kind *kind; /* NULL: this program has none such */
	bool chosen;
	const struct post_variant_request *variant; /* NULL: not chosen */
	struct post_text leaves;      /* what it gets: the words with their links as they leave */
	struct post_link *links;      /* those that leave otherwise than they are written */
	size_t link_count;
};

struct composer {
	struct cx *cx;
	struct db *db;
	struct post post;             /* id 0: a new one */
	struct post_request draft;    /* what the page shows */
	struct post_words words;
	struct desk_channel *channels; /* those that can post, and those that the post names */
	size_t channel_count;
	struct member *members;
	size_t member_count;
	struct media *media;          /* of draft.media, one for one */
	struct post_finding *findings;
	size_t finding_count;
	size_t block_count;           /* findings of checks that block, once post_checks_shape() looked */
	struct post_approval *approvals;
	size_t approval_count;
	struct reader reader;
	bool may_decide, one_more;
};

/* ---- the draft (draft.c) ---- */

/* Over what its rows say (post_draft_load), what the request says; `typed`: what was typed into a form that is shown again. */
enum err post_draft_say(struct cx *cx, struct request *request, bool typed, struct post_request *draft);

/* ---- the page (show.c) ---- */

/* The whole document of a post; `post` NULL: a new one. `one_more`: with an empty part of the thread behind the others. */
enum err post_compose(struct cx *cx, struct request *request, const struct post *post, const struct post_request *draft, bool one_more, json_t *document);
struct str composer_person(const struct composer *c, i64 person); /* their name; "Parvis" for nobody */
const struct desk_channel *composer_channel(const struct composer *c, i64 id); /* NULL when it is none of them */

json_t *post_channels_shape(struct composer *c);         /* channels.c */
json_t *post_poll_shape(const struct composer *c);      /* poll.c */
enum err post_previews_shape(struct composer *c, json_t **ret_list); /* preview.c */
enum err post_card_shape(struct composer *c, const struct desk_channel *channel, json_t **ret_card); /* card.c: of a preview; null: none is shown there */
json_t *post_choices_shape(const struct composer *c);    /* card.c: "choices" */
enum err post_card_picture(struct cx *cx, struct request *request, struct reply *reply);
enum err post_cards_again(struct cx *cx, struct request *request, struct reply *reply);
enum err post_aids_shape(struct composer *c, json_t *document);     /* aids.c: "aids", "variables" */
json_t *post_links_shape(struct composer *c);            /* links.c: "links" */
enum err post_checks_shape(struct composer *c, json_t *document);   /* checks.c: "checks" */
json_t *post_deals_shape(struct composer *c);                       /* deal.c: "deals": what it is paid with */
void post_deal_say(struct cx *cx, struct request *request, bool typed, struct post_request *draft); /* deal.c */
enum err post_acts_shape(struct composer *c, json_t *document);     /* acts.c: "acts" */
enum err post_slots_shape(struct composer *c, const struct request *request, json_t *document); /* slots.c: "queues", "has_queues", "queue", "best" */
enum err post_hashtags_shape(struct composer *c, const struct request *request, json_t *document); /* hashtags.c: "hashtags" */
/* "CHANNEL #tag": at the end of what that channel says. */
enum err post_hashtag_put(struct cx *cx, struct str said, struct post_request *draft);
enum err post_again_shape(struct composer *c, json_t *document);     /* again.c: "series", "can_again" */
enum err post_clicks_shape(struct composer *c, json_t *document);   /* clicks.c: "clicks" */
enum err post_history_shape(struct composer *c, json_t *document);  /* history.c: "events", "versions" */

enum err post_media_load(struct composer *c);                       /* media.c: those there are */
enum err post_media_shape(struct composer *c, json_t *document);    /* media.c: "media", "takes" */
enum err post_subtitles_shape(struct composer *c, const struct media *media, json_t **ret_shape); /* subtitles.c: of a film; null: it is none */
enum err post_pictures_shape(struct composer *c, const struct desk_channel *channel, json_t **ret_list); /* media.c: as that channel shows them */
/* media_page.c: choosing them */
enum err post_media_page(struct cx *cx, struct request *request, struct reply *reply);
enum err post_media_add(struct cx *cx, struct request *request, struct reply *reply);
enum err post_media_bring(struct cx *cx, struct request *request, struct reply *reply);

/* line.c: "line": what it serves, and where it comes from; what can be chosen. */
enum err post_line_shape(struct composer *c, json_t *document);
enum err post_line_keep(struct cx *cx, struct request *request, i64 post, struct post *ret_post);
enum err posts_show(struct cx *cx, struct request *request, struct reply *reply); /* list.c */

extern const struct shape post_shapes[]; /* answers.c */
/* copy.c */
enum err post_copy_as_b(struct cx *cx, struct request *request, struct reply *reply);
enum err post_copy_shape(struct cx *cx, struct request *request, const struct post_request *draft, i64 post, json_t *document); /* of a page that knows “of” */
