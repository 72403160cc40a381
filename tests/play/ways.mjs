/* How posts are approved is set on its page, without a script too; a channel's post then asks whom it names, the letter leads to the very post, and what changed
   since the last approval stands beside the decision. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { postOffice } from './_post.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const office = await postOffice();
const place = await desk({ options: ['--mail_url', `smtp://127.0.0.1:${office.port}?tls=off`, '--mail_from', 'desk@parvis.example'] });
const owner = api(place, keyOf(place)), ines = api(place, keyOf(place, 'ines@levain.example'));
let window = null;
try {
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator'");
  const [{ id: person }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM person WHERE email = 'ines@levain.example'");
  statement(place, `UPDATE person SET email = 'ines@levain.parvis-play.net' WHERE id = ${person}`); // a mailbox that may be written to
  window = await browser(place, { lang: 'en-GB' });
  const { page, trouble, shell } = window;
  const faults = async (what) => {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${what}: axe finds nothing`, found.violations.length === 0, JSON.stringify(found.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)])));
  };
  await page.goto(`${place.base}/workflows`);
  await faults('an empty page');
  const plain = await shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() }), bare = await plain.newPage();
  await bare.goto(`${place.base}/workflows/new`);
  await bare.locator('#name').fill('Two readers');
  await bare.locator('#step-name-1').fill('Words');
  await bare.locator('#step-person-1').selectOption(person);
  await bare.locator('#step-hours-1').fill('24');
  await bare.locator(`input[name=channels][value="${channel}"]`).check();
  await bare.locator('#way button.btn--primary').click();
  await bare.waitForURL(/\/workflows\/\d+/);
  const [way] = (await owner.get('/workflows')).document.ways;
  check('a way with a step, set without a script', way?.name === 'Two readers' && way.steps === 'Words' && way.channels, JSON.stringify(way));
  await page.goto(`${place.base}${way.url}`);
  await faults('a way with its steps');
  await page.setViewportSize({ width: 390, height: 800 });
  check('it fits a phone', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const bad = await owner.post('/workflows', { name: 'Nobody' });
  check('a way without a step is refused, with the field', bad.status === 422 && bad.document.errors.some((one) => one.field === 'step_name'), bad.text);
  check('who may not is told so', (await api(place, keyOf(place, 'camille@levain.example', 'posts.read')).get('/workflows')).status === 403);

  /* ---- a post goes that way ---- */
  const made = (await owner.post('/posts', { title: 'Rye', body: 'Rye bread on Monday.', lang: 'en', channels: [channel], wall_time: `${new Date().getFullYear() + 1}-01-05T10:00`, then: 'ready' })).document;
  check('it asks, the owner too', made.post.state.word === 'review' && made.approvals[0].name.includes('Words'), JSON.stringify(made.approvals));
  statement(place, `UPDATE notification SET id = id - ${BigInt(2 * 3600 * 1000) << 21n} WHERE kind = 'post_wanted'`); // unread for two hours
  const letter = await until('the letter', 20, () => office.taken.find((one) => one.to.some((to) => to.includes('ines@'))));
  const text = (letter?.data ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=');
  check('who is asked gets a letter that leads to the very post', text.includes(`/posts/${made.post.id}`), text.slice(0, 800));
  const stranger = await fetch(`${place.base}/posts/${made.post.id}`, { redirect: 'manual', headers: { Accept: 'text/html' } });
  check('and signs in on the way there', stranger.status === 303 && decodeURIComponent(stranger.headers.get('location')).includes(`/posts/${made.post.id}`), stranger.headers.get('location'));
  let told = await ines.post(`/posts/${made.post.id}/approve`, { revision: made.post.revision });
  check('approved, it is planned', told.document.post.state.word === 'scheduled', told.text.slice(0, 300));
  told = await owner.post(`/posts/${made.post.id}`, { revision: told.document.post.revision, body: 'Spelt bread on Monday.', then: 'ready' });
  check('a change asks again', told.document.post.state.word === 'review', told.text.slice(0, 300));
  told = await ines.get(`/posts/${made.post.id}`);
  const words = (kind) => told.document.since_approval?.filter((one) => one[kind]).map((one) => one.text).join('');
  check('what changed since the last approval stands beside the decision', /Rye/.test(words('is_gone')) && /Spelt/.test(words('is_new')), JSON.stringify(told.document.since_approval));
  check('put away, nobody is asked', (await owner.post(`${way.url}/put-away`)).status === 200 && !(await owner.get('/workflows')).document.has_ways);
  check('no script complained', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play goes to its end', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  office.close();
  await place.end();
}
end();
