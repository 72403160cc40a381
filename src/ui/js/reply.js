/* The reply box: characters, drafts kept on this machine, saved replies, which message is answered, telling that somebody writes. */
(() => {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const KEPT = 30 * 24 * 3600 * 1000;
  const box = () => document.getElementById('body');
  const form = () => document.getElementById('reply');
  const scope = () => form()?.elements.visibility?.value;

  function count() {
    const text = box(), counter = document.querySelector('pv-counter[for="body"]');
    if (!text || !counter) return;
    const length = parvis.length(text.dataset.unit, text.value);
    const limit = scope() === 'note' ? 0 : Number((scope() === 'private' ? text.dataset.limitPrivate : text.dataset.limit) || 0);
    const over = limit > 0 && length > limit;
    counter.textContent = limit ? `${number.format(length)} / ${number.format(limit)}` : length ? number.format(length) : '';
    counter.classList.toggle('txt-red', over);
    text.setCustomValidity(over ? parvis.text('over', { n: number.format(length - limit) }) : '');
    if (over && !counter.dataset.over) parvis.say(parvis.text('over', { n: number.format(length - limit) }));
    counter.dataset.over = over ? 'yes' : '';
  }

  document.addEventListener('parvis-domains', count); // links are told better now

  /* The tone of the house: each line of the guide looks whether the text has its words, or has none of them. A text not begun is not judged. */
  const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();
  const escaped = (word) => fold(word).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  function judge() {
    const guide = document.getElementById('guide'), text = fold(box()?.value ?? '');
    if (!guide) return;
    for (const line of guide.querySelectorAll('[data-check]')) {
      const words = (line.dataset.any ?? line.dataset.none).split('|').map(escaped);
      const found = words.some((word) => new RegExp(`(?<![\\p{L}])${word}${line.dataset.none && !word.endsWith("'") ? '(?![\\p{L}])' : ''}`, 'u').test(text));
      const well = line.dataset.any ? found : !found, judged = text.trim().length > 0;
      line.classList.toggle('is-ok', judged && well);
      line.classList.toggle('is-ko', judged && !well);
      const use = line.querySelector('use');
      use.setAttribute('href', use.getAttribute('href').replace(/#.*/, judged ? (well ? '#check' : '#x') : '#circle-dashed'));
      line.querySelector('[data-state]').textContent = judged ? parvis.text(well ? 'there' : 'lacking') : '';
    }
  }

  /* Each person's own: whoever signs in after them on the same machine sees none, and signing out leaves none behind. */
  const mine = `draft:${document.body.dataset.user}:`, key = () => mine + form()?.dataset.draft;
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[action="/sign-out"]')) return;
    for (const name of Object.keys(localStorage)) if (name.startsWith(mine)) parvis.store(name, null);
    sessionStorage.clear();
  });
  const keep = parvis.calm(400, () => {
    if (!form()) return;
    const text = box().value;
    parvis.store(key(), text.trim() && text !== box().defaultValue ? { text, scope: scope(), at: Date.now() } : null);
  });
  const tell = parvis.calm(4000, () => { if (form() && box().value) parvis.ping(`/conversations/${form().dataset.draft}/typing`); });

  parvis.swapped.push((root) => {
    if (!form() || !(root === document || root.contains(form()))) return;
    const draft = parvis.stored(key());
    if (draft?.text && !root.querySelector?.('#problem') && box().value === box().defaultValue) {
      box().value = draft.text;
      const radio = [...form().querySelectorAll('[name="visibility"]')].find((one) => one.value === draft.scope);
      if (radio) radio.checked = true;
      parvis.say(parvis.text('draft'));
    }
    count();
    judge();
    const thread = document.getElementById('thread');
    if (thread && !location.hash) thread.scrollTop = thread.scrollHeight;
  });
  if (Math.random() < .1)
    for (const name of Object.keys(localStorage))
      if (name.startsWith('draft:') && !(parvis.stored(name)?.at > Date.now() - KEPT)) parvis.store(name, null);

  /* Names and hashtags are completed by a script of their own, brought when the first is begun. */
  const complete = () => {
    const src = form().dataset.completes;
    if (src && !document.querySelector(`script[src="${src}"]`)) document.head.append(Object.assign(document.createElement('script'), { src }));
  };

  document.addEventListener('input', (event) => {
    if (event.target.id === 'body' && form() && /[@#]/.test(event.data ?? '')) complete();
    if (event.target.id === 'body') { count(); judge(); keep(); tell(); }
    if (event.target.dataset.filter) filter(event.target);
  });
  document.addEventListener('change', (event) => { if (event.target.name === 'visibility') { count(); keep(); } });
  document.addEventListener('parvis:done', (event) => {
    if (!event.target.matches('#reply')) return;
    parvis.store(key(), null);
    event.target.reset();
    box().value = box().defaultValue = '';
    answer(null);
    show();
    count();
    judge();
  });

  /* ---- files: each with what it shows, and a way to leave it out; pictures may be pasted or dropped ---- */

  const picker = () => form()?.elements.file;
  function choose(files) {
    const input = picker(), most = Number(input.dataset.most), all = new DataTransfer();
    for (const file of files) if (all.items.length < most) all.items.add(file);
    input.files = all.files;
    show();
  }
  /* Drawn, as pages show no pictures from elsewhere than here. */
  function thumb(file) {
    const canvas = Object.assign(document.createElement('canvas'), { width: 80, height: 80 });
    createImageBitmap(file).then((picture) => {
      const side = Math.min(picture.width, picture.height);
      canvas.getContext('2d').drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, 80, 80);
    }).catch(() => canvas.remove());
    return canvas;
  }
  function show() {
    const input = picker(), list = document.getElementById('chosen');
    if (!input || !list) return;
    const described = new Map([...list.querySelectorAll('li')].map((line) => [line.dataset.name, line.querySelector('[name="alt"]').value]));
    input.closest('.files').classList.add('is-scripted');
    input.closest('.files').querySelector('.files__alt input').disabled = true;
    list.hidden = !input.files.length;
    list.replaceChildren(...[...input.files].map((file, at) => {
      const line = document.createElement('li'), name = document.createElement('span'), alt = document.createElement('input'), out = document.createElement('button');
      const picture = /^image\//.test(file.type);
      line.className = 'attach';
      line.dataset.name = file.name;
      if (picture) line.append(thumb(file));
      Object.assign(name, { className: 'clip', textContent: file.name, dir: 'auto' });
      Object.assign(alt, { name: 'alt', type: picture ? 'text' : 'hidden', className: 'input input--s', placeholder: input.dataset.describe, value: described.get(file.name) ?? '' });
      alt.setAttribute('aria-label', `${input.dataset.describe} ${file.name}`);
      Object.assign(out, { type: 'button', className: 'btn btn--s btn--icon btn--quiet', textContent: '×' });
      out.setAttribute('aria-label', input.dataset.remove.replace('{name}', file.name));
      out.addEventListener('click', () => { choose([...input.files].filter((_, other) => other !== at)); input.focus(); });
      line.append(name, alt, out);
      return line;
    }));
  }
  document.addEventListener('change', (event) => { if (event.target === picker()) choose(event.target.files); });
  const add = (event, data) => {
    const files = [...data?.files ?? []];
    if (!files.length || !picker() || !event.target.closest?.('#reply')) return;
    event.preventDefault();
    choose([...picker().files, ...files]);
  };
  document.addEventListener('paste', (event) => add(event, event.clipboardData));
  document.addEventListener('drop', (event) => add(event, event.dataTransfer));
  document.addEventListener('dragover', (event) => { if (event.target.closest?.('#reply') && event.dataTransfer?.types.includes('Files')) event.preventDefault(); });
  parvis.swapped.push(show);

  /* Send later and the other ways need their moment only when they are chosen. */
  document.addEventListener('click', (event) => {
    const button = event.target.closest('#reply button[name="then"]');
    if (button) document.getElementById('send-at')?.toggleAttribute('required', button.value === 'later');
  }, true);

  /* ---- which message is answered ---- */

  function answer(link) {
    const line = document.getElementById('answers');
    if (!line) return;
    line.hidden = !link;
    line.querySelector('[name="parent_id"]').value = link?.dataset.answer ?? '';
    line.querySelector('[data-name]').textContent = link?.dataset.name ?? '';
    line.querySelector('[data-excerpt]').textContent = link?.closest('.msg').querySelector('.msg__t')?.textContent.slice(0, 120) ?? '';
  }
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-answer], [data-act="answer-none"]');
    if (!link || event.ctrlKey || event.metaKey || !form()) return;
    event.preventDefault();
    answer(link.dataset.answer ? link : null);
    box().focus();
  });

  /* ---- saved replies ---- */

  const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

  function filter(input) {
    const words = plain(input.value).split(/\s+/);
    for (const item of document.getElementById(input.dataset.filter).children) {
      const text = plain(item.querySelector('[data-words]').dataset.words);
      item.hidden = !words.every((word) => text.includes(word));
    }
  }

  function insert(text) {
    const area = box();
    area.focus();
    area.setRangeText(text, area.value.trim() ? area.selectionStart : 0, area.value.trim() ? area.selectionEnd : area.value.length, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-insert]');
    if (!link || !box()) return;
    event.preventDefault();
    document.getElementById('m-saved').hidePopover();
    insert(link.dataset.insert);
  });
  document.addEventListener('toggle', (event) => {
    if (event.target.id === 'm-saved' && event.newState === 'open') event.target.querySelector('input').focus();
  }, true);
  document.addEventListener('keydown', (event) => {
    const list = event.target.closest?.('#m-saved') && [...document.querySelectorAll('#saved li:not([hidden]) a')];
    if (!list) return;
    const at = list.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && at < 0) { event.preventDefault(); list[0]?.click(); }
    if (!step) return;
    event.preventDefault();
    (list[at + step] ?? event.currentTarget.querySelector('#m-saved input')).focus();
  });

  /* ---- who is here ---- */

  const present = () => {
    const id = document.getElementById('conversation')?.dataset.id;
    if (id && !document.hidden) parvis.ping(`/conversations/${id}/read`);
  };
  parvis.swapped.push((root) => { if (root === document || root.id === 'conversation') present(); });
  setInterval(present, 30000);
})();
