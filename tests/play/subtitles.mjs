/* What is said in a film: a film that the browser records, its subtitles brought as SubRip and WebVTT, refused with their line, replaced, taken away and back without a script;
   played with them, hostile text as text; found missing by the check of posts; handed to whoever publishes by hand. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, linkOf, statement, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SRT = '\ufeff1\r\n00:00:00,100 --> 00:00:00,500\r\n<i>Le pain</i> est prêt.\r\n\r\n2\r\n00:00:00,500 --> 00:00:00,900\r\n<script>alert(1)</script> & <img src=x onerror=alert(2)>\r\n';
const place = await desk({ simulator: 'on' }), key = keyOf(place), owner = api(place, key);
let shell;
try {
  statement(place, "UPDATE person SET lang = 'en'");
  const bring = async (path, fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) Array.isArray(value) ? form.append(name, new Blob([value[0]]), value[1]) : form.append(name, value);
    const answer = await fetch(`${place.base}/api/v1${path}`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, Accept: 'application/json' }, body: form }), text = await answer.text();
    return { status: answer.status, text, document: JSON.parse(text) };
  };

  /* ---- a film ---- */
  ({ shell } = await browser(place));
  const window = await shell.newContext({ locale: 'en-GB', timezoneId: 'Europe/Paris' }), page = await window.newPage(), trouble = [];
  page.on('console', (message) => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) trouble.push(message.text()); });
  page.on('pageerror', (error) => trouble.push(String(error)));
  await page.goto(linkOf(place, 'ines@levain.example'));
  await page.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  await page.waitForURL(/\/today/);
  const film = Buffer.from(await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 }), pen = canvas.getContext('2d'), pieces = [];
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
    recorder.ondataavailable = (event) => pieces.push(event.data);
    const done = new Promise((end) => { recorder.onstop = end; });
    recorder.start();
    for (let n = 0; n < 25; n++) { pen.fillStyle = `hsl(${n * 14} 80% 50%)`; pen.fillRect(0, 0, 64, 36); await new Promise((end) => setTimeout(end, 40)); }
    recorder.stop();
    await done;
    return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
  }));
  const { id } = (await bring('/media', { file: [film, 'Fournil.webm'] })).document, ofFilm = async (query = '') => (await owner.get(`/media/${id}${query}`)).document.film;
  check('a film without sound needs no subtitles', (await ofFilm())?.is_wanted === false, JSON.stringify(await ofFilm()));
  await owner.post(`/media/${id}`, { speech: '' });
  check('unless somebody says that there is something to be heard', (await ofFilm()).is_wanted === true);
  check('it is made ready to be played', await until('the film', 20, async () => (await ofFilm()).url));

  /* ---- in a post ---- */
  const { channels } = (await owner.get('/posts')).document;
  const hand = (await owner.post('/channels/new/assisted', { name: 'By hand', setting: ['place'], value: ['linkedin_profile'] })).document.id;
  const { post } = (await owner.post('/posts', { title: 'Oven', body: 'Fresh from the oven.', lang: 'en', channels: [channels[0].id, hand], media: [id] })).document;
  const ofPost = async () => (await owner.get(`/posts/${post.id}`)).document;
  let now = await ofPost();
  const found = now.checks.find((one) => one.check === 'subtitles');
  check('a film without subtitles is found, with place, reason and remedy', found?.field === `alt-${id}` && /no subtitles/.test(found.reason) && /Add a file/.test(found.remedy), JSON.stringify(now.checks));
  check('and said beside it', now.media[0].subtitles.is_wanted && now.media[0].subtitles.url === `/media/${id}#subtitles`, JSON.stringify(now.media));

  /* ---- brought, by the page and without a script ---- */
  const plain = await shell.newContext({ locale: 'en-GB', javaScriptEnabled: false }), still = await plain.newPage();
  await still.goto(linkOf(place, 'camille@levain.example'));
  await still.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  const send = async (text, name, lang) => {
    await still.goto(`${place.base}/media/${id}`);
    await still.selectOption('#sub-lang', lang);
    await still.setInputFiles('#sub-file', { name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await still.locator('form[action$="/subtitles"] button[type=submit]').click();
  };
  await send('1\n00:00:00,100 --> 00:00:00,600\na\n\n2\n00:00:00,500 --> 00:00:00,900\nb\n', 'wrong.srt', 'fr');
  check('what overlaps is refused with its line and what to do', /Line 6: .*while the one of line 2.*write both as one/.test(await still.locator('#file-error').textContent()), await still.textContent('main'));
  await send(Buffer.from('1\n00:00:00,100 --> 00:00:00,600\nl\xe9ger\n', 'latin1'), 'latin.srt', 'fr');
  check('so is another encoding, by its name', /Line 3 is no UTF-8: .*ISO-8859-1/.test(await still.locator('#file-error').textContent()), await still.textContent('main'));
  await send(SRT, 'fournil.srt', 'fr');
  check('SubRip is taken, and its language named', /subtitles in French/.test(await still.textContent('body')) && (await still.locator('#subtitles .rows strong').allTextContents()).includes('French'));
  check('what is said can be read, markup as text', (await still.textContent('#transcript')).includes('<script>alert(1)</script> & <img src=x onerror=alert(2)>'), await still.textContent('#transcript'));
  await send('WEBVTT\n\n00:00.100 --> 00:00.900\n<v Ana>The bread is ready.\n', 'oven.vtt', 'en');
  check('WebVTT too, with who speaks', (await ofFilm('?transcript=en')).transcript.lines[0].voice === 'Ana' && (await ofFilm()).subtitles.length === 2, JSON.stringify(await ofFilm('?transcript=en')));
  await still.locator('form[action$="/subtitles/en/remove"] button').click();
  check('it is taken away', (await ofFilm()).subtitles.length === 1);
  await still.locator('form[action^="/undo/"] button').first().click();
  check('and that is taken back', (await ofFilm()).subtitles.length === 2, JSON.stringify(await ofFilm()));
  const again = await bring(`/media/${id}/subtitles`, { lang: 'fr', file: [SRT.replace('prêt', 'chaud'), 'deux.srt'] });
  check('the API replaces one', again.status === 201 && (await ofFilm('?transcript=fr')).transcript.lines[0].text === 'Le pain est chaud.', again.text);
  const wrong = await bring(`/media/${id}/subtitles`, { lang: '../x', file: [SRT, 'x.srt'] }), away = await owner.post(`/media/${id}/subtitles/de/remove`);
  check('what is no language, and what is not there, is said', wrong.status === 422 && away.status === 404, `${wrong.text} ${away.text}`);
  const file = await fetch(`${place.base}/api/v1/media/${id}/subtitles/fr?save=yes`, { headers: { Authorization: `Bearer ${key}` } }), vtt = await file.text();
  check('as WebVTT of our own writing', file.headers.get('content-type') === 'text/vtt; charset=utf-8' && /Fournil\.fr\.vtt/.test(file.headers.get('content-disposition')) && vtt.startsWith('WEBVTT\n\n00:00:00.100 --> 00:00:00.500\n<i>Le pain</i>') && !vtt.includes('<script'), vtt);
  const reader = api(place, keyOf(place, 'noor@levain.example', 'inbox.read'));
  check('not without the right to', (await reader.post(`/media/${id}/subtitles/fr/remove`)).status === 403 && (await reader.get(`/media/${id}`)).document.film.subtitles.length === 2);
  check('nor without the form’s own token', (await still.request.post(`${place.base}/media/${id}/subtitles/fr/remove`, { form: {}, maxRedirects: 0 })).status() === 403 && (await ofFilm()).subtitles.length === 2);

  /* ---- played ---- */
  await page.goto(`${place.base.replace('127.0.0.1', 'localhost')}/media/${id}`);
  const cues = await until('the film to play with its subtitles', 10, () => page.evaluate(() => {
    const video = document.querySelector('video.library-film'), [track] = [...video.textTracks].filter((one) => one.mode === 'showing');
    return video.videoWidth && track?.cues?.length && { lang: track.language, label: track.label, n: video.textTracks.length, cues: [...track.cues].map((cue) => [cue.text, cue.getCueAsHTML().querySelectorAll('script, img').length]), width: video.videoWidth };
  }));
  check('it plays with the subtitles of the reader’s language', cues?.lang === 'en' && cues.label === 'English' && cues.n === 2 && cues.width === 64 && cues.cues[0][0].includes('The bread is ready.'), JSON.stringify(cues));
  const hostile = await page.evaluate(async () => {
    const track = [...document.querySelector('video').textTracks].find((one) => one.language === 'fr');
    track.mode = 'hidden';
    for (let n = 0; n < 50 && !track.cues?.length; n++) await new Promise((end) => setTimeout(end, 50));
    const html = track.cues[1].getCueAsHTML();
    return [html.textContent, html.querySelectorAll('*').length];
  });
  check('and what was hostile is text', hostile[0].startsWith('<script>alert(1)</script> & <img') && hostile[1] === 0, JSON.stringify(hostile));
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`at ${width} axe-core finds nothing, and it fits`, !violations.length && await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), JSON.stringify(violations.map((v) => [v.id, v.nodes[0].html])));
    if (process.env.PARVIS_SHOTS) await page.screenshot({ path: join(process.env.PARVIS_SHOTS, `subtitles-${width}.png`), fullPage: true });
  }
  check('the page had no trouble', !trouble.length, trouble.join('\n'));

  /* ---- where it goes ---- */
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${place.base.replace('127.0.0.1', 'localhost')}/posts/${post.id}`);
  check('the composer previews the film as a film', await until('the film', 10, () => page.evaluate(() => [...document.querySelectorAll('.pv video')].some((one) => one.videoWidth === 64))), await page.locator('.pv').first().innerHTML());
  await page.evaluate(axe);
  const { violations: composed } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe-core finds nothing there', !composed.length, JSON.stringify(composed.map((v) => [v.id, v.nodes[0].html])));
  if (process.env.PARVIS_SHOTS) await page.screenshot({ path: join(process.env.PARVIS_SHOTS, 'subtitles-composer.png'), fullPage: true });
  now = await ofPost();
  check('the check is content', !now.checks.some((one) => one.check === 'subtitles'), JSON.stringify(now.checks));
  check('the composer says which go, and where', now.media[0].subtitles.langs === 'English, French' && now.media[0].subtitles.ways.some((one) => /^By hand: who publishes it gets the subtitles as files/.test(one)), JSON.stringify(now.media[0].subtitles));
  const alone = (await owner.post('/posts', { title: 'Board', body: 'On the board.', lang: 'en', channels: [hand], media: [id] })).document;
  await owner.post(`/posts/${alone.post.id}/ready`, { revision: alone.post.revision });
  const gone = await owner.post(`/posts/${alone.post.id}/publish`, { revision: (await owner.get(`/posts/${alone.post.id}`)).document.post.revision });
  const task = await until('it to be handed over', 20, async () => (await owner.get('/by-hand')).document.tasks[0]);
  const { files } = (await owner.get(`/by-hand/${task?.id}`)).document ?? {};
  check('who publishes by hand gets them as files', files?.[0].subtitles.map((one) => one.name).join() === 'Fournil.en.vtt,Fournil.fr.vtt', `${gone.text} ${JSON.stringify(files)}`);
  const log = (await owner.get('/audit')).text;
  check('the log says who did what', ['media.subtitle', 'media.subtitle_away', 'media.subtitle_undo'].every((act) => log.includes(act)), log.slice(0, 1500));
} finally {
  await shell?.close();
  await place.end();
}
end();
