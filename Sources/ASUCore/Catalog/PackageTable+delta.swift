/// What sets one table apart from another, as a table of its own.
///
/// The feeds of a branch's architectures, and the kernel modules of a release's targets, are the same but for a few
/// lines. A line `name<TAB>version` is there in place of the base's; a line of the name alone is not there at all.
extension PackageTable {
    /// The lines that make `self` of `base`.
    package func delta(from base: PackageTable) -> [UInt8] {
        var delta: [UInt8] = []
        var old = base.lines().makeIterator()
        var new = lines().makeIterator()
        var (left, right) = (old.next(), new.next())
        while left != nil || right != nil {
            switch Self.order(left, right) {
            case ..<0:
                if let left { Self.append(left.name, to: &delta) }
                left = old.next()
            case 1...:
                if let right { Self.append(right.whole, to: &delta) }
                right = new.next()
            default:
                if let left, let right, left.whole != right.whole { Self.append(right.whole, to: &delta) }
                (left, right) = (old.next(), new.next())
            }
        }
        return delta
    }

    /// The table that ``delta(from:)`` was taken of.
    package init(delta: [UInt8], base: PackageTable) {
        let changes = PackageTable(bytes: delta)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(base.bytes.count + delta.count)
        var old = base.lines().makeIterator()
        var new = changes.lines().makeIterator()
        var (left, right) = (old.next(), new.next())
        while left != nil || right != nil {
            let order = Self.order(left, right)
            if order < 0 {
                if let left { Self.append(left.whole, to: &bytes) }
            } else if let right, right.name.count < right.whole.count {
                Self.append(right.whole, to: &bytes)
            }
            if order <= 0 { left = old.next() }
            if order >= 0 { right = new.next() }
        }
        self.init(bytes: bytes)
    }

    private static func append(_ line: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: line)
        bytes.append(newline)
    }

    private struct Line {
        /// Without the newline.
        let whole: ArraySlice<UInt8>
        let name: ArraySlice<UInt8>
    }

    private func lines() -> some Sequence<Line> {
        bytes.split(separator: Self.newline).lazy.map { line in
            Line(whole: line, name: line[..<(line.firstIndex(of: Self.tab) ?? line.endIndex)])
        }
    }

    /// Negative if `left` comes first; the end comes after everything.
    private static func order(_ left: Line?, _ right: Line?) -> Int {
        guard let left else { return right == nil ? 0 : 1 }
        guard let right else { return -1 }
        if left.name.elementsEqual(right.name) { return 0 }
        return left.name.lexicographicallyPrecedes(right.name) ? -1 : 1
    }
}
