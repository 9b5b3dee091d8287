"""Small tar archives, the same bytes for the same input."""

import gzip
import io
import struct
import zlib


def _header(name, size, mode, kind, link, epoch):
    encoded, prefix = name.encode(), b""
    if len(encoded) > 100:
        cut = encoded.rfind(b"/", 0, 156)
        prefix, encoded = encoded[:cut], encoded[cut + 1:]
        if len(encoded) > 100 or cut < 0:
            raise ValueError(f"the name {name} is too long for ustar")
    head = struct.pack("100s8s8s8s12s12s8s1s100s6s2s32s32s8s8s155s12x", encoded, b"%07o" % mode, b"0000000",
                       b"0000000", b"%011o" % size, b"%011o" % epoch, b" " * 8, kind, link.encode(), b"ustar\0",
                       b"00", b"root", b"root", b"0000000", b"0000000", prefix)
    return head[:148] + b"%06o\0 " % sum(head) + head[156:]


def tar(entries, epoch):
    """entries: (name, data, mode, link); data None and no link: a folder."""
    out = io.BytesIO()
    for name, data, mode, link in entries:
        if link:
            out.write(_header(name, 0, mode, b"2", link, epoch))
        elif data is None:
            out.write(_header(name.rstrip("/") + "/", 0, mode, b"5", "", epoch))
        else:
            out.write(_header(name, len(data), mode, b"0", "", epoch))
            out.write(data)
            out.write(b"\0" * (-len(data) % 512))
    out.write(b"\0" * 1024)
    return out.getvalue()


def tree(files, epoch, root="./"):
    """The entries of an archive of `content.File`s, with the folders above them."""
    entries, seen = [], set()
    for one in files:
        parts = one.path.strip("/").split("/")
        for depth in range(1, len(parts)):
            folder = root + "/".join(parts[:depth])
            if folder not in seen:
                seen.add(folder)
                entries.append((folder, None, 0o755, ""))
        entries.append((root + "/".join(parts), None if one.link else one.data, one.mode, one.link))
    return entries


def compressed(data):
    """gzip without name and time. Long random data is only stored, to be quick."""
    if len(data) > 1 << 20:
        return gzip.compress(data, 0, mtime=0)
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()
