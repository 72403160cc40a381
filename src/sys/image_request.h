/* image_request.h: what goes to the box and comes back, between two processes of one build: structures as they lie in memory, then bytes. The box is not believed:
 * who reads its answer checks each number. */
#pragma once
#include "sys/image_box.h"

#define IMAGE_REQUEST_MARK 0x50495856u
#define IMAGE_STORY_MAX 160
#define IMAGE_NO_LIBRARY UINT64_MAX /* instead of a number of bytes: nothing can be drawn here, as the story says */

struct image_request {
	u32 mark;
	u32 wishes;            /* IMAGE_WISHES_MAX at the most */
	u64 bytes;             /* of the picture, behind the wishes */
	struct image source;   /* as it was looked at */
};

struct image_answer {      /* for each wish, then its bytes; with no wish, one alone without bytes */
	u32 mark;
	i32 quality;
	u64 bytes;
	char story[IMAGE_STORY_MAX]; /* why not; empty: it was made */
};

/* Draws for the box (image_draw.c): opens libvips. False: it cannot, as `ret_story` says. */
bool image_draw_open(char ret_story[static IMAGE_STORY_MAX]);
/* Decodes it as a whole, which shows whether that can be done. */
bool image_draw_check(struct str bytes, const struct image *source, char ret_story[static IMAGE_STORY_MAX]);
/* `ret_bytes` is libvips' memory, good until the process ends. */
bool image_draw(struct str bytes, const struct image *source, const struct image_wish *wish, struct str *ret_bytes, int *ret_quality, char ret_story[static IMAGE_STORY_MAX]);
