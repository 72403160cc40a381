/* mail_server.h: inside of mail: what a mailer is. Not for others. */
#pragma once
#include "base/utf8.h"
#include "sys/line.h"
#include "sys/mail.h"

#include <curl/curl.h>

struct mailer {
	struct arena *arena;
	struct str from, from_name;
	enum { MAIL_NONE, MAIL_FOLDER, MAIL_SMTP } kind;
	const char *folder;
	/* SMTP */
	CURL *easy;
	const char *url, *user, *password; /* user NULL = none */
	const char *token;       /* NULL = none */
	const char *authorities; /* PEM file; NULL = the system's */
	struct str host;
	bool tls_required;
	bool tls_off;
	long timeout_ms;
	/* One of somebody's own (mailer_open_account): guarded as net is */
	struct net *net;             /* NULL: the operator's */
	struct line_server server;
	struct line_run run;
};
