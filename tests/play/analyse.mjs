/* `parvis analyse` on the command line, as other programs use it: an answer a line, in order, whatever the bytes; the names of data sets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, end } from './_desk.mjs';

const program = process.env.PARVIS_PROGRAM ?? 'build/parvis', folder = mkdtempSync(join(tmpdir(), 'parvis-analyse-'));
const ask = (input, ...words) => {
  const done = spawnSync(program, ['analyse', ...words], { input, maxBuffer: 1 << 28, env: { ...process.env, LANG: 'C', LANGUAGE: 'en' } });
  return { status: done.status, lines: done.stdout.toString('utf8').split('\n').slice(0, -1), said: done.stderr.toString('utf8') };
};
const objects = (input, ...words) => ask(input, ...words).lines.map((line) => JSON.parse(line));

const tasks = ['language', 'sentiment', 'emotion', 'irony', 'offensive', 'hate', 'toxicity', 'spam', 'urgency', 'intent'];
try {
  let all = objects('I love this bakery, the bread is wonderful\nWhat time do you open on sunday?\n\nlast line', '--lang', 'en');
  check('an object a line, in order, also for an empty one and a last one without its end', all.length === 4 && all[0].sentiment.label === 'positive' && all[1].intent.label === 'question');
  check('each with all tasks, a label, how likely it is, and whether that is enough', all.every((one) => tasks.every((task) => 'label' in one[task] && one[task].p >= 0 && one[task].p <= 1 && typeof one[task].sure === 'boolean')), JSON.stringify(all[0]));
  check('nothing is said of nothing', tasks.slice(1).every((task) => all[2][task].label === null && !all[2][task].sure));
  all = objects('Quelle honte, service nul, je suis très déçu\n', '--lang', 'fr', '--why');
  check('French is understood, and what has no data in French is null', all[0].sentiment.label === 'negative' && all[0].emotion.label === null && all[0].irony.label === null, JSON.stringify(all[0]));
  check('why names words of the message, most first', all[0].sentiment.why.length > 0 && all[0].sentiment.why.every((one, i, list) => 'Quelle honte, service nul, je suis très déçu'.includes(one.word) && (!i || one.weight <= list[i - 1].weight)), JSON.stringify(all[0].sentiment));
  all = objects('you won a £1000 prize, call now\n', '--task', 'spam', '--lang', 'en');
  check('one task alone', JSON.stringify(Object.keys(all[0])) === '["spam","label","p","sure"]' && all[0].label === 'spam' && all[0].spam.p === all[0].p, JSON.stringify(all[0]));

  const text = 'I am so happy, thank you!\n';
  const named = (words, pattern) => { const { lines, status } = ask(text, ...words); return status === 0 && lines.length === 1 && pattern.test(lines[0]); };
  check('labels in the names of data sets', named(['--task', 'sentiment', '--labels'], /^positive$/) && named(['--task', 'sentiment', '--labels-as', 'umsab'], /^(negative|neutral|positive)$/)
    && named(['--task', 'irony', '--labels'], /^(non_)?irony$/) && named(['--task', 'offensive', '--labels'], /^not-offensive$/) && named(['--task', 'hate', '--labels'], /^not-hate$/)
    && named(['--task', 'hate', '--labels-as', 'hatecheck'], /^(non-)?hateful$/) && named(['--task', 'spam', '--labels'], /^ham$/) && named(['--labels-as', 'sms'], /^(ham|spam)$/)
    && named(['--task', 'toxicity', '--labels-as', 'davidson'], /^(hate|neither|offensive)$/) && named(['--task', 'toxicity', '--labels'], /^(normal|toxic)$/)
    && named(['--task', 'emotion', '--labels-as', 'tweeteval'], /^joy$/) && named(['--task', 'emotion', '--labels-as', 'goemotions'], /gratitude/)
    && named(['--task', 'emotion', '--labels-as', 'goemotions7'], /joy/) && named(['--task', 'emotion', '--labels-as', 'goemotions4'], /positive/));
  check('an empty line has an answer too', ask('\n\n', '--task', 'irony', '--labels').lines.length === 2);

  let done = ask(text, '--task', 'weather');
  check('a task that is none is refused', done.status !== 0 && /weather/.test(done.said) && done.lines.length === 0, done.said);
  done = ask(text, '--task', 'irony', '--labels-as', 'goemotions');
  check('a data set without such labels is refused', done.status !== 0 && /--help/.test(done.said), done.said);
  check('labels want a task', ask(text, '--labels').status !== 0);
  check('a language is two letters', ask(text, '--lang', 'french').status !== 0);

  const noise = Buffer.alloc(300000);
  for (let i = 0, state = 1; i < noise.length; i++) { state = (state * 1103515245 + 12345) & 0x7fffffff; noise[i] = state >> 16; if (noise[i] === 10) noise[i] = 0; }
  const started = Date.now();
  all = objects(Buffer.concat([noise, Buffer.from('\n'), Buffer.alloc(10 << 20, 'a😡 '), Buffer.from('\n'), Buffer.from([0xff, 0xfe, 0x0a, 0xe2, 0x80, 0x0a]), Buffer.from('z' + '\u0335\u0489\u034f'.repeat(20000) + '\n')]), '--why');
  check('any bytes, ten megabytes in a line, and letters piled up: an answer each, soon', all.length === 5 && Date.now() - started < 5000, `${all.length} ${Date.now() - started} ms`);

  writeFileSync(join(folder, 'in.tsv'), 'yes\tof course\nno\tnever\nyes\tplease do\nno\tdo not\nyes\tgladly\nno\tno way\n');
  for (const small of [[], ['--small', '50', '--languages', 'en']]) {
    execFileSync(program, ['train', 'labels', '--in', join(folder, 'in.tsv'), '--out', join(folder, 'model'), ...small], { stdio: 'ignore' });
    const { lines } = ask('of course\nnever\n', '--model', join(folder, 'model'), '--labels');
    check('a model of one\'s own is asked instead', lines.join() === 'yes,no', lines.join());
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
end();
