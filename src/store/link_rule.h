/* link_rule.h: how links of posts leave a workspace: tagged (model/utm.h), to which hosts, and made short; from the workspace's settings. */
#pragma once
#include "sys/db.h"

struct link_source {
	i64 channel;
	struct str source;        /* its utm_source */
};

/* Values may hold {network}, {channel}, {campaign} and {post}: a value that comes out empty is left out of the link. */
struct link_rules {
	bool tags;                /* links of posts are tagged */
	struct str source, medium, campaign, content;
	const struct link_source *sources; /* channels with a source of their own */
	size_t source_count;
	const struct str *hosts;  /* links to these and to what is below them alone; none: to everywhere */
	size_t host_count;
	const struct str *excluded; /* never these, nor what is below them */
	size_t excluded_count;
	bool shortens;            /* those that are tagged leave as short links of ours */
	struct str address;       /* "https://go.example.org": where short links are answered; empty: nowhere, none is made */
	struct str seen;          /* with link_rules_set(): the mark of what was seen (flow/seen.h); not kept */
};

#define LINK_SOURCE_DEFAULT "{network}"
#define LINK_MEDIUM_DEFAULT "social"
#define LINK_CAMPAIGN_DEFAULT "{campaign}"
#define LINK_CONTENT_DEFAULT "{channel}"
#define LINK_SETTING "links" /* its member of the workspace's settings */

/* Those of the workspace; defaults where it says nothing, with tagging off. All of it is the arena's. */
enum err link_rules_get(struct cx *cx, struct db *db, i64 workspace, struct link_rules *ret_rules);
/* What was approved leaves as it was approved: the rules of the workspace and the campaign's name as JSON, and again. False: nothing is frozen in it. */
enum err link_rules_freeze(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct str *ret_frozen);
bool link_rules_thaw(struct cx *cx, struct str frozen, struct link_rules *ret_rules, struct str *ret_campaign);
/* What the campaign of a post is called, for {campaign}; empty when it has none. */
enum err link_campaign_name(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct str *ret_name);
