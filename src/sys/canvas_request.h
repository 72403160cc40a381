/* canvas_request.h: what goes to the box of canvas.h and comes back, between two processes of one build: structures as they lie in memory, then bytes. The box is not
 * believed: who reads its answer checks each number. */
#pragma once
#include "sys/canvas.h"

#define CANVAS_REQUEST_MARK 0x504356b1u
#define CANVAS_STORY_MAX 160
#define CANVAS_WORD_MAX 128
#define CANVAS_NO_LIBRARY UINT64_MAX /* instead of a number of bytes */

enum canvas_act { CANVAS_DRAW, CANVAS_PARTS, CANVAS_FONT };

struct canvas_request {
	u32 mark;
	u32 act;
	i32 width, height;
	u32 paper;
	double view_width, view_height;
	u64 drawing;            /* bytes, behind texts and parts; of CANVAS_FONT: of the font */
	u32 texts, fonts, parts;
	u32 measure;
};

struct canvas_words {           /* a text, then its bytes */
	double x, y, width, height, size, least, leading;
	double large;
	u32 spare[CANVAS_SPARE];
	i32 spares;
	i32 weight, italic;
	u32 colour, across, down;
	u32 length;
	char family[CANVAS_WORD_MAX], lang[16];
	char text[CANVAS_TEXT_MAX + 1];
};

struct canvas_id {
	char id[CANVAS_WORD_MAX];
};

struct canvas_answer {
	u32 mark;
	char story[CANVAS_STORY_MAX]; /* why not; empty: done */
	u64 bytes;                    /* behind it */
	struct canvas_fit fits[CANVAS_TEXTS_MAX];
	struct canvas_part parts[CANVAS_PARTS_MAX];
	char family[CANVAS_WORD_MAX], style[CANVAS_WORD_MAX];
	i32 weight;
	u32 italic, variable, restricted, latin, arabic, hebrew, greek, cyrillic;
};

/* In the box (canvas_paint.c, canvas_words.c). Each false: it cannot, as the story says. */
bool canvas_open(char ret_story[static CANVAS_STORY_MAX]);
bool canvas_paint(const struct canvas_request *request, const struct canvas_words *texts, struct str drawing, struct canvas_answer *answer, struct str *ret_png);
bool canvas_find(const struct canvas_request *request, const struct canvas_id *ids, struct str drawing, struct canvas_answer *answer);
bool canvas_open_font(struct str bytes, struct canvas_answer *answer, struct str *ret_sfnt);
void canvas_tell(char ret_story[static CANVAS_STORY_MAX], const char *text);
