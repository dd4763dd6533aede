#include "tests/unit/store/imapd/imap_bench.h"

#include <fstream>
#include <sstream>

namespace helio::test {

namespace {

const logging::Logger& quiet_log() {
    static const logging::Logger log({.level = logging::Level::error, .format = logging::Format::logfmt, .file = {}},
                                     "test");
    return log;
}

base::SteadyTime soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

}  // namespace

namespace {

using Names = std::map<std::string, std::string>;

// Replaces each {{name}} by what was remembered; the first unknown one by "..." and tells its place.
std::string filled_in(std::string text, const Names& names, std::string* unknown, std::size_t* place) {
    for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
        const auto end = text.find("}}", at);
        REQUIRE(end != std::string::npos);
        const std::string name = text.substr(at + 2, end - at - 2);
        const auto known = names.find(name);
        if (known == names.end()) {
            if (unknown == nullptr) FAIL("nothing is known of " << name);
            *unknown = name;
            *place = at;
        }
        text.replace(at, end + 2 - at, known == names.end() ? "..." : known->second);
    }
    return text;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view line) {
    const auto dots = pattern.find("...");
    if (dots == std::string_view::npos) return pattern == line;
    if (!line.starts_with(pattern.substr(0, dots))) return false;
    const std::string_view rest = pattern.substr(dots + 3);
    for (std::size_t at = dots; at <= line.size(); ++at) {
        if (matches_pattern(rest, line.substr(at))) return true;
    }
    return false;
}

store::imapd::ImapConfig ImapBench::plain_config() {
    store::imapd::ImapConfig config;
    config.plaintext_from.push_back(*net::Network::parse("127.0.0.0/8"));
    return config;
}

ImapBench::ImapBench(store::imapd::ImapConfig config, bool offer_starttls, storage::SpoolLimits spool)
    : spool_(std::move(spool)) {
    net::TlsConfig tls;
    tls.files = certificates_.issue({"store-a.example.test"});
    tls.ca_file = certificates_.ca_file();
    tls.peer_check = net::PeerCheck::request;
    tls_ = std::make_shared<net::TlsSource>(tls);
    directory_.add_user("alice@example.test", "secret-alice", "store-a.example.test");
    directory_.add_user("bob@example.test", "secret-bob", "store-a.example.test");
    auth::ThrottleConfig throttle;
    throttle.delay = std::chrono::milliseconds(0);
    authenticator_ = std::make_unique<auth::Authenticator>(directory_, throttle, quiet_log(), stores_.metrics);
    service_ = std::make_unique<store::imapd::ImapService>(stores_.store, *authenticator_, nullptr,
                                                           offer_starttls ? tls_ : nullptr, std::move(config), spool_,
                                                           quiet_log(), stores_.metrics);
}

Task<> ImapBench::serve(net::Connection connection, bool tls) {
    if (tls) {
        auto secured = co_await connection.wire.start_tls_server(tls_->current(), soon());
        REQUIRE_OK(secured);
    }
    co_await service_->serve(std::move(connection));
}

Task<> ImapBench::client_handshake(int number, std::string certificate_name) {
    net::TlsConfig config;
    config.is_server = false;
    config.peer_check = net::PeerCheck::required;
    config.ca_file = certificates_.ca_file();
    if (!certificate_name.empty()) config.files = certificates_.issue({certificate_name});
    auto context = net::TlsContext::load(config);
    auto secured = co_await clients_.at(number)->start_tls_client(context, "store-a.example.test", soon());
    REQUIRE_OK(secured);
}

net::Wire& ImapBench::client(int number, bool tls) {
    auto& wire = clients_[number];
    if (!wire) {
        auto pair = net::memory_pair();
        wire = std::make_unique<net::Wire>(std::move(pair.client));
        net::Connection connection{net::Wire(std::move(pair.server)),
                                   *net::Endpoint::parse("127.0.0.1:4000"),
                                   *net::Endpoint::parse("127.0.0.1:143"),
                                   "session" + std::to_string(number),
                                   "imap",
                                   *sessions_.enter(net::Address())};
        bench_.start(serve(std::move(connection), tls));
    }
    return *wire;
}

// However the script ends, the clients hang up, so that the sessions end.
Task<> ImapBench::converse(std::string text, std::string name) {
    struct HangUp {
        std::map<int, std::unique_ptr<net::Wire>>& clients;
        ~HangUp() { clients.clear(); }
    };
    const HangUp hang_up{clients_};
    co_await play_lines(std::move(text), std::move(name));
}

Task<> ImapBench::play_lines(std::string text, std::string name) {
    std::istringstream lines(text);
    std::string line;
    Names names;
    for (int number = 1; std::getline(lines, line); ++number) {
        const auto colon = line.find(": ");
        if (line.empty() || line[0] == '#' || colon == std::string::npos || colon > 3) continue;
        const int who = colon == 2 ? line[1] - '0' : 1;
        std::string unknown;
        std::size_t place = 0;
        const std::string rest = filled_in(line.substr(colon + 2), names, line[0] == 'S' ? &unknown : nullptr, &place);
        INFO(name << ":" << number << ": " << line);
        net::Wire& wire = client(who, rest.starts_with("<tls"));
        if (rest.starts_with("<tls") || rest == "<starttls>") {
            const auto space = rest.find(' ');
            const bool named = space != std::string::npos;
            co_await client_handshake(who, named ? rest.substr(space + 1, rest.size() - space - 2) : std::string());
            continue;
        }
        if (rest == "<deflate>") {
            wire.start_deflate();
            continue;
        }
        if (rest == "<drain>") {
            sessions_.close();
            continue;
        }
        if (line[0] == 'C') {
            auto sent = co_await wire.write(rest + "\r\n", soon());
            REQUIRE_OK(sent);
            continue;
        }
        auto got = co_await wire.read_line(1 << 20, soon());
        // SELECT's id of the mailbox is passed over where the transcript does not name it.
        if (got && got->starts_with("* OK [MAILBOXID ") && rest.find("MAILBOXID") == std::string::npos) {
            got = co_await wire.read_line(1 << 20, soon());
        }
        if (rest == "<end>") {
            CHECK_FALSE(got);
            continue;
        }
        REQUIRE_OK(got);
        if (!matches_pattern(rest, *got))
            FAIL(name << ":" << number << "\n expected " << rest << "\n got      " << *got);
        if (unknown.empty()) continue;
        const auto end = got->find_first_not_of("0123456789", place);
        names[unknown] = got->substr(place, end == std::string::npos ? end : end - place);
    }
}

void ImapBench::play(const std::string& text, const std::string& name) {
    bench_.start(converse(text, name));
    bench_.finish();
}

void ImapBench::run_transcript(const std::string& name) {
    const std::string path = "tests/golden/imap/" + name + ".txt";
    std::ifstream file(path);
    REQUIRE(file.good());
    std::stringstream text;
    text << file.rdbuf();
    play(text.str(), path);
}

}  // namespace helio::test
