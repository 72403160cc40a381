/* Links of posts: tagged and made short by the workspace's rules and by what the post says, shown beforehand as they leave; followed by people and by
   machines, counted without keeping anything of who did; how it looks. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");

  /* ---- the rules ---- */
  const rules = await machine.get('/links');
  check('nothing is tagged before somebody asks for it', rules.status === 200 && rules.document.tags === false && rules.document.source === '{network}', rules.text);
  const set = await machine.post('/links', { tags: true, hosts: 'https://www.levain.fr/', excluded: 'boutique.levain.fr', channels: [channel], sources: ['le-reseau'], content: '{post}' });
  check('rules are kept', set.status < 300, set.text);
  check('an address with a path is refused, by its field', (await machine.post('/links', { address: 'https://go.levain.fr/x' })).document.errors[0].field === 'address');

  /* ---- a post, before it leaves ---- */
  const body = 'Voir https://levain.fr/paques, https://boutique.levain.fr/ et https://ailleurs.fr/ ; https://levain.fr/a?utm_source=lettre';
  const made = await machine.post('/posts', { title: 'Pâques', body, channels: [channel], lang: 'fr', utm_campaign: 'Pâques' });
  const id = made.document.post.id, place_of = (document) => document.links.places[0];
  check('its own links alone are shown as they leave', made.status === 201 && place_of(made.document).links.length === 2, JSON.stringify(made.document.links));
  const [first, second] = place_of(made.document).links;
  check('tagged by the channel, the post and the rules', first.leaves === `https://levain.fr/paques?utm_source=le-reseau&utm_medium=social&utm_campaign=P%C3%A2ques&utm_content=${id}`, first.leaves);
  check('what was tagged by hand stays', second.leaves.startsWith('https://levain.fr/a?utm_source=lettre&utm_medium=social&'), second.leaves);
  check('the preview says the same', JSON.stringify(made.document.previews[0].body).includes(first.leaves));
  const chosen = made.document.channels.find((one) => one.id === channel);
  check('its length is that of what leaves', chosen.length.length === [...body].length + chosen.length.extra && chosen.length.extra > 50, JSON.stringify(chosen.length));
  check('nobody is told to tag what will be tagged', !made.document.checks.some((one) => one.check === 'link-untagged'), JSON.stringify(made.document.checks.map((one) => one.check)));
  const plain = await machine.post(`/posts/${id}`, { revision: made.document.post.revision, tags: 'no' });
  check('a post may do without; then it is told', plain.document.links.places.length === 0 && plain.document.checks.some((one) => one.check === 'link-untagged'), JSON.stringify(plain.document.links));
  await machine.post('/links', { shortens: true, address: 'https://go.levain.fr' });
  const short = await machine.post(`/posts/${id}`, { revision: plain.document.post.revision, tags: 'workspace' });
  const link = place_of(short.document).links[0], code = link.leaves.split('/l/')[1];
  check('short, with where it leads', link.leaves.startsWith('https://go.levain.fr/l/') && link.target === first.leaves, JSON.stringify(link));
  const follow = (what, headers = {}, method = 'GET') => fetch(`${place.base}/l/${what}`, { method, redirect: 'manual', headers: { 'User-Agent': FIREFOX, ...headers } });
  check('a draft is not answered', (await follow(code)).status === 404);

  /* ---- it leaves ---- */
  const ready = await machine.post(`/posts/${id}/ready`, { revision: short.document.post.revision });
  check('it is ready', ready.status < 300, ready.text);
  await machine.post(`/posts/${id}/publish`, { revision: ready.document.post.revision });
  const there = await until('it to be there', 40, async () => { const { document } = await machine.get(`/posts/${id}`); return document.post.state.word === 'published' && document; });
  const [{ said }] = sql(place, `SELECT m.body AS said FROM publication p JOIN message m ON m.id = p.message_id WHERE p.variant_id IN (SELECT id FROM post_variant WHERE post_id = ${id})`);
  check('what left is what was shown', said.includes(link.leaves) && said.includes('https://boutique.levain.fr/ ') && said.includes('https://ailleurs.fr/'), said);

  /* ---- followed ---- */
  const answer = await follow(code);
  check('it leads there', answer.status === 302 && answer.headers.get('location') === first.leaves, `${answer.status} ${answer.headers.get('location')}`);
  check('without a cookie, and kept by nobody on the way', !answer.headers.get('set-cookie') && answer.headers.get('cache-control') === 'no-store', JSON.stringify([...answer.headers]));
  for (let i = 0; i < 4; i++) await follow(code, { Referer: 'https://l.facebook.com/' });
  await follow(code, { Referer: 'https://www.google.fr/' });
  await follow(code, { 'User-Agent': 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)' });
  check('who asks what is there is told the same', (await follow(code, {}, 'HEAD')).status === 302);
  for (const wrong of ['aaaaaaaa', 'x', '..%2f..', '%00', 'https:%2f%2fevil.example', 'a'.repeat(500)])
    check(`no code of ours leads nowhere: ${wrong.slice(0, 20)}`, [400, 404, 422].includes((await follow(wrong)).status));
  const counted = await until('clicks to be written down', 10, async () => { const { document } = await machine.get(`/posts/${id}`); return document.clicks.people.count >= 6 && document.clicks; });
  const [one] = counted.places;
  check('people are counted, machines apart', one.people.count === 6 && one.robots.count === 2, JSON.stringify(one));
  check('by where they came from', JSON.stringify(one.from.map((from) => [from.word, from.people.count])) === '[["direct",1],["network",4],["search",1]]', JSON.stringify(one.from));
  check('by day, and beside the other figures', one.days.length === 1 && one.days[0].people.count === 6 && (await machine.get(`/posts/${id}`)).document.acts[0].figures.some((figure) => figure.measure === 'clicks' && figure.value.count === 6));
  const campaign = (await machine.post('/campaigns', { name: 'Spring' })).document.id;
  await machine.post(`/posts/${id}/line`, { campaign });
  const results = (await machine.get(`/campaigns/${campaign}`)).document.figures, clicked = results.values.find((figure) => figure.word === 'clicks');
  check('and among what came of its campaign, machines left out', clicked?.value.count === 6 && results.channels[0].values.some((figure) => figure.word === 'clicks' && figure.value.count === 6), JSON.stringify(results));
  check('nothing of who followed it is kept', JSON.stringify(sql(place, 'SELECT * FROM short_link_day')).match(/[a-z.]+\.[a-z]{2,}|Mozilla|127\.0/) === null);

  /* ---- how it looks ---- */
  window = await browser(place);
  const { page, trouble } = window;
  for (const [name, path] of [['rules', '/links'], ['post', `/posts/${id}`], ['draft', '/posts/new']]) {
    await page.goto(`${place.base}${path}`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    check(`${name} is for everybody (axe)`, violations.length === 0, JSON.stringify(violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)])));
  }
  await page.goto(`${place.base}/links`);
  await page.fill('#hosts', 'levain.fr\nlevain.com');
  await page.click('form[action="/links"] button[type=submit]');
  await page.waitForSelector('#hosts');
  check('the form keeps what it says', (await page.inputValue('#hosts')) === 'levain.fr\nlevain.com' && (await machine.get('/links')).document.channels[0].source === 'le-reseau');
  check('the page is quiet', trouble.length === 0, JSON.stringify(trouble));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
