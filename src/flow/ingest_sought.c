/* ingest_sought.c: what a search of the network had found first, and the channel itself brings now: somebody answers us, and a listening query finds it too.
 * Either may see it before the other. */
#include "channel/channel.h"
#include "flow/ingest_parts.h"
#include "flow/moderate.h"
#include "store/listening_search.h"

enum err sought_bring(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, struct message *m, bool *ret_brought)
{
	const struct channel_kind *kind = channel_kind_of(in->channel.kind);
	bool was = false;
	*ret_brought = false;
	if (in->sought || in->listened || in->historic || i->removed || i->undelivered.len || ingest_only_complains(i) || m->direction != DIRECTION_IN || !kind || !kind->search)
		return OK;
	TRY(sought_end(cx, db, m->workspace, m->id, &was));
	if (!was || m->removed_at)
		return OK;
	TRY(thread_bring(cx, db, in, m, i));
	if (!in->own.keeps_cases)
		TRY(moderate_propose(cx, db, m->workspace, m->id, &m->meaning));
	*ret_brought = true;
	return OK;
}
