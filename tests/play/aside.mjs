/* From public to private with one point of contact: one click writes the public word and the private message; what the member then writes in
   private is another conversation of the same case, with the same person; when it is solved the public thread waits for its last word. Once in
   a browser, once by the API alone, on the simulated network, which has private talks of their own. */
// Proves simulator (real server): private
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;
const said = (text) => JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'simulator.db'), '.timeout 20000', text], { encoding: 'utf8' }) || '[]');
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const heard = (text) => until(`"${text}"`, 40, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview === text));
const left = (body) => until(`“${body}” over there`, 60, async () => said(`SELECT id, thread, private FROM item WHERE ours = 1 AND body = '${body.replaceAll("'", "''")}'`)[0]);
const events = (conversation) => conversation.thread.map((item) => item.event?.text).filter(Boolean).join(' | ');

try {
  await box.dials({ per_minute: 0, answers: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0 });

  /* ---- in a browser ---- */
  await box.say({ kind: 'comment', text: 'My order 4711 never came', member: 3 });
  const row = await heard('My order 4711 never came');
  window = await browser(place, { viewport: { width: 1440, height: 900 } });
  const { page, trouble } = window;
  await page.goto(`${place.base}/conversations/${row.id}`);
  await page.locator('#body').fill('Hello, could you tell me the address it was to go to?');
  await page.locator('#reply .if-reply button[popovertarget="m-send"]').click();
  await page.locator('#m-send button[data-act="aside"]').click();
  const box_of = page.locator('#case');
  await box_of.waitFor({ timeout: 15000 });
  check('one click: the case stands above the thread, with its point of contact', /Camille/.test(await box_of.innerText()), await box_of.innerText());
  const letter = await left('Hello, could you tell me the address it was to go to?');
  const word = await until('the word in public', 60, async () => said(`SELECT id, body, thread FROM item WHERE ours = 1 AND private = 0 AND thread = '${letter?.thread}'`)[0]);
  check('a word in public says that it goes on in private', /priv/.test(word?.body ?? ''), JSON.stringify(word));
  check('and what was written reaches the member alone', letter?.private === 1, JSON.stringify(letter));
  const [first] = sql(place, `SELECT CAST(assignee_id AS TEXT) AS assignee_id, status FROM conversation WHERE id = ${row.id}`);
  check('it is the point of contact’s, and waits for them', first.assignee_id && first.status === 'pending', JSON.stringify(first));

  await box.say({ kind: 'direct', text: 'It was 12 Harbour Road', member: 3 });
  const aside = await heard('It was 12 Harbour Road');
  const private_talk = await talk(aside.id);
  check('what the member writes in private is the same case', aside.id !== row.id && private_talk.aside?.is_private && private_talk.aside.other_url?.includes(row.id), JSON.stringify(private_talk.aside));
  check('it comes to the same person', private_talk.assignee?.id === (await talk(row.id)).assignee?.id, JSON.stringify(private_talk.assignee));
  const public_talk = await talk(row.id);
  check('the public thread knows where it goes on', public_talk.aside?.other_url?.includes(aside.id) && public_talk.aside.has_met && !public_talk.aside.is_solved, JSON.stringify(public_talk.aside));
  check('and says so between the messages', /one case|un seul dossier/.test(events(public_talk)), events(public_talk));

  const colleague = sql(place, `SELECT CAST(m.person_id AS TEXT) AS id FROM membership m WHERE m.person_id != ${first.assignee_id} AND m.workspace_id = (SELECT workspace_id FROM conversation WHERE id = ${row.id}) LIMIT 1`)[0].id;
  await machine.post(`/conversations/${aside.id}/assign`, { assignee_id: colleague });
  const given = sql(place, `SELECT CAST(assignee_id AS TEXT) AS assignee_id FROM conversation WHERE id IN (${row.id}, ${aside.id})`).map((one) => one.assignee_id);
  check('handing one side over hands the other over too', given.length === 2 && given.every((one) => one === colleague), JSON.stringify(given));

  await machine.post(`/conversations/${aside.id}/status`, { status: 'resolved' });
  const waits = await talk(row.id);
  check('solved in private: the public thread is open again, for its last word', waits.is_open && waits.aside?.is_solved && waits.aside.closing.length > 20, JSON.stringify([waits.status, waits.aside]));
  await page.goto(`${place.base}/conversations/${row.id}`);
  check('the page asks for it', await page.locator('#closing').isVisible() && (await page.locator('#closing').inputValue()) === waits.aside.closing);
  await page.locator('#closing').fill('Found, and on its way again. Thank you for your patience.');
  await page.locator('#case button[value="send"]').click();
  const last = await left('Found, and on its way again. Thank you for your patience.');
  check('the last word stands in the public thread', last?.private === 0 && last.thread === word.thread, JSON.stringify(last));
  const closed = await talk(row.id);
  check('and the case is closed', !closed.aside && closed.is_resolved, JSON.stringify([closed.aside, closed.status]));
  check('the console is quiet', trouble.length === 0, trouble.join('\n'));

  /* ---- by the API alone ---- */
  await box.say({ kind: 'comment', text: 'You charged me twice', member: 7 });
  const other = await heard('You charged me twice');
  let told = await machine.post(`/conversations/${other.id}/aside`, { holding: 'We look into it, in private.' });
  check('API: moved, with a word of one’s own', told.status < 400 && told.document.conversation?.aside?.is_public, told.text.slice(0, 300));
  check('API: a second time is refused', (await machine.post(`/conversations/${other.id}/aside`, {})).status === 409);
  check('API: the word is said in public', (await left('We look into it, in private.'))?.private === 0);
  const opening = await until('the opening sentence', 60, async () => said("SELECT body FROM item WHERE ours = 1 AND private = 1 AND body LIKE '%Camille%'")[0]);
  check('API: left empty, the message says who is there', opening, JSON.stringify(opening));
  told = await machine.post(`/conversations/${other.id}/aside/close`, { then: 'silent' });
  check('API: closed without a word', told.status < 400 && !told.document.conversation.aside, told.text.slice(0, 300));
  check('API: and there is nothing more to close', (await machine.post(`/conversations/${other.id}/aside/close`, { then: 'silent' })).status === 404);
  await box.say({ kind: 'direct', text: 'Are you hiring?', member: 9 });
  const letter_only = await heard('Are you hiring?');
  told = await machine.post(`/conversations/${letter_only.id}/aside`, {});
  check('API: what is private already is not moved', told.status === 422 && told.document.field === 'visibility', told.text.slice(0, 300));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
