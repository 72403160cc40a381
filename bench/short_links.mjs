/* Short links that are followed: SECONDS of wrk over 64 connections, a visitor's address each time (told by a proxy that is believed), LINKS different links.
   Prints requests a second, by the clock and by the processor time of the role that answers, and whether each was counted. From the top of the tree, after
   `make -s all && npm ci`, with wrk:
       node bench/short_links.mjs 10 100 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { desk, sql, statement, until, wait } from '../tests/play/_desk.mjs';

const [seconds, links] = [10, 100].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const place = await desk({ options: ['--trust_proxy', '127.0.0.1'] });
const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(place.child.pid)], { encoding: 'utf8' }).split('\n');
const pid = children.find((line) => line.includes('parvis serve')).trim().split(' ')[0];
const spent = () => { const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(fields[11]) + Number(fields[12])) / 100; };
const total = () => sql(place, 'SELECT COALESCE(SUM(direct + network + search + other + robots), 0) AS n FROM short_link_day')[0].n;

try {
  const [{ workspace, channel }] = sql(place, 'SELECT CAST(workspace_id AS TEXT) AS workspace, CAST(id AS TEXT) AS channel FROM channel ORDER BY id LIMIT 1');
  statement(place, `INSERT INTO post (id, workspace_id, state, created_at, updated_at) VALUES (1, ${workspace}, 'published', 1, 1)`);
  statement(place, Array.from({ length: links }, (_, i) => `INSERT INTO short_link (id, workspace_id, code, target, post_id, channel_id, created_at) VALUES (${i + 1}, ${workspace}, 'bench${i}', 'https://example.org/${i}?utm_source=bench', 1, ${channel}, 1)`).join('; '));
  const script = join(place.data, 'visitors.lua');
  writeFileSync(script, `request = function()
  return wrk.format('GET', '/l/bench' .. math.random(0, ${links - 1}), { ['User-Agent'] = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0', ['X-Forwarded-For'] = '10.' .. math.random(0, 255) .. '.' .. math.random(0, 255) .. '.' .. math.random(1, 254) })
end`);
  const before = spent();
  const run = spawnSync('wrk', ['-t', '2', '-c', '64', '-d', `${seconds}s`, '--latency', '-s', script, `http://127.0.0.1:${place.port}/`], { encoding: 'utf8' });
  const used = spent() - before, asked = Number(/(\d+) requests in/.exec(run.stdout)[1]);
  await wait(1500);
  await until('the last to be written down', 10, () => total() >= asked);
  console.log(run.stdout.trim());
  console.log(`${Math.round(asked / used)} a second of a core of the answering role; ${total()} counted of ${asked}; load ${loadavg()[0].toFixed(1)}`);
} finally {
  await place.end();
}
