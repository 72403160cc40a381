/* What a member says comes into the inbox, what is answered there reaches the member, and what the member says then comes back into the
   same conversation: once typed in a browser, once by the API alone. */
// Proves simulator (real server): verify fetch reply
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;

const ask = (text) => sql(place, text);
const said = (text) => JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'simulator.db'), '.timeout 20000', text], { encoding: 'utf8' }) || '[]');
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const heard = (text) => until(`"${text}"`, 30, async () => {
  const { document } = await machine.get('/inbox?sort=recent');
  return document?.list?.rows.find((row) => row.preview === text);
});

/* From the answer's leaving to the first answer's clock. Gives back what the network calls our answer. */
async function arrives(how, id, text) {
  const ours = messages(await talk(id)).find((message) => message.is_us && message.body === text);
  const [waits] = ask(`SELECT state, due_at, created_at FROM publication WHERE message_id = ${ours?.id ?? 0}`);
  if (!check(`${how}: the answer stands in the conversation and waits for its seconds of undo`, ours && waits.due_at - waits.created_at >= 7e6, JSON.stringify([ours, waits]))) return null;
  const gone = (await box.ledger()).keys.some(({ key }) => key.startsWith(`m${ours.id}-`));
  check(`${how}: nothing leaves before they are over`, !gone || Date.now() * 1000 >= waits.due_at);
  const taken = await until('the network to take it', 40, async () => (await box.ask('GET', '/ledger')).keys.find(({ key }) => key.startsWith(`m${ours.id}-`)));
  check(`${how}: the network took it, once`, taken?.count === 1, JSON.stringify(await box.ledger()));
  const [item] = said(`SELECT id, thread, body, private FROM item WHERE ours = 1 AND key LIKE 'm${ours.id}-%'`);
  check(`${how}: the member reads the words that were written`, item?.body === text && !item.private, JSON.stringify(item));
  const sent = await until('sent', 20, async () => ask(`SELECT reply_state FROM message WHERE id = ${ours.id}`)[0]?.reply_state === 'sent');
  check(`${how}: it is sent`, sent, JSON.stringify(ask(`SELECT * FROM message WHERE id = ${ours.id}`)));
  check(`${how}: the thread no longer says that it waits`, !messages(await talk(id)).find((message) => message.id === ours.id).reply_state);
  const [clock] = ask(`SELECT first_due_at, first_met_at FROM conversation WHERE id = ${id}`);
  check(`${how}: the first answer is in time`, clock.first_met_at > 0 && clock.first_met_at <= clock.first_due_at, JSON.stringify(clock));
  return item;
}

/* What the member answers to it, at the end of the same conversation. */
async function returns(how, id, item) {
  const back = await until('the member to answer', 180, async () => said(`SELECT id, thread, body FROM item WHERE ours = 0 AND parent = '${item.id}'`)[0]);
  if (!check(`${how}: the member answers us`, back && back.thread === item.thread, JSON.stringify(back))) return;
  const last = await until('it to come in', 30, async () => messages(await talk(id)).find((message) => message.is_in && message.body === back.body));
  const all = messages(await talk(id));
  check(`${how}: it comes back into the same conversation`, last && all.at(-1).id === last.id && all.length === 3, JSON.stringify(all.map((message) => [message.is_in, message.body])));
  const [row] = ask(`SELECT parent_remote_id FROM message WHERE id = ${last?.id ?? 0}`);
  check(`${how}: threaded under our answer`, row?.parent_remote_id === item.id && last.depth > 0, JSON.stringify([row, last?.depth]));
  const after = await talk(id);
  const [round] = ask(`SELECT sla_started_at, first_due_at, first_met_at FROM conversation WHERE id = ${id}`);
  check(`${how}: they wait again, and a new clock runs from what they said`, after.is_open && ['calm', 'soon', 'paused'].includes(after.clock?.state) && !round.first_met_at
    && round.first_due_at > round.sla_started_at && Math.abs(round.sla_started_at / 1000 - Date.parse(last?.at.iso)) < 2000, JSON.stringify([after.clock, round, last?.at]));
  const lists = (await machine.get('/inbox?sort=recent')).document.list.rows.filter((one) => one.id === id || one.preview === back.body);
  check(`${how}: one row of the inbox, not two`, lists.length === 1 && lists[0].id === id, JSON.stringify(lists));
}

try {
  await box.dials({ per_minute: 0, answers: 100, duplicates: 0, disorder: 0, edits: 0, removals: 0 });

  /* ---- in a browser ---- */
  const asked = 'Do you bake the kouglof on Sundays too?', answered = 'Yes, from eight o’clock, in both shops.';
  await box.say({ kind: 'comment', text: asked, member: 3 });
  const row = await heard(asked);
  check('browser: what a member says is in the inbox', row?.is_waiting && row.kind.word === 'comment', JSON.stringify(row));
  check('browser: its first answer has a clock', ['calm', 'soon', 'paused'].includes(row?.clock?.state), JSON.stringify(row?.clock));
  window = await browser(place, { viewport: { width: 1440, height: 900 } });
  const { page, trouble } = window;
  await page.goto(`${place.base}/inbox?sort=recent`);
  await page.locator(`#c-${row.id} a.conv__n`).click();
  await page.locator(`#conversation[data-id="${row.id}"]`).waitFor();
  check('browser: the conversation opens beside the list', (await page.locator('#thread').innerText()).includes(asked));
  await page.locator('#body').fill(answered);
  await page.locator('#reply .if-reply button[data-act="send"]').click();
  await until('kept', 10, async () => messages(await talk(row.id)).some((message) => message.is_us));
  const first = await arrives('browser', row.id, answered);
  check('browser: its console is quiet', trouble.length === 0, trouble.join('\n'));

  /* ---- by the API alone ---- */
  const question = 'Is there gluten in the buckwheat loaf?', words = 'A trace, yes: it is baked beside the others.';
  await box.say({ kind: 'comment', text: question, member: 7 });
  const other = await heard(question);
  check('API: what a member says is in the inbox', other?.is_waiting && other.id !== row.id, JSON.stringify(other));
  const reply = await machine.reply(other.id, words);
  check('API: the answer is accepted', reply.status === 200 || reply.status === 201, reply.text.slice(0, 500));
  const second = await arrives('API', other.id, words);

  /* ---- and back ---- */
  if (first) await returns('browser', row.id, first);
  if (second) await returns('API', other.id, second);
  const shown = await until('shown', 10, async () => {
    await page.goto(`${place.base}/conversations/${row.id}`);
    return (await page.locator('#thread .msg').count()) === 3;
  });
  check('browser: the three messages are shown', shown);
  check('the network took nothing twice', (await box.ledger()).most === 1);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
