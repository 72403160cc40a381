/* Each role as it meets the desk: every link that it is shown leads to a page, every form that it is shown is one it may send, no key of a
   letter breaks; and what it must not do is refused by the API, whatever is sent, without a trace in the conversation. */
import { execFileSync } from 'node:child_process';
import { api, browser, check, desk, end, keyOf, linkOf, statement, until, wait } from './_desk.mjs';

const place = await desk({ simulator: 'on', options: ['--requests_per_minute', '1000000'] });
const kind = (path) => path.replace(/[?#].*/, '').replace(/\d{6,}/g, '0');
try {
  const run = (...words) => execFileSync(place.program, ['user', ...words, '--data', place.data], { stdio: 'ignore' });
  for (const role of ['administrator', 'analyst', 'guest']) run('add', `${role}@levain.example`, '--name', role, '--role', role);
  const people = { owner: 'camille', administrator: 'administrator', manager: 'ines', agent: 'awa', moderator: 'noor', analyst: 'analyst', guest: 'guest' };
  const keys = Object.fromEntries(Object.entries(people).map(([role, name]) => [role, keyOf(place, `${name}@levain.example`)]));
  await until('members write', 30, async () => (await api(place, keys.owner).get('/inbox')).document?.list?.rows?.length > 10);
  /* What each role may, and what each act needs, as the program prints it. */
  const print = (table) => execFileSync(place.program, ['map', ...table], { encoding: 'utf8' });
  const [first, ...rows] = print(['roles']).trim().split('\n'), order = first.trim().split(/\s+/).slice(1);
  const may = Object.fromEntries(order.map((role, i) => [role, new Set(rows.map((row) => row.split(/\s+/)).filter((words) => words[1 + i] === 'x').map(([word]) => word))]));
  const posts = [...print([]).matchAll(/\tPOST\s+(\S+)\t(\S+)/g)].map(([, path, needs]) => [new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`), needs]);

  for (const [role, name] of Object.entries(people)) {
    const window = await browser({ ...place, link: linkOf(place, `${name}@levain.example`) }, { viewport: { width: 1280, height: 800 } });
    const known = new Set(), waiting = ['/today', '/inbox'], refused = [], forms = new Map();
    while (waiting.length && known.size < 90) {
      const path = waiting.shift();
      if (known.has(kind(path))) continue;
      known.add(kind(path));
      const answer = await window.page.goto(place.base + path).catch(() => null);
      if (!answer) continue;
      if (answer.status() !== 200) refused.push(`${answer.status()} ${path}`);
      const found = await window.page.evaluate(() => ({ links: [...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute('href')),
        forms: [...document.querySelectorAll('form[method="post"] [type="submit"]')].filter((b) => !b.disabled && b.checkVisibility())
          .map((b) => b.getAttribute('formaction') ?? b.form.getAttribute('action')) }));
      for (const form of found.forms) if (form?.startsWith('/') && !forms.has(kind(form))) forms.set(kind(form), path);
      for (const link of found.links) if (!/^\/(assets|api|undo|attachments)|evidence$|\/file$/.test(link) && !known.has(kind(link))) waiting.push(link);
    }
    check(`${role}: none of ${known.size} pages that links lead to is refused`, known.size > 20 && !refused.length, refused.join('\n'));
    const missing = [];
    for (const [form, at] of forms) {
      const needs = posts.find(([path]) => path.test(form))?.[1];
      if (needs && needs !== '-' && !may[role].has(needs)) missing.push(`${form} on ${at} needs ${needs}`);
    }
    check(`${role}: each of ${forms.size} forms it is shown is one it may send`, forms.size > 2 && !missing.length, missing.join('\n'));
    await window.page.goto(`${place.base}/inbox`);
    for (const letter of ['j', 'j', 's', 'Enter']) { await window.page.keyboard.press(letter); await wait(150); }
    await until('it is open', 5, () => window.page.locator('#conversation').count());
    for (const letter of ['a', 'Escape', 'h', 'Escape', 't', 'Escape', 'i', 'e', 'm', 'x', '?', 'Escape']) { await window.page.keyboard.press(letter); await wait(60); }
    const broken = window.trouble.filter((text) => !/Failed to load resource/.test(text));
    check(`${role}: no key of a letter breaks`, !broken.length && !window.trouble.some((text) => / 403 /.test(text)), window.trouble.join('\n'));
    await window.shell.close();
  }

  /* ---- what must not be ---- */
  const one = (await api(place, keys.owner).get('/inbox')).document.list.rows.at(-1), message = statement(place, `SELECT id FROM message WHERE conversation_id = ${one.id} ORDER BY id LIMIT 1`);
  const state = () => statement(place, `SELECT c.status, c.priority, c.assignee_id, c.snoozed_until, m.hidden_at, m.body FROM conversation c, message m WHERE c.id = ${one.id} AND m.id = ${message}`);
  const before = state();
  const never = {
    guest: ['assign', 'status', 'snooze', 'priority', 'labels', 'note?', 'merge', 'split', 'hide'],
    analyst: ['assign', 'status', 'snooze', 'priority', 'labels', 'merge', 'split', 'hide', 'reply'],
    agent: ['hide'],
  };
  const bodies = { assign: { assignee_id: 'me' }, status: { status: 'resolved' }, snooze: { until: 'answer' }, priority: { priority: 'urgent' }, labels: { label_id: [] }, merge: { into: one.id },
    split: { message_id: message }, reply: { body: 'Hello' } };
  for (const [role, acts] of Object.entries(never))
    for (const act of acts.filter((word) => !word.endsWith('?'))) {
      const path = act === 'hide' ? `/messages/${message}/hide` : `/conversations/${one.id}/${act}`;
      const answer = await api(place, keys[role]).post(path, act === 'hide' ? { article_id: '1', reason: 'x' } : bodies[act]);
      check(`${role} may not ${act}`, answer.status === 403, `${answer.status} ${answer.text.slice(0, 300)}`);
    }
  check('and nothing became of it', state() === before, `${before}\n${state()}`);
  for (const role of ['guest', 'moderator']) {
    const sent = await api(place, keys[role]).post(`/conversations/${one.id}/reply`, { body: `An answer of a ${role}` });
    const kept = statement(place, `SELECT count(*) FROM message WHERE body = 'An answer of a ${role}'`);
    const leaving = statement(place, `SELECT count(*) FROM publication p, message m WHERE m.id = p.message_id AND m.body = 'An answer of a ${role}'`);
    check(`what a ${role} answers is kept, and waits for approval`, sent.status < 300 && kept === '1' && leaving === '0', `${sent.status} ${kept} ${leaving} ${sent.text.slice(0, 300)}`);
  }
} catch (error) {
  check('the play went through', false, `${error.stack}\n${place.log().slice(-3000)}`);
} finally {
  await place.end();
}
end();
