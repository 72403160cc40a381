/* One person behind several accounts, as the team sees it: proposed with the evidence beside the thread and on the contact's page, said
   yes to and no to, taken back, taken apart, split off; what was said in one line of time; the audit; and the same by the API. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, linkOf, network, until } from './_desk.mjs';
import { visitor } from './_visitor.mjs';

const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(shots, { recursive: true });
const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;

try {
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await box.dials({ per_minute: 0, answers: 0 });

  /* A second door: a form of the shop, and people of the network who write there too. */
  const camille = visitor(place.base);
  await camille.enter(place.link);
  await camille.get('/channels/new/webform');
  const made = await camille.send('/channels/new/webform', [['name', 'The shop'], ['setting', 'callback'], ['value', ''], ['setting', 'secret'], ['value', ''], ['setting', 'can_look'], ['value', 'no']]);
  const shop = /channels\/(\d+)/.exec(made.location)?.[1];
  check('a second channel', Boolean(shop), made.text.slice(0, 500));
  const { rows } = (await machine.get('/inbox?view=open&kind=comment')).document.list;
  const row = rows.find((one) => one.is_waiting), other = rows.find((one) => one.contact.id !== row.contact.id);
  const talk = row.id, card = (await machine.get(`/conversations/${talk}`)).document.contact;
  const { handle, name } = (await machine.get(`/contacts/${card.id}`)).document.identities[0];
  const write = (id, author, text, more = {}) => machine.post(`/channels/${shop}/messages`, { id, author, text, lang: 'fr', ...more });
  await write('w1', { id: 'nadia@example.org', name: card.name, handle }, 'Bonjour, toujours pas de réponse sur La Place.', { kind: 'direct' });
  await write('w2', { id: 'other@example.org', name: card.name }, 'Une autre question.', { kind: 'direct' });
  await write('w3', { id: 'nadia@example.org', name: card.name, handle }, 'Et ma commande ?', { thread: 'w1', kind: 'direct' });

  /* ---- proposed, with why ---- */
  let seen = (await machine.get(`/contacts/${card.id}`)).document;
  check('the same handle and name on another network is proposed first', seen.same[0]?.evidence.length === 2 && seen.same[0].evidence.some((why) => why.includes(handle)), JSON.stringify(seen.same));
  check('the same name alone comes after', seen.same.length === 2 && seen.same[1].evidence.length === 1, JSON.stringify(seen.same));
  const [likely, doubtful] = seen.same;
  const alone = Number(seen.relation.figures.find((one) => one.word === 'conversations').value);
  check('nothing was joined by itself', seen.identities.length === 1 && name !== undefined);
  seen = (await machine.get(`/conversations/${talk}`)).document.contact;
  check('the same beside the thread', seen.same.length === 2 && seen.relation.figures.length > 5, JSON.stringify(seen).slice(0, 800));

  /* ---- by a person, in a browser ---- */
  window = await browser({ ...place, link: linkOf(place, 'thomas@levain.example') }, { viewport: { width: 1440, height: 900 } });
  const { page, trouble } = window;
  await page.goto(`${place.base}/conversations/${talk}`);
  const pane = page.locator('#contact');
  check('the pane asks, and says why', await pane.getByText(handle).count() > 0 && await pane.locator('#same li').count() === 2);
  await page.screenshot({ path: join(shots, 'contact-pane-1440-light.png') });
  await pane.getByRole('button', { name: `It is somebody else ${doubtful.name}` }).last().click();
  await page.locator('.toast', { hasText: 'two people' }).waitFor();
  check('no: the question goes, the page stays', page.url().includes(`/conversations/${talk}`) && await pane.locator('#same li').count() === 1, page.url());
  await page.locator('.toast').getByRole('button', { name: /undo/i }).click();
  await until('the question again', 5, async () => await pane.locator('#same li').count() === 2);
  check('taken back, the question is there again', await pane.locator('#same li').count() === 2);
  await pane.getByRole('button', { name: `It is somebody else ${doubtful.name}` }).last().click();
  await page.locator('.toast', { hasText: 'two people' }).waitFor();
  await pane.getByRole('link', { name: card.name, exact: true }).first().click();
  await page.waitForURL(/\/contacts\//);
  check('the name leads to the page of the contact', page.url().endsWith(`/contacts/${card.id}`), page.url());
  check('who was refused is not asked about again', await page.locator('#same .rows__t').getByText(likely.name).count() === 1 && await page.locator('#same .btns').count() === 1);
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(shots, `contact-${width}-${colorScheme}.png`), fullPage: true });
    }
    check(`the page fits ${width}`, await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] }));
    check(`no fault of accessibility at ${width}`, violations.length === 0, JSON.stringify(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('#same').getByRole('button', { name: /It is the same person/ }).click();
  await page.locator('.toast', { hasText: 'one person' }).waitFor();
  seen = (await machine.get(`/contacts/${card.id}`)).document;
  check('yes: two accounts, one line of time', seen.identities.length === 2 && seen.history.length >= 3 && new Set(seen.history.map((one) => one.network?.word)).size >= 2, JSON.stringify(seen.history).slice(0, 800));
  check('newest first', seen.history.every((one, i) => i === 0 || one.at.iso <= seen.history[i - 1].at.iso));
  check('each line leads to its message', seen.history.every((one) => /^\/conversations\/\d+(\?before=\d+\.\d+)?#m-\d+$/.test(one.url)));
  check('who joined them is told', seen.merged[0]?.by === 'Thomas Lefèvre', JSON.stringify(seen.merged));
  check('the figures count both', seen.relation.figures.find((one) => one.word === 'conversations').value === String(alone + 1) && /The shop.*La Place|La Place.*The shop/.test(seen.relation.figures.find((one) => one.word === 'channels').value), JSON.stringify(seen.relation.figures));
  await page.screenshot({ path: join(shots, 'contact-joined-1440-light.png'), fullPage: true });
  await Promise.all([page.waitForNavigation({ timeout: 10000 }), page.locator('.toast').getByRole('button', { name: /undo/i }).click()]);
  await until('taken back', 5, async () => (await machine.get(`/contacts/${card.id}`)).document.identities.length === 1);
  seen = (await machine.get(`/contacts/${card.id}`)).document;
  check('taken back: as it was', seen.identities.length === 1 && seen.same.length === 1 && seen.merged.length === 0);

  /* ---- by the API ---- */
  let answer = await machine.post(`/contacts/${card.id}/merge`, { other: likely.id });
  check('API: joined', answer.status === 200 && answer.document.identities.length === 2 && answer.document.undo_url, answer.text.slice(0, 400));
  check('API: one cannot be joined with itself', (await machine.post(`/contacts/${card.id}/merge`, { other: likely.id })).document.field === 'other');
  await page.goto(`${place.base}/contacts/${card.id}?network=${seen.identities[0].network.word}`);
  check('only one network when asked', await page.locator('.tl li').count() === seen.history.filter((one) => one.network?.word === seen.identities[0].network.word).length);
  check('the answer that waits is the first thing said', await page.locator('.banner--sun').getByRole('link', { name: 'Reply' }).count() === 1, JSON.stringify([(await machine.get(`/contacts/${card.id}`)).document.next, await page.locator('.page').first().innerText()]));
  const account = answer.document.identities.find((one) => one.network.word !== seen.identities[0].network.word);
  answer = await machine.post(`/identities/${account.id}/split`);
  check('API: split off again, to the card it came from', answer.status === 200 && answer.document.contact.id === likely.id, answer.text.slice(0, 400));
  check('and not proposed again', (await machine.get(`/contacts/${card.id}`)).document.same.length === 0);
  check('the only account stays', (await machine.post(`/identities/${account.id}/split`)).status === 409);
  answer = await machine.post(`/contacts/${card.id}/merge`, { other: likely.id });
  answer = await machine.post(`/contacts/${card.id}/unmerge`, { merge_id: answer.document.merged[0].id });
  check('API: taken apart', answer.status === 200 && answer.document.identities.length === 1, answer.text.slice(0, 400));

  /* ---- the card, a search for another one, the audit ---- */
  await page.goto(`${place.base}/contacts/${card.id}`);
  await page.evaluate(() => document.querySelector('#email').form.setAttribute('novalidate', ''));
  await page.fill('#email', 'not an address');
  await page.getByRole('button', { name: 'Keep this card' }).click();
  check('a wrong address is told beside its field', await page.locator('#email-error').count() === 1 && await page.inputValue('#email') === 'not an address');
  await page.fill('#email', 'Nadia@Example.org');
  await page.fill('#note', 'Allergic to milk.');
  await page.getByRole('button', { name: 'Keep this card' }).click();
  await page.locator('.toast', { hasText: 'saved' }).waitFor();
  check('the card is kept', await page.inputValue('#email') === 'nadia@example.org' && await page.inputValue('#note') === 'Allergic to milk.');
  check('what two cards say together is no question when it was answered', (await machine.get(`/contacts/${card.id}`)).document.same.length === 0);
  await page.fill('#merge-q', other.contact.name);
  await page.getByRole('button', { name: 'Find' }).click();
  check('another card is found by its name', await page.locator('#merge').getByRole('button', { name: `Merge into this card ${other.contact.name}` }).count() >= 1);
  const acts = (await machine.get('/audit?act=contact.')).document.entries.map((entry) => entry.act);
  check('all of it is in the audit log', ['contact.merge', 'contact.split', 'contact.apart', 'contact.apart_undo', 'contact.edit'].every((act) => acts.includes(act)), acts.join(' '));
  check('the console stayed quiet', trouble.filter((line) => !/422/.test(line)).length === 0, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
