/* A channel of the kind “telegram” against the Bot API's own description: every request of the desk is held against the published document, and
   Telegram, a reader and a group are played here. What is written comes in, is answered once, in its thread; an edit is seen; what comes
   again is known; a wish for a pause is heard; somebody who blocked the bot does not stop the channel; an outage, a restart, a dead token; and
   the same updates brought by a webhook. */
// Proves telegram (contract): verify fetch receive bring reply post private hide react profile profile_put poll
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { api, attach, byHand, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { absent, contract } from './_contract.mjs';

/* ---- the network, in memory ---- */

const token = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', bot = { id: 110201543, is_bot: true, first_name: 'Levain', username: 'levain_bot' };
const nadia = { id: 501, is_bot: false, first_name: 'Nadia', last_name: 'Ferhat', username: 'nadia_f' }, alone = { ...nadia, type: 'private' };
const chat = { id: 501, first_name: 'Nadia', last_name: 'Ferhat', username: 'nadia_f', type: 'private' }, group = { id: -1001234567890, title: 'Levain, the place', username: 'levain_place', type: 'supergroup' };
const news = { id: -1009876543210, title: 'Levain', username: 'levain_news', type: 'channel' };
const seconds = () => Math.floor(Date.now() / 1000);
let updates = [], last = 700, number = 10, pause = 0, blocked = false, dead = false, webhook = null;
const written = [], taken_away = [], reactions = [], brought = [];
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const chunk = (name, data) => { const whole = Buffer.concat([Buffer.from(name), data]); return Buffer.concat([u32(data.length), whole, u32(crc32(whole))]); };
const picture = (width, height, rows) => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
const files = new Map([['photo-1', png], ['photo-2', Buffer.concat([png, Buffer.from('2')])], ['paper', Buffer.from('%PDF-1.7 our prices')]]);
const photo = (id) => [{ file_id: `${id}-small`, file_unique_id: `${id}s`, width: 90, height: 90, file_size: 9 }, { file_id: id, file_unique_id: `u${id}`, width: 800, height: 800, file_size: files.get(id)?.length }];
let moved = 0, lost_file = 0;
const put = (kind, message) => { const update = { update_id: ++last, [kind]: message }; if (!webhook) updates.push(update); return update; };
const write = (where, text, more = {}) => ({ message_id: ++number, from: nadia, chat: where, date: seconds(), text, ...more });
const refuse = (error_code, description, parameters) => ({ status: error_code, body: { ok: false, error_code, description, ...(parameters ? { parameters } : {}) } });

/* The parts of a form, by their names; `text` of fields, `bytes` and `name` of files. */
function parts_of({ raw, headers }) {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'])[1], parts = new Map();
  for (const piece of raw.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head, ...rest] = piece.slice(2).split('\r\n\r\n'), value = Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1');
    parts.set(/ name="([^"]*)"/.exec(head)[1], { text: value.toString(), bytes: value, name: /filename="([^"]*)"/.exec(head)?.[1] });
  }
  return parts;
}

const texts = { setMyDescription: 'Bread.', setMyShortDescription: '' };
let face = 0;
function answer({ path, body, raw, headers }) {
  const method = path.split('/').pop();
  if (dead) return refuse(401, 'Unauthorized');
  switch (method) {
    case 'getMe': return { body: { ok: true, result: { ...bot, can_join_groups: true, can_read_all_group_messages: true, supports_inline_queries: false } } };
    case 'getMyDescription': return { body: { ok: true, result: { description: texts.setMyDescription } } };
    case 'getMyShortDescription': return { body: { ok: true, result: { short_description: texts.setMyShortDescription } } };
    case 'getUserProfilePhotos': return { body: { ok: true, result: { total_count: face ? 1 : 0, photos: face ? [[{ file_id: `face${face}`, file_unique_id: `U${face}`, width: 640, height: 640 }]] : [] } } };
    case 'setMyProfilePhoto': files.set(`face${++face}`, parts_of({ raw, headers }).get('picture').bytes); return { body: { ok: true, result: true } };
    case 'setMyDescription': texts[method] = body.description; return { body: { ok: true, result: true } };
    case 'setMyShortDescription': texts[method] = body.short_description; return { body: { ok: true, result: true } };
    case 'getUpdates':
      if (webhook) return refuse(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
      updates = updates.filter((one) => one.update_id >= (body.offset ?? 0));
      return { body: { ok: true, result: updates.slice(0, body.limit ?? 100) } };
    case 'sendMessage': {
      if (pause-- > 0) return refuse(429, 'Too Many Requests: retry after 2', { retry_after: 2 });
      if (blocked) return refuse(403, 'Forbidden: bot was blocked by the user');
      if (moved && body.chat_id === group.id) return refuse(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: moved });
      const message = { message_id: ++number, from: bot, chat: body.chat_id === 501 ? chat : body.chat_id === '@levain_news' ? news : { ...group, id: body.chat_id }, date: seconds(), text: body.text };
      written.push({ ...message, covered: body.entities, to: body.chat_id, reply: body.reply_parameters?.message_id });
      return { body: { ok: true, result: message } };
    }
    case 'sendPoll': {
      const poll = { id: 'p1', question: body.question, options: body.options.map((one, at) => ({ persistent_id: String(at), text: one.text, voter_count: 0 })), total_voter_count: 0, is_closed: false, is_anonymous: true, type: 'regular',
        allows_multiple_answers: body.allows_multiple_answers, allows_revoting: false, members_only: false, open_period: body.open_period };
      const message = { message_id: ++number, from: bot, chat: news, date: seconds(), poll };
      written.push({ ...message, method, text: body.description });
      return { body: { ok: true, result: message } };
    }
    case 'setWebhook':
      if (!body.url.startsWith('https://')) return refuse(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
      webhook = { url: body.url, secret: body.secret_token, kinds: body.allowed_updates };
      return { body: { ok: true, result: true, description: 'Webhook was set' } };
    case 'deleteWebhook':
      webhook = null;
      return { body: { ok: true, result: true } };
    case 'getWebhookInfo': {
      const { url = '', last_error_date, last_error_message, pending_update_count = 0 } = webhook ?? {};
      return { body: { ok: true, result: { url, has_custom_certificate: false, pending_update_count, ...(last_error_date ? { last_error_date, last_error_message } : {}) } } };
    }
    case 'getFile': {
      if (lost_file-- > 0) return refuse(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
      const bytes = files.get(body.file_id);
      return bytes ? { body: { ok: true, result: { file_id: body.file_id, file_unique_id: `u${body.file_id}`, file_size: bytes.length, file_path: `documents/the ${body.file_id}` } } } : refuse(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    }
    case 'sendPhoto': case 'sendDocument': case 'sendMediaGroup': {
      const parts = parts_of({ raw, headers }), many = method === 'sendMediaGroup' ? JSON.parse(parts.get('media').text) : [{ type: method.slice(4).toLowerCase(), media: `attach://${method.slice(4).toLowerCase()}`, caption: parts.get('caption')?.text }];
      const sent = many.map((one) => ({ message_id: ++number, from: bot, chat: parts.get('chat_id').text === '@levain_news' ? news : chat, date: seconds(), ...(one.caption ? { caption: one.caption } : {}), ...(many.length > 1 ? { media_group_id: 'g-out' } : {}) }));
      written.push({ ...sent[0], method, text: many[0].caption, reply: JSON.parse(parts.get('reply_parameters')?.text ?? '{}').message_id, files: many.map((one) => ({ type: one.type, ...parts.get(one.media.slice(9)) })) });
      return { body: { ok: true, result: method === 'sendMediaGroup' ? sent : sent[0] } };
    }
    case 'deleteMessage':
      taken_away.push([body.chat_id, body.message_id]);
      return { body: { ok: true, result: true } };
    case 'setMessageReaction':
      reactions.push([body.message_id, body.reaction]);
      return { body: { ok: true, result: true } };
    default: return undefined;
  }
}

/* Where files lie is not in the description, only in its words: https://api.telegram.org/file/bot<token>/<file_path>. */
function file({ method, path }) {
  const at = `/file/bot${token}/documents/the%20`;
  if (method !== 'GET' || !path.startsWith('/file/')) return undefined;
  brought.push(path);
  return path.startsWith(at) && files.has(path.slice(at.length)) ? { headers: { 'Content-Type': 'application/octet-stream' }, body: files.get(path.slice(at.length)) } : { status: 404, body: { ok: false } };
}

const server = await contract('telegram', 'telegram-bot-api.openapi.json.gz', answer, { beside: file });
if (!server) {
  console.log(absent('telegram'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host, '--public_url', 'https://desk.example'] });
const machine = api(place, keyOf(place));
const parvis = byHand(place, server.host);
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const heard = (text) => until(`“${text}” to come in`, 30, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview?.includes(text)));
const said = (text) => until(`“${text}” to stand there`, 30, () => written.find((one) => one.text === text));

try {
  const fields = { name: 'Bot', setting: ['token', 'url'], value: [token, server.base] };
  const made = await machine.post('/channels/new/telegram', fields);
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Bot')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor, fetched_at FROM channel WHERE id = ${channel}`)[0];
  const hurry = () => { statement(place, `DELETE FROM channel_gate WHERE channel_id = ${channel}`); statement(place, `UPDATE publication SET due_at = 1 WHERE channel_id = ${channel} AND state = 'due'`); };
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const answered = machine.reply;
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  check('who we are there was found out', JSON.parse(row().known).account?.handle === 'levain_bot', row().known + row().state_story);

  /* ---- a private chat ---- */
  const hello = write(chat, 'When do you open?');
  put('message', hello);
  await now();
  const first = await heard('When do you open?');
  if (!check('what is written to the bot stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  pause = 1;
  await answered(first.id, 'At eight.', 'private');
  await until('the wish for a pause to be heard', 20, () => sql(place, `SELECT 1 AS it FROM publication WHERE channel_id = ${channel} AND attempts > 0`)[0]);
  hurry();
  let there = await said('At eight.');
  check('the answer stands there, under what it answers, once', there?.reply === hello.message_id && written.length === 1, JSON.stringify(written));
  put('message', write(chat, 'Thank you!', { reply_to_message: { message_id: there.message_id, from: bot, chat, date: there.date, text: there.text } }));
  await now();
  await until('the thanks', 20, async () => messages(await talk(first.id)).find((one) => one.body === 'Thank you!'));
  check('what is said to it comes back into the same conversation', messages(await talk(first.id)).length === 3, JSON.stringify(messages(await talk(first.id)).map((one) => one.body)));
  put('edited_message', { ...hello, text: 'When do you open tomorrow?', edit_date: seconds() + 1 });
  await now();
  const edited = await until('the edit', 20, async () => messages(await talk(first.id)).find((one) => one.body === 'When do you open tomorrow?'));
  check('an edit is seen', edited && messages(await talk(first.id)).length === 3);

  /* ---- a group ---- */
  const asked = write(group, 'Is the rye bread back, @levain_bot?');
  put('message', asked);
  put('message', { ...write(group, ''), text: undefined, new_chat_members: [nadia] });
  await now();
  const second = await heard('Is the rye bread back');
  check('what is said in a group comes in, in public', second, JSON.stringify(row()));
  await answered(second.id, 'It is.', 'public');
  there = await said('It is.');
  check('and is answered in its thread there', there?.chat.id === group.id && there.reply === asked.message_id, JSON.stringify(there));
  put('message', write(group, 'Great', { message_thread_id: asked.message_id, reply_to_message: { message_id: there.message_id, from: bot, chat: group, date: there.date, message_thread_id: asked.message_id, text: 'It is.' } }));
  await now();
  await until('the answer to it', 20, async () => messages(await talk(second.id)).find((one) => one.body === 'Great'));
  check('the answer to it too', messages(await talk(second.id)).length === 3, JSON.stringify(messages(await talk(second.id)).map((one) => one.body)));
  const theirs = (await talk(second.id)).thread.map((item) => item.message).filter(Boolean).find((one) => one.is_in && one.body.startsWith('Is the rye'));
  const article = statement(place, `SELECT id FROM charter_article WHERE workspace_id = (SELECT workspace_id FROM channel WHERE id = ${channel}) ORDER BY id LIMIT 1`);
  const hidden = await machine.post(`/messages/${theirs.id}/hide`, { article_id: article, reason: 'Not here.' });
  statement(place, `UPDATE publication SET due_at = 1 WHERE channel_id = ${channel} AND act = 'hide'`);
  const away = await until('it to be taken away', 20, () => taken_away[0]);
  check('what is hidden is taken away there', away?.[0] === group.id && away[1] === asked.message_id, `${hidden.status} ${hidden.text?.slice(0, 300)}`);

  /* ---- files, both ways ---- */
  const key = keyOf(place), files_of = async (id, body) => messages(await talk(id)).find((one) => one.body === body)?.attachments;
  const kept = async (one) => Buffer.from(await (await fetch(`${place.base}/api/v1${one.url}`, { headers: { Authorization: `Bearer ${key}` } })).arrayBuffer());
  lost_file = 1;
  put('message', write(chat, undefined, { caption: 'My loaf', photo: photo('photo-1') }));
  put('message', write(chat, undefined, { caption: 'Your prices?', document: { file_id: 'paper', file_unique_id: 'upaper', file_name: 'prices.pdf', mime_type: 'application/pdf', file_size: 19 } }));
  put('message', write(chat, undefined, { caption: 'Too large', video: { file_id: 'film', file_unique_id: 'ufilm', width: 1, height: 1, duration: 900, file_size: 21 << 20 } }));
  put('message', write(chat, undefined, { caption: 'Gone', photo: photo('photo-9') }));
  const came = await until('the files', 40, async () => { hurry(); await now(); return files_of(first.id, 'Gone'); });
  check('a file that cannot be had does not keep its message back', came?.length === 1 && came[0].is_image && (await files_of(first.id, 'Too large'))?.[0].is_image === false, JSON.stringify([came, row()]));
  const [loaf] = (await files_of(first.id, 'My loaf')) ?? [], [prices] = (await files_of(first.id, 'Your prices?')) ?? [];
  check('a picture is brought, also after a wish for a pause, and kept byte for byte', loaf?.url && (await kept(loaf)).equals(png), JSON.stringify(loaf));
  check('and so is a paper, by its name', prices?.name === 'prices.pdf' && (await kept(prices)).equals(files.get('paper')), JSON.stringify(prices));
  check('each was asked for once, the largest that a bot may have', brought.length === 2, brought.join());
  const album = { media_group_id: '13579' }, at = seconds() - 60, part = (id, more = {}) => write(chat, undefined, { date: at, photo: photo(id), ...album, ...more });
  put('message', part('photo-1', { caption: 'Two loaves' }));
  put('message', part('photo-2'));
  await now();
  const loaves = await until('the album', 30, () => files_of(first.id, 'Two loaves'));
  check('an album is one message', loaves?.length === 2 && (await kept(loaves[1])).equals(files.get('photo-2')), JSON.stringify([loaves, messages(await talk(first.id)).map((one) => one.body)]));
  const late = { ...album, media_group_id: '24680', date: seconds() };
  put('message', write(chat, undefined, { ...late, caption: 'One after the other', photo: photo('photo-1') }));
  await now();
  put('message', write(chat, undefined, { ...late, photo: photo('photo-2') }));
  const joined = await until('the late album', 30, async () => { hurry(); await now(); return files_of(first.id, 'One after the other'); });
  check('also one that was still arriving', joined?.length === 2, JSON.stringify(joined));
  const box = (await talk(first.id)).reply.files;
  check('the reply box takes ten files', box.most === 10, JSON.stringify(box));
  const same = async (body, bytes, name) => {
    const got = await attach(place, key, first.id, { body, visibility: 'private' }, bytes, name);
    if (got.status >= 400) console.log(`# ${got.status} ${got.text.slice(0, 300)}`);
    hurry();
    return said(body);
  };
  let sent = await same('This is the oven.', png, 'four "à pain".png');
  check('a picture goes out as one, byte for byte', sent?.method === 'sendPhoto' && sent.files[0].bytes.equals(png), JSON.stringify(sent));
  sent = await same('And these are both.', [png, files.get('photo-2')], ['one.png', 'two.png']);
  check('several go out as an album, once, with their words', sent?.method === 'sendMediaGroup' && sent.files.length === 2 && sent.files.every((one) => one.type === 'photo') && sent.files[1].bytes.equals(files.get('photo-2')), JSON.stringify(sent));
  sent = await same('Our prices.', [png, files.get('paper')], ['one.png', 'prices.pdf']);
  check('what does not fit into one goes as files', sent?.files.length === 2 && sent.files.every((one) => one.type === 'document') && sent.files[1].name === 'prices.pdf', JSON.stringify(sent));

  /* ---- by hand ---- */
  const verified = await parvis('channel', 'verify', 'Bot');
  check('verified by hand; the token, which stands in the address there, is not printed', verified.status === 0 && verified.stderr.includes('getMe') && !(verified.stdout + verified.stderr).includes(token), verified.stdout + verified.stderr);
  const act = (word) => parvis('channel', 'publish', 'Bot', '--act', word, '--to', `501/${hello.message_id}`, '--thread', '501');
  const liked = await act('react'), unliked = await act('unreact');
  check('a reaction is put there, and taken back', liked.status === 0 && unliked.status === 0 && JSON.stringify(reactions) === JSON.stringify([[hello.message_id, [{ type: 'emoji', emoji: '👍' }]], [hello.message_id, []]]), liked.stderr + unliked.stderr + JSON.stringify(reactions));

  /* ---- a post in a channel of ours, by hand ---- */
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Bot', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };
  check('without a channel for them, posts are refused, and nothing leaves', (await publish('--post', '--text', 'Nowhere')).outcome === 'never' && !written.some((one) => one.text === 'Nowhere'));
  await machine.post(`/channels/${channel}`, { name: 'Bot', setting: ['token', 'url', 'posts'], value: ['', server.base, '@levain_news'] });
  const own = await publish('--post', '--text', 'New: walnut bread 🥖', '--warning', 'Nuts'), posted = written.at(-1);
  check('a post of ours stands in the channel, covered behind its warning', own.outcome === 'done' && own.id === `${news.id}/${posted.message_id}` && own.url === `https://t.me/levain_news/${posted.message_id}` && posted.text === 'Nuts\n\nNew: walnut bread 🥖'
    && JSON.stringify(posted.covered) === '[{"type":"spoiler","offset":6,"length":20}]', `${own.said} ${JSON.stringify(posted)}`);
  const picture_of = join(place.data, 'loaf.png');
  writeFileSync(picture_of, png);
  const pictured_post = await publish('--post', '--text', 'The loaf', '--file', picture_of);
  check('one with a picture too', pictured_post.outcome === 'done' && pictured_post.id.startsWith(`${news.id}/`) && written.at(-1).method === 'sendPhoto' && written.at(-1).text === 'The loaf', pictured_post.said);
  const next = await publish('--to', own.id, '--thread', own.id, '--text', 'In both shops.');
  check('what follows answers it', next.outcome === 'done' && written.at(-1).to === news.id && written.at(-1).reply === posted.message_id, `${next.said} ${JSON.stringify(written.at(-1))}`);
  const asking = await publish('--post', '--text', 'We bake one bread on Sundays.', '--question', 'Which one?', '--choice', 'Rye', '--choice', 'Spelt', '--hours', '48'), poll = written.at(-1).poll;
  check('a poll stands there: its question, its choices, its end', asking.outcome === 'done' && written.at(-1).text === 'We bake one bread on Sundays.' && poll?.question === 'Which one?' && poll.options.map((one) => one.text).join() === 'Rye,Spelt'
    && poll.open_period === 172800 && poll.allows_multiple_answers === false, asking.said + JSON.stringify(poll));
  check('nobody can read it back: a person says', (await publish('--post', '--text', 'The loaf', '--look')).outcome === 'unknown');

  const profile = await parvis('channel', 'profile', 'Bot'), shown = profile.status === 0 && JSON.parse(profile.stdout);
  check('how the bot shows itself is read', shown.name === 'Levain' && shown.handle === 'levain_bot' && shown.url === 'https://t.me/levain_bot' && shown.about === 'Bread.', profile.said);
  await machine.post('/profiles/kit', { name: 'Levain', bios: '[fr]\nDu pain au levain, tous les jours.' });
  const said_of = async (word) => (await machine.get(`/profiles/${channel}`)).document.fields.find((one) => one.word === word).state.word;
  check('what the bot says of itself is compared with the kit', await until('the reading', 40, async () => (await said_of('about')) === 'differs' && (await said_of('short')) === 'absent'));
  await machine.post(`/profiles/${channel}/put`);
  check('and put right, text by text', await until('the texts', 40, () => texts.setMyDescription === 'Du pain au levain, tous les jours.' && texts.setMyShortDescription === 'Du pain au levain, tous les jours.'), JSON.stringify(texts));
  /* a picture of two halves, red and green: put there, brought by the token, and told as the same though it was packed anew */
  const halves = Buffer.concat(Array(640).fill(Buffer.concat([Buffer.from([0]), ...Array(320).fill(Buffer.from([208, 48, 32])), ...Array(320).fill(Buffer.from([32, 128, 64]))])));
  const form = new FormData();
  form.append('file', new Blob([picture(640, 640, halves)]), 'logo.png');
  const logo = (await (await fetch(`${place.base}/api/v1/media`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: form })).json()).id;
  await machine.post('/profiles/kit', { avatar: logo });
  check('a picture that is not there is seen', await until('the comparison', 60, async () => (await said_of('avatar')) === 'absent'));
  await until('the texts to be read again', 60, async () => (await said_of('about')) === 'same');
  const given = await machine.post(`/profiles/${channel}/put`, { fields: ['avatar'] });
  check('it is put there, as JPEG', given.status < 300 && await until('the picture', 60, () => face === 1) && files.get('face1')?.readUInt16BE(0) === 0xffd8, given.text);
  check('and is the same by what it shows', await until('the next reading', 90, async () => (await said_of('avatar')) === 'same'), JSON.stringify((await machine.get(`/profiles/${channel}`)).document.fields.find((one) => one.word === 'avatar')));

  /* ---- groups: topics, a larger one, thrown out ---- */
  const begun = { message_id: ++number, from: nadia, chat: { ...group, is_forum: true }, date: seconds(), forum_topic_created: { name: 'Sourdough', icon_color: 7322096 }, message_thread_id: number, is_topic_message: true };
  const inside = { message_thread_id: begun.message_id, is_topic_message: true };
  put('message', begun);
  put('message', write({ ...group, is_forum: true }, 'Which flour?', { ...inside, reply_to_message: begun }));
  put('message', write({ ...group, is_forum: true }, 'Mine is flat', { ...inside, reply_to_message: begun }));
  await now();
  const topic = await heard('Mine is flat');
  check('a topic of a forum is one conversation, with its name', topic && messages(await talk(topic.id)).length === 2 && JSON.stringify(await talk(topic.id)).includes('Levain, the place – Sourdough'), JSON.stringify(topic));
  const larger = { ...group, id: -1009876543210 };
  moved = larger.id;
  await answered(second.id, 'And wheat too.', 'public');
  hurry();
  there = await said('And wheat too.');
  check('a group that became a larger one is answered where it is now', there?.chat.id === larger.id && there.reply === undefined, JSON.stringify(there));
  put('message', { ...write(larger, ''), text: undefined, migrate_from_chat_id: group.id });
  put('message', write(larger, 'Found you', { reply_to_message: { message_id: there.message_id, from: bot, chat: larger, date: there.date, text: there.text } }));
  await now();
  const found = await until('it', 30, async () => messages(await talk(second.id)).find((one) => one.body === 'Found you'));
  check('and keeps its conversation', found, JSON.stringify(messages(await talk(second.id)).map((one) => one.body)));
  await answered(second.id, 'So we have.', 'public', { parent_id: found?.id });
  hurry();
  there = await said('So we have.');
  check('which goes on there', there?.chat.id === larger.id && there.reply > 0, JSON.stringify(there));
  moved = 0;
  put('message', { ...write(group, 'I am a machine, @levain_bot'), from: { id: 909, is_bot: true, first_name: 'Echo', username: 'echo_bot' } });
  await now();
  const echo = await heard('I am a machine');
  check('what another bot says is told apart', echo && sql(place, `SELECT COUNT(*) AS n FROM conversation_event WHERE kind = 'automatic'`)[0].n === 1);

  /* ---- troubles ---- */
  blocked = true;
  await answered(first.id, 'Are you still there?', 'private');
  const refused = await until('the refusal', 20, () => sql(place, `SELECT story FROM publication WHERE channel_id = ${channel} AND state = 'failed'`)[0]);
  check('who blocked the bot is told, and the channel goes on', refused?.story.includes('bot was blocked') && row().state === 'ok', JSON.stringify([refused, row()]));
  blocked = false;
  await server.stop();
  await now();
  check('an outage is said on the channel', await until('the outage', 30, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  put('message', write(chat, 'While you were away'));
  await server.start();
  await until('the gap to be filled', 40, async () => { hurry(); await now(); return messages(await talk(first.id)).find((one) => one.body === 'While you were away'); });
  await place.restart();
  put('message', write(chat, 'After the restart'));
  await until('what comes after a restart', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body === 'After the restart'); });
  const all = messages(await talk(first.id)).map((one) => one.body);
  check('what came meanwhile is there, once', all.includes('While you were away') && new Set(all).size === all.length && all.includes('After the restart'), JSON.stringify(all));

  /* ---- the same, brought ---- */
  const settings = (more = {}) => machine.post(`/channels/${channel}`, { name: 'Bot', setting: ['token', 'url', ...Object.keys(more)], value: [token, server.base, ...Object.values(more)] });
  await settings({ delivery_secret: 'a-secret-of-ours' });
  const { address } = (await machine.get(`/channels/${channel}`)).document.deliveries, here = address.replace(/^https?:\/\/[^/]+/, place.base);
  await now();
  await until('the webhook to be set', 30, () => webhook);
  check('with a secret token the network is told where to bring what is new, with that token', webhook?.url === address && webhook.secret === 'a-secret-of-ours' && webhook.kinds.includes('edited_message'), JSON.stringify([webhook, address]));
  const bring = (update, secret) => fetch(here, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': secret }, body: JSON.stringify(update) });
  const update = put('message', write(chat, undefined, { caption: 'By the webhook', photo: photo('photo-2') }));
  const told = [await bring(update, 'a-secret-of-ours'), await bring(update, 'a-secret-of-ours'), await bring(put('message', write(chat, 'Forged')), 'a guess')];
  await until('it to be read', 20, () => Number(sql(place, `SELECT count(*) AS n FROM delivery WHERE channel_id = ${channel} AND state <> 'waiting'`)[0].n) === 3);
  const states = sql(place, `SELECT state FROM delivery WHERE channel_id = ${channel} ORDER BY id`).map((one) => one.state).join();
  check('brought by a webhook it is taken once, and only with its secret', told.every((one) => one.status === 200) && states === 'taken,twice,refused' && messages(await talk(first.id)).filter((one) => one.body === 'By the webhook').length === 1, states);
  const [shown_loaf] = (await files_of(first.id, 'By the webhook')) ?? [];
  check('and the file that came along is brought too', shown_loaf?.url && (await kept(shown_loaf)).equals(files.get('photo-2')), JSON.stringify(shown_loaf));
  const polls = () => server.seen.filter((one) => one.path.endsWith('getUpdates')).length, before = polls();
  await now();
  await until('it to be fine', 10, () => row().state === 'ok');
  check('nothing is asked for meanwhile', polls() === before && /h\d+$/.test(row().cursor), row().cursor);

  /* It is lost: the desk cannot be reached from there. Ten minutes later that is seen. */
  const lost = () => Object.assign(webhook, { last_error_date: seconds(), last_error_message: 'Connection timed out', pending_update_count: 1 });
  lost();
  const waiting = put('message', write(chat, 'While the webhook was lost'));
  updates.push(waiting);
  statement(place, `UPDATE channel SET verify_due_at = 1 WHERE id = ${channel}`);
  const warned = await until('the loss to be told', 30, async () => (await machine.get(`/channels/${channel}/weather`)).document.channels[0].warnings.find((one) => one.what === 'notice'));
  check('that it is lost is told on the channel, with what the network said, while the channel works', warned?.story.includes('Connection timed out') && row().state === 'ok', JSON.stringify([warned, row()]));
  const aged = () => statement(place, `UPDATE channel SET cursor = substr(cursor, 1, length(cursor) - 11) || 'h${seconds() - 700}', fetch_due_at = 1 WHERE id = ${channel} AND substr(cursor, -11, 1) = 'h'`);
  const caught = await until('what was missed', 40, async () => { if (webhook) { lost(); aged(); } await now(); return messages(await talk(first.id)).find((one) => one.body === 'While the webhook was lost'); });
  check('what it could not bring is asked for, and nothing is missed', caught && !webhook && /p\d+$/.test(row().cursor), JSON.stringify([webhook, row()]));
  const later = () => statement(place, `UPDATE channel SET cursor = substr(cursor, 1, length(cursor) - 11) || 'p1', fetch_due_at = 1 WHERE id = ${channel} AND substr(cursor, -11, 1) = 'p'`); // again, where a reading under way wrote over it
  const again = await until('the webhook to be set again', 30, async () => { if (!webhook) { later(); await now(); } return webhook?.url === address; });
  check('and half an hour later it is tried again', again, row().cursor);
  await settings();
  await now();
  check('without a secret token it is taken away again', await until('it to be taken away', 30, () => !webhook), row().cursor);
  webhook = { url: 'https://elsewhere.example/bot' };
  await now();
  const elsewhere = await until('the other webhook to be told', 30, () => row().state === 'broken' && row());
  check('that another program has what is written to the bot is told, by its place', elsewhere?.state_story.includes('elsewhere.example'), JSON.stringify(row()));
  webhook = null;
  await settings();

  dead = true;
  await now();
  check('a dead token is told', await until('the dead token', 30, () => row().state === 'broken' && row().state_story.length > 20), JSON.stringify(row()));
  /* ---- put away ---- */
  dead = false;
  await settings({ delivery_secret: 'a-secret-of-ours' });
  await now();
  await until('the webhook', 30, () => webhook?.url === address);
  await machine.post(`/channels/${channel}/archive`);
  check('a channel that is put away takes its webhook with it', await until('it to be taken away', 30, () => !webhook), JSON.stringify(webhook));
  check('and leaves no credential behind', await until('the job to be done', 10, () => Number(statement(place, `SELECT COUNT(*) FROM job WHERE kind = 'leave' AND detail = '{}'`)) === 1) && Number(statement(place, `SELECT COALESCE(length(secret), 0) FROM channel WHERE id = ${channel}`)) === 0);
  check('every request is as the description has it', !server.violations.length, server.violations.join('\n'));
  check('and so is what was played', !server.strange.length, server.strange.slice(0, 5).join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}\n${server.violations.join('\n')}`);
} finally {
  await place.end();
  await server.end();
}
end();
