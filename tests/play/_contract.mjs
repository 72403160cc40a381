/* _contract.mjs: a network that no machine here can run, by its own word: the description that it publishes (OpenAPI 3, found beside the
   checkout in ../shared/specs/NAME) as a server. Every request of the desk is held against it (method, path, query, headers, body,
   credentials): a wrong one is refused with 401, 404, 415 or 422 and stands in `violations`, which a play ends with. What is answered to a
   right one the play says; where it says nothing, an answer is made of the description.

       const server = await contract('youtube', 'youtube-v3.openapi.json.gz', (asked) => {
         if (asked.operation === 'youtube.comments.insert') return { body: { id: 'C1' } };   // or by asked.method and asked.path
         if (asked.query.get('pageToken') === 'old') return { status: 400, body: { error: ... } };
         if (lost) return LOST;                                 // does as the play does, then breaks off without an answer
       });
       if (!server) { console.log(absent('youtube')); process.exit(0); }
       … the channel's address is server.base; server.host goes into --net_allow …
       check('every request is as the description has it', !server.violations.length, server.violations.join('\n'));
       await server.end();

   `asked` = { method, path, query (URLSearchParams), headers, body (JSON or form as an object; else undefined), raw (Buffer), operation,
   params (of the path) }. An answer = { status, headers, body (object: JSON; text or Buffer: as it is) }; a promise of one will do.
   A network described in several files (Graph: one a kind of node) gives a list of them: a request must be right by one of them; `pick`
   (asked → index) says by which where an id alone tells. What no description says is let through by `beside` (asked → answer or undefined),
   and only that: token endpoints, upload hosts; say why where you use it. `server.say` may be put in anew at any time; `server.seen` has all
   requests with `status`; `general` names parameters that every request may have and no operation lists. Answers of the play are held against the description too (`strange`), so that it plays no network of its own making.
   Not checked: formats (dates, URIs), bodies of multipart and binary uploads, scopes. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { freePort } from './_desk.mjs';

export const LOST = Symbol('the answer is lost on the way');
export const absent = (name, file = '') => `# skipped: ${name} (its published description ${file} is not beside this checkout, or openapi-backend is not installed: npm ci)\n1..0`;

const place_of = (name, file) => new URL(`../../../shared/specs/${name}/${file}`, import.meta.url);

/* Real payloads of the network that lie there; null when they do not. */
export function sample(name, file) {
  const at = place_of(name, `payloads/${file}`);
  return existsSync(at) ? JSON.parse(readFileSync(at, 'utf8')) : null;
}

/* ---- the description, made fit for a strict validator ---- */

const resolver = (definition) => {
  const at = (ref) => ref.slice(2).split('/').reduce((found, key) => found?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], definition);
  return (schema) => {
    for (let n = 0; schema?.$ref && n < 9; n++) schema = at(schema.$ref);
    return schema;
  };
};

function mend(definition, deref) {
  (function clean(node) {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) { node.forEach(clean); return; }
    if ('nullable' in node && !node.type) delete node.nullable;
    if (Array.isArray(node.enum)) node.enum = [...new Set(node.enum)];
    if (node.type === 'object' && node.required && !Array.isArray(node.required)) delete node.required;
    for (const part of Array.isArray(node.allOf) ? node.allOf : []) {
      const whole = deref(part);
      if (whole?.additionalProperties === false) delete whole.additionalProperties;
    }
    Object.values(node).forEach(clean);
  })(definition);
  const schemes = definition.components?.securitySchemes ?? {};
  for (const path of Object.keys(definition.paths).filter((one) => one.length > 1 && one.endsWith('/'))) {
    definition.paths[path.slice(0, -1)] = { ...definition.paths[path], ...definition.paths[path.slice(0, -1)] };
    delete definition.paths[path];
  }
  for (const [path, item] of Object.entries(definition.paths)) for (const [method, operation] of Object.entries(item)) {
    if (method === 'parameters') { item.parameters = operation.map(deref); continue; }
    if (!operation?.responses) continue;
    operation.operationId ||= method + path.replace(/[^A-Za-z0-9]+/g, '_');
    operation.parameters = (operation.parameters ?? []).map(deref);
    if (operation.requestBody) operation.requestBody = deref(operation.requestBody);
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) if (schema?.oneOf) { // forms of a body that hold one another: a poll with a text is both
      schema.anyOf = schema.oneOf;
      delete schema.oneOf;
    }
    for (const status of Object.keys(operation.responses)) operation.responses[status] = deref(operation.responses[status]);
    for (const name of (operation.security ?? definition.security ?? []).flatMap(Object.keys)) { // a key in the query is a parameter too
      const scheme = schemes[name];
      if (scheme?.type === 'apiKey' && scheme.in === 'query' && !operation.parameters.some((one) => one.name === scheme.name))
        operation.parameters.push({ name: scheme.name, in: 'query', schema: { type: 'string' } });
    }
  }
}

/* ---- is a request right? ---- */

const typed = (value, schema) => {
  if (!schema) return value;
  if ((schema.type === 'integer' || schema.type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (schema.type === 'boolean' && /^(true|false|0|1)$/.test(value)) return value === 'true' || value === '1';
  if ((schema.type === 'object' || schema.anyOf) && /^[[{]/.test(value)) try { return JSON.parse(value); } catch { /* a text after all */ }
  return value;
};

function form_of(raw, schema, deref) {
  const body = {};
  for (const [key, value] of new URLSearchParams(raw)) {
    const name = key.replace(/\[\]$/, ''), kind = deref(schema?.properties?.[name]), many = kind?.type === 'array' || key.endsWith('[]');
    const one = typed(value, many ? deref(kind?.items) : kind);
    if (many) (body[name] ??= []).push(one); else body[name] = one;
  }
  return body;
}

async function described(OpenAPIBackend, name, file, base, general) {
  const bytes = readFileSync(place_of(name, file)), definition = JSON.parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes), deref = resolver(definition);
  mend(definition, deref);
  if (base === undefined) try { base = new URL(definition.servers[0].url.replace(/[{}]/g, ''), 'http://x').pathname.replace(/\/$/, ''); } catch { base = ''; }
  const api = new OpenAPIBackend({ definition, quick: true, validate: true, ajvOpts: { strict: false, validateFormats: false, allErrors: true, logger: false } });
  await api.init();
  const schemes = definition.components?.securitySchemes ?? {};

  const authorised = (operation, asked) => {
    const wanted = operation.security ?? definition.security;
    if (!wanted?.length) return true;
    return wanted.some((all) => Object.keys(all).every((key) => {
      const scheme = schemes[key] ?? {}, given = asked.headers.authorization ?? '';
      if (scheme.type === 'apiKey') return scheme.in === 'query' ? asked.query.has(scheme.name) : scheme.in === 'header' ? asked.headers[scheme.name.toLowerCase()] !== undefined : true;
      if (scheme.type === 'http' && /basic/i.test(scheme.scheme)) return given.startsWith('Basic ');
      return /^(Bearer|Bot|OAuth|DPoP) ?\S+/.test(given) || asked.query.has('access_token');
    }));
  };

  /* { operation, faults, status }: what is wrong with it, as texts. */
  function judge(asked) {
    const path = base && asked.path.startsWith(base) ? asked.path.slice(base.length) || '/' : asked.path;
    const query = new URLSearchParams([...asked.query].filter(([key]) => !general.includes(key))).toString();
    let operation;
    try { operation = api.matchOperation({ method: asked.method, path, headers: asked.headers, query }); } catch { /* none */ }
    if (!operation) return { status: 404, faults: ['no such operation'], unknown: true };
    asked.operation = operation.operationId;
    asked.params = api.router.parseRequest({ method: asked.method, path, headers: asked.headers, query }, operation).params;
    if (!authorised(operation, asked)) return { status: 401, faults: ['no credentials'] };
    const wanted = deref(operation.requestBody), types = Object.keys(wanted?.content ?? {}), type = (asked.headers['content-type'] ?? '').split(';')[0].toLowerCase();
    let held = operation, body = asked.body;
    if (asked.raw.length) {
      if (types.length && !types.some((one) => one === type || one === '*/*' || (one.endsWith('*') && type.startsWith(one.slice(0, -1)))))
        return { status: 415, faults: [`content type ${type} is none of ${types}`] };
      if (/json$/.test(type) && body === undefined) return { status: 400, faults: ['the body is no JSON'] };
      if (type === 'application/x-www-form-urlencoded') {
        asked.body = body = form_of(asked.raw.toString(), deref(wanted?.content[type]?.schema), deref);
        if (wanted?.content[type]) held = { ...operation, requestBody: { ...wanted, content: { 'application/json': wanted.content[type] } } };
      }
    }
    if (/^(multipart|image|video|audio)\/|octet-stream/.test(type)) return { operation, faults: [] };
    const { errors } = api.validateRequest({ method: asked.method, path, headers: { ...asked.headers, 'content-type': 'application/json' }, query, body }, held);
    const faults = (errors ?? []).filter((one) => one.keyword !== 'anyOf' || errors.length < 2)
      .map((one) => `${one.instancePath ?? ''} ${one.message} ${one.params?.additionalProperty ?? ''} ${one.params?.allowedValues?.slice(0, 8) ?? ''}`.trim());
    return { operation, faults, status: 422 };
  }

  const made = (operation) => {
    try { return api.mockResponseForOperation(operation.operationId); } catch { return { status: 200, mock: {} }; }
  };
  const unlike = (operation, body, status) => (api.validateResponse(body, operation, status).errors ?? []).slice(0, 5).map((one) => `${operation.operationId} ${status}: ${one.instancePath} ${one.message}`);
  return { judge, made, unlike };
}

/* ---- the server ---- */

export async function contract(name, files, say = () => undefined, { base, pick, beside, general = [], hold = true } = {}) {
  const list = [files].flat();
  const { OpenAPIBackend } = await import('openapi-backend').catch(() => ({}));
  if (!OpenAPIBackend || !list.every((file) => existsSync(place_of(name, file)))) return null;
  const descriptions = [];
  for (const file of list) descriptions.push(await described(OpenAPIBackend, name, file, base, general));
  const port = await freePort();
  const server = { port, host: `127.0.0.1:${port}`, base: `http://127.0.0.1:${port}`, say, beside, violations: [], strange: [], seen: [] };

  async function serve(request, answer, raw) {
    const url = new URL(request.url, 'http://x'), asked = { method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, raw, operation: '', params: {}, status: 0 };
    if (/json/.test(request.headers['content-type'] ?? '')) try { asked.body = JSON.parse(raw); } catch { /* told by the judge */ }
    server.seen.push(asked);
    const tell = (status, body, headers = {}) => {
      const plain = typeof body === 'string' || Buffer.isBuffer(body);
      asked.status = status;
      answer.writeHead(status, { ...(plain ? {} : { 'Content-Type': 'application/json' }), ...headers });
      answer.end(status === 204 || body === undefined ? '' : plain ? body : JSON.stringify(body));
    };
    const give = (got, described_by, operation) => {
      if (got === LOST) { asked.status = -1; answer.destroy(); return; }
      const { status = 200, headers, body } = got;
      if (hold && described_by && status < 300 && body && typeof body === 'object' && !Buffer.isBuffer(body)) server.strange.push(...described_by.unlike(operation, body, status));
      tell(status, body, headers);
    };
    const outside = await server.beside?.(asked);
    if (outside !== undefined) return give(outside);
    const chosen = pick?.(asked), candidates = chosen === undefined ? descriptions : [descriptions[chosen]];
    const judged = candidates.map((one) => ({ one, ...one.judge(asked) })).sort((a, b) => !!a.unknown - !!b.unknown || a.faults.length - b.faults.length)[0];
    if (judged.faults.length) {
      server.violations.push(`${asked.method} ${request.url}: ${judged.faults.join('; ')}${asked.body ? ` in ${JSON.stringify(asked.body).slice(0, 300)}` : ''}`);
      return tell(judged.status, { violations: judged.faults });
    }
    const got = await server.say(asked);
    if (got !== undefined) return give(got, judged.one, judged.operation);
    const { status, mock } = judged.one.made(judged.operation);
    return tell(status || 200, mock ?? {});
  }

  const http = createServer((request, answer) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece)).on('end', () => serve(request, answer, Buffer.concat(pieces)).catch((trouble) => {
      server.violations.push(`the play's answer to ${request.method} ${request.url} failed: ${trouble.stack}`);
      answer.destroy();
    }));
  });
  /* What a play ends with: was everything right, on both sides? */
  server.judged = (check, least = 20) => {
    check('every request is as the description has it', server.seen.length > least && !server.violations.length, server.violations.join('\n'));
    check('and what was played here is as it has it too', !server.strange.length, server.strange.slice(0, 5).join('\n'));
    console.log(`# ${server.seen.length} requests were held to the description`);
  };
  /* Away, as a network that cannot be reached; and there again. */
  server.start = () => new Promise((done) => { http.listen(port, '127.0.0.1', done); });
  server.stop = () => new Promise((done) => { http.close(done); http.closeAllConnections(); });
  server.end = server.stop;
  await server.start();
  return server;
}
