/* Entities: marks read, pieces cut, values known by rule, a model learnt from examples, asked, damaged. */
#include "test.h"

#include "text/entity.h"
#include "text/entity_learn.h"

#include <string.h>

static void test_marks(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct entity_text said;
	assert_ok(&cx, entity_text_read(&cx, S("wake me at [time : nine am] on [date:monday]"), &said));
	assert_str(said.text, "wake me at nine am on monday");
	assert_int_equal(said.mark_count, 2);
	assert_str(said.marks[0].name, "time");
	assert_int_equal(said.marks[0].from, 11);
	assert_int_equal(said.marks[0].to, 18);
	assert_str(said.marks[1].name, "date");
	assert_int_equal(said.marks[1].from, 22);
	assert_ok(&cx, entity_text_read(&cx, S("a [b] c \\[d : e\\] \\\\ [ : x] [two words : x]"), &said)); /* none of them is a mark */
	assert_str(said.text, "a [b] c [d : e] \\ [ : x] [two words : x]");
	assert_int_equal(said.mark_count, 0);
	assert_err(entity_text_read(&cx, S("at [time : nine"), &said), ERR_BAD_INPUT);
	assert_err(entity_text_read(&cx, S("at [time :  ]"), &said), ERR_BAD_INPUT);
	assert_err(entity_text_read(&cx, S("at [time : [hour : nine] am]"), &said), ERR_BAD_INPUT);
	assert_err(entity_text_read(&cx, S("[a123456789b123456789c123456789d123456789e123456789f123456789g : x]"), &said), ERR_BAD_INPUT);
}

static void test_pieces(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cuts *p = cuts_new(arena);
	cuts_of(p, S("Été 9am,\xFF x"));
	assert_int_equal(p->count, 6);
	assert_str(p->items[0].plain, "ete");
	assert_true(p->items[0].capital && !p->items[0].upper && p->items[0].to == 5 && p->items[0].end == 3);
	assert_str(p->items[1].plain, "9");
	assert_true(p->items[1].kind == CUT_DIGITS && p->items[1].spaced && p->items[1].from == 6 && p->items[1].start == 4);
	assert_true(p->items[2].kind == CUT_WORD && !p->items[2].spaced);
	assert_true(p->items[3].kind == CUT_SIGN && p->items[5].spaced && p->items[5].end == 11);
	cuts_of(p, (struct str){});
	assert_int_equal(p->count, 0);
	char *much = arena_alloc(arena, 4 * CUT_BYTES);
	memset(much, '.', 4 * CUT_BYTES);
	cuts_of(p, (struct str){much, 4 * CUT_BYTES});
	assert_int_equal(p->count, CUTS_MOST);
}

static void test_values(void **state)
{
	static const struct {
		const char *text, *told; /* kinds and values, one after the other */
	} rows[] = {
		{"wake me at nine am", "time 09:00"},
		{"at 9 pm or 9:30 p.m. or 21:45", "time 21:00 time 21:30 time 21:45"},
		{"half past nine, quarter to five pm, ten o'clock", "time 09:30 time 16:45 time 10:00"},
		{"six thirty am", "time 06:30"},
		{"à 14h30, à 9 heures, à midi et vers 20 heures et demie", "time 14:30 time 09:00 time 12:00 time 20:30"},
		{"noon tomorrow", "time 12:00 date P1D"},
		{"aujourd'hui, demain, après-demain, hier, lundi", "date P0D date P1D date P2D date -P1D date -W-1"},
		{"on november 21st, 2026 or the 3rd of march", "date 2026-11-21 date --03-03"},
		{"le 1er mai 2027 ou le vingt et un novembre", "date 2027-05-01 date --11-21"},
		{"2026-11-21 21/11/2026 12/31/2026 21/11", "date 2026-11-21 date 2026-11-21 date 2026-12-31 date --11-21"},
		{"it costs $12.50, 1,200 dollars, 1 200,50 € or twenty euros", "money 12.50 USD money 1200 USD money 1200.50 EUR money 20 EUR"},
		{"write to jo.ann+x@mail.example.org, or https://example.org/a?b=c.", "email jo.ann+x@mail.example.org link https://example.org/a?b=c"},
		{"call +33 6 12 34 56 78 or 06.12.34.56.78 or (555) 123-4567", "phone +33612345678 phone 0612345678 phone 5551234567"},
		{"06/12/2034 10:00 or 0612345678", "date 2034-12-06 time 10:00 phone 0612345678"},
		{"twenty-five, three hundred and six, quatre-vingt-dix-sept, soixante et onze, deux mille", "number 25 number 306 number 97 number 71 number 2000"},
		{"five six 7", "number 5 number 6 number 7"},
		{"version 3.5 of one thing, no may, mon ami", "number 3.5"},
		{"99999999999999999999 and 1,23,4", "number 1.23 number 4"},
		{"", ""},
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cuts *p = cuts_new(arena);
	struct value *values = arena_array(arena, struct value, VALUES_MOST);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf *told = buf_in_arena(arena);
		cuts_of(p, str_of(rows[i].text));
		size_t count = values_of(p, str_of(rows[i].text), values);
		for (size_t v = 0; v < count; v++)
			buf_addf(told, "%s%s %s", v ? " " : "", value_word(values[v].kind), values[v].text);
		assert_str(buf_str(told), rows[i].told);
	}
}

/* Twenty examples of two intents: hours and rooms. */
static size_t tell(struct cx *cx, struct entity_example *examples)
{
	static const char *const hours[] = {"nine am", "7 pm", "noon", "ten o'clock", "six thirty am"};
	static const char *const rooms[] = {"kitchen", "bedroom", "living room", "hall", "bath room"};
	size_t count = 0;
	for (size_t i = 0; i < 10; i++) {
		assert_ok(cx, entity_text_read(cx, arena_printf(cx->arena, i % 2 ? "wake me up at [time : %s] please" : "set an alarm for [time : %s]", hours[i / 2]), &examples[count].said));
		examples[count++].intent = S("alarm");
		assert_ok(cx, entity_text_read(cx, arena_printf(cx->arena, i % 2 ? "turn the lights off in the [room : %s]" : "lights on in my [room : %s] now", rooms[i / 2]), &examples[count].said));
		examples[count++].intent = S("light");
	}
	return count;
}

static struct str learn(struct cx *cx, struct entity_learnt *ret_learnt)
{
	struct entity_example examples[20];
	struct buf *out = buf_in_arena(cx->arena);
	struct entity_training training = {.examples = examples, .count = tell(cx, examples), .dev = examples, .dev_count = 20};
	assert_ok(cx, entity_learn(cx, &training, out, ret_learnt));
	return buf_keep(out, cx->arena);
}

static void test_learnt(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct entity_learnt learnt;
	struct entity_model *m;
	struct entity found[ENTITIES_MOST];
	const struct value *values;
	struct str bytes = learn(&cx, &learnt), again = learn(&cx, &learnt);
	assert_true(str_eq(bytes, again)); /* the same examples, the same bytes */
	assert_true(learnt.names == 2 && learnt.phrases == 10 && learnt.right > 0.95);
	assert_ok(&cx, entity_open(&cx, bytes, &m));
	assert_int_equal(entity_names(m), 2);
	struct entity_scratch *s = entity_scratch_new(arena);
	/* Neither the hour nor the room was heard before. */
	struct str text = S("wäke me up at 8 pm please");
	assert_int_equal(entity_find(m, s, text, S("alarm"), found), 1);
	assert_str(entity_name(m, found[0].name), "time");
	assert_true(found[0].start == 14 && found[0].end == 18 && found[0].from == 15 && found[0].to == 19);
	assert_int_equal(entity_values(s, &values), 1);
	assert_string_equal(values[0].text, "20:00");
	assert_int_equal(entity_find(m, s, S("lights off in the garage"), S("light"), found), 1);
	assert_str(entity_name(m, found[0].name), "room");
	assert_int_equal(entity_find(m, s, S("living room lights on"), S("light"), found), 1);
	assert_int_equal(found[0].end, 11);
	assert_int_equal(entity_find(m, s, (struct str){}, S("light"), found), 0);
	struct entity_example none = {{.text = S("nothing marked")}, S("x")};
	struct entity_training training = {.examples = &none, .count = 1};
	assert_err(entity_learn(&cx, &training, buf_in_arena(arena), &learnt), ERR_BAD_INPUT);
}

/* Cut off anywhere or changed anywhere, a model is refused, or finds entities that lie within the text; and so is a file of both. */
static void test_damaged(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(arena_freep) struct arena *turn = arena_new();
	struct cx cx = cx_new(arena);
	struct entity_learnt learnt;
	struct entity_model *m;
	struct entity found[ENTITIES_MOST];
	struct str text = S("set an alarm for ten in the kitchen"), intents, entities, whole = learn(&cx, &learnt);
	struct entity_scratch *s = entity_scratch_new(arena);
	for (size_t i = 0; i < 2 * whole.len; i++) {
		struct cx task = cx_new(turn);
		char *bytes = (char *)arena_cstr(turn, whole);
		if (i >= whole.len)
			bytes[i - whole.len] = (char)(bytes[i - whole.len] + 1 + (int)(i % 200));
		if (entity_open(&task, (struct str){bytes, i < whole.len ? i : whole.len}, &m) == OK) {
			assert_true(i >= whole.len);
			size_t count = entity_find(m, s, text, S("alarm"), found);
			for (size_t n = 0; n < count; n++)
				assert_true(found[n].from < found[n].to && found[n].to <= text.len && found[n].name < entity_names(m));
		}
		arena_reset(turn);
	}
	struct buf *both = buf_in_arena(arena);
	entity_join(S("intents "), whole, both);
	assert_ok(&cx, entity_part(&cx, buf_str(both), &intents, &entities));
	assert_str(intents, "intents ");
	assert_true(str_eq(entities, whole));
	assert_ok(&cx, entity_part(&cx, S("PVWORDS1 and so on"), &intents, &entities));
	assert_true(intents.len == 18 && entities.len == 0);
	assert_err(entity_part(&cx, str_head(buf_str(both), both->len - 1), &intents, &entities), ERR_BAD_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks), cmocka_unit_test(test_pieces), cmocka_unit_test(test_values), cmocka_unit_test(test_learnt),
					   cmocka_unit_test(test_damaged)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
