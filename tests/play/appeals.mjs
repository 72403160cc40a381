/* An appeal from end to end: a message is hidden, its author opens the address in the notice without an account, reads why and contests it;
   somebody else than who decided first reads it again. And the queue's clocks, several decisions at once, and their undo. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { browser, check, desk, end, until } from './_desk.mjs';
import { member, plain } from './_member.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
mkdirSync(shots, { recursive: true });
const place = await desk({ simulator: 'on' });
const visit = (path, options = {}) => fetch(path.startsWith('http') ? path : place.base + path, { redirect: 'manual', ...options,
  headers: { Accept: 'text/html', 'Accept-Language': 'en', ...options.headers } }).then(async (answer) => ({ status: answer.status, text: await answer.text(),
  location: answer.headers.get('location'), headers: answer.headers }));
const write = (path, fields, headers = {}) => visit(path, { method: 'POST', body: new URLSearchParams(fields), headers: { Origin: place.base, ...headers } });
let window = null;
try {
  const noor = await member(place, 'noor@levain.example'), ines = await member(place, 'ines@levain.example', { lang: 'fr' });
  const awa = await member(place, 'awa@levain.example'), camille = await member(place, 'camille@levain.example');
  let messages = [];
  await until('messages', 30, async () => {
    messages = [];
    for (const row of (await ines.json('/inbox?sort=oldest')).document.list.rows.slice(0, 14)) {
      const { thread } = (await ines.json(`/conversations/${row.id}`)).document.conversation;
      const first = thread.map((item) => item.message).find((message) => message?.is_in);
      if (first) messages.push(first.id);
    }
    return messages.length >= 8;
  });
  check('there are messages to moderate', messages.length >= 8, messages.length);

  /* The clock: by the workspace's moderation delay. */
  let answer = await noor.get('/sla-policies');
  answer = await noor.post('/sla-policies/moderation', { delay: '2', delay_unit: 'hours' });
  check('a moderator does not set the delay', answer.status === 403, answer.status);
  answer = await camille.get('/sla-policies');
  answer = await camille.post('/sla-policies/moderation', { delay: '10000', delay_unit: 'hours' });
  check('more than a year is refused', answer.status === 422, answer.status);
  answer = await camille.post('/sla-policies/moderation', { delay: '90', delay_unit: 'minutes' });
  check('an owner sets it', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  answer = await camille.get('/sla-policies');
  check('it is there when the page is read again', /id="delay"[^>]*value="90"/.test(answer.text), answer.text.match(/id="delay"[^>]*/)?.[0]);

  await awa.get('/moderation/appeals');
  for (const id of messages.slice(0, 7)) await awa.post(`/messages/${id}/flag`, { reason: 'insult: a mockery of a person' });
  let queue = (await noor.json('/moderation')).document;
  check('a case has a clock of that long', queue.case.clock?.state === 'calm' && Math.abs(Date.parse(queue.case.clock.due) - Date.parse(queue.case.clock.started) - 5400e3) < 1000,
    JSON.stringify(queue.case.clock));
  check('so have those after it', queue.next.every((row) => row.clock), JSON.stringify(queue.next[0]));
  const spoken = queue.next.filter((row) => row.lang), asPage = (await noor.get('/moderation')).text;
  check('a case that follows says its language, to readers aloud too', spoken.length > 0 && spoken.every((row) => asPage.includes(`dir="auto" lang="${row.lang}"`)), JSON.stringify(queue.next).slice(0, 600));
  check('the figures say what waits', queue.figures.waiting === String(queue.counts.queue.count) && queue.counts.queue.count >= 7 && queue.figures.overdue === '0' && queue.figures.appeals_open === '0', JSON.stringify(queue.figures));
  const all = queue.counts.queue.count; // with what the sample's members complain of
  const article = queue.case.articles[0].id, [first, second, third, fourth, fifth, sixth] = messages;

  /* Hidden, told, contested. */
  await noor.get('/moderation');
  await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: article, reason: 'It mocks Nadia by name.', notify_author: 'yes' });
  let decision = (await noor.json('/moderation/decisions')).document.decisions[0].id;
  let seen = (await noor.json(`/moderation/decisions/${decision}`)).document;
  const address = seen.author_address;
  check('the decision has an address for its author', /^https?:\/\/[^/]+\/contest\/\d+-[0-9a-f]{48}$/.test(address), address);
  const { thread } = (await ines.json(seen.conversation.url)).document.conversation;
  const notice = thread.map((item) => item.message).find((message) => message && !message.is_in && JSON.stringify(message).includes('/contest/'));
  check('the notice that they are sent carries it', notice && JSON.stringify(notice).includes(address.split('/contest/')[1]), JSON.stringify(thread).slice(0, 400));
  const path = new URL(address).pathname;
  let page = await visit(path);
  check('nobody needs an account for it', page.status === 200 && /We hid your message/.test(page.text), `${page.status} ${page.text.slice(0, 300)}`);
  const words = plain(page.text);
  check('it is a statement of reasons: the rule, the facts, who noticed, no machine, what can be done',
    /Art\. 1/.test(words) && /It mocks Nadia by name/.test(words) && /noticed it|reported it/.test(words) && /no machine did/.test(words) && /2022\/2065/.test(words) && /free of charge/.test(words), words.slice(0, 1500));
  check('it names nobody of the team', !/Noor/.test(page.text));
  check('it is kept out of indexes, caches and referrers', /noindex/.test(page.headers.get('x-robots-tag')) && page.headers.get('referrer-policy') === 'no-referrer' && /no-cache|no-store/.test(page.headers.get('cache-control')),
    JSON.stringify([...page.headers]));
  check('and out of frames', /frame-ancestors 'none'/.test(page.headers.get('content-security-policy')));
  page = await visit(path, { headers: { 'Accept-Language': 'fr' } });
  check('it speaks French to whom reads French', /Nous avons masqué votre message/.test(page.text) && /lang="fr"/.test(page.text));
  for (const wrong of [path.slice(0, -1), `${path}0`, path.replace(/-./, (two) => `-${two[1] === '0' ? '1' : '0'}`), path.replace(/\/(\d)/, (all, digit) => `/${(Number(digit) % 9) + 1}`), '/contest/1'])
    check(`a wrong address opens nothing: ${wrong.slice(0, 20)}…`, (await visit(wrong)).status === 404);

  page = await write(path, { text: '   ' });
  check('an empty appeal is refused beside the field', page.status === 422 && /id="text-error"/.test(page.text), page.status);
  page = await write(path, { text: 'x'.repeat(5001) });
  check('so is one that is too long', page.status === 422, page.status);
  page = await write(path, { text: 'Forged' }, { Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' });
  check('and one sent from another site', page.status === 403, page.status);
  page = await write(path, { text: 'It was a <b>quotation</b>.' });
  check('an appeal is taken', page.status === 303, `${page.status} ${page.text.slice(0, 300)}`);
  page = await visit(path);
  check('the page says so, with what was written', /We have your appeal/.test(page.text) && /It was a &lt;b&gt;quotation/.test(page.text) && !/name="text"/.test(page.text), page.text.slice(0, 300));
  page = await write(path, { text: 'Again' });
  check('once', page.status === 409, page.status);

  answer = await noor.get('/moderation/appeals');
  check('it is in the list, for somebody else', answer.status === 200 && /It was a &lt;b&gt;quotation/.test(answer.text) && /For somebody else/.test(answer.text), answer.text.slice(0, 300));
  const list = (await noor.json('/moderation/appeals')).document;
  const appeal = list.appeals[0];
  check('with its clock of seven days', appeal.clock && Math.abs(Date.parse(appeal.clock.due) - Date.parse(appeal.clock.started) - 7 * 864e5) < 1000, JSON.stringify(appeal.clock));
  answer = await noor.get(appeal.url);
  check('who decided first is offered no form', answer.status === 200 && /somebody else decides on the appeal/.test(plain(answer.text)) && !/\/decide"/.test(answer.text));
  answer = await noor.post(`${appeal.url}/decide`, { outcome: 'rejected', reason: 'Because.' });
  check('and may not by hand', answer.status === 403, answer.status);
  await noor.get(`/moderation/decisions/${decision}`);
  answer = await noor.post(`/moderation/decisions/${decision}/restore`, { reason: 'Never mind.' });
  check('nor restore around it', answer.status === 409, answer.status);
  answer = await awa.post(`${appeal.url}/decide`, { outcome: 'accepted', reason: 'Please.' });
  check('an agent may not decide', answer.status === 403);
  answer = await ines.get(appeal.url);
  check('the other one reads it in French', answer.status === 200 && /Votre seconde lecture/.test(answer.text), answer.text.slice(0, 200));
  answer = await ines.post(`${appeal.url}/decide`, {});
  check('an outcome and a reason are needed', answer.status === 422 && /id="outcome-error"/.test(answer.text) && /id="reason-error"/.test(answer.text), answer.status);
  answer = await ines.post(`${appeal.url}/decide`, { outcome: 'accepted', reason: 'C’est une citation.' });
  check('it is accepted', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  seen = (await noor.json(`/moderation/decisions/${decision}`)).document;
  check('the message is back', seen.message.is_hidden === false && seen.appeal.outcome.word === 'accepted');
  check('its history says every step', ['Reported', 'Hidden by', 'Contested by its author', 'Appeal accepted by Inès', 'Restored by'].every((part) => seen.history.some((line) => line.text.includes(part))), JSON.stringify(seen.history));
  check('the sealed copy is intact', seen.evidence.is_intact);
  page = await visit(path);
  check('its author reads the answer', /Your appeal is accepted/.test(page.text) && /C’est une citation/.test(page.text) && /Your message is back/.test(page.text));
  const audit = (await camille.json('/audit')).document;
  check('every step is in the audit log', ['moderation.hide', 'moderation.appeal', 'moderation.appeal_accept', 'moderation.restore'].every((act) => JSON.stringify(audit).includes(`"${act}"`)), JSON.stringify(audit).slice(0, 600));

  /* By another road, and rejected. */
  await noor.get('/moderation');
  await noor.post(`/messages/${second}/decide`, { act: 'hide', article_id: article, reason: 'An insult.' });
  decision = (await noor.json('/moderation/decisions')).document.decisions[0].id;
  await awa.get(`/moderation/decisions/${decision}`);
  answer = await awa.post(`/moderation/decisions/${decision}/appeal`, { road: '', text: '' });
  check('how it came, and what was said, are needed', answer.status === 422 && /id="road-error"/.test(answer.text) && /id="text-error"/.test(answer.text), answer.status);
  answer = await awa.post(`/moderation/decisions/${decision}/appeal`, { road: 'telephone', text: 'He called: it was irony.' });
  check('an agent writes down one that came by telephone', answer.status === 303 && /\/moderation\/appeals\/\d+$/.test(answer.location), answer.status);
  const other = new URL(answer.location, place.base).pathname;
  const told = plain((await awa.get(other)).text);
  check('it says how, and by whom', /Un appel/.test(told) && /Noté par Awa/.test(told), told.slice(0, 1500));
  await ines.get(other);
  answer = await ines.post(`${other}/decide`, { outcome: 'rejected', reason: 'L’ironie n’excuse pas l’insulte.' });
  check('it is rejected', answer.status === 303);
  check('and the message stays hidden', (await noor.json(`/moderation/decisions/${decision}`)).document.message.is_hidden === true);
  answer = await ines.post(`${other}/decide`, { outcome: 'accepted', reason: 'Enfin si.' });
  check('an appeal is decided once', answer.status === 409, answer.status);
  queue = (await noor.json('/moderation')).document;
  check('the figures count them', queue.figures.appeals_open === '0' && queue.figures.accepted.includes('50') && queue.figures.restored === '1', JSON.stringify(queue.figures));
  check('decided ones have their list', (await noor.json('/moderation/appeals?state=decided')).document.appeals.length === 2);
  check('the public house rules show the share', /50/.test((await visit('/c/levain-co/charter')).text));

  /* Several at once, and back. */
  await noor.get('/moderation');
  answer = await noor.post('/moderation/decide', { bulk_act: 'hide', bulk_reason: '' });
  check('nothing ticked, no article, no reason: all told', answer.status === 422 && ['message', 'bulk_article', 'bulk_reason'].every((id) => answer.text.includes(`id="${id}-error"`)), answer.status);
  answer = await noor.post('/moderation/decide', { message: [third, fourth, fifth], bulk_act: 'hide', bulk_article: article, bulk_reason: 'A wave of mockery.' });
  check('three are hidden together', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  page = await noor.get(answer.location);
  check('it is told, with an undo', /3 messages are hidden/.test(page.text) && /action="\/undo\/\d+"/.test(page.text), plain(page.text).slice(0, 300));
  check('three cases less are left', (await noor.json('/moderation')).document.counts.queue.count === all - 5);
  answer = await noor.post(/action="(\/undo\/\d+)"/.exec(page.text)[1]);
  queue = (await noor.json('/moderation')).document;
  check('taken back, they wait again', answer.status === 303 && queue.counts.queue.count === all - 2, `${answer.status} ${queue.counts.queue.count}`);
  check('and say what happened', await (async () => { const { document } = await noor.json(`/moderation?case=${third}`); return document.case.has_history && document.case.history.some((line) => /Undone at once/.test(line.text)); })());

  /* By keyboard, in a browser; and the pages looked at by axe. */
  window = await browser({ ...place, link: '' }, {});
  const { context, page: tab, trouble } = window;
  for (const [name, value] of noor.jar ?? []) await context.addCookies([{ name, value, url: place.base }]);
  await tab.goto(`${place.base}/moderation`);
  const at = () => tab.locator('form[action^="/messages/"][action$="/decide"]').first().getAttribute('action');
  const before = await at();
  await tab.keyboard.press('s');
  check('S chooses the case', await tab.locator('#case input[name=message]').isChecked());
  await Promise.all([tab.waitForURL(/case=/), tab.keyboard.press('j')]);
  const after = await at();
  check('J opens the next case', after !== before, `${before} ${after}`);
  await tab.keyboard.press('s');
  check('what was chosen before stays chosen', /2 chosen/.test(await tab.locator('[data-chosen]').textContent()), await tab.locator('[data-chosen]').textContent());
  await Promise.all([tab.waitForURL((url) => !url.href.includes(after.match(/\d+/)[0])), tab.keyboard.press('k')]);
  check('K goes back', await at() === before, await at());
  await tab.keyboard.press('m');
  check('M chooses hiding', await tab.locator('#case input[name=act][value=hide]').isChecked());
  await tab.keyboard.press('l');
  check('L chooses leaving online', await tab.locator('#case input[name=act][value=keep]').isChecked());
  await tab.selectOption('#bulk_act', 'keep');
  await Promise.all([tab.waitForURL(/\/moderation$/), tab.locator('#bulk button[type=submit]').click()]);
  check('both are decided, with the tick from the other case', (await noor.json('/moderation')).document.counts.queue.count === all - 4, (await noor.json('/moderation')).document.counts.queue?.count);
  await Promise.all([tab.waitForNavigation(), tab.keyboard.press('z')]);
  check('Z takes it back', (await noor.json('/moderation')).document.counts.queue.count === all - 2, (await noor.json('/moderation')).document.counts.queue?.count);
  await tab.keyboard.press('Shift+?');
  check('? shows the keys of moderation', /Choose the case, to decide on several/.test(await tab.locator('#keys').textContent()));
  await tab.keyboard.press('Escape');
  for (const where of ['/moderation', '/moderation/appeals', '/moderation/appeals?state=decided', appeal.url, `/moderation/decisions/${decision}`, path, '/sla-policies'])
    for (const width of [1440, 1024, 390]) {
      const name = where.replace(/^\//, '').replace(/[0-9a-f]{16,}|\d{10,}/g, 'one').replace(/\W+/g, '-');
      await tab.setViewportSize({ width, height: 900 });
      await tab.emulateMedia({ colorScheme: width === 1024 ? 'dark' : 'light', reducedMotion: 'reduce' });
      await tab.goto(place.base + where);
      await tab.screenshot({ path: join(shots, `appeals-${name}-${width}.png`), fullPage: true });
      await tab.evaluate(axe);
      const { violations } = await tab.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${where.replace(/[0-9a-f]{16,}|\d{10,}/g, '…')} at ${width}: no fault of accessibility`, violations.length === 0, JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 200))])));
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      check(`${where.replace(/[0-9a-f]{16,}|\d{10,}/g, '…')} at ${width} fits`, !wide);
    }
  check('the console stays quiet', trouble.length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  if (process.exitCode) console.log(place.log());
  await place.end();
}
end();
