// The part of ImapSession that knows who the peer is: TLS, trusted front ends, entering the authenticated state.
#include <algorithm>

#include "common/base/text.h"
#include "store/imapd/session.h"

namespace helio::store::imapd {

namespace {

imap::Framer::Limits user_limits(const ImapConfig& config) {
    return {.line_bytes = 64 * 1024,
            .literal_bytes = config.command_bytes,
            .total_bytes = config.command_bytes,
            .literal_minus = config.literal_minus};
}

// "uid@canonical-domain" as a front end gives it.
bool is_store_name(std::string_view name) {
    const auto at = name.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == name.size() || name.size() > 320) return false;
    return base::is_utf8(name) && std::none_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
           });
}

}  // namespace

bool ImapSession::passwords_allowed() const {
    return connection_.wire.is_tls() || net::contains(config().plaintext_from, connection_.client.address);
}

std::string ImapSession::proxy_name() const {
    const auto* tls = connection_.wire.transport().tls();
    if (tls == nullptr) return {};
    const auto& known = config().proxy_names;
    for (const auto& name : tls->peer_names) {
        if (std::find(known.begin(), known.end(), name) != known.end()) return name;
    }
    return {};
}

bool ImapSession::trusted_front_end() const {
    return !proxy_name().empty() || net::contains(config().id_from, connection_.wire.transport().peer().address);
}

Task<Reply> ImapSession::enter(std::string name, std::shared_ptr<const ldap::User> user, std::string how) {
    name = base::to_lower(name);
    if (!is_store_name(name)) co_return Reply::no(imap::code::authorization_failed, "Not a user name");
    if (user && !config().mailhost.empty() && !user->mail_host.empty() && user->mail_host != config().mailhost) {
        services_.log.info("imap.login",
                           {{"session", id_}, {"user", base::printable(name)}, {"result", "wrong mailhost"}});
        co_return Reply::no(imap::code::unavailable, "Your mailbox is on another server");
    }
    if (!connection_.token.claim_user(name)) {
        services_.log.info("imap.login",
                           {{"session", id_}, {"user", base::printable(name)}, {"result", "too many sessions"}});
        co_return Reply::no(imap::code::limit, "Too many connections of this user");
    }
    const auto id = co_await services_.store.open_user(name);
    if (!id) {
        services_.metrics.logins_unavailable.add();
        services_.log.error("imap.login",
                            {{"session", id_}, {"user", base::printable(name)}, {"result", to_string(id.error())}});
        co_return reply_of(id.error());
    }
    if (!user && services_.directory != nullptr) {
        auto answer = co_await services_.directory->find_login(name);
        user = answer.value;
    }
    if (user) quota_ = {limit_word(user->quota_bytes), limit_word(user->quota_messages)};
    user_name_ = std::move(name);
    store_.emplace(services_.store, *id, user_name_);
    state_ = ImapState::authenticated;
    framer_.set_limits(user_limits(config()));
    services_.metrics.logins_ok.add();
    services_.log.info("imap.login", {{"session", id_},
                                      {"client", base::printable(client_)},
                                      {"user", base::printable(user_name_)},
                                      {"how", how},
                                      {"tls", connection_.wire.is_tls()},
                                      {"result", "ok"}});
    co_return Reply::ok("Logged in", "CAPABILITY " + capabilities());
}

Reply ImapSession::refuse_login(std::string_view name, const auth::Login& login) {
    services_.log.info("imap.login", {{"session", id_},
                                      {"client", base::printable(client_)},
                                      {"user", base::printable(name)},
                                      {"result", login.reason}});
    if (login.verdict == auth::Verdict::unavailable) {
        services_.metrics.logins_unavailable.add();
        return Reply::no(imap::code::unavailable, "Temporary authentication failure");
    }
    services_.metrics.logins_rejected.add();
    return Reply::no(imap::code::authentication_failed, "Authentication failed");
}

std::string ImapSession::capabilities() const {
    std::string text = "IMAP4rev1 IMAP4rev2 SASL-IR ";
    text += config().literal_minus ? "LITERAL-" : "LITERAL+";
    text += " ID ENABLE IDLE";
    if (state_ == ImapState::not_authenticated) {
        if (services_.tls && connection_.starttls && !connection_.wire.is_tls()) text += " STARTTLS";
        text += passwords_allowed() ? " AUTH=PLAIN AUTH=LOGIN" : " LOGINDISABLED";
        if (!proxy_name().empty()) text += " AUTH=EXTERNAL";
        return text;
    }
    text +=
        " NAMESPACE ACL RIGHTS=texk LIST-MYRIGHTS CHILDREN SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS"
        " QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE QUOTA=RES-MAILBOX QUOTASET"
        " UNSELECT UIDPLUS MOVE MULTIAPPEND ESEARCH SEARCHRES WITHIN CONDSTORE QRESYNC STATUS=SIZE SAVEDATE BINARY"
        " APPENDLIMIT=";
    text += std::to_string(services_.store.limits().message_bytes);
    if (!compressed_) text += " COMPRESS=DEFLATE";
    return text;
}

}  // namespace helio::store::imapd
