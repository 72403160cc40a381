/* _s3.mjs: storage that speaks S3 for plays: s3rver (npm), behind a door that holds every request to its signature. s3rver takes any AWS4 signature, so the door works each out anew with
   aws4 (npm), another hand than libcurl's, and looks at the hash of the body; it answers what Amazon answers, and can be made to falter: `door.mode`. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import aws4 from 'aws4';
import S3rver from 's3rver';

const REGION = 'eu-west-3', ID = 'S3RVER', SECRET = 'what only the two of them know';
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex');

function fault(answer, status, code, more = '') {
  answer.writeHead(status, { 'Content-Type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>As it is.</Message>${more}</Error>`);
}

/* What is wrong with the signature: an answer, or nothing. */
function wrong(asked, body, skew) {
  const { authorization = '', 'x-amz-date': date = '', 'x-amz-content-sha256': hash } = asked.headers;
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/.exec(authorization);
  if (!parts) return [403, 'AccessDenied'];
  const [, id, , region, names] = parts, at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (id !== ID) return [403, 'InvalidAccessKeyId'];
  if (region !== REGION) return [400, 'AuthorizationHeaderMalformed', `<Region>${REGION}</Region>`];
  if (!(Math.abs(Date.now() + skew - at) < 15 * 60000)) return [403, 'RequestTimeTooSkewed'];
  if (hash !== sha(body)) return [400, 'XAmzContentSHA256Mismatch'];
  const list = names.split(';');
  if (!['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => list.includes(name))) return [403, 'AccessDenied'];
  const mine = aws4.sign({ service: 's3', region, method: asked.method, path: asked.url, host: asked.headers.host, body, extraHeadersToIgnore: Object.fromEntries(['content-length', 'content-type'].filter((name) => !list.includes(name)).map((name) => [name, true])), headers: Object.fromEntries(list.map((name) => [name, asked.headers[name] ?? ''])) },
    { accessKeyId: ID, secretAccessKey: SECRET });
  return mine.headers.Authorization === authorization ? null : [403, 'SignatureDoesNotMatch'];
}

export async function s3({ bucket = 'levain' } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'parvis-play-s3-'));
  const behind = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] });
  const { port: inner } = await behind.run();
  const door = { region: REGION, id: ID, secret: SECRET, bucket, mode: 'well', skew: 0, refused: [], asked: [], sockets: new Set() };
  const hand_on = (asked, body, answer) => {
    const on = request({ host: '127.0.0.1', port: inner, method: asked.method, path: asked.url, headers: { ...asked.headers, host: `127.0.0.1:${inner}` } }, (got) => {
      const pieces = [];
      got.on('data', (piece) => pieces.push(piece));
      got.on('end', () => {
        const whole = Buffer.concat(pieces), file = asked.method === 'GET' && got.statusCode === 200;
        if (file && door.mode === 'cut') { answer.writeHead(200, { 'Content-Length': whole.length }); answer.write(whole.subarray(0, whole.length / 2)); setTimeout(() => answer.destroy(), 50); return; }
        if (file && door.mode === 'other') whole[whole.length >> 1] ^= 1;
        answer.writeHead(got.statusCode, got.headers).end(whole);
      });
    });
    on.end(body);
  };
  const server = createServer((asked, answer) => {
    const pieces = [];
    asked.on('error', () => {});
    asked.on('data', (piece) => pieces.push(piece));
    asked.on('end', () => {
      const body = Buffer.concat(pieces), what = door.mode === 'well' || door.mode === 'cut' || door.mode === 'other' || door.mode === 'slow' || door.mode === 'liar' ? wrong(asked, body, door.skew) : null;
      door.asked.push(`${asked.method} ${asked.url}`);
      answer.on('close', () => door.asked.push(`  ${answer.statusCode} ${asked.method} ${asked.url}`));
      if (what) { door.refused.push(what[1]); fault(answer, ...what); return; }
      if (door.mode === 'gone') { asked.socket.destroy(); return; }
      if (door.mode === 'ill') { fault(answer, 500, 'InternalError'); return; }
      if (door.mode === 'garbage') { answer.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 14 }).end('<html>Welcome!'); return; }
      if (door.mode === 'liar' && asked.method === 'PUT') { answer.writeHead(200).end(); return; }
      if (door.mode === 'slow' && asked.method === 'PUT') { setTimeout(() => hand_on(asked, body, answer), 1500); return; }
      hand_on(asked, body, answer);
    });
  });
  server.on('connection', (socket) => { door.sockets.add(socket); socket.on('close', () => door.sockets.delete(socket)); });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address(), suffix = '._S3rver_object';
  return Object.assign(door, {
    port, url: `http://127.0.0.1:${port}`,
    /* Names of the objects, and their bytes, as they lie on its disk. */
    objects: () => readdirSync(join(directory, bucket), { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && one.name.endsWith(suffix)).map((one) => one.name.slice(0, -suffix.length)),
    bytes: (key) => readFileSync(join(directory, bucket, key + suffix)),
    forget: (key) => rmSync(join(directory, bucket, key + suffix)),
    async end() {
      for (const socket of door.sockets) socket.destroy();
      server.close();
      await behind.close().catch(() => {});
      rmSync(directory, { recursive: true, force: true });
    },
  });
}
