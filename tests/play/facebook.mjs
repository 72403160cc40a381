/* A channel of the kind “facebook” against the Graph interface as Meta describes it: connected, a comment comes in, is answered, the answer
   stands below it over there, once; what is said to it comes back. Private messages both ways, also when their day is over; a comment is hidden
   and shown again, liked; an answer that may have left is looked for; a limit is waited for; an outage, a restart, a token that ends. */
// Proves facebook (contract): verify renew fetch receive reply post private hide restore react metrics profile story story_film
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent } from './_contract.mjs';
import { api, byHand, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { PERSON, PICTURE, SECRET, TOKEN, graph, sendFile } from './_graph.mjs';
import { mp4 } from './_film.mjs';

const page = { id: '1001', name: 'The Bakery' }, jane = { id: '501', name: 'Jane' };
const photos = new Map();
const stories = [], films = new Map(); // films: by id, their bytes once they are up
const posts = [{ id: '1001_31', message: 'We bake on Sundays.', from: page, comments: [] }];
const nodes = new Map();
const likes = new Set();
let there;

const shown = ({ id, message, from, at, parent, hidden }) => ({ id, message, created_time: there.stamp(at), from, permalink_url: `https://www.facebook.com/1001/posts/31?comment_id=${id.split('_')[1]}`, ...(parent ? { parent: { id: parent } } : {}), ...(hidden ? { is_hidden: true } : {}) });
function comment(from, message, parent) {
  const one = { id: `31_${there.next++}`, message, from, at: Date.now(), parent };
  posts[0].comments.unshift(one);
  nodes.set(one.id, one);
  return one;
}
const below = (id) => posts[0].comments.filter((one) => one.parent === id);

there = await graph('facebook', ['graph-Page.openapi.json.gz', 'graph-PagePost.openapi.json', 'graph-Comment.openapi.json', 'graph-User.openapi.json'], {
  page,
  answer(place, asked, id, edge) {
    const { method, path } = asked, body = asked.body ?? place.form_of(asked);
    if (id === 'me') return { body: { ...page, username: 'thebakery', link: 'https://www.facebook.com/thebakery', followers_count: 812, picture: { data: { url: 'https://scontent.example/p.jpg' } }, is_published: true, about: 'Bread, on Sundays too', website: 'https://bakery.example/', cover: { source: 'https://scontent.example/c.jpg' } } };
    if (edge === 'photos') { photos.set(String(place.next), { size: body.source?.length, alt: body.alt_text_custom, published: body.published }); return { body: { id: String(place.next++) } }; }
    if (edge === 'photo_stories') { stories.push({ post_id: `1001_${place.next++}`, status: 'published', creation_time: String(Math.floor(Date.now() / 1000)), media_type: 'photo', media_id: body.photo_id }); return { body: { success: true, post_id: stories.at(-1).post_id } }; }
    if (edge === 'video_stories' && body.upload_phase === 'START') { films.set(String(place.next), null); return { body: { video_id: String(place.next), upload_url: `${place.server.base}/video-upload/v25.0/${place.next++}` } }; }
    if (edge === 'video_stories') { stories.push({ post_id: `1001_${place.next++}`, status: 'published', creation_time: String(Math.floor(Date.now() / 1000)), media_type: 'video', media_id: body.video_id }); return { body: { success: true, post_id: stories.at(-1).post_id } }; }
    if (edge === 'stories') return { body: { data: [...stories].reverse() } };
    if (edge === 'feed' && method === 'POST') { posts.push({ id: `1001_${place.next++}`, message: body.message, from: page, at: Date.now(), comments: [], pictures: body.attached_media }); return { body: { id: posts.at(-1).id } }; }
    if (edge === 'published_posts') return { body: place.page_of(posts.map((one) => ({ id: one.id, message: one.message, from: one.from, created_time: place.stamp(one.at ?? Date.now() - 86400000), permalink_url: `https://www.facebook.com/${one.id}` })).reverse()) };
    if (edge === 'feed') return { body: place.page_of(posts.map((one) => ({ id: one.id, message: one.message, from: one.from, created_time: place.stamp(Date.now() - 86400000), permalink_url: 'https://www.facebook.com/1001/posts/31', comments: place.page_of(one.comments.map(shown), 50) }))) };
    if (edge === 'comments' && method === 'POST') return { body: { id: Object.assign(comment(page, body.message, id), { photo: body.source?.length }).id } };
    if (edge === 'comments') return { body: place.page_of(below(id).map(shown), 100) };
    if (edge === 'likes') { if (method === 'DELETE') likes.delete(id); else likes.add(id); return { body: { success: true } }; }
    if (edge === 'ads_posts') return place.fault(403, 200, 0, 'Requires ads_management permission');
    if (edge) return { body: { data: [] } };
    if (!nodes.has(id)) return place.fault(400, 100, 33, `Unsupported ${method} request. Object with ID '${path}' does not exist`);
    if (method === 'POST') { nodes.get(id).hidden = body.is_hidden; return { body: { success: true } }; }
    return { body: { ...shown(nodes.get(id)), like_count: nodes.get(id).likes ?? (likes.has(id) ? 1 : 0), comment_count: below(id).length, private_reply_conversation: { messages: { data: place.conversations.get(nodes.get(id).from.id) ?? [] } } } };
  },
});
if (!there) {
  console.log(absent('facebook'));
  process.exit(0);
}
there.rights = ['pages_read_engagement', 'pages_read_user_content', 'pages_manage_engagement', 'pages_messaging'];
there.writer_of = (id) => nodes.get(id)?.from.id;

const { server } = there, place = await desk({ options: ['--net_allow', server.host] });
const machine = api(place, keyOf(place));
const parvis = byHand(place, server.host);
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const rows = async (text) => ((await machine.get('/inbox?sort=recent')).document?.list?.rows ?? []).find((row) => row.preview?.includes(text));
const answer = machine.reply;
const said = (text) => posts[0].comments.filter((one) => one.message === text);

try {
  /* ---- a person's token, who looks after two pages ---- */
  there.pages.push({ id: '1002', name: 'The Cellar', access_token: 'EAAcellar' });
  const settings = (page_named) => ({ name: 'Our page', setting: ['token', 'app_secret', 'verify_token', 'url', 'page'], value: [PERSON, SECRET, 'our word', server.base, page_named] });
  const made = await machine.post('/channels/new/facebook', settings(''));
  check('it is taken', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Our page')?.id;
  const undecided = await until('the pages to be named', 30, () => { const one = sql(place, `SELECT state, state_story FROM channel WHERE id = ${channel}`)[0]; return one.state === 'broken' && one; });
  check('of several pages the person chooses one, by name', undecided?.state_story.includes('The Bakery') && undecided.state_story.includes('1002') && undecided.state_story.includes('The Cellar'), JSON.stringify(undecided));
  const chosen = await machine.post(`/channels/${channel}`, settings('The Bakery'));
  check('it is connected', chosen.status < 400, `${chosen.status} ${chosen.text}`);
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, expires_at, cursor FROM channel WHERE id = ${channel}`)[0];
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  const known = JSON.parse(row().known);
  check('who we are there was found out', known.account?.handle === 'thebakery' && known.id === '1001', row().known + row().state_story);
  check('what it may do, and what it may not', known.rights?.includes('pages_messaging') && known.missing?.includes('ads_management'), row().known);
  check('until when somebody must act', row().expires_at > Date.now() * 1000 + 49 * 86400e6, String(row().expires_at));
  check('which version is spoken, and its end', known.version?.word === 'v25.0' && known.version.until > '2027', row().known);
  check('the channel is fine, and speaks with the page’s own token', row().state === 'ok' && server.seen.some((one) => one.headers.authorization === `Bearer ${TOKEN}`), row().state_story);
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const come = (text) => until(`“${text}” to come in`, 40, async () => { await now(); return rows(text); });

  /* ---- there and back ---- */
  const question = comment(jane, 'From what time?');
  const first = await come('From what time?');
  if (!check('a comment stands in the inbox, although one of the lists is refused', first, JSON.stringify(row()))) throw new Error('nothing came');
  await answer(first.id, 'From eight o’clock.');
  const ours = await until('the answer over there', 30, () => said('From eight o’clock.')[0]);
  check('the answer stands below it over there', ours?.parent === question.id, JSON.stringify(ours));
  comment(jane, 'Thank you!', question.id);
  const back = await until('her answer', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'Thank you!'); });
  const all = messages(await talk(first.id));
  check('what she says to it comes back into the same conversation', back && all.length === 3, JSON.stringify(all.map((one) => [one.is_us, one.body])));
  question.message = 'From what time on?';
  const edited = await until('the edit', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'From what time on?'); });
  check('an edit is seen', edited && messages(await talk(first.id)).length === 3);

  /* ---- figures and profile ---- */
  ours.likes = 7;
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`); // as if it had been read hours ago
  const figures = await until('the figures of the answer', 40, async () => messages(await talk(first.id)).find((one) => one.is_us && one.figures?.includes('7')));
  check('how an answer is liked stands under it', figures, JSON.stringify(sql(place, `SELECT * FROM metric_point WHERE channel_id = ${channel}`)));
  check('and how many follow the page, on the channel’s', /812/.test((await machine.get(`/channels/${channel}`)).document.channel.figures));
  const by_hand = await parvis('channel', 'metrics', 'Our page', ours.id, '31_1');
  check('asked by hand too: of what is there', by_hand.status === 0 && JSON.stringify(JSON.parse(by_hand.stdout).metrics.map((one) => [one.id, one.measure, one.value])) === JSON.stringify([[ours.id, 'likes', 7], [ours.id, 'replies', 0]]), by_hand.stdout + by_hand.stderr);
  const profile = await parvis('channel', 'profile', 'Our page');
  const shown_there = profile.status === 0 ? JSON.parse(profile.stdout) : {};
  check('how the page shows itself', shown_there.handle === 'thebakery' && shown_there.about === 'Bread, on Sundays too' && shown_there.website === 'https://bakery.example/' && shown_there.followers === 812 && shown_there.cover?.endsWith('/c.jpg'), profile.stdout + profile.stderr);

  /* ---- what is pushed ---- */
  check('the page was subscribed to our app, for what it has the right to', await until('it', 20, () => there.subscribed?.join() === there.wanted.join()), JSON.stringify(there.subscribed));
  const address = (await machine.get(`/channels/${channel}`)).document.deliveries?.address;
  const asked = await fetch(`${address}?hub.mode=subscribe&hub.verify_token=our%20word&hub.challenge=1158201444`);
  check('the network’s question whether we are there is answered', asked.status === 200 && await asked.text() === '1158201444', `${address} ${asked.status}`);
  const entry = (more, id = page.id) => ({ id, time: Math.floor(Date.now() / 1000), ...more });
  const pushed_comment = { field: 'feed', value: { item: 'comment', verb: 'add', comment_id: '31_77', post_id: '1001_31', parent_id: '1001_31', from: { id: '502', name: 'Max' }, message: 'Pushed to you', created_time: Math.floor(Date.now() / 1000) } };
  const edit = { ...pushed_comment, value: { ...pushed_comment.value, verb: 'edited', message: 'Pushed, and put right' } };
  check('a delivery is taken', (await there.push(address, 'page', [entry({ changes: [pushed_comment] })])).status === 200);
  const pushed = await until('it to come in', 30, () => rows('Pushed to you'));
  check('a comment comes in by delivery', pushed?.contact?.name === 'Max', JSON.stringify(pushed));
  await there.push(address, 'page', [entry({ changes: [edit], time: Math.floor(Date.now() / 1000) + 2 })]);
  check('and its edit', await until('the edit', 30, async () => messages(await talk(pushed.id)).find((one) => one.body === 'Pushed, and put right')));
  await there.push(address, 'page', [entry({ changes: [pushed_comment] })], 'sha256=00');
  const event = (message, from = '502') => ({ sender: { id: from }, recipient: { id: from === page.id ? '502' : page.id }, timestamp: Date.now(), message });
  await there.push(address, 'page', [entry({ messaging: [event({ mid: 'm_in', text: 'In private' })], time: Date.now() })]);
  const whisper = await until('a private message', 30, () => rows('In private'));
  await there.push(address, 'page', [entry({ messaging: [event({ mid: 'm_tool', text: 'Answered in the page’s own inbox', is_echo: true, app_id: 26390203743090 }, page.id)], time: Date.now() })]);
  const echo = await until('the echo', 30, async () => messages(await talk(whisper.id)).find((one) => one.body === 'Answered in the page’s own inbox'));
  check('what another tool answered appears as ours, in the same conversation', echo?.is_us, JSON.stringify(echo));
  await answer(whisper.id, 'And here is ours', 'private');
  const left = await until('our answer', 30, () => (there.conversations.get('502') ?? []).find((one) => one.message === 'And here is ours'));
  await there.push(address, 'page', [entry({ messaging: [event({ mid: left.id, text: 'And here is ours', is_echo: true, app_id: 77 }, page.id)], time: Date.now() })]);
  await there.push(address, 'page', [entry({ messaging: [event({ mid: 'm_last', text: 'Thank you both' })], time: Date.now() + 1 })]);
  await until('what came after it', 30, async () => messages(await talk(whisper.id)).find((one) => one.body === 'Thank you both'));
  check('the echo of what we sent ourselves is that answer, once', messages(await talk(whisper.id)).filter((one) => one.body === 'And here is ours').length === 1, JSON.stringify(messages(await talk(whisper.id)).map((one) => one.body)));
  await there.push(address, 'page', [entry({ messaging: [event({ mid: 'm_in', is_deleted: true })], time: Date.now() + 2 })]);
  check('what was unsent is noted', await until('it', 30, () => sql(place, `SELECT removed_at FROM message WHERE channel_id = ${channel} AND remote_id = 'm_in'`)[0].removed_at > 0));
  const states = sql(place, `SELECT state, count(*) AS n FROM delivery WHERE channel_id = ${channel} GROUP BY state`).reduce((all, one) => ({ ...all, [one.state]: Number(one.n) }), {});
  check('what is not signed by the app was refused', states.refused === 1, JSON.stringify(states));

  /* ---- hidden, shown, liked ---- */
  const article = statement(place, `SELECT id FROM charter_article WHERE workspace_id = (SELECT workspace_id FROM channel WHERE id = ${channel}) ORDER BY id LIMIT 1`);
  const ugly = comment(jane, 'Your bread is a shame on you all');
  const bad = await come('a shame on you all'), bad_id = messages(await talk(bad.id)).find((one) => one.is_in).id;
  const hiding = await machine.post(`/messages/${bad_id}/hide`, { article_id: article ?? '', reason: 'For the play.' });
  check('a comment is hidden over there', await until('it to be hidden', 30, () => ugly.hidden === true), `${hiding.status} ${hiding.text.slice(0, 300)}`);
  const restoring = await machine.post(`/messages/${bad_id}/restore`, { reason: 'It was nothing.' });
  check('and shown again', await until('it to be shown', 30, () => ugly.hidden === false), `${restoring.status} ${restoring.text.slice(0, 300)}`);
  const liked = await parvis('channel', 'publish', 'Our page', '--act', 'react', '--to', question.id);
  check('a comment is liked by hand', liked.status === 0 && likes.has(question.id), liked.stdout + liked.stderr);
  const unliked = await parvis('channel', 'publish', 'Our page', '--act', 'unreact', '--to', question.id);
  check('and that is taken back', unliked.status === 0 && !likes.has(question.id), unliked.stdout + unliked.stderr);
  const verified = await parvis('channel', 'verify', 'Our page');
  check('nothing that is printed holds a credential', verified.status === 0 && ![liked, unliked, verified].some((one) => (one.stdout + one.stderr).includes(TOKEN)), verified.stdout + verified.stderr);

  /* ---- private ---- */
  there.letter(jane, jane, 'My order is late');
  const letter = await come('My order is late');
  const letters = messages(await talk(letter.id));
  check('a private message is a conversation of its own', letter.id !== first.id && letters.length === 1 && letter.kind.word === 'direct'
    && sql(place, `SELECT visibility FROM message WHERE id = ${letters[0].id}`)[0].visibility === 'private', JSON.stringify(letters));
  await answer(letter.id, 'We look into it', 'private');
  const written = await until('the answer', 30, () => (there.conversations.get('501') ?? []).find((one) => one.message === 'We look into it'));
  check('it is answered in private', written?.from.id === '1001');
  there.closed = 'day';
  const late = await answer(letter.id, 'It leaves today', 'private');
  check('after a day it is answered as what a person writes', await until('it', 45, () => (there.conversations.get('501') ?? []).find((one) => one.message === 'It leaves today')),
    late.text.slice(0, 500) + JSON.stringify(sql(place, `SELECT body, reply_state FROM message WHERE channel_id = ${channel} AND direction = 'out'`)));
  const tagged = server.seen.filter((one) => one.body?.messaging_type === 'MESSAGE_TAG');
  check('under the tag that the network wants for it', tagged.length === 1 && tagged[0].body.tag === 'HUMAN_AGENT', JSON.stringify(tagged.map((one) => one.body)));
  there.closed = '';
  const aside = await answer(first.id, 'Tell us your order in private', 'private');
  check('a comment is answered in private', await until('it', 30, () => (there.conversations.get('501') ?? []).find((one) => one.message === 'Tell us your order in private')), aside.text.slice(0, 300));
  check('as an answer to that comment', server.seen.some((one) => one.body?.recipient?.comment_id && one.body.message.text === 'Tell us your order in private'));

  /* ---- files ---- */
  const photo = await sendFile(place, machine, first.id, { body: 'Our oven, à l’aube' }, PICTURE, 'oven.png');
  check('a picture goes with a comment', await until('it', 30, () => said('Our oven, à l’aube')[0]?.photo === PICTURE.length), photo.text.slice(0, 300) + JSON.stringify(said('Our oven, à l’aube')));
  const paper = await sendFile(place, machine, first.id, { body: 'Our prices' }, Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj'), 'prices.pdf');
  check('another file does not: that is said before anything is sent', paper.status === 400 || paper.status === 422, `${paper.status} ${paper.text.slice(0, 300)}`);
  const letters_of = (id) => (there.conversations.get(id) ?? []).toReversed();
  there.lose = (asked) => asked.method === 'POST' && /form-data/.test(asked.headers['content-type'] ?? '') && asked.path.endsWith('/messages') && !there.lost;
  const bill = await sendFile(place, machine, letter.id, { body: 'Here is your bill', visibility: 'private' }, PICTURE, 'bill.png');
  const came = await until('both', 90, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'Here is your bill' AND reply_state = 'sent'`)[0]);
  const both = letters_of('501').slice(-2);
  check('in private the text goes, and the file after it; the answer to that was lost, and neither went twice', came && there.lost === 1 && both[0].message === 'Here is your bill' && both[1].size === PICTURE.length
    && letters_of('501').filter((one) => one.size).length === 1 && letters_of('501').filter((one) => one.message === 'Here is your bill').length === 1, bill.text.slice(0, 300) + JSON.stringify([came, letters_of('501')]));
  there.lost = 0;

  /* ---- an answer that may have left ---- */
  there.lose = (asked) => asked.method === 'POST' && asked.path.endsWith('/comments') && !there.lost;
  await answer(first.id, 'On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 60, async () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  check('its answer was lost on the way, and the desk found it there, once', there.lost === 1 && settled && said('On Mondays we rest.').length === 1 && settled.remote_id === said('On Mondays we rest.')[0].id, JSON.stringify([there.lost, settled]));

  /* ---- a post of ours, by hand; what is said under it; one that may have left ---- */
  const loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, PICTURE);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Our page', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };
  const own = await publish('--post', '--text', 'New: walnut bread', '--warning', 'Nuts', '--file', loaf, '--alt', 'A loaf', '--key', 'post-1');
  const made_there = posts.find((one) => one.id === own.id), picture = photos.get(made_there?.pictures?.[0].media_fbid);
  check('a post of ours stands on the page, with its picture', own.outcome === 'done' && made_there?.message === 'Nuts\n\nNew: walnut bread' && picture?.size === PICTURE.length && picture.alt === 'A loaf' && picture.published === 'false', `${own.said} ${JSON.stringify([made_there, picture])}`);
  const under = { id: `${own.id?.split('_')[1]}_${there.next++}`, message: 'Is it there on Mondays?', from: jane, at: Date.now() };
  made_there.comments.push(under);
  nodes.set(under.id, under);
  const asked_under = await come('Is it there on Mondays?');
  check('what is said under it comes in, and says of what', sql(place, `SELECT parent_remote_id FROM message WHERE channel_id = ${channel} AND remote_id = '${under.id}'`)[0]?.parent_remote_id === own.id, JSON.stringify(asked_under));
  const first_comment = await publish('--to', own.id, '--thread', own.id, '--text', 'The recipe follows.', '--key', 'post-1-2');
  check('a first comment of our own goes under it', first_comment.outcome === 'done' && said('The recipe follows.')[0]?.parent === own.id, first_comment.said);
  there.lost = 0;
  there.lose = (asked) => asked.method === 'POST' && asked.path.endsWith('/feed') && !there.lost;
  const doubt = ['--post', '--text', 'Closed on the eleventh', '--key', 'post-2', '--since', new Date().toISOString()], first_try = await publish(...doubt), found = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && found.outcome === 'done' && found.id === posts.at(-1).id, first_try.said + found.said);
  there.lost = 0;
  there.lose = (asked) => asked.method === 'POST' && asked.path.endsWith('/photo_stories') && !there.lost;
  const told = ['--post', '--story', '--file', loaf, '--key', 'story-1', '--since', new Date().toISOString()], told_try = await publish(...told), told_found = await publish(...told, '--look');
  check('a story that may have left is found: its picture was on the page unseen before', told_try.outcome === 'unknown' && told_found.outcome === 'done' && stories.length === 1 && told_found.id === stories[0].post_id && photos.get(stories[0].media_id)?.published === 'false',
    told_try.said + told_found.said + JSON.stringify(stories));
  const oven = join(place.data, 'oven.mp4'), bytes = mp4({ seconds: 12 });
  writeFileSync(oven, bytes);
  there.uploaded = (id, asked) => { films.set(id, asked.raw); };
  there.lost = 0;
  there.lose = (asked) => asked.method === 'POST' && asked.body?.upload_phase === 'FINISH' && !there.lost;
  const film = ['--post', '--story', '--file', oven, '--key', 'story-2', '--since', new Date().toISOString()], film_try = await publish(...film), film_found = await publish(...film, '--look');
  const shown_film = stories.find((one) => one.media_type === 'video');
  check('a film as a story: uploaded before, seen by nobody, and found after a doubt', film_try.outcome === 'unknown' && film_found.outcome === 'done' && stories.filter((one) => one.media_type === 'video').length === 1
    && film_found.id === shown_film.post_id && films.get(shown_film.media_id)?.equals(bytes), film_try.said + film_found.said + JSON.stringify(stories));
  there.refuseUpload = true;
  const broken_upload = await publish('--post', '--story', '--file', oven, '--key', 'story-3', '--since', new Date().toISOString());
  check('one whose upload fails is none', broken_upload.outcome === 'later' && stories.filter((one) => one.media_type === 'video').length === 1, broken_upload.said);
  there.refuseUpload = false;
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--since', new Date().toISOString(), '--look')).outcome === 'never');

  /* ---- the network is away; then a restart ---- */
  await server.stop();
  await now();
  check('an outage is said on the channel, in words', await until('it', 40, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  comment(jane, 'Are you back?');
  await server.start();
  check('what was said meanwhile comes in', await come('Are you back?'), JSON.stringify(row()));
  await place.restart();
  comment(jane, 'After the restart.');
  check('after a restart it goes on where it was', await come('After the restart.'));
  const twice = sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND remote_id != '' GROUP BY remote_id HAVING COUNT(*) > 1`);
  check('nothing is there twice', !twice.length, JSON.stringify(twice));

  /* ---- the token ends ---- */
  there.dead = true;
  await now();
  const broken = await until('the dead token to be told', 40, () => row().state === 'broken' && row());
  check('a token that ended is told in words', broken && broken.state_story.includes('expiré'), JSON.stringify(row()));

  check('each request proves that it is the app’s', there.proofs.length > 20 && there.proofs.every(Boolean));
  check('every request is as the description has it', !server.violations.length, server.violations.join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
