/* image_box.c: the process in which pictures are decoded (sys/image_box.h). The program starts it for itself, from the working role. */
#include "sys/image_box.h"

#include "base/lang.h"
#include "main/command.h"

static enum err run(struct cx *cx, struct program *program)
{
	return image_box_serve() == 0 ? OK : ERR_SYSTEM;
}

const struct command command_image_box = {
	.name = "image-box", /* IMAGE_BOX_COMMAND */
	.words = "",
	.about = N_("Decode pictures for another process of the program"),
	.flags = COMMAND_NO_SETTINGS | COMMAND_INSIDE,
	.run = run,
	.file = __FILE__,
};
