/* _desk.mjs: a desk of one's own for a play: the program as it ships, on a folder and ports of its own, with the sample workspace; a
   browser where one is wanted; and a count of what was seen. Each `check` prints a TAP line; `end` stops everything. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { held } from './_held.mjs';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis';
let count = 0, bad = 0;

export function check(what, fine, detail = '') {
  count++;
  if (!fine) bad++;
  console.log(`${fine ? 'ok' : 'not ok'} ${count} - ${what}${fine || !detail ? '' : `\n  ${String(detail).slice(0, 2000).replaceAll('\n', '\n  ')}`}`);
  return fine;
}

export const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/* With PARVIS_PLAY_POSTGRES (the address of a server, which tests/postgres gives) each desk has a new database there; the program and its
   commands find it by the environment. */
let databases = 0;
function newDatabase() {
  const server = process.env.PARVIS_PLAY_POSTGRES;
  if (!server) return;
  const name = `play_${process.pid}_${++databases}`;
  execFileSync('psql', [server, '-qc', `CREATE DATABASE ${name}`]);
  process.env.PARVIS_DATABASE = server.replace(/\/\w+\?/, `/${name}?`);
}

/* Rows of the desk's database, as objects. */
export function sql(place, text) {
  if (!process.env.PARVIS_DATABASE) return JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'parvis.db'), '.timeout 20000', text], { encoding: 'utf8' }) || '[]');
  return JSON.parse(execFileSync('psql', [process.env.PARVIS_DATABASE, '-tAc', `SELECT COALESCE(json_agg(found), '[]') FROM (${text}) found`], { encoding: 'utf8' }));
}

/* Any statement, on either engine; what it gives as text, columns parted by |. */
export function statement(place, text) {
  const { PARVIS_DATABASE: url } = process.env;
  const words = url ? ['psql', url, '-tAqc', text] : ['sqlite3', join(place.data, 'parvis.db'), '.timeout 20000', text];
  return execFileSync(words[0], words.slice(1), { encoding: 'utf8' }).trim();
}

/* `data`: a folder of the play's own, which stays when the desk ends. */
export async function desk({ sample = true, options = [], simulator = 'off', data: given = null } = {}) {
  if (!given) newDatabase();
  const data = given ?? mkdtempSync(join(tmpdir(), 'parvis-play-')), port = await freePort(), simulatorPort = await freePort();
  const words = ['run', ...(sample ? ['--sample'] : []), '--link', '--data', data, '--listen', `127.0.0.1:${port}`, '--simulator', simulator,
    '--simulator_listen', `127.0.0.1:${simulatorPort}`, ...options];
  const place = {
    base: `http://localhost:${port}`, data, port, simulatorPort, program, child: null, link: '',
    log: () => log,
    /* Start it, also again after it was killed: the same folder, the same ports. */
    async start() {
      let out = '';
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LANG: 'en_US.UTF-8', LANGUAGE: 'en' } });
      place.child = child;
      child.stderr.on('data', (piece) => { log += piece; });
      place.link = await new Promise((done, fail) => {
        const late = setTimeout(() => fail(new Error(`not ready in 30 s\n${out}\n${log}`)), 30000);
        child.stdout.on('data', (piece) => {
          out += piece;
          const found = /Open (\S+) /.exec(out);
          if (found) { clearTimeout(late); done(found[1]); }
        });
        child.on('exit', (status) => { clearTimeout(late); fail(new Error(`ended with ${status}\n${out}\n${log}`)); });
      });
    },
    /* Killed, and started again as whoever keeps a desk running does: until its roles, which end by themselves, left the ports. */
    async restart() {
      place.child.removeAllListeners('exit');
      place.child.kill('SIGKILL');
      if (!(await until('started again', 40, () => place.start().then(() => true, () => false)))) throw new Error(`the desk did not start again\n${log.slice(-2000)}`);
    },
    async end() {
      const { child } = place, gone = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await Promise.race([gone, new Promise((done) => setTimeout(done, 20000))]);
        child.kill('SIGKILL');
      }
      if (log.includes('part-was-stale')) check('a part that was drawn before is what it would be now', false, log.split('\n').find((line) => line.includes('part-was-stale')));
      if (!given) rmSync(data, { recursive: true, force: true });
    },
  };
  let log = '';
  await place.start();
  place.simulatorToken = existsSync(join(data, 'keys/simulator.token')) ? readFileSync(join(data, 'keys/simulator.token'), 'utf8') : '';
  return place;
}

/* A key of the API for one of the sample's people, made by the command line as an operator would. */
export function keyOf(place, email = 'camille@levain.example', scopes = '') {
  return execFileSync(program, ['user', 'key', email, '--data', place.data, ...(scopes ? ['--scopes', scopes] : [])], { encoding: 'utf8' }).trim();
}

/* A one-time link that signs one of the desk's people in, made as an operator would. */
export function linkOf(place, email) {
  const words = ['user', 'link', email, '--data', place.data, '--listen', `127.0.0.1:${place.port}`];
  return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().replace('127.0.0.1', 'localhost');
}

/* A command beside the running desk, not waited for in place: the network that it asks may be played here. `host`: what it may reach. */
export const byHand = (place, host) => (...words) => new Promise((done) => {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' };
  execFile(program, [...words, '--data', place.data, '--net_allow', host], { encoding: 'utf8', env }, (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr, said: `${stdout}${stderr}` }));
});

/* An answer with a file, as the form of the inbox sends it. */
export async function attach(place, key, conversation, fields, bytes, name) {
  const parts = new FormData();
  for (const [field, value] of Object.entries({ then: 'send', ...fields })) parts.append(field, String(value));
  for (const [index, one] of [bytes].flat().entries()) parts.append('file', new Blob([one]), [name].flat()[index]);
  const got = await fetch(`${place.base}/api/v1/conversations/${conversation}/reply`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' }, body: parts });
  return { status: got.status, text: await got.text() };
}

export const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/* Ask until it is so, or the time is up. */
export async function until(what, seconds, ask) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer || Date.now() > end) return answer;
    await wait(200);
  }
}

/* The simulated network's own side: dials, ledger, words put into a member's mouth. */
export const network = (place) => {
  const ask = async (method, path, body) => (await fetch(`http://127.0.0.1:${place.simulatorPort}${path}`, {
    method, headers: { Authorization: `Bearer ${place.simulatorToken ?? ''}` }, body: body && JSON.stringify(body),
  })).json();
  return { dials: (values) => ask('PUT', '/dials', values), ledger: () => ask('GET', '/ledger'), say: (words) => ask('POST', '/say', words), ask };
};

/* A browser that is signed in by the link. */
export async function browser(place, { lang = 'en-GB', ...more } = {}) {
  const { chromium } = await import('playwright-core');
  const shell = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await shell.newContext({ locale: lang, timezoneId: 'Europe/Paris', ...more });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
  page.on('pageerror', (error) => trouble.push(String(error)));
  if (place.link.includes('/sign-in/link/')) {
    await page.goto(place.link);
    await page.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
    await page.waitForURL(/\/today/);
  }
  return { shell, context, page, trouble };
}

/* Is an answer of the API what its description says? Said only when it is not. */
let answers = 0;
export async function hold(place, method, path, { status, document, text, headers }) {
  if (status === 503 || path === '/openapi.json') return; /* it ends, or begins; the description itself */
  place.held ??= await held(place.base);
  answers++;
  const faults = place.held.faults(method, path, { status, document, type: headers.get('content-type'), size: text.length });
  if (faults.length) check(`${method} ${path} answers as it is described`, false, faults.join('\n'));
}

/* The API with a key of its own: get('/inbox'), post('/conversations/1/note', {...}). Every answer is held to the description. */
export function api(place, key) {
  const ask = async (method, path, body) => {
    const answer = await fetch(`${place.base}/api/v1${path}`, {
      method, headers: { Authorization: `Bearer ${key}`, Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined, redirect: 'manual',
    });
    const text = await answer.text();
    let document = null;
    try { document = text ? JSON.parse(text) : null; } catch { /* not JSON: the caller sees the text */ }
    const result = { status: answer.status, document, text, headers: answer.headers };
    await hold(place, method, path, result);
    return result;
  };
  const get = (path) => ask('GET', path), post = (path, body = {}) => ask('POST', path, body);
  /* Answer as a person does who reads, writes and, when something arrived meanwhile (409), reads once more. */
  const reply = async (id, body, visibility = 'public', more = {}) => {
    for (let turn = 0; ; turn++) {
      const { version } = (await get(`/conversations/${id}`)).document.conversation;
      const told = await post(`/conversations/${id}/reply`, { version, body, visibility, then: 'send', ...more });
      if (told.status !== 409 || turn === 4) return told;
    }
  };
  /* Ask for something that may not be while an act before it is just on its way (409): asked again until that is known. */
  const insist = (path, body) => until(`${path} to be possible`, 30, async () => { const told = await post(path, body); return told.status !== 409 && told; });
  return { get, post, ask, reply, insist };
}

/* A channel, connected as its form does it and looked at by the desk, and how a play looks at it: its row, its conversations; reading it now, and until a text
   came in; whether each message is there once. */
export async function connect(place, machine, kind, name, settings) {
  const made = await machine.post(`/channels/new/${kind}`, { name, setting: Object.keys(settings), value: Object.values(settings) });
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const { id } = (await machine.get('/channels')).document.channels.find((one) => one.name === name) ?? {};
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor, fetch_due_at FROM channel WHERE id = ${id}`)[0];
  const talk = async (one) => (await machine.get(`/conversations/${one}`)).document.conversation;
  const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
  const found = async (text) => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes(text));
  const fetchNow = async () => { // a look at what came of it, then again: the desk takes no more questions than a person asks
    const got = await machine.post(`/channels/${id}/fetch`);
    if (got.status >= 400) console.log(`# fetch: ${got.status} ${got.text.slice(0, 200)}`);
    await wait(1200);
  };
  const heard = (text) => until(`“${text}” to come in`, 60, async () => { await fetchNow(); return found(text); });
  const isOnce = () => sql(place, `SELECT COUNT(*) AS n, COUNT(DISTINCT remote_id) AS d FROM message WHERE channel_id = ${id} AND remote_id <> ''`).every((one) => one.n === one.d);
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  return { id, row, talk, messages, found, fetchNow, heard, isOnce };
}

/* The network of a channel is searched for `words`, where `body` stands over there for everybody: it becomes a mention, and waits for nobody. Gives the row back. */
export async function searched(place, machine, channel, words, body) {
  const made = await machine.post('/listening', { name: `Searched: ${words}`, words });
  check('a query listens', made.status < 400, made.text);
  const query = made.document.id;
  const chosen = await machine.post(`/listening/${query}/search`, { channels: [channel] });
  check('its network is to be searched', chosen.status < 400, chosen.text);
  const row = () => sql(place, `SELECT state, story, looked, found, asked_at, due_at, cursors FROM listening_search WHERE query_id = ${query} AND channel_id = ${channel}`)[0];
  const found = await until(`“${body}” to be found`, 60, async () => {
    if (row()?.found > 0) return true;
    await wait(1500);
    if (row().found > 0) return true;
    await machine.post(`/listening/${query}/search/now`);
    return null;
  });
  check('what is said there is found by the search', found, JSON.stringify(row()));
  const mentions = () => sql(place, `SELECT m.body, c.status FROM mention x JOIN message m ON m.id = x.message_id JOIN conversation c ON c.id = m.conversation_id WHERE x.query_id = ${query}`);
  check('and kept as a mention, for which nobody has to do anything', mentions().some((one) => one.body.includes(body) && one.status === 'resolved'), JSON.stringify(mentions()));
  const shown = (await machine.get(`/listening/${query}`)).document.searches;
  check('its page says how it went', shown.channels.some((one) => one.id === String(channel) && one.is_on && one.state.word === 'ok' && one.found && one.asked && one.next), JSON.stringify(shown));
  return { query, row, mentions };
}

export function end() {
  if (answers) console.log(`# ${answers} answers of the API were held to its description`);
  console.log(`1..${count}`);
  process.exit(bad ? 1 : 0);
}
