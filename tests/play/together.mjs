/* Several people at one desk, each in a browser of their own: who reads and who types is seen, nobody's words are lost, answers are asked
   for and approved, put off and taken up, handed round; several conversations at once, joined and split, and all of it taken back. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { api, browser, check, desk, end, keyOf, linkOf, network, until, wait } from './_desk.mjs';
import { visitor } from './_visitor.mjs';

const shots = process.env.PARVIS_SHOTS ?? join(process.env.PARVIS_BUILD ?? 'build', 'shots');
mkdirSync(shots, { recursive: true });
const place = await desk({ simulator: 'on' });
const machine = api(place, keyOf(place)), box = network(place);
const windows = [];
async function person(mail) {
  const window = await browser({ ...place, link: linkOf(place, mail) }, { viewport: { width: 1440, height: 900 } });
  windows.push(window);
  return window.page;
}
const talk = async (id) => (await machine.get(`/conversations/${id}`)).document.conversation;
const messages = async (id) => (await talk(id)).thread.map((item) => item.message).filter(Boolean);
const address = (id) => `${place.base}/conversations/${id}?view=open`;
const said = (page, text) => page.locator('.toast', { hasText: text }).last().waitFor({ timeout: 8000 }).then(() => true, () => false);
const sees = (locator, seconds = 10) => locator.first().waitFor({ timeout: seconds * 1000 }).then(() => true, () => false);
const shot = (page, name) => page.screenshot({ path: join(shots, `together-${name}.png`) });

try {
  await until('conversations', 30, async () => (await machine.get('/counts')).document?.inbox?.count > 20);
  await box.dials({ per_minute: 0, answers: 0, edits: 0, removals: 0 });
  const camille = visitor(place.base);
  await camille.enter(place.link);
  await camille.get('/channels/new/webform');
  const made = await camille.send('/channels/new/webform', [['name', 'The shop'], ['setting', 'callback'], ['value', ''], ['setting', 'secret'], ['value', ''], ['setting', 'can_look'], ['value', 'no']]);
  const shop = /channels\/(\d+)/.exec(made.location)[1];
  const write = async (id, text, more = {}) => (await machine.post(`/channels/${shop}/messages`, { id, author: { id: `author-${more.thread ?? id}`, name: 'Nadia Ferhat' }, text, kind: 'direct', ...more })).document;
  const idOf = async (thread) => (await machine.get('/inbox?view=open&sort=recent')).document.list.rows.find((row) => row.preview.includes(thread))?.id;

  /* Inès reads English today. */
  const ines = visitor(place.base, { lang: 'en' });
  await ines.enter(linkOf(place, 'ines@levain.example'));
  await ines.get('/account');
  await ines.send('/account/profile', { name: 'Inès Belkacem', signature: 'Inès', lang: 'en', zone: 'Europe/Paris' });
  const thomas = await person('thomas@levain.example'), boss = await person('ines@levain.example'), noor = await person('noor@levain.example');

  /* ---- who is here ---- */
  const rows = (await machine.get('/inbox?view=open&kind=comment&sort=recent')).document.list.rows.filter((row) => row.is_waiting);
  const one = rows[0].id;
  await boss.goto(address(one));
  await thomas.goto(address(one));
  check('who opens it sees who reads it', await sees(thomas.locator('#others', { hasText: 'Also reading: Inès Belkacem' })));
  check('and is seen, without a reload', await sees(boss.locator('#others', { hasText: 'Also reading: Thomas Lefèvre' })));
  await boss.locator('#body').pressSequentially('Bonjour, je');
  check('who types is seen by the other', await sees(thomas.locator('#others .collide', { hasText: 'Inès Belkacem is also writing a reply' })));
  await shot(thomas, 'typing');
  await thomas.fill('#body', 'Bonjour, merci pour votre message.');
  check('both are told', await sees(boss.locator('#others .collide', { hasText: 'Thomas Lefèvre' })));
  await boss.fill('#body', 'Bonjour, voici ce que nous proposons. Inès');
  await boss.locator('#reply button[data-act="send"]:visible').click();
  check('the first answer goes', await said(boss, 'leaves in a moment'));
  check('the other sees it come in, the own text stays', await sees(thomas.locator('.msg--us', { hasText: 'voici ce que nous proposons' })) && await thomas.inputValue('#body') === 'Bonjour, merci pour votre message.');
  check('nobody types any more', await until('quiet', 40, async () => await thomas.locator('#others .collide').count() === 0));
  await thomas.locator('#others').waitFor({ state: 'attached' });

  /* ---- put off until they answer ---- */
  await write('s1', 'Une question pour plus tard : pliage');
  const later = await until('it comes in', 10, () => idOf('pliage'));
  await thomas.goto(address(later));
  await thomas.locator('[data-act="snooze"]').first().click();
  await shot(thomas, 'snooze');
  await thomas.locator('#m-snooze button[value="answer"]').click();
  check('snoozed until they answer', await said(thomas, 'until they answer') && (await talk(later)).is_snoozed);
  check('and the next one is open', await thomas.evaluate(() => document.querySelector('#conversation')?.dataset.id ?? '') !== later);
  await thomas.goto(`${place.base}/inbox?view=snoozed`);
  check('it waits among the snoozed', await thomas.locator(`#c-${later}`).count() === 1);
  await write('s2', 'Alors, ce pliage ?', { thread: 's1' });
  check('their answer wakes it', await until('awake', 10, async () => (await talk(later)).is_open));
  check('and takes it off that list', await until('gone', 10, async () => await thomas.locator(`#c-${later}`).count() === 0));

  /* ---- sent later ---- */
  await thomas.goto(address(rows[1].id));
  await thomas.fill('#body', 'À demain, donc.');
  await thomas.locator('#reply .split [popovertarget="m-send"]').click();
  await thomas.locator('#m-send button[value="later"]').click();
  check('later needs its moment', await thomas.locator('#send-at:invalid').count() === 1);
  const tomorrow = new Date(Date.now() + 864e5 + 36e5).toISOString().slice(0, 16);
  await thomas.fill('#send-at', tomorrow);
  await thomas.locator('#m-send button[value="later"]').click();
  check('the answer is planned', await sees(thomas.locator('.msg--us', { hasText: 'À demain, donc.' }).getByText('Leaves')));
  await shot(thomas, 'later');
  const planned = thomas.locator('.msg--us', { hasText: 'À demain, donc.' });
  await planned.getByText('Another moment').click();
  const other = new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 16);
  await planned.locator('input[name="send_at"]').fill(other);
  await thomas.evaluate(() => { document.activeElement.blur(); window.parvisOld = document.getElementById('conversation'); parvis.refresh('conversation'); });
  check('what is unfolded and half written outlives a live update', await until('swapped', 10, () => thomas.evaluate(() => !window.parvisOld.isConnected))
    && await planned.locator('input[name="send_at"]').inputValue() === other && await planned.getByRole('button', { name: 'Send now' }).isVisible());
  await planned.getByRole('button', { name: 'Send now' }).click();
  check('or leaves now', await until('sent', 20, async () => (await messages(rows[1].id)).some((one) => one.body === 'À demain, donc.' && (!one.reply_state || ['queued', 'sending', 'sent'].includes(one.reply_state.word)))));

  /* ---- a second look ---- */
  const asked = rows[2].id;
  await noor.goto(address(asked));
  await noor.fill('#body', 'Bonjour, nous regardons.');
  await noor.locator('#reply button[data-act="send"]:visible').click();
  check('who may not send alone asks', await said(noor, 'waits for approval'));
  await boss.goto(address(asked));
  const draft = boss.locator('.msg--us', { hasText: 'Bonjour, nous regardons.' });
  check('who may approve finds it in the thread', await sees(draft.getByRole('button', { name: 'Approve' })));
  await shot(boss, 'approval');
  await draft.getByText('Return with a remark').click();
  await draft.getByLabel('Remark').fill('Dites aussi quand.');
  await draft.getByRole('button', { name: 'Return', exact: true }).click();
  check('returned, with the remark where its author reads it', await sees(noor.getByText('Dites aussi quand.'), 15), await noor.locator('#conversation').innerText());
  await shot(noor, 'returned');
  check('and its text in the box again', await until('the text', 5, async () => (await noor.inputValue('#body')) === 'Bonjour, nous regardons.'), await noor.inputValue('#body'));
  await noor.fill('#body', 'Bonjour, nous regardons et répondons ce soir.');
  await noor.locator('#reply button[data-act="send"]:visible').click();
  await said(noor, 'waits for approval');
  await boss.locator('.msg--us', { hasText: 'répondons ce soir' }).getByRole('button', { name: 'Approve' }).click();
  check('approved, it leaves', await until('sent', 20, async () => (await messages(asked)).some((one) => /ce soir/.test(one.body) && (!one.reply_state || ['queued', 'sending', 'sent'].includes(one.reply_state.word)))));
  check('and the one who asked sees that', await until('no chip', 20, async () => await noor.locator('.msg--us', { hasText: 'répondons ce soir' }).getByText('approval').count() === 0));

  /* ---- handed round ---- */
  const team = (await machine.get('/inbox')).document.choices.teams[0].id;
  const owners = async (words) => Promise.all(words.map(async (word) => (await talk(await until(word, 10, () => idOf(word)))).assignee?.name ?? null));
  await camille.get(`/channels/${shop}`);
  await machine.post(`/channels/${shop}`, { name: 'The shop', team_id: team });
  await camille.post(`/channels/${shop}`, [['name', 'The shop'], ['team_id', team], ['setting', 'callback'], ['value', ''], ['setting', 'secret'], ['value', ''], ['setting', 'can_look'], ['value', 'no']]);
  for (const word of ['rondeun', 'rondedeux', 'rondetrois']) await write(word, `Message ${word}`);
  const round = await owners(['rondeun', 'rondedeux', 'rondetrois']);
  check('in turn: three messages, three people', new Set(round).size === 3 && !round.includes(null), JSON.stringify(round));
  await camille.get(`/teams/${team}`);
  const shapes = (await machine.get(`/teams/${team}`)).document;
  const members = shapes.people.filter((one) => one.is_member).map((one) => one.id);
  const turned = await camille.post(`/teams/${team}`, [['name', 'Accueil'], ['assignment', 'load'], ...members.map((id) => ['member', id])]);
  check('the team hands out by load', turned.status === 303, turned.text?.slice(0, 300));
  const loads = async () => Object.fromEntries(await Promise.all((await machine.get('/inbox')).document.choices.people.map(async (who) => [who.name, (await machine.get(`/inbox?assignee=${who.id}&status=open`)).document.list.number?.count ?? 0])));
  const before = await loads(), pool = Object.keys(before).filter((name) => round.includes(name));
  await write('leger', 'Message leger');
  const [least] = await owners(['leger']);
  check('by load: whoever has the fewest', before[least] === Math.min(...pool.map((name) => before[name])), JSON.stringify([least, before]));
  await thomas.goto(address(await idOf('leger')));
  await thomas.locator('[data-act="assign"]').first().click();
  await shot(thomas, 'assign');
  await thomas.locator('#m-assign').getByRole('button', { name: 'Nobody' }).click();
  check('handed to nobody', await said(thomas, 'nobody’s') && !(await talk(await idOf('leger'))).assignee);
  await thomas.locator('.toast').last().getByRole('button', { name: /undo/i }).click();
  check('and taken back', await until('back', 8, async () => (await talk(await idOf('leger'))).assignee?.name === least));

  /* ---- joined and split ---- */
  const left = await idOf('rondeun'), right = await idOf('rondedeux');
  await thomas.goto(address(left));
  await thomas.locator('[popovertarget="m-conv"]').click();
  await thomas.locator('#m-conv').getByText('Merge with another').click();
  await thomas.fill('#merge-into', address(right));
  await shot(thomas, 'merge');
  await thomas.locator('#d-merge').getByRole('button', { name: 'Merge', exact: true }).click();
  check('merged, and there', await said(thomas, 'Merged') && await sees(thomas.locator(`#conversation[data-id="${right}"]`)) && (await messages(right)).length === 2);
  await thomas.locator('.toast').last().getByRole('button', { name: /undo/i }).click();
  check('taken back: two again', await until('two', 8, async () => (await messages(right)).length === 1 && (await talk(left)).id === left));
  await write('r2', 'Et encore une chose sur rondedeux', { thread: 'rondedeux' });
  await until('two messages', 8, async () => (await messages(right)).length === 2);
  await thomas.goto(address(right));
  await thomas.locator('.msg', { hasText: 'Et encore une chose' }).getByText('Split').click();
  await thomas.locator('#d-split').getByRole('button', { name: 'Split from here' }).click();
  check('split from a message on', await said(thomas, 'of its own now') && (await messages(right)).length === 1);

  /* ---- several at once ---- */
  await thomas.goto(`${place.base}/inbox?view=open&sort=recent`);
  const boxes = thomas.locator('.conv input[type=checkbox]');
  for (const at of [0, 1, 2]) await boxes.nth(at).check();
  const chosen = await thomas.$$eval('.conv', (list) => list.slice(0, 3).map((row) => row.id.slice(2)));
  await shot(thomas, 'bulk');
  await thomas.locator('#bulk').getByRole('button', { name: 'Done' }).click();
  check('three are done at once', await until('done', 8, async () => (await Promise.all(chosen.map(talk))).every((one) => one.is_resolved)));
  check('the list goes on without them', await until('gone', 8, async () => (await Promise.all(chosen.map((id) => thomas.locator(`#c-${id}`).count()))).every((count) => !count)));
  await thomas.locator('.toast').last().getByRole('button', { name: /undo/i }).click();
  check('one undo for the three', await until('back', 8, async () => (await Promise.all(chosen.map(talk))).every((one) => one.is_open)));

  /* ---- a macro ---- */
  await boss.goto(`${place.base}/macros`);
  const maker = visitor(place.base);
  await maker.enter(linkOf(place, 'camille@levain.example'));
  await maker.get('/macros');
  const macro = await maker.send('/macros', { name: 'To the bakers', shared: 'yes' });
  const macroId = /macros\/(\d+)/.exec(macro.location)?.[1];
  await maker.get(`/macros/${macroId}`);
  await maker.send(`/macros/${macroId}/actions`, { act: 'priority', value: 'high' });
  await maker.send(`/macros/${macroId}/actions`, { act: 'status', value: 'pending' });
  await thomas.goto(address(chosen[0]));
  await thomas.locator('[popovertarget="m-conv"]').click();
  await thomas.locator('#m-conv').getByText('Run a macro').click();
  await thomas.locator('#m-macro').getByText('To the bakers').click();
  check('a macro does its acts in one go', await said(thomas, 'macro ran') && await until('so', 5, async () => { const now = await talk(chosen[0]); return now.is_pending && now.priority.word === 'high'; }));
  await thomas.locator('.toast').last().getByRole('button', { name: /undo/i }).click();
  check('and one undo takes it back', await until('back', 8, async () => { const now = await talk(chosen[0]); return now.is_open && now.priority.word !== 'high'; }));

  /* ---- the guide of the tone ---- */
  await thomas.goto(address(rows[3].id));
  await thomas.fill('#body', '');
  check('a text not begun is not judged', await thomas.locator('#guide .is-ko, #guide .is-ok').count() === 0 && await thomas.locator('#guide li').count() > 3);
  await thomas.locator('#body').fill('Bonjour, c’est gratuit. Thomas');
  check('what is there and what lacks is seen', await thomas.locator('#guide [data-check="greeting"].is-ok').count() === 1 && await thomas.locator('#guide [data-check="avoided"].is-ko').count() === 1
    && await thomas.locator('#guide [data-check="signature"].is-ok').count() === 1);
  await thomas.locator('#reply input[value="note"]').check({ force: true });
  check('a note has no tone', !await thomas.locator('#guide').isVisible());
  const heard = windows.flatMap(({ trouble }) => trouble).filter((line) => !/40[39]|422/.test(line));
  check('the consoles stayed quiet', heard.length === 0, heard.join('\n'));
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-2000)}`);
} finally {
  for (const { shell } of windows) await shell.close();
  await place.end();
}
end();
