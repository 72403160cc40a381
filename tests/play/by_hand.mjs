/* A post where no program may publish: at its minute it is handed to who is in charge, with its words, its picture as the network shows it, and the steps; one person is on it at a
   time; they say that it is there, take that back, put it off, or say why not; on a telephone, without a script, and by the API. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateSync, crc32 } from 'node:zlib';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { member } from './_member.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const chunk = (name, data) => { const whole = Buffer.concat([Buffer.from(name), data]); return Buffer.concat([u32(data.length), whole, u32(crc32(whole))]); };
const png = (width, height) => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])),
  chunk('IDAT', deflateSync(Buffer.alloc((width * 3 + 1) * height))), chunk('IEND', Buffer.alloc(0))]);
const place = await desk(), key = keyOf(place), owner = api(place, key), noor = api(place, keyOf(place, 'noor@levain.example')), year = new Date().getFullYear() + 1;
let window = null;
try {
  statement(place, "UPDATE person SET lang = 'en'");
  /* ---- a place, as its form makes it ---- */
  const people = (await owner.get('/channels/new/assisted')).document;
  check('its form offers places and people', people.fields[0].is_choice && people.fields[0].choices.some((one) => one.word === 'instagram_account') && people.by_hand.people.some((one) => one.name.startsWith('Noor')),
    JSON.stringify(people.fields[0]));
  const who = people.by_hand.people.find((one) => one.name.startsWith('Noor')).id;
  const make = (word, name, more = {}) => owner.post('/channels/new/assisted', { name, person_id: who, setting: ['place', ...Object.keys(more)], value: [word, ...Object.values(more)] });
  const instagram = (await make('instagram_account', 'Ana on Instagram', { characters: '120', also: 'Pin it.' })).document.id, board = (await make('board', 'Board in the shop')).document.id;
  check('what it is not is refused', (await make('myspace', 'Elsewhere')).status === 422);
  const form = new FormData();
  form.append('file', new Blob([png(1600, 1200)]), 'Loaf.png');
  const medium = (await (await fetch(`${place.base}/api/v1/media`, { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: form })).json()).id;
  const write = async (title, channel, more = {}) => {
    const { document, status, text } = await owner.post('/posts', { title, body: `${title}: rye with walnuts.`, lang: 'en', channels: [channel], wall_time: `${year}-01-05T10:00`, zone: 'UTC', then: 'ready', ...more });
    if (status >= 300) throw new Error(text);
    return document.post;
  };
  const long = await owner.post('/posts', { title: 'Long', body: 'x'.repeat(121), channels: [instagram], media: [medium], lang: 'en' });
  check('its own limit holds', (await owner.get(`/posts/${long.document.post.id}`)).document.channels.find((one) => one.id === instagram).length.is_over, long.text);
  const post = await write('Walnut bread', instagram, { media: [medium], alt: ['A loaf on a board'], first_comment: 'Since six o’clock.' }), paper = await write('Opening hours', board), other = await write('Rolls', board);
  check('the composer says that a person publishes it', (await owner.get(`/posts/${post.id}`)).document.previews.every((one) => one.is_by_hand));
  const due = () => statement(place, `UPDATE publication SET due_at = ${Date.now() * 1000}, planned_at = ${Date.now() * 1000} WHERE state = 'due' AND act = 'post'`);
  due();
  check('at its minute it is handed over', await until('it to be handed over', 20, () => Number(statement(place, "SELECT COUNT(*) FROM publication WHERE state = 'handed'")) === 3));
  const list = (await noor.get('/by-hand')).document, task = list.tasks.find((one) => one.post_id === post.id), page_of = (id) => list.tasks.find((one) => one.post_id === id);
  check('the lists say so', (await owner.get('/posts?state=by_hand')).document.posts.length === 3 && (await owner.get(`/posts/${post.id}`)).document.post.chip.title === 'To be published by hand' &&
    (await owner.get('/calendar?state=by_hand')).status === 200);
  check('who is in charge is told, and Today says it', (await noor.get('/notifications')).text.includes(`/by-hand/${task.id}`) && (await noor.get('/today')).document.queue.items.some((one) => one.is_by_hand && one.count.count === 3),
    JSON.stringify((await noor.get('/today')).document.queue.items.map((one) => [one.detail, one.is_by_hand])));
  const one = (await noor.get(`/by-hand/${task.id}`)).document;
  check('with all that it takes', one.text.startsWith('Walnut bread') && one.below[0]?.text.startsWith('Since six') && one.also === 'Pin it.' && one.place.url && one.wants_address && one.files[0]?.alt === 'A loaf on a board' && /^Planned /.test(one.why),
    JSON.stringify(one));
  const bytes = Buffer.from(await (await fetch(`${place.base}/api/v1${one.files[0].url}`, { headers: { Authorization: `Bearer ${key}` } })).arrayBuffer());
  check('its picture is the one that the network shows', one.files[0].type === 'image/jpeg' && bytes.readUInt16BE(0) === 0xffd8 && one.files[0].name === 'Loaf.jpg', JSON.stringify(one.files));

  /* ---- two people ---- */
  check('Noor is on it', (await noor.post(`/by-hand/${task.id}/take`)).status === 200);
  const second = await owner.post(`/by-hand/${task.id}/done`, { address: 'https://www.instagram.com/p/C1/' });
  check('so nobody else says what became of it', second.status === 409 && /Noor van Dijk is on it/.test(second.text), second.text);
  check('and it is not left out meanwhile', (await owner.post(`/posts/${post.id}/acts/${task.id}/drop`)).status === 409);
  const guest = api(place, keyOf(place, 'noor@levain.example', 'posts.read'));
  check('a key that reads does not say it either', (await guest.post(`/by-hand/${task.id}/done`, { address: 'https://www.instagram.com/p/C1/' })).status === 403);

  /* ---- on a telephone ---- */
  window = await browser(place, { viewport: { width: 390, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
  const { page, trouble, context } = window;
  const faults = async (what) => {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`${what}: axe finds nothing`, found.violations.length === 0, JSON.stringify(found.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)])));
    check(`${what}: it fits a telephone`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), String(await page.evaluate(() => document.documentElement.scrollWidth)));
    if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/by-hand-${what.replaceAll(' ', '-')}.png`, fullPage: true });
  };
  await page.goto(`${place.base}/today`);
  await page.goto(`${place.base}/publishing`);
  await page.locator('a[href="/by-hand"]').click();
  await page.waitForURL(/\/by-hand$/);
  await faults('the list');
  check('it says who is on it', /Noor van Dijk is on it/.test(await page.locator('#by-hand').innerText()));
  await page.goto(`${place.base}/by-hand/${task.id}`);
  await faults('what another one does');
  check('and shows no way to say what became of it', (await page.locator('form[action$="/done"]').count()) === 0);
  await noor.post(`/by-hand/${task.id}/leave`);
  check('that she left it to others is seen at once', await until('it to be seen', 10, async () => !/Noor van Dijk is on it/.test(await page.locator('#by-hand-task').innerText())));
  await page.reload();
  await page.locator('form[action$="/take"] button').click();
  await page.waitForURL(new RegExp(`/by-hand/${task.id}$`));
  await faults('the steps');
  await page.locator('[data-copy="t-text"]').click();
  check('the text is taken along by a press', (await until('the text', 5, () => page.evaluate(() => navigator.clipboard.readText()))).startsWith('Walnut bread: rye'));
  await page.locator('#address').fill('https://www.facebook.com/x');
  await page.locator('form[action$="/done"] button').click();
  check('an address elsewhere is refused, and stays to be mended', /none of this channel/.test(await page.locator('#address-error').innerText()) && (await page.locator('#address').inputValue()).includes('facebook'));
  await faults('what was refused');
  await page.locator('#address').fill('https://www.instagram.com/p/C1/');
  await page.locator('form[action$="/done"] button').click();
  await page.waitForURL(/\/by-hand$/);
  check('it is there', (await owner.get(`/posts/${post.id}`)).document.post.state.word === 'published');
  await Promise.all([page.waitForEvent('load'), page.locator('#toasts button').click()]); // undo: the page is read again
  check('that is taken back', await until('back', 10, async () => (await owner.get(`/posts/${post.id}`)).document.post.state.word === 'by_hand'));
  await page.goto(`${place.base}/by-hand/${task.id}`);
  await page.locator('#address').fill('https://www.instagram.com/p/C1/');
  await page.locator('form[action$="/done"] button').click();
  await page.waitForURL(/\/by-hand$/);
  const act = (await owner.get(`/posts/${post.id}`)).document.acts[0];
  check('the post tells its story: by whom, when, where', act.state.word === 'sent' && act.url === 'https://www.instagram.com/p/C1/' && /by hand/.test(act.story) && act.tries[0].outcome === 'handed', JSON.stringify(act));
  check('it is told once', (await owner.post(`/by-hand/${task.id}/done`, { address: 'https://www.instagram.com/p/C2/' })).status === 409);
  for (const [path, what] of [[`/channels/${instagram}`, 'the channel'], [`/posts/${post.id}`, 'the post'], [`/by-hand/${task.id}`, 'what is done']]) {
    await page.goto(`${place.base}${path}`);
    await faults(what);
  }
  await page.goto(`${place.base}/calendar?view=week&day=${year}-01-05`);
  check('the calendar says that a person publishes it', (await page.locator('a[href^="/posts/"]', { hasText: ', by hand' }).count()) > 0);
  check('nothing went wrong in the page', trouble.filter((line) => !/422/.test(line)).length === 0, trouble.join('\n'));

  /* ---- without a script: paper has no address, another is put off, and then not done ---- */
  const plain = await member(place, 'noor@levain.example');
  await plain.get(`/by-hand/${page_of(paper.id).id}`);
  check('without a script it is said too', (await plain.post(`/by-hand/${page_of(paper.id).id}/done`, { address: '' })).status === 303 && (await owner.get(`/posts/${paper.id}`)).document.post.state.word === 'published');
  const third = page_of(other.id).id;
  check('it is put off', (await plain.post(`/by-hand/${third}/later`, { wall_time: `${year}-02-03T09:00`, zone: 'Europe/Paris' })).status === 303 && sql(place, `SELECT state FROM publication WHERE id = ${third}`)[0].state === 'due');
  due();
  check('and handed over again', await until('again', 20, () => sql(place, `SELECT state FROM publication WHERE id = ${third}`)[0].state === 'handed'));
  const not = await noor.post(`/by-hand/${third}/not`, { reason: 'The board fell down.' }), said = (await owner.get(`/posts/${other.id}`)).document;
  check('not at all, with a reason', not.status === 200 && said.post.state.word === 'trouble' && /fell down/.test(said.acts[0].story) && said.acts[0].can_again, JSON.stringify(said.acts?.[0]));
  check('without a token nothing is said', (await fetch(`${place.base}/by-hand/${third}/take`, { method: 'POST', headers: { Cookie: (await context.cookies()).map((c) => `${c.name}=${c.value}`).join('; ') } })).status === 403);
  const told = (await owner.get('/by-hand?list=told')).document;
  check('all that was said has a list of its own', told.is_told && told.told.length === 3 && told.tasks.length === 0, JSON.stringify(told).slice(0, 400));
  await page.goto(`${place.base}/by-hand?list=told`);
  await faults('what was said');
  const log = await owner.get('/audit');
  check('the log says it in sentences', /published a post by hand/.test(log.text) && /was not published by hand/.test(log.text));
} finally {
  await window?.shell.close();
  await place.end();
}
end();
