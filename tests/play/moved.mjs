/* The simulated network moves to another port: the sample's channel follows it, and so does an answer that was to leave. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { api, check, desk, end, keyOf, network, sql, statement, until } from './_desk.mjs';

const data = mkdtempSync(join(tmpdir(), 'parvis-moved-'));
const urlOf = (place) => JSON.parse(sql(place, "SELECT settings FROM channel WHERE kind = 'simulator'")[0].settings).url;
let place = null;
try {
  place = await desk({ simulator: 'on', data });
  const before = place.simulatorPort;
  let machine = api(place, keyOf(place)), box = network(place);
  const heard = (text) => until(`“${text}”`, 30, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview === text));
  await box.dials({ per_minute: 0, answers: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0 });
  await box.say({ kind: 'comment', text: 'Before you move: is the shop open?', member: 3 });
  const row = await heard('Before you move: is the shop open?');
  check('what is said comes in', row, place.log().slice(-1500));
  const answer = await machine.post(`/conversations/${row.id}/reply`, { body: 'It is, until seven.', visibility: 'public' });
  check('an answer is to leave', answer.status < 300, answer.text.slice(0, 300));
  await place.end();

  place = await desk({ simulator: 'on', data });
  check('the network listens elsewhere, and its channel leads there', place.simulatorPort !== before && urlOf(place) === `http://127.0.0.1:${place.simulatorPort}`, `${before} ${place.simulatorPort} ${urlOf(place)}`);
  machine = api(place, keyOf(place));
  box = network(place);
  check('the answer leaves for there, once', await until('the answer', 60, async () => (await box.ledger()).keys.some(({ count }) => count === 1)), JSON.stringify(await box.ledger()));
  await box.say({ kind: 'comment', text: 'After you moved: thank you!', member: 3 });
  check('what is said there comes in', await heard('After you moved: thank you!'), place.log().slice(-1500));
  check('its state is fine', sql(place, "SELECT state FROM channel WHERE kind = 'simulator'")[0].state === 'ok');
  check('the audit log knows', Number(sql(place, "SELECT COUNT(*) AS n FROM audit_entry WHERE act = 'channel.change' AND actor = 'program:0'")[0].n) === 1);

  /* A channel of somebody else's network stays where it is. */
  await place.end();
  statement(place, `UPDATE channel SET settings = '{"url":"http://127.0.0.1:9"}' WHERE kind = 'simulator'`);
  place = await desk({ simulator: 'on', data });
  check('one that leads elsewhere is left alone', urlOf(place) === 'http://127.0.0.1:9', urlOf(place));

  /* What stands still until somebody acts is on the first page of Today, however many answers wait. */
  machine = api(place, keyOf(place));
  statement(place, "UPDATE channel SET state = 'broken', state_story = 'Sign in there again.' WHERE kind = 'simulator'");
  const { queue } = (await machine.get('/today?scope=team')).document;
  check('a channel that is broken stands before answers with time left', queue.team.count > 12 && queue.items.some((item) => item.is_channel), JSON.stringify([queue.team, queue.items.map((item) => [item.detail, item.clock?.state])]));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place?.log().slice(-3000)}`);
} finally {
  await place?.end();
  rmSync(data, { recursive: true, force: true });
}
end();
