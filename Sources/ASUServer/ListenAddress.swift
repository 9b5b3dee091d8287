import Foundation

/// The address that a server listens on unless told otherwise.
enum ListenAddress {
    /// Every IPv6 and IPv4 address; only the IPv4 ones on a host without IPv6.
    static var every: String {
        let descriptor = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return "0.0.0.0" }
        close(descriptor)
        return "::"
    }
}
