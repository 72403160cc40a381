/* pager.h: the pages of a list, the same for every list: `after=PLACE` is the page that follows a place in the list's order,
 * `before=PLACE` the one that ends there, neither is the first. The addresses of the pages beside the one shown stand in the
 * document (`pager`: pager.mustache draws it) and, for the API, in the header Link (RFC 8288). A page is full whenever there are
 * enough rows: going back past the start shows the first page. Everything lives in the request's arena. */
#pragma once
#include "page/page.h"
#include "store/list.h"

struct pager {
	struct list_place from;
	size_t limit;        /* rows a page; read one more */
	size_t first, count; /* of the rows read: those to show */
	i64 skip;            /* of a list read by rank: the rows before the page */
	bool has_previous, has_next;
	const char *path;    /* of the list, where that is not the request's own address; else NULL */
};

/* Two rows for a route's list of parameters. */
#define PAGER_PARAMS                                                                                                           \
	{.name = "after", .in = IN_QUERY, .type = P_PLACE, .about = "The page that follows this place: as the link “next” says."}, \
	{.name = "before", .in = IN_QUERY, .type = P_PLACE, .about = "The page that ends at this place: as the link “prev” says."}

/* "ID" or "KEY.ID"; false for what P_PLACE would not let through. */
bool list_place_of(struct str text, struct list_place *ret_place);
struct str list_place_text(struct arena *arena, i64 key, i64 id);

void pager_of(struct request *request, size_t limit, struct pager *ret_pager);
/* `read` rows came for limit + 1 wanted. False: they are less than the first page; read it (`from` says so) and ask again:
 *   do
 *           TRY(thing_list(cx, db, …, pager.from, pager.limit + 1, &list, &count));
 *   while (!pager_fits(&pager, count)); */
bool pager_fits(struct pager *pager, size_t read);
/* A list in an order that is no number (names) is read by rank. A place is the id of a row; `rank` is how many rows stand before the row
 * pager_row() (0: none), -1 when it is gone, which is the start. Without a place, the page with the row `open` (0: none).
 *   TRY(thing_rank(cx, db, …, pager_row(&pager, open), &rank));
 *   pager_seek(&pager, rank);
 *   TRY(thing_page(cx, db, …, pager.skip, pager.limit + 1, &list, &count));
 *   pager_read(&pager, count); */
i64 pager_row(const struct pager *pager, i64 open);
void pager_seek(struct pager *pager, i64 rank);
void pager_read(struct pager *pager, size_t read);
/* A list that is short by nature (views, a team) is read whole, in whatever order: the page of it. A place is the id of a row,
 * an i64 at `id_at` of each row of `size` bytes; one that is gone is the start. Without a place, the page with the row `open` (0: none). */
void pager_cut(struct pager *pager, const void *rows, size_t size, size_t id_at, size_t count, i64 open);
#define pager_cut_by_id(pager, rows, count, open) pager_cut((pager), (rows), sizeof *(rows), offsetof(__typeof__(*(rows)), id), (count), (open))
/* The pages beside, from the places of the first and the last row shown, into the document and the header. The addresses are the
 * request's own with another place; `without` (NULL: nothing) is one more parameter that they leave out. */
void pager_put(struct cx *cx, struct request *request, struct reply *reply, const struct pager *pager, struct list_place first, struct list_place last,
	       const char *without);
/* The same in two halves, for addresses that the page makes: the document's member (empty: there is no such page), a new reference; and
 * the header, from the document's pager. */
json_t *pager_shape(struct str previous, struct str next);
void pager_link(struct cx *cx, const struct request *request, struct reply *reply);
