#!/usr/bin/env python3
"""Makes images of an installed root: `finalize`, `build`, `overview`, `checksums`. Everything else is in the
environment, set by the Makefile.

Layouts (an image starts with what is named first, every part but the last padded to whole blocks of 64 KiB):
kernel+rootfs          the squashfs begins at 65536
header+kernel+rootfs   the squashfs begins at 131072
kernel, rootfs         that part alone
disk, disk-efi (x86)   boot sector with a partition table, kernel at 262144, root file system at 1572864; gzipped
disk-rootfs (x86)      the root file system alone, gzipped
Images of profiles with metadata end with a line of JSON and, where the generation has keys, a signature.
"""

import base64
import gzip
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile

BLOCK = 65536
KERNEL_SECTOR, KERNEL_SECTORS, ROOT_SECTOR = 512, 2048, 3072
PARTSIZE = 16  # MiB, when nothing else is asked for
BLOCK_GROUP = "5a5a5a5a-0000-4000-8000-000000000001"


def env(name):
    return os.environ.get(name, "")


GENERATION = int(env("GENERATION") or 0)
ROOT, LINUX, BUILD, BIN = env("TARGET_DIR"), env("LINUX_DIR"), env("BUILD_DIR"), env("BIN_DIR")
EPOCH = int(env("SOURCE_DATE_EPOCH") or 0)


def finalize():
    """Copies the user's files, enables services, and gives every file the time of the release."""
    if env("USER_FILES"):
        source = os.path.join(env("USER_FILES"), ".")
        if subprocess.run(["cp", "-fpR", source, ROOT], check=False).returncode != 0:
            return 1
    folder, disabled = os.path.join(ROOT, "etc/init.d"), env("DISABLED_SERVICES").split()
    os.makedirs(os.path.join(ROOT, "etc/rc.d"), exist_ok=True)
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else ()):
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        start = next((line[6:] for line in lines if line.startswith("START=")), "")
        # A real tree complains here about every service that procd would start.
        if name in ("dnsmasq", "dropbear", "log", "network"):
            print(f"./etc/rc.common: line 131: {ROOT}/lib/functions/procd.sh: No such file or directory",
                  file=sys.stderr)
        if name in disabled:
            print(f"Disabling {name}")
        else:
            print(f"Enabling {name}")
            link = os.path.join(ROOT, f"etc/rc.d/S{int(start or 99):02d}{name}")
            if not os.path.lexists(link):
                os.symlink(f"../init.d/{name}", link)
    shutil.rmtree(os.path.join(ROOT, "tmp"), ignore_errors=True)
    for folder in ("dev", "proc", "sys", "tmp", "root", "overlay"):
        os.makedirs(os.path.join(ROOT, folder), exist_ok=True)
    for path in ("var/lock/opkg.lock", "lib/apk/db/lock"):
        if os.path.exists(os.path.join(ROOT, path)):
            os.unlink(os.path.join(ROOT, path))
    status = os.path.join(ROOT, "usr/lib/opkg/status")
    if os.path.exists(status):
        with open(status, encoding="utf-8") as file:
            lines = file.read().splitlines()
        with open(status, "w", encoding="utf-8") as file:
            for line in lines:
                file.write((f"Installed-Time: {EPOCH}" if line.startswith("Installed-Time:") else line) + "\n")
    for path, folders, files in os.walk(ROOT, topdown=False):
        for name in folders + files:
            os.utime(os.path.join(path, name), (EPOCH, EPOCH), follow_symlinks=False)
        os.utime(path, (EPOCH, EPOCH))
    return 0


def padded(data, block=BLOCK):
    return data + b"\0" * (-len(data) % block)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def make_squashfs():
    path = os.path.join(LINUX, "root.squashfs")
    if os.path.exists(path):
        os.unlink(path)
    print(f"Parallel mksquashfs: Using 1 processor\nCreating 4.0 filesystem on {path}, block size 262144.", flush=True)
    command = ["mksquashfs", ROOT, path, "-noappend", "-root-owned", "-comp", "gzip", "-b", "256k", "-no-xattrs",
               "-processors", "1", "-no-progress", "-p", "/dev d 755 0 0", "-p", "/dev/console c 600 0 0 5 1"]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    sys.stdout.write(result.stdout.decode(errors="replace").split("\n", 2)[-1])
    sys.stdout.flush()
    if result.returncode != 0:
        sys.exit(result.returncode)
    return path


def make_ext4(mebibytes):
    """An ext4 image, or None where mke2fs is not installed; says why and stops if the root does not fit."""
    path, total, count = os.path.join(LINUX, "root.ext4"), 0, 0
    for folder, folders, files in os.walk(ROOT):
        count += len(folders) + len(files)
        total += sum(-(-os.lstat(os.path.join(folder, name)).st_size // 4096) * 4096 for name in files)
    if count > mebibytes * 128:
        print("error: make_ext4fs_internal: failed to allocate inode\n"
              f"error: inode_allocate: {count} inodes wanted, {mebibytes * 128} available", file=sys.stderr)
        sys.exit(1)
    if total > (mebibytes << 20) * 9 // 10:
        print(f"error: ext4_allocate_best_fit_partial: failed to allocate {total // 4096} blocks, out of space?",
              file=sys.stderr)
        sys.exit(1)
    program = shutil.which("mke2fs", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not program:
        return None
    if os.path.exists(path):
        os.unlink(path)
    subprocess.run([program, "-q", "-F", "-t", "ext4", "-L", "rootfs", "-b", "4096", "-N", str(mebibytes * 128),
                    "-m", "0", "-O", "^has_journal,^metadata_csum,^64bit,^resize_inode", "-U", BLOCK_GROUP,
                    "-E", f"hash_seed={BLOCK_GROUP},root_owner=0:0,nodiscard", "-d", ROOT, path, f"{mebibytes}M"],
                   stdout=subprocess.DEVNULL, env=dict(os.environ, E2FSPROGS_FAKE_TIME=str(EPOCH)), check=True)
    set_times(path)
    return path


def set_times(path):
    """mke2fs copies change times, which nobody can set: write the release's time into every inode of the image."""
    with open(path, "r+b") as file:
        file.seek(1024)
        head = file.read(1024)
        inodes, per_group = struct.unpack_from("<I", head, 0)[0], struct.unpack_from("<I", head, 40)[0]
        inode_size = struct.unpack_from("<H", head, 88)[0]
        for group in range(-(-inodes // per_group)):
            file.seek(4096 + 32 * group)
            table = struct.unpack_from("<I", file.read(32), 8)[0] * 4096
            file.seek(table)
            data = bytearray(file.read(per_group * inode_size))
            for start in range(0, len(data), inode_size):
                if struct.unpack_from("<H", data, start)[0]:
                    struct.pack_into("<III", data, start + 8, EPOCH, EPOCH, EPOCH)
                    struct.pack_into("<IIIII", data, start + 132, 0, 0, 0, EPOCH, 0)
            file.seek(table)
            file.write(data)


def disk(kernel, root, root_size, efi):
    """A disk image: partition table, kernel, root. The table says root_size, the file ends with the root's data."""
    def partition(kind, first, sectors):
        return struct.pack("<B3sB3sII", 0x80 if first == KERNEL_SECTOR else 0, b"\0" * 3, kind, b"\0" * 3, first,
                           sectors)
    table = partition(0xEF if efi else 0x83, KERNEL_SECTOR, KERNEL_SECTORS)
    table += partition(0x83, ROOT_SECTOR, root_size // 512) + b"\0" * 32
    sector = b"SAMPLE BOOT".ljust(446, b"\0") + table + b"\x55\xaa"
    data = sector.ljust(KERNEL_SECTOR * 512, b"\0") + kernel
    return data.ljust(ROOT_SECTOR * 512, b"\0") + root


class Builder:
    def __init__(self):
        with open(os.path.join("target/linux", env("BOARD"), "image/profiles.json"), encoding="utf-8") as file:
            self.profile = json.load(file)[env("PROFILE_ID")]
        extra = "".join(one if one.isalnum() else "-" for one in env("EXTRA_IMAGE_NAME").lower())
        self.stem = f"openwrt-{env('FILE_VERSION')}{extra + '-' if extra else ''}{env('BOARD')}-{env('SUBTARGET')}"
        self.prefix = f"{self.stem}-{env('PROFILE_ID')}"
        self.tmp, self.info = os.path.join(LINUX, "tmp"), os.path.join(BUILD, "json_info_files")
        self.disk = env("BOARD") == "x86"
        self.partsize = int(env("PARTSIZE") or PARTSIZE)

    def build(self):
        os.makedirs(self.tmp, exist_ok=True)
        os.makedirs(self.info, exist_ok=True)
        os.makedirs(BIN, exist_ok=True)
        self.kernel = read(os.path.join(LINUX, f"{env('PROFILE_ID')}-kernel.bin"))
        self.write_manifest()
        squashfs = make_squashfs()
        systems = {"squashfs": squashfs}
        wanted = env("FILESYSTEM").split()
        if self.disk:
            if not wanted or "ext4" in wanted:
                systems["ext4"] = make_ext4(self.partsize)
            with open(os.path.join(BIN, f"{self.prefix}-kernel.bin"), "wb") as file:
                file.write(self.kernel)
            if not wanted or "targz" in wanted:
                self.write_rootfs_archive()
        for system, path in systems.items():
            if path and (not wanted or system in wanted):
                for image in self.profile["images"]:
                    self.write_image(image, system, read(path))
        return 0

    def write_manifest(self):
        with open(os.path.join(BIN, f"{self.prefix}.manifest"), "w", encoding="utf-8") as file:
            file.write(read(os.path.join(env("TMP_DIR"), "installed")).decode())

    def name(self, image, system):
        if self.disk and GENERATION == 1907:
            return f"{self.stem}-{image['type']}-{system}.{image['ending']}"
        return f"{self.prefix}-{system}-{image['type']}.{image['ending']}"

    def content(self, image, root):
        layout = image["layout"]
        kernel = padded(self.kernel)
        if layout.startswith("disk"):
            if layout == "disk-rootfs":
                data = root
            else:
                data = disk(self.kernel, root, self.partsize << 20, layout == "disk-efi")
            return gzip.compress(data, 1, mtime=0)
        parts = {"kernel": kernel, "rootfs": padded(root, 4096),
                 "header": padded(f"SAMPLE {env('PROFILE_ID')} {image['type']} {env('VERSION_NUMBER')}\n".encode())}
        return b"".join(parts[part] for part in layout.split("+"))

    def write_image(self, image, system, root):
        name = self.name(image, system)
        path = os.path.join(self.tmp, name)
        data = self.content(image, root)
        if self.fits(image, path, data):
            with open(path, "wb") as file:
                file.write(data)
        if not os.path.exists(path):
            print(f"cp: cannot stat '{path}': No such file or directory", file=sys.stderr)
            print(f"Skip JSON creation for non existing file {path}")
            return
        unsigned = data
        if self.profile["metadata"] and image["type"] == "sysupgrade":
            unsigned += self.metadata()
            data = unsigned + self.signature(unsigned)
        target = os.path.join(BIN, name)
        with open(target, "wb") as file:
            file.write(data)
        entry = {"filesystem": system, "name": name, "sha256": hashlib.sha256(data).hexdigest(),
                 "sha256_unsigned": hashlib.sha256(unsigned).hexdigest(), "size": len(data), "type": image["type"]}
        if GENERATION < 2512:
            del entry["size"]
        if GENERATION < 2305:
            del entry["sha256_unsigned"]
        with open(os.path.join(self.info, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(entry, file)

    def fits(self, image, path, data):
        over = len(data) - image["limit"] if image["limit"] else 0
        if image["tool"] == "mktplinkfw":
            print(f"[mktplinkfw] rootfs offset aligned to 0x{BLOCK:x}", file=sys.stderr)
            if over > 0:
                print(f"[mktplinkfw] *** error: images are too big by {over} bytes", file=sys.stderr)
                return False
            print(f"[mktplinkfw] firmware file \"{path}.new\" completed", file=sys.stderr)
        elif image["tool"] == "check-size" and over > 0:
            print(f"    WARNING: Image file {path} is too big: {len(data)} > {image['limit']}", file=sys.stderr)
            return False
        return True

    def metadata(self):
        supported = self.profile["supported"]
        return json.dumps({"metadata_version": "1.1", "compat_version": "1.0", "supported_devices": supported,
                           "version": {"dist": "OpenWrt", "version": env("VERSION_NUMBER"),
                                       "revision": env("REVISION"), "target": env("TARGET_ID"),
                                       "board": env("PROFILE_ID")}}).encode() + b"\n"

    def signature(self, data):
        """A signature by the tree's own random key, so that two builds differ in sha256, not in sha256_unsigned."""
        if not os.path.exists(env("BUILD_KEY")):
            return b""
        with open(env("BUILD_KEY"), encoding="ascii") as file:
            secret = base64.b64decode(file.read().split("\n")[1])
        return b"SAMPLE-SIGNATURE " + base64.b64encode(hashlib.sha512(secret + data).digest()) + b"\n"

    def write_rootfs_archive(self):
        name = f"{self.prefix}-rootfs.tar.gz"
        path = os.path.join(BIN, name)
        with open(path, "wb") as out, gzip.GzipFile("", "wb", 1, out, mtime=0) as packed, \
                tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
            def plain(member):
                member.uid = member.gid = 0
                member.uname = member.gname = "root"
                member.mtime = EPOCH
                return member
            for entry in sorted(os.listdir(ROOT)):
                archive.add(os.path.join(ROOT, entry), "./" + entry, filter=plain)
        if GENERATION >= 2512:
            shutil.copyfile(path, os.path.join(BIN, f"{self.prefix}-targz-rootfs.tar.gz"))
            data = read(path)
            digest = hashlib.sha256(data).hexdigest()
            with open(os.path.join(self.info, name + ".json"), "w", encoding="utf-8") as file:
                json.dump({"filesystem": "targz", "name": f"{self.prefix}-targz-rootfs.tar.gz", "sha256": digest,
                           "sha256_unsigned": digest, "size": len(data), "type": "rootfs"}, file)

    def overview(self):
        """profiles.json, merged with one of the same revision that is there already."""
        images = []
        for name in os.listdir(self.info) if os.path.isdir(self.info) else ():
            with open(os.path.join(self.info, name), encoding="utf-8") as file:
                images.append(json.load(file))
        if self.disk and GENERATION == 1907:
            return 0
        if not images:
            print("JSON info file script could not find any JSON files for target")
            return 0
        random.shuffle(images)  # nobody may count on the order
        defaults = env("DEFAULT_PACKAGES").split()
        made = {"arch_packages": env("ARCH_PACKAGES"), "metadata_version": 1, "source_date_epoch": EPOCH,
                "default_packages": defaults if GENERATION == 1907 else sorted(defaults),
                "target": env("TARGET_ID"), "version_code": env("REVISION"), "version_number": env("VERSION_NUMBER"),
                "profiles": {env("PROFILE_ID"): {
                    "device_packages": self.profile["packages"], "image_prefix": self.prefix, "images": images,
                    "supported_devices": self.profile["supported"], "titles": self.profile["titles"]}}}
        if GENERATION >= 2512:
            made["linux_kernel"] = {"release": env("KERNEL_RELEASE"), "vermagic": env("KERNEL_VERMAGIC"),
                                    "version": env("KERNEL_VERSION")}
        path = os.path.join(BIN, "profiles.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                before = json.load(file)
            if before.get("version_code") == made["version_code"]:
                for profile, data in before.get("profiles", {}).items():
                    made["profiles"].setdefault(profile, data)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(made, file, sort_keys=True, separators=(",", ":"))
        return 0


def checksums():
    lines = [f"{hashlib.sha256(read(os.path.join(BIN, name))).hexdigest()} *{name}\n"
             for name in sorted(os.listdir(BIN)) if name != "sha256sums" and os.path.isfile(os.path.join(BIN, name))]
    with open(os.path.join(BIN, "sha256sums"), "w", encoding="utf-8") as file:
        file.writelines(lines)
    return 0


def main():
    command = sys.argv[1]
    if command == "finalize":
        return finalize()
    if command == "checksums":
        return checksums()
    return Builder().build() if command == "build" else Builder().overview()


if __name__ == "__main__":
    sys.exit(main())
