/* Who follows a short link: people and machines told apart, and where people come from. */
#include "test.h"

#include "model/visit.h"

static void expect(enum visit wanted, const char *agent, const char *referrer, const char *purpose)
{
	enum visit is = visit_of(str_of(agent), str_of(referrer), str_of(purpose), false);
	if (is != wanted)
		fail_msg("%s, %s: %d instead of %d", agent, referrer, is, wanted);
}

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

static void test_people(void **state)
{
	expect(VISIT_DIRECT, FIREFOX, "", "");
	expect(VISIT_DIRECT, "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1) Presto/2.12 Version/12.16", "", "");
	expect(VISIT_DIRECT, "Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36", "", "");
	expect(VISIT_DIRECT, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/440.0]", "", "");
	expect(VISIT_DIRECT, "Mozilla/5.0 (Windows NT 10.0) Botany/1.0", "", "");
	expect(VISIT_NETWORK, FIREFOX, "https://l.facebook.com/", "");
	expect(VISIT_NETWORK, FIREFOX, "https://t.co/abc", "");
	expect(VISIT_NETWORK, FIREFOX, "android-app://com.linkedin.android/", "");
	expect(VISIT_SEARCH, FIREFOX, "https://www.google.co.uk/", "");
	expect(VISIT_SEARCH, FIREFOX, "https://duckduckgo.com/?q=pain", "");
	expect(VISIT_OTHER, FIREFOX, "https://mail.google.com/", "");
	expect(VISIT_OTHER, FIREFOX, "https://levain.example/", "");
	expect(VISIT_OTHER, FIREFOX, "https://not-t.co/", "");
}

static void test_machines(void **state)
{
	static const char *const agents[] = {
		"", "curl/8.5.0", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Twitterbot/1.0", "WhatsApp/2.23.20.0",
		"Mastodon/4.3.1 (http.rb/5.2.0; +https://mastodon.example/)", "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
		"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "TelegramBot (like TwitterBot)", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
		"LinkedInBot/1.0 (compatible; Mozilla/5.0)", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/120 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0", "\xff\xfe",
	};
	for (size_t i = 0; i < COUNT(agents); i++)
		expect(VISIT_ROBOT, agents[i], "https://t.co/", "");
	expect(VISIT_ROBOT, FIREFOX, "", "prefetch;prerender");
	assert_int_equal(visit_of(S(FIREFOX), S(""), S(""), true), VISIT_ROBOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_people), cmocka_unit_test(test_machines)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
