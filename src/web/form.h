/* form.h: what browsers send: application/x-www-form-urlencoded (also the query of an address) and multipart/form-data, which
 * is read as it comes, its files going to disk. Sizes and counts are bounded; texts are in the arena; files are removed when
 * the arena goes. Texts are bytes here: params.c checks that they are UTF-8. */
#pragma once
#include "web/web.h"

#define FIELDS_MAX 2000
#define FILES_MAX 20

struct field {
	struct str name, text;
	enum param_in in;             /* IN_QUERY, IN_FORM or IN_FILE */
	const struct upload *upload;  /* IN_FILE */
};
struct field_list {
	struct field *at;
	size_t count, capacity;
};

/* Percent-decoding of one component; `plus` reads + as a space. False for broken encoding or an encoded NUL. */
bool percent_decode(struct arena *arena, struct str text, bool plus, struct str *ret_text);

/* "a=1&b=2" appended to the list. ERR_BAD_INPUT when it is broken or holds more than FIELDS_MAX. */
enum err form_read(struct cx *cx, struct str text, enum param_in in, struct field_list *list);

struct multipart;
/* `type` is the Content-Type with its boundary. */
enum err multipart_new(struct cx *cx, struct str type, const char *spool, struct field_list *list,
		       struct multipart **ret_multipart);
enum err multipart_feed(struct cx *cx, struct multipart *multipart, struct str chunk);
enum err multipart_end(struct cx *cx, struct multipart *multipart); /* ERR_BAD_INPUT when the last boundary is missing */
