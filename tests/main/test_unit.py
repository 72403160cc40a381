"""test_unit.py PROGRAM: a service manager that starts `parvis run` is told when the pages answer, and when the end begins; one whose
socket is gone changes nothing. And no role outlives a `parvis run` that was killed, however early: it would hold the port of the next one."""
import os, signal, socket, subprocess, sys, tempfile, time, urllib.request

program = os.path.abspath(sys.argv[1])
with socket.socket() as s:
    s.bind(('127.0.0.1', 0))
    port = s.getsockname()[1]


def play(home, manager, name):
    desk = subprocess.Popen([program, 'run', '--data', f'{home}/data', '--listen', f'127.0.0.1:{port}', '--simulator', 'off', '--log_level', 'warn'],
                            stdout=subprocess.PIPE, text=True, env={**os.environ, 'NOTIFY_SOCKET': name})
    try:
        if manager:
            told = manager.recv(100)
            assert told == b'READY=1', told
        else:
            assert desk.stdout.readline()
        assert urllib.request.urlopen(f'http://127.0.0.1:{port}/readyz', timeout=20).status == 200
        desk.send_signal(signal.SIGTERM)
        if manager:
            told = manager.recv(100)
            assert told == b'STOPPING=1', told
        assert desk.wait(60) == 0, desk.returncode
    finally:
        desk.kill()


def lives(pid):
    try:
        with open(f'/proc/{pid}/stat') as state:
            return state.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def kill_early(home):
    desk = subprocess.Popen([program, 'run', '--data', f'{home}/data', '--listen', f'127.0.0.1:{port}', '--simulator', 'off'], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    roles = []
    while not roles and desk.poll() is None:
        with open(f'/proc/{desk.pid}/task/{desk.pid}/children') as children:
            roles = children.read().split()
    desk.kill()
    desk.wait()
    for role in roles:
        until = time.monotonic() + 20
        while lives(role):
            assert time.monotonic() < until, 'a role outlived the one who started it'
            time.sleep(0.02)


with tempfile.TemporaryDirectory(prefix='parvis-unit-') as home:
    for name in (f'{home}/notify', f'\0parvis-unit-{os.getpid()}'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(name)
            manager.settimeout(60)
            play(home, manager, name.replace('\0', '@'))
    play(home, None, f'{home}/notify')
    for _ in range(12):
        kill_early(home)
print('3 starts, 12 killed')
