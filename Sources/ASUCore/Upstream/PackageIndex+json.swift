internal import Foundation

extension PackageIndex {
    private struct Document: Decodable {
        var version: Int?
        var architecture: String?
        var packages: [String: String]
    }

    /// Parses `index.json` of either format: `{"architecture", "packages": {name: version}}`; format 2 has
    /// `"version": 2` and names without ABI suffixes.
    ///
    /// - Throws: ``UpstreamError`` `.malformed` if `json` isn't such a file.
    package init(json: [UInt8], url: String) throws(UpstreamError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "expected an index.json with \"packages\": \(error)")
        }
        self.init(entries: [], knowsProvides: false)
        entries.reserveCapacity(document.packages.count)
        for (name, version) in document.packages {
            guard PackageName(name) != nil, PackageVersion(version) != nil else {
                skipped += 1
                continue
            }
            entries.append(Entry(name: name, version: version, provides: []))
        }
    }
}
