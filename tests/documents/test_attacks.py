"""A text from outside cannot end the process, fill its memory or hold it up."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from typing import Any

from tests.documents.attacks import READ_ATTACKS, REFUSED_ATTACKS

MAX_ADDED_KIBIBYTES = 50 * 1024
MAX_SECONDS = 5.0

# Each text is read in a process of its own, by a thread whose stack is small: what overflows ends that process.
PROBE = """
import json, os, pathlib, re, resource, struct, sys, threading, time
from argosy.resolver.documents import DocumentError, load_documents

PROCESS = pathlib.Path("/proc/self")

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", (PROCESS / "status").read_text())[1])

def measure(text, answers):
    (PROCESS / "clear_refs").write_text("5")  # from here the peak counts anew
    before, start = peak(), time.process_time()
    try:
        load_documents(text)
        was_read = True
    except DocumentError:
        was_read = False
    answers.append((was_read, peak() - before, time.process_time() - start))

def attack(text):
    answers = []
    thread = threading.Thread(target=measure, args=(text, answers))
    thread.start()
    thread.join()
    print(json.dumps(answers[0]), flush=True)

threading.stack_size(512 * 1024)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
while header := sys.stdin.buffer.read(4):
    text = sys.stdin.buffer.read(*struct.unpack(">I", header))
    process = os.fork()
    if not process:
        attack(text)
        os._exit(0)
    if os.waitpid(process, 0)[1]:
        print("null", flush=True)
"""


def _costs(attacks: dict[str, bytes]) -> dict[str, Any]:
    """For each attack whether it was read, the KiB it added to the peak of memory, the seconds; None for a crash."""
    texts = b"".join(struct.pack(">I", len(text)) + text for text in attacks.values())
    run = subprocess.run([sys.executable, "-c", PROBE], input=texts, capture_output=True, check=True)
    assert not run.stderr
    return dict(zip(attacks, map(json.loads, run.stdout.splitlines()), strict=True))


def _too_costly(costs: dict[str, Any]) -> dict[str, Any]:
    return {
        attack: cost
        for attack, cost in costs.items()
        if cost is None or cost[1] > MAX_ADDED_KIBIBYTES or cost[2] > MAX_SECONDS
    }


def test_attacks_are_refused_at_little_cost() -> None:
    costs = _costs(REFUSED_ATTACKS)
    assert not _too_costly(costs)
    assert not [attack for attack, (was_read, *_) in costs.items() if was_read]


def test_large_texts_cost_their_share() -> None:
    costs = _costs(READ_ATTACKS)
    assert not _too_costly(costs)
    assert not [attack for attack, (was_read, *_) in costs.items() if not was_read]
