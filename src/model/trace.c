#include "model/trace.h"

#include "model/film.h"
#include "model/mp3.h"
#include "model/webm.h"

bool trace_goes(struct str type)
{
	return film_is(type) || webm_is(type) || mp3_is(type);
}

bool trace_stays(struct str type)
{
	static const char *const types[] = {"application/pdf", "audio/ogg", "audio/flac", "audio/wav"};
	return str_in(type, types, COUNT(types));
}

enum err trace_clean(struct cx *cx, struct str type, char *bytes, size_t length, struct str *ret_clean)
{
	struct str clean = {bytes, length};
	bool traces;
	TRY(film_is(type) ? film_clean(cx, bytes, length) : webm_is(type) ? webm_clean(cx, bytes, length) : mp3_sound(cx, clean, &clean, &traces));
	*ret_clean = clean;
	return OK;
}
