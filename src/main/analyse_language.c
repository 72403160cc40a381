#include "main/analyse_language.h"

#include "base/lang.h"
#include "main/models.h"
#include "sys/files.h"

#include <string.h>

#define MODEL_MAX ((size_t)64 << 20)

enum err language_model_read(struct cx *cx, struct str file, struct language_model **ret_model)
{
	struct str bytes = {};
	for (const struct model_file *f = model_files; !file.len && f->name; f++)
		if (strcmp(f->name, "language") == 0)
			bytes = model_bytes(f);
	if (file.len)
		TRY(file_read(cx, arena_cstr(cx->arena, file), MODEL_MAX, &bytes));
	else if (!bytes.at)
		return fail(cx, ERR_MISSING, N_("No model of languages was built into this program. Name one: --model FILE."));
	return language_open(cx, bytes, ret_model);
}

static void add_told(struct buf *out, struct str code, double p)
{
	buf_adds(out, "\"label\":");
	buf_add_json(out, code);
	buf_addf(out, ",\"p\":%.4f,\"sure\":%s", p, p >= (double)LANGUAGE_SURE ? "true" : "false");
}

/* As of the other tasks: under the task's name, and once more at the top. */
void buf_add_language_told(struct buf *out, const struct language_model *model, struct str line, bool label_alone)
{
	struct language language;
	language_of(model, line, &language);
	struct str code = language_code(model, language.index);
	if (label_alone) {
		buf_add(out, code);
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, "{\"language\":{");
	add_told(out, code, (double)language.p);
	buf_adds(out, "},");
	add_told(out, code, (double)language.p);
	if (language.second != LANGUAGE_NONE) {
		buf_adds(out, ",\"second\":{\"label\":");
		buf_add_json(out, language_code(model, language.second));
		buf_addf(out, ",\"p\":%.4f}", (double)language.p_second);
	}
	buf_adds(out, "}\n");
}
