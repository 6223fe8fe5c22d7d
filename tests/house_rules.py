#!/usr/bin/env python3
"""The house rules that a machine can check, so that review can talk about design.

usage: house_rules.py [ROOT]     exit 0: all kept; 1: each breach on a line of its own, file:line.

Only the standard library; runs in a second; also a test of ctest.
"""

import pathlib
import re
import subprocess
import sys

# ---- sizes: one idea per file ---------------------------------------------------------------

LINE_LIMIT = 400
# Files that may be longer: path -> (limit, reason).
LONGER = {}

# ---- layers: which rooms, or single headers, a room may include (itself always) -------------------

LAYERS = {
    "daemon/system": set(),
    "certs": {"daemon/system"},
    "daemon/domain": {"daemon/system", "certs/digest.h"},  # A register is named by its digest.
    "daemon/ledger": {"daemon/system", "certs"},
    "daemon/store": {"daemon/system", "certs/digest.h"},  # Keys are digests.
    "daemon/config": {"daemon/system", "daemon/domain", "daemon/ledger", "certs"},
    "daemon/exchange": {"daemon/system", "daemon/domain", "daemon/ledger", "daemon/store",
                        "daemon/config", "certs"},
    "daemon/rpc": {"daemon/system", "daemon/domain", "daemon/ledger", "daemon/store",
                   "daemon/config", "daemon/exchange", "certs"},
    "daemon/node": {"daemon/system", "daemon/domain", "daemon/ledger", "daemon/store",
                    "daemon/config", "daemon/exchange", "daemon/rpc", "certs"},
    "daemon/main.cc": {"daemon/node", "daemon/config", "daemon/system", "certs/tls.h"},
    "client/archive": {"daemon/system", "daemon/ledger", "certs"},
    # What is checked without a node reads its data folder, too.
    "client/evidence": {"daemon/system", "daemon/domain", "daemon/config", "daemon/ledger",
                        "daemon/store", "certs"},
    "client/render": {"daemon/system", "daemon/domain", "client", "client/archive",
                      "client/evidence", "certs/digest.h", "daemon/ledger"},  # Leaves, named by digests.
    "client/cli": {"client", "client/archive", "client/evidence", "client/render", "daemon/system",
                   "daemon/domain", "daemon/config", "daemon/ledger", "certs"},
    "client": {"daemon/system", "daemon/domain", "daemon/config", "daemon/ledger", "certs"},
}
# Includes that only some rooms (or files) may have: pattern -> (rooms, why). Tests may have them all.
FENCED = {
    r"grpcpp/|grpc/|.*\.grpc\.pb\.h": (("daemon/rpc", "daemon/node", "client", "client/cli",
                                        "certs/grpc_credentials.h", "certs/grpc_credentials.cc"),
                                       "gRPC stays in its adapters"),
    r"openssl/": (("certs",), "OpenSSL stays in certs"),
    r"libical/": (("client/render/icalendar.cc",), "calendars are written and read in one file"),
    r"sqlite3": (("daemon/store",), "SQL stays in the store"),
    r"CLI/": (("client/cli", "daemon/main.cc"), "command lines are read where programs begin"),
    r"libintl\.h": (("client/render", "client/cli"), "text for people is made in client/render"),
    r"absl/synchronization/": ((), "std::mutex, which the thread sanitizer can see"),
    r"absl/strings/(str_cat|str_join|str_split|string_view|strip|match)\.h":
        ((), "std types and fmt in own code"),
}

# ---- words ----------------------------------------------------------------------------------

# Files that may wait for time to pass: path -> reason.
SLEEPERS = {
    "tests/bench/main.cc": "asks a starting node again every 5 ms; what it measures is the wait itself",
    "tests/bench/flood.cc": "lets a flood run and end; what it measures is under load of that length",
    "tests/bench/load.cc": "keeps the quiet caller to its pace; what it measures is one call at a time",
}

# Each word below is written in two halves, so that this file does not contain what it looks for.
SLEEP = re.compile("|".join(rf"\b{first}{second}\b" for first, second in (
    ("sleep", "_for"), ("sleep", "_until"), ("u", "sleep"), ("nano", "sleep"), ("Sleep", "For"),
    (r"time\.", "sleep"))))
UNFINISHED = [first + second for first, second in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"))]
# Where and with what the work was done is no part of the product.
WORKPLACE = [first + second for first, second in (
    ("/wo", "rk/"), ("/tm", "p/"), ("/ro", "ot/"), ("/ho", "me/"), ("deb.deb", "ian.org"),
    ("registry.npm", "js"), ("pypi", ".org"), ("proxy.go", "lang"), ("cla", "ude"),
    ("anthr", "opic"), ("chat", "gpt"), ("open", "ai"), ("cop", "ilot"), ("ll", "m"),
    ("a", "i agent"), ("sub", "agent"), ("issues ", "show"))]

SOURCES = (".h", ".cc")
TEXTS = SOURCES + (".proto", ".py", ".sh", ".md", ".txt", ".json", ".yaml", ".textproto", ".cmake")
SCRIPTS = ("dev", ".ci/run", ".clang-format", ".clang-tidy", ".gitignore")
# Not ours: taken over as it is, with its licence.
FOREIGN = ("proto/google/",)

REASON_ENUM = "proto/gatepost/v1/reason.proto"
REASON_PAGE = "client/INTEGRATORS.md"


def project_files(root):
    """Paths from the root of every file that git holds or would hold; without git, of every file."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], cwd=root, capture_output=True, text=True)
    if done.returncode == 0:
        names = done.stdout.split("\0")
    else:
        skipped = {".git", ".cache", "build", "node_modules", "__pycache__"}
        names = [str(path.relative_to(root)) for path in root.rglob("*")
                 if not skipped & set(path.relative_to(root).parts)]
    return sorted({name for name in names if name and (root / name).is_file()
                   and not name.startswith(FOREIGN)})


def room_of(name):
    """The room (key of LAYERS) that a source lies in; None for tests and unknown places."""
    fitting = [room for room in LAYERS if name == room or name.startswith(room + "/")]
    return max(fitting, key=len) if fitting else None


def word_pattern(words):
    """Whole words, whatever their case; paths match anywhere."""
    return re.compile("|".join(
        re.escape(word) if not word[0].isalnum() else rf"\b{re.escape(word)}\b" for word in words),
        re.IGNORECASE)


UNFINISHED_WORDS = re.compile("|".join(rf"\b{word}\b" for word in UNFINISHED))
WORKPLACE_WORDS = word_pattern(WORKPLACE)


def check_size(name, lines):
    limit = LONGER.get(name, (LINE_LIMIT, ""))[0]
    if len(lines) > limit:
        yield len(lines), f"{len(lines)} lines, at most {limit}: look for the second idea in it"


def check_guard(name, lines):
    guard = "GATEPOST_" + re.sub(r"[^A-Z0-9]", "_", name.upper()) + "_"
    wanted = [f"#ifndef {guard}", f"#define {guard}"]
    code = [line for line in lines if line.startswith("#")]
    if code[:2] != wanted:
        yield 1, f"header guard: wanted {guard}"
    elif not lines[-1].startswith(f"#endif  // {guard}"):
        yield len(lines), f"header guard: the last line must be '#endif  // {guard}'"


def check_includes(name, lines):
    room = room_of(name)
    in_tests = name.startswith("tests/")
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if not match:
            continue
        included = match[1]
        if included.startswith(("../", "./")):
            yield number, f"include from the project root, not {included}"
        target = room_of(included)
        if target and not in_tests:
            if room is None:
                yield number, f"this place is not in LAYERS, so it may not include {included}"
            elif target != room and not {target, included} & LAYERS[room]:
                yield number, f"{room} must not know {target}: {included}"
        if included.startswith("tests/") and not in_tests:
            yield number, f"the product must not know its tests: {included}"
        for pattern, (rooms, why) in FENCED.items():
            if not in_tests and not {room, name} & set(rooms) and re.match(pattern, included):
                yield number, f"{why}: {included}"


def check_words(name, lines):
    for number, line in enumerate(lines, 1):
        if match := UNFINISHED_WORDS.search(line):
            yield number, f"'{match[0]}': finish it, or say it in the tracker"
        if match := WORKPLACE_WORDS.search(line):
            yield number, f"'{match[0]}': where and with what the work was done stays out"
        if line != line.rstrip():
            yield number, "spaces at the end of the line"
        if "\t" in line and name.endswith(SOURCES + (".proto", ".py")):
            yield number, "a tab"
        if SLEEP.search(line) and name not in SLEEPERS and name.endswith(SOURCES + (".py",)):
            yield number, "waits for luck: wait for the event, or give the reason in SLEEPERS"


def check_reasons(root):
    """Every reason code of the contract is explained to integrators."""
    enum, page = root / REASON_ENUM, root / REASON_PAGE
    if not enum.exists():
        return
    text = page.read_text() if page.exists() else ""
    for number, line in enumerate(enum.read_text().splitlines(), 1):
        match = re.match(r"\s*REASON_([A-Z0-9_]+)\s*=\s*\d+", line)
        if match and match[1] != "UNSPECIFIED":
            if not re.search(rf"\b(REASON_)?{match[1]}\b", text):
                yield REASON_ENUM, number, f"{match[1]} is not explained in {REASON_PAGE}"


def breaches(root):
    """Every breach as (file, line number, text)."""
    for name in project_files(root):
        if not name.endswith(TEXTS) and name not in SCRIPTS:
            continue
        text = (root / name).read_text()
        lines = text.splitlines()
        if not lines:
            continue
        if not text.endswith("\n"):
            yield name, len(lines), "no line end at the end of the file"
        checks = [check_words]
        if name.endswith(SOURCES + (".proto", ".py", ".sh")) or name in SCRIPTS:
            checks.append(check_size)
        if name.endswith(SOURCES):
            checks.append(check_includes)
        if name.endswith(".h"):
            checks.append(check_guard)
        for check in checks:
            for number, what in check(name, lines):
                yield name, number, what
    yield from check_reasons(root)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    count = 0
    for name, number, what in breaches(root):
        print(f"{name}:{number}: {what}")
        count += 1
    if count:
        print(f"{count} breaches of the house rules (tests/house_rules.py)")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
