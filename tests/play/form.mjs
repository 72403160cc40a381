/* The public form, as somebody without an account meets it: from a telephone, without a script, once for twice; the answer at an address
   that only they have; what machines and other sites are refused. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, until, wait } from './_desk.mjs';
import { member, plain } from './_member.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
mkdirSync(shots, { recursive: true });
const place = await desk({ options: ['--trust_proxy', '127.0.0.1'] });
let street = '192.0.2.1'; // who is outside: what is measured is measured by address
const visit = (path, { lang = 'en', ...options } = {}) => fetch(path.startsWith('http') ? path : place.base + path, { redirect: 'manual', ...options,
  headers: { Accept: 'text/html', 'Accept-Language': lang, 'X-Forwarded-For': street, ...options.headers } }).then(async (answer) => ({ status: answer.status, text: await answer.text(),
  location: answer.headers.get('location'), headers: answer.headers }));
const stampOf = (text) => /name="stamp" value="([^"]+)"/.exec(text)?.[1] ?? '';
const body = (fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
const send = (path, fields, headers = {}) => visit(path, { method: 'POST', body: body(fields), headers: { Origin: place.base, 'Sec-Fetch-Site': 'same-origin', ...headers } });
const slow = () => wait(2100);
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
let window = null;
try {
  const camille = await member(place, 'camille@levain.example', { lang: 'fr' }), awa = await member(place, 'awa@levain.example');
  await camille.get('/channels/new/webform');
  let answer = await camille.post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  const channel = new URL(answer.location, place.base).pathname, id = channel.split('/').at(-1);
  answer = await camille.get(channel);
  check('a new channel has no public page yet', /Page publique/.test(answer.text) && !/\/form\/[\w-]{22}/.test(answer.text), answer.text.slice(0, 200));
  await awa.get('/inbox');
  answer = await awa.post(`${channel}/form`, { form_open: 'yes' });
  check('an agent does not open one', answer.status === 403, answer.status);
  answer = await camille.post(`${channel}/form`, { form_open: 'yes', form_files: 'yes', title_fr: 'Écrivez au fournil', title_en: 'Write to the bakery', intro_en: 'We answer <b>within</b> a day.' });
  check('an owner does', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  answer = await camille.get(channel);
  const address = /https?:\/\/[^"]+(\/form\/[\w-]{22})/.exec(answer.text), path = address?.[1];
  check('its settings say where it is, and what to paste', path && /method=&quot;post&quot;|method="post"/.test(answer.text) && answer.text.includes('&lt;form action='), answer.text.match(/form-url[^>]*/)?.[0]);

  /* The page. */
  let page = await visit(path);
  check('anybody opens it, in their language', page.status === 200 && /<h1>Write to the bakery/.test(page.text) && /lang="en"/.test(page.text), page.text.slice(0, 300));
  check('what the owner wrote is text', /We answer &lt;b&gt;within/.test(page.text));
  check('no script, no frame, no cache', !/<script/.test(page.text) && /frame-ancestors 'none'/.test(page.headers.get('content-security-policy')) && /no-store/.test(page.headers.get('cache-control')), JSON.stringify([...page.headers]));
  check('in French too', /Écrivez au fournil/.test((await visit(path, { lang: 'fr-FR,fr' })).text) && /Écrivez au fournil/.test((await visit(`${path}?lang=fr`)).text));
  check('another address is closed', (await visit(path.slice(0, -1))).status === 404 && (await visit(path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status === 404 && (await visit('/form/')).status === 404);

  const letter = { name: 'Nadia <i>F</i>', email: 'nadia@example.org', subject: 'Opening hours', text: 'When do you close on\nSunday?', consent: 'yes', website: '' };
  page = await send(path, { ...letter, stamp: stampOf(page.text) });
  check('too quick for a person: shown again, with all that was typed', page.status === 422 && /very quick/.test(page.text) && /Nadia &lt;i&gt;/.test(page.text) && /When do you close on\r?\nSunday\?<\/textarea>/.test(page.text) && /id="consent"[^>]*checked/.test(page.text), `${page.status} ${plain(page.text).slice(0, 400)}`);
  const stamp = stampOf(page.text);
  await slow();
  page = await send(path, { ...letter, stamp, email: 'nadia', name: '' });
  check('what is wrong is named with its field, and how to mend it', page.status === 422 && /href="#email">Your email<\/a>: This is no email address: write it like name@example\.org/.test(page.text)
    && /href="#name">Your name<\/a>/.test(page.text) && !/this form/i.test(plain(page.text)), `${page.status} ${plain(page.text).slice(0, 600)}`);
  page = await send(path, { ...letter, stamp, website: 'https://spam.example' });
  check('the field for machines is shown to whom filled it in', page.status === 422 && /id="website-error"/.test(page.text) && !/aria-hidden="true"[^>]*>\s*<label class="label" for="website"/.test(page.text), page.status);
  const { consent: agreed, ...without } = letter;
  page = await send(path, { ...without, stamp });
  check('without consent nothing is kept', page.status === 422 && /id="consent-error"/.test(page.text), `${page.status} ${agreed}`);
  page = await send(path, { ...letter, stamp, name: '', email: 'nobody', text: '' });
  check('each field says what it needs', page.status === 422 && ['name', 'email', 'text'].every((name) => page.text.includes(`id="${name}-error"`)), page.status);
  const count0 = async () => (await camille.json(`/inbox?channel=${id}`)).document.list.rows.length;
  check('nothing came in so far', await count0() === 0);
  await camille.get(channel);

  const form = body({ ...letter, stamp });
  form.append('file', new Blob([png], { type: 'text/html' }), '../../loaf <b>.png');
  page = await visit(path, { method: 'POST', body: form, headers: { Origin: place.base } });
  check('a letter with a picture is taken', page.status === 303 && /^\/talk\/\d+-[0-9a-f]{48}\?sent=yes/.test(page.location.replace(place.base, '')), `${page.status} ${page.location} ${page.text.slice(0, 500)}`);
  const talk = new URL(page.location, place.base);
  const more = [];
  for (let i = 0; i < 4; i++) more.push((await send(path, { ...letter, stamp })).status);
  check('more than six within a minute wait', more.at(-1) === 429, more.join());
  page = await visit(talk.href);
  check('its writer reads it, with its address', page.status === 200 && /We have your message/.test(page.text) && page.text.includes(`${talk.pathname}"`) && /When do you close on\nSunday/.test(page.text) && /loaf/.test(page.text), plain(page.text).slice(0, 600));
  check('kept out of indexes, caches and referrers', /noindex/.test(page.headers.get('x-robots-tag')) && page.headers.get('referrer-policy') === 'no-referrer' && /no-store/.test(page.headers.get('cache-control')), JSON.stringify([...page.headers]));
  for (const wrong of [talk.pathname.slice(0, -1), talk.pathname.replace('/talk/', '/contest/'), talk.pathname.replace(/\/(\d)/, (all, digit) => `/${(Number(digit) % 9) + 1}`)])
    check(`a wrong address opens nothing: ${wrong.slice(0, 12)}…`, (await visit(wrong)).status === 404);

  /* At the desk. */
  const rows = (await camille.json(`/inbox?channel=${id}`)).document.list.rows;
  check('it is one conversation in the inbox', rows.length === 1, rows.length);
  const conversation = (await camille.json(`/conversations/${rows[0].id}`)).document.conversation;
  const said = conversation.thread.map((item) => item.message).find(Boolean);
  check('with its subject, its author and its clock', conversation.subject === 'Opening hours' && said.author_name === 'Nadia <i>F</i>' && JSON.stringify(conversation).includes('"clock"'), JSON.stringify(conversation).slice(0, 500));
  check('the consent is in its history', JSON.stringify(conversation.thread).includes('a accepté'), JSON.stringify(conversation.thread).slice(0, 800));
  const file = said.attachments[0];
  check('the file is a picture, whatever it said of itself', file.is_image && /^\/attachments\/\d+$/.test(file.url), JSON.stringify(file));
  const seen = await fetch(place.base + file.url, { headers: { Cookie: [...camille.jar].map(([name, value]) => `${name}=${value}`).join('; ') } });
  check('and is shown to the team, in a sandbox', seen.status === 200 && seen.headers.get('content-type') === 'image/png' && /sandbox/.test(seen.headers.get('content-security-policy')) && Buffer.from(await seen.arrayBuffer()).equals(png), seen.status);
  check('to nobody else', (await visit(file.url)).status !== 200);
  const operator = api(place, keyOf(place));
  answer = await operator.post(`/conversations/${rows[0].id}/reply`, { body: 'At seven: https://levain.example/hours', visibility: 'private' });
  check('somebody answers', answer.status < 300, `${answer.status} ${answer.text.slice(0, 300)}`);
  await operator.post(`/conversations/${rows[0].id}/note`, { body: 'She asks each week.' });
  page = await until('the answer', 30, async () => { const now = await visit(talk.pathname); return /At seven/.test(now.text) && now; });
  check('the answer is at the address, under the name of the house', page && /Levain/.test(page.text) && !/Camille/.test(page.text) && /<a href="https:\/\/levain.example\/hours" rel="[^"]*nofollow/.test(page.text), page && plain(page.text).slice(0, 600));
  check('the note is not', !/each week/.test(page.text));
  const again = stampOf(page.text);
  await slow();
  answer = await send(talk.pathname, { text: 'And on Monday?', stamp: again }, { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://elsewhere.example' });
  check('another site does not write in their name', answer.status === 403, answer.status);
  answer = await send(talk.pathname, { text: 'And on Monday?', stamp: 'forged' });
  check('nor does who never saw the page', answer.status === 422 && /And on Monday\?<\/textarea>/.test(answer.text), answer.status);
  answer = await send(talk.pathname, { text: 'And on Monday?', stamp: again });
  answer = await send(talk.pathname, { text: 'And on Monday?', stamp: again });
  check('they go on there', answer.status === 303, `${answer.status} ${answer.text.slice(0, 200)}`);
  const thread = (await camille.json(`/conversations/${rows[0].id}`)).document.conversation.thread.map((item) => item.message).filter((message) => message?.is_in);
  check('once for twice, in the same conversation, by the same contact', thread.length === 2 && thread[1].author_name === thread[0].author_name, JSON.stringify(thread.map((one) => one.parts ?? one.body)).slice(0, 300));

  /* Hidden there, contested there. */
  const rules = (await camille.json('/moderation')).document;
  await camille.get(`/conversations/${rows[0].id}`);
  const article = rules.bulk.articles[0].id;
  answer = await camille.post(`/messages/${thread[1].id}/hide`, { article_id: article, reason: 'Essai.', notify_author: 'yes' });
  page = await visit(talk.pathname);
  const contest = /href="(\/contest\/[^"]+)"/.exec(page.text)?.[1];
  check('a hidden message says so to its writer, and leads to the reasons', contest && /We hid your message/.test((await visit(contest)).text), `${answer.status} ${contest}`);

  /* From another site's page: shown first. */
  street = '192.0.2.2';
  page = await visit(path, { method: 'POST', body: new URLSearchParams({ name: 'Paul', text: 'From elsewhere' }), headers: { Origin: 'https://shop.example', 'Sec-Fetch-Site': 'cross-site' } });
  check('a form on another site leads here, with what was typed, and nothing is taken yet', page.status === 422 && /Look at your message once more/.test(page.text) && /From elsewhere<\/textarea>/.test(page.text) && await count0() === 1, page.status);
  await slow();
  const twice = { name: 'Paul', text: 'From elsewhere', consent: 'yes', stamp: stampOf(page.text) };
  const both = await Promise.all([send(path, twice), send(path, twice)]);
  check('sent twice at once, it is one message at one address', both.every((one) => one.status === 303) && both[0].location === both[1].location && await count0() === 2, both.map((one) => `${one.status} ${one.location}`).join('\n'));
  const big = body({ ...letter, stamp });
  big.append('file', new Blob([png, Buffer.alloc(5 << 20)]), 'big.png');
  page = await visit(path, { method: 'POST', body: big, headers: { Origin: place.base } });
  check('a file that is too large is refused beside its field', page.status === 422 && /id="file-error"/.test(page.text), page.status);
  const bigger = await visit(path, { method: 'POST', body: body({ ...letter, stamp, text: 'x'.repeat(9 << 20) }), headers: { Origin: place.base } }).then((one) => one.status, () => 'cut off');
  check('what is larger than any letter is not even read', [413, 'cut off'].includes(bigger), bigger);

  /* In a browser, as a telephone. */
  window = await browser({ ...place, link: '' }, { lang: 'fr-FR', javaScriptEnabled: false, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  const { page: tab } = window;
  await tab.goto(place.base + path);
  await tab.fill('#name', 'Idriss');
  await tab.fill('#text', 'Bonjour, avez-vous du pain sans gluten ?');
  await tab.setInputFiles('#file', { name: 'liste.txt', mimeType: 'text/plain', buffer: Buffer.from('pain\nbrioche\n') });
  await tab.check('#consent');
  await tab.screenshot({ path: join(shots, 'form-filled-390.png'), fullPage: true });
  await slow();
  await Promise.all([tab.waitForURL(/\/talk\//), tab.click('button[type=submit]')]);
  check('without a script, from a telephone, in French', /Nous avons reçu votre message/.test(await tab.textContent('main')) && /liste\.txt/.test(await tab.textContent('main')), await tab.textContent('main'));
  await window.shell.close();

  window = await browser({ ...place, link: '' }, {});
  const { context, page: screen, trouble } = window;
  for (const [name, value] of camille.jar) await context.addCookies([{ name, value, url: place.base }]);
  for (const where of [path, `${path}?lang=fr`, talk.pathname, contest, channel])
    for (const width of [1440, 1024, 390]) {
      const name = where.replace(/^\//, '').replace(/[\w-]{18,}/g, 'one').replace(/\W+/g, '-');
      await screen.setViewportSize({ width, height: 900 });
      await screen.emulateMedia({ colorScheme: width === 1024 ? 'dark' : 'light', reducedMotion: 'reduce' });
      await screen.goto(place.base + where);
      await screen.screenshot({ path: join(shots, `form-${name}-${width}.png`), fullPage: true });
      await screen.evaluate(axe);
      const { violations } = await screen.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${name} at ${width}: no fault of accessibility`, violations.length === 0, JSON.stringify(violations.map(({ id: rule, nodes }) => [rule, nodes.map((node) => node.html.slice(0, 200))])));
      check(`${name} at ${width} fits`, !(await screen.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)));
    }
  check('the console stays quiet', trouble.length === 0, trouble.join('\n'));

  /* Another address, then closed. */
  await camille.get(channel);
  answer = await camille.post(`${channel}/form/renew`);
  check('another address closes the one before', answer.status === 303 && (await visit(path)).status === 404);
  await camille.post(`${channel}/form`, { title_fr: 'Écrivez au fournil' });
  check('closed, no page is left', !/\/form\/[\w-]{22}/.test((await camille.get(channel)).text));
  check('and threads go on', (await visit(talk.pathname)).status === 200);
} finally {
  await window?.shell.close().catch(() => {});
  if (process.exitCode) console.log(place.log());
  await place.end();
}
end();
