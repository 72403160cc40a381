"""test_command_line.py PROGRAM: wrong words on the command line end with 64 and a reason, before anything is made; help is help, however it
is asked for, for every command there is."""
import gzip, hashlib, json, os, re, subprocess, sys, tempfile

program = os.path.abspath(sys.argv[1])
home = tempfile.mkdtemp()
data = os.path.join(home, 'data')


def ask(*words):
    done = subprocess.run([program, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, cwd=home,
                          env={**os.environ, 'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout, done.stderr


commands = re.findall(r'^  (\w+) +\S', ask('--help')[1], re.M)
assert len(commands) >= 15, commands
for command in commands:
    told = ask(command, '--help')
    assert told[0] == 0 and told[1].startswith(f'Usage: parvis {command}') and not told[2], (command, told)
    assert ask('help', command) == told and ask(command, '-h') == told, command
    options = re.findall(r'^  --([\w-]+)(?: ([A-Z]\S*))?', told[1], re.M)
    given = [f'--{name}={value.lower()}' if value else f'--{name}' for name, value in options if name != 'help']
    assert ask(command, *given, '--help') == told, (command, given, ask(command, *given, '--help'))
assert ask('-h') == ask('--help') == ask('help')
for words in ([], ['nonsense'], ['help', 'nonsense'], ['run', 'extra'], ['run', '-x'], ['run', '--nonsense'], ['run', '--nonsense', 'yes'],
              ['check', 'all'], ['version', '--data', 'x'], ['run', '--sample=yes'], ['run', '--data']):
    status, out, story = ask(*words)
    assert status == 64 and story.strip() and not out, (words, status, out, story)
    assert not os.path.exists(data) and os.listdir(home) == [], words
for words in (['match'], ['user'], ['user', 'zap'], ['channel'], ['channel', 'zap', 'x'], ['channel', 'verify'], ['channel', 'metrics'], ['channel', 'profile'], ['channel', 'profile', 'x', 'y'], ['parse', 'answer', '--network', 'nowhere'], ['parse', 'answer', '--network', 'mastodon', '--call', 'zap'], ['bench', 'fill', '-3'], ['bench', 'ingest', 'many'], ['bench', 'match', 'one'], ['map', 'nothing'], ['dates', '--country', 'FR', '--year', '12'], ['dates', '--country', 'FR', '--year', '2000-2150'], ['dates', '--country', 'FR', '--kind', 'odd'], ['dates', '--country', 'FR', '--lang', 'xx'], ['parse', 'nothing'], ['import'], ['restore'], ['export'], ['backup']):
    status, out, story = ask(*words)
    assert status in (1, 64) and story.strip(), (words, status, out, story)

# Key dates: a day, a key and a name, with tabs between; a region's own, in French too.
assert '2027-03-29\teaster-monday\tEaster Monday\n' in ask('dates', '--country', 'FR', '--year', '2027')[1]
told = ask('dates', '--country', 'FR', '--region', 'Alsace-Moselle', '--year', '2027', '--kind', 'public', '--lang', 'fr')[1].splitlines()
assert len(told) == 13 and '2027-03-26\tgood-friday\tVendredi saint' in told and all(line.count('\t') == 2 for line in told), told
assert ask('dates', '--country', 'GB', '--list')[1].startswith('ENG\tEngland\n') and 'UN\tUnited Nations\n' in ask('dates')[1]
assert ask('dates', '--country', 'XX')[0] and 'no region “Bavaria”' in ask('dates', '--country', 'FR', '--region', 'Bavaria')[2]

# What texts are about, and which are copies.
texts = ('où est ma commande\nle pain était bon\n' * 3).encode() + b'\n'
asked = lambda *words: subprocess.run([program, 'topics', *words], input=texts, capture_output=True, timeout=20, cwd=home)
assert asked('--copies').stdout.split() == [b'0', b'1', b'0', b'1', b'0', b'1', b'-'], asked('--copies')
numbers = asked('--numbers', '--count', '2').stdout.split()
assert numbers[:6] in ([b'0', b'1'] * 3, [b'1', b'0'] * 3) and numbers[6] == b'-', numbers
assert asked('--count', '0').returncode == 1 and b'1 to 64' in asked('--count', '0').stderr, asked('--count', '0')

# What a network answered or delivered, read by its connector without it.
status = {'id': '7', 'created_at': '2026-11-21T10:00:00Z', 'content': '<p>Bonjour</p>', 'account': {'id': '2', 'acct': 'ana@b.example'}, 'visibility': 'public'}
for words, body in ((['answer', '--network', 'mastodon', '--call', 'notifications'], [{'id': '1', 'type': 'mention', 'status': status}, {'id': '2', 'type': 'follow'}]),
                    (['answer', '--network', 'mastodon', '--call', 'status'], status), (['answer', '--network', 'mastodon', '--call', 'context'], {'ancestors': [status], 'descendants': []}),
                    (['webhook', '--network', 'webform'], {'id': '7', 'thread': '7', 'text': 'Bonjour', 'at': '2026-11-21T10:00:00Z', 'author': {'id': '2'}})):
    told = subprocess.run([program, 'parse', *words], input=json.dumps(body).encode(), capture_output=True, timeout=20, cwd=home)
    assert told.returncode == 0 and [(m['id'], m['body']) for m in json.loads(told.stdout)['messages']] == [('7', 'Bonjour')], (words, told)
for rubbish in (b'', b'{', b'[[[[', b'null', b'{"id": 7}', b'[{"type": "mention", "status": []}]'):
    told = subprocess.run([program, 'parse', 'answer', '--network', 'mastodon', '--call', 'notifications'], input=rubbish, capture_output=True, timeout=20, cwd=home)
    assert told.returncode in (0, 1) and (told.returncode == 0) == (json.loads(told.stdout or b'null') == {'messages': []}), (rubbish, told)

# The whole way in is measured in a folder that goes again.
done = subprocess.run([program, 'bench', 'ingest', '500', '300'], capture_output=True, text=True, timeout=60, cwd=home,
                      env=os.environ | {'LANGUAGE': 'en', 'TMPDIR': home})
assert done.returncode == 0 and done.stdout.startswith('500 messages in ') and 'held against 300 queries' in done.stdout, done
assert os.listdir(home) == [], os.listdir(home)

# A variable with a slip in its name is named with the setting that is nearest; those of the tools and tests are nobody's slip.
def ask_with(variables, *words):
    environment = {k: v for k, v in os.environ.items() if not k.startswith('PARVIS_')} | {'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8'} | variables
    return subprocess.run([program, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, cwd=home, env=environment)


done = ask_with({'PARVIS_LISTN': 'x'}, 'settings')
assert done.returncode == 0 and done.stderr == 'parvis settings: PARVIS_LISTN is no setting and was not used. Is PARVIS_LISTEN meant?\n', done
done = ask_with({'PARVIS_LISTN': 'x'}, 'check', '--data', data)
assert done.returncode == 2 and '! settings      PARVIS_LISTN is no setting' in done.stdout and not done.stderr.startswith('parvis check: PARVIS_LISTN'), done
done = ask_with({'PARVIS_LISTN': 'x'}, 'serve', '--data', data)
assert done.returncode and 'event=unknown_variable name=PARVIS_LISTN nearest=PARVIS_LISTEN' in done.stderr, done
root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
used = set()
for folder, folders, files in os.walk(root):
    folders[:] = [name for name in folders if not name.startswith(('.', 'build')) and name not in ('node_modules', 'data', 'po')]
    for file in files:
        text = open(os.path.join(folder, file), 'rb').read().decode(errors='replace') if '/tests/main' not in folder else ''
        used |= set(re.findall(r'PARVIS_[A-Z][A-Z_]*[A-Z]\b', text))
used -= {'PARVIS_VERSION', 'PARVIS_NAME'} # a macro of the build; what the documents call any of them
assert len(used) > 15, used
done = ask_with({name: '' for name in used if name not in ('PARVIS_READY', 'PARVIS_CONFIG')}, 'check', '--data', data)
assert 'is no setting' not in done.stdout + done.stderr, done

# Which lines each query matches; a query that cannot be taken is told and left out.
queries, posts = os.path.join(home, 'queries'), b'Sandy is near\n\nstorm near #sandy, again\n'


def match(text, posts):
    with open(queries, 'w') as file:
        file.write(text)
    done = subprocess.run([program, 'match', '--queries', queries], input=posts, capture_output=True, timeout=20, env={**os.environ, 'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


assert match('a\tsandy\nb\tnothing\n\nc\tnear AND NOT storm\nd\t"near sandy"\n', posts) == (0, 'a\t0 2\nc\t0\nd\t2\n', '')
assert match('a\tsandy\n', gzip.compress(posts)) == (0, 'a\t0 2\n', '')
assert match('\ufeffa\tsandy\r\n', posts) == (0, 'a\t0 2\n', '')  # as an editor of Windows keeps it
assert match('a\tsandy\n', b'') == (0, '', '') and match('', posts) == (0, '', '')
status, out, story = match('a\tsandy\nb\tNOT sandy\nc\n', posts)
assert status == 1 and out == 'a\t0 2\n' and 'Line 2, query b, character 1: ' in story and 'Line 3, query c, character 1: ' in story and '2 queries' in story, story
# What the map says of files is so: each is there, and a page's or a command's row is in the file named.
lines = ask('map')[1].splitlines()
named = {word for line in lines for word in re.findall(r'src/[\w./-]+', line)}
assert len(named) > 50, named
for name in named:
    assert os.path.exists(os.path.join(root, name)), f'parvis map names {name}, which is not there'
for kind in ('pages', 'commands'):
    rows = [line.split('\t') for line in ask('map', kind)[1].splitlines() if not line.startswith('\t')]
    assert len(rows) > 12, rows
    for word, name, *_ in rows:
        assert name.startswith("src/"), f"the row of {word} lacks .file = __FILE__"
        assert re.search(rf'const struct {kind[:-1]} {kind[:-1]}_\w+ = {{\s*(\.name = )?"{word}"', open(os.path.join(root, name)).read()), (word, name)
print(f'{len(commands)} commands')

# Scores a row, alarms an event, a fault with its line; whoever reads a pipe is told at once.
def detect(text, *words):
    done = subprocess.run([program, 'detect', *words], input=text.encode(), capture_output=True, timeout=20, env={**os.environ, 'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


rows = [f'2026-03-{1 + i // 288:02d} {i % 288 // 12:02d}:{i % 12 * 5:02d}:00,{10 + i * 7 % 5 + (80 if 3000 <= i < 3010 else 0)}' for i in range(4000)]
status, out, told = detect('timestamp,value\n' + '\n'.join(rows) + '\n', '--scores')
scores = [line.rsplit(',', 1) for line in out.splitlines()]
assert status == 0 and not told and [when for when, _ in scores] == [row.split(',')[0] for row in rows]
assert [i for i, (_, score) in enumerate(scores) if float(score) >= 0.5] == [3000] and all(0 <= float(score) <= 1 for _, score in scores)
for words in ([], ['--sensitivity', 'low'], ['--sensitivity', '2.5']):
    status, out, told = detect('\n'.join(rows), *words)
    (alarm,) = map(json.loads, out.splitlines())
    assert status == 0 and alarm['at'] == alarm['start'] == '2026-03-11T10:00:00Z' and alarm['value'] == 90 and alarm['low'] <= alarm['expected'] <= alarm['high'] < 90, alarm
    assert alarm['direction'] == 'rise' and 6 < alarm['times'] < 9 and alarm['seconds'] == 300 and alarm['evidence'].startswith('90 in 5 minutes, 7.'), alarm
status, out, told = detect(rows[0] + '\n\n2026-03-01 00:05:00,twelve\n', '--scores')
assert status == 1 and out == '2026-03-01 00:00:00,0.0000\n' and told == 'parvis detect: Line 3: “twelve” is no figure.\n', (status, out, told)
# What is nothing beside the value is said so; lines out of order are weighed, and told.
from_zero = '\n'.join(f'{1767225600 + 300 * i},{40 if i == 5500 else 0}' for i in range(6000))
status, out, told = detect(from_zero)
alarm = json.loads(out)
assert status == 0 and alarm['expected'] == 0 and 'where there is usually nothing' in alarm['evidence'], (status, out, told)
status, out, told = detect(rows[1] + '\n' + rows[0] + '\n', '--scores')
assert status == 0 and out.count('\n') == 2 and told.startswith('1 value is not later'), (status, out, told)
assert detect('', '--scores') == detect('timestamp,value\n') == (0, '', '')
for words in (['--sensitivity', 'often'], ['--sensitivity', '0'], ['--sensitivity', '31'], ['--sensitivity', 'nan']):
    status, out, told = detect('', *words)
    assert status in (1, 64) and 'false alarms a month' in told, (words, told)
with subprocess.Popen([program, 'detect'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as live:
    live.stdin.write(('\n'.join(rows[:3001]) + '\n').encode())
    live.stdin.flush()
    assert json.loads(live.stdout.readline())['value'] == 90
    live.stdin.close()

# A contest's lots drawn again: by the program, and by the recipe of docs/contests.md with sha256sum and sort; both give the same.
hex_of = lambda text: hashlib.sha256(text.encode()).hexdigest()
page = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/contests.md')).read()
recipe = os.path.join(home, 'check.sh')
with open(recipe, 'w') as file:
    file.write(re.search(r'^```sh\n(.*?)^```', page, re.M | re.S).group(1))
entries = os.path.join(home, 'entries.txt')
for lines in (sorted(hex_of(f'salt\nmastodon\nana{n}\n{n}') for n in range(25)), sorted(f'{hex_of(str(n))} {hex_of(str(n % 9))}' for n in range(25))):
    with open(entries, 'w') as file:
        file.write(''.join(line + '\n' for line in lines))
    status, out, told = ask('draw', '--entries', entries, '--secret', 'ab' * 32, '--word', 'brioche', '--winners', '3', '--substitutes', '2')
    seed = hex_of('ab' * 32 + 'brioche')
    assert status == 0 and out.splitlines()[:3] == ['entries 25', 'list ' + hex_of(''.join(line + '\n' for line in lines)), 'seed ' + seed], (out, told)
    assert ask('draw', '--entries', entries, '--seed', seed.upper(), '--winners', '3', '--substitutes', '2')[1] == out
    by_hand = subprocess.run(['sh', recipe, entries, seed, '5'], capture_output=True, text=True, timeout=20).stdout.splitlines()
    assert by_hand[0] == out.splitlines()[1] and [line.split()[1] for line in by_hand[1:]] == [line.split()[2] for line in out.splitlines()[3:]], (by_hand, out)
    ranked = sorted(lines, key=lambda line: hex_of(seed + line.split()[0]))
    once = list({(line.split() * 2)[1]: line.split()[0] for line in reversed(ranked)}.values())[::-1]
    assert [line.split()[2] for line in out.splitlines()[3:]] == sorted(once, key=lambda entry: hex_of(seed + entry))[:5]
    assert [line.split()[:2] for line in out.splitlines()[3:]] == [['winner', '1'], ['winner', '2'], ['winner', '3'], ['substitute', '1'], ['substitute', '2']]
with open(entries, 'a') as file:
    file.write('zz\n')
for words, said in (([], '--entries'), (['--seed', 'ab' * 32], 'Line 26'), (['--seed', 'xy'], 'hexadecimal'), (['--seed', 'ab' * 32, '--winners', '0'], 'winners'),
                    (['--seed', 'ab' * 32, '--secret', 'ab' * 32], '--secret'), (['--seed', 'ab' * 32, '--word', 'x'], '--secret')):
    status, out, told = ask('draw', *(words and ['--entries', entries]), *words)
    assert status == 1 and not out and said in told, (words, out, told)
