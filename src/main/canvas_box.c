/* canvas_box.c: the process in which pictures are drawn (sys/canvas.h). The program starts it for itself, from the listening role. */
#include "sys/canvas.h"

#include "base/lang.h"
#include "main/command.h"

static enum err run(struct cx *cx, struct program *program)
{
	return canvas_box_serve() == 0 ? OK : ERR_SYSTEM;
}

const struct command command_canvas_box = {
	.name = "canvas-box", /* CANVAS_BOX_COMMAND */
	.words = "",
	.about = N_("Draw pictures for another process of the program"),
	.flags = COMMAND_NO_SETTINGS | COMMAND_INSIDE,
	.run = run,
	.file = __FILE__,
};
