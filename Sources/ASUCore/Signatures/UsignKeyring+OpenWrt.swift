extension UsignKeyring {
    /// The keys with which OpenWrt signs its releases and snapshots.
    ///
    /// Source: the `usign` folder of OpenWrt's public keyring. An operator adds keys that are missing here by
    /// `trusted_keys`.
    package static let openWrt = UsignKeyring(
        openWrtKeys.compactMap { name, key in
            // A test parses every line, so none is left out here.
            try? UsignPublicKey("untrusted comment: \(name)\n\(key)\n")
        }
    )

    /// Comment and key line of each, oldest first.
    static let openWrtKeys: [(name: String, key: String)] = [
        // 792d9d9b39f180dc
        (
            "Public usign key for 17.01 \"Reboot\" release builds",
            "RWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo"
        ),
        // 1035ac73cc4e59e3
        ("Public usign key for 18.06 release builds", "RWQQNaxzzE5Z41cVmEh2rilAPKLsyfPKm+S4BJWA1Yv+LP1hKebmGtXi"),
        // f94b9dd6febac963
        ("Public usign key for 19.07 release builds", "RWT5S53W/rrJY9BiIod3JF04AZ/eU1xDpVOb+rjZzAQBEcoETGx8BXEK"),
        // 2f8b0b98e08306bf
        ("Public usign key for 21.02 release builds", "RWQviwuY4IMGvwLfs6842A0m4EZU1IjczTxKMSk3BQP8DAQLHBwdQiaU"),
        // 4d017e6f1ed5d616
        ("Public usign key for 22.03 release builds", "RWRNAX5vHtXWFmt+n5di7XX8rTu0w+c8X7Ihv4oCyD6tzsUwmH0A6kO0"),
        // d310c6f2833e97f7
        ("Public usign key for 24.10 release builds", "RWTTEMbygz6X95lKDAulctZy3aj15823THXfyrfXgwGbxZlXBd2brNcw"),
        // b5043e70f9a75cde
        ("Public usign key for unattended snapshot builds", "RWS1BD5w+adc3j2Hqg9+b66CvLR7NlHbsj7wjNVj0XGt/othDgIAOJS+"),
    ]
}
