/* page_card.h: what a page says of itself for who shows a link to it: its title, a sentence, a picture: Open Graph (ogp.me), the cards of X, and what every page has.
 * Pure; results are the arena's.
 *
 * What must stay true: any bytes are taken, time and memory go with their length; only the head of a page is read; texts are plain, on one line, of bounded length;
 * the address of a picture is whole and of http or https, or empty. */
#pragma once
#include "base/cx.h"

#define PAGE_CARD_TITLE 300       /* characters kept */
#define PAGE_CARD_DESCRIPTION 1000

struct page_card {
	struct str title, description, site; /* empty: not said */
	struct str picture, alt;  /* its address, and what it shows */
};

/* `url`: where the page came from; `type`: as its server said it ("text/html; charset=iso-8859-1"). */
void page_card_read(struct cx *cx, struct str page, struct str url, struct str type, struct page_card *ret_card);
