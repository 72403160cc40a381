/* What networks bring (webhooks): CHANNELS EACH PER: so many channels, deliveries to each, messages a delivery, signed, over 64 connections. Prints how fast
   they are kept and taken, by the clock and by the processor time of the role that takes them. From the top of the tree, after `make -s all && npm ci`:
       node bench/deliveries.mjs 200 50 1 */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { api, desk, keyOf, sql, statement, until, wait } from '../tests/play/_desk.mjs';

const [channels, each, per] = [200, 50, 1].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const place = await desk({ options: ['--requests_per_minute', '1000000'] }), machine = api(place, keyOf(place)), secret = 'a secret of both';
const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(place.child.pid)], { encoding: 'utf8' }).split('\n');
const pid = (role) => children.find((line) => line.includes(`parvis ${role}`)).trim().split(' ')[0];
const spent = (role) => { // seconds of processor time
  const fields = readFileSync(`/proc/${pid(role)}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const words = 'The bread of this morning was very good but the queue was long and nobody smiled, when do you open tomorrow and is the rye back?'.split(' ');
const agent = new Agent({ keepAlive: true, maxSockets: 64 }), statuses = {};
const send = (path, body, id) => new Promise((done) => {
  const stamp = String(Math.floor(Date.now() / 1000)), signature = `v1,${createHmac('sha256', secret).update(`${id}.${stamp}.${body}`).digest('base64')}`;
  const asked = request({ host: '127.0.0.1', port: place.port, agent, method: 'POST', path, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'webhook-id': id,
    'webhook-timestamp': stamp, 'webhook-signature': signature } }, (answer) => {
    statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    answer.resume().on('end', done);
  });
  asked.on('error', (fault) => { statuses[fault.code] = (statuses[fault.code] ?? 0) + 1; done(); });
  asked.end(body);
});
const message = (channel, k, i) => {
  const author = (channel * 31 + k * 7 + i) % 3000;
  return { id: `m${channel}-${k}-${i}`, thread: `t${channel}-${(k * per + i) % 20}`, text: `${words.slice((k + i) % 8).join(' ')} ${k}`, author: { id: `a${author}`, name: `Author ${author}` } };
};

try {
  for (let i = 0; i < channels; i++) await machine.post('/channels/new/webform', { name: `Bench ${i}`, setting: ['secret'], value: [secret] });
  const paths = [];
  for (const { id } of sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE name LIKE 'Bench %'")) paths.push((await machine.get(`/channels/${id}`)).document.deliveries.address.replace(/^https?:\/\/[^/]+/, ''));
  await wait(3000);
  const jobs = Array.from({ length: channels * each }, (_, n) => [n % channels, Math.floor(n / channels)]), before = { serve: spent('serve'), work: spent('work') }, began = Date.now();
  let next = 0;
  await Promise.all(Array.from({ length: 64 }, async () => {
    for (let job; (job = jobs[next++]);) {
      const [channel, k] = job, list = Array.from({ length: per }, (_, i) => message(channel, k, i));
      await send(paths[channel], JSON.stringify(per === 1 ? list[0] : list), `d${channel}-${k}`);
    }
  }));
  const kept = (Date.now() - began) / 1000, left = () => statement(place, "SELECT count(*) FROM delivery WHERE state = 'waiting'");
  await until('all to be taken', 600, () => left() === '0');
  const taken = (Date.now() - began) / 1000, total = channels * each * per, serve = spent('serve') - before.serve, work = spent('work') - before.work;
  console.log(`${jobs.length} deliveries kept in ${kept.toFixed(1)} s (${Math.round(jobs.length / kept)}/s, ${JSON.stringify(statuses)}), load ${loadavg()[0].toFixed(1)}`);
  console.log(`${statement(place, "SELECT count(*) FROM message m JOIN channel c ON c.id = m.channel_id WHERE c.name LIKE 'Bench %'")} of ${total} messages taken after ${taken.toFixed(1)} s (${Math.round(total / taken)}/s)`);
  console.log(`serve ${serve.toFixed(2)} s, work ${work.toFixed(2)} s of a core: ${Math.round(total / work)} messages/s of a core of the working role`);
} finally {
  await place.end();
}
