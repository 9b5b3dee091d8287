"""Writes the sample distribution laid out and signed like the public download server."""

import hashlib
import json
import os

from . import catalogue, content, distribution, packages, tree, usign


class Upstream:
    """One generated download server below a folder."""

    def __init__(self, out, seed, snapshot_serial=1):
        self.out, self.seed, self.snapshot_serial = out, seed, snapshot_serial
        self.key = usign.Key.derived(seed, "usign")
        self.apk_key = usign.Key.derived(seed, "apk")
        self.expectations = {}

    def write(self, only=None):
        """Writes everything, or only one version, and returns what tests may expect of it."""
        releases = distribution.releases(self.snapshot_serial)
        self._json(".versions.json", {
            "stable_version": distribution.STABLE, "oldstable_version": distribution.OLDSTABLE,
            "upcoming_version": "", "versions_list": [one.version for one in releases if not one.is_snapshot]}, 1)
        versions = {one.version: self._release(one) for one in releases if only in (None, one.version)}
        return {
            "seed": str(self.seed), "snapshot_serial": self.snapshot_serial,
            "usign": {"fingerprint": self.key.fingerprint.hex(), "public_key": self.key.public_text},
            "squashfs_offsets": {"kernel+rootfs": 65536, "header+kernel+rootfs": 131072, "disk": 1572864,
                                 "disk-efi": 1572864, "rootfs": 0, "disk-rootfs": 0},
            "versions": versions,
        }

    # Files

    def _put(self, path, data):
        path = os.path.join(self.out, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def _json(self, path, value, indent=None):
        separators = None if indent else (",", ":")
        self._put(path, json.dumps(value, sort_keys=True, indent=indent, separators=separators))

    def _checksums(self, folder):
        """sha256sums and its signature for all that is below folder."""
        top, lines = os.path.join(self.out, folder), []
        for path, _, names in os.walk(top):
            for name in names:
                full = os.path.join(path, name)
                relative = os.path.relpath(full, top)
                if relative not in ("sha256sums", "sha256sums.sig"):
                    with open(full, "rb") as file:
                        lines.append((relative, hashlib.sha256(file.read()).hexdigest()))
        text = "".join(f"{digest} *{relative}\n" for relative, digest in sorted(lines))
        self._put(f"{folder}/sha256sums", text)
        self._put(f"{folder}/sha256sums.sig", self.key.signature_text(text.encode()))

    # One version

    def _release(self, release):
        feeds_root = f"{release.path}/packages" if release.is_snapshot else f"releases/packages-{release.branch}"
        architectures = {}
        for arch in sorted({target.arch for target in distribution.TARGETS}):
            architectures[arch] = self._architecture(release, f"{feeds_root}/{arch}", arch)
        if not release.is_snapshot:
            link = os.path.join(self.out, release.path, "packages")
            os.makedirs(os.path.dirname(link), exist_ok=True)
            if not os.path.islink(link):
                os.symlink(f"../packages-{release.branch}", link)
        targets = {target.id: self._target(release, target) for target in distribution.TARGETS}
        self._json(f"{release.path}/.targets.json", {target.id: target.arch for target in distribution.TARGETS}, 2)
        self._json(f"{release.path}/.overview.json", {
            "release": release.version,
            "profiles": [{"id": profile.id, "target": target.id, "titles": tree.titles(release, profile)}
                         for target in distribution.TARGETS for profile in target.profiles_in(release)]}, 2)
        return {"path": release.path, "package_manager": release.manager, "revision": release.revision,
                "kernel": release.kernel, "source_date_epoch": release.epoch, "targets": targets,
                "architectures": architectures}

    def _architecture(self, release, folder, arch):
        built = [packages.build(recipe, self.seed, release, arch) for recipe in catalogue.feed_recipes(release)]
        for feed in distribution.FEEDS:
            self._feed(release, f"{folder}/{feed}", [one for one in built if one.recipe.feed == feed], arch)
        self._put(f"{folder}/feeds.conf", self._feeds_conf(release, base=True))
        self._checksums(folder)
        return {one.name: one.expected() for one in built}

    def _feed(self, release, folder, listed, arch, unlisted=()):
        """A folder of packages with its indexes; those unlisted are only files, as libc and kernel are upstream."""
        for one in list(listed) + list(unlisted):
            if one.recipe.damage == "absent":
                continue
            data = one.data
            if one.recipe.damage == "altered":
                data = data[:-40] + bytes([data[-40] ^ 0xFF]) + data[-39:]
            self._put(f"{folder}/{one.filename}", data)
        if release.manager == "apk":
            self._put(f"{folder}/packages.adb", packages.sample_adb(listed, self.apk_key))
        else:
            index = packages.opkg_index(listed)
            self._put(f"{folder}/Packages", index)
            self._put(f"{folder}/Packages.gz", packages.gz(index.encode()))
            self._put(f"{folder}/Packages.manifest", packages.opkg_index(listed, manifest=True))
            self._put(f"{folder}/Packages.sig", self.key.signature_text(index.encode()))
        if release.generation > 1907:
            self._put(f"{folder}/index.json", packages.index_json(listed, arch))

    def _feeds_conf(self, release, base):
        names = [feed for feed in distribution.FEEDS if feed != "base"] + list(distribution.FEEDS_WITHOUT_INDEX)
        if release.generation < 2512:
            names.remove("video")
        lines = [f"src-git {name} https://git.openwrt.org/feed/{name}.git"
                 f"^{content.source(0, name).getrandbits(160):040x}" for name in names]
        if base:
            lines.insert(0, "src-git base https://git.openwrt.org/openwrt/openwrt.git^"
                         f"{content.source(0, release.version).getrandbits(160):040x}")
        return "\n".join(lines) + "\n"

    # One target

    def _target(self, release, target):
        folder = f"{release.path}/targets/{target.id}"
        vermagic = f"{content.source(self.seed, release.version, release.revision, target.id).getrandbits(128):032x}"
        recipes = catalogue.target_recipes(release, vermagic)
        built = [packages.build(recipe, self.seed, release, target.arch, target) for recipe in recipes]
        kmods = [one for one in built if one.recipe.feed == "kmods"]
        listed = [one for one in built if one.recipe.feed == "core"]
        kmods_folder = f"{release.kernel}-{distribution.KERNEL_RELEASE}-{vermagic}"
        self._replace_kmods(f"{folder}/kmods", kmods_folder)
        if kmods:
            self._feed(release, f"{folder}/kmods/{kmods_folder}", kmods, target.arch)
        if release.generation == 2305:
            listed = listed + kmods  # 23.05 has its kernel modules in both places
        self._feed(release, f"{folder}/packages", listed, target.arch,
                   [one for one in built if one.recipe.feed == "tree"])
        local = {recipe.name for recipe in tree.local_recipes(release, vermagic)}
        name = tree.archive_name(release, target)
        data = tree.archive(self.seed, release, target, vermagic, [one for one in built if one.plain_name in local],
                            self._keys(release))
        self._put(f"{folder}/{name}", data)
        self._profiles(release, target, vermagic, folder)
        self._put(f"{folder}/feeds.buildinfo", self._feeds_conf(release, base=False))
        self._put(f"{folder}/version.buildinfo", f"{release.revision}\n")
        self._checksums(folder)
        return {"arch": target.arch, "archive": f"{folder}/{name}", "archive_sha256": hashlib.sha256(data).hexdigest(),
                "vermagic": vermagic, "kmods": kmods_folder if kmods else "",
                "default_packages": distribution.default_packages(release, target),
                "packages": {one.name: one.expected() for one in built},
                "profiles": {one.id: self._expected_profile(release, target, one)
                             for one in target.profiles_in(release)}}

    def _replace_kmods(self, folder, keep):
        """A rebuilt snapshot has a new folder of kernel modules; the old one goes away with its build."""
        path = os.path.join(self.out, folder)
        for name in os.listdir(path) if os.path.isdir(path) else ():
            if name != keep:
                for file in os.listdir(os.path.join(path, name)):
                    os.unlink(os.path.join(path, name, file))
                os.rmdir(os.path.join(path, name))

    def _keys(self, release):
        if release.generation == 1907:
            return {}
        if release.manager == "opkg":
            return {self.key.fingerprint.hex(): self.key.public_text}
        return {"openwrt-sample.pem": self.apk_key.public_pem}

    def _expected_profile(self, release, target, profile):
        kernel = tree.kernel_image(self.seed, release, target, profile)
        return {"supported_devices": profile.supported, "device_packages": profile.packages,
                "kernel_sha256": hashlib.sha256(kernel).hexdigest(), "kernel_size": len(kernel),
                "images": [{"type": one.type, "ending": one.ending, "layout": one.layout, "limit": one.limit}
                           for one in profile.images]}

    def _profiles(self, release, target, vermagic, folder):
        """The server's profiles.json. The hashes in it are of images that the server does not have."""
        defaults = distribution.default_packages(release, target)
        made = {"arch_packages": target.arch, "metadata_version": 1, "source_date_epoch": release.epoch,
                "default_packages": defaults if release.generation == 1907 else sorted(defaults),
                "target": target.id, "version_code": release.revision, "version_number": release.version,
                "profiles": {}}
        if release.generation >= 2512:
            made["linux_kernel"] = {"release": str(distribution.KERNEL_RELEASE), "vermagic": vermagic,
                                    "version": release.kernel}
        systems = ("squashfs", "ext4") if target.board == "x86" else ("squashfs",)
        for profile in target.profiles_in(release):
            prefix = f"openwrt-{release.file_version}{target.board}-{target.subtarget}-{profile.id}"
            images = [self._listed_image(release, f"{prefix}-{system}-{one.type}.{one.ending}", system, one.type)
                      for system in systems for one in profile.images]
            if target.board != "x86":
                images.append(self._listed_image(release, f"{prefix}-initramfs-kernel.bin", "initramfs", "kernel"))
            entry = {"device_packages": profile.packages, "image_prefix": prefix, "images": images,
                     "supported_devices": profile.supported, "titles": tree.titles(release, profile)}
            limits = [one.limit for one in profile.images if one.limit]
            if limits and release.generation >= 2512:
                entry["file_size_limits"] = {"image": min(limits)}
            made["profiles"][profile.id] = entry
        self._json(f"{folder}/profiles.json", made)

    def _listed_image(self, release, name, system, kind):
        rng = content.source(self.seed, release.version, release.revision, name)
        image = {"filesystem": system, "name": name, "sha256": f"{rng.getrandbits(256):064x}", "type": kind}
        if release.generation >= 2305:
            image["sha256_unsigned"] = image["sha256"]
        if release.generation >= 2512:
            image["size"] = 5000000 + rng.randrange(5000000)
        return image
