/* inclusive.h: what the checks of inclusive language share: rules of share/checks/inclusive_XX.tsv, told as findings. Columns:
 * phrases; theme (gender, disability, age, origin, religion, family, health, jargon); alternatives parted by "|"; why, in English;
 * why, in French. */
#pragma once
#include "check/rules.h"
#include "check/run.h"

void inclusive_look(struct check_run *run, enum rule_file file, const char *lang);
