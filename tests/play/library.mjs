/* The media library: brought by hand and by the API, told apart by content, described, aimed at, made for networks without a trace of where it was taken; what is hostile is
   refused with a reason. In the browser at two widths, with axe-core; once without scripts. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { api, browser, check, desk, end, keyOf, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const chunk = (name, data) => { const whole = Buffer.concat([Buffer.from(name), data]); return Buffer.concat([u32(data.length), whole, u32(crc32(whole))]); };
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/* Left half red, right half green, with Exif that names a place. */
function png(width, height) {
  const row = Buffer.alloc(width * 3 + 1), exif = Buffer.from('4d4d002a00000008000188250004000000010000001a000000000001000100020000000 24e00000000000000'.replaceAll(' ', ''), 'hex');
  for (let x = 0; x < width; x++) row.set(x * 2 < width ? [0xd0, 0x30, 0x20] : [0x20, 0x80, 0x40], 1 + x * 3);
  return Buffer.concat([signature, chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])), chunk('eXIf', exif),
    chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
}

const place = await desk();
try {
  const key = keyOf(place), { get, post } = api(place, key);
  const bring = async (bytes, name) => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    const answer = await fetch(`${place.base}/api/v1/media`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: form });
    return { status: answer.status, document: await answer.json() };
  };
  const picture = png(1200, 600), first = await bring(picture, 'Fournil.png'), again = await bring(picture, 'Copie.png');
  const id = first.document.id;
  check('a picture is brought', first.status === 201 && id, JSON.stringify(first));
  check('the same bytes are one', again.document.id === id, JSON.stringify(again));
  let one = (await get(`/media/${id}`)).document;
  check('it is told apart', one.medium.type === 'image/png' && one.medium.measures.startsWith('1200 × 600'), JSON.stringify(one.medium));
  check('the working role makes what the pages show', await until('a picture', 20, async () => (one = (await get(`/media/${id}`)).document).medium.picture));

  /* ---- for a network ---- */
  const square = async () => (await get(`/media/${id}`)).document.others.find((format) => format.word === 'instagram-square');
  const bytesOf = async (url) => Buffer.from(await (await fetch(`${place.base}/api/v1${url}`, { headers: { Authorization: `Bearer ${key}` } })).arrayBuffer());
  await post(`/media/${id}/renditions`, { format: 'instagram-square' });
  check('a format is made', await until('made', 20, async () => (await square()).is_made));
  const made = await square(), jpeg = await bytesOf(made.url);
  check('cut square, as JPEG', made.size.startsWith('600 × 600') && jpeg.readUInt16BE(0) === 0xffd8, made.size);
  check('without a trace of where it was taken', !jpeg.includes('Exif') && (await bytesOf(one.medium.picture)).includes('EXIF') === false && picture.includes('eXIf'));
  await post(`/media/${id}`, { focus_x: 100, alt_fr: 'Un fournil', alt_en: 'A bakehouse', labels: 'four, pain', rights_until: new Date(Date.now() + 864e5).toISOString() });
  check('aimed elsewhere, it is cut anew', await until('anew', 20, async () => { const now = await square(); return now.is_made && now.url !== made.url; }));
  const kept = (await get(`/media/${id}`)).document;
  check('what is not named stays', kept.medium.name === 'Fournil.png' && kept.medium.focus_y === 50 && kept.langs[0].text === 'Un fournil', JSON.stringify(kept.medium));
  check('rights that end are found', (await get('/media?state=rights')).document.media.length === 1);
  check('words find it', (await get('/media?q=bakehouse')).document.media.length === 1 && (await get('/media?q=nothing')).document.media.length === 0);

  /* ---- what is refused ---- */
  const bomb = Buffer.concat([signature, chunk('IHDR', Buffer.concat([u32(30000), u32(30000), Buffer.from([8, 6, 0, 0, 0])])), chunk('IDAT', Buffer.from('x')), chunk('IEND', Buffer.alloc(0))]);
  for (const [what, bytes, why] of [['a bomb', bomb, /900 mill/], ['half a picture', picture.subarray(0, 900), /fin manque/], ['a program', Buffer.from('MZ\x90\0\x03\0'), /pas une image/], ['HEIC', Buffer.from('\0\0\0\x18ftypheic'), /HEIC/],
    ['entities of entities', Buffer.from('<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&c;</svg>'), /entités/]]) {
    const answer = await bring(bytes, 'x.png');
    check(`${what} is refused with a reason`, answer.status === 422 && why.test(JSON.stringify(answer.document)), JSON.stringify(answer));
  }
  const svg = await bring(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="alert(1)"><script>alert(2)</script><rect width="40" height="40" fill="#d03020"/></svg>'), 'logo.svg');
  const saved = await fetch(`${place.base}/api/v1/media/${svg.document.id}/file`, { headers: { Authorization: `Bearer ${key}` } });
  check('an SVG is saved, never shown', /^attachment/.test(saved.headers.get('content-disposition')) && saved.headers.get('content-type') === 'application/octet-stream');
  check('and drawn', await until('drawn', 20, async () => (await get(`/media/${svg.document.id}`)).document.medium.picture));

  /* ---- on the command line ---- */
  const parse = (word, input) => { try { return JSON.parse(execFileSync(place.program, ['parse', word], { input, stdio: ['pipe', 'pipe', 'pipe'] })); } catch (e) { return JSON.parse(e.stdout); } };
  const looked = parse('image', picture), refused = parse('image', bomb);
  check('parvis parse image says what is found', looked.taken && looked.metadata.includes('position') && looked.width === 1200, JSON.stringify(looked));
  check('and what is refused', !refused.taken && /900 million/.test(refused.refused[0].why), JSON.stringify(refused));

  /* ---- in the browser ---- */
  const { page, context } = await browser(place, { viewport: { width: 1440, height: 900 } });
  const said = [];
  page.on('console', (message) => { if (message.type() === 'error') said.push(message.text()); });
  for (const [path, width] of [['/media', 1440], [`/media/${id}`, 1440], ['/media', 390], [`/media/${id}`, 390]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(place.base + path);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${path.replace(/\d+/, 'ID')} at ${width}: axe-core finds nothing`, !violations.length, JSON.stringify(violations.map((v) => [v.id, v.nodes[0].html])));
    check(`and it fits`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    if (process.env.PARVIS_SHOTS) await page.screenshot({ path: join(process.env.PARVIS_SHOTS, `library-${path === '/media' ? 'list' : 'one'}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base}/media/${id}`);
  const box = await page.locator('[data-focus] img').boundingBox();
  await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.75);
  check('pointing at the picture says what must stay in sight', (await page.inputValue('#focus_x')) === '25' && (await page.inputValue('#focus_y')) === '75');
  await page.click('#say button[type=submit]');
  check('and it is kept', (await get(`/media/${id}`)).document.medium.focus_x === 25);
  const path = join(place.data, 'spool', 'upload.png');
  writeFileSync(path, png(90, 60));
  await page.goto(`${place.base}/media`);
  await page.setInputFiles('#file', path);
  await page.click('[data-progress] button[type=submit]');
  check('a file is brought by the page', await page.waitForURL(/\/media\/\d+$/, { timeout: 10000 }).then(() => true, () => false), page.url());
  check('the console says nothing', !said.length, said.join('\n'));
  const plain = await (await context.browser().newContext({ javaScriptEnabled: false, storageState: await context.storageState() })).newPage();
  writeFileSync(path, png(91, 60));
  await plain.goto(`${place.base}/media`);
  await plain.setInputFiles('#file', path);
  await plain.click('[data-progress] button[type=submit]');
  check('also without scripts', /\/media\/\d+$/.test(plain.url()), plain.url());
} catch (error) {
  check('the play reaches its end', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
