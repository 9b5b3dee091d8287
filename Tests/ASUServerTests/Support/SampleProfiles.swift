import ASUCore
import Foundation

/// Upstream's profiles.json as the sample catalog keeps it.
enum SampleProfiles {
    static let sourceDate = 1_700_000_000
    static let imageHash = String(repeating: "a", count: 64)

    /// The JSON text of one target; `profiles` are ids with their supported devices.
    static func document(
        target: String,
        architecture: String,
        version: String,
        revision: String,
        profiles: [String: [String]]
    ) throws -> [UInt8] {
        let entries = profiles.map { id, devices in
            (
                id,
                entry(
                    id,
                    devices,
                    prefix: "openwrt-\(version)-\(target.replacingOccurrences(of: "/", with: "-"))-\(id)"
                )
            )
        }
        let document: JSONValue = [
            "arch_packages": .string(architecture),
            "default_packages": ["base-files", "dnsmasq"],
            "linux_kernel": ["version": "6.6.93", "release": "1", "vermagic": "d7f0"],
            "metadata_version": 1,
            "profiles": .object(Dictionary(uniqueKeysWithValues: entries)),
            "source_date_epoch": .integer(Int64(sourceDate)),
            "target": .string(target),
            "version_code": .string(revision),
            "version_number": .string(version),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try Array(encoder.encode(document))
    }

    private static func entry(_ id: String, _ devices: [String], prefix: String) -> JSONValue {
        [
            "device_packages": ["kmod-ath9k"],
            "image_prefix": .string(prefix),
            "images": [
                [
                    "filesystem": "squashfs", "name": .string("\(prefix)-squashfs-sysupgrade.bin"),
                    "sha256": .string(imageHash), "type": "sysupgrade",
                ]
            ],
            "supported_devices": .array(devices.map(JSONValue.string)),
            "titles": [["model": .string("Model of \(id)"), "vendor": "Vendor"]],
        ]
    }
}
