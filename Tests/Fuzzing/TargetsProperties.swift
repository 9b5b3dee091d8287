internal import Foundation

enum TargetsProperties {
    /// The document of targets with architectures, and the list of names.
    static func check(_ bytes: [UInt8]) {
        if let index = FuzzedParser.parsed({ () throws(UpstreamError) in try TargetsIndex(json: bytes, url: "u") }) {
            require((1...10_000).contains(index.architectures.count), "some targets, not too many")
            for (target, architecture) in index.architectures {
                check(target)
                require(TargetsIndex.isArchitecture(architecture), "'\(architecture)' is well formed")
            }
            let texts = index.architectures.map { ($0.description, $1) }
            guard let json = try? JSONEncoder().encode(Dictionary(uniqueKeysWithValues: texts)) else { return }
            let again = FuzzedParser.parsed { () throws(UpstreamError) in
                try TargetsIndex(json: Array(json), url: "u")
            }
            require(again?.architectures == index.architectures, "written again, the targets are the same")
        }
        if let names = FuzzedParser.parsed({ () throws(UpstreamError) in try TargetsIndex.names(json: bytes, url: "u") }
        ) {
            require(names.count <= 10_000, "the names are bounded")
            require(Set(names).count == names.count, "every name comes once")
            for name in names {
                if let target = Target(name) {
                    check(target)
                } else {
                    require(ListingProperties.isFolder(name), "'\(name)' is a folder")
                }
            }
        }
    }

    private static func check(_ target: Target) {
        let text = target.description
        require(Target(text) == target && text.utf8.count <= 129, "'\(text)' is well formed")
        require(UpstreamLayout.parts(of: target) == 2, "'\(text)' has two parts")
    }
}

extension UpstreamLayout {
    fileprivate static func parts(of target: Target) -> Int {
        target.description.split(separator: "/", omittingEmptySubsequences: false)
            .count { !$0.isEmpty && !$0.hasPrefix(".") }
    }
}
