/* The card of a link: the page behind a post's first link is read by the working role, shown in the preview with its picture made anew, read again by a button; sent with
   the post where the network wants that from whoever posts (Bluesky, by the lexicons that the network publishes), and not where somebody says so; pages inside are not read. */
// Proves bluesky (contract): card
import { createServer } from 'node:http';
import { deflateSync } from 'node:zlib';
import { api, check, desk, end, keyOf, sql, until } from './_desk.mjs';
import { absent, error, lexicon } from './_lexicon.mjs';
import { member } from './_member.mjs';

/* ---- a network of one account, and a site ---- */

const us = { did: 'did:plc:deskdeskdeskdeskdeskdesk', handle: 'acmedesk.test' }, records = [];
const token = (n) => ['{"typ":"JWT","alg":"none"}', JSON.stringify({ scope: 'com.atproto.access', sub: us.did, exp: Math.floor(Date.now() / 1000) + 7200, n })].map((part) => Buffer.from(part).toString('base64url')).join('.') + '.c2lnbmVk';
const CID = 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454', RAW = 'bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy';
let uploaded = 0;
const say = ({ nsid, body }) => {
  switch (nsid) {
  case 'com.atproto.server.createSession': case 'com.atproto.server.refreshSession': return { accessJwt: token(1), refreshJwt: token(2), handle: us.handle, did: us.did, active: true };
  case 'com.atproto.server.getSession': return { handle: us.handle, did: us.did, active: true };
  case 'app.bsky.actor.getProfile': return { ...us, followersCount: 3, followsCount: 1, postsCount: 0 };
  case 'app.bsky.notification.listNotifications': return { notifications: [] };
  case 'app.bsky.feed.getPosts': return { posts: [] };
  case 'chat.bsky.convo.listConvos': return error('ScopeMissing', 'Bad token scope', 403);
  case 'com.atproto.repo.uploadBlob': uploaded++; return { blob: { $type: 'blob', ref: { $link: RAW }, mimeType: 'image/jpeg', size: 900 } };
  case 'com.atproto.repo.createRecord': records.push(body); return { uri: `at://${us.did}/${body.collection}/${body.rkey}`, cid: CID };
  case 'com.atproto.repo.getRecord': return error('RecordNotFound');
  default: return undefined;
  }
};
function png(side) {
  const crc = (bytes) => { let c = ~0; for (const b of bytes) { c ^= b; for (let i = 0; i < 8; i++) c = (c >>> 1) ^ (c & 1 ? 0xEDB88320 : 0); } return ~c >>> 0; };
  const chunk = (type, data) => { const b = Buffer.alloc(12 + data.length); b.writeUInt32BE(data.length); b.write(type, 4, 'latin1'); data.copy(b, 8); b.writeUInt32BE(crc(b.subarray(4, 8 + data.length)), 8 + data.length); return b; };
  const head = Buffer.alloc(13); head.writeUInt32BE(side); head.writeUInt32BE(side, 4); head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(side * (side * 3 + 1)))), chunk('IEND', Buffer.alloc(0))]);
}
let title = 'Nos pains &amp; brioches', asked = 0;
const site = createServer((request, response) => {
  if (request.url.startsWith('/loaves.png')) return response.writeHead(200, { 'Content-Type': 'image/png' }).end(png(64));
  if (request.url.startsWith('/file.pdf')) return response.writeHead(200, { 'Content-Type': 'application/pdf' }).end('%PDF-1.4');
  if (request.method === 'GET') asked++;
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html><head><title>no</title><meta property="og:title" content="${title}"><meta property="og:description" content="Chaque dimanche"><meta property="og:image" content="/loaves.png"><meta property="og:image:alt" content="Trois pains"></head><body>${'x'.repeat(2000000)}`);
});
await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve); });
const server = await lexicon(say);
if (!server) {
  console.log(absent);
  process.exit(0);
}
const address = `http://127.0.0.1:${site.address().port}`;
const place = await desk({ options: ['--net_allow', `127.0.0.1:${server.port} localhost:${server.port} 127.0.0.1:${site.address().port}`] });
const owner = api(place, keyOf(place));
try {
  await owner.post('/channels/new/bluesky', { name: 'Sky', setting: ['url', 'handle', 'password'], value: [server.base, us.handle, 'abcd-efgh-ijkl-mnop'] });
  const channel = (await owner.get('/channels')).document.channels.find((one) => one.name === 'Sky')?.id;
  await until('the account to be looked at', 30, () => sql(place, `SELECT verified_at FROM channel WHERE id = ${channel}`)[0]?.verified_at > 0);
  const get = async (id) => (await owner.get(`/posts/${id}`)).document, cardOf = (page) => page.previews[0]?.card;
  const begin = async (body, more = {}) => (await owner.post('/posts', { title: 'Loaves', body, channels: [channel], ...more })).document.post;

  /* ---- read, shown, read again ---- */
  const post = await begin(`Bonjour : ${address}/loaves et ${address}/other`);
  check('before it is read, that is said', cardOf(await get(post.id)).is_read === false || cardOf(await get(post.id)).is_there);
  const card = await until('the page to be read', 30, async () => { const one = cardOf(await get(post.id)); return one?.is_there && one; });
  check('what the page says is the card of the first link', card?.title === 'Nos pains & brioches' && card.description === 'Chaque dimanche' && card.alt === 'Trois pains' && card.is_ours && card.url === `${address}/loaves`, JSON.stringify(card));
  const who = await member(place, 'ines@levain.example'), page = await who.get(`/posts/${post.id}`);
  check('it stands in the preview', page.text.includes('pv__card') && page.text.includes('Nos pains &amp; brioches') && page.text.includes('alt="Trois pains"'));
  const picture = await who.get(card?.picture ?? '/none');
  check('with its picture, made anew', picture.status === 200 && picture.headers.get('content-type').startsWith('image/'), JSON.stringify([card, picture.status]));
  title = 'Autres pains';
  const again = await who.post(`/posts/${post.id}/cards`);
  check('a button reads the page again', again.status === 303 && await until('the new title', 20, async () => cardOf(await get(post.id))?.title === 'Autres pains'), `${again.status} ${again.location} ${JSON.stringify(sql(place, 'SELECT * FROM link_look'))}`);

  /* ---- sent ---- */
  let now = await get(post.id);
  await owner.post(`/posts/${post.id}/ready`, { revision: now.post.revision });
  now = await get(post.id);
  await owner.post(`/posts/${post.id}/publish`, { revision: now.post.revision });
  await until('the post to be there', 30, async () => (await get(post.id)).post.state.word === 'published');
  const embed = records[0]?.record.embed;
  check('the card leaves with the post, as the network wants it', embed?.$type === 'app.bsky.embed.external' && embed.external.title === 'Autres pains' && embed.external.description === 'Chaque dimanche' &&
    embed.external.uri.startsWith(`${address}/loaves`) && embed.external.thumb?.ref?.$link === RAW && uploaded === 1, JSON.stringify(records[0]?.record));

  /* ---- not: said so, nothing to show, a place inside ---- */
  const bare = await begin(`Encore : ${address}/loaves`, { no_cards: [channel] });
  const held = await get(bare.id);
  check('one may say that it has none', held.choices[0]?.is_without_card && cardOf(held) === null, JSON.stringify(held.choices));
  await owner.post(`/posts/${bare.id}/ready`, { revision: bare.revision });
  await owner.post(`/posts/${bare.id}/publish`, { revision: (await get(bare.id)).post.revision });
  await until('it to be there', 30, async () => (await get(bare.id)).post.state.word === 'published');
  check('and then none leaves', records.length === 2 && !records[1].record.embed, JSON.stringify(records[1]?.record));
  const file = await begin(`Le tarif : ${address}/file.pdf`), inside = await begin('Le routeur : http://127.0.0.1:1/admin');
  const none = await until('the file to be looked at', 30, async () => { const one = cardOf(await get(file.id)); return one?.is_read && one; });
  check('what is no page has no card, and that is said', none && !none.is_there && none.story.length > 10, JSON.stringify(none));
  await until('the other to be looked at', 30, () => sql(place, `SELECT looked_at FROM link_look WHERE url LIKE '%:1/admin'`)[0]?.looked_at > 0);
  check('a place inside is not read', cardOf(await get(inside.id)).is_read === false);
  check('what the network heard is as its lexicons say', !server.violations.length && !server.strange?.length, JSON.stringify([server.violations, server.strange]));
} finally {
  await place.end();
  site.close();
  await server.end();
}
end();
