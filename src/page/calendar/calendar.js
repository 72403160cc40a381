/* The calendar: days by the arrows, posts moved by hand or by M and the arrows. Each does what the form “Move a post” does; the server says what came of it. */
(() => {
  const board = () => document.getElementById('calendar');
  const shown = (selector) => [...document.querySelectorAll(selector)].find(parvis.seen);
  const pad = (number) => String(number).padStart(2, '0');

  /* Wall times are reckoned as if all days had 24 hours: the clock there shows what was chosen. */
  const reckon = (wall, days, minutes = 0) => new Date(Date.parse(`${wall}:00Z`) + days * 86400000 + minutes * 60000).toISOString().slice(0, 16);
  const apart = (from, to) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86400000);
  const minutes = (wall) => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
  const clock = (count) => `${pad(Math.floor(count / 60))}:${pad(count % 60)}`;
  const spoken = (wall, withHour) => new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang, {
    timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', ...(withHour ? { hour: 'numeric', minute: '2-digit' } : {}),
  }).format(new Date(`${wall}:00Z`));
  const byHour = () => board()?.dataset.view === 'week' && board().dataset.lane === 'hour';
  const at = (day) => {
    const url = new URL(board().dataset.url, location.href);
    url.searchParams.set('day', day);
    return url.pathname + url.search;
  };

  /* ---- the one way to move ---- */

  /* `wall`: by the reader's clock, where the thing is to be shown; empty: no hour any more. A post keeps its own clock: it goes as far there. */
  async function place(thing, wall) {
    if (thing.dataset.idea) return void location.assign(`/posts/new?idea=${thing.dataset.idea}&at=${wall}`);
    const { move, revision, shown: from, wall: own, zone, post } = thing.dataset;
    if (wall === from) return;
    const goal = wall && from ? reckon(own, apart(from.slice(0, 10), wall.slice(0, 10)), minutes(wall) - minutes(from)) : wall;
    const answer = await parvis.ask(move, 'calendar', {
      method: 'POST', body: new URLSearchParams({ wall_time: goal, zone: goal && own ? zone : board().dataset.zone, revision }),
    }).catch(() => null);
    if (!answer) return parvis.toast({ text: parvis.text('offline'), bad: true });
    if (answer.ok) parvis.heard(answer);
    else {
      const problem = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('problem');
      parvis.toast({ text: problem?.textContent.trim().replace(/\s+/g, ' ') || parvis.text('failed'), bad: true });
    }
    const there = answer.ok && wall && !document.querySelector(`#calendar [data-day="${wall.slice(0, 10)}"]`);
    if (there) return void location.assign(at(wall.slice(0, 10)));
    await parvis.load(location.pathname + location.search, 'calendar');
    shown(`#calendar [data-post="${post}"] a[href]`)?.focus({ preventScroll: true });
  }

  /* ---- by the keyboard ---- */

  let moving = null; // {thing, wall}: where it would go

  function mark() {
    document.querySelectorAll('#calendar .is-aim').forEach((cell) => cell.classList.remove('is-aim'));
    document.querySelectorAll('#calendar .is-target').forEach((slot) => slot.remove());
    if (!moving) return;
    const cell = shown(`#calendar [data-day="${moving.wall.slice(0, 10)}"]`);
    cell?.classList.add('is-aim');
    if (!cell || !byHour() || !cell.matches('.week__d')) return;
    const row = Math.floor(minutes(moving.wall) / 30) - 2 * Number(board().dataset.firstHour) + 1;
    if (row < 1) return;
    const slot = document.createElement('li');
    slot.className = `is-target at-${row} for-2`;
    slot.setAttribute('aria-hidden', 'true');
    cell.querySelector('ol').append(slot);
    slot.scrollIntoView({ block: 'nearest' });
  }

  function stop() {
    moving?.thing.classList.remove('is-lifted');
    moving = null;
    mark();
  }

  function begin() {
    if (!board()) return false;
    const thing = document.activeElement?.closest('#calendar [data-move], #calendar [data-idea]');
    if (!thing || board().dataset.may !== 'write') return void parvis.say(parvis.text('moveFirst'));
    const title = thing.querySelector('.clip[dir], .clamp2')?.textContent ?? '';
    moving = { thing, wall: thing.dataset.shown || `${board().dataset.day < board().dataset.today ? board().dataset.today : board().dataset.day}T09:00` };
    thing.classList.add('is-lifted');
    mark();
    parvis.say(parvis.text('moving', { n: title }));
  }

  const steps = () => (byHour() ? { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -30], ArrowDown: [0, 30] }
    : board().dataset.view === 'list' || !parvis.wide() ? { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
      : { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [-7, 0], ArrowDown: [7, 0] });

  document.addEventListener('keydown', (event) => {
    if (!moving || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps()[event.key];
    if (step) {
      moving.wall = reckon(moving.wall, ...step);
      mark();
      parvis.say(parvis.text('moveTo', { n: spoken(moving.wall, byHour()) }));
    } else if (event.key === 'Enter') {
      const { thing, wall } = moving;
      stop();
      place(thing, wall);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      stop();
      parvis.say(parvis.text('moveLeft'));
      if (event.key === 'Tab') return;
    } else if (event.key.length > 1) return; // Shift and the like
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  /* ---- days and scales ---- */

  const day = (by) => () => {
    if (!board()) return false;
    const here = document.activeElement?.closest('#calendar [data-day]:not(#calendar)')?.dataset.day ?? document.activeElement?.dataset?.dayLink;
    const goal = here ? reckon(`${here}T12:00`, by).slice(0, 10) : board().dataset.day;
    const link = shown(`#calendar [data-day-link="${goal}"]`);
    if (link) link.focus();
    else location.assign(at(goal));
  };
  const scale = (by) => () => {
    const links = [...document.querySelectorAll('[data-scale]')], next = links[links.findIndex((link) => link.hasAttribute('aria-current')) + by];
    if (!board() || !next) return false;
    next.click();
  };
  Object.assign(parvis.acts, {
    'day-left': day(-1), 'day-right': day(1), 'day-up': day(-7), 'day-down': day(7), 'move-post': begin, 'scale-near': scale(1), 'scale-far': scale(-1),
  });

  /* ---- by hand ---- */

  let dragged = null, grip = 0; // what is dragged, and how far below its top it was taken

  const cellOf = (event) => event.target.closest?.('#calendar td[data-day], #calendar .week__d[data-day], #calendar .agenda > [data-day], #calendar [data-tray]');

  function aimAt(event, cell) {
    const { day: goal } = cell.dataset;
    if (!goal) return '';
    if (!cell.matches('.week__d')) return `${goal}T${dragged.dataset.shown?.slice(11) || '09:00'}`;
    const list = cell.querySelector('ol'), half = list.getBoundingClientRect().height / Number(/rows-(\d+)/.exec(list.className)[1]);
    const row = Math.max(0, Math.round((event.clientY - grip - list.getBoundingClientRect().top) / half));
    return `${goal}T${clock(Math.min(1410, (2 * Number(board().dataset.firstHour) + row) * 30))}`;
  }

  document.addEventListener('dragstart', (event) => {
    dragged = event.target.closest?.('#calendar [draggable="true"]') ?? null;
    if (!dragged) return;
    stop();
    grip = dragged.closest('.week__d') ? event.clientY - dragged.getBoundingClientRect().top : 0;
    event.dataTransfer.setData('text/plain', dragged.innerText.trim());
    event.dataTransfer.effectAllowed = 'move';
    dragged.classList.add('is-lifted');
  });
  document.addEventListener('dragover', (event) => {
    const cell = dragged && cellOf(event);
    if (!cell || (cell.matches('[data-tray]') && !dragged.dataset.shown)) return;
    event.preventDefault();
    document.querySelectorAll('#calendar .is-aim').forEach((one) => one !== cell && one.classList.remove('is-aim'));
    if (cell.dataset.day) cell.classList.add('is-aim');
  });
  document.addEventListener('drop', (event) => {
    const cell = dragged && cellOf(event);
    if (!cell) return;
    event.preventDefault();
    place(dragged, aimAt(event, cell));
  });
  document.addEventListener('dragend', () => {
    dragged?.classList.remove('is-lifted');
    dragged = null;
    mark();
  });

  /* What had the keyboard has it again when the board was made anew. */
  let held = '';
  parvis.merge.calendar = (old) => {
    const at_ = old.contains(document.activeElement) ? document.activeElement : null, post = at_?.closest('[data-post]')?.dataset.post;
    held = post ? `#calendar [data-post="${post}"] a[href]` : at_?.dataset.dayLink ? `#calendar [data-day-link="${at_.dataset.dayLink}"]` : '';
  };
  parvis.swapped.push((root) => {
    if (root.id === 'calendar' && held) shown(held)?.focus({ preventScroll: true });
  });

  parvis.swapped.push((root) => {
    const place_ = root === document ? board() : root;
    if (place_?.id !== 'calendar' || place_.dataset.may !== 'write') return;
    place_.querySelectorAll('[data-move], [data-idea]').forEach((thing) => {
      thing.draggable = true;
      thing.querySelectorAll('a').forEach((link) => { link.draggable = false; });
    });
    /* What is being moved was made anew under one's hands. */
    if (moving && !moving.thing.isConnected) {
      const again = shown(`#calendar [data-post="${moving.thing.dataset.post}"][data-move]`);
      if (again) { moving.thing = again; again.classList.add('is-lifted'); mark(); } else stop();
    }
  });
})();
