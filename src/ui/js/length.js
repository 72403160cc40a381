/* How long a text is, as its network counts it: the units of model/length.h, as the server counts them. */
(() => {
  const ADDRESS = 23; // what an address counts where it is shortened
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
  /* Newer rules keep conjuncts of Indic scripts together; the server counts each of their letters. */
  const conjunct = /(?<=[\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D]\p{M}*)(?=\p{Lo})/u;
  const graphemes = (text) => [...segmenter.segment(text)].flatMap(({ segment }) => segment.split(conjunct));

  const weight = (code) => (code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247) ? 1 : 2);
  const weigh = (sign) => {
    const codes = [...sign].map((one) => one.codePointAt(0));
    if (codes.length > 1 && (codes[0] >= 0x2000 || codes[0] <= 0x39)) return 2;
    return codes.reduce((sum, code) => sum + weight(code), 0);
  };

  const address = /^https?:\/\/[^\u0000-\u0020<>"\u00A0\u3000]+/u;
  const name = /^(@[A-Za-z0-9_.-]+)(@[A-Za-z0-9_.:-]+)/;
  function address_here(text) {
    const found = address.exec(text)?.[0];
    if (!found) return '';
    const scheme = /^https?:\/\//.exec(found)[0].length, whole = found.replace(/[.,!?;:')]+$/, '');
    return whole.length > scheme ? whole : '';
  }
  function name_here(text) {
    const found = name.exec(text);
    const host = found?.[2].replace(/[.:]+$/, '') ?? '';
    return host.length > 1 ? [found[1].length, host.length] : null;
  }

  function signs(text, addresses, weighted) {
    let length = 0, before = ' ', plain = '';
    const flush = () => {
      for (const sign of graphemes(plain)) length += weighted ? weigh(sign) : 1;
      plain = '';
    };
    while (text) {
      const after_name = /[A-Za-z0-9_.-]/.test(before);
      const link = addresses && !after_name && /^https?:/.test(text) ? address_here(text) : '';
      const person = addresses && !weighted && !after_name && text[0] === '@' ? name_here(text) : null;
      if (link || person) flush();
      const taken = link ? link.length : person ? person[0] + person[1] : 1;
      if (link) length += ADDRESS;
      else if (person) length += person[0];
      else plain += text[0];
      before = text[taken - 1];
      text = text.slice(taken);
    }
    flush();
    return length;
  }

  const units = {
    characters: (text) => [...text].length,
    graphemes: (text) => signs(text, false, false),
    utf16: (text) => text.length,
    bytes: (text) => new TextEncoder().encode(text).length,
    fediverse: (text) => signs(text, true, false),
    weighted: (text) => signs(text.normalize('NFC'), true, true),
  };
  parvis.length = (unit, text) => (units[unit] ?? units.characters)(text);
})();
