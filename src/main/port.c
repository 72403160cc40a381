#include "main/port.h"

#include "base/lang.h"
#include "main/settings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int port_trouble(const char *address, int port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
	if (!is_four && inet_pton(AF_INET6, address, &six.sin6_addr) != 1)
		return EADDRNOTAVAIL;
	int fd = socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, trouble = 0;
	if (fd < 0)
		return errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, is_four ? (const struct sockaddr *)&four : (const struct sockaddr *)&six, is_four ? sizeof four : sizeof six) != 0)
		trouble = errno;
	close(fd);
	return trouble;
}

enum err port_check(struct cx *cx, const char *name, struct str listen)
{
	const char *address;
	int port;
	TRY(settings_listen(cx, listen, &address, &port));
	int trouble = port_trouble(address, port);
	if (!trouble)
		return OK;
	if (trouble == EADDRINUSE)
		return fail(cx, ERR_CONFLICT, N_("Port %d of %s is taken by another program; nothing was changed. End that program, or choose another port: --%s=%s:%d."),
			    port, address, name, strchr(address, ':') ? "[::1]" : address, port < 65000 ? port + 10 : port - 10);
	if (trouble == EACCES)
		return fail(cx, ERR_CONFLICT, N_("Port %d may be opened by root only; nothing was changed. Choose one from 1024 on with --%s."), port, name);
	return fail(cx, ERR_CONFLICT, N_("Port %d of %s cannot be listened on: %s. Nothing was changed. Choose another address with --%s."), port, address,
		    strerror(trouble), name);
}
