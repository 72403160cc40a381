/* Live updates: the server says what changed, the script asks again for what is on screen and touched; never for a page that nobody
   looks at, and a list at most every two seconds. */
(() => {
  const dirty = new Set();
  let lost = 0, source = null, timer = 0;

  const urls = {
    list: () => document.getElementById('list')?.dataset.url,
    conversation: () => document.getElementById('conversation')?.dataset.url,
    queue: () => document.getElementById('queue') && location.pathname + location.search,
    others: () => document.getElementById('others') && document.getElementById('conversation')?.dataset.url,
    mentions: () => document.getElementById('mentions') && location.pathname + location.search,
    figures: () => document.getElementById('figures') && location.pathname + location.search,
    unusual: () => document.getElementById('unusual') && location.pathname + location.search,
    reputation: () => document.getElementById('reputation') && location.pathname + location.search,
    asked: () => document.getElementById('asked') && location.pathname + location.search,
    calendar: () => document.getElementById('calendar') && location.pathname + location.search,
    rises: () => document.getElementById('rises') && location.pathname + location.search,
    past: () => document.getElementById('past') && location.pathname + location.search,
    searches: () => document.getElementById('searches') && location.pathname + location.search,
    connecting: () => document.getElementById('connecting') && location.pathname,
    exports: () => document.getElementById('exports') && location.pathname + location.search,
    ribbon: () => document.getElementById('ribbon') && '/ribbon',
    posts: () => document.getElementById('posts') && location.pathname + location.search,
    'by-hand': () => document.getElementById('by-hand') && location.pathname + location.search,
    'by-hand-task': () => document.getElementById('by-hand-task') && location.pathname,
    'publishing-lists': () => document.getElementById('publishing-lists') && location.pathname,
    'post-head': () => document.getElementById('post-head')?.dataset.url,
    imports: () => document.getElementById('imports') && location.pathname + location.search,
  };
  /* A button that is pressed stays under the finger until it is let go. */
  let pressed = null;
  document.addEventListener('pointerdown', (event) => { pressed = event.target; }, true);
  for (const kind of ['pointerup', 'pointercancel']) document.addEventListener(kind, () => setTimeout(() => { pressed = null; }), true);

  /* Somebody is in the middle of something there: a press, a menu, a dialog, a field. */
  const taken = (id) => !!pressed?.closest?.(`#${id}`) || !!document.querySelector(`#${id} :is(:popover-open, dialog[open])`) ||
    (id !== 'others' && document.activeElement?.closest(`#${id}`) && document.activeElement.matches('input, textarea, select') && !document.activeElement.closest('[data-keep]'));

  const flush = parvis.calm(2000, async () => {
    if (document.hidden) return;
    for (const id of [...dirty]) {
      if (id === 'counts') { dirty.delete(id); await counts(); continue; }
      if (taken(id)) { setTimeout(flush, 3000); continue; }
      dirty.delete(id);
      const url = urls[id]?.();
      if (!url) continue;
      const answer = await parvis.ask(url, id).catch(() => null);
      if (answer) parvis.heard(answer); // what a write had to say comes with whichever fragment is asked for next
      const html = answer?.ok && await answer.text();
      if (!html || urls[id]() !== url) continue; // one went on to another meanwhile
      if (taken(id)) parvis.refresh(id);
      else parvis.swap(html);
    }
  });
  parvis.refresh = (id) => { dirty.add(id); flush(); };

  async function counts() {
    const answer = await fetch('/counts', { headers: { Accept: 'application/json' }, credentials: 'same-origin' }).catch(() => null);
    if (answer?.status === 401) ended();
    if (!answer?.ok) return;
    const numbers = await answer.json();
    document.querySelectorAll('[data-count]').forEach((count) => {
      const number = numbers[count.dataset.count];
      count.hidden = !number?.count;
      count.firstElementChild.textContent = number?.text ?? '';
    });
  }

  function changed(kind, id) {
    const open = document.getElementById('conversation')?.dataset.id;
    if (['post', 'presence'].includes(kind) && id === document.getElementById('post-head')?.dataset.id) return void parvis.refresh('post-head');
    if (kind === 'presence') return void (id === open && parvis.refresh('others'));
    if (kind === 'mention' || kind === 'listening') {
      const query = document.getElementById('mentions')?.dataset.id;
      if (query && (kind === 'listening' || !Number(id) || id === query)) (kind === 'mention' ? ['mentions', 'figures'] : ['mentions', 'figures', 'past', 'searches']).forEach(parvis.refresh);
      return;
    }
    if (kind === 'survey') return id === document.getElementById('mentions')?.dataset.id ? ['mentions', 'figures'].forEach(parvis.refresh) : ['asked', 'reputation'].forEach(parvis.refresh);
    if (kind === 'notification') notify();
    if (kind === 'channel') parvis.refresh('connecting');
    if (kind === 'alarm') return parvis.refresh('unusual');
    if (kind === 'trend') return parvis.refresh('rises');
    if (kind === 'post') return ['calendar', 'posts', 'publishing-lists', 'by-hand', 'by-hand-task', 'queue', 'counts'].forEach(parvis.refresh);
    if (kind === 'contest') return parvis.refresh('queue');
    if (kind === 'suspension') return ['ribbon', 'publishing-lists', 'by-hand', 'by-hand-task'].forEach(parvis.refresh);
    if (kind === 'import' || kind === 'export') return parvis.refresh(`${kind}s`);
    ['list', 'queue', 'counts'].forEach(parvis.refresh);
    if (id === open || kind === 'message') parvis.refresh('conversation');
  }

  /* Browser notifications: asked for in the account, shown only while nobody looks. */
  function notify() {
    if (!document.hidden || parvis.stored('notify') !== true || window.Notification?.permission !== 'granted') return;
    const note = new Notification(parvis.text('notifyTitle'), { tag: 'parvis', icon: '/assets/favicon.svg' });
    note.onclick = () => { window.focus(); note.close(); };
  }
  document.addEventListener('change', async (event) => {
    if (!event.target.matches('[data-notify]')) return;
    if (event.target.checked && await Notification.requestPermission() !== 'granted') event.target.checked = false;
    parvis.store('notify', event.target.checked || null);
  });

  /* While nothing comes, the page says so for as long as it lasts: what is shown may be old. */
  function away(is) {
    const line = document.getElementById('offline');
    if (!line || !line.hidden === is) return;
    line.hidden = !is;
    line.textContent = is ? parvis.text('offline') : '';
    if (is) parvis.say(line.textContent);
    else parvis.toast({ text: parvis.text('online') });
  }

  /* The desk answers, but not to us any more: the session has ended. */
  function ended() {
    clearTimeout(timer);
    source?.close();
    away(true);
    const link = Object.assign(document.createElement('a'), { href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: parvis.text('signIn') });
    parvis.say(parvis.text('signedOut'));
    document.getElementById('offline')?.replaceChildren(`${parvis.text('signedOut')} `, link);
    source = null;
  }

  function listen() {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(document.body.dataset.live);
    for (const kind of ['conversation', 'message', 'presence', 'notification', 'moderation', 'channel', 'import', 'export', 'mention', 'listening', 'alarm', 'survey', 'trend', 'post', 'suspension', 'contest'])
      source.addEventListener(kind, (event) => {
        let id = '';
        try { id = String(JSON.parse(event.data).id ?? ''); } catch { /* the kind alone tells enough */ }
        changed(kind, id);
      });
    source.onopen = () => {
      if (lost) { Object.keys(urls).forEach(parvis.refresh); parvis.refresh('counts'); }
      away(false);
      /* What ran while the page was on its way may have ended before anybody listened. */
      ['imports', 'exports'].filter((id) => document.querySelector(`#${id} progress`)).forEach(parvis.refresh);
      ['figures', 'asked'].filter((id) => document.querySelector(`#${id} form[action$="/survey"] button[disabled]`)).forEach(parvis.refresh);
      if (document.querySelector('#connecting [role="status"]')) parvis.refresh('connecting');
      lost = 0;
    };
    source.onerror = () => {
      if (++lost > 2) away(true);
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(listen, Math.min(60000, 2000 * 2 ** Math.min(lost, 5)));
      counts();
    };
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    if (dirty.size) flush();
    if (source?.readyState === EventSource.CLOSED) listen();
  });
  addEventListener('online', () => { if (source?.readyState === EventSource.OPEN) away(false); else if (source) listen(); });
  addEventListener('offline', () => away(true));
  parvis.swapped.push((root) => {
    if (root !== document) return;
    if (document.body.dataset.live) listen();
    const box = document.querySelector('[data-notify]');
    if (box) box.checked = parvis.stored('notify') === true && window.Notification?.permission === 'granted';
  });
})();
