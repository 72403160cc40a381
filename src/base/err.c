#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

static const struct err_row err_rows[ERR_COUNT] = {
	[OK] = {"ok", 200, false, LOG_DEBUG, N_("Done")},
#define ERROR(name, word, http, retry, level, title) [ERR_##name] = {word, http, retry, level, title},
#include "base/err.def"
#undef ERROR
};

const struct err_row *err_row(enum err error)
{
	must((unsigned)error < ERR_COUNT);
	return &err_rows[error];
}

void must_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "level=fatal event=broken_promise condition=\"%s\" at=%s:%d\n", condition, file, line);
	abort();
}
