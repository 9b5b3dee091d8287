/// A file that ``HTTPClient/download(_:to:expectedSHA256:expectedSize:progress:)`` brought.
package struct DownloadedFile: Sendable {
    /// Where it lies.
    package let path: String
    /// Its size in bytes.
    package let size: Int64
    /// The digest of its contents.
    package let sha256: SHA256Digest
    /// How many bytes were already there from an earlier run.
    package let resumedFrom: Int64
    /// The server's entity tag; `nil` if it sent none, or if nothing had to be fetched.
    package let etag: String?
    /// The server's `Last-Modified`, as it wrote it; `nil` if it sent none, or if nothing had to be fetched.
    package let lastModified: String?
}
