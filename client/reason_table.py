#!/usr/bin/python3
"""Writes the table of reason codes into INTEGRATORS.md, from the comments of reason.proto.

usage: reason_table.py [--check]     --check changes nothing; exit 1 when the table is old.

The gRPC status of each code is read from daemon/system/reason.cc, where it is decided.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "client/INTEGRATORS.md"
BEGIN = "<!-- reason table: written by client/reason_table.py -->\n"
END = "<!-- end of reason table -->\n"


def statuses():
    """Reason -> gRPC status in capitals, and the one of all others."""
    text = (ROOT / "daemon/system/reason.cc").read_text()
    body = text[text.index("absl::StatusCode CodeOf"):]
    found, waiting = {}, []
    for line in body.splitlines():
        if match := re.match(r"\s*case v1::REASON_(\w+):", line):
            waiting.append(match[1])
        elif re.match(r"\s*default:", line):
            waiting.append("")
        elif match := re.search(r"return absl::StatusCode::k(\w+);", line):
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", match[1]).upper()
            found.update({reason: name for reason in waiting})
            waiting = []
    return found


def reasons():
    """(code, number, meaning, retry) in the order of the contract."""
    comment = []
    for line in (ROOT / "proto/gatepost/v1/reason.proto").read_text().splitlines():
        line = line.strip()
        if line.startswith("//"):
            comment.append(line[2:].strip())
        elif match := re.match(r"REASON_(\w+) = (\d+);", line):
            text = " ".join(comment)
            meaning, _, retry = text.partition(" Retry: ")
            if match[1] != "UNSPECIFIED":
                yield match[1], match[2], meaning, retry.rstrip(".") or "not a refusal"
            comment = []
        else:
            comment = []


def table():
    codes = statuses()
    lines = ["| code | no. | gRPC status | meaning | retry |", "|---|---|---|---|---|"]
    for code, number, meaning, retry in reasons():
        status = codes.get(code, codes[""])
        lines.append(f"| `{code}` | {number} | `{status}` | {meaning} | {retry} |")
    return "\n".join(lines) + "\n"


def main():
    page = PAGE.read_text()
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    fresh = page[:start] + table() + page[end:]
    if "--check" in sys.argv[1:]:
        if fresh != page:
            print("client/INTEGRATORS.md: the reason table is old; run client/reason_table.py")
        return int(fresh != page)
    PAGE.write_text(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
