/* A channel of the kind “email” on real servers (Dovecot and OpenSMTPD): connected, a mail comes in, is answered, stands in her thread by its
   headers, as a mail program would see it; what she answers comes back, with her picture, whatever her program keeps of the thread. A notice of
   absence wakes nobody, a mail that comes back marks the answer as failed; the server goes away and comes back; a connection that breaks
   after the last byte costs no second mail; the desk is killed and goes on; the mailbox is made anew; the password dies. */
// Proves email (real server): verify fetch reply private
import { createServer, connect } from 'node:net';
import { api, check, desk, end, freePort, keyOf, sql, until } from './_desk.mjs';
import { field, mail } from './_mail.mjs';

const server = await mail();
if (!server) {
  console.log('# skipped: email (as root, with dovecot-imapd, dovecot-lmtpd and opensmtpd from Debian)\n1..0');
  process.exit(0);
}

/* Between the desk and the mail server: passes on, or breaks off once the server has taken a mail, before it says so. */
let lose = false, lost = 0;
const smtpPort = await freePort();
const pass = createServer((client) => {
  const on = connect(server.smtp, '127.0.0.1');
  let data = false, tail = '';
  client.on('data', (piece) => { tail = (tail + piece).slice(-5); data = tail === '\r\n.\r\n'; on.write(piece); });
  on.on('data', (piece) => {
    if (lose && data && String(piece).startsWith('250')) { lose = false; lost++; client.destroy(); on.destroy(); return; }
    client.write(piece);
  });
  for (const [one, other] of [[client, on], [on, client]]) one.on('error', () => other.destroy()).on('close', () => other.destroy());
}).listen(smtpPort, '127.0.0.1');

const place = await desk({ options: ['--net_allow', `127.0.0.1:${smtpPort} 127.0.0.1:${server.imap} 127.0.0.1:${server.smtp}`] });
const machine = api(place, keyOf(place));
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = (conversation) => conversation.thread.map((item) => item.message).filter(Boolean);
const date = () => new Date().toUTCString().replace('GMT', '+0000');
const write = (id, more, body, from = 'Jane <jane@example.org>') => server.send(from, 'desk@example.org', [`Message-ID: <${id}@example.org>`, `Date: ${date()}`, ...more], body);
const PLAIN = 'Content-Type: text/plain; charset=utf-8';

try {
  const setting = (password) => ({ name: 'Mailbox', setting: ['address', 'imap', 'smtp', 'name', 'password', 'copy'],
    value: ['desk@example.org', `imap://127.0.0.1:${server.imap}`, `smtp://127.0.0.1:${smtpPort}`, 'Bakery', password, 'yes'] });
  write('q1', ['Subject: =?UTF-8?Q?Question_=C3=A0_propos?=', PLAIN], 'Where is my order?');
  const made = await machine.post('/channels/new/email', setting('secret'));
  check('it is connected', [200, 201, 303].includes(made.status), `${made.status} ${made.text}`);
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Mailbox')?.id;
  const row = () => sql(place, `SELECT state, state_story, known, verified_at, cursor FROM channel WHERE id = ${channel}`)[0];
  const now = () => machine.post(`/channels/${channel}/fetch`);
  await until('the mailbox to be looked at', 20, () => row().verified_at > 0);
  const known = JSON.parse(row().known);
  check('who we are there, and what its folders are for, was found out', row().state === 'ok' && known.account?.handle === 'desk@example.org' && known.sent === 'Sent', JSON.stringify(row()));

  /* ---- told at once ---- */
  const watched = () => sql(place, `SELECT watched_until, rang_at, fetch_due_at FROM channel WHERE id = ${channel}`)[0];
  const stands = await until('a line to stand, over which the server tells what comes', 20, () => known.idle && watched().rang_at > 0 && watched().fetch_due_at > (Date.now() + 120e3) * 1000 && watched());
  check('while it stands, nobody asks each minute', stands && stands.watched_until > Date.now() * 1000, JSON.stringify(watched()));
  const told_in = async (id, body) => {
    const from = Date.now();
    write(id, ['Subject: At once', PLAIN], body, 'Lea <lea@example.org>');
    const came = await until(`“${body}” to come in by itself`, 20, () => sql(place, `SELECT id FROM message WHERE channel_id = ${channel} AND body = '${body}'`)[0]);
    return came ? Date.now() - from : Infinity;
  };
  const first_took = await told_in('n1', 'Is anybody there?'), then_took = await told_in('n2', 'Hello again.');
  console.log(`# from the handing over to the mail server to the inbox: ${first_took} ms, ${then_took} ms`);
  check('a mail stands in the inbox seconds after it was sent, though nobody asked for it', first_took < 10000 && then_took < 10000, `${first_took} ${then_took}`);

  /* ---- there and back ---- */
  const heard = (text) => until(`“${text}” to come in`, 40, async () => { await now(); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes(text)); });
  const first = await heard('Where is my order?');
  if (!check('her question stands in the inbox', first, JSON.stringify(row()))) throw new Error('nothing came');
  check('under its subject', (await talk(first.id)).subject === 'Question à propos', JSON.stringify((await talk(first.id)).subject));
  check('and is unread in the mailbox still', server.search('desk', 'UNSEEN').length === 3);
  const answer = (id, body) => machine.reply(id, body, 'private');
  let told = await answer(first.id, 'On its way: it arrives on Tuesday, à midi.');
  check('it is answered', told.status < 400, told.text);
  const there = await until('the answer in her mailbox', 40, () => server.mails('jane').find((one) => one.includes('On its way')));
  check('it answers hers, by its headers', there && field(there, 'In-Reply-To') === '<q1@example.org>' && field(there, 'References') === '<q1@example.org>', there);
  check('under her subject, from us, for people', there && field(there, 'Subject').startsWith('Re: ') && field(there, 'From') === 'Bakery <desk@example.org>', there);
  const own = there && field(there, 'Message-ID');
  check('a copy stands among the sent mails', await until('the copy', 20, () => server.mails('desk', 'Sent').find((one) => field(one, 'Message-ID') === own)));

  write('q2', [`In-Reply-To: ${own}`, 'Subject: Re: =?UTF-8?Q?Question_=C3=A0_propos?=', 'Content-Type: multipart/mixed; boundary=x'],
    `--x\n${PLAIN}\n\nThank you! Here it is.\n\nOn Saturday Bakery wrote:\n> On its way\n--x\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment; filename=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\n--x--`);
  const back = await until('her answer', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('Thank you!')); });
  check('what she answers stands in the same conversation, though her program kept no References', back && messages(await talk(first.id)).length === 3, JSON.stringify(messages(await talk(first.id)).map((one) => one.body)));
  const picture = sql(place, `SELECT a.kind, a.name, a.blob_hash FROM attachment a JOIN message m ON m.id = a.message_id WHERE m.channel_id = ${channel}`)[0];
  check('with her picture', picture?.kind === 'image' && picture.name === 'a.png' && picture.blob_hash?.length > 20, JSON.stringify(picture));
  server.send('desk@example.org', 'jane@example.org', ['Message-ID: <hand@example.org>', `Date: ${date()}`, 'In-Reply-To: <q2@example.org>', `References: <q1@example.org> ${own} <q2@example.org>`, 'Subject: Re: Question', PLAIN], 'By hand.');
  check('nothing of ours came back twice', messages(await talk(first.id)).filter((one) => one.body.includes('On its way: ')).length === 1);

  /* ---- another team settles it ---- */
  const handed = await machine.post(`/conversations/${first.id}/handoff`, { to: 'Workshop@example.org', word: 'Could you look where it is?' });
  check('the case is handed to another team', handed.status < 400 && handed.document?.case_id, handed.text);
  const letter = await until('the letter to them', 40, () => server.mails('workshop').find((one) => one.includes('Could you look')));
  check('they get what was said so far', letter && ['Where is my order?', 'Thank you! Here it is.', '> On its way'].every((text) => letter.includes(text)) && !field(letter, 'In-Reply-To'), letter);
  check('under the name of who wrote', letter && field(letter, 'Subject').startsWith('Jane'), letter && field(letter, 'Subject'));
  server.send('workshop@example.org', 'desk@example.org', ['Message-ID: <w1@example.org>', `Date: ${date()}`, `In-Reply-To: ${letter && field(letter, 'Message-ID')}`, 'Subject: Re: Jane', PLAIN], 'It leaves tonight.');
  const theirs = handed.document && await until('their answer', 40, async () => { await now(); return messages(await talk(handed.document.case_id)).find((one) => one.body.includes('It leaves tonight.')); });
  check('their answer comes into the case, and not to her', theirs && !messages(await talk(first.id)).some((one) => one.body.includes('It leaves tonight.')));
  check('each says where the other is', messages(await talk(first.id)).some((one) => one.is_note && one.body.includes(`/conversations/${handed.document.case_id}`))
    && messages(await talk(handed.document.case_id)).some((one) => one.is_note && one.body.includes(`/conversations/${first.id}`)));
  check('she got nothing of it', server.mails('jane').every((one) => !one.includes('Could you look')));

  /* ---- machines ---- */
  await machine.post(`/conversations/${first.id}/status`, { status: 'resolved' });
  write('a1', [`In-Reply-To: ${own}`, 'Subject: Automatic reply', 'Auto-Submitted: auto-replied', PLAIN], 'I am away until Monday.');
  await until('the notice of absence', 40, async () => { await now(); return messages(await talk(first.id)).find((one) => one.body.includes('I am away')); });
  check('a notice of absence comes in, and wakes nobody', sql(place, `SELECT status FROM conversation WHERE id = ${first.id}`)[0].status === 'resolved');
  write('b1', ['Subject: Undelivered Mail', 'Auto-Submitted: auto-replied', 'Content-Type: multipart/report; report-type=delivery-status; boundary=y'],
    `--y\n${PLAIN}\n\nIt could not be delivered.\n--y\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; jane@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 mailbox full\n--y\nContent-Type: text/rfc822-headers\n\nMessage-ID: ${own}\n--y--`, 'MAILER-DAEMON@example.org');
  const failed = await until('the answer to be failed', 40, async () => { await now(); return sql(place, `SELECT m.reply_state, p.story FROM message m JOIN publication p ON p.message_id = m.id WHERE m.channel_id = ${channel} AND m.reply_state = 'failed'`)[0]; });
  check('a mail that comes back marks the answer as failed, with the server’s words', failed?.story.includes('552 mailbox full'), JSON.stringify(failed));
  check('and the conversation waits again', sql(place, `SELECT status FROM conversation WHERE id = ${first.id}`)[0].status === 'open');

  /* ---- a connection that breaks after the last byte ---- */
  write('q3', ['Subject: Hours', PLAIN], 'When do you open?', 'Ann <ann@example.org>');
  const second = await heard('When do you open?');
  const attempts = () => sql(place, `SELECT a.outcome FROM attempt a JOIN publication p ON p.id = a.publication_id WHERE p.channel_id = ${channel} ORDER BY a.started_at`).map((one) => one.outcome);
  lose = true;
  told = await answer(second.id, 'At eight.');
  const settled = await until('the doubt to be cleared up', 90, () => sql(place, `SELECT remote_id FROM message WHERE channel_id = ${channel} AND body = 'At eight.' AND reply_state = 'sent'`)[0]);
  const copies = (await until('the answer in her mailbox', 20, () => { const all = server.mails('ann').filter((one) => one.includes('At eight.')); return all.length && all; })) || [];
  check('it was taken, and the word of it lost: the desk found it by its number', lost === 1 && settled && copies.length === 1 && `<${settled.remote_id}>` === field(copies[0], 'Message-ID'), JSON.stringify([lost, settled, copies.map((one) => field(one, 'Received')), attempts()]));
  check('the ledger says so: unknown, found', attempts().join().endsWith('unknown,found'), attempts().join());

  /* ---- the server is away for a while ---- */
  await server.stop();
  await now();
  const failing = await until('the outage to be seen', 60, () => row().state === 'failing' && row());
  check('and no line stands any more', await until('the watch to end', 20, () => watched().watched_until === 0), JSON.stringify(watched()));
  check('an outage is said on the channel, in words', failing && failing.state_story.length > 20, JSON.stringify(row()));
  told = await answer(second.id, 'And on Sundays at nine.');
  await server.start();
  write('q4', ['References: <q3@example.org>', 'Subject: Re: Hours', PLAIN], 'And on Mondays?', 'Ann <ann@example.org>');
  const filled = await until('the gap to be filled', 90, async () => { await now(); return messages(await talk(second.id)).find((one) => one.body.includes('And on Mondays?')); });
  check('what was written meanwhile comes in', filled && await until('it to be fine', 20, () => row().state === 'ok'), JSON.stringify(row()));
  const late = await until('the answer to leave', 90, () => server.mails('ann').filter((one) => one.includes('And on Sundays at nine.')).length);
  check('what was answered meanwhile left, once', late === 1, String(late));

  /* ---- a restart in between ---- */
  await place.restart();
  write('q5', ['References: <q3@example.org> <q4@example.org>', 'Subject: Re: Hours', PLAIN], 'After the restart.', 'Ann <ann@example.org>');
  const after = await until('what comes after a restart', 60, async () => { await now(); return messages(await talk(second.id)).filter((one) => one.body.includes('After the restart.')).length; });
  check('after a restart it goes on where it was', after === 1, String(after));
  const counted = () => sql(place, `SELECT count(*) AS n FROM message WHERE channel_id = ${channel}`)[0].n;
  const before = counted();

  /* ---- the mailbox is made anew: its numbers mean nothing any more ---- */
  await server.stop();
  server.clear('desk');
  await server.start();
  write('q5', ['References: <q3@example.org> <q4@example.org>', 'Subject: Re: Hours', PLAIN], 'After the restart.', 'Ann <ann@example.org>');
  write('q6', ['References: <q3@example.org>', 'Subject: Re: Hours', PLAIN], 'In the new mailbox.', 'Ann <ann@example.org>');
  const anew = await until('the mail in the new mailbox', 90, async () => { await now(); return messages(await talk(second.id)).find((one) => one.body.includes('In the new mailbox.')); });
  check('a mailbox that was made anew is read from where it can be, and nothing comes in twice', anew && counted() === before + 1, `${before} ${counted()}`);

  check('after all that, a line stands again', await until('the line to stand', 60, () => watched().watched_until > 0));
  /* ---- the password dies ---- */
  await machine.post(`/channels/${channel}`, setting('no-such-password'));
  const broken = await until('the dead password to be told', 60, () => row().state === 'broken' && row());
  check('a dead password is told before an answer fails, in the workspace’s language', broken && broken.state_story.startsWith('Le réseau n’accepte plus ce compte'), JSON.stringify(row()));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
  pass.close();
  await server.end();
}
end();
