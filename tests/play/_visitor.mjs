/* _visitor.mjs: a browser without a window: keeps cookies, posts forms with the page's own token, follows one redirect at a time. For
   plays that look at what the pages say, not at how they look. */

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", nbsp: '\u00a0' };
export const plain = (text) => text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (all, name) => entities[name]
  ?? (name.startsWith('#x') ? String.fromCodePoint(parseInt(name.slice(2), 16)) : name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : all));

export function visitor(base, { lang = 'en' } = {}) {
  const jar = new Map();
  let token = '';

  async function ask(method, path, body) {
    const url = path.startsWith('http') ? path : base + path;
    const answer = await fetch(url, {
      method, redirect: 'manual', body,
      headers: {
        Accept: 'text/html', 'Accept-Language': lang, Origin: base, 'Sec-Fetch-Site': 'same-origin',
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(';'), at = pair.indexOf('=');
      const gone = rest.some((part) => /^\s*(max-age=0|max-age=-|expires=thu, 01 jan 1970)/i.test(part));
      if (gone) jar.delete(pair.slice(0, at)); else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await answer.text();
    const found = /name="csrf" value="([^"]*)"/.exec(text) ?? /data-csrf="([^"]*)"/.exec(text);
    if (found) token = plain(found[1]);
    return { status: answer.status, text, location: answer.headers.get('location'), headers: answer.headers };
  }

  return {
    jar,
    get: (path) => ask('GET', path),
    /* fields: an object, or a list of pairs where names repeat. The token is that of the last page seen. */
    post: (path, fields = {}) => {
      const form = new URLSearchParams(fields);
      form.append('csrf', token);
      return ask('POST', path, form.toString());
    },
    /* Post, and look at where it leads. */
    async send(path, fields) {
      const answer = await this.post(path, fields);
      return answer.location ? { ...(await this.get(new URL(answer.location, base).href)), sent: answer.status, location: answer.location } : answer;
    },
    /* By a password, as anybody does; `fields` are more of that form. Where it leads is looked at. */
    async signIn(email, password, fields = {}) {
      await this.get('/sign-in');
      return this.send('/sign-in', { email, password, ...fields });
    },
    async enter(link) {
      const seen = await this.get(link);
      const form = /<form[^>]*action="(\/sign-in\/link\/[^"]*)"/.exec(seen.text);
      return this.post(form[1]);
    },
  };
}

/* The value of a field of the page, as a browser would show it. */
export function valueOf(text, name) {
  const tag = (text.match(/<input[^>]*>/g) ?? []).find((one) => one.includes(`name="${name}"`) || one.includes(`id="${name}"`));
  const value = tag && /value="([^"]*)"/.exec(tag);
  return value ? plain(value[1]) : null;
}

/* What is written beside a field that was refused. */
export function errorOf(text, id) {
  const found = new RegExp(`<p class="error" id="${id}-error">(.*?)</p>`, 's').exec(text);
  return found ? plain(found[1].replace(/<[^>]*>/g, '')).trim() : null;
}
