/* onnx.h: the wall to ONNX Runtime, a library that Parvis neither ships nor needs: it is looked for when somebody chose a model of that
 * kind, and opened with dlopen(), so that the program runs without it. A model is a file of the operator's; it is asked with the numbers of
 * a text's pieces (text/wordpiece.h) and answers with a score for each of its outputs.
 *
 * What must stay true: without the library the failure says what to install and nothing else changes; what a model is given is numbers below
 * its vocabulary's size, never bytes from outside; whatever it answers is checked for its type and size before it is read. A model belongs
 * to one thread; the library's own memory goes with onnx_model_close(). */
#pragma once
#include "base/cx.h"

struct onnx;       /* the library, opened once a process and never closed again */
struct onnx_model;

/* `library`: its file; empty: where machines usually have it. ERR_MISSING tells what to install. *ret_onnx is kept for ever. */
enum err onnx_open(struct cx *cx, struct str library, const struct onnx **ret_onnx);
struct str onnx_version(const struct onnx *onnx); /* "1.14.0" */

/* ERR_MISSING: no such file; ERR_BAD_INPUT: no model, or not one that takes a text's numbers and gives scores. */
enum err onnx_model_open(struct cx *cx, const struct onnx *onnx, const char *path, struct onnx_model **ret_model);
void onnx_model_close(struct onnx_model *model); /* NULL is allowed */
void onnx_model_closep(struct onnx_model **model);

#define ONNX_SCORES_MAX 64u
/* One text, as the numbers of its pieces: *ret_count scores, ONNX_SCORES_MAX at the most. ERR_SYSTEM with what the library said. */
enum err onnx_model_ask(struct cx *cx, struct onnx_model *model, const i64 *ids, size_t count, float ret_scores[ONNX_SCORES_MAX], size_t *ret_count);
