/// What opkg or apk said about packages that it could not select or install.
struct PackageComplaints {
    /// Names that no feed offers.
    private var missing: Set<String> = []
    /// Names that cannot be installed together.
    private var conflicting: Set<String> = []
    /// Packages that need something missing.
    private var needing: Set<String> = []
    /// Names that the package manager gave up on, whatever the reason.
    private var refused: Set<String> = []

    /// Every target has these: if one is missing, the feeds are broken, not the request.
    private static let essential: Set<String> = [
        "base-files", "busybox", "kernel", "libc", "libgcc", "libgcc1", "procd",
    ]

    init(_ lines: [Substring]) {
        parseOpkg(lines)
        parseApk(lines)
        missing.formUnion(refused.subtracting(conflicting).subtracting(needing))
    }

    /// The failure they add up to; nil if there were none.
    var failure: BuildFailure? {
        let essential = missing.filter { Self.essential.contains($0) || $0.hasPrefix("kernel (") }
        if !essential.isEmpty {
            return .upstream(message: "The package feeds lack \(essential.sorted().joined(separator: ", "))")
        }
        guard !missing.isEmpty || !conflicting.isEmpty else { return nil }
        var message = "Impossible package selection:"
        if !missing.isEmpty { message += " missing (\(missing.sorted().joined(separator: ", ")))" }
        if !conflicting.isEmpty { message += " conflicts (\(conflicting.sorted().joined(separator: ", ")))" }
        return .user(
            .init(
                missing.isEmpty ? .conflictingPackages : .missingPackages,
                message,
                packages: missing.union(conflicting).union(needing)
            )
        )
    }

    private mutating func parseOpkg(_ lines: [Substring]) {
        var conflictWith: String?
        var unsatisfied = false
        var clashing: String?
        for line in lines {
            if let name = line.between("opkg_install_cmd: Cannot install package ", ".") {
                refused.insert(name)
            } else if let dependency = line.between("cannot find dependency ", " for ") {
                missing.insert(dependency)
                if let package = line.after(" for ") { needing.insert(package) }
            } else if let name = line.between("packages conflict with ", ":") {
                conflictWith = name
                conflicting.insert(name)
            } else if conflictWith != nil, let name = line.between("check_conflicts_for: \t", " ") {
                conflicting.insert(name)
            } else if let name = line.between("check_data_file_clashes: Package ", " wants to install file ") {
                clashing = name
                conflicting.insert(name)
            } else if clashing != nil, let name = line.after("already provided by package  * ") {
                conflicting.insert(name)
            } else if let name = line.between("Cannot satisfy the following dependencies for ", ":") {
                unsatisfied = true
                needing.insert(name)
            } else if unsatisfied, let name = line.between("satisfy_dependencies_for: \t", " *") {
                missing.insert(name)
            } else if unsatisfied, line.hasPrefix(" * \t"), let name = line.between(" * \t", " *") {
                missing.insert(name)
            }
        }
    }

    private mutating func parseApk(_ lines: [Substring]) {
        var selecting = false
        var entry: String?
        var relation: Substring?
        for line in lines {
            if let text = line.after("ERROR: "), text.contains(": trying to overwrite ") {
                conflicting.insert(Self.name(of: text.prefix { $0 != ":" }))
                if let owner = line.between(" owned by ", nil) {
                    conflicting.insert(Self.name(of: owner.dropLast()[...]))
                }
            } else if line.hasPrefix("ERROR: unable to select packages") {
                selecting = true
            } else if !line.hasPrefix("  ") {
                selecting = false
            } else if selecting, !line.hasPrefix("    "), line.hasSuffix(":") {
                relation = nil
                if let name = line.between("  ", " (no such package):") {
                    missing.insert(name)
                    entry = nil
                } else if let versioned = line.between("  ", ":") {
                    entry = Self.name(of: versioned[...])
                }
            } else if selecting {
                let text = line.drop { $0 == " " }
                if let colon = text.firstRange(of: ": ") {
                    relation = text[..<colon.lowerBound]
                    parseRelation(text[..<colon.lowerBound], text[colon.upperBound...], of: entry)
                } else if let relation {
                    parseRelation(relation, text, of: entry)
                }
            }
        }
    }

    /// One relation of apk's complaint: `breaks: world[tmux=9.9-r1]`, `conflicts: b-1.0-r1[virtual=1.0]`.
    private mutating func parseRelation(_ relation: Substring, _ text: Substring, of entry: String?) {
        guard let bracket = text.firstIndex(of: "[") else { return }
        let world = text[..<bracket] == "world"
        let other = Self.name(of: text[..<bracket])
        let need = text[text.index(after: bracket)...].prefix { $0 != "]" }
        switch relation {
        case "required by" where !world:
            needing.insert(other)
        case "breaks" where world && !need.hasPrefix("!"):
            missing.insert(String(need))
        case "breaks" where world:
            conflicting.insert(String(need.dropFirst()))
        case "breaks", "conflicts":
            if let entry { conflicting.insert(entry) }
            conflicting.insert(other)
        case "satisfies" where !world:
            if let entry, conflicting.contains(entry) { conflicting.insert(other) }
        default: break
        }
    }

    /// The name in apk's `name-version-rN`.
    private static func name(of versioned: Substring) -> String {
        var text = versioned
        if let dash = text.lastIndex(of: "-"), text[dash...].dropFirst().first == "r",
            text[dash...].dropFirst(2).allSatisfy(\.isNumber), text.index(dash, offsetBy: 2) < text.endIndex
        {
            text = text[..<dash]
        }
        if let dash = text.lastIndex(of: "-"), text[dash...].dropFirst().first?.isNumber == true {
            text = text[..<dash]
        }
        return String(text)
    }
}

extension Substring {
    /// The text between `start` and the next `end` (or the end of the line); nil if either is not there.
    fileprivate func between(_ start: String, _ end: String?) -> String? {
        guard let from = self.firstRange(of: start)?.upperBound else { return nil }
        guard let end else { return String(self[from...]) }
        guard let upTo = self[from...].firstRange(of: end)?.lowerBound, upTo > from else { return nil }
        return String(self[from..<upTo])
    }

    /// The first word after `start`, with everything behind it if it is `ERROR: `.
    fileprivate func after(_ start: String) -> String? {
        guard let from = self.firstRange(of: start)?.upperBound, from < endIndex else { return nil }
        return String(self[from...])
    }
}
