/* asset.h: the files embedded in the program by tools/embed: templates, style sheets, scripts, fonts, icons, catalogues.
 * Served files carry the hash of their content in their name ("/assets/parvis.3f9a1c2b.css") and are cached for ever; each is
 * there plain, gzip and brotli, compressed when the program was built. The bytes live as long as the program.
 *
 * Names are flat ("icons.svg"); templates, style sheets and scripts write /assets/icons.svg and the address with the hash stands
 * there when they are embedded. What is collected, and from where, is told on top of tools/embed. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#include <jansson.h>

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

/* The addresses of what is served, by the name up to its first dot ("icons", "favicon"), the style sheet and the script as "css"
 * and "js": what templates may see as app.assets. A new reference. */
json_t *asset_urls(void);

/* Register the embedded catalogues with lang.h. Once, before threads start. */
void asset_add_catalogues(void);

/* Two template_source functions: the embedded templates (no subject); and, for development, those of a source folder (subject:
 * its path, "…/src", NUL-terminated), read from disk each time, with the addresses of the assets that this program holds. */
bool asset_template(void *subject, struct arena *arena, struct str name, struct str *ret_source);
bool asset_template_from_folder(void *subject, struct arena *arena, struct str name, struct str *ret_source);
