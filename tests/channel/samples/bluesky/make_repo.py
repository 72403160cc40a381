#!/usr/bin/env python3
"""Make repo.car: a repository of an account as Bluesky exports it, with two posts, a reply, a like and a tree of two levels."""
import hashlib, struct, sys

def head(major, n):
    if n < 24: return bytes([major << 5 | n])
    if n < 256: return bytes([major << 5 | 24, n])
    if n < 65536: return bytes([major << 5 | 25]) + struct.pack('>H', n)
    return bytes([major << 5 | 26]) + struct.pack('>I', n)

class Link(bytes): pass

def cbor(v):
    if v is None: return b'\xf6'
    if v is True: return b'\xf5'
    if v is False: return b'\xf4'
    if isinstance(v, Link): return b'\xd8\x2a' + head(2, len(v) + 1) + b'\0' + bytes(v)
    if isinstance(v, bytes): return head(2, len(v)) + v
    if isinstance(v, str): return head(3, len(v.encode())) + v.encode()
    if isinstance(v, int): return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, list): return head(4, len(v)) + b''.join(map(cbor, v))
    keys = sorted(v, key=lambda k: (len(k.encode()), k.encode()))
    return head(5, len(v)) + b''.join(cbor(k) + cbor(v[k]) for k in keys)

def varint(n):
    out = b''
    while n > 127: out += bytes([n & 127 | 128]); n >>= 7
    return out + bytes([n])

blocks = []
def put(v):
    data = cbor(v)
    cid = Link(b'\x01\x71\x12\x20' + hashlib.sha256(data).digest())
    blocks.append((cid, data))
    return cid

DID = 'did:plc:parvisparvisparvisparvis'
def post(text, at, **more): return put({'$type': 'app.bsky.feed.post', 'text': text, 'createdAt': at, 'langs': ['fr'], **more})
first = post('Bonjour à tous 👋', '2026-03-24T09:00:00.000Z')
uri = f'at://{DID}/app.bsky.feed.post/3aaa'
reply = post('La suite', '2026-03-24T09:05:00.000Z', reply={'root': {'uri': uri, 'cid': 'x'}, 'parent': {'uri': uri, 'cid': 'x'}})
image = post('Une affiche', '2026-03-24T10:00:00.000Z', embed={'$type': 'app.bsky.embed.images', 'images': [
    {'alt': "L'affiche", 'image': {'$type': 'blob', 'ref': Link(b'\x01\x55\x12\x20' + b'\x07' * 32), 'mimeType': 'image/png', 'size': 12}}]})
like = put({'$type': 'app.bsky.feed.like', 'createdAt': '2026-03-24T11:00:00.000Z', 'subject': {'uri': 'at://did:plc:x/app.bsky.feed.post/1', 'cid': 'x'}})
def node(left, entries):
    out, last = [], b''
    for key, value, right in entries:
        k = key.encode()
        p = 0
        while p < min(len(k), len(last)) and k[p] == last[p]: p += 1
        out.append({'p': p, 'k': k[p:], 'v': value, 't': right})
        last = k
    return put({'l': left, 'e': out})
left = node(None, [('app.bsky.feed.like/3zzz', like, None), ('app.bsky.feed.post/3aaa', first, None)])
right = node(None, [('app.bsky.feed.post/3ccc', image, None)])
tree = node(left, [('app.bsky.feed.post/3bbb', reply, right)])
commit = put({'did': DID, 'version': 3, 'data': tree, 'rev': '3l', 'prev': None, 'sig': b'\x01' * 64})
header = cbor({'roots': [commit], 'version': 1})
with open(sys.argv[1] if len(sys.argv) > 1 else 'repo.car', 'wb') as f:
    f.write(varint(len(header)) + header)
    for cid, data in blocks:
        f.write(varint(len(cid) + len(data)) + bytes(cid) + data)
