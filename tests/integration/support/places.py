"""Where the built programs, the sources and the generated stubs are."""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCES = pathlib.Path(os.environ.get("GATEPOST_SOURCE_DIR",
                                      pathlib.Path(__file__).resolve().parents[3]))
PROGRAMS = pathlib.Path(os.environ.get("GATEPOST_BIN_DIR", SOURCES / "build" / "bin"))
GATEPOST = PROGRAMS / "gatepost"
GATEPOSTD = PROGRAMS / "gatepostd"
DATA = SOURCES / "tests" / "data"
# Under the address sanitizer freed memory is kept for a while: how much a process has says nothing.
SANITIZED = "ASAN_OPTIONS" in os.environ
EXAMPLES = SOURCES / "client" / "examples" / "python"


def fresh_folder(name):
    """A new folder of this process, removed when it ends; GATEPOST_KEEP=1 keeps it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=f"gatepost-{name}-"))
    if os.environ.get("GATEPOST_KEEP"):
        print("kept:", path, file=sys.stderr)
    else:
        atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def generate_stubs(folder):
    """Makes the Python stubs of the whole contract in `folder`, as INTEGRATORS.md tells readers to."""
    protos = SOURCES / "proto"
    files = [str(path.relative_to(protos)) for path in sorted(protos.rglob("*.proto"))]
    subprocess.run(
        ["protoc", "-I", protos, f"--python_out={folder}", f"--grpc_out={folder}",
         "--plugin=protoc-gen-grpc=" + shutil.which("grpc_python_plugin"), *files],
        check=True, timeout=60)
    return folder


STUBS = generate_stubs(fresh_folder("stubs"))
sys.path.insert(0, str(STUBS))
