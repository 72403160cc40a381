/* Everything that is posted on Bluesky, followed for listening queries: a stream of the kind “Jetstream” made here, which plays back from a cursor as
   the real one does. What a query finds is kept as a mention and waits for nobody; what none asks for is never stored; the stream breaks off and is
   read on where it was; a burst is read through at once; what it no longer kept when the desk came back is told. The server is made here after what is written of it: a contract. */
// Proves jetstream (contract): fetch
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { api, check, desk, end, freePort, keyOf, sql, statement, until, wait } from './_desk.mjs';

/* ---- a stream ---- */

const events = [], clients = new Set(), asked = [];
let away = false, keeps = 0; // events from before that instant are no longer kept
const frame = (text) => {
  const body = Buffer.from(text), head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
};
const port = await freePort();
const server = createServer((_, answer) => answer.writeHead(400).end()).on('upgrade', (request, socket) => {
  const cursor = Number(new URL(request.url, 'http://x').searchParams.get('cursor') ?? Date.now() * 1000);
  if (away) { socket.destroy(); return; }
  asked.push(request.url);
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('error', () => {}).on('close', () => clients.delete(socket));
  socket.write(Buffer.concat([Buffer.from([0x89, 0]), ...events.filter((one) => one.time_us >= Math.max(cursor, keeps)).map((one) => one.frame)]));
  clients.add(socket);
}).listen(port, '127.0.0.1');
let last = 0;
const send = (did, operation, rkey, record, quiet = false) => {
  const time_us = last = Math.max(Date.now() * 1000, last + 1);
  const text = JSON.stringify({ did, time_us, kind: 'commit', commit: { rev: String(time_us), operation, collection: 'app.bsky.feed.post', rkey, ...(record ? { record, cid: `bafy${rkey}` } : {}) } });
  const one = { time_us, frame: frame(text) };
  events.push(one);
  if (!quiet) for (const socket of clients) socket.write(one.frame);
};
let keys = 0;
const say = (text, quiet) => {
  const rkey = `3k${String(++keys).padStart(11, '2')}`;
  send(`did:plc:${'abcdefgh'.repeat(3)}`, 'create', rkey, { $type: 'app.bsky.feed.post', text, createdAt: new Date().toISOString(), langs: ['en'] }, quiet);
  return rkey;
};

const place = await desk({ options: ['--net_allow', `127.0.0.1:${port} localhost:${port}`] });
const machine = api(place, keyOf(place));
try {
  const query = await machine.post('/listening', { name: 'Our oven', kind: 'own', words: 'zanzibread OR "stone oven"' });
  check('somebody listens', query.status < 400, query.text);
  const made = await machine.post('/channels/new/jetstream', { name: 'All of Bluesky', setting: ['url'], value: [`http://localhost:${port}`] });
  check('the stream is connected', [200, 201, 303].includes(made.status), made.text);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'All of Bluesky')?.id;
  const row = () => sql(place, `SELECT state, state_story, cursor FROM channel WHERE id = ${channel}`)[0];
  const kept = () => sql(place, `SELECT body, removed_at FROM message WHERE channel_id = ${channel} ORDER BY id`);
  /* Asked for now and then: reading that is under way when somebody presses is begun again. */
  const press = async () => { await wait(4000); await machine.post(`/channels/${channel}/fetch`).catch(() => null); };
  const found = (text) => until(`“${text}”`, 40, async () => { await press(); return kept().find((one) => one.body.includes(text)); });
  await until('it to be followed', 30, () => asked.length);
  say('Nobody asks for this');
  const first = say('The stone oven of Levain is warm');
  check('what a query asks for comes in', await found('stone oven'), JSON.stringify([row(), asked]));
  check('and nothing else is kept', kept().length === 1, JSON.stringify(kept()));
  check('it is a mention', sql(place, 'SELECT count(*) AS n FROM mention m JOIN message g ON g.id = m.message_id WHERE g.channel_id = ' + channel)[0].n >= 1);
  check('that waits for nobody', !JSON.stringify((await machine.get('/inbox?sort=recent')).document?.list?.rows ?? []).includes('stone oven'));

  away = true;
  for (const socket of clients) socket.destroy();
  say('Missed zanzibread, said while nobody listened', true);
  await press();
  const failing = await until('the break to be told', 30, () => row().state === 'failing');
  check('a stream that is away is told on the channel', failing, JSON.stringify(row()));
  away = false;
  check('and read on from where it was: nothing is missed', await found('Missed zanzibread') && asked.at(-1).includes('cursor='), JSON.stringify([row(), asked.at(-1)]));
  send(`did:plc:${'abcdefgh'.repeat(3)}`, 'delete', first);
  check('what is taken away there is seen', await until('the removal', 40, async () => { await press(); return kept().find((one) => one.body.includes('stone oven') && one.removed_at > 0); }));

  /* ---- a burst ---- */
  const burst = Number(process.env.PLAY_EVENTS ?? 20000);
  for (let i = 0; i < burst; i++) say(`Message ${i} of many, about the weather, football and what there is for lunch on a day like this one`, true);
  say('The last zanzibread', true);
  const begun = Date.now();
  check('a burst is read through', await found('The last zanzibread'), JSON.stringify(row()));
  console.log(`# ${burst} events in ${((Date.now() - begun) / 1000).toFixed(1)} s by the clock`);
  check('and leaves nothing behind but what was asked for', kept().length === 3, String(kept().length));

  /* ---- away for longer than the server keeps what was said ---- */
  const page = async () => (await machine.get(`/channels/${channel}`)).document.channel;
  const whole = await until('the page to tell until when it is complete', 30, async () => { const shown = await page(); return shown.complete && shown.complete_from ? shown : null; });
  check('from when until when it is complete is told, and that nothing is lost', whole?.lost === null, JSON.stringify(whole));
  await machine.post(`/channels/${channel}/pause`);
  const days = (n) => (Date.now() - n * 86400000) * 1000, left = days(4);
  statement(place, `UPDATE channel SET cursor = '${left}' WHERE id = ${channel}`); // as if it had been left four days ago
  statement(place, `UPDATE channel_window SET complete_until = ${left} WHERE channel_id = ${channel}`);
  keeps = Date.now() * 1000;
  say('The first zanzibread that is still kept', true);
  await machine.post(`/channels/${channel}/resume`);
  check('what is still kept comes in', await found('still kept'), JSON.stringify([row(), asked.at(-1)]));
  const lost = await until('the hole to be told', 30, async () => (await page()).lost);
  check('and what is lost is told: from when until when', lost && Math.abs(Date.parse(lost.from.iso) - left / 1000) < 2000 && Math.abs(Date.parse(lost.until.iso) - keeps / 1000) < 60000, JSON.stringify(lost));
  const shown = await page();
  check('it is complete from there on', shown.complete_from?.iso === lost?.until.iso && shown.complete, JSON.stringify([shown.complete_from, shown.complete]));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  server.close();
  for (const socket of clients) socket.destroy();
}
end();
