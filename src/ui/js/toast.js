/* Toasts: what was just done, with its undo, for some seconds. What went wrong stays until it is closed. */
(() => {
  const box = () => document.getElementById('toasts');

  function start(toast) {
    const seconds = Number(toast.dataset.seconds || 8);
    if (!seconds) return;
    let timer = 0;
    const go = () => { timer = setTimeout(() => toast.remove(), seconds * 1000); };
    for (const name of ['mouseenter', 'focusin']) toast.addEventListener(name, () => clearTimeout(timer));
    for (const name of ['mouseleave', 'focusout']) toast.addEventListener(name, go);
    go();
  }

  parvis.toast = ({ text, undo_url: undo = null, seconds = 8, bad = false }) => {
    const toast = document.getElementById('toast').content.firstElementChild.cloneNode(true);
    toast.querySelector('span').textContent = text;
    const form = toast.querySelector('form');
    if (undo) form.action = undo;
    else form.remove();
    toast.dataset.seconds = bad ? 20 : seconds;
    const use = toast.querySelector('use');
    if (bad) use.setAttribute('href', use.getAttribute('href').replace('#check', '#octagon-alert'));
    box().append(toast);
    while (box().children.length > 3) box().firstElementChild.remove();
    start(toast);
  };

  parvis.swapped.push((root) => { if (root === document) box()?.querySelectorAll('.toast').forEach(start); });

  /* Undoing brings back what was: ask again for what is on screen. */
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!form.closest('#toasts')) return;
    event.preventDefault();
    const held = form.contains(document.activeElement);
    form.closest('.toast').remove();
    if (held) parvis.home();
    const answer = await parvis.ask(form.getAttribute('action'), '', { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    if (!answer?.ok) return parvis.toast({ text: parvis.text('failed'), bad: true });
    try {
      const flash = JSON.parse(answer.headers.get('HX-Trigger') ?? '{}').flash;
      if (flash) parvis.toast({ ...flash, undo_url: null });
    } catch { /* not ours */ }
    if (parvis.refresh) ['list', 'conversation', 'queue', 'calendar'].forEach((id) => parvis.refresh(id));
    if (!document.querySelector('#list, #queue, #calendar')) location.reload();
  });
})();
