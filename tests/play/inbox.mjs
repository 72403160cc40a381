/* The inbox as people and programs use it: lists, filters, each act by form and by API, refusals, staleness, undo, many at once,
   approval, texts that would like to be more than texts. */
import { join } from 'node:path';
import { api, check, desk, end, keyOf as newKey, linkOf } from './_desk.mjs';

const place = await desk({ simulator: 'on' });

/* ---- people: a session each, forms as a browser without a script sends them ---- */

async function person(link) {
  const cookies = new Map();
  const keep = (answer) => answer.headers.getSetCookie().forEach((line) => {
    const [pair] = line.split(';'), at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  });
  const ask = async (path, options = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : place.base + path, { redirect: 'manual', ...options,
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), Origin: place.base, ...options.headers } });
    keep(answer);
    return { status: answer.status, headers: answer.headers, text: await answer.text(), to: answer.headers.get('location') };
  };
  let csrf = '';
  const page = async (path, headers = {}) => {
    const answer = await ask(path, { headers });
    csrf = /name="csrf" value="([^"]*)"/.exec(answer.text)?.[1] ?? csrf;
    return answer;
  };
  const json = async (path) => JSON.parse((await ask(path, { headers: { Accept: 'application/json' } })).text);
  const form = (path, fields = {}, headers = {}) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams([['csrf', csrf], ...Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))]) });
  const door = await page(link);
  await form(/<form[^>]*action="([^"]*)"/.exec(door.text)[1]);
  await page('/inbox');
  return { ask, page, json, form, csrf: () => csrf };
}
/* A way in for somebody else than the owner, made by the command line. */
const keyOf = (mail, scopes) => api(place, newKey(place, mail, scopes));
const until = async (what, seconds = 30) => {
  for (let i = 0; i < seconds * 4; i++) {
    const got = await what().catch(() => null);
    if (got) return got;
    await new Promise((done) => setTimeout(done, 250));
  }
  return null;
};

try {
  const olga = await person(place.link);
  await until(async () => (await olga.json('/inbox')).list.rows.length >= 25, 60);
  await new Promise((done) => setTimeout(done, 1500)); // counts are kept for a second

  /* ---- lists ---- */
  const seen = new Set();
  let url = '/inbox?view=open', pages = 0, twice = 0;
  while (url && pages < 50) {
    const { list } = await olga.json(url);
    list.rows.forEach((row) => { twice += seen.has(row.id); seen.add(row.id); });
    url = list.next;
    pages++;
  }
  const whole = await olga.json('/inbox?view=open');
  check('pages hold every open conversation once', twice === 0 && pages > 1 && Math.abs(seen.size - whole.list.number.count) <= 8, `${seen.size} ${whole.list.number.count} ${twice}`);
  const kinds = ['review', 'comment', 'direct', 'mention'];
  check('rows say in which language their contact writes', whole.list.rows.some((row) => row.lang === 'fr') && whole.list.rows.every((row) => row.lang), JSON.stringify(whole.list.rows.map((row) => row.lang)));
  for (const kind of kinds) {
    const { list } = await olga.json(`/inbox?view=open&kind=${kind}`);
    check(`only ${kind}s when asked`, list.rows.length > 0 && list.rows.every((row) => row.kind.word === kind));
  }
  check('what is not known is refused', (await olga.ask('/inbox?kind=rumour')).status === 422);
  check('a view that is not there', (await olga.ask('/inbox?view=1')).status === 404);
  const word = whole.list.rows.flatMap((row) => row.preview.split(/\s+/)).find((one) => /^\p{L}{5,}$/u.test(one));
  const found = await olga.json(`/inbox?q=${encodeURIComponent(word)}`);
  check('words find conversations', found.list.rows.some((row) => row.preview.includes(word)), JSON.stringify([word, found.list.rows.length, found.list.rows.map((row) => row.preview)]));
  const byName = await olga.json(`/inbox?q=${encodeURIComponent(whole.list.rows[0].contact.name)}`);
  check('names find conversations', byName.list.rows.some((row) => row.contact.name === whole.list.rows[0].contact.name));
  const nothing = await olga.page('/inbox?q=kouglofbleu');
  check('nothing fits, and says so', /kouglofbleu/.test(nothing.text) && (await olga.json('/inbox?q=kouglofbleu')).list.is_filtered);
  check('an empty view of the desk says that all is done', (await olga.json('/inbox?view=mentioned')).list.is_done);
  for (const part of ['list', 'rows', 'views', 'conversation']) {
    const answer = await olga.ask('/inbox?view=open', { headers: { 'HX-Request': 'true', 'HX-Target': part } });
    check(`the part ${part} comes alone`, answer.status === 200 && !answer.text.includes('<html') && answer.text.length > 50);
  }

  /* ---- acts by form ---- */
  const rows = (await olga.json('/inbox?view=open')).list.rows;
  const open = async (id) => (await olga.json(`/conversations/${id}`)).conversation;
  const one = rows[0].id;
  let now = await open(one);
  const me = (await olga.json('/inbox')).choices.people.find((who) => who.is_me).id;
  let answer = await olga.form(`/conversations/${one}/assign`, { version: now.version, query: 'view=open', assignee_id: me });
  check('assigning stays on the conversation', answer.status === 303 && answer.to === `/conversations/${one}?view=open`, answer.to);
  let page = await olga.page(answer.to);
  const undo = /action="(\/undo\/[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  check('what was done is said, with its undo', !!undo);
  now = await open(one);
  check('it is mine', now.assignee?.is_me);
  answer = await olga.form(undo);
  check('undo goes back to the conversation', answer.status === 303 && answer.to.startsWith(`/conversations/${one}`), answer.to);
  check('undo undid', !(await open(one)).assignee?.is_me);
  check('undo serves once', (await olga.form(undo)).status === 409);

  now = await open(one);
  answer = await olga.form(`/conversations/${one}/priority`, { version: now.version, priority: 'urgent' });
  check('priority', (await open(one)).priority.word === 'urgent');
  answer = await olga.form(`/conversations/${one}/status`, { version: now.version, status: 'resolved' });
  check('a stale form is refused', answer.status === 409 && (await open(one)).is_open, answer.status);
  const labels = now.label_choices.slice(0, 2).map((label) => label.id);
  await olga.form(`/conversations/${one}/labels`, { version: (await open(one)).version, label_id: labels });
  check('labels are set as a whole', (await open(one)).labels.length === 2);
  page = await olga.page(`/conversations/${one}`);
  const undoLabels = /action="(\/undo\/[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  await olga.form(undoLabels);
  check('one undo takes all labels off', (await open(one)).labels.length === 0);

  now = await open(one);
  answer = await olga.form(`/conversations/${one}/snooze`, { version: now.version, query: 'view=open', until: new Date(Date.now() + 36e5).toISOString() });
  check('what leaves the list leads to the next one', answer.status === 303 && /^\/conversations\/\d+\?view=open$/.test(answer.to) && !answer.to.includes(one), answer.to);
  check('snoozed', (await open(one)).is_snoozed);
  check('a time gone by is refused', (await olga.form(`/conversations/${one}/snooze`, { until: '2020-01-01T10:00' })).status === 422);
  await olga.form(`/conversations/${one}/status`, { status: 'open' });
  check('without csrf nothing happens', (await olga.ask(`/conversations/${one}/status`, { method: 'POST', body: new URLSearchParams({ status: 'resolved' }) })).status === 403 && (await open(one)).is_open);

  /* ---- answers ---- */
  const comments = (await olga.json('/inbox?view=open&kind=comment')).list.rows;
  const talk = comments[0].id;
  const nasty = '<script>alert(1)</script> "quoted" javascript:alert(1) ‮RTL‬ שלום {{me.name}}';
  answer = await olga.form(`/conversations/${talk}/reply`, { version: 1, body: nasty, visibility: 'public', then: 'send' });
  check('a stale reply is refused and its text shown again', answer.status === 409 && answer.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !answer.text.includes('<script>alert'), answer.status);
  answer = await olga.form(`/conversations/${talk}/reply`, { body: '   ', visibility: 'private', then: 'send' });
  check('an empty reply is refused in its form', answer.status === 422 && /id="problem"/.test(answer.text), answer.status);
  now = await open(talk);
  answer = await olga.form(`/conversations/${talk}/reply`, { version: now.version, query: 'view=open', body: nasty, visibility: 'public', then: 'resolve' });
  check('a reply goes', answer.status === 303, answer.text.slice(0, 500));
  now = await open(talk);
  const ours = now.thread.map((item) => item.message).filter((message) => message?.is_us).at(-1);
  check('it waits for its seconds, and closed the conversation', ['queued', 'sending'].includes(ours.reply_state?.word) && now.is_resolved, JSON.stringify(ours.reply_state));
  page = await olga.page(`/conversations/${talk}`);
  check('it is shown as the text it is', page.text.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !page.text.includes('<script>alert'));
  answer = await olga.form(`/messages/${ours.id}/withdraw`);
  now = await open(talk);
  check('taken back, it is in the box again', answer.status === 303 && now.reply.body === nasty && now.reply.draft_id === ours.id, JSON.stringify(now.reply).slice(0, 300));
  answer = await olga.form(`/conversations/${talk}/reply`, { draft_id: ours.id, version: now.version, body: 'Merci beaucoup.', visibility: 'public', then: 'later', send_at: '2036-01-01T10:00' });
  check('more than a year ahead is refused', answer.status === 422);
  const later = new Date(Date.now() + 864e5).toISOString();
  answer = await olga.form(`/conversations/${talk}/reply`, { draft_id: ours.id, version: now.version, body: 'Merci beaucoup.', visibility: 'public', then: 'later', send_at: later });
  now = await open(talk);
  let planned = now.thread.map((item) => item.message).find((message) => message?.id === ours.id);
  check('sent later', planned?.reply_state?.word === 'scheduled' && planned.send_at, JSON.stringify(planned?.reply_state));
  await olga.form(`/messages/${ours.id}/edit`, { body: 'Merci à vous.' });
  await olga.form(`/messages/${ours.id}/reschedule`, { now: '1' });
  const sent = await until(async () => (await open(talk)).thread.map((item) => item.message).find((message) => message?.id === ours.id && message.reply_state?.word === 'sent' || message?.id === ours.id && !message.reply_state));
  check('it left, as edited', sent && sent.body === 'Merci à vous.', JSON.stringify(sent?.reply_state));
  answer = await olga.form(`/conversations/${talk}/note`, { body: 'Pour @Inès : à suivre <b>gras</b>' });
  now = await open(talk);
  check('a note', answer.status === 303 && now.thread.some((item) => item.message?.is_note && item.message.body.includes('<b>')));

  /* ---- approval, by people of their roles ---- */
  const guest = await person(linkOf(place, 'noor@levain.example')), manager = await person(linkOf(place, 'ines@levain.example'));
  check('a mention is found', (await manager.json('/inbox?view=mentioned')).list.rows.length >= 0 && (await manager.json(`/conversations/${talk}`)).list.rows.length > 0);
  const second = comments[1].id;
  await guest.page(`/conversations/${second}`);
  check('a moderator asks for approval', (await guest.json(`/conversations/${second}`)).conversation.reply.needs_approval);
  answer = await guest.form(`/conversations/${second}/reply`, { body: 'Bonjour, nous regardons cela.', visibility: 'public', then: 'send' });
  const asked = (await guest.json(`/conversations/${second}`)).conversation.thread.map((item) => item.message).find((message) => message?.reply_state?.word === 'approval');
  check('it waits for approval', answer.status === 303 && asked && !asked.can_approve);
  check('its author does not approve it', (await guest.form(`/messages/${asked.id}/approve`)).status === 403);
  check('a remark is needed to return it', (await manager.form(`/messages/${asked.id}/return`, { remark: '' })).status === 422);
  check('returned', (await manager.form(`/messages/${asked.id}/return`, { remark: 'Plus court.' })).status === 303);
  check('it is a draft of its author', (await guest.json(`/conversations/${second}`)).conversation.reply.draft_id === asked.id);
  await guest.form(`/conversations/${second}/reply`, { draft_id: asked.id, body: 'Nous regardons.', visibility: 'public', then: 'approval' });
  check('approved', (await manager.form(`/messages/${asked.id}/approve`)).status === 303);
  check('approved once', (await manager.form(`/messages/${asked.id}/approve`)).status === 409);
  check('a moderator does not send again by hand', (await guest.form(`/messages/${asked.id}/retry`)).status === 403);

  /* ---- the house rules ---- */
  now = await open(second);
  const theirs = now.thread.map((item) => item.message).find((message) => message?.is_in && message.can_hide);
  check('hiding wants a reason', (await guest.form(`/messages/${theirs.id}/hide`, { article_id: now.hide.articles[0].id, reason: '' })).status === 422);
  check('hidden', (await guest.form(`/messages/${theirs.id}/hide`, { article_id: now.hide.articles[0].id, reason: 'Vise une personne' })).status === 303);
  const hidden = (await open(second)).thread.map((item) => item.message).find((message) => message?.id === theirs.id);
  check('with its decision', hidden.is_hidden && hidden.decision?.reason === 'Vise une personne' && hidden.can_restore);
  check('restored', (await guest.form(`/messages/${theirs.id}/restore`)).status === 303 && !(await open(second)).thread.find((item) => item.message?.id === theirs.id).message.is_hidden);
  const agent = await person(linkOf(place, 'awa@levain.example'));
  check('an agent does not hide', (await agent.form(`/messages/${theirs.id}/hide`, { article_id: now.hide.articles[0].id, reason: 'x' })).status === 403);
  check('an agent flags', (await agent.form(`/messages/${theirs.id}/flag`, { reason: 'à voir' })).status === 303);

  /* ---- several at once ---- */
  const some = (await olga.json('/inbox?view=open&sort=recent')).list.rows.slice(0, 5).map((row) => row.id);
  answer = await olga.form('/conversations/bulk', { id: [...some, '1'], status: 'resolved', back: '/inbox?view=open' });
  check('several at once, and back to the list', answer.status === 303 && answer.to === '/inbox?view=open', answer.text.slice(0, 300));
  page = await olga.page('/inbox?view=open');
  check('how many changed and how many had moved on is said', /5/.test(/<div class="toast">[\s\S]*?<\/div>/.exec(page.text)?.[0] ?? ''), /<div class="toast">[\s\S]*?<\/div>/.exec(page.text)?.[0]);
  check('all of them', (await Promise.all(some.map(open))).every((conversation) => conversation.is_resolved));
  await olga.form(/action="(\/undo\/[^"]*)"/.exec(page.text)[1].replaceAll('&amp;', '&'));
  check('one undo for all', (await Promise.all(some.map(open))).every((conversation) => conversation.is_open));
  check('one thing at a time', (await olga.form('/conversations/bulk', { id: some, status: 'open', priority: 'low' })).status === 422);

  /* ---- merge and split ---- */
  const [left, right] = some;
  now = await open(left);
  const before = (await open(right)).thread.filter((item) => item.message).length;
  answer = await olga.form(`/conversations/${left}/merge`, { version: now.version, into_url: `${place.base}/conversations/${right}?view=open` });
  check('merged, by its address', answer.status === 303 && answer.to.startsWith(`/conversations/${right}`), answer.to);
  check('the old address leads there', (await olga.json(`/conversations/${left}`)).conversation.id === right);
  now = await open(right);
  const messages = now.thread.map((item) => item.message).filter(Boolean);
  check('with its messages', messages.length > before);
  const from = messages.findLast((message) => message.can_split);
  answer = await olga.form(`/conversations/${right}/split`, { version: now.version, message_id: from.id });
  check('split', answer.status === 303 && !answer.to.startsWith(`/conversations/${right}`), answer.to);

  /* ---- presence ---- */
  check('reading', (await agent.form(`/conversations/${right}/read`)).status === 204);
  check('typing', (await agent.form(`/conversations/${right}/typing`)).status === 204);
  check('others see it', (await open(right)).others.typing?.name === 'Awa Diallo');
  const others = await olga.ask(`/conversations/${right}`, { headers: { 'HX-Request': 'true', 'HX-Target': 'others' } });
  check('as a part of its own', /id="others"/.test(others.text) && others.text.includes('Awa Diallo') && !others.text.includes('<section'));

  /* ---- scripts: partial posts ---- */
  now = await open(right);
  answer = await olga.form(`/conversations/${right}/priority`, { version: now.version, priority: 'high' }, { 'HX-Request': 'true', 'HX-Target': 'conversation' });
  check('a script is told where to go on', answer.status === 200 && answer.headers.get('hx-redirect')?.startsWith(`/conversations/${right}`));
  answer = await olga.form(`/conversations/${right}/priority`, { version: now.version, priority: 'low' }, { 'HX-Request': 'true', 'HX-Target': 'conversation' });
  check('and what is wrong, as a piece', answer.status === 409 && /id="problem"/.test(answer.text) && !answer.text.includes('<html'));

  /* ---- today ---- */
  const mine = (await olga.json('/inbox?view=open')).list.rows.find((row) => row.is_waiting && !row.assignee?.is_me).id;
  await olga.form(`/conversations/${mine}/assign`, { assignee_id: me });
  let today = await olga.json('/today');
  check('what is mine to answer waits on Today', today.queue.items.some((item) => item.is_answer && item.url.startsWith(`/conversations/${mine}`)), JSON.stringify(today.queue.items.map((item) => item.url)));
  check('one thing is lit, and each has one verb', today.queue.items[0].is_first && today.queue.items.every((item) => Object.entries(item).filter(([name, value]) => name.startsWith('is_') && !['is_first', 'is_lit'].includes(name) && value).length === 1));
  check('the flagged message waits to be decided', await until(async () => (await olga.json('/counts')).moderation?.count >= 1, 5));
  check('the team has more to do', (await olga.json('/today?scope=team')).queue.items.length >= today.queue.items.length);
  check('figures', today.figures.length >= 3 && today.figures.every((figure) => figure.title && figure.value));
  check('what happened since yesterday', today.since.entries.some((entry) => /hid|masqué/.test(entry.text)), JSON.stringify(today.since));
  await guest.form(`/conversations/${second}/reply`, { body: 'Encore une.', visibility: 'public', then: 'approval' });
  check('an answer to approve is on the manager’s day', (await manager.json('/today')).queue.items.some((item) => item.is_approval && item.by === 'Noor van Dijk'));
  check('and not on its author’s', !(await guest.json('/today')).queue.items.some((item) => item.is_approval));
  check('a mention is on the day of whom it names', (await manager.json('/today')).queue.items.some((item) => item.is_mention));
  await manager.form(`/conversations/${talk}/read`);
  check('and no more once it was read', !(await manager.json('/today')).queue.items.some((item) => item.is_mention));
  const queue = await olga.ask('/today', { headers: { 'HX-Request': 'true', 'HX-Target': 'queue' } });
  check('the queue comes alone', /id="queue"/.test(queue.text) && !queue.text.includes('<html'));
  check('the page too', (await olga.page('/today')).status === 200);

  /* The number at Today in the rail is that of the queue, whoever looks; between two equal looks, as members go on writing meanwhile. */
  const agree = async (who) => {
    for (let i = 0; i < 20; i++) {
      const first = (await who.json('/counts')).today?.count ?? 0, { queue: shown, day } = await who.json('/today');
      const html = (await who.page('/today')).text, last = (await who.json('/counts')).today?.count ?? 0;
      if (first !== last) continue;
      const rail = Number(/data-count="today"[^>]*><span>(\d*)/.exec(html)[1] || 0);
      return { fine: [shown.me.count, day.count?.count ?? 0, rail].every((number) => number === first) && shown.items.length === Math.min(12, first), first, me: shown.me.count, day, rail,
        items: shown.items.map((item) => item.url) };
    }
    return { fine: false, story: 'it never stood still' };
  };
  for (const [name, who] of Object.entries({ olga, manager, agent, guest })) {
    const numbers = await agree(who);
    check(`${name}: the rail and the queue agree`, numbers.fine, JSON.stringify(numbers));
  }
  const begun = (await agree(manager)).first, waits = (await olga.json('/inbox?view=open')).list.rows.find((row) => row.is_waiting && row.assignee?.name !== 'Inès Belkacem').id;
  const ines = (await olga.json('/inbox')).choices.people.find((one) => one.name === 'Inès Belkacem').id;
  await olga.form(`/conversations/${waits}/assign`, { assignee_id: ines });
  check('what becomes theirs counts at once', (await agree(manager)).first === begun + 1, `${begun} ${JSON.stringify(await agree(manager))}`);
  await olga.form(`/conversations/${waits}/note`, { body: '@Inès : à toi' });
  let both = await agree(manager);
  check('called about it too, it is still one thing', both.fine && both.first === begun + 1 && both.items.filter((url) => url.startsWith(`/conversations/${waits}`)).length === 1, JSON.stringify(both));
  await manager.form(`/conversations/${waits}/read`);
  both = await agree(manager);
  check('and so it is once the call was read', both.fine && both.first === begun + 1, JSON.stringify(both));

  /* ---- the API, by keys ---- */
  const all = keyOf('camille@levain.example', 'inbox.read inbox.reply inbox.propose inbox.triage inbox.note moderation.decide inbox.approve');
  const reader = keyOf('camille@levain.example', 'inbox.read');
  let got = await all.get('/inbox?view=open');
  check('the API lists what the page shows', got.status === 200 && got.document.list.rows.length > 0 && got.document.views.desk.length === 8);
  const target = (await all.get('/inbox?view=open&kind=comment&sort=oldest')).document.list.rows.at(-1).id;
  got = await all.get(`/conversations/${target}`);
  const { version } = got.document.conversation;
  got = await all.post(`/conversations/${target}/priority`, { version, priority: 'high' });
  check('a write answers with the conversation as it is now', got.status === 200 && got.document.conversation.priority.word === 'high' && got.document.undo_url, got.text.slice(0, 300));
  got = await all.post(`/conversations/${target}/priority`, { version, priority: 'low' });
  check('a stale version is a conflict', got.status === 409 && got.document.type === 'urn:parvis:problem:conflict', got.text);
  for (const [path, body] of [['assign', {}], ['assign', { assignee_id: '' }], ['status', { status: 'pending' }], ['snooze', { until: 'answer' }], ['status', { status: 'open' }], ['labels', { label_id: labels }],
    ['note', { body: 'par la porte de service' }], ['reply', { body: 'Bonjour.', visibility: 'public', then: 'draft' }], ['read', undefined]]) {
    got = await all.post(`/conversations/${target}/${path}`, body ?? {});
    check(`API: ${path}`, got.status === (path === 'read' ? 204 : 200), got.text.slice(0, 300));
  }
  check('API: what it says', (await all.get(`/conversations/${target}`)).document.conversation.reply.body === 'Bonjour.');
  got = await all.post('/conversations/bulk', { id: some.slice(2), priority: 'low' });
  check('API: several at once, counted', got.status === 200 && got.document.changed === 3 && got.document.moved_on === 0, got.text);
  check('API: a mistake is told by its field', (await all.post(`/conversations/${target}/reply`, { body: '' })).document.errors?.[0].field === 'body');
  check('API: a word too many is told', (await all.post(`/conversations/${target}/note`, { body: 'x', tone: 'y' })).status === 422);
  for (const path of ['assign', 'status', 'reply', 'note', 'labels', 'merge', 'split', 'macro', 'snooze', 'priority'])
    check(`a key that reads does not ${path}`, (await reader.post(`/conversations/${target}/${path}`, { body: 'x', status: 'open', macro_id: '1', until: 'answer', priority: 'low', message_id: '1' })).status !== 200);
  check('a key that reads is told that it may not', (await reader.post(`/conversations/${target}/note`, { body: 'x' })).status === 403);

  /* ---- every id of a workspace that is not ours ---- */
  check('what does not exist is missing', (await olga.ask('/conversations/42')).status === 404 && (await olga.form('/messages/42/withdraw')).status === 404);
} catch (trouble) {
  check('the play ends', false, trouble.stack);
} finally {
  await place.end();
}
end();
