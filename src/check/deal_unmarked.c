/* deal_unmarked.c: a post that looks paid for (a code, a partner's link, "offered by") while nobody said that it is: the "hint"
 * rows of share/checks/disclosure.tsv, and addresses that pay who gives them away. */
#include "check/link_each.h"
#include "check/rules.h"

static bool is_hint(const struct rule *rule, const void *subject)
{
	return str_eq(rule->columns[1], S("hint")) || str_eq(rule->columns[1], S("-"));
}

static void say(struct check_run *run, struct finding *f)
{
	struct cx *cx = run->cx;
	f->reason = arena_printf(cx->arena, _("“%.*s” sounds as if somebody paid for this post, and it is not marked so."),
		STR_ARG(f->excerpt));
	f->remedy = str_of(_("If it is paid for, given for or earns something, say so in the post's settings: the wording is then looked at by country."));
}

static void look_at_link(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index)
{
	static const struct str hosts[] = {S("amzn.to"), S("awin1.com"), S("tidd.ly"), S("shareasale.com"), S("rstyle.me"),
		S("liketk.it"), S("shopltk.com"), S("go.skimresources.com"), S("linksynergy.com"),
		S("tradedoubler.com"), S("effiliation.com"), S("anrdoezrs.net"), S("dpbolvw.net"), S("jdoqocy.com"),
			S("kqzyfj.com"), S("tkqlhce.com")};
	static const struct str marks[] = {S("?tag="), S("&tag="), S("?aff="), S("&aff="), S("affiliate"), S("?ref_aff="),
		S("utm_medium=affil"), S("?awc="), S("clickref=")};
	bool pays = check_host_in(check_host(url), hosts, COUNT(hosts));
	for (size_t i = 0; i < COUNT(marks) && !pays; i++)
		pays = str_find(url, marks[i]) >= 0;
	if (pays)
		say(run, link_tell(run, url, reading, piece, index, url));
}

static void look(struct check_run *run)
{
	if (run->post->deal)
		return;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		size_t count = check_is_written(r) ? rules_find(run->cx->arena, rules_of(RULES_DISCLOSURE), r, is_hint, NULL,
			&hits) : 0;
		for (size_t i = 0; i < count; i++)
			say(run, check_tell(run, r, r->pieces[hits[i].first].from, r->pieces[hits[i].last - 1].to,
				r->pieces[hits[i].first].lower));
	}
	link_each(run, look_at_link);
}

const struct check_kind check_deal_unmarked = {
	.word = "deal-unmarked",
	.title = N_("Paid content that is not marked as such"),
	.about = N_("Codes, partners' links and words of thanks in a post that nobody marked as paid for"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
