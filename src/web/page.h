/* page.h: the HTML face: a template rendered over the frame of the desk (`app`) and the document. The rendered text is in a
 * buf of the caller; the JSON given is borrowed. */
#pragma once
#include "web/kernel.h"

struct page {
	const char *template, *block; /* block NULL: the whole page */
	json_t *document, *problem, *flash; /* may be NULL */
	bool whatever;                /* go on when the host's frame fails: for the error page */
};

enum err page_render(struct request *request, const struct page *page, struct buf *out);
void page_send(struct request *request, struct reply *reply, int status, struct buf *text);
