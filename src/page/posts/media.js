/* What goes with a post: moved and taken out in place; brought by choosing, dropping and pasting, several at once, each with how far it is. */
(() => {
  const list = () => document.getElementById('media-list'), section = () => document.getElementById('media');

  /* The composer saves what changed. */
  const changed = () => list().dispatchEvent(new CustomEvent('parvis:wrote', { bubbles: true }));

  function trouble(text) {
    const line = document.getElementById('media-trouble');
    line.hidden = !text;
    line.textContent = text;
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#media-list button'), item = button?.closest('li');
    if (!item) return;
    event.preventDefault();
    const before = item.previousElementSibling, after = item.nextElementSibling;
    if (button.name === 'media_up' && before) { before.before(item); button.focus(); }
    if (button.name === 'media_out') {
      (after ?? before)?.querySelector('input[name="alt"]')?.focus();
      item.remove();
      if (!list().children.length) document.getElementById('media-choose').focus();
    }
    changed();
  });

  /* ---- their order: the first is the cover of a carousel ---- */

  const told = (item) => parvis.say(parvis.text('stands', { n: [...list().children].indexOf(item) + 1, m: list().children.length }));
  document.addEventListener('keydown', (event) => {
    const grip = event.target.closest?.('#media-list [data-grip]'), item = grip?.closest('li');
    const other = item && { ArrowUp: item.previousElementSibling, ArrowLeft: item.previousElementSibling, ArrowDown: item.nextElementSibling, ArrowRight: item.nextElementSibling }[event.key];
    if (!item || !event.key.startsWith('Arrow') || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!other) return;
    if (['ArrowUp', 'ArrowLeft'].includes(event.key)) other.before(item); else other.after(item);
    grip.focus();
    told(item);
    changed();
  });
  /* By a pointer, also a finger: the others make room while it moves. */
  let dragged = null;
  document.addEventListener('pointerdown', (event) => {
    const grip = event.target.closest?.('#media-list [data-grip]');
    if (!grip || event.button !== 0) return;
    dragged = { item: grip.closest('li'), grip, from: [...list().children].indexOf(grip.closest('li')) };
    grip.setPointerCapture(event.pointerId);
    dragged.item.classList.add('is-moving');
  });
  document.addEventListener('pointermove', (event) => {
    if (!dragged) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest('#media-list > li');
    if (!over || over === dragged.item) return;
    const box = over.getBoundingClientRect();
    if (event.clientY > box.top + box.height / 2) over.after(dragged.item); else over.before(dragged.item);
    dragged.grip.setPointerCapture(event.pointerId); // moving it lets go
  });
  const drop = () => {
    if (!dragged) return;
    const { item, grip, from } = dragged;
    dragged = null;
    item.classList.remove('is-moving');
    if ([...list().children].indexOf(item) === from) return;
    grip.focus();
    told(item);
    changed();
  };
  document.addEventListener('pointerup', drop);
  document.addEventListener('pointercancel', drop);

  function add(id, name) {
    if (list().querySelector(`[data-medium="${id}"]`)) return;
    const item = document.getElementById('medium-new').content.firstElementChild.cloneNode(true);
    item.querySelector('[data-grip]').hidden = false;
    item.dataset.medium = id;
    item.querySelector('.medium').id = `medium-${id}`;
    item.querySelector('.medium p').textContent = name;
    item.querySelector('label').htmlFor = item.querySelector('[name="alt"]').id = `alt-${id}`;
    item.querySelectorAll('[name="media"], button').forEach((one) => { one.value = id; });
    for (const named of item.querySelectorAll('label, button')) named.append(Object.assign(document.createElement('span'), { className: 'vh', textContent: ` ${name}` }));
    list().append(item);
  }

  async function bring(files) {
    const coming = document.getElementById('media-coming');
    trouble('');
    for (const file of files) {
      const row = document.createElement('li'), name = document.createElement('span'), stop = document.createElement('button'), bar = document.createElement('progress');
      const ends = new AbortController();
      Object.assign(name, { className: 'clip', textContent: file.name });
      Object.assign(stop, { className: 'btn btn--s btn--quiet', type: 'button', textContent: parvis.text('stop') });
      Object.assign(bar, { max: 100, value: 0, ariaLabel: file.name });
      stop.addEventListener('click', () => ends.abort());
      row.append(name, stop, bar);
      coming.append(row);
      coming.hidden = false;
      try {
        const { id } = await parvis.bring(file, (share) => { bar.value = Math.round(share * 100); }, ends.signal);
        add(id, file.name);
        parvis.say(parvis.text('brought', { n: file.name }));
        changed();
      } catch (error) {
        if (error.name !== 'AbortError') trouble(`${file.name}: ${error.message}`);
      }
      row.remove();
      coming.hidden = !coming.children.length;
    }
  }

  document.addEventListener('change', (event) => {
    if (event.target.id !== 'media-bring') return;
    event.stopImmediatePropagation();
    bring([...event.target.files]);
    event.target.value = '';
  }, true);
  const carries = (event) => section() && [...(event.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    section().classList.add('is-over');
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) section()?.classList.remove('is-over'); });
  document.addEventListener('drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    section().classList.remove('is-over');
    bring([...event.dataTransfer.files]);
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !event.target.closest?.('.composer') || !section()) return;
    event.preventDefault();
    bring(files);
  });

  parvis.swapped.push((root) => { if (root === document) document.querySelectorAll('#media .bring, #media [data-grip]').forEach((one) => { one.hidden = false; }); });
})();
