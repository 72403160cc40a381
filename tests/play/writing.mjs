/* What helps to write posts: templates and hashtags that go in where one writes, by hand and without a script; variables that keep a post back. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { api, browser, check, desk, end, keyOf, sql, until } from './_desk.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const place = await desk();
let window = null;
try {
  const machine = api(place, keyOf(place));
  const make = async (fields) => { const made = await machine.post('/writing-aids', fields); check(`made: ${fields.name}`, made.status === 201, made.text); return made.document.id; };
  const [{ id: channel }] = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator' ORDER BY id LIMIT 1");
  const template = await make({ kind: 'template', name: 'Retour', body: '{{produit}} revient le {{jour}}.' });
  const tags = await make({ kind: 'hashtags', name: 'Pain', body: 'pain levain brioche', shows: 2 });
  await make({ kind: 'variable', name: 'produit', about: 'ce dont on parle', body: 'La brioche' });
  await make({ kind: 'variable', name: 'jour', type: 'date' });
  check('a name with an accent is refused, by its field', (await machine.post('/writing-aids', { kind: 'variable', name: 'été' })).document.errors[0].field === 'name');
  const all = await machine.get('/writing-aids');
  check('they are listed by what they are', all.document.templates.length === 1 && all.document.hashtags[0].text === '#pain #levain #brioche' && all.document.variables.length === 2, all.text);
  const used = [];
  for (let i = 0; i < 3; i++) used.push((await machine.post(`/writing-aids/${tags}/use`, {})).document.text);
  check('hashtags take turns', used.join() === '#pain #levain,#brioche #pain,#levain #brioche', used.join());

  const made = await machine.post('/posts', { title: 'Retour', body: 'Bonjour.', channels: [channel], lang: 'fr', aid: template });
  const { id } = made.document.post;
  check('a template goes in behind what stands there', made.document.post.body === 'Bonjour.\n\n{{produit}} revient le {{jour}}.', made.document.post.body);
  check('it is kept back until its variables have values', made.document.findings.length === 1 && made.document.findings[0].field === 'variables' && made.document.findings[0].place === '#variables', JSON.stringify(made.document.findings));
  check('that alone is told of them', !made.document.checks.some((one) => one.excerpt.includes('produit')), JSON.stringify(made.document.checks));
  check('it says which', JSON.stringify(made.document.variables.list.map((one) => [one.name, one.type, one.otherwise, one.fault !== null])) === '[["produit","text","La brioche",false],["jour","date","",true]]', JSON.stringify(made.document.variables));

  /* ---- by hand ---- */
  window = await browser(place);
  const { page, trouble } = window;
  await page.goto(`${place.base}/posts/${id}`);
  await page.evaluate(axe);
  const violations = async () => (await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))).violations;
  let found = await violations();
  check('the composer is for everybody (axe)', found.length === 0, JSON.stringify(found.map((one) => [one.id, one.nodes[0].html.slice(0, 200)])));
  await page.click('#first_comment');
  await page.click('details:has([data-aid]) >> nth=1 >> summary');
  await page.click(`[data-aid="${tags}"]`);
  await page.waitForFunction(() => document.getElementById('first_comment').value.includes('#pain'));
  check('hashtags go in where one was writing', /^#pain #levain$/.test(await page.inputValue('#first_comment')), await page.inputValue('#first_comment'));
  await page.fill('#variable-jour', '2027-04-04');
  await page.locator('#variable-jour').blur();
  await until('it to be saved by itself', 20, async () => (await machine.get(`/posts/${id}`)).document.findings.length === 0);
  const shown = (await machine.get(`/posts/${id}`)).document;
  check('the preview is what leaves', JSON.stringify(shown.previews[0].body).includes('La brioche revient le 4 avril 2027.'), JSON.stringify(shown.previews[0].body));
  check('nothing stands in its way', shown.can.ready && !shown.has_findings && shown.post.first_comment === '#pain #levain');
  await page.goto(`${place.base}/writing-aids?aid=${tags}`);
  await page.evaluate(axe);
  found = await violations();
  check('their page too', found.length === 0, JSON.stringify(found.map((one) => [one.id, one.nodes[0].html.slice(0, 200)])));
  await page.fill('#shows', '9');
  await page.click('#aid button[type=submit]:not([formaction])');
  check('what does not fit is said beside it', await page.locator('#shows-error').isVisible() && (await page.inputValue('#shows')) === '9');
  await page.goto(`${place.base}/writing-aids?aid=${tags}`);
  await page.click('#aid button[formaction]');
  await until('it to be put away', 10, async () => (await machine.get('/writing-aids')).document.archived.length === 1);
  check('the pages are quiet', trouble.filter((one) => !/422/.test(one)).length === 0, JSON.stringify(trouble));

  /* ---- without a script ---- */
  const plain = await window.shell.newContext({ javaScriptEnabled: false, storageState: await window.context.storageState() }), bare = await plain.newPage();
  await bare.goto(`${place.base}/posts/new`);
  await bare.fill('#body', 'Sans script.');
  await bare.click('details:has([name="aid"]) >> nth=0 >> summary');
  await bare.click(`button[name="aid"][value="${template}"]`);
  check('without a script it goes in too', (await bare.inputValue('#body')) === 'Sans script.\n\n{{produit}} revient le {{jour}}.', await bare.inputValue('#body'));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await window?.shell.close();
  await place.end();
}
end();
