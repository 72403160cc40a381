/* Keys, read from the one table (#keys, templates/keys.mustache). Letters work outside of fields only, and can be turned off. */
(() => {
  const table = new Map(); // "g a" -> elements of the table
  let first = '', timer = 0;

  const field = (element) => element?.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');
  const named = (event) => {
    return (event.ctrlKey || event.metaKey ? 'ctrl+' : '') + event.key.toLowerCase();
  };

  /* An act that no script knows is a control of the page that says data-act. */
  function press(act) {
    const found = [...document.querySelectorAll(`main [data-act="${act}"], body > [data-act="${act}"], #toasts [data-act="${act}"]`)];
    const control = found.find(parvis.seen) ?? found.at(-1);
    if (!control) return false;
    const menu = control.getAttribute('popovertarget') && document.getElementById(control.getAttribute('popovertarget'));
    if (menu?.matches('[popover]') && !parvis.seen(control)) {
      menu.showPopover({ source: document.querySelector('[popovertarget="m-conv"]') ?? undefined });
      menu.querySelector('input, button, a')?.focus();
    } else if (control.type === 'submit' && !parvis.seen(control)) control.form.requestSubmit(control);
    else {
      control.click();
      if (menu?.matches(':popover-open')) menu.querySelector('input, button, a')?.focus();
    }
  }

  function run(rows, event) {
    for (const row of rows) {
      const { act, to } = row.dataset;
      const known = act === 'go' ? () => location.assign(to) : parvis.acts[act] ?? (() => press(act));
      if (known(event) !== false) return true;
    }
    return false;
  }

  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const key = named(event);
    const letter = key.length === 1 || key.startsWith('arrow');
    if (letter && (field(event.target) || !('keys' in document.body.dataset))) return;
    if (document.querySelector('dialog:modal') && key !== 'ctrl+enter') return;
    if (key === 'enter' && !event.target.closest('.conv')) return;
    const rows = table.get(first ? `${first} ${key}` : key);
    clearTimeout(timer);
    first = '';
    if (rows && run(rows, event)) return void event.preventDefault();
    if (letter && [...table.keys()].some((one) => one.startsWith(`${key} `))) {
      first = key;
      timer = setTimeout(() => { first = ''; }, 1200);
    }
  });

  Object.assign(parvis.acts, {
    keys: () => { const dialog = document.getElementById('keys'); if (!dialog) return false; parvis.open(dialog); },
    close: () => {
      if (document.querySelector(':popover-open')) return false; // the browser closes it
      if (field(document.activeElement)) return void document.activeElement.blur();
      const back = document.querySelector('#conversation .phone-only[href], .contact-back a');
      if (parvis.seen(back)) back.click();
      else return false;
    },
    undo: () => {
      const button = [...document.querySelectorAll('#toasts [data-act="undo"]')].at(-1);
      if (!button) return false;
      button.click();
    },
  });

  document.addEventListener('click', (event) => {
    const control = event.target.closest('[data-act="keys"], [data-act="palette"]');
    if (!control || event.ctrlKey || event.metaKey) return;
    if (parvis.acts[control.dataset.act]() === false) return;
    event.preventDefault();
    control.closest('[popover]:popover-open')?.hidePopover();
  });

  parvis.swapped.push((root) => {
    if (root !== document) return;
    document.querySelectorAll('#keys [data-keys]').forEach((row) => {
      const key = row.dataset.keys;
      table.set(key, [...(table.get(key) ?? []), row]);
    });
  });
})();
