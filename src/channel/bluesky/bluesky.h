/* bluesky.h: between the files of this folder. A post reaches us in three wrappings: a view of the AppView (record with author and
 * embed), a lone record, and a record out of a repository or a stream, whose author is the repository's owner. All three become
 * one call of bluesky_read_post(). */
#pragma once
#include "channel/bluesky_post.h"
#include "channel/reading.h"
#include "channel/thread_root.h"

#include <jansson.h>

enum err bluesky_read_post(struct reading *r, const struct bluesky_post *post);
/* What a record of another collection is, as a msgid to count it under. */
const char *bluesky_other(struct str collection);
/* Is this the start of a CAR file? */
bool bluesky_is_car(struct str bytes);
/* A repository in a CAR file (https://ipld.io/specs/transport/car/carv1/). */
enum err bluesky_read_car(struct reading *r, struct str bytes);
