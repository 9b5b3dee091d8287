import ASUCore
import Testing

/// Every rule of the built-in fix-ups, by real versions, targets and profiles.
struct PackageFixupDataTests {
    private static let table = Result { try PackageTables.load().fixups }

    private static func check(_ test: PackageFixupCase) throws {
        #expect(try test.result(table.get()) == test.expected)
    }

    @Test(arguments: [
        PackageFixupCase("23.05.5", "mediatek/mt7622", "linksys_e8450", "luci", becomes: "luci kmod-mt7622-firmware"),
        .init("23.05.0-rc3", "mediatek/mt7622", "linksys_e8450", "", becomes: "kmod-mt7622-firmware"),
        .init("23.05-SNAPSHOT", "mediatek/mt7622", "linksys_e8450", "", becomes: "kmod-mt7622-firmware"),
        .init("23.05.5", "mediatek/mt7622", "x", "kmod-mt7622-firmware a", becomes: "kmod-mt7622-firmware a"),
        .init("23.05.5", "mediatek/mt7622", "x", "-kmod-mt7622-firmware", becomes: "-kmod-mt7622-firmware"),
        .init("23.05.5", "mediatek/mt7623", "x", "luci", becomes: "luci"),
        .init("22.03.7", "mediatek/mt7622", "linksys_e8450", "luci", becomes: "luci"),
        .init("23.05.5", "ath79/generic", "netgear_wndr3700", "luci", becomes: "luci kmod-switch-rtl8366s"),
        .init("23.05.5", "ath79/generic", "trendnet_tew-673gru", "", becomes: "kmod-switch-rtl8366s"),
        .init("23.05.5", "ath79/generic", "buffalo_wzr-hp-g300nh-s", "", becomes: "kmod-switch-rtl8366s"),
        .init("23.05.5", "ath79/generic", "buffalo_wzr-hp-g300nh-rb", "", becomes: "kmod-switch-rtl8366rb"),
        .init("23.05.5", "ath79/generic", "tplink_archer-c7-v2", "luci", becomes: "luci"),
        .init("23.05.5", "ath79/nand", "netgear_wndr3700", "luci", becomes: "luci"),
        .init("24.10.4", "ath79/generic", "netgear_wndr3700", "luci", becomes: "luci"),
    ])
    func fixups_2305(test: PackageFixupCase) throws { try Self.check(test) }

    @Test(arguments: [
        PackageFixupCase("24.10.4", "a auc b", becomes: "a owut b"),
        .init("24.10.0-rc1", "auc", becomes: "owut"),
        .init("24.10-SNAPSHOT", "auc", becomes: "owut"),
        .init("24.10.4", "owut auc b", becomes: "owut b"),
        .init("24.10.4", "auc b owut", becomes: "b owut"),
        .init("24.10.4", "a -auc", becomes: "a -auc"),
        .init("24.10.4", "auc -owut", becomes: "-owut"),
        .init("24.10.4", "auction", becomes: "auction"),
        .init("23.05.5", "auc", becomes: "auc"),
        .init("25.12.0", "auc", becomes: "auc"),
        .init("SNAPSHOT", "auc", becomes: "auc"),
        .init("24.10.4", "ath79/generic", "tplink_archer-c6-v2", "", becomes: "ipq-wifi-tplink_archer-c6-v2"),
        .init("24.10.4", "ath79/generic", "tplink_archer-c6-v2-us", "", becomes: ""),
        .init("24.10.4", "mediatek/filogic", "glinet_gl-mt6000", "luci", becomes: "luci fitblk"),
        .init("24.10.4", "mediatek/mt7622", "linksys_e8450", "luci auc", becomes: "luci owut fitblk"),
        .init("24.10.4", "mediatek/mt7623", "bananapi_bpi-r2", "", becomes: "fitblk"),
        .init("24.10.4", "mediatek/filogic", "glinet_gl-mt6000", "-fitblk", becomes: "-fitblk"),
        .init("24.10.4", "mediatek/mt7629", "x", "", becomes: ""),
        .init("25.12.0", "mediatek/filogic", "glinet_gl-mt6000", "", becomes: ""),
    ])
    func fixups_2410(test: PackageFixupCase) throws { try Self.check(test) }

    @Test(arguments: [
        PackageFixupCase("25.12.0", "kirkwood/generic", "linksys_ea4500", "a", becomes: "a kmod-dsa-mv88e6xxx"),
        .init("25.12.0", "kirkwood/generic", "zyxel_nsa310s", "a", becomes: "a"),
        .init("25.12.0-rc2", "mvebu/cortexa9", "cznic_turris-omnia", "", becomes: "kmod-dsa-mv88e6xxx"),
        .init("25.12-SNAPSHOT", "mvebu/cortexa9", "linksys_wrt32x", "", becomes: "kmod-dsa-mv88e6xxx"),
        .init("25.12.0", "mvebu/cortexa53", "methode_udpu", "", becomes: "kmod-dsa-mv88e6xxx"),
        .init("25.12.0", "mvebu/cortexa72", "mikrotik_rb5009", "", becomes: "kmod-dsa-mv88e6xxx"),
        .init("25.12.0", "mvebu/cortexa72", "methode_udpu", "", becomes: ""),
        .init("24.10.4", "mvebu/cortexa9", "cznic_turris-omnia", "", becomes: ""),
        .init("SNAPSHOT", "mvebu/cortexa9", "cznic_turris-omnia", "", becomes: ""),
        .init("25.12.0", "lantiq/xrx200", "zyxel_p-2812hnu-f9", "", becomes: "kmod-dsa-gswip"),
        .init(
            "25.12.0",
            "lantiq/xrx200",
            "avm_fritz7412",
            "a",
            becomes: "a kmod-dsa-gswip xrx200-rev1.1-phy22f-firmware xrx200-rev1.2-phy22f-firmware"
        ),
        .init(
            "25.12.0",
            "lantiq/xrx200",
            "bt_homehub-v5a",
            "xrx200-rev1.2-phy11g-firmware",
            becomes: "xrx200-rev1.2-phy11g-firmware kmod-dsa-gswip xrx200-rev1.1-phy11g-firmware"
        ),
        .init(
            "25.12.0",
            "lantiq/xrx200_legacy",
            "netgear_dm200",
            "",
            becomes: "kmod-dsa-gswip xrx200-rev1.1-phy22f-firmware xrx200-rev1.2-phy22f-firmware"
        ),
        .init(
            "25.12.0",
            "lantiq/xrx200_legacy",
            "arcadyan_vg3503j",
            "",
            becomes: "kmod-dsa-gswip xrx200-rev1.1-phy11g-firmware xrx200-rev1.2-phy11g-firmware"
        ),
        .init("25.12.0", "lantiq/xrx200_legacy", "bt_homehub-v5a", "", becomes: "kmod-dsa-gswip"),
        .init("25.12.0", "lantiq/xway", "x", "", becomes: ""),
        .init("25.12.0", "bcm53xx/generic", "meraki_mr32", "", becomes: "kmod-hci-uart"),
        .init("25.12.0", "ipq40xx/generic", "linksys_whw03v2", "", becomes: "kmod-hci-uart"),
        .init("25.12.0", "qualcommax/ipq807x", "linksys_mx8500", "", becomes: "kmod-hci-uart"),
        .init("25.12.0", "bcm53xx/generic", "linksys_whw03v2", "", becomes: ""),
        .init("25.12.0", "ath79/mikrotik", "mikrotik_routerboard-951g-2hnd", "", becomes: "kmod-ag71xx-legacy"),
        .init("25.12.0", "ath79/generic", "x", "", becomes: ""),
    ])
    func fixups_2512(test: PackageFixupCase) throws { try Self.check(test) }

    @Test(arguments: [
        PackageFixupCase("SNAPSHOT", "a kmod-nf-conntrack6 b kmod-lib-crc32c", becomes: "a b"),
        .init("SNAPSHOT", "-kmod-lib-crc32c", becomes: "-kmod-lib-crc32c"),
        .init("SNAPSHOT", "kmod-nf-conntrack kmod-lib-crc32", becomes: "kmod-nf-conntrack kmod-lib-crc32"),
        .init("25.12-SNAPSHOT", "kmod-nf-conntrack6 kmod-lib-crc32c", becomes: "kmod-nf-conntrack6 kmod-lib-crc32c"),
        .init("24.10.4", "kmod-nf-conntrack6 kmod-lib-crc32c", becomes: "kmod-nf-conntrack6 kmod-lib-crc32c"),
    ])
    func fixups_snapshot(test: PackageFixupCase) throws { try Self.check(test) }

    @Test(arguments: [
        ("22.03.7", false), ("23.05.5", false), ("23.05-SNAPSHOT", false), ("24.10.0-rc1", true), ("24.10.4", true),
        ("24.10-SNAPSHOT", true), ("25.12.0", true), ("25.12-SNAPSHOT", true), ("SNAPSHOT", true),
        // Compared as text, these would come out otherwise.
        ("9.10.1", false), ("100.04.1", true),
    ])
    func languagePacks_from2410On_followThePackageManager(version: String, isRenamed: Bool) throws {
        let new = isRenamed ? "package-manager" : "opkg"
        for test in [
            PackageFixupCase(
                version,
                "a luci-i18n-opkg-zh-cn b luci-i18n-opkg-de",
                becomes: "a luci-i18n-\(new)-zh-cn b luci-i18n-\(new)-de"
            ),
            .init(version, "-luci-i18n-opkg-de", becomes: "-luci-i18n-opkg-de"),
            .init(version, "luci-app-opkg luci-i18n-opk-de", becomes: "luci-app-opkg luci-i18n-opk-de"),
            .init(
                version,
                "luci-i18n-opkg-de luci-i18n-package-manager-de",
                becomes: isRenamed
                    ? "luci-i18n-package-manager-de" : "luci-i18n-opkg-de luci-i18n-package-manager-de"
            ),
        ] {
            try Self.check(test)
        }
    }

    @Test(arguments: ["21.02.7", "23.05.5", "24.10.4", "24.10-SNAPSHOT", "25.12.0", "SNAPSHOT"])
    func languagePacks_english_areDroppedEverywhere(version: String) throws {
        for test in [
            PackageFixupCase(version, "luci-i18n-base-en a luci-i18n-opkg-en luci-i18n-ddns-en", becomes: "a"),
            .init(version, "-luci-i18n-base-en", becomes: "-luci-i18n-base-en"),
            .init(version, "luci-i18n-base-zen luci-i18n-en-de", becomes: "luci-i18n-base-zen luci-i18n-en-de"),
            .init(version, "my-luci-i18n-base-en", becomes: "my-luci-i18n-base-en"),
        ] {
            try Self.check(test)
        }
    }

    @Test func versions_ofReplacedAndDroppedPackages_areDropped() throws {
        let test = PackageFixupCase("24.10.4", "auc luci luci-i18n-base-en luci-i18n-opkg-de", becomes: "")
        let versions = ["auc": "1", "luci": "2", "luci-i18n-base-en": "3", "luci-i18n-opkg-de": "4"]
        #expect(
            try test.result(Self.table.get(), versions: versions)
                == "owut luci luci-i18n-package-manager-de luci=2"
        )
        // The one that was asked for beside the old one keeps its own.
        let both = PackageFixupCase("24.10.4", "auc owut", becomes: "")
        #expect(try both.result(Self.table.get(), versions: ["auc": "1", "owut": "2"]) == "owut owut=2")
        let removed = PackageFixupCase("SNAPSHOT", "kmod-lib-crc32c luci", becomes: "")
        #expect(
            try removed.result(Self.table.get(), versions: ["kmod-lib-crc32c": "1", "luci": "2"]) == "luci luci=2"
        )
    }
}
