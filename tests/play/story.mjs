/* Pictures of a post put into their order by the keyboard and by dragging, kept by itself; and a story: said so in the composer, previewed upright, held back while it
   could be none, sent through the simulated network as one picture without words. */
// Proves simulator (real server): story
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, linkOf, until } from './_desk.mjs';

const PICTURES = ['iVBORw0KGgoAAAANSUhEUgAAAAkAAAAQCAIAAABLKsIUAAAAE0lEQVR42mM4UaGBCzGMyg16OQCWH8qBdc+QvgAAAABJRU5ErkJggg==', 'iVBORw0KGgoAAAANSUhEUgAAAAkAAAAQCAIAAABLKsIUAAAAE0lEQVR42mPQqDiBCzGMyg16OQDiEMqB+V8OwgAAAABJRU5ErkJggg=='];
const place = await desk({ simulator: 'on' });
let shell;
try {
  const key = keyOf(place), owner = api(place, key);
  const { channels } = (await owner.get('/posts')).document, channel = channels[0].id;
  let { post } = (await owner.post('/posts', { title: 'Loaves', body: 'Two loaves', first_comment: 'Which one?', channels: [channel] })).document;
  const form = new FormData();
  for (const [index, bytes] of PICTURES.entries()) form.append('file', new Blob([Buffer.from(bytes, 'base64')]), `loaf-${index}.png`);
  const brought = await fetch(`${place.base}/api/v1/posts/${post.id}/files`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' }, body: form });
  check('two pictures are brought', brought.status === 200, await brought.text());
  const get = async () => (await owner.get(`/posts/${post.id}`)).document, order = async () => (await get()).media.map((one) => one.name);

  /* ---- their order ---- */
  ({ shell } = await browser(place));
  const page = await (await shell.newContext({ locale: 'en-GB', timezoneId: 'Europe/Paris' })).newPage(), trouble = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  await page.goto(linkOf(place, 'ines@levain.example'));
  await page.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  await page.waitForURL(/\/today/);
  await page.goto(`${place.base.replace('127.0.0.1', 'localhost')}/posts/${post.id}`);
  const grips = page.locator('#media-list [data-grip]');
  await grips.nth(1).focus();
  await page.keyboard.press('ArrowUp');
  check('an arrow moves a picture, and the keyboard stays with it', await page.evaluate(() => document.activeElement === document.querySelector('#media-list [data-grip]')));
  check('where it stands now is said', await until('said', 5, async () => /1 (of|sur) 2/.test(await page.locator('#said').textContent().catch(() => ''))));
  check('and kept by itself', await until('kept', 10, async () => (await order())[0] === 'loaf-1.png'), JSON.stringify(await order()));
  const [a, b] = [await grips.nth(0).boundingBox(), await page.locator('#media-list > li').nth(1).boundingBox()];
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + 20, b.y + b.height - 4, { steps: 6 });
  await page.mouse.up();
  check('dragging moves it too', await until('kept', 10, async () => (await order())[0] === 'loaf-0.png'), JSON.stringify(await order()));

  /* ---- a story ---- */
  await page.locator(`#story-${channel}`).check();
  check('two pictures are no story, and that is said', await until('found', 10, async () => (await get()).findings.some((one) => one.field === 'media' && one.place === '#media')), JSON.stringify((await get()).findings));
  await page.locator('#media-list li').nth(1).locator('[name="media_out"]').click();
  check('one is', await until('none found', 10, async () => !(await get()).findings.length), JSON.stringify((await get()).findings));
  await page.locator('.pv__story').waitFor();
  check('its preview is upright, without its words', !(await page.locator('.pv').first().textContent()).includes('Two loaves') && (await get()).previews[0].is_story);
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', !violations.length, JSON.stringify(violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))])));
  check('the page had no trouble', !trouble.length, trouble.join('\n'));
  await page.close();
  post = (await get()).post;
  await owner.post(`/posts/${post.id}/ready`, { revision: post.revision });
  await owner.post(`/posts/${post.id}/publish`, { revision: (await get()).post.revision });
  const gone = await until('it to be there', 30, async () => { const now = await get(); return now.post.state.word === 'published' && now; });
  check('it leaves as a story, with nothing behind it', gone?.acts.length === 1 && gone.acts[0].state.word === 'sent', JSON.stringify((await get()).acts.map((act) => [act.what, act.state.word, act.story])));
} finally {
  await shell?.close();
  await place.end();
}
end();
