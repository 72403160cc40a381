/* Something unusual is said: of a staged incident one alarm within five minutes, with its evidence, on the page, in the notifications of those
   who listen, by mail to who wants to be woken and not to who is asleep, and to a machine, signed, once, whatever is killed when; two queries that
   hear it have one alarm between them, and so has all that comes in. What is hushed is kept, and nobody is told. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Webhook } from 'standardwebhooks';
import { api, browser, check, desk, end, freePort, keyOf, network, sql, statement, until } from './_desk.mjs';
import { postOffice } from './_post.mjs';

/* ---- a machine that is told, and a mail server ---- */

const told = [], wanted = []; /* wanted: what the machine does with the next calls; then it takes them */
const machinePort = await freePort(), elsewhere = await freePort();
const receive = (request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const act = wanted.shift() ?? 200;
    told.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8'), act, at: Date.now() });
    if (act === 'hang') return;
    response.writeHead(act, { 'content-type': 'text/plain' });
    response.end('x');
  });
};
const hook = createServer(receive).listen(machinePort, '127.0.0.1'), other = createServer(receive).listen(elsewhere, '127.0.0.1');
const post = await postOffice(), letters = post.taken;
const subjectOf = (letter) => {
  const words = /^Subject: ((?:.*\r\n[ \t])*.*)\r$/mi.exec(letter.data)[1].replace(/\?=\s+=\?/g, '?==?');
  return words.replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, text) => decodeURIComponent(text.replaceAll('_', ' ').replace(/%/g, '%25').replace(/=([0-9A-F]{2})/gi, '%$1')))
    .replace(/=\?utf-8\?b\?(.*?)\?=/gi, (_, text) => Buffer.from(text, 'base64').toString('utf8'));
};

/* The process of a role. */
function roleOf(place, role) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === place.child.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] === role) return Number(pid);
    } catch { /* it ended meanwhile */ }
  return 0;
}

/* All that the database holds, as it holds it. */
const everythingKept = (at) => process.env.PARVIS_DATABASE ? execFileSync('pg_dump', ['--inserts', process.env.PARVIS_DATABASE], { encoding: 'latin1', maxBuffer: 1 << 28 })
  : readFileSync(`${at.data}/parvis.db`, 'latin1');

/* Asleep now: an hour of theirs that is not this one. */
const hour = new Date().getUTCHours(), asleep = hour >= 20 ? ['02:00', '03:00'] : [`${String(hour + 2).padStart(2, '0')}:00`, `${String(hour + 3).padStart(2, '0')}:00`];

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on', options: ['--net_allow', `127.0.0.1:${machinePort}`, '--mail_url', `smtp://127.0.0.1:${post.port}?tls=off`, '--mail_from', 'desk@levain.test'] });
let window = null;
try {
  const machine = api(place, keyOf(place));
  await until('the past was read', 40, async () => {
    const { queries } = (await machine.get('/listening')).document;
    return queries.length === 3 && queries.every((query) => query.is_ready) && queries[0].week.count > 0;
  });
  await network(place).dials({ per_minute: 0 });
  /* ---- who is told, and how ---- */
  statement(place, `UPDATE person SET email = 'awake@levain.org', lang = 'en', zone = 'UTC', settings = '{"quiet_from":"${asleep[0]}","quiet_to":"${asleep[1]}","wake_for_alarms":true}' WHERE email = 'camille@levain.example'`);
  statement(place, `UPDATE person SET email = 'sleeper@levain.org', lang = 'fr', zone = 'UTC', settings = '{"quiet_from":"${asleep[0]}","quiet_to":"${asleep[1]}"}' WHERE email = 'ines@levain.example'`);
  let kept = await machine.post('/listening/webhook', { url: 'ftp://example.org', is_on: true });
  check('an address that is none is refused', kept.status === 422, kept.status);
  kept = await machine.post('/listening/webhook', { url: `http://127.0.0.1:${elsewhere}/alarms`, is_on: true });
  const { secret } = kept.document;
  check('the secret is told once, when it is made', /^whsec_[A-Za-z0-9+/]{43}=$/.test(secret), JSON.stringify(kept.document));
  await machine.post('/listening/webhook/test');
  const blocked = await until('it was tried', 20, async () => (await machine.get('/listening/webhook')).document.calls[0]?.attempts.find((one) => one.text && !/under way/.test(one.text)));
  check('nothing inside is called that the operator did not allow', blocked && /net_allow/.test(blocked.text) && told.length === 0, JSON.stringify(blocked));
  await machine.post('/listening/webhook/remove');
  kept = await machine.post('/listening/webhook', { url: `http://127.0.0.1:${machinePort}/alarms`, secret, is_on: true });
  const seen = await machine.get('/listening/webhook');
  check('and never again', kept.document.secret === null && seen.document.made === null && !JSON.stringify(seen.document).includes(secret.slice(6)) && !everythingKept(place).includes(secret.slice(6)));
  wanted.push(503);
  await machine.post('/listening/webhook/test');
  await until('the test came', 30, () => told.length === 2);
  const verifier = new Webhook(secret);
  check('a test is signed as Standard Webhooks', told.length === 2 && told.every((call) => verifier.verify(call.body, call.headers).type === 'test'), JSON.stringify(told));
  check('what is not taken comes again later, under the same id', told[0].headers['webhook-id'] === told[1].headers['webhook-id'] && told[1].at - told[0].at >= 4500, told[1].at - told[0].at);
  let forged = false;
  try { verifier.verify(told[1].body.replace('test', 'tost'), told[1].headers); } catch { forged = true; }
  check('and what is not ours is known', forged);
  const tries = await until('noted', 10, async () => { const [call] = (await machine.get('/listening/webhook')).document.calls; return call.is_done && call; });
  check('both tries are shown', tries && tries.attempts.length === 2 && tries.attempts[0].status === 503 && tries.attempts[1].status === 200, JSON.stringify(tries));
  told.length = 0;
  wanted.push('hang'); /* the alarm's first call: the role is killed while it waits for an answer */
  check('a calm desk has no alarm', (await machine.get('/listening')).document.alarms.length === 0);
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/listening`);
  const began = Date.now();
  for (let i = 0; i < 14; i++) await network(place).say({ kind: 'comment', text: `Levain & Co: sésame non indiqué dans le pain, mon fils est allergique (${i})` });
  const alarms = await until('an alarm', 300, async () => { const found = (await machine.get('/listening')).document.alarms; return found.length > 0 && found; });
  check('a staged incident raises one alarm within five minutes', !!alarms && alarms.length === 1 && Date.now() - began < 300_000, JSON.stringify(alarms));
  const [alarm] = alarms;
  await until('the machine is called', 30, () => told.length > 0);
  const work = roleOf(place, 'work');
  if (work) process.kill(work, 'SIGKILL');
  check('the working role is killed while the machine is told', work > 0 && told.length === 1 && told[0].act === 'hang', JSON.stringify(told.map((call) => call.act)));
  check('with its query, since when, and that it goes on', alarm.name === 'Levain & Co' && Math.abs(Date.parse(alarm.since.iso) - began) < 900_000 && alarm.ended_at === null && alarm.score >= 50, JSON.stringify(alarm));
  check('with the words', alarm.words.some((word) => /s[eé]same|allergique/.test(word.text)), JSON.stringify(alarm.words));
  check('with who says it', alarm.has_authors, JSON.stringify(alarm.authors));
  check('the other query that hears it is named', await until('named', 100, async () => (await machine.get(alarm.url)).document.alarms[0].also.some((one) => one.text === 'Le pain et le métier')));
  check('one event is one alarm', sql(place, 'SELECT COUNT(*) AS n FROM alarm')[0].n === 1);
  const notifications = await machine.get('/notifications');
  const line = notifications.document.days.flatMap((day) => day.items).find((item) => item.text.startsWith('Levain & Co'));
  check('who listens is told, and led to the alarm', line?.url === alarm.page && line.is_red && line.is_unread, JSON.stringify(notifications.document.days[0]));
  check('the page that was open shows it by itself', await until('the banner', 10, () => page.locator('.banner--red').count()));
  check('with the words', /Levain & Co/.test(await page.locator('.banner--red').first().textContent()) && /allergique|s[eé]same/.test(await page.locator('.banner--red').first().textContent()));
  await page.locator('.banner--red a').first().click();
  await page.waitForURL(new RegExp(`${alarm.page}$`));
  for (const width of [1440, 1024, 390])
    for (const scheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/alarm-${width}-${scheme}.png` });
      check(`nothing sticks out at ${width}, ${scheme}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', violations.length === 0, violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
  await page.goto(`${place.base}${alarm.url}`);
  check('the page of the query shows it too', await page.locator('.banner--red').count() === 1);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base}/settings`);
  check('one false alarm a month is what people start from', await page.inputValue('#alarms') === 'normal');
  await page.selectOption('#alarms', 'high');
  await page.locator('form:has(#alarms) button[type=submit]').last().click();
  check('and can wish for otherwise', await until('kept', 10, async () => Number(JSON.parse(sql(place, 'SELECT settings FROM workspace')[0].settings).alarms_a_month) === 4) && await page.inputValue('#alarms') === 'high');
  if (process.env.PARVIS_SHOTS) await page.locator('#alarms').scrollIntoViewIfNeeded().then(() => page.screenshot({ path: `${process.env.PARVIS_SHOTS}/alarm-settings.png` }));
  /* ---- the machine, after the kill ---- */
  await until('told again', 120, () => told.length > 1);
  const calls = told.filter((call) => verifier.verify(call.body, call.headers).type === 'alarm.began');
  const [first] = calls.map((call) => JSON.parse(call.body).data.alarm);
  check('killed in between, the machine is told all the same, under one id', calls.length === 2 && new Set(calls.map((call) => call.headers['webhook-id'])).size === 1 && calls[0].body === calls[1].body, JSON.stringify(calls.map((call) => call.headers)));
  check('with the evidence, and where it is', first.id === alarm.id && first.query.name === 'Levain & Co' && first.measure === 'volume' && first.evidence.terms.length > 0 && first.url.endsWith(alarm.page), JSON.stringify(first));
  const shown = await until('noted', 20, async () => { const [call] = (await machine.get(alarm.page)).document.calls; return call?.is_done && call; });
  check('the try that was never heard of again is shown', shown && shown.attempts.length === 2 && shown.attempts[0].status === null && /ended meanwhile/.test(shown.attempts[0].text) && shown.attempts[1].status === 200, JSON.stringify(shown));
  check('no call is made twice without a reason', sql(place, "SELECT COUNT(*) AS n FROM hook_call WHERE event = 'alarm.began'")[0].n === 1);
  /* ---- letters ---- */
  const letter = await until('the letter', 240, () => letters.find((one) => one.to[0].includes('awake@levain.org')));
  check('who wants to be woken gets a letter in their language', letter && subjectOf(letter).includes('Levain & Co: more is said than usual') && letter.data.includes(alarm.page) && /^Message-ID: <alarm\.\d+@/mi.test(letter.data), letter?.data);
  const waits = await until('written down', 20, () => sql(place, `SELECT j.due_at, j.detail FROM job j WHERE j.kind = 'mail' AND j.state = 'due' AND j.detail LIKE '%sleeper@levain.org%'`)[0]);
  check('who sleeps gets theirs in the morning', waits && waits.due_at > Date.now() * 1000 && JSON.parse(waits.detail).subject.startsWith('Levain & Co') && /habitude/.test(JSON.parse(waits.detail).subject) && !letters.some((one) => one.to[0].includes('sleeper')), JSON.stringify(waits));
  check('one letter, not two', letters.filter((one) => one.to[0].includes('awake@levain.org')).length === 1, letters.length);
  /* ---- hushed, and over ---- */
  let hushed = await machine.post(`${alarm.page}/hush`, { span: 'week', reason: '' });
  check('a hush says why', hushed.status === 422, hushed.status);
  hushed = await machine.post(`${alarm.page}/hush`, { span: 'week', reason: 'A sale: it is meant' });
  const list = (await machine.get('/listening/alarms')).document;
  check('and stands with the alarms, until when', hushed.status < 300 && list.alarms.length === 1 && list.hushes[0].reason === 'A sale: it is meant' && list.hushes[0].until !== null, JSON.stringify(list.hushes));
  for (const [name, path] of [['alarms', '/listening/alarms'], ['alarm', alarm.page], ['webhook', '/listening/webhook']])
    for (const width of [1440, 1024, 390])
      for (const scheme of ['light', 'dark']) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto(`${place.base}${path}`);
        if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/${name}-${width}-${scheme}.png`, fullPage: true });
        check(`nothing of ${name} sticks out at ${width}, ${scheme}`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        if (width !== 390) continue;
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        check(`axe finds nothing on ${name}, ${scheme}`, found.violations.length === 0, found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`).join('\n'));
      }
  const undone = await machine.post(`/listening/hushes/${list.hushes[0].id}/undo`);
  check('and is undone', undone.status < 300 && !(await machine.get('/listening/alarms')).document.has_hushes);
  check('the console kept quiet', trouble.length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  await place.end();
  hook.closeAllConnections();
  hook.close();
  other.close();
  post.close();
}
end();
