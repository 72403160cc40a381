/* image_box.h: the process in which pictures are decoded. Codecs read what strangers wrote, and some day one of them has a hole: so none is ever called in a role.
 * The program starts itself once more (`parvis image-box`), which gives up files, network and other programs (Landlock, and seccomp's list of system
 * calls), has bounds for memory and time, gets the picture and the wishes by a socket and answers with the results. Whatever becomes of it, the asking role
 * sees a picture that was made or one that cannot be read.
 *
 * What must stay true: the box gets nothing but what is in the request: no descriptor, no environment, no key; what it answers is looked at before it is believed
 * (image.h); only the box opens libvips, by dlopen(), so that no role carries it. docs/decisions/0013-pictures.md. */
#pragma once
#include "sys/image.h"

#include <sys/types.h>

#define IMAGE_BOX_COMMAND "image-box"
#define IMAGE_BOX_MEMORY ((size_t)1536 << 20) /* of addresses: libraries and pictures */
#define IMAGE_BOX_SECONDS 20                  /* of a processor; of the clock, twice that and five more */

struct image_box {
	const char *program; /* that is started with IMAGE_BOX_COMMAND */
};
extern const struct image_box image_box_self; /* this program */

/* ---- the asking side ---- */

/* The files that must be allowed to be run for it, by a role that is confined: the program and its loader. `ret_paths`: IMAGE_BOX_FILES of them, in the arena. */
#define IMAGE_BOX_FILES 2
void image_box_files(struct arena *arena, const char *ret_paths[static IMAGE_BOX_FILES]);
/* What else must be readable for it: letters and where they are listed. Ends with NULL. */
extern const char *const image_box_reads[];

/* ---- the box ---- */

/* Serves the one request on standard input and output, and says with what status to end. */
int image_box_serve(void);
/* Gives up what the box gives up; from then on nothing else can be opened, asked or run. For tests too. */
enum err image_box_confine(struct cx *cx);
