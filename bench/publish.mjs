/* Publications due in the same minute: POSTS CHANNELS SECONDS: so many posts, each on so many channels of the simulated network, which refuses nothing, planned for one
   minute by the API, the next one after so many seconds (by which all must be planned); meanwhile somebody reads the inbox. Prints how late the last left, whether each is there once, and how long a page of the inbox took
   before and during. From the top of the tree, after `make -s all && npm ci`:
       node bench/publish.mjs 10000 1
       node bench/publish.mjs 1000 10 40 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { api, desk, keyOf, network, sql, statement, until, wait } from '../tests/play/_desk.mjs';

const [posts, channels, ahead] = [10000, 1, 240].map((usual, i) => Number(process.argv[2 + i] ?? usual)), total = posts * channels;
const place = await desk({ simulator: 'on', options: ['--requests_per_minute', '1000000000'] }), key = keyOf(place), machine = api(place, key), box = network(place);
const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(place.child.pid)], { encoding: 'utf8' }).split('\n');
const pid = (role) => children.find((line) => line.includes(`parvis ${role}`)).trim().split(' ')[0];
const spent = (role) => { // seconds of processor time
  const fields = readFileSync(`/proc/${pid(role)}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const ask = (method, path, body) => new Promise((done, fail) => {
  const text = body ? JSON.stringify(body) : '';
  const asked = request({ host: '127.0.0.1', port: place.port, agent, method, path: `/api/v1${path}`, headers: { authorization: `Bearer ${key}`, accept: 'application/json',
    ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) } }, (answer) => {
    let said = '';
    answer.on('data', (piece) => { said += piece; }).on('end', () => answer.statusCode < 300 ? done(said) : fail(new Error(`${answer.statusCode} ${said}`)));
  });
  asked.on('error', fail);
  asked.end(text);
});
const share = (times, part) => { times.sort((a, b) => a - b); return times[Math.min(times.length - 1, Math.floor(times.length * part))]; };
/* A reader of the inbox, a page each 20 ms, until told. */
function reader() {
  const times = [];
  let over = false;
  const run = (async () => {
    while (!over) {
      const began = performance.now();
      await ask('GET', '/inbox');
      times.push(performance.now() - began);
      await wait(20);
    }
  })();
  return { stop: async () => { over = true; await run; return `median ${share(times, 0.5).toFixed(1)} ms, p99 ${share(times, 0.99).toFixed(1)} ms, longest ${times.at(-1).toFixed(1)} ms of ${times.length}`; } };
}

try {
  await box.dials({ per_minute: 0, answers: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0, post_comments: 0 });
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 50);
  const token = place.simulatorToken, url = `http://127.0.0.1:${place.simulatorPort}`;
  for (let n = 1; n < channels; n++) await machine.post('/channels/new/simulator', { name: `Square ${n}`, setting: ['url', 'token'], value: [url, token] });
  const ids = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id").map((one) => one.id);
  const minute = Math.ceil((Date.now() / 1000 + ahead) / 60) * 60;
  const hour = new Date(minute * 1000).toISOString().slice(0, 16), began = Date.now();
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let n; (n = next++) < posts;) await ask('POST', '/posts', { title: `Bread of the day ${n}`, body: `Bread of the day, number ${n}: rye with walnuts.`, lang: 'en', channels: ids, wall_time: hour, zone: 'UTC', then: 'ready' });
  }));
  const planned = Number(statement(place, "SELECT COUNT(*) FROM publication WHERE state = 'due' AND act = 'post'"));
  console.log(`${planned} publications planned for ${hour} in ${((Date.now() - began) / 1000).toFixed(1)} s, load ${loadavg()[0].toFixed(1)}`);
  const before = reader();
  await wait(Math.max(5000, minute * 1000 - Date.now() - 1500));
  const calm = await before.stop(), during = reader(), work = spent('work'), serve = spent('serve'), simulator = spent('simulator');
  await until('all to be out', 240, async () => { await wait(800); return statement(place, "SELECT COUNT(*) FROM publication WHERE act = 'post' AND state <> 'sent'") === '0'; });
  const busy = await during.stop(), left = statement(place, "SELECT state, COUNT(*) FROM publication WHERE act = 'post' GROUP BY state");
  const [{ last, median }] = sql(place, `SELECT MAX(done_at) / 1e6 - ${minute} AS last, (SELECT done_at / 1e6 - ${minute} FROM publication WHERE act = 'post' ORDER BY done_at LIMIT 1 OFFSET ${Math.floor(total / 2)}) AS median FROM publication WHERE act = 'post'`);
  const ledger = await box.ledger(), there = Number(execFileSync('sqlite3', [join(place.data, 'simulator.db'), '.timeout 20000', "SELECT COUNT(*) FROM item WHERE ours = 1 AND kind = 'post'"], { encoding: 'utf8' }));
  console.log(`${left}; ${there} of ${total} there, each at most ${ledger.most} time(s)`);
  console.log(`the last left ${last.toFixed(1)} s after its minute began, half after ${median.toFixed(1)} s: ${Math.round(total / last)}/s; load ${loadavg()[0].toFixed(1)}`);
  console.log(`processor: work ${(spent('work') - work).toFixed(1)} s, serve ${(spent('serve') - serve).toFixed(1)} s, simulator ${(spent('simulator') - simulator).toFixed(1)} s`);
  console.log(`inbox before: ${calm}`);
  console.log(`inbox during: ${busy}`);
} finally {
  await place.end();
}
