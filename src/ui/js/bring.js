/* Files brought into the media library by a script: how much of each is there is told while it comes. Without it, forms bring them. */
(() => {
  /* What a refusal says, for people. */
  function story(text) {
    try {
      const problem = JSON.parse(text);
      return problem.errors?.[0]?.detail ?? problem.detail ?? problem.title;
    } catch {
      return parvis.text('failed');
    }
  }

  /* The medium that it is: {id}. `told(share)` hears of 0 to 1; `signal` ends it. Throws an Error that says why not. */
  parvis.bring = (file, told = () => {}, signal = null) => new Promise((resolve, reject) => {
    const send = new XMLHttpRequest(), data = new FormData();
    data.append('file', file, file.name);
    send.upload.addEventListener('progress', (at) => { if (at.lengthComputable) told(at.loaded / at.total); });
    send.addEventListener('load', () => {
      if (send.status >= 200 && send.status < 300) resolve(JSON.parse(send.responseText));
      else reject(new Error(story(send.responseText)));
    });
    send.addEventListener('error', () => reject(new Error(parvis.text('offline'))));
    send.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    signal?.addEventListener('abort', () => send.abort());
    send.open('POST', '/media');
    send.setRequestHeader('Accept', 'application/json');
    send.setRequestHeader('X-CSRF-Token', document.body.dataset.csrf ?? '');
    send.send(data);
  });
})();
