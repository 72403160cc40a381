/* channels.h: what the files of this page share. Documents are new references. */
#pragma once
#include "flow/channels.h"
#include "page/channel_look.h"
#include "page/page.h"
#include "ui/document.h"

/* ---- shapes (shapes.c) ---- */

/* "by_hand": who may be in charge of a place where a person publishes; null of all other kinds. */
enum err channel_by_hand_shape(struct cx *cx, struct request *request, const struct channel_kind *kind, const struct channel *c, json_t **ret_shape);
json_t *channel_can_shape(struct cx *cx, const struct channel_kind *kind);
struct str channel_reads(struct cx *cx, const struct channel_kind *kind); /* "every 2 min", "pushed"; empty */
/* The kind's fields as a form; what was typed, with its faults, when the form is shown again. */
json_t *channel_fields_shape(struct cx *cx, const struct request *request, const struct channel_kind *kind, const struct channel *channel);

/* ---- how it is connected over there (guide.c) ---- */

/* `channel`: NULL before there is one. null: the kind has no guide. */
enum err channel_guide_shape(struct cx *cx, struct db *db, const struct channel_kind *kind, const struct channel *channel, json_t **ret_shape);

/* ---- the simulator's dials (dials.c) ---- */

json_t *channel_simulator_shape(struct cx *cx, const struct channel *channel);
enum err channel_simulate(struct cx *cx, struct request *request, struct reply *reply);

/* ---- its public page (form.c) ---- */

/* null for a kind without one. */
enum err channel_form_shape(struct cx *cx, struct request *request, const struct channel_kind *kind, const struct channel *channel, json_t **ret_shape);
enum err channel_form_set(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_form_renew(struct cx *cx, struct request *request, struct reply *reply);

/* ---- what the network brings by itself (deliveries.c) ---- */

/* Left null for a kind to which nothing is brought. */
enum err channel_deliveries_shape(struct cx *cx, struct db *db, const struct channel_kind *kind, const struct channel *channel, json_t **ret_shape);
enum err channel_deliveries_again(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_deliveries_renew(struct cx *cx, struct request *request, struct reply *reply);
/* ---- the way until it works (connect.c) ---- */

json_t *channel_steps_shape(struct cx *cx, bool is_set, bool has_login, bool signed_in, bool is_checked, bool is_fine);
json_t *channel_limits_shape(struct cx *cx, const struct channel_kind *kind, const json_t *known);
json_t *channel_rights_shape(struct cx *cx, const struct channel_kind *kind, const json_t *known, bool is_verified, bool with_quiet);
json_t *channel_account_shape(struct cx *cx, const json_t *known); /* null: not known */
enum err channel_connect_show(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_connect_start(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_login_show(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_login_take(struct cx *cx, struct request *request, struct reply *reply);

/* ---- what is coming (weather.c) ---- */

enum err channels_weather(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_weather(struct cx *cx, struct request *request, struct reply *reply);

/* ---- handlers ---- */

enum err channel_show(struct cx *cx, struct request *request, struct reply *reply);
enum err channel_push(struct cx *cx, struct request *request, struct reply *reply);

/* answers.c: the shapes of what is answered. */
extern const struct shape channels_shapes[];
