/* Tokens that do not last, at YouTube and at X: somebody signs in over there (the person's part is played: the question is read, its answer brought
   back), the token ends while the desk works and is renewed, by itself ahead of its end and when it was refused; the refresh token, which counts
   once, is another one each time, and the one that was kept is the one that is used, also after a restart. What is asked with the tokens is held
   against the networks' descriptions; their token addresses, which no description has, are played by what RFC 6749 and 7636 say. */
// Proves youtube (contract): renew
// Proves twitter (contract): renew
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { api, browser, check, desk, end, keyOf, sql, statement, until } from './_desk.mjs';
import { absent, contract } from './_contract.mjs';

/* ---- a token address: codes and refresh tokens count once, access tokens end ---- */

const client = { id: 'parvis-here', secret: 'its own: +&%' };
function authority({ basic, type = 'Bearer' }) {
  const place = { codes: new Map(), tokens: new Map(), refresh: '', used: [], life: 3600, faults: [], number: 0, kept: [] };
  const refuse = (error) => ({ status: error === 'invalid_client' ? 401 : 400, body: { error } });
  place.valid = (asked) => place.tokens.get((asked.headers.authorization ?? '').replace('Bearer ', '')) > Date.now();
  place.expire = () => { for (const token of place.tokens.keys()) place.tokens.set(token, 0); };
  place.token = (asked) => {
    const form = new URLSearchParams(asked.raw.toString()), fault = (what) => { place.faults.push(`${what}: ${asked.raw}`); return null; };
    if (asked.headers['content-type'] !== 'application/x-www-form-urlencoded') fault('no form');
    const [id, secret] = basic ? Buffer.from((asked.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString().split(':').map(decodeURIComponent) : [form.get('client_id'), form.get('client_secret')];
    if (id !== client.id || secret !== client.secret || (basic && form.has('client_secret'))) { fault(`the client is ${id}`); return refuse('invalid_client'); }
    if (form.get('grant_type') === 'authorization_code') {
      const code = place.codes.get(form.get('code'));
      place.codes.delete(form.get('code'));
      if (!code || code.redirect !== form.get('redirect_uri') || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== code.challenge) { fault('the code'); return refuse('invalid_grant'); }
    } else {
      place.used.push(form.get('refresh_token'));
      if (form.get('grant_type') !== 'refresh_token' || !place.refresh || form.get('refresh_token') !== place.refresh) { fault('the refresh token'); return refuse('invalid_grant'); }
    }
    const token = `access-${++place.number}`;
    place.refresh = `once-${place.number}`;
    place.kept.push(place.refresh);
    place.expire(); // the one before counts no longer
    place.tokens.set(token, Date.now() + place.life * 1000);
    return { body: { access_token: token, token_type: type, expires_in: place.life, refresh_token: place.refresh, scope: place.scope } };
  };
  return place;
}

/* ---- the networks, as small as can be ---- */

const google = authority({ basic: false }), x = authority({ basic: true, type: 'bearer' });
const list = (kind, items) => ({ body: { kind: `youtube#${kind}ListResponse`, etag: 'e', pageInfo: { totalResults: items.length, resultsPerPage: 100 }, items } });
const told = { youtube: [], twitter: [] };
const youtube = await contract('youtube', 'youtube-v3.openapi.json.gz', (asked) => {
  if (!google.valid(asked)) return { status: 401, body: { error: { code: 401, message: 'Invalid Credentials', errors: [{ message: 'Invalid Credentials', domain: 'global', reason: 'authError' }] } } };
  told.youtube.push(asked.operation);
  if (asked.operation === 'youtube.channels.list') return list('channel', [{ kind: 'youtube#channel', id: 'UCdesk', snippet: { title: 'Levain', customUrl: '@levain' }, statistics: { subscriberCount: '3' } }]);
  if (asked.operation === 'youtube.commentThreads.list') return list('commentThread', []);
  return undefined;
}, { beside: (asked) => (asked.path === '/token' ? google.token(asked) : undefined) });
const network = youtube && await contract('x', 'x-api-v2.openapi.json.gz', (asked) => {
  if (!x.valid(asked)) return { status: 401, headers: { 'Content-Type': 'application/problem+json' }, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } };
  told.twitter.push(asked.path);
  if (asked.path === '/2/users/me') return { body: { data: { id: '100', name: 'Levain', username: 'levain' } } };
  if (asked.path === '/2/users/100/mentions') return { body: { meta: { result_count: 0 } } };
  return undefined;
}, { beside: (asked) => (asked.path === '/2/oauth2/token' ? x.token(asked) : undefined) });
if (!network) {
  await youtube?.end();
  console.log(absent('youtube and x'));
  process.exit(0);
}
const place = await desk({ options: ['--net_allow', `${youtube.host} ${network.host}`] });
const machine = api(place, keyOf(place)), { shell, page } = await browser(place), home = new URL(page.url()).origin;
const row = (channel) => sql(place, `SELECT state, state_story, known, verified_at, fetched_at, token_until, renewed_at, renew_due_at FROM channel WHERE id = ${channel}`)[0];
const renewal = (channel) => sql(place, `SELECT done_at, failed_at, story FROM channel_act WHERE channel_id = ${channel} AND act = 'renew'`)[0];

/* To the network and back, as a person who says yes there. */
async function signIn(channel, where, them) {
  await page.goto(`${home}/channels/${channel}/connect`);
  await page.locator(`form[action="/channels/${channel}/connect"] button`).click();
  const question = new URL(await page.locator('a[href*="response_type=code"]').getAttribute('href', { timeout: 20000 })), { searchParams: asked } = question;
  them.scope = asked.get('scope');
  check(`${where}: the person is sent to the network itself, with PKCE`, question.origin === where && asked.get('code_challenge_method') === 'S256' && asked.get('client_id') === client.id, question.href);
  them.codes.set('a-code', { challenge: asked.get('code_challenge'), redirect: asked.get('redirect_uri') });
  await page.goto(`${asked.get('redirect_uri')}?code=a-code&state=${encodeURIComponent(asked.get('state'))}`);
  await page.locator('form[action="/channels/login"] button').click();
  await page.waitForURL(/\/connect$/);
  return question;
}

async function play(kind, title, where, server, them) {
  execFileSync(place.program, ['channel', 'client', kind, '--client-id', client.id, '--data', place.data], { input: `${client.secret}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
  const made = await machine.post(`/channels/new/${kind}`, { name: title, setting: ['url'], value: [server.base] });
  const channel = (await machine.get('/channels')).document.channels.find((one) => one.name === title)?.id;
  if (!check(`${title}: it waits for somebody to sign in`, channel && row(channel).state === 'paused', made.text)) return;
  const question = await signIn(channel, where, them);
  if (kind === 'youtube') check('Google is asked for what renews the token', question.searchParams.get('access_type') === 'offline' && question.searchParams.get('prompt') === 'consent', question.href);
  const fine = await until('it to work', 30, () => row(channel).verified_at > 0 && row(channel).fetched_at > 0 && row(channel));
  check(`${title}: signed in, it is looked at and read`, fine?.state === 'ok' && fine.token_until > (Date.now() + 3500e3) * 1000 && them.number === 1, JSON.stringify([row(channel), them.faults]));

  /* An hour later: the desk slept through it, so that nothing was renewed ahead. */
  them.expire();
  statement(place, `UPDATE channel SET renewed_at = renewed_at - 3600000000, token_until = token_until - 3600000000, renew_due_at = token_until + 3600000000 WHERE id = ${channel}`);
  const before = told[kind].length;
  them.life = 10;
  await machine.post(`/channels/${channel}/fetch`);
  const again = await until('the ended token to be renewed', 30, () => them.number > 1 && told[kind].length > before && row(channel).state === 'ok' && row(channel));
  check(`${title}: a token that ended is renewed when it is refused, and what was asked is asked again`, again && them.used[0] === 'once-1', JSON.stringify([row(channel), renewal(channel), them.used, them.faults]));

  /* Ten seconds of life: renewed ahead of the end, by the refresh token that came with the one before. */
  const ahead = await until('it to be renewed ahead of its end, twice', 30, () => them.number > 3 && row(channel));
  check(`${title}: it is renewed ahead of its end, again and again`, ahead?.state === 'ok' && ahead.renew_due_at < ahead.token_until, JSON.stringify([row(channel), renewal(channel), them.used]));
  return channel;
}

try {
  const channels = { youtube: await play('youtube', 'Videos', 'https://accounts.google.com', youtube, google), twitter: await play('twitter', 'Posts', 'https://x.com', network, x) };
  google.life = x.life = 3600;
  for (const channel of Object.values(channels)) await until('a token of an hour again', 30, () => row(channel).token_until > (Date.now() + 3000e3) * 1000);
  await place.restart();
  for (const [kind, them, server] of [['youtube', google, youtube], ['twitter', x, network]]) {
    const last = them.number, asked = told[kind].length;
    statement(place, `UPDATE channel SET renew_due_at = 1 WHERE id = ${channels[kind]}`);
    await until('one more renewal', 30, () => them.number > last && renewal(channels[kind])?.done_at >= row(channels[kind]).renewed_at);
    await machine.post(`/channels/${channels[kind]}/fetch`);
    const reads = await until('a reading', 30, () => told[kind].length > asked && row(channels[kind]).state === 'ok');
    check(`${kind}: after a restart the refresh token that was kept is used, and the channel is read`, reads, JSON.stringify([row(channels[kind]), them.used, them.faults]));
    check(`${kind}: each refresh token was used once, in the order they came`, them.used.length > 2 && JSON.stringify(them.used) === JSON.stringify(them.kept.slice(0, them.used.length)), JSON.stringify([them.used, them.kept]));
    check(`${kind}: what was asked of the token address is as RFC 6749 has it`, !them.faults.length, them.faults.join('\n'));
    check(`${kind}: every other request is as the description has it`, !server.violations.length && !server.strange.length, [...server.violations, ...server.strange].slice(0, 5).join('\n'));
  }
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await shell.close();
  await place.end();
  await youtube.end();
  await network.end();
}
end();
