/* A channel of the kind “discord” against the description that Discord publishes of its interface v10. A question comes in, is answered
   under it, once, also when the answer to it is lost, and pings nobody; an edit and a removal are seen by reading again; a thread, a forum,
   files both ways, a channel that the bot may not read; likes, figures, taking away with and without the right; rates; an outage, a restart, texts that are
   kept from the bot, a token that is over. */
// Proves discord (contract): verify fetch reply post hide react metrics profile poll
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent, contract, LOST } from './_contract.mjs';
import { api, attach, check, desk, end, keyOf, sql, until } from './_desk.mjs';

const GUILD = '900000000000000900', GENERAL = '700000000000000700', SHUT = '700000000000000701', THREAD = '700000000000000790', FORUM = '700000000000000702', TOPIC = '700000000000000791', TOKEN = 'a.token.of.the.play';
const EPOCH = 1420070400000n;
const user = (id, username, name) => ({ id, username, discriminator: '0', global_name: name, avatar: null, public_flags: 0, flags: 0, bot: id === '500000000000000500' });
const me = user('500000000000000500', 'bakerydesk', 'Bakery desk'), jane = user('200000000000000200', 'jane', 'Jane'), paul = user('200000000000000201', 'paul', null);

/* ---- a server of Discord in memory ---- */
const channels = new Map([[GENERAL, []], [SHUT, []], [THREAD, []], [TOPIC, []]]), nonces = new Map(), files = [];
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let number = 0n, lose = null, lost = 0, dead = false, slow = 0, may_manage = false, flags = 1 << 19;
const says = (channel, author, content, more = {}) => {
  const now = Date.now(), id = String(((BigInt(now) - EPOCH) << 22n) + ++number);
  const message = { id, channel_id: channel, author, content, timestamp: new Date(now).toISOString(), edited_timestamp: null, tts: false, mention_everyone: false, mentions: [], mention_roles: [],
    attachments: [], embeds: [], pinned: false, type: 0, components: [], flags: 0, ...more };
  channels.get(channel).push(message);
  return message;
};
const post = says(GENERAL, me, 'We bake on Sundays.');
says(SHUT, paul, 'Among ourselves.');
const newest = (channel) => channels.get(channel).at(-1)?.id ?? null;
const place_of = (id, name, type, more) => ({ id, type, name, guild_id: GUILD, last_message_id: newest(id), flags: 0, ...more });
const shown = ({ liked, ...message }) => ({ ...message, ...(liked ? { reactions: [{ emoji: { id: null, name: liked }, count: 1, count_details: { burst: 0, normal: 1 }, burst_colors: [], me_burst: false, me: true }] } : {}) });
const error = (status, code, message = 'The play says no', more = {}) => ({ status, body: { code, message, ...more } });
const order = (a, b) => (BigInt(a) < BigInt(b) ? -1 : 1);

const asked_there = (poll) => ({ question: poll.question, answers: poll.answers.map((one, at) => ({ answer_id: at + 1, ...one })), expiry: new Date(Date.now() + poll.duration * 3600e3).toISOString(), allow_multiselect: poll.allow_multiselect, layout_type: 1,
  results: { answer_counts: [], is_finalized: false } });

const say = (asked) => {
  const p = asked.params, channel = channels.get(p.channel_id);
  if (asked.headers.authorization !== `Bot ${TOKEN}` || dead) return error(401, 0, '401: Unauthorized');
  if (!/^DiscordBot \(/.test(asked.headers['user-agent'])) return error(403, 40333, 'internal network error');
  if (slow > 0) { slow--; return { status: 429, headers: { 'X-RateLimit-Scope': 'user', 'X-RateLimit-Bucket': 'b', 'Retry-After': '1' }, body: { message: 'You are being rate limited.', retry_after: 1.2, global: false } }; }
  if (asked.path.endsWith('/users/@me')) return { body: me };
  if (asked.path.endsWith('/applications/@me')) return { body: { id: '499', name: 'Desk', flags } };
  if (asked.path.endsWith(`/guilds/${GUILD}`)) return { body: { id: GUILD, name: 'Bakery' } };
  if (asked.path.endsWith('/threads/active')) return { body: { threads: [[THREAD, 'Cakes', GENERAL], [TOPIC, 'Keeping bread', FORUM]].filter(([id]) => channels.get(id).length).map(([id, name, parent]) => place_of(id, name, 11, { parent_id: parent })), members: [] } };
  if (asked.path.endsWith(`/guilds/${GUILD}/channels`)) return { body: [place_of(GENERAL, 'general', 0), place_of(SHUT, 'team', 0), { ...place_of(TOPIC, 'help', 15), id: FORUM, last_message_id: channels.get(TOPIC).length ? TOPIC : null }] };
  if (p.channel_id === SHUT) return error(403, 50001, 'Missing Access');
  if (asked.method === 'GET' && asked.path.endsWith('/messages')) {
    const after = asked.query.get('after'), limit = Number(asked.query.get('limit') ?? 50);
    const found = [...channel].sort((a, b) => order(a.id, b.id)).filter((one) => !after || BigInt(one.id) > BigInt(after));
    return { body: (after ? found.slice(0, limit) : found.slice(-limit)).reverse().map(shown) };
  }
  if (asked.method === 'GET' && p.message_id) {
    const found = channel.find((one) => one.id === p.message_id);
    return found ? { body: shown(found) } : error(404, 10008, 'Unknown Message');
  }
  if (asked.method === 'POST' && asked.path.endsWith('/messages')) {
    const part = asked.body ? null : /name="payload_json"[^]*?\r\n\r\n([^]*?)\r\n--/.exec(asked.raw.toString('utf8')), b = asked.body ?? JSON.parse(part[1]);
    if (part) files.push({ ...b.attachments[0], whole: asked.raw.includes(png) });
    if (b.message_reference && !channel.some((one) => one.id === b.message_reference.message_id)) return error(400, 50035, 'Invalid Form Body', { errors: { message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE' }] } } });
    if (!nonces.has(b.nonce)) nonces.set(b.nonce, says(p.channel_id, me, b.content, b.message_reference ? { type: 19, message_reference: { type: 0, channel_id: p.channel_id, ...b.message_reference } } : b.poll ? { poll: asked_there(b.poll) } : {}));
    if (lose?.(asked)) { lost++; return LOST; }
    return { body: nonces.get(b.nonce) };
  }
  if (asked.method === 'PUT' && asked.path.includes('/reactions/')) { channel.find((one) => one.id === p.message_id).liked = decodeURIComponent(p.emoji_name); return { status: 204 }; }
  if (asked.method === 'DELETE' && asked.path.includes('/reactions/')) { delete channel.find((one) => one.id === p.message_id).liked; return { status: 204 }; }
  if (asked.method === 'DELETE') {
    if (!may_manage) return error(403, 50013, 'Missing Permissions');
    channels.set(p.channel_id, channel.filter((one) => one.id !== p.message_id));
    return { status: 204 };
  }
  return undefined;
};

/* Files lie on another host, which no description names, and which is shown no token. */
const beside = (asked) => (asked.path === '/files/oven.png' ? { status: asked.headers.authorization ? 400 : 200, headers: { 'Content-Type': 'image/png' }, body: png } : undefined);
const server = await contract('discord', 'discord-v10.openapi.json.gz', say, { hold: false, beside });
if (!server) {
  console.log(absent('discord'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host] });
const machine = api(place, keyOf(place));
const parvis = (...words) => new Promise((done) => {
  execFile(place.program, [...words, '--data', place.data, '--net_allow', server.host], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } }, (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr }));
});
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);

try {
  const setting = { name: 'Server', setting: ['token', 'guild', 'channels', 'url'], value: [TOKEN, GUILD, '', `${server.base}/api/v10`] };
  const made = await machine.post('/channels/new/discord', setting);
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Server')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const stored = (text) => sql(place, `SELECT CAST(id AS TEXT) AS id, remote_id, parent_remote_id, CAST(conversation_id AS TEXT) AS conversation_id, removed_at FROM message WHERE channel_id = ${channel} AND body = '${text}'`);
  const comes = (text) => until(`“${text}”`, 40, async () => { await now(); return stored(text)[0]; });
  await until('the account to be looked at', 30, () => row().verified_at > 0);
  check('who we are there was found out, and that texts may be read', JSON.parse(row().known).account?.handle === 'bakerydesk' && row().state === 'ok', row().known + row().state_story);
  const verified = await parvis('channel', 'verify', 'Server');
  check('verified by hand; no credential is printed', verified.status === 0 && JSON.parse(verified.stdout).outcome === 'done' && !(verified.stdout + verified.stderr).includes(TOKEN), verified.stdout + verified.stderr);

  /* ---- there and back ---- */
  const question = says(GENERAL, jane, `From what time, <@${me.id}>?`, { mentions: [me], type: 19, message_reference: { type: 0, channel_id: GENERAL, message_id: post.id } });
  const first = await comes('From what time, @Bakery desk?');
  if (!check('the question comes in, as people would read it', first, JSON.stringify(row()))) throw new Error('nothing came');
  const id = first.conversation_id;
  check('it answers what we had said', first.parent_remote_id === `${GENERAL}/${post.id}` && stored('We bake on Sundays.')[0]?.conversation_id === id);
  check('a channel that the bot may not read keeps nobody waiting', row().state === 'ok' && !stored('Among ourselves.').length, JSON.stringify(row()));
  const answer = (body) => machine.reply(id, body);
  const mine = (text) => channels.get(GENERAL).filter((one) => one.author.id === me.id && one.content === text);
  let told = await answer('From eight o’clock, @everyone.');
  check('it is answered', told.status < 400, told.text);
  await until('the answer to stand over there', 40, () => mine('From eight o’clock, @everyone.').length);
  const posted = server.seen.find((one) => one.method === 'POST' && one.body?.content === 'From eight o’clock, @everyone.');
  check('it stands under her question there, and pings nobody', posted?.body.message_reference.message_id === question.id && posted.body.allowed_mentions.parse.length === 0 && posted.body.allowed_mentions.replied_user === false && posted.body.enforce_nonce === true, JSON.stringify(posted?.body));
  const thanks = says(GENERAL, jane, 'Thank you!', { type: 19, message_reference: { type: 0, channel_id: GENERAL, message_id: mine('From eight o’clock, @everyone.')[0]?.id } });
  const back = await comes('Thank you!');
  check('what she says to it comes back into the same conversation, nothing twice', back.conversation_id === id && stored('From eight o’clock, @everyone.').length === 1);

  /* ---- changes over there, found by reading again ---- */
  thanks.content = 'Thank you both!';
  thanks.edited_timestamp = new Date().toISOString();
  check('an edit is seen', (await comes('Thank you both!'))?.remote_id === `${GENERAL}/${thanks.id}`);
  channels.set(GENERAL, channels.get(GENERAL).filter((one) => one !== thanks));
  check('a removal is seen', await until('the removal', 40, async () => { await now(); return stored('Thank you both!')[0]?.removed_at > 0; }));

  /* ---- an answer that may have left ---- */
  says(GENERAL, jane, 'And on Mondays?');
  await comes('And on Mondays?');
  lose = (asked) => asked.method === 'POST' && !lost;
  await answer('On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 60, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  check('its answer was lost on the way, and the desk found it there, said once', lost === 1 && mine('On Mondays we rest.').length === 1 && settled?.remote_id === `${GENERAL}/${mine('On Mondays we rest.')[0].id}`, JSON.stringify([lost, settled]));

  /* ---- a thread, likes, taking away ---- */
  slow = 1;
  says(THREAD, paul, 'Which cakes are there?');
  const thread = await comes('Which cakes are there?');
  check('a rate that is reached is waited out', slow === 0 && server.seen.some((one) => one.status === 429));
  check('a thread is a conversation of its own', thread && thread.conversation_id !== id);
  const topic = says(TOPIC, paul, 'How do I keep bread?');
  const forum = await comes('How do I keep bread?');
  check('a post of a forum is one, too', forum && forum.remote_id === `${TOPIC}/${topic.id}` && ![id, thread.conversation_id].includes(forum.conversation_id), JSON.stringify(forum));
  await machine.reply(forum.conversation_id, 'In linen.');
  check('and is answered there', await until('the answer in the forum', 40, () => channels.get(TOPIC).some((one) => one.author.id === me.id && one.content === 'In linen.')));

  /* ---- files, both ways ---- */
  says(GENERAL, jane, 'Our oven', { attachments: [{ id: '1', filename: 'oven.png', size: png.length, url: `${server.base}/files/oven.png`, proxy_url: 'http://192.0.2.1/x', content_type: 'image/png', description: 'An oven, open' }] });
  const pictured = await comes('Our oven');
  const file = (await machine.get(`/conversations/${pictured.conversation_id}`)).document.conversation.thread.map((item) => item.message).find((one) => one?.body === 'Our oven')?.attachments[0];
  const seen = file && await fetch(`${place.base}/api/v1${file.thumb_url ?? file.url}`, { headers: { Authorization: `Bearer ${keyOf(place)}` } });
  check('a file comes in and is kept, since its address ends; its host is shown no token', seen?.status === 200 && Buffer.from(await seen.arrayBuffer()).equals(png) && file.alt === 'An oven, open', JSON.stringify(file));
  const taken = await attach(place, keyOf(place), pictured.conversation_id, { body: 'And ours.', visibility: 'public', then: 'send', alt: 'Our oven, shut' }, png, 'four "à pain".png');
  await until('our picture over there', 40, () => files.length);
  check('an answer with a picture leaves in one', taken.status < 400 && files.length === 1 && files[0].whole && files[0].description === 'Our oven, shut' && mine('And ours.').length === 1, JSON.stringify([taken.status, files]));
  const on = `${GENERAL}/${question.id}`;
  const liked = await parvis('channel', 'publish', 'Server', '--act', 'react', '--to', on);
  check('a message is liked', liked.status === 0 && channels.get(GENERAL).find((one) => one.id === question.id).liked === '👍', liked.stdout + liked.stderr);
  const figures = await parvis('channel', 'metrics', 'Server', on, `${GENERAL}/${mine('From eight o’clock, @everyone.')[0].id}`, `${GENERAL}/1`, `${SHUT}/2`);
  check('its figures, asked by hand: of what is there and may be read', figures.status === 0 && JSON.stringify(JSON.parse(figures.stdout).metrics.map((one) => [one.id === on, one.measure, one.value])) === '[[true,"likes",1],[false,"likes",0]]', figures.stdout + figures.stderr);
  const profile = await parvis('channel', 'profile', 'Server', '--verbose');
  check('and how we show ourselves there, without a credential', profile.status === 0 && JSON.parse(profile.stdout).handle === 'bakerydesk' && JSON.parse(profile.stdout).followers === null && !(profile.stdout + profile.stderr).includes(TOKEN), profile.stdout + profile.stderr);
  const unliked = await parvis('channel', 'publish', 'Server', '--act', 'unreact', '--to', on);
  check('and no longer', unliked.status === 0 && !channels.get(GENERAL).find((one) => one.id === question.id).liked, unliked.stdout + unliked.stderr);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Server', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.stdout + one.stderr }; };
  check('without a channel for them, posts are refused', (await publish('--post', '--text', 'Nowhere')).outcome === 'never' && !mine('Nowhere').length);
  await machine.post(`/channels/${channel}`, { name: 'Server', setting: ['token', 'guild', 'channels', 'url', 'posts'], value: ['', GUILD, '', `${server.base}/api/v10`, GENERAL] });
  const own = await publish('--post', '--text', 'New: walnut bread', '--warning', 'Nuts', '--key', 'post-1');
  check('a post of ours stands in the channel that is set, covered behind its warning', own.outcome === 'done' && mine('Nuts\n||New: walnut bread||')[0] && own.id === `${GENERAL}/${mine('Nuts\n||New: walnut bread||')[0].id}`, own.said);
  const loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, png);
  const veiled = await publish('--post', '--text', 'The loaf', '--warning', 'Nuts', '--file', loaf, '--alt', 'A loaf', '--key', 'post-4');
  check('one with a picture, covered too', veiled.outcome === 'done' && files.at(-1).filename === 'SPOILER_loaf.png' && files.at(-1).description === 'A loaf' && files.at(-1).whole, `${veiled.said} ${JSON.stringify(files.at(-1))}`);
  const part = await publish('--to', own.id, '--thread', own.id, '--text', 'In both shops.', '--key', 'post-1-2');
  check('what follows answers it', part.outcome === 'done' && `${GENERAL}/${mine('In both shops.')[0]?.message_reference?.message_id}` === own.id, part.said);
  says(GENERAL, jane, 'Is it there on Mondays?', { type: 19, message_reference: { type: 0, channel_id: GENERAL, message_id: own.id.split('/')[1] } });
  const under = await until('what is said to it', 40, async () => { await now(); return sql(place, `SELECT parent_remote_id FROM message WHERE channel_id = ${channel} AND body = 'Is it there on Mondays?'`)[0]; });
  check('what is said to it comes in, and says to what', under?.parent_remote_id === own.id, JSON.stringify(under));
  lost = 0;
  lose = (asked) => asked.method === 'POST' && !lost;
  const doubt = ['--post', '--text', 'Closed on the eleventh', '--key', 'post-2', '--since', new Date().toISOString()], first_try = await publish(...doubt), there = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && there.outcome === 'done' && there.id === `${GENERAL}/${mine('Closed on the eleventh')[0]?.id}`, first_try.said + there.said);
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--since', new Date().toISOString(), '--look')).outcome === 'never');
  lose = null;
  const asking = await publish('--post', '--text', 'We bake one bread on Sundays.', '--question', 'Which one?', '--choice', 'Rye', '--choice', 'Spelt', '--hours', '48', '--several', '--key', 'post-5');
  const poll = mine('We bake one bread on Sundays.')[0]?.poll;
  check('a poll stands there: its question, its choices, its end', asking.outcome === 'done' && poll?.question.text === 'Which one?' && poll.answers.map((one) => one.poll_media.text).join() === 'Rye,Spelt' && poll.allow_multiselect === true
    && Math.abs(new Date(poll.expiry) - Date.now() - 48 * 3600e3) < 60e3, asking.said + JSON.stringify(poll));

  const refused = await parvis('channel', 'publish', 'Server', '--act', 'hide', '--to', on);
  check('without the right nothing is taken away, and the channel is fine', refused.status !== 0 && JSON.parse(refused.stdout).outcome === 'never' && row().state === 'ok', refused.stdout + refused.stderr);
  may_manage = true;
  const hidden = await parvis('channel', 'publish', 'Server', '--act', 'hide', '--to', on);
  check('with it, it is', hidden.status === 0 && !channels.get(GENERAL).some((one) => one.id === question.id), hidden.stdout + hidden.stderr);
  const late = await parvis('channel', 'publish', 'Server', '--thread', GENERAL, '--to', on, '--text', 'Too late');
  check('what is gone cannot be answered, and that is said', late.status !== 0 && JSON.parse(late.stdout).outcome === 'never' && /no longer there/.test(late.stdout), late.stdout + late.stderr);

  /* ---- away for a while, and much is said meanwhile ---- */
  await server.stop();
  await now();
  check('an outage is said on the channel, in words', await until('the outage to be seen', 40, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  for (let i = 1; i <= 230; i++) says(GENERAL, i % 2 ? jane : paul, `Said meanwhile ${i}.`);
  await answer('See you soon.');
  await server.start();
  const count = () => Number(sql(place, `SELECT count(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE 'Said meanwhile %'`)[0].n);
  await until('the gap to be filled', 60, async () => { await now(); return count() >= 230; });
  check('what was said meanwhile came in, all of it, once', count() === 230, `${count()} ${JSON.stringify(row())}`);
  await until('the answer to leave', 60, () => mine('See you soon.').length);
  check('what was answered meanwhile left, once', mine('See you soon.').length === 1);

  await place.restart();
  says(GENERAL, jane, 'After the restart.');
  check('after a restart it goes on where it was', await comes('After the restart.'));
  flags = 0;
  const kept = await parvis('channel', 'verify', 'Server');
  check('that texts are kept from the bot is told', JSON.parse(kept.stdout).rights.length === 0, kept.stdout);
  await machine.post(`/channels/${channel}`, setting);
  check('and breaks the channel, in words', await until('it to be told', 40, () => row().state === 'broken' && /message_content/.test(row().state_story)), JSON.stringify(row()));
  flags = 1 << 18;
  await machine.post(`/channels/${channel}`, setting);
  await until('it to be well again', 40, () => row().state === 'ok' && row().verified_at > 0);
  dead = true;
  await now();
  check('a token that is over breaks the channel, and says so', await until('the dead token to be told', 40, () => row().state === 'broken' && row().state_story.length > 20), JSON.stringify(row()));
  check('every request is as the description has it', !server.violations.length, server.violations.slice(0, 5).join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${server.violations.slice(0, 5).join('\n')}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  await server.end();
}
end();
