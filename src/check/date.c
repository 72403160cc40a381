/* date.c: what day it will be: nothing festive goes out on a day when people mourn in a country of the audience, and nothing at all
 * on one that the house keeps free. The days are handed in; festive words are rules of share/checks/festive.tsv (phrases; kind:
 * festive, promotion). */
#include "check/rules.h"
#include "check/run.h"

static void tell_free_day(struct check_run *run, const struct check_key_date *date)
{
	struct cx *cx = run->cx;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){}, date->key);
	f->reason = arena_printf(cx->arena, _("%.*s: the house does not post on that day."), STR_ARG(date->name));
	f->remedy = str_of(_("Plan it for another day, or change the mark of the date."));
}

static bool has_told(const struct check_run *run, const struct check_reading *r, size_t from)
{
	for (size_t i = 0; i < run->count; i++)
		if (run->items[i].kind == run->kind && run->items[i].place.part == r->part &&
			run->items[i].place.index == r->index && run->items[i].place.from == from &&
		    run->items[i].place.to)
			return true;
	return false;
}

static struct str where(struct cx *cx, const struct check_key_date *date)
{
	return date->country.len ? check_country(cx, date->country) : str_of(_("worldwide"));
}

/* The same day is a holiday there: people feast, and remember too. */
static bool is_holiday_too(const struct check_post *post, const struct check_key_date *date)
{
	for (size_t i = 0; i < post->date_count; i++)
		if (str_eq(post->dates[i].kind, S("public")) && !post->dates[i].mourning &&
			str_eq_fold(post->dates[i].country, date->country))
			return true;
	return false;
}

/* A remembrance of the whole world is a thought, a fast of some a word of care; a country that mourns is more. */
static void weigh(struct check_run *run, struct finding *f, const struct check_key_date *date)
{
	if (str_eq(date->kind, S("un")))
		check_lower(run, f, CHECK_INFORM);
	else if (str_eq(date->kind, S("religious")) || str_eq(date->kind, S("observance")) || is_holiday_too(run->post, date))
		check_lower(run, f, CHECK_WARN);
}

/* Before a vote nobody campaigns, by law; what takes sides is not seen from words. */
static void tell_silence(struct check_run *run, const struct check_key_date *date)
{
	struct cx *cx = run->cx;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){}, date->key);
	check_lower(run, f, CHECK_INFORM);
	f->reason = arena_printf(cx->arena, _("%.*s (%.*s): nothing that takes sides in the vote may go out on that day."),
		STR_ARG(date->name), STR_ARG(where(cx, date)));
	f->remedy = str_of(_("Read it once more with that in mind."));
}

/* Each festive word is told once, with the first of the days that speaks against it. */
static void tell_mourning(struct check_run *run, const struct check_key_date *date)
{
	struct cx *cx = run->cx;
	size_t told = 0;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		size_t count = rules_find(cx->arena, rules_of(RULES_FESTIVE), r, NULL, NULL, &hits);
		for (size_t i = 0; i < count; i++) {
			const struct piece *first = &r->pieces[hits[i].first], *last = &r->pieces[hits[i].last - 1];
			told++;
			if (has_told(run, r, first->from))
				continue;
			struct finding *f = check_tell(run, r, first->from, last->to, date->key);
			bool promotion = str_eq(hits[i].rule->columns[1], S("promotion"));
			if (promotion)
				check_lower(run, f, CHECK_WARN);
			weigh(run, f, date);
			f->reason = arena_printf(cx->arena, promotion ?
				_("“%.*s” would stand there on a day of mourning or remembrance: %.*s, %.*s (%.*s).") :
				_("“%.*s” is festive, and the post is planned for a day of mourning or remembrance: %.*s, %.*s (%.*s)."),
						 STR_ARG(f->excerpt), STR_ARG(date->name), STR_ARG(date->date),
							STR_ARG(where(cx, date)));
			f->remedy = str_of(_("Plan it for another day, or write it soberly."));
		}
	}
	if (told || str_eq(date->kind, S("un")))
		return;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){}, date->key);
	check_lower(run, f, CHECK_INFORM);
	f->reason = arena_printf(cx->arena, _("The post is planned for a day of mourning or remembrance: %.*s, %.*s (%.*s)."),
		STR_ARG(date->name), STR_ARG(date->date),
				 STR_ARG(where(cx, date)));
	f->remedy = str_of(_("Read it once more with that in mind."));
}

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	/* countries before the whole world, so that a word is told with the gravest day */
	for (size_t i = 0; i < 2 * post->date_count; i++) {
		const struct check_key_date *date = &post->dates[i % post->date_count];
		bool is_late = str_eq(date->kind, S("un")) || str_eq(date->kind, S("religious")) ||
			str_eq(date->kind, S("observance"));
		if (is_late != (i >= post->date_count))
			continue;
		if (date->country.len && post->country_count && !check_has_country(post, date->country))
			continue;
		if (date->no_post)
			tell_free_day(run, date);
		else if (str_eq(date->kind, S("silence")))
			tell_silence(run, date);
		else if (date->mourning)
			tell_mourning(run, date);
	}
}

const struct check_kind check_date = {
	.word = "date",
	.title = N_("Sensitive date"),
	.about = N_("A festive post on a day of mourning, anything on a day that the house keeps free"),
	.level = CHECK_BLOCK,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
