/* How long a text is, as its network counts it: the units of model/length.h, as the server counts them, with the links of model/mark.h. Only one
   thing the server knows better: hosts whose labels are too long to be sent are links here. */
(() => {
  const LINK = 23; // what a link counts where links are shortened
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  /* Newer rules keep conjuncts of Indic scripts together; the server counts each of their letters. */
  const conjunct = /(?<=[\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D]\p{M}*)(?=\p{Lo})/u;
  const graphemes = (text) => [...segmenter.segment(text)].flatMap(({ segment }) => segment.split(conjunct));

  /* ---- emoji ---- */

  const emoji = (() => {
    try { return new RegExp('^\\p{RGI_Emoji}$', 'v'); } catch { return null; } // a browser of before 2023
  })();
  const tone = (code) => code >= '\u{1F3FB}' && code <= '\u{1F3FF}' && code.length === 2;
  const bare = (code) => /^\p{Emoji}$/u.test(code) && !/^\p{Emoji_Presentation}$/u.test(code);
  /* With the selectors where they should be, some of which people leave out. */
  const misplaced = (codes) => codes.some((code, i) => code === '\uFE0F' && !bare(codes[i - 1] ?? ''));
  const selected = (codes) => (misplaced(codes) ? '' : codes.filter((code) => code !== '\uFE0F').map((code, i, all) => (bare(code) && !(all[i + 1] && tone(all[i + 1])) ? `${code}\uFE0F` : code)).join(''));
  function emoji_here(codes) {
    if (codes[0] < '\u2000' && !/^[\d#*\u00A9\u00AE]$/.test(codes[0])) return 0;
    if (!emoji) return codes.length > 1 ? codes.length : 0;
    for (let count = Math.min(codes.length, 12); count > 1; count--)
      if (codes[count - 1] !== '\u200D' && emoji.test(selected(codes.slice(0, count)))) return count;
    return /^\p{Emoji_Presentation}$/u.test(codes[0]) ? 1 : 0;
  }

  const weight = (code) => (code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247) ? 1 : 2);
  function weigh(sign) {
    if (sign.length === 1) return weight(sign.charCodeAt(0));
    let sum = 0;
    for (let codes = [...sign]; codes.length;) {
      const taken = emoji_here(codes);
      sum += taken ? 2 : weight(codes[0].codePointAt(0));
      codes = codes.slice(taken || 1);
    }
    return sum;
  }

  /* ---- links and names ---- */

  const space = '\\u0009-\\u000D\\u0020\\u0085\\u00A0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000';
  const latin = '\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF';
  const refused = '\\uFFFE\\uFEFF\\uFFFF', direction = '\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069';
  const not_host = `!#%&'()*+,./:;<=>?@\\[\\]\\\\^\\{\\|\\}~$${space}${refused}${direction}`; // besides "-" and "_"
  const host = `[^_\\-${not_host}]`, within = `[^${not_host}]`, within_last = `[^_${not_host}]`;
  const dialects = {
    weighted: { scheme: 'https?', path: `A-Za-z0-9!*';:=+,.$/%#\\[\\]_~@|&\\-\\u2013\\u0400-\\u04FF${latin}`, end: `A-Za-z0-9+=_#/\\-\\u0400-\\u04FF${latin}`, query: "A-Za-z0-9!?*'@();:&=+$/%#\\[\\]_.,~|\\-", query_end: 'A-Za-z0-9_&=#/\\-' },
    fediverse: { scheme: 'https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini', path: '^\\p{White_Space}<>()?', end: '^\\p{White_Space}()?!*"\'<>;:=,.$%\\[\\]~&|@\\u300C\\u300D',
      query: "A-Za-z0-9!?*'();:&=+$/%#\\[\\]_.,~|@\\^\\u00A0-\\uD7FF\\uE000-\\uFFEF\\u{10000}-\\u{10FFFD}\\-", query_end: 'A-Za-z0-9_&=#/\\u00A0-\\uD7FF\\uE000-\\uFFEF\\u{10000}-\\u{10FFFD}\\-' },
  };
  let ends = '[A-Za-z]{2,}(?![0-9A-Za-z@+\\-])', asked = false; // of hosts, until the list is there
  const made = {};
  function patterns(unit) {
    if (made[unit]) return made[unit];
    const d = dialects[unit], label = (inside) => `(?:${host}(?:${inside}*${host})?\\.)`, path = `[${d.path}]`;
    const brackets = `\\((?:${path}+|${path}*\\(${path}+\\)${path}*)\\)`;
    return (made[unit] = {
      link: new RegExp(`([^A-Za-z0-9@\\uFF20$#\\uFF03${refused}]|^)((?:(${d.scheme})://)?(${label(within)}*${label(within_last)}(?:${ends}))(?::[0-9]+)?(/(?:(?:${path}|${brackets})*(?:[${d.end}]|${brackets}))?)?(?:\\?[${d.query}]*[${d.query_end}])?)`, 'giu'),
      plain: new RegExp(`(?:[\\-a-z0-9${latin}]+\\.)+(?:${ends})`, 'giu'),
    });
  }
  /* [from, to, length] of each, in order. Looked for where there is a point, from white space to white space. */
  const links = (unit, text) => [...text.matchAll(/[\t-\r ]?[^\t-\r ]+/gu)].filter(([part]) => part.includes('.')).flatMap((m) => links_of(unit, m[0], m.index));
  function links_of(unit, text, start) {
    const found = [], { link, plain } = patterns(unit);
    for (const [, before, whole, scheme, name, path, at] of [...text.matchAll(link)].map((m) => [...m, start + m.index + m[1].length])) {
      let to = at + whole.length;
      if (/^xn--/.test(name) && name.search(plain) < 0) continue;
      if (scheme) {
        const short = /^https?:\/\/t\.co\/([a-z0-9]+)(\?[A-Za-z0-9!?*'@();:&=+$/%#[\]_.,~|-]*[A-Za-z0-9_&=#/-])?/i.exec(whole);
        if (short?.[1].length > 40) continue;
        if (short) to = at + short[0].length;
        found.push([at, to, LINK]);
      } else if (unit === 'weighted' && !/[-_./]$/.test(before)) {
        const hosts = [...name.matchAll(plain)].map((m) => [at + m.index, at + m.index + m[0].length, LINK]);
        if (hosts.length && path) hosts.at(-1)[1] = to;
        found.push(...hosts);
      }
    }
    return found;
  }
  const full_name = /(?<![=/\p{L}\p{M}\p{Nd}\p{Pc}])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@[\p{L}\p{M}\p{Nd}\p{Pc}]+(?:[.-]+[\p{L}\p{M}\p{Nd}\p{Pc}]+)*)?/gu;
  const not_a_name = new RegExp(`^(?:[@\\uFF20]|[${latin}]|://)`, 'u');
  const names = (text) => [...text.matchAll(full_name)].map((m) => [m.index, m.index + m[0].length, 1 + m[1].length]).filter(([, to]) => !not_a_name.test(text.slice(to)));

  function shortened(unit, text) {
    ask();
    const marks = [...links(unit, text), ...(unit === 'fediverse' ? names(text) : [])].sort((a, b) => a[0] - b[0]);
    const measure = (part) => graphemes(part).reduce((sum, sign) => sum + (unit === 'weighted' ? weigh(sign) : 1), 0);
    let length = 0, at = 0;
    for (const [from, to, counts] of marks) {
      if (from < at) continue; // within the one before
      length += measure(text.slice(at, from)) + counts;
      at = to;
    }
    return length + measure(text.slice(at));
  }

  const units = {
    characters: (text) => [...text].length,
    graphemes: (text) => graphemes(text).length,
    utf16: (text) => text.length,
    bytes: (text) => new TextEncoder().encode(text).length,
    fediverse: (text) => shortened('fediverse', text),
    weighted: (text) => shortened('weighted', text.normalize('NFC')),
  };
  parvis.length = (unit, text) => (units[unit] ?? units.characters)(text);

  /* What hosts may end with: a list of its own, brought when it is first needed. */
  parvis.domains = (list) => {
    const all = list.split(' ').sort((a, b) => b.length - a.length);
    ends = `(?:${all.join('|')})(?![0-9A-Za-z@+\\-])|xn--[\\-0-9a-z]+`;
    asked = true;
    for (const unit of Object.keys(made)) delete made[unit];
    globalThis.document?.dispatchEvent(new Event('parvis-domains'));
  };
  function ask() {
    if (asked || !globalThis.document) return;
    asked = true;
    document.head.append(Object.assign(document.createElement('script'), { src: '/assets/domains.js' }));
  }
})();
