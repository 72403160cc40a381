/* A channel of the kind “instagram” against the Graph interface as Meta describes it: an account found through its page; comments come in,
   are answered, and answered back; a picture on which the account is tagged is answered as such; private messages, also to who wrote a comment;
   hiding; an answer that may have left; a limit that is waited for; an outage. */
// Proves instagram (contract): verify renew fetch receive reply post private hide restore metrics profile story story_film
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent } from './_contract.mjs';
import { api, byHand, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { PERSON, PICTURE, SECRET, TOKEN, graph, sendFile } from './_graph.mjs';
import { mp4 } from './_film.mjs';

const page = { id: '1001', name: 'The Bakery' }, jane = { id: '301', username: 'jane' }, own = { id: '17841400', username: 'thebakery' };
const media = { id: '1790', caption: 'Sunday bread', comments: [] }, tagged = [{ id: '1950', caption: 'Breakfast with @thebakery', username: 'max', at: Date.now() - 60000, comments: [] }];
const nodes = new Map(), photos = new Map(), containers = new Map(), published = [];
let there;

const shown = ({ id, text, from, at, parent, replies }) => ({ id, text, timestamp: there.stamp(at), username: from.username, from, ...(parent ? { parent_id: parent } : {}), ...(replies?.length ? { replies: there.page_of(replies.map(shown), 50) } : {}) });
function comment(from, text, parent) {
  const one = { id: `18${there.next++}`, text, from, at: Date.now(), parent, replies: [] };
  (parent ? nodes.get(parent).replies : media.comments).unshift(one);
  nodes.set(one.id, one);
  return one;
}

there = await graph('instagram', ['graph-IGUser.openapi.json', 'graph-IGMedia.openapi.json', 'graph-IGComment.openapi.json', '../facebook/graph-Page.openapi.json.gz', '../facebook/graph-User.openapi.json'], {
  page,
  answer(place, asked, id, edge) {
    const { method, body } = asked;
    if (id === 'me') return { body: { id: page.id, instagram_business_account: { ...own, name: 'The Bakery', profile_picture_url: 'https://scontent.example/ig.jpg', followers_count: 900, follows_count: 12, media_count: 40, biography: 'Bread', website: 'https://bakery.example/' } } };
    const picture = (one, username, at) => ({ id: one.id, caption: one.caption, media_type: 'IMAGE', media_url: 'https://scontent.example/i.jpg', permalink: `https://www.instagram.com/p/CODE${one.id}/`, timestamp: place.stamp(at), username });
    // pictures of ours
    if (edge === 'photos') { photos.set(String(place.next), place.form_of(asked)); return { body: { id: String(place.next++) } }; }
    if (photos.has(id)) return { body: { id, images: [{ width: 320, height: 320, source: `https://scontent.example/small/${id}.jpg` }, { width: 1080, height: 1080, source: `https://scontent.example/${id}.jpg` }] } };
    if (edge === 'media' && method === 'POST') { const made = `1788${place.next++}`; containers.set(made, { ...body, asked: 0 }); return { body: { id: made, ...(body.upload_type ? { uri: `${place.server.base}/ig-api-upload/v25.0/${made}` } : {}) } }; }
    if (containers.has(id)) return { body: { id, status_code: containers.get(id).asked++ ? 'FINISHED' : 'IN_PROGRESS', status: 'In progress' } };
    if (edge === 'media_publish') { const made = `1795${place.next++}`; published.unshift({ id: made, at: Date.now(), comments: [], of: containers.get(String(body.creation_id)), caption: containers.get(String(body.creation_id)).caption }); return { body: { id: made } }; }
    if (published.some((one) => one.id === id) && edge === 'replies') return place.fault(400, 100, 0, '(#100) Tried accessing nonexisting field (replies) on node type (ShadowIGMedia)');
    if (edge === 'comments' && method === 'POST') { published.find((one) => one.id === id).comments.push(body.message); return { body: { id: `18${place.next++}` } }; }
    if (published.some((one) => one.id === id)) return { body: { id, permalink: `https://www.instagram.com/p/CODE${id}/` } };
    if (edge === 'stories') return { body: place.page_of(published.filter((one) => one.of.media_type === 'STORIES').map((one) => picture({ ...one, caption: undefined }, own.username, one.at))) };
    if (edge === 'media' && asked.query.get('fields')?.startsWith('id,caption,timestamp')) return { body: place.page_of(published.filter((one) => one.of.media_type !== 'STORIES').map((one) => picture(one, own.username, one.at))) };
    if (edge === 'media') return { body: place.page_of([{ ...picture(media, own.username, Date.now() - 86400000), comments: place.page_of(media.comments.map(shown), 50) }]) };
    if (edge === 'tags') return { body: place.page_of(tagged.map((one) => picture(one, one.username, one.at))) };
    if (edge === 'mentions') { const to = tagged.find((one) => one.id === body.media_id); to.comments.push(body.message); return { body: { id: `18${place.next++}` } }; }
    if (edge === 'replies' && method === 'POST') return { body: { id: comment(own, body.message, id).id } };
    if (edge === 'replies') return { body: place.page_of((nodes.get(id)?.replies ?? []).map(shown), 100) };
    if (edge) return { body: { data: [] } };
    if (!nodes.has(id)) return place.fault(400, 100, 33, 'Unsupported request');
    if (method === 'POST') { nodes.get(id).hidden = body.hide; return { body: { success: true } }; }
    return { body: { ...shown(nodes.get(id)), like_count: nodes.get(id).likes ?? 0 } };
  },
});
if (!there) {
  console.log(absent('instagram'));
  process.exit(0);
}
Object.assign(there, { own: own.id, handle: own.username, rights: ['instagram_basic', 'instagram_manage_comments', 'pages_read_engagement', 'instagram_manage_messages'] });
there.writer_of = (id) => nodes.get(id)?.from.id;

const { server } = there, place = await desk({ options: ['--net_allow', server.host] });
const machine = api(place, keyOf(place));
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const rows = async (text) => ((await machine.get('/inbox?sort=recent')).document?.list?.rows ?? []).find((row) => row.preview?.includes(text));
const answer = machine.reply;
const parvis = byHand(place, server.host);
const letters = (text) => (there.conversations.get('301') ?? []).filter((one) => one.message === text);

try {
  there.pages = [{ id: '1002', name: 'The Cellar', access_token: 'EAAcellar' }, { ...page, access_token: TOKEN, instagram_business_account: own }];
  const made = await machine.post('/channels/new/instagram', { name: 'Our pictures', setting: ['token', 'app_secret', 'verify_token', 'url'], value: [PERSON, SECRET, 'our word', server.base] });
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Our pictures')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at FROM channel WHERE id = ${channel}`)[0];
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  const known = JSON.parse(row().known);
  check('the account was found through its page', known.id === own.id && known.page === page.id && known.account?.handle === 'thebakery' && row().state === 'ok', row().known + row().state_story);
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const come = (text) => until(`“${text}” to come in`, 40, async () => { await now(); return rows(text); });

  const question = comment(jane, 'How much?');
  const first = await come('How much?');
  if (!check('a comment stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  check('with who wrote it', first.contact.name === 'jane', JSON.stringify(first.contact));
  await answer(first.id, 'Four euros.');
  check('it is answered below it over there', await until('it', 45, () => question.replies.find((one) => one.text === 'Four euros.' && one.from.id === own.id)));
  comment(jane, 'I take two', question.id);
  const back = await until('her answer', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'I take two'); });
  check('what she says to it comes back into the same conversation', back && messages(await talk(first.id)).length === 3, JSON.stringify(messages(await talk(first.id)).map((one) => [one.is_us, one.body])));

  const shot = await come('Breakfast with');
  check('a picture on which the account is tagged is a mention', shot?.kind.word === 'mention', JSON.stringify(shot));
  await answer(shot.id, 'Enjoy!');
  check('and is answered as the network wants it', await until('it', 45, () => tagged[0].comments.includes('Enjoy!')));

  await answer(first.id, 'Where shall we bring them?', 'private');
  check('who wrote a comment is answered in private', await until('it', 45, () => letters('Where shall we bring them?').length === 1));
  there.letter(jane, jane, 'To the harbour');
  const letter = await come('To the harbour');
  check('a private message is a conversation of its own', letter && letter.id !== first.id && letter.kind.word === 'direct', JSON.stringify(letter));
  there.lose = (asked) => asked.method === 'POST' && asked.path.endsWith('/messages') && !there.lost;
  await answer(letter.id, 'At ten', 'private');
  const settled = await until('the doubt to be cleared up', 60, async () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'At ten' AND reply_state = 'sent'`)[0]);
  check('an answer that may have left was looked for, and is there once', there.lost === 1 && letters('At ten').length === 1 && settled?.remote_id === letters('At ten')[0].id, JSON.stringify([there.lost, settled]));

  const open_file = await sendFile(place, machine, first.id, { body: 'A picture' }, PICTURE, 'a.png');
  check('comments hold no files: that is said before anything is sent', open_file.status === 400 || open_file.status === 422, `${open_file.status} ${open_file.text.slice(0, 300)}`);
  await sendFile(place, machine, letter.id, { body: 'This is our oven', visibility: 'private' }, PICTURE, 'oven.png');
  check('a picture goes in private, after its text', await until('it', 45, () => there.conversations.get('301')[0].size === PICTURE.length && there.conversations.get('301')[1].message === 'This is our oven'), JSON.stringify(there.conversations.get('301')));

  /* ---- pictures of ours, by hand: one, several, none; its first comment; one that may have left ---- */
  const loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, PICTURE);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Our pictures', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };
  const single = await publish('--post', '--text', 'New: walnut bread', '--file', loaf, '--alt', 'A loaf', '--key', 'post-1');
  check('a picture is published with its words, from the address that the page’s album gives it', single.outcome === 'done' && published[0]?.caption === 'New: walnut bread' && published[0].of.image_url === `https://scontent.example/${[...photos.keys()][0]}.jpg`
    && published[0].of.alt_text === 'A loaf' && [...photos.values()][0].published === 'false' && single.url.includes(single.id), `${single.said} ${JSON.stringify([...containers.values()])}`);
  const several = await publish('--post', '--text', 'Two of them', '--file', loaf, '--alt', 'One', '--file', loaf, '--alt', 'Two', '--key', 'post-2');
  check('several are one post', several.outcome === 'done' && published.length === 2 && published[0].of.media_type === 'CAROUSEL' && published[0].of.children.map((one) => containers.get(one).alt_text).join() === 'One,Two', several.said);
  check('none is none: that is said, and nothing sent', (await publish('--post', '--text', 'Only words')).outcome === 'never' && published.length === 2);
  const first_comment = await publish('--to', single.id, '--thread', single.id, '--text', 'The recipe follows.', '--key', 'post-1-2');
  check('a first comment of our own goes under it', first_comment.outcome === 'done' && published[1].comments.join() === 'The recipe follows.', first_comment.said);
  there.lost = 0;
  there.lose = (one) => one.method === 'POST' && one.path.endsWith('/media_publish') && !there.lost;
  const doubt = ['--post', '--text', 'Closed on the eleventh', '--file', loaf, '--key', 'post-3', '--since', new Date().toISOString()], first_try = await publish(...doubt), found = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && found.outcome === 'done' && found.id === published[0].id, first_try.said + found.said);
  there.lose = null;
  const story = await publish('--post', '--story', '--file', loaf, '--key', 'story-1');
  check('a story is one picture without words', story.outcome === 'done' && published[0].id === story.id && published[0].of.media_type === 'STORIES' && published[0].of.caption === undefined && published[0].of.image_url, story.said + JSON.stringify(published[0].of));
  there.lost = 0;
  there.lose = (one) => one.method === 'POST' && one.path.endsWith('/media_publish') && !there.lost;
  const later = new Date(Date.now() + 1000).toISOString();
  await until('another second', 3, () => new Date().toISOString() > later);
  const again = ['--post', '--story', '--file', loaf, '--key', 'story-2', '--since', new Date().toISOString()], again_try = await publish(...again), again_found = await publish(...again, '--look');
  check('one that may have left is found', again_try.outcome === 'unknown' && again_found.outcome === 'done' && again_found.id === published[0].id, again_try.said + again_found.said);
  there.lose = null;
  const oven = join(place.data, 'oven.mp4'), bytes = mp4({ seconds: 12 });
  writeFileSync(oven, bytes);
  there.uploaded = (id, asked) => { containers.get(id).film = asked.raw; };
  const film = await publish('--post', '--story', '--file', oven, '--key', 'story-3');
  check('a film as a story goes to the network itself, and is published once it is ready', film.outcome === 'done' && published[0].id === film.id && published[0].of.media_type === 'STORIES' && published[0].of.upload_type === 'resumable'
    && published[0].of.film?.equals(bytes) && published[0].of.asked >= 2, film.said + JSON.stringify({ ...published[0].of, film: published[0].of.film?.length }));

  const article = statement(place, `SELECT id FROM charter_article WHERE workspace_id = (SELECT workspace_id FROM channel WHERE id = ${channel}) ORDER BY id LIMIT 1`);
  const ugly = comment(jane, 'You are thieves');
  const bad = await come('You are thieves');
  await machine.post(`/messages/${messages(await talk(bad.id)).find((one) => one.is_in).id}/hide`, { article_id: article, reason: 'For the play.' });
  check('a comment is hidden over there', await until('it', 45, () => ugly.hidden === true));
  await machine.post(`/messages/${messages(await talk(bad.id)).find((one) => one.is_in).id}/restore`, { reason: 'It was nothing.' });
  check('and shown again', await until('it', 45, () => ugly.hidden === false));

  /* ---- figures and profile ---- */
  const ours = question.replies.find((one) => one.text === 'Four euros.');
  ours.likes = 5;
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`); // as if it had been read hours ago
  check('how an answer is liked stands under it', await until('the figures', 40, async () => messages(await talk(first.id)).find((one) => one.is_us && one.figures?.includes('5'))), JSON.stringify(sql(place, `SELECT * FROM metric_point WHERE channel_id = ${channel}`)));
  check('and how many follow the account, on the channel’s', /900/.test((await machine.get(`/channels/${channel}`)).document.channel.figures));
  const by_hand = await parvis('channel', 'metrics', 'Our pictures', ours.id, '18999');
  check('asked by hand too', by_hand.status === 0 && JSON.stringify(JSON.parse(by_hand.stdout).metrics.map((one) => [one.id, one.measure, one.value])) === JSON.stringify([[ours.id, 'likes', 5]]), by_hand.stdout + by_hand.stderr);
  const profile = await parvis('channel', 'profile', 'Our pictures'), shown_there = profile.status === 0 ? JSON.parse(profile.stdout) : {};
  check('how the account shows itself', shown_there.handle === 'thebakery' && shown_there.about === 'Bread' && shown_there.website === 'https://bakery.example/' && shown_there.following === 12 && shown_there.posts === 40, profile.stdout + profile.stderr);

  /* ---- what is pushed ---- */
  check('its page was subscribed to our app', await until('it', 20, () => there.subscribed?.includes('feed')), JSON.stringify(there.subscribed));
  const address = (await machine.get(`/channels/${channel}`)).document.deliveries?.address, seconds = () => Math.floor(Date.now() / 1000);
  await there.push(address, 'instagram', [{ id: own.id, time: seconds(), changes: [{ field: 'comments', value: { id: '18555', text: 'Below your ad', from: { id: '302', username: 'max' }, media: { id: '1799', media_product_type: 'AD', ad_id: '23', ad_title: 'Sunday ad' } } }] }]);
  const ad = await until('a comment on an ad', 30, () => rows('Below your ad'));
  check('a comment on an ad comes in by delivery', ad?.contact.name === 'max' && JSON.stringify(await talk(ad.id)).includes('Sunday ad'), JSON.stringify(ad));
  const event = (message) => ({ sender: { id: '302' }, recipient: { id: own.id }, timestamp: Date.now(), message });
  await there.push(address, 'instagram', [{ id: own.id, time: Date.now(), messaging: [event({ mid: 'aWdf1', text: 'Lovely!', reply_to: { story: { id: '9', url: 'https://cdn.example/story.jpg' } } })] }]);
  const told = await until('an answer to a story', 30, () => rows('Lovely!'));
  check('an answer to a story says that it is one', JSON.stringify(await talk(told.id)).includes('https://cdn.example/story.jpg'), JSON.stringify(await talk(told.id)).slice(0, 800));
  await there.push(address, 'instagram', [{ id: own.id, time: Date.now(), messaging: [event({ mid: 'aWdf1', is_deleted: true })] }]);
  check('what was unsent is noted', await until('it', 30, () => sql(place, `SELECT removed_at FROM message WHERE channel_id = ${channel} AND remote_id = 'aWdf1'`)[0].removed_at > 0));

  /* ---- one address for all that the app serves ---- */
  await machine.post('/channels/new/facebook', { name: 'Its page', setting: ['token', 'app_secret', 'url'], value: [TOKEN, SECRET, server.base] });
  const second = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Its page')?.id;
  await until('the page to be looked at', 30, () => sql(place, `SELECT verified_at FROM channel WHERE id = ${second}`)[0].verified_at > 0);
  const of_page = { field: 'feed', value: { item: 'comment', verb: 'add', comment_id: '31_5', post_id: '1001_31', parent_id: '1001_31', from: { id: '502', name: 'Zoe' }, message: 'Said to the page', created_time: seconds() } };
  await there.push(address, 'page', [{ id: page.id, time: seconds(), changes: [of_page] }, { id: '4242', time: seconds(), changes: [{ ...of_page, value: { ...of_page.value, comment_id: '42_5', message: 'Said to a stranger' } }] }]);
  const passed = await until('what is said to the page', 30, () => sql(place, `SELECT body, channel_id = ${second} AS is_there FROM message WHERE remote_id = '31_5'`)[0]);
  check('what comes to one channel’s address, and is another’s, reaches that one', Boolean(passed?.is_there), JSON.stringify(passed));
  check('and what is nobody’s reaches nobody', !sql(place, `SELECT id FROM message WHERE remote_id = '42_5'`).length);

  await server.stop();
  await now();
  check('an outage is said on the channel, in words', await until('it', 40, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  comment(jane, 'Still open?');
  await server.start();
  check('what was said meanwhile comes in', await come('Still open?'), JSON.stringify(row()));
  check('each request proves that it is the app’s', there.proofs.length > 10 && there.proofs.every(Boolean));
  check('every request is as the description has it', !server.violations.length, server.violations.join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
