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
