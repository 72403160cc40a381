/* The administrator's pages over the real program: channels, team, account, settings: each form once right and once wrong. Messages pushed by the
   API with a key, and the answer that comes back signed. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { api, check, desk, end, freePort } from './_desk.mjs';
import { errorOf, valueOf, visitor } from './_visitor.mjs';

const callbackPort = await freePort();
const place = await desk({ simulator: 'on', options: ['--net_allow', `127.0.0.1:${callbackPort}`] });
const later = (ms) => new Promise((done) => setTimeout(done, ms));
const received = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    received.push({ body, headers: request.headers });
    response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id": "answer-1"}');
  });
}).listen(callbackPort, '127.0.0.1');

async function until(what, ask, seconds = 20) {
  for (let i = 0; i < seconds * 5; i++) {
    const found = await ask();
    if (found) return found;
    await later(200);
  }
  throw new Error(`waited for nothing: ${what}`);
}

try {
  const camille = visitor(place.base);
  const entered = await camille.enter(place.link);
  check('the link lets the owner in', entered.status === 303, entered.text);

  let seen = await camille.get('/account');
  check('the account is shown', seen.status === 200 && valueOf(seen.text, 'email') === 'camille@levain.example', seen.text);
  seen = await camille.send('/account/profile', { name: 'Camille Rousseau', signature: 'Camille', lang: 'en', zone: 'Europe/Paris' });
  check('the language changes', seen.sent === 303 && seen.text.includes('<html lang="en"') && seen.text.includes('Your profile is kept.'), seen.text);

  /* ---- channels ---- */
  seen = await camille.get('/channels');
  check('the channels are listed', seen.status === 200 && seen.text.includes('La Place'), seen.text);
  check('what can be connected is offered', seen.text.includes('/channels/new/webform') && !seen.text.includes('/channels/new/import'));
  seen = await camille.get('/channels/new/webform');
  check('a kind has its form', seen.status === 200 && seen.text.includes('name="setting" value="callback"'));
  const wrong = [['name', 'The shop'], ['setting', 'callback'], ['value', 'nowhere'], ['setting', 'secret'], ['value', 'not to be seen'], ['setting', 'can_look'], ['value', 'no']];
  seen = await camille.post('/channels/new/webform', wrong);
  check('a wrong address is told beside its field', seen.status === 422 && /web address/.test(errorOf(seen.text, 'f-callback')), seen.text);
  check('what was typed is kept, secrets are not shown', valueOf(seen.text, 'f-callback') === 'nowhere' && valueOf(seen.text, 'name') === 'The shop' && !seen.text.includes('not to be seen'));
  const right = wrong.map(([name, value]) => [name, value === 'nowhere' ? `http://127.0.0.1:${callbackPort}/answers` : value === 'not to be seen' ? 'shared secret' : value]);
  seen = await camille.send('/channels/new/webform', right);
  check('a channel is connected', seen.sent === 303 && seen.text.includes('The shop') && seen.text.includes('/api/v1/channels/'), seen.text);
  const shop = /channels\/(\d+)/.exec(seen.location)[1];
  check('its secret is never shown again', !seen.text.includes('shared secret') && seen.text.includes('kept, sealed'));
  seen = await camille.send(`/channels/${shop}`, [['name', 'The shop'], ['setting', 'callback'], ['value', `http://127.0.0.1:${callbackPort}/answers?shop=1`], ['setting', 'secret'], ['value', '']]);
  check('an empty secret keeps the one there is', seen.sent === 303 && seen.text.includes('kept, sealed'), seen.text);
  seen = await camille.post(`/channels/${shop}`, [['name', ''], ['setting', 'callback'], ['value', '']]);
  check('a channel needs a name', seen.status === 422 && errorOf(seen.text, 'name'), seen.text);
  seen = await camille.get('/channels/new/simulator');
  seen = await camille.post('/channels/new/simulator', [['name', 'Trial'], ['setting', 'url'], ['value', ''], ['setting', 'token'], ['value', '']]);
  check('a needed field is told', seen.status === 422 && /needed/.test(errorOf(seen.text, 'f-url')));

  /* the simulator's dials */
  const list = await camille.get('/channels');
  const simulator = /href="\/channels\/(\d+)"><strong>La Place/.exec(list.text)[1];
  seen = await camille.get(`/channels/${simulator}`);
  check('the simulator has dials', seen.text.includes('dial-per_minute') && seen.text.includes('Play a scene'), seen.text);
  seen = await camille.post(`/channels/${simulator}/simulate`, [['dial', 'broken'], ['level', '400']]);
  check('a dial has its limits', seen.status === 422 && seen.text.includes('goes from 0 to 100'), seen.text);
  seen = await camille.send(`/channels/${simulator}/simulate`, { scene: 'outage' });
  check('a scene is played: the network is cut off', seen.sent === 303 && seen.text.includes('Cut off'), seen.text);
  seen = await until('the outage to be told', async () => {
    const page = await camille.get(`/channels/${simulator}`);
    return page.text.includes('Does not answer') && page;
  });
  check('the channel says that it does not answer', Boolean(seen));
  await camille.send(`/channels/${simulator}/simulate`, { scene: 'calm' });
  check('a calm day again', await until('the network to answer', async () => {
    await camille.send(`/channels/${simulator}/fetch`);
    const page = await camille.get(`/channels/${simulator}`);
    return page.text.includes('circle-check"/></svg>Connected') && !page.text.includes('Cut off');
  }));

  /* ---- a key, and what it may ---- */
  seen = await camille.get('/account?tab=api-keys');
  seen = await camille.post('/api-keys', [['name', 'Shop'], ['lifetime', '90']]);
  check('a key that may nothing is refused', seen.status === 422 && errorOf(seen.text, 'scope') !== undefined && valueOf(seen.text, 'name') === 'Shop', seen.text);
  seen = await camille.send('/api-keys', [['name', 'Shop'], ['lifetime', '90'], ['scope', 'channels.ingest'], ['scope', 'inbox.read'], ['scope', 'inbox.reply'], ['scope', 'inbox.propose']]);
  const key = valueOf(seen.text, 'token');
  check('a key is shown once', /^pv_/.test(key), seen.text);
  seen = await camille.get('/account?tab=api-keys');
  check('and never again', !seen.text.includes(key) && seen.text.includes(key.slice(0, 8)));
  const machine = api(place, key);

  /* ---- pushed in ---- */
  const message = { id: 'order-7', author: { id: 'nadia', name: 'Nadia' }, text: 'Where is my order?', kind: 'direct' };
  let answer = await machine.post(`/channels/${shop}/messages`, message);
  check('a message is pushed in', answer.status === 201 && answer.document.messages[0].result === 'created' && answer.document.created === 1, answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, message);
  check('a repetition changes nothing', answer.status === 201 && answer.document.unchanged === 1, answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { messages: [{ ...message, text: 'Where is my order, please?', edited_at: new Date().toISOString() },
    { id: 'order-8', thread: 'order-7', author: { id: 'nadia', name: 'Nadia' }, text: 'Hello?' }] });
  check('several at once: one changed, one new', answer.status === 201 && answer.document.changed === 1 && answer.document.created === 1, answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { messages: [{ ...message, id: 'order-9' }, { ...message, id: 'order-10' }, { ...message, id: 'order-11' }, { id: 'order-12', author: { id: 'nadia' } }] });
  check('the field at fault is named with its place', answer.status === 422 && answer.document.field === 'messages.3.text', answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { messages: [{ ...message, id: 'order-9' }] });
  check('all or none: nothing of that was taken', answer.document?.created === 1, answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { ...message, colour: 'blue' });
  check('a member that nobody knows is told', answer.status === 422 && answer.document.errors?.[0].field === 'colour', answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { ...message, rating: 9 });
  check('a wrong member of a single message is named', answer.status === 422 && answer.document.field === 'rating', answer.text);
  answer = await machine.post(`/channels/${shop}/messages`, { messages: Array.from({ length: 501 }, (_, i) => ({ ...message, id: `many-${i}` })) });
  check('more than 500 at once are refused', answer.status === 422, answer.status);
  answer = await machine.post(`/channels/${simulator}/messages`, message);
  check('nothing is pushed into a channel that is read', answer.status === 409, answer.text);
  answer = await machine.post(`/channels/${shop}/pause`);
  check('a key without the right does not pause', answer.status === 403, answer.text);
  answer = await machine.get('/channels');
  check('the list of channels is the same by the API', answer.status === 200 && answer.document.channels.some((one) => one.id === shop && one.kind.word === 'webform'), answer.text);

  /* ---- the answer comes back, signed ---- */
  const inbox = await machine.get('/inbox');
  const rows = JSON.stringify(inbox.document);
  check('it is in the inbox', rows.includes('Where is my order') || rows.includes('Hello?'), rows);
  const found = await machine.get(`/inbox?channel=${shop}`);
  const conversation = (found.document.rows ?? found.document.list?.rows ?? found.document.conversations ?? [])[0];
  if (check('the conversation is found by its channel', conversation?.id, JSON.stringify(found.document).slice(0, 1500))) {
    answer = await machine.post(`/conversations/${conversation.id}/reply`, { body: 'It left this morning.', visibility: 'private' });
    check('an answer is written', answer.status < 300, answer.text);
    await until('the answer to arrive', () => received.length, 40);
    const [{ body, headers }] = received;
    const stamp = headers['parvis-timestamp'];
    check('the answer arrives', JSON.parse(body).text.startsWith('It left this morning.') && JSON.parse(body).thread === 'order-7', body);
    check('its signature is right', headers['parvis-signature'] === createHmac('sha256', 'shared secret').update(`${stamp}.${body}`).digest('hex'), JSON.stringify(headers));
    await later(3000);
    check('it arrives once', received.length === 1, received.length);
  }

  /* ---- pause, put away, take out ---- */
  seen = await camille.get(`/channels/${shop}`);
  seen = await camille.send(`/channels/${shop}/pause`);
  check('a channel is paused', seen.text.includes('Paused') && seen.text.includes('/resume'), seen.text);
  answer = await machine.post(`/channels/${shop}/messages`, { ...message, id: 'late-1' });
  check('a paused channel asks to come back', answer.status === 503 && answer.headers.get('retry-after'), answer.text);
  seen = await camille.send(`/channels/${shop}/resume`);
  check('it is started again', seen.text.includes('/pause"'), seen.text);
  seen = await camille.send(`/channels/${shop}/archive`);
  check('it is put away, its secret forgotten', seen.text.includes('/restore"') && !seen.text.includes('kept, sealed'), seen.text);
  seen = await camille.send(`/channels/${shop}/restore`);
  check('and taken out again, paused', seen.text.includes('/resume"'), seen.text);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  receiver.close();
  await place.end();
}
end();
