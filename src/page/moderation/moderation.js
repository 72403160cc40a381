/* The review queue: what is ticked stays ticked from one case to the next, until it is decided on. */
(() => {
  const name = 'parvis-cases';
  const kept = () => { try { return new Set(JSON.parse(sessionStorage.getItem(name) ?? '[]')); } catch { return new Set(); } };
  const keep = (chosen, sent = '') => {
    try {
      sessionStorage.setItem(name, JSON.stringify([...chosen]));
      sessionStorage.setItem(`${name}-sent`, sent);
    } catch { /* nothing can be kept: this page alone */ }
  };
  const sent = () => { try { return sessionStorage.getItem(`${name}-sent`); } catch { return ''; } };
  const boxes = () => [...document.querySelectorAll('input[type="checkbox"][form="bulk"][name="message"]')];

  /* Those that are on other pages of the queue go along as hidden fields. */
  function show() {
    const form = document.getElementById('bulk');
    if (!form) return;
    const chosen = kept(), here = boxes(), ids = new Set(here.map((box) => box.value));
    here.forEach((box) => { box.checked = chosen.has(box.value); });
    form.querySelectorAll('input[data-elsewhere]').forEach((one) => one.remove());
    for (const id of chosen) {
      if (ids.has(id)) continue;
      const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'message', value: id });
      field.dataset.elsewhere = '';
      form.append(field);
    }
    const line = document.querySelector('[data-chosen]');
    if (line) line.textContent = chosen.size ? line.dataset.chosen.replace('{n}', chosen.size) : '';
  }

  document.addEventListener('change', (event) => {
    if (!event.target.matches('input[form="bulk"][name="message"]')) return;
    const chosen = kept();
    if (event.target.checked) chosen.add(event.target.value);
    else chosen.delete(event.target.value);
    keep(chosen);
    show();
  });
  document.addEventListener('submit', (event) => {
    if (event.target.matches('#bulk')) keep(kept(), 'sent');
    const one = /^\/messages\/(\d+)\/decide$/.exec(event.target.getAttribute?.('action') ?? '')?.[1];
    if (!one) return;
    const chosen = kept();
    chosen.delete(one);
    keep(chosen);
  });
  /* What was sent is decided, unless the form came back. */
  if (sent()) keep(document.querySelector('#bulk [aria-invalid="true"], #bulk .error') ? kept() : new Set());
  parvis.swapped.push((root) => { if (root === document || root.querySelector?.('[form="bulk"]')) show(); });
})();
