/* Channels of the kind “feed” on a real site: WordPress' own feeds of its posts and of its comments, as RSS and as Atom. Found by the page that
   names it, read; asked again with what is known already, the site answers 304 and sends nothing; what is new comes in, and what was edited; the
   site goes away and comes back. */
// Proves feed (real server): verify fetch
import { createServer, request } from 'node:http';
import { api, check, desk, end, freePort, keyOf, sql, until, wait } from './_desk.mjs';
import { wordpress } from './_wordpress.mjs';

const passPort = await freePort(), site = await wordpress({ address: `http://127.0.0.1:${passPort}`, people: { editor: 'editor' } });
if (!site) {
  console.log('# skipped: feed\n1..0');
  process.exit(0);
}

/* Between the desk and the site: notes what was asked, and how much came back. */
const seen = [];
const pass = createServer((asked, answer) => {
  const on = request({ host: '127.0.0.1', port: site.port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
    const note = { path: asked.url, status: got.statusCode, bytes: 0, knows: `${asked.headers['if-none-match'] ?? ''} ${asked.headers['if-modified-since'] ?? ''}`.trim(), tag: got.headers.etag, date: got.headers['last-modified'] };
    answer.writeHead(got.statusCode, got.headers);
    got.on('data', (piece) => { note.bytes += piece.length; });
    got.on('end', () => seen.push(note));
    got.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}).listen(passPort, '127.0.0.1');

const place = await desk({ options: ['--net_allow', `127.0.0.1:${passPort}`] });
const machine = api(place, keyOf(place)), { editor } = site.people;
const row = (channel) => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
const said = (channel) => sql(place, `SELECT m.body, c.subject, m.url, m.author_name, m.edited_at FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.channel_id = ${channel}`);
const read = (channel) => machine.post(`/channels/${channel}/fetch`);
const comes = (channel, so) => until('it to come in', 40, async () => { const one = said(channel).find(so); if (one) return one; await read(channel); return null; });
async function connect(name, url) {
  const made = await machine.post('/channels/new/feed', { name, setting: ['url'], value: [url] });
  check(`${name}: it is connected`, [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === name)?.id;
  await until('it to be looked at', 20, () => row(channel).verified_at > 0);
  return channel;
}
/* Asked once more, until the site said that nothing changed. */
async function unchanged(name, channel, path) {
  const from = seen.length, before = said(channel).length, asked = () => seen.slice(from).filter((one) => one.path.startsWith(path) && one.knows); // what is read once more for gaps knows nothing
  await until('the site to be asked again', 40, async () => { await read(channel); return asked().some((one) => one.status === 304); });
  const all = asked();
  check(`${name}: asked again with what is known, the site sends nothing`, all.length > 0 && all.every((one) => one.status === 304 && one.bytes === 0 && one.knows.length > 30), JSON.stringify(all));
  check(`${name}: and nothing came in twice`, said(channel).length === before && row(channel).state === 'ok', JSON.stringify(row(channel)));
}

try {
  const first = await editor.ask('POST', '/posts', { title: 'Our hours & days', content: '<p>We bake on <b>Sundays</b>.</p>', status: 'publish' });
  site.visitor(first.id, 'Jane', 'jane@example.org', 'From what time?');

  /* ---- what the page names ---- */
  const posts = await connect('News', `http://127.0.0.1:${passPort}/`);
  check('News: the feed that the page names was found', JSON.parse(row(posts).known).url?.endsWith('/feed/') && row(posts).state === 'ok', JSON.stringify(row(posts)));
  const one = await comes(posts, (found) => found.subject === 'Our hours & days');
  check('News: a post comes in, with its title, its address and who wrote it', one?.body.includes('We bake on Sundays.') && one.url.includes('/our-hours-days/') && one.author_name === 'Editor', JSON.stringify(said(posts)));
  await unchanged('News', posts, '/feed/');
  await wait(1100); // WordPress counts in seconds
  const second = await editor.ask('POST', '/posts', { title: 'The galette', content: '<p>It is back.</p>', status: 'publish' });
  check('News: a new one comes in', await comes(posts, (found) => found.subject === 'The galette'), JSON.stringify(said(posts)));
  await wait(1100);
  await editor.ask('POST', `/posts/${second.id}`, { content: '<p>It is back, with almonds.</p>' });
  check('News: and what is changed over there', await comes(posts, (found) => found.body.includes('with almonds')) && said(posts).filter((found) => found.subject === 'The galette').length === 1, JSON.stringify(said(posts)));

  /* ---- comments, and Atom ---- */
  const comments = await connect('Comments', `http://127.0.0.1:${passPort}/comments/feed/`);
  const question = await comes(comments, (found) => found.body.includes('From what time?'));
  check('Comments: the feed of the comments is read', question?.author_name === 'Jane' && question.url.includes('#comment-'), JSON.stringify(said(comments)));
  await unchanged('Comments', comments, '/comments/feed/');
  const atom = await connect('Atom', `http://127.0.0.1:${passPort}/feed/atom/`);
  check('Atom: the same posts by Atom', (await comes(atom, (found) => found.subject === 'The galette'))?.body.includes('with almonds') && said(atom).some((found) => found.subject === 'Our hours & days'), JSON.stringify(said(atom)));
  await unchanged('Atom', atom, '/feed/atom/');

  /* ---- away, and back ---- */
  await site.stop();
  await read(posts);
  check('an outage is said on the channel', await until('the outage to be seen', 40, async () => row(posts).state === 'failing' || (await read(posts), false)), JSON.stringify(row(posts)));
  await site.start();
  await wait(1100);
  await editor.ask('POST', '/posts', { title: 'While you were away', content: '<p>Bread.</p>', status: 'publish' });
  check('what was written meanwhile comes in', await comes(posts, (found) => found.subject === 'While you were away') && await until('it to be fine', 20, () => row(posts).state === 'ok'), JSON.stringify(row(posts)));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  await site.end();
}
end();
