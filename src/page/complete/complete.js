/* "@na" and "#pa" completed while one types: in the texts of a form with data-completes. A text box with a list of its own, as ARIA has it for boxes of several
   lines: the box keeps the keyboard, aria-activedescendant says which line is meant. Arrows choose, Enter and Tab take what is chosen, Escape closes. A name has its
   first line chosen from the start; a hashtag none, as a new one is written to its end as often. */
(() => {
  const WAIT = 120, KEPT = 60000;
  const BEGUN = /(?:^|[^\p{L}\p{N}_@#＠＃&/.])(?:([@＠])([\p{L}\p{M}\p{N}_.\-]{0,60}(?:@[\p{L}\p{M}\p{N}.\-]{0,60})?)|([#＃])([\p{L}\p{M}\p{N}_·]{0,60}))$/u;
  const known = new Map();
  let box = null, from = 0, items = [], at = -1, asked = 0, timer = 0;

  const takes = (target) => target?.matches?.('[data-completes] textarea') && (target.form.elements.visibility?.value ?? '') !== 'note';
  const list = () => document.getElementById('completions');
  const open = () => box && items.length > 0;

  function close() {
    clearTimeout(timer);
    asked++;
    items = [];
    at = -1;
    list()?.remove();
    box?.removeAttribute('aria-activedescendant');
    box?.removeAttribute('aria-controls');
  }

  /* The channels that this text goes to: one of its own, those ticked, or that of the conversation. */
  function channels(area) {
    const voice = area.closest('[data-voice]')?.dataset.voice;
    if (voice && voice !== 'common') return [voice];
    return area.form.dataset.channel ? [area.form.dataset.channel] : [...area.form.querySelectorAll('[name="channels"]:checked')].map((one) => one.value);
  }

  /* ---- where the sign stands, in the window: by a copy of the box that wraps as it does ---- */

  const COPIED = ['boxSizing', 'width', 'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft', 'borderTopWidth', 'borderRightWidth', 'borderBottomWidth', 'borderLeftWidth', 'borderStyle',
    'fontFamily', 'fontSize', 'fontStyle', 'fontWeight', 'fontStretch', 'fontVariant', 'letterSpacing', 'wordSpacing', 'lineHeight', 'textAlign', 'textIndent', 'textTransform', 'tabSize', 'direction', 'unicodeBidi'];
  function place(area, index) {
    const copy = document.createElement('div'), sign = document.createElement('span'), style = getComputedStyle(area), frame = area.getBoundingClientRect();
    for (const name of COPIED) copy.style[name] = style[name];
    Object.assign(copy.style, { position: 'absolute', visibility: 'hidden', whiteSpace: 'pre-wrap', overflowWrap: 'break-word', top: '0', left: '0', height: 'auto', pointerEvents: 'none' });
    copy.setAttribute('aria-hidden', 'true');
    sign.textContent = area.value.slice(index, index + 1) || '.';
    copy.append(area.value.slice(0, index), sign, area.value.slice(index + 1));
    document.body.append(copy);
    const whole = copy.getBoundingClientRect(), spot = sign.getBoundingClientRect();
    copy.remove();
    const x = frame.left + spot.left - whole.left, y = frame.top + spot.top - whole.top - area.scrollTop;
    return { left: x, right: x + spot.width, top: Math.max(frame.top, Math.min(y, frame.bottom - spot.height)), height: spot.height, rightwards: style.direction !== 'rtl' };
  }

  /* Below the line, or above it where there is no room; never out of the window. */
  function put() {
    const menu = list();
    if (!menu || !box) return;
    const spot = place(box, from), room = window.visualViewport, height = room?.height ?? innerHeight, width = document.documentElement.clientWidth;
    const below = spot.top + spot.height + 4, left = spot.rightwards ? spot.left : spot.right - menu.offsetWidth;
    menu.style.left = `${Math.max(8, Math.min(left, width - menu.offsetWidth - 8))}px`;
    menu.style.top = `${Math.max(8, below + menu.offsetHeight > height + (room?.offsetTop ?? 0) ? spot.top - menu.offsetHeight - 4 : below)}px`;
  }

  /* ---- what is proposed ---- */

  function mark() {
    [...list().children].forEach((line, i) => line.setAttribute('aria-selected', String(i === at)));
    if (at < 0) box.removeAttribute('aria-activedescendant');
    else box.setAttribute('aria-activedescendant', `completion-${at}`);
  }

  function show(found, name) {
    const text = (value, className, tag = 'bdi') => Object.assign(document.createElement(tag), { textContent: value, className });
    const spoken = found.length && !open();
    items = found = found.slice(0, innerHeight < 500 ? 4 : 8); // all of it is seen at once: it does not scroll
    if (!found.length) return close();
    const menu = list() ?? Object.assign(document.createElement('ul'), { id: 'completions', className: 'menu completions', popover: 'manual' });
    menu.setAttribute('role', 'listbox');
    menu.setAttribute('aria-label', parvis.text('completions'));
    const places = new Set(found.map((one) => one.network?.word));
    menu.replaceChildren(...found.map((one, i) => {
      const line = document.createElement('li');
      line.id = `completion-${i}`;
      line.className = 'menu__i';
      line.setAttribute('role', 'option');
      line.append(text(one.text, 'completions__t'));
      const beside = [one.name, places.size > 1 ? one.network?.title : '', one.about].filter((part) => part && part !== one.text.slice(1)).join(' · ');
      if (beside) line.append(text(beside, 'meta clip'));
      return line;
    }));
    if (!menu.isConnected) (box.closest('dialog, main') ?? document.body).append(menu);
    if (!menu.matches(':popover-open')) menu.showPopover?.();
    box.setAttribute('aria-controls', 'completions');
    at = name ? 0 : -1;
    mark();
    put();
    if (spoken) parvis.say(parvis.text('proposed', { n: found.length }));
  }

  async function ask(url, name) {
    const mine = ++asked, had = known.get(url);
    if (had && had.at > Date.now() - KEPT) return show(had.items, name);
    const answer = await parvis.ask(url, '', { headers: { Accept: 'application/json' } }).catch(() => null);
    const found = answer?.ok ? (await answer.json().catch(() => ({}))).items ?? [] : [];
    if (known.size > 200) known.clear();
    if (answer?.ok) known.set(url, { at: Date.now(), items: found });
    if (mine === asked) show(found, name);
  }

  function look() {
    clearTimeout(timer);
    const begun = box.selectionStart === box.selectionEnd ? BEGUN.exec(box.value.slice(Math.max(0, box.selectionStart - 140), box.selectionStart)) : null;
    if (!begun) return close();
    const name = !!begun[1], q = name ? begun[2] : begun[4], where = channels(box);
    if (name && !where.length) return close();
    from = box.selectionStart - q.length - 1;
    const url = name ? `/completions/names?${new URLSearchParams([['q', q], ...where.map((id) => ['channels', id])])}` : `/completions/hashtags?${new URLSearchParams({ q })}`;
    timer = setTimeout(ask, known.has(url) ? 0 : WAIT, url, name);
  }

  function take(one) {
    const area = box, end = area.selectionStart, after = /^\s/.test(area.value.slice(end)) ? '' : ' ';
    close();
    area.focus();
    area.setRangeText(one.text + after, from, end, 'end');
    if (!after) area.setSelectionRange(area.selectionStart + 1, area.selectionStart + 1);
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /* ---- what people do ---- */

  const prepare = (area) => { area.setAttribute('aria-autocomplete', 'list'); area.setAttribute('aria-haspopup', 'listbox'); };
  document.addEventListener('focusin', (event) => { if (takes(event.target)) prepare(event.target); });
  document.addEventListener('input', (event) => {
    if (!takes(event.target) || event.isComposing) return;
    if (box !== event.target) close();
    box = event.target;
    prepare(box);
    look();
  });
  /* Before whoever else listens: an open list has these keys. */
  document.addEventListener('keydown', (event) => {
    if (!open() || event.target !== box || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length;
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && at >= 0) take(items[at]);
    else {
      if (['Enter', 'Tab', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'].includes(event.key)) close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (step) mark();
  }, true);
  /* The box keeps the keyboard while a finger or a mouse chooses. */
  for (const kind of ['pointerdown', 'mousedown']) document.addEventListener(kind, (event) => { if (event.target.closest?.('#completions')) event.preventDefault(); });
  document.addEventListener('click', (event) => {
    const line = event.target.closest?.('#completions [role="option"]');
    if (line) take(items[[...list().children].indexOf(line)]);
    else if (open() && event.target !== box) close();
  });
  document.addEventListener('focusout', (event) => { if (event.target === box) close(); });
  document.addEventListener('scroll', (event) => { if (open() && !event.target.closest?.('#completions')) put(); }, true);
  addEventListener('resize', () => { if (open()) put(); });
  const now = document.activeElement;
  if (takes(now)) { box = now; prepare(now); look(); } // it was asked for by what was typed
})();
