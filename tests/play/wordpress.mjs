/* A channel of the kind “wordpress” on a real site: connected, a comment comes in with the post it stands under, is answered, the answer stands
   in its thread over there, once; what is said to it comes back. Comments that wait are decided here and stand there; hiding and showing
   again; edits, removals and spam are seen; the site goes away and comes back; an answer that may have left is looked for. */
// Proves wordpress (real server): verify fetch reply post hide restore profile_put
import { createServer, request } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, byHand, check, desk, end, freePort, keyOf, sql, until, wait } from './_desk.mjs';
import { wordpress } from './_wordpress.mjs';

const passPort = await freePort(), site = await wordpress({ address: `http://127.0.0.1:${passPort}`, people: { editor: 'editor', mia: 'subscriber', author: 'author' } });
if (!site) {
  console.log('# skipped: wordpress\n1..0');
  process.exit(0);
}

/* Between the desk and the site: passes on, or loses an answer that the site has given. */
let lose = null, lost = 0, asked401 = 0;
const pass = createServer((asked, answer) => {
  const on = request({ host: '127.0.0.1', port: site.port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
    if (got.statusCode === 401) asked401++;
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

const place = await desk({ options: ['--net_allow', `127.0.0.1:${passPort}`] });
const machine = api(place, keyOf(place));
const { editor, mia, author } = site.people;
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const comment = (id) => editor.ask('GET', `/comments/${id}?context=edit`);
const answersTo = async (id) => (await editor.ask('GET', `/comments?context=edit&status=any&parent=${id}&orderby=id`)).filter((one) => one.author === editor.id);

try {
  const url = `http://127.0.0.1:${passPort}/`, settings = (password, user = 'editor') => ({ name: 'Our site', setting: ['url', 'user', 'password'], value: [url, user, password] });
  const post = (await editor.ask('POST', '/posts', { title: 'Our hours & days', content: '<p>We bake on <b>Sundays</b>.</p>', status: 'publish' })).id;
  const question = site.visitor(post, 'Jane', 'Jane@Example.org', 'From <em>what</em> time?\n<img src="https://jane.example/door.png" alt="A door">');

  /* ---- connected ---- */
  const made = await machine.post('/channels/new/wordpress', settings(editor.password));
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Our site')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`);
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  check('its interface was found by what the site says', row().known.includes(`${passPort}/wp-json/`) && row().state === 'ok', JSON.stringify(row()));
  const remote = (id) => sql(place, `SELECT CAST(id AS TEXT) AS id, body, removed_at, hidden_at, CAST(conversation_id AS TEXT) AS conversation_id FROM message WHERE channel_id = ${channel} AND remote_id = 'comment-${id}'`)[0];
  const here = (id, so = () => true) => until(`comment ${id}`, 40, async () => { const one = remote(id); if (one && so(one)) return one; await now(); return null; });

  /* ---- there and back ---- */
  const first = await here(question);
  if (!check('the comment comes in', first, `${JSON.stringify(row())}${place.log().slice(-1500)}`)) throw new Error('nothing came');
  const id = first.conversation_id, before = messages(await talk(id));
  check('with our post that it stands under', before.length === 2 && before[0].is_us && before[0].body === 'We bake on Sundays.' && before[1].is_in && before[1].body.startsWith('From what time?'), JSON.stringify(before.map((one) => [one.is_us, one.body])));
  check('about which the conversation is', (await talk(id)).subject === 'Our hours & days', (await talk(id)).subject);
  check('with its picture', before[1].attachments?.length === 1, JSON.stringify(before[1].attachments));
  const answer = (body) => machine.reply(id, body);
  let told = await answer('From eight, if x < y & “so”.\n\nSee you :)');
  check('it is answered', told.status < 400, told.text);
  const there = await until('the answer over there', 40, async () => (await answersTo(question))[0]);
  check('the answer stands under it over there, as it was written', there?.parent === question && there.status === 'approved' && there.content.raw === 'From eight, if x &lt; y &amp; “so”.\n\nSee you :)', JSON.stringify(there?.content));
  const page = await (await fetch(`http://127.0.0.1:${passPort}/our-hours-days/`)).text();
  check('and on the page of the post', page.includes('From eight, if x &lt; y'), page.slice(0, 300));
  await wait(1100); // WordPress counts in seconds
  const thanks = site.visitor(post, 'Jane', 'jane@example.org', 'Thank you!', there.id);
  await here(thanks);
  const all = messages(await talk(id));
  check('what she says to it comes back into the same conversation', all.length === 4 && all[3].body === 'Thank you!', JSON.stringify(all.map((one) => [one.is_us, one.body])));
  check('our own answer came back as itself, and was not edited by it', !all[2].edited_at && all[2].body.startsWith('From eight, if x < y'), JSON.stringify(all[2]));
  const janes = sql(place, `SELECT DISTINCT i.remote_id FROM identity i JOIN message m ON m.identity_id = i.id WHERE m.channel_id = ${channel} AND m.direction = 'in' AND m.author_name = 'Jane'`);
  check('she is one person, by her address', janes.length === 1 && janes[0].remote_id === 'jane@example.org', JSON.stringify(janes));

  /* ---- one that waits ---- */
  const waits = (await site.run("update_option('comment_moderation', 1); return 1;")) && (await mia.ask('POST', '/comments', { post, content: 'May I pay in beans?' }));
  check('a comment waits over there', waits.status === 'hold', JSON.stringify(waits));
  const waiting = await here(waits.id);
  const inQueue = (await machine.get('/moderation')).document;
  check('it is in the review queue, with why', waiting && JSON.stringify(inQueue).includes('May I pay in beans?') && JSON.stringify(inQueue).includes('réseau'), JSON.stringify(inQueue).slice(0, 1500));
  told = await machine.post('/moderation/decide', { message: [waiting.id], bulk_act: 'keep' });
  const allowed = await until('it to stand', 30, async () => (await comment(waits.id)).status === 'approved');
  check('what is kept here stands there', allowed, `${told.status} ${told.text} ${JSON.stringify(sql(place, 'SELECT act, state, story FROM publication ORDER BY id DESC LIMIT 3'))} ${JSON.stringify(sql(place, 'SELECT source, reason, decided_at FROM flag ORDER BY id DESC LIMIT 3'))}`);

  /* ---- hide, show again ---- */
  const article = sql(place, 'SELECT CAST(id AS TEXT) AS id FROM charter_article ORDER BY charter_article.id LIMIT 1')[0]?.id;
  told = await machine.post(`/messages/${waiting.id}/hide`, { article_id: article, reason: 'Trial' });
  const hidden = await until('it to be hidden', 30, async () => (await comment(waits.id)).status === 'hold');
  check('what is hidden here is held back there', hidden, `${told.status} ${told.text} ${JSON.stringify(await comment(waits.id))}`);
  told = await machine.post(`/messages/${waiting.id}/restore`, { reason: 'It was a trial' });
  check('and shown again', await until('it to be shown', 30, async () => (await comment(waits.id)).status === 'approved'), `${told.status} ${told.text}`);
  site.run("update_option('comment_moderation', 0); return 1;");

  /* ---- changes over there ---- */
  await editor.ask('POST', `/comments/${thanks}`, { content: 'Thank you both!' });
  check('an edit is seen', await here(thanks, (one) => one.body === 'Thank you both!'), JSON.stringify(remote(thanks)));
  await editor.ask('POST', `/comments/${thanks}`, { content: 'Thank you all three!' });
  check('and the next one', await here(thanks, (one) => one.body === 'Thank you all three!'), JSON.stringify(remote(thanks)));
  const rude = site.visitor(post, 'Rude', 'rude@example.org', 'Boo'), spam = site.visitor(post, 'Pills', 'pills@example.org', 'Buy pills', 0, 'spam');
  await here(rude);
  check('spam does not come in', !remote(spam));
  await editor.ask('DELETE', `/comments/${rude}`);
  check('what goes to the trash over there is removed here', await here(rude, (one) => one.removed_at > 0), JSON.stringify(remote(rude)));
  await editor.ask('DELETE', `/comments/${thanks}?force=true`);
  check('and what is deleted for good', await here(thanks, (one) => one.removed_at > 0), JSON.stringify(remote(thanks)));

  /* ---- an answer that may have left ---- */
  const second = site.visitor(post, 'Jane', 'jane@example.org', 'And on Mondays?', there.id);
  await here(second);
  lose = (asked) => asked.method === 'POST' && asked.url.startsWith('/wp-json/wp/v2/comments') && !lost;
  told = await answer('On Mondays we rest.');
  const settled = await until('the doubt to be cleared up', 60, () => sql(place, `SELECT reply_state, remote_id FROM message WHERE channel_id = ${channel} AND body = 'On Mondays we rest.' AND reply_state = 'sent'`)[0]);
  const copies = await answersTo(second);
  check('its answer was lost on the way, and the desk found it there, once', lost === 1 && copies.length === 1 && settled?.remote_id === `comment-${copies[0].id}`, JSON.stringify([lost, settled, copies.map((one) => one.id)]));

  /* ---- a post of our own, by hand; what is said under it; one that may have left; by whom it may not ---- */
  const parvis = byHand(place, `127.0.0.1:${passPort}`), loaf = join(place.data, 'loaf.png');
  writeFileSync(loaf, Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'));
  const publish = async (...words) => { const one = await parvis('channel', 'publish', 'Our site', ...words); return { ...(one.stdout ? JSON.parse(one.stdout) : {}), said: one.said }; };
  const said = 'We bake on Sundays & Mondays, if x < y [gallery]...\nSee https://levain.example/nuts\n\nCome "early".';
  const own = await publish('--post', '--title', 'Walnut & rye', '--text', said, '--warning', 'Nuts', '--file', loaf, '--alt', 'A loaf & a knife', '--key', 'post-1');
  const number = Number(own.id?.slice(5)), stands = own.id && await editor.ask('GET', `/posts/${number}?context=edit`);
  check('a post of ours is published', own.outcome === 'done' && stands.status === 'publish' && stands.title.rendered === 'Walnut &amp; rye' && own.url === stands.link, `${own.said} ${JSON.stringify(stands)}`);
  check('its text is text, in paragraphs, with its warning first and in its excerpt', stands.content.rendered.includes('if x &lt; y &#91;gallery&#93;') && stands.content.raw.startsWith('<!-- wp:paragraph -->\n<p>Nuts</p>') && stands.excerpt.raw === 'Nuts', stands.content.raw);
  const shown = await (await fetch(`http://127.0.0.1:${passPort}${new URL(own.url).pathname}${new URL(own.url).search}`)).text();
  check('on its page, with its link and its picture', shown.includes('href="https://levain.example/nuts"') && shown.includes('alt="A loaf &amp; a knife"'), shown.slice(0, 300));
  const library = await editor.ask('GET', '/media?context=edit');
  check('the picture is in the library with what it shows', library.length === 1 && library[0].alt_text === 'A loaf & a knife', JSON.stringify(library.map((one) => one.alt_text)));
  const under = await here(site.visitor(number, 'Jane', 'jane@example.org', 'Is it there on Mondays?'));
  check('what is said under it comes in, in its thread', sql(place, `SELECT remote_id FROM conversation WHERE id = ${under.conversation_id}`)[0].remote_id === own.id, JSON.stringify(under));
  await machine.reply(under.conversation_id, 'From Tuesday on.');
  check('and is answered there', await until('the answer', 40, async () => (await editor.ask('GET', `/comments?post=${number}&context=edit`)).find((one) => one.content.raw === 'From Tuesday on.')?.parent > 0));
  const first_comment = await publish('--to', own.id, '--thread', own.id, '--text', 'The recipe follows.', '--key', 'post-1-2');
  check('a first comment of our own stands under it', (await comment(Number(first_comment.id?.slice(8)))).post === number, first_comment.said);
  lost = 0;
  lose = (asked) => asked.method === 'POST' && asked.url.startsWith('/wp-json/wp/v2/posts') && !lost;
  const doubt = ['--post', '--title', 'Closed', '--text', 'On the eleventh... "really", 2x3 days.', '--key', 'post-2', '--since', new Date().toISOString()];
  const first_try = await publish(...doubt), found_there = await publish(...doubt, '--look');
  check('a post that may have left is found', first_try.outcome === 'unknown' && found_there.outcome === 'done' && (await editor.ask('GET', '/posts?search=eleventh'))[0]?.id === Number(found_there.id?.slice(5)), first_try.said + found_there.said);
  check('and one that never left is not', (await publish('--post', '--title', 'Closed', '--text', 'Never said', '--since', new Date().toISOString(), '--look')).outcome === 'never');
  lose = null;

  /* ---- what stands beside our posts: the account that writes ---- */
  await machine.post('/profiles/kit', { name: 'Levain', bios: '[en]\nWe bake, and we answer.', website: 'https://levain.example' });
  const of_profile = async (word) => (await machine.get(`/profiles/${channel}`)).document.fields.find((one) => one.word === word).state.word;
  check('the account is compared with the kit', await until('the reading', 40, async () => (await of_profile('about')) === 'absent'));
  const put_right = await machine.post(`/profiles/${channel}/put`, { fields: ['about', 'website'] });
  check('and put right on the site', put_right.status < 300 && await until('the texts', 40, async () => { const me = await editor.ask('GET', '/users/me?context=edit'); return me.description === 'We bake, and we answer.' && me.url === 'https://levain.example'; }), put_right.text);
  check('which the next reading confirms', await until('the next reading', 60, async () => (await of_profile('about')) === 'same'));
  const title = (await machine.get(`/profiles/${channel}`)).document.fields.find((one) => one.word === 'title');
  check('what the site is called is read, and an editor is told that administrators set it', title.shown === 'Levain' && title.state.word === 'same' && !title.can_put && /manage_options/.test(title.permits), JSON.stringify(title));

  /* ---- the site is away for a while, and the desk starts again meanwhile ---- */
  await site.stop();
  await now();
  check('an outage is said on the channel, in words', await until('the outage to be seen', 40, () => row().state === 'failing' && row().state_story.length > 20), JSON.stringify(row()));
  told = await answer('See you soon.');
  await place.restart();
  const meanwhile = [];
  for (let i = 0; i < 3; i++) meanwhile.push(site.visitor(post, `Guest ${i}`, `guest${i}@example.org`, `Are you back? (${i})`));
  await site.start();
  for (const one of meanwhile) await here(one);
  check('what was said meanwhile came in', meanwhile.every((one) => remote(one)) && await until('it to be fine', 20, () => row().state === 'ok'), JSON.stringify(row()));
  const late = await until('the answer to leave', 60, async () => (await answersTo(second)).filter((one) => one.content.raw === 'See you soon.').length);
  check('what was answered meanwhile left, once', late === 1, String(late));

  /* ---- a long gap: more than a page of them ---- */
  const many = site.run(`$last = 0; for ($i = 0; $i < 230; $i++) $last = wp_insert_comment(['comment_post_ID' => ${post}, 'comment_author' => 'Crowd', 'comment_author_email' => 'crowd@example.org', 'comment_content' => "Line $i", 'comment_approved' => 1]); return $last;`);
  await here(many);
  const count = () => sql(place, `SELECT COUNT(*) AS n FROM message WHERE channel_id = ${channel} AND body LIKE 'Line %'`)[0].n;
  check('after more than two pages nothing is missing and nothing twice', await until('all of them', 40, async () => count() === 230 || (await now(), false)), String(count()));

  /* ---- plain permalinks, no header: the query alone ---- */
  site.run("update_option('permalink_structure', ''); return 1;");
  await machine.post(`/channels/${channel}`, settings(editor.password));
  check('a site with plain permalinks is found too', await until('it to be looked at', 30, () => row().known.includes('rest_route=')), row().known);
  const plain = site.visitor(post, 'Jane', 'jane@example.org', 'Plainly asked');
  check('and read', await here(plain), JSON.stringify(row()));

  /* ---- who may not moderate, and a password that is none ---- */
  await machine.post(`/channels/${channel}`, settings(author.password, 'author'));
  const poor = await until('the missing right to be told', 40, () => row().state !== 'ok' && row());
  check('who may not moderate is told so', poor, JSON.stringify(row()));
  site.run("get_role('author')->remove_cap('publish_posts'); return 1;");
  const forbidden = await publish('--post', '--title', 'No', '--text', 'Not by this one');
  check('and who may not publish, and nothing else waits for it', forbidden.outcome === 'never' && forbidden.said.includes('Author or Editor'), forbidden.said);
  await machine.post(`/channels/${channel}`, settings('no such password'));
  const broken = await until('the dead password to be told', 40, () => row().state === 'broken' && row().state_story.includes('mot de passe d’application') && row());
  check('a wrong password is told before an answer fails, in the workspace’s language', broken && asked401 > 0, JSON.stringify(row()));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  await site.end();
}
end();
