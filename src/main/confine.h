/* confine.h: what each role may still reach once it has opened what it needs, by sys/sandbox.h. The listening role keeps its database
 * and its spool, reads kept files, and connects to nothing but a PostgreSQL; the working role keeps the data folder and connects
 * anywhere, and listens to nothing; the simulated network keeps its own database and the desk's. Where the kernel cannot hold that (no Landlock), the log says so.
 *
 * What must stay true: it is called before the role starts a thread, after it read its keys. */
#pragma once
#include "main/command.h"

/* What is held are database handles (NULL for PostgreSQL) to be closed when the role ends: as long as one is open SQLite keeps the
 * files beside the database, which are the only ones of that folder that the role may open. */
enum err confine_serving(struct cx *cx, const struct program *program, struct db **ret_held);
/* `own`: the path of the simulated network's own database. */
enum err confine_simulating(struct cx *cx, const struct program *program, const char *own, struct db *ret_held[2]);
enum err confine_working(struct cx *cx, const struct program *program);

/* The TCP ports that a PostgreSQL URL may lead to; 5432 when it names none. At most `max`; the number of them is returned. */
size_t database_ports(struct str url, int *ret_ports, size_t max);
