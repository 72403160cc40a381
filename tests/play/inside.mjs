/* Addresses inside: however the address of this machine is written, no channel, feed, mailbox or webhook that somebody sets up makes the desk call it;
   what was tried is told, and why. A listener on every way in counts. */
import { createServer } from 'node:net';
import { api, check, desk, end, freePort, keyOf, sql, until } from './_desk.mjs';

const port = await freePort(), heard = [];
const listener = createServer((socket) => {
  heard.push(`${socket.localAddress}`);
  socket.on('error', () => {}).on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'));
});
await new Promise((done) => { listener.on('error', () => listener.listen(port, '0.0.0.0', done)).listen(port, '::', done); });

const hosts = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.000.000.001', '0', '0.0.0.0', 'localhost', 'LOCALHOST.', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '１２７.０.０.１', 'ⓛocalhost', '127。0。0。1'];
const place = await desk({ options: ['--requests_per_minute', '100000'] });
const machine = api(place, keyOf(place));
try {
  const made = [], refused = [];
  const make = async (kind, host, setting, value) => {
    const told = await machine.post(`/channels/new/${kind}`, { name: `${kind} ${host}`, setting, value });
    (told.status < 400 ? made : refused).push(`${kind} ${host}`);
    check(`${kind} ${host}: kept to be looked at, or refused as no address`, told.status < 400 || told.status === 422, `${told.status} ${told.text.slice(0, 200)}`);
  };
  for (const host of hosts) await make('feed', host, ['url'], [`http://${host}:${port}/`]);
  for (const host of ['somebody@127.0.0.1', 'a:b@localhost', `example.org:80@127.0.0.1`, '127.0.0.1\\@example.org', '127.0.0.1#@example.org', 'example.org%2f@127.0.0.1']) await make('feed', host, ['url'], [`http://${host}:${port}/`]);
  for (const scheme of ['file:///etc/passwd', `gopher://127.0.0.1:${port}/`, `unix:///run/x`, `dict://127.0.0.1:${port}/`])
    check(`${scheme.split(':')[0]} is no address`, (await machine.post('/channels/new/feed', { name: 'Other', setting: ['url'], value: [scheme] })).status === 422);
  for (const host of ['127.0.0.1', '0x7f.1', '[::ffff:127.0.0.1]']) {
    const url = `http://${host}:${port}`;
    await make('mastodon', host, ['url', 'token'], [url, 'x']);
    await make('wordpress', host, ['url', 'user', 'password'], [url, 'x', 'x']);
    await make('bluesky', host, ['url', 'handle', 'password'], [url, 'x', 'x']);
    await make('matrix', host, ['url', 'token', 'join'], [url, 'x', 'no']);
    await make('telegram', host, ['token', 'url'], ['1:x', url]);
    await make('jetstream', host, ['url'], [url]);
    await make('youtube', host, ['token', 'url'], ['x', url]);
    await make('twitter', host, ['token', 'messages', 'url'], ['x', 'no', url]);
    await make('discord', host, ['token', 'guild', 'url'], ['x', '1', url]);
    await make('email', host, ['address', 'imap', 'smtp', 'password'], ['a@example.org', `imap://${host}:${port}`, `smtp://${host}:${port}`, 'x']);
  }
  check('many were kept', made.length >= 40, `${made.length} ${refused.join(' | ')}`);
  const rows = () => sql(place, "SELECT name, state, state_story, verified_at, fetched_at FROM channel WHERE kind NOT IN ('simulator', 'import', 'webform') AND created_at > 0");
  const mine = () => rows().filter((row) => made.includes(row.name));
  await until('all to be tried', 60, () => mine().every((row) => ['broken', 'failing', 'paused'].includes(row.state)));
  const wrong = mine().filter((row) => !['broken', 'failing', 'paused'].includes(row.state) || row.fetched_at > 0);
  check('each was tried, and none was reached', !wrong.length, JSON.stringify(wrong));
  const blocked = mine().filter((row) => row.state_story.includes('net_allow'));
  check('what the guard held back says so, and what would allow it', blocked.length >= 25, JSON.stringify(mine().filter((row) => !row.state_story.includes('net_allow')).map((row) => [row.name, row.state, row.state_story.slice(0, 80)])));

  /* ---- what goes out by itself ---- */
  const shop = await machine.post('/channels/new/webform', { name: 'Shop', setting: ['callback', 'secret'], value: [`http://0x7f.1:${port}/hook`, 'whsec_dGhlIGZpcnN0IHNlY3JldCwgMzIgYnl0ZXMgbG9uZyE='] });
  const channel = shop.document.id ?? (await machine.get('/channels')).document.channels.find((one) => one.name === 'Shop').id;
  await machine.post(`/channels/${channel}/messages`, { id: 'w1', text: 'Hello', author: { id: 'c1', name: 'Nadia' } });
  const row = await until('the message', 20, async () => (await machine.get('/inbox?sort=recent')).document.list.rows.find((one) => one.preview === 'Hello'));
  await machine.reply(row.id, 'Good day', 'private');
  const held = await until('the answer to be held', 40, () => sql(place, `SELECT state, story FROM publication WHERE channel_id = ${channel} AND state = 'held'`)[0]);
  check('an answer is not posted to an address inside; it is held, with the reason', held?.story.includes('net_allow'), JSON.stringify(held));
  check('nothing was heard', heard.length === 0, heard.join());
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  listener.close();
}
end();
