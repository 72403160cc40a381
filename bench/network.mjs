/* bench/network.mjs PORT RATE DELAY: a network that answers as the simulated one does (src/simulator/README.md), for any number of accounts, each token one:
   RATE messages a second are said to each account; 0: nothing ever; -1: as many as are asked for. It answers after DELAY milliseconds. */
import http from 'node:http';

const [port, rate, delay] = process.argv.slice(2).map(Number);
const began = Date.now();
const names = ['Ana', 'Bilal', 'Chloé', 'Dao', 'Emre', 'Fatou', 'Goran', 'Hélène', 'Ines', 'Jun', 'Karim', 'Léa', 'Mona', 'Nils', 'Olga', 'Paulo'];
const words = 'bread croissant queue saturday friendly market flour oven recipe brioche morning opening baker seeds table coffee late order gluten price open today thanks where when sold out lovely crust'.split(' ');
const text = (n) => Array.from({ length: 6 + n % 14 }, (_, i) => words[(n * 7 + i * i * 13 + i * 5) % words.length]).join(' ') + (n % 3 ? '.' : '?');

const event = (account, n) => ({
  cursor: String(n), type: 'created',
  message: { id: `${account}-${n}`, kind: 'comment', thread: `${account}-t${n >> 3}`, text: text(n), at: new Date().toISOString(), lang: 'en',
    author: { id: `${account}-a${n % 997}`, handle: `a${n % 997}`, name: `${names[n % names.length]} ${n % 997}`, followers: n % 500 } },
});

http.createServer((request, response) => {
  const url = new URL(request.url, 'http://network'), account = (request.headers.authorization || '').replace('Bearer ', '');
  const answer = (document) => setTimeout(() => { response.setHeader('Content-Type', 'application/json'); response.end(JSON.stringify(document)); }, delay);
  if (url.pathname === '/me')
    return answer({ id: account, handle: account, name: account, rights: ['read', 'reply', 'reply-private', 'hide'], limits: { body: 2000 } });
  if (url.pathname !== '/feed')
    return response.writeHead(404).end();
  const after = Number(url.searchParams.get('after')), limit = Number(url.searchParams.get('limit'));
  const there = rate < 0 ? Infinity : Math.floor((Date.now() - began) / 1000 * rate), last = Math.min(after + limit, there);
  const events = [];
  for (let n = after + 1; n <= last; n++) events.push(event(account, n));
  return answer({ events, cursor: String(Math.max(after, last)), more: last < there });
}).listen(port, '127.0.0.1', () => console.log('ready'));
