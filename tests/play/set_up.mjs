/* A new installation, from the printed link to the open door: each step once wrong and once right, and nobody else gets in. */
import { check, desk, end } from './_desk.mjs';
import { errorOf, valueOf, visitor } from './_visitor.mjs';

const place = await desk({ sample: false });
try {
  const token = new URL(place.link).searchParams.get('token');
  check('the program prints the link of the first run', token?.length > 20, place.link);
  const person = { name: 'Camille Rousseau', email: 'camille@example.org', password: 'correct horse battery', lang: 'en' };

  const stranger = visitor(place.base);
  let seen = await stranger.send('/');
  seen = await stranger.get('/set-up/account');
  check('who comes without the link is asked for the key', seen.status === 200 && valueOf(seen.text, 'key') === null && seen.text.includes('name="key"'), seen.text);
  seen = await stranger.post('/set-up/account', { ...person, key: 'guessed-guessed-guessed-guessed-guessed-gue' });
  check('a guessed key is told beside its field, what was typed is kept', seen.status === 422 && errorOf(seen.text, 'key') && valueOf(seen.text, 'name') === person.name && !seen.text.includes(person.password), seen.text);
  seen = await stranger.get('/set-up/account?token=wrong');
  check('so is a wrong link', seen.text.includes('name="key"'));

  const camille = visitor(place.base);
  seen = await camille.get(place.link.replace(/^https?:\/\/[^/]+/, ''));
  check('the link needs no key', seen.status === 200 && !seen.text.includes('name="key"'), seen.text);
  seen = await camille.post('/set-up/account', { ...person, password: 'short' });
  check('a short password is told', seen.status === 422 && errorOf(seen.text, 'password') && valueOf(seen.text, 'email') === person.email && !seen.text.includes('name="key"'), seen.text);
  seen = await camille.send('/set-up/account', person);
  check('the first person is made and let in', seen.sent === 303 && seen.location.endsWith('/set-up/workspace') && seen.text.includes('Your house'), seen.text);
  seen = await stranger.get('/set-up/account');
  check('nobody becomes the first one twice', seen.status === 303 && seen.location.endsWith('/sign-in'), seen.text);
  seen = await stranger.post('/set-up/account', { ...person, email: 'other@example.org', key: token });
  check('not even with the key', seen.status === 409, seen.text);
  check('strangers see no other step', (await stranger.get('/set-up/workspace')).status === 303);

  seen = await camille.get('/set-up/workspace');
  const house = [['name', 'Levain & Co'], ['slug', 'levain'], ['zone', 'Europe/Paris'], ['lang', 'en']];
  const rows = (pairs) => pairs.flatMap(([day, opens, closes]) => [['weekday', String(day)], ['opens', opens], ['closes', closes]]);
  seen = await camille.post('/set-up/workspace', [...house, ['pattern', 'own'], ...rows([[0, '09:00', '']])]);
  check('half a day is told at its row', seen.status === 422 && errorOf(seen.text, 'day-1') && valueOf(seen.text, 'opens-1') === '09:00' && /value="own" checked/.test(seen.text), seen.text);
  seen = await camille.send('/set-up/workspace', [...house, ['pattern', 'week'], ...rows([[0, '', '']])]);
  check('the house has its name and hours', seen.sent === 303 && seen.location.endsWith('/set-up/channels'), seen.text);
  check('the settings know them', await camille.get('/settings').then(({ text }) => valueOf(text, 'slug') === 'levain' && valueOf(text, 'closes-9') === '18:00' && text.includes('45 hours a week')));

  const starts = (text) => text.includes('Open the square');
  seen = await camille.get('/today');
  check('without a channel Today says what to begin with', seen.status === 200 && starts(seen.text) && /class="btn btn--lit" href="\/channels"/.test(seen.text) && seen.text.includes('class="btn" href="/imports"')
    && seen.text.includes('parvis run --sample') && !seen.text.includes('Your day in figures'), seen.text);
  seen = await camille.get('/channels/new/webform?next=/set-up/channels');
  seen = await camille.send('/channels/new/webform', [['name', 'Our site'], ['setting', 'callback'], ['value', ''], ['setting', 'secret'], ['value', ''], ['setting', 'can_look'], ['value', 'no'], ['next', '/set-up/channels']]);
  check('a channel is connected on the way', seen.sent === 303 && seen.location.endsWith('/set-up/channels') && seen.text.includes('Our site'), seen.text);
  seen = await camille.send('/set-up/channels');
  check('on to the rules', seen.location.endsWith('/set-up/charter') && seen.text.includes('A brand that listens'), seen.text);

  const tone = { model: 'association', familiar: '80', warm: '90', personal: '100', words_liked: 'batch, loaf', words_avoided: '' };
  seen = await camille.post('/set-up/charter', { ...tone, model: 'none' });
  check('a model is chosen', seen.status === 422 && errorOf(seen.text, 'model') && valueOf(seen.text, 'words_liked') === 'batch, loaf', seen.text);
  seen = await camille.post('/set-up/charter', { ...tone, preview: 'yes' });
  check('a look changes nothing and shows the tone', seen.status === 200 && seen.text.includes('Hi Patrick') && seen.text.includes('7 articles') && valueOf(seen.text, 'familiar') === '80', seen.text);
  seen = await camille.send('/set-up/charter', tone);
  check('the rules are published', seen.sent === 303 && seen.location.endsWith('/set-up/team'), seen.text);

  const team = [['first_answer_direct', '30'], ['first_answer_comment', '240'], ['first_answer_mention', '0'], ['first_answer_review', '120']];
  seen = await camille.post('/set-up/team', [['email', 'awa@example.org'], ['role', 'agent'], ['email', 'nobody'], ['role', 'guest'], ...team]);
  check('a wrong address is told at its row, the other is kept', seen.status === 422 && errorOf(seen.text, 'email-2') && !errorOf(seen.text, 'email-1') && valueOf(seen.text, 'email-1') === 'awa@example.org', seen.text);
  check('nobody was invited meanwhile', !(await camille.get('/team')).text.includes('awa@example.org'));
  seen = await camille.send('/set-up/team', [['email', 'awa@example.org'], ['role', 'agent'], ['email', ''], ['role', 'guest'], ...team]);
  const link = valueOf(seen.text, 'link-1');
  check('the door is open, with the links to hand over', seen.location.endsWith('/set-up/ready') && link?.includes('/invitations/') && seen.text.includes('7 articles, published'), seen.text);
  check('they are shown once', !(await camille.get('/set-up/ready')).text.includes(link));
  seen = await camille.get('/sla-policies');
  check('three promises are kept', (seen.text.match(/answered in/g) ?? []).length === 3 && /30.min/.test(seen.text), seen.text);

  const awa = visitor(place.base);
  await awa.get(new URL(link).pathname);
  seen = await awa.send(new URL(link).pathname, { name: 'Awa Diallo', password: 'horse battery staple', lang: 'fr', zone: 'Europe/Paris' });
  check('Awa comes in', seen.sent === 303 && seen.status === 200, seen.text);
  check('and does not set up', (await awa.get('/set-up/workspace')).status === 403);
  seen = await camille.get('/set-up');
  check('what is done is done', seen.location.endsWith('/set-up/ready'), seen.location);
  seen = await camille.send('/set-up/later');
  check('the rest can wait', seen.sent === 303 && seen.location.endsWith('/today') && seen.status === 200, seen.text);
  check('and with a channel Today waits for what comes', !starts(seen.text) && seen.text.includes('Nothing waits') && seen.text.includes('Your day in figures'), seen.text);
  const shop = /\/channels\/\d+/.exec((await camille.get('/channels')).text)[0];
  await camille.get(shop);
  await camille.post(`${shop}/archive`);
  seen = await awa.get('/today');
  check('who manages no channel is told who does', seen.text.includes('Ouvrez le parvis') && !seen.text.includes('btn--lit" href="/channels"') && !seen.text.includes('parvis run'), seen.text);
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
