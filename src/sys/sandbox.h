/* sandbox.h: what a role gives up once it has opened what it needs: new privileges and core dumps always, and, where the kernel
 * has Landlock (Linux 5.13), every file but the listed ones, from ABI 4 on (6.7) every TCP port but the listed ones, and from
 * ABI 6 on (6.12) signals to processes outside. So the listening role cannot read work.key or connect to anybody,
 * and the working role cannot listen, even when something in them is subverted.
 *
 * What must stay true: it is entered once, before the role starts threads; nothing opened before is taken away; it cannot be
 * left again, and children inherit it. A kernel without Landlock is reported, not an error. */
#pragma once
#include "base/cx.h"

struct sandbox_path {
	const char *path; /* a file, or a folder with all below it; one that is missing is left out */
	enum {
		SANDBOX_READ,
		SANDBOX_WRITE, /* and read, make, rename, remove */
		SANDBOX_RUN,   /* read and execute; without one nothing can be executed */
	} access;
};

struct sandbox {
	const struct sandbox_path *paths;
	size_t path_count;
	const int *listen_ports;   /* TCP ports that may be listened on; ones opened before need not be here */
	size_t listen_count;
	const int *connect_ports;  /* TCP ports that may be connected to: of the database, of a proxy */
	size_t connect_count;
	bool connect_anywhere;     /* the working role: to every port */
	bool system_files;         /* reading what libraries look for: /usr, /lib, time zones, certificates, resolver; writing /dev/null.
	                            * Not the rest of /etc, so not the settings file */
};

struct sandbox_report {
	int abi;            /* Landlock's; 0 = the kernel has none, or it is switched off */
	bool files;         /* only the listed files */
	bool ports;         /* only the listed ports */
	bool signals;       /* no signals to processes outside */
	struct str text;    /* arena: "landlock abi 7: files, ports, signals" or "not in force: …", for the log */
};

/* ERR_SYSTEM when the kernel has it and refuses it. */
enum err sandbox_enter(struct cx *cx, const struct sandbox *sandbox, struct sandbox_report *ret_report);
