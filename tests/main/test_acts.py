#!/usr/bin/env python3
"""Every act that is written into the audit log has a sentence for people (src/page/audit/wording.c, src/page/event_text.c)."""
import os, re, sys

root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
read = lambda *path: open(os.path.join(root, *path), encoding='utf-8').read()
acts = set()
for folder in ('src/flow', 'src/main', 'src/page'):
    for place, _, names in os.walk(os.path.join(root, folder)):
        for name in names:
            if name.endswith('.c') and name != 'wording.c':
                text = read(place, name)
                acts.update(re.findall(r'\b(?:audit|trace|settle|close_with|note|record|done|kept|changed|write_down|leave_trace)\w*\((?:[^;"]|"[^"]*"(?=[^;]*\?))*"([a-z_]+\.[a-z_]+)"', text))
                acts.update(a for line in text.splitlines() if 'audit(' in line for a in re.findall(r'"([a-z_]+\.[a-z_]+)"', line))
worded = set(re.findall(r'^\t\{"([a-z_]+\.[a-z_]+)", "', read('src/page/audit/wording.c'), re.M))
events = set(re.findall(r'S\("([a-z_.]+)"\)', read('src/page/event_text.c')))
lost = {a for a in acts if a not in worded and a not in events and a.removeprefix('conversation.') not in events}
if len(acts) < 40:
    sys.exit(f'only {len(acts)} acts found: this test looks in the wrong places')
if lost:
    sys.exit('acts without a sentence: ' + ', '.join(sorted(lost)))
print(f'{len(acts)} acts, each with a sentence')
