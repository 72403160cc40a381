/* studio_parts.h: what the files of studio.h share. */
#pragma once
#include "flow/studio.h"

enum err studio_may_design(struct cx *cx);
enum err studio_may_brand(struct cx *cx);
struct str studio_subject(struct cx *cx, const char *noun, i64 id);
struct str studio_json_text(const struct cx *cx, const void *object, const char *name); /* a member of a json_t, copied; empty when it has none */

/* A medium made fit for a place: so many pixels, cut around its focus (`fill`) or whole. Kept for a while in memory, since previews ask for the same again and again. */
enum err studio_picture(struct cx *cx, const struct studio_hooks *hooks, const struct media *media, int width, int height, bool fill, struct str *ret_bytes, struct image *ret_image);
