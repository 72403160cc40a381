/* weather_letter.h: how all channels stand, as a letter on Monday mornings: whether all is fine and until when, what somebody has to do and before which
 * day, and each channel with what is known of it. It comes to who owns a workspace unless they say no; others who set channels get it when they say so.
 *
 * What must stay true: a morning is the start of the hours in which a person wants letters (eight where they said nothing), in their time zone; a letter has
 * the number of its week, so a morning never makes two; what could not be made in its morning waits for the next one. */
#pragma once
#include "model/permission.h"
#include "sys/db.h"

struct weather_letter {
	struct str subject, text, html;
	bool has_channels; /* else there is nothing to write about */
};

/* `settings`: of the person (JSON). */
bool weather_letter_wanted(struct str settings, enum role role);
/* In cx->lang, with the days of `zone`; `url`: of the desk. */
enum err weather_letter_write(struct cx *cx, struct db *db, i64 workspace, struct str zone, struct str url, struct weather_letter *ret_letter);
/* The working role, each few minutes: write down what is due. */
enum err weather_letters(struct cx *cx, struct db *db, struct str url);
