/* simulator.c: the role that is the simulated network. */
#include "base/clock.h"
#include "base/log.h"
#include "main/confine.h"
#include "main/role.h"
#include "simulator/server.h"
#include "store/setting.h"
#include "sys/files.h"

#define STEP_EVERY (250 * MILLISECOND)

static enum err live(struct cx *cx, struct program *program, struct running_role *role, const char *own)
{
	struct simulator *simulator;
	struct simulator_settings settings = {.database = own};
	{
		CLEANUP(db_closep) struct db *db = NULL;
		TRY(program_open(cx, program, false, &db));
		TRY(setting_get(cx, db, "simulator_token_hash", &settings.token_hash));
	}
	TRY(settings_listen(cx, program->settings.simulator_listen, &settings.address, &settings.port));
	TRY(simulator_start(cx, &settings, &simulator));
	log_line(LOG_INFO, "listening", "address=%s port=%d", settings.address, settings.port);
	role_ready(role);
	while (!role_ending()) {
		simulator_step(simulator);
		role_wait(STEP_EVERY);
	}
	simulator_stop(simulator);
	return OK;
}

static enum err simulate(struct cx *cx, struct program *program)
{
	struct running_role role;
	struct db *held[2] = {};
	const char *own = path_join(cx->arena, program_data(cx, program), "simulator.db");
	log_role("simulator");
	settings_forget_secrets(&program->settings);
	TRY(confine_simulating(cx, program, own, held));
	TRY(role_start(cx, program, "simulator", &role));
	enum err e = live(cx, program, &role, own);
	role_end(cx, &role);
	db_close(held[0]);
	db_close(held[1]);
	return e;
}

const struct command command_simulator = {
	.name = "simulator",
	.words = "",
	.about = N_("Role: be a small social network, for trials and training"),
	.flags = COMMAND_ROLE,
	.run = simulate,
	.file = __FILE__,
};
