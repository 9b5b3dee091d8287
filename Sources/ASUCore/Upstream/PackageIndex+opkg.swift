extension PackageIndex {
    /// Parses opkg's `Packages`, or `Packages.manifest`, which has some lines more to each stanza.
    ///
    /// A stanza ends at an empty line; lines may end in CR LF. A package with `ABIVersion: 20` and
    /// `Package: libfoo20` is known as `libfoo`, and provides `libfoo20`.
    package init(opkg bytes: [UInt8]) {
        self.init(entries: [], knowsProvides: true)
        entries.reserveCapacity(bytes.count / 400)
        bytes.withUnsafeBufferPointer { buffer in
            var stanza = Stanza()
            var start = 0
            while start < buffer.count {
                var end = start
                while end < buffer.count, buffer[end] != UInt8(ascii: "\n") { end += 1 }
                if end == start || end == start + 1 && buffer[start] == UInt8(ascii: "\r") {
                    add(stanza)
                    stanza = Stanza()
                } else {
                    stanza.read(UnsafeBufferPointer(rebasing: buffer[start..<end]))
                }
                start = end + 1
            }
            add(stanza)
        }
    }

    private mutating func add(_ stanza: Stanza) {
        guard !stanza.isEmpty else { return }
        guard PackageName(stanza.name) != nil, PackageVersion(stanza.version) != nil else {
            skipped += 1
            return
        }
        var entry = Entry(name: stanza.name, version: stanza.version, provides: [])
        if !stanza.abi.isEmpty, stanza.name.hasSuffix(stanza.abi), stanza.name.count > stanza.abi.count {
            let bare = String(stanza.name.dropLast(stanza.abi.count))
            if PackageName(bare) != nil {
                entry.name = bare
                entry.provides.append(stanza.name)
            }
        }
        for text in stanza.provides.split(separator: ",") {
            // `name=version` and `name (= version)` both occur.
            let name = text.drop { $0 == " " }.prefix { $0 != " " && $0 != "=" && $0 != "(" }
            if PackageName(name) != nil, name != entry.name { entry.provides.append(String(name)) }
        }
        entries.append(entry)
    }

    private struct Stanza {
        var name = ""
        var version = ""
        var abi = ""
        var provides = ""

        var isEmpty: Bool { name.isEmpty && version.isEmpty }

        mutating func read(_ line: UnsafeBufferPointer<UInt8>) {
            switch line[0] {
            case UInt8(ascii: "P"):
                if let value = Self.value(of: "Package: ", in: line) {
                    name = value
                } else if let value = Self.value(of: "Provides: ", in: line) {
                    provides = value
                }
            case UInt8(ascii: "V"):
                if let value = Self.value(of: "Version: ", in: line) { version = value }
            case UInt8(ascii: "A"):
                if let value = Self.value(of: "ABIVersion: ", in: line) { abi = value }
            default:
                break
            }
        }

        private static func value(of field: StaticString, in line: UnsafeBufferPointer<UInt8>) -> String? {
            let length = field.utf8CodeUnitCount
            guard line.count >= length, line.count <= 65_536 else { return nil }
            for index in 0..<length where line[index] != field.utf8Start[index] { return nil }
            var end = line.count
            while end > length, line[end - 1] <= 32 { end -= 1 }
            return String(decoding: line[length..<end], as: UTF8.self)
        }
    }
}
