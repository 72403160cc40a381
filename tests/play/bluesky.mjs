/* A channel of the kind “bluesky” on Bluesky's own network, all of it on this machine: connected by an app password, a comment comes in with
   the thread it stands in, is answered, the answer stands in the thread over there with its links and names marked, once; what is said to it
   comes back. An edit and a removal are seen; a comment is hidden and shown again; pictures go both ways with what they show; likes, answers and
   followers are counted, and our profile is read; the network goes away and comes back; an answer that may have left is looked for before it leaves again; tokens that are over are renewed; an app password that is taken back is told. */
// Proves bluesky (real server): verify fetch search reply post film hide restore react metrics profile profile_put
import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { api, check, desk, end, freePort, keyOf, searched, sql, statement, until } from './_desk.mjs';
import { bluesky } from './_bluesky.mjs';
import { mp4 } from './_film.mjs';

const server = await bluesky('acmedesk', 'janedoe');
if (!server) {
  console.log('# skipped: bluesky (its network is not installed here: node tests/play/_bluesky.mjs install)\n1..0');
  process.exit(0);
}
const us = server.acmedesk, jane = server.janedoe;

/* Between the desk and the network: passes on, loses an answer that was given, says that a token is over, or is away. */
let lose = null, lost = 0, stale = null, away = false;
const calls = {};
const passPort = await freePort();
const pass = createServer((asked, answer) => {
  const nsid = asked.url.slice(6).split('?')[0];
  if (away) { asked.socket.destroy(); return; }
  calls[nsid] = (calls[nsid] ?? 0) + 1;
  if (stale && asked.headers.authorization === `Bearer ${stale}` && !nsid.includes('refreshSession')) {
    asked.resume();
    answer.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"ExpiredToken","message":"Token has expired"}');
    return;
  }
  const on = request({ host: '127.0.0.1', port: server.port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
    if (lose?.(nsid)) {
      lost++;
      got.resume().on('end', () => answer.destroy());
      return;
    }
    if (asked.headers.authorization && !nsid.includes('refreshSession')) calls.token = asked.headers.authorization.slice(7);
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}).listen(passPort, '127.0.0.1');

const allow = `127.0.0.1:${passPort} localhost:${passPort}`;
const place = await desk({ options: ['--net_allow', allow] });
const machine = api(place, keyOf(place));
const parvis = (...words) => new Promise((done) => { // not waited for in place: what it asks passes through here
  execFile(place.program, [...words, '--data', place.data, '--net_allow', allow], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } },
    (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr }));
});
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const mine = async (text) => (await us.records('app.bsky.feed.post')).filter((one) => one.value.text.includes(text));

const begun = Date.now(), clock = process.env.PLAY_CLOCK ? (what) => console.log(`# ${((Date.now() - begun) / 1000).toFixed(1)} s ${what}`) : () => {};
try {
  const password = await us.appPassword('desk'), setting = ['url', 'handle', 'password'], url = `http://localhost:${passPort}`;
  const made = await machine.post('/channels/new/bluesky', { name: 'Sky', setting, value: [url, `@${us.handle}`, password] });
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Sky')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor, fetch_due_at FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`).catch(() => null); // a kept connection dies with a restart
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  const known = JSON.parse(row().known);
  check('who we are there was found out', known.account?.id === us.did && known.account.handle === us.handle, row().known + row().state_story);
  check('and what the app password reaches: not the direct messages', known.rights?.join() === 'account' && known.missing?.join() === 'chat' && row().state === 'ok', row().known);

  /* ---- there and back ---- */
  clock('there and back');
  const post = await us.post('We bake on Sundays.');
  const question = await jane.post('From what time?', post);
  const heard = (text) => until(`“${text}” to come in`, 40, async () => { await now(); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes(text)); });
  const first = await heard('From what time?');
  if (!check('the question stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  const before = messages(await talk(first.id));
  check('with our post that it answers', before.length === 2 && before[0].is_us && before[0].body === 'We bake on Sundays.' && before[1].is_in, JSON.stringify(before.map((one) => [one.is_us, one.body])));
  const printed = await parvis('channel', 'fetch', 'Sky', '--cursor', '');
  check('fetch by hand prints it, and keeps nothing', printed.status === 0 && printed.stdout.split('\n').some((line) => line.includes('From what time?')), printed.stdout + printed.stderr);
  check('no credential is printed', !(printed.stdout + printed.stderr).includes(password));

  /* ---- searched for what is listened for ---- */
  clock('searched');
  await jane.post('Nobody asks for this otherbread');
  await jane.post('A loaf of zanzibread for everybody');
  await searched(place, machine, channel, 'zanzibread AND NOT tutorial', 'A loaf of zanzibread');
  check('what no query asks for is not kept', sql(place, `SELECT COUNT(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE '%otherbread%'`)[0].n === 0);
  const sought = await parvis('channel', 'search', 'Sky', 'zanzibread');
  check('a search by hand prints what it finds', sought.status === 0 && sought.stdout.includes('A loaf of zanzibread') && !(sought.stdout + sought.stderr).includes(password), sought.stdout + sought.stderr);

  const answer = (id, body) => machine.reply(id, body);
  let told = await answer(first.id, `From eight o’clock, @${jane.handle}: https://bakery.example/hours #sunday`);
  check('it is answered', told.status < 400, told.text);
  const under = await until('the answer to stand under her question', 30, async () => (await jane.thread(question.uri)).replies?.find((one) => one.post.record.text.startsWith('From eight')));
  check('the answer stands under her question over there', under && under.post.record.reply.root.uri === post.uri && under.post.author.did === us.did, JSON.stringify(under));
  const marked = under?.post.record.facets?.map((facet) => [Buffer.from(under.post.record.text).subarray(facet.index.byteStart, facet.index.byteEnd).toString(), facet.features[0].$type.split('#')[1]].join(' '));
  check('with its name, its link and its tag marked', marked?.join() === `@${jane.handle} mention,https://bakery.example/hours link,#sunday tag`, JSON.stringify(marked));
  const bell = await until('her to be told', 40, async () => (await jane.ask('GET', 'app.bsky.notification.listNotifications')).notifications?.find((one) => one.uri === under?.post.uri));
  check('and she is told of it', ['reply', 'mention'].includes(bell?.reason), JSON.stringify(bell));

  /* ---- her answer to it, with a picture ---- */
  clock('her answer to it, with a picture');
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64');
  const { blob } = await jane.ask('POST', 'com.atproto.repo.uploadBlob', picture, 'image/png');
  const thanks = await jane.post('Thank you!', { uri: under.post.uri, cid: under.post.cid, root: post }, { embed: { $type: 'app.bsky.embed.images', images: [{ alt: 'A red dot', image: blob }] } });
  const found = async (text) => until(`“${text}”`, 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes(text)); });
  const back = await found('Thank you!');
  let all = messages(await talk(first.id));
  check('what she says to it comes back into the same conversation', back?.is_in && all.length === 4, JSON.stringify(all.map((one) => [one.is_us, one.body])));
  check('with her picture and what it shows', back?.attachments.some((one) => one.is_image && one.alt === 'A red dot' && one.url), JSON.stringify(back));

  /* ---- a picture of ours ---- */
  clock('a picture of ours');
  const attach = async (body, file, name, alt) => {
    const parts = new FormData();
    for (const [field, value] of Object.entries({ body, visibility: 'public', parent_id: back.id, then: 'send', alt })) parts.set(field, String(value));
    parts.set('file', new Blob([file]), name);
    const got = await fetch(`${place.base}/api/v1/conversations/${first.id}/reply`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: parts });
    return { status: got.status, document: await got.json() };
  };
  const box = (await talk(first.id)).reply.files;
  check('the reply box says what goes with an answer', box.takes && box.most === 4 && !/pdf|video/.test(box.accept), JSON.stringify(box));
  const huge = await attach('Too much', Buffer.concat([picture, Buffer.alloc(2000001)]), 'oven.png', '');
  check('a picture above the network’s limit is refused before it is sent, in words', huge.status === 422 && huge.document.errors.some((one) => one.field === 'file' && /2\sMo/.test(one.detail)), JSON.stringify(huge));
  const paper = await attach('Our prices', '%PDF-1.7 …', 'prices.pdf', '');
  check('and so is what it does not take', paper.status === 422 && paper.document.errors.some((one) => one.field === 'file'), JSON.stringify(paper));
  const long = await attach('Described', picture, 'dot.png', 'é'.repeat(2001));
  check('and a description that is too long for it', long.status === 422 && long.document.errors.some((one) => one.field === 'alt'), JSON.stringify(long.document));
  const pictured = await attach('This is the oven.', picture, 'four "à pain".png', 'Le four, ouvert 🥖');
  check('an answer with a picture is taken', pictured.status < 400, JSON.stringify(pictured.document));
  const shown = await until('it to stand under hers', 40, async () => (await jane.thread(thanks.uri)).replies?.find((one) => one.post.record.text === 'This is the oven.')?.post);
  check('the picture stands over there with what it shows', shown?.embed?.images?.length === 1 && shown.embed.images[0].alt === 'Le four, ouvert 🥖', JSON.stringify([shown, sql(place, 'SELECT outcome, story FROM attempt')]));
  const ref = shown?.record.embed.images[0].image.ref.$link, bytes = Buffer.from(await (await fetch(`${server.base}/xrpc/com.atproto.sync.getBlob?did=${us.did}&cid=${ref}`)).arrayBuffer());
  check('byte for byte', bytes.equals(picture), `${ref} ${bytes.length}`);
  check('and nothing that was refused left', (await mine('Our prices')).length + (await mine('Too much')).length + (await mine('Described')).length === 0);

  const second = await us.post('A quiet day.');
  await jane.post('Hello @acmedesk.test, are you open?', null, { facets: [{ index: { byteStart: 6, byteEnd: 20 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: us.did }] }] });
  await jane.post('Worth reading', null, { embed: { $type: 'app.bsky.embed.record', record: { uri: second.uri, cid: second.cid } } });
  const greeting = [{ index: { byteStart: 6, byteEnd: 20 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: us.did }] }];
  const closed = await jane.record('app.bsky.feed.post', { text: 'Hello @acmedesk.test, answer me not', facets: greeting, embed: { $type: 'app.bsky.embed.images', images: [{ alt: 'Two dots', image: blob }] } });
  await jane.record('app.bsky.feed.threadgate', { post: closed.uri, allow: [] }, closed.uri.split('/').pop());
  check('who mentions us comes in', await heard('are you open?'));
  const mute = await heard('answer me not');
  check('a mention with a picture has its address too', messages(await talk(mute.id))[0].attachments.some((one) => one.is_image && one.alt === 'Two dots' && one.url), JSON.stringify(messages(await talk(mute.id))[0].attachments));
  await until('nobody to be let answer', 20, async () => (await us.thread(closed.uri, 0))?.post?.viewer?.replyDisabled);
  await answer(mute.id, 'Nobody would see this.');
  const unseen = await until('the refusal', 40, () => sql(place, `SELECT p.story FROM message m JOIN publication p ON p.message_id = m.id WHERE m.channel_id = ${channel} AND m.body = 'Nobody would see this.' AND m.reply_state = 'failed'`)[0]);
  check('an answer that nobody would see is refused, in words', unseen?.story.includes('personne') && (await mine('Nobody would see')).length === 0, JSON.stringify(unseen));
  check('who quotes us comes in', await heard('Worth reading'));

  /* ---- changes over there ---- */
  clock('changes over there');
  await jane.ask('POST', 'com.atproto.repo.putRecord', { repo: jane.did, collection: 'app.bsky.feed.post', rkey: thanks.uri.split('/').pop(),
    record: { $type: 'app.bsky.feed.post', text: 'Thank you both!', createdAt: new Date().toISOString(), reply: { root: { uri: post.uri, cid: post.cid }, parent: { uri: under.post.uri, cid: under.post.cid } } } });
  const rested = () => statement(place, `UPDATE channel SET cursor = replace(cursor, '"again_at":', '"before":') WHERE id = ${channel}`); // a minute is over
  const again = (what, ask) => until(what, 40, async () => { rested(); await now(); return ask(); });
  check('an edit is seen', await again('the edit', async () => messages(await talk(first.id)).find((one) => one.body.includes('Thank you both!'))));
  await jane.remove(thanks.uri);
  check('a removal is seen', await again('the removal', () => sql(place, `SELECT removed_at FROM message WHERE channel_id = ${channel} AND remote_id = '${thanks.uri}' AND removed_at > 0`)[0]));

  /* ---- acts by hand: like, hide, figures ---- */
  clock('acts by hand: like, hide, figures');
  const byHand = async (act, more = []) => parvis('channel', 'publish', 'Sky', '--act', act, '--to', question.uri, '--thread', post.uri, ...more);
  const liked = await byHand('react');
  check('a like arrives', liked.status === 0 && await until('the like', 40, async () => (await jane.thread(question.uri)).post.likeCount === 1), liked.stdout + liked.stderr);
  const likedAgain = await byHand('react');
  check('a second like is none', likedAgain.status === 0 && (await us.records('app.bsky.feed.like')).length === 1, likedAgain.stdout);
  const unliked = await byHand('unreact');
  check('and is taken back', unliked.status === 0 && (await us.records('app.bsky.feed.like')).length === 0, unliked.stdout + unliked.stderr);

  /* ---- figures ---- */
  clock('figures');
  await jane.record('app.bsky.feed.like', { subject: { uri: under.post.uri, cid: under.post.cid } });
  await jane.record('app.bsky.feed.repost', { subject: { uri: under.post.uri, cid: under.post.cid } });
  await jane.record('app.bsky.graph.follow', { subject: us.did });
  await jane.post('Lovely.', { uri: under.post.uri, cid: under.post.cid, root: post });
  await until('them to be counted over there', 20, async () => { const { post: seen } = await us.thread(under.post.uri); return seen.likeCount === 1 && seen.repostCount === 1 && seen.replyCount === 1; });
  const figure = (measure) => sql(place, `SELECT p.value FROM metric_point p LEFT JOIN message m ON m.id = p.message_id WHERE p.channel_id = ${channel} AND p.measure = '${measure}' AND ${measure === 'followers' ? 'p.message_id = 0' : `m.remote_id = '${under.post.uri}'`} ORDER BY p.id DESC LIMIT 1`)[0]?.value;
  const counted = await until('them to be read', 60, () => { statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`); return ['likes', 'shares', 'replies', 'followers'].every((one) => figure(one) === 1); });
  check('likes, reposts and answers of ours, and who follows us, are counted as the network does', counted, JSON.stringify(['likes', 'shares', 'replies', 'followers'].map(figure)));

  const byHandCounted = JSON.parse((await parvis('channel', 'metrics', 'Sky', under.post.uri)).stdout || 'null');
  check('by hand too', byHandCounted?.metrics?.some((one) => one.measure === 'likes' && one.value === 1 && one.id === under.post.uri), JSON.stringify(byHandCounted));
  await us.ask('POST', 'com.atproto.repo.putRecord', { repo: us.did, collection: 'app.bsky.actor.profile', rkey: 'self', record: { $type: 'app.bsky.actor.profile', displayName: 'Levain ‮بيكري', description: 'We bake. 🥖' } });
  const profile = await until('our profile to be shown', 20, async () => { const told = await parvis('channel', 'profile', 'Sky'); const it = told.status === 0 && JSON.parse(told.stdout); return it?.about ? it : null; });
  check('our profile is read', profile?.handle === us.handle && profile.about === 'We bake. 🥖' && profile.followers === 1 && profile.posts >= 3 && profile.url.endsWith(us.did), JSON.stringify(profile));

  /* ---- hidden at the desk, hidden there ---- */
  clock('hidden at the desk, hidden there');
  const rude = await jane.post('You are thieves.', post);
  const rudeRow = await found('You are thieves.');
  const gate = async () => (await us.records('app.bsky.feed.threadgate'))[0]?.value.hiddenReplies ?? [];
  const article = sql(place, "SELECT CAST(a.id AS TEXT) AS id FROM charter_article a JOIN charter_version v ON v.id = a.version_id WHERE v.state = 'published' ORDER BY a.number LIMIT 1")[0]?.id;
  const hidden = await machine.post(`/messages/${rudeRow?.id}/hide`, { article_id: article, reason: 'An insult' });
  check('a comment hidden at the desk is hidden there', hidden.status < 400 && await until('it to be hidden', 30, async () => (await gate()).includes(rude.uri)), hidden.text);
  const restored = await byHand('restore', ['--to', rude.uri]);
  check('and shown again', restored.status === 0 && !(await gate()).includes(rude.uri), restored.stdout + restored.stderr);

  /* ---- an answer that may have left ---- */
  clock('an answer that may have left');
  await jane.post('And on Mondays?', { uri: under.post.uri, cid: under.post.cid, root: post });
  await found('And on Mondays?');
  lose = (nsid) => nsid === 'com.atproto.repo.createRecord' && !lost;
  told = await answer(first.id, 'On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 60, async () => sql(place, `SELECT reply_state, remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  const copies = await mine('On Mondays we rest.');
  check('its answer was lost on the way, and the desk found it there', lost === 1 && settled && settled.remote_id === copies[0]?.uri, JSON.stringify([lost, settled, copies]));
  check('it was said once', copies.length === 1);

  /* ---- a post of our own, by hand: pictures, links, a warning; its next part at once; what is said under it; one that may have left ---- */
  clock('a post of our own');
  const loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, picture);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Sky', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.stdout + one.stderr }; };
  const own = await publish('--post', '--text', `New: walnut bread, says @${jane.handle}. https://bakery.example/nuts #bread`, '--lang', 'en', '--warning', 'Nuts', '--file', loaf, '--alt', 'A loaf', '--key', 'post-1');
  const part = await publish('--to', own.id, '--thread', own.id, '--text', 'In both shops.', '--key', 'post-1-2');
  const stands = await until('the post to stand there', 40, async () => (await jane.thread(own.id))?.post);
  check('a post of ours stands there, with its language, its picture and what covers it', own.outcome === 'done' && stands?.record.langs?.join() === 'en' && stands.record.text.startsWith('Nuts\n\nNew: walnut') && stands.embed?.images?.[0].alt === 'A loaf'
    && stands.labels?.some((one) => one.val === 'graphic-media'), `${own.said} ${JSON.stringify(stands)}`);
  check('with name, link and tag marked', stands?.record.facets?.map((one) => one.features[0].$type.split('#')[1]).join() === 'mention,link,tag', JSON.stringify(stands?.record.facets));
  check('its next part, sent at once, stands under it', part.outcome === 'done' && (await mine('In both shops.'))[0]?.value.reply.root.uri === own.id, part.said);
  await jane.post('Is it there on Mondays?', { uri: own.id, cid: stands?.cid });
  const under_own = await heard('Is it there on Mondays?');
  check('what is said under it comes in, in its thread', sql(place, `SELECT remote_id FROM conversation WHERE id = ${under_own?.id ?? 0}`)[0]?.remote_id === own.id, JSON.stringify(under_own));
  await answer(under_own.id, 'From Tuesday on.');
  check('and is answered there', await until('the answer', 40, async () => (await mine('From Tuesday on.'))[0]?.value.reply.root.uri === own.id));
  lost = 0;
  lose = (nsid) => nsid === 'com.atproto.repo.createRecord' && !lost;
  const since = new Date().toISOString(), doubt = ['--post', '--text', 'Closed on the eleventh.', '--key', 'post-2', '--since', since];
  const first_try = await publish(...doubt), found_there = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && found_there.outcome === 'done' && found_there.id === (await mine('Closed on the eleventh.'))[0]?.uri, first_try.said + found_there.said);
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--key', 'post-3', '--look')).outcome === 'never');

  /* ---- a film of ours with what is said in it, by the desk; the answer of the network is lost on the way ---- */
  clock('a film of ours');
  const bring = async (path, fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) Array.isArray(value) ? form.append(name, new Blob([value[0]]), value[1]) : form.append(name, value);
    return (await fetch(`${place.base}/api/v1${path}`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: form })).json();
  };
  const oven = mp4({ seconds: 10, width: 1920, height: 1080 }), film = (await bring('/media', { file: [oven, 'Oven.mp4'] })).id;
  await bring(`/media/${film}/subtitles`, { lang: 'fr', file: ['1\n00:00:01,000 --> 00:00:02,000\nLe pain est prêt.\n', 'oven.srt'] });
  const moment = (n) => `00:0${Math.floor(n / 1000)}.${String(n % 1000).padStart(3, '0')}`, cues = Array.from({ length: 40 }, (_, n) => `\n${moment(3000 + n * 100)} --> ${moment(3050 + n * 100)}\n${'x'.repeat(600)}\n`);
  await bring(`/media/${film}/subtitles`, { lang: 'en', file: [`WEBVTT\n${cues.join('')}`, 'long.vtt'] });
  const filmed = (await machine.post('/posts', { title: 'Oven', body: 'Out of the oven.', lang: 'fr', channels: [channel], media: [film], alt: ['Loaves leave the oven'] })).document;
  const ways = (await until('the film to be ready', 20, async () => { const it = (await machine.get(`/posts/${filmed.post.id}`)).document; return it.media[0].ways.length && it; }))?.media[0].subtitles;
  check('the composer says which subtitles leave with a film, and which are too large', ways?.ways.length === 2 && /partent avec lui \(Français\)/.test(ways.ways[0]) && /20\sko/.test(ways.ways[1]), JSON.stringify(ways));
  lost = 0;
  lose = (nsid) => nsid === 'com.atproto.repo.createRecord' && !lost;
  await machine.post(`/posts/${filmed.post.id}/ready`, { revision: filmed.post.revision });
  await machine.post(`/posts/${filmed.post.id}/publish`, { revision: (await machine.get(`/posts/${filmed.post.id}`)).document.post.revision });
  const out = await until('the film to be there', 60, async () => { const it = (await machine.get(`/posts/${filmed.post.id}`)).document; return it.post.state.word === 'published' && it; });
  const films = await mine('Out of the oven.'), shownFilm = films[0]?.value.embed;
  check('a film stands there once, though the answer was lost', out && lost === 1 && films.length === 1, JSON.stringify([lost, films.length, out?.acts, (await machine.get(`/posts/${filmed.post.id}`)).document.findings]));
  check('with its shape, what it shows and what is said in it', shownFilm?.$type === 'app.bsky.embed.video' && shownFilm.alt === 'Loaves leave the oven' && shownFilm.aspectRatio?.width === 1920 && shownFilm.captions?.map((one) => one.lang).join() === 'fr', JSON.stringify(shownFilm));
  const said = await (await fetch(`${server.base}/xrpc/com.atproto.sync.getBlob?did=${us.did}&cid=${shownFilm?.captions?.[0].file.ref.$link}`)).text();
  check('as WebVTT', shownFilm?.captions?.[0].file.mimeType === 'text/vtt' && said === 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nLe pain est prêt.\n', said);
  const view = await until('it to be shown', 40, async () => (await jane.thread(films[0]?.uri))?.post);
  check('the network shows it as a film', view?.embed?.$type === 'app.bsky.embed.video#view' && view.record.embed.captions.length === 1, JSON.stringify(view?.embed));
  lose = null;

  /* ---- the profile: one record, put right with all else that stands in it ---- */
  clock('the profile');
  const own_record = async () => (await us.records('app.bsky.actor.profile'))[0]?.value ?? {};
  const of_profile = async (word) => (await machine.get(`/profiles/${channel}`)).document.fields.find((one) => one.word === word).state.word;
  await machine.post('/profiles/kit', { name: 'Acme desk', bios: '[en]\nWe answer on Sundays too.', website: 'https://acme.example' });
  check('our profile differs from the kit', await until('the reading', 60, async () => ['differs', 'absent'].includes(await of_profile('about'))));
  told = await machine.post(`/profiles/${channel}/put`, { fields: ['about', 'website'] });
  check('and is put right, in the one record', told.status < 300 && await until('the record', 60, async () => (await own_record()).description === 'We answer on Sundays too.' && (await own_record()).website === 'https://acme.example'), `${told.text} ${JSON.stringify(await own_record())}`);
  check('which the next reading confirms', await until('the next reading', 90, async () => (await of_profile('about')) === 'same'));

  /* ---- tokens are over ---- */
  clock('tokens are over');
  const sessions = calls['com.atproto.server.createSession'];
  stale = calls.token;
  await jane.post('Still there?', { uri: under.post.uri, cid: under.post.cid, root: post });
  check('a token that is over is renewed, and nobody notices', await found('Still there?') && calls['com.atproto.server.refreshSession'] >= 1 && row().state === 'ok', JSON.stringify([calls, row()]));
  check('the renewed one is kept: no session more', calls['com.atproto.server.createSession'] === sessions, JSON.stringify(calls));

  /* ---- the network is away for a while, and the desk is killed in between ---- */
  clock('the network is away for a while, and the desk is killed in between');
  away = true;
  await now();
  const failing = await until('the outage to be seen', 40, () => row().state === 'failing' && row());
  check('an outage is said on the channel, in words', failing && failing.state_story.length > 20, JSON.stringify(row()));
  told = await answer(first.id, 'See you soon.');
  await jane.post('Are you back?', { uri: under.post.uri, cid: under.post.cid, root: post });
  await place.restart();
  away = false;
  check('what was said meanwhile comes in, after a restart too', await found('Are you back?') && await until('it to be fine', 20, () => row().state === 'ok'), JSON.stringify(row()));
  check('what was answered meanwhile leaves, once', await until('the answer to leave', 60, async () => (await mine('See you soon.')).length === 1));
  all = messages(await talk(first.id));
  check('nothing is there twice', new Set(all.map((one) => one.body)).size === all.length, JSON.stringify(all.map((one) => one.body)));

  /* ---- the app password is taken back ---- */
  clock('the app password is taken back');
  await us.ask('POST', 'com.atproto.server.revokeAppPassword', { name: 'desk' });
  stale = calls.token;
  await now();
  const broken = await until('it to be told', 40, () => row().state === 'broken' && row());
  check('an app password taken back is told, in the workspace’s language', broken?.state_story.startsWith('Le réseau'), JSON.stringify(row()));
  check('no password is in the database', process.env.PARVIS_DATABASE || !readFileSync(join(place.data, 'parvis.db')).includes(password));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  pass.closeAllConnections();
  await server.end();
}
end();
