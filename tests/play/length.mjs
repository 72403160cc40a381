/* The browser counts a text as the server does, in every unit that networks count in: tests/model/length_cases.json is what
   tests/model/test_length.c holds the server to, and this the script of the reply box. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { check, end } from './_desk.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { cases } = JSON.parse(read('tests/model/length_cases.json')), parvis = {};
runInNewContext(read('src/ui/js/length.js'), { parvis, Intl, TextEncoder });
parvis.domains(read('share/domains.txt').split('\n').filter((line) => line && !line.startsWith('#')).join(' '));
for (const unit of ['characters', 'graphemes', 'utf16', 'bytes', 'fediverse', 'weighted']) {
  const wrong = cases.filter((one) => parvis.length(unit, one.text) !== one[unit]);
  check(`the browser counts ${unit} as the server does`, cases.length > 20 && !wrong.length, JSON.stringify(wrong.map((one) => [one.text, parvis.length(unit, one.text), one[unit]])));
}
end();
