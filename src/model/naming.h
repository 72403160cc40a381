/* naming.h: how a person is named in a text so that their network makes a link of it and tells them: "@ana" here, "@ana@host.example" there. Pure; the result
 * is the arena's.
 *
 * What must stay true: what comes out is read as one name by that network's own rules (model/mark.h, where it has some); nothing is made up: whoever has no handle
 * there, or is on a network that names nobody in plain text, has no such name. */
#pragma once
#include "base/arena.h"

/* `handle` and `url` as the account's row has them: "ana", "@ana", "ana@host.example"; the url tells the host of a fediverse account that has none in its handle.
 * Empty: cannot be named. */
struct str naming_of(struct arena *arena, struct str network, struct str handle, struct str url);
/* Does this network make links of names at all? */
bool naming_is_there(struct str network);
