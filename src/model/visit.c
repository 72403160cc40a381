#include "model/visit.h"

#include "model/utm.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Where `what`, in small letters, stands in `text` from `from` on; text.len: nowhere. */
static size_t find_from(struct str text, size_t from, const char *what)
{
	struct str wanted = str_of(what);
	for (size_t i = from; i + wanted.len <= text.len; i++) {
		size_t n = 0;
		while (n < wanted.len && lower(text.at[i + n]) == wanted.at[n])
			n++;
		if (n == wanted.len)
			return i;
	}
	return text.len;
}

static bool has(struct str text, const char *what)
{
	return find_from(text, 0, what) < text.len;
}

/* "bot" as a word's end; Cubot makes telephones. */
static bool is_bot(struct str agent)
{
	for (size_t at = find_from(agent, 0, "bot"); at < agent.len; at = find_from(agent, at + 3, "bot")) {
		bool ends = at + 3 == agent.len || !(lower(agent.at[at + 3]) >= 'a' && lower(agent.at[at + 3]) <= 'z');
		bool telephone = at >= 2 && lower(agent.at[at - 2]) == 'c' && lower(agent.at[at - 1]) == 'u';
		if (ends && !telephone)
			return true;
	}
	return false;
}

static bool is_robot(struct str agent)
{
	static const char *const words[] = {"http://", "https://", "crawl", "spider", "preview", "externalhit", "headless", "lighthouse", "cardyb", "slurp", "mediapartners", "monitor"};
	agent = str_head(agent, 1024);
	if (!str_starts(agent, S("Mozilla/")) && !str_starts(agent, S("Opera/")))
		return true;
	for (size_t i = 0; i < COUNT(words); i++)
		if (has(agent, words[i]))
			return true;
	return is_bot(agent);
}

static const struct str networks[] = {
	S("facebook.com"), S("fb.com"), S("fb.me"), S("messenger.com"), S("instagram.com"), S("threads.net"), S("threads.com"), S("t.co"), S("twitter.com"), S("x.com"), S("bsky.app"),
	S("linkedin.com"), S("lnkd.in"), S("reddit.com"), S("youtube.com"), S("youtu.be"), S("tiktok.com"), S("pinterest.com"), S("pinterest.fr"), S("snapchat.com"), S("discord.com"),
	S("discordapp.com"), S("telegram.org"), S("t.me"), S("whatsapp.com"), S("wa.me"), S("vk.com"), S("tumblr.com"), S("mastodon.social"), S("mastodon.online"), S("mstdn.social"),
	S("piaille.fr"), S("mamot.fr"), S("framapiaf.org"), S("com.facebook.katana"), S("com.twitter.android"), S("com.linkedin.android"), S("com.reddit.frontpage"),
};
static const struct str searches[] = {
	S("bing.com"), S("duckduckgo.com"), S("ecosia.org"), S("qwant.com"), S("search.yahoo.com"), S("baidu.com"), S("startpage.com"), S("search.brave.com"), S("lilo.org"),
	S("yandex.ru"), S("yandex.com"), S("com.google.android.googlequicksearchbox"),
};

/* "google.fr" and "www.google.co.uk"; not its other houses, as mail.google.com. */
static bool is_google(struct str url)
{
	struct str host = link_host(url);
	if (str_starts(host, S("www.")))
		host = str_skip(host, 4);
	return str_starts(host, S("google."));
}

enum visit visit_of(struct str agent, struct str referrer, struct str purpose, bool looks)
{
	if (looks || has(purpose, "prefetch") || has(purpose, "prerender") || is_robot(agent))
		return VISIT_ROBOT;
	referrer = str_head(referrer, 4096);
	if (!link_host(referrer).len)
		return VISIT_DIRECT;
	if (link_leads_to(referrer, networks, COUNT(networks)))
		return VISIT_NETWORK;
	return is_google(referrer) || link_leads_to(referrer, searches, COUNT(searches)) ? VISIT_SEARCH : VISIT_OTHER;
}
