/* <pv-clock> is the server's text; this keeps it running between two answers of the server. */
(() => {
  const MINUTE = 60000, DAY = 1440 * MINUTE;

  function duration(left) {
    const minutes = Math.max(1, Math.round(left / MINUTE));
    if (minutes < 60) return parvis.text('minutes', { n: minutes });
    if (minutes < 48 * 60) return parvis.text('hours', { n: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, '0') });
    return parvis.text('days', { n: Math.round(left / DAY) });
  }

  class Clock extends HTMLElement {
    connectedCallback() { clocks.add(this); }
    disconnectedCallback() { clocks.delete(this); }
    tick() {
      const { state, due, started } = this.dataset;
      if (!['calm', 'soon', 'late'].includes(state)) return;
      const left = Date.parse(due) - parvis.now();
      const share = Math.max(0, Math.min(100, Math.round(100 * left / (Date.parse(due) - Date.parse(started)))));
      if (Number.isNaN(left) || Number.isNaN(share)) return;
      const now = left < 0 ? 'late' : share < 25 ? 'soon' : 'calm';
      const [text, spoken] = this.querySelectorAll('span');
      if (now !== state) {
        this.classList.replace(`clock--${state}`, `clock--${now}`);
        this.dataset.state = now;
      }
      const n = duration(Math.abs(left));
      text.textContent = left < 0 ? parvis.text('late', { n }) : n;
      spoken.textContent = parvis.text(left < 0 ? 'lateSpoken' : 'dueSpoken', { n });
      this.querySelector('circle + circle').setAttribute('stroke-dasharray', left < 0 ? '100 100' : `${share} 100`);
    }
  }
  const clocks = new Set();
  customElements.define('pv-clock', Clock);
  setInterval(() => { if (!document.hidden) clocks.forEach((clock) => clock.tick()); }, 15000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) clocks.forEach((clock) => clock.tick()); });
})();
