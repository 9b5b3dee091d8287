"""The sample distribution: its releases, targets and profiles. Data only; packages are in catalogue.py."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Release:
    """One version of the distribution and how its generation of ImageBuilder behaves."""

    version: str
    path: str  # below the root of the download server
    branch: str  # the feeds of a release live in releases/packages-<branch>; "" for snapshots
    manager: str  # "opkg" or "apk"
    generation: int  # 1907, 2305, 2512; the snapshot is 9999
    revision: str
    kernel: str
    epoch: int
    archive: str  # ending of the ImageBuilder archive

    @property
    def is_snapshot(self):
        return self.version == "SNAPSHOT"

    @property
    def file_version(self):
        """What stands between "openwrt" and the target in file names."""
        return "" if self.is_snapshot else f"{self.version}-"


@dataclass(frozen=True)
class Image:
    """One file of a profile. `layout` and `tool` are read by imagebuilder/scripts/image.py."""

    type: str
    ending: str = "bin"
    layout: str = "kernel+rootfs"
    limit: int = 0  # bytes; 0: none
    tool: str = ""  # "mktplinkfw": too big loses every image; "check-size": too big drops this file


@dataclass(frozen=True)
class Profile:
    id: str
    vendor: str
    model: str
    variant: str = ""
    packages: tuple = ()
    supported: tuple = ()
    images: tuple = (Image("sysupgrade"),)
    since: int = 0  # first generation that knows the profile
    metadata: bool = True

    @property
    def title(self):
        return " ".join(part for part in (self.vendor, self.model, self.variant) if part)


@dataclass(frozen=True)
class Target:
    id: str
    arch: str  # of the packages
    cpu: str  # "Current Architecture" in `make info`
    profiles: tuple
    packages: dict = field(hash=False)  # generation -> default packages of the target, besides those of all

    @property
    def board(self):
        return self.id.split("/")[0]

    @property
    def subtarget(self):
        return self.id.split("/")[1]

    def profiles_in(self, release):
        return [profile for profile in self.profiles if profile.since <= release.generation]


def releases(snapshot_serial=1):
    """The releases, newest first. Every serial of the snapshot has its own revision and build time."""
    return [
        Release("SNAPSHOT", "snapshots", "", "apk", 9999,
                f"r{33100 + snapshot_serial}-{(0x5a4d91e0c3 + snapshot_serial * 0x1f3b7):010x}",
                "6.12.80", 1775000000 + 86400 * snapshot_serial, "tar.zst"),
        Release("25.12.0", "releases/25.12.0", "25.12", "apk", 2512,
                "r32713-f919e7899d", "6.12.71", 1772496855, "tar.zst"),
        Release("23.05.5", "releases/23.05.5", "23.05", "opkg", 2305,
                "r24106-10cc5fcd00", "5.15.167", 1727094886, "tar.xz"),
        Release("19.07.10", "releases/19.07.10", "19.07", "opkg", 1907,
                "r11427-9ce6aa9d8d", "4.14.275", 1650114812, "tar.xz"),
    ]


STABLE, OLDSTABLE = "25.12.0", "23.05.5"
FEEDS = ("base", "luci", "packages", "routing")
# Named in feeds.conf without an index on the server, as upstream does at times.
FEEDS_WITHOUT_INDEX = ("telephony", "video")
KERNEL_RELEASE = 1

# In the order of `make info`.
DEFAULT_PACKAGES = {
    1907: "base-files libc libgcc busybox dropbear mtd uci opkg netifd fstools uclient-fetch logd urandom-seed urngd"
          " {target} dnsmasq iptables ip6tables ppp ppp-mod-pppoe firewall odhcpd-ipv6only odhcp6c kmod-ipt-offload"
          " {target}",
    2305: "base-files ca-bundle dropbear fstools libc libgcc libustream-mbedtls logd mtd netifd opkg uci uclient-fetch"
          " urandom-seed urngd busybox procd procd-ujail procd-seccomp {target} dnsmasq firewall4 nftables"
          " kmod-nft-offload odhcp6c odhcpd-ipv6only ppp ppp-mod-pppoe",
    2512: "base-files ca-bundle dropbear fstools libc libgcc libustream-mbedtls logd mtd netifd uci uclient-fetch"
          " urandom-seed urngd {target} procd-ujail dnsmasq firewall4 nftables kmod-nft-offload odhcp6c"
          " odhcpd-ipv6only ppp ppp-mod-pppoe apk-mbedtls",
}
DEFAULT_PACKAGES[9999] = DEFAULT_PACKAGES[2512]


def default_packages(release, target):
    own = target.packages.get(release.generation, target.packages[0])
    return DEFAULT_PACKAGES[release.generation].format(target=own).split()


_TPLINK = 16252928
_TWIN = Profile("sample_twin-1", "Sample", "Twin", "1", ("kmod-usb2",), ("sample,twin-1",))

TARGETS = (
    Target("ath79/generic", "mips_24kc", "mips", (
        Profile("8dev_carambola2", "8devices", "Carambola2", "", ("kmod-usb-chipidea2",),
                ("8dev,carambola2", "carambola2")),
        Profile("avm_fritz300e", "AVM", "FRITZ!WLAN Repeater 300E", "", ("fritz-tffs", "rssileds", "-swconfig"),
                ("avm,fritz300e", "fritz300e")),
        _TWIN,
        # The alias archer-c7 is shared by the two that follow.
        Profile("tplink_archer-c7-v1", "TP-Link", "Archer C7", "v1", ("kmod-usb2", "kmod-usb-ledtrig-usbport"),
                ("tplink,archer-c7-v1", "archer-c7"),
                (Image("sysupgrade", limit=_TPLINK, tool="mktplinkfw"),
                 Image("factory", layout="header+kernel+rootfs", limit=_TPLINK, tool="mktplinkfw"))),
        Profile("tplink_archer-c7-v2", "TP-Link", "Archer C7", "v2",
                ("kmod-usb2", "kmod-usb-ledtrig-usbport", "kmod-ath10k-ct", "ath10k-firmware-qca988x-ct"),
                ("tplink,archer-c7-v2", "archer-c7"),
                (Image("sysupgrade", limit=_TPLINK, tool="mktplinkfw"),
                 Image("factory", layout="header+kernel+rootfs", limit=_TPLINK, tool="mktplinkfw"),
                 Image("factory-eu", layout="header+kernel+rootfs", limit=_TPLINK, tool="mktplinkfw"),
                 Image("factory-us", layout="header+kernel+rootfs", limit=_TPLINK, tool="mktplinkfw"))),
        # 4 MiB of flash: with sample-big every image is lost, and make ends with 0.
        Profile("tplink_tl-wr841-v8", "TP-Link", "TL-WR841N/ND", "v8", ("kmod-usb-chipidea2",),
                ("tplink,tl-wr841-v8", "tl-wr841n-v8"),
                (Image("sysupgrade", limit=3932160, tool="mktplinkfw"),
                 Image("factory", layout="header+kernel+rootfs", limit=3932160, tool="mktplinkfw"))),
        # No supported_devices at all.
        Profile("wd_mynet-n600", "Western Digital", "My Net N600", metadata=False),
    ), {1907: "kmod-gpio-button-hotplug swconfig kmod-ath9k uboot-envtools wpad-basic",
        0: "kmod-gpio-button-hotplug swconfig kmod-ath9k uboot-envtools wpad-basic-mbedtls"}),
    Target("ramips/mt7621", "mipsel_24kc", "mipsel", (
        # sysupgrade alone has a limit: with sample-big it is dropped and factory stays.
        Profile("dlink_dir-860l-b1", "D-Link", "DIR-860L", "B1",
                ("kmod-mt76x2", "kmod-usb3", "kmod-usb-ledtrig-usbport", "-uboot-envtools"),
                ("dlink,dir-860l-b1", "dir-860l-b1"),
                (Image("sysupgrade", limit=3932160, tool="check-size"),
                 Image("factory", layout="header+kernel+rootfs"))),
        Profile("ruijie_rg-ew1200g-pro-v1.1", "Ruijie", "RG-EW1200G PRO", "v1.1", ("kmod-mt7603",),
                ("ruijie,rg-ew1200g-pro-v1.1",)),
        _TWIN,
        # One image with a limit: with sample-big nothing is left, and make ends with 0.
        Profile("ubnt_edgerouter-x", "Ubiquiti", "EdgeRouter X", "", ("-wpad-basic-mbedtls", "-uboot-envtools"),
                ("ubnt,edgerouter-x", "ubnt-erx", "ubiquiti,edgerouterx"),
                (Image("sysupgrade", limit=3932160, tool="check-size"),)),
        Profile("xiaomi_mi-router-3g", "Xiaomi", "Mi Router 3G", "",
                ("kmod-mt7603", "kmod-mt76x2", "kmod-usb3", "kmod-usb-ledtrig-usbport"),
                ("xiaomi,mi-router-3g", "R3G", "mir3g", "xiaomi,mir3g"),
                (Image("kernel1", layout="kernel"), Image("rootfs0", layout="rootfs"), Image("sysupgrade"))),
        Profile("zyxel_wsm20", "ZyXEL", "WSM20", "", ("kmod-mt7603",), ("zyxel,wsm20",), since=2512),
    ), {1907: "kmod-leds-gpio kmod-gpio-button-hotplug swconfig wpad-basic",
        0: "kmod-leds-gpio kmod-gpio-button-hotplug uboot-envtools wpad-basic-mbedtls"}),
    Target("x86/64", "x86_64", "x86_64", (
        Profile("generic", "Generic", "x86/64", "",
                ("kmod-e1000", "kmod-e1000e", "kmod-igb", "kmod-r8169", "kmod-tg3", "kmod-fs-vfat"),
                (), (
                    Image("rootfs", "img.gz", "disk-rootfs"),
                    Image("combined", "img.gz", "disk"),
                    Image("combined-efi", "img.gz", "disk-efi"),
                ), metadata=False),
    ), {0: "partx-utils mkf2fs e2fsprogs kmod-button-hotplug grub2-bios-setup"}),
)
