/* What begins to rise, queries side by side, and the letter that sums it up: a desk with four weeks behind it, a rise that people make and one
   that a single author makes; its evidence, hushed and taken back, followed; the pages at three widths; the digest over the wire, once. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, statement, until, wait } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const words = ['bread', 'croissant', 'queue', 'saturday', 'friendly', 'market', 'flour', 'oven', 'recipe', 'brioche', 'morning', 'opening', 'baker', 'seeds', 'table', 'coffee'];
let seed = 7, number = 0;
const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const pick = (list) => list[Math.floor(chance() * list.length)];
const talk = () => {
  const text = Array.from({ length: 3 + Math.floor(chance() * 5) }, () => pick(words)).join(' and ');
  return /bread/.test(text) && chance() < 0.5 ? `${text}, fluffy` : /brioche/.test(text) && chance() < 0.5 ? `${text}, sugary` : text;
};
const said = (author, text, at) => ({ id: `m${++number}`, thread: `t${number % 60}`, text, at: new Date(at).toISOString(), author: { id: `a${author}`, name: `Author ${author}` } });

const place = await desk();
let window = null;
try {
  let machine = api(place, keyOf(place));
  const { id: channel } = (await machine.post('/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] })).document;
  const push = async (messages) => {
    for (let from = 0; from < messages.length; from += 100) {
      const answer = await machine.post(`/channels/${channel}/messages`, { messages: messages.slice(from, from + 100) });
      if (answer.status >= 300) throw new Error(answer.text);
    }
  };
  const empty = await machine.get('/trends');
  check('a young desk says that it still learns', empty.status === 200 && empty.document.is_learning && !empty.document.has_rising, empty.text.slice(0, 300));
  const now = Date.now(), day = 86400e3;
  await push(Array.from({ length: 24 * 40 }, (_, i) => said(Math.floor(chance() * 80), talk(), now - 25 * day + i * (day / 40))));
  await machine.post('/listening', { name: 'Bread', words: 'bread', kind: 'own' });
  await machine.post('/listening', { name: 'Brioche', words: 'brioche', kind: 'competitor' });
  await wait(65000); /* what was just taken in is counted a minute later */
  await push(Array.from({ length: 40 }, (_, i) => said(7, 'cheap sunglasses everywhere #sunglasses', now - 3600e3 + i * 60e3)));
  await push(Array.from({ length: 9 }, (_, i) => said(100 + i, `${talk()}, awful: sesame allergy not on the label #SesameGate`, now - 7200e3 + i * 600e3)));
  await place.restart(); /* the first look is at the start; also: killed in the middle of anything */
  machine = api(place, keyOf(place));
  const risen = await until('a rise', 40, async () => { const { document } = await machine.get('/trends'); return document?.has_rising && document; });
  check('what people begin to say is found', risen?.rising.length === 1 && risen.rising[0].term === '#SesameGate', JSON.stringify(risen?.rising?.map((one) => one.term)));
  const [rise] = risen.rising;
  check('with how many say it, where how many are usual', rise.people.count === 9 && rise.expected < 1 && rise.surprise > 4 && rise.days.length === 28 && rise.days.at(-1) === 9, JSON.stringify(rise));
  check('since when', Math.abs(Date.parse(rise.since.iso) - (now - 7200e3)) < 1800e3, rise.since.iso);
  check('where, how it sounds, what is said with it', rise.networks.length === 1 && rise.languages.length > 0 && rise.also.some(({ text }) => /sesame|allergy|label/.test(text)), JSON.stringify(rise.also));
  check('and the messages, one an author', rise.examples.length === 5 && new Set(rise.examples.map((one) => one.author_name)).size === 5 && rise.examples.every((one) => /#SesameGate/.test(one.text)), JSON.stringify(rise.examples));
  check('one who repeats is no trend', !/sunglasses/.test(JSON.stringify(risen)));

  /* ---- not interesting, and back ---- */
  /* ---- a page that is open follows ---- */
  window = await browser(place);
  const { page, trouble, shell } = window;
  await page.goto(`${place.base}/trends`);
  check('the page shows it', await page.locator('.rise h3', { hasText: '#SesameGate' }).count() === 1);
  check('hushed', (await machine.post(`/trends/${rise.id}/hush`)).status === 200);
  let seen = (await machine.get('/trends')).document;
  check('it is shown no more among what rises', !seen.has_rising && seen.hushed.length === 1);
  check('and the page that is open says so by itself', await until('hushed', 15, () => page.locator('.rises__hushed h3', { hasText: '#SesameGate' }).count()));
  await page.locator('.rises__hushed > summary').click();
  await page.locator('form[action$="/unhush"] button').click();
  await page.waitForURL(/\/trends$/);
  check('taken out again', await until('shown', 10, () => page.locator('h3', { hasText: '#SesameGate' }).count()) && (await machine.get('/trends')).document.has_rising);
  await page.locator('form[action$="/hush"] button').first().click();
  await page.waitForURL(/\/trends$/);
  check('hushed by hand', !(await machine.get('/trends')).document.has_rising);
  await page.locator('form[action^="/undo/"] button, a[href^="/undo/"]').first().click();
  check('and taken back', await until('back', 10, async () => (await machine.get('/trends')).document.has_rising));

  /* ---- followed, without a script ---- */
  const bare = await shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() }), plain = await bare.newPage();
  await plain.goto(`${place.base}/trends`);
  await plain.locator('.rise__why > summary').first().click();
  check('the evidence opens without a script', await plain.locator('.rise__why li').count() === 5);
  await plain.locator('form[action$="/follow"] button').click();
  await plain.waitForURL(/\/trends$/);
  seen = (await machine.get('/trends')).document.rising[0];
  check('“follow this” makes a listening query of it', seen.query?.name === '#SesameGate', JSON.stringify(seen.query));
  check('which hears what was said', await until('mentions', 40, async () => (await machine.get(seen.query.url)).document.query.week.count === 9), JSON.stringify((await machine.get(seen.query.url)).document.query));
  await bare.close();

  /* ---- side by side ---- */
  await until('the past was read', 40, async () => (await machine.get('/listening')).document.queries.every((query) => query.is_ready));
  /* What is felt, as a person would have said it. */
  statement(place, "UPDATE message SET emotion = 'joy', sure = sure | 4 WHERE body LIKE '%bread%'");
  statement(place, "UPDATE message SET emotion = 'anger', sure = sure | 4 WHERE body LIKE '%brioche%' AND body NOT LIKE '%bread%'");
  const { document: both } = await machine.get('/trends/compare?span=30d');
  const bread = both.sides.find((side) => side.name === 'Bread'), brioche = both.sides.find((side) => side.name === 'Brioche');
  const counted = sql(place, "SELECT q.name, COUNT(*) AS n FROM mention m JOIN listening_query q ON q.id = m.query_id GROUP BY q.name");
  const count = (name) => counted.find((row) => row.name === name)?.n ?? 0;
  check('us and a competitor stand side by side', bread?.mentions.count === count('Bread') && brioche?.mentions.count === count('Brioche') && bread.mentions.count > 50, JSON.stringify(both.sides.map((side) => [side.name, side.mentions.count])));
  check('their shares are of what is compared', Math.abs(both.sides.reduce((sum, side) => sum + side.share, 0) - 100) <= 2, JSON.stringify(both.sides.map((side) => side.share)));
  check('each is set apart by its words, not by those it asks for; a word counts once an author', bread.words.some(({ text }) => text === 'fluffy') && brioche.words.some(({ text }) => text === 'sugary') && !/bread/.test(JSON.stringify(bread.words)) && [...bread.words, ...brioche.words].every(({ people }) => people.count <= 90), JSON.stringify([bread.words, brioche.words]));
  check('what is felt stands there, the most first', bread.emotions[0]?.word === 'joy' && bread.emotions[0].percent === 100 && brioche.emotions[0]?.word === 'anger', JSON.stringify([bread.emotions, brioche.emotions]));
  check('their days add up', bread.days.reduce((sum, one) => sum + one, 0) === bread.mentions.count && bread.days.length === 30);
  const { document: chosen } = await machine.get(`/trends/compare?query=${bread.id}&query=${brioche.id}&span=7d`);
  check('two that are chosen alone', chosen.sides.length === 2 && chosen.sides[0].days.length === 7);
  check('one can be marked as the sector', (await machine.post(`/trends/compare/${brioche.id}`, { kind: 'sector' })).status === 200 && sql(place, `SELECT kind, words FROM listening_query WHERE id = ${brioche.id}`)[0].kind === 'sector');

  /* ---- how it looks ---- */
  for (const path of ['/trends', '/trends/compare'])
    for (const width of [1440, 1024, 390])
      for (const scheme of ['light', 'dark']) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(place.base + path);
        await page.locator('.rise__why > summary').first().click({ timeout: 1000 }).catch(() => {});
        if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/${path.slice(1).replaceAll('/', '-')}-${width}-${scheme}.png`, fullPage: true });
        check(`${path}: nothing sticks out at ${width}, ${scheme}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        check(`${path}: axe finds nothing at ${width}, ${scheme}`, violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
      }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base}/today`);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  check('G T leads there', await until('there', 5, () => /\/trends$/.test(page.url())));
  check('the console kept quiet', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
