/* Webhooks both ways with Node-RED, which we did not write: it brings a message, signed; the answer is posted to it, signed; what is said to
   that comes back into the same conversation. What is sent twice is taken once; what is not signed, changed or old is refused and stands on the
   channel's page with its reason; a secret is changed without a gap; a receiver that is away, and a desk that is killed, lose nothing. */
// Proves webform (real server): receive reply post private hide restore
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { api, byHand, check, desk, end, keyOf, sql, statement, until, wait } from './_desk.mjs';
import { nodeRed } from './_node_red.mjs';

const red = await nodeRed();
if (!red) {
  console.log('# skipped: webhook (Node-RED is not installed and not to be had from npm here)\n1..0');
  process.exit(0);
}
let held = null; /* a receiver that takes what is posted, and does not answer until it is told to */
const slow = createServer((request, response) => { request.resume(); held = response; });
await new Promise((done) => slow.listen(0, '127.0.0.1', done));
const place = await desk({ options: ['--net_allow', `${red.host} 127.0.0.1:${slow.address().port}`] });
const machine = api(place, keyOf(place));
const first = `whsec_${Buffer.from('the first secret, 32 bytes long!').toString('base64')}`, second = `whsec_${Buffer.from('the second secret, 32 bytes too!').toString('base64')}`;
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const heard = (text) => until(`“${text}” to come in`, 30, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview?.includes(text)));

try {
  const made = await machine.post('/channels/new/webform', { name: 'Shop', setting: ['callback', 'secret'], value: [`${red.base}/hook`, first] });
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Shop')?.id;
  const page = async () => (await machine.get(`/channels/${channel}`)).document.deliveries;
  const states = () => sql(place, `SELECT state, count(*) AS n FROM delivery WHERE channel_id = ${channel} GROUP BY state`).reduce((all, row) => ({ ...all, [row.state]: Number(row.n) }), {});
  const settled = () => until('all to be read', 20, () => !states().waiting);
  const address = (await page()).address.replace(/^https?:\/\/[^/]+/, place.base);
  check('its address stands on its page', /\/in\/webform\/\d+-[0-9a-f]{48}$/.test(address), address);
  const said = (id, text, more = {}) => ({ id, text, thread: 'order-12', author: { id: 'c5', name: 'Nadia' }, ...more });
  const fire = (id, body, more = {}) => red.fire({ url: address, secrets: [first], id, body, ...more });

  /* ---- there and back ---- */
  let told = await fire('d1', said('w1', 'Where is my order?'));
  check('it hears that its message is kept', told.status === 200, JSON.stringify(told));
  const row = await heard('Where is my order?');
  if (!check('the message stands in the inbox', row, JSON.stringify([states(), await page()]))) throw new Error('nothing came');
  const answer = (body) => machine.reply(row.id, body, 'private');
  const arrived = (text) => until(`“${text}” to arrive`, 30, async () => (await red.log()).find((one) => one.body.text === text));
  const verified = (one, secret) => { try { new Webhook(secret).verify(JSON.stringify(one.body), one.headers); return true; } catch { return false; } };
  told = await answer('It left this morning.');
  check('it is answered', told.status < 400, told.text);
  let there = await arrived('It left this morning.');
  check('the answer stands over there, in its thread, and says what it answers', there?.body.thread === 'order-12' && there.body.parent === 'w1' && there.body.private === true, JSON.stringify(there?.body));
  check('signed, as the reference library has it', there && verified(there, first) && !verified(there, second), JSON.stringify(there?.headers));
  await until('it to be sent', 10, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'It left this morning.' AND reply_state = 'sent'`)[0]);
  check('under the name that the other side gave it', sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'It left this morning.'`)[0].remote_id === 'nr-1');
  await fire('d2', said('w2', 'Thank you!', { parent: 'nr-1' }));
  const back = await until('the thanks to come in', 20, async () => messages(await talk(row.id)).find((one) => one.is_in && one.body === 'Thank you!'));
  check('what is said to it comes back into the same conversation', back && messages(await talk(row.id)).length === 3);

  /* ---- a post of our own, by hand ---- */
  const byhand = byHand(place, red.host);
  told = await byhand('channel', 'publish', 'Shop', '--post', '--title', 'Sunday bread', '--text', 'We bake on Sundays, too.', '--lang', 'en', '--key', 'post-1');
  const posted = (await red.log()).find((one) => one.body.act === 'post');
  check('a post of ours is there, signed, with its title', told.status === 0 && posted?.body.title === 'Sunday bread' && posted.body.text === 'We bake on Sundays, too.' && posted.body.lang === 'en' && verified(posted, first), `${told.said} ${JSON.stringify(posted)}`);

  /* ---- hidden, and shown again: the other side is told, signed ---- */
  const article = sql(place, 'SELECT CAST(id AS TEXT) AS id FROM charter_article ORDER BY charter_article.id LIMIT 1')[0].id, thanks = messages(await talk(row.id)).find((one) => one.body === 'Thank you!').id;
  const act = (word) => until(`“${word}” to arrive`, 30, async () => (await red.log()).find((one) => one.body.act === word));
  told = await machine.post(`/messages/${thanks}/hide`, { article_id: article, reason: 'A trial' });
  there = await act('hide');
  check('what is hidden here, the receiver is told to hide: which one, and signed', told.status < 400 && there?.body.target === 'w2' && there.body.thread === 'order-12' && verified(there, first), told.text + JSON.stringify(there?.body));
  await until('it to be sent', 20, () => sql(place, `SELECT 1 AS it FROM publication WHERE message_id = ${thanks} AND act = 'hide' AND state = 'sent'`)[0]);
  told = await machine.post(`/messages/${thanks}/restore`, { reason: 'It was a trial' });
  there = await act('restore');
  check('and shown again', told.status < 400 && there?.body.target === 'w2' && verified(there, first), told.text + JSON.stringify(there?.body));
  check('each said once', await until('both to be sent', 20, () => sql(place, `SELECT act, state FROM publication WHERE message_id = ${thanks} AND state = 'sent'`).length === 2)
    && (await red.log()).filter((one) => one.body.target === 'w2').length === 2);

  /* ---- beside a receiver that does not answer ---- */
  await machine.post('/channels/new/webform', { name: 'Slow', setting: ['callback', 'secret'], value: [`http://127.0.0.1:${slow.address().port}/hook`, first] });
  const beside = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Slow')?.id;
  await machine.post(`/channels/${beside}/messages`, { id: 's1', thread: 'slow', text: 'Do you answer slowly?', author: { id: 'c6', name: 'Omar' } });
  const sluggish = await heard('Do you answer slowly?');
  await machine.reply(sluggish.id, 'Slowly.', 'private');
  await until('the slow one to be called', 30, () => held);
  await answer('Quickly.');
  check('an answer does not wait for a receiver elsewhere that does not answer', (await arrived('Quickly.')) && held && !held.destroyed && !held.writableEnded);
  held?.end('{}');
  check('which gets its own, too', await until('it to be sent', 30, () => sql(place, `SELECT 1 AS it FROM message WHERE channel_id = ${beside} AND body = 'Slowly.' AND reply_state = 'sent'`)[0]));

  /* ---- another team settles it, by its program ---- */
  check('a case can be handed to it', (await talk(sluggish.id)).handoff?.machines.some((one) => one.id === channel) && !(await talk(sluggish.id)).handoff.is_by_mail, JSON.stringify((await talk(sluggish.id)).handoff));
  told = await machine.post(`/conversations/${sluggish.id}/handoff`, { to: 'a@example.org', word: 'To whom?' });
  check('by mail it cannot, without a mailbox', told.status === 400 || told.status === 422, `${told.status} ${told.text}`);
  told = await machine.post(`/conversations/${sluggish.id}/handoff`, { channel_id: channel, word: 'Could you look where it is?' });
  const handed = told.document?.case_id;
  check('it is handed over', told.status < 400 && handed, told.text);
  const letter = await until('the case to arrive', 30, async () => (await red.log()).find((one) => one.body.text?.startsWith('Could you look')));
  check('with what was said so far, signed, under a thread of its own', letter && letter.body.text.includes('> Do you answer slowly?') && letter.body.text.includes('> Slowly.') && /^[0-9a-f]{16}$/.test(letter.body.thread)
    && letter.body.subject.startsWith('Omar') && letter.body.parent === '' && letter.body.private === true && verified(letter, first), JSON.stringify(letter));
  await until('the case to be sent', 20, () => sql(place, `SELECT 1 AS it FROM message WHERE conversation_id = ${handed} AND reply_state = 'sent'`)[0]);
  await fire('d10', { id: 'w10', text: 'It leaves tonight.', thread: letter?.body.thread, author: { id: 'wk', name: 'Workshop' } });
  const theirs = await until('their answer', 20, async () => messages(await talk(handed)).find((one) => one.is_in && one.body === 'It leaves tonight.'));
  check('their answer comes into the case, and not to who wrote', theirs && !messages(await talk(sluggish.id)).some((one) => one.body === 'It leaves tonight.'));
  check('each says where the other is', messages(await talk(sluggish.id)).some((one) => one.is_note && one.body.includes(`/conversations/${handed}`)) && messages(await talk(handed)).some((one) => one.is_note && one.body.includes(`/conversations/${sluggish.id}`)));
  check('it arrived once', (await red.log()).filter((one) => one.body.thread === letter?.body.thread).length === 1);

  /* ---- twice, changed, old, not signed ---- */
  for (const id of ['d2', 'd2']) told = await fire(id, said('w2', 'Thank you!', { parent: 'nr-1' }));
  await settled();
  check('a delivery that comes again is answered, and taken once', told.status === 200 && states().twice === 2 && states().taken === 3, JSON.stringify(states()));
  await fire('d3', said('w3', 'Forged'), { secrets: ['a guess'] });
  await fire('d4', said('w4', 'Changed'), { spoil: ' ' });
  await fire('d5', said('w5', 'Old'), { stamp: Math.floor(Date.now() / 1000) - 600 });
  await fire('d5a', said('w5', 'From tomorrow'), { stamp: Math.floor(Date.now() / 1000) + 600 });
  await fire('d6', null, { text: '{"id": "w6"' });
  await fire('d7', said('w7', 'Not like this', { kind: 'nonsense' }));
  await settled();
  const shown = await page();
  check('what is forged, changed, old or unreadable is refused', states().refused === 6, JSON.stringify(states()));
  check('each with its reason on the channel’s page', shown.troubled.length === 6 && shown.troubled.every((one) => one.state.word === 'refused' && one.story.length > 10), JSON.stringify(shown));
  check('and nothing of it is in the conversation', messages(await talk(row.id)).length === 4);

  /* ---- the door ---- */
  const knock = async (url, method, body) => fetch(url, { method, body, headers: body ? { 'Content-Type': 'application/json' } : {} }).then((one) => one.status, (fault) => String(fault.cause ?? fault));
  check('another address takes nothing', (await knock(address.slice(0, -1), 'POST', '{}')) === 404 && (await knock(address.replace('webform', 'mastodon'), 'POST', '{}')) === 404);
  check('a visit is no delivery', (await knock(address, 'GET')) === 403);
  const ways = [];
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND']) ways.push(await knock(address, method, ['HEAD', 'OPTIONS'].includes(method) ? undefined : '{}'));
  check('and nothing is brought by another method', ways.every((status, i) => status === 403 || status === 404 || status === 405 || (i === 3 && status === 204)), ways.join());
  const was = states();
  const odd = async (body, headers) => fetch(address, { method: 'POST', body, headers }).then((one) => one.status, String);
  const form = await odd('id=1&text=Hello', { 'Content-Type': 'application/x-www-form-urlencoded' }), bytes = await odd(Buffer.from([0, 255, 254, 10, 13, 0]), { 'Content-Type': 'multipart/form-data; boundary=x' });
  const packed = await odd(Buffer.from('1f8b0800000000000003', 'hex'), { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }), empty = await odd('', { 'Content-Type': 'text/xml' });
  await settled();
  check('what is of no type, packed, or empty, and not signed, is kept and refused, whatever it says it is', [form, bytes, packed, empty].every((status) => status === 200 || status >= 400 && status < 500) && states().taken === was.taken, `${form} ${bytes} ${packed} ${empty} ${JSON.stringify(states())}`);
  statement(place, `DELETE FROM delivery WHERE channel_id = ${channel} AND state = 'refused' AND id NOT IN (SELECT id FROM delivery WHERE channel_id = ${channel} AND state = 'refused' ORDER BY id LIMIT ${was.refused})`);
  const large = [];
  for (const size of [1.5, 5, 20, 60, 200]) large.push(await knock(address, 'POST', Buffer.alloc(size * 1048576, 32)));
  check('a body that is too large is told so, however large', large.every((status) => status === 413), large.join());

  /* ---- a new secret, without a gap ---- */
  const set = (now, before) => machine.post(`/channels/${channel}`, { name: 'Shop', setting: ['callback', 'secret', 'secret_before'], value: [`${red.base}/hook`, now, before] });
  await set(second, first);
  await fire('e1', said('w8', 'Signed with the first'));
  await fire('e2', said('w9', 'Signed with the second'), { secrets: [second] });
  await settled();
  check('both are believed while it is being changed', messages(await talk(row.id)).filter((one) => one.body.startsWith('Signed with')).length === 2, JSON.stringify((await page()).troubled[0]));
  await answer('We changed our secret.');
  there = await arrived('We changed our secret.');
  check('an answer carries a signature of each', there && verified(there, first) && verified(there, second), JSON.stringify(there?.headers));
  await set(second, '');
  await fire('e3', said('w10', 'With the first again'));
  await settled();
  check('then the old one counts no more', states().refused === 7, JSON.stringify(states()));

  /* ---- the receiver is away; the desk is killed ---- */
  await red.away(true);
  await answer('Are you there?');
  await arrived('Are you there?');
  await red.away(false);
  await until('it to wait', 20, () => sql(place, `SELECT state FROM publication WHERE channel_id = ${channel} AND state = 'due' AND attempts > 0`)[0]);
  statement(place, `DELETE FROM channel_gate WHERE channel_id = ${channel}`);
  statement(place, `UPDATE publication SET due_at = 1 WHERE channel_id = ${channel} AND state = 'due'`);
  const late = await until('it to be sent', 30, () => sql(place, `SELECT reply_state FROM message WHERE channel_id = ${channel} AND body = 'Are you there?' AND reply_state = 'sent'`)[0]);
  const tries = (await red.log()).filter((one) => one.body.text === 'Are you there?');
  check('an answer to who was away leaves again, under the same name', late && tries.length === 2 && tries[0].headers['webhook-id'] === tries[1].headers['webhook-id'], JSON.stringify(tries.map((one) => one.headers['webhook-id'])));
  const kept = await Promise.all(Array.from({ length: 20 }, (_, i) => fire(`f${i}`, said(`x${i}`, `Kept ${i}`), { secrets: [second] })));
  await place.restart();
  await until('all of it to come in', 30, () => Number(sql(place, `SELECT count(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE 'Kept %'`)[0].n) === 20);
  const there20 = Number(sql(place, `SELECT count(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE 'Kept %'`)[0].n);
  check('what was answered 200 before the desk was killed is there, once', kept.every((one) => one.status === 200) && there20 === 20, `${there20} ${JSON.stringify(states())}`);
  const again = await machine.post(`/channels/${channel}/deliveries/again`);
  await settled();
  check('what was refused can be read once more, and is judged anew', again.status < 400 && states().refused >= 6, `${again.status} ${JSON.stringify(states())}`);

  /* ---- many at once from one who only knows the address; paused; put away ---- */
  const before = states(), flood = [];
  for (let i = 0; i < 20; i++) flood.push(...await Promise.all(Array.from({ length: 50 }, (_, n) => knock(address, 'POST', JSON.stringify({ id: `flood-${i}-${n}`, text: 'Forged' })))));
  const meanwhile = await fire('g1', said('y1', 'Between a thousand others'), { secrets: [second] });
  await until('the one that is signed', 40, () => sql(place, `SELECT 1 AS it FROM message WHERE channel_id = ${channel} AND body = 'Between a thousand others'`)[0]);
  check('a thousand forged ones keep the signed one from nobody', flood.every((status) => status === 200 || status === 429) && meanwhile.status === 200
    && sql(place, `SELECT 1 AS it FROM message WHERE channel_id = ${channel} AND body = 'Between a thousand others'`).length === 1, `${[...new Set(flood)]} ${JSON.stringify(states())}`);
  await settled();
  check('nothing of them is in, and no more of them is kept than the measure', states().taken === before.taken + 1 && states().refused <= 1001, JSON.stringify([before, states()]));
  await machine.post(`/channels/${channel}/pause`);
  told = await fire('h1', said('y2', 'While it is paused'), { secrets: [second] });
  check('what comes while the channel is paused is kept, unread', told.status === 200 && states().waiting === 1 && !sql(place, `SELECT 1 AS it FROM message WHERE channel_id = ${channel} AND body = 'While it is paused'`).length, `${told.status} ${JSON.stringify(states())}`);
  await machine.post(`/channels/${channel}/resume`);
  check('and comes in when it is started again', await until('it', 40, () => sql(place, `SELECT 1 AS it FROM message WHERE channel_id = ${channel} AND body = 'While it is paused'`)[0]), JSON.stringify(states()));
  const renewed = await machine.post(`/channels/${channel}/deliveries/renew`);
  check('another address closes the one before', renewed.status < 400 && (await knock(address, 'POST', '{}')) === 404 && (await page()).address !== address);
  const last = (await page()).address.replace(/^https?:\/\/[^/]+/, place.base);
  await machine.post(`/channels/${channel}/archive`);
  check('a channel that was put away takes nothing', (await knock(last, 'POST', '{}')) === 404);
  const figures = await (await fetch(`${place.base}/metrics`)).text();
  check('it is counted for whoever watches', /parvis_deliveries\{state="refused"\} \d+/.test(figures), figures.split('\n').filter((line) => line.includes('deliver')).join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await red.end();
  slow.closeAllConnections();
  slow.close();
}
end();
