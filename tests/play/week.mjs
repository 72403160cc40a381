/* A week of a channel with a moved clock: each thing that breaks beside the warning that came before it. The week itself is the test flow/test_week,
   which was built beside the program, or with the sanitizers; its clock is moved inside of it. */
// Proves simulator (real server): renew
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check, end } from './_desk.mjs';

const week = [dirname(process.env.PARVIS_PROGRAM ?? 'build/parvis'), 'build-fuzz'].map((folder) => join(folder, 'tests/flow_test_week')).find(existsSync);
if (!week) {
  console.log('# skipped: week (the tests are not built)\n1..0');
  process.exit(0);
}
const { status, text } = await new Promise((done) => execFile(week, [], { encoding: 'utf8' }, (fault, out, err) => done({ status: fault ? fault.code : 0, text: out + err })));
const lines = text.split('\n').filter((line) => line.startsWith('# '));
console.log(lines.join('\n'));
check('the week went as it must', status === 0, text.slice(-2000));
/* What was said before what broke, in the order of the days. */
const at = (pattern) => lines.findIndex((line) => pattern.test(line));
for (const [what, warned, broke] of [
  ['a right that was taken back', /warned: +It lacks a right/, /broke: +hiding would be refused/],
  ['an outage that was announced', /warned: +Its network announces an outage/, /broke: +.*\(503\)/],
  ['a quota', /warned: +Its quota is nearly used up/, /broke: +.*(wants a pause|\(429\))/],
  ['access that was to be granted anew', /warned: +Its access ends soon/, /person: +grants access anew/],
  ['a renewal that was refused', /warned: +Its access could not be renewed/, /broke: +.*Connect the channel again/],
]) check(`${what}: told before it broke`, at(warned) >= 0 && at(broke) > at(warned), `${lines[at(warned)]}\n${lines[at(broke)]}`);
end();
