/* Profiles: a kit is written, the network's profile is read and compared, the kit is put there by the ledger, what somebody changes over there is told and never written over; who may not
   write it may read it. */
// Proves simulator (real server): profile profile_put
import { api, check, desk, end, keyOf, network, sql, until } from './_desk.mjs';

const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);

try {
  const channel = sql(place, "SELECT CAST(id AS TEXT) AS id FROM channel WHERE kind = 'simulator'")[0].id;
  const one = async () => (await machine.get(`/profiles/${channel}`)).document, field = async (word) => (await one()).fields.find((each) => each.word === word);
  const there = async () => box.ask('GET', '/profile');
  check('before there is a kit nothing is asked of anybody', !(await machine.get('/profiles')).document.has_kit);
  const refused = await machine.post('/profiles/kit', { name: 'Levain', website: 'levain.example' });
  check('an address that is none is refused, and said where', refused.status === 400 || refused.status === 422, refused.text);
  const kept = await machine.post('/profiles/kit', { name: 'Boulangerie Levain', bios: `[fr]\nDu pain au levain.\n\n[fr]\n${'Du pain, et beaucoup de patience. '.repeat(8)}\n\n[en]\nSourdough bread.`, website: 'https://levain.example', place: 'Lyon' });
  check('the kit is kept', kept.status < 300, kept.text);
  check('the network is read and differs', await until('the reading', 60, async () => (await field('name')).state.word === 'differs'), JSON.stringify(await one()));
  const about = await field('about');
  check('the longest text that fits is wanted, and told as not there', about.wanted === 'Du pain au levain.' && about.state.word === 'absent' && about.most.count === 160, JSON.stringify(about));
  let told = await machine.post(`/profiles/${channel}/put`, { fields: ['name', 'about', 'website'] });
  check('it is put there', told.status < 300 && (await until('it to arrive', 60, async () => (await there()).name === 'Boulangerie Levain' && (await there()).about === 'Du pain au levain.')), told.text);
  check('and what was not asked for is not', (await there()).place === '');
  check('the next reading confirms it', await until('the next reading', 60, async () => (await field('name')).state.word === 'same' && (await field('about')).state.word === 'same'), JSON.stringify(await one()));
  check('by one act of the ledger', sql(place, "SELECT state, attempts FROM publication WHERE act = 'profile'").map((row) => `${row.state} ${row.attempts}`).join() === 'sent 1');

  await box.ask('PUT', '/profile', { about: 'Closed for the holidays' });
  await machine.post(`/profiles/${channel}/read`);
  check('what somebody changed over there is seen and told', await until('the drift', 60, async () => (await one()).drifted), JSON.stringify(await one()));
  check('word by word', (await field('about')).changes.some((piece) => piece.is_gone && /Closed/.test(piece.text)));
  await box.ask('PUT', '/profile', { about: 'Open again' }); // and once more, unseen
  await machine.post(`/profiles/${channel}/put`, { fields: ['about'] });
  check('it is never written over unseen', (await until('the refusal', 60, async () => (await one()).order.word === 'failed')) && (await there()).about === 'Open again', JSON.stringify((await one()).order));
  told = await machine.post(`/profiles/${channel}`, { lang: 'en', differs: ['about'], own_about: 'Open again' });
  await machine.post(`/profiles/${channel}/read`);
  check('it may be so on purpose', told.status < 300 && (await until('the comparison', 60, async () => (await field('about')).state.word === 'on_purpose')), JSON.stringify(await field('about')));
  check('and the list says where something differs', (await machine.get('/profiles')).document.channels.some((row) => row.id === channel && row.cells.find((cell) => cell.word === 'about').state.word === 'on_purpose'));
  const again = await machine.post('/profiles/kit', { name: 'Levain' });
  check('what is not named stays, and the version before is kept', again.status < 300 && (await machine.get('/profiles/kit')).document.form.website === 'https://levain.example' && (await machine.get('/profiles/kit')).document.versions.length === 2);
  check('it is said who did what', (await machine.get('/audit')).document.entries.some((entry) => /profile|profil/.test(JSON.stringify(entry))));
} catch (trouble) {
  check('the play goes to its end', false, `${trouble.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
