/* entity.h: the words of a message that stand for something a bot asks for (a time, a station, the name of a list), found by a model learnt from
 * marked examples (entity_text.h, entity_learn.h). Each piece of the message is begin, inside or outside of an entity; the most likely
 * row of these is looked for. What is known by rule (value.h) and the names heard in examples are hints among others.
 *
 * What must stay true: whatever the bytes of a model, opening them either fails with a story or gives a model that reads nothing outside
 * them; entities found stand in order, do not overlap and lie within the message. The bytes may go once opened; the arenas own the rest. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "text/value.h"

#define ENTITY_NAMES_MAX 120u
#define ENTITIES_MOST 64u /* of a message */

struct entity_model;
struct entity_scratch;

struct entity {
	u32 name;                 /* of the model's */
	u32 from, to, start, end; /* bytes and code points of the message */
};

enum err entity_open(struct cx *cx, struct str bytes, struct entity_model **ret_model);
size_t entity_names(const struct entity_model *model);
struct str entity_name(const struct entity_model *model, size_t name);

/* One a thread. After entity_find() it holds the values of the same message. */
struct entity_scratch *entity_scratch_new(struct arena *arena);
size_t entity_find(const struct entity_model *model, struct entity_scratch *scratch, struct str message, struct str intent, struct entity ret_entities[static ENTITIES_MOST]);
size_t entity_values(const struct entity_scratch *scratch, const struct value **ret_values);

/* ---- a file of both: intents (classifier.h) and entities ---- */

void entity_join(struct str classifier, struct str entities, struct buf *out);
/* Of a file without entities: ret_classifier is all of it, ret_entities empty. */
enum err entity_part(struct cx *cx, struct str file, struct str *ret_classifier, struct str *ret_entities);
