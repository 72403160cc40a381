/* The list: which row is open, selection, keys of the inbox. */
(() => {
  const rows = () => [...document.querySelectorAll('.conv')];
  const boxes = () => [...document.querySelectorAll('.conv__c input')];
  let chosen = new Set(), last = null;

  /* ---- selection ---- */

  function tally() {
    const all = boxes(), on = all.filter((box) => box.checked);
    chosen = new Set(on.map((box) => box.value));
    const line = document.querySelector('#bulk [data-selected]');
    if (line) line.textContent = on.length ? parvis.text('selected', { n: on.length }) : '';
    const top = document.querySelector('[data-act="select-all"]');
    if (top) { top.checked = on.length > 0 && on.length === all.length; top.indeterminate = on.length > 0 && on.length < all.length; }
  }
  document.addEventListener('click', (event) => {
    const box = event.target.closest('.conv__c input');
    if (box) {
      const all = boxes(), here = all.indexOf(box), there = all.indexOf(last);
      if (event.shiftKey && there >= 0)
        for (const one of all.slice(Math.min(here, there), Math.max(here, there) + 1)) one.checked = box.checked;
      last = box;
      tally();
    }
    if (event.target.matches('[data-act="select-all"]')) {
      const { checked } = event.target;
      boxes().forEach((one) => { one.checked = checked; });
      tally();
    }
  });
  document.addEventListener('parvis:done', (event) => {
    if (event.target.matches('#bulk')) { // its boxes are named id, so that form.id would be them
      boxes().forEach((one) => { one.checked = false; });
      tally();
    }
    document.querySelectorAll('[popover]:popover-open').forEach((menu) => menu.hidePopover());
  });

  /* ---- which row is open ---- */

  function mark() {
    const open = document.getElementById('conversation')?.dataset.id;
    for (const row of rows()) {
      const on = row.id === `c-${open}`;
      row.classList.toggle('is-on', on);
      if (on) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }
  parvis.swapped.push((root) => {
    if (root !== document && root.id === 'list') boxes().forEach((box) => { box.checked = chosen.has(box.value); });
    if (root === document || root.id === 'list' || root.matches('li')) tally();
    if (root !== document) mark();
    if (root.id === 'conversation') {
      const pane = document.querySelector('.inbox');
      pane?.classList.remove('is-list', 'is-contact');
      pane?.classList.add('is-conversation');
      document.title = document.title.replace(/^(.* · )?(?=[^·]+ · Parvis$)/, () => {
        const name = document.getElementById('conv-t')?.textContent;
        return name ? `${name} · ` : '';
      });
    }
  });

  /* A refresh brings the first rows; those loaded after them stay, so that nobody is thrown back to the top. */
  parvis.merge.list = (old, fresh) => {
    const were = [...old.querySelectorAll('.conv')], list = fresh.querySelector('.convs');
    const ids = new Set([...list.children].map((row) => row.id));
    const common = were.findLastIndex((row) => ids.has(row.id));
    if (old.dataset.url !== fresh.dataset.url || common < 0 || were.length <= list.children.length) return;
    list.querySelector('.more')?.remove();
    list.append(...were.slice(common + 1), ...old.querySelectorAll('.more'));
  };

  /* What somebody wrote meanwhile is said to who cannot see it come. */
  parvis.merge.conversation = (old, fresh) => {
    if (old.dataset.id !== fresh.dataset.id) return;
    const came = [...fresh.querySelectorAll('.msg:not(.msg--us, .msg--note)')].filter((one) => !document.getElementById(one.id)).at(-1);
    if (came) parvis.say(parvis.text('came', { n: came.querySelector('.msg__h strong').textContent }));
  };

  /* After a reply or a "done" comes the row after the one that was open when it was pressed: by the time it is done the list may
     have been sorted anew. */
  parvis.nextRow = () => {
    const all = rows(), at = all.findIndex((row) => row.classList.contains('is-on'));
    return at < 0 || !parvis.wide() ? null : (all[at + 1] ?? all[at - 1])?.id;
  };
  parvis.openRow = (id) => {
    const next = id && document.getElementById(id);
    if (!next) return false;
    const link = next.querySelector('.conv__n');
    link.focus({ preventScroll: true }); // out of the reply box, so that Z, I and E are keys again
    link.click();
    parvis.refresh?.('list');
    return true;
  };

  /* ---- keys ---- */

  const step = (by) => () => {
    const all = rows();
    if (!all.length) return false;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const at = here >= 0 ? here : all.findIndex((row) => row.classList.contains('is-on'));
    const row = all[Math.max(0, Math.min(all.length - 1, at + by))];
    row.querySelector('.conv__n').focus();
    row.scrollIntoView({ block: 'nearest' });
  };
  const scope = (value) => {
    const radio = document.querySelector(`#reply [name="visibility"][value="${value}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event('change', { bubbles: true }));
    document.getElementById('body').focus();
  };
  const at = () => document.querySelector('#reply [name="visibility"]:checked')?.value;

  Object.assign(parvis.acts, {
    like: () => {
      const button = [...document.querySelectorAll('#conversation [data-like]')].filter(parvis.seen).at(-1);
      if (!button) return false;
      button.click();
    },
    next: step(1),
    previous: step(-1),
    open: () => {
      const row = rows().find((one) => one.contains(document.activeElement));
      if (!row) return false;
      row.querySelector('.conv__n').click();
    },
    select: () => {
      const row = rows().find((one) => one.contains(document.activeElement)) ?? document.querySelector('.conv.is-on');
      const box = row?.querySelector('.conv__c input'); // who may not sort has no boxes
      if (!box) return false;
      box.click();
    },
    reply: () => {
      if (at() === 'note') return scope('public') === false ? scope('private') : undefined;
      return scope(at());
    },
    private: () => scope(at() === 'private' ? 'public' : 'private'),
    note: () => scope('note'),
    send: () => {
      const form = document.activeElement?.closest?.('form') ?? document.getElementById('reply');
      const button = [...(form?.querySelectorAll('[type="submit"]') ?? [])].find((one) => parvis.seen(one) && (one.dataset.act === 'send' || form.id !== 'reply'));
      if (!button) return false;
      form.requestSubmit(button);
    },
  });
})();
