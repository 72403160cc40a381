/* studio.h: what the files of the studio's pages share. */
#pragma once
#include "flow/studio.h"
#include "page/page.h"
#include "ui/document.h"

#define STUDIO_CHOICES 60 /* pictures of the library that can be chosen in a form, the newest */

struct studio_hooks studio_hooks_here(struct cx *cx);
/* The newest pictures of the library, to choose from: [{"id", "name", "is_chosen"}]. One that is chosen and older stands first. */
enum err studio_pictures(struct cx *cx, struct db *db, i64 chosen, json_t **ret_list);
struct str studio_ratio_text(struct cx *cx, double contrast); /* "4,5:1" */

route_handler studio_kit_show, studio_kit_keep, studio_font_bring, studio_font_put_away, studio_new, studio_one, studio_look, studio_preview, studio_make, studio_change, studio_put_away,
	studio_export_pictures, studio_detach;

/* What was made goes with the post of the design (attach.c). `before`: its pictures before they were made. *ret_undo: empty: the post is let alone. */
enum err studio_attach(struct cx *cx, struct db *db, const struct design *design, const struct str *formats, size_t format_count, const struct design_picture *before, size_t before_count,
		       struct str *ret_undo);
