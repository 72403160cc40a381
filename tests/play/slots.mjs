/* Planning in time: posts brought as a table, first on trial; put into the next free hour of a queue, also without a script; coming again, made by the working role;
   a calendar of others brought in, twice; the best hour, and that it says so when it cannot tell. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { held } from './_held.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk();
let window = null;
try {
  place.held = await held(place.base);
  const machine = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example'));
  const [{ id: channel, name }] = sql(place, "SELECT CAST(id AS TEXT) AS id, name FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");
  const year = new Date().getFullYear() + 1, count = (table) => sql(place, `SELECT COUNT(*) AS n FROM ${table}`)[0].n, before = count('post');
  const ok = (what, answer) => { check(what, answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text.slice(0, 400)}`); return answer.document; };

  /* ---- a table ---- */
  ok('the columns are told', await machine.get('/posts/table'));
  const table = `date;heure;canaux;texte\n${year}-03-10;9h05;${name};Du pain\n${year}-03-11;18:40;${name};Du levain\n`;
  const trial = ok('a trial', await machine.post('/posts/table', { text: table }));
  check('it tells what would come, and writes nothing', trial.report.fresh.count === 2 && trial.report.can_keep && count('post') === before, JSON.stringify(trial.report.findings));
  const refused = ok('a bad table', await machine.post('/posts/table', { text: `${table}hier;9h;Nulle part;\n`, keep: true }));
  check('each fault with its line, its column and what to do', !refused.report.is_kept && refused.report.refused.count === 1 && refused.report.findings.every((one) => one.line === 4 && one.field) &&
    refused.report.findings.some((one) => one.remedy) && count('post') === before, JSON.stringify(refused.report.findings));
  check('and once in earnest', ok('in earnest', await machine.post('/posts/table', { text: table, keep: true })).report.is_kept && count('post') === before + 2);
  check('again, nothing twice', ok('again', await machine.post('/posts/table', { text: table, keep: true })).report.known.count === 2 && count('post') === before + 2);
  const none = await machine.post('/posts/table', { text: 'hello' });
  check('what is no table is refused, by its field', none.status >= 400 && none.text.includes('file'), none.text.slice(0, 200));

  /* ---- a queue ---- */
  check('an agent does not arrange queues', (await agent.post('/queues', { name: 'Mine', hours: 'Mon 09:00' })).status === 403);
  check('hours that are none are refused, by their field', (await machine.post('/queues', { name: 'Social', hours: 'Someday 09:00' })).text.includes('hours'));
  const queue = ok('a queue', await machine.post('/queues', { name: 'Social', hours: 'Mon 09:00, 18:40\nthu 18:40', channels: [channel] })).id;
  ok('changed', await machine.post(`/queues/${queue}`, { zone: 'Europe/Paris' }));
  const write = async (body, more = {}) => ok(`write ${body}`, await machine.post('/posts', { body, channels: [channel], ...more })).post;
  const first = await write('First', { queue }), second = await write('Second'), third = await write('Third', { queue });
  const put = ok('into the queue', await machine.post(`/queues/${queue}/posts`, { post: second.id }));
  check('each takes the next free hour', first.wall_time < third.wall_time && third.wall_time < put.wall_time, [first, third, put].map((one) => one.wall_time).join());
  ok('earlier', await machine.post(`/queues/posts/${second.id}/move`, { by: -2 }));
  const order = async () => ok('the queues', await machine.get('/queues')).queues[0].posts.map((one) => one.title).join();
  check('the order', await order() === 'Second,First,Third', await order());
  ok('out', await machine.post(`/queues/posts/${second.id}/out`, {}));
  check('they close up', ok('close up', await machine.post(`/queues/${queue}/close-up`, {})).moved === 2 && await order() === 'First,Third');

  /* ---- again ---- */
  const source = await write('Every week', { title: 'Every week' });
  const day = new Date(Date.now() + 2 * 86400e3).toISOString().slice(0, 10);
  ok('its hour', await machine.post(`/posts/${source.id}/plan`, { revision: source.revision, wall_time: `${day}T18:40` }));
  const fresh = async (id) => ok('a post', await machine.get(`/posts/${id}`));
  ok('ready', await machine.post(`/posts/${source.id}/ready`, { revision: (await fresh(source.id)).post.revision }));
  check('by no rule that is finer than days', (await machine.post('/series', { post: source.id, rule: 'FREQ=HOURLY' })).text.includes('rule'));
  const series = ok('it comes again', await machine.post('/series', { post: source.id, every: 1, unit: 'weeks', times: 4 })).id;
  await until('the working role makes the others', 20, async () => sql(place, `SELECT COUNT(*) AS n FROM series_post WHERE series_id = ${series}`)[0].n === 4);
  const made = sql(place, `SELECT CAST(p.id AS TEXT) AS id, p.state FROM series_post s JOIN post p ON p.id = s.post_id WHERE s.series_id = ${series} ORDER BY s.at`);
  check('each a post of its own, approved as its words were', made.length === 4 && made.every((one) => one.state === 'scheduled'), JSON.stringify(made));
  check('a post says of what series it is', (await fresh(made[1].id)).series.id === series);
  ok('one left out', await machine.post(`/series/posts/${made[1].id}/skip`, {}));
  ok('and in again', await machine.post(`/series/posts/${made[1].id}/unskip`, {}));
  check('as it was', (await fresh(made[1].id)).post.state.word === 'scheduled');
  ok('changed', await machine.post(`/posts/${made[2].id}`, { revision: (await fresh(made[2].id)).post.revision, title: 'Every week', body: 'Every week, better' }));
  check('and all that follow', ok('follow', await machine.post(`/series/posts/${made[2].id}/follow`, {})).changed === 1 && (await fresh(made[3].id)).post.body === 'Every week, better');
  check('they end', ok('end', await machine.post(`/series/${series}/end`, { following: true })).put_away >= 1);
  check('and are listed', ok('list', await machine.get('/series')).series[0].ended_at !== null);

  /* ---- a calendar of others ---- */
  const ics = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nX-WR-CALNAME:Fair\r\nBEGIN:VEVENT\r\nUID:fair\r\nDTSTAMP:20270101T000000Z\r\nDTSTART;VALUE=DATE:${day.replaceAll('-', '')}\r\nSUMMARY:The fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  const brought = ok('brought in', await machine.post('/calendar/sources', { text: ics }));
  check('once', brought.made === 1 && ok('again', await machine.post('/calendar/sources', { text: ics })).same === 1);
  check('it stands on its day', JSON.stringify(ok('calendar', await machine.get(`/calendar?view=month&day=${day}`)).agenda).includes('The fair'));
  const inside = ok('an address inside', await machine.post('/calendar/sources', { name: 'Inside', url: 'http://127.0.0.1:1/x.ics' })).id;
  await until('it is not reached, and that is said', 20, async () => ok('sources', await machine.get('/calendar/sources')).sources.find((one) => one.id === inside).story);

  /* ---- the best hour ---- */
  const few = ok('best times', await machine.get('/best-times'));
  check('too few tell nothing, and that is said', few.verdict === 'too_few' && few.next.length === 0 && /30/.test(few.story), few.story);

  /* ---- by people ---- */
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/posts/${second.id}`);
  await page.click(`#slots button[name=queue]`);
  await page.waitForURL(/\/posts\/\d+/);
  await page.waitForSelector('#slots a[href="/queues"]');
  check('a button of the composer puts it into the queue', sql(place, `SELECT planned_at FROM post WHERE id = ${second.id}`)[0].planned_at > 0);
  await page.goto(`${place.base}/posts/table`);
  await page.fill('#text', `text,channels\nBy hand,${name}\n`);
  await page.click('form[aria-labelledby=table-t] button[type=submit]');
  await page.click('#keep');
  await page.waitForSelector('#report a');
  check('a person tries a table, and then has it made', count('post') > before + 2 && sql(place, "SELECT COUNT(*) AS n FROM post WHERE body = 'By hand'")[0].n === 1);
  for (const path of ['/posts/table', '/queues', '/series', '/calendar/sources', '/best-times', `/posts/${second.id}`]) {
    await page.goto(place.base + path);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${path}: axe finds nothing`, violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
    if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/slots${path.replaceAll('/', '-')}.png`, fullPage: true });
  }
  check('the console kept quiet', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
