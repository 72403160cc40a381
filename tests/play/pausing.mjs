/* Publishing is paused: what is due does not leave; everybody sees it, with reason, who and when; what became due meanwhile is
   asked, many at once; undone; without a script too; who may and who may not. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, network, sql, statement, until, wait } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on', options: ['--requests_per_minute', '1000000'] }), box = network(place);
const owner = api(place, keyOf(place)), year = new Date().getFullYear() + 1;
let window = null;
try {
  await box.dials({ per_minute: 0, answers: 0, post_comments: 0 });
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator'");
  const count = (state) => Number(statement(place, `SELECT COUNT(*) FROM publication WHERE act = 'post' AND state = '${state}'`));
  const write = async (title) => {
    const { document, status, text } = await owner.post('/posts', { title, body: `${title}: rye with walnuts.`, lang: 'en', channels: [channel], wall_time: `${year}-01-05T10:00`, zone: 'UTC', then: 'ready' });
    if (status >= 300) throw new Error(text);
    return document.post.id;
  };
  const posts = [];
  for (let i = 0; i < 8; i++) posts.push(await write(`Bread ${i}`));

  /* ---- one press ---- */
  const due = () => statement(place, `UPDATE publication SET due_at = ${Date.now() * 1000}, planned_at = ${Date.now() * 1000} WHERE state = 'due' AND act = 'post'`);
  const paused = await owner.post('/suspensions', { reason: 'A recall of the walnut bread' }), held = 0;
  due();
  await wait(1500);
  check('what is due does not leave', paused.status === 201 && count('sent') === 0 && count('leased') === 0 && count('due') === posts.length, `${count('sent')} left, ${count('leased')} taken`);
  const extra = [await write('Late bread'), await write('Later bread')];
  due();
  await wait(700);
  const shown = (await owner.get('/publishing')).document;
  check('it says what is paused, why, by whom, since when', shown.is_paused && shown.pauses[0].reason.includes('walnut') && shown.pauses[0].began_by && shown.pauses[0].began_at.iso);
  check('and what became due meanwhile', shown.waiting.length === 10 && extra.every((id) => shown.waiting.some((one) => one.post_id === id)), `${shown.waiting.length} of 10`);
  check('twice is once', (await owner.post('/suspensions', {})).status === 409);

  /* ---- seen ---- */
  window = await browser(place);
  const { page, trouble, shell } = window;
  for (const path of ['/posts', '/calendar', `/posts/${extra[0]}`, '/inbox', '/today']) {
    await page.goto(`${place.base}${path}`);
    check(`${path} says that publishing is paused, and why`, /walnut/.test(await page.locator('.ribbon:not(.ribbon--thin)').first().innerText().catch(() => '')), await page.locator('main').innerText().then((text) => text.slice(0, 300)));
  }
  await page.goto(`${place.base}/publishing`);
  const faults = async (what) => {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${what}: axe finds nothing`, found.violations.length === 0, JSON.stringify(found.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)])));
  };
  await faults('while it is paused');
  await page.setViewportSize({ width: 390, height: 800 });
  check('it fits a phone', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.setViewportSize({ width: 1280, height: 900 });

  /* ---- goes on: it asks ---- */
  await page.locator('#publishing-lists form[action$="/end"] button').click();
  await page.waitForURL(/\/publishing/);
  check('when it goes on, it says how many ask', /10 part/.test(await page.locator('#toasts').innerText()), await page.locator('#toasts').innerText());
  await wait(1200);
  check('and none fired', count('sent') === held && count('late') === 10, `${count('sent')}, ${count('late')} ask`);
  await page.locator('#toasts button').click(); // undo
  await page.waitForURL(/\/publishing/);
  check('undone: it is paused again', await until('paused', 10, async () => (await owner.get('/publishing')).document.is_paused));
  await page.locator('#publishing-lists form[action$="/end"] button').click();
  await page.waitForURL(/\/publishing/);
  await faults('with what asks');
  const first = (await owner.get('/publishing')).document.missed;
  check('each tells its post, its channel, its minute and why it asks', first.every((one) => one.heading && one.channel && one.planned_at.iso && /walnut/.test(one.story)), JSON.stringify(first[0]));

  /* ---- decided, without a script too ---- */
  const plain = await shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() }), bare = await plain.newPage();
  await bare.goto(`${place.base}/publishing`);
  const boxes = bare.locator('#missed input[type=checkbox]');
  for (let i = 4; i < await boxes.count(); i++) await boxes.nth(i).uncheck();
  await bare.locator('#missed button[value=send]').click();
  check('four of them leave now', await until('them to be there', 20, () => count('sent') === held + 4), `${count('sent')} of ${held + 4}`);
  await bare.goto(`${place.base}/publishing`);
  for (let i = 3; i < await bare.locator('#missed input[type=checkbox]').count(); i++) await bare.locator('#missed input[type=checkbox]').nth(i).uncheck();
  await bare.locator('#wall_time').fill(`${year}-02-03T09:00`);
  await bare.locator('#apart').fill('20');
  await bare.locator('#missed button[value=plan]').click();
  const again = sql(place, `SELECT wall_time FROM post WHERE wall_time LIKE '${year}-02-03%' ORDER BY wall_time`).map((one) => one.wall_time.slice(11));
  check('three are planned again, twenty minutes apart', again.join() === '09:00,09:20,09:40', again.join());
  const left = (await owner.get('/publishing')).document.missed.map((one) => one.id);
  const gone = await owner.post('/publishing/missed', { publications: left, choice: 'leave' });
  check('the rest is left out, by a program', gone.status === 200 && gone.document.count === left.length && count('late') === 0, gone.text);
  check('what was decided is not decided again', (await owner.post('/publishing/missed', { publications: left.slice(0, 1), choice: 'send' })).status === 409);

  /* ---- who may ---- */
  const guest = api(place, keyOf(place, 'camille@levain.example', 'posts.read'));
  check('who may not is told so', (await guest.post('/suspensions', {})).status === 403);
  const only = await owner.post('/suspensions', { channel, holds_answers: true });
  const page_of = (await owner.get('/publishing')).document;
  check('a channel alone, with its answers', only.status === 201 && page_of.pauses[0].channel_id === channel && page_of.pauses[0].holds_answers);
  check('after how long it asks is set', (await owner.post('/publishing', { late_minutes: 90 })).document.late_minutes === 90 && (await owner.get('/publishing')).document.late_minutes === 90);
  await page.goto(`${place.base}/calendar`);
  const told = () => page.locator('#ribbon').innerText();
  check('an open page has the ribbon', /paused/.test(await told()) || /suspendues/.test(await told()), await told());
  await page.evaluate(() => { globalThis.stays = true; });
  await owner.post(`/suspensions/${only.document.id}/end`);
  check('it goes by itself when publishing goes on', await until('the ribbon to go', 10, async () => (await told()) === ''), await told());
  await owner.post('/suspensions', { reason: 'Smoke in the bakery' });
  check('and comes by itself when it is paused', await until('the ribbon', 10, async () => /Smoke/.test(await told())) && await page.evaluate(() => globalThis.stays), await told());
  check('nothing left twice', (await box.ledger()).most === 1);
  check('no script complained', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play goes to its end', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
