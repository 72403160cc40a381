/* Photoshop's files as templates of the studio: real ones with layers, as ImageMagick writes them, in every packing and colour that it knows, become the ground under the words; hostile ones
   (cut off anywhere, of lying sizes, with bytes turned over) are refused with a reason, and the desk goes on. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api, check, desk, end, keyOf } from './_desk.mjs';

const place = await desk(), key = keyOf(place), owner = api(place, key), folder = mkdtempSync(join(tmpdir(), 'parvis-psd-'));
const magick = (...words) => execFileSync('/usr/bin/convert', words);
const layered = ['-size', '600x400', 'xc:#8a2b3c', '(', '-size', '200x100', 'xc:#eecc88', '-repage', '+50+60', ')', '(', '-clone', '0--1', '-flatten', ')', '-insert', '0']; // first the picture as it is seen, then its layers
const psd = (name, ...words) => { const path = join(folder, `${name}.psd`); magick(...layered, ...words, path); return readFileSync(path); };
let number = 0;
const bring = async (bytes) => {
  const form = new FormData();
  form.append('name', `Photoshop ${++number}`);
  form.append('file', new Blob([bytes]), `loaf-${number}.psd`);
  const answer = await fetch(`${place.base}/api/v1/studio/templates`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: form });
  return { status: answer.status, document: await answer.json() };
};
try {
  const whole = psd('rle', '-depth', '8', '-compress', 'RLE'), kinds = { rle: whole, raw: psd('raw', '-depth', '8', '-compress', 'None'), zip: psd('zip', '-depth', '8', '-compress', 'Zip'),
    cmyk: psd('cmyk', '-depth', '8', '-colorspace', 'CMYK', '-compress', 'RLE'), grey: psd('grey', '-depth', '8', '-colorspace', 'Gray', '-compress', 'RLE') };
  let first = null;
  for (const [kind, bytes] of Object.entries(kinds)) {
    const made = await bring(bytes);
    check(`${kind}: a real one is taken`, bytes.subarray(0, 4).toString() === '8BPS' && made.status === 201, JSON.stringify(made).slice(0, 300));
    first ??= made.document;
  }
  const deep = await bring(psd('deep', '-depth', '16', '-compress', 'RLE'));
  check('sixteen bits a channel are refused, with what to do', deep.status === 422 && /8 bits/.test(JSON.stringify(deep.document)), JSON.stringify(deep));
  const template = (await owner.get('/studio')).document.own?.find?.((one) => one.id === first.id) ?? first, word = template.word ?? `own-${first.id}`;
  const design = await owner.post('/studio', { name: 'Loaf', template: word, lang: 'en', place: ['title', 'line'], say: ['Walnut bread', 'Since six'] });
  check('words stand on it', design.status === 201, JSON.stringify(design).slice(0, 300));
  const shown = (await owner.get(`/studio/${design.document.id}`)).document;
  check('in its places', shown.look.is_fine, JSON.stringify(shown.look).slice(0, 300));
  const picture = await fetch(`${place.base}/api/v1${shown.look.url}`, { headers: { Authorization: `Bearer ${key}` } });
  const path = join(folder, 'look.png');
  writeFileSync(path, Buffer.from(await picture.arrayBuffer()));
  const pixel = (x, y) => magick(path, '-format', `%[fx:round(255*p{w*${x},h*${y}}.r)] %[fx:round(255*p{w*${x},h*${y}}.g)] %[fx:round(255*p{w*${x},h*${y}}.b)]`, 'info:').toString().split(' ').map(Number);
  const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 12);
  check('the ground is the picture, with its layers', near(pixel(0.95, 0.05), [0x8a, 0x2b, 0x3c]) && near(pixel(0.2, 0.25), [0xee, 0xcc, 0x88]), JSON.stringify([pixel(0.95, 0.05), pixel(0.2, 0.25)]));

  /* ---- hostile ---- */
  const told = [];
  for (let i = 0; i < 24; i++) told.push((await bring(whole.subarray(0, Math.floor((whole.length - 1) * i / 24) + 1))).status);
  check('cut off anywhere, it is refused', told.every((status) => status === 422), told.join(' '));
  for (const [what, at, value] of [['lying about its width', 18, 0x7fffffff], ['lying about its height', 14, 299999], ['of no channels', 12, 0], ['with a section longer than the file', 26, 0xfffffff0], ['of an unknown version', 4, 0x00090000]]) {
    const bytes = Buffer.from(whole);
    if (at === 12) bytes.writeUInt16BE(value, at); else bytes.writeUInt32BE(value, at);
    const { status, document } = await bring(bytes);
    check(`${what}, it is refused with a reason`, status === 422 && JSON.stringify(document).length > 40, `${status} ${JSON.stringify(document).slice(0, 200)}`);
  }
  const odd = [];
  let seed = 7;
  for (let i = 0; i < 40; i++) {
    const bytes = Buffer.from(whole);
    for (let k = 0; k < 8; k++) { seed = (seed * 1103515245 + 12345) & 0x7fffffff; bytes[seed % bytes.length] ^= 1 << (seed >> 16 & 7); }
    odd.push((await bring(bytes)).status);
  }
  check('with bytes turned over, it is taken or refused, and nothing falls', odd.every((status) => status === 201 || status === 422 || status === 429), odd.join(' '));
  check('the desk goes on', (await owner.get('/studio')).status === 200);
} catch (error) {
  check('the play goes to its end', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await place.end();
  rmSync(folder, { recursive: true });
}
end();
