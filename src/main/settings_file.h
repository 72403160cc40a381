/* settings_file.h: reads the part of TOML that settings need: `name = value` a line, where a value is a string ("…" with
 * escapes, or '…' as it stands), a whole number, true or false, or an array of strings on one line; comments behind '#'.
 * Sections, dotted names, dates and strings of several lines are refused with the line and what to write instead. Texts live in
 * cx->arena. */
#pragma once
#include "base/cx.h"

struct file_setting {
	struct str name;
	struct str value;   /* unquoted; the strings of an array joined by ", " */
	enum { VALUE_STRING, VALUE_NUMBER, VALUE_BOOL, VALUE_ARRAY } type;
	int line;
};

/* ERR_BAD_INPUT names `file` and the line. A name that comes twice is an error. */
enum err settings_file_read(struct cx *cx, const char *file, struct str text, struct file_setting **ret_settings, size_t *ret_count);
