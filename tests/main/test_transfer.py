#!/usr/bin/env python3
"""test_transfer.py PARVIS: what the operator relies on, with the program itself: import, kill, back up while it works, restore, verify,
export, bring back, accounts, check. On SQLite; the same on PostgreSQL is in tests/flow/test_transfer.c."""
import contextlib, hashlib, json, os, random, re, signal, sqlite3, subprocess, sys, tempfile, time, unittest

PARVIS = os.path.abspath(sys.argv.pop(1))
ITEMS = 20000


def history(path, items):
    with open(path, 'w') as file:
        for i in range(items):
            file.write(json.dumps({'id': f'm{i}', 'thread_id': f't{i // 8}', 'author': {'id': f'a{i % 900}', 'name': f'Author {i % 900}'},
                                   'body': f'Bonjour, le pain numéro {i} était très bon.', 'at': f'2025-03-{i % 28 + 1:02}T10:00:00Z'}) + '\n')
    return path


class Transfer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='parvis-transfer-')
        self.addCleanup(self.folder.cleanup)
        self.data = self.path('data')
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith('PARVIS_') and k not in ('LANGUAGE', 'LC_ALL', 'LC_MESSAGES')}
        self.environment.update(LANG='C', PARVIS_LISTEN='127.0.0.1:0', PARVIS_SIMULATOR='off', PARVIS_DATA=self.data)
        desk = self.start('run')  # makes folder, keys and database
        self.stop(desk)
        self.parvis('user', 'add', '--email', 'ada@example.org', '--name', 'Ada', '--workspace', 'Levain', '--password-stdin', input='a long enough sentence\n')

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def ask(self, *words, data=None, **more):
        return subprocess.run([PARVIS, *words], env=dict(self.environment, PARVIS_DATA=data or self.data), capture_output=True, text=True, timeout=300, **more)

    def held(self, folder):
        """What a data folder holds: each key and kept file by its bytes, each row of the database but of who restored it when."""
        held = {}
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                if '.db' in name or name == '.lock':
                    continue
                with open(path, 'rb') as file:
                    held[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
        with contextlib.closing(sqlite3.connect(os.path.join(folder, 'parvis.db'))) as database:
            for table, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
                                             " AND name NOT IN ('process', 'audit_entry')").fetchall():
                held[table] = hashlib.sha256(repr(sorted(database.execute(f'SELECT * FROM "{table}"'), key=repr)).encode()).hexdigest()
        return held

    def parvis(self, *words, status=0, data=None, **more):
        done = self.ask(*words, data=data, **more)
        self.assertEqual(done.returncode, status, f'{words}: {done.stdout}{done.stderr}')
        return done.stdout + done.stderr

    def start(self, *words):
        process = subprocess.Popen([PARVIS, *words], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        for line in process.stdout:
            if 'Parvis is ready' in line or words[0] != 'run':
                return process
        self.fail('the desk did not start')

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        self.assertEqual(process.wait(60), 0)

    def counts(self, text):
        found = re.findall(r'(\d+) items: (\d+) new, (\d+) changed, (\d+) unchanged, (\d+) refused', text)
        return [int(n) for n in found[-1]]

    def rows(self, text):
        return {name: int(count) for name, count in re.findall(r'^(\w+) +(\d+)$', text, re.M)}

    def test_import_killed_and_repeated(self):
        file = history(self.path('a.jsonl'), ITEMS)
        self.assertEqual(self.counts(self.parvis('import', '--dry-run', '--network', 'forum', file)), [ITEMS, ITEMS, 0, 0, 0])
        reader = subprocess.Popen([PARVIS, 'import', '--network', 'forum', file], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.35)
        reader.kill()
        reader.wait()
        items, new, changed, unchanged, refused = self.counts(self.parvis('import', '--network', 'forum', file))
        self.assertEqual((items, new + unchanged, changed, refused), (ITEMS, ITEMS, 0, 0))
        self.assertEqual(self.counts(self.parvis('import', '--network', 'forum', file)), [ITEMS, 0, 0, ITEMS, 0])
        self.parvis('check')

    def test_report_and_status(self):
        with open(self.path('b.jsonl'), 'w') as file:
            file.write('{"id":"1"}\n' * 30 + '{"id":"2","body":"Oui, \\"non\\"","at":"2025-01-01","author":{"id":"x"}}\n')
        text = self.parvis('import', '--report', self.path('report.csv'), self.path('b.jsonl'))
        self.assertEqual(self.counts(text), [31, 1, 0, 0, 30])
        with open(self.path('report.csv')) as report:
            self.assertEqual(len(report.readlines()), 31)
        with open(self.path('nothing.bin'), 'wb') as file:
            file.write(bytes(range(256)))
        self.parvis('import', self.path('nothing.bin'), status=1)
        self.parvis('import', '--format', 'nonsense', self.path('b.jsonl'), status=1)
        self.parvis('import', self.path('absent.jsonl'), status=1)

    def test_backup_while_it_works(self):
        desk = self.start('run')
        file, backups = history(self.path('a.jsonl'), ITEMS), self.path('backups')
        os.mkdir(backups)
        reader = subprocess.Popen([PARVIS, 'import', '--network', 'forum', file], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen = []
        for n in range(3):
            self.parvis('backup', self.path(f'{n}.tar.zst'))
            seen.append(self.rows(self.parvis('restore', self.path(f'{n}.tar.zst'), '--verify-only'))
                        .get('message', 0))
            time.sleep(0.1)
        self.assertEqual(reader.wait(120), 0)
        self.assertEqual(seen, sorted(seen))
        self.parvis('backup', self.path('1.tar.zst'), status=1)  # never over a file
        for n in range(3):
            self.parvis('backup', '--backup_keep', '2', backups)
            time.sleep(1.1)  # they are named by the second
        self.assertEqual(len(os.listdir(backups)), 2)
        last = os.path.join(backups, max(os.listdir(backups)))
        self.stop(desk)

        restored = self.path('restored')
        self.assertEqual(self.rows(self.parvis('restore', last, '--into', restored))['message'], ITEMS)
        self.assertEqual(self.counts(self.parvis('import', '--network', 'forum', file, data=restored)), [ITEMS, 0, 0, ITEMS, 0])
        self.parvis('check', data=restored)
        self.parvis('restore', last, '--into', restored, status=1)
        for name in ('serve.key', 'work.key', 'work.pub'):
            with open(os.path.join(self.data, 'keys', name), 'rb') as a, open(os.path.join(restored, 'keys', name), 'rb') as b:
                self.assertEqual(a.read(), b.read())
        self.assertEqual(os.stat(os.path.join(restored, 'keys', 'work.key')).st_mode & 0o777, 0o600)

        with open(last, 'rb') as file:
            whole = bytearray(file.read())
        dice = random.Random(7)
        self.parvis('restore', last, '--into', self.path('whole'))
        for n in range(24):
            at = dice.randrange(len(whole) // 10, len(whole) * 9 // 10)
            changed = bytearray(whole)
            changed[at] ^= 1 << dice.randrange(8)
            with open(self.path('changed.tar.zst'), 'wb') as file:
                file.write(changed)
            done = self.ask('restore', self.path('changed.tar.zst'), '--verify-only')
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertTrue((done.stdout + done.stderr).strip())
            if done.returncode == 0:  # a bit that says nothing (the room between the files, the end of a block): all that it holds is as it was
                self.parvis('restore', self.path('changed.tar.zst'), '--into', self.path(f'as-it-was-{n}'))
                self.assertEqual(self.held(self.path(f'as-it-was-{n}')), self.held(self.path('whole')))
        for size in (0, 100, len(whole) // 2, len(whole) - 20):  # and one that did not arrive whole
            with open(self.path('changed.tar.zst'), 'wb') as file:
                file.write(whole[:size])
            self.parvis('restore', self.path('changed.tar.zst'), '--into', self.path('no'), status=1)
        self.assertEqual([name for name in os.listdir(self.path('no')) if name != '.lock'], [])
        self.assertEqual([name for name in os.listdir(self.folder.name) if 'part' in name], [])
        self.assertEqual([name for name in os.listdir(os.path.join(self.data, 'spool')) if name.startswith('.spool')], [])

    def test_export_and_back(self):
        self.parvis('import', '--network', 'forum', history(self.path('a.jsonl'), 3000))
        self.parvis('export', self.path('out'))
        self.parvis('export', self.path('out.tar.zst'))
        self.parvis('export', self.path('out'), status=1)
        with open(self.path('out', 'manifest.json')) as file:
            manifest = json.load(file)
        self.assertEqual(manifest['workspaces'][0]['counts']['message'], 3000)
        for folder, _, names in os.walk(self.path('out')):
            for name in names:
                with open(os.path.join(folder, name)) as file:
                    self.assertNotIn('$argon2', file.read())
        native = [os.path.join(folder, name) for folder, _, names in os.walk(self.path('out')) for name in names if folder.endswith('messages')]
        home = self.path('other')
        os.mkdir(home, 0o700)
        self.assertIn('parvis run', self.parvis('user', 'list', data=home, status=2))  # there is none yet, and what makes one
        self.parvis('import', '--format', 'parvis-export', self.path('nothing'), data=home, status=2)
        self.assertEqual(os.listdir(home), [])
        self.parvis('import', '--format', 'parvis-export', self.path('out.tar.zst'), data=home)
        self.parvis('import', '--format', 'parvis-export', self.path('out'), data=home, status=1)  # it is there already
        self.parvis('import', '--format', 'parvis-export', '--dry-run', self.path('out'), data=home, status=1)
        self.assertNotIn('✗', self.parvis('check', data=home))
        self.parvis('export', self.path('again'), data=home)
        with open(self.path('again', 'manifest.json')) as file:
            again = json.load(file)
        counts = dict(manifest['workspaces'][0]['counts'])
        counts['audit_entry'] += 1  # that it came back
        self.assertEqual(again['workspaces'][0]['counts'], counts)
        for name in native:  # what left in the native format is read like any other file, and is known
            self.assertEqual(self.counts(self.parvis('import', '--channel', 'Parvis lines (JSONL)', '--format', 'jsonl', name))[1:3], [0, 0])
        with open(self.path('out', 'workspaces', 'levain', '18-message.jsonl'), 'r+') as file:
            file.write('{"id":"9')
        self.parvis('import', '--format', 'parvis-export', self.path('out'), data=home, status=1)

    def test_a_file_that_is_not_there(self):
        self.assertEqual(self.parvis('import', self.path('none.csv'), status=1).count(self.path('none.csv')), 1)

    def test_where_a_backup_goes(self):
        told = self.parvis('backup', self.path('no', 'where', 'x.tar.zst'), status=2)
        self.assertIn(self.path('no', 'where') + ' does not exist', told)
        self.assertNotIn('part-', told)

    def test_another_workspace(self):
        self.parvis('user', 'add', 'cy@example.org', '--name', 'Cy', '--role', 'guest')
        self.assertRegex(self.parvis('user', 'list'), r'cy@example.org\tCy\topen\tlevain: guest')
        self.parvis('user', 'add', 'cy@example.org', '--new-workspace', 'Quai')
        self.assertRegex(self.parvis('user', 'list'), r'cy@example.org\tCy\topen\tlevain: guest, quai: owner')
        self.parvis('user', 'add', 'cy@example.org', '--email', 'cy@example.org', status=1)

    def test_people(self):
        link = self.parvis('user', 'add', '--email', 'Bo@example.org', '--name', 'Bo', '--role', 'moderator')
        self.assertRegex(link, r'/sign-in/link/[\w-]{43}')
        self.assertRegex(self.parvis('user', 'list'), r'bo@example.org\tBo\topen\tlevain: moderator')
        self.parvis('user', 'disable', 'bo@example.org')
        self.assertRegex(self.parvis('user', 'list'), r'bo@example.org\tBo\tclosed')
        self.parvis('user', 'link', 'bo@example.org', status=1)
        self.parvis('user', 'enable', 'bo@example.org')
        self.parvis('user', 'link', 'bo@example.org')
        self.parvis('user', 'factor-off', 'bo@example.org')
        self.parvis('user', 'password', 'bo@example.org', input='short\n', status=1)
        self.parvis('user', 'password', 'bo@example.org', input='quite a long one\n')
        self.parvis('user', 'add', '--email', 'bo@example.org', '--name', 'Bo', status=1)
        self.parvis('user', 'link', 'nobody@example.org', status=2)

    def test_check_and_map(self):
        found = json.loads(self.parvis('check', '--json'))
        self.assertEqual(found['level'], 'fine')
        self.assertEqual(found['settings']['data'], {'value': self.data, 'origin': 'environment'})
        os.chmod(self.data, 0o755)
        text = self.parvis('check', status=1)
        self.assertIn('! data', text)
        os.chmod(self.data, 0o700)
        os.rename(os.path.join(self.data, 'keys', 'work.key'), self.path('work.key'))
        self.parvis('check', '--quick', status=2)
        for table in ('pages', 'channels', 'formats', 'roles', 'commands', 'settings', 'migrations', 'errors'):
            self.assertTrue(self.parvis('map', table).strip())
        self.assertIn('src/main/backup.c', self.parvis('map'))
        self.parvis('map', 'nonsense', status=1)


unittest.main()
