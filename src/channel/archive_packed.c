#include "channel/archive_packed.h"

#include <fcntl.h>
#include <unistd.h>

bool archive_is_packed(const char *path)
{
	char head[300] = {};
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file >= 0 ? read(file, head, sizeof head) : 0;
	if (file >= 0)
		close(file);
	struct str bytes = {head, got > 0 ? (size_t)got : 0};
	return str_starts(bytes, S("PK\x03\x04")) || str_starts(bytes, S("\x1f\x8b")) || str_starts(str_skip(bytes, 257), S("ustar"));
}

enum err archive_names(struct cx *cx, const char *path, struct str *ret_names)
{
	*ret_names = (struct str){};
	return OK;
}

enum err archive_media(struct reading *r, const char *path)
{
	return OK;
}

enum err archive_each_packed(struct cx *cx, const char *path, size_t max, bool (*wanted)(struct str name),
			     enum err (*each)(struct cx *cx, void *subject, struct str name, struct str bytes), void *subject)
{
	return fail(cx, ERR_UNSUPPORTED, "Packed files are not opened yet; unpack it and give its files one by one.");
}
