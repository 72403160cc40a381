/* Mailboxes whose owner signs in over there instead of typing a password: “gmail” and “outlook”, on Dovecot, which takes their tokens by OAUTHBEARER
   and by XOAUTH2 and asks the play whose they are (RFC 7662). Sending: OpenSMTPD knows neither, so a small server before it reads the mechanism, byte for
   byte, and hands on what comes after it. The addresses for signing in are played by what RFC 6749 and 7636 say. A token ends and is renewed; what
   renews it is taken back, and a person is asked for. */
// Proves gmail (real server): verify fetch reply private
// Proves outlook (real server): verify fetch reply private
// Proves gmail (contract): renew
// Proves outlook (contract): renew
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { connect, createServer as plain } from 'node:net';
import { api, browser, check, desk, end, freePort, keyOf, sql, statement, until } from './_desk.mjs';
import { field, mail } from './_mail.mjs';

const ADDRESS = 'desk@example.org', client = { id: 'parvis-here', secret: 'its own: +&%' };
const date = () => new Date().toUTCString().replace('GMT', '+0000');

/* ---- signing in, and whose token it is ---- */

async function authority(tokenPath) {
  const them = { codes: new Map(), tokens: new Map(), refresh: '', number: 0, life: 3600, faults: [], asked: 0, revoked: false };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => { body += piece; }).on('end', () => {
      const form = new URLSearchParams(body), say = (status, document) => { response.writeHead(status, { 'Content-Type': 'application/json' }); response.end(JSON.stringify(document)); };
      if (request.url.startsWith('/introspect')) {
        const token = form.get('token') ?? new URL(request.url, 'http://x').searchParams.get('token');
        them.asked++;
        return say(200, them.valid(token) ? { active: true, username: ADDRESS, scope: them.scope } : { active: false });
      }
      const refuse = (error) => { them.faults.push(`${error}: ${body}`); return say(error === 'invalid_client' ? 401 : 400, { error }); };
      if (request.url !== tokenPath || form.get('client_id') !== client.id || form.get('client_secret') !== client.secret) return refuse('invalid_client');
      if (form.get('grant_type') === 'authorization_code') {
        const code = them.codes.get(form.get('code'));
        them.codes.delete(form.get('code'));
        if (!code || code.redirect !== form.get('redirect_uri') || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== code.challenge) return refuse('invalid_grant');
      } else if (them.revoked || form.get('grant_type') !== 'refresh_token' || form.get('refresh_token') !== them.refresh) {
        return say(400, { error: 'invalid_grant' });
      }
      const token = `access-${++them.number}-${'x'.repeat(1200)}`; // theirs are long
      them.refresh = `refresh-${them.number}`;
      them.tokens.set(token, Date.now() + them.life * 1000);
      return say(200, { access_token: token, token_type: 'Bearer', expires_in: them.life, refresh_token: them.refresh, scope: them.scope });
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  them.base = `http://127.0.0.1:${server.address().port}`;
  them.host = them.base.slice(7);
  them.valid = (token) => them.tokens.get(token) > Date.now();
  them.expire = () => { for (const token of them.tokens.keys()) them.tokens.set(token, 0); };
  them.end = () => server.close();
  return them;
}

/* ---- sending: lets in by a token alone, and is then the server behind it ---- */

async function doorkeeper(behind, mechanism, them, seen) {
  const port = await freePort();
  const server = plain((socket) => {
    const on = connect(behind, '127.0.0.1');
    let let_in = false, waits = false, greeting = false;
    const judge = (text) => {
      const said = Buffer.from(text, 'base64').toString();
      const shape = mechanism === 'XOAUTH2' ? new RegExp(`^user=${ADDRESS}\x01auth=Bearer ([^\x01]+)\x01\x01$`) : new RegExp(`^n,a=${ADDRESS},\x01(?:host=[^\x01]*\x01)?(?:port=\\d+\x01)?auth=Bearer ([^\x01]+)\x01\x01$`);
      const token = shape.exec(said)?.[1];
      seen.push(token ? mechanism : `not ${mechanism}: ${said.slice(0, 100)}`);
      let_in = token && them.valid(token);
      waits = !let_in && 'sorry';
      socket.write(let_in ? '235 2.7.0 welcome\r\n' : `334 ${Buffer.from('{"status":"401","schemes":"Bearer"}').toString('base64')}\r\n`);
    };
    socket.on('data', (piece) => {
      const line = String(piece).trim();
      if (let_in) return on.write(piece);
      if (waits === 'token') { waits = false; return judge(line); }
      if (waits === 'sorry') { waits = false; return socket.write('535 5.7.8 not with this\r\n'); }
      if (/^EHLO/i.test(line)) { greeting = true; return on.write(piece); }
      if (line.toUpperCase() === `AUTH ${mechanism}`) { waits = 'token'; return socket.write('334 \r\n'); }
      if (line.toUpperCase().startsWith(`AUTH ${mechanism} `)) return judge(line.split(' ')[2]);
      return socket.write('530 5.7.0 sign in first\r\n');
    });
    on.on('data', (piece) => {
      const text = String(piece);
      if (greeting && text.startsWith('250')) { greeting = false; return socket.write(`250-here\r\n250 AUTH ${mechanism}\r\n`); }
      return socket.write(piece);
    });
    for (const [one, other] of [[socket, on], [on, socket]]) one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }).listen(port, '127.0.0.1');
  return { port, end: () => server.close() };
}

async function play(kind, { where, tokenPath, mechanism }) {
  const them = await authority(tokenPath), seen = [];
  const server = await mail({ introspect: `${them.base}/introspect`, mechanism: mechanism.toLowerCase() });
  if (!server) { them.end(); return false; }
  const door = await doorkeeper(server.smtp, mechanism, them, seen);
  const place = await desk({ options: ['--net_allow', `127.0.0.1:${door.port} 127.0.0.1:${server.imap} ${them.host}`] });
  const machine = api(place, keyOf(place)), { shell, page } = await browser(place), home = new URL(page.url()).origin;
  try {
    execFileSync(place.program, ['channel', 'client', kind, '--client-id', client.id, '--data', place.data], { input: `${client.secret}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
    const made = await machine.post(`/channels/new/${kind}`, { name: 'Mailbox', setting: ['address', 'imap', 'smtp', 'url', 'name'],
      value: [ADDRESS, `imap://127.0.0.1:${server.imap}`, `smtp://127.0.0.1:${door.port}`, them.base, 'Bakery'] });
    const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === 'Mailbox')?.id;
    const row = () => sql(place, `SELECT state, state_story, verified_at, fetched_at, token_until, watched_until FROM channel WHERE id = ${channel}`)[0];
    if (!check(`${kind}: it waits for somebody to sign in`, channel && row().state === 'paused', made.text)) return true;

    /* To the network and back, as a person who says yes there. */
    await page.goto(`${home}/channels/${channel}/connect`);
    await page.locator(`form[action="/channels/${channel}/connect"] button`).click();
    const question = new URL(await page.locator('a[href*="response_type=code"]').getAttribute('href', { timeout: 20000 })), { searchParams: asked } = question;
    them.scope = asked.get('scope');
    check(`${kind}: the person is sent to where they sign in, with PKCE, for mail alone`, question.origin === where && asked.get('code_challenge_method') === 'S256' && /mail\.google\.com|IMAP\.AccessAsUser\.All.*SMTP\.Send.*offline_access/.test(them.scope), question.href);
    them.codes.set('a-code', { challenge: asked.get('code_challenge'), redirect: asked.get('redirect_uri') });
    await page.goto(`${asked.get('redirect_uri')}?code=a-code&state=${encodeURIComponent(asked.get('state'))}`);
    await page.locator('form[action="/channels/login"] button').click();
    await page.waitForURL(/\/connect$/);
    const fine = await until('it to work', 30, () => row().verified_at > 0 && row().fetched_at > 0 && row());
    check(`${kind}: signed in, both servers let us in, by ${mechanism}`, fine?.state === 'ok' && them.asked > 0 && seen.length > 0 && seen.every((one) => one === mechanism), JSON.stringify([row(), seen, them.faults, server.told()]));

    /* There and back. */
    await until('the line to stand', 30, () => row().watched_until > 0);
    const write = (id, more, body) => server.send('Jane <jane@example.org>', ADDRESS, [`Message-ID: <${id}@example.org>`, `Date: ${date()}`, 'Content-Type: text/plain; charset=utf-8', ...more], body);
    write('q1', ['Subject: Question'], 'Where is my order?');
    const asked1 = await until('her question', 30, async () => (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes('Where is my order?')));
    check(`${kind}: her question comes in`, asked1, JSON.stringify(row()));
    await machine.reply(asked1.id, 'It arrives on Tuesday.', 'private');
    const there = await until('the answer in her mailbox', 40, () => server.mails('jane').find((one) => one.includes('It arrives on Tuesday.')));
    check(`${kind}: the answer stands in her thread`, there && field(there, 'In-Reply-To') === '<q1@example.org>', there);

    /* An hour later. */
    const before = them.number;
    them.expire();
    statement(place, `UPDATE channel SET renewed_at = renewed_at - 3600000000, token_until = token_until - 3600000000, renew_due_at = token_until + 3600000000 WHERE id = ${channel}`);
    write('q2', ['Subject: Hours'], 'When do you open?');
    const later = await until('what came after the token ended', 40, async () => { await machine.post(`/channels/${channel}/fetch`); return (await machine.get('/inbox?sort=recent')).document?.list?.rows.find((one) => one.preview?.includes('When do you open?')); });
    check(`${kind}: a token that ended is refused, renewed, and the mailbox read on`, later && them.number > before && row().state === 'ok', JSON.stringify([row(), them.number, them.faults]));
    await machine.reply(later.id, 'At eight.', 'private');
    check(`${kind}: and answers leave with the new one`, await until('the answer', 40, () => server.mails('jane').find((one) => one.includes('At eight.'))), JSON.stringify(seen));

    /* It is taken back. */
    them.revoked = true;
    them.expire();
    await machine.post(`/channels/${channel}/fetch`);
    const broken = await until('that to be told', 60, () => row().state === 'broken' && row());
    check(`${kind}: taken back over there, a person is asked to connect again`, broken && broken.state_story.length > 20, JSON.stringify(row()));
    check(`${kind}: what was asked of the address for tokens is as RFC 6749 has it`, !them.faults.length, them.faults.join('\n'));
  } catch (trouble) {
    check(`${kind}: the play goes to its end`, false, `${trouble.stack}\n${place.log().slice(-3000)}`);
  } finally {
    await shell.close();
    await place.end();
    await server.end();
    door.end();
    them.end();
  }
  return true;
}

const there = await play('gmail', { where: 'https://accounts.google.com', tokenPath: '/token', mechanism: 'OAUTHBEARER' })
  && await play('outlook', { where: 'https://login.microsoftonline.com', tokenPath: '/common/oauth2/v2.0/token', mechanism: 'XOAUTH2' });
if (!there) {
  console.log('# skipped: mail_login (as root, with dovecot-imapd, dovecot-lmtpd and opensmtpd from Debian)\n1..0');
  process.exit(0);
}
end();
