#!/usr/bin/env python3
"""Runs clang-tidy-19 on the sources that changed, within a bounded time.

Changed since: the merge base with origin/main; on the landed commit itself, or where no origin/main
is known, the commit before. Work not yet committed always counts. A changed header counts for the
source of the same name beside it. Where there is nothing to compare with, every source is looked at
as far as the time goes, and findings are shown but not counted: nobody's change made them.

What was found clean is remembered under .cache/tidy by a hash of the preprocessed source, the
settings and the tool, so a second run costs little. Sources that the time did not suffice for are
named and are not a failure: the whole check must end in a time one can wait for.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

TOOL = "clang-tidy-19"
CACHE = pathlib.Path(".cache/tidy")
GIT = ["git", "-c", "safe.directory=*"]


def git(*arguments):
    """The lines that a git command prints; None when it fails."""
    done = subprocess.run([*GIT, *arguments], capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else None


def base_commit():
    """The landed commit to compare with; None when there is nothing to compare with."""
    head = git("rev-parse", "--verify", "HEAD")
    if head is None:
        return None
    base = git("merge-base", "HEAD", "origin/main") or head
    if base == head:
        base = git("rev-parse", "--verify", "HEAD~1")
    return base[0] if base else None


def changed_sources(known):
    """The sources among `known` (paths from the root) that changed, the newest files first."""
    base = base_commit()
    if base is None:
        print("    nothing to compare with: every source counts as changed")
        changed = set(known)
    else:
        print(f"    compared with {base[:12]}")
        names = set(git("diff", "--name-only", "--diff-filter=d", base) or [])
        names |= set(git("ls-files", "--others", "--exclude-standard") or [])
        changed = set()
        for name in names:
            source = name[:-2] + ".cc" if name.endswith(".h") else name
            if source in known:
                changed.add(source)
        if ".clang-tidy" in names:
            print("    .clang-tidy itself changed: every source counts as changed")
            changed = set(known)
    return sorted(changed, key=lambda name: -os.stat(name).st_mtime)


def compile_commands(build):
    """Path from the root -> arguments of its compiler call, for own sources (not generated ones)."""
    root = pathlib.Path.cwd()
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(root) and not path.is_relative_to(build.resolve()):
            commands[str(path.relative_to(root))] = (entry["directory"], entry["command"])
    return commands


def fingerprint(command, settings):
    """A hash of everything that clang-tidy will see of a source; None when it does not compile."""
    directory, text = command
    arguments = shlex.split(text)
    if os.path.basename(arguments[0]) == "ccache":
        arguments = arguments[1:]
    output = arguments.index("-o")
    arguments[output:output + 2] = []
    arguments[arguments.index("-c")] = "-E"
    done = subprocess.run(arguments, cwd=directory, capture_output=True)
    if done.returncode != 0:
        return None
    return hashlib.sha256(settings + text.encode() + done.stdout).hexdigest()


def look_at(source, command, settings, build, deadline):
    """(what became of it, text to print): clean, known, bad or late."""
    if time.monotonic() >= deadline:
        return "late", ""
    key = fingerprint(command, settings)
    if key and (CACHE / key).exists():
        return "known", ""
    left = deadline - time.monotonic()
    if left <= 1:
        return "late", ""
    try:
        # GCC's own warning switches are in the compiler's call; clang need not know them.
        done = subprocess.run([TOOL, "--quiet", "--extra-arg=-Wno-unknown-warning-option",
                               "-p", str(build), source],
                              capture_output=True, text=True, timeout=left)
    except subprocess.TimeoutExpired:
        return "late", ""
    if done.returncode != 0:
        return "bad", done.stdout or done.stderr
    if key:
        (CACHE / key).touch()
    return "clean", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"),
                        help="folder with compile_commands.json and generated code")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=900, help="when to stop")
    parser.add_argument("--all", action="store_true", help="every source, changed or not")
    options = parser.parse_args()

    CACHE.mkdir(parents=True, exist_ok=True)
    commands = compile_commands(options.build)
    sources = sorted(commands) if options.all else changed_sources(commands)
    tool = subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    settings = tool + pathlib.Path(".clang-tidy").read_bytes()
    deadline = time.monotonic() + options.seconds
    results = {"clean": [], "known": [], "bad": [], "late": []}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tasks = {pool.submit(look_at, source, commands[source], settings, options.build, deadline):
                 source for source in sources}
        for number, task in enumerate(concurrent.futures.as_completed(tasks), 1):
            outcome, text = task.result()
            results[outcome].append(tasks[task])
            if outcome in ("clean", "bad"):
                print(f"    [{number}/{len(sources)}] {outcome}: {tasks[task]}", flush=True)
            if text:
                print(text, flush=True)
    print(f"    {len(sources)} changed: {len(results['clean'])} looked at and clean, "
          f"{len(results['known'])} clean before, {len(results['bad'])} bad, "
          f"{len(results['late'])} not looked at within {options.seconds:.0f} s")
    for source in sorted(results["late"]):
        print(f"    not looked at: {source}")
    if results["bad"] and not options.all and base_commit() is None:
        print("    nothing to compare with: the findings above are shown and not counted")
        return 0
    return 1 if results["bad"] else 0


if __name__ == "__main__":
    sys.exit(main())
