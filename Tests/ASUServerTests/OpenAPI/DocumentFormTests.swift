import ASUCore
import Testing

@testable import ASUServer

/// The OpenAPI document by itself.
@Suite struct DocumentFormTests {
    @Test func references_resolve() throws {
        let description = try SampleDescription.load()
        var count = 0
        description.root.forEachValue { place, value in
            guard let reference = value["$ref"]?.string else { return }
            count += 1
            #expect(description.resolve(reference) != nil, "\(place) refers to \(reference), which isn't there")
        }
        #expect(count > 300)
    }

    @Test func everyOperation_hasSummaryIDAndPlainStatuses() throws {
        let description = try SampleDescription.load()
        let tags = Set((description.root["tags"]?.array ?? []).compactMap { $0["name"]?.string })
        var ids = Set<String>()
        for (path, item) in description.root["paths"]?.object ?? [:] {
            for method in ["get", "head", "post"] {
                guard let operation = item[method] else { continue }
                #expect(operation["summary"]?.string?.isEmpty == false, "\(method) \(path)")
                #expect(operation["tags"]?.array?.allSatisfy { tags.contains($0.string ?? "") } == true, "\(path)")
                let (isNew, _) = ids.insert(operation["operationId"]?.string ?? "")
                #expect(isNew, "\(method) \(path)")
                let statuses = operation["responses"]?.object ?? [:]
                #expect(!statuses.isEmpty, "\(method) \(path)")
                for (status, response) in statuses {
                    // No `default`, no `4XX`: each status that can come is named.
                    #expect(Int(status).map { (200...599).contains($0) } == true, "\(method) \(path): \(status)")
                    let headers = description.resolved(response)["headers"]
                    #expect(headers?["Access-Control-Allow-Origin"] != nil, "\(method) \(path): \(status)")
                }
            }
        }
    }

    /// Whether an example has what its schema requires, and nothing that the schema doesn't have.
    @Test func examples_fitTheirSchemas() throws {
        let description = try SampleDescription.load()
        let schemas = description.root["components"]?["schemas"]?.object ?? [:]
        var count = 0
        for (name, schema) in schemas {
            for example in schema["examples"]?.array ?? [] {
                count += 1
                if let problem = misfit(example, schema, description) { Issue.record("\(name): \(problem)") }
            }
        }
        #expect(count > 25)
    }

    private func misfit(_ value: JSONValue, _ schema: JSONValue, _ description: APIDescription) -> String? {
        let schema = description.resolved(schema)
        if schema == .bool(false) { return "\(value.text) mustn't be there" }
        if let constant = schema["const"], constant != value { return "\(value.text) is not \(constant.text)" }
        if let all = schema["enum"]?.array, !all.contains(value) { return "\(value.text) is not in \(all)" }
        let types = schema["type"]?.array ?? schema["type"].map { [$0] } ?? [.string(type(value))]
        guard types.contains(.string(type(value))) else { return "\(value.text) is no \(types)" }
        if let text = value.string, let pattern = schema["pattern"]?.string, !Pattern(pattern).matches(text) {
            return "\(text) doesn't match \(pattern)"
        }
        for element in value.array ?? [] {
            if let items = schema["items"], let problem = misfit(element, items, description) { return problem }
        }
        for required in schema["required"]?.array ?? [] where value[required.string ?? ""] == nil {
            return "\(required.text) lacks"
        }
        for (key, inner) in value.object ?? [:] {
            guard let property = schema["properties"]?[key] ?? schema["additionalProperties"] else {
                if schema["properties"] == nil { continue }
                return "\(key) isn't documented"
            }
            if let problem = misfit(inner, property, description) { return "\(key): \(problem)" }
        }
        return nil
    }

    private func type(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        default: "number"
        }
    }
}
