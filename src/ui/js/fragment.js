/* Links and forms with data-into load into the element of that id instead of the page. */
(() => {
  const busy = new WeakSet();

  const folds = (root, id) => [...root.querySelectorAll('details')].filter((one) => (one.closest('[id]') ?? root).id === id);
  const fields = (root) => [...root.querySelectorAll('input:not([type="hidden"]), textarea')];

  /* What somebody has unfolded stays so, with what they have put in its fields: the same fold of the nearest thing that has a name. */
  function unfold(old, fresh) {
    for (const fold of old.querySelectorAll('details[open]')) {
      const id = (fold.closest('[id]') ?? old).id;
      const like = folds(fresh, id)[folds(old, id).indexOf(fold)];
      if (like?.querySelector('summary')?.textContent !== fold.querySelector('summary')?.textContent) continue;
      like.open = true;
      const places = fields(like);
      fields(fold).forEach((field, at) => {
        if (places[at]?.name !== field.name || field.type === 'file') return;
        if (field.checked !== field.defaultChecked) places[at].checked = field.checked;
        if (field.value !== field.defaultValue) places[at].value = field.value;
      });
    }
  }

  /* The elements of an answer take the place of those with their ids. What says data-keep stays as it is (the reply being written),
     focus and places scrolled to are found again. */
  function swap(html) {
    const answer = new DOMParser().parseFromString(html, 'text/html').body;
    const fresh = [...answer.children].filter((element) => element.id && document.getElementById(element.id));
    for (const element of fresh) {
      const old = document.getElementById(element.id);
      const focus = old.contains(document.activeElement) ? document.activeElement : null;
      const scrolls = [old, ...old.querySelectorAll('[id]')].filter((one) => one.scrollTop > 0)
        .map((one) => [one.id, one.scrollTop, one.scrollTop + one.clientHeight > one.scrollHeight - 40]);
      const same = old.dataset.id === element.dataset.id;
      parvis.merge[element.id]?.(old, element);
      for (const kept of same ? old.querySelectorAll('[data-keep]') : []) {
        const place = element.querySelector(`#${kept.id}`);
        if (!place) continue;
        /* An empty box has nothing to lose: an answer that was returned comes back into it. */
        const text = kept.querySelector('textarea'), came = place.querySelector('textarea');
        if (text && !text.value && came?.value) continue;
        for (const name of ['version', 'csrf'])
          if (place.elements?.[name] && kept.elements?.[name]) kept.elements[name].value = place.elements[name].value;
        const others = place.querySelector('#others');
        if (others) kept.querySelector('#others')?.replaceWith(others);
        place.replaceWith(kept);
      }
      if (same) unfold(old, element);
      old.replaceWith(element);
      for (const [id, top, atEnd] of same ? scrolls : []) {
        const one = document.getElementById(id);
        if (one) one.scrollTop = atEnd && id === 'thread' ? one.scrollHeight : top;
      }
      if (focus && !focus.isConnected) again(focus, element);
      else if (focus) focus.focus({ preventScroll: true });
      parvis.swapped.forEach((call) => call(element));
    }
    return fresh.length > 0;
  }

  /* The same control in what came in: by id, else by name and value, else by act. */
  function again(focus, root) {
    const row = focus.closest('li[id]')?.id;
    const like = (focus.id && document.getElementById(focus.id)) ||
      (row && document.querySelector(`#${CSS.escape(row)} ${focus.matches('input') ? 'input' : 'a'}`)) ||
      (focus.dataset?.act && root.querySelector(`[data-act="${focus.dataset.act}"]`)) ||
      root.querySelector('[tabindex="-1"]');
    like?.focus({ preventScroll: true });
  }

  /* Toasts ordered by the answer, and the place it sends to. */
  function heard(answer) {
    try {
      const flash = JSON.parse(answer.headers.get('HX-Trigger') ?? '{}').flash;
      if (flash) parvis.toast(flash);
    } catch { /* not ours */ }
    return answer.headers.get('HX-Redirect');
  }

  function problem(html, near) {
    document.getElementById('problem')?.remove();
    const banner = new DOMParser().parseFromString(html, 'text/html').getElementById('problem');
    if (!banner) return parvis.toast({ text: parvis.text('failed'), bad: true });
    const dialog = near?.closest?.('dialog[open]');
    (dialog?.querySelector('.dialog__b') ?? (parvis.seen(near) ? near : document.getElementById('main'))).prepend(banner);
    banner.tabIndex = -1;
    banner.focus();
  }

  const asked = new Map(); // into -> what was asked for last: an answer that others overtook is not shown

  const place = () => location.href.split('#')[0];
  let shown = place();

  async function load(url, into, { push = false, near = null, from = null } = {}) {
    asked.set(into, url);
    const pane = document.getElementById(into);
    pane?.setAttribute('aria-busy', 'true');
    try {
      const answer = await parvis.ask(url, into);
      const to = heard(answer);
      if (to) return void location.assign(to);
      const html = await answer.text();
      if (asked.get(into) !== url) return;
      if (!answer.ok) return problem(html, near ?? pane);
      if (!swap(html)) return void location.assign(url);
      if (push) { history.pushState({ into }, '', url); shown = place(); }
      /* Opened by a key: the keyboard goes on in what came in, and its heading is read. */
      if (from && from === document.activeElement) document.querySelector(`#${into} [tabindex="-1"]`)?.focus({ preventScroll: true });
    } catch {
      parvis.toast({ text: parvis.text('offline'), bad: true });
    } finally {
      document.getElementById(into)?.removeAttribute('aria-busy');
    }
  }

  /* The same form and button in what came in since: they hold the version that the act before left. */
  function current(form, button) {
    const like = !form.isConnected && [...document.forms].find((one) => one.getAttribute('action') === form.getAttribute('action') && one.method === 'post');
    return like ? [like, button && [...like.elements].find((one) => one.type === 'submit' && one.name === button.name && one.value === button.value)] : [form, button];
  }

  let turn = Promise.resolve();

  /* Acts go one after the other, however fast they are pressed. */
  async function post(form, button) {
    if (busy.has(form)) return;
    busy.add(form);
    button?.classList.add('is-busy');
    const before = turn;
    let done;
    turn = new Promise((resolve) => { done = resolve; });
    await before;
    try {
      await send(...current(form, button));
    } finally {
      done();
      busy.delete(form);
      button?.classList.remove('is-busy');
    }
  }

  async function send(form, button) {
    const into = form.dataset.into;
    const data = new FormData(form, button);
    const multipart = form.enctype === 'multipart/form-data';
    const next = form.dataset.then === 'next' && data.get('visibility') !== 'note' ? parvis.nextRow?.() : null;
    try {
      const answer = await parvis.ask(button?.getAttribute('formaction') || form.getAttribute('action'), into,
        { method: 'POST', body: multipart ? data : new URLSearchParams(data) });
      const to = heard(answer);
      const html = await answer.text();
      if (!answer.ok) return problem(html, form);
      form.dispatchEvent(new CustomEvent('parvis:done', { bubbles: true, detail: { button } }));
      form.closest('dialog')?.close();
      form.closest('details')?.removeAttribute('open'); // done with
      form.closest('[popover]')?.hidePopover?.();
      if (next && parvis.openRow(next)) return;
      if (to) await load(to, into, { near: form });
      else swap(html);
      parvis.refresh?.('list');
    } catch {
      parvis.toast({ text: parvis.text('offline'), bad: true });
    }
  }

  parvis.swap = swap;
  parvis.load = load;
  parvis.heard = heard;

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-into]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!parvis.seen(document.getElementById(link.dataset.into))) return; // a phone shows one pane: go to its page
    event.preventDefault();
    load(link.href, link.dataset.into, { push: 'push' in link.dataset, from: event.detail ? null : link });
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || !form.dataset.into || event.submitter?.formMethod === 'dialog') return;
    event.preventDefault();
    post(form, event.submitter);
  });

  addEventListener('popstate', (event) => {
    if (place() === shown) return; // within the page: the skip link, a message that is quoted
    shown = place();
    if (event.state?.into && document.getElementById(event.state.into)) load(location.href, event.state.into);
    else location.reload();
  });

  /* Rows after those shown: the link is replaced by them, on its own once it is in sight. */
  async function more(link) {
    if (busy.has(link)) return;
    busy.add(link);
    const answer = await parvis.ask(link.href, 'rows').catch(() => null);
    if (answer) heard(answer);
    if (!answer?.ok) return void busy.delete(link);
    const list = document.createElement('template');
    list.innerHTML = await answer.text();
    const rows = [...list.content.children].filter((row) => !row.id || !document.getElementById(row.id));
    link.closest('li').replaceWith(...rows);
    rows.forEach((row) => parvis.swapped.forEach((call) => call(row)));
  }
  const watch = new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && more(one.target)), { rootMargin: '300px' });
  parvis.swapped.push((root) => {
    root.querySelectorAll('[data-more]').forEach((link) => watch.observe(link));
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-more]');
    if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); more(link); }
  });
})();
