/// The profiles of one target and the names that devices go by.
package struct TargetProfiles: Sendable {
    /// Sorted.
    package let ids: [ProfileName]
    private let byAlias: [ProfileName: ProfileName]

    /// - Parameter profiles: Every profile's id with its aliases.
    package init(_ profiles: [ProfileName: [ProfileName]]) {
        ids = profiles.keys.sorted()
        var byAlias: [ProfileName: ProfileName] = [:]
        for id in ids {
            for alias in profiles[id] ?? [] where byAlias[alias] == nil { byAlias[alias] = id }
        }
        self.byAlias = byAlias
    }

    /// The profile that `name` means: the one whose id it is; else the first by id among those that list it as a
    /// supported device; else `generic`, if that is the target's only profile.
    package func resolve(_ name: ProfileName) -> ProfileName? {
        if containsID(name) { return name }
        if let id = byAlias[name] { return id }
        return ids.count == 1 && ids[0].text == "generic" ? ids[0] : nil
    }

    private func containsID(_ name: ProfileName) -> Bool {
        var low = 0
        var high = ids.count
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] == name { return true }
            if ids[middle] < name { low = middle + 1 } else { high = middle }
        }
        return false
    }

    /// Lines `id<TAB>alias<TAB>alias...`: the form of the blob.
    package static func encode(_ profiles: [ProfileName: [ProfileName]]) -> [UInt8] {
        let lines = profiles.sorted { $0.key < $1.key }.map { id, aliases in
            ([id.text] + aliases.map(\.text)).joined(separator: "\t")
        }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    /// Reads what ``encode(_:)`` wrote.
    package init(bytes: [UInt8]) {
        var profiles: [ProfileName: [ProfileName]] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let names = String(decoding: line, as: UTF8.self).split(separator: "\t").compactMap { ProfileName($0) }
            if let id = names.first { profiles[id] = Array(names.dropFirst()) }
        }
        self.init(profiles)
    }
}
