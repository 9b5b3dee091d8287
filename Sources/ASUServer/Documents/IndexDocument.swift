import ASUCore

/// The package indexes of the JSON tree.
enum IndexDocument {
    /// `{"architecture": ..., "packages": {name: version}}`, or the flat `{name: version}` of an architecture.
    ///
    /// Names and versions have only characters that need no escape in JSON.
    ///
    /// - Parameters:
    ///   - tables: Feeds; of a package that several have, the newest version counts.
    ///   - architecture: `nil` for the flat form.
    /// - Returns: JSON text, sorted by name.
    static func encode(_ tables: [PackageTable], architecture: String?) -> [UInt8] {
        var packages: [(name: ArraySlice<UInt8>, version: ArraySlice<UInt8>)] = []
        for table in tables { table.forEachPackage { packages.append(($0, $1)) } }
        packages.sort { $0.name.lexicographicallyPrecedes($1.name) }
        var json: [UInt8] = []
        json.reserveCapacity(packages.count * 48 + 64)
        if let architecture { json += Array("{\"architecture\":\"\(architecture)\",\"packages\":".utf8) }
        json.append(UInt8(ascii: "{"))
        var index = 0
        var isFirst = true
        while index < packages.count {
            var newest = packages[index]
            index += 1
            while index < packages.count, packages[index].name.elementsEqual(newest.name) {
                if isNewer(packages[index].version, newest.version) { newest = packages[index] }
                index += 1
            }
            if !isFirst { json.append(UInt8(ascii: ",")) }
            isFirst = false
            json.append(UInt8(ascii: "\""))
            json += newest.name
            json += Array("\":\"".utf8)
            json += newest.version
            json.append(UInt8(ascii: "\""))
        }
        json.append(UInt8(ascii: "}"))
        if architecture != nil { json.append(UInt8(ascii: "}")) }
        return json
    }

    private static func isNewer(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard let left = PackageVersion(String(decoding: left, as: UTF8.self)),
            let right = PackageVersion(String(decoding: right, as: UTF8.self))
        else { return false }
        return left.compare(right) > 0
    }
}
