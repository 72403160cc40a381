/* HTML from outside that `parvis parse html` made harmless, in a real browser: put into a page, read and printed again several times, with and
   without scripts, inside other elements. Whatever was tried in it, nothing runs, no element or attribute is there that may not be, and the
   browser sees the tags that were written and no others. Known ways of getting through, the fuzzer's corpus, and mixtures of all of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { check, end } from './_desk.mjs';
import { chromium } from 'playwright-core';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis';
const clean = (html) => execFileSync(program, ['parse', 'html'], { input: html, encoding: 'utf8', maxBuffer: 1 << 28 });
const corpus = readdirSync('tests/fuzz/corpus/parse_html').map((name) => readFileSync(`tests/fuzz/corpus/parse_html/${name}`));

const hit = 'hit(1)';
const known = [
  `<script>${hit}</script>`, `<img src=x onerror=${hit}>`, `<svg onload=${hit}>`, `<svg><script>${hit}</script></svg>`, `<svg><animate onbegin=${hit} attributeName=x dur=1s>`,
  `<svg><a><animate attributeName=href values=javascript:${hit} /><text y=20>x</text></a></svg>`, `<math><a xlink:href=javascript:${hit}>x</a></math>`,
  `<a href="javascript:${hit}">x</a>`, `<a href="java&Tab;script&colon;${hit}">x</a>`, `<a href="\x01javascript:${hit}">x</a>`, `<iframe srcdoc="<script>parent.${hit}</script>"></iframe>`,
  `<iframe src="javascript:parent.${hit}"></iframe>`, `<object data="javascript:${hit}"></object>`, `<embed src="javascript:${hit}">`, `<base href="javascript:/">`,
  `<meta http-equiv=refresh content="0;url=javascript:${hit}">`, `<form action="javascript:${hit}"><input type=submit autofocus onfocus=${hit}></form>`,
  `<details open ontoggle=${hit}>x</details>`, `<video><source onerror=${hit}></video>`, `<body onload=${hit}>`, `<marquee onstart=${hit}>x</marquee>`,
  `<noscript><p title="</noscript><img src=x onerror=${hit}>">`, `<noscript><style></noscript><img src=x onerror=${hit}>`, `<textarea><p title="</textarea><img src=x onerror=${hit}>">`,
  `<title><p title="</title><img src=x onerror=${hit}>">`, `<xmp><p title="</xmp><img src=x onerror=${hit}>">`, `<iframe><p title="</iframe><img src=x onerror=${hit}>">`,
  `<noembed><p title="</noembed><img src=x onerror=${hit}>">`, `<noframes><p title="</noframes><img src=x onerror=${hit}>">`, `<plaintext><img src=x onerror=${hit}>`,
  `<svg></p><style><a id="</style><img src=1 onerror=${hit}>">`, `<svg><p><style><g title="</style><img src=x onerror=${hit}>">`, `<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a title="</style><img src=x onerror=${hit}>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${hit}>`, `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${hit}&gt;">`,
  `<svg><foreignobject><p><math><mi><style></math><img src onerror=${hit}>`, `<!--><img src=x onerror=${hit}>-->`, `<!--!><img src=x onerror=${hit}>-->`, `<![CDATA[<img src=x onerror=${hit}>]]>`,
  `<svg><![CDATA[><img src=x onerror=${hit}>]]>`, `<?xml ?><img src=x onerror=${hit}>`, `</ x="<img src=x onerror=${hit}>">`, `<a title="\`onmouseover=${hit}\`" href=x>x</a>`,
  `<img alt="\`><script>${hit}</script>" src=x>`, `<a href='x'onclick=${hit}>x</a>`, `<img src="x"onerror="${hit}">`, `<img/src/onerror=${hit}>`, `<img src=x:x onerror\n=\n${hit}>`,
  `<scr<script>ipt>${hit}</scr</script>ipt>`, `<<img src=x onerror=${hit}>`, `<img src=x onerror=${hit}`, `<table><tr><svg><td><style><img src=x onerror=${hit}></style>`,
  `<select><template><img src=x onerror=${hit}></template></select>`, `<template><script>${hit}</script></template>`, `<p style="background:url(javascript:${hit})">x</p>`,
  `<p style="width:expression(${hit})">x</p>`, `<style>@import 'javascript:${hit}'</style>`, `<link rel=stylesheet href="javascript:${hit}">`, `<frameset onload=${hit}><frame src="javascript:${hit}">`,
  `<img name=getElementById><form id=document>`, `<a id=hit href=x>x</a>`, `<p>&lt;img src=x onerror=${hit}&gt;</p>`, `<p title="&lt;img src=x onerror=${hit}&gt;">x</p>`, `<p title=&quot;onclick=${hit}>x`,
];

/* Mixtures: the pieces of all of them in an order that a seed decides. */
const pieces = [...known, ...corpus.map(String)].flatMap((html) => html.split(/(?=<)/));
const mixtures = [];
let seed = 20260324;
const chance = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
for (let i = 0; i < 400; i++) mixtures.push(Array.from({ length: 4 + chance(30) }, () => pieces[chance(pieces.length)]).join(''));

const shell = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await shell.newPage();
  const asked = [];
  await page.route('**/*', (route) => { asked.push(route.request().url()); return route.request().url() === 'http://harmless.example/' ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><body><main></main></body>' }) : route.abort(); });
  await page.goto('http://harmless.example/');
  const results = async (list) => page.evaluate(async (texts) => {
    const faults = [];
    window.hits = 0;
    window.hit = () => { window.hits++; };
    const forbidden = new Set(['SCRIPT', 'STYLE', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'INPUT', 'BUTTON', 'SELECT', 'TEXTAREA', 'SVG', 'MATH', 'NOSCRIPT', 'TEMPLATE', 'LINK', 'META', 'BASE', 'TITLE',
      'FRAME', 'FRAMESET', 'APPLET', 'XMP', 'PLAINTEXT', 'NOEMBED', 'NOFRAMES', 'MARQUEE']);
    const look = (root, text, how) => {
      for (const element of root.querySelectorAll('*')) {
        if (forbidden.has(element.tagName.toUpperCase()) || element.namespaceURI !== 'http://www.w3.org/1999/xhtml') faults.push(`${how}: <${element.tagName}> from ${text}`);
        for (const { name, value } of element.attributes) {
          if (/^on|^(srcdoc|formaction|ping|autofocus|contenteditable|autoplay|srcset)$/i.test(name)) faults.push(`${how}: ${name} from ${text}`);
          if (/^(href|src|action|data|background|poster|cite|longdesc|dynsrc|lowsrc|icon)$/.test(name) && /^[\s\0-\x20]*(javascript|data|vbscript):/i.test(value)) faults.push(`${how}: ${name}=${value} from ${text}`);
          if (/^(id|name|class|for)$/.test(name) && value.split(' ').some((word) => word && !word.startsWith('outside-'))) faults.push(`${how}: ${name}=${value} from ${text}`);
          if (name === 'style' && /url|expression|position|\\|@/i.test(value)) faults.push(`${how}: style=${value} from ${text}`);
        }
      }
    };
    const places = ['', '<div>', '<p>', '<table><tr><td>', '<ul><li>', '<b><a href=x>', '<svg><foreignObject>', '<math><mtext>', '<svg><desc>', '<details>', '<h1>'];
    for (const text of texts) {
      for (const place of places) {
        let html = place + text;
        for (let turn = 0; turn < 3; turn++) { // read, printed, read …
          const box = document.createElement('section');
          document.querySelector('main').replaceChildren(box);
          box.innerHTML = html;
          html = box.innerHTML;
          if (place.startsWith('<svg') || place.startsWith('<math')) {
            for (const element of box.querySelectorAll('script, style, [onerror], [onload], iframe, img[onerror]')) faults.push(`in ${place}: ${element.outerHTML} from ${text}`);
          } else look(box, text, `in ${place || 'nothing'}, turn ${turn}`);
        }
      }
      look(new DOMParser().parseFromString(text, 'text/html').body, text, 'without scripts');
      const written = (text.match(/<[a-z][a-z0-9]*/g) ?? []).map((tag) => tag.slice(1)).sort().join(' ');
      const template = document.createElement('template');
      template.innerHTML = text;
      const seen = [...template.content.querySelectorAll('*')].map((element) => element.tagName.toLowerCase());
      for (const tag of new Set(seen)) if (!new Set(written.split(' ')).has(tag) && !['tbody', 'tr', 'colgroup', 'p', 'br'].includes(tag)) faults.push(`<${tag}> was not written: ${text}`);
    }
    await new Promise((done) => setTimeout(done, 300));
    return { faults, hits: window.hits };
  }, list);
  for (const [what, list] of [['known ways', known], ['the corpus of the fuzzer', corpus], ['mixtures', mixtures]]) {
    const { faults, hits } = await results(list.map(clean));
    check(`${what} (${list.length}): nothing runs`, hits === 0, hits);
    check(`${what}: no element or attribute that may not be there`, faults.length === 0, faults.slice(0, 10).join('\n'));
  }
  check('what was asked for by the pages are pictures and the like, by http', asked.every((url) => /^https?:/.test(url)), asked.filter((url) => !/^https?:/.test(url)).slice(0, 5).join(' '));
  const bare = await page.evaluate(async (html) => {
    window.hits = 0;
    document.querySelector('main').innerHTML = html;
    await new Promise((done) => setTimeout(done, 300));
    return window.hits;
  }, `<img src=x onerror=${hit}>`);
  check('and without it something would have run', bare === 1, bare);
} finally {
  await shell.close();
}
end();
