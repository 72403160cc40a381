/* account.h: what the files of this page share: a tab a file, each giving its document. */
#pragma once
#include "flow/account.h"
#include "page/page.h"
#include "ui/document.h"

enum err account_show_profile(struct cx *cx, struct request *request, struct reply *reply);
enum err account_show_notifications(struct cx *cx, struct request *request, struct reply *reply);
enum err account_show_security(struct cx *cx, struct request *request, struct reply *reply);
enum err account_show_keys(struct cx *cx, struct request *request, struct reply *reply);

/* What is done to an account is done by the person, not by a program with a key of theirs. */
enum err account_by_person(struct cx *cx);
/* The members of the person's settings; freed with the task. account_keep() writes them back. */
json_t *account_settings(struct cx *cx, const struct person *person);
enum err account_keep(struct cx *cx, struct db *db, struct person *person, json_t *settings);
