/* Listening: a query is made by the builder, what was said before is counted, what comes in now shows by itself; it is edited, put away and taken
   back; a fault points at its character; a query over a past that was broken off goes on after a kill. */
import { api, browser, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await network(place).dials({ per_minute: 0 });

  /* ---- the sample is alive ---- */
  const sample = await until('the past was read', 20, async () => {
    const { queries } = (await machine.get('/listening')).document;
    return queries.length === 3 && queries.every((query) => query.is_ready) && queries[0].week.count > 0 && queries;
  });
  check('the sample workspace listens, and heard something', !!sample, JSON.stringify((await machine.get('/listening')).document.queries));
  const { share } = (await machine.get('/listening')).document;
  check('whose voice is heard adds up', share.parts.reduce((all, part) => all + part.share, 0) <= 100 && share.parts[0].share > 0, JSON.stringify(share));

  /* ---- by the API ---- */
  const made = await machine.post('/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] });
  const channel = made.document?.channel?.id ?? (await machine.get('/channels')).document.channels.find((one) => one.name === 'Shop').id;
  const wrong = await machine.post('/listening', { name: 'Wrong', words: 'bread OR (cake' });
  check('a fault is refused, with its character', wrong.status === 422 && /\b10\b/.test(JSON.stringify(wrong.document)), wrong.text);
  const wide = await machine.post('/listening', { name: 'Wide', words: 'lang:fr' });
  check('what would match everything is refused', wide.status === 422 && /presque tout|almost everything/.test(wide.text), wide.text);
  const tried = await machine.post('/listening/try', { any: 'pain, bread', none: 'refund' });
  check('a query is tried before it is kept', tried.status === 200 && tried.document.form.words === '(pain OR bread) AND NOT refund' && tried.document.form.preview.found.count > 0, tried.text.slice(0, 600));
  const close = await machine.post('/listening/try', { any: 'pain, bread', place: 'Lyon' });
  check('also by where authors are: fewer, and some', close.document.form.words === '(pain OR bread) AND near:Lyon' && close.document.form.preview.found.count > 0 &&
    close.document.form.preview.found.count < (await machine.post('/listening/try', { any: 'pain, bread' })).document.form.preview.found.count, close.text.slice(0, 600));
  check('as a query says it', (await machine.post('/listening/try', { words: '(pain OR bread) AND NEAR:"lyón"' })).document.form.preview.found.count === close.document.form.preview.found.count);
  check('trying keeps nothing', sql(place, "SELECT COUNT(*) AS n FROM listening_query")[0].n === 3);

  /* ---- by the builder, in a browser ---- */
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/listening/new`);
  await page.fill('#q-name', 'Bread');
  await page.fill('#q-any-entry', 'pain');
  await page.keyboard.press('Enter');
  await page.fill('#q-any-entry', 'bread');
  await page.keyboard.press('Enter');
  await page.fill('#q-none-entry', 'refund');
  await page.keyboard.press('Enter');
  check('terms are tokens', await page.locator('.token').count() === 3);
  check('the query that it writes shows, and what it would have found', await until('preview', 10, async () =>
    (await page.locator('#preview code').textContent().catch(() => ''))?.trim() === '(pain OR bread) AND NOT refund' && await page.locator('#preview .chip').count() === 1));
  await page.locator('.listening__form details summary').click();
  await page.fill('#q-place', 'New York');
  check('where authors are too', await until('preview', 10, async () => (await page.locator('#preview code').textContent().catch(() => ''))?.trim() === '(pain OR bread) AND near:"New York" AND NOT refund'));
  await page.fill('#q-place', '…');
  check('what is no place is told at its character', await until('fault', 10, async () => (await page.locator('#words-fault .search__at').textContent().catch(() => ''))?.trim() === 'near:…'));
  await page.fill('#q-place', '');
  await until('preview', 10, async () => (await page.locator('#preview code').textContent().catch(() => ''))?.trim() === '(pain OR bread) AND NOT refund');
  await page.locator('.listening__form button[type=submit]:not([formaction])').click();
  await page.waitForURL(/\/listening\/\d+$/);
  const id = page.url().split('/').pop();
  const one = async () => (await machine.get(`/listening/${id}?span=30d`)).document;
  check('the past is counted', await until('past', 20, async () => { const now = await one(); return now.query.past === null && now.figures.volume.sum.count === tried.document.form.preview.found.count; }),
    JSON.stringify((await one()).figures.volume.sum));
  const before = (await one()).figures.volume.sum.count;
  check('mentions lead into their conversations, with what was found marked', (await one()).mentions.every((mention) => /^\/conversations\/\d+#m-\d+$/.test(mention.url) &&
    mention.parts.some((part) => part.is_match && /pain|bread/i.test(part.text))), JSON.stringify((await one()).mentions[0]));

  /* ---- without a script ---- */
  const plain = await (await window.shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() })).newPage();
  await plain.goto(`${place.base}/listening/new`);
  await plain.fill('#q-name', 'Plain');
  await plain.fill('#q-any', 'pain, bread');
  await plain.fill('#q-none', 'refund');
  await plain.locator('button[formaction="/listening/try"]:not([name])').click();
  check('without a script a query is tried, and what was typed stays', await plain.locator('#preview .chip').count() === 1 && await plain.locator('#q-any').inputValue() === 'pain, bread' && await plain.locator('#q-name').inputValue() === 'Plain');
  await plain.locator('button[name=switch]').click();
  check('what was chosen can be written on', await plain.locator('#q-words').inputValue() === '(pain OR bread) AND NOT refund');
  await plain.fill('#q-words', '(pain AND bread) OR refund');
  await plain.locator('button[name=switch]').click();
  check('what cannot be chosen stays written, and says so', await plain.locator('#q-words').inputValue() === '(pain AND bread) OR refund' && await plain.locator('.listening__form .meta').count() > 0);
  await plain.fill('#q-words', 'pain AND bread');
  await plain.locator('button[name=switch]').click();
  check('what can be chosen is', await plain.locator('#q-any').inputValue() === 'pain' && await plain.locator('#q-all').inputValue() === 'bread');
  await plain.locator('.listening__form button[type=submit]:not([formaction])').click();
  check('and is kept', /\/listening\/\d+$/.test(plain.url()) && await plain.locator('#figures').count() === 1);
  await plain.context().close();

  /* ---- live ---- */
  await page.goto(`${place.base}/listening/${id}?span=30d`);
  await page.locator('#figures details summary').first().click();
  const said = await machine.post(`/channels/${channel}/messages`, { id: 'p1', kind: 'comment', text: 'Your bread of this morning was the best so far', author: { id: 'c1', name: 'Nadia' } });
  check('what is said now shows on the open page', await until('live', 20, async () => /best so far/.test(await page.locator('#mentions').textContent())), JSON.stringify(said));
  check('numbers that were opened stay open when they come anew', await until('figures', 20, async () => (await page.locator('#figures table').first().textContent().catch(() => '')).includes(String(before + 1))) &&
    await page.locator('#figures details').first().evaluate((one) => one.open));
  check('with the channel that it came by', await until('channel', 10, async () => (await one()).figures.channels.bars.some((bar) => bar.name === 'Shop' && bar.count.count === 1)));
  check('and is counted', (await one()).figures.volume.sum.count === before + 1);
  check('the volume drawn is the volume told', (await page.locator('#figures table').first().textContent()).includes(String((await one()).figures.volume.rows[0].mentions.count)));
  const negative = await machine.get(`/listening/${id}?tone=negative`);
  check('mentions can be narrowed by tone', negative.status === 200 && negative.document.mentions.every((mention) => mention.tone?.word === 'negative'));

  /* ---- by where its author is ---- */
  const oslo = (await machine.post('/listening', { name: 'Oslo', words: 'brunost AND near:oslo' })).document;
  for (const [name, where] of [['Kari', 'Oslo 🇳🇴'], ['Ola', 'Bergen, Norge'], ['Per', undefined]])
    await machine.post(`/channels/${channel}/messages`, { id: `near-${name}`, kind: 'comment', text: 'Brunost, please', author: { id: name, name, place: where } });
  const near = await until('heard', 20, async () => { const found = (await machine.get(`/listening/${oslo.id ?? oslo.query?.id}`)).document; return found?.mentions?.length && found; });
  check('who is there is heard, and nobody else', near && near.mentions.length === 1 && near.mentions[0].author_name === 'Kari', JSON.stringify(near?.mentions ?? oslo));

  /* ---- edit, undo ---- */
  await page.goto(`${place.base}/listening/${id}?mode=words`);
  await page.fill('#q-words', 'brioche OR (');
  await page.locator('.listening__form button[type=submit]:not([formaction])').click();
  check('a fault points at its character on the page', await page.locator('#words-fault .search__at').count() === 1 && /\d+/.test(await page.locator('#words-fault').textContent()));
  check('what was typed is still there', await page.locator('#q-words').inputValue() === 'brioche OR (');
  await page.fill('#q-words', 'brioche');
  await page.locator('.listening__form button[type=submit]:not([formaction])').click();
  await page.waitForURL(/\/listening\/\d+$/);
  check('new words are matched over the past', await until('rematch', 20, async () => { const now = await one(); return now.query.words === 'brioche' && !now.query.past && now.figures.volume.sum.count !== before + 1; }));
  const undo = page.locator('form[action^="/undo/"] button, button[formaction^="/undo/"]').first();
  check('the change can be taken back at once', await undo.count() === 1);
  await undo.click();
  check('and is', await until('undone', 20, async () => { const now = await one(); return now.query.words === '(pain OR bread) AND NOT refund' && !now.query.past && now.figures.volume.sum.count === before + 1; }), JSON.stringify((await one()).query));

  /* ---- put away and back ---- */
  check('a query is put away', (await machine.post(`/listening/${id}/archive`)).status === 200 && (await machine.get('/listening')).document.queries.every((query) => query.id !== id));
  check('and stands with those put away', (await machine.get('/listening?archived=1')).document.queries.some((query) => query.id === id));
  await network(place).say({ text: 'bread while nobody listens', kind: 'comment' });
  await until('it came in', 20, async () => sql(place, "SELECT COUNT(*) AS n FROM message WHERE body LIKE 'bread while%'")[0].n === 1);
  check('it hears nothing while it is away', (await one()).figures.volume.sum.count === before + 1);
  await machine.post(`/listening/${id}/restore`);
  check('taken out again it catches up', await until('caught up', 20, async () => { const now = await one(); return !now.query.past && now.figures.volume.sum.count === before + 2; }));

  /* ---- pieces ---- */
  const piece = await machine.post('/listening/pieces', { name: 'cakes', words: 'brioche OR cake' });
  check('a piece is saved', piece.status === 201, piece.text);
  const sweet = await machine.post('/listening', { name: 'Sweet', kind: 'competitor', words: '{cakes} AND NOT refund' });
  check('a query stands on it', sweet.status === 201, sweet.text);
  check('then it cannot be put away', (await machine.post(`/listening/pieces/${piece.document.id}/archive`)).status === 422);
  await page.goto(`${place.base}/listening/pieces`);
  check('pieces have a page', (await page.textContent('#main')).includes('{cakes}'));

  /* ---- who may ---- */
  const guest = api(place, keyOf(place, 'awa@levain.example', 'inbox.read figures.read'));
  check('who may not write queries reads them', (await guest.get(`/listening/${id}`)).status === 200 && (await guest.get(`/listening/${id}`)).document.can_write === false);
  check('and changes none', (await guest.post(`/listening/${id}/archive`)).status === 403);
  const stranger = api(place, keyOf(place, 'awa@levain.example', 'inbox.read'));
  check('figures need their permission', (await stranger.get('/listening')).status === 403);

  /* ---- killed while it reads the past ---- */
  const many = await machine.post('/listening', { name: 'After a kill', words: 'pain OR bread OR merci OR thank*' });
  await place.restart();
  check('a past that was broken off is read to its end', await until('read', 30, async () => {
    const now = await machine.get(`/listening/${many.document.id}`).catch(() => null);
    return now?.document?.query && !now.document.query.past && now.document.figures.volume.sum.count > 0;
  }));
  const rows = sql(place, `SELECT (SELECT COUNT(*) FROM mention WHERE query_id = ${many.document.id}) AS mentions, (SELECT SUM(mentions) FROM mention_hour WHERE query_id = ${many.document.id}) AS counted`)[0];
  check('the rollup counts the mentions, no more and no less', Number(rows.mentions) === Number(rows.counted) && Number(rows.mentions) > 0, JSON.stringify(rows));
  check('the console kept quiet', trouble.filter((line) => !/ERR_|Failed to load resource|EventSource/.test(line)).length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  await place.end();
}
end();
