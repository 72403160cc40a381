/* _graph.mjs: what the plays of Facebook and Instagram have in common: the Graph interface as Meta describes it, over a small network of this
   play's own: people, posts and comments with their lists, private conversations. */
import { createHmac } from 'node:crypto';
import { LOST, contract } from './_contract.mjs';
import { attach, keyOf } from './_desk.mjs';

export const TOKEN = 'EAAplay', PERSON = 'EAAperson', SECRET = 'app-secret-of-the-play';
const WANTED = ['feed', 'mention', 'ratings', 'messages', 'message_echoes', 'message_edits', 'messaging_postbacks', 'standby'];
const stamp = (at) => `${new Date(at).toISOString().slice(0, 19)}+0000`;
const page_of = (list, limit = 25) => ({ data: list.slice(0, limit), paging: { cursors: { before: 'b', after: 'a' } } });

/* An answer with a file, by the inbox's form; read once more where something arrived meanwhile. */
export async function sendFile(place, machine, id, fields, bytes, name) {
  for (let turn = 0; ; turn++) {
    const { version } = (await machine.get(`/conversations/${id}`)).document.conversation;
    const told = await attach(place, keyOf(place), id, { version, ...fields }, bytes, name);
    if (told.status !== 409 || turn === 4) return told;
  }
}
export const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/* `describe`: which network, which of its descriptions; `node`: what the play answers for its kind of node. */
export async function graph(name, files, { page, answer }) {
  const place = {
    page, dead: false, lose: null, lost: 0, refuse: null, next: 100,
    conversations: new Map(), // by person: messages, newest first
    rights: [],
    proofs: [],
    pages: [{ ...page, access_token: TOKEN }], // what the person with the token PERSON looks after
    subscribed: null, // the fields that the page tells our app of
    sign: (text) => `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}`,
    stamp,
    page_of,
    /* A form of several parts, as the network reads it: names and their bytes. */
    form_of({ headers, raw }) {
      const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
      const parts = boundary ? raw.toString('latin1').split(`--${boundary}`).slice(1, -1) : [];
      return Object.fromEntries(parts.map((part) => {
        const value = part.slice(part.indexOf('\r\n\r\n') + 4, -2);
        return [/name="([^"]+)"/.exec(part)[1], part.includes('filename=') ? value : Buffer.from(value, 'latin1').toString()];
      }));
    },
    letter(person, from, text) {
      const message = { id: `m_${place.next++}`, created_time: stamp(Date.now()), from, message: text };
      place.conversations.set(person.id, [message, ...(place.conversations.get(person.id) ?? [])]);
      return message;
    },
    letters: (platform) => page_of([...place.conversations].map(([id, messages]) => ({
      id: `t_${id}`, updated_time: messages[0].created_time, participants: { data: [{ id, name: `Person ${id}` }, platform === 'INSTAGRAM' ? { id: place.own, username: place.handle } : { id: page.id, name: page.name }] }, messages: { data: messages },
    }))),
  };
  const proof = (token) => createHmac('sha256', SECRET).update(token).digest('hex');
  const fault = (status, code, error_subcode, message) => ({ status, body: { error: { message, type: 'OAuthException', code, ...(error_subcode ? { error_subcode } : {}), fbtrace_id: 'A' } } });
  place.fault = fault;
  const guarded = (say) => async (asked) => {
    const token = (asked.headers.authorization ?? '').replace('Bearer ', '');
    if (![TOKEN, PERSON].includes(token) || place.dead) return fault(400, 190, 463, 'Error validating access token: Session has expired');
    place.proofs.push(asked.query.get('appsecret_proof') === proof(token));
    if (token === PERSON && !asked.path.endsWith('/me/accounts')) return fault(400, 100, 0, '(#100) Tried accessing nonexisting field (link) on node type (User)');
    const refused = place.refuse?.(asked);
    if (refused) return refused;
    const got = await say(asked);
    if (place.lose?.(asked)) { place.lost++; return LOST; }
    return got && { headers: { 'X-App-Usage': '{"call_count":7,"total_cputime":1,"total_time":2}' }, ...got };
  };
  const node = (asked) => {
    const [, , id, edge = ''] = asked.path.split('/').map(decodeURIComponent);
    if (edge === 'accounts') return asked.headers.authorization === `Bearer ${PERSON}` ? { body: page_of(place.pages, 100) } : fault(400, 100, 0, '(#100) Tried accessing nonexisting field (accounts) on node type (Page)');
    if (edge === 'subscribed_apps' && asked.method === 'POST') { place.subscribed = asked.body.subscribed_fields; return { body: { success: true } }; }
    if (edge === 'subscribed_apps') return { body: { data: place.subscribed ? [{ id: '77', name: 'Parvis', subscribed_fields: place.subscribed }] : [] } };
    if (edge === 'messages' && asked.method === 'POST') {
      const form = place.form_of(asked), { recipient, message, messaging_type, tag } = asked.body ?? { ...form, recipient: JSON.parse(form.recipient), message: JSON.parse(form.message) };
      const person = recipient.id ?? place.writer_of(recipient.comment_id);
      if (!person) return fault(400, 100, 33, 'Unsupported post request');
      if (place.closed === 'day' && messaging_type !== 'MESSAGE_TAG') return fault(400, 10, 2018278, 'This message is sent outside of allowed window.');
      const sent = place.letter({ id: person }, { id: place.own ?? page.id, name: page.name }, message.text ?? '');
      if (message.attachment) Object.assign(sent, { kind: message.attachment.type, size: form.filedata.length, attachments: { data: [{ id: `a${sent.id}`, mime_type: 'image/png', name: 'image', size: form.filedata.length }] } });
      return { body: { recipient_id: person, message_id: sent.id, tag: tag && undefined } };
    }
    if (edge === 'conversations') {
      const person = asked.query.get('user_id'), all = place.letters(asked.query.get('platform'));
      return { body: person ? page_of(all.data.filter((one) => one.id === `t_${person}`)) : all };
    }
    return answer(place, asked, id, edge);
  };
  /* Not in the published descriptions: where films go up (rupload.facebook.com), by a header of its own; a token asking about itself. */
  const upload = (asked) => {
    if (place.refuseUpload) return { status: 500, body: { debug_info: { retriable: true, type: 'ProcessingFailedError', message: 'Request processing failed' } } };
    if (asked.headers.authorization !== `OAuth ${TOKEN}` || asked.headers.offset !== '0' || Number(asked.headers.file_size) !== asked.raw.length) return { status: 400, body: { debug_info: { retriable: false, type: 'PartialRequestError', message: 'Partial request (did not match length of file)' } } };
    place.uploaded(asked.path.split('/').at(-1), asked);
    return { body: { success: true } };
  };
  const beside = guarded((asked) => asked.path.endsWith('/debug_token') ? { body: { data: { app_id: '77', type: 'PAGE', is_valid: true, expires_at: 0, data_access_expires_at: Math.floor(Date.now() / 1000) + 50 * 86400, scopes: place.rights } } } : undefined);
  const server = await contract(name, files, guarded(node), { general: ['appsecret_proof'], beside: (asked) => (asked.path.endsWith('/debug_token') ? beside(asked) : /^\/(video|ig-api)-upload\//.test(asked.path) ? upload(asked) : undefined) });
  if (!server) return null;
  place.server = server;
  place.wanted = WANTED;
  /* What the network pushes to the channel's address. */
  place.push = async (address, object, entries, signature) => {
    const text = JSON.stringify({ object, entry: entries });
    return fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': signature ?? place.sign(text) }, body: text });
  };
  return place;
}
