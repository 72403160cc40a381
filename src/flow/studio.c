/* studio.c: what the verbs of the studio have in common. */
#include "base/lang.h"
#include "flow/studio_parts.h"
#include "model/actor.h"

#include <jansson.h>

enum err studio_may_design(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_WRITE_POSTS))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not write posts or make pictures for them. Ask somebody who manages this workspace."));
}

enum err studio_may_brand(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_BRAND))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not change the brand kit or its templates. Ask somebody who manages this workspace."));
}

struct str studio_subject(struct cx *cx, const char *noun, i64 id)
{
	return arena_printf(cx->arena, "%s:%lld", noun, (long long)id);
}

struct str studio_json_text(const struct cx *cx, const void *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)});
}
