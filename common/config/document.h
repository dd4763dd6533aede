// Document and Section: a daemon's TOML file, read strictly.
// Every key is asked for by name; finish() refuses what nobody asked for, with file, line and the nearest known name.
//   const auto document = config::Document::load(path);
//   auto log = document.root().section("log");
//   level = log.choice("level", {"debug", "info", "warning", "error"}, "info");
//   document.finish();
// All errors are ConfigError (a StartupError) whose text is "file:line: what is wrong; what to do".
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/secret.h"
#include "common/base/startup_error.h"

namespace helio::config {

struct ConfigError : base::StartupError {
    using StartupError::StartupError;
};

namespace detail {
struct Node;  // hides toml++: its header costs two seconds per file
}

class Section {
public:
    explicit Section(std::shared_ptr<detail::Node> node) : node_(std::move(node)) {}

    // Without a default the key is required.
    std::string text(std::string_view key);
    std::string text(std::string_view key, std::string_view otherwise);
    std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
    bool flag(std::string_view key, bool otherwise);
    /// "250ms", "5s", "10m", "1h", "7d"; a hundred years at most.
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds otherwise);
    /// A duration that is not zero: nothing ends in no time.
    std::chrono::milliseconds timeout(std::string_view key, std::chrono::milliseconds otherwise);
    /// "512", "64KiB", "128MiB", "2GiB": bytes.
    std::uint64_t size(std::string_view key, std::uint64_t otherwise, std::uint64_t least = 0,
                       std::uint64_t most = 1ull << 62);
    /// What the file named by `key` holds, without line ends behind it; empty when the key is missing or "".
    base::Secret secret_file(std::string_view key);
    std::vector<std::string> texts(std::string_view key, std::vector<std::string> otherwise = {});
    /// The index of the value in `choices`.
    std::size_t choice(std::string_view key, std::initializer_list<std::string_view> choices,
                       std::string_view otherwise);

    /// The table `key`; an empty one when the file has none, so that defaults apply.
    Section section(std::string_view key);
    bool has(std::string_view key) const;
    /// Names of the tables in the table `key` ([mailhosts."store-a.example.test"]), in the file's order.
    std::vector<std::string> names(std::string_view key);
    /// The tables of an array of tables ([[listener]]).
    std::vector<Section> sections(std::string_view key);

    /// "file:line" of the key, or of the section; for errors that the caller finds.
    std::string where(std::string_view key = {}) const;
    /// Throws ConfigError at the key's place.
    [[noreturn]] void refuse(std::string_view key, std::string_view why) const;

private:
    std::shared_ptr<detail::Node> node_;
};

class Document {
public:
    static Document load(const std::string& path);
    /// For tests and generated text; `name` stands in errors.
    static Document parse(std::string_view text, std::string_view name);

    Section root() const { return Section(root_); }
    /// Throws ConfigError for the first key that nobody asked for.
    void finish() const;

private:
    explicit Document(std::shared_ptr<detail::Node> root) : root_(std::move(root)) {}
    std::shared_ptr<detail::Node> root_;
};

}  // namespace helio::config
