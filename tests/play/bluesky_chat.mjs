/* Direct messages of Bluesky: chat.bsky, a service of its own that nobody can run, by the lexicons that the network publishes: every request of the
   desk and every answer of this play is held against them. A message comes in and is answered; the answer to the answer comes back into the same
   conversation; an answer that may have left is looked for and stands there once; one that certainly did not leave, leaves again; who wrote in
   public is answered in private; a message taken back is seen; a log that was lost is begun anew, and nothing is there twice. */
// Proves bluesky (contract): private
import { api, check, desk, end, keyOf, sql, until } from './_desk.mjs';
import { LOST, absent, error, lexicon } from './_lexicon.mjs';

/* ---- a network of two people ---- */

const us = { did: 'did:plc:deskdeskdeskdeskdeskdesk', handle: 'acmedesk.test' }, jane = { did: 'did:plc:janejanejanejanejanejane', handle: 'janedoe.test', displayName: 'Jane Doe' };
const token = (scope, n) => ['{"typ":"JWT","alg":"none"}', JSON.stringify({ scope, sub: us.did, exp: Math.floor(Date.now() / 1000) + 7200, n })].map((part) => Buffer.from(part).toString('base64url')).join('.') + '.c2lnbmVk';
const CONVO = '3kconvo222222', log = [], messages = [];
let unread = 0, revision = 0, loseAfter = 0, loseBefore = 0, logLost = false, closed = false;
const rev = () => `22222222${String(++revision).padStart(5, '0')}`;
const put = (sender, text, more = {}) => {
  const id = `3km${String(messages.length + 1).padStart(10, '2')}`;
  const view = { $type: 'chat.bsky.convo.defs#messageView', id, rev: rev(), text, sender: { did: sender.did }, sentAt: new Date().toISOString(), ...more };
  messages.push(view);
  log.push({ $type: 'chat.bsky.convo.defs#logCreateMessage', rev: view.rev, convoId: CONVO, message: view, relatedProfiles: [us, jane] });
  if (sender === jane) unread++;
  return view;
};
const takeBack = (view) => {
  const gone = { $type: 'chat.bsky.convo.defs#deletedMessageView', id: view.id, rev: rev(), sender: view.sender, sentAt: view.sentAt };
  messages[messages.indexOf(view)] = gone;
  log.push({ $type: 'chat.bsky.convo.defs#logDeleteMessage', rev: gone.rev, convoId: CONVO, message: gone });
};
const convo = () => ({ id: CONVO, rev: messages.at(-1)?.rev ?? rev(), members: [us, jane], muted: false, status: 'accepted', unreadCount: unread, ...(messages.length ? { lastMessage: messages.at(-1) } : {}) });
const mention = {
  uri: `at://${jane.did}/app.bsky.feed.post/3kmention22222`, cid: 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454', author: jane,
  record: { $type: 'app.bsky.feed.post', text: '@acmedesk.test my parcel is lost', createdAt: new Date().toISOString() }, isRead: false, indexedAt: new Date().toISOString(), reason: 'mention',
};
const say = ({ nsid, params, body }) => {
  switch (nsid) {
  case 'com.atproto.server.createSession': return body.password === 'abcd-efgh-ijkl-mnop' ? { accessJwt: token('com.atproto.appPassPrivileged', 1), refreshJwt: token('com.atproto.refresh', 2), handle: us.handle, did: us.did, active: true } : error('AuthenticationRequired', 'Invalid identifier or password', 401);
  case 'com.atproto.server.refreshSession': return { accessJwt: token('com.atproto.appPassPrivileged', 3), refreshJwt: token('com.atproto.refresh', 4), handle: us.handle, did: us.did, active: true };
  case 'com.atproto.server.getSession': return { handle: us.handle, did: us.did, active: true };
  case 'app.bsky.actor.getProfile': return { ...us, followersCount: 3, followsCount: 1, postsCount: 0 };
  case 'app.bsky.notification.listNotifications': return { notifications: [mention] };
  case 'app.bsky.feed.getPosts': return { posts: params.uris.filter((uri) => uri === mention.uri).map(() => ({ uri: mention.uri, cid: mention.cid, author: jane, record: mention.record, indexedAt: mention.indexedAt, likeCount: 0, replyCount: 0, repostCount: 0 })) };
  case 'chat.bsky.convo.listConvos': return { convos: messages.length ? [convo()] : [] };
  case 'chat.bsky.convo.getLog':
    if (logLost) { logLost = false; return error('InvalidCursor', 'Malformed cursor'); }
    return { logs: log.filter((one) => !params.cursor || one.rev > params.cursor), cursor: log.at(-1)?.rev ?? params.cursor };
  case 'chat.bsky.convo.getMessages': return params.convoId === CONVO ? { messages: [...messages].reverse().slice(0, params.limit), relatedProfiles: [us, jane] } : error('InvalidConvo');
  case 'chat.bsky.convo.getConvoForMembers': return closed ? error('MessagesDisabled', 'recipient has disabled incoming messages') : { convo: convo() };
  case 'chat.bsky.convo.sendMessage': {
    if (body.convoId !== CONVO) return error('InvalidConvo');
    if (loseBefore > 0) { loseBefore--; return LOST; }
    const view = put(us, body.message.text, body.message.facets ? { facets: body.message.facets } : {});
    if (loseAfter > 0) { loseAfter--; return LOST; }
    return view;
  }
  default: return undefined;
  }
};

const server = await lexicon(say);
if (!server) {
  console.log(absent);
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', `127.0.0.1:${server.port} localhost:${server.port}`] });
const machine = api(place, keyOf(place));
try {
  put(jane, 'Hello, my order is late.');
  const made = await machine.post('/channels/new/bluesky', { name: 'Sky', setting: ['url', 'handle', 'password'], value: [server.base, us.handle, 'abcd-efgh-ijkl-mnop'] });
  check('it is connected', [200, 201, 303].includes(made.status), made.text);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Sky')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`).catch(() => null);
  await until('the account to be looked at', 30, () => row().verified_at > 0);
  check('the app password reaches direct messages', JSON.parse(row().known).rights?.includes('chat'), row().known);
  const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
  const said = async (id) => (await talk(id)).thread.map((item) => item.message).filter(Boolean);
  const heard = (text) => until(`“${text}” to come in`, 60, async () => { await now(); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes(text)); });
  const found = (id, text) => until(`“${text}”`, 60, async () => { await now(); return (await said(id)).find((one) => one.body.includes(text)); });
  const ours = (text) => messages.filter((one) => one.text === text && one.sender.did === us.did);
  const stateOf = (text) => sql(place, `SELECT reply_state, remote_id FROM message WHERE channel_id = ${channel} AND body = '${text}'`)[0];

  /* ---- there and back ---- */
  const first = await heard('my order is late');
  if (!check('a direct message stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  check('as a private one, of who wrote it', (await said(first.id)).length === 1 && sql(place, `SELECT visibility FROM message WHERE channel_id = ${channel} AND body = 'Hello, my order is late.'`)[0]?.visibility === 'private');
  let told = await machine.reply(first.id, 'On its way: https://bakery.example/parcel', 'private');
  check('it is answered', told.status < 400, told.text);
  check('the answer stands in their conversation, once', await until('it to leave', 40, () => ours('On its way: https://bakery.example/parcel').length === 1));
  const facet = ours('On its way: https://bakery.example/parcel')[0]?.facets?.[0];
  check('with its link marked, by bytes', facet?.index.byteStart === 12 && facet.index.byteEnd === 41 && facet.features[0].uri === 'https://bakery.example/parcel', JSON.stringify(facet));
  await until('the desk to know', 30, () => stateOf('On its way: https://bakery.example/parcel')?.reply_state === 'sent');
  put(jane, 'Thank you, it came.');
  const thanks = await found(first.id, 'Thank you, it came.');
  check('what she says to it comes back into the same conversation', thanks?.is_in, JSON.stringify((await said(first.id)).map((one) => [one.is_us, one.body])));
  check('and what we said is there once, though the log tells it too', (await said(first.id)).filter((one) => one.body.includes('On its way')).length === 1);

  /* ---- answers that may have left ---- */
  loseAfter = 1;
  told = await machine.reply(first.id, 'Was it still warm?', 'private');
  const settled = await until('the doubt to be cleared up', 90, () => (stateOf('Was it still warm?')?.reply_state === 'sent' ? stateOf('Was it still warm?') : null));
  check('an answer whose acknowledgement was lost is found there', settled?.remote_id === `${CONVO}/${ours('Was it still warm?')[0]?.id}`, JSON.stringify([told.status, stateOf('Was it still warm?')]));
  check('and said once', ours('Was it still warm?').length === 1);
  put(jane, 'It was.');
  await found(first.id, 'It was.');
  loseBefore = 1;
  told = await machine.reply(first.id, 'Until next week then.', 'private');
  check('one that did not arrive leaves again', await until('it to arrive', 200, () => ours('Until next week then.').length) === 1 /* it is looked for twice, a minute apart */ && await until('the desk to know', 60, () => stateOf('Until next week then.')?.reply_state === 'sent'), JSON.stringify(stateOf('Until next week then.')));
  check('once', ours('Until next week then.').length === 1);

  /* ---- from the public square to a private word ---- */
  const lostParcel = await heard('my parcel is lost');
  told = await machine.reply(lostParcel.id, 'Please tell us your order’s number here.', 'private');
  check('who wrote in public is answered in private', told.status < 400 && await until('it to leave', 40, () => ours('Please tell us your order’s number here.').length === 1), told.text);
  check('and nothing of it in public', !server.seen.some((one) => one.nsid === 'com.atproto.repo.createRecord'));
  closed = true;
  told = await machine.reply(lostParcel.id, 'Are you there?', 'private');
  const refused = await until('the refusal', 40, () => sql(place, `SELECT m.reply_state, p.story FROM message m JOIN publication p ON p.message_id = m.id WHERE m.channel_id = ${channel} AND m.body = 'Are you there?' AND m.reply_state = 'failed'`)[0]);
  check('who takes no messages is told to who answers, in words', refused?.story?.length > 20, JSON.stringify([told.status, refused, stateOf('Are you there?')]));

  /* ---- taken back, and a log that was lost ---- */
  const wrong = put(jane, 'Wrong window, sorry.');
  await found(first.id, 'Wrong window');
  takeBack(wrong);
  check('a message taken back is seen', await until('the removal', 60, async () => { await now(); return sql(place, `SELECT removed_at FROM message WHERE channel_id = ${channel} AND remote_id = '${CONVO}/${wrong.id}' AND removed_at > 0`)[0]; }));
  logLost = true;
  put(jane, 'One more thing:');
  put(jane, 'you forgot the candles.');
  check('a log that was lost is begun anew: all that was said meanwhile comes in', await found(first.id, 'you forgot the candles.') && await found(first.id, 'One more thing:') && !logLost && row().state === 'ok', JSON.stringify(row()));
  const all = (await said(first.id)).map((one) => one.body);
  check('nothing is there twice', new Set(all).size === all.length, JSON.stringify(all));
  check('every request is as the lexicons have it', !server.violations.length, server.violations.join('\n'));
  check('and so is every answer of this play', !server.strange.length, server.strange.join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
