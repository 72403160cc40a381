/* _openai.mjs: a server that speaks OpenAI's protocol (POST /v1/chat/completions) as it is published, strictly: what a request must hold is
   checked, and refused in the words of that protocol; answers and errors have all their members. Its "model" looks for words. */
import { createServer } from 'node:http';

const refuse = (answer, status, type, param, message, headers = {}) => {
  answer.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  answer.end(JSON.stringify({ error: { message, type, param, code: null } }));
};

/* What is wrong with a request: [parameter, what]. */
function fault(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [null, 'We could not parse the JSON body of your request.'];
  if (typeof body.model !== 'string' || !body.model) return ['model', 'you must provide a model parameter'];
  if (!Array.isArray(body.messages) || !body.messages.length) return ['messages', "'messages' must contain at least one item"];
  for (const [i, message] of body.messages.entries()) {
    if (!['system', 'user', 'assistant', 'developer', 'tool'].includes(message.role)) return [`messages.[${i}].role`, `'${message.role}' is not one of the roles`];
    if (typeof message.content !== 'string') return [`messages.[${i}].content`, 'content must be a string'];
    const more = Object.keys(message).filter((key) => !['role', 'content', 'name'].includes(key));
    if (more.length) return [`messages.[${i}]`, `Additional properties are not allowed: ${more}`];
  }
  const known = ['model', 'messages', 'temperature', 'max_tokens', 'stream', 'response_format', 'top_p', 'n', 'stop', 'seed', 'user'];
  const strange = Object.keys(body).find((key) => !known.includes(key));
  if (strange) return [strange, `Unrecognized request argument supplied: ${strange}`];
  if ('temperature' in body && !(body.temperature >= 0 && body.temperature <= 2)) return ['temperature', `${body.temperature} is not between 0 and 2`];
  if ('max_tokens' in body && !(Number.isInteger(body.max_tokens) && body.max_tokens > 0)) return ['max_tokens', 'must be a positive integer'];
  if ('stream' in body && typeof body.stream !== 'boolean') return ['stream', 'must be a boolean'];
  return null;
}

/* `say(text, questions)` gives the content of the answer. server.mode: 'ok', or a status to fail with. */
export async function openai(port, key, say) {
  const server = { mode: 'ok', unknown: [], seen: [], say, retryAfter: null };
  const http = createServer((request, answer) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      let body = null;
      try { body = JSON.parse(text); } catch { /* told below */ }
      server.seen.push({ path: request.url, method: request.method, headers: request.headers, body, text });
      if (request.url !== '/v1/chat/completions') return refuse(answer, 404, 'invalid_request_error', null, `Invalid URL (${request.method} ${request.url})`);
      if (request.method !== 'POST') return refuse(answer, 405, 'invalid_request_error', null, 'Not allowed');
      if (request.headers.authorization !== `Bearer ${key}`) return refuse(answer, 401, 'invalid_request_error', null, `Incorrect API key provided: ${request.headers.authorization}`);
      if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return refuse(answer, 400, 'invalid_request_error', null, 'Content-Type must be application/json');
      const [param, what] = fault(body) ?? server.unknown.filter((name) => name in (body ?? {})).map((name) => [name, `Unsupported parameter: '${name}'`])[0] ?? [];
      if (what) return refuse(answer, 400, 'invalid_request_error', param, what);
      if (typeof server.mode === 'number') return refuse(answer, server.mode, 'server_error', null, `It is in trouble (${key})`, server.retryAfter ? { 'Retry-After': String(server.retryAfter) } : {});
      const asked = [...body.messages[0].content.matchAll(/^"(\w+)" \(/gm)].map(([, word]) => word);
      const content = server.say(JSON.parse(body.messages.at(-1).content), asked);
      answer.writeHead(200, { 'Content-Type': 'application/json' });
      answer.end(JSON.stringify({
        id: `chatcmpl-${server.seen.length}`, object: 'chat.completion', created: Math.floor(Date.now() / 1000), model: body.model, system_fingerprint: null,
        choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
        usage: { prompt_tokens: text.length >> 2, completion_tokens: content.length >> 2, total_tokens: (text.length >> 2) + (content.length >> 2) },
      }));
    });
  });
  await new Promise((done) => { http.listen(port, '127.0.0.1', done); });
  server.end = () => new Promise((done) => { http.closeAllConnections(); http.close(done); });
  return server;
}
