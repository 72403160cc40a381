/* Choosing a query: terms as tokens, and what the query would have found while one chooses. Without this, the fields are lists between
   commas, and "Try it" asks. */
(() => {
  const split = (text) => (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((term) => term.trim()).filter(Boolean);

  function tokens(field) {
    const box = document.createElement('div'), entry = document.createElement('input'), label = document.querySelector(`label[for="${field.id}"]`);
    const terms = split(field.value);
    box.className = 'token-field';
    entry.type = 'text';
    entry.id = `${field.id}-entry`;
    entry.dir = 'auto';
    label.htmlFor = entry.id;
    field.type = 'hidden';
    const told = () => { field.value = terms.join(', '); field.dispatchEvent(new Event('input', { bubbles: true })); };
    function draw() {
      box.querySelectorAll('.token').forEach((token) => token.remove());
      terms.forEach((term, at) => {
        const token = document.createElement('span'), out = document.createElement('button');
        token.className = `token${field.dataset.tokens ? ` token--${field.dataset.tokens}` : ''}`;
        token.textContent = term;
        out.type = 'button';
        out.innerHTML = '<svg class="i i--s" aria-hidden="true"><use href="/assets/icons.svg#x"/></svg><span class="vh"></span>';
        out.lastChild.textContent = parvis.text('takeOut', { term });
        out.addEventListener('click', () => { terms.splice(at, 1); draw(); told(); entry.focus(); });
        token.append(out);
        entry.before(token);
      });
    }
    function take() {
      if (!entry.value.trim()) return;
      terms.push(...split(entry.value));
      entry.value = '';
      draw();
      told();
    }
    entry.addEventListener('keydown', (event) => {
      if ((event.key === 'Enter' && entry.value.trim()) || (event.key === ',' && (entry.value.match(/"/g) ?? []).length % 2 === 0)) { event.preventDefault(); take(); }
      if (event.key === 'Backspace' && !entry.value && terms.length) { terms.pop(); draw(); told(); }
    });
    entry.addEventListener('input', (event) => { event.stopPropagation(); });
    entry.addEventListener('blur', take);
    field.form.addEventListener('submit', take);
    box.append(entry);
    field.after(box);
    draw();
  }

  function preview(form) {
    let asked = 0;
    const look = parvis.calm(600, async () => {
      const data = new URLSearchParams(new FormData(form)), turn = ++asked;
      const answer = await parvis.ask(form.dataset.try, 'preview', { method: 'POST', body: data }).catch(() => null);
      const html = answer?.ok && await answer.text();
      if (html && turn === asked) parvis.swap(html);
    });
    form.addEventListener('input', look);
    form.addEventListener('change', look);
  }

  /* Numbers that somebody opened stay open when the figures come anew. */
  parvis.merge.figures = (old, fresh) => {
    const open = [...old.querySelectorAll('details')].map((one) => one.open);
    fresh.querySelectorAll('details').forEach((one, at) => { one.open = open[at] ?? false; });
  };

  /* Networks that somebody has ticked and not kept yet. */
  parvis.merge.searches = (old, fresh) => old.querySelectorAll('input[type=checkbox]').forEach((one) => {
    const now = [...fresh.querySelectorAll('input[type=checkbox]')].find((other) => other.value === one.value);
    if (now && one.checked !== one.defaultChecked) now.checked = one.checked;
  });

  parvis.swapped.push((root) => {
    root.querySelectorAll?.('[data-tokens]').forEach((field) => { if (field.type !== 'hidden') tokens(field); });
    root.querySelectorAll?.('form[data-try]').forEach(preview);
  });
})();
