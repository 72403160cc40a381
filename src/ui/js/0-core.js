/* What the other scripts share. Everything here only refreshes what the server made: each link and form works without it. */
const parvis = (() => {
  const texts = () => document.getElementById('texts')?.dataset ?? {};
  const csrf = () => document.body.dataset.csrf ?? '';
  const skew = Date.parse(document.body?.dataset.now ?? '') - Date.now() || 0;

  return {
    acts: {},      // act -> function(event) that returns false when there is nothing to do here
    merge: {},     // id -> function(old, fresh): what of the old one stays
    swapped: [],   // called with the root of what came in: the document first, fragments later

    now: () => Date.now() + (Math.abs(skew) > 5000 ? skew : 0),
    text: (name, values = {}) => (texts()[name] ?? '').replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all),
    seen: (element) => !!element && element.checkVisibility({ visibilityProperty: true }),
    /* What can take the keyboard in a menu: not its hidden fields. */
    controls: (menu) => [...menu.querySelectorAll('input:not([type="hidden"]), select, textarea, button, a[href]')].filter(parvis.seen),
    /* Where the keyboard goes on when what it was at is gone. */
    home: () => (document.getElementById('conv-t') ?? document.getElementById('main'))?.focus({ preventScroll: true }),
    wide: () => matchMedia('(min-width: 48rem)').matches,

    /* Ask as htmx would: a handler answers with the fragment of that id. Silence of half a minute is an answer too, but for files. */
    ask: (url, target, options = {}) => fetch(url, {
      credentials: 'same-origin',
      signal: options.body instanceof FormData ? undefined : AbortSignal.timeout(30000),
      ...options,
      headers: { 'HX-Request': 'true', 'HX-Target': target, 'HX-Current-URL': location.href, 'X-CSRF-Token': csrf(), ...options.headers },
    }),
    ping: (url) => parvis.ask(url, '', { method: 'POST' }).catch(() => {}),

    say: (text) => {
      let line = document.getElementById('said');
      if (!line) {
        line = Object.assign(document.createElement('p'), { id: 'said', className: 'vh' });
        line.setAttribute('role', 'status');
        document.body.append(line);
      }
      line.textContent = '';
      setTimeout(() => { line.textContent = text; }, 50);
    },

    /* At most one call a while, the last one kept. */
    calm: (wait, call) => {
      let timer = 0, last = 0;
      return (...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => { last = Date.now(); call(...values); }, Math.max(0, last + wait - Date.now()));
      };
    },

    stored: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    store: (key, value) => {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(value));
      } catch { /* private window or full: drafts are then not kept */ }
    },
  };
})();

document.addEventListener('DOMContentLoaded', () => parvis.swapped.forEach((call) => call(document)));
