#!/usr/bin/env node
/* The desk on PostgreSQL, through its pages and its API: the plays of the other engine once more on a server of our own, and what only a
   server can do: a connection killed, the server gone and back. The desk recovers by itself, and no accepted message is lost. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, desk, end, keyOf, sql, until, wait } from './_desk.mjs';

const server = process.env.PARVIS_TEST_POSTGRES;
if (!server) { /* tests/postgres starts one and comes back here with its address */
  const done = spawnSync('tests/postgres', [process.argv[1]], { stdio: 'inherit' });
  if (done.status === 77) console.log('# skipped: PostgreSQL is not installed (Debian: postgresql-15)\n1..0');
  process.exit(done.status === 77 ? 0 : done.status ?? 1);
}
process.env.PARVIS_PLAY_POSTGRES = server;

/* ---- the same plays ---- */

for (const name of ['set_up', 'round_trip', 'inbox', 'listening', 'said', 'tools', 'moderation', 'mail']) {
  const started = Date.now();
  const done = spawnSync(process.execPath, [`tests/play/${name}.mjs`], { encoding: 'utf8', timeout: 400000 });
  const good = done.stdout.match(/^ok /gm)?.length ?? 0, bad = done.stdout.match(/^not ok [^]*?(?=\nok |\nnot ok |\n1\.\.|$)/gm) ?? [];
  check(`the play ${name} on PostgreSQL: ${good} checks in ${Math.round((Date.now() - started) / 1000)} s`, done.status === 0 && good > 3, `${bad.join('\n')}\n${done.stderr.slice(-1500)}`);
}

/* ---- a server that goes away ---- */

const folder = decodeURIComponent(/host=([^&]+)/.exec(server)[1]);
const place = await desk({ simulator: 'off' });
const machine = api(place, keyOf(place)), key = keyOf(place);
const psql = (text) => execFileSync('psql', [server, '-tAqc', text], { encoding: 'utf8' }).trim();

/* Live updates as a page hears them; a page opens its stream again when it ends. */
function listener() {
  const heard = [];
  let over = false, opened = 0;
  const cut = new AbortController();
  (async () => {
    while (!over) {
      try {
        const answer = await fetch(`${place.base}/api/v1/events`, { headers: { Authorization: `Bearer ${key}`, Accept: 'text/event-stream' }, signal: cut.signal });
        if (answer.status === 200) opened++;
        const decoder = new TextDecoder();
        for await (const piece of answer.body) heard.push(decoder.decode(piece, { stream: true }));
      } catch { /* cut: again */ }
      await wait(300);
    }
  })();
  return { has: (id) => heard.join('').includes(id), text: () => heard.join(''), opened: () => opened, end: () => { over = true; cut.abort(); } };
}

/* pg_ctl, as whoever the server belongs to. */
function control(...words) {
  const bin = execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1'], { encoding: 'utf8' }).trim();
  const owner = statSync(join(folder, 'data')), command = [join(bin, 'pg_ctl'), '-D', join(folder, 'data'), '-w', '-s', ...words];
  const as = process.getuid() === 0 ? ['setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : [];
  const [program, ...rest] = [...as, ...command];
  execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder });
}

const backends = () => psql(`SELECT pid FROM pg_stat_activity WHERE datname = '${process.env.PARVIS_DATABASE.match(/\/(play_\w+)\?/)[1]}'`).split('\n').filter(Boolean).map(Number);
const ready = (seconds) => until('ready', seconds, async () => (await fetch(`${place.base}/readyz`).catch(() => null))?.status === 200);
let number = 0;
const accepted = [];
async function push(channel) {
  const id = `pushed-${++number}`;
  const answer = await machine.post(`/channels/${channel}/messages`, { id, thread: `thread-${number % 7}`, text: `A message about kouglof ${number}`, kind: 'comment', author: { id: `u${number % 5}`, name: `Member ${number % 5}` } }).catch(() => null);
  if (answer && answer.status < 300) accepted.push(id);
  return answer;
}
const shown = (id) => until(id, 20, async () => (await machine.get('/inbox?sort=recent')).text?.includes(`kouglof ${id.split('-')[1]}`));

const live = listener();
try {
  const made = await machine.post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  const channel = made.document?.channel?.id ?? made.document?.id ?? sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'webform' ORDER BY id DESC LIMIT 1")[0]?.id;
  check('a channel is made', channel, made.text.slice(0, 300));
  await until('the stream', 10, () => live.opened() > 0);

  /* whatever happens to the server, the same must hold afterwards */
  const works = async (how) => {
    check(`${how}: the desk is ready again`, await ready(40), place.log().slice(-1500));
    const said = live.text().length;
    const answer = await until('accepted', 30, async () => { const one = await push(channel); return one && one.status < 300 ? one : null; });
    check(`${how}: a message is taken`, answer, answer?.text);
    const id = accepted.at(-1);
    check(`${how}: it stands in the inbox`, await shown(id), '');
    check(`${how}: open pages hear of it`, await until('heard', 20, () => live.text().slice(said).includes('event: conversation')), live.text().slice(-500));
    const found = await until('found', 10, async () => (await machine.get(`/search?q=kouglof+${id.split('-')[1]}`)).text.includes(`kouglof ${id.split('-')[1]}`));
    check(`${how}: and is found by its words`, found);
  };
  await works('at rest');

  /* An import by the command line, beside the desk. */
  const file = join(place.data, 'history.csv');
  writeFileSync(file, 'id,at,author_id,author_name,body\n' + Array.from({ length: 500 }, (_, n) => `h${n},2026-03-24T09:42:00Z,a${n % 20},Author ${n % 20},Le pain ${n}`).join('\n') + '\n');
  const importing = () => { const done = spawnSync(place.program, ['import', '--data', place.data, '--network', 'forum', file], { encoding: 'utf8', env: { ...process.env, LANG: 'C' } }); return done.stdout + done.stderr; };
  check('an import by the command line', /500 items: 500 new, 0 changed, 0 unchanged, 0 refused/.test(importing()));
  check('and again changes nothing', /500 items: 0 new, 0 changed, 500 unchanged, 0 refused/.test(importing()));

  /* Connections ended one by one, politely. */
  const before = place.child.pid;
  for (const pid of backends()) psql(`SELECT pg_terminate_backend(${pid})`);
  await works('every connection ended');

  /* kill -9 of one backend: PostgreSQL ends all the others and recovers. Messages are pushed the while. */
  for (let round = 0; round < 3; round++) {
    const pids = backends();
    const talking = (async () => { for (let n = 0; n < 25; n++) { await push(channel); await wait(20); } })();
    await wait(100);
    const victim = pids[Math.floor(Math.random() * pids.length)];
    if (victim) try { process.kill(victim, 'SIGKILL'); } catch { /* it went by itself */ }
    await talking;
    await works(`backend killed ${round + 1}`);
  }

  /* The server stopped for a while, and started again. */
  control('-m', 'immediate', 'stop');
  const gone = await until('told', 15, async () => (await fetch(`${place.base}/readyz`).catch(() => null))?.status === 503);
  check('without its server the desk says that it is not ready', gone);
  const answer = await machine.get('/inbox');
  check('and tells why on a page, with a status that asks to come back', answer.status === 503, `${answer.status} ${answer.text.slice(0, 300)}`);
  check('it lives on', (await fetch(`${place.base}/healthz`)).status === 200 && place.child.exitCode === null && place.child.pid === before);
  control('-l', join(folder, 'log'), '-o', `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=100 -c autovacuum=off`, 'start');
  await works('the server stopped and started');

  const kept = new Map(sql(place, "SELECT remote_id AS id, COUNT(*) AS count FROM message WHERE remote_id LIKE 'pushed-%' GROUP BY remote_id").map(({ id, count }) => [id, Number(count)]));
  const lost = accepted.filter((id) => !kept.has(id));
  check(`no accepted message is lost, none is doubled (${accepted.length} accepted)`, lost.length === 0 && [...kept.values()].every((count) => count === 1), lost.slice(0, 10).join(' '));
  const soundness = spawnSync(place.program, ['check', '--data', place.data], { encoding: 'utf8', env: { ...process.env, LANG: 'C' } });
  check('parvis check finds the database, the audit log and the counters whole', ['The database is intact.', 'the audit log is whole', 'merges and counters fit', 'nothing stands still in the outbox'].every((text) => soundness.stdout.includes(text)), soundness.stdout + soundness.stderr);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  live.end();
  await place.end();
}
end();
