/* _node_red.mjs: Node-RED from npm, as a sender and receiver of webhooks that we did not write. Fetched once into the cache outside the tree;
   null when it is not to be had. Its flow: POST /fire {url, secrets, id, body, stamp, spoil} signs as Standard Webhooks has it and sends; POST /hook takes what is
   sent, keeps headers and body, and answers {"id": "nr-…"} once for each webhook-id (503 while it is told to); GET /log says what came. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from './_desk.mjs';

const VERSION = '4.1.8'; // the last that runs on Node 20
const quietly = { stdio: 'ignore', timeout: 120000 };

function found() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'parvis', 'node-red'), program = join(cache, 'node_modules/node-red/red.js');
  if (existsSync(program)) return program;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{"private": true}\n');
    execFileSync('npm', ['install', `node-red@${VERSION}`, '--no-audit', '--no-fund'], { ...quietly, cwd: cache });
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

const take = `
const log = flow.get('log') || [], kept = flow.get('kept') || {}, id = msg.req.headers['webhook-id'];
log.push({ headers: msg.req.headers, body: msg.payload }); flow.set('log', log);
if (flow.get('away')) { msg.statusCode = 503; msg.payload = { error: 'away' }; return msg; }
kept[id] = kept[id] || 'nr-' + (Object.keys(kept).length + 1); flow.set('kept', kept);
msg.statusCode = 200; msg.payload = { id: kept[id] }; return msg;`;
const fire = `
const p = msg.payload, crypto = global.get('crypto'), body = p.text || JSON.stringify(p.body), stamp = String(p.stamp || Math.floor(Date.now() / 1000));
const sign = (s) => 'v1,' + crypto.createHmac('sha256', s.startsWith('whsec_') ? Buffer.from(s.slice(6), 'base64') : s).update(p.id + '.' + stamp + '.' + body).digest('base64');
msg.method = 'POST'; msg.url = p.url; msg.payload = body + (p.spoil || '');
msg.headers = { 'content-type': 'application/json', 'webhook-id': p.id, 'webhook-timestamp': stamp, 'webhook-signature': (p.secrets || []).map(sign).join(' ') };
return msg;`;

export async function nodeRed() {
  const program = found();
  if (!program) return null;
  const port = await freePort(), data = mkdtempSync(join(tmpdir(), 'parvis-node-red-')), base = `http://127.0.0.1:${port}`;
  const node = (id, type, more) => ({ id, type, z: 't', ...more });
  const door = (id, method, url, next) => node(id, 'http in', { url, method, wires: [[next]] });
  const work = (id, func, next) => node(id, 'function', { func, outputs: 1, wires: [[next]] });
  writeFileSync(join(data, 'settings.js'), `module.exports = { uiHost: '127.0.0.1', uiPort: ${port}, userDir: '${data}', flowFile: 'flows.json', credentialSecret: false,
    telemetry: { enabled: false }, functionGlobalContext: { crypto: require('crypto') }, apiMaxLength: '20mb' };\n`);
  writeFileSync(join(data, 'flows.json'), JSON.stringify([
    { id: 't', type: 'tab', label: 'webhooks' }, node('out', 'http response', { wires: [] }),
    door('i1', 'post', '/hook', 'f1'), work('f1', take, 'out'),
    door('i2', 'get', '/log', 'f2'), work('f2', "msg.payload = flow.get('log') || []; return msg;", 'out'),
    door('i3', 'post', '/fire', 'f3'), work('f3', fire, 'r3'), node('r3', 'http request', { method: 'use', ret: 'txt', wires: [['f4']] }),
    work('f4', 'msg.payload = { status: msg.statusCode, text: msg.payload }; msg.statusCode = 200; msg.headers = {}; return msg;', 'out'),
    door('i5', 'post', '/away', 'f5'), work('f5', "flow.set('away', !!msg.payload.away); msg.payload = {}; return msg;", 'out'),
  ]));
  const post = async (path, body) => (await fetch(base + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const place = {
    base, host: `127.0.0.1:${port}`, child: null,
    fire: (wish) => post('/fire', wish), away: (away) => post('/away', { away }),
    log: async () => (await fetch(`${base}/log`)).json(),
    async start() {
      place.child = spawn(process.execPath, [program, '-s', join(data, 'settings.js')], { stdio: 'ignore' });
      return until('Node-RED to listen', 30, () => fetch(`${base}/log`).then((answer) => answer.ok, () => false));
    },
    async end() {
      const gone = new Promise((done) => place.child.once('exit', done));
      place.child.kill('SIGKILL');
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
  await place.start();
  return place;
}
