#include "common/config/document.h"

#include <fmt/format.h>

#define TOML_ENABLE_FORMATTERS 0
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include <toml++/toml.h>

#include "common/base/text.h"

namespace helio::config {
namespace detail {

// One table of the file, with what was asked of it. Children are shared so that asking twice marks the same node.
struct Node {
    std::shared_ptr<toml::table> owner;  // keeps the tree alive; `table` points into it
    const toml::table* table = nullptr;
    std::string file;
    std::string path;  // "imap.tls", empty at the root
    std::set<std::string, std::less<>> asked;
    std::map<std::string, std::vector<std::shared_ptr<Node>>, std::less<>> children;

    std::string at(const toml::node* node) const {
        return fmt::format("{}:{}", file, node ? node->source().begin.line : 1);
    }
    std::string full(std::string_view key) const {
        return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
    }
};

namespace {

std::shared_ptr<Node> make_child(Node& parent, std::string_view key, const toml::table* table) {
    auto child = std::make_shared<Node>();
    child->owner = parent.owner;
    child->table = table;
    child->file = parent.file;
    child->path = parent.full(key);
    return child;
}

std::string nearest(const Node& node, std::string_view key) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(3, key.size() / 2);
    for (const auto& name : node.asked) {
        const auto distance = base::edit_distance(name, key);
        if (distance < best_distance) {
            best = name;
            best_distance = distance;
        }
    }
    return best;
}

void finish(const Node& node) {
    if (node.table == nullptr) return;
    for (const auto& [key, value] : *node.table) {
        if (!node.asked.contains(key.str())) {
            const auto hint = nearest(node, key.str());
            throw ConfigError(fmt::format("{}: unknown key '{}'{}", node.at(&value), node.full(key.str()),
                                          hint.empty() ? "; remove it" : fmt::format("; did you mean '{}'?", hint)));
        }
    }
    for (const auto& [name, list] : node.children)
        for (const auto& child : list) finish(*child);
}

}  // namespace
}  // namespace detail

namespace {

const toml::node* find(detail::Node& node, std::string_view key) {
    node.asked.emplace(key);
    return node.table ? node.table->get(key) : nullptr;
}

[[noreturn]] void bad_value(const detail::Node& node, const toml::node* value, std::string_view key,
                            std::string_view expected) {
    throw ConfigError(fmt::format("{}: '{}' must be {}", node.at(value), node.full(key), expected));
}

// "10m" -> {10, "m"}
std::optional<std::pair<std::uint64_t, std::string_view>> number_and_unit(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = base::parse_number(text.substr(0, digits));
    if (!number) return std::nullopt;
    return std::pair{*number, base::trim(text.substr(digits))};
}

std::uint64_t read_size(const detail::Node& node, const toml::node* value, std::string_view key) {
    static const std::map<std::string_view, unsigned> unit_shift = {
        {"", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
    if (value->is_integer() && **value->as_integer() >= 0) return static_cast<std::uint64_t>(**value->as_integer());
    const auto parts = value->is_string() ? number_and_unit(**value->as_string()) : std::nullopt;
    const auto unit = parts ? unit_shift.find(parts->second) : unit_shift.end();
    if (unit == unit_shift.end() || parts->first >= (1ull << 62) >> unit->second)
        bad_value(node, value, key, "a size such as \"64KiB\", \"128MiB\" or \"2GiB\"");
    return parts->first << unit->second;
}

/// The largest unit that it is a whole number of: "64KiB".
std::string print_size(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 5> units = {"", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (unit + 1 < units.size() && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        ++unit;
    }
    return fmt::format("\"{}{}\"", bytes, units[unit]);
}

}  // namespace

std::string Section::text(std::string_view key) {
    const auto* value = find(*node_, key);
    if (value == nullptr)
        throw ConfigError(fmt::format("{}: '{}' is missing; add it to {}", where(), node_->full(key),
                                      node_->path.empty() ? "the file" : fmt::format("[{}]", node_->path)));
    if (!value->is_string()) bad_value(*node_, value, key, "text in quotes");
    return **value->as_string();
}

std::string Section::text(std::string_view key, std::string_view otherwise) {
    return find(*node_, key) == nullptr ? std::string(otherwise) : text(key);
}

std::int64_t Section::integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return otherwise;
    if (!value->is_integer() || **value->as_integer() < least || **value->as_integer() > most)
        bad_value(*node_, value, key, fmt::format("a number from {} to {}", least, most));
    return **value->as_integer();
}

bool Section::flag(std::string_view key, bool otherwise) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) bad_value(*node_, value, key, "true or false");
    return **value->as_boolean();
}

std::chrono::milliseconds Section::duration(std::string_view key, std::chrono::milliseconds otherwise) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return otherwise;
    static const std::map<std::string_view, std::int64_t> unit_ms = {
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    const auto parts = value->is_string() ? number_and_unit(**value->as_string()) : std::nullopt;
    const auto unit = parts ? unit_ms.find(parts->second) : unit_ms.end();
    if (unit == unit_ms.end())
        bad_value(*node_, value, key, "a duration such as \"250ms\", \"5s\", \"10m\", \"1h\" or \"7d\"");
    // In nanoseconds, as clocks count, 64 bits hold 292 years.
    constexpr std::chrono::milliseconds most = std::chrono::days(36500);
    if (parts->first > static_cast<std::uint64_t>(most.count() / unit->second))
        bad_value(*node_, value, key, "at most \"36500d\"");
    return std::chrono::milliseconds(static_cast<std::int64_t>(parts->first) * unit->second);
}

std::chrono::milliseconds Section::timeout(std::string_view key, std::chrono::milliseconds otherwise) {
    const auto found = duration(key, otherwise);
    if (found.count() == 0) bad_value(*node_, find(*node_, key), key, "more than zero");
    return found;
}

std::uint64_t Section::size(std::string_view key, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return otherwise;
    const auto bytes = read_size(*node_, value, key);
    if (bytes < least || bytes > most)
        bad_value(*node_, value, key, fmt::format("from {} to {}", print_size(least), print_size(most)));
    return bytes;
}

base::Secret Section::secret_file(std::string_view key) {
    constexpr std::size_t most = 64 * 1024;
    const auto path = text(key, "");
    if (path.empty()) return {};
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) refuse(key, "\"" + path + "\" is a folder; name a file");
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse(key, "can't read \"" + path + "\"; it must be there and readable by this user");
    std::string held(most + 1, '\0');
    file.read(held.data(), static_cast<std::streamsize>(held.size()));
    held.resize(static_cast<std::size_t>(file.gcount()));
    if (held.size() > most) refuse(key, "\"" + path + "\" holds more than 64KiB; that is no secret");
    while (!held.empty() && (held.back() == '\n' || held.back() == '\r')) held.pop_back();
    if (held.empty()) refuse(key, "\"" + path + "\" is empty");
    return base::Secret(std::move(held));
}
std::vector<std::string> Section::texts(std::string_view key, std::vector<std::string> otherwise) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return otherwise;
    const auto* array = value->as_array();
    if (array == nullptr) bad_value(*node_, value, key, "a list of texts: [\"a\", \"b\"]");
    std::vector<std::string> list;
    for (const auto& item : *array) {
        if (!item.is_string()) bad_value(*node_, &item, key, "a list of texts: [\"a\", \"b\"]");
        list.push_back(**item.as_string());
    }
    return list;
}

std::size_t Section::choice(std::string_view key, std::initializer_list<std::string_view> choices,
                            std::string_view otherwise) {
    const auto chosen = text(key, otherwise);
    const auto found = std::ranges::find(choices, std::string_view(chosen));
    if (found == choices.end())
        bad_value(*node_, find(*node_, key), key, fmt::format("one of \"{}\"", fmt::join(choices, "\", \"")));
    return static_cast<std::size_t>(found - choices.begin());
}

Section Section::section(std::string_view key) {
    const auto* value = find(*node_, key);
    if (value != nullptr && !value->is_table())
        bad_value(*node_, value, key, fmt::format("a table: [{}]", node_->full(key)));
    auto& known = node_->children[std::string(key)];
    if (known.empty()) known.push_back(detail::make_child(*node_, key, value ? value->as_table() : nullptr));
    return Section(known.front());
}

bool Section::has(std::string_view key) const { return find(*node_, key) != nullptr; }

std::vector<std::string> Section::names(std::string_view key) {
    auto table = section(key);
    std::vector<std::pair<toml::source_index, std::string>> found;
    if (table.node_->table != nullptr)
        for (const auto& [name, value] : *table.node_->table)
            found.emplace_back(value.source().begin.line, std::string(name.str()));
    std::ranges::sort(found);
    std::vector<std::string> list;
    for (auto& [line, name] : found) list.push_back(std::move(name));
    return list;
}

std::vector<Section> Section::sections(std::string_view key) {
    const auto* value = find(*node_, key);
    if (value == nullptr) return {};
    const auto* array = value->as_array();
    if (array == nullptr) bad_value(*node_, value, key, fmt::format("an array of tables: [[{}]]", node_->full(key)));
    auto& known = node_->children[std::string(key)];
    if (known.empty()) {
        for (const auto& item : *array) {
            if (!item.is_table())
                bad_value(*node_, &item, key, fmt::format("an array of tables: [[{}]]", node_->full(key)));
            known.push_back(detail::make_child(*node_, key, item.as_table()));
        }
    }
    std::vector<Section> list;
    for (const auto& child : known) list.emplace_back(child);
    return list;
}

std::string Section::where(std::string_view key) const {
    const toml::node* value = key.empty() || !node_->table ? nullptr : node_->table->get(key);
    return node_->at(value ? value : node_->table);
}

void Section::refuse(std::string_view key, std::string_view why) const {
    throw ConfigError(fmt::format("{}: '{}' {}", where(key), node_->full(key), why));
}

namespace {
std::shared_ptr<detail::Node> make_root(toml::table&& parsed, std::string_view name) {
    auto node = std::make_shared<detail::Node>();
    node->owner = std::make_shared<toml::table>(std::move(parsed));
    node->table = node->owner.get();
    node->file = name;
    return node;
}
}  // namespace

Document Document::load(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw ConfigError(fmt::format("{}: is a folder; name the file after --config", path));
    try {
        return Document(make_root(toml::parse_file(path), path));
    } catch (const toml::parse_error& error) {
        const auto line = error.source().begin.line;
        if (line == 0)
            throw ConfigError(fmt::format("{}: {}; check the path after --config", path, error.description()));
        throw ConfigError(fmt::format("{}:{}: {}", path, line, error.description()));
    }
}

Document Document::parse(std::string_view text, std::string_view name) {
    try {
        return Document(make_root(toml::parse(text), name));
    } catch (const toml::parse_error& error) {
        throw ConfigError(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
    }
}

void Document::finish() const { detail::finish(*root_); }

}  // namespace helio::config
