/// The fields of a finished build's record that hold its answers, encoded by the worker.
package enum ResultField {
    /// The v1 API's body, JSON.
    package static let v1 = "v1"
    /// The same, compressed by gzip.
    package static let v1Compressed = "v1.gz"
}
