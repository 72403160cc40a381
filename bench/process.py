"""process.py: what the system says of the processes that are measured, and a row of the table."""
import contextlib, os, re, subprocess

TICK = 1 / os.sysconf('SC_CLK_TCK')


def row(what, value, target=''):
    print(f'| {what} | {value} | {target} |', flush=True)


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, **more)


def family(pid):
    return [pid] + [below for child in run('pgrep', '-P', str(pid)).stdout.split() for below in family(int(child))]


def processor(pids):
    """Seconds of processor time that they and their children have had, those included that ended."""
    total = 0
    for pid in {p for top in pids for p in family(top)}:
        with contextlib.suppress(OSError):
            fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
            total += sum(map(int, fields[11:15])) * TICK
    return total


def resident(pid):
    """Kilobytes of a process and its children, shared pages counted once (Pss). Roles show theirs to root alone: anybody else gets the pages of
    each of them, and the mapped files of the one that maps most."""
    pages, own, files = 0, 0, 0
    for one in family(pid):
        with contextlib.suppress(OSError, TypeError):
            status = open(f'/proc/{one}/status').read()
            own += int(re.search(r'RssAnon:\s+(\d+)', status)[1])
            files = max(files, sum(int(n) for n in re.findall(r'Rss(?:File|Shmem):\s+(\d+)', status)))
            try:
                pages += int(re.search(r'Pss:\s+(\d+)', open(f'/proc/{one}/smaps_rollup').read())[1])
            except OSError:
                pages = float('nan')
    return pages if pages == pages else own + files
