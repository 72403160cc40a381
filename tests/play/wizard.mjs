/* The wizard once for each kind of channel, as somebody goes through it who never made an app anywhere: what to do over there, numbered; what is to be
   pasted, taken along by a press; the form with what they typed; the page that follows. Nobody outside is asked: names end in .invalid. Then the ids by
   which networks know the installation, kept on their page, and what becomes of them. */
import { api, browser, check, desk, end, keyOf, linkOf, sql } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place));
const typed = { simulator: { url: `http://127.0.0.1:${place.simulatorPort}`, token: place.simulatorToken } };
const common = {
  url: 'https://network.invalid', handle: 'bakery.network.invalid', password: 'abcd-efgh-ijkl-mnop', token: '12345:abcdefgh', address: 'hello@levain.invalid', imap: 'imap.levain.invalid',
  smtp: 'smtp.levain.invalid', user: 'camille', guild: '1234567890123456789',
};
let shell = null;

try {
  const window = await browser(place);
  ({ shell } = window);
  const { page, context, trouble } = window, home = new URL(page.url()).origin;
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: home });
  const { kinds } = (await machine.get('/channels')).document;
  check('there are kinds to go through', kinds.length >= 15, kinds.length);
  const made = {};
  for (const { word } of kinds) {
    const { guide, fields, way } = (await machine.get(`/channels/new/${word}`)).document;
    await page.goto(`${home}/channels/new/${word}`);
    const shown = await page.locator('.guide-steps > li').count(), told = (guide?.operator?.steps.length ?? 0) + (guide?.steps.length ?? 0) + (guide?.after.length ?? 0);
    check(`${word}: what to do is said, step by step`, guide && shown === told && guide.steps.length > 0 && guide.troubles.length > 0 && way.some((step) => step.is_current), `${shown} of ${told}`);
    /* What is pasted there, by a press, also of the keyboard. */
    const copy = page.locator('.guide-steps [data-copy]:visible').first();
    if (await copy.count()) {
      const field = page.locator(`#${await copy.getAttribute('data-copy')}`);
      await copy.focus();
      await page.keyboard.press('Enter');
      await page.locator('.is-copied').first().waitFor();
      check(`${word}: what is to be pasted is taken along`, await page.evaluate(() => navigator.clipboard.readText()) === await field.inputValue());
    }
    const login = guide.operator !== null || word === 'mastodon';
    for (const field of fields) {
      const value = (typed[word] ?? common)[field.name];
      if (value === undefined || (login && field.is_secret) || (!field.is_required && field.name !== 'url')) continue;
      if (guide.operator !== null && field.name === 'url') continue; // their own address, which nobody asks as long as nobody signs in
      await page.fill(`#f-${field.name}`, value);
    }
    await page.locator(`form[action="/channels/new/${word}"] button[type=submit]`).click();
    await page.waitForURL(/\/channels\/\d+/);
    made[word] = /channels\/(\d+)/.exec(page.url())[1];
    const text = await page.locator('main').innerText();
    check(`${word}: it is connected, and its page says what comes next`, text.length > 200, text.slice(0, 300));
    if (!page.url().endsWith('/connect')) continue;
    const { guide: later, login: there } = (await machine.get(`/channels/${made[word]}/connect`)).document;
    check(`${word}: who signs in over there is led to it`, login === (there !== null), JSON.stringify(there));
    const { deliveries } = (await machine.get(`/channels/${made[word]}`)).document;
    for (const step of later.after.filter((one) => one.paste?.includes('/in/'))) check(`${word}: the address for deliveries is the channel's`, step.paste === deliveries.address && (await page.locator(`#${step.id}`).inputValue()) === step.paste, step.paste);
  }

  /* ---- the apps ---- */
  await page.goto(`${home}/channels/${made.youtube}/connect`);
  await page.locator(`form[action="/channels/${made.youtube}/connect"] button`).click();
  await page.getByText('Applications chez les réseaux').first().waitFor();
  check('without an app nobody is sent away, and it is said where one is kept', !(await page.locator('a[href*="response_type=code"]').count()), page.url());
  const before = (await machine.get('/network-apps')).document;
  check('the page knows the networks that want an app, and our address', before.apps.map((one) => one.word).sort().join() === 'facebook,gmail,instagram,outlook,twitter,youtube' && before.apps.every((one) => !one.is_known)
    && before.address === `${home}/channels/login`, JSON.stringify(before));
  await page.goto(`${home}/network-apps`);
  await page.fill('#youtube-id', '1234.apps.example.org');
  await page.fill('#youtube-secret', 'a hushed secret');
  await page.locator('form[action="/network-apps/youtube"] button').last().click();
  await page.waitForURL(/network-apps/);
  const kept = (await machine.get('/network-apps')).document.apps.find((one) => one.word === 'youtube');
  check('it is kept', kept.is_known && kept.has_secret && kept.client === '1234.apps.example.org', JSON.stringify(kept));
  const html = await page.content();
  check('the secret is nowhere to be seen', !html.includes('hushed') && !JSON.stringify(kept).includes('hushed'));
  const row = sql(place, "SELECT hex(secret) AS secret, is_fixed FROM login_client WHERE kind = 'youtube'")[0];
  check('it is sealed where it lies', row.secret.length > 60 && !Buffer.from(row.secret, 'hex').includes('hushed'), JSON.stringify(row));
  check('the log of the installation says who did it, without it', sql(place, "SELECT detail, actor FROM audit_entry WHERE workspace_id = 0 AND act = 'installation.network_app'").map((one) => `${one.actor} ${one.detail}`).join()
    .match(/^user:\d+ \{"kind":"youtube"\}$/));
  const wrong = await machine.post('/network-apps/youtube', { client_id: 'another' });
  check('another id wants its own secret', wrong.status === 422 || wrong.status === 400, wrong.text);
  await page.goto(`${home}/channels/${made.youtube}/connect`);
  await page.locator(`form[action="/channels/${made.youtube}/connect"] button`).click();
  const way = new URL(await page.locator('a[href*="response_type=code"]').getAttribute('href'));
  check('now people are sent to the network, with the id, the rights and the way back', way.hostname === 'accounts.google.com' && way.searchParams.get('client_id') === '1234.apps.example.org'
    && way.searchParams.get('redirect_uri') === before.address && way.searchParams.get('scope') === kept.rights && !way.href.includes('hushed'), way.href);

  /* ---- who may not ---- */
  const ines = await (await shell.newContext({ locale: 'fr-FR' })).newPage();
  await ines.goto(linkOf(place, 'awa@levain.example'));
  await ines.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
  await ines.waitForURL(/\/today/);
  const denied = await ines.goto(`${home}/network-apps`);
  check('who may not set channels does not see them', denied.status() === 403, denied.status());

  /* ---- and the banner ---- */
  await page.goto(`${home}/channels`);
  const ribbon = await page.locator('.ribbon:not([hidden])').first().innerText();
  check('the banner does not say any more that nothing leaves', !/rien ne sort/.test(ribbon) && /part pour de bon/.test(ribbon), ribbon || 'none');
  check('the console was quiet', !trouble.filter((one) => !/40[039]|422/.test(one)).length, trouble.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await shell?.close();
  await place.end();
}
end();
