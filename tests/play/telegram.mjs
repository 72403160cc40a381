/* A channel of the kind “telegram” against the Bot API's own description: every request of the desk is held against the published document, and
   Telegram, a reader and a group are played here. What is written comes in, is answered once, in its thread; an edit is seen; what comes
   again is known; a wish for a pause is heard; somebody who blocked the bot does not stop the channel; an outage, a restart, a dead token; and
   the same updates brought by a webhook. */
// Proves telegram (contract): verify fetch receive reply private hide react profile
import { api, byHand, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { absent, contract } from './_contract.mjs';

/* ---- the network, in memory ---- */

const token = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', bot = { id: 110201543, is_bot: true, first_name: 'Levain', username: 'levain_bot' };
const nadia = { id: 501, is_bot: false, first_name: 'Nadia', last_name: 'Ferhat', username: 'nadia_f' }, alone = { ...nadia, type: 'private' };
const chat = { id: 501, first_name: 'Nadia', last_name: 'Ferhat', username: 'nadia_f', type: 'private' }, group = { id: -1001234567890, title: 'Levain, the place', username: 'levain_place', type: 'supergroup' };
const seconds = () => Math.floor(Date.now() / 1000);
let updates = [], last = 700, number = 10, pause = 0, blocked = false, dead = false, webhook = false;
const written = [], taken_away = [], reactions = [];
const put = (kind, message) => { const update = { update_id: ++last, [kind]: message }; if (!webhook) updates.push(update); return update; };
const write = (where, text, more = {}) => ({ message_id: ++number, from: nadia, chat: where, date: seconds(), text, ...more });
const refuse = (error_code, description, parameters) => ({ status: error_code, body: { ok: false, error_code, description, ...(parameters ? { parameters } : {}) } });

function answer({ path, body }) {
  const method = path.split('/').pop();
  if (dead) return refuse(401, 'Unauthorized');
  switch (method) {
    case 'getMe': return { body: { ok: true, result: { ...bot, can_join_groups: true, can_read_all_group_messages: true, supports_inline_queries: false } } };
    case 'getUpdates':
      if (webhook) return refuse(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
      updates = updates.filter((one) => one.update_id >= (body.offset ?? 0));
      return { body: { ok: true, result: updates.slice(0, body.limit ?? 100) } };
    case 'sendMessage': {
      if (pause-- > 0) return refuse(429, 'Too Many Requests: retry after 2', { retry_after: 2 });
      if (blocked) return refuse(403, 'Forbidden: bot was blocked by the user');
      const message = { message_id: ++number, from: bot, chat: body.chat_id === 501 ? chat : group, date: seconds(), text: body.text };
      written.push({ ...message, reply: body.reply_parameters?.message_id });
      return { body: { ok: true, result: message } };
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

const server = await contract('telegram', 'telegram-bot-api.openapi.json.gz', answer);
if (!server) {
  console.log(absent('telegram'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', server.host] });
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

  /* ---- by hand ---- */
  const verified = await parvis('channel', 'verify', 'Bot');
  check('verified by hand; the token, which stands in the address there, is not printed', verified.status === 0 && verified.stderr.includes('getMe') && !(verified.stdout + verified.stderr).includes(token), verified.stdout + verified.stderr);
  const act = (word) => parvis('channel', 'publish', 'Bot', '--act', word, '--to', `501/${hello.message_id}`, '--thread', '501');
  const liked = await act('react'), unliked = await act('unreact');
  check('a reaction is put there, and taken back', liked.status === 0 && unliked.status === 0 && JSON.stringify(reactions) === JSON.stringify([[hello.message_id, [{ type: 'emoji', emoji: '👍' }]], [hello.message_id, []]]), liked.stderr + unliked.stderr + JSON.stringify(reactions));

  const profile = await parvis('channel', 'profile', 'Bot'), shown = profile.status === 0 && JSON.parse(profile.stdout);
  check('how the bot shows itself is read', shown.name === 'Levain' && shown.handle === 'levain_bot' && shown.url === 'https://t.me/levain_bot', profile.said);

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
  webhook = true;
  await machine.post(`/channels/${channel}`, { name: 'Bot', setting: ['token', 'delivery_secret', 'url'], value: [token, 'a-secret-of-ours', server.base] });
  const address = (await machine.get(`/channels/${channel}`)).document.deliveries.address.replace(/^https?:\/\/[^/]+/, place.base);
  const bring = (update, secret) => fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': secret }, body: JSON.stringify(update) });
  const update = put('message', write(chat, 'By the webhook'));
  const told = [await bring(update, 'a-secret-of-ours'), await bring(update, 'a-secret-of-ours'), await bring(put('message', write(chat, 'Forged')), 'a guess')];
  await until('it to be read', 20, () => Number(sql(place, `SELECT count(*) AS n FROM delivery WHERE channel_id = ${channel} AND state <> 'waiting'`)[0].n) === 3);
  const states = sql(place, `SELECT state FROM delivery WHERE channel_id = ${channel} ORDER BY id`).map((one) => one.state).join();
  check('brought by a webhook it is taken once, and only with its secret', told.every((one) => one.status === 200) && states === 'taken,twice,refused' && messages(await talk(first.id)).filter((one) => one.body === 'By the webhook').length === 1, states);
  await now();
  await until('it to be asked once more', 20, () => server.seen.filter((one) => one.path.endsWith('getUpdates')).at(-1)?.status === 409);
  check('that nothing is to be asked for then is no trouble', await until('the channel to be fine', 10, () => row().state === 'ok'), JSON.stringify(row()));

  dead = true;
  webhook = false;
  await now();
  check('a dead token is told', await until('the dead token', 30, () => row().state === 'broken' && row().state_story.length > 20), JSON.stringify(row()));
  check('every request is as the description has it', !server.violations.length, server.violations.join('\n'));
  check('and so is what was played', !server.strange.length, server.strange.slice(0, 5).join('\n'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}\n${server.violations.join('\n')}`);
} finally {
  await place.end();
  await server.end();
}
end();
