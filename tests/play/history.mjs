/* A past of years comes in beside a day's work: the list of what is to be answered stays as it was, and what nobody answered is found. */
import { api, check, desk, end, keyOf, until } from './_desk.mjs';
import { member } from './_member.mjs';

const THREADS = 300, ANSWERED = 100;
const place = await desk();
try {
  const machine = api(place, keyOf(place)), camille = await member(place, 'camille@levain.example');
  const number = async (query) => (await machine.get(`/inbox?${query}`)).document.list.number?.count ?? 0;
  const begun = [await number('view=open'), (await machine.get('/counts')).document.today?.count ?? 0];
  check('without a past, nothing speaks of one', !(await machine.get('/inbox')).document.views.desk.some((view) => view.url.includes('unanswered')));

  const lines = ['id,thread_id,author_name,body,at,ours'];
  for (let i = 0; i < THREADS; i++) {
    const day = new Date(Date.UTC(2015, 0, 1 + 10 * i)).toISOString();
    lines.push(`q${i},t${i},Reader ${i % 40},Question number ${i} about the zwieback?,${day},`);
    if (i < ANSWERED) lines.push(`a${i},t${i},Levain,It is baked on Tuesdays.,${day.replace('T00', 'T05')},1`);
  }
  const form = new FormData();
  form.append('file', new Blob([lines.join('\n')]), 'forum.csv');
  form.append('dry_run', 'no');
  form.append('network', 'forum');
  const sent = await fetch(`${place.base}/api/v1/imports`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: form });
  const { id } = await sent.json();
  const run = await until('the import', 60, async () => { const one = (await machine.get(`/imports/${id}`)).document.run; return one.is_done || one.is_failed ? one : null; });
  check('the archive comes in', run?.is_done && run.created === String(THREADS + ANSWERED), JSON.stringify(run));
  check('its page says how many were never answered, and where they are', run.unanswered?.number.count === THREADS - ANSWERED && /view=unanswered&channel=\d+/.test(run.unanswered.url), JSON.stringify(run.unanswered));

  const now = [await number('view=open'), (await machine.get('/counts')).document.today?.count ?? 0];
  check('what is to be answered stays what it was', now.join() === begun.join(), `${begun} ${now}`);
  const view = await until('the view', 5, async () => (await machine.get('/inbox')).document.views.desk.find((one) => one.url.includes('unanswered')));
  check('a view gathers them', view?.title === 'Never answered' || view?.title === 'Sans réponse', JSON.stringify(view));
  check('with their number', await number('view=unanswered') === THREADS - ANSWERED && view.number.count === THREADS - ANSWERED, JSON.stringify(view));
  const rows = (await machine.get(run.unanswered.url.replace(/^\/api\/v1/, ''))).document.list.rows;
  check('of the channel, the newest first, done, without a clock', rows.length > 10 && rows[0].preview.includes(`number ${THREADS - 1} `) && rows.every((row) => row.is_resolved && !row.clock && !row.is_waiting), JSON.stringify(rows[0]));
  const next = (await machine.get('/inbox?view=unanswered')).document.list.next;
  check('page by page', next && (await machine.get(next)).document.list.rows.every((row) => row.is_resolved && !rows.some((one) => one.id === row.id)), next);
  check('the search finds them like all else', (await machine.get('/search?q=zwieback&status=resolved')).document.messages?.length > 0 || (await camille.get('/search?q=zwieback&status=resolved')).text.includes('zwieback'));

  /* One is taken up, looked at, and closed: dealt with. */
  await camille.get(`/conversations/${rows[0].id}`);
  const { version } = (await machine.get(`/conversations/${rows[0].id}`)).document.conversation;
  check('it is opened again', (await machine.post(`/conversations/${rows[0].id}/status`, { version, status: 'open' })).status === 200);
  check('and joins the list, without a clock', (await until('it', 5, async () => await number('view=open') === begun[0] + 1)) && !(await machine.get(`/conversations/${rows[0].id}`)).document.conversation.clock);
  const opened = (await machine.get(`/conversations/${rows[0].id}`)).document.conversation.version;
  await machine.post(`/conversations/${rows[0].id}/status`, { version: opened, status: 'resolved' });
  check('closed, it was dealt with', await until('it', 5, async () => await number('view=unanswered') === THREADS - ANSWERED - 1));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await place.end();
}
end();
