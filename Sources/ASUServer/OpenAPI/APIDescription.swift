import ASUCore
import Foundation

/// The OpenAPI document, `openapi.json` of this folder, with the limits that this server's settings set.
struct APIDescription: Sendable {
    let root: JSONValue

    /// Reads the built-in document; call it once, at start.
    ///
    /// - Throws: ``StartError`` if it isn't JSON or lacks a place that the settings fill.
    static func load(_ settings: Settings) throws -> APIDescription {
        // `PackageResources` is made by the build from the `resources` of this target in Package.swift.
        try APIDescription(json: PackageResources.openapi_json, settings)
    }

    init(json: [UInt8], _ settings: Settings) throws {
        var root: JSONValue
        do {
            root = try JSONDecoder().decode(JSONValue.self, from: Data(json))
        } catch {
            throw StartError(reason: "openapi.json is not well-formed JSON: \(error)")
        }
        let fields = ["components", "schemas", "BuildRequest", "properties"]
        let limits = settings.requestLimits
        let branches = [""] + settings.branches
        for (path, value) in [
            (fields + ["defaults", "maxLength"], JSONValue.integer(Int64(limits.maxDefaultsLength))),
            (fields + ["rootfs_size_mb", "maximum"], .integer(Int64(limits.maxRootfsSizeMB))),
            (["components", "parameters", "Branch", "schema", "enum"], .array(branches.map(JSONValue.string))),
        ] {
            guard let changed = root.setting(value, at: path[...]) else {
                throw StartError(reason: "openapi.json has no \(path.dropLast().joined(separator: "/"))")
            }
            root = changed
        }
        self.root = root
    }

    /// JSON text with sorted keys.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(root))
    }

    /// What a `$ref` within the document stands for, or `nil` if nothing is there.
    func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        var value: JSONValue? = root
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let key = part.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
            value = value?.object?[key]
        }
        return value
    }

    /// The value itself, or what its `$ref` stands for.
    func resolved(_ value: JSONValue) -> JSONValue {
        value.object?["$ref"]?.string.flatMap(resolve) ?? value
    }
}

extension JSONValue {
    /// A copy with `value` at the end of `path`, or `nil` if no object is where its last key belongs.
    fileprivate func setting(_ value: JSONValue, at path: ArraySlice<String>) -> JSONValue? {
        guard let key = path.first else { return value }
        guard var fields = object else { return nil }
        if path.count == 1 {
            fields[key] = value
        } else {
            guard let inner = fields[key]?.setting(value, at: path.dropFirst()) else { return nil }
            fields[key] = inner
        }
        return .object(fields)
    }
}
