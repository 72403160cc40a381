/* ideas.h: what the files of the board of ideas share. */
#pragma once
#include "page/editorial.h"
#include "page/pager.h"

/* articles.c: what feeds brought, to be made ideas of; and what somebody said, made one in one press. */
route_handler articles_show, idea_of_message_make;
