/* bench/stream.mjs PORT EVENTS: a server that plays back as Jetstream does (https://github.com/bluesky-social/jetstream): so many posts, said one a
   millisecond until a minute ago, as fast as they are read; then nothing more. Prints the instant of the first one, in microseconds. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const [port, count] = process.argv.slice(2).map(Number);
const STEP = 1000, first = Date.now() * 1000 - 60e6 - count * STEP;
const words = 'morning coffee football weather train late music new release photo friends bread croissant queue saturday market open today thanks sold lovely cat dog walk rain sun election vote climate news link read thread game win lost season love hate work tired weekend hello world beach summer art drawing commission open book chapter écouter demain merci pain boulangerie four ville gare'.split(' ');
const text = (n) => Array.from({ length: 8 + n % 23 }, (_, i) => words[(n * 7 + i * i * 13 + i * 5 + (n >> 6)) % words.length]).join(' ') + (n % 5000 === 0 ? ' zanzibread' : n % 3 ? '.' : '?');
const did = (n) => `did:plc:${(n % 99991).toString(36).padStart(24, 'abcdefghijklmnopqrstuvwx')}`;
const key = (n) => `3l${n.toString(36).padStart(11, '2')}`;

function event(n) {
  const at = first + n * STEP, created = new Date(at / 1000).toISOString(), record = { $type: 'app.bsky.feed.post', createdAt: created, langs: [n % 7 ? 'en' : 'fr'], text: text(n) };
  if (n % 2) {
    const root = { cid: 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454', uri: `at://${did(n >> 4)}/app.bsky.feed.post/${key(n >> 4)}` };
    record.reply = { parent: root, root };
  }
  if (n % 5 === 0) record.facets = [{ features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'news' }], index: { byteStart: 0, byteEnd: 4 } }];
  if (n % 6 === 0) record.embed = { $type: 'app.bsky.embed.external', external: { uri: `https://news.example/${n}`, title: text(n + 1), description: text(n + 2) } };
  const body = Buffer.from(JSON.stringify({ did: did(n), time_us: at, kind: 'commit', commit: { rev: key(n), operation: 'create', collection: 'app.bsky.feed.post', rkey: key(n), record, cid: 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454' } }));
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}
const kept = Array.from({ length: count }, (_, n) => event(n));

createServer((_, answer) => answer.writeHead(400).end()).on('upgrade', async (request, socket) => {
  const cursor = Number(new URL(request.url, 'http://x').searchParams.get('cursor') ?? Date.now() * 1000);
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  let gone = false;
  socket.on('error', () => {}).on('close', () => { gone = true; socket.emit('drain'); });
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  for (let n = Math.max(0, Math.ceil((cursor - first) / STEP)); n < count && !gone; n += 200)
    if (!socket.write(Buffer.concat(kept.slice(n, n + 200))) && !gone) await new Promise((done) => { socket.once('drain', done); });
}).listen(port, '127.0.0.1', () => console.log(first));
process.on('SIGTERM', () => process.exit(0));
