/* What is to be pasted elsewhere, taken along by a press. Without the script the field itself is there to be copied from. */
(() => {
  const show = (root) => root.querySelectorAll('[data-copy]').forEach((button) => { button.hidden = false; });
  async function take(field) {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch { /* not allowed here: as it was done before */
      field.select();
      document.execCommand('copy');
    }
  }
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]'), field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    await take(field);
    button.classList.add('is-copied');
    parvis.say(parvis.text('copied'));
    setTimeout(() => button.classList.remove('is-copied'), 2000);
  });
  parvis.swapped.push(show);
})();
