/* The studio: what is typed is shown a moment later. Works without: what is kept is shown. */
parvis.swapped.push((root) => {
  const form = root.querySelector('form[data-studio]'), look = document.getElementById('look');
  if (!form || !look) return;
  let timer, turn = 0;
  const show = async () => {
    const mine = ++turn, query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name !== 'csrf' && name !== 'revision') query.append(name, value);
    query.set('template', form.dataset.studio);
    look.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch('/studio/look?' + query, { headers: { 'HX-Request': 'true', 'HX-Target': 'look' } });
      if (!answer.ok || mine !== turn) return;
      const html = new DOMParser().parseFromString(await answer.text(), 'text/html'), fresh = html.getElementById('look'), picture = fresh?.querySelector('img');
      if (!picture) return;
      const image = new Image();
      image.src = picture.getAttribute('src');
      await image.decode().catch(() => {});
      if (mine === turn) look.replaceChildren(...fresh.childNodes);
    } finally { if (mine === turn) look.removeAttribute('aria-busy'); }
  };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 220); });
});
