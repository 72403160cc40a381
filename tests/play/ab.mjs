/* Two posts compared: the rules are fixed before they leave, by hand; nothing is told before the end; stopped without a result; how it looks. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");
  const write = async (title, body) => (await machine.post('/posts', { title, body, channels: [channel], lang: 'fr' })).document.post;
  const a = await write('La brioche revient', 'La brioche revient dimanche.'), b = await write('Devinez', 'Devinez qui revient dimanche ?');
  const refused = await machine.post('/ab-tests', { name: 'x', channel, metric: 'clicks', days: 3, a: [a.id], b: [b.id] });
  check('clicks that nobody counts are refused, by their field', refused.status === 422 && refused.document.errors[0].field === 'metric', refused.text);

  /* ---- the rules, by hand ---- */
  window = await browser(place);
  const { page, trouble } = window;
  const looks = async (name) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    check(`${name} is for everybody (axe)`, violations.length === 0, JSON.stringify(violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)])));
  };
  await page.goto(`${place.base}/posts`);
  await page.click('a[href="/ab-tests"]');
  await looks('the list');
  await page.click('a[href="/ab-tests/new"]');
  await looks('the form');
  await page.fill('#name', 'A question first?');
  await page.selectOption('#metric', 'reactions');
  await page.check(`input[name="a"][value="${a.id}"]`);
  await page.check(`input[name="b"][value="${a.id}"]`);
  await page.click('form[action="/ab-tests"] button[type=submit]');
  check('a post on both sides is said, and the form keeps what it says', await page.locator('#b-error').isVisible() && (await page.inputValue('#name')) === 'A question first?' && await page.isChecked(`input[name="a"][value="${a.id}"]`));
  await page.uncheck(`input[name="b"][value="${a.id}"]`);
  await page.check(`input[name="b"][value="${b.id}"]`);
  await page.fill('#least', '5');
  await page.click('form[action="/ab-tests"] button[type=submit]');
  await page.waitForURL(/\/ab-tests\/\d+/);
  await looks('one under way');
  const id = page.url().split('/').pop(), one = async () => (await machine.get(`/ab-tests/${id}`)).document;
  check('nothing is told before the end', (await one()).result === null && (await one()).is_running && (await one()).posts.every((post) => post.count === null), JSON.stringify(await one()));

  /* ---- the end, as the working role finds it ---- */
  for (const [post, likes] of [[a, 12], [b, 70]]) {
    const ready = await machine.post(`/posts/${post.id}/ready`, { revision: post.revision });
    await machine.post(`/posts/${post.id}/publish`, { revision: ready.document.post.revision });
    const message = await until('it to be there', 40, () => sql(place, `SELECT CAST(p.message_id AS TEXT) AS id, CAST(p.workspace_id AS TEXT) AS w FROM publication p JOIN post_variant v ON v.id = p.variant_id WHERE v.post_id = ${post.id} AND p.state = 'sent'`)[0]);
    statement(place, `DELETE FROM metric_point WHERE message_id = ${message.id};
      INSERT INTO metric_point (id, workspace_id, channel_id, message_id, measure, value, at, told_at) VALUES (${post.id}, ${message.w}, ${channel}, ${message.id}, 'likes', ${likes}, 1, 1);
      UPDATE publication SET done_at = done_at - 345600000000 WHERE message_id = ${message.id}`);
  }
  const over = await until('the verdict', 40, async () => { const told = await one(); return told.test.state === 'decided' && told; });
  check('the result is told in words, with its margin', over.test.verdict === 'b' && over.result.ratio > 5 && over.result.low > 1 && /B did better|B a fait mieux/.test(over.result.text), JSON.stringify(over.result));
  await page.reload();
  await looks('one decided');
  const used = await machine.post(`/ab-tests/${id}/use`, { channels: [channel] });
  check('the winner becomes a draft', (await machine.get(`/posts/${used.document.id}`)).document.post.body === b.body, used.text);
  check('over is over', (await machine.post(`/ab-tests/${id}/stop`, { why: 'late' })).status === 409);
  /* ---- B from A by one press ---- */
  const whole = (await machine.post('/posts', { title: 'Pain', body: 'Le pain revient.', parts: ['Suite.'], first_comment: 'Ici.', warning: 'Farine', channels: [channel], lang: 'fr' })).document.post;
  await page.goto(`${place.base}/posts/${whole.id}`);
  await page.click('form[action$="/copy-as-b"] button');
  await page.waitForURL(/\/posts\/\d+\?of=/);
  await looks('B in the composer');
  const copied = (await machine.get(new URL(page.url()).pathname)).document;
  check('B says all that A says, and has no hour', copied.post.id !== whole.id && copied.post.body === whole.body && copied.parts[0].body === 'Suite.' && copied.post.first_comment === 'Ici.' && copied.post.warning === 'Farine' &&
    copied.post.title === 'Pain' && copied.post.state.word === 'draft' && !copied.post.planned_at, JSON.stringify(copied.post));
  await page.click('a[href^="/ab-tests/new"]');
  await page.waitForURL(/\/ab-tests\/new/);
  check('and both are chosen to be compared', (await page.locator(`input[name=a][value="${whole.id}"]`).isChecked()) && (await page.locator(`input[name=b][value="${copied.post.id}"]`).isChecked()));
  const again = await machine.post(`/posts/${whole.id}/copy-as-b`);
  check('by a program too', again.status === 201 && again.document.compare_url.includes(`a=${whole.id}`), again.text);
  check('the pages are quiet', trouble.filter((line) => !/422/.test(line)).length === 0, JSON.stringify(trouble));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
