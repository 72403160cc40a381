/* A channel of the kind “twitter” against X's own description: every request of the desk is held against the published document, and the network is
   played here. Mentions and private messages come in, are answered once, also when the answer to that was lost; edits, removals, hiding,
   a cap that is used up, an outage and a restart in between. */
// Proves twitter (contract): verify fetch search reply post private hide restore react metrics profile poll
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, attach, byHand, check, connect, desk, end, keyOf, searched, sql, statement, until } from './_desk.mjs';
import { absent, contract, LOST } from './_contract.mjs';

/* ---- the network, in memory ---- */

const self = '100', people = { 100: 'levain', 200: 'jane', 300: 'paul' }, id = (() => { let n = (BigInt(Date.now()) - 1288834974657n) << 22n; return () => String(++n); })();
let subscription = 'None';
const posts = new Map(), uploads = new Map(), messages = [], hidden = new Set(), liked = new Set();
let lose = 0, problem = null;
const user = (one) => ({ id: one, username: people[one], name: people[one], profile_image_url: 'https://x.example/a.jpg', public_metrics: { followers_count: 7, following_count: 1, post_count: 3, listed_count: 0 } });
function say(author, text, parent = null) {
  const post = { id: id(), author, text, parent, at: new Date().toISOString(), history: [] };
  post.thread = parent ? posts.get(parent)?.thread ?? parent : post.id;
  post.history = [post.id];
  posts.set(post.id, post);
  return post.id;
}
const shown = (one) => ({ id: one.id, text: one.text.replaceAll('&', '&amp;'), author_id: one.author, created_at: one.at, conversation_id: one.thread, lang: 'en', edit_history_post_ids: one.history, public_metrics: { like_count: liked.has(one.id) ? 1 : 0, repost_count: 0, reply_count: 0, quote_count: 0, bookmark_count: 0, impression_count: 9 },
  ...(one.parent ? { referenced_posts: [{ type: 'replied_to', id: one.parent }] } : {}) });
const page = (list, query, more = {}) => {
  const at = Number(query.get('pagination_token') ?? query.get('next_token') ?? 0), size = 2, part = list.slice(at, at + size);
  const parents = part.map((one) => posts.get(one.parent)).filter(Boolean);
  return { body: { ...(part.length ? { data: part.map(shown) } : {}), includes: { users: Object.keys(people).map(user), ...(parents.length ? { posts: parents.map(shown) } : {}) },
    meta: { result_count: part.length, ...(list.length > at + size ? { next_token: String(at + size) } : {}) }, ...more }, headers: { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': '280', 'x-rate-limit-reset': String(Math.floor(Date.now() / 1000) + 600) } };
};
const event = (one) => ({ id: one.id, event_type: 'MessageCreate', text: one.text, sender_id: one.sender, dm_conversation_id: '100-200', created_at: one.at });
const tell = (status, type, detail) => ({ status, headers: { 'Content-Type': 'application/problem+json' }, body: { title: detail, detail, type: `https://api.x.com/2/problems/${type}`, status } });
const newest = (list) => list.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));

function answer({ method, path, query, body }) {
  if (problem) return tell(...problem);
  const since = BigInt(query.get('since_id') ?? 0);
  if (path === '/2/users/me') return { body: { data: { ...user(self), description: 'We bake.', subscription_type: subscription } } };
  if (path === `/2/users/${self}/mentions`) return page(newest([...posts.values()].filter((one) => one.author !== self && one.text.includes('@levain') && BigInt(one.id) > since)), query);
  if (path === `/2/users/${self}/tweets`) return page(newest([...posts.values()].filter((one) => one.author === self && one.at >= query.get('start_time'))), query);
  if (path === '/2/tweets/search/recent') {
    const words = [...query.get('query').matchAll(/"([^"]+)"|([\p{L}\p{N}_#@]+)/gu)].map((one) => one[1] ?? one[2]).filter((one) => !['OR', 'is', 'retweet'].includes(one));
    return page(newest([...posts.values()].filter((one) => words.some((word) => one.text.toLowerCase().includes(word)) && BigInt(one.id) > since)), query);
  }
  if (path === '/2/tweets' && method === 'GET') {
    const wanted = query.get('ids').split(','), there = wanted.filter((one) => posts.has(one)), gone = wanted.filter((one) => !posts.has(one));
    return { body: { ...(there.length ? { data: there.map((one) => shown(posts.get(one))) } : {}), includes: { users: Object.keys(people).map(user) },
      ...(gone.length ? { errors: gone.map((one) => ({ title: 'Not Found Error', detail: 'Could not find it.', type: 'https://api.x.com/2/problems/resource-not-found', resource_id: one, resource_type: 'post', parameter: 'ids', value: one })) } : {}) } };
  }
  if (path === '/2/tweets') {
    const parent = body.reply?.in_reply_to_tweet_id;
    if (parent && !posts.has(parent)) return tell(403, 'about:blank', 'You attempted to reply to a Tweet that is deleted or not visible to you.');
    if ([...posts.values()].some((one) => one.author === self && one.text.endsWith(body.text))) return tell(403, 'about:blank', 'You are not allowed to create a Tweet with duplicate content.');
    const said = body.text.replace(/https:\S+/g, 'https://t.co/x1'), made = say(self, parent ? `@${people[posts.get(parent).author]} ${said}` : said, parent ?? null);
    posts.get(made).media = body.media?.media_ids;
    posts.get(made).poll = body.poll;
    if (lose > 0) { lose--; return LOST; }
    return { status: 201, body: { data: { id: made, text: body.text, edit_history_post_ids: [made] } } };
  }
  if (path === '/2/media/upload') { uploads.set(String(uploads.size + 70), { bytes: Buffer.from(body.media, 'base64'), category: body.media_category }); return { body: { data: { id: String(uploads.size + 69), media_key: '3_1' } } }; }
  if (path === '/2/media/metadata') { uploads.get(body.id).alt = body.metadata.alt_text.text; return { body: { data: { id: body.id } } }; }
  if (path === '/2/dm_events') return { body: { ...(messages.length ? { data: [...messages].reverse().map(event) } : {}), includes: { users: Object.keys(people).map(user) }, meta: { result_count: messages.length } } };
  if (path === '/2/dm_conversations/100-200/dm_events') return { body: { data: [...messages].reverse().map(event), meta: { result_count: messages.length } } };
  if (path === '/2/dm_conversations/100-200/messages') {
    messages.push({ id: id(), sender: self, text: body.text, at: new Date().toISOString() });
    return { status: 201, body: { data: { dm_conversation_id: '100-200', dm_event_id: messages.at(-1).id } } };
  }
  const hide = /^\/2\/tweets\/(\d+)\/hidden$/.exec(path);
  if (hide) {
    hidden[body.hidden ? 'add' : 'delete'](hide[1]);
    return { body: { data: { hidden: body.hidden } } };
  }
  if (path === `/2/users/${self}/likes`) { liked.add(body.tweet_id); return { body: { data: { liked: true } } }; }
  if (path.startsWith(`/2/users/${self}/likes/`) && method === 'DELETE') { liked.delete(path.split('/').pop()); return { body: { data: { liked: false } } }; }
  return undefined;
}

const server = await contract('x', 'x-api-v2.openapi.json.gz', answer);
if (!server) {
  console.log(absent('x', 'x-api-v2.openapi.json.gz'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host] });
const machine = api(place, keyOf(place));

try {
  const root = say(self, 'We bake on Sundays.'), first = say('200', '@levain From what time & where?', root);
  messages.push({ id: id(), sender: '200', text: 'My order is late', at: new Date().toISOString() });
  const { id: channel, row, talk, found, fetchNow, heard, isOnce } = await connect(place, machine, 'twitter', 'X', { token: 't0ken', messages: 'yes', url: server.base });
  const stored = (remote) => sql(place, `SELECT CAST(id AS TEXT) AS id, body, edited_at, removed_at FROM message WHERE channel_id = ${channel} AND remote_id = '${remote}'`)[0];
  check('who we are there was found out', JSON.parse(row().known).account?.handle === 'levain', row().known + row().state_story);

  const asked = await heard('From what time & where?');
  if (!check('a mention comes in, plain', asked, JSON.stringify(row()))) throw new Error('nothing came');
  const thread = (await talk(asked.id)).thread.map((item) => item.message).filter(Boolean);
  check('with our post that it answers', thread.length === 2 && thread[0].is_us && thread[0].body === 'We bake on Sundays.', JSON.stringify(thread.map((one) => one.body)));
  const private_ = await heard('My order is late');
  check('a private message comes in', private_);

  /* ---- searched for what is listened for ---- */
  say('300', 'Nobody asks for this');
  say('300', 'A loaf of zanzibread for everybody');
  const { row: search, query } = await searched(place, machine, channel, '(zanzibread OR "pane di zanzibar") AND NOT tutorial', 'A loaf of zanzibread');
  for (const word of ['one', 'two', 'three']) say('300', `Zanzibread, loaf ${word}`);
  check('over pages, a part of them a turn', await until('the loaves', 60, async () => { await machine.post(`/listening/${query}/search/now`); return search().found === 4; }), JSON.stringify(search()));
  check('in the words of the query', server.seen.some((one) => one.query?.get('query') === '(zanzibread OR "pane di zanzibar") -is:retweet'), JSON.stringify(server.seen.filter((one) => one.path.includes('search')).map((one) => String(one.query))));

  /* ---- answered, once ---- */
  const { reply } = machine;
  lose = 1;
  let told = await reply(asked.id, 'From eight, see https://levain.example', 'public');
  check('it is answered', told.status < 400, told.text);
  const settled = await until('the doubt to be cleared up', 90, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body LIKE 'From eight%' AND reply_state = 'sent'`)[0]);
  const copies = [...posts.values()].filter((one) => one.parent === first && one.author === self);
  check('its answer was lost on the way, and the desk found it there: it was said once', copies.length === 1 && settled?.remote_id === copies[0].id, JSON.stringify([settled, copies]));
  told = await reply(private_.id, 'We look at it.', 'private');
  check('a private message is answered', await until('the answer', 40, () => messages.some((one) => one.sender === self && one.text === 'We look at it.')), told.text);
  for (const word of ['one', 'two', 'three']) say('300', `@levain Number ${word}`, copies[0].id);
  for (const word of ['one', 'three']) check(`what is said to it comes back, over pages (${word})`, await until(word, 40, async () => { await fetchNow(); return (await talk(asked.id)).thread.some((item) => item.message?.body === `@levain Number ${word}`); }));

  /* ---- edits, removals ---- */
  const target = [...posts.values()].find((one) => one.text === '@levain Number two'), edited = { ...target, id: id(), text: '@levain Number two, put right', at: new Date(Date.now() + 2000).toISOString() };
  edited.history = [target.id, edited.id];
  posts.set(edited.id, edited);
  check('an edit is seen, in the same place', await until('the edit', 40, async () => { await fetchNow(); return stored(target.id)?.body === edited.text && stored(target.id).edited_at > 0; }), JSON.stringify(stored(target.id)));
  const gone = [...posts.values()].find((one) => one.text === '@levain Number three');
  posts.delete(gone.id);
  check('a removal is seen', await until('the removal', 60, async () => { await fetchNow(); return stored(gone.id)?.removed_at > 0; }), JSON.stringify(stored(gone.id)));

  /* ---- hiding ---- */
  const article = sql(place, 'SELECT CAST(MIN(id) AS TEXT) AS id FROM charter_article')[0].id, one = [...posts.values()].find((post) => post.text === '@levain Number one').id;
  told = await machine.post(`/messages/${stored(one).id}/decide`, { act: 'hide', article_id: article, reason: 'It says nothing.' });
  check('hiding hides it there', await until('the hiding', 40, () => hidden.has(one)), told.text);
  told = await machine.post(`/messages/${stored(one).id}/restore`, { reason: 'It was meant kindly.' });
  check('restoring shows it again', await until('the restoring', 40, () => !hidden.has(one)), told.text);

  told = await reply(asked.id, 'Are you still there?', 'public', { parent_id: stored(gone.id).id });
  const refused = told.status >= 400 ? told.text : (await until('the refusal', 40, () => sql(place, `SELECT story FROM publication WHERE channel_id = ${channel} AND state = 'failed'`)[0]))?.story;
  check('an answer to what is no longer there is refused, in words, and the channel goes on', refused && row().state === 'ok', JSON.stringify([refused, row()]));

  /* ---- pictures, long posts ---- */
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const sent = await attach(place, keyOf(place), asked.id, { body: 'This is the oven.', visibility: 'public', parent_id: stored(first).id, alt: 'Le four, ouvert' }, png, 'oven.png');
  const oven = await until('the picture', 40, () => [...posts.values()].find((post) => post.text.endsWith('This is the oven.')));
  check('a picture goes out with an answer, byte for byte, and with what it shows', oven?.media?.length === 1 && uploads.get(oven.media[0])?.bytes.equals(png) && uploads.get(oven.media[0]).alt === 'Le four, ouvert', sent.text + JSON.stringify(oven));
  subscription = 'Premium';
  statement(place, `UPDATE channel SET verify_due_at = 1 WHERE id = ${channel}`);
  const longer = await until('the longer limit', 30, () => JSON.parse(row().known).limits?.body === 25000);
  const words = 'Sauerteig '.repeat(60).trim();
  told = await reply(asked.id, words, 'public', { parent_id: stored(first).id });
  check('who pays writes longer', longer && told.status < 400 && await until('the long answer', 40, () => [...posts.values()].find((post) => post.text.endsWith(words))), told.text);

  /* ---- likes, figures, the profile ---- */
  const parvis = byHand(place, server.host), act = (word, post) => parvis('channel', 'publish', 'X', '--act', word, '--to', post);
  let done = await act('react', first);
  check('a like is put there', done.status === 0 && liked.has(first), done.said);
  const figures = await parvis('channel', 'metrics', 'X', root, first, '1'), told_of = figures.status === 0 && JSON.parse(figures.stdout).metrics;
  check('figures of posts, and none of one that is gone', told_of && told_of.find((one) => one.id === first && one.measure === 'likes')?.value === 1 && told_of.find((one) => one.id === root && one.measure === 'likes')?.value === 0 && !told_of.some((one) => one.id === '1'), figures.said);
  done = await act('unreact', first);
  check('and taken back', done.status === 0 && !liked.has(first), done.said);
  const profile = await parvis('channel', 'profile', 'X'), shown_as = profile.status === 0 && JSON.parse(profile.stdout);
  check('how we show ourselves there is read', shown_as && shown_as.handle === 'levain' && shown_as.about === 'We bake.' && shown_as.followers === 7 && shown_as.following === 1 && shown_as.posts === 3, profile.said);

  /* ---- a post of our own, by hand: its next part, what is said under it, one that may have left ---- */
  const loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, png);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'X', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };
  const own = await publish('--post', '--text', 'New: walnut bread, see https://levain.example/nuts', '--warning', 'Nuts', '--file', loaf, '--alt', 'A loaf'), stands = posts.get(own.id);
  check('a post of ours stands there, its warning first, with its picture', own.outcome === 'done' && stands?.text === 'Nuts\n\nNew: walnut bread, see https://t.co/x1' && !stands.parent && uploads.get(stands.media[0]).alt === 'A loaf' && own.url.endsWith(own.id), `${own.said} ${JSON.stringify(stands)}`);
  const part = await publish('--to', own.id, '--thread', own.id, '--text', 'In both shops.');
  check('its next part stands under it', posts.get(part.id)?.parent === own.id, part.said);
  say('200', '@levain Is it there on Mondays?', own.id);
  const under = await heard('Is it there on Mondays?');
  check('what is said under it comes in, in its thread', sql(place, `SELECT remote_id FROM conversation WHERE id = ${under?.id ?? 0}`)[0]?.remote_id === own.id, JSON.stringify(under));
  lose = 1;
  const doubt = ['--post', '--text', 'Closed on the eleventh: https://levain.example/shut', '--since', new Date().toISOString()], first_try = await publish(...doubt), there = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && there.outcome === 'done' && posts.get(there.id)?.text.startsWith('Closed on the eleventh'), first_try.said + there.said);
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--since', new Date().toISOString(), '--look')).outcome === 'never');

  const asks = ['--post', '--text', 'Which bread on Sundays?', '--choice', 'Rye', '--choice', 'Spelt', '--hours', '48'];
  const asking = await publish(...asks);
  check('a poll stands there with its choices, for two days', asking.outcome === 'done' && JSON.stringify(posts.get(asking.id)?.poll) === '{"options":["Rye","Spelt"],"duration_minutes":2880}', asking.said);
  lose = 1;
  const vote = ['--post', '--text', 'Which on Mondays?', '--choice', 'Rye', '--choice', 'Spelt', '--since', new Date().toISOString()], voted = await publish(...vote), vote_found = await publish(...vote, '--look');
  check('and one that may have left is found', voted.outcome === 'unknown' && vote_found.outcome === 'done' && posts.get(vote_found.id)?.poll?.options.length === 2, voted.said + vote_found.said);
  check('a choice alone is no poll', (await publish('--post', '--text', 'One', '--choice', 'Rye')).said.includes('2'));

  /* ---- money, an outage, a restart, a dead token ---- */
  problem = [429, 'usage-capped', 'Usage cap exceeded: Monthly product cap'];
  const capped = await until('the cap to be told', 40, async () => { await fetchNow(); return row().state === 'failing' && row(); });
  check('a monthly cap is told as one, and not asked again for hours', capped && /mois|mensuel/.test(capped.state_story) && capped.fetch_due_at > (Date.now() + 3600e3) * 1000, JSON.stringify(row()));
  problem = null;
  await server.stop();
  await fetchNow();
  await server.start();
  say('200', '@levain Are you back?');
  check('what was said during an outage comes in', await heard('Are you back?'), JSON.stringify(row()));
  await place.restart();
  say('200', '@levain After the restart.');
  check('after a restart it goes on where it was', await heard('After the restart.'));
  check('nothing is there twice', isOnce());
  problem = [401, 'about:blank', 'Unauthorized'];
  check('a dead token is told', await until('it', 40, async () => { await fetchNow(); return row().state === 'broken'; }), JSON.stringify(row()));
  server.judged(check);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${server.violations.slice(0, 3).join('\n')}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
