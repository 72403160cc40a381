"""test_unit.py PROGRAM: a service manager that starts `parvis run` is told when the pages answer, and when the end begins; one whose
socket is gone changes nothing."""
import os, signal, socket, subprocess, sys, tempfile, urllib.request

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


with tempfile.TemporaryDirectory(prefix='parvis-unit-') as home:
    for name in (f'{home}/notify', f'\0parvis-unit-{os.getpid()}'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(name)
            manager.settimeout(60)
            play(home, manager, name.replace('\0', '@'))
    play(home, None, f'{home}/notify')
print('3 starts')
