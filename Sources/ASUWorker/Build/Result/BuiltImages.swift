import ASUCore

/// A finished build's files and what is to be told about them.
struct BuiltImages: Sendable {
    /// Fields for the result's top level: those of profiles.json with the profile's own merged in.
    let fields: [String: JSONValue]
    let images: [BuildProfiles.Image]
    /// Package versions by name without ABI suffix.
    let manifest: [String: String]
}
