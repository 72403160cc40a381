#include "flow/link_rule.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "flow/desk.h"
#include "flow/post_words.h"
#include "flow/short_link.h"
#include "flow/transaction.h"
#include "sys/net.h"

#define HOSTS_MAX 100
#define HOST_BYTES 253

static enum err check_value(struct cx *cx, const char *field, struct str value)
{
	return utf8_count(value) > TRACKING_MAX ? fail_field(cx, field, N_("Choose a shorter text: %d characters at the most."), TRACKING_MAX) : OK;
}

static void add_text(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, ",\"%s\":", name);
	buf_add_json(b, value);
}

static enum err add_hosts(struct cx *cx, struct buf *b, const char *name, const struct str *hosts, size_t count)
{
	if (count > HOSTS_MAX)
		return fail_field(cx, name, N_("%d hosts at the most."), HOSTS_MAX);
	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		struct str host = link_host(str_trim(hosts[i]));
		bool fine = host.len > 0 && host.len <= HOST_BYTES;
		for (size_t n = 0; n < host.len; n++)
			fine &= (u8)host.at[n] > ' ' && host.at[n] != ',' && host.at[n] != '"';
		if (!fine)
			return fail_field(cx, name, N_("“%.*s” is no host. It is written as www.example.org."), STR_ARG(str_head(hosts[i], 80)));
		buf_adds(b, i ? "," : "");
		buf_add_json(b, str_starts(host, S("www.")) ? str_skip(host, 4) : host);
	}
	buf_addc(b, ']');
	return OK;
}

static enum err add_address(struct cx *cx, struct buf *b, const struct link_rules *rules)
{
	struct net_url url;
	struct str address = str_trim(rules->address);
	while (str_ends(address, S("/")))
		address.len--;
	if (address.len && (address.len > 200 || !net_url_parse(cx->arena, address, &url) || !str_eq(url.path, S("/")) || str_find_byte(address, '?') >= 0 ||
			    str_find_byte(address, '#') >= 0 || str_find_byte(address, '@') >= 0))
		return fail_field(cx, "address", N_("Write an address such as https://go.example.org, with nothing behind it."));
	struct str whole = arena_printf(cx->arena, "%.*s" SHORT_LINK_PATH "aaaaaaaa", STR_ARG(address));
	struct mark_reader reader = mark_reader_new(whole, MARK_X, MARK_ONLY(MARK_LINK));
	struct mark mark;
	if (address.len && (!mark_next(&reader, &mark) || mark.from || mark.to != whole.len))
		return fail_field(cx, "address", N_("Networks make no link of this address: its name does not end as names of the public internet do."));
	if (rules->shortens && !address.len)
		return fail_field(cx, "address", N_("Say where short links are answered."));
	add_text(b, "address", address);
	return OK;
}

static enum err add_sources(struct cx *cx, struct buf *b, const struct link_rules *rules)
{
	bool any = false;
	buf_adds(b, ",\"sources\":[");
	for (size_t i = 0; i < rules->source_count; i++) {
		const struct link_source *s = &rules->sources[i];
		TRY(check_value(cx, arena_printf(cx->arena, "sources[%zu]", i).at, s->source));
		if (!s->source.len)
			continue;
		buf_addf(b, "%s{\"channel\":\"%lld\",\"source\":", any ? "," : "", (long long)s->channel);
		buf_add_json(b, s->source);
		buf_addc(b, '}');
		any = true;
	}
	buf_addc(b, ']');
	return OK;
}

static struct str lines_of(struct arena *arena, const struct str *hosts, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++)
		buf_addf(&b, "%s%.*s", i ? "\n" : "", STR_ARG(hosts[i]));
	return buf_keep(&b, arena);
}

void link_rules_seen(struct arena *arena, const struct link_rules *r, struct seen *ret_seen)
{
	struct seen seen = {};
	CLEANUP(buf_free) struct buf sources = {};
	for (size_t i = 0; i < r->source_count; i++)
		buf_addf(&sources, "%lld %.*s\n", (long long)r->sources[i].channel, STR_ARG(r->sources[i].source));
	seen_add(&seen, "tags", N_("Tag the links of posts as they leave"), r->tags ? S("yes") : S(""));
	seen_add(&seen, "source", N_("Source"), r->source);
	seen_add(&seen, "medium", N_("Medium<!-- of a link's tags -->"), r->medium);
	seen_add(&seen, "campaign", N_("Campaign"), r->campaign);
	seen_add(&seen, "content", N_("Content"), r->content);
	seen_add(&seen, "", N_("Sources of their own"), buf_keep(&sources, arena));
	seen_add(&seen, "hosts", N_("Your own sites"), lines_of(arena, r->hosts, r->host_count));
	seen_add(&seen, "excluded", N_("Never tagged"), lines_of(arena, r->excluded, r->excluded_count));
	seen_add(&seen, "shortens", N_("Make these links short as they leave, and count who follows them"), r->shortens ? S("yes") : S(""));
	seen_add(&seen, "address", N_("Their address"), r->address);
	*ret_seen = seen;
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, const struct link_rules *rules)
{
	CLEANUP(buf_free) struct buf b = {};
	struct link_rules known;
	struct seen now;
	TRY(link_rules_get(cx, db, workspace, &known));
	link_rules_seen(cx->arena, &known, &now);
	TRY(seen_holds(cx, rules->seen, &now));
	const struct {
		const char *name;
		struct str value;
	} values[] = {{"source", rules->source}, {"medium", rules->medium}, {"campaign", rules->campaign}, {"content", rules->content}};
	if (rules->tags && !str_trim(rules->source).len)
		return fail_field(cx, "source", N_("Say where visitors come from: {network} is the name of the network."));
	buf_addf(&b, "{\"tags\":%s,\"shortens\":%s", rules->tags ? "true" : "false", rules->shortens ? "true" : "false");
	for (size_t i = 0; i < COUNT(values); i++) {
		TRY(check_value(cx, values[i].name, values[i].value));
		add_text(&b, values[i].name, str_trim(values[i].value));
	}
	TRY(add_sources(cx, &b, rules));
	TRY(add_hosts(cx, &b, "hosts", rules->hosts, rules->host_count));
	TRY(add_hosts(cx, &b, "excluded", rules->excluded, rules->excluded_count));
	TRY(add_address(cx, &b, rules));
	buf_addc(&b, '}');
	return desk_setting(cx, db, workspace, LINK_SETTING, buf_str(&b));
}

enum err link_rules_set(struct cx *cx, struct db *db, i64 workspace, const struct link_rules *rules)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, rules));
}
