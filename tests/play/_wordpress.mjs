/* _wordpress.mjs: a real WordPress of Debian's packages (wordpress, mariadb-server, php8.2-cli, php8.2-mysql), with a database and a folder
   of its own, on loopback alone; null where it is not installed. Seen as `address` from outside, while it listens on a port of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from './_desk.mjs';

const quietly = { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };
const source = process.env.PARVIS_WORDPRESS ?? '/usr/share/wordpress';
const has = (name) => { try { return execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`], quietly).trim(); } catch { return ''; } };
const sturdy = (url, options) => fetch(url, options).catch(() => fetch(url, options));

function missing() {
  const names = ['mariadbd', 'mariadb-install-db', 'php'].filter((name) => !has(name));
  if (!existsSync(join(source, 'wp-load.php'))) names.push('wordpress');
  if (!names.includes('php') && !execFileSync('php', ['-m'], quietly).includes('mysqli')) names.push('php8.2-mysql');
  return names;
}

/* `address`: what the site calls itself; none: where it listens. `people`: {name: role}; each has `ask(method, path, body)` with an application password. */
export async function wordpress({ address = '', permalinks = '/%postname%/', people = { editor: 'editor' } }) {
  const lacks = missing();
  if (lacks.length) { console.log(`# WordPress cannot be played: ${lacks.join(', ')} is not here (Debian: wordpress mariadb-server php8.2-cli php8.2-mysql)`); return null; }
  const data = mkdtempSync(join(tmpdir(), 'parvis-wp-')), root = join(data, 'root'), socket = join(data, 'db.sock'), port = await freePort();
  address ||= `http://127.0.0.1:${port}`;
  const user = process.getuid() === 0 ? ['--user=root'] : [];
  mkdirSync(join(data, 'db'));
  execFileSync(has('mariadb-install-db'), ['--no-defaults', ...user, `--datadir=${join(data, 'db')}`, '--auth-root-authentication-method=normal', '--skip-test-db'], quietly);
  cpSync(source, root, { recursive: true, dereference: true, filter: (name) => !/\/wp-content\/languages\//.test(name) });
  const known = { DB_NAME: 'wp', DB_USER: 'root', DB_PASSWORD: '', DB_HOST: `localhost:${socket}`, DB_CHARSET: 'utf8mb4', DB_COLLATE: '', WP_HOME: address, WP_SITEURL: address, WP_ENVIRONMENT_TYPE: 'local' };
  for (const name of ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT']) known[name] = `play-${name}`;
  writeFileSync(join(root, 'wp-config.php'), `<?php\n${Object.entries(known).map(([name, value]) => `define('${name}', '${value}');`).join('\n')}
foreach (['WP_HTTP_BLOCK_EXTERNAL', 'DISABLE_WP_CRON', 'AUTOMATIC_UPDATER_DISABLED'] as $name) define($name, true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__.'/');
require_once ABSPATH.'wp-settings.php';\n`);
  writeFileSync(join(data, 'install.php'), `<?php
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1';
require '${root}/wp-load.php'; require_once ABSPATH.'wp-admin/includes/upgrade.php';
wp_install('Levain', 'admin', 'admin@example.org', true, '', 'adminpw');
update_option('permalink_structure', '${permalinks}'); update_option('comment_moderation', 0); update_option('comment_previously_approved', 0);
update_option('require_name_email', 1); update_option('blogdescription', 'Bread');
$told = [];
foreach (json_decode('${JSON.stringify(people)}', true) as $name => $role) {
  $id = wp_insert_user(['user_login' => $name, 'user_pass' => $name.'pw', 'user_email' => $name.'@example.org', 'role' => $role, 'display_name' => ucfirst($name)]);
  $made = WP_Application_Passwords::create_new_application_password($id, ['name' => 'parvis']); $told[$name] = ['id' => $id, 'password' => $made[0]];
}
echo json_encode($told);\n`);
  /* What a play does on the site beside its interface: as its own pages do it. */
  writeFileSync(join(data, 'do.php'), `<?php $_SERVER['HTTP_HOST'] = '127.0.0.1'; $_SERVER['REMOTE_ADDR'] = '127.0.0.1'; $_SERVER['SERVER_NAME'] = '127.0.0.1';
require '${root}/wp-load.php'; echo json_encode(eval(stream_get_contents(STDIN)));\n`);
  let database = null, web = null;
  const place = {
    data, port, address, people: {},
    async startDatabase() {
      const log = openSync(join(data, 'db.log'), 'a');
      database = spawn(has('mariadbd'), ['--no-defaults', ...user, `--datadir=${join(data, 'db')}`, `--socket=${socket}`, `--pid-file=${join(data, 'db.pid')}`, '--skip-networking', '--innodb-buffer-pool-size=32M', '--performance-schema=off'], { stdio: ['ignore', log, log] });
      const up = () => { try { execFileSync('mariadb-admin', ['--no-defaults', '-uroot', '-S', socket, 'ping'], { stdio: 'ignore' }); return true; } catch { return false; } };
      if (!(await until('the database', 20, up))) throw new Error(readFileSync(join(data, 'db.log'), 'utf8').slice(-2000));
    },
    async start() {
      web = spawn('php', ['-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, '-t', root], { stdio: 'ignore', detached: true, env: { ...process.env, PHP_CLI_SERVER_WORKERS: '3' } });
      await until('WordPress to listen', 10, () => fetch(`http://127.0.0.1:${port}/readme.html`).then(() => true, () => false));
    },
    stop() {
      const gone = new Promise((done) => web.once('exit', done));
      try { process.kill(-web.pid, 'SIGKILL'); } catch { /* it is over */ }
      return gone;
    },
    run: (php) => JSON.parse(execFileSync('php', [join(data, 'do.php')], { input: php, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] })),
    /* A visitor without an account, as the form under the post does it; the number of the comment. */
    visitor: (post, name, email, text, parent = 0, approved = 1) => place.run(`return wp_insert_comment(['comment_post_ID' => ${post}, 'comment_author' => ${JSON.stringify(name)}, 'comment_author_email' => ${JSON.stringify(email)},
      'comment_author_url' => '', 'comment_content' => ${JSON.stringify(text).replaceAll('$', '\\$')}, 'comment_parent' => ${parent}, 'comment_approved' => '${approved}', 'comment_type' => 'comment']);`),
    async end() {
      if (web) await place.stop();
      if (database) { const gone = new Promise((done) => database.once('exit', done)); database.kill('SIGTERM'); await gone; }
      rmSync(data, { recursive: true, force: true });
    },
  };
  try {
    await place.startDatabase();
    execFileSync('mariadb', ['--no-defaults', '-uroot', '-S', socket, '-e', 'CREATE DATABASE wp CHARACTER SET utf8mb4']);
    const told = JSON.parse(execFileSync('php', [join(data, 'install.php')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).replace(/^[^{]*/, ''));
    for (const [name, { id, password }] of Object.entries(told)) {
      place.people[name] = { id, password, async ask(method, path, body) {
        const answer = await sturdy(`http://127.0.0.1:${port}/?rest_route=/wp/v2${path.replace('?', '&')}`, { method, headers: { Host: new URL(address).host, Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`, ...(body ? { 'Content-Type': 'application/json' } : {}) }, body: body && JSON.stringify(body) });
        return answer.json();
      } };
    }
    await place.start();
  } catch (trouble) {
    await place.end();
    throw trouble;
  }
  return place;
}
