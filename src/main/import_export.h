/* import_export.h: `parvis import --format parvis-export`: workspaces come back from an export, each whole or not at all. */
#pragma once
#include "main/visit.h"

#define EXPORT_FORMAT "parvis-export"

/* `path`: the folder or the .tar.zst. `slug` empty: all that are in it. Every checksum is looked at before anything is written. */
enum err import_export(struct cx *cx, const struct program *program, struct visit *visit, const char *path, struct str slug, bool dry_run);
