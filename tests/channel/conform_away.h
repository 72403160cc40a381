/* conform_away.h: every act against a network that is not there, and against one whose certificate is over: certainly nothing was sent,
 * and the story says why. Include once, after conform_in.h and conform_out.h. */
#pragma once
#include "conform_in.h"
#include "conform_out.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- no connection at all, and a certificate that is over ---- */

static pid_t expired_pid;
static char expired_folder[64], expired_file[80];

/* A certificate of two days in 2020, and a server that shows it. */
static int expired_start(void)
{
	static const char settings[] =
		"[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n"
		"[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:true\n[req]\ndistinguished_name=n\n[n]\n";
	char command[1000];
	int port, held = refuse_local(&port);
	snprintf(expired_folder, sizeof expired_folder, "/tmp/parvis-expired-XXXXXX");
	assert_non_null(mkdtemp(expired_folder));
	snprintf(expired_file, sizeof expired_file, "%s/cert", expired_folder);
	snprintf(command, sizeof command, "%s/settings", expired_folder);
	FILE *file = fopen(command, "w");
	fputs(settings, file);
	fclose(file);
	snprintf(command, sizeof command, "cd %s && touch index && echo 01 >serial && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "
		"/CN=localhost -config settings -keyout key -out request 2>log && openssl ca -batch -selfsign -notext -config settings -keyfile key -in request "
		"-out cert -startdate 20200101000000Z -enddate 20200102000000Z 2>>log", expired_folder);
	assert_int_equal(system(command), 0);
	close(held); /* as late as can be: others run beside us */
	expired_pid = fork();
	if (expired_pid == 0) {
		snprintf(command, sizeof command, "cd %s && exec openssl s_server -accept 127.0.0.1:%d -cert cert -key key -www </dev/null >/dev/null 2>&1", expired_folder, port);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(1);
	}
	for (int i = 0; i < 200 && !connects(port); i++)
		usleep(20000);
	return port;
}

static void expired_stop(void)
{
	static const char *const files[] = {"cert", "key", "request", "settings", "index", "index.attr", "index.old", "index.attr.old", "serial", "serial.old", "log", "01.pem"};
	char path[120];
	kill(expired_pid, SIGKILL);
	waitpid(expired_pid, NULL, 0);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/%s", expired_folder, files[i]);
		unlink(path);
	}
	rmdir(expired_folder);
}

static int unreachable, unreachable_port, expired_port;

static bool tells_why(bool expired, struct str story)
{
	return str_find(story, expired ? S("could not prove that it is itself") : S("does not take the connection")) >= 0;
}

/* Every act against a network that is not there, and against one that cannot prove itself: certainly nothing was sent. */
static void nowhere_all(bool receives)
{
	for (int expired = 0; expired < 2; expired++) {
		char base[64], keep_base[64], keep_imap[64], keep_smtp[64];
		begin(NULL, NULL, 0);
		struct net *before = b.net;
		struct net_settings settings = {.allow = S("127.0.0.1"), .patience = 4 * SECOND, .authorities = expired ? str_of(expired_file) : (struct str){}};
		memcpy(keep_base, replay.base, sizeof base);
		memcpy(keep_imap, replay.imap, sizeof base);
		memcpy(keep_smtp, replay.smtp, sizeof base);
		snprintf(replay.imap, sizeof replay.imap, expired ? "imaps://127.0.0.1:%d" : "imap://127.0.0.1:%d", expired ? expired_port : unreachable_port);
		snprintf(replay.smtp, sizeof replay.smtp, expired ? "smtps://127.0.0.1:%d" : "smtp://127.0.0.1:%d", expired ? expired_port : unreachable_port);
		snprintf(replay.base, sizeof replay.base, expired ? "https://127.0.0.1:%d" : "http://127.0.0.1:%d", expired ? expired_port : unreachable_port);
		json_t *settings_before = (json_t *)b.account.settings;
		b.account.settings = based(json_object_get(b.account_file, "settings"));
		assert_ok(&b.cx, net_open(&b.cx, &settings, &b.net));
		b.fault = expired ? "expired certificate" : "no connection";
		fresh();
		if (receives) {
			struct items items = {json_array()};
			struct str cursor = {};
			bool more = false;
			enum err e = read_page(text_in(b.file, "cursor"), &items, &cursor, &more);
			if (e != ERR_REMOTE || !b.cx.story[0] || json_array_size(items.list) || !tells_why(expired, str_of(b.cx.story)))
				WRONG("%s: %s", err_row(e)->word, b.cx.story);
			json_decref(items.list);
		} else if (strcmp(b.act, "verify") == 0) {
			struct verified v = verify();
			if (v.outcome != OUTCOME_LATER || !tells_why(expired, v.story))
				WRONG("%s: %.*s", outcome_word(v.outcome), STR_ARG(v.story));
		} else {
			struct outbound out = outbound_of(b.file);
			struct sent sent = call(&out, false);
			if (sent.outcome != OUTCOME_LATER || !tells_why(expired, sent.story))
				WRONG("%s: %.*s", outcome_word(sent.outcome), STR_ARG(sent.story));
		}
		net_close(b.net);
		b.net = before;
		json_decref((json_t *)b.account.settings);
		b.account.settings = settings_before;
		memcpy(replay.base, keep_base, sizeof keep_base);
		memcpy(replay.imap, keep_imap, sizeof keep_imap);
		memcpy(replay.smtp, keep_smtp, sizeof keep_smtp);
	}
}
