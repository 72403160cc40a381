/* Every role is killed at any moment, the whole desk too, while members talk, an application pushes messages, a history is imported, the
   network fails in every way it can and answers leave: no accepted message is lost, none is doubled, the database is sound.
   KILL_SECONDS: how long (35). */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, desk, end, keyOf, network, until, wait } from './_desk.mjs';

const seconds = Number(process.env.KILL_SECONDS ?? 35), HISTORY = 12000;
const place = await desk({ simulator: 'on', options: ['--requests_per_minute', '1000000'] });
const desk_api = api(place, keyOf(place)), box = network(place);
const environment = { ...process.env, LANG: 'C', LANGUAGE: 'en' };

/* The children of `parvis run`, by role. */
function children() {
  const found = {};
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) !== place.child.pid) continue;
      found[readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]] = Number(pid);
    } catch { /* it ended meanwhile */ }
  }
  return found;
}

const ready = () => until('ready again', 20, async () => (await fetch(`${place.base}/readyz`).catch(() => null))?.status === 200);
const accepted = [], pushed = [], kills = { work: 0, serve: 0, simulator: 0, import: 0, run: 0 };
let over = false, imports = 0, histories = 0, importing = null;

/* ---- the load ---- */

async function answers(network) { /* to members of the simulated network: its ledger tells what arrived */
  for (let round = 0; !over; round++) {
    const list = await desk_api.get(`/inbox?channel=${network}`).catch(() => null);
    for (const row of (list?.document?.list?.rows ?? []).filter((one) => one.channel.id === network).slice(0, 12)) {
      const text = `Answer ${round}-${row.id}`;
      const answer = await desk_api.post(`/conversations/${row.id}/reply`, { body: text, visibility: 'public', then: 'pending' }).catch(() => null);
      if (answer && answer.status < 300) accepted.push(text);
    }
    await wait(400);
  }
}

async function pushes(channel) {
  for (let n = 0; !over; n++) {
    const id = `p${n}`, answer = await desk_api.post(`/channels/${channel}/messages`, { id, thread: `t${n % 97}`, text: `Pushed ${n}`, kind: 'comment', author: { id: `u${n % 31}`, name: `Member ${n % 31}` } }).catch(() => null);
    if (answer && answer.status < 300) pushed.push(id);
    await wait(answer ? 8 : 100);
  }
}

/* One history after the other, each of new people and words; one whose import was killed is brought again until it is whole. */
const history = join(place.data, 'history.csv');
function nextHistory() {
  const of = histories++;
  writeFileSync(history, `id,at,author_id,author_name,body\n${Array.from({ length: HISTORY }, (_, n) => `h${of}-${n},2026-03-24T09:42:00Z,a${of}-${n % 200},Author ${n % 200},Le pain ${n} était bon`).join('\n')}\n`);
}
async function brings() {
  nextHistory();
  while (!over) {
    importing = spawn(place.program, ['import', '--data', place.data, '--network', 'forum', history], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    const [status] = await new Promise((done) => importing.once('exit', (...how) => done(how)));
    importing = null;
    imports++;
    await wait(800);
    if (status === 0 && !over) nextHistory();
  }
}

/* ---- what kills ---- */

async function strike(role) {
  if (role === 'import') {
    /* An import is over in a moment: wait for the next, and for a moment within it. */
    await until('an import', 5, () => importing);
    await wait(Math.random() * 200);
    if (!importing?.kill('SIGKILL')) return;
  } else if (role === 'run') {
    await place.restart();
  } else {
    const pid = children()[role];
    if (!pid) return;
    process.kill(pid, 'SIGKILL');
  }
  kills[role]++;
}

async function killer() {
  const stop = Date.now() + seconds * 1000, roles = Object.keys(kills).filter((role) => role !== 'run');
  /* A slow machine needs longer until much was under fire. */
  const enough = () => pushed.length > 50 && accepted.length > 10 && Object.values(kills).every((times) => times > 0);
  for (let n = 0; Date.now() < stop || (!enough() && Date.now() < stop + 4 * seconds * 1000); n++) {
    await wait(150 + Math.random() * 900);
    await strike(n % 12 === 11 ? 'run' : roles[(n + Math.floor(Math.random() * 2)) % roles.length]);
    if (n % 3 === 2) await ready();
  }
}

try {
  await until('conversations', 30, async () => (await desk_api.get('/counts')).document?.inbox?.count > 50);
  const made = await desk_api.post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  const channel = made.document?.channel?.id ?? (await desk_api.get('/channels')).document.channels.find((one) => one.name === 'Our site').id;
  await box.dials({ per_minute: 900, duplicates: 10, disorder: 10, edits: 5, removals: 3, limited: 5, broken: 6, lost_before: 6, lost_after: 10, rubbish: 4, answers: 30 });
  const simulated = (await desk_api.get('/channels')).document.channels.find((one) => one.kind.word === 'simulator').id;
  const load = [answers(simulated), pushes(channel), brings()];
  await killer();
  over = true;
  await ready();
  await Promise.all(load);
  const total = Object.values(kills).reduce((sum, n) => sum + n, 0);
  console.log(`# ${total} cases: ${Object.entries(kills).map(([role, n]) => `${role} killed ${n}`).join(', ')} times, under ${pushed.length} pushes, ${accepted.length} answers, ${imports} imports of ${histories} histories`);
  check(`messages (${pushed.length}) and answers (${accepted.length}) were accepted under fire, every role was killed`, pushed.length > 50 && accepted.length > 10 && Object.values(kills).every((n) => n > 0), JSON.stringify(kills));
  await until('simulator', 20, () => box.ledger().then(() => true, () => false));
  await box.dials({ per_minute: 0, limited: 0, broken: 0, lost_before: 0, lost_after: 0, rubbish: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0, answers: 0 });
  /* Leases of the dead run out after five minutes; the answers in doubt are looked up then. Waiting is shortened by the database itself. */
  const sql = (text) => execFileSync('sqlite3', [`${place.data}/parvis.db`, '.timeout 20000', text], { encoding: 'utf8' }).trim();
  await until('outbox empty', 240, () => {
    const dead = (Date.now() + (300 - 30) * 1000) * 1000; /* leased half a minute ago: a lease that is younger may be a call that is under way */
    sql(`UPDATE publication SET lease_until = 1 WHERE state = 'leased' AND lease_until BETWEEN 2 AND ${dead}; UPDATE publication SET due_at = 1 WHERE state = 'due' AND due_at > 1; UPDATE channel_gate SET closed_until = 0, paused_until = 0 WHERE closed_until > 0 OR paused_until > 0;`);
    return sql("SELECT COUNT(*) FROM publication WHERE state IN ('due', 'leased', 'unknown') AND act = 'reply'") === '0';
  });
  const ledger = await box.ledger();
  check('the network took no answer twice', ledger.most <= 1, JSON.stringify(ledger.keys.filter(({ count }) => count > 1)));
  const states = sql("SELECT reply_state || ' ' || COUNT(*) FROM message WHERE direction = 'out' AND author_id IS NOT NULL GROUP BY reply_state");
  const arrived = new Set(execFileSync('sqlite3', [`${place.data}/simulator.db`, '.timeout 20000', 'SELECT body FROM item WHERE ours = 1'], { encoding: 'utf8' }).split('\n'));
  const lost = accepted.filter((text) => !arrived.has(text));
  check('every accepted answer arrived', lost.length === 0, `${lost.length} of ${accepted.length} missing; ${states}; ${lost.slice(0, 5)}`);
  const missing = () => execFileSync('sqlite3', [`${place.data}/parvis.db`, '.timeout 20000', `ATTACH '${place.data}/simulator.db' AS box; SELECT i.id, i.removed_at > 0, m.id IS NULL, COALESCE(m.removed_at > 0, -1), (SELECT GROUP_CONCAT(e.type || e.seq) FROM box.event e WHERE e.item = i.id) FROM box.item i LEFT JOIN message m ON m.remote_id = i.id WHERE i.ours = 0 AND (m.id IS NULL OR (m.removed_at > 0) <> (i.removed_at > 0)) LIMIT 12; SELECT state, state_story, cursor, fetch_due_at - fetched_at FROM channel WHERE kind = 'simulator'; SELECT MAX(seq) FROM box.event;`], { encoding: 'utf8' });
  const said_there = () => execFileSync('sqlite3', [`${place.data}/simulator.db`, '.timeout 20000', 'SELECT COUNT(*) FROM item WHERE ours = 0 AND removed_at = 0'], { encoding: 'utf8' }).trim();
  const heard = () => sql("SELECT COUNT(*) FROM message m JOIN channel c ON c.id = m.channel_id WHERE m.direction = 'in' AND m.removed_at = 0 AND c.kind = 'simulator'");
  /* Members finish what they meant to say: both sides grow for a while yet. */
  const all = await until('all heard', 90, () => heard() === said_there());
  check('every message said was heard, once', all, `${heard()} of ${said_there()}\n${all ? '' : missing()}`);
  const ours = sql("SELECT remote_id FROM message m JOIN channel c ON c.id = m.channel_id WHERE c.kind = 'webform'").split('\n'), kept = new Set(ours), gone = pushed.filter((id) => !kept.has(id));
  check('every message that was pushed and accepted is there, once', gone.length === 0 && kept.size === ours.length, `${gone.length} of ${pushed.length} missing, ${ours.length - kept.size} doubled`);
  const counts = () => /(\d+) items: (\d+) new, (\d+) changed, (\d+) unchanged, (\d+) refused/.exec(execFileSync(place.program, ['import', '--data', place.data, '--network', 'forum', history], { encoding: 'utf8', env: environment }))?.slice(1).map(Number);
  const last = counts(), again = counts(), there = Number(sql("SELECT COUNT(*) FROM message m JOIN channel c ON c.id = m.channel_id WHERE c.kind = 'import'"));
  check('every history whose import was killed is whole, and once more changes nothing', last?.[0] === HISTORY && last[1] + last[3] === HISTORY && there === histories * HISTORY && again[3] === HISTORY, JSON.stringify([last, again, there]));
  check('the database is sound', sql('PRAGMA integrity_check') === 'ok' && sql('PRAGMA foreign_key_check') === '');
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  over = true;
  importing?.kill('SIGKILL');
  await place.end();
}
end();
