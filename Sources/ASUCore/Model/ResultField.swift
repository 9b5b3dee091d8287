/// The fields of a finished build's record that hold its answers, encoded by the worker.
package enum ResultField {
    /// The v1 API's body, JSON.
    package static let v1 = "v1"
    /// The same, compressed by gzip.
    package static let v1Compressed = "v1.gz"
    /// The body of the API of 2020, JSON.
    package static let legacy = "2020"
    /// The same, compressed by gzip.
    package static let legacyCompressed = "2020.gz"
}
