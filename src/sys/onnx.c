#include "sys/onnx.h"

#include "sys/files.h"

#include <dlfcn.h>
#include <glob.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* The library's interface (onnxruntime_c_api.h), written down here because a machine that has the library seldom has its headers. It is one
 * table of functions that only ever grows at its end; these places are those of its first version, which every later one keeps. */
enum place {
	GET_ERROR_MESSAGE = 2,
	CREATE_ENVIRONMENT = 3,
	DISABLE_TELEMETRY = 6,
	CREATE_SESSION = 7,
	RUN = 9,
	CREATE_OPTIONS = 10,
	DISABLE_MEMORY_PATTERN = 17,
	DISABLE_MEMORY_ARENA = 19,
	SET_OPTIMIZATION = 23,
	SET_THREADS_INSIDE = 24,
	SET_THREADS_BETWEEN = 25,
	INPUT_COUNT = 30,
	OUTPUT_COUNT = 31,
	INPUT_TYPE = 33,
	INPUT_NAME = 36,
	OUTPUT_NAME = 37,
	CREATE_TENSOR = 49,
	IS_TENSOR = 50,
	TENSOR_DATA = 51,
	TENSOR_OF_TYPE = 55,
	ELEMENT_TYPE = 60,
	ELEMENT_COUNT = 64,
	TYPE_OF_VALUE = 65,
	CREATE_MEMORY_INFO = 69,
	ALLOCATOR_FREE = 76,
	DEFAULT_ALLOCATOR = 78,
	RELEASE_STATUS = 93,
	RELEASE_SESSION = 95,
	RELEASE_VALUE = 96,
	RELEASE_TYPE = 98,
	RELEASE_SHAPE = 99,
	RELEASE_OPTIONS = 100,
};
enum { FLOAT = 1, INT32 = 6, INT64 = 7 };                /* of an element */
enum { FATAL = 4, ALL_OPTIMIZATIONS = 99, DEVICE = 0, DEFAULT_MEMORY = 0, FIRST_VERSION = 1 };

struct base {
	void *const *(*table)(u32 version);
	const char *(*version)(void);
};

struct onnx {
	void *const *table;
	struct base *base;
	void *environment, *memory, *allocator;
};

/* Functions answer NULL, or a status that tells what is wrong. */
#define CALL(onnx, place, types, ...) (((void *(*)types)(onnx)->table[place])(__VA_ARGS__))
#define RELEASE(onnx, place, subject) (((void (*)(void *))(onnx)->table[place])(subject))

static enum err told(struct cx *cx, const struct onnx *onnx, void *status, enum err error)
{
	if (!status)
		return OK;
	const char *text = ((const char *(*)(void *))onnx->table[GET_ERROR_MESSAGE])(status);
	struct str story = arena_str(cx->arena, str_head(str_of(text), 240));
	RELEASE(onnx, RELEASE_STATUS, status);
	return fail(cx, error, N_("The model cannot be used. ONNX Runtime says: %.*s"), STR_ARG(story));
}

/* ---- the library ---- */

static void *open_usual(void)
{
	static const char *const names[] = {"libonnxruntime.so.1", "libonnxruntime.so"};
	static const char *const patterns[] = {"/usr/local/lib/libonnxruntime.so.1*", "/usr/lib/*/libonnxruntime.so.1*", "/usr/lib/libonnxruntime.so.1*"};
	void *library = NULL;
	for (size_t i = 0; !library && i < COUNT(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; !library && i < COUNT(patterns); i++) {
		glob_t found;
		if (glob(patterns[i], 0, NULL, &found) != 0)
			continue;
		for (size_t f = 0; !library && f < found.gl_pathc; f++)
			library = dlopen(found.gl_pathv[f], RTLD_NOW | RTLD_LOCAL);
		globfree(&found);
	}
	return library;
}

static enum err load(struct cx *cx, struct str library, struct onnx *onnx)
{
	void *handle = library.len ? dlopen(arena_cstr(cx->arena, library), RTLD_NOW | RTLD_LOCAL) : open_usual();
	if (!handle && library.len)
		return fail(cx, ERR_MISSING, N_("ONNX Runtime cannot be opened at %.*s. Name the file libonnxruntime.so of this machine in the setting onnx_library."),
			    STR_ARG(str_head(library, 200)));
	if (!handle)
		return fail(cx, ERR_MISSING,
			    N_("ONNX Runtime is not on this machine. Install libonnxruntime.so (a package of newer distributions; else the release from"
			       " onnxruntime.ai, or the npm package onnxruntime-node) and name its file in the setting onnx_library. Until then the models that ship judge alone."));
	struct base *(*get_base)(void);
	*(void **)&get_base = dlsym(handle, "OrtGetApiBase");
	onnx->base = get_base ? get_base() : NULL;
	onnx->table = onnx->base ? onnx->base->table(FIRST_VERSION) : NULL;
	if (!onnx->table)
		return fail(cx, ERR_MISSING, N_("The file named in onnx_library is not ONNX Runtime, or of a version that Parvis does not know."));
	TRY(told(cx, onnx, CALL(onnx, CREATE_ENVIRONMENT, (int, const char *, void **), FATAL, "parvis", &onnx->environment), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, DISABLE_TELEMETRY, (void *), onnx->environment), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, CREATE_MEMORY_INFO, (int, int, void **), DEVICE, DEFAULT_MEMORY, &onnx->memory), ERR_SYSTEM));
	return told(cx, onnx, CALL(onnx, DEFAULT_ALLOCATOR, (void **), &onnx->allocator), ERR_SYSTEM);
}

enum err onnx_open(struct cx *cx, struct str library, const struct onnx **ret_onnx)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct onnx opened;
	static bool is_open;
	pthread_mutex_lock(&lock);
	struct onnx onnx = {};
	enum err e = is_open ? OK : load(cx, library, &onnx);
	if (e == OK && !is_open) {
		opened = onnx;
		is_open = true;
	}
	pthread_mutex_unlock(&lock);
	if (e == OK)
		*ret_onnx = &opened;
	return e;
}

struct str onnx_version(const struct onnx *onnx)
{
	return str_of(onnx->base->version());
}

/* ---- a model ---- */

enum input { IDS, MASK, SEGMENTS, INPUTS };
static const char *const input_names[INPUTS] = {"input_ids", "attention_mask", "token_type_ids"};
#define OUTPUT_NAME_MAX 128

struct onnx_model {
	const struct onnx *onnx;
	struct arena *arena; /* itself */
	void *session;
	enum input inputs[INPUTS];
	const char *names[INPUTS];
	size_t input_count;
	bool narrow; /* 32 bits a number */
	char output[OUTPUT_NAME_MAX];
};

static enum err name_of(struct cx *cx, struct onnx_model *m, enum place place, size_t index, struct str *ret_name)
{
	char *name;
	TRY(told(cx, m->onnx, CALL(m->onnx, place, (void *, size_t, void *, char **), m->session, index, m->onnx->allocator, &name), ERR_BAD_INPUT));
	*ret_name = arena_str(cx->arena, str_of(name));
	return told(cx, m->onnx, CALL(m->onnx, ALLOCATOR_FREE, (void *, void *), m->onnx->allocator, name), ERR_SYSTEM);
}

static enum err no_reader(struct cx *cx, struct str name)
{
	return fail(cx, ERR_BAD_INPUT, N_("The model asks for “%.*s”. It must take the numbers of a text's pieces: input_ids, attention_mask, token_type_ids."),
		    STR_ARG(str_head(name, 60)));
}

static enum err element_of(struct cx *cx, struct onnx_model *m, size_t index, int *ret_type)
{
	void *type = NULL;
	const void *tensor = NULL;
	TRY(told(cx, m->onnx, CALL(m->onnx, INPUT_TYPE, (void *, size_t, void **), m->session, index, &type), ERR_BAD_INPUT));
	int element = 0;
	enum err e = told(cx, m->onnx, CALL(m->onnx, TENSOR_OF_TYPE, (void *, const void **), type, &tensor), ERR_BAD_INPUT);
	if (e == OK && tensor)
		e = told(cx, m->onnx, CALL(m->onnx, ELEMENT_TYPE, (const void *, int *), tensor, &element), ERR_BAD_INPUT);
	RELEASE(m->onnx, RELEASE_TYPE, type);
	TRY(e);
	*ret_type = element;
	return OK;
}

static enum err look_at_inputs(struct cx *cx, struct onnx_model *m)
{
	size_t count;
	TRY(told(cx, m->onnx, CALL(m->onnx, INPUT_COUNT, (void *, size_t *), m->session, &count), ERR_BAD_INPUT));
	for (size_t i = 0; i < count; i++) {
		struct str name;
		int element, which = 0;
		TRY(name_of(cx, m, INPUT_NAME, i, &name));
		TRY(element_of(cx, m, i, &element));
		while (which < INPUTS && !str_eq(name, str_of(input_names[which])))
			which++;
		if (which == INPUTS || (element != INT64 && element != INT32) || m->input_count == INPUTS)
			return no_reader(cx, name);
		m->narrow = element == INT32;
		m->inputs[m->input_count] = (enum input)which;
		m->names[m->input_count++] = input_names[which];
	}
	return m->input_count ? OK : no_reader(cx, S(""));
}

/* "logits" where there is one, else the first. */
static enum err look_at_outputs(struct cx *cx, struct onnx_model *m)
{
	size_t count;
	TRY(told(cx, m->onnx, CALL(m->onnx, OUTPUT_COUNT, (void *, size_t *), m->session, &count), ERR_BAD_INPUT));
	for (size_t i = 0; i < count; i++) {
		struct str name;
		TRY(name_of(cx, m, OUTPUT_NAME, i, &name));
		if ((i && !str_eq(name, S("logits"))) || name.len >= sizeof m->output)
			continue;
		memset(m->output, 0, sizeof m->output);
		memcpy(m->output, name.at, name.len);
	}
	return m->output[0] ? OK : fail(cx, ERR_BAD_INPUT, N_("The model has no output of scores."));
}

static enum err open_session(struct cx *cx, const struct onnx *onnx, const char *path, void *options, void **ret_session)
{
	/* One thread: the machine is the desk's. Texts differ in length, so patterns of memory do not repeat. */
	TRY(told(cx, onnx, CALL(onnx, SET_THREADS_INSIDE, (void *, int), options, 1), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, SET_THREADS_BETWEEN, (void *, int), options, 1), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, DISABLE_MEMORY_PATTERN, (void *), options), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, DISABLE_MEMORY_ARENA, (void *), options), ERR_SYSTEM));
	TRY(told(cx, onnx, CALL(onnx, SET_OPTIMIZATION, (void *, int), options, ALL_OPTIMIZATIONS), ERR_SYSTEM));
	return told(cx, onnx, CALL(onnx, CREATE_SESSION, (void *, const char *, void *, void **), onnx->environment, path, options, ret_session), ERR_BAD_INPUT);
}

enum err onnx_model_open(struct cx *cx, const struct onnx *onnx, const char *path, struct onnx_model **ret_model)
{
	i64 bytes;
	void *options = NULL, *session = NULL;
	TRY(file_size(cx, path, &bytes));
	TRY(told(cx, onnx, CALL(onnx, CREATE_OPTIONS, (void **), &options), ERR_SYSTEM));
	enum err e = open_session(cx, onnx, path, options, &session);
	RELEASE(onnx, RELEASE_OPTIONS, options);
	TRY(e);
	struct arena *arena = arena_new();
	CLEANUP(onnx_model_closep) struct onnx_model *m = arena_new_of(arena, struct onnx_model);
	*m = (struct onnx_model){.onnx = onnx, .arena = arena, .session = session};
	TRY(look_at_inputs(cx, m));
	TRY(look_at_outputs(cx, m));
	*ret_model = m;
	m = NULL;
	return OK;
}

void onnx_model_close(struct onnx_model *model)
{
	if (!model)
		return;
	RELEASE(model->onnx, RELEASE_SESSION, model->session);
	arena_free(model->arena);
}

void onnx_model_closep(struct onnx_model **model)
{
	onnx_model_close(*model);
}

/* ---- asking ---- */

static void *numbers_of(struct cx *cx, const struct onnx_model *m, enum input which, const i64 *ids, size_t count)
{
	i64 *wide = arena_array(cx->arena, i64, count);
	i32 *narrow = arena_array(cx->arena, i32, count);
	for (size_t i = 0; i < count; i++) {
		wide[i] = which == IDS ? ids[i] : which == MASK ? 1 : 0;
		narrow[i] = (i32)wide[i];
	}
	return m->narrow ? (void *)narrow : (void *)wide;
}

static enum err read_scores(struct cx *cx, const struct onnx *onnx, void *value, float *ret_scores, size_t *ret_count)
{
	void *shape = NULL, *data = NULL;
	int is_tensor = 0, element = 0;
	size_t count = 0;
	TRY(told(cx, onnx, CALL(onnx, IS_TENSOR, (void *, int *), value, &is_tensor), ERR_SYSTEM));
	if (!is_tensor)
		return fail(cx, ERR_BAD_INPUT, N_("The model's output is not a list of scores."));
	TRY(told(cx, onnx, CALL(onnx, TYPE_OF_VALUE, (void *, void **), value, &shape), ERR_SYSTEM));
	enum err e = told(cx, onnx, CALL(onnx, ELEMENT_TYPE, (void *, int *), shape, &element), ERR_SYSTEM);
	if (e == OK)
		e = told(cx, onnx, CALL(onnx, ELEMENT_COUNT, (void *, size_t *), shape, &count), ERR_SYSTEM);
	RELEASE(onnx, RELEASE_SHAPE, shape);
	TRY(e);
	if (element != FLOAT || !count || count > ONNX_SCORES_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("The model's output is not a list of scores."));
	TRY(told(cx, onnx, CALL(onnx, TENSOR_DATA, (void *, void **), value, &data), ERR_SYSTEM));
	const float *scores = data;
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(scores[i]))
			return fail(cx, ERR_BAD_INPUT, N_("The model's output is not a list of scores."));
		ret_scores[i] = scores[i];
	}
	*ret_count = count;
	return OK;
}

enum err onnx_model_ask(struct cx *cx, struct onnx_model *m, const i64 *ids, size_t count, float ret_scores[ONNX_SCORES_MAX], size_t *ret_count)
{
	const struct onnx *onnx = m->onnx;
	const i64 shape[] = {1, (i64)count};
	const char *outputs[] = {m->output};
	void *values[INPUTS] = {}, *answer = NULL;
	enum err e = OK;
	for (size_t i = 0; e == OK && i < m->input_count; i++)
		e = told(cx, onnx,
			 CALL(onnx, CREATE_TENSOR, (void *, void *, size_t, const i64 *, size_t, int, void **), onnx->memory, numbers_of(cx, m, m->inputs[i], ids, count),
			      count * (m->narrow ? sizeof(i32) : sizeof(i64)), shape, COUNT(shape), m->narrow ? INT32 : INT64, &values[i]),
			 ERR_SYSTEM);
	if (e == OK)
		e = told(cx, onnx,
			 CALL(onnx, RUN, (void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t, void **), m->session, NULL, m->names, values,
			      m->input_count, outputs, 1, &answer),
			 ERR_SYSTEM);
	if (e == OK)
		e = read_scores(cx, onnx, answer, ret_scores, ret_count);
	for (size_t i = 0; i < m->input_count; i++)
		if (values[i])
			RELEASE(onnx, RELEASE_VALUE, values[i]);
	if (answer)
		RELEASE(onnx, RELEASE_VALUE, answer);
	return e;
}
