/* What people make for themselves and for the team: saved replies, labels, views, macros, and the cards of contacts. Each form once right
   and once wrong; who may not change what is shared, may not; what is put away is not gone. */
import { check, desk, end } from './_desk.mjs';
import { member, plain } from './_member.mjs';

const place = await desk({ simulator: 'on' });
try {
  const ines = await member(place, 'ines@levain.example'), awa = await member(place, 'awa@levain.example'), noor = await member(place, 'noor@levain.example');
  let page, answer;

  /* ---- saved replies ---- */
  page = await ines.get('/saved-replies');
  check('saved replies are listed', page.status === 200 && /\/merci/.test(plain(page.text)), page.status);
  check('and searched', (await ines.json('/saved-replies?q=allerg')).document.replies.length === 1);
  page = await ines.get('/saved-replies/new');
  check('the form explains its variables', page.status === 200 && page.text.includes('{{contact.first_name}}'), page.text.slice(0, 300));
  answer = await ines.post('/saved-replies', { title: 'Colis', shortcut: 'mon colis', body: 'Bonjour {{contact.first_name}}', shared: 'yes' });
  check('a shortcut with a space is refused beside its field, the text kept', answer.status === 422 && /id="shortcut-error"/.test(answer.text) && />Bonjour {{contact.first_name}}<\/textarea>/.test(answer.text), `${answer.status} ${plain(answer.text).slice(0, 400)}`);
  answer = await ines.post('/saved-replies', { title: 'Colis', shortcut: 'merci', body: 'x', shared: 'yes' });
  check('a shortcut that is taken is refused', answer.status === 422 && /id="shortcut-error"/.test(answer.text), answer.status);
  answer = await ines.post('/saved-replies', { title: 'Colis', shortcut: 'colis', body: 'Bonjour {{contact.first_name}} {{no.such}}', shared: 'yes', preview: 'yes' });
  check('the preview fills in, tells what it does not know, keeps nothing', answer.status === 200 && /id="preview"/.test(answer.text) && /<code>({{)?no\.such(}})?<\/code>/.test(answer.text) && (await ines.json('/saved-replies?q=colis')).document.replies.length === 0, `${answer.status} ${plain(answer.text).slice(0, 500)}`);
  answer = await ines.post('/saved-replies', { title: 'Colis', shortcut: 'colis', body: 'Bonjour {{contact.first_name}}', lang: 'fr', shared: 'yes' });
  check('it is kept', answer.status === 303 && /\/saved-replies\/\d+$/.test(answer.location), `${answer.status} ${plain(answer.text).slice(0, 300)}`);
  const shared = new URL(answer.location, place.base).pathname;
  answer = await ines.post(shared, { title: 'Colis perdu', shortcut: 'colis', body: 'Bonsoir', shared: 'no' });
  check('and taken back to oneself', answer.status === 303 && (await ines.json(shared)).document.reply.is_shared === false);
  check('others do not see it then', (await awa.get(shared)).status === 404 && (await awa.post(shared, { title: 'A', shortcut: 'a', body: 'b', shared: 'no' })).status === 404);
  answer = await ines.post(`${shared}/archive`);
  check('it is put away', answer.status === 303 && (await ines.json('/saved-replies?q=colis')).document.replies.length === 0);

  /* ---- labels ---- */
  page = await awa.get('/labels');
  check('an agent reads labels, and makes none', page.status === 200 && !/<form[^>]*action="\/labels"/.test(page.text) && (await awa.post('/labels', { name: 'X' })).status === 403, page.status);
  page = await ines.get('/labels');
  answer = await ines.post('/labels', { name: '', about: 'Sans nom', tone: 'plum' });
  check('a label without a name is refused, the rest kept', answer.status === 422 && /id="name-error"/.test(answer.text) && /value="Sans nom"/.test(answer.text) && /value="plum" checked/.test(answer.text), answer.status);
  answer = await ines.post('/labels', { name: 'Presse', tone: 'line' });
  check('a name that is taken is refused', answer.status === 422 && /id="name-error"/.test(answer.text), answer.status);
  answer = await ines.post('/labels', { name: 'Recette <b>', about: 'Demandes de recettes', tone: 'ok' });
  check('a label is made', answer.status === 303, `${answer.status} ${plain(answer.text).slice(0, 300)}`);
  page = await ines.get('/labels');
  check('and shown as text', page.text.includes('Recette &lt;b&gt;'));
  const label = (await ines.json('/labels')).document.labels.find((one) => one.name.startsWith('Recette'));
  answer = await ines.post(`/labels/${label.id}`, { name: 'Recette', about: '', tone: 'sun' });
  check('it is changed', answer.status === 303 && (await ines.json('/labels')).document.labels.some((one) => one.name === 'Recette' && one.tone === 'sun'));
  answer = await ines.post(`/labels/${label.id}/archive`);
  let labels = (await ines.json('/labels')).document;
  check('it is put away', answer.status === 303 && labels.archived.some((one) => one.id === label.id) && !labels.labels.some((one) => one.id === label.id));
  answer = await ines.post(`/labels/${label.id}/restore`);
  check('and taken out again', (await ines.json('/labels')).document.labels.some((one) => one.id === label.id));

  /* ---- views ---- */
  page = await awa.get('/views/new?priority=urgent&sort=recent&after=3.4&evil=1');
  check('a view begins with the address of the inbox, in words', page.status === 200 && /value="priority=urgent&amp;sort=recent"/.test(page.text), `${page.status} ${page.text.match(/name="filter"[^>]*/)}`);
  answer = await awa.post('/views', { name: '', filter: 'priority=urgent' });
  check('a view without a name is refused, its filter kept', answer.status === 422 && /id="name-error"/.test(answer.text) && /value="priority=urgent"/.test(answer.text), answer.status);
  answer = await awa.post('/views', { name: 'Les urgents', filter: 'priority=urgent', icon: 'urgent', shared: 'yes' });
  check('an agent shares none', answer.status === 403, answer.status);
  answer = await awa.post('/views', { name: 'Les urgents', filter: 'priority=urgent', icon: 'urgent', shared: 'no' });
  check('and keeps one of her own', answer.status === 303, `${answer.status} ${plain(answer.text).slice(0, 300)}`);
  await awa.post('/views', { name: 'Avis', filter: 'kind=review', icon: 'star', shared: 'no' });
  let own = (await awa.json('/views')).document.groups.find((group) => !group.is_shared).views;
  check('it is hers', own.length === 2 && own[0].name === 'Les urgents' && own[0].conditions.length === 1, JSON.stringify(own));
  check('and nobody else sees it', (await ines.get(`/views/${own[0].id}`)).status === 404 && (await ines.post(`/views/${own[0].id}/archive`)).status === 404);
  await awa.post(`/views/${own[1].id}/move`, { by: '-1' });
  own = (await awa.json('/views')).document.groups.find((group) => !group.is_shared).views;
  check('it moves up', own[0].name === 'Avis', JSON.stringify(own.map((one) => one.name)));
  check('and opens the inbox', (await awa.get(own[0].inbox_url)).status === 200);
  answer = await awa.post(`/views/${own[0].id}/archive`);
  check('it is put away', answer.status === 303 && (await awa.json('/views')).document.groups.find((group) => !group.is_shared).views.length === 1);

  /* ---- macros ---- */
  page = await ines.get('/macros/new');
  answer = await ines.post('/macros', { name: '', shared: 'yes' });
  check('a macro without a name is refused', answer.status === 422 && /id="name-error"/.test(answer.text), answer.status);
  answer = await ines.post('/macros', { name: 'Remercier et clore', shared: 'yes' });
  check('a macro is begun', answer.status === 303 && /\/macros\/\d+$/.test(answer.location), `${answer.status} ${plain(answer.text).slice(0, 300)}`);
  const macro = new URL(answer.location, place.base).pathname;
  answer = await ines.post(`${macro}/actions`, { act: 'note', value: '' });
  check('an act without its value is refused', answer.status === 422, answer.status);
  answer = await ines.post(`${macro}/actions`, { act: 'label', value: '999' });
  check('and one with a label that does not exist', answer.status === 404 || answer.status === 422, answer.status);
  const first = (await ines.json('/labels')).document.labels[0];
  await ines.post(`${macro}/actions`, { act: 'label', value: first.id });
  await ines.post(`${macro}/actions`, { act: 'assign', value: 'me' });
  await ines.post(`${macro}/actions`, { act: 'snooze', value: '24' });
  await ines.post(`${macro}/actions`, { act: 'note', value: 'Rappeler <demain>' });
  answer = await ines.post(`${macro}/actions`, { act: 'status', value: 'resolved' });
  let shape = (await ines.json(macro)).document.macro;
  check('its acts stand in order, in words', answer.status === 303 && shape.actions.length === 5 && shape.actions[0].text.includes(first.name) && shape.actions[3].text.includes('<demain>'), JSON.stringify(shape.actions));
  await ines.post(`${macro}/actions/5/move`, { by: '-1' });
  await ines.post(`${macro}/actions/3/remove`);
  shape = (await ines.json(macro)).document.macro;
  check('they move and leave', shape.actions.length === 4 && shape.actions[3].text.includes('<demain>'), JSON.stringify(shape.actions));
  page = await ines.get(macro);
  check('its page shows them as text', page.status === 200 && page.text.includes('&lt;demain&gt;'));
  answer = await ines.post(`${macro}/archive`);
  check('it is put away', answer.status === 303 && !(await ines.json('/macros')).document.macros.some((one) => macro.endsWith(one.id)));
} finally {
  await place.end();
}
end();
