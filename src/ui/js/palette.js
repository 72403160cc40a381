/* Ctrl K: the places of the navigation and the views of the inbox, filtered while typing; what is left goes to the search. */
(() => {
  const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const dialog = () => document.getElementById('palette');
  let places = [], at = 0;

  function gather() {
    const seen = new Set();
    places = [...document.querySelectorAll('.rail__nav a, .views a, #m-user a')].filter((link) => !seen.has(link.href) && seen.add(link.href))
      .map((link) => ({ url: link.href, icon: link.querySelector('svg, .ch')?.cloneNode(true), title: (link.querySelector('span:not(.ch, .count, .vh)') ?? link).textContent.trim().replace(/\s*\?$/, '') }));
  }

  function draw() {
    const input = dialog().querySelector('input'), list = dialog().querySelector('[role="listbox"]');
    const q = input.value.trim();
    const found = places.filter((place) => plain(place.title).includes(plain(q))).slice(0, 9);
    if (q) found.push({ url: `/search?q=${encodeURIComponent(q)}`, title: parvis.text('searchFor', { n: q }) });
    at = Math.max(0, Math.min(at, found.length - 1));
    list.replaceChildren(...found.map((place, i) => {
      const item = document.createElement('li');
      item.id = `palette-${i}`;
      item.className = 'menu__i';
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', String(i === at));
      item.dataset.url = place.url;
      item.append(place.icon ?? '', place.title);
      return item;
    }));
    input.setAttribute('aria-activedescendant', found.length ? `palette-${at}` : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  parvis.acts.palette = () => {
    if (!dialog()) return false;
    gather();
    at = 0;
    dialog().querySelector('input').value = '';
    draw();
    dialog().showModal();
  };

  document.addEventListener('input', (event) => { if (event.target.closest('#palette')) { at = 0; draw(); } });
  document.addEventListener('keydown', (event) => {
    if (!event.target.closest?.('#palette')) return;
    if (event.key === 'Escape') return void dialog().close(); // a search field would only empty itself
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); at += step; draw(); }
    const item = dialog().querySelector('[aria-selected="true"]');
    if (event.key === 'Enter' && item) { event.preventDefault(); location.assign(item.dataset.url); }
  });
  document.addEventListener('click', (event) => {
    const item = event.target.closest('#palette [data-url]');
    if (item) location.assign(item.dataset.url);
  });
})();
