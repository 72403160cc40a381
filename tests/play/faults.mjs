/* What goes wrong around the program: a port taken, a second desk on one folder, a database of another version or with a damaged byte, a key
   that is gone, a folder that cannot be written, a disk that fills while messages come in. Each time a clear word, a status that says it
   failed, and nothing changed or lost. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api, check, desk, end, freePort, keyOf, until } from './_desk.mjs';

/* Small file systems are mounted by root, or by anybody in a name space of their own, where the kernel allows it. */
if (process.getuid() !== 0 && spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0)
  process.exit(spawnSync('unshare', ['--map-root-user', '--mount', process.execPath, process.argv[1]], { stdio: 'inherit' }).status ?? 1);

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis', root = mkdtempSync(join(tmpdir(), 'parvis-faults-'));
const environment = { ...process.env, LANG: 'C', LANGUAGE: 'en', PARVIS_SIMULATOR: 'off' };
const mounted = [];

/* The program, for at most so long: what it said, and how it ended; null when it had to be stopped. */
async function run(words, seconds = 25) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  let said = '';
  child.stdout.on('data', (piece) => { said += piece; });
  child.stderr.on('data', (piece) => { said += piece; });
  const stop = setTimeout(() => { child.kill('SIGTERM'); setTimeout(() => child.kill('SIGKILL'), 8000); }, seconds * 1000);
  let stopped = false;
  setTimeout(() => { stopped = true; }, seconds * 1000).unref();
  const status = await new Promise((done) => child.on('close', done));
  clearTimeout(stop);
  return { status: stopped ? null : status, said };
}

/* Everything in a folder that lasts, as one number. */
function print(folder) {
  const hash = createHash('sha256');
  const walk = (path) => {
    for (const name of readdirSync(path).sort()) {
      const full = join(path, name), about = statSync(full);
      if (/-shm$|\.lock$|^lock$/.test(name) || (/-wal$/.test(name) && about.size === 0)) continue; /* what a reader leaves */
      hash.update(`${full.slice(folder.length)} ${about.mode} `);
      if (about.isDirectory()) walk(full); else hash.update(readFileSync(full));
    }
  };
  walk(folder);
  return hash.digest('hex');
}

const sqlite = (file, text) => execFileSync('sqlite3', [file, '.timeout 20000', text], { encoding: 'utf8' }).trim();
const clear = (said) => /[a-z][^\n]{20,}\./i.test(said) && !/Sanitizer|core dumped|Segmentation|assert|src\/\w+\/\w+\.c:\d+/.test(said);

/* A folder with some work in it, to spoil copies of. */
async function make(folder, messages = 60) {
  const place = await desk({ data: folder });
  const channel = await connect(place);
  await push(api(place, keyOf(place)), channel, 1, messages);
  return { place, channel };
}

async function connect(place) {
  const answer = await api(place, keyOf(place)).post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  if (answer.status >= 300) throw new Error(`no channel: ${answer.status} ${answer.text}`);
  return sqlite(join(place.data, 'parvis.db'), "SELECT id FROM channel WHERE kind = 'webform' ORDER BY id DESC LIMIT 1");
}

/* Gives back the ids that were accepted, and the first answer that was not. */
async function push(machine, channel, from, count, size = 40) {
  const accepted = [];
  for (let n = from; n < from + count; n++) {
    const answer = await machine.post(`/channels/${channel}/messages`, { id: `p${n}`, thread: `t${n % 50}`, text: `Message ${n} ${'x'.repeat(size)}`, kind: 'comment', author: { id: `u${n % 20}`, name: `Member ${n % 20}` } })
      .catch((error) => ({ status: 0, text: String(error) }));
    if (answer.status >= 300 || answer.status === 0) return { accepted, refused: answer };
    accepted.push(`p${n}`);
  }
  return { accepted, refused: null };
}

const missing = (file, accepted) => {
  const kept = sqlite(file, "SELECT remote_id FROM message WHERE remote_id LIKE 'p%'").split('\n');
  return { lost: accepted.filter((id) => !kept.includes(id)), doubled: kept.length - new Set(kept).size };
};

try {
  const good = join(root, 'good'), backup = join(root, 'backup.tar.zst');
  mkdirSync(good, { mode: 0o700 });
  const { place } = await make(good);

  /* ---- beside a desk that works ---- */
  const before = sqlite(join(good, 'parvis.db'), 'SELECT COUNT(*) FROM message');
  let done = await run(['run', '--data', good, '--listen', `127.0.0.1:${await freePort()}`]);
  check('a second desk on one folder is refused', done.status > 0 && clear(done.said) && /already|another|runs/i.test(done.said), `${done.status} ${done.said}`);
  const other = join(root, 'other');
  done = await run(['run', '--data', other, '--listen', `127.0.0.1:${place.port}`], 12);
  check('a port that is taken is told, with the port', done.status > 0 && clear(done.said) && done.said.includes(String(place.port)), `${done.status} ${done.said}`);
  check('and leaves no folder behind', !existsSync(other));
  done = await run(['restore', backup, '--into', good]);
  check('nothing is restored from a file that is not there', done.status > 0 && clear(done.said), `${done.status} ${done.said}`);
  done = await run(['backup', backup, '--data', good]);
  check('a backup is taken while it works', done.status === 0 && existsSync(backup), done.said);
  done = await run(['restore', backup, '--into', good]);
  check('nothing is restored over a desk that is there', done.status > 0 && clear(done.said), `${done.status} ${done.said}`);
  check('the first desk did not notice', (await fetch(`${place.base}/readyz`)).status === 200 && sqlite(join(good, 'parvis.db'), 'SELECT COUNT(*) FROM message') === before);
  await place.end();

  /* ---- a database of another time ---- */
  const spoilt = async (name, spoil, commands, expect, { same = true } = {}) => {
    const folder = join(root, name);
    cpSync(good, folder, { recursive: true, preserveTimestamps: true });
    spoil(folder);
    const print_before = print(folder);
    for (const words of commands) {
      done = await run([...words, '--data', folder, ...(words[0] === 'run' ? ['--listen', `127.0.0.1:${await freePort()}`] : [])]);
      check(`${name}: “parvis ${words[0]}” says so and ends`, done.status > 0 && clear(done.said) && expect.test(done.said), `${done.status} ${done.said.slice(-1200)}`);
    }
    if (same) check(`${name}: nothing was changed`, print(folder) === print_before);
    rmSync(folder, { recursive: true, force: true });
  };
  sqlite(join(good, 'parvis.db'), 'PRAGMA wal_checkpoint(TRUNCATE)');
  const csv = join(root, 'a.csv');
  writeFileSync(csv, 'id,at,author_id,author_name,body\n1,2026-03-24T09:42:00Z,u1,Ada,Hello\n');
  const every = [['run'], ['migrate'], ['import', '--network', 'forum', csv], ['backup', join(root, 'x.tar.zst')], ['export', join(root, 'x')], ['user', 'list'], ['check']];
  const table = sqlite(join(good, 'parvis.db'), "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migration%'").split('\n')[0];
  const columns = sqlite(join(good, 'parvis.db'), `SELECT group_concat(name) FROM pragma_table_info('${table}')`).split(',');
  await spoilt('a newer database', (folder) => sqlite(join(folder, 'parvis.db'), `INSERT INTO ${table} SELECT ${columns.map((name) => (name === 'number' ? '99' : name)).join(', ')} FROM ${table} LIMIT 1; PRAGMA wal_checkpoint(TRUNCATE)`), every, /newer|version|migration/i);
  await spoilt('another history', (folder) => sqlite(join(folder, 'parvis.db'), `UPDATE ${table} SET hash = 'cafe'; PRAGMA wal_checkpoint(TRUNCATE)`), every.slice(0, 3), /differs|migration/i);

  /* ---- damage ---- */
  const flip = (file, at, bytes) => { const fd = openSync(file, 'r+'); writeSync(fd, bytes, 0, bytes.length, at); };
  await spoilt('a database without its head', (folder) => flip(join(folder, 'parvis.db'), 0, Buffer.from('not a database at all')), every, /database|damaged/i);
  await spoilt('a database cut in half', (folder) => { const file = join(folder, 'parvis.db'); truncateSync(file, 8192 * Math.floor(statSync(file).size / 16384)); }, [['check']], /damaged|intact|malformed|corrupt/i);
  await spoilt('a database with a damaged page', (folder) => {
    const file = join(folder, 'parvis.db'), page = Number(sqlite(file, "SELECT rootpage FROM sqlite_master WHERE name = 'message'"));
    flip(file, (page - 1) * 8192, Buffer.from([0x7e, 0x55, 0xaa, 0xff, 0xff, 0xff, 0xff, 0xff]));
  }, [['check'], ['backup', join(root, 'y.tar.zst')]], /damaged|intact|malformed|corrupt/i);
  check('no backup is made of a damaged database', !existsSync(join(root, 'y.tar.zst')));
  await spoilt('a key that is gone', (folder) => rmSync(join(folder, 'keys'), { recursive: true }), [['run'], ['serve'], ['work'], ['check']], /key/i);
  await spoilt('a key that is cut', (folder) => { for (const name of readdirSync(join(folder, 'keys'))) if (/\.key$/.test(name)) truncateSync(join(folder, 'keys', name), 7); }, [['run'], ['check']], /key/i);
  await spoilt('keys of another installation', (folder) => {
    rmSync(join(folder, 'keys'), { recursive: true });
    spawnSync('timeout', ['4', program, 'run', '--data', join(root, 'stranger'), '--listen', '127.0.0.1:0'], { env: environment, stdio: 'ignore' });
    cpSync(join(root, 'stranger/keys'), join(folder, 'keys'), { recursive: true });
  }, [['run']], /another installation/);
  const whole = readFileSync(backup), hurt = join(root, 'hurt.tar.zst');
  for (const at of [20, Math.floor(whole.length / 2), whole.length - 30]) {
    const copy = Buffer.from(whole);
    copy[at] ^= 0x10;
    writeFileSync(hurt, copy);
    done = await run(['restore', hurt, '--into', join(root, 'back')]);
    check(`a backup with one bit changed at ${at} is refused, and nothing put in its place`, done.status > 0 && clear(done.said) && !existsSync(join(root, 'back/parvis.db')), `${done.status} ${done.said}`);
    rmSync(join(root, 'back'), { recursive: true, force: true });
  }
  done = await run(['restore', backup, '--into', join(root, 'back')]);
  check('the sound one comes back', done.status === 0 && sqlite(join(root, 'back/parvis.db'), 'SELECT COUNT(*) FROM message') === before, done.said);

  /* ---- a folder that cannot be written, a disk that fills: small file systems of their own ---- */
  const mount = (folder, size) => {
    mkdirSync(folder);
    const did = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'parvis-play', folder], { encoding: 'utf8' });
    if (did.status === 0) mounted.push(folder);
    return did.status === 0;
  };
  const small = join(root, 'small');
  if (!mount(small, '48m')) {
    console.log('# skipped: full disk and read-only folder (a small file system is mounted by root, or in a name space of one’s own, which this kernel refuses)');
  } else {
    const data = join(small, 'data');
    mkdirSync(data, { mode: 0o700 });
    const made = await make(data);
    const machine = api(made.place, keyOf(made.place)), file = join(data, 'parvis.db'), ballast = join(small, 'ballast');
    const free = () => Number(execFileSync('df', ['--output=avail', '-B1', small], { encoding: 'utf8' }).split('\n')[1]);
    const fill = (leave) => writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - leave)));
    fill(3 << 20);
    const first = await push(machine, made.channel, 1000, 4000, 3000);
    check(`on a full disk messages are refused after ${first.accepted.length}, with a word that says so`, first.refused && first.refused.status === 507 && /disk|disque/i.test(first.refused.text), JSON.stringify(first.refused)?.slice(0, 600));
    const reading = await machine.get('/inbox');
    check('what is there can be read all the same', reading.status === 200, `${reading.status} ${reading.text.slice(0, 300)}`);
    done = await run(['import', '--data', data, '--network', 'forum', csv]);
    check('so does an import, which keeps nothing of it', done.status > 0 && clear(done.said) && /disk|space|room/i.test(done.said), `${done.status} ${done.said}`);
    done = await run(['backup', join(small, 'b.tar.zst'), '--data', data]);
    check('and a backup, which leaves no half one', done.status > 0 && clear(done.said) && !existsSync(join(small, 'b.tar.zst')), `${done.status} ${done.said}`);
    check('the desk lives on', made.place.child.exitCode === null && (await fetch(`${made.place.base}/healthz`)).status === 200);
    rmSync(ballast);
    const second = await until('room again', 30, async () => { const more = await push(machine, made.channel, 9000, 20); return more.refused ? null : more; });
    check('with room again it goes on by itself', second, made.place.log().slice(-1500));
    const result = missing(file, [...first.accepted, ...(second?.accepted ?? [])]);
    check('nothing that was accepted is lost or doubled', result.lost.length === 0 && result.doubled === 0, `${result.lost.length} lost, ${result.doubled} doubled`);
    check('the database is sound', sqlite(file, 'PRAGMA integrity_check') === 'ok');
    await made.place.end();

    /* The disk is full before it starts. */
    fill(0);
    done = await run(['run', '--data', join(small, 'new'), '--listen', `127.0.0.1:${await freePort()}`]);
    check('a new desk on a full disk says so and ends', done.status > 0 && clear(done.said) && /disk|space|room/i.test(done.said), `${done.status} ${done.said}`);
    check('and leaves no folder behind', !existsSync(join(small, 'new')));
    const stood = print(data);
    done = await run(['run', '--data', data, '--listen', `127.0.0.1:${await freePort()}`]);
    check('neither does one that was there before start', done.status > 0 && clear(done.said) && /disk.*full/i.test(done.said) && print(data) === stood, `${done.status} ${done.said}`);
    rmSync(ballast);

    const kept = print(data);
    execFileSync('mount', ['-o', 'remount,bind,ro', small]);
    for (const words of [['run'], ['migrate'], ['import', '--network', 'forum', csv], ['serve'], ['work']]) {
      done = await run([...words, '--data', data, ...(/run|serve/.test(words[0]) ? ['--listen', `127.0.0.1:${await freePort()}`] : [])]);
      check(`a read-only folder: “parvis ${words[0]}” says so and ends`, done.status > 0 && clear(done.said) && /read-only|written|write/i.test(done.said), `${done.status} ${done.said.slice(-1000)}`);
    }
    done = await run(['run', '--data', join(small, 'another'), '--listen', `127.0.0.1:${await freePort()}`]);
    check('a new folder there as well', done.status > 0 && clear(done.said), `${done.status} ${done.said}`);
    execFileSync('mount', ['-o', 'remount,bind,rw', small]);
    check('a read-only folder: nothing was changed', print(data) === kept);
  }
} catch (error) {
  check('the play went through', false, error.stack);
} finally {
  for (const folder of mounted) spawnSync('umount', ['-l', folder]);
  rmSync(root, { recursive: true, force: true });
}
end();
