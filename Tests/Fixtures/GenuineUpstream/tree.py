"""What an unpacked ImageBuilder tree says about itself."""

import glob
import os
import re
import subprocess


class Tree:
    """Facts of one tree, read from its .targetinfo, its makefiles and `make info`."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.info = self.read_info()
        self.target = self.info_line("Current Target").strip('"')
        self.revision = self.info_line("Current Revision").strip('"')
        self.default_packages = self.info_line("Default Packages").split()
        version = self.read("include/version.mk")
        found = re.search(r"^VERSION_NUMBER:=\$\(if \$\(VERSION_NUMBER\),\$\(VERSION_NUMBER\),(.+)\)$", version, re.M)
        if not found:
            raise SystemExit(f"{folder}: include/version.mk has no default VERSION_NUMBER")
        self.version = found.group(1)
        epoch = re.search(r"^SOURCE_DATE_EPOCH:=(\d+)", version, re.M)
        self.epoch = int(epoch.group(1)) if epoch else 0
        self.apk = os.path.exists(os.path.join(self.folder, "repositories"))
        self.arch, self.linux = self.read_target()
        self.profiles = self.read_profiles()

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as text:
            return text.read()

    def read_info(self):
        """`make info`, run without leaving its .profiles.mk behind."""
        leftover = os.path.join(self.folder, ".profiles.mk")
        existed = os.path.exists(leftover)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/tmp"}
        result = subprocess.run(["make", "info"], cwd=self.folder, env=environment,
                                stdout=subprocess.PIPE, check=True, text=True)
        if not existed and os.path.exists(leftover):
            os.unlink(leftover)
        return result.stdout

    def info_line(self, key):
        found = re.search(rf"^{key}: (.*)$", self.info, re.M)
        if not found:
            raise SystemExit(f"{self.folder}: `make info` printed no {key!r}")
        return found.group(1)

    def read_target(self):
        """Package architecture and kernel version of this tree's target."""
        fields = {}
        current = None
        for line in self.read(".targetinfo").splitlines():
            if line.startswith("Target: "):
                current = line[8:]
            elif current in (self.target, self.target.split("/")[0]):
                key, colon, value = line.partition(": ")
                if colon and key in ("Target-Arch-Packages", "Linux-Version"):
                    fields[key] = value
        return fields.get("Target-Arch-Packages", "all"), fields.get("Linux-Version", "0")

    def read_profiles(self):
        """Profile id -> title, packages, supported devices; in the order of `make info`."""
        profiles, current = {}, None
        for line in self.info.split("Available Profiles:", 1)[1].splitlines():
            if line and not line.startswith(" "):
                current = profiles.setdefault(line.rstrip(":"), {"title": "", "packages": [], "devices": []})
            elif current is not None and line.startswith("    Packages:"):
                current["packages"] = line.split(":", 1)[1].split()
            elif current is not None and line.startswith("    SupportedDevices:"):
                current["devices"] = line.split(":", 1)[1].split()
            elif current is not None and line.strip() and not line.startswith("    hasImageMetadata:"):
                current["title"] = line.strip()
        return profiles

    def names(self):
        """Every package that some profile installs by default."""
        names = set(self.default_packages)
        for profile in self.profiles.values():
            names |= {name for name in profile["packages"] if not name.startswith("-")}
        return names

    def local_packages(self):
        """Names of the packages that the tree itself holds."""
        return {os.path.basename(path).split("_")[0] for path in glob.glob(self.folder + "/packages/*.ipk")}

    def feeds(self):
        """Feed name -> path below the download server, from repositories.conf."""
        feeds = {}
        if not self.apk:
            for line in self.read("repositories.conf").splitlines():
                found = re.match(r"^src/gz (\S+) https?://[^/]+/(\S+)$", line)
                if found:
                    feeds[found.group(1)] = found.group(2)
        return feeds

    def kernels(self):
        """(folder, file name of a kernel that is there, names of those that are missing)."""
        folders = glob.glob(self.folder + "/build_dir/target-*/linux-*_*")
        if not folders:
            return None
        present = sorted(os.path.basename(path) for path in glob.glob(folders[0] + "/*-kernel.bin"))
        if not present:
            return None
        wanted = {f"{profile}-kernel.bin" for profile in self.profiles}
        return os.path.relpath(folders[0], self.folder), present[0], sorted(wanted - set(present))
