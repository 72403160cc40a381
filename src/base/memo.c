#include "base/memo.h"

#include "base/err.h"
#include "base/nursery.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 1024u /* a power of two */

struct slot {
	u64 hash;
	char *bytes; /* the key, then the text */
	size_t key_len, text_len, capacity;
};

static thread_local struct slot *slots; /* SLOTS of them once there is one */
static thread_local unsigned kept;
static pthread_key_t leaving; /* frees a thread's slots when it ends */
static pthread_once_t leaving_once = PTHREAD_ONCE_INIT;

static void free_slots(void *all)
{
	for (size_t i = 0; i < SLOTS; i++)
		free(((struct slot *)all)[i].bytes);
	free(all);
}

static void leaving_init(void)
{
	must(pthread_key_create(&leaving, free_slots) == 0);
}

static bool holds(const struct slot *slot, struct str key, u64 hash)
{
	return slot->hash == hash && slot->bytes && str_eq((struct str){slot->bytes, slot->key_len}, key);
}

/* A key has two places: its own and the one beside, so that two that fall together do not push each other out in turns. */
struct str memo_find(struct str key)
{
	u64 hash = str_hash(key);
	for (unsigned way = 0; slots && way < 2; way++) {
		const struct slot *slot = &slots[(hash & (SLOTS - 1)) ^ way];
		if (holds(slot, key, hash))
			return (struct str){slot->bytes + slot->key_len, slot->text_len};
	}
	return (struct str){};
}

static struct slot *place_for(struct str key, u64 hash)
{
	struct slot *own = &slots[hash & (SLOTS - 1)], *beside = &slots[(hash & (SLOTS - 1)) ^ 1];
	if (holds(own, key, hash) || holds(beside, key, hash))
		return holds(own, key, hash) ? own : beside;
	return !own->bytes || (beside->bytes && kept++ % 2) ? own : beside;
}

void memo_keep(struct str key, struct str text)
{
	size_t len = key.len + text.len;
	if (!key.len || !text.len || len > MEMO_TEXT_MAX)
		return;
	if (!slots) {
		slots = calloc(SLOTS, sizeof *slots);
		must(slots);
		pthread_once(&leaving_once, leaving_init);
		pthread_setspecific(leaving, slots);
	}
	u64 hash = str_hash(key);
	struct slot *slot = place_for(key, hash);
	if (slot->capacity < len || slot->capacity > len * 4) { /* what a long one left is not kept for short ones */
		free(slot->bytes);
		slot->bytes = malloc(len);
		must(slot->bytes);
		slot->capacity = len;
	}
	memcpy(slot->bytes, key.at, key.len);
	memcpy(slot->bytes + key.len, text.at, text.len);
	slot->hash = hash;
	slot->key_len = key.len;
	slot->text_len = text.len;
}

bool memo_doubted(void)
{
#ifdef NURSERY_IS_WATCHED
	return true;
#else
	static thread_local unsigned asked;
	return ++asked % 64 == 0;
#endif
}
