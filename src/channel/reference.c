#include "channel/reference.h"
#include "base/buf.h"

#include <string.h>

struct parts {
	struct str scheme, authority, path, query, fragment; /* authority with its //, query with its ?, fragment with its # */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct str reference_scheme(struct str reference)
{
	size_t i = 0;
	if (!reference.len || !is_letter(*reference.at))
		return (struct str){};
	while (i < reference.len && (is_letter(reference.at[i]) || (reference.at[i] >= '0' && reference.at[i] <= '9') ||
				     reference.at[i] == '+' || reference.at[i] == '-' || reference.at[i] == '.'))
		i++;
	return i < reference.len && reference.at[i] == ':' ? str_head(reference, i) : (struct str){};
}

/* Take off the front everything before one of `ends`. */
static struct str take(struct str *rest, const char *ends)
{
	size_t i = 0;
	while (i < rest->len && !strchr(ends, rest->at[i]))
		i++;
	struct str part = str_head(*rest, i);
	*rest = str_skip(*rest, i);
	return part;
}

static struct parts split(struct str reference)
{
	struct parts p = {.scheme = reference_scheme(reference)};
	if (p.scheme.len)
		reference = str_skip(reference, p.scheme.len + 1);
	if (str_starts(reference, S("//"))) {
		struct str from = reference;
		reference = str_skip(reference, 2);
		take(&reference, "/?#");
		p.authority = str_head(from, from.len - reference.len);
	}
	p.path = take(&reference, "?#");
	p.query = take(&reference, "#");
	p.fragment = reference;
	return p;
}

/* "." and ".." taken out of a path (5.2.4). */
static void add_path(struct buf *out, struct str path)
{
	size_t root = out->len;
	while (path.len) {
		bool slash = *path.at == '/';
		struct str rest = str_skip(path, slash), segment = take(&rest, "/");
		bool last = !rest.len;
		if (str_eq(segment, S(".."))) {
			while (out->len > root && out->at[out->len - 1] != '/')
				out->len--;
			if (out->len > root)
				out->len--;
			if (last)
				buf_addc(out, '/');
		} else if (str_eq(segment, S("."))) {
			if (last)
				buf_addc(out, '/');
		} else {
			if (slash)
				buf_addc(out, '/');
			buf_add(out, segment);
		}
		path = rest;
	}
}

static void add_merged(struct buf *out, const struct parts *base, struct str path)
{
	CLEANUP(buf_free) struct buf merged = {};
	size_t keep = base->path.len;
	while (keep && base->path.at[keep - 1] != '/')
		keep--;
	buf_add(&merged, str_head(base->path, keep));
	if (!keep && base->authority.len)
		buf_addc(&merged, '/');
	buf_add(&merged, path);
	add_path(out, buf_str(&merged));
}

struct str reference_resolve(struct arena *arena, struct str base, struct str reference)
{
	struct parts b = split(base), r = split(reference);
	bool hierarchy = b.authority.len || str_starts(b.path, S("/"));
	if (!base.len || r.scheme.len || (b.scheme.len && !hierarchy))
		return reference;
	CLEANUP(buf_free) struct buf out = {};
	buf_add(&out, b.scheme);
	if (b.scheme.len)
		buf_addc(&out, ':');
	buf_add(&out, r.authority.len ? r.authority : b.authority);
	if (r.authority.len || str_starts(r.path, S("/")))
		add_path(&out, r.path);
	else if (r.path.len)
		add_merged(&out, &b, r.path);
	else
		buf_add(&out, b.path);
	buf_add(&out, r.authority.len || r.path.len || r.query.len ? r.query : b.query);
	buf_add(&out, r.fragment);
	return buf_keep(&out, arena);
}

bool reference_safe(struct str reference)
{
	static const char *const safe[] = {"http", "https", "mailto", "tel", "sms", "ftp", "news", "nntp", "xmpp", "irc", "ircs", "sip", "sips",
		"geo", "magnet", "matrix", "feed", "urn", "tag", "webcal", "acct", "at", "gopher"};
	for (size_t i = 0; i < reference.len; i++) {
		u8 c = (u8)reference.at[i];
		if (c == ':') {
			struct str scheme = str_head(reference, i);
			for (size_t j = 0; j < COUNT(safe); j++)
				if (str_eq_fold(scheme, str_of(safe[j])))
					return true;
			return false;
		}
		if (c == '/' || c == '?' || c == '#')
			return true;
		if (c <= ' ' || c == 0x7f || c == '\\' || c == '&')
			return false; /* browsers drop some of these before they look for the scheme */
	}
	return true;
}
