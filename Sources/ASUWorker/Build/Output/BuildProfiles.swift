package import ASUCore
internal import Foundation

/// The `profiles.json` that a build wrote.
package struct BuildProfiles: Sendable, Hashable {
    /// One image file.
    package struct Image: Sendable, Hashable {
        /// File name in the output folder.
        package let name: String
        /// `sysupgrade`, `factory`, `combined-efi` and so on.
        package let type: String
        /// `squashfs`, `ext4`; nil if the ImageBuilder did not say.
        package let filesystem: String?
        /// 64 hex digits of the file as written.
        package let sha256: String
        /// 64 hex digits before a signature was appended.
        package let sha256Unsigned: String?
        /// Bytes; nil before 25.12.
        package let size: Int64?
    }

    /// One built profile.
    package struct Profile: Sendable, Hashable {
        /// Its images, in the file's order, which varies from run to run.
        package let images: [Image]
        /// Every member as it stands in the file, `images` included.
        package let fields: [String: JSONValue]
    }

    /// Built profiles by id; mostly one.
    package let profiles: [String: Profile]
    /// `r23630-842932a63d`.
    package let versionCode: String?
    /// `23.05.2`.
    package let versionNumber: String?
    /// `ath79/generic`.
    package let target: String?
    /// Seconds since 1970 that the build took for its clock.
    package let sourceDateEpoch: Int64?
    /// Every top-level member but `profiles`, known here or not.
    package let fields: [String: JSONValue]

    /// Reads the file.
    ///
    /// Members of an unexpected type are treated as absent; an image needs name, type and sha256.
    ///
    /// - Throws: ``BuildOutputError``: `.malformed` if it is no such JSON, `.noProfiles` if it has none.
    package init(json: [UInt8]) throws(BuildOutputError) {
        let top: [String: JSONValue]
        do {
            top = try JSONDecoder().decode([String: JSONValue].self, from: Data(json))
        } catch {
            throw BuildOutputError(.malformed, "profiles.json", "expected a JSON object: \(error)")
        }
        guard let listed = top["profiles"]?.object else {
            throw BuildOutputError(.malformed, "profiles.json", "expected a member \"profiles\"")
        }
        var profiles: [String: Profile] = [:]
        for (id, value) in listed {
            guard let members = value.object else { continue }
            profiles[id] = Profile(images: (members["images"]?.array ?? []).compactMap(Image.init), fields: members)
        }
        guard !profiles.isEmpty else {
            throw BuildOutputError(.noProfiles, "profiles.json", "it lists no profiles")
        }
        self.profiles = profiles
        versionCode = top["version_code"]?.string
        versionNumber = top["version_number"]?.string
        target = top["target"]?.string
        if case .integer(let seconds)? = top["source_date_epoch"] {
            sourceDateEpoch = seconds
        } else {
            sourceDateEpoch = nil
        }
        fields = top.filter { $0.key != "profiles" }
    }

    /// The profile that was asked for.
    ///
    /// - Throws: ``BuildOutputError`` `.profileMissing` if it was not built.
    package func profile(_ id: String) throws(BuildOutputError) -> Profile {
        guard let profile = profiles[id] else {
            throw BuildOutputError(.profileMissing, "profiles.json", "Profile not found in JSON file: \(id)")
        }
        return profile
    }
}

extension BuildProfiles.Image {
    fileprivate init?(_ value: JSONValue) {
        guard let members = value.object, let name = members["name"]?.string, let type = members["type"]?.string,
            let sha256 = members["sha256"]?.string
        else { return nil }
        self.name = name
        self.type = type
        self.sha256 = sha256
        filesystem = members["filesystem"]?.string
        sha256Unsigned = members["sha256_unsigned"]?.string
        if case .integer(let bytes)? = members["size"] { size = bytes } else { size = nil }
    }
}
