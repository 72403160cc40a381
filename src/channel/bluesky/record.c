#include "base/lang.h"
#include "channel/bluesky/bluesky.h"

const char *bluesky_other(struct str collection)
{
	static const struct {
		const char *collection, *what;
	} others[] = {
		{"app.bsky.feed.like", N_("likes")}, {"app.bsky.feed.repost", N_("reposts")},
		{"app.bsky.graph.follow", N_("follows")},
		{"app.bsky.graph.block", N_("blocks")}, {"app.bsky.graph.list", N_("lists")},
		{"app.bsky.graph.listitem", N_("members of lists")},
		{"app.bsky.graph.listblock", N_("blocks")}, {"app.bsky.actor.profile", N_("profiles")},
		{"app.bsky.feed.threadgate", N_("reply settings")},
		{"app.bsky.feed.postgate", N_("reply settings")}, {"app.bsky.feed.generator", N_("feeds")},
		{"app.bsky.graph.starterpack", N_("starter packs")}, {"chat.bsky.actor.declaration", N_("settings")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq(collection, str_of(others[i].collection)))
			return others[i].what;
	return N_("records of other kinds");
}

enum err bluesky_read_post(struct reading *r, const struct bluesky_post *post)
{
	struct inbound in;
	bluesky_inbound(r->item, post, &in);
	return reading_item(r, &in);
}
