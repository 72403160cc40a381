/* visit.h: what is counted of who follows a short link: whether it is a person, and from what kind of place they come. Pure; any bytes are taken, nothing
 * of them is kept.
 *
 * Sources, as of 2026-11-22: browsers begin their User-Agent with "Mozilla/" (RFC 9110, 10.1.5, and what they send), Opera Mini's with "Opera/"; programs
 * of networks that look for a preview name themselves, or the address that explains them, as their manuals say (facebookexternalhit, Twitterbot,
 * LinkedInBot, Slackbot-LinkExpanding, TelegramBot, Discordbot, WhatsApp, Mastodon, Bluesky Cardyb, Applebot, Googlebot, bingbot). Sec-Purpose: the Fetch
 * standard, "prefetch". Who pretends to be a browser is counted as a person: no list can tell. */
#pragma once
#include "base/str.h"

enum visit { VISIT_DIRECT, VISIT_NETWORK, VISIT_SEARCH, VISIT_OTHER, VISIT_ROBOT };

/* Each as the header says it, empty where it was not sent; `looks`: it was asked what is there (HEAD), not for it. */
enum visit visit_of(struct str agent, struct str referrer, struct str purpose, bool looks);
