/* asset.h: the files embedded in the program by tools/embed: templates, style sheets, scripts, fonts, icons, catalogues.
 * Served files carry the hash of their content in their name ("/assets/parvis.3f9a1c2b.css") and are cached for ever; each is
 * there plain, gzip and brotli, compressed when the program was built. */
#pragma once
#include "base/str.h"

struct asset {
	const char *name;     /* "parvis.css", "templates/inbox/page.mustache", "locale/fr.mo" */
	const char *url;      /* "/assets/parvis.3f9a1c2b.css"; NULL when it is not served */
	const char *type;     /* media type */
	struct str plain, gzip, brotli; /* empty when not smaller, or not served */
};

extern const struct asset assets[]; /* sorted by name */
extern const size_t asset_count;

const struct asset *asset_find(struct str name);
const struct asset *asset_by_url(struct str url);
