/* Writing a post once for three channels, each in its own way: in the browser, as somebody does who may not publish alone; approved by another
   person from their page; sent at its minute; explained on screen. The same by the API. Somebody who was faster is not written over. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, connect, desk, end, keyOf, linkOf, until } from './_desk.mjs';
import { member, plain } from './_member.mjs';

const place = await desk({ simulator: 'on' });
let shell;
try {
  const owner = api(place, keyOf(place));
  const url = `http://127.0.0.1:${place.simulatorPort}`;
  const { channels } = (await owner.get('/posts')).document;
  for (let n = channels.length; n < 3; n++) await connect(place, owner, 'simulator', `Square ${n}`, { url, token: place.simulatorToken.trim() });
  const ids = (await owner.get('/posts')).document.channels.map((one) => one.id).slice(0, 3);
  check('three channels can be posted to', ids.length === 3, JSON.stringify(channels));

  /* ---- by the API alone ---- */
  const write = api(place, keyOf(place, 'awa@levain.example')), approve = api(place, keyOf(place, 'ines@levain.example'));
  const minute = new Date(Date.now() + 3000).toISOString().slice(0, 19);
  let told = await write.post('/posts', { title: 'Easter', body: 'It is back on Sunday: https://levain.example.net/easter #bread', channels: ids,
    variants: [{ channel: ids[1], body: 'Sunday. Brioche. Be there.' }, { channel: ids[2], body: 'Sunday, as each year', first_comment: 'Who comes?' }] });
  check('a post is begun', told.status === 201 && told.document.post.state.word === 'draft' && told.document.channels.filter((one) => one.is_adapted).length === 2, told.text.slice(0, 800));
  let { post } = told.document;
  check('each channel shows its own words', told.document.previews.map((one) => one.body.shown.map((piece) => piece.text).join('')).includes('Sunday. Brioche. Be there.'), JSON.stringify(told.document.previews));
  check('a link and a hashtag are told apart', ['link', 'hashtag'].every((kind) => told.document.previews.some((one) => one.body.shown.some((piece) => piece.kind === kind))));
  told = await write.post(`/posts/${post.id}`, { revision: post.revision, body: 'x'.repeat(6000) });
  check('a text too long is kept, and found', told.status === 200 && told.document.findings.length > 0 && told.document.findings[0].place === '#body' && told.document.channels[0].length.is_over, JSON.stringify(told.document.findings));
  const refused = await write.post(`/posts/${post.id}/ready`, { revision: told.document.post.revision });
  check('and is not ready', refused.status === 422, refused.text);
  const late = await write.post(`/posts/${post.id}`, { revision: post.revision, body: 'From an old window' });
  check('who saw an older one is told who was faster', late.status === 409 && /Awa Diallo/.test(late.text), late.text);
  told = await write.post(`/posts/${post.id}`, { revision: told.document.post.revision, body: 'It is back on Sunday: https://levain.example.net/easter #bread' });
  check('what is not named stays as it is', told.document.channels.filter((one) => one.is_adapted).length === 2 && told.document.post.title === 'Easter');
  check('what one person saved in a row is no version to read', told.document.versions.length === 0, JSON.stringify(told.document.versions).slice(0, 400));
  told = await write.post(`/posts/${post.id}/ready`, { revision: told.document.post.revision });
  check('somebody is asked', told.status === 200 && told.document.post.state.word === 'review' && told.document.approvals[0].is_open, told.text.slice(0, 400));
  check('who wrote it does not approve it', (await write.post(`/posts/${post.id}/approve`, { revision: told.document.post.revision })).status === 403);
  told = await approve.post(`/posts/${post.id}/return`, { revision: told.document.post.revision, remark: 'Which Sunday?' });
  check('it comes back with a remark', told.document.post.state.word === 'draft' && told.document.approvals.at(-1).remark === 'Which Sunday?', told.text.slice(0, 400));
  told = await write.post(`/posts/${post.id}`, { revision: told.document.post.revision, body: 'It is back on Easter Sunday.', wall_time: minute.slice(0, 16), zone: 'UTC', then: 'ready' });
  check('saved and ready in one go', told.document.post.state.word === 'review', told.text.slice(0, 400));
  told = await approve.post(`/posts/${post.id}/approve`, { revision: told.document.post.revision, remark: 'Good.' });
  check('approved, it waits for its minute or leaves', ['scheduled', 'leaving', 'published'].includes(told.document.post.state.word), told.text.slice(0, 400));
  const gone = await until('all of it to be there', 30, async () => { const now = (await write.get(`/posts/${post.id}`)).document; return now.post.state.word === 'published' && now; });
  check('all of it is there', gone?.acts?.length === 4 && gone.acts.every((act) => act.state.word === 'sent'), JSON.stringify((await write.get(`/posts/${post.id}`)).document.acts.map((act) => [act.what, act.state.word, act.why, act.story, act.tries])).slice(0, 3000));
  check('each act says why, when and what the network said', gone?.acts?.every((act) => /Inès/.test(act.why) && act.done_at && act.tries.length === 1 && /took it|l’a prise/.test(act.tries[0].text)), JSON.stringify(gone?.acts[0]));
  const listed = (await owner.get('/posts?state=published')).document;
  check('the list has it', listed.posts.some((one) => one.id === post.id && one.channels.length === 3), JSON.stringify(listed.posts));
  check('words find it', (await owner.get('/posts?q=easter')).document.posts.length === 1);

  /* ---- in the browser ---- */
  ({ shell } = await browser(place));
  const writer = await shell.newContext({ locale: 'en-GB', timezoneId: 'Europe/Paris' }), page = await writer.newPage(), trouble = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
  page.on('pageerror', (error) => trouble.push(String(error)));
  await page.goto(linkOf(place, 'awa@levain.example'));
  await page.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  await page.waitForURL(/\/today/);
  await page.keyboard.press('n');
  await page.waitForURL(/\/posts\/new/);
  for (const box of (await page.locator('.net').all()).slice(0, 3)) await box.click();
  await page.locator('#title').fill('Loaves');
  await page.locator('#body').fill('Three loaves a day: https://levain.example');
  await page.waitForURL(/\/posts\/\d+$/);
  check('it is saved by itself, and says so', await until('saved', 5, async () => /Saved|Enregistré/.test(await page.locator('#post-saved').textContent())), await page.locator('#post-saved').textContent());
  check('three channels have a tab', await page.locator('#voices a').count() === 4);
  await page.keyboard.press('Alt+2');
  await page.locator('.voice:not([hidden]) [data-adapt]').click();
  await page.locator('.voice:not([hidden]) > textarea').fill('Loaves. Three.');
  check('its counter counts while one types', (await page.locator('#counters li').first().textContent()).includes('14'), await page.locator('#counters li').first().textContent());
  check('its tab has a dot', await until('a dot', 5, async () => (await page.locator('#voices .dot--act').count()) === 1));
  check('its preview shows its own words', /Loaves\. Three\./.test(await page.locator('.pv').first().textContent()));
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', !violations.length, JSON.stringify(violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))])));
  /* Names and hashtags are completed as one types. */
  const people = (await owner.get(`/completions/names?channels=${ids[0]}`)).document.items, body = page.locator('#body'), list = page.locator('#completions');
  check('who was heard last is proposed for a bare sign, as the network names them', people.length > 2 && people.every((one) => one.text.startsWith('@') && one.network.word === 'space'), JSON.stringify(people));
  check('and somebody by the beginning of a name', (await owner.get(`/completions/names?q=${people[1].text.slice(1, 5)}&channels=${ids[0]}`)).document.items.some((one) => one.text === people[1].text));
  await page.keyboard.press('Alt+1');
  await body.fill('Merci ');
  await body.press('End');
  await body.pressSequentially('@');
  await list.waitFor();
  const state = async () => [await body.getAttribute('aria-activedescendant'), await list.locator('[aria-selected="true"]').count(), await list.locator('[role="option"]').count()];
  check('a list opens beside the caret, with its first line chosen', JSON.stringify(await state()) === JSON.stringify(['completion-0', 1, people.length]), JSON.stringify(await state()));
  const near = await page.evaluate(() => { const box = document.getElementById('body').getBoundingClientRect(), menu = document.getElementById('completions').getBoundingClientRect(); return [menu.left - box.left, menu.top - box.top]; });
  check('it stands near what is typed', near[0] > 20 && near[0] < 160 && near[1] > 15 && near[1] < 90, near.join(' '));
  const opened = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing with the list open', !opened.violations.length, JSON.stringify(opened.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))])));
  await body.press('ArrowDown');
  const chosen = /@\S+/.exec(await list.locator('[aria-selected="true"]').innerText())?.[0]; // who was heard last may be another one by now
  check('an arrow chooses the second', await body.getAttribute('aria-activedescendant') === 'completion-1');
  await body.press('Enter');
  check('arrows choose, Enter takes', (await body.inputValue()) === `Merci ${chosen} ` && !(await list.count()), await body.inputValue());
  await body.pressSequentially('@');
  await list.waitFor();
  await body.press('Escape');
  check('Escape closes, and leaves what was typed', !(await list.count()) && (await body.inputValue()).endsWith('@') && !(await body.getAttribute('aria-activedescendant')));
  await owner.post('/posts', { title: 'Tags', body: 'Fresh #bread' });
  await body.fill('Le ');
  await body.press('End');
  await body.pressSequentially('#bre');
  await list.waitFor();
  check('a hashtag proposes what was used, and chooses none', (await list.textContent()).includes('#bread') && (await state())[0] === null, await list.textContent());
  await list.locator('[role="option"]').first().tap().catch(() => list.locator('[role="option"]').first().click());
  check('a line is taken by touching it, and one writes on', (await body.inputValue()) === 'Le #bread ' && await body.evaluate((box) => box === document.activeElement), await body.inputValue());
  await body.pressSequentially('levain@exemple.fr C#');
  check('an address or a letter before the sign is none', !(await list.count()));
  await page.setViewportSize({ width: 360, height: 800 });
  check('nothing runs over on a phone', await page.evaluate(() => document.documentElement.scrollWidth <= 360), await page.evaluate(() => [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > 361).map((one) => one.outerHTML.slice(0, 100)).slice(0, 5).join('\n')));
  await page.setViewportSize({ width: 1280, height: 800 });
  const id = page.url().split('/').pop();
  /* Somebody else changes it: what is written here stays here. */
  const stands = (await approve.get(`/posts/${id}`)).document;
  await approve.post(`/posts/${id}`, { revision: stands.post.revision, body: 'Four loaves a day' });
  check('what it said before is there, with what became of it', (await approve.get(`/posts/${id}`)).document.versions[0]?.changes.some((one) => one.is_gone && /Three/.test(one.text)), JSON.stringify((await approve.get(`/posts/${id}`)).document.versions).slice(0, 600));
  await page.keyboard.press('Alt+1');
  await page.locator('#body').fill('Five loaves a day');
  check('who was faster is named', await until('told', 15, async () => /Inès Belkacem/.test(await page.locator('#post-saved').textContent())), await page.locator('#post-saved').textContent());
  check('nothing was written over', (await approve.get(`/posts/${id}`)).document.post.body === 'Four loaves a day');
  await page.keyboard.press('Control+s');
  await page.locator('#conflict').waitFor({ timeout: 5000 });
  check('saving shows both, and keeps what was written', (await page.locator('#body').inputValue()) === 'Five loaves a day' && /Four/.test(await page.locator('#conflict del').first().textContent()));
  await page.keyboard.press('Control+s');
  check('saving again puts it in the place of theirs', await until('saved', 6, async () => (await approve.get(`/posts/${id}`)).document.post.body === 'Five loaves a day'));
  await page.locator('#conflict').waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle');
  await page.keyboard.press('Control+Enter');
  check('Ctrl Enter asks for approval', await until('asked', 6, async () => (await approve.get(`/posts/${id}`)).document.post.state.word === 'review'));
  check('the pages had no trouble', trouble.filter((line) => !/409/.test(line)).length === 0, trouble.join('\n'));

  /* ---- without a script ---- */
  const ines = await member(place, 'ines@levain.example');
  let got = await ines.get(`/posts/${id}`);
  check('who may approve sees the box', got.status === 200 && /action="\/posts\/\d+\/approve"/.test(got.text) && /Decide on it|Décider/.test(plain(got.text)), got.status);
  const revision = /name="revision" value="(\d+)"/.exec(got.text)[1];
  got = await ines.post(`/posts/${id}/return`, { revision, remark: '' });
  check('returning it wants a remark', got.status === 422 && /id="remark-error"/.test(got.text), got.status);
  got = await ines.post(`/posts/${id}/approve`, { revision, remark: '' });
  check('she approves it', got.status === 303, `${got.status} ${got.text.slice(0, 300)}`);
  got = await ines.get(`/posts/${id}`);
  check('it is approved, without an hour, and can be published', /action="\/posts\/\d+\/publish"/.test(got.text));
  got = await ines.post(`/posts/${id}/publish`, { revision: (await approve.get(`/posts/${id}`)).document.post.revision });
  check('it leaves', got.status === 303, got.text.slice(0, 300));
  check('and is there', await until('there', 30, async () => (await approve.get(`/posts/${id}`)).document.post.state.word === 'published'), JSON.stringify((await approve.get(`/posts/${id}`)).document.acts.map((a) => [a.state, a.story])));
  got = await ines.get(`/posts/${id}`);
  check('its page says why it was sent and what the network said', /(Approved by|Validée par) Inès Belkacem/.test(plain(got.text)) && /the network took it|le réseau l.a prise/.test(plain(got.text)), plain(got.text).slice(0, 2000));
  got = await ines.post('/posts', { title: 'F', body: 'By form', channels: ids, variant: [ids[0], ids[1]], variant_body: ['', 'Own'], variant_comment: ['', ''], parts: ['', 'Second'], part: 'yes' });
  check('a form without a script writes one too', got.status === 303 && /part=yes/.test(got.location), `${got.status} ${got.text.slice(0, 500)}`);
  const formed = (await approve.get(new URL(got.location, place.base).pathname)).document;
  check('with its own words and its thread', formed.parts.length === 1 && formed.channels.filter((one) => one.is_adapted).length === 1, JSON.stringify(formed.parts));
  got = await ines.post(new URL(got.location, place.base).pathname, { revision: '99', body: 'Mine', channels: ids });
  check('a form that comes too late shows both', got.status === 409 && /id="conflict"/.test(got.text) && /Mine/.test(got.text), got.status);
} finally {
  await shell?.close();
  await place.end();
}
end();
