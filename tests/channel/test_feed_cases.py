"""Every case of a feed reader's own tests that lies beside the checkout (../shared/specs/feeds: files whose opening comment says what a
right reader finds, as an expression) is read by `parvis parse feed`. What is left out stands in feed_cases_left_out.txt with its reason;
everything else must hold. Ends with counts; without the folder there is nothing to do, which it says."""
import calendar, datetime, email.utils, json, os, re, subprocess, sys

parvis = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, '..', '..', '..', 'shared', 'specs', 'feeds')
for argument in sys.argv[2:]:
    if os.path.isdir(argument):
        folder = argument
if not os.path.isdir(folder):
    print('No feed cases beside the checkout: nothing to hold the reader to. (skipped)')
    sys.exit(77)

ADDRESS = 'http://127.0.0.1:8097'  # where the cases think that they are served
ALIASES = {'guid': 'id', 'url': 'href', 'description': ('summary', 'subtitle'), 'tagline': ('subtitle',), 'subtitle': ('subtitle', 'summary'),
           'copyright': 'rights', 'modified': 'updated', 'issued': 'published', 'date': 'updated', 'description_detail': ('summary_detail', 'subtitle_detail'),
           'tagline_detail': 'subtitle_detail', 'copyright_detail': 'rights_detail'}


def instant(text):
    """A date of a case as seconds, however it is written there."""
    try:
        return calendar.timegm(datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).utctimetuple())
    except ValueError:
        pass
    try:
        return calendar.timegm(email.utils.parsedate_to_datetime(text).utctimetuple())
    except (TypeError, ValueError):
        return None


class Date(str):
    """An instant: the cases have the text as it stood in the feed, we have RFC 3339 in UTC."""
    def __eq__(self, other):
        return str.__eq__(self, other) or (isinstance(other, str) and instant(self) is not None and instant(self) == instant(other))
    __hash__ = str.__hash__


class Found(dict):
    """What was found, by the names that the cases use for it."""
    def __getitem__(self, key):
        if key.endswith('_parsed') and key not in self:
            when = datetime.datetime.fromisoformat(self[key[:-7]].replace('Z', '+00:00'))
            return when.utctimetuple()[:8] + (0,)
        if key == 'category':
            return self['tags'][0]['term']
        names = ALIASES.get(key, key)
        for name in (names,) if isinstance(names, str) else names:
            if dict.__contains__(self, name):
                return dict.__getitem__(self, name)
        return dict.__getitem__(self, key)

    def has_key(self, key):
        return dict.__contains__(self, key)

    def __getattr__(self, key):
        try:
            return self[key]
        except KeyError:
            raise AttributeError(key)


class Word(str):
    """The name of an encoding: without regard to case."""
    def __eq__(self, other):
        return self.lower() == other.lower()
    __hash__ = str.__hash__


DATES = {'published', 'updated', 'created', 'expired', 'validity_start', 'validity_end'}


def found(value, key=None):
    if isinstance(value, dict):
        return Found({k: found(v, k) for k, v in value.items()})
    if isinstance(value, list):
        return [found(v) for v in value]
    return Date(value) if key in DATES and isinstance(value, str) else value


def text_of(data):
    for name in ('utf-8', 'utf-16', 'utf-32', 'utf-16-be', 'utf-16-le', 'utf-32-be', 'utf-32-le', 'latin-1'):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if 'Expect:' in text:
            return text
    return data.decode('latin-1')


def run(path):
    data = open(path, 'rb').read()
    text = text_of(data)
    match = re.search(r'Expect:\s*(.*?)\s*-->', text, re.S)
    if not match:
        return None, 'says nothing'
    headers = re.findall(r'^\s*Header:\s*(.*)$', text.split('-->')[0], re.M)
    name = os.path.relpath(path, folder)
    sent = data
    if headers or os.path.basename(path).startswith('http_'):  # these are served: the others come without a head and an address
        head = [f'X-Address: {ADDRESS}/tests/{name}'] + [line.strip() for line in headers]
        if not any(line.lower().startswith('content-type') for line in head):
            head.append('Content-Type: application/xml')
        sent = ('HTTP/1.1 200 OK\r\n' + '\r\n'.join(head) + '\r\n\r\n').encode('latin-1') + data
    done = subprocess.run([parvis, 'parse', 'feed'], input=sent, capture_output=True, timeout=60)
    if done.returncode not in (0, 1):
        return False, f'ended by {done.returncode}'
    document = json.loads(done.stdout) if done.returncode == 0 else {'feed': {}, 'entries': [], 'version': '', 'encoding': '', 'well_formed': False}
    names = {'feed': found(document['feed']), 'entries': found(document['entries']), 'version': document['version'],
             'encoding': Word(document['encoding']), 'bozo': not document['well_formed']}
    modified = [line.split(':', 1)[1].strip() for line in headers if line.lower().startswith('last-modified')]
    if modified and modified[0]:
        names.update(modified=modified[0], modified_parsed=instant(modified[0]))
    safe = {'len': len, 'ord': ord, 'locals': lambda: names, 'None': None, 'True': True, 'False': False}
    expression = ' '.join(match[1].split('\n')) if '"""' not in match[1] and "'''" not in match[1] else match[1]
    try:
        return bool(eval(expression, {'__builtins__': safe, **names})), expression + '\n      ' + json.dumps(document, ensure_ascii=False)[:700]
    except Exception as e:
        return False, f'{expression}\n      {e!r} ' + json.dumps(document, ensure_ascii=False)[:700]


left_out = {}
for line in open(os.path.join(here, 'feed_cases_left_out.txt'), encoding='utf-8'):
    if line.strip() and not line.startswith('#'):
        name, reason = line.rstrip('\n').split(None, 1)
        left_out[name] = reason
passed, failed, out, missing = 0, [], {}, []
for place, folders, files in os.walk(folder):
    folders.sort()
    for file in sorted(files):
        if not file.endswith('.xml'):
            continue
        name = os.path.relpath(os.path.join(place, file), folder)
        good, why = run(os.path.join(place, file))
        if good is None:
            continue
        if name in left_out:
            out.setdefault(left_out[name], []).append(name)
            if good:
                missing.append(name)
        elif good:
            passed += 1
        else:
            failed.append(name)
            print(f'failed: {name}\n      {why}')
for reason in sorted(out):
    print(f'left out ({len(out[reason])}): {reason}')
for name in missing:
    print(f'left out, but holds: {name}')
print(f'{passed} passed, {len(failed)} failed, {sum(map(len, out.values()))} left out')
sys.exit(1 if failed or missing else 0)
