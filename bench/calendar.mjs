/* bench/calendar.mjs: what a month of the calendar costs the serving process (a row of docs/performance.md): 5,000 posts in it, with their channel, a fifth of them of
   campaigns and parts of the editorial line. Processor time of the serving process a request (its own, so that it means something on a machine with other work too) and
   the time a client waits, of the page, of the fragment that scripts fetch, and of the document. */
import { readFileSync, readdirSync } from 'node:fs';
import { api, desk, keyOf, sql, statement } from '../tests/play/_desk.mjs';

const POSTS = 5000, TIMES = 60, place = await desk();
try {
  const [{ workspace_id: workspace, id: channel }] = sql(place, "SELECT CAST(workspace_id AS TEXT) AS workspace_id, CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");
  const first = Date.UTC(2027, 2, 1), step = 31 * 86400e3 / POSTS, base = BigInt(Date.now()) << 20n;
  let text = '';
  for (let i = 0; i < 5; i++) text += `INSERT INTO campaign (id, workspace_id, name, starts_on, ends_on, created_at) VALUES (${base + BigInt(i)}, ${workspace}, 'Campaign ${i}', '2027-03-0${i + 1}', '2027-03-2${i}', 1);
    INSERT INTO pillar (id, workspace_id, name, share) VALUES (${base + 10n + BigInt(i)}, ${workspace}, 'Pillar ${i}', 20);`;
  for (let i = 0; i < POSTS; i++) {
    const at = new Date(first + i * step), id = base + 100n + BigInt(2 * i), of = i % 5;
    text += `INSERT INTO post (id, workspace_id, title, body, state, wall_time, zone, planned_at, campaign_id, pillar_id, created_at, updated_at) VALUES (${id}, ${workspace}, 'A title as people write them, ${i}',
      'And a text of some length, as posts have it, that a calendar does not read at all.', '${['draft', 'review', 'scheduled', 'published'][i % 4]}', '${at.toISOString().slice(0, 16)}', 'UTC', ${at.getTime()}000,
      ${of ? 'NULL' : base + BigInt(i / 5 % 5)}, ${of ? 'NULL' : base + 10n + BigInt(i / 5 % 5)}, 1, 1); INSERT INTO post_variant (id, workspace_id, post_id, channel_id) VALUES (${id + 1n}, ${workspace}, ${id}, ${channel});`;
    if (i % 100 === 99) { statement(place, `BEGIN; ${text} COMMIT;`); text = ''; } // a command takes so much and no more
  }
  const machine = api(place, keyOf(place));
  const told = (one, file) => { try { return readFileSync(`/proc/${one}/${file}`, 'utf8'); } catch { return ''; } };
  const serving = readdirSync('/proc').find((one) => /^\d+$/.test(one) && told(one, 'status').includes(`PPid:\t${place.child.pid}\n`) && told(one, 'cmdline').includes('serve'));
  const worked = () => readdirSync(`/proc/${serving}/task`).reduce((sum, task) => sum + Number(told(serving, `task/${task}/schedstat`).split(' ')[0]), 0) / 1e6;
  const measure = async (what, ask) => {
    for (let i = 0; i < 5; i++) await ask();
    const waits = [], before = worked();
    for (let i = 0; i < TIMES; i++) { const from = performance.now(); await ask(); waits.push(performance.now() - from); }
    const cost = (worked() - before) / TIMES;
    waits.sort((a, b) => a - b);
    console.log(`${what}: ${cost.toFixed(1)} ms of the processor, waited ${waits[TIMES / 2].toFixed(1)} ms (median), ${waits[TIMES - 2].toFixed(1)} ms (slowest but one)`);
  };
  const month = '/calendar?view=month&day=2027-03-10';
  const { document } = await machine.get(month);
  if (document.count.count !== POSTS) throw new Error(`${document.count.count} posts are in the month`);
  await measure('month, document', () => machine.get(month));
  await measure('week, document', () => machine.get('/calendar?view=week&day=2027-03-10'));
  await measure('list, document', () => machine.get('/calendar?view=list&day=2027-03-10'));
  await measure('nothing (a document of one row)', () => machine.get('/calendar/feeds'));
} finally {
  await place.end();
}
