#include "simulator/chance.h"

#include "base/err.h"

#include <math.h>

static u64 mix(u64 x) /* the finaliser of splitmix64 */
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

struct chance chance_of(u64 seed, enum chance_stream stream, u64 index)
{
	return (struct chance){mix(mix(seed ^ mix((u64)stream + 1)) ^ index)};
}

u64 chance_next(struct chance *chance)
{
	u64 value = mix(chance->state);
	chance->state += 0x9e3779b97f4a7c15u;
	return value;
}

u64 chance_below(struct chance *chance, u64 bound)
{
	must(bound > 0);
	return chance_next(chance) % bound; /* the bias of a small bound in 64 bits does not show */
}

i64 chance_between(struct chance *chance, i64 least, i64 most)
{
	must(least <= most);
	return least + (i64)chance_below(chance, (u64)(most - least) + 1);
}

double chance_unit(struct chance *chance)
{
	return (double)(chance_next(chance) >> 11) * 0x1p-53;
}

bool chance_percent(struct chance *chance, double percent)
{
	return chance_unit(chance) * 100 < percent;
}

i64 chance_wait(struct chance *chance, i64 mean)
{
	double wait = -log(1 - chance_unit(chance)) * (double)mean;
	return wait < 1 ? 1 : (i64)wait;
}

size_t chance_weighted(struct chance *chance, const double *weights, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	double at = chance_unit(chance) * sum;
	size_t last = 0;
	for (size_t i = 0; i < count; i++) {
		if (weights[i] <= 0)
			continue;
		last = i;
		if (at < weights[i])
			break;
		at -= weights[i];
	}
	return last;
}

static size_t common_divisor(size_t a, size_t b)
{
	while (b) {
		size_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

size_t chance_walk(u64 seed, u64 walk, u64 n, size_t size)
{
	must(size > 0);
	struct chance chance = chance_of(seed, CHANCE_POOL, mix(walk) ^ n / size);
	size_t start = chance_below(&chance, size), step = 1 + chance_below(&chance, size);
	while (common_divisor(step, size) != 1)
		step++;
	return (start + (n % size) * step) % size;
}
