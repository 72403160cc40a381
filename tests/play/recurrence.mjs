/* Recurrences against npm's ical.js (MPL-2.0, only asked here): some thousand rules of every unit and part, drawn from a seed, each with its first occurrences.
   ical.js counts on a clock without zones; nights when clocks change are tests/model/test_recurrence.c's. */
import { spawnSync } from 'node:child_process';
import ICAL from 'ical.js';
import { check, end } from './_desk.mjs';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis', DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], MOST = 50;
let seed = 20261122;
const draw = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648, Math.floor(seed / 65536) % below);
const some = (list, most) => [...new Set(Array.from({ length: 1 + draw(most) }, () => list[draw(list.length)]))];
const months = Array.from({ length: 12 }, (_, i) => i + 1), month_days = [1, 2, 13, 15, 28, 29, 30, 31, -1, -2, -15];
const nth = (most) => some(DAYS, 2).map((day) => [-1, 1, 2, most, -2][draw(5)] + day);

function made() {
  const unit = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'][draw(4)], parts = [`FREQ=${unit}`], may = (one_in) => draw(one_in) === 0;
  if (may(2)) parts.push(`INTERVAL=${1 + draw(unit === 'DAILY' ? 40 : 7)}`);
  if (unit === 'WEEKLY') {
    if (!may(4)) parts.push(`BYDAY=${some(DAYS, 4)}`);
    if (may(3)) parts.push(`WKST=${['MO', 'SU'][draw(2)]}`);
  } else if (unit === 'MONTHLY') {
    const how = draw(4);
    if (how === 0) parts.push(`BYMONTHDAY=${some(month_days, 3)}`);
    if (how === 1) parts.push(`BYDAY=${nth(4)}`);
    if (how === 2) parts.push('BYDAY=MO,TU,WE,TH,FR', `BYSETPOS=${[1, -1, 3][draw(3)]}`);
  } else if (unit === 'YEARLY') {
    const how = draw(3);
    if (how === 0) parts.push(`BYMONTH=${some(months, 3)}`, `BYDAY=${nth(4)}`);
    if (how === 1) parts.push(`BYMONTH=${some(months, 3)}`, `BYMONTHDAY=${some(month_days.filter((day) => day > 0 && day < 29), 3)}`);
  }
  if (may(3)) parts.push(`COUNT=${1 + draw(30)}`);
  else if (may(2)) parts.push(`UNTIL=20${30 + draw(9)}0${1 + draw(9)}15T120000Z`);
  return parts.join(';');
}

const parvis = (lines) => {
  const done = spawnSync(program, ['parse', 'recurrence'], { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LANGUAGE: 'en' } });
  if (done.status) throw new Error(done.stderr);
  return done.stdout.trim().split('\n').map((line) => JSON.parse(line));
};
const pad = (number) => String(number).padStart(2, '0');
// A start that the rule itself gives (RFC 5545: of another, the set of recurrences is undefined): the first that Parvis finds.
const drafts = Array.from({ length: 900 }, () => `UTC 20${26 + draw(3)}-${pad(1 + draw(12))}-${pad(1 + draw(28))}T09:30:00 ${made()}`);
const firsts = parvis(drafts).map((one) => one.instants[0]);
const lines = drafts.map((line, i) => firsts[i] && `UTC ${firsts[i].slice(0, 19)} ${line.split(' ')[2]}`).filter(Boolean);
const ours = parvis(lines), wrong = [];
let compared = 0;
lines.forEach((line, i) => {
  const [, start, rule] = line.split(' '), walk = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString(start)), theirs = [];
  for (let next; theirs.length < MOST && (next = walk.next()) && next.year <= 2400;) theirs.push(`${next.toString()}Z`);
  compared += theirs.length;
  if (theirs.join() !== ours[i].instants.join()) wrong.push(`${line}\n    ours   ${ours[i].instants.slice(0, 6)} … ${ours[i].instants.length}\n    theirs ${theirs.slice(0, 6)} … ${theirs.length}`);
});
check(`${lines.length} rules as ical.js walks them`, lines.length > 700 && compared > 20000 && !wrong.length, `${wrong.length} differ\n  ${wrong.slice(0, 8).join('\n  ')}`);
// What is written is what was read.
const again = parvis(lines.map((line, i) => `UTC ${line.split(' ')[1]} ${ours[i].rule}`));
check('a rule written and read again is the same rule', again.every((one, i) => one.rule === ours[i].rule && one.instants.join() === ours[i].instants.join()));
console.log(`# ${lines.length} rules, ${compared} occurrences compared`);
end();
