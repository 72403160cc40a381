#include "main/command.h"

#include <curl/curl.h>
#include <libpq-fe.h>
#include <microhttpd.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>

static enum err version(struct cx *cx, struct program *program)
{
	int postgres = PQlibVersion();
	printf("parvis %s\nSQLite %s, libpq %d.%d, libmicrohttpd %s, libcurl %s, libsodium %s\n", PARVIS_VERSION, sqlite3_libversion(), postgres / 10000,
	       postgres % 10000, MHD_get_version(), curl_version_info(CURLVERSION_NOW)->version, sodium_version_string());
	return OK;
}

const struct command command_version = {
	.name = "version",
	.words = "",
	.about = N_("Say which version this is, and what it stands on"),
	.flags = COMMAND_NO_SETTINGS,
	.run = version,
	.file = __FILE__,
};
