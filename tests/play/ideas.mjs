/* Ideas, campaigns, the editorial line: an article of a real feed and a message of the inbox become ideas in one press, an idea a draft, the draft a post of a campaign, and the
   campaign shows what came of it. The same by the API; without scripts; what one may not is refused; at three widths, light and dark, with axe-core. */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, freePort, keyOf, sql, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const item = (number, title) => `<item><title>${title}</title><link>http://agri.example/${number}</link><guid>agri-${number}</guid><pubDate>${new Date(Date.now() - number * 3600e3).toUTCString()}</pubDate><description>What is said of ${title}.</description></item>`;
const sitePort = await freePort(), site = createServer((asked, answer) => {
  answer.writeHead(200, { 'Content-Type': 'application/rss+xml' });
  answer.end(`<?xml version="1.0"?><rss version="2.0"><channel><title>Agri</title><link>http://agri.example/</link><description>Wheat</description>${item(1, 'Wheat is cheaper')}${item(2, 'Rye &amp; spelt')}${item(3, 'A mill burns')}</channel></rss>`);
}).listen(sitePort, '127.0.0.1');

const place = await desk({ simulator: 'on', options: ['--net_allow', `127.0.0.1:${sitePort}`] });
let window = null;
try {
  const owner = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example')), { get, post } = owner;
  const feed = await post('/channels/new/feed', { name: 'Agri', setting: ['url'], value: [`http://127.0.0.1:${sitePort}/feed`] });
  check('a feed is connected', feed.status === 201, feed.text);

  /* ---- the editorial line ---- */
  const none = (await get('/pillars')).document;
  check('no line yet', !none.has_pillars && none.gap === null && none.shares === 0);
  const craft = (await post('/pillars', { name: 'Craft', about: 'Gestures, tools', share: 60 })).document.id, taste = (await post('/pillars', { name: 'Taste', share: 40 })).document.id;
  const full = await post('/pillars', { name: 'Third', share: 5 });
  check('of a hundred percent nothing is left', full.status === 422 && /share/.test(full.text), full.text);
  check('an agent reads it and does not change it', (await agent.get('/pillars')).document.pillars.length === 2 && (await agent.post('/pillars', { name: 'Mine' })).status === 403);

  /* ---- a campaign ---- */
  const day = (from) => new Date(Date.now() + from * 86400e3).toISOString().slice(0, 10);
  const made = await post('/campaigns', { name: 'Easter', goal: 'Two hundred at the workshops', brief: 'Brioche, eggs', starts_on: day(-3), ends_on: day(9), budget: '1 200,50', spent: '300' });
  const easter = made.document?.id;
  check('a campaign is begun', made.status === 201 && easter, made.text);
  let campaign = (await get(`/campaigns/${easter}`)).document;
  check('with its budget, and nothing that nobody told', campaign.campaign.budget.planned.amount === '1200.50' && campaign.campaign.budget.share === 25 && !campaign.figures.has_channels, JSON.stringify(campaign.campaign));
  check('what is not named stays', (await post(`/campaigns/${easter}`, { spent: '350' })).status === 200 && (await get(`/campaigns/${easter}`)).document.campaign.goal === 'Two hundred at the workshops');
  for (const [what, fields, field] of [['an amount that is none', { name: 'x', budget: 'much' }, 'budget'], ['an end before the beginning', { name: 'x', starts_on: day(1), ends_on: day(0) }, 'ends_on'], ['a name that is taken', { name: 'Easter' }, 'name']]) {
    const refused = await post('/campaigns', fields);
    check(`${what} is refused by its field`, refused.status === 422 && refused.text.includes(`"${field}"`), refused.text);
  }
  check('an agent begins no campaign', (await agent.post('/campaigns', { name: 'Mine' })).status === 403);
  const away = await post(`/campaigns/${(await post('/campaigns', { name: 'Never' })).document.id}/archive`);
  check('put away, and found there', away.status === 200 && (await get('/campaigns?state=away')).document.campaigns[0].name === 'Never' && (await get('/campaigns')).document.campaigns.length === 1);
  check('and brought back', (await post(`/campaigns/${away.document.id}/restore`)).status === 200 && (await get('/campaigns')).document.campaigns.length === 2);

  /* ---- from the inbox ---- */
  const said = await until('messages', 30, () => sql(place, "SELECT CAST(m.id AS TEXT) AS id, CAST(m.conversation_id AS TEXT) AS conversation FROM message m JOIN channel c ON c.id = m.channel_id WHERE m.direction = 'in' AND c.kind <> 'feed' AND m.hidden_at = 0 ORDER BY m.id LIMIT 2")[1]);
  const kept = await agent.post(`/messages/${said.id}/idea`), twice = await agent.post(`/messages/${said.id}/idea`);
  check('what was said becomes an idea, once', kept.status === 200 && kept.document.is_new && !twice.document.is_new && twice.document.id === kept.document.id, kept.text);
  const one = (await get(`/ideas/${kept.document.id}`)).document.idea;
  check('with the way back to who said it', one.source.url === `/conversations/${said.conversation}#m-${said.id}` && one.body === null && one.title.length > 0, JSON.stringify(one));
  const thread = (await get(`/conversations/${said.conversation}`)).document.conversation.thread.map((line) => line.message).find((message) => message?.id === said.id);
  check('and the conversation knows it', thread.idea_url === `/ideas/${kept.document.id}` && !thread.can_idea);
  const blind = api(place, keyOf(place, 'camille@levain.example', 'posts.read posts.write'));
  const seen = await blind.get(`/ideas/${kept.document.id}`);
  check('a key that may not read the inbox sees the idea, not what was said', seen.status === 200 && seen.document.idea.source === null && (await blind.post(`/messages/${said.id}/idea`)).status === 403, seen.text);

  /* ---- from the feed ---- */
  const articles = await until('articles', 30, async () => { const { document } = await get('/ideas/feeds'); return document.articles.length === 3 && document; });
  check('what the feed brought is proposed', articles?.articles?.[0].title === 'Wheat is cheaper' && articles.articles[0].article_url === 'http://agri.example/1', JSON.stringify(articles));

  /* ---- in the browser ---- */
  window = await browser(place);
  const { page, trouble, shell, context } = window;
  await page.goto(`${place.base}/ideas/feeds`);
  await page.locator('li', { hasText: 'Wheat is cheaper' }).getByRole('button', { name: /Make it an idea|En faire une idée/ }).click();
  await page.waitForLoadState();
  await page.locator('li', { hasText: 'A mill burns' }).getByRole('button', { name: /Not for us|Pas pour nous/ }).click();
  await page.waitForLoadState();
  check('kept or set aside, they are proposed no more', await until('one left', 5, async () => (await get('/ideas/feeds')).document.articles.map((each) => each.title).join() === 'Rye & spelt') && await page.locator('main .rows > li').count() === 1);
  await page.goto(`${place.base}/conversations/${said.conversation}`);
  await page.locator('.msg form[action$="/idea"] button').first().waitFor({ state: 'visible', timeout: 5000 }).catch(() => {});
  check('the thread leads to the idea', await page.locator(`a[href="/ideas/${kept.document.id}"]`).count() === 1);
  const wheat = (await get('/ideas')).document.ideas.find((idea) => idea.title === 'Wheat is cheaper');
  await post(`/ideas/${wheat.id}`, { pillar: craft, campaign: easter });
  await page.goto(`${place.base}/ideas`);
  check('the board has one lit answer', await page.locator('.btn--lit').count() === 1);
  await page.locator('li', { hasText: 'Wheat is cheaper' }).getByRole('button', { name: /Make a post of it|En faire une publication/ }).click();
  await page.waitForURL(/\/posts\/\d+/);
  check('one press makes a draft, filed as the idea was', await page.inputValue('#title') === 'Wheat is cheaper' && await page.inputValue('#pillar') === craft && await page.inputValue('#campaign') === easter && await page.inputValue('#body') === 'http://agri.example/1');
  check('with the way back to it', await page.locator(`a[href="/ideas/${wheat.id}"]`).count() === 1);
  const draft = page.url().match(/\d+$/)[0], used = (await get(`/ideas/${wheat.id}`)).document;
  check('which is used', used.idea.state.word === 'used' && used.idea.posts[0].id === draft, JSON.stringify(used.idea.posts));
  check('and not used twice unseen', (await post(`/ideas/${wheat.id}/use`)).status === 409 && (await post(`/ideas/${wheat.id}/use`, { again: true })).status === 201);
  await page.selectOption('#pillar', taste);
  await Promise.all([page.waitForEvent('load'), page.locator('#post-save').click()]);
  check('another pillar is chosen beside the text', await until('filed', 10, async () => (await get(`/posts/${draft}`)).document.line.pillar?.id === taste));
  await page.goto(`${place.base}/ideas`);
  await page.fill('#title', 'Written by hand');
  await page.locator('#new button[type="submit"]').click();
  await page.waitForLoadState();
  const hand = await until('the idea', 5, async () => (await get('/ideas')).document.ideas.find((idea) => idea.title === 'Written by hand'));
  await page.locator('li', { hasText: 'Written by hand' }).getByRole('button', { name: /Set it aside|La mettre de côté/ }).click();
  await page.waitForLoadState();
  await until('aside', 5, async () => (await get('/ideas?state=aside')).document.ideas.some((idea) => idea.id === hand.id));
  await page.locator('.toast button').click();
  check('set aside, and taken back by the toast', await until('back', 10, async () => (await get('/ideas')).document.ideas.some((idea) => idea.id === hand.id)));

  /* ---- what came of it ---- */
  const channel = (await get('/posts')).document.channels[0].id, { revision } = (await get(`/posts/${draft}`)).document.post;
  let now = await post(`/posts/${draft}`, { revision, body: 'Wheat is cheaper. Bread is not.', channels: [channel] });
  now = await post(`/posts/${draft}/ready`, { revision: now.document.post.revision });
  now = await post(`/posts/${draft}/publish`, { revision: now.document.post.revision });
  check('the post leaves', now.status === 200, now.text.slice(0, 400));
  check('the campaign counts it', await until('there', 30, async () => (campaign = (await get(`/campaigns/${easter}`)).document).figures.sent.count === 1) && campaign.figures.channels[0].id === channel && campaign.campaign.counts.published.count === 1, JSON.stringify(campaign.figures));
  const filed = await post(`/posts/${draft}/line`, { pillar: craft });
  check('what has left may be filed still', filed.status === 200 && filed.document.line.pillar.id === craft && filed.document.line.campaign.id === easter && filed.document.line.is_apart, filed.text.slice(0, 400));
  const line = (await get('/pillars')).document;
  check('the line shows what it really has, and the next gap', line.pillars.find((each) => each.id === craft).percent === 100 && line.gap?.id === taste, JSON.stringify(line));
  check('the log tells of it', (await get('/audit')).document.entries.some((entry) => /pillar|pilier/.test(entry.text)));

  /* ---- without a script ---- */
  const bare = await shell.newContext({ javaScriptEnabled: false, locale: 'en-GB', storageState: await context.storageState() }), plain = await bare.newPage();
  await plain.goto(`${place.base}/campaigns/new`);
  await plain.fill('#name', 'Easter');
  await plain.fill('#brief', 'Kept in the form');
  await plain.locator('.campaign-form button[type="submit"]').click();
  check('a form that is refused keeps what was typed', await plain.inputValue('#brief') === 'Kept in the form' && await plain.locator('#name-error').count() === 1);
  await plain.fill('#name', 'Opening');
  await plain.locator('.campaign-form button[type="submit"]').click();
  check('and goes through', /\/campaigns\/\d+$/.test(plain.url()) && (await plain.textContent('h1')).includes('Opening'), plain.url());
  await plain.goto(`${place.base}/pillars/${taste}`);
  await plain.fill('#share', '90');
  await plain.locator('#edit button.btn--primary').click();
  check('a pillar that asks too much is shown with its fault, still itself', await plain.locator('#share-error').count() === 1 && await plain.locator(`form#edit[action="/pillars/${taste}"]`).count() === 1);
  await plain.fill('#share', '30');
  await plain.locator('#edit button.btn--primary').click();
  check('and kept with less', (await get('/pillars')).document.shares === 90);
  await bare.close();

  /* ---- how it looks ---- */
  const posts = [`/posts/${draft}`, '/posts/new?idea=' + hand.id];
  for (const [path, sizes] of [['/ideas', 3], ['/ideas/feeds', 1], [`/ideas/${kept.document.id}`, 2], ['/campaigns', 2], [`/campaigns/${easter}`, 3], [`/campaigns/${easter}/edit`, 1], ['/pillars', 3], ...posts.map((path) => [path, 1])])
    for (const [width, scheme] of [[390, 'light'], [1440, 'dark'], [1024, 'light']].slice(0, sizes)) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(place.base + path);
      const name = path.replace(/\d{6,}/g, 'ID');
      if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/plan${name.replace(/[/?=]/g, '-')}-${width}-${scheme}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      check(`${name} at ${width}, ${scheme}: nothing sticks out, axe finds nothing`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth) && violations.length === 0, violations.map((each) => `${each.id}: ${each.nodes[0].html}`).join('\n'));
    }
  check('the console kept quiet', trouble.length === 0, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await window?.shell.close();
  await place.end();
  site.close();
}
end();
