/* Moderation as people do it: a message is reported, somebody decides with an article and a reason, it can be read again with its sealed
   copy, and it comes back as it was. Wrong forms keep what was typed; who may not, may not. */
import { check, desk, end, network, statement, until } from './_desk.mjs';
import { plain, member } from './_member.mjs';

const place = await desk({ simulator: 'on' });
try {
  const noor = await member(place, 'noor@levain.example'), ines = await member(place, 'ines@levain.example', { lang: 'fr' });
  const awa = await member(place, 'awa@levain.example');
  const box = network(place), sql = (text) => statement(place, text);
  const messages = [];
  for (let tries = 0; tries < 60 && messages.length < 8; tries++) {
    messages.length = 0;
    const { list } = (await ines.json('/inbox?sort=oldest')).document;
    for (const row of list.rows.slice(0, 12)) {
      const { thread } = (await ines.json(`/conversations/${row.id}`)).document.conversation;
      const first = thread.map((item) => item.message).find((message) => message?.is_in);
      if (first) messages.push(first.id);
    }
    if (messages.length < 8) await new Promise((done) => setTimeout(done, 500));
  }
  check('there are messages to moderate', messages.length >= 6, messages.length);

  /* The members of the sample complain of what they read; here only of what they are told to. */
  check('members complain by themselves', await until('complaint', 60, () => Number(sql("SELECT COUNT(*) FROM flag WHERE source = 'member' AND reason <> ''")) > 0));
  await box.dials({ reports: 0, per_minute: 0 });
  let count;
  await until('silence', 20, async () => { const now = sql('SELECT COUNT(*) FROM flag'), same = now === count; count = now; await new Promise((done) => setTimeout(done, 2500)); return same; });
  sql('DELETE FROM flag');

  check('an agent does not see the queue', (await awa.get('/moderation')).status === 403);
  let page = await noor.get('/moderation');
  check('an empty queue says so', page.status === 200 && /Nothing waits for a decision/.test(page.text), page.text.slice(0, 500));
  for (const id of messages.slice(0, 6)) {
    const answer = await awa.post(`/messages/${id}/flag`, { reason: 'insult: a mockery of a person' });
    check('an agent reports a message', [200, 204, 303].includes(answer.status), `${answer.status} ${answer.text.slice(0, 300)}`);
  }
  const [first, second, third, fourth, fifth] = messages;
  page = await noor.get('/moderation');
  check('the queue opens the oldest case', page.status === 200 && page.text.includes(`/messages/${first}/decide`), page.text.slice(0, 500));
  check('it says who reported it and why', /Reported by a colleague/.test(plain(page.text)) && /mockery/.test(plain(page.text)));
  check('the article that the report speaks of is proposed', /A?rt\. 1/.test(plain(page.text)) && /Respect/.test(page.text));
  const before = (await noor.json(`/moderation?case=${first}`)).document;
  check('it counts six cases', before.counts.queue.count === 6 && before.case.total === '6', JSON.stringify(before.counts));
  const article = before.case.articles[0].id;

  let answer = await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: '', reason: '' });
  check('hiding without an article and a reason is refused beside the fields', answer.status === 422 && /id="article_id-error"/.test(answer.text) && /id="reason-error"/.test(answer.text), `${answer.status} ${answer.text.slice(0, 400)}`);
  answer = await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: '', reason: 'It mocks Nadia by name.' });
  check('what was typed is kept, and the choice', answer.status === 422 && /It mocks Nadia by name\.<\/textarea>/.test(answer.text) && /value="hide"[^>]* checked/.test(answer.text) && !/id="reason-error"/.test(answer.text));
  answer = await noor.post(`/messages/${first}/decide`, { article_id: article, reason: 'x' });
  check('no decision chosen is told beside it', answer.status === 422 && /id="act-error"/.test(answer.text));
  answer = await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: '999', reason: 'x' });
  check('an article that does not exist is refused', answer.status >= 400 && answer.status < 500, answer.status);
  answer = await awa.post(`/messages/${first}/decide`, { act: 'hide', article_id: article, reason: 'x' });
  check('an agent may not decide', answer.status === 403, answer.status);
  check('nothing was hidden so far', (await noor.json(`/moderation?case=${first}`)).document.case.message.is_hidden === false);

  answer = await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: article, reason: 'It mocks Nadia by name.', notify_author: 'yes', warn: 'yes' });
  check('hiding leads to the next case', answer.status === 303 && answer.location.endsWith(`/moderation?case=${second}`), `${answer.status} ${answer.location} ${answer.text.slice(0, 300)}`);
  page = await noor.get(answer.location);
  check('what was done is told, with its undo', /Hidden, with its article/.test(page.text) && /action="\/undo\/\d+"/.test(page.text), plain(page.text).slice(0, 300));
  let decisions = (await noor.json('/moderation/decisions')).document.decisions;
  check('the decision and the warning are listed', decisions.length === 2 && decisions[0].act.word === 'hide' && decisions[1].act.word === 'warn', JSON.stringify(decisions.map((d) => d.act)));
  const decision = decisions[0].id;
  page = await awa.get(`/moderation/decisions/${decision}`);
  check('everybody in the team reads it', page.status === 200 && /It mocks Nadia by name/.test(page.text) && /Intact/.test(page.text), plain(page.text).slice(0, 600));
  const told = (await awa.json(`/moderation/decisions/${decision}`)).document.decision.notice;
  check('the author is told without anybody else having to approve', ['queued', 'sending', 'sent'].includes(told.state.word), JSON.stringify(told));
  check('who may not restore is not offered it', !/restore"/.test(page.text));
  const sealed = await noor.json(`/moderation/decisions/${decision}/evidence`);
  check('the sealed copy is what was said', sealed.document?.is_intact && sealed.document.content.body === before.case.message.parts[0].text, sealed.text.slice(0, 300));
  page = await noor.get(`/moderation?case=${first}`);
  check('a decided case leads to its decision', page.status === 303 && /\/moderation\/decisions\/\d+$/.test(page.location), page.location);
  answer = await noor.post(`/messages/${first}/decide`, { act: 'hide', article_id: article, reason: 'twice' });
  check('nobody hides it twice', answer.status === 409, answer.status);

  answer = await noor.post(`/moderation/decisions/${decision}/restore`, { reason: '' });
  check('restoring without a reason is refused beside the field', answer.status === 422 && /id="reason-error"/.test(answer.text), answer.status);
  answer = await awa.post(`/moderation/decisions/${decision}/restore`, { reason: 'please' });
  check('an agent may not restore', answer.status === 403);
  answer = await noor.post(`/moderation/decisions/${decision}/restore`, { reason: 'It was a quotation.' });
  check('it is restored', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  const back = (await noor.json(`/moderation/decisions/${decision}`)).document;
  check('the same text and the same author are back', back.message.is_hidden === false && back.message.body === before.case.message.parts[0].text && back.message.author_name === before.case.message.author_name && !back.can_restore);
  check('its history says all of it', back.history.length >= 4 && back.history.some((line) => /Restored by/.test(line.text)), JSON.stringify(back.history));

  answer = await noor.post(`/messages/${second}/decide`, { act: 'keep' });
  check('leaving online needs no reason', answer.status === 303 && answer.location.endsWith(`case=${third}`), `${answer.status} ${answer.location}`);
  answer = await noor.post(`/messages/${third}/decide`, { act: 'private' });
  check('answering in private leads to the conversation', answer.status === 303 && /\/conversations\/\d+\?answer=/.test(answer.location), answer.location);

  answer = await noor.post(`/messages/${fourth}/decide`, { act: 'ask_second', article_id: article, reason: 'I am not sure whom it means.' });
  check('a second person is asked', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  page = await noor.get(`/moderation?case=${fourth}`);
  check('who asked does not decide', page.status === 200 && /somebody else decides/.test(plain(page.text)) && !page.text.includes(`/messages/${fourth}/decide`));
  answer = await noor.post(`/messages/${fourth}/decide`, { act: 'keep' });
  check('not even by hand', answer.status === 403, answer.status);
  page = await ines.get(`/moderation?case=${fourth}`);
  check('the other one sees who asks, in French', page.status === 200 && /Noor van Dijk/.test(page.text) && /lang="fr"/.test(page.text));
  answer = await ines.post(`/messages/${fourth}/decide`, { act: 'hide', article_id: article, reason: 'Vise une vendeuse.' });
  check('the second person hides', answer.status === 303, `${answer.status} ${answer.text.slice(0, 300)}`);
  decisions = (await ines.json('/moderation/decisions?act=hide')).document.decisions;
  check('both names stand in the decision', decisions[0].decided_by.startsWith('Inès') && decisions[0].second_person === 'Noor van Dijk', JSON.stringify(decisions[0]));
  page = await ines.get(`/inbox`);
  answer = await ines.post(`/messages/${fifth}/decide`, { act: 'hide', article_id: article, reason: 'Essai.' });
  page = await ines.get(answer.location);
  const undo = /action="(\/undo\/\d+)"/.exec(page.text)?.[1];
  answer = await ines.post(undo ?? '/undo/1');
  check('hiding is undone at once', answer.status === 303 && (await ines.json('/moderation/decisions?act=restore')).document.decisions.length === 2, `${undo} ${answer.status}`);

  decisions = (await noor.json('/moderation/decisions?q=quotation')).document;
  check('decisions are found by words', decisions.decisions.length === 1 && decisions.filter.is_filtered);
  decisions = (await noor.json(`/moderation/decisions?article=${article}&act=hide`)).document.decisions;
  check('and by article', decisions.length === 3, decisions.length);
  const all = (await noor.json('/moderation/decisions')).document;
  check('figures of the month count them, but for what was undone at once', (await noor.json('/moderation')).document.figures.hidden === '2', JSON.stringify((await noor.json('/moderation')).document.figures));
  check('nothing reads beyond the first page when there is none', all.pager === null);

  /* A complaint made over there is a case here, with its words. */
  const seventh = messages[6] ?? messages[5], there = sql(`SELECT remote_id FROM message WHERE id = ${seventh}`);
  await box.ask('POST', '/complain', { message: there, reason: 'Numéro de téléphone d’une vendeuse' });
  check('a complaint of members arrives', await until('case', 20, () => sql(`SELECT COUNT(*) FROM flag WHERE decided_at = 0 AND message_id = ${seventh}`) === '1'));
  page = await noor.get(`/moderation?case=${seventh}`);
  check('with its words', page.text.includes('Numéro de téléphone d’une vendeuse') && /Reported by a member/.test(plain(page.text)), plain(page.text).slice(0, 600));
} finally {
  if (process.exitCode) console.log(place.log());
  await place.end();
}
end();
