# SPDX-License-Identifier: GPL-2.0-or-later
#
# Do three views of the same SAs agree? Of a directory with what they printed:
#
#	sas, sessions	ikemonctl -j sa show, session show
#	xfrm		ip -s xfrm state
#	swan		swanctl --list-sas --raw, or
#	status, traffic	whack --status, --trafficstatus, or neither
#
# Prints what differs; status 1 then.

import json
import os
import re
import sys

# What strongSwan calls them, and what the kernel does: name, further key bits
# (a salt), ICV bits.
ENCR = {
    'AES_CBC': ('encr', 'cbc(aes)', 0, 0),
    'AES_GCM_16': ('aead', 'rfc4106(gcm(aes))', 32, 128),
    'CHACHA20_POLY1305': ('aead', 'rfc7539esp(chacha20,poly1305)', 32, 128),
    'NULL': ('encr', 'ecb(cipher_null)', 0, 0),
}
INTEG = {
    'HMAC_SHA1_96': ('hmac(sha1)', 160, 96),
    'HMAC_SHA2_256_128': ('hmac(sha256)', 256, 128),
}
KEYS = {'encr': 128, 'aead': 256}      # bits where no length is said

differences = []


def differ(where, what, mine, truth):
    if mine != truth:
        differences.append(f'{where}: {what} is {mine}, should be {truth}')


def read(directory, name):
    try:
        with open(os.path.join(directory, name)) as file:
            return file.read()
    except FileNotFoundError:
        return None


# ---- ikemonctl

LIMITS = ('bytes', 'packets', 'seconds', 'use_seconds')


def mine_of(sa):
    """An SA of ours in the words of state_of()."""
    algs = {part: (a['name'], a['key_bits'], a['icv_bits'])
            for part, a in sa['algorithms'].items() if a}
    view = {k: sa[k] for k in (
        'src', 'mode', 'reqid', 'bytes', 'packets', 'replayed', 'late',
        'broken', 'esn')}
    view.update(
        algorithms=algs, if_id=sa['if_id'] or 0,
        mark=(int(sa['mark'] or '0', 16), int(sa['mark_mask'] or '0', 16)),
        encap=(sa['encap_sport'], sa['encap_dport']),
        soft=tuple(sa['soft'][k] for k in LIMITS),
        hard=tuple(sa['hard'][k] for k in LIMITS),
        used=sa['first_used'] is not None)
    return view


# ---- ip xfrm

def find(pattern, text, default=None):
    match = re.search(pattern, text, re.M)
    return match.groups() if match else default


def algs_of(text):
    algs = {}
    for word, name, bits, icv in re.findall(
            r'^\t(auth-trunc|auth|enc|aead) (\S+) (?:0x\w*)? ?'
            r'\((\d+) bits\)(?: (\d+))?', text, re.M):
        part = {'enc': 'encr', 'auth-trunc': 'auth'}.get(word, word)
        algs[part] = (name, int(bits), int(icv or 0))
    comp = find(r'^\tcomp (\S+)', text)
    if comp:
        algs['comp'] = (comp[0], 0, 0)
    return algs


def limits_of(text, which):
    limit = [find(rf'{which} \(?(INF|\d+)\)?\({unit}', text)[0]
             for unit in ('bytes', 'packets')]
    limit += [find(rf'expire {since}: .*{which} (\d+)', text)[0]
              for since in ('add', 'use')]
    # JSON as ikemonctl writes it has no number above that.
    return tuple(None if n in ('INF', '0') else min(int(n), 2 ** 63 - 1)
                 for n in limit)


def state_of(text):
    """One state of ip -s xfrm state. None: only the SPI of one to come."""
    src, dst, proto, spi, reqid, mode = find(
        r'^src (\S+) dst (\S+)\n\tproto (\S+) spi 0x(\w+)\(\d+\) '
        r'reqid (\d+)\(\w+\) mode (\w+)', text)
    if int(spi, 16) == 0 or not algs_of(text):
        return None, None
    late, replayed, broken = find(
        r'stats:\s+replay-window (\d+) replay (\d+) failed (\d+)', text)
    size, packets = find(r'current:\s+(\d+)\(bytes\), (\d+)\(packets\)', text)
    mark = find(r'\tmark (?:0x)?(\w+)/(?:0x)?(\w+)', text, ('0', '0'))
    encap = find(r'sport (\d+) dport (\d+)', text, (None, None))
    return (proto, spi, dst), {
        'src': src, 'mode': mode, 'reqid': int(reqid), 'bytes': int(size),
        'packets': int(packets), 'replayed': int(replayed),
        'late': int(late), 'broken': int(broken),
        'esn': bool(find(r'flag .*\b(esn)\b', text)),
        'algorithms': algs_of(text),
        'if_id': int(find(r'if_id (\w+)', text, ('0',))[0], 16),
        'mark': tuple(int(n, 16) for n in mark),
        'encap': tuple(n and int(n) for n in encap),
        'soft': limits_of(text, 'soft'), 'hard': limits_of(text, 'hard'),
        'used': not find(r'use (-)$', text),
    }


def states_of(text):
    states = {}
    for part in re.split(r'^(?=src )', text, flags=re.M):
        if part.strip():
            key, state = state_of(part)
            if key:
                states[key] = state
    return states


def compare_kernel(mine, states):
    def names(view):
        return sorted(f'{proto} {spi} to {dst}' for proto, spi, dst in view)

    differ('all', 'what there is', names(mine), names(states))
    for key in set(mine) & set(states):
        for what, truth in states[key].items():
            differ(key[1], what, mine_of(mine[key])[what], truth)


# ---- strongSwan

def sections_of(text):
    """What swanctl --raw prints, as nested dicts."""
    top = here = {}
    above = []
    for token in re.finditer(
            r'([\w.-]*)(?:=(\[.*?\]|[^\s{}]*)| ?\{)|(\})', text):
        key, value, close = token.groups()
        if close:
            here = above.pop()
        elif value is not None:
            here[key] = value
        else:
            above.append(here)
            here[key] = here = {}
    return top


def swan_ikes(text):
    for line in text.splitlines():
        if line.startswith('list-sa event'):
            ikes = sections_of(line[len('list-sa event '):])
            yield from ikes[''].values()


def swan_algs(child):
    algs = {}
    if child['protocol'] == 'ESP':
        part, name, salt, icv = ENCR[child['encr-alg']]
        bits = int(child.get('encr-keysize', KEYS[part]))
        algs[part] = (name, 0 if child['encr-alg'] == 'NULL' else bits + salt,
                      icv)
    if 'integ-alg' in child:
        algs['auth'] = INTEG[child['integ-alg']]
    return algs


def compare_child(ike, child, sa, way):
    """One SA of ours, and its way of a child of strongSwan's."""
    where = sa['spi']
    mine = mine_of(sa)
    number = {'if_id': int(child.get(f'if-id-{way}', '0'), 16),
              'reqid': int(child['reqid']),
              'bytes': int(child[f'bytes-{way}']),
              'packets': int(child[f'packets-{way}']),
              'mode': child['mode'].lower(), 'algorithms': swan_algs(child)}
    for what, truth in number.items():
        differ(where, what, mine[what], truth)
    ends = [ike['local-host'], ike['remote-host']]
    ports = [int(ike['local-port']), int(ike['remote-port'])]
    if way == 'in':
        ends.reverse()
        ports.reverse()
    differ(where, 'direction', sa['direction'], way)
    differ(where, 'addresses', [sa['src'], sa['dst']], ends)
    differ(where, 'encap', mine['encap'],
           tuple(ports) if child.get('encap') == 'yes' else (None, None))


def compare_tie(sessions, sa, ike):
    session = sessions.get(sa['session'])
    if not session:
        differences.append(f"{sa['spi']}: is tied to no session")
        return
    differ(sa['spi'], 'SPIs of its session',
           [session['spi_i'], session['spi_r']],
           [ike['initiator-spi'], ike['responder-spi']])
    differ(sa['spi'], 'state of its session', session['state'],
           'established')


def compare_swan(mine, sessions, text):
    """Return: how many SAs the daemon has."""
    by_spi = {(proto, spi): sa for (proto, spi, dst), sa in mine.items()}
    spis = []
    for ike, child in ((ike, child) for ike in swan_ikes(text)
                       for child in ike.get('child-sas', {}).values()):
        for way in ('in', 'out'):
            key = child['protocol'].lower(), child[f'spi-{way}']
            # Of one that was rekeyed the kernel has less and less.
            if child['state'] == 'INSTALLED' or key in by_spi:
                spis.append(key)
            if key in by_spi:
                compare_child(ike, child, by_spi[key], way)
                compare_tie(sessions, by_spi[key], ike)
    differ('daemon', 'SPIs', sorted(by_spi), sorted(spis))
    return len(spis)


# ---- Libreswan

def compare_whack(mine, sessions, status, traffic):
    """Return: how many SAs the daemon has."""
    by_spi = {(proto, spi): sa for (proto, spi, dst), sa in mine.items()}
    spis = []
    count = {n: sizes for n, *sizes in re.findall(
        r'#(\d+):.*inBytes=(\d+), outBytes=(\d+)', traffic)}
    for number, words in re.findall(r'#(\d+): "\S+" ((?:esp|ah)\..*)',
                                    status):
        # to the peer, then to us
        pair = re.findall(r'(esp|ah)\.([0-9a-f]+)@', words)
        for (proto, spi), size in zip(pair, reversed(count[number])):
            key = proto, spi.zfill(8)
            spis.append(key)
            if key in by_spi:
                differ(key[1], 'bytes', by_spi[key]['bytes'], int(size))
                differ(key[1], 'is tied',
                       by_spi[key]['session'] in sessions, True)
    differ('daemon', 'SPIs', sorted(by_spi), sorted(spis))
    return len(spis)


def main(directory, least):
    sas = json.loads(read(directory, 'sas'))['sas']
    sessions = {s['id']: s for s in json.loads(
        read(directory, 'sessions'))['sessions']}
    mine = {(sa['proto'], sa['spi'], sa['dst']): sa for sa in sas}
    compare_kernel(mine, states_of(read(directory, 'xfrm')))
    for session in sessions.values():
        differ(session['spi_i'], 'number of its SAs', session['sas'],
               sum(sa['session'] == session['id'] for sa in sas))
    swan, status = read(directory, 'swan'), read(directory, 'status')
    found = len(mine)
    if swan is not None:
        found = compare_swan(mine, sessions, swan)
    elif status is not None:
        found = compare_whack(mine, sessions, status,
                              read(directory, 'traffic'))
    if found < least:
        differences.append(f'only {found} SAs, should be {least}')
    print('\n'.join(differences))
    sys.exit(bool(differences))


main(sys.argv[1], int(sys.argv[2]))
