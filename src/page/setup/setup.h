/* setup.h: what the steps of the wizard share. */
#pragma once
#include "page/page.h"
#include "store/workspace.h"
#include "ui/document.h"

enum setup_step { STEP_ACCOUNT, STEP_WORKSPACE, STEP_CHANNELS, STEP_CHARTER, STEP_TEAM, STEP_READY, STEP_COUNT };
const char *setup_word(enum setup_step step);

/* `step` and `steps` of the document: where one is, what is done. */
enum err setup_frame(struct cx *cx, struct db *db, enum setup_step step, json_t *document);
/* Note in the workspace's settings that the step was gone through, and go on. */
enum err setup_done(struct cx *cx, struct db *db, enum setup_step step, struct reply *reply);
bool setup_is_done(const struct workspace *workspace, enum setup_step step);

enum err setup_show_charter(struct cx *cx, struct request *request, struct reply *reply);
enum err setup_do_charter(struct cx *cx, struct request *request, struct reply *reply);
enum err setup_show_team(struct cx *cx, struct request *request, struct reply *reply);
enum err setup_do_team(struct cx *cx, struct request *request, struct reply *reply);
enum err setup_show_ready(struct cx *cx, struct request *request, struct reply *reply);
extern const struct param setup_charter_params[], setup_team_params[];
#define SETUP_LINKS "links" /* page/once.h: a line each, "email role url" */
