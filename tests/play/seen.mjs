/* Two people change one idea, campaign, template, queue, note: who saves later is told who was faster and what stands there by now, loses nothing of what they typed, and saves over it
   once they saw; programs bring the mark as a field or as If-Match. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, statement } from './_desk.mjs';
import { member } from './_member.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk(), key = keyOf(place), owner = api(place, key);
let window = null;
try {
  statement(place, "UPDATE person SET lang = 'en'");
  const noor = await member(place, 'noor@levain.example');
  statement(place, "UPDATE membership SET role = 'administrator' WHERE person_id = (SELECT id FROM person WHERE email = 'noor@levain.example')");
  const make = async (path, fields) => { const made = await owner.post(path, fields); if (made.status >= 300) throw new Error(made.text); return made.document.id; };
  const things = [
    { what: 'an idea', path: `/ideas/${await make('/ideas', { title: 'Bread', body: 'Rye.' })}`, first: { title: 'Rye bread', body: 'Rye.' }, mine: { title: 'Oat bread', body: 'Of oats.' }, kept: 'Of oats.' },
    { what: 'a campaign', path: `/campaigns/${await make('/campaigns', { name: 'Spring 2030' })}`, first: { name: 'Spring 2031' }, mine: { name: 'Spring 2032', brief: 'For everybody.' }, kept: 'For everybody.', form: '/edit' },
    { what: 'a template', path: `/writing-aids/${await make('/writing-aids', { kind: 'template', name: 'Sunday', body: 'Open at six.' })}`, first: { name: 'Sunday', body: 'Open at seven.' },
      mine: { name: 'Sunday', body: 'Open at eight.' }, kept: 'Open at eight.' },
    { what: 'a pillar', path: `/pillars/${await make('/pillars', { name: 'Mills', share: 0 })}`, first: { name: 'Millers' }, mine: { name: 'Millstones' }, kept: 'Millstones' },
    { what: 'a queue', path: `/queues/${await make('/queues', { name: 'Mornings', hours: 'Mon 09:00' })}`, first: { name: 'Mornings', hours: 'Mon 10:00' }, mine: { name: 'Evenings', hours: 'Mon 18:00' }, kept: 'Evenings',
      list: (id) => `/queues?queue=${id}`, more: (id) => ({ queue: id }) },
    { what: 'a note', path: `/calendar/notes/${await make('/calendar/notes', { title: 'Closed', day: '2030-03-01' })}`, first: { title: 'Closed early', day: '2030-03-01' }, mine: { title: 'Closed late', day: '2030-03-01' },
      kept: 'Closed late', list: (id) => `/calendar?note=${id}`, more: (id) => ({ note: id }) },
    { what: 'the rules of links', path: '/links', first: { source: 'first' }, mine: { source: 'mine-of-noor' }, kept: 'mine-of-noor' },
  ];
  const mark = (html) => /name="seen" value="([0-9a-f]*)"/.exec(html)?.[1];
  for (const { what, path, first, mine, kept, form = '', list, more } of things) {
    const id = path.split('/').at(-1), at = list ? list(id) : `${path}${form}`, seen = mark((await noor.get(at)).text);
    check(`${what}: its form carries the mark`, seen?.length === 32, seen);
    const theirs = await owner.post(path, first);
    check(`${what}: somebody is faster`, theirs.status < 300, theirs.text);
    const late = await noor.post(path, { ...mine, ...more?.(id), seen });
    check(`${what}: who saves later is told, by whom, and sees both`, late.status === 409 && /changed this/.test(late.text) && /<del>|<ins>/.test(late.text), `${late.status} ${late.text.slice(0, 300)}`);
    check(`${what}: nothing typed is lost`, late.text.includes(kept), late.text.slice(0, 200));
    const fresh = mark(late.text), program = await owner.post(path, { ...first, seen });
    check(`${what}: a program is told the same`, program.status === 409 && program.document.field === 'seen', program.text);
    const over = await noor.post(path, { ...mine, ...more?.(id), seen: fresh });
    check(`${what}: having seen, it is kept`, over.status === 303 && fresh && fresh !== seen, `${over.status} ${over.text.slice(0, 300)}`);
  }
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }, call = (mark_) => fetch(`${place.base}/api/v1${things[0].path}`, { method: 'POST', headers: { ...headers, 'If-Match': `"${mark_}"` }, body: JSON.stringify({ title: 'Spelt' }) });
  const now = (await owner.get(things[0].path)).document.form.seen;
  check('If-Match is understood', (await call('0'.repeat(32))).status === 409 && (await call(now)).status === 200);
  /* ---- in a window ---- */
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}${things[0].path}`);
  await page.locator('#body').fill('Written for a long time.');
  await owner.post(things[0].path, { title: 'Einkorn' });
  await page.locator('#title').locator('xpath=ancestor::form').locator('button[type=submit]').last().click();
  await page.locator('#conflict').waitFor();
  check('the window shows who was faster, and what was written is there', /changed this/.test(await page.locator('#conflict').innerText()) && (await page.locator('#body').inputValue()) === 'Written for a long time.');
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  check('axe finds nothing', found.violations.length === 0, JSON.stringify(found.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)])));
  if (process.env.PARVIS_SHOTS) await page.screenshot({ path: `${process.env.PARVIS_SHOTS}/seen.png`, fullPage: true });
  check('nothing went wrong in the page', trouble.filter((line) => !/409/.test(line)).length === 0, trouble.join('\n'));
} finally {
  await window?.shell.close();
  await place.end();
}
end();
