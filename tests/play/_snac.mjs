/* _snac.mjs: a real server that speaks the Mastodon API: snac (Debian 13's snac2, whose program runs on Debian 12 as it is). Found in
   PARVIS_SNAC, in the PATH, or fetched once from Debian's own mirror into the cache outside the tree; null when none is to be had. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from './_desk.mjs';

/* Once more where a kept connection died with the server that was started anew. */
const sturdy = (url, options) => fetch(url, options).catch(() => fetch(url, options)).catch(() => fetch(url, options));
const quietly = { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };

function fetched() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'parvis', 'snac'), program = join(cache, 'x/usr/bin/snac');
  if (existsSync(program)) return program;
  try {
    const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
    const mirror = sources.split('\n').filter((line) => !line.includes('security')).map((line) => /^URIs:\s*(\S+)|^deb (?:\[[^\]]*\] )?(\S+)/.exec(line)).find(Boolean);
    const [, uris, deb] = mirror;
    for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(cache, 'apt', folder), { recursive: true });
    writeFileSync(join(cache, 'apt/status'), '');
    writeFileSync(join(cache, 'apt/sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uris ?? deb} trixie main\n`);
    const options = Object.entries({ 'Dir::Etc::sourcelist': 'sources.list', 'Dir::Etc::sourceparts': 'none', 'Dir::State::lists': 'lists', 'Dir::Cache': 'cache', 'Dir::State::status': 'status' })
      .flatMap(([name, file]) => ['-o', `${name}=${join(cache, 'apt', file)}`]);
    execFileSync('apt-get', [...options, 'update'], { ...quietly, timeout: 90000 });
    execFileSync('apt-get', [...options, 'download', 'snac2'], { ...quietly, cwd: cache, timeout: 90000 });
    execFileSync('sh', ['-c', 'dpkg -x snac2_*.deb x'], { ...quietly, cwd: cache });
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

function found() {
  if (process.env.PARVIS_SNAC) return process.env.PARVIS_SNAC;
  try { return execFileSync('sh', ['-c', 'command -v snac'], quietly).trim(); } catch { return fetched(); }
}

/* A server with these people; each has `ask(method, path, body)` with a token of their own, got by the OAuth code flow. */
export async function snac(...names) {
  const program = found();
  if (!program) return null;
  const port = await freePort(), data = mkdtempSync(join(tmpdir(), 'parvis-snac-')), folder = join(data, 'd'), base = `http://localhost:${port}`;
  execFileSync(program, ['init', folder], { input: `127.0.0.1\n${port}\nlocalhost:${port}\n\nadmin@example.org\n`, stdio: ['pipe', 'ignore', 'ignore'] });
  const settings = join(folder, 'server.json');
  writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, 'utf8')), protocol: 'http' }));
  const passwords = Object.fromEntries(names.map((name) => {
    const told = execFileSync('sh', ['-c', '"$0" adduser "$1" "$2" 2>&1', program, folder, name], { encoding: 'utf8' });
    return [name, /User password is (\S+)/.exec(told)[1]];
  }));
  const place = {
    base, port, host: `localhost:${port}`, data, passwords, child: null,
    async start() {
      place.child = spawn(program, ['httpd', folder], { stdio: 'ignore' });
      await until('snac to listen', 10, () => fetch(`${base}/api/v1/instance`).then(() => true, () => false));
    },
    stop() {
      const gone = new Promise((done) => place.child.once('exit', done));
      place.child.kill('SIGKILL');
      return gone;
    },
    async end() {
      await place.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
  await place.start();
  const out = 'urn:ietf:wg:oauth:2.0:oob', form = (path, fields) => fetch(base + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const app = await (await form('/api/v1/apps', { client_name: 'desk', redirect_uris: out, scopes: 'read write' })).json();
  for (const name of names) {
    const signed = await form('/oauth/x-snac-login', { login: name, passwd: passwords[name], redir: out, cid: app.client_id, state: '' });
    const code = /code=([0-9a-f]+)/.exec(signed.headers.get('location') ?? '')?.[1] ?? /[0-9a-f]{32}/.exec(await signed.text())[0];
    const { access_token: token } = await (await form('/oauth/token', { grant_type: 'authorization_code', code, client_id: app.client_id, client_secret: app.client_secret, redirect_uri: out, scope: 'read write' })).json();
    place[name] = {
      token,
      async ask(method, path, body) {
        const answer = await sturdy(base + path, { method, headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) }, body: body && JSON.stringify(body) });
        const text = await answer.text();
        try { return JSON.parse(text); } catch { return { status: answer.status, text }; }
      },
      say: (status, parent, more = {}) => place[name].ask('POST', '/api/v1/statuses', { status, ...(parent ? { in_reply_to_id: parent } : {}), visibility: 'public', ...more }),
      /* Taken away as its author does it, on snac's own page. */
      async remove(url) {
        const page = await fetch(`${base}/${name}/admin/action`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: `Basic ${Buffer.from(`${name}:${passwords[name]}`).toString('base64')}` },
          body: String(new URLSearchParams({ id: url, actor: `${base}/${name}`, action: 'Delete' })), redirect: 'manual' });
        return page.status;
      },
    };
  }
  return place;
}
