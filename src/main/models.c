#include "main/models.h"

#include "base/log.h"
#include "flow/understand.h"
#include "sys/crypto.h"
#include "text/analyser.h"

#include <malloc.h>
#include <string.h>

#define MODELS_MOST 64

struct str model_bytes(const struct model_file *file)
{
	return (struct str){file->start, (size_t)(file->end - file->start)};
}

static bool is_lore(const struct model_file *file)
{
	return str_starts(str_of(file->name), S("lore"));
}

i64 models_version(void)
{
	struct hasher hasher;
	i64 version = 0;
	if (!model_files[0].name)
		return 0;
	hasher_start(&hasher, NULL);
	for (const struct model_file *f = model_files; f->name; f++)
		if (!is_lore(f)) /* nothing is asked of it */
			hasher_add(&hasher, model_bytes(f));
	struct hash hash = hasher_end(&hasher);
	for (int i = 0; i < 4; i++)
		version = version << 8 | hash.at[i];
	return version ? version : 1;
}

bool models_find(const char *name, struct str *ret_bytes)
{
	for (const struct model_file *f = model_files; f->name; f++)
		if (strcmp(f->name, name) == 0) {
			*ret_bytes = model_bytes(f);
			return true;
		}
	return false;
}

enum err models_open(struct cx *cx, struct analyser **ret_analyser)
{
	struct str files[MODELS_MOST];
	size_t count = 0;
	for (const struct model_file *f = model_files; f->name && count < MODELS_MOST; f++)
		if (!str_starts(str_of(f->name), S("as-")) && !is_lore(f))
			files[count++] = model_bytes(f);
	return analyser_open(cx, files, count, ret_analyser);
}

static struct arena *opened; /* as long as the process */

static const struct analyser *open_all(i64 *ret_version)
{
	struct analyser *analyser;
	opened = arena_new();
	struct cx cx = cx_new(opened);
	if (models_open(&cx, &analyser) != OK) { /* they are built in: the build is broken */
		log_failure(&cx, "models_closed");
		return NULL;
	}
	malloc_trim(0); /* making the table took four times what it keeps */
	*ret_version = models_version();
	return analyser;
}

void models_use(void)
{
	if (model_files[0].name)
		understand_opening(open_all);
}
