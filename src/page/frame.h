/* frame.h: what every page of the desk has around it (`app`: layout.mustache), and who asks: the functions that the web kernel calls
 * for the whole page floor. main joins them with the kernel. */
#pragma once
#include "page/page.h"

enum err page_identify(struct cx *cx, struct db *db, struct request *request, struct str session_token, struct str api_key);
bool page_allowed(struct cx *cx, unsigned permission);
enum err page_frame(struct cx *cx, struct db *db, struct request *request, json_t *app);
i64 page_workspace(const struct cx *cx);
i64 page_user(const struct cx *cx);
struct str page_zone(const struct cx *cx);
const char *page_permission_name(unsigned permission);

/* The rail's counters {today, inbox, moderation}: see page/tally.h. A new reference. */
enum err page_counts(struct cx *cx, struct db *db, json_t **ret_counts);
