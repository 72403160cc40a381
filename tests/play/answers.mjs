/* Every answer that the API describes is really of the shape it describes: each GET with the rows of a desk that has lived, and each act that
   answers with a document, done once. What cannot be made to happen here is named below. */
import { api, check, desk, end, keyOf, network, statement, until } from './_desk.mjs';
import { held } from './_held.mjs';

const place = await desk({ simulator: 'on' });
try {
  place.held = await held(place.base);
  const { description, seen } = place.held;
  const operations = Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  const told = (operation) => Object.entries(operation.responses).filter(([status]) => /^2/.test(status));
  check('every answer of a reading route has a shape, or is no document', operations.every(({ method, operation }) => method !== 'get' ||
    told(operation).every(([, answer]) => answer.content && Object.entries(answer.content).every(([type, { schema }]) => type !== 'application/json' || schema.$ref || schema.properties))));
  check('no shape is called plain “object”', !JSON.stringify(description).includes('{"type":"object"}'));
  const names = Object.keys(description.components.schemas);
  check('conversation, message, contact, channel, label, team and view are components', ['Conversation', 'ConversationRow', 'Message', 'ContactCard', 'Channel', 'Label', 'Team', 'View'].every((name) => names.includes(name)), names.join(' '));
  check('every component is used', names.every((name) => name === 'Problem' || JSON.stringify(description).split(`"#/components/schemas/${name}"`).length > 1),
    names.filter((name) => JSON.stringify(description).split(`"#/components/schemas/${name}"`).length < 2).join(' '));

  const owner = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example')), moderator = api(place, keyOf(place, 'noor@levain.example'));
  const { get, post } = owner, box = network(place), row = (text) => statement(place, text).split('\n').filter(Boolean);
  const make = async (path, body) => (await post(path, body)).document?.id;
  const act = async (who, path, body) => {
    const answer = await who.post(path, body);
    check(`post ${path.replace(/\d{6,}/g, '{id}')}`, answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text.slice(0, 400)}`);
    return answer.document;
  };
  const inbound = async (least) => {
    let found = [];
    await until('messages', 60, async () => (found = row("SELECT id FROM message WHERE direction = 'in' AND hidden_at = 0 ORDER BY id LIMIT 40")).length >= least);
    return found;
  };
  const messages = await inbound(12);
  const conversationOf = (message) => row(`SELECT conversation_id FROM message WHERE id = ${message}`)[0];
  await box.dials({ per_minute: 0 });

  /* ---- things ---- */
  const label = await make('/labels', { name: 'Made', tone: 'sun' }), view = await make('/views', { name: 'Made', filter: 'view=open' });
  const pillar = await make('/pillars', { name: 'Made', share: 20 }), campaign = await make('/campaigns', { name: 'Made', starts_on: '2027-03-01', budget: '12.50' });
  await make('/ideas', { title: 'Made', pillar, campaign });
  await make('/posts', { title: 'Made', body: 'Hello', pillar, campaign });
  await make('/contests', { name: 'Made', starts: '2027-03-01T09:00', ends: '2027-03-08T09:00', ways: ['mention'], campaign });
  const macro = await make('/macros', { name: 'Made' }), reply = await make('/saved-replies', { title: 'Made', shortcut: 'made', body: 'Hello {{contact.first_name}}' });
  const team = await make('/teams', { name: 'Made' }), policy = await make('/sla-policies', { name: 'Made', first_answer: 2, first_unit: 'hours' });
  await act(owner, `/labels/${label}`, { name: 'Made too' });
  await act(owner, `/views/${view}`, { name: 'Made too', filter: 'view=open' });
  await act(owner, `/macros/${macro}`, { name: 'Made too' });
  await act(owner, `/macros/${macro}/actions`, { act: 'priority', value: 'high' });
  await act(owner, `/macros/${macro}/actions`, { act: 'label', value: label });
  await act(owner, `/macros/${macro}/actions/2/move`, { by: -1 });
  await act(owner, `/macros/${macro}/actions`, { act: 'status', value: 'pending' });
  await act(owner, `/macros/${macro}/actions/3/remove`);
  await act(owner, `/saved-replies/${reply}`, { title: 'Made', shortcut: 'made', body: 'Good day' });
  await act(owner, `/sla-policies/${policy}`, { name: 'Made', first_answer: 3, first_unit: 'hours' });
  const channel = (await act(owner, '/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] })).id;
  await act(owner, `/channels/${channel}/messages`, { id: 'p1', text: 'Broken on arrival', rating: 2, kind: 'review', author: { id: 'c1', name: 'Nadia Ferhat' }, attachments: [{ kind: 'image', name: 'jar.jpg', url: 'https://shop.example/jar.jpg' }] });
  await act(owner, `/channels/${channel}/messages`, { messages: [{ id: 'p2', thread: 'p1', text: 'Still broken', author: { id: 'c1', name: 'Nadia Ferhat' } }, { id: 'p3', text: 'Nadia here', author: { id: 'c2', name: 'Nadia Ferhat' } }] });
  await act(owner, `/channels/${channel}/messages`, { id: 'p1', text: 'Broken on arrival, and empty', author: { id: 'c1', name: 'Nadia Ferhat' } });

  const query = (await act(owner, '/listening', { name: 'Made', words: 'bread OR pain', kind: 'competitor' })).id;
  await act(owner, `/listening/${query}`, { name: 'Made too', any: 'bread, pain, broken', lang: 'fr', mode: 'builder' });
  await act(owner, '/listening/try', { words: 'bread OR (' });
  await act(owner, '/listening/try', { any: 'bread, pain, broken', channels: ['Shop'] });
  for (const what of ['pause', 'resume', 'archive', 'restore']) await act(owner, `/listening/${query}/${what}`);
  const evidence = JSON.stringify({ seconds: 7200, people: 8, messages: 9, expected: 0.4, times: 20, surprise: 7.1, copied: 60, tones: [1, 4, 3, 1], days: Array(28).fill(1), networks: [{ name: 'web', mentions: 9 }],
    languages: [{ name: 'fr', mentions: 9 }], also: ['frais'], examples: messages.slice(0, 2) });
  for (const id of [101, 102]) statement(place, `INSERT INTO trend (id, workspace_id, term, terms, since, at, seen_at, score, evidence) SELECT ${id}, id, '#made${id}', '#made', ${Date.now() - 7200e3}000, ${Date.now()}000, ${Date.now()}000, 71, '${evidence}' FROM workspace`);
  await act(owner, '/trends/101/follow');
  for (const what of ['hush', 'unhush', 'hush']) await act(owner, `/trends/102/${what}`);
  await act(owner, `/trends/compare/${query}`, { kind: 'sector' });
  await get(`/trends/compare?query=${query}&span=90d`);
  statement(place, `INSERT INTO alarm (id, workspace_id, query_id, measure, at, since, score, evidence) SELECT 103, id, ${query}, 'volume', ${Date.now()}000, ${Date.now() - 600e3}000, 90,
    '{"value":12,"expected":1,"low":0,"high":4,"times":12,"seconds":300,"mentions":14,"negative":3,"channels":[],"terms":[],"authors":[],"languages":[]}' FROM workspace`);
  await get('/listening/alarms/103');
  await act(owner, '/listening/alarms/103/hush', { span: 'week', reason: 'It is meant' });
  await act(owner, `/listening/hushes/${row('SELECT id FROM hush')[0]}/undo`);
  await act(owner, '/listening/webhook', { url: 'https://machine.example/alarms', is_on: true });
  await act(owner, '/listening/webhook/test');
  await get('/listening/webhook');
  await act(owner, '/listening/webhook/remove');
  const piece = (await act(owner, '/listening/pieces', { name: 'made', words: 'bread' })).id;
  await act(owner, `/listening/pieces/${piece}`, { words: 'bread OR pain' });
  await get(`/listening/pieces?piece=${piece}`);
  await get(`/listening/${query}?span=90d&tone=neutral`);
  await act(owner, `/listening/pieces/${piece}/archive`);

  await act(owner, `/messages/${messages[1]}/meaning`, { task: 'sentiment', label: 'negative' });
  await get(`/messages/${messages[1]}/meaning?task=sentiment`);
  const word = await make('/glossary', { word: 'made', tone: 'positive', about: 'Well done' });
  await act(owner, `/glossary/${word}`, { word: 'made too', tone: 'negative' });

  /* ---- conversations ---- */
  const one = conversationOf(messages[0]), two = conversationOf(messages.find((id) => conversationOf(id) !== one));
  const shop = row(`SELECT id FROM conversation WHERE channel_id = ${channel} ORDER BY id`);
  await act(owner, `/conversations/${one}/note`, { body: 'For @awa: see the order' });
  await act(owner, `/conversations/${one}/assign`, { team_id: team });
  await act(owner, `/conversations/${one}/labels`, { label_id: [label] });
  await act(owner, `/conversations/${one}/priority`, { priority: 'urgent' });
  await act(owner, `/conversations/${one}/snooze`, { until: 'answer' });
  await get('/inbox?view=snoozed');
  await act(owner, `/conversations/${one}/snooze`, { until: new Date(Date.now() + 7200e3).toISOString() });
  await get('/inbox?view=snoozed');
  await act(owner, `/conversations/${one}/status`, { status: 'open' });
  await act(owner, `/conversations/${one}/macro`, { macro_id: macro });
  await act(owner, `/conversations/${one}/read`);
  await act(agent, `/conversations/${one}/typing`);
  const bulk = await act(owner, '/conversations/bulk', { id: [one, two], priority: 'low' });
  await act(owner, bulk.undo_url);
  await act(owner, `/conversations/${shop[0]}/split`, { message_id: row(`SELECT id FROM message WHERE conversation_id = ${shop[0]} ORDER BY id`).at(-1) });
  await act(owner, `/conversations/${row(`SELECT id FROM conversation WHERE channel_id = ${channel} ORDER BY id`).at(-1)}/merge`, { into: shop[0] });

  /* ---- answers of ours ---- */
  await act(owner, `/conversations/${one}/reply`, { body: 'We are looking into it.', then: 'draft' });
  const later = { body: 'Tomorrow then.', then: 'later', send_at: new Date(Date.now() + 86400e3).toISOString() };
  let answer = await act(owner, `/conversations/${two}/reply`, later);
  await act(owner, `/messages/${answer.message.id}/edit`, { body: 'The day after then.' });
  await act(owner, `/messages/${answer.message.id}/reschedule`, { send_at: new Date(Date.now() + 2 * 86400e3).toISOString() });
  await act(owner, `/messages/${answer.message.id}/withdraw`);
  answer = await act(agent, `/conversations/${two}/reply`, { body: 'May I?', then: 'approval' });
  await act(owner, `/messages/${answer.message.id}/return`, { remark: 'Kinder' });
  await agent.get(`/conversations/${two}`);
  answer = await act(agent, `/conversations/${conversationOf(messages[5])}/reply`, { body: 'May I now?', then: 'approval' });
  await get('/today');
  await get('/today?queue=team');
  await act(owner, `/messages/${answer.message.id}/approve`, { remark: 'Yes' });
  await box.dials({ denied: 1 });
  answer = await act(owner, `/conversations/${conversationOf(messages[6])}/reply`, { body: 'Held by the network' });
  await until('held', 30, () => row(`SELECT reply_state FROM message WHERE id = ${answer.message.id}`)[0] === 'held');
  await box.dials({ denied: 0 });
  await act(owner, `/messages/${answer.message.id}/retry`);

  const likeable = row("SELECT m.id FROM message m JOIN channel c ON c.id = m.channel_id WHERE c.kind = 'simulator' AND m.direction = 'in' AND m.remote_id <> '' AND m.hidden_at = 0 AND m.removed_at = 0 LIMIT 1")[0];
  await act(owner, `/messages/${likeable}/like`);
  const unliked = await owner.insist(`/messages/${likeable}/unlike`); // not while the like is just on its way
  check('post /messages/{id}/unlike', unliked?.status === 200, unliked?.text);

  /* ---- moderation ---- */
  const article = row("SELECT a.id FROM charter_article a JOIN charter_version v ON v.id = a.version_id WHERE v.state = 'published' ORDER BY a.number LIMIT 1")[0];
  for (const id of messages.slice(0, 6)) await act(agent, `/messages/${id}/flag`, { reason: 'insult' });
  await act(moderator, `/messages/${messages[0]}/decide`, { act: 'hide', article_id: article, reason: 'It mocks somebody.', notify_author: true });
  await act(moderator, `/messages/${messages[1]}/decide`, { act: 'ask_second', article_id: article, reason: 'I am not sure.' });
  await act(moderator, '/moderation/decide', { message: [messages[2], messages[3]], bulk_act: 'keep' });
  await owner.get('/moderation');
  await moderator.get(`/moderation/cases/${messages[4]}`);
  await act(moderator, `/messages/${messages[8]}/hide`, { article_id: article, reason: 'Again' });
  await act(moderator, `/messages/${messages[8]}/restore`, { reason: 'A mistake' });
  const decision = row(`SELECT id FROM decision WHERE message_id = ${messages[0]}`)[0];
  const appeal = (await act(agent, `/moderation/decisions/${decision}/appeal`, { road: 'email', text: 'It was a joke' })).id;
  await owner.get('/moderation/appeals');
  await owner.get(`/moderation/appeals/${appeal}`);
  await owner.get(`/moderation/decisions/${decision}`);
  await act(owner, `/moderation/appeals/${appeal}/decide`, { outcome: 'accepted', reason: 'It was' });
  await owner.get('/moderation/appeals?state=decided');

  /* ---- house rules ---- */
  const draft = await make('/charter/versions', {});
  const added = await act(owner, `/charter/versions/${draft}/articles`);
  await get(`/charter/versions/${draft}`);
  await act(owner, `/charter/versions/${draft}/articles/${added.article_id}`, { title_fr: 'Ventes', body_fr: 'Pas de ventes.', title_en: 'Sales', body_en: 'No sales.' });
  await act(owner, `/charter/versions/${draft}/articles/${added.article_id}/move`, { by: -1 });
  await get(`/charter/versions/${draft}?article=${added.article_id}`);
  await get(`/charter/versions/${draft}/articles/${added.article_id}`);
  await get(`/charter/versions/${draft}/preview`);
  await act(owner, `/charter/versions/${draft}/articles/${added.article_id}/leave-out`);
  await act(owner, `/charter/versions/${draft}/preamble`, { body_fr: 'Bonjour', body_en: 'Hello' });

  /* ---- people outside ---- */
  const [first, second] = row("SELECT id FROM contact WHERE name = 'Nadia Ferhat' ORDER BY id DESC");
  await get(`/contacts/${first}?q=nadia`);
  await act(owner, `/contacts/${first}`, { name: 'Nadia F.', place: 'Lyon', company: 'Atelier', note: 'Calls back' });
  await act(owner, `/contacts/${first}/merge`, { other: second });
  const merged = (await get(`/contacts/${first}`)).document.merged[0].id;
  await act(owner, `/contacts/${first}/unmerge`, { merge_id: merged });
  await act(owner, `/contacts/${first}/apart`, { other: second });
  await act(owner, `/contacts/${first}/merge`, { other: second });
  await act(owner, `/identities/${row(`SELECT id FROM identity WHERE contact_id = ${first} ORDER BY id`).at(-1)}/split`);

  /* ---- files in and out, the audit log ---- */
  const form = new FormData();
  form.set('file', new Blob(['{"conversation":"t1","id":"m1","at":"2026-01-02T03:04:05Z","kind":"comment","author_id":"a1","author_name":"Ada","body":"Hello"}\nrubbish\n']), 'past.jsonl');
  form.set('dry_run', 'true');
  const sent = await fetch(`${place.base}/api/v1/imports`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: form });
  const trial = (await sent.json()).id;
  check('an import is begun', sent.status === 201 && /^\d+$/.test(trial), sent.status);
  await until('the trial', 30, async () => (await get(`/imports/${trial}`)).document.run.is_done || (await get(`/imports/${trial}`)).document.run.is_failed);
  await act(owner, `/imports/${trial}/run`);
  await act(owner, '/exports', { what: 'conversations', format: 'csv' });
  await until('an export', 30, async () => (await get('/exports')).document.exports.some((each) => each.is_ready));
  await act(owner, `/exports/${(await get('/exports')).document.exports.find((each) => each.is_ready).id}/file`);
  await act(owner, '/audit/check');
  await get(`/audit?entry=${(await get('/audit')).document.entries[3].sequence}`);
  await get('/audit?q=camille&since=2026-01-01');

  /* ---- by hand ---- */
  const board = await make('/channels/new/assisted', { name: 'Board', setting: ['place'], value: ['board'] });
  const { post: paper } = await act(owner, '/posts', { title: 'Hours', body: 'Open on Sundays', channels: [board], then: 'ready' });
  await act(owner, `/posts/${paper.id}/publish`, { revision: paper.revision });
  const handed = await until('it to be handed over', 30, () => row('SELECT publication_id FROM handing')[0]);
  await act(owner, `/by-hand/${handed}/take`);

  /* ---- everything that can be read, by who may read it all and by who may not ---- */
  const one_of = { contacts: 'contact', conversations: 'conversation', channels: 'channel', listening: 'listening_query', messages: 'message', labels: 'label', macros: 'macro', 'saved-replies': 'saved_reply', teams: 'team', memberships: 'membership',
    views: 'view', 'sla-policies': 'sla_policy', imports: 'import_run', cases: 'message', decisions: 'decision', appeals: 'appeal', versions: 'charter_version', alarms: 'alarm', 'other-models': 'backend', posts: 'post',
    notes: 'calendar_note', media: 'media', feeds: 'calendar_feed', ideas: 'idea', campaigns: 'campaign', contests: 'contest', pillars: 'pillar', 'ab-tests': 'ab_test', studio: 'design',
    workflows: 'workflow', 'writing-aids': 'writing_aid' };
  const more = { '/inbox': ['?view=resolved', '?view=pending', '?view=mine&sort=recent', '?q=pain', '?kind=review&priority=high'], '/search': ['?q=pain', '?q=nadia&in=people', '?q=zzzz', '?q=%22broken', '?q=broken&in=messages'],
    '/completions/names': [`?channels=${row("SELECT id FROM channel WHERE kind = 'simulator'")[0]}`], '/completions/hashtags': ['?q=ma'],
    '/labels': [`?label=${label}`], '/today': ['?queue=team'], '/sla-policies': [`?policy=${policy}`, '?policy=new'], '/team': [`?person=${row('SELECT id FROM membership ORDER BY id DESC')[0]}`], '/notifications': ['?unread=yes'] };
  for (const [name, who] of [['the owner', owner], ['an agent', agent], ['a moderator', moderator]]) {
    let asked = 0;
    for (const { path, method } of operations) {
      if (method !== 'get' || path === '/events' || path.includes('{article}') || path.includes('{picture}') || /\{slug\}.*\{id\}/.test(path)) continue;
      const parts = path.split('/'), table = one_of[parts[parts.indexOf('{id}') - 1]];
      const addresses = path.includes('{kind}') ? ['webform', 'simulator', 'import'].map((kind) => path.replace('{kind}', kind))
        : path.includes('{slug}') ? row('SELECT slug FROM workspace').map((slug) => path.replace('{slug}', slug))
          : path.startsWith('/profiles/') && path.includes('{id}') ? row("SELECT id FROM channel WHERE kind = 'simulator'").map((id) => path.replace('{id}', id))
          : path.startsWith('/by-hand/') ? [`/by-hand/${handed}`]
          : path.includes('/attachments/') ? row('SELECT id FROM attachment WHERE blob_hash IS NOT NULL LIMIT 1').map((id) => `/attachments/${id}`)
            : path.includes('{id}') ? row(`SELECT id FROM ${table} ORDER BY id DESC LIMIT 12`).map((id) => path.replace('{id}', id)) : [path, ...(more[path] ?? []).map((query) => path + query)];
      for (const address of addresses) { await who.get(address); asked++; }
    }
    check(`${name} read ${asked} documents`, asked > 100, asked);
  }

  check('another workspace is opened by a key that owns all there are', /^[1-9][0-9]+$/.test((await owner.post('/workspaces', { name: 'Moulin', zone: 'Europe/Paris', lang: 'fr' })).document?.id));
  /* By a settling, somebody says what became of an answer whose fate nobody knows: tests/play/faults.mjs makes one. Other models are asked in
     tests/play/backends.mjs, reach is taken in by tests/play/said.mjs; tests/play/aside.mjs goes on in private, tests/play/email.mjs hands over.
     Networks are searched in tests/play/seek.mjs. What posts, the calendar and the library answer to is asked in tests/play/compose.mjs, checks.mjs, planning.mjs,
     slots.mjs, library.mjs, links.mjs, writing.mjs, ab.mjs, pausing.mjs, ways.mjs, by_hand.mjs, profiles.mjs and studio.mjs. */
  const elsewhere_all = / \/(posts|calendar|media|checks|queues|series|best-times|links|writing-aids|ab-tests|suspensions|publishing|workflows|studio|uploads|by-hand|profiles)\b/;
  const elsewhere = ['get /events', 'get /attachments/{id}', 'post /messages/{id}/settle', 'get /other-models/new/{kind}', 'post /other-models/new/{kind}', 'get /other-models/{id}',
    'post /other-models/{id}', 'post /reach', 'post /conversations/{id}/aside', 'post /conversations/{id}/aside/close', 'post /conversations/{id}/handoff',
    'post /listening/{id}/search', 'post /listening/{id}/search/now', 'post /messages/{id}/idea'];
  const missing = operations.filter(({ method, path, operation }) => told(operation).some(([, { content }]) => content) && !seen.get(`${method.toUpperCase()} ${path}`)).map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !elsewhere.includes(name) && !elsewhere_all.test(name) && !/ \/(ideas|campaigns|pillars)\b/.test(name) && !/ \/(c\/\{slug\}\/)?contests\b/.test(name) && name !== 'post /imports'); // those in ideas.mjs, and in contest.mjs
  check('each that answers with a document did', !missing.length, missing.join('\n'));
} finally {
  await place.end();
}
end();
