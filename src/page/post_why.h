/* post_why.h: why a part of a post leaves, in a sentence or two: who planned it for when, who let it go. Texts are in the task's arena. */
#pragma once
#include "store/post.h"
#include "store/publication.h"

struct reader;

/* The last approval that was given; NULL: none. */
const struct post_approval *post_last_approval(const struct post_approval *list, size_t count);
/* `who` made the act; `approver` gave `approval`, which may be NULL. */
struct str post_why(struct cx *cx, const struct reader *reader, const struct publication *publication, struct str who, const struct post_approval *approval, struct str approver);
