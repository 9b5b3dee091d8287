internal import Glibc

/// schemathesis, which tries a server against its OpenAPI document; `deploy/test` installs it from PyPI.
package enum Schemathesis {
    /// How a run ended.
    package struct Outcome: Sendable {
        /// 0 if no check failed.
        package let exitCode: Int32
        /// What it printed.
        package let log: String
    }

    /// Why a test that needs it doesn't run.
    package static let isMissing: String =
        "schemathesis is not installed; deploy/test does that, or set ASU_SCHEMATHESIS to the program's path"

    private static let tests = folder(of: folder(of: #filePath))

    /// The program, or `nil` if it was never installed.
    ///
    /// One that `ASU_SCHEMATHESIS` names is expected to be there.
    package static var program: String? {
        if let named = getenv("ASU_SCHEMATHESIS") { return String(cString: named) }
        let usual = folder(of: tests) + "/.build/schemathesis/bin/schemathesis"
        return access(usual, X_OK) == 0 ? usual : nil
    }

    /// The checks that hold for this API.
    ///
    /// Left out: `ignored_auth` and `object_level_authorization`, as nobody has to log in; `use_after_free` and
    /// `ensure_resource_availability`, as nothing is created or deleted by its address; `missing_required_header`, as no
    /// header is required; `allow_header_conformance`, which reads `Allow` of a preflight's answer, where it isn't sent.
    private static let checks = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "unsupported_method",
        "well_formed_is_not_malformed",
    ]

    /// Runs it against a server, always with the same data.
    ///
    /// The store's files, and what only leads to them, are left to other tests.
    ///
    /// - Parameters:
    ///   - url: The server, without a slash at the end.
    ///   - paths: The documented paths to try; `nil` for all.
    ///   - examples: How many requests an operation gets in the fuzzing phase, if it has so many different ones.
    ///   - hashes: Request hashes of builds that are there.
    ///   - deadline: Longest time.
    /// - Returns: How it ended.
    /// - Throws: ``TestSupportError`` if it isn't installed or doesn't end in time.
    package static func run(
        _ url: String,
        paths: [String]? = nil,
        examples: Int,
        hashes: [String] = [],
        within deadline: Duration
    ) async throws -> Outcome {
        guard let program, access(program, X_OK) == 0 else { throw TestSupportError(isMissing) }
        let folder = try TemporaryDirectory("schemathesis")
        for name in ["schemathesis.toml", "checks.py"] {
            let bytes = try TemporaryDirectory.contents(of: tests + "/Fixtures/Schemathesis/" + name)
            _ = try folder.write(bytes, to: name)
        }
        let known = hashes.isEmpty ? [String(repeating: "0", count: 64)] : hashes
        _ = try folder.write(Array(known.map { "\"\($0)\"\n" }.joined().utf8), to: "hashes.dict")
        // One worker: with two threads, Debian 12's Python 3.11 may end in a SystemError (gh-106905 of CPython).
        var arguments = [
            "--config-file", "schemathesis.toml", "run", url + "/openapi.json", "--no-color", "--workers", "1",
            "--checks", checks.joined(separator: ","),
            "--max-examples", "\(examples)", "--generation-deterministic", "--continue-on-failure",
            "--request-timeout", "20", "--suppress-health-check", "too_slow",
        ]
        if let paths {
            // Scenarios follow from links between operations, which a choice of them may lack.
            arguments += ["--phases", "examples,coverage,fuzzing"]
            for path in paths { arguments += ["--include-path", path] }
        } else {
            arguments += [
                "--phases", "examples,coverage,fuzzing,stateful", "--exclude-path-regex", #"^/store/|/buildlog\.txt$"#,
            ]
        }
        let log = folder.file("log")
        let child = try ChildProcess(
            program,
            arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C.UTF-8", "SCHEMATHESIS_HOOKS": "checks.py",
                "PYTHONDONTWRITEBYTECODE": "1",
            ],
            directory: folder.path,
            output: log,
            errors: log
        )
        let ending: ChildProcess.Ending
        do {
            ending = try await child.wait(for: deadline)
        } catch {
            child.kill()
            throw TestSupportError("\(error): \(try text(log).suffix(2000))")
        }
        guard case .exited(let code) = ending else {
            throw TestSupportError("schemathesis ended by \(ending): \(try text(log).suffix(2000))")
        }
        return Outcome(exitCode: code, log: try text(log))
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try TemporaryDirectory.contents(of: path), as: UTF8.self)
    }

    private static func folder(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }
}
