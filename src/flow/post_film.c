/* post_film.c: whether a network takes a film as it is: nothing of it is made anew, so that its type, length, size and shape are to fit. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/post_parts.h"

#define SLACK 0.05 /* of its ratio: encoders round to pairs of pixels */

/* "MP4, MOV" */
static struct str types_of(struct cx *cx, const struct media_format *f)
{
	CLEANUP(buf_free) struct buf b = {};
	for (const char *c = f->types; *c; c++) {
		if (*c == ' ')
			buf_adds(&b, ", ");
		else
			buf_addc(&b, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
	}
	return buf_keep(&b, cx->arena);
}

static bool has_shape(const struct media_format *f, const struct media *m)
{
	double wanted = (double)f->width / f->height, is = m->height > 0 ? (double)m->width / (double)m->height : 0;
	return !f->fill || is <= 0 || (is > wanted * (1 - SLACK) && is < wanted * (1 + SLACK));
}

struct str post_film_fault(struct cx *cx, const struct channel *channel, const struct media *m, const struct media_format *f)
{
	struct str name = m->name, where = channel->name;
	if (!media_format_takes_type(f, m->type))
		return arena_printf(cx->arena, _(N_("“%.*s” is a film of another kind than %.*s takes: %.*s. Save it as one of these.")), STR_ARG(name), STR_ARG(where), STR_ARG(types_of(cx, f)));
	if (m->size > f->most)
		return arena_printf(cx->arena, _(N_("“%.*s” is too large: %.*s takes %lld MB. Make it smaller.")), STR_ARG(name), STR_ARG(where), (long long)(f->most / 1000000));
	if (f->seconds_least && m->duration && m->duration < f->seconds_least * SECOND)
		return arena_printf(cx->arena, _(N_("“%.*s” lasts less than the %d seconds that %.*s wants of such a film.")), STR_ARG(name), f->seconds_least, STR_ARG(where));
	if (f->seconds_most && m->duration > f->seconds_most * SECOND)
		return arena_printf(cx->arena, _(N_("“%.*s” lasts %lld seconds; %.*s takes %d of such a film. Cut it.")), STR_ARG(name), (long long)((m->duration + SECOND - 1) / SECOND),
				    STR_ARG(where), f->seconds_most);
	if (!has_shape(f, m))
		return arena_printf(cx->arena, _(N_("“%.*s” is %lld × %lld pixels; %.*s shows such a film upright, %d × %d. Cut it to that shape.")), STR_ARG(name), (long long)m->width,
				    (long long)m->height, STR_ARG(where), f->width, f->height);
	return (struct str){};
}
