/* _post.mjs: a mail server that takes letters, for plays: it speaks SMTP and keeps what came. */
import { createServer } from 'node:net';
import { freePort } from './_desk.mjs';

/* `taken`: {from, to: [line], data} of each letter, newest last. `says(letter)`, when given, answers a letter: a line ("451 later"), or "cut" to hang up; what
 * does not begin with 250 is not taken. `slow`: milliseconds before a letter is answered for. */
export async function postOffice() {
  const office = { taken: [], talks: 0, slow: 0, says: () => '250 taken' };
  const server = createServer((socket) => {
    let rest = '', data = null, from = '', to = [];
    const say = (line) => socket.write(`${line}\r\n`);
    office.talks++;
    say('220 post.example ESMTP');
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      rest += piece.toString('latin1');
      for (let at; (at = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (data !== null) {
          if (line !== '.') { data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`; continue; }
          const letter = { from, to, data }, answer = office.says(letter);
          if (answer.startsWith('250')) office.taken.push(letter);
          data = null;
          if (answer === 'cut') { socket.destroy(); return; }
          setTimeout(() => say(answer), office.slow);
        } else if (/^(EHLO|HELO)/i.test(line)) { socket.write('250-post.example\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n');
        } else if (/^MAIL FROM:/i.test(line)) { from = line; to = []; say('250 fine');
        } else if (/^RCPT TO:/i.test(line)) { to.push(line); say('250 fine');
        } else if (/^DATA/i.test(line)) { data = ''; say('354 go on');
        } else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end();
        } else say('250 fine');
      }
    });
  });
  office.port = await freePort();
  office.close = () => server.close();
  await new Promise((done) => server.listen(office.port, '127.0.0.1', done));
  return office;
}
