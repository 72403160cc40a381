/* digest.h: a letter that sums up what was heard, for who wishes it: each morning or each Monday morning of theirs, in their language, a letter for
 * each of their workspaces: volume and tone of what is listened for against its past, what was unusual, what begins to rise, questions that wait.
 *
 * What must stay true: a morning is the start of the hours in which a person wants letters (eight where they said nothing), in their time zone;
 * letters and the moving on of the date are one transaction, so that a morning never makes two, whatever is killed when; what could not be
 * made in its morning waits for the next one; whoever wants no more gets none, also of those already written down. */
#pragma once
#include "flow/outside.h"
#include "store/digest.h"

struct postman; /* flow/mail.h */

enum digest_wish { DIGEST_NONE, DIGEST_DAILY, DIGEST_WEEKLY, DIGEST_WISHES };
const char *digest_wish_word(enum digest_wish wish);
bool digest_wish_of(struct str word, enum digest_wish *ret_wish);
enum err digest_wished(struct cx *cx, struct db *db, i64 person, enum digest_wish *ret_wish);

/* Who acts wishes it so; their hours and time zone are read anew, so this is said again when they change. `work` seals the way to end it for the
 * working role. */
enum err digest_choose(struct cx *cx, struct db *db, enum digest_wish wish, const struct outside *outside, const struct public_key *work);
/* By the address in a letter: no more of them. Again: nothing. */
enum err digest_end(struct cx *cx, struct db *db, i64 person);
/* The working role: make what is due. */
enum err digest_letters(struct cx *cx, struct db *db, const struct postman *postman);

/* ---- digest_letter.c ---- */

struct digest_span {
	i64 since, until;
	bool is_daily;
};
struct digest_text {
	struct str subject, text, html;
	bool has_news;         /* else there is nothing to write about */
};
/* `url`: of the desk; `end`: where it is ended. In `lang`, with the hours of `zone`. */
enum err digest_write(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, const char *lang, struct str zone, struct str url,
		      struct str end, struct digest_text *ret_text);
