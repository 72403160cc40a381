/* The visual studio: a kit with its contrasts, a font from the web, a template from Illustrator, a design that is seen while it is typed, and pictures of it in the library;
   what does not fit is said and not made; what is hostile is refused. In the browser at three widths and both themes, with axe-core; once without scripts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const keep = (name, document) => process.env.STUDIO_SAMPLES && writeFileSync(join(process.env.STUDIO_SAMPLES, name), JSON.stringify(document, null, 2) + '\n');

const place = await desk();
try {
  const key = keyOf(place), { get, post } = api(place, key), own = keyOf(place, 'camille@levain.example', 'posts.read posts.write');
  const bytesOf = async (url) => { const answer = await fetch(`${place.base}/api/v1${url}`, { headers: { Authorization: `Bearer ${key}` } }); return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }; };
  const bring = async (path, bytes, name, fields) => {
    const form = new FormData();
    for (const [field, value] of Object.entries(fields)) form.append(field, value);
    form.append('file', new Blob([bytes]), name);
    const answer = await fetch(`${place.base}/api/v1${path}`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: form });
    return { status: answer.status, document: await answer.json() };
  };

  /* ---- the kit ---- */
  const kit = await post('/studio/kit', { hex_accent: '#8a2b3c', name_accent: 'Grenat', more: '#eecc88 Blé' });
  check('a kit is kept', kit.status === 200, JSON.stringify(kit));
  const kept = (await get('/studio/kit')).document, pair = kept.pairs.find((p) => p.over === kept.roles[4].title && p.under === kept.roles[2].title);
  check('with its contrasts', kept.roles[2].hex === '#8a2b3c' && kept.roles[2].name === 'Grenat' && /^\d+[.,]\d:1$/.test(pair.ratio) && pair.is_good, JSON.stringify(kept.pairs));
  check('a colour that is none is refused', (await post('/studio/kit', { hex_accent: 'red' })).status === 422);
  check('who may not is told', (await api(place, own).post('/studio/kit', { hex_accent: '#000000' })).status === 403);
  const font = await bring('/studio/kit/fonts', readFileSync('src/ui/fonts/hanken-grotesk-latin.woff2'), 'a.woff2', { licence: 'SIL Open Font License 1.1' });
  check('a font is taken by what it is', font.status === 201, JSON.stringify(font));
  check('and what is none is refused', (await bring('/studio/kit/fonts', Buffer.from('MZ'), 'a.ttf', { licence: 'x' })).status === 422);
  keep('kit.sample.json', (await get('/studio/kit')).document);

  /* ---- a template ---- */
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><script>alert(1)</script><rect width="400" height="400" fill="#8a2b3c"/><g id="text-titre"><rect x="40" y="40" width="320" height="200" fill="none"/><text font-size="40" fill="#fff">Titre</text></g></svg>';
  const template = await bring('/studio/templates', Buffer.from(drawing), 'affiche.svg', { name: 'Affiche' });
  check('a template is brought', template.status === 201, JSON.stringify(template));
  for (const [what, bytes] of [['a circle of references', '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><g id="text-a"><use xlink:href="#text-a"/></g></svg>'],
    ['a drawing without places', '<svg xmlns="http://www.w3.org/2000/svg"><rect id="a" width="9" height="9"/></svg>'], ['a picture', 'GIF89a']]) {
    const answer = await bring('/studio/templates', Buffer.from(bytes), 'x.svg', { name: 'x' });
    check(`${what} is refused with a reason`, answer.status === 422 && answer.document.errors?.length !== 0, JSON.stringify(answer));
  }
  const list = (await get('/studio')).document;
  check('eight templates ship, and one is our own', list.templates.length === 8 && list.own.length === 1);

  /* ---- a design ---- */
  const words = { template: 'quote', name: 'Citation', lang: 'fr', place: ['quote', 'author'], say: ['Le pain attend, les voisins aussi !', 'Amina Berrada'] };
  const design = await post('/studio', words), id = design.document.id;
  check('a design is kept', design.status === 201 && id, JSON.stringify(design));
  const look = (await get(`/studio/look?template=quote&format=wide&place=quote&say=${'M'.repeat(120)}`)).document.look;
  check('what does not fit is said', !look.is_fine && look.findings.length, JSON.stringify(look));
  const shown = (await get(`/studio/${id}`)).document;
  check('what fits too', shown.look.is_fine && shown.look.alt.includes('Amina Berrada') && shown.formats.length === 5, JSON.stringify(shown.look));
  const times = [];
  for (let i = 0; i < 5; i++) { const from = performance.now(); const picture = await bytesOf(shown.look.url); times.push(performance.now() - from); if (i === 0) check('its picture is a PNG', picture.type === 'image/png' && picture.bytes.readUInt32BE(16) === 640, picture.status); }
  console.log(`# a preview takes ${Math.round(times.sort((a, b) => a - b)[2])} ms in the middle of five`);
  const made = await post(`/studio/${id}/export`, { formats: ['square', 'story'] });
  check('pictures are made', made.status === 200, JSON.stringify(made));
  const after = (await get(`/studio/${id}`)).document, square = after.formats.find((f) => f.word === 'square');
  const medium = (await get(square.url)).document;
  check('and stand in the library, described', medium.medium.measures.startsWith('1080 × 1080') && medium.langs[0].text.includes('Le pain attend, les voisins aussi'), JSON.stringify(medium.medium));
  /* ---- made for a post: it goes with it, is exchanged when it is made again, and is taken off ---- */
  const posted = (await post('/posts', { title: 'Pain', body: 'Le pain attend.' })).document.post, withOf = async () => (await get(`/posts/${posted.id}`)).document.media.map((one) => one.id);
  const own_design = await post('/studio', { post: posted.id, name: 'Pain', template: 'quote', lang: 'fr', place: ['quote'], say: ['Le pain attend.'] });
  check('a design is made for a post', own_design.status === 201, JSON.stringify(own_design));
  const picture = async () => (await get(`/studio/${own_design.document.id}`)).document.formats.find((f) => f.word === 'square').url.split('/').pop();
  await post(`/studio/${own_design.document.id}/export`, { formats: ['square'] });
  const first = await picture();
  check('what it makes goes with the post', JSON.stringify(await withOf()) === JSON.stringify([first]), JSON.stringify([await withOf(), first]));
  await post(`/studio/${own_design.document.id}`, { place: ['quote'], say: ['Le pain est là.'] });
  await post(`/studio/${own_design.document.id}/export`, { formats: ['square'] });
  const second = await picture();
  check('made again, it takes the place of the first', second !== first && JSON.stringify(await withOf()) === JSON.stringify([second]), JSON.stringify([await withOf(), first, second]));
  const revision = (await get(`/posts/${posted.id}`)).document.post.revision, detach = (path) => post(`/studio/${own_design.document.id}/detach?revision=${path}`, {});
  check('taken back, the first is there again', (await detach(`${revision}&made=${second}&was=${first}`)).status === 200 && JSON.stringify(await withOf()) === JSON.stringify([first]), JSON.stringify(await withOf()));
  check('once', (await detach(`${revision}&made=${second}&was=${first}`)).status === 409);
  check('French spaces do not break', medium.langs[0].text.includes('aussi'), medium.langs[0].text);
  await post(`/studio/${id}`, { place: ['quote'], say: ['M'.repeat(120)] });
  const misfit = await post(`/studio/${id}/export`, { formats: ['wide'] });
  check('what does not fit is not made', misfit.status === 422, JSON.stringify(misfit));
  check('who only reads makes none', (await api(place, keyOf(place, 'camille@levain.example', 'posts.read')).post('/studio', words)).status === 403);
  await post(`/studio/${id}`, { place: words.place, say: words.say });
  keep('design.sample.json', (await get(`/studio/${id}`)).document);
  keep('design.new.sample.json', (await get('/studio/new?template=product')).document);
  keep('page.sample.json', (await get('/studio')).document);

  /* ---- in the browser ---- */
  const { page, context } = await browser(place, { viewport: { width: 1440, height: 900 } });
  const said = [];
  page.on('console', (message) => { if (message.type() === 'error') said.push(message.text()); });
  for (const scheme of ['light', 'dark'])
    for (const [path, width] of [['/studio', 1440], ['/studio', 390], [`/studio/${id}`, 1440], [`/studio/${id}`, 768], [`/studio/${id}`, 390], ['/studio/kit', 1440], ['/studio/kit', 390]]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(place.base + path, { waitUntil: 'domcontentloaded' });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${path.replace(/\d+/, 'ID')} at ${width}, ${scheme}: axe-core finds nothing`, !violations.length, JSON.stringify(violations.map((v) => [v.id, v.nodes[0].html])));
      check('and it fits', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      if (process.env.PARVIS_SHOTS) { await page.waitForLoadState('networkidle'); await page.screenshot({ path: join(process.env.PARVIS_SHOTS, `studio-${path.split('/').pop()}-${width}-${scheme}.png`), fullPage: true }); }
    }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base}/studio/${id}`);
  const before = await page.getAttribute('#look img', 'src');
  await page.fill('#say-quote', 'Tapé à l’instant');
  check('what is typed is shown', await page.waitForFunction((was) => document.querySelector('#look img')?.getAttribute('src') !== was, before, { timeout: 8000 }).then(() => true, () => false));
  check('the console says nothing', !said.length, said.join('\n'));
  const plain = await (await context.browser().newContext({ javaScriptEnabled: false, storageState: await context.storageState() })).newPage();
  await plain.goto(`${place.base}/studio/new?template=thanks`);
  await plain.fill('#say-thanks', 'Merci à tous');
  await plain.click('#design button[type=submit]');
  check('also without scripts', /\/studio\/\d+/.test(plain.url()) && (await plain.inputValue('#say-thanks')) === 'Merci à tous', plain.url());
  await plain.click('#made button[type=submit]');
  check('up to the pictures', (await plain.locator('#made a[href^="/media/"]').count()) === 5, await plain.content());
  await plain.press('form[action$="/archive"] button', 'Enter');
  await plain.waitForURL(/\/studio$/);
  check('put away', /\/studio$/.test(plain.url()), plain.url());
} catch (error) {
  check('the play reaches its end', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
