/* Dialogs open as popovers without a script; with it they are modal. Links with data-dialog fill theirs and open it in place. */
(() => {
  function open(dialog) {
    dialog.removeAttribute('popover');
    if (!dialog.open) dialog.showModal();
    dialog.querySelector('.dialog__b :is(input, select, textarea):not([type="hidden"])')?.focus();
  }
  parvis.open = open;

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[popovertarget]');
    const dialog = button && document.getElementById(button.getAttribute('popovertarget'));
    if (dialog?.matches('dialog')) {
      event.preventDefault();
      button.closest('[popover]:popover-open')?.hidePopover();
      if (button.getAttribute('popovertargetaction') === 'hide') dialog.close();
      else open(dialog);
      return;
    }
    const link = event.target.closest('a[data-dialog]');
    const asked = link && document.getElementById(link.dataset.dialog);
    if (asked && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const form = asked.querySelector('form');
      if (form.dataset.action) form.action = form.dataset.action.replace('{id}', link.dataset.fill);
      asked.querySelectorAll('[data-fill-value]').forEach((input) => { input.value = link.dataset.fill; });
      open(asked);
      return;
    }
    if (event.target.matches('dialog[open]') && event.target === event.target.closest('dialog')) { // the veil around it
      const box = event.target.getBoundingClientRect();
      const out = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
      if (out && event.detail) event.target.close();
    }
  });

  /* What had the keyboard may be gone by then: refreshed meanwhile. */
  document.addEventListener('close', (event) => {
    const at = document.activeElement;
    if (event.target.matches('dialog') && (at === document.body || event.target.contains(at))) parvis.home();
  }, true);

  parvis.swapped.push((root) => root.querySelectorAll('dialog[open]').forEach((dialog) => {
    dialog.close();
    open(dialog);
  }));

  /* What the author is told follows the article, until somebody writes it otherwise. */
  document.addEventListener('change', (event) => {
    const notice = event.target.matches('select[data-notice]') && document.getElementById(event.target.dataset.notice);
    if (notice && !notice.dataset.written) notice.value = event.target.selectedOptions[0]?.dataset.notice ?? '';
  });
  document.addEventListener('input', (event) => { if (event.target.id === 'h-notice') event.target.dataset.written = 'yes'; });
})();
