#include "flow/post_dates.h"

#include "base/clock.h"
#include "base/zone.h"
#include "store/calendar_note.h"
#include "store/workspace.h"

#include <jansson.h>

#define QUIET_MOST 20

static bool has_country(const struct check_post *post, struct str country)
{
	for (size_t i = 0; i < post->country_count; i++)
		if (str_eq_fold(post->countries[i], country))
			return true;
	return false;
}

/* The places that the workspace follows: the country of each an audience, where none was named; each with a region, that too. */
static enum err follow_places(struct cx *cx, struct db *db, i64 workspace, struct check_post *post)
{
	struct workspace w;
	json_t *one;
	size_t i;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL);
	const json_t *places = json_object_get(settings, "key_dates");
	bool named = post->country_count > 0;
	json_array_foreach(places, i, one) {
		struct str place = arena_str(cx->arena, str_of(json_string_value(one))), rest = place, country = str_cut(&rest, '/');
		if (!named && country.len == 2 && !str_eq(country, S("UN")) && post->country_count < COUNT(post->countries) && !has_country(post, country))
			post->countries[post->country_count++] = country;
		if (rest.len && post->region_count < COUNT(post->regions))
			post->regions[post->region_count++] = place;
	}
	json_decref(settings);
	return OK;
}

static enum err quiet_days(struct cx *cx, struct db *db, i64 workspace, const struct check_post *post, struct calendar_note **ret_notes, size_t *ret_count)
{
	struct civil c = zone_civil(post->zone, post->planned_at);
	struct str day = arena_printf(cx->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
	struct calendar_note *notes;
	size_t count, kept = 0;
	TRY(calendar_notes(cx, db, workspace, day, day, 200, &notes, &count));
	for (size_t i = 0; i < count && kept < QUIET_MOST; i++)
		if (str_eq(notes[i].kind, S("quiet")))
			notes[kept++] = notes[i];
	*ret_notes = notes;
	*ret_count = kept;
	return OK;
}

enum err post_dates(struct cx *cx, struct db *db, i64 workspace, struct check_post *post)
{
	struct check_post wide = *post; /* other checks know of the named countries alone */
	struct check_key_date *known;
	struct calendar_note *notes;
	size_t note_count;
	if (!post->planned_at)
		return OK;
	TRY(follow_places(cx, db, workspace, &wide));
	TRY(quiet_days(cx, db, workspace, post, &notes, &note_count));
	size_t count = check_dates(cx, &wide, &known);
	struct check_key_date *dates = arena_array(cx->arena, struct check_key_date, count + note_count + 1);
	for (size_t i = 0; i < count; i++)
		dates[i] = known[i];
	for (size_t i = 0; i < note_count; i++)
		dates[count + i] = (struct check_key_date){.date = notes[i].day, .key = arena_printf(cx->arena, "note-%lld", (long long)notes[i].id), .name = notes[i].title, .kind = S("house"),
							   .no_post = true};
	post->dates = dates;
	post->date_count = count + note_count;
	return OK;
}
