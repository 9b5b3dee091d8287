/// Why a request was refused before anything was looked up: one or more fields are not well formed.
package struct ValidationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One field's fault, in the vocabulary of the v1 API's schema errors.
    package struct Problem: Sendable, Hashable {
        /// The way to the value: a field's name, then an index or a key.
        package let location: [String]
        /// The class of the fault: `missing`, `string_type`, `list_type`, `value_error`, ...
        package let type: String
        package let message: String
        /// The part of the request that holds the value: `body` or `query`.
        package let part: String

        package init(_ location: [String], type: String, _ message: String, part: String = "body") {
            self.location = location
            self.type = type
            self.message = message
            self.part = part
        }
    }

    /// At least one.
    package let problems: [Problem]

    package init(_ problems: [Problem]) {
        self.problems = problems
    }

    /// One line for people: the first problem in full, and how many more there are.
    package var description: String {
        guard let first = problems.first else { return "Invalid request" }
        let place = first.location.joined(separator: ".")
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return "Invalid request: \(place.isEmpty ? "body" : place): \(first.message)\(more)"
    }

    /// A client's text made fit for a message: printable ASCII, at most 60 characters.
    package static func quote(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars.prefix(60) {
            quoted.unicodeScalars.append((0x20...0x7E).contains(scalar.value) ? scalar : "?")
        }
        return "'\(quoted)\(text.unicodeScalars.dropFirst(60).isEmpty ? "" : "...")'"
    }
}
