/* _member.mjs: somebody of the team who uses forms as a browser without scripts does: cookies, the token of the page, redirects not
   followed. member(place, 'noor@levain.example') signs in by a link that the operator made. */
import { hold, linkOf } from './_desk.mjs';

export async function member(place, email, { lang = 'en' } = {}) {
  const jar = new Map();
  const header = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const keep = (answer) => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
  };
  const ask = async (path, options = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : place.base + path, {
      redirect: 'manual', ...options, headers: { Accept: 'text/html', 'Accept-Language': lang, Cookie: header(), Origin: place.base, ...options.headers },
    });
    keep(answer);
    const text = await answer.text();
    let document = null;
    try { document = JSON.parse(text); } catch { /* a page */ }
    return { status: answer.status, text, document, location: answer.headers.get('location'), headers: answer.headers };
  };
  let token = '';
  const get = async (path) => {
    const answer = await ask(path);
    token = /name="csrf" value="([^"]+)"/.exec(answer.text)?.[1] ?? token;
    return answer;
  };
  const fields = (form) => {
    const body = new URLSearchParams({ csrf: token });
    for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one);
    return body;
  };
  const post = (path, form = {}) => ask(path, { method: 'POST', body: fields(form) });
  const json = async (path) => { /* the same document as the API's, and of the shape that is described */
    const answer = await ask(path, { headers: { Accept: 'application/json' } });
    await hold(place, 'GET', path, answer);
    return answer;
  };
  if (email) {
    const path = new URL(linkOf(place, email)).pathname;
    await get(path);
    await post(path);
    const today = await get('/moderation/decisions');
    if (today.status !== 200) throw new Error(`${email} did not get in: ${today.status}\n${today.text.slice(0, 500)}`);
  }
  return { get, post, json, ask, jar, csrf: () => token };
}

export const plain = (html) => html.replace(/<[^>]+>/g, ' ').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replace(/\s+/g, ' ');
