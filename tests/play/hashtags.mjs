/* Hashtags: proposed while one writes, each with what speaks for it, put in by a press (and without a script); how posts did with each, as a page, by a program and as
   a table. PARVIS_SHOTS=FOLDER keeps pictures. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { member } from './_member.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  const { id: channel, w, talk } = await until('the sample to speak', 20, () => sql(place, `SELECT CAST(v.id AS TEXT) AS talk, CAST(c.id AS TEXT) AS id, CAST(c.workspace_id AS TEXT) AS w FROM channel c
    JOIN conversation v ON v.channel_id = c.id WHERE c.kind = 'simulator' ORDER BY c.id, v.id LIMIT 1`)[0]);

  /* ---- nothing yet ---- */
  let told = (await machine.get('/hashtags')).document;
  check('nothing is measured before there are figures', !told.has_hashtags && told.posts.count === 0, JSON.stringify(told));

  /* ---- figures of 60 posts, as reading them leaves them; those with #PainAuLevain go round ---- */
  const now = Date.now() * 1000, DAY = 86400000000, rows = [], figures = [], heard = [];
  for (let n = 0; n < 60; n++) {
    const bread = n % 3 === 0, at = now - (4 + n) * DAY, tags = [bread ? (n % 2 ? 'painaulevain' : 'PainAuLevain') : 'viennoiserie', n % 2 ? 'Lyon' : '', n < 2 ? 'concours' : ''].filter(Boolean);
    const body = (bread ? 'Le pain au levain sort du four, croûte épaisse ' : 'Des croissants au beurre pour le dimanche ') + tags.map((tag) => `#${tag}`).join(' ');
    rows.push(`(${9000 + n}, ${w}, ${talk}, ${talk}, ${channel}, 'post', 'out', 'tagged-${n}', 'Levain', '${body}', ${at}, ${at})`);
    figures.push(`(${9000 + n}, ${w}, ${channel}, ${at}, ${bread ? 60 + n % 20 : 15 + n % 12}, ${n % 10 ? 500 + n : -1}, '${tags.join(' ')}', ${now})`);
  }
  for (let n = 0; n < 30; n++) heard.push(`(${w}, ${n + 1}, 'levain', 'Levain')`, ...(n < 21 ? [`(${w}, ${n + 1}, 'faitmaison', 'FaitMaison')`] : []));
  statement(place, `INSERT INTO message (id, workspace_id, conversation_id, home_id, channel_id, kind, direction, remote_id, author_name, body, at, received_at) VALUES ${rows.join(', ')};
    INSERT INTO post_figure (message_id, workspace_id, channel_id, at, acts, reach, tags, told_at) VALUES ${figures.join(', ')};
    INSERT INTO hashtag_heard (workspace_id, message_id, key, tag) VALUES ${heard.join(', ')}`);
  told = (await machine.get('/hashtags')).document;
  const [first] = told.hashtags, few = told.hashtags.find((one) => one.tag === '#concours');
  check('what goes round stands first, however it was spelt, with its margin and its doubt', first.tag === '#PainAuLevain' && first.posts.count === 20 && first.verdict === 'better' && first.low > 1.5 && first.doubt < 0.01, JSON.stringify(first));
  check('of two posts nothing is told', few.verdict === 'too_few' && few.factor === null, JSON.stringify(few));
  check('what makes no difference is said so', told.hashtags.find((one) => one.tag === '#Lyon').verdict === 'no_difference', JSON.stringify(told.hashtags));
  const reach = (await machine.get('/hashtags?measure=reach')).document;
  check('by people reached: what the network does not tell is left out, and said', reach.left_out.count === 6 && reach.posts.count === 54 && reach.hashtags.every((one) => one.verdict !== 'better'), JSON.stringify(reach.hashtags));
  check('elsewhere there is none', !(await machine.get('/hashtags?network=bluesky')).document.has_hashtags);
  const lately = (await machine.get(`/hashtags?since=${new Date(Date.now() - 20 * 86400000).toISOString().slice(0, 10)}&sort=posts`)).document;
  check('of a time alone, in the order that is asked', lately.posts.count < 20 && lately.hashtags[0].tag === '#viennoiserie', JSON.stringify(lately.hashtags.map((one) => one.tag)));
  check('a day that is none is refused', (await machine.get('/hashtags?since=yesterday')).status === 422);
  const table = await machine.get('/hashtags/table?sort=name');
  const lines = table.text.trim().split('\r\n');
  check('the same as a table', table.headers.get('content-type').startsWith('text/csv') && lines[0].startsWith('hashtag,posts,') && lines.length === 5 && lines[1].startsWith('#concours,2,58,') && lines.every((line) => line.split(',').length === 10), table.text);
  check('who may not read figures sees none', [403, 404].includes((await api(place, keyOf(place, 'camille@levain.example', 'inbox.read')).get('/hashtags')).status));

  /* ---- while one writes ---- */
  const draft = (await machine.post('/posts', { title: 'Four', body: 'Notre pain au levain, tout juste sorti du four.', channels: [channel], lang: 'fr' })).document;
  const [proposed] = draft.hashtags.places, [best] = proposed.list;
  check('the best is proposed first, its words parted, with its figures', best.tag === '#PainAuLevain' && best.posts === 20 && best.is_better && best.evidence.length >= 3 && /20/.test(best.evidence[0]), JSON.stringify(proposed));
  check('what is heard with a word of the text is proposed with that', proposed.list.some((one) => one.tag === '#FaitMaison' && one.heard === 21) && proposed.list.some((one) => one.tag === '#levain' && one.heard === 30), JSON.stringify(proposed.list));
  check('what belongs to something else is not', !proposed.list.some((one) => one.tag === '#viennoiserie'), JSON.stringify(proposed.list));
  await machine.post('/glossary', { word: 'fait maison', risk: 'A mark of the law: not for what is baked elsewhere.', about: 'x' });
  const careful = (await machine.get(`/posts/${draft.post.id}`)).document.hashtags.places[0].list;
  check('what the house is careful with is not proposed', careful.length && !careful.some((one) => one.tag === '#FaitMaison'), JSON.stringify(careful));

  /* ---- by hand ---- */
  window = await browser(place);
  const { page, shell, trouble } = window;
  const looks = async (name, on = page) => {
    await on.evaluate(axe);
    const { violations } = await on.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    check(`${name} is for everybody (axe)`, violations.length === 0, JSON.stringify(violations.map((one) => [one.id, one.nodes[0].html.slice(0, 300)])));
  };
  await page.goto(`${place.base}/posts/${draft.post.id}`);
  await page.click('#hashtags summary');
  await looks('the composer with what is proposed');
  await page.click('#hashtags [data-hashtag="#PainAuLevain"]');
  check('a press puts it at the end of the text', (await page.inputValue('#body')).endsWith('sorti du four. #PainAuLevain'), await page.inputValue('#body'));
  check('then it is proposed no more, and what was open stays open', await until('the next proposals', 10, async () => !(await page.locator('#hashtags [data-hashtag="#PainAuLevain"]').count()) && page.locator('#hashtags details[open] [data-hashtag]').first().isVisible()),
    await page.locator('#hashtags').innerText());
  await page.goto(`${place.base}/hashtags`);
  await looks('the figures');
  await page.selectOption('#sort', 'last');
  await page.selectOption('#measure', 'reach');
  await page.click('form[action="/hashtags"] button[type=submit]');
  check('what was chosen stays chosen', (await page.inputValue('#sort')) === 'last' && (await page.inputValue('#measure')) === 'reach');
  for (const [width, scheme] of [[360, 'light'], [360, 'dark'], [820, 'light'], [820, 'dark'], [1440, 'light'], [1440, 'dark']]) {
    const context = await shell.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, storageState: await page.context().storageState() }), small = await context.newPage();
    statement(place, `UPDATE person SET lang = '${width === 820 ? 'en' : 'fr'}' WHERE email = 'camille@levain.example'`);
    for (const [name, path] of [['figures', '/hashtags'], ['composer', `/posts/${draft.post.id}`]]) {
      await small.goto(place.base + path);
      if (name === 'composer') {
        await small.click('#hashtags summary');
        await small.locator('#hashtags').scrollIntoViewIfNeeded();
      }
      check(`nothing runs over: ${name} at ${width} px, ${scheme}`, await small.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      if (width === 360) await looks(`${name} at ${width} px, ${scheme}`, small);
      if (process.env.PARVIS_SHOTS) await small.screenshot({ path: `${process.env.PARVIS_SHOTS}/${name}-${width}-${scheme}.png`, fullPage: name === 'figures' });
    }
    await context.close();
  }
  check('the pages are quiet', trouble.length === 0, JSON.stringify(trouble));

  /* ---- without a script ---- */
  const awa = await member(place, 'awa@levain.example'), { post } = (await machine.get(`/posts/${draft.post.id}`)).document;
  const got = await awa.post(`/posts/${post.id}`, { revision: String(post.revision), body: post.body, channels: channel, hashtag: `${channel} #Levain` });
  const after = (await machine.get(`/posts/${post.id}`)).document.post;
  check('the same press without a script', got.status === 303 && after.body === `${post.body} #Levain`, `${got.status} ${after.body}`);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
