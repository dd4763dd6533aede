#include "common/auth/access.h"

#include <algorithm>
#include <bit>

#include "common/base/text.h"

namespace helio::auth {
namespace {

constexpr std::string_view separators = " \t,";

/// The words of a list, which blanks and commas part.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        const auto start = text.find_first_not_of(separators);
        if (start == std::string_view::npos) return words;
        text.remove_prefix(start);
        const auto word = text.substr(0, text.find_first_of(separators));
        words.push_back(word);
        text.remove_prefix(word.size());
    }
}

bool is_host_text(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    });
}

/// "255.255.255.0" -> 24; nothing when the ones are not in front.
std::optional<unsigned> mask_bits(const net::Address& mask) {
    if (!mask.is_v4()) return std::nullopt;
    std::uint32_t bits = 0;
    for (const char c : mask.bytes()) bits = bits << 8 | static_cast<unsigned char>(c);
    const auto ones = static_cast<unsigned>(std::countl_one(bits));
    if (ones < 32 && bits << ones != 0) return std::nullopt;
    return ones;
}

/// "a.b.c.d", "a.b.c.d/n", "a.b.c.d/mask", "[2001:db8::]/32".
std::optional<net::Network> parse_network(std::string_view text) {
    std::string plain(text);
    if (plain.starts_with('[')) {
        const auto close = plain.find(']');
        if (close == std::string::npos) return std::nullopt;
        plain.erase(close, 1);
        plain.erase(0, 1);
    }
    const auto slash = plain.find('/');
    if (slash != std::string::npos) {
        const auto mask = net::Address::parse(std::string_view(plain).substr(slash + 1));
        if (mask && plain.find('.', slash) != std::string::npos) {
            const auto bits = mask_bits(*mask);
            if (!bits) return std::nullopt;
            plain = plain.substr(0, slash + 1) + std::to_string(*bits);
        }
    }
    const auto network = net::Network::parse(plain);
    if (!network) return std::nullopt;
    return *network;
}

bool is_prefix(std::string_view text) {
    if (!text.ends_with('.') || text.size() > 12) return false;
    const auto parts = base::split(text.substr(0, text.size() - 1), '.');
    return parts.size() <= 3 && std::ranges::all_of(parts, [](std::string_view part) {
               const auto number = base::parse_number(part);
               return number && *number <= 255;
           });
}

/// "pop3" and "pops" as Sun writes them: "pop", and whether only under TLS.
std::pair<std::string_view, bool> plain_service(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> secured[] = {
        {"imaps", "imap"}, {"sslimap", "imap"}, {"pops", "pop"},         {"pop3s", "pop"},
        {"sslpop", "pop"}, {"smtps", "smtp"},   {"submissions", "smtp"}, {"https", "http"}};
    for (const auto& [own, plain] : secured) {
        if (name == own) return {plain, true};
    }
    if (name == "pop3") return {"pop", false};
    if (name == "submission") return {"smtp", false};
    if (name == "managesieve") return {"sieve", false};
    return {name, false};
}

bool any_matches(const std::vector<ClientPattern>& patterns, const AccessQuestion& question) {
    return std::ranges::any_of(patterns, [&](const auto& pattern) { return pattern.matches(question); });
}

std::optional<std::vector<ClientPattern>> parse_clients(std::string_view text) {
    std::vector<ClientPattern> clients;
    for (const auto word : words_of(text)) {
        auto pattern = ClientPattern::parse(word);
        if (!pattern) return std::nullopt;
        clients.push_back(std::move(*pattern));
    }
    if (clients.empty()) return std::nullopt;
    return clients;
}

/// Where EXCEPT stands as a word of its own, in any case.
std::size_t find_except(std::string_view text) {
    for (const auto word : words_of(text)) {
        if (base::equals_ignoring_case(word, "EXCEPT")) return static_cast<std::size_t>(word.data() - text.data());
    }
    return std::string_view::npos;
}

// rule = ("+" / "-") services [":" clients ["EXCEPT" clients]]
std::optional<AccessRule> parse_rule(std::string_view text) {
    AccessRule rule;
    text = base::trim(text);
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    rule.allow = text.starts_with('+');
    const auto colon = text.find(':');
    for (const auto word : words_of(text.substr(1, colon == std::string_view::npos ? colon : colon - 1))) {
        auto service = base::to_lower(word);
        if (service == "*") service = "all";
        if (!is_host_text(service)) return std::nullopt;
        rule.services.push_back(std::move(service));
    }
    if (rule.services.empty()) return std::nullopt;
    const auto list = colon == std::string_view::npos ? std::string_view("ALL") : text.substr(colon + 1);
    const auto except = find_except(list);
    auto clients = parse_clients(list.substr(0, except));
    if (!clients) return std::nullopt;
    rule.clients = std::move(*clients);
    if (except == std::string_view::npos) return rule;
    auto without = parse_clients(list.substr(except + 6));
    if (!without) return std::nullopt;
    rule.except = std::move(*without);
    return rule;
}

void print_patterns(std::string& into, const std::vector<ClientPattern>& patterns) {
    for (std::size_t i = 0; i < patterns.size(); ++i) into += (i == 0 ? "" : " ") + patterns[i].to_string();
}

}  // namespace

std::optional<ClientPattern> ClientPattern::parse(std::string_view text) {
    const auto at = text.rfind('@');
    if (at != std::string_view::npos) text.remove_prefix(at + 1);
    ClientPattern pattern;
    pattern.text_ = base::to_lower(text);
    const auto& word = pattern.text_;
    if (word == "all" || word == "*") {
        pattern.kind_ = Kind::all;
        pattern.text_ = "all";
    } else if (word == "local") {
        pattern.kind_ = Kind::local;
    } else if (word == "known") {
        pattern.kind_ = Kind::known;
    } else if (word == "unknown") {
        pattern.kind_ = Kind::unknown;
    } else if (is_prefix(word)) {
        pattern.kind_ = Kind::prefix;
    } else if (const auto network = parse_network(word)) {
        pattern.kind_ = Kind::network;
        pattern.network_ = *network;
        pattern.text_ = network->to_string();
    } else if (!is_host_text(word) || word.find_first_not_of("0123456789.") == std::string::npos) {
        return std::nullopt;
    } else {
        pattern.kind_ = word.starts_with('.') ? Kind::domain : Kind::host;
    }
    return pattern;
}

bool ClientPattern::matches(const AccessQuestion& question) const {
    switch (kind_) {
        case Kind::all:
            return true;
        case Kind::network:
            return network_.contains(question.client);
        case Kind::prefix:
            return question.client.is_v4() && question.client.to_string().starts_with(text_);
        case Kind::known:
            return !question.host.empty();
        case Kind::unknown:
            return question.host.empty();
        case Kind::local:
            return !question.host.empty() && !question.host.contains('.');
        case Kind::host:
            return question.host == text_;
        case Kind::domain:
            return question.host.ends_with(text_);
    }
    return false;
}

std::string ClientPattern::to_string() const {
    // Brackets keep an IPv6 network apart from the colon of the rule for people who read it.
    return kind_ == Kind::network && text_.contains(':')
               ? "[" + text_.substr(0, text_.find('/')) + "]" + text_.substr(std::min(text_.find('/'), text_.size()))
               : text_;
}

bool AccessRule::matches(const AccessQuestion& question) const {
    const auto own = plain_service(question.service).first;
    const bool ours = std::ranges::any_of(services, [&](const std::string& name) {
        if (name == "all") return true;
        const auto [plain, under_tls] = plain_service(name);
        return plain == own && (!under_tls || question.tls);
    });
    return ours && any_matches(clients, question) && !any_matches(except, question);
}

Result<AccessFilter> AccessFilter::parse(const std::vector<std::string>& values) {
    AccessFilter filter;
    std::size_t bytes = 0;
    for (const auto& value : values) {
        bytes += value.size();
        if (bytes > most_filter_bytes)
            return fail(std::make_error_code(std::errc::value_too_large), "access filter over its limit");
        for (const auto text : base::split(value, '$')) {
            if (base::trim(text).empty()) continue;
            auto rule = parse_rule(text);
            if (!rule)
                return fail(std::make_error_code(std::errc::invalid_argument),
                            "access rule \"" + base::printable(text, 80) + "\"");
            if (filter.rules_.size() == most_rules)
                return fail(std::make_error_code(std::errc::value_too_large), "access filter over its limit");
            filter.rules_.push_back(std::move(*rule));
        }
    }
    return filter;
}

bool AccessFilter::grants(const AccessQuestion& question) const {
    bool only_allows = true;
    for (const auto& rule : rules_) {
        if (rule.allow && rule.matches(question)) return true;
        only_allows = only_allows && rule.allow;
    }
    for (const auto& rule : rules_) {
        if (!rule.allow && rule.matches(question)) return false;
    }
    return rules_.empty() || !only_allows;
}

bool AccessFilter::needs_host() const {
    const auto needs = [](const ClientPattern& pattern) { return pattern.needs_host(); };
    return std::ranges::any_of(rules_, [&](const AccessRule& rule) {
        return std::ranges::any_of(rule.clients, needs) || std::ranges::any_of(rule.except, needs);
    });
}

std::string AccessFilter::to_string() const {
    std::string text;
    for (const auto& rule : rules_) {
        if (!text.empty()) text += '$';
        text += rule.allow ? '+' : '-';
        for (std::size_t i = 0; i < rule.services.size(); ++i) text += (i == 0 ? "" : ",") + rule.services[i];
        text += ':';
        print_patterns(text, rule.clients);
        if (rule.except.empty()) continue;
        text += " EXCEPT ";
        print_patterns(text, rule.except);
    }
    return text;
}

SiteAccess read_access_config(config::Section section) {
    SiteAccess site;
    for (const auto* service : {"imap", "pop3", "smtp"}) {
        auto lists = section.section(service);
        std::vector<AccessRule> rules;
        for (const auto* key : {"allow", "deny"}) {
            AccessRule rule{
                .allow = std::string_view(key) == "allow", .services = {service}, .clients = {}, .except = {}};
            for (const auto& text : lists.texts(key)) {
                auto pattern = ClientPattern::parse(text);
                if (!pattern) lists.refuse(key, "\"" + text + "\" is no address, network or host name");
                rule.clients.push_back(std::move(*pattern));
            }
            if (!rule.clients.empty()) rules.push_back(std::move(rule));
        }
        if (!rules.empty()) site.emplace(service, AccessFilter(std::move(rules)));
    }
    return site;
}

}  // namespace helio::auth
