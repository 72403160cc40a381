/* A channel of the kind “youtube” against YouTube's own description: every request of the desk is held against the published document, and
   the channel, its videos and its viewers are played here. Comments come in, are answered once, also when the answer to that was lost; edits, removals,
   what is held for review; the daily quota; an outage and a restart in between. */
// Proves youtube (contract): verify fetch search reply hide restore metrics profile
import { api, byHand, check, connect, desk, end, keyOf, searched, sql, statement, until } from './_desk.mjs';
import { absent, contract, LOST } from './_contract.mjs';

/* ---- the network, in memory ---- */

const channel = 'UCdesk', now = () => new Date().toISOString();
const comments = new Map(), titles = { V1: 'How we bake', V2: 'How we ship' };
let uploaded = { V2: ['uploaded', 'processing'] };
const shows = ['UCpaul', 'UCzoe'].map((by, at) => ({ id: `S${at}`, by, at: new Date(Date.now() - 3600e3).toISOString(), title: at ? 'Something else' : 'Rolls & more', about: at ? 'Not it.' : 'How to bake zanzibread at home.' }));
let number = 0, quota = false, lose = 0, refuse = null;
const snippet = (one) => ({ authorDisplayName: `@${one.author}`, authorChannelId: { value: one.author === 'desk' ? channel : `UC${one.author}` }, authorChannelUrl: `http://www.youtube.com/@${one.author}`,
  authorProfileImageUrl: 'https://yt.example/a.jpg', channelId: channel, videoId: one.video, textDisplay: one.text, ...(one.author === 'desk' ? { textOriginal: one.text } : {}), canRate: true, viewerRating: 'none', ...(one.status === 'heldForReview' ? { moderationStatus: one.status } : {}), likeCount: one.likes ?? 0,
  publishedAt: one.at, updatedAt: one.edited ?? one.at, ...(one.parent ? { parentId: one.parent } : {}) });
const shown = (one) => ({ kind: 'youtube#comment', etag: 'e', id: one.id, snippet: snippet(one) });
const answersOf = (id) => [...comments.values()].filter((one) => one.parent === id && one.status === 'published');
const thread = (one) => ({ kind: 'youtube#commentThread', etag: 'e', id: one.id, snippet: { channelId: channel, videoId: one.video, topLevelComment: shown(one), canReply: true, totalReplyCount: answersOf(one.id).length, isPublic: true },
  ...(answersOf(one.id).length ? { replies: { comments: answersOf(one.id).slice(-2).map(shown) } } : {}) });
const parvis = (...words) => byHand(place, server.host)(...words);
const list = (kind, items, more = {}) => ({ body: { kind: `youtube#${kind}ListResponse`, etag: 'e', pageInfo: { totalResults: items.length, resultsPerPage: 100 }, items, ...more } });
const error = (status, reason) => ({ status, body: { error: { code: status, message: reason, errors: [{ message: reason, domain: 'youtube', reason }] } } });
function say(author, text, { video = 'V1', parent = null, status = 'published' } = {}) {
  const id = parent ? `${parent}.a${++number}` : `Ugx${String(++number).padStart(20, '0')}`;
  comments.set(id, { id, author, text, video, parent, status, at: now() });
  return id;
}

function answer({ operation, query, body }) {
  if (quota) return error(403, 'quotaExceeded');
  if (refuse && (refuse[1] !== 'commentsDisabled' || /comment/i.test(operation))) return error(...refuse);
  switch (operation) {
    case 'youtube.channels.list':
      return list('channel', [{ kind: 'youtube#channel', id: channel, snippet: { title: 'Levain', description: 'We bake.', customUrl: '@levain', thumbnails: { default: { url: 'https://yt.example/l.jpg' } } },
        statistics: { subscriberCount: '120', viewCount: '5000', videoCount: '2', hiddenSubscriberCount: false }, brandingSettings: { image: { bannerExternalUrl: 'https://yt.example/banner.jpg' } }, contentDetails: { relatedPlaylists: { uploads: 'UUdesk' } } }]);
    case 'youtube.playlistItems.list':
      return list('playlistItem', Object.keys(titles).map((id) => ({ kind: 'youtube#playlistItem', id: `p${id}`, contentDetails: { videoId: id } })));
    case 'youtube.search.list':
      return list('search', shows.filter((one) => one.at > query.get('publishedAfter')).map((one) => ({ kind: 'youtube#searchResult', etag: 'e', id: { kind: 'youtube#video', videoId: one.id },
        snippet: { publishedAt: one.at, channelId: one.by, title: one.title.replaceAll('&', '&amp;'), description: 'cut …', channelTitle: one.by } })));
    case 'youtube.videos.list':
      if (query.get('part') === 'snippet' && shows.some((one) => query.get('id').split(',').includes(one.id)))
        return list('video', shows.filter((one) => query.get('id').split(',').includes(one.id)).map((one) => ({ kind: 'youtube#video', id: one.id,
          snippet: { publishedAt: one.at, channelId: one.by, channelTitle: one.by, title: one.title, description: one.about } })));
      return list('video', query.get('id').split(',').filter((id) => titles[id]).map((id) => ({ kind: 'youtube#video', id, snippet: { title: titles[id], publishedAt: now() }, statistics: { viewCount: '900', likeCount: '40', commentCount: '4' }, status: { uploadStatus: uploaded[id]?.[0] ?? 'processed', privacyStatus: 'public', ...(uploaded[id]?.[2] ?? {}) },
        processingDetails: { processingStatus: uploaded[id]?.[1] ?? 'succeeded' } })));
    case 'youtube.commentThreads.list': {
      const tops = [...comments.values()].filter((one) => !one.parent);
      if (query.get('id')) return list('commentThread', tops.filter((one) => query.get('id').split(',').includes(one.id) && one.status === 'published').map(thread));
      const wanted = tops.filter((one) => one.status === query.get('moderationStatus')).reverse(), at = Number(query.get('pageToken') ?? 0), size = 2; // small pages, to turn them
      return list('commentThread', wanted.slice(at, at + size).map(thread), wanted.length > at + size ? { nextPageToken: String(at + size) } : {});
    }
    case 'youtube.comments.list': {
      const wanted = query.get('id')?.split(',');
      if (query.get('parentId') && !comments.has(query.get('parentId'))) return error(404, 'commentNotFound');
      return list('comment', (wanted ? wanted.map((id) => comments.get(id)).filter(Boolean) : answersOf(query.get('parentId'))).map(shown));
    }
    case 'youtube.comments.insert': {
      const { parentId, textOriginal } = body.snippet, parent = comments.get(parentId);
      if (!parent) return error(404, 'parentCommentNotFound');
      const id = say('desk', textOriginal, { video: parent.video, parent: parentId });
      if (lose > 0) { lose--; return LOST; }
      return { body: shown(comments.get(id)) };
    }
    case 'youtube.comments.setModerationStatus':
      comments.get(query.get('id')).status = query.get('moderationStatus');
      return { status: 204 };
    default:
      return undefined;
  }
}

const server = await contract('youtube', 'youtube-v3.openapi.json.gz', answer);
if (!server) {
  console.log(absent('youtube', 'youtube-v3.openapi.json.gz'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host] });
const machine = api(place, keyOf(place));

try {
  const first = say('jane', 'From what time do you bake?');
  const { id, row, talk, found, fetchNow, heard, isOnce, messages } = await connect(place, machine, 'youtube', 'Videos', { token: 't0ken', url: server.base });
  const known = JSON.parse(row().known);
  check('who we are there was found out', known.account?.id === channel && known.account.followers === 120, row().known + row().state_story);
  check('and how the latest uploads fare', known.uploads?.find((one) => one.id === 'V2')?.state === 'processing' && known.uploads.find((one) => one.id === 'V1')?.state === 'published', row().known);

  uploaded = { V2: ['rejected', 'terminated', { rejectionReason: 'copyright' }] };
  statement(place, `UPDATE channel SET verify_due_at = 1 WHERE id = ${id}`);
  const blocked = await until('the blocked video to be told', 30, async () => (await machine.get(`/channels/${id}/weather`)).document.channels[0].warnings.find((one) => one.what === 'notice'));
  check('a video that is blocked is told on the channel, with why, while it works', blocked?.about === 'V2' && blocked.story.includes('How we ship') && row().state === 'ok', JSON.stringify([blocked, row()]));
  const asked = await heard('From what time');
  if (!check('a comment comes in', asked, JSON.stringify(row()))) throw new Error('nothing came');
  const before = await talk(asked.id);
  check('with the video that it stands under', JSON.stringify(before).includes('How we bake'), JSON.stringify(before).slice(0, 900));

  /* ---- answered, once ---- */
  const { reply } = machine;
  lose = 1;
  const told = await reply(asked.id, 'From eight o’clock.');
  check('it is answered', told.status < 400, told.text);
  const settled = await until('the doubt to be cleared up', 90, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${id} AND body = 'From eight o’clock.' AND reply_state = 'sent'`)[0]);
  const copies = answersOf(first).filter((one) => one.text === 'From eight o’clock.');
  check('its answer was lost on the way, and the desk found it there: it was said once', copies.length === 1 && settled?.remote_id === copies[0]?.id, JSON.stringify([settled, copies]));
  say('jane', 'Thank you! 1 &lt; 2, I <3 <b>it</b>', { parent: first });
  say('paul', 'I come too.', { parent: first });
  say('zoe', 'And me.', { parent: first });
  const back = await until('what is said to it to come back', 60, async () => { await fetchNow(); const all = messages(await talk(asked.id)); return all.length === 5 && all; });
  check('what is said to it comes back into the same conversation, also more than a thread brings', back && ['Thank you! 1 &lt; 2, I <3 <b>it</b>', 'I come too.', 'And me.'].every((text) => back.some((one) => one.is_in && one.body === text)),
    JSON.stringify(messages(await talk(asked.id)).map((one) => one.body)));

  /* ---- searched for what is listened for ---- */
  await searched(place, machine, id, 'zanzibread', 'How to bake zanzibread');
  check('the whole description is read, and what does not match is dropped', sql(place, `SELECT body FROM message WHERE channel_id = ${id} AND remote_id IN ('S0', 'S1')`).map((one) => one.body).join() === 'Rolls & more\n\nHow to bake zanzibread at home.');
  const spread = sql(place, `SELECT due_at - asked_at AS wait FROM listening_search WHERE channel_id = ${id}`)[0].wait / 60e6;
  check('it is asked again in its time, as the day’s units allow', spread >= 59 && spread < 300, String(spread));

  /* ---- figures ---- */
  const account = await until('the figures of the account', 30, async () => { const { channel: one } = (await machine.get(`/channels/${id}`)).document; return one.figures && one; });
  check('what the channel has there stands on its page', /120/.test(account?.figures), account?.figures);
  Object.assign(comments.get(copies[0].id), { likes: 7 });
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${id} AND act = 'metrics'`); // as if it had been read hours ago
  const liked = await until('the figures of the answer', 40, async () => messages(await talk(asked.id)).find((one) => one.is_us && one.figures?.includes('7')));
  check('and how an answer is liked stands under it', liked, JSON.stringify(sql(place, `SELECT * FROM metric_point WHERE channel_id = ${id}`)));

  const told_figures = async (...ids) => Object.fromEntries(JSON.parse((await parvis('channel', 'metrics', 'Videos', ...ids)).stdout).metrics.map((one) => [`${one.id ?? ''} ${one.measure}`, one.value]));
  const figures = { ...(await told_figures()), ...(await told_figures(copies[0].id, 'V1', 'V9')) };
  check('figures asked by hand: of the account, of a comment and of a video, and none of what is gone', figures[' followers'] === 120 && figures[`${copies[0].id} likes`] === 7 && figures['V1 views'] === 900 && figures['V1 replies'] === 4 && !Object.keys(figures).some((one) => one.startsWith('V9')), JSON.stringify(figures));
  const profile = await parvis('channel', 'profile', 'Videos'), looks = profile.status === 0 && JSON.parse(profile.stdout);
  check('how we show ourselves there is read', looks.name === 'Levain' && looks.handle === '@levain' && looks.about === 'We bake.' && looks.posts === 2 && looks.cover === 'https://yt.example/banner.jpg', profile.said);

  /* ---- pages, what is held for review, edits and removals ---- */
  const many = ['one', 'two', 'three', 'four', 'five'].map((word) => say(`viewer_${word}`, `Comment number ${word}`, { video: 'V2' }));
  const held = say('troll', 'Is this held back?', { status: 'heldForReview' });
  for (const word of ['one', 'five']) check(`“number ${word}” comes in, over pages`, await heard(`Comment number ${word}`));
  check('what is held for review comes in too', await heard('Is this held back?'));
  check('and waits in the review queue for a word', await until('it to wait', 20, () => sql(place, `SELECT 1 AS it FROM flag f JOIN message m ON m.id = f.message_id WHERE m.channel_id = ${id} AND m.remote_id = '${held}' AND f.source = 'network'`)[0]));
  refuse = [403, 'commentsDisabled'];
  const asked_off = server.seen.length;
  await until('comments that are turned off', 20, async () => { await fetchNow(); return server.seen.length > asked_off; });
  check('comments that are turned off are no trouble of the channel', row().state === 'ok', JSON.stringify(row()));
  refuse = null;
  Object.assign(comments.get(many[0]), { text: 'Comment number one, put right', edited: now() });
  comments.delete(many[1]);
  const one = () => sql(place, `SELECT body, edited_at FROM message WHERE channel_id = ${id} AND remote_id = '${many[0]}'`)[0];
  check('an edit is seen', await until('the edit', 40, async () => { await fetchNow(); return one()?.body === 'Comment number one, put right' && one().edited_at > 0; }), JSON.stringify(one()));
  const state = (remote) => sql(place, `SELECT removed_at, CAST(id AS TEXT) AS id FROM message WHERE channel_id = ${id} AND remote_id = '${remote}'`)[0];
  check('a removal is seen', await until('the removal', 40, async () => { await fetchNow(); return state(many[1])?.removed_at > 0; }));
  check('and what is held for review is not taken for removed', state(held)?.removed_at === 0 || state(held)?.removed_at === null, JSON.stringify(state(held)));
  const kept = await machine.post('/moderation/decide', { message: [state(held).id], bulk_act: 'keep' });
  check('a word of ours lets it stand there', await until('it to stand', 40, () => comments.get(held).status === 'published'), `${kept.status} ${kept.text.slice(0, 400)}`);

  /* ---- the day's quota ---- */
  const gates = () => sql(place, `SELECT quota_limit, quota_left, quota_reset_at FROM channel_gate WHERE channel_id = ${id}`)[0];
  check('what was asked is counted against the day’s 10,000 units', gates()?.quota_limit === 10000 && gates().quota_left < 9950 && gates().quota_left > 9000, JSON.stringify(gates()));
  quota = true;
  const tired = await until('the used up quota to be told', 40, async () => { await fetchNow(); return row().state === 'failing' && row(); });
  check('a quota that is used up is told in words, and not asked before midnight there', tired && /Californie/.test(tired.state_story) && tired.fetch_due_at > Date.now() * 1000 + 60e6, JSON.stringify(row()));
  quota = false;

  /* ---- an outage, a restart ---- */
  await server.stop();
  const fourth = await found('Comment number four');
  await reply(fourth.id, 'See you soon.');
  await server.start();
  say('jane', 'Are you back?', { video: 'V1' });
  check('what was said during an outage comes in', await heard('Are you back?'), JSON.stringify(row()));
  check('what was answered meanwhile left, once', await until('the answer', 90, () => answersOf(many[3]).length) === 1, JSON.stringify(answersOf(many[3])));
  await place.restart();
  say('jane', 'After the restart.', { video: 'V1' });
  check('after a restart it goes on where it was', await heard('After the restart.'));
  check('nothing is there twice', isOnce());

  /* ---- holding back ---- */
  const target = state(many[4]).id, article = sql(place, 'SELECT CAST(MIN(id) AS TEXT) AS id FROM charter_article')[0]?.id;
  const hidden = await machine.post(`/messages/${target}/decide`, { act: 'hide', article_id: String(article), reason: 'It says nothing.' });
  check('hiding holds it for review there', await until('the hiding', 40, () => comments.get(many[4]).status === 'heldForReview'), `${hidden.status} ${hidden.text.slice(0, 400)}`);
  await fetchNow();
  check('and it is not taken for removed', !(state(many[4]).removed_at > 0), JSON.stringify(state(many[4])));
  const restored = await machine.post(`/messages/${target}/restore`, { reason: 'It was meant kindly.' });
  check('restoring lets it through again', await until('the restoring', 40, () => comments.get(many[4]).status === 'published'), `${restored.status} ${restored.text.slice(0, 400)}`);

  refuse = [401, 'authError'];
  const broken = await until('the dead token to be told', 40, async () => { await fetchNow(); return row().state === 'broken' && row(); });
  check('a dead token is told, in the workspace’s language', broken && broken.state_story.length > 20, JSON.stringify(row()));
  server.judged(check);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${server.violations.slice(0, 3).join('\n')}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
