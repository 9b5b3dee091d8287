/// The results of `transform` for all elements, in any order, at most `width` of them under way at once.
///
/// - Throws: The first error; the others are cancelled.
package func mapConcurrently<Element: Sendable, Value: Sendable>(
    _ elements: some Collection<Element>,
    width: Int,
    _ transform: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
        var waiting = elements.makeIterator()
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for _ in 0..<max(1, width) {
            guard let element = waiting.next() else { break }
            group.addTask { try await transform(element) }
        }
        while let value = try await group.next() {
            values.append(value)
            if let element = waiting.next() { group.addTask { try await transform(element) } }
        }
        return values
    }
}
