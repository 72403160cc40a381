/* A small telephone, or 400 % of zoom (320 CSS pixels): every page that links lead to, once with scripts and once without, in French: it comes,
   fits, has one heading of the first rank and a title of its own, and says nothing in English of its own. */
import { readFileSync, readdirSync } from 'node:fs';
import { browser, check, desk, end, until, wait } from './_desk.mjs';

/* What the catalogue has in French: where such a text stands alone in English on a French page, a translation was not asked for. */
const english = new Set(), french = new Set(['English']), own = new Set(['Opening hours', 'Thanks']); /* titles of the sample's replies */
for (const name of readdirSync('po/parts')) {
  const text = readFileSync(`po/parts/${name}`, 'utf8');
  for (const [, id, str] of text.matchAll(/^msgid "((?:[^"\\]|\\.)*)"\nmsgstr "((?:[^"\\]|\\.)*)"/gm))
    if (french.add(str) && id.length > 3 && id !== str && !/[%{\\]/.test(id)) english.add(id.replace(/\s+/g, ' '));
}
/* One word for one thing, in the pages and in the French guide: a pause is no « veille » (that is a listening query), a « réponse type » nothing else. */
const others = [...readdirSync('po/parts').map((name) => `po/parts/${name}`), 'docs/utiliser.md', 'docs/termes.md'].flatMap((path) =>
  readFileSync(path, 'utf8').split('\n').filter((line) => !/^msgid/.test(line) && /\ben veille\b|réponses? enregistrée|\be-mails?\b/i.test(line)).map((line) => `${path}: ${line}`));
check('French has one word for one thing', !others.length, others.join('\n'));
const kind = (path) => path.replace(/[?#].*/, '').replace(/\d{6,}/g, '0').replace(/\/(webform|simulator)$/, '/kind');
const place = await desk({ simulator: 'on' });
try {
  let window = await browser(place, { lang: 'fr-FR', viewport: { width: 320, height: 640 } });
  await until('members write', 30, async () => {
    await window.page.goto(`${place.base}/inbox`);
    return (await window.page.locator('a[href^="/conversations/"]').count()) > 10;
  });
  await window.page.goto(`${place.base}/account`);
  await window.page.locator('input[name=lang][value=fr]').evaluate((box) => { box.checked = true; });
  await window.page.locator('form[action="/account"] button[type=submit], form[action="/account/profile"] button[type=submit]').first().click();
  await window.page.waitForLoadState();
  check('the desk speaks French', (await window.page.evaluate(() => document.documentElement.lang)) === 'fr');
  /* Between a telephone and a large screen: the head of a conversation keeps the name and every act. */
  await window.page.goto(`${place.base}/inbox`);
  const one = await window.page.locator('a[href^="/conversations/"]').first().getAttribute('href');
  for (const width of [320, 360, 480, 768, 800, 900, 1024, 1200, 1280, 1300, 1366, 1440, 1600]) {
    await window.page.setViewportSize({ width, height: 800 });
    await window.page.goto(place.base + one);
    const head = await window.page.evaluate(() => {
      const at = document.querySelector('.pane__h--conv'), end = at.getBoundingClientRect().right, name = document.querySelector('#conv-t').getBoundingClientRect();
      return { over: at.scrollWidth - at.clientWidth, beyond: [...at.querySelectorAll('a, button')].filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > end).length, name: name.width, covered:
        document.elementFromPoint(name.left + 40, name.top + name.height / 2)?.closest('#conv-t') === null };
    });
    check(`at ${width} the head of a conversation has its name and its acts`, head.over <= 0 && !head.beyond && head.name >= 70 && !head.covered, JSON.stringify(head));
  }
  const until_when = await window.page.locator('#m-snooze button[name=until]').allTextContents();
  check('a pause says until which hour', until_when.filter((text) => /\d+\s*h/.test(text)).length >= until_when.length - 1 && until_when.length > 2, until_when.join('|'));
  await window.page.setViewportSize({ width: 320, height: 640 });
  const cookies = await window.context.cookies();
  for (const scripts of [true, false]) {
    const context = await window.shell.newContext({ locale: 'fr-FR', timezoneId: 'Europe/Paris', viewport: { width: 320, height: 640 }, javaScriptEnabled: scripts });
    await context.addCookies(cookies);
    const page = await context.newPage(), known = new Set(), titles = new Map();
    const waiting = ['/today', '/inbox', '/moderation', '/search?q=pain', '/saved-replies/new', '/macros/new', '/workspaces/new', '/set-up/workspace', '/set-up/team', '/reach', '/questions'];
    let seen = 0;
    while (waiting.length && seen < 90) {
      const path = waiting.shift();
      if (known.has(kind(path))) continue;
      known.add(kind(path));
      const answer = await page.goto(place.base + path, { waitUntil: 'load' }).catch(() => null); /* null: a file to keep */
      if (!answer || !answer.headers()['content-type']?.startsWith('text/html')) continue;
      seen++;
      if (scripts) await wait(60);
      const found = await page.evaluate(() => {
        const shown = (e) => e.getClientRects().length > 0;
        const beyond = [...document.querySelectorAll('body *')].filter((e) => {
          if (!shown(e) || e.getBoundingClientRect().right <= innerWidth + 1) return false;
          for (let a = e; a && a !== document.body; a = a.parentElement) if (getComputedStyle(a).overflowX !== 'visible' || getComputedStyle(a).position === 'fixed') return false;
          return true;
        }).slice(0, 3).map((e) => `${e.tagName}.${e.className}`);
        const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const at = walk.currentNode.parentElement;
          if (!at.closest('script,style,template,code,kbd,[lang="en"]')) texts.push(walk.currentNode.data.replace(/\s+/g, ' ').trim());
        }
        for (const e of document.querySelectorAll('[aria-label],[title],[placeholder]')) for (const name of ['aria-label', 'title', 'placeholder']) if (e.getAttribute(name)) texts.push(e.getAttribute(name).trim());
        return { wide: document.documentElement.scrollWidth > innerWidth ? beyond.concat('scrolls') : beyond, title: document.title, heads: [...document.querySelectorAll('h1')].filter(shown).length,
          texts, links: [...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute('href')) };
      });
      const left = found.texts.filter((text) => english.has(text) && !french.has(text) && !own.has(text));
      check(`${path} ${scripts ? 'comes' : 'comes without scripts'}, fits, and is French`, answer.status() === 200 && !found.wide.length && found.heads === 1 && !left.length,
        JSON.stringify({ status: answer.status(), wide: found.wide, heads: found.heads, left }));
      const other = titles.get(found.title);
      check(`${path} has a title of its own`, !other, `“${found.title}” is ${other} too`);
      titles.set(found.title, path);
      for (const link of found.links) if (!/^\/(assets|api|metrics|undo|attachments)|evidence$|\/file$/.test(link) && !known.has(kind(link))) waiting.push(link);
    }
    check(`more than fifty pages were seen${scripts ? '' : ' without scripts'}`, seen > 50, `${seen}: ${[...known].join(' ')}`);
    await context.close();
  }
  await window.shell.close();
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
