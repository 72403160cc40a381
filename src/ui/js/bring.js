/* Files brought into the media library by a script: how much of each is there is told while it comes. Small ones in one go, large ones in pieces (tus 1.0): what breaks off
   goes on where it was, also when the page was left meanwhile. Without it, forms bring them. */
(() => {
  const PIECE = 4 << 20, TRIES = 6, KEPT = 20 * 36e5; // bytes; times in a row; milliseconds: the desk keeps what is unfinished for a day
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const stopped = () => new DOMException('', 'AbortError');

  class Refused extends Error {
    constructor(answer) {
      let text = parvis.text('failed');
      try {
        const problem = JSON.parse(answer.responseText);
        text = problem.errors?.[0]?.detail ?? problem.detail ?? problem.title;
      } catch { /* no words of ours */ }
      super(text);
      this.status = answer.status;
    }
  }

  /* One request; throws a Refused, an Error without words when nothing was answered, or an AbortError. */
  const ask = (method, url, headers, body, told, signal) => new Promise((resolve, reject) => {
    const send = new XMLHttpRequest();
    if (signal?.aborted) return void reject(stopped());
    send.upload.addEventListener('progress', (at) => told?.(at.loaded));
    send.addEventListener('load', () => (send.status >= 200 && send.status < 300 ? resolve(send) : reject(new Refused(send))));
    send.addEventListener('error', () => reject(new Error(parvis.text('offline'))));
    send.addEventListener('abort', () => reject(stopped()));
    signal?.addEventListener('abort', () => send.abort());
    send.open(method, url);
    for (const [name, value] of Object.entries({ Accept: 'application/json', 'X-CSRF-Token': document.body.dataset.csrf ?? '', ...headers })) send.setRequestHeader(name, value);
    send.send(body);
  });

  async function whole(file, told, signal) {
    const data = new FormData();
    data.append('file', file, file.name);
    return JSON.parse((await ask('POST', '/media', {}, data, (sent) => told(Math.min(1, sent / file.size)), signal)).responseText);
  }

  const tus = { 'Tus-Resumable': '1.0.0' }, kind = { 'Content-Type': 'application/offset+octet-stream' };
  const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const far = (answer) => [Number(answer.getResponseHeader('Upload-Offset')), answer.getResponseHeader('Parvis-Media')];

  /* Where it goes: the place that was begun before, if it is still there, else a new one. */
  async function begin(file, key, signal) {
    const kept = parvis.stored(key);
    if (kept && kept.at > Date.now() - KEPT) {
      try { return [kept.url, ...far(await ask('HEAD', kept.url, tus, null, null, signal))]; } catch (error) { if (!error.status) throw error; }
    }
    const answer = await ask('POST', '/api/v1/uploads', { ...tus, 'Upload-Length': file.size, 'Upload-Metadata': `filename ${inBase64(file.name)}` }, null, null, signal);
    const url = answer.getResponseHeader('Location');
    parvis.store(key, { url, at: Date.now() });
    return [url, 0, null];
  }

  async function inPieces(file, told, signal) {
    const key = `bring:${document.body.dataset.user}:${file.name}:${file.size}:${file.lastModified}`;
    for (let tries = 0, url, at = 0, id = null, lost = true; ; ) {
      try {
        if (!url) [url, at, id] = await begin(file, key, signal);
        else if (lost) [at, id] = far(await ask('HEAD', url, tus, null, null, signal));
        lost = false;
        while (!id) {
          const from = at;
          [at, id] = far(await ask('PATCH', url, { ...tus, ...kind, 'Upload-Offset': from }, file.slice(from, from + PIECE), (sent) => told((from + sent) / file.size), signal));
          tries = 0;
        }
        parvis.store(key, null);
        return { id };
      } catch (error) {
        const again = !error.status || error.status === 409 || error.status === 429 || error.status >= 500;
        if (error.status === 404) url = null;
        else if (error.name === 'AbortError' || !again) { parvis.store(key, null); throw error; }
        if (++tries > TRIES) throw error; // what is there stays: the same file goes on from it
        lost = true;
        await pause(Math.min(15000, 500 * 2 ** tries));
      }
    }
  }

  /* The medium that it is: {id}. `told(share)` hears of 0 to 1; `signal` ends it. Throws an Error that says why not. */
  parvis.bring = (file, told = () => {}, signal = null) => (file.size > PIECE ? inPieces : whole)(file, told, signal);
})();
