/// Outputs of real opkg, apk, ImageBuilders and image tools, by name; host paths are replaced.
enum ToolOutput {
    static let texts: [String: String] = [
        "apk/conflict-wpad": #"""
        $ apk add --simulate wpad-basic-mbedtls wpad-openssl
        ERROR: unable to select packages:
          wpad-basic-mbedtls-2025.08.26~ca266cc2-r1:
            conflicts: wpad-openssl-2025.08.26~ca266cc2-r1[hostapd=2025.08.26~ca266cc2-r1]
                       wpad-openssl-2025.08.26~ca266cc2-r1[wpa-supplicant=2025.08.26~ca266cc2-r1]
            satisfies: world[wpad-basic-mbedtls]
          wpad-openssl-2025.08.26~ca266cc2-r1:
            conflicts: wpad-basic-mbedtls-2025.08.26~ca266cc2-r1[hostapd=2025.08.26~ca266cc2-r1]
                       wpad-basic-mbedtls-2025.08.26~ca266cc2-r1[wpa-supplicant=2025.08.26~ca266cc2-r1]
            satisfies: world[wpad-openssl]
        [exit status 2]
        """#,
        "apk/index-404-http": #"""
        $ apk add --simulate tmux
        WARNING: opening from cache\#
         https://downloads.openwrt.org/releases/25.12.9/packages/x86_64/base/packages.adb: No such file or\#
         directory
        ERROR: unable to select packages:
          tmux (no such package):
            required by: world[tmux]
        [exit status 1]
        """#,
        "apk/index-truncated": #"""
        $ apk add --simulate tmux
        WARNING: opening /builder/packages/packages.adb: unexpected end of file
        ERROR: unable to select packages:
          tmux (no such package):
            required by: world[tmux]
        [exit status 1]
        """#,
        "apk/missing-dependency-abi": #"""
        $ apk add --simulate mtd
        ERROR: unable to select packages:
          libubox20260213 (no such package):
            required by: mtd-27[libubox20260213]
        [exit status 2]
        """#,
        "apk/negative-conflict": #"""
        $ apk add --simulate mtd !libubox20260213
        ERROR: unable to select packages:
          libubox20260213-2026.02.13~1aa36ee7-r1:
            breaks: world[!libubox20260213]
            satisfies: mtd-27[libubox20260213]
        [exit status 2]
        """#,
        "apk/no-such-package-several": #"""
        $ apk add --simulate tmux nonexistent-pkg luci-app-nosuch
        ERROR: unable to select packages:
          luci-app-nosuch (no such package):
            required by: world[luci-app-nosuch]
          nonexistent-pkg (no such package):
            required by: world[nonexistent-pkg]
        [exit status 2]
        """#,
        "apk/no-such-package": #"""
        $ apk add --simulate nonexistent-pkg
        ERROR: unable to select packages:
          nonexistent-pkg (no such package):
            required by: world[nonexistent-pkg]
        [exit status 1]
        """#,
        "apk/ok-simulate": #"""
        $ apk add --simulate tmux
        (1/7) Installing libevent2-core7 (2.1.12-r2)
        (2/7) Installing terminfo (6.4-r3)
        (3/7) Installing libncurses6 (6.4-r3)
        (4/7) Installing libgcc1 (14.3.0-r5)
        (5/7) Installing libpthread (1.2.5-r5)
        (6/7) Installing librt (1.2.5-r5)
        (7/7) Installing tmux (3.6a-r1)
        OK: 60 B in 7 packages
        [exit status 0]
        """#,
        "apk/package-404-http": #"""
        $ apk add tmux
        (1/7) Installing libevent2-core7 (2.1.12-r2)
        (2/7) Installing terminfo (6.4-r3)
        (3/7) Installing libncurses6 (6.4-r3)
        (4/7) Installing libgcc1 (14.3.0-r5)
        (5/7) Installing libpthread (1.2.5-r5)
        (6/7) Installing librt (1.2.5-r5)
        (7/7) Installing tmux (3.6a-r1)
        ERROR: tmux-3.6a-r1: HTTP 404: Not Found
        1 error; 56 B in 6 packages
        [exit status 1]
        """#,
        "apk/package-corrupt": #"""
        $ apk add iperf3
        (1/4) Installing libgcc1 (14.3.0-r5)
        (2/4) Installing libatomic1 (14.3.0-r5)
        (3/4) Installing libiperf3 (3.20-r1)
        (4/4) Installing iperf3 (3.20-r1)
        ERROR: iperf3-3.20-r1: file format is invalid or inconsistent
        1 error; 26 B in 3 packages
        [exit status 1]
        """#,
        "apk/package-differs-from-index": #"""
        $ apk add tmux
        (1/7) Installing libevent2-core7 (2.1.12-r2)
        (2/7) Installing terminfo (6.4-r3)
        (3/7) Installing libncurses6 (6.4-r3)
        (4/7) Installing libgcc1 (14.3.0-r5)
        (5/7) Installing libpthread (1.2.5-r5)
        (6/7) Installing librt (1.2.5-r5)
        (7/7) Installing tmux (3.6a-r1)
        ERROR: tmux-3.6a-r1: ADB integrity error
        1 error; 56 B in 6 packages
        [exit status 1]
        """#,
        "apk/package-file-missing": #"""
        $ apk add tmux
        (1/7) Installing libevent2-core7 (2.1.12-r2)
        (2/7) Installing terminfo (6.4-r3)
        (3/7) Installing libncurses6 (6.4-r3)
        (4/7) Installing libgcc1 (14.3.0-r5)
        (5/7) Installing libpthread (1.2.5-r5)
        (6/7) Installing librt (1.2.5-r5)
        (7/7) Installing tmux (3.6a-r1)
        ERROR: tmux-3.6a-r1: package mentioned in index not found (try 'apk update')
        1 error; 56 B in 6 packages
        [exit status 1]
        """#,
        "apk/package-truncated": #"""
        $ apk add tmux
        (1/7) Installing libevent2-core7 (2.1.12-r2)
        (2/7) Installing terminfo (6.4-r3)
        (3/7) Installing libncurses6 (6.4-r3)
        (4/7) Installing libgcc1 (14.3.0-r5)
        (5/7) Installing libpthread (1.2.5-r5)
        (6/7) Installing librt (1.2.5-r5)
        (7/7) Installing tmux (3.6a-r1)
        ERROR: tmux-3.6a-r1: unexpected end of file
        1 error; 56 B in 6 packages
        [exit status 1]
        """#,
        "apk/provides-satisfies-both": #"""
        $ apk add --simulate dnsmasq dnsmasq-full
        ( 1/24) Installing kmod-nf-conntrack (6.12.71-r1)
        ( 2/24) Installing kmod-nfnetlink (6.12.71-r1)
        ( 3/24) Installing kmod-nf-conntrack-netlink (6.12.71-r1)
        ( 4/24) Installing libmnl0 (1.0.5-r1)
        ( 5/24) Installing libnfnetlink0 (1.0.2-r1)
        ( 6/24) Installing libnetfilter-conntrack3 (1.1.0-r1)
        ( 7/24) Installing libgmp10 (6.3.0-r2)
        ( 8/24) Installing libnettle8 (3.10.2-r1)
        ( 9/24) Installing libubox20260213 (2026.02.13~1aa36ee7-r1)
        (10/24) Installing libubus20251202 (2025.12.02~3cc98db1-r1)
        (11/24) Installing jansson4 (2.14.1-r1)
        (12/24) Installing kmod-crypto-hash (6.12.71-r1)
        (13/24) Installing kmod-crypto-crc32c (6.12.71-r1)
        (14/24) Installing kmod-lib-crc32c (6.12.71-r1)
        (15/24) Installing kmod-nf-conntrack6 (6.12.71-r1)
        (16/24) Installing kmod-nf-log (6.12.71-r1)
        (17/24) Installing kmod-nf-log6 (6.12.71-r1)
        (18/24) Installing kmod-nf-nat (6.12.71-r1)
        (19/24) Installing kmod-nf-reject (6.12.71-r1)
        (20/24) Installing kmod-nf-reject6 (6.12.71-r1)
        (21/24) Installing kmod-nft-core (6.12.71-r1)
        (22/24) Installing libnftnl11 (1.3.1-r1)
        (23/24) Installing nftables-json (1.1.6-r1)
        (24/24) Installing dnsmasq-full (2.91-r2)
        OK: 333 B in 24 packages
        [exit status 0]
        """#,
        "apk/untrusted-index": #"""
        $ apk add --simulate tmux
        WARNING: opening /builder/packages/packages.adb: UNTRUSTED signature
        ERROR: unable to select packages:
          tmux (no such package):
            required by: world[tmux]
        [exit status 1]
        """#,
        "apk/version-pin-not-satisfied": #"""
        $ apk add --simulate tmux=9.9-r1
        ERROR: unable to select packages:
          tmux-3.6a-r1:
            breaks: world[tmux=9.9-r1]
        [exit status 1]
        """#,
        "image/check-size-too-big": #"""
            WARNING: Image file\#
         /builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-24.10.4-ath79-generic-tpli\#
        nk_archer-c7-v5-squashfs-sysupgrade.bin is too big: 17104920 > 15728640
        """#,
        "image/mktplinkfw-too-big": #"""
        $ mktplinkfw -H 0x43000001 -W 1 -F 8Mlzma -N OpenWrt -V r29234 -m 1 -k kernel.bin -r root.squashfs\#
         -o fw.bin -j -X 0x40000 -a 0x4 -s
        [mktplinkfw] rootfs offset aligned to 0x1843712
        [mktplinkfw] *** error: images are too big by 635392 bytes
        [exit status 255]
        """#,
        "opkg/checksum-mismatch": #"""
        $ opkg install bad-sum
        Collected errors:
         * opkg_install_pkg: Checksum or size mismatch for package bad-sum. Either the opkg or the package\#
         index are corrupt. Try 'opkg update'.
         * opkg_install_cmd: Cannot install package bad-sum.
        Installing bad-sum (1-r1) to root...
        Downloading file:packages/bad-sum_1-r1_x86_64.ipk
        [exit status 255]
        """#,
        "opkg/conflict-installed": #"""
        $ opkg install conf-a conf-b
        Collected errors:
         * check_conflicts_for: The following packages conflict with conf-b:
         * check_conflicts_for: \#tconf-a *\#u{20}
         * opkg_install_cmd: Cannot install package conf-b.
        Installing conf-a (1-r1) to root...
        Downloading file:packages/conf-a_1-r1_x86_64.ipk
        Installing conf-b (1-r1) to root...
        Configuring conf-a.
        [exit status 255]
        """#,
        "opkg/download-404": #"""
        $ opkg install tmux
        Collected errors:
         * opkg_download: Failed to download\#
         http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/packages/tmux_3.5a-r1_x86_64.ipk,\#
         wget returned 8.
         * opkg_install_pkg: Failed to download tmux. Perhaps you need to run 'opkg update'?
         * opkg_install_cmd: Cannot install package tmux.
        Installing tmux (3.5a-r1) to root...
        Downloading http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/packages/tmux_3.5a-r1_x86_\#
        64.ipk
        [exit status 255]
        """#,
        "opkg/file-clash": #"""
        $ opkg install clash-b
        Collected errors:
         * check_data_file_clashes: Package clash-b wants to install file /builder/root/etc/config/dhcp
        \#tBut that file is already provided by package  * clash-a
         * check_data_file_clashes: Package clash-b wants to install file /builder/root/usr/sbin/dnsmasq
        \#tBut that file is already provided by package  * clash-a
         * opkg_install_cmd: Cannot install package clash-b.
        Installing clash-b (1-r1) to root...
        Downloading file:packages/clash-b_1-r1_x86_64.ipk
        [exit status 255]
        """#,
        "opkg/index-download-404": #"""
        $ opkg update
        Collected errors:
         * opkg_download: Failed to download\#
         http://downloads.openwrt.org/releases/24.10.9/targets/x86/64/packages/Packages.gz, wget returned 8.
        Downloading http://downloads.openwrt.org/releases/24.10.9/targets/x86/64/packages/Packages.gz
        *** Failed to download the package list from\#
         http://downloads.openwrt.org/releases/24.10.9/targets/x86/64/packages/Packages.gz

        Downloading http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/routing/Packages.gz
        Updated list of available packages in /builder/root/dl/openwrt_routing
        Downloading http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/routing/Packages.sig
        Signature check passed.
        [exit status 1]
        """#,
        "opkg/index-signature-bad": #"""
        $ opkg update
        Downloading http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/routing/Packages.gz
        Updated list of available packages in /builder/root/dl/openwrt_routing
        Downloading http://downloads.openwrt.org/releases/24.10.4/packages/x86_64/routing/Packages.sig
        Signature check failed.
        Remove wrong Signature file.
        [exit status 0]
        """#,
        "opkg/kernel-vermagic-mismatch": #"""
        $ opkg install kmod-nls-base
        Collected errors:
         * pkg_hash_check_unresolved: cannot find dependency kernel (=\#
         6.6.110~484466e2719a743506c36b4bb2103582-r1) for kmod-nls-base
         * pkg_hash_fetch_best_installation_candidate: Packages for kmod-nls-base found, but incompatible\#
         with the architectures configured
         * opkg_install_cmd: Cannot install package kmod-nls-base.
        Unknown package 'kmod-nls-base'.
        [exit status 255]
        """#,
        "opkg/missing-dependency": #"""
        $ opkg install tmux
        Collected errors:
         * pkg_hash_check_unresolved: cannot find dependency libc for terminfo
         * pkg_hash_fetch_best_installation_candidate: Packages for terminfo found, but incompatible with\#
         the architectures configured
         * pkg_hash_check_unresolved: cannot find dependency libc for libncurses6
         * pkg_hash_fetch_best_installation_candidate: Packages for libncurses6 found, but incompatible\#
         with the architectures configured
         * pkg_hash_check_unresolved: cannot find dependency libc for libevent2-core7
         * pkg_hash_fetch_best_installation_candidate: Packages for libevent2-core7 found, but incompatible\#
         with the architectures configured
         * pkg_hash_check_unresolved: cannot find dependency libc for tmux
         * pkg_hash_fetch_best_installation_candidate: Packages for tmux found, but incompatible with the\#
         architectures configured
         * opkg_install_cmd: Cannot install package tmux.
        Unknown package 'tmux'.
        [exit status 255]
        """#,
        "opkg/unknown-package-among-good": #"""
        $ opkg install clash-a nonexistent-pkg luci-app-nosuch
        Collected errors:
         * opkg_install_cmd: Cannot install package nonexistent-pkg.
         * opkg_install_cmd: Cannot install package luci-app-nosuch.
        Installing clash-a (1-r1) to root...
        Downloading file:packages/clash-a_1-r1_x86_64.ipk
        Unknown package 'nonexistent-pkg'.
        Unknown package 'luci-app-nosuch'.
        Configuring clash-a.
        [exit status 255]
        """#,
        "opkg/unknown-package": #"""
        $ opkg install nonexistent-pkg
        Collected errors:
         * opkg_install_cmd: Cannot install package nonexistent-pkg.
        Unknown package 'nonexistent-pkg'.
        [exit status 255]
        """#,
        "opkg/version-not-satisfied": #"""
        $ opkg install needs-newer
        Collected errors:
         * pkg_hash_check_unresolved: cannot find dependency libc (>= 9.9) for needs-newer
         * pkg_hash_fetch_best_installation_candidate: Packages for needs-newer found, but incompatible\#
         with the architectures configured
         * opkg_install_cmd: Cannot install package needs-newer.
        Unknown package 'needs-newer'.
        [exit status 255]
        """#,
        "opkg-tree/fail-baddep.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * pkg_hash_check_unresolved: cannot find dependency lab-not-there for lab-baddep
         * pkg_hash_fetch_best_installation_candidate: Packages for lab-baddep found, but incompatible with\#
         the architectures configured
         * opkg_install_cmd: Cannot install package lab-baddep.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-clash.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * check_data_file_clashes: Package lab-clash-b wants to install file\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/etc/lab-clash
        \#tBut that file is already provided by package  * lab-clash-a
         * opkg_install_cmd: Cannot install package lab-clash-b.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-conflict.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * check_conflicts_for: The following packages conflict with lab-conflict-b:
         * check_conflicts_for: \#tlab-conflict-a *\#u{20}
         * opkg_install_cmd: Cannot install package lab-conflict-b.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-dnsmasq.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * check_conflicts_for: The following packages conflict with dnsmasq:
         * check_conflicts_for: \#tdnsmasq-full *\#u{20}
         * opkg_install_cmd: Cannot install package dnsmasq.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-nonet-nolists.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Collected errors:
         * opkg_download: Failed to download\#
         http://127.0.0.1:9/releases/23.05.2/targets/ath79/generic/packages/Packages.gz, wget returned 4.
         * opkg_download: Check your network settings and connectivity.
        *** Failed to download the package list from\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/packages/Packages.gz

        Downloading http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        *** Failed to download the package list from\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/routing/Packages.gz

        Downloading http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        *** Failed to download the package list from\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz

        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * pkg_hash_check_unresolved: cannot find dependency libgcc for libc
         * pkg_hash_fetch_best_installation_candidate: Packages for libc found, but incompatible with the\#
         architectures configured
         * opkg_install_cmd: Cannot install package libc.
        make[2]: *** [Makefile:187: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-nonet.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Collected errors:
         * opkg_download: Failed to download\#
         http://127.0.0.1:9/releases/23.05.2/targets/ath79/generic/packages/Packages.gz, wget returned 4.
         * opkg_download: Check your network settings and connectivity.
        Downloading http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        *** Failed to download the package list from\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/routing/Packages.gz

        Downloading http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        *** Failed to download the package list from\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz

        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * opkg_download: Failed to download\#
         http://127.0.0.1:9/releases/23.05.2/packages/mips_24kc/base/libgcc1_1.1-2_mips_24kc.ipk, wget\#
         returned 4.
         * opkg_download: Check your network settings and connectivity.

         * opkg_install_pkg: Failed to download libgcc1. Perhaps you need to run 'opkg update'?
         * opkg_install_cmd: Cannot install package libc.
        make[2]: *** [Makefile:187: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-profile.image.err": #"""
        make[1]: *** [Makefile:238: _check_profile] Error 1
        make: *** [Makefile:260: image] Error 2
        """#,
        "opkg-tree/fail-profile.image.out": #"""
        Profile "nope" does not exist!
        Use "make info" to get a list of available profile names.
        """#,
        "opkg-tree/fail-profile.manifest.err": #"""
        make[1]: *** [Makefile:238: _check_profile] Error 1
        make: *** [Makefile:272: manifest] Error 2
        """#,
        "opkg-tree/fail-profile.manifest.out": #"""
        Profile "nope" does not exist!
        Use "make info" to get a list of available profile names.
        """#,
        "opkg-tree/fail-toobig.image.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        ./etc/rc.common: line 131:\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/lib/functions/procd.sh: No such file or\#
         directory
        Pseudo file "dev" exists in source filesystem\#
         "/builder/build_dir/target-mips_24kc_musl/root-ath79/dev".
        Ignoring, exclude it (-e/-ef) to override.
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] *** error: images are too big by 9890721 bytes
        Failed to open firmware file
        sha256sum: /builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-toobig-a\#
        th79-generic-tplink_archer-c7-v2-squashfs-sysupgrade.bin: No such file or directory
        cp: cannot stat '/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-to\#
        obig-ath79-generic-tplink_archer-c7-v2-squashfs-sysupgrade.bin': No such file or directory
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] *** error: images are too big by 9890721 bytes
        cp: cannot stat '/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-to\#
        obig-ath79-generic-tplink_archer-c7-v2-squashfs-factory.bin': No such file or directory
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] *** error: images are too big by 9890721 bytes
        cp: cannot stat '/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-to\#
        obig-ath79-generic-tplink_archer-c7-v2-squashfs-factory-us.bin': No such file or directory
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] *** error: images are too big by 9890721 bytes
        cp: cannot stat '/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-to\#
        obig-ath79-generic-tplink_archer-c7-v2-squashfs-factory-eu.bin': No such file or directory
        """#,
        "opkg-tree/fail-unknown.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_base
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * opkg_install_cmd: Cannot install package no-such-pkg.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/fail-unknown2.manifest.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_base
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/luci/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_luci
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/packages/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_packages
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/routing/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_routing
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/telephony/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        Collected errors:
         * opkg_install_cmd: Cannot install package no-such-pkg.
         * opkg_install_cmd: Cannot install package nor-this-one.
        make[2]: *** [Makefile:189: package_install] Error 255
        make[1]: *** [Makefile:154: _call_manifest] Error 2
        make: *** [Makefile:274: manifest] Error 2
        """#,
        "opkg-tree/image.err": #"""
        Package list missing or not up-to-date, generating it.

        Building package index...
        Downloading https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages/Packages.g\#
        z
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_core
        Downloading https://downloads.openwrt.org/releases/23.05.2/packages/mips_24kc/base/Packages.gz
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/openwrt_telephony
        Downloading file:packages/Packages
        Updated list of available packages in\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/../../dl/imagebuilder
        /builder/build_dir/target-mips_24kc_musl/root-ath79/etc/rc.common: line 131:\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/lib/functions/procd.sh: No such file or\#
         directory
        /builder/build_dir/target-mips_24kc_musl/root-ath79/etc/rc.common: line 131:\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/lib/functions/procd.sh: No such file or\#
         directory
        ./etc/rc.common: line 131:\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/lib/functions/procd.sh: No such file or\#
         directory
        ./etc/rc.common: line 131:\#
         /builder/build_dir/target-mips_24kc_musl/root-ath79/lib/functions/procd.sh: No such file or\#
         directory
        Pseudo file "dev" exists in source filesystem\#
         "/builder/build_dir/target-mips_24kc_musl/root-ath79/dev".
        Ignoring, exclude it (-e/-ef) to override.
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] firmware file\#
         "/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-abc123-ath79-gene\#
        ric-tplink_archer-c7-v2-squashfs-sysupgrade.bin.new" completed
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] firmware file\#
         "/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-abc123-ath79-gene\#
        ric-tplink_archer-c7-v2-squashfs-factory.bin.new" completed
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] firmware file\#
         "/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-abc123-ath79-gene\#
        ric-tplink_archer-c7-v2-squashfs-factory-us.bin.new" completed
        [mktplinkfw] rootfs offset aligned to 0x2330444
        [mktplinkfw] firmware file\#
         "/builder/build_dir/target-mips_24kc_musl/linux-ath79_generic/tmp/openwrt-23.05.2-abc123-ath79-gene\#
        ric-tplink_archer-c7-v2-squashfs-factory-eu.bin.new" completed
        """#,
        "apk-tree/fail-baddep.manifest.err": #"""
        ERROR: unable to select packages:
          lab-not-there (no such package):
            required by: lab-baddep-1.0-r1[lab-not-there]
        make[2]: *** [Makefile:254: package_install] Error 2
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/fail-clash.manifest.err": #"""
        ERROR: lab-clash-b-1.0-r1: trying to overwrite etc/lab-clash owned by lab-clash-a-1.0-r1.
        make[2]: *** [Makefile:254: package_install] Error 1
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/fail-conflict.manifest.err": #"""
        ERROR: unable to select packages:
          lab-conflict-b-1.0-r1:
            breaks: lab-conflict-a-1.0-r1[!lab-conflict-b]
            satisfies: world[lab-conflict-b]
          lab-conflict-a-1.0-r1:
            breaks: lab-conflict-b-1.0-r1[!lab-conflict-a]
            satisfies: world[lab-conflict-a]
        make[2]: *** [Makefile:254: package_install] Error 2
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/fail-dnsmasq.manifest.err": #"""

        """#,
        "apk-tree/fail-nokey.manifest.err": #"""
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/targets/x86/generic/packages/package\#
        s.adb: UNTRUSTED signature
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/packages/i386_pentium4/base/packages\#
        .adb: UNTRUSTED signature
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/packages/i386_pentium4/luci/packages\#
        .adb: UNTRUSTED signature
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/packages/i386_pentium4/packages/pack\#
        ages.adb: UNTRUSTED signature
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/targets/x86/generic/packages/package\#
        s.adb: UNTRUSTED signature
        WARNING: opening https://downloads.openwrt.org/releases/25.12.5/packages/i386_pentium4/base/packages\#
        .adb: UNTRUSTED signature
          urandom-seed (no such package):
            required by: world[urandom-seed]
          urngd (no such package):
            required by: world[urngd]
          vim (no such package):
            required by: world[vim]
          fwtool (no such package):
            required by: base-files-1550-r1[fwtool]
          jsonfilter (no such package):
            required by: base-files-1550-r1[jsonfilter]
          openwrt-keyring (no such package):
            required by: base-files-1550-r1[openwrt-keyring]
          usign (no such package):
            required by: base-files-1550-r1[usign]
        make[2]: *** [Makefile:254: package_install] Error 49
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/fail-nonet.manifest.err": #"""
        WARNING: updating and opening\#
         http://127.0.0.1:9/releases/25.12.5/targets/x86/generic/packages/packages.adb: Connection refused
        WARNING: updating and opening\#
         http://127.0.0.1:9/releases/25.12.5/packages/i386_pentium4/base/packages.adb: Connection refused
        WARNING: updating and opening\#
         http://127.0.0.1:9/releases/25.12.5/packages/i386_pentium4/luci/packages.adb: Connection refused
        WARNING: updating and opening\#
         http://127.0.0.1:9/releases/25.12.5/packages/i386_pentium4/packages/packages.adb: Connection\#
         refused
        WARNING: opening from cache\#
         http://127.0.0.1:9/releases/25.12.5/targets/x86/generic/packages/packages.adb: No such file or\#
         directory
        WARNING: opening from cache\#
         http://127.0.0.1:9/releases/25.12.5/packages/i386_pentium4/base/packages.adb: No such file or\#
         directory
          urandom-seed (no such package):
            required by: world[urandom-seed]
          urngd (no such package):
            required by: world[urngd]
          vim (no such package):
            required by: world[vim]
          fwtool (no such package):
            required by: base-files-1550-r1[fwtool]
          jsonfilter (no such package):
            required by: base-files-1550-r1[jsonfilter]
          openwrt-keyring (no such package):
            required by: base-files-1550-r1[openwrt-keyring]
          usign (no such package):
            required by: base-files-1550-r1[usign]
        make[2]: *** [Makefile:254: package_install] Error 49
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/fail-unknown.manifest.err": #"""
        ERROR: unable to select packages:
          no-such-pkg (no such package):
            required by: world[no-such-pkg]
          nor-this (no such package):
            required by: world[nor-this]
        make[2]: *** [Makefile:254: package_install] Error 2
        make[1]: *** [Makefile:193: _call_manifest] Error 2
        make: *** [Makefile:369: manifest] Error 2
        """#,
        "apk-tree/image.err": #"""
        basename: missing operand
        Try 'basename --help' for more information.
        basename: missing operand
        Try 'basename --help' for more information.
        basename: missing operand
        Try 'basename --help' for more information.
        + basename /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123\#
        -x86-generic-generic-ext4-combined-efi.img.gz.boot/efi/boot
        + baseentry=boot
        + mmd -i /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x\#
        86-generic-generic-ext4-combined-efi.img.gz.kernel ::/efi/boot
        + dos_dircopy /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc\#
        123-x86-generic-generic-ext4-combined-efi.img.gz.boot/efi/boot /efi/boot/
        + local entry
        + local baseentry
        + [ -f /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x86\#
        -generic-generic-ext4-combined-efi.img.gz.boot/efi/boot/bootia32.efi ]
        + mcopy -i /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123\#
        -x86-generic-generic-ext4-combined-efi.img.gz.kernel\#
         /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x86-gener\#
        ic-generic-ext4-combined-efi.img.gz.boot/efi/boot/bootia32.efi ::/efi/boot/
        + dd if=/builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x8\#
        6-generic-generic-ext4-combined-efi.img.gz.kernel\#
         of=/builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x86-ge\#
        neric-generic-ext4-combined-efi.img.gz bs=512 seek=512 conv=notrunc
        32768+0 records in
        32768+0 records out
        16777216 bytes (17 MB, 16 MiB) copied, 0.2382 s, 70.4 MB/s
        + rm -f /builder/build_dir/target-i386_pentium4_musl/linux-x86_generic/tmp/openwrt-25.12.5-abc123-x8\#
        6-generic-generic-ext4-combined-efi.img.gz.kernel
        /builder/staging_dir/host/bin/grub-bios-setup: warning: Your BIOS Boot Partition is under 1 MiB,\#
         please increase its size..
        6614+1 records in
        6614+1 records out
        3386654 bytes (3.4 MB, 3.2 MiB) copied, 0.0227731 s, 149 MB/s
        """#,
    ]
}
