internal import Glibc

/// A real nginx on a free loopback port that serves one folder; stopped and reaped when released.
package final class NginxServer: Sendable {
    /// What to serve, and how.
    package struct Options: Sendable {
        /// Bytes a second for what is asked for below `/slow/`, which serves the same folder.
        package var slowRate = 20_000
        /// Whether folders are listed.
        package var listsFolders = false
        /// Further lines for the `server` block of the configuration.
        package var extra = ""

        /// The defaults.
        package init() {}
    }

    /// The port on 127.0.0.1.
    package let port: Int
    /// `http://127.0.0.1:<port>`, without a slash at the end.
    package let url: String

    private let process: ChildProcess
    private let directory: TemporaryDirectory

    private static let executable = "/usr/sbin/nginx"

    /// Whether nginx is installed.
    package static var isAvailable: Bool { access(executable, X_OK) == 0 }

    /// Starts nginx and waits until it answers.
    ///
    /// - Parameters:
    ///   - root: The folder to serve.
    ///   - options: See ``Options``.
    /// - Returns: The running server.
    /// - Throws: ``TestSupportError`` with nginx's own error log if it does not start.
    package static func start(root: String, options: Options = Options()) async throws -> NginxServer {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try await NginxServer(root: root, options: options)
            } catch  where attempts < 3 {
                // Somebody else may have taken the free port in between.
                continue
            }
        }
    }

    private init(root: String, options: Options) async throws {
        directory = try TemporaryDirectory("nginx")
        port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        let configuration = Self.configuration(directory.path, port: port, root: root, options)
        let file = try directory.write(configuration, to: "nginx.conf")
        let errorLog = directory.file("error.log")
        process = try ChildProcess(
            Self.executable,
            ["-p", directory.path, "-c", file, "-e", errorLog],
            output: directory.file("output.log"),
            errors: directory.file("output.log")
        )
        let end = ContinuousClock.now + .seconds(10)
        while !Self.answers(port) {
            guard process.isRunning, ContinuousClock.now < end else {
                let log = try TemporaryDirectory.contents(of: directory.file("output.log"))
                throw TestSupportError("nginx does not answer on port \(port): \(String(decoding: log, as: UTF8.self))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The request lines answered so far, such as `GET /a HTTP/1.1 200 bytes=5-`: method, path, protocol, status and
    /// the Range field or `-`.
    ///
    /// nginx writes a line after the answer: to expect some, use ``requests(atLeast:)``.
    package func requests() throws -> [String] {
        let log = try TemporaryDirectory.contents(of: directory.file("access.log"))
        return String(decoding: log, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The request lines, once there are that many.
    ///
    /// - Throws: ``TestSupportError`` if there are fewer after five seconds.
    package func requests(atLeast count: Int) async throws -> [String] {
        let end = ContinuousClock.now + .seconds(5)
        while true {
            let lines = try requests()
            if lines.count >= count { return lines }
            guard ContinuousClock.now < end else {
                throw TestSupportError("nginx logged \(lines.count) requests, \(count) expected: \(lines)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Stops nginx; later connections are refused.
    package func stop() async throws {
        try await process.stop()
    }

    /// A port of 127.0.0.1 that nobody listened on a moment ago.
    package static func freePort() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw TestSupportError.system("make a socket") }
        defer { close(socket) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
            }
        }
        guard result == 0 else { throw TestSupportError.system("find a free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func answers(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func configuration(_ home: String, port: Int, root: String, _ options: Options) -> String {
        """
        daemon off;
        master_process off;
        pid \(home)/nginx.pid;
        error_log \(home)/error.log;
        events { worker_connections 256; }
        http {
            client_body_temp_path \(home)/body;
            proxy_temp_path \(home)/proxy;
            fastcgi_temp_path \(home)/fastcgi;
            uwsgi_temp_path \(home)/uwsgi;
            scgi_temp_path \(home)/scgi;
            log_format short '$request $status $http_range';
            access_log \(home)/access.log short;
            default_type application/octet-stream;
            types { text/html html; application/json json; }
            autoindex \(options.listsFolders ? "on" : "off");
            server {
                listen 127.0.0.1:\(port);
                root "\(root)";
                location /slow/ { alias "\(root)/"; limit_rate \(options.slowRate); }
                \(options.extra)
            }
        }

        """
    }
}
