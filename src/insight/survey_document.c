#include "insight/survey_document.h"

#include "base/json_text.h"
#include "base/utf8.h"

#include <stdlib.h>

#define SHOWN 240 /* characters */

json_t *survey_id(i64 id)
{
	return json_sprintf("%lld", (long long)id);
}

json_t *survey_text(struct str text)
{
	struct str head = utf8_head(text, SHOWN);
	json_t *json = json_stringn(head.at ? head.at : "", head.len);
	return json ? json : json_string("");
}

struct str survey_dump(struct cx *cx, json_t *document)
{
	struct str kept = arena_json(cx->arena, document, JSON_COMPACT | JSON_REAL_PRECISION(9));
	json_decref(document);
	return kept;
}
