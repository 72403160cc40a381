"""test_command_line.py PROGRAM: wrong words on the command line end with 64 and a reason, before anything is made; help is help, however it
is asked for, for every command there is."""
import os, re, subprocess, sys, tempfile

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
assert ask('-h') == ask('--help') == ask('help')
for words in ([], ['nonsense'], ['help', 'nonsense'], ['run', 'extra'], ['run', '-x'], ['run', '--nonsense'], ['run', '--nonsense', 'yes'],
              ['check', 'all'], ['version', '--data', 'x'], ['run', '--sample=yes'], ['run', '--data']):
    status, out, story = ask(*words)
    assert status == 64 and story.strip() and not out, (words, status, out, story)
    assert not os.path.exists(data) and os.listdir(home) == [], words
for words in (['user'], ['user', 'zap'], ['bench', 'fill', '-3'], ['map', 'nothing'], ['parse', 'nothing'], ['import'], ['restore'], ['export'], ['backup']):
    status, out, story = ask(*words)
    assert status in (1, 64) and story.strip(), (words, status, out, story)
print(f'{len(commands)} commands')
