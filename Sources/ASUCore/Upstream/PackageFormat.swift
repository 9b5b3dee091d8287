/// The package manager of a generation.
package enum PackageFormat: String, Sendable, Codable {
    case opkg
    case apk
}
