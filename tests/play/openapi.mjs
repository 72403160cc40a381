/* The API describes itself, validly, and every route of it answers to who may ask and to nobody else. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { api, check, desk, end, keyOf } from './_desk.mjs';

const place = await desk();
try {
  const answer = await fetch(`${place.base}/api/v1/openapi.json`);
  const description = await answer.json();
  check('the description is served', answer.status === 200 && description.openapi === '3.1.0');
  const verdict = await new Validator().validate(structuredClone(description));
  check('a public validator finds it valid', verdict.valid, JSON.stringify(verdict.errors, null, 1));
  const operations = Object.entries(description.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  check('it has routes', operations.length > 10, operations.length);
  check('every operation says what it does', operations.every(({ operation }) => operation.summary));
  check('no route deletes', !operations.some(({ method }) => method === 'delete'));
  for (const { path, method, operation } of operations) {
    const open = operation.security && operation.security.length === 0;
    const url = `${place.base}/api/v1${path.replace(/\{[^}]*\}/g, '1')}`;
    const stranger = await fetch(url, { method: method.toUpperCase(), redirect: 'manual', headers: { Accept: 'application/json' } });
    if (!open) check(`${method} ${path} refuses a stranger with a problem document`, stranger.status === 401 && /problem\+json/.test(stranger.headers.get('content-type')), stranger.status);
  }
  const { get, post, ask } = api(place, keyOf(place));
  for (const { path, method, operation } of operations) {
    if (method !== 'get' || path.includes('{') || path === '/events') continue;
    const said = await get(path), types = Object.keys(operation.responses[said.status]?.content ?? {});
    check(`get ${path} answers what it describes`, types.some((type) => said.headers.get('content-type')?.startsWith(type)), `${said.status} ${said.headers.get('content-type')}`);
  }
  const lists = operations.filter(({ method, path, operation }) => method === 'get' && operation.parameters?.some(({ name }) => name === 'after'));
  check('lists are read page by page', lists.length > 8, lists.length);
  for (const { path } of lists)
    for (const [name, value] of [['after', 'rubbish'], ['before', '1.2.3'], ['after', '7.']]) {
      const said = await get(`${path.replace(/\{[^}]*\}/g, '1')}?${name}=${value}`);
      check(`get ${path}: ${name}=${value} is refused, with the field and what to do`, said.status === 422 && said.document.field === name && /leave|retirez/.test(said.document.detail), `${said.status} ${said.text.slice(0, 300)}`);
    }
  check('a place in a thread too', (await get('/conversations/1?earlier=x')).document.field === 'earlier');
  const made = [['/labels', { name: 'Made', tone: 'sun' }], ['/views', { name: 'Made', filter: 'view=open' }], ['/macros', { name: 'Made' }],
    ['/saved-replies', { title: 'Made', shortcut: 'made', body: 'Made' }], ['/teams', { name: 'Made' }],
    ['/sla-policies', { name: 'Made', first_answer: 2, first_unit: 'hours' }], ['/charter/versions', {}]];
  for (const [path, body] of made) {
    const answer = await post(path, body), id = answer.document?.id;
    check(`what post ${path} makes is told by its id, and is there`, /^[1-9]\d*$/.test(id ?? '') && (await get(`${path}/${id}`)).status === 200, `${answer.status} ${answer.text}`);
  }
  for (const path of ['/labels/7', '/views/7', '/macros/7', '/saved-replies/7', '/teams/7', '/sla-policies/7', '/memberships/7', '/contacts/7', '/channels/7', '/imports/7', '/attachments/7'])
    check(`get ${path}: nothing is there`, (await get(path)).status === 404);
  const channel = (await post('/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] })).document.channel?.id ??
    (await get('/channels')).document.channels.find((one) => one.name === 'Shop').id;
  await post(`/channels/${channel}/messages`, { id: 'p1', text: 'Broken', author: { id: 'c1', name: 'Nadia' } });
  const conversation = (await get('/inbox')).document.list.rows[0].id;
  check('a label that does not exist changes nothing', (await post(`/conversations/${conversation}/labels`, { label_id: ['7'] })).status === 422);
  const team = (await get('/team')).document, one = team.people.find((person) => person.teams.length && !person.is_me);
  await post(`/memberships/${one.id}`, { role: 'manager' });
  const now = (await get('/team')).document.people.find((person) => person.id === one.id);
  check('a role changed by the API leaves the teams as they are', now.role.word === 'manager' && now.teams.length === one.teams.length, JSON.stringify(now));
  const label = (await post('/labels', { name: 'Kept', tone: 'plum', about: 'What it is for' })).document.id, reply = (await post('/saved-replies', { title: 'Kept', shortcut: 'kept', body: 'A', shared: true, lang: 'fr' })).document.id;
  await post(`/labels/${label}`, { name: 'Kept too' });
  await post(`/saved-replies/${reply}`, { title: 'Kept', shortcut: 'kept', body: 'B' });
  const kept = (await get('/labels')).document.labels.find((each) => each.id === label), said = (await get('/saved-replies?q=Kept')).document.replies.find((each) => each.id === reply);
  check('what the API does not name stays as it is', kept.name === 'Kept too' && kept.tone === 'plum' && kept.about === 'What it is for' && said.is_shared && said.lang === 'fr', JSON.stringify([kept, said]));
  check('a method that is not there is told with those that are', (await ask('DELETE', '/labels')).headers.get('allow')?.includes('POST'));
  const figures = await (await fetch(`${place.base}/metrics`)).text();
  check('the figures for those who watch tell of requests, the outbox, channels and roles', ['parvis_http_requests_total{', 'parvis_outbox_late 0', 'parvis_channels{state="ok"} ',
    'parvis_processes{role="work"} 1'].every((line) => figures.includes(line)), figures.slice(-1500));
} finally {
  await place.end();
}
end();
