/* A feed that is brought by its hub (WebSub), against a hub of this play's own that does what https://www.w3.org/TR/websub/ says: it is found
   by the feed's Link headers, asks back whether the desk meant it, and brings what is new, signed; the desk believes nothing else. The feed
   itself answers 304 all the time, so that whatever comes in came by the hub. */
// Proves feed (contract): receive
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { api, check, desk, end, freePort, keyOf, sql, statement, until } from './_desk.mjs';

const port = await freePort(), base = `http://127.0.0.1:${port}`, topic = `${base}/feed`;
const entry = (id, text) => `<entry><id>tag:levain.example,2026:${id}</id><title>Entry ${id}</title><link href="${base}/${id}"/><updated>2026-11-21T10:0${id}:00Z</updated><content>${text}</content></entry>`;
const feed = (...entries) => `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>tag:levain.example,2026:feed</id><title>Levain</title><updated>2026-11-21T10:00:00Z</updated><author><name>Jane</name></author>${entries.join('')}</feed>`;

/* ---- the feed and its hub ---- */
const asked = [], verified = [];
let broken = 0;
createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', async () => {
    if (request.url === '/feed') {
      const known = request.headers['if-none-match'] === '"1"';
      response.writeHead(known ? 304 : 200, { 'Content-Type': 'application/atom+xml', ETag: '"1"', Link: `<${base}/hub>; rel="hub", <${topic}>; rel="self"` });
      response.end(known ? '' : feed(entry(1, 'There already')));
      return;
    }
    if (request.url !== '/hub') { response.writeHead(404).end(); return; }
    if (broken-- > 0) { response.writeHead(500).end('trouble'); return; }
    const form = Object.fromEntries(new URLSearchParams(body));
    asked.push(form);
    response.writeHead(202).end();
    const challenge = `c-${asked.length}-${Math.random()}`, question = new URL(form['hub.callback']);
    for (const [name, value] of Object.entries({ 'hub.mode': form['hub.mode'], 'hub.topic': form['hub.topic'], 'hub.challenge': challenge, 'hub.lease_seconds': form['hub.lease_seconds'] })) question.searchParams.set(name, value);
    const answer = await fetch(question);
    verified.push(answer.status === 200 && (await answer.text()) === challenge);
  });
}).listen(port, '127.0.0.1').unref();
const bring = (text, { hash = 'sha256', secret = asked.at(-1)['hub.secret'], to = asked.at(-1)['hub.callback'], signed = true } = {}) => fetch(to, { method: 'POST', body: text,
  headers: { 'Content-Type': 'application/atom+xml', ...(signed ? { 'X-Hub-Signature': `${hash}=${createHmac(hash, secret).update(text).digest('hex')}` } : {}) } });

const place = await desk({ options: ['--net_allow', `127.0.0.1:${port}`] });
const machine = api(place, keyOf(place));
try {
  const made = await machine.post('/channels/new/feed', { name: 'Blog', setting: ['url'], value: [topic] });
  check('the feed is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Blog')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, cursor, settings FROM channel WHERE id = ${channel}`)[0];
  const said = (text) => sql(place, `SELECT COUNT(*) AS n FROM message WHERE channel_id = ${channel} AND body = '${text}'`)[0].n;
  const comes = (text) => until(`“${text}”`, 20, () => said(text));
  check('what stands in it comes in', await until('the first entry', 40, async () => said('There already') || (await machine.post(`/channels/${channel}/fetch`), 0)), JSON.stringify(row()));
  await until('the hub to be asked', 40, async () => asked.length || (await machine.post(`/channels/${channel}/fetch`), 0));
  check('its hub was found and asked', asked[0]?.['hub.mode'] === 'subscribe' && asked[0]['hub.topic'] === topic && asked[0]['hub.callback']?.includes(`/in/feed/`), JSON.stringify([asked, row()]));
  if (!asked.length) throw new Error('no hub was asked');
  await until('it to ask back', 20, () => verified.length);
  check('and when it asked back, the desk said yes', verified[0] === true, JSON.stringify(verified));
  check('with a secret that stands nowhere in the clear', asked[0]['hub.secret'].length > 40 && !statement(place, `SELECT settings || known || cursor FROM channel WHERE id = ${channel}`).includes(asked[0]['hub.secret']));

  const callback = asked[0]['hub.callback'], question = (fields) => fetch(`${callback}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.topic': topic, 'hub.challenge': 'x', ...fields })}`);
  check('another feed is not confirmed', (await question({ 'hub.topic': `${base}/other` })).status >= 400);
  check('nor is the end of this one', (await question({ 'hub.mode': 'unsubscribe' })).status >= 400);
  check('nor a challenge that is none', (await question({ 'hub.challenge': '' })).status >= 400);

  /* ---- what it brings ---- */
  check('a delivery is answered at once', (await bring(feed(entry(2, 'Brought by the hub'), entry(1, 'There already')))).status === 200);
  check('and comes in, the rest only once', await comes('Brought by the hub') && said('There already') === 1, JSON.stringify(row()));
  for (const [number, hash] of [[3, 'sha1'], [4, 'sha384'], [5, 'sha512']]) {
    await bring(feed(entry(number, `Signed with ${hash}`)), { hash });
    check(`also signed with ${hash}`, await comes(`Signed with ${hash}`));
  }
  await bring(feed(entry(6, 'Signed by somebody else')), { secret: 'guessed' });
  await bring(feed(entry(7, 'Not signed')), { signed: false });
  await bring('no feed at all');
  const refused = await until('the refusals', 20, () => { const { n } = sql(place, `SELECT COUNT(*) AS n FROM delivery WHERE channel_id = ${channel} AND state = 'refused'`)[0]; return n === 3 && n; });
  check('what is not signed, or no feed, is refused with a word', refused === 3 && !said('Signed by somebody else') && !said('Not signed'), JSON.stringify(sql(place, `SELECT state, story FROM delivery WHERE channel_id = ${channel}`)));

  /* ---- going on ---- */
  const count = asked.length;
  await machine.post(`/channels/${channel}/fetch`);
  await place.restart();
  await machine.post(`/channels/${channel}/fetch`);
  await bring(feed(entry(8, 'After a restart')));
  check('after a restart it still comes in', await comes('After a restart'));
  check('and the hub was not asked again before its time', asked.length === count, String(asked.length));
  const cursor = JSON.parse(row().cursor);
  check('the next time is written down', cursor.hub?.again > Date.now() / 1000 + 80000, row().cursor);
  cursor.hub.again = 1;
  broken = 1;
  /* Time to renew: put in again while nobody asked, as a reading that is under way puts its own back. */
  const over = (asked) => until('the renewal', 30, async () => {
    if (!asked()) {
      statement(place, `UPDATE channel SET cursor = '${JSON.stringify(cursor)}' WHERE id = ${channel}`);
      await machine.post(`/channels/${channel}/fetch`);
    }
    return asked() && JSON.parse(row().cursor).hub.again > 1;
  });
  await over(() => broken <= 0);
  const again = JSON.parse(row().cursor).hub.again - Date.now() / 1000;
  check('a hub in trouble is asked again in an hour, and the channel is fine', again > 3000 && again < 4000 && row().state === 'ok', JSON.stringify([again, row().state]));
  await over(() => asked.length > count);
  check('the subscription is renewed, with the same secret', asked.length === count + 1 && asked.at(-1)['hub.secret'] === asked[0]['hub.secret'], String(asked.length));

  /* ---- another address ---- */
  const renewed = await machine.post(`/channels/${channel}/deliveries/renew`);
  await until('the new address to be told', 30, async () => { await machine.post(`/channels/${channel}/fetch`); return asked.at(-1)['hub.callback'] !== callback; });
  check('a new address is told to the hub', asked.at(-1)['hub.callback'] !== callback && (await bring(feed(entry(9, 'To the new address')))).status === 200 && await comes('To the new address'), `${renewed.status}`);
  check('and the old one is closed', (await bring(feed(entry(9, 'To the old address')), { to: callback })).status === 404);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-2500)}`);
} finally {
  await place.end();
}
end();
