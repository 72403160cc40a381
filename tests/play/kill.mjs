/* Roles are killed at any moment while members talk, the network fails in every way it can and answers leave: no accepted message is lost,
   none is doubled, the database is sound. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { api, check, desk, end, keyOf, network, until, wait } from './_desk.mjs';

const rounds = Number(process.env.ROUNDS ?? 12);
const place = await desk({ simulator: 'on' });
const desk_api = api(place, keyOf(place)), box = network(place);

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

try {
  await until('conversations', 30, async () => (await desk_api.get('/counts')).document?.inbox?.count > 50);
  await box.dials({ per_minute: 900, duplicates: 10, disorder: 10, edits: 5, removals: 3, limited: 5, broken: 6, lost_before: 6, lost_after: 10, rubbish: 4, answers: 30 });
  const accepted = [];
  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    const list = await desk_api.get('/inbox').catch(() => null);
    const rows = list?.document?.list?.rows ?? [];
    for (const row of rows.slice(0, 12)) {
      const text = `Answer ${round}-${row.id}`;
      const answer = await desk_api.post(`/conversations/${row.id}/reply`, { body: text, visibility: 'public', then: 'pending' }).catch(() => null);
      if (answer && answer.status < 300) accepted.push(text);
    }
    await wait(300 + Math.random() * 1200);
    const running = children(), roles = ['work', 'serve', 'simulator'].filter((role) => running[role]);
    const role = roles[Math.floor(Math.random() * roles.length)];
    if (role) { process.kill(running[role], 'SIGKILL'); kills++; }
    await until('ready again', 20, async () => (await fetch(`${place.base}/readyz`).catch(() => null))?.status === 200);
  }
  check(`answers were accepted under fire (${accepted.length}) and roles killed (${kills})`, accepted.length >= rounds && kills >= rounds / 2);
  await until('simulator', 20, () => box.ledger().then(() => true, () => false));
  await box.dials({ per_minute: 0, limited: 0, broken: 0, lost_before: 0, lost_after: 0, rubbish: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0, answers: 0 });
  /* Leases of the dead run out after five minutes; the answers in doubt are looked up then. Waiting is shortened by the database itself. */
  const sql = (text) => execFileSync('sqlite3', [`${place.data}/parvis.db`, '.timeout 20000', text], { encoding: 'utf8' }).trim();
  await until('outbox empty', 150, () => {
    sql("UPDATE publication SET lease_until = 1 WHERE state = 'leased' AND lease_until > 1; UPDATE publication SET due_at = 1 WHERE state IN ('due', 'unknown') AND due_at > 1;");
    return sql("SELECT COUNT(*) FROM publication WHERE state IN ('due', 'leased', 'unknown') AND act = 'reply'") === '0';
  });
  const ledger = await box.ledger();
  check('the network took no answer twice', ledger.most <= 1, JSON.stringify(ledger.keys.filter(({ count }) => count > 1)));
  const states = sql("SELECT reply_state || ' ' || COUNT(*) FROM message WHERE direction = 'out' AND author_id IS NOT NULL GROUP BY reply_state");
  const arrived = new Set(execFileSync('sqlite3', [`${place.data}/simulator.db`, '.timeout 20000', 'SELECT body FROM item WHERE ours = 1'], { encoding: 'utf8' }).split('\n'));
  const lost = accepted.filter((text) => !arrived.has(text));
  check('every accepted answer arrived', lost.length === 0, `${lost.length} of ${accepted.length} missing; ${states}; ${lost.slice(0, 5)}`);
  const missing = () => execFileSync('sqlite3', [`${place.data}/parvis.db`, '.timeout 20000', `ATTACH '${place.data}/simulator.db' AS box; SELECT i.id, i.removed_at > 0, m.id IS NULL, COALESCE(m.removed_at > 0, -1), (SELECT GROUP_CONCAT(e.type || e.seq) FROM box.event e WHERE e.item = i.id) FROM box.item i LEFT JOIN message m ON m.remote_id = i.id WHERE i.ours = 0 AND (m.id IS NULL OR (m.removed_at > 0) <> (i.removed_at > 0)) LIMIT 12; SELECT state, state_story, cursor, fetch_due_at - fetched_at FROM channel WHERE kind = 'simulator'; SELECT MAX(seq) FROM box.event;`], { encoding: 'utf8' });
  const said = () => execFileSync('sqlite3', [`${place.data}/simulator.db`, '.timeout 20000', 'SELECT COUNT(*) FROM item WHERE ours = 0 AND removed_at = 0'], { encoding: 'utf8' }).trim();
  const heard = () => sql("SELECT COUNT(*) FROM message WHERE direction = 'in' AND removed_at = 0");
  /* Members finish what they meant to say: both sides grow for a while yet. */
  const all = await until('all heard', 90, () => heard() === said());
  check('every message said was heard, once', all, `${heard()} of ${said()}\n${all ? '' : missing()}`);
  check('the database is sound', sql('PRAGMA integrity_check') === 'ok' && sql('PRAGMA foreign_key_check') === '');
} finally {
  await place.end();
}
end();
