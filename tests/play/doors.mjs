/* The doors that a newcomer and a packager go through: what is missing is told without being asked twice, a build with nothing to do says
   nothing, what `make install` puts where, manual pages that read well, completions that their shells accept. Changes no package. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, end } from './_desk.mjs';

const folder = mkdtempSync(join(tmpdir(), 'parvis-doors-')), build = process.env.PARVIS_BUILD ?? 'build';
const say = (command, words, more = {}) => {
  const done = spawnSync(command, words, { encoding: 'utf8', ...more, env: { ...process.env, LANG: 'C', LANGUAGE: 'en', MAKEFLAGS: '', ...more.env } });
  return { status: done.status, said: `${done.stdout}${done.stderr}` };
};
const there = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

try {
  /* ---- what is missing: a machine on which dpkg knows no package, with and without the means to install ---- */
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['sh', 'dirname', 'mktemp', 'rm', 'tail', 'grep', 'env', 'cat'])
    symlinkSync(spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim(), join(bin, name));
  const fake = (name, text) => { writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`); chmodSync(join(bin, name), 0o755); };
  fake('dpkg-query', 'exit 1');
  fake('id', 'echo 1000');
  fake('apt-get', `echo "$@" >>${folder}/apt; echo "E: no network here"; exit 100`);
  let done = say('tools/setup', ['build'], { env: { PATH: bin } });
  check('without root and sudo it names the packages and ends', done.status === 1 && /apt-get install .*libmicrohttpd-dev/.test(done.said) && /no sudo/.test(done.said), done.said);
  fake('sudo', '[ "$1" = -v ] && { echo "you may not" >&2; exit 1; }; exec "$@"');
  done = say('tools/setup', ['build'], { env: { PATH: bin } });
  check('so it does where sudo refuses', done.status === 1 && /you may not/.test(done.said) && /apt-get install .*libmicrohttpd-dev/.test(done.said) && !existsSync(join(folder, 'apt')), done.said);
  fake('sudo', '[ "$1" = -v ] && exit 0; exec "$@"');
  done = say('tools/setup', ['build'], { env: { PATH: bin } });
  check('and where packages cannot be fetched, with the reason', done.status === 1 && /E: no network here/.test(done.said) && /apt-get install .*libmicrohttpd-dev/.test(done.said), done.said);
  rmSync(join(folder, 'apt'));
  fake('dpkg-query', 'shift 3; for name; do printf "installed=%s " "$name"; done');
  done = say('tools/setup', ['build'], { env: { PATH: bin } });
  check('with all there it says nothing and asks nobody', done.status === 0 && done.said === '' && !existsSync(join(folder, 'apt')), done.said);
  done = say('make', ['--no-print-directory']);
  check('a build with nothing to do says nothing', done.status === 0 && done.said === '', done.said);

  /* ---- what is installed ---- */
  const before = say('meson', ['introspect', '--buildoptions', build]).said, root = join(folder, 'root');
  const prefix = JSON.parse(before).find((one) => one.name === 'prefix').value;
  done = say('meson', ['install', '-C', build, '--no-rebuild', '--destdir', root]);
  const at = (...names) => join(root, prefix, ...names);
  check('it is installed', done.status === 0 && say(at('bin/parvis'), ['version']).status === 0, done.said);
  const commands = [...say(at('bin/parvis'), ['--help']).said.matchAll(/^ {2}(\w+) +\S/gm)].map((found) => found[1]);
  const pages = existsSync(at('share/man/man1')) ? readdirSync(at('share/man/man1')) : [];
  check(`each of ${commands.length} commands has its manual page`, commands.length > 10 && commands.every((name) => pages.includes(`parvis-${name}.1`)) && pages.includes('parvis.1'), pages.join(' '));
  check('the settings have theirs, each of them', say(at('bin/parvis'), ['settings'], { env: { PARVIS_CONFIG: '/dev/null' } }).said.split('\n').filter((line) => / = /.test(line))
    .every((line) => readFileSync(at('share/man/man5/parvis.toml.5'), 'utf8').includes(`.It Ic ${line.split(' ')[0]}\n`)));
  check('what is installed may be read by all', [...pages.map((name) => at('share/man/man1', name)), at('share/man/man5/parvis.toml.5')].every((file) => (statSync(file).mode & 0o444) === 0o444));
  if (there('man')) {
    const shown = [...pages.map((name) => at('share/man/man1', name)), at('share/man/man5/parvis.toml.5')].map((file) => [file, say('man', ['--warnings', '-l', file], { env: { MANPAGER: 'cat' } })]);
    check('man shows them without a warning', shown.every(([, page]) => page.status === 0 && /NAME/.test(page.said) && !/: warning/.test(page.said)), shown.find(([, page]) => page.status || /: warning/.test(page.said))?.map((part) => part.said ?? part).join(' '));
  } else console.log('# skipped: manual pages in man (not installed)');
  const unit = readFileSync(at('lib/systemd/system/parvis.service'), 'utf8');
  check('the unit starts the program that was installed', unit.includes(`ExecStart=${prefix}/bin/parvis run\n`) && /^User=parvis$/m.test(unit) && existsSync(at('lib/sysusers.d/parvis.conf')), unit);
  const completed = say('bash', ['-c', `source ${at('share/bash-completion/completions/parvis')}
    COMP_WORDS=(parvis re) COMP_CWORD=1; _parvis; echo "$COMPREPLY"; COMP_WORDS=(parvis check --q) COMP_CWORD=2; _parvis; echo "$COMPREPLY"; COMP_WORDS=(parvis run --simulator_) COMP_CWORD=2; _parvis; echo "$COMPREPLY"`]).said;
  check('bash completes commands, options and settings', completed === 'restore\n--quick\n--simulator_listen\n', completed);
  for (const [shell, file] of [['zsh', 'share/zsh/site-functions/_parvis'], ['fish', 'share/fish/vendor_completions.d/parvis.fish']]) {
    if (there(shell)) check(`${shell} reads its completions`, say(shell, ['-n', at(file)]).status === 0);
    else check(`the completions of ${shell} name each command`, commands.every((name) => readFileSync(at(file), 'utf8').includes(name)));
  }

  /* ---- one version everywhere ---- */
  const version = /version: '([^']+)'/.exec(readFileSync('meson.build', 'utf8'))[1];
  check('the package is of the program’s version', readFileSync('debian/changelog', 'utf8').startsWith(`parvis (${version}) `) && say(at('bin/parvis'), ['version']).said.startsWith(`parvis ${version}\n`));
} catch (error) {
  check('the play went through', false, error.stack);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
end();
