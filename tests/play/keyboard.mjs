/* A morning without a mouse: from row to row, open, answer, take it back, take charge, done, help, the palette. After each key the
   server is asked whether it is so. */
import { api, browser, check, desk, end, keyOf, network, until, wait } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
let window = null;

const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const ours = async (id, text) => (await talk(id)).thread.map((item) => item.message).find((message) => message?.is_us && message.body === text);

try {
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await box.dials({ per_minute: 0, answers: 0 });
  window = await browser(place, { viewport: { width: 1440, height: 900 } });
  const { page, trouble } = window;
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.closest('.conv')?.id.slice(2) ?? document.activeElement?.id ?? '');
  const opened = (id) => page.locator(`#conversation[data-id="${id}"]`).waitFor({ timeout: 10000 }).then(() => true, () => false);
  const is = (id) => until(`focus on ${id}`, 5, async () => (await focused()) === id);

  /* Nobody is in charge of the rows that will be taken. */
  await page.goto(`${place.base}/inbox?view=open&kind=comment&sort=recent`);
  const ids = await page.$$eval('.conv', (rows) => rows.map((row) => row.id.slice(2)));
  check('there are rows to walk through', ids.length > 5, ids.length);
  for (const id of ids.slice(1, 4)) {
    const { version } = await talk(id);
    await machine.post(`/conversations/${id}/assign`, { version }); // left out: nobody
  }
  check('nobody is in charge of them', (await Promise.all(ids.slice(1, 4).map(talk))).every((one) => !one.assignee));
  await page.reload();

  /* ---- walking and opening ---- */
  await keyboard.press('j');
  check('J goes to the first row', await is(ids[0]), await focused());
  await keyboard.press('j');
  check('J goes to the next', await is(ids[1]), await focused());
  await keyboard.press('k');
  check('K goes back', await is(ids[0]), await focused());
  await keyboard.press('k');
  check('K stays at the top', await is(ids[0]), await focused());
  await keyboard.press('j');
  await keyboard.press('Enter');
  check('Enter opens the conversation', await opened(ids[1]));
  check('its address is that of the page', await until('address', 5, () => page.url().includes(`/conversations/${ids[1]}`)), page.url());

  /* ---- answering, and taking it back ---- */
  await keyboard.press('r');
  check('R goes into the reply box', await is('body'), await focused());
  const taken = 'Thank you, we note it. jkeiz?';
  await keyboard.type(taken);
  check('letters are text in there', (await page.locator('#body').inputValue()) === taken);
  await keyboard.press('Control+Enter');
  const queued = await until('queued', 10, () => ours(ids[1], taken));
  check('Ctrl+Enter sends: it waits for its seconds of undo', ['queued', 'sending'].includes(queued?.reply_state?.word), JSON.stringify(queued?.reply_state));
  check('and the next conversation opens', await opened(ids[2]), await page.locator('#conversation').getAttribute('data-id'));
  await keyboard.press('z');
  const back = await until('taken back', 7, async () => { const one = await talk(ids[1]); return one.reply.body === taken && one; });
  check('Z takes the answer back into the box', back && back.reply.draft_id === queued.id, JSON.stringify(back?.reply ?? (await talk(ids[1])).reply).slice(0, 300));

  /* ---- taking charge, done ---- */
  const here = await page.locator('#conversation').getAttribute('data-id');
  await keyboard.press('i');
  check('I puts me in charge', await until('mine', 10, async () => (await talk(here)).assignee?.is_me), JSON.stringify((await talk(here)).assignee));
  const before = await talk(here);
  await keyboard.press('e');
  check('E closes the conversation', await until('closed', 10, async () => (await talk(here)).is_resolved), JSON.stringify((await talk(here)).status));
  check('while it was mine', before.assignee?.is_me);
  const next = await until('the next', 10, async () => { const id = await page.locator('#conversation').getAttribute('data-id'); return id !== here && id; });
  check('and another one opens', next && next !== here, next);
  await keyboard.press('z');
  check('Z opens it again', await until('open again', 10, async () => (await talk(here)).is_open));

  /* ---- an answer that leaves ---- */
  const kept = 'We will tell the bakers.';
  const target = await page.locator('#conversation').getAttribute('data-id');
  await keyboard.press('r');
  await is('body');
  await keyboard.type(kept);
  await keyboard.press('Control+Enter');
  const leaving = await until('kept', 10, () => ours(target, kept));
  check('another answer is kept', leaving, target);
  check('left alone, it leaves', leaving && await until('in the ledger', 40, async () => (await box.ledger()).keys.some(({ key, count }) => key.startsWith(`m${leaving.id}-`) && count === 1)));
  check('the one taken back did not', !(await box.ledger()).keys.some(({ key }) => key.startsWith(`m${queued?.id}-`)));

  /* ---- help and palette ---- */
  await keyboard.press('?');
  const keys = page.locator('dialog#keys');
  check('? shows the keys', await keys.evaluate((dialog) => dialog.open && dialog.textContent.includes('Ctrl')));
  const behind = await page.locator('#conversation').getAttribute('data-id');
  await keyboard.press('e');
  await wait(500);
  check('keys do nothing behind it', (await talk(behind)).is_open);
  await keyboard.press('Escape');
  check('Esc closes them', !(await keys.evaluate((dialog) => dialog.open)));
  const palette = page.locator('dialog#palette');
  await keyboard.press('Control+k');
  check('Ctrl+K opens the palette, ready to type', await palette.evaluate((dialog) => dialog.open && dialog.contains(document.activeElement)));
  await keyboard.press('Escape');
  check('Esc closes the palette', !(await palette.evaluate((dialog) => dialog.open)));
  await keyboard.press('Control+k');
  await keyboard.type('moder');
  await keyboard.press('Enter');
  check('it leads to the place chosen', await page.waitForURL(/\/moderation$/, { timeout: 10000 }).then(() => true, () => false), page.url());
  await keyboard.press('g');
  await keyboard.press('b');
  check('G B leads back to the inbox', await page.waitForURL(/\/inbox$/, { timeout: 10000 }).then(() => true, () => false), page.url());
  check('the console is quiet', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
