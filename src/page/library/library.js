/* The media library: how much of a file was sent, and the focus pointed at in the picture. Both work without: a form, and two numbers. */
parvis.swapped.push((root) => {
  for (const form of root.querySelectorAll('form[data-progress]')) form.addEventListener('submit', (event) => {
    const bar = form.querySelector('progress'), send = new XMLHttpRequest();
    event.preventDefault();
    bar.hidden = false;
    form.querySelector('button[type=submit]').disabled = true;
    send.upload.addEventListener('progress', (at) => { if (at.lengthComputable) bar.value = Math.round(at.loaded / at.total * 100); });
    send.addEventListener('loadend', () => {
      if (send.status && send.responseURL && new URL(send.responseURL).pathname !== location.pathname) location.assign(send.responseURL);
      else form.submit(); /* refused, or cut off: the plain way shows why */
    });
    send.open('POST', form.action);
    send.send(new FormData(form));
  });
  const picture = root.querySelector('[data-focus]'), form = document.getElementById('say');
  if (!picture || !form) return;
  const fields = [form.elements.focus_x, form.elements.focus_y], cross = picture.querySelector('path');
  const draw = () => cross.setAttribute('d', `M${fields[0].value} 0V100M0 ${fields[1].value}H100`);
  picture.classList.add('is-live');
  picture.addEventListener('click', (event) => {
    const box = picture.getBoundingClientRect();
    fields[0].value = Math.round((event.clientX - box.left) / box.width * 100);
    fields[1].value = Math.round((event.clientY - box.top) / box.height * 100);
    draw();
  });
  for (const field of fields) field.addEventListener('input', draw);
});
