/* What many say together: questions asked again in other words are one, with the saved reply that answers them; topics have names, tone and a past;
   copies by many accounts are marked, with who and when; all of it is worked out by the working role, and the page shows it by itself. */
import { api, browser, check, desk, end, keyOf, network, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place));
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await network(place).dials({ per_minute: 0 });
  const made = await machine.post('/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] });
  const channel = made.document?.channel?.id ?? (await machine.get('/channels')).document.channels.find((one) => one.name === 'Shop').id;
  const now = Date.now(), hour = 3600e3, day = 24 * hour;
  const say = (id, author, text, at) => machine.post(`/channels/${channel}/messages`, { id, kind: 'comment', text, author: { id: author, name: author }, at: new Date(at).toISOString() });

  /* ---- what is said: three topics, one of them new; fourteen accounts with one text; one account twice with another ---- */
  const subjects = [['livraison', 'retard', 'colis', 'commande'], ['sésame', 'allergie', 'traces', 'étiquette'], ['parking', 'vélo', 'accès', 'trottoir']];
  for (let i = 0; i < 72; i++) {
    const s = subjects[i % 3], old = i % 3 !== 2 && i % 2, at = now - (old ? 31 * day : 0) - (i % 20) * day - hour;
    await say(`t${i}`, `Membre ${i}`, `Zorglub : ${s[i % 4]} ${['du matin', 'hier', 'encore', 'ici', 'chez vous'][i % 5]} et ${s[(i + 1 + i % 3) % 4]}, ${s[(i >> 2) % 4]} ${i % 5 > 1 ? 'vraiment nul et dangereux' : 'merci beaucoup, génial'}`, at);
  }
  const copied = 'Boycott Zorglub : ils jettent leur pain chaque soir au lieu de le donner, partagez partout';
  for (let i = 0; i < 14; i++) await say(`copy${i}`, `Compte ${i}`, `${copied}${i % 3 ? '' : ' !!! 🔥'}`, now - 2 * hour + i * 400e3);
  for (let i = 0; i < 2; i++) await say(`again${i}`, 'Seul', 'Zorglub devrait vraiment ouvrir une boutique près de la gare centrale', now - (i + 1) * day);
  const asks = ['À quelle heure ouvrez-vous chez Zorglub le dimanche ?', 'Zorglub, vous êtes ouverts dimanche ?', 'Bonjour Zorglub, le magasin est-il ouvert dimanche matin ?'];
  for (let i = 0; i < 9; i++) await say(`ask${i}`, `Curieux ${i}`, asks[i % 3], now - (i + 1) * hour);

  const query = (await machine.post('/listening', { name: 'Zorglub', words: 'zorglub' })).document.id;
  const one = async (more = '') => (await machine.get(`/listening/${query}?span=30d${more}`)).document;
  const survey = await until('surveyed', 40, async () => { const now = await one(); return now.survey.is_made && !now.query.past && now; });
  check('a new query is surveyed by itself', !!survey && survey.survey.made_at !== null, JSON.stringify((await one()).survey));

  /* ---- topics ---- */
  const { topics } = survey.survey, named = (word) => topics.find((topic) => topic.name.includes(word));
  check('topics have readable names', !!(named('colis') ?? named('livraison')) && !!(named('sésame') ?? named('allergie')), topics.map((topic) => topic.name).join(' | '));
  check('the words of the query name no topic', topics.every((topic) => !/zorglub/i.test(topic.name)));
  const parking = topics.find((topic) => /parking|vélo|accès|trottoir/.test(topic.name)), parcel = topics.find((topic) => /livraison|retard|colis|commande/.test(topic.name));
  check('a topic that was not there before says so', parking?.before.count === 0 && parking.now.count >= 3 && /nouveau|new here/.test(parking.move), JSON.stringify(parking));
  check('one that was is held against its past', parcel?.before.count > 0 && parcel.move !== null && !/nouveau|new here/.test(parcel.move), JSON.stringify(parcel));
  check('tones of a topic are parts of those that are sure', topics.every((topic) => !topic.tones || Math.abs(Number(topic.tones.bad) + Number(topic.tones.plain) + Number(topic.tones.good) - 100) < 0.2));
  const of = await one(`&topic=${parking.id}`);
  check('a topic shows its mentions, and no others', of.focus?.title.includes(parking.name) && of.mentions.length > 0 &&
    of.mentions.every((mention) => /parking|vélo|accès|trottoir/.test(mention.parts.map((part) => part.text).join(''))), JSON.stringify(of.focus));

  /* ---- copies ---- */
  const copies = survey.mentions.filter((mention) => mention.copy?.is_together);
  check('the same text by many accounts is marked', copies.length > 0 && copies.every((mention) => mention.copy.accounts.count === 14 && /14/.test(mention.copy.text)), JSON.stringify(survey.mentions.map((mention) => mention.copy)));
  const set = (await machine.get(`/listening/${query}?copies=${copies[0].id}`)).document;
  check('with who and when', set.focus.who.length === 12 && set.focus.who[0].name === 'Compte 0' && Date.parse(set.focus.until.iso) - Date.parse(set.focus.from.iso) < 2 * hour, JSON.stringify(set.focus));
  check('and shows them all', set.mentions.length === 14 && set.mentions.every((mention) => /Boycott/.test(mention.parts.map((part) => part.text).join(''))), String(set.mentions.length));
  const alone = await (async () => { for (let after = ''; ;) { const { document } = await machine.get(`/listening/${query}?span=30d${after}`); const found = document.mentions.find((mention) => /gare centrale/.test(mention.parts.map((part) => part.text).join(''))); if (found || !document.pager?.next) return found; after = `&${document.pager.next.split('?')[1]}`; } })();
  check('one account twice is no crowd', alone?.copy && !alone.copy.is_together && alone.copy.accounts.count === 1, JSON.stringify(alone?.copy));
  check('what was said once is marked by nothing', survey.mentions.some((mention) => mention.copy === null));

  /* ---- questions ---- */
  await machine.post('/questions/survey');
  const questions = await until('questions', 30, async () => { const { document } = await machine.get('/questions'); return document.groups.some((group) => group.count.count >= 9 && /ouv/.test(group.text)) && document; });
  const hours = questions?.groups?.find((group) => group.count.count >= 9 && /ouv/.test(group.text));
  check('a question in three wordings is one, and counted', !!hours && hours.people.count >= 9, JSON.stringify((await machine.get('/questions')).document.groups.map((group) => [group.text, group.count.count])));
  check('with its languages', /fran|french/i.test(hours?.languages ?? ''), hours?.languages);
  const open = (await machine.get(hours.url.replace('#group', ''))).document;
  check('it leads to its conversations', open.open?.id === hours.id && open.messages.length >= 9 && open.messages.every((message) => /^\/conversations\/\d+#m-\d+$/.test(message.url) && /ouv/i.test(message.text)), JSON.stringify(open.messages?.map((message) => message.text)));
  const other = questions.groups.find((group) => group.reply === null);
  check('a question that no saved reply is like says so', !!other && other.new_url.startsWith('/saved-replies/new?title='), JSON.stringify(questions.groups.map((group) => [group.text, group.reply?.shortcut])));
  const short = await machine.get('/questions?span=2d');
  check('a shorter time counts less, or as much', short.document.asked.count <= questions.asked.count);

  /* ---- by hand ---- */
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/questions`);
  const row = page.locator('#asked li', { hasText: other.text }).first();
  await row.locator('a[href^="/saved-replies/new"]').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/saved-replies\/new/);
  check('a saved reply is made of a question, whose words it has', (await page.locator('[name=title]').inputValue()).startsWith(other.text.slice(0, 30)), await page.locator('[name=title]').inputValue());
  await page.fill('[name=shortcut]', 'reponse');
  await page.fill('[name=body]', `Merci de votre question : ${other.text} Oui.`);
  await page.locator('form[action="/saved-replies"] button[type=submit]:not([name])').last().click();
  await page.waitForURL(/\/saved-replies\/\d+/);
  check('then it is proposed for it at once', (await machine.get('/questions')).document.groups.find((group) => group.id === other.id)?.reply?.shortcut === 'reponse', page.url());

  await page.goto(`${place.base}/listening/${query}?span=30d`);
  await page.locator('#figures a', { hasText: parking.name }).first().click();
  check('a topic opens in the stream beside it', await until('focus', 10, async () => (await page.locator('#mentions').textContent()).includes(parking.name) && /parking|vélo|accès|trottoir/.test(await page.locator('#stream li').first().textContent())));
  await page.locator('#mentions a[href*="#mentions"]', { hasText: /toutes les mentions|all mentions/i }).first().click();
  check('and closes again', await until('all', 10, async () => !(await page.locator('#mentions').textContent()).includes(parking.name)));
  await page.locator('#stream a.chip--sun').first().click();
  check('a mark of copies opens who and when', await until('who', 10, async () => await page.locator('.listening__who li').count() === 12));

  /* ---- anew ---- */
  const before = (await one()).survey.made_at.iso;
  for (let i = 0; i < 12; i++) await say(`new${i}`, `Neuf ${i}`, `Zorglub : la tarte aux quetsches ${['est une merveille', 'dorée', 'en vitrine', 'sort du four'][i % 4]}, tarte ou quetsches ?`, now);
  await page.goto(`${place.base}/listening/${query}?span=30d`);
  await page.locator(`form[action="/listening/${query}/survey"] button`).click();
  check('it is worked out anew when somebody asks, and the open page shows it', await until('anew', 25, async () => /quetsches/.test(await page.locator('#figures ol').first().textContent())) && (await one()).survey.made_at.iso > before,
    JSON.stringify([before, (await one()).survey.made_at.iso, (await one()).survey.topics.map((topic) => topic.name), page.url()]) + await page.locator('#figures ol').first().textContent());

  /* ---- reputation ---- */
  const list = await until('reputation', 20, async () => { const { document } = await machine.get('/listening'); return document.reputation.has_score && document; });
  const { reputation } = list || {}, known = (reputation?.parts ?? []).filter((part) => part.is_known), weights = known.reduce((all, part) => all + part.weight, 0);
  check('the score never stands without its parts, and is their mean', known.length >= 3 && Math.abs(reputation.score - known.reduce((all, part) => all + part.weight * part.value, 0) / weights) <= 1, JSON.stringify(reputation));
  check('what is not known does not count, and says so', reputation.parts.filter((part) => !part.is_known).every((part) => part.value === null && part.missing.length > 5) && reputation.parts.find((part) => part.word === 'voice').is_known === false);
  check('each part has its margin, and the score its past', known.every((part) => part.margin >= 0) && reputation.margin > 0 && reputation.past.length === 6);
  await machine.post('/listening', { name: 'Konkurrent', kind: 'competitor', words: 'Villeurbanne OR boutique' });
  const voiced = await until('voice', 40, async () => { await machine.post('/questions/survey'); const { document } = await machine.get('/listening'); return document.reputation.parts.find((part) => part.word === 'voice').is_known && document.reputation; });
  check('with a query about a competitor, the share of voice counts too', !!voiced, JSON.stringify((await machine.get('/listening')).document.reputation.parts));

  /* ---- reach ---- */
  const sample = (await machine.get('/reach')).document;
  check('a break in reach is found, with its date and its size', sample.reach.is_found && sample.reach.is_less && sample.reach.size < -20 && sample.reach.low <= sample.reach.size && sample.reach.high >= sample.reach.size && sample.reach.before.count > sample.reach.after.count, JSON.stringify(sample.reach).slice(0, 600));
  const lines = ['date,reach,format'];
  for (let i = 0; i < 200; i++) lines.push(`${new Date(now - (200 - i) * day).toISOString().slice(0, 10)} 10:0${i % 10},${Math.round(1000 * (1 + 0.3 * Math.sin(i * 12.9898) * Math.cos(i * 4.1)))},${i % 2 ? 'photo' : 'text'}`);
  const wrong = await machine.post('/reach', { channel, lines: [...lines.slice(0, 5), 'yesterday,12,text'].join('\n') });
  check('a line that cannot be read is named, and nothing is taken', wrong.status === 422 && /\b6\b/.test(wrong.text) && (await machine.get(`/reach?channel=${channel}`)).document.reach === null, wrong.text);
  await page.goto(`${place.base}/reach?channel=${channel}`);
  await page.fill('#lines', lines.join('\n'));
  await page.locator('form[action="/reach"] button').click();
  await page.waitForURL(/\/reach\?channel=/);
  const calm = (await machine.get(`/reach?channel=${channel}`)).document.reach;
  check('figures are taken in by hand; where nothing broke, none is claimed', calm?.posts.count === 200 && calm.is_enough && !calm.is_found && calm.size === null, JSON.stringify(calm).slice(0, 400));
  check('its week by week adds up', calm.chart.rows.reduce((all, row) => all + row.posts.count, 0) === 200);
  const broken = lines.map((line, i) => i < 130 || !i ? line : line.replace(/,(\d+),/, (_, reach) => `,${Math.round(reach * 0.5)},`));
  await machine.post('/reach', { channel, lines: broken.join('\n') });
  const after = (await machine.get(`/reach?channel=${channel}`)).document.reach;
  check('told anew it is not twice, and the break is where it was made', after.posts.count === 200 && after.is_found && after.size < -35 && after.size > -65 && after.after.count < after.before.count * 0.65, JSON.stringify(after).slice(0, 500));
  check('parts multiply to the change', Math.abs(after.parts.reduce((all, part) => all * (1 + part.percent / 100), 1) - 1 - after.change / 100) < 0.06, JSON.stringify(after.parts));
  check('who may not import takes nothing in', (await api(place, keyOf(place, 'awa@levain.example', 'figures.read')).post('/reach', { channel, lines: 'date,reach\n2026-01-01,1' })).status === 403);
  check('a channel that is not there reaches nothing', (await machine.get('/reach?channel=1')).status === 404);

  /* ---- who may ---- */
  const stranger = api(place, keyOf(place, 'awa@levain.example', 'figures.read'));
  check('messages of the inbox are not told to who may not read it', (await stranger.get('/questions')).status === 403);
  check('who may not read figures has none', (await api(place, keyOf(place, 'awa@levain.example', 'inbox.read')).post(`/listening/${query}/survey`)).status === 403);
  check('a query that is not there has no survey', (await machine.post('/listening/1/survey')).status === 404);
  check('the console kept quiet', trouble.filter((line) => !/ERR_|Failed to load resource|EventSource/.test(line)).length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  await place.end();
}
end();
