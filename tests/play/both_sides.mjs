/* Both sides of an answer, on screen: an agent has the inbox open in a browser; a comment on a real WordPress, a letter in a real mailbox and
   an answer on Bluesky's own network come in by themselves, are opened by a click, answered by typing, sent by the button and seen to be
   sent, without the page being loaded again; and then the other side: the page of the post, the letter as a mail program reads it, the
   thread as Bluesky shows it. Screenshots of both go to build/shots (PARVIS_SHOTS: elsewhere). What is not installed is left out with a word. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, linkOf, until } from './_desk.mjs';
import { bluesky } from './_bluesky.mjs';
import { field, mail } from './_mail.mjs';
import { wordpress } from './_wordpress.mjs';

const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const only = process.env.PLAY_SIDES ?? '';
const asked = (word) => !only || only.includes(word);
const wanted = (word, start) => (asked(word) ? start().catch((trouble) => { check(`${word} starts`, false, trouble.stack); return null; }) : null);
mkdirSync(shots, { recursive: true });

const site = await wanted('wordpress', () => wordpress({ people: { editor: 'editor' } }));
const post = await wanted('mail', mail);
const sky = await wanted('bluesky', () => bluesky('levain', 'janedoe'));
for (const [word, there] of Object.entries({ wordpress: site, mail: post, bluesky: sky })) if (!there && asked(word)) console.log(`# left out: ${word} is not installed here`);
if (!site && !post && !sky) {
  console.log('# skipped: both_sides\n1..0');
  process.exit(0);
}

const ports = [site?.port, post?.imap, post?.smtp, sky?.port].filter(Boolean);
const place = await desk({ options: ['--net_allow', ports.flatMap((port) => [`127.0.0.1:${port}`, `localhost:${port}`]).join(' ')] });
const machine = api(place, keyOf(place));
let window = null;

/* ---- the desk's side ---- */
async function connect(kind, name, settings) {
  const made = await machine.post(`/channels/new/${kind}`, { name, setting: Object.keys(settings), value: Object.values(settings) });
  check(`${name}: it is connected`, [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const { id } = (await machine.get('/channels')).document.channels.find((one) => one.name === name);
  return { name, pull: () => machine.post(`/channels/${id}/fetch`).catch(() => null), state: async () => (await machine.get(`/channels/${id}`)).text.slice(0, 1500) };
}

/* What they said, from the list to the answer that left. True when it is seen to be sent. */
async function answer({ name, pull, state }, theirs, words, subject) {
  const { page } = window;
  const row = page.locator('#list .conv', { hasText: theirs.slice(0, 40) }), ours = page.locator('.msg--us', { hasText: words.slice(0, 40) });
  const came = await until('the row', 60, async () => { if (await row.count()) return true; await pull(); return row.first().waitFor({ timeout: 3000 }).then(() => true, () => false); });
  if (!check(`${name}: what was said stands in the list, without a reload`, came, `${await state()}\n${place.log().slice(-1500)}`)) return false;
  await row.first().locator('.conv__n').click();
  check(`${name}: a click opens it`, await page.locator('.msg', { hasText: theirs.slice(0, 40) }).first().waitFor({ timeout: 10000 }).then(() => true, () => false));
  check(`${name}: with what it is about`, (await page.locator('#conversation').innerText()).includes(subject), (await page.locator('#conversation').innerText()).slice(0, 600));
  await page.locator('#body').pressSequentially(words);
  await page.locator('#reply button[data-act="send"]:visible').click();
  await until('it to leave the box', 10, async () => !(await page.locator('#body').inputValue())); // the next conversation opens, as for whoever goes on: back to this one
  if (!(await ours.count())) await row.first().locator('.conv__n').click();
  check(`${name}: the answer stands in the thread and waits for its seconds of undo`, await ours.first().waitFor({ timeout: 10000 }).then(() => true, () => false) && await ours.locator('.msg__h .chip').count() > 0);
  const sent = await ours.locator('.msg__h .sent').first().waitFor({ timeout: 90000 }).then(() => true, () => false);
  check(`${name}: it is seen to be sent`, sent, `${await ours.first().innerText({ timeout: 1000 }).catch(() => '')}\n${place.log().slice(-1500)}`);
  check(`${name}: nothing on it says any more that it waits`, await ours.locator('.msg__h .chip:not(.chip--plum)').count() === 0, await ours.first().innerText());
  check(`${name}: in the list nobody waits there any more`, await until('the row to say so', 15, async () => await row.count() === 0 || !(await row.first().getAttribute('class')).includes('is-new')), await row.first().innerText().catch(() => ''));
  check(`${name}: and the page was not loaded again`, await page.evaluate(() => globalThis.hereAllAlong === true));
  return sent;
}

async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join('\n  ')}`);
}

/* Both widths, light and dark, of a page as it stands; ours is held to fit its window and to be free of faults. */
async function look(page, name, mine) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: join(shots, `both-${name}-${width}-${colorScheme}.png`) });
      if (!mine) continue;
      check(`${name} at ${width}, ${colorScheme}, fits`, await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
      const found = await faults(page);
      check(`${name} at ${width}, ${colorScheme}, has no fault of accessibility`, found.length === 0, found.join('\n'));
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/* ---- one after the other ---- */
async function wordpressSide() {
  const asked = 'From what time do you sell the rye loaf on Sundays?', words = 'From eight o’clock, until there is none left. See you on Sunday.';
  const { id } = await site.people.editor.ask('POST', '/posts', { title: 'Our hours in December', content: '<p>We bake on Sundays too, all December long.</p>', status: 'publish' });
  site.run("update_option('show_avatars', 0); return 1;"); // they come from elsewhere
  const channel = await connect('wordpress', 'Our site', { url: `${site.address}/`, user: 'editor', password: site.people.editor.password });
  const question = site.visitor(id, 'Jane Doe', 'jane@example.org', asked);
  if (!(await answer(channel, asked, words, 'Our hours in December'))) return;
  await look(window.page, 'wordpress-desk', true);
  const reader = await window.shell.newPage();
  const { link } = await site.people.editor.ask('GET', `/posts/${id}`);
  await reader.goto(link);
  const thread = reader.locator(`#comment-${question}`);
  check('Our site: on the page of the post the answer stands under the question', await thread.locator('ol .comment').getByText(words).count() === 1, await thread.innerText());
  check('Our site: once', await reader.getByText(words).count() === 1);
  await thread.scrollIntoViewIfNeeded();
  await look(reader, 'wordpress-site', false);
  await reader.close();
}

async function mailSide() {
  const asked = 'Is the cake for Saturday still possible, for twelve people?', words = 'Yes, it is: come for it on Saturday from nine o’clock on.';
  const channel = await connect('email', 'Mailbox', { address: 'desk@example.org', imap: `imap://127.0.0.1:${post.imap}`, smtp: `smtp://127.0.0.1:${post.smtp}`, name: 'Levain', password: 'secret', copy: 'yes' });
  post.send('Marie Petit <marie@example.org>', 'desk@example.org', ['Message-ID: <cake@example.org>', `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, 'Subject: A cake for Saturday', 'Content-Type: text/plain; charset=utf-8'], asked);
  if (!(await answer(channel, asked, words, 'A cake for Saturday'))) return;
  await look(window.page, 'mail-desk', true);
  const uid = await until('the letter in her mailbox', 30, () => post.search('marie', 'ALL')[0]);
  const letter = uid ? post.read('marie', uid) : '';
  check('Mailbox: her program reads the letter over IMAP', letter.includes('come for it on Saturday'), letter);
  check('Mailbox: it stands under hers in her program', field(letter, 'In-Reply-To') === '<cake@example.org>' && field(letter, 'References') === '<cake@example.org>' && field(letter, 'Subject') === 'Re: A cake for Saturday', letter);
  check('Mailbox: once', post.search('marie', 'ALL').length === 1);
}

async function skySide() {
  const asked = 'Do you take orders for the galette already?', words = 'Yes, from today on, in both shops.', { levain, janedoe: jane } = sky;
  const channel = await connect('bluesky', 'Sky', { url: `http://localhost:${sky.port}`, handle: levain.handle, password: await levain.appPassword('desk') });
  const ours = await levain.post('The galettes are back.'), question = await jane.post(asked, ours);
  if (!(await answer(channel, asked, words, 'The galettes are back.'))) return;
  await look(window.page, 'bluesky-desk', true);
  const replies = await until('the answer in the thread', 30, async () => { const { replies } = await jane.thread(question.uri); return replies?.length && replies; });
  check('Sky: Jane reads the answer in the thread, under hers, once', replies.length === 1 && replies[0].post.record.text === words && replies[0].post.author.did === levain.did, JSON.stringify(replies));
}

try {
  window = await browser({ ...place, link: linkOf(place, 'thomas@levain.example') }, { viewport: { width: 1440, height: 900 } });
  await window.page.goto(`${place.base}/inbox?view=open&sort=recent`);
  await window.page.evaluate(() => { globalThis.hereAllAlong = true; });
  for (const [server, side] of [[site, wordpressSide], [post, mailSide], [sky, skySide]]) if (server) await side();
  check('the console of the page is quiet', window.trouble.length === 0, window.trouble.join('\n'));
} catch (trouble) {
  await window?.page.screenshot({ path: join(shots, 'both-trouble.png') });
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
  for (const server of [site, post, sky]) await server?.end();
}
end();
