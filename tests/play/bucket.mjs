/* Kept files in a bucket: what is brought arrives there; the folder keeps within its bound, and what left comes back when it is asked for; a bucket that is away, ill, lies or is
   wrongly set loses nothing and is told of; killed in between; a backup holds everything. Against s3rver behind a door that verifies signatures (_s3.mjs). */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { api, browser, check, desk, end, keyOf, sql, until, wait } from './_desk.mjs';
import { s3 } from './_s3.mjs';

const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const chunk = (name, data) => { const whole = Buffer.concat([Buffer.from(name), data]); return Buffer.concat([u32(data.length), whole, u32(crc32(whole))]); };
/* A picture of noise: as large as it looks. */
function noise(side) {
  const rows = Buffer.concat(Array.from({ length: side }, () => Buffer.concat([Buffer.alloc(1), randomBytes(side * 3)])));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', Buffer.concat([u32(side), u32(side), Buffer.from([8, 2, 0, 0, 0])])), chunk('IDAT', deflateSync(rows, { level: 0 })), chunk('IEND', Buffer.alloc(0))]);
}

const store = await s3(), into = mkdtempSync(join(tmpdir(), 'parvis-play-'));
process.env.PARVIS_MEDIA_KEY = store.secret;
const set = ['--media_store', `s3://${store.bucket}/desk`, '--media_endpoint', store.url, '--media_region', store.region, '--media_key_id', store.id, '--net_allow', `127.0.0.1:${store.port}`];
const place = await desk({ options: [...set, '--media_cache', '1 MiB'] });
try {
  const key = keyOf(place), { get } = api(place, key), bearer = { headers: { Authorization: `Bearer ${key}` } };
  const bring = async (bytes, name) => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    const answer = await fetch(`${place.base}/api/v1/media`, { method: 'POST', ...bearer, body: form });
    const { id } = await answer.json();
    return { status: answer.status, id, bytes, name: sql(place, `SELECT blob_hash FROM media WHERE id = ${id}`)[0].blob_hash };
  };
  const here = (name) => existsSync(join(place.data, 'media', name.slice(0, 2), name)), there = (name) => sql(place, `SELECT name FROM bucket_file WHERE name = '${name}'`).length === 1 && store.objects().includes(name);
  const file = async (one) => { const got = await fetch(`${place.base}/api/v1/media/${one.id}/file`, bearer); return { status: got.status, after: got.headers.get('retry-after'), bytes: Buffer.from(await got.arrayBuffer()) }; };
  const cached = () => readdirSync(join(place.data, 'media'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).reduce((sum, one) => sum + statSync(join(one.parentPath ?? one.path, one.name)).size, 0);
  const figure = async (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(`${place.base}/metrics`)).text())?.[1] ?? -1);
  const said = (more, env = {}) => new Promise((done) => {
    execFile(place.program, ['check', '--quick', '--json', '--data', place.data, '--listen', `127.0.0.1:${place.port}`, ...set, ...more], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en', ...env } },
      (fault, out) => { const { level, findings, settings } = JSON.parse(out); done({ status: fault ? fault.code : 0, level, settings, bucket: findings.filter((one) => one.area === 'bucket') }); });
  });

  /* ---- there and back ---- */
  const first = await bring(noise(400), 'one.png');
  check('a picture is brought and arrives in the bucket, byte for byte', first.status === 201 && await until('there', 8, () => there(first.name)) && store.bytes(`desk/${first.name.slice(0, 2)}/${first.name}`).equals(first.bytes));
  const others = [await bring(noise(401), 'two.png'), await bring(noise(402), 'three.png')];
  check('every request was signed as another hand signs it', await until('all', 8, () => others.every((one) => there(one.name))) && !store.refused.length, store.refused);
  check('nothing waits any more', await until('none', 5, async () => await figure('parvis_bucket_waiting') === 0), await (await fetch(`${place.base}/metrics`)).text().then((all) => all.match(/^parvis_bucket.*$/gm).join(' ')) + store.asked.slice(-14).join('\n') + place.log().slice(-1500));

  /* ---- what is wrongly set is said, while the grace of what was used now runs out ---- */
  const [fine, secret, id, bucket, region, silent, skewed] = [await said([]), await said([], { PARVIS_MEDIA_KEY: 'another' }), await said(['--media_key_id', 'NOBODY']), await said(['--media_store', 's3://elsewhere']),
    await said(['--media_region', 'eu-north-1']), await said(['--media_endpoint', 'http://127.0.0.1:9', '--net_allow', '127.0.0.1:9']), await (store.skew = 36e5, said([]).finally(() => { store.skew = 0; }))];
  check('a bucket that does is said to do', fine.bucket[0].level === 'fine' && /takes files and gives them back/.test(fine.bucket[0].what) && fine.settings.media_key.value === '(set)', JSON.stringify(fine));
  for (const [what, found, words] of [['a wrong secret', secret, /secret does not belong.*media_key/], ['a key that nobody knows', id, /does not know the key “NOBODY”/], ['no such bucket', bucket, /no bucket “elsewhere”/],
    ['another region', region, /is in the region eu-west-3/], ['nobody there', silent, /not reached/], ['a clock that is wrong', skewed, /clock.*NTP/]])
    check(`${what} is said, with what to do`, found.status === 2 && found.bucket[0].level === 'error' && words.test(found.bucket[0].what) && found.bucket[0].mend.length > 10, JSON.stringify(found.bucket));

  check('the folder goes back below its bound', await until('dropped', 12, () => cached() <= 1 << 20 && !here(first.name)), `${cached()}`);
  check('nothing was dropped that the bucket does not have', [first, ...others].every((one) => here(one.name) || there(one.name)));
  const back = await file(first);
  check('what left comes back when it is asked for', back.status === 200 && back.bytes.equals(first.bytes) && here(first.name), `${back.status}`);

  /* ---- in the browser: a page of pictures that are away ---- */
  check('pictures are made', await until('made', 10, async () => (await get(`/media/${others[1].id}`)).document.medium.picture));
  const renditions = sql(place, "SELECT blob_hash FROM media_rendition WHERE blob_hash <> ''").map((one) => one.blob_hash);
  check('they arrive too', await until('there', 8, () => renditions.every(there)));
  for (const name of renditions) rmSync(join(place.data, 'media', name.slice(0, 2), name), { force: true });
  const { page, context } = await browser(place);
  await page.goto(`${place.base}/media`);
  check('a page of pictures that are away shows them', await until('shown', 8, () => page.evaluate(() => { const all = [...document.querySelectorAll('main img')]; return all.length >= 3 && all.every((one) => one.complete && one.naturalWidth > 0); })));
  await context.close();

  /* ---- away, ill, lying ---- */
  store.mode = 'gone';
  const away = others.find((one) => !here(one.name)) ?? others[0];
  rmSync(join(place.data, 'media', away.name.slice(0, 2), away.name), { force: true });
  const late = await bring(noise(60), 'late.png'), asked = await file(away);
  check('while it is away, what is brought is taken', late.status === 201 && (await file(late)).bytes.equals(late.bytes));
  check('what is there alone is answered calmly', asked.status === 503 && Number(asked.after) > 0 && /compartiment.*sûreté/.test(asked.bytes.toString()), `${asked.status} ${asked.bytes}`);
  check('the figures tell of it', await until('told', 5, async () => await figure('parvis_bucket_waiting') >= 1 && await figure('parvis_bucket_trouble_seconds') > 0));
  const goes_wrong = async (mode) => { store.mode = mode; rmSync(join(place.data, 'spool', 'wanted', away.name), { force: true }); return file(away); };
  for (const [mode, what] of [['other', 'what comes back with another hash'], ['cut', 'half a file'], ['garbage', 'a page of somebody else'], ['ill', 'an error']]) {
    const got = await goes_wrong(mode);
    check(`${what} is not taken, and told`, got.status === 503 && !here(away.name), `${got.status}`);
  }
  store.mode = 'liar';
  const belied = await bring(noise(62), 'belied.png');
  check('what it says that it took, and did not, stays here', await until('lied', 10, async () => /does not have it in full/.test(place.log())) && here(belied.name) && !there(belied.name), place.log().slice(-1500));

  /* ---- killed while it sends, well again ---- */
  store.mode = 'slow';
  const torn = await bring(noise(61), 'torn.png');
  await until('sending', 8, () => store.asked.some((one) => one.startsWith('PUT') && one.includes(torn.name)));
  process.kill(Number(/^ *(\d+) .* work$/m.exec(execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(place.child.pid)], { encoding: 'utf8' }))[1]), 'SIGKILL');
  store.mode = 'well';
  check('killed while it sends, it sends again, and catches up', await until('there', 15, () => [torn, late, belied].every((one) => there(one.name))), store.objects());
  check('and is well', await until('well', 20, async () => await figure('parvis_bucket_trouble_seconds') === 0 && await figure('parvis_bucket_waiting') === 0), await (await fetch(`${place.base}/metrics`)).text().then((all) => all.match(/^parvis_bucket.*$/gm).join(' ')) + place.log().slice(-1500));
  check('what was away is back', await until('back', 8, async () => (await file(away)).bytes.equals(away.bytes)));

  /* ---- a backup holds everything ---- */
  rmSync(join(place.data, 'media', first.name.slice(0, 2), first.name), { force: true });
  const run = (...words) => new Promise((done) => { execFile(place.program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } }, (fault, out, err) => done({ status: fault ? fault.code : 0, said: out + err })); });
  const whole = await run('backup', join(into, 'all.tar.zst'), '--data', place.data, ...set), part = await run('backup', join(into, 'part.tar.zst'), '--here-only', '--data', place.data, ...set);
  check('a backup brings what is in the bucket alone', whole.status === 0 && !/alone/.test(whole.said), whole.said);
  check('or says what it left there', part.status === 0 && /kept files? (is|are) in the bucket alone/.test(part.said), part.said);
  const restored = await run('restore', join(into, 'all.tar.zst'), '--into', join(into, 'again'));
  check('and is restored whole', restored.status === 0 && readFileSync(join(into, 'again', 'media', first.name.slice(0, 2), first.name)).equals(first.bytes), restored.said);
  check('the secret is nowhere', !place.log().includes(store.secret) && !JSON.stringify(fine).includes(store.secret));
} finally {
  await place.end();
  await store.end();
  rmSync(into, { recursive: true, force: true });
}
end();
