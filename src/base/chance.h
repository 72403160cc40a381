/* chance.h: numbers made up fast, the same for the same seed (xorshift64*): for what is measured and tested, never for a secret. */
#pragma once
#include "base/types.h"

struct chance {
	u64 state; /* any number but 0 */
};

static inline u64 chance_below(struct chance *chance, u64 below)
{
	chance->state ^= chance->state >> 12;
	chance->state ^= chance->state << 25;
	chance->state ^= chance->state >> 27;
	return (chance->state * 0x2545f4914f6cdd1du >> 11) % below;
}
