"""test_docs.py SOURCE: the code that docs/add-a-connector.md shows is the tree's, word for word, and stays a page that can be read."""
import os, re, sys

source = sys.argv[1]
page = open(os.path.join(source, 'docs/add-a-connector.md'), encoding='utf8').read()
shown = '\n'.join(re.findall(r'```c\n(.*?)```', page, re.S))
tree = open(os.path.join(source, 'src/channel/simulator/channel.c'), encoding='utf8').read()
for part in shown.split('\n\n'):
    assert part.strip('\n') in tree, f'docs/add-a-connector.md shows what src/channel/simulator/channel.c no longer says:\n{part}'
lines = [line for line in shown.splitlines() if line.strip()]
assert 60 < len(lines) < 150, len(lines)
for path in re.findall(r'`((?:src|tests|docs)/[\w./-]+)`', page):
    assert 'NAME' in path or os.path.exists(os.path.join(source, path)), path
print(f'{len(lines)} lines of the tree are shown')
