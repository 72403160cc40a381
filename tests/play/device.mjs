/* One machine, two people, as at a counter: what one has begun to write is theirs alone, stays while their session ends by itself, and is gone
   from the machine when they sign out. */
import { browser, check, desk, end, linkOf, statement, until, wait } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
try {
  const { shell, context, page, trouble } = await browser(place, { viewport: { width: 1280, height: 800 } });
  const links = page.locator('a[href^="/conversations/"]');
  await until('members write', 30, async () => { await page.goto(`${place.base}/inbox`); return (await links.count()) > 3; });
  const one = await links.nth(1).getAttribute('href');
  const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  const enter = async (email) => {
    await page.goto(linkOf(place, email));
    await page.locator('form[action^="/sign-in/link/"] button[type=submit]').click();
    await page.waitForURL(/\/today/);
    await page.goto(place.base + one);
  };
  const write = async (text) => {
    await page.locator('#body').fill(text);
    await until('it is kept', 5, async () => (await kept()).includes(text));
  };
  const leave = async () => {
    await page.locator('button[popovertarget=m-user]').first().click();
    await page.locator('#m-user form[action="/sign-out"] button').click();
    await page.waitForURL(/sign-in/);
  };
  await page.goto(place.base + one);
  await write('Camille thinks of a gesture');
  await page.reload();
  check('what was begun is there again', (await page.locator('#body').inputValue()) === 'Camille thinks of a gesture');
  await context.clearCookies(); /* the session ends, nobody signed out */
  await enter('awa@levain.example');
  await wait(300);
  check('a colleague on the same machine does not see it', (await page.locator('#body').inputValue()) === '');
  await write('Awa writes too');
  await leave();
  check('who signs out leaves nothing of theirs behind', !(await kept()).includes('Awa writes'), await kept());
  await enter('camille@levain.example');
  check('and who only lost the session finds it again', await until('her own', 5, async () => (await page.locator('#body').inputValue()) === 'Camille thinks of a gesture'));
  await leave();
  check('until they sign out', !(await kept()).includes('gesture'), await kept());
  check('nothing broke meanwhile', !trouble.filter((text) => !/Failed to load resource|401/.test(text)).length && statement(place, "SELECT count(*) FROM message WHERE body LIKE 'Camille thinks%'") === '0', trouble.join('\n'));
  await shell.close();
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
