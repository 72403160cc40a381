/* link_untagged.c: a link to the house's own pages that does not say where its visitors came from (UTM parameters: utm_source and
 * utm_medium, as analytics read them), and will not be tagged as it leaves. Without the house's hosts nothing is said. */
#include "check/link_each.h"
#include "model/utm.h"

static bool has_parameter(struct str url, struct str name)
{
	ptrdiff_t query = str_find_byte(url, '?');
	struct str rest = query < 0 ? (struct str){} : str_skip(url, (size_t)query + 1);
	rest = str_head(rest, str_find_byte(rest, '#') < 0 ? rest.len : (size_t)str_find_byte(rest, '#'));
	while (rest.at && rest.len) {
		struct str pair = str_cut(&rest, '&');
		if (str_starts(pair, name) && pair.len > name.len + 1 && pair.at[name.len] == '=')
			return true;
	}
	return false;
}

/* The address with what is missing. */
static struct str tagged(struct cx *cx, struct str url, struct str network)
{
	CLEANUP(buf_free) struct buf b = {};
	struct utm utm = {};
	if (!has_parameter(url, S("utm_source")))
		utm.source = network.len ? network : S("social");
	if (!has_parameter(url, S("utm_medium")))
		utm.medium = S("social");
	buf_add_tagged(&b, url, &utm);
	return buf_keep(&b, cx->arena);
}

static void look_at(struct check_run *run, struct str url, const struct check_reading *reading, const struct piece *piece,
	size_t index)
{
	struct cx *cx = run->cx;
	const struct check_post *post = run->post;
	struct str host = check_host(url);
	if (!check_host_in(host, post->own_hosts, post->own_host_count) ||
		check_host_in(host, post->short_hosts, post->short_host_count) ||
		check_host_in(host, post->plain_hosts, post->plain_host_count))
		return;
	if (post->tags_links && (str_eq_fold(str_head(url, 7), S("http://")) || str_eq_fold(str_head(url, 8), S("https://"))))
		return;
	if (has_parameter(url, S("utm_source")) && has_parameter(url, S("utm_medium")))
		return;
	struct finding *f = link_tell(run, url, reading, piece, index, url);
	f->reason = str_of(_("This link to your own pages has no UTM tags: its visits cannot be told from others."));
	f->remedy = str_of(_("Add utm_source and utm_medium, and utm_campaign if it belongs to one."));
	check_replace(f, tagged(cx, url, post->network.word));
}

static void look(struct check_run *run)
{
	if (run->post->own_host_count)
		link_each(run, look_at);
}

const struct check_kind check_link_untagged = {
	.word = "link-untagged",
	.title = N_("Link without tags"),
	.about = N_("Links to the house's own pages without UTM parameters"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
