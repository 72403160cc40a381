/* Files that came with messages: kept ones are shown or saved by the desk itself, never run; addresses that are none of the web lead nowhere. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, desk, end, keyOf } from './_desk.mjs';

const place = await desk();
try {
  const folder = join(place.data, 'spool', 'an-export');
  mkdirSync(folder);
  const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  writeFileSync(join(folder, 'dot.png'), dot);
  writeFileSync(join(folder, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  writeFileSync(join(folder, 'messages.jsonl'), JSON.stringify({
    id: 'a1', thread_id: 'a1', kind: 'comment', author: { id: 'u1', name: 'Ada', url: 'javascript:alert(1)' }, body: 'Look', at: '2026-03-24T09:42:00Z',
    url: 'javascript:alert(2)', attachments: [
      { kind: 'image', url: 'dot.png', alt: 'A dot' }, { kind: 'image', url: 'drawing.svg' }, { kind: 'file', name: 'gone', url: 'javascript:alert(3)' }],
  }));
  execFileSync(place.program, ['import', '--format', 'jsonl', '--data', place.data, folder], { stdio: 'pipe' });
  const { get, post } = api(place, keyOf(place));
  const found = (await get('/search?q=Look')).document;
  const address = /\/conversations\/\d+/.exec(JSON.stringify(found))[0];
  const thread = async (path) => (await get(path)).document.conversation.thread.filter((piece) => piece.message).map((piece) => piece.message);
  const [message] = await thread(address);
  const files = message.attachments;
  check('the attachments are told', files.length === 3, JSON.stringify(files));
  const key = keyOf(place);
  const open = (path, more = {}) => fetch(`${place.base}${path}`, { headers: { Authorization: `Bearer ${key}`, ...more }, redirect: 'manual' });
  const picture = await open(`/api/v1${files[0].thumb_url}`), bytes = Buffer.from(await picture.arrayBuffer());
  check('a kept picture is shown, byte for byte', picture.status === 200 && bytes.equals(dot) && picture.headers.get('content-type') === 'image/png', picture.status);
  check('in a sandbox', /sandbox/.test(picture.headers.get('content-security-policy')) && picture.headers.get('x-content-type-options') === 'nosniff');
  const drawing = await open(`/api/v1${files[1].url}`);
  check('an SVG is saved, not shown', drawing.status === 200 && /^attachment/.test(drawing.headers.get('content-disposition') ?? '') &&
    drawing.headers.get('content-type') === 'application/octet-stream', [...drawing.headers].join('\n'));
  check('what is no address of the web leads nowhere', files[2].url === null && message.url === null, JSON.stringify([files[2], message.url]));
  const stranger = await fetch(`${place.base}${files[0].thumb_url}`, { redirect: 'manual' });
  check('a stranger sees no file', stranger.status === 303 || stranger.status === 401, stranger.status);

  /* ---- parts, caches, and what tries to get further ---- */
  const path = `/api/v1${files[0].thumb_url}`, part = async (range) => { const answer = await open(path, { Range: range }); return { status: answer.status, range: answer.headers.get('content-range'), bytes: Buffer.from(await answer.arrayBuffer()) }; };
  let piece = await part('bytes=2-5');
  check('a part of a file', piece.status === 206 && piece.bytes.equals(dot.subarray(2, 6)) && piece.range === `bytes 2-5/${dot.length}`, JSON.stringify(piece));
  piece = await part('bytes=-4');
  check('its end', piece.status === 206 && piece.bytes.equals(dot.subarray(-4)), JSON.stringify(piece));
  piece = await part('bytes=0-99999999');
  check('no more than there is', piece.status === 206 && piece.bytes.equals(dot), piece.status);
  for (const range of [`bytes=${dot.length}-`, 'bytes=9-2', 'bytes=-0', 'bytes=x-y', 'bytes=-99999999999999999999'])
    check(`${range} is no part of it`, (await part(range)).status === 416);
  check('several parts at once count as none', (await part('bytes=0-1,3-4')).bytes.equals(dot));
  check('only the reader’s own browser keeps it', /private/.test(picture.headers.get('cache-control')) && !/public/.test(picture.headers.get('cache-control')), picture.headers.get('cache-control'));
  check('an SVG runs nothing even where it is opened', /sandbox/.test(drawing.headers.get('content-security-policy')) && drawing.headers.get('x-content-type-options') === 'nosniff');
  const id = /\d+$/.exec(files[0].thumb_url)[0];
  for (const way of ['/attachments/..%2f..%2fkeys%2fserve.key', '/attachments/%2e%2e/%2e%2e/keys/serve.key', `/attachments/${id}%00`, `/attachments/${id}/../../keys/serve.key`, '/attachments/%2fetc%2fpasswd', '/attachments/-1',
    '/attachments/0', '/attachments/99999999999999999999', '/media/keys/serve.key', '/assets/..%2f..%2fkeys%2fserve.key', '/assets/%2e%2e/%2e%2e/etc/passwd']) {
    const answer = await open(way), text = await answer.text();
    check(`${way.replace(id, 'ID')} leads nowhere`, answer.status >= 400 && answer.status < 500 && !/parvis-key|root:/.test(text), `${answer.status} ${text.slice(0, 200)}`);
  }
  const narrow = keyOf(place, 'camille@levain.example', 'figures.read');
  check('a key without the right to read sees no file', [401, 403].includes((await fetch(`${place.base}${path}`, { headers: { Authorization: `Bearer ${narrow}` } })).status));
  check('one that is not there is missing', (await get('/attachments/1')).status === 404);

  const made = await post('/channels/new/webform', { name: 'Shop', setting: ['callback'], value: [''] });
  const channel = made.document?.channel?.id ?? (await get('/channels')).document.channels.find((c) => c.name === 'Shop').id;
  const said = (more) => post(`/channels/${channel}/messages`, { id: 'p1', text: 'Broken', author: { id: 'c1', name: 'Nadia', url: 'javascript:alert(4)' }, ...more });
  check('an application cannot slip in another kind of address', (await said({ attachments: [{ url: 'javascript:alert(5)' }] })).status === 422);
  const pushed = await said({ url: 'javascript:alert(6)', subject_url: 'data:text/html,x', attachments: [{ kind: 'image', name: 'Plate', url: 'https://shop.example/plate.jpg' }] });
  check('a message is pushed with a picture', pushed.status === 201, pushed.text);
  const conversation = (await get('/inbox?sort=recent')).document.list.rows.find((row) => row.channel.id === channel);
  const [broken] = await thread(`/conversations/${conversation.id}`);
  check('which stands in the thread', broken.attachments[0].url === 'https://shop.example/plate.jpg' && broken.attachments[0].name === 'Plate', JSON.stringify(broken.attachments));
  const contact = (await get(`/contacts/${conversation.contact.id}`)).text;
  check('nothing leads to a script', !/javascript:|data:text/.test(contact + JSON.stringify(broken)));
} finally {
  await place.end();
}
end();
