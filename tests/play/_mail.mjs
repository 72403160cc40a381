/* _mail.mjs: real mail servers: Dovecot (IMAP, and LMTP behind it) and OpenSMTPD, from Debian (dovecot-imapd dovecot-lmtpd opensmtpd), on
   loopback, in a folder of their own. Any name has a mailbox under example.org, with the password “secret”. With `introspect`, an address that tells
   whose a token is (RFC 7662), Dovecot takes tokens too, by one `mechanism`. Null where they are not installed, or where the play is not root, which
   both servers want to be. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from './_desk.mjs';

const found = (name) => ['/usr/sbin', '/usr/bin', '/sbin'].map((folder) => join(folder, name)).find((file) => existsSync(file));

/* What a server says first, or null. */
const greeting = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1').on('error', () => done(null)).on('data', (data) => { socket.destroy(); done(String(data)); });
  socket.setTimeout(1000, () => { socket.destroy(); done(null); });
});

export async function mail({ introspect = '', mechanism = '' } = {}) {
  const dovecot = found('dovecot'), smtpd = found('smtpd');
  if (!dovecot || !smtpd || process.getuid() !== 0 || !existsSync('/usr/lib/dovecot/lmtp')) return null;
  const folder = mkdtempSync(join(tmpdir(), 'parvis-mail-')), [imap, lmtp, smtp] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['run', 'state', 'box']) mkdirSync(join(folder, name));
  chmodSync(folder, 0o755);
  execFileSync('chown', ['mail:mail', join(folder, 'box')]);
  writeFileSync(join(folder, 'dovecot.conf'), `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login ${mechanism}
auth_failure_delay = 0
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:${folder}/box/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
${mechanism && `passdb {
  driver = oauth2
  mechanisms = ${mechanism}
  args = ${folder}/oauth2.conf
}`}
passdb {
  driver = static
  mechanisms = plain login
  args = password=secret
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/box/%n allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtp}
  }
}
`);
  writeFileSync(join(folder, 'oauth2.conf'), `introspection_mode = post
introspection_url = ${introspect}
username_attribute = username
active_attribute = active
active_value = true
`);
  writeFileSync(join(folder, 'smtpd.conf'), `listen on 127.0.0.1 port ${smtp}
action "toimap" relay host "lmtp://127.0.0.1:${lmtp}"
match from any for domain "example.org" action "toimap"
match from any for any reject
`);
  const quiet = { stdio: 'ignore', timeout: 20000 };
  const box = (user, ...words) => execFileSync('curl', ['-s', '-m', '10', '--user', `${user}:secret`, ...words], { encoding: 'utf8', maxBuffer: 1 << 24 });
  const place = {
    imap, smtp, folder, child: null,
    async start() {
      const raised = () => { try { execFileSync(dovecot, ['-c', join(folder, 'dovecot.conf')], quiet); return true; } catch { return false; } };
      if (!(await until('Dovecot to start', 15, async () => raised()))) throw new Error(`Dovecot did not start: ${place.told()}`);
      // its queue and its control socket are one for the whole machine: a play before left mail there, and one beside would not start; so it gets folders of its own in their place
      place.child = spawn('unshare', ['-m', 'sh', '-c', 'mkdir -p -m 711 "$1" /var/spool/smtpd && mount --bind "$1" /var/spool/smtpd && mount -t tmpfs tmpfs /run && exec "$2" -d -f "$3"', 'sh', join(folder, 'spool'), smtpd, join(folder, 'smtpd.conf')], { stdio: 'ignore', detached: true });
      if (!(await until('the mail servers to listen', 15, async () => (await greeting(imap)) && (await greeting(smtp))))) throw new Error(`The mail servers did not start: ${place.told()}`);
    },
    async stop() {
      try { process.kill(Number(readFileSync(join(folder, 'run/master.pid'), 'utf8'))); } catch { /* it is gone */ }
      try { process.kill(place.child.pid); } catch { /* it is gone */ }
      await until('the mail servers to leave', 15, async () => !(await greeting(imap)) && !(await greeting(smtp)));
      await new Promise((done) => { setTimeout(done, 1200); }); // Dovecot keeps its ports a moment longer
    },
    told: () => { try { return readFileSync(join(folder, 'dovecot.log'), 'utf8').slice(-1000); } catch { return ''; } },
    async end() {
      await place.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    /* A mail as some program makes it: header lines, then the body. */
    send(from, to, lines, body) {
      const file = join(folder, 'out.eml');
      writeFileSync(file, [`From: ${from}`, `To: ${to}`, ...lines, 'MIME-Version: 1.0', '', body].join('\n').replace(/\r?\n/g, '\r\n'));
      const bare = (text) => /<([^>]+)>/.exec(text)?.[1] ?? text;
      execFileSync('curl', ['-s', '-m', '60', `smtp://127.0.0.1:${smtp}`, '--mail-from', bare(from), '--mail-rcpt', bare(to), '-T', file]);
    },
    /* The mails of a box, as they stand there. */
    mails(user, sub = '') {
      const place_ = join(folder, 'box', user, ...(sub ? [`.${sub}`] : []));
      return ['new', 'cur'].flatMap((one) => { try { return readdirSync(join(place_, one)).map((name) => join(place_, one, name)); } catch { return []; } })
        .map((file) => readFileSync(file, 'utf8').replace(/\r\n/g, '\n'));
    },
    search: (user, words) => (/SEARCH(.*)/.exec(box(user, `imap://127.0.0.1:${imap}/INBOX`, '-X', `UID SEARCH ${words}`))?.[1] ?? '').trim().split(' ').filter(Boolean),
    read: (user, uid) => box(user, `imap://127.0.0.1:${imap}/INBOX;UID=${uid}`).replace(/\r\n/g, '\n'),
    clear: (user) => rmSync(join(folder, 'box', user), { recursive: true, force: true }),
  };
  await place.start();
  return place;
}

/* A field of a mail, unfolded. */
export const field = (text, name) => new RegExp(`^${name}:[ \\t]*((?:.*\\n[ \\t]+)*.*)`, 'im').exec(text.split('\n\n')[0])?.[1].replace(/\n[ \t]+/g, ' ').trim();
