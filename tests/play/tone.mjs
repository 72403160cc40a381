/* The mood turns while the volume stays: members say as much as ever, and suddenly nearly all of it is against us. Within five minutes one alarm
   says so, by its share and not by its number, with its words, who says it and since when; the open page shows it by itself. What is usual is
   learnt from a little more than a day of the network's talk, brought in as a network's export is, at the pace that its dial then keeps. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, network, sql, statement, until, wait } from './_desk.mjs';

const PER_MINUTE = 8, DAYS = 1.2, STEP = 300_000;

/* What is chance here is the same each time. */
let state = 20261;
const chance = () => { state = (state * 1103515245 + 12345) % 2147483648; return (state + 0.5) / 2147483648; };
const one = (list) => list[Math.floor(chance() * list.length)];
const poisson = (mean) => { let count = 0; for (let product = chance(); product > Math.exp(-mean); product *= chance()) count++; return count; };

/* What the network's members say on other days, in the mix that they say it in. */
const rows = readFileSync('share/simulator/texts.tsv', 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
const texts = (kind, lang, mood) => rows.filter((row) => row[0] === kind && row[1] === lang && row[2] === mood).map((row) => row[4]);
const moods = ['question', 'question', 'praise', 'praise', 'complaint', 'complaint', 'joke', 'neutral'];
const piles = {}, words = {};
for (const lang of ['fr', 'en']) for (const mood of moods) piles[`${lang} ${mood}`] = texts('comment', lang, mood);
for (const lang of ['fr', 'en']) for (const slot of ['day', 'shop', 'town', 'product']) words[`${lang} ${slot}`] = texts('word', lang, slot);
const usual = (lang) => one(piles[`${lang} ${one(moods)}`]).replace(/\{(\w+)\}/g, (_, slot) => words[`${lang} ${slot}`] ? one(words[`${lang} ${slot}`]) : String(Math.floor(chance() * 9000) + 10));

/* What turns: plainly negative to whoever reads it, and rude to nobody. */
const turned = ['Mouldy bread again, never again', 'Mould in the bread I bought this morning, so disappointed', 'The worst loaf of my life: mouldy after one day',
  'Mouldy bread, I feel sick and I am so disappointed', 'So sad, my favourite bread was mouldy today', 'Terrible: mould on every slice of the loaf',
  'What a terrible morning: mould in the loaf again', 'I cried, the loaf for the party was mouldy, worst day', 'Awful bread, mouldy inside, I am really upset'];

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on' });
let window = null, talking = null, goesOn = true;
try {
  const machine = api(place, keyOf(place));
  await network(place).dials({ per_minute: PER_MINUTE });
  await until('the first messages', 40, async () => sql(place, "SELECT COUNT(*) AS n FROM message WHERE direction = 'in'")[0].n > 100);
  statement(place, "UPDATE person SET lang = 'en' WHERE email = 'camille@levain.example'");
  const [channel] = sql(place, "SELECT name FROM channel WHERE kind = 'simulator'");

  /* ---- the days before ---- */
  const now = Date.now(), first = Math.ceil((now - DAYS * 86_400_000) / STEP) * STEP, there = new Map(), lines = [];
  for (const { step, n } of sql(place, `SELECT at / ${STEP * 1000} AS step, COUNT(*) AS n FROM message WHERE direction = 'in' GROUP BY at / ${STEP * 1000}`)) there.set(Number(step), Number(n));
  for (let step = first; step < now; step += STEP) {
    const span = Math.min(STEP, now - step);
    for (let count = poisson(PER_MINUTE * span / 60_000) - (there.get(step / STEP) ?? 0); count > 0; count--) {
      const author = Math.floor(chance() * 300), lang = chance() < 0.6 ? 'fr' : 'en';
      lines.push(JSON.stringify({ id: `day${lines.length}`, thread_id: `days${lines.length % 500}`, kind: 'comment', author: { id: `passer${author}`, name: `Passer-by ${author}` }, body: usual(lang), lang, at: new Date(step + Math.floor(chance() * span)).toISOString() }));
    }
  }
  const file = join(place.data, 'days.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const brought = execFileSync(place.program, ['import', '--data', place.data, '--channel', channel.name, '--format', 'jsonl', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LANG: 'C' } });
  check(`${lines.length} messages of the days before come in`, new RegExp(`${lines.length} new`).test(brought), brought);
  await place.restart(); /* what is usual is learnt by whoever begins to watch */
  const made = await machine.post('/listening', { name: 'The network', words: `channel:"${channel.name}"` });
  const query = made.document.query?.id ?? made.document.id;
  const ready = await until('the past was read', 120, async () => { const { queries } = (await machine.get('/listening')).document; const own = queries.find((each) => each.id === query); return own?.is_ready && own; });
  check('and are heard by a query over the past', !!ready && sql(place, `SELECT COUNT(*) AS n FROM mention WHERE query_id = ${query}`)[0].n >= lines.length, JSON.stringify(ready));
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/listening`);
  await wait(130_000); /* it is looked at each minute */
  check('the usual talk raises no alarm', sql(place, 'SELECT COUNT(*) AS n FROM alarm')[0].n === 0, JSON.stringify(sql(place, 'SELECT * FROM alarm')));

  /* ---- the mood turns ---- */
  await network(place).dials({ per_minute: 0 });
  const began = Date.now();
  talking = (async () => {
    for (let i = 0; goesOn; i++) {
      await network(place).say({ kind: 'comment', text: turned[i % turned.length], member: i % 7 }).catch(() => null);
      await wait(Math.max(began + (i + 1) * 60_000 / PER_MINUTE - Date.now(), 0));
    }
  })();
  const alarms = await until('an alarm', 300, async () => { const found = (await machine.get('/listening')).document.alarms; return found.length > 0 && found; });
  const took = Date.now() - began;
  console.log(`# after ${Math.round(took / 1000)} s`);
  check('one alarm within five minutes', !!alarms && alarms.length === 1 && took < 300_000, JSON.stringify(alarms));
  const [alarm] = alarms || [{}];
  check('it is about the mood, not about how much is said', alarm.is_negative && !alarm.is_harmful && /% negative in \d+ minutes, where .* are usual/.test(alarm.text), JSON.stringify(alarm));
  const said = Number(sql(place, `SELECT COUNT(*) AS n FROM message WHERE direction = 'in' AND at >= ${began * 1000}`)[0].n), pace = said / (took / 60_000);
  check('as much was said as ever', pace > PER_MINUTE * 0.6 && pace < PER_MINUTE * 1.4, `${pace} a minute`);
  check('since when', Math.abs(Date.parse(alarm.since?.iso) - began) < 900_000 && alarm.ended_at === null && alarm.score >= 50, JSON.stringify(alarm));
  check('with the words', alarm.words?.some((word) => /mould/.test(word.text)), JSON.stringify(alarm.words));
  const names = new Set(sql(place, `SELECT DISTINCT author_name AS name FROM message WHERE at >= ${began * 1000} AND body LIKE '%ould%'`).map((row) => row.name));
  check('and who says it', alarm.has_authors && alarm.authors.some((author) => names.has(author.text)), JSON.stringify([alarm.authors, [...names]]));
  check('and where', alarm.places?.some((each) => each.text === channel.name), JSON.stringify(alarm.places));

  /* ---- on the page ---- */
  const banner = page.locator('.banner--red').first();
  check('the page that was open shows it by itself', await until('the banner', 20, () => page.locator('.banner--red').count()) && /more is negative than usual, since/.test(await banner.textContent()) && /mould/.test(await banner.textContent()));
  await banner.locator('a').first().click();
  await page.waitForURL(new RegExp(`${alarm.page}$`));
  const shown = await page.locator('main').textContent();
  check('its page has the evidence', /% negative/.test(shown) && /mould/.test(shown) && alarm.authors.every((author) => shown.includes(author.text)) &&
    await page.locator(`main time[datetime="${alarm.since.iso}"]`).count() > 0, shown);
  check('and some of what was said', await page.locator('main [data-rows] li').count() > 0 && /mould/i.test(await page.locator('main [data-rows]').textContent()));
  for (const width of [1440, 390])
    for (const scheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/tone-${width}-${scheme}.png`, fullPage: true });
      check(`nothing sticks out at ${width}, ${scheme}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', violations.length === 0, violations.map((each) => `${each.id}: ${each.nodes[0].html}`).join('\n'));
  const { days } = (await machine.get('/notifications')).document;
  check('who listens is told that it is the tone', days.flatMap((day) => day.items).some((item) => item.url === alarm.page && /more is negative than usual/.test(item.text)), JSON.stringify(days[0]));
  await wait(70_000);
  check('it goes on and is one', sql(place, 'SELECT COUNT(*) AS n FROM alarm')[0].n === 1, JSON.stringify(sql(place, 'SELECT * FROM alarm')));
  check('the console kept quiet', trouble.filter((line) => !/ERR_CONNECTION|Failed to load resource/.test(line)).length === 0, trouble.join('\n'));
} finally {
  goesOn = false;
  await talking;
  await window?.shell.close();
  await place.end();
}
end();
