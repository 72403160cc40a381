/* The house rules: read by everybody in both languages, written article by article, published, cited; versions stay readable. */
import { check, desk, end } from './_desk.mjs';
import { member, plain } from './_member.mjs';

const place = await desk();
try {
  const ines = await member(place, 'ines@levain.example', { lang: 'fr' }), awa = await member(place, 'awa@levain.example');
  const stranger = await member(place);
  const address = (await ines.json('/charter')).document.public_url;

  let page = await stranger.get(`${address}?lang=fr`);
  check('everybody reads them in French', page.status === 200 && /lang="fr"/.test(page.text) && /On critique un pain/.test(page.text) && /Contester une décision/.test(plain(page.text)), page.text.slice(0, 600));
  page = await stranger.get(`${address}?lang=en`);
  check('and in English', page.status === 200 && /<html lang="en"/.test(page.text) && /Criticise a loaf/.test(page.text) && /Contest a decision/.test(page.text) && /within 7 days/.test(plain(page.text)));
  check('with a way to the other language', /href="\?lang=fr"/.test(page.text) && /hreflang="fr"/.test(page.text));
  check('the public page holds nothing of the desk', !/name="csrf"/.test(page.text) && !/data-live/.test(page.text));
  check('a workspace that does not exist has none', (await stranger.get('/c/nobody/charter')).status === 404);
  check('nor has a version that was never published', (await stranger.get(`${address}?version=7`)).status === 404);

  page = await awa.get('/charter');
  check('an agent reads them', page.status === 200 && !/action="\/charter\/versions"/.test(page.text), page.status);
  check('and writes none', (await awa.post('/charter/versions')).status === 403);

  await ines.get('/charter');
  let answer = await ines.post('/charter/versions');
  check('a new version starts from the one in force', answer.status === 303 && /\/charter\/versions\/\d+$/.test(answer.location), `${answer.status} ${answer.text.slice(0, 300)}`);
  const draft = new URL(answer.location, place.base).pathname;
  check('there is one draft at a time', (await ines.post('/charter/versions')).status === 409);
  check('an agent does not see the draft', (await awa.get(draft)).status === 403);
  page = await ines.get(draft);
  check('the draft opens', page.status === 200 && /Respect/.test(page.text), page.status);
  let shape = (await ines.json(draft)).document;
  check('it is whole, and says nothing new', shape.can_publish && shape.changes.length === 0 && shape.articles.length === 4, JSON.stringify(shape.obstacles));

  answer = await ines.post(`${draft}/articles`);
  const fifth = /article=(\d+)/.exec(answer.location)?.[1];
  check('an article is added', answer.status === 303 && fifth, answer.location);
  shape = (await ines.json(draft)).document;
  check('an unwritten article stands against publishing', !shape.can_publish && shape.obstacles.length === 1 && shape.articles[4].missing, JSON.stringify(shape.obstacles));
  answer = await ines.post(`${draft}/publish`);
  check('and publishing is refused', answer.status === 422, answer.status);
  answer = await ines.post(`${draft}/articles/${fifth}`, { title_fr: 'Sujet', body_fr: '', title_en: '', body_en: 'Stay on the subject <b>here</b>.' });
  check('faults stand beside their fields', answer.status === 422 && /id="body_fr-error"/.test(answer.text) && /id="title_en-error"/.test(answer.text) && !/id="title_fr-error"/.test(answer.text), answer.status);
  check('what was typed is kept, as text', /value="Sujet"/.test(answer.text) && /Stay on the subject &lt;b&gt;here&lt;\/b&gt;\./.test(answer.text));
  answer = await ines.post(`${draft}/articles/${fifth}`, { title_fr: 'Sujet', body_fr: 'Restons dans le <b>sujet</b>.', notice_fr: 'Hors sujet.' });
  check('it is kept', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  shape = (await ines.json(draft)).document;
  check('English still lacks, and that is said', !shape.can_publish && /anglais|English/i.test(shape.articles[4].missing), JSON.stringify(shape.articles[4]));
  answer = await ines.post(`${draft}/articles/${fifth}`, { title_fr: 'Sujet', body_fr: 'Restons dans le <b>sujet</b>.', title_en: 'Subject', body_en: 'Stay on the subject.' });
  shape = (await ines.json(draft)).document;
  check('now it can be published', shape.can_publish && shape.changes.some((change) => /5/.test(change.text)), JSON.stringify(shape.obstacles));
  answer = await ines.post(`${draft}/articles/${fifth}/move`, { by: '-1' });
  shape = (await ines.json(`${draft}?article=${fifth}`)).document;
  check('it moves up', answer.status === 303 && shape.edit.number === '4' && shape.articles[3].id === fifth, JSON.stringify(shape.edit));
  const third = shape.articles[2].id;
  answer = await ines.post(`${draft}/articles/${third}/leave-out`);
  shape = (await ines.json(draft)).document;
  check('another is left out, numbers close up', shape.articles.length === 4 && shape.articles[2].id === fifth && shape.articles[2].number === '3', JSON.stringify(shape.articles.map((a) => a.number)));
  answer = await ines.post(`${draft}/preamble`, { body_fr: 'Bienvenue au fournil.', body_en: 'Welcome to the bakery.' });
  check('the foreword is written', answer.status === 303 && (await ines.get(answer.location)).text.includes('Bienvenue au fournil.'), answer.status);
  answer = await ines.post(`${draft}/preamble`, { body_fr: 'x'.repeat(5001) });
  check('a foreword too long is refused beside its field', answer.status === 422 && /id="body_fr-error"/.test(answer.text), answer.status);
  page = await ines.get(`${draft}/preview?lang=en`);
  check('the preview shows the draft', page.status === 200 && /This is a preview/.test(page.text) && /Welcome to the bakery/.test(page.text));
  check('nobody outside sees it', !(await stranger.get(`${address}?lang=en`)).text.includes('Welcome to the bakery'));

  answer = await ines.post(`${draft}/publish`);
  check('it is published', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  page = await stranger.get(`${address}?lang=fr`);
  check('the public page shows it at once, escaped', /Bienvenue au fournil/.test(page.text) && page.text.includes('Restons dans le &lt;b&gt;sujet&lt;/b&gt;.'), plain(page.text).slice(0, 800));
  check('the version before can be read', /version=1/.test(page.text));
  page = await stranger.get(`${address}?version=1&lang=fr`);
  check('and says that it is no longer in force', page.status === 200 && /n’est plus en vigueur|n'est plus en vigueur/.test(plain(page.text)) && /Vie privée/.test(page.text), plain(page.text).slice(0, 600));
  answer = await ines.post(`${draft}/articles/${fifth}`, { title_fr: 'A', body_fr: 'B' });
  check('a published version does not change', answer.status === 409, answer.status);
  page = await ines.get(draft);
  check('it is read like the others', page.status === 200 && /Sujet/.test(page.text));
  page = await ines.get('/charter');
  check('the team sees both versions', (await ines.json('/charter')).document.versions.length === 2);

  answer = await ines.post('/charter/versions');
  const aside = new URL(answer.location, place.base).pathname;
  answer = await ines.post(`${aside}/retire`);
  check('a draft is put aside', answer.status === 303 && (await ines.json('/charter')).document.draft === null);
  check('and is no version for anybody', (await ines.json('/charter')).document.versions.length === 2 && (await stranger.get(`${address}?version=3`)).status === 404);
  const audit = (await ines.ask('/api/v1/openapi.json')).document;
  check('no route deletes', !Object.values(audit.paths).some((item) => item.delete));
} finally {
  await place.end();
}
end();
