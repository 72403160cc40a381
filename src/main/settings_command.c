/* settings_command.c: the settings as they are in force, an example file, or the manual's part. */
#include "main/command.h"

#include <stdio.h>

static enum err show(struct cx *cx, struct program *program)
{
	CLEANUP(buf_free) struct buf out = {};
	if (option_given(program, "example"))
		settings_example(cx->lang, &out);
	else if (option_given(program, "manual"))
		settings_manual(&out);
	else
		settings_show(cx->arena, &program->settings, &out);
	fputs(buf_cstr(&out), stdout);
	return OK;
}

static const struct option_row options[] = {
	{"example", NULL, N_("Print a settings file with every setting, commented out")},
	{"manual", NULL, N_("Print the settings as manual page items")},
	{},
};

const struct command command_settings = {
	.name = "settings",
	.words = "",
	.about = N_("Show the settings in force, and where each comes from"),
	.options = options,
	.run = show,
	.file = __FILE__,
};
