/* Public holidays of fifty years, 2000 to 2049, of every country and region that there is a book of, against npm's date-holidays (3.37.0; its program ISC, its
   data CC BY-SA 3.0, only asked here). Each difference stands in dates_differ.txt with who is right and why; a line there that is not used any more is a fault too. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import Holidays from 'date-holidays';
import { check, end } from './_desk.mjs';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis';
const FIRST = 2000, LAST = 2049;
const run = (...words) => {
  const done = spawnSync(program, ['dates', ...words], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LANGUAGE: 'en' } });
  if (done.status) throw new Error(`parvis dates ${words.join(' ')}: ${done.stderr}`);
  return done.stdout;
};
const lines = (text) => text.trim().split('\n').filter(Boolean).map((line) => line.split('\t'));

// What they call a region, where ours is another word.
const called = { FR: { 57: 'AM', 67: 'AM', 68: 'AM' }, IT: { 32: 'BZ' } };
const theirs_only = { GB: ['ALD'], HR: ['17', '19'], IT: ['21', '25', '52', '62', '82'], NL: ['GR', 'NH', 'ZH'] }; // cities' days, and an island that is not of the UK
const books = lines(run()).map(([code]) => code).filter((code) => !['UN', 'FR-SCHOOL'].includes(code));
const places = [];
for (const country of books) {
  const ours = new Set(lines(run('--country', country, '--list')).map(([code]) => code));
  places.push([country, null]);
  for (const region of Object.keys(new Holidays().getStates(country) ?? {}))
    if (ours.has(called[country]?.[region] ?? region)) places.push([country, region]);
    else if (country !== 'US' && !theirs_only[country]?.includes(region)) check(`there is a region ${country}-${region}`, false);
}

const rows = readFileSync(new URL('dates_differ.txt', import.meta.url), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => {
  const [where, who, what, years, why] = line.split('\t');
  const [first, last] = years.split('-').map(Number);
  return { where: where.split(' '), who, what, first, last, why, line, used: false };
});
const like = (pattern, text) => pattern === text || (pattern.includes('*') && new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\#]/g, '\\$&').replaceAll('*', '.*')}$`).test(text));
const known = (place, who, what, day) => {
  const found = rows.find((row) => row.who === who && row.where.some((one) => like(one, place)) && like(row.what, what) && day >= `${row.first}-` && day <= `${row.last}-12-31`);
  if (found) found.used = true;
  return found;
};

const day_after = (day, days) => new Date(Date.parse(day) + days * 86400000).toISOString().slice(0, 10);
const theirs_of = (country, region) => {
  const days = new Map();
  const source = new Holidays(country, ...(region ? [region] : []), { types: ['public'] });
  for (let year = FIRST; year <= LAST; year++)
    for (const one of source.getHolidays(year)) {
      if (one.type !== 'public') continue;
      const length = Math.max(1, Math.round((one.end - one.start) / 86400000));
      for (let i = 0; i < length; i++) {
        const day = day_after(one.date.slice(0, 10), i), rule = one.rule + (one.substitute ? ' SUB' : '');
        if (!days.has(day)) days.set(day, rule);
      }
    }
  return days;
};

let compared = 0, differ = 0;
for (const [country, region] of places) {
  const place = region ? `${country}-${region}` : country, ours = new Map(), wrong = [];
  for (const [day, key] of lines(run('--country', country, ...(region ? ['--region', region] : []), '--year', `${FIRST}-${LAST}`, '--kind', 'public')))
    ours.set(day, [...(ours.get(day) ?? []), key]);
  const theirs = theirs_of(country, region);
  for (const [day, rule] of theirs)
    if (ours.has(day)) compared++;
    else if (known(place, 'theirs', rule, day)) differ++;
    else wrong.push(`theirs alone: ${day} ${rule}`);
  for (const [day, keys] of ours)
    if (!theirs.has(day))
      for (const key of keys) known(place, 'ours', key, day) ? differ++ : wrong.push(`ours alone: ${day} ${key}`);
  check(`public holidays of ${place}, ${FIRST} to ${LAST}`, ours.size >= 250 && !wrong.length, wrong.slice(0, 20).join('\n  '));
}
const unused = rows.filter((row) => !row.used);
check('every known difference is still one', !unused.length, unused.map((row) => row.line).join('\n  '));
check('there is something to compare', places.length > 100 && compared > 50000, `${places.length} places, ${compared} days`);
console.log(`# ${places.length} places, ${compared} days the same, ${differ} different for a reason given`);
end();
