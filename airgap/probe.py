"""The smallest container image there is: one program that ends at once with status 0.

To find out whether an engine can start a privileged container, an image is needed before there is any way to get one.
The program is two or three machine instructions, so it is written here in full instead of being built or fetched.
"""

from __future__ import annotations

import io
import struct
import tarfile

from airgap.archive import architecture
from airgap.errors import AirgapError

_BASE = 0x400000
_HEADERS = 64 + 56
# exit(0): (ELF's number of the machine, instructions)
_EXIT = {
    "amd64": (62, bytes.fromhex("b83c00000031ff0f05")),  # mov eax,60; xor edi,edi; syscall
    "arm64": (183, bytes.fromhex("000080d2a80b80d2010000d4")),  # mov x0,#0; mov x8,#93; svc #0
}


def program() -> bytes:
    """A static ELF executable for this machine's processor."""
    try:
        machine, code = _EXIT[architecture()]
    except KeyError:
        raise AirgapError(f"airgap does not know this processor ({architecture()}): it knows amd64 and arm64") from None
    size = _HEADERS + len(code)
    identity = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, _BASE + _HEADERS, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x1000)
    return identity + header + segment + code


def root() -> bytes:
    """A tar archive that holds nothing but ``/probe``."""
    content = program()
    entry = tarfile.TarInfo("probe")
    entry.size, entry.mode = len(content), 0o755
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()
