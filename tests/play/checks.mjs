/* What the house wants of its checks: levels that block, at the page and at the API; words and phrases that are right, with an undo; who lets a post leave all the same,
   and why; links that the working role asks. Settings in the browser with axe-core, on a phone, and without scripts. */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, connect, desk, end, keyOf, linkOf, sql, until } from './_desk.mjs';
import { member, plain } from './_member.mjs';

let status = 200;
const site = createServer((request, response) => { response.writeHead(request.url === '/gone' ? 404 : status); response.end(); });
await new Promise((done) => { site.listen(0, '127.0.0.1', done); });
const link = (path) => `http://127.0.0.1:${site.address().port}${path}`;
const place = await desk({ simulator: 'on', options: ['--net_allow', '127.0.0.1'] });
let shell;
try {
  const owner = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example'));
  if (!(await owner.get('/posts')).document.channels.length) await connect(place, owner, 'simulator', 'Square', { url: `http://127.0.0.1:${place.simulatorPort}`, token: place.simulatorToken.trim() });
  const channels = [(await owner.get('/posts')).document.channels[0].id];
  check('dictionaries are read when serving begins', await until('read', 10, async () => /checks_prepared/.test(place.log())));

  /* ---- levels ---- */
  let told = (await owner.get('/checks')).document;
  check('every check is listed with its sentence', told.checks.length >= 30 && told.checks.every((one) => one.sentence && one.remedy && one.levels.length >= 3), JSON.stringify(told.checks[0]));
  check('length is not to choose', told.checks.find((one) => one.word === 'length').is_fixed);
  check('an agent does not choose', (await agent.post('/checks', { check: ['spelling'], level: ['block'] })).status === 403);
  check('what is no check is refused', (await owner.post('/checks', { check: ['nothing'], level: ['warn'] })).status === 422);
  check('what is no country is refused', (await owner.post('/checks', { country: ['F1'] })).status === 422);
  await owner.post('/checks', { check: ['spelling'], level: ['block'], country: ['FR', 'GB'], sites: 'levain.example' });
  told = (await owner.get('/checks')).document;
  check('it is kept', told.checks[0].level.word === 'block' && told.checks[0].is_changed && told.countries.filter((one) => one.is_selected).length === 2 && told.sites === 'levain.example', JSON.stringify(told.countries));
  await owner.post('/checks', { check: ['claim'], level: ['off'] });
  told = (await owner.get('/checks')).document;
  check('what is not named stays', told.checks[0].level.word === 'block' && told.sites === 'levain.example' && told.countries.some((one) => one.is_selected));

  /* ---- blocks, at the API ---- */
  let post = (await agent.post('/posts', { lang: 'fr', body: 'La croustidouce du samedi.', channels, title: 'Four' })).document.post;
  const of = async (id) => (await owner.get(`/posts/${id}`)).document;
  let page = await of(post.id);
  const finding = page.checks.find((one) => one.check === 'spelling');
  check('it stands first, and blocks', page.checks[0] === finding && finding.is_block && page.can.mend && page.is_lit.mend && page.has_blocks, JSON.stringify(page.checks));
  let said = await agent.post(`/posts/${post.id}/ready`, { revision: post.revision });
  check('and is not ready, with the reason', said.status === 422 && /croustidouce/.test(said.text), said.text);
  check('who writes does not go round it', (await agent.post('/checks/words', { word: 'croustidouce' })).status === 403);
  check('nor lets it leave', (await agent.post(`/posts/${post.id}/overrides`, { check: 'spelling', found: finding.found, reason: 'Because' })).status === 403);
  check('a reason is wanted', (await owner.post(`/posts/${post.id}/overrides`, { check: 'spelling', found: finding.found, reason: ' ' })).status === 422);
  said = await owner.post(`/posts/${post.id}/overrides`, { check: 'spelling', found: finding.found, reason: 'Our own word.' });
  check('the owner lets it leave and says why', said.status === 201, said.text);
  page = await of(post.id);
  check('who and why stand beside it', page.checks[0].override?.reason === 'Our own word.' && /\S/.test(page.checks[0].override.by) && !page.has_blocks && !page.can.mend, JSON.stringify(page.checks[0]));
  check('its history tells it', page.events.some((one) => one.kind === 'overridden' && one.said === 'Our own word.'), JSON.stringify(page.events));
  check('so does the audit log, in a sentence', (await owner.get('/audit')).document.entries.some((one) => /in spite of a check|malgré un contrôle/.test(JSON.stringify(one))));
  check('it is ready', (await agent.post(`/posts/${post.id}/ready`, { revision: page.post.revision })).status === 200);
  page = await of(post.id);
  await agent.post(`/posts/${post.id}`, { revision: page.post.revision, body: 'La croustidouce du dimanche.' });
  page = await of(post.id);
  check('other words end it', page.has_blocks && page.checks[0].override === null, JSON.stringify(page.checks[0]));
  said = await owner.post('/checks/words', { word: 'croustidouce' });
  check('a word of the house', said.status === 201 && !(await of(post.id)).checks.some((one) => one.check === 'spelling'));
  await owner.post(`/checks/exceptions/${said.document.id}/end`);
  check('taken out, it is told again', (await of(post.id)).checks.some((one) => one.check === 'spelling'));
  await owner.post(`/checks/exceptions/${said.document.id}/restore`);

  /* ---- paid content, by country ---- */
  post = (await owner.post('/posts', { lang: 'fr', body: 'Le nouveau four est magnifique.', channels, title: 'Four', deal: ['sponsored'] })).document.post;
  page = await of(post.id);
  check('a paid post says so as France wants it', page.deals.find((one) => one.word === 'sponsored').is_selected && page.checks.some((one) => one.check === 'disclosure' && one.found === 'missing:FR' && one.is_block), JSON.stringify(page.checks));
  said = await owner.post(`/posts/${post.id}`, { revision: page.post.revision, deal: [], deals_said: true });
  check('and need not when it is not', !said.document.checks.some((one) => one.check === 'disclosure'), JSON.stringify(said.document.checks));

  /* ---- links ---- */
  post = (await owner.post('/posts', { lang: 'fr', body: `Le menu : ${link('/gone')}`, channels, title: 'Four' })).document.post;
  check('the working role asks its link', await until('asked', 20, async () => (await of(post.id)).checks.some((one) => one.check === 'link-dead' && /404/.test(one.reason))), JSON.stringify(sql(place, 'SELECT * FROM link_look')));

  /* ---- in the browser ---- */
  ({ shell } = await browser(place));
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const scripted = await shell.newContext({ locale: 'en-GB', timezoneId: 'Europe/Paris' }), window = await scripted.newPage(), trouble = [];
  window.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
  await window.goto(linkOf(place, 'ines@levain.example'));
  await window.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  await window.waitForURL(/\/today/);
  const sound = async (what) => {
    await window.evaluate(axe);
    const { violations } = await window.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    check(`axe finds nothing ${what}`, !violations.length, JSON.stringify(violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))])));
  };
  await window.goto(`${place.base}/checks`);
  await sound('in the settings');
  await window.setViewportSize({ width: 360, height: 800 });
  check('nothing runs over on a phone', await window.evaluate(() => document.documentElement.scrollWidth <= 360));
  await window.setViewportSize({ width: 1280, height: 800 });
  post = (await owner.post('/posts', { lang: 'en', body: 'Hey guys, sign up here: [insert link]', channels, title: 'Four' })).document.post;
  await window.goto(`${place.base}/posts/${post.id}`);
  await sound('beside what blocks');
  const row = window.locator('#checks li', { hasText: 'Hey guys' });
  await row.locator('summary').first().click();
  await row.locator('form[action="/checks/exceptions"] button').first().click();
  await window.waitForURL(new RegExp(`/posts/${post.id}`));
  check('a phrase is never told of again, by one press', await window.locator('#checks li', { hasText: 'Hey guys' }).count() === 0);
  await window.locator('#toasts button[data-act=undo]').click();
  check('with an undo', await until('back', 5, async () => (await window.locator('#checks li', { hasText: 'Hey guys' }).count()) === 1));
  const blocked = window.locator('#checks li.is-bad').first();
  await blocked.locator('summary', { hasText: /all the same|quand même/ }).click();
  await blocked.locator('textarea').fill('It is a game.');
  await blocked.locator('form[action$="/overrides"] button').click();
  check('let leave all the same, with why', await until('said', 5, async () => /It is a game\./.test(await window.locator('#checks').textContent())));
  check('the pages had no trouble', !trouble.length, trouble.join('\n'));

  /* ---- without a script ---- */
  const ines = await member(place, 'ines@levain.example');
  let got = await ines.get('/checks');
  check('settings without a script', got.status === 200 && /name="level"/.test(got.text), got.status);
  got = await ines.post('/checks', { check: ['spelling'], level: ['warn'], country: ['FR'], others: 'br, jp', sites: '' });
  check('are kept', got.status === 303, `${got.status} ${plain(got.text).slice(0, 300)}`);
  told = (await owner.get('/checks')).document;
  check('as they were said', told.checks[0].level.word === 'warn' && /BR/.test(told.others) && told.sites === '', told.others);
  got = await ines.post('/checks', { check: [], level: [], country: [], others: 'nowhere', sites: 'a b' });
  check('what is wrong is said at its field', got.status === 422 && /id="others-error"/.test(got.text), got.status);
} finally {
  await shell?.close();
  await place.end();
  site.close();
}
end();
