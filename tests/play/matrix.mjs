/* A channel of the kind “matrix” against the description that Matrix publishes of its Client-Server API: no home server is to be had from
   Debian or npm. The address that is typed is a domain, which says where its home server is. A question comes in, is answered in its place,
   once, also when the answer to it is lost; edits, redactions, threads, pictures both ways, a gap in a busy room, a direct room, an encrypted one, an
   invitation, a room that is replaced; figures and the profile; an outage, a restart, a token that is over. */
// Proves matrix (contract): verify fetch reply post private hide react metrics profile
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { absent, contract, LOST } from './_contract.mjs';
import { api, attach, check, desk, end, freePort, keyOf, sql, statement, until } from './_desk.mjs';

const ME = '@desk:matrix.example', JANE = '@jane:other.example', PAUL = '@paul:matrix.example', TOKEN = 'syt_a_token_of_the_play';
const BAKERY = '!bakery:matrix.example', DIRECT = '!two:matrix.example', SECRET = '!secret:matrix.example', MARKET = '!market:other.example';

/* ---- a home server in memory: rooms are lists of events, places are numbers ---- */
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const rooms = new Map(), sent = new Map(), files = new Map([['oven', png]]), uploads = [];
let clock = Date.now() - 3600_000, place_at = 0, number = 0, dead = false, lose = null, lost = 0, window_of = 20;
const tell = (room, sender, type, content, more = {}) => {
  const event = { type, event_id: `$e${++number}`, room_id: room, sender, origin_server_ts: Math.max(clock += 1000, more.now ? Date.now() : 0), content, at: ++place_at, ...(more.state !== undefined ? { state_key: more.state } : {}) };
  if (more.redacts) event.redacts = more.redacts;
  if (!rooms.has(room)) rooms.set(room, { events: [], joined: true });
  rooms.get(room).events.push(event);
  return event;
};
const says = (room, sender, body, more = {}) => tell(room, sender, 'm.room.message', { msgtype: 'm.text', body, ...more });
const shown = ({ at, ...event }) => event;
const error = (status, errcode, more = {}) => ({ status, body: { errcode, error: 'The play says no', ...more } });

tell(BAKERY, ME, 'm.room.name', { name: 'Bakery' }, { state: '' });
tell(BAKERY, JANE, 'm.room.member', { membership: 'join', displayname: 'Jane' }, { state: JANE });
tell(BAKERY, PAUL, 'm.room.member', { membership: 'join', displayname: 'Paul' }, { state: PAUL });
tell(BAKERY, ME, 'm.room.member', { membership: 'join' }, { state: ME });
tell(DIRECT, JANE, 'm.room.member', { membership: 'join', displayname: 'Jane' }, { state: JANE });
tell(DIRECT, ME, 'm.room.member', { membership: 'join' }, { state: ME });
tell(SECRET, PAUL, 'm.room.encryption', { algorithm: 'm.megolm.v1.aes-sha2' }, { state: '' });
const post = says(BAKERY, ME, 'We bake on Sundays.');
const members = (room) => rooms.get(room).events.filter((one) => one.type === 'm.room.member');

const sync = (since) => {
  const answer = { next_batch: `s${place_at}`, rooms: { join: {}, invite: {} }, account_data: { events: since ? [] : [{ type: 'm.direct', content: { [JANE]: [DIRECT] } }] } };
  for (const [id, room] of rooms) {
    if (!room.joined) {
      if (!since || room.invited_at > since) answer.rooms.invite[id] = { invite_state: { events: [{ type: 'm.room.member', state_key: ME, sender: PAUL, content: { membership: 'invite' } }] } };
      continue;
    }
    const news = room.events.filter((one) => one.at > since), window = news.slice(-window_of);
    if (!news.length) continue;
    answer.rooms.join[id] = { state: { events: room.events.filter((one) => one.state_key !== undefined && one.at < window[0].at).map(shown) },
      timeline: { events: window.map(shown), limited: news.length > window.length, prev_batch: `p${window[0].at}` } };
  }
  return { body: answer };
};

const say = (asked) => {
  const p = asked.params, room = rooms.get(decodeURIComponent(p.roomId ?? ''))?.events;
  if (asked.operation !== 'getVersions' && asked.headers.authorization !== `Bearer ${TOKEN}`) return error(401, 'M_UNKNOWN_TOKEN');
  if (dead && asked.operation !== 'getVersions') return error(401, 'M_UNKNOWN_TOKEN', { soft_logout: true });
  switch (asked.operation) {
    case 'getVersions': return { body: { versions: ['v1.11', 'v1.15'] } };
    case 'getTokenOwner': return { body: { user_id: ME, device_id: 'DESK' } };
    case 'getUserProfile': return { body: { displayname: 'Bakery desk' } };
    case 'getConfigAuthed': return { body: { 'm.upload.size': 1000000 } };
    case 'sync': {
      const since = asked.query.get('since');
      if (since && !/^s\d+$/.test(since)) return error(400, 'M_INVALID_PARAM');
      return sync(Number(since?.slice(1) ?? 0));
    }
    case 'getRoomEvents': {
      const from = Number((asked.query.get('from') ?? `p${place_at + 1}`).slice(1)), to = Number(asked.query.get('to')?.slice(1) ?? 0), filter = JSON.parse(asked.query.get('filter') ?? '{}');
      const all = room.filter((one) => one.at < from && one.at > to && (!filter.senders || filter.senders.includes(one.sender))).reverse(), chunk = all.slice(0, 30);
      return { body: { start: `p${from}`, ...(all.length > chunk.length ? { end: `p${chunk.at(-1).at}` } : {}), chunk: chunk.map(shown), state: [] } };
    }
    case 'getOneRoomEvent': { const found = room?.find((one) => one.event_id === decodeURIComponent(p.eventId)); return found ? { body: shown(found) } : error(404, 'M_NOT_FOUND'); }
    case 'getJoinedMembersByRoom': return { body: { joined: Object.fromEntries(room.filter((one) => one.type === 'm.room.member').map((one) => [one.state_key, {}])) } };
    case 'getRelatingEventsWithRelTypeAndEventType': {
      const of = decodeURIComponent(p.eventId);
      if (!room?.some((one) => one.event_id === of)) return error(404, 'M_NOT_FOUND');
      return { body: { chunk: room.filter((one) => one.type === 'm.reaction' && one.content['m.relates_to']?.event_id === of).map(shown) } };
    }
    case 'getContentAuthed': return files.has(p.mediaId) ? { headers: { 'Content-Type': 'image/png' }, body: files.get(p.mediaId) } : error(404, 'M_NOT_FOUND');
    case 'joinRoom': {
      const id = decodeURIComponent(p.roomIdOrAlias);
      if (!rooms.has(id)) return error(404, 'M_NOT_FOUND');
      rooms.get(id).joined = true;
      return { body: { room_id: id } };
    }
    case 'getRoomIdByAlias': return decodeURIComponent(p.roomAlias) === '#news:matrix.example' ? { body: { room_id: BAKERY, servers: ['matrix.example'] } } : error(404, 'M_NOT_FOUND');
    case 'joinRoomById': rooms.get(decodeURIComponent(p.roomId)).joined = true; return { body: { room_id: decodeURIComponent(p.roomId) } };
    case 'sendMessage': {
      const key = asked.path, type = decodeURIComponent(p.eventType);
      if (room.some((one) => one.type === 'm.room.tombstone')) return error(403, 'M_FORBIDDEN');
      if (!sent.has(key)) sent.set(key, tell(decodeURIComponent(p.roomId), ME, type, asked.body, { now: true }).event_id);
      if (lose?.(asked)) { lost++; return LOST; }
      return { body: { event_id: sent.get(key) } };
    }
    case 'redactEvent': {
      const id = decodeURIComponent(p.eventId), of = room.find((one) => one.event_id === id);
      if (of.sender === 'nobody') return error(403, 'M_FORBIDDEN');
      of.content = {};
      return { body: { event_id: tell(decodeURIComponent(p.roomId), ME, 'm.room.redaction', {}, { redacts: id }).event_id } };
    }
    default: return undefined;
  }
};
/* The description writes the state of an event with a key, and an upload as application/octet-stream; the specification's text says that the key may be
   empty, and the type is the file's. */
const beside = (asked) => {
  if (asked.method === 'POST' && asked.path.startsWith('/_matrix/media/v3/upload')) {
    if (asked.headers.authorization !== `Bearer ${TOKEN}`) return error(401, 'M_UNKNOWN_TOKEN');
    uploads.push(asked.raw);
    return asked.headers['content-type'] === 'image/png' ? { body: { content_uri: `mxc://matrix.example/up${uploads.length}` } } : error(400, 'M_UNKNOWN');
  }
  const found = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/state\/(m\.room\.(?:encryption|tombstone))\/$/.exec(asked.path);
  if (!found) return undefined;
  const event = rooms.get(decodeURIComponent(found[1])).events.find((one) => one.type === found[2]);
  return event ? { body: event.content } : error(404, 'M_NOT_FOUND');
};

const server = await contract('matrix', 'client-server.openapi.json.gz', say, { base: '', beside });
if (!server) {
  console.log(absent('matrix'));
  process.exit(0);
}

/* The domain of the account: it is no home server, and says where that is. */
const domainPort = await freePort();
let delegates = server.base;
const domain = createServer((asked, answer) => {
  const known = asked.url === '/.well-known/matrix/client';
  answer.writeHead(known ? 200 : 404, { 'Content-Type': known ? 'application/json' : 'text/html' });
  answer.end(known ? JSON.stringify({ 'm.homeserver': { base_url: delegates } }) : '<p>No such page.');
  if (asked.headers.authorization) server.violations.push('the token was shown to the domain');
}).listen(domainPort, '127.0.0.1');

const allow = `127.0.0.1:${domainPort} ${server.host}`;
const place = await desk({ options: ['--net_allow', allow] });
const machine = api(place, keyOf(place));
const parvis = (...words) => new Promise((done) => {
  execFile(place.program, [...words, '--data', place.data, '--net_allow', allow], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } }, (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr }));
});
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const inbox = async (text) => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview?.includes(text));

try {
  delegates = 'http://10.1.2.3';
  const setting = { name: 'Rooms', setting: ['url', 'token', 'join'], value: [`http://127.0.0.1:${domainPort}`, TOKEN, 'no'] };
  const made = await machine.post('/channels/new/matrix', setting);
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Rooms')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const heard = (text) => until(`“${text}” to come in`, 40, async () => { await now(); return inbox(text); });
  const inside = await parvis('channel', 'verify', 'Rooms');
  check('a domain that sends us to an address inside is refused', inside.status !== 0 && JSON.parse(inside.stdout).outcome === 'hold', inside.stdout + inside.stderr);
  delegates = server.base;
  const verified = await parvis('channel', 'verify', 'Rooms');
  check('the home server is found where the domain says', verified.status === 0 && JSON.parse(verified.stdout).outcome === 'done', verified.stdout + verified.stderr);
  await machine.post(`/channels/${channel}`, setting);
  await until('the account to be looked at', 30, () => JSON.parse(row().known || '{}').base === server.base);
  check('who we are there was found out', JSON.parse(row().known).account?.handle === ME || JSON.parse(row().known).id === ME, row().known);

  /* ---- there and back ---- */
  const question = says(BAKERY, JANE, 'From what time?', { 'm.relates_to': { 'm.in_reply_to': { event_id: post.event_id } } });
  const first = await heard('From what time?');
  if (!check('the question stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  const before = messages(await talk(first.id));
  check('with what we had said in that room', before.some((one) => one.is_us && one.body === 'We bake on Sundays.') && before.some((one) => one.is_in && one.body === 'From what time?'), JSON.stringify(before.map((one) => [one.is_us, one.body])));
  const answer = machine.reply;
  const mine = (text, room = BAKERY) => rooms.get(room).events.filter((one) => one.sender === ME && one.content.body === text);
  let told = await answer(first.id, 'From eight o’clock.');
  check('it is answered', told.status < 400, told.text);
  await until('the answer to stand over there', 40, () => mine('From eight o’clock.').length);
  check('it answers her question there', mine('From eight o’clock.')[0]?.content['m.relates_to']?.['m.in_reply_to']?.event_id === question.event_id, JSON.stringify(mine('From eight o’clock.')));
  const thanks = says(BAKERY, JANE, 'Thank you!', { 'm.relates_to': { 'm.in_reply_to': { event_id: mine('From eight o’clock.')[0]?.event_id } } });
  await until('her answer', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'Thank you!'); });
  const all = messages(await talk(first.id));
  check('what she says to it comes back into the same conversation, nothing twice', all.filter((one) => one.body === 'From eight o’clock.').length === 1 && all.length === 4, JSON.stringify(all.map((one) => one.body)));

  /* ---- changes over there ---- */
  says(BAKERY, PAUL, '* Something else', { 'm.new_content': { msgtype: 'm.text', body: 'Something else' }, 'm.relates_to': { rel_type: 'm.replace', event_id: thanks.event_id } });
  says(BAKERY, JANE, '* Thank you both!', { 'm.new_content': { msgtype: 'm.text', body: 'Thank you both!' }, 'm.relates_to': { rel_type: 'm.replace', event_id: thanks.event_id } });
  await until('the edit to be seen', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'Thank you both!'); });
  check('an edit is seen, and one by somebody else is none', messages(await talk(first.id)).length === 4 && !messages(await talk(first.id)).some((one) => one.body === 'Something else'));
  tell(BAKERY, JANE, 'm.room.redaction', {}, { redacts: thanks.event_id });
  check('a removal is seen', await until('the removal', 40, async () => { await now(); return sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND remote_id = '${BAKERY}/${thanks.event_id}' AND removed_at > 0`)[0]; }));

  /* ---- an answer that may have left ---- */
  says(BAKERY, JANE, 'And on Mondays?');
  await until('the second question', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'And on Mondays?'); });
  lose = (asked) => asked.operation === 'sendMessage' && !lost;
  await answer(first.id, 'On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 60, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  check('its answer was lost on the way, and the desk found it there, said once', lost === 1 && mine('On Mondays we rest.').length === 1 && settled?.remote_id === `${BAKERY}/${mine('On Mondays we rest.')[0].event_id}`, JSON.stringify([lost, settled]));

  /* ---- a thread; pictures, both ways ---- */
  const root = says(BAKERY, JANE, 'About the rye:'), inside_it = says(BAKERY, PAUL, 'Is there rye?', { 'm.relates_to': { rel_type: 'm.thread', event_id: root.event_id, is_falling_back: true, 'm.in_reply_to': { event_id: root.event_id } } });
  const threaded = await heard('Is there rye?');
  check('a thread is a conversation of its own', threaded && threaded.id !== first.id);
  await answer(threaded.id, 'On Fridays.');
  await until('the answer in the thread', 40, () => mine('On Fridays.').length);
  const related = mine('On Fridays.')[0]?.content['m.relates_to'];
  check('and is answered in it', related?.rel_type === 'm.thread' && related.event_id === root.event_id && related['m.in_reply_to']?.event_id === inside_it.event_id, JSON.stringify(related));
  says(BAKERY, JANE, 'Our oven', { msgtype: 'm.image', body: 'Our oven, open', filename: 'oven.png', url: 'mxc://matrix.example/oven', info: { mimetype: 'image/png', size: png.length } });
  const pictured = await until('her picture', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.attachments?.some((file) => file.is_image)); });
  const seen = pictured && await fetch(`${place.base}/api/v1${pictured.attachments[0].thumb_url ?? pictured.attachments[0].url}`, { headers: { Authorization: `Bearer ${keyOf(place)}` } });
  check('a picture comes in, asked for with our token, byte for byte', seen?.status === 200 && Buffer.from(await seen.arrayBuffer()).equals(png), JSON.stringify(pictured?.attachments));
  const taken = await attach(place, keyOf(place), first.id, { body: 'Here it is.', visibility: 'public', alt: 'The oven, shut', version: (await talk(first.id)).version }, png, 'four à pain.png');
  const picture = await until('our picture over there', 40, () => rooms.get(BAKERY).events.find((one) => one.sender === ME && one.content.msgtype === 'm.image'));
  check('an answer with a picture leaves: the file first, then what is said of it', taken.status < 400 && picture?.content.url === 'mxc://matrix.example/up1' && picture.content.body === 'The oven, shut' && picture.content.filename === 'four à pain.png'
    && uploads.length === 1 && uploads[0].equals(png), taken.text + JSON.stringify([picture?.content, uploads.length]));
  await until('the words to it', 40, () => mine('Here it is.').length);

  /* ---- a post of our own, by hand ---- */
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Rooms', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.stdout + one.stderr }; };
  check('without a room for them, posts are refused', (await publish('--post', '--text', 'Nowhere')).outcome === 'never' && !mine('Nowhere').length);
  await machine.post(`/channels/${channel}`, { name: 'Rooms', setting: ['url', 'token', 'join', 'posts'], value: [`http://127.0.0.1:${domainPort}`, '', 'no', '#news:matrix.example'] });
  const own = await until('the home server to be found again', 30, async () => { const one = await publish('--post', '--text', 'New: walnut bread', '--warning', 'Nuts', '--key', 'post-1'); return one.outcome === 'done' && one; });
  const stands = mine('Nuts\n\nNew: walnut bread')[0];
  check('a post of ours stands in the room that is named, once', own && mine('Nuts\n\nNew: walnut bread').length === 1 && own.id === `${BAKERY}/${stands?.event_id}` && !stands.content['m.relates_to'], JSON.stringify([own, stands]));
  const part = await publish('--to', own.id, '--thread', own.id, '--text', 'In both shops.', '--key', 'post-1-2');
  check('what follows stands in its thread', mine('In both shops.')[0]?.content['m.relates_to']?.event_id === stands.event_id, part.said);
  says(BAKERY, JANE, 'Is it there on Mondays?', { 'm.relates_to': { rel_type: 'm.thread', event_id: stands.event_id, is_falling_back: true, 'm.in_reply_to': { event_id: stands.event_id } } });
  const under = await heard('Is it there on Mondays?');
  check('what is said under it comes in, and says to what', sql(place, `SELECT parent_remote_id FROM message WHERE channel_id = ${channel} AND body = 'Is it there on Mondays?'`)[0]?.parent_remote_id === own.id, JSON.stringify([own.id, under?.id]));
  lost = 0;
  lose = (asked) => asked.operation === 'sendMessage' && !lost;
  const doubt = ['--post', '--text', 'Closed on the eleventh', '--key', 'post-2', '--since', new Date().toISOString()], first_try = await publish(...doubt), there = await publish(...doubt, '--look');
  check('a post that may have left is found, and stands there once', lost === 1 && ['done', 'unknown'].includes(first_try.outcome) && mine('Closed on the eleventh').length === 1 && there.outcome === 'done' && there.id === `${BAKERY}/${mine('Closed on the eleventh')[0]?.event_id}`, first_try.said + there.said);
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--since', new Date().toISOString(), '--look')).outcome === 'never');
  lose = null;

  /* ---- other rooms ---- */
  says(DIRECT, JANE, 'My order 4711 is late.');
  const direct = await heard('My order 4711');
  check('a direct room is private', sql(place, `SELECT visibility FROM message WHERE channel_id = ${channel} AND body = 'My order 4711 is late.'`)[0].visibility === 'private', row().cursor);
  told = await answer(direct.id, 'It left today.', 'private');
  await until('the private answer', 40, () => mine('It left today.', DIRECT).length);
  check('it is answered in private', mine('It left today.', DIRECT).length === 1, told.text);
  tell(SECRET, PAUL, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'AAAA' });
  tell(SECRET, PAUL, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'BBBB' });
  await now();
  const secret = await until('an encrypted room to be told of', 40, async () => { await now(); return sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND remote_id = '${SECRET}/encrypted'`)[0] && sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND remote_id = '${SECRET}/encrypted'`); });
  check('an encrypted room is told of, once', secret?.length === 1);
  const refused = await parvis('channel', 'publish', 'Rooms', '--thread', SECRET, '--to', `${SECRET}/$x`, '--text', 'In the clear');
  check('nothing is written into it', refused.status !== 0 && !mine('In the clear', SECRET).length, refused.stdout + refused.stderr);
  rooms.set(MARKET, { events: [], joined: false, invited_at: ++place_at });
  await until('the invitation to be told of', 40, async () => { await now(); return sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND remote_id = '${MARKET}/invited'`)[0]; });
  check('an invitation is told, and not accepted', rooms.get(MARKET).joined === false);

  /* ---- away for a while, and much is said meanwhile ---- */
  await server.stop();
  await now();
  check('an outage is said on the channel, in words', await until('the outage to be seen', 40, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  for (let i = 1; i <= 95; i++) says(BAKERY, i % 2 ? JANE : PAUL, `Said meanwhile ${i}.`);
  await answer(first.id, 'See you soon.');
  await server.start();
  const count = () => Number(sql(place, `SELECT count(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE 'Said meanwhile %'`)[0].n);
  await until('the gap to be filled', 60, async () => { await now(); return count() >= 95; });
  check('what was said meanwhile came in, all of it, once', count() === 95 && await until('it to be fine', 20, () => row().state === 'ok'), `${count()} ${JSON.stringify(row())}`);
  await until('the answer to leave', 60, () => mine('See you soon.').length);
  check('what was answered meanwhile left, once', mine('See you soon.').length === 1);

  /* ---- by hand: likes and removals ---- */
  const liked = await parvis('channel', 'publish', 'Rooms', '--act', 'react', '--to', `${BAKERY}/${question.event_id}`);
  check('a message is liked', liked.status === 0 && rooms.get(BAKERY).events.some((one) => one.type === 'm.reaction' && one.content['m.relates_to'].event_id === question.event_id), liked.stdout + liked.stderr);
  const ours = mine('From eight o’clock.')[0].event_id;
  tell(BAKERY, JANE, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: ours, key: '🥐' } });
  const figures = await parvis('channel', 'metrics', 'Rooms', `${BAKERY}/${question.event_id}`, `${BAKERY}/${ours}`, `${BAKERY}/$nothing`);
  check('figures by hand: of what is there', figures.status === 0 && JSON.stringify(JSON.parse(figures.stdout).metrics.map((one) => [one.measure, one.value])) === '[["likes",1],["likes",1]]', figures.stdout + figures.stderr);
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`);
  const point = await until('the figures to be read', 40, () => sql(place, `SELECT p.value FROM metric_point p JOIN message m ON m.id = p.message_id WHERE p.channel_id = ${channel} AND m.body = 'From eight o’clock.' AND p.measure = 'likes' AND p.value = 1`)[0]);
  check('and by the desk itself, for our own message', point);
  const profile = await parvis('channel', 'profile', 'Rooms', '--verbose');
  check('how we show ourselves there, without a credential', profile.status === 0 && JSON.parse(profile.stdout).name === 'Bakery desk' && JSON.parse(profile.stdout).handle === ME && !(profile.stdout + profile.stderr).includes(TOKEN), profile.stdout + profile.stderr);
  const hidden = await parvis('channel', 'publish', 'Rooms', '--act', 'hide', '--to', `${BAKERY}/${question.event_id}`);
  check('a message is redacted', hidden.status === 0 && rooms.get(BAKERY).events.some((one) => one.redacts === question.event_id), hidden.stdout + hidden.stderr);

  /* ---- the room is replaced by a new one ---- */
  const NEW = '!bakery2:matrix.example';
  rooms.set(NEW, { events: [], joined: false, invited_at: 0 });
  tell(NEW, PAUL, 'm.room.create', { creator: PAUL, predecessor: { room_id: BAKERY, event_id: '$gone' } }, { state: '' });
  tell(NEW, JANE, 'm.room.member', { membership: 'join', displayname: 'Jane' }, { state: JANE });
  tell(NEW, PAUL, 'm.room.member', { membership: 'join', displayname: 'Paul' }, { state: PAUL });
  tell(NEW, ME, 'm.room.member', { membership: 'join' }, { state: ME });
  tell(BAKERY, PAUL, 'm.room.tombstone', { body: 'This room has been replaced', replacement_room: NEW }, { state: '' });
  check('the account goes along to the new room', await until('it to be entered', 40, async () => { await now(); return rooms.get(NEW).joined; }));
  check('and whoever reads the conversation is told', await until('it to be told', 40, async () => messages(await talk(first.id)).find((one) => /^\(.*conversation (goes on|continue)/.test(one.body ?? ''))), JSON.stringify(messages(await talk(first.id)).at(-1)));
  told = await answer(first.id, 'We are here now.');
  await until('the answer in the new room', 60, () => mine('We are here now.', NEW).length);
  check('what is answered to the old room leaves in the new one, once', mine('We are here now.', NEW).length === 1 && !mine('We are here now.').length && !mine('We are here now.', NEW)[0].content['m.relates_to'], told.text);
  const moved = says(NEW, JANE, 'Is it nicer here?');
  const same = await until('what is said there', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'Is it nicer here?'); });
  check('what is said there comes into the same conversation', same);
  await answer(first.id, 'Much nicer.');
  await until('the answer there', 40, () => mine('Much nicer.', NEW).length);
  check('and is answered there', mine('Much nicer.', NEW)[0]?.content['m.relates_to']?.['m.in_reply_to']?.event_id === moved.event_id, JSON.stringify(mine('Much nicer.', NEW)));

  /* ---- a restart, with invitations accepted; then the token is over ---- */
  await place.restart();
  await machine.post(`/channels/${channel}`, { ...setting, value: [`http://127.0.0.1:${domainPort}`, TOKEN, 'yes'] });
  rooms.get(MARKET).invited_at = ++place_at;
  check('an invitation is accepted where the setting says so', await until('the invitation', 40, async () => { await now(); return rooms.get(MARKET).joined; }));
  says(MARKET, PAUL, 'Welcome to the market.');
  check('and the room is read', await until('the room', 40, async () => { await now(); return sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND body = 'Welcome to the market.'`)[0]; }), JSON.stringify(row()));
  dead = true;
  await now();
  check('a token that is over breaks the channel, and says so', await until('the dead token to be told', 40, () => row().state === 'broken' && row().state_story.length > 20), JSON.stringify(row()));
  const gone = await parvis('channel', 'verify', 'Rooms');
  check('a soft logout is told as what it is', JSON.parse(gone.stdout).outcome === 'hold' && /sign in again/.test(gone.stdout), gone.stdout);
  check('every request is as the description has it', !server.violations.length, server.violations.slice(0, 5).join('\n'));
  check('and what the play answered too', !server.strange.length, server.strange.slice(0, 5).join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${server.violations.slice(0, 5).join('\n')}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  domain.close();
  await server.end();
}
end();
