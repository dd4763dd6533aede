#include "common/ldap/connection.h"

#include <algorithm>

#include <ldap.h>
#include <sys/socket.h>

#include "common/ldap/errc.h"

namespace helio::ldap {
namespace {

constexpr std::size_t largest_entry_bytes = 1024 * 1024;

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
struct FreeText {
    void operator()(char* text) const { ldap_memfree(text); }
};
struct FreeValues {
    void operator()(berval** values) const { ldap_value_free_len(values); }
};
struct FreeCursor {
    void operator()(BerElement* cursor) const { ber_free(cursor, 0); }
};

SteadyTime now() { return std::chrono::steady_clock::now(); }

timeval until(SteadyTime deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - now());
    return {.tv_sec = std::max<std::int64_t>(1, (left.count() + 999) / 1000), .tv_usec = 0};  // whole seconds, not 0
}

Error error_of(int code) { return {make_error_code(errc::refused), describe(code)}; }

}  // namespace

Connection::Connection(net::Worker& worker, Handle handle, std::size_t server)
    : worker_(worker), handle_(std::move(handle)), server_(server), fd_(socket_of(handle_)), last_heard_(now()) {}

Connection::~Connection() = default;

Task<> Connection::run() {
    while (read_answers()) {
        // Level-triggered: data that arrived since read_answers() counts.
        co_await worker_.wait_fd(fd_, net::Worker::Readiness::readable, net::never);
    }
    close();
    while (!waiting_.empty()) {
        auto* const waiting = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        waiting->ended.notify();
    }
}

void Connection::retire() {
    retiring_ = true;
    if (in_flight_ == 0) close();
}

void Connection::leave() {
    --in_flight_;
    if (retiring_ && in_flight_ == 0) close();
}

void Connection::close() {
    if (!alive_) return;
    alive_ = false;
    ::shutdown(fd_, SHUT_RDWR);  // wakes run(); the descriptor stays libldap's
}

// Until nothing more is buffered, TLS' own buffer included. False when the connection has ended.
bool Connection::read_answers() {
    while (alive_) {
        LDAPMessage* message = nullptr;
        timeval at_once{.tv_sec = 0, .tv_usec = 0};
        const int type = ldap_result(handle_.get(), LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &message);
        if (type == 0) return true;
        if (type < 0) return false;
        last_heard_ = now();
        take(message, type);
    }
    return false;
}

void Connection::take(LDAPMessage* raw, int type) {
    const std::unique_ptr<LDAPMessage, FreeMessage> message(raw);
    const auto found = waiting_.find(ldap_msgid(raw));
    if (found == waiting_.end()) return;  // abandoned
    auto& waiting = *found->second;
    if (type == LDAP_RES_SEARCH_ENTRY) return add_entry(waiting, raw);
    if (type == LDAP_RES_SEARCH_REFERENCE || type == LDAP_RES_INTERMEDIATE) return;
    int code = LDAP_OTHER;
    if (ldap_parse_result(handle_.get(), raw, &code, nullptr, nullptr, nullptr, nullptr, 0) != LDAP_SUCCESS)
        code = LDAP_DECODING_ERROR;
    waiting.code = code;
    waiting.answered = true;
    waiting_.erase(found);
    waiting.ended.notify();  // may start the next request on this connection
}

void Connection::add_entry(Waiting& waiting, LDAPMessage* message) const {
    if (waiting.entries.size() > waiting.most_entries || waiting.entry_bytes > largest_entry_bytes) return;
    const std::unique_ptr<char, FreeText> dn(ldap_get_dn(handle_.get(), message));
    Entry entry(dn ? dn.get() : "");
    BerElement* raw_cursor = nullptr;
    char* name = ldap_first_attribute(handle_.get(), message, &raw_cursor);
    const std::unique_ptr<BerElement, FreeCursor> cursor(raw_cursor);
    while (name != nullptr) {
        const std::unique_ptr<char, FreeText> owned_name(name);
        const std::unique_ptr<berval*, FreeValues> values(ldap_get_values_len(handle_.get(), message, name));
        for (auto** value = values.get(); value != nullptr && *value != nullptr; ++value) {
            waiting.entry_bytes += (*value)->bv_len;
            if (waiting.entry_bytes <= largest_entry_bytes) entry.add(name, {(*value)->bv_val, (*value)->bv_len});
        }
        name = ldap_next_attribute(handle_.get(), message, cursor.get());
    }
    waiting.entries.push_back(std::move(entry));
}

Task<Result<void>> Connection::wait_for(int message_id, Waiting& waiting, SteadyTime deadline) {
    const auto asked_at = now();
    waiting_.emplace(message_id, &waiting);
    co_await worker_.wait(waiting.ended, deadline);
    if (waiting.answered) co_return Result<void>{};
    const bool timed_out = waiting_.erase(message_id) != 0;
    if (!timed_out) co_return fail(errc::connection_lost);
    ldap_abandon_ext(handle_.get(), message_id, nullptr, nullptr);
    if (last_heard_ < asked_at) close();  // a server that is silent altogether, not one slow search
    co_return fail(errc::timed_out);
}

Task<Result<std::vector<Entry>>> Connection::search(SearchRequest request, SteadyTime deadline) {
    if (!alive_) co_return fail(errc::connection_lost);
    std::vector<std::string> names;
    for (const auto attribute : request.attributes) names.emplace_back(attribute.name());
    std::vector<char*> wanted;
    for (auto& name : names) wanted.push_back(name.data());
    wanted.push_back(nullptr);
    timeval limit = until(deadline);
    int message_id = 0;
    const int sent = ldap_search_ext(
        handle_.get(), request.base_dn.c_str(), request.scope == Scope::base ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
        request.filter.text().c_str(), wanted.data(), 0, nullptr, nullptr, &limit, request.most_entries, &message_id);
    if (sent != LDAP_SUCCESS) {
        close();
        co_return fail(errc::connection_lost, describe(sent));
    }
    Waiting waiting;
    waiting.most_entries = static_cast<std::size_t>(request.most_entries);
    auto ended = co_await wait_for(message_id, waiting, deadline);
    if (!ended) co_return fail(std::move(ended.error()));
    if (waiting.code == LDAP_SIZELIMIT_EXCEEDED || waiting.entries.size() > waiting.most_entries)
        co_return fail(errc::ambiguous, request.filter.text());
    if (waiting.entry_bytes > largest_entry_bytes) co_return fail(errc::malformed, "entries too large");
    if (waiting.code == LDAP_NO_SUCH_OBJECT) co_return fail(errc::no_base, request.base_dn);
    if (waiting.code != LDAP_SUCCESS) co_return fail(error_of(waiting.code));
    co_return std::move(waiting.entries);
}

Task<Result<int>> Connection::bind(std::string dn, base::Secret password, SteadyTime deadline) {
    if (!alive_) co_return fail(errc::connection_lost);
    std::string plain = password.reveal();
    berval credentials{.bv_len = plain.size(), .bv_val = plain.data()};
    int message_id = 0;
    const int sent =
        ldap_sasl_bind(handle_.get(), dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, &message_id);
    const base::Secret wiped(std::move(plain));
    if (sent != LDAP_SUCCESS) {
        close();
        co_return fail(errc::connection_lost, describe(sent));
    }
    Waiting waiting;
    auto ended = co_await wait_for(message_id, waiting, deadline);
    if (!ended) {
        close();  // a bind can't be abandoned (RFC 4511 section 4.11)
        co_return fail(std::move(ended.error()));
    }
    co_return waiting.code;
}

}  // namespace helio::ldap
