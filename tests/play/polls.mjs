/* A poll by the interface that Mastodon publishes: the small server that the other plays run takes none. The status goes out with its choices
   and its end, once, and is found again when the answer to it was lost. */
// Proves mastodon (contract): poll
import { api, byHand, check, desk, end, keyOf, until } from './_desk.mjs';
import { absent, contract, LOST } from './_contract.mjs';

const statuses = [];
let lose = 0, choices = 4;
const account = (base) => ({ id: '7', username: 'levain', acct: 'levain', url: `${base}/@levain`, uri: `${base}/users/levain`, display_name: 'Levain', note: '', avatar: `${base}/a.png`, avatar_static: `${base}/a.png`, header: `${base}/h.png`,
  header_static: `${base}/h.png`, avatar_description: '', header_description: '', show_featured: true, show_media: true, show_media_replies: true,
  locked: false, fields: [], emojis: [], bot: false, group: false, discoverable: true, indexable: false, created_at: '2026-01-01T00:00:00.000Z', last_status_at: null, statuses_count: statuses.length, followers_count: 3, following_count: 1 });
function say(asked, base) {
  if (asked.path === '/api/v1/accounts/verify_credentials') return { body: account(base) };
  if (asked.path === '/api/v2/instance') return { body: { domain: 'social.example', version: '4.5.0', configuration: { statuses: { max_characters: 500, max_media_attachments: 4 }, polls: { max_options: choices, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2629746 } } } };
  if (asked.path === '/api/v1/notifications') return { body: [] };
  if (asked.path === '/api/v1/accounts/7/statuses') return { body: [...statuses].reverse() };
  if (asked.method === 'POST' && asked.path === '/api/v1/statuses') {
    const b = asked.body, id = String(statuses.length + 20), key = asked.headers['idempotency-key'];
    let made = statuses.find((one) => one.key === key);
    if (!made) statuses.push(made = { key, id, uri: `${base}/statuses/${id}`, url: `${base}/@levain/${id}`, created_at: new Date().toISOString(), account: account(base), content: `<p>${b.status}</p>`, visibility: b.visibility, sensitive: !!b.sensitive, spoiler_text: b.spoiler_text ?? '',
      media_attachments: [], mentions: [], tags: [], emojis: [], reblogs_count: 0, favourites_count: 0, replies_count: 0, quotes_count: 0, text: null, edited_at: null, in_reply_to_id: null, in_reply_to_account_id: null, reblog: null, language: b.language ?? null,
      ...(b.poll ? { poll: { id: `p${id}`, expires_at: new Date(Date.now() + b.poll.expires_in * 1000).toISOString(), expired: false, multiple: !!b.poll.multiple, votes_count: 0, voters_count: 0, options: b.poll.options.map((title) => ({ title, votes_count: 0 })), emojis: [] } } : {}) });
    if (lose-- > 0) return LOST;
    const { key: _, ...shown } = made;
    return { body: shown };
  }
  return undefined;
}

const server = await contract('mastodon', 'mastodon-api.openapi.json.gz', (asked) => say(asked, server.base), { hold: false, beside: (asked) => (asked.path === '/api/v1/apps/verify_credentials' ? { status: 404, body: { error: 'Not here' } } : undefined) });
if (!server) {
  console.log(absent('mastodon'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host] });
try {
  const machine = api(place, keyOf(place)), parvis = byHand(place, server.host);
  const made = await machine.post('/channels/new/mastodon', { name: 'Fediverse', setting: ['token', 'url'], value: ['t0ken', server.base] });
  check('it is connected', [200, 201, 303].includes(made.status), made.text);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Fediverse', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };

  const asking = await publish('--post', '--text', 'Which bread on Sundays?', '--choice', 'Rye', '--choice', 'Spelt', '--hours', '48', '--several', '--key', 'poll-1'), poll = statuses[0]?.poll;
  check('a poll stands there with its choices, for two days', asking.outcome === 'done' && asking.id === statuses[0].id && poll?.options.map((one) => one.title).join() === 'Rye,Spelt' && poll.multiple && Math.abs(new Date(poll.expires_at) - Date.now() - 48 * 3600e3) < 60e3,
    asking.said + JSON.stringify(poll));
  lose = 1;
  const vote = ['--post', '--text', 'Which on Mondays?', '--choice', 'Rye', '--choice', 'Spelt', '--key', 'poll-2', '--since', new Date().toISOString()], first = await publish(...vote), found = await publish(...vote, '--look');
  check('one that may have left is found', first.outcome === 'unknown' && found.outcome === 'done' && found.id === statuses[1]?.id && statuses.length === 2, first.said + found.said);

  /* ---- by the desk: what the server says it takes is what is checked ---- */
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Fediverse').id;
  const long = (await machine.post('/posts', { title: 'A vote', body: 'Which bread on Sundays, this time?', channels: [channel], poll: ['Rye', 'Spelt', 'Wheat', 'Corn', 'Oats'], poll_hours: '24' }));
  check('more choices than the server takes are told', long.status < 400 && JSON.stringify(long.document.findings ?? long.document.post?.findings ?? '').includes('4'), long.text.slice(0, 600));
  server.judged(check, 5);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${server.violations.slice(0, 3).join('\n')}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
