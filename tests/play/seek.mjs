/* Finding, paging, taking out, proving: the search with its filters and its faults; lists read forward and back by pages and by the header
   Link; an export asked for, followed, taken away and given up; the audit log in sentences, its chain walked. */
import { execFileSync } from 'node:child_process';
import { api, browser, check, desk, end, keyOf, statement, until } from './_desk.mjs';
import { member, plain } from './_member.mjs';
import { visitor } from './_visitor.mjs';

const place = await desk({ simulator: 'on' });
try {
  const camille = await member(place, 'camille@levain.example'), awa = await member(place, 'awa@levain.example');
  await until('messages', 20, async () => (await camille.json('/search?q=merci&in=messages')).document?.messages.length > 3);
  let page, answer, document;

  /* ---- filters ---- */
  const all = (await camille.json('/search?in=messages&direction=in')).document;
  check('filters alone list what fits', all.messages.length === 20 && all.messages.every((m) => !m.is_us), all.messages.length);
  const one = all.messages[0];
  for (const [name, value, fits] of [['kind', 'review', (m) => m.kind.word === 'review'], ['lang', 'fr', (m) => m.lang?.startsWith('fr')],
    ['status', 'open', (m) => m.status.word === 'open'], ['from', one.author_name, (m) => m.author_name === one.author_name]]) {
    document = (await camille.json(`/search?in=messages&direction=in&${name}=${encodeURIComponent(value)}`)).document;
    check(`${name} narrows`, document.messages.length > 0 && document.messages.every(fits) && document.chips.length === 2, JSON.stringify(document.messages[0]));
  }
  const today = new Date(Date.parse(one.at.iso)).toISOString().slice(0, 10);
  document = (await camille.json(`/search?in=messages&since=${today}&until=${today}`)).document;
  check('a day narrows, in one’s time zone', document.chips.length === 2 && document.is_filtered, JSON.stringify(document.chips));
  document = (await camille.json('/search?in=messages&q=merci&since=1999-01-01&until=1999-12-31')).document;
  check('nothing found comes with advice that leads somewhere', !document.has_any && document.advice.some((a) => a.url === '/search?q=merci&in=messages'), JSON.stringify(document.advice));
  check('a time that ends before it begins is refused', (await camille.json('/search?since=2026-02-02&until=2026-01-01')).status === 422);
  check('a day that is none is refused', (await camille.json('/search?since=2026-02-31')).status === 422);
  document = (await camille.json('/search?q=merci')).document;
  check('matches are marked', document.messages.every((m) => m.parts.some((p) => p.is_match && /^merci$/i.test(p.text.normalize('NFD').replace(/\p{M}/gu, '')))), JSON.stringify(document.messages[0]?.parts));
  check('saved replies and people are groups of their own', document.scopes.map((s) => s.word).join() === 'all,messages,notes,people,replies');
  page = await camille.get('/search?q=' + encodeURIComponent('merci "sans gluten'));
  check('a fault points at what to mend, and offers it', page.status === 422 && /<mark class="search__at">&quot;sans gluten<\/mark>/.test(page.text) && plain(page.text).includes('merci "sans gluten"'), page.status);
  answer = await camille.json('/search?q=' + encodeURIComponent('a*'));
  check('the API is told the field', answer.status === 422 && answer.document.field === 'q', JSON.stringify(answer.document));

  /* ---- both ways ---- */
  const client = api(place, keyOf(place, 'camille@levain.example', 'inbox.read audit.read export.run'));
  const link = (reply, rel) => new RegExp(`</api/v1([^>]*)>; rel="${rel}"`).exec(reply.headers.get('link') ?? '')?.[1];
  const walk = async (path, ids) => {
    const forward = [], back = [];
    let url = path, last = path, pages = 0;
    for (; url && pages < 30; pages++) { const reply = await client.get(url); forward.push(...ids(reply.document)); last = url; url = link(reply, 'next'); }
    for (url = last; url && pages < 60; pages++) { const reply = await client.get(url); back.unshift(...ids(reply.document)); url = link(reply, 'prev'); }
    return { forward, back, pages };
  };
  const seen = await walk('/search?in=messages&q=de', (d) => d.messages.map((m) => m.id));
  check('search pages go forward without a gap, and back', seen.pages > 2 && new Set(seen.forward).size === seen.forward.length && seen.forward.length > 20 && seen.forward.every((id) => seen.back.includes(id)), `${seen.forward.length} ${seen.back.length}`);
  const log = await walk('/audit', (d) => d.entries.map((e) => e.sequence));
  check('so does the audit log', log.forward.length === new Set(log.forward).size && log.forward.every((n) => log.back.includes(n)), JSON.stringify(log.pages));
  document = (await client.get('/inbox?sort=recent')).document;
  const second = (await camille.json(document.list.next)).document.list, first = (await camille.json(second.previous)).document.list;
  check('the inbox has a page before', document.list.next && second.rows.length > 0 && first.rows[0].id === document.list.rows[0].id && !first.previous, JSON.stringify([document.list.next, second.previous]));
  check('a place that is none is refused', (await client.get('/audit?after=here')).status === 422);
  for (const path of ['/inbox', '/search?q=de', '/audit', '/notifications']) {
    page = await camille.get(`${path}${path.includes('?') ? '&' : '?'}after=here`);
    check(`${path}: a person is told so on a page that leads back to the list`, page.status === 422 && page.text.includes(`href="${path.split('?')[0]}"`) && /(no place in the list|pas une place de la liste)/.test(page.text), `${page.status} ${plain(page.text).slice(0, 300)}`);
  }
  const description = (await client.get('/openapi.json')).document;

  /* ---- the installation's own log: for who owns all of it ---- */
  const stranger = visitor(place.base);
  await stranger.signIn('awa@levain.example', 'not hers');
  page = await camille.get('/audit?log=installation');
  check('the owner reads the installation’s log: who came in, and who tried', page.status === 200 && /(Camille Rousseau a ouvert une session|Camille Rousseau signed in)/.test(plain(page.text)) && /(Quelqu’un a essayé de se connecter|Somebody tried to sign in)/.test(plain(page.text)), plain(page.text).slice(0, 900));
  document = (await camille.json('/audit?log=installation')).document;
  check('with whom it was about, from where, and its own chain', document.is_installation && document.entries.some((e) => e.act === 'account.sign_in_refused' && e.subject === 'Awa Diallo' && e.address) && document.chain.length === document.entries[0].sequence, JSON.stringify(document.entries[0]));
  check('one entry opens there', (await camille.json(`/audit?log=installation&entry=${document.entries[0].sequence}`)).document.entry.is_intact);
  check('its filters stay in it', (await camille.json('/audit?log=installation&act=account.&q=refused')).document.entries.every((e) => e.act === 'account.sign_in_refused'));
  answer = await camille.post('/audit/check', { log: 'installation' });
  check('and it is walked', answer.status === 303 && answer.location.endsWith('/audit?log=installation') && (await camille.json('/audit?log=installation')).document.chain.is_intact, answer.location);
  const manager = await member(place, 'ines@levain.example');
  check('nobody else does', (await manager.json('/audit?log=installation')).status === 403 && (await client.get('/audit?log=installation')).status === 403 && !(await client.get('/audit')).document.has_logs);
  statement(place, "INSERT INTO workspace (id, name, slug, zone, lang, created_at) VALUES (4242, 'Elsewhere', 'elsewhere', 'UTC', 'en', 0)");
  page = await camille.get('/audit');
  check('who owns one workspace of several is told whose it is', !/log=installation/.test(page.text) && /(for owners of every workspace|propriétaires de tous ses espaces)/.test(plain(page.text)) && (await camille.get('/audit?log=installation')).status === 403, plain(page.text).slice(0, 900));
  statement(place, 'DELETE FROM workspace WHERE id = 4242');
  const people = await walk('/search?in=people&q=a', (d) => d.contacts.map((c) => c.id));
  check('people too', people.forward.length > 0 && people.forward.join() === people.back.join(), `${people.forward.length} ${people.back.length}`);
  check('and that the header says so', description.paths['/search'].get.responses['200'].headers?.Link);
  check('the description names both ways', description.paths['/search'].get.parameters.filter((p) => ['after', 'before'].includes(p.name)).length === 2);

  /* ---- taking out ---- */
  check('an agent does not export', (await awa.get('/exports')).status === 403 && (await awa.post('/exports', { what: 'everything' })).status === 403);
  await camille.get('/exports');
  answer = await camille.post('/exports', { what: 'conversations', format: 'csv', view: 'open', since: '2026-13-01' });
  check('a wrong day is told beside its field', answer.status === 422 && /id="since-error"|aria-describedby="since/.test(answer.text), answer.status);
  await camille.get('/exports');
  answer = await camille.post('/exports', { what: 'conversations', format: 'csv', view: 'open' });
  check('an export is asked for', answer.status === 303, `${answer.status} ${plain(answer.text).slice(0, 300)}`);
  answer = await client.post('/exports', { what: 'everything' });
  check('and by the API', answer.status === 201 && /^\d+$/.test(answer.document.id), answer.text);
  const done = await until('both', 30, async () => { const list = (await camille.json('/exports')).document.exports; return list.length === 2 && list.every((e) => e.is_ready) && list; });
  check('both are made', Boolean(done), place.log().slice(-500));
  await camille.get('/exports');
  answer = await camille.post(done[1].url);
  check('the table is handed out to be kept, not run', answer.status === 200 && /^attachment; filename\*=UTF-8''levain-co-conversations-/.test(answer.headers.get('content-disposition') ?? '') && answer.headers.get('x-content-type-options') === 'nosniff' && answer.headers.get('content-type').startsWith('text/csv') && answer.text.split('\r\n').length > 20, [...answer.headers].join('\n'));
  check('not to others', (await awa.post(done[1].url)).status === 403);
  check('nor by looking', (await camille.get(done[1].url)).status === 405);
  const packed = await client.ask('POST', done[0].url);
  check('the archive too', packed.status === 200 && packed.headers.get('content-type') === 'application/zstd');

  /* ---- proving ---- */
  document = (await camille.json('/audit')).document;
  check('who took it stands in the log, in a sentence that leads there', document.entries.some((e) => e.act === 'export.take' && /a téléchargé un export/.test(e.text) && e.subject_url === '/exports'), JSON.stringify(document.entries.slice(0, 3)));
  check('every entry has a sentence', document.entries.every((e) => e.text && !e.text.includes(e.act)), document.entries.map((e) => e.text).join('\n'));
  await camille.get('/audit');
  answer = await camille.post('/audit/check');
  document = (await camille.json('/audit')).document;
  check('the chain is walked and its end is shown', answer.status === 303 && document.chain.is_intact && document.chain.until === document.chain.length, JSON.stringify(document.chain));
  const subject = document.entries.find((e) => e.subject_url?.startsWith('/conversations/'));
  document = (await camille.json(subject.all_url)).document;
  check('all that was done to one thing', document.entries.length > 0 && document.entries.every((e) => e.subject_url === subject.subject_url), JSON.stringify(document.entries[0]));
  page = await camille.get('/audit?act=export.');
  check('acts narrow', page.status === 200 && !plain(page.text).includes('connecté'));

  /* ---- by keyboard ---- */
  const { page: screen, shell, trouble } = await browser(place);
  await screen.goto(`${place.base}/search?q=de&in=messages`);
  await screen.keyboard.press('j');
  await screen.keyboard.press('j');
  check('J walks the results', await screen.evaluate(() => document.activeElement.closest('[data-rows] > li') === document.querySelectorAll('[data-rows] > li')[1]));
  const results = () => screen.$$eval('[data-rows] > li a[href]', (links) => links.map((link) => link.getAttribute('href').replace(/.*#/, '')).join(' '));
  const shown = await results();
  await Promise.all([screen.waitForURL(/after=/), screen.keyboard.press('ArrowRight')]);
  const next = await results();
  await Promise.all([screen.waitForURL(/before=/), screen.keyboard.press('ArrowLeft')]);
  check('the arrows turn pages', shown && next && shown !== next && (await results()) === shown, `${shown} | ${next}`);
  await screen.keyboard.press('/');
  check('the stroke goes to the words', await screen.evaluate(() => document.activeElement.id === 'q'));
  check('no trouble in the browser', trouble.length === 0, trouble.join('\n'));
  await shell.close();

  /* ---- an altered log ---- */
  try {
    execFileSync('sqlite3', [`${place.data}/parvis.db`, "UPDATE audit_entry SET actor_name = 'mallory' WHERE sequence = 2"]);
    await camille.get('/audit');
    await camille.post('/audit/check');
    document = (await camille.json('/audit')).document;
    check('an altered entry shows', !document.chain.is_intact && document.chain.broken_at === '2', JSON.stringify(document.chain));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // no sqlite3 here
  }

  /* ---- lists that are short by nature, when they are not ---- */
  const whole = api(place, keyOf(place));
  for (let n = 100; n < 165; n++) {
    await whole.post('/labels', { name: `Label ${n}`, tone: 'line' });
    await whole.post('/macros', { name: `Macro ${n}`, shared: n % 2 === 0 });
    await whole.post('/saved-replies', { title: `Reply ${n}`, shortcut: `reply${n}`, body: 'x', shared: n % 2 === 0 });
    if (n < 155) await whole.post('/views', { name: `View ${n}`, filter: 'view=open', shared: n % 2 === 0 });
    if (n < 140) await whole.post('/channels/new/webform', { name: `Shop ${n}`, setting: ['callback'], value: [''] });
  }
  const stamp = Date.now() * 1000, home = statement(place, 'SELECT id FROM workspace ORDER BY id LIMIT 1');
  for (let n = 1; n <= 60; n++) {
    statement(place, `INSERT INTO person (id, name, email, lang, zone, created_at) VALUES (${n}, 'Person ${n}', 'p${n}@levain.example', 'en', 'UTC', ${stamp})`);
    statement(place, `INSERT INTO membership (id, workspace_id, person_id, role, created_at) VALUES (${n}, ${home}, ${n}, 'guest', ${stamp})`);
  }
  const found = (await whole.get('/saved-replies?q=REPLY%2014')).document;
  check('replies are found by a part of them, in any case, and by whose they are', found.replies.length === 10 && found.replies.every((r) => /^Reply 14\d$/.test(r.title))
    && (await whole.get('/saved-replies?q=reply%2014&scope=shared')).document.replies.length === 5 && (await whole.get('/saved-replies?q=reply%2014&scope=mine')).document.replies.length === 5
    && (await whole.get('/saved-replies?q=%25%2514')).document.replies.length === 0, JSON.stringify(found.replies.map((r) => r.title)));
  check('a shortcut is given once, whatever its case', (await whole.post('/saved-replies', { title: 'Again', shortcut: 'REPLY164', body: 'x', shared: true })).status === 422);
  for (const [path, least, ids] of [['/labels', 65, (d) => d.labels.map((l) => l.id)], ['/saved-replies', 65, (d) => d.replies.map((r) => r.id)], ['/macros', 65, (d) => d.macros.map((m) => m.id)], ['/views', 55, (d) => d.groups.flatMap((g) => g.views.map((v) => v.id))],
    ['/channels', 40, (d) => d.channels.map((c) => c.id)], ['/team', 60, (d) => d.people.map((m) => m.id)]]) {
    const { forward, back, pages } = await (async () => { /* as walk(), by the whole key */
      const found = { forward: [], back: [], pages: 0 }, at = (reply, rel) => new RegExp(`</api/v1([^>]*)>; rel="${rel}"`).exec(reply.headers.get('link') ?? '')?.[1];
      let url = path, last = path;
      for (; url && found.pages < 20; found.pages++) { const reply = await whole.get(url); found.forward.push(...ids(reply.document)); last = url; url = at(reply, 'next'); }
      for (url = last; url && found.pages < 40; found.pages++) { const reply = await whole.get(url); found.back.unshift(...ids(reply.document)); url = at(reply, 'prev'); }
      return found;
    })();
    check(`${path} is read by pages, both ways, each row once`, pages >= 4 && forward.length >= least && new Set(forward).size === forward.length && forward.every((id) => back.includes(id)), `${pages} ${forward.length} ${back.length}`);
    const last = forward.at(-1), open = { '/labels': `/labels?label=${last}`, '/saved-replies': `/saved-replies/${last}`, '/macros': `/macros/${last}`, '/views': `/views/${last}`, '/team': `/team?person=${last}` }[path];
    if (open) {
      const { document: shown } = await whole.get(open);
      check(`${path}: the page of the one that is open is shown`, ids(shown).includes(last) && shown.pager.previous, JSON.stringify(shown.pager));
    }
    page = await camille.get(path);
    check(`${path}: a person finds the next page`, page.status === 200 && page.text.includes(`rel="next"`) && page.text.includes(`href="${path}?after=`), page.status);
  }
} finally {
  await place.end();
}
end();
