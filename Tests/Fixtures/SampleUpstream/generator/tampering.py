"""Ways to damage a generated upstream, or to let it move on."""

import glob
import json
import os

from . import usign
from .layout import Upstream

_TARGET = "releases/23.05.5/targets/ath79/generic"
_FEED = "releases/23.05.5/packages/mips_24kc/base"

KINDS = {
    "signature": "sha256sums.sig of a target is made by an unknown key",
    "signature-absent": "sha256sums.sig of a target is gone",
    "checksums": "sha256sums of a target was changed after it was signed",
    "archive": "one byte of the ImageBuilder archive differs from the signed checksum",
    "archive-truncated": "the ImageBuilder archive ends in its middle",
    "archive-absent": "the ImageBuilder archive is gone",
    "profiles": "profiles.json of a target is not JSON",
    "index": "the package index of a feed was changed after it was signed",
    "index-absent": "all indexes of a feed are gone",
    "snapshot": "a new build of the snapshot: new revision, packages, kernel modules and ImageBuilders",
}


def tamper(out, kind, path, expectations):
    """Does what KINDS says to the folder `path` below `out`."""
    if kind == "snapshot":
        _new_snapshot(out, expectations)
    elif kind.startswith("index"):
        _index(os.path.join(out, path or _FEED), kind)
    elif kind in KINDS:
        _target(os.path.join(out, path or _TARGET), kind)
    else:
        raise ValueError(f"unknown kind of damage {kind!r}; known: {', '.join(KINDS)}")


def _target(folder, kind):
    signature, sums = os.path.join(folder, "sha256sums.sig"), os.path.join(folder, "sha256sums")
    archive = glob.glob(os.path.join(folder, "openwrt-imagebuilder-*"))
    if kind == "signature":
        stranger = usign.Key(os.urandom(32), "unknown")
        _write(signature, stranger.signature_text(_read(sums)).encode())
    elif kind == "signature-absent":
        os.unlink(signature)
    elif kind == "checksums":
        _write(sums, _read(sums) + b"0" * 64 + b" *added-later\n")
    elif kind == "profiles":
        _write(os.path.join(folder, "profiles.json"), b"<html>502 Bad Gateway</html>\n")
    elif kind == "archive-absent":
        os.unlink(archive[0])
    else:
        data = _read(archive[0])
        middle = len(data) // 2
        _write(archive[0], data[:middle] + (b"" if kind == "archive-truncated"
                                            else bytes([data[middle] ^ 0xFF]) + data[middle + 1:]))


def _index(folder, kind):
    for name in ("Packages", "Packages.gz", "Packages.sig", "Packages.manifest", "packages.adb", "index.json"):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            continue
        if kind == "index-absent":
            os.unlink(path)
        elif name == "Packages.sig":
            stranger = usign.Key(os.urandom(32), "unknown")
            _write(path, stranger.signature_text(_read(os.path.join(folder, "Packages"))).encode())
        elif name == "packages.adb":
            head, _, body = _read(path).partition(b"\n")
            _write(path, head + b"\n" + body.replace(b"GPL-2.0", b"GPL-9.0", 1))


def _new_snapshot(out, expectations):
    with open(expectations, encoding="utf-8") as file:
        known = json.load(file)
    serial = known["snapshot_serial"] + 1
    made = Upstream(os.path.realpath(out), known["seed"], serial).write("SNAPSHOT")
    known["snapshot_serial"] = serial
    known["versions"]["SNAPSHOT"] = made["versions"]["SNAPSHOT"]
    _write(expectations, json.dumps(known).encode())


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _write(path, data):
    """Replaces a file in one step, as a server's sync does."""
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.replace(path + ".new", path)
