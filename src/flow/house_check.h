/* house_check.h: what a house wants of its checks (check/check.h): how much each counts, for which countries and sites of its own, which words are
 * its own, and what is right here though a check says no. Each verb is one transaction, with its audit entry.
 *
 * What must stay true: an exception to a check that blocks is made, and taken back, by whoever may let a post leave in spite of it
 * (MAY_OVERRIDE_CHECKS): else it would be a door around the block. Changes hold for what is asked for, planned or sent from then on; what is scheduled
 * leaves as it was approved. */
#pragma once
#include "check/check.h"
#include "store/post_check.h"

#define HOUSE_COUNTRIES 16u
#define HOUSE_SITES 20u

struct house_checks {
	struct str lang;                      /* the workspace's */
	struct check_setting *settings;       /* one a check that is not as it comes */
	size_t setting_count;
	struct str countries[HOUSE_COUNTRIES]; /* of the audience, the house's own first: "FR" */
	size_t country_count;
	struct str sites[HOUSE_SITES];        /* hosts of the house: "levain.example" */
	size_t site_count;
	struct check_exception *exceptions;
	size_t exception_count;
};

enum err house_checks_load(struct cx *cx, struct db *db, i64 workspace, struct house_checks *ret_house); /* all in the arena */
enum finding_level house_level(const struct house_checks *house, const struct check_kind *kind);
/* Too long a text is left to the channels, which know their limits: its level is not the house's to choose. */
bool house_may_choose(const struct check_kind *kind);

/* By whoever may arrange the desk (MAY_ARRANGE); a level that is missing stays as it was. Field errors: "check", "others" (countries), "sites". */
struct house_wish {
	const struct check_setting *settings;
	size_t setting_count;
	const struct str *countries, *sites;
	size_t country_count, site_count;
	bool says_countries, says_sites;      /* else they stay */
};
enum err house_checks_set(struct cx *cx, struct db *db, i64 workspace, const struct house_wish *wish);

/* What is found so is right here from now on; `exception`: check, found, context (empty: wherever it stands), excerpt. A word of the house is an exception to
 * "spelling" without a context. By whoever may write posts. */
enum err house_exception_add(struct cx *cx, struct db *db, const struct check_exception_row *exception, i64 *ret_id);
enum err house_exception_end(struct cx *cx, struct db *db, i64 workspace, i64 id, bool ended); /* false: it counts again */
