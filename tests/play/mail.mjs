/* Letters over the wire, to a mail server of our own that takes, refuses or asks to come back: a forgotten password, an invitation, accents
   in every place; the links in them work once. What the server did not take yet leaves later, what it refuses is not tried for ever. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, desk, end, keyOf, sql, statement, until, wait } from './_desk.mjs';
import { member } from './_member.mjs';
import { postOffice } from './_post.mjs';
import { visitor, valueOf } from './_visitor.mjs';

const post = await postOffice(), { taken } = post, answers = []; /* answers: what to say to the next letters, else 250 */
post.says = () => answers.shift() ?? '250 taken';

/* A letter as a mail program reads it. */
const read = (text) => JSON.parse(execFileSync('python3', ['-c', `
import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({"subject": str(m["subject"]), "from": str(m["from"]), "to": str(m["to"]), "count": {k.lower(): len(m.get_all(k)) for k in m.keys()}, "auto": str(m["auto-submitted"]), "id": str(m["message-id"]), "date": str(m["date"]),
  "text": m.get_body(("plain",)).get_content(), "defects": [str(d) for d in m.defects]}))`], { input: Buffer.from(text, 'latin1'), encoding: 'utf8' }));

const place = await desk({ options: ['--mail_url', `smtp://127.0.0.1:${post.port}?tls=off`, '--mail_from', 'Café « Levain » <desk@levain.example>'] });
const letter = async (what, seconds = 20) => {
  const known = taken.length;
  return (await until(what, seconds, () => taken.length > known)) ? taken.at(-1) : null;
};
try {
  /* ---- a forgotten password ---- */
  const stranger = visitor(place.base);
  await stranger.get('/password/forgotten');
  let waiting = letter('the letter'), seen = await stranger.post('/password/forgotten', { email: 'ines@levain.example' });
  check('whoever asks for a new password is told that a letter comes', seen.status === 200, seen.status);
  const told = seen.text.replace(/value="[^"]*"/g, '');
  let mail = await waiting, reading = mail && read(mail.data);
  check('it comes, to that person alone', mail?.to.length === 1 && /<ines@levain\.example>/.test(mail.to[0]) && /<desk@levain\.example>/.test(mail.from), JSON.stringify(mail)?.slice(0, 600));
  check('its headers say who writes, with accents', reading?.from.includes('Café « Levain »') && reading.from.includes('<desk@levain.example>') && reading.to.includes('Inès Belkacem'), JSON.stringify(reading));
  check('one of each, and no machine answers it', ['from', 'to', 'subject', 'date', 'message-id'].every((name) => reading?.count[name] === 1) && reading.auto === 'auto-generated' && !reading.defects.length, JSON.stringify(reading));
  check('nothing but ASCII travels in the headers, no line is too long', mail && /^[\x00-\x7f]*$/.test(mail.data.split('\r\n\r\n')[0]) && mail.data.split('\r\n').every((line) => line.length <= 998));
  const link = new URL(/https?:\/\/\S+\/password\/reset\/\S+/.exec(reading.text)[0]).pathname;
  check('the text is in the person’s own language, whole', /mot de passe/.test(reading.text) && !/Ã|\ufffd/.test(reading.text), reading.text);
  const ines = visitor(place.base);
  seen = await ines.get(link);
  check('its link opens the form', seen.status === 200 && seen.text.includes('ines@levain.example'), seen.text.slice(0, 300));
  seen = await ines.post(link, { password: 'une longue phrase à moi', again: 'une autre phrase à moi' });
  check('two different ones are refused', seen.status === 422);
  waiting = letter('that it was set');
  seen = await ines.post(link, { password: 'une longue phrase à moi', again: 'une longue phrase à moi' });
  check('the new one is set', seen.status === 303 && seen.location.endsWith('/sign-in'), `${seen.status} ${seen.text.slice(0, 300)}`);
  seen = await visitor(place.base).get(link);
  check('the link serves once', !seen.text.includes('name="password"'), seen.text.slice(0, 300));
  seen = await ines.signIn('ines@levain.example', 'une longue phrase à moi');
  check('and lets in', seen.sent === 303 && seen.status === 200, `${seen.status}`);
  mail = await waiting;
  reading = mail && read(mail.data);
  check('she is told that a password was set, from where, and what to do if it was not she', mail?.to[0].includes('<ines@levain.example>') && /nouveau mot de passe/.test(reading.subject)
    && /127\.0\.0\.1/.test(reading.text) && reading.text.includes('/password/forgotten') && !/reset|longue phrase/.test(reading.text), JSON.stringify(reading));
  waiting = letter('that it was changed');
  await ines.get('/account?tab=security');
  seen = await ines.post('/account/password', { current_password: 'une longue phrase à moi', password: 'une phrase plus longue', again: 'une phrase plus longue' });
  check('so she is when it is changed', seen.status === 303 && /mot de passe a changé/.test(read((await waiting)?.data ?? '').subject), seen.text.slice(0, 300));
  check('what the letter said is not kept', await until('forgotten', 10, () => !JSON.stringify(sql(place, "SELECT detail FROM job WHERE kind = 'mail' AND state = 'done'")).includes('/password/')));

  /* ---- nobody learns who has an account ---- */
  const before = taken.length;
  seen = await stranger.post('/password/forgotten', { email: 'nobody@levain.example' });
  check('an unknown address is answered the same', seen.status === 200 && seen.text.replace(/value="[^"]*"/g, '').length === told.length, `${seen.text.length} ${told.length}`);
  for (const email of ['x@y.example\r\nBcc: z@evil.example', 'ines@levain.example,z@evil.example', 'not an address'])
    check(`“${email.slice(0, 25).replace(/\s+/g, ' ')}” goes nowhere`, (await stranger.post('/password/forgotten', { email })).status === 422);
  check('no letter leaves for any of them', taken.length === before && sql(place, "SELECT id FROM job WHERE kind = 'mail' AND state <> 'done'").length === 0, JSON.stringify(taken.slice(before)));

  /* ---- an invitation ---- */
  const camille = await member(place, 'camille@levain.example');
  await camille.get('/team');
  waiting = letter('the invitation');
  seen = await camille.post('/invitations', { email: 'zoe.muller@levain.example', role: 'agent' });
  check('somebody is invited', seen.status === 303, `${seen.status} ${seen.text.slice(0, 300)}`);
  mail = await waiting;
  reading = mail && read(mail.data);
  const invitation = new URL(/https?:\/\/\S+\/invitations\/\S+/.exec(reading?.text ?? 'http://x/invitations/none')[0]);
  check('the letter says who invites, and its link opens', reading?.subject.includes('Camille Rousseau') && (await visitor(place.base).get(invitation.pathname)).status === 200, JSON.stringify(reading));
  check('with mail the link is not shown on the page', !(await camille.get('/team')).text.includes(invitation.pathname));

  /* ---- the answer to who wrote on the public form ---- */
  await camille.get('/channels/new/webform');
  seen = await camille.post('/channels/new/webform', { name: 'Our site', setting: ['callback', 'secret', 'can_look'], value: ['', '', 'no'] });
  const channel = new URL(seen.location, place.base).pathname;
  await camille.get(channel);
  await camille.post(`${channel}/form`, { form_open: 'yes' });
  const form = /https?:\/\/[^"]+(\/form\/[\w-]{22})/.exec((await camille.get(channel)).text)[1];
  const outside = visitor(place.base), page = await outside.get(`${form}?lang=fr`);
  check('the form says that answers come by mail', /id="email-hint">Les réponses y arrivent aussi/.test(page.text), page.text.match(/id="email-hint">[^<]*/)?.[0]);
  await wait(2100);
  seen = await outside.post(`${form}?lang=fr`, { name: 'Léa', email: 'lea@example.org', subject: 'Buy pills', text: 'Read https://pills.example', consent: 'yes',
    website: '', stamp: valueOf(page.text, 'stamp') });
  check('it is taken', seen.status === 303 && /\/talk\//.test(seen.location), `${seen.status} ${seen.text.slice(0, 500)}`);
  const talk = new URL(seen.location, place.base).pathname;
  seen = await outside.get(`${talk}?lang=fr`);
  check('and their page says where, as far as they need it', /Les réponses arrivent aussi à l…@example\.org/.test(seen.text) && !seen.text.includes('lea@example.org'), seen.text.match(/id="letters".{0,400}/)?.[0]);
  const desk_ = api(place, keyOf(place));
  const thread = (await desk_.get(`/inbox?channel=${channel.split('/').at(-1)}`)).document.list.rows[0].id;
  const answer = async (body) => {
    const known = taken.length, sent = await desk_.post(`/conversations/${thread}/reply`, { body, visibility: 'private' });
    check(`“${body}” is answered`, sent.status < 300, sent.text.slice(0, 300));
    await until('it arrived', 30, async () => (await outside.get(talk)).text.includes(body));
    return known;
  };
  let known = await answer('Nous fermons à 19 h.');
  mail = (await until('the letter', 20, () => taken.length > known)) && taken.at(-1);
  reading = mail && read(mail.data);
  check('one letter comes, to them', mail?.to.length === 1 && /<lea@example\.org>/.test(mail.to[0]) && taken.length === known + 1, JSON.stringify(mail)?.slice(0, 400));
  check('in the language of the form, with the answer and the way back', /vous répond$/.test(reading?.subject) && /^Nous fermons à 19 h\./.test(reading.text) && reading.text.includes(`${place.base}${talk}?lang=fr`), JSON.stringify(reading));
  check('why it came, and how it ends', /parce que vous avez écrit/.test(reading?.text) && reading.text.includes(`${talk}?lang=fr#letters`), reading?.text);
  check('nothing of what they typed, nothing that tells on them', !/pills|Léa/.test(mail.data) && !/<img|text\/html/i.test(mail.data), mail.data.slice(0, 1500));
  check('what it said is not kept', await until('forgotten', 10, () => !JSON.stringify(sql(place, "SELECT detail FROM job WHERE state = 'done'")).includes('/talk/')));
  check('and the way back is kept sealed', !statement(place, `SELECT ${process.env.PARVIS_DATABASE ? "encode(pass, 'hex')" : 'hex(pass)'} FROM visitor`).toLowerCase().includes(Buffer.from(talk.split('-').at(-1)).toString('hex')));
  check('a wrong address ends nothing', (await fetch(`${place.base}${talk.slice(0, -1)}/letters`, { method: 'POST', redirect: 'manual' })).status === 404);
  seen = await fetch(`${place.base}${talk}/letters`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  check('one press of a mail program ends them', seen.status === 303, seen.status);
  check('the page says so', /Plus aucun courriel/.test((await outside.get(`${talk}?lang=fr`)).text));
  known = await answer('À demain.');
  check('then none is written', sql(place, "SELECT id FROM job WHERE kind IN ('answer', 'mail') AND state <> 'done'").length === 0 && taken.length === known, JSON.stringify(taken.slice(known)));
  await outside.post(`${talk}/letters`, { wanted: 'yes' });
  known = await answer('Ouvert lundi.');
  check('until they want them again', await until('the letter', 20, () => taken.length > known) && read(taken.at(-1).data).text.startsWith('Ouvert lundi.'));

  /* ---- a server in a bad mood ---- */
  const ask = async (email) => { const somebody = visitor(place.base); await somebody.get('/password/forgotten'); return somebody.post('/password/forgotten', { email }); };
  const jobs = () => sql(place, "SELECT state, attempts, story FROM job WHERE kind = 'mail' ORDER BY id DESC LIMIT 1")[0];
  answers.push('550 no such person here');
  await ask('noor@levain.example');
  let job = await until('refused', 20, () => { const one = jobs(); return one?.state === 'failed' ? one : null; });
  check('what is refused for good is not tried again, and told', job && Number(job.attempts) === 1 && /550/.test(job.story), JSON.stringify(jobs()));
  answers.push('451 come back later');
  await ask('awa@levain.example');
  job = await until('put off', 20, () => { const one = jobs(); return one?.state === 'due' && Number(one.attempts) === 1 ? one : null; });
  check('what is put off waits', job && /451/.test(job.story), JSON.stringify(jobs()));
  waiting = letter('the second try', 30);
  statement(place, "UPDATE job SET due_at = 1 WHERE kind = 'mail' AND state = 'due'");
  await ask('noor@levain.example'); /* something is committed: the duty looks */
  check('and leaves later', await waiting && await until('both', 20, () => taken.filter(({ to }) => /awa@/.test(to[0])).length === 1));
  await until('the other one to have left', 30, () => taken.some(({ to }) => /noor@/.test(to[0]))); // else what follows were done to it
  answers.push('cut');
  known = taken.length;
  await ask('camille@levain.example');
  job = await until('in doubt', 30, () => { const one = jobs(); return one?.state === 'failed' ? one : null; });
  check('where nobody knows whether it was taken, it is not sent twice', job && taken.slice(known).filter(({ to }) => /camille@/.test(to[0])).length === 0 && Number(job.attempts) === 1, JSON.stringify(jobs()));
  check('nothing but its own server was asked', post.talks >= 1 && (await fetch(`${place.base}/readyz`)).status === 200);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await place.end();
  post.close();
}

/* ---- into a folder ---- */

const other = await desk({ options: ['--mail_url', `file:${join(process.env.TMPDIR ?? '/tmp', `parvis-post-${process.pid}`)}`, '--mail_from', 'desk@levain.example'] });
try {
  const folder = join(process.env.TMPDIR ?? '/tmp', `parvis-post-${process.pid}`);
  const somebody = visitor(other.base);
  await somebody.get('/password/forgotten');
  await somebody.post('/password/forgotten', { email: 'ines@levain.example' });
  const names = await until('a file', 20, () => { const found = readdirSync(folder).filter((name) => name.endsWith('.eml')); return found.length ? found : null; }).catch(() => null);
  check('for development letters become files', names?.length === 1 && read(readFileSync(join(folder, names[0]), 'latin1')).to.includes('ines@levain.example'), JSON.stringify(names));
  execFileSync('rm', ['-r', folder]);
} finally {
  await other.end();
}
end();
