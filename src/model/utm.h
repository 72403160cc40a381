/* utm.h: the parameters utm_* of links, by which a web site's figures tell where somebody came from. Pure.
 *
 * What must stay true: a parameter that is wanted stands in the link once, with that value; nothing else of the link changes, byte by byte:
 * other parameters, their order, the fragment. Tagging what is tagged changes nothing. What is written is a link again by every network's rules
 * (mark.h). */
#pragma once
#include "base/buf.h"
#include "model/mark.h"

/* Each as people write it, UTF-8; empty: left as it is in the link. */
struct utm {
	struct str source, medium, campaign, term, content;
};

/* The link with its parameters; `url` with a scheme or without. */
void buf_add_tagged(struct buf *b, struct str url, const struct utm *utm);

/* A text whose links by the rules of `dialect` are tagged, those with http or https. A host without a scheme ("example.fr/page") is left as
 * it is, since it would not be one word any more; so is a link that what follows it without a space would be taken into. `hosts`: only links to these and to what is below them ("example.fr": also
 * "www.example.fr"); 0 of them: all. Returns how many links differ now. */
size_t buf_add_text_tagged(struct buf *b, struct str text, enum mark_dialect dialect, const struct utm *utm, const struct str *hosts, size_t host_count);

/* Those that the link does not carry yet: what people tagged by hand stays as they wrote it. */
struct utm utm_missing(struct str url, const struct utm *utm);
/* A name as a value of a parameter: small letters without accents, figures and "_", a "-" for whatever else stands between them. */
void buf_add_utm_word(struct buf *b, struct str text);

/* What a link becomes: adds it and returns true, or returns false and it stays. `url` has http or https. */
typedef bool link_rewrite_fn(void *subject, struct str url, struct buf *b);
/* A text whose links by the rules of `dialect` are written anew; those that buf_add_text_tagged() leaves are left. Returns how many differ. */
size_t buf_add_text_rewritten(struct buf *b, struct str text, enum mark_dialect dialect, link_rewrite_fn *rewrite, void *subject);
/* Does it lead to one of these hosts, or below one? */
bool link_leads_to(struct str url, const struct str *hosts, size_t count);

/* The host of a link, without its port and who signs in; empty: it has none. */
struct str link_host(struct str url);
/* Does some wanted parameter lack in the link, or have another value? */
bool utm_lacks(struct str url, const struct utm *utm);
