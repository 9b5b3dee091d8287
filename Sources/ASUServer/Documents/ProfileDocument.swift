import ASUCore
import Foundation

/// One profile's file of the JSON tree: upstream's profiles.json with the profile's own fields at the top.
enum ProfileDocument {
    /// - Parameters:
    ///   - target: The fields of the target's profiles.json.
    ///   - profile: An id; one that the target doesn't have gives `{}`, which clients take for "not here".
    ///   - isOldForm: Whether it is for auc before 0.2, which takes `source_date_epoch` as text alone.
    /// - Returns: JSON text with sorted keys.
    /// - Throws: A Foundation error if it can't be encoded.
    static func encode(
        _ target: [String: JSONValue],
        profile: ProfileName,
        isOldForm: Bool = false
    ) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let profiles = target["profiles"]?.object ?? [:]
        guard let own = profiles[profile.text]?.object else { return Array("{}".utf8) }
        var fields = target.merging(own) { _, last in last }
        fields["profiles"] = nil
        fields["id"] = .string(profile.text)
        if case .integer(let seconds)? = fields["source_date_epoch"] {
            fields["build_at"] = .string(Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601))
            if isOldForm { fields["source_date_epoch"] = .string(String(seconds)) }
        }
        return try Array(encoder.encode(fields))
    }
}
