/* The composer: a tab for each channel's text, characters counted as one types, saved by itself, kept on this machine when that fails. */
(() => {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const form = () => document.getElementById('post-form'), head = () => document.getElementById('post-head');
  const one = (selector) => document.querySelector(selector);

  /* ---- texts: one at a time is shown ---- */

  let current = 'common';
  function show(voice, focus) {
    const panel = document.getElementById(`voice-${voice}`);
    if (!panel) return;
    current = voice;
    one('#editor').classList.add('is-scripted');
    document.querySelectorAll('.voice').forEach((each) => {
      each.hidden = each !== panel;
      if (each === panel && 'open' in each) each.open = true;
    });
    document.querySelectorAll('#voices a').forEach((tab) => (tab.dataset.voice === voice ? tab.setAttribute('aria-current', 'true') : tab.removeAttribute('aria-current')));
    panel.querySelectorAll('[data-adapt], [data-common]').forEach((button) => {
      const own = panel.querySelector('[name="variant_body"]').value.trim();
      button.hidden = 'adapt' in button.dataset ? !!own : !own;
    });
    if (focus) panel.querySelector('textarea').focus();
  }
  document.addEventListener('click', (event) => {
    const tab = event.target.closest('#voices a'), adapt = event.target.closest('[data-adapt]'), common = event.target.closest('[data-common]');
    if (tab) { event.preventDefault(); show(tab.dataset.voice, true); }
    if (!adapt && !common) return;
    const box = document.getElementById(`variant-${(adapt ?? common).dataset.adapt ?? common.dataset.common}`);
    box.value = adapt ? one('#body').value : '';
    box.dispatchEvent(new Event('input', { bubbles: true }));
    show(current, true);
  });
  document.addEventListener('keydown', (event) => {
    if (!form() || !event.altKey || event.ctrlKey || event.metaKey || !/^Digit[1-9]$/.test(event.code)) return;
    const tab = document.querySelectorAll('#voices a')[Number(event.code.slice(5)) - 1];
    if (!tab) return;
    event.preventDefault();
    show(tab.dataset.voice, true);
  });

  /* What is to be mended may be in a text that is not shown. */
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-place]'), target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const voice = target.closest('.voice');
    if (voice) show(voice.dataset.voice);
    target.scrollIntoView({ block: 'center' });
    target.focus();
  });

  /* What a check would put instead: at the first place where what it speaks of still stands. */
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-put]'), box = button && document.getElementById(button.dataset.put), { was, text } = button?.dataset ?? {};
    const at = box ? box.value.indexOf(was) : -1;
    if (at < 0) return;
    const voice = box.closest('.voice');
    if (voice) show(voice.dataset.voice);
    box.focus();
    box.setRangeText(text, at, at + was.length, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
  const offer = () => document.querySelectorAll('[data-put]').forEach((button) => { button.hidden = !form(); });

  /* ---- templates and hashtags go in where one was writing ---- */

  let box = null;
  document.addEventListener('focusin', (event) => { if (event.target.matches?.('#post-form textarea')) box = event.target; });
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-aid]');
    if (!button || !form()) return;
    event.preventDefault();
    const answer = await parvis.ask(`/writing-aids/${button.dataset.aid}/use`, '', { method: 'POST', headers: { Accept: 'application/json' } }).catch(() => null);
    if (!answer?.ok) return say(parvis.text('notSaved', { why: answer?.status ?? parvis.text('offline') }), true);
    const { text } = await answer.json(), target = box?.isConnected && parvis.seen(box) ? box : one('#body');
    const before = target.value.slice(0, target.selectionStart), gap = before && !/\s$/.test(before) ? ' ' : '';
    target.focus();
    target.setRangeText(gap + text, target.selectionStart, target.selectionEnd, 'end');
    target.dispatchEvent(new Event('input', { bubbles: true }));
  });
  /* One that is proposed goes to the end of what its channel says. */
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-hashtag]');
    if (!button || !form()) return;
    event.preventDefault();
    const own = document.getElementById(`variant-${button.dataset.of}`), target = own?.value.trim() ? own : one('#body'), text = target.value.trimEnd();
    if (text.split(/\s+/).includes(button.dataset.hashtag)) return; // pressed twice
    target.setRangeText((text ? ' ' : '') + button.dataset.hashtag, text.length, target.value.length, 'end');
    target.dispatchEvent(new Event('input', { bubbles: true }));
    parvis.say(`${button.dataset.hashtag} ✓`);
  });
  parvis.merge.hashtags = (old, fresh) => old.querySelectorAll('details[open]').forEach((fold) => { const now = fresh.querySelector(`details[data-of="${fold.dataset.of}"]`); if (now) now.open = true; });
  /* What was ticked while it was being saved stays ticked. */
  parvis.merge.choices = (old, fresh) => old.querySelectorAll('input[id]').forEach((input) => { const now = fresh.querySelector(`#${CSS.escape(input.id)}`); if (now) now.checked = input.checked; });
  /* What is being typed into a variable stays while the others come and go. */
  parvis.merge.variables = (old, fresh) => old.querySelectorAll('input[id]').forEach((input) => fresh.querySelector(`#${CSS.escape(input.id)}`)?.replaceWith(input));

  /* ---- how long it is, by the rules of each network (length.js) ---- */

  function count() {
    document.querySelectorAll('#counters li').forEach((line) => {
      const own = document.getElementById(`variant-${line.dataset.channel}`)?.value.trim();
      const length = parvis.length(line.dataset.unit, own || one('#body').value.trim()) + Number(line.dataset.extra || 0), limit = Number(line.dataset.limit || 0), over = limit > 0 && length > limit;
      const text = line.querySelector('.num'), bar = line.querySelector('rect');
      text.textContent = limit ? `${number.format(length)} / ${number.format(limit)}` : number.format(length);
      text.classList.toggle('txt-red', over);
      bar.setAttribute('width', `${limit ? Math.min(100, Math.round((100 * length) / limit)) : 0}%`);
      bar.classList.toggle('b-red', over);
    });
  }

  /* ---- a part more ---- */

  document.addEventListener('click', (event) => {
    if (event.target.closest('#add-part') && form()) {
      event.preventDefault();
      const list = one('#parts'), item = document.createElement('li'), label = document.createElement('label'), box = document.createElement('textarea');
      const index = list.children.length;
      Object.assign(label, { className: 'label', htmlFor: `part-${index}`, textContent: parvis.text('part', { n: index + 2 }) });
      Object.assign(box, { id: `part-${index}`, name: 'parts', rows: 4, dir: 'auto', maxLength: 20000 });
      item.append(label, box);
      list.append(item);
      show('common');
      box.focus();
    }
  });

  /* ---- saved by itself ---- */

  const key = () => `post:${document.body.dataset.user}:${form()?.dataset.draft}`;
  const fields = () => [...new FormData(form())].filter(([name]) => !['csrf', 'revision'].includes(name));
  let saved = '', saving = null, timer = 0, stopped = false;

  function say(text, bad = false) {
    const line = one('#post-saved');
    if (!line) return;
    line.textContent = text;
    line.classList.toggle('txt-red', bad);
  }
  const keep = (value) => { try { if (value) sessionStorage.setItem(key(), value); else sessionStorage.removeItem(key()); } catch { /* full or forbidden: the page still has it */ } };

  async function save() {
    clearTimeout(timer);
    const box = form(), now = box && JSON.stringify(fields());
    if (!box || stopped || !head().hasAttribute('data-autosave') || now === saved) return;
    keep(now);
    let answer;
    try {
      answer = await parvis.ask(box.getAttribute('action'), 'parts', { method: 'POST', body: new URLSearchParams(new FormData(box)) });
    } catch {
      timer = setTimeout(again, 10000);
      return say(parvis.text('notSaved', { why: parvis.text('offline') }), true);
    }
    const html = await answer.text(), page = new DOMParser().parseFromString(html, 'text/html');
    if (!answer.ok) {
      stopped = answer.status === 409; // they decide, by the button: nothing is written over unseen
      return say(parvis.text('notSaved', { why: page.querySelector('#problem p:last-of-type, #problem')?.textContent.trim() ?? answer.status }), true);
    }
    saved = now;
    keep(null);
    const was = current, url = page.getElementById('post-head')?.dataset.url;
    if (url && box.getAttribute('action') !== url) {
      box.setAttribute('action', url);
      box.dataset.draft = url.split('/').pop();
      history.replaceState(null, '', url);
    }
    parvis.swap(html);
    show(was);
    count();
    say(parvis.text('saved', { when: new Date(parvis.now()).toLocaleTimeString(document.documentElement.lang, { hour: 'numeric', minute: '2-digit' }).replace(':', document.documentElement.lang === 'fr' ? '\u00a0h\u00a0' : ':') }));
  }
  const again = () => { saving = (saving ?? Promise.resolve()).then(save); return saving; };
  const later = () => { clearTimeout(timer); timer = setTimeout(again, 1500); };

  document.addEventListener('input', (event) => {
    if (event.target.form !== form() || !form()) return;
    count();
    later();
  });
  document.addEventListener('change', (event) => {
    if (form() && event.target.form === form()) { clearTimeout(timer); timer = setTimeout(again, 200); }
  });

  document.addEventListener('parvis:wrote', () => { if (form()) { clearTimeout(timer); timer = setTimeout(again, 200); } });

  /* A button pressed while it is being saved: what is on its way comes first, so that nobody is told that they overtook themselves. */
  document.addEventListener('submit', (event) => {
    if (event.target !== form()) return;
    clearTimeout(timer);
    const waits = saving, { submitter } = event;
    if (!waits) return keep(null);
    event.preventDefault();
    waits.finally(() => { saving = null; form().requestSubmit(submitter?.isConnected ? submitter : document.getElementById(submitter?.id) ?? undefined); });
  });

  /* ---- who else is here ---- */

  const present = () => { const id = head()?.dataset.id; if (id && !document.hidden) parvis.ping(`/posts/${id}/present`); };
  setInterval(present, 30000);

  parvis.swapped.push((root) => {
    if (!form() || root !== document) return;
    saved = JSON.stringify(fields());
    let left = null;
    try { left = JSON.parse(sessionStorage.getItem(key())); } catch { /* none */ }
    if (left && !one('#problem') && !one('#conflict')) {
      for (const name of ['body', 'title', 'first_comment', 'warning']) {
        const value = left.find(([field]) => field === name)?.[1];
        if (value !== undefined) document.getElementById(name).value = value;
      }
      for (const [at, [, id]] of left.filter(([field]) => field === 'variant').entries()) {
        const box = document.getElementById(`variant-${id}`);
        if (box) box.value = left.filter(([field]) => field === 'variant_body')[at]?.[1] ?? box.value;
      }
      say(parvis.text('draft'));
      later();
    }
    show('common');
    count();
    present();
  });
  parvis.swapped.push((root) => {
    if (root.id === 'voices') show(current);
    if (root === document || root.id === 'checks') offer();
  });
})();
