/* link_short.c: a short link of somebody else: nobody sees where it leads, its owner counts the readers, and it ends when its
 * service does. */
#include "check/link_each.h"

static void look_at(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index)
{
	static const struct str services[] = {S("bit.ly"), S("tinyurl.com"), S("t.co"), S("goo.gl"), S("ow.ly"), S("buff.ly"),
		S("is.gd"), S("v.gd"), S("cutt.ly"), S("rebrand.ly"), S("shorturl.at"),
		S("rb.gy"), S("t.ly"), S("tiny.cc"), S("lnkd.in"), S("bl.ink"), S("dlvr.it"), S("ift.tt"), S("fb.me"), S("swiy.co"),
			S("adf.ly"), S("shorte.st"), S("urlz.fr"), S("urls.fr"), S("s.id")};
	struct cx *cx = run->cx;
	struct str host = check_host(url);
	if (!check_host_in(host, services, COUNT(services)) || check_host_in(host, run->post->short_hosts,
		run->post->short_host_count))
		return;
	struct finding *f = link_tell(run, url, reading, piece, index, host);
	f->reason = arena_printf(cx->arena, _("%.*s hides where the link leads, counts your readers for itself, and ends when the service does."), STR_ARG(host));
	f->remedy = str_of(_("Give the whole address, or a short link of your own."));
}

static void look(struct check_run *run)
{
	link_each(run, look_at);
}

const struct check_kind check_link_short = {
	.word = "link-short",
	.title = N_("Short link of another service"),
	.about = N_("Links by shorteners that are not the house's own"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
