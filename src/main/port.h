/* port.h: whether an address of the settings could be listened on now; asked before anything is made, so that a start that cannot
 * succeed leaves everything as it was. Tries it for a moment and lets it go; allocates only the story. */
#pragma once
#include "base/cx.h"

/* 0, or the errno of trying to listen on `port` of `address` (an address as settings_listen() gives it). */
int port_trouble(const char *address, int port);

/* The same for the value of the setting `name` ("listen"): ERR_CONFLICT with the story of what to do. */
enum err port_check(struct cx *cx, const char *name, struct str listen);
