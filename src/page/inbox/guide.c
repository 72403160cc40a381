/* guide.c: how the house speaks, as a short list beside the reply box: each line says what an answer to this person has, or has not; the
 * script looks while one writes, and without it the list is a reminder. */
#include "base/lang.h"
#include "model/name.h"
#include "page/inbox/inbox.h"

#define MIDDLE 50
#define WORDS_MAX 30

/* What an answer in French or English has when it … Beginnings of words, folded. */
#define GREETS "bonjour|bonsoir|salut|coucou|cher|chere|chers|hello|hi|dear|good morning|good afternoon|good evening"
#define THANKS "merci|remerci|thank|grateful|reconnaissant"
#define SORRY "desol|excus|pardon|regret|navre|sorry|apolog"
#define TU "tu|te|toi|ton|ta|tes|t'|t’"
#define VOUS "vous|votre|vos"

static void add(json_t *checks, const char *word, struct str title, struct str any, struct str none)
{
	json_array_append_new(checks, json_pack("{s:s, s:o, s:o, s:o}", "word", word, "title", doc_text(title), "any", doc_text_or_null(any), "none", doc_text_or_null(none)));
}

/* A name to call somebody by: "Nadia" of "Nadia Ferhat"; not of "lea.mange.lyon". */
static struct str callable(struct str name)
{
	struct str first = name_first(name);
	bool letters = first.len > 1 && first.len < 30 && !(first.at[0] >= 'a' && first.at[0] <= 'z');
	for (size_t i = 0; i < first.len && letters; i++)
		letters = (first.at[i] & 0x80) || (first.at[i] >= 'A' && first.at[i] <= 'Z') || (first.at[i] >= 'a' && first.at[i] <= 'z') || first.at[i] == '-' || first.at[i] == '\'';
	return letters ? first : (struct str){};
}

/* "a, b" as "a|b". */
static struct str alternatives(struct arena *arena, struct str words)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t count = 0; words.at && words.len && count < WORDS_MAX; count++) {
		struct str word = str_trim(str_cut(&words, ','));
		if (word.len && str_find_byte(word, '|') < 0)
			buf_addf(&b, "%s%.*s", b.len ? "|" : "", STR_ARG(word));
	}
	return buf_keep(&b, arena);
}

/* Under an answer stands who signs: the person, by their own signature or first name, or the house. */
static struct str signature_of(const struct room *room, const struct workspace_settings *s, struct str my_name, struct str house)
{
	const struct member *me = room_member(room, room->me);
	if (s->tone.personal < MIDDLE)
		return s->signature.len ? s->signature : house;
	return me && me->signature.len ? me->signature : name_first(my_name);
}

static void add_checks(struct cx *cx, const struct room *room, const struct conversation_row *row, const struct workspace_settings *s, struct str lang, struct str house,
		       json_t *checks)
{
	const struct tone *t = &s->tone;
	struct str first = callable(row->contact_name), signature = signature_of(room, s, cx->actor->name, house), avoided = alternatives(cx->arena, t->words_avoided);
	int rating = row->conversation.rating;
	add(checks, "greeting", str_of(_(N_("Greeting"))), S(GREETS), (struct str){});
	if (first.len)
		add(checks, "name", arena_printf(cx->arena, _(N_("Their name, %.*s")), STR_ARG(first)), first, (struct str){});
	if (rating && rating <= 2)
		add(checks, "sorry", str_of(_(N_("Apologies"))), S(SORRY), (struct str){});
	if (rating >= 4 || t->warm >= MIDDLE)
		add(checks, "thanks", str_of(_(N_("Thanks"))), S(THANKS), (struct str){});
	if (str_eq_fold(str_head(lang, 2), S("fr")) && t->familiar < MIDDLE)
		add(checks, "vous", str_of(_(N_("“vous”, not “tu”"))), (struct str){}, S(TU));
	else if (str_eq_fold(str_head(lang, 2), S("fr")))
		add(checks, "tu", str_of(_(N_("“tu”, not “vous”"))), (struct str){}, S(VOUS));
	if (avoided.len)
		add(checks, "avoided", arena_printf(cx->arena, _(N_("Without: %.*s")), STR_ARG(t->words_avoided)), (struct str){}, avoided);
	add(checks, "signature", arena_printf(cx->arena, _(N_("Signed: %.*s")), STR_ARG(signature)), signature, (struct str){});
}

json_t *guide_shape(struct cx *cx, const struct room *room, const struct conversation_row *row, const struct workspace_settings *s, struct str lang, struct str house)
{
	const struct tone *t = &s->tone;
	if (!t->is_told)
		return json_null();
	json_t *checks = json_array();
	add_checks(cx, room, row, s, lang, house, checks);
	const char *way = t->familiar < MIDDLE ? (t->warm < MIDDLE ? N_("formal and sober") : N_("formal and warm")) : (t->warm < MIDDLE ? N_("familiar and sober") : N_("familiar and warm"));
	return json_pack("{s:s, s:o, s:o, s:o}", "way", tr(cx->lang, way), "checks", checks, "liked", doc_text_or_null(t->words_liked), "url",
			 actor_may(cx->actor, MAY_MANAGE_WORKSPACE) ? json_string("/set-up/charter") : json_null());
}
