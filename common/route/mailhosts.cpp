#include "common/route/mailhosts.h"

#include <array>
#include <utility>

#include "common/base/text.h"

namespace helio::route {
namespace {

struct ProtocolRow {
    Protocol protocol;
    std::string_view key;
    std::uint16_t default_port;
};
constexpr std::array<ProtocolRow, 5> protocols = {{{Protocol::lmtp, "lmtp", 225},
                                                   {Protocol::imap, "imap", 143},
                                                   {Protocol::pop3, "pop3", 110},
                                                   {Protocol::managesieve, "managesieve", 4190},
                                                   {Protocol::grpc, "grpc", 9780}}};

/// A name that may be looked up: letters, digits, '-', '_' and '.', so that nothing from the directory travels further.
bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > 253 || name.front() == '.' || name.front() == '-') return false;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') return false;
    }
    return true;
}

}  // namespace

Mailhosts Mailhosts::read(config::Section root) {
    Mailhosts mailhosts;
    auto routing = root.section("routing");
    mailhosts.dns_fallback_ = routing.flag("dns_fallback", false);
    const auto file = routing.text("file", "");
    mailhosts.read_tables(root);
    if (!file.empty()) {
        const auto document = config::Document::load(file);
        mailhosts.read_tables(document.root());
        document.finish();
    }
    return mailhosts;
}

void Mailhosts::read_tables(config::Section root) {
    const auto names = root.names("mailhosts");
    auto tables = root.section("mailhosts");
    for (const auto& name : names) {
        auto table = tables.section(name);
        if (!is_host_name(name)) throw config::ConfigError(table.where() + ": \"" + name + "\" is not a host name");
        Entry entry;
        for (const auto& row : protocols) {
            const auto text = table.text(row.key, "");
            if (text.empty()) continue;
            const auto host = net::HostPort::parse(text);
            if (!host) table.refuse(row.key, "\"" + text + "\" is not host:port");
            entry.endpoints.emplace(row.protocol, *host);
        }
        entry.tls_name = base::to_lower(table.text("tls_name", name));
        if (!entries_.emplace(base::to_lower(name), std::move(entry)).second) {
            throw config::ConfigError(table.where() + ": mailhost \"" + name + "\" is described twice");
        }
    }
}

std::vector<std::string> Mailhosts::names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : entries_) names.push_back(name);
    return names;
}

std::optional<Target> Mailhosts::find(const std::string& mailhost, Protocol protocol) const {
    const auto name = base::to_lower(mailhost);
    const auto found = entries_.find(name);
    if (found != entries_.end()) {
        const auto endpoint = found->second.endpoints.find(protocol);
        if (endpoint == found->second.endpoints.end()) return std::nullopt;
        return Target{endpoint->second, found->second.tls_name};
    }
    if (!dns_fallback_ || !is_host_name(name)) return std::nullopt;
    for (const auto& row : protocols) {
        if (row.protocol == protocol) return Target{net::HostPort{name, row.default_port}, name};
    }
    std::unreachable();
}

}  // namespace helio::route
