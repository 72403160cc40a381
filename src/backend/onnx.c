/* onnx.c: a text classifier of the BERT family in a file, asked on this machine by ONNX Runtime where the operator installed it. A folder of
 * DATA/models holds it as such models are handed out: model.onnx; tokenizer.json, or vocab.txt with tokenizer_config.json (whether it tells
 * capitals from small letters); and, if there is one, config.json (what its outputs are called). */
#include "sys/onnx.h"

#include "backend/backend.h"
#include "base/lang.h"
#include "sys/files.h"
#include "text/pieces.h"

#include <math.h>
#include <string.h>

#define PIECES_MAX 256u /* the time a model takes grows with their square */
#define DESCRIPTION_MAX ((size_t)64 << 20)
#define CONFIG_MAX ((size_t)4 << 20)

struct session {
	struct arena *arena; /* itself */
	struct onnx_model *model;
	struct pieces *pieces;
	enum meaning_task task;
	u8 labels[BACKEND_OUTPUTS_MAX];
	size_t label_count, most;
};

/* ---- settings ---- */

static enum meaning_task task_of(const struct backend_account *account)
{
	unsigned tasks = account->tasks & BACKEND_TASKS;
	return tasks ? (enum meaning_task)__builtin_ctz(tasks) : MEANING_SENTIMENT;
}

static struct str model_of(struct cx *cx, const json_t *settings)
{
	return arena_str(cx->arena, backend_setting(settings, "folder"));
}

static struct str where(struct cx *cx, const json_t *settings)
{
	return arena_printf(cx->arena, "models/%.*s", STR_ARG(backend_setting(settings, "folder")));
}

static enum err check(struct cx *cx, const struct backend_account *account)
{
	struct str folder = backend_setting(account->settings, "folder"), labels = backend_setting(account->settings, "labels");
	u8 read[BACKEND_OUTPUTS_MAX];
	size_t count;
	for (size_t i = 0; i < folder.len; i++) {
		char c = folder.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && i)))
			return fail_field(cx, "folder", N_("Write the name of a folder in “models” of the data folder: letters without accents, digits, - _ and ."));
	}
	return labels.len ? backend_labels_read(cx, task_of(account), labels, read, &count) : OK;
}

/* ---- the folder ---- */

static void release(void *json)
{
	json_decref(json);
}

/* NULL when there is none, or it is no JSON. */
static json_t *json_of(struct cx *cx, const char *folder, const char *name)
{
	struct str bytes;
	if (file_read(cx, path_join(cx->arena, folder, name), CONFIG_MAX, &bytes) != OK) {
		cx_forget(cx);
		return NULL;
	}
	json_t *json = json_loadb(bytes.at, bytes.len, 0, NULL);
	if (json)
		arena_defer(cx->arena, release, json);
	return json;
}

/* The word of ours that a name of theirs says: their letters' case and a few short forms do not matter. */
static u8 label_for(enum meaning_task task, struct str name)
{
	static const struct {
		const char *theirs, *ours;
	} others[] = {{"neg", "negative"}, {"neu", "neutral"}, {"pos", "positive"}, {"happiness", "joy"}, {"true", "yes"}, {"false", "no"}};
	const char *word;
	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq_fold(name, str_of(others[i].theirs)))
			name = str_of(others[i].ours);
	for (u8 label = 1; (word = meaning_label_word(task, label)); label++)
		if (str_eq_fold(name, str_of(word)))
			return label;
	if (meaning_is_yes_no(task)) {
		if (str_eq_fold(name, str_of(meaning_task_word(task))))
			return MEANING_YES;
		if (str_eq_fold(str_head(name, 3), S("not")) || str_eq_fold(str_head(name, 3), S("non")))
			return MEANING_NO;
	}
	return 0;
}

/* What its own description calls the outputs. */
static enum err labels_of_config(struct cx *cx, const json_t *config, struct session *s)
{
	const json_t *names = json_object_get(config, "id2label");
	bool any = false;
	size_t count = json_object_size(names);
	for (size_t i = 0; i < count && i < BACKEND_OUTPUTS_MAX; i++) {
		s->labels[i] = label_for(s->task, backend_setting(names, arena_printf(cx->arena, "%zu", i).at));
		any |= s->labels[i] != 0;
	}
	s->label_count = count;
	return any && count <= BACKEND_OUTPUTS_MAX ? OK
						    : fail(cx, ERR_BAD_INPUT, N_("The model does not say in our words what its outputs mean. Write it in the field “What the outputs mean”."));
}

/* How it cuts texts; kept in the session's arena. */
static enum err read_tokenizer(struct cx *cx, const char *folder, struct str shown, struct session *s)
{
	struct str bytes;
	struct cx own = *cx;
	own.arena = s->arena;
	enum err e = file_read(cx, path_join(cx->arena, folder, "tokenizer.json"), DESCRIPTION_MAX, &bytes);
	if (e == OK) {
		e = pieces_open(&own, bytes, &s->pieces);
		return e == OK ? OK : fail(cx, e, "%s", own.story);
	}
	cx_forget(cx);
	if (file_read(&own, path_join(cx->arena, folder, "vocab.txt"), DESCRIPTION_MAX, &bytes) != OK)
		return fail(cx, ERR_MISSING, N_("There is neither tokenizer.json nor vocab.txt in %.*s: nobody can tell how the model reads texts."), STR_ARG(shown));
	json_t *cutting = json_of(cx, folder, "tokenizer_config.json");
	e = pieces_open_vocabulary(&own, bytes, !json_is_false(json_object_get(cutting, "do_lower_case")), &s->pieces);
	return e == OK ? OK : fail(cx, e, "%s", own.story);
}

static enum err read_folder(struct cx *cx, const struct backend_place *place, const struct backend_account *account, const char *folder, struct session *s)
{
	const struct onnx *onnx;
	struct str labels = backend_setting(account->settings, "labels");
	TRY(onnx_open(cx, place->library, &onnx));
	TRY(read_tokenizer(cx, folder, where(cx, account->settings), s));
	json_t *config = json_of(cx, folder, "config.json");
	json_int_t positions = json_integer_value(json_object_get(config, "max_position_embeddings"));
	s->most = positions >= 8 && positions - 2 < PIECES_MAX ? (size_t)positions - 2 : PIECES_MAX; /* some count from two on */
	if (labels.len)
		TRY(backend_labels_read(cx, s->task, labels, s->labels, &s->label_count));
	else
		TRY(labels_of_config(cx, config, s));
	return onnx_model_open(cx, onnx, path_join(cx->arena, folder, "model.onnx"), &s->model);
}

static void close_session(void *session)
{
	struct session *s = session;
	if (!s)
		return;
	onnx_model_close(s->model);
	arena_free(s->arena);
}

static enum err open_session(struct cx *cx, const struct backend_place *place, const struct backend_account *account, void **ret_session,
			     struct backend_said *ret_said)
{
	TRY(check(cx, account));
	struct arena *arena = arena_new();
	struct session *s = arena_new_of(arena, struct session);
	*s = (struct session){.arena = arena, .task = task_of(account)};
	const char *folder = path_join(cx->arena, arena_cstr(cx->arena, place->models), arena_cstr(cx->arena, backend_setting(account->settings, "folder")));
	*ret_said = (struct backend_said){};
	if (read_folder(cx, place, account, folder, s) != OK) {
		*ret_said = (struct backend_said){.outcome = BACKEND_HOLD, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
		close_session(s);
		return OK;
	}
	*ret_session = s;
	return OK;
}

/* ---- asking ---- */

/* Scores to probabilities: of one output that it is so, of several which of them. */
static void likely(float *scores, size_t count)
{
	float top = scores[0], all = 0;
	if (count == 1) {
		scores[0] = 1 / (1 + expf(-scores[0]));
		return;
	}
	for (size_t i = 1; i < count; i++)
		top = scores[i] > top ? scores[i] : top;
	for (size_t i = 0; i < count; i++)
		all += scores[i] = expf(scores[i] - top);
	for (size_t i = 0; i < count; i++)
		scores[i] /= all;
}

/* Several outputs may mean one answer: they add up. */
static struct backend_answer answer_of(const struct session *s, const float *p, size_t count)
{
	float of[MEANING_LABELS_MAX + 1] = {};
	u8 best = 0;
	for (size_t i = 0; i < count; i++)
		of[s->labels[i]] += p[i];
	if (meaning_is_yes_no(s->task)) {
		bool knows_no = false;
		for (size_t i = 0; i < count; i++)
			knows_no |= s->labels[i] == MEANING_NO;
		float yes = count > 1 && knows_no ? of[MEANING_YES] / (of[MEANING_YES] + of[MEANING_NO]) : of[MEANING_YES];
		return (struct backend_answer){yes >= 0.5f ? MEANING_YES : MEANING_NO, (u8)(yes * 100 + 0.5f)};
	}
	for (u8 label = 1; label <= MEANING_LABELS_MAX; label++)
		if (of[label] > of[best] || !best)
			best = label;
	if (of[0] > of[best]) /* something that we have no word for */
		return (struct backend_answer){};
	return (struct backend_answer){best, (u8)(of[best] * 100 + 0.5f)};
}

static enum err ask(struct cx *cx, void *session, struct str text, struct backend_said *ret_said)
{
	struct session *s = session;
	struct backend_said said = {};
	i64 ids[PIECES_MAX];
	float scores[ONNX_SCORES_MAX];
	size_t scored, count = pieces_read(s->pieces, cx->arena, text, ids, s->most);
	if (onnx_model_ask(cx, s->model, ids, count, scores, &scored) != OK) {
		said = (struct backend_said){.outcome = BACKEND_HOLD, .story = arena_str(cx->arena, str_of(cx->story))};
		cx_forget(cx);
	} else if (scored != s->label_count) {
		said.outcome = BACKEND_HOLD;
		said.story = arena_printf(cx->arena, _(N_("The model has %zu outputs, and %zu are described. Write what each means, in order.")), scored, s->label_count);
	} else {
		likely(scores, scored);
		said.of[s->task] = answer_of(s, scores, scored);
	}
	*ret_said = said;
	return OK;
}

static const struct backend_field fields[] = {
	{"folder", N_("Folder"), N_("In “models” of the data folder, put there by the operator: model.onnx, tokenizer.json or vocab.txt, config.json."), BACKEND_LINE, true},
	{"labels", N_("What the outputs mean"), N_("In their order, parted by commas: “negative, neutral, positive”, or “no, yes”; “-” for an output that means none of our answers. "
						   "Empty: as the model's config.json names them."),
	 BACKEND_LINE, false},
	{},
};

const struct backend_kind backend_onnx = {
	.word = "onnx",
	.title = N_("A model in a file (ONNX)"),
	.about = N_("A text classifier of the BERT family, asked on this machine: nothing leaves it. ONNX Runtime must be installed."),
	.fields = fields,
	.one_task = true,
	.batch = 64,
	.a_day = 100000,
	.check = check,
	.model = model_of,
	.where = where,
	.open = open_session,
	.ask = ask,
	.close = close_session,
	.file = __FILE__,
};
