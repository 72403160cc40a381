/* A contest from its rules to its winner: members of the simulated network take part by comments, one twice, one of the team, one late; the list is frozen and
   published before its seed is known; anybody draws again, with the program and with sha256sum; the winner is told, and named as they agreed; a second draw needs a
   reason; how it looks. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { api, browser, check, desk, end, hold, keyOf, network, sql, statement, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const place = await desk({ simulator: 'on' });
let window = null;
try {
  const machine = api(place, keyOf(place)), agent = api(place, keyOf(place, 'awa@levain.example')), box = network(place);
  await box.dials({ per_minute: 0, answers: 0, duplicates: 0, disorder: 0, edits: 0, removals: 0, post_comments: 0, post_likes: 0 });
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator'"), [{ slug }] = sql(place, 'SELECT slug FROM workspace ORDER BY id LIMIT 1');
  const wall = (minutes) => new Date(Date.now() + minutes * 60e3).toISOString().slice(0, 16);

  /* ---- its rules ---- */
  const post = (await machine.post('/posts', { title: 'Ten breads', body: 'Comment your favourite bread and win it.', channels: [channel], lang: 'en' })).document.post;
  const ready = await machine.post(`/posts/${post.id}/ready`, { revision: post.revision });
  await machine.post(`/posts/${post.id}/publish`, { revision: ready.document.post.revision });
  const [{ thread }] = await until('the post to be there', 40, () => { const rows = sql(place, `SELECT p.remote_id AS thread FROM publication p JOIN post_variant v ON v.id = p.variant_id WHERE v.post_id = ${post.id} AND p.state = 'sent'`); return rows.length && rows; });
  const rules = { name: 'Ten breads', kind: 'draw', starts: wall(-5), ends: wall(60), zone: 'UTC', winners: 1, substitutes: 1, ways: ['comment'], posts: [post.id], prizes: '1 x a bread' };
  check('an agent runs no contest', (await agent.post('/contests', rules)).status === 403);
  const wrong = await machine.post('/contests', { ...rules, ends: wall(-9) });
  check('an end before the beginning is refused by its field', wrong.status === 422 && wrong.document.errors[0].field === 'ends', wrong.text);
  const made = await machine.post('/contests', rules), id = made.document?.id;
  check('it is written down', made.status === 201 && id, made.text);
  const page = async (query = '') => (await machine.get(`/contests/${id}${query}`)).document;
  const everybody = async (query = '') => { // whoever they are: no key, no session
    const path = `/c/${slug}/contests/${id}${query}`, answer = await fetch(`${place.base}/api/v1${path}`, { headers: { Accept: 'application/json' } }), text = await answer.text();
    const told = { status: answer.status, text, headers: answer.headers, document: JSON.parse(text) };
    await hold(place, 'GET', path, told);
    return told;
  };
  check('a draft is nobody’s business', (await everybody()).status === 404);
  check('without rules it does not open', (await machine.post(`/contests/${id}/open`)).status === 422);
  await machine.post(`/contests/${id}`, { rules_en: 'Comment once. One bread is drawn by lot.', rules_fr: 'Commentez une fois. Un pain est tiré au sort.' });
  const opened = await machine.post(`/contests/${id}/open`);
  check('with them it does', opened.status === 200, opened.text);

  /* ---- who takes part ---- */
  const say = (member, text) => box.say({ kind: 'comment', thread, text, member });
  for (const member of [1, 2, 3, 4, 5]) await say(member, `Bread number ${member}, please.`);
  await until('five entries', 40, async () => (await page('?entries=counted')).entries.length === 5);
  await say(1, 'And once more from me.');
  await say(6, 'I bake it myself.');
  const both = await until('seven entries', 40, async () => { const { entries } = await page(); return entries.length === 7 && entries; });
  const of = (entries, text) => entries.find((one) => one.said.startsWith(text));
  check('who comments takes part, once', both && of(both, 'And once more').reason === 'again' && of(both, 'Bread number 1').state === 'counted', JSON.stringify(both));
  const baker = of(both, 'I bake it myself'), [{ contact }] = sql(place, `SELECT CAST(i.contact_id AS TEXT) AS contact FROM contest_entry e JOIN message m ON m.id = e.message_id JOIN identity i ON i.id = m.identity_id WHERE e.id = ${baker.id}`);
  statement(place, `UPDATE contact SET email = 'camille@levain.example' WHERE id = ${contact}`);
  const third = of(both, 'Bread number 3'), refused = await machine.post(`/contests/${id}/entries/${third.id}/refuse`, { why: 'Somebody else’s photo.' });
  check('one is refused by hand, with the reason', refused.status === 200 && (await page('?reason=hand')).entries[0]?.why.includes('photo'), refused.text);
  check('and let in again', (await machine.post(`/contests/${id}/entries/${third.id}/let-in`)).status === 200 && (await page('?entries=counted')).entries.length === 6);
  statement(place, `UPDATE contest SET ends_at = ${Date.now()}000 WHERE id = ${id}`);
  await say(7, 'Am I late?');
  check('who comes late is told so', await until('the late one', 40, async () => (await page('?reason=late')).entries.length === 1));

  /* ---- the list, before anybody knows the seed ---- */
  const frozen = await machine.post(`/contests/${id}/freeze`, { source: 'word' });
  check('the list is frozen', frozen.status === 200, frozen.text);
  const [list] = (await page()).draws, text = await (await fetch(`${place.base}${list.list_url}`)).text();
  check('and published with its hash; who is of the team is out', sha256(text) === list.hash && text.split('\n').length === 6 && list.entries.count === 5 && (await page('?reason=team')).entries.length === 1, JSON.stringify(list));
  const before = await everybody();
  check('everybody sees the list and no seed', before.status === 200 && before.document.draws[0].hash === list.hash && before.document.draws[0].seed === null && before.document.draws[0].secret === null, before.text);
  check('nor names', both.every((entry) => !before.text.includes(entry.author_name)));
  const { network: where, handle, remote } = sql(place, `SELECT i.network, i.handle, m.remote_id AS remote FROM contest_entry e JOIN message m ON m.id = e.message_id JOIN identity i ON i.id = m.identity_id WHERE e.id = ${of(both, 'Bread number 2').id}`)[0];
  const own = sha256(`${before.document.contest.salt}\n${where}\n${handle.trim().replace(/^@+/, '').toLowerCase()}\n${remote}`);
  check('who took part finds their line, by the formula', handle && text.split('\n').includes(own), `${handle} ${remote}`);
  check('and by their handle', (await everybody(`?handle=${encodeURIComponent(`@${handle}`)}`)).document.asked.hashes.join() === own);

  /* ---- the draw, and drawing it again ---- */
  check('the secret is nowhere but sealed', sql(place, `SELECT secret, length(sealed) AS sealed FROM contest_draw WHERE contest_id = ${id}`).every((row) => row.secret === '' && row.sealed > 100));
  const drawn = await machine.post(`/contests/${id}/draw`, { word: 'brioche dorée' });
  check('the public’s word is taken once', drawn.status === 200 && (await machine.post(`/contests/${id}/draw`, { word: 'another' })).status === 409, drawn.text);
  check('and draws', await until('the draw', 40, async () => (await everybody()).document.draws[0].seed));
  const shown = (await everybody()).document.draws[0], winners = shown.winners.map((one) => one.hash);
  check('the secret is the one whose hash was shown', sha256(shown.secret) === list.secret_hash && sha256(`${shown.secret}brioche dorée`) === shown.seed, JSON.stringify(shown));
  const file = join(place.data, 'entries.txt'), recipe = join(place.data, 'check.sh');
  writeFileSync(file, text);
  const told = execFileSync(place.program, ['draw', '--entries', file, '--seed', shown.seed, '--winners', '1', '--substitutes', '1'], { encoding: 'utf8' });
  check('the program draws the same from what was published', told.includes(`list ${list.hash}\n`) && told.includes(`winner 1 ${winners[0]}\nsubstitute 1 ${winners[1]}\n`), told);
  writeFileSync(recipe, /^```sh\n([^]*?)^```/m.exec(readFileSync(new URL('../../docs/contests.md', import.meta.url), 'utf8'))[1]);
  const byHand = execFileSync('sh', [recipe, file, shown.seed, '2'], { encoding: 'utf8' });
  check('and so do sha256sum and sort', byHand === `list ${list.hash}\n1 ${winners[0]}\n2 ${winners[1]}\n`, byHand);
  check('it is drawn once', (await machine.post(`/contests/${id}/draw`, { word: 'another' })).status === 409);
  const silent = await machine.post(`/contests/${id}/freeze`, { source: 'word' });
  check('a second draw is not silent', silent.status === 422 && silent.document.errors[0].field === 'reason', silent.text);

  /* ---- the winner ---- */
  const [first] = (await page()).winners;
  const answer = await machine.post(`/contests/${id}/winners/${first.id}/tell`, { body: 'You won a bread. Do you take it?' });
  check('the winner is written to, once', answer.status === 200 && (await machine.post(`/contests/${id}/winners/${first.id}/tell`, { body: 'You won, really.' })).status === 409, answer.text);
  check('and it arrives, as any answer', await until('the answer', 40, () => sql(place, "SELECT reply_state FROM message WHERE body LIKE 'You won a bread%'")[0]?.reply_state === 'sent'));
  check('from then on they have their time to answer', await until('told', 40, async () => { const [one] = (await page()).winners; return one.state === 'told' && one.answer_by; }));
  await machine.post(`/contests/${id}/winners/${first.id}/settle`, { state: 'accepted', shown_as: 'Ana, of Lyon' });
  check('and shown as they agreed', (await everybody()).document.draws[0].winners[0].name === 'Ana, of Lyon');
  const audited = sql(place, `SELECT act FROM audit_entry WHERE subject = 'contest:${id}' ORDER BY sequence`).map((row) => row.act);
  check('all of it is in the log', ['contest.create', 'contest.open', 'contest.refuse', 'contest.freeze', 'contest.word', 'contest.draw', 'contest.tell', 'contest.told', 'contest.accept'].every((act) => audited.includes(act)), audited.join());

  /* ---- how it looks ---- */
  const listed = await fetch(`${place.base}/api/v1/c/${slug}/contests`, { headers: { Accept: 'application/json' } }), all = await listed.json();
  await hold(place, 'GET', `/c/${slug}/contests`, { status: listed.status, headers: listed.headers, document: all, text: JSON.stringify(all) });
  check('everybody finds it in the list', all.contests.some((one) => one.url === `/c/${slug}/contests/${id}`), JSON.stringify(all));
  window = await browser(place);
  for (const path of ['/contests', '/contests/new', `/contests/${id}/edit`, `/contests/${id}`, `/c/${slug}/contests`, `/c/${slug}/contests/${id}`]) {
    await window.page.goto(`${place.base}${path}`);
    for (const width of [1440, 390]) {
      await window.page.setViewportSize({ width, height: 900 });
      await window.page.evaluate(axe);
      const { violations } = await window.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      check(`${path} at ${width} is for everybody (axe)`, violations.length === 0, JSON.stringify(violations.map((one) => [one.id, one.nodes[0].html.slice(0, 200)])));
      check(`${path} at ${width} does not run over`, await window.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    }
  }
  await window.page.goto(`${place.base}/contests/new`);
  await window.page.fill('#name', 'Ten breads');
  await window.page.fill('#starts', wall(10));
  await window.page.fill('#ends', wall(100));
  await window.page.click('form[action="/contests"] button[type=submit]');
  check('a name that is taken is said at its field, and the form keeps what it says', await window.page.locator('#name-error').isVisible() && (await window.page.inputValue('#ends')) === wall(100));
  check('the pages are quiet', window.trouble.filter((line) => !/422/.test(line)).length === 0, JSON.stringify(window.trouble));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
