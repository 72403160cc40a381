#include "test.h"

#include "sys/address.h"

#include <netinet/in.h>
#include <string.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct address parse(const char *text)
{
	struct address address;
	if (!address_parse(str_of(text), &address))
		fail_msg("%s is not read", text);
	return address;
}

static void test_public(void **state)
{
	static const char *const outside[] = {
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
		"172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.5", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
		"203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
		"64:ff9b:1::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "2001::1", "2001:10::1", "2002:7f00:1::",
		"2002:808:808::1", "3fff::1", "100::1", "4000::1",
	};
	static const char *const inside[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.0.1",
		"172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2606:4700::1111", "2a00:1450:4007::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:200::1", "2003::1",
	};
	for (size_t i = 0; i < COUNT(outside); i++) {
		struct address address = parse(outside[i]);
		if (address_public(&address))
			fail_msg("%s counts as public", outside[i]);
	}
	for (size_t i = 0; i < COUNT(inside); i++) {
		struct address address = parse(inside[i]);
		if (!address_public(&address))
			fail_msg("%s counts as special", inside[i]);
	}
}

static void test_parse(void **state)
{
	struct address address;
	static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4x", "[1.2.3.4]", "[::1", "::1]", "1::2::3", "localhost", "[]", "fe80::1%lo"};
	for (size_t i = 0; i < COUNT(bad); i++)
		if (address_parse(str_of(bad[i]), &address))
			fail_msg("%s is read", bad[i]);
	address = parse("[2001:DB8::1]");
	assert_str(address_text(arena, &address), "2001:db8::1");
	address = parse("::ffff:192.0.2.1");
	assert_str(address_text(arena, &address), "192.0.2.1");
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01020304)};
	assert_true(address_of((struct sockaddr *)&v4, &address));
	assert_str(address_text(arena, &address), "1.2.3.4");
	struct sockaddr local = {.sa_family = AF_UNIX};
	assert_false(address_of(&local, &address));
}

static bool listed(const struct address_list *list, const char *text, int port)
{
	struct address address = parse(text);
	return address_listed(list, &address, port);
}

static void test_list(void **state)
{
	const struct address_list *list;
	assert_ok(&cx, address_list_parse(&cx, "net_allow", S(" 127.0.0.1:8091, 10.0.0.0/8 [::1]:8091,fd00::/8, 192.168.4.0/22:443\n"
							       "wiki.local Desk.local:8080 2a00::7,[fe80::]/10:25"), &list));
	assert_true(listed(list, "127.0.0.1", 8091) && listed(list, "::ffff:127.0.0.1", 8091));
	assert_false(listed(list, "127.0.0.1", 8092) || listed(list, "127.0.0.2", 8091));
	assert_true(listed(list, "10.255.0.1", 1) && listed(list, "::1", 8091) && listed(list, "fdff::1", 22) && listed(list, "2a00::7", 80));
	assert_false(listed(list, "11.0.0.0", 1) || listed(list, "::1", 80) || listed(list, "fe00::1", 22));
	assert_true(listed(list, "192.168.7.255", 443) && listed(list, "febf::1", 25));
	assert_false(listed(list, "192.168.8.0", 443) || listed(list, "192.168.7.1", 80) || listed(list, "fec0::1", 25));
	assert_true(host_listed(list, S("WIKI.local"), 99) && host_listed(list, S("desk.local"), 8080));
	assert_false(host_listed(list, S("desk.local"), 8081) || host_listed(list, S("iki.local"), 99) || host_listed(list, S(""), 99));
	assert_ok(&cx, address_list_parse(&cx, "x", (struct str){}, &list));
	assert_false(listed(list, "127.0.0.1", 80) || host_listed(list, S(""), 80));
	assert_ok(&cx, address_list_parse(&cx, "x", S("0.0.0.0/0"), &list));
	assert_true(listed(list, "1.2.3.4", 80));
	assert_false(listed(list, "2a00::1", 80)); /* every IPv4 address is not every address */

	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/", "/8", "::/129", "host:0", "host:65536", "host:", "ho st/8", "a/b", "[::1]:x",
					  "<script>", "1.2.3.4:99999", "wiki.local:80:80"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (address_list_parse(&cx, "net_allow", str_of(bad[i]), &list) != ERR_BAD_INPUT)
			fail_msg("%s is taken", bad[i]);
		assert_string_equal(cx.field, "net_allow");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_public), cmocka_unit_test(test_parse), cmocka_unit_test(test_list)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
