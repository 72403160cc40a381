/* A post of our own on the simulated network, sent past the outbox by the command: it stands there once, with its title, its warning and what its file is;
   what members write under it comes into the desk in its thread and is answered there; a comment of our own under it; figures; found after a doubt;
   refused where it is too long, or the right is gone. */
// Proves simulator (real server): post metrics poll
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, byHand, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place), parvis = byHand(place, `127.0.0.1:${place.simulatorPort}`);
const inside = (text) => JSON.parse(execFileSync('sqlite3', ['-json', join(place.data, 'simulator.db'), '.timeout 20000', text], { encoding: 'utf8' }) || '[]');

try {
  await box.dials({ per_minute: 0, answers: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0, post_comments: 0, post_likes: 40 });
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator'");
  const publish = async (...words) => { const told = await parvis('channel', 'publish', channel, ...words); return { ...told, sent: told.stdout ? JSON.parse(told.stdout) : {} }; };
  const picture = join(place.data, 'loaf.png');
  writeFileSync(picture, Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64'));

  const words = ['--post', '--title', 'Sunday bread', '--text', 'From now on we bake on Sundays, too.', '--lang', 'en', '--warning', 'Flour', '--file', picture, '--alt', 'A loaf', '--key', 'post-1'];
  const first = await publish(...words);
  check('the post leaves', first.status === 0 && first.sent.outcome === 'done' && first.sent.id, first.said);
  const post = first.sent.id;
  const [item] = inside(`SELECT i.kind, i.thread, i.subject, i.body, i.lang, i.ours, p.warning, p.media FROM item i JOIN post p ON p.id = i.id WHERE i.id = '${post}'`);
  check('it stands there as it was written', item?.kind === 'post' && item.thread === post && item.subject === 'Sunday bread' && item.body.startsWith('From now on') && item.lang === 'en' && item.warning === 'Flour', JSON.stringify(item));
  check('with what its file is', JSON.parse(item.media)[0]?.alt === 'A loaf' && JSON.parse(item.media)[0].type === 'image/png', item.media);
  const again = await publish(...words);
  check('the same once more is the same post', again.sent.id === post && (await box.ledger()).most === 1, again.said);
  const found = await publish(...words, '--look');
  check('after a doubt it is found', found.sent.outcome === 'done' && found.sent.id === post, found.said);
  check('and what never left is not', (await publish('--post', '--text', 'Never', '--key', 'post-0', '--look')).sent.outcome === 'never');

  const part = await publish('--to', post, '--thread', post, '--text', 'The shop in the station stays shut.', '--key', 'post-1-2');
  check('a comment of our own under it', part.sent.outcome === 'done' && inside(`SELECT thread, parent FROM item WHERE id = '${part.sent.id}'`)[0].parent === post, part.said);

  const asked = 'Will there be brioche, too?';
  await box.say({ kind: 'comment', thread: post, text: asked, member: 3 });
  const row = await until('it to come in', 40, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview === asked));
  const [heard] = sql(place, `SELECT c.remote_id AS thread, m.parent_remote_id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.conversation_id = ${row?.id ?? 0} AND m.direction = 'in'`);
  check('what members write under it comes in, in its thread', heard?.thread === post && heard.parent_remote_id === post, JSON.stringify([row, heard]));
  await machine.reply(row.id, 'Yes, with butter.');
  check('and is answered there', await until('the answer', 40, () => inside(`SELECT id FROM item WHERE thread = '${post}' AND ours = 1 AND body = 'Yes, with butter.'`).length === 1));

  await box.dials({ post_comments: 2 });
  const other = await publish('--post', '--text', 'A quiet Monday.', '--key', 'post-2');
  const figures = await until('likes', 60, async () => {
    const told = await parvis('channel', 'metrics', channel, post, other.sent.id);
    const list = JSON.parse(told.stdout).metrics, of = (measure) => list.find((one) => one.id === post && one.measure === measure)?.value;
    return of('likes') > 0 && of('replies') === 3 && of('views') > 0 && list;
  });
  check('members like it, and its figures say so', figures, JSON.stringify(figures));
  const account = JSON.parse((await parvis('channel', 'metrics', channel)).stdout).metrics;
  check('the account has figures too', account.find((one) => one.measure === 'posts')?.value === 2 && account.find((one) => one.measure === 'followers').value > 0, JSON.stringify(account));

  const vote = { title: 'A vote', body: 'Which bread on Sundays?', channels: [channel], poll: ['Rye', 'Spelt'], poll_hours: '48' };
  const refused = await machine.post('/posts', { ...vote, poll: ['Rye'] });
  check('a poll of one choice is refused', refused.status === 422 && refused.document.errors?.[0].field === 'poll', refused.text.slice(0, 300));
  const asks = (await machine.post('/posts', { ...vote, then: 'ready' })).document;
  check('a poll fits', asks.findings.length === 0 && asks.poll.choices.join() === 'Rye,Spelt' && asks.poll.hours === 48, JSON.stringify([asks.findings, asks.poll]));
  await machine.post(`/posts/${asks.post.id}/publish`, { revision: asks.post.revision });
  const polled = await until('the poll to stand there', 40, () => inside("SELECT p.poll FROM post p JOIN item i ON i.id = p.id WHERE i.body = 'Which bread on Sundays?'")[0]);
  check('and stands there with its choices', polled && JSON.stringify(JSON.parse(polled.poll)) === '{"choices":["Rye","Spelt"],"seconds":172800,"several":false}', JSON.stringify(polled));

  const long = await publish('--post', '--text', 'x'.repeat(5001));
  check('too long is refused, with the reason', long.sent.outcome === 'never' && long.said.includes('5'), long.said.slice(0, 500));
  await box.dials({ withdrawn: 8 });
  const shut = await publish('--post', '--text', 'Not today', '--key', 'post-3');
  check('without the right it is held', shut.sent.outcome === 'hold', shut.said);
  check('nothing was taken twice', (await box.ledger()).most === 1);
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
