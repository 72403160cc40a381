/* The guides: every kind that is connected has one, it says what is pasted where it must, its links are whole, and a network's own word for a right is
 * not mistyped in it. */
#include "test.h"

#include "channel/guide.h"

#include <string.h>

static const struct channel_guide *guide_of(const struct channel_kind *kind)
{
	const struct channel_guide *guide = channel_guide_of(kind);
	if (!guide)
		fail_msg("%s has no guide: how is a person to connect it?", kind->word);
	return guide;
}

static bool pastes(const struct channel_guide *guide, enum guide_paste paste, enum guide_when when)
{
	for (const struct guide_step *s = guide->steps; s->text; s++)
		if (s->paste == paste && s->when == when)
			return true;
	return false;
}

static void test_every_kind_is_guided(void **state)
{
	(void)state;
	for (size_t i = 0; i < channel_kind_count; i++) {
		const struct channel_kind *kind = channel_kinds[i];
		if (!kind->can)
			continue;
		const struct channel_guide *guide = guide_of(kind);
		assert_true(guide->account && *guide->account && guide->steps[0].text && guide->troubles[0].what);
		assert_int_equal(strlen(guide->as_of), 10);
		assert_false(pastes(guide, PASTE_RETURN, GUIDE_BEFORE)); /* it is for whoever runs Parvis */
		assert_int_equal(pastes(guide, PASTE_RETURN, GUIDE_ONCE), kind->login && !kind->login->registers);
		for (const struct channel_field *f = kind->fields; kind->login && f && f->name; f++)
			if (strcmp(f->name, kind->login->secret) == 0 && f->required)
				fail_msg("%s: who signs in over there has no %s to type", kind->word, f->name);
		if (kind->receive && !(kind->can & (CAN_FETCH | TELLS_ADDRESS)))
			assert_true(pastes(guide, PASTE_DELIVERY, GUIDE_AFTER));
		if (pastes(guide, PASTE_WORD, GUIDE_AFTER))
			assert_true(kind->receive != NULL);
		if (pastes(guide, PASTE_RIGHTS, GUIDE_BEFORE) || pastes(guide, PASTE_RIGHTS, GUIDE_ONCE))
			assert_true(kind->rights && kind->rights[0].word);
	}
}

static void test_no_guide_without_a_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < channel_guide_count; i++) {
		bool found = false;
		for (size_t k = 0; k < channel_kind_count; k++)
			found |= strcmp(channel_kinds[k]->word, channel_guides[i]->word) == 0;
		if (!found)
			fail_msg("the guide %s belongs to no kind", channel_guides[i]->word);
	}
}

static void test_steps_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < channel_guide_count; i++) {
		const struct channel_guide *guide = channel_guides[i];
		for (const struct guide_step *s = guide->steps; s->text; s++) {
			size_t length = strlen(s->text);
			if (s->text[length - 1] != '.')
				fail_msg("%s: “%s” is no sentence", guide->word, s->text);
			if (s->link && strncmp(s->link, "https://", 8) != 0 && *s->link != '/')
				fail_msg("%s: %s leads nowhere", guide->word, s->link);
			assert_int_equal(s->paste == PASTE_THIS, s->typed != NULL);
			if (s->paste == PASTE_DELIVERY || s->paste == PASTE_WORD) /* known when the channel is there, no sooner */
				assert_int_equal(s->when, GUIDE_AFTER);
		}
		for (const struct guide_trouble *t = guide->troubles; t->what; t++)
			assert_true(t->cure && t->cure[strlen(t->cure) - 1] == '.');
	}
}

/* What Mastodon's guide says to type are the rights of its row. */
static void test_rights_are_those_of_the_row(void **state)
{
	(void)state;
	const struct channel_kind *kind = channel_kind_of(S("mastodon"));
	const struct channel_guide *guide = guide_of(kind);
	const char *typed = NULL;
	for (const struct guide_trouble *t = guide->troubles; t->what; t++)
		typed = t->typed ? t->typed : typed;
	assert_non_null(typed);
	for (const struct channel_right *r = kind->rights; r->word; r++)
		assert_non_null(strstr(typed, r->word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_is_guided),
		cmocka_unit_test(test_no_guide_without_a_kind),
		cmocka_unit_test(test_steps_are_whole),
		cmocka_unit_test(test_rights_are_those_of_the_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
