/* Signing in: one session a browser, each arrival in the installation's audit log, a wrong password told and counted. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { check, desk, end, keyOf, until } from './_desk.mjs';
import { visitor } from './_visitor.mjs';

const place = await desk();
const sql = (text) => execFileSync('sqlite3', ['-readonly', `${place.data}/parvis.db`, text], { encoding: 'utf8' }).trim();
try {
  execFileSync(place.program, ['user', 'add', '--email', 'zoe@levain.example', '--name', 'Zoé', '--role', 'agent', '--password-stdin', '--data', place.data],
    { input: 'four words of my own\n' });
  const zoe = await visitor(place.base), sign = (password) => zoe.post('/sign-in', { email: 'zoe@levain.example', password });
  await zoe.get('/sign-in');
  const wrong = await sign('four words of hers');
  check('a wrong password shows the form again', wrong.status === 422 && /action="\/sign-in"/.test(wrong.text), wrong.status);
  check('says so', /do not fit together/.test(wrong.text));
  check('and keeps the address, not the password', /value="zoe@levain\.example"/.test(wrong.text) && !wrong.text.includes('words of hers'));
  check('nobody learns which addresses there are', /do not fit together/.test((await zoe.post('/sign-in', { email: 'nobody@levain.example', password: 'x' })).text));
  check('both are in the log, without what was typed', place.log().split('event=sign_in_refused what=password').length === 3 && !/sign_in_refused.*(zoe|hers)/.test(place.log()), place.log().slice(-600));
  check('the right one leads on', (await sign('four words of my own')).location === '/today');
  const sessions = () => Number(sql("SELECT COUNT(*) FROM session WHERE person_id = (SELECT id FROM person WHERE email = 'zoe@levain.example') AND ended_at = 0"));
  check('there is one session', sessions() === 1, sessions());
  await zoe.get('/account');
  check('signing in again leaves one', (await sign('four words of my own')).location === '/today' && sessions() === 1, sessions());
  check('the one who knocked in vain is in it too, without what was typed', sql("SELECT subject || detail FROM audit_entry WHERE workspace_id = 0 AND act = 'account.sign_in_refused'").replaceAll(/user:\d+/g, 'user:N') === 'user:N{"by":"password","address":"127.0.0.1"}');
  const guess = await visitor(place.base);
  await guess.get('/sign-in');
  let last;
  for (let tries = 0; tries < 11; tries++) last = await guess.post('/sign-in', { email: 'zoe@levain.example', password: `guess ${tries}` });
  const wait = Number(last.headers.get('retry-after'));
  check('too many tries are told with when to try again', last.status === 429 && wait > 800 && wait <= 900 && /Try again in 15 minutes/.test(last.text) && /action="\/sign-in"/.test(last.text), `${last.status} ${wait} ${last.text.slice(0, 500)}`);
  check('the right password does not help then', (await guess.post('/sign-in', { email: 'zoe@levain.example', password: 'four words of my own' })).status === 429);
  check('others come in as before', (await guess.post('/sign-in', { email: 'camille@levain.example', password: 'x' })).status === 422);
  check('both arrivals are in the audit log', sql("SELECT COUNT(*) FROM audit_entry WHERE workspace_id = 0 AND act = 'account.sign_in'") === '2');

  /* A second factor: the page says whose code it wants, and asks nobody else. */
  execFileSync(place.program, ['user', 'add', '--email', 'lin@levain.example', '--name', 'Lin', '--role', 'agent', '--password-stdin', '--data', place.data], { input: 'four words for a factor\n' });
  const lin = visitor(place.base), knock = { email: 'lin@levain.example', password: 'four words for a factor' };
  await lin.signIn(knock.email, knock.password);
  await lin.get('/account?tab=security');
  const begun = await lin.send('/account/second-factor'), secret = /secret=([A-Z2-7]+)/.exec(begun.text.replaceAll('&#x3D;', '='))?.[1] ?? /([A-Z2-7]{4} ?){8}/.exec(begun.text)?.[0].replaceAll(' ', '');
  const code = () => {
    const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))), counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
    const mac = createHmac('sha1', key).update(counter).digest(), at = mac[19] & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
  };
  check('a second factor is begun', Boolean(secret), begun.text.slice(0, 3000));
  const on = await lin.send('/account/second-factor/confirm', { code: code() });
  check('and confirmed', on.status === 200 && sql("SELECT COUNT(*) FROM recovery_code") !== '0', on.text.slice(0, 600));
  const later = visitor(place.base);
  check('nobody is asked for a code who gave no password', (await later.get('/sign-in/second-factor?next=/inbox')).location === '/sign-in?next=/inbox');
  const half = await later.signIn(knock.email, knock.password, { next: '/inbox' });
  check('the password alone leads to the second page, which names whose code it wants', /second-factor\?next/.test(half.location) && half.text.includes('lin@levain.example') && half.text.includes('Not Lin?'), half.text.slice(0, 900));
  const refused = await later.post('/sign-in/second-factor', { code: '000000' });
  check('a wrong code shows it again', refused.status === 422 && refused.text.includes('lin@levain.example'), refused.text.slice(0, 900));

  /* Of what is not there, too, somebody is told in the language that they chose. */
  execFileSync(place.program, ['user', 'add', '--email', 'rene@levain.example', '--name', 'René', '--role', 'agent', '--lang', 'fr', '--password-stdin', '--data', place.data], { input: 'quatre mots bien choisis\n' });
  const rene = visitor(place.base), stranger = visitor(place.base);
  await rene.signIn('rene@levain.example', 'quatre mots bien choisis');
  const [nowhere, wrongWay] = [await rene.get('/no-such-page'), await rene.post('/help')];
  check('what is not there is told in French to who reads French', nowhere.status === 404 && /<html lang="fr"/.test(nowhere.text), nowhere.text.slice(0, 600));
  check('a wrong method, too', wrongWay.status === 405 && /<html lang="fr"/.test(wrongWay.text) && !/does not take/.test(wrongWay.text), `${wrongWay.status} ${wrongWay.text.slice(0, 600)}`);
  check('to a stranger in the language of the browser', /<html lang="en"/.test((await stranger.get('/no-such-page')).text));

  /* Live updates end with what let one have them, and go on for whoever still may. */
  const listen = async (headers) => {
    const answer = await fetch(`${place.base}/events`, { headers });
    const heard = { status: answer.status, text: '', ended: false };
    (async () => { for await (const piece of answer.body) heard.text += Buffer.from(piece).toString(); heard.ended = true; })().catch(() => { heard.ended = true; });
    await until('it is open', 5, () => heard.text.includes(': open'));
    return heard;
  };
  const open = async (password) => {
    const one = visitor(place.base);
    await one.signIn('zoe@levain.example', password);
    return one;
  };
  execFileSync(place.program, ['user', 'enable', 'zoe@levain.example', '--data', place.data]); /* forgets the wrong tries, too */
  const here = await open('four words of my own'), there = await open('four words of my own');
  const cookies = (one) => ({ Cookie: [...one.jar].map(([name, value]) => `${name}=${value}`).join('; ') });
  const [mine, hers] = [await listen(cookies(here)), await listen({ Authorization: `Bearer ${keyOf(place, 'camille@levain.example')}` })];
  await here.get('/account');
  const before = cookies(here);
  await here.post('/sign-out');
  check('a live stream ends with its session', await until('it ends', 3, () => mine.ended), JSON.stringify(mine));
  check('and is refused to it from then on', [303, 401].includes((await fetch(`${place.base}/events`, { headers: before, redirect: 'manual' })).status));
  check('others go on', !hers.ended);
  const second = await listen(cookies(there));
  execFileSync(place.program, ['user', 'disable', 'zoe@levain.example', '--data', place.data]);
  check('and with the account that the operator closes', await until('it ends', 3, () => second.ended), JSON.stringify(second));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  await place.end();
}
end();
