#include "model/utm.h"

#include "base/utf8.h"
#include "model/mark_sign.h"

struct parameter {
	struct str name, value;
	bool written;
};

#define PARAMETERS 5
#define LINK_MOST 4096 /* bytes: none is longer, nor goes on farther */

static void parameters(const struct utm *utm, struct parameter ret_list[static PARAMETERS])
{
	const struct parameter list[PARAMETERS] = {
		{S("utm_source"), utm->source, false}, {S("utm_medium"), utm->medium, false},   {S("utm_campaign"), utm->campaign, false},
		{S("utm_term"), utm->term, false},     {S("utm_content"), utm->content, false},
	};
	for (size_t i = 0; i < PARAMETERS; i++)
		ret_list[i] = list[i];
}

/* Of a value only letters, digits, "-" and "_" stand as they are: a link that ends with another sign would be read without it. */
static void add_value(struct buf *b, struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		u8 c = (u8)value.at[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')
			buf_addc(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

static void add_parameter(struct buf *b, struct parameter *p)
{
	buf_add(b, p->name);
	buf_addc(b, '=');
	add_value(b, p->value);
	p->written = true;
}

static struct parameter *wanted(struct parameter *list, struct str pair)
{
	struct str name = str_cut(&pair, '=');
	for (size_t i = 0; i < PARAMETERS; i++)
		if (list[i].value.len && str_eq(list[i].name, name))
			return &list[i];
	return NULL;
}

void buf_add_tagged(struct buf *b, struct str url, const struct utm *utm)
{
	struct parameter list[PARAMETERS];
	parameters(utm, list);
	ptrdiff_t hash = str_find_byte(url, '#');
	struct str fragment = hash < 0 ? (struct str){} : str_skip(url, (size_t)hash), rest = hash < 0 ? url : str_head(url, (size_t)hash), place = str_cut(&rest, '?');
	bool any = false;
	buf_add(b, place);
	bool query = rest.at != NULL;
	if (query)
		buf_addc(b, '?');
	size_t begin = b->len;
	while (rest.at) {
		struct str pair = str_cut(&rest, '&');
		struct parameter *p = wanted(list, pair);
		if (p && p->written)
			continue; /* once is enough */
		if (any)
			buf_addc(b, '&');
		any = true;
		if (p)
			add_parameter(b, p);
		else
			buf_add(b, pair);
	}
	for (size_t i = 0; i < PARAMETERS; i++) {
		if (!list[i].value.len || list[i].written)
			continue;
		if (!query)
			buf_addc(b, '?');
		else if (b->len > begin && b->at[b->len - 1] != '&')
			buf_addc(b, '&');
		query = true;
		add_parameter(b, &list[i]);
	}
	buf_add(b, fragment);
}

bool utm_lacks(struct str url, const struct utm *utm)
{
	CLEANUP(buf_free) struct buf tagged = {};
	buf_add_tagged(&tagged, url, utm);
	return !str_eq(buf_str(&tagged), url);
}

struct str link_host(struct str url)
{
	ptrdiff_t scheme = str_find(url, S("://"));
	struct str rest = scheme < 0 ? url : str_skip(url, (size_t)scheme + 3);
	size_t end = 0, from = 0;
	while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?' && rest.at[end] != '#') {
		if (rest.at[end] == '@')
			from = end + 1;
		end++;
	}
	rest = str_head(str_skip(rest, from), end - from);
	for (size_t i = rest.len; i > 0 && rest.at[i - 1] != ']'; i--)
		if (rest.at[i - 1] == ':')
			return str_head(rest, i - 1);
	return rest;
}

static bool is_below(struct str host, struct str above)
{
	if (host.len < above.len || !above.len)
		return false;
	struct str end = str_skip(host, host.len - above.len);
	return str_eq_fold(end, above) && (end.at == host.at || end.at[-1] == '.');
}

bool link_leads_to(struct str url, const struct str *hosts, size_t count)
{
	struct str host = link_host(url);
	for (size_t i = 0; i < count; i++)
		if (is_below(host, hosts[i]))
			return true;
	return false;
}

/* Would it be read as the same link, where it stands? What follows without a space may be taken for more of a query than there was. */
static bool stays_whole(struct str tagged, struct str behind, enum mark_dialect dialect)
{
	CLEANUP(buf_free) struct buf b = {};
	struct mark m;
	buf_add(&b, tagged);
	behind = str_head(behind, LINK_MOST);
	buf_add(&b, str_cut(&behind, ' '));
	struct mark_reader reader = mark_reader_new(buf_str(&b), dialect, MARK_ONLY(MARK_LINK));
	return mark_next(&reader, &m) && m.from == 0 && (m.to == tagged.len || (m.to > tagged.len && b.at[tagged.len] == '#'));
}

size_t buf_add_text_rewritten(struct buf *b, struct str text, enum mark_dialect dialect, link_rewrite_fn *rewrite, void *subject)
{
	struct mark_reader reader = mark_reader_new(text, dialect, MARK_ONLY(MARK_LINK));
	struct mark m;
	size_t at = 0, differ = 0;
	while (mark_next(&reader, &m)) {
		CLEANUP(buf_free) struct buf other = {};
		if (m.bare || !str_eq_fold(str_head(m.value, 4), S("http")) || !rewrite(subject, m.value, &other))
			continue;
		if (str_eq(buf_str(&other), m.value) || !stays_whole(buf_str(&other), str_skip(text, m.to), dialect))
			continue;
		buf_add(b, str_head(str_skip(text, at), m.from - at));
		buf_add(b, buf_str(&other));
		differ++;
		at = m.to;
	}
	buf_add(b, str_skip(text, at));
	return differ;
}

struct tagging {
	const struct utm *utm;
	const struct str *hosts;
	size_t host_count;
};

static bool tag(void *subject, struct str url, struct buf *b)
{
	const struct tagging *t = subject;
	if (t->host_count && !link_leads_to(url, t->hosts, t->host_count))
		return false;
	buf_add_tagged(b, url, t->utm);
	return true;
}

size_t buf_add_text_tagged(struct buf *b, struct str text, enum mark_dialect dialect, const struct utm *utm, const struct str *hosts, size_t host_count)
{
	struct tagging t = {utm, hosts, host_count};
	return buf_add_text_rewritten(b, text, dialect, tag, &t);
}

struct utm utm_missing(struct str url, const struct utm *utm)
{
	struct utm missing = *utm;
	struct str *const values[PARAMETERS] = {&missing.source, &missing.medium, &missing.campaign, &missing.term, &missing.content};
	struct parameter list[PARAMETERS];
	ptrdiff_t hash = str_find_byte(url, '#');
	struct str rest = hash < 0 ? url : str_head(url, (size_t)hash);
	parameters(utm, list);
	str_cut(&rest, '?');
	while (rest.at) {
		struct str pair = str_cut(&rest, '&'), name = str_cut(&pair, '=');
		for (size_t i = 0; i < PARAMETERS; i++)
			if (str_eq(list[i].name, name) && pair.len)
				*values[i] = (struct str){};
	}
	return missing;
}

void buf_add_utm_word(struct buf *b, struct str text)
{
	CLEANUP(buf_free) struct buf folded = {};
	bool gap = false;
	size_t begin = b->len;
	buf_add_folded(&folded, text);
	struct str rest = buf_str(&folded);
	while (rest.len) {
		struct str here = rest;
		u32 code = utf8_next(&rest);
		if (!sign_is_word(code)) {
			gap = true;
			continue;
		}
		if (gap && b->len > begin)
			buf_addc(b, '-');
		gap = false;
		buf_add(b, str_head(here, here.len - rest.len));
	}
}
