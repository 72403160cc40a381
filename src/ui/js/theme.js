/* The theme changes at once; the account remembers it. */
(() => {
  const mark = () => document.querySelectorAll('[data-theme-form] button').forEach((button) =>
    button.setAttribute('aria-pressed', String(button.value === (document.documentElement.dataset.theme || 'system'))));
  document.addEventListener('submit', (event) => {
    if (!('themeForm' in event.target.dataset) || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    mark();
    parvis.ask(event.target.getAttribute('action'), '', { method: 'POST', body: new URLSearchParams(new FormData(event.target, event.submitter)) }).catch(() => {});
  });
  parvis.swapped.push((root) => { if (root === document) mark(); });
})();
