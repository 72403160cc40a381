/* trends.h: what the files of this page share: what rises, and queries side by side. */
#pragma once
#include "page/page.h"
#include "store/trend.h"
#include "ui/document.h"

/* rise.c: a trend with its evidence. */
enum err rise_shape(struct cx *cx, struct db *db, const struct trend *trend, json_t **ret_rise);
/* A small drawing of counts, of `count` columns of time: {"curve", "area", "last_x", "last_y"}. */
json_t *spark_shape(const i64 *values, size_t count);

/* side.c */
enum err sides_show(struct cx *cx, struct request *request, struct reply *reply);
extern const char *const side_spans[];
