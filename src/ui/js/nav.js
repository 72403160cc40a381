/* A row of places that is wider than the screen shows the one where one is. */
parvis.swapped.push((root) => root.querySelectorAll('.set-nav, .views--in, .head .tabs, .sp-nav').forEach((row) => {
  const here = row.querySelector('[aria-current]');
  if (here && row.scrollWidth > row.clientWidth) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.offsetWidth) / 2;
}));
