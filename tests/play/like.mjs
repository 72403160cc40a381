/* A like, from the conversation to the network and back: by the keyboard in a browser, taken back by undo, again by the button, by the API;
   once, whatever is asked twice; refused where there is nothing to like. Then hidden over there, and shown again. */
// Proves simulator (real server): react hide restore
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;
const liked = (item) => JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'simulator.db'), '.timeout 20000', `SELECT item FROM liked WHERE item = '${item}'`], { encoding: 'utf8' }) || '[]').length;
const acts = (message) => sql(place, `SELECT act, state FROM publication WHERE message_id = ${message} AND act IN ('react', 'unreact', 'hide', 'restore') ORDER BY id`).map((one) => `${one.act} ${one.state}`).join();

try {
  const text = 'The new rye is a joy, thank you.';
  const { id: item } = await box.ask('POST', '/say', { kind: 'comment', text, member: 3 });
  const row = await until('it to come in', 40, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview === text));
  const message = async () => (await machine.get(`/conversations/${row.id}`)).document.conversation.thread.map((one) => one.message).find((one) => one?.body === text);
  const first = await message();
  check('a message of a network that knows likes can be liked', first.can_like && !first.is_liked, JSON.stringify([first.can_like, first.is_liked]));

  window = await browser(place);
  await window.page.goto(`${place.base}/conversations/${row.id}`);
  const button = window.page.locator(`#m-${first.id} [data-like]`);
  check('its button says that it is not liked', (await button.getAttribute('aria-pressed')) === 'false');
  await window.page.locator('#conv-t').focus();
  await window.page.keyboard.press('l');
  await window.page.locator(`#m-${first.id} [data-like][aria-pressed="true"]`).waitFor({ timeout: 15000 });
  check('L likes it, and the page says so', (await message()).is_liked);
  check('the network has the like', await until('the like', 30, () => liked(item) === 1 && acts(first.id) === 'react sent'), acts(first.id));
  await window.page.keyboard.press('z');
  await window.page.locator(`#m-${first.id} [data-like][aria-pressed="false"]`).waitFor({ timeout: 15000 });
  check('undo takes it back, on the network too', await until('it to go', 30, () => liked(item) === 0 && acts(first.id) === 'react sent,unreact sent') && !(await message()).is_liked, acts(first.id));

  await machine.post(`/messages/${first.id}/like`);
  const again = await machine.post(`/messages/${first.id}/like`);
  check('liking twice is liking once', again.status < 400 && (await until('the like', 30, () => liked(item) === 1 && acts(first.id) === 'react sent,unreact sent,react sent')), acts(first.id));
  const counter = await window.page.locator('pv-counter').innerText();
  await window.page.locator('#body').fill('👩‍👩‍👧‍👦');
  check('the reply box counts as this network counts: code points', /^7 \/ 2.000$/.test(await window.page.locator('pv-counter').innerText()), `${counter} → ${await window.page.locator('pv-counter').innerText()}`);
  await machine.post(`/messages/${first.id}/unlike`);
  check('and back by the API', await until('it to go', 30, () => liked(item) === 0));

  const hidden = () => JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'simulator.db'), '.timeout 20000', `SELECT hidden_at > 0 AS it FROM item WHERE id = '${item}'`], { encoding: 'utf8' }))[0].it;
  const article = sql(place, 'SELECT CAST(id AS TEXT) AS id FROM charter_article ORDER BY charter_article.id LIMIT 1')[0].id;
  let told = await machine.post(`/messages/${first.id}/hide`, { article_id: article, reason: 'A trial' });
  check('what is hidden here is hidden over there', told.status < 400 && (await until('it to be hidden', 30, () => hidden() === 1 && /hide sent$/.test(acts(first.id)))), `${told.text} ${acts(first.id)}`);
  told = await machine.post(`/messages/${first.id}/restore`, { reason: 'It was a trial' });
  check('and shown again, there too', told.status < 400 && (await until('it to be shown', 30, () => hidden() === 0 && /restore sent$/.test(acts(first.id)))), `${told.text} ${acts(first.id)}`);
  const other = sql(place, "SELECT CAST(m.id AS TEXT) AS id FROM message m JOIN channel c ON c.id = m.channel_id WHERE c.kind <> 'simulator' AND m.direction = 'in' LIMIT 1")[0];
  if (other) check('where the network knows no likes it is refused, with the reason', (await machine.post(`/messages/${other.id}/like`)).status >= 400);
  const ours = sql(place, "SELECT CAST(id AS TEXT) AS id FROM message WHERE direction = 'out' LIMIT 1")[0];
  check('our own answers are not liked by us', (await machine.post(`/messages/${ours.id}/like`)).status >= 400);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
