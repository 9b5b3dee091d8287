/// What `make info` says about an ImageBuilder.
package struct ImageBuilderInfo: Sendable, Hashable {
    /// One device profile.
    package struct Profile: Sendable, Hashable {
        /// Its name for people; empty if none is given.
        package var title: String = ""
        /// Its packages in order; `-name` takes a default package away.
        package var packages: [String] = []
        /// The board names it fits, as they are, with commas.
        package var supportedDevices: [String] = []
        /// Whether its images carry metadata that a device checks before an upgrade.
        package var hasImageMetadata = false
    }

    /// `ath79/generic`.
    package let target: String
    /// The kernel architecture, `mips`; nil in 19.07.
    package let architecture: String?
    /// `r23630-842932a63d`.
    package let revision: String
    /// The target's packages in order.
    package let defaultPackages: [String]
    /// Profiles by id.
    package let profiles: [String: Profile]

    /// Reads the standard output of `make info`.
    ///
    /// - Throws: ``BuildOutputError``: `.malformed` without target or revision, `.noProfiles` if it lists none: a tree
    ///   that cannot be written or a missing perl does that, with exit code 0.
    package init(text: String) throws(BuildOutputError) {
        var fields: [Substring: Substring] = [:]
        var profiles: [String: Profile] = [:]
        var current: String?
        var listing = false
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
            if !listing {
                if line.hasPrefix("Available Profiles:") {
                    listing = true
                } else if let colon = line.firstRange(of: ": ") {
                    fields[line[..<colon.lowerBound]] = line[colon.upperBound...]
                }
            } else if !line.hasPrefix(" "), line.hasSuffix(":") {
                let name = String(line.dropLast())
                current = name
                profiles[name] = Profile()
            } else if let name = current {
                profiles[name]?.read(line)
            }
        }
        guard let target = fields["Current Target"], let revision = fields["Current Revision"] else {
            throw BuildOutputError(.malformed, "make info", "expected Current Target and Current Revision")
        }
        guard !profiles.isEmpty else {
            throw BuildOutputError(
                .noProfiles,
                "make info",
                "it lists no profiles: is the tree writable, is perl there?"
            )
        }
        self.target = Self.unquoted(target)
        architecture = fields["Current Architecture"].map(Self.unquoted)
        self.revision = Self.unquoted(revision)
        defaultPackages = fields["Default Packages"]?.split(separator: " ").map(String.init) ?? []
        self.profiles = profiles
    }

    private static func unquoted(_ text: Substring) -> String {
        String(text.drop { $0 == "\"" }.prefix { $0 != "\"" })
    }
}

extension ImageBuilderInfo.Profile {
    fileprivate mutating func read(_ line: Substring) {
        let text = line.drop { $0 == " " }
        if text.hasPrefix("Packages:") {
            packages = text.dropFirst("Packages:".count).split(separator: " ").map(String.init)
        } else if text.hasPrefix("hasImageMetadata:") {
            hasImageMetadata = text.hasSuffix("1")
        } else if text.hasPrefix("SupportedDevices:") {
            supportedDevices = text.dropFirst("SupportedDevices:".count).split(separator: " ").map(String.init)
        } else if title.isEmpty {
            title = String(text)
        }
    }
}
