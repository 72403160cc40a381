/* The administrator's pages over the real program: channels, team, account, settings: each form once right and once wrong. Messages pushed by the
   API with a key, and the answer that comes back signed. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { api, check, desk, end, freePort } from './_desk.mjs';
import { errorOf, valueOf, visitor } from './_visitor.mjs';

const callbackPort = await freePort();
const place = await desk({ simulator: 'on', options: ['--net_allow', `127.0.0.1:${callbackPort}`] });
/* RFC 6238, as an authenticator does. */
const totp = (secret, step = Math.floor(Date.now() / 30000)) => {
  let bits = '';
  for (const letter of secret) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))), counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', bytes).update(counter).digest(), at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
};
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
  const inbox = await machine.get('/inbox?sort=recent'); // by what is left of the promised time, it may stand on the second page
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
  /* ---- team ---- */
  seen = await camille.get('/team');
  check('people, roles and rights are shown', seen.text.includes('Awa Diallo') && seen.text.includes('What each role may do') && seen.text.includes('Moderator'), seen.text);
  const memberOf = (text, name) => new RegExp(`<strong>${name}</strong>.*?/team\\?person=(\\d+)`, 's').exec(text)[1];
  const awa = memberOf(seen.text, 'Awa Diallo'), me = memberOf(seen.text, 'Camille Rousseau'), team = /href="\/teams\/(\d+)"/.exec(seen.text)[1];
  seen = await camille.post('/invitations', { email: 'nobody', role: 'guest' });
  check('an address that is none is told beside its field', seen.status === 422 && errorOf(seen.text, 'email') && valueOf(seen.text, 'email') === 'nobody', seen.text);
  seen = await camille.post('/invitations', { email: 'awa@levain.example', role: 'guest' });
  check('somebody who is here is not invited', seen.status === 422 && /already/.test(errorOf(seen.text, 'email')), seen.text);
  seen = await camille.send('/invitations', { email: 'paul@levain.example', role: 'manager' });
  const invitation = valueOf(seen.text, 'link');
  check('without mail the link is shown once', invitation?.includes('/invitations/') && seen.text.includes('paul@levain.example'), seen.text);
  check('and only once', !(await camille.get('/team')).text.includes(invitation));
  const paul = visitor(place.base);
  seen = await paul.get(new URL(invitation).pathname);
  check('the link opens the invitation', seen.status === 200 && seen.text.includes('paul@levain.example'), seen.text);
  seen = await paul.send(new URL(invitation).pathname, { name: 'Paul Martin', password: 'horse battery staple', lang: 'en', zone: 'Europe/Paris' });
  check('and lets Paul in', seen.sent === 303 && seen.status === 200, seen.text);
  seen = await camille.get(`/team?person=${awa}`);
  check('a person opens for a change', seen.text.includes('id="person"') && seen.text.includes('Remove from the workspace'), seen.text);
  seen = await camille.post(`/memberships/${awa}`, [['role', 'moderator'], ['capacity', '5000']]);
  check('a limit has its limits', seen.status === 422 && errorOf(seen.text, 'capacity') && valueOf(seen.text, 'capacity') === '5000', seen.text);
  seen = await camille.send(`/memberships/${awa}`, [['role', 'moderator'], ['capacity', '15'], ['away', 'yes'], ['team', team]]);
  check('role, limit and absence change', seen.sent === 303 && /Awa Diallo<\/strong>.*?Moderator.*?Away/s.test(seen.text), seen.text);
  seen = await camille.post(`/memberships/${me}`, [['role', 'guest'], ['capacity', '0']]);
  check('the last owner stays owner', seen.status === 409, seen.text);
  seen = await camille.post('/teams', { name: 'Accueil' });
  check('two teams do not share a name', seen.status === 422 && errorOf(seen.text, 'team-name'), seen.text);
  seen = await camille.send('/teams', { name: 'Shops' });
  check('a team is made', seen.sent === 303 && valueOf(seen.text, 'name') === 'Shops', seen.text);
  const shops = /teams\/(\d+)/.exec(seen.location)[1], person = /name="member" value="(\d+)"/.exec(seen.text)[1];
  seen = await camille.send(`/teams/${shops}`, [['name', 'Shops'], ['assignment', 'load'], ['member', person]]);
  check('its people and its way are kept', seen.sent === 303 && /value="load" checked/.test(seen.text) && new RegExp(`value="${person}" checked`).test(seen.text), seen.text);
  seen = await camille.send(`/teams/${shops}/archive`);
  check('a team is put away', seen.sent === 303 && !seen.text.includes('>Shops<'), seen.text);
  seen = await camille.send(`/memberships/${awa}/remove`);
  check('somebody is removed', seen.sent === 303 && !seen.text.includes('awa@levain.example'), seen.text);
  await paul.get('/team');
  for (const [path, fields] of [['/invitations', { email: 'x@example.org', role: 'owner' }], [`/memberships/${me}`, { role: 'guest', capacity: '0' }], ['/teams', { name: 'Mine' }],
    ['/channels/new/webform', { name: 'Mine' }], ['/settings', { name: 'Mine' }], ['/sla-policies', { name: 'Mine' }], ['/closing-days', { closing_day: '2026-12-25', closing_name: 'x' }]])
    check(`a manager may not: POST ${path}`, (await paul.post(path, fields)).status === 403);
  check('nor see the settings', (await paul.get('/settings')).status === 403);

  seen = await camille.get('/team');
  const paulHere = memberOf(seen.text, 'Paul Martin');
  seen = await camille.send(`/invitations`, { email: 'marie@levain.example', role: 'guest' });
  const first = valueOf(seen.text, 'link');
  seen = await camille.send(`/invitations/${/\/invitations\/(\d+)\/renew/.exec(seen.text)[1]}/renew`);
  check('a new link for an invitation', valueOf(seen.text, 'link') && valueOf(seen.text, 'link') !== first, seen.text);
  check('the one before serves no longer', !(await visitor(place.base).get(new URL(first).pathname)).text.includes('marie@'));
  seen = await camille.send(`/invitations/${/\/invitations\/(\d+)\/revoke/.exec(seen.text)[1]}/revoke`);
  check('marie is invited no more', !seen.text.includes('marie@levain.example'), seen.text);
  await camille.send('/invitations', { email: 'co-owner@levain.example', role: 'owner' });
  execFileSync(place.program, ['user', 'add', '--email', 'ad@levain.example', '--name', 'Ad', '--role', 'administrator', '--password-stdin', '--data', place.data], { input: 'four words for ad\n' });
  const ad = visitor(place.base);
  await ad.signIn('ad@levain.example', 'four words for ad');
  const theirs = await ad.get('/team'), refused = await ad.post(`/invitations/${/\/invitations\/(\d+)\/renew/.exec(theirs.text)?.[1]}/renew`);
  check('an administrator makes no link for an owner to be, and spoils none', refused.status === 422 && (await ad.get('/team')).text.includes('co-owner@levain.example'), refused.status);
  seen = await camille.get('/team');
  seen = await camille.send(`/invitations/${/\/invitations\/(\d+)\/revoke/.exec(seen.text)[1]}/revoke`);
  check('an invitation is taken back', !seen.text.includes('co-owner@levain.example'), seen.text);
  await camille.send(`/memberships/${paulHere}/remove`);
  seen = await paul.get('/today');
  check('who is in no workspace lands at the account', seen.status === 303 && seen.location.endsWith('/account'), seen.location);
  seen = await paul.get('/account');
  check('which is shown without one', seen.status === 200 && valueOf(seen.text, 'email') === 'paul@levain.example', seen.text);
  for (const tab of ['notifications', 'security', 'api-keys'])
    check(`and its part ${tab}`, (await paul.get(`/account?tab=${tab}`)).status === 200);

  /* ---- settings ---- */
  seen = await camille.get('/settings');
  check('the settings are shown', seen.status === 200 && valueOf(seen.text, 'slug') === 'levain-co' && valueOf(seen.text, 'opens-1') === '08:00', seen.text);
  const settings = [['name', 'Levain & Co'], ['slug', 'levain'], ['zone', 'Europe/Paris'], ['lang', 'fr'], ['always_open', 'no'], ['approval', 'guests'], ['undo_seconds', '15'], ['appeal_days', '10'],
    ['signature', 'The bakers']];
  const days = (pairs) => pairs.flatMap(([day, opens, closes]) => [['weekday', String(day)], ['opens', opens], ['closes', closes]]);
  seen = await camille.post('/settings', [...settings, ...days([[0, '18:00', '09:00']])]);
  check('a day that closes before it opens is told at its row, and kept', seen.status === 422 && errorOf(seen.text, 'day-1') && valueOf(seen.text, 'opens-1') === '18:00' && errorOf(seen.text, 'opens'), seen.text);
  seen = await camille.post('/settings', [...settings.map(([name, value]) => [name, name === 'slug' ? 'Été !' : value]), ...days([[0, '09:00', '18:00']])]);
  check('an address of another kind is told', seen.status === 422 && errorOf(seen.text, 'slug') && valueOf(seen.text, 'slug') === 'Été !', seen.text);
  seen = await camille.send('/settings', [...settings, ...days([[0, '09:00', '12:00'], [0, '13:00', '18:30'], [1, '', '']])]);
  check('hours and rules are kept', seen.sent === 303 && valueOf(seen.text, 'closes-2') === '18:30' && seen.text.includes('8.5 hours a week') && valueOf(seen.text, 'appeal_days') === '10', seen.text);
  seen = await camille.post('/closing-days', { closing_day: '2026-02-31', closing_name: 'Never' });
  check('a day that does not exist is told', seen.status === 422 && errorOf(seen.text, 'closing_day') && valueOf(seen.text, 'closing_name') === 'Never', seen.text);
  seen = await camille.send('/closing-days', { closing_day: '2027-05-01', closing_name: 'Labour Day' });
  check('a closing day is kept', seen.sent === 303 && seen.text.includes('Labour Day') && /1.May.2027/.test(seen.text), seen.text);
  seen = await camille.send(`/closing-days/${/closing-days\/(\d+)\/remove/.exec(seen.text)[1]}/remove`);
  check('and opened again', !seen.text.includes('Labour Day'));
  seen = await camille.get('/sla-policies?policy=new');
  check('a new promise has its form', seen.text.includes('A new promise'), seen.text);
  seen = await camille.post('/sla-policies', { name: 'Nothing', first_answer: '0', resolution: '0' });
  check('a promise promises something', seen.status === 422 && errorOf(seen.text, 'first_answer') && valueOf(seen.text, 'name') === 'Nothing', seen.text);
  seen = await camille.send('/sla-policies', [['name', 'Reviews fast'], ['first_answer', '30'], ['first_unit', 'minutes'], ['resolution', '8'], ['resolution_unit', 'hours'], ['kind', 'review'], ['priority_least', 'high'], ['business_hours', 'yes']]);
  check('a promise is kept', seen.sent === 303 && seen.text.includes('Reviews fast') && /30.min/.test(seen.text), seen.text);
  const promise = /policy=(\d+)#policy">Reviews fast/.exec(seen.text)[1];
  seen = await camille.send(`/sla-policies/${promise}/move`, { by: '-1' });
  check('it moves up', seen.text.indexOf('Reviews fast') < seen.text.indexOf('Tout le reste'), seen.text);
  seen = await camille.post(`/sla-policies/${promise}`, [['name', 'Reviews fast'], ['first_answer', '9'], ['first_unit', 'hours'], ['resolution', '8'], ['resolution_unit', 'hours']]);
  check('what is done was answered before', seen.status === 422 && errorOf(seen.text, 'resolution'), seen.text);
  seen = await camille.send(`/sla-policies/${promise}/archive`);
  check('it is promised no longer', !seen.text.includes('Reviews fast'), seen.text);

  /* ---- account ---- */
  seen = await camille.post('/account/profile', { name: ' ', signature: 'C.', lang: 'en', zone: 'Europe/Paris' });
  check('a person has a name', seen.status === 422 && errorOf(seen.text, 'name') && valueOf(seen.text, 'signature') === 'C.', seen.text);
  seen = await camille.send('/account/away', { until: 'monday' });
  check('one goes away until Monday', seen.text.includes('You are away until'), seen.text);
  seen = await camille.send('/account/away', { until: 'back' });
  check('and is back', !seen.text.includes('You are away'), seen.text);
  seen = await camille.send('/account/keys', { keys: 'no' });
  check('single-letter keys go off', !seen.text.includes('data-keys="on"'), seen.text);
  await camille.send('/account/keys', { keys: 'yes' });
  seen = await camille.send('/account/theme', { theme: 'dark', next: '/account' });
  check('the theme is kept', seen.text.includes('data-theme="dark"'), seen.text);
  await camille.send('/account/theme', { theme: 'system', next: '/account' });
  seen = await camille.get('/account?tab=notifications');
  check('what is told can be chosen', seen.status === 200 && /value="mention" checked/.test(seen.text), seen.text);
  seen = await camille.post('/account/notifications', [['desk', 'mention'], ['quiet', 'yes'], ['quiet_from', '19:00'], ['quiet_to', '08:00']]);
  check('one\'s own hours are in order', seen.status === 422 && errorOf(seen.text, 'quiet_to'), seen.text);
  seen = await camille.send('/account/notifications', [['desk', 'mention'], ['quiet', 'yes'], ['quiet_from', '07:30'], ['quiet_to', '18:00']]);
  check('wishes are kept', /value="mention" checked/.test(seen.text) && !/value="breach" checked/.test(seen.text) && valueOf(seen.text, 'quiet_from') === '07:30', seen.text);

  seen = await camille.get('/account?tab=security');
  check('the security tab lists sessions', seen.text.includes('This one'), seen.text);
  seen = await camille.post('/account/password', { password: 'correct horse battery', again: 'another horse' });
  check('the two must be the same', seen.status === 422 && errorOf(seen.text, 'again'), seen.text);
  seen = await camille.send('/account/password', { password: 'correct horse battery', again: 'correct horse battery' });
  check('who came by a link chooses a password', seen.sent === 303, seen.text);
  seen = await camille.post('/account/password', { current_password: 'wrong', password: 'correct horse stable', again: 'correct horse stable' });
  check('later the present one is asked', seen.status === 422 && errorOf(seen.text, 'current_password'), seen.text);
  const elsewhere = visitor(place.base);
  seen = await elsewhere.signIn('camille@levain.example', 'correct horse battery');
  check('it serves elsewhere', seen.sent === 303 && seen.status === 200, seen.text);
  seen = await camille.get('/account?tab=security');
  const other = /\/sessions\/(\d+)\/end"/.exec(seen.text)[1];
  seen = await camille.send(`/sessions/${other}/end`);
  check('a session is ended from here', seen.sent === 303 && (await elsewhere.get('/today')).status === 303);

  /* Each secret is other bytes, zeros among them now and then: every one must come back. */
  let squares = 0;
  for (let i = 0; i < 60; i++) squares += /<code class="code">(?:[A-Z2-7]{4} ?){8}<\/code>/.test((await camille.send('/account/second-factor')).text);
  check('60 squares are asked for, and each is shown', squares === 60, squares);
  seen = await camille.send('/account/second-factor');
  const secret = /<code class="code">([A-Z2-7 ]+)<\/code>/.exec(seen.text)?.[1].replaceAll(' ', '');
  check('a square is shown', secret?.length === 32 && /<path d="M[^"]+z"/.test(seen.text) && seen.text.includes('otpauth://'), seen.text);
  seen = await camille.post('/account/second-factor/confirm', { code: '000000' });
  check('a wrong code is told, the square stays', seen.status === 422 && errorOf(seen.text, 'code') && seen.text.includes('<path d="M'), seen.text);
  seen = await camille.send('/account/second-factor/confirm', { code: totp(secret) });
  const codes = [...seen.text.matchAll(/<li><code>([^<]+)<\/code><\/li>/g)].map((one) => one[1]);
  check('the second factor is on, with ten recovery codes shown once', seen.sent === 303 && codes.length === 10, seen.text);
  check('and only once', !(await camille.get('/account?tab=security')).text.includes(codes[0]));
  const third = visitor(place.base);
  seen = await third.signIn('camille@levain.example', 'correct horse battery');
  seen = await third.send('/sign-in/second-factor', { code: codes[0] });
  check('a recovery code lets in', seen.sent === 303 && seen.status === 200 && seen.location.endsWith('/today'), seen.text);
  seen = await camille.get('/account?tab=security');
  check('nine are left', seen.text.includes('9 recovery codes are left'), seen.text);
  seen = await camille.post('/account/recovery-codes', { codes_password: 'wrong' });
  check('making new codes asks for the password', seen.status === 422 && errorOf(seen.text, 'codes_password'), seen.text);
  check('without anything it is refused', (await camille.post('/account/recovery-codes', {})).status === 422);
  seen = await camille.send('/account/recovery-codes', { codes_password: 'correct horse battery' });
  const fresh = [...seen.text.matchAll(/<li><code>([^<]+)<\/code><\/li>/g)].map((one) => one[1]);
  check('with it there are ten new ones', seen.sent === 303 && fresh.length === 10 && !fresh.includes(codes[1]), seen.text);
  seen = await camille.post('/account/second-factor/off', { off_password: 'wrong' });
  check('turning it off asks for the password', seen.status === 422 && errorOf(seen.text, 'off_password'), seen.text);
  seen = await camille.send('/account/second-factor/off', { off_password: 'correct horse battery' });
  check('it is off', seen.sent === 303 && seen.text.includes('Set up the second factor'), seen.text);
  const intrude = async (path, body) => (await fetch(place.base + path, { method: 'POST', redirect: 'manual', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-www-form-urlencoded' }, body })).status;
  for (const [path, body] of [['/account/password', 'password=taken over now&again=taken over now'], ['/account/profile', 'name=Nobody&lang=en&zone=UTC'], ['/account/theme', 'theme=dark'],
    ['/account/away', 'until=monday'], ['/api-keys', 'name=more&scope=conversation.read'], ['/sessions/end-others', '']])
    check(`a key does not change the account (${path})`, await intrude(path, body) === 403);
  seen = await camille.get('/account?tab=api-keys');
  seen = await camille.send(`/api-keys/${/\/api-keys\/(\d+)\/revoke/.exec(seen.text)[1]}/revoke`);
  check('a key is revoked', (await machine.get('/channels')).status === 401);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  receiver.close();
  await place.end();
}
end();
