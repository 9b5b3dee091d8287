/// The strings of 25.12.0-rc2 that several profiles of one target list as a supported device, with the profile that
/// each of them means: the one whose id it is, else the first by id.
enum AmbiguousDevices {
    struct Row: Hashable, Sendable {
        let target: String
        let string: String
        let profile: String

        init(_ target: String, _ string: String, _ profile: String) {
            self.target = target
            self.string = string
            self.profile = profile
        }
    }

    static let rows: Set<Row> = [
        Row("ath79/generic", "ap143", "qca_ap143-16m"),
        Row("ath79/generic", "archer-c7", "tplink_archer-c7-v1"),
        Row("ath79/generic", "e1700ac-v2", "qxwlan_e1700ac-v2-16m"),
        Row("ath79/generic", "e558-v2", "qxwlan_e558-v2-16m"),
        Row("ath79/generic", "e600g-v2", "qxwlan_e600g-v2-16m"),
        Row("ath79/generic", "e600gac-v2", "qxwlan_e600gac-v2-16m"),
        Row("ath79/generic", "e750a-v4", "qxwlan_e750a-v4-16m"),
        Row("ath79/generic", "e750g-v8", "qxwlan_e750g-v8-16m"),
        Row("ath79/generic", "engenius,esr1200", "engenius_esr1200"),
        Row("ath79/generic", "engenius,esr1750", "engenius_esr1750"),
        Row("ath79/generic", "esr1200", "engenius_esr1200"),
        Row("ath79/generic", "esr1750", "engenius_esr1200"),
        Row("ath79/generic", "gl-ar300m", "glinet_gl-ar300m-lite"),
        Row("ath79/generic", "gl-inet", "glinet_6408"),
        Row("ath79/generic", "loco-m-xw", "ubnt_nanostation-loco-m-xw"),
        Row("ath79/generic", "nanostation-m-xw", "ubnt_nanostation-loco-m-xw"),
        Row("ath79/generic", "tl-wdr4300", "mercury_mw4530r-v1"),
        Row("ath79/generic", "tl-wr1043nd-v2", "tplink_tl-wr1043nd-v2"),
        Row("ath79/generic", "ubnt,unifi", "ubnt_unifi-ap"),
        Row("ath79/generic", "ubnt,unifi-ap", "ubnt_unifi-ap"),
        Row("ath79/generic", "ubnt,unifiac-lite", "ubnt_unifiac-lite"),
        Row("ath79/generic", "unifi", "ubnt_unifi-ap"),
        Row("ath79/generic", "unifiac-lite", "ubnt_unifiac-lite"),
        Row("ath79/generic", "unifiac-pro", "ubnt_unifiac-mesh-pro"),
        Row("ath79/generic", "wndr3700", "netgear_wndr3700"),
        Row("ath79/generic", "wzr-hp-ag300h", "buffalo_wzr-600dhp"),
        Row("ath79/generic", "wzr-hp-g300nh", "buffalo_wzr-hp-g300nh-rb"),
        Row("ath79/generic", "wzr-hp-g450h", "buffalo_bhr-4grv"),
        Row("ath79/mikrotik", "rb-912uag-2hpnd", "mikrotik_routerboard-911g-xhpnd"),
        Row("ath79/mikrotik", "rb-921gs-5hpacd-r2", "mikrotik_routerboard-911g-5hpacd"),
        Row("ath79/nand", "gl-s200", "glinet_gl-s200-nor"),
        Row("ath79/nand", "glinet,gl-ar300m-nand", "glinet_gl-ar300m-nand"),
        Row("ath79/nand", "glinet,gl-ar300m-nor", "glinet_gl-ar300m-nor"),
        Row("ath79/nand", "glinet,gl-ar750s-nor", "glinet_gl-ar750s-nor"),
        Row("ath79/nand", "glinet,gl-ar750s-nor-nand", "glinet_gl-ar750s-nor-nand"),
        Row("ath79/nand", "glinet,gl-s200", "glinet_gl-s200-nor"),
        Row("ipq806x/generic", "ap148", "qcom_ipq8064-ap148"),
        Row("ipq806x/generic", "qcom,ipq8064-ap148", "qcom_ipq8064-ap148"),
        Row("kirkwood/generic", "linksys,viper", "linksys_e4200-v2"),
        Row("kirkwood/generic", "linksys-viper", "linksys_e4200-v2"),
        Row("lantiq/xway", "WBMR", "buffalo_wbmr-hp-g300h-a"),
        Row("lantiq/xway", "buffalo,wbmr-hp-g300h", "buffalo_wbmr-hp-g300h-a"),
        Row("mediatek/filogic", "glinet,mt2500-emmc", "glinet_gl-mt2500"),
        Row("mediatek/filogic", "mediatek,mt7981-spim-nor-rfb", "kebidumei_ax3000-u22"),
        Row("mediatek/filogic", "mediatek,mt7981-spim-snand-rfb", "cetron_ct3003"),
        Row("mediatek/mt7623", "unielec,u7623-02-emmc-512m", "unielec_u7623-02"),
        Row("mxs/generic", "olimex,imx23-olinuxino", "olinuxino_maxi"),
        Row("ramips/mt7620", "dlink,dwr-921-c1", "dlink_dwr-921-c1"),
        Row("ramips/mt7620", "mt7620a_mt7610e", "ralink_mt7620a-mt7610e-evb"),
        Row("ramips/mt7620", "psg1218", "phicomm_k2-v22.4"),
        Row("ramips/mt7621", "R30", "cudy_wr1300-v3"),
        Row("ramips/mt7621", "cudy,wr1300", "cudy_wr1300-v1"),
        Row("ramips/mt7621", "cudy,x6", "cudy_x6-v1"),
        Row("ramips/mt7621", "mt7621-rfb-ax-nor", "wodesys_wd-r1802u"),
        Row("realtek/rtl838x", "zyxel,gs1900-8", "zyxel_gs1900-8-a1"),
    ]
}
