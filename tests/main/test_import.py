#!/usr/bin/env python3
"""test_import.py PARVIS: files as people really have them, by the command line into a fresh desk: every format twice with the same counts, a
dry run that keeps nothing, and the bad ones: other encodings, other line ends, cut archives, endless lines, the wrong format."""
import csv, glob, io, json, os, re, shutil, sqlite3, subprocess, sys, tempfile, unittest, zipfile

PARVIS = os.path.abspath(sys.argv.pop(1))
SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'channel/samples')
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith('PARVIS_') and k not in ('LANGUAGE', 'LC_ALL', 'LC_MESSAGES')}
ENVIRONMENT.update(LANG='C', PARVIS_SIMULATOR='off')
TABLES = ('message', 'conversation', 'contact', 'identity', 'attachment', 'channel', 'message_version')
template = tempfile.TemporaryDirectory(prefix='parvis-import-')


def parvis(data, *words, **more):
    return subprocess.run([PARVIS, *words, '--data', data], env=ENVIRONMENT, capture_output=True, timeout=300, **more)


def setUpModule():
    desk = os.path.join(template.name, 'desk')
    assert parvis(desk, 'migrate').returncode == 0
    assert parvis(desk, 'user', 'add', '--email', 'ada@example.org', '--name', 'Ada', '--workspace', 'Levain', '--password-stdin', input=b'a long enough sentence\n').returncode == 0


def tearDownModule():
    template.cleanup()


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='parvis-import-')
        self.addCleanup(self.folder.cleanup)
        self.fresh()

    def fresh(self):
        self.data = self.path('desk')
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(os.path.join(template.name, 'desk'), self.data)

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def file(self, name, content):
        with open(self.path(name), 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def ask(self, sql):
        database = sqlite3.connect(glob.glob(self.data + '/**/parvis.db', recursive=True)[0])
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def rows(self):
        return [self.ask(f'SELECT COUNT(*) FROM {table}')[0][0] for table in TABLES]

    def bodies(self):
        return [body for body, in self.ask('SELECT body FROM message ORDER BY at, id')]

    def bring(self, *words, status=0):
        """items, new, changed, unchanged, refused; and all that was said."""
        done = parvis(self.data, 'import', *words)
        said = (done.stdout + done.stderr).decode()
        self.assertEqual(done.returncode, status, said)
        found = re.findall(r'(\d+) items: (\d+) new, (\d+) changed, (\d+) unchanged, (\d+) refused', said)
        return ([int(n) for n in found[-1]] if found else None), said

    def twice(self, *words):
        """Dry, then for good, then again: the same counts, and the second time nothing new."""
        before = self.rows()
        dry, _ = self.bring('--dry-run', *words)
        self.assertEqual(self.rows()[:5], before[:5])
        first, said = self.bring(*words)
        after = self.rows()
        self.assertEqual(dry, first)
        again, _ = self.bring(*words)
        self.assertEqual(self.rows(), after)
        self.assertEqual(again, [first[0], 0, 0, first[1] + first[2] + first[3], first[4]])
        self.assertEqual(after[0] - before[0], first[1])
        return first, said

    def test_every_sample_twice(self):
        read = refused = 0
        for path in sorted(glob.glob(SAMPLES + '/*/*')):
            if path.endswith('.py'):
                continue
            with self.subTest(os.path.relpath(path, SAMPLES)):
                self.fresh()
                before = self.rows()
                done = parvis(self.data, 'import', '--dry-run', path)
                if done.returncode == 0:
                    read += 1
                    self.twice(path)
                else:
                    refused += 1
                    self.assertEqual(done.returncode, 1)
                    self.assertRegex(done.stderr.decode(), r'holds no message|none of the exports|is an error answer')
                    self.assertEqual(self.rows(), before)
        self.assertGreater(read, 25)
        print(f'{read} files read twice, {refused} refused with a reason', file=sys.stderr)

    # ---- tables ----

    CSV = 'id,at,author_id,author_name,body\n1,2026-03-24T09:42:00+05:30,u1,Zoé,Où êtes-vous ?\n2,2026-03-24T09:43:00Z,u2,Ada,"deux\nlignes, et ""guillemets"""\n'

    def test_csv_of_any_encoding(self):
        for name, content in {
            'plain': self.CSV.encode(),
            'bom': b'\xef\xbb\xbf' + self.CSV.encode(),
            'crlf': self.CSV.replace('\n', '\r\n').encode(),
            'utf16': self.CSV.encode('utf-16'),
            'utf16be': b'\xfe\xff' + self.CSV.encode('utf-16-be'),
            'windows': self.CSV.replace('\n', '\r\n').encode('cp1252'),
            'semicolon': self.CSV.replace('deux\nlignes, et', 'deux\nlignes; et').replace(',', ';').encode(),
            'no end': self.CSV.rstrip('\n').encode(),
        }.items():
            with self.subTest(name):
                self.fresh()
                first, _ = self.twice('--network', 'forum', self.file('a.csv', content))
                self.assertEqual(first, [2, 2, 0, 0, 0])
                bodies = self.bodies()
                self.assertEqual(bodies[0], 'Où êtes-vous ?')
                self.assertRegex(bodies[1], r'^deux\nlignes[,;] et "guillemets"$')
                self.assertEqual(self.ask("SELECT at FROM message ORDER BY at")[0][0], 1774325520000000)

    def test_csv_refusals_line_by_line(self):
        lines = ['id,at,author_id,author_name,body', '1,2026-03-24T09:42:00Z,u1,Zoé,fine', '2,yesterday,u1,Zoé,no date', '3,2099-01-01T00:00:00Z,u1,Zoé,ahead',
                 '4,2026-03-24T09:42:00Z,u1,Zoé,', '5,2026-03-24T09:42:00Z,,,nobody', '6,2026-03-24T09:42:00+99:00,u1,Zoé,odd zone', '7,24 Mar 2026 09:42:00 +1245,u1,Zoé,odd but right',
                 '8,2026-02-30T09:42:00Z,u1,Zoé,no such day', '9,2026-03-24T09:42:00Z,u1,Zoé,' + 'x' * 1200000, '10,2026-03-24 09:42:00,u1,Zoé,no zone']
        first, _ = self.twice('--network', 'forum', '--report', self.path('report.csv'), self.file('a.csv', '\r\n'.join(lines) + '\r\n'))
        self.assertEqual(first, [10, 4, 0, 0, 6])
        with open(self.path('report.csv'), encoding='utf-8-sig') as file:
            report = list(csv.reader(file))
        places = [place for row in report for place in row if re.fullmatch(r'line \d+', place)]
        self.assertEqual(places, [f'line {n}' for n in (3, 4, 5, 7, 9, 10)], report)
        for row in report[1:]:
            self.assertTrue(all(len(cell) < 400 for cell in row), row)

    def test_csv_columns(self):
        twice = 'id,at,body,body,author_id,unknown\n1,2026-03-24T09:42:00Z,first,second,u1,x\n'
        _, said = self.bring('--network', 'forum', self.file('a.csv', twice), status=1)
        self.assertRegex(said, r'(?i)body')
        self.assertEqual(self.rows()[0], 0)
        _, said = self.bring('--format', 'csv', '--network', 'forum', self.file('b.csv', 'name,colour\nx,red\n'), status=1)
        self.assertRegex(said, r'(?i)column')
        first, _ = self.twice('--network', 'forum', self.file('c.csv', 'ID;At;BODY;Author_Id;else\r\n1;24/03/2026 09:42;fin;u1;x\r\n'))
        self.assertEqual(first, [1, 1, 0, 0, 0])

    # ---- lines of JSON ----

    def line(self, number, **more):
        return json.dumps({'id': f'm{number}', 'author': {'id': 'u1', 'name': 'Zoé'}, 'body': f'number {number}', 'at': '2026-03-24T09:42:00Z', **more}, ensure_ascii=False)

    def test_jsonl_bad_lines(self):
        content = b'\xef\xbb\xbf' + self.line(1).encode() + b'\r\n' + b'\r\n' + self.line(2).encode()[:-1] + b'\n' + self.line(3, body='x' * (17 << 20)).encode() + b'\n' \
            + b'{"id":"m4","author":{"id":"u"},"body":"\xff\xfe","at":"2026-03-24T09:42:00Z"}\n' + b'[' * 100000 + b'\n' + self.line(5, rating=9).encode() + b'\n' + self.line(6, author={}).encode() + b'\n' \
            + self.line(7).encode()
        first, said = self.twice('--network', 'forum', self.file('a.jsonl', content))
        self.assertEqual(first, [8, 5, 0, 0, 3], said)
        for number in (3, 4, 6):
            self.assertIn(f'line {number}:', said)
        self.assertEqual(self.bodies(), ['number 1', '\ufffd\ufffd', 'number 5', 'number 6', 'number 7'])
        self.assertEqual(self.ask("SELECT rating FROM message WHERE remote_id = 'm5'"), [(0,)])

    # ---- exports ----

    def facebook(self, *names):
        """Meta writes every byte of UTF-8 as a letter of its own."""
        mojibake = lambda text: text.encode().decode('latin-1')
        thread = {'participants': [{'name': mojibake('Zoé Müller')}, {'name': 'Levain'}], 'title': mojibake('Zoé Müller'), 'thread_path': 'inbox/zoe_1',
                  'messages': [{'sender_name': mojibake('Zoé Müller'), 'timestamp_ms': 1774345320000, 'content': mojibake('C’était délicieux 🥖'), 'is_geoblocked_for_viewer': False}]}
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('your_facebook_activity/messages/inbox/zoe_1/message_1.json', json.dumps(thread))
            for name in names:
                archive.writestr(name, b'x' * 5000)
        return out.getvalue()

    def test_facebook_letters_are_put_right(self):
        first, said = self.twice(self.file('facebook.zip', self.facebook('your_facebook_activity/posts/media/a.jpg')))
        self.assertEqual(first[1], 1, said)
        self.assertEqual(self.bodies(), ['C’était délicieux 🥖'])
        self.assertEqual(self.ask('SELECT name FROM contact')[0][0], 'Zoé Müller')

    def test_cut_and_hostile_archives(self):
        whole = self.facebook('your_facebook_activity/posts/media/a.jpg')
        for name, content in {'half': whole[:len(whole) // 2], 'no directory': whole[:-40], 'head': whole[:10], 'empty': b'', 'zeroes': bytes(5000), 'flipped': whole[:60] + bytes(b ^ 0x55 for b in whole[60:120]) + whole[120:]}.items():
            with self.subTest(name):
                self.fresh()
                before = self.rows()
                for words in ([], ['--format', 'facebook']):
                    done = parvis(self.data, 'import', *words, self.file('cut.zip', content))
                    said = done.stderr.decode()
                    if name != 'no directory': # what stands in front of the directory can be read all the same
                        self.assertEqual(done.returncode, 1, said)
                        self.assertEqual(self.rows()[:5], before[:5])
                    self.assertNotRegex(said, r'Sanitizer|runtime error')
                    self.assertTrue(said.strip() or done.returncode == 0)
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
            archive.writestr('../../../../tmp/parvis-evil.json', '{}')
            archive.writestr('/etc/parvis-evil.json', '{}')
            archive.writestr('your_facebook_activity/messages/inbox/a/message_1.json', b'[' + b' ' * (300 << 20) + b']')
        self.bring('--format', 'facebook', self.file('bomb.zip', out.getvalue()), status=1)
        self.assertFalse(os.path.exists('/tmp/parvis-evil.json') or os.path.exists('/etc/parvis-evil.json'))

    WXR = ('<?xml version="1.0" encoding="{0}"?>\n<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
           'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Café</title><link>https://cafe.example</link><wp:wxr_version>1.2</wp:wxr_version>'
           '<item><title>Été</title><link>https://cafe.example/ete</link><dc:creator>zoe</dc:creator><content:encoded><![CDATA[<p>Ouvert l’été</p>]]></content:encoded>'
           '<wp:post_id>7</wp:post_id><wp:post_date_gmt>2026-03-24 09:42:00</wp:post_date_gmt><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>'
           '<wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author><![CDATA[Zoé]]></wp:comment_author><wp:comment_date_gmt>2026-03-24 10:00:00</wp:comment_date_gmt>'
           '<wp:comment_content><![CDATA[Très bien, où êtes-vous ?]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent>'
           '<wp:comment_user_id>0</wp:comment_user_id></wp:comment></item></channel></rss>')

    def test_wordpress_of_any_encoding(self):
        for encoding, codec in (('UTF-8', 'utf-8'), ('ISO-8859-15', 'iso-8859-15'), ('windows-1252', 'cp1252'), ('UTF-16', 'utf-16')):
            with self.subTest(encoding):
                self.fresh()
                text = self.WXR.format(encoding).replace('’', "'")
                first, said = self.twice('--format', 'wordpress', self.file('export.xml', text.encode(codec)))
                self.assertGreaterEqual(first[1], 1, said)
                self.assertIn('Très bien, où êtes-vous ?', self.bodies())
        entities = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        self.fresh()
        evil = self.WXR.format('UTF-8').replace('?>', '?>' + entities, 1).replace('<![CDATA[Zoé]]>', '&a;&c;')
        parvis(self.data, 'import', '--format', 'wordpress', self.file('evil.xml', evil))
        self.assertFalse(any('root:' in str(row) for row in self.ask('SELECT name FROM contact') + self.ask('SELECT body FROM message')))

    def test_mail_of_any_encoding(self):
        mails = []
        for number, (charset, transfer, body) in enumerate((('iso-8859-1', 'quoted-printable', b'O=F9 =EAtes-vous ?'), ('utf-8', 'base64', b'T8O5IMOqdGVzLXZvdXMgPw=='), ('windows-1252', '8bit', 'Où êtes-vous ?'.encode('cp1252')),
                                                            ('utf-8', '8bit', 'Où êtes-vous ?'.encode('cp1252')))):
            mails.append(b'From zoe@example.org Tue Mar 24 09:42:00 2026\r\nFrom: =?iso-8859-1?q?Zo=E9?= <zoe@example.org>\r\nTo: desk@levain.example\r\nSubject: =?utf-8?b?w4l0w6k=?=\r\n'
                         b'Message-ID: <m%d@example.org>\r\nDate: Tue, 24 Mar 2026 09:4%d:00 +0100 (CET)\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=%s\r\n'
                         b'Content-Transfer-Encoding: %s\r\n\r\n' % (number, number, charset.encode(), transfer.encode()) + body + b'\r\n\r\n')
        first, said = self.twice(self.file('box.mbox', b''.join(mails)))
        self.assertEqual(first[1], 4, said)
        self.assertEqual(self.bodies()[:3], ['Où êtes-vous ?'] * 3)
        self.assertEqual(self.ask('SELECT DISTINCT name FROM contact')[0][0], 'Zoé')

    # ---- the wrong format ----

    def test_wrong_format(self):
        formats = ['bluesky', 'csv', 'facebook', 'googleplus', 'instagram', 'jsonl', 'mastodon', 'mbox', 'reddit', 'twitter', 'wordpress', 'youtube']
        other = {'csv': 'mbox/sample.mbox', 'mbox': 'reddit/thread.json'}
        before = self.rows()
        for name in formats:
            with self.subTest(name):
                path = os.path.join(SAMPLES, other.get(name, 'csv/french.csv'))
                _, said = self.bring('--format', name, path, status=1)
                self.assertGreater(len(said.strip()), 40)
                self.assertEqual(self.rows()[:5], before[:5])
        for name, content in {'picture': b'\x89PNG\r\n\x1a\n' + bytes(200), 'nothing': b'', 'words': b'hello there\n', 'json': b'{"a":1}'}.items():
            with self.subTest(name):
                _, said = self.bring(self.file('what', content), status=1)
                self.assertIn('bluesky, csv', said)
        _, said = self.bring(self.path('not there'), status=1)
        self.assertIn('not there', said)
        _, said = self.bring('--format', 'myspace', self.file('x', 'y'), status=1)
        self.assertIn('myspace', said)


unittest.main()
