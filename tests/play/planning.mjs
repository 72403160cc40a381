/* The calendar: posts on their days; moved by the keyboard alone, by hand, by the form without a script; over the night that skips an hour; by two people at
   once; taken back; the house's own events; key dates; how it looks. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ICAL from 'ical.js';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk();
let window = null;
try {
  const machine = api(place, keyOf(place));
  const [{ workspace_id: workspace, id: channel }] = sql(place, "SELECT CAST(workspace_id AS TEXT) AS workspace_id, CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");
  const year = new Date().getFullYear() + 1;
  const spring = [31, 30, 29, 28, 27, 26, 25].find((day) => new Date(Date.UTC(year, 2, day)).getUTCDay() === 0); // the Sunday on which summer time begins
  let last = BigInt(Date.now()) << 20n;
  const put = (title, wall, utc, state = 'draft', zone = 'Europe/Paris') => {
    const id = String(++last), at = wall ? Date.parse(utc) * 1000 : 0;
    statement(place, `INSERT INTO post (id, workspace_id, title, state, wall_time, zone, planned_at, created_at, updated_at) VALUES (${id}, ${workspace}, '${title}', '${state}', '${wall}', '${wall ? zone : ''}', ${at}, 1, 1);
      INSERT INTO post_variant (id, workspace_id, post_id, channel_id) VALUES (${String(++last)}, ${workspace}, ${id}, ${channel})`);
    return id;
  };
  const row = (id) => sql(place, `SELECT wall_time, zone, planned_at, revision FROM post WHERE id = ${id}`)[0];
  const month = async (query = '') => (await machine.get(`/calendar?view=month&day=${year}-03-10${query}`)).document;
  const day = (document, date) => document.weeks.flatMap((week) => week.days).find((one) => one.day === date);

  const none = await month();
  check('an empty calendar says so', !none.has_posts && none.weeks.length >= 4 && none.weeks[0].days.length === 7);
  const flour = put('Flour', `${year}-03-10T18:40`, `${year}-03-10T17:40:00Z`);
  const far = put('From Montreal', `${year}-03-11T18:40`, `${year}-03-11T22:40:00Z`, 'draft', 'America/Montreal');
  put('To approve', `${year}-03-12T09:00`, `${year}-03-12T08:00:00Z`, 'review');
  put('There', `${year}-03-12T10:00`, `${year}-03-12T09:00:00Z`, 'published');
  for (let i = 0; i < 7; i++) put(`One of many ${i}`, `${year}-03-13T1${i}:00`, `${year}-03-13T${i + 9 < 10 ? '0' : ''}${i + 9}:00:00Z`);
  const loose = put('No hour yet', '', '');
  let seen = await month();
  check('a post stands on its day, at its hour, on its channel', day(seen, `${year}-03-10`).events[0].title === 'Flour' && day(seen, `${year}-03-10`).events[0].shown === `${year}-03-10T18:40` && day(seen, `${year}-03-10`).events[0].channels.length === 1);
  check('the hour there is said where it is another', /Montreal/.test(day(seen, `${year}-03-11`).events[0].elsewhere), JSON.stringify(day(seen, `${year}-03-11`).events[0]));
  check('of a full day the first are shown, and how many more', day(seen, `${year}-03-13`).events.length === 3 && /4/.test(day(seen, `${year}-03-13`).more) && day(seen, `${year}-03-13`).count === 7);
  check('what waits for approval is counted, what has left cannot be moved', seen.to_approve.count === 1 && day(seen, `${year}-03-12`).events.find((one) => one.title === 'There').move_url === null);
  check('what has no hour is in the tray', seen.tray.length === 1 && seen.tray[0].id === loose);
  check('narrowed to a state', day(await month('&state=review'), `${year}-03-12`).count === 1 && day(await month('&state=review'), `${year}-03-10`).count === 0);
  for (const query of ['view=week', 'view=week&lanes=channel', 'view=week&lanes=campaign', 'view=list']) {
    const { status, document } = await machine.get(`/calendar?${query}&day=${year}-03-10`);
    check(`the same by ${query}`, status === 200 && document.count.count >= 11 && JSON.stringify(document.agenda).includes('"Flour"'));
  }

  /* ---- moved by a program ---- */
  const move = (id, wall, more = {}) => machine.post(`/calendar/posts/${id}/move`, { wall_time: wall, revision: row(id).revision, ...more });
  const moved = await move(far, `${year}-03-${spring}T02:30`, { zone: 'Europe/Paris' });
  check('an hour that the night skips becomes the one after, and is said', moved.status === 200 && moved.document.is_skipped && row(far).planned_at === Date.parse(`${year}-03-${spring}T01:00:00Z`) * 1000, moved.text);
  const kept = await move(far, `${year}-03-${spring}T18:40`);
  check('the clock there stays at its hour over the change', kept.status === 200 && !kept.document.is_skipped && row(far).planned_at === Date.parse(`${year}-03-${spring}T16:40:00Z`) * 1000, kept.text);
  check('who saw an older one is told', (await machine.post(`/calendar/posts/${far}/move`, { wall_time: `${year}-03-20T09:00`, revision: 1 })).status === 409);
  check('the night itself is seen', (await machine.get(`/calendar?view=week&day=${year}-03-${spring}`)).document.days[6].count === 1);

  /* ---- by the keyboard alone ---- */
  window = await browser(place);
  const { page, trouble, shell } = window;
  await page.goto(`${place.base}/today`);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL(/\/calendar/);
  await page.goto(`${place.base}/calendar?view=month&day=${year}-03-09`);
  const focused = () => page.evaluate(() => document.activeElement.dataset.dayLink ?? document.activeElement.closest('[data-post]')?.dataset.post ?? '');
  await page.keyboard.press('ArrowRight');
  check('an arrow leads to the day', await focused() === `${year}-03-09`, await focused());
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  check('and from day to day, from week to week', await focused() === `${year}-03-10`, await focused());
  await page.keyboard.press('Tab'); // the new post of that day
  await page.keyboard.press('Tab');
  check('Tab goes to its post', await focused() === flour, await focused());
  const said = (words) => until('said', 5, () => page.evaluate((text) => document.getElementById('said')?.textContent.includes(text), words));
  await page.keyboard.press('m');
  check('M takes it, and it is said', await said('Flour'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  check('the goal is said', await said('18 mars'), await page.evaluate(() => document.getElementById('said')?.textContent));
  check('and seen', await page.locator(`td.is-aim[data-day="${year}-03-18"]`).count() === 1);
  await page.keyboard.press('Escape');
  check('Escape leaves it', row(flour).wall_time === `${year}-03-10T18:40` && await page.locator('.is-aim').count() === 0);
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  check('Enter puts it there', await until('moved', 10, () => row(flour).wall_time === `${year}-03-18T18:40`), JSON.stringify(row(flour)));
  check('the keyboard is still at it', await until('there', 5, async () => await page.locator(`td[data-day="${year}-03-18"] [data-post="${flour}"]`).count() === 1 && await focused() === flour), await focused());
  await page.keyboard.press('z');
  check('Z takes it back', await until('back', 10, () => row(flour).wall_time === `${year}-03-10T18:40`), JSON.stringify(row(flour)));
  await page.keyboard.press('+');
  await page.waitForURL(/view=week/);
  await page.locator(`.week__d [data-post="${flour}"] .ev`).focus();
  await page.keyboard.press('m');
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  check('in a week, half an hour a press', await until('moved', 10, () => row(flour).wall_time === `${year}-03-09T17:40`), JSON.stringify(row(flour)));
  await page.keyboard.press('-');
  await page.waitForURL(/view=month/);

  /* ---- by hand, and from the tray ---- */
  await page.goto(`${place.base}/calendar?view=month&day=${year}-03-09`);
  await page.locator(`td [data-post="${flour}"] .ev`).dragTo(page.locator(`td[data-day="${year}-03-17"]`));
  check('dragged to another day', await until('dragged', 10, () => row(flour).wall_time === `${year}-03-17T17:40`), JSON.stringify(row(flour)));
  await page.locator(`.ideas [data-post="${loose}"] .rows__t`).dragTo(page.locator(`td[data-day="${year}-03-16"]`));
  check('placed from the tray', await until('placed', 10, () => row(loose).wall_time === `${year}-03-16T09:00` && row(loose).zone === 'Europe/Paris'), JSON.stringify(row(loose)));
  statement(place, `UPDATE post SET revision = revision + 1 WHERE id = ${loose}`);
  await page.locator(`td [data-post="${loose}"] .ev`).dragTo(page.locator(`td[data-day="${year}-03-19"]`));
  check('what somebody changed meanwhile is left, calmly', await until('told', 10, () => page.locator('.toast use[href*="octagon-alert"]').count()) && row(loose).wall_time === `${year}-03-16T09:00`);

  /* ---- without a script ---- */
  const bare = await shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() }), plain = await bare.newPage();
  await plain.goto(`${place.base}/calendar?view=list&day=${year}-03-16`);
  await plain.locator(`[data-post="${loose}"] .ev__m`).click();
  await plain.locator('input[name="wall_time"]').fill(`${year}-04-01T08:15`);
  await plain.locator('.cal-move button[type="submit"]').click();
  await plain.waitForURL(/\/calendar\?day=/);
  check('moved by a form', row(loose).wall_time === `${year}-04-01T08:15`, JSON.stringify(row(loose)));
  await bare.close();

  /* ---- the house's own, and key dates ---- */
  const note = await machine.post('/calendar/notes', { title: 'Open day', kind: 'event', day: `${year}-03-20`, until_day: `${year}-03-21` });
  check('an event of the house', note.status === 201 && day(await month(), `${year}-03-21`).notes[0].title === 'Open day', note.text);
  check('that ends before it begins is refused, by its field', /until_day/.test((await machine.post('/calendar/notes', { title: 'x', day: `${year}-03-20`, until_day: `${year}-03-01` })).text));
  check('put away', (await machine.post(`/calendar/notes/${note.document.id}/archive`)).status === 200 && !day(await month(), `${year}-03-21`).notes.length);
  await machine.post(`/calendar/notes/${note.document.id}/restore`);
  check('the holidays of the country are there', day((await machine.get(`/calendar?view=month&day=${year}-07-01`)).document, `${year}-07-14`).dates.some((one) => one.kind.word === 'public'));
  await machine.post('/calendar/dates', { place: ['US', 'DE/BY'] });
  const july = (await machine.get(`/calendar?view=month&day=${year}-07-01`)).document;
  check('of others when they are chosen', day(july, `${year}-07-04`).dates.length > 0 && !day(july, `${year}-07-14`).dates.length, JSON.stringify(day(july, `${year}-07-04`).dates));
  check('a place that is none is refused', (await machine.post('/calendar/dates', { place: ['XX'] })).status === 422);
  await machine.post('/calendar/dates', { place: ['FR'] });

  /* ---- a page that is open follows ---- */
  await page.goto(`${place.base}/calendar?view=month&day=${year}-03-09`);
  await page.waitForTimeout(500);
  await move(flour, `${year}-03-23T12:00`);
  check('a page that is open follows', await until('followed', 10, () => page.locator(`td[data-day="${year}-03-23"] [data-post="${flour}"]`).count()));

  /* ---- in another calendar: read by a reader that is not ours ---- */
  await page.goto(`${place.base}/calendar/feeds`);
  await page.fill('#name', 'My phone');
  await page.locator('form[action="/calendar/feeds"] button[type="submit"]').click();
  const address = await page.inputValue('#made');
  const given = await fetch(address), calendar = new ICAL.Component(ICAL.parse(await given.text()));
  const found = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one)).find((one) => one.summary === 'Flour');
  check('another program reads it', given.headers.get('content-type').startsWith('text/calendar') && found?.startDate.toJSDate().getTime() === row(flour).planned_at / 1000, address);
  check('and is told when nothing changed', (await fetch(address, { headers: { 'If-None-Match': given.headers.get('etag') } })).status === 304);
  check('a guessed address gives nothing', (await fetch(`${place.base}/calendar/feeds/${'A'.repeat(43)}.ics`)).status === 404);
  await page.goto(`${place.base}/calendar/feeds`);
  check('it was shown once', await page.locator('#made').count() === 0);
  await page.locator('form[action$="/revoke"] button').click();
  await page.waitForURL(/\/calendar\/feeds$/);
  check('revoked, it gives nothing more', (await until('gone', 5, async () => (await fetch(address)).status === 404)) === true);

  /* ---- how it looks ---- */
  for (const query of ['view=month', 'view=week', 'view=list'])
    for (const [width, scheme] of query === 'view=list' ? [[360, 'dark']] : [[1440, 'light'], [1024, 'dark'], [390, 'light']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${place.base}/calendar?${query}&day=${year}-03-13`);
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/calendar-${query.slice(5)}-${width}-${scheme}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${query} at ${width}, ${scheme}: nothing sticks out, axe finds nothing`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth) && violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
    }
  for (const path of [`/calendar/posts/${flour}/move`, '/calendar/dates']) {
    await page.goto(place.base + path);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${path}: axe finds nothing`, violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
  }
  const noise = trouble.filter((one) => !/409/.test(one)); // the console tells of the refusal that was wanted
  check('the console kept quiet', noise.length === 0, noise.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
