/* team.h: what the files of this page share. */
#pragma once
#include "flow/desk.h"
#include "page/page.h"
#include "store/member.h"
#include "ui/document.h"

/* Who is here, in which teams, with how much on their table: read once for a page. */
struct team_room {
	struct member *members;
	size_t member_count;
	struct team *teams;
	size_t team_count;
	i64 **team_people;        /* persons of each team */
	size_t *team_people_count;
	i64 *open;                /* open conversations of each member */
};
enum err team_room(struct cx *cx, struct db *db, struct team_room *ret_room);
bool team_holds(const struct team_room *room, size_t team, i64 person);
bool member_is_away(const struct cx *cx, const struct member *member);
json_t *open_text(struct cx *cx, i64 open); /* "12 open"; null for 0 */

extern const char *const assignment_words[];
json_t *assignment_word(struct cx *cx, enum team_assignment assignment);
json_t *assignment_choices(struct cx *cx, struct str chosen);

enum err team_show(struct cx *cx, struct request *request, struct reply *reply);
enum err team_keep(struct cx *cx, struct request *request, struct reply *reply);
enum err team_put_away(struct cx *cx, struct request *request, struct reply *reply);
enum err team_take_out(struct cx *cx, struct request *request, struct reply *reply);
