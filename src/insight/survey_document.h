/* survey_document.h: the small parts that the documents of surveys are made of. What is returned is a new reference; texts are cut to a
 * length that is shown, broken bytes become empty. */
#pragma once
#include "base/cx.h"

#include <jansson.h>

json_t *survey_id(i64 id);            /* "7201" */
json_t *survey_text(struct str text);
struct str survey_dump(struct cx *cx, json_t *document); /* takes the document */
