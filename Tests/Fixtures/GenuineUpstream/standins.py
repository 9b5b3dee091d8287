"""The stand-in packages that let a genuine ImageBuilder tree build without OpenWrt's feeds."""

import re

from ipk import Package, filler

# Names that OpenWrt ships with an ABI suffix; a caller must see them without it.
ABI_NAMES = {"libgcc": "1", "libustream-mbedtls": "20201210", "libubox": "20230523", "libuci": "20130104"}
# What a virtual default package resolves to.
PROVIDERS = {"nftables": "nftables-json"}

FUNCTIONS = """#!/bin/sh
default_prerm() { return 0; }
default_postinst() { return 0; }
"""

RC_COMMON = """#!/bin/sh
. "$IPKG_INSTROOT/lib/functions.sh"
script="$1"
action="${2:-help}"
name="$(basename "$script")"
. "$script"
case "$action" in
enable)
\tif [ -n "$START" ]; then
\t\tmkdir -p "$IPKG_INSTROOT/etc/rc.d"
\t\tln -sf "../init.d/$name" "$IPKG_INSTROOT/etc/rc.d/S$START$name"
\tfi
\t;;
disable) rm -f "$IPKG_INSTROOT/etc/rc.d/"S??"$name" ;;
esac
"""

POSTINST = """#!/bin/sh
[ "${IPKG_NO_SCRIPT}" = "1" ] && exit 0
. "${IPKG_INSTROOT}/lib/functions.sh"
default_postinst "$0" "$@"
"""


def base_files(version, arch):
    """The base-files stand-in: what the finishing of a root file system calls."""
    files = [
        ("lib/functions.sh", FUNCTIONS.encode(), 0o644),
        ("etc/rc.common", RC_COMMON.encode(), 0o755),
        ("etc/init.d/boot", b"#!/bin/sh /etc/rc.common\nSTART=10\n", 0o755),
        ("etc/passwd", b"root:x:0:0:root:/root:/bin/ash\n", 0o644),
        ("etc/config/.keep", b"", 0o644),
        ("etc/uci-defaults/.keep", b"", 0o644),
        ("sbin/.keep", b"", 0o644),
        ("tmp/.keep", b"", 0o644),
        ("dev/.keep", b"", 0o644),
    ]
    return Package("base-files", version, arch, depends=["libc", "libubox20230523"], files=files, postinst=POSTINST)


def stand_in(name, version, arch, size):
    """An ordinary stand-in with `size` bytes of content."""
    path = f"lib/modules/{name}.ko" if name.startswith("kmod-") else f"usr/lib/{name}.bin"
    depends = ["libc"] + (["kernel"] if name.startswith("kmod-") else [])
    return Package(name, version, arch, depends=depends, abi=ABI_NAMES.get(name, ""),
                   provides=[virtual for virtual, real in PROVIDERS.items() if real == name],
                   files=[(path, filler(name, size), 0o644)], postinst=POSTINST)


def requested(text, arch):
    """A package from the command line: NAME, NAME=PATH:CONTENT..., or NAME;key=value;...

    Keys: version, depends, provides, conflicts (comma lists), abi, size (bytes that do not compress),
    file (PATH:CONTENT, may be given again). In the short form, files are separated by commas.
    """
    fields = {"version": "1.0-1", "depends": "libc", "provides": "", "conflicts": "", "abi": "", "size": "0"}
    files = []
    match = re.match(r"^[^;=]+", text)
    if not match:
        raise SystemExit(f"--package {text!r}: a name must come first")
    name = match.group(0)
    rest = text[len(name):]
    if rest.startswith("="):
        files = [entry for entry in rest[1:].split(",") if entry]
    else:
        for field in filter(None, rest.split(";")):
            key, equals, value = field.partition("=")
            if key == "file":
                files.append(value)
            elif key in fields and equals:
                fields[key] = value
            else:
                raise SystemExit(f"--package {text!r}: unknown field {key!r}")
    contents = []
    for entry in files:
        path, colon, content = entry.partition(":")
        if not colon:
            raise SystemExit(f"--package {text!r}: a file is PATH:CONTENT, not {entry!r}")
        contents.append((path, content.encode(), 0o644))
    if int(fields["size"]):
        contents.append((f"usr/lib/{name}.bin", filler(name, int(fields["size"]), 1), 0o644))

    def listed(key):
        return [value for value in fields[key].split(",") if value]

    return Package(name, fields["version"], arch, depends=listed("depends"), provides=listed("provides"),
                   conflicts=listed("conflicts"), abi=fields["abi"], files=contents, postinst=POSTINST)
