"""What `parvis parse text` says of posts: our own cases (text_cases.json), then every conformance case of twitter-text that lies beside the
checkout (../shared/specs/twitter-text). Of both kinds of count that those know, ours is that of version 3, where an emoji counts two: the
cases of version 2 are left out where they say otherwise; and so are two that ask whether a whole string is an address, where the same
rules find none, or a shorter one, in a text. A line is a post, so a line's end in a case becomes a space. Ends with counts; without the folder it says so."""
import html, json, os, re, subprocess, sys, unicodedata

parvis = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, '..', '..', '..', 'shared', 'specs', 'twitter-text')
for argument in sys.argv[2:]:
    if os.path.isdir(argument):
        folder = argument
passed, failed, out = 0, 0, {}


def read(texts):
    done = subprocess.run([parvis, 'parse', 'text'], input='\n'.join(text.replace('\n', ' ') for text in texts) + '\n', capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.split('\n') if line]
    assert len(lines) == len(texts), (len(lines), len(texts))
    return lines


def expect(name, text, found, wanted):
    global passed, failed
    if found == wanted:
        passed += 1
        return
    failed += 1
    print(f'failed: {name}\n      {text[:200]!r}\n      {found!r}\n      instead of {wanted!r}')


def words(list_of):
    return [one['text'] for one in list_of]


def places(list_of):
    return [(one['text'], one['start'], one['end']) for one in list_of]


def whole(list_of, text):
    return [(one['start'], one['end']) for one in list_of] == [(0, len(text))]


# ---- our own ----
cases = json.load(open(os.path.join(here, 'text_cases.json'), encoding='utf-8'))['cases']
for case, line in zip(cases, read([case['text'] for case in cases])):
    marks = {kind: words(line[kind]) for kind in ('links', 'mentions', 'hashtags', 'cashtags') if line[kind]}
    expect('our own', case['text'], (marks, line['length'], line['valid']['x']), (case.get('marks', {}), case['length'], case.get('valid', True)))
    for kind in ('links', 'mentions', 'hashtags', 'cashtags'):
        for one in line[kind]:
            expect('where it stands', case['text'], case['text'][one['start']:one['end']].lstrip('@＠#＃$'), one['text'] + one.get('list', ''))

# ---- theirs ----
if not os.path.isdir(folder):
    print(f'{passed} of our own passed, {failed} failed; no cases of twitter-text beside the checkout.')
    sys.exit(1 if failed else 0)
cases_of = lambda name: json.load(open(os.path.join(folder, name), encoding='utf-8'))['tests']
each = lambda list_of: zip(list_of, read([case['text'] for case in list_of]))

tests = cases_of('extract.json')
for kind, ours in (('mentions', 'mentions'), ('urls', 'links'), ('tco_urls_with_params', 'links'), ('hashtags', 'hashtags'), ('cashtags', 'cashtags')):
    for case, line in each(tests[kind]):
        expect(kind + ': ' + case['description'], case['text'], words(line[ours]), case['expected'])
for kind, ours, word in (('mentions_with_indices', 'mentions', 'screen_name'), ('urls_with_indices', 'links', 'url'), ('urls_with_directional_markers', 'links', 'url'),
                         ('hashtags_with_indices', 'hashtags', 'hashtag'), ('cashtags_with_indices', 'cashtags', 'cashtag')):
    for case, line in each(tests[kind]):
        expect(kind + ': ' + case['description'], case['text'], places(line[ours]), [(one[word], *one['indices']) for one in case['expected']])
for case, line in each(tests['mentions_or_lists_with_indices']):
    expect('lists: ' + case['description'], case['text'], [(one['text'], one.get('list', ''), [one['start'], one['end']]) for one in line['mentions']],
           [(one['screen_name'], one['list_slug'], one['indices']) for one in case['expected']])
for case, line in each(tests['replies']):
    first = line['mentions'][0] if line['mentions'] else None
    expect('replies: ' + case['description'], case['text'], first['text'] if first and not case['text'][:first['start']].strip() else None, case['expected'])

tests = cases_of('validate.json')
for kind in ('WeightedTweetsCounterTest', 'WeightedTweetsWithDiscountedEmojiCounterTest', 'UnicodeDirectionalMarkerCounterTest'):
    newer = {case['text']: case['expected'] for case in tests['WeightedTweetsWithDiscountedEmojiCounterTest']}
    for case, line in each(tests[kind]):
        wanted = case['expected']
        if kind == 'WeightedTweetsCounterTest' and (newer.get(case['text'], wanted) != wanted or '\u200d' in case['text']):
            out['an emoji counts what it is made of (version 2)'] = out.get('an emoji counts what it is made of (version 2)', 0) + 1
            continue
        expect(kind + ': ' + case['description'], case['text'], (line['length']['x'], line['valid']['x'], line['length']['x'] * 1000 // 280),
               (wanted['weightedLength'], wanted['valid'], wanted['permillage']))
for case, line in each(tests['tweets']):  # of a time when a post had 140 code points
    text = unicodedata.normalize('NFC', case['text'])
    length = len(text) + sum(23 - (one['end'] - one['start']) for one in line['links'])
    expect('tweets: ' + case['description'], text, 0 < length <= 140, case['expected'])
for kind, ours in (('usernames', 'mentions'), ('lists', 'mentions'), ('hashtags', 'hashtags'), ('urls', 'links'), ('urls_without_protocol', 'links')):
    for case, line in each(tests[kind]):
        found = whole(line[ours], case['text']) and (kind != 'lists' or 'list' in line[ours][0])
        if kind == 'urls' and case['expected'] and ('://[' in case['text'] or case['text'].endswith('+')):
            reason = 'an address by its own rules, which in a text X takes for none (a host of numbers), or ends sooner (a query that ends with "+")'
            out[reason] = out.get(reason, 0) + 1
            continue
        expect(kind + ': ' + case['description'], case['text'], found, case['expected'])

tests = cases_of('autolink.json')
anchor = re.compile(r'<a [^>]*>(.*?)</a>', re.S)
links, names, tags = ('links',), ('mentions',), ('hashtags',)
for kind, ours in (('usernames', names), ('lists', names), ('hashtags', tags), ('urls', links), ('all', links + names + tags), ('json', links + names + tags)):
    for case, line in each(tests[kind]):
        line['links'] = [one for one in line['links'] if re.match('https?://', one['text'], re.I)]  # a link without a scheme is left alone there
        marks = sorted((one for name in ours for one in line[name]), key=lambda one: one['start'])
        found = [case['text'][one['start']:one['end']].lstrip('@＠') for one in marks]
        wanted = [html.unescape(text) for text in anchor.findall(case['expected'])]
        expect('autolink ' + kind + ': ' + case['description'], case['text'], found, wanted)

for reason in sorted(out):
    print(f'left out ({out[reason]}): {reason}')
print(f'{passed} passed, {failed} failed, {sum(out.values())} left out')
sys.exit(1 if failed else 0)
