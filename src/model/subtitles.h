/* subtitles.h: what is said in a film, as text with times: WebVTT and SubRip (.srt) read alike, and written as one WebVTT that browsers and networks take. Of what stands in a
 * cue, emphasis (i, b, u), the name of who speaks and where it is shown are kept; other signs between "<" and ">" that are no markup of these formats are text, and stay it.
 * Styles, regions and notes are left out.
 *
 * What must stay true: any bytes are taken, in time and memory linear in them; what subtitles_vtt() writes reads alike, and holds no markup but that. Whatever is wrong is told
 * with its line, why, and what to do. Results live in the arena of cx.
 * Sources: W3C, WebVTT (Candidate Recommendation, 4 April 2019); SubRip has no specification: its files as players read them. */
#pragma once
#include "base/cx.h"

#define SUBTITLES_BYTES ((size_t)1 << 20) /* of a file */
#define SUBTITLES_CUES 20000
#define SUBTITLE_CHARACTERS 1000          /* of one */

struct subtitle_cue {
	i64 from, until;          /* microseconds, of the film */
	struct str voice;         /* who speaks; empty: not said */
	struct str text;          /* plain, its lines parted by \n; never empty */
	struct str markup;        /* the same as WebVTT writes it */
	struct str settings;      /* where it is shown, as WebVTT writes it; empty: below */
	size_t line;              /* of the file, from 1 */
};

struct subtitles {
	const struct subtitle_cue *cues; /* in the order of their times, none over another; 1 or more */
	size_t count;
	bool is_srt;              /* what was read; else WebVTT */
};

/* `duration`: how long the film is, in microseconds; 0: not known. A last cue that stands up to a second longer is cut. ERR_BAD_INPUT: the story names the line;
 * ERR_TOO_LARGE. */
enum err subtitles_read(struct cx *cx, struct str bytes, i64 duration, struct subtitles *ret_subtitles);
struct str subtitles_vtt(struct arena *arena, const struct subtitles *subtitles);
/* All that is said, a cue a line, `most` bytes at the most. */
struct str subtitles_text(struct arena *arena, const struct subtitles *subtitles, size_t most);
