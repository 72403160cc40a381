/* What messages say: marks in the inbox, a conversation and a case; why, by words; putting right, which changes the next message like it, and
   taking that back; the words of the community; lists by tone. In a browser, once without a script. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, network, sql, statement, until } from './_desk.mjs';

const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(shots, { recursive: true });

const place = await desk({ simulator: 'on' });
let window = null;
try {
  const owner = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example')), box = network(place);
  await until('messages', 60, async () => sql(place, "SELECT id FROM message WHERE direction = 'in' AND understood_by <> 0").length >= 40);
  await box.dials({ per_minute: 0 });

  const hear = async (text, member = 3) => {
    await box.say({ kind: 'comment', text, member });
    const quoted = text.replaceAll("'", "''");
    const rows = await until(text, 30, async () => { const found = sql(place, `SELECT CAST(id AS TEXT) AS id, CAST(conversation_id AS TEXT) AS conversation_id, sentiment, sentiment_p, understood_by FROM message WHERE body = '${quoted}' AND direction = 'in' ORDER BY id DESC LIMIT 1`); return found.length && found; });
    return rows?.[0];
  };
  const meaning = async (id, task) => (await owner.get(`/messages/${id}/meaning?task=${task}`)).document;

  /* ---- understood as it comes in ---- */
  const glad = await hear('What a wonderful morning, this bread is absolutely delicious, thank you so much!');
  check('a glad message is positive', glad?.sentiment === 'positive' && glad.sentiment_p >= 60, JSON.stringify(glad));
  check('ours and notes are not judged', sql(place, "SELECT COUNT(*) AS n FROM message WHERE direction <> 'in' AND understood_by <> 0")[0].n == 0);
  const talk = (await owner.get(`/conversations/${glad.conversation_id}`)).document.conversation;
  const marks = talk.thread.find((item) => item.message?.id === String(glad.id)).message.meaning;
  check('its marks name the tone, with the address of the why', marks.some((mark) => ['sentiment', 'intent', 'emotion'].includes(mark.word) && mark.url.includes(`/messages/${glad.id}/meaning`)), JSON.stringify(marks));
  const glads = (await owner.get('/inbox?tone=positive&sort=recent')).document.list, angry = (await owner.get('/inbox?tone=negative')).document.list;
  check('the list of the positive ones has it, that of the negative ones has not', glads.rows.some((row) => row.id === String(glad.conversation_id)) && !angry.rows.some((row) => row.id === String(glad.conversation_id)));
  check('a list says how many it has', glads.number.count !== (await owner.get('/inbox')).document.list.number.count);
  for (const query of ['intent=question', 'sign=harm', 'sign=urgent', 'language=fr', 'tone=neutral&language=en']) {
    const answer = await owner.get(`/inbox?${query}`);
    check(`a list by ${query}`, answer.status === 200 && answer.document.list.filters.length === query.split('&').length);
  }
  check('an unknown tone is refused', (await owner.get('/inbox?tone=furious')).status === 422);

  /* ---- why ---- */
  const why = await meaning(glad.id, 'sentiment');
  const told = why.question.words.map(({ text }) => text.toLowerCase());
  check('why names the words', why.question.has_words && told.some((word) => ['wonderful', 'delicious', 'thank', 'absolutely'].includes(word)), told.join(' '));
  check('the words are marked in the text, which stays whole', why.message.parts.map(({ text }) => text).join('') === 'What a wonderful morning, this bread is absolutely delicious, thank you so much!' && why.message.parts.some((part) => part.is_marked));
  check('every question has its answer', why.tasks.length === 10 && why.tasks.every((task) => task.answer));
  const note = sql(place, "SELECT CAST(id AS TEXT) AS id FROM message WHERE direction = 'note' LIMIT 1")[0];
  if (note) check('a note has none', (await owner.get(`/messages/${note.id}/meaning`)).status === 404);

  /* ---- putting right ---- */
  const odd = await hear('Those croissants are a zwieback festival, honestly delicious.');
  check('a phrase that nobody knows is taken for praise', odd?.sentiment === 'positive', JSON.stringify(odd));
  check('only an answer of the question is taken', (await agent.post(`/messages/${odd.id}/meaning`, { task: 'sentiment', label: 'splendid' })).status === 422);
  const right = await agent.post(`/messages/${odd.id}/meaning`, { task: 'sentiment', label: 'negative' });
  check('an agent puts it right, and can take it back', right.status === 200 && right.document.undo_url && right.document.question.corrected.by, right.text.slice(0, 300));
  check('it says so at once', sql(place, `SELECT sentiment FROM message WHERE id = ${odd.id}`)[0].sentiment === 'negative');
  check('so does its conversation', sql(place, `SELECT sentiment FROM conversation WHERE id = ${odd.conversation_id}`)[0].sentiment === 'negative');
  const learnt = async () => until('learning', 20, async () => statement(place, 'SELECT COUNT(*) FROM own_model WHERE is_stale > 0') === '0' && statement(place, 'SELECT COUNT(*) FROM own_model') !== '0');
  check('it is learnt within moments', await learnt());
  const like = await hear('Another zwieback festival of croissants today, honestly delicious.', 5);
  check('the next message like it is understood so', like?.sentiment === 'negative', JSON.stringify(like));
  const own = await meaning(like.id, 'sentiment');
  check('its why says what was learnt', own.question.words.some((word) => word.is_own), JSON.stringify(own.question.words));
  const unlike = await hear('A truly delicious cake and a lovely team, thank you!', 6);
  check('a message unlike it is as it was', unlike?.sentiment === 'positive', JSON.stringify(unlike));
  const page = (await owner.get('/understanding')).document;
  check('the page of what was learnt shows the line', page.learns && page.corrections.some((line) => line.excerpt.includes('zwieback festival')));
  check('the audit log has it', sql(place, "SELECT COUNT(*) AS n FROM audit_entry WHERE act = 'meaning.correct'")[0].n == 1);
  check('taken back', (await agent.post(right.document.undo_url)).status < 300 && sql(place, `SELECT sentiment FROM message WHERE id = ${odd.id}`)[0].sentiment === 'positive');
  check('and forgotten', await learnt() && (await hear('One more zwieback festival of croissants, honestly delicious.', 7))?.sentiment === 'positive');
  check('an agent does not switch learning off', (await agent.post('/understanding', { learns: false })).status === 403);
  check('the owner does', (await owner.post('/understanding', { learns: false })).status < 300 && (await owner.get('/understanding')).document.learns === false && (await owner.get('/understanding')).document.proposes);
  await owner.post('/understanding', { learns: true });

  /* ---- the words of the community ---- */
  const before = await hear('The baguette of that morning is not trognon, see you on Monday.', 8);
  check('a word of the community says nothing yet', !(before?.sentiment === 'negative' && before.sentiment_p >= 60), JSON.stringify(before));
  const made = await owner.post('/glossary', { word: 'trognon', variants: 'trop trognon, tro gnon', about: 'Very nice', tone: 'positive', used_by: 'Members', since: '2020', risk: 'Not for complaints' });
  check('a word is kept', made.status === 201, made.text.slice(0, 300));
  check('there is one of each', (await owner.post('/glossary', { word: 'trognon' })).status === 422);
  check('an agent does not keep words', (await agent.post('/glossary', { word: 'other' })).status === 403);
  const warm = await hear('The baguette of this morning: trop trognon, see you on Monday.', 9), cold = await hear('The baguette of this morning is not trognon, see you on Monday.', 4);
  check('a sentence with it has its tone', warm?.sentiment === 'positive', JSON.stringify(warm));
  check('negated, the other one', cold?.sentiment === 'negative', JSON.stringify(cold));
  check('its why names the glossary', (await meaning(warm.id, 'sentiment')).question.words.some((word) => word.is_glossary && word.text === 'trop trognon'));
  const thread = (await owner.get(`/conversations/${warm.conversation_id}`)).document.conversation.thread;
  check('the conversation explains it', thread.find((item) => item.message?.id === String(warm.id)).message.parts.some((part) => part.text === 'trop trognon' && part.about.includes('Very nice')));
  const asked = (await owner.get('/search?q=trop+trognon')).document;
  check('a search for it offers its other spellings', asked.also.some((other) => other.title === 'trognon' && other.url.includes('q=trognon')), JSON.stringify(asked.also));
  await owner.post(`/glossary/${made.document.id}/archive`);
  const quiet = await hear('The baguette of the day is not trognon, see you on Monday.', 10);
  check('put away, it says nothing', !(quiet?.sentiment === 'negative' && quiet.sentiment_p >= 60), JSON.stringify(quiet));
  await owner.post(`/glossary/${made.document.id}/restore`);

  /* ---- harm is proposed, never hidden ---- */
  const rude = await hear('You are disgusting pathetic idiots, shut the fuck up you stupid bastards', 11);
  const flags = await until('a case', 10, async () => { const found = sql(place, `SELECT source, reason FROM flag WHERE message_id = ${rude.id}`); return found.length && found; });
  check('what is surely harmful is proposed', flags?.[0]?.source === 'model', JSON.stringify(flags));
  check('and not hidden', sql(place, `SELECT hidden_at FROM message WHERE id = ${rude.id}`)[0].hidden_at == 0);

  /* ---- in a browser ---- */
  window = await browser(place);
  const { shell, page: tab, trouble } = window;
  const faults = async () => {
    await tab.evaluate(axe);
    const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((node) => node.html.slice(0, 200)).join(' ')}`);
  };
  await tab.goto(`${place.base}/conversations/${warm.conversation_id}`);
  await tab.locator('.gloss').first().focus();
  check('a word shows its meaning when it is reached', await tab.locator('.gloss__b').first().isVisible());
  await tab.screenshot({ path: join(shots, 'meaning-glossary-word.png') });
  await tab.locator('.gloss').first().blur();
  await tab.locator(`#m-${warm.id} .msg__s a`).first().click();
  await tab.waitForURL(/\/meaning\?task=/);
  await tab.locator('button[name=label][value=neutral], button[name=label]').first().click();
  await tab.locator('form[action^="/undo/"]').waitFor({ state: 'attached', timeout: 5000 }).catch(() => {});
  check('one press puts it right, and a press takes it back', await tab.locator('form[action^="/undo/"]').count() > 0, await tab.locator('main').innerText());
  for (const path of [`/messages/${glad.id}/meaning?task=sentiment`, '/understanding', '/glossary', `/moderation?case=${rude.id}`, '/inbox?tone=negative'])
    for (const width of [1440, 390])
      for (const colorScheme of ['light', 'dark']) {
        await tab.setViewportSize({ width, height: 900 });
        await tab.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await tab.goto(place.base + path);
        const name = path.replace(/\d{6,}/g, 'one').replace(/[^\w]+/g, '-').replace(/^-/, '');
        await tab.screenshot({ path: join(shots, `meaning-${name}-${width}-${colorScheme}.png`), fullPage: !path.includes('inbox') });
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        check(`${path} fits at ${width}, ${colorScheme}`, !wide);
        const found = await faults();
        check(`${path} has no fault of accessibility at ${width}, ${colorScheme}`, !found.length, found.join('\n'));
      }
  check('the console is quiet', !trouble.length, trouble.join('\n'));

  /* ---- without a script ---- */
  const plain = await shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() });
  const bare = await plain.newPage();
  await bare.goto(`${place.base}/conversations/${glad.conversation_id}`);
  await bare.locator(`#m-${glad.id} .msg__s a`).first().click();
  check('why opens by a link', /\/meaning\?task=/.test(bare.url()) && await bare.locator('mark').count() > 0);
  await bare.goto(`${place.base}/messages/${glad.id}/meaning?task=sentiment`);
  await bare.locator('button[name=label][value=neutral]').click();
  check('put right without a script', sql(place, `SELECT sentiment FROM message WHERE id = ${glad.id}`)[0].sentiment === 'neutral');
  await plain.close();
} finally {
  await window?.shell.close();
  await place.end();
}
end();
