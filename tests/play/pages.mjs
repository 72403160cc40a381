/* Every page in a browser: at three widths, light and dark, it answers, says nothing in the console, fits its window, and axe-core finds
   nothing against WCAG 2.2 A and AA. Screenshots go to build/shots (PARVIS_SHOTS: elsewhere). PARVIS_PAGES narrows the list by a word. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, network, until } from './_desk.mjs';

const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sizes = [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }];
const inside = ['/today', '/inbox', '/moderation', '/moderation/decisions', '/moderation/appeals', '/search?q=pain', '/listening', '/listening/new', '/listening/new?mode=words', '/listening/pieces', '/questions', '/reach', '/posts', '/posts/new', '/trends', '/trends/compare', '/contests', '/contests/new', '/saved-replies', '/charter', '/labels', '/views', '/macros', '/understanding', '/glossary', '/channels',
  '/channels/new/webform', '/channels/new/assisted', '/by-hand', '/channels/new/facebook', '/channels/weather', '/profiles', '/profiles/kit', '/network-apps', '/team', '/account', '/account/security', '/account/notifications', '/account/api-keys', '/settings', '/audit', '/imports', '/exports',
  '/notifications', '/help'];
const outside = ['/sign-in', '/password/forgotten', '/c/levain-co/charter', '/c/levain-co/contests'];

mkdirSync(shots, { recursive: true });
const place = await desk({ simulator: 'on' });
let window = null;

/* What stands beyond the right edge of the window, or of a pane that only scrolls down; run inside of the page. */
function beyond() {
  const root = document.documentElement, wide = root.clientWidth;
  const cut = [...document.querySelectorAll('main, .pane, .pane *')].filter((one) => {
    const style = getComputedStyle(one);
    return style.overflowY === 'auto' && one.scrollWidth > one.clientWidth + 1 && one.clientHeight > 100;
  });
  if (cut.length) return cut.map((one) => `${one.tagName.toLowerCase()}#${one.id}.${one.className} holds ${one.scrollWidth} in ${one.clientWidth}`);
  if (root.scrollWidth <= wide && document.body.scrollWidth <= wide) return [];
  const scrolls = (one) => { for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true; return false; };
  return [`${root.scrollWidth} in ${wide}`, ...[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > wide + 1 && !scrolls(one)).slice(0, 5)
    .map((one) => `${one.tagName.toLowerCase()}${one.id && `#${one.id}`}.${one.className}`)];
}

async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.length})\n${nodes.slice(0, 3).map((node) => `  ${node.target} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join('\n')}`);
}

async function look(page, trouble, path) {
  const name = path.replace(/^\//, '').replace(/\d{6,}/g, 'one').replace(/[^\w]+/g, '-') || 'root';
  for (const size of sizes) {
    trouble.length = 0;
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const answer = await page.goto(place.base + path);
    check(`${path} at ${size.width} answers`, answer.status() === 200 && new URL(page.url()).pathname === path.split('?')[0], `${answer.status()} ${page.url()}`);
    for (const scheme of ['light', 'dark']) {
      if (scheme === 'dark') await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const out = await page.evaluate(beyond);
      check(`${path} at ${size.width}, ${scheme}, fits`, out.length === 0, out.join('\n'));
      await page.screenshot({ path: join(shots, `${name}-${size.width}-${scheme}.png`) });
      if (scheme === 'light' ? size.width === 1440 : size.width === 390) {
        const found = await faults(page);
        check(`${path} at ${size.width}, ${scheme}, has no fault of accessibility`, found.length === 0, found.join('\n'));
      }
    }
    check(`${path} at ${size.width} keeps the console quiet`, trouble.length === 0, trouble.join('\n'));
  }
}

try {
  const machine = api(place, keyOf(place));
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await network(place).dials({ per_minute: 0 });
  window = await browser(place);
  const { shell, page, trouble } = window;
  check('the theme follows the system, so that dark is seen', !(await page.evaluate(() => document.documentElement.dataset.theme)));
  const { rows } = (await machine.get('/inbox?kind=direct')).document.list;
  const talk = `/conversations/${rows[0].id}`;
  /* A note between a message and its answer: the answer then quotes what it answers. */
  await machine.post(`${talk}/note`, { body: 'Seen with the bakers: the recipe is on the shelf beside the door, ask there before noon.' });
  const { version, thread } = (await machine.get(talk)).document.conversation;
  const answered = await machine.post(`${talk}/reply`, { version, parent_id: thread.find((item) => item.message?.is_in).message.id, visibility: 'private', then: 'send',
    body: 'Thank you for telling us at once. '.repeat(8) });
  check('the conversation has an answer that quotes', answered.status < 300, answered.text.slice(0, 500));
  await page.goto(place.base + talk);
  const contact = await page.evaluate(() => document.querySelector('a[href^="/contacts/"]')?.getAttribute('href').split(/[?#]/)[0]);
  const channel = (await machine.get('/channels')).document?.channels?.[0], query = (await machine.get('/listening')).document?.queries?.[0];
  await machine.post('/profiles/kit', { name: 'Boulangerie Levain', bios: '[fr]\nDu pain au levain, tous les jours sauf le lundi.\n\n[en]\nSourdough bread, every day but Monday.', website: 'https://levain.example', place: 'Lyon' });
  const profile = await until('a profile', 60, async () => (await machine.get('/profiles')).document.channels.find((one) => one.read_at));
  const wanted = [...inside, ...(profile ? [profile.url] : []), talk, `${talk}?pane=contact`, contact ?? `/contacts/${rows[0].contact.id}`, ...(channel ? [`/channels/${channel.id}`] : []), ...(query ? [query.url, `${query.url}?edit=1&span=2d`] : [])];
  const narrowed = (paths) => paths.filter((path) => path.includes(process.env.PARVIS_PAGES ?? ''));
  for (const path of narrowed(wanted)) await look(page, trouble, path);

  /* What comes over the wire before the inbox is there, fonts included, to somebody who was never here. */
  const first = await shell.newContext({ storageState: await window.context.storageState(), viewport: sizes[0] }), visit = await first.newPage();
  const wire = await first.newCDPSession(visit), held = new Set();
  let bytes = 0;
  await wire.send('Network.enable');
  wire.on('Network.responseReceived', (event) => { if (event.type !== 'EventSource') held.add(event.requestId); });
  wire.on('Network.loadingFinished', (event) => { if (held.has(event.requestId)) bytes += event.encodedDataLength; });
  await visit.goto(`${place.base}/inbox`, { waitUntil: 'load' });
  await visit.evaluate(() => document.fonts.ready);
  await visit.waitForTimeout(500);
  check('the first load stays under 150 kB', bytes > 50000 && bytes < 150000, bytes);
  console.log(`# first load of the inbox: ${Math.round(bytes / 1000)} kB`);
  await first.close();

  const street = await (await shell.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris' })).newPage();
  const heard = [];
  street.on('console', (message) => { if (message.type() === 'error') heard.push(message.text()); });
  street.on('pageerror', (error) => heard.push(String(error)));
  for (const path of narrowed(outside)) await look(street, heard, path);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
