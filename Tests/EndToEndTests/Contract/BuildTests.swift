import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd.Contract {
    /// `/api/v1/build` in each of its states.
    @Suite struct BuildTests {
        @Test func build_queued_hasAPositionAndNoStep() async throws {
            let contract = try ContractSystem.current()
            try await contract.clear()
            let first = try await contract.post(with: ["rootfs_size_mb": 40])
            let second = try await contract.post(with: ["rootfs_size_mb": 41])
            let hash = try #require(second.json["request_hash"]?.string)
            #expect(first.headers["x-queue-position"] == "0")
            for line in ["GET /api/v1/build/\(hash)", "POST"] {
                let reply =
                    line == "POST"
                    ? try await contract.post(with: ["rootfs_size_mb": 41]) : try await contract.send(line)
                #expect(reply.status == 202)
                #expect(reply.json["status"] == 202)
                #expect(reply.json["detail"] == "queued")
                #expect(reply.json["queue_position"] == 1)
                #expect(reply.json["imagebuilder_status"] == nil)
                #expect(reply.json["request_hash"] == .string(hash))
                #expect(reply.json["enqueued_at"]?.string?.hasSuffix("Z") == true)
                #expect(reply.headers["x-imagebuilder-status"] == "queued")
                #expect(reply.headers["x-queue-position"] == "1")
            }
            let head = try await contract.send("HEAD /api/v1/build/\(hash)")
            #expect(head.status == 202)
            #expect(head.body.isEmpty)
            #expect(head.headers["x-imagebuilder-status"] == "queued")
            #expect(head.headers["x-queue-position"] == "1")
            let legacy = try await contract.send("GET /api/build/\(hash)")
            #expect(legacy.status == 202)
            #expect(legacy.json["status"] == "queued")
            #expect(legacy.json["queue_position"] == 1)
            #expect(legacy.json["enqueued_at"]?.string?.hasSuffix(" GMT") == true)
        }

        @Test func build_started_hasAStepAndNoPosition() async throws {
            let contract = try ContractSystem.current()
            try await contract.clear()
            let steps = [
                "init", "download_imagebuilder", "unpack_imagebuilder", "calculate_packages_hash", "building_image",
            ]
            let hash = try await contract.post(with: ["rootfs_size_mb": 42]).json["request_hash"]?.string ?? ""
            try await contract.system.withWorker { _ in
                let started = try await contract.poll("GET /api/v1/build/\(hash)") {
                    $0.json["detail"] != "queued"
                }
                let head = try await contract.send("HEAD /api/v1/build/\(hash)")
                let legacy = try await contract.send("GET /api/build/\(hash)")
                #expect(started.status == 202, "\(started.text)")
                #expect(started.json["status"] == 202)
                #expect(started.json["detail"] == "started")
                #expect(started.json["queue_position"] == nil)
                #expect(steps.contains(started.json["imagebuilder_status"]?.string ?? ""), "\(started.text)")
                #expect(started.json["request_hash"] == .string(hash))
                #expect(started.json["request"]?.object?["rootfs_size_mb"] == 42)
                #expect(started.headers["x-queue-position"] == "0")
                #expect(head.status == 202)
                #expect(head.body.isEmpty)
                #expect(steps.contains(head.headers["x-imagebuilder-status"] ?? ""), "\(head.headers)")
                #expect(legacy.status == 202)
                #expect(legacy.json["status"] == "started")
                #expect(legacy.json["queue_position"] == nil)
                let done = try await contract.poll("HEAD /api/v1/build/\(hash)") { $0.status != 202 }
                #expect(done.status == 200)
                #expect(done.headers["x-imagebuilder-status"] == "done")
                #expect(done.headers["x-queue-position"] == "0")
            }
        }

        @Test func build_done_hasWhatClientsRead() async throws {
            let contract = try ContractSystem.current()
            let get = try await contract.send("GET /api/v1/build/\(contract.hash)")
            let post = try await contract.post(ContractSystem.request)
            #expect(get.body == post.body)
            #expect(get.status == 200)
            #expect(get.headers["x-imagebuilder-status"] == "done")
            #expect(get.headers["x-queue-position"] == "0")
            let body = get.json
            #expect(body["status"] == 200)
            #expect(body["detail"] == "done")
            #expect(body["request_hash"] == .string(contract.hash))
            #expect(body["imagebuilder_status"] == "done")
            #expect(body["manifest"]?.object?["sample-app"]?.string?.isEmpty == false)
            #expect(body["build_cmd"]?.array?.isEmpty == false)
            #expect(body["titles"]?.array?.first?.object?.isEmpty == false)
            #expect(body["target"] == "ath79/generic")
            #expect(body["id"] == "tplink_archer-c7-v2")
            #expect(body["version_number"] == "23.05.5")
            #expect(body["version_code"]?.string?.hasPrefix("r") == true)
            #expect(body["stderr"]?.string != nil)
            #expect(body["queue_position"] == nil)
            #expect(contract.binDir.hasPrefix("23.05.5/ath79/generic/tplink_archer-c7-v2/\(contract.hash)/"))
            let request = try #require(body["request"]?.object)
            for name in ["version_code", "rootfs_size_mb", "defaults", "packages", "packages_versions", "client"] {
                #expect(request[name] != nil, "\(name)")
            }
            let images = body["images"]?.array?.compactMap(\.object) ?? []
            #expect(!images.isEmpty)
            for image in images {
                for name in ["name", "type", "sha256", "filesystem"] { #expect(image[name]?.string != nil, "\(name)") }
            }
        }

        @Test func build_failed_isAnsweredAtOnceAndTriedAgainLater() async throws {
            let contract = try ContractSystem.current()
            try await contract.clear()
            try await contract.system.withWorker { _ in
                let hash = try await contract.post(ContractSystem.failing).json["request_hash"]?.string ?? ""
                let failed = try await contract.poll("GET /api/v1/build/\(hash)") { $0.status != 202 }
                let again = try await contract.post(ContractSystem.failing)
                let head = try await contract.send("HEAD /api/v1/build/\(hash)")
                let legacy = try await contract.send("GET /api/build/\(hash)")
                let reason = "Impossible package selection: conflicts (sample-conflict-a, sample-conflict-b)"
                failed.expectError(500, "Error: " + reason)
                #expect(failed.json["imagebuilder_status"] == "failed")
                #expect(failed.json["stderr"]?.string != nil)
                #expect(failed.json["request"]?.object?["profile"]?.string?.isEmpty == false)
                #expect(again.status == 500)
                #expect(again.body == failed.body)
                #expect(head.status == 500)
                #expect(head.body.isEmpty)
                #expect(head.headers["x-imagebuilder-status"] == "failed")
                #expect(legacy.status == 500)
                #expect(legacy.json["status"] == nil)
                #expect(legacy.json["message"] == .string(reason))
                #expect(legacy.json["error"] == .string(reason))
                #expect(legacy.json["buildlog"] == true)
                let log = try await contract.send("GET /store/\(legacy.json["bin_dir"]?.string ?? "")/buildlog.txt")
                #expect(log.status == 200)
                #expect(log.text.contains("sample-conflict-a"))
                // After build_failure_ttl the same request is built anew.
                let text = try ContractSystem.text(ContractSystem.failing)
                let anew = try await contract.poll("POST /api/v1/build", body: text) { $0.status != 500 }
                #expect(anew.status == 202, "\(anew.text)")
                let end = try await contract.poll("GET /api/v1/build/\(hash)") { $0.status != 202 }
                #expect(end.status == 500)
            }
        }

        @Test func build_unknown_is404() async throws {
            let contract = try ContractSystem.current()
            for hash in [String(repeating: "0", count: 64), "x", "..", "%2e%2e%2f"] {
                let reply = try await contract.send("GET /api/v1/build/\(hash)")
                #expect(reply.status == 404, "\(hash)")
                #expect(reply.json["status"] == 404)
            }
            let unknown = try await contract.send("GET /api/v1/build/\(String(repeating: "0", count: 64))")
            unknown.expectError(404, "could not find provided request hash")
            #expect(unknown.json["title"] == "Not Found")
        }

        @Test(arguments: ["/api/v1/build/", "/api/build/"])
        func post_onAHash_is405(_ path: String) async throws {
            let contract = try ContractSystem.current()
            try await contract.send("POST \(path)\(contract.hash)").expectError(405, "Method Not Allowed")
        }

        @Test func post_tooManyWaiting_is529() async throws {
            let contract = try ContractSystem.current()
            try await contract.clear()
            #expect(try await contract.post(with: ["rootfs_size_mb": 50]).status == 202)
            let small = try await contract.system.startServer(settings: ["MAX_PENDING_JOBS": "1"])
            let raw = RawClient(port: small.url.split(separator: ":").last.flatMap { Int($0) } ?? 0)
            let body = try ContractSystem.text(ContractSystem.request.merging(["rootfs_size_mb": 51]) { $1 })
            let reply = try await raw.request("POST /api/v1/build", body: Array(body.utf8))
            let legacy = try await raw.request(
                "POST /api/build",
                body: Array(#"{"version":"23.05.5","profile":"8dev,carambola2"}"#.utf8)
            )
            _ = try await small.process.stop()
            reply.expectError(529)
            #expect(reply.json["title"] == "Server overloaded")
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(legacy.status == 529)
            #expect(legacy.json["message"]?.string?.isEmpty == false)
        }
    }
}
