"""test_train.py PROGRAM: a model is trained from files and asked, by the command line: several files, gzip, labels and JSON in order, words that made
a label, out of scope; wrong files are told with their name and line, and leave no model."""
import gzip, json, os, subprocess, sys, tempfile

program = os.path.abspath(sys.argv[1])
home = tempfile.mkdtemp()
at = lambda name: os.path.join(home, name)


def run(*words, text=b''):
    done = subprocess.run([program, *words], input=text, capture_output=True, timeout=50, env={**os.environ, 'LANGUAGE': 'en', 'LC_ALL': 'C.UTF-8'})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def write(name, data, opener=open):
    with opener(at(name), 'wb') as file:
        file.write(data)
    return at(name)


KINDS = {'opening': ['when do you open', 'are you open on sunday', 'opening hours please', 'what time do you close'],
         'order': ['i want to order a cake', 'can i order bread', 'place an order for ten rolls', 'order two baguettes'],
         'thanks': ['thank you so much', 'thanks a lot', 'many thanks', 'thank you all']}
lines = [f'{label}\t{frame.format(text)}\n' for label, texts in KINDS.items() for text in texts for frame in ('{}', 'hello, {}', '{} today', 'hey {}!')]
one = write('one.tsv', ''.join(lines[:24]).encode())
two = write('two.tsv.gz', ('\ufeff' + ''.join(lines[24:]).replace('\n', '\r\n')).encode(), gzip.open)
model = at('model')
status, out, told = run('train', 'intent', '--in', one, '--in', two, '--out', model)
assert status == 0 and not out and told.startswith('48 examples, 3 labels, '), (status, out, told)

asked = 'Thank you!\nORDER a cake\n\nwhat are your opening hours?\r\n'
status, out, told = run('analyse', '--model', model, '--labels', text=asked.encode())
answers = out.split('\n')
assert status == 0 and len(answers) == 5 and (answers[0], answers[1], answers[3]) == ('thanks', 'order', 'opening'), (out, told)
status, out, told = run('analyse', '--model', model, '--why', text=asked.encode())
answers = [json.loads(line) for line in out.splitlines()]
assert [a['label'] for a in answers][:2] == ['thanks', 'order'] and all(0 <= a['p'] <= 1 for a in answers), answers
assert answers[1]['why'][0]['word'] == 'ORDER' and answers[1]['why'][0]['from'] == 0 and answers[1]['why'][0]['weight'] > 0, answers[1]

# Any bytes, an answer a line, without a line's end too.
rubbish = b'\xff\xfe\x00\n' + b'a\xcc\xb6' * 3000000 + b'\n' + bytes(range(1, 10)) + bytes(range(11, 256)) + b'\n' + b'x' * 10000000
status, out, told = run('analyse', '--model', model, '--why', text=rubbish)
assert status == 0 and len([json.loads(line) for line in out.splitlines()]) == 4, told
assert run('analyse', '--model', model) == (0, '', '')

# The same model for the same examples; another place for what fits nowhere.
again = at('again')
assert run('train', 'intent', '--in', one, '--in', two, '--out', again)[0] == 0
assert open(model, 'rb').read() == open(again, 'rb').read()
assert run('train', 'intent', '--in', one, '--in', two, '--out', again, '--dev', one, '--out-of-scope', 'nowhere')[0] == 0
status, out, told = run('analyse', '--model', again, text='Zwölf Boxkämpfer jagen Viktor\nthanks a lot\n'.encode())
strange, known = [json.loads(line) for line in out.splitlines()]
assert strange['label'] == 'nowhere' and strange['out_of_scope'] and known['label'] == 'thanks', out

# Entities marked in the examples: found with where they stand in code points, and what they are worth where a rule knows it.
marked = write('marked.tsv', ''.join(f'{label}\t{text}\n' for label, text in [
    *(('alarm', f'wake me {how} at [time : {hour}]') for how in ('up', 'gently') for hour in ('nine am', '7 pm', 'noon', 'six')),
    *(('light', f'lights {how} in the [room : {room}]') for how in ('on', 'off') for room in ('hall', 'living room', 'kitchen'))]).encode())
status, out, told = run('train', 'intent', '--entities', '--in', marked, '--out', again)
assert status == 0 and '2 names of entities' in told, told
status, out, told = run('analyse', '--model', again, text='réveille, wake me up at 8 pm\nlights on in the bath'.encode())
alarm, light = [json.loads(line) for line in out.splitlines()]
assert alarm['label'] == 'alarm' and alarm['entities'] == [{'name': 'time', 'start': 24, 'end': 28, 'text': '8 pm', 'value': '20:00'}], alarm
assert alarm['values'] == [{'kind': 'time', 'start': 24, 'end': 28, 'text': '8 pm', 'value': '20:00'}] and light['entities'][0]['name'] == 'room', light
assert run('analyse', '--model', again, '--labels', text=b'lights off in the hall\n')[1] == 'light\n'
assert run('analyse', '--model', again, '--why', text=rubbish)[0] == 0
status, out, told = run('train', 'intent', '--entities', '--in', write('open.tsv', b'a\tx [time : nine\nb\ty\n'), '--out', at('none'))
assert status != 0 and 'Example 1' in told and 'never closed' in told and not os.path.exists(at('none')), told
assert run('train', 'intent', '--entities', '--in', one, '--out', at('none'))[0] != 0 and not os.path.exists(at('none'))

# Languages have a model of their own kind: the one that ships, or one made here.
status, out, told = run('analyse', '--task', 'language', '--labels', text='Quand ouvrez-vous demain ?\nWhen do you open?\n\nВы открыты завтра?\n'.encode() + b'\xff\n')
assert status == 0 and out == 'fr\nen\nund\nru\nund\n', (out, told)
texts = write('languages.tsv', ''.join(f'{code}\t{text}\n' for code, text in (('fr', 'le chat dort dans la cuisine'), ('fr', 'je ne sais pas où est la gare'), ('en', 'the cat sleeps in the kitchen'),
              ('en', 'i do not know where the station is'))).encode())
pieces = write('pieces.tsv', b'fr\tque\t-2\nen\tth\t-1.7\n')
for target in (at('language'), at('language2')):
    status, out, told = run('train', 'language', '--in', texts, '--pieces', pieces, '--out', target)
    assert status == 0 and told.startswith('4 texts, '), (status, told)
assert open(at('language'), 'rb').read() == open(at('language2'), 'rb').read()
status, out, told = run('analyse', '--task', 'language', '--model', at('language'), text=b'the kitchen\nla cuisine\n12\n')
answers = [json.loads(line) for line in out.splitlines()]
assert [a['label'] for a in answers] == ['en', 'fr', 'und'] and all(0 <= a['p'] <= 1 for a in answers), (out, told)
status, out, told = run('analyse', '--task', 'language', '--model', model, text=b'a\n')
assert status != 0 and 'language' in told and not out, told
status, out, told = run('train', 'language', '--in', one, '--out', at('none'))
assert status != 0 and 'opening' in told and not os.path.exists(at('none')), told

# A model of one's own answers in the labels it learnt, whosever they are said to be. Languages are answered like the other tasks.
assert run('analyse', '--model', model, '--labels-as', 'sentiment_umsab', text=b'thank you\n') == (0, 'thanks\n', '')
one_line = json.loads(run('analyse', '--task', 'language', text='Quand ouvrez-vous demain ?'.encode())[1])
assert one_line['language'] == {k: one_line[k] for k in ('label', 'p', 'sure')} and one_line['label'] == 'fr' and one_line['sure'], one_line
# The sets by their names, by those of their folders, in any case; a name of several tasks' sets needs the task.
for words, names in ((['sentiment', 'umsab'], {'positive', 'negative', 'neutral'}), (['sentiment', 'sentiment_umsab'], {'positive', 'negative', 'neutral'}),
                     (['emotion', 'emotion_tweeteval'], {'joy', 'anger', 'sadness', 'optimism'}), (['emotion', 'group'], {'positive', 'negative', 'ambiguous', 'neutral'}),
                     (['emotion', 'ekman'], {'joy', 'anger', 'sadness', 'fear', 'disgust', 'surprise', 'neutral'}), (['hate', 'TweetEval'], {'hate', 'not-hate'}),
                     (['toxicity', 'toxicity_hatecheck'], {'hateful', 'non-hateful'}), (['toxicity', 'toxicity_davidson'], {'hate', 'offensive', 'neither'}),
                     (['spam', 'spam_sms'], {'spam', 'ham'}), (['language', 'lid_lingua'], {'en', 'fr'})):
    status, out, told = run('analyse', '--task', words[0], '--labels-as', words[1], text='I love this so much!\nJe déteste ce service, une honte.\n'.encode())
    assert status == 0 and len(out.splitlines()) == 2 and all(set(line.split(',')) <= names for line in out.splitlines()), (words, out, told)
assert run('analyse', '--labels-as', 'spam_sms', text=b'hello\n')[1] == 'ham\n'
for words, story in ((['--labels-as', 'tweeteval'], 'which task'), (['--task', 'language', '--labels-as', 'umsab'], 'umsab'), (['--task', 'spam', '--labels-as', 'umsab'], 'umsab')):
    status, out, told = run('analyse', *words, text=b'x\n')
    assert status != 0 and story in told and not out, (words, status, out, told)

# What is wrong is told with its place, and no model is left.
nothing = at('nothing')
bad = write('bad.tsv', b'a\tfine\nno tab here\n')
for words, story in ((['--in', bad], 'bad.tsv, line 2'), (['--in', write('empty.tsv', b'\n\n')], 'no example'), (['--in', at('missing.tsv')], 'missing.tsv'), (['--in', home], 'is a folder'),
                     (['--in', write('same.tsv', b'a\tx\na\ty\n')], 'same label'), (['--in', write('label.tsv', b'a\tx\n\ty\n')], 'label.tsv, line 2'),
                     (['--in', write('cut.gz', open(two, 'rb').read()[:40])], 'cut.gz'), (['--in', one, '--dev', bad], 'bad.tsv, line 2'), ([], '--in')):
    status, out, told = run('train', 'intent', *words, '--out', nothing)
    assert status in (1, 2) and story in told and not out and not os.path.exists(nothing), (words, status, out, told)
assert run('train', '--in', one, '--out', nothing)[0] == 1
for words, story in ((['--task', 'weather'], 'weather'), (['--model', one], 'no model'), (['--model', at('missing')], 'missing')):
    status, out, told = run('analyse', *words, text=b'x\n')
    assert status in (1, 2) and story in told and not out, (words, status, told)
print('trained and asked')
