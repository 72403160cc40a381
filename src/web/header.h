/* header.h: the headers of an answer: those every answer carries for the browser's safety, those of the handler, cookies.
 * Strings are copied by libmicrohttpd; a value that would break the header apart is refused by it and left out. */
#pragma once
#include "web/kernel.h"

/* One header, unless the handler set its own of that name. `reply` may be NULL. */
void header_set(struct reply *reply, struct MHD_Response *response, const char *name, const char *value);
/* All that is left: security, request id, handler's, cookies, the redirect. Call last. */
void headers_add(struct request *request, struct reply *reply, struct MHD_Response *response);
/* What a stream needs of them: there are many, and each keeps its headers. */
void headers_add_few(const struct request *request, struct MHD_Response *response);
/* Those of an answer shared by many requests (assets). */
void headers_add_fixed(const struct server *server, struct MHD_Response *response);
/* A header that goes out whatever is answered; for the kernel's own cookies. */
void header_extra(struct request *request, const char *name, struct str value);
struct str cookie_text(struct request *request, const char *name, struct str value, i64 max_age_seconds);
