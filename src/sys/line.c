#include "sys/line.h"

#include "base/clock.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define WHOLE_TIME (60 * SECOND)
#define CONNECT_TIME (15 * SECOND)

bool line_host_here(struct str host)
{
	struct address address;
	if (address_parse(host, &address))
		return address.v4 ? address.at[12] == 127 : memcmp(address.at, (u8[16]){[15] = 1}, 16) == 0;
	return str_eq_fold(host, S("localhost"));
}

static bool host_valid(struct str host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && c != '.' && c != '-' && c != '_')
			return false;
	}
	return host.len > 0 && host.len < 254 && host.at[0] != '-' && host.at[0] != '.';
}

/* Takes "scheme://" off; false when there is another one. */
static bool cut_scheme(struct str *text, const char *const schemes[2], int *ret_which)
{
	ptrdiff_t at = str_find(*text, S("://"));
	*ret_which = -1;
	if (at < 0)
		return true;
	for (int i = 0; i < 2; i++)
		if (str_eq_fold(str_head(*text, (size_t)at), str_of(schemes[i])))
			*ret_which = i;
	*text = str_skip(*text, (size_t)at + 3);
	return *ret_which >= 0;
}

bool line_server_read(struct arena *arena, struct str typed, const char *const schemes[2], const int ports[2], struct line_server *ret_server)
{
	struct str text = str_trim(typed), host, rest;
	int which;
	i64 port = 0;
	if (!cut_scheme(&text, schemes, &which))
		return false;
	if (str_ends(text, S("/")))
		text = str_head(text, text.len - 1);
	bool bracketed = str_starts(text, S("["));
	rest = bracketed ? str_skip(text, 1) : text;
	host = str_cut(&rest, bracketed ? ']' : ':');
	if (bracketed)
		rest = str_starts(rest, S(":")) ? str_skip(rest, 1) : (struct str){};
	struct address address;
	if (bracketed ? !address_parse(host, &address) : !host_valid(host))
		return false;
	if (rest.at && rest.len && (!str_to_i64(rest, &port) || port < 1 || port > 65535))
		return false;
	if (which < 0)
		which = !port || port == ports[1];
	port = port ? port : ports[which];
	*ret_server = (struct line_server){
		.secure = which == 1, .here = line_host_here(host), .host = arena_str(arena, host), .port = (int)port,
		.url = arena_printf(arena, bracketed ? "%s://[%.*s]:%d" : "%s://%.*s:%d", schemes[which], STR_ARG(host), (int)port).at,
	};
	return true;
}

/* ---- the guard ---- */

static int port_of(const struct curl_sockaddr *to)
{
	u8 bytes[2]; /* sin_port and sin6_port are at the same place */
	memcpy(bytes, (const u8 *)&to->addr + 2, 2);
	return bytes[0] << 8 | bytes[1];
}

/* As in net: the address that will be connected to, whatever the name resolved to before. */
static curl_socket_t open_socket(void *subject, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct line_run *run = subject;
	struct address address;
	const struct address_list *allow = run->net->allow;
	bool allowed = address_of(&to->addr, &address) && (address_public(&address) || address_listed(allow, &address, port_of(to)) ||
							    host_listed(allow, run->server->host, run->server->port));
	if (!allowed) {
		run->blocked = true;
		return CURL_SOCKET_BAD;
	}
	run->opened = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int look_up(void *subject, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t went)
{
	const struct line_run *run = subject;
	return line_stopped(run->net);
}

/* The folder of authorities by which libcurl was built to look them up one by one, if there are any in it as OpenSSL wants them (xxxxxxxx.0). The whole
 * bundle would be read for each connection, and kept by it: most of a megabyte. */
static const char *folder_of_authorities;

static void look_for_folder(void)
{
	const char *folder = curl_version_info(CURLVERSION_NOW)->capath;
	DIR *list = folder ? opendir(folder) : NULL;
	if (!list)
		return;
	for (struct dirent *entry; !folder_of_authorities && (entry = readdir(list));)
		if (strspn(entry->d_name, "0123456789abcdef") == 8 && strcmp(entry->d_name + 8, ".0") == 0)
			folder_of_authorities = folder;
	closedir(list);
}

static void set_authorities(CURL *easy, const struct net *net)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, look_for_folder);
	if (net->authorities) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, net->authorities);
	} else if (folder_of_authorities) {
		curl_easy_setopt(easy, CURLOPT_CAPATH, folder_of_authorities);
		curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	}
}

void line_set_up(CURL *easy, struct line_run *run, const char *protocols)
{
	i64 whole = run->net->patience && run->net->patience < WHOLE_TIME ? run->net->patience : WHOLE_TIME;
	i64 connect = whole < CONNECT_TIME ? whole : CONNECT_TIME;
	run->deadline = time_monotonic() + whole;
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, run->server->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* a proxy of the web is none of mail's */
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(run->server->here ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	set_authorities(easy, run->net);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(whole / MILLISECOND));
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(whole / SECOND > 0 ? whole / SECOND : 1));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(connect / MILLISECOND));
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 120L);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, run);
	if (run->net->stop) {
		curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_up);
		curl_easy_setopt(easy, CURLOPT_XFERINFODATA, run);
	}
}

void line_set_token(CURL *easy, const char *token)
{
	curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, token);
	curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
}

enum net_trouble line_trouble_of(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return NET_NO_TROUBLE;
	case CURLE_COULDNT_RESOLVE_HOST:
		return NET_NO_NAME;
	case CURLE_COULDNT_CONNECT:
		return NET_NO_CONNECTION;
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return NET_NO_TRUST;
	case CURLE_OPERATION_TIMEDOUT:
		return NET_TOO_SLOW;
	default:
		return NET_BROKEN;
	}
}

enum net_trouble line_trouble(const struct line_run *run, CURLcode code)
{
	bool blocked = code == CURLE_COULDNT_CONNECT && run->blocked && !run->opened;
	return blocked ? NET_BLOCKED : line_trouble_of(code);
}

bool line_stopped(const struct net *net)
{
	return net->stop && atomic_load(net->stop);
}

/* ---- the gate ---- */

static struct str gate_host(struct cx *cx, const struct line_server *server)
{
	return arena_printf(cx->arena, "%.*s:%d", STR_ARG(server->host), server->port);
}

bool line_may(struct cx *cx, struct net *net, const struct line_server *server, struct net_answer *answer)
{
	i64 open_at = 0;
	*answer = (struct net_answer){.outcome = NET_ANSWERED, .whole = true, .url = str_of(server->url)};
	if (++net->calls == net->fail_at && net->fail_outcome == NET_NOT_SENT) {
		answer->outcome = NET_NOT_SENT;
		answer->trouble = NET_NO_CONNECTION;
	} else if (net->gate && !net->gate->may(net->gate->subject, gate_host(cx, server), &open_at)) {
		answer->outcome = NET_NOT_SENT;
		answer->trouble = NET_HELD_BACK;
		answer->retry_at = open_at;
	}
	answer->story = net_story(cx, server->host, answer->outcome, answer->trouble);
	return answer->outcome == NET_ANSWERED;
}

void line_done(struct cx *cx, struct net *net, const struct line_server *server, struct net_answer *answer)
{
	if (net->fail_at && net->calls == net->fail_at && net->fail_outcome == NET_UNKNOWN) { /* its answer is lost */
		answer->outcome = NET_UNKNOWN;
		answer->trouble = NET_TOO_SLOW;
		answer->status = 0;
	}
	answer->story = net_story(cx, server->host, answer->outcome, answer->trouble);
	struct net_request request = {.method = "MAIL", .url = str_of(server->url)};
	if (net->gate)
		net->gate->note(cx, net->gate->subject, gate_host(cx, server), &request, answer);
}
