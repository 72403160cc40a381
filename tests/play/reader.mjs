/* The pages as somebody reads them who does not see them, or has no mouse: what the browser hands to a screen reader, where the keyboard
   is after each act, what is said aloud; and the pages of what went wrong. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, network, statement, until, wait } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const paths = ['/today', '/inbox', '/moderation', '/moderation/decisions', '/moderation/appeals', '/search?q=pain', '/search?q=zzqq', '/saved-replies', '/charter', '/labels', '/views', '/macros',
  '/channels', '/team', '/account', '/account?tab=security', '/account?tab=notifications', '/account?tab=api-keys', '/settings', '/sla-policies', '/audit', '/imports', '/exports', '/notifications', '/help'];
const controls = ['button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'spinbutton', 'switch', 'menuitem', 'article', 'table', 'image'];
const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;

/* What a screen reader is given, in order: role, name, level of a heading. */
async function heard(page) {
  const wire = await page.context().newCDPSession(page);
  const { nodes } = await wire.send('Accessibility.getFullAXTree');
  await wire.detach();
  const all = new Map(nodes.map((node) => [node.nodeId, node])), list = [];
  (function walk(node) {
    if (!node.ignored) list.push({ role: node.role?.value, name: node.name?.value ?? '', level: node.properties?.find((one) => one.name === 'level')?.value.value });
    for (const id of node.childIds ?? []) if (all.has(id)) walk(all.get(id));
  })(nodes[0]);
  return list;
}

async function read(page, path) {
  const list = await heard(page);
  const nameless = list.filter(({ role, name }) => controls.includes(role) && !name.trim() && role !== 'table');
  check(`${path}: every control and message has a name`, nameless.length === 0, nameless.map(({ role }) => role).join(' '));
  const levels = list.filter(({ role }) => role === 'heading').map(({ level, name }) => [level, name]);
  check(`${path}: one first heading, and no level is left out`, levels.filter(([level]) => level === 1).length === 1 && levels.every(([level], i) => level <= (levels[i - 1]?.[0] ?? 0) + 1), JSON.stringify(levels));
  check(`${path}: one main part`, list.filter(({ role }) => role === 'main').length === 1);
}

try {
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await box.dials({ per_minute: 0, answers: 0 });
  statement(place, "UPDATE person SET lang = 'en'");
  window = await browser(place, { viewport: { width: 1440, height: 900 } });
  const { page, context, trouble } = window, { keyboard } = page;
  const at = (selector) => until(`focus in ${selector}`, 5, () => page.evaluate((one) => Boolean(document.activeElement?.closest(one)), selector));
  const here = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
  const said = (words) => until(`said ${words}`, 12, () => page.evaluate((one) => document.getElementById('said')?.textContent.includes(one), words));

  const direct = (await machine.get('/inbox?kind=direct')).document.list.rows;
  const talk = `/conversations/${direct[0].id}`;
  for (const path of [...paths, talk, `/contacts/${direct[0].contact.id}`]) {
    await page.goto(place.base + path);
    await read(page, path);
  }

  /* ---- the keyboard alone ---- */
  await page.goto(`${place.base}/inbox?kind=direct`);
  await page.evaluate(() => { document.body.dataset.mark = 'same page'; });
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  check('the first link skips to the content, and loads nothing again', await at('main#main') && await page.evaluate(() => document.body.dataset.mark === 'same page'), await here());
  await keyboard.press('j');
  check('J goes to a row', await at('.conv'), await here());
  await keyboard.press('Enter');
  check('Enter opens it, and its heading is read', await at('#conv-t'), await here());
  const open = await page.locator('#conversation').getAttribute('data-id');
  for (const [key, menu] of [['h', 'm-snooze'], ['t', 'm-label'], ['a', 'm-assign']]) {
    await keyboard.press(key);
    check(`${key.toUpperCase()} goes into its menu`, await at(`#${menu}`), await here());
    if (menu === 'm-assign') break;
    await keyboard.press('Escape');
    check('Esc comes back from there', await at('#conv-t'), await here());
  }
  const first = await page.evaluate(() => document.activeElement.textContent);
  await keyboard.press('ArrowDown');
  check('arrows go through a menu', await at('#m-assign') && await page.evaluate(() => document.activeElement.textContent) !== first, await here());
  const chosen = (await page.evaluate(() => document.activeElement.lastChild.textContent)).trim();
  await keyboard.press('Enter');
  const assignee = async () => (await machine.get(`/conversations/${open}`)).document.conversation.assignee?.name;
  check('Enter chooses there', chosen && await until('assigned', 10, async () => chosen === await assignee()), `${chosen}: ${await assignee()}`);
  check('and the keyboard is back in the conversation', await at('#conversation'), await here());
  await keyboard.press('r');
  await keyboard.press('Escape');
  check('Esc leaves the reply box for the conversation', await at('#conv-t'), await here());
  await keyboard.press('?');
  await keyboard.press('Escape');
  check('so it does from the list of keys', await at('#conv-t'), await here());
  await keyboard.press('h');
  await at('#m-snooze');
  await keyboard.press('Enter');
  await page.locator('#toasts [data-act="undo"]').last().click();
  check('after an undo the keyboard is in the conversation', await at('#conv-t'), await here());

  await page.goto(`${place.base}/moderation`);
  await keyboard.press('l');
  check('L chooses, and stands there', await at('[data-act="decide-keep"]'), await here());
  const address = page.url();
  await keyboard.press('ArrowRight');
  check('an arrow then chooses the next way to decide, not the next case', await at('[data-act="decide-hide"]') && page.url() === address, await here());

  /* ---- what is said while one reads ---- */
  await machine.post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  const channel = statement(place, "SELECT id FROM channel WHERE kind = 'webform'");
  const push = (id, text) => machine.post(`/channels/${channel}/messages`, { id, thread: 'one', text, kind: 'direct', author: { id: 'ada', name: 'Ada Lovelace' } });
  await push('first', 'Are you open on Sunday?');
  const ada = await until('Ada', 10, async () => (await machine.get('/inbox?q=Sunday')).document.list.rows.find((row) => row.contact.name === 'Ada Lovelace'));
  await page.goto(`${place.base}/conversations/${ada.id}`);
  check('each message is told apart by who wrote it, and when', (await heard(page)).some(({ role, name }) => role === 'article' && /^Ada Lovelace.*\d/.test(name)));
  await push('second', 'And on Monday?');
  check('a message that comes in is said', await said('New message from Ada Lovelace'), await page.evaluate(() => document.getElementById('said')?.outerHTML));
  await context.setOffline(true);
  check('a desk out of reach says so for as long as it is', await until('offline', 5, () => page.locator('#offline').isVisible()) && await said('does not answer'));
  await wait(1500);
  check('and longer than a toast', await page.locator('#offline').isVisible());
  await context.setOffline(false);
  check('until it answers again', await until('online', 20, () => page.locator('#offline').isHidden()));
  check('the console was quiet but for that', trouble.every((line) => /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/.test(line)), trouble.join('\n'));

  /* ---- what went wrong, as pages ---- */
  const wrong = async (status, act, words) => {
    const [answer] = await Promise.all([page.waitForResponse((one) => one.request().isNavigationRequest() && one.status() === status, { timeout: 60000 }).catch(() => null), act()]);
    await page.waitForLoadState();
    check(`${status} is a page, with what to do`, answer && words.test(await page.locator('main').innerText()) && await page.locator('main a[href="/today"]').count() === 1, await page.locator('body').innerText());
    await read(page, status);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
    check(`${status} has no fault of accessibility`, violations.length === 0, JSON.stringify(violations.map(({ id }) => id)));
  };
  const post_to = (path, size) => async () => {
    await page.goto(`${place.base}/help`);
    await Promise.all([page.waitForNavigation(), page.evaluate(([action, length]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      for (const [name, value] of [['csrf', length ? document.body.dataset.csrf : 'another'], ['name', 'x'.repeat(length)]]) form.append(Object.assign(document.createElement('textarea'), { name, value }));
      document.body.append(form);
      form.submit();
    }, [path, size])]);
  };
  await wrong(404, () => page.goto(`${place.base}/nothing-here`), /Check the address/);
  await wrong(405, () => page.goto(`${place.base}/undo/1`), /Check the address/);
  await wrong(422, () => page.goto(`${place.base}/inbox?sort=sideways`), /none of the choices/);
  await wrong(403, post_to('/labels', 0), /load it again/i);
  await wrong(413, post_to('/labels', 3_000_000), /Send less at once/);
  await wrong(429, async () => { for (let i = 0; i < 7; i++) await post_to('/audit/check', 1)(); }, /Wait a moment/);
  statement(place, 'ALTER TABLE label RENAME TO label_away');
  await wrong(500, () => page.goto(`${place.base}/labels`), /number below/);
  const shell = await window.shell.newContext({ locale: 'en-GB' }), street = await shell.newPage();
  const stranger = await street.goto(`${place.base}/c/levain-co/charter`);
  statement(place, 'ALTER TABLE label_away RENAME TO label');
  check('what people outside read does not hang on it', stranger.status() === 200);
  check('and the desk works again', (await page.goto(`${place.base}/labels`)).status() === 200);
  check('a stranger at a door that is not there finds no door to the desk', (await street.goto(`${place.base}/form/nothing`)).status() === 404 && await street.locator('main a, header a').count() === 0, await street.locator('body').innerText());
  check('who has given no password is not asked for a code', (await street.goto(`${place.base}/sign-in/second-factor?next=/inbox`)) && new URL(street.url()).pathname === '/sign-in', street.url());

  /* ---- names as long as people have them ---- */
  const long = 'Marie-Antoinette de La Rochefoucauld-Montmorency, vice-présidente des boulangeries artisanales de Villeurbanne';
  statement(place, `UPDATE workspace SET name = '${long}'`);
  statement(place, `UPDATE person SET name = '${long}'`);
  statement(place, `UPDATE contact SET name = '${long.replaceAll(/[ ,-]/g, '')}'`);
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ['/today', talk, '/moderation/appeals', '/team']) {
      await page.goto(place.base + path);
      const out = await page.evaluate(() => {
        const beyond = (one, edge) => one.checkVisibility() && one.getBoundingClientRect().right > edge + 1;
        const rail = document.querySelector('.rail').getBoundingClientRect().right, hidden = (one) => one.closest('.clip, .vh, .wide-only, .set-nav, .tabs, .table-wrap, [popover], .pane__s');
        return [...[...document.querySelectorAll('.rail__top *, .rail__me')].filter((one) => rail && !hidden(one) && beyond(one, rail)),
          ...[...document.querySelectorAll('main :is(.btn, .chip, h1, h2, p, input)')].filter((one) => !hidden(one) && beyond(one, document.documentElement.clientWidth))].map((one) => one.outerHTML.slice(0, 80));
      });
      check(`${path.replace(/\d+/, 'ID')} at ${width}: long names push nothing out`, out.length === 0, out.join('\n'));
    }
  }

  /* ---- a phone, and the end of a session ---- */
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${place.base}/today`);
  await page.locator('[popovertarget="m-more"]').click();
  check('a phone shows the way out', await page.locator('#m-more form[action="/sign-out"] button').isVisible());
  const other = await context.newPage();
  await other.goto(`${place.base}/today`);
  await page.locator('#m-more form[action="/sign-out"] button').click();
  await page.waitForURL(/\/sign-in/);
  await push('third', 'And on Tuesday?');
  check('another window says that the session has ended, and where to begin anew', await until('signed out', 30, () => other.locator('#offline a[href^="/sign-in?next="]').isVisible()), await other.locator('#offline').innerText());
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
