/* The letter that sums up, over the wire to a mail server of our own: wished for in the account, made in its morning, once though the desk is
   killed in the middle, in the person's language; ended by one press of a mail program, and by the page that its link opens. */
import { execFileSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser, check, desk, end, sql, statement, until, wait } from './_desk.mjs';
import { member } from './_member.mjs';
import { postOffice } from './_post.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const post = await postOffice(), { taken } = post;
const read = (text) => JSON.parse(execFileSync('python3', ['-c', `
import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({"subject": str(m["subject"]), "to": str(m["to"]), "out": str(m["list-unsubscribe"]), "press": str(m["list-unsubscribe-post"]), "auto": str(m["auto-submitted"]),
  "text": m.get_body(("plain",)).get_content(), "html": m.get_body(("html",)).get_content(), "defects": [str(d) for d in m.defects]}))`], { input: Buffer.from(text, 'latin1'), encoding: 'utf8' }));

const data = mkdtempSync(join(tmpdir(), 'parvis-digest-'));
const options = ['--mail_url', `smtp://127.0.0.1:${post.port}?tls=off`, '--mail_from', 'Levain <desk@levain.example>'];
let place = await desk({ options, data, simulator: 'on' }), window = null;
const due = () => statement(place, `UPDATE digest SET next_at = ${Date.now() - 1000}000`); /* its morning is now */
const digests = () => taken.filter(({ to }) => /camille@example\.org/.test(to[0]));
try {
  const camille = await member(place, 'camille@levain.example');
  /* Names that end in .example get no letters. */
  statement(place, "UPDATE person SET email = 'camille@example.org' WHERE email = 'camille@levain.example'");
  await until('mentions', 60, () => Number(statement(place, 'SELECT COUNT(*) FROM mention')) > 3);
  let page = await camille.get('/account?tab=notifications');
  check('the account asks how often, and nobody is asked for it', /name="digest"/.test(page.text) && /value="none"[^>]*checked/.test(page.text), page.text.match(/name="digest".{0,200}/s)?.[0]);
  let answer = await camille.post('/account/notifications', { desk: ['mention', 'alarm'], mail: ['alarm'], digest: 'day' });
  check('the wish is kept', answer.status === 303 && /value="day"[^>]*checked/.test((await camille.get('/account?tab=notifications')).text), `${answer.status} ${answer.text.slice(0, 300)}`);
  const [row] = sql(place, 'SELECT every, next_at FROM digest');
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).format(new Date(Number(row.next_at) / 1000));
  check('it comes at eight of their morning, within a day', row.every === 'day' && hour === '08:00' && Number(row.next_at) / 1000 - Date.now() < 86400e3, `${JSON.stringify(row)} ${hour}`);
  check('the way out is kept sealed', !/digest/.test(statement(place, `SELECT ${process.env.PARVIS_DATABASE ? "encode(pass, 'escape')" : 'pass'} FROM digest`)));
  await wait(2000);
  check('nothing comes before its morning', digests().length === 0);

  /* ---- killed while the server is slow to answer: nobody knows, so it is not sent twice ---- */
  post.slow = 4000;
  due();
  await until('at the server', 20, () => digests().length === 1);
  await place.restart();
  post.slow = 0;
  await wait(3000);
  check('killed in the middle, it is not made again', Number(statement(place, "SELECT COUNT(*) FROM job WHERE dedup_key LIKE 'digest:%'")) === 1);
  statement(place, "UPDATE job SET lease_until = 1 WHERE kind = 'mail' AND state = 'leased'");
  await until('the doubt is written down', 20, () => ['failed', 'done'].includes(statement(place, "SELECT state FROM job WHERE dedup_key LIKE 'digest:%'")));
  await wait(1500);
  check('nor sent twice', digests().length === 1, digests().length);
  const first = read(digests()[0].data);
  check('it is in their language', /^Levain & Co : ce qui a été entendu depuis hier$/.test(first.subject.replace(/\u00a0/g, ' ')) && /Ce que vous écoutez/.test(first.text), first.subject);
  check('with volume and tone of what is listened for', /mention/.test(first.text) && /Levain & Co/.test(first.text), first.text);
  check('plain text and HTML say the same', first.html.replace(/<[^>]+>/g, ' ').includes('Ce que vous écoutez') && /<html lang="fr">/.test(first.html) && !/<img|<script|http:\/\/(?!localhost)/.test(first.html), first.html.slice(0, 600));
  check('where to change it, and where it ends', first.text.includes(`${place.base}/account?tab=notifications`) && /\/digest\/\d+-[0-9a-f]{48}/.test(first.text), first.text.slice(-400));
  check('no machine answers it, and mail programs read it', first.auto === 'auto-generated' && !first.defects.length, JSON.stringify(first.defects));
  check('the next one is tomorrow', Number(statement(place, 'SELECT next_at FROM digest')) / 1000 > Date.now());

  /* ---- the page of the link ---- */
  const way = new URL(/https?:\/\/\S+\/digest\/\S+/.exec(first.text)[0]).pathname;
  window = await browser(place);
  const outsider = await (await window.shell.newContext({ locale: 'fr-FR' })).newPage();
  for (const width of [1440, 390])
    for (const scheme of ['light', 'dark']) {
      await outsider.setViewportSize({ width, height: 800 });
      await outsider.emulateMedia({ colorScheme: scheme });
      await outsider.goto(place.base + way);
      if (process.env.PARVIS_SHOTS) await outsider.screenshot({ path: `${process.env.PARVIS_SHOTS}/digest-${width}-${scheme}.png` });
      await outsider.evaluate(axe);
      const { violations } = await outsider.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`the way out at ${width}, ${scheme}: axe finds nothing`, violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
    }
  check('looking ends nothing', Number(statement(place, 'SELECT COUNT(*) FROM digest')) === 1);
  await outsider.locator('form button[type=submit]').click();
  await outsider.waitForURL(/\/digest\//);
  check('a press ends it, without signing in', await until('ended', 5, () => statement(place, 'SELECT COUNT(*) FROM digest') === '0') && await outsider.locator('form[action^="/digest/"]').count() === 0);
  check('a wrong address ends nothing', (await fetch(`${place.base}${way.slice(0, -1)}x`, { method: 'POST', redirect: 'manual' })).status === 404);
  check('the account says so', /value="none"[^>]*checked/.test((await camille.get('/account?tab=notifications')).text));
  answer = await camille.post('/account/notifications', { desk: ['alarm'], mail: ['alarm'], digest: 'week', quiet: 'yes', quiet_from: '09:30', quiet_to: '18:00' });
  const [weekly] = sql(place, 'SELECT every, next_at FROM digest');
  const monday = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'long', hour: '2-digit', minute: '2-digit' }).format(new Date(Number(weekly.next_at) / 1000));
  check('weekly is Monday, when their hours begin', weekly.every === 'week' && /^Monday.*09:30$/.test(monday), monday);
  if (process.env.PARVIS_SHOTS) {
    await window.page.goto(`${place.base}/account?tab=notifications`);
    await window.page.screenshot({ path: `${process.env.PARVIS_SHOTS}/digest-account.png`, fullPage: true });
  }
  await window.shell.close();
  window = null;

  /* ---- behind https: the press of a mail program (RFC 8058) ---- */
  await place.end();
  place = await desk({ sample: false, options: [...options, '--public_url', 'https://desk.levain.test'], data, simulator: 'off' });
  due();
  await until('the weekly one', 20, () => digests().length === 2);
  const second = read(digests()[1].data);
  check('it says where one press ends it', /^<https:\/\/desk\.levain\.test\/digest\/\d+-[0-9a-f]{48}>$/.test(second.out) && second.press === 'List-Unsubscribe=One-Click', `${second.out} ${second.press}`);
  check('the week is told', /cette semaine$/.test(second.subject), second.subject);
  const press = await fetch(`http://127.0.0.1:${place.port}${new URL(second.out.slice(1, -1)).pathname}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  check('and one press does', press.status === 303 && statement(place, 'SELECT COUNT(*) FROM digest') === '0', press.status);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await window?.shell.close();
  await place.end();
  post.close();
  rmSync(data, { recursive: true, force: true });
}
end();
