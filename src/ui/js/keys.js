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
      parvis.controls(menu)[0]?.focus();
    } else if (control.type === 'submit' && !parvis.seen(control)) control.form.requestSubmit(control);
    else {
      control.click();
      if (menu?.matches(':popover-open')) parvis.controls(menu)[0]?.focus();
      if (control.type === 'radio') control.focus(); // the rest of the decision follows from there
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
    if (key.startsWith('arrow') && event.target.matches('[type="radio"]')) return; // they choose among the radios
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
      const written = field(document.activeElement);
      if (written) return void (written.closest('#conversation') ? document.getElementById('conv-t').focus({ preventScroll: true }) : written.blur());
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
    control.closest('[popover]:popover-open')?.hidePopover(); // first: the keyboard comes back to what opened it
    if (parvis.acts[control.dataset.act]() !== false) event.preventDefault();
  });

  /* Up and down go through an open menu, beside Tab. */
  document.addEventListener('keydown', (event) => {
    const menu = event.target.closest?.('.menu:popover-open'), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!menu || !step || menu.querySelector('[data-filter]') || event.target.matches('input:not([type="search"], [type="checkbox"]), select, textarea')) return;
    const all = parvis.controls(menu), at = all.indexOf(event.target);
    event.preventDefault();
    all[(at + step + all.length) % all.length]?.focus();
  });

  parvis.swapped.push((root) => {
    if (root !== document) return;
    document.querySelectorAll('#keys [data-keys]').forEach((row) => {
      const key = row.dataset.keys;
      table.set(key, [...(table.get(key) ?? []), row]);
    });
  });
})();
