/* The media library: brought by hand and by the API, told apart by content, described, aimed at, made for networks without a trace of where it was taken; what is hostile is
   refused with a reason. Chosen, brought, dropped, ordered and taken out for a post, which leaves with renditions alone, and is taken back when rights end before it. In the
   browser, with axe-core; once without scripts. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { Upload } from 'tus-js-client';
import { api, browser, check, desk, end, keyOf, sql, until } from './_desk.mjs';

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

const place = await desk({ simulator: 'on' });
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

  /* ---- in pieces: tus 1.0, by its reference client, broken off and gone on with ---- */
  const large = Buffer.concat([png(95, 60).subarray(0, -12), chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), randomBytes(6 << 20).toString('base64').slice(0, 6 << 20)].map((one) => Buffer.from(one)))), chunk('IEND', Buffer.alloc(0))]);
  const started = [], carried = await new Promise((done) => {
    let url = null;
    const options = { endpoint: `${place.base}/api/v1/uploads`, headers: { Authorization: `Bearer ${key}` }, chunkSize: 1 << 20, metadata: { filename: 'Grand fournil.png' }, retryDelays: null };
    const first = new Upload(large, { ...options, onError: done, onChunkComplete: (size, sent) => {
      if (sent < 3 << 20) return;
      url = first.url;
      first.abort().then(() => new Upload(large, { ...options, uploadUrl: url, onError: done, onProgress: (sent2) => started.push(sent2),
        onAfterResponse: (request, answer) => { if (answer.getHeader('Parvis-Media')) done(answer.getHeader('Parvis-Media')); } }).start());
    } });
    first.start();
  });
  check('a large file comes in pieces, and goes on where it broke off', /^\d+$/.test(carried) && started[0] >= 3 << 20, `${carried} ${started[0]}`);
  check('it is what was sent', (await get(`/media/${carried}`)).document.medium.name === 'Grand fournil.png' && large.equals(await bytesOf(`/media/${carried}/file`)));
  const wrong = await fetch(`${place.base}/api/v1/uploads`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, 'Tus-Resumable': '0.2.2', 'Upload-Length': '5' } });
  check('another version is refused as the protocol says', wrong.status === 412 && wrong.headers.get('tus-version') === '1.0.0', wrong.status);

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
  /* ---- for a post ---- */
  const axed = async (what) => {
    for (const width of [1440, 768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${what} at ${width}: axe-core finds nothing`, !violations.length, JSON.stringify(violations.map((v) => [v.id, v.nodes[0].html])));
      check('and it fits', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), await page.evaluate(() => [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120)).slice(0, 4).join('\n')));
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: join(process.env.PARVIS_SHOTS, `library-${what.replaceAll(' ', '-')}-${width}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  const channel = (await get('/posts')).document.channels[0];
  await page.goto(`${place.base}/posts/new?channel=${channel.id}`);
  await page.locator('#body').fill('Fresh from the oven');
  await page.locator('#title').fill('Oven');
  await page.locator('#media-choose').click();
  await page.waitForURL(/\/posts\/\d+\/media$/);
  const number = /posts\/(\d+)/.exec(page.url())[1], ofPost = async () => (await get(`/posts/${number}`)).document;
  await axed('choosing');
  await page.locator(`label[for="pick-${id}"]`).click();
  await page.locator('#pick button[type=submit]').click();
  await page.waitForURL(/\/posts\/\d+#media$/);
  check('what was chosen goes with the post, its words are kept', await ofPost().then(({ post: it, media }) => it.body === 'Fresh from the oven' && media.length === 1 && media[0].id === id && /bakehouse|fournil/.test(media[0].library_alt)));
  check('what the channel takes is said', /4/.test(await page.locator('#media-takes').textContent()), await page.locator('#media-takes').textContent());
  writeFileSync(path, png(92, 60));
  await page.setInputFiles('#media-bring', path);
  check('a file is brought straight into it', await until('two', 10, async () => (await ofPost()).media.length === 2));
  const dropped = [...png(93, 60)];
  await page.evaluate((bytes) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], 'dropped.png', { type: 'image/png' }));
    document.getElementById('media').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
  }, dropped);
  check('or dropped on it', await until('three', 10, async () => (await ofPost()).media.length === 3));
  let broken = 0;
  await page.route('**/api/v1/uploads/*', (route) => (route.request().method() === 'PATCH' && !broken++ ? route.abort('connectionreset') : route.continue()));
  writeFileSync(path, Buffer.concat([large.subarray(0, -12), chunk('tEXt', Buffer.from('a\0b')), large.subarray(-12)]));
  await page.setInputFiles('#media-bring', path);
  check('a large one goes on after its line broke', await until('four', 20, async () => (await ofPost()).media.length === 4) && broken > 2, broken);
  await page.locator('#media-list li:nth-child(4) [name="media_out"]').click();
  check('and is taken out', await until('three again', 5, async () => (await ofPost()).media.length === 3));
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['MZ'], 'program.exe'));
    document.getElementById('media').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
  });
  check('what is no picture is refused with a reason', await until('told', 5, async () => /program\.exe: .{10}/.test(await page.locator('#media-trouble').textContent())), await page.locator('#media-trouble').textContent());
  await page.locator('#media-list li:nth-child(3) [name="alt"]').fill('A loaf that was dropped');
  await page.locator('#media-list li:nth-child(3) [name="media_up"]').click();
  check('moved before the one before', await until('moved', 5, async () => (await ofPost()).media[1].alt === 'A loaf that was dropped'), JSON.stringify((await ofPost()).media));
  await page.locator('#media-list li:nth-child(3) [name="media_out"]').click();
  check('and taken out', await until('out', 5, async () => (await ofPost()).media.length === 2));
  check('how its channel gets it is said', await until('made', 20, async () => /1200 × 600/.test(await page.locator('#media-list').textContent()) || (await page.reload(), false)), await page.locator('#media-list').textContent());
  await axed('composing');
  const writes = (await ofPost()).post;
  const left = await post(`/posts/${number}/ready`, { revision: writes.revision });
  check('it is ready', left.status === 200, left.text?.slice(0, 600));
  const sent = await post(`/posts/${number}/publish`, { revision: left.document.post.revision });
  check('it leaves', sent.status === 200, sent.text?.slice(0, 400));
  check('and is there', await until('there', 40, async () => (await ofPost()).post.state.word === 'published'), JSON.stringify((await ofPost()).acts.map((act) => [act.state, act.story])));
  const files = sql(place, `SELECT a.name, a.type, a.alt, a.blob_hash FROM attachment a JOIN publication p ON p.message_id = a.message_id JOIN post_variant v ON v.id = p.variant_id WHERE v.post_id = ${number} ORDER BY a.id`);
  check('with its pictures in their order, in a format of the network, told in words', files.length === 2 && files.every((one) => one.type === 'image/jpeg' && one.name.endsWith('.jpg')) && /bakehouse|fournil/.test(files[0].alt) && files[1].alt === 'A loaf that was dropped', JSON.stringify(files));
  check('and none says where it was taken', files.every((one) => { const bytes = readFileSync(join(place.data, 'media', one.blob_hash.slice(0, 2), one.blob_hash)); return !/exif/i.test(bytes.toString('latin1')); }));

  /* ---- rights that end ---- */
  const tomorrow = new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 16);
  const planned = (await post('/posts', { title: 'Rights', body: 'With rights', channels: [channel.id], media: [svg.document.id], wall_time: tomorrow, zone: 'UTC', then: 'ready' })).document;
  check('a post is planned with a picture', planned.post.state.word === 'scheduled', JSON.stringify(planned.findings));
  await post(`/media/${svg.document.id}`, { rights_until: new Date(Date.now() + 864e5).toISOString() });
  const back = (await get(`/posts/${planned.post.id}`)).document;
  check('taken back, nothing lost, when the rights end before it', back.post.state.word === 'approved' && back.post.body === 'With rights' && back.events.some((one) => one.kind === 'rights_ended'), JSON.stringify([back.post.state, back.events.map((one) => one.kind)]));
  const again2 = await post(`/posts/${planned.post.id}/plan`, { revision: back.post.revision, wall_time: tomorrow, zone: 'UTC' });
  check('and not planned for then again', again2.status === 422 && /logo\.svg/.test(again2.text), again2.text);

  check('the console says nothing', !said.filter((line) => !/422|ERR_CONNECTION_RESET/.test(line)).length, said.join('\n'));
  const plain = await (await context.browser().newContext({ javaScriptEnabled: false, storageState: await context.storageState() })).newPage();
  writeFileSync(path, png(91, 60));
  await plain.goto(`${place.base}/media`);
  await plain.setInputFiles('#file', path);
  await plain.click('[data-progress] button[type=submit]');
  check('also without scripts', /\/media\/\d+$/.test(plain.url()), plain.url());
  writeFileSync(path, png(94, 60));
  await plain.goto(`${place.base}/posts/${planned.post.id}/media`);
  await plain.setInputFiles('#file', path);
  await plain.click('.library-up button[type=submit]');
  check('and straight into a post', /\/posts\/\d+#media$/.test(plain.url()) && (await get(`/posts/${planned.post.id}`)).document.media.length === 2, plain.url());
  await plain.locator('#media-list li:nth-child(2) [name="media_up"]').click();
  check('ordered there', (await get(`/posts/${planned.post.id}`)).document.media[1].id === svg.document.id);
  await plain.locator('#media-list li:nth-child(2) [name="media_out"]').click();
  check('and taken out there', (await get(`/posts/${planned.post.id}`)).document.media.length === 1);
} catch (error) {
  check('the play reaches its end', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
