/* Something unusual is said: of a staged incident one alarm within five minutes, with its evidence, on the page, and in the notifications of those
   who listen; two queries that hear it have one alarm between them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  await until('the past was read', 40, async () => {
    const { queries } = (await machine.get('/listening')).document;
    return queries.length === 3 && queries.every((query) => query.is_ready) && queries[0].week.count > 0;
  });
  await network(place).dials({ per_minute: 0 });
  check('a calm desk has no alarm', (await machine.get('/listening')).document.alarms.length === 0);
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/listening`);
  const began = Date.now();
  for (let i = 0; i < 14; i++) await network(place).say({ kind: 'comment', text: `Levain & Co: sésame non indiqué dans le pain, mon fils est allergique (${i})` });
  const alarms = await until('an alarm', 300, async () => { const found = (await machine.get('/listening')).document.alarms; return found.length > 0 && found; });
  check('a staged incident raises one alarm within five minutes', !!alarms && alarms.length === 1 && Date.now() - began < 300_000, JSON.stringify(alarms));
  const [alarm] = alarms;
  check('with its query, since when, and that it goes on', alarm.name === 'Levain & Co' && Math.abs(Date.parse(alarm.since.iso) - began) < 900_000 && alarm.ended_at === null && alarm.score >= 50, JSON.stringify(alarm));
  check('with the words', alarm.words.some((word) => /s[eé]same|allergique/.test(word.text)), JSON.stringify(alarm.words));
  check('with who says it', alarm.has_authors, JSON.stringify(alarm.authors));
  check('the other query that hears it is named', await until('named', 100, async () => (await machine.get(alarm.url)).document.alarms[0].also.some((one) => one.text === 'Le pain et le métier')));
  check('one event is one alarm', sql(place, 'SELECT COUNT(*) AS n FROM alarm')[0].n === 1);
  const told = await machine.get('/notifications');
  const line = told.document.days.flatMap((day) => day.items).find((item) => item.text.startsWith('Levain & Co'));
  check('who listens is told, and led to the query', line?.url === alarm.url && line.is_red && line.is_unread, JSON.stringify(told.document.days[0]));
  check('the page that was open shows it by itself', await until('the banner', 10, () => page.locator('.banner--red').count()));
  check('with the words', /Levain & Co/.test(await page.locator('.banner--red').first().textContent()) && /allergique|s[eé]same/.test(await page.locator('.banner--red').first().textContent()));
  await page.locator('.banner--red a').first().click();
  await page.waitForURL(new RegExp(`${alarm.url}$`));
  for (const width of [1440, 1024, 390])
    for (const scheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/alarm-${width}-${scheme}.png` });
      check(`nothing sticks out at ${width}, ${scheme}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
  check('so does the page of the query', await page.locator('.banner--red').count() === 1);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base}/settings`);
  check('one false alarm a month is what people start from', await page.inputValue('#alarms') === 'normal');
  await page.selectOption('#alarms', 'high');
  await page.locator('form:has(#alarms) button[type=submit]').last().click();
  check('and can wish for otherwise', await until('kept', 10, async () => Number(JSON.parse(sql(place, 'SELECT settings FROM workspace')[0].settings).alarms_a_month) === 4) && await page.inputValue('#alarms') === 'high');
  if (process.env.PARVIS_SHOTS) await page.locator('#alarms').scrollIntoViewIfNeeded().then(() => page.screenshot({ path: `${process.env.PARVIS_SHOTS}/alarm-settings.png` }));
  check('the console kept quiet', trouble.length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  await place.end();
}
end();
