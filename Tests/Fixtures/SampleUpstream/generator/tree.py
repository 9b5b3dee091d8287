"""Packs the miniature ImageBuilder of one release and target."""

import json
import lzma
import os
import subprocess

from . import catalogue, content, distribution, tarball

_SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "imagebuilder")


def kernel_image(seed, release, target, profile):
    """The kernel of a profile: random bytes, never longer than a block of 64 KiB."""
    rng = content.source(seed, release.version, release.revision, target.id, profile.id, "kernel")
    return b"\x27\x05\x19\x56" + rng.randbytes(30000 + rng.randrange(20000))


def archive_name(release, target):
    return (f"openwrt-imagebuilder-{release.file_version}{target.board}-{target.subtarget}"
            f".Linux-x86_64.{release.archive}")


def archive(seed, release, target, vermagic, local_packages, keys):
    """The bytes of the ImageBuilder archive. `keys`: name in keys/ -> text."""
    files = [content.File("/include/sample.mk", _settings(release, target, vermagic).encode()),
             content.File("/.targetinfo", _target_info(release, target).encode()),
             content.File(f"/target/linux/{target.board}/image/profiles.json", _profiles(release, target).encode())]
    if release.manager == "opkg":
        files.append(content.File("/repositories.conf", _repositories_conf(release, target, vermagic).encode()))
    else:
        files.append(content.File("/repositories", "".join(
            f"{url}/packages.adb\n" for _, url in _feeds(release, target, vermagic)).encode()))
    files += [content.File(f"/keys/{name}", text.encode()) for name, text in keys.items()]
    files += [content.File(f"/packages/{one.filename}", one.data) for one in local_packages]
    linux = f"/build_dir/target-{target.arch}_musl/linux-{target.board}_{target.subtarget}"
    files += [content.File(f"{linux}/{profile.id}-kernel.bin", kernel_image(seed, release, target, profile))
              for profile in target.profiles_in(release)]
    for folder, _, names in os.walk(_SOURCE):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name in ("opkg", "apk") and name != release.manager:
                continue
            mode = 0o755 if os.access(path, os.X_OK) else 0o644
            with open(path, "rb") as file:
                files.append(content.File(path[len(_SOURCE):], file.read(), mode))
    top = archive_name(release, target).removesuffix(f".{release.archive}")
    data = tarball.tar([(top, None, 0o755, "")] + tarball.tree(files, release.epoch, f"{top}/"), release.epoch)
    if release.archive == "tar.xz":
        return lzma.compress(data, preset=0)
    return subprocess.run(["zstd", "-q", "-3", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def _settings(release, target, vermagic):
    values = {
        "GENERATION": release.generation, "MANAGER": release.manager, "VERSION_NUMBER": release.version,
        "FILE_VERSION": release.file_version, "REVISION": release.revision, "SOURCE_DATE_EPOCH": release.epoch,
        "BOARD": target.board, "SUBTARGET": target.subtarget, "TARGET_ID": target.id, "ARCH": target.cpu,
        "ARCH_PACKAGES": target.arch, "KERNEL_VERSION": release.kernel,
        "KERNEL_RELEASE": distribution.KERNEL_RELEASE, "KERNEL_VERMAGIC": vermagic,
        "DEFAULT_PACKAGES": " ".join(distribution.default_packages(release, target)),
    }
    return "".join(f"{name} := {value}\n" for name, value in values.items())


def _target_info(release, target):
    lines = [f"Target: {target.id}"]
    for profile in target.profiles_in(release):
        lines += [f"Target-Profile: DEVICE_{profile.id}",
                  f"Target-Profile-Name: {profile.title}",
                  f"Target-Profile-Packages: {' '.join(profile.packages)}",
                  f"Target-Profile-hasImageMetadata: {int(profile.metadata)}",
                  f"Target-Profile-SupportedDevices: {' '.join(profile.supported)}"]
    return "\n".join(lines) + "\n"


def titles(release, profile):
    if release.generation == 1907:
        return [{"title": profile.title}]
    made = {"model": profile.model, "vendor": profile.vendor}
    if profile.variant:
        made["variant"] = profile.variant
    return [made]


def _profiles(release, target):
    return json.dumps({profile.id: {
        "packages": profile.packages, "supported": profile.supported, "titles": titles(release, profile),
        "metadata": profile.metadata,
        "images": [{"type": one.type, "ending": one.ending, "layout": one.layout, "limit": one.limit,
                    "tool": one.tool} for one in profile.images],
    } for profile in target.profiles_in(release)}, indent=1)


def _feeds(release, target, vermagic):
    """Names and addresses as the archive has them: at the public server, the caller must rewrite them."""
    root = f"https://downloads.openwrt.org/{release.path}"
    feeds = [("openwrt_core", f"{root}/targets/{target.id}/packages")]
    if release.generation > 1907:
        kmods = f"{release.kernel}-{distribution.KERNEL_RELEASE}-{vermagic}"
        feeds.append(("openwrt_kmods", f"{root}/targets/{target.id}/kmods/{kmods}"))
    return feeds + [(f"openwrt_{feed}", f"{root}/packages/{target.arch}/{feed}") for feed in distribution.FEEDS]


def _repositories_conf(release, target, vermagic):
    text = ("## Place your custom repositories here, they must match the architecture and version.\n"
            f"# src/gz %n https://downloads.openwrt.org/{release.path}\n"
            f"# src custom file:///usr/src/openwrt/bin/{target.board}/packages\n\n"
            "## Remote package repositories\n")
    text += "".join(f"src/gz {name} {url}\n" for name, url in _feeds(release, target, vermagic))
    text += "\n## This is the local package repository, do not remove!\nsrc imagebuilder file:packages\n"
    return text + ("" if release.generation == 1907 else "\noption check_signature\n")


def local_recipes(release, vermagic):
    """What lies in the tree's packages/: libc and kernel, and from 25.12 on base-files."""
    names = ("libc", "kernel") if release.manager == "opkg" else ("libc", "kernel", "base-files")
    return [one for one in catalogue.target_recipes(release, vermagic) if one.name in names]
