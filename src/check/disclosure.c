/* disclosure.c: who is paid for a post says so, in the words that the country of the audience takes, in the language of the post,
 * before "see more", and not lost among hashtags. Rules: share/checks/disclosure.tsv. Columns: phrases; "ok" (enough), "weak" (not
 * enough there) or "hint" (any country: it looks paid for); country; language, "*": any; the deals it is for (sponsored,
 * collaboration, affiliate, gift), "*": all; source; as of. The rules are what authorities and self-regulators publish; a finding
 * is no legal advice. */
#include "base/utf8.h"
#include "check/network.h"
#include "check/rules.h"
#include "check/run.h"

#include <string.h>

#define GROUP 3u /* hashtags one behind the other are a heap; only its first is seen */

enum heard { HEARD_NOTHING, HEARD_WEAK, HEARD_LANGUAGE, HEARD_BURIED, HEARD_HEAPED, HEARD_WELL };

struct hearing {
	struct check_run *run;
	struct str country;
	enum heard best;
	const struct check_reading *reading;
	struct rule_hit hit;
};

static const struct {
	const char *word;
	unsigned bit;
} deals[] = {{"sponsored", CHECK_SPONSORED}, {"collaboration", CHECK_COLLABORATION}, {"affiliate", CHECK_AFFILIATE},
	{"gift", CHECK_GIFT}};

static bool is_for_deal(const struct rule *rule, unsigned deal)
{
	for (size_t i = 0; i < COUNT(deals); i++)
		if (deal & deals[i].bit && rule_lists(rule->columns[4], str_of(deals[i].word)))
			return true;
	return str_eq(rule->columns[4], S("*"));
}

static bool is_wanted(const struct rule *rule, const void *subject)
{
	const struct hearing *h = subject;
	if (str_eq(rule->columns[1], S("-")))
		return true;
	return str_eq_fold(rule->columns[2], h->country) && !str_eq(rule->columns[1], S("hint")) &&
	       (str_eq(rule->columns[1], S("weak")) || is_for_deal(rule, h->run->post->deal));
}

static bool has_rules(struct str country)
{
	const struct rules *rules = rules_of(RULES_DISCLOSURE);
	for (size_t i = 0; i < rules_count(rules); i++)
		if (str_eq_fold(rules_at(rules, i)->columns[2], country))
			return true;
	return false;
}

/* In a heap of hashtags, and not its first. */
static bool is_heaped(const struct check_reading *r, const struct rule_hit *hit)
{
	size_t first = hit->first, last = hit->last;
	if (r->pieces[hit->first].kind != PIECE_HASHTAG)
		return false;
	while (first && r->pieces[first - 1].kind == PIECE_HASHTAG)
		first--;
	while (last < r->count && r->pieces[last].kind == PIECE_HASHTAG)
		last++;
	return last - first >= GROUP && first != hit->first;
}

static enum heard weigh(const struct check_reading *r, const struct rule_hit *hit, size_t visible)
{
	if (str_eq(hit->rule->columns[1], S("weak")))
		return HEARD_WEAK;
	if (!str_eq(hit->rule->columns[3], S("*")) && r->lang.len >= 2 && !str_eq_fold(str_head(r->lang, 2), hit->rule->columns[3]))
		return HEARD_LANGUAGE;
	if (visible && r->pieces[hit->last - 1].end > visible)
		return HEARD_BURIED;
	return is_heaped(r, hit) ? HEARD_HEAPED : HEARD_WELL;
}

static void listen(struct hearing *h)
{
	struct check_run *run = h->run;
	struct network_face face = network_face_of(&run->post->network);
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		size_t count = r->part == CHECK_TEXT && r->index == 0 ?
			rules_find(run->cx->arena, rules_of(RULES_DISCLOSURE), r, is_wanted, h, &hits) : 0;
		for (size_t i = 0; i < count; i++) {
			enum heard heard = weigh(r, &hits[i], face.visible);
			if (heard <= h->best)
				continue;
			h->best = heard;
			h->reading = r;
			h->hit = hits[i];
		}
	}
}

/* What to write: the first phrase of the country that fits the deal, in the post's language, else in any; NULL: there are no
 * rules. */
static const struct rule *advised(const struct check_run *run, struct str country)
{
	const struct rules *rules = rules_of(RULES_DISCLOSURE);
	const struct rule *other = NULL;
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		if (!str_eq_fold(rule->columns[2], country) || !str_eq(rule->columns[1], S("ok")) ||
			!is_for_deal(rule, run->post->deal))
			continue;
		if (str_eq(rule->columns[3], S("*")) || (run->post->lang.len >= 2 &&
			str_eq_fold(str_head(run->post->lang, 2), rule->columns[3])))
			return rule;
		other = other ? other : rule;
	}
	return other;
}

static struct str first_phrase(const struct rule *rule)
{
	struct str phrases = rule->columns[0];
	return str_trim(str_cut(&phrases, '|'));
}

static void say_reason(struct hearing *h, struct finding *f, struct str source)
{
	struct cx *cx = h->run->cx;
	struct str country = h->country;
	size_t visible = network_face_of(&h->run->post->network).visible;
	switch (h->best) {
	case HEARD_NOTHING:
		f->reason = arena_printf(cx->arena, _("The post is paid for, and nothing says so to its readers. %.*s: %.*s."),
			STR_ARG(check_country(cx, country)), STR_ARG(source));
		break;
	case HEARD_WEAK:
		f->reason = arena_printf(cx->arena, _("“%.*s” is not clear enough. %.*s: %.*s."), STR_ARG(f->excerpt),
			STR_ARG(check_country(cx, country)), STR_ARG(source));
		break;
	case HEARD_LANGUAGE:
		f->reason = arena_printf(cx->arena, _("“%.*s” is not in the language of the post, as it has to be. %.*s: %.*s."),
			STR_ARG(f->excerpt), STR_ARG(check_country(cx, country)), STR_ARG(source));
		break;
	case HEARD_BURIED:
		f->reason = arena_printf(cx->arena, _("“%.*s” stands behind the first %zu characters, where only “see more” shows it. %.*s: %.*s."), STR_ARG(f->excerpt), visible,
					 STR_ARG(check_country(cx, country)), STR_ARG(source));
		break;
	case HEARD_HEAPED:
		f->reason = arena_printf(cx->arena, _("“%.*s” stands in the middle of other hashtags, where it is passed over. %.*s: %.*s."), STR_ARG(f->excerpt), STR_ARG(check_country(cx, country)), STR_ARG(source));
		break;
	case HEARD_WELL:
		break;
	}
}

static void look_at(struct check_run *run, struct str country)
{
	struct cx *cx = run->cx;
	struct hearing h = {.run = run, .country = country};
	static const char *const keys[] = {"missing", "weak", "language", "buried", "heaped"};
	const struct rule *rule = advised(run, country);
	listen(&h);
	if (h.best == HEARD_WELL || !rule)
		return;
	struct str key = arena_printf(cx->arena, "%s:%.*s", keys[h.best], STR_ARG(country));
	struct finding *f = h.best == HEARD_NOTHING ? check_tell_part(run, CHECK_TEXT, 0, (struct str){}, key) :
						      check_tell(run, h.reading, h.reading->pieces[h.hit.first].from,
							h.reading->pieces[h.hit.last - 1].to, key);
	say_reason(&h, f, h.best == HEARD_NOTHING ? rule->columns[5] : h.hit.rule->columns[5]);
	f->remedy = arena_printf(cx->arena, _("Begin the text with “%.*s”, or with what else is taken there."),
		STR_ARG(first_phrase(rule)));
	if (h.best == HEARD_WEAK || h.best == HEARD_LANGUAGE)
		check_replace(f, first_phrase(rule));
}

/* In a video it is said and shown as well. */
static void look_at_video(struct check_run *run, size_t index)
{
	struct cx *cx = run->cx;
	struct hearing h = {.run = run};
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		for (size_t c = 0; r->part == CHECK_SUBTITLE && r->index == index && c < run->post->country_count; c++) {
			h.country = run->post->countries[c];
			size_t count = rules_find(cx->arena, rules_of(RULES_DISCLOSURE), r, is_wanted, &h, &hits);
			for (size_t i = 0; i < count; i++)
				if (str_eq(hits[i].rule->columns[1], S("ok")))
					return;
		}
	}
	struct finding *f = check_tell_part(run, CHECK_MEDIA, index, (struct str){}, S("video"));
	check_lower(run, f, CHECK_INFORM);
	f->reason = arena_printf(cx->arena, _("Video %zu does not say in its subtitles that it is paid for; text under a video is seldom read."), index + 1);
	f->remedy = str_of(_("Say it aloud and write it in the picture too. If that is done already, accept this."));
}

static void look(struct check_run *run)
{
	const struct check_post *post = run->post;
	struct cx *cx = run->cx;
	if (!post->deal)
		return;
	for (size_t i = 0; i < post->country_count; i++) {
		if (has_rules(post->countries[i])) {
			look_at(run, post->countries[i]);
			continue;
		}
		struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){},
			arena_printf(cx->arena, "unknown:%.*s", STR_ARG(post->countries[i])));
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("How paid posts are to be marked there is not known here: %.*s."),
			STR_ARG(check_country(cx, post->countries[i])));
		f->remedy = str_of(_("Ask somebody who knows the rules there; the word for “advertisement” at the beginning is rarely wrong."));
	}
	for (size_t i = 0; i < post->media_count; i++)
		if (post->media[i].kind == CHECK_VIDEO)
			look_at_video(run, i);
}

const struct check_kind check_disclosure = {
	.word = "disclosure",
	.title = N_("Disclosure of paid content"),
	.about = N_("A post that is paid for, given for or earns by links says so as each country of the audience wants it: which words, in which language, where"),
	.level = CHECK_BLOCK,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
