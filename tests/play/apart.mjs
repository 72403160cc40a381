/* Two workspaces under one roof: opening another one, and that nothing of one is seen or touched from the other. Every operation of the API
   that takes an id is asked, by the owner of the second, with the ids of everything in the first; what is answered names nothing of it,
   and its rows stay as they were. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, desk, end, keyOf, linkOf, sql, statement } from './_desk.mjs';
import { visitor } from './_visitor.mjs';

const place = await desk({ options: ['--requests_per_minute', '1000000'] });
try {
  const run = (...words) => execFileSync(place.program, ['user', ...words, '--data', place.data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const enter = async (email) => {
    const who = visitor(place.base);
    await who.enter(new URL(linkOf(place, email)).pathname);
    return who;
  };

  /* ---- opening one ---- */
  const camille = await enter('camille@levain.example'), awa = await enter('awa@levain.example');
  check('who owns all there is finds the door', (await camille.get('/today')).text.includes('href="/workspaces/new"'));
  check('others see none', !(await awa.get('/today')).text.includes('href="/workspaces/new"'));
  check('and may not open it', (await awa.get('/workspaces/new')).status === 403 && (await awa.post('/workspaces', { name: 'Mine', zone: 'Europe/Paris', lang: 'en' })).status === 403);
  await camille.get('/workspaces/new');
  let seen = await camille.post('/workspaces', { name: ' ', zone: 'Europe/Paris', lang: 'en' });
  check('a name is wanted', seen.status === 422 && seen.text.includes('id="name-error"'), seen.text);
  seen = await camille.send('/workspaces', { name: 'Moulin Rouge', zone: 'America/Montreal', lang: 'en' });
  check('it is made, entered, and its first steps begin', seen.sent === 303 && seen.location.endsWith('/set-up/workspace') && seen.text.includes('value="Moulin Rouge"'), seen.text);
  seen = await camille.send('/set-up/workspace', [['name', 'Moulin Rouge'], ['slug', 'moulin'], ['zone', 'America/Montreal'], ['lang', 'en'], ['pattern', 'always']]);
  check('the clock of who has another house stays as it was', sql(place, "SELECT zone FROM person WHERE email = 'camille@levain.example'")[0].zone === 'Europe/Paris', seen.text);
  const first = statement(place, "SELECT id FROM workspace WHERE slug = 'levain-co'"), second = statement(place, "SELECT id FROM workspace WHERE slug = 'moulin'");
  check('the other one is one press away', (await camille.get('/today')).text.includes(`/workspaces/${first}/enter`));

  const entries = () => statement(place, `SELECT count(*) FROM audit_entry WHERE workspace_id = ${second}`), told = entries();
  await camille.get('/settings');
  await camille.post('/closing-days/20000/remove');
  await camille.post('/listening/webhook/remove');
  check('what was not there is not told as taken away', entries() === told);

  /* ---- by the command line: who keeps the server ---- */
  run('add', 'zoe@moulin.example', '--name', 'Zoé', '--workspace', 'moulin', '--role', 'owner');
  run('add', 'ali@quai.example', '--name', 'Ali', '--new-workspace', 'Quai des brumes');
  check('an operator opens one too', run('list').includes('quai-des-brumes: owner'));
  const zoe = await enter('zoe@moulin.example');
  seen = await zoe.get('/workspaces/new');
  check('who owns one of several is told who may', seen.status === 403 && seen.text.includes('--new-workspace'), seen.text);
  check('nobody enters a workspace they are not in', [403, 404].includes((await zoe.post(`/workspaces/${first}/enter`)).status));

  /* ---- nothing of one from the other ---- */
  const file = join(place.data, 'past.jsonl');
  writeFileSync(file, [1, 2, 3, 4].map((n) => JSON.stringify({ id: `m${n}`, thread_id: `t${n % 2}`, author: { id: `a${n}`, name: `Wilhelmina Featherstone ${n}` },
    body: `Where is my order number ${n}? I am furious.`, at: '2026-03-01T10:00:00Z' })).join('\n'));
  execFileSync(place.program, ['import', '--network', 'forum', '--workspace', 'levain-co', '--data', place.data, file], { stdio: 'ignore' });
  const tables = (process.env.PARVIS_DATABASE
    ? sql(place, "SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'workspace_id'")
    : sql(place, "SELECT m.name AS name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'workspace_id'")).map(({ name }) => name);
  const columns = (name) => (process.env.PARVIS_DATABASE
    ? sql(place, `SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${name}'`) : sql(place, `SELECT name FROM pragma_table_info('${name}')`)).map((c) => c.name);
  const ids = tables.filter((name) => columns(name).includes('id')).flatMap((name) => {
    const found = statement(place, `SELECT id FROM ${name} WHERE workspace_id = ${first} ORDER BY id DESC LIMIT 1`);
    return found ? [{ name, id: found }] : [];
  });
  check('the first workspace has rows of many kinds', ids.length >= 15, ids.map(({ name }) => name).join());
  /* What only time and the desk's own duties write is left out. */
  const quiet = tables.filter((name) => !/^(change|channel_|session|pulse|mention_hour|trend|survey|process|message_stream|digest|sign_in)/.test(name) && name !== 'api_key');
  const sum = () => Object.fromEntries(quiet.map((name) => [name, createHash('sha256').update(
    statement(place, `SELECT ${name === 'channel' ? 'id, name, settings, team_id, archived_at' : '*'} FROM ${name} WHERE workspace_id = ${first} ORDER BY 1, 2`)).digest('hex')]));
  const names = sql(place, `SELECT DISTINCT name FROM contact WHERE workspace_id = ${first}`).map(({ name }) => name).filter((name) => name.length > 6);
  const probes = new Set(ids.map(({ id }) => id)); /* what was asked with may be kept as somebody's own words */
  const every = new Set(ids.flatMap(({ name }) => statement(place, `SELECT id FROM ${name} WHERE workspace_id = ${first}`).split('\n')));

  const key = keyOf(place, 'zoe@moulin.example');
  const description = await (await fetch(`${place.base}/api/v1/openapi.json`)).json();
  const made = { string: 'x', integer: 1, number: 1, boolean: true, array: [], object: {} };
  const fill = (schema = {}) => {
    const one = schema.oneOf?.[0] ?? schema.anyOf?.[0] ?? schema, type = Array.isArray(one.type) ? one.type[0] : one.type;
    if (one.enum) return one.enum[0];
    if (one.format === 'date-time') return '2030-01-01T00:00:00Z';
    if (one.format === 'email') return 'somebody@moulin.example';
    if (one.format === 'date') return '2030-01-01';
    return type === 'object' ? Object.fromEntries((one.required ?? []).map((name) => [name, fill(one.properties?.[name])])) : made[type] ?? 'x';
  };
  const before = sum(), leaks = [], taken = [];
  let asked = 0;
  for (const [path, operations] of Object.entries(description.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const inQuery = (operation.parameters ?? []).filter((p) => p.in === 'query' && /id|label|assignee|team|channel|contact|person|conversation|message|policy|after|before/.test(p.name));
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      const inBody = Object.keys(schema?.properties ?? {});
      for (const { name, id } of ids) {
        const tries = [];
        if (/\{/.test(path)) tries.push({ url: path.replace(/\{[^}]+\}/g, id), body: fill(schema) });
        else {
          for (const p of inQuery) tries.push({ url: `${path}?${p.name}=${id}` });
          for (const field of inBody) tries.push({ url: path, body: { ...fill(schema), [field]: schema.properties[field].type === 'array' ? [id] : id } });
        }
        for (const { url, body } of tries) {
          const answer = await fetch(`${place.base}/api/v1${url.replace(/^\/api\/v1/, '')}`, {
            method: method.toUpperCase(), headers: { Authorization: `Bearer ${key}`, Accept: 'application/json', ...(body ? { 'Content-Type': 'application/json' } : {}) },
            body: method === 'get' ? undefined : JSON.stringify(body ?? {}), redirect: 'manual',
          });
          if (answer.headers.get('content-type')?.startsWith('text/event-stream')) { await answer.body.cancel(); continue; }
          const text = await answer.text();
          asked++;
          if (answer.status >= 500) taken.push(`${answer.status} ${method} ${url} (${name}) ${text.slice(0, 300)}`);
          if (/\{/.test(path) && answer.status < 300 && !path.startsWith('/closing-days/')) taken.push(`${answer.status} ${method} ${url} (${name})`);
          for (const other of text.matchAll(/"(\d{15,19})"/g)) if (every.has(other[1]) && !probes.has(other[1])) { leaks.push(`${method} ${url} (${name}) tells ${other[1]}`); break; }
          const told = names.find((one) => text.includes(one));
          if (told) leaks.push(`${method} ${url} (${name}) tells ${told}`);
        }
      }
    }
  console.log(`# ${asked} requests with ids of another workspace`);
  check('none is taken', asked > 1000 && !taken.length, taken.slice(0, 20).join('\n'));
  check('none tells of the other workspace', !leaks.length, leaks.slice(0, 20).join('\n'));
  const after = sum(), changed = quiet.filter((name) => before[name] !== after[name]);
  check('and every row of it stays as it was', !changed.length, changed.join());
  check('nor is it changed by who looks for its own', sql(place, `SELECT count(*) AS n FROM membership WHERE workspace_id = ${second}`)[0].n >= 2);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
