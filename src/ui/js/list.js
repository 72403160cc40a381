/* Rows of a list that says data-rows: J and K go from one to the next, / to the words searched. */
(() => {
  const links = () => [...document.querySelectorAll('[data-rows] > li, [data-rows] > tr')].map((row) => row.querySelector('a[href]')).filter(Boolean);
  const step = (by) => () => {
    const all = links();
    if (!all.length) return false;
    const here = all.findIndex((link) => link.closest('li, tr').contains(document.activeElement));
    const link = all[here < 0 ? 0 : Math.max(0, Math.min(all.length - 1, here + by))];
    link.focus();
    link.scrollIntoView({ block: 'nearest' });
  };
  Object.assign(parvis.acts, {
    'row-next': step(1),
    'row-previous': step(-1),
    'search-field': () => {
      const field = document.querySelector('main [data-act="search-field"]');
      if (!field) return false;
      field.focus();
      field.select();
    },
  });
})();
