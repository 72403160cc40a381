/* What comes in is understood as it is written down; what is ours is not judged; what came before waits its turn. */
#include "desk.h"

#include "models.h"
#include "flow/rejudge.h"
#include "flow/glossary.h"
#include "flow/undo.h"
#include "store/meaning.h"
#include "store/message.h"

static struct message read_one(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m;
}

static struct conversation of(struct test_desk *d, i64 message)
{
	struct conversation c;
	assert_ok(d->cx, conversation_get(d->cx, d->db, d->workspace, read_one(d, message).conversation, &c));
	return c;
}

/* Both shores keep the words: their order holds them together. */
static void test_words_agree(void **state)
{
	static const enum meaning_task ours[] = {MEANING_SENTIMENT, MEANING_EMOTION, MEANING_INTENT};
	static const enum analyser_task theirs[] = {ANALYSER_SENTIMENT, ANALYSER_EMOTION, ANALYSER_INTENT};
	for (size_t t = 0; t < COUNT(ours); t++) {
		size_t count = analyser_label_count(theirs[t]);
		for (u8 label = 0; label < count; label++) {
			assert_str(analyser_label_word(theirs[t], label), meaning_label_word(ours[t], (u8)(label + 1)));
			assert_int_equal(analyser_label_is_plain(theirs[t], label), meaning_is_plain(ours[t], (u8)(label + 1)));
		}
		assert_null(meaning_label_word(ours[t], (u8)(count + 1)));
	}
}

static void test_understood_as_it_comes(void **state)
{
	struct test_desk d = desk_open(state);
	models_for_test(d.cx);
	struct message m = read_one(&d, desk_say(&d, "nadia", "t1", "m1", "what a lovely shop"));
	u8 label = 0;
	assert_true(meaning_sure(&m.meaning, MEANING_SENTIMENT, &label));
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, label), "positive");
	assert_true(m.meaning.of[MEANING_SENTIMENT].p > 50 && m.meaning.of[MEANING_SENTIMENT].p <= 100);
	assert_true(m.meaning.of[MEANING_OFFENCE].p < 50 && !meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	assert_int_equal(m.meaning.by, 7);
	assert_int_equal(of(&d, m.id).gist.sentiment, label);
	/* the conversation says what its last message says */
	d.cx->now += MINUTE;
	i64 second = desk_say(&d, "nadia", "t1", "m2", "awful morons, nasty and stupid");
	m = read_one(&d, second);
	assert_true(meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	struct conversation c = of(&d, second);
	assert_true(c.gist.signs & 1u << MEANING_OFFENCE);
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, c.gist.sentiment), "negative");
}

static void test_lists_by_tone(void **state)
{
	struct test_desk d = desk_open(state);
	struct conversation_row *rows;
	size_t count;
	i64 all;
	models_for_test(d.cx);
	desk_say(&d, "nadia", "t1", "m1", "what a lovely shop");
	i64 bad = desk_say(&d, "omar", "t2", "m2", "what a rotten shop");
	u8 negative;
	assert_true(meaning_label_of(MEANING_SENTIMENT, S("negative"), &negative));
	struct conversation_filter f = {.status = STATUS_OPEN, .kind = -1, .sentiment = negative};
	assert_ok(d.cx, conversation_list(d.cx, d.db, d.workspace, &f, LIST_START, 10, &rows, &count));
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].conversation.id, read_one(&d, bad).conversation);
	assert_ok(d.cx, conversation_count(d.cx, d.db, d.workspace, &f, 10, &all));
	assert_int_equal(all, 1);
	f.signs = 1u << MEANING_URGENCY;
	assert_ok(d.cx, conversation_list(d.cx, d.db, d.workspace, &f, LIST_START, 10, &rows, &count));
	assert_int_equal(count, 0);
	f = (struct conversation_filter){.status = STATUS_OPEN, .kind = -1, .language = S("fr")};
	assert_ok(d.cx, conversation_list(d.cx, d.db, d.workspace, &f, LIST_START, 10, &rows, &count));
	assert_int_equal(count, 0);
}

static void take(struct test_desk *d, struct inbound *i)
{
	enum ingest_result result;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, i, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static void test_edited_and_ours(void **state)
{
	struct test_desk d = desk_open(state);
	models_for_test(d.cx);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "a lovely morning");
	struct inbound edit = {.kind = KIND_COMMENT, .remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("nadia"), .author_name = S("nadia"),
			       .author_followers = -1, .body = S("a horrible morning"), .at = d.cx->now, .edited_at = d.cx->now + 1};
	take(&d, &edit);
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, read_one(&d, id).meaning.of[MEANING_SENTIMENT].label), "negative");
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, of(&d, id).gist.sentiment), "negative");
	struct inbound ours = {.kind = KIND_REPLY, .remote_id = S("m2"), .thread_id = S("t1"), .ours = true, .author_followers = -1,
			       .body = S("We are awful"), .at = d.cx->now};
	take(&d, &ours);
	struct message m;
	assert_ok(d.cx, message_by_remote(d.cx, d.db, d.workspace, d.channel, S("m2"), &m));
	assert_true(m.meaning.by == 0 && m.meaning.of[MEANING_SENTIMENT].label == 0);
}

static void test_those_who_waited(void **state)
{
	struct test_desk d = desk_open(state);
	i64 done;
	understand_with(NULL, 0);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "what a dreadful shop");
	assert_int_equal(read_one(&d, id).meaning.by, 0);
	assert_ok(d.cx, understand_turn(d.cx, d.db, &done));
	assert_int_equal(done, 0); /* there is nobody to ask yet */
	i64 ironic = desk_say(&d, "nadia", "t2", "m2", "what a dreadfully good shop");
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, ironic, MEANING_SENTIMENT, S("positive"), NULL));
	models_for_test(d.cx);
	assert_ok(d.cx, understand_turn(d.cx, d.db, &done));
	assert_int_equal(done, 2);
	struct meaning said = read_one(&d, ironic).meaning;
	assert_true(said.by != 0 && said.corrected & 1u << MEANING_SENTIMENT); /* what a person said before stays */
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, said.of[MEANING_SENTIMENT].label), "positive");
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, read_one(&d, id).meaning.of[MEANING_SENTIMENT].label), "negative");
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, of(&d, id).gist.sentiment), "negative");
	assert_ok(d.cx, understand_turn(d.cx, d.db, &done));
	assert_int_equal(done, 0);
}

/* Proposed to those who decide, once; nothing is hidden by it. */
/* Models of another version: what older ones read is read again, in slices, wherever it was ended; what a person said stays. */
static void test_read_again(void **state)
{
	struct test_desk d = desk_open(state);
	struct rejudge_state how;
	i64 done, passes = 0, said = 0;
	models_for_test(d.cx);
	for (int i = 0; i < 2 * REJUDGE_SLICE + 10; i++)
		said = desk_say(&d, "nadia", "t1", arena_printf(d.cx->arena, "m%d", i).at, "the wonderful bread was ready");
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, said, MEANING_SENTIMENT, S("negative"), NULL));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE message SET understood_by = 6, language = '', sentiment = CASE WHEN id = ?2 THEN sentiment ELSE 'neutral' END"
			       " WHERE workspace_id = ?1", db_i64(d.workspace), db_i64(said)));
	assert_ok(d.cx, rejudge_turn(d.cx, d.db, 0, &done)); /* no models: nothing */
	assert_int_equal(done, 0);
	assert_ok(d.cx, rejudge_turn(d.cx, d.db, 7, &done));
	assert_int_equal(done, 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND understood_by = 7", d.workspace), REJUDGE_SLICE);
	assert_int_equal(desk_number(&d, "SELECT understood_by FROM message WHERE workspace_id = ?1 ORDER BY id DESC LIMIT 1", d.workspace), 7); /* the newest first */
	assert_ok(d.cx, rejudge_state(d.cx, d.db, &how));
	assert_true(!how.is_done && how.percent > 0 && how.percent < 100 && how.back_to > 0);
	do
		assert_ok(d.cx, rejudge_turn(d.cx, d.db, 7, &done));
	while (done && ++passes < 10);
	assert_in_range(passes, 1, 3);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND understood_by <> 7", d.workspace), 0);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND sentiment = 'negative'", d.workspace), 1);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM message WHERE workspace_id = ?1 AND sentiment = 'positive'", d.workspace), 2 * REJUDGE_SLICE + 9);
	assert_ok(d.cx, rejudge_state(d.cx, d.db, &how));
	assert_true(how.is_done && how.percent == 100);
}

static void test_harm_is_proposed(void **state)
{
	struct test_desk d = desk_open(state);
	models_for_test(d.cx);
	i64 kind = desk_say(&d, "nadia", "t1", "m1", "lovely and wonderful service");
	i64 rude = desk_say(&d, "omar", "t2", "m2", "awful morons, nasty and stupid");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM flag WHERE message_id = ?1", kind), 0);
	struct flag *flags;
	size_t count;
	assert_ok(d.cx, flags_of(d.cx, d.db, d.workspace, rude, &flags, &count));
	assert_int_equal(count, 1);
	assert_str(flags[0].source, "model");
	assert_true(str_starts(flags[0].reason, S("offence ")) && flags[0].due_at > d.cx->now);
	struct message m = read_one(&d, rude);
	assert_int_equal(m.hidden_at, 0);
	assert_ok(d.cx, moderate_propose(d.cx, d.db, d.workspace, rude, &m.meaning));
	assert_ok(d.cx, flags_of(d.cx, d.db, d.workspace, rude, &flags, &count));
	assert_int_equal(count, 1);
	struct ingest past;
	assert_ok(d.cx, ingest_start(d.cx, d.db, d.workspace, d.channel, true, d.cx->arena, &past));
	d.ingest = past;
	i64 old = desk_say(&d, "omar", "t3", "m3", "awful morons, nasty and stupid");
	m = read_one(&d, old);
	assert_true(meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM flag WHERE message_id = ?1", old), 0); /* an imported past is nobody's case */
}

/* ---- putting right ---- */

static const char *tone_of(struct test_desk *d, i64 id)
{
	struct message m = read_one(d, id);
	return meaning_label_word(MEANING_SENTIMENT, m.meaning.of[MEANING_SENTIMENT].label);
}

static void learn(struct test_desk *d)
{
	i64 done;
	assert_ok(d->cx, learn_turn(d->cx, d->db, &done));
	assert_int_equal(done, 1);
	assert_ok(d->cx, learn_turn(d->cx, d->db, &done));
	assert_int_equal(done, 0);
	assert_ok(d->cx, ingest_start(d->cx, d->db, d->workspace, d->channel, false, d->cx->arena, &d->ingest)); /* the next reading */
}

static void test_a_correction_teaches(void **state)
{
	struct test_desk d = desk_open(state);
	models_for_test(d.cx);
	desk_say(&d, "a", "t1", "m1", "what a lovely shop");
	desk_say(&d, "b", "t2", "m2", "the bread is open today, really");
	i64 id = desk_say(&d, "nadia", "t3", "m3", "this brioche is a charming doorstop");
	assert_string_equal(tone_of(&d, id), "positive");
	struct undo undo;
	undo_open(d.cx, &undo);
	desk_act_as(&d, &d.guest);
	assert_int_equal(meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("negative"), NULL), ERR_DENIED);
	desk_act_as(&d, &d.agent);
	assert_int_equal(meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("splendid"), NULL), ERR_BAD_INPUT);
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("negative"), &undo));
	struct message m = read_one(&d, id);
	assert_string_equal(tone_of(&d, id), "negative");
	assert_true(m.meaning.corrected == 1u << MEANING_SENTIMENT && m.meaning.of[MEANING_SENTIMENT].p == 100);
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, of(&d, id).gist.sentiment), "negative");
	learn(&d);
	/* what resembles it is understood so; what does not is as it was */
	assert_string_equal(tone_of(&d, desk_say(&d, "omar", "t4", "m4", "your brioche is a doorstop, charming")), "negative");
	assert_string_equal(tone_of(&d, desk_say(&d, "omar", "t5", "m5", "what a lovely morning in town")), "positive");
	assert_string_equal(tone_of(&d, desk_say(&d, "omar", "t6", "m6", "they are horrible, really")), "negative");
	/* taken back by the form: the message says what it said, and the workspace forgets */
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	struct undone undone;
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_string_equal(tone_of(&d, id), "positive");
	assert_int_equal(read_one(&d, id).meaning.corrected, 0);
	learn(&d);
	assert_string_equal(tone_of(&d, desk_say(&d, "omar", "t7", "m7", "a brioche like a doorstop, charming")), "positive");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND act IN ('meaning.correct', 'meaning.uncorrect')", d.workspace), 2);
}

static void test_said_anew_and_switched_off(void **state)
{
	struct test_desk d = desk_open(state);
	struct correction *list;
	size_t count;
	models_for_test(d.cx);
	i64 id = desk_say(&d, "nadia", "t1", "m1", "this brioche is a charming doorstop");
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("negative"), NULL));
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_OFFENCE, S("yes"), NULL));
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_LANGUAGE, S("en"), NULL));
	assert_int_equal(meaning_correct(d.cx, d.db, d.workspace, id, MEANING_LANGUAGE, S("English"), NULL), ERR_BAD_INPUT);
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("neutral"), NULL));
	assert_ok(d.cx, corrections_of(d.cx, d.db, d.workspace, id, &list, &count));
	assert_int_equal(count, 3); /* the first of sentiment was said anew */
	assert_string_equal(tone_of(&d, id), "neutral");
	struct message m = read_one(&d, id);
	assert_true(meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	assert_string_equal(m.meaning.language, "en");
	learn(&d);
	m = read_one(&d, desk_say(&d, "omar", "t2", "m2", "your brioche, a charming doorstop"));
	assert_true(meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	desk_act_as(&d, &d.agent);
	assert_int_equal(understanding_set(d.cx, d.db, d.workspace, true, false), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	assert_ok(d.cx, understanding_set(d.cx, d.db, d.workspace, true, false));
	assert_ok(d.cx, ingest_start(d.cx, d.db, d.workspace, d.channel, false, d.cx->arena, &d.ingest));
	m = read_one(&d, desk_say(&d, "omar", "t3", "m3", "that brioche, a charming doorstop"));
	assert_false(meaning_sure(&m.meaning, MEANING_OFFENCE, NULL));
	assert_int_equal(meaning_uncorrect(d.cx, d.db, d.workspace, list[0].id + 999), ERR_MISSING);
	assert_ok(d.cx, meaning_uncorrect(d.cx, d.db, d.workspace, list[1].id));
	assert_int_equal(meaning_uncorrect(d.cx, d.db, d.workspace, list[1].id), ERR_CONFLICT);
}

static void test_why(void **state)
{
	struct test_desk d = desk_open(state);
	struct understanding own;
	struct why why;
	const char *text = "the wonderful bread was ready";
	models_for_test(d.cx);
	assert_ok(d.cx, understanding_load(d.cx, d.db, d.workspace, &own));
	understand_why(&own, str_of(text), S(""), MEANING_SENTIMENT, 0, &why);
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, why.label), "positive");
	const struct why_word *best = &why.words[0];
	for (size_t i = 1; i < why.word_count; i++)
		best = why.words[i].weight > best->weight ? &why.words[i] : best;
	assert_str(((struct str){text + best->from, best->to - best->from}), "wonderful");
	assert_false(best->is_own);
	understand_why(&own, S(""), S(""), MEANING_SENTIMENT, 0, &why);
	assert_int_equal(why.word_count, 0);
	/* what the workspace learnt speaks too */
	i64 id = desk_say(&d, "nadia", "t1", "m1", "a doorstop of a brioche");
	assert_ok(d.cx, meaning_correct(d.cx, d.db, d.workspace, id, MEANING_SENTIMENT, S("negative"), NULL));
	learn(&d);
	assert_ok(d.cx, understanding_load(d.cx, d.db, d.workspace, &own));
	understand_why(&own, S("brioche, of a doorstop"), S(""), MEANING_SENTIMENT, 0, &why);
	assert_string_equal(meaning_label_word(MEANING_SENTIMENT, why.label), "negative");
	bool any = false;
	for (size_t i = 0; i < why.word_count; i++)
		any |= why.words[i].is_own && why.words[i].from >= 9;
	assert_true(any);
}

/* ---- the words of the community ---- */

static void keep_word(struct test_desk *d, const char *word, const char *variants, const char *tone)
{
	struct glossary_entry g = {.workspace = d->workspace, .word = str_of(word), .variants = str_of(variants), .about = S("What it means"), .tone = str_of(tone)};
	assert_ok(d->cx, glossary_keep(d->cx, d->db, &g));
	assert_ok(d->cx, ingest_start(d->cx, d->db, d->workspace, d->channel, false, d->cx->arena, &d->ingest));
}

static void test_words_of_the_community(void **state)
{
	struct test_desk d = desk_open(state);
	struct understanding own;
	struct why why;
	models_for_test(d.cx);
	desk_act_as(&d, &d.guest);
	struct glossary_entry g = {.workspace = d.workspace, .word = S("fire"), .tone = S("positive")};
	assert_int_equal(glossary_keep(d.cx, d.db, &g), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	g.tone = S("hot");
	assert_int_equal(glossary_keep(d.cx, d.db, &g), ERR_BAD_INPUT);
	assert_string_not_equal(tone_of(&d, desk_say(&d, "a", "t1", "m1", "open monday, the usual, pas ouf")), "negative");
	keep_word(&d, "pas ouf", "po, bof", "negative");
	keep_word(&d, "fire", "", "positive");
	/* a negation of theirs, in another spelling, in capitals; a word of praise, and the same negated */
	assert_string_equal(tone_of(&d, desk_say(&d, "a", "t2", "m2", "open monday, the usual, pas ouf")), "negative");
	assert_string_equal(tone_of(&d, desk_say(&d, "a", "t3", "m3", "open monday, the usual: BOF")), "negative");
	assert_string_equal(tone_of(&d, desk_say(&d, "a", "t4", "m4", "open monday, the usual, fire")), "positive");
	assert_string_equal(tone_of(&d, desk_say(&d, "a", "t5", "m5", "open monday, the usual, not fire")), "negative");
	assert_string_not_equal(tone_of(&d, desk_say(&d, "a", "t6", "m6", "ouf, the usual bread, open monday")), "negative");
	assert_ok(d.cx, understanding_load(d.cx, d.db, d.workspace, &own));
	understand_why(&own, S("this bread is fire"), S(""), MEANING_SENTIMENT, 0, &why);
	bool told = false;
	for (size_t i = 0; i < why.word_count; i++)
		told |= why.words[i].is_glossary && why.words[i].from == 14 && why.words[i].to == 18;
	assert_true(told);
	/* there is one of each word; put away, it says nothing, and comes back as itself */
	struct glossary_entry twice = {.workspace = d.workspace, .word = S("fire"), .tone = S("negative")}, *list;
	size_t count;
	assert_int_equal(glossary_keep(d.cx, d.db, &twice), ERR_BAD_INPUT);
	assert_ok(d.cx, glossary_list(d.cx, d.db, d.workspace, GLOSSARY_IN_USE, &list, &count));
	assert_int_equal(count, 2);
	assert_ok(d.cx, glossary_archive(d.cx, d.db, d.workspace, list[0].id, true));
	i64 fire = list[0].id;
	assert_ok(d.cx, ingest_start(d.cx, d.db, d.workspace, d.channel, false, d.cx->arena, &d.ingest));
	assert_string_not_equal(tone_of(&d, desk_say(&d, "a", "t7", "m7", "open monday, the usual, not fire")), "negative");
	twice = (struct glossary_entry){.workspace = d.workspace, .word = S("fire"), .tone = S("neutral")};
	assert_ok(d.cx, glossary_keep(d.cx, d.db, &twice));
	assert_int_equal(twice.id, fire);
}

static void test_new_words_are_proposed(void **state)
{
	struct test_desk d = desk_open(state);
	struct glossary_proposal *list;
	size_t count;
	i64 now = d.cx->now;
	understand_with(NULL, 0);
	char thread[16], id[16];
	for (int i = 0; i < 70; i++) {
		d.cx->now = i < 55 ? now - 20 * DAY : now - DAY;
		snprintf(thread, sizeof thread, "t%d", i);
		snprintf(id, sizeof id, "m%d", i);
		desk_say(&d, "a", thread, id, i < 55 ? "the bread of the shop" : i % 2 ? "the bread has the croustidouce aux noix" : "the shop and its #croustidouce, croustidouce aux flurg");
	}
	d.cx->now = now;
	assert_ok(d.cx, glossary_propose(d.cx, d.db, d.workspace, 10, &list, &count));
	assert_true(count >= 2);
	assert_str(list[0].word, "croustidouce");
	assert_int_equal(list[0].lately, 15);
	for (size_t i = 0; i < count; i++) /* neither what was always said, nor what says nothing, nor the same once more with its sign */
		assert_false(str_eq(list[i].word, S("bread")) || str_eq(list[i].word, S("aux")) || str_eq(list[i].word, S("#croustidouce")));
	assert_ok(d.cx, glossary_refuse(d.cx, d.db, d.workspace, S("flurg")));
	keep_word(&d, "croustidouce", "", "");
	assert_ok(d.cx, glossary_propose(d.cx, d.db, d.workspace, 10, &list, &count));
	for (size_t i = 0; i < count; i++)
		assert_false(str_eq(list[i].word, S("flurg")) || str_eq(list[i].word, S("croustidouce")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_agree), DATABASE_TEST(test_understood_as_it_comes), DATABASE_TEST(test_lists_by_tone),
		DATABASE_TEST(test_edited_and_ours), DATABASE_TEST(test_those_who_waited), DATABASE_TEST(test_read_again), DATABASE_TEST(test_harm_is_proposed), DATABASE_TEST(test_a_correction_teaches),
		DATABASE_TEST(test_said_anew_and_switched_off), DATABASE_TEST(test_why), DATABASE_TEST(test_words_of_the_community),
		DATABASE_TEST(test_new_words_are_proposed),
	};
	return on_both_engines(tests);
}
