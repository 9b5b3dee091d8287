"""Builds packages of both managers, and their indexes."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass

from . import catalogue, content, tarball


@dataclass(frozen=True)
class Package:
    """A built package. The archive on the server differs from `data` if the recipe says that it is damaged."""

    name: str  # with the ABI version
    recipe: catalogue.Recipe
    version: str
    arch: str
    filename: str
    data: bytes
    sha256: str
    files: tuple
    depends: tuple
    provides: tuple
    conflicts: tuple

    @property
    def plain_name(self):
        return self.recipe.name

    def expected(self):
        return {"version": self.version, "feed": self.recipe.feed, "depends": list(self.depends),
                "provides": [one.split("=")[0] for one in self.provides], "conflicts": list(self.conflicts),
                "abi_version": self.recipe.abi, "plain_name": self.plain_name, "filename": self.filename,
                "size": len(self.data), "sha256": self.sha256,
                "files": {one.path: one.expected() for one in self.files}}


def build(recipe, seed, release, arch, target=None):
    """Builds one package; contents depend on seed, release, place, name and version."""
    version = recipe.version or content.derived_version(recipe.name, release)
    if release.is_snapshot and recipe.name in catalogue.MOVING:
        version = version.replace("-r", f".{release.revision[1:6]}-r")
    rng = content.source(seed, release.version, target.id if target else arch, recipe.name, version)
    name = catalogue.abi_name(recipe.name, release)
    depends = tuple(_renamed(one, release) for one in recipe.depends)
    files = tuple(content.files_of(recipe, rng, release, target))
    arch = ("all" if release.manager == "opkg" else "noarch") if recipe.all_archs else arch
    plain = (recipe.name,) if name != recipe.name else ()
    if release.manager == "opkg":
        provides = plain + tuple(one.rstrip("=") for one in recipe.provides)
        made = Package(name, recipe, version, arch, f"{name}_{version}_{arch}.ipk", b"", "", files, depends, provides,
                       recipe.conflicts)
        data = _ipk(made, release)
    else:
        provides = plain + tuple(one + version if one.endswith("=") else one for one in recipe.provides)
        provides += (f"{recipe.name}-any",)
        conflicts = () if recipe.provides else recipe.conflicts
        made = Package(name, recipe, version, arch, f"{name}-{version}.apk", b"", "", files, depends, provides,
                       conflicts)
        data = _sample_apk(made, release)
    digest = hashlib.sha256(data).hexdigest()
    return Package(made.name, recipe, version, made.arch, made.filename, data, digest, files, depends, made.provides,
                   made.conflicts)


def _renamed(dependency, release):
    name, constraint = re.fullmatch(r"([^<>=]+)(.*)", dependency).groups()
    return catalogue.abi_name(name, release) + constraint


# opkg: a real .ipk

def control(package, extra=()):
    """The fields of a package in the order of opkg's indexes."""
    fields = [("Package", package.name), ("Version", package.version)]
    for key, values in (("Depends", package.depends), ("Conflicts", package.conflicts),
                        ("Provides", package.provides)):
        if values:
            fields.append((key, ", ".join(_spaced(one) for one in values)))
    fields += [one for one in extra if one[0] in ("Source", "SourceName")]
    fields += [("License", "GPL-2.0"), ("Section", package.recipe.feed)]
    if package.recipe.abi:
        fields.append(("ABIVersion", package.recipe.abi))
    if package.recipe.behaviour:
        fields.append(("Sample-Behaviour", package.recipe.behaviour))
    fields += [one for one in extra if one[0] == "Maintainer"]
    fields += [("Architecture", package.arch),
               ("Installed-Size", str(sum(len(one.data) for one in package.files)))]
    return fields


def _spaced(dependency):
    return re.sub(r"^([^<>=]+)(>=|<=|=)(.*)$", r"\1 (\2 \3)", dependency).replace("(= ", "(=")


def _ipk(package, release):
    conffiles = "".join(f"{one.path}\n" for one in package.files if one.path.startswith("/etc/config/"))
    text = "".join(f"{key}: {value}\n" for key, value in control(package))
    text += f"Description:  {package.recipe.name} of the sample distribution\n"
    members = [("./control", text.encode(), 0o644, "")]
    if conffiles:
        members.append(("./conffiles", conffiles.encode(), 0o644, ""))
    members.append(("./postinst", b"#!/bin/sh\nexit 0\n", 0o755, ""))
    data = tarball.compressed(tarball.tar(tarball.tree(package.files, release.epoch), release.epoch))
    inner = tarball.compressed(tarball.tar(members, release.epoch))
    return tarball.compressed(tarball.tar((
        ("./debian-binary", b"2.0\n", 0o644, ""), ("./data.tar.gz", data, 0o644, ""),
        ("./control.tar.gz", inner, 0o644, "")), release.epoch))


def opkg_index(packages, manifest=False):
    """The text of Packages, or with `manifest` of Packages.manifest."""
    paragraphs = []
    for package in sorted(packages, key=lambda one: one.name):
        extra = ()
        if manifest:
            extra = (("Source", f"package/{package.recipe.feed}/{package.plain_name}"),
                     ("SourceName", package.plain_name), ("Maintainer", "Nobody <nobody@example.org>"))
        fields = control(package, extra) + [
            ("Filename", package.filename), ("Size", str(len(package.data))), ("SHA256sum", package.sha256),
            ("Description", f" {package.plain_name} of the sample distribution")]
        paragraphs.append("".join(f"{key}: {value}\n" for key, value in fields))
    return "\n".join(paragraphs) + "\n"


# apk: a format of our own under the same file names

def _apk_entry(package):
    entry = {"name": package.name, "version": package.version, "arch": package.arch,
             "license": "GPL-2.0", "description": f"{package.plain_name} of the sample distribution",
             "installed-size": sum(len(one.data) for one in package.files),
             "depends": list(package.depends) + [f"!{one}" for one in package.conflicts],
             "provides": list(package.provides)}
    if package.recipe.abi:
        entry["tags"] = [f"openwrt:abiversion={package.recipe.abi}"]
    if package.recipe.behaviour:
        entry["sample-behaviour"] = package.recipe.behaviour
    return entry


def _sample_apk(package, release):
    info = json.dumps(_apk_entry(package), sort_keys=True).encode()
    members = [(".SAMPLE-PKGINFO.json", info, 0o644, "")]
    members += tarball.tree(package.files, release.epoch, root="")
    return tarball.compressed(tarball.tar(members, release.epoch))


def sample_adb(packages, key):
    """packages.adb of our own: a line with the signature of the rest, and then JSON."""
    listed = []
    for package in sorted(packages, key=lambda one: one.name):
        listed.append(dict(_apk_entry(package), **{"file-size": len(package.data), "hashes": package.sha256}))
    body = json.dumps({"description": "", "packages": listed}, sort_keys=True).encode() + b"\n"
    return b"sample-adb 1 " + base64.b64encode(key.sign(body)) + b"\n" + body


def index_json(packages, arch):
    """The server's index.json, format 2: names without ABI version."""
    named = {one.plain_name: one.version for one in sorted(packages, key=lambda one: one.plain_name)}
    return json.dumps({"version": 2, "architecture": arch, "packages": named}, indent=2).encode() + b"\n"


def gz(text):
    return gzip.compress(text, 9, mtime=0)
