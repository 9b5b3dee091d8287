"""What is inside a package: random bytes that depend on the seed and on where the package belongs."""

import hashlib
import random
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One installed file or link; `path` begins with "/"."""

    path: str
    data: bytes = b""
    mode: int = 0o644
    link: str = ""

    def expected(self):
        if self.link:
            return {"link": self.link}
        return {"sha256": hashlib.sha256(self.data).hexdigest(), "size": len(self.data), "mode": f"{self.mode:04o}"}


def source(seed, *where):
    """A random generator of its own for one thing, whatever else is generated."""
    return random.Random("\0".join((str(seed),) + tuple(str(one) for one in where)))


def derived_version(name, release):
    """A plausible version in the style of the release; the same in every run."""
    number = zlib.crc32(f"{release.branch}/{name}".encode())
    if name.startswith("lib") or name in ("netifd", "procd", "uci", "ubus", "ubox"):
        date = f"{2019 + number % 6}.{1 + number % 12:02d}.{1 + number % 28:02d}"
        commit = f"{number:08x}"
        if release.manager == "opkg":
            return f"{date.replace('.', '-')}-{commit}-{1 + number % 3}"
        return f"{date}~{commit}-r{1 + number % 3}"
    version = f"{1 + number % 4}.{number % 23}"
    return f"{version}-{1 + number % 5}" if release.manager == "opkg" else f"{version}-r{1 + number % 5}"


def files_of(recipe, rng, release, target=None):
    """The files of a package, parents not included."""
    return [_file(path, kind, rng, release, target) for path, kind in recipe.files]


def _file(path, kind, rng, release, target):
    if kind.startswith("link:"):
        return File(path, link=kind[5:], mode=0o777)
    if kind.startswith("init:"):
        text = f"#!/bin/sh /etc/rc.common\nSTART={kind[5:]}\n# {rng.getrandbits(64):016x}\nboot() {{ :; }}\n"
        return File(path, text.encode(), 0o755)
    if kind == "exec":
        return File(path, b"\x7fELF" + rng.randbytes(200 + rng.randrange(6000)), 0o755)
    if kind == "lib":
        return File(path, b"\x7fELF" + rng.randbytes(200 + rng.randrange(4000)))
    if kind == "conf":
        return File(path, f"config sample 'main'\n\toption value '{rng.getrandbits(64):016x}'\n".encode(), 0o600)
    if kind == "4 MiB":
        return File(path, rng.randbytes(4 << 20))
    if kind == "passwd":
        return File(path, b"root:x:0:0:root:/root:/bin/ash\n")
    if kind == "release":
        text = (f"DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='{release.version}'\nDISTRIB_REVISION='{release.revision}'\n"
                f"DISTRIB_TARGET='{target.id}'\nDISTRIB_ARCH='{target.arch}'\nSAMPLE='{rng.getrandbits(64):016x}'\n")
        return File(path, text.encode())
    lines = 400 if kind == "big-text" else 1 + rng.randrange(8)
    return File(path, "".join(f"# {rng.getrandbits(256):064x}\n" for _ in range(lines)).encode())
