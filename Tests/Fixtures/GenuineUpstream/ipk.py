"""Small valid .ipk packages and the feed indexes that list them."""

import gzip
import hashlib
import io
import json
import os
import tarfile

EPOCH = 1700000000


def archive(members):
    """A reproducible .tar.gz of `members`: (path, bytes, mode) in order, folders added."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        seen = set()

        def add(info, data=None):
            info.mtime, info.uname, info.gname = EPOCH, "root", "root"
            tar.addfile(info, data)

        for path, content, mode in members:
            parts = path.strip("/").split("/")
            for depth in range(1, len(parts)):
                folder = "./" + "/".join(parts[:depth])
                if folder not in seen:
                    seen.add(folder)
                    info = tarfile.TarInfo(folder)
                    info.type, info.mode = tarfile.DIRTYPE, 0o755
                    add(info)
            info = tarfile.TarInfo("./" + "/".join(parts))
            info.size, info.mode = len(content), mode
            add(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), 6, mtime=0)


def filler(name, size, repeats=2):
    """`size` bytes that follow from `name` alone; with one repeat, nothing of it compresses."""
    out = bytearray()
    counter = 0
    while len(out) < size:
        block = hashlib.sha256(f"{name}{counter}".encode()).digest()
        out += block * repeats
        counter += 1
    return bytes(out[:size])


class Package:
    """One package: its control fields and files. `abi` is appended to the name, as OpenWrt does."""

    def __init__(self, name, version, arch, depends=(), provides=(), conflicts=(), abi="", files=(), postinst=""):
        self.base, self.version, self.arch, self.abi = name, version, arch, abi
        self.name = name + abi
        self.depends, self.conflicts = list(depends), list(conflicts)
        self.provides = list(provides) + ([name] if abi else [])
        self.files, self.postinst = list(files), postinst
        self.data = self.build()

    @property
    def filename(self):
        return f"{self.name}_{self.version}_{self.arch}.ipk"

    def control(self, extra=""):
        lines = [f"Package: {self.name}", f"Version: {self.version}"]
        for key, values in (("Depends", self.depends), ("Provides", self.provides), ("Conflicts", self.conflicts)):
            if values:
                lines.append(f"{key}: {', '.join(values)}")
        if self.abi:
            lines.append(f"ABIVersion: {self.abi}")
        lines += ["Section: base", f"Architecture: {self.arch}",
                  f"Installed-Size: {sum(len(content) for _, content, _ in self.files)}"]
        return "\n".join(lines) + "\n" + extra + f"Description: stand-in for {self.base}\n"

    def build(self):
        control = [("control", self.control().encode(), 0o644)]
        if self.postinst:
            control.append(("postinst", self.postinst.encode(), 0o755))
        return archive([
            ("debian-binary", b"2.0\n", 0o644),
            ("data.tar.gz", archive(self.files), 0o644),
            ("control.tar.gz", archive(control), 0o644),
        ])

    def stanza(self):
        digest = hashlib.sha256(self.data).hexdigest()
        return self.control(f"Filename: {self.filename}\nSize: {len(self.data)}\nSHA256sum: {digest}\n")


def write_feed(folder, packages, key, arch):
    """Writes the packages and a signed index of them, and index.json (format 2), into `folder`."""
    os.makedirs(folder, exist_ok=True)
    packages = sorted(packages, key=lambda package: package.name)
    for package in packages:
        with open(os.path.join(folder, package.filename), "wb") as out:
            out.write(package.data)
    index = "\n".join(package.stanza() for package in packages).encode() or b"\n"
    contents = {
        "Packages": index,
        "Packages.gz": gzip.compress(index, 9, mtime=0),
        "Packages.sig": key.signature_text(index).encode(),
        "index.json": json.dumps({
            "version": 2, "architecture": arch,
            "packages": {package.base: package.version for package in packages}}).encode(),
    }
    for name, content in contents.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content)
