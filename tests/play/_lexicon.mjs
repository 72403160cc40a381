/* _lexicon.mjs: a server of the AT Protocol (XRPC) by its own word: the lexicons that the network publishes, found beside the checkout in
   ../shared/specs/bluesky, as npm's @atproto/lexicon holds them. Every request of the desk is held against its lexicon (a query is asked, a procedure
   is told; parameters, body, credentials, and the service that it is passed on to): a wrong one is refused with 400 or 401 and stands in
   `violations`, which a play ends with. What is answered the play says; that is held against the lexicon too (`strange`).

       const server = await lexicon((asked) => {
         if (asked.nsid === 'chat.bsky.convo.listConvos') return { convos: [] };          // 200
         if (asked.nsid === 'chat.bsky.convo.getLog') return error('InvalidCursor');      // 400 with that name
         if (lost) return LOST;                                                           // breaks off without an answer
       });
       if (!server) { console.log(absent); process.exit(0); }

   `asked` = { nsid, params, body, token, service (of atproto-proxy), status }. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { freePort } from './_desk.mjs';

export const LOST = Symbol('the answer is lost on the way');
export const absent = '# skipped: bluesky (its published lexicons are not beside this checkout, or @atproto/lexicon is not installed: npm ci)\n1..0';
const FAULT = Symbol('an error');
export const error = (name, message = name, status = 400) => ({ [FAULT]: status, error: name, message });

const OPEN = ['com.atproto.server.createSession']; // asked without a token
const PASSED_ON = { chat: 'did:web:api.bsky.chat#bsky_chat' };

const as = (value, schema) => (schema?.type === 'integer' && /^-?\d+$/.test(value) ? Number(value) : schema?.type === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value);

function params_of(query, properties) {
  const params = {}, faults = [];
  for (const [name, value] of query) {
    const schema = properties?.[name];
    if (!schema) faults.push(`no parameter ${name}`);
    else if (schema.type === 'array') (params[name] ??= []).push(as(value, schema.items));
    else params[name] = as(value, schema);
  }
  return { params, faults };
}

export async function lexicon(say) {
  const file = new URL('../../../shared/specs/bluesky/lexicons.json.gz', import.meta.url), library = await import('@atproto/lexicon').catch(() => ({}));
  const { Lexicons } = library;
  if (!Lexicons || !existsSync(file)) return null;
  const lexicons = new Lexicons(Object.values(JSON.parse(gunzipSync(readFileSync(file)))));
  const port = await freePort();
  const server = { port, base: `http://localhost:${port}`, say, violations: [], strange: [], seen: [] };

  const judge = (asked, request, raw) => {
    const definition = lexicons.getDef(asked.nsid);
    if (!['query', 'procedure'].includes(definition?.type)) return ['no such method'];
    if ((definition.type === 'query') !== (request.method === 'GET')) return [`a ${definition.type} by ${request.method}`];
    const { params, faults } = params_of(asked.query, definition.parameters?.properties);
    try { asked.params = lexicons.assertValidXrpcParams(asked.nsid, params) ?? {}; } catch (wrong) { faults.push(wrong.message); }
    if (definition.input?.encoding === 'application/json') {
      if (!/^application\/json/.test(request.headers['content-type'] ?? '')) faults.push(`a body of the type ${request.headers['content-type']}`);
      try { asked.body = JSON.parse(raw); lexicons.assertValidXrpcInput(asked.nsid, asked.body); } catch (wrong) { faults.push(wrong.message); }
      /* A record that is written is of the lexicon of its collection. */
      if (asked.nsid === 'com.atproto.repo.createRecord' && lexicons.getDef(asked.body?.collection)) {
        try { lexicons.assertValidRecord(asked.body.collection, library.jsonToLex(asked.body.record)); } catch (wrong) { faults.push(wrong.message); }
      }
    } else if (raw.length && !definition.input) faults.push('a body where none is taken');
    const service = PASSED_ON[asked.nsid.split('.')[0]];
    if (service !== asked.service) faults.push(`passed on to ${asked.service ?? 'nobody'}, not ${service ?? 'to nobody'}`);
    return faults;
  };

  const http = createServer((request, answer) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece)).on('end', async () => {
      const url = new URL(request.url, 'http://x'), tell = (status, body) => {
        asked.status = status;
        answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      };
      const asked = { nsid: url.pathname.slice('/xrpc/'.length), query: url.searchParams, token: /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1], service: request.headers['atproto-proxy'], status: 0 };
      server.seen.push(asked);
      const faults = url.pathname.startsWith('/xrpc/') ? judge(asked, request, Buffer.concat(pieces)) : ['no such address'];
      if (faults.length) {
        server.violations.push(`${request.method} ${request.url}: ${faults.join('; ')} ${JSON.stringify(asked.body ?? null).slice(0, 400)}`);
        return tell(400, { error: 'InvalidRequest', message: faults.join('; ') });
      }
      if (!asked.token && !OPEN.includes(asked.nsid)) {
        server.violations.push(`${request.method} ${request.url}: no token`);
        return tell(401, { error: 'AuthMissing', message: 'Authentication Required' });
      }
      try {
        const got = await server.say(asked);
        if (got === LOST) { asked.status = -1; return answer.destroy(); }
        if (got === undefined) throw new Error('the play does not say');
        if (got[FAULT]) return tell(got[FAULT], got);
        try { lexicons.assertValidXrpcOutput(asked.nsid, library.jsonToLex(JSON.parse(JSON.stringify(got)))); } catch (wrong) { server.strange.push(`${asked.nsid}: ${wrong.message}`); }
        return tell(200, got);
      } catch (trouble) {
        server.violations.push(`the play's answer to ${request.method} ${request.url} failed: ${trouble.stack}`);
        return answer.destroy();
      }
    });
  });
  server.end = () => new Promise((done) => { http.close(done); http.closeAllConnections(); });
  await new Promise((done) => { http.listen(port, '127.0.0.1', done); });
  return server;
}
