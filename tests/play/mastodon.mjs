/* A channel of the kind “mastodon” on a real server: connected, a comment comes in with the thread it stands in, is answered, the answer
   stands in the thread over there, once; what is said to it comes back. An edit and a removal are seen; the server goes away and comes
   back; an answer that may have left is looked for before it leaves again (snac keeps no idempotency key). */
// Proves mastodon (real server): verify fetch search reply post private react metrics profile
import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { api, check, desk, end, freePort, keyOf, searched, sql, statement, until } from './_desk.mjs';
import { snac } from './_snac.mjs';

const server = await snac('desk', 'jane');
if (!server) {
  console.log('# skipped: mastodon (snac2 is neither installed nor to be had from Debian’s mirror here)\n1..0');
  process.exit(0);
}

/* Between the desk and the server: passes on, or loses an answer that the server has given. */
let lose = null, lost = 0;
const passPort = await freePort();
const pass = createServer((asked, answer) => {
  const on = request({ agent: false, host: '127.0.0.1', port: server.port, method: asked.method, path: asked.url, headers: { ...asked.headers, host: server.host } }, (got) => {
    if (lose?.(asked)) {
      lost++;
      got.resume().on('end', () => answer.destroy());
      return;
    }
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}).listen(passPort, '127.0.0.1');

const place = await desk({ options: ['--net_allow', `127.0.0.1:${passPort} localhost:${passPort} 127.0.0.1:${server.port} localhost:${server.port}`] });
const machine = api(place, keyOf(place));
const parvis = (...words) => new Promise((done) => { // not waited for in place: what it asks passes through here
  const allow = `127.0.0.1:${passPort} localhost:${passPort}`, env = { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' };
  execFile(place.program, [...words, '--data', place.data, '--net_allow', allow], { encoding: 'utf8', env }, (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr }));
});
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const heard = (text) => until(`“${text}” to come in`, 60, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((row) => row.preview?.includes(text)));
const own = async () => (await server.desk.ask('GET', '/api/v1/accounts/verify_credentials')).id;
const mine = async () => server.desk.ask('GET', `/api/v1/accounts/${await own()}/statuses?limit=40`);

try {
  const made = await machine.post('/channels/new/mastodon', { name: 'Fediverse', setting: ['url', 'token'], value: [`http://localhost:${passPort}`, server.desk.token] });
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Fediverse')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor, fetch_due_at FROM channel WHERE id = ${channel}`)[0];
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  const known = JSON.parse(row().known);
  check('who we are there was found out', known.account?.handle.startsWith('desk@'), row().known + row().state_story);
  check('and what the server allows, as it says itself', known.limits?.body === 100000 && known.limits?.media === 4, row().known);
  check('the channel is fine', row().state === 'ok', row().state_story);

  /* ---- by hand ---- */
  const verified = await parvis('channel', 'verify', 'Fediverse');
  check('verified by hand, with what the network said', verified.status === 0 && JSON.parse(verified.stdout).outcome === 'done' && verified.stderr.includes('/api/v1/accounts/verify_credentials'), verified.stdout + verified.stderr);
  check('no credential is printed', !(verified.stdout + verified.stderr).includes(server.desk.token));

  /* ---- there and back ---- */
  const post = await server.desk.say('We bake on Sundays.');
  const question = await server.jane.say(`@desk@${server.host} From what time?`, post.id);
  const now = () => machine.post(`/channels/${channel}/fetch`);
  const first = await until('the question to come in', 60, async () => { await now(); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes('From what time?')); });
  if (!check('the question stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  const before = messages(await talk(first.id));
  check('with our post that it answers', before.length === 2 && before[0].is_us && before[0].body === 'We bake on Sundays.' && before[1].is_in, JSON.stringify(before.map((one) => [one.is_us, one.body])));
  const printed = await parvis('channel', 'fetch', 'Fediverse', '--cursor', '');
  check('fetch by hand prints it, and keeps nothing', printed.status === 0 && printed.stdout.split('\n').some((line) => line.includes('From what time?')), printed.stdout + printed.stderr);

  /* ---- searched for what is listened for ---- */
  await server.jane.say('Nobody asks for this #otherbread');
  await server.jane.say('A loaf of #zanzibread for everybody');
  await searched(place, machine, channel, 'zanzibread', 'A loaf of #zanzibread');
  check('what no query asks for is not kept', sql(place, `SELECT COUNT(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE '%otherbread%'`)[0].n === 0);
  const sought = await parvis('channel', 'search', 'Fediverse', '#zanzibread');
  check('a search by hand prints what it finds', sought.status === 0 && sought.stdout.includes('A loaf of #zanzibread') && sought.stderr.includes('/api/v1/timelines/tag/zanzibread'), sought.stdout + sought.stderr);
  const open_one = (text) => sql(place, `SELECT c.status, c.message_count FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.channel_id = ${channel} AND m.body LIKE '%${text}%'`);
  const other = await server.desk.say('Ask us anything.'), both = await server.jane.say(`@desk@${server.host} Do you sell #zanzibread?`, other.id);
  const there_too = await until('what is meant for us, and found', 60, async () => { await now(); return open_one('Do you sell').find((one) => one.status === 'open'); });
  check('what is found and meant for us comes into the inbox all the same, once', there_too && open_one('Do you sell').length === 1, JSON.stringify([open_one('Do you sell'), both.id]));

  const answer = (id, body) => machine.reply(id, body);
  let told = await answer(first.id, 'From eight o’clock.');
  check('it is answered', told.status < 400, told.text);
  const there = await until('the answer to stand over there', 40, async () => (await mine()).find((one) => one.text?.includes('From eight o’clock.')));
  check('the answer stands in the thread over there', there?.in_reply_to_id === question.id && there.visibility === 'public', JSON.stringify(there));
  const under = await until('it under her question', 30, async () => (await server.jane.ask('GET', `/api/v1/statuses/${question.id}/context`)).descendants?.find((one) => one.id === there?.id));
  check('she sees it under her question', under);
  const told2 = await until('her to be told', 30, async () => (await server.jane.ask('GET', '/api/v1/notifications?limit=20')).find?.((one) => one.status?.id === there?.id));
  check('and is told of it', told2?.type === 'mention', JSON.stringify(told2));

  const thanks = await server.jane.say(`@desk@${server.host} Thank you!`, there.id);
  const back = await until('her answer to come in', 60, async () => { await now(); return messages(await talk(first.id)).find((one) => one.is_in && one.body.includes('Thank you!')); });
  const all = messages(await talk(first.id));
  check('what she says to it comes back into the same conversation', back && all.length === 4, JSON.stringify(all.map((one) => [one.is_us, one.body])));
  check('nothing is there twice', new Set(all.map((one) => one.body)).size === all.length, JSON.stringify(all.map((one) => one.body)));

  /* ---- a like, from the conversation ---- */
  const asked = (await talk(first.id)).thread.map((item) => item.message).find((one) => one?.is_in && one.body.includes('From what time?'));
  const likes = async () => (await server.jane.ask('GET', `/api/v1/statuses/${question.id}`)).favourites_count;
  check('a message can be liked on this network', asked.can_like && !asked.is_liked, JSON.stringify([asked.can_like, asked.is_liked]));
  const liked = await machine.post(`/messages/${asked.id}/like`);
  check('it is liked', liked.status < 400 && (await talk(first.id)).thread.some((item) => item.message?.id === asked.id && item.message.is_liked), liked.text);
  check('she sees the like over there', await until('the like over there', 40, async () => (await likes()) === 1), String(await likes()));
  await machine.post(`/messages/${asked.id}/like`);
  check('liking twice is liking once', sql(place, `SELECT count(*) AS n FROM publication WHERE channel_id = ${channel} AND act = 'react'`)[0].n === 1);
  await machine.insist(`/messages/${asked.id}/unlike`);
  check('a like is taken back', await until('the like to go', 40, async () => (await likes()) === 0), String(await likes()));

  /* ---- figures and profile ---- */
  await server.jane.ask('POST', `/api/v1/statuses/${there.id}/favourite`);
  const figures = await until('the like to be counted', 30, async () => { const one = await parvis('channel', 'metrics', 'Fediverse', there.id, '1'); return one.stdout.includes('"likes","value":1') || /"likes"[^}]*:\s*1\b/.test(one.stdout) ? one : null; }) ?? await parvis('channel', 'metrics', 'Fediverse', there.id);
  const counted = figures.status === 0 && Object.fromEntries(JSON.parse(figures.stdout).metrics.map((one) => [one.measure, one.value]));
  check('figures by hand: her like, and what she answered', counted?.likes === 1 && counted.replies >= 1 && counted.shares === 0, figures.stdout + figures.stderr);
  const shown_as = await parvis('channel', 'profile', 'Fediverse');
  check('how we show ourselves there', shown_as.status === 0 && JSON.parse(shown_as.stdout).handle.startsWith('desk@') && JSON.parse(shown_as.stdout).url.includes('/desk') && !(shown_as.stdout + shown_as.stderr).includes(server.desk.token), shown_as.stdout + shown_as.stderr);
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`);
  check('and the desk keeps the figures', await until('the desk to keep them', 40, () => sql(place, `SELECT p.value FROM metric_point p JOIN message m ON m.id = p.message_id WHERE p.channel_id = ${channel} AND m.remote_id = '${there.id}' AND p.measure = 'likes'`).some((one) => Number(one.value) === 1)), JSON.stringify(sql(place, `SELECT * FROM metric_point WHERE channel_id = ${channel}`)));

  /* ---- in private, and behind a warning ---- */
  told = await machine.reply(first.id, 'Your order left this morning.', 'private');
  const aside = await until('the private answer', 40, async () => { const one = sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'Your order left this morning.' AND reply_state = 'sent'`)[0]; return one?.remote_id && server.desk.ask('GET', `/api/v1/statuses/${one.remote_id}`); });
  check('an answer in private is one over there', ['direct', 'private'].includes(aside?.visibility) && aside.content.includes('Your order left this morning.') && aside.in_reply_to_id, `${told.text.slice(0, 300)} ${JSON.stringify(aside)}`);
  check('which nobody else sees', !(await (await fetch(`${server.base}/desk`)).text()).includes('Your order left') && (await fetch(`${server.base}/api/v1/statuses/${aside?.id}`)).status !== 200);
  const veiled = await server.jane.say(`@desk@${server.host} Is there egg in the cream?`, there.id, { spoiler_text: 'Food' });
  const covered = await until('what stands behind a warning', 60, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('egg in the cream')); });
  check('what stands behind a warning comes in with it', covered?.body.includes('Food'), JSON.stringify([covered?.body, veiled.spoiler_text]));
  told = await machine.reply(first.id, 'No egg at all.', 'public', covered ? { parent_id: covered.id } : {});
  const behind = await until('the answer behind it', 40, async () => (await mine()).find((one) => one.text?.includes('No egg at all.') || one.content?.includes('No egg at all.')));
  check('and is answered behind the same warning', behind?.spoiler_text === 'Food', `${told.text.slice(0, 300)} ${JSON.stringify(behind)}`);

  const known_as_is = row().known, keep_known = (text) => statement(place, `UPDATE channel SET known = '${text.replaceAll("'", "''")}' WHERE id = ${channel}`);
  keep_known(JSON.stringify({ ...JSON.parse(known_as_is), limits: { ...JSON.parse(known_as_is).limits, body: 40 } })); // as on a server that takes less
  const long = await parvis('channel', 'publish', 'Fediverse', '--act', 'reply', '--to', question.id, '--text', 'From eight o’clock until it is all gone');
  keep_known(known_as_is);
  check('what does not fit once she is named is told, and not sent', long.status !== 0 && (long.stdout + long.stderr).includes('too long for this server by') && !long.stderr.includes('POST'), long.stdout + long.stderr);

  /* ---- changes over there ---- */
  await server.jane.ask('PUT', `/api/v1/statuses/${thanks.id}`, { status: `@desk@${server.host} Thank you both!` });
  const edited = await until('the edit to be seen', 60, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('Thank you both!')); });
  check('an edit is seen', edited && messages(await talk(first.id)).length === 7);
  const gone = await server.jane.remove(thanks.uri);
  const removed = await until('the removal to be seen', 60, async () => { await now(); return sql(place, `SELECT removed_at FROM message WHERE channel_id = ${channel} AND remote_id = '${thanks.id}' AND removed_at > 0`)[0]; });
  check('a removal is seen', removed, `removing answered ${gone}`);

  /* ---- pictures, both ways ---- */
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  const attach = async (body, file, name, alt) => {
    const parts = new FormData();
    for (const [field, value] of Object.entries({ body, visibility: 'public', parent_id: before[1].id, then: 'send', alt })) parts.set(field, String(value));
    parts.set('file', new Blob([file]), name);
    const got = await fetch(`${place.base}/api/v1/conversations/${first.id}/reply`, { method: 'POST', headers: { Authorization: `Bearer ${keyOf(place)}`, Accept: 'application/json' }, body: parts });
    return { status: got.status, document: await got.json() };
  };
  const box = (await talk(first.id)).reply.files;
  check('the reply box says what goes with an answer', box.takes && box.most === 4 && box.kept.length === 0 && !/pdf/.test(box.accept), JSON.stringify(box));
  const paper = await attach('Our prices', '%PDF-1.7 …', 'prices.pdf', '');
  check('what the network does not take is refused before it is sent', paper.status === 422 && paper.document.errors.some((one) => one.field === 'file'), JSON.stringify(paper));
  const sent = await attach('This is the oven.', png, 'four "à pain".png', 'Le four, ouvert');
  check('an answer with a picture is taken', sent.status < 400, JSON.stringify(sent.document));
  const shown = await until('the picture to stand over there', 150, async () => (await mine()).find((one) => one.text?.includes('This is the oven.')));
  const seen = shown?.media_attachments?.[0];
  check('the picture stands over there with what it shows', seen?.type === 'image' && seen.description === 'Le four, ouvert', JSON.stringify([shown, sql(place, 'SELECT outcome, story FROM attempt')]));
  const bytes = seen && Buffer.from(await (await fetch(seen.url.replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${server.port}`))).arrayBuffer());
  check('byte for byte', bytes?.equals(png), seen?.url);
  const theirs = new FormData();
  theirs.set('description', 'A loaf, burnt');
  theirs.set('file', new Blob([png], { type: 'image/png' }), 'loaf.png');
  const upload = await (await fetch(`http://127.0.0.1:${server.port}/api/v2/media`, { method: 'POST', headers: { Authorization: `Bearer ${server.jane.token}`, Host: server.host }, body: theirs })).json();
  await server.jane.say(`@desk@${server.host} Mine looks like this`, shown?.id, { media_ids: [upload.id] });
  const loaf = await until('her picture to come in', 60, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('Mine looks like this') && one.attachments.length); });
  check('her picture comes in with what it shows', loaf?.attachments[0].is_image && loaf.attachments[0].alt === 'A loaf, burnt', JSON.stringify(loaf?.attachments));

  /* ---- an answer that may have left ---- */
  const second = await server.jane.say(`@desk@${server.host} And on Mondays?`, there.id);
  await until('the second question', 60, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('And on Mondays?')); });
  lose = (asked) => asked.method === 'POST' && asked.url === '/api/v1/statuses' && !lost;
  told = await answer(first.id, 'On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 90, async () => sql(place, `SELECT reply_state, remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  const copies = (await mine()).filter((one) => one.text?.includes('On Mondays we rest.'));
  check('its answer was lost on the way, and the desk found it there', lost === 1 && settled && settled.remote_id === copies[0]?.id, JSON.stringify([lost, settled, copies.map((one) => one.id)]));
  check('it was said once', copies.length === 1 && copies[0].in_reply_to_id === second.id, JSON.stringify(copies.map((one) => [one.id, one.in_reply_to_id])));
  const attempts = sql(place, `SELECT a.outcome FROM attempt a JOIN publication p ON p.id = a.publication_id WHERE p.channel_id = ${channel} ORDER BY a.started_at`).map((one) => one.outcome);
  check('the ledger says so: sent, unknown, found', attempts.join().includes('done,unknown,found'), attempts.join());

  /* ---- a post of our own, by hand; what is said under it; one that may have left ---- */
  const file = join(place.data, 'loaf.png');
  writeFileSync(file, png);
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Fediverse', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.stdout + one.stderr }; };
  const own_post = await publish('--post', '--text', 'New: walnut bread, see https://levain.example/nuts #bread', '--lang', 'en', '--warning', 'Nuts', '--file', file, '--alt', 'A loaf', '--key', 'post-1');
  const stands = await server.jane.ask('GET', `/api/v1/statuses/${own_post.id}`);
  check('a post of ours stands there for all to see, behind its warning, with its picture', own_post.outcome === 'done' && stands.visibility === 'public' && stands.spoiler_text === 'Nuts' && stands.sensitive && stands.media_attachments?.[0]?.description === 'A loaf', `${own_post.said} ${JSON.stringify(stands)}`);
  check('at the address that was told', (await fetch(own_post.url)).status === 200, own_post.url);
  const part = await publish('--to', own_post.id, '--thread', own_post.id, '--text', 'In both shops.', '--key', 'post-1-2');
  check('its next part stands under it', (await mine()).find((one) => one.id === part.id)?.in_reply_to_id === own_post.id, part.said);
  const below = await server.jane.say(`@desk@${server.host} Is it there on Mondays?`, own_post.id);
  const under_own = await until('what is said under it', 60, async () => { await now(); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes('Is it there on Mondays?')); });
  check('what is said under it comes in, in its thread', sql(place, `SELECT remote_id FROM conversation WHERE id = ${under_own?.id ?? 0}`)[0]?.remote_id === own_post.id, JSON.stringify(under_own));
  await answer(under_own.id, 'From Tuesday on.');
  check('and is answered there', (await until('the answer', 40, async () => (await mine()).find((one) => one.text?.includes('From Tuesday on.'))))?.in_reply_to_id === below.id);
  lost = 0;
  lose = (asked) => asked.method === 'POST' && asked.url === '/api/v1/statuses' && !lost;
  const doubt = ['--post', '--text', 'Closed on the eleventh: https://levain.example/shut', '--key', 'post-2', '--since', new Date().toISOString()];
  const first_try = await publish(...doubt), found_there = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && found_there.outcome === 'done' && (await mine()).find((one) => one.id === found_there.id)?.text.includes('Closed on the eleventh'), first_try.said + found_there.said);
  check('and one that never left is not', (await publish('--post', '--text', 'Never said', '--key', 'post-3', '--since', new Date().toISOString(), '--look')).outcome === 'never');

  /* ---- the server is away for a while ---- */
  await server.stop();
  await now();
  const failing = await until('the outage to be seen', 60, () => row().state === 'failing' && row());
  check('an outage is said on the channel, in words', failing && failing.state_story.length > 20, JSON.stringify(row()));
  told = await answer(first.id, 'See you soon.');
  await server.start();
  await server.jane.say(`@desk@${server.host} Are you back?`, there.id);
  const filled = await until('the gap to be filled', 90, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('Are you back?')); });
  check('what was said meanwhile comes in', filled && await until('it to be fine', 20, () => row().state === 'ok'), JSON.stringify(row()));
  const late = await until('the answer to leave', 90, async () => (await mine()).filter((one) => one.text?.includes('See you soon.')).length);
  check('what was answered meanwhile left, once', late === 1, String(late));

  /* ---- a restart in between ---- */
  await place.restart();
  await server.jane.say(`@desk@${server.host} After the restart.`, there.id);
  const after = await until('what comes after a restart', 60, async () => { await machine.post(`/channels/${channel}/fetch`); return messages(await talk(first.id)).filter((one) => one.body.includes('After the restart.')).length; });
  check('after a restart it goes on where it was', after === 1, String(after));

  /* ---- the token dies ---- */
  await machine.post(`/channels/${channel}`, { name: 'Fediverse', setting: ['url', 'token'], value: [`http://localhost:${passPort}`, 'no-such-token'] });
  const broken = await until('the dead token to be told', 60, () => row().state === 'broken' && row());
  check('a dead token is told before an answer fails, in the workspace’s language', broken && broken.state_story.startsWith('Le réseau n’accepte plus ce compte'), JSON.stringify(row()));
  check('no token is in the database', !readFileSync(join(place.data, 'parvis.db')).includes(server.desk.token) || process.env.PARVIS_DATABASE, statement(place, `SELECT settings FROM channel WHERE id = ${channel}`));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  await server.end();
}
end();
