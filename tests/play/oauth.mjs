/* A channel connected by signing in at its network: OAuth 2 with PKCE against a server of npm that insists on it (oidc-provider: exact redirect
   address, S256, codes that count once, refresh tokens that change with each use), in a browser; every refusal is told to the person, and
   nothing is half connected. Then the same at a real snac. */
// Proves mastodon (contract): renew
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, browser, check, desk, end, freePort, keyOf, linkOf, sql, until } from './_desk.mjs';
import { snac } from './_snac.mjs';

const { default: Provider } = await import('oidc-provider').catch(() => ({}));
if (!Provider) {
  console.log('# skipped: oauth (oidc-provider is not installed: npm ci)\n1..0');
  process.exit(0);
}
const quiet = (kept) => { for (const name of ['info', 'warn', 'error']) console[name] = kept?.[name] ?? (() => {}); };
const kept = { info: console.info, warn: console.warn, error: console.error };

/* ---- a server that speaks as Mastodon does, with a strict authorization server behind /oauth ---- */

const port = await freePort(), base = `http://localhost:${port}`, rights = 'read:accounts read:notifications read:statuses write:statuses write:media write:favourites write:accounts read:search';
const life = 8, client = { client_id: 'parvis-here', client_secret: 'a client secret: +&%' };
let provider = null, deny = false, granted = rights, dropToken = false, dead = false, registered = [], asked = [], told = [];
function authority(redirect) {
  quiet();
  provider = new Provider(base, {
    clients: [{ ...client, redirect_uris: [redirect], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post', application_type: 'native' }],
    scopes: rights.split(' '), pkce: { required: () => true }, issueRefreshToken: async () => true, rotateRefreshToken: true,
    routes: { authorization: '/oauth/authorize', token: '/oauth/token' }, ttl: { AccessToken: life, AuthorizationCode: 60, RefreshToken: 86400, Grant: 86400, Session: 600, Interaction: 600 },
    findAccount: async (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }), features: { devInteractions: { enabled: false } },
    interactions: { url: (ctx, one) => `/interaction/${one.uid}` }, cookies: { keys: ['only here'] }, clientBasedCORS: () => false,
  });
  quiet(kept);
  provider.on('grant.success', (ctx) => { /* it is done, and nobody hears of it; a renewal, which may come at the same time, is not meant */
    if (!dropToken || ctx.oidc.params.grant_type !== 'authorization_code') return;
    dropToken = false;
    ctx.res.end = () => { ctx.req.socket.destroy(); return ctx.res; };
  });
}
async function consent(request, answer) {
  const { params } = await provider.interactionDetails(request, answer);
  if (deny) return provider.interactionFinished(request, answer, { error: 'access_denied', error_description: 'The person said no.' }, { mergeWithLastSubmission: false });
  const grant = new provider.Grant({ accountId: 'levain', clientId: params.client_id });
  grant.addOIDCScope(granted);
  const withheld = rights.split(' ').filter((one) => !granted.split(' ').includes(one));
  if (withheld.length) grant.rejectOIDCScope(withheld.join(' '));
  return provider.interactionFinished(request, answer, { login: { accountId: 'levain' }, consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: false });
}
const say = (answer, status, document) => answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(document));
async function mastodon(request, answer, path) {
  const token = await provider?.AccessToken.find((request.headers.authorization ?? '').replace('Bearer ', ''));
  if (!token || token.isExpired || dead) return say(answer, 401, { error: 'The access token is invalid' });
  told.push(path);
  if (path === '/api/v1/accounts/verify_credentials') return say(answer, 200, { id: '7', username: 'levain', acct: 'levain', display_name: 'Levain', url: `${base}/@levain`, avatar: '', followers_count: 3 });
  if (path === '/api/v2/instance') return say(answer, 200, { version: '4.5.0', configuration: { statuses: { max_characters: 500 } } });
  if (path === '/api/v1/notifications') return say(answer, 200, []);
  return say(answer, 404, { error: 'Record not found' }); /* also /api/v1/apps/verify_credentials: what was granted is known from the token's answer alone */
}
const body = (request) => new Promise((done) => { let text = ''; request.on('data', (piece) => { text += piece; }).on('end', () => done(new URLSearchParams(text))); });
let server;
const listen = () => new Promise((done) => {
  server = createServer(async (request, answer) => {
    const { pathname: path, searchParams: query } = new URL(request.url, base);
    try {
      if (path === '/api/v1/apps' && request.method === 'POST') {
        registered.push(Object.fromEntries(await body(request)));
        authority(registered.at(-1).redirect_uris);
        return say(answer, 200, client);
      }
      if (path.startsWith('/interaction/')) return await consent(request, answer);
      if (path === '/oauth/authorize') asked.push(Object.fromEntries(query));
      if (path.startsWith('/oauth/')) return provider.callback()(request, answer);
      return await mastodon(request, answer, path);
    } catch (trouble) {
      return say(answer, 500, { error: String(trouble.stack) });
    }
  }).listen(port, 'localhost', done);
});
const silence = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
await listen();
const community = await snac('desk', 'jane').catch(() => null);

const place = await desk({ options: ['--net_allow', `127.0.0.1:${port} localhost:${port} [::1]:${port}${community ? ` 127.0.0.1:${community.port} localhost:${community.port}` : ''}`] });
const machine = api(place, keyOf(place)), { shell, page, trouble } = await browser(place);
const home = new URL(page.url()).origin;
const row = (channel) => sql(place, `SELECT state, state_story, known, verified_at, token_until, renewed_at, renew_due_at, renew_started_at FROM channel WHERE id = ${channel}`)[0];
const tries = (channel) => sql(place, `SELECT state, story, code FROM login WHERE channel_id = ${channel} ORDER BY id`);
const renewal = (channel) => sql(place, `SELECT done_at, failed_at, story FROM channel_act WHERE channel_id = ${channel} AND act = 'renew'`)[0];
const text = () => page.locator('main').innerText();

/* To the network, as a person does: the button, the link, and back; where it ended. */
async function signIn(id) {
  await page.goto(`${home}/channels/${id}/connect`);
  const button = page.locator(`form[action="/channels/${id}/connect"] button`), link = page.locator('a[href*="response_type=code"]');
  if (await button.count()) await button.click(); // else a try is ready
  await link.click({ timeout: 20000 });
  await page.waitForURL(/\/channels\/login\?/);
  return page.url();
}
const finish = async () => { await page.locator('form[action="/channels/login"] button').click(); await page.waitForURL(/\/connect$/); };

try {
  /* ---- connected ---- */
  await page.goto(`${home}/channels/new/mastodon`);
  await page.fill('#name', 'Fediverse');
  await page.fill('#f-url', base);
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL(/\/channels\/\d+\/connect/);
  const channel = /channels\/(\d+)/.exec(page.url())[1];
  check('it waits for somebody to sign in, and is not read', row(channel).state === 'paused', JSON.stringify(row(channel)));
  const back = await signIn(channel);
  check('Parvis made itself known with its address', registered.length === 1 && registered[0].redirect_uris === `${home}/channels/login`, JSON.stringify(registered));
  const question = asked[0] ?? {};
  check('it asked for its rights, with PKCE (S256) and a state', question.scope === rights && question.code_challenge_method === 'S256' && question.code_challenge?.length === 43 && question.state?.length > 40 && question.redirect_uri === registered[0]?.redirect_uris, JSON.stringify(question));
  check('the network says who answers (RFC 9207)', new URL(back).searchParams.get('iss') === base, back);
  check('coming back alone changes nothing', tries(channel)[0].state === 'ready' && !tries(channel)[0].code, JSON.stringify(tries(channel)));
  await finish();
  const fine = await until('it to work', 30, () => row(channel).verified_at > 0 && row(channel).state === 'ok');
  check('it is connected', fine, JSON.stringify([row(channel), tries(channel)]) + place.log().slice(-1500));
  check('the page follows by itself, and says so', await page.getByText('Tout fonctionne.').waitFor({ timeout: 15000 }).then(() => true, () => false), await text());
  const shown = (await machine.get(`/channels/${channel}/connect`)).document;
  check('who we are, what was granted, what is allowed there', shown.account?.handle === `levain@localhost:${port}` && shown.rights_told && shown.rights.every((one) => one.is_granted) && shown.limits.some((one) => one.word === 'body' && one.is_asked), JSON.stringify(shown));
  check('the code is gone from the database', tries(channel).at(-1).state === 'done' && !tries(channel).at(-1).code, JSON.stringify(tries(channel)));
  const disk = process.env.PARVIS_DATABASE ? '' : readFileSync(join(place.data, 'parvis.db'), 'latin1') + readFileSync(join(place.data, 'parvis.db-wal'), 'latin1');
  check('neither code nor client secret is there in clear', !disk.includes(new URL(back).searchParams.get('code')) && !disk.includes('a client'));

  /* ---- used once, by whom it is for, from whom was asked ---- */
  await page.goto(back);
  check('a code counts once', (await text()).includes('déjà servi'), await text());
  await page.goto(back.replace(/state=\d+-..../, (all) => `${all.slice(0, -4)}0000`));
  check('a wrong state connects nothing', (await text()).includes('pas commencé ici'), await text());
  const second = await signIn(channel);
  const other = await browser({ ...place, link: linkOf(place, 'ines@levain.example') });
  await other.page.goto(second);
  const theirs = await other.page.locator('body').innerText();
  check('another person’s session cannot use it', /pas commencé ici|Votre rôle/.test(theirs), theirs.slice(0, 500));
  await other.shell.close();
  await page.goto(second.replace(encodeURIComponent(base), encodeURIComponent('https://evil.example')));
  check('an answer of another server is refused', (await text()).includes('autre serveur'), await text());
  check('and all of it left the channel as it was', row(channel).state === 'ok' && tries(channel).at(-1).state === 'ready');

  /* ---- the person says no ---- */
  deny = true;
  await signIn(channel);
  check('who says no is told that nothing changed, with what the network said', /refusé/.test(await text()) && (await text()).includes('The person said no.'), await text());
  deny = false;

  /* ---- its token address is away: before, and after ---- */
  await signIn(channel);
  await silence();
  await finish();
  const waits = await until('the outage to be told', 20, () => tries(channel).at(-1).story);
  check('an outage before it is told, and waited for', waits && tries(channel).at(-1).state === 'redeem', JSON.stringify(tries(channel).at(-1).story));
  await listen();
  check('then the same code is redeemed', await until('it', 40, () => tries(channel).at(-1).state === 'done'), JSON.stringify(tries(channel).at(-1)));
  await signIn(channel);
  dropToken = true;
  await finish();
  const lost = await until('the loss to be told', 40, () => tries(channel).at(-1).state === 'failed' && tries(channel).at(-1));
  check('an answer lost after it is told: sign in once more', /perdue|lost/.test(lost?.story ?? ''), JSON.stringify(tries(channel).at(-1)));

  /* ---- renewed, long before the end, each refresh token once ---- */
  await signIn(channel);
  await finish();
  await until('it', 20, () => tries(channel).at(-1).state === 'done');
  const first = row(channel).renewed_at;
  const renewed = await until('three renewals', 40, () => row(channel).renewed_at > first + 10_000_000 && row(channel));
  check('its token is renewed before it ends, again and again', renewed && renewed.renew_due_at < renewed.token_until && renewed.state === 'ok' && !(renewal(channel).failed_at > first), JSON.stringify([row(channel), renewal(channel)]));
  await place.restart();
  const again = row(channel).renewed_at;
  check('after a restart too: the new refresh token was on disk', await until('one more', 30, () => row(channel).renewed_at > again && row(channel).state === 'ok'), JSON.stringify([row(channel), renewal(channel)]));
  told = [];
  await machine.post(`/channels/${channel}/fetch`);
  check('and reads with it', await until('a reading', 20, () => told.includes('/api/v1/notifications')), JSON.stringify(row(channel)));

  /* ---- taken back ---- */
  const app = registered.at(-1);
  authority(app.redirect_uris); // a new authority: it knows no grant of the one before
  const refused = await until('the refusal to be told', 30, () => /accepte plus|no longer takes/.test(renewal(channel).story) && renewal(channel));
  check('a renewal that is refused is told', /accepte plus|no longer takes/.test(refused?.story ?? ''), JSON.stringify(renewal(channel)));
  check('while the old token still works, so does the channel', row(channel).state === 'ok' || row(channel).token_until < Date.now() * 1000, JSON.stringify(row(channel)));
  await until('the end of the token', 15, () => row(channel).token_until < Date.now() * 1000);
  await machine.post(`/channels/${channel}/fetch`);
  const broken = await until('it to break', 30, () => row(channel).state === 'broken');
  check('when the token has ended the channel says so, with the reason', broken && /Reliez|Connect/.test(row(channel).state_story), JSON.stringify(row(channel)));
  granted = rights.replace(' write:favourites', '');
  await signIn(channel);
  await finish();
  const whole = await until('it to work again', 30, () => row(channel).state === 'ok' && JSON.parse(row(channel).known).missing?.length === 1);
  check('signed in again, it works, and a right that was not granted is named', whole && JSON.parse(row(channel).known).missing[0] === 'write:favourites', JSON.stringify(row(channel)));
  check('no script complained', /* but of the restart */ !trouble.filter((one) => !/409|403|502|422|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(one)).length, trouble.join('\n'));

  /* ---- by the operator ---- */
  const words = ['channel', 'client', 'mastodon', '--client-id', 'known-as', '--server', 'https://mastodon.example/', '--data', place.data];
  execFileSync(place.program, words, { input: 'its own secret\n', env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' } });
  const known = sql(place, "SELECT server, client, redirect FROM login_client WHERE client = 'known-as'")[0];
  check('the operator says by what name a server knows us', known?.server === 'https://mastodon.example' && known.redirect === '', JSON.stringify(known));

  /* ---- a real server ---- */
  if (!community) console.log('# skipped: the real snac (not to be had here)');
  else {
    const made = await machine.post('/channels/new/mastodon', { name: 'Snac', setting: ['url'], value: [community.base] });
    const real = /\d+/.exec(made.document?.id ?? made.headers.get('location') ?? '')[0];
    await page.goto(`${home}/channels/${real}/connect`);
    await page.locator(`form[action="/channels/${real}/connect"] button`).click();
    await page.locator('a[href*="response_type=code"]').click({ timeout: 20000 });
    await page.waitForURL(/\/oauth\/authorize/);
    await page.fill('input[name="login"]', 'desk');
    await page.fill('input[name="passwd"]', community.passwords.desk);
    await page.locator('input[type="submit"]').first().click();
    await page.waitForURL(/\/channels\/login\?/, { timeout: 15000 });
    await finish();
    const joined = await until('snac to let us in', 30, () => row(real).verified_at > 0 && row(real));
    check('signed in at a real server, and who we are there was found out', joined?.state === 'ok' && JSON.parse(joined.known).account?.handle.startsWith('desk@'), JSON.stringify([row(real), tries(real)]));
  }
} catch (fault) {
  check("the play goes to its end", false, `${fault.stack}\n${JSON.stringify(sql(place, "SELECT * FROM login"))} ${registered.length}\n${await text().catch(() => '')}\n${place.log().slice(-3000)}`);
} finally {
  await shell.close();
  await place.end();
  await silence().catch(() => {});
  await community?.end();
}
end();
