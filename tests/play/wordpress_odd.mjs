/* A channel of the kind “wordpress” on real sites that are not as one would have them: in a folder, with plain addresses, with a plug-in that
   prints before every answer, with comments closed, with an answer that waits itself, with application passwords switched off. And what it
   tells of itself: figures, by hand and as the desk keeps them, and the profile. */
// Proves wordpress (real server): metrics profile
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, desk, end, freePort, keyOf, sql, statement, until } from './_desk.mjs';
import { wordpress } from './_wordpress.mjs';
import { createServer, request } from 'node:http';

const passPort = await freePort(), address = `http://127.0.0.1:${passPort}/blog`;
const site = await wordpress({ address, permalinks: '', people: { editor: 'editor' } });
if (!site) {
  console.log('# skipped: wordpress_odd\n1..0');
  process.exit(0);
}
/* The site stands in a folder of a host that has nothing else. */
const pass = createServer((asked, answer) => {
  if (!asked.url.startsWith('/blog/')) { asked.resume(); answer.writeHead(404, { 'Content-Type': 'text/html' }).end('<p>Nothing here'); return; }
  const on = request({ host: '127.0.0.1', port: site.port, method: asked.method, path: asked.url.slice(5), headers: asked.headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  on.on('error', () => answer.destroy());
  asked.pipe(on);
}).listen(passPort, '127.0.0.1');
const plugins = join(site.data, 'root/wp-content/mu-plugins');
mkdirSync(plugins, { recursive: true });
const plugin = (name, php) => writeFileSync(join(plugins, `${name}.php`), `<?php if (PHP_SAPI !== 'cli') { ${php} }\n`), unplug = (name) => rmSync(join(plugins, `${name}.php`));

const allow = `127.0.0.1:${passPort}`, place = await desk({ options: ['--net_allow', allow] });
const machine = api(place, keyOf(place)), { editor } = site.people;
const parvis = (...words) => new Promise((done) => { // not waited for in place: what it asks passes through here
  execFile(place.program, [...words, '--data', place.data, '--net_allow', allow], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } },
    (fault, stdout, stderr) => done({ status: fault ? fault.code : 0, stdout, stderr }));
});

try {
  /* ---- in a folder, by ?rest_route= ---- */
  const settings = { name: 'Blog', setting: ['url', 'user', 'password'], value: [`${address}/`, 'editor', editor.password] };
  const post = (await editor.ask('POST', '/posts', { title: 'Hours', content: 'On Sundays.', status: 'publish' })).id;
  const question = site.visitor(post, 'Jane', 'jane@example.org', 'From what time?');
  const made = await machine.post('/channels/new/wordpress', settings);
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Blog')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at FROM channel WHERE id = ${channel}`)[0];
  const remote = (id) => sql(place, `SELECT CAST(id AS TEXT) AS id, body, CAST(conversation_id AS TEXT) AS talk FROM message WHERE channel_id = ${channel} AND remote_id = 'comment-${id}'`)[0];
  const here = (id) => until(`comment ${id}`, 40, async () => { const one = remote(id); if (one) return one; await machine.post(`/channels/${channel}/fetch`); return null; });
  await until('the account to be looked at', 20, () => row().verified_at > 0);
  check('a site in a folder, with plain addresses, is found', row().known.includes('/blog/index.php?rest_route=') || row().known.includes('/blog/?rest_route='), JSON.stringify(row()));
  const first = await here(question);
  if (!check('and read', first, `${JSON.stringify(row())}${place.log().slice(-1500)}`)) throw new Error('nothing came');
  const answers = async (id) => (await editor.ask('GET', `/comments?context=edit&status=any&parent=${id}`)).filter((one) => one.author === editor.id);
  const fate = (body) => sql(place, `SELECT m.reply_state, (SELECT p.story FROM publication p WHERE p.message_id = m.id) AS story FROM message m WHERE m.channel_id = ${channel} AND m.body = '${body}'`)[0];
  await machine.reply(first.talk, 'From eight on.');
  check('and answered', await until('the answer', 40, async () => (await answers(question)).length === 1), JSON.stringify(fate('From eight on.')));

  /* ---- figures and profile ---- */
  site.visitor(post, 'Paul', 'paul@example.org', 'Also on Mondays?');
  const figures = await parvis('channel', 'metrics', 'Blog', `post-${post}`, `comment-${question}`, 'comment-999999');
  const told = figures.status === 0 ? JSON.parse(figures.stdout).metrics.map((one) => [one.id, one.measure, one.value]) : null;
  check('figures by hand: comments under the post, answers to the comment', JSON.stringify(told?.slice(0, 2)) === JSON.stringify([[`post-${post}`, 'replies', 3], [`comment-${question}`, 'replies', 1]]), figures.stdout + figures.stderr);
  const profile = await parvis('channel', 'profile', 'Blog');
  check('how we show ourselves there', profile.status === 0 && JSON.parse(profile.stdout).name === 'Editor' && JSON.parse(profile.stdout).url?.includes('/blog/'), profile.stdout + profile.stderr);
  check('no credential is printed', ![figures, profile].some((one) => (one.stdout + one.stderr).includes(editor.password)));
  statement(place, `DELETE FROM channel_act WHERE channel_id = ${channel} AND act = 'metrics'`);
  check('and the desk keeps them', await until('the desk to keep them', 40, () => sql(place, `SELECT value FROM metric_point WHERE channel_id = ${channel} AND message_id > 0 AND measure = 'replies'`).some((one) => Number(one.value) === 3)), JSON.stringify(sql(place, `SELECT * FROM metric_point WHERE channel_id = ${channel}`)));

  /* ---- a plug-in that prints before every answer ---- */
  plugin('noisy', `while (ob_get_level()) ob_end_clean(); echo "<br />\\n<b>Warning</b>:  Undefined array key \\"x\\" in <b>/srv/plug.php</b> on line <b>3</b><br />\\n"; flush();`);
  const raw = await (await fetch(`${address}/?rest_route=/wp/v2/posts`)).text();
  check('the site prints a warning before its answer', raw.startsWith('<br />'), raw.slice(0, 200));
  const second = site.visitor(post, 'Zoé', 'zoe@example.org', 'Is it noisy?');
  const noisy = await here(second);
  check('what it says is read all the same', noisy && row().state === 'ok', JSON.stringify(row()));
  await machine.reply(noisy.talk, 'A little.', 'public', { parent_id: noisy.id });
  check('and answered, without a doubt', await until('it to be sent', 40, () => fate('A little.').reply_state === 'sent') && sql(place, `SELECT a.outcome FROM attempt a JOIN publication p ON p.id = a.publication_id JOIN message m ON m.id = p.message_id WHERE m.body = 'A little.'`).map((one) => one.outcome).join() === 'done', JSON.stringify(fate('A little.')));
  check('its account is looked at too', (await parvis('channel', 'verify', 'Blog')).status === 0);

  /* ---- comments are closed, with the noise and without ---- */
  site.run(`wp_update_post(['ID' => ${post}, 'comment_status' => 'closed']); return 1;`);
  await machine.reply(first.talk, 'Too late?');
  const refused = await until('the refusal', 40, () => fate('Too late?').reply_state === 'failed' && fate('Too late?'));
  check('closed comments are told in words, also through the noise', refused?.story?.includes('fermés'), JSON.stringify(fate('Too late?')));
  unplug('noisy');
  check('and nothing of it stands there', (await answers(question)).length === 1 && (await answers(second)).length === 1, JSON.stringify([await answers(question), await answers(second)].map((all) => all.map((one) => one.content.raw))));
  site.run(`wp_update_post(['ID' => ${post}, 'comment_status' => 'open']); return 1;`);

  /* ---- application passwords are switched off ---- */
  plugin('off', `add_filter('wp_is_application_passwords_available', '__return_false');`);
  await machine.post(`/channels/${channel}`, settings);
  const off = await until('it to be told', 40, () => row().state_story?.includes('désactivés') && row());
  check('application passwords that are switched off are told as that', off?.state === 'broken', JSON.stringify(row()));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  await site.end();
}
end();
