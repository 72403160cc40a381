/* box.h: what the boxes share (sys/image_box.h, sys/canvas.h): processes that the program starts of itself, which give up all they do not need, get one request by a
 * socket and answer it. Inside of sys: nobody above starts one.
 *
 * What must stay true: whoever asks waits no longer than the clock allows, sends no signal to itself by a box that fell, and leaves no process behind (box_end()). */
#pragma once
#include "sys/image_box.h"

struct box_asked {
	pid_t pid;
	int socket;
	i64 until; /* monotonic: then it is given up */
};

/* Starts `box` with that command, the descriptors of `files` as 3, 4, … (each of them 64 or more here, so that none takes another's place), and nothing else open. */
enum err box_ask(struct cx *cx, const struct image_box *box, const char *command, const int *files, size_t file_count, int seconds, struct box_asked *ret_asked);
void box_end(struct box_asked *asked); /* for CLEANUP() */
bool box_give(const struct box_asked *asked, const void *bytes, size_t length);
bool box_get(const struct box_asked *asked, void *bytes, size_t length);

/* On the other side: standard input and output, all of it or false. */
bool box_read(void *bytes, size_t length);
bool box_write(const void *bytes, size_t length);
