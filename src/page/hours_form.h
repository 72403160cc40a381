/* hours_form.h: opening hours as a form (settings/hours.mustache): two rows a day, sent as three lists in step: weekday, opens, closes. */
#pragma once
#include "base/cx.h"
#include "model/hours.h"

#include <jansson.h>

struct request;

/* What was typed, each row with its fault, when the form is shown again; else the hours there are. A new reference. */
json_t *hours_form_shape(struct cx *cx, const struct request *request, const struct hours *hours);
/* The openings that were sent, sorted. ERR_BAD_INPUT on the field "opens". */
enum err hours_form_read(struct cx *cx, struct request *request, struct opening **ret_openings, size_t *ret_count);
i64 hours_form_minutes(const struct hours *hours); /* a week; 0: always open */

#define HOURS_FORM_PARAMS                                                                                                            \
	{.name = "weekday", .in = IN_FORM, .type = P_INT, .flags = PARAM_LIST, .min = 0, .max = 6, .about = "Of each opening; 0 is Monday."}, \
	{.name = "opens", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 5, .about = "When it opens, 09:00, in the same order."},   \
	{.name = "closes", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 5, .about = "When it closes, 18:30, in the same order."}
