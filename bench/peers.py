"""Programs that others use, from Debian, each serving a page of about the length of ours on this machine: started with all it has in a
folder of its own, without a service of the system, and gone afterwards."""
import contextlib, json, os, shutil, signal, socket, subprocess, tempfile, time, urllib.request

COMMENTS, CHECK_INS = 42, 65  # what makes some 85 KB of page


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def quiet(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=True, **more).stdout


def until(ready, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            ready()
            return
        time.sleep(0.1)
    raise OSError(f'{what} does not start')


def fetch(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


class Started:
    """Processes of one run, ended and forgotten with their folder."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix=f'bench-{name}-')
        self.processes = []

    def start(self, *words, **more):
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **more)
        self.processes.append(process)
        return process

    def pids(self):
        return [process.pid for process in self.processes]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def fossil():
    """The timeline of a repository. (url, pids)"""
    with Started('fossil') as s:
        environment = {**os.environ, 'HOME': s.folder, 'USER': 'bench'}
        work = f'{s.folder}/work'
        quiet('fossil', 'init', f'{s.folder}/r.fossil', env=environment)
        quiet('fossil', 'open', f'{s.folder}/r.fossil', '--workdir', work, env=environment)
        for n in range(CHECK_INS + 5):
            with open(f'{work}/file.txt', 'a') as file:
                file.write(f'line {n}\n')
            quiet('fossil', 'add', 'file.txt', cwd=work, env=environment)
            quiet('fossil', 'commit', '-m', f'Check-in {n} with some words to show in the timeline of the project', '--no-warnings', cwd=work, env=environment)
        port = free_port()
        s.start('fossil', 'server', f'{s.folder}/r.fossil', '--port', str(port), '--localhost', env=environment)
        url = f'http://127.0.0.1:{port}/timeline?n={CHECK_INS}'
        until(lambda: fetch(url), 'Fossil')
        yield url, s.pids()


CONFIG = '''<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp'); define('DB_HOST', 'localhost:%(folder)s/db.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $k) define($k, "bench-$k");
define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s'); define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
'''

FILL = '''<?php
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1';
require '%(folder)s/root/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Bench', 'admin', 'admin@example.org', true, '', 'a long bench password');
switch_theme('twentytwentyone');
update_option('page_comments', 0);
$post = wp_insert_post(['post_title' => 'A post that is spoken about', 'post_content' => '<p>Some words.</p>', 'post_status' => 'publish', 'comment_status' => 'open']);
for ($i = 0; $i < %(comments)d; $i++)
    wp_insert_comment(['comment_post_ID' => $post, 'comment_author' => "Member $i", 'comment_author_email' => "m$i@example.org", 'comment_approved' => 1,
        'comment_content' => "bonjour merci pain boutique ouvert dimanche brioche commande livraison prix allergie noix retard super x$i"]);
echo json_encode(['post' => $post]), "\\n";
'''


@contextlib.contextmanager
def wordpress():
    """A post with its comments: WordPress on PHP's own server (one process, with its code cache) and MariaDB. (url, pids)"""
    with Started('wordpress') as s:
        user = ['--user=root'] if os.getuid() == 0 else []
        sql = ['--no-defaults', '-uroot', '-S', f'{s.folder}/db.sock']
        quiet('mariadb-install-db', '--no-defaults', *user, f'--datadir={s.folder}/db', '--auth-root-authentication-method=normal', '--skip-test-db')
        s.start('mariadbd', '--no-defaults', *user, f'--datadir={s.folder}/db', f'--socket={s.folder}/db.sock', '--skip-networking', '--innodb-buffer-pool-size=256M')
        until(lambda: quiet('mariadb-admin', *sql, 'ping'), 'MariaDB')
        quiet('mariadb', *sql, '-e', "CREATE DATABASE wp CHARACTER SET utf8mb4; CREATE USER wp@localhost IDENTIFIED BY 'wp'; GRANT ALL ON wp.* TO wp@localhost")
        shutil.copytree('/usr/share/wordpress', f'{s.folder}/root', ignore_dangling_symlinks=True)
        port = free_port()
        values = {'folder': s.folder, 'url': f'http://127.0.0.1:{port}', 'comments': COMMENTS}
        for name, text in (('root/wp-config.php', CONFIG), ('fill.php', FILL)):
            with open(f'{s.folder}/{name}', 'w') as file:
                file.write(text % values)
        post = json.loads(quiet('php', f'{s.folder}/fill.php').splitlines()[-1])['post']
        s.start('php', '-d', 'opcache.enable_cli=1', '-S', f'127.0.0.1:{port}', '-t', f'{s.folder}/root')
        url = f'{values["url"]}/?p={post}'
        until(lambda: fetch(url), 'WordPress')
        yield url, s.pids()
