/* name.h: what to call somebody by, from the one line that a network gives as their name. A guess that would rather be formal than wrong.
 *
 * What must stay true: the answer is a part of `name`, borrowed from it. */
#pragma once
#include "base/str.h"

/* "Nadia" of "Nadia Ferhat"; the whole of it where the first word is a title, an article or a kind of house ("Sœur Marie-Ange", "Le Progrès",
 * "Association des habitants"), or where there is but one word ("lea.mange.lyon"); empty when it has no letter ("😀😀"). */
struct str name_first(struct str name);
