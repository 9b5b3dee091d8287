"""The packages of the sample distribution: which there are, and what they need. Names are real, contents are not."""

from dataclasses import dataclass, replace

from .distribution import KERNEL_RELEASE


@dataclass(frozen=True)
class Recipe:
    """A package before it is built. Dependencies name packages without their ABI version."""

    name: str
    feed: str  # base, luci, packages, routing, core (the target's own), kmods, or tree (only in the ImageBuilder)
    depends: tuple = ()  # "name", or "name=1.0", "name>=1.0"
    provides: tuple = ()  # "name=": with the package's own version in apk releases, so that two providers exclude
    conflicts: tuple = ()  # in apk releases only said of packages that provide nothing
    abi: str = ""
    version: str = ""  # "": derived from the name
    files: tuple = ()  # extra (path, kind); kinds: see content.py
    default_file: bool = True
    only: tuple = ()  # generations; (): all
    all_archs: bool = False
    behaviour: str = ""  # what the package managers of the tree do when installing it, see README.md
    damage: str = ""  # "altered" or "absent": the archive on the server is not what the index says


def _words(text):
    return tuple(text.split())


def _base(name, depends="", **more):
    return Recipe(name, "base", _words(depends), **more)


OLD, MIDDLE, NEW, SNAPSHOT = 1907, 2305, 2512, 9999
_SINCE_2305 = (MIDDLE, NEW, SNAPSHOT)
_APK = (NEW, SNAPSHOT)

# Packages whose version grows with every build of the snapshot; those of the others stay, and so do their contents.
MOVING = ("netifd", "owut", "procd", "sample-app", "luci-app-attendedsysupgrade")

# name -> ABI version, by generation; 0 stands for all others.
ABI = {
    "libgcc": {0: "1"}, "libubox": {OLD: "20191228", MIDDLE: "20230523", NEW: "20260213", SNAPSHOT: "20260813"},
    "libubus": {OLD: "20191227", MIDDLE: "20230605", 0: "20251202"}, "libuci": {0: "20250120", OLD: "20130104"},
    "libuclient": {0: "20201210"}, "libnl-tiny": {0: "1"}, "libmbedtls": {0: "21", OLD: "12"},
    "libustream-mbedtls": {0: "20201210"}, "libf2fs": {0: "6"}, "libext2fs": {0: "2"}, "libncurses": {0: "6"},
    "libcurl": {0: "4"}, "libopenssl": {0: "3", OLD: "1.1"}, "libsample": {0: "20"},
}

_INIT = {  # service -> START
    "base-files": (("boot", 10), ("done", 95), ("gpio_switch", 94), ("led", 96), ("sysctl", 11), ("sysfixtime", 0),
                   ("system", 10), ("umount", 0)),
    "busybox": (("cron", 50),), "dnsmasq": (("dnsmasq", 19),), "dnsmasq-full": (("dnsmasq", 19),),
    "dropbear": (("dropbear", 19),), "firewall": (("firewall", 19),), "firewall4": (("firewall", 19),),
    "fstools": (("fstab", 11),), "logd": (("log", 12),), "netifd": (("network", 20),),
    "odhcpd-ipv6only": (("odhcpd", 35),), "urngd": (("urngd", 0),), "rpcd": (("rpcd", 12),),
}
_CONFIG = {"base-files": ("system", "network"), "dnsmasq": ("dhcp",), "dnsmasq-full": ("dhcp",),
           "dropbear": ("dropbear",), "firewall": ("firewall",), "firewall4": ("firewall",),
           "luci-base": ("luci",), "attendedsysupgrade-common": ("attendedsysupgrade",), "rpcd": ("rpcd",)}

_WPAD_CONFLICTS = {
    "wpad-basic": _words("hostapd wpad wpad-basic-mbedtls wpad-openssl"),
    "wpad-basic-mbedtls": _words("hostapd hostapd-basic wpad wpad-basic wpad-openssl"),
    "wpad-openssl": _words("hostapd hostapd-basic wpad wpad-basic wpad-basic-mbedtls"),
}
_HOSTAPD = _words("hostapd= wpa-supplicant=")

_BASE_FEED = (
    _base("busybox", files=(("/bin/busybox", "exec"), ("/bin/sh", "link:busybox"), ("/bin/ls", "link:busybox")),
          default_file=False),
    _base("procd", "ubusd ubus libubox", files=(("/lib/functions/procd.sh", "text"),)),
    _base("procd-ujail", "procd"), _base("procd-seccomp", "procd", only=(MIDDLE,)),
    _base("ca-bundle", files=(("/etc/ssl/certs/ca-certificates.crt", "big-text"),), default_file=False,
          all_archs=True),
    _base("dropbear"), _base("fstools", "ubox"), _base("fwtool"), _base("getrandom"),
    _base("jsonfilter", "libubox"), _base("jshn", "libubox"), _base("libubox"), _base("libubus", "libubox"),
    _base("libuci", "libubox"), _base("libuclient", "libubox"), _base("libnl-tiny"), _base("libmbedtls"),
    _base("libustream-mbedtls", "libmbedtls libubox"), _base("libopenssl"), _base("logd", "libubox"),
    _base("mtd", "libubox"), _base("netifd", "libuci libnl-tiny libubus ubus jshn libubox"),
    _base("opkg", "uclient-fetch libubox", only=(OLD, MIDDLE)),
    _base("apk-mbedtls", "libmbedtls", provides=("apk",), only=_APK),
    _base("openwrt-keyring", all_archs=True), _base("uci", "libuci"), _base("ubus", "libubus ubusd"),
    _base("ubusd", "libubox"), _base("ubox", "libubox"), _base("uclient-fetch", "libuclient"),
    _base("urandom-seed", "getrandom"), _base("urngd", "libubox"), _base("usign", "libubox"), _base("swconfig"),
    _base("uboot-envtools"), _base("hostapd-common"),
    _base("wpad-basic", "hostapd-common libnl-tiny libubus", provides=_HOSTAPD,
          conflicts=_WPAD_CONFLICTS["wpad-basic"], only=(OLD,)),
    _base("wpad-basic-mbedtls", "hostapd-common libnl-tiny libubus libmbedtls", provides=_HOSTAPD,
          conflicts=_WPAD_CONFLICTS["wpad-basic-mbedtls"], only=_SINCE_2305),
    _base("wpad-openssl", "hostapd-common libnl-tiny libubus libopenssl", provides=_HOSTAPD,
          conflicts=_WPAD_CONFLICTS["wpad-openssl"]),
    _base("dnsmasq", "libubus", files=(("/usr/sbin/dnsmasq", "exec"),), default_file=False),
    _base("dnsmasq-full", "libubus", provides=("dnsmasq",), conflicts=("dnsmasq",),
          files=(("/usr/sbin/dnsmasq", "exec"),), default_file=False),
    _base("firewall4", "kmod-nft-core nftables-json", only=_SINCE_2305), _base("firewall", only=(OLD,)),
    _base("nftables-json", "kmod-nft-core", provides=("nftables=",), only=_SINCE_2305),
    _base("nftables-nojson", "kmod-nft-core", provides=("nftables=",), only=_SINCE_2305,
          conflicts=("nftables-json",)),
    _base("iptables", only=(OLD,)), _base("ip6tables", "iptables", only=(OLD,)),
    _base("odhcp6c", "libubox"), _base("odhcpd-ipv6only", "libubox libuci"),
    _base("ppp", "kmod-ppp"), _base("ppp-mod-pppoe", "ppp kmod-pppoe"),
    _base("libf2fs"), _base("mkf2fs", "libf2fs"), _base("libext2fs"), _base("e2fsprogs", "libext2fs"),
    _base("partx-utils"), _base("grub2"), _base("grub2-bios-setup", "grub2"),
    _base("ath10k-firmware-qca988x-ct"), _base("fritz-tffs"), _base("rssileds"), _base("rpcd", "libubus libuci"),
)

_LUCI_FEED = tuple(replace(recipe, feed="luci", all_archs=True) for recipe in (
    _base("luci", "luci-base luci-mod-admin-full luci-theme-bootstrap luci-app-firewall"),
    _base("luci-base", "rpcd cgi-io"), _base("luci-mod-admin-full", "luci-base"),
    _base("luci-theme-bootstrap", "luci-base"), _base("luci-app-firewall", "luci-base"),
    _base("luci-app-attendedsysupgrade", "luci-base attendedsysupgrade-common cgi-io"),
    _base("luci-app-opkg", "luci-base opkg", only=(OLD, MIDDLE)),
    _base("luci-app-package-manager", "luci-base", only=_APK),
    _base("luci-ssl", "luci libustream-mbedtls"), _base("luci-i18n-base-de", "luci-base"),
))

_PACKAGES_FEED = tuple(replace(recipe, feed="packages") for recipe in (
    _base("vim"), _base("nano", "libncurses"), _base("tmux", "libncurses terminfo"), _base("terminfo"),
    _base("libncurses", "terminfo"), _base("htop", "libncurses"), _base("libcurl", "libmbedtls"),
    _base("curl", "libcurl"), _base("cgi-io"), _base("wireguard-tools", "kmod-wireguard"),
    _base("attendedsysupgrade-common", all_archs=True),
    _base("auc", "attendedsysupgrade-common rpcd", only=(OLD, MIDDLE)),
    _base("owut", "attendedsysupgrade-common rpcd", only=_SINCE_2305),
    # What follows is made to be asked for by tests; README.md lists it.
    _base("libsample"), _base("sample-app", "libsample"),
    _base("sample-provider-a", provides=("sample-virtual",)), _base("sample-provider-b", provides=("sample-virtual",)),
    _base("sample-needs-virtual", "sample-virtual"),
    _base("sample-conflict-a", conflicts=("sample-conflict-b",)), _base("sample-conflict-b",
                                                                       conflicts=("sample-conflict-a",)),
    _base("sample-clash-a", files=(("/etc/sample-clash", "text"),)),
    _base("sample-clash-b", files=(("/etc/sample-clash", "text"),)),
    _base("sample-baddep", "sample-not-there"), _base("sample-baddep-deep", "sample-baddep"),
    _base("sample-needs-newer", "libc>=9.9"),
    _base("sample-big", files=(("/usr/share/sample-big", "4 MiB"),)),
    _base("sample-altered", damage="altered"), _base("sample-absent", damage="absent"),
    _base("sample-slow", behaviour="sleep 3"), _base("sample-fail-hang", behaviour="sleep forever"),
    _base("sample-noisy", behaviour="print 20971520"), _base("sample-exit2", behaviour="exit 2"),
    _base("sample-conffile", files=(("/etc/config/sample", "conf"), ("/etc/uci-defaults/50-sample", "text"))),
))

_ROUTING_FEED = tuple(replace(recipe, feed="routing") for recipe in (
    _base("babeld"), _base("batctl-default", "libnl-tiny"), _base("olsrd"),
))

_KMODS = (
    "kmod-ath10k-ct kmod-ath9k kmod-button-hotplug kmod-e1000 kmod-e1000e kmod-fs-vfat kmod-gpio-button-hotplug"
    " kmod-igb kmod-ipt-offload kmod-leds-gpio kmod-mt7603 kmod-mt76x2 kmod-nft-core kmod-nft-offload kmod-nls-base"
    " kmod-ppp kmod-pppoe kmod-r8169 kmod-tg3 kmod-tun kmod-usb-chipidea2 kmod-usb-core kmod-usb-ledtrig-usbport"
    " kmod-usb2 kmod-usb3 kmod-wireguard").split()
_KMOD_DEPENDS = {"kmod-nft-offload": "kmod-nft-core", "kmod-pppoe": "kmod-ppp", "kmod-usb2": "kmod-usb-core",
                 "kmod-usb3": "kmod-usb-core", "kmod-usb-chipidea2": "kmod-usb-core", "kmod-fs-vfat": "kmod-nls-base",
                 "kmod-usb-ledtrig-usbport": "kmod-usb-core", "kmod-wireguard": "kmod-tun"}

_BASE_FILES_DEPENDS = {
    OLD: "netifd jsonfilter usign openwrt-keyring fstools fwtool",
    MIDDLE: "netifd jsonfilter usign openwrt-keyring fstools fwtool procd busybox",
    NEW: "netifd jsonfilter openwrt-keyring fstools fwtool procd busybox",
}
_BASE_FILES = (("/etc/passwd", "passwd"), ("/etc/openwrt_release", "release"), ("/usr/lib/os-release", "release"),
               ("/etc/os-release", "link:../usr/lib/os-release"), ("/etc/rc.common", "exec"),
               ("/lib/functions.sh", "text"), ("/etc/uci-defaults/12_network-generate-ula", "text"),
               ("/sbin/sysupgrade", "exec"))


def _finish(recipe, release):
    name, abis = recipe.name, ABI.get(recipe.name, {})
    files = list(recipe.files)
    files += [(f"/etc/init.d/{service}", f"init:{start}") for service, start in _INIT.get(name, ())]
    files += [(f"/etc/config/{config}", "conf") for config in _CONFIG.get(name, ())]
    if recipe.default_file:
        files.insert(0, _default_file(name, abis.get(release.generation, abis.get(0, "")), release))
    depends = recipe.depends if name == "libc" or recipe.feed == "tree" else ("libc",) + recipe.depends
    return replace(recipe, files=tuple(files), depends=depends, abi=abis.get(release.generation, abis.get(0, "")))


def _default_file(name, abi, release):
    if name.startswith("lib"):
        return f"/usr/lib/{name}.so.{abi or 0}", "lib"
    if name.startswith("luci"):
        return f"/www/luci-static/resources/{name}.js", "text"
    if name.startswith("kmod-"):
        return f"/lib/modules/{release.kernel}/{name[5:]}.ko", "lib"
    if name.startswith("ath10k-firmware"):
        return f"/lib/firmware/{name}.bin", "lib"
    return f"/usr/bin/{name}", "exec"


def feed_recipes(release):
    """The packages of one architecture."""
    wanted = _BASE_FEED + _LUCI_FEED + _PACKAGES_FEED + _ROUTING_FEED
    return [_finish(recipe, release) for recipe in wanted if not recipe.only or release.generation in recipe.only]


def target_recipes(release, vermagic):
    """The packages of one target: base-files, libgcc, the kernel modules, and those that only the tree has."""
    generation, revision = release.generation, release.revision
    if release.manager == "opkg":
        kernel = f"{release.kernel}-{KERNEL_RELEASE}-{vermagic}"
        base_files = f"1562-{revision}" if generation == MIDDLE else f"204.4-{revision}"
        libc = "1.2.4-4" if generation == MIDDLE else "1.1.24-2"
        module = f"{release.kernel}-{KERNEL_RELEASE}"
    else:
        kernel = f"{release.kernel}~{vermagic}-r{KERNEL_RELEASE}"
        base_files, libc = f"1693~{revision.split('-')[1]}", "1.2.5-r5"
        module = f"{release.kernel}-r{KERNEL_RELEASE}"
    recipes = [
        Recipe("libc", "tree", ("libgcc",), version=libc, files=(("/lib/ld-musl.so.1", "lib"),), default_file=False),
        Recipe("kernel", "tree", version=kernel, default_file=False),
        Recipe("libgcc", "core"),
        Recipe("base-files", "core", _words(_BASE_FILES_DEPENDS.get(generation, _BASE_FILES_DEPENDS[NEW])),
               version=base_files, files=_BASE_FILES, default_file=False),
    ]
    for name in _KMODS:
        depends = (f"kernel={kernel}",) + _words(_KMOD_DEPENDS.get(name, ""))
        recipes.append(Recipe(name, "core" if generation == OLD else "kmods", depends, version=module))
    return [_finish(recipe, release) for recipe in recipes]


def abi_name(name, release):
    """The name a package has in an index of the release: libubox is libubox20230523 in 23.05."""
    abis = ABI.get(name, {})
    abi = abis.get(release.generation, abis.get(0, ""))
    return name + ("-" if abi and name[-1].isdigit() else "") + abi
